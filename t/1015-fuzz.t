#!/bin/sh
# the fuzzing harnesses of JSON, HTTP, turns and deliveries on their corpus and
# on what a fixed sequence of changes makes of it; `make fuzz-json fuzz-http
# fuzz-turn fuzz-deliver` goes on from there
. "$(dirname "$0")/tap.sh"
check 'JSON' "$top/t/fuzz/run-json" 20000 "$top"/t/fuzz/corpus/json-*
check 'HTTP' "$top/t/fuzz/run-http" 10000 "$top"/t/fuzz/corpus/http-*
deliver() { "$top/t/fuzz/run-deliver" 5000 "$top"/t/fuzz/corpus/deliver-*; }
check 'deliveries' deliver
turn() ( cd "$top" && t/fuzz/run-turn 300 t/fuzz/corpus/turn-* )
check 'turns' turn
finish
