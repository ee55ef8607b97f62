#!/bin/sh
# HTTP: right where clients differ, strict where two readings are an attack
. "$(dirname "$0")/tap.sh"

gateway --rate 0 --max-body 4096
req POST /register '{"agentId":"a"}' >o
req POST /register '{"agentId":"b"}' >o
T='X-Auth-Token: @TOKEN@\r\n'
H="Host: localhost\r\n$T"
P='{"from":"a","content":"x"}'		# 26 bytes

# raw STATUSES TEXT: the statuses of all answers, to what printf makes of TEXT
raw() {
	want=$1; shift
	# shellcheck disable=SC2059
	printf "$@" | req -r -e >raw.out
	got=$(sed -n 's/.*HTTP\/1\.1 \([0-9]*\) .*/\1/p' raw.out | tr '\n' ' ')
	test "$got" = "$want " || { echo "want $want, got $got"; cat raw.out; return 1; }
}
C='Connection: close\r\n'
G="GET /agents HTTP/1.1\r\n$H"

check 'a request' raw 200 "$G$C\r\n"
check 'pipelined ones are answered in order' raw '200 404 200' \
    "$G\r\nGET /nope HTTP/1.1\r\n$H\r\n$G$C\r\n"
# shellcheck disable=SC2059
printf "$G\r\n" | awk '{ g = g $0 "\n" } END { for (i = 0; i < 20000; i++) printf "%s", g }' |
    req -r -e >many
check 'so are twenty thousand, of one who has half closed' test "$(grep -c 'HTTP/1.1 200' many)" -eq 20000
check 'one that closes ends it' raw 200 "$G$C\r\n$G\r\n"
B="POST /message HTTP/1.1\r\n$H"
check 'a head that begins as the one before is read to its end' raw '200 200 200 200 404 400' \
    "${B}Content-Length: 26\r\n\r\n$P${B}Content-Length: 27\r\n\r\n$P ${B}Content-Length: 28\r\n\r\n$P  $G\r\nGET /nope HTTP/1.1\r\n$H\r\n${B}Content-Length: 26\r\nContent-Length: 26\r\n\r\n$P"
W='GET /agents HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: '
check 'and speaks with its own token' raw '200 200 200 401 200' \
    "$W@TOKEN@\r\n\r\n$W@TOKEN@\r\n\r\n$W@TOKEN@\r\n\r\n${W}wrong\r\n\r\n$W@TOKEN@\r\n$C\r\n"
check 'HTTP/1.0 without Host closes' raw 200 "GET /agents HTTP/1.0\r\n$T\r\n"
check 'HTTP/1.0 that asks for it is kept' raw '200 200' \
    "GET /agents HTTP/1.0\r\nConnection: keep-alive\r\n$T\r\nGET /agents HTTP/1.0\r\n$T\r\n"
check 'an empty line before it' raw 200 "\r\n$G$C\r\n"
check 'an absolute form for us' raw 200 "GET http://localhost/agents HTTP/1.1\r\n$H$C\r\n"
check 'a body by its length' raw 200 "POST /message HTTP/1.1\r\n$H${C}Content-Length: 26\r\n\r\n$P"
check 'a chunked body' raw 200 "POST /message HTTP/1.1\r\n$H${C}Transfer-Encoding: chunked\r\n\r\n5\r\n{\"fro\r\n15;x=y\r\nm\":\"a\",\"content\":\"x\"}\r\n0\r\nTrail: er\r\n\r\n"
check 'something behind a chunked body is the next request' raw '200 200' \
    "POST /message HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n1a\r\n$P\r\n0\r\n\r\n$G$C\r\n"
check 'Expect: 100-continue whose body is there needs no word' raw 200 \
    "POST /message HTTP/1.1\r\n$H${C}Expect: 100-continue\r\nContent-Length: 26\r\n\r\n%s" "$P"
expects() {
	: >on
	{
		printf "POST /message HTTP/1.1\r\n$H${C}Expect: 100-continue\r\nContent-Length: 26\r\n\r\n"
		eventually 10 grep -q '100 Continue' on >waited
		printf '%.8s' "$P"; printf '%s' "${P#????????}"
	} | req -s >on
	test "$(grep -c '100 Continue' on)" -eq 1 && grep -q ' 200 ' on
}
check 'one whose body is not is told to go on, once' expects
check 'HEAD has a length and no body' raw '200 404' \
    "HEAD /health HTTP/1.1\r\n$H\r\nHEAD /nope HTTP/1.1\r\n$H$C\r\n"
