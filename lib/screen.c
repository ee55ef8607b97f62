/*
 * screen - a terminal emulator without a terminal: making one, feeding it,
 * printing characters.  screen_in.h says where the rest is.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "screen_in.h"
#include "utf8.h"

#define ZWJ	0x200d
#define VS16	0xfe0f

/* DEC special graphics: 0x60 to 0x7e */
static const uint16_t drawing[] = {
	0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1,
	0x2424, 0x240b, 0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x23ba,
	0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524, 0x2534, 0x252c,
	0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7
};

static int
clamp(int v, int min, int max)
{
	return v < min ? min : v > max ? max : v;
}

/* What RIS and DECSTR both set; the cursor goes home. */
static void
defaults(struct screen *s)
{
	memset(&s->c, 0, sizeof s->c);
	s->saved[0] = s->saved[1] = s->c;
	s->scroll_top = 0;
	s->scroll_end = s->rows;
	s->single = 0;
	s->join_x = -1;
	s->last_rune = 0;
	s->st.modes &= ~(unsigned)(SCREEN_INSERT | SCREEN_APPCURSOR |
	    SCREEN_APPKEYPAD);
	s->st.modes |= SCREEN_CURSOR | SCREEN_AUTOWRAP;
}

static void
default_tabs(struct screen *s)
{
	int x;

	for (x = 0; x < SCREEN_COLS_MAX; x++)
		s->tabs[x] = x % 8 == 0;
}

struct screen *
screen_new(int cols, int rows, int scrollback)
{
	struct screen *s;
	int i;

	s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	s->cols = clamp(cols, 1, SCREEN_COLS_MAX);
	s->rows = clamp(rows, 1, SCREEN_ROWS_MAX);
	s->g = &s->grids[0];
	s->room = calloc(SCREEN_COLS_MAX, sizeof *s->room);
	if (s->room == NULL || grid_init(&s->grids[0], s->cols, s->rows,
	    clamp(scrollback, 0, SCREEN_SCROLLBACK_MAX), 0) == -1 ||
	    grid_init(&s->grids[1], s->cols, s->rows, 0, ALT_BASE) == -1) {
		screen_free(s);
		errno = ENOMEM;
		return NULL;
	}
	defaults(s);
	default_tabs(s);
	for (i = 0; i < SCREEN_ANCHORS; i++)
		s->anchors[i] = -1;
	s->st.progress = -1;
	screen_publish(s);
	return s;
}

void
screen_free(struct screen *s)
{
	if (s == NULL)
		return;
	grid_free(&s->grids[0], s->rows);
	grid_free(&s->grids[1], s->rows);
	clusters_free(s);
	free(s->room);
	free(s);
}

/* Bring what readers see up to date. */
void
screen_publish(struct screen *s)
{
	struct screen_state *st = &s->st;
	int alt = s->g == &s->grids[1];

	st->cols = s->cols;
	st->rows = s->rows;
	st->cursor_row = s->c.y;
	st->wrap_pending = s->c.x >= s->cols;
	st->cursor_col = st->wrap_pending ? s->cols - 1 : s->c.x;
	st->modes &= ~(unsigned)(SCREEN_ALT | SCREEN_ORIGIN);
	st->modes |= alt ? SCREEN_ALT : 0;
	st->modes |= s->c.origin ? SCREEN_ORIGIN : 0;
	st->kitty_flags = s->n_kitty[alt] == 0 ? 0 :
	    s->kitty[alt][s->n_kitty[alt] - 1];
	if (s->changed)
		st->generation++;
	s->changed = 0;
}

void
screen_soft_reset(struct screen *s)
{
	int x = s->c.x, y = s->c.y;

	defaults(s);
	s->c.x = x;
	s->c.y = y;
}

void
screen_reset(struct screen *s)
{
	rows_erase(s, 0, s->rows);	/* of the alternate screen, perhaps */
	s->g = &s->grids[0];
	defaults(s);
	default_tabs(s);
	rows_erase(s, 0, s->rows);
	grid_forget(s->g);
	s->st.erased++;
	s->st.modes = SCREEN_CURSOR | SCREEN_AUTOWRAP;
	s->st.modify_keys = 0;
	s->n_kitty[0] = s->n_kitty[1] = 0;
	s->n_titles = 0;
	screen_set_title(s, "");
}

void
screen_switch(struct screen *s, int alt)
{
	s->g = &s->grids[alt];
	s->join_x = -1;
}

void
screen_feed_line(struct screen *s)
{
	if (s->c.x >= s->cols)		/* a wrap is not pending any more */
		s->c.x = s->cols - 1;
	if (s->c.y == s->scroll_end - 1)
		rows_up(s, s->scroll_top, s->scroll_end, 1);
	else if (s->c.y < s->rows - 1)
		s->c.y++;
}

static void
wrap(struct screen *s)
{
	screen_row(s, s->c.y)->wraps = 1;
	s->c.x = 0;
	screen_feed_line(s);
}

/* The cells before the right edge are written: x is behind the last one. */
static void
advance(struct screen *s, struct line *l, int x)
{
	s->c.x = x;
	if (x == s->cols)
		l->wraps = 0;	/* until it does; it may be left from before */
}

