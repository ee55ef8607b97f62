#!/bin/sh
# lib/util, buf, jbuf, room and the names of lib/net
. "$(dirname "$0")/tap.sh"
"$top/t/unit-util"