check 'and no bytes of it' sh -c '! grep "{" raw.out'
check 'a long poll of a half-closed client is answered' raw 200 \
    "GET /inbox/a?wait=30 HTTP/1.1\r\n$H\r\n"
check 'what is pipelined behind a long poll waits its turn' raw '200 200' \
    "GET /inbox/a?wait=1&after=999 HTTP/1.1\r\n$H\r\n$G$C\r\n"

check 'both lengths' raw 400 "POST /message HTTP/1.1\r\n${H}Content-Length: 26\r\nTransfer-Encoding: chunked\r\n\r\n$P"
check 'two lengths' raw 400 "POST /message HTTP/1.1\r\n${H}Content-Length: 26\r\nContent-Length: 27\r\n\r\n$P"
check 'a length that is none' raw 400 "POST /message HTTP/1.1\r\n${H}Content-Length: +26\r\n\r\n$P"
check 'an unknown coding' raw 501 "POST /message HTTP/1.1\r\n${H}Transfer-Encoding: gzip\r\n\r\n$P"
check 'a bad chunk size' raw 400 "POST /message HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\nxx\r\n$P\r\n0\r\n\r\n"
check 'a chunk without its end' raw 400 "POST /message HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n1a\r\n${P}0\r\n\r\n"
check 'a bare line feed' raw 400 "GET /agents HTTP/1.1\n$H\r\n"
check 'a bare carriage return' raw 400 "GET /agents HTTP/1.1\r\nX: a\rb\r\n$H\r\n"
check 'a space before the colon' raw 400 "GET /agents HTTP/1.1\r\nX : a\r\n$H\r\n"
check 'folding' raw 400 "GET /agents HTTP/1.1\r\nX: a\r\n b\r\n$H\r\n"
check 'NUL' raw 400 "GET /agents HTTP/1.1\r\nX: a\000b\r\n$H\r\n"
check 'a control' raw 400 "GET /agents HTTP/1.1\r\nX: a\001b\r\n$H\r\n"
check 'no Host' raw 400 "GET /agents HTTP/1.1\r\n$T\r\n"
check 'two Hosts' raw 400 "GET /agents HTTP/1.1\r\nHost: localhost\r\n$H\r\n"
check 'an absolute form for another' raw 400 "GET http://evil.example/agents HTTP/1.1\r\n$H\r\n"
check 'a foreign Host' raw 403 "GET /agents HTTP/1.1\r\nHost: evil.example\r\n$T$C\r\n"
check 'HTTP/2.0' raw 505 "GET /agents HTTP/2.0\r\n$H\r\n"
check 'garbage' raw 400 "hello\r\n\r\n"
check 'garbage after the body' raw '200 400' "POST /message HTTP/1.1\r\n${H}Content-Length: 26\r\n\r\n${P}garbage\r\n\r\n"
check 'a body over the limit is not read' raw 413 "POST /message HTTP/1.1\r\n${H}Content-Length: 4097\r\n\r\n$P"
check 'nor a chunked one' sh -c '{
	printf "POST /message HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n"
	head -c 5000 /dev/zero; } | req -r | grep "HTTP/1.1 413"'
big=$(head -c 4064 /dev/zero | tr '\0' x)
check 'one at the limit is' sh -c 'req POST /message "{\"from\":\"a\",\"content\":\"$1\"}" | grep ^200' - "$big"xxxxxxx
check 'one byte more is not' sh -c 'req POST /message "{\"from\":\"a\",\"content\":\"$1\"}" | grep ^413' - "$big"xxxxxxxx
check 'a head over the limit' sh -c '{ printf "GET /agents HTTP/1.1\r\nHost: localhost\r\nX: "
	head -c 17000 /dev/zero | tr "\0" x; } | req -r | grep "HTTP/1.1 431"'
check 'a target over the limit' sh -c '{ printf "GET /"
	head -c 17000 /dev/zero | tr "\0" x; } | req -r | grep "HTTP/1.1 41[34]"'
check 'no token: the body is not waited for' raw 401 \
    "POST /message HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n"

