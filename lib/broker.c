/*
 * broker - agents, inboxes, receipts and hops of one room.
 * Linked into csp-gateway.  Start reading at broker_post.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "broker.h"
#include "buf.h"
#include "json.h"

static const char *const stages[STAGE_NONE] = {
	"queued", "held", "typed", "submitted", "replied", "failed"
};

const char *
stage_name(enum stage s)
{
	return stages[s];
}

enum stage
stage_find(const char *s, size_t n)
{
	int i;

	for (i = 0; i < STAGE_NONE; i++)
		if (strlen(stages[i]) == n && memcmp(stages[i], s, n) == 0)
			break;
	return (enum stage)i;
}

void
broker_init(struct broker *b, struct journal *j, unsigned int max_hops)
{
	memset(b, 0, sizeof *b);
	b->j = j;
	b->max_hops = max_hops;
	agents_init(&b->agents);
	msgs_init(&b->msgs, j, &b->agents);
	recent_init(&b->receipts, BROKER_RECEIPTS_MAX);
	recent_init(&b->keys, BROKER_KEYS_MAX);
	b->mark_next = b->msgs.next;
}

void
broker_free(struct broker *b)
{
	agents_free(&b->agents);
	msgs_free(&b->msgs);
	recent_free(&b->receipts);
	recent_free(&b->keys);
	free(b->gone);
	free(b->scratch);
	memset(b, 0, sizeof *b);
}

void
broker_time(struct broker *b, int64_t now_ms, int64_t wall_ms)
{
	b->now_ms = now_ms;
	if (wall_ms <= b->wall_ms)
		return;
	if (wall_ms / 1000 == b->wall_ms / 1000 && b->stamp[0] != '\0') {
		/* within a second only the last digits change */
		b->stamp[20] = (char)('0' + wall_ms / 100 % 10);
		b->stamp[21] = (char)('0' + wall_ms / 10 % 10);
		b->stamp[22] = (char)('0' + wall_ms % 10);
	} else
		time_format(wall_ms, b->stamp);
	b->wall_ms = wall_ms;
}

/* Two 64-bit hashes of sender and key; together they are as good as both. */
static void
key_hash(const char *from, size_t from_len, const char *key, size_t n,
    uint64_t h[2])
{
	h[0] = journal_sum(from, from_len) * 3 ^ journal_sum(key, n);
	h[1] = (journal_sum(from, from_len) ^ 0x5851f42d4c957f2du) *
	    0xff51afd7ed558ccdu + journal_sum(key, n) * 5;
	h[1] ^= h[0] >> 29;
}

int
broker_note_key(struct broker *b, const char *from, size_t from_len,
    const char *key, size_t n, uint64_t id, int64_t wall_s)
{
	uint64_t h[2];

	key_hash(from, from_len, key, n, h);
	return recent_add(&b->keys, h[0], h[1], id, (uint32_t)wall_s);
}

/* The id that was sent under a key within a day, or 0. */
static uint64_t
key_seen(const struct broker *b, const char *from, size_t from_len,
    const char *key, size_t n)
{
	const struct recent_entry *e;
	uint64_t h[2];

	key_hash(from, from_len, key, n, h);
	for (e = recent_find(&b->keys, h[0]); e != NULL;
	    e = recent_older(&b->keys, e))
		if (e->a == h[1] && b->wall_ms / 1000 - e->c < BROKER_KEY_S)
			return e->b;
	return 0;
}

/*
 * Records that are no messages: begun with a name, ended in the journal.
 */
static int
record_begin(struct journal *j, struct json_out *o, const char *kind,
    size_t room)
{
	char *p = journal_reserve(j, room + 400);

	if (p == NULL)
		return -1;
	json_out_init(o, p, room + 400);
	json_put_open(o, '{');
	json_member_str(o, "record", kind);
	return 0;
}

