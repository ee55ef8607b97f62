/*
 * client - HTTP requests to one gateway over one kept connection.
 * Linked into csp-send, csp-poll and csp-sidecar.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "util.h"

enum {
	OUT_MAX = 256 * 1024 * 1024,	/* requests that wait */
	IN_MAX = 64 * 1024 * 1024,	/* an answer, where not set */
	KEEP = 128 * 1024,	/* memory kept between answers */
	FEW = 8,		/* requests; more is many */
	READ_MANY = 64 * 1024,
	RING = CLIENT_PIPE_MAX + 1
};

void
client_init(struct client *c)
{
	/* what is behind is written before it is read */
	memset(c, 0, offsetof(struct client, token));
	c->token[0] = c->lines[0] = c->error[0] = '\0';
	c->fd = -1;
	c->since = -1;
	buf_init_at(&c->out, c->out_first, sizeof(c->out_first), OUT_MAX);
	buf_init_at(&c->in, c->in_first, sizeof(c->in_first), IN_MAX);
}

void
client_done(struct client *c)
{
	client_reset(c);
	buf_free(&c->in);
	buf_free(&c->out);
	client_init(c);
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
	c->written = 0;
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
client_again(struct client *c)
{
	disconnect(c);
	c->since = -1;
}

int
client_headers(struct client *c, const char *lines)
{
	size_t n = lines == NULL ? 0 : strlen(lines);

	if (n > CLIENT_LINES_MAX) {
		errno = EINVAL;
		return -1;
	}
	memcpy(c->lines, n == 0 ? "" : lines, n + 1);
	c->common_len = 0;
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

/* The header fields that all requests have, made once. */
static int
put_common(struct client *c, struct buf *b)
{
	int token = c->token[0] != '\0';

	if (c->common_len == 0) {	/* fits: each part is bounded */
		(void)text_join(c->common, sizeof(c->common), "Host: ",
		    c->url.authority, token ? "\r\nX-Auth-Token: " : "",
		    c->token, "\r\n", c->lines, (char *)NULL);
		c->common_len = strlen(c->common);
	}
	return buf_append(b, c->common, c->common_len);
}

static int
put_request(struct client *c, const struct client_request *r,
    struct client_asked *p)
{
	struct buf *b = &c->out;
	size_t before = b->len;

	if (buf_puts(b, method_name(r->method)) == -1 ||
	    buf_putc(b, ' ') == -1 || buf_puts(b, r->target) == -1 ||
	    buf_puts(b, " HTTP/1.1\r\n") == -1)
		return -1;
	p->line_len = b->len - before;
	if (put_common(c, b) == -1)
		return -1;
	p->common_len = c->common_len;
	/* what differs between them stands last, so that less is parsed */
	if ((r->body != NULL || r->method == HTTP_POST) &&
	    buf_puts(b, "Content-Type: application/json\r\n") == -1)
		return -1;
	if (r->headers != NULL && buf_puts(b, r->headers) == -1)
		return -1;
	if (r->key != NULL && (buf_puts(b, "Idempotency-Key: ") == -1 ||
	    buf_puts(b, r->key) == -1 || buf_puts(b, "\r\n") == -1))
		return -1;
	if (r->body == NULL && r->method != HTTP_POST)
		return buf_puts(b, "\r\n");
	if (buf_puts(b, "Content-Length: ") == -1 ||
	    buf_putnum(b, (int64_t)r->len) == -1 ||
	    buf_puts(b, "\r\n\r\n") == -1)
		return -1;
	return buf_append(b, r->body, r->body == NULL ? 0 : r->len);
}

/* The first lines are moved to another target; the rest is as it was. */
static int
move_requests(struct client *c)
{
	const char *s = c->out.p;
	struct client_asked *p;
	struct buf out;
	size_t before, skip;
	int i;

	buf_init(&out, OUT_MAX);
	for (i = 0; i < c->n; i++) {
		p = &c->q[(c->first + i) % RING];
		before = out.len;
		skip = p->line_len + p->common_len;
		if (buf_append(&out, s, p->line_len) == -1 ||
		    put_common(c, &out) == -1 ||
		    buf_append(&out, s + skip, p->len - skip) == -1) {
			buf_free(&out);
			return -1;
		}
		s += p->len;
		p->common_len = c->common_len;
		p->len = out.len - before;
	}
	buf_free(&c->out);
	c->out = out;
	return 0;
}

int
client_target(struct client *c, const char *url, const char *token)
{
	struct net_url u;
	size_t n = token == NULL ? 0 : strlen(token);

	if (n > CLIENT_TOKEN_MAX || (n > 0 && !is_visible(token, n)) ||
	    net_url_parse(url, &u) == -1) {
		errno = EINVAL;
		return -1;
	}
	disconnect(c);
	c->url = u;
	if (n > 0)
		memcpy(c->token, token, n);
	c->token[n] = '\0';
	c->common_len = 0;
	if (c->n == 0)
		return 0;
	if (move_requests(c) == 0)
		return 0;
	client_reset(c);
	return -1;
}

long
client_request(struct client *c, const struct client_request *r)
{
	struct client_asked *p = &c->q[(c->first + c->n) % RING];
	size_t before = c->out.len;

	if (client_pending(c) == CLIENT_PIPE_MAX) {
		errno = EAGAIN;
		return -1;
	}
	if (put_request(c, r, p) == -1) {
		buf_truncate(&c->out, before);
		return -1;
	}
	p->serial = ++c->serial;
	p->len = c->out.len - before;
	p->timeout_ms = r->timeout_ms;
	p->method = r->method;
	p->safe = !r->once && (r->method == HTTP_GET ||
	    r->method == HTTP_HEAD || r->key != NULL);
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
	const struct client_asked *p = &c->q[c->first];

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

/* Closes the connection and says why. */
static enum client_result
fail(struct client *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c->error, sizeof(c->error), fmt, ap);
	va_end(ap);
	c->was_sent = c->sent > 0 || c->replayed;
	c->was_alien = 0;
	c->replayed = 0;
	disconnect(c);
	c->since = -1;
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

/* Writes what has not been sent.  An error shows in reading as well. */
static void
step_write(struct client *c)
{
	ssize_t n;

	if (c->sent == c->out.len)
		return;
	/* the first is delayed by nothing in any case */
	if (c->written == 1)
		net_no_delay(c->fd);
	while (c->sent < c->out.len) {
		n = write(c->fd, c->out.p + c->sent, c->out.len - c->sent);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return;
		c->sent += (size_t)n;
		if (c->written < 2)
			c->written++;
	}
}

/* Looks how connecting goes, by writing: until then nothing is taken. */
static enum client_result
step_connect(struct client *c, int64_t now)
{
	int nth;

	step_write(c);
	if (c->sent > 0) {
		c->state = CLIENT_OPEN;
		return CLIENT_AGAIN;
	}
	if (!net_failed(c->fd)) {
		if (now < c->connect_by)
			return CLIENT_AGAIN;
		return fail(c, "connect to %s: %s", c->url.authority,
		    strerror(ETIMEDOUT));
	}
	nth = c->nth;
	if (strcmp(c->url.host, "localhost") != 0 || nth > 0)
		return fail(c, "connect to %s: %s", c->url.authority,
		    strerror(errno));
	disconnect(c);
	c->nth = nth + 1;
	return begin_connect(c, now);
}

/* Drops what the last step handed out, and the request if that was all. */
static void
step_consume(struct client *c)
{
	struct client_asked *p = &c->q[c->first];

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
	long n;

	/* many answers are read at a time; without memory, fewer */
	if (c->n > FEW && c->in.len == 0)
		(void)buf_reserve(&c->in, READ_MANY);
	n = net_read(c->fd, &c->in, SIZE_MAX);
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
	if (c->state == CLIENT_CONNECTING)
		return step_connect(c, now);
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
		client_reset(c);
		return -1;
	}
	do {
		r = client_wait(c, -1, -1, reply);
		if (r == CLIENT_FAIL) {
			client_reset(c);
			return -1;
		}
	} while (r != CLIENT_DONE || reply->serial != serial);
	return 0;
}
