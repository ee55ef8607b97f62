#!/bin/sh
# The files of agents/: their form, and that all of them can be read.
. "$(dirname -- "$0")/tap.sh"
unit-rules "$top/agents"
