#!/bin/sh
# csp-chat and its terminal: pager, Ctrl-Z, tiny, resized, pasted into, dumb
. "$(dirname "$0")/tap.sh"

LC_ALL=C.UTF-8
export LC_ALL
check 'a gateway' gateway
csp-send --register --from bob </dev/null
i=0
while test $i -lt 40; do i=$((i + 1)); echo "row $i"; done |
    csp-send --from bob

. "$top/t/tmux.sh"

open page 80 24 "PAGER='sed 3q; echo the pager; read x </dev/tty' csp-chat --name me"
check 'a long message is folded' shows 'more lines: /show'
keys /show Enter
check '/show opens it in the pager of the person' shows 'the pager'
check 'from its beginning' seen 'row 1'
check 'with nothing of the chat' gone '/help'
keys C-z
keys C-c
check 'Ctrl-C ends the pager, not the chat' shows 'more lines: /show'
keys 'still here' Enter
check 'which goes on' shows '│ still here'
keys C-c C-c
check 'and leaves the terminal as it was' shows 'ended 0'
check 'clean' gone 'row 40'

open glance 80 24 'PAGER=true csp-chat --name me'
check 'with a pager that shows nothing' shows 'more lines: /show'
keys '/show' Enter
check '/show opens the message in its place' eventually 15 gone 'more lines'

open dumb 80 24 'TERM=dumb csp-chat --name me'
check 'with TERM=dumb lines are printed' shows 'row 40'
keys 'from a dumb one' Enter
check 'and read' shows 'me: from a dumb one'
keys C-d
check 'to their end' shows 'ended 0'

# ---- Ctrl-Z ----

at=job
t new-session -d -s job -x 80 -y 24 '. ./env.sh; exec sh -i'
keys 'echo "before"; csp-chat --name me' Enter
check 'a chat in a shell' shows 'more lines: /show'
keys 'half a l' C-z
check 'Ctrl-Z gives the shell back' shows 'before'
check 'without the chat' gone 'more lines'
keys 'echo $((6 * 7))' Enter
check 'which works' shows '42'
csp-send --from bob 'said meanwhile' </dev/null
keys fg Enter
check 'fg goes on where it was' shows '> half a l'
check 'with what came meanwhile' shows 'said meanwhile'
keys 'ine' Enter
check 'and the line is sent' shows '│ half a line'
t kill-session -t job

# ---- sizes ----

at=tiny
open tiny 20 5 'csp-chat --name me'
check 'in 20x5 there is a line to type on' shows '>'
keys 'hi tiny' Enter
check 'and room for a message' shows 'me │ hi tiny'
keys /help Enter
check 'and for the help to begin' shows '!NAME text'
t resize-window -t tiny -x 80 -y 24
check 'made larger it is whole' shows '/help'

open storm 80 24 'csp-chat --name me'
check 'a chat to be resized' shows '/help'
n_size=0
while test $n_size -lt 60; do
	n_size=$((n_size + 1))
	t resize-window -t storm -x $((20 + n_size * 37 % 100)) \
	    -y $((4 + n_size * 13 % 40))
done
t resize-window -t storm -x 90 -y 20
keys 'after the storm' Enter
check 'sixty sizes later it works' shows '│ after the storm'
bottom() { screen >screen; test "$(grep -c '/help' screen)" -eq 1 &&
	tail -n 1 screen | grep -q '^>'; }
check 'and is in place' eventually 15 bottom

# ---- what is wide, long, much ----

csp-send --from bob "$(printf '日本語%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)" </dev/null
t resize-window -t storm -x 31 -y 20
wide() {
	screen >screen
	awk '{ n = gsub(/日|本|語/, "&"); m += n } END { exit m != 48 }' screen
}
check 'wide characters at an odd edge are all there' eventually 15 wide
t resize-window -t storm -x 90 -y 20
keys C-l
head -c 1000000 /dev/zero | tr '\0' x >big
printf 'begin %s end' "$(cat big)" >big.text
t load-buffer big.text
t paste-buffer -p -t storm
check 'a megabyte can be pasted' shows 'x end'
keys Enter
arrived() {
	csp-poll --history 1 --format %c | tr -d '\n' | cmp -s - big.text
}
check 'and sent as one message' eventually 15 arrived
check 'and is shown folded' shows 'more lines: /show'
keys 'small again' Enter
check 'after which the chat is quick' shows '│ small again'

# ---- what calls ----

open bell 80 24 'csp-chat --name me'
check 'a chat with a bell' shows '/help'
t pipe-pane -t bell 'exec cat >raw'
rung() { test "$(tr -dc '\007' <raw | wc -c)" -eq "$1"; }
csp-send --from bob 'of nobody' </dev/null
check 'a message' shows '│ of nobody'
check 'is silent' rung 0
csp-send --from bob 'look, @me' </dev/null
check 'one with my name' shows '│ look, @me'
check 'rings once' eventually 15 rung 1
t kill-session -t bell

colours() { t capture-pane -e -p -t "$at" | tr '\033' '~' | grep -c '~\[3[0-8]m'; }
open colour 80 24 'csp-chat --name me'
check 'a chat in colours' shows '/help'
coloured() { test "$(colours)" -gt 0; }
check 'has colours' eventually 15 coloured
open grey 80 24 'NO_COLOR=1 csp-chat --name me'
check 'with NO_COLOR' shows '/help'
check 'it has none' sh -c "test $(colours) -eq 0"
finish
