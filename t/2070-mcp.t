#!/bin/sh
# POST /mcp: the room as tools of the Model Context Protocol
. "$(dirname "$0")/tap.sh"

# rpc JSON [HEADER]...: what the gateway answers to a JSON-RPC message, times
# taken out
rpc() {
	body=$1 n_args=$#; shift
	for h; do set -- "$@" -H "$h"; done
	shift $((n_args - 1))
	req "$@" POST /mcp "$body" | sed 's/20[0-9-]*T[0-9:.]*Z/TIME/g'
}
# says WANT JSON [HEADER]...
says() {
	want=$1; shift
	got=$(rpc "$@")
	test "$got" = "$want" || { printf '%s\n' "want $want" "got  $got"; return 1; }
}
has() { want=$1; shift; rpc "$@" >has.out; grep -qF -- "$want" has.out || { cat has.out; return 1; }; }
# discover, list or a call as revision 2026-07-28 has them: META is what else
# stands in params, with a comma
meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
ask() { printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"'"$1"'","params":{'"${2-}$meta"'}}'; }
self='"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"csp-gateway","version":"'$(csp-gateway --version | sed 's/.* //')'"}}'
has2() {	# WANT WANT METHOD TARGET
	req -i "$3" "$4" >has.out
	grep -q "^$1" has.out && grep -q "^$2" has.out
}
call() {	# ID TOOL ARGUMENTS
	printf '%s\n' '{"jsonrpc":"2.0","id":'"$1"',"method":"tools/call","params":{"name":"'"$2"'","arguments":'"$3"'}}'
}
# a tool's text, as it stands in the JSON of the answer
text() { printf '%s\n' '200 {"jsonrpc":"2.0","id":'"$1"',"result":{"content":[{"type":"text","text":"'"$2"'"}],"isError":'"${3:-false}"'}}'; }
token() { req POST /register "{\"agentId\":\"$1\"}" | sed 's/.*"token":"\([^"]*\)".*/\1/'; }
message() {	# ID FROM TO TYPE CONTENT
	printf '%s\n' '{\"id\":'"$1"',\"timestamp\":\"TIME\",\"from\":\"'"$2"'\",\"to\":\"'"$3"'\",\"type\":\"'"$4"'\",\"hops\":0,\"content\":\"'"$5"'\"}'
}

check 'a gateway starts' gateway --rate 0
a=$(token a) b=$(token b) owner=$CSP_AUTH_TOKEN
export CSP_AUTH_TOKEN="$a"

# the transport
ping='{"jsonrpc":"2.0","id":1,"method":"ping"}'
check 'ping' says '200 {"jsonrpc":"2.0","id":1,"result":{}}' "$ping"
check 'an id is kept: a text' says '200 {"jsonrpc":"2.0","id":"a\u0062\"","result":{}}' \
    '{"jsonrpc":"2.0","id":"a\u0062\"","method":"ping"}'
check 'a large number' says '200 {"jsonrpc":"2.0","id":-123456789012345678901234567890,"result":{}}' \
    '{"jsonrpc":"2.0","id":-123456789012345678901234567890,"method":"ping"}'
for v in 2025-11-25 2025-06-18 2025-03-26 2024-11-05; do
	check "revision $v in the header" has '"result":{}' "$ping" "MCP-Protocol-Version: $v"
	check "and asked for" has '"protocolVersion":"'$v'"' \
	    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"'$v'","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}'
done
check 'an unknown one is offered the newest' has '"protocolVersion":"2025-11-25"' \
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2099-01-01"}}'
other='"error":{"code":-32022,"message":"this revision is not spoken here","data":{"supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"requested":"2099-01-01"}}}'
check 'and refused in the header' says '400 {"jsonrpc":"2.0","id":1,'"$other" "$ping" 'MCP-Protocol-Version: 2099-01-01'
check 'also before a notification' has '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32022' \
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' 'MCP-Protocol-Version: 2099-01-01'
check 'the newest has no initialize' has '"protocolVersion":"2025-11-25"' \
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2026-07-28"}}'
check 'it says who one is' has 'You are \"a\" in' \
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}'
check 'a notification is accepted, without a word' says '202 ' \
    '{"jsonrpc":"2.0","method":"notifications/initialized"}'
