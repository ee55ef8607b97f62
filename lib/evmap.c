/*
 * evmap - the `on' lines of an [events] section, compiled, and paths into JSON.
 * Linked into csp-sidecar.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#include "buf.h"
#include "events.h"
#include "evmap.h"

#define LINES_MAX	64
#define CONDS_MAX	8
#define STRING_MAX	(256 * 1024)	/* of what is cut to a string */

enum op { OP_HAS, OP_HASNT, OP_IS, OP_ISNT, OP_BEGINS };

static const struct {
	const char *word;
	int takes_path;
} acts[ACT_COUNT] = {
	{ "prompt", 1 }, { "text", 1 }, { "delta", 1 }, { "id", 1 },
	{ "order", 1 }, { "final", 1 }, { "turn", 1 }, { "busy", 0 },
	{ "end", 0 }, { "abort", 0 }, { "last", 1 }, { "dialog", 1 },
	{ "limit", 1 }, { "until", 1 }, { "error", 1 }, { "thread", 1 },
	{ "cwd", 1 }, { "owner", 1 }, { "reject", 0 }, { "replay", 0 },
	{ "live", 0 }, { "skip", 0 }
};

struct cond {
	enum op		op;
	const char	*path, *value;
};

struct line {
	char		*text;		/* the pieces point into it */
	struct cond	conds[CONDS_MAX];
	size_t		nconds;
	struct evmap_line say;
};

struct events_map {
	struct line	lines[LINES_MAX];
	size_t		nlines;
	char		*stamp;		/* path, or NULL */
};

struct events_map *
events_map_new(void)
{
	return calloc(1, sizeof(struct events_map));
}

void
events_map_free(struct events_map *m)
{
	size_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->nlines; i++)
		free(m->lines[i].text);
	free(m->stamp);
	free(m);
}

/* Duplicates a string; NULL with ENOMEM. */
static char *
copy(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p;

	if ((p = malloc(n)) != NULL)
		memcpy(p, s, n);
	return p;
}

/*
 * One condition: PATH, !PATH, PATH=V, PATH!=V, PATH^=V.  The sign is the first
 * `=' outside brackets.  Returns 0 or -1.
 */
static int
cond_parse(struct cond *c, char *s)
{
	int depth = 0;
	char *p;

	c->op = OP_HAS;
	c->value = "";
	if (*s == '!') {
		c->op = OP_HASNT;
		s++;
	}
	c->path = s;
	for (p = s; *p != '\0' && !(*p == '=' && depth == 0); p++)
		depth += (*p == '[') - (*p == ']');
	if (*p == '=') {
		if (p == s || c->op == OP_HASNT)
			return -1;
		c->op = OP_IS;
		c->value = p + 1;
		*p-- = '\0';
		if (*p == '!' || *p == '^') {
			c->op = *p == '!' ? OP_ISNT : OP_BEGINS;
			*p = '\0';
		}
	}
	return *c->path == '\0' || depth != 0 ? -1 : 0;
}

/* One action, "WORD" or "WORD PATH".  NULL, or what is wrong. */
static const char *
act_parse(struct line *l, char *s)
{
	size_t n = strcspn(s, " \t"), i;
	char *path = s + n + strspn(s + n, " \t");

	for (i = 0; i < ACT_COUNT; i++)
		if (strlen(acts[i].word) == n &&
		    memcmp(acts[i].word, s, n) == 0)
			break;
	if (i == ACT_COUNT)
		return "no such action";
	if (acts[i].takes_path != (*path != '\0'))
		return *path == '\0' ? "a path is missing" :
		    "this action takes no path";
	if (l->say.path[i] != NULL)
		return "the same action twice";
	l->say.path[i] = path;
	return NULL;
}

/* Cuts blanks off the end and returns where the text begins. */
static char *
trim(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n > 0 && strchr(" \t", s[n - 1]) != NULL; n--)
		s[n - 1] = '\0';
	return s;
}

