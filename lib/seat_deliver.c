/*
 * seat_deliver - the next prompt, and what lib/deliver wants done for it.
 * Linked into csp-sidecar.
 */
#include <stdlib.h>
#include <string.h>

#include "seat_in.h"

enum { START_MS = 3000 };	/* until it is clear what a program is */

static void
mail_rules(struct seat *s, struct mail_form *f)
{
	/* one that talks is told who says what, one that runs it is not */
	const struct rules *r = turn_view(s->turn)->chat ? s->s.rules :
	    seat_rules(s);

	memset(f, 0, sizeof *f);
	f->envelope = rules_value(r, "envelope", "[%f%t] ");
	if (!strcmp(f->envelope, "none"))
		f->envelope = NULL;
	f->escape_at = rules_value(r, "escape-at", NULL);
	if (strcmp(rules_value(r, "intro", "yes"), "no"))
		f->intro = s->intro;
}

/* The next prompt's text; the first may be our own. */
int
seat_compose(struct seat *s, struct buf *b)
{
	struct mail_form form;
	int bad;

	mail_rules(s, &form);
	if (s->initial != NULL) {
		bad = form.intro != NULL && (mail_safe(b, form.intro,
		    strlen(form.intro), form.escape_at) == -1 ||
		    buf_puts(b, "\n\n") == -1);
		bad = bad || mail_safe(b, s->initial, strlen(s->initial),
		    form.escape_at) == -1;
		if (bad)
			return -1;
		free(s->initial);
		s->initial = NULL;
		free(s->intro);
		s->intro = NULL;
		return 0;
	}
	return mail_compose(s->mail, &form, b);
}

void
seat_receipts(struct seat *s, const char *stage, const char *reason)
{
	const struct mail_ref *ref;
	size_t i;

	for (i = 0; (ref = mail_prompt(s->mail, i)) != NULL; i++)
		seat_receipt(s, ref->id, stage, reason, 0);
}

static void
tell_held(struct seat *s, const char *why)
{
	size_t i;

	for (i = 0; mail_waiting_id(s->mail, i) != 0; i++)
		seat_receipt(s, mail_waiting_id(s->mail, i), "held", why, 0);
}

void
seat_cursor(struct seat *s)
{
	link_cursor(s->s.link, mail_after(s->mail), mail_ack(s->mail),
	    s->control);
}

/* Before Enter: a quick program writes of it before its screen shows it. */
static void
door_expects(struct seat *s, const char *text, size_t len, int64_t now)
{
	if (s->s.door != NULL)
		door_typed(s->s.door, text, len, now);
}

static void
prompt_submitted(struct seat *s, const char *text, size_t len)
{
	seat_receipts(s, "submitted", "");
	turn_taken(s->turn);
	seat_asked(s, text, len);
	mail_done(s->mail);
	seat_cursor(s);
	s->no_door = 0;
}

