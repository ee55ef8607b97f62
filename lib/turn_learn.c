/*
 * turn_learn - what stands before the text of a reply and is the program's own,
 * where no rule says so: a heading ("Bot"), a label ("bot: "), a mark.  Part of
 * turn.
 *
 * Nothing tells these from a reply by their words alone.  What does: the same
 * stood at this place in the turn before; the prompt's echo has it, too; all
 * that follows is indented behind it; it is a name and a time; it has a colour
 * that the text has not.  Once one is known, all like it are known, as they
 * stand between the tools of a turn.
 *
 * learn_cut() is the way of a reply where no rule says how its blocks begin:
 * what stands at the edges of all lines goes, a scroll bar, times, a column of
 * names; the end of the echo's frame, and what is told outside of bars; tools,
 * then frames or bars around the rest; names below it, headings and labels
 * above it; and tools again, for now the text's margin is known.
 */
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define HEAD_WIDTH	40	/* columns: a longer line is no heading */
#define HEAD_GAP	4	/* blanks before what stands at its right */
#define LABEL_MAX	30	/* bytes of a label before a text */
#define HALF_DAY	720	/* minutes */

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of the time of day that a text begins with, 12:31 or 12:31:05 PM. */
size_t
time_len(const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (n < 1 || n > 2 || s[n] != ':' || strspn(s + n + 1, "0123456789")
	    != 2)
		return 0;
	n += 3;
	if (s[n] == ':' && strspn(s + n + 1, "0123456789") == 2)
		n += 3;
	if (s[n] == ' ' && strchr("AaPp", s[n + 1]) != NULL &&
	    s[n + 1] != '\0' && (s[n + 2] == 'M' || s[n + 2] == 'm'))
		n += 3;
	return n;
}

/* Bytes of a line up to what stands far to the right of its text. */
static size_t
left_len(const struct tline *l)
{
	size_t i, gap = 0;

	for (i = (size_t)l->indent; i < l->len; i++) {
		gap = l->text[i] == ' ' ? gap + 1 : 0;
		if (gap == HEAD_GAP)
			return i + 1 - gap;
	}
	return l->len;
}

/* Whether a line could be a heading at all: short, and not drawn, but for a
   rule that it may stand in. */
static int
is_short(const struct tline *l)
{
	if (line_is_titled(l))
		return 1;
	return !line_is_blank(l) && !line_is_rule(l) &&
	    (int)utf8_text_width(l->text, left_len(l)) - l->indent <=
	    HEAD_WIDTH;
}

/* Whether the time of day that a text begins with is one of this turn. */
int
is_now(const struct turn *t, const char *s)
{
	int64_t ago, ran = (t->now_ms - t->rest.began_ms) / 60000, wall;
	int at = 0;

	if (!t->has_wall || time_len(s) == 0)
		return 0;
	for (; *s != ':'; s++)
		at = at * 10 + (*s - '0');
	at = at * 60 + (s[1] - '0') * 10 + (s[2] - '0');
	wall = t->wall_s + t->gmtoff_s + (t->now_ms - t->wall_ms) / 1000;
	ago = (wall / 60 - at + 2 * HALF_DAY) % HALF_DAY;
	return ago <= ran + 1 || ago == HALF_DAY - 1;
}

/* Whether a text is a time of day, which may be in brackets, and nothing else
   but a frame's side. */
static int
is_time(const char *p)
{
	const char *end = p + strlen(p);
	size_t n;

	p += *p == '(' || *p == '[';
	if ((n = time_len(p)) == 0)
		return 0;
	p += n;
	p += *p == ')' || *p == ']';
	p += strspn(p, " ");
	return p == end || (sign_is_bar(text_next(&p, end)) && p == end);
}

/*
 * Whether a line is a name, of two words at most, and the time of day; these
 * are not drawn as the text is that stands next, or some columns apart.
 */
int
line_is_timed(const struct turn *t, const struct tline *l,
    const struct tline *next)
{
	const char *s = l->text + l->indent, *p = s;
	int words = 0;

	while (!is_time(p)) {
		if ((p = strchr(p, ' ')) == NULL || ++words > 2)
			return 0;
		p += strspn(p, " ");
	}
	return is_now(t, p + (*p == '(' || *p == '[')) && words > 0 &&
	    memchr(s, ':', (size_t)(p - s)) == NULL &&
	    ((p - s > 2 && p[-2] == ' ') || l->hued != -1 ||
	    (next != NULL && l->attr != next->attr) ||
	    l->dim_from <= (int)utf8_text_width(l->text, (size_t)(p -
	    l->text)));
}

