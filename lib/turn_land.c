/*
 * turn_land - where a text that was typed has come to stand.  Part of turn.
 *
 * A box that nobody would know for one is proven by the text itself: what is on
 * the screen now, was not there before it was typed, and is the text to its
 * last sign, stands in the box, wherever that is and however it is drawn.  How
 * the place looks is remembered, and it is the box from then on.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"

#define PART_MIN	24	/* signs of the end that prove a scrolled box */
#define SIGNS_MIN	4	/* a text of fewer proves nothing */
#define GAPS_MAX	3	/* things to the right of it that are passed */
#define BLANK_MAX	4	/* empty lines of a text in a row */
#define PREFIX_COLS	20	/* the longest prompt before a text */

/* The signs of one row within some columns, without sides and blanks around. */
struct span {
	const struct land_sign *v;
	int		n;
};

struct landing {
	int		top, bottom;
	int		first, end;	/* columns it may stand in */
	int		left;		/* where it begins, in the top row, */
	int		right;		/* and its last sign, in the bottom */
	int		whole;
	int		scrolled;	/* to the left, behind what may be a
					   prompt */
};

void
land_free(struct land_rows *l)
{
	free(l->v);
	free(l->row);
	memset(l, 0, sizeof *l);
}

static int
land_room(struct land_rows *l, size_t n)
{
	struct land_sign *v;
	size_t cap = l->cap == 0 ? 1024 : l->cap;

	while (cap < n)
		cap *= 2;
	if (cap == l->cap)
		return 0;
	if ((v = realloc(l->v, cap * sizeof *v)) == NULL)
		return -1;
	l->v = v;
	l->cap = cap;
	return 0;
}

/* One row's signs. */
static int
read_row(const struct screen *scr, int r, struct land_rows *l)
{
	struct folded f = { NULL, 0, 0 };
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	struct land_sign *s;
	int c, len, n, st = 0;

	n = screen_line(scr, screen_top(scr) + r, &cells);
	if (n > 0 && land_room(l, l->n + (size_t)n) == -1)
		return -1;
	for (c = 0; c < n && st == 0; c++) {
		len = sign_text(scr, &cells[c], text);
		if (len <= 0 || cell_is_cursor(scr, &cells[c]))
			continue;
		st = fold_text(&f, text, (size_t)len);
		if (st == -1 || f.n == 0)
			continue;
		s = &l->v[l->n++];
		s->cp = f.v[0].cp;
		s->marked = f.v[0].marked;
		s->col = c;
	}
	fold_free(&f);
	return st;
}

/* The screen's signs; 0, or -1 if memory is short. */
static int
land_read(const struct screen *scr, struct land_rows *l)
{
	int r, rows = screen_state(scr)->rows;
	size_t *row;

	if ((row = realloc(l->row, ((size_t)rows + 1) * sizeof *row)) == NULL)
		return -1;
	l->row = row;
	l->rows = 0;
	l->n = 0;
	for (r = 0; r < rows; r++) {
		l->row[r] = l->n;
		if (read_row(scr, r, l) == -1)
			return -1;
	}
	l->row[rows] = l->n;
	l->rows = rows;
	return 0;
}

/* A text is about to be typed: what is there now is none of it. */
void
land_begin(struct turn *t, const struct screen *scr)
{
	struct land *l = &t->land;
	char *copy;

	l->watched = land_read(scr, &l->before) == 0;
	l->found = TURN_BOX_OTHER;
	l->stays = 0;
	l->typed = 1;
	l->content_len = 0;
	if (t->view.line || !t->box.present ||
	    box_content(t, scr, &t->scratch) == -1 || t->scratch.len == 0 ||
	    (copy = realloc(l->content, t->scratch.len)) == NULL)
		return;
	memcpy(copy, t->scratch.p, t->scratch.len);
	l->content = copy;
	l->content_len = t->scratch.len;
}

/* What has become of that content, by what the box holds now. */
enum turn_stood
land_stood(const struct turn *t, const char *content, size_t n)
{
	const struct land *l = &t->land;

	if (l->content_len == 0 || n < l->content_len)
		return TURN_STOOD_GONE;
	if (n == l->content_len)
		return memcmp(content, l->content, n) == 0 ? TURN_STOOD_ALONE :
		    TURN_STOOD_GONE;
	return memcmp(content, l->content, l->content_len) == 0 ||
	    memcmp(content + n - l->content_len, l->content, l->content_len)
	    == 0 ? TURN_STOOD_AND_MORE : TURN_STOOD_GONE;
}

