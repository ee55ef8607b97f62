#!/bin/sh
# csp-poll: what it prints, what it acknowledges, and that it goes on
. "$(dirname "$0")/tap.sh"
gateway || { echo 'Bail out! no gateway'; exit 1; }
says() { want=$1; shift; "$@" >got; printf '%s\n' "$want" >want; diff -u want got; }
send() { csp-send -n --from me "$@"; }
texts() { csp-poll --format %c "$@"; }

csp-send -n --register --from me
csp-send -n --register --from bob
texts bob >/dev/null
check 'nothing is 1' status 1 csp-poll bob
send --to bob one; send two; send --to bob three
check 'peeking takes nothing' says 'one
two
three' texts --peek bob
check '--limit takes so many' says one texts --limit 1 bob
check 'the rest is still there' says 'two
three' texts bob
check 'then no more' status 1 csp-poll bob

send --to bob 'two
lines'
csp-poll bob >got
sed 's/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]$/TIME/; s/^\[[0-9]*\]/[N]/' got >got2
printf '[N] me -> bob TIME\ntwo\nlines\n\n' >want
check 'a paragraph for people' diff -u want got2
send --to bob 'a "quoted" \ text'
csp-poll --json bob | sed 's/.*"content":\(".*"\).*/\1/' >got
printf '%s\n' '"a \"quoted\" \\ text"' >want
check '--json' diff -u want got
send --to bob 'x
y'; send --to bob z
csp-poll -0 bob | tr '\0\n' '\n_' >got
printf 'x_y\nz\n' >want
check '-0' diff -u want got
send --to bob f
check '--format' says 'me>bob 	[direct]%f' \
    csp-poll --format '%f>%t \t[%y]%%%c' bob
check 'CSP_AGENT_ID says whose' status 1 env CSP_AGENT_ID=bob csp-poll
check 'ids in any case' status 1 csp-poll BOB

printf 'esc \033[31m c1 \302\233 bidi \342\200\256 end' | csp-send --from me --to bob
printf 'esc \033[31m c1 \302\233 bidi \342\200\256 end\n' >want
texts --peek bob >got
check 'a pipe gets the text as it is' diff want got
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1
then
	script -qec "csp-poll bob" /dev/null </dev/null | tr -d '\r' | sed 1d >got
	printf 'esc \\x1b[31m c1 \\u009b bidi \\u202e end\n\n' >want
	check 'a terminal gets it printable' diff -u want got
else skip 'a terminal gets it printable' 'no script(1)'
fi

# waiting
waits() { req GET /metrics | grep -q '^csp_waiters 1$'; }
later() { eventually 10 waits >/dev/null; send --to bob "$1"; }
texts bob >/dev/null
later late &
check '--wait waits' says late texts --wait 10 bob
check 'not for longer' status 1 csp-poll --wait 1 bob
later ever &
check '--wait 0 waits for ever' says ever texts --wait 0 bob

# what was not written is not acknowledged
i=0
while test $i -lt 300; do i=$((i + 1)); echo "line $i"; done |
    csp-send --from me --to bob --lines
if test -c /dev/full; then
	full() { csp-poll bob >/dev/full; }
	check 'a full disk is 5' status 5 full
	texts --peek bob | wc -l | tr -d ' ' >got; echo 300 >want
	check 'and takes nothing' diff -u want got
fi
( csp-poll bob; echo $? >status ) 2>err | head -1 >/dev/null
eventually 10 test -s status
check 'head is no error message' test ! -s err
check 'it ends as by SIGPIPE' grep -qE '141|269' status
texts --peek bob | wc -l | tr -d ' ' >got
check 'and takes nothing that was not read' diff -u want got
closed() { csp-poll bob >&-; }
check 'no standard output at all is 5' status 5 closed
texts bob | sed 's/line //' >got
seq 1 300 >want
check 'all of it, in order' diff -u want got

