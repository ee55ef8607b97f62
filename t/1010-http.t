#!/bin/sh
# lib/http
. "$(dirname "$0")/tap.sh"
exec "$top/t/unit-http"
