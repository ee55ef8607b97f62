#!/bin/sh
# Recordings of real programs (asciicast v2, gzip) in the directory $CSP_RECORDINGS
# give the same screen as an independent emulator: @xterm/headless, where node
# finds it ($NODE_PATH); else tmux.
. "$(dirname "$0")/tap.sh"

test -d "${CSP_RECORDINGS:-}" || skip_all 'CSP_RECORDINGS is no directory'
command -v jq >/dev/null || skip_all 'no jq'
if node -e 'require("@xterm/headless")' 2>/dev/null; then
	other=xterm
elif command -v tmux >/dev/null; then
	other=tmux
else
	skip_all 'neither @xterm/headless nor tmux'
fi

cat >xterm.js <<'EOT'
const { Terminal } = require('@xterm/headless'), fs = require('fs');
const [cols, rows] = process.argv.slice(2).map(Number);
const term = new Terminal({ cols, rows, scrollback: 10000, allowProposedApi: true });
try {
	const { Unicode11Addon } = require('@xterm/addon-unicode11');
	term.loadAddon(new Unicode11Addon());
	term.unicode.activeVersion = '11';
} catch (e) { /* without */ }
term.write(fs.readFileSync(0), () => {
	const b = term.buffer.active;
	for (let y = b.baseY; y < b.baseY + rows; y++)
		console.log(b.getLine(y).translateToString(true).replace(/ +$/, ''));
});
EOT

with_xterm() { node xterm.js "$1" "$2" <bytes; }

# The pane says when it has shown all, by its last act: an option of the server.
with_tmux() {
	rm -f done
	tmux -L "csp$$" -f /dev/null new-session -d -x "$1" -y "$2" \
	    "stty raw -echo; cat bytes; : >done; read _" \; set -g status off
	tmux -L "csp$$" resize-window -x "$1" -y "$2"
	eventually 10 test -e done
	tmux -L "csp$$" capture-pane -p | sed 's/ *$//'
	tmux -L "csp$$" kill-server
}

for cast in "$CSP_RECORDINGS"/*.cast.gz; do
	gzip -dc "$cast" >cast
	size=$(head -n 1 cast | jq -r '"\(.width) \(.height)"')
	tail -n +2 cast | jq -rj 'select(.[1] == "o") | .[2]' >bytes
	# shellcheck disable=SC2086
	with_$other $size >want
	# shellcheck disable=SC2086
	vtdump $size <bytes >got
	check "$(basename "$cast" .cast.gz) as $other shows it" diff -u want got
done
finish
