/*
 * conn - connections of csp-gateway: reading requests, gathering answers.
 * Linked into csp-gateway.  Start reading at conn_step and one_request.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"
#include "net.h"
#include "util.h"

enum {
	HEAD_ROOM = 1024,	/* for a head, left free before its body */
	STEP_REQUESTS = 256,	/* of one connection in a round */
	STEP_BYTES = 1 << 20,	/* the same in bytes of answers */
	MEMO_N = 64,		/* heads that are remembered */
	MEMO_LEN = 1024		/* bytes of one, at most */
};

/*
 * A connection's last head.  The lines that the next one began with, too, are
 * parsed, and need not be in those that follow and begin so.  Nobody else's are
 * compared with them: there are tokens in them.
 */
static struct memo {
	const struct conn *of;		/* whose, or NULL */
	size_t		 len;		/* bytes of the head */
	size_t		 same;		/* those that r has taken; 0: none */
	struct http_request r;
	char		 head[MEMO_LEN];
} memos[MEMO_N];

int
server_init(struct server *g)
{
	buf_init(&g->out, SERVER_OUT_MAX);
	buf_init(&g->events, SERVER_OUT_MAX);
	g->deadline = g->gone_at = INT64_MAX;
	g->n = g->nhot = 2;	/* the wake-up pair and the listener */
	g->cap = 64;
	g->pfd = calloc(g->cap, sizeof *g->pfd);
	g->conn = calloc(g->cap, sizeof(struct conn *));
	return g->pfd == NULL || g->conn == NULL ? -1 : 0;
}

/* Append to a list of connections that grows.  0, or -1 with ENOMEM. */
static int
list_push(struct conn ***list, size_t *n, size_t *cap, struct conn *c)
{
	struct conn **p;
	size_t want;

	if (*n == *cap) {
		want = *cap > 0 ? 2 * *cap : 64;
		p = realloc(*list, want * sizeof(struct conn *));
		if (p == NULL)
			return -1;
		*list = p;
		*cap = want;
	}
	(*list)[(*n)++] = c;
	return 0;
}

/* What a connection waits for; nothing else sets events. */
static short
conn_events(const struct conn *c)
{
	short ev = c->out.len > 0 ? POLLOUT : 0;

	switch ((enum conn_state)c->state) {
	case CONN_READ:		/* answers, then what is here, then more */
		return c->out.len > 0 ? POLLOUT : c->eof || c->queued ? 0 :
		    POLLIN;
	case CONN_WAIT:		/* read ahead, but only so much */
		return c->in.len < SERVER_IN ? POLLIN : 0;
	case CONN_STREAM:
		return (short)(ev | (c->eof ? 0 : POLLIN));
	case CONN_LINGER:
		return (short)(ev | POLLIN);
	case CONN_CLOSED:
		break;
	}
	return 0;
}

void
conn_update(struct server *g, struct conn *c)
{
	size_t held = c->in.len + c->out.len;

	g->pfd[c->at].events = conn_events(c);
	if (held != c->held)
		g->held += held - c->held;
	c->held = held;
}

void
conn_deadline(struct server *g, struct conn *c, int64_t ms)
{
	c->deadline = g->now + ms;
	if (c->deadline < g->deadline)
		g->deadline = c->deadline;
}

/* Exchange two places of the poll array. */
static void
swap(struct server *g, size_t i, size_t j)
{
	struct pollfd p = g->pfd[i];
	struct conn *c = g->conn[i];

	if (i == j)
		return;
	g->pfd[i] = g->pfd[j];
	g->conn[i] = g->conn[j];
	g->pfd[j] = p;
	g->conn[j] = c;
	g->conn[i]->at = i;
	g->conn[j]->at = j;
}

/* Poll it in every round. */
void
conn_heat(struct server *g, struct conn *c)
{
	c->active_ms = g->now;
	if (c->at >= g->nhot)
		swap(g, c->at, g->nhot++);
}

/* Look at it now and then only. */
void
conn_cool(struct server *g, struct conn *c)
{
	if (c->at < g->nhot)
		swap(g, c->at, --g->nhot);
}

