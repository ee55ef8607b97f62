/*
 * unit-http - the grammar of HTTP against tables: what is taken, what is
 * refused and with which status, and the same however the bytes are cut.
 */
#include <stdlib.h>

#include "lib/buf.h"
#include "lib/http.h"
#include "t/tap.h"

#define N(table)	(sizeof(table) / sizeof((table)[0]))
#define GET	"GET / HTTP/1.1\r\n"
#define HOST	"Host: localhost\r\n"

/* What a head leads to: 0 is HTTP_DONE, -1 HTTP_MORE, else the status. */
static const struct head {
	const char *s;
	int want;
} heads[] = {
	{ GET HOST "\r\n", 0 },
	{ "\r\n" GET HOST "\r\n", 0 },
	{ "\r\n\r\n" GET HOST "\r\n", 400 },
	{ "POST /agent-output HTTP/1.1\r\nHost: 127.0.0.1:8765\r\n"
	    "User-Agent: curl/8.5.0\r\nAccept: */*\r\nX-Auth-Token: x\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: 57\r\n\r\n", 0 },
	/* not all there */
	{ "", -1 },
	{ "\r\n", -1 },
	{ "GET / HTTP/1.1", -1 },
	{ GET, -1 },
	{ GET HOST, -1 },
	{ GET HOST "\r", -1 },
	/* the request line */
	{ "GET  / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/1.1 \r\n" HOST "\r\n", 400 },
	{ " GET / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /\r\n" HOST "\r\n", 400 },
	{ "GET\r\n" HOST "\r\n", 400 },
	{ "GET /a b HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /\x01 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET * HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "G(T / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "BREW / HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET / HTTP/1.0\r\n\r\n", 0 },
	{ "GET / HTTP/1.2\r\n" HOST "\r\n", 0 },
	{ "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
	{ "GET / HTTP/0.9\r\n" HOST "\r\n", 505 },
	{ "GET / HTTP/1.\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/11.1\r\n" HOST "\r\n", 400 },
	{ "GET / http/1.1\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/1.1\n" HOST "\r\n", 400 },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505 },
	/* Host and the absolute form */
	{ GET "\r\n", 400 },
	{ GET HOST HOST "\r\n", 400 },
	{ GET "Host:\r\n\r\n", 0 },
	{ GET "Host: a b\r\n\r\n", 400 },
	{ GET "Host: a/b\r\n\r\n", 400 },
	{ GET "Host: a@b\r\n\r\n", 400 },
	{ GET "Host: a:b\r\n\r\n", 400 },
	{ GET "Host: a:99999\r\n\r\n", 400 },
	{ GET "Host: a,b\r\n\r\n", 400 },
	{ GET "Host: [::1]:80\r\n\r\n", 0 },
	{ GET "Host: [::1\r\n\r\n", 400 },
	{ GET "Host: [::1]x\r\n\r\n", 400 },
	{ GET "Host: []\r\n\r\n", 400 },
	{ "GET http://localhost/x HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET HTTP://LOCALHOST HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET http://example.net/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://a@localhost/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET https://localhost/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://[/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	/* header fields */
	{ GET HOST "A:\r\nB: \t x \t\r\n\r\n", 0 },
	{ GET HOST "A: \xc3\xa9\r\n\r\n", 0 },
	{ GET HOST "A : b\r\n\r\n", 400 },
	{ GET HOST "A\r\n\r\n", 400 },
	{ GET HOST ": b\r\n\r\n", 400 },
	{ GET HOST "A B: c\r\n\r\n", 400 },
	{ GET HOST "A: b\r\n c\r\n\r\n", 400 },
	{ GET HOST "A: b\r\n\tc\r\n\r\n", 400 },
	{ GET " A: b\r\n" HOST "\r\n", 400 },
	{ GET HOST "A: b\nC: d\r\n\r\n", 400 },
	{ GET HOST "A: b\rC: d\r\n\r\n", 400 },
	{ GET HOST "A: b\r\r\n\r\n", 400 },
	{ GET HOST "A: b\x01\r\n\r\n", 400 },
	{ GET HOST "A: b\x7f\r\n\r\n", 400 },
	{ GET HOST "A: 0123456789\x01" "0123456789\r\n\r\n", 400 },
	{ GET HOST "A: 01234567890123456789\x01\r\n\r\n", 400 },
	{ GET HOST "A: 0123456\t789012345\t6789\r\n\r\n", 0 },
	{ GET HOST "A\x01: b\r\n\r\n", 400 },
	{ GET HOST "A\xc3\xa9: b\r\n\r\n", 400 },
	{ GET HOST "\n", 400 },
	{ GET HOST "\n\n", 400 },
	{ GET HOST "\r\r\n\r\n", 400 },
	{ GET HOST "X-Auth-Token: a\r\nX-Auth-Token: a\r\n\r\n", 400 },
	{ GET HOST "x-auth-token: a\r\nX-AUTH-TOKEN: b\r\n\r\n", 400 },
	{ GET HOST "Accept: a\r\nAccept: b\r\nConnection: a\r\n"
	    "Connection: b\r\n\r\n", 0 },
	/* the body's framing */
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
	    "Content-Length: 5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
	    "Content-Length: 6\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: -5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5 5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5;\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST
	    "Content-Length: 99999999999999999999\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "transfer-encoding: CHUNKED\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
	    "Content-Length: 5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: chunked, chunked\r\n\r\n", 501 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 501 },
	{ "POST / HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n",
	    501 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n", 501 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b" "chunked\r\n\r\n",
	    400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n",
	    400 },
	{ "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
	    400 },
	{ "POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n", 417 }
};

static int
verdict(const struct http_request *r, enum http_result res)
{
	return res == HTTP_DONE ? 0 : res == HTTP_MORE ? -1 : r->error;
}

/* Parses what comes in pieces of step bytes; moves: the text is copied each
 * time, as when a buffer grows. */
static int
parse(const char *s, size_t len, size_t step, int moves,
    struct http_request *r)
{
	char *text = NULL, *next;
	size_t have = 0;
	enum http_result res = HTTP_MORE;

	http_request_init(r);
	while (res == HTTP_MORE && have < len) {
		have = len - have < step ? len : have + step;
		if (moves || text == NULL) {
			/* a new place before the old one is given up */
			if ((next = malloc(moves ? have : len)) == NULL)
				abort();
			free(text);
			text = next;
		}
		memcpy(text, s, have);
		res = http_request_parse(r, text, have);
	}
	free(text);
	return verdict(r, res);
}

/* Takes over the first n bytes from an earlier head, which stands elsewhere. */
static int
resume(const char *s, size_t len, size_t n, struct http_request *r)
{
	struct http_request begun;
	enum http_result res;
	char *copy = malloc(n);

	if (copy == NULL)
		abort();
	memcpy(copy, s, n);
	http_request_init(&begun);
	res = http_request_parse(&begun, copy, n);
	if (res == HTTP_MORE) {
		http_request_resume(r, &begun, s);
		res = http_request_parse(r, s, len);
	} else
		*r = begun;
	free(copy);
	return verdict(r, res);
}

static void
test_heads(void)
{
	struct http_request r, whole;
	size_t i, step;
	int got;

	for (i = 0; i < N(heads); i++) {
		const char *s = heads[i].s;
		size_t len = strlen(s);
		int same = 1;

		got = parse(s, len, len, 0, &whole);
		if (!ok(got == heads[i].want, "a head is judged rightly"))
			printf("# %d, not %d: %s\n", got, heads[i].want, s);
		if (got > 0 && whole.why == NULL)
			ok(0, "a refusal says why");
		for (step = 1; step < len; step++)
			if (parse(s, len, step, 0, &r) != got ||
			    parse(s, len, step, 1, &r) != got ||
			    r.head_len != whole.head_len ||
			    r.path.len != whole.path.len ||
			    resume(s, len, step, &r) != got ||
			    r.head_len != whole.head_len ||
			    r.f.content_length != whole.f.content_length ||
			    r.f.n != whole.f.n)
				same = 0;
		if (!ok(same, "and the same however it is cut"))
			printf("# %s\n", s);
	}
}

/* Each beginning of a good head wants more, and nothing behind it matters. */
static void
test_prefixes(void)
{
	static const char s[] = "POST /a?b=c HTTP/1.1\r\n" HOST
	    "Content-Length: 5\r\n\r\nhello GET";
	struct http_request r;
	size_t n, head = sizeof(s) - 1 - 9;
	int good = 1;

	for (n = 0; n < sizeof(s); n++) {
		http_request_init(&r);
		if (http_request_parse(&r, s, n) !=
		    (n < head ? HTTP_MORE : HTTP_DONE))
			good = 0;
	}
	ok(good, "done exactly when the head is whole");
	ok(r.head_len == head && r.f.content_length == 5, "its length");
}

static void
is_view(struct http_str got, const char *want, const char *name)
{
	if (want == NULL)
		ok(got.p == NULL, name);
	else if (ok(got.p != NULL, name))
		is_mem(got.p, got.len, want, strlen(want), name);
}

static void
test_fields(void)
{
	static const char s[] =
	    "GET http://Localhost:80/inbox/a%20b?wait=3&after= HTTP/1.1\r\n"
	    "hOST:localhost:80\r\nAccept: a/b, text/event-stream;q=1 , c\r\n"
	    "X-Auth-Token:  tok \r\nIDEMPOTENCY-KEY: k\r\nX-Instance: i\r\n"
	    "Authorization: Bearer b\r\nContent-Type: x\r\nOrigin: null\r\n"
	    "Last-Event-ID: 7\r\nConnection: x, Close\r\n\r\n";
	struct http_request r;

	http_request_init(&r);
	ok(http_request_parse(&r, s, sizeof(s) - 1) == HTTP_DONE, "a request");
	ok(r.method == HTTP_GET, "method");
	is_view(r.path, "/inbox/a%20b", "path");
	is_view(r.query, "wait=3&after=", "query");
	is_view(r.host, "Localhost:80", "host of the target");
	is_view(r.f.field[HTTP_X_AUTH_TOKEN], "tok", "a value is trimmed");
	is_view(r.f.field[HTTP_IDEMPOTENCY_KEY], "k", "names in any case");
	is_view(r.f.field[HTTP_X_INSTANCE], "i", "instance");
	is_view(r.f.field[HTTP_AUTHORIZATION], "Bearer b", "authorization");
	is_view(r.f.field[HTTP_ORIGIN], "null", "origin");
	is_view(r.f.field[HTTP_LAST_EVENT_ID], "7", "event id");
	is_view(r.f.field[HTTP_EXPECT], NULL, "absent");
	ok(r.f.wants_events && !r.keep_alive, "lists are read");
}

static void
test_keep_alive(void)
{
	static const struct {
		const char *s;
		int keep;
	} cases[] = {
		{ GET HOST "\r\n", 1 },
		{ GET HOST "Connection: close\r\n\r\n", 0 },
		{ GET HOST "Connection: keep-alive, close\r\n\r\n", 0 },
		{ GET HOST "Connection: a\r\nConnection: CLOSE\r\n\r\n", 0 },
		{ GET HOST "Connection: closed\r\n\r\n", 1 },
		{ "GET / HTTP/1.0\r\n\r\n", 0 },
		{ "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 1 },
		{ "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", 0 }
	};
	struct http_request r;
	size_t i;

	for (i = 0; i < N(cases); i++) {
		http_request_init(&r);
		ok(http_request_parse(&r, cases[i].s, strlen(cases[i].s)) ==
		    HTTP_DONE && r.keep_alive == cases[i].keep,
		    "whether the connection is kept");
	}
}

/* A request whose target, fields or head have some size. */
static int
sized(size_t target, size_t fields, size_t head)
{
	struct http_request r;
	struct buf b;
	size_t i;
	int got;

	buf_init(&b, 100000);
	(void)buf_puts(&b, "GET /");	/* memory is not short here */
	for (i = 1; i < target; i++)
		(void)buf_putc(&b, 'a');
	(void)buf_puts(&b, " HTTP/1.1\r\n" HOST);
	for (i = 1; i < fields; i++)
		(void)buf_puts(&b, "A: b\r\n");
	if (head > 0) {
		(void)buf_puts(&b, "A: ");
		while (b.len < head - 4)
			(void)buf_putc(&b, 'a');
		(void)buf_puts(&b, "\r\n");
	}
	(void)buf_puts(&b, "\r\n");
	got = parse(b.p, b.len, b.len, 0, &r);
	if (parse(b.p, b.len, 7, 0, &r) != got)
		got = -2;
	buf_free(&b);
	return got;
}

static void
test_limits(void)
{
	ok(sized(HTTP_TARGET_MAX, 1, 0) == 0, "a target as long as allowed");
	ok(sized(HTTP_TARGET_MAX + 1, 1, 0) == 414, "one longer is refused");
	ok(sized(HTTP_HEAD_MAX + 1, 1, 0) == 414, "also one that fills all");
	ok(sized(1, HTTP_FIELDS_MAX, 0) == 0, "as many fields as allowed");
	ok(sized(1, HTTP_FIELDS_MAX + 1, 0) == 431, "one more is refused");
	ok(sized(1, 1, HTTP_HEAD_MAX) == 0, "a head as long as allowed");
	ok(sized(1, 1, HTTP_HEAD_MAX + 1) == 431, "one longer is refused");
}

static const struct body {
	const char *s;
	int done;		/* 1 done, 0 more, -1 bad */
	const char *data;
	size_t rest;		/* bytes behind the body */
} bodies[] = {
	{ "5\r\nhello\r\n0\r\n\r\n", 1, "hello", 0 },
	{ "5\r\nhello\r\n0\r\n\r\nGET", 1, "hello", 3 },
	{ "005\r\nhello\r\n1\r\n!\r\n000\r\n\r\n", 1, "hello!", 0 },
	{ "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", 1,
	    "01234567890123456789", 0 },
	{ "0\r\n\r\n", 1, "", 0 },
	{ "1;a\r\nx\r\n0;b=c;d=\"e;\\\"f\"\r\n\r\n", 1, "x", 0 },
	{ "1 ; a = b\r\nx\r\n0\r\n\r\n", 1, "x", 0 },
	{ "1\r\nx\r\n0\r\nA: b\r\nB:\r\n\r\n", 1, "x", 0 },
	{ "1\r\n\r\r\n0\r\n\r\n", 1, "\r", 0 },
	{ "5\r\nhel", 0, "hel", 0 },
	{ "5\r\nhello\r\n0\r\n", 0, "hello", 0 },
	{ "", 0, "", 0 },
	{ "\r\n", -1, "", 0 },
	{ "g\r\n", -1, "", 0 },
	{ "-1\r\n", -1, "", 0 },
	{ "+1\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "0x1\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ " 1\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1 \r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1\r\nxy\r\n0\r\n\r\n", -1, "x", 0 },
	{ "1\r\nx\n0\r\n\r\n", -1, "x", 0 },
	{ "1\r\nx\r0\r\n\r\n", -1, "x", 0 },
	{ "1\r\nx\r\n0\r\n\n", -1, "x", 0 },
	{ "1\r\nx\r\n0\r\n\rx", -1, "x", 0 },
	{ "1;\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1;a\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1;a=\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1;a b\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1;a=\"b\x01\"\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1;a=\"b\"c\r\nx\r\n0\r\n\r\n", -1, "", 0 },
	{ "1\r\nx\r\n0\r\nA b\r\n\r\n", -1, "x", 0 },
	{ "1\r\nx\r\n0\r\nA : b\r\n\r\n", -1, "x", 0 },
	{ "1\r\nx\r\n0\r\nA: b\n\r\n", -1, "x", 0 },
	{ "1000000000000000\r\n", -1, "", 0 }
};

/* Decodes in place, step coded bytes at a time.  The result as in bodies[]. */
static int
decode(const struct body *b, size_t step, char *data, size_t *len,
    size_t *rest)
{
	struct http_chunked c;
	size_t total = strlen(b->s), have, raw = 0, done = 0, used, got;
	enum http_result r = HTTP_MORE;

	memcpy(data, b->s, total);
	http_chunked_init(&c);
	for (have = 0; have < total && r == HTTP_MORE; raw += used) {
		have = total - have < step ? total : have + step;
		r = http_chunked_feed(&c, data + raw, have - raw, data + done,
		    (size_t)-1, &used, &got);
		done += got;
	}
	*len = done;
	*rest = total - raw;
	return r == HTTP_DONE ? 1 : r == HTTP_MORE ? 0 : -1;
}

static void
test_chunked(void)
{
	char data[200], again[200];
	size_t i, step, len, rest, len2, rest2;
	int got, same;

	for (i = 0; i < N(bodies); i++) {
		got = decode(&bodies[i], 1000, data, &len, &rest);
		if (!ok(got == bodies[i].done, "a chunked body is judged "
		    "rightly"))
			printf("# %d: %s\n", got, bodies[i].s);
		is_mem(data, len, bodies[i].data, strlen(bodies[i].data),
		    "its data");
		if (got == 1)
			ok(rest == bodies[i].rest, "and what is behind it");
		same = 1;
		for (step = 1; step < 20; step++)
			if (decode(&bodies[i], step, again, &len2, &rest2) !=
			    got || len2 != len || memcmp(again, data, len) != 0)
				same = 0;
		ok(same, "the same however it is cut");
	}
}

static void
test_chunked_limits(void)
{
	struct http_chunked c;
	char text[HTTP_EXT_MAX + 20], data[20];
	size_t used, got, n;

	http_chunked_init(&c);
	ok(http_chunked_feed(&c, "5\r\nhello\r\n", 10, data, 3, &used, &got) ==
	    HTTP_MORE && used == 6 && got == 3, "no more data than asked for");
	memcpy(text, "1;", 2);
	for (n = 0; n < 2; n++) {
		memset(text + 2, 'a', HTTP_EXT_MAX);
		memcpy(text + 2 + HTTP_EXT_MAX - 1 + n, "\r\nx", 3);
		http_chunked_init(&c);
		ok(http_chunked_feed(&c, text, HTTP_EXT_MAX + 4 + n, data, 9,
		    &used, &got) == (n == 0 ? HTTP_MORE : HTTP_BAD),
		    "extensions have a limit");
	}
}

static const struct answer {
	const char *s;
	enum http_method method;
	enum http_result want;
	int status, keep_alive, no_body, until_close;
} answers[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", HTTP_GET, HTTP_DONE,
	    200, 1, 0, 0 },
	{ "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\n", HTTP_GET, HTTP_DONE,
	    200, 1, 0, 0 },
	{ "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_GET,
	    HTTP_DONE, 200, 1, 0, 0 },
	{ "HTTP/1.1 200 OK\r\n\r\n", HTTP_GET, HTTP_DONE, 200, 0, 0, 1 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", HTTP_HEAD, HTTP_DONE,
	    200, 1, 1, 0 },
	{ "HTTP/1.1 204 No Content\r\n\r\n", HTTP_GET, HTTP_DONE, 204, 1, 1,
	    0 },
	{ "HTTP/1.1 100 Continue\r\n\r\n", HTTP_POST, HTTP_DONE, 100, 1, 1, 0 },
	{ "HTTP/1.1 429 Too Many\r\nConnection: close\r\nContent-Length: 0"
	    "\r\n\r\n", HTTP_POST, HTTP_DONE, 429, 0, 0, 0 },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", HTTP_GET, HTTP_DONE,
	    200, 0, 0, 0 },
	{ "HTTP/1.1 20 OK\r\n\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "HTTP/1.1 2000 OK\r\n\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "HTTP/1.1 099 OK\r\n\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "HTTP/1.1  200 OK\r\n\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "ICY 200 OK\r\n\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "SSH-2.0-x\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked"
	    "\r\n\r\n", HTTP_GET, HTTP_BAD, 0, 0, 0, 0 },
	{ "HTTP/1.1 200 OK\r\n", HTTP_GET, HTTP_MORE, 0, 0, 0, 0 }
};

