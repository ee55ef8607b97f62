/*
 * msgs - a paged index from message ids to places in the journal.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msgs.h"

void
msgs_init(struct msgs *ms, struct journal *j, const struct agents *agents)
{
	memset(ms, 0, sizeof *ms);
	ms->j = j;
	ms->agents = agents;
	ms->base = ms->next = 1;
}

void
msgs_free(struct msgs *ms)
{
	size_t i;

	for (i = 0; i < ms->nblocks; i++)
		free(ms->block[i].m);
	free(ms->block);
	free(ms->spare);
	memset(ms, 0, sizeof *ms);
}

/* Moves *p behind text if it stands there. */
static int
eat(const char **p, const char *end, const char *text, size_t n)
{
	if ((size_t)(end - *p) < n || memcmp(*p, text, n) != 0)
		return 0;
	*p += n;
	return 1;
}
#define EAT(p, end, literal) eat((p), (end), literal, sizeof(literal) - 1)

static int
eat_num(const char **p, const char *end, uint64_t *v)
{
	const char *s = *p;
	uint64_t x = 0;

	for (; s < end && *s >= '0' && *s <= '9' && s - *p < 18; s++)
		x = 10 * x + (uint64_t)(*s - '0');
	if (s == *p)
		return 0;
	*p = s;
	*v = x;
	return 1;
}

/* The rest of a string that needs no escapes, and its closing quote. */
static int
eat_name(const char **p, const char *end, const char **s, size_t *n)
{
	const char *q;

	*s = *p;
	for (q = *p; q < end && *q != '"'; q++)
		;
	if (q == end)
		return 0;
	*n = (size_t)(q - *p);
	*p = q + 1;
	return 1;
}

/*
 * A key stands last and holds no quote; what looks like one inside of a
 * content has its quotes escaped, so the text in front tells them apart.
 */
static void
find_key(const char *line, size_t n, struct msg_line *l)
{
	const char *q = line + n - 1;
	size_t len = 0;

	l->len = n;
	l->key = NULL;
	l->key_len = 0;
	while (q - 1 > line + 8 && len <= MSG_KEY_MAX && q[-1] != '"') {
		q--;
		len++;
	}
	if (len == 0 || len > MSG_KEY_MAX ||
	    memcmp(q - 9, "\",\"key\":\"", 9) != 0)
		return;
	l->key = q;
	l->key_len = len;
	l->len = (size_t)(q - 8 - line);
}

int
msg_parse(const char *line, size_t n, struct msg_line *l)
{
	const char *p = line, *end = line + n;
	uint64_t hops;

	l->flags = 0;
	l->reply_to = 0;
	if (!EAT(&p, end, "{\"id\":") || !eat_num(&p, end, &l->id) ||
	    !EAT(&p, end, ",\"timestamp\":\""))
		return -1;
	l->stamp = p;
	if (end - p < TIME_LEN)
		return -1;
	p += TIME_LEN;
	if (!EAT(&p, end, "\",\"from\":\"") ||
	    !eat_name(&p, end, &l->from, &l->from_len) ||
	    !EAT(&p, end, ",\"to\":\"") ||
	    !eat_name(&p, end, &l->to, &l->to_len) ||
	    !EAT(&p, end, ",\"type\":\""))
		return -1;
	if (EAT(&p, end, "broadcast\""))
		l->flags = MSG_ALL;
	else if (EAT(&p, end, "system\""))
		l->flags = MSG_SYSTEM;
	else if (!EAT(&p, end, "direct\""))
		return -1;
	if (EAT(&p, end, ",\"replyTo\":") && !eat_num(&p, end, &l->reply_to))
		return -1;
	if (!EAT(&p, end, ",\"hops\":") || !eat_num(&p, end, &hops) ||
	    hops > MSG_HOPS_MAX)
		return -1;
	l->hops = (unsigned int)hops;
	if (!EAT(&p, end, ",\"verbatim\":true"))
		(void)EAT(&p, end, ",\"verbatim\":false");
	(void)EAT(&p, end, ",\"complete\":false");
	if (EAT(&p, end, ",\"quiet\":true"))
		l->flags |= MSG_QUIET;
	if (EAT(&p, end, ",\"urgent\":true"))
		l->flags |= MSG_URGENT;
	if (!EAT(&p, end, ",\"content\":\"") || p == end || end[-1] != '"')
		return -1;
	find_key(line, n, l);
	return 0;
}

