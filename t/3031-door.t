#!/bin/sh
# a program that takes messages from a file and tells of itself in another: what
# it writes is the reply, and what it does not take is typed after all
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

cat >doors <<'end'
include generic
[setup]
empty input
follow %CWD%/told-*.jsonl
[events]
on type=user: prompt text
on type=reply: text text
[in]
append input %TEXT%
end
with="--intro none --agent ./doors"
side door -t 6000
say first
check 'the first message is typed' eventually 8 grep -q '^| \[me\] first' door.notes
printf '%s\n' '{"type":"user","text":"[me] first"}' \
	'{"type":"reply","text":"*as written*"}' >told-1.jsonl
check 'and answered' eventually 8 receipt "$id" replied
csp-poll --history 1 --json >got
check 'with what the program wrote itself' \
	grep -q '"verbatim":true.*"content":"\*as written\*"' got
# the processor's time that the sidecar has taken, as digits: seconds
spent() { ps -o time= -p "$(cat side.pid)" | tr -d ' :-'; }
before=$(spent)
# its file is not read: after a while the message is typed
csp-send --to door --from me --wait 40 second >got
check 'a message that was not taken by the file is answered' \
	answered 'echo: [me] second'
check 'and the sidecar slept meanwhile' test "$(expr "$(spent)" - "$before")" -le 1
check 'it was typed, once' taken '| [me] first' . '| [me] second' .
csp-poll --history 9 --format '%f %c' | sed -n 's/^door //p' >got
check 'and nothing else was said to it' answered '*as written*' \
	'echo: [me] second'
done_with

# a person's prompt goes into the turn of a message: its end answers both
cat >joins <<'end'
include generic
[setup]
follow %CWD%/joined-*.jsonl
[events]
on type=user: prompt text, turn id
on type=reply: text text
on type=end: end, turn id
end
with="--intro none --agent ./joins"
side joins -t 6000
say ours
check 'a message is typed' eventually 8 grep -q '^| \[me\] ours' joins.notes
printf '%s\n' '{"type":"user","text":"[me] ours","id":"1"}' \
	'{"type":"user","text":"a word of mine","id":"1"}' \
	'{"type":"reply","text":"to both"}' '{"type":"end","id":"1"}' >joined-1.jsonl
check 'and answered, though the person has said more' \
	eventually 8 receipt "$id" replied
csp-poll --history 1 --format %c >got
check 'with the reply to both' answered 'to both'
done_with

# one that takes its time with what is handed over: where it can be typed it is
sed -e '/^append/d' -e '/^empty/d' doors >slow
printf '%s\n' 'run true' 'after 60000' >>slow
with="--intro none --agent ./slow"
side slow -t 100
ask hello
check 'a message is typed before it is handed over' \
	answered 'echo: [me] hello'
done_with
finish
