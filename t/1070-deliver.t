#!/bin/sh
# lib/deliver
. "$(dirname "$0")/tap.sh"
"$top/t/unit-deliver"
