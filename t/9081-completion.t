#!/bin/sh
# completion: each option of each program's usage, in each shell that is here
. "$(dirname "$0")/tap.sh"

check 'a gateway' gateway
csp-send --register --from bob </dev/null
programs='csp-gateway csp-sidecar csp-send csp-poll csp-chat csp-debate
	csp-consensus csp-autopilot csp-bridge csp-agent-launcher.sh
	csp-demo-agent start-llm-groupchat'

options() { "$1" --help | grep -oE -- '--[a-zA-Z][a-zA-Z-]*' | LC_ALL=C sort -u; }
names() { ls -d "$top"/csp-*.c "$top"/bin/* | sed 's#.*/##;s/\.c$//' |
	grep -vxE 'csp-tty(\.o)?|csp-moderate|csp-demo|completion' | LC_ALL=C sort -u; }
complete_list() {
	printf '%s\n' $programs | LC_ALL=C sort >want
	names >got
	diff -u want got
}
check 'no program is forgotten here' complete_list

# all SHELL: what its completion offers behind `PROGRAM --` and behind --to
all() {
	for p in $programs; do
		options "$p" >want
		test -s want || echo "$p has no options"
		"$1" "$p" -- 2>shell.err | LC_ALL=C sort -u >got
		LC_ALL=C comm -23 want got | sed "s/^/$p lacks /"
	done | if grep .; then cat shell.err; return 1; fi
}
agents() { "$1" csp-send --to '' 2>shell.err >got; cat got shell.err; grep -qx bob got; }

bash_offers() {
	# shellcheck disable=SC2016
	bash --norc -c '. "$1"; shift
	    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _csp
	    printf "%s\n" "${COMPREPLY[@]}"' - "$top/bin/completion/csp.bash" "$@"
}
zsh_offers() {
	# compadd speaks to the line editor, which is not here
	# shellcheck disable=SC2016
	zsh -fc 'f=$1; shift
	    compadd() { test "$1" = -a && print -l -- ${(P)2} || print -l -- $@ }
	    _files() { }
	    words=("$@") CURRENT=$#; . $f' - "$top/bin/completion/_csp" "$@"
}
fish_offers() {
	# shellcheck disable=SC2016
	HOME=$tmp fish --no-config -c 'set f $argv[1]; set -e argv[1]
	    source $f; complete -C "$argv"' "$top/bin/completion/csp.fish" "$@" |
	    sed 's/	.*//'
}
for shell in bash zsh fish; do
	if command -v $shell >/dev/null 2>&1; then
		check "$shell: all options of all programs" all ${shell}_offers
		check "$shell: agents behind --to" agents ${shell}_offers
	else
		skip "$shell" 'not installed'
	fi
done
known() {
	# by name, too: the files say whom they are for
	for p in $programs; do
		grep -q "^#compdef.* $p\( \|\$\)" "$top/bin/completion/_csp" || echo "_csp: $p"
		grep -v '^#' "$top/bin/completion/csp.bash" | tr '\n' ' ' |
		    grep -q "_csp .*$p" || echo "csp.bash: $p"
		grep -q "^for p in .*$p\( \|\$\)" "$top/bin/completion/csp.fish" || echo "csp.fish: $p"
	done | if grep .; then return 1; fi
}
check 'each completion is for each program' known
finish
