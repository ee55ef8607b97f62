#!/bin/sh
# lib/client
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-client"
