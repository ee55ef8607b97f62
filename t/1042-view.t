#!/bin/sh
# lib/view and lib/wrap
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-view"
