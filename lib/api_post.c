/*
 * api_post - the requests that change something: messages, registrations,
 * receipts, controls, states.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api_in.h"
#include "jbuf.h"

enum { LEFT_EVENTS = 1000 };	/* ids that a leaving agent's events go back */

/*
 * The body as a JSON object, its k wanted members in got; or an answer that
 * says why not.
 */
static int
read_body(struct api *api, const char *body, size_t n,
    const struct json_name *want, const struct json_node **got, size_t k,
    struct api_answer *a, struct buf *out)
{
	size_t where;
	int rc;

	rc = json_parse(body, n, api->nodes, API_NODES, &where);
	if (rc >= 1 && api->nodes->type == JSON_OBJECT) {
		if (json_pick(api->nodes, want, got, k) != -1)
			return 1;
		api_fail(a, out, 400, "bad-field", "a member is given twice");
	} else if (rc >= 1)
		api_fail(a, out, 400, "bad-request", "the body is JSON, but no "
		    "object");
	else if (rc == JSON_FULL)
		api_fail(a, out, 400, "bad-request", "the body holds too many "
		    "or too deep values (at byte %zu)", where);
	else if (n == 0)
		api_fail(a, out, 400, "bad-request", "a JSON object is wanted "
		    "as the body");
	else
		api_fail(a, out, 400, "bad-request", "the body is no JSON (at "
		    "byte %zu)", where);
	return 0;
}

/* A string member as an id.  1; 0 where it is answered. */
static int
id_field(const struct json_node *v, const char *name, char id[ID_MAX + 1],
    struct api_answer *a, struct buf *out)
{
	char mem[4 * ID_MAX];
	const char *s;
	size_t n;

	if (v == NULL || v->type != JSON_STRING) {
		api_bad_field(a, out, name, "an agent's id (a string)");
		return 0;
	}
	s = json_view(v, mem, sizeof mem, &n);
	if (s != NULL && id_fold(s, n, id) == 0)
		return 1;
	api_fail(a, out, 400, "bad-id", "\"%s\": \"%.*s\" is no agent id "
	    "([a-z0-9][a-z0-9._-]{0,63})", name,
	    (int)(v->len < 100 ? v->len : 100), v->p);
	return 0;
}

static int
reserved(const char *id)
{
	return strcmp(id, "broadcast") == 0 || strcmp(id, "all") == 0 ||
	    strcmp(id, "system") == 0;
}

/* The agent that a request is about and may speak for; AGENT_NONE: answered. */
static uint16_t
sender(struct api *api, const struct api_call *c, const struct json_node *v,
    struct api_answer *a, struct buf *out)
{
	char id[ID_MAX + 1];
	uint16_t slot;

	if (c->owner && v != NULL && v->type == JSON_STRING &&
	    (slot = agents_find(&api->b->agents, v->p, v->len)) != AGENT_NONE)
		return slot;	/* as it is nearly always given */
	if (!id_field(v, "from", id, a, out))
		return AGENT_NONE;
	if (!c->owner) {
		if (strcmp(id, c->id) != 0) {
			api_fail(a, out, 403, "forbidden", "the token is that "
			    "of \"%s\", not of \"%s\"", c->id, id);
			return AGENT_NONE;
		}
		slot = c->who;
	} else
		slot = agents_find(&api->b->agents, id, strlen(id));
	if (slot == AGENT_NONE)
		api_fail(a, out, 400, "unknown-sender", "no agent named \"%s\" "
		    "is registered", id);
	return slot;
}

/* Who waits for an agent's inbox is to look again. */
static void
has_news(struct api *api, uint16_t slot)
{
	agents_at(&api->b->agents, slot)->news = 1;
	api->agents_changed = 1;
}

int
api_over_rate(struct api *api, struct limit *l, int64_t rate,
    struct api_answer *a, struct buf *out)
{
	int64_t ms;
	char s[24];

