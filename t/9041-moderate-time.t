#!/bin/sh
# moderators and time: a warning, @working, skip, stop, and their place in a room
. "$(dirname "$0")/tap.sh"

check 'a gateway' gateway
for a in ann moe; do csp-send --register --from $a </dev/null; done
csp-send --register --human --from me </dev/null

history() { csp-poll --history 200 --format '%f>%t %c'; }
said() { history | grep -qF -- "$1"; }
# asked NAME: the id of the last message to it that is not answered yet
asked() { csp-poll --history 200 --format '%i %t %c' |
	sed -n "s/^\([0-9]*\) $1 .*/\1/p" | tail -n 1; }
answer() {	# NAME TEXT
	csp-send --from "$1" --to "$(csp-poll --history 200 --format '%i %f' |
	    sed -n "s/^$(asked "$1") //p")" --reply-to "$(asked "$1")" "$2" \
	    </dev/null >/dev/null
}
start() { "$@" >out 2>err & job=$!; pids="$pids $job"; }
ended() { ! kill -0 $job 2>/dev/null; }

start csp-debate --agents ann,moe --rounds 1 --time 10 'tea?'
turn_of() { said "debate>$1 Debate, round 1"; }
check 'the first is asked' eventually 10 turn_of ann
answer ann 'Tea.'
check 'then the second' eventually 10 turn_of moe
check 'who is warned before the time is up' \
    eventually 15 said 'moe has 2 seconds left'
csp-send --from moe --to debate '@working' </dev/null
csp-send --from me --to debate 'a moment' </dev/null
past() { test "$(date +%s)" -gt $end; }
end=$(($(date +%s) + 3))
eventually 10 past >/dev/null
check '@working gives more of it' test ! "$(grep -c skipped out)" -gt 0
csp-send --from me --to debate skip </dev/null
check 'skip goes on at once' eventually 5 ended
lines() {
	cat >want <<-'EOF'
	ann (round 1):
	    Tea.
	moe (round 1): no answer, skipped
	-- debate over: 1 statement in 1 round, 1 skipped
	EOF
	diff -u want out
}
check 'the transcript says so' lines
status_of() { wait $job; test $? -eq "$1"; }
check 'and the status: 1' status_of 1

start csp-autopilot --agents ann --turns 5 'make tea'
check 'an autopilot' eventually 10 said 'autopilot>ann The goal'
csp-send --from me --to autopilot stop </dev/null
answer ann 'Water is on.'
check 'stop ends it after this turn' eventually 10 ended
stopped() { tail -n 1 out >got; echo '-- autopilot over: stopped; 1 turn' | diff -u - got; }
check 'and says why' stopped
here() { csp-poll --agents | grep -q "^$1 "; }
check 'it has left the room' status 1 here autopilot

start csp-debate --agents ann,moe --rounds 1 'tea or coffee?'
check 'a debate' eventually 10 said 'The question: tea or coffee?'
first=$job
start csp-debate --agents ann,moe --rounds 1 'milk or sugar?'
check 'a second one beside it has a name of its own' \
    eventually 10 said 'debate-3>ann Debate'
kill $first $job
both() { ! kill -0 $first 2>/dev/null && ended; }
check 'both end when they are told to' eventually 10 both
jobs_left() { ps -A -o args= | grep -F "$tmp/csp-mod" | grep -v grep; }
check 'and leave nothing running' status 1 jobs_left
finish
