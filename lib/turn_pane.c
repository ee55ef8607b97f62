/*
 * turn_pane - the part of the alternate screen that a conversation has, where
 * it is not all that stands above the box: it is as wide as the box, a frame
 * may be around it, and other things beside.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"

#define BESIDE		12	/* columns of what may stand beside, */
#define BESIDE_ROWS	2	/* and rows */
#define FRAMED		3	/* rows of a frame that are enough */
#define SHIFT_MAX	4	/* columns that emoji shift a side by */
#define OVER_MS		6000	/* what pops up is gone by then */
#define HEADER		2	/* rows at the top that may reach over all */

/* The columns of the longest run of rule signs and corners in a row. */
static void
rule_span(const struct screen *scr, int row, int *left, int *right)
{
	int c, cols = screen_state(scr)->cols, start = 0;
	uint32_t sign;

	*left = *right = 0;
	for (c = 0; c < cols; c++) {
		sign = sign_in(scr, row, c);
		if ((sign < 0x2500 || sign > 0x259f || sign_is_side(sign)) &&
		    (sign == 0 || sign >= 0x80 ||
		    strchr("-=_", (int)sign) == NULL))
			start = c + 1;
		else if (c + 1 - start > *right - *left) {
			*left = start;
			*right = c + 1;
		}
	}
}

/* The columns around col that have the ground it has in a row. */
static void
ground_span(const struct screen *scr, int row, int col, int *left, int *right)
{
	const struct screen_cell *cells;
	int n = screen_line(scr, screen_top(scr) + row, &cells), ground;

	*left = 0;
	*right = screen_state(scr)->cols;
	if (col < 0 || col >= n || (ground = SCREEN_BG(cells[col].attr)) == -1)
		return;
	for (*left = col; *left > 0 &&
	    SCREEN_BG(cells[*left - 1].attr) == ground; --*left)
		;
	for (*right = col; *right < n &&
	    SCREEN_BG(cells[*right].attr) == ground; ++*right)
		;
}

/* Whether a letter, or any sign that no line is drawn with, is in a cell. */
static int
is_text(const struct screen *scr, int row, int col)
{
	uint32_t sign = sign_in(scr, row, col);

	return sign != 0 && (sign < 0x2500 || sign > 0x259f);
}

/*
 * Whether other things stand in the columns from one to (not with) another
 * above the box, and nothing but a line in column col, which is beside them.
 */
static int
is_beside(const struct turn *t, const struct screen *scr, int col, int from,
    int to)
{
	int c, r, rows = 0;

	for (r = HEADER; r < t->box.outer_top; r++) {
		if (is_text(scr, r, col))
			return 0;
		for (c = from; c < to && !is_text(scr, r, c); c++)
			;
		rows += c < to;
	}
	return rows >= BESIDE_ROWS;
}

/* Whether a corner, or where lines meet, stands in a cell. */
static int
is_corner(const struct screen *scr, int row, int col)
{
	uint32_t sign = sign_in(scr, row, col);

	return sign >= 0x250c && sign < 0x2571 && !sign_is_side(sign);
}

/* Whether a side stands in a column, or near it: emoji may have shifted it. */
static int
has_side(const struct screen *scr, int row, int col)
{
	int c;

	for (c = col + SHIFT_MAX; c >= col - SHIFT_MAX; c--)
		if (sign_is_side(sign_in(scr, row, c)))
			return 1;
	return 0;
}

/* The widest part of a row between two corners, or places where lines meet. */
static void
widest_edge(const struct screen *scr, int row, int *left, int *right)
{
	int c, cols = screen_state(scr)->cols, start = cols;

	*left = *right = 0;
	for (c = 0; c < cols; c++) {
		if (!is_corner(scr, row, c))
			continue;
		if (c - start > *right - *left) {
			*left = start;
			*right = c;
		}
		start = c;
	}
}

/*
 * Narrow the pane to what is within a frame whose lower edge is in a row: the
 * widest, if some stand beside each other.
 */
