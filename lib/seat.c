/*
 * seat - an agent's seat in the room: when to look, and the round of a step.
 * Linked into csp-sidecar.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intro.h"
#include "post.h"
#include "seat_in.h"

enum {
	PAUSE_MS = 15,		/* output has paused: look at the screen */
	POUR_MS = 50,		/* it has not: look all the same */
	FRAME_MS = 4,		/* at frames that end a read, so often */
	SYNC_MS = 500,		/* a frame that nobody ends */
	UPDATE_MS = 200,	/* between two of /stream_update, */
	UPDATE_TEXT_MAX = 64 * 1024,	/* and what one shows of a reply */
	KNOW_MS = 2000,		/* who is a person? */
	NOTES_MAX = 64 * 1024
};

void
seat_say(struct seat *s, const char *fmt, ...)
{
	char line[600];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof line)
		n = sizeof line - 1;
	/* notes nobody fetches are not worth a failure */
	(void)buf_append(&s->notes, line, (size_t)n + 1);
}

const char *
seat_note(struct seat *s)
{
	const char *line;

	if (s->note_off >= s->notes.len) {
		buf_clear(&s->notes, NOTES_MAX);
		s->note_off = 0;
		return NULL;
	}
	line = s->notes.p + s->note_off;
	s->note_off += strlen(line) + 1;
	return line;
}

void
seat_posted(struct seat *s, int st, const char *what)
{
	if (st == -1)
		seat_say(s, "lost: a %s", what);
}

void
seat_receipt(struct seat *s, int64_t id, const char *stage, const char *reason,
    int64_t reply_id)
{
	if (id == 0)
		return;			/* our own first prompt */
	seat_posted(s, post_receipt(s->s.link, id, stage, reason, reply_id),
	    "receipt");
	seat_say(s, "delivery %s %lld %s", stage, (long long)id, reason);
}

/* A notice to the persons in the room. */
void
seat_notice(struct seat *s, const char *text, size_t len)
{
	seat_posted(s, post_notice(s->s.link, text, len), "notice");
}

/* State, and the reply so far; latest wins. */
void
seat_update(struct seat *s, const char *text, size_t len, int final,
    int64_t now)
{
	const struct turn_view *v = turn_view(s->turn);

	s->update_at = now;
	s->update_due = 0;
	post_state(s->s.link, v, v->until_known && v->until_ms > 0 ?
	    v->until_ms - s->s.now + s->s.wall_ms : 0, s->paused, text,
	    mail_cut(text, len, UPDATE_TEXT_MAX), final);
}

const struct rules *
seat_rules(const struct seat *s)
{
	return s->is_line && s->s.line != NULL ? s->s.line : s->s.rules;
}

/* Look at it, and act on what is new. */
static void
look(struct seat *s, int64_t now)
{
	const struct turn_view *v;
	struct deliver_rules rules;
	unsigned ev;

	ev = turn_update(s->turn, s->s.screen, now);
	s->wrote_at = s->first_at = -1;
	v = turn_view(s->turn);
	if (v->line != s->is_line && !deliver_typing(s->deliver)) {
		s->is_line = v->line;
		deliver_read_rules(&rules, seat_rules(s));
		deliver_set_rules(s->deliver, &rules);
	}
	if (ev & TURN_STATE) {
		seat_say(s, "state %s %s: %s", agent_state_name(v->state),
		    v->rule, v->match);
		s->update_due = 1;
		if (s->s.door != NULL)
			door_screen(s->s.door, v->state == AGENT_BUSY ||
			    v->state == AGENT_WAITING, now);
	}
	if (ev & (TURN_DETAIL | TURN_TEXT))
		s->update_due = 1;
	if (ev & TURN_BEGAN) {
		if (s->end.open)
			seat_end_now(s, now);
		s->answered = 0;
		s->began |= s->joined;	/* it came too late for the last one */
	}
	if ((ev & TURN_ENDED) && v->line && s->began)
		seat_line_ended(s);
	else if (ev & TURN_ENDED)
		seat_turn_ended(s, now);
}

