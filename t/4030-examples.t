#!/bin/sh
# what the manuals show: each example of csp(7) with curl, and each call that
# csp-chat(1) names for what is typed into it
. "$(dirname "$0")/tap.sh"

CSP_DEMO_FAST=1
export CSP_DEMO_FAST
check 'a gateway' gateway
command -v curl >/dev/null 2>&1 || skip_all 'no curl'
csp-send --register --human --from human </dev/null
csp-sidecar --name claude --agent line --headless 80x24 -- \
    csp-demo-agent claude </dev/null >/dev/null 2>&1 &
pids="$pids $!"
idle() { csp-poll --agents | grep -q '^claude  *idle'; }
check 'an agent' eventually 15 idle

# ---- csp(7) ----

U=$CSP_GATEWAY_URL
csp() { curl -fsS -m 10 -H "X-Auth-Token: $CSP_AUTH_TOKEN" "$@"; }
T=$(csp-send --register --from gpt --print-token </dev/null)
eval "$(sed -n '/^mcp() {/,/^}/p' "$top/man/csp.7")"
grep -E '^(csp|mcp) ' "$top/man/csp.7" >examples
# message 17 of the examples, the second that they make, is for claude, too
last() { csp-poll --history 1 --format %i; }
fill=$(last)
while test "$fill" -lt 15; do	# to nobody who would answer meanwhile
	fill=$((fill + 1))
	echo "message $fill"
done | csp-send --from human --to human --lines

# members TEXT: the names in it, one a line
members() { grep -oE '"[a-zA-Z]+":' "$1" | sort -u; }

# somebody waits, besides the agent
waiting() { csp "$U/metrics" | grep -qE '^csp_waiters ([2-9]|[1-9][0-9])'; }
# example LINE: runs it, and compares the answer's members with those shown
example() {
	case $1 in
	*wait=*) ( eventually 10 waiting
		csp -o /dev/null "$U/agent-output" -d \
'{"from":"claude","to":"codex-1","content":"so","replyTo":17}'
		) >/dev/null 2>&1 &
		pids="$pids $!" ;;
	*/inbox/codex-1) csp-send --from human --to codex-1 hi </dev/null ;;
	esac
	case $1 in
	*' -N '*)
		( eval "$1" >stream 2>stream.err ) &
		pids="$pids $!"
		eventually 10 streams || return
		csp-send --from human hi </dev/null
		csp -o /dev/null "$U/stream_update" -d \
		    '{"from":"claude","state":"busy"}'
		eventually 10 grep -q '^event: update' stream &&
		    eventually 10 grep -q '^event: message' stream
		return ;;
	esac
	eval "$1" >answer || return
	cat answer
	# what stands below it in the page, to the next example or the end
	WANT=$1 awk 'index($0, ENVIRON["WANT"]) == 1 { on = 1; next }
	    /^(csp|mcp) |^\.Ed/ { on = 0 } on' "$top/man/csp.7" >shown
	members shown >want
	members answer >got
	LC_ALL=C comm -23 want got >missing
	cat missing
	test ! -s missing
}
streams() { csp "$U/metrics" | grep -q '^csp_streams [1-9]'; }
while IFS= read -r line; do
	check "csp(7): $line" example "$line"
done <examples
enough() { test "$(grep -c . examples)" -ge 14; }
check 'csp(7) has its examples' enough

# ---- csp-chat(1): what is typed, and the call that is the same ----

csp-send --register --human --from me </dev/null
CSP_AGENT_ID=me
export CSP_AGENT_ID
sed -n '/^\.Ss What to type/,/^Keys:/s/^\.Dl //p' "$top/man/csp-chat.1" >calls
state() { csp-poll --agents | grep -q "^claude  *$1"; }
newest() { csp-poll --history 5 --format '%f>%t %c' >h; cat h; grep -qxF -- "$1" h; }

# effect CALL: what it must have done
effect() {
	case $1 in
	'csp-send text') newest 'me>broadcast text' ;;
	*"'@all text'") newest 'me>broadcast @all text' ;;
	*'--urgent'*) newest 'me>claude text' ;;
	'csp-send --to name text') newest 'me>claude text' ;;
	*'--control pause') eventually 5 state paused &&
	    csp-send --to claude --control resume >/dev/null ;;
	*'--control screen') eventually 5 newest_has 'claude>' 'claude> ' ;;
	'csp-poll --agents') grep -q '^claude ' call.out ;;
	'csp-poll --history n') test "$(grep -c . call.out)" -ge 5 ;;
	*'%i %c'*) grep -qE '^[0-9]+ text$' call.out ;;
	*) return 0 ;;
	esac
}
newest_has() { csp-poll --history 5 --format '%f>%t %c' | grep "^$1" | grep -qF "$2"; }
call() {
	n_call=$(printf '%s\n' "$1" | sed 's/--to name/--to claude/;s/ n$/ 50/;s/--screen hash//;s/| less$//')
	eval "$n_call" >call.out 2>call.err </dev/null || {
		cat call.out call.err; return 1; }
	cat call.out
	effect "$1"
}
while IFS= read -r line; do
	check "csp-chat(1): $line" call "$line"
	eventually 10 idle >/dev/null
done <calls
# every command of /help has its place in the page
documented() {
	sed -n '/^static const char help/,/;$/p' "$top/bin/csp-tty.c" |
	    grep -oE '[^/]/[a-z]+' | sed 's/^.//' | sort -u >want
	sed -n '/^\.Ss What to type/,/^Keys:/p' "$top/man/csp-chat.1" |
	    grep -oE '/[a-z]+' | sort -u >got
	cat want
	test -s want
	LC_ALL=C comm -23 want got | if grep .; then return 1; fi
}
check 'csp-chat(1) has all of /help' documented
several() { test "$(grep -c . calls)" -ge 12; }
check 'csp-chat(1) has its calls' several
finish