void
seat_failed(struct seat *s, const char *why)
{
	seat_receipts(s, "failed", why);
	mail_done(s->mail);
	seat_cursor(s);
	s->no_door = 0;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
fill_view(struct seat *s, const struct seat_world *w, struct deliver_view *v,
    int64_t now)
{
	const char *text;
	size_t len;

	memset(v, 0, sizeof *v);
	v->turn = turn_view(s->turn);
	deliver_typed(s->deliver, &text, &len);
	v->box = turn_box(s->turn, s->s.screen, text, len);
	v->box_rows = turn_box_rows(s->turn);
	if (deliver_typing(s->deliver)) {
		v->box_len = turn_box_text(s->turn, s->s.screen, NULL, 0);
		v->stood = turn_stood(s->turn, s->s.screen);
		v->send.len = turn_send_key(s->turn, v->send.bytes,
		    &v->send_sure);
	}
	/* keys that were asked for are a person's, too */
	v->key_ms = later(w->key_ms, later(s->text_ms, s->clear_ms));
	v->unsent = w->unsent + s->pending.len;
	v->held = w->held;
	v->paste_on = (screen_state(s->s.screen)->modes & SCREEN_PASTE) != 0;
	v->unread = w->unread;
	v->canonical = w->tty == TURN_TTY_LINE || w->tty == TURN_TTY_SECRET;
	v->echo_off = w->echo_off;
	v->kill_char = w->kill_char;
	v->paused = s->paused;
	v->answering = s->end.open || s->sending;
	/* one that takes single keys may still become a TUI */
	v->starting = v->turn->line && !v->canonical &&
	    now - s->started < START_MS;
}

static void
perform(struct seat *s, const struct deliver_out *o, int64_t now)
{
	struct buf b;
	const char *text;
	size_t len;

	deliver_prompt(s->deliver, &text, &len);
	switch (o->action) {
	case DELIVER_NONE:
		break;
	case DELIVER_COMPOSE:
		buf_init(&b, MAIL_PROMPT_MAX);
		if (seat_compose(s, &b) == -1) {
			/* too long for any terminal, or no memory */
			if (mail_compose(s->mail, &(struct mail_form){ 0 },
			    &b) == 0)
				seat_failed(s, "the message is too long");
			deliver_drop(s->deliver);
		} else if (deliver_text(s->deliver, b.p != NULL ? b.p : "",
		    b.len) == -1)
			deliver_drop(s->deliver);
		buf_free(&b);
		break;
	case DELIVER_WATCH:
		turn_watch(s->turn, s->s.screen);
		break;
	case DELIVER_DRAFT:
		turn_is_draft(s->turn);
		break;
	case DELIVER_HOLD:
	case DELIVER_RELEASE:
		s->holds = o->action == DELIVER_HOLD;
		break;
	case DELIVER_WRITE:
		(void)buf_append(&s->pending, o->bytes, o->len);
		break;
	case DELIVER_BEGIN:
		if (s->end.open)
			seat_end_now(s, now);
		s->answered = s->line_ended = 0;
		s->stopped_at = -1;
		s->began = 1;
		door_expects(s, text, len, now);
		deliver_typed(s->deliver, &text, &len);
		(void)turn_begin(s->turn, s->s.screen, text, len, now);
		break;
	case DELIVER_JOINS:
		s->began = s->joined = 1;
		door_expects(s, text, len, now);
		break;
	case DELIVER_CANCEL:
		s->began = s->line_ended = 0;
		turn_cancel(s->turn);
		break;
	case DELIVER_TAKE_BACK:
		s->takes_back = 1;
		seat_say(s, "delivery taken back");
		break;
	case DELIVER_HELD:
		tell_held(s, o->reason);
		break;
	case DELIVER_TYPED:
		seat_receipts(s, "typed", "");
		break;
	case DELIVER_SUBMITTED:
		prompt_submitted(s, text, len);
		break;
	case DELIVER_FAILED:
		seat_failed(s, o->reason);
		break;
	}
}

/* The program has the prompt: what is told of that comes before its reply. */
void
seat_taken(struct seat *s, int64_t now)
{
	struct deliver_view v;
	struct deliver_out o;
	int i;

	memset(&v, 0, sizeof v);
	v.turn = turn_view(s->turn);
	deliver_taken(s->deliver);
	for (i = 0; i < 2; i++) {
		deliver_step(s->deliver, &v, now);
		while (deliver_next(s->deliver, &o) != DELIVER_NONE)
			perform(s, &o, now);
	}
}

void
seat_stopped(struct seat *s, int64_t now)
{
	const char *text;
	size_t len;

	turn_prompt(s->turn, &text, &len);
	deliver_stopped(s->deliver, text, len, now);
	turn_interrupted(s->turn, now);
	s->stopped_at = now;
}

void
seat_deliver(struct seat *s, const struct seat_world *w, int64_t now)
{
	struct deliver_view v;
	struct deliver_out o;
	int urgent, i, did = 1;

	if (mail_waiting(s->mail, &urgent) || s->initial != NULL)
		deliver_want(s->deliver, urgent, now);
	for (i = 0; i < 8 && did && !deliver_idle(s->deliver); i++) {
		fill_view(s, w, &v, now);
		deliver_step(s->deliver, &v, now);
		for (did = 0; deliver_next(s->deliver, &o) != DELIVER_NONE;
		    did = 1)
			perform(s, &o, now);
		if (deliver_interrupted(s->deliver) == now)
			seat_stopped(s, now);
	}
}
