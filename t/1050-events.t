#!/bin/sh
# lib/events and lib/evmap
. "$(dirname "$0")/tap.sh"
"$top/t/unit-events"