/* One of 61 bits for a slot; see mask_of. */
static uint64_t
slot_bit(uint16_t slot)
{
	return (uint64_t)1 << (slot % 61 + 3);
}

/* Bit 0: broadcasts; 1: notices; 2: to somebody who is gone; rest: slots. */
static uint64_t
mask_of(const struct msg *m)
{
	if (m->flags & MSG_ALL)
		return 1;
	if (m->flags & MSG_SYSTEM)
		return 2;
	return m->to == AGENT_NONE ? 4 : slot_bit(m->to);
}

/* Drop the block that was not touched for longest, about. */
static void
evict(struct msgs *ms)
{
	struct msg_block *b;
	size_t tries;

	/* the last block is being filled and stays */
	for (tries = 2 * ms->nblocks; tries > 0; tries--) {
		if (ms->hand + 1 >= ms->nblocks)
			ms->hand = 0;
		b = &ms->block[ms->hand++];
		if (b->m == NULL || b == &ms->block[ms->nblocks - 1])
			continue;
		if (b->touched) {
			b->touched = 0;
			continue;
		}
		free(ms->spare);
		ms->spare = b->m;
		b->m = NULL;
		ms->held--;
		return;
	}
}

static struct msg *
block_memory(struct msgs *ms)
{
	struct msg *m;

	/* what is in memory only cannot be read back: msgs_forget bounds it */
	if (ms->held >= MSG_BLOCKS_MAX && journal_on_disk(ms->j))
		evict(ms);
	m = ms->spare;
	ms->spare = NULL;
	if (m == NULL)
		m = malloc(MSG_BLOCK * sizeof *m);
	if (m != NULL)
		ms->held++;
	return m;
}

int
msgs_reserve(struct msgs *ms)
{
	struct msg_block *p, *b;
	size_t want = (size_t)((ms->next - ms->base) / MSG_BLOCK) + 1, cap;

	if (want <= ms->nblocks)
		return 0;
	if (want > ms->cap) {
		for (cap = ms->cap > 0 ? ms->cap : 16; cap < want;)
			cap *= 2;
		p = realloc(ms->block, cap * sizeof *p);
		if (p == NULL)
			return -1;
		ms->block = p;
		ms->cap = cap;
	}
	while (ms->nblocks < want) {
		b = &ms->block[ms->nblocks];
		memset(b, 0, sizeof *b);
		if (ms->nblocks + 1 == want &&
		    (b->m = block_memory(ms)) == NULL)
			return -1;
		if (ms->nblocks + 1 < want)
			b->n = MSG_BLOCK;	/* ids that nobody has */
		ms->nblocks++;
	}
	return 0;
}

void
msgs_add(struct msgs *ms, const struct msg *m)
{
	struct msg_block *b = &ms->block[ms->nblocks - 1];

	if (b->mask == 0)
		b->off = m->off;
	b->mask |= mask_of(m);
	b->m[b->n++] = *m;
	b->touched = 1;
	ms->next++;
	ms->count++;
}

int
msgs_skip(struct msgs *ms, uint64_t id)
{
	struct msg_block *b;

	if (ms->count == 0) {	/* nothing yet: begin there */
		ms->base = ms->next = id;
		return 0;
	}
	while (ms->next < id) {
		/* whole blocks of nothing are only counted */
		if ((ms->next - ms->base) % MSG_BLOCK == 0 &&
		    id - ms->next > MSG_BLOCK) {
			ms->next += (id - ms->next) / MSG_BLOCK * MSG_BLOCK;
			continue;
		}
		if (msgs_reserve(ms) == -1)
			return -1;
		b = &ms->block[ms->nblocks - 1];
		memset(&b->m[b->n++], 0, sizeof *b->m);
		ms->next++;
	}
	return 0;
}

void
msgs_pop(struct msgs *ms)
{
	struct msg_block *b = &ms->block[ms->nblocks - 1];

	ms->next--;
	ms->count--;
	if (--b->n > 0)
		return;
	b->mask = 0;
	if (ms->nblocks > 1) {
		free(ms->spare);
		ms->spare = b->m;
		ms->held--;
		ms->nblocks--;
	}
}

static uint16_t
slot_of(const struct msgs *ms, const char *id, size_t n)
{
	return agents_find(ms->agents, id, n);
}