/* Whether nothing stands in a line but the time of day and signs, at the right:
   of the prompt's echo, when it was sent and read. */
static int
is_right_time(const struct turn *t, const struct tline *l, int cols)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;

	if (line_is_blank(l) || l->indent * 2 < cols || !is_now(t, p))
		return 0;
	for (p += time_len(p); p < end; )
		if (sign_is_letter(text_next(&p, end)))
			return 0;
	return 1;
}

/* Take off the time of day at the right edge, far from the text. */
static void
cut_right_time(const struct turn *t, struct tline *l, int cols)
{
	const char *p = strrchr(l->text, ' ');
	size_t n;

	if (is_right_time(t, l, cols)) {
		line_drop(l);
		return;
	}
	if (line_is_blank(l) || p == NULL || p == l->text || p[-1] != ' ' ||
	    l->width * 4 < cols * 3 || p[1 + time_len(p + 1)] != '\0' ||
	    !is_now(t, p + 1))
		return;
	for (n = (size_t)(p - l->text); n > 0 && l->text[n - 1] == ' '; n--)
		;
	l->len = n;
	line_cut(l, 0, 0);
}

/* Whether it is no text by its signs or its colour; bold may be Markdown. */
static int
stands_out(const struct tlines *ls, size_t i, size_t next)
{
	const struct tline *l = &ls->v[i];
	uint32_t c = sign_at_start(l);

	if (list_mark(l->text + l->indent) > 0)
		return 0;
	return (!sign_is_letter(c) && c != '`' && c != '"' && c != '\'') ||
	    (next < ls->n && SCREEN_FG(l->attr) !=
	    SCREEN_FG(ls->v[next].attr));
}

/* Whether a line ends as sentences do. */
int
line_ends_sentence(const struct tline *l)
{
	uint32_t end = sign_at_end(l);

	return end == '.' || end == '!' || end == '?' || end == ':' ||
	    end == ',' || end == 0x3002 || end == 0x2026 || end == 0xff1a;
}

/*
 * Whether line i stood there in the turn before, or in some of them where it
 * could be text; and is no sentence that happens to be said again.
 */
static int
is_known_head(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];
	size_t next = next_written(ls, i + 1);

	if (t->leads == 0 || line_shape(l) != t->lead ||
	    line_ends_sentence(l) ||
	    rules_match_any(t->rules, "mark", l->text) != -1)
		return 0;
	/* another colour than a tool's says nothing */
	while (next < ls->n && sign_is_bar(sign_at_start(&ls->v[next])))
		next = next_written(ls, next + 1);
	if (stands_out(ls, i, next))
		return 1;
	return t->leads > 1 && list_mark(l->text + l->indent) == 0;
}

/*
 * Whether line i is to the reply what the line above the prompt's echo is to
 * that: "Bot" where that one is "You".
 */
static int
is_like_echo_head(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct tline *a = &t->run.above, *l = &ls->v[i];
	size_t next = next_written(ls, i + 1);

	if (line_is_blank(a) || next > i + 2 || l->indent != a->indent ||
	    (line_ends_sentence(l) && sign_at_end(l) != ':'))
		return 0;
	if (!sign_is_letter(sign_at_start(a)) && sign_at_start(a) ==
	    sign_at_start(l) && sign_at_end(a) == sign_at_end(l))
		return 1;
	if (t->run.echo_indent > a->indent &&
	    ls->v[next].indent > l->indent)
		return 1;
	return l->attr != ls->v[next].attr && a->attr != t->run.echo_attr;
}

/* Whether all lines from i on are indented by so much, but for those like l. */
static int
all_within(const struct tlines *ls, size_t i, int indent, const struct tline *l)
{
	int within = 0;

	for (; i < ls->n; i++) {
		if (line_is_blank(&ls->v[i]) || (i > 0 &&
		    (ls->v[i - 1].flags & LINE_WRAPS)))
			continue;
		if (ls->v[i].indent >= indent)
			within++;
		else if (ls->v[i].indent != l->indent ||
		    line_shape(&ls->v[i]) != line_shape(l))
			return 0;
	}
	return within > 0;
}

