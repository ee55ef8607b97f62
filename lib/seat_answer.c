/*
 * seat_answer - what a turn's reply becomes: to whom, and in whose words.
 * Linked into csp-sidecar.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "post.h"
#include "seat_in.h"

enum {
	DOOR_RUNS_MS = 20000,	/* it will tell the end of this turn */
	DOOR_END_MS = 3000,	/* the CLI's own word after its turn, */
	DOOR_SHUT_MS = 1500,	/* where it has said nothing so far */
	STOPPED_MS = 5000	/* a turn is over for the key that stops it */
};

/* The prompt just submitted is waited for from now on. */
void
seat_asked(struct seat *s, const char *text, size_t len)
{
	size_t n = 0;

	while (mail_prompt(s->mail, n) != NULL)
		n++;
	if (asked_add(&s->asked, mail_prompt(s->mail, 0), n, text, len) == -1)
		seat_say(s, "out of memory: a reply will not be told whose");
}

/* No reply comes for this prompt. */
void
seat_unanswered(struct seat *s, struct asked *a, const char *why)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->refs[i].lead)
			seat_receipt(s, a->refs[i].id, "failed", why, 0);
	asked_drop(&s->asked, a);
}

/*
 * The reply to all open prompts up to the last one (all went into one turn).
 * To the room if the room asked or different ones did, or if it names others
 * to a person, else to who asked.
 */
static void
answer(struct seat *s, struct asked *last, const char *text, size_t len,
    int verbatim, int complete, const char *error)
{
	const struct mail_ref *ref, *to = NULL;
	struct asked *a, *next;
	int room = 0, done = 0;

	for (a = s->asked; a != NULL && !done; a = a->next) {
		done = a == last;
		if (a->tag != 0 || (ref = asked_lead(a)) == NULL)
			continue;
		if (!ref->direct || (to != NULL && strcmp(to->from, ref->from)))
			room = 1;
		to = ref;
	}
	if (to != NULL && mail_names_other(s->mail, to->from, text, len))
		room = 1;
	if (error[0] != '\0')
		seat_notice(s, error, strlen(error));
	if (len == 0 && (error[0] != '\0' || room || to == NULL)) {
		for (a = s->asked, done = 0; a != NULL && !done; a = next) {
			next = a->next;
			done = a == last;
			if (a->tag == 0)
				seat_unanswered(s, a, error[0] != '\0' ? error :
				    "no reply text");
		}
		return;
	}
	s->tags = s->tags < SEAT_TAG_FIRST ? SEAT_TAG_FIRST : s->tags + 1;
	for (a = s->asked, done = 0; a != NULL && !done; a = a->next) {
		done = a == last;
		if (a->tag == 0) {
			a->tag = s->tags;
			a->reply_to = to != NULL ? to->id : 0;
		}
	}
	seat_posted(s, post_message(s->s.link, room || to == NULL ? NULL :
	    to->from, to != NULL ? to->id : 0, text, len, verbatim, complete,
	    s->tags), "reply");
}

/* A reply was posted and has an id: tell the others that shared its turn. */
void
seat_reply_posted(struct seat *s, const struct link_news *news)
{
	struct json_node nodes[64];
	struct asked *a, *next;
	int64_t id = 0;
	size_t i;

	if (news->status / 100 == 2 &&
	    json_parse(news->body, news->len, nodes, 64, NULL) > 0)
		(void)json_int(json_get(nodes, "messageId"), &id);
	for (a = s->asked; a != NULL; a = next) {
		next = a->next;
		if (a->tag != news->tag)
			continue;
		for (i = 0; i < a->n && id != 0; i++)
			if (a->refs[i].id != a->reply_to)
				seat_receipt(s, a->refs[i].id, "replied", "",
				    id);
		asked_drop(&s->asked, a);
	}
}

void
seat_tell(struct seat *s, struct asked *a, const char *text, size_t len,
    int verbatim, int complete, const char *error, int64_t now)
{
	seat_say(s, "reply %zu bytes%s%s%s", len, verbatim ? ", verbatim" : "",
	    complete ? "" : ", incomplete", a == NULL ? ", own" : "");
	seat_update(s, text, len, 1, now);
	if (a != NULL)
		answer(s, a, text, len, verbatim, complete, error);
	else if (s->share && len > 0)
		seat_posted(s, post_message(s->s.link, NULL, 0, text, len,
		    verbatim, complete, 0), "reply");
}

/* The end of a turn, as the screen has it, is told now. */
void
seat_end_now(struct seat *s, int64_t now)
{
	struct seat_ending *e = &s->end;
	struct asked *a;

	e->open = 0;
	a = !e->own ? NULL : s->joined ? asked_last(s->asked) :
	    asked_open(s->asked);
	s->joined = 0;
	seat_tell(s, a,
	    e->text != NULL ? e->text : "", e->len, 0, e->complete, e->error,
	    now);
	free(e->text);
	e->text = NULL;
	e->len = 0;
	buf_clear(&s->partial, SEAT_KEEP_MAX);
}

void
seat_turn_ended(struct seat *s, int64_t now)
{
	struct seat_ending *e = &s->end;
	struct turn_reply r;

	if (s->answered) {
		s->answered = s->began = 0;
		return;
	}
	if (s->sending)
		return;		/* the door has yet to say it was taken */
	if (e->open)
		seat_end_now(s, now);
	turn_reply(s->turn, s->s.screen, &r);
	if (s->lines.len > 0) {
		r.text = s->lines.p;
		r.len = s->lines.len;
	}
	e->own = s->began;
	e->complete = r.complete;
	snprintf(e->error, sizeof e->error, "%s", r.error);
	free(e->text);
	e->len = 0;
	if ((e->text = malloc(r.len + 1)) != NULL) {
		memcpy(e->text, r.text, r.len);
		e->len = r.len;
	}
	buf_clear(&s->lines, SEAT_KEEP_MAX);
	s->began = s->line_ended = 0;
	e->open = 1;
	e->until = now;
	if (s->s.door != NULL && s->stopped_at != -1 &&
	    now - s->stopped_at < STOPPED_MS) {
		door_stopped(s->s.door);
		e->until += door_running(s->s.door) ? DOOR_END_MS : 0;
	} else if (s->s.door != NULL)
		e->until += door_running(s->s.door) ? DOOR_RUNS_MS :
		    door_alive(s->s.door) ? DOOR_END_MS : DOOR_SHUT_MS;
	else
		seat_end_now(s, now);
}

/*
 * A line program has answered a line of a prompt.  There may be more lines: the
 * turn ends when deliver has nothing more to enter.
 */
void
seat_line_ended(struct seat *s)
{
	struct turn_reply r;

	turn_reply(s->turn, s->s.screen, &r);
	s->line_ended = 1;
	if (r.len == 0)
		return;
	if (s->lines.len > 0)
		(void)buf_putc(&s->lines, '\n');
	(void)buf_append(&s->lines, r.text, r.len);	/* or cut there */
}