/* "CONDITION ...: ACTION, ACTION".  NULL, or what is wrong. */
static const char *
line_parse(struct line *l, char *text)
{
	char *p = text, *next, *word;
	const char *wrong;
	int last = 0;

	for (; !last; p = next) {
		word = p + strspn(p, " \t");
		next = word + strcspn(word, " \t");
		if (next == word)
			return "no colon after the conditions";
		if (*next != '\0')
			*next++ = '\0';
		last = word[strlen(word) - 1] == ':';
		if (last)
			word[strlen(word) - 1] = '\0';
		if (*word == '\0')
			return "a condition is empty";
		if (l->nconds == CONDS_MAX)
			return "too many conditions";
		if (cond_parse(&l->conds[l->nconds++], word) == -1)
			return "a condition is not understood";
	}
	for (; p != NULL; p = next) {
		if ((next = strchr(p, ',')) != NULL)
			*next++ = '\0';
		if ((wrong = act_parse(l, trim(p))) != NULL)
			return wrong;
	}
	return NULL;
}

int
events_map_line(struct events_map *m, const char *word, const char *value,
    char *err, size_t errsize)
{
	const char *wrong = NULL;
	struct line *l;

	if (strcmp(word, "stamp") == 0) {
		free(m->stamp);
		if ((m->stamp = copy(value)) == NULL)
			wrong = "out of memory";
	} else if (strcmp(word, "on") != 0)
		return 1;
	else if (m->nlines == LINES_MAX)
		wrong = "too many lines";
	else {
		l = &m->lines[m->nlines];
		memset(l, 0, sizeof(*l));
		if ((l->text = copy(value)) == NULL)
			wrong = "out of memory";
		else if ((wrong = line_parse(l, l->text)) != NULL)
			free(l->text);
		else
			m->nlines++;
	}
	if (wrong == NULL)
		return 0;
	if (errsize > 0)
		(void)snprintf(err, errsize, "%s", wrong); /* cut is fine */
	return -1;
}

struct gather {
	struct buf	*out;
	const char	*between;	/* texts of one path */
	int		raw;		/* containers too, as JSON */
	int		hits;
};

/* Appends a string without the NULs that JSON may hold. */
static void
put_string(struct buf *out, const struct json_node *v)
{
	size_t i, n = 0;
	long len;
	char *p;

	if (v->len == 0 || buf_reserve(out, v->len) == -1)
		return;
	p = out->p + out->len;
	if ((len = json_string(v, p, v->len)) < 0)
		return;
	for (i = 0; i < (size_t)len; i++)
		if (p[i] != '\0')
			p[n++] = p[i];
	buf_added(out, n);
}

static void
gather_one(struct gather *g, const struct json_node *v)
{
	if (v->type == JSON_NULL || (!g->raw &&
	    (v->type == JSON_OBJECT || v->type == JSON_ARRAY)))
		return;
	if (g->hits++ > 0)
		(void)buf_puts(g->out, g->between);	/* too long: cut */
	if (v->type == JSON_STRING)
		put_string(g->out, v);
	else
		(void)buf_append(g->out, v->p, v->len);	/* likewise */
}

/* The member called name (n bytes) of an object, or NULL. */
static const struct json_node *
member(const struct json_node *v, const char *name, size_t n)
{
	const struct json_node *got;
	struct json_name want;

	want.s = name;
	want.len = n;
	return json_pick(v, &want, &got, 1) == -1 ? NULL : got;
}

/* Whether an element fits what stands between brackets: "", "-1" or "k=v". */
static int
fits(const struct json_node *v, int is_last, const char *sel, size_t n)
{
	const char *eq = memchr(sel, '=', n);
	const struct json_node *got;
	char want[128];
	size_t len;

	if (n == 0)
		return 1;
	if (eq == NULL)
		return n == 2 && memcmp(sel, "-1", 2) == 0 && is_last;
	len = n - (size_t)(eq + 1 - sel);
	if (len >= sizeof(want) ||
	    (got = member(v, sel, (size_t)(eq - sel))) == NULL)
		return 0;
	memcpy(want, eq + 1, len);
	want[len] = '\0';
	return json_is(got, want);
}

