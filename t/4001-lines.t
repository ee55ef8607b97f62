#!/bin/sh
# csp-send --lines and --json: nothing doubled, nothing lost, and at any end it
# is said how far it came
. "$(dirname "$0")/tap.sh"
port=$((20000 + $$ % 20000))
preload || :	# then without a disk that fails
gateway --rate 0 || { echo 'Bail out! no gateway'; exit 1; }
csp-send -n --register --from me

# room: how many messages there are
room() { req GET '/history?limit=1' | sed 's/.*"total":\([0-9]*\).*/\1/'; }
# metric NAME: its value
metric() { req GET /metrics | sed -n "s/^$1 //p"; }
# how_far FILE: the line that is said to be the last acknowledged, else 0
how_far() { sed -n 's/^csp-send: the last line acknowledged is \([0-9]*\); .*/\1/p' "$1" | grep . || echo 0; }
# sent NAME FILE: the room ends with these lines, each once and in order
sent() {
	csp-poll --all --after "$before" --format %c >got
	check "$1" cmp "$2" got
}
# said TEXT: this is all that it said
said() { printf '%s\n' "$1" >said; diff -u said err; }
# noting COMMAND: with its standard error in the file err
noting() { "$@" 2>err; }
# refused CLASS: the gateway has answered so
refused() { test "$(metric "csp_requests_total{status=\"$1\"}")" -ge 1; }
far_enough() { test "$(how_far err)" -ge "$1"; }

awk 'BEGIN { for (i = 1; i <= 100000; i++) print "line " i }' >many
before=$(room) connections=$(metric csp_connections_total)
check '100,000 lines' csp-send --from me --lines <many
# this asks, too
check 'through one connection' \
    test "$(metric csp_connections_total)" -eq $((connections + 2))
sent 'each once and in order' many

before=$(room)
csp-poll --all --after $((before - 1000)) --json >json
check 'what csp-poll prints in JSON' csp-send --json <json
tail -n 1000 many >want
sent 'is what csp-send takes' want
csp-poll --all --after $((before - 1000)) --format '%f %t %y %c' >got
{ tail -n 1000 many; tail -n 1000 many; } | sed 's/^/me broadcast broadcast /' >want
check 'from whom and to whom it was' cmp want got

# one request looks at so many of them only, and says so
csp-send --from me --to me late </dev/null
looked() { req GET "/history?to=me$1" >got; cat got; grep -q "$2" got; }
check 'what is rare is found at the end' looked '&limit=2' \
    '"count":1,.*"late"}\],"searched":\[[0-9]*,'"$(room)\]"
check 'forward it is said how far was looked' looked '&after=0&wait=0' \
    "\"count\":0,.*\\[\\],\"searched\":\\[1,100000\\]"
check 'from where it goes on' looked '&after=100000&wait=0' '"late"}\]}$'
check 'or it waits until it is there' looked '&after=0&wait=20' '"late"}\]'

printf 'a\nb' >in; before=$(room)
check 'input that ends within a line' csp-send --from me --lines <in
printf 'a\nb\n' >want
sent 'loses nothing' want
printf '{"content":"a"}\n{"content":"b' >in; before=$(room)
check 'within JSON: 5' noting status 5 csp-send --from me --json <in
printf 'a\n' >want
sent 'half a message is none' want
check 'and said' said 'csp-send: line 2: not a message in JSON
csp-send: the last line acknowledged is 1; sent in all: 1'

# a refusal in the middle stops nobody else
awk 'BEGIN { for (i = 1; i <= 3000; i++)
	printf "{\"to\":\"%s\",\"content\":\"m %d\"}\n", i % 1000 == 7 ? "nobody" : "all", i }' >in
awk 'BEGIN { for (i = 1; i <= 3000; i++) if (i % 1000 != 7) print "m " i }' >want
before=$(room)
check 'refusals in the middle: 4' noting status 4 csp-send --from me --json <in
sent 'the others are sent, in order' want
check 'and each is named' said 'csp-send: line 7: no agent named "nobody" is registered
csp-send: line 1007: no agent named "nobody" is registered
csp-send: line 2007: no agent named "nobody" is registered
csp-send: the last line acknowledged is 3000; sent in all: 2997'

