/*
 * api_get - the requests that read: inboxes, the history, a message, streams.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <string.h>

#include "api_in.h"

/* A query's parameters, decoded; those not given are -1 or empty. */
struct params {
	int64_t after, ack, wait, limit, control, reply_to, since;
	char	from[ID_MAX + 1], to[ID_MAX + 1], agent[ID_MAX + 1];
	int	stage;		/* STAGE_NONE: not given */
};

/* One parameter.  0 where its value is bad. */
static int
param(struct params *p, const char *name, size_t name_len, const char *v,
    size_t n, const char **what)
{
	static const struct {
		const char *name;
		size_t off;
		int64_t max;
		const char *what;
	} nums[] = {
		{ "ack", offsetof(struct params, ack), INT64_MAX, "an id" },
		{ "after", offsetof(struct params, after), INT64_MAX, "an id" },
		{ "control", offsetof(struct params, control), INT64_MAX,
		    "a control's number" },
		{ "limit", offsetof(struct params, limit), HISTORY_LIMIT_MAX,
		    "a number from 1 to 10000" },
		{ "replyTo", offsetof(struct params, reply_to), INT64_MAX,
		    "an id" },
		{ "wait", offsetof(struct params, wait), API_WAIT_MAX_S,
		    "a number of seconds from 0 to 60" }
	};
	size_t i;
	char *id;

	for (i = 0; i < sizeof nums / sizeof nums[0]; i++)
		if (strlen(nums[i].name) == name_len &&
		    memcmp(nums[i].name, name, name_len) == 0) {
			*what = nums[i].what;
			return num_parse_n(v, n, nums[i].name[0] == 'l',
			    nums[i].max, (int64_t *)(void *)((char *)p +
			    nums[i].off)) == 0;
		}
	*what = "an agent's id";
	id = name_len == 4 && memcmp(name, "from", 4) == 0 ? p->from :
	    name_len == 2 && memcmp(name, "to", 2) == 0 ? p->to :
	    name_len == 5 && memcmp(name, "agent", 5) == 0 ? p->agent : NULL;
	if (id != NULL)
		return id_fold(v, n, id) == 0;
	if (name_len == 5 && memcmp(name, "since", 5) == 0) {
		*what = "a time (RFC 3339, or milliseconds since 1970)";
		return time_parse(v, n, &p->since) == 0;
	}
	if (name_len == 5 && memcmp(name, "stage", 5) == 0) {
		*what = "queued, held, typed, submitted, replied or failed";
		return (p->stage = (int)stage_find(v, n)) != STAGE_NONE;
	}
	return 1;		/* one that we do not know */
}

static int
parse_query(struct http_str q, struct params *p, struct api_answer *a,
    struct buf *out)
{
	struct http_str name, value;
	char key[32], v[256];
	const char *what = "well-formed";
	long nk, nv;

	memset(p, 0, sizeof *p);
	p->after = p->ack = p->wait = p->limit = p->control = -1;
	p->reply_to = p->since = -1;
	p->stage = STAGE_NONE;
	while (q.p != NULL && http_query_next(&q, &name, &value)) {
		nk = http_unescape(name.p, name.len, key, sizeof key);
		if (nk < 0)
			continue;	/* none of ours */
		nv = value.p == NULL ? 0 :
		    http_unescape(value.p, value.len, v, sizeof v);
		if (nv >= 0 && param(p, key, (size_t)nk, v, (size_t)nv, &what))
			continue;
		api_fail(a, out, 400, "bad-field", "the parameter \"%.*s\" "
		    "must be %s", (int)nk, key, what);
		return 0;
	}
	return 1;
}

/* A number above the newest id counts as the newest. */
static uint64_t
clamp_id(const struct broker *b, int64_t v)
{
	return (uint64_t)v >= b->msgs.next ? b->msgs.next - 1 : (uint64_t)v;
}

/* Wait where there is nothing and the request is willing to. */
static void
maybe_wait(const struct api_call *c, const struct params *p, int nothing,
    struct api_answer *a, struct buf *out, size_t begin)
{
	if (!nothing || p->wait <= 0 || c->h->method == HTTP_HEAD)
		return;
	buf_truncate(out, begin);
	a->kind = API_WAIT;
	a->wait_s = (int)p->wait;
}

