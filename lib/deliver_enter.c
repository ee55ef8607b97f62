/*
 * deliver_enter - a message stands in the box: Enter, and whether it was taken.
 * Part of deliver.
 */
#include "deliver_in.h"

enum {
	GONE_MS = 60,		/* after this an empty box is not half drawn */
	SEE_MS = 4000,		/* the box shows the text within, and */
	SEE_BYTES = 16,		/* another ms for each so many bytes of it */
	AGAIN_MS = 1000,	/* before a second Enter, and more each time */
	OTHER_MS = 1500,	/* the box holds what is not ours, for good */
	BLIND_MS = 15000,	/* nothing tells what became of it */
	UNREAD_MS = 1500	/* an unread line is taken back after */
};

int
deliver_is_ours(const struct deliver *d, const struct deliver_view *v)
{
	if (v->turn->dialog)
		return 0;
	if (d->part == 0)
		return v->box == TURN_BOX_EMPTY && d->state == SEE;
	return v->box == TURN_BOX_TEXT || v->box == TURN_BOX_PART;
}

/* Enter, or the key that the screen names for it. */
static const struct deliver_key *
enter_key(const struct deliver *d, const struct deliver_view *v)
{
	return d->rules.try_break && v->send.len > 0 &&
	    (v->send_sure || d->enter_breaks) ? &v->send : &d->rules.enter;
}

static void
press_enter(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (v->turn->left) {
		/* half a frame, or a dialog beside the box */
		if (now - d->wrote_at > DELIVER_KEYS_MS)
			deliver_release(d);
		return;
	}
	deliver_hold(d, now);
	/* where a turn runs the Enter before was taken: what looks like the box
	 * is the echo, and what stands on the screen the reply's beginning */
	if (d->enters == 0)
		d->joins = d->rules.busy == DELIVER_JOIN && v->turn->in_turn;
	if (!d->by_line && !d->joins &&
	    !(d->enters > 0 && v->turn->in_turn && v->turn->own))
		deliver_begin(d);
	d->enter = *enter_key(d, v);
	deliver_press(d, &d->enter);
	d->box_rows = v->box_rows;
	if (d->enters == 0) {
		d->grew = 0;
		d->enter_at = now;
	}
	if (d->enters++ == 0)
		d->was_busy = v->turn->state == AGENT_BUSY;
	deliver_go(d, LEAVE, now);
}

void
deliver_step_see(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	int64_t settle = v->canonical ? 0 : d->rules.settle_ms;

	d->due = now + LOOK_MS;
	if (d->taken) {
		deliver_go(d, LEAVE, now);
		return;
	}
	if (deliver_stops(d, v, 0, now))
		return;
	if (deliver_is_ours(d, v)) {
		if (d->seen_at == -1)
			d->seen_at = now;
		if (now - d->wrote_at >= settle &&
		    now - d->seen_at >= settle * 3 / 5)
			press_enter(d, v, now);
		return;
	}
	d->seen_at = -1;
	if (deliver_unread(d, v, now))
		d->read_at = now;
	if (now - (d->read_at > d->wrote_at ? d->read_at : d->wrote_at) <
	    SEE_MS + (int64_t)(d->part / SEE_BYTES) &&
	    !deliver_overdue(d, v, now))
		return;
	deliver_unseen(d, v, now);
}

/* It was taken: a line, and there are more, or all of it. */
static void
submitted(struct deliver *d, int64_t now)
{
	d->lying = 0;
	if (!d->submitted && d->joins)
		deliver_tell(d, DELIVER_JOINS);
	if (!d->submitted)
		deliver_tell(d, DELIVER_SUBMITTED);
	d->submitted = 1;
	if (d->by_line) {
		d->off += d->part + 1;
		if (deliver_next_part(d)) {
			d->enters = 0;
			deliver_go(d, NEXT_LINE, now);
			return;
		}
	}
	d->part = 0;
	if (d->stashed && d->rules.unstash.len > 0) {
		deliver_go(d, UNSTASH, now);
		return;
	}
	deliver_finish(d, now);
}

/* The line lies in the terminal, and who should read it does not.  Returns 1
   where that is so, or was and will not be: then it is taken back. */
static int
unread(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (d->by_line && v->canonical && v->unread > 0) {
		/* the terminal has shown it: that is no proof of a reader */
		d->lying = 1;
		if (now - d->since >= UNREAD_MS)
			deliver_take_back(d, now);
		return 1;
	}
	if (d->lying && !v->canonical && (v->unread > 0 || v->echo_off)) {
		/* it takes keys now, not this line; one that has read the line
		 * and only looks for more leaves the echo on */
		deliver_take_back(d, now);
		return 1;
	}
	return 0;
}

