/*
 * view - the rows of a chat's screen.  Linked into bin/csp-tty.
 */
#include <stdio.h>
#include <string.h>

#include "utf8.h"
#include "view.h"
#include "wrap.h"

enum {
	NAME_COLS = 14,			/* of a longer name its beginning */
	NARROW_COLS = 40,
	INPUT_ROWS = 8,
	PARTIAL_ROWS = 4,		/* of a reply in the making */
	ROW_MAX = 65536,
	TEXT_MAX = 64 << 20
};

enum style { PLAIN, BOLD, DIM, REVERSE, WARN, BAD, NAME0 };

/* SGR parameters; from NAME0 on the colours of names. */
static const char *const styles[] = {
	"", "1", "2", "7", "33", "31",
	"36", "32", "35", "34", "96", "92", "95", "94"
};
enum { NAMES = sizeof(styles) / sizeof(styles[0]) - NAME0 };

const char *
view_arrow(const struct view *v)
{
	return v->glyphs ? "\342\206\222 " : "> ";
}

static const char *
bar(const struct view *v)
{
	return v->glyphs ? " \342\224\202 " : " | ";
}

static const char *
dots(const struct view *v)
{
	return v->glyphs ? "\342\200\246" : "...";
}

static enum style
name_style(const char *id)
{
	uint32_t h = 2166136261U;

	while (*id != '\0')
		h = (h ^ (unsigned char)*id++) * 16777619U;
	return (enum style)(NAME0 + (int)((h >> 8) % NAMES));
}

void
view_clock(const struct view *v, int64_t at_ms, char out[6])
{
	int64_t min = (at_ms + v->zone_ms) / 60000;

	if (at_ms == 0)
		memcpy(out, "     ", 6);
	else
		snprintf(out, 6, "%02d:%02d", (int)(min / 60 % 24) & 31,
		    (int)(min % 60) & 63);
}

/* A duration as a person says it: 12s, 3m, 2h. */
static void
span_of(int64_t ms, char *out, size_t n)
{
	long s = (long)(ms / 1000);

	if (s < 60)
		snprintf(out, n, "%lds", s);
	else if (s < 3600)
		snprintf(out, n, "%ldm", s / 60);
	else
		snprintf(out, n, "%ldh", s / 3600);
}

/* Where the painter is: a row of the window, or outside of it. */
struct pen {
	struct view *v;
	struct buf *row;		/* NULL: outside */
	size_t	left;			/* cells to the right edge */
};

static void
style(struct pen *p, enum style s)
{
	if (p->row == NULL || s == PLAIN || (s >= WARN && !p->v->colour))
		return;
	(void)buf_printf(p->row, "\033[%sm", styles[s]);
}

static void
plain(struct pen *p)
{
	if (p->row != NULL)
		(void)buf_puts(p->row, "\033[m");
}

/* Text without newlines; what finds no room on the row is cut off. */
static void
put(struct pen *p, const char *s, size_t n)
{
	if (p->row == NULL || n == 0 || p->left == 0)
		return;
	if (utf8_text_width(s, n) > p->left)
		(void)wrap_row(s, n, p->left, WRAP_CELLS, &n);
	p->left -= utf8_text_width(s, n);
	(void)buf_append(p->row, s, n);
}

static void
puts_in(struct pen *p, enum style s, const char *text)
{
	style(p, s);
	put(p, text, strlen(text));
	plain(p);
}

static void
spaces(struct pen *p, size_t n)
{
	while (n-- > 0)
		put(p, " ", 1);
}

static struct pen
pen_on(struct view *v, struct buf *row)
{
	struct pen p;

	p.v = v;
	p.row = row;
	p.left = v->width;
	return p;
}

/* Row y of the room's window, for a block that may stand half outside. */
static struct pen
pen_at(struct view *v, long y)
{
	return pen_on(v, y < 0 || y >= (long)v->room_rows ? NULL :
	    &v->rows[!v->now_row][y]);
}

/* Columns of the names: as wide as those that are here. */
static size_t
name_cols(const struct view *v)
{
	size_t i, n, w = 5;

	for (i = 0; i < v->chat->n; i++)
		if ((n = strlen(v->chat->items[i]->from)) > w)
			w = n;
	for (i = 0; i < v->chat->n_agents; i++)
		if ((n = strlen(v->chat->agents[i].id)) > w)
			w = n;
	if (w > NAME_COLS)
		w = NAME_COLS;
	return w > v->width / 4 ? v->width / 4 : w;
}

