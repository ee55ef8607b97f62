/*
 * compact - copies the lines of a journal that are still needed.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <string.h>

#include "compact.h"
#include "json.h"

enum { COMMIT_LINES = 1000 };

/* What a run needs to know. */
struct run {
	struct broker	*b;
	struct journal	*to;
	uint64_t	 first_kept;	/* by their number */
	uint64_t	 all_read;	/* everybody has read up to this */
	struct compact	*done;
	int		 lines;
};

static int
wrote(struct run *r)
{
	if (++r->lines % COMMIT_LINES != 0)
		return 0;
	return journal_commit(r->to);
}

/* Whether somebody has a message still to read. */
static int
unread(const struct run *r, uint64_t id, const struct msg *m)
{
	const struct agent *a;
	size_t i;

	if (id <= r->all_read)
		return 0;
	for (i = 0; i < r->b->agents.n; i++) {
		a = agents_at(&r->b->agents, (uint16_t)i);
		if (a->k.used && id > a->k.cursor &&
		    broker_is_for(r->b, (uint16_t)i, m, id))
			return 1;
	}
	return 0;
}

static int
kept(struct run *r, uint64_t id)
{
	const struct msg *m = msgs_get(&r->b->msgs, id);

	return m != NULL && (id >= r->first_kept || unread(r, id, m));
}

/* Copy a line as it is, to get its sum again. */
static int
copy_line(struct run *r, const char *line, size_t n)
{
	char *p = journal_reserve(r->to, n);

	if (p == NULL)
		return -1;
	memcpy(p, line, n);
	(void)journal_line(r->to, n);
	return wrote(r);
}

/* The key of a message that is left behind, if it is still good. */
static int
keep_key(struct run *r, const struct msg_line *l)
{
	struct json_out o;
	int64_t ms;
	char *p;

	if (l->key == NULL || time_parse(l->stamp, TIME_LEN, &ms) == -1 ||
	    r->b->wall_ms - ms >= 1000 * (int64_t)BROKER_KEY_S)
		return 0;
	p = journal_reserve(r->to, 512);
	if (p == NULL)
		return -1;
	json_out_init(&o, p, 512);
	json_put_open(&o, '{');
	json_member_str(&o, "record", "key");
	json_member_string(&o, "timestamp", l->stamp, TIME_LEN);
	json_member_string(&o, "from", l->from, l->from_len);
	json_member_string(&o, "key", l->key, l->key_len);
	json_member_int(&o, "messageId", (int64_t)l->id);
	(void)journal_line(r->to, o.len);
	r->done->keys++;
	return wrote(r);
}

/* The number behind `"name":` in a record of ours. */
static uint64_t
member(const char *line, size_t n, const char *name)
{
	size_t len = strlen(name), i;
	uint64_t v = 0;

	for (i = 0; i + len < n; i++)
		if (memcmp(line + i, name, len) == 0) {
			for (i += len; i < n && line[i] >= '0' &&
			    line[i] <= '9'; i++)
				v = 10 * v + (uint64_t)(line[i] - '0');
			return v;
		}
	return 0;
}

/* Whether a receipt is the newest of its message and an agent that is here. */
static int
newest_receipt(struct run *r, uint64_t id, uint64_t off)
{
	const struct recent_entry *e, *f;

	for (e = recent_find(&r->b->receipts, id); e != NULL;
	    e = recent_older(&r->b->receipts, e)) {
		if (e->a != off)
			continue;
		(void)broker_stage(r->b, id, (uint16_t)(e->c >> 8), &f);
		return f == e && agents_at(&r->b->agents,
		    (uint16_t)(e->c >> 8))->k.used;
	}
	return 0;
}

/* An answer is left behind, and what it answered is not: its receipt. */
static int
keep_reply(struct run *r, const struct msg_line *l, uint64_t off)
{
	struct json_out o;
	char *p;

	if (!newest_receipt(r, l->reply_to, off))
		return 0;
	p = journal_reserve(r->to, 512);
	if (p == NULL)
		return -1;
	json_out_init(&o, p, 512);
	json_put_open(&o, '{');
	json_member_str(&o, "record", "receipt");
	json_member_string(&o, "timestamp", l->stamp, TIME_LEN);
	json_member_string(&o, "agent", l->from, l->from_len);
	json_member_int(&o, "messageId", (int64_t)l->reply_to);
	json_member_str(&o, "stage", stage_name(STAGE_REPLIED));
	json_member_int(&o, "replyId", (int64_t)l->id);
	(void)journal_line(r->to, o.len);
	r->done->receipts++;
	return wrote(r);
}

/* One pass over the old journal; copies what `which` asks for. */
enum pass { PASS_KEYS, PASS_MESSAGES, PASS_RECEIPTS };

