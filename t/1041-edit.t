#!/bin/sh
# lib/edit
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-edit"
