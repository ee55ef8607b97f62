/*
 * link - an agent's line to the gateway.
 * Linked into csp-sidecar.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "client.h"
#include "jbuf.h"
#include "json.h"
#include "link.h"
#include "util.h"

enum {
	POST_TIMEOUT_MS = 15000,
	BUSY_MS = 1000,		/* after an answer that says later */
	TOKEN_MAX = 512,
	ERROR_MAX = 256
};

enum state {
	DOWN,			/* until retry_at */
	ASKED,			/* LINK_RETRY was told */
	REGISTERING,
	UP,
	OVER			/* superseded, or left */
};

struct post {
	struct post	*next;
	enum http_method method;
	long		tag;
	int		leave;
	long		serial;		/* of the client, 0: not sent */
	char		key[80];	/* of a POST */
	char		path[160];
	size_t		len;
	char		body[];
};

struct link {
	char		name[ID_MAX + 1];	/* asked for */
	char		id[ID_MAX + 1];		/* given */
	char		token[TOKEN_MAX];	/* of the agent */
	char		instance[80];
	char		*caps;
	char		url[512], given[TOKEN_MAX];
	struct client	poll, post;
	enum state	state;
	int64_t		retry_at, pause_ms;
	uint32_t	dice;
	int		left;		/* LINK_LEFT is to be told */
	int		leaving;
	int		downs;		/* LINK_DOWN is to be told */
	char		error[ERROR_MAX];

	int64_t		after, ack, control;
	int64_t		acked;		/* as far as the gateway knows */
	int		polling;

	struct post	*first, **last;
	size_t		waiting;	/* bytes of them */
	int64_t		post_at;	/* not before */
	long		ack_serial, update_serial;
	int64_t		ack_sent;
	struct buf	update;		/* the newest that was not sent */
	unsigned long	keys;
};

struct link *
link_new(const char *name, const char *caps, const char *instance)
{
	struct link *l;
	const char *p;

	if ((l = calloc(1, sizeof *l)) == NULL)
		return NULL;
	if ((l->caps = malloc(strlen(caps) + 1)) == NULL) {
		free(l);
		return NULL;
	}
	memcpy(l->caps, caps, strlen(caps) + 1);
	snprintf(l->name, sizeof l->name, "%s", name);
	snprintf(l->id, sizeof l->id, "%s", name);
	snprintf(l->instance, sizeof l->instance, "%s", instance);
	for (l->dice = 1, p = instance; *p != '\0'; p++)
		l->dice = l->dice * 31 + (unsigned char)*p;
	client_init(&l->poll);
	client_init(&l->post);
	l->last = &l->first;
	l->pause_ms = LINK_RETRY_MS;
	l->acked = -1;
	buf_init(&l->update, LINK_QUEUE_MAX);
	return l;
}

void
link_free(struct link *l)
{
	struct post *p;

	if (l == NULL)
		return;
	while ((p = l->first) != NULL) {
		l->first = p->next;
		free(p);
	}
	client_done(&l->poll);
	client_done(&l->post);
	buf_free(&l->update);
	free(l->caps);
	free(l);
}

const char *
link_id(const struct link *l)
{
	return l->id;
}

const char *
link_token(const struct link *l)
{
	return l->token;
}

const char *
link_url(const struct link *l)
{
	return l->url;
}

const char *
link_error(const struct link *l)
{
	return l->error;
}

int
link_is_up(const struct link *l)
{
	return l->state == UP;
}

/* up and down */

int
link_target(struct link *l, const char *url, const char *token)
{
	char head[sizeof l->instance + 20];

	if (!strcmp(l->url, url) && !strcmp(l->given, token))
		return 0;
	snprintf(head, sizeof head, "X-Instance: %s\r\n", l->instance);
	if (client_target(&l->poll, url, token) == -1 ||
	    client_target(&l->post, url, token) == -1 ||
	    client_headers(&l->poll, head) == -1 ||
	    client_headers(&l->post, head) == -1)
		return -1;
	snprintf(l->url, sizeof l->url, "%s", url);
	snprintf(l->given, sizeof l->given, "%s", token);
	return 0;
}

/* A pause, from half to one and a half times what it is on average. */
static void
schedule(struct link *l, int64_t now)
{
	l->dice = l->dice * 1103515245U + 12345U;
	l->retry_at = now + l->pause_ms / 2 +
	    (int64_t)(l->dice >> 8) % l->pause_ms;
	l->pause_ms *= 2;
	if (l->pause_ms > LINK_RETRY_MAX_MS)
		l->pause_ms = LINK_RETRY_MAX_MS;
}

