/*
 * turn_content - what stands in the box, hints left out, and whether that is a
 * text that was typed.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"

#define SHIFT_MAX	12	/* columns by which emoji may shift a frame */

/*
 * Text that is a hint and not typed: dim, or grey.  Only asked for what stands
 * behind the cursor, so that a grey theme does no harm.
 */
int
attr_is_hint(uint32_t attr)
{
	int fg = SCREEN_FG(attr);

	return (attr & SCREEN_DIM) != 0 || fg == 8 ||
	    (fg >= 236 && fg <= 251) || fg == 59 || fg == 102 || fg == 145 ||
	    fg == 60 || fg == 103;
}

/* The same of what is said: some draw all of that in a light grey. */
int
attr_is_dim(uint32_t attr)
{
	int fg = SCREEN_FG(attr);

	return attr_is_hint(attr) && ((attr & SCREEN_DIM) != 0 ||
	    (fg != 145 && !(fg > 248 && fg <= 251)));
}

/* Whether all signs of a row from column c on are hints, and there is one. */
int
tail_is_hint(const struct screen *scr, const struct screen_cell *cells, int n,
    int c)
{
	char text[SCREEN_CLUSTER_MAX];
	int seen = 0;

	for (; c < n; c++) {
		if (sign_text(scr, &cells[c], text) == 0 || text[0] == ' ')
			continue;
		if (!attr_is_hint(cells[c].attr))
			return 0;
		seen = 1;
	}
	return seen;
}

/*
 * The column where the frame's right side stands in a row, or ncells.  Emoji
 * may have shifted it: the last sign of the row is meant, near enough to its
 * place.
 */
static int
right_side(const struct screen *scr, const struct box *b,
    const struct screen_cell *cells, int ncells)
{
	char text[SCREEN_CLUSTER_MAX];
	const char *p = text;
	int c, n;

	if (b->right >= screen_state(scr)->cols)
		return ncells;
	for (c = ncells - 1; c >= b->left && c >= b->right - SHIFT_MAX; c--) {
		n = sign_text(scr, &cells[c], text);
		if (n > 0 && !(n == 1 && text[0] == ' '))
			return sign_is_side(text_next(&p, text + n)) ? c :
			    b->right;
	}
	return b->right;
}

/* Append one row's typed text. */
static int
add_row(const struct turn *t, const struct screen *scr, int r, struct buf *out)
{
	const struct box *b = &t->box;
	char text[SCREEN_CLUSTER_MAX];
	const struct screen_cell *cells;
	size_t keep = out->len, n;
	int behind, c, left = b->left, ncells;

	ncells = screen_line(scr, screen_top(scr) + r, &cells);
	c = right_side(scr, b, cells, ncells);
	if (ncells > c)
		ncells = c;
	if (ncells > t->rows[r].line.width)
		ncells = t->rows[r].line.width;	/* a scroll bar is none of it */
	for (c = left; c < ncells; c++) {
		n = (size_t)sign_text(scr, &cells[c], text);
		behind = b->cursor_row != -1 && (r > b->cursor_row ||
		    (r == b->cursor_row && c >= b->cursor_col));
		if (b->cursor_row == -1)
			behind = 1;
		if (cell_is_cursor(scr, &cells[c]) ||
		    (behind && (attr_is_hint(cells[c].attr) ||
		    ((b->cursor_row == -1 ||
		    (r == b->cursor_row && c == b->cursor_col)) &&
		    (cells[c].attr & SCREEN_INVERSE) &&
		    tail_is_hint(scr, cells, ncells, c + 1))))) {
			text[0] = ' ';
			n = 1;
		}
		if (n > 0 && buf_append(out, text, n) == -1)
			return -1;
		if (!(n == 1 && text[0] == ' '))
			keep = out->len;
	}
	buf_truncate(out, keep);
	return 0;
}

/*
 * The content of the box that box_find() found, lines joined by newlines; blank
 * rows at its end are left out.  0, or -1 if memory is short.
 */
