/*
 * turn_box - where the input box is.  Part of turn.
 *
 * Rules may say how its frame and its prompt sign look: find_framed() and
 * find_signed().  Without them it is, in this order: a frame around the cursor
 * that other things stand beside; the place where a text was seen before
 * (turn_land.c); rows behind a bar; a frame, or rules above and below, around
 * the cursor; rows on a ground of their own; what has a prompt sign before it;
 * and with no cursor, the lowest frame if it is empty or known.
 */
#include <string.h>

#include "turn_int.h"

#define BOX_ROWS_MAX	200	/* content rows that are looked through */
#define BELOW_MAX	5	/* written rows under a box without a cursor */

static int
row_matches(const struct turn *t, const struct rules_pattern *p, int r)
{
	return rules_match(p, t->rows[r].line.text, NULL, NULL, NULL, NULL);
}

/* Columns that the first n bytes of a row's text take. */
static int
columns(const struct screen *scr, int r, size_t n)
{
	char buf[SCREEN_CLUSTER_MAX];
	const struct screen_cell *cells;
	size_t off = 0;
	int c, ncells;

	ncells = screen_line(scr, screen_top(scr) + r, &cells);
	for (c = 0; c < ncells && off < n; c++)
		off += screen_cell_text(scr, &cells[c], buf);
	return off < n ? c + (int)(n - off) : c;
}

/* The box is what stands between two edges of a frame. */
static void
set_frame(struct box *b, int top, int bottom)
{
	b->outer_top = top;
	b->top = top + 1;
	b->bottom = bottom - 1;
	b->outer_bottom = bottom;
}

/* Signs that programs put before what is typed. */
static int
is_sign(uint32_t c)
{
	switch (c) {
	case '>': case 0x203a: case 0x276f: case 0xbb: case 0x279c:
	case 0x2b9e: case 0x25b8: case 0x25b6: case 0x276d: case 0x2771:
	case '$': case '#': case '%': case '?': case ':': case 0x3bb:
		return 1;
	default:
		return 0;
	}
}

/* Signs that are a prompt only within a frame: replies begin with them too. */
static int
is_bullet(uint32_t c)
{
	return c == 0x25cf || c == 0x25cb || c == 0x25c6 || c == 0x25c7 ||
	    c == 0x2022 || c == 0x2192 || c == 0x27e9 || c == '*' || c == '+' ||
	    c == '~';
}

/* The column behind the lower corner, and a dash or three, that some prompts of
   two rows have before what is typed; 0: there is none. */
static int
behind_corner(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	uint32_t c = p < end ? text_next(&p, end) : ' ';
	int at = l->indent + 1;

	if (c != 0x2570 && c != 0x2514 && c != 0x2517 && c != 0x255a)
		return 0;
	for (; p < end && *p != ' '; at++)
		if (!sign_is_rule(text_next(&p, end)) || at > l->indent + 3)
			return 0;
	return at + 1;
}

/* Whether a row is the lower one of such a prompt. */
int
box_has_upper(const struct turn *t, int r)
{
	return r > 0 && !row_is_blank(t, r - 1) &&
	    behind_corner(&t->rows[r].line) > 0;
}

/*
 * The column behind a side of a frame and a prompt sign, if the row has them.
 * *sign says whether there was a sign.  One that was there before, known, may
 * have no blank behind it: a full box leaves no room for that.
 */
static int
behind_sign(const struct tline *l, int framed, uint32_t known, int *sign)
{
	const char *p = l->text, *end = l->text + l->len, *q = p;
	uint32_t c = ' ';
	int at = 0, lead;

	*sign = 0;
	while (p < end) {
		q = p;
		c = text_next(&p, end);
		if (c != ' ' && !sign_is_side(c))
			break;
		framed |= c != ' ';
		at++;
	}
	if (q == end || c == ' ' || sign_is_side(c))
		return at > 2 ? 2 : at;	/* nothing but the frame */
	if ((lead = behind_corner(l)) > 0) {
		*sign = 1;
		return lead;
	}
	if (!is_sign(c) && !(framed && is_bullet(c)))
		return at;
	if (p == end || *p == ' ') {
		*sign = is_sign(c);
		return at + 2;
	}
	return framed && c == known ? at + 1 : at;
}

