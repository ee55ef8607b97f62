#!/bin/sh
# the fuzzing harnesses of JSON, HTTP and turns on their corpus and on what a
# fixed sequence of changes makes of it; `make fuzz-json fuzz-http fuzz-turn`
# goes on from there
. "$(dirname "$0")/tap.sh"
check 'JSON' "$top/t/fuzz/run-json" 20000 "$top"/t/fuzz/corpus/json-*
check 'HTTP' "$top/t/fuzz/run-http" 10000 "$top"/t/fuzz/corpus/http-*
turn() ( cd "$top" && t/fuzz/run-turn 300 t/fuzz/corpus/turn-* )
check 'turns' turn
finish
