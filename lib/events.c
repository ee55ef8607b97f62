/*
 * events - what an agent CLI tells of itself, by a mapping that is data.
 * Linked into csp-sidecar.  Knows records and turns, not where they come from.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#include "buf.h"
#include "events.h"
#include "evmap.h"
#include "mend.h"
#include "util.h"

#define NODES_MAX	(256 * 1024)	/* of one record */
#define NODES_KEEP	4096		/* memory that is not given back */
#define SMALL_MAX	4096		/* ids, folders */
#define LATE_MAX	256		/* pieces waiting for an earlier one */
#define AGAIN_MIN	16		/* bytes by which it is known again */
#define TAG_MAX		256		/* a tag before a prompt */

struct piece {				/* came before an earlier one */
	struct piece	*next;
	int64_t		order;
	int		final;
	size_t		len;
	char		text[];
};

struct block {
	struct block	*next;
	struct buf	id, text;
	int64_t		order;		/* of the piece that comes next */
	int		pieces;		/* made of pieces ... */
	int		open;		/* ... whose last has not come */
	int		cut;		/* text was too long */
	struct piece	*late;		/* by order */
	size_t		nlate;
};

struct turn {
	int		running, ended, aborted;
	int		stopped;	/* it was told to, and has */
	int		fresh;		/* text that no TEXT event told */
	struct buf	key, closed;	/* its id; that of the last one */
	struct buf	prompt, last;
	struct buf	past;		/* the prompt of the turn before, */
	int		has_past;	/* if no end of it was told */
	int		has_prompt, has_last;
	int		worked;		/* the screen was busy in it */
	struct block	*blocks, **tail;
	int64_t		heard_ms;	/* its last record */
};

struct item {				/* an event to be fetched */
	struct item	*next;
	struct event	ev;
	struct buf	text, prompt;
};

struct events {
	const struct events_map *map;
	int64_t		start_ms;
	struct buf	partial;	/* a line whose end has not come */
	struct buf	mended;		/* a record that had to be mended */
	int		skipping;	/* rest of a line that was too long */
	struct json_node *nodes;
	size_t		nodes_cap;
	int		replaying;
	int		busy;		/* what the screen says */
	int64_t		idle_ms;	/* since when it says idle */
	int64_t		text_ms;	/* the last TEXT event */
	struct buf	thread;
	struct turn	turn;
	struct item	*queue, **tail;
	struct item	*out;		/* the one that the caller looks at */
};

/* ---- turns ---- */

static void
block_free(struct block *b)
{
	struct piece *p;

	while ((p = b->late) != NULL) {
		b->late = p->next;
		free(p);
	}
	buf_free(&b->id);
	buf_free(&b->text);
	free(b);
}

/* Forgets the turn but for its id. */
static void
turn_clear(struct turn *t)
{
	struct block *b;
	struct buf key;

	while ((b = t->blocks) != NULL) {
		t->blocks = b->next;
		block_free(b);
	}
	t->tail = &t->blocks;
	key = t->closed;
	t->closed = t->key;
	t->key = key;
	buf_clear(&t->key, SMALL_MAX);
	buf_clear(&t->prompt, SMALL_MAX);
	buf_clear(&t->last, SMALL_MAX);
	t->running = t->ended = t->aborted = t->stopped = t->fresh = 0;
	t->has_prompt = t->has_last = t->worked = 0;
}

/* Length without white space at the end. */
static size_t
solid_len(const struct buf *b)
{
	size_t n = b->len;

	while (n > 0 && strchr(" \t\r\n", b->p[n - 1]) != NULL)
		n--;
	return n;
}

/*
 * Whether a block that came in pieces was lost in its middle and asked for
 * again: the next one begins with all of it, and goes on.
 */
static int
block_again(const struct block *b)
{
	const struct block *next = b->next;
	size_t n = solid_len(&b->text);

	while (next != NULL && next->text.len == 0)
		next = next->next;
	return b->pieces && next != NULL && n >= AGAIN_MIN &&
	    next->text.len > n && memcmp(next->text.p, b->text.p, n) == 0;
}

