#!/bin/sh
# csp-bridge while everything it stands on is killed: each message once, in order
# CSP_KILLS is how many times for each broker; make check-bridge does more
. "$(dirname "$0")/tap.sh"
kills=${CSP_KILLS:-5}

port_of() { sed -n 's/^CSP_GATEWAY_URL=.*:\([0-9]*\);.*/\1/p' "$1/gw"; }
room() {	# NAME PORT
	mkdir -p "$1"
	CSP_DIR=$tmp/$1 csp-gateway --port "$2" --rate 0 >"$1/gw" 2>>"$1/err" &
	eval "gw_$1=$!"
	pids="$pids $!"
	eventually 10 grep -q TOKEN "$1/gw" || cat "$1/err"
}
in_room() { d=$tmp/$1; shift; CSP_DIR=$d "$@" </dev/null; }
bridge() {	# ROOM
	CSP_DIR=$tmp/$1 csp-bridge --origin "$1" --topic t --port "$bport" \
	    "$broker" </dev/null 2>>"$1/bridge.err" &
	eval "br_$1=$!"
	pids="$pids $!"
}
# kill9 PID
kill9() { kill -9 "$1" 2>/dev/null; wait "$1" 2>/dev/null; }
start_mqtt() {
	mosquitto -c "$tmp/mosquitto.conf" >>broker.log 2>&1 &
	broker_pid=$!
	up() { mosquitto_pub -p "$bport" -t x -m x; }
}
start_redis() {		# it forgets all when it is killed
	redis-server --port "$bport" --bind 127.0.0.1 --dir "$tmp" --save '' \
	    >>broker.log 2>&1 &
	broker_pid=$!
	up() { test "$(redis-cli -p "$bport" PING)" = PONG; }
}
start_broker() {
	"start_$broker"
	pids="$pids $broker_pid"
	eventually 10 up
}
free_port() {
	CSP_DIR=$tmp/free csp-gateway --port 0 --journal none >port.out 2>/dev/null &
	p=$!
	eventually 10 grep -q TOKEN port.out
	kill $p; wait $p 2>/dev/null
	sed -n 's/^CSP_GATEWAY_URL=.*:\([0-9]*\);.*/\1/p' port.out
}
# lines until the file stop is there, some at a time
talk() {	# NAME
	i=0
	until test -e stop; do
		k=0
		while test $k -lt 25; do
			i=$((i + 1)) k=$((k + 1))
			echo "$1 says $i \"with\" \\ ünïcode"
		done
		sleep .1 2>/dev/null || sleep 1
	done
}
# over FROM TO: the other room has what one said, and no more, in order
over() {
	in_room "$1" csp-poll --all --format %c | grep "^$1 says" >want
	in_room "$2" csp-poll --all --format '%f %c' |
	    sed -n "s/^$1-1\\.$1 //p" >got
	test -s want && cmp want got
}
# what is to be killed in round N, in an order that is always the same
victim() {
	case $(($1 % 5)) in
	0) kill9 "$br_a"; bridge a ;;
	1) kill9 "$gw_b"; room b "$(port_of b)" ;;
	2) kill9 "$broker_pid"; start_broker ;;
	3) kill9 "$br_b"; kill9 "$gw_b"; room b "$(port_of b)"; bridge b ;;
	4) kill9 "$gw_a"; kill9 "$broker_pid"; start_broker
		room a "$(port_of a)" ;;
	esac
}
said() { test "$(in_room a csp-poll --history 1 --format %i)" -ge "$1"; }
play() {	# BROKER
	broker=$1 bport=$(free_port)
	printf 'user root\nlistener %s 127.0.0.1\nallow_anonymous true\n' \
	    "$bport" >mosquitto.conf
	rm -rf a b stop
	check "$1 runs" start_broker
	room a 0; room b 0
	bridge a; bridge b
	for r in a b; do
		in_room $r csp-send --register --from $r-1
		eventually 10 test -s $r/bridge.$r/pid.sub
	done
	# each has heard of the other
	heard() { grep -q . a/bridge.a/heard && grep -q . b/bridge.b/heard; }
	eventually 40 heard
	for r in a b; do
		talk $r | CSP_DIR=$tmp/$r csp-send --lines --from $r-1 2>>send.err &
		eval "send_$r=$!"
	done
	i=0
	while test $i -lt "$kills"; do
		eventually 20 said $((i * 40 + 40))
		victim $i
		i=$((i + 1))
	done
	touch stop
	wait "$send_a" "$send_b"
	check "$1: all that a said is in b once, in order" eventually 90 over a b
	check "$1: and all of b in a" eventually 90 over b a
	echo "# $(grep -c . want) messages, $kills times something killed"
	kill "$br_a" "$br_b" "$gw_a" "$gw_b"
	wait "$br_a" "$br_b" "$gw_a" "$gw_b" 2>/dev/null
	# of one that was killed with -9 the rest ends by itself
	kill9 "$broker_pid"
}

chmod 755 "$tmp"
if command -v mosquitto >/dev/null 2>&1 &&
    command -v mosquitto_sub >/dev/null 2>&1
then play mqtt
else skip 'kills with MQTT' 'no mosquitto'
fi
if command -v redis-server >/dev/null 2>&1
then play redis
else skip 'kills with Redis' 'no redis-server'
fi
finish
