/*
 * seat - an agent's seat in the room.
 * Linked into csp-sidecar.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "deliver.h"
#include "events.h"
#include "intro.h"
#include "json.h"
#include "keys.h"
#include "post.h"
#include "seat.h"

enum {
	PAUSE_MS = 15,		/* output has paused: look at the screen */
	POUR_MS = 50,		/* it has not: look all the same */
	SYNC_MS = 500,		/* a frame that nobody ends */
	UPDATE_MS = 200,	/* between two of /stream_update */
	UPDATE_TEXT_MAX = 64 * 1024,
	DOOR_END_MS = 3000,	/* the CLI's own word after its turn, */
	DOOR_SHUT_MS = 1500,	/* where it has said nothing so far */
	START_MS = 3000,	/* until it is clear what a program is */
	KNOW_MS = 2000,		/* who is a person? */
	NOTES_MAX = 64 * 1024,
	TAG_AGENTS = 1,		/* of posts; others are prompts' */
	TAG_FIRST = 2
};

/* How the turn that ended is to be told, where a door may know better. */
struct ending {
	int		open;
	int		own;
	int64_t		until;
	char		*text;
	size_t		len;
	int		complete;
	char		error[256];
};

struct seat {
	struct seat_start s;
	struct turn	*turn;
	struct deliver	*deliver;
	struct mail	*mail;
	char		*intro, *initial;
	int		is_line;	/* the line rules are in force */

	int64_t		wrote_at;	/* output since the last look, or -1 */
	int64_t		first_at;
	int64_t		sync_at;	/* a frame is open since, or -1 */
	int64_t		key_at;
	int64_t		started;	/* its first output, or -1 */

	int		paused, share;
	int		holds;
	int64_t		control;	/* the last one obeyed */
	int64_t		ask_at;		/* /agents asked, or -1 */

	struct asked	*asked;
	long		tags;
	struct ending	end;
	int		answered;	/* this turn's reply is out already */
	int		began;		/* the turn that runs is of a prompt of ours */
	int		line_ended;	/* its last line so far has had its answer */
	struct buf	lines;		/* the answers to its lines */
	int		sending;	/* the door has the prompt */
	int		no_door;	/* the door failed this prompt: type it */

	int64_t		update_at;	/* the last was sent */
	int		update_due;
	enum agent_state told_state;
	struct buf	partial;	/* the door's text so far */
	struct buf	pending;	/* bytes for the program */
	struct buf	notes;
	size_t		note_off;
};

static void perform(struct seat *, const struct deliver_out *, int64_t);

static void
note(struct seat *s, const char *fmt, ...)
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

/* posts */

static void
posted_or_not(struct seat *s, int st, const char *what)
{
	if (st == -1)
		note(s, "lost: a %s", what);
}

static void
receipt(struct seat *s, int64_t id, const char *stage, const char *reason,
    int64_t reply_id)
{
	if (id == 0)
		return;			/* our own first prompt */
	posted_or_not(s, post_receipt(s->s.link, id, stage, reason, reply_id),
	    "receipt");
	note(s, "delivery %s %lld %s", stage, (long long)id, reason);
}

/* A notice to the persons in the room. */
static void
notice(struct seat *s, const char *text, size_t len)
{
	posted_or_not(s, post_notice(s->s.link, text, len), "notice");
}

/* State, and the reply so far; latest wins. */
static void
update(struct seat *s, const char *text, size_t len, int final, int64_t now)
{
	s->update_at = now;
	s->update_due = 0;
	post_state(s->s.link, turn_view(s->turn), s->paused, text,
	    mail_cut(text, len, UPDATE_TEXT_MAX), final);
}

/* rules */

static const struct rules *
rules_in_force(const struct seat *s)
{
	return s->is_line && s->s.line != NULL ? s->s.line : s->s.rules;
}

static void
mail_rules(struct seat *s, struct mail_form *f)
{
	const struct rules *r = rules_in_force(s);

	memset(f, 0, sizeof *f);
	f->envelope = rules_value(r, "envelope", "[%f%t] ");
	if (!strcmp(f->envelope, "none"))
		f->envelope = NULL;
	f->escape_at = rules_value(r, "escape-at", NULL);
	if (strcmp(rules_value(r, "intro", "yes"), "no"))
		f->intro = s->intro;
}