check 'so is an answer' says '202 ' '{"jsonrpc":"2.0","id":7,"result":{}}'
check 'no JSON' says '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"the body is no JSON"}}' '{"jsonrpc":'
check 'no body' says '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"the body is no JSON"}}' ''
wrong='400 {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"this is no JSON-RPC 2.0 request"}}'
check 'no JSON-RPC' says "$wrong" '{"id":1,"method":"ping"}'
check 'another version of it' says "$wrong" '{"jsonrpc":"1.0","id":1,"method":"ping"}'
check 'a method that is no text' says "$wrong" '{"jsonrpc":"2.0","id":1,"method":7}'
check 'an id that comes twice' says "$wrong" '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'
check 'an id that is too long' says "$wrong" '{"jsonrpc":"2.0","id":"'"$(printf '%0200d' 7)"'","method":"ping"}'
check 'an id that is null' says "$wrong" '{"jsonrpc":"2.0","id":null,"method":"ping"}'
check 'an id that is an object' says "$wrong" '{"jsonrpc":"2.0","id":{},"method":"ping"}'
check 'no object' says "$wrong" '7'
check 'no such method' says '200 {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"there is no such method here"}}' \
    '{"jsonrpc":"2.0","id":1,"method":"resources/list"}'
check 'several in a batch' says '200 [{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{}}]' \
    '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":2,"method":"ping"}]'
check 'a batch of notifications' says '202 ' '[{"jsonrpc":"2.0","method":"x"}]'
check 'a batch with one that is none' says '200 [{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"this is no JSON-RPC 2.0 request"}}]' \
    '[{"jsonrpc":"2.0","id":1,"method":"ping"},"x"]'
check 'an empty batch' has '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32600' '[]'
for v in 2025-06-18 2025-11-25 2026-07-28; do
	check "no batch in $v" says '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"this revision has no batches"}}' \
	    "[$ping]" "MCP-Protocol-Version: $v"
