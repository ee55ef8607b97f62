#!/bin/sh
# csp-send and csp-poll where something is wrong: a gateway that is none, or
# hangs, or breaks off; a room that begins anew; odd inputs and outputs
. "$(dirname "$0")/tap.sh"

# stub ANSWER...: starts a gateway that answers so (t/stub.c)
stub() {
	test -z "${stub_pid:-}" || { kill "$stub_pid"; wait "$stub_pid"; } 2>/dev/null
	: >url
	t_stub "$@"
	eventually 5 test -s url
	CSP_GATEWAY_URL=$(cat url) CSP_AUTH_TOKEN=x
	export CSP_GATEWAY_URL CSP_AUTH_TOKEN
}
t_stub() { "$top/t/stub" "$@" >url & stub_pid=$!; pids="$pids $stub_pid"; }
gone() { ! kill -0 "$1" 2>/dev/null; }
# within SECONDS WANT COMMAND...: exits with WANT, and not later
within() {
	most=$1 want=$2; shift 2
	"$@" >out 2>err &
	p=$!
	eventually "$most" gone $p || { kill $p; return 1; }
	wait $p
	got=$?
	test $got -eq "$want" || { echo "exit $got"; cat err; return 1; }
}
said() { grep "$1" err || { cat err; return 1; }; }
one() { csp-send -n --from me "$@" hello; }

# a gateway that is none is told at once
for what in 'raw SSH-2.0-x

' 'raw hello

' 'raw HTTP/2 200

'; do
	stub "$what"
	check "no repetition to ${what%%
*}" within 5 3 one
	check 'which is said' said 'does not speak HTTP'
	check 'nor by csp-poll' within 5 3 csp-poll bob
done
stub '404 <html>'
check 'another web server' within 5 4 one
check 'which is said' said 'answers 404 Not Found'
stub '500 {"error":"b\u001b[31moom"}'
check 'a failure' within 5 4 one
check 'in its own words, made printable' said 'csp-send: b\\x1b\[31moom$'

# what answers wrongly is no success
stub '200 <html>'
check 'without --wait sent is sent' within 5 0 one
check '--wait and no JSON' within 5 4 one --wait 5
check 'which is said' said 'no JSON'
check 'csp-poll and no JSON' within 5 4 csp-poll bob
stub '200 {"success":true}'
check '--wait and no id' within 5 4 one --wait 5
check 'which is said' said 'no messageId'
check 'csp-poll and no list' within 5 4 csp-poll bob
check 'nor agents' within 5 4 csp-poll --agents
check 'nor receipts' within 5 4 csp-poll --receipts 1
stub '200 [{"id":"x"},7,{"id":1,"content":"ok"},{"id":2}]' '200 []'
check 'what is no message is passed over' within 5 0 \
    csp-poll --format '%i%c' --limit 2 bob
printf '1ok\n2\n' >want
check 'the rest is printed' diff -u want out

# broken off, it is tried again
stub cut '200 {"messageId":7}'
check 'half an answer' within 5 0 one
stub close close '200 {"messageId":7}'
check 'no answer' within 5 0 one
stub '503 {"error":"later"}' '507 {"error":"full"}' '200 {"messageId":7}'
check 'not now' within 5 0 one
stub '503:Retry-After:_99999999999999999999 {}' '200 {"messageId":7}'
check 'Retry-After that is no number' within 5 0 one
stub cut '200 [{"id":1,"content":"ok"}]' cut '200 []'
check 'csp-poll, too' within 5 0 csp-poll --format %c bob

# --wait holds, whatever the gateway does
ended() { eventually 20 test -s "st.$1" && test "$(cat "st.$1")" = 3; }
t_wait() {	# NAME COMMAND...: in the background, each with its own gateway
	name=$1; shift
	( "$@" >"out.$name" 2>"err.$name"; echo $? >"st.$name" ) &
	stub_pid=
}
stub '200 {"messageId":7}' hang; t_wait send csp-send -n --from me --wait 1 x
stub '200 {"messageId":7}' gone; t_wait gone csp-send -n --from me --wait 1 x
stub hang; t_wait poll csp-poll --wait 1 bob
check 'a gateway that hangs: --wait ends' ended send
check 'which is said' grep 'no answer in time' err.send
check 'a gateway that is gone: --wait ends' ended gone
check 'csp-poll --wait ends, too' ended poll

