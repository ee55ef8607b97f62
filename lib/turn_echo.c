/*
 * turn_echo - where the echo of the prompt is: what stands below it is the
 * reply.  Part of turn.
 *
 * Of the echoes there are it is the first that was not there before the turn.
 * While it stays where it was it is not looked for; what moves or repaints it
 * sets off a new search.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define SEARCH_MAX	4000	/* lines that are looked through for an echo */
#define SEARCH_MS	250	/* between two searches of the whole */
#define HEADER		3	/* written rows at the top that may be one */
#define ECHO_LINES	8	/* by which an echo is known again */

/* Lines from which an echo may be looked for, up to (not with) the box. */
static void
search_range(const struct turn *t, const struct screen *scr, int64_t *from,
    int64_t *to)
{
	if (t->below && t->box.present) {
		*from = screen_top(scr) + t->box.outer_bottom + 1;
		*to = screen_top(scr) + t->nrows;
		return;
	}
	*to = screen_top(scr) + (t->box.present ? t->box.outer_top : t->nrows);
	*from = screen_first(scr);
	if (*to - *from > SEARCH_MAX)
		*from = *to - SEARCH_MAX;
}

/*
 * Find the echoes there are before a line: how many, and the last; the one with
 * index want (from 0) or the first behind line after is put into *hit.
 */
static size_t
find_echoes(struct turn *t, const struct screen *scr, int64_t before,
    int64_t after, size_t want, struct echo *last, struct echo *hit)
{
	struct tline l = LINE_NONE;
	struct folded seen = { NULL, 0, 0 };
	struct echo e;
	int64_t from, n, to;
	size_t count = 0;

	last->at = -1;
	last->whole = 0;
	if (hit != NULL)
		hit->at = -1;
	search_range(t, scr, &from, &to);
	for (n = from; n < to && n < before; n++) {
		if (!echo_at(t, scr, n, &l, &seen, &e))
			continue;
		if (hit != NULL && (hit->at == -1 || t->run.prompt == NULL) &&
		    (after >= 0 ? n > after : count >= want))
			*hit = e;
		*last = e;
		count++;
		n = e.end - 1;
	}
	line_free(&l);
	fold_free(&seen);
	return count;
}

static uint64_t
hash_of(const struct tline *l)
{
	return text_hash(l->text, l->len);
}

/*
 * A number for the echo's lines from at to end, the first of them at least: one
 * line alone may be a bare frame that stands elsewhere, too.  0: not all held.
 */
static uint64_t
echo_sum(const struct turn *t, const struct screen *scr, int64_t at,
    int64_t end)
{
	struct tline l = LINE_NONE;
	uint64_t sum = 0;

	if (end > at + ECHO_LINES)
		end = at + ECHO_LINES;
	do {
		if (pane_read(t, scr, at, &l) == -1) {
			sum = 0;
			break;
		}
		sum = sum * 31 + hash_of(&l) + 1;
	} while (++at < end);
	line_free(&l);
	return sum;
}

/* What the lines around the echo's beginning tell of the program's own ways. */
static void
note_ways(struct turn *t, const struct screen *scr, int64_t at)
{
	struct run *run = &t->run;
	struct tline l = LINE_NONE;
	long start;

	if (pane_read(t, scr, at - 1, &run->above) == -1)
		(void)line_copy(&run->above, &l);
	/* what stands in the first row may be a title */
	if (((screen_state(scr)->modes & SCREEN_ALT) &&
	    at - 1 <= screen_top(scr) + pane_top(t)) ||
	    (line_is_rule(&run->above) && !line_is_titled(&run->above)) ||
	    (pane_read(t, scr, at - 2, &l) == 0 && !line_is_blank(&l) &&
	    !line_is_rule(&l)))
		line_cut(&run->above, run->above.len, 0);
	run->labels = 0;
	run->echo_indent = run->echo_col = 0;
	run->echo_attr = run->echo_sign = 0;
	run->echo_bar = run->echo_timed = 0;
	if (pane_read(t, scr, at, &l) == 0) {
		start = echo_start(t, &l);
		run->echo_indent = l.indent;
		run->echo_timed = time_len(l.text + l.indent) > 0;
		run->echo_attr = l.attr;
		run->echo_sign = sign_at_start(&l);
		run->echo_bar = (int)utf8_text_width(l.text,
		    line_behind_bar(&l));
		run->echo_bar -= run->echo_bar > 0;
		run->echo_col = start < 0 ? 0 : (int)utf8_text_width(l.text,
		    (size_t)start);
		run->labels = start >= 0 ? echo_labels(t, &l, start) : 0;
		if (run->labels > 0)
			(void)label_len(&l, run->labels, &run->label);
	}
	line_free(&l);
}

