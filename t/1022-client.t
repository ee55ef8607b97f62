#!/bin/sh
# lib/client
. "$(dirname "$0")/tap.sh"
"$top/t/unit-client"