static struct span
row_span(const struct land_rows *l, int r, int first, int end)
{
	const struct land_sign *p, *q;
	struct span s = { NULL, 0 };

	if (l->row[r] == l->row[r + 1])
		return s;
	p = l->v + l->row[r];
	q = l->v + l->row[r + 1];
	while (p < q && (p->col < first || sign_is_side(p->cp)))
		p++;
	while (q > p && (q[-1].col >= end || sign_is_side(q[-1].cp) ||
	    q[-1].cp == '_'))
		q--;
	s.v = p;
	s.n = (int)(q - p);
	return s;
}

static int
same_sign(const struct fold_char *ours, const struct land_sign *seen)
{
	if (ours->cp == seen->cp)
		return 1;
	return (ours->marked && seen->cp >= 0x80) ||
	    (seen->marked && ours->cp >= 0x80);
}

/*
 * How many signs of a row are the text's that end before its sign end: all of
 * the row's, or all that are left of the text with a prompt before it; else 0.
 */
static int
row_matches(const struct folded *ours, size_t end, const struct span *s)
{
	int i, n = s->n;

	if ((size_t)n > end)
		n = (int)end;
	for (i = 1; i <= n; i++)
		if (!same_sign(&ours->v[end - (size_t)i], &s->v[s->n - i]))
			return 0;
	return n;
}

/* The same for the last row, where hints may stand to the right of the text. */
static int
last_matches(const struct folded *ours, struct span *s)
{
	struct span cut = *s;
	int gaps = 0, i, n;

	if (s->n > 0 && (n = row_matches(ours, ours->n, s)) > 0)
		return n;
	for (i = s->n - 1; i > 0 && gaps < GAPS_MAX; i--) {
		if (s->v[i].col - s->v[i - 1].col <= 2)
			continue;
		gaps++;
		cut.n = i;
		if ((n = row_matches(ours, ours->n, &cut)) > 0) {
			*s = cut;
			return n;
		}
	}
	return 0;
}

/* The same where one row shows the end of a text that is longer than it. */
static int
scrolled_matches(const struct folded *ours, const struct span *s)
{
	int n;

	for (n = 0; n < s->n && (size_t)n < ours->n; n++)
		if (!same_sign(&ours->v[ours->n - 1 - (size_t)n],
		    &s->v[s->n - 1 - n]))
			break;
	return n >= PART_MIN && n < s->n && (size_t)n < ours->n ? n : 0;
}

/* The text from row r on upwards, in these columns: 1 if it stands there. */
static int
text_ends_here(const struct land_rows *l, const struct folded *ours, int r,
    int first, int end, struct landing *out)
{
	struct span s = row_span(l, r, first, end);
	size_t left = ours->n;
	int blanks = 0, n, rows = 1;

	out->bottom = out->top = r;
	out->first = first;
	out->end = end;
	out->whole = out->scrolled = 0;
	if ((n = last_matches(ours, &s)) == 0) {
		if ((n = scrolled_matches(ours, &s)) > 0) {
			out->left = s.v[s.n - n].col;
			out->scrolled = 1;
		}
		return n > 0;
	}
	out->right = s.v[s.n - 1].col;
	for (;;) {
		left -= (size_t)n;
		out->top = r;
		out->left = s.v[s.n - n].col;
		if (left == 0 || r == 0)
			break;
		for (blanks = 0; blanks <= BLANK_MAX && r > 0; blanks++) {
			s = row_span(l, --r, first, end);
			if (s.n > 0)
				break;
		}
		if (s.n == 0 || (n = row_matches(ours, left, &s)) == 0)
			break;
		rows++;
	}
	out->whole = left == 0;
	return left == 0 || (ours->n - left >= PART_MIN &&
	    (rows > 1 || out->end - out->first < (int)ours->n));
}

/* The lowest place of the text, if there is one where it did not stand in old;
   and how many there are. */
