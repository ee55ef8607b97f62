# what csp-sidecar records, and what it reads out of that
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

with='--intro none --record cast'
side cast -t 400
check 'a message is answered' ask 'over a recorder'
printf 'mine\r' >&3
check 'as is the person' eventually 10 grep -q 'echo: mine' cast.out
eventually 10 state idle
done_with
check 'the recording is for nobody else' sh -c \
	'ls -l cast | grep -q "^-rw-------"'
check 'an asciicast of version 2' sh -c 'head -n 1 cast |
	grep -q "\"version\":2,.*\"width\":80,\"height\":24"'
check 'with what was typed by both' sh -c 'grep -q "\"i\",.*over a recorder" cast &&
	grep -q "\"i\",.*mine" cast'

check 'a replay' eval 'csp-sidecar --replay cast >played'
check 'prints what was delivered' grep -q \
	'"type":"delivery","stage":"submitted","messageId":1}' played
printf '"state":"%s"\n' busy idle >want
check 'the states' sh -c 'sed -n "s/.*\"type\":\"state\",\(\"state\":\"[a-z]*\"\).*/\1/p" \
	played | tail -n 2 | diff want -'
sed -n 's/.*"type":"reply","content":"\([^"]*\)".*/\1/p' played >got
check 'and the replies' answered 'echo: [me] over a recorder' 'echo: mine'
check 'the same with nobody at the keyboard' eval \
	'csp-sidecar --replay cast --explain </dev/null >explained &&
	test -s explained'

# what is no recording
echo no >no
check 'no recording: 125' status 125 csp-sidecar --replay no
check 'none there: 125' status 125 csp-sidecar --replay nowhere
head -c 3000 cast >cut
check 'one that is cut off: what there is' eval 'csp-sidecar --replay cut >out'

# a file that takes no more
awk 'BEGIN { for (i = 0; i < 5000; i++) print "line", i, "of the output" }' >many
onpty 80x24 sh -c 'ulimit -f 8
	csp-sidecar --name full --record big -- sh -c "cat many; exit 3" 2>err
	echo $? >st' </dev/null | tr -d '\r' >out
echo 3 >want
check 'a full disk: the program runs to its end' diff want st
check 'all of its output is there' diff many out
check 'and the person is told' grep -q '^csp-sidecar: big: ' err
check 'a recording that cannot be made: 125' \
	status 125 csp-sidecar --name full --record no/where -- true

finish
