#!/bin/sh
# A journal cut or damaged anywhere, a clock that jumps, a write that fails.
. "$(dirname "$0")/tap.sh"
"$top/t/unit-room"
