/*
 * screen_grid - the lines of a screen: the ring, scrolling, erasing.
 * A line that scrolls off the top is replaced by a packed copy, and its room is
 * used for the line that comes in at the bottom.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screen_in.h"

#define BACKGROUND	(0x1ffU << 23)

static void
fill(struct screen_cell *cell, int n, uint32_t attr)
{
	while (n-- > 0) {
		cell->text = 0;
		(cell++)->attr = attr;
	}
}

struct line *
grid_line_new(int cols)
{
	struct line *l;

	l = malloc(sizeof *l + (size_t)cols * sizeof l->cells[0]);
	if (l != NULL)
		memset(l, 0, sizeof *l);
	return l;
}

int
grid_init(struct grid *g, int cols, int rows, int keep, int64_t first)
{
	int64_t size = 1;
	int row;

	while (size < (int64_t)keep + rows + 1)
		size *= 2;
	g->ring = calloc((size_t)size, sizeof *g->ring);
	if (g->ring == NULL)
		return -1;
	g->mask = size - 1;
	g->first = g->top = first;
	g->keep = keep;
	for (row = 0; row < rows; row++) {
		g->ring[(first + row) & g->mask] = grid_line_new(cols);
		if (grid_line(g, first + row) == NULL) {
			grid_free(g, row);
			return -1;
		}
	}
	return 0;
}

void
grid_free(struct grid *g, int rows)
{
	int64_t n;

	if (g->ring == NULL)
		return;
	for (n = g->first; n < g->top + rows; n++)
		free(grid_line(g, n));
	free(g->ring);
	g->ring = NULL;
}

void
grid_forget(struct grid *g)
{
	for (; g->first < g->top; g->first++) {
		free(grid_line(g, g->first));
		g->ring[g->first & g->mask] = NULL;
	}
}

/* Anchors on lines from up to end move by that many; past an end they go. */
static void
anchors_move(struct screen *s, int64_t from, int64_t end, int by)
{
	int64_t *a;
	int i;

	for (i = 0; i < SCREEN_ANCHORS; i++) {
		a = &s->anchors[i];
		if (*a < from || *a >= end)
			continue;
		*a += by;
		if (*a < from || *a >= end)
			*a = -1;
	}
}

/* The line above this row is not continued in it any more. */
static void
unwrap_above(struct screen *s, int row)
{
	int64_t n = s->g->top + row - 1;

	if (n >= s->g->first && grid_line(s->g, n) != NULL)
		grid_line(s->g, n)->wraps = 0;
}

static void
line_blank(struct screen *s, struct line *l)
{
	l->len = 0;
	l->wraps = l->marks = l->clusters = 0;
	if (s->c.attr & BACKGROUND) {
		l->len = (uint16_t)s->cols;
		fill(l->cells, s->cols, s->c.attr & BACKGROUND);
	}
}

/* Take the screen's top line into the scrollback; its room is returned. */
static struct line *
retire_top(struct screen *s)
{
	struct grid *g = s->g;
	struct line *l = grid_line(g, g->top), *copy = NULL;

	if (g->keep > 0) {
		if (g->top - g->first == g->keep) {
			free(grid_line(g, g->first));
			g->ring[g->first++ & g->mask] = NULL;
			s->st.dropped++;
		}
		copy = pack_line(l, s->room);
	} else
		g->first++;
	g->ring[g->top++ & g->mask] = copy;
	return l;
}

/*
 * One line off the top, a blank one in before row end.  What is below it keeps
 * its place on the screen and so gets another number.
 */
static void
push(struct screen *s, int end)
{
	struct grid *g = s->g;
	struct line *room = retire_top(s);
	int64_t n = g->top + s->rows - 1, blank = g->top + end - 1;

	if (n > blank)
		anchors_move(s, blank, n + 1, 1);
	for (; n > blank; n--)
		g->ring[n & g->mask] = grid_line(g, n - 1);
	g->ring[blank & g->mask] = room;
	line_blank(s, room);
}

static void
reverse(struct grid *g, int64_t from, int64_t end)
{
	struct line *l;

	for (end--; from < end; from++, end--) {
		l = grid_line(g, from);
		g->ring[from & g->mask] = grid_line(g, end);
		g->ring[end & g->mask] = l;
	}
}