static void
test_responses(void)
{
	struct http_response r;
	enum http_result res;
	size_t i, n, len;

	for (i = 0; i < N(answers); i++) {
		const struct answer *a = &answers[i];

		len = strlen(a->s);
		http_response_init(&r, a->method);
		res = http_response_parse(&r, a->s, len);
		if (!ok(res == a->want && (res != HTTP_DONE ||
		    (r.status == a->status && r.keep_alive == a->keep_alive &&
		    r.no_body == a->no_body && r.head_len == len &&
		    r.until_close == a->until_close)), "a response"))
			printf("# %s\n", a->s);
		http_response_init(&r, a->method);
		for (res = HTTP_MORE, n = 1; n <= len && res == HTTP_MORE; n++)
			res = http_response_parse(&r, a->s, n);
		ok(res == a->want, "byte by byte");
	}
	http_response_init(&r, HTTP_POST);
	ok(http_response_parse(&r, "HTTP/1.1 429 X\r\nRetry-After: 7\r\n\r\n",
	    34) == HTTP_DONE && r.retry_after_s == 7, "Retry-After");
}

static void
test_query(void)
{
	struct http_str rest = { "after=5&&flag&=x&b=c=d&e=", 25 }, n, v;
	char out[16];

	ok(http_query_next(&rest, &n, &v) == 1, "first");
	is_view(n, "after", "name");
	is_view(v, "5", "value");
	ok(http_query_next(&rest, &n, &v) == 1, "without =");
	is_view(n, "flag", "name");
	is_view(v, NULL, "no value");
	ok(http_query_next(&rest, &n, &v) == 1 && n.len == 0, "without name");
	ok(http_query_next(&rest, &n, &v) == 1, "two =");
	is_view(v, "c=d", "value up to the end");
	ok(http_query_next(&rest, &n, &v) == 1 && v.len == 0 && v.p != NULL,
	    "empty value");
	ok(http_query_next(&rest, &n, &v) == 0, "the end");

	ok(http_unescape("a%20%C3%a9+", 11, out, 16) == 5, "decoded");
	is_mem(out, 5, "a \xc3\xa9+", 5, "and what comes out");
	ok(http_unescape("%2", 2, out, 16) == -1 &&
	    http_unescape("%", 1, out, 16) == -1 &&
	    http_unescape("%zz", 3, out, 16) == -1, "malformed");
	ok(http_unescape("a%00", 4, out, 16) == -1, "NUL");
	ok(http_unescape("abc", 3, out, 2) == -1, "too long");
}