	if (rate == 0)
		return 0;
	ms = limit_take(l, rate, 10 * rate, api->b->now_ms);
	if (ms == 0)
		return 0;
	(void)snprintf(s, sizeof s, "%lld", (long long)((ms + 999) / 1000));
	api_add_extra(a, "Retry-After", s);
	a->close = 1;
	api_fail(a, out, 429, "rate-limited", "more than %lld a second; try "
	    "again in %s s", (long long)rate, s);
	return 1;
}

/* Too many messages: 1, and answered. */
static int
too_many(struct api *api, const struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	if (api->rate == 0)
		return 0;
	if (c->owner)
		return api_over_rate(api, &api->owner_rate,
		    api->rate * API_OWNER_RATE, a, out);
	return api_over_rate(api, &agents_at(&api->b->agents, c->who)->rate,
	    api->rate, a, out);
}

/* What the broker said no with. */
static void
refused(enum broker_result r, struct api_answer *a, struct buf *out)
{
	switch (r) {
	case BROKER_NO_MESSAGE:
		api_fail(a, out, 400, "bad-field", "there is no message of "
		    "this id");
		return;
	case BROKER_NOT_FOR:
		api_fail(a, out, 400, "bad-field", "the message is not for "
		    "this agent");
		return;
	case BROKER_NOT_HELD:
		api_fail(a, out, 409, "not-held", "no sidecar holds this "
		    "agent");
		return;
	case BROKER_SUPERSEDED:
		api_fail(a, out, 409, "superseded", "another run has taken "
		    "this one's place");
		return;
	case BROKER_TAKEN:
		api_fail(a, out, 409, "name-taken", "the name is held by a run "
		    "that lives");
		return;
	case BROKER_FULL:
		api_fail(a, out, 507, "too-many", "a limit of the gateway is "
		    "reached");
		a->close = 1;
		return;
	case BROKER_FAILED:
	case BROKER_OK:
	case BROKER_NEW:
	case BROKER_REPEATED:
		break;
	}
	api_fail_errno(a, out);
}

/* An idempotency key, with or without the quotes that some put around it. */
static int
key_field(struct http_str key, struct post *p, struct api_answer *a,
    struct buf *out)
{
	const char *s = key.p;
	size_t n = key.len, i;

	if (s == NULL)
		return 1;
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s++;
		n -= 2;
	}
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > '~' ||
		    s[i] == '"' || s[i] == '\\')
			break;
	if (n == 0 || n > MSG_KEY_MAX || i < n) {
		api_fail(a, out, 400, "bad-field", "an idempotency key must be "
		    "1 to %d printable characters", MSG_KEY_MAX);
		return 0;
	}
	p->key = s;
	p->key_len = n;
	return 1;
}

/* Where a message goes: p->to and p->flags. */
static int
recipient(struct api *api, const struct json_node *v, struct post *p,
    struct api_answer *a, struct buf *out)
{
	char id[ID_MAX + 1];

	if (v == NULL || v->type == JSON_NULL || (v->len == 9 &&
	    v->type == JSON_STRING && memcmp(v->p, "broadcast", 9) == 0)) {
		p->flags |= MSG_ALL;
		return 1;
	}
	if (!id_field(v, "to", id, a, out))
		return 0;
	p->to = agents_find(&api->b->agents, id, strlen(id));
	if (p->to != AGENT_NONE)
		return 1;
	if (strcmp(id, "broadcast") == 0 || strcmp(id, "all") == 0) {
		p->flags |= MSG_ALL;
		return 1;
	}
	api_fail(a, out, 400, "unknown-recipient", "no agent named \"%s\" is "
	    "registered", id);
	return 0;
}

/* A truth; left out or null: *v stays.  0 and an answer where it is bad. */
static int
bool_field(const struct json_node *field, const char *name, int *v,
    struct api_answer *a, struct buf *out)
{
	if (field == NULL || field->type == JSON_NULL)
		return 1;
	if (field->type != JSON_TRUE && field->type != JSON_FALSE) {
		api_bad_field(a, out, name, "true or false");
		return 0;
	}
	*v = field->type == JSON_TRUE;
	return 1;
}