static void
fall(struct link *l, const char *why, int64_t now)
{
	struct post *p;

	snprintf(l->error, sizeof l->error, "%s", why);
	if (l->state == UP)
		l->downs = 1;
	client_reset(&l->poll);
	client_reset(&l->post);
	for (p = l->first; p != NULL; p = p->next)
		p->serial = 0;
	l->polling = 0;
	l->ack_serial = l->update_serial = 0;
	buf_clear(&l->update, 0);
	l->state = DOWN;
	if (l->leaving) {
		l->state = OVER;
		l->left = 1;
	}
	schedule(l, now);
}

void
link_connect(struct link *l, int64_t now)
{
	struct client_request rq;
	struct json_out o;
	struct buf b;

	if (l->state == OVER)
		return;
	if (l->url[0] == '\0') {
		l->state = DOWN;
		schedule(l, now);
		return;
	}
	buf_init(&b, 64 * 1024);
	jbuf_begin(&o, &b);
	json_put_open(&o, '{');
	json_member_str(&o, "agentId", l->name);
	json_put_name(&o, "capabilities", 12);
	json_put_raw(&o, l->caps, strlen(l->caps));
	json_member_str(&o, "instance", l->instance);
	json_put_close(&o, '}');
	memset(&rq, 0, sizeof rq);
	rq.method = HTTP_POST;
	rq.target = "/register";
	rq.timeout_ms = POST_TIMEOUT_MS;
	if (jbuf_end(&o) == 0) {
		rq.body = b.p;
		rq.len = b.len;
		l->state = REGISTERING;
		if (client_request(&l->poll, &rq) == -1)
			fall(l, "out of memory", now);
	} else
		fall(l, "out of memory", now);
	buf_free(&b);
}

/* The text of one member of a JSON object, "" where there is none. */
static void
member(const char *body, size_t len, const char *name, char *out, size_t cap)
{
	struct json_node nodes[64];
	const struct json_node *v;
	long n = -1;

	if (json_parse(body, len, nodes, 64, NULL) > 0 &&
	    (v = json_get(nodes, name)) != NULL && v->type == JSON_STRING)
		n = json_string(v, out, cap - 1);
	out[n < 0 ? 0 : n] = '\0';
}

static void
registered(struct link *l, const struct client_reply *r, int64_t now)
{
	char id[ID_MAX + 1];

	if (r->status != 200 && r->status != 201) {
		char why[ERROR_MAX];

		member(r->body, r->len, "error", why, sizeof why);
		fall(l, why[0] != '\0' ? why : "registration refused", now);
		return;
	}
	member(r->body, r->len, "agentId", id, sizeof id);
	if (id[0] != '\0')
		memcpy(l->id, id, sizeof id);
	member(r->body, r->len, "token", l->token, sizeof l->token);
	l->state = UP;
	l->pause_ms = LINK_RETRY_MS;
	l->acked = -1;
	l->post_at = 0;
}

/* posts */

static int
queue(struct link *l, enum http_method method, const char *path,
    const char *body, size_t len, long tag, int leave)
{
	struct post *p;

	if (l->state == OVER || len > LINK_QUEUE_MAX - l->waiting) {
		errno = EAGAIN;
		return -1;
	}
	if ((p = calloc(1, sizeof *p + len)) == NULL)
		return -1;
	p->method = method;
	p->tag = tag;
	p->leave = leave;
	snprintf(p->path, sizeof p->path, "%s", path);
	if (method == HTTP_POST)
		snprintf(p->key, sizeof p->key, "%.40s-%lu", l->instance,
		    ++l->keys);
	p->len = len;
	if (len > 0)
		memcpy(p->body, body, len);
	*l->last = p;
	l->last = &p->next;
	l->waiting += len;
	return 0;
}

int
link_post(struct link *l, const char *path, const char *body, size_t len,
    long tag)
{
	return queue(l, HTTP_POST, path, body, len, tag, 0);
}

int
link_get(struct link *l, const char *path, long tag)
{
	return queue(l, HTTP_GET, path, NULL, 0, tag, 0);
}

void
link_update(struct link *l, const char *body, size_t len)
{
	if (l->state != UP)
		return;
	buf_clear(&l->update, 64 * 1024);
	(void)buf_append(&l->update, body, len);	/* latest wins */
}

