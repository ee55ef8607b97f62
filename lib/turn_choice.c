/*
 * turn_choice - whether lines offer choices without numbers: buttons in a row,
 * lines of which one is marked, keys to answer with.  Part of turn.
 *
 * Only words that people answer programs with count, and nothing but such words
 * in a row of buttons, so that few replies look like it.
 */
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define CHOICES_MAX	8	/* lines of one set of choices, */
#define TELLS_MAX	2	/* that tell of one, */
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
	    (c >= 0xc0 && c < 0x2000);
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

/* Behind a key in brackets, "[y]" or "( N )", or p. */
static const char *
skip_key(const char *p, const char *end)
{
	const char *q = p;

	if (end - p < 3 || (*q != '[' && *q != '('))
		return p;
	for (q++; q < end && *q == ' '; q++)
		;
	if (q == end || !is_letter((unsigned char)*q))
		return p;
	for (q++; q < end && *q == ' '; q++)
		;
	return q < end && (*q == ']' || *q == ')') ? q + 1 : p;
}

/* Whether keys are explained from p on, as behind buttons in a footer. */
int
choice_is_key_hint(const char *p, const char *end)
{
	static const char *const keys[] = { "ctrl", "Ctrl", "alt+", "shift",
	    "Shift", "enter", "Enter", "esc", "Esc", "tab", "Tab", "space",
	    "Space", "arrow", "Arrow", NULL };
	size_t i, n;

	for (i = 0; keys[i] != NULL; i++) {
		n = strlen(keys[i]);
		if ((size_t)(end - p) > n && strncmp(p, keys[i], n) == 0)
			return 1;
	}
	return 0;
}

/* Signs of keys: arrows, and what stands for Enter and Tab. */
static int
is_key_sign(uint32_t c)
{
	return (c >= 0x2190 && c <= 0x2195) || c == 0x21b5 || c == 0x21e5 ||
	    c == 0x23ce;
}

/* Signs within what a button says, and in sentences. */
static int
is_stop(uint32_t c)
{
	return c == ',' || c == '.' || c == ';' || c == ':' || c == '!' ||
	    c == '?' || c == '-' || c == 0x2013 || c == 0x2014;
}

/*
 * How many buttons a line has: answers, each in brackets, behind a key, or two
 * blanks from the next; 0 if there is anything else, but for keys behind them,
 * or what else can be chosen in a dialog's own frame.
 */
