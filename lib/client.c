/*
 * client - HTTP requests to one gateway over one kept connection.
 * Linked into csp-send, csp-poll and csp-sidecar.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "net.h"
#include "util.h"

enum {
	ERROR_MAX = 400,
	OUT_MAX = 256 * 1024 * 1024,	/* requests that wait */
	IN_MAX = 64 * 1024 * 1024,	/* an answer, where not set */
	KEEP = 65536,		/* memory kept between answers */
	RING = CLIENT_PIPE_MAX + 1	/* and the one just answered */
};

enum client_state {
	CLIENT_CLOSED,
	CLIENT_CONNECTING,
	CLIENT_OPEN
};

/* A request whose answer is not whole yet. */
struct pending {
	long serial;
	size_t len;		/* its bytes in out */
	int64_t timeout_ms;
	enum http_method method;
	unsigned char safe;	/* may be sent again */
	unsigned char stream;
};

struct client {
	struct net_url url;
	char *token_line;
	char *lines;		/* more header fields */
	enum client_state state;
	int fd;
	int nth;		/* which of the host's addresses */
	int64_t connect_by;
	struct buf out;		/* requests without an answer, oldest first */
	size_t sent;		/* bytes of out that were written */
	struct buf in;
	struct pending q[RING];
	int first, n;		/* in q, which is a ring */
	long serial;
	int64_t since;		/* when q[first] became the oldest; -1: now */
	struct http_response res;
	struct http_chunked chunked;
	int in_body;		/* res is whole, its head is consumed */
	size_t raw;		/* body bytes taken, as they were coded */
	size_t body_len;	/* and decoded, at the front of in */
	size_t consume;		/* bytes of in to drop in the next step */
	int answered;		/* what is in consume ended an answer */
	int reused;		/* this connection has brought an answer */
	int replayed;		/* requests were sent again since then */
	int was_sent, was_alien;
	char error[ERROR_MAX];
};

struct client *
client_new(const char *url, const char *token)
{
	struct client *c;
	size_t i, n;

	for (i = 0; token != NULL && token[i] != '\0'; i++)
		if (token[i] < 0x21 || token[i] > 0x7e) {
			errno = EINVAL;
			return NULL;
		}
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	if (net_url_parse(url, &c->url) == -1) {
		free(c);
		errno = EINVAL;
		return NULL;
	}
	if (token != NULL) {
		n = strlen(token) + sizeof("X-Auth-Token: \r\n");
		if ((c->token_line = malloc(n)) == NULL) {
			free(c);
			return NULL;
		}
		(void)snprintf(c->token_line, n, "X-Auth-Token: %s\r\n",
		    token);
	}
	c->fd = -1;
	c->since = -1;
	buf_init(&c->out, OUT_MAX);
	buf_init(&c->in, IN_MAX);
	return c;
}

/* Closes the connection; requests stay. */
static void
disconnect(struct client *c)
{
	if (c->fd != -1)
		(void)close(c->fd);	/* nothing to lose in a socket */
	c->fd = -1;
	c->state = CLIENT_CLOSED;
	c->nth = 0;
	c->sent = 0;
	c->in_body = 0;
	c->consume = 0;
	c->answered = 0;
	c->reused = 0;
	c->res.f.at = NULL;
	buf_clear(&c->in, KEEP);
}

void
client_reset(struct client *c)
{
	disconnect(c);
	buf_clear(&c->out, KEEP);
	c->n = 0;
	c->since = -1;
	c->replayed = 0;
}

void
client_free(struct client *c)
{
	if (c == NULL)
		return;
	client_reset(c);
	buf_free(&c->in);
	buf_free(&c->out);
	free(c->token_line);
	free(c->lines);
	free(c);
}

int
client_headers(struct client *c, const char *lines)
{
	char *copy = NULL;

	if (lines != NULL && (copy = strdup(lines)) == NULL)
		return -1;
	free(c->lines);
	c->lines = copy;
	return 0;
}

void
client_limit(struct client *c, size_t max)
{
	c->in.max = max > SIZE_MAX - HTTP_HEAD_MAX ? SIZE_MAX :
	    max + HTTP_HEAD_MAX;
}

static const char *
method_name(enum http_method m)
{
	switch (m) {
	case HTTP_HEAD:
		return "HEAD";
	case HTTP_POST:
		return "POST";
	case HTTP_PUT:
		return "PUT";
	case HTTP_DELETE:
		return "DELETE";
	case HTTP_OPTIONS:
		return "OPTIONS";
	case HTTP_GET:
	case HTTP_OTHER:
		break;
	}
	return "GET";
}

