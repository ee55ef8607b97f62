#!/bin/sh
# nothing acknowledged is lost: what a full, failing or damaged disk does
. "$(dirname "$0")/tap.sh"

has() { pat=$1; shift; req "$@" >has.out; grep -q -- "$pat" has.out || { cat has.out; return 1; }; }
post() { req POST /message '{"from":"a","content":"'"$1"'"}'; }
stop() { kill "$gw_pid"; wait "$gw_pid"; }
J=$CSP_DIR/default.journal
reg() { req POST /register '{"agentId":"a"}' >o; req POST /register '{"agentId":"b"}' >o; }
# the ids and contents in the history
told() { req GET '/history?limit=1000' | tr '{' '\n' | sed -n 's/.*"id":\([0-9]*\),.*"content":"\([^"]*\)".*/\1 \2/p'; }

gateway --rate 0; reg
check 'a second gateway on the same journal is refused' sh -c \
    'csp-gateway --port 0 2>e; test $? = 5 && grep "another gateway has it open" e'
check 'the journal is for its owner alone' sh -c "ls -l $J | grep '^-rw-------'"
post one >o; post two >o; post three >o; stop
check 'after SIGTERM it ended well' test $? -eq 0
check '--check finds nothing wrong' sh -c "csp-gateway --check $J >c && grep 'messages 3, ids 1 to 3' c"

# a torn tail
printf '{"id":4,"timestamp":"2026' >>"$J"
check '--check sees a torn line' sh -c "csp-gateway --check $J >c; test \$? = 1 && grep 'line 6 at byte .* is torn' c"
gateway --rate 0
check 'a torn tail is cut off, and said' grep -q 'the last line (6, at byte [0-9]*) is torn: 25 bytes cut off' gw.err
check 'the next message has its number' has '"messageId":4' POST /message '{"from":"a","content":"four"}'
stop
# a flipped byte, and a whole last line that is damaged
sed 's/"content":"two"/"content":"twO"/' "$J" >j && cat j >"$J"
line=$(grep -n twO "$J" | cut -d: -f1)
gateway --rate 0
check 'a damaged line is told by its number and place' grep -q "line $line at byte [0-9]* is damaged: skipped and kept" gw.err
told >got; printf '1 one\n3 three\n4 four\n' >want
check 'the rest is served' diff -u want got
check 'it is kept in the file' grep -q twO "$J"
stop
sed 's/"content":"four"/"content":"foUr"/' "$J" >j && cat j >"$J"
gateway --rate 0
check 'the id of a damaged last line stays used' has '"messageId":5' POST /message '{"from":"a","content":"five"}'
stop; gateway --rate 0
check 'also later' has '"messageId":6' POST /message '{"from":"a","content":"six"}'
stop

# a real limit: SIGXFSZ and EFBIG
size=$(wc -c <"$J")
rm -f gw.env
( ulimit -f $((size / 512 + 2)); exec csp-gateway --port 0 --rate 0 >gw.env 2>gw.err ) &
gw_pid=$! pids="$pids $gw_pid"
eventually 10 grep -q CSP_AUTH_TOKEN gw.env; . ./gw.env
big=$(head -c 3000 /dev/zero | tr '\0' x)
check 'over the file size limit: 507' has '^507 .*"not-stored"' POST /message '{"from":"a","content":"'"$big"'"}'
check 'it was cut back to a whole line' test "$(tail -c 1 "$J" | od -An -c | tr -d ' ')" = '\n'
check 'what is small enough is taken' has '^200 .*"messageId":7' POST /message '{"from":"a","content":"seven"}'
check 'standard error says it' grep -q 'journal: messages are refused' gw.err
check 'and that it is over' grep -q 'the journal is written again' gw.err
check 'reading went on' has '"content":"seven"' GET '/inbox/b?after=0'
stop
check 'nothing is damaged' sh -c "csp-gateway --check $J | grep 'damaged lines 2'"
check 'no directory is taken for a journal' sh -c \
    "csp-gateway --port 0 --journal $tmp 2>e; test \$? = 5 && grep -i directory e"
if test "$(id -u)" -ne 0; then
	chmod 400 "$J"
	check 'a read-only file: one line, status 5' sh -c "csp-gateway --port 0 2>e; test \$? = 5 && test \$(wc -l <e) = 1"
	chmod 600 "$J"
fi

