#!/bin/sh
# kill -9 at any moment: nothing acknowledged is lost, doubled or moved
. "$(dirname "$0")/tap.sh"
check "${CSP_CRASHES:-20} times killed and started again" crash "$top/csp-gateway" "${CSP_CRASHES:-20}"
sed 's/^/# /' out.1
check 'the journal is whole' csp-gateway --check crash.journal
finish