head='POST /message HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n'
# shellcheck disable=SC2059
printf "$head$G$C\r\n" | req -r -c "$(printf "$head" | wc -c | tr -d ' ')" >told
check 'who has no token is answered before the body, and the connection closes' \
    sh -c 'grep "HTTP/1.1 401" told && grep "^Connection: close" told'
check 'so that no body is ever taken for a request' test "$(grep -c HTTP/1.1 told)" -eq 1

# the same however it is cut
n0=$(req GET /health | sed 's/.*"messages":\([0-9]*\).*/\1/')
printf "POST /message HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n5\r\n{\"fro\r\n15\r\nm\":\"a\",\"content\":\"x\"}\r\n0\r\n\r\nPOST /message HTTP/1.1\r\n$H${C}Content-Length: 26\r\n\r\n%s" "$P" >c
for cut in 1 2 3 7 50; do
	check "in pieces of $cut" sh -c "req -r -c $cut <c | grep -c messageId | grep -x 2"
done
n1=$(req GET /health | sed 's/.*"messages":\([0-9]*\).*/\1/')
check 'each message came once' test $((n1 - n0)) -eq 10

kill "$gw_pid"; wait "$gw_pid"
long=http://$(printf %0189d 0).xyz	# 200 bytes
gateway --rate 0 --allow-origin http://ok.example --allow-origin "$long" --allow-host box.example
check 'an allowed origin' sh -c 'req -i -H "Origin: http://ok.example" GET /health |
	grep "^Access-Control-Allow-Origin: http://ok.example"'
check "a browser's first question needs no token" sh -c 'req -i -n -H "Origin: http://ok.example" OPTIONS /message |
	grep "^Access-Control-Allow-Headers: .*X-Auth-Token"'
check 'the longest origin is answered in whole lines' sh -c "req -i -n -H 'Origin: $long' OPTIONS /mcp >o
	grep -q '^Access-Control-Allow-Origin: $long' o && grep -q '^Access-Control-Allow-Headers: .*X-Instance' o"
check 'a longer one is none' status 2 csp-gateway --allow-origin "$long/"
check 'another is not' sh -c 'req -H "Origin: http://no.example" GET /health | grep ^403'
check 'an allowed host' raw 200 "GET /health HTTP/1.1\r\nHost: box.example:80\r\n$T$C\r\n"
check 'a host that only looks like this one' raw 403 "GET /health HTTP/1.1\r\nHost: localhost.evil.example\r\n$T$C\r\n"

# event streams
req POST /register '{"agentId":"a"}' >o
req POST /register '{"agentId":"s"}' >o
req POST /message '{"from":"a","content":"one"}' >o
n=$((n)) id=$(req POST /message '{"from":"a","to":"s","content":"two"}' | sed 's/.*Id":\([0-9]*\).*/\1/')
printf "GET /stream HTTP/1.1\r\nLast-Event-ID: $((id - 2))\r\n$H\r\n" | req -r -t 60 >st 2>st.err &
s1=$!; pids="$pids $s1"
req -i -t 60 -H 'Accept: text/event-stream' GET /inbox/s >st2 2>st2.err &
s2=$!; pids="$pids $s2"
streams() { req GET /metrics | grep -q "^csp_streams $1\$"; }
check 'two streams' eventually 5 streams 2
req POST /message '{"from":"s","content":"three"}' >o
req POST /stream_update '{"from":"a","state":"busy","content":"par"}' >o
req POST /message '{"from":"a","content":"four"}' >o
kill "$gw_pid"; wait "$gw_pid"; wait $s1; wait $s2
check 'a stream of the room resumes, and goes on' sh -c \
    'tr -d "\r" <st | grep -c "^event: message" | grep -x 4'
check 'each with its id' grep -q "^id: $((id + 2))" st
check 'and updates' sh -c 'grep "\"from\":\"a\",.*\"state\":\"busy\",\"content\":\"par\"" st'
check 'in the right form' sh -c 'grep "^Content-Type: text/event-stream" st && grep "^Transfer-Encoding: chunked" st'
check "a stream of an inbox has what is its own" sh -c 'tr -d "\r" <st2 | sed -n "s/.*\"content\":\"\([a-z]*\)\".*/\1/p" | tr "\n" " " | grep -x "one two four "'
gateway --rate 0
check 'a stream acknowledges nothing' sh -c 'req GET /inbox/s | grep one.*two.*four'
check 'standard error said nothing' test ! -s gw.err
finish