# faults on demand
if preload; then
	J=$tmp/f.journal
	gateway --rate 0 --journal "$J"
	: >fault.log
	reg
	printf 'pwrite\nsync\nname\nanswer\npwrite\nsync\nanswer\n' >want
	check 'the first answer comes when the journal has its name, too' diff -u want fault.log
	: >fault.log
	post one >o
	printf 'pwrite\nsync\nanswer\n' >want
	check 'write and sync come before the answer' diff -u want fault.log
	: >fault.log
	i=0; while test $i -lt 50; do
		printf 'POST /message HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\n%sContent-Length: 29\r\n\r\n{"from":"a","content":"pipe"}' \
		    "$(test $i -lt 49 || printf 'Connection: close\r\nX: ')"
		i=$((i + 1))
	done | sed 's/X: Content/Content/' >pipe
	req -r <pipe >o
	check 'fifty pipelined messages are answered' test "$(grep -c messageId o)" -eq 50
	check 'with one write, one sync and one answer' test "$(grep -c sync fault.log) $(grep -c pwrite fault.log) $(grep -c answer fault.log)" = '1 1 1'
	told >before
	for f in 'write 28' 'write 5' 'write 122' 'write 30' 'short 40' 'short 1'; do
		echo "$f" >fault
		check "$f: 507" has '^507 .*"not-stored"' POST /message '{"from":"a","content":"lost"}'
		check "$f: nothing of it is there" sh -c "csp-gateway --check $J"
		rm fault
	done
	told >after
	check 'no message was invented or lost' diff -u before after
	check 'when there is room again it goes on' has '^200 .*"messageId":52' POST /message '{"from":"a","content":"again"}'
	echo 'write 28' >fault
	mkfifo say; req -s <say >told & s=$!
	exec 8>say
	printf 'GET /stream HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@\r\n\r\n' >&8
	check 'a stream' eventually 5 has '^csp_streams 1$' GET /metrics
	check 'a drain that cannot be kept takes nothing' has '^507' GET /inbox/b
	check 'a registration neither' has '^507' POST /register '{"agentId":"c"}'
	check 'nor a leave' has '^507' DELETE /agent/b
	rm fault; req POST /stream_update '{"from":"b","state":"busy"}' >o
	check 'streams are told what was kept' eventually 5 grep -q '"from":"b".*"busy"' told
	check 'and nothing else' sh -c '! grep "\"c\"\|gone\|\"online\":false" told'
	exec 8>&-; kill $s; wait $s 2>/dev/null
	echo 'write 28' >fault
	check 'reading without taking works' has '"content":"again"' GET /history
	req GET '/inbox/a?wait=10' >waited &
	w=$!
	check 'a reader waits' eventually 5 has '^csp_waiters 1$' GET /metrics
	check 'what is refused' has '^507' POST /message '{"from":"b","to":"a","content":"no"}'
	rm fault
	post2=$(req POST /message '{"from":"b","to":"a","content":"yes"}')
	wait $w
	check 'does not reach it; it waits for what is kept' sh -c 'grep yes waited && ! grep \"no\" waited'
	check 'the inbox is as it was' has '"content":"one"' GET '/inbox/b'
	check 'the agents as well' sh -c '! req GET /agents | grep "\"c\""'
	printf 'short 30\n' >fault; : >fault.log
	post x >o
	check 'a short write is cut off' sh -c 'grep -x cut fault.log && head -c 3 o | grep 507'
	rm fault
	told >before
	printf 'short 1000\ncut 5\n' >fault
	post "$big" >o
	check 'what a short write left cannot be cut off: 507' grep -q '^507' o
	rm fault
	check 'it is cut before the next' has '^200 .*"messageId":54' POST /message '{"from":"a","content":"cut"}'
	check 'which is whole' csp-gateway --check "$J"
	told >before
	# what a gateway left that was killed between write and sync
	stop; : >fault.log
	gateway --rate 0 --journal "$J"
	printf 'sync\nname\n' >want
	check 'what is found is synced before anybody is told of it' diff -u want fault.log
	stop; echo 'sync 5' >fault
	check 'or nobody is' sh -c "LD_PRELOAD=$preloaded csp-gateway --port 0 --journal $J >o 2>e; test \$? = 5 && grep f.journal e"
	rm fault; gateway --rate 0 --journal "$J"
	# sync fails: never pretend
	echo 'sync 5' >fault
	check 'a sync that fails: 507' has '^507' POST /message '{"from":"a","content":"unsynced"}'
	rm fault
	check 'and 507 from then on' has '^507' POST /message '{"from":"a","content":"later"}'
	check 'health says so' has '"status":"journal failed"' GET /health
	check 'so does standard error' grep -q 'refused until a restart' gw.err
	check 'reading goes on' has again GET /history
	kill "$gw_pid"; wait "$gw_pid"
	check 'the end is no success' test $? -ne 0
	preloaded=
	gateway --rate 0 --journal "$J"
	told >after
	check 'after a restart what was acknowledged is there, nothing else' diff -u before after
	stop
	preload
	J=$tmp/g.journal
	gateway --rate 0 --journal "$J" --sync interval; reg
	echo 'sync 5' >fault
	check 'between two syncs a message is taken' has '^200' POST /message '{"from":"a","content":"x"}'
	clock 1500 0
	refused() { has '^507' POST /message '{"from":"a","content":"x"}'; }
	check 'where the sync then fails none is any more' eventually 5 refused
	rm fault
	check 'not even when the disk is well again' refused
	kill "$gw_pid"; wait "$gw_pid"
	check 'and the end is no success' test $? -ne 0
	# --compact on such a disk
	rm -f clock; preloaded=
	gateway --rate 0 --journal "$J"; reg
	for w in 1 2 3; do post $w >o; done
	stop
	cp "$J" whole
	compact() {
		LD_PRELOAD=$tmp/fault.so csp-gateway --compact "$J" --keep 1 >o 2>e
		test $? -eq 5 && test "$(wc -l <e)" -eq 1
	}
	for f in 'write 28' 'short 40' 'sync 5'; do
		echo "$f" >fault
		check "$f: nothing is compacted" compact
		check 'the journal is as it was' cmp whole "$J"
		check 'alone' test "$(ls "$J"*)" = "$J"
	done
	rm fault; : >fault.log
	check 'then it is' sh -c "LD_PRELOAD=$tmp/fault.so csp-gateway --compact $J --keep 1"
	printf 'sync\nname\nname\n' >want
	check 'and its name is on the disk, too' sh -c 'tail -n 3 fault.log | diff -u want -'
else
	skip 'faults on demand' 'nothing can be preloaded here'
fi

# intervals
gateway --rate 0 --journal i.journal --sync interval; reg
post one >o
check '--sync interval syncs within a second or so' eventually 4 has '^csp_journal_syncs_total [1-9]' GET /metrics
stop
gateway --rate 0 --journal none; reg; post one >o
check '--journal none keeps a room in memory' has '"content":"one"' GET /history
stop
finish