/* All blocks that say something, a blank line between them.  0 if none does. */
static int
turn_text(const struct turn *t, struct buf *out, int *complete)
{
	const struct block *b;
	int any = 0;

	for (b = t->blocks; b != NULL; b = b->next) {
		if (block_again(b))
			continue;
		if (b->open || b->late != NULL || b->cut)
			*complete = 0;
		if (b->text.len == 0)
			continue;
		if ((any && evmap_append(out, "\n\n", 2) == -1) ||
		    evmap_append(out, b->text.p, b->text.len) == -1)
			*complete = 0;
		any = 1;
	}
	return any;
}

/* A new event at the end of the queue; NULL with ENOMEM. */
static struct item *
item_add(struct events *e, enum event_type type)
{
	struct item *it;

	if ((it = calloc(1, sizeof(*it))) == NULL)
		return NULL;
	it->ev.type = type;
	it->ev.complete = 1;
	buf_init(&it->text, EVENTS_TEXT_MAX);
	buf_init(&it->prompt, EVENTS_TEXT_MAX);
	*e->tail = it;
	e->tail = &it->next;
	return it;
}

/* The turn's text and prompt go into an event: what comes late belongs to the
   prompt before. */
static void
item_turn(struct item *it, const struct turn *t)
{
	const struct buf *prompt;

	it->ev.has_text = turn_text(t, &it->text, &it->ev.complete);
	it->ev.aborted = t->aborted;
	prompt = t->has_prompt ? &t->prompt : t->has_past ? &t->past : NULL;
	if (prompt != NULL) {
		it->ev.prompt = "";
		if (buf_append(&it->prompt, prompt->p, prompt->len) == -1)
			it->ev.complete = 0;
	}
}

/* The last block that says something, or NULL. */
static struct block *
turn_last_block(const struct turn *t)
{
	struct block *b, *last = NULL;

	for (b = t->blocks; b != NULL; b = b->next)
		if (b->text.len > 0 || b->open)
			last = b;
	return last;
}

/* Whether the last block is what the CLI said that it is. */
static int
last_agrees(const struct turn *t)
{
	const struct block *b = turn_last_block(t);
	size_t n;

	if (!t->has_last || (n = solid_len(&t->last)) == 0)
		return 1;
	return b != NULL && solid_len(&b->text) == n &&
	    memcmp(b->text.p, t->last.p, n) == 0;
}

static struct block *block_add(struct turn *, const char *, size_t);

/* Ends the turn: what the CLI said was last mends what did not come. */
static void
turn_end(struct events *e)
{
	struct turn *t = &e->turn;
	struct buf past;
	struct block *b;
	struct item *it;

	if (!t->running)
		return;
	if (!last_agrees(t)) {
		b = turn_last_block(t);
		if (b == NULL || !(b->open || b->late != NULL))
			b = block_add(t, "", 0);
		if (b != NULL) {
			buf_clear(&b->text, SMALL_MAX);
			b->cut = evmap_append(&b->text, t->last.p,
			    t->last.len) == -1;
			b->open = 0;
		}
	}
	if ((it = item_add(e, EVENT_END)) != NULL)
		item_turn(it, t);
	if (t->has_prompt) {
		past = t->past;
		t->past = t->prompt;
		t->prompt = past;
	}
	t->has_past = (t->has_past || t->has_prompt) && !t->ended;
	turn_clear(t);
}

/* Whether nothing more is to be waited for. */
static int
turn_settled(const struct turn *t)
{
	const struct block *b;

	for (b = t->blocks; b != NULL; b = b->next)
		if (b->open || b->late != NULL)
			return 0;
	return last_agrees(t);
}

/* Whether text is still to come: a whole one behind its pieces, or any where
   pieces are told and no end. */
static int
turn_awaits(const struct events *e)
{
	const struct block *b, *last = NULL;

	for (b = e->turn.blocks; b != NULL; b = b->next)
		last = b;
	if (last == NULL)
		return evmap_knows(e->map, ACT_DELTA) &&
		    !evmap_knows(e->map, ACT_END);
	return last->pieces && evmap_knows(e->map, ACT_TEXT);
}

