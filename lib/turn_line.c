/*
 * turn_line - line programs: sh, python, bc, psql.  Part of turn.
 *
 * Their prompt is learned: what stands before the cursor when it has come to a
 * line and rests there.  A turn is over when the cursor stands behind the
 * prompt again; with a program that has none, when it rests at the start of a
 * line.
 */
#include <string.h>

#include "turn_int.h"

#define REST_MS		120	/* no output: the prompt is all there */
#define BARE_REST_MS	1000	/* the same where there is no prompt */
#define ODD_REST_MS	2000	/* the first prompt looks like none */
#define START_REST_MS	3000	/* before the first turn, and there is none */
#define MUTE_REST_MS	6000	/* ... of a program that takes single keys */
#define LIKE_REST_MS	400	/* the prompt is another, but alike */
#define DRAFT_LINES	2000	/* of a text that is shown as it was pasted */
#define HEAD_LETTERS	4	/* so many tell a line by */
#define GAP		4	/* blanks before a prompt on the right */

/* The cursor's line up to the cursor, blanks kept, as a string in out. */
size_t
cursor_text(const struct screen *scr, char *out, size_t cap)
{
	const struct screen_state *st = screen_state(scr);
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	size_t len = 0, k;
	int c, n;

	n = screen_line(scr, screen_top(scr) + st->cursor_row, &cells);
	for (c = 0; c < st->cursor_col + (st->wrap_pending != 0); c++) {
		text[0] = ' ';
		k = c < n ? screen_cell_text(scr, &cells[c], text) : 1;
		if (len + k >= cap)
			break;
		memcpy(out + len, text, k);
		len += k;
	}
	out[len] = '\0';
	return len;
}

/*
 * Whether a text ends as prompts do, in a sign, and not as words and progress
 * do: "Loading", "Loading...", "45%".
 */
static int
prompt_like(const char *text)
{
	size_t n = strlen(text);
	unsigned char c;

	while (n > 0 && text[n - 1] == ' ')
		n--;
	if (n == 0)
		return 0;
	c = (unsigned char)text[n - 1];
	if (c >= 0x80)
		return n < 3 || memcmp(text + n - 3, "\xe2\x80\xa6", 3) != 0;
	if (c == '%')
		return n < 2 || text[n - 2] < '0' || text[n - 2] > '9';
	return strchr("$#>:)]}?!*~@&=-", c) != NULL;
}

/* Whether the cursor stands behind what looks like a prompt. */
int
line_has_prompt(const struct screen *scr)
{
	char now[128];
	size_t n = cursor_text(scr, now, sizeof now);

	return n > 1 && now[n - 1] == ' ' && prompt_like(now);
}

/*
 * How long output must rest before what stands before the cursor is a prompt.
 * One that was never seen before must look like one, or rest longer: a program
 * that is about to draw a screen may have written a line first.
 */
static int64_t
prompt_rest(const struct turn *t, const char *text)
{
	if (text[0] == '\0')
		return t->proven || t->tty == TURN_TTY_UNKNOWN ? BARE_REST_MS :
		    t->tty == TURN_TTY_RAW ? MUTE_REST_MS : START_REST_MS;
	return t->prompt_known || prompt_like(text) ? REST_MS : ODD_REST_MS;
}

/* When to look next, output having rested for so long; -1: it tells nothing. */
int64_t
line_due(const struct turn *t, int64_t rest)
{
	static const int steps[] = {
		REST_MS, LIKE_REST_MS, BARE_REST_MS, ODD_REST_MS,
		START_REST_MS, MUTE_REST_MS
	};
	size_t i;

	for (i = 0; i < sizeof steps / sizeof *steps; i++)
		if (rest < steps[i] && (steps[i] <= BARE_REST_MS ||
		    !t->proven))
			return t->output_ms + steps[i];
	return -1;
}

static int64_t
cursor_line(const struct screen *scr)
{
	return screen_top(scr) + screen_state(scr)->cursor_row;
}

