/*
 * turn_row - lines of the screen as text, and what is known of how they are
 * drawn.  Part of turn.
 *
 * rows_update() reads those rows anew that have changed, and tells whether that
 * says something: not in the box, nor of what is known to tick (turn_rest.c).
 * Replies are lists of such lines, struct tlines; most files change these.
 */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define TEXT_SIGN	"\xef\xb8\x8e"	/* the sign before is no picture */
#define FRAME_LEFT	2	/* columns left of one around all text */

uint64_t
text_hash(const char *s, size_t n)
{
	uint64_t h = 14695981039346656037U;	/* FNV-1a */
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211U;
	return h;
}

static int
line_room(struct tline *l, size_t n)
{
	size_t cap = l->cap == 0 ? 128 : l->cap;
	char *p;

	if (n <= l->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	if ((p = realloc(l->text, cap)) == NULL)
		return -1;
	l->text = p;
	l->cap = cap;
	return 0;
}

/* A cell's text, with a blank for the blank that does not break. */
int
sign_text(const struct screen *scr, const struct screen_cell *cell, char *out)
{
	size_t n = screen_cell_text(scr, cell, out);

	if (n == 2 && out[0] == '\xc2' && out[1] == '\xa0') {
		out[0] = ' ';
		return 1;
	}
	return (int)n;
}

/* The sign in a cell of the screen; 0: none, or a blank. */
uint32_t
sign_in(const struct screen *scr, int row, int col)
{
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	const char *p = text;
	int n = screen_line(scr, screen_top(scr) + row, &cells);

	n = col >= 0 && col < n ? sign_text(scr, &cells[col], text) : 0;
	return n == 0 || text[0] == ' ' ? 0 : text_next(&p, text + n);
}

/* Signs that scroll bars, and hints that there is more, are drawn with. */
static int
is_bar_char(uint32_t c)
{
	return c == 0x2502 || c == 0x2503 || c == 0x2551 || c == 0x2580 ||
	    c == 0x2584 || (c >= 0x2588 && c <= 0x2595) || c == 0x25b2 ||
	    c == 0x25bc || c == 0x2191 || c == 0x2193;
}

/* Where the last sign of a line begins that has any. */
static const char *
last_sign(const struct tline *l)
{
	const char *p = l->text + l->len - 1;

	while (p > l->text && ((unsigned char)*p & 0xc0) == 0x80)
		p--;
	return p;
}

/*
 * Take off a scroll bar's part at the right edge: a lone sign after a blank, in
 * a line that does not begin with one, as a frame's does; or further from the
 * left edge, as a table does, with another one.  len and width are those of
 * the text before it.
 */
static void
cut_scroll_bar(int cols, struct tline *l, size_t len, int width)
{
	const char *p, *end = l->text + l->len;
	uint32_t c;
	int same;

	if (l->width < cols - 1 || l->width - 2 < width ||
	    (l->flags & LINE_WRAPS))
		return;
	for (p = l->text; p < end && *p == ' '; p++)
		;
	c = text_next(&p, end);
	same = p < end && is_bar_char(c) && memcmp(end - 3, p - 3, 3) == 0;
	if (same || (p < end && l->indent <= FRAME_LEFT && (sign_is_corner(c) ||
	    (is_bar_char(c) && c < 0x2588))))
		return;
	p = last_sign(l);
	if (!is_bar_char(text_next(&p, end)))
		return;
	l->bar = l->width - 1;
	l->len = len;
	l->width = width;
	l->text[len] = '\0';
	if (width == 0)
		l->indent = 0;
}

/* The first byte of what stands in a cell; a blank where nothing does. */
static unsigned char
byte_in(const struct screen *scr, const struct screen_cell *c)
{
	char text[SCREEN_CLUSTER_MAX];

	return sign_text(scr, c, text) == 0 ? ' ' : (unsigned char)text[0];
}

/* Whether a blank at an end of code on a ground of its own, with this behind or
   before it, is parted from the text by that. */
static int
is_parted(unsigned char c, int step)
{
	return c == ' ' || (step == 1 ? ispunct(c) : c != '\0' &&
	    strchr("([{<'\"/", c) != NULL);
}

/*
 * Whether cell i of n, a blank, is none of the text: some draw code within a
 * text on a ground of its own, with a blank before and behind it.
 */
static int
is_padding(const struct screen *scr, const struct screen_cell *c, int i,
    int left, int n)
{
	int a = i, b = i, ground = SCREEN_BG(c[i].attr), outer, step, x;

	if (i == left || (SCREEN_BG(c[i - 1].attr) == ground &&
	    (i + 1 == n || SCREEN_BG(c[i + 1].attr) == ground)))
		return 0;	/* nor at an edge of it */
	while (a > left && SCREEN_BG(c[a - 1].attr) == ground)
		a--;
	while (b + 1 < n && SCREEN_BG(c[b + 1].attr) == ground)
		b++;
	if ((i > a && i < b) || a == left || b < a + 2 ||
	    byte_in(scr, &c[a]) != ' ' || byte_in(scr, &c[a + 1]) == ' ' ||
	    byte_in(scr, &c[b]) != ' ' || byte_in(scr, &c[b - 1]) == ' ')
		return 0;
	outer = SCREEN_BG(c[a - 1].attr);
	if (b + 1 < n && SCREEN_BG(c[b + 1].attr) != outer)
		return 0;
	step = i == a ? -1 : 1;
	x = i + step;
	if (x < n && !is_parted(byte_in(scr, &c[x]), step))
		return 0;
	if (x < n && byte_in(scr, &c[x]) == ' ')
		x += step;	/* not that of another on the same ground */
	return x >= n || (x >= left && byte_in(scr, &c[x]) != ' ' &&
	    SCREEN_BG(c[x].attr) == outer);
}

/*
 * Read the columns from left to (not with) right of a line of the screen.  0,
 * or -1 where it is not held or memory is short: then it reads as empty, if it
 * was ever read before.
 */
int
line_part(const struct screen *scr, int64_t number, int left, int right,
    struct tline *l)
{
	const struct screen_cell *cells;
	size_t before = 0, len = 0;
	int before_width = 0, i, n, signs = 0, w, wraps;

	l->len = 0;
	l->width = l->indent = 0;
	l->flags = 0;
	l->attr = l->attr2 = 0;
	l->hued = -1;
	l->bar = 0;
	l->dim_from = 0;
	if (l->text != NULL)
		l->text[0] = '\0';
	n = screen_line(scr, number, &cells);
	if (line_room(l, (size_t)(n < 0 ? 0 : n) * 4 + SCREEN_CLUSTER_MAX + 1)
	    == -1)
		return -1;
	l->text[0] = '\0';
	if (n == -1)
		return -1;
	wraps = n <= right && screen_line_wraps(scr, number);
	if (n > right)
		n = right;
	for (i = left; i < n; i++) {
		if (line_room(l, len + SCREEN_CLUSTER_MAX + 1) == -1)
			return -1;
		len += w = sign_text(scr, &cells[i], l->text + len);
		if (w == 1 && l->text[len - 1] == ' ' && signs > 0 &&
		    SCREEN_BG(cells[i].attr) != -1 &&
		    is_padding(scr, cells, i, left, n)) {
			len--;
			continue;
		}
		if (wraps && cells[i].text != 0)
			l->len = len;	/* a blank that was written counts */
		if (w == 0 || (w == 1 && l->text[len - 1] == ' '))
			continue;
		if (signs++ == 0) {
			l->indent = i - left;
			l->attr = cells[i].attr;
			if (cells[i].attr & SCREEN_BOLD)
				l->flags |= LINE_BOLD;
			if (w > 3 && !memcmp(l->text + len - 3, TEXT_SIGN, 3))
				len -= 3;
		} else if (l->hued == -1 && SCREEN_FG(cells[i].attr) !=
		    SCREEN_FG(l->attr)) {
			l->hued = i - left;
			l->attr2 = cells[i].attr;
		}
		l->attr_end = cells[i].attr;
		if (!attr_is_dim(cells[i].attr))
			l->dim_from = i - left + 1;
		l->flags &= ~LINE_CUT;
		if (((cells[i].attr & SCREEN_INVERSE) && w == 1 &&
		    (l->text[len - 1] == '%' || l->text[len - 1] == '#')) ||
		    (w == 3 && memcmp(l->text + len - 3, "\xe2\x8f\x8e", 3)
		    == 0 && (cells[i].attr & SCREEN_DIM)))
			l->flags |= LINE_CUT;
		before = l->len;
		before_width = l->width;
		l->len = len;
		l->width = i - left + screen_cell_width(&cells[i]);
	}
	l->text[l->len] = '\0';
	if (signs > 0 && l->dim_from == 0)
		l->flags |= LINE_DIM;
	if (wraps)
		l->flags |= LINE_WRAPS;
	if (right > screen_state(scr)->cols)
		right = screen_state(scr)->cols;
	cut_scroll_bar(right - left, l, before, before_width);
	if (l->width >= right - left)
		l->flags |= LINE_FILLED;
	if (l->width * 10 >= (right - left) * 9)
		l->flags |= LINE_LONG;
	return 0;
}

/* The same of a whole line. */
int
line_read(const struct screen *scr, int64_t number, struct tline *l)
{
	return line_part(scr, number, 0, INT_MAX, l);
}

void
line_free(struct tline *l)
{
	free(l->text);
	memset(l, 0, sizeof *l);
}

void
row_free(struct trow *r)
{
	line_free(&r->line);
	line_free(&r->part);
}

/* One more line at the end, to be filled in; NULL: no memory. */
struct tline *
lines_add(struct tlines *ls)
{
	struct tline *v;
	size_t cap;

	if (ls->n == ls->cap) {
		cap = ls->cap == 0 ? 64 : ls->cap * 2;
		if ((v = realloc(ls->v, cap * sizeof *v)) == NULL)
			return NULL;
		memset(v + ls->cap, 0, (cap - ls->cap) * sizeof *v);
		ls->v = v;
		ls->cap = cap;
	}
	return &ls->v[ls->n++];
}

int
line_copy(struct tline *to, const struct tline *from)
{
	char *text;
	size_t cap;

	if (line_room(to, from->len + 1) == -1)
		return -1;
	text = to->text;
	cap = to->cap;
	*to = *from;
	to->text = text;
	to->cap = cap;
	if (from->len > 0)
		memcpy(text, from->text, from->len);
	text[from->len] = '\0';
	return 0;
}

void
lines_cut(struct tlines *ls, size_t n)
{
	if (n < ls->n)
		ls->n = n;
}

void
lines_free(struct tlines *ls)
{
	size_t i;

	for (i = 0; i < ls->cap; i++)
		free(ls->v[i].text);
	free(ls->v);
	memset(ls, 0, sizeof *ls);
}

/* Recount the columns of a line whose text has changed. */
static void
line_measure(struct tline *l)
{
	size_t i;

	/* a blank at the end of a line that wraps was written */
	while (l->len > 0 && l->text[l->len - 1] == ' ' &&
	    !(l->flags & LINE_WRAPS))
		l->len--;
	if (l->text != NULL)
		l->text[l->len] = '\0';
	for (i = 0; i < l->len && l->text[i] == ' '; i++)
		;
	l->indent = (int)i;
	l->width = (int)utf8_text_width(l->text, l->len);
}

/* Take bytes off the front of a line, or put blanks in their place. */
void
line_cut(struct tline *l, size_t bytes, int blanks)
{
	size_t cols = blanks ? utf8_text_width(l->text, bytes) : 0;

	if (cols > bytes)
		return;
	memmove(l->text + cols, l->text + bytes, l->len - bytes + 1);
	memset(l->text, ' ', cols);
	l->len -= bytes - cols;
	line_measure(l);
}

/* What stood before a text was cut off; how that looked says nothing of it. */
void
line_bared(struct tline *l)
{
	l->attr = l->attr2 = l->attr_end;
	l->hued = -1;
	if (l->width > 0 && l->dim_from <= l->indent)
		l->flags |= LINE_DIM;
}

/* Move a line's text to the left, as far as there are blanks. */
void
line_shift(struct tline *l, int columns)
{
	if (columns > l->indent)
		columns = l->indent;
	line_cut(l, (size_t)columns, 0);
}

/* Leave a line out: there is a gap, at most, where it stood. */
void
line_drop(struct tline *l)
{
	line_cut(l, l->len, 0);
	l->flags |= LINE_GONE;
}

/* Take the side of a frame off a line's end. */
void
line_cut_side(struct tline *l)
{
	if (l->len == 0)
		return;
	l->len = (size_t)(last_sign(l) - l->text);
	line_measure(l);
}

/*
 * Take a scroll bar off lines that have a frame of their own, where others tell
 * its column.
 */
void
lines_cut_bar(struct tlines *ls)
{
	const char *p, *end;
	int bar = 0;
	size_t i;

	for (i = 0; i < ls->n && bar == 0; i++)
		bar = ls->v[i].bar;
	for (i = 0; i < ls->n && bar > 0; i++) {
		if (ls->v[i].width != bar + 1)
			continue;
		end = p = ls->v[i].text + ls->v[i].len;
		do
			p--;
		while (p > ls->v[i].text && ((unsigned char)*p & 0xc0) == 0x80);
		if (p > ls->v[i].text && p[-1] == ' ' &&
		    is_bar_char(text_next(&p, end)))
			line_cut_side(&ls->v[i]);
	}
}

int
line_is_blank(const struct tline *l)
{
	return l->width == 0;
}

/* The first line from i on that is not blank; ls->n: there is none. */
size_t
next_written(const struct tlines *ls, size_t i)
{
	while (i < ls->n && line_is_blank(&ls->v[i]))
		i++;
	return i;
}

int
row_is_blank(const struct turn *t, int r)
{
	return line_is_blank(&t->rows[r].line);
}

/* How many rows from one up to (not with) another are written. */
int
rows_written(const struct turn *t, int from, int end)
{
	int n = 0;

	for (; from < end; from++)
		n += !row_is_blank(t, from);
	return n;
}

uint32_t
sign_at_start(const struct tline *l)
{
	const char *p = l->text + l->indent;

	return line_is_blank(l) ? 0 : text_next(&p, l->text + l->len);
}

uint32_t
sign_at_end(const struct tline *l)
{
	const char *p;

	if (l->len == 0)
		return 0;
	p = last_sign(l);
	return text_next(&p, l->text + l->len);
}

static int
rows_room(struct turn *t, int rows, int cols)
{
	struct trow *v;
	int i;

	if (rows == t->nrows && cols == t->cols)
		return 0;
	for (i = rows; i < t->nrows; i++)
		row_free(&t->rows[i]);
	if ((v = realloc(t->rows, (size_t)rows * sizeof *v)) == NULL)
		return -1;
	t->rows = v;
	if (rows > t->nrows)
		memset(v + t->nrows, 0,
		    (size_t)(rows - t->nrows) * sizeof *v);
	for (i = 0; i < rows; i++)
		v[i].valid = 0;
	t->nrows = rows;
	t->cols = cols;
	return 0;
}

/*
 * Read what has changed on the screen.  Returns 1 if a row outside the box
 * (where it was at the last look) did, 0 if none, -1 if memory is short.
 */
int
rows_update(struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	const struct box *b = &t->box;
	struct tline fresh = LINE_NONE, keep;
	int changed = 0, drawn = 0, r, spins;
	uint64_t h;

	if (st->rows != t->nrows || st->cols != t->cols)
		changed = 1;
	if (rows_room(t, st->rows, st->cols) == -1)
		return -1;
	for (r = 0; r < t->nrows; r++) {
		h = screen_hash(scr, r, r + 1);
		if (t->rows[r].valid && h == t->rows[r].hash)
			continue;
		if (line_read(scr, screen_top(scr) + r, &fresh) == -1) {
			line_free(&fresh);
			return -1;
		}
		if (b->present && r >= b->top && r <= b->bottom)
			;	/* whatever moves there is typed */
		else {
			spins = t->rows[r].valid &&
			    spin_is_turn(&t->rows[r].line, &fresh);
			drawn++;
			if (t->rows[r].valid && rest_ticks(t, r,
			    &t->rows[r].line, &fresh, spins))
				spins = 0;
			else
				changed = 1;
			spin_note(t, r, &t->rows[r].line, &fresh, spins);
		}
		if (!t->rows[r].valid || fresh.len != t->rows[r].line.len ||
		    memcmp(fresh.text, t->rows[r].line.text, fresh.len) != 0) {
			t->rows[r].asked = t->rows[r].hit = 0;
			t->rows[r].status = 0;
		}
		keep = t->rows[r].line;
		t->rows[r].line = fresh;
		fresh = keep;
		pane_update(t, scr, r);
		t->rows[r].hash = h;
		t->rows[r].valid = 1;
	}
	line_free(&fresh);
	rest_redrawn(t, drawn);
	return changed;
}

/* Whether a condition's pattern matches the row; asked once while it stays. */
int
row_hits(struct turn *t, int row, const struct rules_cond *c)
{
	struct trow *r = &t->rows[row];
	uint64_t bit = (uint64_t)1 << c->index;

	if (!(r->asked & bit)) {
		r->asked |= bit;
		if (rules_match(c->pattern, r->line.text, NULL, NULL, NULL,
		    NULL))
			r->hit |= bit;
		else
			r->hit &= ~bit;
	}
	return (r->hit & bit) != 0;
}