done
check 'a batch where it is said' has '200 [' "[$ping]" 'MCP-Protocol-Version: 2025-03-26'
check 'a batch that is too long' has '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32600' "[$(seq -s, 65)]"
cut_off() { printf 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: %s\r\nContent-Length: 60\r\n\r\n%s' "$a" "$ping" | req -r -e -t 5 >cut.out; test ! -s cut.out; }
check 'a body that is cut off is not acted upon' cut_off
check 'GET has no stream here' has2 'HTTP/1.1 405' 'Allow: POST, OPTIONS' GET /mcp
check 'nor has DELETE a session to end' has2 'HTTP/1.1 405' 'Allow: POST, OPTIONS' DELETE /mcp
check 'a page is refused' has '403 ' "$ping" 'Origin: http://example.com'
CSP_AUTH_TOKEN=$owner
check "the owner's token names nobody" has '403 {"success":false,"code":"forbidden"' "$ping"
CSP_AUTH_TOKEN=x
check 'a wrong token' has '401 ' "$ping"
CSP_AUTH_TOKEN=$a

# revision 2026-07-28: no handshake, each request says all
v='MCP-Protocol-Version: 2026-07-28'
check 'discover' has '"supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"ttlMs":60000,"cacheScope":"private"}}' \
    "$(ask server/discover)" "$v" 'Mcp-Method: server/discover'
check 'with what we can do, and who we are' grep -qF '"result":{'"$self"',"capabilities":{"tools":{}},"instructions":"You are \"a\"' has.out
check 'its list of tools says how long it holds' has '],"ttlMs":60000,"cacheScope":"public"}}' "$(ask tools/list)" "$v" 'Mcp-Method: tools/list'
check 'and that it is complete' grep -qF '"result":{'"$self"',"tools":[' has.out
use=$(ask tools/call '"name":"room_history","arguments":{},')
check 'a call' says '200 {"jsonrpc":"2.0","id":1,"result":{'"$self"',"content":[{"type":"text","text":"{\"count\":0,\"total\":0,\"messages\":[]}"}],"isError":false}}' \
    "$use" "$v" 'Mcp-Method: tools/call' 'Mcp-Name: room_history'
for code in cm9vbV9oaXN0b3J5 cm9vbV9oaXN0b3J5====; do
	check "its name as base64: $code" has '"isError":false' "$use" "$v" 'Mcp-Method: tools/call' "Mcp-Name: =?base64?$code?="
done
differs='400 {"jsonrpc":"2.0","id":1,"error":{"code":-32020,'
check 'another name' has "$differs" "$use" "$v" 'Mcp-Method: tools/call' 'Mcp-Name: list_agents'
check 'as base64' has "$differs" "$use" "$v" 'Mcp-Method: tools/call' 'Mcp-Name: =?base64?bGlzdA==?='
check 'no name' has "$differs" "$use" "$v" 'Mcp-Method: tools/call'
check 'another method' has "$differs" "$use" "$v" 'Mcp-Method: tools/list' 'Mcp-Name: room_history'
check 'in other letters' has "$differs" "$use" "$v" 'Mcp-Method: Tools/call' 'Mcp-Name: room_history'
check 'no method' has "$differs" "$use" "$v" 'Mcp-Name: room_history'
check 'no revision in the head' has "$differs" "$use" 'Mcp-Method: tools/call' 'Mcp-Name: room_history'
check 'another one there' has "$differs" "$use" 'MCP-Protocol-Version: 2025-11-25' 'Mcp-Method: tools/call' 'Mcp-Name: room_history'
check 'one that nobody speaks' has '400 {"jsonrpc":"2.0","id":1,'"$other" "$(ask tools/list | sed s/2026-07-28/2099-01-01/)" \
    'MCP-Protocol-Version: 2099-01-01' 'Mcp-Method: tools/list'
check 'none in the body' has '400 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,' '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' "$v" 'Mcp-Method: tools/list'
check 'no capabilities there' has '400 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,' \
    "$(ask tools/list | sed 's/,"io.modelcontextprotocol.clientCapabilities":{}//')" "$v" 'Mcp-Method: tools/list'
for m in ping initialize subscriptions/listen; do
	check "no $m in it" says '404 {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"there is no such method here"}}' \
	    "$(ask $m)" "$v" "Mcp-Method: $m"
done
check 'a notification needs no more' says '202 ' '{"jsonrpc":"2.0","method":"x"}' "$v"
check 'an answer has no place' has '400 {"jsonrpc":"2.0","id":null,"error":{"code":-32600' '{"jsonrpc":"2.0","id":7,"result":{}}' "$v"

# the tools
four() {
	rpc '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' >list
	grep -o '"name":"[a-z_]*"' list >names
	printf '"name":"%s"\n' send_message read_inbox list_agents room_history |
	    diff - names
}
check 'there are four' four
check 'no such tool' has '"error":{"code":-32602,"message":"there is no such tool"}' "$(call 1 shell '{}')"
check 'an argument that comes twice' has '"error":{"code":-32602' "$(call 1 room_history '{"limit":1,"limit":2}')"
check 'arguments that are none' has '"error":{"code":-32602' "$(call 1 list_agents '[]')"
check 'a message to all' says "$(text 1 '{\"success\":true,\"messageId\":1}')" \
    "$(call 1 send_message '{"content":"hi \"all\"\n"}')"
check 'to one' says "$(text 2 '{\"success\":true,\"messageId\":2}')" \
    "$(call 2 send_message '{"to":"b","content":"hi b"}')"
check 'to nobody: the model is told' has '\"code\":\"unknown-recipient\"' "$(call 3 send_message '{"to":"c","content":"x"}')"
check 'as an error of the tool' has '"isError":true' "$(call 3 send_message '{"to":"c","content":"x"}')"
check 'without a text' has '"isError":true' "$(call 3 send_message '{}')"
check 'who is here' has '\"id\":\"b\"' "$(call 1 list_agents '{}')"
check 'what was said' says "$(text 1 '{\"count\":1,\"total\":2,\"messages\":['"$(message 2 a b direct 'hi b')"']}')" \
    "$(call 1 room_history '{"limit":1}')"