int
choice_buttons(const struct tline *l, int framed)
{
	const char *p = l->text, *end = l->text + l->len, *from, *q;
	int apart = 1, blanks = 0, n = 0, sides = 0;
	uint32_t c;

	while (p < end) {
		if ((q = skip_key(p, end)) != p && (q == end ||
		    *q == ' ')) {
			apart = 1;
			p = q;
			continue;
		}
		from = p;
		c = text_next(&p, end);
		if (c == ' ') {
			blanks++;
			continue;
		}
		apart |= blanks > 1;
		blanks = 0;
		if (n >= 2 && is_key_sign(c))
			return n;
		if (is_letter(c)) {
			if (apart && !is_answer(from, end, &q))
				return n >= 2 && (framed ||
				    choice_is_key_hint(from, end)) ? n : 0;
			if (sides == 1)
				return 0;	/* a table's, most likely */
			n += apart;
			sides = 0;
			for (p = from; p < end && *p != ' ' &&
			    strchr("[]<>()/|", *p) == NULL; p++)
				;
			apart = 0;
		} else {
			sides += sign_is_side(c) && n > 0;
			apart |= !(c >= '0' && c <= '9') && !is_stop(c);
		}
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

/* Of a mark that is not set: ( ) [ ] and a ring. */
static int
is_open(uint32_t c)
{
	return c == '(' || c == ')' || c == '[' || c == ']' || c == 0x25cb ||
	    c == 0x25ef || c == 0x25a1 || c == 0x2610 || c == 0x25fb;
}

static int
read_choice(const struct tline *l, struct choice *o)
{
	const char *p = l->text, *end = l->text + l->len, *from, *q;
	uint32_t c;

	memset(o, 0, sizeof *o);
	while (p < end) {
		from = p;
		c = text_next(&p, end);
		if (is_letter(c)) {
			o->answer = is_answer(from, end, &q);
			o->upper = c >= 'A' && c <= 'Z';
			return 1;
		}
		if ((c >= '0' && c <= '9') || c == '?')
			return 0;	/* a question above them */
		o->marked |= c != ' ' && !sign_is_side(c) && !is_open(c);
		o->pointed |= is_pointer(c);
		o->col++;
	}
	return 0;
}

/* A row of it; its text is the cut's until the next. */
const struct tline *
cut_row(struct cut *k, int r)
{
	const struct screen_cell *cells;
	char sign[SCREEN_CLUSTER_MAX];
	int c, len, n;
	struct tline *l = &k->line;

	memset(l, 0, sizeof *l);
	n = screen_line(k->scr, screen_top(k->scr) + r, &cells);
	for (c = k->first; c < n && c < k->end; c++) {
		len = sign_text(k->scr, &cells[c], sign);
		if (l->len + (size_t)len >= sizeof k->text)
			break;
		memcpy(k->text + l->len, sign, (size_t)len);
		l->len += (size_t)len;
		if (len > 0 && sign[0] != ' ')
			l->width = c + 1;
	}
	k->text[l->len] = '\0';
	l->text = k->text;
	return l;
}

/* Whether a row is drawn in reverse, or on another ground, at its text. */
static int
stands_out(const struct cut *k, int r, int col)
{
	const struct screen_cell *cells;
	int n = screen_line(k->scr, screen_top(k->scr) + r, &cells);

	col += k->first;
	return col < n && ((cells[col].attr & SCREEN_INVERSE) != 0 ||
	    SCREEN_BG(cells[col].attr) != -1);
}

/* What some lines are together that may be choices. */
struct choices {
	int		n, col;
	int		answers, uppers, marks, points;
	int		outs;		/* that stand out by their ground */
	int		told;		/* with lines below, further in */
	int		tells;		/* such lines, of the next above */
};

/* A line above the others; 0: it is none of theirs. */
static int
add_choice(struct choices *a, const struct choice *o, int stands_out)
{
	if (a->n > 0 && a->n <= TELLS_MAX && o->col < a->col &&
	    a->marks + a->outs == 0) {
		memset(a, 0, sizeof *a);	/* it told of this one */
		a->tells = 1;
	} else if (a->told > 0 && o->col > a->col && !o->marked) {
		a->tells++;
		return a->tells <= TELLS_MAX;
	}
	if ((a->n > 0 && o->col != a->col) || (a->n > 1 &&
	    a->answers == a->n && a->marks == 1 && !o->marked && !o->answer &&
	    !o->upper))
		return 0;		/* what is asked about */
	a->col = o->col;
	a->n++;
	a->answers += o->answer;
	a->uppers += o->upper;
	a->marks += o->marked;
	a->points += o->pointed;
	a->outs += stands_out;
	a->told += a->tells > 0;
	a->tells = 0;
	return 1;
}

/*
 * Lines from r upwards that begin at one column, one of them marked: answers;
 * where the mark is one that points, whatever begins with a capital.  Below
 * each a line may tell more of it, further in.
 */
int
choice_end(struct cut *k, int r, int *top)
{
	struct choices a;
	int blanks = 0;
	const struct tline *l;
	struct choice o;

	memset(&a, 0, sizeof a);
	for (; r >= k->floor && a.n < CHOICES_MAX; r--) {
		l = cut_row(k, r);
		if (line_is_blank(l) && a.n > 0 && a.marks + a.outs == 0 &&
		    blanks++ < CHOICE_GAP)
			continue;
		if (!read_choice(l, &o) ||
		    !add_choice(&a, &o, stands_out(k, r, o.col)))
			break;
		blanks = 0;
		if (a.tells == 0)
			*top = r;
	}
	if (a.n < 2 || (a.told > 0 && a.told != a.n))
		return 0;
	return (a.answers == a.n && (a.marks == 1 || a.points == 1 ||
	    a.outs == 1)) || (a.uppers == a.n && a.marks == 1 &&
	    a.points == 1);
}

/*
 * Lines from r upwards that are numbered down to 1, and one of them marked by a
 * sign that points.
 */
int
choice_numbers(struct cut *k, int r, int *top)
{
	int col, marked, marks = 0, n = 0, next = 0, was = -1;

	for (; r >= k->floor && next != 1; r--) {
		n = menu_choice(cut_row(k, r), &col, &marked);
		if (n == 0 || (next != 0 && n != next - 1) ||
		    (was != -1 && col != was))
			return 0;
		was = col;
		next = n;
		marks += marked;
		*top = r;
	}
	return next == 1 && marks == 1 && was > 0;
}

/* Whether a key and a sign for what it does stand there: "y = yes". */
static int
has_key(const char *s, char key)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		if ((*p | 0x20) == key && (p == s || p[-1] == ' ') &&
		    strchr(" =:", p[1]) != NULL && p[1] != '\0' &&
		    strchr("=:", p[1 + (p[1] == ' ')]) != NULL &&
		    p[1 + (p[1] == ' ')] != '\0')
			return 1;
	return 0;
}

/*
 * Yes or no: y/n, or both keys in brackets, as in [y]es and [n]o, or before a
 * sign, as in y = yes.
 */
int
choice_yes_or_no(const char *s)
{
	static const char *const keys[][2] = {
		{ "y/n", "" }, { "Y/n", "" }, { "y/N", "" }, { "Y/N", "" },
		{ "[y]", "[n]" }, { "(y)", "(n)" }, { "[Y]", "[N]" },
		{ "(Y)", "(N)" }
	};
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strstr(s, keys[i][0]) != NULL &&
		    strstr(s, keys[i][1]) != NULL)
			return 1;
	return has_key(s, 'y') && has_key(s, 'n');
}