int
box_content(struct turn *t, const struct screen *scr, struct buf *out)
{
	const struct box *b = &t->box;
	size_t keep = 0, start;
	int r;

	buf_clear(out, 65536);
	if (!b->present)
		return 0;
	for (r = b->top; r <= b->bottom; r++) {
		if (r > b->top && buf_putc(out, '\n') == -1)
			return -1;
		start = out->len;
		if (add_row(t, scr, r, out) == -1)
			return -1;
		if (out->len > start)
			keep = out->len;
	}
	buf_truncate(out, keep);
	if (buf_putc(out, '\0') == -1)
		return -1;
	buf_truncate(out, keep);	/* a string; its NUL does not count */
	for (keep = 0; out->p[keep] == ' ' || out->p[keep] == '\n'; keep++)
		;
	if (rules_match_any(t->rules, "box-hint", out->p + keep) != -1)
		buf_truncate(out, 0);
	return 0;
}

/* A number, of which three digits each may stand apart; *p moves behind it. */
static size_t
number_at(const char **p)
{
	const char *s = *p;
	size_t n = 0;

	for (;;) {
		for (; *s >= '0' && *s <= '9' && n < SIZE_MAX / 100; s++)
			n = n * 10 + (size_t)(*s - '0');
		if ((*s != ',' && *s != '.') || strspn(s + 1,
		    "0123456789") != 3)
			break;
		s++;
	}
	*p = s;
	return n;
}

/*
 * Whether a content says of what is folded up that it has fewer characters than
 * the text: there are programs that lose what comes faster than they draw.
 */
static int
says_less(const char *content, size_t n, const char *text, size_t len)
{
	size_t chars = 0, i, said = 0, part;
	const char *p = content;

	while ((p = strpbrk(p, "0123456789")) != NULL) {
		part = number_at(&p);
		if (strncmp(p + (*p == ' '), "char", 4) == 0)
			said += part;
		p += strspn(p, "0123456789");
	}
	for (i = 0; i < len; i++)
		chars += ((unsigned char)text[i] & 0xc0) != 0x80;
	return said > 0 && said + n < chars - chars / 256;
}

/* A content with something folded up in it: both ends must be the text's. */
static int
folded_matches(struct turn *t, const char *content, size_t n,
    const struct folded *ours)
{
	const struct rules_pattern *p;
	struct folded part = { NULL, 0, 0 };
	size_t end, head, i, more, next, start, tail;
	int ok = 0;

	for (i = 0; (p = rules_pattern(t->rules, "fold", i)) != NULL; i++) {
		if (!rules_match(p, content, &start, &end, NULL, NULL) ||
		    end > n)
			continue;
		if (fold_text(&part, content, start) == -1)
			break;
		head = part.n;
		if (head > ours->n || fold_prefix(ours, 0, &part) != head)
			continue;
		while (rules_match(p, content + end, &next, &more, NULL,
		    NULL) && strspn(content + end, " ") == next)
			end += more;	/* the next of some */
		if (fold_text(&part, content + end, n - end) == -1)
			break;
		tail = part.n;
		if (head + tail < ours->n &&
		    (tail == 0 || fold_tail(ours, &part))) {
			ok = 1;
			break;
		}
	}
	fold_free(&part);
	return ok;
}

/*
 * Compare a content (a string) with a text.  rows is how many rows show it, and
 * filled whether it takes most of a row's width: only then may it be a part.
 */
enum turn_box
box_compare(struct turn *t, const char *content, size_t n, int rows, int filled,
    const char *text, size_t len)
{
	struct folded ours = { NULL, 0, 0 }, seen = { NULL, 0, 0 };
	enum turn_box result = TURN_BOX_OTHER;

	if (n == 0)
		return TURN_BOX_EMPTY;
	if (text == NULL || len == 0)
		return TURN_BOX_OTHER;
	if (fold_text(&ours, text, len) == 0 &&
	    fold_text(&seen, content, n) == 0) {
		if (fold_equal(&ours, &seen) || (memchr(text, '\t', len) !=
		    NULL && fold_tabs(text, len, &seen)))
			result = TURN_BOX_TEXT;
		else if (folded_matches(t, content, n, &ours))
			result = says_less(content, n, text, len) ?
			    TURN_BOX_OTHER : TURN_BOX_PART;
		else if ((rows >= 3 || filled) && seen.n >= 16 &&
		    fold_tail(&ours, &seen))
			result = TURN_BOX_PART;
		else if (t->view.line && fold_ascii(&ours) > 0 &&
		    fold_ascii(&seen) > 0 && fold_equal(&ours, &seen))
			result = TURN_BOX_TEXT;
	}
	fold_free(&ours);
	fold_free(&seen);
	return result;
}
