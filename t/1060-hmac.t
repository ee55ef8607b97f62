#!/bin/sh
# SHA-256 and HMAC give the values of the standards.
. "$(dirname "$0")/tap.sh"
"$top/t/unit-hmac"
