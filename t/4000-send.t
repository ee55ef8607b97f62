#!/bin/sh
# csp-send: what it makes of arguments and input, retries, waits, refusals
. "$(dirname "$0")/tap.sh"
gateway || { echo 'Bail out! no gateway'; exit 1; }

# the last N messages' texts, as JSON strings, one a line
last() { csp-poll --history "$1" --json | sed 's/.*"content":\(".*"\).*/\1/'; }
# says WANT COMMAND...: the command's standard output is exactly WANT and \n
says() { want=$1; shift; "$@" >got; printf '%s\n' "$want" >want; diff -u want got; }
quiet() { "$@" >out.q 2>&1 && test ! -s out.q; }

check 'registers' quiet csp-send -n --register --from me
check 'and another' quiet csp-send -n --register --from bob
check 'arguments are one message' quiet csp-send -n --from me one two
check 'which says so' says '"one two"' last 1
echo 'from input' >in
check 'input is one message' quiet csp-send --from me <in
check 'without its last newline' says '"from input"' last 1
printf 'a\n\nb\n\n' >in
check 'both' quiet csp-send --from me 'the text' <in
check 'arguments, a blank line, input' says '"the text\n\na\n\nb\n"' last 1
check 'text with input closed' quiet csp-send --from me closed <&-
check 'sent' says '"closed"' last 1
check 'text with input from /dev/null' quiet csp-send --from me null </dev/null
check 'sent' says '"null"' last 1
printf 'x' >file
check 'text and a file' quiet csp-send --from me with <file
check 'sent' says '"with\n\nx"' last 1
check 'without looking at input' quiet csp-send -n --from me without <file
check 'sent' says '"without"' last 1
# what ends later than a socket would be waited for
slow_pipe() {
	{ csp-poll --wait 2 me; echo late; } | csp-send --from me early 2>err
}
check 'a slow pipe is waited for' slow_pipe
check 'without a word where no terminal is' test ! -s err
check 'and nothing is lost' says '"early\n\nlate"' last 1
check 'nothing to send' status 2 csp-send --from me </dev/null

check 'to one agent' quiet csp-send -n --from me --to BOB direct
check 'is direct' says 'me bob direct direct' \
    csp-poll --history 1 --format '%f %t %y %c'
check 'reply-to and urgent go along' quiet \
    csp-send -n --from me --reply-to 1 --urgent now
csp-poll --history 1 --json >got
check 'and arrive' grep -q '"replyTo":1.*"urgent":true\|"urgent":true.*"replyTo":1' got

seq 1 500 >in
check 'many lines' quiet csp-send --from me --lines <in
sed 's/.*/"&"/' in >want
last 500 >got
check 'all, in order' diff -u want got
printf 'a\n\nb' >in
check 'empty lines are none' quiet csp-send --from me --lines <in
printf '"a"\n"b"\n' >want
last 2 >got
check 'and the last needs no end' diff -u want got
yes 0123456789012345678901234567890123456789 | head -c 1500000 | tr -d '\n' >big
check 'a line that is too long for the gateway is refused' \
    status 4 csp-send --from me --lines <big

printf '%s\n' '{"content":"j1","to":"bob"}' 'nonsense' '{"content":"j2",
' '{"content":"j3","id":99,"hops":7}' >lines
check 'lines of JSON, not all good' status 5 csp-send --from me --json <lines
printf 'me bob j1\nme broadcast j3\n' >want
csp-poll --history 2 --format '%f %t %c' >got
check 'the good ones are sent' diff -u want got

csp-send --from me --key k1 -n once && csp-send --from me --key k1 -n once
printf '"j3"\n"once"\n' >want
last 2 >got
check 'the same key is the same message' diff -u want got
seq 1 3 | csp-send --from me --key k2 --lines
seq 1 4 | csp-send --from me --key k2 --lines
printf '"1"\n"2"\n"3"\n"4"\n' >want
last 4 >got
check 'lines sent again are there once' diff -u want got

newest=$(csp-poll --history 1 --format %i)
check '--print-id tells the number and the key' says "$((newest + 1)) k3-1" \
    csp-send -n --from me --key k3 --print-id numbered
printf '%s\n' '{"content":"own","key":"mine"}' '{"content":"own","key":"mine"}' \
    '{"content":"other"}' >lines
