#!/bin/sh
# json.h
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-json"
