#!/bin/sh
# the tree: what stands at the top, how it is linked, what it may use
. "$(dirname "$0")/tap.sh"

# Files of the project, without what is built: from git, or by their names.
files() {
	( cd "$top" && if test -e .git && git ls-files 2>/dev/null; then :; else
		find . -type f | sed 's#^\./##' | grep -v '\.o$'
	fi )
}
files >files
grep '\.[ch]$' files >code
# A check that looks at the tree; its notes stay in $tmp.
in_top() { ( cd "$top" && "$@" ); }

# what follows a name stands at the top, once
top_level() {
	cat >"$tmp/want" <<-'EOF'
	.ci/
	LICENSE
	Makefile
	NEWS
	README
	agents/
	bin/
	csp-gateway.c
	csp-poll.c
	csp-send.c
	csp-sidecar.c
	doc/
	json.h
	lib/
	man/
	t/
	EOF
	sed 's#/.*#/#' "$tmp/files" | sort -u |
	    grep -vxE '\.git(ignore|attributes)|csp-(gateway|poll|send|sidecar)' \
	    >"$tmp/got"
	LC_ALL=C sort -o "$tmp/got" "$tmp/got"
	LC_ALL=C comm -13 "$tmp/want" "$tmp/got" | if grep .; then return 1; fi
}
check 'the top level is what it is meant to be' in_top top_level

# Every dependency of an object stands in the Makefile, and no other.
dependencies() {
	sed -n 's/^\([a-z].*\.o\): /\1 /p' Makefile | tr '\t' ' ' |
	    while read -r o deps; do
		# shellcheck disable=SC2086
		echo "$o:" $(printf '%s\n' $deps | LC_ALL=C sort -u)
	done | LC_ALL=C sort >"$tmp/want"
	grep '\.c$' "$tmp/code" | grep -v '^t/bench/' | while read -r c; do
		deps=$(${CC:-cc} -std=c99 -D_DEFAULT_SOURCE -I. -MM "$c" |
		    sed 's/^[^:]*: //' | tr '\\\n' '  ')
		# shellcheck disable=SC2086
		echo "${c%.c}.o:" $(printf '%s\n' $deps | LC_ALL=C sort -u)
	done | LC_ALL=C sort >"$tmp/got"
	diff -u "$tmp/want" "$tmp/got"
}
if test "$("${CC:-cc}" -MM "$top/lib/buf.c" 2>/dev/null | wc -l)" -gt 0
then check 'header dependencies in the Makefile are those of the code' in_top \
	dependencies
else skip 'header dependencies' 'this compiler has no -MM'
fi

# Missing or hidden on some system, or unsafe.
forbidden() {
	for w in strlcpy strlcat strtonum memmem strcasestr asprintf \
	    vasprintf arc4random accept4 pipe2 ppoll MSG_NOSIGNAL \
	    SOCK_CLOEXEC getprogname wcwidth wcswidth _GNU_SOURCE \
	    _XOPEN_SOURCE _POSIX_C_SOURCE gets strcpy strcat sprintf \
	    vsprintf atoi atol system popen tmpnam mktemp alloca; do
		grep -v '^t/' "$tmp/code" | xargs grep -nE \
		    "(^|[^A-Za-z0-9_>.\"])$w([^A-Za-z0-9_]|\$)" | grep -v '^[^:]*:[0-9]*:[ 	]*/\{0,1\}\*'
	done | if grep .; then return 1; fi
}
check 'nothing that is missing or unsafe somewhere is called' in_top forbidden

includes() { sed -n 's/^#[ 	]*include[ 	]*["<]\([^">]*\)[">].*/\1/p' "$1"; }

# Parts never print, exit or read the environment.
parts() {
	grep -E '^lib/.*\.c$' "$tmp/code" | xargs grep -nE \
	    '(^|[^A-Za-z0-9_])(printf|puts|putchar|fprintf|perror|err|errx|warn|warnx|exit|_exit|getenv|getopt|getopt_long)\(' |
	    grep -vE '^lib/(pty|gen-)' |
	    grep -v '^[^:]*:[0-9]*:[ 	]*/\{0,1\}\*'
	test $? -ne 0
}
check 'parts never print, exit or read the environment' in_top parts

# pure: these have no socket, terminal, file or clock under them.
pure() {
	for f in json.h lib/json lib/http lib/limit lib/hmac lib/utf8 \
	    lib/vtparse lib/screen lib/rules lib/turn lib/broker lib/chat \
	    lib/edit lib/view lib/wrap lib/deliver lib/letter \
	    lib/receipt lib/show; do
		for g in "$f" "$f".[ch] "${f}"_*.[ch]; do
			test -f "$g" || continue
			for i in $(includes "$g"); do
				case $i in
				sys/socket.h | netinet/* | arpa/* | netdb.h | \
				sys/un.h | poll.h | sys/select.h | termios.h | \
				sys/ioctl.h | fcntl.h | sys/stat.h | pty.h | \
				util.h.sys | getopt.h | err.h | signal.h)
					case $g:$i in
					lib/rules*:fcntl.h | \
					lib/rules*:sys/stat.h) continue ;;
					esac
					echo "$g includes $i" ;;
				esac
			done
		done
	done | if grep .; then return 1; fi
}
check 'the pure parts include no socket, terminal or file' in_top pure

# Arrows between the parts go one way: what each part may include of ours.
arrows() {
	while read -r part may; do
		for g in lib/"$part".[ch] lib/"$part"_*.[ch]; do
			test -f "$g" || continue
			for i in $(includes "$g"); do
				i=${i#lib/}
				test -f "lib/$i" || test "$i" = json.h || continue
				i=${i%.h}
				case " $part $may " in
				*" $i "* | *" ${i%%_*} "*) ;;
				*) echo "$g includes $i" ;;
				esac
			done
		done
	done <<-'EOF' | if grep .; then return 1; fi
	json
	util
	buf
	jbuf json buf
	utf8
	hmac
	limit
	http buf
	net buf util
	client http net buf util
	journal buf util
	vtparse utf8
	screen vtparse utf8
	edit utf8
	wrap utf8
	chat util json
	view buf chat edit utf8 util wrap
	rules
	turn rules screen buf utf8
	deliver rules screen turn
	keys
	handover net buf util
	letter jbuf json buf util
	receipt json util
	show json buf util
	mail buf util
	asked mail
	link client jbuf json buf util
	post link turn jbuf json buf util
	mend util
	evmap events json buf
	events evmap mend json buf util
	door doorset events rules jbuf json buf util
	seat asked deliver door events intro keys link mail post rules screen turn json buf
	flow
	tty
	pty
	ending pty
	record jbuf json buf util
	relay ending flow keys pty record tty buf
	cast json
	replay cast rules screen turn
	replayline replay cast jbuf json buf util
	replysock buf util
	EOF
}
check 'parts include what stands below them, and nothing else' in_top arrows

# Programs are small: what each links is written out; these stay outside.
slim() {
	for p in csp-send csp-poll csp-gateway; do
		test -x "$p" || continue
		nm "$p" 2>/dev/null | grep -E ' T (screen|vtparse|pty|turn)_' |
		    sed "s/^/$p links /"
	done | if grep .; then return 1; fi
}
if command -v nm >/dev/null 2>&1
then check 'csp-send, csp-poll and csp-gateway link no terminal' in_top slim
else skip 'what the programs link' 'no nm'
fi

cycles() {
	grep -nE '^#[ 	]*include.*\.c"' $(cat "$tmp/code") /dev/null
	test $? -ne 0
}
check 'no .c file is included' in_top cycles

finish