/* from here on, what a turn's reply becomes */

/* The prompt just submitted is waited for from now on. */
static void
remember(struct seat *s, const char *text, size_t len)
{
	size_t n = 0;

	while (mail_prompt(s->mail, n) != NULL)
		n++;
	if (asked_add(&s->asked, mail_prompt(s->mail, 0), n, text, len) == -1)
		note(s, "out of memory: a reply will not be told whose");
}

/* No reply comes for this prompt. */
static void
unanswered(struct seat *s, struct asked *a, const char *why)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->refs[i].lead)
			receipt(s, a->refs[i].id, "failed", why, 0);
	asked_drop(&s->asked, a);
}

/*
 * The reply to all open prompts up to the last one (all went into one turn).
 * To the room if the room asked or different ones did, else to who asked.
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
	if (error[0] != '\0')
		notice(s, error, strlen(error));
	if (len == 0 && (error[0] != '\0' || room || to == NULL)) {
		for (a = s->asked, done = 0; a != NULL && !done; a = next) {
			next = a->next;
			done = a == last;
			if (a->tag == 0)
				unanswered(s, a, error[0] != '\0' ? error :
				    "no reply text");
		}
		return;
	}
	s->tags = s->tags < TAG_FIRST ? TAG_FIRST : s->tags + 1;
	for (a = s->asked, done = 0; a != NULL && !done; a = a->next) {
		done = a == last;
		if (a->tag == 0) {
			a->tag = s->tags;
			a->reply_to = to != NULL ? to->id : 0;
		}
	}
	posted_or_not(s, post_message(s->s.link, room || to == NULL ? NULL :
	    to->from, to != NULL ? to->id : 0, text, len, verbatim, complete,
	    s->tags), "reply");
}

/* A reply was posted and has an id: tell the others that shared its turn. */
static void
reply_posted(struct seat *s, const struct link_news *news)
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
				receipt(s, a->refs[i].id, "replied", "", id);
		asked_drop(&s->asked, a);
	}
}

static void
reply(struct seat *s, struct asked *a, const char *text, size_t len,
    int verbatim, int complete, const char *error, int64_t now)
{
	note(s, "reply %zu bytes%s%s%s", len, verbatim ? ", verbatim" : "",
	    complete ? "" : ", incomplete", a == NULL ? ", own" : "");
	update(s, text, len, 1, now);
	if (a != NULL)
		answer(s, a, text, len, verbatim, complete, error);
	else if (s->share && len > 0)
		posted_or_not(s, post_message(s->s.link, NULL, 0, text, len,
		    verbatim, complete, 0), "reply");
}

/* The end of a turn, as the screen has it, is told now. */
static void
end_now(struct seat *s, int64_t now)
{
	struct ending *e = &s->end;

	e->open = 0;
	reply(s, e->own ? asked_open(s->asked) : NULL, e->text != NULL ? e->text : "",
	    e->len, 0, e->complete, e->error, now);
	free(e->text);
	e->text = NULL;
	e->len = 0;
	buf_clear(&s->partial, UPDATE_TEXT_MAX);
}

static void
turn_ended(struct seat *s, int64_t now)
{
	struct ending *e = &s->end;
	struct turn_reply r;

	if (s->answered) {
		s->answered = s->began = 0;
		return;
	}
	if (e->open)
		end_now(s, now);
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
	buf_clear(&s->lines, UPDATE_TEXT_MAX);
	s->began = s->line_ended = 0;
	e->open = 1;
	e->until = now;
	if (s->s.door != NULL)
		e->until += door_alive(s->s.door) ? DOOR_END_MS : DOOR_SHUT_MS;
	else
		end_now(s, now);
}

/* doors */

