#!/bin/sh
# Recordings of real programs: which states and replies are found in them.
# Each t/fixtures/replay/NAME.cast has what must come out in NAME.want, without
# the times.
. "$(dirname -- "$0")/tap.sh"

found() {
	replay -d "$top/agents" <"$1.cast" | sed 's/^{"time":[0-9.]*,//' |
	    diff -u --label want "$1.want" --label got -
}

for f in "$top"/t/fixtures/replay/*.cast; do
	f=${f%.cast}
	check "${f##*/}: states and replies" found "$f"
done

# the rules for nobody in particular find the same reply where it is plain text
unknown() {
	replay -d "$top/agents" -a generic <"$1.cast" |
	    sed -n 's/^.*"type":"reply","content":"\([^"]*\)".*/\1/p' >got
	sed -n 's/^.*"type":"reply","content":"\([^"]*\)".*/\1/p' "$1.want" |
	    diff -u --label want - --label got got
}

for f in claude-prose claude-two codex-think \
    pi-oneliner; do
	check "$f: replies with the generic rules" \
	    unknown "$top/t/fixtures/replay/$f"
done

# what a terminal answers by itself, and keys, are none of a prompt
answered() {
	sed '1a\
[0.001,"i","\\u001b[?0u\\u001b]11;rgb:0/0/0\\u001b\\\\\\u001bOA\\u001b[1;5C"]' \
	    "$1.cast" >answered.cast
	cp "$1.want" answered.want
	found ./answered
}
check 'pi-oneliner: the terminal answers first' \
    answered "$top/t/fixtures/replay/pi-oneliner"

# whatever a recording holds, it is refused or played, not crashed on
broken() {
	printf '%s\n' "$1" | status 5 replay -d "$top/agents"
}
check 'no header' broken 'hello'
check 'another version' broken '{"version":1,"width":80,"height":24}'
check 'no size' broken '{"version":2,"width":0,"height":24}'
check 'no event' broken '{"version":2,"width":80,"height":24}
[1,"o"]'
finish
