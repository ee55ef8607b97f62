/*
 * views - inboxes, history, agents and receipts written out as JSON.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "jbuf.h"
#include "json.h"
#include "views.h"

#define PUTS(b, literal) buf_append((b), (literal), sizeof(literal) - 1)

/* Append a message as it stands in the journal; -1 with errno. */
static int
put_message(struct broker *b, const struct msg *m, struct buf *out)
{
	const char *text;

	text = msgs_text(&b->msgs, m);
	if (text == NULL || buf_reserve(out, m->len + 2) == -1)
		return -1;
	memcpy(out->p + out->len, text, m->len);
	out->p[out->len + m->len] = '}';
	buf_added(out, m->len + 1);
	return 0;
}

/* The controls that wait for a holder. */
static long
put_controls(const struct agent *a, struct buf *out)
{
	const struct control *c;
	long n = 0;

	for (c = a->controls; c != NULL; c = c->next, n++)
		if ((n > 0 && buf_putc(out, ',') == -1) ||
		    buf_append(out, c->text, c->len) == -1 ||
		    buf_putc(out, '}') == -1)
			return -1;
	return n;
}

/* How many bytes an answer may have, but for its only message. */
static size_t
room(const struct waiter *w)
{
	return w->bytes > 0 ? w->bytes : VIEW_BYTES_MAX;
}

long
view_inbox(struct broker *b, const struct waiter *w, struct buf *out)
{
	const struct agent *a = agents_at(&b->agents, w->slot);
	const struct msg *m;
	uint64_t id, last = 0, from = a->k.cursor;
	size_t begin = out->len;
	long n = 0;

	if (w->after > from && !w->drains)
		from = w->after;
	if (buf_putc(out, '[') == -1)
		return -1;
	if (w->holder && a->controls != NULL &&
	    (n = put_controls(a, out)) == -1)
		goto fail;
	for (id = from + 1; w->limit == 0 || n < (long)w->limit; id++) {
		id = broker_next_for(b, w->slot, id);
		if (id == b->msgs.next || (m = msgs_get(&b->msgs, id)) == NULL)
			break;
		if (n > 0 && out->len - begin + m->len > room(w))
			break;
		if ((n > 0 && buf_putc(out, ',') == -1) ||
		    put_message(b, m, out) == -1)
			goto fail;
		last = id;
		n++;
	}
	if (buf_putc(out, ']') == -1)
		goto fail;
	if (w->drains && w->takes && last != 0 &&
	    broker_ack(b, w->slot, last) == BROKER_FAILED)
		goto fail;
	return n;
fail:
	buf_truncate(out, begin);
	return -1;
}

/* The replyTo of a message, from the index or, where it is far, the text. */
static uint64_t
reply_to(struct broker *b, const struct msg *m, uint64_t id)
{
	struct msg_line l;
	const char *text;

	if (m->reply_back != UINT32_MAX)
		return m->reply_back == 0 ? 0 : id - m->reply_back;
	text = msgs_text(&b->msgs, m);
	return text != NULL && msg_parse(text, m->len, &l) == 0 ?
	    l.reply_to : 0;
}

/* Whether a message passes a filter. */
static int
passes(struct broker *b, const struct history_filter *f, const struct msg *m,
    uint64_t id)
{
	struct msg_line l;
	const char *text;
	int64_t ms;

	if (f == NULL)
		return 1;
	if (f->reply_to != 0 && reply_to(b, m, id) != f->reply_to)
		return 0;
	if (f->from[0] == '\0' && f->to[0] == '\0' && f->since_ms < 0)
		return 1;
	text = msgs_text(&b->msgs, m);
	if (text == NULL || msg_parse(text, m->len, &l) == -1)
		return 0;
	if (f->from[0] != '\0' && (strlen(f->from) != l.from_len ||
	    memcmp(f->from, l.from, l.from_len) != 0))
		return 0;
	if (f->to[0] != '\0' && (strlen(f->to) != l.to_len ||
	    memcmp(f->to, l.to, l.to_len) != 0))
		return 0;
	return f->since_ms < 0 || (time_parse(l.stamp, TIME_LEN, &ms) == 0 &&
	    ms >= f->since_ms);
}