/* The open prompt that the CLI means; NULL: none of ours. */
static struct asked *
prompt_of(const struct seat *s, const struct event *ev)
{
	struct asked *a;

	if (ev->prompt == NULL)
		return (s->end.open ? s->end.own : s->began) ? asked_open(s->asked) :
		    NULL;
	for (a = s->asked; a != NULL; a = a->next)
		if (a->tag == 0 && events_same_prompt(ev->prompt,
		    ev->prompt_len, a->text, a->len))
			break;
	return a;
}

/* The program has the prompt: what is told of that comes before its reply. */
static void
taken(struct seat *s, int64_t now)
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

static void
door_ended(struct seat *s, const struct event *ev, int64_t now)
{
	struct asked *a = prompt_of(s, ev);
	int screen_open = s->end.open;

	if (!ev->has_text && screen_open) {
		if (ev->aborted)	/* denied: what is to be seen is none */
			s->end.len = 0;
		end_now(s, now);
		return;
	}
	if (!ev->has_text && a == NULL)
		return;
	reply(s, a, ev->text, ev->len, 1, ev->complete, ev->has_text ? "" :
	    "the turn ended without an answer", now);
	buf_clear(&s->partial, UPDATE_TEXT_MAX);
	s->end.open = 0;
	if (!screen_open && turn_view(s->turn)->in_turn)
		s->answered = 1;	/* the screen need not tell it again */
}