/* Whether the last signs of a text are those of the prompt. */
static int
alike(const char *text, const char *prompt)
{
	size_t n = strlen(text), m = strlen(prompt);

	while (n > 0 && text[n - 1] == ' ')
		n--;
	while (m > 0 && prompt[m - 1] == ' ')
		m--;
	return n > 0 && m > 0 && text[n - 1] == prompt[m - 1] &&
	    strchr("$#%>:)]", text[n - 1]) != NULL;
}

static int
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return m >= 2 && n >= m && strcmp(text + n - m, end) == 0;
}

/* Whether a line goes on in the next, as a terminal or a line editor wraps. */
static int
is_full(const struct screen *scr, int64_t line)
{
	return screen_line_wraps(scr, line) ||
	    screen_line(scr, line, NULL) >= screen_state(scr)->cols;
}

/* Whether a text is the prompt that is known and more behind it: a draft. */
static int
has_draft(const struct turn *t, const char *text)
{
	size_t n = strlen(t->prompt);

	return t->prompt_known && prompt_like(t->prompt) &&
	    strncmp(text, t->prompt, n) == 0 && text[n] != '\0';
}

/* Whether a line is the prompt's, or one that it was wrapped to. */
static int
on_prompt_line(const struct turn *t, const struct screen *scr, int64_t line)
{
	if (t->prompt_line == -1 || line < t->prompt_line)
		return 0;
	while (line > t->prompt_line && is_full(scr, line - 1))
		line--;
	return line == t->prompt_line;
}

/* Whether lines are being typed behind the prompt, all shown by an editor. */
static int
is_typed(const struct turn *t, const struct screen *scr)
{
	int64_t line = cursor_line(scr);

	return t->land.watched && !t->run.active && t->prompt_line != -1 &&
	    line > t->prompt_line && line - t->prompt_line <= DRAFT_LINES;
}

/*
 * Whether the cursor stands behind the prompt, or behind a draft there.  Before
 * a prompt was learned it does not.
 */
int
line_at_prompt(struct turn *t, const struct screen *scr)
{
	char now[512];
	int64_t rest = t->now_ms - t->output_ms;

	if (!t->prompt_known ||
	    (screen_state(scr)->modes & (SCREEN_CURSOR | SCREEN_ALT)) !=
	    SCREEN_CURSOR)
		return 0;
	if (!t->run.active && t->prompt[0] != '\0' &&
	    (on_prompt_line(t, scr, cursor_line(scr)) || is_typed(t, scr)))
		return 1;
	(void)cursor_text(scr, now, sizeof now);
	if (t->prompt_tty == TURN_TTY_RAW && t->tty != TURN_TTY_RAW &&
	    rest < BARE_REST_MS)
		return 0;	/* it edits its lines, and reads none now */
	if (t->prompt[0] == '\0')
		return now[0] == '\0' && rest >= prompt_rest(t, now);
	if (strcmp(now, t->prompt) == 0 || ends_with(now, t->prompt))
		return 1;
	if (rest < LIKE_REST_MS)
		return 0;
	if (has_draft(t, now) && t->rest.text_ms > t->rest.began_ms &&
	    !on_prompt_line(t, scr, cursor_line(scr)))
		return rest >= BARE_REST_MS;	/* was typed in advance */
	return rules_match_any(t->rules, "more", now) == -1 &&
	    (alike(now, t->prompt) ||
	    rules_match_any(t->rules, "prompt", now) != -1);
}

/*
 * Whether the prompt that a line was entered at has not moved, and is empty
 * again: a program that works by lines and edits them itself goes on below.
 */
int
line_in_place(const struct turn *t, const struct screen *scr)
{
	return t->tty == TURN_TTY_RAW && t->prompt_known &&
	    t->prompt[0] != '\0' && t->run.floor == cursor_line(scr) &&
	    screen_state(scr)->cursor_col == t->prompt_col;
}

/* The line above a prompt, without blanks at its end; "" where none is. */
static void
line_above(const struct screen *scr, int64_t line, char *out, size_t cap)
{
	struct tline l = LINE_NONE;

	out[0] = '\0';
	if (line > screen_first(scr) && line_read(scr, line - 1, &l) == 0 &&
	    l.len < cap)
		memcpy(out, l.text, l.len + 1);
	line_free(&l);
}