/* Columns of the time, with a blank: none where there is no room for it. */
static size_t
clock_cols(const struct view *v)
{
	return v->width < NARROW_COLS ? 0 : 6;
}

/* Columns left for the text: time, names and the bar take the rest. */
static size_t
text_cols(const struct view *v, size_t names)
{
	return v->width - (clock_cols(v) + names + 3);
}

/* Time, name and bar: what stands left of a row of text. */
static void
margin(struct pen *p, size_t names, const char *when, const char *name,
    enum style s)
{
	size_t n = strlen(name);

	if (clock_cols(p->v) > 0) {
		puts_in(p, DIM, when);
		put(p, " ", 1);
	}
	spaces(p, n < names ? names - n : 0);
	style(p, s);
	put(p, name, n < names ? n : names);
	plain(p);
	puts_in(p, DIM, bar(p->v));
}

static size_t
fold_rows(const struct view *v)
{
	return v->height / 2 < 8 ? 8 : v->height / 2;
}

/*
 * Whether it is what a script tells another agent, a moderator's prompt say:
 * the person has seen what it is made of.  Replies say how they were read.
 */
static int
of_script(const struct view *v, const struct chat_item *it)
{
	return it->kind == CHAT_DIRECT && it->verbatim == -1 &&
	    strcmp(it->from, v->chat->me) != 0 &&
	    strcmp(it->to, v->chat->me) != 0;
}

/* The item's text, with whom it is addressed to in front: into *b. */
static size_t
item_text(const struct view *v, const struct chat_item *it, struct buf *b)
{
	size_t mark = 0;

	buf_clear(b, 4096);
	if (it->kind == CHAT_DIRECT) {
		(void)buf_puts(b, view_arrow(v));
		(void)buf_puts(b, it->to);
		mark = b->len;
		/* what has rows keeps its columns */
		(void)buf_puts(b, !of_script(v, it) && it->len > 0 &&
		    memchr(it->text, '\n', it->len) != NULL ? "\n" : "  ");
	}
	(void)buf_append(b, it->text, it->len);
	return mark;
}

static int
shows_receipts(const struct view *v, const struct chat_item *it)
{
	return it->receipts != NULL && !chat_settled(it) &&
	    strcmp(it->from, v->chat->me) == 0;
}

/* Rows of the item's text, folded or not; *all is how many it has in full. */
static size_t
item_rows(struct view *v, struct chat_item *it, size_t cols, size_t *all)
{
	static struct buf b;		/* only scratch, kept between calls */
	size_t fold = of_script(v, it) ? 1 : fold_rows(v);

	if (it->rows == 0 || it->rows_width != cols) {
		b.max = TEXT_MAX;
		(void)item_text(v, it, &b);
		it->rows = wrap_count(b.p, b.len, cols, WRAP_WORDS);
		it->rows_width = cols;
	}
	*all = it->rows;
	return it->open || it->rows <= fold + 2 ? it->rows : fold;
}

static const char *
stage_word(const char *stage)
{
	return strcmp(stage, "submitted") == 0 ? "reads it" : stage;
}

static void
paint_receipts(struct pen *p, const struct chat_item *it)
{
	const struct chat_receipt *r;
	enum style s;
	const char *sep = "";

	for (r = it->receipts; r != NULL; r = r->next) {
		s = strcmp(r->stage, "failed") == 0 ? BAD :
		    strcmp(r->stage, "held") == 0 ? WARN : DIM;
		puts_in(p, DIM, sep);
		puts_in(p, s == DIM ? DIM : s, r->agent);
		puts_in(p, s, " ");
		puts_in(p, s, stage_word(r->stage));
		if (r->reason[0] != '\0' && s != DIM) {
			puts_in(p, s, ": ");
			puts_in(p, s, r->reason);
		}
		sep = p->v->glyphs ? " \302\267 " : ", ";
	}
}

