#!/bin/sh
# who goes away: an agent that is killed, a gateway that comes back
. "$(dirname "$0")/tap.sh"

LC_ALL=C.UTF-8
export LC_ALL
check 'a gateway' gateway
csp-poll --stream >stream 2>stream.err &
pids="$pids $!"
sidecar() {
	csp-sidecar --name cat --agent line --headless 80x24 -- cat </dev/null \
	    >/dev/null 2>&1 &
	side=$!
	pids="$pids $side"
}
here() { csp-poll --agents | grep -q '^cat  *[isu]'; }
sidecar
check 'an agent' eventually 10 here
kill -KILL $side
told() { grep -qF '{"from":"cat","online":false,"gone":true}' stream; }
check 'that is killed: those who look on are told' eventually 15 told
once() { test "$(grep -c '"gone":true' stream)" -eq 1; }
sidecar
back() { sed '1,/"gone":true/d' stream | grep -q '"from":"cat","online":true'; }
check 'and that it is back' eventually 10 back
check 'each once' once

# ---- a gateway that goes, and comes back ----

mkfifo typed
csp-chat --name me --linger 1 <typed >out 2>err &
chat=$!
pids="$pids $chat"
exec 6>typed
echo 'before' >&6
said() { grep -q "me: $1\$" out; }
check 'a chat' eventually 10 said before
kill $gw_pid
wait $gw_pid 2>/dev/null
echo 'while it is away' >&6
again 6>&-
check 'what is typed while the gateway is away arrives later' \
    eventually 20 said 'while it is away'
echo 'after' >&6
check 'and the chat goes on' eventually 10 said after
csp-send --from cat --to me 'I am back, too' </dev/null >/dev/null 2>&1
heard() { grep -q 'cat → me: I am back, too' out; }
check 'both ways' eventually 10 heard
order() {
	sed -n 's/^[0-9:]* me: //p' out >got
	printf '%s\n' before 'while it is away' after | diff -u - got
}
check 'each message once, in order' order
exec 6>&-
over() { ! kill -0 $chat 2>/dev/null; }
check "the end of the input ends it" eventually 15 over
finish