static int
find_all(const struct land_rows *l, const struct land_rows *old,
    const struct folded *ours, int cols, struct landing *best)
{
	struct landing at, was;
	int end, first, found = 0, has_new = 0, hit, is_new, r;
	size_t i;

	for (r = l->rows - 1; r >= 0; r--) {
		hit = text_ends_here(l, ours, r, 0, cols, &at);
		first = 0;
		for (i = l->row[r]; i <= l->row[r + 1] && !hit; i++) {
			if (i < l->row[r + 1] && !sign_is_side(l->v[i].cp))
				continue;
			end = i < l->row[r + 1] ? l->v[i].col : cols;
			hit = end - first > 8 &&
			    text_ends_here(l, ours, r, first, end, &at);
			first = end + 1;
		}
		if (!hit)
			continue;
		is_new = old != NULL && r < old->rows && !text_ends_here(old,
		    ours, r, at.first, at.end, &was);
		if (found++ == 0 || (is_new && !has_new))
			*best = at;
		has_new |= is_new;
		r = at.top;
	}
	return found;
}

/*
 * Whether what stands before the text in its first row is a prompt, and not
 * somebody's words: nothing, or signs, or a word or two that end in a sign.
 */
static int
is_prompt(const struct land_rows *l, const struct landing *at)
{
	struct span s = row_span(l, at->top, at->first, at->left);
	int i, words = 0;
	size_t k;

	/* what stands left of a frame's side is another pane's */
	for (k = l->row[at->top]; k < l->row[at->top + 1]; k++)
		if (l->v[k].col < at->left && sign_is_side(l->v[k].cp))
			s = row_span(l, at->top, l->v[k].col + 1, at->left);
	if (s.n <= 0)
		return 1;
	if (s.v[s.n - 1].col - s.v[0].col > PREFIX_COLS ||
	    sign_is_letter(s.v[s.n - 1].cp))
		return 0;
	for (i = 0; i < s.n; i++)
		words += sign_is_letter(s.v[i].cp) && (i == 0 ||
		    !sign_is_letter(s.v[i - 1].cp) ||
		    s.v[i].col > s.v[i - 1].col + 1);
	return words <= (s.v[s.n - 1].cp == ':' ? 1 : 2);
}

static int
cursor_is_there(const struct turn *t, const struct screen *scr,
    const struct landing *at)
{
	const struct screen_state *st = screen_state(scr);

	if (t->view.line)		/* nothing is behind it, yet */
		return st->cursor_row == at->bottom ?
		    st->cursor_col >= at->right :
		    st->cursor_row == at->bottom + 1 && st->cursor_col == 0 &&
		    at->right >= st->cols - 2;
	return !(st->modes & SCREEN_CURSOR) || (st->cursor_row >= at->top &&
	    st->cursor_row <= at->bottom + 1 && st->cursor_col >= at->first &&
	    st->cursor_col <= at->end);
}

/* The column behind a line from top to bottom left of another column, or 0. */
static int
behind_line(const struct screen *scr, int col)
{
	int c, r, rows = screen_state(scr)->rows, sides;

	for (c = col - 1; c > 0; c--) {
		for (sides = r = 0; r < rows; r++)
			sides += sign_is_side(sign_in(scr, r, c));
		if (sides * 10 >= rows * 9)
			return c + 1;
	}
	return 0;
}

/* The ground of a cell, or -1. */
static int
ground_at(const struct screen *scr, int row, int col)
{
	const struct screen_cell *cells;
	int n = screen_line(scr, screen_top(scr) + row, &cells);

	return col < n ? SCREEN_BG(cells[col].attr) : -1;
}

/* A number for what stands before the text in the row of a place. */
static uint64_t
prefix_hash(const struct land_rows *l, int r, const struct place *p)
{
	uint64_t h = 1;
	size_t i;

	for (i = l->row[r]; i < l->row[r + 1] && l->v[i].col < p->left; i++)
		if (l->v[i].col >= p->from)
			h = h * 1099511628211U + l->v[i].cp * 1024U +
		    (uint64_t)l->v[i].col;
	return h;
}

