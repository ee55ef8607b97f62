/*
 * turn_rest - what the screen is like when nothing is asked of the program.
 * Part of turn.
 *
 * A row that keeps changing then, and keeps its shape, is ambient: a clock, a
 * ticking counter, a logo that moves.  It is no work, and no reason to wait for
 * quiet.  And a line that stood by the box while a turn ran, and went with it,
 * tells in the next one that it works.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"

#define TICKS_MIN	4	/* changes of a row that is ambient, */
#define AMBIENT_MS	4000	/* and over how long; */
#define SPINNER_MS	15000	/* the same where it looks like work */
#define STRAY_MS	2600	/* longer between two: they do not matter */
#define UNDER_TICKS	3	/* the same of one below the box: texts, one */
#define UNDER_MS	600	/* after the other, none of them shorter; */
#define UNDER_REST_MS	2000	/* nothing else changes, so long at rest, */
#define UNDER_TURN_MS	8000	/* and in a turn */
#define MANY_ROWS	4	/* more at once are no ticking */
#define STALE_MS	3000	/* at rest, and nothing changes so long */
#define ABOVE		3	/* rows above the box that may tell of work, */
#define NEAR_MS		1000	/* if they stand there so long */
#define WORKED_MS	4000	/* turns that long tell how it pauses, */
#define STILL_MS	6000	/* and so long nothing moves at least; */
#define MOVED_MS	1000	/* or one that moved for so long, */
#define BRISK_MS	1200	/* and never paused longer */
#define STOPPED_MS	2000	/* told to stop, and at rest: it has */

/*
 * A number for a line without what ticks in it: digits, blanks, and a sign at
 * its beginning that is no letter.
 */
uint64_t
line_shape(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	uint64_t h = 14695981039346656037U;
	uint32_t c, last = 0;
	int first = 1;

	while (p < end) {
		c = text_next(&p, end);
		if (c >= '0' && c <= '9')
			c = '0';
		else if (first && (c >= 0x2000 ||
		    (c < 0x80 && strchr("|/-\\*+.", (int)c) != NULL)))
			c = ' ';
		first = 0;
		if (c == ' ' || (c == '0' && last == '0'))
			continue;
		h = (h ^ c) * 1099511628211U;
		last = c;
	}
	return h;
}

/* Whether it is known that nobody has asked anything of the program. */
static int
is_at_rest(const struct turn *t)
{
	return !t->run.active && t->rest.clear_ms <= t->rest.idle_ms;
}

static struct ambient *
find_ambient(struct turn *t, int row, uint64_t shape)
{
	struct ambient *a, *old = &t->rest.ambient[0];

	for (a = t->rest.ambient; a < t->rest.ambient + AMBIENT; a++) {
		if (a->ticks > 0 && (a->shape == shape || (a->moves &&
		    a->row == row && !t->run.active)))
			return a;
		if (!a->known && (old->known || a->last_ms < old->last_ms))
			old = a;
	}
	if (old->known || !is_at_rest(t))
		return NULL;
	memset(old, 0, sizeof *old);
	old->shape = shape;
	old->row = row;
	old->first_ms = t->now_ms;
	return old;
}

int
shape_among(const uint64_t *v, int n, uint64_t shape)
{
	int i;

	for (i = 0; i < n; i++)
		if (v[i] == shape)
			return 1;
	return 0;
}

static uint64_t
title_shape(const struct screen *scr)
{
	const char *title = screen_state(scr)->title;
	struct tline l;

	memset(&l, 0, sizeof l);
	l.text = (char *)title;
	l.len = strlen(title);
	return l.len > 0 ? line_shape(&l) ^ 1 : 0;
}