static int
enter_frame(struct pane *p, const struct screen *scr, int row, int outer_top)
{
	int c, cols = screen_state(scr)->cols, left, r, right, up, written = 0;

	if (row < FRAMED)
		return 0;
	widest_edge(scr, row, &left, &right);
	for (r = row - 1; r >= 0 && sign_is_side(sign_in(scr, r, left)) &&
	    has_side(scr, r, right); r--)
		;
	/* one that begins further down is of something that was said */
	for (up = 0; up < r; up++) {
		for (c = 0; c < cols && !is_text(scr, up, c); c++)
			;
		written += c < cols;
	}
	if (right - left < cols / 3 || r < 0 ||
	    r > screen_state(scr)->rows / 4 || written > HEADER ||
	    row - r <= FRAMED ||
	    !is_corner(scr, r, left) || !is_corner(scr, r, right))
		return 0;
	p->top = r + 1;
	p->bottom = row;
	p->over = outer_top - row;
	p->left = left + 1;
	p->right = right;
	return 1;
}

/*
 * The columns of the box, by its upper edge or its ground.  Returns whether
 * both of its ends are to be seen: a rule may have a title that changes.
 */
static int
box_span(const struct turn *t, const struct screen *scr, int *left, int *right)
{
	const struct box *b = &t->box;
	int cols = screen_state(scr)->cols, from, to;

	if (b->outer_top == b->top) {
		ground_span(scr, b->top, b->left, left, right);
		return 1;
	}
	rule_span(scr, b->outer_top, left, right);
	for (from = b->left; from >= 0 && sign_below_corner(sign_in(scr,
	    b->outer_top, from)) == 0; from--)
		;
	for (to = b->left; to < cols && !sign_is_upper_right(sign_in(scr,
	    b->outer_top, to)); to++)
		;
	if (from < 0 || to == cols)
		return 0;
	*left = from;
	*right = to + 1;
	return 1;
}

/* Whether nothing but a scroll bar stands in the last column above the box. */
static int
has_scroll_bar(const struct turn *t, const struct screen *scr)
{
	int c = screen_state(scr)->cols - 1, bars = 0, r;
	uint32_t sign;

	for (r = HEADER; r < t->box.outer_top; r++) {
		sign = sign_in(scr, r, c);
		if (sign != 0 && !sign_is_bar(sign) && (sign < 0x2580 ||
		    sign > 0x259f))
			return 0;
		bars += sign != 0;
		if (sign_is_rule(sign_in(scr, r, c - 1)))
			return 0;	/* a frame's side */
	}
	return bars > FRAMED && bars >= (t->box.outer_top - HEADER) / 2;
}

/* Whether text goes over an edge of the pane in a row. */
static int
is_crossed(const struct turn *t, const struct screen *scr, int row)
{
	const struct pane *p = &t->pane;

	return row >= HEADER && row < t->box.outer_top &&
	    ((is_text(scr, row, p->left - 1) && is_text(scr, row, p->left)) ||
	    (is_text(scr, row, p->right - 1) && is_text(scr, row, p->right)));
}

/*
 * Whether what lies over the edges of a pane that turns have proven is but a
 * message that pops up, for a moment: the pane is there below it.
 */
static int
is_below(struct turn *t)
{
	struct pane *p = &t->pane;

	if (!p->proven)
		return 0;
	if (p->over_ms == -1)
		p->over_ms = t->now_ms;
	return t->now_ms - p->over_ms < OVER_MS;
}

/* Find what stands beside it: another pane, or the frame that is around it. */
static void
find_sides(struct turn *t, const struct screen *scr)
{
	struct pane *p = &t->pane;
	int cols = screen_state(scr)->cols, left, right, row;

	if (box_span(t, scr, &left, &right)) {
		p->box_left = left;
		p->box_right = right;
	}
	if (left >= BESIDE && is_beside(t, scr, left - 1, 0, left - 1))
		p->left = left;
	if (right > cols / 2 && right <= cols - BESIDE &&
	    is_beside(t, scr, right, right + 1, cols))
		p->right = right;
	/* where replies stand in frames the one above the box is the last's */
	for (row = t->box.outer_top; row >= t->box.outer_top - 2 && !p->on &&
	    t->framed <= 0; row--)
		p->on = enter_frame(p, scr, row, t->box.outer_top);
}

/* The pane is narrower than the screen, if only by a scroll bar: what its rows
   have of it is read. */
static void
turn_on(struct turn *t, const struct screen *scr)
{
	struct pane *p = &t->pane;
	int row;

	if (!p->on && p->right == screen_state(scr)->cols &&
	    has_scroll_bar(t, scr))
		p->right--;
	p->on |= p->left > 0 || p->right < screen_state(scr)->cols;
	p->cols = screen_state(scr)->cols;
	for (row = 0; p->on && row < t->nrows; row++)
		(void)line_part(scr, screen_top(scr) + row, p->left, p->right,
		    &t->rows[row].part);
}

