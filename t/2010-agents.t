#!/bin/sh
# who may be whom, and what became of a message
. "$(dirname "$0")/tap.sh"

says() {
	want=$1; shift
	got=$(req "$@" | sed 's/"20[0-9-]*T[0-9:.]*Z"/"TIME"/g
		s/\.[0-9a-f]\{64\}/.MAC/g;s/"control":[0-9]\{6,\}/"control":N/g')
	test "$got" = "$want" || { echo "want $want"; echo "got  $got"; return 1; }
}
bad() {
	want=$1; shift
	got=$(req "$@")
	case $got in
	"${want%% *} {\"success\":false,\"code\":\"${want#* }\",\"error\":\""*) ;;
	*) echo "want $want"; echo "got  $got"; return 1 ;;
	esac
}
has() { pat=$1; shift; req "$@" >has.out; grep -q -- "$pat" has.out || { cat has.out; return 1; }; }
token() { req POST /register "{\"agentId\":\"$1\"}" | sed 's/.*"token":"\([^"]*\)".*/\1/'; }
reg() { req POST /register "{\"agentId\":\"$1\",\"instance\":\"$2\"}" | sed 's/.*"agentId":"\([^"]*\)".*/\1/'; }

preload || :			# else 5 s are waited for
check 'a gateway starts' gateway --rate 0 --max-hops 2

# tokens
a=$(token a) b=$(token b) owner=$CSP_AUTH_TOKEN
req POST /register '{"agentId":"human","capabilities":{"human":true}}' >o
export CSP_AUTH_TOKEN="$a"
check 'an agent sends as itself' says '200 {"success":true,"messageId":1}' \
    POST /message '{"from":"a","to":"b","content":"1"}'
check 'not as another' bad '403 forbidden' POST /message '{"from":"b","content":"x"}'
check 'not as a person' bad '403 forbidden' POST /message '{"from":"human","content":"x"}'
check 'does not read another inbox' bad '403 forbidden' GET /inbox/b
check 'does not delete another' bad '403 forbidden' DELETE /agent/b
check 'does not register another' bad '403 forbidden' POST /register '{"agentId":"c"}'
check 'does not become a person' bad '403 forbidden' POST /register \
    '{"agentId":"a","capabilities":{"human":true}}'
check 'registers itself' says '200 {"success":true,"agentId":"a","token":"a.MAC"}' \
    POST /register '{"agentId":"a"}'
check 'is not urgent' bad '403 forbidden' POST /message '{"from":"a","content":"x","urgent":true}'
check 'does not control' bad '403 forbidden' POST /control '{"to":"b","action":"pause"}'
check 'does not see the metrics' bad '403 forbidden' GET /metrics
check 'posts no receipt for another' bad '403 forbidden' POST /receipt \
    '{"from":"b","messageId":1,"stage":"typed"}'
