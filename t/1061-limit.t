#!/bin/sh
# The token bucket gives its burst, then its rate, and no more.
. "$(dirname "$0")/tap.sh"
"$top/t/unit-limit"