static void
unlink_waiter(struct server *g, struct conn *c)
{
	size_t i;

	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		for (i = 0; i < 3; i++)
			if (g->waiting[i] == c)
				g->waiting[i] = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->next = c->prev = NULL;
	if (c->wait.kind != WAIT_INBOX)
		return;
	if (c->before != NULL)
		c->before->peer = c->peer;
	else
		g->of_slot[c->wait.slot] = c->peer;
	if (c->peer != NULL)
		c->peer->before = c->before;
	c->peer = c->before = NULL;
}

static void
link_waiter(struct server *g, struct conn *c, enum wait_list which)
{
	c->prev = NULL;
	c->next = g->waiting[which];
	if (c->next != NULL)
		c->next->prev = c;
	g->waiting[which] = c;
	if (which != LIST_INBOX)
		return;
	c->peer = g->of_slot[c->wait.slot];
	if (c->peer != NULL)
		c->peer->before = c;
	g->of_slot[c->wait.slot] = c;
}

/* The request does not wait any more. */
void
conn_unpark(struct server *g, struct conn *c)
{
	unlink_waiter(g, c);
	free(c->wait.filter);
	free(c->wait.rpc);
	c->wait.filter = NULL;
	c->wait.rpc = NULL;
	c->woken = 0;
	g->api.waiters--;
	c->state = CONN_READ;
}

static void
unbind(struct server *g, struct conn *c)
{
	struct agent *a;

	if (c->slot == AGENT_NONE)
		return;
	a = agents_at(&g->broker.agents, c->slot);
	if (c->holder) {
		if (--a->conns == 0 && g->now + BROKER_HOLD_MS < g->gone_at)
			g->gone_at = g->now + BROKER_HOLD_MS;
	} else
		a->others--;
	c->slot = AGENT_NONE;
}

static void
bind_to(struct server *g, struct conn *c, uint16_t slot, int holder)
{
	struct agent *a;

	if (c->slot == slot && c->holder == holder)
		return;
	unbind(g, c);
	a = agents_at(&g->broker.agents, slot);
	if (holder) {
		a->conns++;
		if (a->gone)
			api_presence(&g->api, slot, 1);
		a->gone = 0;
	} else
		a->others++;
	c->slot = slot;
	c->holder = (unsigned char)holder;
}

void
conn_gone(struct server *g)
{
	struct agent *a;
	size_t i;

	if (g->now < g->gone_at)
		return;
	g->gone_at = INT64_MAX;
	for (i = 0; i < g->broker.agents.n; i++) {
		a = g->broker.agents.slot[i];
		if (!a->k.used || a->k.instance == NULL || a->conns > 0 ||
		    a->gone)
			continue;
		if (broker_holder_lives(&g->broker, (uint16_t)i)) {
			if (a->heard_ms + BROKER_HOLD_MS < g->gone_at)
				g->gone_at = a->heard_ms + BROKER_HOLD_MS;
			continue;
		}
		a->gone = 1;
		api_presence(&g->api, (uint16_t)i, 0);
	}
}

void
conn_close(struct server *g, struct conn *c)
{
	if (c->state == CONN_CLOSED)
		return;
	if (c->state == CONN_WAIT)
		conn_unpark(g, c);
	if (c->state == CONN_STREAM) {
		unlink_waiter(g, c);
		g->api.streams--;
	}
	c->state = CONN_CLOSED;
	if (c->slot != AGENT_NONE && c->holder)	/* silent from now on */
		broker_heard(&g->broker, c->slot);
	unbind(g, c);
	(void)close(c->fd);	/* all that mattered was sent */
	g->pfd[c->at].fd = -1;
	g->api.connections--;
	g->paused_until = 0;	/* a descriptor is free */
	c->next = g->dead;
	g->dead = c;
}

/* Take a closed connection out of the array. */
void
conn_free(struct server *g, struct conn *c)
{
	if (memos[c->fd % MEMO_N].of == c)
		memos[c->fd % MEMO_N].of = NULL;
	g->held -= c->held;
	conn_cool(g, c);
	swap(g, c->at, g->n - 1);
	g->n--;
	buf_free(&c->in);
	buf_free(&c->out);
	free(c);
}