/* One path without alternatives, path[0] to end - 1, from v on. */
static void
walk(const struct json_node *v, const char *path, const char *end,
    struct gather *g)
{
	const struct json_node *e;
	const char *p = path, *sel;
	uint32_t i;

	if (p == end) {
		gather_one(g, v);
		return;
	}
	while (p < end && *p != '.' && *p != '[')
		p++;
	if (p > path && (v = member(v, path, (size_t)(p - path))) == NULL)
		return;
	if (p < end && *p == '.') {
		walk(v, p + 1, end, g);
		return;
	}
	if (p == end) {
		gather_one(g, v);
		return;
	}
	sel = ++p;
	while (p < end && *p != ']')
		p++;
	if (v->type != JSON_ARRAY || p == end)
		return;
	e = json_first(v);
	for (i = 0; i < v->n; i++, e = json_next(e))
		if (fits(e, i + 1 == v->n, sel, (size_t)(p - sel)))
			walk(e, p + 1 < end && p[1] == '.' ? p + 2 : p + 1,
			    end, g);
}

int
evmap_texts(const struct json_node *root, const char *path,
    const char *between, int raw, struct buf *out)
{
	const char *stop = path + strcspn(path, " \t"), *p;
	struct gather g;
	int depth;

	g.out = out;
	g.between = between;
	g.raw = raw;
	g.hits = 0;
	while (path < stop && g.hits == 0) {
		depth = 0;
		for (p = path; p < stop && !(*p == '|' && depth == 0); p++)
			depth += (*p == '[') - (*p == ']');
		walk(root, path, p, &g);
		path = p < stop ? p + 1 : p;
	}
	return g.hits;
}

int
evmap_string(const struct json_node *root, const char *path, char *out,
    size_t size)
{
	struct buf b;
	size_t n;
	int hits;

	buf_init(&b, STRING_MAX);
	hits = evmap_texts(root, path, "", 1, &b);
	n = b.len < size ? b.len : size - 1;
	if (n > 0)
		memcpy(out, b.p, n);
	out[n] = '\0';
	buf_free(&b);
	return hits;
}

static int
cond_holds(const struct cond *c, const struct json_node *root)
{
	char value[256];
	int there = evmap_string(root, c->path, value, sizeof(value)) > 0;

	switch (c->op) {
	case OP_HAS:
		return there;
	case OP_HASNT:
		return !there;
	case OP_IS:
		return there && strcmp(value, c->value) == 0;
	case OP_ISNT:
		return strcmp(value, c->value) != 0;
	case OP_BEGINS:
		return there &&
		    strncmp(value, c->value, strlen(c->value)) == 0;
	}
	return 0;
}

const struct evmap_line *
evmap_find(const struct events_map *m, const struct json_node *root)
{
	const struct line *l;
	size_t i, k;

	for (i = 0; i < m->nlines; i++) {
		l = &m->lines[i];
		for (k = 0; k < l->nconds; k++)
			if (!cond_holds(&l->conds[k], root))
				break;
		if (k == l->nconds)
			return &l->say;
	}
	return NULL;
}

int
evmap_knows(const struct events_map *m, enum act a)
{
	size_t i;

	for (i = 0; i < m->nlines; i++)
		if (m->lines[i].say.path[a] != NULL)
			return 1;
	return 0;
}

const char *
evmap_stamp(const struct events_map *m)
{
	return m->stamp;
}

int
evmap_append(struct buf *b, const char *s, size_t n)
{
	size_t room = b->max - b->len;

	if (n <= room)
		return buf_append(b, s, n);
	while (room > 0 && ((unsigned char)s[room] & 0xc0) == 0x80)
		room--;
	(void)buf_append(b, s, room);		/* cut in any case */
	return -1;
}
