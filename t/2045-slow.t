#!/bin/sh
# who is slow, silent or many costs only himself; clocks that jump; the end.
# Time is moved, not waited for: t/fault sets the gateway's clocks.
. "$(dirname "$0")/tap.sh"
preload || skip_all 'nothing can be preloaded here'

has() { pat=$1; shift; req "$@" >has.out; grep -q -- "$pat" has.out || { cat has.out; return 1; }; }
post() { req POST /message '{"from":"a","content":"'"$1"'"}'; }
metric() { has "^csp_$1 $2\$" GET /metrics; }
# with the one that asks
connections() { metric connections "$1"; }
H='Host: localhost\r\nX-Auth-Token: @TOKEN@\r\n'
POST='POST /message HTTP/1.1\r\n'$H

trap '' PIPE			# who is told no longer is no fault of the test's

clock 0 0
gateway --rate 0
req POST /register '{"agentId":"a"}' >o
req POST /register '{"agentId":"b"}' >o

# talk N: a connection N that is sent what goes to descriptor N, and what it
# was told in told.N; hush N ends it
talk() {
	rm -f say.$1; mkfifo say.$1
	req -s <say.$1 >told.$1 2>&1 &
	pids="$pids $!"
	eval "exec $1>say.$1"
}
hush() { eval "exec $1>&-"; }
silent() { test ! -s told.$1 || { cat told.$1; return 1; }; }
told() { grep -q -- "$2" told.$1 || { cat told.$1; return 1; }; }

# slow heads and bodies, beside one that waits
req -t 60 GET '/inbox/b?wait=50&after=999' >waited &
w=$!
check 'a reader waits' eventually 5 metric waiters 1
talk 5; printf 'GET /health HTTP/1.1\r\nHo' >&5
talk 6; printf "${POST}Content-Length: 26\r\n\r\n" >&6
talk 7; printf "${POST}Content-Len" >&7
talk 8; printf "${POST}Transfer-Encoding: chunked\r\n\r\n1\r\n" >&8
talk 9
came() { metric received_bytes_total '[0-9]*'; sed -n 's/^csp_received_bytes_total //p' has.out; }
check 'six are there' eventually 5 connections 7
b0=$(came)
printf 'gth: 26\r\n\r\n' >&7
more() { test "$(came)" -ge "$1"; }
check 'a head comes in two' eventually 5 more $((b0 + 13))
clock 5000 0
printf 'st: loc' >&5; printf '{"from":"a' >&6; printf '{"from":"a' >&7; printf '{' >&8
check 'each sends a little' eventually 5 more $((b0 + 41))
check 'and nobody is cut off yet' connections 7
clock 10100 0
check 'a head that is not there in 10 s: 408' eventually 5 sh -c 'req GET /health >o; grep "HTTP/1.1 408" told.5'
check 'a little more of it was no help, and the connection closes' told 5 '^Connection: close'
hush 5
check 'the others are still there' eventually 5 connections 6
clock 50500 0
b0=$(came); printf '"' >&6; printf '"' >&7
check 'bodies have 60 s' eventually 5 more $((b0 + 2))
wait $w
check 'a long poll has had its time before' grep -q '^200 \[\]' waited
check 'and has gone, but no body is given up' eventually 5 connections 5
clock 60300 0
check 'a body that is not there in time: 408' eventually 5 sh -c 'req GET /health >o; grep "HTTP/1.1 408" told.6'
check 'also where its head came in two' eventually 5 told 7 'HTTP/1.1 408'
check 'and where it is chunked' eventually 5 told 8 'HTTP/1.1 408'
hush 6; hush 7; hush 8
check 'nothing of them was taken for a message' has '"total":0' GET /history
check 'one that has said nothing yet is there' eventually 5 connections 2
printf "GET /health HTTP/1.1\r\n$H\r\n" >&9
check 'and is answered' eventually 5 told 9 '"status":"ok"'
clock 350000 0
check 'a kept connection may be idle for 5 min' connections 2
clock 361000 0
check 'and then is closed' eventually 5 connections 1
hush 9
check 'without a word' test "$(grep -c HTTP/ told.9)" -eq 1

# slow readers
big=$(head -c 1000000 /dev/zero | tr '\0' x)
i=0; while test $i -lt 8; do
	printf '{"from":"a","to":"b","content":"%s"}' "$big" | req POST /message - >o; i=$((i + 1))
done
rm -f say.5; mkfifo say.5; req -s -z <say.5 & pids="$pids $!"
exec 5>say.5
printf "GET /inbox/b?after=0 HTTP/1.1\r\n$H\r\nGET /health HTTP/1.1\r\n$H\r\n" >&5
stuck() { metric deliveries_total "$1" && metric requests_total.status=.2xx.. '[0-9]*'; }
check 'a reader asks for 8 MB and takes nothing' eventually 5 stuck 8
check 'others are served meanwhile' has '^200' POST /message '{"from":"b","content":"beside it"}'
clock 410000 0
check 'for a minute' connections 2
clock 422500 0
check 'then its connection is closed' eventually 5 connections 1
hush 5
check 'one that takes it slowly has all of it' sh -c 'req GET "/inbox/b?after=0" | wc -c | tr -d " " | grep "^8[0-9]\{6\}$"'