/* Whether a candidate is in use, and not the same shape higher up. */
static int
box_is_live(struct turn *t, const struct screen *scr, struct box *b)
{
	if (cursor_find(t, scr, b->top, b->bottom, &b->cursor_row,
	    &b->cursor_col))
		return 1;
	b->cursor_row = b->cursor_col = -1;
	return !(screen_state(scr)->modes & SCREEN_CURSOR) &&
	    rows_written(t, b->outer_bottom + 1, t->nrows) <= BELOW_MAX &&
	    t->menu_top < b->outer_bottom;
}

/* A box is wide; a rule in what is typed is seldom. */
static int
is_edge(const struct turn *t, const struct rules_pattern *p, int r)
{
	return t->rows[r].line.width > t->cols / 2 && row_matches(t, p, r);
}

/*
 * Whether an edge says that more is above it, as "--- ^ 3 more ---": the first
 * rows of the box, and the sign in them, have scrolled away.
 */
static int
edge_has_more(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	uint32_t c = 0;

	while (p < end && c != 0x2191)
		c = text_next(&p, end);
	return c == 0x2191 && strpbrk(p, "0123456789") != NULL;
}

/* A frame as rules describe it, the lowest that is in use. */
static int
find_framed(struct turn *t, const struct screen *scr, struct box *b)
{
	const struct rules_pattern *top = rules_pattern(t->rules, "box-top", 0);
	const struct rules_pattern *bot =
	    rules_pattern(t->rules, "box-bottom", 0);
	const struct rules_pattern *sign =
	    rules_pattern(t->rules, "box-prompt", 0);
	int lo, hi;

	for (lo = t->nrows - 3; lo >= 0; lo--) {
		if (!is_edge(t, top, lo))
			continue;
		for (hi = lo + 1; hi < t->nrows && hi - lo < BOX_ROWS_MAX; hi++)
			if (is_edge(t, bot == NULL ? top : bot, hi))
				break;
		if (hi == t->nrows || hi - lo < 2)
			continue;
		if (sign != NULL && !row_matches(t, sign, lo + 1) &&
		    (t->sign_left == 0 || !edge_has_more(&t->rows[lo].line)))
			continue;
		set_frame(b, lo, hi);
		if (box_is_live(t, scr, b))
			return 1;
	}
	return 0;
}

/* Whether the row could be a box's second or later one: blank or indented. */
static int
continues(const struct turn *t, int r, int left)
{
	const struct tline *l = &t->rows[r].line;

	return line_is_blank(l) || l->indent >= left;
}

/* A row with a prompt sign and no frame; what is indented below is its own. */
static int
find_signed(struct turn *t, const struct screen *scr, struct box *b,
    const struct rules_pattern *sign)
{
	const struct screen_state *st = screen_state(scr);
	size_t end;
	int r, row, col, left;

	for (r = t->nrows - 1; r >= 0; r--) {
		if (!rules_match(sign, t->rows[r].line.text, NULL, &end, NULL,
		    NULL))
			continue;
		if (menu_has(t, r))
			return 0;
		left = columns(scr, r, end);
		b->top = b->bottom = r;
		row = st->cursor_row;
		if (!(st->modes & SCREEN_CURSOR))
			row = cursor_inverse(scr, r, t->nrows - 1, &row, &col) ?
			    row : r;
		if (row < r)
			continue;
		while (b->bottom < row && continues(t, b->bottom + 1, left))
			b->bottom++;
		if (b->bottom < row)
			return 0;	/* the cursor is somewhere else */
		while (b->bottom + 1 < t->nrows &&
		    !row_is_blank(t, b->bottom + 1) &&
		    continues(t, b->bottom + 1, left))
			b->bottom++;
		b->outer_top = b->top;
		b->outer_bottom = b->bottom;
		return box_is_live(t, scr, b);
	}
	return 0;
}