printf '%s\n' "$((newest + 2)) mine" "$((newest + 2)) mine" "$((newest + 3)) k4-3" >want
csp-send --from me --json --key k4 --print-id <lines >got
check 'a line may have a key of its own' diff -u want got
check 'which is no key' status 5 sh -c 'echo "{\"content\":\"x\",\"key\":\"a b\"}" | csp-send --from me --json'
id=$(csp-send -n --from me --to bob --print-id 'a question'); id=${id%% *}
echo "{\"from\":\"bob\",\"messageId\":$id,\"stage\":\"held\",\"reason\":\"busy\"}" >lines
check 'a line may be a receipt' quiet csp-send --json <lines
check 'which it is' says 'bob held (busy)' sh -c "csp-poll --receipts $id | sed 's/^[0-9:]* //'"

printf 'caf\351' | csp-send --from me 2>err
check 'what is no UTF-8 is replaced' says '"caf�"' last 1
check 'and said' grep -q 'no UTF-8' err
printf 'a\000b' >in
check 'NUL is refused' status 4 csp-send --from me <in

# waiting
answer() {
	id=$(csp-poll --wait 10 --limit 1 --format '%i' bob) || return
	csp-send -n --from bob --to me --reply-to "$id" "$@"
}
csp-poll bob >/dev/null
answer 'the answer' &
check '--wait prints the reply and nothing else' \
    says 'the answer' csp-send -n --from me --to bob --wait 10 'the question'
answer 'from any' &
check 'from anybody to a broadcast' \
    says 'from any' csp-send -n --from me --wait 10 'everybody?'
wait_one() { csp-send -n --from me --to bob --wait 1 hello 2>err; }
check 'no reply in time is 1' status 1 wait_one
check 'and says what became of it' grep -q 'bob: queued' err
csp-poll bob >/dev/null
answer 'replied' &
check '--until replied prints it' \
    says replied csp-send -n --from me --to bob --until replied --wait 10 q
post() {
	curl -sS -H "X-Auth-Token: $CSP_AUTH_TOKEN" -d "$2" \
	    "$CSP_GATEWAY_URL$1" >/dev/null
}
if command -v curl >/dev/null; then
	receipt() {
		id=$(csp-poll --wait 10 --limit 1 --format '%i' bob) || return
		post /receipt "{\"from\":\"bob\",\"messageId\":$id,\"stage\":\"$1\",\"reason\":\"$2\"}"
	}
	csp-poll bob >/dev/null
	receipt submitted '' &
	check '--until submitted' quiet \
	    csp-send -n --from me --to bob --until submitted --wait 10 q
	receipt failed dead &
	wait_failed() { csp-send -n --from me --to bob --wait 10 q 2>err; }
	check 'a failure ends the wait' status 1 wait_failed
	check 'and says why' grep -q 'bob: failed (dead)' err
else
	skip '--until submitted' 'no curl'
fi
csp-send -n --register --from gone
leave() {
	eventually 10 csp-poll --peek gone
	curl -sS -X DELETE -H "X-Auth-Token: $CSP_AUTH_TOKEN" \
	    "$CSP_GATEWAY_URL/agent/gone" >/dev/null
}
if command -v curl >/dev/null; then
	leave &
	wait_gone() { csp-send -n --from me --to gone --wait 10 q 2>err; }
	check 'an agent that leaves ends the wait' status 1 wait_gone
fi

# identity
check '--print-token prints it' csp-send --register --print-token --from carl
token=$(csp-send --register --print-token --from carl </dev/null)
as_carl() { CSP_AGENT_ID=carl CSP_AUTH_TOKEN=$token "$@"; }
check 'an agent sends as itself' quiet as_carl csp-send -n 'I am carl'
check 'by default' says 'carl' csp-poll --history 1 --format %f
check 'and as nobody else' status 4 as_carl csp-send -n --from me 'I am not'
login=$(id -un | tr 'A-Z' 'a-z')
check 'without a name the sender is the login name' quiet csp-send -n person
check 'registered as a person' says "$login" csp-poll --history 1 --format %f
csp-poll --agents --json | grep "\"id\":\"$login\"" >got
check 'which the gateway knows' grep -q '"human":true' got

# refusals and usage
check 'unknown recipient' status 4 csp-send -n --from me --to nobody x
check 'unknown sender' status 4 csp-send -n --from nobody x
csp-send -n --from me --to nobody x 2>err
check 'in the words of the gateway' grep -q 'no agent named "nobody"' err
check 'a wrong token' status 4 csp-send -n --auth-token wrong --from me x
check 'a good one' quiet csp-send -n --auth-token "$CSP_AUTH_TOKEN" --from me x
echo "$CSP_AUTH_TOKEN" >tok; chmod 600 tok
without_env() { (unset CSP_AUTH_TOKEN; "$@"); }
check 'from a file' quiet without_env \
    csp-send -n --auth-token-file tok --from me x