/*
 * Whether a character of that class belongs into the cell before the cursor:
 * all that take no cell of their own do, and what completes an emoji there.
 */
static int
joins(const struct screen *s, const struct screen_cell *before, unsigned class)
{
	uint32_t last;

	if ((class & UTF8_WIDTH) == 0)
		return 1;
	if (s->join_x != s->c.x || s->join_y != s->c.y)
		return 0;
	last = cell_last(s, before);
	if (class & UTF8_REGIONAL)	/* half a flag yet? */
		return !(before->text & CELL_CLUSTER) &&
		    utf8_class(last) & UTF8_REGIONAL;
	return last == ZWJ ||
	    (class & UTF8_MODIFIER && utf8_class(last) & UTF8_PICT);
}

/* U+FE0F or a skin tone: an emoji of two cells after all, if there is room. */
static void
widen(struct screen *s, struct line *l, struct screen_cell *cell)
{
	int x = (int)(cell - l->cells) + 1;

	if (cell->text & CELL_WIDE || x >= s->cols || x != s->c.x ||
	    !(utf8_class(cell_base(s, cell)) & UTF8_VS16))
		return;
	if (s->st.modes & SCREEN_INSERT)
		cells_insert(s, s->c.y, x, 1);
	cells_open(l, x, 1);
	l->cells[x].text = CELL_RIGHT;
	l->cells[x].attr = cell->attr;
	cell->text |= CELL_WIDE;
	advance(s, l, x + 1);
	s->join_x = s->c.x;
}

/* Zero-width spaces, joiners, directions: nothing on a blank. */
static int
is_format(uint32_t rune)
{
	return (rune >= 0x200b && rune <= 0x206f) || rune == 0xfeff;
}

/* Put a character into the cell before the cursor if it belongs there. */
static int
combine(struct screen *s, uint32_t rune, unsigned class)
{
	struct line *l = screen_row(s, s->c.y);
	int x = s->c.x - 1;

	if (x > 0 && x < l->len && l->cells[x].text == CELL_RIGHT)
		x--;
	if (x < 0 || x >= l->len || l->cells[x].text == 0 ||
	    (l->cells[x].text == ' ' && is_format(rune)))
		return (class & UTF8_WIDTH) == 0;	/* nothing to be on */
	if (!joins(s, &l->cells[x], class))
		return 0;
	cluster_add(s, l, &l->cells[x], rune);
	if (rune == VS16 || class & UTF8_MODIFIER)
		widen(s, l, &l->cells[x]);
	return 1;
}

/* A character of that many cells at the cursor. */
static void
put(struct screen *s, uint32_t rune, int width)
{
	struct line *l;
	struct screen_cell *cell;

	if (s->c.x + width > s->cols) {
		if (s->st.modes & SCREEN_AUTOWRAP) {
			if (s->c.x < s->cols)
				cells_erase(s, s->c.y, s->c.x, s->cols);
			wrap(s);
		} else if (width == 1)
			s->c.x = s->cols - 1;
		else
			return;
	}
	if (s->st.modes & SCREEN_INSERT)
		cells_insert(s, s->c.y, s->c.x, width);
	l = screen_row(s, s->c.y);
	cells_open(l, s->c.x, width);
	cell = l->cells + s->c.x;
	cell->text = rune;
	cell->attr = s->c.attr;
	if (width == 2) {
		cell->text |= CELL_WIDE;
		cell[1].text = CELL_RIGHT;
		cell[1].attr = s->c.attr;
	}
	advance(s, l, s->c.x + width);
	s->join_x = s->c.x;
	s->join_y = s->c.y;
}

/* Any character, of the class that utf8_class() says. */
static void
put_any(struct screen *s, uint32_t rune, unsigned class)
{
	int width = (int)(class & UTF8_WIDTH);

	if ((width == 0 || class & (UTF8_PICT | UTF8_REGIONAL)) &&
	    combine(s, rune, class))
		return;
	if (width > s->cols) {
		rune = UTF8_REPLACEMENT;
		width = 1;
	}
	s->last_rune = rune;
	put(s, rune, width);
}

void
screen_put(struct screen *s, uint32_t rune)
{
	unsigned set = s->c.charset[s->single ? s->single : s->c.gl];

	s->single = 0;
	if (rune < 0x80) {
		if (set == '0' && rune >= 0x5f)
			rune = rune == 0x5f ? ' ' : drawing[rune - 0x60];
		else if (set == 'A' && rune == '#')
			rune = 0xa3;
	}
	put_any(s, rune, utf8_class(rune));
}

/*
 * Characters of all kinds.  Those that nothing can join, with room in the row,
 * are stored here; the rest one by one.
 */
