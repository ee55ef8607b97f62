/*
 * screen_text - what is on the screen and above it, as cells, text and a
 * number.
 */
#include <stdint.h>
#include <string.h>

#include "screen.h"
#include "screen_in.h"

int64_t
screen_first(const struct screen *s)
{
	return s->g->first;
}

int64_t
screen_top(const struct screen *s)
{
	return s->g->top;
}

static int
is_held(const struct screen *s, int64_t n)
{
	return n >= s->g->first && n < s->g->top + s->rows;
}

/* A line, or NULL where it is not held or blank for want of memory. */
static const struct line *
get_line(const struct screen *s, int64_t n)
{
	return is_held(s, n) ? grid_line(s->g, n) : NULL;
}

int
screen_line(const struct screen *s, int64_t n, const struct screen_cell **cells)
{
	const struct line *l = get_line(s, n);

	if (l == NULL)
		return is_held(s, n) ? 0 : -1;
	if (cells != NULL)
		*cells = unpack_line(l, s->room);
	return l->len;
}

int
screen_line_wraps(const struct screen *s, int64_t n)
{
	const struct line *l = get_line(s, n);

	return l != NULL && l->wraps;
}

unsigned
screen_line_marks(const struct screen *s, int64_t n)
{
	const struct line *l = get_line(s, n);

	return l == NULL ? 0 : l->marks;
}

size_t
screen_cell_text(const struct screen *s, const struct screen_cell *cell,
    char *out)
{
	return cell_text(s, cell, out);
}

int
screen_cell_width(const struct screen_cell *cell)
{
	return cell->text & CELL_RIGHT ? 0 : cell->text & CELL_WIDE ? 2 : 1;
}

/* Text going into the caller's room: len counts what does not fit, too. */
struct out {
	char		*p;
	size_t		len, cap;
};

static void
out_add(struct out *o, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++, o->len++)
		if (o->len + 1 < o->cap)
			o->p[o->len] = text[i];
}

static size_t
out_end(struct out *o)
{
	if (o->cap > 0)
		o->p[o->len < o->cap ? o->len : o->cap - 1] = '\0';
	return o->len;
}

static int
is_blank(const struct screen_cell *cell, unsigned flags)
{
	return cell->text == 0 || (cell->text == ' ' && !(flags & SCREEN_KEEP));
}

/*
 * The columns from left up to right of a line.  Where the line goes on in the
 * next one, blanks at its end were written on purpose.
 */
static void
add_line(const struct screen *s, const struct screen_region *r, int64_t n,
    int goes_on, struct out *o)
{
	const struct line *l = get_line(s, n);
	const struct screen_cell *cells;
	int x, end;
	unsigned flags = r->flags | (goes_on ? SCREEN_KEEP : 0);
	char text[SCREEN_CLUSTER_MAX];

	if (l == NULL)
		return;
	cells = unpack_line(l, s->room);
	end = r->right > 0 && r->right < l->len ? r->right : l->len;
	while (end > r->left && is_blank(&cells[end - 1], flags))
		end--;
	for (x = r->left < 0 ? 0 : r->left; x < end; x++)
		out_add(o, text, cell_text(s, &cells[x], text));
}

size_t
screen_text(const struct screen *s, const struct screen_region *r, char *out,
    size_t cap)
{
	struct out o = { out, 0, cap };
	int64_t n, from = r->from, to = r->to;
	int goes_on;

	if (from < s->g->first)
		from = s->g->first;
	if (to > s->g->top + s->rows)
		to = s->g->top + s->rows;
	for (n = from; n < to; n++) {
		goes_on = r->flags & SCREEN_JOIN && n + 1 < to &&
		    screen_line_wraps(s, n);
		add_line(s, r, n, goes_on, &o);
		if (!goes_on)
			out_add(&o, "\n", 1);
	}
	return out_end(&o);
}

size_t
screen_line_text(const struct screen *s, int64_t n, char *out, size_t cap)
{
	struct screen_region r = { 0, 0, 0, 0, 0 };
	struct out o = { out, 0, cap };

	add_line(s, &r, n, 0, &o);
	return out_end(&o);
}

uint64_t
screen_hash(const struct screen *s, int from, int to)
{
	uint64_t h = 14695981039346656037ULL;	/* FNV-1a */
	const struct line *l;
	char text[SCREEN_CLUSTER_MAX];
	size_t i, len;
	int x, end;

#define ADD(v)	(h = (h ^ (v)) * 1099511628211ULL)
	for (from = from < 0 ? 0 : from; from < to && from < s->rows; from++) {
		l = screen_row(s, from);
		for (end = l->len; end > 0; end--)
			if (!is_blank(&l->cells[end - 1], 0) ||
			    l->cells[end - 1].attr != 0)
				break;
		for (x = 0; x < end; x++) {
			len = cell_text(s, &l->cells[x], text);
			for (i = 0; i < len; i++)
				ADD((unsigned char)text[i]);
			ADD(l->cells[x].attr);
		}
		ADD('\n');
	}
#undef ADD
	return h;
}

void
screen_anchor_set(struct screen *s, int slot, int64_t line)
{
	s->anchors[slot] = line;
}

int64_t
screen_anchor(const struct screen *s, int slot)
{
	return is_held(s, s->anchors[slot]) ? s->anchors[slot] : -1;
}