chmod 644 tok
check 'which others may not read' status 5 without_env \
    csp-send -n --auth-token-file tok --from me x
no_env() { (unset CSP_AUTH_TOKEN CSP_GATEWAY_URL; "$@"); }
check "from the room's file" quiet no_env csp-send -n --from me x
check 'from the room that is named' quiet \
    csp-send -n --room default --from me x
check 'a room that does not run' status 3 csp-send -n --room other --from me x
check 'an agent never falls back to it' status 3 no_env \
    env CSP_AGENT_ID=me csp-send -n x
check 'no gateway' status 3 \
    csp-send -n --gateway-url http://127.0.0.1:1 --from me x
check 'no URL' status 2 csp-send -n --gateway-url ftp://x --from me x
check 'an unknown option' status 2 csp-send --nonsense
check 'a bad number' status 2 csp-send --wait soon x
check 'a bad stage' status 2 csp-send --until tomorrow x
check 'a bad id' status 2 csp-send --to 'a b' x
left() {
	csp-send --register --from goes </dev/null &&
	    csp-send --leave --from goes &&
	    status 4 csp-send --to goes hi </dev/null
}
check '--leave takes an agent out of the room' left
check 'one that is not in it: 4' status 4 csp-send --leave --from goes
check '--leave with text' status 2 csp-send --leave --from goes bye
check '--lines with text' status 2 csp-send --lines x
check 'one form at a time' status 2 csp-send --lines --json
check '--help' csp-send --help
check '--version' csp-send --version
ps_shows() {
	csp-send --auth-token sesame --from me --wait 9 --to bob -n x &
	p=$!
	ps -o args= -p $p >ps.out
	kill $p
	! grep -q sesame ps.out
}
if test -z "${CSP_TEST_FOREIGN:-}" && ps -o args= -p $$ >/dev/null 2>&1
then check 'a token does not stay in the arguments' eventually 5 ps_shows
else skip 'a token does not stay in the arguments' 'no ps'
fi

# handing over a reply: what arrives at the socket, and what is answered
check '--reply without a sidecar' status 5 csp-send --reply x
check '--reply to a socket that is gone' status 5 \
    env CSP_REPLY="$tmp/none" csp-send --reply x
if command -v python3 >/dev/null; then
	cat >serve.py <<-'EOF'
	import socket, sys
	s = socket.socket(socket.AF_UNIX)
	s.bind('reply.sock')
	s.listen(5)
	open('ready', 'w').close()
	for answer in sys.argv[1:]:
	    c = s.accept()[0]
	    data = b''
	    while True:
	        part = c.recv(65536)
	        if not part:
	            break
	        data += part
	    open('handed', 'wb').write(data)
	    c.sendall(answer.encode() + b'\n')
	    c.close()
	EOF
	python3 serve.py ok ok 'no not in a turn' &
	pids="$pids $!"
	eventually 5 test -e ready
	CSP_REPLY=$tmp/reply.sock; export CSP_REPLY
	printf 'the\ntext\n' >in
	check '--reply hands over its input' quiet csp-send --reply <in
	{ echo 'csp-reply 1 -'; cat in; } >want
	check 'byte for byte' cmp want handed
	check '--field and an argument' quiet \
	    csp-send --reply --field last_message '{"a":1}' <in
	printf 'csp-reply 1 last_message\n{"a":1}' >want
	check 'and nothing of the input' cmp want handed
	refused() { csp-send --reply x 2>err; }
	check 'what the sidecar refuses is 5' status 5 refused
	check 'in its words' grep -q 'not in a turn' err
	unset CSP_REPLY
else
	skip '--reply hands over its input' 'no python3'
fi

# over a restart of the gateway nothing is lost and nothing doubled
newest() { csp-poll --history 1 --format %c | tr -d n; }
reached() { test "$(newest)" -ge "$1"; }
port=${CSP_GATEWAY_URL##*:}
i=0
until test -e stop; do
	i=$((i + 1))
	echo "n$i"
	not_ahead 100 $i reached
	echo $i >total
done | csp-send --from me --lines &
sender=$!
eventually 20 reached 100
kill -9 "$gw_pid"; wait "$gw_pid" 2>/dev/null
again
check 'sending goes on over a restart' eventually 20 reached $(($(newest) + 100))
touch stop
check 'and ends well' wait $sender
csp-poll --all --format %c | grep '^n[0-9]' >got
seq 1 "$(cat total)" | sed 's/^/n/' >want
check 'every line once and in order' cmp want got
finish
