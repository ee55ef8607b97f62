#!/bin/sh
# every way in which csp-send and csp-poll end, and what they say then: a table
# of exit status, standard error (a pattern for expr(1); - is nothing at all)
# and command
. "$(dirname "$0")/tap.sh"
gateway || { echo 'Bail out! no gateway'; exit 1; }
csp-send -n --register --from me
csp-send -n --register --from bob
csp-send -n --register --from carl
csp-send -n --from me --to bob 'for bob'
one=$(csp-send -n --from me --to bob --print-id 'number one'); one=${one%% *}
bob=$(csp-send --register --print-token --from bob)
port=$((20000 + $$ % 20000))
printf '%s\n' "$CSP_AUTH_TOKEN" >good; chmod 600 good
cp good open; chmod 644 open
printf 'a b\n' >two; chmod 600 two
# shellcheck disable=SC2034
long=$(printf '%0200d' 0)
# as an agent, whose token is not the owner's; as nobody in particular
agent() { CSP_AGENT_ID=bob CSP_AUTH_TOKEN=$bob "$@"; }
alone() { ( unset CSP_GATEWAY_URL CSP_AUTH_TOKEN; "$@" ); }
dead() { CSP_GATEWAY_URL=http://127.0.0.1:$port "$@"; }
nobody_first() { echo '{"to":"nobody","content":"a"}'; echo '{"content":"b"}'; }
nul() { printf 'a\0b'; }
no_json() { echo '{"content":"a"}'; echo none; }
# later STAGE COMMAND: bob's receipt for what the command sends
later() {
	last=$(csp-poll --history 1 --format %i)
	{ eventually 10 newer; echo "{\"from\":\"bob\",\"messageId\":$id,\"stage\":\"$1\",\"reason\":\"x\"}" | csp-send --json; } >later.out 2>&1 &
	shift
	"$@"; st=$?
	wait $!
	return $st
}
newer() { id=$(csp-poll --history 1 --format %i) && test "$id" -gt "$last"; }
run() {
	want=$1 words=$2; shift 2
	st=0
	eval "$*" >out 2>err </dev/null || st=$?
	test $st -eq "$want" || { echo "exit $st, wanted $want"; cat err; return 1; }
	test "$words" != - || { ! test -s err || { cat err; return 1; }; return; }
	expr "$(cat err)" : ".*$words" >/dev/null || { echo "said:"; cat err; return 1; }
}
while read -r st words; do
	case $st in '' | '#'*) continue ;; esac
	read -r command
	check "$st: $command" run "$st" "$words" "$command"
done <<'TABLE'
# csp-send: done
0 -
csp-send -n --from me hello
0 -
csp-send --from me --lines
0 -
csp-send --register --from me
0 -
csp-send --help
0 -
csp-send --version
0 -
csp-send --from me --to bob --until queued hello
0 -
later submitted csp-send --from me --to bob --until submitted hello
0 -
later submitted csp-send --from me --to bob --until typed --wait 10 hello
0 -
echo '{"type":"system","from":"system","content":"x"}' | csp-send --json --from me
# no
1 csp-send: no reply in time: bob: queued
csp-send --from me --to bob --wait 1 hello
1 csp-send: bob: failed (x)
later failed csp-send --from me --to bob --wait 10 hello
1 csp-send: not in time: bob: held (x)
later held csp-send --from me --to bob --until submitted --wait 1 hello
# called wrongly
2 usage: csp-send
csp-send --nonsense
2 requires an argument
csp-send --to
2 csp-send: nothing to send
csp-send --from me
2 csp-send: only one of --lines, --json, --reply and --control
csp-send --lines --json
2 csp-send: only one of
csp-send --reply --control pause
2 csp-send: --lines and --json take no text
csp-send --lines hello
2 csp-send: --field: one word, with --reply
csp-send --field x hello
2 csp-send: --field: one word, with --reply
csp-send --reply --field 'a b' hello
2 csp-send: --print-token and --human go with --register
csp-send --print-token
2 csp-send: --print-token and --human go with --register
csp-send --human hello
2 csp-send: --leave goes with --from alone
csp-send --leave --lines
2 csp-send: --wait and --until go with messages
csp-send --control pause --to bob --wait 1
2 csp-send: --screen goes with --control
csp-send --screen x hello
2 csp-send: --control needs --to
csp-send --control pause
2 csp-send: --to a b: not an id
csp-send --to 'a b' hello
2 csp-send: --from : not an id
csp-send --from '' hello
2 csp-send: --from -x: not an id
csp-send --leave --from -x
2 csp-send: --key: 1 to 150 visible characters of ASCII
csp-send --key '' hello
2 csp-send: --key: 1 to 150 visible characters of ASCII
csp-send --key 'a b' hello
2 csp-send: --key: 1 to 150 visible characters of ASCII
csp-send --key "$long" hello
2 csp-send: --wait soon: not a number from 0 to 86400
csp-send --wait soon hello
2 csp-send: --wait 86401: not a number
csp-send --wait 86401 hello
2 csp-send: --reply-to 0: not a number from 1 to
csp-send --reply-to 0 hello
2 csp-send: --until failed: not queued, held, typed, submitted or replied
csp-send --until failed hello
2 csp-send: ftp://x: not a URL of the form http://HOST:PORT
csp-send --gateway-url ftp://x --from me hello
2 csp-send: the token is not one word of ASCII
csp-send --auth-token 'a b' --from me hello
2 csp-send: a/b: not a room's name
csp-send --room a/b hello
2 csp-send: CSP_AGENT_ID a b: not an id
CSP_AGENT_ID='a b' csp-send hello
# not reached
3 csp-send: connect to 127.0.0.1:[0-9]*: Connection refused
dead csp-send --from me hello
3 csp-send: no room other is running
csp-send --room other --from me hello
3 csp-send: no token for the agent bob: CSP_AUTH_TOKEN is not set
alone env CSP_AGENT_ID=bob csp-send hello
3 csp-send: no line was acknowledged
echo a | dead csp-send --from me --lines
# refused
4 csp-send: no agent named "nobody" is registered
csp-send --from me --to nobody hello
4 csp-send: no agent named "nobody" is registered
csp-send --from nobody hello
4 csp-send: no agent named "nobody"
csp-send --leave --from nobody
4 .
csp-send --auth-token wrong --from me hello
4 .
agent csp-send --from me hello
4 .
agent csp-send --urgent hello
4 .
agent csp-send --to me --control pause
4 csp-send: no sidecar holds this agent
csp-send --to bob --control screen
4 .
csp-send --to bob --control nonsense
4 .
csp-send --from me --reply-to 999999 hello
4 csp-send: line 1: .*nobody.*acknowledged is 2; sent in all: 1
nobody_first | csp-send --json --from me
4 .
nul | csp-send --from me
# a failure here
5 csp-send: standard output: 
csp-send --register --print-token --from me >&-
5 csp-send: standard output: 
csp-send --from me --print-id hello >&-
5 csp-send: nowhere: No such file or directory
csp-send --auth-token-file nowhere --from me hello
5 csp-send: open: others may read it
csp-send --auth-token-file open --from me hello
5 csp-send: two: its first line is no token
csp-send --auth-token-file two --from me hello
5 csp-send: CSP_REPLY is not set
csp-send --reply hello
5 csp-send: standard input: Is a directory
csp-send --from me --lines <.
5 csp-send: line 2: not a message in JSON
no_json | csp-send --from me --json