check 'by one' has '\"count\":0' "$(call 1 room_history '{"from":"b"}')"
check 'a number that is none' has '"isError":true' "$(call 1 room_history '{"limit":"x"}')"
CSP_AUTH_TOKEN=$b
both="$(message 1 a broadcast broadcast 'hi \\\"all\\\"\\n'),$(message 2 a b direct 'hi b')"
check 'the inbox' says "$(text 1 '{\"after\":2,\"more\":false,\"messages\":['"$both"']}')" "$(call 1 read_inbox '{}')"
check 'once more, until it is said to have come' says "$(text 1 '{\"after\":2,\"more\":false,\"messages\":['"$both"']}')" "$(call 1 read_inbox '{}')"
check 'one of two' has '{\"after\":1,\"more\":true,' "$(call 1 read_inbox '{"limit":1}')"
check 'one at a time' says "$(text 1 '{\"after\":2,\"more\":false,\"messages\":['"$(message 2 a b direct 'hi b')"']}')" \
    "$(call 1 read_inbox '{"after":1,"limit":1}')"
stage() { req GET /message/2 | grep -qF '"receipts":{"b":{"stage":"'"$1"'"'; }
check 'the sender sees that it was given' stage submitted
check 'and then it is gone' says "$(text 1 '{\"after\":2,\"more\":false,\"messages\":[]}')" "$(call 1 read_inbox '{"after":2}')"
check 'also for who asks from the start' says "$(text 1 '{\"after\":2,\"more\":false,\"messages\":[]}')" "$(call 1 read_inbox '{}')"
check 'a number beyond the newest takes nothing that is to come' has '\"after\":2' "$(call 1 read_inbox '{"after":99}')"
check 'an answer' has '\"messageId\":3' "$(call 1 send_message '{"to":"a","content":"yes","reply_to":2}')"
check 'is one' stage replied
CSP_AUTH_TOKEN=$a
check 'its hops are counted' has '\"hops\":1' "$(call 1 read_inbox '{}')"
rpc "$(call 1 read_inbox '{"after":3}')" >o

# waiting
rpc "$(call 9 read_inbox '{"after":3,"wait_seconds":30}')" >waited &
waiter=$!
waits() { CSP_AUTH_TOKEN=$owner req GET /metrics | grep -qx 'csp_waiters 1'; }
check 'a call waits' eventually 10 waits
CSP_AUTH_TOKEN=$b req POST /message '{"from":"b","to":"a","content":"now"}' >o
wait $waiter
check 'and ends with the message' grep -qF '"id":9,"result":{"content":[{"type":"text","text":"{\"after\":4,\"more\":false,\"messages\":[{\"id\":4,' waited
check 'which the sender sees given' sh -c 'req GET /message/4 | grep -q "\"stage\":\"submitted\""'
check 'a wait that ends with nothing' says "$(text 1 '{\"after\":4,\"more\":false,\"messages\":[]}')" \
    "$(call 1 read_inbox '{"after":4,"wait_seconds":1}')"
check 'a batch does not wait' has '\"after\":4' "[$(call 1 read_inbox '{"wait_seconds":30}')]"
rpc "$(call 9 read_inbox '{"wait_seconds":30}')" >waited &
waiter=$!
check 'another call waits' eventually 10 waits
CSP_AUTH_TOKEN=$owner req DELETE /agent/a >o
wait $waiter
check 'who leaves is told' grep -qF '"isError":true' waited
gone() { CSP_AUTH_TOKEN=$owner req GET /agents >o; ! grep -qF '"id":"a"' o; }
here() { ! gone; }
check 'and is out' gone
check 'until it comes in again' has '"result"' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'
check 'which it does' has '\"id\":\"a\"' "$(call 1 list_agents '{}')"
CSP_AUTH_TOKEN=$owner req DELETE /agent/a >o
check 'who uses a tool is in, too' has '\"messages\":[]' "$(call 1 read_inbox '{}')"
check 'and is seen' here
CSP_AUTH_TOKEN=$owner req DELETE /agent/a >o
check 'or asks what there is' has '"supportedVersions"' "$(ask server/discover)" "$v" 'Mcp-Method: server/discover'
check 'and is seen as well' here

