#!/bin/sh
# make install, uninstall and dist
. "$(dirname "$0")/tap.sh"

MAKE=${MAKE:-make}
command -v "$MAKE" >/dev/null 2>&1 || skip_all "no $MAKE"
in_top() { ( cd "$top" && MAKEFLAGS='' "$MAKE" "$@" ) >make.out 2>&1 || { cat make.out; return 1; }; }

check 'make install into a folder of its own' \
    in_top install DESTDIR="$tmp/root" PREFIX=/opt/csp
p=$tmp/root/opt/csp
listed() {
	( cd "$p" && find bin libexec share/csp -type f | LC_ALL=C sort ) >got
	( cd "$top" && {
		printf 'bin/%s\n' csp-gateway csp-poll csp-send csp-sidecar
		for f in bin/*; do
			case $f in
			*.[cho] | bin/completion) ;;
			bin/csp-moderate | bin/csp-tty)
				echo "libexec/csp/${f#bin/}" ;;
			*) echo "$f" ;;
			esac
		done
		ls agents | sed 's#^#share/csp/agents/#'
	} | LC_ALL=C sort ) >want
	diff -u want got
}
check 'all programs, scripts and rules are there' listed
pages() {
	( cd "$top/man" && ls *.[157] ) >want
	( cd "$p/share/man" && ls man1 man5 man7 | grep '\.' | LC_ALL=C sort ) >got
	LC_ALL=C sort -o want want
	diff -u want got
}
check 'and all pages' pages
writable() { find "$p" ! -type l -perm -022 | if grep .; then return 1; fi; }
check 'nothing that others may write' writable

# nothing of the tree on the PATH, and from elsewhere
away() {
	( cd / && env -i PATH="$p/bin:/usr/bin:/bin" HOME="$tmp" TMPDIR="${TMPDIR:-/tmp}" \
	    CSP_DIR="$tmp/there" CSP_DEMO_FAST=1 LC_ALL=C "$@" )
}
programs() {
	for f in "$p"/bin/*; do
		away "$f" --version >/dev/null || echo "$f --version"
		away "$f" --help | grep -q '^usage' || echo "$f --help"
	done | if grep .; then return 1; fi
}
check 'each installed program runs' programs
check 'the demo room works from there' away csp-demo </dev/null
rules() { away csp-agent-launcher.sh --list | grep -q '^claude '; }
check 'the launcher finds the rules' rules
explain() {
	printf '%s\n%s\n' '{"version":2,"width":80,"height":24,"agent":"claude"}' \
	    '[0.1,"o","hello"]' >cast
	away csp-sidecar --agent claude --replay "$tmp/cast" --explain 2>&1 >/dev/null |
	    tee explained | grep 'no rules' && return 1
	away csp-sidecar --agent claude --replay "$tmp/cast" >/dev/null
}
check 'csp-sidecar finds them, too' explain
moderated() { status 4 away csp-debate --gateway-url "$CSP_GATEWAY_URL" \
	--auth-token "$CSP_AUTH_TOKEN" --agents a,b tea 2>err; cat err; grep -q 'no agent named a' err; }
check 'a gateway' gateway
check 'csp-debate finds its other half' moderated

check 'make uninstall' in_top uninstall DESTDIR="$tmp/root" PREFIX=/opt/csp
left() { find "$tmp/root" ! -type d | if grep .; then return 1; fi; }
check 'leaves nothing' left

if test -e "$top/.git" && command -v git >/dev/null 2>&1; then
	dist() {
		git -C "$top" archive --prefix=dist/ HEAD | tar xf - || return
		( cd "$top" && git ls-tree -r --name-only HEAD | LC_ALL=C sort ) >want
		( cd dist && find . -type f | sed 's#^\./##' | LC_ALL=C sort ) >got
		diff -u want got && ( cd dist && "$MAKE" -n all >../make.n )
	}
	check 'what make dist packs is what is committed, and can be built' dist
else
	skip 'make dist' 'not in git'
fi
finish