/* The members of a message that are not always there. */
static int
post_extras(const struct api_call *c,
    const struct json_node *const got[API_SAY_N], struct post *p,
    struct api_answer *a, struct buf *out)
{
	const struct json_node *reply = got[3], *type = got[4];
	int urgent = 0, complete = 1;
	int64_t v;

	if (reply != NULL && reply->type != JSON_NULL) {
		if (json_int(reply, &v) == -1 || v < 1) {
			api_bad_field(a, out, "replyTo", "a message's id");
			return 0;
		}
		p->reply_to = (uint64_t)v;
	}
	if (type != NULL && json_is(type, "system")) {
		p->flags = MSG_SYSTEM;
	} else if (type != NULL && (type->type != JSON_STRING ||
	    (!json_is(type, "broadcast") && !json_is(type, "direct")))) {
		api_bad_field(a, out, "type", "\"system\", or left out");
		return 0;
	}
	if (!bool_field(got[5], "verbatim", &p->verbatim, a, out) ||
	    !bool_field(got[6], "urgent", &urgent, a, out) ||
	    !bool_field(got[7], "complete", &complete, a, out))
		return 0;
	p->incomplete = !complete;
	if (!urgent)
		return 1;
	if (!c->owner) {
		api_fail(a, out, 403, "forbidden", "only the owner's token may "
		    "send what is urgent");
		return 0;
	}
	p->flags |= MSG_URGENT;
	return 1;
}

static void
put_posted(uint64_t id, struct api_answer *a, struct buf *out)
{
	static const char begin[] = "{\"success\":true,\"messageId\":";
	char *p;

	if (buf_reserve(out, sizeof begin + BUF_DECIMAL) == -1) {
		api_fail_errno(a, out);
		return;
	}
	p = out->p + out->len;
	memcpy(p, begin, sizeof begin - 1);
	p = buf_decimal(p + sizeof begin - 1, id);
	*p++ = '}';
	buf_added(out, (size_t)(p - (out->p + out->len)));
}

void
api_say(struct api *api, struct api_call *c,
    const struct json_node *const got[API_SAY_N], struct http_str key,
    struct api_answer *a, struct buf *out)
{
	enum broker_result r;
	struct post p;
	uint64_t id;

	memset(&p, 0, sizeof p);
	p.verbatim = -1;
	p.from = sender(api, c, got[0], a, out);
	if (p.from == AGENT_NONE || !api_speaks_for(api, c, p.from, a, out) ||
	    !recipient(api, got[1], &p, a, out))
		return;
	if (got[2] == NULL || got[2]->type != JSON_STRING) {
		api_bad_field(a, out, "content", "a string");
		return;
	}
	if (got[2]->flags & JSON_NUL) {
		api_bad_field(a, out, "content", "text without NUL");
		return;
	}
	p.content = got[2]->p;
	p.content_len = got[2]->len;
	p.escaped = got[2]->flags & JSON_ESCAPED;
	if (!post_extras(c, got, &p, a, out) || !key_field(key, &p, a, out) ||
	    too_many(api, c, a, out))
		return;
	r = broker_post(api->b, &p, &id);
	if (r != BROKER_OK && r != BROKER_REPEATED) {
		refused(r, a, out);
		return;
	}
	if (r == BROKER_OK) {
		api->messages++;
		if (p.reply_to != 0)
			api->receipts_changed = 1;
	}
	put_posted(id, a, out);
}

void
api_post(struct api *api, struct api_call *c, const char *body, size_t n,
    struct api_answer *a, struct buf *out)
{
	static const struct json_name want[API_SAY_N] = {
		JSON_NAME("from"), JSON_NAME("to"), JSON_NAME("content"),
		JSON_NAME("replyTo"), JSON_NAME("type"), JSON_NAME("verbatim"),
		JSON_NAME("urgent"), JSON_NAME("complete")
	};
	const struct json_node *got[API_SAY_N];

