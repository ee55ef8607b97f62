#!/bin/sh
# lib/events and lib/evmap
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-events"