/*
 * Where the last `limit` messages that pass begin, from *low on.  Where not all
 * have room, *low is moved up to the first that has.
 */
static uint64_t
last_begin(struct broker *b, const struct waiter *w, uint64_t *low,
    uint32_t limit)
{
	const struct msg *m;
	uint64_t id = b->msgs.next, found = id;
	size_t len = 0;

	while (id > *low && limit > 0) {
		m = msgs_get(&b->msgs, --id);
		if (m == NULL || !passes(b, w->filter, m, id))
			continue;
		len += m->len + 1;
		if (len > room(w) && found != b->msgs.next) {
			*low = found;
			break;
		}
		found = id;
		limit--;
	}
	return found;
}

/* All that match are there only from one id to another. */
static int
put_searched(struct buf *out, uint64_t low, uint64_t high)
{
	if (PUTS(out, ",\"searched\":[") == -1 ||
	    buf_putnum(out, (int64_t)low) == -1 || buf_putc(out, ',') == -1 ||
	    buf_putnum(out, (int64_t)high) == -1)
		return -1;
	return buf_putc(out, ']');
}

/*
 * Nothing was found before id: it need not be looked at again, unless it could
 * yet be taken back.
 */
static void
look_behind(const struct broker *b, struct waiter *w, uint64_t id)
{
	if (id > b->mark_next)
		id = b->mark_next;
	if (id > w->after + 1)
		w->after = id - 1;
	w->forward = 1;
}

long
view_history(struct broker *b, struct waiter *w, struct buf *out)
{
	uint64_t first = msgs_first(&b->msgs), low, id, end = b->msgs.next;
	uint32_t limit = w->limit > 0 ? w->limit : HISTORY_LIMIT;
	const struct msg *m;
	struct buf list;
	size_t begin = out->len;
	long n = 0;

	buf_init(&list, VIEW_BYTES_MAX + (size_t)JOURNAL_LINE_MAX);
	if (first <= w->after)
		first = w->after + 1;
	if (first > end)
		first = end;
	low = id = first;
	if (w->forward && end - low > VIEW_SCAN_MAX)
		end = low + VIEW_SCAN_MAX;
	if (!w->forward && end - low > VIEW_SCAN_MAX)
		low = end - VIEW_SCAN_MAX;
	if (!w->forward)
		id = last_begin(b, w, &low, limit);
	for (; id < end && n < (long)limit; id++) {
		m = msgs_get(&b->msgs, id);
		if (m == NULL || !passes(b, w->filter, m, id))
			continue;
		if (n > 0 && list.len + m->len > room(w))
			break;
		if ((n > 0 && buf_putc(&list, ',') == -1) ||
		    put_message(b, m, &list) == -1)
			goto fail;
		n++;
	}
	if (PUTS(out, "{\"count\":") == -1 || buf_putnum(out, n) == -1 ||
	    PUTS(out, ",\"total\":") == -1 ||
	    buf_putnum(out, (int64_t)b->msgs.count) == -1 ||
	    PUTS(out, ",\"messages\":[") == -1 ||
	    (list.len > 0 && buf_append(out, list.p, list.len) == -1) ||
	    PUTS(out, "]") == -1 ||
	    (n < (long)limit && (low > first || id < b->msgs.next) &&
	    put_searched(out, low, id - 1) == -1) || buf_putc(out, '}') == -1)
		goto fail;
	buf_free(&list);
	if (n == 0)
		look_behind(b, w, id);
	return n;
fail:
	buf_free(&list);
	buf_truncate(out, begin);
	return -1;
}

/* One recipient's receipt, and where the waiting for it stands. */
struct receipt {
	enum stage	 stage;
	const char	*name, *reason, *stamp;
	size_t		 name_len, reason_len;	/* reason: JSON with quotes */
	uint64_t	 reply_id;
};

/* What the journal says at a receipt's record.  Views into it.  0 or -1. */
static int
read_receipt(struct broker *b, const struct recent_entry *e,
    struct receipt *r)
{
	static struct json_node nodes[32];
	static char whole[16384];
	struct journal_scan s;
	struct msg_line l;
	const struct json_node *v;
	const char *line;
	uint64_t off;
	size_t n;

