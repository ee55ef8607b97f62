#!/bin/sh
# csp-agent-launcher.sh: by name, by command, from the menu
. "$(dirname "$0")/tap.sh"

CSP_DEMO_FAST=1
export CSP_DEMO_FAST
check 'a gateway' gateway

# a CLI with rules, found on the PATH: claude, which here is a demo agent
mkdir "$tmp/cli"
printf '#!/bin/sh\nexec csp-demo-agent claude\n' >"$tmp/cli/claude"
chmod +x "$tmp/cli/claude"
PATH=$tmp/cli:$PATH

listed() {
	csp-agent-launcher.sh --list >list || return
	cat list
	grep -qE '^claude +.*/cli/claude$' list
}
check '--list says what is installed' listed
check 'a command that is not there: 127' \
    status 127 csp-agent-launcher.sh no-such-program
check 'without a terminal there is no menu: 2' \
    status 2 csp-agent-launcher.sh </dev/null

launch() {	# ARGUMENT ...: in the background, headless
	csp-agent-launcher.sh --headless 80x24 "$@" </dev/null >launch.out 2>&1 &
	pids="$pids $!"
}
here() { csp-poll --agents | grep -qE "^$1 +idle"; }
launch --name ada --agent line -- csp-demo-agent ada
check 'a command becomes an agent' eventually 15 here ada
launch --name ada --agent line -- csp-demo-agent ada
check 'a second start gets a name of its own' eventually 15 here ada-2
reply() {
	csp-send --from me --register --to "$1" --wait 15 'what is 6 * 7?' \
	    </dev/null >reply || return
	cat reply
	test "$(cat reply)" = '6 * 7 = 42'
}
check 'both answer, each for itself' reply ada
check 'the second, too' reply ada-2

by_option() {
	url=$CSP_GATEWAY_URL token=$CSP_AUTH_TOKEN
	( unset CSP_GATEWAY_URL CSP_AUTH_TOKEN
	CSP_DIR=$tmp/elsewhere
	export CSP_DIR
	exec csp-agent-launcher.sh --gateway-url "$url" --auth-token "$token" \
	    --headless 80x24 --name eve --agent line csp-demo-agent eve \
	    </dev/null >eve.out 2>&1 ) &
	pids="$pids $!"
	eventually 15 here eve
}
check '--gateway-url and --auth-token are enough' by_option

LC_ALL=${LC_ALL:-C.UTF-8}
. "$top/t/tmux.sh"
open menu 80 24 'csp-agent-launcher.sh --restart'
check 'the menu shows what is installed' shows ') claude'
choice=$(sed -n 's/^ *\([0-9]*\)) claude.*/\1/p' screen)
keys "$choice" Enter
check 'the choice is started' shows 'claude>'
keys quit Enter
check 'when it ends it may be started again' shows 'Enter starts it again'
keys Enter
again() { seen 'starts it again' && test "$(grep -c 'demo agent claude' screen)" -ge 2; }
check 'and is' eventually 15 again
keys quit Enter
twice() { seen x; test "$(grep -c 'Enter starts it again' screen)" -ge 2; }
check 'it ends again' eventually 15 twice
keys Enter
again() { seen 'claude>' && test "$(grep -c 'demo agent claude' screen)" -ge 3; }
check 'once more' eventually 15 again
side() { ps -A -o pid= -o ppid= -o args= | awk -v p="$1" '
    $2 == p && /csp-sidecar/ { print $1 }'; }
launcher=$(tmux list-panes -t menu -F '#{pane_pid}')
launcher=$(ps -A -o pid= -o ppid= -o args= | awk -v p="$launcher" '
    $2 == p && /launcher/ { print $1 }')
kill -KILL "$(side "$launcher")"
check 'killed on its raw terminal it may be started again, too' \
    shows '(status 137)'
keys Enter
afresh() { seen 'claude>' && test "$(sed '1,/status 137/d' screen |
	grep -c 'demo agent claude')" -ge 1; }
check 'by Enter, which is one again' eventually 15 afresh

# its program is killed, too, while it has a message
state() { csp-poll --agents | awk '$1 == "claude" { print $2 }'; }
is() { test "$(state)" = "$1"; }
demo() { ps -A -o pid= -o ppid= | awk -v p="$(side "$launcher")" '
    $2 == p { print $1 }'; }
check 'with its name' eventually 15 is starting
csp-send --to claude --control pause
check 'paused' eventually 15 is paused
csp-send --to claude --from me 'what is 6 * 7?' </dev/null
kill -KILL "$(demo)"
check 'the program killed' eventually 15 is offline
unread() { csp-poll --peek claude --wait 1 | grep -q 'what is 6'; }
check 'its message waits' unread
keys Enter
check 'started again, it has the name' eventually 15 is starting
check 'and the message' unread
kill -KILL "$(demo)"
check 'killed once more' eventually 15 is offline
keys q Enter
check 'q leaves' shows 'ended 137'
check 'the room, too' is ''
tmux send-keys -t menu C-c
finish
