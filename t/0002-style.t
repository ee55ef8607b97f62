#!/bin/sh
# how the code is written: what can be measured
. "$(dirname "$0")/tap.sh"

( cd "$top" && if test -e .git && git ls-files 2>/dev/null; then :; else
	find . -type f | sed 's#^\./##'; fi ) >files
grep '\.[ch]$' files | grep -vE '_table\.c$' >code
# A check that looks at the tree; its notes stay in $tmp.
in_top() { ( cd "$top" && "$@" ); }

scripts() {
	while read -r f; do
		case $f in
		*.c | *.h | *.md | man/*) continue ;;
		esac
		head -n 1 "$f" | grep -q '^#!/bin/sh' && printf '%s\n' "$f"
	done <"$tmp/files" >"$tmp/scripts"
	test -s "$tmp/scripts"
}
in_top scripts

# 80 columns, of code and of scripts.  The tests have up to 100 in C, where a
# line is one case of a table or one text to feed, and a script of theirs has
# the line that it wants to see.
long_lines() {
	cat "$tmp/code" "$tmp/scripts" | while read -r f; do
		max=80
		case $f in
		t/*.[ch]) max=100 ;;
		t/*) continue ;;
		esac
		expand "$f" | LC_ALL=C awk -v f="$f" -v max=$max '
		    length($0) > max { print f ":" NR ": " length($0) " columns" }'
	done | if grep .; then return 1; fi
}
check 'no line is longer than the style allows' in_top long_lines

long_functions() {
	while read -r f; do
		awk -v f="$f" '
		    /^[a-zA-Z_].*\)$/ && !/;/ { name = $0; from = 0 }
		    /^\{/ { from = NR }
		    /^\}/ && from { if (NR - from > 100)
			print f ": " name " has " NR - from " lines"; from = 0 }' \
		    "$f"
	done <"$tmp/code" | if grep .; then return 1; fi
}
check 'no function is longer than 100 lines' in_top long_functions

long_files() {
	while read -r f; do
		case $f in *.c) ;; *) continue ;; esac
		n=$(wc -l <"$f")
		test "$n" -le 1200 || echo "$f has $n lines"
	done <"$tmp/code" | if grep .; then return 1; fi
}
check 'no file is longer than 1200 lines' in_top long_files

blanks() {
	xargs grep -nE '[ 	]+$' <"$tmp/code"
	test $? -ne 0
}
check 'no line ends in blanks' in_top blanks

guards() {
	grep '\.h$' "$tmp/code" | while read -r f; do
		grep -q '^#ifndef' "$f" || echo "$f has no guard"
	done | if grep .; then return 1; fi
}
check 'every header has a guard' in_top guards

heads() {
	while read -r f; do
		head -n 1 "$f" | grep -q '^/\*' || echo "$f: no first comment"
	done <"$tmp/code" | if grep .; then return 1; fi
}
check 'every file says first what it is' in_top heads

syntax() {
	while read -r f; do sh -n "$f" || echo "$f"; done <"$tmp/scripts" |
	    if grep .; then return 1; fi
}
check 'every script is sh' in_top syntax

if command -v shellcheck >/dev/null 2>&1; then
	lint() { grep '^bin/' "$tmp/scripts" | xargs shellcheck; }
	check 'shellcheck has nothing against the scripts' in_top lint
else
	skip 'shellcheck' 'not installed'
fi

not_sh() {
	# shellcheck disable=SC2046
	grep -nE '(^|[;&|][ 	]*)(local|declare|source|typeset) |\[\[ |echo -[en]|readlink -f|grep -[a-zA-Z]*P|sed -i|<<<' \
	    $(grep -v '^t/0002' "$tmp/scripts")
	test $? -ne 0
}
check 'no script uses what only some shells have' in_top not_sh

sleeps() {
	# but in a loop that looks for something
	awk '/(^|[^-_a-z])sleep [.0-9]/ && !/^[ 	]*do sleep \.[0-9]+; done/ &&
	    !/(while|until) .*; do sleep \.[0-9]+; done/ {
		print FILENAME ":" FNR ": " $0; found = 1
	} END { exit found }' t/*.t
}
check 'no test sleeps for a fixed time' in_top sleeps

check 'every mutation still finds what it breaks' in_top sh t/mutate -n

finish
