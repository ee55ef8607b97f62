# programs that take seconds before they are what they are: a message that is sent
# meanwhile goes in once, and only then; all at the same time, no rules of their own
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

ask() {
	eventually 15 registered "$1"
	csp-send --to "$1" --from me --register --wait 40 'hello there' \
		>"$1.got"
}

# the last two are silent so long that they look like a program without a prompt
habit cold -c 4500
habit mute -C -c 4500
habit blank -C -i 4500
habit query -C -q -i 9500
habit late -C -i 9500
asks=
for who in cold mute blank query late; do
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
	kill "$(cat "$1.pid")"
}

went cold 'a line, and the terminal left as it is'
went mute 'nothing, and the terminal left as it is'
went blank 'single keys, and nothing drawn'
went query 'single keys and questions, for long'
went late 'single keys, and nothing drawn for long'

finish