int
broker_write_agent(struct journal *j, const struct agent *a,
    const char *stamp)
{
	struct json_out o;
	size_t inst = a->k.instance != NULL ? strlen(a->k.instance) : 0;

	if (record_begin(j, &o, "agent", a->k.caps_len + 6 * inst) == -1)
		return -1;
	json_member_string(&o, "timestamp", stamp, TIME_LEN);
	json_member_string(&o, "agent", a->id, a->id_len);
	json_member_int(&o, "joined", (int64_t)a->k.joined);
	if (inst > 0)
		json_member_string(&o, "instance", a->k.instance, inst);
	json_put_name(&o, "capabilities", 12);
	json_put_raw(&o, a->k.caps, a->k.caps_len);
	(void)journal_line(j, o.len);
	return 0;
}

int
broker_write_cursor(struct journal *j, const struct agent *a, int64_t unread)
{
	struct json_out o;

	if (record_begin(j, &o, "cursor", 0) == -1)
		return -1;
	json_member_string(&o, "agent", a->id, a->id_len);
	json_member_int(&o, "cursor", (int64_t)a->k.cursor);
	json_member_int(&o, "unread", unread);
	json_member_int(&o, "hops", a->k.hops);
	(void)journal_line(j, o.len);
	return 0;
}

int
broker_write_gone(struct journal *j, const struct gone *g)
{
	struct json_out o;

	if (record_begin(j, &o, "left", 0) == -1)
		return -1;
	json_member_string(&o, "timestamp", g->stamp, TIME_LEN);
	json_member_str(&o, "agent", g->id);
	json_member_int(&o, "joined", (int64_t)g->joined);
	json_member_int(&o, "cursor", (int64_t)g->cursor);
	json_member_int(&o, "newest", (int64_t)g->newest);
	(void)journal_line(j, o.len);
	return 0;
}

/* All messages that were ever for an agent while it was here. */
static int64_t
total_for(const struct broker *b, const struct agent *a)
{
	return a->direct + b->nall - a->own +
	    (a->k.human ? b->nnotices - a->own_notices : 0);
}

int64_t
broker_unread(const struct broker *b, uint16_t slot)
{
	const struct agent *a = agents_at(&b->agents, slot);

	return total_for(b, a) - a->k.taken;
}

/* Whether a message is for an agent, wherever its cursor is. */
static int
is_for(const struct agent *a, uint16_t slot, const struct msg *m)
{
	if (m->flags & MSG_ALL)
		return m->from != slot;
	if (m->flags & MSG_SYSTEM)
		return a->k.human && m->from != slot;
	return m->to == slot;
}

int
broker_is_for(const struct broker *b, uint16_t slot, const struct msg *m,
    uint64_t id)
{
	const struct agent *a = agents_at(&b->agents, slot);

	return a->k.used && id > a->k.joined && is_for(a, slot, m);
}

uint64_t
broker_next_for(struct broker *b, uint16_t slot, uint64_t id)
{
	const struct agent *a = agents_at(&b->agents, slot);
	const struct msg *m;

	for (;; id++) {
		id = msgs_seek(&b->msgs, id, slot, a->k.human);
		if (id == b->msgs.next)
			return id;
		m = msgs_get(&b->msgs, id);
		if (m != NULL && is_for(a, slot, m))
			return id;
	}
}

/* Messages for an agent with after < id <= upto; the last one's hops. */
static int64_t
count_for(struct broker *b, uint16_t slot, uint64_t after, uint64_t upto,
    int *hops)
{
	const struct msg *m;
	int64_t n = 0;
	uint64_t id = after;

	while ((id = broker_next_for(b, slot, id + 1)) <= upto &&
	    id != b->msgs.next) {
		n++;
		if ((m = msgs_get(&b->msgs, id)) != NULL)
			*hops = m->hops;
	}
	return n;
}

