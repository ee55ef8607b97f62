#!/bin/sh
# the gateway's resources: register, send, read, ask, leave
. "$(dirname "$0")/tap.sh"

# says STATUS TEXT REQUEST...: the answer, stamps and tokens made plain
says() {
	want=$1; shift
	got=$(req "$@" | sed 's/"20[0-9-]*T[0-9:.]*Z"/"TIME"/g
		s/\(human\|codex-1\|[a-z0-9-]*\)\.[0-9a-f]\{64\}/\1.MAC/g
		s/"uptime":[0-9]*/"uptime":N/')
	test "$got" = "$want" || { echo "want $want"; echo "got  $got"; return 1; }
}
check 'a gateway starts' gateway --rate 0

check 'an agent registers: 201 and its token' says \
    '201 {"success":true,"agentId":"codex-1","token":"codex-1.MAC"}' \
    POST /register '{"agentId":"codex-1","capabilities":{"chat":true}}'
check 'again: the same agent, 200' says \
    '200 {"success":true,"agentId":"codex-1","token":"codex-1.MAC"}' \
    POST /register '{"agentId":"Codex-1","capabilities":{"chat":true}}'
check 'a message to the room with nobody else in it' says \
    '200 {"success":true,"messageId":1}' \
    POST /agent-output '{"from":"codex-1","to":"broadcast","content":"hello"}'
check 'its sender does not get it' says '200 []' GET /inbox/codex-1
check 'a person registers' says \
    '201 {"success":true,"agentId":"human","token":"human.MAC"}' \
    POST /register '{"agentId":"human","capabilities":{"human":true}}'
check 'what was said before is not in the inbox' says '200 []' GET /inbox/human
check 'a broadcast without to' says '200 {"success":true,"messageId":2}' \
    POST /message '{"from":"codex-1","content":"two\nlines \u00e9 \ud83d\ude00 \"q\""}'
check 'a direct message with replyTo' says \
    '200 {"success":true,"messageId":3}' \
    POST /agent-output '{"from":"human","to":"CODEX-1","content":"hi","replyTo":2}'
two='{"id":2,"timestamp":"TIME","from":"codex-1","to":"broadcast","type":"broadcast","hops":0,"content":"two\nlines é 😀 \"q\""}'
three='{"id":3,"timestamp":"TIME","from":"human","to":"codex-1","type":"direct","replyTo":2,"hops":0,"content":"hi"}'
check 'after=0 peeks' says "200 [$two]" GET '/inbox/human?after=0'
check 'HEAD does not take' says '200 ' HEAD /inbox/human
check 'a drain takes' says "200 [$two]" GET /inbox/Human
check 'and there is nothing left' says '200 []' GET /inbox/human
check 'the direct one is in its inbox' says "200 [$three]" \
    GET '/inbox/codex-1?after=2'
check 'after=N takes up to N, not before' says "200 [$three]" \
    GET '/inbox/codex-1?after=1'
check 'an id above the newest counts as the newest' says '200 []' \
    GET '/inbox/codex-1?after=99'
check 'which has taken all' says '200 []' GET '/inbox/codex-1?after=0'
check 'the history, oldest first, the last of them' says \
    "200 {\"count\":2,\"total\":3,\"messages\":[$two,$three]}" \
    GET '/history?limit=2'
check 'the history by sender' says \
    "200 {\"count\":1,\"total\":3,\"messages\":[$three]}" \
    GET '/history?from=human'
check 'the history by what is answered' says \
    "200 {\"count\":1,\"total\":3,\"messages\":[$three]}" \
    GET '/history?replyTo=2'
check 'the history since a time to come' says \
    '200 {"count":0,"total":3,"messages":[]}' \
    GET '/history?since=2999-01-01T00:00:00Z'
check 'a message with its receipts: answered by who got it' says \
    "200 ${two%\}},\"receipts\":{\"human\":{\"stage\":\"replied\",\"reason\":\"\",\"replyId\":3,\"timestamp\":\"TIME\"}}}" \
    GET /message/2
check 'the agents' says \
    '200 [{"id":"codex-1","online":true,"state":"unknown","detail":"","screen":"","until":null,"lastSeen":"TIME","unread":0,"capabilities":{"chat":true}},{"id":"human","online":true,"state":"unknown","detail":"","screen":"","until":null,"lastSeen":"TIME","unread":0,"capabilities":{"human":true}}]' \
    GET /agents
check 'health' says \
    '200 {"status":"ok","agents":2,"messages":3,"uptime":N,"version":"0.1"}' \
    GET /health
metrics() {
	req GET /metrics >m
	for w in csp_requests_total csp_messages_total csp_deliveries_total \
	    csp_sent_bytes_total csp_connections csp_waiters \
	    csp_journal_syncs_total csp_journal_sync_seconds_total; do
		grep -q "^$w" m || { echo "no $w"; return 1; }
	done
	grep -q '^csp_messages_total 3$' m
}
check 'metrics name what is counted' metrics
check 'it leaves' says '200 {"success":true}' DELETE /agent/codex-1
check 'and is not there' says \
    '404 {"success":false,"code":"not-found","error":"no agent named \"codex-1\" is registered"}' \
    DELETE /agent/codex-1
check 'which a person is told' eventually 2 sh -c \
    'req GET "/inbox/human?after=0" | grep "\"type\":\"system\".*codex-1 left"'

# waiting
req POST /register '{"agentId":"w"}' >out.w
req GET '/inbox/w?wait=20' >waited &
w=$!
waits() { req GET /metrics | grep -q "^csp_waiters $1\$"; }
check 'a reader waits' eventually 5 waits 1
req POST /message '{"from":"human","to":"w","content":"wake"}' >out.m
check 'until something comes for it' eventually 5 waits 0
wait $w
check 'and is answered when something comes' grep -q '"content":"wake"' waited
req GET '/inbox/w?wait=20' >waited &
w=$!
check 'it waits again' eventually 5 waits 1
req POST /message '{"from":"human","content":"wake all"}' >out.m
check 'until something comes for all' eventually 5 waits 0
wait $w
check 'and is told' grep -q '"content":"wake all"' waited
check 'wait without news ends with nothing' says '200 []' \
    GET '/inbox/w?wait=1'
req GET '/history?after=99&wait=20' >waited &
w=$!
check 'one waits for the room' eventually 5 waits 1
req POST /message '{"from":"human","content":"to all"}' >out.m
check 'until something comes' eventually 5 waits 0
wait $w
check 'and is told what it was' grep -q '"count":1.*"content":"to all"' waited

# what must not be
bad() {
	want=$1; shift
	got=$(req "$@")
	case $got in
	"${want%% *} {\"success\":false,\"code\":\"${want#* }\",\"error\":\""*) ;;
	*) echo "want $want"; echo "got  $got"; return 1 ;;
	esac
}
check 'no token' bad '401 unauthorized' -n GET /health
check 'a wrong token' bad '401 unauthorized' -n -H 'X-Auth-Token: x' GET /agents
check 'a wrong bearer' bad '401 unauthorized' -n -H 'Authorization: Bearer x' \
    GET /agents
