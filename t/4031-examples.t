#!/bin/sh
# the examples of csp-send(1) and csp-poll(1), as they stand there
. "$(dirname "$0")/tap.sh"
gateway || { echo 'Bail out! no gateway'; exit 1; }

# the literal blocks of EXAMPLES: send.1, send.2 ... poll.1 ...
for page in send poll; do
	awk -v page=$page '/^\.Sh/ { on = $2 == "EXAMPLES" }
	    on && /^\.Bd/ { out = page "." ++n; next }
	    /^\.Ed/ { out = "" }
	    out != "" { gsub(/\\e/, "\\"); print >out }' "$top/man/csp-$page.1"
done
blocks() { echo "$1".* | wc -w; }
check 'csp-send(1) has its examples' test "$(blocks send)" -eq 4
check 'csp-poll(1), too' test "$(blocks poll)" -eq 4
# example FILE: runs it as it stands
example() { sh "./$1"; }
# in_background FILE: the same, to be ended by the end of the test
in_background() { sh "./$1" >"$1.out" 2>&1 & pids="$pids $!"; }
# what follows for ever is ended by its number, which bin/csp-poll writes down
end_polls() { while read -r p; do kill "$p"; done <polls; } 2>/dev/null
: >polls
trap 'end_polls; cleanup' EXIT

# commands that they use, and need not be there
mkdir bin
printf '#!/bin/sh\necho "+a line"\n' >bin/git
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>%s/notes\n' "$tmp" >bin/notify-send
printf '#!/bin/sh\ncat\n' >bin/less
printf '#!/bin/sh\necho $$ >>%s/polls\nexec %s/csp-poll "$@"\n' "$tmp" "$top" \
    >bin/csp-poll
chmod +x bin/*
PATH=$tmp/bin:$PATH

csp-send -n --register --human --from ann
for name in me bot claude codex codex-1; do
	csp-send -n --register --from $name
done
# agents as csp-poll(1) has one
for name in claude codex; do
	sed "s/bot/$name/g" poll.2 >agent.$name
	in_background agent.$name
done
example send.1 >got
printf '%s\n' 'you said: what did claude miss?' '' 'you said: review this' '' \
    '+a line' >want
check 'one agent reviews and another looks it over' diff -u want got
# which ends them
csp-send --leave --from claude; csp-send --leave --from codex

awk 'BEGIN { for (i = 1; i <= 500; i++) print "log line " i }' >file
check 'a long file' example send.2
check 'and again' example send.2
csp-poll --all --format %c | grep '^log line' >got
check 'is there once' cmp file got

csp-sidecar --name sh --headless 80x24 -- sh >sidecar.out 2>&1 </dev/null &
pids="$pids $!"
idle() { csp-poll --agents | grep -q '^sh  *idle'; }
check 'a wrapped shell' eventually 15 idle
example send.3 >got; echo 42 >want
check 'prints what a command prints' diff want got

as_bot() {
	(. ./send.4 && csp-send -n 'as a bot' && ! csp-send -n --from me x)
}
check 'a script has a name and a token of its own' as_bot
check 'by which it is known' test \
    "$(csp-poll --all --format '%f %c' | grep 'as a bot')" = 'bot as a bot'

csp-send -n --from me --to codex-1 'for you'
csp-poll codex-1 >/dev/null
csp-send -n --from me --to codex-1 'an Error'
in_background poll.1
check 'the inbox, and errors as they come' eventually 10 \
    grep -q 'an Error' poll.1.out

sed -n '1,4p' poll.3 >loop; sed -n '5,$p' poll.3 >notify
csp-poll bot >/dev/null; csp-poll ann >/dev/null
in_background loop
csp-send -n --from me --to bot 'two  words'
answered() { csp-poll --history 20 --format '%f>%t %c' | grep -qx 'bot>me got: two  words'; }
check 'a loop over read' eventually 10 answered
if printf 'x\0' | xargs -0 -n 1 printf '%s' >/dev/null 2>&1; then
	in_background notify
	csp-send -n --from me --to ann "it's
two lines"
	printf "me: it's\ntwo lines\n" >want
	noted() { tail -n 2 notes | cmp - want; }
	check 'xargs' eventually 10 noted
else skip 'xargs' 'this one has no -0'
fi

# another room, with the same names
CSP_ROOM=other csp-gateway --port 0 --rate 0 >other.env 2>&1 &
pids="$pids $!"
eventually 10 grep -q _PID= other.env
for name in ann me bot claude codex codex-1 sh; do
	csp-send -n --room other --register --from $name
done
example poll.4 2>err
csp-poll --all --format '%f %t %c' | grep '^me broadcast log line' >want
csp-poll --room other --all --format '%f %t %c' | grep '^me broadcast log line' >got
check 'a room is copied into another' cmp want got
finish