/* Paint an item whose first row is y; rows as item_rows said. */
static void
paint_item(struct view *v, struct chat_item *it, long y, size_t names,
    size_t rows, size_t all)
{
	static struct buf b;		/* scratch */
	struct pen p;
	char when[6], more[64];
	const char *s;
	size_t len, n, used, i, mark, cols = text_cols(v, names);
	int quiet = it->kind == CHAT_SYSTEM || it->kind == CHAT_NOTE;

	b.max = TEXT_MAX;
	mark = item_text(v, it, &b);
	s = b.p;
	len = b.len;
	view_clock(v, it->kind == CHAT_NOTE ? 0 : it->at_ms, when);
	for (i = 0; i < rows; i++, y++) {
		p = pen_at(v, y);
		margin(&p, names, i == 0 ? when : "     ",
		    i == 0 && it->kind != CHAT_NOTE ? it->from : "",
		    quiet ? DIM : strcmp(it->from, v->chat->me) == 0 ? BOLD :
		    name_style(it->from));
		used = wrap_row(s, len, cols, WRAP_WORDS, &n);
		style(&p, quiet ? DIM : it->mentions_me ? BOLD : PLAIN);
		if (i == 0 && mark > 0 && mark <= n) {
			puts_in(&p, name_style(it->to), "");
			style(&p, name_style(it->to));
			put(&p, s, mark);
			plain(&p);
			style(&p, it->mentions_me ? BOLD : PLAIN);
			put(&p, s + mark, n - mark);
		} else
			put(&p, s, n);
		plain(&p);
		s += used;
		len -= used;
	}
	if (rows < all) {
		p = pen_at(v, y++);
		margin(&p, names, "     ", "", PLAIN);
		snprintf(more, sizeof(more), "%s %zu more lines: /show %lld",
		    dots(v), all - rows, (long long)it->id);
		puts_in(&p, DIM, more);
	}
	if (shows_receipts(v, it)) {
		p = pen_at(v, y);
		margin(&p, names, "     ", "", PLAIN);
		paint_receipts(&p, it);
	}
}

/* The end of a text in at most max rows; rows from *first of all on. */
static size_t
tail_rows(const char *s, size_t len, size_t cols, size_t max, size_t *first)
{
	size_t all = wrap_count(s, len, cols, WRAP_WORDS);

	*first = all > max ? all - max : 0;
	return all - *first;
}

static void
paint_tail(struct view *v, long y, size_t names, const char *name,
    const char *s, size_t len, size_t max, enum style st)
{
	struct pen p;
	size_t i, first, n, used, cols = text_cols(v, names);
	size_t rows = tail_rows(s, len, cols, max, &first);

	for (i = 0; i < first + rows; i++) {
		used = wrap_row(s, len, cols, WRAP_WORDS, &n);
		if (i >= first) {
			p = pen_at(v, y++);
			margin(&p, names, "     ", i == first ? name : "", st);
			style(&p, st);
			put(&p, s, n);
			plain(&p);
		}
		s += used;
		len -= used;
	}
}

/* What an agent does now, below the messages: rows, painted if y is given. */
static size_t
live(struct view *v, const struct chat_agent *a, size_t names, const long *y)
{
	char hint[3 * ID_MAX], until[6];
	size_t rows = 0, first, ask = v->height / 2;
	int asks = strcmp(a->state, "waiting") == 0;

	if (asks || strcmp(a->state, "limited") == 0) {
		if (a->detail != NULL) {
			rows = tail_rows(a->detail, a->detail_len,
			    text_cols(v, names), ask, &first);
			if (y != NULL)
				paint_tail(v, *y, names, a->id, a->detail,
				    a->detail_len, ask, WARN);
		}
		view_clock(v, a->until_ms, until);
		if (asks)
			snprintf(hint, sizeof(hint), "it asks: /answer %s %s",
			    a->id, chat_asks_line(a) ? "y (or n)" :
			    chat_asks_number(a) ? "1 (or another key)" :
			    "Enter (or Down Enter, Esc)");
		else
			snprintf(hint, sizeof(hint), "usage limit%s%s",
			    a->until_ms == 0 ? "" : " until ",
			    a->until_ms == 0 ? "" : until);
		if (y != NULL)
			paint_tail(v, *y + (long)rows, names,
			    a->detail == NULL ? a->id : "", hint,
			    strlen(hint), ask, WARN);
		rows += tail_rows(hint, strlen(hint), text_cols(v, names),
		    ask, &first);
	} else if (a->partial != NULL) {
		rows = tail_rows(a->partial, a->partial_len,
		    text_cols(v, names), PARTIAL_ROWS, &first);
		if (y != NULL)
			paint_tail(v, *y, names, a->id, a->partial,
			    a->partial_len, PARTIAL_ROWS, DIM);
	}
	return rows;
}