void
link_leave(struct link *l, int stay)
{
	enum http_method method = stay ? HTTP_GET : HTTP_DELETE;
	char path[80];

	if (l->leaving)
		return;
	l->leaving = 1;
	if (stay)		/* what is answered when all else has been */
		snprintf(path, sizeof path, "/health");
	else
		snprintf(path, sizeof path, "/agent/%s", l->id);
	if (l->state != UP || queue(l, method, path, NULL, 0, 0, 1) == -1) {
		l->state = OVER;
		l->left = 1;
	}
}

void
link_cursor(struct link *l, int64_t after, int64_t ack, int64_t control)
{
	l->after = after;
	l->ack = ack;
	l->control = control;
}

/* Give the posting client its next request, one at a time. */
static void
send_post(struct link *l, int64_t now)
{
	struct client_request rq;
	struct post *p = l->first;
	char path[160];
	long serial;

	if (client_pending(&l->post) > 0 || now < l->post_at)
		return;
	memset(&rq, 0, sizeof rq);
	rq.timeout_ms = POST_TIMEOUT_MS;
	if (p != NULL) {
		rq.method = p->method;
		rq.target = p->path;
		rq.key = p->key[0] != '\0' ? p->key : NULL;
		rq.body = p->len > 0 ? p->body : NULL;
		rq.len = p->len;
	} else if (l->ack > l->acked) {
		snprintf(path, sizeof path, "/inbox/%s?after=%lld&limit=1",
		    l->id, (long long)l->ack);
		rq.method = HTTP_GET;
		rq.target = path;
	} else if (l->update.len > 0) {
		rq.method = HTTP_POST;
		rq.target = "/stream_update";
		rq.body = l->update.p;
		rq.len = l->update.len;
	} else
		return;
	if ((serial = client_request(&l->post, &rq)) == -1) {
		l->post_at = now + BUSY_MS;
		return;
	}
	if (p != NULL)
		p->serial = serial;
	else if (rq.method == HTTP_GET) {
		l->ack_serial = serial;
		l->ack_sent = l->ack;
	} else {
		l->update_serial = serial;
		buf_clear(&l->update, 64 * 1024);
	}
}

static void
send_poll(struct link *l, int64_t now)
{
	struct client_request rq;
	char path[256];

	memset(&rq, 0, sizeof rq);
	snprintf(path, sizeof path,
	    "/inbox/%s?after=%lld&ack=%lld&control=%lld&wait=%d", l->id,
	    (long long)l->after, (long long)l->ack, (long long)l->control,
	    LINK_WAIT_S);
	rq.method = HTTP_GET;
	rq.target = path;
	rq.timeout_ms = (LINK_WAIT_S + 10) * 1000;
	if (client_request(&l->poll, &rq) == -1)
		fall(l, "out of memory", now);
	else
		l->polling = 1;
	l->ack_sent = l->ack;
}

/* The gateway's word on a post other than done; 1 if it stays queued. */
static int
refused(struct link *l, const struct client_reply *r, int64_t now)
{
	char code[40];

	if (r->status == 429 || r->status >= 500) {
		l->post_at = now + (r->retry_after_s > 0 &&
		    r->retry_after_s < 60 ? r->retry_after_s * 1000 : BUSY_MS);
		return 1;
	}
	member(r->body, r->len, "code", code, sizeof code);
	if (!strcmp(code, "unknown-sender")) {
		fall(l, "the gateway does not know us any more", now);
		return 1;
	}
	if (!strcmp(code, "superseded"))
		l->state = OVER;
	return 0;
}

/* An answer to the post under way. */
static enum link_event
posted(struct link *l, const struct client_reply *r, int64_t now,
    struct link_news *news)
{
	struct post *p = l->first;
	int ok = r->status / 100 == 2, leave;

