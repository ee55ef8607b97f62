#!/bin/sh
# the manuals: one for each program, and the same options in page, usage and code
. "$(dirname "$0")/tap.sh"

in_top() { ( cd "$top" && "$@" ); }

# the options that a page describes
in_page() {
	sed -n 's/^\.It //p' "$1" | tr ' ' '\n' | sed -n '/^Fl$/,/^./p' |
	    sed -n 's/^-\([a-z][A-Za-z-]*\)$/\1/p' | LC_ALL=C sort -u
}

# the options that the code knows: getopt_long(3)'s table, or the cases
in_code() {
	case $1 in
	*.c) sed -n 's/^[ 	]*{ "\([a-zA-Z-]*\)",.*/\1/p' "$1" ;;
	*) cat "$1" "${2:-/dev/null}" |
	    sed -n '/^while test \$# -gt 0/,/^done/p' |
	    sed 's/).*//;s/\\$//' | tr ' |	' '\n\n\n' |
	    sed -n 's/^--\([a-z][A-Za-z-]*\)$/\1/p' ;;
	esac | grep -vx here | LC_ALL=C sort -u
}

in_usage() {
	"$1" --help | tr ' |[],' '\n\n\n\n\n' |
	    sed -n 's/^--\([a-z][A-Za-z-]*\).*/\1/p' | LC_ALL=C sort -u
}

same() {	# PROGRAM SOURCE PAGE
	test -f "$3" || { echo "there is no $3"; return 1; }
	in_code "$2" >"$tmp/code"
	in_page "$3" >"$tmp/page"
	in_usage "$1" >"$tmp/usage"
	test -s "$tmp/code" || { echo "no options found"; return 1; }
	diff -u --label code "$tmp/code" --label page "$tmp/page" &&
	    # a second spelling need not be in the usage
	    grep -vx agentId "$tmp/code" |
	    diff -u --label code - --label usage "$tmp/usage"
}

for p in csp-gateway csp-poll csp-send csp-sidecar; do
	test -f "$top/$p.c" && test -f "$top/man/$p.1" || continue
	check "$p: options in code, page and usage are the same" \
	    in_top same "./$p" $p.c man/$p.1
done
check 'csp-tty: options in code, page and usage are the same' \
    in_top same bin/csp-tty bin/csp-tty.c man/csp-tty.1
for p in start-llm-groupchat csp-agent-launcher.sh csp-chat csp-debate \
    csp-consensus csp-autopilot csp-demo csp-demo-agent csp-bridge; do
	test -f "$top/bin/$p" || continue
	check "$p: options in code, page and usage are the same" \
	    in_top same bin/$p bin/$p man/$p.1
done

wrong_option() {
	for p in ./csp-gateway ./csp-poll ./csp-send ./csp-sidecar \
	    bin/csp-tty bin/start-llm-groupchat bin/csp-agent-launcher.sh \
	    bin/csp-chat bin/csp-debate bin/csp-consensus bin/csp-autopilot \
	    bin/csp-demo bin/csp-demo-agent bin/csp-bridge; do
		test -x $p || continue
		want=2
		test $p != ./csp-sidecar || want=125
		$p --no-such-option >"$tmp/o" 2>"$tmp/e" </dev/null
		st=$?
		test $st -eq $want || echo "$p ends with $st, not $want"
		test ! -s "$tmp/o" || echo "$p prints to standard output"
		grep -q usage "$tmp/e" || echo "$p shows no usage"
		$p --version >"$tmp/o" 2>"$tmp/e" </dev/null ||
		    echo "$p --version fails"
		grep -qE "^$(basename $p) [0-9]+\.[0-9]+" "$tmp/o" ||
		    echo "$p --version says: $(cat "$tmp/o")"
	done | if grep .; then return 1; fi
}
check 'an unknown option is a usage error, and --version says one' \
	in_top wrong_option

lint() {
	mandoc -T lint -W warning man/*.[1-8] 2>/dev/null |
	    grep -v 'referenced manual not found' | if grep .; then return 1; fi
}
if command -v mandoc >/dev/null 2>&1
then check 'the manuals are well-formed' in_top lint
else skip 'the manuals are well-formed' 'no mandoc'
fi

# what SEE ALSO and the text refer to is there, where it is ours
references() {
	grep -hoE '^\.Xr (csp|start-llm)[a-z.-]* [1-8]' man/*.[1-8] | sort -u |
	    while read -r _ name section; do
		test -f "man/$name.$section" ||
		    echo "no man/$name.$section"
	done | if grep .; then return 1; fi
}
if test -f "$top/man/csp.7" && test -f "$top/man/csp-agents.5" &&
    test -f "$top/man/csp-sidecar.1" && test -f "$top/man/csp-poll.1"
then check 'pages refer to pages that are here' in_top references
else skip 'pages refer to pages that are here' 'not all are written yet'
fi

finish
