#!/bin/sh
# lib/door and lib/doorset
. "$(dirname "$0")/tap.sh"
TMPDIR=$tmp "$top/t/unit-door"