/* When the turn ends by itself, or -1. */
static int64_t
turn_due(const struct events *e)
{
	const struct turn *t = &e->turn;
	int64_t from;

	if (!t->running)
		return -1;
	if (t->ended)
		return turn_settled(t) ? t->heard_ms :
		    t->heard_ms + EVENTS_GRACE_MS;
	if (e->busy)
		return -1;
	from = e->idle_ms > t->heard_ms ? e->idle_ms : t->heard_ms;
	if (t->stopped)
		return from + (turn_settled(t) && !turn_awaits(e) ?
		    EVENTS_STOPPED_MS : EVENTS_GRACE_MS);
	if (!t->worked && t->blocks == NULL)
		return from + EVENTS_START_MS;
	if (turn_awaits(e))
		return from + EVENTS_WHOLE_MS;
	return from + (evmap_knows(e->map, ACT_END) ? EVENTS_NO_END_MS :
	    EVENTS_QUIET_MS);
}

/*
 * The turn that a record with this key belongs to runs now.  Returns 0 where
 * the record is a straggler of a turn that has ended.
 */
static int
turn_open(struct events *e, const char *key, int64_t now_ms)
{
	struct turn *t = &e->turn;
	size_t n = strlen(key);

	if (n > 0 && !(t->key.len == n && memcmp(t->key.p, key, n) == 0)) {
		if (t->closed.len == n && memcmp(t->closed.p, key, n) == 0)
			return 0;
		if (t->key.len > 0)
			turn_end(e);
		buf_clear(&t->key, SMALL_MAX);
		(void)buf_append(&t->key, key, n);	/* too long: no id */
	}
	if (!t->running) {
		t->running = 1;
		if (item_add(e, EVENT_BUSY) == NULL)
			t->running = 0;
	}
	t->heard_ms = now_ms;
	t->stopped = 0;
	t->worked |= e->busy;
	return t->running;
}

static struct block *
block_add(struct turn *t, const char *id, size_t len)
{
	struct block *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	buf_init(&b->id, SMALL_MAX);
	buf_init(&b->text, EVENTS_TEXT_MAX);
	if (len > 0 && buf_append(&b->id, id, len) == -1) {
		block_free(b);
		return NULL;
	}
	*t->tail = b;
	t->tail = &b->next;
	return b;
}

/* The block of that id; of no id: the last, if it is made of pieces. */
static struct block *
block_find(struct turn *t, const char *id, size_t len)
{
	struct block *b, *last = NULL;

	for (b = t->blocks; b != NULL; b = b->next) {
		if (len > 0 && b->id.len == len &&
		    memcmp(b->id.p, id, len) == 0)
			return b;
		last = b;
	}
	return last != NULL && last->id.len == 0 && last->pieces ? last : NULL;
}

/* Sorts a piece into those that wait for an earlier one. */
static void
piece_keep(struct block *b, int64_t order, int final, const struct buf *text)
{
	struct piece *p, **at;

	for (at = &b->late; *at != NULL && (*at)->order < order;
	    at = &(*at)->next)
		;
	if ((*at != NULL && (*at)->order == order) || b->nlate == LATE_MAX ||
	    (p = malloc(sizeof(*p) + text->len + 1)) == NULL)
		return;
	p->order = order;
	p->final = final;
	p->len = text->len;
	if (text->len > 0)
		memcpy(p->text, text->p, text->len);
	p->next = *at;
	*at = p;
	b->nlate++;
}

/* A piece of known order; -1: as it comes. */
static void
piece_add(struct block *b, int64_t order, int final, const struct buf *text)
{
	struct piece *p;

	if (order < 0) {
		b->cut |= evmap_append(&b->text, text->p, text->len) == -1;
		return;
	}
	if (order < b->order)
		return;
	piece_keep(b, order, final, text);
	while ((p = b->late) != NULL && p->order == b->order) {
		b->cut |= evmap_append(&b->text, p->text, p->len) == -1;
		if (p->final)
			b->open = 0;
		b->order++;
		b->late = p->next;
		b->nlate--;
		free(p);
	}
}

/* ---- records ---- */

