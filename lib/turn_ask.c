/*
 * turn_ask - choices without numbers: buttons in a row, or lines of which one
 * is marked.  Part of turn.
 *
 * Only words that people answer programs with count, and nothing but such words
 * in a row of buttons, so that few replies look like it.
 */
#include <sys/types.h>
#include <string.h>

#include "turn_int.h"

#define CHOICES_MAX	8	/* lines of one set of choices, */
#define CHOICE_GAP	1	/* and empty ones between two */

static const char *const words[] = { "abort", "accept", "allow", "always",
	"approve", "cancel", "confirm", "continue", "decline", "deny",
	"discard", "dismiss", "don't", "edit", "exit", "keep", "later",
	"never", "no", "not", "ok", "okay", "once", "proceed", "quit",
	"reject", "retry", "run", "skip", "stop", "trust", "yes", NULL };

static int
is_letter(uint32_t c)
{
	return c == '\'' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c >= 0xc0;
}

/* Whether the word at p is one to answer with; *end is behind it. */
static int
is_answer(const char *p, const char *e, const char **end)
{
	char word[12];
	size_t i, n = 0;

	while (p < e && is_letter((unsigned char)*p)) {
		if (n < sizeof word - 1)
			word[n++] = (char)(*p >= 'A' && *p <= 'Z' ?
			    *p - 'A' + 'a' : *p);
		p++;
	}
	word[n] = '\0';
	*end = p;
	for (i = 0; n > 0 && words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return 1;
	return 0;
}

/*
 * How many buttons a line has: answers, each in brackets or two blanks from the
 * next; 0 if there is anything else.
 */
static int
count_buttons(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len, *from, *q;
	int apart = 1, blanks = 0, n = 0;
	uint32_t c;

	while (p < end) {
		from = p;
		c = text_next(&p, end);
		if (c == ' ') {
			blanks++;
			continue;
		}
		apart |= blanks > 1;
		blanks = 0;
		if (is_letter(c)) {
			if (apart && !is_answer(from, end, &q))
				return 0;
			n += apart;
			for (p = from; p < end && *p != ' ' &&
			    strchr("[]<>()/|", *p) == NULL; p++)
				;
			apart = 0;
		} else if (is_side(c) && n > 0 && p < end)
			return 0;		/* a table's, most likely */
		else
			apart |= !(c >= '0' && c <= '9');
	}
	return n;
}

/* Signs that point at what is chosen; replies begin lines with others. */
static int
is_pointer(uint32_t c)
{
	return c == '>' || c == 0x203a || c == 0x276f || c == 0x2192 ||
	    c == 0x25b8 || c == 0x25b6 || c == 0x276d || c == 0x2771 ||
	    c == 0xbb || c == 0x27a4 || c == 0x279c || c == 0x261e;
}

/* What may be one of some choices. */
struct choice {
	int		col;		/* of its first letter */
	int		marked;		/* behind a sign, */
	int		pointed;	/* that points */
	int		answer;		/* the first word is one */
	int		upper;		/* begins with a capital */
};

static int
read_choice(const struct tline *l, struct choice *o)
{
	const char *p = l->text, *end = l->text + l->len, *from, *q;
	uint32_t c;

	memset(o, 0, sizeof *o);
	while (p < end) {
		from = p;
		c = text_next(&p, end);
		if (is_letter(c) && c < 0x2000) {
			o->answer = is_answer(from, end, &q);
			o->upper = c >= 'A' && c <= 'Z';
			return 1;
		}
		if (c >= '0' && c <= '9')
			return 0;
		o->marked |= c != ' ' && !is_side(c);
		o->pointed |= is_pointer(c);
		o->col++;
	}
	return 0;
}

/* Whether a row is drawn in reverse, or on another ground, at its text. */
static int
stands_out(const struct turn *t, const struct screen *scr, int r, int col)
{
	const struct screen_cell *cells;
	int n = screen_line(scr, screen_top(scr) + r, &cells);

	(void)t;
	return col < n && ((cells[col].attr & SCREEN_INVERSE) != 0 ||
	    SCREEN_BG(cells[col].attr) != -1);
}

/*
 * Lines from r upwards that begin at one column, one of them marked: answers;
 * where the mark is one that points, whatever begins with a capital.
 */
static int
choices_end(const struct turn *t, const struct screen *scr, int r, int *top)
{
	int answers = 0, blanks = 0, col = -1, marks = 0, n = 0, outs = 0;
	int points = 0, uppers = 0;
	struct choice o;

	for (; r >= 0 && n < CHOICES_MAX; r--) {
		if (line_is_blank(&t->rows[r].line) && n > 0 &&
		    marks + outs == 0 && blanks++ < CHOICE_GAP)
			continue;
		if (!read_choice(&t->rows[r].line, &o) ||
		    (col != -1 && o.col != col))
			break;
		blanks = 0;
		col = o.col;
		n++;
		answers += o.answer;
		uppers += o.upper;
		marks += o.marked;
		points += o.pointed;
		outs += stands_out(t, scr, r, o.col);
		*top = r;
	}
	if (n < 2)
		return 0;
	return (answers == n && (marks == 1 || outs == 1)) ||
	    (uppers == n && marks == 1 && points == 1);
}

/*
 * The first row of choices outside the box, or -1.  With the cursor in the box
 * what looks like some is a text.
 */
int
ask_find(const struct turn *t, const struct screen *scr)
{
	const struct box *b = &t->box;
	int r, top;

	if (b->present && box_has_cursor(t, scr))
		return -1;
	for (r = t->nrows - 1; r >= 0; r--) {
		if (b->present && r >= b->outer_top && r <= b->outer_bottom)
			continue;
		if (count_buttons(&t->rows[r].line) >= 2)
			return r;
		if (choices_end(t, scr, r, &top))
			return top;
	}
	return -1;
}

/* A question, or something to be filled in that is no prompt of a chat. */
static int
is_question(const struct tline *l)
{
	static const char *const asked[] = { "assword", "assphrase", "API key",
	    "oken:", "sername", "mail:", "y/n", "Y/n", "y/N", NULL };
	int i;

	if (l->len > 0 && l->text[l->len - 1] == '?')
		return 1;
	for (i = 0; asked[i] != NULL; i++)
		if (strstr(l->text, asked[i]) != NULL)
			return 1;
	return 0;
}

/* Whether a text may be typed though no box is to be seen. */
int
ask_is_open(const struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	int c, n, r, written = 0;

	if (t->view.line || t->box.present || t->ask_row != -1 ||
	    t->menu_top != -1 || t->tty != TURN_TTY_RAW || !rest_untouched(t))
		return 0;
	for (r = 0; r < t->nrows; r++) {
		written += !line_is_blank(&t->rows[r].line);
		if (is_question(&t->rows[r].line))
			return 0;
	}
	if (written == 0)
		return 0;
	if (st->modes & SCREEN_PASTE)
		return 1;
	if (!(st->modes & SCREEN_CURSOR))
		return 0;
	n = screen_line(scr, screen_top(scr) + st->cursor_row, &cells);
	for (c = st->cursor_col; c < n; c++)
		if (sign_text(scr, &cells[c], text) > 0 && text[0] != ' ')
			return 0;
	return 1;
}
