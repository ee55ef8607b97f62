#!/bin/sh
# csp-agent-launcher.sh: starts one agent CLI in this terminal, in its sidecar.
# Without an argument it shows what is installed and asks.  Every start gets a
# name of its own from the gateway.  See csp-agent-launcher.sh(1).
set -u

usage() {
	cat <<-'EOF'
	usage: csp-agent-launcher.sh [OPTION ...] [AGENT | COMMAND [ARG ...]]
	  --gateway-url URL      the room's gateway (default: CSP_GATEWAY_URL,
	                         or what the room's file says)
	  --auth-token T, --auth-token-file F
	  --room R               the room (default: CSP_ROOM, or "default")
	  --name ID              the agent's name (default: that of the program)
	  --agent RULES          rules to use (default: those of that name)
	  --headless CxR         without a terminal
	  --list                 show what is installed, and end
	  --restart              ask whether to start again when it ends
	  --help, --version
	EOF
}

fail() {
	st=$1; shift
	echo "csp-agent-launcher.sh: $*" >&2
	exit "$st"
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 5
PATH=$here/..:$here:$here/../libexec/csp:$PATH
dirs="${CSP_DIR:-${HOME:-/}/.csp}/agents
$here/../agents
$here/../share/csp/agents"

# rules_file NAME: the file with what is known of that CLI.
rules_file() {
	printf '%s\n' "$dirs" | while IFS= read -r d; do
		if test -f "$d/$1"; then
			printf '%s\n' "$d/$1"
			break
		fi
	done
}

# rules_command NAME: the command that the rules of that name are for, or
# nothing: a CLI's rules have its name, those for programs of a kind have not.
rules_command() {
	f=$(rules_file "$1")
	case $1 in
	generic | line) f= ;;
	esac
	test -z "$f" || ! grep -q '^kind ' "$f" || printf '%s\n' "$1"
}

# known: the names of all CLIs that there are rules for.
known() {
	printf '%s\n' "$dirs" | while IFS= read -r d; do
		test -d "$d" && ls "$d"
	done | sort -u | while IFS= read -r a; do rules_command "$a"; done
}

# found COMMAND: whether its first word is a program here.
found() {
	command -v -- "${1%% *}" >/dev/null 2>&1
}

list() {
	known | while IFS= read -r a; do
		c=$(rules_command "$a")
		if found "$c"
		then printf '%-12s %s\n' "$a" "$(command -v -- "${c%% *}")"
		else printf '%-12s not installed\n' "$a"
		fi
	done
}

# menu: asks on the terminal; sets agent, or custom.
menu() {
	test -t 0 || fail 2 "which agent? (there is no terminal to ask on)"
	choices=$(known | while IFS= read -r a; do
		if found "$(rules_command "$a")"; then printf '%s\n' "$a"; fi
	done)
	echo "Agents installed here:"
	i=0
	for a in $choices; do
		i=$((i + 1))
		printf '  %d) %s\n' $i "$a"
	done
	echo "  c) another command"
	echo "  q) none"
	while printf 'Start which? ' && IFS= read -r reply; do
		case $reply in
		q | '') exit 0 ;;
		c)
			printf 'Command: '
			IFS= read -r custom || exit 0
			test -n "$custom" || continue
			return ;;
		esac
		i=0
		for a in $choices; do
			i=$((i + 1))
			if test "$reply" = "$i" || test "$reply" = "$a"; then
				agent=$a
				return
			fi
		done
	done
	exit 0
}

