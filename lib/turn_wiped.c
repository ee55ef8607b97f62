/*
 * turn_wiped - lines of a reply that were to be seen between two others, which
 * now follow each other: a program that draws its screen anew has wiped them.
 * Part of turn.
 *
 * Each line is known by its first letters and digits alone, as those stay when
 * it is drawn otherwise, and when it grows.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"

#define WIPED_MIN	16	/* letters of all that was wiped */
#define NEIGHBOUR_MIN	8	/* of the line above */
#define STEPS_MAX	32	/* lines that are wiped together */

/* The first letters and digits of a line, and how many it has; 0: none. */
static int
letters_of(const struct tline *l, struct letters *out)
{
	const unsigned char *s = (const unsigned char *)l->text;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < l->len; i++) {
		if (s[i] == 0xe2) {	/* signs: marks, rules, dashes */
			i += 2;
			continue;
		}
		if (!(s[i] >= '0' && s[i] <= '9') && !(s[i] >= 'a' &&
		    s[i] <= 'z') && !(s[i] >= 'A' && s[i] <= 'Z') &&
		    s[i] < 0x80)
			continue;
		if (out->n < LETTERS)
			out->s[out->n] = s[i];
		out->n++;
	}
	return out->n;
}

static int
same(const struct letters *a, const struct letters *b)
{
	return memcmp(a->s, b->s, LETTERS) == 0;
}

static struct seen *
seen_find(struct wiped *w, const struct letters *line)
{
	size_t i;

	for (i = 0; i < SEEN && w->seen[i].line.n > 0; i++)
		if (same(&w->seen[i].line, line))
			return &w->seen[i];
	return NULL;
}

/* A line stood between two others: the oldest note of such makes room. */
static void
note(struct wiped *w, const struct letters v[3])
{
	struct seen *s = seen_find(w, &v[1]);

	if (s == NULL) {
		s = &w->seen[w->next];
		w->next = (w->next + 1) % SEEN;
	}
	s->above = v[0];
	s->line = v[1];
	s->below = v[2];
}

void
wiped_begin(struct turn *t)
{
	if (t->wiped.seen != NULL)
		memset(t->wiped.seen, 0, SEEN * sizeof(*t->wiped.seen));
	t->wiped.next = 0;
}

/* Whether a row is one that tells of the program; asked once while it stays. */
static int
is_status(struct turn *t, int r)
{
	if (t->rows[r].status == 0)
		t->rows[r].status = 1 +
		    region_is_status(t, &t->rows[r].line);
	return t->rows[r].status > 1;
}

/* Note which lines are between which, of those that may be the reply's. */
void
wiped_watch(struct turn *t, const struct screen *scr)
{
	struct wiped *w = &t->wiped;
	struct letters v[3];
	int bottom = region_bottom(t, scr), r;

	if (w->seen == NULL &&
	    (w->seen = calloc(SEEN, sizeof(*w->seen))) == NULL)
		return;
	memset(v, 0, sizeof v);
	r = t->run.echo_end > screen_top(scr) ?
	    (int)(t->run.echo_end - screen_top(scr)) : region_top(t);
	for (; r < bottom; r++) {
		if (letters_of(&t->rows[r].line, &v[2]) == 0 ||
		    is_status(t, r))
			continue;
		if (v[0].n > 0)
			note(w, v);
		v[0] = v[1];
		v[1] = v[2];
	}
}

static int
by_letters(const void *a, const void *b)
{
	const struct stood *p = a, *q = b;
	int d = memcmp(p->line.s, q->line.s, LETTERS);

	return d != 0 ? d : p->at < q->at ? -1 : p->at > q->at;
}

/* How many lines there are that begin so; *at is where one of them stands. */
static int
count(const struct stood *v, size_t n, const struct letters *line, size_t *at)
{
	size_t lo = 0, hi = n, mid;
	int found = 0;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (memcmp(v[mid].line.s, line->s, LETTERS) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && same(&v[lo].line, line) && found < 2; lo++, found++)
		*at = v[lo].at;
	return found;
}

/*
 * A line of a turn is missing in a reply, v by letters and lines in order.
 * Whether the lines that it stood between are there, one behind the other; the
 * lower one may have been drawn in part then.
 */
static int
is_wiped(struct wiped *w, const struct seen *missing, const struct stood *v,
    const struct letters *lines, size_t n)
{
	const struct seen *s;
	int i, letters = missing->line.n;
	size_t at, k;

	for (i = 0, s = missing; count(v, n, &s->above, &at) == 0; i++) {
		if (i == STEPS_MAX || (s = seen_find(w, &s->above)) == NULL)
			return 0;
		letters += s->line.n;
	}
	if (s->above.n < NEIGHBOUR_MIN || count(v, n, &s->above, &at) != 1 ||
	    at + 1 == n)
		return 0;
	for (i = 0, s = missing; count(v, n, &s->below, &k) == 0; i++) {
		k = s->below.n < LETTERS ? (size_t)s->below.n : LETTERS;
		if (memcmp(lines[at + 1].s, s->below.s, k) == 0)
			return letters >= WIPED_MIN;
		if (i == STEPS_MAX || (s = seen_find(w, &s->below)) == NULL)
			return 0;
		letters += s->line.n;
	}
	return letters >= WIPED_MIN && same(&lines[at + 1], &s->below);
}

/* Whether any are missing from the lines of a reply, as they are drawn. */
int
wiped_any(struct turn *t, const struct tlines *ls)
{
	struct wiped *w = &t->wiped;
	struct letters *lines;
	struct stood *v;
	size_t at, i, n = 0;
	int found = 0;

	if (w->seen == NULL || w->seen[0].line.n == 0 || ls->n == 0)
		return 0;
	v = calloc(ls->n, sizeof(*v));
	lines = calloc(ls->n, sizeof(*lines));
	for (i = 0; v != NULL && lines != NULL && i < ls->n; i++)
		if (letters_of(&ls->v[i], &lines[n]) > 0) {
			v[n].line = lines[n];
			v[n].at = n;
			n++;
		}
	if (n > 1)
		qsort(v, n, sizeof(*v), by_letters);
	for (i = 0; n > 1 && i < SEEN && w->seen[i].line.n > 0 && !found; i++)
		found = count(v, n, &w->seen[i].line, &at) == 0 &&
		    is_wiped(w, &w->seen[i], v, lines, n);
	free(lines);
	free(v);
	return found;
}
