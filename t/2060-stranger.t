#!/bin/sh
# what a stranger does: odd files, odd options, odd requests
. "$(dirname "$0")/tap.sh"

# no STATUS WORDS OPTION...: it ends with STATUS and one line that has WORDS
no() {
	want=$1 words=$2 st=0; shift 2
	csp-gateway "$@" >no.out 2>no.err </dev/null || st=$?
	test $st -eq "$want" && test "$(wc -l <no.err)" -eq 1 &&
	    grep -q -- "$words" no.err && test ! -s no.out ||
	    { echo "status $st"; cat no.out no.err; return 1; }
}
# as above, with the usage behind it
misused() {
	words=$1 st=0; shift
	csp-gateway "$@" >no.out 2>no.err </dev/null || st=$?
	test $st -eq 2 && grep -q -- "$words" no.err && grep -q '^usage:' no.err &&
	    test ! -s no.out || { echo "status $st"; cat no.out no.err; return 1; }
}

# files
J='--port 0 --journal'
# shellcheck disable=SC2086
{
check 'a directory is no journal' no 5 'directory' $J "$tmp"
check 'nor is a device' no 5 'not a journal' $J /dev/null
test ! -e /dev/full || check 'nor one that is full' no 5 'not a journal' $J /dev/full
mkfifo fifo
check 'nor a FIFO' no 5 'not a journal' $J fifo
check 'which --check does not wait for' no 5 'not a journal' --check fifo
check 'a directory that is not there' no 5 'No such file' $J "$tmp/none/j"
check 'no name at all' no 5 'No such file' $J ''
ln -s loop loop
check 'a link to itself' no 5 'loop' $J loop
printf 'dear diary,\nI have no end' >diary; cp diary diary.1
check 'another text is not taken for a journal' no 5 'not a journal' $J diary
check 'nor compacted' no 5 'not a journal' --compact diary --keep 1
check 'and is left as it is' cmp diary diary.1
}
check '--check says what is wrong with it' sh -c \
    'csp-gateway --check diary >o; test $? = 1 && grep "line 1 at byte 0 is damaged" o && grep "line 2 at byte 12 is torn" o'
check 'or that it is a directory' no 5 'directory' --check "$tmp"
printf '{' >torn
check 'one byte of a first record is a torn journal' gateway --journal torn
check 'which is cut' grep -q '1 bytes cut off' gw.err
kill "$gw_pid"; wait "$gw_pid"
mkdir real && : >real/j && ln -s real/j linked
gateway --rate 0 --journal linked
req POST /register '{"agentId":"a"}' >o
for i in 1 2 3; do req POST /message '{"from":"a","content":"x"}' >o; done
check 'a link to a journal is followed' test "$(grep -c '"id":' real/j)" -eq 3
check 'and locked where it leads to' no 5 'has it open' --port 0 --journal real/j
check 'not compacted under a gateway' no 5 'has it open' --compact linked --keep 1
kill "$gw_pid"; wait "$gw_pid"
check 'afterwards it is' csp-gateway --compact linked --keep 1
check 'where it leads to' test "$(grep -c '"id":' real/j) $(grep -c '"id":' real/j.old)" = '1 3'
check 'and the link stays' test -h linked

# options
check 'a port below' no 2 'not a number' --port -1
check 'a port that is no whole number' no 2 'not a number' --port 1e3
check 'a port with a blank' no 2 'not a number' --port ' 80'
check 'no port' no 2 'not a number' --port ''
check 'no host' no 2 'loopback' --host ''
check 'a host that is not here' no 2 'loopback' --host example.invalid
check 'a body too small' no 2 'not a number from 256' --max-body 255
check 'a body too large' no 2 'not a number' --max-body 16777217
check 'hops below' no 2 'not a number' --max-hops -1
check 'a rate above' no 2 'not a number' --rate 1000001
check 'no sync' no 2 'not always' --sync ''
check 'a number to keep below' no 2 'not a number' --compact x --keep -1
check '--keep alone' no 2 'go together' --keep 1
check '--check and --compact' no 2 'go together' --check x --compact x --keep 1
check "a room's name that is a path" no 2 'not a room' --room ../x
check 'a token of two words' no 2 'token' --auth-token 'a b'
check 'a token file that is not there' no 5 'No such file' --auth-token-file "$tmp/none/t"
: >empty; chmod 600 empty
check 'a token file without a token' no 5 'no token' --auth-token-file empty
check 'an option that is none' misused 'option' --bogus
check 'an option without its argument' misused 'argument' --port
CSP_PORT=x; export CSP_PORT
check 'a port in the environment that is none' no 2 'CSP_PORT' --journal none
unset CSP_PORT
CSP_DIR=/dev/null/x
check 'a directory for rooms that cannot be' no 5 '/dev/null' --port 0
CSP_DIR=$tmp/csp

