#!/bin/sh
# the fuzzing harnesses on their corpus and on what a fixed sequence of changes
# makes of it; `make fuzz-json fuzz-http fuzz-turn fuzz-deliver fuzz-events` goes
# on from there
. "$(dirname "$0")/tap.sh"
# fuzz PART TIMES: the rules are found from the tree
fuzz() ( cd "$top" && "t/fuzz/run-$1" "$2" "t/fuzz/corpus/$1-"* )
check 'JSON' fuzz json 20000
check 'HTTP' fuzz http 10000
check 'what CLIs tell' fuzz events 500
check 'deliveries' fuzz deliver 5000
check 'turns' fuzz turn 300
finish
