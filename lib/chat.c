/*
 * chat - what a viewer knows of a room.  Linked into bin/csp-tty.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "chat.h"
#include "json.h"

enum { NODES = 2048 };		/* of one line; /agents may be an array */

void
chat_init(struct chat *c, const char *me)
{
	memset(c, 0, sizeof(*c));
	if (id_fold(me, strlen(me), c->me) == -1)
		c->me[0] = '\0';
}

static void
item_free(struct chat_item *it)
{
	struct chat_receipt *r, *next;

	for (r = it->receipts; r != NULL; r = next) {
		next = r->next;
		free(r);
	}
	free(it->text);
	free(it);
}

void
chat_free(struct chat *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		item_free(c->items[i]);
	free(c->items);
	for (i = 0; i < c->n_agents; i++) {
		free(c->agents[i].detail);
		free(c->agents[i].partial);
	}
	chat_init(c, "");
}

/* s made printable, its tabs as spaces: allocated, *out_len bytes; or NULL. */
static char *
shown(const char *s, size_t len, size_t *out_len)
{
	char *p, *q;
	size_t n, i, o, col, tabs = 0;

	while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == ' '))
		len--;
	if ((p = malloc(4 * len + 1)) == NULL)
		return NULL;
	n = printable(p, 4 * len, s, len, PRINT_TEXT, NULL);
	for (i = 0; i < n; i++)
		tabs += p[i] == '\t';
	if ((q = malloc(n + 7 * tabs + 1)) == NULL) {
		free(p);
		return NULL;
	}
	for (i = o = col = 0; i < n; i++) {
		if (p[i] == '\t') {
			do
				q[o++] = ' ';
			while (++col % 8 != 0);
			continue;
		}
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			col++;
		q[o++] = p[i];
		if (p[i] == '\n')
			col = 0;
	}
	free(p);
	*out_len = o;
	return q;
}

static int
is_id_byte(int b)
{
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') ||
	    (b >= '0' && b <= '9') || b == '.' || b == '_' || b == '-';
}

static int
word_is(const char *p, size_t n, const char *id)
{
	char folded[ID_MAX + 1];

	while (n > 0 && (p[n - 1] == '.' || p[n - 1] == '-'))
		n--;			/* the end of a sentence */
	return id_fold(p, n, folded) == 0 && strcmp(folded, id) == 0;
}

int
chat_mentions(const char *text, size_t len, const char *id)
{
	size_t i, n;

	for (i = 0; i < len; i++) {
		if (text[i] != '@' || (i > 0 && is_id_byte(text[i - 1])))
			continue;
		for (n = 0; i + 1 + n < len && is_id_byte(text[i + 1 + n]);)
			n++;
		if (word_is(text + i + 1, n, id) ||
		    word_is(text + i + 1, n, "all"))
			return 1;
	}
	return 0;
}

/* Drop the oldest where there are too many; keep is not dropped. */
static void
trim(struct chat *c, const struct chat_item *keep)
{
	size_t drop = 0, bytes = c->bytes;

	while (c->n - drop > 1 && c->items[drop] != keep &&
	    (c->n - drop > CHAT_ITEMS || bytes > CHAT_BYTES))
		bytes -= c->items[drop++]->len;
	if (drop == 0)
		return;
	for (size_t i = 0; i < drop; i++)
		item_free(c->items[i]);
	c->n -= drop;
	c->bytes = bytes;
	memmove(c->items, c->items + drop, c->n * sizeof(*c->items));
}

/* Takes the item; 0, or -1 and the item is freed. */
static int
place(struct chat *c, struct chat_item *it)
{
	struct chat_item **p;
	size_t i = c->n;

	if (c->n == c->cap) {
		p = realloc(c->items, (c->cap * 2 + 64) * sizeof(*p));
		if (p == NULL) {
			item_free(it);
			return -1;
		}
		c->items = p;
		c->cap = c->cap * 2 + 64;
	}
	while (i > 0 && c->items[i - 1]->id > it->id)
		i--;
	memmove(c->items + i + 1, c->items + i,
	    (c->n - i) * sizeof(*c->items));
	c->items[i] = it;
	c->n++;
	c->bytes += it->len;
	trim(c, it);
	return 0;
}

static struct chat_item *
item_new(const char *text, size_t len)
{
	struct chat_item *it = calloc(1, sizeof(*it));

	if (it == NULL || (it->text = shown(text, len, &it->len)) == NULL) {
		free(it);
		return NULL;
	}
	it->verbatim = -1;
	return it;
}

