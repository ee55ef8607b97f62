#!/bin/sh
# the fuzzing harnesses of JSON and HTTP on their corpus and on what a fixed
# sequence of changes makes of it; `make fuzz-json fuzz-http` goes on from there
. "$(dirname "$0")/tap.sh"
check 'JSON' "$top/t/fuzz/run-json" 20000 "$top"/t/fuzz/corpus/json-*
check 'HTTP' "$top/t/fuzz/run-http" 10000 "$top"/t/fuzz/corpus/http-*
finish