# our last words are waited for, but not for ever
rm -f say.5; mkfifo say.5; req -s -z <say.5 & pids="$pids $!"
exec 5>say.5
clock 422500 0 still
printf 'garbage\r\n\r\n' >&5
check 'garbage is answered' eventually 5 metric 'requests_total.status="4xx".' '[4-9]'
check 'and its sender may stay to read that' connections 2
clock 424700 0
check 'for two seconds' eventually 5 connections 1
hush 5

# event streams
talk 5; k=$!
printf "GET /stream HTTP/1.1\r\n$H\r\n" >&5
check 'a stream' eventually 5 metric streams 1
clock 424800 0
check 'is silent' connections 2
clock 439900 0
check 'for 15 s: then a comment shows that it lives' eventually 5 sh -c 'req GET /health >o; grep "^:" told.5'
hush 5
rm -f say.6; mkfifo say.6; req -s -z <say.6 & pids="$pids $!"
exec 6>say.6
printf "GET /stream?after=0 HTTP/1.1\r\n$H\r\n" >&6
check 'a second one, whose reader takes nothing' eventually 5 metric streams 2
check 'the first goes on' sh -c 'req POST /message "{\"from\":\"a\",\"content\":\"go on\"}" >o'
check 'with what came' eventually 5 told 5 '"content":"go on"'
clock 490000 0
check 'for a minute' metric streams 2
clock 501000 0
check 'then it is closed, and the first is not' eventually 5 metric streams 1
check 'which goes on' sh -c 'req POST /message "{\"from\":\"a\",\"content\":\"and on\"}" >o'
check 'as before' eventually 5 told 5 '"content":"and on"'
{ kill $k; wait $k; } 2>&1 | cat >o
check 'one whose reader has gone is known to be gone' eventually 5 metric streams 0
hush 5; hush 6

# a clock on the wall that jumps
clock 1000000 0
req -t 60 GET '/inbox/a?wait=50&after=9999' >waited &
w=$!
check 'one waits' eventually 5 metric waiters 1
for ms in 1000 -3600000 86400000 -86400000 315360000000 0; do
	clock 1000000 $ms
	check "the wall's clock jumps by $ms ms" eventually 1 has '^200' \
	    POST /message '{"from":"a","content":"wall"}'
done
check 'it still waits' metric waiters 1
stamps() {
	req GET '/history?limit=1000' | tr '{' '\n' |
	    sed -n 's/.*"timestamp":"\([^"]*\)".*/\1/p' >stamps
	test "$(wc -l <stamps)" -ge 10 && LC_ALL=C sort -c stamps
}
check 'timestamps never go back' stamps
sed -n '$p' stamps >last
clock 1000000 -7200000
kill "$gw_pid"; wait "$gw_pid"; wait $w
gateway --rate 0
post again >o
check 'nor over a restart' stamps
check 'where they go on from the newest' sh -c 'tail -n 1 stamps | cat last - | LC_ALL=C sort -c'
check 'a rate is of time that passed, whatever the wall says' sh -c 'req GET /health | grep "\"uptime\":[0-9][,0-9]"'

# the end: time stands still, so that all of it is seen
clock 1000000 0 still
talk 5; printf "GET /health HTTP/1.1\r\n$H\r\n" >&5
check 'one is connected' eventually 5 told 5 '"status":"ok"'
talk 6; printf "${POST}Content-Length: 26\r\n\r\n" >&6
check 'one is in the middle of a request' eventually 5 connections 3
post before >o
kill -TERM "$gw_pid"
check 'SIGTERM: nobody new is taken' eventually 5 sh -c 'req GET /health; test $? = 3'
printf "${POST}Content-Length: 26\r\n\r\n"'{"from":"a","content":"x"}' >&5
check 'new work: 503' eventually 5 told 5 'HTTP/1.1 503'
check 'and the connection closes' told 5 '^Connection: close'
printf '{"from":"a","content":"x"}' >&6
check 'also for what had begun' eventually 5 told 6 'HTTP/1.1 503'
clock 1000200 0
st=0; wait "$gw_pid" || st=$?
check 'then it ends with 0' test $st -eq 0
hush 5; hush 6
rm clock
gateway --rate 0
check 'what was answered is there, what was refused is not' \
    has '"content":"before"}\]' GET '/history?limit=1'

# answers that are on their way leave before the end
for i in 1 2 3 4 5 6 7 8; do
	printf '{"from":"a","to":"b","content":"%s"}' "$big" | req POST /message - >o
done
rm -f say.5 slow; mkfifo say.5 slow
req -s <say.5 >slow &
pids="$pids $!"
exec 5>say.5 6<slow
printf "GET /inbox/b?after=0&limit=8 HTTP/1.1\r\n$H\r\n" >&5
asks() { metric deliveries_total 8; }
check 'one asks for 8 MB' eventually 5 asks
clock 0 0 still
kill -TERM "$gw_pid"
check 'at the end' eventually 5 sh -c 'req GET /health; test $? = 3'
clock 2000 0
check 'and has all of it' test "$(head -c 8000900 <&6 | wc -c)" -eq 8000900
exec 6<&-
hush 5
st=0; wait "$gw_pid" || st=$?
check 'which is a success' test $st -eq 0