void
server_relieve(struct server *g)
{
	struct conn *most;
	size_t i;

	while (g->held > SERVER_HELD_MAX) {
		most = g->conn[2];
		for (i = 3; i < g->n; i++)
			if (g->conn[i]->held > most->held)
				most = g->conn[i];
		conn_close(g, most);
		g->held -= most->held;
		most->held = 0;
	}
}

static int
conn_new(struct server *g, int fd)
{
	struct pollfd *p;
	struct conn *c, **l;
	size_t cap;

	if (g->n == g->cap) {
		cap = g->cap > 0 ? 2 * g->cap : 64;
		p = realloc(g->pfd, cap * sizeof *p);
		if (p == NULL)
			return -1;
		g->pfd = p;
		l = realloc(g->conn, cap * sizeof(struct conn *));
		if (l == NULL)
			return -1;
		g->conn = l;
		g->cap = cap;
	}
	c = calloc(1, sizeof *c);
	if (c == NULL)
		return -1;
	c->fd = fd;
	c->slot = AGENT_NONE;
	c->minor = 1;
	buf_init(&c->in, g->max_body + HTTP_HEAD_MAX + 4 * SERVER_IN);
	buf_init(&c->out, SERVER_OUT_MAX);
	c->at = g->n++;
	g->conn[c->at] = c;
	g->pfd[c->at].fd = fd;
	g->pfd[c->at].revents = 0;
	g->api.connections++;
	g->api.accepted++;
	conn_deadline(g, c, IDLE_MS);
	conn_heat(g, c);
	conn_update(g, c);
	return 0;
}

int
server_accept(struct server *g)
{
	int fd, i;

	for (i = 0; i < 1000; i++) {
		fd = net_accept(g->listener);
		if (fd == -1)
			break;
		if (conn_new(g, fd) == -1) {
			(void)close(fd);	/* no memory: it may retry */
			errno = ENOMEM;
			break;
		}
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || i == 1000)
		return 0;
	/* who is here is served, who comes waits in the listener's queue */
	g->paused_until = g->now + PAUSE_MS;
	return -1;
}

/* What depends on the second. */
static void
new_second(struct server *g, time_t s)
{
	char date[TIME_HTTP_LEN + 1];

	g->date_s = s;
	time_http(1000 * (int64_t)s, date);
	/* both fit */
	(void)text_join(g->date, sizeof g->date, "Date: ", date, "\r\n",
	    (char *)NULL);
	(void)text_join(g->ok, sizeof g->ok, "HTTP/1.1 200 OK\r\n", g->date,
	    "Content-Type: application/json\r\nContent-Length: ",
	    (char *)NULL);
	g->ok_len = strlen(g->ok);
}

void
server_tick(struct server *g)
{
	int64_t wall = wall_ms();

	g->now = clock_ms();
	broker_time(&g->broker, g->now, wall);
	if (wall / 1000 != g->date_s)
		new_second(g, (time_t)(wall / 1000));
}

/* The usual head, as it stands but for the length: before `end`. */
static size_t
put_ok(struct server *g, char *end, size_t len)
{
	char digits[BUF_DECIMAL], *p = end - 4;
	size_t n = (size_t)(buf_decimal(digits, len) - digits);

	memcpy(p, "\r\n\r\n", 4);
	p -= n;
	memcpy(p, digits, n);
	p -= g->ok_len;
	memcpy(p, g->ok, g->ok_len);
	return (size_t)(end - p);
}

/* A head, before `end`, where HEAD_ROOM bytes are free.  Its length. */
static size_t
put_head(struct server *g, const struct conn *c, const struct api_answer *a,
    int keep, int64_t len, char *end)
{
	char extra[sizeof g->date + sizeof a->extra], head[HEAD_ROOM];
	size_t n;

	if (a->status == 200 && keep && c->minor == 1 && a->type == NULL &&
	    a->extra[0] == '\0' && len >= 0)
		return put_ok(g, end, (size_t)len);
	(void)text_join(extra, sizeof extra, g->date, a->extra, (char *)NULL);
	n = http_put_response(head, a->status, c->minor, keep,
	    a->status == 204 ? NULL :
	    a->type != NULL ? a->type : "application/json",
	    a->status == 204 ? -1 : len, extra);
	assert(n <= HEAD_ROOM);
	memcpy(end - n, head, n);
	return n;
}

