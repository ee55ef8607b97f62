/*
 * seat_link - what the gateway brings: messages, controls, who is who.
 * Linked into csp-sidecar.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "keys.h"
#include "post.h"
#include "seat_in.h"

static const char *
json_text(const struct json_node *obj, const char *name, char *mem, size_t cap,
    size_t *len)
{
	const char *p = json_view(json_get(obj, name), mem, cap, len);

	if (p == NULL)
		*len = 0;
	return p;
}

/* One message of the inbox.  Returns whether it is to this agent alone. */
static int
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
		return 0;
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
		return 0;
	if (deliver_held(s->deliver) != NULL)
		seat_receipt(s, msg.id, "held", deliver_held(s->deliver), 0);
	if (mail_waiting(s->mail, &urgent))
		deliver_want(s->deliver, urgent, now);
	return msg.direct;
}

static void
refuse_keys(struct seat *s, const char *why)
{
	char line[100];

	seat_notice(s, line, (size_t)snprintf(line, sizeof line,
	    "no keys pressed: %s", why));
}

static void
send_keys(struct seat *s, const struct json_node *m, int64_t now)
{
	const struct json_node *keys = json_get(m, "keys"), *k;
	char want[40], name[80], bytes[160];
	struct keys_scan scan = { 0, 0, 0, 0, 0 };
	enum keys_what what;
	const char *p;
	size_t len, n;
	uint32_t i;
	int app;

	(void)turn_update(s->turn, s->s.screen, now);
	p = json_text(m, "screen", want, sizeof want, &len);
	if (p != NULL && (len != strlen(turn_view(s->turn)->screen) ||
	    memcmp(p, turn_view(s->turn)->screen, len))) {
		refuse_keys(s, "the screen is another one by now");
		s->update_due = 1;	/* this one */
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
		what = keys_typed(&scan, bytes, n);
		if (what == KEYS_TEXT)
			s->text_ms = now;
		else if (what == KEYS_CLEAR)
			s->clear_ms = now;
	}
}

/*
 * One press, and others if the turn goes on all the same: the first may be
 * lost, or ask for a second.  Never one into what came after it.
 */
void
seat_interrupt(struct seat *s, int64_t now)
{
	struct deliver_rules rules;

	deliver_read_rules(&rules, seat_rules(s));
	(void)buf_append(&s->pending, rules.interrupt.bytes,
	    rules.interrupt.len);
	s->interrupts--;
	s->interrupt_at = now;
	seat_stopped(s, now);
}

static void
take_control(struct seat *s, const struct json_node *m, int64_t now)
{
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
	seat_say(s, "control %s", action);
	if (!strcmp(action, "pause") || !strcmp(action, "resume")) {
		s->paused = action[0] == 'p';
		s->update_due = 1;
	} else if (!strcmp(action, "share") || !strcmp(action, "noshare"))
		s->share = action[0] == 's';
	else if (!strcmp(action, "interrupt")) {
		s->interrupts = SEAT_INTERRUPTS;
		seat_interrupt(s, now);
	} else if (!strcmp(action, "keys"))
		send_keys(s, m, now);
	else if (!strcmp(action, "screen"))
		seat_posted(s, post_screen(s->s.link, s->s.screen), "screen");
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
	int direct = 0;

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
				direct |= take_message(s, m, mem, len, now);
		}
	free(nodes);
	free(mem);
	/* who is a person; who could be named in the reply to one */
	if ((direct || mail_unknown(s->mail)) && s->ask_at == -1 &&
	    link_get(s->s.link, "/agents", SEAT_TAG_AGENTS) == 0)
		s->ask_at = now;
	while (mail_asleep(s->mail, &id))
		seat_receipt(s, id, "held", "not-woken", 0);
	seat_cursor(s);
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
		seat_receipt(s, asleep, "held", "not-woken", 0);
	if (mail_waiting(s->mail, &urgent))
		deliver_want(s->deliver, urgent, now);
}

void
seat_link(struct seat *s, enum link_event ev, const struct link_news *news,
    int64_t now)
{
	switch (ev) {
	case LINK_UP:
		seat_say(s, "gateway up as %s", link_id(s->s.link));
		mail_self(s->mail, link_id(s->s.link));
		s->update_due = 1;
		s->update_at = 0;
		break;
	case LINK_DOWN:
		seat_say(s, "gateway down: %s", link_error(s->s.link));
		break;
	case LINK_INBOX:
		take_inbox(s, news->body, news->len, now);
		break;
	case LINK_ANSWER:
		if (news->tag == SEAT_TAG_AGENTS)
			take_agents(s, news, now);
		else
			seat_reply_posted(s, news);
		break;
	case LINK_SUPERSEDED:
		seat_say(s, "another sidecar has taken the name %s",
		    link_id(s->s.link));
		break;
	case LINK_QUIET:
	case LINK_RETRY:
	case LINK_LEFT:
		break;
	}
}
