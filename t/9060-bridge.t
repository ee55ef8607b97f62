#!/bin/sh
# csp-bridge: two rooms joined over a real broker; everything in between restarts
. "$(dirname "$0")/tap.sh"
. "$top/t/bridge.sh"

n_evil=0
join_rooms() {
	room a 0; room b 0
	in_room a csp-send --register --from alice
	in_room b csp-send --register --from bob
	bridge a; bridge b
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
		    in_room b csp-poll --agents | grep -q '^bob  *[uo][nf]'
	}
	check "$1: a stranger's line says its text and does no more" eventually 10 evil
	stop "$br_b"
	in_room a csp-send --from alice 'while b was away'
	bridge b
	check "$1: a bridge that was away gets what it missed" \
	    eventually 20 has b 'alice.a broadcast while b was away'
	stop "$br_a"
	in_room a csp-send --from alice 'while a was away'
	bridge a
	check "$1: and sends what it had not sent" \
	    eventually 20 has b 'alice.a broadcast while a was away'
	stop "$gw_b"
	in_room a csp-send --from alice 'while the room was away'
	room b 0
	check "$1: a room that was away gets it, too" \
	    eventually 20 has b 'alice.a broadcast while the room was away'
	stop "$broker_pid"
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
	check "$1: nothing is there twice" twice
	circles() {
		for r in a b; do
			in_room $r csp-poll --all --format %f | grep '[.].*[.]'
		done | if grep .; then return 1; fi
	}
	check "$1: and nothing goes in circles" circles
	stop "$br_a"; stop "$br_b"; stop "$gw_a"; stop "$gw_b"
	rm -rf "$tmp/a" "$tmp/b"
}

if has_broker mqtt; then
	broker=mqtt
	mosquitto_conf 'allow_anonymous true' 'persistence true' \
	    "persistence_location $tmp/"
	restart_broker() { start_broker; }
	utter() { mosquitto_pub -p "$bport" -l -q 1 -t t/evil; }
	check 'mosquitto runs' first_broker
	check 'two rooms are joined over MQTT' join_rooms
	play mqtt
else
	skip 'rooms joined over MQTT' 'no mosquitto'
fi

if has_broker redis; then
	broker=redis
	restart_broker() { start_broker --appendonly yes; }
	utter() {
		while IFS= read -r l; do
			redis-cli -p "$bport" XADD t '*' m "$l" >utter.out
		done
	}
	check 'redis runs' first_broker --appendonly yes
	check 'two rooms are joined over a Redis stream' join_rooms
	play redis
else
	skip 'rooms joined over Redis' 'no redis-server'
fi
finish
