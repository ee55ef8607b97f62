/*
 * screen_wrap - a new size: the main screen and its scrollback are wrapped
 * anew, into a grid of their own, so that a failure leaves everything as it
 * was.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screen_in.h"
#include "utf8.h"

#define PLACES		(2 + SCREEN_ANCHORS)

/* A position that goes along with its text. */
struct place {
	int64_t		line, new_line;
	int		x, new_x;
};

struct reflow {
	struct grid	g;		/* new; its ring is filled up to n */
	int64_t		n;		/* number of the line being made */
	struct line	*l;		/* it; room for cols */
	struct screen_cell *room;	/* to pack and unpack lines */
	int		cols, rows;	/* new */
	int		failed;		/* out of memory: sticky */
	struct place	place[PLACES];	/* cursor, saved cursor, anchors */
};

/* The line in the making is complete. */
static void
end_line(struct reflow *r, int wraps)
{
	struct line *copy;

	r->l->wraps = (uint8_t)wraps;
	copy = pack_line(r->l, r->room + SCREEN_COLS_MAX);
	if (copy == NULL) {
		r->failed = 1;
		return;
	}
	memset(r->l, 0, sizeof *r->l);
	if (r->n - r->g.first == (int64_t)r->g.keep + r->rows) {
		free(grid_line(&r->g, r->g.first));
		r->g.ring[r->g.first++ & r->g.mask] = NULL;
	}
	r->g.ring[r->n++ & r->g.mask] = copy;
}

/* What stands at column x of old line n is now at the end of the new one. */
static void
follow(struct reflow *r, int64_t n, int x, int cell_width)
{
	struct place *p;

	for (p = r->place; p < r->place + PLACES; p++)
		if (p->line == n && p->x >= x && p->x < x + cell_width) {
			p->new_line = r->n;
			p->new_x = r->l->len + (p->x - x);
		}
}

static void
add_cell(struct reflow *r, const struct screen_cell *cell, int64_t n, int x)
{
	int width = cell->text & CELL_WIDE ? 2 : 1;
	struct screen_cell *to;

	if (r->l->len + (width <= r->cols ? width : 1) > r->cols)
		end_line(r, 1);
	follow(r, n, x, width);
	to = &r->l->cells[r->l->len];
	*to = *cell;
	if (width > r->cols) {		/* a screen of one column */
		to->text = UTF8_REPLACEMENT;
		width = 1;
	} else if (width == 2)
		to[1] = cell[1];
	r->l->len = (uint16_t)(r->l->len + width);
}

static void
add_old_line(struct reflow *r, const struct line *l, int64_t n)
{
	const struct screen_cell *cells = l == NULL ? NULL :
	    unpack_line(l, r->room);
	int x, len = l == NULL ? 0 : l->len;

	for (x = 0; x < len; x++)
		if (!(cells[x].text & CELL_RIGHT)) {
			add_cell(r, &cells[x], n, x);
			if (x == 0)
				r->l->marks |= l->marks;
			r->l->clusters |= l->clusters;
		}
	follow(r, n, len, SCREEN_COLS_MAX);	/* behind its text */
	if (len == 0 && l != NULL)
		r->l->marks |= l->marks;
	if (l == NULL || !l->wraps)
		end_line(r, 0);
}

/*
 * Lines were made from first on: decide which of them are on the screen.  Where
 * there are more than before, blank ones below the cursor give way first.
 */
static void
choose_top(struct reflow *r, int64_t grown)
{
	int64_t cursor = r->place[0].new_line;
	struct grid *g = &r->g;

	for (; grown > 0 && r->n - 1 > cursor && r->n - 1 > g->first; grown--) {
		if (grid_line(g, r->n - 1)->len > 0)
			break;
		free(grid_line(g, --r->n));
		g->ring[r->n & g->mask] = NULL;
	}
	g->top = r->n - r->rows;
	if (g->top < g->first)
		g->top = g->first;
}

/* The rows of the screen get room for all columns, and blank ones are added. */
static void
make_rows(struct reflow *r)
{
	struct line *l, *room;
	int64_t n;

	for (n = r->g.top; n < r->g.top + r->rows && !r->failed; n++) {
		room = grid_line_new(r->cols);
		if (room == NULL) {
			r->failed = 1;
			return;
		}
		l = n < r->n ? grid_line(&r->g, n) : NULL;
		if (l != NULL) {
			*room = *l;
			room->n_runs = 0;
			memcpy(room->cells, unpack_line(l, r->room),
			    l->len * sizeof l->cells[0]);
		}
		free(l);
		r->g.ring[n & r->g.mask] = room;
	}
}

static void
reflow_discard(struct reflow *r)
{
	int64_t n;

	free(r->l);
	free(r->room);
	if (r->g.ring != NULL)
		for (n = 0; n <= r->g.mask; n++)
			free(r->g.ring[n]);
	free(r->g.ring);
}

