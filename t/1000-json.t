#!/bin/sh
# json.h
. "$(dirname "$0")/tap.sh"
"$top/t/unit-json"