static int
put_request(struct client *c, const struct client_request *r)
{
	struct buf *b = &c->out;

	if (buf_puts(b, method_name(r->method)) == -1 ||
	    buf_putc(b, ' ') == -1 ||
	    buf_puts(b, r->target) == -1 ||
	    buf_puts(b, " HTTP/1.1\r\nHost: ") == -1 ||
	    buf_puts(b, c->url.authority) == -1 ||
	    buf_puts(b, "\r\n") == -1)
		return -1;
	if ((c->token_line != NULL && buf_puts(b, c->token_line) == -1) ||
	    (c->lines != NULL && buf_puts(b, c->lines) == -1) ||
	    (r->headers != NULL && buf_puts(b, r->headers) == -1))
		return -1;
	if (r->body == NULL && r->method != HTTP_POST)
		return buf_puts(b, "\r\n");
	if (buf_puts(b, "Content-Type: application/json\r\n"
	    "Content-Length: ") == -1 ||
	    buf_putnum(b, (int64_t)r->len) == -1 ||
	    buf_puts(b, "\r\n\r\n") == -1)
		return -1;
	return buf_append(b, r->body, r->body == NULL ? 0 : r->len);
}

long
client_request(struct client *c, const struct client_request *r)
{
	struct pending *p;
	size_t before = c->out.len;

	if (client_pending(c) == CLIENT_PIPE_MAX) {
		errno = EAGAIN;
		return -1;
	}
	if (put_request(c, r) == -1) {
		buf_truncate(&c->out, before);
		return -1;
	}
	p = &c->q[(c->first + c->n) % RING];
	p->serial = ++c->serial;
	p->len = c->out.len - before;
	p->timeout_ms = r->timeout_ms;
	p->method = r->method;
	p->safe = !r->once &&
	    (r->method == HTTP_GET || r->method == HTTP_HEAD ||
	    (r->headers != NULL &&
	    strstr(r->headers, "Idempotency-Key:") != NULL));
	p->stream = r->stream;
	if (c->n++ == 0)
		c->since = -1;
	return p->serial;
}

int
client_pending(const struct client *c)
{
	return c->n - (c->answered ? 1 : 0);
}

int
client_fd(const struct client *c)
{
	return c->fd;
}

int
client_events(const struct client *c)
{
	switch (c->state) {
	case CLIENT_CLOSED:
		break;
	case CLIENT_CONNECTING:
		return CLIENT_WRITE;
	case CLIENT_OPEN:
		return CLIENT_READ |
		    (c->sent < c->out.len ? CLIENT_WRITE : 0);
	}
	return 0;
}

int64_t
client_deadline(const struct client *c)
{
	const struct pending *p = &c->q[c->first];

	if (c->consume > 0 || c->answered)
		return 0;
	if (c->n == 0)
		return -1;
	switch (c->state) {
	case CLIENT_CLOSED:
		return 0;
	case CLIENT_CONNECTING:
		return c->connect_by;
	case CLIENT_OPEN:
		break;
	}
	if (c->since == -1)
		return 0;
	return p->timeout_ms == 0 ? -1 : c->since + p->timeout_ms;
}

const char *
client_error(const struct client *c)
{
	return c->error;
}

int
client_was_sent(const struct client *c)
{
	return c->was_sent;
}

int
client_was_alien(const struct client *c)
{
	return c->was_alien;
}

/* Drops everything and says why. */
static enum client_result
fail(struct client *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c->error, sizeof(c->error), fmt, ap);
	va_end(ap);
	c->was_sent = c->sent > 0 || c->replayed;
	c->was_alien = 0;
	client_reset(c);
	return CLIENT_FAIL;
}

/* The same where what came is no HTTP. */
static enum client_result
fail_alien(struct client *c, const char *why)
{
	(void)fail(c, "%s: does not speak HTTP: %s", c->url.authority, why);
	c->was_alien = 1;
	return CLIENT_FAIL;
}

/* The connection is gone: sends again what may be, if that is worth trying. */
static enum client_result
lost(struct client *c, const char *why)
{
	int i, safe = 1;

	for (i = 0; i < c->n; i++)
		if (!c->q[(c->first + i) % RING].safe)
			safe = 0;
	if (!safe || !c->reused || c->replayed || c->in_body || c->in.len > 0)
		return fail(c, "%s: %s", c->url.authority, why);
	disconnect(c);
	c->replayed = 1;
	return CLIENT_AGAIN;
}

/* Takes the next address of the host and begins to connect. */
static enum client_result
begin_connect(struct client *c, int64_t now)
{
	int last = ECONNREFUSED;

	for (;; c->nth++) {
		c->fd = net_connect(c->url.host, c->url.port, c->nth);
		if (c->fd != -1)
			break;
		if (errno == ENOENT && c->nth == 0)
			return fail(c, "%s: no such host", c->url.host);
		if (errno == ENOENT)
			return fail(c, "connect to %s: %s", c->url.authority,
			    strerror(last));
		last = errno;
	}
	c->state = CLIENT_CONNECTING;
	c->connect_by = now + CLIENT_CONNECT_MS;
	return CLIENT_AGAIN;
}