/* The text of an action's path in b, which the caller frees; its hits. */
static int
act_text(const struct evmap_line *l, enum act a, const struct json_node *root,
    const char *between, struct buf *b)
{
	buf_init(b, EVENTS_RECORD_MAX);
	return l->path[a] == NULL ? 0 :
	    evmap_texts(root, l->path[a], between, 0, b);
}

/* text, delta */
static void
take_block(struct turn *t, const struct evmap_line *l,
    const struct json_node *root)
{
	char id[256] = "", value[32];
	int64_t order = -1;
	struct block *b;
	struct buf text;
	int whole = l->path[ACT_TEXT] != NULL;

	if (l->path[ACT_ID] != NULL)
		(void)evmap_string(root, l->path[ACT_ID], id, sizeof(id));
	b = whole || *id != '\0' ? block_find(t, id, strlen(id)) :
	    block_find(t, "", 0);
	if (act_text(l, whole ? ACT_TEXT : ACT_DELTA, root,
	    whole ? "\n\n" : "", &text) == 0)
		goto out;
	if (b == NULL || (!whole && *id != '\0' && b->id.len == 0))
		b = block_add(t, id, strlen(id));
	if (b == NULL)
		goto out;
	t->fresh = 1;
	if (whole) {
		if (b->id.len == 0)
			(void)buf_puts(&b->id, id);	/* fits: 255 bytes */
		buf_clear(&b->text, SMALL_MAX);
		b->cut = evmap_append(&b->text, text.p, text.len) == -1;
		b->open = b->pieces = 0;
		goto out;
	}
	if (!b->pieces) {
		b->pieces = 1;
		b->open = l->path[ACT_FINAL] != NULL;
	}
	if (l->path[ACT_ORDER] != NULL &&
	    evmap_string(root, l->path[ACT_ORDER], value, sizeof(value)) > 0 &&
	    num_parse(value, 0, INT32_MAX, &order) == -1)
		order = -1;
	if (l->path[ACT_FINAL] == NULL ||
	    evmap_string(root, l->path[ACT_FINAL], value, sizeof(value)) == 0)
		value[0] = '\0';
	piece_add(b, order, strcmp(value, "true") == 0, &text);
	if (order < 0 && strcmp(value, "true") == 0)
		b->open = 0;
out:
	buf_free(&text);
}

/* An event that is a text and nothing else. */
static struct item *
tell(struct events *e, enum event_type type, const struct evmap_line *l,
    enum act a, const struct json_node *root)
{
	const char *path = l->path[a];
	struct item *it;
	int hits = 0;

	if (path == NULL || (it = item_add(e, type)) == NULL)
		return NULL;
	while (*path != '\0') {
		if (hits > 0)
			(void)buf_puts(&it->text, ": ");	/* cut */
		hits += evmap_texts(root, path, "\n",
		    a == ACT_DIALOG, &it->text);
		path += strcspn(path, " \t");
		path += strspn(path, " \t");
	}
	return it;
}

/* prompt: opens the turn, or adds to the one that has this key */
static void
take_prompt(struct events *e, const struct evmap_line *l,
    const struct json_node *root, const char *key)
{
	struct turn *t = &e->turn;
	struct item *it;

	if (t->running && (t->has_prompt || t->blocks != NULL) &&
	    (*key == '\0' || t->ended))
		turn_end(e);
	if (!turn_open(e, key, e->turn.heard_ms) ||
	    (it = tell(e, EVENT_PROMPT, l, ACT_PROMPT, root)) == NULL)
		return;
	buf_clear(&t->prompt, SMALL_MAX);
	t->has_prompt = buf_append(&t->prompt, it->text.p, it->text.len) == 0;
	t->has_past = 0;
}

