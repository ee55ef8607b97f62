# what may happen to a terminal while a message is on its way
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

# a new size
rm -f keys
mkfifo keys
who=wide notes=wide.notes
onpty 80x24,100x30 csp-sidecar --name wide --intro none -- \
	faketui -o wide.notes -l 900 -t 300 <keys >wide.out &
pid=$!
pids="$pids $pid"
exec 3>keys
eventually 10 registered wide
say 'while it grows'
eventually 10 grep -q 'while it grows' wide.out
kill -USR1 $pid
check 'a new size while a message is typed: it goes in' \
	eventually 15 receipt "$id" submitted
kill -USR1 $pid
check 'and back while it is answered: the reply comes' \
	eventually 15 receipt "$id" replied
check 'once' taken '| [me] while it grows' .
done_with

# a program that shows nothing of what it reads
csp-sidecar --name secret --explain --headless 80x24 -- sh -c \
	'stty -echo; printf "Password: "; read -r x; echo "$x" >secret.got' \
	2>secret.log </dev/null &
side=$!
pids="$pids $side"
who=secret
eventually 10 registered secret
say 'not a password'
check 'no echo: a message is held' eventually 10 receipt "$id" 'held.*dialog'
check 'and not given for a password' test ! -e secret.got
csp-send --to secret --control keys letmein Enter
check 'what the person says is' eventually 10 grep -qx letmein secret.got
wait $side
check 'the one held is told in the end' eventually 5 receipt "$id" \
	'failed\|held'

# the sidecar is killed in the middle of a reply
with='--intro none'
side killed -t 60000
say first
eventually 10 receipt "$id" submitted
check 'it works' eventually 10 state busy
kill -9 "$(cat side.pid)"
exec 3>&-
wait $pid
busy() { csp-poll --agents | grep -q '^killed .*busy'; }
not_busy() { ! busy; }
check 'killed: soon nobody says that it works' eventually 10 not_busy
say second
check 'what comes then waits for the next' receipt "$id" queued

finish
