/*
 * unit-client - the client against a gateway made of a script: answers cut at
 * every byte, a peer that dies, is slow, or says what it should not.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/client.h"
#include "lib/net.h"
#include "t/tap.h"

static int listener, peer = -1;	/* the script's end */
static char url[64];
static struct client the_client, *c = &the_client;
static struct client_reply reply;
static int64_t now = 1000;	/* what the client is told */

static void
ready(int fd, short events)
{
	struct pollfd p;

	p.fd = fd;
	p.events = events;
	(void)poll(&p, 1, 5000);
}

static void
hang_up(void)
{
	if (peer != -1)
		(void)close(peer);
	peer = -1;
}

static void
begin(void)
{
	hang_up();
	client_done(c);
	if (client_target(c, url, "secret") == -1)
		abort();
}

static long
ask(enum http_method method, const char *target, const char *key,
    const char *body)
{
	struct client_request r;

	memset(&r, 0, sizeof r);
	r.method = method;
	r.target = target;
	r.key = key;
	r.body = body;
	r.len = body == NULL ? 0 : strlen(body);
	r.timeout_ms = 5000;
	return client_request(c, &r);
}

/* Steps until something has come of it, or nothing more can be done now. */
static enum client_result
go(void)
{
	enum client_result r;
	struct pollfd p;
	int i;

	for (i = 0; i < 1000; i++) {
		if ((r = client_step(c, now, &reply)) != CLIENT_AGAIN)
			return r;
		p.fd = client_fd(c);
		p.events = 0;
		if (client_events(c) & CLIENT_READ)
			p.events |= POLLIN;
		if (client_events(c) & CLIENT_WRITE)
			p.events |= POLLOUT;
		if (client_deadline(c) != 0 && poll(&p, 1, 0) == 0)
			break;
	}
	return CLIENT_AGAIN;
}

/* Connects, and has the request at the script's end. */
static void
meet(char *text, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	(void)go();
	if (peer == -1) {
		ready(listener, POLLIN);
		peer = net_accept(listener);
		ready(client_fd(c), POLLOUT);
		(void)go();
	}
	for (;;) {
		ready(peer, POLLIN);
		n = read(peer, text + len, cap - 1 - len);
		if (n > 0)
			len += (size_t)n;
		text[len] = '\0';
		if (n <= 0 || strstr(text, "\r\n\r\n") != NULL)
			break;
	}
}

static void
tell(const char *s, size_t n)
{
	if (write(peer, s, n) != (ssize_t)n)
		printf("# the script could not write\n");
	ready(client_fd(c), POLLIN);
}

#define TELL(s)	tell((s), strlen(s))

