#!/bin/sh
# Boxes in parts, dialogs over the text, prompts that come late.
. "$(dirname -- "$0")/tap.sh"
unit-looks "$top/agents"
