# csp-sidecar as a proxy: bytes, sizes, signals, the end.  No gateway here.
. "$(dirname "$0")/tap.sh"

CSP_GATEWAY_URL=http://127.0.0.1:9	# nobody listens there
CSP_AUTH_TOKEN=none
export CSP_GATEWAY_URL CSP_AUTH_TOKEN

side() { csp-sidecar --name x "$@"; }

# on_tty SCRIPT: runs sh -c SCRIPT on a terminal that no keys come from
on_tty() { onpty 80x24 sh -c "exec 2>tty.err; $1" </dev/null; }

# the end
check 'exit status of the program' status 7 side -- sh -c 'exit 7' </dev/null
check 'killed by a signal: 128 + signal' \
	status 137 side -- sh -c 'kill -9 $$' </dev/null
check 'no such program: 127' status 127 side -- ./nosuch </dev/null
check 'cannot be executed: 126' status 126 side -- /etc/passwd </dev/null
cp "$top/csp-sidecar" alone
alone() { ./alone -- true </dev/null 2>err && grep -q 'no rules for' err; }
check 'without its rule files it says so' alone
quiet() { side -- true </dev/null 2>err && ! grep 'no rules' err; }
check 'and only then' quiet
check 'no program: 125' status 125 side </dev/null
check 'unknown option: 125' status 125 side --nosuch -- true </dev/null
check 'bad size: 125' status 125 side --headless 80y24 -- true </dev/null
check '--cmd ends the options' \
	status 3 side --cmd sh -c 'exit $1' sh 3 </dev/null
check '--help: 0' status 0 csp-sidecar --help
check 'no room: the program ran all the same' side -- true </dev/null
check 'and the person is told why' sh -c 'csp-sidecar --name x -- true 2>&1 |
	grep -q "x was in no room: .*127.0.0.1:9"'
while read -r option value; do
	check "$option $value: 125" sh -c "csp-sidecar $option $value -- true \
		</dev/null 2>/dev/null; test \$? -eq 125"
done <<'EOF'
--agent nosuch
--agent ./nosuch
--auth-token-file /nosuch
--gateway-url x
--gateway-url ftp://localhost
--headless 80
--headless 0x0
--headless 1001x10
--headless 80x24x3
--intro /nosuch
--name -x
--name all
--record /nosuch/x
--room @
--scrollback -1
--scrollback 99999999999
--wake never
EOF

# sizes
on_tty 'csp-sidecar --name x -- stty size' >out
printf '24 80\r\n' >want
check 'size of the terminal' diff want out
side --headless 132x50 -- sh -c 'stty size >size' </dev/null
echo 50 132 >want
check 'size without a terminal' diff want size
cat >resize.sh <<'EOS'
trap 'stty size >new' WINCH
echo up >ready
while test ! -e new; do sleep .05; done
EOS
onpty 80x24,100x30 csp-sidecar --name x -- sh resize.sh >out </dev/null &
pid=$!
pids="$pids $pid"
eventually 5 test -e ready
kill -USR1 $pid
wait $pid
echo 30 100 >want
check 'a new size gets through' diff want new

# bytes
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\%03o", i }' >oct
# shellcheck disable=SC2059
printf "$(cat oct)" >all
cat >keys.sh <<'EOS'
stty raw -echo
echo up >ready
dd bs=1 count=256 of=got 2>/dev/null
EOS
rm -f ready
mkfifo in
onpty 80x24 csp-sidecar --name x -- sh keys.sh <in >out &
pid=$!
exec 3>in
eventually 5 test -e ready
cat all >&3
wait $pid
exec 3>&-
check 'all 256 bytes from the keyboard' cmp all got
on_tty 'csp-sidecar --name x -- sh -c "stty raw; cat all"' >out
check 'all 256 bytes to the screen' cmp all out

awk 'BEGIN { for (i = 0; i < 40000; i++) printf "%d line of output\n", i }' \
	>big
# prints big, and says in the file at how far it came
cat >print.sh <<'EOS'
awk '{ print } NR % 500 == 0 { fflush(); print NR >"at"; close("at") }' big
EOS
# whether that has come to a stop: as far as at the look before
stuck() {
	cp at seen.new && cmp seen.new seen
	st=$?
	mv seen.new seen
	return $st
}
cat >slow.sh <<'EOS'
dd bs=4096 count=3 2>/dev/null
while test ! -e go; do sleep .05; done
cat
EOS
( eventually 10 stuck; : >go ) &
on_tty 'csp-sidecar --name x -- sh -c "stty raw; exec sh print.sh"' |
	sh slow.sh >out.slow
check 'a slow terminal loses nothing' cmp big out.slow
wait
rm -f go ready at seen
cat >late.sh <<'EOS'
stty raw -echo
echo up >ready
while test ! -e go; do sleep .05; done
dd bs=1000 count="$(($(wc -c <big) / 1000))" iflag=fullblock of=got 2>dd.err
EOS
head -c "$(($(wc -c <big) / 1000 * 1000))" big >want
onpty 80x24 csp-sidecar --name x -- sh late.sh <in >out &
pid=$!
exec 3>in
eventually 5 test -e ready
sh print.sh >&3 &
( eventually 10 stuck; : >go ) &
wait $pid
exec 3>&-
check 'a slow program loses no keys' cmp want got

