/*
 * turn_region - which rows of the screen may be a reply's: not a header that
 * was there before the turn, nor what stands by the box, a status or a footer.
 * Part of turn.
 *
 * region_top() and region_bottom() give the rows.  What does not belong to a
 * reply though it stands there, region_is_status() tells, line by line.
 */
#include <string.h>

#include "turn_int.h"

#define HEADER		3	/* rows at the top that may be one */
#define BAR_ROWS	2	/* of a bar above the box, at most */

/* A number for a row, digits left out; 0: it is blank. */
uint64_t
region_shape(const struct turn *t, int r)
{
	const struct tline *l = pane_row(t, r);

	return line_is_blank(l) ? 0 : line_shape(l);
}

/* Whether a row is as it was when the turn began. */
static int
stays(const struct turn *t, int r)
{
	return r < t->run.top_rows && region_shape(t, r) == t->run.top_hash[r];
}

/*
 * Whether the first row is the title that it was when the turn began: it has a
 * look of its own, and begins with the same word; the rest may tell of a state.
 */
static int
is_title(const struct turn *t, int r)
{
	const struct tline *was = &t->run.title, *l = pane_row(t, r);
	size_t n = strcspn(was->len > 0 ? was->text + was->indent : "", " ");

	while (++r < t->nrows && line_is_blank(pane_row(t, r)))
		;
	return n > 0 && !line_is_blank(l) && l->indent == was->indent &&
	    l->attr == was->attr && strncmp(l->text + l->indent, was->text +
	    was->indent, n + 1) == 0 && r < t->nrows &&
	    pane_row(t, r)->attr != l->attr;
}

/* The first row in which what is said may stand: a header above it may change,
   but not the rule that it ends with. */
int
region_top(const struct turn *t)
{
	int first, r, top;

	first = t->below && t->box.present ? t->box.outer_bottom + 1 :
	    pane_top(t);
	for (r = top = first; r < first + HEADER && r < t->nrows; r++)
		if (stays(t, r) && line_is_rule(pane_row(t, r)))
			top = r + 1;
	return top;
}

/* Rows at the top that are as they were before: a header, with its clock. */
int
region_header(const struct turn *t)
{
	int r = region_top(t);

	if (is_title(t, r))
		r++;
	while (r < t->nrows && stays(t, r))
		r++;
	return r;
}

/* The first row that is not what stood above the box when the turn began: it
   may have moved up since. */
int
region_moved(const struct turn *t)
{
	const uint64_t *was = t->run.top_hash;
	int header = region_header(t), by, end = t->run.top_end, r, written;

	while (end > header && was[end - 1] == 0)
		end--;
	for (by = 1; header + by < end; by++) {
		written = 0;
		for (r = header; r + by < end &&
		    region_shape(t, r) == was[r + by]; r++)
			written += was[r + by] != 0;
		if (r + by == end && written > 1)
			return r;
	}
	return header;
}

/* Before the first turn: what stands above the box will stand there later. */
void
chrome_keep(struct turn *t)
{
	uint64_t h;
	int i, k = 0, r;

	if (t->proven || t->reply_final || t->run.active || !t->box.present)
		return;
	for (r = t->box.outer_top - 1; r >= 0 && k < 6; r--) {
		if (row_is_blank(t, r))
			continue;
		k++;
		h = line_shape(&t->rows[r].line);
		for (i = 0; i < CHROME && t->chrome[i] != h; i++)
			;
		if (i == CHROME)
			t->chrome[t->nchrome++ % CHROME] = h;
	}
}

/* Whether the row stood near the box before any turn: not the reply's. */
static int
is_chrome(const struct turn *t, const struct tline *l)
{
	uint64_t h = line_shape(l);
	int i;

	for (i = 0; i < CHROME; i++)
		if (t->chrome[i] == h)
			return 1;
	return 0;
}

/* Whether a line that came with the turn would tell that the program works, if
   it did. */
static int
is_work_told(const struct turn *t, const struct tline *l)
{
	const struct rules_state *s;
	const struct rules_cond *c;
	size_t i, n;

	if (t->view.state != AGENT_IDLE || shape_among(t->rest.shapes,
	    t->rest.nshapes, line_shape(l)))
		return 0;
	s = rules_states(t->rules, &n);
	for (i = 0; i < n; i++)
		for (c = s[i].conds; c < s[i].conds + s[i].nconds; c++)
			if (s[i].state == AGENT_BUSY && !c->negate &&
			    c->where == RULES_ABOVE && c->pattern != NULL &&
			    rules_match(c->pattern, l->text, NULL, NULL, NULL,
			    NULL))
				return 1;
	return 0;
}

