# line programs in a room: what is sent is entered, what they say comes back
. "$(dirname "$0")/tap.sh"

gateway || exit 1

# side NAME PROGRAM...: a headless sidecar, and waits until it is idle
side() {
	log=$1.log name=$1
	shift
	csp-sidecar --name "$name" --explain --headless 80x24 -- \
		"$@" 2>"$log" </dev/null &
	side_pid=$!
	pids="$pids $side_pid"
	eventually 10 grep -q 'state idle' "$log"
}

# ask NAME TEXT: sends and prints the reply
ask() { printf '%s\n' "$2" | csp-send --to "$1" --from me --register --wait 10; }

# answers NAME TEXT WANT
answers() {
	ask "$1" "$2" >got
	st=$?
	printf '%s\n' "$3" >want
	diff want got && test $st -eq 0
}

PS1='$ ' PS2='> '
export PS1 PS2
side sh /bin/sh	# not what stands first in the PATH: its editing may know no UTF-8
check 'the answer and nothing else' answers sh 'echo $((6*7))' 42
check 'no answer is an empty answer' answers sh 'x=1' ''
check 'several lines, one reply' answers sh 'echo $x; echo two
echo three' '1
two
three'
check 'lines that belong together' answers sh 'for i in a b; do
echo $i
done' 'a
b'
check 'a here-document' answers sh 'cat <<E
hello

there
E' 'hello

there'
check 'longer than the screen' answers sh 'i=0; while test $i -lt 200; do
i=$((i + 1)); echo line $i
done' "$(awk 'BEGIN { for (i = 1; i <= 200; i++) print "line " i }')"
check 'without a newline at the end' answers sh 'printf "no newline"' \
	'no newline'
check 'characters of all widths' answers sh 'echo "é 漢字 👍 ñ"' 'é 漢字 👍 ñ'
# ... until it is known to be busy
was=$(grep -c 'state busy' sh.log)
check 'after a silence' answers sh \
	"until test \$(grep -c 'state busy' sh.log) -gt $was
do sleep .05; done; echo slept" slept
check 'lines wider than the screen' answers sh \
	'printf "%0200d" 7' "$(printf '%0200d' 7)"
long=$(printf '%0150d' 3)
check 'typed lines wider than the screen' answers sh "echo $long" "$long"

# identity
csp-poll --history 1 --json >last
check 'the reply says whose it is and what it answers' grep -q \
	'"from":"sh","to":"me".*"replyTo":[0-9]*' last
ask sh 'echo $CSP_AGENT_ID; echo $CSP_AUTH_TOKEN' >got
check 'the program knows who it is' grep -qx sh got
check 'and has the token of the agent only' grep -q '^sh\.[0-9a-f]\{64\}$' got
check 'with which it speaks as itself' answers sh \
	'csp-send --to me hello; csp-poll --history 1 --format "%f: %c"' \
	'sh: hello'
check 'and as nobody else' grep -q 'the token is that of "sh"' <<EOS
$(ask sh 'csp-send --from me --to me hello 2>&1')
EOS

# controls are made visible
check 'control characters are not keys' answers sh "$(printf \
	'echo a\003b\033[201~c' )" "a␃b␛[201~c"

# the end
ask sh 'exit 3' >got 2>&1
st=0
wait "$side_pid" || st=$?
check 'the status of the program is the status' test $st -eq 3
csp-poll --agents >got
check 'it is unregistered' sh -c '! grep -q "^sh" got'

if command -v python3 >/dev/null; then
	side python3 python3 -i -q
	check 'python' answers python3 '6*7' 42
	check 'python: a function' answers python3 'def f(n):
    return n * 2

f(21)' 42
	kill $side_pid
	wait $side_pid
else
	skip 'python' 'there is no python3'
	skip 'python: a function' 'there is no python3'
fi
if command -v bc >/dev/null; then
	side bc bc -q
	check 'bc' answers bc '6*7' 42
	kill $side_pid
	wait $side_pid
else
	skip 'bc' 'there is no bc'
fi

finish