/* Looks how connecting goes. */
static enum client_result
step_connect(struct client *c, int64_t now)
{
	struct pollfd pfd = { c->fd, POLLOUT, 0 };
	int nth;

	/* only asks: SO_ERROR says nothing while it is under way */
	if (poll(&pfd, 1, 0) < 1) {
		if (now < c->connect_by)
			return CLIENT_AGAIN;
		return fail(c, "connect to %s: %s", c->url.authority,
		    strerror(ETIMEDOUT));
	}
	if (net_connected(c->fd) == 0) {
		c->state = CLIENT_OPEN;
		return CLIENT_AGAIN;
	}
	nth = c->nth;
	if (strcmp(c->url.host, "localhost") != 0 || nth > 0)
		return fail(c, "connect to %s: %s", c->url.authority,
		    strerror(errno));
	disconnect(c);
	c->nth = nth + 1;
	return begin_connect(c, now);
}

/* Writes what has not been sent.  An error shows in reading as well. */
static void
step_write(struct client *c)
{
	ssize_t n;

	while (c->sent < c->out.len) {
		n = write(c->fd, c->out.p + c->sent, c->out.len - c->sent);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return;
		c->sent += (size_t)n;
	}
}

/* Drops what the last step handed out, and the request if that was all. */
static void
step_consume(struct client *c)
{
	struct pending *p = &c->q[c->first];

	buf_consume(&c->in, c->consume);
	c->consume = 0;
	if (!c->answered)
		return;
	c->answered = 0;
	c->in_body = 0;
	c->sent = c->sent > p->len ? c->sent - p->len : 0;
	buf_consume(&c->out, p->len);
	if (c->out.len == 0)
		buf_clear(&c->out, KEEP);
	c->first = (c->first + 1) % RING;
	c->n--;
	c->since = -1;
	c->reused = 1;
	c->replayed = 0;
	/* what was pipelined behind this was not processed: RFC 9112 9.6 */
	if (!c->res.keep_alive)
		disconnect(c);
	else if (c->in.len == 0)
		buf_clear(&c->in, KEEP);
}

/* Hands out body bytes at the front of in, and what they were coded in. */
static enum client_result
hand_out(struct client *c, struct client_reply *reply, size_t len, size_t raw,
    enum client_result result)
{
	reply->serial = c->q[c->first].serial;
	reply->status = c->res.status;
	reply->retry_after_s = c->res.retry_after_s;
	reply->body = len > 0 ? c->in.p : "";
	reply->len = len;
	c->consume = raw;
	c->answered = result == CLIENT_DONE;
	return result;
}

/* Takes what has come of a chunked body. */
static enum client_result
take_chunks(struct client *c, struct client_reply *reply)
{
	int stream = c->q[c->first].stream;
	size_t used, got;
	enum http_result r;

	r = http_chunked_feed(&c->chunked, c->in.p + c->raw,
	    c->in.len - c->raw, c->in.p + c->body_len, SIZE_MAX, &used, &got);
	c->raw += used;
	c->body_len += got;
	if (r == HTTP_BAD)
		return fail_alien(c, "malformed chunks");
	if (r == HTTP_DONE)
		return hand_out(c, reply, c->body_len, c->raw, CLIENT_DONE);
	if (!stream || c->body_len == 0)
		return CLIENT_AGAIN;
	got = c->body_len;
	used = c->raw;
	c->body_len = c->raw = 0;
	return hand_out(c, reply, got, used, CLIENT_PART);
}

/* Takes what has come of a body; eof: nothing more will. */
static enum client_result
take_body(struct client *c, int eof, struct client_reply *reply)
{
	const struct http_fields *f = &c->res.f;

	if (c->res.no_body)
		return hand_out(c, reply, 0, 0, CLIENT_DONE);
	if (f->chunked)
		return take_chunks(c, reply);
	if (c->res.until_close) {
		if (eof)
			return hand_out(c, reply, c->in.len, c->in.len,
			    CLIENT_DONE);
	} else if (c->in.len >= f->content_length)
		return hand_out(c, reply, (size_t)f->content_length,
		    (size_t)f->content_length, CLIENT_DONE);
	else if (f->content_length > c->in.max)
		return fail(c, "%s: an answer that is too long",
		    c->url.authority);
	return CLIENT_AGAIN;
}

