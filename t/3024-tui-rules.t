# what a rule file can say of a program that draws its own screen: what it does
# with a prompt while it works, how a draft is put away, how a limit looks
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

cat >look <<'EOS'
kind tui
state waiting !box menu
state busy above:4/esc to interrupt/
state limited box turn:4/hit your usage limit/
state idle box quiet:200
until resets ([^.]*)
box-top ^(─){10}
box-prompt ^>( |$)
echo ^>( |$)
error ^!( |$)
status ^  queued:
EOS
for busy in wait join; do
	{ cat look; echo "busy $busy"; } >$busy
done
{ cat look; printf '%s\n' 'stash \x13' 'unstash auto'; } >stash

# a message for one that works
with='--intro none --agent ./join'
side join -j -t 4000
say first
first=$id
eventually 10 receipt "$first" submitted
say second
check 'busy join: the second goes into the turn' \
	eventually 3 receipt "$id" submitted
eventually 10 receipt "$id" replied
csp-poll --history 9 --format '%f %c' | grep '^join' >got
check 'one turn, one reply' answered 'join echo: [me] first'
check 'for both' eventually 5 receipt "$first" replied
check 'the second as well' eventually 5 receipt "$id" replied
done_with

with='--intro none --agent ./wait'
side wait -t 1500
say first
first=$id
eventually 10 receipt "$first" submitted
say second
check 'busy wait: the second waits' eventually 10 receipt "$id" 'held.*busy'
check 'and goes in after the reply' eventually 10 receipt "$id" submitted
check 'not before' receipt "$first" replied
done_with

# a draft that can be put away
with='--intro none --agent ./stash'
side stash -k -t 200
printf 'my dra' >&3
eventually 5 grep -q 'my dra' stash.out
check 'stash: a message goes in over a draft' ask hello
check 'and has its reply' answered 'echo: [me] hello'
printf 'ft\r' >&3
check 'the draft is back' eventually 5 grep -q '| my draft' stash.notes
check 'whole, and nothing else' taken '| [me] hello' . '| my draft' .
done_with

# a box that shows the end of a long text, without the sign at its beginning
sed 's/^box-top.*/box-top ^(─){2}((─){8}| ↑ [0-9]+ more )/' look >scrolls
with='--intro none --agent ./scrolls'
side scrolls -M 4 -t 200
{ seq 1 30; printf '    and here\n> ends it'; } >long
csp-send --to scrolls --from me --register --wait 15 <long >got
check 'a box that scrolls: a long message goes in' answered 'echo: [me] 1'
{ sed '1s/^/| [me] /; 2,$s/^/| /' long; echo; echo .; } >want
check 'whole' diff want "$notes"
done_with

# a usage limit
with='--intro none --agent ./wait'
side limited -L "You've hit your usage limit. It resets in 2 hours. Sorry"
say first
check 'a limit: the state says so' eventually 10 state limited
csp-poll --agents --json >agents
check 'and until when' grep -q '"id":"limited".*"until":"....-..-..T' agents
say second
check 'what comes then is held' eventually 10 receipt "$id" 'held.*limited'
check 'and not typed' taken '| [me] first' .
done_with

# the stream is lost
side lost -e 3 -t 300
say 'a question of some length'
check 'half replies: the persons are told of the error' eventually 10 sh -c \
	'csp-poll --history 5 | grep -q "stream disconnected"'
check 'what there is goes out' eventually 10 receipt "$id" replied
csp-poll --history 9 --json | grep '"from":"lost","to":"me"' >got
check 'and is said to be incomplete' grep -q '"complete":false' got
say again
check 'the next one has a reply of its own' eventually 10 receipt "$id" replied
csp-poll --history 1 --format %c >got
check 'and only that' answered 'echo: [me] again'
done_with

# a dialog within a turn
side denied -m -w -t 800
say 'may I'
first=$id
check 'a dialog with a spinner beside it: waiting' eventually 10 state waiting
say after
check 'nothing goes in' eventually 10 receipt "$id" 'held.*dialog'
check 'it waits for as long as nobody answers' state waiting
check 'and nobody has' taken '| [me] may I' .
printf 'n' >&3
check 'denied, without a word on the end: the next goes in' \
	eventually 10 receipt "$id" submitted
check 'the one denied has an end, too' eventually 5 sh -c \
	"csp-poll --receipts $first | grep -qE 'replied|failed'"
eventually 10 state waiting
printf 'y' >&3
check 'approved: it is answered' eventually 10 receipt "$id" replied
check 'nothing was pressed by us' taken '| [me] may I' . denied \
	'| [me] after' . approved
done_with

finish