struct chat_item *
chat_note(struct chat *c, const char *text, size_t len, int64_t at_ms)
{
	struct chat_item *it;

	if ((it = item_new(text, len)) == NULL)
		return NULL;
	it->kind = CHAT_NOTE;
	it->at_ms = at_ms;
	it->id = c->n > 0 ? c->items[c->n - 1]->id : 0;
	return place(c, it) == -1 ? NULL : it;
}

struct chat_agent *
chat_agent(struct chat *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->n_agents; i++)
		if (strcmp(c->agents[i].id, id) == 0)
			return &c->agents[i];
	return NULL;
}

struct chat_item *
chat_item(struct chat *c, int64_t id)
{
	size_t i;

	for (i = c->n; i > 0 && c->items[i - 1]->id >= id; i--)
		if (c->items[i - 1]->id == id &&
		    c->items[i - 1]->kind != CHAT_NOTE)
			return c->items[i - 1];
	return NULL;
}

static struct chat_agent *
agent_make(struct chat *c, const char *id)
{
	struct chat_agent *a = chat_agent(c, id);
	size_t i;

	if (a != NULL || c->n_agents == CHAT_AGENTS)
		return a;
	/* by name, so that the status line keeps its order */
	for (i = c->n_agents++; i > 0 && strcmp(c->agents[i - 1].id, id) > 0;
	    i--)
		c->agents[i] = c->agents[i - 1];
	a = &c->agents[i];
	memset(a, 0, sizeof(*a));
	memcpy(a->id, id, strlen(id) + 1);
	a->online = 1;
	return a;
}

/* A string member, cut to what fits; 0, or -1 where it is none. */
static int
text_of(const struct json_node *obj, const char *name, char *out, size_t cap)
{
	const struct json_node *v = json_get(obj, name);
	char *p;
	long n;

	if (v == NULL || v->type != JSON_STRING)
		return -1;
	if ((p = malloc((size_t)v->len + 1)) == NULL)
		return -1;
	n = json_string(v, p, v->len);
	n = n < 0 ? 0 : n;
	n = (long)printable(out, cap - 1, p, (size_t)n, PRINT_LINE, NULL);
	out[n] = '\0';
	free(p);
	return 0;
}

static int
id_of(const struct json_node *obj, const char *name, char out[ID_MAX + 1])
{
	char s[ID_MAX + 1];

	if (text_of(obj, name, s, sizeof(s)) == -1)
		return -1;
	return id_fold(s, strlen(s), out);
}

/* A long text member: *p is replaced, NULL where it is empty or missing. */
static void
long_text(const struct json_node *obj, const char *name, size_t max, char **p,
    size_t *len)
{
	const struct json_node *v = json_get(obj, name);
	char *raw;
	long n;
	size_t off = 0;

	free(*p);
	*p = NULL;
	*len = 0;
	if (v == NULL || v->type != JSON_STRING || v->len == 0 ||
	    (raw = malloc(v->len)) == NULL)
		return;
	n = json_string(v, raw, v->len);
	if (n > 0 && (size_t)n > max) {
		off = (size_t)n - max;
		while (off < (size_t)n && (raw[off] & 0xc0) == 0x80)
			off++;
	}
	if (n > 0)
		*p = shown(raw + off, (size_t)n - off, len);
	free(raw);
	if (*p != NULL && *len == 0) {
		free(*p);
		*p = NULL;
	}
}

static int64_t
time_of(const struct json_node *obj, const char *name)
{
	const struct json_node *v = json_get(obj, name);
	int64_t t;

	if (v == NULL || (v->type != JSON_STRING && v->type != JSON_INT) ||
	    time_parse(v->p, v->len, &t) == -1)
		return 0;
	return t;
}

/* The receipt of one agent; NULL where it says so already. */
static struct chat_receipt *
set_receipt(struct chat_item *it, const char *agent, const char *stage,
    const char *reason)
{
	struct chat_receipt **r = &it->receipts;

	while (*r != NULL && strcmp((*r)->agent, agent) != 0)
		r = &(*r)->next;
	if (*r == NULL && (*r = calloc(1, sizeof(**r))) == NULL)
		return NULL;
	if (strcmp((*r)->stage, stage) == 0 &&
	    strcmp((*r)->reason, reason) == 0)
		return NULL;
	memcpy((*r)->agent, agent, strlen(agent) + 1);
	memcpy((*r)->stage, stage, strlen(stage) + 1);
	memcpy((*r)->reason, reason, strlen(reason) + 1);
	return *r;
}

/* The same from JSON; NULL too where it is no receipt. */
static struct chat_receipt *
receipt(struct chat_item *it, const char *agent, const struct json_node *obj)
{
	char stage[sizeof(it->receipts->stage)];
	char reason[sizeof(it->receipts->reason)] = "";

	if (text_of(obj, "stage", stage, sizeof(stage)) == -1)
		return NULL;
	(void)text_of(obj, "reason", reason, sizeof(reason));	/* optional */
	return set_receipt(it, agent, stage, reason);
}