	if (read_body(api, body, n, want, got, API_SAY_N, a, out))
		api_say(api, c, got, c->h->f.field[HTTP_IDEMPOTENCY_KEY], a,
		    out);
}

/*
 * An object that is an agent's capabilities, and whether it is a person.  The
 * journal and the streams have lines: one that was written over several is put
 * on one, in `line`.
 */
static int
caps_field(const struct json_node *v, struct registration *r,
    char line[AGENT_CAPS_MAX], struct api_answer *a, struct buf *out)
{
	static const struct json_name want[] = { JSON_NAME("human") };
	const struct json_node *human;
	uint32_t i;

	if (v == NULL || v->type == JSON_NULL)
		return 1;
	if (v->type != JSON_OBJECT || v->len > AGENT_CAPS_MAX) {
		api_bad_field(a, out, "capabilities", v->type != JSON_OBJECT ?
		    "an object" : "at most 4096 bytes");
		return 0;
	}
	/* who reads them may take the first for it, or the last */
	if (json_pick(v, want, &human, 1) == -1 || (human != NULL &&
	    human->type != JSON_TRUE && human->type != JSON_FALSE)) {
		api_bad_field(a, out, "human", "true or false, once");
		return 0;
	}
	for (i = 0; i < v->len; i++)	/* in strings these are escaped */
		line[i] = v->p[i] == '\n' || v->p[i] == '\r' ? ' ' : v->p[i];
	r->caps = line;
	r->caps_len = v->len;
	r->human = human != NULL && human->type == JSON_TRUE;
	return 1;
}

/* Whether the token may register this. */
static int
may_register(struct api *api, const struct api_call *c, struct registration *r,
    struct api_answer *a, struct buf *out)
{
	if (reserved(r->id)) {
		api_fail(a, out, 400, "bad-id", "\"%s\" is reserved", r->id);
		return 0;
	}
	if (c->owner)
		return 1;
	if (strcmp(r->id, c->id) != 0) {
		api_fail(a, out, 403, "forbidden", "the token is that of "
		    "\"%s\", not of \"%s\"", c->id, r->id);
		return 0;
	}
	if (r->human && (c->who == AGENT_NONE ||
	    !agents_at(&api->b->agents, c->who)->k.human)) {
		api_fail(a, out, 403, "forbidden", "only the owner's token "
		    "makes an agent a person");
		return 0;
	}
	r->exclusive = 1;	/* it has no right to another name */
	return 1;
}

static void
put_registered(struct api *api, uint16_t slot, struct api_answer *a,
    struct buf *out)
{
	struct agent *ag = agents_at(&api->b->agents, slot);
	struct json_out o;
	char token[ID_MAX + SHA256_HEX + 2];

	memcpy(token, ag->id, ag->id_len);
	token[ag->id_len] = '.';
	api_mac(api, ag->id, ag->id_len, ag, token + ag->id_len + 1);
	jbuf_begin(&o, out);
	json_put_open(&o, '{');
	json_member_bool(&o, "success", 1);
	json_member_str(&o, "agentId", ag->id);
	json_member_str(&o, "token", token);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1)
		api_fail_errno(a, out);
}

/*
 * An event for streams about an agent that came or went.  Streams get what is
 * there: one that misses it for want of memory asks /agents when it is next set
 * up.
 */
static void
put_presence(struct api *api, const char *id, int online, int gone,
    const char *caps, size_t caps_len)
{
	size_t begin = api->update.len;
	struct json_out o;

	if (buf_puts(&api->update, "event: update\ndata: ") == -1)
		return;
	jbuf_begin(&o, &api->update);
	json_put_open(&o, '{');
	json_member_str(&o, "from", id);
	json_member_bool(&o, "online", online);
	if (gone)
		json_member_bool(&o, "gone", 1);
	if (caps != NULL) {
		json_put_name(&o, "capabilities", 12);
		json_put_raw(&o, caps, caps_len);
	}
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1 || buf_puts(&api->update, "\n\n") == -1)
		buf_truncate(&api->update, begin);
}

