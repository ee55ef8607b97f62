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
#define HEAD_LETTERS	4	/* so many tell a line by */

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

int64_t
cursor_line(const struct screen *scr)
{
	return screen_top(scr) + screen_state(scr)->cursor_row;
}

/* Whether the last signs of a text are those of the prompt. */
int
prompt_is_like(const char *text, const char *prompt)
{
	size_t n = strlen(text), m = strlen(prompt);

	while (n > 0 && text[n - 1] == ' ')
		n--;
	while (m > 0 && prompt[m - 1] == ' ')
		m--;
	return n > 0 && m > 0 && text[n - 1] == prompt[m - 1] &&
	    strchr("$#%>:)]", text[n - 1]) != NULL;
}

int
prompt_ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return m >= 2 && n >= m && strcmp(text + n - m, end) == 0;
}

/* Whether a line goes on in the next, as a terminal or a line editor wraps. */
int
line_is_full(const struct screen *scr, int64_t line)
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
int
line_is_prompts(const struct turn *t, const struct screen *scr, int64_t line)
{
	if (t->prompt_line == -1 || line < t->prompt_line)
		return 0;
	while (line > t->prompt_line && line_is_full(scr, line - 1))
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
	    (line_is_prompts(t, scr, cursor_line(scr)) || is_typed(t, scr)))
		return 1;
	(void)cursor_text(scr, now, sizeof now);
	if (t->prompt_tty == TURN_TTY_RAW && t->tty != TURN_TTY_RAW &&
	    rest < BARE_REST_MS)
		return 0;	/* it edits its lines, and reads none now */
	if (t->prompt[0] == '\0')
		return now[0] == '\0' && rest >= prompt_rest(t, now);
	if (strcmp(now, t->prompt) == 0 || prompt_ends(now, t->prompt))
		return 1;
	if (rest < LIKE_REST_MS)
		return 0;
	if (has_draft(t, now) && t->rest.text_ms > t->rest.began_ms &&
	    !line_is_prompts(t, scr, cursor_line(scr)))
		return rest >= BARE_REST_MS;	/* was typed in advance */
	return rules_match_any(t->rules, "more", now) == -1 &&
	    (prompt_is_like(now, t->prompt) ||
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
int
line_is_head(struct turn *t, const struct screen *scr, int64_t line)
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
		t->head_seen = line_is_head(t, scr, cursor_line(scr) - 1) ?
		    1 : -1;
}

/*
 * Whether what stands on the prompt's line may have been typed there.  Where no
 * prompt is known but an empty line it may be the prompt of a slow start, too.
 */
static int
may_be_typed(const struct turn *t, const struct screen *scr, int64_t line,
    const char *now)
{
	return line_is_prompts(t, scr, line) && (t->prompt[0] != '\0' ||
	    t->proven || t->land.watched || !prompt_like(now) ||
	    !hint_untouched(t));
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
	if (line_is_prompts(t, scr, line) || (t->prompt_line != -1 &&
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