/* Some keys as the first letters of what they do: (E)dit, (A)bort. */
int
choice_letters(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += (*s == '(' || *s == '[') &&
		    is_letter((unsigned char)s[1]) &&
		    s[2] == (*s == '(' ? ')' : ']') &&
		    is_letter((unsigned char)s[3]);
	return n > 1;
}

/* Bytes of a key's name and a blank at p: "esc ", "a "; 0: it is none. */
static size_t
key_len(const char *p)
{
	static const char *const keys[] = { "enter ", "Enter ", "return ",
	    "Return ", "esc ", "Esc ", "escape ", "Escape ", NULL };
	int i;

	for (i = 0; keys[i] != NULL; i++)
		if (strncmp(p, keys[i], strlen(keys[i])) == 0)
			return strlen(keys[i]);
	return is_letter((unsigned char)*p) && p[1] == ' ' ? 2 : 0;
}

/* Whether keys stand behind choices, in brackets: "Yes (y)". */
int
choice_has_keys(struct cut *k, int from, int to)
{
	const char *p;
	int n = 0;

	for (; from <= to; from++)
		for (p = cut_row(k, from)->text; (p = strchr(p, '(')) != NULL;
		    p++)
			n += (is_letter((unsigned char)p[1]) && p[2] == ')') ||
			    key_len(p + 1) > 2 || choice_is_key_hint(p + 1,
			    p + strlen(p));
	return n > 1;
}

/* The attributes of the sign that byte at of a row's text is. */
static uint32_t
attr_at(const struct turn *t, const struct screen *scr, int r, size_t at)
{
	const struct screen_cell *cells;
	int n = screen_line(scr, screen_top(scr) + r, &cells);
	size_t col = utf8_text_width(t->rows[r].line.text, at);

	return n > 0 && col < (size_t)n ? cells[col].attr : 0;
}

/*
 * Whether a row explains keys that grant and refuse, in two colours: "enter
 * accept   esc reject".  Some leave the cursor in the box for such.
 */
int
choice_keys(const struct turn *t, const struct screen *scr, int r)
{
	static const char *const yes[] = { "accept", "allow", "approve",
	    "confirm", "run", "yes", NULL };
	const struct tline *l = &t->rows[r].line;
	const char *p = l->text, *end = l->text + l->len, *q;
	int granted = 0, i, n = 0;
	size_t key;
	uint32_t c;

	while (p < end) {
		q = p;
		c = text_next(&q, end);
		if (c == ' ' || sign_is_side(c)) {
			p = q;
			continue;
		}
		if ((key = key_len(p)) == 0 || !is_answer(p + key, end, &q) ||
		    SCREEN_FG(attr_at(t, scr, r, (size_t)(p - l->text))) ==
		    SCREEN_FG(attr_at(t, scr, r, (size_t)(p + key - l->text))))
			return 0;
		for (i = 0; yes[i] != NULL; i++)
			granted += strncmp(p + key, yes[i], strlen(yes[i])) ==
			    0;
		for (p = q; p < end && !(p[0] == ' ' && p[1] == ' '); p++)
			;
		n++;
	}
	return granted > 0 && granted < n;
}