static void
feed_receipt(struct chat *c, const struct json_node *obj,
    struct chat_event *ev)
{
	char agent[ID_MAX + 1];
	int64_t id;

	if (json_int(json_get(obj, "messageId"), &id) == -1 ||
	    (id_of(obj, "agent", agent) == -1 &&
	    id_of(obj, "from", agent) == -1))
		return;
	if ((ev->item = chat_item(c, id)) == NULL ||
	    (ev->receipt = receipt(ev->item, agent, obj)) == NULL)
		return;
	ev->agent = chat_agent(c, agent);
	ev->news = CHAT_RECEIPT;
}

/* The receipts that a message from /message or /history brings along. */
static int
message_receipts(struct chat_item *it, const struct json_node *all)
{
	const struct json_node *k = json_first(all);
	char agent[ID_MAX + 1];
	uint32_t i;
	int changed = 0;

	for (i = 0; k != NULL && i < all->n; i++) {
		if (id_fold(k->p, k->len, agent) == 0)
			changed |= receipt(it, agent, json_next(k)) != NULL;
		k = json_next(k);
		k = json_next(k);
	}
	return changed;
}

/* A reply settles what it answers, as the gateway's own receipt says. */
static void
answered(struct chat *c, const struct chat_item *reply,
    const struct json_node *obj)
{
	struct chat_item *it;
	int64_t id;

	if (json_int(json_get(obj, "replyTo"), &id) == 0 &&
	    (it = chat_item(c, id)) != NULL)
		(void)set_receipt(it, reply->from, "replied", "");
}

static void
feed_message(struct chat *c, const struct json_node *obj, int64_t id,
    struct chat_event *ev)
{
	static const char lost[] = "\n[not complete: lines were lost]";
	const struct json_node *v = json_get(obj, "content");
	const struct json_node *receipts = json_get(obj, "receipts");
	struct chat_item *it = chat_item(c, id);
	struct chat_agent *a;
	char type[16] = "", *raw;
	long n;

	if (it == NULL) {
		if (v == NULL || v->type != JSON_STRING ||
		    (raw = malloc((size_t)v->len + sizeof(lost))) == NULL)
			return;
		n = json_string(v, raw, v->len);
		n = n < 0 ? 0 : n;
		v = json_get(obj, "complete");
		if (v != NULL && v->type == JSON_FALSE) {
			memcpy(raw + n, lost, sizeof(lost) - 1);
			n += (long)sizeof(lost) - 1;
		}
		it = item_new(raw, (size_t)n);
		free(raw);
		if (it == NULL)
			return;
		it->id = id;
		it->at_ms = time_of(obj, "timestamp");
		(void)id_of(obj, "from", it->from);	/* empty where odd */
		(void)id_of(obj, "to", it->to);
		(void)text_of(obj, "type", type, sizeof(type));
		it->kind = strcmp(type, "direct") == 0 ? CHAT_DIRECT :
		    strcmp(type, "system") == 0 ? CHAT_SYSTEM : CHAT_BROADCAST;
		if ((v = json_get(obj, "verbatim")) != NULL)
			it->verbatim = v->type == JSON_TRUE;
		it->mentions_me = it->kind != CHAT_SYSTEM &&
		    strcmp(it->from, c->me) != 0 && (strcmp(it->to, c->me) ==
		    0 || chat_mentions(it->text, it->len, c->me));
		if (place(c, it) == -1)
			return;
		ev->news = CHAT_NEW;
		answered(c, it, obj);
		if ((a = chat_agent(c, it->from)) != NULL &&
		    it->kind != CHAT_SYSTEM) {
			free(a->partial);	/* here it is, whole */
			a->partial = NULL;
		}
	}
	ev->item = it;
	if (receipts != NULL && receipts->type == JSON_OBJECT &&
	    message_receipts(it, receipts) && ev->news == CHAT_NOTHING)
		ev->news = CHAT_CHANGED;
}

static void
set_flag(const struct json_node *obj, const char *name, int *flag)
{
	const struct json_node *v = json_get(obj, name);

	if (v != NULL && (v->type == JSON_TRUE || v->type == JSON_FALSE))
		*flag = v->type == JSON_TRUE;
}

