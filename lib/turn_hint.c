/*
 * turn_hint - what stands in the box and nobody has typed: a placeholder, a
 * suggestion.  The person's keys tell whether it can be theirs; what stands
 * there at rest without any is remembered.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"

#define ECHO_MS		2000	/* what was typed is to be seen by then */
#define CLEAR_MS	300	/* an Enter has had its effect, */
#define SETTLE_MS	5000	/* where there is no box to show it */
#define HINT_LINES	3	/* a box with more holds something else */
#define HINT_MS		1000	/* a hint stands at rest so long */
#define ASKED_MS	3000	/* idle so long after Enter: it is answered */
#define OURS_MIN	8	/* signs that tell a text */

/* Nobody has put anything into the box, as far as keys tell. */
int
hint_untouched(const struct turn *t)
{
	return t->rest.keys && !t->rest.prefilled &&
	    (t->rest.text_ms == -1 || t->rest.text_ms < t->rest.empty_ms);
}

static int
is_known_hint(const struct turn *t, uint64_t h)
{
	return shape_among(t->rest.hints, HINTS, h);
}

/* Whether the first signs of one stand in the other. */
static int
head_in(const struct folded *head, const struct folded *all)
{
	struct folded part = *head;
	size_t i;

	if (part.n > OURS_MIN)
		part.n = OURS_MIN;
	for (i = 0; part.n > 0 && i + part.n <= all->n; i++)
		if (fold_prefix(all, i, &part) == part.n)
			return 1;
	return 0;
}

static int
written_lines(const char *s, size_t n)
{
	int blank = 1, lines = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] != ' ' && s[i] != '\n')
			lines += blank;
		blank = s[i] == '\n' || (blank && s[i] == ' ');
	}
	return lines;
}

/*
 * Whether a content of the box that is not this text is a hint: nobody typed
 * it, and nothing of the text is in it.
 */
int
hint_is(struct turn *t, const char *content, size_t n, const char *text,
    size_t len)
{
	struct folded ours = { NULL, 0, 0 }, seen = { NULL, 0, 0 };
	int hint = 0;

	if (text != NULL && len > 0 && t->land.watched &&
	    !is_known_hint(t, text_hash(content, n)) &&
	    !land_stood(t, content, n))
		return 0;		/* it came with what is typed */
	if (rules_match_any(t->rules, "fold", content) != -1)
		return 0;		/* a paste of ours, or of theirs */
	if (!hint_untouched(t) || (!is_known_hint(t, text_hash(content, n)) &&
	    (written_lines(content, n) > HINT_LINES || t->ask_row != -1 ||
	    t->menu_top != -1)))
		return 0;
	if (text == NULL || len == 0)
		return 1;
	if (fold_text(&ours, text, len) == 0 &&
	    fold_text(&seen, content, n) == 0)
		hint = !head_in(&ours, &seen) && !head_in(&seen, &ours);
	fold_free(&ours);
	fold_free(&seen);
	return hint;
}

/*
 * Whether what the person typed has left the box with an Enter, where the rules
 * know of no better sign of work than that a turn runs; and is no command.
 */
int
hint_entered(struct turn *t, const struct screen *scr)
{
	const struct rules_state *s;
	size_t i, n;
	int only_turn = 0;

	if (t->draft_len == 0 || strchr("/!#:", t->draft[0]) != NULL ||
	    t->rest.clear_ms < t->draft_ms || !t->box.present ||
	    t->view.state != AGENT_IDLE)
		return 0;
	s = rules_states(t->rules, &n);
	for (i = 0; i < n; i++)
		only_turn |= s[i].state == AGENT_BUSY && s[i].conds->pattern ==
		    NULL && s[i].conds->where == RULES_TURN;
	return only_turn && box_content(t, scr, &t->scratch) == 0 &&
	    t->scratch.len == 0;
}

void
turn_set_keys(struct turn *t, struct screen *scr, int64_t text_ms,
    int64_t clear_ms)
{
	struct rest *r = &t->rest;

	r->keys = 1;
	if (text_ms > r->told_ms && !t->view.dialog)
		r->text_ms = text_ms;
	r->told_ms = text_ms;
	if (clear_ms == r->clear_ms)
		return;
	r->clear_ms = clear_ms;
	r->cleared = 0;
	if (!t->view.line && t->box.present &&
	    box_content(t, scr, &t->scratch) == 0)
		r->cleared = text_hash(t->scratch.p, t->scratch.len);
	r->cleared_len = t->scratch.len;
}

void
turn_is_draft(struct turn *t)
{
	memset(t->rest.hints, 0, sizeof t->rest.hints);
	t->rest.prefilled = 1;
}

/* Our prompt was taken: the box is as empty as it ever is. */
void
hint_taken(struct turn *t)
{
	t->rest.empty_ms = t->now_ms;
	t->rest.prefilled = 0;
}

/* Whether an Enter of the person's has emptied the box. */
static int
was_cleared(const struct turn *t, const char *content, size_t n)
{
	const struct rest *r = &t->rest;

	if (r->clear_ms <= r->text_ms || t->now_ms - r->clear_ms < CLEAR_MS)
		return 0;
	if (r->busy_ms >= r->clear_ms && t->view.state == AGENT_IDLE)
		return 1;		/* it was a prompt */
	if (!t->box.present)
		return t->now_ms - t->changed_ms >= SETTLE_MS;
	return r->cleared != 0 && (n < r->cleared_len ||
	    text_hash(content, r->cleared_len) != r->cleared);
}

/* Look at the box at rest: is it empty, and how does it look then? */
void
hint_look(struct turn *t, const struct screen *scr)
{
	struct rest *r = &t->rest;
	uint64_t h;
	size_t n = 0;

	if (t->view.state == AGENT_IDLE && t->now_ms - r->clear_ms >= ASKED_MS)
		r->idle_ms = t->now_ms;
	if (t->view.state == AGENT_BUSY)
		r->busy_ms = t->now_ms;
	if (!r->keys || t->view.line || t->run.active)
		return;
	if (!r->box_seen && t->box.present && t->view.state == AGENT_IDLE) {
		/* keys before that were for what the program asked first */
		r->box_seen = 1;
		if (t->now_ms - r->text_ms >= ECHO_MS)
			r->empty_ms = t->now_ms;
	}
	if (t->box.present && t->view.state == AGENT_IDLE &&
	    box_has_cursor(t, scr))
		r->cursor = 1;
	if (t->box.present && box_content(t, scr, &t->scratch) == 0)
		n = t->scratch.len;
	h = n > 0 ? text_hash(t->scratch.p, n) : 0;
	if (hint_untouched(t)) {
		if (n > 0 && t->view.state == AGENT_IDLE &&
		    t->now_ms - t->changed_ms >= HINT_MS &&
		    !is_known_hint(t, h))
			r->hints[r->nhints++ % HINTS] = h;
	} else if ((t->box.present && (n == 0 || is_known_hint(t, h)) &&
	    t->now_ms - r->text_ms >= ECHO_MS) ||
	    was_cleared(t, t->scratch.p, n))
		hint_taken(t);
}
