#!/bin/sh
# csp-debate, csp-consensus, csp-autopilot: with agents that answer, and that die
. "$(dirname "$0")/tap.sh"

check 'a gateway' gateway

# bot NAME REPLY: an agent that answers each message to it with REPLY
bot() {
	csp-send --register --from "$1" </dev/null
	( trap 'exit 0' TERM
	while :; do
		id=$(csp-poll --wait 30 --limit 1 --format '%i %y' "$1" </dev/null 2>/dev/null)
		case $id in
		*direct) csp-send --from "$1" --reply-to "${id%% *}" \
		    --to "$(csp-poll --history 200 --format '%i %f' </dev/null |
		    sed -n "s/^${id%% *} //p")" "$2" </dev/null >/dev/null 2>&1 ;;
		esac
	done ) &
	eval "pid_$1=$!"
	pids="$pids $!"
}

check 'all agents, where none is: 4' status 4 csp-debate 'tea?'
bot ann 'I vote. VOTE: 1'
bot ben 'All good.
VOTE: 1
DONE'
debate() {
	csp-debate --agents ann,ben --rounds 2 'tea or coffee?' >out 2>err || {
		cat out err; return 1; }
	tail -n 1 out >got
	echo '-- debate over: 4 statements in 2 rounds, 0 skipped' | diff -u - got
}
check 'a debate of two rounds: everybody speaks, 0' debate
consensus() {
	csp-consensus --agents ann,ben 'tea or coffee?' >out 2>err || {
		cat out err; return 1; }
	grep -qx -- '-- consensus: proposal 1 by ann, 2 of 2 votes' out || {
		cat out; return 1; }
}
check 'a consensus: the votes are counted, 0' consensus
autopilot() {
	csp-autopilot --agents ann,ben --turns 6 'make tea' >out 2>err || {
		cat out err; return 1; }
	grep -qx -- '-- autopilot over: done, says ben; 2 turns' out || {
		cat out; return 1; }
}
check 'autopilot ends with DONE, 0' autopilot
budget() {
	status 1 csp-autopilot --agents ann --turns 2 'make tea' >out 2>err
	grep -qx -- '-- autopilot over: out of turns; 2 turns' out || {
		cat out; return 1; }
}
check 'and with its budget, 1' budget
bot cat 'VOTE: 2'
bot dan 'VOTE: 1'
tie() {
	status 1 csp-consensus --agents cat,dan 'tea?' >out 2>err
	grep -q 'a tie of proposals 1, 2, 1 votes each' out || {
		cat out; return 1; }
}
check 'a tie is said to be one, 1' tie

kill "$pid_dan"
dies() {
	status 1 csp-debate --agents ann,dan,ben --rounds 2 --time 3 'tea?' \
	    >out 2>err
	grep -q 'gone: dan' out && grep -q '4 statements' out || {
		cat out err; return 1; }
}
check 'an agent that died is skipped, then left out; the rest goes on' dies
check 'an agent that is not here: 4' \
    status 4 csp-debate --agents ann,nobody 'tea?'
check 'no question: 2' status 2 csp-debate --agents ann,ben
for a in ann ben; do
	req POST /register '{"agentId":"'$a'","capabilities":{"chat":true}}'
done >out
everybody() {
	csp-debate --rounds 1 'tea?' >out || { cat out; return 1; }
	grep -q '^ann (' out && grep -q '^ben (' out &&
	    grep -q ': 2 statements in 1 round,' out
}
check 'all that are agents speak where none is named' everybody
finish