static void
places_begin(struct reflow *r, const struct screen *s)
{
	const struct grid *g = &s->grids[0];
	const struct cursor *c = s->g == g ? &s->c : &s->saved[0];
	struct place *p = r->place;
	int i;

	for (i = 0; i < PLACES; i++)
		p[i].x = 0;
	p[0].line = g->top + c->y;
	p[0].x = c->x;
	p[1].line = g->top + s->saved[0].y;
	p[1].x = s->saved[0].x;
	for (i = 0; i < SCREEN_ANCHORS; i++)
		p[2 + i].line = s->anchors[i];
	for (i = 0; i < PLACES; i++)
		p[i].new_line = -1;
}

static void
place_cursor(const struct reflow *r, const struct place *p, struct cursor *c)
{
	int64_t y = p->new_line - r->g.top;

	c->y = y < 0 ? 0 : y < r->rows ? (int)y : r->rows - 1;
	c->x = p->new_x <= r->cols ? p->new_x : r->cols - 1;
}

static void
places_end(const struct reflow *r, struct screen *s)
{
	const struct grid *g = &s->grids[0];
	int i;

	place_cursor(r, &r->place[1], &s->saved[0]);
	if (s->g == g)
		place_cursor(r, &r->place[0], &s->c);
	for (i = 0; i < SCREEN_ANCHORS; i++)
		if (s->anchors[i] < ALT_BASE)
			s->anchors[i] = r->place[2 + i].new_line;
}

/* The alternate screen: cut or filled up, so that the cursor's row stays. */
static int
cut_grid(const struct screen *s, struct grid *to, int cols, int rows)
{
	const struct grid *from = &s->grids[1];
	int y = s->g == from ? s->c.y : 0, shift = y < rows ? 0 : y - rows + 1;
	int row, n;
	struct line *l;
	const struct line *old;

	if (grid_init(to, cols, rows, 0, from->top + shift) == -1)
		return -1;
	for (row = 0; row < rows && row + shift < s->rows; row++) {
		l = grid_line(to, to->top + row);
		old = grid_line(from, to->top + row);
		n = old->len < cols ? old->len : cols;
		memcpy(l, old, sizeof *l + (size_t)n * sizeof l->cells[0]);
		l->len = (uint16_t)n;
		if (n > 0 && l->cells[n - 1].text & CELL_WIDE)
			l->len--;	/* its right half was cut off */
		l->wraps = cols == s->cols ? l->wraps : 0;
	}
	return 0;
}

/* Wrap the main grid anew.  0, or -1 and nothing is left behind. */
static int
reflow_main(struct reflow *r, const struct screen *s)
{
	const struct grid *old = &s->grids[0];
	int64_t n, end = old->top + s->rows, size = 1, start;

	while (size < (int64_t)old->keep + r->rows + 1)
		size *= 2;
	r->g.ring = calloc((size_t)size, sizeof *r->g.ring);
	r->l = grid_line_new(r->cols);
	r->room = calloc(2 * SCREEN_COLS_MAX, sizeof *r->room);
	r->failed = r->g.ring == NULL || r->l == NULL || r->room == NULL;
	r->g.mask = size - 1;
	r->g.keep = old->keep;
	/* with the columns as they were each line keeps its number */
	start = r->cols == s->cols ? old->first : end;
	r->g.first = r->n = start;
	places_begin(r, s);
	for (n = old->first; n < end && !r->failed; n++)
		add_old_line(r, grid_line(old, n), n);
	if (!r->failed && r->l->len > 0)
		end_line(r, 0);
	if (!r->failed) {
		choose_top(r, (r->n - start) - (end - old->first) +
		    s->rows - r->rows);
		make_rows(r);
	}
	if (r->failed) {
		reflow_discard(r);
		return -1;
	}
	free(r->l);
	free(r->room);
	return 0;
}

int
screen_resize(struct screen *s, int cols, int rows)
{
	struct reflow r;
	struct grid alt;
	int was_alt = s->g == &s->grids[1];

	cols = cols < 1 ? 1 : cols > SCREEN_COLS_MAX ? SCREEN_COLS_MAX : cols;
	rows = rows < 1 ? 1 : rows > SCREEN_ROWS_MAX ? SCREEN_ROWS_MAX : rows;
	if (cols == s->cols && rows == s->rows)
		return 0;
	memset(&r, 0, sizeof r);
	r.cols = cols;
	r.rows = rows;
	if (cut_grid(s, &alt, cols, rows) == -1) {
		errno = ENOMEM;
		return -1;
	}
	if (reflow_main(&r, s) == -1) {
		grid_free(&alt, rows);
		errno = ENOMEM;
		return -1;
	}
	places_end(&r, s);
	if (was_alt) {
		s->c.y -= (int)(alt.top - s->grids[1].top);
		s->c.x = s->c.x < cols ? s->c.x : cols - 1;
	}
	grid_free(&s->grids[0], s->rows);
	grid_free(&s->grids[1], s->rows);
	s->grids[0] = r.g;
	s->grids[1] = alt;
	if (cols != s->cols)
		s->st.resizes++;
	s->cols = cols;
	s->rows = rows;
	s->scroll_top = 0;
	s->scroll_end = rows;
	s->join_x = -1;
	s->changed = 1;
	screen_publish(s);
	return 0;
}