/* What may come at any time, also in old records. */
static void
take_session(struct events *e, const struct evmap_line *l,
    const struct json_node *root)
{
	char thread[256], value[8];

	if (l->path[ACT_CWD] != NULL &&
	    evmap_string(root, l->path[ACT_CWD], value, sizeof(value)) > 0)
		(void)tell(e, EVENT_CWD, l, ACT_CWD, root);
	if (l->path[ACT_OWNER] != NULL &&
	    evmap_string(root, l->path[ACT_OWNER], value, sizeof(value)) > 0)
		(void)tell(e, EVENT_OWNER, l, ACT_OWNER, root);
	if (l->path[ACT_REJECT] != NULL)
		(void)item_add(e, EVENT_REJECT);	/* or it is not told */
	if (l->path[ACT_THREAD] == NULL ||
	    evmap_string(root, l->path[ACT_THREAD], thread,
	    sizeof(thread)) == 0 ||
	    (strlen(thread) == e->thread.len && (e->thread.len == 0 ||
	    memcmp(thread, e->thread.p, e->thread.len) == 0)))
		return;
	buf_clear(&e->thread, SMALL_MAX);
	(void)buf_puts(&e->thread, thread);		/* fits */
	(void)tell(e, EVENT_THREAD, l, ACT_THREAD, root);
}

/* What a record says of the turn. */
static void
take_turn(struct events *e, const struct evmap_line *l,
    const struct json_node *root, int64_t now_ms)
{
	struct turn *t = &e->turn;
	char key[256] = "", until[32];
	int64_t when;
	struct item *it;

	if (l->path[ACT_TURN] != NULL)
		(void)evmap_string(root, l->path[ACT_TURN], key, sizeof(key));
	if (l->path[ACT_PROMPT] != NULL) {
		t->heard_ms = now_ms;
		take_prompt(e, l, root, key);
	}
	if ((l->path[ACT_TEXT] != NULL || l->path[ACT_DELTA] != NULL) &&
	    turn_open(e, key, now_ms))
		take_block(t, l, root);
	if (l->path[ACT_BUSY] != NULL)
		(void)turn_open(e, key, now_ms);	/* or it is old */
	(void)tell(e, EVENT_DIALOG, l, ACT_DIALOG, root);
	(void)tell(e, EVENT_ERROR, l, ACT_ERROR, root);
	if ((it = tell(e, EVENT_LIMIT, l, ACT_LIMIT, root)) != NULL &&
	    l->path[ACT_UNTIL] != NULL &&
	    evmap_string(root, l->path[ACT_UNTIL], until, sizeof(until)) > 0 &&
	    num_parse(until, 0, INT64_MAX, &when) == 0)
		it->ev.until = when;
	if ((l->path[ACT_END] == NULL && l->path[ACT_ABORT] == NULL) ||
	    !turn_open(e, key, now_ms))
		return;
	t->ended = 1;
	t->aborted = l->path[ACT_ABORT] != NULL;
	if (l->path[ACT_LAST] != NULL) {
		buf_clear(&t->last, SMALL_MAX);
		t->has_last = evmap_texts(root, l->path[ACT_LAST], "\n\n",
		    0, &t->last) > 0;
	}
	if (turn_settled(t))
		turn_end(e);
}

/* Whether the record was written before we began. */
static int
is_old(const struct events *e, const struct json_node *root)
{
	const char *path = evmap_stamp(e->map);
	char stamp[64];
	int64_t at;

	return path != NULL &&
	    evmap_string(root, path, stamp, sizeof(stamp)) > 0 &&
	    time_parse(stamp, strlen(stamp), &at) == 0 && at < e->start_ms;
}

/* json_parse into e->nodes, which grows as needed. */
static int
parse_nodes(struct events *e, const char *json, size_t len)
{
	struct json_node *bigger;
	size_t cap = e->nodes_cap > 0 ? e->nodes_cap : 256;
	int n = JSON_FULL;

	for (; n == JSON_FULL && cap <= NODES_MAX; cap *= 2) {
		if (cap > e->nodes_cap) {
			bigger = realloc(e->nodes, cap * sizeof(*bigger));
			if (bigger == NULL)
				return JSON_FULL;
			e->nodes = bigger;
			e->nodes_cap = cap;
		}
		n = json_parse(json, len, e->nodes, e->nodes_cap, NULL);
	}
	return n;
}

/* Reads a record, mended if need be.  1, or 0 where it is no object. */
static int
parse(struct events *e, const char *json, size_t len)
{
	int n = parse_nodes(e, json, len);

	if (n == JSON_BAD) {
		buf_clear(&e->mended, SMALL_MAX);
		if (buf_append(&e->mended, json, len) == -1 ||
		    mend_json(e->mended.p, len) == 0)
			return 0;
		n = parse_nodes(e, e->mended.p, len);
	}
	return n > 0 && e->nodes->type == JSON_OBJECT;
}