void
api_presence(struct api *api, uint16_t slot, int online)
{
	put_presence(api, agents_at(&api->b->agents, slot)->id, online,
	    !online, NULL, 0);
}

/*
 * An event for streams about a receipt; it, too, may be missed.  reason is JSON
 * text in quotes, or empty.
 */
static void
put_receipt_event(struct api *api, const char *agent, uint64_t id,
    enum stage stage, const char *reason, size_t reason_len, uint64_t reply)
{
	size_t begin = api->update.len;
	struct json_out o;

	if (buf_puts(&api->update, "event: receipt\ndata: ") == -1)
		return;
	jbuf_begin(&o, &api->update);
	json_put_open(&o, '{');
	json_member_int(&o, "messageId", (int64_t)id);
	json_member_str(&o, "agent", agent);
	json_member_str(&o, "stage", stage_name(stage));
	if (reason_len > 0) {
		json_put_name(&o, "reason", 6);
		json_put_raw(&o, reason, reason_len);
	}
	if (reply != 0)
		json_member_int(&o, "replyId", (int64_t)reply);
	json_member_string(&o, "timestamp", api->b->stamp, TIME_LEN);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1 || buf_puts(&api->update, "\n\n") == -1)
		buf_truncate(&api->update, begin);
}

void
api_enter(struct api *api, const struct api_call *c, struct registration *r,
    struct api_answer *a, struct buf *out)
{
	enum broker_result res;
	uint16_t slot;

	if (!may_register(api, c, r, a, out))
		return;
	res = broker_register(api->b, r, &slot);
	if (res != BROKER_NEW && res != BROKER_OK) {
		refused(res, a, out);
		return;
	}
	a->status = res == BROKER_NEW ? 201 : 200;
	a->slot = slot;
	a->binds = r->instance != NULL ? 2 : 1;
	put_presence(api, agents_at(&api->b->agents, slot)->id, 1, 0,
	    r->caps, r->caps_len);
	put_registered(api, slot, a, out);
}

void
api_register(struct api *api, struct api_call *c, const char *body, size_t n,
    struct api_answer *a, struct buf *out)
{
	static const struct json_name want[] = {
		JSON_NAME("agentId"), JSON_NAME("capabilities"),
		JSON_NAME("instance"), JSON_NAME("exclusive")
	};
	const struct json_node *got[4];
	struct registration r;
	char nonce[AGENT_INSTANCE_MAX], line[AGENT_CAPS_MAX];
	size_t i;

	if (!read_body(api, body, n, want, got, 4, a, out))
		return;
	memset(&r, 0, sizeof r);
	if (!id_field(got[0], "agentId", r.id, a, out) ||
	    !caps_field(got[1], &r, line, a, out))
		return;
	if (got[2] != NULL && got[2]->type != JSON_NULL) {
		r.instance = json_view(got[2], nonce, sizeof nonce,
		    &r.instance_len);
		for (i = 0; r.instance != NULL && i < r.instance_len; i++)
			if (r.instance[i] <= ' ' || r.instance[i] > '~')
				r.instance_len = 0;
		if (r.instance == NULL || r.instance_len == 0 ||
		    r.instance_len > AGENT_INSTANCE_MAX) {
			api_bad_field(a, out, "instance", "1 to 128 printable "
			    "characters without blanks");
			return;
		}
	}
	if (!bool_field(got[3], "exclusive", &r.exclusive, a, out))
		return;
	api_enter(api, c, &r, a, out);
}

/* What an agent that has left had not read, below the id `end`. */
static void
put_left(struct api *api, uint16_t slot, uint64_t end)
{
	static const char why[] = "\"left\"";
	const struct agent *ag = agents_at(&api->b->agents, slot);
	uint64_t id = ag->k.cursor + 1;

	if (id + LEFT_EVENTS < end)
		id = end - LEFT_EVENTS;
	for (; (id = broker_next_for(api->b, slot, id)) < end; id++)
		if (broker_stage(api->b, id, slot, NULL) != STAGE_REPLIED)
			put_receipt_event(api, ag->id, id, STAGE_FAILED, why,
			    sizeof why - 1, 0);
}

