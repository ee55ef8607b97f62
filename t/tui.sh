# tui.sh - a room with faketui in it, for the tests that play a program which draws
# its own screen; sourced after tap.sh.  shellcheck shell=sh

gateway || exit 1
csp-send --register --from me

# side NAME OPTIONS...: faketui with these habits, on a terminal of its own;
# its keyboard is descriptor 3, what happens in it stands in $notes; options of
# the sidecar, without blanks in them, are in $with
with='--intro none'
side() {
	who=$1 notes=$1.notes log=$1.log
	shift
	rm -f keys
	mkfifo keys
	# shellcheck disable=SC2086
	onpty 80x24 sh -c 'echo $$ >side.pid; log=$1; shift
		exec csp-sidecar --explain --name "$@" 2>"$log"' sh "$log" \
		"$who" $with -- faketui -o "$notes" "$@" <keys >"$who.out" &
	pid=$!
	pids="$pids $pid"
	exec 3>keys
	eventually 10 registered "$who"
}
registered() { csp-poll --agents | grep -q "^$1 "; }

# habit NAME OPTIONS...: faketui with these habits, without a terminal and rules of
# its own
habit() {
	who=$1
	shift
	csp-sidecar --name "$who" --explain --intro none --headless 80x24 -- \
		faketui -o "$who.notes" "$@" 2>"$who.log" </dev/null &
	pids="$pids $!"
	echo $! >"$who.pid"
}

# done_with: ends the program that side started
done_with() {
	printf '\004' >&3
	exec 3>&-
	wait $pid
}

# receipt ID STAGE: what became of it at the latest
receipt() { csp-poll --receipts "$1" | grep -q " $2"; }

# ask TEXT: sends to $who and prints the reply
ask() { csp-send --to "$who" --from me --register --wait 15 "$1" >got; }

# taken LINE...: the prompts that the program took, each ended by a point
taken() { printf '%s\n' "$@" >want; diff want "$notes"; }
answered() { printf '%s\n' "$@" >want; diff want got; }

# say TEXT: sends to $who without waiting; sets id
say() { post --to "$who" --from me "$@"; }
# post OPTIONS...: the same for whatever csp-send sends
post() { id=$(csp-send --print-id "$@") && id=${id%% *}; }

# state WORD: what the room knows of $who
state() { csp-poll --agents | grep -q "^$who .*$1"; }