check 'reads the agents' has '"id":"b"' GET /agents
check 'reads the history' has '"total":1' GET /history
check 'reads a message' has '"id":1' GET /message/1
check 'reads health' has '"status":"ok"' GET /health
flip() { case $1 in *0) echo "${1%0}1" ;; *) echo "${1%?}0" ;; esac; }
CSP_AUTH_TOKEN=$(flip "$a")
check 'a token with one digit changed' bad '401 unauthorized' GET /agents
CSP_AUTH_TOKEN=b.${a#a.}
check "another's name on it" bad '401 unauthorized' GET /agents
CSP_AUTH_TOKEN=$b
check 'the other token is the other' says '200 []' GET '/inbox/b?after=1'
CSP_AUTH_TOKEN=$owner

# receipts
req POST /message '{"from":"a","to":"b","content":"2"}' >o
check 'queued at first' has '"receipts":{"b":{"stage":"queued","reason":"","replyId":null' GET /message/2
check 'held, with the reason' says '200 {"success":true}' POST /receipt \
    '{"from":"b","messageId":2,"stage":"held","reason":"busy \"x\""}'
check 'it shows' has '"b":{"stage":"held","reason":"busy \\"x\\""' GET /message/2
req GET '/message/2?stage=replied&agent=b&wait=20' >waited &
w=$!
check 'one waits for the reply' eventually 5 has '^csp_waiters 1$' GET /metrics
req POST /receipt '{"from":"b","messageId":2,"stage":"submitted"}' >o
req POST /message '{"from":"b","to":"a","content":"re","replyTo":2}' >o
check 'not for long' eventually 5 has '^csp_waiters 0$' GET /metrics
wait $w
check 'and is told of it' grep -q '"b":{"stage":"replied","reason":"","replyId":3' waited
req POST /message '{"from":"a","content":"3"}' >o
check 'two in one turn: a posted reply' says '200 {"success":true}' POST /receipt \
    '{"from":"b","messageId":4,"stage":"replied","replyId":3}'
check 'it shows as well' has '"b":{"stage":"replied","reason":"","replyId":3' GET /message/4
stays() { # ID REPLY: it is not unsaid by what comes late
	for s in held typed submitted failed; do
		req POST /receipt "{\"from\":\"b\",\"messageId\":$1,\"stage\":\"$s\"}" | grep '^200' || return 1
	done
	has '"b":{"stage":"replied","reason":"","replyId":'"$2" "GET" "/message/$1"
}
check 'what was answered stays so, whatever is told late' stays 2 3
check 'also where the reply was posted' stays 4 3
req POST /message '{"from":"a","to":"b","content":"4"}' >o
stage() { req POST /receipt "{\"from\":\"b\",\"messageId\":5,\"stage\":\"$1\"}" >o; }
stage typed; stage held
check 'what was typed may be held again' has '"b":{"stage":"held"' GET /message/5
stage submitted; stage held; stage typed
check 'what was submitted is not held' has '"b":{"stage":"submitted"' GET /message/5
stage failed
check 'it may fail' has '"b":{"stage":"failed"' GET /message/5
stage held
check 'and be tried again by another run' has '"b":{"stage":"held"' GET /message/5
stage failed
check 'for whom it was not' bad '400 bad-field' POST /receipt \
    '{"from":"a","messageId":2,"stage":"typed"}'
check 'a stage that is none' bad '400 bad-field' POST /receipt \
    '{"from":"b","messageId":2,"stage":"eaten"}'
check 'of no message' bad '400 bad-field' POST /receipt \
    '{"from":"b","messageId":99,"stage":"typed"}'

# hops: human 0, then one more each, quiet over the budget of 2
hops() { req GET "/message/$1" | sed 's/.*"hops":\([0-9]*\).*/\1/'; }
id() { req POST /message "$1" | sed 's/.*"messageId":\([0-9]*\).*/\1/'; }
req DELETE /agent/a >o; req DELETE /agent/b >o
token a >o; token b >o
h0=$(id '{"from":"human","to":"a","content":"go"}')
h1=$(id "{\"from\":\"a\",\"to\":\"b\",\"content\":\"x\",\"replyTo\":$h0}")
req GET /inbox/b >o
h2=$(id '{"from":"b","to":"a","content":"y"}')
h3=$(id "{\"from\":\"a\",\"to\":\"b\",\"content\":\"x\",\"replyTo\":$h2}")
h4=$(id "{\"from\":\"human\",\"to\":\"b\",\"content\":\"x\",\"replyTo\":$h3}")
check 'hops are counted' test "$(hops "$h0") $(hops "$h1") $(hops "$h2") $(hops "$h3") $(hops "$h4")" = '0 1 2 3 0'
check 'over the budget it is quiet' has '"hops":3,"quiet":true' GET "/message/$h3"
check 'within it is not' sh -c "! req GET /message/$h2 | grep quiet"
check 'the owner is urgent' has '"urgent":true' GET \
    "/message/$(id '{"from":"human","to":"b","content":"now","urgent":true}')"
check 'a notice goes to persons' sh -c 'req POST /message "{\"from\":\"b\",\"type\":\"system\",\"content\":\"asks\"}"
	req GET "/inbox/human?after=0" | grep "\"type\":\"system\",\"hops\":0,\"content\":\"asks\"" &&
	! req GET "/inbox/a?after=0" | grep asks'
check 'who leaves fails what it has not read' sh -c 'req DELETE /agent/b
	req GET "/message/'"$h3"'?stage=submitted&wait=5" | grep "\"b\":{\"stage\":\"failed\",\"reason\":\"left\""'

# held agents
check 'a run takes a free name' test "$(reg s one)" = s
check 'the same run again' test "$(reg s one)" = s
check 'another gets a suffix' test "$(reg s two)" = s-2
check 'and the same one again' test "$(reg s two)" = s-2
check 'a third the next' test "$(reg s three)" = s-3
check 'without a run too' has '"agentId":"s-4"' POST /register '{"agentId":"s"}'
check 'exclusive: it is taken' bad '409 name-taken' POST /register \
    '{"agentId":"s","instance":"four","exclusive":true}'
req POST /message '{"from":"human","to":"s","content":"for s"}' >o
check 'others read without taking' has 'for s' GET /inbox/s
check 'also by after' has 'for s' GET '/inbox/s?after=0'
check 'a foreign instance is told' bad '409 superseded' -H 'X-Instance: five' GET /inbox/s
check 'the holder takes' has 'for s' -H 'X-Instance: one' GET /inbox/s
check 'it is gone' says '200 []' GET /inbox/s

# a reader that has not finished
token r >o
r1=$(id '{"from":"human","to":"r","content":"one"}')
r2=$(id '{"from":"human","to":"r","content":"two"}')
check 'who holds two takes one' says '200 []' GET "/inbox/r?after=$r2&ack=$r1"
check 'the other is still there' has '\[{"id":'$r2',.*"content":"two"}\]' GET "/inbox/r?after=0"
check 'until it is acknowledged' says '200 []' GET "/inbox/r?after=$r2&ack=$r2"
check 'which cannot be taken back' says '200 []' GET "/inbox/r?after=$r1"
check 'nor all of it' says '200 []' GET "/inbox/r?after=0"

# controls
check 'nobody holds it' bad '409 not-held' POST /control '{"to":"human","action":"pause"}'
check 'an action that is none' bad '400 bad-field' POST /control '{"to":"s","action":"jump"}'
check 'keys without keys' bad '400 bad-field' POST /control '{"to":"s","action":"keys"}'
check 'a control is taken' says '200 {"success":true,"control":N}' POST /control \
    '{"to":"s","action":"keys","keys":["1","Enter"],"screen":"abc"}'
req POST /message '{"from":"human","to":"s","content":"after it"}' >o
check 'the holder sees it first' says \
    '200 [{"type":"control","control":N,"action":"keys","keys":["1","Enter"],"screen":"abc"},{"id":'"$(req GET '/history?limit=1' | sed 's/.*"id":\([0-9]*\).*/\1/')"',"timestamp":"TIME","from":"human","to":"s","type":"direct","hops":0,"content":"after it"}]' \
    -H 'X-Instance: one' GET '/inbox/s?after=0'
check 'others do not' sh -c '! req GET "/inbox/s?after=0" | grep control'
n=$((n)) c=$(req -H 'X-Instance: one' GET '/inbox/s?after=0' | sed 's/.*"control":\([0-9]*\).*/\1/')
check 'until the holder has it' sh -c \
    "! req -H 'X-Instance: one' GET '/inbox/s?after=0&control=$c' | grep '\"control\"'"
req -H 'X-Instance: one' GET '/inbox/s?after=999&wait=20' >waited &
w=$!
check 'the holder waits' eventually 5 has '^csp_waiters 1$' GET /metrics
req POST /control '{"to":"s","action":"interrupt"}' >o
check 'not for long' eventually 5 has '^csp_waiters 0$' GET /metrics
wait $w
check 'a control wakes it' grep -q '"action":"interrupt"' waited
check 'it is not in the history' sh -c '! req GET /history | grep interrupt'

# who drains an inbox, and a run that comes to hold it meanwhile
req POST /register '{"agentId":"late"}' >o
req GET '/inbox/late?wait=20' >waited &
w=$!
check 'one waits for an inbox that nobody holds' eventually 5 has '^csp_waiters 1$' GET /metrics
check 'a run takes the name' test "$(reg late run)" = late
req POST /message '{"from":"a","to":"late","content":"for the run"}' >o
wait $w
check 'who waited is shown the message' grep -q 'for the run' waited
check 'but it is the run that takes it' has 'for the run' -H 'X-Instance: run' GET /inbox/late

# states
check 'a state is told' says '200 {"success":true}' -H 'X-Instance: one' POST /stream_update \
    '{"from":"s","state":"waiting","detail":"1. yes\n2. no","screen":"h","until":"soon"}'
check 'and shown' has '"id":"s","online":true,"state":"waiting","detail":"1. yes\\n2. no","screen":"h","until":"soon"' GET /agents
check 'a state that is none' bad '400 bad-field' POST /stream_update '{"from":"a","state":"x"}'

# take-over
gone() { has '"id":"s","online":false,"state":"unknown"' GET /agents; }
clock 5100 0
check 'who is silent for 5 s is gone' eventually 9 gone
check 'its name is taken, with what is unread' sh -c \
    'test "$(req POST /register "{\"agentId\":\"s\",\"instance\":\"six\"}" | cut -d" " -f1)" = 200'
check 'the old run is superseded' bad '409 superseded' -H 'X-Instance: one' GET /inbox/s
check 'also when it registers' bad '409 superseded' POST /register '{"agentId":"s","instance":"one"}'

# idempotency
k() { req -H "Idempotency-Key: $1" POST /message '{"from":"human","content":"'"$2"'"}'; }
first=$(k one x)
check 'a key answers the first answer' test "$(k one x)" = "$first"
check 'also in quotes' test "$(k '"one"' x)" = "$first"
check 'another key is another message' test "$(k two x)" != "$first"
check 'the same key of another sender too' test "$(req -H 'Idempotency-Key: one' \
    POST /message '{"from":"a","content":"x"}')" != "$first"
check 'a key that is none' bad '400 bad-field' -H 'Idempotency-Key: a"b' POST /message '{"from":"a","content":"x"}'
token p >o; token q >o
req POST /message '{"from":"human","to":"p","content":"read"}' >o
req GET /inbox/p >o
hq=$(id '{"from":"human","to":"q","content":"submitted"}')
req POST /receipt "{\"from\":\"q\",\"messageId\":$hq,\"stage\":\"submitted\"}" >o
check 'what was submitted counts as a hop' test "$(hops "$(id '{"from":"q","content":"x"}')")" = 1
kill "$gw_pid"; wait "$gw_pid"
check 'the gateway starts again' gateway --rate 0 --max-hops 2
check 'a key holds over a restart' test "$(k one x)" = "$first"
check 'tokens hold over a restart' says '200 []' -n -H "X-Auth-Token: $a" GET '/inbox/a?after=9999'
check 'the run that was replaced is still' bad '409 superseded' -H 'X-Instance: one' GET /inbox/s
check 'also when it registers' bad '409 superseded' POST /register '{"agentId":"s","instance":"one"}'
check 'what was read before counts after it' test "$(hops "$(id '{"from":"p","content":"x"}')")" = 1
check 'also what was submitted' test "$(hops "$(id '{"from":"q","content":"x"}')")" = 1
check 'the run that holds is still' says '200 []' -H 'X-Instance: six' GET '/inbox/s?after=9999'
check 'what was answered is so after it' has '"b":{"stage":"replied","reason":"","replyId":3' GET /message/2
check 'receipts hold over a restart' has '"b":{"stage":"failed","reason":"left"' GET "/message/$h3"
check 'standard error said nothing' test ! -s gw.err
finish