static int
is_plain_edge(const struct turn *t, int r)
{
	return t->rows[r].line.width > t->cols / 2 &&
	    line_is_rule(&t->rows[r].line);
}

/* How the frame of a box looks whose edge stands in row r. */
static void
note_frame(struct turn *t, int r)
{
	t->frame_row = r;
	t->frame_width = t->rows[r].line.width;
	t->frame_indent = t->rows[r].line.indent;
	t->frame_sign = sign_at_start(&t->rows[r].line);
}

/* The first sign of a line that is no side of a frame; the last if all are. */
static uint32_t
sign_inside(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	uint32_t c = ' ';

	while (p < end && (c == ' ' || sign_is_side(c)))
		c = text_next(&p, end);
	return c;
}

/* No rules: rules or a frame above and below the cursor. */
static int
find_plain_frame(struct turn *t, const struct screen *scr, struct box *b)
{
	int col, hi, lo, max = t->nrows / 2 + 1, row;

	if (!cursor_seen(t, scr, &row, &col))
		return 0;
	for (lo = row; lo >= 0 && row - lo < max; lo--)
		if (is_plain_edge(t, lo))
			break;
	for (hi = row; hi < t->nrows && hi - row < max; hi++)
		if (is_plain_edge(t, hi))
			break;
	if (lo < 0 || hi == t->nrows || row - lo >= max || hi - row >= max ||
	    hi - lo < 2)
		return 0;
	set_frame(b, lo, hi);
	b->cursor_row = row;
	b->cursor_col = col;
	if (t->menu_top != -1 && t->menu_bottom > lo)
		return 0;
	note_frame(t, lo);
	return 1;
}

/* Whether a row begins as the later ones of some boxes do: "::: ", "... ". */
static int
has_margin(const struct tline *l)
{
	const char *p = l->text + l->indent;
	size_t n = strspn(p, *p == ':' ? ":" : ".");

	return n > 1 && n < 4 && (p[n] == '\0' || p[n] == ' ');
}

/* Whether nothing stands in a row but sides of a frame. */
static int
row_is_void(const struct turn *t, int r)
{
	const struct tline *l = &t->rows[r].line;
	const char *p = l->text, *end = l->text + l->len;
	uint32_t c;

	while (p < end) {
		c = text_next(&p, end);
		if (c != ' ' && (!sign_is_side(c) || c == '|'))
			return 0;
	}
	return 1;
}

/*
 * The columns between which the content stands, by its first row that has some:
 * rows that are too wide for it are broken by some, above the text.
 */
static void
set_columns(struct turn *t, const struct screen *scr, struct box *b)
{
	const struct rules_pattern *sign =
	    rules_pattern(t->rules, "box-prompt", 0);
	const struct tline *l, *edge = &t->rows[b->outer_top].line;
	size_t n;
	int framed = b->outer_top < b->top, has_sign, r = b->top;

	while (r < b->bottom && row_is_void(t, r))
		r++;
	l = &t->rows[r].line;
	if (sign != NULL && framed && edge_has_more(edge))
		b->left = t->sign_left;
	else if (sign != NULL &&
	    rules_match(sign, l->text, NULL, &n, NULL, NULL))
		b->left = t->sign_left = columns(scr, r, n);
	else if (sign == NULL && rules_pattern(t->rules, "box-top", 0) != NULL)
		b->left = 0;		/* the rules know of no sign */
	else if (has_margin(l))
		b->left = t->margin;
	else
		b->left = behind_sign(l, framed, t->box_sign, &has_sign);
	b->right = t->cols;
	if (framed && ((sign_is_side(sign_at_end(l)) && l->width > b->left +
	    1 && l->width == edge->width) ||
	    sign_is_upper_right(sign_at_end(edge))))
		b->right = edge->width - 1;
	if (b->cursor_row == r && b->cursor_col >= 0 &&
	    b->cursor_col < b->left)
		b->left = b->cursor_col;
}