/* Whether a row has a side of a frame just before the place's columns. */
static int
has_side(const struct land_rows *l, int r, const struct place *p)
{
	size_t i;

	if (!p->side)
		return 0;
	for (i = l->row[r]; i < l->row[r + 1]; i++)
		if (l->v[i].col >= p->from && l->v[i].col <= p->left &&
		    sign_is_side(l->v[i].cp))
			return 1;
	return 0;
}

/* The shape of the next written line from row r on, *gap empty ones before. */
static uint64_t
below_shape(const struct turn *t, int r, int *gap)
{
	for (*gap = 0; r < t->nrows && row_is_blank(t, r); r++)
		++*gap;
	return r < t->nrows ? line_shape(&t->rows[r].line) : 0;
}

/* Whether the box of a place, which begins above or below, has row r. */
static int
has_row(const struct turn *t, const struct screen *scr,
    const struct land_rows *l, const struct place *p, int r)
{
	if (p->ground != -1)
		return ground_at(scr, r, p->left) == p->ground;
	if (p->side)
		return has_side(l, r, p);
	return !line_is_blank(&t->rows[r].line) &&
	    !line_is_rule(&t->rows[r].line) &&
	    line_shape(&t->rows[r].line) != p->below;
}

/* The rows of the box that has the place's first line in row top. */
static void
place_box(const struct turn *t, const struct screen *scr,
    const struct land_rows *l, const struct place *p, int top, struct box *b)
{
	const struct tline *edge;
	int r;

	memset(b, 0, sizeof *b);
	b->cursor_row = b->cursor_col = -1;
	b->present = 1;
	b->top = b->outer_top = top;
	b->left = p->left;
	b->right = p->end;
	for (r = top; r + 1 < t->nrows && has_row(t, scr, l, p, r + 1); r++)
		;
	b->bottom = b->outer_bottom = r;
	while ((p->side || p->ground != -1) && b->outer_top > 0 &&
	    has_row(t, scr, l, p, b->outer_top - 1))
		b->outer_top--;
	if (b->outer_top > 0 && (box_has_upper(t, top) ||
	    line_is_rule(&t->rows[b->outer_top - 1].line)))
		b->outer_top--;
	edge = &t->rows[b->outer_top].line;
	if (b->outer_top < top && b->right >= edge->width &&
	    sign_is_upper_right(sign_at_end(edge)))
		b->right = edge->width - 1;	/* emoji had moved the side */
	if (r + 1 < t->nrows && line_is_rule(&t->rows[r + 1].line))
		b->outer_bottom++;
}

/* Remember how the place looks. */
static void
learn(struct turn *t, const struct screen *scr, const struct land_rows *l,
    const struct landing *at)
{
	struct place *p = &t->land.place;
	struct box b;
	int col, row;
	size_t i;

	p->left = at->left;
	p->end = at->end;
	p->from = behind_line(scr, at->left);
	p->ground = p->from > 0 ? ground_at(scr, at->top, at->left) : -1;
	p->side = 0;
	for (i = l->row[at->top]; i < l->row[at->top + 1]; i++)
		p->side |= l->v[i].col >= p->from && l->v[i].col < at->left &&
		    sign_is_side(l->v[i].cp);
	p->prefix = prefix_hash(l, at->top, p);
	p->bare = p->prefix == 1;
	p->cursor = (screen_state(scr)->modes & SCREEN_CURSOR) != 0 ||
	    cursor_painted(t, scr, at->top, at->bottom, &row, &col);
	p->below = below_shape(t, at->bottom + 1, &p->gap);
	place_box(t, scr, l, p, at->top, &b);
	if (b.bottom < at->bottom)
		b.bottom = b.outer_bottom = at->bottom;
	p->below = below_shape(t, b.outer_bottom + 1, &p->gap);
	p->from_bottom = t->nrows - 1 - at->bottom;
	p->lead = at->top - b.outer_top;
	p->rule = at->top > 0 && line_is_rule(&t->rows[at->top - 1].line);
	p->known = 1;
	t->box = b;
}

/*
 * Whether the text that is typed stands somewhere where it did not before:
 * TURN_BOX_TEXT, _PART; _OTHER: behind something else, or not at all.  t->rows
 * must be up to date.
 */