# what it does
does() { CSP_AUTH_TOKEN=$owner req GET /agents >o; grep -qF '"id":"a","online":true,"state":"'"$1"'"' o; }
rpc "$(call 9 read_inbox '{"wait_seconds":30}')" >waited &
waiter=$!
check 'who waits is idle' eventually 10 does idle
CSP_AUTH_TOKEN=$b req POST /message '{"from":"b","to":"a","content":"go"}' >o
wait $waiter
check 'who was given something works' does busy
last=$(sed 's/.*after[^0-9]*\([0-9]*\).*/\1/' waited)
CSP_AUTH_TOKEN=$b req POST /message '{"from":"b","to":"a","content":"unseen"}' >o
id=$(sed 's/.*:\([0-9]*\)}/\1/' o)
check 'a number that was not given takes nothing unseen' has '\"messages\":[{\"id\":'"$id"',' "$(call 1 read_inbox "{\"after\":$id}")"
check 'but what was seen' has '\"unread\":1,' "$(call 1 list_agents '{}')"
last=$id

# a wait that is not wanted any more
rpc '{"jsonrpc":"2.0","id":"w\u0031","method":"tools/call","params":{"name":"read_inbox","arguments":{"after":'"$last"',"wait_seconds":50}}}' >waited &
waiter=$!
check 'a wait' eventually 10 waits
cancel() { printf '%s\n' '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":'"$1"'}}'; }
check 'goes on where another is cancelled' says '202 ' "$(cancel '"w1"')"
CSP_AUTH_TOKEN=$b
check 'or that of another agent' says '202 ' "$(cancel '"w\u0031"')"
CSP_AUTH_TOKEN=$a
check 'or something' says '202 ' "$(cancel '{}')"
check 'so far' waits
check 'it is cancelled' says '202 ' "$(cancel '"w\u0031"')"
wait $waiter
check 'and not answered' grep -qx '202 ' waited
idle() { CSP_AUTH_TOKEN=$owner req GET /metrics | grep -qx 'csp_waiters 0'; }
call 9 read_inbox '{"wait_seconds":50}' >body
mkfifo hang
req -k 1 POST /mcp "$(cat body)" <hang >o & held_pid=$!
exec 9>hang
check 'one whose client' eventually 10 waits
exec 9>&-; wait $held_pid
check 'hangs up is over' eventually 10 idle
req POST /message '{"from":"a","to":"a","content":"later"}' >o
id=$(sed 's/.*:\([0-9]*\)}/\1/' o)
check 'and what comes then was not given' sh -c "req GET /message/$id | grep -q '\"a\":{\"stage\":\"queued\"'"

# who says what
check 'nobody speaks as another' has '\"success\":true' "$(call 2 send_message '{"from":"b","to":"b","content":"as a"}')"
check 'whatever it says' has '\"from\":\"a\",\"to\":\"b\"' "$(call 1 room_history '{"limit":1}')"
key=$(call 2 send_message '{"to":"b","content":"once","key":"k 1"}')
rpc "$key" >first
check 'the same key is the same message' says "$(cat first)" "$key"
check 'which there is once' has '\"content\":\"as a\"' "$(call 1 room_history '{"limit":2}')"
check 'a key that is none' has 'an idempotency key must be' "$(call 2 send_message '{"content":"x","key":""}')"
check 'nor this' has '\"code\":\"bad-field\"' "$(call 2 send_message '{"content":"x","key":7}')"
check 'an answer as messages spell it' has '\"success\":true' "$(call 2 send_message '{"to":"a","content":"x","replyTo":'"$id"'}')"
check 'is one as well' has '\"replyTo\":'"$id"',' "$(call 1 room_history '{"limit":1}')"

# clients and models take only so much at once
CSP_AUTH_TOKEN=$b
rpc "$(call 1 read_inbox '{}')" >o
last=$(sed 's/.*after[^0-9]*\([0-9]*\).*/\1/' o)
CSP_AUTH_TOKEN=$a
long=$(printf '%03500d' 0)
for i in 1 2 3; do call 1 send_message "{\"to\":\"b\",\"content\":\"$i $long\"}" | req POST /mcp - >o; done
call 1 send_message "{\"to\":\"b\",\"content\":\"4 $long$long$long\"}" | req POST /mcp - >o
CSP_AUTH_TOKEN=$b
given() {	# WANT TOOL AFTER
	rpc "$(call 1 "$2" "{\"after\":$3}")" |
	    grep -oE 'content.{5}[0-9] |more.{3}(true|false)' |
	    tr -cd '0-9a-z\n' | tr '\n' ' ' >given.out
	cat given.out; test "$(cat given.out)" = "$1"
}
check 'of long messages as many as fit are given' given 'moretrue content1 content2 ' read_inbox "$last"
check 'then those that are left' given 'moretrue content3 ' read_inbox $((last + 3))
check 'and one that does not fit, alone' given 'morefalse content4 ' read_inbox $((last + 4))
check 'of the history the last' given 'content4 ' room_history "$last"