/* Whether all that stands in the box are hints and a painted cursor. */
static int
only_hints(const struct screen *scr, const struct box *b)
{
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	int c, n, r;

	for (r = b->top; r <= b->bottom; r++) {
		n = screen_line(scr, screen_top(scr) + r, &cells);
		for (c = b->left; c < n && c < b->right; c++) {
			if (sign_text(scr, &cells[c], text) == 0 ||
			    text[0] == ' ' ||
			    cell_is_cursor(scr, &cells[c]) ||
			    attr_is_hint(cells[c].attr) ||
			    ((cells[c].attr & SCREEN_INVERSE) &&
			    tail_is_hint(scr, cells, n < b->right ? n :
			    b->right, c + 1)))
				continue;
			return 0;
		}
	}
	return 1;
}

/* The frame that has a left side in this column of a row: its rows, and the
   columns that its sides stand in. */
static int
frame_at(const struct turn *t, const struct screen *scr, int row, int left,
    struct box *b)
{
	uint32_t below;
	int col, hi, lo;

	for (lo = row; lo >= 0 && sign_is_side(sign_in(scr, lo, left)); lo--)
		;
	for (hi = row; hi < t->nrows && sign_is_side(sign_in(scr, hi, left));
	    hi++)
		;
	if (lo < 0 || hi == t->nrows || hi - lo < 2)
		return 0;
	below = sign_below_corner(sign_in(scr, lo, left));
	if (below == 0 || sign_in(scr, hi, left) != below)
		return 0;
	for (col = left + 1; col < t->cols; col++)
		if (sign_is_upper_right(sign_in(scr, lo, col)))
			break;
	if (col - left <= t->cols / 3 || sign_in(scr, hi, col) < 0x250c)
		return 0;
	set_frame(b, lo, hi);
	b->left = left;
	b->right = col;
	return 1;
}

/* Whether something stands beside the frame of a box, in its rows. */
static int
is_part(const struct turn *t, const struct screen *scr, const struct box *b)
{
	int c, r;

	for (r = b->outer_top; r <= b->outer_bottom; r++)
		for (c = 0; c < t->cols; c++)
			if ((c < b->left || c > b->right) &&
			    sign_in(scr, r, c) != 0)
				return 1;
	return 0;
}

/*
 * No rules: a frame around the cursor that other things stand beside.  That may
 * be a dialog's, so it must be empty but for hints at first, and begin in the
 * same column from then on.
 */
static int
find_plain_part(struct turn *t, const struct screen *scr, struct box *b)
{
	struct tline part = LINE_NONE;
	int at, col, row, side, sign;
	uint32_t corner;

	if (!cursor_seen(t, scr, &row, &col))
		return 0;
	for (side = col - 1; side >= 0; side--)
		if (sign_is_side(sign_in(scr, row, side)))
			break;
	if (side < 0 || !frame_at(t, scr, row, side, b) || col >= b->right ||
	    !is_part(t, scr, b) ||
	    (t->menu_top != -1 && t->menu_bottom > b->outer_top))
		return 0;
	at = line_part(scr, screen_top(scr) + b->top, side, b->right, &part) ==
	    -1 ? 1 : behind_sign(&part, 1, t->box_sign, &sign);
	line_free(&part);
	b->left = row == b->top && col < side + at ? col : side + at;
	b->cursor_row = row;
	b->cursor_col = col;
	corner = sign_in(scr, b->outer_top, side);
	if ((t->frame_indent != side || t->frame_sign != corner) &&
	    (t->was_idle || !only_hints(scr, b)))
		return 0;
	t->frame_indent = side;
	t->frame_width = b->right + 1;
	t->frame_sign = corner;
	return 1;
}

/* Whether a row begins with this side at this column, and has no other side. */
static int
is_barred(const struct turn *t, int r, uint32_t side, int col)
{
	const struct tline *l;

	if (r < 0 || r >= t->nrows)
		return 0;
	l = &t->rows[r].line;
	return sign_at_start(l) == side && l->indent == col &&
	    (l->width == col + 1 || !sign_is_side(sign_at_end(l)));
}

