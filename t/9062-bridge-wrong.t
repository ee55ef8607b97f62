#!/bin/sh
# csp-bridge where something is wrong: it says so, loses nothing that can be
# had, believes nobody more than it must, and goes on
. "$(dirname "$0")/tap.sh"
. "$top/t/bridge.sh"

told() {
	grep -qi -- "$2" "$1/bridge.err" || { cat "$1/bridge.err"; return 1; }
}
rooms() {
	rm -rf a b
	room a 0 "$@"; room b 0
	in_room a csp-send --register --from al
	in_room b csp-send --register --from bo
}
say() { in_room a csp-send --from al "$@"; }
arrives() { eventually 30 has b "al.a broadcast $1"; }
end() {
	for p in "$br_a" "$br_b" "$gw_a" "$gw_b"; do stop "$p"; done
}
# what is left of the bridges: all of them know the test's folder
left() {
	for f in /proc/[0-9]*/environ; do
		tr '\0' '\n' <"$f" 2>/dev/null | grep -q "^dir=$tmp/" &&
		    tr '\0' ' ' <"${f%environ}cmdline" && echo
	done | cut -c 1-100 | grep .
}
nothing_left() { if left; then return 1; fi; }

if has_broker mqtt; then
	broker=mqtt bport=$(free_port)
	mosquitto_conf 'allow_anonymous true' 'message_size_limit 100000'
	rooms
	say 'before the bridge'
	bridge a; bridge b
	check 'without a broker it says so' \
	    eventually 15 told a 'from mqtt: .*refused'
	check 'the broker comes' start_broker
	check 'and that is said, too' \
	    eventually 30 told a 'from mqtt: well again'
	check 'the rooms are joined' joined a b
	check 'nothing was said twice' \
	    sh -c 'sort a/bridge.err | uniq -d >twice; ! test -s twice'

	# whose topic it is, he is
	epoch=$(cut -d ' ' -f 1 a/bridge.a/epoch)
	line() {	# FROM TEXT
		printf '{"csp":1,"origin":"%s","epoch":%s,"base":0,"id":99%s,' \
		    "$1" "$epoch" "$3"
		printf '"prev":%s,"human":0,"message":{"id":7,"from":"x",' "$3"
		printf '"to":"broadcast","content":"%s"}}' "$2"
	}
	utter() { mosquitto_pub -p "$bport" -q 1 -s -t t/evil; }
	line a forged 1 | utter
	{ echo x; printf 't/a %s ' "$(line a forged 1 | wc -c | tr -d ' ')"
		line a forged 1; echo; } | utter
	honest() {
		line evil honest 1 | utter
		 in_room b csp-poll --all --format '%f %c' | grep '^x[.]' >x; }
	check 'a stranger is heard' eventually 60 honest
	check 'under his own name and no other' \
	    sh -c 'echo "x.evil honest" | diff - x'
	printf '{"csp":1,"origin":"evil","ask":"a %s 0"}' "$epoch" | utter
	mosquitto_sub -p "$bport" -t t/a >heard.a & sub=$!
	pids="$pids $sub"
	say 'after it was asked'
	check 'who asks for all' arrives 'after it was asked'
	stop $sub
	check 'is not given what was said before the bridge' \
	    sh -c '! grep -q "before the bridge" heard.a'

	# a bridge of that name on another topic of the same broker
	mkdir c
	room c 0
	in_room c csp-send --register --from ce
	CSP_DIR=$tmp/c csp-bridge --origin a --topic other --port "$bport" \
	    mqtt </dev/null 2>c/err &
	other=$!
	pids="$pids $!"
	eventually 10 test -s c/bridge.a/pid.sub
	say 'two of a name'
	check 'another bridge of that name is on another topic' \
	    arrives 'two of a name'
	check 'and is not in its way' sh -c \
	    "! grep -q 'already connected' broker.log"
	stop $other; stop "$gw_c"

	# what the broker lets fall, without a word
	stop "$br_a"
	bridge a -V mqttv311
	head -c 200000 /dev/zero | tr '\0' x | CSP_DIR=$tmp/a csp-send --from al
	say 'after the large one'
	check 'a message that the broker lets fall stops nothing' \
	    arrives 'after the large one'
	check 'and it is said' told b 'of a what came behind .* is lost'
	for i in 1 2 3; do
		head -c 200000 /dev/zero | tr '\0' x |
		    CSP_DIR=$tmp/a csp-send --from al
	done
	say 'after three of them'
	check 'nor do three in a row' arrives 'after three of them'
	# or refuses
	stop "$br_a"
	bridge a
	stop "$broker_pid"
	mosquitto_conf 'allow_anonymous true' 'max_packet_size 100000'
	start_broker
	head -c 200000 /dev/zero | tr '\0' x | CSP_DIR=$tmp/a csp-send --from al
	say 'after another'
	check 'nor one that it refuses' arrives 'after another'
	check 'which is said where it was sent' told a 'message .* is not sent'

	# who was taken out of the room, and speaks
	in_room b csp-send --leave --from al.a
	say 'still here'
	check 'who was taken out of the room is heard when he speaks' \
	    arrives 'still here'

	# the same process number as that of the one that was killed
	kill9 "$br_b"
	# shellcheck disable=SC2016	# that shell's
	CSP_DIR=$tmp/b sh -c 'echo $$ >b/bridge.b/pid; exec csp-bridge "$@"' \
	    sh --origin b --topic t --port "$bport" mqtt </dev/null 2>b/again &
	br_b=$!
	pids="$pids $!"
	say 'in a container'
	check 'a number that was its own before is no other bridge' \
	    arrives 'in a container'
	check 'another bridge is' status 5 in_room b csp-bridge --origin b mqtt

	# two who answer each other
	talker() {	# ROOM ID
		while m=$(CSP_DIR=$tmp/$1 csp-poll --wait 20 --limit 1 \
		    --format '%i' "$2" </dev/null); do
			test ! -e hush || return
			in_room "$1" csp-send --from "$2" --reply-to "$m" 'and?'
		done
	}
	in_room a csp-poll al >drained; in_room b csp-poll bo >drained
	talker a al & pids="$pids $!"
	talker b bo & pids="$pids $!"
	say 'talk'
	quiet() { in_room "$1" csp-poll --all --json | grep -q '"quiet":true'; }
	check 'hops grow over the bridge' eventually 40 quiet a
	check 'in both rooms' eventually 20 quiet b
	touch hush
	kill9 "$gw_b"
	stop "$br_a"; stop "$br_b"
	if test -r /proc/self/environ; then
		check 'nothing is left of a bridge whose room has gone' \
		    eventually 45 nothing_left
	else
		skip 'nothing is left of a bridge' 'no /proc'
	fi
	stop "$gw_a"; stop "$broker_pid"

	# who may not
	mosquitto_conf 'allow_anonymous true' "acl_file $tmp/acl"
	echo 'topic read #' >acl; chmod 644 acl
	rooms
	start_broker
	bridge a; bridge b
	say 'may I?'
	check 'who may not publish is told' eventually 20 told a 'not authori'
	end; stop "$broker_pid"
else
	skip 'what is wrong over MQTT' 'no mosquitto'
fi

if has_broker redis; then
	broker=redis
	rooms
	check 'redis runs, with a password' first_broker --requirepass sesame
	bridge a; bridge b -a sesame
	check 'without it, it says so' eventually 50 told a 'NOAUTH'
	stop "$br_a"
	bridge a -a sesame
	check 'with it the rooms are joined' joined a b
	say 'open'
	check 'and a message comes' arrives open
	stop "$br_a"
	redis-cli -p "$bport" -a sesame SET t 1 >out 2>&1
	bridge a -a sesame
	check 'a key of another kind is told' eventually 20 told a WRONGTYPE
	redis-cli -p "$bport" -a sesame DEL t >out 2>&1
	say 'a stream again'
	check 'and a stream again' arrives 'a stream again'
	end; stop "$broker_pid"
	nobody=$(in_room a csp-poll --agents 2>/dev/null)
	check 'without a room it ends' test -z "$nobody"
else
	skip 'what is wrong over Redis' 'no redis-server'
fi
finish