/* Whether two lines with words in them differ in numbers only. */
static int
same_shape(char *a, char *b)
{
	struct tline l = LINE_NONE, m = LINE_NONE;
	size_t i, letters = 0;

	l.text = a;
	l.len = strlen(a);
	m.text = b;
	m.len = strlen(b);
	for (i = 0; i < l.len; i++)
		letters += (a[i] >= 'a' && a[i] <= 'z') ||
		    (a[i] >= 'A' && a[i] <= 'Z');
	return letters >= HEAD_LETTERS && line_shape(&l) == line_shape(&m);
}

/*
 * Whether the line above the prompt belongs to it: it did before, and looks
 * much the same: paths and times in it change.
 */
static int
is_head(struct turn *t, const struct screen *scr, int64_t line)
{
	char now[sizeof t->head];

	if (t->head[0] == '\0' || t->head_seen == -1)
		return 0;
	line_above(scr, line + 1, now, sizeof now);
	if (strcmp(now, t->head) == 0 || same_shape(now, t->head))
		return 1;
	return t->head_seen > 0 && (now[0] == t->head[0] ||
	    (strchr("~/", now[0]) != NULL &&
	    strchr("~/", t->head[0]) != NULL)) &&
	    !(now[0] >= 'a' && now[0] <= 'z') && now[0] != '\0';
}

/*
 * The prompt of two lines: above the second always stands the first, so also
 * before and after a turn.  Called when a turn is over.
 */
void
line_learn_head(struct turn *t, const struct screen *scr)
{
	if (t->head_seen == 0 && t->prompt[0] != '\0')
		t->head_seen = is_head(t, scr, cursor_line(scr) - 1) ? 1 : -1;
}

/*
 * Whether what stands on the prompt's line may have been typed there.  Where no
 * prompt is known but an empty line it may be the prompt of a slow start, too.
 */
static int
may_be_typed(const struct turn *t, const struct screen *scr, int64_t line,
    const char *now)
{
	return on_prompt_line(t, scr, line) && (t->prompt[0] != '\0' ||
	    t->proven || t->land.watched || !prompt_like(now) ||
	    !rest_untouched(t));
}

/*
 * Learn the prompt from where the cursor rests.  Once learned on a line it is
 * not learned there again: what is added is typed.
 */
void
line_learn(struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	char now[sizeof t->prompt];
	int64_t line = cursor_line(scr);
	size_t n;

	n = cursor_text(scr, now, sizeof now);
	if (n > 0 && rules_match_any(t->rules, "more", now) != -1) {
		t->more_line = line;
		t->more_col = st->cursor_col;
	}
	if (t->run.active || may_be_typed(t, scr, line, now) ||
	    is_typed(t, scr) ||
	    (st->modes & (SCREEN_CURSOR | SCREEN_ALT)) != SCREEN_CURSOR ||
	    t->now_ms - t->output_ms < (n == 0 ? REST_MS : prompt_rest(t, now)))
		return;
	if (n + SCREEN_CLUSTER_MAX >= sizeof now ||
	    rules_match_any(t->rules, "ask", now) != -1)
		return;
	if (t->prompt_known && strcmp(now, t->prompt) != 0 && (n == 0 ||
	    rules_match_any(t->rules, "more", now) != -1))
		return;		/* late output, or the rest of an input */
	if (has_draft(t, now)) {
		t->prompt_line = line;
		return;
	}
	memcpy(t->prompt, now, n + 1);
	if (t->head_seen == 0)
		line_above(scr, line, t->head, sizeof t->head);
	t->prompt_known = 1;
	t->prompt_line = line;
	t->prompt_col = st->cursor_col;
	t->prompt_tty = t->tty;
}

