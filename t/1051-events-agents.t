#!/bin/sh
# What real CLIs write (t/fixtures/events), by the rules in agents/.
. "$(dirname "$0")/tap.sh"
in=$top/t/fixtures/events

# agree FILE AGENT [BYTES]: what the rules make of it, fed in pieces
agree() {
	evdump "$top/agents" "$2" -i -c "${3:-1000000}" <"$in/$1.jsonl" >got &&
	    diff -u "$in/$1.want" got
}

# pieces FILE AGENT
pieces() {
	for c in 1 2 3 7 64 100 511 4096; do
		agree "$1" "$2" $c || { echo "in pieces of $c"; return 1; }
	done
}

for f in claude codex codex-notify gemini qwen pi; do
	check "$f: prompts, replies, ends" agree $f "${f%-*}"
	check "$f: the same in pieces" pieces $f "${f%-*}"
done
finish