/* A turn begins: what stands on the screen now is not of its making. */
void
rest_begin(struct turn *t, const struct screen *scr)
{
	uint64_t *v;
	int r;

	t->rest.nshapes = 0;
	v = realloc(t->rest.shapes, 2 * (size_t)t->nrows * sizeof *v);
	if (v == NULL)
		return;
	for (r = 0; r < t->nrows; r++) {
		v[2 * r] = line_shape(&t->rows[r].line);
		v[2 * r + 1] = line_shape(pane_row(t, r));
	}
	memset(t->rest.near, 0, sizeof t->rest.near);
	t->rest.began_ms = t->rest.moved_ms = t->now_ms;
	t->rest.gap_ms = 0;
	t->rest.still = 0;
	t->rest.title = title_shape(scr);
	t->rest.shapes = v;
	t->rest.nshapes = 2 * t->nrows;
	t->rest.calm = t->view.state == AGENT_IDLE;
}

/* Whether a line of this shape stood there before the turn that runs. */
static int
was_there(const struct turn *t, uint64_t shape)
{
	return t->run.active && shape_among(t->rest.shapes, t->rest.nshapes,
	    shape);
}

/* The same of a row as it is now. */
int
rest_stood(const struct turn *t, int row)
{
	return was_there(t, line_shape(&t->rows[row].line));
}

/*
 * Whether a row was on the screen, but for what ticks in it, before the turn
 * that runs, when the program was idle; or stands there though nobody has asked
 * for anything.
 */
int
rest_had(struct turn *t, int row)
{
	int64_t due = t->changed_ms + STALE_MS;

	if (t->run.active || !is_at_rest(t))
		return t->rest.calm && rest_stood(t, row);
	if (t->now_ms < due)
		look_at(t, due);
	return t->now_ms >= due;
}

/* Whether tips stand in a row below the box. */
static int
has_tips(const struct turn *t, int r)
{
	const struct under *u;

	for (u = t->rest.under; u < t->rest.under + UNDERS; u++)
		if (u->known && u->off == r - t->box.outer_bottom)
			return 1;
	return 0;
}

/*
 * Rows that may tell what it does: some above the box, but not above the end of
 * the echo, and all below it; what stands beside the pane says nothing.
 */
static int
is_near(const struct turn *t, const struct screen *scr, int r)
{
	const struct box *b = &t->box;

	return b->present && !line_is_blank(pane_row(t, r)) &&
	    ((r < b->outer_top && r >= b->outer_top - ABOVE &&
	    screen_top(scr) + r >= t->run.echo_end) ||
	    (r > b->outer_bottom && !has_tips(t, r)));
}

/* A line of this shape is to be seen in the turn that runs. */
static void
see_near(struct turn *t, uint64_t shape)
{
	struct near *n, *old = &t->rest.near[0];

	for (n = t->rest.near; n < t->rest.near + NEAR; n++) {
		if (n->shape == shape) {
			n->last_ms = t->now_ms;
			return;
		}
		if (n->last_ms < old->last_ms)
			old = n;
	}
	old->shape = shape;
	old->first_ms = old->last_ms = t->now_ms;
}

/* Whether a line has been by the box in the turn that runs, for a while. */
int
rest_was_near(const struct turn *t, const struct tline *l)
{
	uint64_t shape = line_shape(l);
	const struct near *n;

	for (n = t->rest.near; n < t->rest.near + NEAR; n++)
		if (n->shape == shape)
			return n->last_ms - n->first_ms >= NEAR_MS;
	return 0;
}

/* How long the program pauses while it works, not while it asks. */
static void
note_pause(struct turn *t)
{
	struct rest *r = &t->rest;

	if (t->view.state == AGENT_WAITING)
		r->moved_ms = t->now_ms;
	if (t->changed_ms <= r->moved_ms)
		return;
	if (t->changed_ms - r->moved_ms > r->gap_ms)
		r->gap_ms = t->changed_ms - r->moved_ms;
	r->moved_ms = t->changed_ms;
}

