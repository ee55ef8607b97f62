/*
 * turn_repeat - what stands in a reply twice, because the screen was drawn
 * anew: repeated lines, a copy of all of it, the beginnings of a text that
 * grew.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"

#define DRAFT_BYTES	60	/* so many are not said twice by chance */
#define COPY_LINES	8	/* that stand there twice */

static int
same_line(const struct tline *a, const struct tline *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Whether n lines from i on come again right behind them, or grown by then. */
static int
is_repeat(const struct tlines *ls, size_t i, size_t n)
{
	const struct tline *a = &ls->v[i], *b;
	size_t k, off_a = (size_t)a->indent, off_b;

	if (i + 2 * n > ls->n || line_is_blank(a))
		return 0;
	b = &ls->v[i + n];
	off_b = (size_t)b->indent;
	if (strchr(a->text + off_a, ' ') == NULL && (a->flags & LINE_LONG))
		return 0;	/* a long word that was cut */
	if (n == 1)
		return b->indent - a->indent <= 1 && a->indent <= b->indent &&
		    b->len - off_b >= a->len - off_a &&
		    memcmp(a->text + off_a, b->text + off_b,
		    a->len - off_a) == 0;
	for (k = 0; k < n; k++)
		if (!same_line(&ls->v[i + k], &ls->v[i + n + k]))
			return 0;
	return 1;
}

/* Leave out what repaints have left behind: the same lines again and again. */
void
cut_repeats(struct tlines *ls)
{
	struct tline hole;
	size_t i, n = 0, run;

	for (i = 0; i < ls->n; i++) {
		for (run = 1; run <= 3; run++)
			if (is_repeat(ls, i, run))
				break;
		if (run <= 3) {
			i += run - 1;
			continue;
		}
		hole = ls->v[n];
		ls->v[n++] = ls->v[i];
		ls->v[i] = hole;
	}
	lines_cut(ls, n);
}

/*
 * Whether the lines from one up to line m are what m and those behind it begin
 * with: of the last of them only a part may have been there, and blank lines
 * may follow.
 */
static int
is_copy(const struct tlines *ls, size_t from, size_t m)
{
	const struct tline *a, *b;
	int part, written = 0;
	size_t i;

	for (i = from; i < m && i + m - from < ls->n; i++) {
		a = &ls->v[i];
		b = &ls->v[i + m - from];
		part = a->len < b->len && memcmp(a->text, b->text, a->len) == 0;
		if (!same_line(a, b) && !part)
			break;
		written += !line_is_blank(a);
		if (part) {
			i++;
			break;
		}
	}
	while (i < m && line_is_blank(&ls->v[i]))
		i++;
	return i == m && written >= COPY_LINES;
}

/*
 * Leave out what stands there a second time below: who draws more than the
 * screen holds erases the scrollback, begins anew, and loses it then.
 */
void
cut_copies(struct tlines *ls)
{
	size_t first = next_written(ls, 0), m;

	for (m = ls->n; m-- > first + COPY_LINES; )
		if (same_line(&ls->v[first], &ls->v[m]) &&
		    is_copy(ls, first, m)) {
			for (; first < m; first++)
				line_cut(&ls->v[first], ls->v[first].len, 0);
			return;
		}
}

/*
 * Cut off at the beginning what repaints of a growing text have left behind:
 * paragraphs with which the rest begins, and goes on.
 */
void
cut_draft(struct buf *b)
{
	size_t at = 0;

	for (; at + 2 < b->len; at++) {
		if (b->p[at] != '\n' || b->p[at + 1] != '\n' ||
		    at < DRAFT_BYTES || b->len - at - 2 <= at ||
		    memcmp(b->p, b->p + at + 2, at) != 0 ||
		    b->p[at + 2 + at] == '\n')
			continue;
		buf_consume(b, at + 2);
		at = 0;
	}
}
