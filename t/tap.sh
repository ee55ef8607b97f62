# tap.sh - what the shell tests share; sourced by t/NNNN-topic.t.
# Each test runs alone in its own directory $tmp, with the tree in $top.
# A test ends with `finish`.  shellcheck shell=sh

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
# short names on purpose: a UNIX socket's path holds about 100 bytes
tmp=$(mktemp -d "${TMPDIR:-/tmp}/csp-t.XXXXXX") || exit 1
PATH=$top:$top/bin:$top/t:$PATH
unset CSP_GATEWAY_URL CSP_AUTH_TOKEN CSP_AGENT_ID CSP_ROOM CSP_PORT CSP_REPLY
CSP_DIR=$tmp/csp TERM=${TERM:-dumb}
export CSP_DIR PATH TERM
n=0 bad=0 pids= preloaded=

cleanup() {
	for p in $pids; do kill "$p" 2>/dev/null; done
	for p in $pids; do wait "$p" 2>/dev/null; done
	cd / && rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 141' PIPE	# a program of the test has gone
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$tmp" || exit 1

# check NAME COMMAND...: passes if COMMAND exits 0; a failure shows its output.
check() {
	name=$1 n=$((n + 1)); shift
	if "$@" >out.$n 2>&1
	then echo "ok $n - $name"
	else
		st=$? bad=$((bad + 1))
		echo "not ok $n - $name"
		echo "# exit $st from: $*"
		sed 's/^/# /' out.$n
		echo "# again: sh t/$(basename -- "$0")"
	fi
}

# status WANT COMMAND...: succeeds if COMMAND exits with WANT.
status() {
	want=$1 got=0; shift
	"$@" || got=$?
	test "$got" -eq "$want" || { echo "exit $got, wanted $want"; return 1; }
}

# eventually SECONDS COMMAND...: tries COMMAND until it succeeds or time is up.
eventually() {
	_t=$(($1 * 20)); shift
	until "$@" >eventually.out 2>&1; do
		_t=$((_t - 1))
		if test $_t -le 0; then
			echo "not in time: $*"; cat eventually.out; return 1
		fi
		sleep .05 2>/dev/null || sleep 1
	done
}

# not_ahead STEP N COMMAND...: for one that feeds lines: where N is a multiple of
# STEP, waits until COMMAND with N - STEP succeeds, or the file stop is there.
# Its sleep must not keep what the caller's output is for another reader.
not_ahead() {
	_step=$1 _n=$2; shift 2
	test $((_n % _step)) -eq 0 || return 0
	until test -e stop || "$@" $((_n - _step)); do
		sleep .05 || sleep 1
	done >/dev/null 2>&1
}

# skip NAME WHY: a check that cannot run here.
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# skip_all WHY: the whole file cannot run here.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# preload: from now on gateways have t/fault in them, which does what the files
# fault and clock say (see there).  Fails where nothing can be preloaded.
preload() {
	test "$(uname)" = Linux &&
	    ${CC:-cc} -std=c99 -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	    -shared -fPIC \
	    -o "$tmp/fault.so" "$top/t/fault.c" 2>preload.err &&
	    LD_PRELOAD=$tmp/fault.so true 2>preload.err &&
	    ! test -s preload.err || return 1
	CSP_FAULT=$tmp/fault CSP_FAULT_LOG=$tmp/fault.log CSP_CLOCK=$tmp/clock
	export CSP_FAULT CSP_FAULT_LOG CSP_CLOCK
	preloaded=$tmp/fault.so
}

# clock MONOTONIC WALL [still]: sets a preloaded gateway's clocks.
clock() {
	echo "$@" >clock.new && mv clock.new clock
}

# gateway [OPTION...]: starts one on a port of the system's choice in $CSP_DIR;
# sets gw_pid, and CSP_GATEWAY_URL and CSP_AUTH_TOKEN (exported).
gateway() {
	rm -f gw.env
	env ${preloaded:+LD_PRELOAD="$preloaded"} csp-gateway --port 0 "$@" \
	    >gw.env 2>gw.err &
	gw_pid=$!
	pids="$pids $gw_pid"
	eventually 10 grep -q CSP_AUTH_TOKEN gw.env || { cat gw.err; return 1; }
	# shellcheck disable=SC1091
	. ./gw.env
	export CSP_GATEWAY_URL CSP_AUTH_TOKEN
}

# again [OPTION...]: a gateway once more, where the last one was.
again() { gateway --port "${CSP_GATEWAY_URL##*:}" "$@"; }

finish() {
	echo "1..$n"
	test $bad -eq 0
	exit
}