enum broker_result
broker_ack(struct broker *b, uint16_t slot, uint64_t id)
{
	struct agent *a = agents_at(&b->agents, slot);
	int64_t n;
	int hops = a->k.hops;

	if (id >= b->msgs.next)
		id = b->msgs.next - 1;
	if (id <= a->k.cursor)
		return BROKER_OK;
	n = count_for(b, slot, a->k.cursor, id, &hops);
	if (n == 0 && id < b->msgs.next - 1 &&
	    a->k.cursor + MSG_BLOCK > id)
		return BROKER_OK;	/* it passes nothing: no line for it */
	if (agents_save(&b->agents, slot) == -1)
		return BROKER_FAILED;
	a->k.taken += n;
	a->k.cursor = id;
	a->k.hops = hops;
	return broker_write_cursor(b->j, a, broker_unread(b, slot)) == -1 ?
	    BROKER_FAILED : BROKER_OK;
}

/* What a receipt's last member packs. */
static uint32_t
pack(uint16_t slot, enum stage s)
{
	return (uint32_t)slot << 8 | (uint32_t)s;
}

enum stage
broker_stage(struct broker *b, uint64_t id, uint16_t slot,
    const struct recent_entry **e)
{
	const struct recent_entry *r;

	for (r = recent_find(&b->receipts, id); r != NULL;
	    r = recent_older(&b->receipts, r))
		if (r->c >> 8 == slot) {
			if (e != NULL)
				*e = r;
			return (enum stage)(r->c & 0xff);
		}
	if (e != NULL)
		*e = NULL;
	return STAGE_QUEUED;
}

/*
 * Whether a stage may follow another: a text may be taken out of the input box
 * again and held, but what was submitted can only be answered or fail, and what
 * was answered is.
 */
static int
follows(enum stage old, enum stage new)
{
	if (old == STAGE_REPLIED)
		return new == STAGE_REPLIED;
	return old != STAGE_SUBMITTED || new >= STAGE_SUBMITTED;
}

int
broker_note_receipt(struct broker *b, uint16_t slot, uint64_t id,
    enum stage stage, uint64_t reply_id, uint64_t off)
{
	if (!follows(broker_stage(b, id, slot, NULL), stage))
		return 0;
	return recent_add(&b->receipts, id, off, reply_id, pack(slot, stage));
}

enum broker_result
broker_receipt(struct broker *b, uint16_t slot, uint64_t id, enum stage stage,
    const char *reason, size_t reason_len, uint64_t reply_id)
{
	struct agent *a = agents_at(&b->agents, slot);
	const struct msg *m = msgs_get(&b->msgs, id);
	struct json_out o;
	uint64_t off;
	int hops;

	if (m == NULL)
		return BROKER_NO_MESSAGE;
	if (!broker_is_for(b, slot, m, id))
		return BROKER_NOT_FOR;
	if (!follows(broker_stage(b, id, slot, NULL), stage))
		return BROKER_REPEATED;
	hops = m->hops;
	if (record_begin(b->j, &o, "receipt", reason_len) == -1)
		return BROKER_FAILED;
	json_member_string(&o, "timestamp", b->stamp, TIME_LEN);
	json_member_string(&o, "agent", a->id, a->id_len);
	json_member_int(&o, "messageId", (int64_t)id);
	json_member_str(&o, "stage", stages[stage]);
	if (reason_len > 0) {
		json_put_name(&o, "reason", 6);
		json_put_raw(&o, reason, reason_len);
	}
	if (reply_id != 0)
		json_member_int(&o, "replyId", (int64_t)reply_id);
	if (stage == STAGE_SUBMITTED) {
		if (agents_save(&b->agents, slot) == -1)
			return BROKER_FAILED;
		a->k.hops = hops;
		json_member_int(&o, "hops", hops);
	}
	off = journal_line(b->j, o.len);
	return broker_note_receipt(b, slot, id, stage, reply_id, off) == -1 ?
	    BROKER_FAILED : BROKER_OK;
}

