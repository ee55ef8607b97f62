#!/bin/sh
# an agent on another host: csp-sidecar behind ssh -R, with its own token only,
# and the connection is cut in the middle of a turn
. "$(dirname "$0")/tap.sh"
sshd=$(command -v sshd || command -v /usr/sbin/sshd) ||
    skip_all 'no sshd'
command -v ssh-keygen >/dev/null 2>&1 || skip_all 'no ssh-keygen'

free_port() {
	CSP_DIR=$tmp/free csp-gateway --port 0 --journal none >port.out 2>/dev/null &
	p=$!
	eventually 10 grep -q TOKEN port.out
	kill $p; wait $p 2>/dev/null
	sed -n 's/^CSP_GATEWAY_URL=.*:\([0-9]*\);.*/\1/p' port.out
}
sshp=$(free_port) far=$(free_port)
ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f me
cat >sshd.conf <<-E
	Port $sshp
	ListenAddress 127.0.0.1
	HostKey $tmp/host
	AuthorizedKeysFile $tmp/me.pub
	PidFile none
	StrictModes no
	UsePAM no
	PasswordAuthentication no
	PermitRootLogin yes
E
test "$(id -u)" -ne 0 || mkdir -p /run/sshd 2>/dev/null
"$sshd" -D -e -f "$tmp/sshd.conf" 2>sshd.err &
pids="$pids $!"
cat >ssh.conf <<-E
	Host there
	HostName 127.0.0.1
	Port $sshp
	User $(id -un)
	IdentityFile $tmp/me
	IdentitiesOnly yes
	BatchMode yes
	StrictHostKeyChecking no
	UserKnownHostsFile $tmp/known
	LogLevel ERROR
E
there() { ssh -F "$tmp/ssh.conf" there "$@"; }
eventually 10 there true || skip_all "no login at a local sshd: $(tail -n 1 sshd.err)"

check 'a gateway' gateway
near=${CSP_GATEWAY_URL##*:}
csp-send --register --human --from me </dev/null
# what csp-sidecar(1) says to type
csp-send --register --from far --print-token </dev/null |
    there "umask 077; cat >'$tmp/far.token'"
check 'the token goes over by ssh' grep -q '^far\.' far.token
tunnel() {
	ssh -F "$tmp/ssh.conf" -N -o ExitOnForwardFailure=yes \
	    -o ServerAliveInterval=15 -R "$far:127.0.0.1:$near" there \
	    </dev/null 2>>tunnel.err &
	tunnel_pid=$!
	pids="$pids $tunnel_pid"
}
cut() { kill -9 $tunnel_pid; wait $tunnel_pid 2>/dev/null; }
tunnel
# the other host: it knows the tunnel's end, and the agent's token
mkdir far
env -u CSP_AUTH_TOKEN CSP_DIR="$tmp/far" \
    CSP_GATEWAY_URL="http://127.0.0.1:$far" csp-sidecar \
    --auth-token-file "$tmp/far.token" --name far --agent line \
    --headless 80x24 -- sh </dev/null >/dev/null 2>sidecar.err &
pids="$pids $!"
idle() { csp-poll --agents | grep -q '^far  *idle'; }
check 'the agent is in the room' eventually 20 idle
says() { want=$1; shift; "$@" >got; printf '%s\n' "$want" >want; diff -u want got; }
ask() { csp-send -n --from me --to far --wait 30 "$@"; }
check 'and answers' says 42 ask 'echo $((6*7))'

id=$(csp-send -n --from me --to far --print-id \
    "until test -e $tmp/go; do sleep .1; done; echo once >>$tmp/ran; echo done")
id=${id%% *}
receipt() { csp-poll --receipts "$id" | grep -q "far $1"; }
check 'a turn begins' eventually 20 receipt submitted
cut
touch go
check 'it ends while there is no connection' eventually 20 test -s ran
csp-send -n --from me --to far 'echo later' # meanwhile
tunnel
check 'and its reply comes when there is one' eventually 40 receipt replied
check 'to the question' says done sh -c \
    "csp-poll --all --json | grep '\"replyTo\":$id,' | sed 's/.*\"content\":\"\(.*\)\".*/\1/'"
check 'the turn was one' says once cat ran
answered() { csp-poll --history 1 --format '%f %c' | grep -qx 'far later'; }
check 'what was sent meanwhile is answered' eventually 20 answered
far_token=$(cat far.token)
check 'its token is its own and no more' status 4 env CSP_AUTH_TOKEN="$far_token" \
    csp-send -n --from me x
finish
