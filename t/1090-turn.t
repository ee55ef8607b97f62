#!/bin/sh
# States, input box, turns and replies on small screens.
. "$(dirname -- "$0")/tap.sh"
unit-turn "$top/agents"