static void
test_request(void)
{
	char text[1000], want[1000];
	long serial;

	ok(client_target(c, "https://localhost", "t") == -1 && errno == EINVAL,
	    "no other scheme");
	ok(client_target(c, url, "a\r\nb") == -1 && errno == EINVAL,
	    "no token that is more than one word");
	begin();
	ok(client_deadline(c) == -1 && client_fd(c) == -1 &&
	    client_pending(c) == 0, "without a request there is nothing to do");
	ok(client_headers(c, "X-Instance: i\r\n") == 0, "more fields");
	serial = ask(HTTP_POST, "/message", "k", "{}");
	ok(serial == 1 && client_pending(c) == 1 && client_deadline(c) == 0,
	    "a request waits to be sent");
	meet(text, sizeof text);
	(void)snprintf(want, sizeof want, "POST /message HTTP/1.1\r\nHost: %s"
	    "\r\nX-Auth-Token: secret\r\nX-Instance: i\r\n"
	    "Content-Type: application/json\r\nIdempotency-Key: k\r\n"
	    "Content-Length: 2\r\n\r\n{}",
	    url + 7);
	is_str(text, want, "and is what was asked for");
	ok(client_deadline(c) == now + 5000, "its answer has so long");
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	ok(go() == CLIENT_DONE && reply.serial == serial &&
	    reply.status == 200 && reply.retry_after_s == -1, "it is answered");
	is_mem(reply.body, reply.len, "ok", 2, "with a body");
	ok(client_pending(c) == 0, "that was all");
	ok(ask(HTTP_GET, "/x", NULL, NULL) == 2, "another");
	meet(text, sizeof text);
	ok(strncmp(text, "GET /x HTTP/1.1\r\n", 17) == 0 &&
	    strstr(text, "Content") == NULL, "on the same connection");
	TELL("HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
	ok(go() == CLIENT_DONE && reply.status == 429 &&
	    reply.retry_after_s == 7 && reply.len == 0, "is told to wait");
}

static const struct answer {
	const char *s;
	enum http_method method;
	int status;
	const char *body;
} answers[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", HTTP_GET, 200,
	    "hello" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", HTTP_GET, 200, "" },
	{ "HTTP/1.1 204 No Content\r\n\r\n", HTTP_GET, 204, "" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", HTTP_HEAD, 200, "" },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\n"
	    "Content-Length: 2\r\n\r\n{}", HTTP_POST, 201, "{}" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "5\r\nhello\r\n1;a=b\r\n,\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n",
	    HTTP_GET, 200, "hello, world" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    HTTP_GET, 200, "" }
};

/* Each answer in two pieces, cut at each byte, and byte by byte. */
static void
test_cuts(void)
{
	char text[1000];
	size_t i, cut, n, len;
	int good, whole;

	begin();
	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		const struct answer *a = &answers[i];

		len = strlen(a->s);
		good = 1;
		for (cut = 0; cut <= len && good; cut++) {
			(void)ask(a->method, "/", NULL, NULL);
			meet(text, sizeof text);
			if (cut == 0)
				for (n = 0; n < len - 1; n++) {
					tell(a->s + n, 1);
					good &= go() == CLIENT_AGAIN;
				}
			else if (cut < len) {
				tell(a->s, cut);
				good &= go() == CLIENT_AGAIN;
			}
			n = cut == 0 ? len - 1 : cut < len ? cut : 0;
			tell(a->s + n, len - n);
			whole = go() == CLIENT_DONE &&
			    reply.status == a->status &&
			    reply.len == strlen(a->body) &&
			    memcmp(reply.body, a->body, reply.len) == 0;
			if (!whole || !good)
				printf("# cut at %zu: %s\n", cut, a->s);
			good &= whole;
		}
		ok(good, "the same however an answer is cut");
	}
}