int
events_record(struct events *e, const char *json, size_t len, int64_t now_ms)
{
	const struct evmap_line *l = NULL;

	if (len > EVENTS_RECORD_MAX || !parse(e, json, len))
		goto out;
	if ((l = evmap_find(e->map, e->nodes)) == NULL)
		goto out;
	take_session(e, l, e->nodes);
	if (l->path[ACT_LIVE] != NULL)
		e->replaying = 0;
	else if (l->path[ACT_REPLAY] != NULL)
		e->replaying = 1;
	else if (!e->replaying && !is_old(e, e->nodes))
		take_turn(e, l, e->nodes, now_ms);
out:
	if (e->nodes_cap > NODES_KEEP) {
		free(e->nodes);
		e->nodes = NULL;
		e->nodes_cap = 0;
	}
	return l != NULL;
}

void
events_bytes(struct events *e, const char *bytes, size_t len, int64_t now_ms)
{
	const char *nl;
	size_t n;

	while (len > 0) {
		nl = memchr(bytes, '\n', len);
		n = nl != NULL ? (size_t)(nl - bytes) : len;
		if (nl != NULL && e->partial.len == 0 && !e->skipping)
			(void)events_record(e, bytes, n, now_ms); /* or not */
		else if (!e->skipping &&
		    buf_append(&e->partial, bytes, n) == -1)
			e->skipping = 1;
		if (nl == NULL)
			return;
		if (e->partial.len > 0 && !e->skipping)
			(void)events_record(e, e->partial.p, e->partial.len,
			    now_ms);
		buf_clear(&e->partial, SMALL_MAX);
		e->skipping = 0;
		bytes += n + 1;
		len -= n + 1;
	}
}

/* ---- the sidecar's side ---- */

struct events *
events_new(const struct events_map *m, int64_t start_ms)
{
	struct events *e;
	struct turn *t;

	if ((e = calloc(1, sizeof(*e))) == NULL)
		return NULL;
	e->map = m;
	e->start_ms = start_ms;
	e->text_ms = -EVENTS_TEXT_MS;
	e->tail = &e->queue;
	buf_init(&e->partial, EVENTS_RECORD_MAX);
	buf_init(&e->mended, EVENTS_RECORD_MAX);
	buf_init(&e->thread, SMALL_MAX);
	t = &e->turn;
	t->tail = &t->blocks;
	buf_init(&t->key, SMALL_MAX);
	buf_init(&t->closed, SMALL_MAX);
	buf_init(&t->prompt, EVENTS_TEXT_MAX);
	buf_init(&t->past, EVENTS_TEXT_MAX);
	buf_init(&t->last, EVENTS_TEXT_MAX);
	return e;
}

static void
item_free(struct item *it)
{
	if (it == NULL)
		return;
	buf_free(&it->text);
	buf_free(&it->prompt);
	free(it);
}

void
events_free(struct events *e)
{
	struct item *it;

	if (e == NULL)
		return;
	turn_clear(&e->turn);
	buf_free(&e->turn.key);
	buf_free(&e->turn.closed);
	buf_free(&e->turn.prompt);
	buf_free(&e->turn.past);
	buf_free(&e->turn.last);
	while ((it = e->queue) != NULL) {
		e->queue = it->next;
		item_free(it);
	}
	item_free(e->out);
	buf_free(&e->partial);
	buf_free(&e->mended);
	buf_free(&e->thread);
	free(e->nodes);
	free(e);
}

void
events_screen(struct events *e, int busy, int64_t now_ms)
{
	if (e->busy && !busy)
		e->idle_ms = now_ms;
	e->busy = busy != 0;
	e->turn.worked |= e->busy && e->turn.running;
}

void
events_stopped(struct events *e)
{
	e->turn.stopped = e->turn.running;
}

