/*
 * screen_cluster - cells of more than one code point: a letter with marks, an
 * emoji joined of several.  Each text is kept once, in a table with a limit; the
 * cell has its number.  When the table is full, what no cell shows is dropped.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screen_in.h"
#include "utf8.h"

#define ENTRIES		4096		/* at most */
#define BUCKETS		8192		/* a power of two */
#define NONE		0xffffU

struct entry {
	uint8_t		len, used;
	char		text[SCREEN_CLUSTER_MAX - 2];
};

struct clusters {
	unsigned	n, cap;
	unsigned	patience;	/* refusals until a sweep may be tried */
	uint16_t	bucket[BUCKETS];
	struct entry	*entries;
};

static unsigned
hash(const char *text, size_t len)
{
	uint32_t h = 2166136261U;	/* FNV-1a */

	while (len-- > 0)
		h = (h ^ (unsigned char)*text++) * 16777619U;
	return (h ^ h >> 16) % BUCKETS;
}

/* The bucket that has the text, or the free one where it would go. */
static uint16_t *
lookup(struct clusters *c, const char *text, size_t len)
{
	unsigned b = hash(text, len);
	const struct entry *e;

	for (; c->bucket[b] != NONE; b = (b + 1) % BUCKETS) {
		e = &c->entries[c->bucket[b]];
		if (e->len == len && memcmp(e->text, text, len) == 0)
			break;
	}
	return &c->bucket[b];
}

/* Call f for all cells of all lines that have clusters. */
static void
for_cells(struct screen *s, void (*f)(struct clusters *, struct screen_cell *,
    const uint16_t *), const uint16_t *arg)
{
	const struct grid *g;
	struct line *l;
	int64_t n;
	int x;

	for (g = s->grids; g < s->grids + 2; g++)
		for (n = g->first; n < g->top + s->rows; n++) {
			l = grid_line(g, n);
			if (l == NULL || !l->clusters)
				continue;
			for (x = 0; x < l->len; x++)
				if (l->cells[x].text & CELL_CLUSTER)
					f(s->clusters, &l->cells[x], arg);
		}
}

static void
cell_mark(struct clusters *c, struct screen_cell *cell, const uint16_t *unused)
{
	(void)unused;
	c->entries[cell->text & CELL_VALUE].used = 1;
}

static void
cell_renumber(struct clusters *c, struct screen_cell *cell,
    const uint16_t *number)
{
	(void)c;
	cell->text = (cell->text & ~CELL_VALUE) |
	    number[cell->text & CELL_VALUE];
}

/* Drop the entries that no cell shows, and number the rest anew. */
static void
sweep(struct screen *s)
{
	struct clusters *c = s->clusters;
	uint16_t number[ENTRIES];
	unsigned i, n = 0;

	for_cells(s, cell_mark, NULL);
	memset(c->bucket, 0xff, sizeof c->bucket);
	for (i = 0; i < c->n; i++) {
		if (!c->entries[i].used)
			continue;
		number[i] = (uint16_t)n;
		c->entries[n] = c->entries[i];
		c->entries[n].used = 0;
		*lookup(c, c->entries[n].text, c->entries[n].len) =
		    (uint16_t)n;
		n++;
	}
	c->n = n;
	for_cells(s, cell_renumber, number);
}

/* Room for one more entry: 0, or -1 where there is none. */
static int
make_room(struct screen *s)
{
	struct clusters *c = s->clusters;
	struct entry *grown;
	unsigned cap;

	if (c->n < c->cap)
		return 0;
	if (c->cap < ENTRIES) {
		cap = c->cap == 0 ? 64 : c->cap * 2;
		grown = realloc(c->entries, cap * sizeof *grown);
		if (grown == NULL)
			return -1;
		c->entries = grown;
		c->cap = cap;
		return 0;
	}
	if (c->patience > 0) {		/* a sweep costs: not for each one */
		c->patience--;
		return -1;
	}
	sweep(s);
	c->patience = ENTRIES;
	return c->n < c->cap ? 0 : -1;
}

static struct clusters *
clusters_get(struct screen *s)
{
	struct clusters *c = s->clusters;

	if (c != NULL)
		return c;
	c = calloc(1, sizeof *c);
	if (c != NULL)
		memset(c->bucket, 0xff, sizeof c->bucket);
	return s->clusters = c;
}

void
clusters_free(struct screen *s)
{
	if (s->clusters != NULL)
		free(s->clusters->entries);
	free(s->clusters);
	s->clusters = NULL;
}

void
cluster_add(struct screen *s, struct line *l, struct screen_cell *cell,
    uint32_t rune)
{
	struct clusters *c = clusters_get(s);
	char text[SCREEN_CLUSTER_MAX + 4];
	struct entry *e;
	uint16_t *b;
	size_t len;

	if (c == NULL)
		return;
	len = cell_text(s, cell, text);
	len += utf8_encode(rune, text + len);
	if (len > sizeof e->text)
		return;
	b = lookup(c, text, len);
	if (*b == NONE) {
		if (make_room(s) == -1)
			return;
		b = lookup(c, text, len);	/* a sweep moves it */
		*b = (uint16_t)c->n;
		e = &c->entries[c->n++];
		e->len = (uint8_t)len;
		e->used = 0;
		memcpy(e->text, text, len);
	}
	cell->text = (cell->text & CELL_WIDE) | CELL_CLUSTER | *b;
	l->clusters = 1;
}

uint32_t
cell_base(const struct screen *s, const struct screen_cell *cell)
{
	const struct entry *e;
	uint32_t cp = cell->text & CELL_VALUE;

	if (cell->text & CELL_CLUSTER) {
		e = &s->clusters->entries[cp];
		(void)utf8_decode((const unsigned char *)e->text,
		    (const unsigned char *)e->text + e->len, &cp);
	}
	return cp;
}

size_t
cell_text(const struct screen *s, const struct screen_cell *cell, char *out)
{
	const struct entry *e;

	if (cell->text & CELL_RIGHT)
		return 0;
	if (cell->text & CELL_CLUSTER) {
		e = &s->clusters->entries[cell->text & CELL_VALUE];
		memcpy(out, e->text, e->len);
		return e->len;
	}
	if (cell->text == 0) {
		*out = ' ';
		return 1;
	}
	return utf8_encode(cell->text & CELL_VALUE, out);
}
