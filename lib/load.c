/*
 * load - the journal's records into a broker's state.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <string.h>

#include "json.h"
#include "load.h"

enum { NODES = 4096 };		/* of one record that is no message */

void
load_init(struct load *l, const struct broker *b)
{
	memset(l, 0, sizeof *l);
	l->scan.off = journal_first(b->j);
	l->scan.end = journal_end(b->j);
}

static int
load_message(struct load *l, struct broker *b, const char *line, size_t n,
    uint64_t off)
{
	struct msg_line ml;
	struct msg m;
	int64_t ms;

	if (msg_parse(line, n, &ml) == -1 || ml.id < b->msgs.next)
		return 1;
	if (ml.id > b->msgs.next && msgs_skip(&b->msgs, ml.id) == -1)
		return -1;
	if (msgs_reserve(&b->msgs) == -1)
		return -1;
	memset(&m, 0, sizeof m);
	m.off = off;
	m.len = (uint32_t)ml.len;
	m.from = agents_find(&b->agents, ml.from, ml.from_len);
	m.to = ml.flags & (MSG_ALL | MSG_SYSTEM) ? AGENT_NONE :
	    agents_find(&b->agents, ml.to, ml.to_len);
	m.hops = (uint16_t)ml.hops;
	m.flags = (uint8_t)ml.flags;
	if (ml.reply_to != 0 && ml.reply_to < ml.id)
		m.reply_back = ml.id - ml.reply_to >= UINT32_MAX ? UINT32_MAX :
		    (uint32_t)(ml.id - ml.reply_to);
	broker_count(b, &m);
	l->since = 0;
	memcpy(l->stamp, ml.stamp, TIME_LEN);
	if (ml.key != NULL && time_parse(ml.stamp, TIME_LEN, &ms) == 0 &&
	    broker_note_key(b, ml.from, ml.from_len, ml.key, ml.key_len, ml.id,
	    ms / 1000) == -1)
		return -1;
	/* this may read elsewhere, so that the line's views end here */
	if (ml.reply_to != 0 &&
	    broker_note_reply(b, m.from, ml.reply_to, ml.id, off) == -1)
		return -1;
	return 0;
}

/* A member that is a count, or a default. */
static int64_t
number(const struct json_node *obj, const char *name, int64_t other)
{
	const struct json_node *v = json_get(obj, name);
	int64_t i;

	return v != NULL && json_int(v, &i) == 0 ? i : other;
}

/* A member that is a string: its bytes as they stand, or empty. */
static const char *
text(const struct json_node *obj, const char *name, size_t *n)
{
	const struct json_node *v = json_get(obj, name);

	*n = 0;
	if (v == NULL || v->type != JSON_STRING)
		return "";
	*n = v->len;
	return v->p;
}

/* The time that a record bears; later ones never go back behind it. */
static void
note_time(struct load *l, const struct json_node *rec)
{
	const char *s;
	size_t n;

	s = text(rec, "timestamp", &n);
	if (n == TIME_LEN && memcmp(s, l->stamp, TIME_LEN) > 0)
		memcpy(l->stamp, s, TIME_LEN);
}

static int
load_agent(struct broker *b, const struct json_node *rec)
{
	const struct json_node *caps = json_get(rec, "capabilities");
	const struct json_node *human, *inst = json_get(rec, "instance");
	struct agent *a;
	const char *id, *nonce;
	char mem[AGENT_INSTANCE_MAX];
	uint16_t slot;
	size_t n;

	id = text(rec, "agent", &n);
	if (n < 1 || n > ID_MAX)
		return 1;
	slot = agents_find(&b->agents, id, n);
	if (slot == AGENT_NONE) {
		slot = agents_add(&b->agents, id, n);
		if (slot == AGENT_NONE)
			return -1;
		a = agents_at(&b->agents, slot);
		a->k.joined = a->k.cursor = (uint64_t)number(rec, "joined",
		    (int64_t)b->msgs.next - 1);
		a->k.hops = -1;
		a->k.human = 0;
		if (agent_set_caps(&b->agents, slot, "{}", 2) == -1 ||
		    agent_set_instance(&b->agents, slot, "", 0) == -1)
			return -1;
		agent_set_used(&b->agents, slot, 1);
		a->k.taken = a->direct + b->nall - a->own;
	}
	a = agents_at(&b->agents, slot);
	if (agents_save(&b->agents, slot) == -1)
		return -1;
	if (caps != NULL && caps->type == JSON_OBJECT) {
		human = json_get(caps, "human");
		if (agent_set_caps(&b->agents, slot, caps->p, caps->len) == -1)
			return -1;
		broker_set_human(b, slot,
		    human != NULL && human->type == JSON_TRUE);
	}
	nonce = json_view(inst, mem, sizeof mem, &n);
	if (nonce == NULL)
		n = 0;
	broker_note_instance(b, a->k.instance, nonce, n);
	return agent_set_instance(&b->agents, slot, nonce, n);
}

static int
load_left(struct broker *b, const struct json_node *rec)
{
	struct gone g;
	const char *id, *stamp;
	uint16_t slot;
	size_t n, stamp_len;

	id = text(rec, "agent", &n);
	stamp = text(rec, "timestamp", &stamp_len);
	if (n < 1 || n > ID_MAX || stamp_len != TIME_LEN)
		return 1;
	memset(&g, 0, sizeof g);
	memcpy(g.id, id, n);
	memcpy(g.stamp, stamp, TIME_LEN);
	g.joined = (uint64_t)number(rec, "joined", 0);
	g.cursor = (uint64_t)number(rec, "cursor", 0);
	g.newest = (uint64_t)number(rec, "newest", (int64_t)b->msgs.next - 1);
	if (broker_note_gone(b, &g) == -1)
		return -1;
	/* --compact keeps the record of who left before it */
	slot = agents_find(&b->agents, id, n);
	if (slot == AGENT_NONE || agents_at(&b->agents, slot)->k.joined !=
	    g.joined)
		return 0;
	if (agents_save(&b->agents, slot) == -1)
		return -1;
	agent_set_used(&b->agents, slot, 0);
	return 0;
}

