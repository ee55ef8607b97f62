#!/bin/sh
# csp-send on a terminal: progress while it waits, on one line of standard
# error, of which nothing is left; and texts of others made printable
. "$(dirname "$0")/tap.sh"
gateway || { echo 'Bail out! no gateway'; exit 1; }
csp-send -n --register --from me
csp-send -n --register --from bob
esc=$(printf '\033')
newest() { csp-poll --history 1 --format %i; }
# asked N: there is a message behind N; its number is in id
asked() { id=$(newest); test "$id" -gt "$1"; }
# receipt STAGE [REASON]: of message $id
receipt() {
	echo "{\"from\":\"bob\",\"messageId\":$id,\"stage\":\"$1\",\"reason\":\"${2:-}\"}" |
	    csp-send --json
}
# shown TEXT: it has been, on a line of its own, from the left edge on
shown() { tr '\r' '\n' <screen | grep -q "^[0-9]* s  $1$esc\[K"; }
# wait_on SIZE OPTION...: asks bob, on a terminal of this size
wait_on() {
	size=$1 last=$(newest); shift
	onpty "$size" sh -c 'csp-send -n --from me --to bob "$@" question >out
	    echo $? >st' sh "$@" >screen 2>&1 </dev/null &
	waiter=$!
	eventually 10 asked "$last"
}
# left: what of the screen is not taken away again: all but the last of each
# line, up to where it is erased
left() { sed "s/^.*\r$esc\[K//" screen | tr -d '\r\n' | od -c | sed '/^0000000$/d' | grep . && return 1; return 0; }

csp-send -n --from me first
check 'a question on a terminal' wait_on 60x10 --wait 30
check 'it is queued' eventually 5 shown queued
receipt held busy
check 'held, and why' eventually 5 shown 'bob: held (busy)'
receipt typed
check 'typed' eventually 5 shown 'bob: typed'
receipt submitted
check 'submitted' eventually 5 shown 'bob: submitted'
seconds() { tr '\r' '\n' <screen | grep -q "^[1-9][0-9]* s  bob: submitted"; }
check 'seconds go by' eventually 5 seconds
csp-send -n --from bob --to me --reply-to "$id" answer
check 'the answer ends it' eventually 10 test -s st
wait $waiter
printf 'answer\n' >want
check 'it is all that is printed' cmp want out
check 'nothing of it is left on the screen' left

check 'a narrow one' wait_on 16x4 --wait 30
receipt held 'a long reason in words'
check 'shows the beginning' eventually 5 shown 'bob: held.'
narrow() { tr '\r' '\n' <screen | sed "s/$esc\[K//g" | awk 'length > 15 { bad = 1 } END { exit bad }'; }
check 'and never wraps' narrow
csp-send -n --from bob --to me --reply-to "$id" answer
wait $waiter
check 'nothing of it is left either' left

check 'no answer' wait_on 60x10 --wait 1
wait $waiter
echo 1 >want
check 'is 1' cmp want st
last_words() { sed "s/^.*\r$esc\[K//" screen | tr -d '\r' >got; echo 'csp-send: no reply in time: bob: queued' >want; cmp want got; }
check 'and leaves one line, from the left edge on' last_words

# of others' making
check 'a reason' wait_on 60x10 --wait 30
receipt held "x\\u001b[2Jy\\u009bz\\u202e"
check 'is made printable' eventually 5 shown 'bob: held (x\\x1b\[2Jy\\u009bz\\u202e)'
printf 'a\033[31mred\302\233\t\177\342\200\256\nend' |
    csp-send --from bob --to me --reply-to "$id"
wait $waiter
printf 'a\033[31mred\302\233\t\177\342\200\256\nend\n' >want
check 'a reply in a pipe is byte for byte' cmp want out
last=$(newest)
onpty 60x10 csp-send -n --from me --to bob --until replied question \
    >screen 2>&1 </dev/null &
waiter=$!
check 'a question' eventually 10 asked "$last"
printf 'a\033[31mred\302\233\t\177\342\200\256\nend' |
    csp-send --from bob --to me --reply-to "$id"
wait $waiter
sed "s/^.*\r$esc\[K//" screen | tr -d '\r' >got
printf '%s\t%s\n%s\n' 'a\x1b[31mred\u009b' '\x7f\u202e' end >want
check 'on a terminal it is made printable' diff want got

# a pipe that is silent
mkfifo fifo
onpty 90x10 sh -c 'csp-send --from me late <fifo; echo $? >st' >screen 2>&1 \
    </dev/null &
waiter=$!
exec 9>fifo
hinted() { grep -q "^.waiting for the end of standard input; -n leaves it alone$esc\[K$" screen; }
check 'a silent pipe is waited for, which is shown' eventually 10 hinted
echo text >&9
exec 9>&-
wait $waiter
check 'and taken away' left
csp-poll --history 1 --format %c >got; printf 'late\n\ntext\n' >want
check 'nothing is lost' cmp want got

# a gateway that does not take it now
slow=$(csp-send -n --register --print-token --from slow)
awk 'BEGIN { while (i < 110) print ++i }' >many
onpty 70x10 sh -c 'CSP_AUTH_TOKEN=$1 csp-send --from slow --lines <many' \
    sh "$slow" >screen 2>&1 </dev/null
told() { tr '\r' '\n' <screen | grep -q "^1[0-9][0-9] sent; more than 10 a second.*$esc\[K$"; }
check 'lines over the rate wait, which is shown' told
check 'and taken away' left
csp-poll --history 110 --format '%f %c' >got; sed 's/^/slow /' many >want
check 'nothing is lost' cmp want got

# in the middle of waiting
: >screen
onpty 60x10 sh -c 'echo $$ >pid
    exec csp-send -n --from me --to bob --wait 60 question' \
    >screen 2>&1 </dev/null &
waiter=$!
check 'a wait' eventually 10 shown queued
kill -9 "$gw_pid"
on=$(tr '\r' '\n' <screen | grep -c 's  queued')
goes_on() { test "$(tr '\r' '\n' <screen | grep -c 's  queued')" -gt $((on + 3)); }
check 'seconds go by without a gateway, too' eventually 10 goes_on
kill -TERM "$(cat pid)"
wait $waiter
check 'that is ended leaves nothing' left
check 'the gateway again' again
# Ctrl-C, while lines are still to come
mkfifo lines
rm -f st out
two() { test "$(wc -l <out)" -eq 2; }
{ printf 'one\ntwo\n'; eventually 10 test -s st; } >lines &
{ eventually 10 two; printf '\003'; eventually 10 test -s st; } |
    onpty 60x10 sh -c 'trap : INT
	csp-send --from me --lines --print-id <lines >out 2>err
	echo $? >st' >screen
check 'Ctrl-C ends the lines as that signal does' grep -q '^130$' st
echo 'csp-send: the last line acknowledged is 2; sent in all: 2' >want
check 'and how far they came is said' diff -u want err
finish
