# bash completion for the programs of CSP.  The options are asked of the program
# itself; names of agents, of the room that runs.  shellcheck shell=bash
_csp() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local words

	COMPREPLY=()
	case $prev in
	--to | --from | --name | --agents)
		words=$(csp-poll --agents 2>/dev/null </dev/null |
		    sed 's/[[:space:]].*//') ;;
	--room)
		words=$(cd "${CSP_DIR:-$HOME/.csp}" 2>/dev/null &&
		    ls -- *.env 2>/dev/null | sed 's/\.env$//') ;;
	--auth-token-file | --journal | --record | --replay | --intro | \
	--check | --compact)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	--layout) words='main-horizontal main-vertical tiled even-horizontal
		even-vertical' ;;
	--sync) words='always interval never' ;;
	--until) words='held typed submitted replied' ;;
	--wake) words='mention direct all' ;;
	--order) words='given rotate' ;;
	*)
		case $cur in
		-*) words=$("${COMP_WORDS[0]}" --help 2>/dev/null </dev/null |
		    grep -oE -- '--[a-zA-Z][a-zA-Z-]*' | sort -u) ;;
		*) words=$(test "${COMP_WORDS[0]##*/}" = csp-poll &&
		    csp-poll --agents 2>/dev/null </dev/null |
		    sed 's/[[:space:]].*//') ;;
		esac ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _csp csp-gateway csp-sidecar csp-send csp-poll csp-chat \
    csp-debate csp-consensus csp-autopilot csp-bridge csp-agent-launcher.sh \
    csp-demo-agent start-llm-groupchat
