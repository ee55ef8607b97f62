/*
 * seat_door - what a CLI takes and hands over itself.
 * Linked into csp-sidecar.
 */
#include <string.h>

#include "seat_in.h"

/* The open prompt that the CLI means; NULL: none of ours. */
static struct asked *
prompt_of(const struct seat *s, const struct event *ev)
{
	struct asked *a;

	if (ev->prompt == NULL)
		return (s->end.open ? s->end.own : s->began) ?
		    asked_open(s->asked) : NULL;
	for (a = s->asked; a != NULL; a = a->next)
		if (a->tag == 0 && events_same_prompt(ev->prompt,
		    ev->prompt_len, a->text, a->len))
			break;
	return a;
}

/*
 * The prompt that a turn answers which is over: the last of ours in it, if the
 * person's own went into it behind that.
 */
static struct asked *
answered_by(struct seat *s, const struct event *ev)
{
	struct asked *a, *last = prompt_of(s, ev);

	if (last == NULL && ev->prompt != NULL)
		for (a = s->asked; a != NULL; a = a->next)
			if (a->tag == 0 && a->taken)
				last = a;
	for (a = s->asked; a != NULL; a = a->next)
		a->taken = 0;
	return last;
}

static void
door_ended(struct seat *s, const struct event *ev, int64_t now)
{
	struct asked *a = answered_by(s, ev);
	int screen_open = s->end.open;

	if (!ev->has_text && screen_open) {
		if (ev->aborted)	/* denied: what is to be seen is none */
			s->end.len = 0;
		seat_end_now(s, now);
		return;
	}
	if (!ev->has_text && (a == NULL || (!ev->aborted &&
	    turn_view(s->turn)->in_turn)))
		return;			/* the screen may show why */
	seat_tell(s, a, ev->text, ev->len, 1, ev->complete, ev->has_text ? "" :
	    "the turn ended without an answer", now);
	buf_clear(&s->partial, SEAT_KEEP_MAX);
	s->end.open = 0;
	if (!screen_open && turn_view(s->turn)->in_turn)
		s->answered = 1;	/* the screen need not tell it again */
}

void
seat_door_events(struct seat *s, int64_t now)
{
	struct asked *a;
	struct event ev;
	const char *text;
	size_t len;

	while (s->s.door != NULL && door_next(s->s.door, now, &ev)) {
		seat_say(s, "door %s %.80s", event_type_name(ev.type), ev.text);
		switch (ev.type) {
		case EVENT_PROMPT:
			deliver_prompt(s->deliver, &text, &len);
			if (len > 0 && events_same_prompt(ev.text, ev.len,
			    text, len))
				seat_taken(s, now);
			for (a = s->asked; a != NULL; a = a->next)
				a->taken |= events_same_prompt(ev.text, ev.len,
				    a->text, a->len);
			break;
		case EVENT_TEXT:
			buf_clear(&s->partial, SEAT_KEEP_MAX);
			(void)buf_append(&s->partial, ev.text, ev.len);
			s->update_due = 1;
			break;
		case EVENT_END:
			door_ended(s, &ev, now);
			break;
		case EVENT_LIMIT:
		case EVENT_ERROR:
			seat_notice(s, ev.text, ev.len);
			break;
		case EVENT_BUSY:
		case EVENT_DIALOG:	/* the screen has it, too */
		case EVENT_THREAD:
		case EVENT_CWD:
		case EVENT_OWNER:
		case EVENT_REJECT:
			break;
		}
	}
}

void
seat_hook(struct seat *s, const char *json, size_t n, int64_t now)
{
	if (door_hook(s->s.door, json, n, now))
		seat_door_events(s, now);
}

void
seat_reply(struct seat *s, const char *text, size_t n, int64_t now)
{
	struct event ev;

	if (s->began && deliver_typing(s->deliver))
		seat_taken(s, now);
	memset(&ev, 0, sizeof ev);
	ev.type = EVENT_END;
	ev.text = text;
	ev.len = n;
	ev.has_text = ev.complete = 1;
	door_ended(s, &ev, now);
}

/*
 * A prompt through the CLI's own door, if it has one that is open now, and it
 * was tried to be typed for as long as the rules say.
 */
static void
send_in(struct seat *s, int64_t now)
{
	const struct turn_view *v = turn_view(s->turn);
	struct buf b;
	int urgent, idle;

	idle = v->state == AGENT_IDLE && !v->in_turn && !s->end.open;
	if (s->no_door || s->paused || v->state == AGENT_LIMITED ||
	    s->initial != NULL || !mail_waiting(s->mail, &urgent) || urgent ||
	    !door_can_send(s->s.door, idle)) {
		s->in_since = -1;
		return;
	}
	if (s->in_since == -1)
		s->in_since = now;
	if (deliver_typing(s->deliver) ||
	    now - s->in_since < door_after(s->s.door))
		return;
	buf_init(&b, MAIL_PROMPT_MAX);
	if (seat_compose(s, &b) == -1) {
		buf_free(&b);
		return;
	}
	deliver_drop(s->deliver);
	(void)turn_begin(s->turn, s->s.screen, b.p, b.len, now);
	s->answered = 0;
	s->began = 1;
	if (door_send(s->s.door, b.p, b.len, now) == 0) {
		s->sending = 1;
		seat_receipts(s, "typed", "");
		seat_asked(s, b.p, b.len);
	} else {
		turn_cancel(s->turn);
		s->began = 0;
		s->no_door = 1;
	}
	buf_free(&b);
}

void
seat_door_step(struct seat *s, int64_t now)
{
	struct asked *a;

	seat_door_events(s, now);
	if (!s->sending) {
		send_in(s, now);
		return;
	}
	for (a = s->asked; a != NULL && a->next != NULL; a = a->next)
		;
	switch (door_send_state(s->s.door, now)) {
	case DOOR_SENT_WAIT:
		return;
	case DOOR_SENT_TAKEN:
		seat_receipts(s, "submitted", "");
		mail_done(s->mail);
		deliver_drop(s->deliver);	/* it waited for the same */
		seat_cursor(s);
		break;
	case DOOR_SENT_NONE:
	case DOOR_SENT_FAILED:
		turn_cancel(s->turn);
		s->began = 0;
		if (a != NULL)
			asked_drop(&s->asked, a);
		s->no_door = 1;		/* typed, then */
		break;
	case DOOR_SENT_UNKNOWN:
		turn_cancel(s->turn);
		s->began = 0;
		if (a != NULL)
			asked_drop(&s->asked, a);
		seat_failed(s, "handed over, but never seen as a prompt");
		break;
	}
	s->sending = 0;
}
