/*
 * turn_view - the lines of the reply as drawn: those below the echo where they
 * scroll into the screen's history; of a viewport, which only ever shows a part
 * of them, what was collected over the frames.  Part of turn.
 *
 * A window is taken to begin where its lines agree best with what has been
 * collected, and takes the place of all from there on.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"

#define VIEW_MAX	20000	/* lines collected */
#define FIT_SIGNS	16	/* first bytes that make two lines one */
#define FIT_LINE	8	/* what a line that stands in both is worth */

int64_t
last_line(const struct screen *scr)
{
	return screen_top(scr) + screen_state(scr)->rows - 1;
}

/* The row in which a viewport's window begins: at the echo, if it is there. */
static int
window_top(const struct turn *t, const struct screen *scr)
{
	const struct run *run = &t->run;
	if (run->echo >= screen_top(scr))
		return (int)(run->echo - screen_top(scr));
	return screen_state(scr)->modes & SCREEN_ALT ? region_header(t) : 0;
}

/* How well n lines agree when row top is line c[k]; the last may differ. */
static long
fit(const struct tlines *c, size_t k, const struct turn *t, int top, int n)
{
	const struct tline *a, *b;
	long score = 0;
	int i;

	for (i = 0; i < n && k + (size_t)i < c->n; i++) {
		a = &c->v[k + (size_t)i];
		b = &t->run.window.v[top + i];
		if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
			score += line_is_blank(b) ? 1 : FIT_LINE;
		else if (a->len > 0 && a->len < b->len &&
		    memcmp(a->text, b->text, a->len) == 0)
			score++;	/* it has grown */
		else if (i < 2 && !line_is_blank(b))
			return -1;
		else
			score -= 3;
	}
	return score;
}

/* The next byte of a line that is no blank and part of no drawn rule; NULL. */
static const char *
next_sign(const char *s)
{
	for (; *s != '\0'; s++) {
		if (s[0] == '\xe2' && (s[1] == '\x94' || s[1] == '\x95'))
			s += 2;
		else if (*s != ' ')
			return s;
	}
	return NULL;
}

/*
 * How many bytes two lines have in common at their beginning, blanks and rules
 * left out; *whole says that they differ in these only: a table that was
 * widened.
 */
static int
common_signs(const char *a, const char *b, int *whole)
{
	int n = 0;

	for (; (a = next_sign(a)) != NULL && (b = next_sign(b)) != NULL &&
	    *a == *b; a++, b++)
		n++;
	*whole = a == NULL && next_sign(b) == NULL;
	return n;
}

/* What it says for two places that these lines stand there; -1: nothing. */
static int
likeness(const struct tline *a, const struct tline *b)
{
	int n, whole;

	if (line_is_blank(a) || line_is_blank(b))
		return line_is_blank(a) && line_is_blank(b) ? 1 : -1;
	if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
		return a->len - (size_t)a->indent < 3 ? 3 : FIT_LINE;
	if (a->len < b->len && memcmp(a->text, b->text, a->len) == 0)
		return 4;	/* it has grown */
	n = common_signs(a->text, b->text, &whole);
	if (n > 0 && whole)
		return 6;
	return n >= FIT_SIGNS ? 3 : -1;	/* broken elsewhere */
}

/*
 * One more step of an alignment, from its end to its beginning.  score[j] says
 * how well the collected lines behind this one, c, agree with the window's from
 * j to n; it will say so of those with c.  Either may have lines that the other
 * has not, and a line may have been drawn anew.
 */
static void
align_line(const struct turn *t, const struct tline *c, int top, int n,
    int *score)
{
	int behind = score[n], best, cost = line_is_blank(c) ? 0 : 3, j, like;
	const struct tline *w;

	score[n] -= cost;
	for (j = n - 1; j >= 0; j--) {
		w = &t->run.window.v[top + j];
		best = score[j] - cost;
		if ((like = likeness(c, w)) >= 0 || (cost > 0 &&
		    !line_is_blank(w)))
			best = behind + like > best ? behind + like : best;
		like = score[j + 1] - (line_is_blank(w) ? 0 : 2);
		behind = score[j];
		score[j] = like > best ? like : best;
	}
}

