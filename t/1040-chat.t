#!/bin/sh
# lib/chat
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-chat"
