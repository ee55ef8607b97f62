#!/bin/sh
# csp-bridge: two rooms joined over a real broker; everything in between restarts
. "$(dirname "$0")/tap.sh"

room() {	# NAME: its gateway, in a folder of its own
	mkdir -p "$1"
	CSP_DIR=$tmp/$1 csp-gateway --port 0 >"$1/gw" 2>"$1/err" &
	eval "gw_$1=$!"
	pids="$pids $!"
	eventually 10 grep -q TOKEN "$1/gw" || cat "$1/err"
}
in_room() { d=$tmp/$1; shift; CSP_DIR=$d "$@" </dev/null; }
bridge() {	# ROOM BROKER PORT
	CSP_DIR=$tmp/$1 csp-bridge --origin "$1" --topic "t$2" --port "$3" "$2" \
	    </dev/null 2>>"$1/bridge.err" &
	eval "br_$1=$!"
	pids="$pids $!"
}
stop() { kill "$1" 2>/dev/null; wait "$1" 2>/dev/null; }

# has ROOM LINE: the room's history has that line, "FROM TO TEXT", once
has() {
	in_room "$1" csp-poll --history 200 --format '%f %t %c' >hist
	grep -cxF -- "$2" hist >count
	test "$(cat count)" -eq 1 || { cat hist; return 1; }
}

n_evil=0
join_rooms() {	# BROKER PORT
	broker=$1 bport=$2
	room a; room b
	in_room a csp-send --register --from alice
	in_room b csp-send --register --from bob
	bridge a "$1" "$2"
	bridge b "$1" "$2"
	here() { test -s "$1/bridge.$1/pid.sub"; }
	eventually 10 here a && eventually 10 here b
	# subscribed: a first message has come over, in both directions
	k=0
	over() {
		k=$((k + 1))
		in_room a csp-send --from alice "ping $k"
		in_room b csp-poll --history 50 | grep -q 'alice.a'
	}
	back() {
		k=$((k + 1))
		in_room b csp-send --from bob "pong $k"
		in_room a csp-poll --history 50 | grep -q 'bob.b'
	}
	eventually 20 over && eventually 20 back
}

play() {	# NAME
	in_room a csp-send --from alice 'hello "all" \ of
you' </dev/null
	lines() {
		in_room b csp-poll --history 200 --json |
		    grep -F '"from":"alice.a"' |
		    grep -cF '"content":"hello \"all\" \\ of\nyou"' >count
		test "$(cat count)" -eq 1
	}
	check "$1: a message comes over as it is, with its origin" \
	    eventually 15 lines
	in_room b csp-send --from bob --to alice.a 'to alice alone'
	check "$1: a direct one finds its way back" \
	    eventually 15 has a 'bob.b alice to alice alone'
	asked() {
		id=$(in_room b csp-poll --wait 10 --limit 1 --format %i bob) &&
		    in_room b csp-send --from bob --to alice.a --reply-to "$id" \
		    'fine, thanks'
	}
	in_room b csp-poll bob >drained
	asked &
	how() {
		in_room a csp-send --from alice --to bob.b --wait 20 'how are you?' \
		    >answer
		echo 'fine, thanks' | diff - answer
	}
	check "$1: an answer finds the question, over there" how
	in_room a csp-poll --history 1 --format '%f %h' >hops
	check "$1: and its hops are counted" grep -qx 'bob.b 1' hops
	head -c 900000 /dev/zero | tr '\0' x >big
	CSP_DIR=$tmp/a csp-send --from alice <big
	large() { in_room b csp-poll --history 1 --format %c | cmp - big.nl; }
	{ cat big; echo; } >big.nl
	check "$1: a large one comes over, too" eventually 20 large
	# who may publish may speak, but not control: of these only `y' is said
	epoch=$(cat a/bridge.a/epoch)
	for l in '"from":"m","to":"broadcast","content":"y","action":"pause","to":"bob","urgent":true' \
	    '"from":"m","to":"bob","action":"keys","keys":["y"],"content":7' \
	    '"from":"M/../x","to":"broadcast","content":"no id"' \
	    '"from":"m","to":"broadcast\",\"urgent\":true,\"x\":\"","content":"z"'; do
		n_evil=$((n_evil + 1))
		printf '{"csp":1,"origin":"evil","epoch":1,"id":%d,"prev":%d,"human":0,"message":{"id":%d,%s}}\n' \
		    $n_evil $((n_evil - 1)) $n_evil "$l"
	done >evil
	echo 'no JSON at all' >>evil
	printf '{"csp":1,"origin":"b","ask":"a %s 999999"}\n' "$epoch" >>evil
	utter <evil
	evil() {
		in_room b csp-poll --history 100 --json | grep -F '"from":"m.evil"' >m
		cat m
		test "$(grep -c . m)" -eq 1 && ! grep -q urgent m &&
		    in_room b csp-poll --agents | grep -q '^bob  *unknown'
	}
	check "$1: a stranger's line says its text and does no more" eventually 10 evil
	stop "$br_b"
	in_room a csp-send --from alice 'while b was away'
	bridge b "$broker" "$bport"
	check "$1: a bridge that was away gets what it missed" \
	    eventually 20 has b 'alice.a broadcast while b was away'
	stop "$br_a"
	in_room a csp-send --from alice 'while a was away'
	bridge a "$broker" "$bport"
	check "$1: and sends what it had not sent" \
	    eventually 20 has b 'alice.a broadcast while a was away'
	stop "$gw_b"
	in_room a csp-send --from alice 'while the room was away'
	room b
	check "$1: a room that was away gets it, too" \
	    eventually 20 has b 'alice.a broadcast while the room was away'
	restart_broker
	in_room a csp-send --from alice 'after the broker'
	check "$1: the broker may be restarted" \
	    eventually 20 has b 'alice.a broadcast after the broker'
	twice() {
		for r in a b; do
			in_room $r csp-poll --history 200 --format '%f %c' |
			    grep -v 'system' | sort | uniq -d
		done | if grep .; then return 1; fi
	}
	check "$1: nothing is there twice, nothing goes in circles" twice
	stop "$br_a"; stop "$br_b"; stop "$gw_a"; stop "$gw_b"
	rm -rf "$tmp/a" "$tmp/b"
}