static void
test_pipeline(void)
{
	char text[100000];
	long i, first;

	begin();
	first = ask(HTTP_GET, "/", NULL, NULL);
	for (i = 1; i < CLIENT_PIPE_MAX; i++)
		(void)ask(HTTP_GET, "/", NULL, NULL);
	errno = 0;
	ok(ask(HTTP_GET, "/", NULL, NULL) == -1 && errno == EAGAIN &&
	    client_pending(c) == CLIENT_PIPE_MAX, "so many and no more");
	meet(text, sizeof text);
	for (i = 0; i < 10; i++)
		TELL("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
	for (i = 0; i < 10 && go() == CLIENT_DONE &&
	    reply.serial == first + i; i++)
		;
	ok(i == 10 && go() == CLIENT_AGAIN, "answers come in their order");
	TELL("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
	ok(go() == CLIENT_DONE, "one that is the last");
	hang_up();
	meet(text, sizeof text);
	ok(strncmp(text, "GET / ", 6) == 0 &&
	    client_pending(c) == CLIENT_PIPE_MAX - 11,
	    "what was pipelined behind it goes over another connection");
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	ok(go() == CLIENT_DONE && reply.serial == first + 11, "in order");
	client_again(c);
	hang_up();
	meet(text, sizeof text);
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	ok(go() == CLIENT_DONE && reply.serial == first + 11 &&
	    client_pending(c) == CLIENT_PIPE_MAX - 12,
	    "what was no answer is asked for again");
	client_reset(c);
	ok(client_pending(c) == 0 && client_fd(c) == -1, "all is dropped");
}

/* One answered request, so that the connection is a kept one. */
static void
kept(void)
{
	char text[1000];

	begin();
	(void)ask(HTTP_GET, "/", NULL, NULL);
	meet(text, sizeof text);
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	(void)go();
}

/* What waits goes to a new target with the new token. */
static void
test_target(void)
{
	static const char one[] = "POST /1 HTTP/1.1\r\n", two[] =
	    "\r\nX-Auth-Token: another\r\nX-More: 1\r\n"
	    "Content-Type: application/json\r\nIdempotency-Key: k\r\n"
	    "Content-Length: 2\r\n\r\n{}"
	    "GET /2 HTTP/1.1\r\n";
	char text[1000];
	size_t n;

	begin();
	ok(client_headers(c, "X-More: 1\r\n") == 0 && client_target(c,
	    "http://unused.invalid:1", "first") == 0, "a target");
	(void)ask(HTTP_POST, "/1", "k", "{}");
	(void)ask(HTTP_GET, "/2", NULL, NULL);
	ok(client_target(c, "https://x", "t") == -1 && client_target(c, url,
	    "another") == 0 && client_pending(c) == 2, "another one");
	meet(text, sizeof text);
	n = strcspn(text, "\n") + 1;
	is_mem(text, n, one, strlen(one), "gets the first line as it was");
	ok(strncmp(text + n, "Host: 127.0.0.1:", 16) == 0, "its own name");
	n += strcspn(text + n, "\r");
	is_mem(text + n, strlen(two), two, strlen(two),
	    "its own token, and all else");
	(void)client_headers(c, NULL);
}

static void
test_death(void)
{
	char text[1000];

	begin();
	(void)ask(HTTP_GET, "/", NULL, NULL);
	meet(text, sizeof text);
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_FAIL && client_was_sent(c) && client_fd(c) == -1 &&
	    client_pending(c) == 1, "a new connection that dies fails");
	ok(strstr(client_error(c), "closed the connection") != NULL, "and why");
	meet(text, sizeof text);
	ok(strncmp(text, "GET / ", 6) == 0, "who steps on asks again");

	kept();
	hang_up();
	(void)ask(HTTP_GET, "/again", NULL, NULL);
	meet(text, sizeof text);
	ok(strncmp(text, "GET /again ", 11) == 0,
	    "what is safe is sent again where a kept one had died");
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_FAIL && client_was_sent(c), "once");

	kept();
	(void)ask(HTTP_POST, "/", NULL, "{}");
	meet(text, sizeof text);
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_FAIL && client_was_sent(c),
	    "what is not safe is not sent again");

	kept();
	(void)ask(HTTP_POST, "/", "k", "{}");
	meet(text, sizeof text);
	hang_up();
	meet(text, sizeof text);
	ok(strstr(text, "Idempotency-Key: k\r\n") != NULL, "with a key it is");

	kept();
	(void)ask(HTTP_GET, "/", NULL, NULL);
	meet(text, sizeof text);
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
	ok(go() == CLIENT_AGAIN, "a part of an answer");
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_FAIL, "is none, and is not asked for again");

	begin();
	(void)ask(HTTP_GET, "/", NULL, NULL);
	meet(text, sizeof text);
	TELL("HTTP/1.1 200 OK\r\n\r\nto the end");
	ok(go() == CLIENT_AGAIN, "an answer without a length");
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_DONE && reply.len == 10, "ends with the connection");
}

static void
test_slow(void)
{
	char text[1000], *big = malloc(16 << 20);
	size_t got = 0;
	ssize_t n;

	begin();
	(void)ask(HTTP_GET, "/", NULL, NULL);
	meet(text, sizeof text);
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
	now += 4999;
	ok(go() == CLIENT_AGAIN, "it still has time");
	now++;
	ok(go() == CLIENT_FAIL && client_was_sent(c) &&
	    strstr(client_error(c), "no answer in time") != NULL, "it had");

	/* one that does not read either */
	begin();
	if (big == NULL)
		abort();
	memset(big, 'x', (16 << 20) - 1);
	big[(16 << 20) - 1] = '\0';
	(void)ask(HTTP_POST, "/", NULL, big);
	(void)go();
	ready(listener, POLLIN);
	peer = net_accept(listener);
	ok(go() == CLIENT_AGAIN && client_events(c) & CLIENT_WRITE,
	    "what is not taken waits to be written");
	while (got < (16 << 20)) {
		ready(peer, POLLIN);
		n = read(peer, big, 1 << 20);
		if (n <= 0)
			break;
		got += (size_t)n;
		(void)go();
	}
	ok(got > (16 << 20) && (client_events(c) & CLIENT_WRITE) == 0,
	    "and is written when it is");
	free(big);
}

