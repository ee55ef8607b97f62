#!/bin/sh
# lib/http
. "$(dirname "$0")/tap.sh"
"$top/t/unit-http"