# killed LINES SIGNAL: the input under one key, not much more of it than so many
# lines; when these are there the signal comes
before=$(room)
head -n 2000 many >want
mkfifo fifo
past() { test "$(room)" -ge $((before + $1)); }
let_on() { test "$1" -lt "$last" && past "$1"; }
slowly() {
	i=0
	while read -r l; do
		echo "$l"
		i=$((i + 1))
		not_ahead 100 $i let_on
	done <want >fifo
}
begin() {	# LINES
	last=$1
	csp-send --from me --lines --key killed <fifo 2>err &
	sender=$!
	slowly 2>/dev/null &
	feeder=$!
}
killed() {
	begin "$1"
	eventually 10 past "$1" || return 1
	kill "-$2" $sender
	wait $sender; st=$?
	kill $feeder; wait $feeder
	return 0
} 2>/dev/null
check 'killed in the middle' killed 300 KILL
check 'ended by a signal in the middle' killed 600 TERM
check 'it ends as by that signal' test $st -eq 143
check 'and says how far it came' far_enough 1
check 'which is no more than there is' past "$(how_far err)"
# who was started with this signal ignored, as by nohup, passes that on
if sh -c 'kill -HUP $$'
then skip 'a terminal that is gone likewise' 'SIGHUP is ignored'
else
	check 'a terminal that is gone likewise' killed 900 HUP
	check 'says so, too' far_enough 1
fi 2>/dev/null
begin 2000
check 'a gateway' eventually 10 past 1200
kill -KILL $gw_pid; wait $gw_pid 2>/dev/null
check 'that is killed' again --rate 0
check 'and another time' eventually 10 past 1500
kill -KILL $gw_pid; wait $gw_pid 2>/dev/null
again --rate 0
check 'ends nothing' wait $sender
check 'without a word' test ! -s err
sent 'all of it is there, once and in order' want
check 'sent once more' csp-send --from me --lines --key killed <want
sent 'nothing is there twice' want

# not now: the rate of an agent's token; a disk that is full
kill $gw_pid; wait $gw_pid 2>/dev/null
again --rate 20
owner=$CSP_AUTH_TOKEN
CSP_AUTH_TOKEN=$(csp-send --register --print-token --from slow)
head -n 230 many >want
before=$(CSP_AUTH_TOKEN=$owner room)
check 'over the rate' csp-send --from slow --lines <want
CSP_AUTH_TOKEN=$owner
check 'it was refused for a while' refused 4xx
sent 'all is sent, once and in order' want
if test -n "$preloaded"; then
	before=$(room)
	echo 'write 28' >fault
	csp-send --from me --lines <want 2>err &
	sender=$!
	check 'a full disk' eventually 10 refused 5xx
	rm -f fault
	check 'is waited for' wait $sender
	sent 'all is sent, once and in order' want
else skip 'a full disk' 'no preloading'
fi

# what is printed cannot be printed
if test -w /dev/full; then
	full() { csp-send --from me --lines --print-id <want >/dev/full 2>err; }
	check 'standard output is full: 5' status 5 full
	check 'which is said' grep -q '^csp-send: standard output: ' err
	check 'and how far it came' far_enough 1
else skip 'standard output is full' 'no /dev/full'
fi
{ csp-send --from me --lines --print-id <many 2>err; echo $? >st; } | head -n 1 >got
check 'a reader that goes away' grep -qE '141|269' st
check 'is told how far it came' far_enough 1

check 'nobody is there: 3' noting status 3 csp-send --from me --lines \
    --gateway-url "http://127.0.0.1:$port" <want
check 'no line was acknowledged' grep -q '^csp-send: no line was acknowledged$' err
check 'a good end needs no word' noting csp-send --from me --lines </dev/null
check 'and has none' test ! -s err
finish