check 'a right bearer' says '200 []' -n \
    -H "Authorization: Bearer $CSP_AUTH_TOKEN" GET '/inbox/w?after=99'
check 'a token in the URL counts for nothing' bad '401 unauthorized' -n \
    GET "/health?token=$CSP_AUTH_TOKEN"
check 'an unknown resource' bad '404 not-found' GET /nope
check 'a wrong method' bad '405 bad-method' GET /register
check 'which names the right ones' sh -c \
    'req -i GET /register | grep "^Allow: POST, OPTIONS"'
check 'OPTIONS' sh -c 'req -i OPTIONS /agents >o && grep "^HTTP/1.1 204" o && grep "^Allow: GET, HEAD" o'
check 'an Origin' bad '403 forbidden' -H 'Origin: http://evil.example' GET /health
check 'no JSON' bad '400 bad-request' POST /message 'x'
check 'JSON that is cut' bad '400 bad-request' POST /message '{"from":"w"'
check 'JSON with something behind it' bad '400 bad-request' POST /message '{} {}'
check 'no body' bad '400 bad-request' POST /message ''
check 'an array' bad '400 bad-request' POST /message '[]'
check 'no from' bad '400 bad-field' POST /message '{"content":"x"}'
check 'from of the wrong type' bad '400 bad-field' POST /message \
    '{"from":1,"content":"x"}'
check 'an id that is none' bad '400 bad-id' POST /message \
    '{"from":"no good","content":"x"}'
check 'from nobody' bad '400 unknown-sender' POST /message \
    '{"from":"nobody","content":"x"}'
check 'to nobody' bad '400 unknown-recipient' POST /message \
    '{"from":"w","to":"nobody","content":"x"}'
check 'no content' bad '400 bad-field' POST /message '{"from":"w"}'
check 'content of the wrong type' bad '400 bad-field' POST /message \
    '{"from":"w","content":{}}'
check 'NUL in the content' bad '400 bad-field' POST /message \
    '{"from":"w","content":"a\u0000b"}'
check 'a member twice' bad '400 bad-field' POST /message \
    '{"from":"w","content":"a","content":"b"}'
check 'a reply to a message to come' bad '400 bad-field' POST /message \
    '{"from":"w","content":"a","replyTo":1000}'
check 'a reply to no number' bad '400 bad-field' POST /message \
    '{"from":"w","content":"a","replyTo":"1"}'
for id in broadcast all system; do
	check "the name $id is reserved" bad '400 bad-id' POST /register \
	    "{\"agentId\":\"$id\"}"
done
check 'a name that is too long' bad '400 bad-id' POST /register \
    "{\"agentId\":\"$(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 \
    18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 \
    43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65)\"}"
check 'capabilities that are no object' bad '400 bad-field' POST /register \
    '{"agentId":"x","capabilities":[]}'
check 'an inbox of nobody' bad '404 not-found' GET /inbox/nobody
check 'an inbox of no id' bad '400 bad-id' GET /inbox/no%20good
check 'a percent-encoded id' says '200 []' GET /inbox/%57
check 'a wait that is too long' bad '400 bad-field' GET '/inbox/w?wait=61'
check 'a wait that is no number' bad '400 bad-field' GET '/inbox/w?wait=x'
check 'a limit of none' bad '400 bad-field' GET '/inbox/w?limit=0'
check 'a message that is not' bad '404 not-found' GET /message/1000
check 'a message of no number' bad '400 bad-id' GET /message/x
check 'a body over the limit' bad '413 too-large' POST /message \
    - <<EOT
{"from":"w","content":"$(head -c 1100000 /dev/zero | tr '\0' x)"}
EOT
check 'a message whose lines were lost' sh -c \
    'req POST /message "{\"from\":\"w\",\"content\":\"tail\",\"complete\":false}" |
    grep "^200"'
check 'says so to who reads it' sh -c \
    'req GET "/history?limit=1" | grep "\"complete\":false,\"content\":\"tail\""'
check 'complete that is no claim' bad '400 bad-field' POST /message \
    '{"from":"w","content":"x","complete":"no"}'
check 'the gateway is still well' bad '404 not-found' GET /nope
check 'its standard error said nothing' test ! -s gw.err
finish