static void
put_runes(struct screen *s, const uint32_t *runes, size_t n)
{
	struct line *l = screen_row(s, s->c.y);
	struct screen_cell *cell;
	uint32_t attr = s->c.attr;
	unsigned class;
	int x = s->c.x, cols = s->cols, width, stored = 0;
	size_t i;

	if (s->single || s->c.charset[s->c.gl] != 0 ||
	    s->st.modes & SCREEN_INSERT) {
		while (n-- > 0)
			screen_put(s, *runes++);
		return;
	}
	for (i = 0; i < n; i++) {
		class = runes[i] < 0x7f ? 1 : utf8_class(runes[i]);
		width = (int)(class & UTF8_WIDTH);
		if (width == 0 || class > 2 || x + width >= cols) {
			if (stored) {
				s->c.x = s->join_x = x;
				s->join_y = s->c.y;
			}
			put_any(s, runes[i], class);
			l = screen_row(s, s->c.y);
			x = s->c.x;
			stored = 0;
			continue;
		}
		cells_open(l, x, width);
		cell = l->cells + x;
		cell->text = runes[i];
		cell->attr = attr;
		if (width == 2) {
			cell->text |= CELL_WIDE;
			cell[1].text = CELL_RIGHT;
			cell[1].attr = attr;
		}
		x += width;
		stored = 1;
	}
	if (stored) {
		s->c.x = s->join_x = x;
		s->join_y = s->c.y;
		s->last_rune = runes[n - 1];
	}
}

void
screen_put_ascii(struct screen *s, const unsigned char *p, size_t n)
{
	struct line *l;
	struct screen_cell *cell;
	uint32_t attr = s->c.attr;
	size_t room;

	if (s->single || s->c.charset[s->c.gl] != 0 ||
	    (s->st.modes & (SCREEN_AUTOWRAP | SCREEN_INSERT)) !=
	    SCREEN_AUTOWRAP) {
		while (n-- > 0)
			screen_put(s, *p++);
		return;
	}
	s->last_rune = p[n - 1];
	while (n > 0) {
		if (s->c.x >= s->cols)
			wrap(s);
		room = (size_t)(s->cols - s->c.x);
		if (room > n)
			room = n;
		l = screen_row(s, s->c.y);
		cells_open(l, s->c.x, (int)room);
		cell = l->cells + s->c.x;
		advance(s, l, s->c.x + (int)room);
		n -= room;
		for (; room >= 4; room -= 4, p += 4, cell += 4) {
			cell[0].text = p[0], cell[0].attr = attr;
			cell[1].text = p[1], cell[1].attr = attr;
			cell[2].text = p[2], cell[2].attr = attr;
			cell[3].text = p[3], cell[3].attr = attr;
		}
		for (; room > 0; room--, cell++) {
			cell->text = *p++;
			cell->attr = attr;
		}
	}
	s->join_x = s->c.x;
	s->join_y = s->c.y;
}

static void
tab(struct screen *s)
{
	if (s->c.x < s->cols)
		do
			s->c.x++;
		while (s->c.x < s->cols - 1 && !s->tabs[s->c.x]);
	if (s->c.x > s->cols - 1)
		s->c.x = s->cols - 1;
}

static void
control(struct screen *s, uint32_t c)
{
	switch (c) {
	case '\a':
		s->st.bells++;
		screen_note_add(s, SCREEN_NOTE_BELL, "");
		break;
	case '\b':
		if (s->c.x >= s->cols)
			s->c.x = s->cols - 1;
		if (s->c.x > 0)
			s->c.x--;
		break;
	case '\t':
		tab(s);
		break;
	case '\n':
	case '\v':
	case '\f':
		screen_feed_line(s);
		if (!(s->st.modes & SCREEN_NEWLINE))
			break;
		/* FALLTHROUGH */
	case '\r':
		s->c.x = 0;
		break;
	case 0x0e:
	case 0x0f:
		s->c.gl = c == 0x0e;
		break;
	}
}

static size_t
feed(struct screen *s, const unsigned char *p, size_t n, int one_frame)
{
	const unsigned char *start = p, *end = p + n;
	enum vt_event ev;

	s->frame_ended = 0;
	while ((ev = vtparse_next(&s->vt, &p, end)) != VT_MORE) {
		switch (ev) {
		case VT_MORE:
			break;
		case VT_TEXT:
			screen_put_ascii(s, s->vt.text, s->vt.text_len);
			break;
		case VT_RUNES:
			put_runes(s, s->vt.runes, s->vt.n_runes);
			break;
		case VT_CONTROL:
			control(s, s->vt.control);
			break;
		case VT_ESC:
			screen_esc(s);
			break;
		case VT_CSI:
			screen_csi(s);
			break;
		case VT_OSC:
			screen_osc(s);
			break;
		case VT_DCS:
			screen_dcs(s);
			break;
		}
		s->changed = 1;
		if (one_frame && s->frame_ended)
			break;
	}
	screen_publish(s);
	return (size_t)(p - start);
}

void
screen_feed(struct screen *s, const void *p, size_t n)
{
	(void)feed(s, p, n, 0);		/* takes all */
}

size_t
screen_feed_frame(struct screen *s, const void *p, size_t n)
{
	return feed(s, p, n, 1);
}

void
screen_end_sync(struct screen *s)
{
	if (s->st.modes & SCREEN_SYNC) {
		s->st.modes &= ~(unsigned)SCREEN_SYNC;
		s->st.generation++;
	}
}

const struct screen_state *
screen_state(const struct screen *s)
{
	return &s->st;
}
