#!/bin/sh
# csp-chat: lines without a terminal, a screen with one (in tmux)
. "$(dirname "$0")/tap.sh"

LC_ALL=C.UTF-8
export LC_ALL
check 'a gateway' gateway
csp-send --register --from bob </dev/null
csp-send --from bob 'hello @me
and a second line' </dev/null

# ---- lines in, lines out ----

cat >in <<'E2'
hello everybody
@bob   to bob
//etc is a path
/nonsense
/agents
/answer bob 1
E2
chat() { csp-chat --name me --linger 1 "$@"; }
lines() {
	chat <in >out 2>err || { cat err; return 1; }
	sed 's/^[0-9][0-9]:[0-9][0-9] /TIME /;/unread/s/  */ /g' out
}
lines >got
sort >want <<'E2'
TIME bob: hello @me
      and a second line
TIME me: hello everybody
TIME me → bob: to bob
TIME me: /etc is a path
no such command (see /help; a message may begin with //)
that agent asks nothing
E2
grep -v unread got | grep -v 'system \*' | sort >got2
check 'lines in, lines out' diff -u want got2
check '/agents says who is here' grep -q '^bob ' got
sent() {
	csp-poll --history 10 --format '%f>%t %c' >hist
	printf '%s\n' 'me>broadcast hello everybody' 'me>bob to bob' \
	    'me>broadcast /etc is a path' >want
	grep '^me' hist >got
	diff -u want got
}
check 'what was typed is in the room' sent
check 'csp-chat has read what was for it' \
    status 1 csp-poll me

refused() {
	printf '@nobody hi\nafter\n' | csp-chat --name me --linger 1 >out 2>&1
	grep 'no agent named "nobody"' out >said || return
	! grep 'line [0-9]' said &&
	    csp-poll --history 1 --format %c | grep -qx after
}
check 'a refusal is said, and the chat goes on' refused

# says COMMAND WORDS: what the chat says of it in the end
says() {
	{ printf '%s\n' "$1"; eventually 10 grep -q "$2" out; } |
	    csp-chat --name me --linger 1 >out
	grep "$2" out
}
: >out
check 'a moderator with all agents, where none is' \
    says '/debate Well, tea or coffee?' 'csp-debate: no agent is here'
check 'with one that is named' \
    says '/debate Bob tea?' 'csp-debate: a debate needs two agents'
check 'with several, of which one is not here' \
    says '/consensus bob, eve tea?' 'csp-consensus: no agent named eve'
check 'with no text' says '/autopilot bob' 'usage: /autopilot '

# a Korn shell gives programs no descriptor above 2 that exec opened
for sh in mksh ksh93; do
	command -v $sh >/dev/null || continue
	by_ksh() {
		echo "by $sh" |
		    $sh "$top/bin/csp-chat" --name me --linger 1 >out 2>&1
		grep "me: by $sh" out
	}
	check "csp-chat by $sh" by_ksh
done

unreached() {
	status 3 env CSP_GATEWAY_URL=http://127.0.0.1:1 csp-chat --name me \
	    </dev/null >out 2>err
	cat err
	test "$(wc -l <err)" -eq 1
}
check 'no gateway: one line, and 3' unreached
check 'a wrong number: 2' status 2 csp-chat --history x </dev/null
check 'a number that is too large: 2' \
    status 2 csp-chat --history 100000 </dev/null
check 'a missing value: 2' status 2 csp-chat --name

# ---- a screen ----

. "$top/t/tmux.sh"
open chat 80 24 'csp-chat --name me'
check 'the history is there at the start' shows 'hello @me'
keys 'hi everybody' Enter
check 'what is typed appears' shows 'me │ hi everybody'
completed() { keys C-u '@b' Tab; seen '> @bob'; }
check 'Tab completes a name' eventually 10 completed
keys 'a word' Enter
check 'an arrow says to whom a message is' shows '→ bob  a word'
keys 'one' M-Enter 'two' Enter
two_lines() {
	csp-poll --history 1 --json | grep -qF '"content":"one\ntwo"'
}
check 'Alt-Enter makes a message of two lines' eventually 10 two_lines
t set-buffer "$(printf 'pasted\nin three\nlines')"
t paste-buffer -p -t chat
keys Enter
pasted() {
	csp-poll --history 1 --json |
	    grep -qF '"content":"pasted\nin three\nlines"'
}
check 'a paste of three lines is one message' eventually 10 pasted
keys 'recal' Enter
keys Up 'led' Enter
check 'Up recalls a line' shows '│ recalled'
keys 'gr' 'üße 日本' BSpace Enter
check 'UTF-8 is edited by characters' shows 'me │ grüße 日'

post() {	# PATH JSON
	curl -fsS -H "X-Auth-Token: $CSP_AUTH_TOKEN" "$CSP_GATEWAY_URL$1" -d "$2"
}
if command -v curl >/dev/null 2>&1; then
	id=$(csp-poll --history 30 --format '%i %c' | sed -n 's/ a word$//p')
	post /receipt "{\"from\":\"bob\",\"messageId\":$id,\"stage\":\"held\",\"reason\":\"busy\"}" >post.out 2>&1
	check 'a receipt shows below the message, and why' shows 'bob held: busy'
	post /agent-output "{\"from\":\"bob\",\"to\":\"me\",\"content\":\"so\",\"replyTo\":$id}" >post.out 2>&1
	check 'and goes when the reply is there' eventually 10 gone 'held: busy'
	post /stream_update '{"from":"bob","state":"busy","content":"half a repl"}' >post.out
	check 'a reply in the making is shown' shows 'half a repl'
	check 'who is busy stands in the status line' shows 'bob busy'
	post /stream_update '{"from":"bob","state":"waiting","detail":"May I? [y/N]","screen":"s1"}' >post.out
	check 'a question is shown where the person looks' shows 'May I? [y/N]'
	check 'and how to answer it' shows '/answer bob y'
	post /stream_update '{"from":"bob","state":"limited","until":"2030-01-01T10:00:00Z"}' >post.out
	check 'a usage limit is shown' shows 'usage limit until'
	post /stream_update '{"from":"bob","state":"idle"}' >post.out
	check 'and goes' eventually 10 gone 'usage limit'
else
	skip 'receipts, states and questions' 'no curl'
fi

i=0
while test $i -lt 40; do i=$((i + 1)); echo "row $i"; done |
    csp-send --from bob
check 'a long message is folded' shows 'more lines: /show'
keys '/show' Enter
check '/show opens it' eventually 10 gone 'more lines: /show'
keys PPage PPage PPage PPage PPage
check 'Page Up leads to the beginning' shows 'and a second line'
keys NPage NPage NPage NPage NPage NPage NPage NPage NPage
check 'Page Down back to the newest' shows 'row 40'

t resize-window -t chat -x 50 -y 12
check 'after a resize the screen is whole again' shows '>'
narrow() { screen >screen; test "$(wc -l <screen)" -le 12; }
check 'in its new size' narrow
t resize-window -t chat -x 80 -y 24
keys '/help' Enter
check '/help' shows '/autopilot [A,B] GOAL'
keys C-c C-c
check 'Ctrl-C twice leaves, with 0' shows 'ended 0'
cooked() {
	keys 'typed after' Enter
	shows 'typed after'
}
check 'and the terminal is as it was' cooked
finish
