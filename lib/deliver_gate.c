/*
 * deliver_gate - when a message may be typed, and what is said of one that may
 * not.  Part of deliver.
 */
#include <string.h>

#include "deliver_in.h"

enum {
	STEADY_MS = 100,	/* the gate is open this long before we go in */
	SECOND_MS = 300		/* before the second of two interrupts */
};

int
deliver_is_free(const struct deliver_view *v)
{
	return v->box == TURN_BOX_EMPTY || v->box == TURN_BOX_HINT ||
	    v->box == TURN_BOX_NONE;
}

/* The person's fingers do not rest yet. */
static int
has_typed(const struct deliver_view *v, int64_t now)
{
	return v->key_ms != -1 && now - v->key_ms < DELIVER_PERSON_MS;
}

/* Why nothing may be typed now, as a receipt says it, or NULL. */
static const char *
gate_shut(const struct deliver *d, const struct deliver_view *v, int64_t now)
{
	const struct turn_view *t = v->turn;
	int waits = d->rules.busy == DELIVER_WAIT || d->urgent;

	if (v->paused)
		return "paused";
	if (now < d->unread_until)
		return "busy";
	if (t->state == AGENT_LIMITED)
		return "limited";	/* also where that is told by a menu */
	if (t->dialog || t->state == AGENT_WAITING ||
	    (v->canonical && v->echo_off))
		return "dialog";
	if (t->state == AGENT_STARTING || v->starting)
		return "busy";
	if (waits && (t->state == AGENT_BUSY || t->in_turn || v->answering))
		return "busy";
	if (v->unsent > 0 || has_typed(v, now))
		return "typing";
	if (d->lost_at >= t->changed_ms && (v->box == TURN_BOX_NONE ||
	    now - d->lost_at < LOST_MS * d->tries))
		return "dialog";	/* one that nobody would know for it */
	if (v->box == TURN_BOX_NONE && !t->open)
		return "busy";
	if (!deliver_is_free(v) && d->rules.stash.len == 0)
		return "typing";
	return NULL;
}

int64_t
deliver_interrupt_pause(const struct turn_view *t, int pressed)
{
	static const char *const twice[] = { " again", "twice", "esc esc",
	    "Esc Esc", "ESC ESC", NULL };
	int i;

	for (i = 0; pressed % 2 == 1 && twice[i] != NULL; i++)
		if (strstr(t->match, twice[i]) != NULL)
			return SECOND_MS;
	return DELIVER_INTERRUPT_MS;
}

/* It is shut: the running turn is stopped for what is urgent, the reason told
   in time, and the next step is due when time alone may have opened it. */
static void
stay_out(struct deliver *d, const struct deliver_view *v, const char *why,
    int64_t now)
{
	int stops = d->urgent && !strcmp(why, "busy") &&
	    v->turn->state == AGENT_BUSY && !v->turn->dialog;

	d->open_at = -1;
	if (d->shut_at == -1)
		d->shut_at = now;
	if (stops && (d->interrupts == 0 || now - d->interrupt_at >=
	    deliver_interrupt_pause(v->turn, d->interrupts))) {
		deliver_press(d, &d->rules.interrupt);
		d->interrupts++;
		d->interrupt_at = now;
	}
	if (now - d->shut_at >= DELIVER_HELD_MS)
		deliver_say_held(d, why);
	/* what changes makes a step of its own; what time alone changes is the
	 * person's rest */
	if (d->held == why && strcmp(why, "typing") && !v->starting)
		d->due = -1;
	else if (d->held == why)
		d->due = now + DELIVER_PERSON_MS / 4;
	if (d->due == -1 && stops)
		d->due = d->interrupt_at + deliver_interrupt_pause(v->turn,
		    d->interrupts);
	if (now < d->unread_until)
		d->due = d->unread_until;
}

/* What stands in the box is ours, left there, and no draft: it goes, whether
   drafts are put away or not. */
static int
is_left(const struct deliver *d, const struct deliver_view *v, const char *why,
    int64_t now)
{
	return d->left > 0 && (why == NULL || !strcmp(why, "typing")) &&
	    (v->box == TURN_BOX_TEXT || v->box == TURN_BOX_PART) &&
	    v->unsent == 0 && !has_typed(v, now) &&
	    (d->past_at == -1 || v->key_ms < d->past_at);
}

void
deliver_step_gate(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	const char *why = gate_shut(d, v, now);
	int64_t steady = v->turn->line ? STEADY_LINE_MS : STEADY_MS;

	d->due = now + LOOK_MS;
	if (is_left(d, v, why, now)) {
		d->part = d->left;
		d->left = d->over = d->joined = 0;
		deliver_untype(d, 0, now);
		return;
	}
	if (why != NULL) {
		stay_out(d, v, why, now);
		return;
	}
	if (d->open_at == -1)
		d->open_at = now;
	d->shut_at = -1;
	if (now < d->open_at + steady || now < d->retry_at)
		return;
	d->held = NULL;
	deliver_hold(d, now);
	if (d->stale)
		deliver_forget_text(d);
	d->stale = 0;
	if (d->text == NULL)
		deliver_tell(d, DELIVER_COMPOSE);
	deliver_go(d, COMPOSE, now);
}
