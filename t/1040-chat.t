#!/bin/sh
# lib/chat
. "$(dirname "$0")/tap.sh"
"$top/t/unit-chat"