/* An update of /stream, or (member id) an element of /agents. */
static void
feed_agent(struct chat *c, const struct json_node *obj, const char *name,
    int64_t now_ms, struct chat_event *ev)
{
	const struct json_node *v;
	struct chat_agent *a;
	char id[ID_MAX + 1], state[16], old[80];
	int final = 0, asks, idle;

	if (id_of(obj, name, id) == -1 || (a = agent_make(c, id)) == NULL)
		return;
	ev->agent = a;
	ev->news = CHAT_CHANGED;
	a->online = 1;			/* who says something is */
	set_flag(obj, "online", &a->online);
	a->gone = 0;
	set_flag(obj, "gone", &a->gone);
	if ((v = json_get(obj, "capabilities")) != NULL)
		set_flag(v, "human", &a->human);
	set_flag(obj, "final", &final);
	if (text_of(obj, "state", state, sizeof(state)) == 0) {
		asks = strcmp(a->state, "waiting") == 0;
		if (strcmp(a->state, state) != 0)
			a->since_ms = now_ms;
		memcpy(a->state, state, sizeof(state));
		memcpy(old, a->screen, sizeof(old));
		a->screen[0] = '\0';
		(void)text_of(obj, "screen", a->screen, sizeof(a->screen));
		long_text(obj, "detail", CHAT_PARTIAL, &a->detail,
		    &a->detail_len);
		a->until_ms = time_of(obj, "until");
		if (strcmp(state, "waiting") == 0 &&
		    (!asks || strcmp(old, a->screen) != 0))
			ev->news = CHAT_ASKS;
	}
	if (!a->online)
		a->state[0] = '\0';
	idle = strcmp(a->state, "idle") == 0 || strcmp(a->state, "") == 0;
	if (json_get(obj, "content") != NULL || final || idle || !a->online)
		long_text(final || idle ? NULL : obj, "content", CHAT_PARTIAL,
		    &a->partial, &a->partial_len);
}

static void
feed_value(struct chat *c, const struct json_node *v, int64_t now_ms,
    struct chat_event *ev)
{
	const struct json_node *id = json_get(v, "id");
	int64_t n;

	if (v->type != JSON_OBJECT)
		return;
	if (json_get(v, "messageId") != NULL)
		feed_receipt(c, v, ev);
	else if (id != NULL && id->type == JSON_STRING)
		feed_agent(c, v, "id", now_ms, ev);
	else if (id != NULL && json_int(id, &n) == 0 && n > 0)
		feed_message(c, v, n, ev);
	else if (json_get(v, "from") != NULL)
		feed_agent(c, v, "from", now_ms, ev);
}

struct chat_event
chat_feed(struct chat *c, const char *line, size_t len, int64_t now_ms)
{
	struct json_node nodes[NODES];
	const struct json_node *v;
	struct chat_event ev = { CHAT_NOTHING, NULL, NULL, NULL };
	uint32_t i;

	if (len == 0)
		return ev;
	if (json_parse(line, len, nodes, NODES, NULL) < 1 ||
	    (nodes->type != JSON_OBJECT && nodes->type != JSON_ARRAY)) {
		if ((ev.item = chat_note(c, line, len, 0)) != NULL)
			ev.news = CHAT_NEW;
		return ev;
	}
	if (nodes->type == JSON_OBJECT) {
		feed_value(c, nodes, now_ms, &ev);
		return ev;
	}
	v = json_first(nodes);
	for (i = 0; i < nodes->n; i++, v = json_next(v))
		feed_value(c, v, now_ms, &ev);
	return ev;
}

int
chat_settled(const struct chat_item *it)
{
	const struct chat_receipt *r;

	for (r = it->receipts; r != NULL; r = r->next)
		if (strcmp(r->stage, "replied") != 0)
			return 0;
	return it->receipts != NULL;
}

int
chat_asks_number(const struct chat_agent *a)
{
	size_t i, len = a->detail == NULL ? 0 : a->detail_len;
	int first = 1;			/* no letter or digit before it */

	for (i = 0; i + 1 < len; i++) {
		if (first && a->detail[i] == '1' &&
		    strchr(".):", a->detail[i + 1]) != NULL)
			return 1;
		if (a->detail[i] == '\n')
			first = 1;
		else if (isalnum((unsigned char)a->detail[i]))
			first = 0;
	}
	return len == 0;
}

int
chat_asks_line(const struct chat_agent *a)
{
	static const char *const ends[] = {
		"[y/n]", "(y/n)", "[yes/no]", "(yes/no)"
	};
	char end[16];
	size_t i, n, len = a->detail == NULL ? 0 : a->detail_len;

	while (len > 0 && strchr(" ?:\n", a->detail[len - 1]) != NULL)
		len--;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		n = strlen(ends[i]);
		if (len < n)
			continue;
		memcpy(end, a->detail + len - n, n);
		end[n] = '\0';
		for (n = 0; end[n] != '\0'; n++)
			if (end[n] >= 'A' && end[n] <= 'Z')
				end[n] += 'a' - 'A';
		if (strcmp(end, ends[i]) == 0)
			return 1;
	}
	return 0;
}
