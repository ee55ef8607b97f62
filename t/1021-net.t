#!/bin/sh
# lib/net
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-net"