/* The bytes as a string; "" without the memory for it. */
static const char *
item_string(struct buf *b, size_t *len)
{
	*len = b->len;
	b->max++;
	if (buf_putc(b, '\0') == 0)
		return b->p;
	*len = 0;
	return "";
}

int
events_running(const struct events *e)
{
	return e->turn.running;
}

int64_t
events_due(const struct events *e)
{
	int64_t due;

	if (e->queue != NULL)
		return 0;
	due = turn_due(e);
	if (e->turn.running && e->turn.fresh &&
	    (due == -1 || e->text_ms + EVENTS_TEXT_MS < due))
		due = e->text_ms + EVENTS_TEXT_MS;
	return due;
}

int
events_next(struct events *e, int64_t now_ms, struct event *ev)
{
	struct item *it;
	int64_t due;

	item_free(e->out);
	e->out = NULL;
	if (e->queue == NULL && (due = turn_due(e)) != -1 && now_ms >= due)
		turn_end(e);
	if (e->queue == NULL && e->turn.running && e->turn.fresh &&
	    now_ms >= e->text_ms + EVENTS_TEXT_MS &&
	    (it = item_add(e, EVENT_TEXT)) != NULL) {
		item_turn(it, &e->turn);
		e->turn.fresh = 0;
		e->text_ms = now_ms;
	}
	if ((it = e->queue) == NULL)
		return 0;
	if ((e->queue = it->next) == NULL)
		e->tail = &e->queue;
	e->out = it;
	*ev = it->ev;
	ev->text = item_string(&it->text, &ev->len);
	if (ev->prompt != NULL)
		ev->prompt = item_string(&it->prompt, &ev->prompt_len);
	return 1;
}

/*
 * The next visible ASCII character at or after s[*i], or -1.  One with a
 * combining mark (U+0300 to U+037F begin so) does not count: it may have become
 * one character with it.
 */
static int
visible(const char *s, size_t len, size_t *i)
{
	while (*i < len) {
		unsigned char c = (unsigned char)s[(*i)++];
		unsigned char after = *i < len ? (unsigned char)s[*i] : 0;

		if (c > ' ' && c < 0x7f && after != 0xcc && after != 0xcd)
			return c;
	}
	return -1;
}

/* Whether the taken text begins with the sent one, which has some ASCII. */
static int
begins_with(const char *taken, size_t taken_len, const char *sent,
    size_t sent_len)
{
	size_t i = 0, k = 0;
	int c, any = 0;

	while ((c = visible(sent, sent_len, &k)) != -1) {
		if (visible(taken, taken_len, &i) != c)
			return 0;
		any = 1;
	}
	return any;
}

/* The bytes of a tag, as "<pasted id=1>", that a text begins with, and of the
   blanks before it; 0: none. */
static size_t
tag_len(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r'))
		i++;
	if (len - i < 3 || s[i] != '<' || !isalpha((unsigned char)s[i + 1]))
		return 0;
	for (len = len - i > TAG_MAX ? i + TAG_MAX : len; i < len; i++)
		if (s[i] == '>')
			return i + 1;
	return 0;
}

int
events_same_prompt(const char *taken, size_t taken_len, const char *sent,
    size_t sent_len)
{
	size_t n;

	if (taken_len == sent_len && (sent_len == 0 ||
	    memcmp(taken, sent, sent_len) == 0))
		return 1;
	while (!begins_with(taken, taken_len, sent, sent_len)) {
		if ((n = tag_len(taken, taken_len)) == 0)
			return 0;
		taken += n;
		taken_len -= n;
	}
	return 1;
}

const char *
event_type_name(enum event_type type)
{
	switch (type) {
	case EVENT_PROMPT:
		return "prompt";
	case EVENT_BUSY:
		return "busy";
	case EVENT_TEXT:
		return "text";
	case EVENT_END:
		return "end";
	case EVENT_DIALOG:
		return "dialog";
	case EVENT_LIMIT:
		return "limit";
	case EVENT_ERROR:
		return "error";
	case EVENT_THREAD:
		return "thread";
	case EVENT_CWD:
		return "cwd";
	case EVENT_OWNER:
		return "owner";
	case EVENT_REJECT:
		return "reject";
	}
	return "?";
}