/*
 * Room for a head, then the body goes to the end of out.  0 where there is no
 * memory, and then the connection was closed.
 */
static size_t
answer_begin(struct server *g, struct conn *c)
{
	if (buf_reserve(&g->out, HEAD_ROOM) == -1) {
		conn_close(g, c);
		return 0;
	}
	buf_added(&g->out, HEAD_ROOM);
	return g->out.len;
}

/* n bytes at off are the next of what c is sent. */
void
conn_add(struct server *g, struct conn *c, size_t off, size_t n)
{
	if (!c->listed) {
		if (list_push(&g->list, &g->nlist, &g->list_cap, c) == -1) {
			conn_close(g, c);
			return;
		}
		c->listed = 1;
		c->seg = off;
		c->seg_len = n;
		c->firm = 0;
	} else {
		/* what it has already stands elsewhere in out: move it here */
		if (c->seg + c->seg_len != off) {
			memmove(g->out.p + c->seg + c->seg_len, g->out.p + off,
			    n);
			g->out.len = c->seg + c->seg_len + n;
		}
		c->seg_len += n;
	}
	if (!journal_pending(g->journal))
		c->firm = c->seg_len;
}

/*
 * Answers of a connection lie one behind the other, since it is stepped once in
 * a round; only one that is woken in the round of its request has some behind
 * which others' lie.  Then they are copied to the end first.
 */
void
conn_gather(struct server *g, struct conn *c)
{
	if (!c->listed || c->seg_len == 0 || c->seg + c->seg_len == g->out.len)
		return;
	if (buf_reserve(&g->out, c->seg_len) == -1) {
		conn_close(g, c);
		return;
	}
	memcpy(g->out.p + g->out.len, g->out.p + c->seg, c->seg_len);
	c->seg = g->out.len;
	buf_added(&g->out, c->seg_len);
}

/* The body from `body` to the end of out is complete: the head before it. */
static void
answer_end(struct server *g, struct conn *c, const struct api_answer *a,
    int keep, int no_body, size_t body)
{
	size_t len = g->out.len - body, n;

	g->api.by_status[a->status / 100]++;
	n = put_head(g, c, a, keep, (int64_t)len, g->out.p + body);
	if (no_body)
		buf_truncate(&g->out, body);
	conn_add(g, c, body - n, g->out.len - body + n);
	if (!keep)
		c->close = 1;
}

/* An answer of the program's own, before which nothing was done. */
void
conn_error(struct server *g, struct conn *c, int status, const char *code,
    const char *text, int keep, int no_body)
{
	struct api_answer a;
	size_t body;

	memset(&a, 0, sizeof a);
	conn_gather(g, c);
	if ((body = answer_begin(g, c)) == 0)
		return;
	api_error(&a, &g->out, status, code, text);
	answer_end(g, c, &a, keep, no_body, body);
}

/* What a waiter points to becomes its own.  0 or -1. */
static int
own_waiter(struct waiter *w)
{
	struct history_filter *f = NULL;
	char *rpc = NULL;

	if ((w->filter != NULL && (f = malloc(sizeof *f)) == NULL) ||
	    (w->rpc != NULL && (rpc = malloc(strlen(w->rpc) + 1)) == NULL)) {
		free(f);
		return -1;
	}
	if (f != NULL)
		*f = *w->filter;
	if (rpc != NULL)
		memcpy(rpc, w->rpc, strlen(w->rpc) + 1);
	w->filter = f;
	w->rpc = rpc;
	return 0;
}

int
conn_lags(const struct server *g, const struct conn *c)
{
	return c->state == CONN_WAIT && !c->woken &&
	    c->wait.kind == WAIT_HISTORY &&
	    c->wait.after + 1 < g->broker.mark_next;
}

