#!/bin/sh
# limits: who is slow, greedy or many costs only himself
. "$(dirname "$0")/tap.sh"
has() { pat=$1; shift; req "$@" >has.out; grep -q -- "$pat" has.out || { cat has.out; return 1; }; }

# the rate
gateway --rate 1
req POST /register '{"agentId":"a"}' >o; a=$(sed 's/.*"token":"\([^"]*\)".*/\1/' o)
i=0; while test $i -lt 13; do
	printf 'POST /message HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: %s\r\nContent-Length: 26\r\n\r\n{"from":"a","content":"x"}' "$a"
	i=$((i + 1))
done | req -r >o
check 'a burst of ten times the rate is taken' test "$(grep -c messageId o)" -eq 10
check 'then 429, with the time to wait' sh -c 'grep "HTTP/1.1 429" o && grep "^Retry-After: 1" o'
check 'and the connection closes: the rest is not done' test "$(grep -c '"code"' o)" -eq 1
i=0; while test $i -lt 50; do
	printf 'POST /message HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\nContent-Length: 26\r\n\r\n{"from":"a","content":"x"}'
	i=$((i + 1))
done | req -r -e >o
check 'the owner may do a hundred times more' test "$(grep -c messageId o)" -eq 50
other='{"from":"a","messageId":1,"stage":"held"}'
i=0; while test $i -lt 15; do i=$((i + 1)); for w in 1 2 3 4 5 6 7 8 9 10; do
	printf 'POST /receipt HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: %s\r\nContent-Length: %d\r\n\r\n%s' "$a" ${#other} "$other"
done; done >receipts
CSP_AUTH_TOKEN=$a req -r <receipts >o
check 'what is no message has ten times the rate' sh -c 'grep "HTTP/1.1 429" o; n="$(grep -c bad-field o)"; test "$n" -ge 100 && test "$n" -lt 145'
check 'a second later there is room' eventually 3 sh -c \
    'req -n -H "X-Auth-Token: $1" POST /message "{\"from\":\"a\",\"content\":\"x\"}" | grep ^200' - "$a"
kill "$gw_pid"; wait "$gw_pid"

# descriptors
rm -f gw.env
( ulimit -n 24; exec csp-gateway --port 0 >gw.env 2>gw.err ) &
gw_pid=$! pids="$pids $gw_pid"
eventually 10 grep -q CSP_AUTH_TOKEN gw.env; . ./gw.env; export CSP_GATEWAY_URL CSP_AUTH_TOKEN
mkfifo hold
req -t 60 GET '/inbox/a?wait=40&after=99' >waited &
w=$!
waits() { has '^csp_waiters 1$' GET /metrics; }
check 'a reader waits' eventually 5 waits
req -k 60 <hold >held &
k=$!
exec 9>hold
check 'sixty connections where there is room for a few' eventually 5 grep -q held held
check 'it says so' eventually 5 grep -q 'accept: new connections wait' gw.err
check 'once' test "$(wc -l <gw.err)" -eq 1
req -t 30 GET /health >late 9>&- &
l=$!
exec 9>&-; wait $k
wait $l
check 'who came last is served when there is room' grep -q '"status":"ok"' late
check 'who was there was not dropped' has '^201' POST /register '{"agentId":"b"}'
req POST /message '{"from":"b","content":"for a"}' >o
wait $w
check 'and is still served' grep -q 'for a' waited

# the same before anything was written: the first commit needs none
few=$gw_pid; rm -f few.env
( ulimit -n 16; exec csp-gateway --port 0 --room few >few.env 2>few.err ) &
gw_pid=$! pids="$pids $gw_pid"
eventually 10 grep -q CSP_AUTH_TOKEN few.env; . ./few.env
mkfifo say; req -s <say >told & s=$!
exec 8>say
printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\n\r\n' >&8
check 'one is connected to a new room' eventually 5 grep -q '"status":"ok"' told
req -k 60 <hold >held 8>&- & k=$!
exec 9>hold
check 'then there are no descriptors left' eventually 5 grep -q 'accept: new connections wait' few.err
printf 'POST /register HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\nContent-Length: 15\r\n\r\n{"agentId":"a"}' >&8
check 'what it asks is written and synced all the same' eventually 5 grep -q 'HTTP/1.1 201' told
exec 9>&- 8>&-; wait $k
kill $s "$gw_pid"; wait $s "$gw_pid" 2>/dev/null
gw_pid=$few; . ./gw.env

# the end: who waits is answered, who asks is told, what is written is kept
req -i -t 60 GET '/inbox/a?wait=40&after=99' >waited &
w=$!
check 'a reader waits again' eventually 5 waits
kill -TERM "$gw_pid"
st=0; wait "$gw_pid" || st=$?
check 'SIGTERM: it ends with 0' test $st -eq 0
wait $w
check 'the reader was answered, and the connection closed' sh -c 'grep "200 OK" waited && grep "^Connection: close" waited'
check 'nobody answers any more' sh -c 'req GET /health; test $? = 3'

# a storm
gateway --rate 0
check 'connections that come and go at once' sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do echo | req -k 100 >o3; done'
check 'leave nothing behind' eventually 5 has '^csp_connections 1$' GET /metrics
check 'standard error said nothing' test ! -s gw.err

# options
no() { want=$1; shift; st=0; csp-gateway "$@" >no.out 2>&1 || st=$?
	test $st -eq "$want" && test "$(grep -c . no.out)" -eq 1 || { echo "status $st"; cat no.out; return 1; }; }
check 'a host that is not loopback' no 2 --host 0.0.0.0
check 'a port that is none' no 2 --port 70000
check 'a port in use' no 5 --journal none --port "${CSP_GATEWAY_URL##*:}"
check 'a sync that is none' no 2 --sync sometimes
check 'a rate that is none' no 2 --rate x
check 'a token file that others may read' sh -c 'echo secret >tok; chmod 644 tok
	csp-gateway --port 0 --auth-token-file tok 2>e; test $? = 5 && test $(wc -l <e) = 1'
check 'a journal in no directory' no 5 --journal /nowhere/x
check '--check of no file' no 5 --check /nowhere/x
check '--compact without --keep' no 2 --compact x
check '--compact of no file' no 5 --compact /nowhere/x --keep 1
check '--compact of a room that runs' no 5 --compact "$CSP_DIR/default.journal" --keep 1
check 'an argument' sh -c 'csp-gateway x 2>e; test $? = 2'
check '--help' sh -c 'csp-gateway --help | grep -q usage'
check '--version' sh -c 'csp-gateway --version | grep -q csp-gateway'
kill "$gw_pid"; wait "$gw_pid"

# files
check 'the room file is for its owner alone' sh -c "ls -l $CSP_DIR/default.env | grep '^-rw-------'"
old=$CSP_AUTH_TOKEN; unset CSP_AUTH_TOKEN CSP_GATEWAY_URL
gateway
check 'the token stays over a restart' test "$old" = "$CSP_AUTH_TOKEN"
kill "$gw_pid"; wait "$gw_pid"; unset CSP_AUTH_TOKEN CSP_GATEWAY_URL
check '--daemon prints the lines when it is ready' sh -c 'csp-gateway --port 0 --room d --daemon >d.env'
. ./d.env; export CSP_GATEWAY_URL CSP_AUTH_TOKEN
pids="$pids $CSP_GATEWAY_PID"
check 'which are those of the file' cmp d.env "$CSP_DIR/d.env"
check 'and it answers' has '"status":"ok"' GET /health
check 'with its own process id' kill "$CSP_GATEWAY_PID"
check '--daemon that cannot start says why and fails' sh -c 'csp-gateway --port 0 --journal /nowhere/x --daemon >e1 2>e2
	test $? = 5 && test ! -s e1 && test $(wc -l <e2) = 1'

# compaction
gateway --rate 0 --room c --max-hops 9
for w in a b gone; do req POST /register "{\"agentId\":\"$w\",\"capabilities\":{\"x\":\"$w\"}}" >o; done
req -H 'Idempotency-Key: k' POST /message '{"from":"a","content":"keyed"}' >keyed
req POST /message '{"from":"a","to":"b","content":"unread"}' >o
req GET '/inbox/gone' >o
for w in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do req POST /message "{\"from\":\"b\",\"content\":\"m$w\"}" >o; done
req GET '/inbox/a' >o
req POST /receipt '{"from":"b","messageId":2,"stage":"held","reason":"busy"}' >o
req DELETE /agent/gone >o
agents() { req GET /agents | sed 's/"online":[a-z]*,//g;s/"lastSeen":"[^"]*"/"lastSeen":null/g;s/"lastSeen":null//g'; }
agents >agents.1; req GET '/inbox/b?after=0' >inbox.1; req GET '/message/2' >m.1; req GET '/message/22' >g.1; req GET '/history?limit=3' | sed 's/"total":[0-9]*//' >h.1
kill "$gw_pid"; wait "$gw_pid"
J=$CSP_DIR/c.journal
cp "$J" whole
check '--compact' csp-gateway --compact "$J" --keep 3
check 'it keeps the old file' cmp whole "$J.old"
check 'and is smaller' test "$(wc -l <"$J")" -lt "$(wc -l <whole)"
check 'it is whole' csp-gateway --check "$J"
gateway --rate 0 --room c --max-hops 9
agents >agents.2; req GET '/inbox/b?after=0' >inbox.2; req GET '/message/2' >m.2; req GET '/message/22' >g.2; req GET '/history?limit=3' | sed 's/"total":[0-9]*//' >h.2
check 'one had left' grep -q '"gone":{"stage":"failed","reason":"left"' g.1
for w in agents inbox m g h; do check "$w is as it was" diff -u $w.1 $w.2; done
req -H 'Idempotency-Key: k' POST /message '{"from":"a","content":"keyed"}' >keyed.2
check 'a key is as it was' diff -u keyed keyed.2
check 'ids go on' has '"messageId":23' POST /message '{"from":"a","content":"next"}'
check 'what was read and is old is gone' has '"total":6' GET /history
for w in a b; do req GET /inbox/$w >o; done
kill "$gw_pid"; wait "$gw_pid"
check '--compact to nothing' csp-gateway --compact "$J" --keep 0
check 'the old file is kept beside the first one' test -f "$J.old.2"
gateway --rate 0 --room c --max-hops 9
check 'no message is left' has '"count":0,"total":0,' GET /history
req -H 'Idempotency-Key: k' POST /message '{"from":"a","content":"keyed"}' >keyed.3
check 'but the key' diff -u keyed keyed.3
check 'and the next id' has '"messageId":24' POST /message '{"from":"a","content":"after"}'
kill "$gw_pid"; wait "$gw_pid"

# a question that somebody has not read, and an answer that is read
gateway --rate 0 --room q
for w in x y z; do req POST /register "{\"agentId\":\"$w\"}" >o; done
req POST /message '{"from":"x","content":"who?"}' >o
req POST /receipt '{"from":"y","messageId":1,"stage":"submitted"}' >o
req POST /message '{"from":"y","to":"x","content":"I","replyTo":1}' >o
for w in x y; do req GET /inbox/$w >o; done
req GET /message/1 >q.1
kill "$gw_pid"; wait "$gw_pid"
check 'the answer is left behind' sh -c 'csp-gateway --compact $CSP_DIR/q.journal --keep 0 | grep "kept 1 messages"'
gateway --rate 0 --room q
req GET /message/1 >q.2
check 'and that it was given is not' grep -q '"y":{"stage":"replied","reason":"","replyId":2' q.2
check 'the receipts are as they were' diff -u q.1 q.2
check 'standard error said nothing' test ! -s gw.err
finish