# a room that is kept nowhere begins anew with its gateway
unset CSP_GATEWAY_URL CSP_AUTH_TOKEN
gateway --journal none || { echo 'Bail out! no gateway'; exit 1; }
csp-send -n --register --from me
for i in 1 2 3 4 5 6; do csp-send -n --from me "old $i"; done
csp-poll --all --follow --format %c >all 2>err.all &
p=$!; pids="$pids $p"
csp-poll --follow --format %c >mine 2>err.mine &	# as a person
p2=$!; pids="$pids $p2"
csp-poll --stream >stream 2>err.stream &
p3=$!; pids="$pids $p3"
eventually 5 grep -q 'old 6' all
eventually 5 csp-poll --agents --json | grep -c '"online":true'
csp-send -n --from me 'old 7'
eventually 5 grep -q 'old 7' mine
eventually 5 grep -q 'old 7' stream
kill -STOP $p $p3		# these come back when something is there
kill -9 "$gw_pid"; wait "$gw_pid" 2>/dev/null
again --journal none
csp-send -n --register --from me
me() { csp-poll --agents | grep -q "^$(id -un | tr 'A-Z' 'a-z') "; }
check 'a person is registered again' eventually 10 me
csp-send -n --from me 'new 1'
kill -CONT $p $p3
check 'csp-poll --all sees what is new' eventually 10 grep -q 'new 1' all
check '--follow, too' eventually 10 grep -q 'new 1' mine
check '--stream, too' eventually 10 grep -q 'new 1' stream
kill $p $p2 $p3
wait $p $p2 $p3 2>/dev/null

# names that are empty by mistake are nobody's
check "--from '' is no person" status 2 csp-send -n --from '' x
check "nor is csp-poll ''" status 2 csp-poll ''
check "--to '' is not everybody" status 2 csp-send -n --from me --to '' x
check '--wait is for messages' status 2 csp-send --control pause --to me --wait 1

# the options go before the environment
wrong() { env CSP_GATEWAY_URL=http://127.0.0.1:1 CSP_AUTH_TOKEN=no \
    CSP_AGENT_ID=nobody "$@"; }
check 'an option beats the environment' wrong csp-send -n --from me \
    --gateway-url "$CSP_GATEWAY_URL" --auth-token "$CSP_AUTH_TOKEN" x
check 'without it the environment holds' status 3 wrong csp-send -n --from me x
echo "$CSP_AUTH_TOKEN" >tok; chmod 600 tok
check 'a token goes before a file' status 4 csp-send -n --from me \
    --auth-token no --auth-token-file tok x
check 'a file before the environment' env CSP_AUTH_TOKEN=no csp-send -n \
    --from me --auth-token-file tok x
check 'a file that is not there' status 5 csp-send -n --from me \
    --auth-token-file none x
: >empty; chmod 600 empty
check 'an empty one' status 5 csp-send -n --from me --auth-token-file empty x

