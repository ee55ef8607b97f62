#!/bin/sh
# lib/net
. "$(dirname "$0")/tap.sh"
"$top/t/unit-net"