# beside a sidecar, which types what is for it
CSP_AUTH_TOKEN=$owner
req POST /register '{"agentId":"held","instance":"i1"}' >o
held=$(sed 's/.*"token":"\([^"]*\)".*/\1/' o)
req POST /message '{"from":"b","to":"held","content":"typed"}' >o
id=$(sed 's/.*:\([0-9]*\)}/\1/' o)
CSP_AUTH_TOKEN=$held
check 'who is held looks' has '\"content\":\"typed\"' "$(call 1 read_inbox '{}')"
check 'and takes nothing' has '\"content\":\"typed\"' "$(call 1 read_inbox '{}')"
check 'nor is it said to be given' sh -c "req GET /message/$id | grep -q '\"held\":{\"stage\":\"queued\"'"

CSP_AUTH_TOKEN=$b
rpc "$(call 1 read_inbox '{}')" >o
last=$(sed 's/.*after[^0-9]*\([0-9]*\).*/\1/' o)
rpc "$(call 9 read_inbox "{\"after\":$last,\"wait_seconds\":50}")" >waited &
waiter=$!
check 'who waits' eventually 10 waits
CSP_AUTH_TOKEN=$owner
req POST /register '{"agentId":"b","instance":"i2"}' >o
req POST /message '{"from":"held","to":"b","content":"typed"}' >o
id=$(sed 's/.*:\([0-9]*\)}/\1/' o)
wait $waiter
check 'while a sidecar comes is shown what comes' grep -qF '\"content\":\"typed\"' waited
check 'but is not given it' sh -c "req GET /message/$id | grep -q '\"b\":{\"stage\":\"queued\"'"

# nothing is lost
CSP_AUTH_TOKEN=$b
rpc "$(call 1 send_message '{"to":"a","content":"kept"}')" >o
kill -9 "$gw_pid"; wait "$gw_pid" 2>/dev/null
unset CSP_AUTH_TOKEN; gateway --rate 1
CSP_AUTH_TOKEN=$a
check 'after kill -9 it is there' has '\"content\":\"kept\"' "$(call 1 read_inbox '{}')"
last=$(sed 's/.*after[^0-9]*\([0-9]*\).*/\1/' has.out)
rpc "$(call 9 read_inbox '{"after":'"$last"',"wait_seconds":50}')" >waited &
waiter=$!
check 'a call waits while the gateway' eventually 10 waits
kill "$gw_pid"; wait "$gw_pid"
wait $waiter
check 'ends, and is answered' grep -qF '{\"after\":'"$last"',\"more\":false,\"messages\":[]}' waited
unset CSP_AUTH_TOKEN; gateway --rate 1
CSP_AUTH_TOKEN=$a
check 'to the next it is nobody new' has '\"after\":'"$last"',\"more\":false' "$(call 1 read_inbox '{}')"

# too much
many() {
	one=$(call 1 send_message '{"content":"x"}')
	i=0; while test $i -lt 63; do printf '%s,' "$one"; i=$((i + 1)); done | sed 's/^/[/'
	printf '%s]' "$one"
}
many | req -i POST /mcp - >o
sed '/^.\{0,1\}$/q' o >headers
check 'a batch over the rate is answered whole' test "$(grep -o '"id":1' o | wc -l)" -eq 64
check 'each with its error' test "$(grep -o rate-limited o | wc -l)" -gt 40
printf '%s\n' 'HTTP/1.1 200 OK' Content-Type Content-Length Connection Date >want
cut -d: -f1 headers | tr -d '\r' | sed '/^$/d' >got
check 'and the head is as ever' diff -u want got
finish