/* Takes what has come of answers. */
static enum client_result
take_answer(struct client *c, int eof, struct client_reply *reply)
{
	while (!c->in_body) {
		if (c->in.len == 0)
			return CLIENT_AGAIN;
		if (c->n == 0)
			return fail_alien(c, "an answer to no request");
		if (c->res.f.at == NULL)
			http_response_init(&c->res, c->q[c->first].method);
		switch (http_response_parse(&c->res, c->in.p, c->in.len)) {
		case HTTP_MORE:
			return CLIENT_AGAIN;
		case HTTP_BAD:
			return fail_alien(c, c->res.why);
		case HTTP_DONE:
			break;
		}
		buf_consume(&c->in, c->res.head_len);
		c->res.f.at = NULL;
		if (c->res.status < 200)	/* 100 Continue: no answer */
			continue;
		c->in_body = 1;
		c->raw = c->body_len = 0;
		http_chunked_init(&c->chunked);
	}
	return take_body(c, eof, reply);
}

/* Reads once, and takes what that brought. */
static enum client_result
step_read(struct client *c, struct client_reply *reply)
{
	enum client_result r;
	long n = net_read(c->fd, &c->in, SIZE_MAX);

	if (n == -1 && errno == EAGAIN)
		return CLIENT_AGAIN;
	if (n == -1 && errno == EFBIG)
		return fail(c, "%s: an answer that is too long",
		    c->url.authority);
	if (n > 0)
		return take_answer(c, 0, reply);
	if (n == 0 && c->n > 0 &&
	    (r = take_answer(c, 1, reply)) != CLIENT_AGAIN)
		return r;
	if (c->n == 0) {	/* an idle connection may go at any time */
		disconnect(c);
		return CLIENT_AGAIN;
	}
	return lost(c, n == 0 ? "the gateway closed the connection" :
	    strerror(errno));
}

enum client_result
client_step(struct client *c, int64_t now, struct client_reply *reply)
{
	enum client_result r;

	step_consume(c);
	if (c->n > 0 && c->since == -1)
		c->since = now;
	if (c->state == CLIENT_OPEN &&
	    (r = take_answer(c, 0, reply)) != CLIENT_AGAIN)
		return r;
	if (c->state == CLIENT_OPEN) {
		step_write(c);
		if ((r = step_read(c, reply)) != CLIENT_AGAIN)
			return r;
	}
	if (c->state == CLIENT_CLOSED && c->n > 0 &&
	    (r = begin_connect(c, now)) != CLIENT_AGAIN)
		return r;
	if (c->state == CLIENT_CONNECTING) {
		if ((r = step_connect(c, now)) != CLIENT_AGAIN)
			return r;
		if (c->state == CLIENT_OPEN)
			step_write(c);
		return CLIENT_AGAIN;
	}
	if (c->n > 0 && c->q[c->first].timeout_ms > 0 &&
	    now >= c->since + c->q[c->first].timeout_ms)
		return fail(c, "%s: no answer in time", c->url.authority);
	return CLIENT_AGAIN;
}

/* Waits until something can be done, at most to a time (-1: for ever). */
static int
wait_for(struct client *c, int64_t until, int64_t now, int also)
{
	struct timeval tv;
	fd_set in, out;
	int fd = c->fd, ready;
	int64_t ms = until > now ? until - now : 0;

	FD_ZERO(&in);
	FD_ZERO(&out);
	if (fd >= FD_SETSIZE || also >= FD_SETSIZE)
		return 0;
	if (fd != -1 && client_events(c) & CLIENT_READ)
		FD_SET(fd, &in);
	if (fd != -1 && client_events(c) & CLIENT_WRITE)
		FD_SET(fd, &out);
	if (also != -1)
		FD_SET(also, &in);
	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	ready = select((fd > also ? fd : also) + 1, &in, &out, NULL,
	    until == -1 ? NULL : &tv);
	return ready > 0 && also != -1 && FD_ISSET(also, &in);
}

enum client_result
client_wait(struct client *c, int64_t until, int also,
    struct client_reply *reply)
{
	enum client_result r;
	int64_t now, due;

	for (;;) {
		now = clock_ms();
		if ((r = client_step(c, now, reply)) != CLIENT_AGAIN)
			return r;
		if (until != -1 && now >= until)
			return CLIENT_AGAIN;
		due = client_deadline(c);
		if (due == -1 || (until != -1 && until < due))
			due = until;
		if (wait_for(c, due, now, also))
			return CLIENT_AGAIN;
	}
}

int
client_call(struct client *c, const struct client_request *req,
    struct client_reply *reply)
{
	enum client_result r;
	long serial;

	if ((serial = client_request(c, req)) == -1) {
		(void)fail(c, "%s", strerror(errno));
		return -1;
	}
	do {
		r = client_wait(c, -1, -1, reply);
		if (r == CLIENT_FAIL)
			return -1;
	} while (r != CLIENT_DONE || reply->serial != serial);
	return 0;
}
