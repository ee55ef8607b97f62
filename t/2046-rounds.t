#!/bin/sh
# what comes in one round of the gateway's loop, and what one round is to send
. "$(dirname "$0")/tap.sh"

has() { pat=$1; shift; req "$@" >has.out; grep -q -- "$pat" has.out || { cat has.out; return 1; }; }
metric() { has "^csp_$1 $2\$" GET /metrics; }
# pipe: requests of METHOD TARGET BODY lines, all in one segment; their answers
pipe() {
	while read -r method target body; do
		printf '%s %s HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\nContent-Length: %d\r\n\r\n%s' \
		    "$method" "$target" ${#body} "$body"
	done | req -r -e -t 20
}

check 'a gateway starts' gateway --rate 0

# two of a kind in one round: each has its effect
for a in x y z; do
	req POST /register "{\"agentId\":\"$a\",\"instance\":\"run-$a\"}" >o
	req -t 30 -H "X-Instance: run-$a" GET "/inbox/$a?wait=25" >control.$a &
	eval "w$a=\$!"
done
check 'three wait' eventually 5 metric waiters 3
pipe >o <<EOT
POST /control {"to":"x","action":"pause"}
POST /control {"to":"y","action":"resume"}
EOT
check 'two controls in one round wake both' eventually 5 metric waiters 1
# shellcheck disable=SC2154 # set by eval
wait "$wx" "$wy"
check 'with what is for each' sh -c 'grep -q pause control.x && grep -q resume control.y'
req -H 'X-Instance: run-x' -t 30 GET '/inbox/x?wait=25&control=99999999999' >left.x & wx=$!
check 'two wait' eventually 5 metric waiters 2
pipe >o <<EOT
DELETE /agent/x
DELETE /agent/y
DELETE /agent/z
EOT
# shellcheck disable=SC2154
wait "$wx" "$wz"
check 'who leaves in one round: each reader is told' sh -c 'grep -q "^404" left.x && grep -q "^404" control.z'

# what streams are told of who leaves, and of what a program was given
mkfifo say; req -s <say >told 2>&1 & s=$!
pids="$pids $s"
exec 7>say
printf 'GET /stream HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\n\r\n' >&7
check 'a stream' eventually 5 metric streams 1
for a in l m; do req POST /register "{\"agentId\":\"$a\"}" >reg.$a; done
id() { req POST /message "$1" | sed 's/.*"messageId":\([0-9]*\).*/\1/'; }
one=$(id '{"from":"l","to":"m","content":"1"}') two=$(id '{"from":"m","content":"2"}')
read=$(id '{"from":"m","to":"l","content":"3"}') last=$(id '{"from":"l","content":"4"}')
CSP_AUTH_TOKEN=$(sed 's/.*"token":"\([^"]*\)".*/\1/' reg.l) req POST /mcp \
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_inbox","arguments":{}}}' >o
told() { tr -d '\000' <told >plain; cmp told plain && grep -q -- "$1" told || { cat told; return 1; }; }
check 'what is given is told' eventually 5 told \
    '^data: {"messageId":'"$read"',"agent":"l","stage":"submitted","timestamp":"'
req POST /receipt "{\"from\":\"m\",\"messageId\":$one,\"stage\":\"held\",\"reason\":\"busy\"}" >o
check 'and what is held' eventually 5 told '{"messageId":'"$one"',"agent":"m","stage":"held","reason":"busy",'
req DELETE /agent/m >o
left() { told '{"messageId":'"$1"',"agent":"m","stage":"failed","reason":"left",'; }
check 'that will not be read any more' eventually 5 left "$one"
check 'nor what was to all' left "$last"
check 'but not what it said itself' sh -c '! grep -q "\"messageId\":'"$two"',\"agent\":\"m\"" told'
exec 7>&-; kill $s; wait $s 2>/dev/null
check 'it goes' eventually 5 metric streams 0

# more to send than a round may hold: the rest comes in the next ones
i=0; while test $i -lt 14; do printf '%065536d' 0; i=$((i + 1)); done | tr 0 x >big
{ printf '{"from":"a","content":"'; cat big; printf '"}'; } >big.json
req POST /register '{"agentId":"a"}' >o
req POST /register '{"agentId":"b"}' >o
mkfifo hold; req -k 150 GET /stream <hold >held 2>&1 & h=$!
exec 8>hold
check 'a hundred and fifty streams' eventually 10 metric streams 150
check 'are sent a message of 900 kB' has '^200' POST /message - <big.json
check 'none of them is closed for that' metric streams 150
exec 8>&-; wait $h
check 'and they go' eventually 10 metric streams 0
# who asks for much and reads nothing of it, many times
for i in 1 2 3 4 5 6 7 8; do req POST /message - <big.json >o; done
few() { req GET /metrics >m; c=$(sed -n 's/^csp_connections //p' m); test "$c" -ge 5 && test "$c" -le 25; }
# two requests each, in one segment
twice=$(printf 'X: y\r\n\r\nGET /history HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: %s' "$CSP_AUTH_TOKEN")
rm hold; mkfifo hold; req -k 90 -H "$twice" GET /history <hold >held 2>&1 & h=$!
exec 8>hold
check 'ninety ask for 8 MB and read nothing' eventually 20 grep -q held held
check 'so many are closed that the rest is bearable' eventually 10 few
small() { test "$(awk '/^VmRSS/ { print $2 }' "/proc/$gw_pid/status")" -lt 300000; }
if test -r "/proc/$gw_pid/status"; then check 'in memory too' small
else skip 'in memory too' 'no /proc here'; fi
check 'others are served' has '^200' POST /message '{"from":"b","content":"beside it"}'
exec 8>&-; wait $h
kill "$gw_pid"; wait "$gw_pid"

# a long poll over more of the room than one look takes
${CC:-cc} -std=c99 -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 -I"$top" -o mkjournal \
    "$top/t/bench/mkjournal.c" "$top/lib/journal.c" && ./mkjournal j 250000
check 'a room of 250,000 messages' gateway --rate 0 --journal j
for a in seldom never; do req POST /register "{\"agentId\":\"$a\"}" >o; done
req POST /message '{"from":"seldom","content":"the last"}' >o
check 'what is far behind is found' has '"count":1,.*"the last"' -t 20 GET '/history?after=0&wait=15&from=seldom'
req -t 30 GET '/history?after=0&wait=25&from=never' >waited & w=$!
check 'for what is not there one waits' eventually 5 metric waiters 1
req POST /message '{"from":"seldom","content":"other"}' >o
check 'also after other news' metric waiters 1
req POST /message '{"from":"never","content":"at last"}' >o
wait $w
check 'and has it when it comes' grep -q '"count":1,.*"at last"' waited
check 'standard error said nothing' test ! -s gw.err
finish
