# any program that draws its own screen, with habits that make delivery hard: one
# message each, all of them at the same time; no rules of their own
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

ask() {
	eventually 15 registered "$1"
	csp-send --to "$1" --from me --register --wait 30 'hello @all' >"$1.got"
}

habit plain
habit nopaste -p
habit burst -b 120
habit once -s 1
habit thrice -s 3
habit late -l 700
habit slow -i 1200
habit paint -r -t 300
habit mute -T -t 2500
habit alt -a
habit popup -g
asks=
for who in plain nopaste burst once thrice late slow paint mute alt popup; do
	ask $who &
	asks="$asks $!"
done
for p in $asks; do wait "$p"; done

# went NAME WHAT: exactly one prompt, exactly its reply
went() {
	echo 'echo: [me] hello @all' >want
	check "$2: the reply, and nothing else" diff want "$1.got"
	printf '%s\n' '| [me] hello @all ' . >want
	check "$2: one prompt, closed behind @all" diff want "$1.notes"
	kill "$(cat "$1.pid")"
}

went plain 'a plain one'
went nopaste 'without bracketed paste'
went burst 'Enter soon after text is a newline'
went once 'Enter swallowed once'
went thrice 'Enter swallowed three times'
went late 'Enter taken late'
went slow 'a slow start'
went paint 'a repaint in the reply'
went mute 'silence while it works'
went alt 'on the alternate screen'
went popup 'a completion that Enter would take'

finish