# the room
check '--history' says 'line 299
line 300' csp-poll --history 2 --format %c
csp-poll --all --format %i >got
LC_ALL=C sort -n -u got >want
check '--all, each once, in order' diff -u want got
grep -c . got >n_all
csp-poll --history 10000 --format %i | grep -c . >n_history
check 'is the whole history' diff -u n_all n_history
check 'nothing of the history' status 1 csp-poll --history 0
check '--limit' says 'line 1
line 2' sh -c "csp-poll --all --format %c | grep '^line [0-9]' | head -2"
check '--after' says 'line 299
line 300' csp-poll --all --after "$(($(csp-poll --history 1 --format %i) - 2))" --format %c
check 'the newest: nothing' status 1 csp-poll --all --after "$(csp-poll --history 1 --format %i)"
check 'not of an inbox' status 2 csp-poll --after 1 bob
csp-poll --agents >got
check '--agents' grep -q '^bob  *.* 0 unread' got
req POST /stream_update '{"from":"bob","state":"waiting","detail":"1\nme person"}' >/dev/null
check 'an agent is one line, whatever it says' \
    sh -c 'csp-poll --agents | grep "^bob .* 1\\\\x0ame person\$"'
csp-poll --agents --json >got
check '--agents --json, one a line' grep -q '^{"id":"bob",.*}$' got

id=$(csp-poll --history 1 --format %i)
check '--receipts' says 'bob queued' \
    sh -c "csp-poll --receipts $id | sed 's/^[0-9:]* //'"
csp-poll --receipts "$id" --json >got
check '--receipts --json' grep -q '^{"agent":"bob","stage":"queued".*}$' got
csp-poll --receipts "$id" --follow --json >follow 2>&1 &
p=$!; pids="$pids $p"
eventually 5 test -s follow
csp-send -n --from bob --reply-to "$id" answered
check '--follow ends when all is done' eventually 5 grep -q '"replied"' follow
wait $p
check 'well' test $? -eq 0
check 'no such message' status 4 csp-poll --receipts 999999

# --follow
texts bob >/dev/null
csp-poll --format %c --follow bob >follow 2>follow.err &
p=$!; pids="$pids $p"
csp-poll --all --follow --format %c >all 2>&1 &
p2=$!; pids="$pids $p2"
csp-poll --stream --history 2 >stream 2>&1 &
p3=$!; pids="$pids $p3"
send --to bob f1
check '--follow prints what comes' eventually 5 grep -q '^f1$' follow
check '--all --follow too' eventually 5 grep -q '^f1$' all
check '--stream too' eventually 5 grep -q '"content":"f1"' stream
check 'after the history asked for' grep -q '"content":"answered"' stream
check 'and the agents' grep -q '^{"id":"bob"' stream
kill -9 "$gw_pid"; wait "$gw_pid" 2>/dev/null
again
send --to bob f2; send --to bob f3
check 'over a restart' eventually 10 grep -q '^f3$' follow
printf 'f1\nf2\nf3\n' >want
check 'each once, in order' diff -u want follow
check 'all, too' eventually 10 grep -q '^f3$' all
grep '^f[0-9]' all >got
check 'each once' diff -u want got
check 'and the stream' eventually 10 grep -q '"content":"f3"' stream
grep -o '"content":"f[0-9]"' stream >got
printf '"content":"f1"\n"content":"f2"\n"content":"f3"\n' >want
check 'each once' diff -u want got
kill $p $p2 $p3
wait $p $p2 $p3 2>/dev/null
check 'what was followed is acknowledged' status 1 csp-poll bob
send --to bob l1
check '--follow --limit ends' says l1 texts --follow --limit 1 bob
check '--follow --wait ends, too' status 1 csp-poll --follow --wait 1 bob

# refusals and usage
check 'unknown agent' status 4 csp-poll nobody
check 'no gateway' status 3 csp-poll --gateway-url http://127.0.0.1:1 bob
check 'a wrong token' status 4 csp-poll --auth-token x bob
check 'two inboxes' status 2 csp-poll a b
check 'two views' status 2 csp-poll --all --agents
check 'two formats' status 2 csp-poll --json -0 bob
check 'an unknown option' status 2 csp-poll --nonsense
check 'a bad limit' status 2 csp-poll --limit 0
check 'a bad id' status 2 csp-poll a/b
check '--help' csp-poll --help
check '--version' csp-poll --version
finish
