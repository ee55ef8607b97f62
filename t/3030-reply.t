# what a program hands over itself, through its private socket
. "$(dirname "$0")/tap.sh"

gateway || exit 1
csp-sidecar --name sh --explain --headless 80x24 -- sh 2>log </dev/null &
pid=$!
pids="$pids $pid"
eventually 10 grep -q 'state idle' log
ask() { csp-send --to sh --from me --register --wait 10 "$1"; }

printf 'a **b**\n\n  c	d\n\n' >text
check 'the reply, byte for byte' sh -c \
	'csp-send --to sh --from me --register --wait 10 \
		"csp-send --reply <text" >got
	csp-poll --history 1 --json >last'
check 'is the one that is sent' grep -qF \
	'"verbatim":true,"content":"a **b**\n\n  c\td\n\n"' last
check 'as an answer' grep -q '"to":"me".*"replyTo":1,' last
echo '{"n":1,"said":"from \"json\""}' >json
ask 'csp-send --reply --field said <json' >got
echo 'from "json"' >want
check 'a member of JSON' diff want got
printf '%s\n' '{"said":"cut \ud83d"}' >half
ask 'csp-send --reply --field said <half' >got
printf 'cut \357\277\275\n' >want
check 'half a pair of surrogates in it costs no more than itself' diff want got
ask 'csp-send --reply --field none <json 2>/dev/null; echo $?' >got
echo 5 >want
check 'one that is not there is refused' diff want got
ask 'ls -ld "${CSP_REPLY%/*}" "$CSP_REPLY" | cut -c1-10; echo $CSP_REPLY' >got
printf '%s\n' drwx------ srw------- >want
check 'nobody else may go there' sh -c 'head -n 2 got | diff want -'
kill $pid
wait $pid
check 'and it is gone in the end' sh -c '! test -e "$(dirname "$(tail -n 1 got)")"'

finish
