# csp-sidecar and gateways that are none: the program runs as without a sidecar
. "$(dirname "$0")/tap.sh"

CSP_AUTH_TOKEN=none
export CSP_AUTH_TOKEN

# on ANSWERS COMMAND...: with a gateway that answers so, a line each
on() {
	rm -f url
	(IFS='
'
	# shellcheck disable=SC2086
	exec stub $1 >url 2>stub.err) &
	fake=$!
	pids="$pids $fake"
	shift
	eventually 5 test -s url
	CSP_GATEWAY_URL=$(cat url)
	export CSP_GATEWAY_URL
	"$@"
	kill $fake 2>/dev/null
	wait $fake 2>/dev/null
}
session() {
	start=$(date +%s)
	onpty 80x24 sh -c 'stty -a >a
		csp-sidecar --name x -- sh -c "read x; echo \$x >got; exit 3" 2>err
		echo $? >st
		stty -a >b' <keys >out
	took=$(($(date +%s) - start))
}
echo hello >keys
echo 3 >three
while read -r name answers; do
	on "$answers" session
	check "$name: what is typed arrives" diff keys got
	check "$name: the status comes back" diff three st
	check "$name: the terminal, too" diff a b
	check "$name: soon" test $took -le 6
done <<'EOF'
hangs hang
closes close
cuts cut
garbage raw ESC[2J220 ready
torn raw HTTP/1.1 200 OK
refuses 401 {"success":false,"code":"unauthorized","error":"no"}
strange 200 [[],{"id":[1]},17,null,{"control":"x"},{"id":1e99,"content":{}}]
EOF

# another run has the name
used() {
	csp-sidecar --explain --name x --headless 80x24 -- sh -c \
		'while test ! -e go; do sleep .05; done; exit 3' 2>err </dev/null &
	pid=$!
	pids="$pids $pid"
	check 'superseded: it is noticed' eventually 5 \
		grep -q 'has taken the name' err
	: >go
	check 'the program goes on to its end' status 3 wait $pid
	check 'then the person is told' grep -q \
		'another csp-sidecar has taken' err
}
on '201 {"success":true,"agentId":"x","token":"x.0"}
409 {"success":false,"code":"superseded","error":"gone"}' used

finish