	s.off = e->a;
	s.end = journal_end(b->j);
	s.line = 0;
	if (journal_next(b->j, &s, &line, &n, &off) != JOURNAL_OK)
		return -1;
	r->stage = (enum stage)(e->c & 0xff);
	r->reply_id = e->b;
	r->reason = NULL;
	if (msg_parse(line, n, &l) == 0) {	/* the reply itself */
		r->name = l.from;
		r->name_len = l.from_len;
		r->stamp = l.stamp;
		return 0;
	}
	if (n + 1 > sizeof whole)
		return -1;
	memcpy(whole, line, n);
	whole[n] = '}';
	if (json_parse(whole, n + 1, nodes, 32, NULL) < 1 ||
	    (v = json_get(nodes, "agent")) == NULL)
		return -1;
	r->name = v->p;
	r->name_len = v->len;
	v = json_get(nodes, "timestamp");
	r->stamp = v != NULL && v->len == TIME_LEN ? v->p : NULL;
	v = json_get(nodes, "reason");
	if (v != NULL && v->type == JSON_STRING) {
		r->reason = v->p - 1;
		r->reason_len = (size_t)v->len + 2;
	}
	return 0;
}

/* What is collected while a message's recipients are gone through. */
struct outcome {
	const struct waiter *w;
	const char	*wanted;	/* the agent that is waited for, NULL */
	size_t		 wanted_len;
	int		 recipients, failed, reached;
};

static void
judge(struct outcome *o, const struct receipt *r)
{
	enum stage want = (enum stage)o->w->stage;

	if (o->wanted != NULL && (o->wanted_len != r->name_len ||
	    memcmp(o->wanted, r->name, r->name_len) != 0))
		return;
	o->recipients++;
	if (r->stage == STAGE_FAILED)
		o->failed++;
	if (r->stage == want || (r->stage > want && r->stage != STAGE_FAILED))
		o->reached = 1;
}

static void
put_receipt(struct json_out *o, const struct receipt *r)
{
	json_put_name(o, r->name, r->name_len);
	json_put_open(o, '{');
	json_member_str(o, "stage", stage_name(r->stage));
	json_put_name(o, "reason", 6);
	if (r->reason != NULL)
		json_put_raw(o, r->reason, r->reason_len);
	else
		json_put_raw(o, "\"\"", 2);
	json_put_name(o, "replyId", 7);
	if (r->reply_id != 0)
		json_put_int(o, (int64_t)r->reply_id);
	else
		json_put_null(o);
	json_put_name(o, "timestamp", 9);
	if (r->stamp != NULL)
		json_put_string(o, r->stamp, TIME_LEN);
	else
		json_put_null(o);
	json_put_close(o, '}');
}

static int
seen_before(const struct broker *b, uint64_t id, const struct recent_entry *e)
{
	const struct recent_entry *r;

	for (r = recent_find(&b->receipts, id); r != NULL && r != e;
	    r = recent_older(&b->receipts, r))
		if (r->c >> 8 == e->c >> 8)
			return 1;
	return 0;
}

/* Whether an agent that is gone had answered a message. */
static int
replied_by(struct broker *b, uint64_t id, const char *name, size_t n)
{
	const struct recent_entry *e;
	struct receipt r;

	for (e = recent_find(&b->receipts, id); e != NULL;
	    e = recent_older(&b->receipts, e))
		if ((e->c & 0xff) == STAGE_REPLIED &&
		    read_receipt(b, e, &r) == 0 && r.name_len == n &&
		    memcmp(r.name, name, n) == 0)
			return 1;
	return 0;
}

/* Recipients that left before they had read it. */
static void
put_gone(struct broker *b, const struct msg *m, const struct msg_line *l,
    uint64_t id, struct json_out *j, struct outcome *o)
{
	const struct gone *g;
	struct receipt r;
	size_t i, n;

	n = b->ngone < BROKER_GONE_MAX ? b->ngone : BROKER_GONE_MAX;
	for (i = 0; i < n; i++) {
		g = &b->gone[i];
		if (id <= g->cursor || id <= g->joined || id > g->newest)
			continue;
		r.name = g->id;
		r.name_len = strlen(g->id);
		if (m->flags & MSG_ALL) {
			if (r.name_len == l->from_len &&
			    memcmp(g->id, l->from, l->from_len) == 0)
				continue;
		} else if (m->flags & MSG_SYSTEM || r.name_len != l->to_len ||
		    memcmp(g->id, l->to, l->to_len) != 0)
			continue;
		if (replied_by(b, id, r.name, r.name_len))
			continue;
		r.stage = STAGE_FAILED;
		r.reason = "\"left\"";
		r.reason_len = 6;
		r.reply_id = 0;
		r.stamp = g->stamp;
		put_receipt(j, &r);
		judge(o, &r);
	}
}

