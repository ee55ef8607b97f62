#!/bin/sh
# a reply to a person that names another agent reaches that agent
. "$(dirname "$0")/tap.sh"

check 'a gateway' gateway
csp-send --register --human --from ann </dev/null
csp-send --register --from script </dev/null
csp-send --register --from bob </dev/null
csp-sidecar --name sh --agent line --headless 80x24 -- sh </dev/null \
    >/dev/null 2>&1 &
pids="$pids $!"
idle() { csp-poll --agents | grep -q '^sh  *idle'; }
check 'an agent' eventually 10 idle
# told FROM TEXT WANT: the reply to FROM, and to whom it went
told() {
	csp-send --from "$1" --to sh --wait 15 "echo $2" </dev/null >reply || return
	printf '%s\n' "$2" | diff -u - reply || return
	csp-poll --history 1 --format '%f>%t %c' >got
	printf '%s %s\n' "sh>$3" "$2" | diff -u - got
}
check 'a reply to a person is for that person' told ann 'well, @nobody' ann
check 'one that names an agent is for the room, and still the reply' \
    told ann 'ask @bob.' broadcast
check 'one that names who asked is not' told ann 'so, @ann' ann
check 'a script has its reply to itself' told script 'ask @bob' script
finish