# csp-poll: something was printed
0 -
csp-poll --peek bob
0 -
csp-poll --agents
0 -
csp-poll --receipts "$one"
0 -
csp-poll --all
0 -
csp-poll --history 1 --json
0 -
csp-poll --help
0 -
csp-poll --version
0 -
csp-poll --follow --limit 1 bob
0 -
csp-poll carl
# nothing
1 -
csp-poll carl
1 -
csp-poll --wait 1 carl
1 -
csp-poll --follow --wait 1 carl
1 -
csp-poll --history 0
1 -
csp-poll --all --after 99999
# called wrongly
2 usage: csp-poll
csp-poll --nonsense
2 csp-poll: there is no argument "b"; see --help
csp-poll a b
2 csp-poll: there is no argument "bob"; see --help
csp-poll --all bob
2 csp-poll: there is no argument "bob"; see --help
csp-poll --stream bob
2 csp-poll: only one of --all, --history, --agents and --receipts
csp-poll --all --agents
2 csp-poll: only one of --json, -0 and --format
csp-poll --json -0 bob
2 csp-poll: --after goes with --all
csp-poll --after 3 bob
2 csp-poll: --stream goes with --history alone
csp-poll --stream --agents
2 csp-poll: --agents and --receipts go with --follow and --json alone
csp-poll --agents --format %i
2 csp-poll: --agents and --receipts go with --follow and --json alone
csp-poll --receipts 1 --wait 1
2 csp-poll: --format: %q is none of %T, %c, %d, %f, %h, %i, %r, %t, %y and %%
csp-poll --format 'a%q' bob
2 csp-poll: --format: % is none of
csp-poll --format 'a%' bob
2 csp-poll: --limit 0: not a number from 1 to
csp-poll --limit 0 bob
2 csp-poll: --history x: not a number from 0 to 10000
csp-poll --history x
2 csp-poll: a/b: not an id
csp-poll a/b
2 csp-poll: : not an id
csp-poll ''
2 csp-poll: x: not a URL
csp-poll --gateway-url x bob
# not reached
3 csp-poll: connect to 127.0.0.1:[0-9]*: Connection refused
dead csp-poll bob
3 csp-poll: no room other is running
csp-poll --room other bob
3 csp-poll: connect to
dead csp-poll --all --follow
3 csp-poll: connect to
dead csp-poll --stream
# refused
4 csp-poll: no agent named "nobody"
csp-poll nobody
4 .
csp-poll --receipts 999999
4 .
csp-poll --auth-token wrong --all
4 .
agent csp-poll me
# a failure here
5 csp-poll: standard output: 
csp-poll --all >&-
5 csp-poll: standard output: 
csp-poll --help >&-
5 csp-poll: open: others may read it
csp-poll --auth-token-file open bob
TABLE
if test -w /dev/full; then
	check '5: csp-poll >/dev/full' run 5 'csp-poll: standard output: No space' 'csp-poll --all >/dev/full'
	check '5: csp-poll --agents >/dev/full' run 5 'csp-poll: standard output: No space' 'csp-poll --agents >/dev/full'
	check '5: csp-send --help >/dev/full' run 5 'csp-send: standard output: No space' 'csp-send --help >/dev/full'
	check '5: csp-send --print-id >/dev/full' run 5 'csp-send: standard output: No space' 'csp-send -n --from me --print-id x >/dev/full'
else skip 'a full disk' 'no /dev/full'
fi
finish