static void
door_events(struct seat *s, int64_t now)
{
	struct event ev;
	const char *text;
	size_t len;

	while (s->s.door != NULL && door_next(s->s.door, now, &ev)) {
		note(s, "door %s %.80s", event_type_name(ev.type), ev.text);
		switch (ev.type) {
		case EVENT_PROMPT:
			deliver_prompt(s->deliver, &text, &len);
			if (len > 0 && events_same_prompt(ev.text, ev.len,
			    text, len))
				taken(s, now);
			break;
		case EVENT_TEXT:
			buf_clear(&s->partial, UPDATE_TEXT_MAX);
			(void)buf_append(&s->partial, ev.text, ev.len);
			s->update_due = 1;
			break;
		case EVENT_END:
			door_ended(s, &ev, now);
			break;
		case EVENT_LIMIT:
		case EVENT_ERROR:
			notice(s, ev.text, ev.len);
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
		door_events(s, now);
}

void
seat_reply(struct seat *s, const char *text, size_t n, int64_t now)
{
	struct event ev;

	if (s->began && deliver_typing(s->deliver))
		taken(s, now);
	memset(&ev, 0, sizeof ev);
	ev.type = EVENT_END;
	ev.text = text;
	ev.len = n;
	ev.has_text = ev.complete = 1;
	door_ended(s, &ev, now);
}

/* mail */

static void
refs_receipts(struct seat *s, const char *stage, const char *reason)
{
	const struct mail_ref *ref;
	size_t i;

	for (i = 0; (ref = mail_prompt(s->mail, i)) != NULL; i++)
		receipt(s, ref->id, stage, reason, 0);
}

static void
move_cursor(struct seat *s)
{
	link_cursor(s->s.link, mail_after(s->mail), mail_ack(s->mail),
	    s->control);
}

static void
prompt_submitted(struct seat *s, const char *text, size_t len, int64_t now)
{
	refs_receipts(s, "submitted", "");
	remember(s, text, len);
	if (s->s.door != NULL)
		door_typed(s->s.door, text, len, now);
	mail_done(s->mail);
	move_cursor(s);
	s->no_door = 0;
}

static void
prompt_failed(struct seat *s, const char *why)
{
	refs_receipts(s, "failed", why);
	mail_done(s->mail);
	move_cursor(s);
	s->no_door = 0;
}

/* The next prompt's text; the first may be our own. */
static int
compose(struct seat *s, struct buf *b)
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

static void
tell_held(struct seat *s, const char *why)
{
	size_t i;

	for (i = 0; mail_waiting_id(s->mail, i) != 0; i++)
		receipt(s, mail_waiting_id(s->mail, i), "held", why, 0);
}

static const char *
json_text(const struct json_node *obj, const char *name, char *mem, size_t cap,
    size_t *len)
{
	const char *p = json_view(json_get(obj, name), mem, cap, len);

	if (p == NULL)
		*len = 0;
	return p;
}

/* One message of the inbox. */
static void
take_message(struct seat *s, const struct json_node *m, char *mem, size_t cap,
    int64_t now)
{
	const struct json_node *v;
	struct mail_message msg;
	char from[ID_MAX + 1], word[ID_MAX + 1];
	const char *p;
	size_t len;
	int urgent;

	memset(&msg, 0, sizeof msg);
	if (json_int(json_get(m, "id"), &msg.id) == -1 ||
	    (p = json_text(m, "from", word, ID_MAX, &len)) == NULL)
		return;
	snprintf(from, sizeof from, "%.*s", (int)len, p);
	msg.from = from;
	(void)json_int(json_get(m, "hops"), &msg.hops);
	p = json_text(m, "type", word, ID_MAX, &len);
	msg.direct = p != NULL && len == 6 && !memcmp(p, "direct", 6);
	msg.quiet = p != NULL && len == 6 && !memcmp(p, "system", 6);
	v = json_get(m, "quiet");
	msg.quiet |= v != NULL && v->type == JSON_TRUE;
	v = json_get(m, "urgent");
	msg.urgent = v != NULL && v->type == JSON_TRUE;
	msg.text = json_text(m, "content", mem, cap, &msg.len);
	if (msg.text == NULL)
		msg.text = "";
	if (mail_add(s->mail, &msg) != 1)
		return;
	if (deliver_held(s->deliver) != NULL)
		receipt(s, msg.id, "held", deliver_held(s->deliver), 0);
	if (mail_waiting(s->mail, &urgent))
		deliver_want(s->deliver, urgent, now);
}

/* controls */

static void
refuse_keys(struct seat *s, const char *why)
{
	char line[100];

	notice(s, line, (size_t)snprintf(line, sizeof line,
	    "no keys pressed: %s", why));
}

static void
send_keys(struct seat *s, const struct json_node *m, int64_t now)
{
	const struct json_node *keys = json_get(m, "keys"), *k;
	char want[40], name[80], bytes[160];
	const char *p;
	size_t len, n;
	uint32_t i;
	int app;

	(void)turn_update(s->turn, s->s.screen, now);
	p = json_text(m, "screen", want, sizeof want, &len);
	if (p != NULL && (len != strlen(turn_view(s->turn)->screen) ||
	    memcmp(p, turn_view(s->turn)->screen, len))) {
		refuse_keys(s, "the screen is another one by now");
		return;
	}
	if (deliver_typing(s->deliver) && !turn_view(s->turn)->dialog) {
		refuse_keys(s, "a message is being typed");
		return;
	}
	if (keys == NULL || keys->type != JSON_ARRAY)
		return;
	app = (screen_state(s->s.screen)->modes & SCREEN_APPCURSOR) != 0;
	for (i = 0, k = json_first(keys); i < keys->n; i++, k = json_next(k)) {
		if ((p = json_view(k, name, sizeof name, &len)) == NULL)
			continue;
		n = keys_bytes(p, len, app, bytes, sizeof bytes);
		(void)buf_append(&s->pending, bytes, n);
	}
}

static void
take_control(struct seat *s, const struct json_node *m, int64_t now)
{
	struct deliver_rules rules;
	char mem[32], action[32];
	const char *p;
	size_t len;
	int64_t number;

	if (json_int(json_get(m, "control"), &number) == -1 ||
	    number <= s->control ||
	    (p = json_text(m, "action", mem, sizeof mem, &len)) == NULL)
		return;
	s->control = number;
	snprintf(action, sizeof action, "%.*s", (int)len, p);
	note(s, "control %s", action);
	if (!strcmp(action, "pause") || !strcmp(action, "resume")) {
		s->paused = action[0] == 'p';
		s->update_due = 1;
	} else if (!strcmp(action, "share") || !strcmp(action, "noshare"))
		s->share = action[0] == 's';
	else if (!strcmp(action, "interrupt")) {
		deliver_read_rules(&rules, rules_in_force(s));
		(void)buf_append(&s->pending, rules.interrupt.bytes,
		    rules.interrupt.len);
	} else if (!strcmp(action, "keys"))
		send_keys(s, m, now);
	else if (!strcmp(action, "screen"))
		posted_or_not(s, post_screen(s->s.link, s->s.screen), "screen");
}

static void
take_inbox(struct seat *s, const char *body, size_t len, int64_t now)
{
	struct json_node *nodes;
	const struct json_node *m;
	size_t cap = len / 2 + 1;
	char *mem;
	int64_t id;
	uint32_t i;

	nodes = malloc(cap * sizeof *nodes);
	mem = malloc(len + 1);
	if (nodes != NULL && mem != NULL &&
	    json_parse(body, len, nodes, cap, NULL) > 0 &&
	    nodes->type == JSON_ARRAY)
		for (i = 0, m = json_first(nodes); i < nodes->n;
		    i++, m = json_next(m)) {
			if (json_get(m, "control") != NULL)
				take_control(s, m, now);
			else
				take_message(s, m, mem, len, now);
		}
	free(nodes);
	free(mem);
	if (mail_unknown(s->mail) && s->ask_at == -1 &&
	    link_get(s->s.link, "/agents", TAG_AGENTS) == 0)
		s->ask_at = now;
	while (mail_asleep(s->mail, &id))
		receipt(s, id, "held", "not-woken", 0);
	move_cursor(s);
}

/* Who of those registered is a person. */
static void
take_agents(struct seat *s, const struct link_news *news, int64_t now)
{
	struct json_node *nodes;
	const struct json_node *a, *human;
	size_t cap = news->len / 2 + 1, len;
	char id[ID_MAX + 1], mem[ID_MAX + 1];
	const char *p;
	int64_t asleep;
	uint32_t i;
	int urgent;

	s->ask_at = -1;
	if ((nodes = malloc(cap * sizeof *nodes)) == NULL)
		return;
	if (news->status == 200 && json_parse(news->body, news->len, nodes,
	    cap, NULL) > 0 && nodes->type == JSON_ARRAY)
		for (i = 0, a = json_first(nodes); i < nodes->n;
		    i++, a = json_next(a)) {
			if ((p = json_text(a, "id", mem, ID_MAX, &len)) == NULL)
				continue;
			snprintf(id, sizeof id, "%.*s", (int)len, p);
			human = json_get(json_get(a, "capabilities"), "human");
			mail_know(s->mail, id, human != NULL &&
			    human->type == JSON_TRUE);
		}
	free(nodes);
	mail_know_all(s->mail);
	while (mail_asleep(s->mail, &asleep))
		receipt(s, asleep, "held", "not-woken", 0);
	if (mail_waiting(s->mail, &urgent))
		deliver_want(s->deliver, urgent, now);
}

void
seat_link(struct seat *s, enum link_event ev, const struct link_news *news,
    int64_t now)
{
	switch (ev) {
	case LINK_UP:
		note(s, "gateway up as %s", link_id(s->s.link));
		mail_self(s->mail, link_id(s->s.link));
		s->update_due = 1;
		s->update_at = 0;
		break;
	case LINK_DOWN:
		note(s, "gateway down: %s", link_error(s->s.link));
		break;
	case LINK_INBOX:
		take_inbox(s, news->body, news->len, now);
		break;
	case LINK_ANSWER:
		if (news->tag == TAG_AGENTS)
			take_agents(s, news, now);
		else
			reply_posted(s, news);
		break;
	case LINK_SUPERSEDED:
		note(s, "another sidecar has taken the name %s",
		    link_id(s->s.link));
		break;
	case LINK_QUIET:
	case LINK_RETRY:
	case LINK_LEFT:
		break;
	}
}


/*
 * A line program has answered a line of a prompt.  There may be more lines: the
 * turn ends when deliver has nothing more to enter.
 */
static void
line_ended(struct seat *s)
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
	if (v->line != s->is_line && deliver_idle(s->deliver)) {
		s->is_line = v->line;
		deliver_read_rules(&rules, rules_in_force(s));
		deliver_set_rules(s->deliver, &rules);
	}
	if (ev & TURN_STATE) {
		note(s, "state %s %s: %s", agent_state_name(v->state), v->rule,
		    v->match);
		s->update_due = 1;
		if (s->s.door != NULL)
			door_screen(s->s.door, v->state == AGENT_BUSY ||
			    v->state == AGENT_WAITING, now);
	}
	if (ev & (TURN_DETAIL | TURN_TEXT))
		s->update_due = 1;
	if (ev & TURN_BEGAN) {
		if (s->end.open)
			end_now(s, now);
		s->answered = 0;
	}
	if ((ev & TURN_ENDED) && v->line && s->began)
		line_ended(s);
	else if (ev & TURN_ENDED)
		turn_ended(s, now);
}

void
seat_output(struct seat *s, const char *p, size_t n, int64_t now)
{
	size_t took;

	while (n > 0) {
		took = screen_feed_frame(s->s.screen, p, n);
		p += took;
		n -= took;
		if (n > 0)		/* a frame ended within */
			look(s, now);
	}
	s->wrote_at = now;
	if (s->first_at == -1)
		s->first_at = now;
	if (s->started == -1)
		s->started = now;
	if (screen_state(s->s.screen)->modes & SCREEN_SYNC) {
		if (s->sync_at == -1)
			s->sync_at = now;
	} else
		s->sync_at = -1;
}

void
seat_key(struct seat *s, int64_t now)
{
	s->key_at = now;
}

/* stepping */

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
	v->key_ms = s->key_at;
	v->unsent = w->unsent + s->pending.len;
	v->held = w->held;
	v->paste_on = (screen_state(s->s.screen)->modes & SCREEN_PASTE) != 0;
	v->canonical = w->canonical;
	v->echo_off = w->echo_off;
	v->kill_char = w->kill_char;
	v->paused = s->paused;
	v->answering = s->end.open || s->sending;
	/* one that takes single keys may still become a TUI */
	v->starting = v->turn->line && !w->canonical &&
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
		if (compose(s, &b) == -1) {
			/* too long for any terminal, or no memory */
			if (mail_compose(s->mail, &(struct mail_form){ 0 },
			    &b) == 0)
				prompt_failed(s, "the message is too long");
			deliver_drop(s->deliver);
		} else if (deliver_text(s->deliver, b.p != NULL ? b.p : "",
		    b.len) == -1)
			deliver_drop(s->deliver);
		buf_free(&b);
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
			end_now(s, now);
		s->answered = s->line_ended = 0;
		s->began = 1;
		deliver_typed(s->deliver, &text, &len);
		(void)turn_begin(s->turn, s->s.screen, text, len, now);
		break;
	case DELIVER_CANCEL:
		s->began = 0;
		turn_cancel(s->turn);
		break;
	case DELIVER_HELD:
		tell_held(s, o->reason);
		break;
	case DELIVER_TYPED:
		refs_receipts(s, "typed", "");
		break;
	case DELIVER_SUBMITTED:
		prompt_submitted(s, text, len, now);
		break;
	case DELIVER_FAILED:
		prompt_failed(s, o->reason);
		break;
	}
}