/*
 * No rules: a frame that has a left side only, with the cursor in it.
 * Its last paragraph is a footer if blank rows part it from the cursor.
 */
static int
find_plain_bar(struct turn *t, const struct screen *scr, struct box *b)
{
	int at, col, hi, left, lo, r, row, sign = 0;
	uint32_t side;

	if (!cursor_seen(t, scr, &row, &at))
		return 0;
	side = sign_at_start(&t->rows[row].line);
	col = t->rows[row].line.indent;
	if (!sign_is_side(side) || side == '|' || at <= col ||
	    !is_barred(t, row, side, col))
		return 0;
	for (lo = row; is_barred(t, lo - 1, side, col); lo--)
		if (is_plain_edge(t, lo - 1))
			return 0;	/* a frame's, beside a bar */
	for (hi = row; is_barred(t, hi + 1, side, col); hi++)
		;
	/* a line that parts columns goes on beside what stands there */
	if ((lo > 0 && sign_in(scr, lo - 1, col) == side) ||
	    (hi + 1 < t->nrows && sign_in(scr, hi + 1, col) == side))
		return 0;
	b->top = lo;
	b->bottom = hi;
	b->outer_top = lo;
	b->outer_bottom = hi;
	if (hi + 1 < t->nrows && line_is_rule(&t->rows[hi + 1].line))
		b->outer_bottom++;
	for (r = hi; r > row && t->rows[r].line.width <= col + 1; r--)
		;
	for (; r > row && t->rows[r].line.width > col + 1; r--)
		;
	if (r > row && r < hi)
		b->bottom = r;
	for (r = lo; r < row && t->rows[r].line.width <= col + 1; r++)
		;
	left = behind_sign(&t->rows[r].line, 0, t->box_sign, &sign);
	b->left = sign && left <= at ? left : col + 1;
	b->right = t->cols;
	b->cursor_row = row;
	b->cursor_col = at;
	return t->menu_top == -1 || t->menu_top < lo || t->menu_top > hi;
}

/* The ground that a row has, but for a few columns; -1: it has none. */
int
row_ground(const struct turn *t, const struct screen *scr, int r)
{
	const struct screen_cell *cells;
	int c, ground, n, same = 0;

	if (r < 0 || r >= t->nrows)
		return -1;
	n = screen_line(scr, screen_top(scr) + r, &cells);
	if (n <= t->cols / 2)
		return -1;
	ground = SCREEN_BG(cells[t->cols / 2].attr);
	for (c = 0; c < n; c++)
		same += SCREEN_BG(cells[c].attr) == ground;
	return same * 10 >= t->cols * 9 ? ground : -1;
}

/*
 * No rules: rows on a ground of their own, with the cursor in them.  A single
 * one may as well be what is chosen in a menu.
 */
static int
find_plain_ground(struct turn *t, const struct screen *scr, struct box *b)
{
	int col, ground, hi, left, lo, row, sign;

	if (!cursor_seen(t, scr, &row, &col) ||
	    (ground = row_ground(t, scr, row)) == -1)
		return 0;
	for (lo = row; row_ground(t, scr, lo - 1) == ground; lo--)
		;
	for (hi = row; row_ground(t, scr, hi + 1) == ground; hi++)
		;
	if (hi == lo || hi - lo > t->nrows / 2 || (t->menu_top != -1 &&
	    t->menu_top >= lo && t->menu_top <= hi))
		return 0;
	b->outer_top = lo;
	b->outer_bottom = hi;
	while (lo < row && row_is_void(t, lo))
		lo++;
	while (hi > row && row_is_void(t, hi))
		hi--;
	left = behind_sign(&t->rows[lo].line, 1, t->box_sign, &sign);
	if (row == lo && col < left)
		return 0;
	b->top = lo;
	b->bottom = hi;
	b->cursor_row = row;
	b->cursor_col = col;
	return 1;
}