/* Rows from top up to mid change places with those from mid up to end. */
static void
exchange(struct screen *s, int top, int mid, int end)
{
	int64_t n = s->g->top;

	reverse(s->g, n + top, n + mid);
	reverse(s->g, n + mid, n + end);
	reverse(s->g, n + top, n + end);
}

void
rows_up(struct screen *s, int top, int end, int n)
{
	if (top > 0)
		rows_delete(s, top, end, n);
	else
		for (n = n < end ? n : end; n > 0; n--)
			push(s, end);
}

void
rows_delete(struct screen *s, int top, int end, int n)
{
	if (n > end - top)
		n = end - top;
	unwrap_above(s, top);
	anchors_move(s, s->g->top + top, s->g->top + end, -n);
	exchange(s, top, top + n, end);
	while (n > 0)
		line_blank(s, screen_row(s, end - n--));
}

void
rows_down(struct screen *s, int top, int end, int n)
{
	if (n > end - top)
		n = end - top;
	unwrap_above(s, top);
	anchors_move(s, s->g->top + top, s->g->top + end, n);
	exchange(s, top, end - n, end);
	screen_row(s, end - 1)->wraps = 0;
	while (n > 0)
		line_blank(s, screen_row(s, top + --n));
}

void
cells_open_within(struct line *l, int x, int n)
{
	struct screen_cell *cells = l->cells;

	if (x < l->len) {
		if (cells[x].text == CELL_RIGHT && x > 0)
			cells[x - 1].text = 0;
		if (x + n < l->len && cells[x + n].text == CELL_RIGHT)
			cells[x + n].text = 0;
	} else if (x > l->len)
		fill(cells + l->len, x - l->len, 0);
	if (x + n > l->len)
		l->len = (uint16_t)(x + n);
}

void
cells_erase(struct screen *s, int row, int from, int to)
{
	struct line *l = screen_row(s, row);
	uint32_t attr = s->c.attr & BACKGROUND;

	if (to > s->cols)
		to = s->cols;
	if (from >= to)
		return;
	if (from == 0 && to == s->cols) {
		unwrap_above(s, row);
		line_blank(s, l);
		return;
	}
	if (to == s->cols)
		l->wraps = 0;
	if (attr == 0 && to > l->len)
		to = l->len;
	if (from >= to)
		return;
	cells_open(l, from, to - from);
	if (attr == 0 && to == l->len) {
		l->len = (uint16_t)from;
		l->wraps = 0;
	} else
		fill(l->cells + from, to - from, attr);
}

void
rows_erase(struct screen *s, int from, int to)
{
	if (from < to)
		unwrap_above(s, from);
	for (; from < to; from++)
		line_blank(s, screen_row(s, from));
}

/* Blank both halves of the wide character that x would cut in two. */
static void
split(struct line *l, int x)
{
	if (x > 0 && x < l->len && l->cells[x].text == CELL_RIGHT)
		l->cells[x - 1].text = l->cells[x].text = 0;
}

void
cells_insert(struct screen *s, int row, int x, int n)
{
	struct line *l = screen_row(s, row);
	int len;

	if (n > s->cols - x)
		n = s->cols - x;
	l->wraps = 0;
	if (x < l->len) {
		split(l, x);
		split(l, s->cols - n);
		len = l->len + n < s->cols ? l->len + n : s->cols;
		if (len > x + n)
			memmove(l->cells + x + n, l->cells + x,
			    (size_t)(len - x - n) * sizeof l->cells[0]);
		l->len = (uint16_t)len;
	}
	cells_erase(s, row, x, x + n);
}

void
cells_delete(struct screen *s, int row, int x, int n)
{
	struct line *l = screen_row(s, row);

	if (n > s->cols - x)
		n = s->cols - x;
	l->wraps = 0;
	split(l, x);
	split(l, x + n);
	if (x + n < l->len) {
		memmove(l->cells + x, l->cells + x + n,
		    (size_t)(l->len - x - n) * sizeof l->cells[0]);
		l->len = (uint16_t)(l->len - n);
	} else if (x < l->len)
		l->len = (uint16_t)x;
	if (s->c.attr & BACKGROUND)
		cells_erase(s, row, s->cols - n, s->cols);
}
