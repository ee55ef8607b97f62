/*
 * deliver_back - a message is taken out of the box again.  Part of deliver.
 */
#include "deliver_in.h"

enum {
	UNTYPE_MORE = 64,	/* backspaces more than there were characters */
	UNTYPE_LONG = 8000,	/* of more characters, */
	UNTYPE_FAST = 8,	/* so many at once */
	UNTYPE_SLOW_MS = 30,	/* between those, some may be lost */
	UNTYPE_MS = 100,	/* between the last backspace and a look */
	UNREAD_AGAIN_MS = 2000,	/* a line is typed again then, or later */
	SLOW_MS = 30000		/* one that takes keys may take so long */
};

static const char shows_nothing[] =
    "the program shows nothing of what is typed";

int
deliver_unread(const struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	return v->unread > 0 && !v->canonical && now - d->since < SLOW_MS;
}

void
deliver_untype(struct deliver *d, int blind, int64_t now)
{
	size_t i;

	deliver_hold(d, now);
	deliver_cancel(d);
	d->backspaces = blind || d->over ? 0 : UNTYPE_MORE;
	d->blind = blind;
	for (i = 0; i < d->part; i++)
		if (((unsigned char)d->text[d->off + i] & 0xc0) != 0x80)
			d->backspaces++;
	d->wrote_at = now;
	d->least = SIZE_MAX;
	deliver_go(d, UNTYPE, now);
	d->due = now;
}

void
deliver_take_back(struct deliver *d, int64_t now)
{
	size_t left = d->part;
	int n = d->unread++;

	d->lying = 0;
	deliver_tell(d, DELIVER_TAKE_BACK);
	deliver_cancel(d);
	deliver_again(d, now);
	d->left = left;			/* somebody may have read it */
	d->unread_until = now + ((int64_t)UNREAD_AGAIN_MS << (n < 5 ? n : 5));
}

/*
 * A paste that has changed nothing on the screen: a dialog took it, or nobody.
 * It is not taken out, for that needs keys.  It may still appear.
 */
static void
swallowed(struct deliver *d, int64_t now)
{
	size_t left = d->part;

	d->lost_at = now;
	deliver_cancel(d);
	deliver_retry(d, shows_nothing, now);
	if (d->state == GATE)
		d->left = left;
}

void
deliver_unseen(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->joined = d->over && v->stood == TURN_STOOD_AND_MORE;
	if (v->unread > 0)
		deliver_take_back(d, now);
	else if (d->pasted && deliver_is_free(v) &&
	    v->turn->changed_ms < d->typed_at)
		swallowed(d, now);
	else if (v->box == TURN_BOX_EMPTY && d->part > BLIND_MAX) {
		deliver_cancel(d);
		deliver_retry(d, shows_nothing, now);
	} else
		deliver_untype(d, v->box == TURN_BOX_EMPTY, now);
}

void
deliver_step_untype(struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	int empty = !d->blind && (v->box == TURN_BOX_EMPTY ||
	    v->stood == TURN_STOOD_ALONE), n;

	if (deliver_stops(d, v, 0, now))
		return;
	d->due = now + (d->backspaces > UNTYPE_MORE ? DELIVER_PACE_MS :
	    UNTYPE_SLOW_MS);
	if (v->unsent > 0 || (deliver_unread(d, v, now) &&
	    !deliver_overdue(d, v, now)))
		return;
	if (v->box_len < d->least && !d->blind && !d->over) {
		d->least = v->box_len;	/* it helps: go on */
		if (d->backspaces < UNTYPE_MORE)
			d->backspaces = UNTYPE_MORE;
	}
	if (empty || d->backspaces == 0) {
		d->due = d->wrote_at + UNTYPE_MS;
		if (now < d->due)
			return;
		if (d->joined) {
			deliver_tell(d, DELIVER_DRAFT);
			deliver_again(d, now);
		} else if (d->past_at != -1)
			deliver_again(d, now);
		else
			deliver_retry(d, d->blind ? shows_nothing :
			    d->grew > 1 ? "Enter begins a line there" :
			    "the program does not take the text", now);
		return;
	}
	d->wrote_at = now;
	if (v->canonical) {
		/* a line: one key takes it all */
		d->kill = (char)v->kill_char;
		deliver_act(d, DELIVER_WRITE, "", &d->kill, 1);
		d->backspaces = 0;
		d->least = 0;
		return;
	}
	/* one at a time: read at once, several may be no key at all */
	n = d->backspaces > UNTYPE_LONG ? UNTYPE_FAST : 1;
	for (; n > 0; n--) {
		deliver_press(d, &d->rules.backspace);
		d->backspaces--;
	}
}