/* Whether a box's frame is the one known before, wherever it is now. */
static int
is_known_frame(const struct turn *t, const struct box *b)
{
	const struct tline *top = &t->rows[b->outer_top].line;

	return t->frame_width > 0 && top->width == t->frame_width &&
	    top->indent == t->frame_indent &&
	    sign_at_start(top) == t->frame_sign &&
	    (t->box_sign == 0 || t->land.typed ||
	    sign_inside(&t->rows[b->top].line) == t->box_sign);
}

/* The rows of the lowest frame there is, if little is written below it. */
static int
lowest_frame(const struct turn *t, int max, int *lo, int *hi)
{
	int below = 0;

	for (*hi = t->nrows - 1; *hi >= 2 && below <= BELOW_MAX; (*hi)--) {
		if (line_is_rule(&t->rows[*hi].line))
			break;
		below += !row_is_blank(t, *hi);
	}
	if (*hi < 2 || below > BELOW_MAX)
		return 0;
	for (*lo = *hi - 1; *lo >= 0 && *hi - *lo <= max; (*lo)--)
		if (line_is_rule(&t->rows[*lo].line))
			break;
	return *lo >= 0 && *hi - *lo <= max;
}

/* The rows of the one that begins where the box's did. */
static int
known_frame(const struct turn *t, int max, int *lo, int *hi)
{
	*lo = t->frame_row;
	if (t->frame_width == 0 || *lo >= t->nrows ||
	    !line_is_rule(&t->rows[*lo].line))
		return 0;
	for (*hi = *lo + 1; *hi < t->nrows && *hi - *lo <= max; (*hi)++)
		if (line_is_rule(&t->rows[*hi].line))
			break;
	return *hi < t->nrows && *hi - *lo <= max;
}

/* Whether the rows lo to hi are a frame that is empty, or known. */
static int
is_blind_frame(struct turn *t, const struct screen *scr, int lo, int hi,
    struct box *b)
{
	const struct tline *top = &t->rows[lo].line;
	const struct tline *bottom = &t->rows[hi].line;

	if (hi - lo < 2 || top->width != bottom->width ||
	    top->indent != bottom->indent)
		return 0;
	set_frame(b, lo, hi);
	b->cursor_row = b->cursor_col = -1;
	set_columns(t, scr, b);
	return only_hints(scr, b) || is_known_frame(t, b);
}

/*
 * No rules, and no cursor to be seen or one that is only painted: the lowest
 * frame on the screen, or the box where it was.  A dialog looks no different,
 * so it is a box only if it is empty but for hints, or was one before.
 */
static int
find_blind_frame(struct turn *t, const struct screen *scr, struct box *b)
{
	int hi, lo, max = t->nrows / 2;

	if ((screen_state(scr)->modes & SCREEN_CURSOR) || t->menu_top != -1)
		return 0;
	if (t->land.typed)
		max = t->nrows;		/* it grows with the text */
	if ((!lowest_frame(t, max, &lo, &hi) ||
	    !is_blind_frame(t, scr, lo, hi, b)) &&
	    (!known_frame(t, max, &lo, &hi) ||
	    !is_blind_frame(t, scr, lo, hi, b) || !is_known_frame(t, b)))
		return 0;
	note_frame(t, lo);
	return 1;
}

/*
 * The row at or above the cursor's in which a box without a frame begins, or
 * -1: it has a prompt sign; or the first of those whose margin was seen below
 * one, where that has scrolled away.
 */
static int
sign_row(const struct turn *t, int row, int *left)
{
	int margins = 0, r, sign;

	for (r = row; r >= 0 && row - r < t->nrows / 2; r--) {
		if (menu_has(t, r))
			return -1;
		*left = behind_sign(&t->rows[r].line, 0, t->box_sign, &sign);
		if (sign)
			return r;
		if (has_margin(&t->rows[r].line))
			margins++;
		else if (margins > 0 || (!row_is_blank(t, r) &&
		    t->rows[r].line.indent < 2))
			break;
	}
	*left = t->margin;
	return t->margin > 0 && margins > 0 && margins == row - r ? r + 1 : -1;
}