# addresses
if gateway --rate 0 --host ::1; then
	check 'the URL of ::1 is in brackets' grep -q 'http://\[::1\]:[0-9]*;' gw.env
	if command -v csp-send >/dev/null && command -v curl >/dev/null; then
		check 'curl reaches it' sh -c 'curl -gsS -H "X-Auth-Token: $CSP_AUTH_TOKEN" "$CSP_GATEWAY_URL/health" | grep ok'
	fi
	check 'so do the tools' csp-send --register --from v6 --lines </dev/null
	kill "$gw_pid"; wait "$gw_pid"
else
	skip 'IPv6' 'no ::1 here'
fi
gateway --rate 0 --host 127.0.0.2 --journal none ||
    gateway --rate 0 --host localhost --journal none
port=${CSP_GATEWAY_URL##*:}
check 'another address of this machine' grep -q 'CSP_GATEWAY_URL=http://' gw.env
check 'two cannot have one port' no 5 'in use' --journal none --port "$port" \
    --host "$(echo "$CSP_GATEWAY_URL" | sed 's#http://\(.*\):.*#\1#')"
kill "$gw_pid"; wait "$gw_pid"

# requests
gateway --rate 0 --room s
is() {
	want=$1; shift
	got=$(req "$@" | sed 's/"20[0-9-]*T[0-9:.]*Z"/"TIME"/g')
	case $got in $want) ;; *) echo "want $want"; echo "got  $got"; return 1 ;; esac
}
raw() {
	want=$1; shift
	# shellcheck disable=SC2059
	printf "$@" | req -r -e >raw.out
	got=$(sed -n 's/.*HTTP\/1\.1 \([0-9]*\) .*/\1/p' raw.out | tr '\n' ' ')
	test "$got" = "$want " || { echo "want $want, got $got"; cat raw.out; return 1; }
}
T='X-Auth-Token: @TOKEN@\r\nConnection: close\r\n'
check 'an empty Host is not this one, from the first request on' \
    raw 403 "GET /health HTTP/1.1\r\nHost:\r\n$T\r\n"
check 'the right one' raw 200 "GET /health HTTP/1.1\r\nHost: localhost\r\n$T\r\n"
check 'an empty one behind it' raw 403 "GET /health HTTP/1.1\r\nHost:\r\n$T\r\n"
check 'an IPv6 host' raw 200 "GET /health HTTP/1.1\r\nHost: [::1]:1\r\n$T\r\n"
check 'one that only begins like an address' raw 403 \
    "GET /health HTTP/1.1\r\nHost: 127.0.0.1.example\r\n$T\r\n"
check 'a name of this machine' raw 200 "GET /health HTTP/1.1\r\nHost: Room.LOCALHOST\r\n$T\r\n"
check 'a right token in the wrong scheme' raw 401 \
    "GET /health HTTP/1.1\r\nHost: localhost\r\nAuthorization: Digest @TOKEN@\r\nConnection: close\r\n\r\n"
check 'a token and a bit' raw 401 \
    "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: @TOKEN@x\r\nConnection: close\r\n\r\n"
check 'no method is known by another case' raw 404 "get /nope HTTP/1.1\r\nHost: localhost\r\n$T\r\n"
for m in PUT PATCH TRACE get; do
	check "$m is not allowed" is '405 *"bad-method"*' "$m" /health
done
for p in / // /AGENTS /agents/ //agents /inbox/ /inbox/a/b /inbox/a%2Fb /inbox/%00 \
    /message/ /agent/ /stream/x '/%2e/agents' /agents%20; do
	check "$p is not there" is '404 *"not-found"*' GET "$p"