static void
park(struct server *g, struct conn *c, struct api_answer *a, int keep)
{
	if (own_waiter(&a->wait) == -1) {
		conn_error(g, c, 503, "no-memory",
		    "the gateway is out of memory", 0, 0);
		return;
	}
	c->wait = a->wait;
	c->keep_alive = (unsigned char)keep;
	c->state = CONN_WAIT;
	g->api.waiters++;
	conn_deadline(g, c, 1000 * (int64_t)a->wait_s);
	link_waiter(g, c, a->wait.kind == WAIT_INBOX ? LIST_INBOX : LIST_OTHER);
	g->rewake |= conn_lags(g, c);
}

/* Head of an event stream; the events come from server_feed. */
static void
begin_stream(struct server *g, struct conn *c, const struct http_request *r,
    struct api_answer *a)
{
	size_t body = answer_begin(g, c), n;

	if (body == 0)
		return;
	a->status = 200;
	a->type = "text/event-stream";
	(void)snprintf(a->extra + strlen(a->extra), 100, "Cache-Control: "
	    "no-store\r\n%s",
	    r->f.minor == 1 ? "Transfer-Encoding: chunked\r\n" : "");
	g->api.by_status[2]++;
	n = put_head(g, c, a, r->f.minor == 1 && r->keep_alive, -1,
	    g->out.p + body);
	conn_add(g, c, body - n, n);
	if (r->method == HTTP_HEAD) {
		c->close = 1;
		return;
	}
	c->wait = a->wait;
	c->state = CONN_STREAM;
	c->missed = 1;		/* states are told at once */
	g->api.streams++;
	g->lag = 1;		/* what was before it came */
	conn_deadline(g, c, PING_MS);
	link_waiter(g, c, LIST_STREAM);
}

/* The client does not want the answer any more that it waits for. */
static void
cancel(struct server *g, const struct waiter *w)
{
	struct conn *c;

	for (c = g->of_slot[w->slot]; c != NULL; c = c->peer)
		if (c->wait.rpc != NULL && strcmp(c->wait.rpc, w->rpc) == 0) {
			*c->wait.rpc = '\0';
			conn_deadline(g, c, 0);
		}
}

/* A whole request.  body is NULL where it was answered by its head. */
static void
do_request(struct server *g, struct conn *c, const struct http_request *r,
    struct api_call *call, struct api_answer *a, size_t at, const char *body,
    size_t n)
{
	int keep = r->keep_alive && !g->stopping;

	if (body != NULL) {
		api_run(&g->api, call, body, n, a, &g->out);
		if (a->binds != 0)
			bind_to(g, c, a->slot, a->binds == 2);
	}
	switch (a->kind) {
	case API_CANCEL:
		cancel(g, &a->wait);
		/* FALLTHROUGH */
	case API_ANSWER:
		if (a->close || a->status == 503)
			keep = 0;
		answer_end(g, c, a, keep, r->method == HTTP_HEAD ||
		    a->status == 204, at);
		return;
	case API_WAIT:
		buf_truncate(&g->out, at - HEAD_ROOM);
		park(g, c, a, keep);
		return;
	case API_STREAM:
		buf_truncate(&g->out, at - HEAD_ROOM);
		begin_stream(g, c, r, a);
		return;
	}
}

enum body_result { BODY_WHOLE, BODY_PART, BODY_BAD };

/* The chunked body behind a head of head bytes at p; what it takes of p. */
static enum body_result
chunked_body(struct server *g, struct conn *c, char *p, size_t len,
    size_t head, size_t *body_len, size_t *used)
{
	enum http_result res;
	size_t took, got;

	if (!c->decoding) {
		http_chunked_init(&c->chunked);
		c->raw = head;
		c->got = 0;
		c->decoding = 1;
	}
	res = http_chunked_feed(&c->chunked, p + c->raw, len - c->raw,
	    p + head + c->got, g->max_body + 1 - c->got, &took, &got);
	c->raw += took;
	c->got += got;
	if (res == HTTP_BAD)
		return BODY_BAD;
	if (c->got > g->max_body) {
		c->got = g->max_body + 1;
		return BODY_WHOLE;	/* too long: 413 by its length */
	}
	if (res == HTTP_MORE) {
		/* what is decoded and done need not be kept: close the gap */
		memmove(p + head + c->got, p + c->raw, len - c->raw);
		return BODY_PART;
	}
	*body_len = c->got;
	*used = c->raw;
	return BODY_WHOLE;
}

