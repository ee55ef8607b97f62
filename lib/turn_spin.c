/*
 * turn_spin - spinners: rows whose first sign changes while the rest stays.
 * Part of turn.
 */
#include <string.h>

#include "turn_int.h"

#define TICKS		3	/* changes that make a spinner, */
#define TICK_MS		1200	/* each so soon after the one before */

/* Whether texts from p and q on begin alike, or with digits that count. */
static int
begin_alike(const char *p, const char *q)
{
	p += strspn(p, " ");
	q += strspn(q, " ");
	return *p == *q || *p == '\0' || *q == '\0' ||
	    (*p >= '0' && *p <= '9' && *q >= '0' && *q <= '9');
}

/* Whether two lines differ in their first sign only, which is no letter. */
int
spin_is_turn(const struct tline *was, const struct tline *is)
{
	const char *a = was->text, *a_end = a + was->len;
	const char *b = is->text, *b_end = b + is->len;
	uint32_t x, y;

	if (was->len == 0 || is->len == 0)
		return 0;
	do
		x = text_next(&a, a_end);
	while (x == ' ' && a < a_end);
	do
		y = text_next(&b, b_end);
	while (y == ' ' && b < b_end);
	if (x == y || x <= ' ' || y <= ' ')
		return 0;
	if (x < 0x80 && strchr("|/-\\*+.", (int)x) == NULL)
		return 0;
	if (y < 0x80 && strchr("|/-\\*+.", (int)y) == NULL)
		return 0;
	/* what follows may count seconds: the next few signs are enough */
	while (a < a_end && b < b_end && *a == *b && *a != ' ') {
		a++;
		b++;
	}
	return (a == a_end || *a == ' ' || (unsigned char)*a >= 0x80) &&
	    (b == b_end || *b == ' ' || (unsigned char)*b >= 0x80) &&
	    begin_alike(a, b);
}

static void
tick(struct turn *t, int row)
{
	struct spin *s, *old = &t->spins[0];

	for (s = t->spins; s < t->spins + SPINS; s++) {
		if (s->ticks > 0 && s->row == row) {
			if (t->now_ms - s->last_ms > TICK_MS)
				s->ticks = 0;
			s->ticks++;
			s->last_ms = t->now_ms;
			return;
		}
		if (s->last_ms < old->last_ms)
			old = s;
	}
	old->row = row;
	old->ticks = 1;
	old->last_ms = t->now_ms;
}

static void
stop(struct turn *t, int row)
{
	struct spin *s;

	for (s = t->spins; s < t->spins + SPINS; s++)
		if (s->row == row)
			s->ticks = 0;
}

/*
 * Some leave their spinner before the line in which a reply grows, and put a
 * mark there in the end.
 */
static void
note_mark(struct turn *t, const struct tline *was, const struct tline *is)
{
	const char *p = was->text + was->indent, *q = is->text + is->indent;
	int dots = sign_is_dots(text_next(&p, was->text + was->len));
	uint32_t c = text_next(&q, is->text + is->len);

	if (sign_is_dots(c))
		t->spin_col = is->indent;
	else if (dots && t->spin_col == is->indent && (c == '*' || c == '-' ||
	    c == '>' || c == '+'))
		t->spun = c;
}

/* A row has changed: turned, as a spinner does, or otherwise. */
void
spin_note(struct turn *t, int row, const struct tline *was,
    const struct tline *is, int turned)
{
	if (!turned) {
		stop(t, row);
		return;
	}
	tick(t, row);
	note_mark(t, was, is);
}

/* Whether a spinner runs, and in which row. */
int
spin_find(const struct turn *t, int *row)
{
	const struct spin *s;

	for (s = t->spins; s < t->spins + SPINS; s++)
		if (s->ticks >= TICKS && t->now_ms - s->last_ms < SPIN_MS &&
		    s->row < t->nrows) {
			*row = s->row;
			return 1;
		}
	return 0;
}

/* Whether the first sign of a row has been changing. */
int
spin_was_in_row(const struct turn *t, int row)
{
	const struct spin *s;

	for (s = t->spins; s < t->spins + SPINS; s++)
		if (s->row == row && s->ticks > 1)
			return 1;
	return 0;
}
