#!/bin/sh
# lib/receipt
. "$(dirname "$0")/tap.sh"
"$top/t/unit-receipt"