/*
 * The index from which the collected lines are those of the window, which goes
 * on behind the last of them; -1: it fits nowhere.
 */
static long
best_fit(const struct turn *t, int top, int n)
{
	const struct tlines *c = &t->run.view;
	int *score, best = FIT_LINE - 1;
	size_t from, k;
	long at = -1;

	from = c->n > (size_t)t->nrows * 4 ? c->n - (size_t)t->nrows * 4 : 0;
	if ((score = calloc((size_t)n + 1, sizeof *score)) == NULL)
		return -1;
	for (k = c->n; k-- > from; ) {
		align_line(t, &c->v[k], top, n, score);
		if (score[0] > best) {
			best = score[0];
			at = (long)k;
		}
	}
	free(score);
	return at;
}

/* Put the window in place of the collected lines from index at on. */
static void
view_put(struct turn *t, size_t at, int top, int n)
{
	struct run *run = &t->run;
	struct tline *l;
	int i;

	lines_cut(&run->view, at);
	run->view_at = at;
	run->view_used = 1;
	for (i = 0; i < n; i++)
		if ((l = lines_add(&run->view)) == NULL ||
		    line_copy(l, &run->window.v[top + i]) == -1) {
			run->lost = 1;
			return;
		}
}

/* The rows there are up to the bottom, a spinner before a line left out. */
static int
window_read(struct turn *t, int bottom)
{
	struct tlines *w = &t->run.window;
	struct tline *l;
	const char *p;
	int r;

	lines_cut(w, 0);
	for (r = 0; r < bottom; r++) {
		if ((l = lines_add(w)) == NULL ||
		    line_copy(l, pane_row(t, r)) == -1)
			return -1;
		p = l->text + l->indent;
		if (l->indent != t->spin_col ||
		    !sign_is_dots(text_next(&p, l->text + l->len)) || *p != ' ')
			continue;
		line_cut(l, (size_t)(p - l->text), 1);
	}
	return 0;
}

/* The window without what only looks like the echo: a first row, pinned. */
static int
skip_pinned(struct turn *t, const struct screen *scr, int top, int bottom)
{
	struct run *run = &t->run;
	int n = bottom - top;

	if (run->echo == -1 && n > 0 && top == 0 &&
	    rules_match_any(t->rules, "echo", t->rows[0].line.text) != -1)
		return line_is_cut(&t->rows[0].line);
	if (run->view.n <= run->view_skip || top > 0 ||
	    run->echo != screen_top(scr) ||
	    !(screen_state(scr)->modes & SCREEN_ALT) ||
	    fit(&run->view, 0, t, top, n < 4 ? n : 4) > FIT_LINE)
		return 0;
	return (int)(run->echo_end - run->echo);
}

/* Whether the collected lines from index i on stood by the box for a while, and
   told what the program did. */
static int
were_by_box(const struct turn *t, size_t i)
{
	const struct tlines *c = &t->run.view;

	for (; i < c->n; i++)
		if (!line_is_blank(&c->v[i]) && !rest_was_near(t, &c->v[i]))
			return 0;
	return 1;
}

/*
 * Take the window that is to be seen now into the collected lines, which begin
 * with the echo.  A window that fits nowhere comes after a gap, unless it
 * begins at the echo itself.
 */