enum turn_box
land_find(struct turn *t, const struct screen *scr, const char *text,
    size_t len)
{
	struct land_rows *now = &t->land.now;
	struct folded ours = { NULL, 0, 0 };
	struct landing at, old;
	int cols = screen_state(scr)->cols, found = 0;

	t->land.found = TURN_BOX_OTHER;
	if (!t->land.watched || land_read(scr, now) == -1)
		return TURN_BOX_OTHER;
	if (fold_text(&ours, text, len) == 0 && ours.n >= SIGNS_MIN &&
	    find_all(now, &t->land.before, &ours, cols, &at) >
	    find_all(&t->land.before, NULL, &ours, cols, &old))
		found = cursor_is_there(t, scr, &at) &&
		    (!(at.whole || at.scrolled) || is_prompt(now, &at));
	fold_free(&ours);
	if (!found)
		return TURN_BOX_OTHER;
	if (at.whole && !t->view.line)
		learn(t, scr, now, &at);
	t->land.top = at.top;
	return t->land.found = at.whole ? TURN_BOX_TEXT : TURN_BOX_PART;
}

/* A number for the rows from the text's first on, and where the cursor is. */
static uint64_t
below_sum(const struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	uint64_t sum = 1;
	int r;

	for (r = t->land.top; r < t->nrows; r++)
		sum = sum * 31 + line_shape(&t->rows[r].line);
	if (st->modes & SCREEN_CURSOR)
		sum = sum * 31 + (uint64_t)(st->cursor_row * st->cols +
		    st->cursor_col);
	return sum;
}

/* Enter is about to be pressed: from now on the text is the echo's, too. */
void
land_enter(struct turn *t, const struct screen *scr)
{
	struct land *l = &t->land;

	if (l->watched) {
		l->stays = l->found != TURN_BOX_OTHER;
		l->below = below_sum(t, scr);
	}
	l->watched = 0;
}

/* Whether nothing has become of a text that was found: it was not taken. */
int
land_stays(const struct turn *t, const struct screen *scr)
{
	return t->land.stays && below_sum(t, scr) == t->land.below;
}

/* The box goes on through empty rows to the cursor, if what is below it is as
   it was: a line was begun. */
static void
reach_cursor(const struct turn *t, struct box *b, int row)
{
	int gap, r = b->bottom;

	while (r < row && line_is_blank(&t->rows[r + 1].line))
		r++;
	if (r > b->bottom && r == row && b->bottom == b->outer_bottom &&
	    below_shape(t, r + 1, &gap) == t->land.place.below)
		b->bottom = b->outer_bottom = r;
}

/* How well a row fits the place's first line; 0: not at all. */
static int
fits(struct turn *t, const struct screen *scr, int r, struct box *b)
{
	const struct place *p = &t->land.place;
	const struct land_rows *l = &t->land.now;
	int col, gap, row, score = !p->bare;

	if (prefix_hash(l, r, p) != p->prefix ||
	    (p->ground != -1 && ground_at(scr, r, p->left) != p->ground) ||
	    menu_has(t, r))
		return 0;
	place_box(t, scr, l, p, r, b);
	if (p->rule && b->outer_top == b->top)
		return 0;
	if (p->cursor) {
		if (!cursor_seen(t, scr, &row, &col) || row < r)
			return 0;
		reach_cursor(t, b, row);
		if (row > b->bottom)
			return 0;	/* it has gone from there */
		b->cursor_row = row;
		b->cursor_col = col;
		score += 2;
	}
	if (below_shape(t, b->outer_bottom + 1, &gap) == p->below)
		score += p->below != 0 && gap == p->gap ? 2 : 1;
	score += t->nrows - 1 - b->bottom == p->from_bottom;
	score += p->side && r - b->outer_top == p->lead;
	return score;
}

/* The box at the place that a text has proven, if it is to be seen. */
int
place_find(struct turn *t, const struct screen *scr, struct box *b)
{
	struct box at;
	int best = 1, r, score;

	if (!t->land.place.known || land_read(scr, &t->land.now) == -1)
		return 0;
	for (r = t->nrows - 1; r >= 0; r--) {
		score = fits(t, scr, r, &at);
		if (score > best) {
			best = score;
			*b = at;
		}
	}
	return best > 1;
}
