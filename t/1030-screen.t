#!/bin/sh
# lib/screen
. "$(dirname "$0")/tap.sh"
"$top/t/unit-screen"