void
api_leave(struct api *api, struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	static const char ok[] = "{\"success\":true}";
	enum broker_result r;
	uint16_t slot = api_path_agent(api, c, a, out);
	uint64_t end = api->b->msgs.next;

	if (slot == AGENT_NONE || !api_speaks_for(api, c, slot, a, out))
		return;
	a->binds = 0;
	r = broker_leave(api->b, slot);
	if (r != BROKER_OK) {
		refused(r, a, out);
		return;
	}
	put_left(api, slot, end);
	put_presence(api, agents_at(&api->b->agents, slot)->id, 0, 0, NULL, 0);
	has_news(api, slot);
	api->receipts_changed = 1;
	if (buf_append(out, ok, sizeof ok - 1) == -1)
		api_fail_errno(a, out);
}

/* A JSON string of at most max bytes, or nothing.  0 where it is answered. */
static int
text_field(const struct json_node *v, const char *name, size_t max,
    struct api_answer *a, struct buf *out)
{
	char what[60];

	if (v == NULL || v->type == JSON_NULL)
		return 1;
	if (v->type == JSON_STRING && v->len <= max && !(v->flags & JSON_NUL))
		return 1;
	(void)snprintf(what, sizeof what, "a string of at most %zu bytes, "
	    "without NUL", max);
	api_bad_field(a, out, name, what);
	return 0;
}

int
api_submitted(struct api *api, uint16_t slot, uint64_t id)
{
	enum stage stage = broker_stage(api->b, id, slot, NULL);
	enum broker_result r;

	if (stage >= STAGE_SUBMITTED && stage != STAGE_NONE)
		return 0;
	r = broker_receipt(api->b, slot, id, STAGE_SUBMITTED, NULL, 0, 0);
	if (r != BROKER_OK)
		return r == BROKER_FAILED ? -1 : 0;
	api->receipts_changed = 1;
	put_receipt_event(api, agents_at(&api->b->agents, slot)->id, id,
	    STAGE_SUBMITTED, NULL, 0, 0);
	return 0;
}

void
api_receipt(struct api *api, struct api_call *c, const char *body, size_t n,
    struct api_answer *a, struct buf *out)
{
	static const struct json_name want[] = {
		JSON_NAME("from"), JSON_NAME("messageId"), JSON_NAME("stage"),
		JSON_NAME("reason"), JSON_NAME("replyId")
	};
	static const char ok[] = "{\"success\":true}";
	const struct json_node *got[5];
	const char *reason = NULL;
	enum stage stage = STAGE_NONE;
	enum broker_result r;
	int64_t id, reply = 0;
	uint16_t slot;
	size_t len = 0;

	if (!read_body(api, body, n, want, got, 5, a, out))
		return;
	slot = sender(api, c, got[0], a, out);
	if (slot == AGENT_NONE || !api_speaks_for(api, c, slot, a, out))
		return;
	if (got[1] == NULL || json_int(got[1], &id) == -1 || id < 1) {
		api_bad_field(a, out, "messageId", "a message's id");
		return;
	}
	if (got[2] != NULL && got[2]->type == JSON_STRING)
		stage = stage_find(got[2]->p, got[2]->len);
	if (stage == STAGE_NONE || stage == STAGE_QUEUED) {
		api_bad_field(a, out, "stage", "held, typed, submitted, "
		    "replied or failed");
		return;
	}
	if (!text_field(got[3], "reason", BROKER_REASON_MAX, a, out))
		return;
	if (got[3] != NULL && got[3]->type == JSON_STRING) {
		reason = got[3]->p - 1;
		len = (size_t)got[3]->len + 2;
	}
	if (got[4] != NULL && got[4]->type != JSON_NULL &&
	    (json_int(got[4], &reply) == -1 || reply < 1 ||
	    (uint64_t)reply >= api->b->msgs.next)) {
		api_bad_field(a, out, "replyId", "a message's id");
		return;
	}
	r = broker_receipt(api->b, slot, (uint64_t)id, stage, reason, len,
	    (uint64_t)reply);
	if (r != BROKER_OK && r != BROKER_REPEATED) {
		refused(r, a, out);
		return;
	}
	if (r == BROKER_OK) {
		api->receipts_changed = 1;
		put_receipt_event(api, agents_at(&api->b->agents, slot)->id,
		    (uint64_t)id, stage, reason, len, (uint64_t)reply);
	}
	if (buf_append(out, ok, sizeof ok - 1) == -1)
		api_fail_errno(a, out);
}

