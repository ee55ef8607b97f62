/*
 * turn_tail - the end of an echo whose beginning was never to be seen: of a
 * prompt that is higher than the screen, or cut to one line.  Part of turn.
 */
#include "turn_int.h"

#define TRIES		100	/* places in a prompt where such a line is */

/*
 * The index behind the lines from i on that are the prompt's text from some
 * place in it to its end; i: they are not.
 */
size_t
tail_end(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct folded *ours = &t->run.fold;
	const struct tline *l;
	struct folded first = { NULL, 0, 0 }, seen = { NULL, 0, 0 };
	size_t from, got, k = i, n = 0, tries = TRIES;

	if (i >= ls->n)
		return i;
	l = &ls->v[i];
	if (line_is_blank(l) ||
	    fold_line(t, &first, l->text, l->len) == -1 || first.n < 4)
		goto out;
	for (from = 1; n < ours->n && from + first.n <= ours->n; from++) {
		if ((got = echo_line(t, from, &first)) == 0)
			continue;
		if (tries-- == 0)
			break;
		n = from + got;
		for (k = i + 1; n < ours->n && k < ls->n; k++) {
			l = &ls->v[k];
			if (fold_line(t, &seen, l->text, l->len) == -1)
				break;
			if (seen.n > 0 && (got = echo_line(t, n, &seen)) == 0)
				break;
			n += seen.n > 0 ? got : 0;
		}
	}
	if (n == ours->n && n > 0) {
		i = k;
		if (i < ls->n && line_is_lower_edge(&ls->v[i]))
			i++;	/* its frame's */
	}
out:
	fold_free(&first);
	fold_free(&seen);
	return i;
}

/* If such lines begin at *number, move that behind them: how many they are. */
size_t
tail_find(const struct turn *t, const struct screen *scr, int64_t *number)
{
	struct tlines ls = { NULL, 0, 0 };
	struct tline *l;
	int64_t at;
	size_t n = 0;

	/* a line more than the prompt can be, which is drawn with margins */
	for (at = *number; at <= last_line(scr) && n <= t->run.prompt_len;
	    at++) {
		if ((l = lines_add(&ls)) == NULL ||
		    pane_read(t, scr, at, l) == -1)
			break;
		n += (size_t)(l->width - l->indent + 3) / 4;
	}
	n = tail_end(t, &ls, 0);
	*number += (int64_t)n;
	lines_free(&ls);
	return n;
}

/*
 * Leave out the end of an echo that no beginning was found of.  A single line
 * may as well be the answer to "say hello".
 */
void
tail_cut(const struct turn *t, struct tlines *ls)
{
	size_t first = next_written(ls, 0), i, end = tail_end(t, ls, first);

	for (i = first; end - first > 1 && i < end; i++)
		line_cut(&ls->v[i], ls->v[i].len, 0);
}
