# bridge.sh - rooms, brokers and bridges, for the tests of csp-bridge; sourced
# after tap.sh.  A test sets broker (mqtt or redis) and bport; this sets
# broker_pid, and of each room NAME gw_NAME and br_NAME.  shellcheck shell=sh

chmod 755 "$tmp"	# mosquitto may become another user
free_port() {
	CSP_DIR=$tmp/free csp-gateway --port 0 --journal none >port.out \
	    2>port.err &
	p=$!
	eventually 10 grep -q TOKEN port.out
	kill $p; wait $p 2>/dev/null
	sed -n 's/^CSP_GATEWAY_URL=.*:\([0-9]*\);.*/\1/p' port.out
}
port_of() { sed -n 's/^CSP_GATEWAY_URL=.*:\([0-9]*\);.*/\1/p' "$1/gw"; }
room() {	# NAME PORT [OPTION...]: its gateway, in a folder of its own
	r=$1 p=$2; shift 2
	mkdir -p "$r" && rm -f "$r/gw"
	CSP_DIR=$tmp/$r csp-gateway --port "$p" "$@" >"$r/gw" 2>>"$r/err" &
	eval "gw_$r=$!"
	pids="$pids $!"
	eventually 10 grep -q TOKEN "$r/gw" || cat "$r/err"
}
in_room() { d=$tmp/$1; shift; CSP_DIR=$d "$@" </dev/null; }
bridge() {	# ROOM [CLIENT-OPTION...]
	r=$1; shift
	CSP_DIR=$tmp/$r csp-bridge --origin "$r" --topic t --port "$bport" \
	    "$broker" "$@" </dev/null 2>>"$r/bridge.err" &
	eval "br_$r=$!"
	pids="$pids $!"
}
# joined A B: each has heard of the other
joined() {
	heard() { grep -q "^$2 " "$1/bridge.$1/heard"; }
	eventually 40 heard "$1" "$2" && eventually 40 heard "$2" "$1"
}
stop() { kill "$1" 2>/dev/null; wait "$1" 2>/dev/null; }
kill9() { kill -9 "$1" 2>/dev/null; wait "$1" 2>/dev/null; }
# has ROOM LINE: the room's history has that line, "FROM TO TEXT", once
has() {
	in_room "$1" csp-poll --history 200 --format '%f %t %c' >hist
	grep -cxF -- "$2" hist >count
	test "$(cat count)" -eq 1 || { cat hist; return 1; }
}

has_broker() {	# BROKER
	case $1 in
	mqtt) command -v mosquitto && command -v mosquitto_sub ;;
	redis) command -v redis-server ;;
	esac >/dev/null 2>&1
}
mosquitto_conf() { printf '%s\n' "$@" >mosquitto.lines; }	# LINE...
start_broker() {	# [OPTION...]
	case $broker in
	mqtt) { printf 'user root\nlistener %s 127.0.0.1\n' "$bport"
		cat mosquitto.lines; } >mosquitto.conf
		mosquitto -c "$tmp/mosquitto.conf" >>broker.log 2>&1 & ;;
	redis) redis-server --port "$bport" --bind 127.0.0.1 --dir "$tmp" \
		--save '' "$@" >>broker.log 2>&1 & ;;
	esac
	broker_pid=$!
	pids="$pids $!"
	eventually 10 listens
}
# the first time, on a port that is free: somebody may take it in between
first_broker() {	# [OPTION...]
	for try in 1 2 3; do
		bport=$(free_port)
		start_broker "$@" && kill -0 "$broker_pid" && return
		echo "# port $bport, try $try:"; tail -n 3 broker.log
	done
	return 1
}
# someone answers, be it with a refusal
listens() {
	case $broker in
	mqtt) mosquitto_pub -p "$bport" -t x -m x >up 2>&1 ||
		grep -qi 'not authori' up ;;
	redis) redis-cli -p "$bport" PING 2>&1 | grep -q 'PONG\|NOAUTH' ;;
	esac
}