static void
deliver_all(struct seat *s, const struct seat_world *w, int64_t now)
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
	}
}

/* A prompt through the CLI's own door, if it has one that is open now. */
static void
send_in(struct seat *s, int64_t now)
{
	const struct turn_view *v = turn_view(s->turn);
	struct buf b;
	int urgent, idle;

	idle = v->state == AGENT_IDLE && !v->in_turn && !s->end.open;
	if (s->no_door || s->paused || v->state == AGENT_LIMITED ||
	    s->initial != NULL || !mail_waiting(s->mail, &urgent) || urgent ||
	    deliver_typing(s->deliver) || !door_can_send(s->s.door, idle))
		return;
	buf_init(&b, MAIL_PROMPT_MAX);
	if (compose(s, &b) == -1) {
		buf_free(&b);
		return;
	}
	deliver_drop(s->deliver);
	(void)turn_begin(s->turn, s->s.screen, b.p, b.len, now);
	s->answered = 0;
	s->began = 1;
	if (door_send(s->s.door, b.p, b.len, now) == 0) {
		s->sending = 1;
		refs_receipts(s, "typed", "");
		remember(s, b.p, b.len);
	} else {
		turn_cancel(s->turn);
		s->began = 0;
		s->no_door = 1;
	}
	buf_free(&b);
}

