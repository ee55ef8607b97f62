#!/bin/sh
# start-llm-groupchat: preflight, a room in tmux and without, nothing left behind
. "$(dirname "$0")/tap.sh"

CSP_DEMO_FAST=1 HOME=$tmp/home LC_ALL=C.UTF-8
TMUX_TMPDIR=$tmp		# a room of the person's own must not count
unset TMUX
export CSP_DEMO_FAST HOME LC_ALL TMUX_TMPDIR
mkdir "$HOME" "$tmp/cli"
two='ada=csp-demo-agent ada,bob=csp-demo-agent bob'

# ---- what it says before it does anything ----

printf '#!/bin/sh\necho "2.1.197 (Claude Code)"\n' >cli/claude
chmod +x cli/claude
dry() {
	PATH=$tmp/cli:$PATH start-llm-groupchat --dry-run --no-tmux \
	    --agents claude,no-such-cli >dry || return
	cat dry
	grep -qE '^ +claude +found +2\.1\.197 +/.*/cli/claude$' dry &&
	    grep -qE '^ +no-such-cli +missing' dry && test ! -e "$CSP_DIR/default.env"
}
check '--dry-run: found, version, missing; nothing is started' dry
check '--strict: a missing CLI is an error' \
    status 1 start-llm-groupchat --strict --agents no-such-cli </dev/null
check 'none is installed: 1' \
    status 1 start-llm-groupchat --agents no-such-cli </dev/null
no_folder() {
	status 2 env TMUX_TMPDIR=/no/such start-llm-groupchat --agents claude \
	    2>err
	cat err
	grep -q 'TMUX_TMPDIR: /no/such: no such folder' err
}
check 'a folder for tmux that is not there is named: 2' no_folder
check 'no such layout: 2' status 2 start-llm-groupchat --layout round
check '--stop without a room: 1' status 1 start-llm-groupchat --stop
check '--attach without a room: 1' status 1 start-llm-groupchat --attach

# ---- without tmux ----

processes() { ps -A -o pid= -o args= 2>/dev/null | grep -F "$tmp" | grep -v grep; }
left() { ls "$CSP_DIR"; test ! -e "$CSP_DIR/$1.run" && ! room_up "$1"; }
room_up() { csp-poll --room "$1" --agents >/dev/null 2>&1; test $? -le 1; }
alone() {
	{ echo 'ada, what is 6 * 7?'; eventually 15 answered >&2; } 2>/dev/null |
	    start-llm-groupchat --no-tmux --room solo --name me \
	    --agents "$two" >out 2>err
	st=$?
	cat out err
	test $st -eq 0 && grep -q 'ada: 6 \* 7 = 42' out
}
answered() { csp-poll --room solo --history 9 | grep -q '6 \* 7 = 42'; }
check 'without tmux: headless agents, the chat in this terminal' alone
check 'afterwards nothing is left but history' left solo

config() {
	printf 'room=conf\nagents=%s\n' "'x=no-such-cli'" >"$CSP_DIR/config"
	start-llm-groupchat --dry-run --no-tmux >dry
	cat dry
	grep -q '^room conf' dry && grep -q 'x .*missing' dry &&
	    chmod 666 "$CSP_DIR/config" &&
	    status 5 start-llm-groupchat --dry-run
}
check 'the config file counts, and must be the owner'"'s alone" config
rm -f "$CSP_DIR/config"

# ---- in tmux ----

if ! command -v tmux >/dev/null 2>&1; then
	skip 'a room in tmux' 'no tmux'
	finish
fi
unset TMUX
outer() { tmux -L outer -f /dev/null "$@"; }
stop_tmux() {
	outer kill-server 2>/dev/null
	tmux kill-server 2>/dev/null
	cleanup
}
trap stop_tmux EXIT
seen() { outer capture-pane -p -t "$pane" >screen; grep -qF -- "$1" screen; }
shows() { eventually 15 seen "$1" || { cat screen; return 1; }; }
keys() { outer send-keys -t "$pane" "$@"; }
gone() { ! tmux has-session -t "=csp-$1" 2>/dev/null && left "$1"; }