check 'the last words of a program that ends at once' sh -c '
	csp-sidecar --name x -- sh -c "stty raw -echo; cat big" </dev/null >out
	cmp big out'
check 'one that leaves its terminal open to others' status 4 \
	side -- sh -c 'trap "" HUP
	while test ! -e closed; do sleep .05; done & exit 4' </dev/null
: >closed

# standard input that is no terminal
printf 'exit 5\n' >in.txt
check 'keys from a file, then its end' sh -c \
	'csp-sidecar --name x -- sh <in.txt; test $? -eq 5'
printf 'no newline' | side -- sh -c 'stty -echo; cat >got' >out
printf 'no newline' >want
check 'end of file after an unfinished line' cmp want got

# the person's terminal
on_tty 'stty -a >a; csp-sidecar --name x -- true; stty -a >b' >out
check 'modes restored' diff a b
on_tty 'stty -a >a; csp-sidecar --name x -- sh -c "kill -9 \$\$"; stty -a >b' \
	>out
check 'modes restored when the program was killed' diff a b
for sig in TERM SEGV; do
	rm -f b ready
	cat >end.sh <<EOS
stty -a >a
csp-sidecar --name x -- sh -c 'echo up >ready; exec tail -f /dev/null' &
echo \$! >pid
wait \$!
echo \$? >st
stty -a >b
EOS
	# in the background of a shell without job control: same terminal
	onpty 80x24 sh end.sh </dev/null >out &
	eventually 5 test -e ready
	kill -$sig "$(cat pid)"
	eventually 5 test -s b
	check "modes restored on SIG$sig" diff a b
	wait
done

# signals
for sig in TERM HUP INT QUIT USR1; do
	rm -f ready caught pid st
	cat >trap.sh <<EOS
trap 'echo $sig >caught; exit 9' $sig
echo \$PPID >pid
echo up >ready
while :; do sleep .05; done
EOS
	cat >sig.sh <<'EOS'
set -m			# or INT and QUIT would be ignored from the start
csp-sidecar --name x --headless 80x24 -- sh trap.sh &
wait $!
echo $? >st
EOS
	onpty 80x24 sh sig.sh </dev/null >out &
	eventually 5 test -e ready
	kill -$sig "$(cat pid)"
	wait $!
	echo $sig >want
	check "SIG$sig reaches the program" diff want caught
	echo 9 >want
	check "and its status comes back" diff want st
done
rm -f ready
csp-sidecar --name x --headless 80x24 -- sh -c \
	'trap "" TERM HUP; echo up >ready; while :; do sleep .05; done' \
	</dev/null &
pid=$!
eventually 5 test -e ready
kill -TERM $pid
kill -TERM $pid
kill -TERM $pid
st=0
wait $pid || st=$?
check 'one that will not end is killed' test $st -eq 137

# a stop and a continue, seen from a shell with job control
cat >jobs.sh <<'EOS'
set -m
stty -a >a
csp-sidecar --name x -- sh -c '
	echo $PPID >pid; echo up >ready
	while test ! -e go; do sleep .05; done; exit 6'
echo $? >stopped
stty -a >b
fg >/dev/null
echo $? >st
EOS
rm -f go ready b
onpty 80x24 sh jobs.sh </dev/null >out &
pid=$!
pids="$pids $pid"
eventually 5 test -e ready
kill -TSTP "$(cat pid)"
check 'stopped: the shell has its terminal back' eventually 5 test -s b
check 'with its modes' diff a b
: >go
wait $pid
echo 6 >want
check 'continued: it goes on to its end' diff want st

rm -f go ready b
sed 's/echo up/kill -STOP $$; echo up/' jobs.sh >self.sh
onpty 80x24 sh self.sh </dev/null >out &
pid=$!
pids="$pids $pid"
check 'a program that stops itself stops the job' eventually 5 test -s b
: >go
wait $pid
check 'and is continued with it' diff want st

# who goes away
rm -f ready
csp-sidecar --name x -- sh -c 'trap "echo hup >gone; exit" HUP; echo up >ready
	while :; do sleep .05; done' </dev/null >out &
pid=$!
eventually 5 test -e ready
kill -9 $pid
check 'sidecar killed: the program hangs up' eventually 5 test -s gone
rm -f ready gone
onpty 80x24 csp-sidecar --name x -- sh -c 'trap "echo hup >gone; exit" HUP
	echo $PPID >pid; echo up >ready; while :; do sleep .05; done' \
	</dev/null >out &
pid=$!
eventually 5 test -e ready
kill -9 $pid
check 'terminal gone: the program hangs up' eventually 5 test -s gone
gone() { ! kill -0 "$1" 2>/dev/null; }
check 'and the sidecar ends' eventually 5 gone "$(cat pid)"

finish