# keys
clock 0 0
gateway --rate 0 --room k
req POST /register '{"agentId":"a"}' >o
k() { req -H 'Idempotency-Key: day' POST /message '{"from":"a","content":"key"}'; }
k1=$(k)
clock 0 86000000
check 'a key is good for a day' test "$(k)" = "$k1"
kill "$gw_pid"; wait "$gw_pid"
gateway --rate 0 --room k
check 'also over a restart' test "$(k)" = "$k1"
clock 0 86402000
k2=$(k)
check 'and no longer' test "$k2" != "$k1"
kill "$gw_pid"; wait "$gw_pid"
gateway --rate 0 --room k
check 'then it is the newer one' test "$(k)" = "$k2"

# a run holds its agent while it has a connection, and 5 s longer
clock 0 0
reg() { req POST /register '{"agentId":"held","instance":"'"$1"'"}' | sed 's/.*"agentId":"\([^"]*\)".*/\1/'; }
check 'a run takes a name' test "$(reg one)" = held
rm -f say.5; mkfifo say.5; req -s <say.5 >told.5 &
k=$!; pids="$pids $k"
exec 5>say.5
printf "GET /inbox/held?wait=50&after=99 HTTP/1.1\r\nX-Instance: one\r\n$H\r\n" >&5
check 'and waits' eventually 5 metric waiters 1
clock 20000 0
check 'its name is not taken while it does' test "$(reg two)" = held-2
{ kill $k; wait $k; } 2>&1 | cat >o; hush 5
check 'it goes away' eventually 5 metric waiters 0
clock 22000 0
check 'nor at once' test "$(reg three)" = held-3
clock 40000 0
check 'but later' test "$(reg four)" = held
rm clock

# descriptors: what fails is not tried all the time, nor given up
clock 0 86402000 still
talk 5; printf "GET /health HTTP/1.1\r\n$H\r\n" >&5
check 'one is connected' eventually 5 told 5 '"status":"ok"'
talk 6; printf "GET /health HTTP/1.1\r\n$H\r\n" >&6
check 'another is, too' eventually 5 told 6 '"status":"ok"'
: >fault.log; echo 'accept 24' >fault
req -t 60 GET /health >late &
w=$!
check 'a third cannot be taken' eventually 5 grep -q accept fault.log
lines() { test "$(tr '\r' '\n' <told.5 | grep -c 'HTTP/1.1 200')" -eq "$1"; }
for i in 2 3 4 5; do
	printf "GET /health HTTP/1.1\r\n$H\r\n" >&5
	eventually 5 lines $i
done
check 'who is there is served' lines 5
check 'and it is not tried again and again' test "$(grep -c accept fault.log)" -eq 1
check 'it is said once' test "$(grep -c 'new connections wait' gw.err)" -eq 1
clock 200 86402000 still
check 'after a while it is tried again' eventually 5 sh -c 'test "$(grep -c accept fault.log)" -eq 2'
rm fault
clock 400 86402000 still
check 'and done' eventually 5 grep -q '"status":"ok"' late
echo 'accept 24' >fault
req -t 60 GET /health >late &
w=$!
check 'a fourth cannot be taken' eventually 5 sh -c 'test "$(grep -c accept fault.log)" -eq 3'
rm fault
printf "GET /health HTTP/1.1\r\nConnection: close\r\n$H\r\n" >&6
check 'before another has gone' eventually 5 grep -q '"status":"ok"' late
hush 5; hush 6
wait $w
rm clock
kill "$gw_pid"; wait "$gw_pid"
gateway --rate 0

# storms and crowds
storm() {
	for i in 1 2 3 4 5; do
		echo | req "$@" >o || return 1
	done
}
check 'connections that are reset at once' storm -z -k 200
check 'in a long poll' storm -z -k 200 GET '/inbox/a?wait=50&after=9999'
check 'in a stream' storm -z -k 200 GET '/stream?after=0'
check 'in the middle of a body' storm -z -k 200 -H 'Content-Length: 999' POST /message
check 'and that are closed so' storm -k 200 GET '/inbox/a?wait=50&after=9999'
check 'leave nothing behind' eventually 5 connections 1
check 'nor anybody waiting' metric waiters 0
check 'nor in a stream' metric streams 0
most=$(ulimit -Hn)
case $most in [0-9]*) ;; *) most=20000 ;; esac
crowd=$((most - 200))
test $crowd -le 10000 || crowd=10000
rm -f say.5; mkfifo say.5
req -k "$crowd" <say.5 >held &
k=$!; pids="$pids $k"
exec 5>say.5
check "$crowd idle connections" eventually 20 connections $((crowd + 1))
check 'a message beside them' has '^200' POST /message '{"from":"a","content":"crowd"}'
check 'is delivered' has '"content":"crowd"' GET '/history?limit=1'
hush 5; wait $k
check 'and they go' eventually 10 connections 1
check 'standard error said nothing' test ! -s gw.err
finish
