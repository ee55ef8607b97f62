/*
 * turn_typed - what stands behind the prompt of a line program, also over the
 * lines of an editor, and whether it is a text that was typed.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"

/* What is typed behind the prompt.  0, or -1 if memory is short. */
int
line_draft(struct turn *t, const struct screen *scr, struct buf *out)
{
	const struct screen_state *st = screen_state(scr);
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	size_t keep = 0, k;
	int64_t line, first;
	int blanks = 0, c, n, col = t->prompt_col;

	buf_clear(out, 65536);
	first = t->prompt_line;
	if (!line_is_prompts(t, scr, cursor_line(scr))) {
		first = cursor_line(scr);
		while (first > t->more_line && line_is_full(scr, first - 1))
			first--;
		col = first == t->more_line ? t->more_col : 0;
		if (col == 0)
			first = cursor_line(scr);
	}
	for (line = first; line <= cursor_line(scr); line++) {
		n = screen_line(scr, line, &cells);
		for (c = line == first ? col : 0; c < n; c++) {
			k = screen_cell_text(scr, &cells[c], text);
			if (line == cursor_line(scr) && c >= st->cursor_col) {
				if (attr_is_hint(cells[c].attr))
					break;
				blanks = k == 1 && text[0] == ' ' ?
				    blanks + 1 : 0;
				if (blanks >= GAP)
					break;
			}
			if (buf_append(out, text, k) == -1)
				return -1;
			if (!(k == 1 && text[0] == ' '))
				keep = out->len;
		}
		if (!line_is_full(scr, line) && line < cursor_line(scr) &&
		    buf_putc(out, '\n') == -1)
			return -1;
	}
	buf_truncate(out, keep);
	if (buf_putc(out, '\0') == -1)
		return -1;
	buf_truncate(out, keep);
	return 0;
}

/*
 * The signs and the blank that a line begins with, as editors put some before
 * each line of a text but the first: their bytes, in out, or 0.
 */
static size_t
lead_at(const struct screen *scr, int64_t line, char *out, size_t cap)
{
	struct tline l = LINE_NONE;
	const char *p, *end;
	uint32_t c = 0;
	size_t n = 0;

	if (line_read(scr, line, &l) == 0) {
		p = l.text + l.indent;
		end = l.text + l.len;
		while (p < end && c != ' ' && !sign_is_letter(c))
			c = text_next(&p, end);
		if (p > l.text + l.indent + 1 && (c == ' ' ||
		    (p == end && !sign_is_letter(c))))
			n = (size_t)(p - l.text);
		if (n >= cap)
			n = 0;
		memcpy(out, l.text, n);
	}
	out[n] = '\0';
	line_free(&l);
	return n;
}

/* Whether a line begins so, be the blank behind it left out at its end. */
int
line_has_lead(const char *text, const char *lead)
{
	size_t n = strlen(lead), m = strlen(text);

	return n > 1 && (strncmp(text, lead, n) == 0 || (lead[n - 1] == ' ' &&
	    m == n - 1 && memcmp(text, lead, m) == 0));
}

/* Columns of a row that are a prompt for more, before what was typed there. */
static int
more_cols(const struct turn *t, const struct screen *scr, int64_t line, int end)
{
	const struct screen_cell *cells;
	char now[256], text[SCREEN_CLUSTER_MAX];
	size_t len = 0, k;
	int c, cols = 0, n = screen_line(scr, line, &cells);

	for (c = 0; c < n && c < end; c++) {
		k = screen_cell_text(scr, &cells[c], text);
		if (len + k >= sizeof now)
			break;
		memcpy(now + len, text, k);
		len += k;
		now[len] = '\0';
		if (line_has_lead(now, t->more_lead) &&
		    len == strlen(t->more_lead))
			return c + 1;
		/* a blank ends it, or the row does */
		if (((k == 1 && text[0] == ' ') || c + 1 == n) &&
		    strspn(now, " ") < len &&
		    rules_match_any(t->rules, "more", now) != -1)
			cols = c + 1;
	}
	return cols;
}

/*
 * All that stands from the prompt on up to the cursor, several lines that a
 * line editor shows at once.  0, or -1 if memory is short.
 */
static int
line_draft_all(const struct turn *t, const struct screen *scr, struct buf *out)
{
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	int64_t line, last = cursor_line(scr);
	int c, n;

	buf_clear(out, 65536);
	if (t->prompt_line == -1 || last - t->prompt_line > DRAFT_LINES)
		return 0;
	for (line = t->prompt_line; line <= last; line++) {
		c = line == t->prompt_line ? t->prompt_col :
		    more_cols(t, scr, line, t->cols);
		if (line > t->prompt_line && buf_putc(out, '\n') == -1)
			return -1;
		for (n = screen_line(scr, line, &cells); c < n; c++) {
			if (line == last &&
			    c >= screen_state(scr)->cursor_col &&
			    attr_is_hint(cells[c].attr))
				break;
			if (buf_append(out, text, screen_cell_text(scr,
			    &cells[c], text)) == -1)
				return -1;
		}
	}
	if (buf_putc(out, '\0') == -1)
		return -1;
	buf_truncate(out, out->len - 1);
	return 0;
}