/*
 * Whether line i is drawn as a name, and text is indented behind it; not items
 * of a list or code, as below a title.
 */
static int
is_outdented(const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i], *next = l + 1;

	return sign_is_letter(sign_at_start(l)) && !line_ends_sentence(l) &&
	    i + 1 < ls->n && !line_is_blank(next) &&
	    ((l->flags & ~next->flags & LINE_BOLD) ||
	    SCREEN_FG(l->attr) != SCREEN_FG(next->attr)) &&
	    sign_is_letter(sign_at_start(next)) &&
	    list_mark(next->text + next->indent) == 0 &&
	    all_within(ls, i + 1, l->indent + 1, l);
}

/*
 * Between two headings, from the first text behind one on to (not with) the
 * other, stands something else: what begins with a sign in another colour than
 * that text is such, and what follows.
 */
static void
cut_before_head(struct tlines *ls, size_t from, size_t to)
{
	const struct tline *l;
	size_t i;

	for (i = from + 1; i < to; i++) {
		l = &ls->v[i];
		if (!line_is_blank(l) && line_is_blank(l - 1) &&
		    stands_out(ls, i, ls->n) && l->indent <=
		    ls->v[from].indent && SCREEN_FG(l->attr) !=
		    SCREEN_FG(ls->v[from].attr))
			break;
	}
	for (; i < to; i++)
		line_drop(&ls->v[i]);
}

/* Leave out the heading that the lines begin with, and all others like it. */
static void
cut_heads(struct turn *t, struct tlines *ls, size_t i)
{
	struct tline *l = &ls->v[i];
	uint64_t head = line_shape(l);
	size_t first, next = next_written(ls, i + 1);
	int indent = l->indent;

	if (next == ls->n || (!is_known_head(t, ls, i) &&
	    !is_like_echo_head(t, ls, i) &&
	    !line_is_timed(t, l, &ls->v[next]) &&
	    !is_outdented(ls, i)))
		return;
	for (first = i; i < ls->n; i++) {
		l = &ls->v[i];
		if (l->indent != indent || line_shape(l) != head || (i > 0 &&
		    !line_is_blank(&ls->v[i - 1])))
			continue;
		if (i > first)
			cut_before_head(ls, first + 1, i);
		line_drop(l);
		first = i;
	}
}

/*
 * The line of the heading that the turns before had, if something else stands
 * above it: that is another's, such as a tool's, and is left out.  Else i.
 */
static size_t
cut_above_head(const struct turn *t, struct tlines *ls, size_t i)
{
	size_t k;

	if (t->leads < 2 || i == ls->n || line_shape(&ls->v[i]) == t->lead)
		return i;
	for (k = i + 1; k < ls->n; k++)
		if (line_shape(&ls->v[k]) == t->lead &&
		    line_is_blank(&ls->v[k - 1]) && is_known_head(t, ls, k) &&
		    stands_out(ls, k, next_written(ls, k + 1)))
			break;
	if (k == ls->n)
		return i;
	while (i < k)
		line_drop(&ls->v[i++]);
	return k;
}

/* Leave out the last line where it tells who has written, and when; and others
   like it, below what was said before. */
static void
cut_feet(const struct turn *t, struct tlines *ls)
{
	size_t i = ls->n, first = next_written(ls, 0), last;
	uint64_t foot;

	while (i > first && line_is_blank(&ls->v[i - 1]))
		i--;
	for (last = i; i > first + 1 && line_is_blank(&ls->v[i - 2]); i--)
		;
	if (i < first + 2 || !line_is_timed(t, &ls->v[last - 1],
	    &ls->v[i - 2]))
		return;
	foot = line_shape(&ls->v[last - 1]);
	for (i = first + 1; i < last; i++)
		if (line_shape(&ls->v[i]) == foot && (i + 1 == ls->n ||
		    line_is_blank(&ls->v[i + 1])))
			line_drop(&ls->v[i]);
}

/* Signs behind a name: arrows, bars, triangles and what ASCII has for them. */
static int
ends_label(uint32_t c)
{
	return c == ':' || c == '>' || c == ']' || c == '|' || c == 0xbb ||
	    c == 0x203a || c == 0xff1a || (c >= 0x2190 && c < 0x2bff);
}

