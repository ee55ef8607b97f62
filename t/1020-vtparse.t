#!/bin/sh
# lib/vtparse
. "$(dirname "$0")/tap.sh"
"$top/t/unit-vtparse"
