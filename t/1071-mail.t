#!/bin/sh
# lib/mail
. "$(dirname "$0")/tap.sh"
"$top/t/unit-mail"
