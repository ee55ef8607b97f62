/*
 * post - what an agent's sidecar posts to the gateway, as JSON.
 * Linked into csp-sidecar.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "jbuf.h"
#include "json.h"
#include "post.h"
#include "util.h"

static void
start(struct link *l, struct buf *b, struct json_out *o)
{
	buf_init(b, LINK_QUEUE_MAX);
	jbuf_begin(o, b);
	json_put_open(o, '{');
	json_member_str(o, "from", link_id(l));
}

/* Ends what start() began, and posts it. */
static int
finish(struct link *l, const char *path, struct buf *b, struct json_out *o,
    long tag)
{
	int st;

	json_put_close(o, '}');
	st = jbuf_end(o) == 0 ? link_post(l, path, b->p, b->len, tag) : -1;
	buf_free(b);
	return st;
}

int
post_receipt(struct link *l, int64_t id, const char *stage, const char *reason,
    int64_t reply_id)
{
	struct json_out o;
	struct buf b;

	start(l, &b, &o);
	json_member_int(&o, "messageId", id);
	json_member_str(&o, "stage", stage);
	if (reason[0] != '\0')
		json_member_str(&o, "reason", reason);
	if (reply_id != 0)
		json_member_int(&o, "replyId", reply_id);
	return finish(l, "/receipt", &b, &o, 0);
}

int
post_notice(struct link *l, const char *text, size_t len)
{
	struct json_out o;
	struct buf b;

	start(l, &b, &o);
	json_member_str(&o, "type", "system");
	json_member_string(&o, "content", text, len);
	return finish(l, "/agent-output", &b, &o, 0);
}

int
post_screen(struct link *l, const struct screen *scr)
{
	struct screen_region r;
	char *text;
	size_t n;
	int st;

	memset(&r, 0, sizeof r);
	r.from = screen_top(scr);
	r.to = r.from + screen_state(scr)->rows;
	n = screen_text(scr, &r, NULL, 0);
	if ((text = malloc(n + 1)) == NULL)
		return -1;
	(void)screen_text(scr, &r, text, n + 1);
	st = post_notice(l, text, n);
	free(text);
	return st;
}

int
post_message(struct link *l, const char *to, int64_t reply_to,
    const char *text, size_t len, int verbatim, int complete, long tag)
{
	struct json_out o;
	struct buf b;

	start(l, &b, &o);
	json_member_str(&o, "to", to != NULL ? to : "broadcast");
	json_member_string(&o, "content", text, len);
	if (reply_to != 0)
		json_member_int(&o, "replyTo", reply_to);
	json_member_bool(&o, "verbatim", verbatim);
	if (!complete)
		json_member_bool(&o, "complete", 0);
	return finish(l, "/agent-output", &b, &o, tag);
}

void
post_state(struct link *l, const struct turn_view *v, int64_t until_ms,
    int paused, const char *text, size_t len, int final)
{
	char until[TIME_LEN + 1];
	struct json_out o;
	struct buf b;

	if (!link_is_up(l))
		return;
	start(l, &b, &o);
	json_member_str(&o, "state", paused ? "paused" :
	    agent_state_name(v->state));
	json_member_str(&o, "detail", v->detail);
	json_member_str(&o, "screen", v->screen);
	if (until_ms > 0) {
		time_format(until_ms, until);
		json_member_str(&o, "until", until);
	} else if (v->until[0] != '\0')
		json_member_str(&o, "until", v->until);
	if (text != NULL) {
		json_member_string(&o, "content", text, len);
		json_member_bool(&o, "final", final);
	}
	json_put_close(&o, '}');
	if (jbuf_end(&o) == 0)
		link_update(l, b.p, b.len);
	buf_free(&b);
}
