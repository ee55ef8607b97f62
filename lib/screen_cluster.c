/*
 * screen_cluster - cells of more than one code point: a letter with marks, an
 * emoji joined of several.
 *
 * A cluster is what the cell had before and the code point that came to it,
 * each pair kept once, in a table with a limit; the cell has the pair's number.
 * When the table is full, the pairs that no cell shows are dropped.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screen_in.h"
#include "utf8.h"

#define PAIRS_MAX	16384
#define BUCKETS		4096		/* a power of two */
#define RUNES_MAX	(SCREEN_CLUSTER_MAX / 4)	/* of one cell */

struct pair {
	uint32_t	before;		/* of a cell: code point or cluster */
	uint32_t	rune;
	uint16_t	next;		/* in its bucket: number + 1, or 0 */
	uint8_t		n_runes;	/* in all */
	uint8_t		used;
};

struct clusters {
	unsigned	n, cap;
	unsigned	patience;	/* refusals until a sweep is tried */
	uint16_t	bucket[BUCKETS];	/* number + 1, or 0 */
	struct pair	*pairs;		/* what a pair refers to is before it */
};

static uint16_t *
bucket_of(struct clusters *c, uint32_t before, uint32_t rune)
{
	uint32_t h = before * 0x9e3779b1U ^ rune * 0x85ebca6bU;

	return &c->bucket[(h ^ h >> 15) % BUCKETS];
}

static const struct pair *
pair_of(const struct screen *s, uint32_t text)
{
	return &s->clusters->pairs[text & CELL_VALUE];
}

static void
pair_link(struct clusters *c, unsigned i)
{
	struct pair *p = &c->pairs[i];
	uint16_t *b = bucket_of(c, p->before, p->rune);

	p->next = *b;
	*b = (uint16_t)(i + 1);
}

/* Call f for all cells that are clusters. */
static void
for_cells(struct screen *s, void (*f)(struct clusters *, uint32_t *text,
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
					f(s->clusters, &l->cells[x].text, arg);
		}
}

static void
mark(struct clusters *c, uint32_t *text, const uint16_t *unused)
{
	(void)unused;
	c->pairs[*text & CELL_VALUE].used = 1;
}

static void
renumber(struct clusters *c, uint32_t *text, const uint16_t *number)
{
	(void)c;
	if (*text & CELL_CLUSTER)
		*text = (*text & ~CELL_VALUE) | number[*text & CELL_VALUE];
}

/* Drop the pairs that no cell shows, and number the rest anew. */
static void
sweep(struct screen *s)
{
	struct clusters *c = s->clusters;
	uint16_t number[PAIRS_MAX];
	unsigned i, n = 0;

	for_cells(s, mark, NULL);
	for (i = c->n; i-- > 0;)
		if (c->pairs[i].used && c->pairs[i].before & CELL_CLUSTER)
			mark(c, &c->pairs[i].before, NULL);
	memset(c->bucket, 0, sizeof c->bucket);
	for (i = 0; i < c->n; i++) {
		if (!c->pairs[i].used)
			continue;
		number[i] = (uint16_t)n;
		c->pairs[n] = c->pairs[i];
		c->pairs[n].used = 0;
		renumber(c, &c->pairs[n].before, number);
		pair_link(c, n++);
	}
	c->n = n;
	for_cells(s, renumber, number);
}

/* Room for one more pair: 0, or -1 where there is none. */
static int
make_room(struct screen *s)
{
	struct clusters *c = s->clusters;
	struct pair *grown;
	unsigned cap;

	if (c->n < c->cap)
		return 0;
	if (c->cap < PAIRS_MAX) {
		cap = c->cap == 0 ? 64 : c->cap * 2;
		grown = realloc(c->pairs, cap * sizeof *grown);
		if (grown == NULL)
			return -1;
		c->pairs = grown;
		c->cap = cap;
		return 0;
	}
	if (c->patience > 0) {		/* a sweep costs: not for each one */
		c->patience--;
		return -1;
	}
	sweep(s);
	c->patience = PAIRS_MAX;
	return c->n < c->cap ? 0 : -1;
}

void
clusters_free(struct screen *s)
{
	if (s->clusters != NULL)
		free(s->clusters->pairs);
	free(s->clusters);
	s->clusters = NULL;
}

/* A pair that is not there yet: its number, or -1. */
static int
pair_new(struct screen *s, struct screen_cell *cell, uint32_t rune)
{
	struct clusters *c = s->clusters;
	unsigned n_runes = 2;
	struct pair *p;

	if (cell->text & CELL_CLUSTER)
		n_runes = pair_of(s, cell->text)->n_runes + 1U;
	if (n_runes > RUNES_MAX || make_room(s) == -1)
		return -1;
	p = &c->pairs[c->n];
	p->before = cell->text & ~CELL_WIDE;	/* a sweep renumbers it */
	p->rune = rune;
	p->n_runes = (uint8_t)n_runes;
	p->used = 0;
	pair_link(c, c->n);
	return (int)c->n++;
}

void
cluster_add(struct screen *s, struct line *l, struct screen_cell *cell,
    uint32_t rune)
{
	uint32_t before = cell->text & ~CELL_WIDE;
	struct clusters *c = s->clusters;
	const struct pair *p;
	int i;

	if (c == NULL) {
		c = s->clusters = calloc(1, sizeof *c);
		if (c == NULL)
			return;
	}
	for (i = *bucket_of(c, before, rune) - 1; i >= 0; i = p->next - 1) {
		p = &c->pairs[i];
		if (p->before == before && p->rune == rune)
			break;
	}
	if (i == -1)
		i = pair_new(s, cell, rune);
	if (i == -1)
		return;
	cell->text = (cell->text & CELL_WIDE) | CELL_CLUSTER | (uint32_t)i;
	l->clusters = 1;
}

uint32_t
cell_base(const struct screen *s, const struct screen_cell *cell)
{
	uint32_t text = cell->text;

	while (text & CELL_CLUSTER)
		text = pair_of(s, text)->before;
	return text & CELL_VALUE;
}

uint32_t
cell_last(const struct screen *s, const struct screen_cell *cell)
{
	return cell->text & CELL_CLUSTER ? pair_of(s, cell->text)->rune :
	    cell->text & CELL_VALUE;
}

size_t
cell_text(const struct screen *s, const struct screen_cell *cell, char *out)
{
	uint32_t text = cell->text, runes[RUNES_MAX];
	size_t n = 0, len;

	if (text & CELL_RIGHT)
		return 0;
	for (; text & CELL_CLUSTER; text = pair_of(s, text)->before)
		runes[n++] = pair_of(s, text)->rune;
	len = utf8_encode(text == 0 ? ' ' : text & CELL_VALUE, out);
	while (n-- > 0)
		len += utf8_encode(runes[n], out + len);
	return len;
}
