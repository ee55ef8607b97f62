# what the room can do with an agent, and what it is told first
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

# urgent, and interrupt
side urgent -t 60000
say first
first=$id
eventually 10 receipt "$first" submitted
say --urgent 'stop that'
check 'urgent: the turn is interrupted' \
	eventually 10 grep -q interrupted urgent.notes
check 'and the message goes in' eventually 10 receipt "$id" submitted
check 'once' taken '| [me] first' . interrupted '| [me] stop that' .
check 'the one that was interrupted has an end' eventually 5 sh -c \
	"csp-poll --receipts $first | grep -qE 'replied|failed'"
csp-send --to urgent --control interrupt
check 'a control interrupts as well' eventually 5 sh -c \
	'test "$(grep -c interrupted urgent.notes)" -eq 2'
csp-send --to urgent --control interrupt
check 'and where nothing runs harms nobody' eventually 10 state idle
done_with

# one that wants to be told twice
side twice -x -t 60000
say first
eventually 10 receipt "$id" submitted
csp-send --to twice --control interrupt
check 'an interrupt is pressed again while the turn goes on' \
	eventually 8 grep -q interrupted twice.notes
say 'and on'
eventually 10 receipt "$id" submitted
say --urgent 'stop that'
check 'urgent, too' eventually 12 receipt "$id" submitted
check 'and not into the turn after it' taken '| [me] first' . interrupted \
	'| [me] and on' . interrupted '| [me] stop that' .
done_with

# one that puts the prompt back into its box when it is stopped
side back -R -t 60000
say first
eventually 10 receipt "$id" submitted
csp-send --to back --control interrupt
eventually 5 grep -q interrupted back.notes
say second
check 'a prompt that comes back into the box is no draft' \
	eventually 10 receipt "$id" submitted
say --urgent third
check 'urgent, too' eventually 10 receipt "$id" submitted
check 'and the next goes in alone' taken '| [me] first' . interrupted \
	'| [me] second' . interrupted '| [me] third' .
csp-send --to back --control interrupt
eventually 5 sh -c 'test "$(grep -c interrupted back.notes)" -eq 3'
printf ' of mine' >&3
eventually 5 grep -q 'third of mine' back.out
say fourth
check 'what the person goes on with is one' \
	eventually 10 receipt "$id" held.*typing
printf '\r' >&3
check 'and goes in as they wrote it' \
	eventually 5 grep -qx '| \[me\] third of mine' back.notes
done_with

# the person types while a message is typed
side middle -l 700 -t 400
say 'from the room'
eventually 10 grep -q 'from the room' middle.out
printf 'mine' >&3
check 'a person typing in the middle: the message goes in alone' \
	eventually 10 receipt "$id" replied
printf '\r' >&3
check 'and theirs after it' eventually 5 grep -q mine middle.notes
check 'whole' taken '| [me] from the room' . '| mine' .
csp-poll --history 9 --json | grep -c '"from":"middle"' >n
check 'what they asked is shared with the room' eventually 5 sh -c \
	'csp-poll --history 3 --format "%f %c" | grep -qx "middle echo: mine"'

# share, noshare, screen
csp-send --to middle --control noshare
printf 'private\r' >&3
eventually 5 grep -q 'echo: private' middle.out
printf 'more\r' >&3
eventually 5 grep -q 'echo: more' middle.out
csp-send --to middle --control screen
check 'screen: as it stands, for persons' eventually 5 sh -c \
	'csp-poll --history 1 --json | grep "\"type\":\"system\"" |
	grep -q "echo: private"'
check 'noshare: what a person asks stays here' sh -c \
	'csp-poll --history 99 | grep -q "^middle.*echo: private"; test $? -ne 0'
check 'a message still has its reply' ask hello
csp-send --to middle --control share
printf 'open\r' >&3
check 'share: it goes out again' eventually 5 sh -c \
	'csp-poll --history 2 --format "%f %c" | grep -qx "middle echo: open"'
done_with

# what an agent is told first
with='--initial-prompt begin'
side told -t 50
check 'the first prompt is the one given' eventually 10 \
	grep -qx '| begin' told.notes
check 'behind the introduction' sh -c 'head -n 1 told.notes |
	grep -q "^| .*told"'
eventually 10 state idle
csp-send --register --from peer
csp-send --from peer 'nobody is asked' >/dev/null
post --from peer 'nor here'
check 'a peer to the room: it sleeps' eventually 10 receipt "$id" \
	'held.*not-woken'
nor=$id
say 'what was that?'
check 'the next that wakes it brings them along' \
	eventually 10 receipt "$id" replied
sed '1,/^\.$/d' told.notes >rest
printf '%s\n' '| [while you were away]' '| [peer to all] nobody is asked' \
	'| [peer to all] nor here' '| [now]' '| [me] what was that?' . >want
check 'in order, without the introduction' diff want rest
check 'and they have their receipt' eventually 10 receipt "$nor" 'submitted\|replied'
done_with

finish