/* Remember a head, and parse the lines that it shares with the one before. */
static void
remember(struct memo *m, const struct conn *c, const char *p, size_t len)
{
	size_t n = 0, most = len < m->len ? len : m->len;

	if (m->of == c)
		while (n < most && p[n] == m->head[n])
			n++;
	/* whole lines, and without the empty one at the end */
	if (n > len - 2)
		n = len - 2;
	while (n > 0 && p[n - 1] != '\n')
		n--;
	m->of = c;
	m->len = len;
	memcpy(m->head, p, len);
	http_request_init(&m->r);
	m->same = n > 0 && http_request_parse(&m->r, m->head, n) ==
	    HTTP_MORE ? n : 0;
}

/* Parse a head.  What is found in it is valid until the next call. */
static enum http_result
parse_head(const struct conn *c, const char *p, size_t len,
    struct http_request *r)
{
	struct memo *m = &memos[c->fd % MEMO_N];
	enum http_result res;

	if (m->of == c && m->same > 0 && len > m->same &&
	    memcmp(p, m->head, m->same) == 0) {
		http_request_resume(r, &m->r, p);
		return http_request_parse(r, p, len);
	}
	http_request_init(r);
	res = http_request_parse(r, p, len);
	if (res == HTTP_DONE && r->head_len <= MEMO_LEN)
		remember(m, c, p, r->head_len);
	return res;
}

/*
 * One request from the front of p.  Returns the bytes it took; 0 where there
 * is none yet; -1 where the connection is to read no more.
 */
static long
one_request(struct server *g, struct conn *c, char *p, size_t len, size_t *gap)
{
	struct http_request head, *r = &head;
	struct api_answer a;
	struct api_call call;
	size_t body_len, used, at;
	enum body_result what;
	int wanted;

	switch (parse_head(c, p, len, r)) {
	case HTTP_MORE:
		return 0;
	case HTTP_BAD:
		conn_error(g, c, r->error, r->error == 431 ? "head-too-large" :
		    "bad-request", r->why, 0, 0);
		return -1;
	case HTTP_DONE:
		break;
	}
	c->minor = r->f.minor;
	if (g->stopping) {
		conn_error(g, c, 503, "stopping", "the gateway is shutting "
		    "down", 0, r->method == HTTP_HEAD);
		return -1;
	}
	body_len = (size_t)r->f.content_length;
	used = r->head_len + body_len;
	if ((at = answer_begin(g, c)) == 0)
		return -1;
	a.wait.filter = NULL;
	a.wait.rpc = NULL;
	wanted = api_begin(&g->api, r, &call, &a, &g->out);
	if (wanted && r->f.content_length > g->max_body) {
		body_len = g->max_body + 1;
	} else if (r->f.chunked && (wanted || c->decoding)) {
		what = chunked_body(g, c, p, len, r->head_len, &body_len,
		    &used);
		if (what == BODY_BAD) {
			buf_truncate(&g->out, at - HEAD_ROOM);
			conn_error(g, c, 400, "bad-request",
			    "the chunked coding is malformed", 0, 0);
			return -1;
		}
		if (what == BODY_PART) {
			*gap = c->raw - r->head_len - c->got;
			c->raw = r->head_len + c->got;
			goto more;
		}
		if (c->got > g->max_body)
			body_len = c->got;
	} else if (wanted && (r->f.content_length > len - r->head_len))
		goto more;
	c->decoding = 0;
	c->continued = 0;
	if (wanted && body_len > g->max_body) {
		api_error(&a, &g->out, 413, "too-large",
		    "the body is over the gateway's limit (--max-body)");
		a.close = 1;
		wanted = 0;
	}
	if (!wanted &&
	    (r->f.chunked || r->f.content_length > len - r->head_len))
		a.close = 1;	/* the body is not waited for */
	do_request(g, c, r, &call, &a, at, wanted ? p + r->head_len : NULL,
	    body_len);
	return a.close || c->close ? -1 : (long)used;
more:
	buf_truncate(&g->out, at - HEAD_ROOM);
	if (r->f.expect_continue && !c->continued) {
		static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

		c->continued = 1;
		if (buf_append(&g->out, go_on, sizeof go_on - 1) == 0)
			conn_add(g, c, g->out.len - (sizeof go_on - 1),
			    sizeof go_on - 1);
	}
	c->began = 2;
	return 0;
}