static int
pass_line(struct run *r, enum pass which, const char *line, size_t n,
    uint64_t off)
{
	static const char receipt[] = "{\"record\":\"receipt\"";
	static const char key[] = "{\"record\":\"key\"";
	struct msg_line l;
	uint64_t id;
	int is_message = msg_parse(line, n, &l) == 0;

	switch (which) {
	case PASS_KEYS:
		if (is_message)
			return l.id >= r->first_kept ? 0 : keep_key(r, &l);
		if (n < sizeof key || memcmp(line, key, sizeof key - 1) != 0)
			return 0;
		r->done->keys++;
		return copy_line(r, line, n);
	case PASS_MESSAGES:
		if (!is_message)
			return 0;
		r->done->messages++;
		r->done->unread += l.id < r->first_kept;
		return copy_line(r, line, n);
	case PASS_RECEIPTS:
		if (is_message)
			return keep_reply(r, &l, off);
		if (n < sizeof receipt ||
		    memcmp(line, receipt, sizeof receipt - 1) != 0)
			return 0;
		id = member(line, n, "\"messageId\":");
		if (!newest_receipt(r, id, off))
			return 0;
		r->done->receipts++;
		return copy_line(r, line, n);
	}
	return 0;
}

/* Whether a line is of no interest for its message, before its text moves. */
static int
left_behind(struct run *r, enum pass which, const char *line, size_t n)
{
	struct msg_line l;
	int is_message = msg_parse(line, n, &l) == 0;

	switch (which) {
	case PASS_KEYS:
		return 0;
	case PASS_MESSAGES:
		return is_message && !kept(r, l.id);
	case PASS_RECEIPTS:
		return is_message ? l.reply_to == 0 || kept(r, l.id) ||
		    !kept(r, l.reply_to) :
		    !kept(r, member(line, n, "\"messageId\":"));
	}
	return 0;
}

static int
pass(struct run *r, enum pass which)
{
	struct journal_scan s = { 0, 0, 0 }, again;
	enum journal_line what;
	const char *line;
	uint64_t off;
	size_t n;

	s.end = journal_end(r->b->j);
	for (;;) {
		again = s;
		what = journal_next(r->b->j, &s, &line, &n, &off);
		if (what == JOURNAL_END)
			return 0;
		if (what == JOURNAL_ERROR)
			return -1;
		if (what != JOURNAL_OK || left_behind(r, which, line, n))
			continue;
		/* the look at the index may have read elsewhere */
		s = again;
		what = journal_next(r->b->j, &s, &line, &n, &off);
		if (what != JOURNAL_OK ||
		    pass_line(r, which, line, n, off) == -1)
			return -1;
	}
}

/* Agents and cursors; the last ones, behind the messages, count the unread. */
static int
put_agents(struct run *r, int with_record)
{
	const struct agent *a;
	size_t i;

	for (i = 0; i < r->b->agents.n; i++) {
		a = agents_at(&r->b->agents, (uint16_t)i);
		if (!a->k.used)
			continue;
		if ((with_record &&
		    (broker_write_agent(r->to, a, r->b->stamp) == -1 ||
		    wrote(r) == -1)) || broker_write_cursor(r->to, a,
		    with_record ? 0 : broker_unread(r->b, (uint16_t)i)) == -1 ||
		    wrote(r) == -1)
			return -1;
	}
	return 0;
}

static int
put_start(struct run *r, uint64_t first)
{
	struct json_out o;
	char *p = journal_reserve(r->to, 512);

	if (p == NULL)
		return -1;
	json_out_init(&o, p, 512);
	json_put_open(&o, '{');
	json_member_str(&o, "record", "start");
	json_member_string(&o, "timestamp", r->b->stamp, TIME_LEN);
	json_member_int(&o, "next", (int64_t)r->b->msgs.next);
	json_member_int(&o, "first", (int64_t)first);
	(void)journal_line(r->to, o.len);
	return wrote(r);
}

/* Who left and would be asked about by a receipt. */
static int
put_gone(struct run *r, uint64_t first)
{
	size_t i, n = r->b->ngone;

	if (n > BROKER_GONE_MAX)
		n = BROKER_GONE_MAX;
	for (i = 0; i < n; i++)
		if (r->b->gone[i].newest >= first &&
		    (broker_write_gone(r->to, &r->b->gone[i]) == -1 ||
		    wrote(r) == -1))
			return -1;
	return 0;
}

int
compact(struct broker *b, struct journal *to, uint64_t keep,
    struct compact *done)
{
	struct run r;
	uint64_t first = msgs_first(&b->msgs);
	size_t i;

	memset(done, 0, sizeof *done);
	memset(&r, 0, sizeof r);
	r.b = b;
	r.to = to;
	r.done = done;
	r.first_kept = keep < b->msgs.next ? b->msgs.next - keep : 1;
	r.all_read = b->msgs.next - 1;
	for (i = 0; i < b->agents.n; i++)
		if (b->agents.slot[i]->k.used &&
		    b->agents.slot[i]->k.cursor < r.all_read)
			r.all_read = b->agents.slot[i]->k.cursor;
	while (first < b->msgs.next && !kept(&r, first))
		first++;
	if (put_start(&r, first) == -1 || put_gone(&r, first) == -1 ||
	    put_agents(&r, 1) == -1 || pass(&r, PASS_KEYS) == -1 ||
	    pass(&r, PASS_MESSAGES) == -1 || pass(&r, PASS_RECEIPTS) == -1 ||
	    put_agents(&r, 0) == -1 || journal_commit(to) == -1)
		return -1;
	return journal_sync(to);
}