/* Whether the agent whose receipt this is left with the message unread. */
static int
left_unread(const struct broker *b, const struct receipt *r, uint64_t id)
{
	const struct gone *g;
	size_t i, n;

	n = b->ngone < BROKER_GONE_MAX ? b->ngone : BROKER_GONE_MAX;
	for (i = 0; i < n; i++) {
		g = &b->gone[i];
		if (strlen(g->id) == r->name_len && id > g->joined &&
		    memcmp(g->id, r->name, r->name_len) == 0 &&
		    id > g->cursor && id <= g->newest)
			return r->stage != STAGE_REPLIED;
	}
	return 0;
}

static void
put_receipts(struct broker *b, const struct msg *m, const struct msg_line *l,
    uint64_t id, struct json_out *j, struct outcome *o)
{
	const struct recent_entry *e;
	const struct agent *a;
	struct receipt r;
	size_t i;

	for (e = recent_find(&b->receipts, id); e != NULL;
	    e = recent_older(&b->receipts, e)) {
		if (seen_before(b, id, e) || read_receipt(b, e, &r) == -1 ||
		    left_unread(b, &r, id))
			continue;
		put_receipt(j, &r);
		judge(o, &r);
	}
	put_gone(b, m, l, id, j, o);
	for (i = 0; i < b->agents.n; i++) {
		a = agents_at(&b->agents, (uint16_t)i);
		if (!broker_is_for(b, (uint16_t)i, m, id) ||
		    broker_stage(b, id, (uint16_t)i, &e) != STAGE_QUEUED ||
		    e != NULL)
			continue;
		memset(&r, 0, sizeof r);
		r.name = a->id;
		r.name_len = a->id_len;
		r.stage = STAGE_QUEUED;
		r.stamp = l->stamp;
		put_receipt(j, &r);
		judge(o, &r);
	}
}

int
view_message(struct broker *b, const struct waiter *w, struct buf *out)
{
	const struct msg *m = msgs_get(&b->msgs, w->id);
	struct json_out j;
	struct outcome o;
	struct msg_line l;
	struct msg copy;
	char *text;
	size_t begin = out->len;
	const char *p;

	if (m == NULL) {
		if (errno == 0)
			errno = ENOENT;
		return -1;
	}
	copy = *m;	/* what follows looks at other messages */
	memset(&o, 0, sizeof o);
	o.w = w;
	if (w->filter != NULL) {
		o.wanted = w->filter->from;
		o.wanted_len = strlen(o.wanted);
	}
	p = msgs_text(&b->msgs, &copy);
	if (p == NULL || (text = malloc(copy.len)) == NULL)
		return -1;
	memcpy(text, p, copy.len);
	if (msg_parse(text, copy.len, &l) == -1 ||
	    buf_append(out, text, copy.len) == -1 ||
	    PUTS(out, ",\"receipts\":") == -1)
		goto fail;
	jbuf_begin(&j, out);
	json_put_open(&j, '{');
	put_receipts(b, &copy, &l, w->id, &j, &o);
	json_put_close(&j, '}');
	if (jbuf_end(&j) == -1 || buf_putc(out, '}') == -1)
		goto fail;
	free(text);
	return w->stage == STAGE_NONE || o.reached ||
	    o.failed == o.recipients;
fail:
	free(text);
	buf_truncate(out, begin);
	return -1;
}

/* Whether anybody is there, as far as one can tell. */
static int
online(const struct broker *b, uint16_t slot)
{
	const struct agent *a = agents_at(&b->agents, slot);

	if (a->k.instance != NULL)
		return broker_holder_lives(b, slot);
	return a->others > 0 || (a->seen_wall_ms != 0 &&
	    b->now_ms - a->heard_ms < BROKER_HOLD_MS);
}