name='' rules='' restart='' headless='' agent='' custom=
while test $# -gt 0; do
	opt=$1
	case $opt in
	--*=*) val=${opt#*=} opt=${opt%%=*} shifts=1 ;;
	*) val=${2-} shifts=2 ;;
	esac
	case $opt in
	--help) usage; exit 0 ;;
	--version) echo "csp-agent-launcher.sh 0.1"; exit 0 ;;
	--list) list; exit 0 ;;
	--restart) restart=1; shift; continue ;;
	--) shift; break ;;
	--gateway-url | --auth-token | --auth-token-file | --room | --name | \
	--agentId | --agent | --headless)
		test $# -ge $shifts || fail 2 "$opt wants a value" ;;
	-*) echo "csp-agent-launcher.sh: unknown option $1" >&2
		usage >&2; exit 2 ;;
	*) break ;;
	esac
	case $opt in
	--gateway-url) CSP_GATEWAY_URL=$val; export CSP_GATEWAY_URL ;;
	--auth-token) CSP_AUTH_TOKEN=$val; export CSP_AUTH_TOKEN ;;
	--auth-token-file)
		IFS= read -r CSP_AUTH_TOKEN <"$val" || fail 5 "cannot read $val"
		export CSP_AUTH_TOKEN ;;
	--room) CSP_ROOM=$val; export CSP_ROOM ;;
	--name | --agentId) name=$val ;;
	--agent) rules=$val ;;
	--headless) headless=$val ;;
	esac
	shift $shifts
done

test $# -gt 0 || menu
if test -n "$custom"; then
	set -- sh -c "exec $custom"
	rules=${rules:-generic}
	name=${name:-$(basename -- "${custom%% *}")}
elif test $# -gt 0; then
	agent=$1; shift
	cmd=$(rules_command "$agent")
	if test -n "$cmd"; then
		rules=${rules:-$agent}
		# the rules' words, which are plain, and then what was given
		set -f
		# shellcheck disable=SC2086
		set -- $cmd "$@"
		set +f
	else
		set -- "$agent" "$@"
	fi
	name=${name:-$(basename -- "$agent")}
else
	rules=${rules:-$agent}
	set -f
	# shellcheck disable=SC2046
	set -- $(rules_command "$agent")
	set +f
	name=${name:-$agent}
fi
case $1 in
csp-demo-agent) rules=${rules:-line} ;;
esac
command -v -- "$1" >/dev/null 2>&1 || fail 127 "$1: not found"
name=$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]' |
    tr -c 'a-z0-9._-' '-' | sed 's/^[^a-z0-9]*//')

# The terminal as a shell wants it, after something was killed on it: its modes,
# the first screen, no mouse, no marks around what is pasted.
tidy() {
	test -t 1 || return 0
	stty sane 2>/dev/null
	printf '\033[m\033[?1049l\033[?1000l\033[?1002l\033[?1003l\033[?1006l'
	printf '\033[?1004l\033[?2004l\033[?7h\033[?25h\r\033[J'
}

# How the room sees the name; nothing if it is free.
seat() {
	csp-poll --agents 2>/dev/null | awk -v n="$name" '$1 == n { print $2 }'
}

# Who was killed has not left: after five seconds without it the room gives its
# name, and what it has not read, to the next.
until_offline() {
	tries=6
	while test $tries -gt 0; do
		case $(seat) in
		'' | offline) return ;;
		esac
		sleep 1
		tries=$((tries - 1))
	done
}

# Nobody starts it again: now it leaves.
quit() {
	test "$(seat)" != offline ||
	    csp-send --leave --from "$name" </dev/null 2>/dev/null
	exit "$1"
}

if test -n "$restart"; then
	trap : INT		# it is for the program
	trap 'quit 129' HUP	# when the program has ended
fi
while :; do
	if test -z "$restart"; then
		exec csp-sidecar --name "${name:-agent}" \
		    ${rules:+--agent "$rules"} \
		    ${headless:+--headless "$headless"} -- "$@"
	fi
	csp-sidecar --name "${name:-agent}" ${rules:+--agent "$rules"} \
	    ${headless:+--headless "$headless"} -- "$@"
	st=$?
	test $st -lt 128 || tidy
	printf '\n%s has ended (status %d).  ' "$name" $st
	printf 'Enter starts it again, q leaves: '
	IFS= read -r reply || quit $st
	test $st -lt 128 || until_offline
	case $reply in
	[qQ]*) quit $st ;;
	esac
done