static void
door_steps(struct seat *s, int64_t now)
{
	struct asked *a;

	door_events(s, now);
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
		refs_receipts(s, "submitted", "");
		mail_done(s->mail);
		move_cursor(s);
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
		prompt_failed(s, "handed over, but never seen as a prompt");
		break;
	}
	s->sending = 0;
}

static void
send_update(struct seat *s, int64_t now)
{
	struct turn_reply r;

	if (!s->update_due || now - s->update_at < UPDATE_MS)
		return;
	if (s->partial.len > 0)
		update(s, s->partial.p, s->partial.len, 0, now);
	else if (turn_view(s->turn)->in_turn) {
		turn_reply(s->turn, s->s.screen, &r);
		update(s, r.text, r.len, 0, now);
	} else
		update(s, NULL, 0, 0, now);
}

/* When the screen is to be looked at, or -1. */
static int64_t
look_due(const struct seat *s)
{
	int64_t due = turn_deadline(s->turn), at;

	if (s->wrote_at != -1) {
		at = s->wrote_at + PAUSE_MS;
		if (s->first_at + POUR_MS < at)
			at = s->first_at + POUR_MS;
		if (s->sync_at != -1)
			at = s->sync_at + SYNC_MS;
		if (due == -1 || at < due)
			due = at;
	}
	return due;
}