/* An echo was found, or has grown: note where it is. */
static void
echo_set(struct turn *t, struct screen *scr, const struct echo *e)
{
	struct run *run = &t->run;

	run->echo = e->at;
	run->echo_end = e->end;
	run->echo_whole = e->whole;
	run->echo_hash = echo_sum(t, scr, e->at, e->end);
	screen_anchor_set(scr, TURN_ANCHOR, e->at);
	note_ways(t, scr, e->at);
	run->lost = 0;
}

/* A long echo comes in pieces: what was only a part may be more by now. */
static void
echo_grow(struct turn *t, struct screen *scr)
{
	struct tline l = LINE_NONE;
	struct folded seen = { NULL, 0, 0 };
	struct run *run = &t->run;
	struct echo e;

	if (run->echo_whole || (run->searched_ms != -1 &&
	    t->now_ms - run->searched_ms < SEARCH_MS))
		return;
	run->searched_ms = t->now_ms;
	if (echo_at(t, scr, run->echo, &l, &seen, &e) && e.end > run->echo_end)
		echo_set(t, scr, &e);
	line_free(&l);
	fold_free(&seen);
}

/* Whether the echo is still where it was. */
static int
echo_stays(struct turn *t, struct screen *scr)
{
	int64_t at = screen_anchor(scr, TURN_ANCHOR);
	int same;

	if (t->run.echo == -1 || at == -1)
		return 0;
	same = echo_sum(t, scr, at, at + t->run.echo_end - t->run.echo) ==
	    t->run.echo_hash;
	if (same) {
		t->run.echo_end += at - t->run.echo;
		t->run.echo = at;
		echo_grow(t, scr);
	}
	return same;
}

/*
 * Note where things are before the prompt goes in.  One that nobody announced
 * may be drawn already: what is old ends with the prompt before it.
 */
void
echo_begin(struct turn *t, struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	struct run *run = &t->run;
	struct echo old;
	int64_t before;
	uint64_t *h;
	int i;

	pane_find(t, scr);
	before = run->own ? INT64_MAX : echo_stays(t, scr) ?
	    run->echo_end : 0;
	run->echo = run->echo_end = -1;
	run->echo_hash = 0;
	run->searched_ms = -1;
	run->lost = run->view_used = run->pinned_seen = 0;
	run->view_at = run->view_skip = 0;
	run->labels = 0;
	if (run->above.len > 0)
		line_cut(&run->above, run->above.len, 0);
	lines_cut(&run->view, 0);
	run->erased = st->erased;
	run->dropped = st->dropped;
	run->resizes = st->resizes;
	run->alt = (st->modes & SCREEN_ALT) != 0;
	run->floor = screen_top(scr) +
	    (t->box.present ? t->box.outer_top : st->cursor_row);
	run->old_echoes = find_echoes(t, scr, before, -1, 0, &old, NULL);
	if (run->own && !t->box.present && old.at >= screen_top(scr)) {
		run->floor = old.at;	/* it is still being typed */
		run->old_echoes = find_echoes(t, scr, run->floor, -1, 0, &old,
		    NULL);
	}
	run->old_echo = old.at;
	run->old_whole = old.whole;
	run->top_rows = run->top_end = 0;
	if ((h = realloc(run->top_hash, (size_t)t->nrows * sizeof *h)) == NULL)
		return;
	run->top_hash = h;
	for (i = 0; i < t->nrows; i++)
		h[i] = region_shape(t, i);
	run->top_rows = run->foot = t->nrows;
	run->ground = region_bar(t, scr);
	if (run->ground == -1)
		run->ground = t->ground;	/* the text has moved it */
	run->top_old = t->box.outer_bottom + 1;
	run->top_end = t->box.present && !t->below ? t->box.outer_top : 0;
	(void)line_copy(&run->title, pane_row(t, pane_top(t)));
}

