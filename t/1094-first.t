#!/bin/sh
# What looks like another thing at first.
. "$(dirname -- "$0")/tap.sh"
unit-first "$top/agents"