/*
 * The text behind a label that s begins with, a name or a time of day with a
 * sign that ends it and a blank: the sign goes to *sign, and to *timed whether
 * it was a time.  NULL: it has none.
 */
static const char *
behind_label(const char *s, const char *end, uint32_t *sign, int *timed)
{
	const char *p = s, *before;
	int digits = 0, letters = 0;
	uint32_t c;

	while (p < end && p - s < LABEL_MAX) {
		before = p;
		c = text_next(&p, end);
		if (p < end && *p == ' ' && digits + letters > 0 &&
		    ends_label(c)) {
			*sign = c;
			*timed = letters == 0;
			return p + 1;
		}
		if (!sign_is_letter(c) && !(c < 0x80 &&
		    strchr("-_.:@[]", (int)c) != NULL) &&
		    !(before == s && c == '<') &&
		    !(c == ' ' && p < end && *p != ' '))
			break;
		if (c < 0x80 && is_digit((char)c))
			digits++;
		else
			letters += sign_is_letter(c);
	}
	return NULL;
}

/*
 * Bytes of as many labels at the beginning of a line, the blank behind them
 * counted: a name or a time of day, or with two a time and a name.  The sign
 * that ends the last goes to *sign.  0: it has not so many.
 */
size_t
label_len(const struct tline *l, int labels, uint32_t *sign)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	int timed = 1;

	for (; labels > 0 && p != NULL && timed; labels--)
		p = behind_label(p, end, sign, &timed);
	return p != NULL && labels == 0 ? (size_t)(p - l->text) : 0;
}

/* Bytes of the sign that a text begins with, a blank behind it; 0: a letter. */
static size_t
sign_len(const struct tline *l)
{
	const char *p = l->text + l->indent;
	uint32_t c = sign_at_start(l);

	if (c < 0x2000 || sign_is_letter(c) || sign_is_bar(c))
		return 0;
	(void)text_next(&p, l->text + l->len);
	return *p == ' ' ? (size_t)(p - l->text) : 0;
}

/*
 * Bytes up to the text of a line that begins with what may be a label: a sign,
 * a name, a time of day, or that and a name.  0: it has none.
 */
static size_t
any_label(const struct tline *l)
{
	const char *s = l->text + l->indent;
	uint32_t sign;
	size_t n;

	if (list_mark(s) > 0)
		return 0;
	if ((n = time_len(s)) > 0 && s[n] == ' ')
		n += (size_t)l->indent;
	else if ((n = label_len(l, 2, &sign)) == 0 &&
	    (n = label_len(l, 1, &sign)) == 0)
		n = sign_len(l);
	if (n > 0)
		n += strspn(l->text + n, " ");
	return n < l->len ? n : 0;
}

/* A number for the first n bytes of a line, digits left out. */
static uint64_t
shape_of(const struct tline *l, size_t n)
{
	struct tline part = *l;

	part.len = n;
	return line_shape(&part) ^ sign_at_start(l);
}

/* Bytes of the label that line i has behind a blank line; 0: not this one. */
static size_t
next_label(const struct tlines *ls, size_t i, int indent, uint64_t shape)
{
	const struct tline *l = &ls->v[i];
	size_t n = any_label(l);

	return l->indent == indent && i > 0 && line_is_blank(l - 1) && n > 0 &&
	    shape_of(l, n) == shape ? n : 0;
}

/* Whether all behind the first n bytes of line i stands behind them, too. */
static int
hangs(const struct tlines *ls, size_t i, size_t n)
{
	const struct tline *l = &ls->v[i];
	int col = (int)utf8_text_width(l->text, n), hung = 0;
	uint64_t shape = shape_of(l, n);
	size_t k;

	for (k = i + 1; k < ls->n; k++) {
		if (line_is_blank(&ls->v[k]) ||
		    (ls->v[k - 1].flags & LINE_WRAPS) ||
		    next_label(ls, k, l->indent, shape) > 0)
			continue;
		if (ls->v[k].indent < col)
			return 0;
		hung |= ls->v[k].indent == col;
	}
	return hung;
}

/* Signs that mark and say nothing: no arrows, ticks, warnings and pictures;
   dots of Braille are one, as a spinner that has come to rest. */