/* The keys of a control: strings, each short. */
static int
keys_field(const struct json_node *v, int wanted, struct api_answer *a,
    struct buf *out)
{
	const struct json_node *k = v == NULL ? NULL : json_first(v);
	uint32_t i;

	if (v == NULL && !wanted)
		return 1;
	if (v == NULL || v->type != JSON_ARRAY || v->n < 1 || v->n > 100)
		goto bad;
	for (i = 0; i < v->n; i++, k = json_next(k))
		if (k->type != JSON_STRING || k->len < 1 || k->len > 200 ||
		    k->flags & JSON_NUL)
			goto bad;
	return 1;
bad:
	api_bad_field(a, out, "keys", "1 to 100 names of keys (strings)");
	return 0;
}

void
api_control(struct api *api, const char *body, size_t n, struct api_answer *a,
    struct buf *out)
{
	static const char *const actions[] = {
		"pause", "resume", "share", "noshare", "interrupt", "keys",
		"screen"
	};
	static const struct json_name want[] = {
		JSON_NAME("to"), JSON_NAME("action"), JSON_NAME("keys"),
		JSON_NAME("screen")
	};
	const struct json_node *got[4];
	enum broker_result r;
	struct buf members;
	char id[ID_MAX + 1];
	uint64_t number;
	uint16_t slot;
	size_t i;

	if (!read_body(api, body, n, want, got, 4, a, out))
		return;
	if (!id_field(got[0], "to", id, a, out))
		return;
	slot = agents_find(&api->b->agents, id, strlen(id));
	if (slot == AGENT_NONE) {
		api_fail(a, out, 400, "unknown-recipient", "no agent named "
		    "\"%s\" is registered", id);
		return;
	}
	for (i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (got[1] != NULL && json_is(got[1], actions[i]))
			break;
	if (i == sizeof actions / sizeof actions[0]) {
		api_bad_field(a, out, "action", "pause, resume, share, "
		    "noshare, interrupt, keys or screen");
		return;
	}
	if (!keys_field(got[2], i == 5, a, out) ||
	    !text_field(got[3], "screen", 1000, a, out))
		return;
	buf_init(&members, 64 << 10);
	if (buf_printf(&members, ",\"action\":\"%s\"", actions[i]) == -1 ||
	    (got[2] != NULL && (buf_puts(&members, ",\"keys\":") == -1 ||
	    buf_append(&members, got[2]->p, got[2]->len) == -1)) ||
	    (got[3] != NULL && got[3]->type == JSON_STRING &&
	    (buf_puts(&members, ",\"screen\":") == -1 ||
	    buf_append(&members, got[3]->p - 1, got[3]->len + 2) == -1)))
		r = BROKER_FAILED;
	else
		r = broker_control(api->b, slot, members.p, members.len,
		    &number);
	buf_free(&members);
	if (r == BROKER_FULL) {
		api_fail(a, out, 409, "busy", "too many controls wait for "
		    "\"%s\"", id);
		return;
	}
	if (r != BROKER_OK) {
		refused(r, a, out);
		return;
	}
	has_news(api, slot);
	if (buf_printf(out, "{\"success\":true,\"control\":%llu}",
	    (unsigned long long)number) == -1)
		api_fail_errno(a, out);
}

static void
put_member(struct json_out *o, const char *name, const struct json_node *v)
{
	json_put_name(o, name, strlen(name));
	json_put_node(o, v);
}

/* Members state to until, as /agents shows them. */
static int
store_state(struct api *api, uint16_t slot, const struct json_node *const *got)
{
	struct buf b;
	struct json_out o;
	int rc = -1;

	buf_init(&b, AGENT_STATE_MAX + 200);
	jbuf_begin(&o, &b);
	json_put_open(&o, '{');
	put_member(&o, "state", got[1]);
	if (got[2] != NULL && got[2]->type == JSON_STRING)
		put_member(&o, "detail", got[2]);
	else
		json_member_str(&o, "detail", "");
	if (got[3] != NULL && got[3]->type == JSON_STRING)
		put_member(&o, "screen", got[3]);
	else
		json_member_str(&o, "screen", "");
	json_put_name(&o, "until", 5);
	if (got[4] != NULL)
		json_put_node(&o, got[4]);
	else
		json_put_null(&o);
	if (jbuf_end(&o) == 0)
		rc = broker_state(api->b, slot, b.p + 1, b.len - 1);
	buf_free(&b);
	return rc;
}

/* The event that streams are given. */
static int
put_update(struct api *api, const struct agent *ag,
    const struct json_node *const *got)
{
	static const char *const names[] = {
		"from", "state", "detail", "screen", "until", "content", "final"
	};
	struct json_out o;
	size_t i;

	if (buf_puts(&api->update, "event: update\ndata: ") == -1)
		return -1;
	jbuf_begin(&o, &api->update);
	json_put_open(&o, '{');
	json_member_str(&o, "from", ag->id);
	json_member_string(&o, "timestamp", api->b->stamp, TIME_LEN);
	for (i = 1; i < 7; i++)
		if (got[i] != NULL)
			put_member(&o, names[i], got[i]);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1)
		return -1;
	return buf_puts(&api->update, "\n\n");
}

