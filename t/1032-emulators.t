#!/bin/sh
# Recordings of real programs (asciicast v2, maybe gzipped) give the same screen as
# an independent emulator: @xterm/headless, where node finds it ($NODE_PATH); else
# tmux.  $CSP_RECORDINGS names a directory with other recordings.
. "$(dirname "$0")/tap.sh"

dir=${CSP_RECORDINGS:-$top/t/fixtures/replay}
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

# The pane says when it has shown all by making a file.
with_tmux() {
	rm -f shown
	tmux -S "$tmp/mux" -f /dev/null new-session -d -x "$1" -y "$2" \
	    "stty raw -echo; cat bytes; : >shown; read _" \; set -g status off
	tmux -S "$tmp/mux" resize-window -x "$1" -y "$2"
	eventually 10 test -e shown
	tmux -S "$tmp/mux" capture-pane -p | sed 's/ *$//'
	tmux -S "$tmp/mux" kill-server
}

if test $other = tmux; then	# it takes widths from the system's locale
	printf 'a\303\251\346\227\245\342\224\200b' >bytes
	{ cat bytes; echo; echo; } >want
	with_tmux 20 2 >got 2>&1
	cmp -s want got || skip_all 'tmux does not work here, or not in UTF-8'
fi

for cast in "$dir"/*.cast "$dir"/*.cast.gz; do
	case $cast in
	*\**) continue ;;
	*.gz) gzip -dc "$cast" >cast ;;
	*) cp "$cast" cast ;;
	esac
	size=$(head -n 1 cast | jq -r '"\(.width) \(.height)"')
	tail -n +2 cast | jq -rj 'select(.[1] == "o") | .[2]' >bytes
	# shellcheck disable=SC2086
	with_$other $size >want
	# shellcheck disable=SC2086
	vtdump $size <bytes >got
	check "$(basename "$cast") as $other shows it" diff -u want got
done
finish