void
view_collect(struct turn *t, const struct screen *scr)
{
	struct run *run = &t->run;
	int bottom = region_bottom(t, scr), n, pinned, top;
	long at;

	top = window_top(t, scr);
	while (bottom > top && region_is_status(t, pane_row(t, bottom - 1)) &&
	    !line_is_lower_edge(pane_row(t, bottom - 1)))
		bottom--;
	if (window_read(t, bottom) == -1)
		return;
	pinned = skip_pinned(t, scr, top, bottom);
	top += pinned;
	while (top < bottom && line_is_blank(pane_row(t, top)))
		top++;
	if ((n = bottom - top) <= 0 || run->view.n > VIEW_MAX)
		return;
	if (run->echo >= screen_top(scr) && !pinned) {
		view_put(t, 0, top, n);	/* all of it is to be seen */
		run->view_skip = (size_t)(run->echo_end - run->echo);
		return;
	}
	at = run->view.n > 0 ? best_fit(t, top, n) : -1;
	if (at == -1 && !run->echo_whole && tail_end(t, &run->window,
	    (size_t)top) > (size_t)top + 1) {
		view_put(t, 0, top, n);	/* what is missing is the prompt's */
		run->view_skip = 0;
		run->lost = 0;
		return;
	}
	if (run->view.n == 0)
		return;		/* the prompt is not to be seen yet */
	if (at == -1) {
		run->lost = 1;
		at = (long)run->view.n;
	} else if ((size_t)at + (size_t)n < run->view.n &&
	    (size_t)at < run->view_at &&
	    fit(&run->view, (size_t)at, t, top, n - 1) > 4 * (n - 1) &&
	    !were_by_box(t, (size_t)at + (size_t)n))
		return;		/* scrolled back by the person */
	view_put(t, (size_t)at, top, n);
}

/* A row of nothing but a blank that did not fit above it is no empty line. */
static void
cut_overhang(struct tlines *ls)
{
	struct tline *a, *b;

	if (ls->n < 2)
		return;
	a = &ls->v[ls->n - 2];
	b = &ls->v[ls->n - 1];
	if (!(a->flags & LINE_WRAPS) || !line_is_blank(b) ||
	    (b->flags & LINE_WRAPS))
		return;
	a->flags &= ~LINE_WRAPS;
	while (a->len > 0 && a->text[a->len - 1] == ' ')
		a->text[--a->len] = '\0';
	lines_cut(ls, ls->n - 1);
}

/*
 * The lines of the reply so far, as drawn.  Returns 0, or -1 if memory is
 * short; *complete says whether any are known to be lost.
 */
int
view_lines(struct turn *t, const struct screen *scr, struct tlines *out,
    int *complete)
{
	struct run *run = &t->run;
	struct tline *l;
	int64_t from, n, to;
	size_t i;

	lines_cut(out, 0);
	*complete = !run->lost;
	if (run->view_used) {
		i = run->view_skip;
		if (!run->echo_whole)
			i = tail_end(t, &run->view, i);
		for (; i < run->view.n; i++)
			if ((l = lines_add(out)) == NULL ||
			    line_copy(l, &run->view.v[i]) == -1)
				return -1;
		region_trim(t, out);
		return 0;
	}
	/* lines may come back onto a screen that grows, and be drawn over */
	if (screen_state(scr)->resizes != run->resizes)
		*complete = 0;
	to = screen_top(scr) + region_bottom(t, scr);
	from = run->echo_end;
	if (from == -1) {
		from = run->floor;
		if (screen_state(scr)->erased != run->erased ||
		    screen_state(scr)->resizes != run->resizes ||
		    from < screen_first(scr)) {
			from = screen_first(scr);
			*complete = 0;
		}
		if (screen_state(scr)->modes & SCREEN_ALT) {
			from = screen_top(scr) + region_moved(t);
			*complete = 0;	/* who knows what scrolled */
		}
	}
	for (n = from; n < to; n++) {
		if ((l = lines_add(out)) == NULL ||
		    pane_read(t, scr, n, l) == -1)
			return -1;
		cut_overhang(out);
	}
	if (run->echo_end == -1)
		tail_cut(t, out);
	if (screen_state(scr)->erased != run->erased &&
	    rules_pattern(t->rules, "reply", 0) == NULL)
		cut_copies(out);
	region_trim(t, out);
	return 0;
}