void
seat_output(struct seat *s, const char *p, size_t n, int64_t now)
{
	const struct screen_state *st = screen_state(s->s.screen);
	uint64_t frames = st->frames;
	size_t took;

	while (n > 0) {
		took = screen_feed_frame(s->s.screen, p, n);
		p += took;
		n -= took;
		s->wrote_at = now;
		if (s->first_at == -1)
			s->first_at = now;
		/* an ended frame is whole, and may go with the next */
		if (n > 0 || (st->frames != frames &&
		    now - s->frame_at >= FRAME_MS)) {
			s->frame_at = now;
			look(s, now);
		}
	}
	if (s->started == -1)
		s->started = now;
	if (st->modes & SCREEN_SYNC) {
		if (s->sync_at == -1)
			s->sync_at = now;
	} else
		s->sync_at = -1;
}

static void
send_update(struct seat *s, int64_t now)
{
	struct turn_reply r;

	if (!s->update_due || now - s->update_at < UPDATE_MS)
		return;
	if (s->partial.len > 0)
		seat_update(s, s->partial.p, s->partial.len, 0, now);
	else if (turn_view(s->turn)->in_turn) {
		turn_reply(s->turn, s->s.screen, &r);
		seat_update(s, r.text, r.len, 0, now);
	} else
		seat_update(s, NULL, 0, 0, now);
}

/* When the screen is to be looked at, or -1. */
static int64_t
look_due(const struct seat *s)
{
	int64_t due = turn_deadline(s->turn), at;

	if (s->sync_at != -1)		/* half a frame is not looked at */
		return s->sync_at + SYNC_MS;
	if (s->wrote_at != -1) {
		at = s->wrote_at + PAUSE_MS;
		if (s->first_at + POUR_MS < at)
			at = s->first_at + POUR_MS;
		if (due == -1 || at < due)
			due = at;
	}
	return due;
}

/* The program has set its terminal otherwise: that tells of it, too. */
static void
tty_changed(struct seat *s, enum turn_tty tty, int64_t now)
{
	static const char *const names[] = {
		"unknown", "raw", "line", "secret"
	};

	seat_say(s, "tty %s", names[tty]);
	s->tty = tty;
	turn_set_tty(s->turn, tty, now);
	if (s->wrote_at == -1)
		s->wrote_at = s->first_at = now;
}

/* When the interrupt key is pressed again. */
static int64_t
next_interrupt(const struct seat *s)
{
	return s->interrupt_at + deliver_interrupt_pause(turn_view(s->turn),
	    SEAT_INTERRUPTS - s->interrupts);
}

void
seat_step(struct seat *s, const struct seat_world *w, struct buf *out,
    int64_t now)
{
	int64_t due;

	if (w->tty != s->tty)
		tty_changed(s, w->tty, now);
	turn_set_keys(s->turn, s->s.screen, w->text_ms > s->text_ms ?
	    w->text_ms : s->text_ms, w->clear_ms > s->clear_ms ?
	    w->clear_ms : s->clear_ms);
	due = look_due(s);
	if (due != -1 && now >= due) {
		if (s->sync_at != -1 && now - s->sync_at >= SYNC_MS) {
			screen_end_sync(s->s.screen);
			s->sync_at = -1;
		}
		look(s, now);
	}
	if (s->ask_at != -1 && now - s->ask_at > KNOW_MS) {
		mail_know_all(s->mail);
		s->ask_at = -1;
	}
	if (s->s.door != NULL)
		seat_door_step(s, now);
	if (s->end.open && now >= s->end.until)
		seat_end_now(s, now);
	if (turn_view(s->turn)->state != AGENT_BUSY)
		s->interrupts = 0;
	else if (s->interrupts > 0 && now >= next_interrupt(s))
		seat_interrupt(s, now);
	if (!s->sending)
		seat_deliver(s, w, now);
	if (s->line_ended && !deliver_typing(s->deliver))
		seat_turn_ended(s, now);
	send_update(s, now);
	if (s->pending.len > 0 &&
	    buf_append(out, s->pending.p, s->pending.len) == 0)
		buf_clear(&s->pending, SEAT_KEEP_MAX);
}

