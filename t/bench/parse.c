/*
 * parse - does one thing N times, to be counted: json-parse, json-write,
 * http-curl, http-send (heads as those two send them), http-answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "lib/http.h"

#define TIME	"2026-11-22T15:04:05.123Z"
#define CONTENT	"hello there, this is a message of some words that is " \
		"as long as needed"
#define TOKEN	"055c556959394a8f6ce586622561bfc93ca84cf39aee2ab6"

static const char message[] = "{\"id\":17,\"timestamp\":\"" TIME "\","
    "\"from\":\"codex-1\",\"to\":\"broadcast\",\"type\":\"broadcast\","
    "\"content\":\"" CONTENT "\",\"replyTo\":16,\"hops\":1}";
static const char curl[] = "POST /agent-output HTTP/1.1\r\n"
    "Host: 127.0.0.1:8765\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
    "X-Auth-Token: " TOKEN "\r\nContent-Length: 57\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\n";
static const char send[] = "POST /agent-output HTTP/1.1\r\n"
    "Host: 127.0.0.1:8765\r\nX-Auth-Token: " TOKEN "\r\n"
    "Idempotency-Key: 0123456789abcdef0123456789abcdef-1\r\n"
    "Content-Type: application/json\r\nContent-Length: 57\r\n\r\n";

static struct json_node nodes[64];
static char out[1000];

static size_t
json_read(void)
{
	return (size_t)json_parse(message, sizeof(message) - 1, nodes, 64,
	    NULL);
}

static size_t
json_write(void)
{
	struct json_out o;

	json_out_init(&o, out, sizeof(out));
	json_put_open(&o, '{');
	json_member_int(&o, "id", 17);
	json_member_string(&o, "timestamp", TIME, sizeof(TIME) - 1);
	json_member_string(&o, "from", "codex-1", 7);
	json_member_string(&o, "to", "broadcast", 9);
	json_member_string(&o, "type", "broadcast", 9);
	json_member_string(&o, "content", CONTENT, sizeof(CONTENT) - 1);
	json_member_int(&o, "replyTo", 16);
	json_member_int(&o, "hops", 1);
	json_put_close(&o, '}');
	return o.len;
}

static size_t
head(const char *s, size_t len)
{
	struct http_request r;

	http_request_init(&r);
	return http_request_parse(&r, s, len) == HTTP_DONE ? r.head_len : 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc == 3 ? argv[1] : "";
	long n = argc == 3 ? atol(argv[2]) : 0;
	size_t done = 0;

	/* the choice is counted, too: some ten instructions */
	for (; n > 0; n--) {
		if (strcmp(what, "json-parse") == 0)
			done = json_read();
		else if (strcmp(what, "json-write") == 0)
			done = json_write();
		else if (strcmp(what, "http-curl") == 0)
			done = head(curl, sizeof(curl) - 1);
		else if (strcmp(what, "http-send") == 0)
			done = head(send, sizeof(send) - 1);
		else if (strcmp(what, "http-answer") == 0)
			done = http_put_response(out, 200, 1, 1,
			    "application/json", 33, NULL);
	}
	printf("%zu %zu\n", done, sizeof(message) - 1);
	return done == 0;
}