/* Fill a block anew from the journal. */
static int
load(struct msgs *ms, size_t i)
{
	struct msg_block *b = &ms->block[i];
	uint64_t first = ms->base + i * MSG_BLOCK, off;
	struct journal_scan s;
	struct msg_line l;
	struct msg *m;
	const char *line;
	size_t n, k;
	enum journal_line what;

	m = block_memory(ms);
	if (m == NULL)
		return -1;
	memset(m, 0, MSG_BLOCK * sizeof *m);
	s.off = b->off;
	s.end = journal_end(ms->j);
	s.line = 0;
	for (;;) {
		what = journal_next(ms->j, &s, &line, &n, &off);
		if (what == JOURNAL_END)
			break;
		if (what == JOURNAL_ERROR) {
			free(m);
			ms->held--;
			return -1;
		}
		if (what != JOURNAL_OK || msg_parse(line, n, &l) == -1)
			continue;
		if (l.id < first)
			continue;
		k = (size_t)(l.id - first);
		if (k >= b->n)
			break;
		m[k].off = off;
		m[k].len = (uint32_t)l.len;
		m[k].from = slot_of(ms, l.from, l.from_len);
		m[k].to = slot_of(ms, l.to, l.to_len);
		m[k].hops = (uint16_t)l.hops;
		m[k].flags = (uint8_t)l.flags;
		m[k].reply_back = l.reply_to == 0 ? 0 :
		    l.id - l.reply_to >= UINT32_MAX ? UINT32_MAX :
		    (uint32_t)(l.id - l.reply_to);
		if (k + 1 == b->n)
			break;
	}
	b->m = m;
	return 0;
}

uint64_t
msgs_first(const struct msgs *ms)
{
	return ms->lost + 1 > ms->base ? ms->lost + 1 : ms->base;
}

const struct msg *
msgs_get(struct msgs *ms, uint64_t id)
{
	struct msg_block *b;
	const struct msg *m;
	size_t i;

	errno = 0;
	if (id < msgs_first(ms) || id >= ms->next)
		return NULL;
	i = (size_t)((id - ms->base) / MSG_BLOCK);
	b = &ms->block[i];
	if (b->mask == 0)
		return NULL;
	if (b->m == NULL && load(ms, i) == -1) {
		if (errno == 0)
			errno = EIO;
		return NULL;
	}
	b->touched = 1;
	m = &b->m[(id - ms->base) % MSG_BLOCK];
	return m->len > 0 ? m : NULL;
}

uint64_t
msgs_seek(struct msgs *ms, uint64_t id, uint16_t slot, int human)
{
	uint64_t mask = ~(uint64_t)0;
	size_t i;

	if (slot != AGENT_NONE)
		mask = 1 | (human ? 2 : 0) | slot_bit(slot);
	if (id < msgs_first(ms))
		id = msgs_first(ms);
	while (id < ms->next) {
		i = (size_t)((id - ms->base) / MSG_BLOCK);
		if (ms->block[i].mask & mask)
			return id;
		id = ms->base + (i + 1) * MSG_BLOCK;
	}
	return ms->next;
}

const char *
msgs_text(struct msgs *ms, const struct msg *m)
{
	return journal_read(ms->j, m->off, m->len);
}

void
msgs_forget(struct msgs *ms)
{
	uint64_t first = journal_first(ms->j);
	struct msg_block *b;
	size_t gone = 0, i;

	/* a block goes when all of it is gone, that is when the next one's
	 * first message is the oldest held */
	while (gone + 1 < ms->nblocks && ms->block[gone + 1].mask != 0 &&
	    ms->block[gone + 1].off <= first)
		gone++;
	for (i = 0; i < gone; i++)
		if (ms->block[i].m != NULL) {
			free(ms->block[i].m);
			ms->held--;
		}
	if (gone > 0)
		memmove(ms->block, ms->block + gone,
		    (ms->nblocks - gone) * sizeof *ms->block);
	ms->nblocks -= gone;
	ms->base += gone * MSG_BLOCK;
	if (ms->nblocks == 0)
		return;
	b = &ms->block[0];
	for (i = 0; b->m != NULL && i < b->n; i++)
		if (b->m[i].len > 0 && b->m[i].off >= first)
			break;
	if (b->m != NULL && ms->lost < ms->base + i - 1)
		ms->lost = ms->base + i - 1;
}
