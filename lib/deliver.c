/*
 * deliver - typing a message into a program as a transaction.
 * Linked into csp-sidecar.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "deliver_in.h"

struct deliver *
deliver_new(const struct deliver_rules *rules)
{
	struct deliver *d;

	if ((d = calloc(1, sizeof *d)) == NULL)
		return NULL;
	d->rules = *rules;
	d->due = d->open_at = d->shut_at = d->lost_at = d->past_at = -1;
	return d;
}

void
deliver_free(struct deliver *d)
{
	if (d == NULL)
		return;
	free(d->text);
	free(d->wire);
	free(d);
}

void
deliver_set_rules(struct deliver *d, const struct deliver_rules *rules)
{
	d->rules = *rules;
	d->stale = d->text != NULL && !d->submitted;
}

/* the moves */

void
deliver_act(struct deliver *d, enum deliver_action action, const char *reason,
    const char *bytes, size_t len)
{
	struct deliver_out *o;

	assert(d->out_n < ACTIONS_MAX);
	o = &d->out[(d->out_first + d->out_n++) % ACTIONS_MAX];
	o->action = action;
	o->reason = reason;
	o->bytes = bytes;
	o->len = len;
}

void
deliver_tell(struct deliver *d, enum deliver_action action)
{
	deliver_act(d, action, "", NULL, 0);
}

void
deliver_press(struct deliver *d, const struct deliver_key *key)
{
	if (key->len > 0)
		deliver_act(d, DELIVER_WRITE, "", key->bytes, key->len);
}

enum deliver_action
deliver_next(struct deliver *d, struct deliver_out *o)
{
	if (d->out_n == 0) {
		memset(o, 0, sizeof *o);
		return DELIVER_NONE;
	}
	*o = d->out[d->out_first];
	d->out_first = (d->out_first + 1) % ACTIONS_MAX;
	d->out_n--;
	return o->action;
}

void
deliver_go(struct deliver *d, enum state state, int64_t now)
{
	d->state = state;
	d->since = now;
	d->due = now + LOOK_MS;
	d->seen_at = d->gone_at = d->other_at = -1;
}

int
deliver_stops(struct deliver *d, const struct deliver_view *v, int entered,
    int64_t now)
{
	if (!v->turn->dialog)
		return 0;
	d->entered = entered;
	deliver_release(d);
	deliver_go(d, DIALOG, now);
	return 1;
}

void
deliver_say_held(struct deliver *d, const char *why)
{
	if (d->held != NULL && !strcmp(d->held, why))
		return;
	d->held = why;
	deliver_act(d, DELIVER_HELD, why, NULL, 0);
}

void
deliver_hold(struct deliver *d, int64_t now)
{
	if (d->keys_held)
		return;
	d->keys_held = 1;
	d->held_at = now;
	deliver_tell(d, DELIVER_HOLD);
}

void
deliver_release(struct deliver *d)
{
	if (d->keys_held)
		deliver_tell(d, DELIVER_RELEASE);
	d->keys_held = 0;
}

int
deliver_overdue(const struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	return d->keys_held && v->held > 0 &&
	    now - d->held_at > DELIVER_KEYS_MS;
}

void
deliver_begin(struct deliver *d)
{
	deliver_tell(d, DELIVER_BEGIN);
	d->begun = 1;
}

void
deliver_cancel(struct deliver *d)
{
	if (d->begun)
		deliver_tell(d, DELIVER_CANCEL);
	d->begun = 0;
}

void
deliver_forget_text(struct deliver *d)
{
	free(d->text);
	d->text = NULL;
	d->len = d->left = 0;
	d->past_at = -1;
}

void
deliver_finish(struct deliver *d, int64_t now)
{
	deliver_release(d);
	free(d->wire);
	d->wire = NULL;
	d->off = d->part = d->wire_len = d->wire_off = 0;
	d->tries = d->urgent = d->interrupts = d->typed = d->submitted = 0;
	d->left = 0;
	d->unread = 0;
	d->unread_until = 0;
	d->stashed = d->begun = d->joins = d->taken = d->enters = 0;
	d->retry_at = 0;
	d->open_at = d->shut_at = d->lost_at = -1;
	d->held = NULL;
	deliver_go(d, EMPTY, now);
	d->due = -1;
}