void
broker_count(struct broker *b, const struct msg *m)
{
	if (m->flags & MSG_ALL) {
		b->nall++;
		if (m->from != AGENT_NONE)
			agents_at(&b->agents, m->from)->own++;
	} else if (m->flags & MSG_SYSTEM) {
		b->nnotices++;
		if (m->from != AGENT_NONE)
			agents_at(&b->agents, m->from)->own_notices++;
	} else if (m->to != AGENT_NONE)
		agents_at(&b->agents, m->to)->direct++;
	msgs_add(&b->msgs, m);
}

static void
uncount_newest(struct broker *b)
{
	const struct msg *m = msgs_get(&b->msgs, b->msgs.next - 1);

	if (m->flags & MSG_ALL) {
		b->nall--;
		if (m->from != AGENT_NONE)
			agents_at(&b->agents, m->from)->own--;
	} else if (m->flags & MSG_SYSTEM) {
		b->nnotices--;
		if (m->from != AGENT_NONE)
			agents_at(&b->agents, m->from)->own_notices--;
	} else if (m->to != AGENT_NONE)
		agents_at(&b->agents, m->to)->direct--;
	msgs_pop(&b->msgs);
}

int
broker_note_reply(struct broker *b, uint16_t from, uint64_t asked,
    uint64_t reply, uint64_t off)
{
	const struct msg *m;

	if (asked == 0 || from == AGENT_NONE)
		return 0;
	m = msgs_get(&b->msgs, asked);
	if (m == NULL || !broker_is_for(b, from, m, asked))
		return 0;
	return broker_note_receipt(b, from, asked, STAGE_REPLIED, reply, off);
}

/*
 * PROTOCOL: 0 for a person; else one more than what was answered or delivered
 * last, whichever is farther; 0 where there is neither.
 */
static unsigned int
hops_of(struct broker *b, const struct agent *a, uint64_t reply_to)
{
	const struct msg *m;
	int hops;

	if (a == NULL || a->k.human)
		return 0;
	hops = a->k.hops;
	if (reply_to != 0 && (m = msgs_get(&b->msgs, reply_to)) != NULL &&
	    m->hops > hops)
		hops = m->hops;
	return hops < MSG_HOPS_MAX ? (unsigned int)(hops + 1) : MSG_HOPS_MAX;
}

static char *
put(char *p, const void *s, size_t n)
{
	memcpy(p, s, n);
	return p + n;
}
#define PUT(p, literal) put((p), (literal), sizeof(literal) - 1)

/*
 * Escapes that were not needed (as \u00e9 for a letter) are taken out, so that
 * grep finds words in the journal.  Returns the content to write.
 */
static const char *
plain_content(struct broker *b, const struct post *p, size_t *n)
{
	struct json_node v;
	struct json_out o;
	const char *s = p->content, *end = s + p->content_len;
	size_t need = 2 * p->content_len + 2;
	long len;
	char *q;

	*n = p->content_len;
	if (!p->escaped)
		return p->content;
	while ((s = memchr(s, '\\', (size_t)(end - s))) != NULL) {
		if (s[1] == 'u' || s[1] == '/')
			break;
		s += 2;
	}
	if (s == NULL)
		return p->content;
	if (need > b->scratch_cap) {
		q = realloc(b->scratch, need);
		if (q == NULL)
			return NULL;
		b->scratch = q;
		b->scratch_cap = need;
	}
	memset(&v, 0, sizeof v);
	v.p = p->content;
	v.len = (uint32_t)p->content_len;
	v.type = JSON_STRING;
	v.flags = JSON_ESCAPED;
	/* neither the decoded text nor the new one is longer than the old */
	q = b->scratch + p->content_len + 2;
	len = json_string(&v, q, p->content_len);
	if (len < 0)
		return NULL;
	json_out_init(&o, b->scratch, p->content_len + 2);
	json_put_string(&o, q, (size_t)len);
	if (o.failed)
		return NULL;
	*n = o.len - 2;
	return b->scratch + 1;
}