static int
is_bare_mark(uint32_t c)
{
	return (c >= 0x25a0 && c < 0x2600) || (c >= 0x2719 && c < 0x2740 &&
	    c != 0x2728) || (c >= 0x27d0 && c < 0x27f0) ||
	    (c >= 0x2800 && c < 0x2900) ||
	    (c >= 0x2980 && c < 0x2b00);
}

/* The sign that ends a line program's prompt where that is a name: "you> ". */
void
learn_prompt(struct turn *t)
{
	struct tline l = LINE_NONE;
	char s[sizeof t->prompt + 2];
	size_t n = strlen(t->prompt);

	memcpy(s, t->prompt, n);
	while (n > 0 && s[n - 1] == ' ')
		n--;
	memcpy(s + n, " ", 2);
	l.text = s;
	l.len = n + 1;
	l.indent = (int)strspn(s, " ");
	if (label_len(&l, 1, &t->run.label) == 0)
		t->run.label = 0;
}

/* Whether a sign and the text behind it, in column col, stand where those of
   the prompt's echo do. */
static int
is_like_echo(const struct turn *t, const struct tline *l, int col)
{
	return sign_len(l) > 0 && l->indent == t->run.echo_indent &&
	    col == t->run.echo_col && t->run.echo_sign != 0 &&
	    !sign_is_letter(t->run.echo_sign);
}

/*
 * Whether the first n bytes of line i are a label and no text.  Two of these
 * must tell so: what follows hangs behind it; it has a look of its own, and
 * then, that it stands where the echo's does; the turn before had it, or the
 * prompt of a line program has its sign; it is the time of day, or a sign that
 * says nothing else.
 */
static int
is_label(const struct turn *t, const struct tlines *ls, size_t i, size_t n)
{
	const struct tline *l = &ls->v[i];
	const char *s = l->text + l->indent;
	int col = (int)utf8_text_width(l->text, n);
	/* the text may begin with a word in a colour, and go on as it is */
	int looks = (l->hued == col && SCREEN_FG(l->attr_end) !=
	    SCREEN_FG(l->attr)) || ((l->attr & SCREEN_DIM) &&
	    !(l->flags & LINE_DIM));
	uint32_t sign;
	int like = t->view.line && label_len(l, 1, &sign) == n &&
	    sign == t->run.label;

	return n > 0 && hangs(ls, i, n) + looks + like +
	    (looks && is_like_echo(t, l, col)) +
	    (shape_of(l, n) == t->label) + is_now(t, s + (*s == '[')) +
	    is_bare_mark(sign_at_start(l)) > 1;
}

/*
 * Take a label off a line: its columns, too, but where the next stands behind
 * them, or any that follows just there.
 */
static void
cut_label(struct tlines *ls, size_t i, size_t n)
{
	size_t k, next = next_written(ls, i + 1);
	int col = (int)utf8_text_width(ls->v[i].text, n);

	for (k = next; k < ls->n && (line_is_blank(&ls->v[k]) ||
	    ls->v[k].indent != col); k++)
		;
	line_cut(&ls->v[i], n, k < ls->n || (next < ls->n &&
	    ls->v[next].indent > ls->v[i].indent));
}

/* The first line that is not blank, nor tells of thoughts; ls->n: none. */
static size_t
first_said(const struct turn *t, const struct tlines *ls)
{
	size_t i = next_written(ls, 0);

	while (i < ls->n && reply_is_dropped(t, &ls->v[i]))
		i = next_written(ls, i + 1);
	return i;
}

/*
 * Take off the label that the text begins with, and all others like it.  A sign
 * alone is a mark: the rest is reply_clean()'s.
 */
static void
cut_labels(struct turn *t, struct tlines *ls)
{
	size_t i = first_said(t, ls), n;
	uint32_t sign;
	int indent;

	if (i == ls->n)
		return;
	n = any_label(&ls->v[i]);
	t->run.labelled = n > 0 ? shape_of(&ls->v[i], n) : 0;
	if (is_label(t, ls, i, n)) {
		if (sign_len(&ls->v[i]) > 0) {
			t->run.sign = sign_at_start(&ls->v[i]);
			return;
		}
	} else {
		n = label_len(&ls->v[i], t->run.labels, &sign);
		if (t->run.labels == 0 || n == 0 || sign != t->run.label)
			return;
	}
	indent = ls->v[i].indent;
	cut_label(ls, i, n);
	while (++i < ls->n)
		if ((n = next_label(ls, i, indent, t->run.labelled)) > 0)
			cut_label(ls, i, n);
}

