# dialogs, controls, and who goes away, with a program
# that draws its own screen; rules for any program, none of its own
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

# dialogs
side dialog -D
post --to dialog --from me 'yes 1 y'
check 'a dialog: the message is held' eventually 8 receipt "$id" 'held.*dialog'
check 'and nothing was pressed' test ! -s dialog.notes
csp-poll --agents --json >agents
check 'the room sees what it asks' grep -q \
	'"state":"waiting".*Run the command rm -rf build' agents
csp-send --to dialog --control keys --screen 0123456789abcdef 2
csp-send --to dialog --control screen
check 'an answer to another screen is not pressed' eventually 5 sh -c \
	'csp-poll --history 5 | grep -q "no keys pressed" && test ! -s dialog.notes'
csp-send --to dialog --control keys \
	--screen "$(sed 's/.*"id":"dialog".*"screen":"\([0-9a-f]*\)".*/\1/' agents)" 2
check 'the answer to this one is' eventually 5 grep -q denied dialog.notes
check 'and the message goes in' eventually 10 receipt "$id" replied
check 'once' taken denied '| [me] yes 1 y' .
done_with

side between -d
post --to between --from me 'over a dialog'
check 'a dialog between text and Enter: held' \
	eventually 8 receipt "$id" 'held.*dialog'
check 'and not approved' test ! -s between.notes
printf 'n' >&3
check 'it goes on when the person has answered' \
	eventually 10 receipt "$id" replied
check 'with one prompt' taken denied '| [me] over a dialog' .
done_with

# keys that the room presses are a person's
with='--intro none --record late.cast'
side late
eventually 5 state idle
csp-send --to late --control keys x Backspace
say 'hello'
check 'keys were pressed: the message comes' eventually 10 receipt "$id" replied
done_with
check 'but not at once' awk -F '[[,]' '$3 == "\"i\"" {
	if (n++ == 1)
		exit $2 - at < 0.9
	at = $2
}' late.cast
with='--intro none'

# controls
side control -t 400
csp-send --to control --control pause
eventually 5 sh -c 'csp-poll --agents | grep -q "control.*paused"'
post --to control --from me later
check 'paused: held' eventually 5 receipt "$id" 'held.*paused'
csp-send --to control --control resume
check 'resumed: delivered' eventually 8 receipt "$id" replied

# the gateway goes and comes back
csp-send --to control --control pause
eventually 5 sh -c 'csp-poll --agents | grep -q "control.*paused"'
csp-send --to control --from me 'over a restart' >/dev/null
kill "$gw_pid"
wait "$gw_pid"
again
eventually 20 csp-send --to control --control resume
check 'gateway killed and restarted: delivered' eventually 15 \
	grep -q 'over a restart' control.notes
id=$(csp-poll --history 9 --format '%i %f %c' |
	sed -n 's/ me over a restart$//p')
eventually 10 receipt "$id" replied
check 'once' sh -c 'test "$(grep -c "over a restart" control.notes)" -eq 1'

# the sidecar is killed
csp-send --to control --control pause
eventually 5 sh -c 'csp-poll --agents | grep -q "control.*paused"'
post --to control --from me 'for the next one'
eventually 5 receipt "$id" 'held.*paused'
kill -9 "$(cat side.pid)"
wait $pid
exec 3>&-
check 'sidecar killed: the message is still unread' eventually 15 sh -c \
	'csp-poll --peek control --wait 1 | grep -q "for the next one"'

finish
