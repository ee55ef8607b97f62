#!/bin/sh
# lib/view and lib/wrap
. "$(dirname "$0")/tap.sh"
"$top/t/unit-view"