/* The columns of a time of day that a line begins with, as wide as that is, up
   to its text; 0: it has none. */
static int
timed_to(const struct tline *l)
{
	size_t n = time_len(l->text + l->indent);

	if (line_is_blank(l) || n == 0 || l->text[(size_t)l->indent + n] != ' ')
		return 0;
	n += (size_t)l->indent;
	return (int)(n + strspn(l->text + n, " "));
}

/*
 * A column of times at the left, where the prompt's echo has one, too, or lines
 * go on behind it.
 */
static void
cut_times(struct turn *t, struct tlines *ls)
{
	size_t i, first = next_written(ls, 0);
	int col, hung = t->run.echo_timed, indent;
	struct tline *l;

	if (first == ls->n || (col = timed_to(&ls->v[first])) == 0 ||
	    !is_now(t, ls->v[first].text + ls->v[first].indent))
		return;
	indent = ls->v[first].indent;
	for (i = first; i < ls->n; i++) {
		l = &ls->v[i];
		if (line_is_blank(l) || (i > 0 &&
		    (ls->v[i - 1].flags & LINE_WRAPS)))
			continue;
		if (timed_to(l) != col || l->indent != indent) {
			if (l->indent < col)
				return;
			hung++;
		}
	}
	for (i = first; i < ls->n && hung > 0; i++) {
		l = &ls->v[i];
		if (i > 0 && (ls->v[i - 1].flags & LINE_WRAPS))
			continue;
		if (timed_to(l) == col && l->indent == indent) {
			line_cut(l, (size_t)indent + time_len(l->text +
			    indent), 1);
			line_bared(l);
		}
		line_shift(l, col);
	}
}

/*
 * Take off what the lines of a reply, as drawn, have of the program's own; and
 * note what heading they have, for learn_turn().
 */
void
learn_cut(struct turn *t, struct tlines *ls)
{
	size_t i;

	t->run.lead = t->run.labelled = t->run.sign = t->run.bar = 0;
	t->run.speaker = 0;
	if (rules_pattern(t->rules, "reply", 0) != NULL)
		return;		/* there are rules for it */
	lines_cut_bar(ls);
	for (i = 0; i < ls->n; i++)
		cut_right_time(t, &ls->v[i], pane_cols(t));
	cut_gutter(t, ls);
	cut_times(t, ls);
	cut_echo_frame(t, ls);
	cut_outside(t, ls);
	cut_aside(ls);
	cut_between(t, ls);
	cut_off_cards(t, ls);
	tool_cut(t, ls);
	if (!cut_frames(ls))
		cut_bars(t, ls);	/* in a frame: a quotation's */
	cut_feet(t, ls);
	i = cut_above_head(t, ls, first_said(t, ls));
	if (i < ls->n && is_short(&ls->v[i])) {
		t->run.lead = line_shape(&ls->v[i]);
		cut_heads(t, ls, i);
	}
	cut_labels(t, ls);
	tool_cut(t, ls);		/* the margin is known now */
	i = next_written(ls, 0);
	if (t->run.sign == 0 && i < ls->n && ls->v[i].indent == t->spin_col &&
	    sign_at_start(&ls->v[i]) == t->spun)
		t->run.sign = t->spun;
}

/* The turn is over: what heading it had the next may have, too. */
void
learn_turn(struct turn *t)
{
	if (t->run.lead == 0 || t->run.lead != t->lead)
		t->leads = 0;
	t->lead = t->run.lead;
	t->leads += t->lead != 0;
	t->pane.proven = t->pane.on;
	t->outside |= t->run.outside;
	t->inside |= t->run.inside;
	t->framed += t->run.framed;
	t->carded = t->run.carded < 0 || t->carded < 0 ? -1 :
	    t->carded + t->run.carded;
	t->label = t->run.labelled;
	if (t->run.bar != 0)
		t->bar = t->run.bar;
	if (t->run.speaker != 0)
		t->speaker = t->run.speaker;
	t->marked |= t->run.mark != 0;
	t->unmarked |= !t->marked && t->reply.len > 0;
}
