#!/bin/sh
# What of a reply is a program's own that nobody knows, on small screens.
. "$(dirname -- "$0")/tap.sh"
unit-reply "$top/agents"