static void
test_writing(void)
{
	static const char want[] = "HTTP/1.1 429 Too Many Requests\r\n"
	    "Content-Type: application/json\r\nContent-Length: 12\r\n"
	    "Connection: close\r\nRetry-After: 1\r\n\r\n";
	char out[HTTP_RESPONSE_MAX + sizeof("Retry-After: 1\r\n")];
	struct http_response r;
	struct http_chunked c;
	struct buf b;
	size_t n, used, got;

	n = http_put_response(out, 429, 1, 0, "application/json", 12,
	    "Retry-After: 1\r\n");
	is_mem(out, n, want, sizeof(want) - 1, "a response's head");
	http_response_init(&r, HTTP_GET);
	ok(http_response_parse(&r, out, n) == HTTP_DONE && r.status == 429 &&
	    r.f.content_length == 12, "which is read as it was meant");
	n = http_put_response(out, 200, 0, 1, NULL, -1, NULL);
	is_mem(out, n, "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", 43,
	    "to HTTP/1.0");

	buf_init(&b, 1000);
	ok(http_put_chunk(&b, "hello, world, and all", 21) == 0 &&
	    http_put_chunk(&b, "!", 1) == 0 && http_put_chunk(&b, "", 0) == 0,
	    "chunks");
	http_chunked_init(&c);
	ok(http_chunked_feed(&c, b.p, b.len, b.p, 1000, &used, &got) ==
	    HTTP_DONE && used == b.len, "which are read");
	is_mem(b.p, got, "hello, world, and all!", 22, "as they were meant");
	buf_clear(&b, 0);
	ok(http_escape(&b, "a b/c~%\xc3\xa9", 9) == 0, "escape");
	is_mem(b.p, b.len, "a%20b%2Fc~%25%C3%A9", 19, "percent-encoded");
	buf_free(&b);
	buf_init(&b, 4);
	ok(http_escape(&b, "abc ", 4) == -1 && b.len == 0, "all or nothing");
	buf_free(&b);
}

int
main(void)
{
	test_heads();
	test_prefixes();
	test_fields();
	test_keep_alive();
	test_limits();
	test_chunked();
	test_chunked_limits();
	test_responses();
	test_query();
	test_writing();
	return tap_done();
}
