/*
 * turn_code - blocks of code in a reply: the numbers and the margin that some
 * programs put before their lines are taken off, and what was wrapped of a line
 * is told from the next line.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

/* Take n columns off a line from column at on, where there are blanks. */
static void
cut(struct tline *l, size_t at, size_t n)
{
	if (at + n > l->len)
		n = at < l->len ? l->len - at : 0;
	memmove(l->text + at, l->text + at + n, l->len - at - n + 1);
	l->len -= n;
	l->width = l->width > (int)n ? l->width - (int)n : 0;
	for (l->indent = 0; l->text[l->indent] == ' '; l->indent++)
		;
}

/* Columns of the word that a text of n bytes ends with. */
static int
last_word(const char *s, size_t n)
{
	size_t i = n;

	while (i > 0 && s[i - 1] != ' ')
		i--;
	return (int)utf8_text_width(s + i, n - i);
}

/* Line b goes on with line a, which had so many columns for its text. */
static void
go_on(struct tline *a, struct tline *b, int columns)
{
	const char *s = b->text + b->indent;

	b->flags |= LINE_CODE | LINE_MORE;
	if (last_word(a->text, a->len) +
	    (int)utf8_text_width(s, strcspn(s, " ")) > columns)
		a->flags |= LINE_WRAPS;		/* a word that was too long */
}

/* The bytes up to the end of the number n that a line begins with, and of a
   line that parts it from the code; or 0. */
static size_t
number_end(const struct tline *l, long n)
{
	const char *end = l->text + l->len, *p;
	size_t i = (size_t)l->indent;
	long got = 0;

	for (; l->text[i] >= '0' && l->text[i] <= '9' && got < 100000; i++)
		got = got * 10 + l->text[i] - '0';
	if (got != n || (l->text[i] != ' ' && l->text[i] != '\0'))
		return 0;
	p = l->text + i + (l->text[i] == ' ');
	if (p < end && sign_is_bar(text_next(&p, end)) &&
	    (*p == ' ' || p == end))
		i = (size_t)(p - l->text);
	return i;
}

/* Whether a number that ends at a column has another colour than what is behind
   it, if anything is. */
static int
is_hued(const struct tline *l, size_t end)
{
	return l->hued >= (int)utf8_text_width(l->text, end) ||
	    ((l->attr & SCREEN_DIM) && !(l->flags & LINE_DIM)) ||
	    l->text[end] == '\0';
}

/*
 * Whether a block begins in line i whose lines are numbered in a colour, and
 * that is code and no list: a line of it is empty, or further in.
 */
static int
has_numbers(const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i], *b;
	size_t end = number_end(l, 1);
	int code = 0;
	long n = 1;

	if (line_is_blank(l) || end == 0)
		return 0;
	for (; i < ls->n && !line_is_blank(&ls->v[i]); i++) {
		b = &ls->v[i];
		if (number_end(b, n) == end) {
			if (!is_hued(b, end) ||
			    SCREEN_FG(b->attr) != SCREEN_FG(l->attr))
				return 0;
			code |= b->text[end] == '\0' ||
			    b->text[end + 1] == ' ';
			n++;
		} else if ((size_t)b->indent != utf8_text_width(l->text, end) +
		    1)
			break;		/* nor what was wrapped of it */
	}
	return n > 2 && code;
}

/* A numbered block that begins in line i; the line behind it. */
static size_t
numbered(struct tlines *ls, size_t i, int cols)
{
	size_t bytes = number_end(&ls->v[i], 1), column;
	struct tline *l;
	long n = 1;

	if (bytes == 0)
		return i + 1;
	column = utf8_text_width(ls->v[i].text, bytes);
	for (; i < ls->n && !line_is_blank(&ls->v[i]); i++) {
		l = &ls->v[i];
		if (number_end(l, n) == bytes) {
			l->flags |= LINE_CODE;
			n++;
			line_cut(l, bytes, 1);
		} else if (n > 1 && (l[-1].flags & LINE_WRAPS)) {
			l->flags |= LINE_CODE | LINE_MORE;
			continue;	/* the terminal's doing */
		} else if (n > 1 && (size_t)l->indent == column + 1)
			go_on(l - 1, l, cols - (int)column - 1);
		else
			break;
		cut(l, 0, column + 1);
	}
	return i;
}

static int
is_fence(const struct tline *l, int indent)
{
	return (indent == -1 || l->indent == indent) &&
	    strncmp(l->text + l->indent, "```", 3) == 0;
}

/* A block whose first fence is line i; the line behind it. */
static size_t
fenced(struct tlines *ls, size_t i, int margin, int cols)
{
	int indent = ls->v[i].indent;
	struct tline *l;

	ls->v[i].flags |= LINE_CODE;
	for (i++; i < ls->n; i++) {
		l = &ls->v[i];
		l->flags |= LINE_CODE;
		if (is_fence(l, indent))
			return i + 1;
		if (line_is_blank(l))
			continue;
		if (l->indent < indent + margin)
			go_on(l - 1, l, cols);
		else
			cut(l, (size_t)indent, (size_t)margin);
	}
	return i;
}

/*
 * Find the blocks, as the rules know them, or numbers in a colour tell where
 * there are none: lines of code have LINE_CODE then,
 * and LINE_MORE if they go on with the one before them.
 */
void
code_find(const struct turn *t, struct tlines *ls, int cols)
{
	long margin = (long)rules_number(t->rules, "code-margin", 0);
	int known = rules_pattern(t->rules, "code-number", 0) != NULL ||
	    rules_pattern(t->rules, "reply", 0) != NULL;
	size_t i = 0;

	while (i < ls->n) {
		if (margin > 0 && is_fence(&ls->v[i], -1))
			i = fenced(ls, i, (int)margin, cols);
		else if ((!known && has_numbers(ls, i)) ||
		    (!line_is_blank(&ls->v[i]) && rules_match_any(t->rules,
		    "code-number", ls->v[i].text) != -1))
			i = numbered(ls, i, cols);
		else
			i++;
	}
}
