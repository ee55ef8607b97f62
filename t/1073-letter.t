#!/bin/sh
# lib/letter
. "$(dirname "$0")/tap.sh"
"$top/t/unit-letter"