done
check 'a path may be encoded' is '200 \[\]' GET '/%61gents'
check 'capabilities written over several lines' is '201 {"success":true,"agentId":"a"*' \
    POST /register - <<'EOT'
{
	"agentId": "a",
	"capabilities": {
		"chat": true,
		"note": "two\nlines"
	}
}
EOT
check 'are on one where they are kept' is '200 \[*"capabilities":{ 		"chat": true, 		"note": "two\\nlines" 	}}\]' GET /agents
cp "$CSP_DIR/s.journal" j
kill "$gw_pid"; wait "$gw_pid"
check 'and the journal is whole' csp-gateway --check j
gateway --rate 0 --room s
check 'who is a person is said once' is '400 *bad-field*once*' POST /register \
    '{"agentId":"a","capabilities":{"human":false,"hum\u0061n":true}}'
check 'capabilities that are too large' is '400 *at most 4096 bytes*' POST /register \
    "{\"agentId\":\"b\",\"capabilities\":{\"x\":\"$(head -c 4100 /dev/zero | tr '\0' x)\"}}"
req POST /register '{"agentId":"b","instance":"i"}' >o
check 'empty texts are texts' is '200 *' POST /message '{"from":"a","to":"b","content":""}'
check 'ALL is everybody' is '200 *' POST /message '{"from":"a","to":"ALL","content":"x"}'
check 'system is nobody' is '400 *unknown-recipient*' POST /message '{"from":"a","to":"system","content":"x"}'
check 'what is to oneself' is '200 *' POST /message '{"from":"a","to":"a","content":"me"}'
check 'comes back' is '200 \[*"to":"a","type":"direct"*"content":"me"}\]' GET '/inbox/a?after=0'
check 'what only the gateway may say is not taken from a sender' is '200 *' POST /message \
    '{"from":"a","content":"I","id":99,"hops":77,"quiet":true,"timestamp":"1999"}'
check 'nothing of it' is '200 *"id":4,"timestamp":"TIME","from":"a","to":"broadcast","type":"broadcast","hops":[01],"content":"I"}\]}' \
    GET '/history?limit=1'
printf '{"from":"a","content":"\377"}' >bad
check 'no UTF-8' is '400 *bad-request*' POST /message - <bad
check 'half of a pair' is '400 *bad-request*' POST /message '{"from":"a","content":"\ud83d"}'
for q in wait wait= wait=-1 wait=0.5 'wait=1+' after=-1 after=99999999999999999999 \
    limit=10001 ack=x limit=1%00 after=%3 control=x; do
	check "?$q" is '400 *bad-field*' GET "/inbox/a?$q"
done
for q in from=no%20good since=yesterday since=2026-11-22 replyTo=x to=; do
	check "?$q" is '400 *bad-field*' GET "/history?$q"
done
check 'what it does not know it passes over' is '200 \[*' GET '/inbox/a?x&=y&%zz=1&after=0'
for id in 0 +1 18446744073709551616 1x; do
	check "message $id" is '400 *bad-id*' GET "/message/$id"
done
check 'keys with NUL' is '400 *bad-field*' POST /control '{"to":"b","action":"keys","keys":["\u0000"]}'
check 'too many keys' is '400 *bad-field*' POST /control \
    "{\"to\":\"b\",\"action\":\"keys\",\"keys\":[$(i=0; while test $i -lt 100; do printf '"a",'; i=$((i + 1)); done)\"a\"]}"
check 'a control to nobody' is '400 *unknown-recipient*' POST /control '{"to":"zz","action":"pause"}'
check 'a receipt with a number that is none' is '400 *bad-field*' POST /receipt \
    '{"from":"b","messageId":1.5,"stage":"typed"}'
check 'queued is not posted' is '400 *bad-field*' POST /receipt '{"from":"b","messageId":1,"stage":"queued"}'
check 'a reason that is too long' is '400 *at most 1000 bytes*' POST /receipt \
    "{\"from\":\"b\",\"messageId\":1,\"stage\":\"held\",\"reason\":\"$(head -c 1001 /dev/zero | tr '\0' x)\"}"
check 'HEAD of a stream ends' is '200 ' HEAD /stream
check 'HEAD does not wait' is '200 ' HEAD '/inbox/a?wait=50&after=99'
check 'OPTIONS of everything' raw 204 "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n$T\r\n"
check 'too deep' is '400 *too deep*' POST /message "$(printf '{"from":"a","content":"x","y":'; i=0; while test $i -lt 70; do printf '['; i=$((i + 1)); done)"
check 'standard error said nothing' test ! -s gw.err
finish
