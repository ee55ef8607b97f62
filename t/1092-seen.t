#!/bin/sh
# Screens as programs without rules of their own drew them.
. "$(dirname -- "$0")/tap.sh"
unit-seen "$top/agents"