/* The room: from the newest up. */
static void
paint_room(struct view *v)
{
	size_t names = name_cols(v), cols = text_cols(v, names), i, rows, all;
	struct chat_item *it;
	size_t whole;
	long y;

again:
	y = (long)(v->room_rows + v->scroll);
	for (i = v->chat->n_agents; i > 0; i--) {
		y -= (long)live(v, &v->chat->agents[i - 1], names, NULL);
		(void)live(v, &v->chat->agents[i - 1], names, &y);
	}
	for (i = v->chat->n; i > 0 && y > 0; i--) {
		it = v->chat->items[i - 1];
		rows = item_rows(v, it, cols, &all);
		whole = rows + (rows < all) + shows_receipts(v, it);
		y -= (long)whole;
		if (y < (long)v->room_rows)
			paint_item(v, it, y, names, rows, all);
	}
	if (y > 0 && v->scroll > 0) {	/* scrolled past the beginning */
		v->scroll = (size_t)y < v->scroll ? v->scroll - (size_t)y : 0;
		for (i = 0; i < v->room_rows; i++)
			buf_truncate(&v->rows[!v->now_row][i], 0);
		goto again;
	}
}

static void
paint_status(struct view *v, size_t y, int64_t now_ms)
{
	struct pen p;
	struct chat_agent *a;
	struct buf b;
	char span[24];
	const char *sep = v->glyphs ? " \342\224\202 " : " | ", *end;
	size_t i, n;

	buf_init(&b, 65536);
	(void)buf_printf(&b, " %s", v->room);
	for (i = 0; i < v->chat->n_agents; i++) {
		a = &v->chat->agents[i];
		if (a->human || !(a->online || a->gone) ||
		    strcmp(a->id, v->chat->me) == 0)
			continue;
		(void)buf_printf(&b, "%s%s %s", sep, a->id, a->gone ? "gone" :
		    a->state[0] == '\0' || strcmp(a->state, "unknown") == 0 ?
		    "here" : a->state);
		if (strcmp(a->state, "busy") == 0) {
			span_of(now_ms - a->since_ms, span, sizeof(span));
			(void)buf_printf(&b, " %s", span);
		}
	}
	if (v->scroll > 0 && v->unseen > 0)
		(void)buf_printf(&b, "%s%zu new below", sep, v->unseen);
	else if (v->scroll > 0)
		(void)buf_printf(&b, "%solder messages", sep);
	end = "/help ";
	p = pen_on(v, &v->rows[!v->now_row][y]);
	(void)wrap_row(b.p, b.len, v->width - 1, WRAP_CELLS, &n);
	style(&p, REVERSE);
	put(&p, b.p, n);
	i = utf8_text_width(b.p, n);
	if (i + strlen(end) < v->width) {
		spaces(&p, v->width - i - strlen(end));
		put(&p, end, strlen(end));
	} else
		spaces(&p, v->width - i);
	plain(&p);
	buf_free(&b);
}

/* How many rows the input has, and which of them the cursor is on. */
static size_t
input_rows(struct view *v, size_t *at)
{
	const char *s = v->edit->text;
	size_t len = v->edit->len, off = 0, rows = 0, used, n;

	*at = 0;
	v->cursor_col = 2;
	while (off < len) {
		used = wrap_row(s + off, len - off, v->width - 3, WRAP_CELLS,
		    &n);
		if (v->edit->pos >= off && v->edit->pos <= off + n) {
			*at = rows;
			v->cursor_col = 2 + utf8_text_width(s + off,
			    v->edit->pos - off);
		}
		off += used;
		rows++;
	}
	if (len == 0 || s[len - 1] == '\n') {
		if (v->edit->pos == len) {
			*at = rows;
			v->cursor_col = 2;
		}
		rows++;
	}
	return rows;
}

static void
paint_input(struct view *v, size_t y, size_t skip, size_t rows)
{
	struct pen p;
	const char *s = v->edit->text;
	size_t len = v->edit->len, i, n, used, k, run;

	for (i = 0; i < skip + rows; i++) {
		n = used = 0;
		if (len > 0)
			used = wrap_row(s, len, v->width - 3, WRAP_CELLS, &n);
		if (i >= skip) {
			p = pen_on(v, &v->rows[!v->now_row][y++]);
			puts_in(&p, BOLD, i == 0 ? "> " : "  ");
			for (k = 0; k < n; k += run + 1) {
				run = 0;
				while (k + run < n && s[k + run] != '\t')
					run++;
				put(&p, s + k, run);
				if (k + run < n)
					put(&p, " ", 1);
			}
		}
		if (used > 0) {
			s += used;
			len -= used;
		}
	}
}