/* Write a message's line; fills in m and returns 0, or -1. */
static int
write_message(struct broker *b, const struct post *p, struct msg *m)
{
	const struct agent *from = NULL;
	const char *content;
	char *line, *q;
	size_t n;

	content = plain_content(b, p, &n);
	if (content == NULL || n > UINT32_MAX - 1024)
		return -1;
	q = line = journal_reserve(b->j, n + MSG_KEY_MAX + 512);
	if (q == NULL)
		return -1;
	if (p->from != AGENT_NONE)
		from = agents_at(&b->agents, p->from);
	q = PUT(q, "{\"id\":");
	q = buf_decimal(q, b->msgs.next);
	q = PUT(q, ",\"timestamp\":\"");
	q = put(q, b->stamp, TIME_LEN);
	q = PUT(q, "\",\"from\":\"");
	q = from != NULL ? put(q, from->id, from->id_len) : PUT(q, "system");
	q = PUT(q, "\",\"to\":\"");
	if (p->flags & MSG_ALL)
		q = PUT(q, "broadcast\",\"type\":\"broadcast\"");
	else if (p->flags & MSG_SYSTEM)
		q = PUT(q, "broadcast\",\"type\":\"system\"");
	else {
		q = put(q, agents_at(&b->agents, p->to)->id,
		    agents_at(&b->agents, p->to)->id_len);
		q = PUT(q, "\",\"type\":\"direct\"");
	}
	if (p->reply_to != 0) {
		q = PUT(q, ",\"replyTo\":");
		q = buf_decimal(q, p->reply_to);
	}
	q = PUT(q, ",\"hops\":");
	q = buf_decimal(q, m->hops);
	if (p->verbatim >= 0)
		q = p->verbatim ? PUT(q, ",\"verbatim\":true") :
		    PUT(q, ",\"verbatim\":false");
	if (p->incomplete)
		q = PUT(q, ",\"complete\":false");
	if (m->flags & MSG_QUIET)
		q = PUT(q, ",\"quiet\":true");
	if (m->flags & MSG_URGENT)
		q = PUT(q, ",\"urgent\":true");
	q = PUT(q, ",\"content\":\"");
	q = put(q, content, n);
	*q++ = '"';
	m->len = (uint32_t)(q - line);
	if (p->key_len > 0) {
		q = PUT(q, ",\"key\":\"");
		q = put(q, p->key, p->key_len);
		*q++ = '"';
	}
	m->off = journal_line(b->j, (size_t)(q - line));
	return 0;
}

enum broker_result
broker_post(struct broker *b, const struct post *p, uint64_t *id)
{
	const struct agent *from = NULL;
	struct msg m;

	if (p->from != AGENT_NONE)
		from = agents_at(&b->agents, p->from);
	if (p->key_len > 0 && (*id = key_seen(b, from->id, from->id_len,
	    p->key, p->key_len)) != 0)
		return BROKER_REPEATED;
	if (p->reply_to >= b->msgs.next)
		return BROKER_NO_MESSAGE;
	if (msgs_reserve(&b->msgs) == -1)
		return BROKER_FAILED;
	memset(&m, 0, sizeof m);
	m.from = p->from;
	m.to = p->flags & (MSG_ALL | MSG_SYSTEM) ? AGENT_NONE : p->to;
	m.flags = (uint8_t)p->flags;
	if (!(p->flags & MSG_SYSTEM)) {
		m.hops = (uint16_t)hops_of(b, from, p->reply_to);
		if (m.hops > b->max_hops)
			m.flags |= MSG_QUIET;
	}
	if (p->reply_to != 0)
		m.reply_back = b->msgs.next - p->reply_to >= UINT32_MAX ?
		    UINT32_MAX : (uint32_t)(b->msgs.next - p->reply_to);
	if (write_message(b, p, &m) == -1)
		return BROKER_FAILED;
	*id = b->msgs.next;
	broker_count(b, &m);
	/* from here on a failure is one of memory for what is only nice */
	(void)broker_note_reply(b, p->from, p->reply_to, *id, m.off);
	if (p->key_len > 0)
		(void)broker_note_key(b, from->id, from->id_len, p->key,
		    p->key_len, *id, b->wall_ms / 1000);
	return BROKER_OK;
}