void
seat_step(struct seat *s, const struct seat_world *w, struct buf *out,
    int64_t now)
{
	int64_t due = look_due(s);

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
		door_steps(s, now);
	if (s->end.open && now >= s->end.until)
		end_now(s, now);
	if (!s->sending)
		deliver_all(s, w, now);
	if (s->line_ended && !deliver_typing(s->deliver))
		turn_ended(s, now);
	send_update(s, now);
	if (s->pending.len > 0 &&
	    buf_append(out, s->pending.p, s->pending.len) == 0)
		buf_clear(&s->pending, UPDATE_TEXT_MAX);
}

int64_t
seat_due(const struct seat *s, int64_t now)
{
	int64_t due = look_due(s), at;

#define SOONER(t)	(at = (t), due = due == -1 || (at != -1 && at < due) ? \
	    at : due)
	SOONER(deliver_due(s->deliver));
	if (s->end.open)
		SOONER(s->end.until);
	if (s->update_due && link_is_up(s->s.link))
		SOONER(s->update_at + UPDATE_MS);
	if (s->ask_at != -1)
		SOONER(s->ask_at + KNOW_MS);
	if (s->s.door != NULL)
		SOONER(door_due(s->s.door, now));
	return due;
}

int
seat_holds_keys(const struct seat *s)
{
	return s->holds;
}

void
seat_resize(struct seat *s, int cols, int rows, int64_t now)
{
	(void)screen_resize(s->s.screen, cols, rows);	/* or it is as it was */
	if (s->wrote_at == -1)
		s->wrote_at = s->first_at = now;
}

/* start and end */

void
seat_end(struct seat *s, int64_t now)
{
	struct turn_reply r;
	struct asked *a;

	look(s, now);
	if (s->s.door != NULL)
		door_events(s, now);
	if (s->end.open)
		end_now(s, now);
	if ((a = asked_open(s->asked)) == NULL)
		return;
	turn_reply(s->turn, s->s.screen, &r);
	if (r.len > 0)
		reply(s, a, r.text, r.len, 0, 0, "", now);
	while ((a = asked_open(s->asked)) != NULL)
		unanswered(s, a, "the program has ended");
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
	s->wrote_at = s->first_at = s->sync_at = s->key_at = s->ask_at = -1;
	s->started = -1;
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
	deliver_read_rules(&rules, rules_in_force(s));
	s->turn = turn_new(start->rules, start->line);
	s->deliver = deliver_new(&rules);
	s->mail = mail_new(start->name, start->wake);
	if (s->turn == NULL || s->deliver == NULL || s->mail == NULL) {
		seat_free(s);
		errno = ENOMEM;
		return NULL;
	}
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