static void
test_nonsense(void)
{
	static const char *const bad[] = {
		"SSH-2.0-x\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n"
		    "\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"
	};
	char text[1000];
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		begin();
		client_limit(c, 1000);
		(void)ask(HTTP_GET, "/", NULL, NULL);
		meet(text, sizeof text);
		TELL(bad[i]);
		if (!ok(go() == CLIENT_FAIL && *client_error(c) != '\0',
		    "nonsense is refused"))
			printf("# %s\n", bad[i]);
	}
	kept();
	(void)go();
	TELL("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	ok(go() == CLIENT_FAIL, "and an answer to no request");
	kept();
	(void)go();
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_AGAIN && client_fd(c) == -1,
	    "an idle connection may go");
}

/* Everything that is handed over of a stream, until AGAIN or the end. */
static enum client_result
more(char *all, size_t *len)
{
	enum client_result r;

	while ((r = go()) == CLIENT_PART) {
		memcpy(all + *len, reply.body, reply.len);
		*len += reply.len;
	}
	return r;
}

static void
test_stream(void)
{
	static const char s[] = "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
	    "\r\n7\r\nevent: \r\n1\r\na\r\nb\r\n\ndata: {}\n\n\r\n";
	static const char want[] = "event: a\ndata: {}\n\n";
	struct client_request r;
	char text[1000], all[100];
	size_t cut, len, n = sizeof s - 1;
	int good = 1;

	memset(&r, 0, sizeof r);
	r.method = HTTP_GET;
	r.target = "/stream";
	r.stream = 1;
	for (cut = 1; cut < n; cut++) {
		begin();
		len = 0;
		(void)client_request(c, &r);
		meet(text, sizeof text);
		good &= client_deadline(c) == -1;
		tell(s, cut);
		good &= more(all, &len) == CLIENT_AGAIN;
		tell(s + cut, n - cut);
		good &= more(all, &len) == CLIENT_AGAIN &&
		    len == sizeof want - 1 && memcmp(all, want, len) == 0;
		if (!good) {
			printf("# cut at %zu\n", cut);
			break;
		}
	}
	ok(good, "a stream comes as it comes, however it is cut");
	TELL("0\r\n\r\n");
	ok(go() == CLIENT_DONE && reply.len == 0, "it ends");
	begin();
	(void)client_request(c, &r);
	meet(text, sizeof text);
	tell(s, n);
	len = 0;
	(void)more(all, &len);
	hang_up();
	ready(client_fd(c), POLLIN);
	ok(go() == CLIENT_FAIL, "or breaks off, which is told");
}

static void
test_nobody(void)
{
	client_done(c);
	ok(client_target(c, url, NULL) == 0, "without a token");
	hang_up();
	(void)close(listener);
	(void)ask(HTTP_GET, "/", NULL, NULL);
	(void)client_step(c, now, &reply);
	if (client_fd(c) != -1)
		ready(client_fd(c), POLLOUT);
	if (client_pending(c) > 0)
		ok(go() == CLIENT_FAIL && !client_was_sent(c) &&
		    strstr(client_error(c), "connect to ") != NULL,
		    "nobody is there");
	else
		ok(!client_was_sent(c), "nobody is there, at once");
}

int
main(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	client_init(c);
	listener = net_listen("127.0.0.1", 0);
	if (listener == -1)
		return 1;
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%d",
	    net_port(listener));
	test_request();
	test_cuts();
	test_pipeline();
	test_target();
	test_death();
	test_slow();
	test_nonsense();
	test_stream();
	test_nobody();
	client_done(c);
	return tap_done();
}