void
api_update(struct api *api, struct api_call *c, const char *body, size_t n,
    struct api_answer *a, struct buf *out)
{
	static const struct json_name want[] = {
		JSON_NAME("from"), JSON_NAME("state"), JSON_NAME("detail"),
		JSON_NAME("screen"), JSON_NAME("until"), JSON_NAME("content"),
		JSON_NAME("final")
	};
	static const char *const states[] = {
		"starting", "idle", "busy", "waiting", "limited", "paused",
		"unknown"
	};
	static const char ok[] = "{\"success\":true}";
	const struct json_node *got[7];
	uint16_t slot;
	size_t i, begin = api->update.len;

	if (!read_body(api, body, n, want, got, 7, a, out))
		return;
	slot = sender(api, c, got[0], a, out);
	if (slot == AGENT_NONE || !api_speaks_for(api, c, slot, a, out))
		return;
	for (i = 0; i < 7 && got[1] != NULL; i++)
		if (json_is(got[1], states[i]))
			break;
	if (i == 7) {
		api_bad_field(a, out, "state", "starting, idle, busy, waiting, "
		    "limited, paused or unknown");
		return;
	}
	if (!text_field(got[2], "detail", 32768, a, out) ||
	    !text_field(got[3], "screen", 1000, a, out) ||
	    !text_field(got[5], "content", 8 << 20, a, out))
		return;
	if (got[4] != NULL && got[4]->type != JSON_INT &&
	    got[4]->type != JSON_NULL && (got[4]->type != JSON_STRING ||
	    got[4]->len > 200)) {
		api_bad_field(a, out, "until", "a time (a string or a number)");
		return;
	}
	if (got[6] != NULL && got[6]->type != JSON_TRUE &&
	    got[6]->type != JSON_FALSE) {
		api_bad_field(a, out, "final", "true or false");
		return;
	}
	if ((got[1] != NULL && store_state(api, slot, got) == -1) ||
	    put_update(api, agents_at(&api->b->agents, slot), got) == -1 ||
	    buf_append(out, ok, sizeof ok - 1) == -1) {
		buf_truncate(&api->update, begin);
		api_fail_errno(a, out);
	}
}
