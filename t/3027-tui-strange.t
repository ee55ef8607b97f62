# programs whose box nobody would know for one, or for an empty one; no rules of
# their own
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

ask() {
	eventually 15 registered "$1"
	csp-send --to "$1" --from me --register --wait 40 'hello there' \
		>"$1.got"
}

habit white -H 'Ask me anything'
habit clock -K
habit bare -B
asks=
for who in white clock bare; do
	ask $who &
	asks="$asks $!"
done
for p in $asks; do wait "$p"; done

# went NAME WHAT: exactly one prompt, exactly its reply
went() {
	echo 'echo: [me] hello there' >want
	check "$2: the reply, and nothing else" diff want "$1.got"
	printf '%s\n' '| [me] hello there' . >want
	check "$2: one prompt" diff want "$1.notes"
}
went white 'a placeholder that looks typed'
went clock 'a clock below the box'
went bare 'no frame, no sign, no cursor'

habit breaks -p
eventually 15 registered breaks
csp-send --to breaks --from me --wait 20 'one
two' >/dev/null
printf '%s\n' '| [me] one' '| two' . >want
check 'line breaks where no paste is taken' diff want breaks.notes
habit other -S
eventually 15 registered other
csp-send --to other --from me --wait 30 'one
two' >/dev/null
printf '%s\n' '| [me] one' '| two' . >want
check 'Enter begins a line: the key that is named' diff want other.notes
habit oneline -p -N
eventually 15 registered oneline
csp-send --to oneline --from me --wait 20 'one
two' >/dev/null
printf '%s\n' '| [me] one two' . >want
check 'blanks where those would enter it' diff want oneline.notes

# one that works by lines, and talks
csp-sidecar --name talk --intro none --headless 80x24 -- sh -c \
	'echo "Your assistant.  /help for help."
	while printf "> " && read -r x; do
		echo "$x" >>talk.notes
		echo "heard: $x"
	done' 2>talk.log </dev/null &
pids="$pids $!"
eventually 15 registered talk
csp-send --to talk --from me --wait 20 'one
two' >talk.got
echo 'heard: [me] one two' >want
check 'a line program that talks: who says it, in one line' diff want talk.got

csp-send --to white --from me --wait 20 'once more' >white.got
echo 'echo: [me] once more' >want
check 'and the next prompt over the same' diff want white.got

side full -P 'half a thought'
say 'over a draft'
check 'a draft that nobody typed: held' eventually 20 receipt "$id" \
	'held.*typing'
check 'and not entered' test ! -s full.notes
printf '\r' >&3
check 'when it is gone the message goes in' eventually 20 \
	receipt "$id" replied
check 'the draft is whole, the message too' taken '| half a thought' . \
	'| [me] over a draft' .
done_with

finish
