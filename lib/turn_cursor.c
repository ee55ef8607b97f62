/*
 * turn_cursor - where the cursor is: the terminal's own, or one that is drawn
 * by hand, in reverse video or as a block; and whether it has left the box.
 * Part of turn.
 */
#include "turn_int.h"

#define BLINK_MS	1500	/* a painted cursor is gone no longer */

static uint64_t
row_text_hash(const struct turn *t, int r)
{
	return text_hash(t->rows[r].line.text, t->rows[r].line.len);
}

/* The last lone cell in reverse video of the rows: a cursor drawn by hand. */
int
cursor_inverse(const struct screen *scr, int top, int bottom, int *row,
    int *col)
{
	const struct screen_cell *cells;
	int c, n, r, run;

	for (r = bottom; r >= top; r--) {
		n = screen_line(scr, screen_top(scr) + r, &cells);
		for (c = 0; c < n; c += run) {
			for (run = 0; c + run < n &&
			    (cells[c + run].attr & SCREEN_INVERSE); run++)
				;
			if (run > 0 && run <= 2) {
				*row = r;
				*col = c;
				return 1;
			}
			if (run == 0)
				run = 1;
		}
	}
	return 0;
}

/* The same, or the one that stood there a moment ago: they blink. */
int
cursor_painted(struct turn *t, const struct screen *scr, int top, int bottom,
    int *row, int *col)
{
	struct painted *p = &t->painted;

	if (cursor_inverse(scr, top, bottom, row, col)) {
		p->row = *row;
		p->col = *col;
		p->seen_ms = t->now_ms;
		p->line = row_text_hash(t, *row);
		return 1;
	}
	if (p->line == 0 || t->now_ms - p->seen_ms > BLINK_MS ||
	    p->row < top || p->row > bottom || p->row >= t->nrows ||
	    row_text_hash(t, p->row) != p->line)
		return 0;
	*row = p->row;
	*col = p->col;
	return 1;
}

/* Where the cursor is within the rows: the terminal's, or one drawn by hand. */
int
cursor_find(struct turn *t, const struct screen *scr, int top, int bottom,
    int *row, int *col)
{
	const struct screen_state *st = screen_state(scr);
	int inside = st->cursor_row >= top && st->cursor_row <= bottom;

	if (st->modes & SCREEN_CURSOR) {
		if (!inside)
			return 0;
	} else if (cursor_painted(t, scr, top, bottom, row, col))
		return 1;
	else if (!inside)
		return 0;
	*row = st->cursor_row;
	*col = st->cursor_col + (st->wrap_pending != 0);
	return 1;
}

/* A cursor that is to be seen: where the terminal hides its own says little. */
int
cursor_seen(struct turn *t, const struct screen *scr, int *row,
    int *col)
{
	if (screen_state(scr)->modes & SCREEN_CURSOR)
		return cursor_find(t, scr, 0, t->nrows - 1, row, col);
	return cursor_painted(t, scr, 0, t->nrows - 1, row, col);
}

/* A cursor that is painted as a block. */
int
cell_is_cursor(const struct screen *scr, const struct screen_cell *cell)
{
	char text[SCREEN_CLUSTER_MAX];

	return !(screen_state(scr)->modes & SCREEN_CURSOR) &&
	    screen_cell_text(scr, cell, text) == 3 && text[0] == '\xe2' &&
	    text[1] == '\x96' && (unsigned char)text[2] >= 0x88 &&
	    (unsigned char)text[2] <= 0x8f;
}

/* Whether a cursor is to be seen in the box: the terminal's, or a drawn one. */
int
box_has_cursor(const struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	const struct box *b = &t->box;
	const struct screen_cell *cells;
	int c, n, r, row;

	if (st->modes & SCREEN_CURSOR)
		return st->cursor_row >= b->top && st->cursor_row <= b->bottom;
	if (cursor_inverse(scr, b->top, b->bottom, &row, &c))
		return 1;
	for (r = b->top; r <= b->bottom; r++) {
		n = screen_line(scr, screen_top(scr) + r, &cells);
		for (c = b->left; c < n; c++)
			if (cell_is_cursor(scr, &cells[c]))
				return 1;
	}
	return 0;
}

/* Whether a lone block is painted anywhere: a cursor, in a box that grew. */
static int
has_block(const struct turn *t, const struct screen *scr)
{
	const struct screen_cell *cells;
	int c, n, r;

	for (r = 0; r < t->nrows; r++) {
		n = screen_line(scr, screen_top(scr) + r, &cells);
		for (c = 0; c < n; c++)
			if (cell_is_cursor(scr, &cells[c]) && (c + 1 == n ||
			    !cell_is_cursor(scr, &cells[c + 1])) && (c == 0
			    || !cell_is_cursor(scr, &cells[c - 1])))
				return 1;
	}
	return 0;
}

/* Whether the cursor has left the box in which it stands at rest: keys go
   somewhere else, then. */
int
box_is_left(struct turn *t, const struct screen *scr)
{
	int col, row;

	return t->box.present && t->rest.cursor && !box_has_cursor(t, scr) &&
	    !cursor_painted(t, scr, t->box.top, t->box.bottom, &row, &col) &&
	    !has_block(t, scr);
}
