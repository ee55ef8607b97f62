#!/bin/sh
# lib/edit
. "$(dirname "$0")/tap.sh"
"$top/t/unit-edit"