/* A notice of the gateway's own, if there is a person who reads it. */
static void
notice(struct broker *b, const struct agent *about, const char *what)
{
	struct post p;
	char text[ID_MAX + 32];
	uint64_t id;
	size_t i;

	for (i = 0; i < b->agents.n; i++)
		if (b->agents.slot[i]->k.used && b->agents.slot[i]->k.human &&
		    b->agents.slot[i] != about)
			break;
	if (i == b->agents.n)
		return;
	memset(&p, 0, sizeof p);
	p.from = AGENT_NONE;
	p.flags = MSG_SYSTEM;
	p.verbatim = -1;
	p.content = text;
	memcpy(text, about->id, about->id_len);
	memcpy(text + about->id_len, what, strlen(what));
	p.content_len = about->id_len + strlen(what);
	(void)broker_post(b, &p, &id);	/* without room it is not posted */
}

int
broker_replaced(const struct broker *b, const char *nonce, size_t n)
{
	uint64_t h = journal_sum(nonce, n);
	size_t i;

	for (i = 0; i < 64 && i < b->nreplaced; i++)
		if (b->replaced[i] == h)
			return 1;
	return 0;
}

void
broker_note_instance(struct broker *b, const char *old, const char *now,
    size_t n)
{
	if (old == NULL || (n == strlen(old) && memcmp(old, now, n) == 0))
		return;
	b->replaced[b->nreplaced++ % 64] = journal_sum(old, strlen(old));
}

int
broker_holder_lives(const struct broker *b, uint16_t slot)
{
	const struct agent *a = agents_at(&b->agents, slot);

	return a->k.instance != NULL && (a->conns > 0 ||
	    b->now_ms - a->heard_ms < BROKER_HOLD_MS);
}

void
broker_heard(struct broker *b, uint16_t slot)
{
	struct agent *a = agents_at(&b->agents, slot);

	a->heard_ms = b->now_ms;
	a->seen_wall_ms = b->wall_ms;
}

void
broker_set_human(struct broker *b, uint16_t slot, int human)
{
	struct agent *a = agents_at(&b->agents, slot);
	int hops = 0;

	if (a->k.human == (human != 0))
		return;
	a->k.human = human != 0;
	a->k.taken = total_for(b, a) -
	    count_for(b, slot, a->k.cursor, b->msgs.next - 1, &hops);
}

static int
same_instance(const struct agent *a, const struct registration *r)
{
	return a->k.instance != NULL && r->instance != NULL &&
	    strlen(a->k.instance) == r->instance_len &&
	    memcmp(a->k.instance, r->instance, r->instance_len) == 0;
}

/*
 * Which name a registration gets: its own, or with the first free suffix.
 * r->id is changed to it.  0, or -1 where there is none.
 */
static int
choose_name(const struct broker *b, struct registration *r)
{
	char base[ID_MAX + 1], suffix[1 + BUF_DECIMAL];
	size_t len, n;
	uint16_t s;
	int i;

	memcpy(base, r->id, sizeof base);
	for (i = 1; i < AGENTS_MAX + 2; i++) {
		if (i > 1) {
			n = (size_t)(buf_decimal(put(suffix, "-", 1),
			    (uint64_t)i) - suffix);
			len = strlen(base);
			if (len + n > ID_MAX)
				len = ID_MAX - n;
			memcpy(r->id, base, len);
			memcpy(r->id + len, suffix, n);
			r->id[len + n] = '\0';
		}
		s = agents_find(&b->agents, r->id, strlen(r->id));
		if (s == AGENT_NONE ||
		    same_instance(agents_at(&b->agents, s), r))
			return 0;
		/* held by a dead run, or the plain name held by nobody */
		if (agents_at(&b->agents, s)->k.instance == NULL ? i == 1 :
		    !broker_holder_lives(b, s))
			return 0;
		if (r->exclusive)
			return -1;
	}
	return -1;
}