static int
load_cursor(struct broker *b, const struct json_node *rec)
{
	struct agent *a;
	const char *id;
	uint16_t slot;
	size_t n;

	id = text(rec, "agent", &n);
	slot = agents_find(&b->agents, id, n);
	if (slot == AGENT_NONE)
		return 1;
	a = agents_at(&b->agents, slot);
	a->k.cursor = (uint64_t)number(rec, "cursor", (int64_t)a->k.cursor);
	a->k.hops = (int)number(rec, "hops", a->k.hops);
	a->k.taken += broker_unread(b, slot) -
	    number(rec, "unread", broker_unread(b, slot));
	return 0;
}

static int
load_receipt(struct broker *b, const struct json_node *rec, uint64_t off)
{
	const char *id, *name;
	enum stage stage;
	uint16_t slot;
	size_t n, name_len;
	int64_t hops;

	id = text(rec, "agent", &n);
	name = text(rec, "stage", &name_len);
	slot = agents_find(&b->agents, id, n);
	stage = stage_find(name, name_len);
	if (slot == AGENT_NONE || stage == STAGE_NONE)
		return 1;
	hops = number(rec, "hops", -1);
	if (hops >= 0)
		agents_at(&b->agents, slot)->k.hops = (int)hops;
	return broker_note_receipt(b, slot,
	    (uint64_t)number(rec, "messageId", 0), stage,
	    (uint64_t)number(rec, "replyId", 0), off);
}

/* A key whose message was left behind by --compact. */
static int
load_key(struct broker *b, const struct json_node *rec)
{
	const char *from, *key, *stamp;
	size_t from_len, key_len, stamp_len;
	int64_t ms;

	from = text(rec, "from", &from_len);
	key = text(rec, "key", &key_len);
	stamp = text(rec, "timestamp", &stamp_len);
	if (key_len == 0 || time_parse(stamp, stamp_len, &ms) == -1)
		return 1;
	return broker_note_key(b, from, from_len, key, key_len,
	    (uint64_t)number(rec, "messageId", 0), ms / 1000);
}

/* The first record of a journal that was compacted. */
static int
load_start(struct load *l, struct broker *b, const struct json_node *rec)
{
	int64_t next = number(rec, "next", 0), first;

	first = number(rec, "first", next);
	if (next < 1 || first < 1 || first > next || b->msgs.count > 0)
		return 1;
	l->next = (uint64_t)next;
	b->msgs.base = b->msgs.next = (uint64_t)first;
	return 0;
}

/* 0; 1 where it is not understood; -1 with errno. */
static int
load_record(struct load *l, struct broker *b, const char *line, size_t n,
    uint64_t off)
{
	static struct json_node nodes[NODES];
	static char whole[AGENT_CAPS_MAX + 8192];
	const char *kind;
	size_t len;

	/* the sum was cut off, and with it the closing brace */
	if (n + 1 > sizeof whole)
		return 1;
	memcpy(whole, line, n);
	whole[n] = '}';
	if (json_parse(whole, n + 1, nodes, NODES, NULL) < 1)
		return 1;
	note_time(l, nodes);
	kind = text(nodes, "record", &len);
	if (len == 5 && memcmp(kind, "agent", 5) == 0)
		return load_agent(b, nodes);
	if (len == 4 && memcmp(kind, "left", 4) == 0)
		return load_left(b, nodes);
	if (len == 6 && memcmp(kind, "cursor", 6) == 0)
		return load_cursor(b, nodes);
	if (len == 7 && memcmp(kind, "receipt", 7) == 0)
		return load_receipt(b, nodes, off);
	if (len == 3 && memcmp(kind, "key", 3) == 0)
		return load_key(b, nodes);
	if (len == 5 && memcmp(kind, "start", 5) == 0)
		return load_start(l, b, nodes);
	return 1;
}

/* All is read: ids that damaged lines may have had stay used. */
static int
finish(struct load *l, struct broker *b)
{
	int64_t ms;

	if (l->next > b->msgs.next && msgs_skip(&b->msgs, l->next) == -1)
		return -1;
	if (l->since > 0 &&
	    msgs_skip(&b->msgs, b->msgs.next + l->since) == -1)
		return -1;
	l->since = 0;
	if (l->stamp[0] != '\0' && time_parse(l->stamp, TIME_LEN, &ms) == 0)
		broker_time(b, b->now_ms, ms);
	return 0;
}

enum journal_line
load_next(struct load *l, struct broker *b, uint64_t *off)
{
	enum journal_line what;
	const char *line;
	size_t n;
	int rc;

	while ((what = journal_next(b->j, &l->scan, &line, &n, off)) ==
	    JOURNAL_OK) {
		if (n > 6 && memcmp(line, "{\"id\":", 6) == 0)
			rc = load_message(l, b, line, n, *off);
		else {
			l->records++;
			rc = load_record(l, b, line, n, *off);
		}
		if (rc == -1)
			return JOURNAL_ERROR;
		if (rc == 1)
			l->unknown++;
		broker_commit(b);
	}
	if (what == JOURNAL_DAMAGED) {
		l->damaged++;
		l->since++;
	}
	if (what == JOURNAL_END && finish(l, b) == -1)
		return JOURNAL_ERROR;
	broker_commit(b);
	return what;
}