void
deliver_retry(struct deliver *d, const char *why, int64_t now)
{
	if (d->stashed)
		deliver_press(d, d->rules.unstash.len > 0 ? &d->rules.unstash :
		    &d->rules.stash);
	d->stashed = 0;
	deliver_release(d);
	if (++d->tries >= DELIVER_TRIES) {
		deliver_act(d, DELIVER_FAILED, why, NULL, 0);
		deliver_finish(d, now);
		return;
	}
	d->retry_at = now + (250 << d->tries);
	d->part = 0;		/* lines that were entered are not again */
	d->enters = d->taken = 0;
	d->open_at = -1;
	d->shut_at = now;
	deliver_go(d, GATE, now);
}

void
deliver_again(struct deliver *d, int64_t now)
{
	d->tries--;
	deliver_retry(d, "", now);
}

/* what the owner says and asks */

void
deliver_want(struct deliver *d, int urgent, int64_t now)
{
	if (d->state == EMPTY) {
		if (d->past_at == -1)
			deliver_forget_text(d);
		else
			d->left = d->len;
		deliver_go(d, GATE, now);
		d->shut_at = now;
		d->due = now;
	}
	d->urgent |= urgent;
}

void
deliver_drop(struct deliver *d)
{
	if (d->state == GATE || d->state == COMPOSE)
		deliver_finish(d, d->since);
}

int
deliver_text(struct deliver *d, const char *text, size_t len)
{
	char *copy;

	if ((copy = malloc(len + 1)) == NULL)
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	free(d->text);
	d->text = copy;
	d->len = len;
	d->past_at = -1;
	d->due = d->since;
	return 0;
}

void
deliver_stopped(struct deliver *d, const char *text, size_t len, int64_t now)
{
	int64_t due = d->due;

	if ((d->state != EMPTY && d->state != GATE) || d->off > 0 ||
	    (d->left > 0 && d->past_at == -1) || len == 0 ||
	    deliver_text(d, text, len) == -1)
		return;
	d->past_at = now;
	d->stale = 1;		/* what waits is composed when its time comes */
	d->left = len;
	d->due = due;
}

void
deliver_taken(struct deliver *d)
{
	if (d->past_at == -1 && (d->state == SEE || d->state == LEAVE ||
	    d->state == DIALOG)) {
		d->taken = 1;
		d->due = d->since;
	}
}

int
deliver_idle(const struct deliver *d)
{
	return d->state == EMPTY;
}

int
deliver_typing(const struct deliver *d)
{
	return d->state > COMPOSE;
}

const char *
deliver_held(const struct deliver *d)
{
	return d->held;
}

void
deliver_prompt(const struct deliver *d, const char **text, size_t *len)
{
	*text = d->text != NULL && d->past_at == -1 ? d->text : "";
	*len = d->past_at == -1 ? d->len : 0;
}

int64_t
deliver_due(const struct deliver *d)
{
	return d->due;
}

int64_t
deliver_interrupted(const struct deliver *d)
{
	return d->interrupt_at;
}

void
deliver_step(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (d->out_n > 0)
		return;			/* first those */
	switch (d->state) {
	case EMPTY:
		d->due = -1;
		break;
	case GATE:
		deliver_step_gate(d, v, now);
		break;
	case COMPOSE:
		deliver_step_compose(d, v, now);
		break;
	case STASH:
		deliver_step_stash(d, v, now);
		break;
	case TRY_BREAK:
		deliver_step_break(d, v, now);
		break;
	case TYPE:
		deliver_step_type(d, v, now);
		break;
	case SEE:
		deliver_step_see(d, v, now);
		break;
	case LEAVE:
		deliver_step_leave(d, v, now);
		break;
	case NEXT_LINE:
		deliver_step_next_line(d, v, now);
		break;
	case DIALOG:
		deliver_step_dialog(d, v, now);
		break;
	case UNTYPE:
		deliver_step_untype(d, v, now);
		break;
	case UNSTASH:
		deliver_step_unstash(d, v, now);
		break;
	}
}
