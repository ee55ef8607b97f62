#!/bin/sh
# Boxes, hints and dialogs that no program of ours has, on small screens.
. "$(dirname -- "$0")/tap.sh"
unit-strange "$top/agents"
