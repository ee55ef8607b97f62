#!/bin/sh
# csp-poll --follow while gateways are killed under load; and its output fed to
# other programs, as the page shows it
. "$(dirname "$0")/tap.sh"
gateway --rate 0 || { echo 'Bail out! no gateway'; exit 1; }
csp-send -n --register --from me
csp-send -n --register --from bob
csp-send -n --register --from carl
has() { test "$(wc -l <"$1")" -ge "$2"; }

# an inbox, the room, the room as JSON, and the stream, while it is written to
awk 'BEGIN { for (i = 1; i <= 3000; i++) print "line " i }' >want
csp-poll --follow --format %c bob >inbox & p1=$!
csp-poll --all --follow --format %c >room & p2=$!
csp-poll --history 0 --follow -0 >nul & p3=$!
csp-poll --stream >stream & p4=$!
pids="$pids $p1 $p2 $p3 $p4"
: >inbox; : >room
check 'a stream' eventually 10 grep -q '"id":"bob"' stream
while read -r l; do echo "$l"; not_ahead 100 "${l#line }" has inbox; done <want |
    csp-send --from me --lines 2>err & sender=$!
for lines in 400 1000 1700 2300; do
	check "$lines lines" eventually 15 has inbox $lines
	kill -KILL $gw_pid; wait $gw_pid 2>/dev/null
	again --rate 0
done
check 'all is sent, though a gateway was killed four times' wait $sender
check 'all has come' eventually 15 has inbox 3000
check 'the inbox: no gap, nothing twice' cmp want inbox
check 'the room' eventually 15 has room 3000
check 'likewise' cmp want room
texts() { tr '\0' '\n' <nul >nuls; has nuls 3000; }
check 'NULs' eventually 15 texts
check 'likewise' cmp want nuls
events() { sed -n 's/^{"id":[0-9]*,.*"content":"\(line [0-9]*\)".*/\1/p' stream >events; has events 3000; }
check 'the stream' eventually 15 events
check 'likewise' cmp want events
kill $p1 $p2 $p3 $p4
wait $p1 $p2 $p3 $p4 2>/dev/null
check 'what was followed is acknowledged' status 1 csp-poll bob

# the forms of the page
loop() {
	csp-poll --follow --limit 3 --format '%i %f %c' bob |
	    while read -r id from text; do
		csp-send -n --from bob --to "$from" --reply-to "$id" "got: $text"
	    done
}
for t in 'one  two' 'a\b' '-n'; do csp-send -n --from me --to bob -- "$t"; done
check 'a loop over read' loop
csp-poll --format %c me >got
printf 'got: one  two\ngot: a\\b\ngot: -n\n' >want
check 'answers each message' diff -u want got
lines='two
lines'
csp-send -n --from me --to bob "$lines"
csp-send -n --from me --to bob "quote's \"mark\""
if printf 'x\0' | xargs -0 -n 1 printf '[%s]' >/dev/null 2>&1; then
	csp-poll -0 bob | xargs -0 -n 1 printf '[%s]\n' >got
	printf '[two\nlines]\n[quote'\''s "mark"]\n' >want
	check 'xargs -0 gets whole texts' diff -u want got
else
	csp-poll bob >got
	skip 'xargs -0' 'this xargs has no -0'
fi

# what goes in comes out: every kind of text, through both programs
{ printf '%s\n' '{"from":"bob","to":"carl","content":"x\u0001\t\"\\\u001b[0m\u009b\u202e\ud83d\ude00é\r\n end\n","verbatim":false,"complete":false}' \
    '{"from":"carl","content":"","replyTo":1}' '{"from":"carl","content":"urgent","urgent":true}'
} >lines
check 'lines of JSON' csp-send --json <lines
newest=$(csp-poll --history 1 --format %i)
csp-poll --history 3 --json >first
check 'again, as they were printed' csp-send --json <first
csp-poll --history 3 --json >second
strip() { sed 's/"id":[0-9]*,"timestamp":"[^"]*",//;s/"hops":[0-9]*//' "$1"; }
strip first >want; strip second >got
check 'are the same but for number and time' diff -u want got
check 'and other ones' test "$(csp-poll --history 1 --format %i)" -eq $((newest + 3))
finish