/* Whether the cursor stands at a prompt for more of what was begun. */
int
line_at_more(struct turn *t, const struct screen *scr)
{
	char now[512];

	(void)cursor_text(scr, now, sizeof now);
	return rules_match_any(t->rules, "more", now) != -1;
}

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
	if (!on_prompt_line(t, scr, cursor_line(scr))) {
		first = cursor_line(scr);
		while (first > t->more_line && is_full(scr, first - 1))
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
		if (!is_full(scr, line) && line < cursor_line(scr) &&
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
static int
has_lead(const char *text, const char *lead)
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
		if (has_lead(now, t->more_lead) &&
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

/* The prompt is what stands before the cursor, without the text, if there. */
static void
learn_before(struct turn *t, const struct screen *scr)
{
	char now[sizeof t->prompt];
	size_t n = cursor_text(scr, now, sizeof now), len = t->run.prompt_len;

	if (len > 0 && n >= len &&
	    memcmp(now + n - len, t->run.prompt, len) == 0)
		n -= len;
	memcpy(t->prompt, now, n);
	t->prompt[n] = '\0';
	t->prompt_known = 1;
	t->prompt_line = cursor_line(scr);
	t->prompt_col = screen_state(scr)->cursor_col;
	t->prompt_tty = t->tty;
}

/* Note where the prompt is to which a text will be typed. */
void
line_begin(struct turn *t, struct screen *scr)
{
	struct run *run = &t->run;
	int64_t line = cursor_line(scr);

	if (!t->prompt_known)
		learn_before(t, scr);
	if (on_prompt_line(t, scr, line) || (t->prompt_line != -1 &&
	    run->prompt_len > 0 && line - t->prompt_line <= DRAFT_LINES &&
	    memchr(run->prompt, '\n', run->prompt_len) != NULL))
		line = t->prompt_line;
	run->nasked = 0;
	run->floor = line;
	screen_anchor_set(scr, TURN_ANCHOR, line);
	run->dropped = screen_state(scr)->dropped;
	run->erased = screen_state(scr)->erased;
	run->lost = 0;
}

/* The next line of the prompt's text; *s moves behind it, NULL at its end. */
static const char *
next_typed(const char **s, const char *end, size_t *n)
{
	const char *line = *s, *nl;

	if (line == NULL)
		return NULL;
	nl = memchr(line, '\n', (size_t)(end - line));
	*n = (size_t)((nl == NULL ? end : nl) - line);
	*s = nl == NULL || nl + 1 == end ? NULL : nl + 1;
	return line;
}

/* Whether a line is a prompt with the typed text behind it. */
static int
is_plain_echo(struct turn *t, const char *line, size_t len, const char *typed,
    size_t n)
{
	struct folded head = { NULL, 0, 0 }, ours = { NULL, 0, 0 };
	struct folded seen = { NULL, 0, 0 };
	char before[sizeof t->prompt];
	int same = 0;

	if (fold_text(&ours, typed, n) == -1 ||
	    fold_text(&seen, line, len) == -1 ||
	    fold_text(&head, t->prompt, strlen(t->prompt)) == -1)
		goto out;
	if (ours.n > 0 && !fold_tail(&seen, &ours)) {
		if (fold_ascii(&ours) == 0 || fold_ascii(&seen) == 0 ||
		    ours.n == 0 || !fold_tail(&seen, &ours))
			goto out;
		seen.n -= ours.n;
		(void)fold_ascii(&head);
		same = fold_equal(&head, &seen);
		goto out;
	}
	seen.n -= ours.n;	/* what stands before it must be a prompt */
	if (fold_equal(&head, &seen) || seen.n == 0) {
		same = 1;
		goto out;
	}
	n = fold_bytes(line, len, seen.n);
	if (n + 1 >= sizeof before)
		goto out;
	memcpy(before, line, n);	/* a TAB may be as many blanks */
	memcpy(before + n, " ", 2);
	same = alike(before, t->prompt) || has_lead(before, t->more_lead) ||
	    rules_match_any(t->rules, "more", before) != -1;
out:
	fold_free(&head);
	fold_free(&ours);
	fold_free(&seen);
	return same;
}

/* The same, be there a prompt on the right. */
static int
is_echo(struct turn *t, const char *line, size_t len, const char *typed,
    size_t n)
{
	size_t end = len, gap;

	if (is_plain_echo(t, line, len, typed, n))
		return 1;
	for (; end > 0; end--) {
		for (gap = 0; gap < end && line[end - gap - 1] == ' '; gap++)
			;
		if (gap >= GAP)
			return end < len && is_plain_echo(t, line, end - gap,
			    typed, n);
	}
	return 0;
}

/*
 * One logical line from *at on, which moves behind it: soft wraps joined, and
 * if it may be an echo, those that line editors draw.  -1 if memory is short.
 */
static int
logical_line(const struct screen *scr, int64_t *at, int64_t to, int echo,
    struct buf *b)
{
	struct tline l = LINE_NONE;
	int more = 1, st = 0;

	buf_clear(b, 65536);
	while (more && *at < to && st == 0) {
		if (line_read(scr, *at, &l) == 0)
			st = buf_append(b, l.text, l.len);
		more = (l.flags & LINE_WRAPS) || (echo && is_full(scr, *at));
		(*at)++;
	}
	if (st == 0 && (l.flags & LINE_CUT) && *at == to) {
		/* the sign that shells put where a newline is missing */
		do
			buf_truncate(b, b->len - 1);
		while (b->len > 0 && ((unsigned char)b->p[b->len] & 0xc0) ==
		    0x80);
	}
	line_free(&l);
	return st;
}

/* Whether the logical line in scratch is a continuation prompt alone. */
static int
is_more(struct turn *t)
{
	char s[64];

	if (t->scratch.len >= sizeof s)
		return 0;
	memcpy(s, t->scratch.p, t->scratch.len);
	s[t->scratch.len] = '\0';
	return rules_match_any(t->rules, "more", s) != -1;
}

/* The line behind the last of the answer: the prompt's, or the cursor's. */
static int64_t
answer_end(struct turn *t, const struct screen *scr)
{
	int64_t end = cursor_line(scr);
	char now[512];

	(void)cursor_text(scr, now, sizeof now);
	if (t->prompt[0] != '\0' && strcmp(now, t->prompt) != 0 &&
	    ends_with(now, t->prompt))
		return end + 1;		/* the prompt follows: no newline */
	if (now[0] != '\0' && !line_at_prompt(t, scr))
		return end + 1;
	return end;
}

/* Remember what the person was asked, and on which line. */
void
line_asked(struct turn *t, const struct screen *scr)
{
	struct run *run = &t->run;
	struct asked *a = &run->asked[run->nasked];
	char now[512];
	size_t n = cursor_text(scr, now, sizeof now);

	while (n > 0 && now[n - 1] == ' ')
		n--;
	if (n == 0 || !run->active || run->nasked == ASKED_MAX ||
	    (run->nasked > 0 && a[-1].line == cursor_line(scr)))
		return;
	a->line = cursor_line(scr);
	a->len = n;
	a->hash = text_hash(now, n);
	run->nasked++;
}

/* Whether a question still stands in one of these lines. */
static int
was_asked(const struct run *run, const struct screen *scr, int64_t from,
    int64_t to)
{
	struct tline l = LINE_NONE;
	const struct asked *a;
	int found = 0;

	for (a = run->asked; a < run->asked + run->nasked && !found; a++)
		found = a->line >= from && a->line < to &&
		    line_read(scr, a->line, &l) == 0 && l.len >= a->len &&
		    text_hash(l.text, a->len) == a->hash;
	line_free(&l);
	return found;
}

/*
 * If nothing but the end of a long echo stands at *at, as where the editor has
 * scrolled it, move that behind it and return 1.  A single line may as well be
 * an answer.
 */
static int
behind_rest(struct turn *t, const struct screen *scr, int64_t *at, int64_t to)
{
	struct tline l = LINE_NONE;
	int64_t n = *at;

	while (n < to && line_read(scr, n, &l) == 0 && line_is_blank(&l))
		n++;
	line_free(&l);
	if (t->run.prompt_len < (size_t)t->cols &&
	    memchr(t->run.prompt, '\n', t->run.prompt_len) == NULL)
		return 0;	/* all of it stands on one */
	if (tail_find(t, scr, &n) < 2 || n > to)
		return 0;
	*at = n;
	return 1;
}

/* The answer: what stands between the echo and the prompt. */
void
line_reply(struct turn *t, struct screen *scr, struct buf *out, int *complete)
{
	struct run *run = &t->run;
	const char *end = run->prompt + run->prompt_len, *next = run->prompt;
	const char *last = NULL, *save, *typed;
	int64_t at = screen_anchor(scr, TURN_ANCHOR), from, to;
	size_t keep, last_n = 0, m, n = 0;

	*complete = 1;
	to = answer_end(t, scr);
	if (to > at && to == cursor_line(scr) && is_head(t, scr, to - 1))
		to--;
	if (at == -1 || at > to) {
		*complete = screen_state(scr)->dropped == run->dropped;
		at = at == -1 ? screen_first(scr) : screen_top(scr);
		next = NULL;
	}
	if (behind_rest(t, scr, &at, to))
		next = NULL;
	keep = out->len;
	run->answer = -1;
	run->answer_end = to;
	while (at < to) {
		from = at;
		save = next;
		typed = next_typed(&next, end, &n);
		/* a full line may also be one with a prompt on the right */
		if (logical_line(scr, &at, to, typed != NULL &&
		    n + strlen(t->prompt) >= (size_t)t->cols,
		    &t->scratch) == -1)
			break;
		if (typed != NULL && is_echo(t, t->scratch.p == NULL ? "" :
		    t->scratch.p, t->scratch.len, typed, n)) {
			last = typed;
			last_n = n;
			continue;
		}
		if (out->len == 0 && last != NULL && t->scratch.len > last_n &&
		    is_echo(t, t->scratch.p, t->scratch.len, last, last_n))
			continue;	/* an editor has drawn it again */
		if (typed == NULL && out->len == 0 && t->scratch.len > 0 &&
		    is_more(t))
			continue;	/* an empty line ended the input */
		next = save;
		if (t->view.state != AGENT_WAITING &&
		    was_asked(run, scr, from, at))
			continue;
		m = t->scratch.len;
		if (at == to && to == cursor_line(scr) + 1 &&
		    m >= strlen(t->prompt) && t->prompt[0] != '\0') {
			/* cut the prompt off that follows without a newline */
			n = strlen(t->prompt);
			while (n > 0 && t->prompt[n - 1] == ' ')
				n--;
			if (m >= n && memcmp(t->scratch.p + m - n, t->prompt,
			    n) == 0)
				m -= n;
		}
		if (run->answer == -1)
			run->answer = from;
		if (out->len > 0 && buf_putc(out, '\n') == -1)
			break;
		if (buf_append(out, t->scratch.p, m) == -1)
			break;
		if (m > 0)
			keep = out->len;
	}
	if (at < to)
		*complete = 0;
	n = strlen(t->head);
	if (t->head_seen == 1 && keep > n && n > 0 &&
	    memcmp(out->p + keep - n, t->head, n) == 0)
		keep -= n;	/* the prompt follows without a newline */
	while (keep > 0 && out->p[keep - 1] == '\n')
		keep--;
	buf_truncate(out, keep);
}

/*
 * The lines of the answer that line_reply() has found, as drawn.  Returns 0, or
 * -1 if there are none or the prompt stands in the last.
 */
int
line_lines(const struct turn *t, const struct screen *scr, struct tlines *out)
{
	const struct run *run = &t->run;
	struct tline *l;
	int64_t n;

	lines_cut(out, 0);
	if (run->answer == -1 || run->answer_end > cursor_line(scr))
		return -1;
	for (n = run->answer; n < run->answer_end; n++)
		if (!was_asked(run, scr, n, n + 1) &&
		    ((l = lines_add(out)) == NULL ||
		    line_read(scr, n, l) == -1))
			return -1;
	return 0;
}
