/*
 * turn_learn - what of a reply is the program's own, where no rule says so: a
 * heading that every turn has ("Bot"), a label before the text ("bot: "), a
 * frame around all of it.  Part of turn.
 *
 * Nothing tells these from a reply by their look alone.  What does: the same
 * line stood at this place in the turn before; the prompt's echo has one, too;
 * there is nothing outside the frame.
 */
#include <sys/types.h>
#include <string.h>

#include "turn_int.h"

#define HEAD_WIDTH	40	/* columns: a longer line is no heading */
#define LABEL_MAX	30	/* bytes of a label before a text */

/* The first line from i on that is not blank; ls->n: there is none. */
static size_t
next_written(const struct tlines *ls, size_t i)
{
	while (i < ls->n && line_is_blank(&ls->v[i]))
		i++;
	return i;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static uint32_t
sign_at_end(const struct tline *l)
{
	const char *p = l->text + l->len;

	if (l->len == 0)
		return 0;
	do
		p--;
	while (p > l->text && ((unsigned char)*p & 0xc0) == 0x80);
	return text_next(&p, l->text + l->len);
}

static uint32_t
sign_at_start(const struct tline *l)
{
	const char *p = l->text + l->indent;

	return line_is_blank(l) ? 0 : text_next(&p, l->text + l->len);
}

static int
is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c >= 0xc0 && c < 0x2000) ||
	    (c >= 0x3040 && c < 0xfe00);
}

/* Whether a line could be a heading at all: short, and not drawn. */
static int
is_short(const struct tline *l)
{
	return !line_is_blank(l) && !line_is_rule(l) &&
	    l->width - l->indent <= HEAD_WIDTH;
}

/* Whether it is no text by its signs or its colour; bold may be Markdown. */
static int
stands_out(const struct tlines *ls, size_t i, size_t next)
{
	const struct tline *l = &ls->v[i];
	uint32_t c = sign_at_start(l);

	if (list_mark(l->text + l->indent) > 0)
		return 0;
	return (!is_letter(c) && c != '`' && c != '"' && c != '\'') ||
	    (next < ls->n && SCREEN_FG(l->attr) !=
	    SCREEN_FG(ls->v[next].attr));
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
	uint32_t end = sign_at_end(l);

	if (t->leads == 0 || !is_short(l) || line_shape(l) != t->lead ||
	    next == ls->n || rules_match_any(t->rules, "mark", l->text) != -1)
		return 0;
	if (stands_out(ls, i, next))
		return 1;
	return t->leads > 1 && list_mark(l->text + l->indent) == 0 &&
	    end != '.' && end != '!' && end != '?' && end != ':' &&
	    end != 0x3002 && end != 0x2026;
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

	if (line_is_blank(a) || !is_short(l) || next == ls->n ||
	    next > i + 2 || l->indent != a->indent)
		return 0;
	if (!is_letter(sign_at_start(a)) && sign_at_start(a) ==
	    sign_at_start(l) && sign_at_end(a) == sign_at_end(l))
		return 1;
	if (t->run.echo_indent > a->indent &&
	    ls->v[next].indent > l->indent)
		return 1;
	return l->attr != ls->v[next].attr && a->attr != t->run.echo_attr;
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
		if (!is_letter(c) && !(c == '-' || c == '_' || c == '.' ||
		    c == ':' || c == '@' || (before == s && (c == '[' ||
		    c == '<')) || (c == ' ' && p < end && *p != ' ')))
			break;
		if (c < 0x80 && is_digit((char)c))
			digits++;
		else
			letters += is_letter(c);
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

/* What the label of the echo promises of the reply's first line. */
static void
cut_label(struct turn *t, struct tlines *ls)
{
	size_t i = next_written(ls, 0), n, next;
	struct tline *l;
	uint32_t sign;

	if (t->run.labels == 0 || i == ls->n)
		return;
	l = &ls->v[i];
	n = label_len(l, t->run.labels, &sign);
	if (n == 0 || sign != t->run.label)
		return;
	next = next_written(ls, i + 1);
	line_cut(l, n, next < ls->n && ls->v[next].indent > l->indent);
}

/* A frame around all there is: its edges and sides off. */
static void
cut_frame(struct tlines *ls)
{
	size_t i, first = next_written(ls, 0), last = ls->n;
	const char *p;
	struct tline *l;
	int indent;

	while (last > first && line_is_blank(&ls->v[last - 1]))
		last--;
	if (last - first < 3)
		return;
	l = &ls->v[first];
	indent = l->indent;
	if (corner_below(sign_at_start(l)) == 0 || !line_is_rule(l) ||
	    sign_at_start(&ls->v[last - 1]) !=
	    corner_below(sign_at_start(l)) ||
	    ls->v[last - 1].indent != indent)
		return;
	for (i = first + 1; i < last - 1; i++)
		if (!line_is_side(&ls->v[i]) || ls->v[i].indent != indent)
			return;
	for (i = first; i < last; i++) {
		l = &ls->v[i];
		if (i == first || i == last - 1) {
			line_cut(l, l->len, 0);
			continue;
		}
		line_cut_side(l);
		p = l->text + l->indent;
		(void)text_next(&p, l->text + l->len);
		line_cut(l, (size_t)(p - l->text), 1);
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

	t->run.lead = 0;
	if (rules_pattern(t->rules, "reply", 0) != NULL)
		return;		/* there are rules for it */
	i = next_written(ls, 0);
	while (i < ls->n && reply_is_dropped(t, &ls->v[i]))
		i = next_written(ls, i + 1);	/* thinking, told of */
	if (i < ls->n && is_short(&ls->v[i])) {
		t->run.lead = line_shape(&ls->v[i]);
		if (is_known_head(t, ls, i) || is_like_echo_head(t, ls, i))
			line_cut(&ls->v[i], ls->v[i].len, 0);
	}
	cut_label(t, ls);
	cut_frame(ls);
}

/* The turn is over: what heading it had the next may have, too. */
void
learn_turn(struct turn *t)
{
	if (t->run.lead == 0 || t->run.lead != t->lead)
		t->leads = 0;
	t->lead = t->run.lead;
	t->leads += t->lead != 0;
	t->marked |= t->run.mark != 0;
	t->unmarked |= !t->marked && t->reply.len > 0;
}