/* Whether a registration changes nothing that is kept. */
static int
unchanged(const struct agent *a, const struct registration *r)
{
	if (r->caps != NULL && (r->caps_len != a->k.caps_len ||
	    memcmp(r->caps, a->k.caps, r->caps_len) != 0))
		return 0;
	return r->instance == NULL ? a->k.instance == NULL :
	    same_instance(a, r);
}

/* Set what a registration says.  The slot was saved. */
static int
apply(struct broker *b, uint16_t slot, const struct registration *r)
{
	struct agent *a = agents_at(&b->agents, slot);
	const char *caps = r->caps;
	size_t n = r->caps_len;

	if (caps == NULL && a->k.caps == NULL) {
		caps = "{}";
		n = 2;
	}
	if (caps != NULL && agent_set_caps(&b->agents, slot, caps, n) == -1)
		return -1;
	broker_note_instance(b, a->k.instance, r->instance, r->instance_len);
	if (agent_set_instance(&b->agents, slot,
	    r->instance != NULL ? r->instance : "", r->instance_len) == -1)
		return -1;
	if (r->caps != NULL)
		broker_set_human(b, slot, r->human);
	return 0;
}

static enum broker_result
register_new(struct broker *b, const struct registration *r, uint16_t *slot)
{
	struct agent *a;

	*slot = agents_add(&b->agents, r->id, strlen(r->id));
	if (*slot == AGENT_NONE)
		return errno == ENOSPC ? BROKER_FULL : BROKER_FAILED;
	a = agents_at(&b->agents, *slot);
	notice(b, a, " joined");
	a->k.joined = a->k.cursor = b->msgs.next - 1;
	a->k.hops = -1;
	a->k.human = 0;
	/* what a former bearer of the name said or held is not this one's */
	if ((a->k.caps != NULL &&
	    agent_set_caps(&b->agents, *slot, "{}", 2) == -1) ||
	    agent_set_instance(&b->agents, *slot, "", 0) == -1)
		return BROKER_FAILED;
	agent_set_used(&b->agents, *slot, 1);
	if (apply(b, *slot, r) == -1) {
		agent_set_used(&b->agents, *slot, 0);
		return BROKER_FAILED;
	}
	a->k.taken = total_for(b, a);
	if (broker_write_agent(b->j, a, b->stamp) == -1) {
		agent_set_used(&b->agents, *slot, 0);
		return BROKER_FAILED;
	}
	broker_heard(b, *slot);
	return BROKER_NEW;
}

enum broker_result
broker_register(struct broker *b, const struct registration *asked,
    uint16_t *slot)
{
	struct registration r = *asked;
	struct agent *a;

	if (r.instance != NULL &&
	    broker_replaced(b, r.instance, r.instance_len))
		return BROKER_SUPERSEDED;
	if (choose_name(b, &r) == -1)
		return BROKER_TAKEN;
	*slot = agents_find(&b->agents, r.id, strlen(r.id));
	if (*slot == AGENT_NONE)
		return register_new(b, &r, slot);
	a = agents_at(&b->agents, *slot);
	if (!unchanged(a, &r)) {
		/* another run begins with its own state */
		if (!same_instance(a, &r) && r.instance != NULL)
			(void)broker_state(b, *slot, "", 0);
		if (agents_save(&b->agents, *slot) == -1 ||
		    apply(b, *slot, &r) == -1 ||
		    broker_write_agent(b->j, a, b->stamp) == -1)
			return BROKER_FAILED;
	}
	broker_heard(b, *slot);
	return BROKER_OK;
}