free_port() { rm -f port.out; csp-gateway --port 0 --journal none >port.out 2>/dev/null &
	p=$!
	eventually 10 grep -q TOKEN port.out
	kill $p; wait $p 2>/dev/null
	sed -n 's/.*:\([0-9]*\);.*/\1/p' port.out | head -n 1
}

if command -v mosquitto >/dev/null 2>&1 &&
    command -v mosquitto_sub >/dev/null 2>&1; then
	port=$(CSP_DIR=$tmp/free free_port)
	printf 'user root\nlistener %s 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location %s/\n' \
	    "$port" "$tmp" >mosquitto.conf
	start_broker() {
		mosquitto -c "$tmp/mosquitto.conf" >mosquitto.log 2>&1 &
		broker_pid=$!
		pids="$pids $!"
		up() { mosquitto_pub -p "$port" -t x -m x; }
		eventually 10 up
	}
	restart_broker() { stop $broker_pid; start_broker; }
	chmod 755 "$tmp"
	utter() { mosquitto_pub -p "$port" -l -q 1 -t tmqtt/evil; }
	check 'mosquitto runs' start_broker
	check 'two rooms are joined over MQTT' join_rooms mqtt "$port"
	play mqtt
else
	skip 'rooms joined over MQTT' 'no mosquitto'
fi

if command -v redis-server >/dev/null 2>&1; then
	port=$(CSP_DIR=$tmp/free free_port)
	start_broker() {
		redis-server --port "$port" --bind 127.0.0.1 --dir "$tmp" \
		    --appendonly yes --save '' >redis.log 2>&1 &
		broker_pid=$!
		pids="$pids $!"
		up() { test "$(redis-cli -p "$port" PING)" = PONG; }
		eventually 10 up
	}
	restart_broker() { stop $broker_pid; start_broker; }
	utter() {
		while IFS= read -r l; do
			redis-cli -p "$port" XADD tredis '*' m "$l" >utter.out
		done
	}
	check 'redis runs' start_broker
	check 'two rooms are joined over a Redis stream' join_rooms redis "$port"
	play redis
else
	skip 'rooms joined over Redis' 'no redis-server'
fi
finish
