#!/bin/sh
# `make demo` without a terminal: a person, two agents, one room
. "$(dirname "$0")/tap.sh"

mkdir tmp
CSP_DEMO_FAST=1 TMPDIR=$tmp/tmp
export CSP_DEMO_FAST TMPDIR
demo() { csp-demo </dev/null >demo.out 2>demo.err || { cat demo.err; return 1; }; }
check 'the demo plays its conversation and exits 0' demo

# said HEAD TEXT: a message in the transcript whose head and first line are so
said() {
	awk -v head="$1" -v text="$2" '
	    /^\[[0-9]+\] / { at = index($0, head); next }
	    at && index($0, text) { found = 1 } /^$/ { at = 0 }
	    END { exit !found }' demo.out || { cat demo.out; return 1; }
}
check 'ada answered the person' said '] ada ' 'Hello, I am ada'
check 'bob answered the person' said '] bob ' 'Hello, I am bob'
check 'ada addressed bob' said '] ada ' '@bob what 6'
check 'bob answered ada' said '] bob ' '6 * 7 = 42'
# its room was in a place of its own: nothing of it is left there
nothing() { ls -A tmp; test -z "$(ls -A tmp)"; }
check 'nothing is left behind' nothing
finish