/* Whether what moves while this turn runs has never paused for long. */
static int
is_brisk(const struct turn *t)
{
	const struct rest *r = &t->rest;

	return t->run.own && r->gap_ms <= BRISK_MS &&
	    r->moved_ms - r->began_ms >= MOVED_MS;
}

/*
 * Whether nothing has changed for much longer than ever while it worked: what
 * says that it works is a text then, or was left there.
 */
int
rest_is_still(struct turn *t)
{
	const struct rest *r = &t->rest;
	int64_t due = 4 * r->pause_ms;

	if (!t->run.active)
		return r->still && is_at_rest(t);
	if (r->worked_ms < WORKED_MS && !is_brisk(t))
		return 0;
	due = t->changed_ms + (due < STILL_MS ? STILL_MS : due);
	if (t->now_ms < due)
		look_at(t, due);
	return t->rest.still = t->now_ms >= due;
}

/* A turn runs: remember the lines that came with it. */
void
rest_watch(struct turn *t, const struct screen *scr)
{
	uint64_t shape = title_shape(scr);
	int r;

	if (!t->run.active || !t->run.own || t->view.line)
		return;
	note_pause(t);
	if (shape != 0 && shape != t->rest.title)
		see_near(t, shape);
	for (r = 0; r < t->nrows; r++)
		if (is_near(t, scr, r)) {
			shape = line_shape(pane_row(t, r));
			if (!was_there(t, shape))
				see_near(t, shape);
		}
}

/* Whether a line of this shape is on the screen, or is the title. */
static int
is_shown(const struct turn *t, const struct screen *scr, uint64_t shape)
{
	int r;

	for (r = 0; r < t->nrows; r++)
		if (line_shape(pane_row(t, r)) == shape)
			return 1;
	return shape != 0 && title_shape(scr) == shape;
}

/*
 * The turn is over: a line that stood by the box for most of it, to its end,
 * and went with it, tells in the next that it is none yet.
 */
void
rest_ended(struct turn *t, const struct screen *scr)
{
	struct rest *r = &t->rest;
	int64_t end = t->changed_ms, took = end - r->began_ms;
	struct near *n;

	if (t->run.own) {
		r->worked_ms += took;
		if (r->gap_ms > r->pause_ms)
			r->pause_ms = r->gap_ms;
	}
	for (n = r->near; n < r->near + NEAR; n++)
		if (n->shape != 0 && n->last_ms - n->first_ms >= NEAR_MS &&
		    2 * (n->last_ms - n->first_ms) >= took &&
		    end - n->last_ms <= NEAR_MS &&
		    !is_shown(t, scr, n->shape) &&
		    !shape_among(r->busy, SIGNS, n->shape))
			r->busy[r->nbusy++ % SIGNS] = n->shape;
}

void
turn_interrupted(struct turn *t, int64_t at_ms)
{
	t->rest.stopped_ms = at_ms;
}

/* Whether the turn was told to stop, and nothing has moved since. */
int
rest_is_stopped(struct turn *t)
{
	int64_t since = t->rest.stopped_ms;

	if (!t->run.active || since <= t->rest.began_ms)
		return 0;
	if (since < t->changed_ms)
		since = t->changed_ms;
	if (t->now_ms - since >= STOPPED_MS)
		return 1;
	look_at(t, since + STOPPED_MS);
	return 0;
}

/* Whether a line that tells so is to be seen: its row, or -1 for the title. */
int
rest_works(const struct turn *t, const struct screen *scr, int *row)
{
	int r;

	*row = -1;
	if (t->rest.nbusy == 0 || !t->run.active)
		return 0;
	for (r = 0; r < t->nrows; r++)
		if (is_near(t, scr, r) && shape_among(t->rest.busy, SIGNS,
		    line_shape(pane_row(t, r)))) {
			*row = r;
			return 1;
		}
	return title_shape(scr) != 0 &&
	    shape_among(t->rest.busy, SIGNS, title_shape(scr));
}