/* The oldest give way. */
int
broker_note_gone(struct broker *b, const struct gone *gone)
{
	if (b->gone == NULL) {
		b->gone = malloc(BROKER_GONE_MAX * sizeof *b->gone);
		if (b->gone == NULL)
			return -1;
	}
	b->gone[b->ngone++ % BROKER_GONE_MAX] = *gone;
	return 0;
}

enum broker_result
broker_leave(struct broker *b, uint16_t slot)
{
	struct agent *a = agents_at(&b->agents, slot);
	struct gone g;

	memset(&g, 0, sizeof g);
	memcpy(g.id, a->id, sizeof g.id);
	memcpy(g.stamp, b->stamp, sizeof g.stamp);
	g.joined = a->k.joined;
	g.cursor = a->k.cursor;
	g.newest = b->msgs.next - 1;
	if (agents_save(&b->agents, slot) == -1 ||
	    broker_write_gone(b->j, &g) == -1)
		return BROKER_FAILED;
	(void)broker_note_gone(b, &g);
	agent_set_used(&b->agents, slot, 0);
	notice(b, a, " left");
	return BROKER_OK;
}

enum broker_result
broker_control(struct broker *b, uint16_t slot, const char *members, size_t n,
    uint64_t *number)
{
	struct agent *a = agents_at(&b->agents, slot);
	struct control *c, **end;
	char *p;

	if (!broker_holder_lives(b, slot))
		return BROKER_NOT_HELD;
	if (a->ncontrols >= AGENT_CONTROLS_MAX)
		return BROKER_FULL;
	c = malloc(sizeof *c + n + 64);
	if (c == NULL)
		return BROKER_FAILED;
	/* numbers of a gateway before this one must not hide ours */
	if (b->next_control == 0)
		b->next_control = (uint64_t)b->wall_ms / 1000;
	c->next = NULL;
	c->number = *number = b->next_control++;
	p = PUT(c->text, "{\"type\":\"control\",\"control\":");
	p = buf_decimal(p, c->number);
	p = put(p, members, n);
	c->len = (size_t)(p - c->text);
	for (end = &a->controls; *end != NULL; end = &(*end)->next)
		;
	*end = c;
	a->ncontrols++;
	return BROKER_OK;
}

void
broker_control_done(struct broker *b, uint16_t slot, uint64_t number)
{
	struct agent *a = agents_at(&b->agents, slot);
	struct control *c;

	while ((c = a->controls) != NULL && c->number <= number) {
		a->controls = c->next;
		a->ncontrols--;
		free(c);
	}
}

int
broker_state(struct broker *b, uint16_t slot, const char *s, size_t n)
{
	struct agent *a = agents_at(&b->agents, slot);
	char *p = NULL;

	if (n > 0) {
		p = malloc(n);
		if (p == NULL)
			return -1;
		memcpy(p, s, n);
	}
	free(a->state);
	a->state = p;
	a->state_len = n;
	return 0;
}

void
broker_commit(struct broker *b)
{
	agents_commit(&b->agents);
	b->mark_next = b->msgs.next;
	b->mark_receipts = recent_mark(&b->receipts);
	b->mark_keys = recent_mark(&b->keys);
	b->gone_mark = b->ngone;
	b->replaced_mark = b->nreplaced;
	if (!journal_on_disk(b->j))
		msgs_forget(&b->msgs);
}

void
broker_rollback(struct broker *b)
{
	while (b->msgs.next > b->mark_next)
		uncount_newest(b);
	recent_cut(&b->receipts, b->mark_receipts);
	recent_cut(&b->keys, b->mark_keys);
	b->ngone = b->gone_mark;
	b->nreplaced = b->replaced_mark;
	agents_rollback(&b->agents);
}