	if (l->ack_serial != 0 && r->serial == l->ack_serial) {
		l->ack_serial = 0;
		if (ok || r->status == 404)
			l->acked = l->ack_sent;
		else
			(void)refused(l, r, now);
		return l->state == OVER ? LINK_SUPERSEDED : LINK_QUIET;
	}
	if (l->update_serial != 0 && r->serial == l->update_serial) {
		l->update_serial = 0;
		if (!ok)
			(void)refused(l, r, now);
		return l->state == OVER ? LINK_SUPERSEDED : LINK_QUIET;
	}
	if (p == NULL || p->serial != r->serial)
		return LINK_QUIET;
	p->serial = 0;
	if (!ok && !p->leave && refused(l, r, now))
		return LINK_QUIET;
	if (l->state == OVER)
		return LINK_SUPERSEDED;
	news->tag = p->tag;
	news->status = r->status;
	news->body = r->body;
	news->len = r->len;
	leave = p->leave;
	if ((l->first = p->next) == NULL)
		l->last = &l->first;
	l->waiting -= p->len;
	free(p);
	if (leave) {
		l->state = OVER;
		return LINK_LEFT;
	}
	return news->tag != 0 ? LINK_ANSWER : LINK_QUIET;
}

/* An answer to the long poll, or to the registration. */
static enum link_event
polled(struct link *l, const struct client_reply *r, int64_t now,
    struct link_news *news)
{
	char code[40];

	if (l->state == REGISTERING) {
		registered(l, r, now);
		return l->state == UP ? LINK_UP : LINK_QUIET;
	}
	l->polling = 0;
	if (r->status == 200) {
		if (l->acked < l->ack_sent)
			l->acked = l->ack_sent;
		news->status = r->status;
		news->body = r->body;
		news->len = r->len;
		return LINK_INBOX;
	}
	member(r->body, r->len, "code", code, sizeof code);
	if (!strcmp(code, "superseded")) {
		l->state = OVER;
		return LINK_SUPERSEDED;
	}
	fall(l, code[0] != '\0' ? code : "the gateway refused", now);
	return LINK_QUIET;
}

/* the loop */

static int
add_fd(const struct client *c, fd_set *rd, fd_set *wr, int max)
{
	int fd = client_fd(c), ev = client_events(c);

	if (fd == -1 || fd >= FD_SETSIZE)
		return max;
	if (ev & CLIENT_READ)
		FD_SET(fd, rd);
	if (ev & CLIENT_WRITE)
		FD_SET(fd, wr);
	return fd > max ? fd : max;
}

int
link_fds(const struct link *l, fd_set *rd, fd_set *wr, int max)
{
	if (l->state != REGISTERING && l->state != UP)
		return max;
	return add_fd(&l->post, rd, wr, add_fd(&l->poll, rd, wr, max));
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a == -1 || (b != -1 && b < a) ? b : a;
}

int64_t
link_due(const struct link *l)
{
	int64_t due;

	if (l->left || l->downs)
		return 0;
	switch (l->state) {
	case DOWN:
		return l->retry_at;
	case REGISTERING:
	case UP:
		break;
	case ASKED:
	case OVER:
		return -1;
	}
	due = sooner(client_deadline(&l->poll), client_deadline(&l->post));
	if (l->state == UP) {
		if (!l->polling)
			return 0;
		if (client_pending(&l->post) == 0 && (l->first != NULL ||
		    l->ack > l->acked || l->update.len > 0))
			due = sooner(due, l->post_at);
	}
	return due;
}

enum link_event
link_step(struct link *l, int64_t now, struct link_news *news)
{
	struct client_reply r;
	enum link_event ev;
	enum client_result res;

	memset(news, 0, sizeof *news);
	if (l->downs) {
		l->downs = 0;
		return LINK_DOWN;
	}
	if (l->left) {
		l->left = 0;
		return LINK_LEFT;
	}
	if (l->state == DOWN && now >= l->retry_at) {
		l->state = ASKED;
		return LINK_RETRY;
	}
	while (l->state == REGISTERING || l->state == UP) {
		if (l->state == UP && !l->polling && !l->leaving)
			send_poll(l, now);
		if (l->state == UP)
			send_post(l, now);
		if (l->state != REGISTERING && l->state != UP)
			break;
		if ((res = client_step(&l->poll, now, &r)) == CLIENT_DONE) {
			if ((ev = polled(l, &r, now, news)) != LINK_QUIET)
				return ev;
			continue;
		}
		if (res == CLIENT_FAIL) {
			fall(l, client_error(&l->poll), now);
			break;
		}
		if (l->state != UP)
			break;
		if ((res = client_step(&l->post, now, &r)) == CLIENT_DONE) {
			if ((ev = posted(l, &r, now, news)) != LINK_QUIET)
				return ev;
			continue;
		}
		if (res == CLIENT_FAIL)
			fall(l, client_error(&l->post), now);
		break;
	}
	if (l->downs || l->left)
		return link_step(l, now, news);
	return LINK_QUIET;
}
