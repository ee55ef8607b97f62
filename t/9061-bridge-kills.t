#!/bin/sh
# csp-bridge while everything it stands on is killed: each message once, in order
# CSP_KILLS is how many times for each broker; make check-bridge does more
. "$(dirname "$0")/tap.sh"
. "$top/t/bridge.sh"
kills=${CSP_KILLS:-5}
# lines until the file stop is there, never far ahead of what came over
talk() {	# NAME OTHER
	i=0
	until test -e stop; do
		i=$((i + 1))
		echo "$1 says $i \"with\" \\ ünïcode"
		not_ahead 25 $i came "$1" "$2"
	done
}
came() {	# FROM TO N
	test "$3" -eq 0 ||
	    in_room "$2" csp-poll --all --format %c | grep -q "^$1 says $3 "
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
	1) kill9 "$gw_b"; room b "$(port_of b)" --rate 0 ;;
	2) kill9 "$broker_pid"; start_broker ;;
	3) kill9 "$br_b"; kill9 "$gw_b"; room b "$(port_of b)" --rate 0; bridge b ;;
	4) kill9 "$gw_a"; kill9 "$broker_pid"; start_broker
		room a "$(port_of a)" --rate 0 ;;
	esac
}
said() { test "$(in_room a csp-poll --history 1 --format %i)" -ge "$1"; }
play() {	# BROKER
	broker=$1
	mosquitto_conf 'allow_anonymous true'	# it forgets all when killed
	rm -rf a b stop
	check "$1 runs" first_broker
	room a 0 --rate 0; room b 0 --rate 0
	bridge a; bridge b
	for r in a b; do
		in_room $r csp-send --register --from $r-1
		eventually 10 test -s $r/bridge.$r/pid.sub
	done
	joined a b
	for r in a b; do
		other=b
		test $r = a || other=a
		talk $r $other | CSP_DIR=$tmp/$r csp-send --lines --from $r-1 2>>send.err &
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

for b in mqtt redis; do
	if has_broker $b
	then play $b
	else skip "kills with $b" "no broker"
	fi
done
finish