void
conn_queue(struct server *g, struct conn *c)
{
	if (c->queued)
		return;
	if (list_push(&g->again, &g->nagain, &g->again_cap, c) == -1)
		c->close = 1;
	else
		c->queued = 1;
}

/*
 * Do the requests in p, as many as a round's share.  Returns the bytes that
 * were used; *gap is how many were lost at the end by decoding in place.
 */
static size_t
requests(struct server *g, struct conn *c, char *p, size_t len, size_t *gap)
{
	size_t used = 0;
	long n;
	int i;

	*gap = 0;
	conn_gather(g, c);
	for (i = 0; i < STEP_REQUESTS && used < len; i++) {
		if (g->out.len > SERVER_OUT_MAX / 2)
			break;		/* others have much to be sent */
		n = one_request(g, c, p + used, len - used, gap);
		if (n == -1) {
			c->close = 1;
			return len;
		}
		if (n == 0)
			return used;
		used += (size_t)n;
		c->began = 0;
		if (c->state != CONN_READ || c->close)
			return used;
		if (c->listed && c->seg_len > STEP_BYTES)
			break;
	}
	if (used < len)
		conn_queue(g, c);
	return used;
}

/* When the request that has begun must be there; had is what was there of it
 * before: nothing, a part of its head, or its head and a part of its body. */
static void
read_deadline(struct server *g, struct conn *c, int had)
{
	if (c->in.len == 0)
		conn_deadline(g, c, IDLE_MS);
	else if (c->began == 2 && had != 2)
		conn_deadline(g, c, BODY_MS);
	else if (had == 0)
		conn_deadline(g, c, HEAD_MS);
}

/* Use what is in the connection's own buffer. */
void
conn_go_on(struct server *g, struct conn *c)
{
	int had = c->began;
	size_t gap, used;

	used = requests(g, c, c->in.p, c->in.len, &gap);
	buf_truncate(&c->in, c->in.len - gap);
	buf_consume(&c->in, used);
	if (c->in.len == 0)
		buf_clear(&c->in, 0);
	if (c->in.len > 0 && c->began == 0)
		c->began = 1;
	if (c->eof && c->state == CONN_READ && !c->queued)
		c->close = 1;	/* the rest of it will never come */
	if (c->eof && used == 0 && !c->listed)
		conn_close(g, c);
	if (c->state == CONN_READ)
		read_deadline(g, c, used > 0 ? 0 : had);
}

/* Read, and do what is complete.  A partial request stays in c->in. */
static void
read_some(struct server *g, struct conn *c)
{
	static char shared[SERVER_IN];
	size_t used, gap;
	ssize_t n;

	if (c->in.len == 0) {
		n = read(c->fd, shared, sizeof shared);
		if (n > 0) {
			g->api.bytes_in += (uint64_t)n;
			used = requests(g, c, shared, (size_t)n, &gap);
			if (c->close || c->state == CONN_CLOSED)
				return;
			n -= (ssize_t)gap;
			if ((size_t)n > used && buf_append(&c->in,
			    shared + used, (size_t)n - used) == -1)
				conn_close(g, c);
			else if ((size_t)n > used && c->began == 0)
				c->began = 1;
			if (c->state == CONN_READ)
				read_deadline(g, c, 0);
			return;
		}
	} else {
		if (buf_reserve(&c->in, SERVER_IN) == -1) {
			conn_close(g, c);
			return;
		}
		n = read(c->fd, c->in.p + c->in.len, SERVER_IN);
		if (n > 0) {
			g->api.bytes_in += (uint64_t)n;
			buf_added(&c->in, (size_t)n);
			conn_go_on(g, c);
			return;
		}
	}
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK ||
	    errno == EINTR))
		return;
	if (n == -1) {
		conn_close(g, c);
		return;
	}
	c->eof = 1;		/* it may still read what it asked for */
	if (c->queued)
		return;
	if (!c->listed && c->out.len == 0)
		conn_close(g, c);
	c->close = 1;
}