/* What differs from the screen goes to it. */
static void
show_frame(struct view *v, struct buf *out)
{
	struct buf *was, *is;
	size_t y;

	(void)buf_puts(out, v->whole ? "\033[?25l\033[m\033[2J" :
	    "\033[?25l");
	for (y = 0; y < v->height; y++) {
		was = &v->rows[v->now_row][y];
		is = &v->rows[!v->now_row][y];
		if (!v->whole && was->len == is->len && (is->len == 0 ||
		    memcmp(was->p, is->p, is->len) == 0))
			continue;
		(void)buf_printf(out, "\033[%zu;1H", y + 1);
		if (is->len > 0)
			(void)buf_append(out, is->p, is->len);
		(void)buf_puts(out, "\033[m\033[K");
	}
	(void)buf_printf(out, "\033[%zu;%zuH\033[?25h", v->cursor_row + 1,
	    v->cursor_col + 1);
	v->now_row = !v->now_row;
	v->whole = 0;
}

void
view_paint(struct view *v, int64_t now_ms, struct buf *out)
{
	size_t rows, at, skip = 0, most, i;

	for (i = 0; i < v->height; i++)
		buf_truncate(&v->rows[!v->now_row][i], 0);
	rows = input_rows(v, &at);
	most = v->height / 3 < 1 ? 1 : v->height / 3;
	most = most > INPUT_ROWS ? INPUT_ROWS : most;
	if (rows > most) {
		skip = at < most ? 0 : at - most + 1;
		rows = most;
	}
	v->room_rows = v->height - rows - 1;
	v->cursor_row = v->room_rows + 1 + at - skip;
	paint_room(v);
	paint_status(v, v->room_rows, now_ms);
	paint_input(v, v->room_rows + 1, skip, rows);
	show_frame(v, out);
}


void
view_init(struct view *v, struct chat *chat, struct edit *edit)
{
	size_t i;

	memset(v, 0, sizeof(*v));
	v->chat = chat;
	v->edit = edit;
	v->room = "default";
	for (i = 0; i < VIEW_ROWS; i++) {
		buf_init(&v->rows[0][i], ROW_MAX);
		buf_init(&v->rows[1][i], ROW_MAX);
	}
	view_resize(v, 24, 80);
}

void
view_free(struct view *v)
{
	size_t i;

	for (i = 0; i < VIEW_ROWS; i++) {
		buf_free(&v->rows[0][i]);
		buf_free(&v->rows[1][i]);
	}
}

void
view_resize(struct view *v, size_t height, size_t width)
{
	v->height = height < 3 ? 3 : height > VIEW_ROWS ? VIEW_ROWS : height;
	v->width = width < VIEW_COLS_MIN ? VIEW_COLS_MIN : width;
	v->whole = 1;
}

/* Rows that the item takes, with those that say what became of it. */
static size_t
whole_rows(struct view *v, struct chat_item *it)
{
	size_t all, rows;

	rows = item_rows(v, it, text_cols(v, name_cols(v)), &all);
	return rows + (rows < all) + (size_t)shows_receipts(v, it);
}

void
view_came(struct view *v, struct chat_item *it)
{
	if (v->scroll == 0 || it != v->chat->items[v->chat->n - 1])
		return;
	v->scroll += whole_rows(v, it);
	v->unseen++;
}

void
view_bottom(struct view *v)
{
	v->scroll = v->unseen = 0;
}

void
view_page(struct view *v, int up)
{
	size_t n = v->room_rows > 2 ? v->room_rows - 2 : 1;

	if (up)
		v->scroll += n;
	else if (v->scroll > n)
		v->scroll -= n;
	else
		view_bottom(v);
}

int
view_folded(struct view *v, struct chat_item *it)
{
	size_t all;

	return item_rows(v, it, text_cols(v, name_cols(v)), &all) < all;
}

void
view_open(struct view *v, struct chat_item *it)
{
	size_t i, below = 0;

	it->open = 1;
	for (i = v->chat->n; i > 0; i--) {
		below += whole_rows(v, v->chat->items[i - 1]);
		if (v->chat->items[i - 1] == it)
			break;
	}
	v->scroll = below > v->room_rows ? below - v->room_rows : 0;
	v->unseen = 0;
}