# odd inputs
last() { csp-poll --history 1 --json | sed 's/.*"content":\(".*"\).*/\1/'; }
says() { want=$1; shift; "$@" >got; printf '%s\n' "$want" >want; diff -u want got; }
csp-poll me >/dev/null
printf 'good\nbad \377 one\nend\n' | csp-send --from me --lines 2>err
check 'a line that is no UTF-8 is said' said '^csp-send: line 2: .*no UTF-8'
csp-poll --history 3 --format %c >got
printf 'good\nbad \357\277\275 one\nend\n' >want
check 'and its bytes replaced' diff -u want got
nul() { printf 'a\nb\000c\nd\n' | csp-send --from me --lines; }
check 'a NUL in a line' status 4 nul
csp-poll --history 2 --format %c >got; printf 'a\nd\n' >want
check 'takes no other with it' diff -u want got
head -c 1000000 /dev/zero | tr '\0' x >big
{ echo before; cat big; echo; cat big; echo; echo after; } >in
check 'long lines' csp-send --from me --lines <in
csp-poll --history 4 --format %c >got
check 'arrive whole, in order' cmp in got
head -c 9000000 /dev/zero | tr '\0' y >huge
{ echo before2; cat huge; echo; echo after2; } >in
check 'one that is too long' status 4 csp-send --from me --lines <in
csp-poll --history 2 --format %c >got; printf 'before2\nafter2\n' >want
check 'takes no other with it' diff -u want got
check 'no line at all is nothing' csp-send --from me --lines </dev/null
check 'nor is a closed input' sh -c 'csp-send --from me --lines <&-'
check 'a folder is no input' status 5 csp-send --from me --lines <.
printf '%s\n' '{"to":"me","content":"a"}' '[]' '{"content":5}' '{"action":"pause"}' \
    '{"to":"me","content":"\ud800"}' '{"to":"me","content":"b"}' >in
csp-send --from me --json <in >out 2>err
grep -o '^csp-send: line [0-9]*' err >got
printf 'csp-send: line %d\n' 2 3 4 5 | sort >want
sort got >got2
check 'of bad JSON each line is named' diff -u want got2
check 'and the good ones are sent' says '"b"' last
check 'a message after its sender is gone' status 4 csp-send -n --from gone x

# an input that does not block is waited for without work
if command -v python3 >/dev/null; then
	cat >slow.py <<-'EOF2'
	import os, subprocess, sys, time
	r, w = os.pipe()
	os.set_blocking(r, False)
	p = subprocess.Popen(['csp-send', '--from', 'me'], stdin=r)
	os.close(r)
	time.sleep(1)
	os.write(w, b'from a pipe that does not block')
	os.close(w)
	p.wait()
	used = os.times()
	sys.exit(p.returncode or used.children_user + used.children_system > .3)
	EOF2
	check 'an input that does not block' python3 slow.py
	check 'is read' says '"from a pipe that does not block"' last
else
	skip 'an input that does not block' 'no python3'
fi

# a pipeline of ksh93 is a socket
if command -v ksh93 >/dev/null; then
	: >err
	cat >late <<-'E'
	{ until grep -q waiting err; do sleep .05; done; echo late; } |
	    csp-send --from me early 2>err
	E
	check 'a slow pipeline of ksh93 is waited for' ksh93 late
	check 'and nothing of it is lost' says '"early\n\nlate"' last
fi

# odd outputs
csp-send -n --register --from bob
answer() {
	id=$(csp-poll --wait 10 --limit 1 --format '%i' bob) &&
	csp-send --from bob --to me --reply-to "$id" <big2
}
head -c 300000 /dev/zero | tr '\0' z >big2
csp-poll bob >/dev/null
if test -c /dev/full; then
	answer &
	full() { csp-send -n --from me --to bob --wait 10 q >/dev/full; }
	check 'a reply onto a full disk is 5' status 5 full
	answer &
	closed() { csp-send -n --from me --to bob --wait 10 q >&-; }
	check 'and to no standard output' status 5 closed
fi
answer &
( csp-send -n --from me --to bob --wait 10 q; echo $? >st ) 2>err | head -c 9 >got
eventually 5 test -s st
check 'a reader that goes away ends it quietly' test ! -s err
check 'as by SIGPIPE' grep -qE '141|269' st
csp-send -n --from me --to bob --wait 30 q >out 2>err &
p=$!
eventually 5 csp-poll --peek bob
kill -INT $p 2>/dev/null || :
kill $p; wait $p
check 'a signal ends the wait' test $? -gt 128
check 'without a word' test ! -s out -a ! -s err
finish
