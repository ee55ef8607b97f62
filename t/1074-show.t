#!/bin/sh
# lib/show
. "$(dirname "$0")/tap.sh"
"$top/t/unit-show"