/* The text still stands there: once more, with another key where Enter has
   begun a line, or it is given up. */
static void
still_there(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->gone_at = d->other_at = -1;
	if (now - d->since < AGAIN_MS + 250 * d->enters)
		return;
	if (v->unread > 0 && !deliver_overdue(d, v, now))
		return;			/* nobody has read that Enter yet */
	d->grew += v->box_rows > d->box_rows;
	if (d->grew > 0 && d->rules.try_break && v->send.len > 0 &&
	    !d->enter_breaks) {
		d->enter_breaks = 1;
		deliver_untype(d, 0, now);
		return;
	}
	if (d->grew > 1)
		d->tries = DELIVER_TRIES - 1;
	if (d->grew > 1 || d->enters >= DELIVER_ENTERS ||
	    deliver_overdue(d, v, now))
		deliver_untype(d, 0, now);
	else
		press_enter(d, v, now);
}

/* It is not in the box any more, since gone_at: the program has taken it. */
static int
is_taken(const struct deliver *d, const struct deliver_view *v, int64_t now)
{
	const struct turn_view *t = v->turn;

	if (d->by_line)
		return 1;
	/* a text that more than one Enter has moved, and nothing else, has
	 * scrolled out of the box */
	if (d->enters > 1 && t->changed_ms < d->enter_at)
		return 0;
	if (v->box == TURN_BOX_HINT && now - d->gone_at >= OTHER_MS)
		return 1;
	return now - d->gone_at >= GONE_MS && (v->box == TURN_BOX_EMPTY ||
	    v->stood == TURN_STOOD_ALONE || (t->state == AGENT_BUSY &&
	    !d->was_busy && t->changed_ms >= d->since));
}

void
deliver_step_leave(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->due = now + LOOK_MS;
	if (d->taken) {
		submitted(d, now);
		return;
	}
	if (deliver_stops(d, v, 1, now) || v->unsent > 0 || unread(d, v, now))
		return;
	if (deliver_is_ours(d, v)) {
		still_there(d, v, now);
		return;
	}
	if (d->gone_at == -1)
		d->gone_at = now;
	if (is_taken(d, v, now)) {
		submitted(d, now);
		return;
	}
	if (v->box == TURN_BOX_OTHER && d->other_at == -1)
		d->other_at = now;
	if (v->box == TURN_BOX_OTHER && now - d->other_at > OTHER_MS)
		deliver_untype(d, 0, now);
	else if (now - d->since > BLIND_MS) {
		deliver_cancel(d);
		deliver_act(d, DELIVER_FAILED,
		    "the input box went out of sight", NULL, 0);
		deliver_finish(d, now);
	}
}

/*
 * A dialog has the keyboard: not a key until it is answered, by the person.
 * What we typed is swallowed, or stands in the box again afterwards.
 */
void
deliver_step_dialog(struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	d->due = -1;
	if (d->taken || (d->entered && v->turn->state == AGENT_LIMITED)) {
		submitted(d, now);
		return;
	}
	if (v->turn->dialog || v->box == TURN_BOX_NONE) {
		if (d->held == NULL && now - d->since >= DELIVER_HELD_MS)
			deliver_say_held(d, "dialog");
		else if (d->held == NULL)
			d->due = now + LOOK_MS;
		d->seen_at = -1;
		return;
	}
	d->due = now + LOOK_MS;
	if (d->seen_at == -1)
		d->seen_at = now;
	if (now - d->seen_at < d->rules.settle_ms)
		return;
	if (deliver_is_ours(d, v) || deliver_is_free(v))
		d->held = NULL;
	if (deliver_is_ours(d, v) && d->past_at != -1)
		deliver_untype(d, 0, now);
	else if (deliver_is_ours(d, v)) {
		deliver_hold(d, now);
		d->wrote_at = now;
		deliver_go(d, SEE, now);
	} else if (d->entered && deliver_is_free(v))
		submitted(d, now);
	else if (deliver_is_free(v)) {
		deliver_cancel(d);	/* the dialog has it */
		deliver_again(d, now);
	} else if (now - d->since >= DELIVER_HELD_MS)
		/* mixed with the person's own: theirs to sort out */
		deliver_say_held(d, "typing");
}

void
deliver_step_unstash(struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	d->due = now + LOOK_MS;
	if (v->turn->dialog || v->box != TURN_BOX_EMPTY ||
	    now - d->since < d->rules.settle_ms)
		return;
	deliver_press(d, &d->rules.unstash);
	deliver_finish(d, now);
}
