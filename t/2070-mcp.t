#!/bin/sh
# POST /mcp: the room as tools of the Model Context Protocol
. "$(dirname "$0")/tap.sh"

# rpc JSON: what the gateway answers to a JSON-RPC message, times taken out
rpc() {
	req ${2:+-H "$2"} POST /mcp "$1" |
	    sed 's/20[0-9-]*T[0-9:.]*Z/TIME/g'
}
# says WANT JSON [HEADER]
says() {
	got=$(rpc "$2" "${3-}")
	test "$got" = "$1" || { printf '%s\n' "want $1" "got  $got"; return 1; }
}
has() { rpc "$2" "${3-}" >has.out; grep -qF -- "$1" has.out || { cat has.out; return 1; }; }
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
check 'and refused in the header' has '400 {"success":false,"code":"bad-request"' "$ping" 'MCP-Protocol-Version: 2099-01-01'
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
check 'GET has no stream here' sh -c 'req -i GET /mcp >o; grep -q "^HTTP/1.1 405" o && grep -q "^Allow: POST, OPTIONS" o'
check 'a page is refused' has '403 ' "$ping" 'Origin: http://example.com'
CSP_AUTH_TOKEN=$owner
check "the owner's token names nobody" has '403 {"success":false,"code":"forbidden"' "$ping"
CSP_AUTH_TOKEN=x
check 'a wrong token' has '401 ' "$ping"
CSP_AUTH_TOKEN=$a

# the tools
four() {
	rpc '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' >list
	grep -o '"name":"[a-z_]*"' list >names
	printf '"name":"%s"\n' send_message read_inbox list_agents room_history |
	    diff - names
}
check 'there are four' four
check 'no such tool' has '"error":{"code":-32602,"message":"there is no such tool"}' "$(call 1 shell '{}')"
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
check 'the inbox' says "$(text 1 '{\"messages\":['"$both"'],\"after\":2}')" "$(call 1 read_inbox '{}')"
check 'once more, until it is said to have come' says "$(text 1 '{\"messages\":['"$both"'],\"after\":2}')" "$(call 1 read_inbox '{}')"
check 'one at a time' says "$(text 1 '{\"messages\":['"$(message 2 a b direct 'hi b')"'],\"after\":2}')" \
    "$(call 1 read_inbox '{"after":1,"limit":1}')"
stage() { req GET /message/2 | grep -qF '"receipts":{"b":{"stage":"'"$1"'"'; }
check 'the sender sees that it was given' stage submitted
check 'and then it is gone' says "$(text 1 '{\"messages\":[],\"after\":2}')" "$(call 1 read_inbox '{"after":2}')"
check 'also for who asks from the start' says "$(text 1 '{\"messages\":[],\"after\":2}')" "$(call 1 read_inbox '{}')"
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
check 'and ends with the message' grep -qF '"id":9,"result":{"content":[{"type":"text","text":"{\"messages\":[{\"id\":4,' waited
check 'which the sender sees given' sh -c 'req GET /message/4 | grep -q "\"stage\":\"submitted\""'
check 'a wait that ends with nothing' says "$(text 1 '{\"messages\":[],\"after\":4}')" \
    "$(call 1 read_inbox '{"after":4,"wait_seconds":1}')"
check 'a batch does not wait' has '\"after\":4' "[$(call 1 read_inbox '{"wait_seconds":30}')]"
rpc "$(call 9 read_inbox '{"wait_seconds":30}')" >waited &
waiter=$!
check 'another call waits' eventually 10 waits
CSP_AUTH_TOKEN=$owner req DELETE /agent/a >o
wait $waiter
check 'who leaves is told' grep -qF '"isError":true' waited
check 'and is out' has 'initialize again' "$(call 1 list_agents '{}')"
check 'until it comes in again' has '"result"' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'
check 'which it does' has '\"id\":\"a\"' "$(call 1 list_agents '{}')"

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

# nothing is lost
CSP_AUTH_TOKEN=$b
rpc "$(call 1 send_message '{"to":"a","content":"kept"}')" >o
kill -9 "$gw_pid"; wait "$gw_pid" 2>/dev/null
unset CSP_AUTH_TOKEN; gateway --rate 0
CSP_AUTH_TOKEN=$a
check 'after kill -9 it is there' has '\"content\":\"kept\"' "$(call 1 read_inbox '{}')"
finish
