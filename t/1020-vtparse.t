#!/bin/sh
# lib/vtparse
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-vtparse"