/* Whether the draft stands above the box as an echo, below the one before. */
int
echo_is_new(struct turn *t, struct screen *scr)
{
	struct run *run = &t->run;
	struct folded fold = run->fold;
	struct echo hit = { -1, -1, 1 }, last;
	char *prompt = run->prompt;
	size_t len = run->prompt_len;
	int64_t after;
	int loose = run->loose;

	if (t->view.turns > 0 && !echo_stays(t, scr))
		return 0;		/* nobody knows what is new */
	after = t->view.turns > 0 ? run->echo : -1;
	memset(&run->fold, 0, sizeof run->fold);
	run->prompt = t->draft;
	run->prompt_len = t->draft_len;
	run->loose = 0;
	if (fold_text(&run->fold, t->draft, t->draft_len) == 0)
		(void)find_echoes(t, scr, INT64_MAX, after, 0, &last, &hit);
	fold_free(&run->fold);
	run->fold = fold;
	run->prompt = prompt;
	run->prompt_len = len;
	run->loose = loose;
	return hit.at != -1;
}

/*
 * Whether what looks like the echo is the reply's, which quotes the prompt: it
 * was seen below the echo before, or has a label where the echo had none.
 */
static int
is_quoted(struct turn *t, const struct screen *scr, int64_t at)
{
	const struct run *run = &t->run;
	struct tline l = LINE_NONE;
	int quoted = 0;
	long start;
	size_t i;

	if (run->view.n > run->view_skip && pane_read(t, scr, at, &l) == 0) {
		start = echo_start(t, &l);
		quoted = run->labels == 0 && start >= 0 &&
		    echo_labels(t, &l, start) > 0;
		for (i = run->view_skip; i < run->view.n && !quoted; i++)
			quoted = l.len == run->view.v[i].len && memcmp(l.text,
			    run->view.v[i].text, l.len) == 0;
	}
	line_free(&l);
	return quoted;
}

/* The end of an echo in the first rows, whose beginning may be off; what stands
   above it may be a header. */
static void
find_tail(struct turn *t, const struct screen *scr, struct echo *hit)
{
	int n = 0, r;

	for (r = region_top(t); hit->at == -1 && n < HEADER &&
	    r < region_bottom(t, scr); r++) {
		if (line_is_blank(pane_row(t, r)))
			continue;
		n++;
		hit->end = screen_top(scr) + r;
		if (tail_find(t, scr, &hit->end))
			hit->at = screen_top(scr) + r;
		hit->whole = 0;
	}
}

/* Search the echo in all there is; hit->at is -1 where there is none. */
static void
echo_search(struct turn *t, const struct screen *scr, struct echo *hit)
{
	const struct screen_state *st = screen_state(scr);
	const struct run *run = &t->run;
	int alt = (st->modes & SCREEN_ALT) != 0, moved;
	struct echo last;

	moved = st->erased != run->erased || st->resizes != run->resizes ||
	    alt || st->dropped != run->dropped;
	if (find_echoes(t, scr, INT64_MAX, moved ? -1 : run->old_echo,
	    run->old_echoes, &last, hit) > 0 && hit->at == -1 && moved &&
	    run->echo == -1 && run->busy_seen && (last.at != run->old_echo ||
	    (last.whole && !run->old_whole))) {
		/* others of the same text, or a part of it, have left */
		(void)find_echoes(t, scr, INT64_MAX, last.at - 1, 0, &last,
		    hit);
	}
	if (hit->at == -1 && run->echo == -1 && run->view.n == 0 && alt &&
	    t->box.present && !t->below) {
		t->below = 1;	/* in a box at the top */
		if (find_echoes(t, scr, INT64_MAX, -1, 0, &last, hit) == 0)
			t->below = 0;
	}
	if (hit->at != -1 && is_quoted(t, scr, hit->at))
		hit->at = -1;
	if (hit->at == -1 && run->view.n == 0 && alt && run->busy_seen)
		find_tail(t, scr, hit);
}

/* Look where the echo is; moved and repainted lines are searched anew. */
void
echo_track(struct turn *t, struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	struct run *run = &t->run;
	struct echo hit = { -1, -1, 1 };
	int alt = (st->modes & SCREEN_ALT) != 0;

	pane_follow(t, scr);
	if (echo_stays(t, scr))
		return;
	/* a long scrollback is not searched at every look */
	if (run->searched_ms != -1 && !alt &&
	    st->erased == run->search_erased &&
	    t->now_ms - run->searched_ms < SEARCH_MS)
		return;
	run->searched_ms = t->now_ms;
	run->search_erased = st->erased;
	echo_search(t, scr, &hit);
	if (hit.at != -1)
		echo_set(t, scr, &hit);
	else {
		if (run->echo != -1 && !alt && run->echo < screen_first(scr))
			run->lost = 1;
		run->echo = run->echo_end = -1;
	}
}