void
api_inbox(struct api *api, struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	struct broker *b = api->b;
	struct waiter *w = &a->wait;
	struct params p;
	size_t begin = out->len;
	uint16_t slot = api_path_agent(api, c, a, out);
	uint64_t ack;
	long n;
	int mine;

	if (slot == AGENT_NONE || !parse_query(c->h->query, &p, a, out) ||
	    (mine = api_speaks_for(api, c, slot, a, out)) == 0)
		return;
	memset(w, 0, sizeof *w);
	w->kind = WAIT_INBOX;
	w->slot = slot;
	w->id = agents_at(&b->agents, slot)->k.joined;
	w->limit = p.limit > 0 ? (uint32_t)p.limit : 0;
	w->holder = a->binds == 2;
	w->takes = mine == 1 && c->h->method == HTTP_GET;
	w->drains = p.after < 0;
	if (w->holder && p.control >= 0)
		broker_control_done(b, slot, (uint64_t)p.control);
	if (p.after >= 0)
		w->after = clamp_id(b, p.after);
	if (c->h->f.wants_events) {
		const struct http_str *last =
		    &c->h->f.field[HTTP_LAST_EVENT_ID];
		int64_t v;

		if (last->p != NULL && num_parse_n(last->p, last->len, 0,
		    INT64_MAX, &v) == 0)
			w->after = clamp_id(b, v);
		if (w->after < agents_at(&b->agents, slot)->k.cursor)
			w->after = agents_at(&b->agents, slot)->k.cursor;
		w->kind = WAIT_EVENTS;
		a->kind = API_STREAM;
		return;
	}
	if (w->takes && (p.after >= 0 || p.ack >= 0)) {
		ack = w->drains ? clamp_id(b, p.ack) : w->after;
		if (p.ack >= 0 && clamp_id(b, p.ack) < ack)
			ack = clamp_id(b, p.ack);
		if (broker_ack(b, slot, ack) == BROKER_FAILED) {
			api_fail_errno(a, out);
			return;
		}
	}
	n = view_inbox(b, w, out);
	if (n == -1) {
		api_fail_errno(a, out);
		return;
	}
	api->deliveries += (uint64_t)n;
	maybe_wait(c, &p, n == 0, a, out, begin);
}

void
api_history(struct api *api, struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	static struct history_filter f;
	struct waiter *w = &a->wait;
	struct params p;
	size_t begin = out->len;
	long n;

	if (!parse_query(c->h->query, &p, a, out))
		return;
	memset(w, 0, sizeof *w);
	w->kind = WAIT_HISTORY;
	w->limit = p.limit > 0 ? (uint32_t)p.limit : 0;
	w->after = p.after > 0 ? clamp_id(api->b, p.after) : 0;
	/* who follows wants what comes next, who looks what came last */
	w->forward = p.after >= 0 && p.wait >= 0;
	if (p.from[0] != '\0' || p.to[0] != '\0' || p.since >= 0 ||
	    p.reply_to > 0) {
		memset(&f, 0, sizeof f);
		memcpy(f.from, p.from, sizeof f.from);
		memcpy(f.to, p.to, sizeof f.to);
		f.since_ms = p.since;
		f.reply_to = p.reply_to > 0 ? (uint64_t)p.reply_to : 0;
		w->filter = &f;
	}
	n = view_history(api->b, w, out);
	if (n == -1) {
		api_fail_errno(a, out);
		return;
	}
	maybe_wait(c, &p, n == 0, a, out, begin);
}

void
api_message(struct api *api, struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	static struct history_filter f;
	struct waiter *w = &a->wait;
	struct params p;
	size_t begin = out->len;
	int rc;

	if (!parse_query(c->h->query, &p, a, out))
		return;
	memset(w, 0, sizeof *w);
	w->kind = WAIT_MESSAGE;
	w->id = c->number;
	w->stage = (unsigned char)p.stage;
	if (p.agent[0] != '\0') {
		memset(&f, 0, sizeof f);
		memcpy(f.from, p.agent, sizeof f.from);
		w->filter = &f;
	}
	rc = view_message(api->b, w, out);
	if (rc == -1 && errno == ENOENT)
		api_fail(a, out, 404, "not-found", "there is no message %llu",
		    (unsigned long long)c->number);
	else if (rc == -1)
		api_fail_errno(a, out);
	else
		maybe_wait(c, &p, rc == 0, a, out, begin);
}

void
api_stream(struct api *api, const struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	const struct http_str *last = &c->h->f.field[HTTP_LAST_EVENT_ID];
	struct params p;
	int64_t v;

	if (!parse_query(c->h->query, &p, a, out))
		return;
	memset(&a->wait, 0, sizeof a->wait);
	a->wait.kind = WAIT_ROOM;
	a->wait.after = p.after >= 0 ? clamp_id(api->b, p.after) :
	    api->b->msgs.next - 1;
	if (last->p != NULL && num_parse_n(last->p, last->len, 0, INT64_MAX,
	    &v) == 0)
		a->wait.after = clamp_id(api->b, v);
	a->kind = API_STREAM;
}