/* What stands between reply and box: spinner, hints, status, blank lines. */
int
region_is_status(const struct turn *t, const struct tline *l)
{
	return line_is_blank(l) || line_is_rule(l) ||
	    (rules_match_any(t->rules, "status", l->text) != -1 &&
	    !is_work_told(t, l)) ||
	    (rules_pattern(t->rules, "reply", 0) == NULL &&
	    is_chrome(t, l));
}

/* Whether the last line stands at the right alone: a name, a time, a count, and
   none of what is said. */
static int
is_at_right(const struct turn *t, const struct tlines *ls)
{
	const struct tline *l = &ls->v[ls->n - 1];
	int cols = pane_cols(t);

	return rules_pattern(t->rules, "reply", 0) == NULL &&
	    l->indent > cols / 2 && l->width >= cols - 2 &&
	    (ls->n == 1 || line_is_blank(l - 1));
}

void
region_trim(struct turn *t, struct tlines *ls)
{
	while (ls->n > 0 && !line_closes(ls, ls->n - 1) &&
	    (region_is_status(t, &ls->v[ls->n - 1]) || is_at_right(t, ls)))
		ls->n--;
}

/* Whether nothing stands above the echo but a heading: the last turn is always
   the first to be seen. */
static int
echo_is_first(const struct turn *t, const struct screen *scr)
{
	int n = 0, r;

	for (r = region_top(t); screen_top(scr) + r < t->run.echo; r++)
		n += !line_is_blank(pane_row(t, r));
	return t->run.echo >= screen_top(scr) && n <= 1;
}

/*
 * The row behind the last that may belong to a reply below a box at the top:
 * where a footer begins, or what stood there first when the turn began, if that
 * has been moved down.
 */
static int
below_bottom(struct turn *t, const struct screen *scr)
{
	int first = t->box.outer_bottom + 1, foot = t->nrows, i, n, r;
	int top = t->run.top_old;

	while (top < t->run.top_rows && t->run.top_hash[top] == 0)
		top++;
	/* what is said may end as it did before: a footer never moves */
	while (foot > first && t->nrows - foot < t->run.foot &&
	    stays(t, foot - 1))
		foot--;
	t->run.foot = t->nrows - foot;
	for (r = first + 1; r < foot && echo_is_first(t, scr); r++) {
		for (i = n = 0; r + i < foot && top + i < t->run.top_rows &&
		    region_shape(t, r + i) == t->run.top_hash[top + i]; i++)
			n += t->run.top_hash[top + i] != 0;
		if (n > 1 || (n == 1 && r + i == foot))
			return r;
	}
	return foot;
}

/* How many rows right above row r have this ground. */
static int
ground_rows(const struct turn *t, const struct screen *scr, int r, int ground)
{
	int n = 0;

	while (r - n > 0 && row_ground(t, scr, r - n - 1) == ground)
		n++;
	return n;
}

/*
 * The ground of a bar right above the box, or -1.  What most rows above the box
 * had before anything was said is no bar's but the program's own; and a card is
 * higher.
 */
int
region_bar(struct turn *t, const struct screen *scr)
{
	int ground = row_ground(t, scr, t->box.outer_top - 1), n = 0, r;

	if (ground == -1 || ground == t->own_ground)
		return -1;
	for (r = 0; r < t->box.outer_top; r++)
		n += row_ground(t, scr, r) == ground;
	if (n * 2 <= t->box.outer_top || t->view.turns > 0)
		return ground_rows(t, scr, t->box.outer_top, ground) >
		    BAR_ROWS ? -1 : ground;
	t->own_ground = ground;
	return -1;
}

/* The row behind the last that may belong to a reply. */
int
region_bottom(struct turn *t, const struct screen *scr)
{
	int n, r = t->nrows;

	if (t->below && t->box.present)
		r = below_bottom(t, scr);
	else if (t->box.present) {
		r = t->box.outer_top;
		/* a bar that tells what it does */
		if (t->run.ground != -1 && (n = ground_rows(t, scr, r,
		    t->run.ground)) <= BAR_ROWS)
			r -= n;
	}
	if (r > pane_bottom(t))
		r = pane_bottom(t);
	/* a footer stays where the box has made place for something else */
	while (!t->box.present && r > 0 && (line_is_blank(pane_row(t, r - 1)) ||
	    ((screen_state(scr)->modes & SCREEN_ALT) && stays(t, r - 1))))
		r--;
	return r;
}