/* Write what is left over from before.  The deadline moves with progress. */
static void
write_left(struct server *g, struct conn *c)
{
	ssize_t n;

	n = write(c->fd, c->out.p, c->out.len);
	if (n == -1) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			conn_close(g, c);
		return;
	}
	g->api.bytes_out += (uint64_t)n;
	buf_consume(&c->out, (size_t)n);
	conn_deadline(g, c, WRITE_MS);
	if (c->out.len == 0)
		buf_clear(&c->out, 0);
}

/* All is said.  The peer may still be sending, and a reset would take our last
 * words away from it: RFC 9112 9.6. */
void
conn_linger(struct server *g, struct conn *c)
{
	if (c->state == CONN_WAIT)
		conn_unpark(g, c);
	if (c->state == CONN_CLOSED || c->state == CONN_LINGER)
		return;
	if (c->state == CONN_STREAM || c->eof ||
	    shutdown(c->fd, SHUT_WR) == -1) {
		conn_close(g, c);
		return;
	}
	c->state = CONN_LINGER;
	buf_clear(&c->in, 0);
	conn_deadline(g, c, LINGER_MS);
}

static void
drop_input(struct server *g, struct conn *c)
{
	static char sink[SERVER_IN];
	ssize_t n;

	n = read(c->fd, sink, sizeof sink);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
	    errno != EINTR))
		conn_close(g, c);
}

/* Answer a parked request now; it stays parked until the round is committed. */
void
conn_answer_waiter(struct server *g, struct conn *c, int last)
{
	struct api_answer a;
	size_t body;

	if (c->woken)
		return;
	conn_gather(g, c);
	if ((body = answer_begin(g, c)) == 0)
		return;
	if (!api_retry(&g->api, &c->wait, last, &a, &g->out)) {
		buf_truncate(&g->out, body - HEAD_ROOM);
		return;
	}
	c->woken = 1;
	answer_end(g, c, &a, c->keep_alive && !a.close && !g->stopping, 0,
	    body);
}

/* Input while a request waits: kept for later; an end is a hang-up. */
static void
read_waiting(struct server *g, struct conn *c)
{
	ssize_t n;

	if (buf_reserve(&c->in, SERVER_IN) == -1) {
		conn_close(g, c);
		return;
	}
	n = read(c->fd, c->in.p + c->in.len, SERVER_IN);
	if (n > 0) {
		buf_added(&c->in, (size_t)n);
		return;
	}
	if (c->in.len == 0)
		buf_clear(&c->in, 0);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK ||
	    errno == EINTR))
		return;
	if (n == -1) {
		conn_close(g, c);
		return;
	}
	/* gone, or half closed: nothing that comes later may be taken for it,
	 * so it is told what there is now */
	c->eof = 1;
	if (c->in.len == 0)
		c->keep_alive = 0;
	conn_answer_waiter(g, c, 1);
}

/* One step of a connection that poll(2) found ready. */
void
conn_step(struct server *g, struct conn *c, short revents)
{
	conn_heat(g, c);
	if (revents & (POLLERR | POLLNVAL)) {
		conn_close(g, c);
		return;
	}
	if (c->out.len > 0 && revents & (POLLOUT | POLLHUP)) {
		write_left(g, c);
		if (c->out.len > 0 || c->state == CONN_CLOSED)
			return;
		if (c->close) {
			conn_linger(g, c);
			return;
		}
		if (c->state == CONN_STREAM)
			g->lag = 1;
		if (c->state == CONN_READ) {
			if (c->in.len > 0)
				conn_go_on(g, c);
			else
				conn_deadline(g, c, IDLE_MS);
			return;
		}
	}
	if (!(revents & (POLLIN | POLLHUP)))
		return;
	switch ((enum conn_state)c->state) {
	case CONN_READ:
		read_some(g, c);
		break;
	case CONN_WAIT:
		read_waiting(g, c);
		break;
	case CONN_STREAM:
	case CONN_LINGER:
		drop_input(g, c);
		break;
	case CONN_CLOSED:
		break;
	}
}
