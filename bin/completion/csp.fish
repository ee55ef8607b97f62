# fish completion for the programs of CSP: options from the program's own usage,
# names of agents from the room that runs.

function __csp_options
    set -l program (commandline -opc)[1]
    $program --help 2>/dev/null </dev/null | string match -ra -- '--[a-zA-Z][a-zA-Z-]*' | sort -u
end

function __csp_agents
    csp-poll --agents 2>/dev/null </dev/null | string replace -r '\s.*' ''
end

function __csp_rooms
    set -l dir $CSP_DIR
    test -n "$dir"; or set dir $HOME/.csp
    for f in $dir/*.env
        string replace -r '.*/(.*)\.env$' '$1' -- $f
    end
end

function __csp_after
    contains -- (commandline -opc)[-1] $argv
end

for p in csp-gateway csp-sidecar csp-send csp-poll csp-chat csp-debate csp-consensus csp-autopilot csp-bridge csp-agent-launcher.sh csp-demo-agent start-llm-groupchat
    complete -c $p -n 'string match -q -- "-*" (commandline -ct)' -a '(__csp_options)'
    complete -c $p -f -n '__csp_after --to --from --name --agents' -a '(__csp_agents)'
    complete -c $p -f -n '__csp_after --room' -a '(__csp_rooms)'
    complete -c $p -f -n '__csp_after --layout' -a 'main-horizontal main-vertical tiled even-horizontal even-vertical'
    complete -c $p -f -n '__csp_after --sync' -a 'always interval never'
    complete -c $p -f -n '__csp_after --until' -a 'held typed submitted replied'
    complete -c $p -f -n '__csp_after --wake' -a 'mention direct all'
    complete -c $p -f -n '__csp_after --order' -a 'given rotate'
end
complete -c csp-poll -f -a '(__csp_agents)'