/* No rules: a prompt sign at or above the cursor. */
static int
find_plain_sign(struct turn *t, const struct screen *scr, struct box *b)
{
	int col, left = 0, margins = 0, r, row, seen;

	if (!cursor_find(t, scr, 0, t->nrows - 1, &row, &col))
		return 0;
	seen = cursor_seen(t, scr, &row, &col);
	if (!seen && t->menu_top != -1)
		return 0;
	r = sign_row(t, row, &left);
	if (r < 0 || (r == row && col < left) || (r != row && !seen))
		return 0;
	b->top = b->outer_top = r;
	if (t->proven && box_has_upper(t, r))
		b->outer_top--;
	b->bottom = row;
	while (b->bottom + 1 < t->nrows && !row_is_blank(t, b->bottom + 1) &&
	    (t->rows[b->bottom + 1].line.indent >= left ||
	    has_margin(&t->rows[b->bottom + 1].line)))
		b->bottom++;
	for (; r <= b->bottom; r++)
		margins += has_margin(&t->rows[r].line);
	if (margins > 0)
		t->margin = left;
	b->outer_bottom = b->bottom;
	b->cursor_row = row;
	b->cursor_col = col;
	return 1;
}

/* Remember the sign in an empty box: before a text it may look otherwise. */
static void
note_sign(struct turn *t, const struct screen *scr)
{
	const struct box *b = &t->box;
	uint32_t c;

	if (!b->present || b->top == b->outer_top || !only_hints(scr, b))
		return;
	c = sign_inside(&t->rows[b->top].line);
	t->box_sign = is_sign(c) || is_bullet(c) ? c : 0;
}

/* Whether the cursor stands among answers in brackets: of a dialog, which is no
   box though it has a frame. */
static int
is_at_buttons(struct turn *t, const struct screen *scr)
{
	struct tline l = LINE_NONE;
	int col, from, row, to;
	uint32_t c = 0;

	if (!cursor_seen(t, scr, &row, &col))
		return 0;
	for (from = col; from > 0; from--)
		if (sign_is_side(sign_in(scr, row, from - 1)))
			break;
	for (to = col; to < t->cols; to++)
		if (sign_is_side(sign_in(scr, row, to)))
			break;
	if (from < to && line_part(scr, screen_top(scr) + row, from, to, &l) ==
	    0 && choice_buttons(&l, 1) >= 2)
		c = sign_at_start(&l);
	line_free(&l);
	return c == '<' || c == '[' || c == '(';
}

/* Find the box on the screen; t->rows and the menu must be up to date. */
void
box_find(struct turn *t, const struct screen *scr)
{
	const struct rules_pattern *sign =
	    rules_pattern(t->rules, "box-prompt", 0);
	int general = sign == NULL &&
	    rules_pattern(t->rules, "box-top", 0) == NULL;
	struct box b;

	memset(&b, 0, sizeof b);
	b.cursor_row = b.cursor_col = -1;
	if (general && is_at_buttons(t, scr)) {
		t->box = b;
		return;
	}
	if (general && (find_plain_part(t, scr, &b) ||
	    place_find(t, scr, &b) || find_plain_bar(t, scr, &b))) {
		b.present = 1;
		t->box = b;
		return;
	}
	if (rules_pattern(t->rules, "box-top", 0) != NULL)
		b.present = find_framed(t, scr, &b) || (sign != NULL &&
		    find_signed(t, scr, &b, sign) && b.cursor_row != -1);
	else if (sign != NULL)
		b.present = find_signed(t, scr, &b, sign);
	else
		b.present = find_plain_frame(t, scr, &b) ||
		    find_plain_ground(t, scr, &b) ||
		    find_plain_sign(t, scr, &b) ||
		    find_blind_frame(t, scr, &b);
	if (b.present)
		set_columns(t, scr, &b);
	t->box = b;
	if (sign == NULL)
		note_sign(t, scr);
}