static void
find_anew(struct turn *t, const struct screen *scr)
{
	const struct box *b = &t->box;
	struct pane *p = &t->pane;

	p->on = p->left = p->top = p->over = p->box_left = p->box_right = 0;
	p->crossed = p->asked = 0;
	p->right = screen_state(scr)->cols;
	p->bottom = t->nrows;
	if (!b->present || !(screen_state(scr)->modes & SCREEN_ALT))
		return;
	/* who knows where a reply begins knows what stands beside it, too */
	if (rules_pattern(t->rules, "reply", 0) == NULL)
		find_sides(t, scr);
	turn_on(t, scr);
}

/* Find the pane of the conversation that belongs to the box. */
void
pane_find(struct turn *t, const struct screen *scr)
{
	struct pane old = t->pane;
	int row;

	find_anew(t, scr);
	t->pane.proven = t->pane.on && old.proven && old.on &&
	    old.left == t->pane.left && old.right == t->pane.right;
	t->pane.over_ms = -1;
	if (t->pane.on || !old.on || old.cols != t->cols ||
	    (t->pane.box_right > 0 && old.box_left != t->pane.box_left))
		return;
	t->pane = old;
	if (is_below(t))
		for (row = 0; row < t->nrows; row++)
			(void)line_part(scr, screen_top(scr) + row, old.left,
			    old.right, &t->rows[row].part);
	else
		find_anew(t, scr);
}

/* Whether nothing lies over it or its box any more. */
static int
is_bare(struct turn *t, const struct screen *scr)
{
	int left, r, right;

	if (!t->box.present || !box_span(t, scr, &left, &right) ||
	    left != t->pane.box_left || right != t->pane.box_right)
		return 0;
	for (r = 0; r < t->nrows && !is_crossed(t, scr, r); r++)
		;
	return r == t->nrows;
}

/*
 * The turn goes on: a frame ends above the box, however high that is by now;
 * and where the box has moved, as from the middle of a first screen, or a
 * dialog has lain over the pane's edge, all is found anew.
 */
void
pane_follow(struct turn *t, const struct screen *scr)
{
	struct pane *p = &t->pane;
	int left, right;

	if (p->over_ms != -1 && is_bare(t, scr))
		p->over_ms = -1;
	p->asked |= p->crossed && t->view.dialog;
	if (!t->box.present || t->below)
		return;
	if (!p->on && !p->crossed &&
	    (screen_state(scr)->modes & SCREEN_ALT))
		turn_on(t, scr);
	if (p->asked && !t->view.dialog)
		pane_find(t, scr);
	else if (p->box_right == 0 || !box_span(t, scr, &left, &right))
		return;
	else if (left != p->box_left || right != p->box_right)
		pane_find(t, scr);
	else if (p->over > 0)
		p->bottom = t->box.outer_top - p->over;
}

static int
is_on(const struct turn *t)
{
	return t->pane.on && t->pane.cols == t->cols;
}

/* A row's line, as much as the pane has of it. */
const struct tline *
pane_row(const struct turn *t, int row)
{
	return is_on(t) ? &t->rows[row].part : &t->rows[row].line;
}

/* A row was read: its part, too.  Text that crosses an edge ends the pane. */
void
pane_update(struct turn *t, const struct screen *scr, int row)
{
	struct pane *p = &t->pane;

	if (is_on(t) && is_crossed(t, scr, row) && !is_below(t)) {
		p->on = 0;
		p->crossed = 1;
	}
	if (is_on(t))
		(void)line_part(scr, screen_top(scr) + row, t->pane.left,
		    t->pane.right, &t->rows[row].part);
}

/* Read of a line what the pane has of it. */
int
pane_read(const struct turn *t, const struct screen *scr, int64_t number,
    struct tline *l)
{
	return is_on(t) ? line_part(scr, number, t->pane.left, t->pane.right,
	    l) : line_read(scr, number, l);
}

/* Its columns, and the rows it begins in and ends before. */
int
pane_cols(const struct turn *t)
{
	return is_on(t) ? t->pane.right - t->pane.left : t->cols;
}

int
pane_top(const struct turn *t)
{
	return is_on(t) ? t->pane.top : 0;
}

int
pane_bottom(const struct turn *t)
{
	return is_on(t) && t->pane.bottom < t->nrows ? t->pane.bottom :
	    t->nrows;
}
