# tmux.sh - a terminal in tmux, for the tests that look at screens; sourced after
# tap.sh.  Without tmux the test ends here.  shellcheck shell=sh

if ! command -v tmux >/dev/null 2>&1; then
	skip 'what is on the screen' 'no tmux'
	finish
fi
TMUX_TMPDIR=$tmp
export TMUX_TMPDIR
unset TMUX
t() { tmux -f /dev/null "$@"; }
stop_tmux() { tmux kill-server 2>/dev/null; cleanup; }
trap stop_tmux EXIT

# shows TEXT: waits until the screen of the session $at has a line with it
screen() { t capture-pane -p -t "$at"; }
seen() { screen >screen; grep -qF -- "$1" screen; }
shows() { eventually 15 seen "$1" || { cat screen; return 1; }; }
gone() { screen >screen; ! grep -qF -- "$1" screen; }
keys() { t send-keys -t "$at" "$@"; }

# so that no token stands on a command line
cat >env.sh <<-EOF
	export CSP_GATEWAY_URL=$CSP_GATEWAY_URL CSP_AUTH_TOKEN=$CSP_AUTH_TOKEN
	export PATH="$PATH" LC_ALL=$LC_ALL TERM=\${TERM:-screen} PS1='sh: '
	unset PAGER NO_COLOR
	cd "$tmp"
EOF
# open NAME COLS ROWS COMMAND: in a session of that name and size, which is $at
open() {
	at=$1
	t new-session -d -s "$1" -x "$2" -y "$3" \
	    ". ./env.sh; $4; echo ended \$?; exec cat"
}