/*
 * The end of a text, over most of the screen up to the cursor, each line behind
 * a prompt for more.  Its lines, 0 if there is no such text, or -1.
 */
static int
line_draft_tail(const struct turn *t, const struct screen *scr,
    struct buf *out)
{
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	int64_t line, last = cursor_line(scr), first = last + 1;
	int c, n;

	buf_clear(out, 65536);
	while (first > screen_top(scr) &&
	    more_cols(t, scr, first - 1, t->cols) > 0)
		first--;
	if (last - first < t->nrows / 2)
		return 0;
	for (line = first; line <= last; line++) {
		n = screen_line(scr, line, &cells);
		for (c = more_cols(t, scr, line, t->cols); c < n; c++)
			if (buf_append(out, text, screen_cell_text(scr,
			    &cells[c], text)) == -1)
				return -1;
		if (buf_putc(out, '\n') == -1)
			return -1;
	}
	if (buf_putc(out, '\0') == -1)
		return -1;
	buf_truncate(out, out->len - 1);
	return (int)(line - first);
}

/* The same of all lines of an editor's, or the end of them. */
static enum turn_box
lines_compare(struct turn *t, const struct screen *scr, const char *text,
    size_t len)
{
	int rows;

	if (line_draft_all(t, scr, &t->scratch) == 0 && t->scratch.len > 0 &&
	    box_compare(t, t->scratch.p, t->scratch.len, 1, 0, text, len) ==
	    TURN_BOX_TEXT)
		return TURN_BOX_TEXT;
	rows = line_draft_tail(t, scr, &t->scratch);
	if (rows > 0 && box_compare(t, t->scratch.p, t->scratch.len, rows, 0,
	    text, len) == TURN_BOX_PART)
		return TURN_BOX_PART;
	return TURN_BOX_OTHER;
}

/*
 * Whether the screen shows lines of a text from its first row on, in their
 * order, and its end before the cursor, be there prompts for more before them.
 * An editor that has too little room may leave out some.
 */
static int
line_draft_part(struct turn *t, const struct screen *scr,
    const struct folded *ours)
{
	struct folded seen = { NULL, 0, 0 };
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	int64_t line, last = cursor_line(scr);
	size_t at = 0;
	int c, n, ok = last - screen_top(scr) >= t->nrows / 2;

	for (line = screen_top(scr); line <= last && ok; line++) {
		buf_clear(&t->scratch, 65536);
		n = screen_line(scr, line, &cells);
		if (line == last && n > screen_state(scr)->cursor_col)
			n = screen_state(scr)->cursor_col;
		for (c = more_cols(t, scr, line, t->cols); c < n && ok; c++)
			ok = buf_append(&t->scratch, text, screen_cell_text(scr,
			    &cells[c], text)) == 0;
		if (!ok || t->scratch.len == 0)
			continue;
		ok = fold_text(&seen, t->scratch.p, t->scratch.len) == 0;
		if (line == last && ok && seen.n <= ours->n - at)
			at = ours->n - seen.n;
		while (ok && at < ours->n &&
		    fold_prefix(ours, at, &seen) < seen.n)
			at++;
		at += seen.n;
		ok = ok && at <= ours->n;
	}
	fold_free(&seen);
	return ok && at == ours->n;
}

/* Whether an editor, and not the terminal, has broken what is being typed: not
   line by line, where a turn has begun before and the cursor goes on. */
int
line_is_broken(const struct turn *t, const struct screen *scr)
{
	return t->land.watched && !t->run.active && t->prompt_line != -1 &&
	    cursor_line(scr) > t->prompt_line &&
	    !screen_line_wraps(scr, t->prompt_line);
}

/*
 * What stands behind the prompt where that is not the text, but one of several
 * lines: a line editor may show all of them, or the last, behind signs that
 * nobody knows yet.
 */
enum turn_box
line_editor(struct turn *t, const struct screen *scr, enum turn_box found,
    const char *text, size_t len)
{
	int64_t second = t->prompt_line + 1;
	enum turn_box shown = lines_compare(t, scr, text, len);
	struct folded ours = { NULL, 0, 0 };

	if (shown == TURN_BOX_OTHER && t->more_lead[0] == '\0') {
		if (second <= screen_top(scr))
			second = screen_top(scr);
		while (second <= cursor_line(scr) && lead_at(scr, second,
		    t->more_lead, sizeof t->more_lead) == 0)
			second++;
		shown = lines_compare(t, scr, text, len);
		if (shown == TURN_BOX_OTHER)
			t->more_lead[0] = '\0';
	}
	if (shown == TURN_BOX_OTHER && fold_text(&ours, text, len) == 0 &&
	    ours.n > 0 && line_draft_part(t, scr, &ours))
		shown = TURN_BOX_PART;
	fold_free(&ours);
	return shown == TURN_BOX_OTHER ? found : shown;
}