printf 'export CSP_DIR=%s PATH="%s" LC_ALL=%s HOME=%s TMUX_TMPDIR=%s CSP_DEMO_FAST=1\nunset TMUX\n' \
    "$CSP_DIR" "$PATH" "$LC_ALL" "$HOME" "$TMUX_TMPDIR" >env.sh
start() {
	outer new-session -d -s "$1" -x 80 -y 24 ". ./env.sh
	    start-llm-groupchat --room $1 --name me --agents '$two'
	    echo ended \$?; exec cat"
	pane=$1
}
start one
check 'you on top' shows '─ you ─'
check 'an agent has a pane of its own' shows 'demo agent ada'
check 'and is here' shows 'ada idle │ bob idle'
keys 'hello all' Enter
check 'both answer' shows 'I am bob'
secret() {
	token=$(sed -n 's/^CSP_AUTH_TOKEN=\([^;]*\);.*/\1/p' "$CSP_DIR/one.env")
	test -n "$token" || return
	ps -A -o args= | grep -F "$token" | grep -v grep && return 1
	for p in $(tmux list-panes -s -t =csp-one -F '#{pane_id}'); do
		tmux capture-pane -p -S - -t "$p" | grep -F "$token" && return 1
	done
	tmux show-environment -t =csp-one | grep -F "$token" && return 1
	return 0
}
check 'no token in ps, nor in tmux' secret
outer new-session -d -s again -x 80 -y 24 ". ./env.sh
    start-llm-groupchat --room one --name me; echo ended \$?; exec cat"
pane=again
check 'started twice, it attaches' shows 'ada idle │ bob idle'
outer kill-session -t again
alone_there() { test "$(tmux list-clients -t =csp-one 2>/dev/null | wc -l)" -eq 1; }
check 'of two terminals one is closed' eventually 15 alone_there
pane=one
keys 'ada, what is 6 * 9?' Enter
check 'the room goes on in the other' shows '6 * 9 = 54'
keys /quit Enter
check '/quit ends it, with 0' shows 'ended 0'
check 'and leaves nothing' eventually 15 gone one

start two
check 'a second room' shows 'ada idle │ bob idle'
outer kill-session -t two
check 'a terminal that is closed leaves nothing' eventually 15 gone two

start three
check 'a third' shows 'ada idle │ bob idle'
check '--stop ends it' start-llm-groupchat --room three --stop
check 'and nothing is left of it' eventually 15 gone three

outer new-session -d -s five -x 80 -y 24 ". ./env.sh; start-llm-groupchat \
    --room five --name me --layout windows --agents '$two'; exec cat"
pane=five
check 'with --layout windows the chat has the terminal' \
    shows 'ada idle │ bob idle'
windows() { tmux list-windows -t =csp-five -F '#{window_name}' >w
	printf 'chat\nada\nbob\n' | diff -u - w; }
check 'and each agent a window' windows
keys /quit Enter
check '/quit ends them, too' eventually 15 gone five
goodbye() { grep -c '"content":"[a-z]* left"' "$CSP_DIR/five.journal" >h; cat h; grep -qx 2 h; }
check 'each has said goodbye before the gateway went' goodbye

# inside tmux: a window, no session
tmux -f /dev/null new-session -d -s mine -x 80 -y 24 'exec cat'
tmux new-window -t mine ". ./env.sh; TMUX=\$(tmux display -p '#{socket_path},#{pid},0')
    export TMUX; start-llm-groupchat --room four --name me --agents '$two'; exec cat"
window() { tmux list-windows -t =mine -F '#{window_name} #{window_panes}' >w
	cat w; grep -q '^csp-four 3$' w; }
check 'inside tmux it opens a window with its panes' eventually 15 window
start-llm-groupchat --room four --stop
check 'and --stop closes that' eventually 15 gone four
mine() { tmux has-session -t =mine; }
check 'the session around it is still there' mine
finish