/* Whether the title is another one than before the turn. */
int
rest_is_retitled(const struct turn *t, const struct screen *scr)
{
	return t->run.active && title_shape(scr) != t->rest.title;
}

/* Whether two lines have the same letters: if so, one only counts on. */
static int
same_words(const struct tline *a, const struct tline *b)
{
	const char *p = a->text, *q = b->text;
	const char *p_end = p + a->len, *q_end = q + b->len;
	uint32_t x, y;

	do {
		for (x = 0; p < p_end && (!sign_is_letter(x = text_next(&p,
		    p_end)) || (x >= '0' && x <= '9')); x = 0)
			;
		for (y = 0; q < q_end && (!sign_is_letter(y = text_next(&q,
		    q_end)) || (y >= '0' && y <= '9')); y = 0)
			;
	} while (x == y && x != 0);
	return x == y;
}

/*
 * A row below the box differs from what it was.  Whether that is known to mean
 * nothing: tips and news stand there, one after the other, at work or not.
 */
static int
under_ticks(struct turn *t, int row, const struct tline *was,
    const struct tline *is)
{
	struct under *u, *old = t->rest.under;
	int off = row - t->box.outer_bottom;
	int64_t gap;

	for (u = t->rest.under; u < t->rest.under + UNDERS; u++) {
		if (u->off == off)
			break;
		if (u->last_ms < old->last_ms)
			old = u;
	}
	if (u == t->rest.under + UNDERS) {
		u = old;
		memset(u, 0, sizeof *u);
		u->off = off;
	}
	if (t->now_ms - t->rest.above_ms < UNDER_MS)
		return 0;		/* all of it may have moved */
	gap = t->now_ms - u->last_ms;
	u->last_ms = t->now_ms;
	u->fast = gap < UNDER_MS ? u->fast + 1 : 0;
	if (u->fast >= UNDER_TICKS)
		u->ticks = u->known = 0;
	if (u->fast > 0 || same_words(was, is))
		return 0;
	u->ticks++;
	u->known |= u->ticks >= UNDER_TICKS && t->now_ms - t->rest.above_ms >=
	    (is_at_rest(t) ? UNDER_REST_MS : UNDER_TURN_MS);
	return u->known;
}

/*
 * A row outside the box differs from what it was.  Whether that is known to
 * mean nothing.  spins: only its first sign does.
 */
int
rest_ticks(struct turn *t, int row, const struct tline *was,
    const struct tline *is, int spins)
{
	uint64_t shape = line_shape(is);
	struct ambient *a;

	if (t->view.line)
		return 0;
	if (!t->box.present || row <= t->box.outer_bottom)
		t->rest.above_ms = t->now_ms;
	if (was->width == 0 || is->width == 0)
		return 0;
	if (!spins && line_shape(was) == shape && was_there(t, shape))
		return 1;
	if (t->box.present && row > t->box.outer_bottom &&
	    under_ticks(t, row, was, is))
		return 1;
	if ((a = find_ambient(t, row, shape)) == NULL)
		return 0;
	if (a->known)
		return 1;
	if (!is_at_rest(t))
		return 0;
	if (t->now_ms - a->last_ms > STRAY_MS) {
		a->ticks = 0;
		a->first_ms = t->now_ms;
	}
	if (line_shape(was) != shape)
		a->moves = 1;
	a->spins |= spins;
	a->row = row;
	a->last_ms = t->now_ms;
	a->known = ++a->ticks >= TICKS_MIN && t->now_ms - a->first_ms >=
	    (a->spins || a->moves ? SPINNER_MS : AMBIENT_MS);
	return a->known;
}

/* Much of the screen was drawn anew: no more than that was learned so far. */
void
rest_redrawn(struct turn *t, int rows)
{
	struct ambient *a;

	if (rows <= MANY_ROWS)
		return;
	for (a = t->rest.ambient; a < t->rest.ambient + AMBIENT; a++)
		if (!a->known)
			a->ticks = 0;
}

