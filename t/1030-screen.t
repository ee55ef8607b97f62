#!/bin/sh
# lib/screen
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-screen"