int64_t
seat_due(const struct seat *s, int64_t now)
{
	int64_t due = look_due(s), at;

#define SOONER(t)	(at = (t), due = due == -1 || (at != -1 && at < due) ? \
	    at : due)
	if (!s->sending)		/* else it is not stepped */
		SOONER(deliver_due(s->deliver));
	if (s->end.open)
		SOONER(s->end.until);
	if (s->interrupts > 0)
		SOONER(next_interrupt(s));
	if (s->update_due && link_is_up(s->s.link))
		SOONER(s->update_at + UPDATE_MS);
	if (s->ask_at != -1)
		SOONER(s->ask_at + KNOW_MS);
	if (s->s.door != NULL)
		SOONER(door_due(s->s.door, now));
	if (s->in_since != -1 && s->in_since + door_after(s->s.door) > now)
		SOONER(s->in_since + door_after(s->s.door));
	return due;
}

int
seat_holds_keys(const struct seat *s)
{
	return s->holds;
}

int
seat_takes_back(struct seat *s)
{
	int takes = s->takes_back;

	s->takes_back = 0;
	return takes;
}

void
seat_resize(struct seat *s, int cols, int rows, int64_t now)
{
	(void)screen_resize(s->s.screen, cols, rows);	/* or it is as it was */
	if (s->wrote_at == -1)
		s->wrote_at = s->first_at = now;
}

void
seat_end(struct seat *s, int64_t now)
{
	struct turn_reply r;
	struct asked *a;

	look(s, now);
	if (s->s.door != NULL)
		seat_door_events(s, now);
	if (s->end.open)
		seat_end_now(s, now);
	if ((a = asked_open(s->asked)) == NULL)
		return;
	turn_reply(s->turn, s->s.screen, &r);
	if (r.len > 0)
		seat_tell(s, a, r.text, r.len, 0, 0, "", now);
	while ((a = asked_open(s->asked)) != NULL)
		seat_unanswered(s, a, "the program has ended");
}

struct seat *
seat_new(const struct seat_start *start)
{
	struct deliver_rules rules;
	const char *intro = start->intro;
	struct seat *s;
	size_t n;

	if ((s = calloc(1, sizeof *s)) == NULL)
		return NULL;
	s->s = *start;
	s->wrote_at = s->first_at = s->sync_at = s->ask_at = -1;
	s->stopped_at = -1;
	s->in_since = -1;
	s->started = s->text_ms = s->clear_ms = -1;
	s->share = 1;
	s->update_due = 1;
	buf_init(&s->partial, TURN_REPLY_MAX + 1);
	buf_init(&s->lines, TURN_REPLY_MAX);
	buf_init(&s->pending, 4 * MAIL_PROMPT_MAX);
	buf_init(&s->notes, NOTES_MAX);
	if (intro == NULL)
		intro = INTRO;
	n = strlen(intro) + strlen(start->name) + 1;
	if (intro[0] != '\0' && (s->intro = malloc(n)) != NULL) {
		if (start->intro == NULL)
			snprintf(s->intro, n, INTRO, start->name);
		else
			memcpy(s->intro, intro, strlen(intro) + 1);
	}
	if (start->initial_prompt != NULL) {
		n = strlen(start->initial_prompt) + 1;
		if ((s->initial = malloc(n)) != NULL)
			memcpy(s->initial, start->initial_prompt, n);
	}
	deliver_read_rules(&rules, seat_rules(s));
	s->turn = turn_new(start->rules, start->line);
	s->deliver = deliver_new(&rules);
	s->mail = mail_new(start->name, start->wake);
	if (s->turn == NULL || s->deliver == NULL || s->mail == NULL) {
		seat_free(s);
		errno = ENOMEM;
		return NULL;
	}
	turn_set_wall(s->turn, start->now, start->wall_ms / 1000,
	    start->gmtoff_s);
	return s;
}

void
seat_free(struct seat *s)
{
	if (s == NULL)
		return;
	while (s->asked != NULL)
		asked_drop(&s->asked, s->asked);
	turn_free(s->turn);
	deliver_free(s->deliver);
	mail_free(s->mail);
	free(s->intro);
	free(s->initial);
	free(s->end.text);
	buf_free(&s->partial);
	buf_free(&s->lines);
	buf_free(&s->pending);
	buf_free(&s->notes);
	free(s);
}