static int
put_agent(struct broker *b, uint16_t slot, struct buf *out)
{
	const struct agent *a = agents_at(&b->agents, slot);
	char stamp[TIME_LEN + 1];
	int here = online(b, slot);

	if (PUTS(out, "{\"id\":\"") == -1 ||
	    buf_append(out, a->id, a->id_len) == -1 ||
	    PUTS(out, "\",\"online\":") == -1 ||
	    buf_puts(out, here ? "true" : "false") == -1 ||
	    buf_putc(out, ',') == -1)
		return -1;
	/* what a run that is gone said last does not hold any more */
	if (a->state_len > 0 && (here || a->k.instance == NULL)) {
		if (buf_append(out, a->state, a->state_len) == -1)
			return -1;
	} else if (PUTS(out, "\"state\":\"unknown\",\"detail\":\"\","
	    "\"screen\":\"\",\"until\":null") == -1)
		return -1;
	if (PUTS(out, ",\"lastSeen\":") == -1)
		return -1;
	if (a->seen_wall_ms != 0) {
		time_format(a->seen_wall_ms, stamp);
		if (buf_printf(out, "\"%s\"", stamp) == -1)
			return -1;
	} else if (PUTS(out, "null") == -1)
		return -1;
	if (PUTS(out, ",\"unread\":") == -1 ||
	    buf_putnum(out, broker_unread(b, slot)) == -1 ||
	    PUTS(out, ",\"capabilities\":") == -1 ||
	    buf_append(out, a->k.caps, a->k.caps_len) == -1)
		return -1;
	return buf_putc(out, '}');
}

static int
by_id(const void *x, const void *y)
{
	const struct agent *const *a = x, *const *b = y;

	return strcmp((*a)->id, (*b)->id);
}

int
view_agents(struct broker *b, struct buf *out)
{
	struct agent **list;
	size_t i, n = 0;

	list = malloc((b->agents.n + 1) * sizeof(struct agent *));
	if (list == NULL)
		return -1;
	for (i = 0; i < b->agents.n; i++)
		if (b->agents.slot[i]->k.used)
			list[n++] = b->agents.slot[i];
	qsort(list, n, sizeof(struct agent *), by_id);
	if (buf_putc(out, '[') == -1)
		goto fail;
	for (i = 0; i < n; i++)
		if ((i > 0 && buf_putc(out, ',') == -1) ||
		    put_agent(b, agents_find(&b->agents, list[i]->id,
		    list[i]->id_len), out) == -1)
			goto fail;
	free(list);
	return buf_putc(out, ']');
fail:
	free(list);
	return -1;
}

int
view_events(struct broker *b, struct waiter *w, size_t max, struct buf *out)
{
	const struct msg *m;
	uint64_t id;
	size_t begin = out->len;

	for (id = w->after + 1; out->len - begin < max; id++) {
		if (w->kind == WAIT_EVENTS)
			id = broker_next_for(b, w->slot, id);
		else
			id = msgs_seek(&b->msgs, id, AGENT_NONE, 1);
		if (id >= b->msgs.next)
			break;
		m = msgs_get(&b->msgs, id);
		if (m == NULL)
			continue;
		if (PUTS(out, "event: message\nid: ") == -1 ||
		    buf_putnum(out, (int64_t)id) == -1 ||
		    PUTS(out, "\ndata: ") == -1 ||
		    put_message(b, m, out) == -1 || PUTS(out, "\n\n") == -1)
			return -1;
		w->after = id;
	}
	if (id >= b->msgs.next)
		w->after = b->msgs.next - 1;
	return 0;
}

int
view_state_event(struct broker *b, uint16_t slot, struct buf *out)
{
	const struct agent *a = agents_at(&b->agents, slot);

	if (a->state_len == 0)
		return 0;
	if (PUTS(out, "event: update\ndata: {\"from\":\"") == -1 ||
	    buf_append(out, a->id, a->id_len) == -1 ||
	    PUTS(out, "\",") == -1 ||
	    buf_append(out, a->state, a->state_len) == -1)
		return -1;
	return PUTS(out, "}\n\n");
}
