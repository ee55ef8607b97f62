/*
 * replayline - what a replay finds, as lines of JSON.
 * Linked into csp-sidecar.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cast.h"
#include "jbuf.h"
#include "json.h"
#include "replayline.h"
#include "util.h"

static void
put_state(struct json_out *o, const struct turn_view *v, int explain)
{
	json_member_str(o, "type", "state");
	json_member_str(o, "state", agent_state_name(v->state));
	json_member_str(o, "rule", v->rule);
	if (explain) {
		json_member_str(o, "match", v->match);
		json_member_str(o, "rules", v->rules);
		json_member_bool(o, "box", v->box);
		json_member_bool(o, "dialog", v->dialog);
	}
	if (v->detail[0] != '\0')
		json_member_str(o, "detail", v->detail);
	if (v->until[0] != '\0')
		json_member_str(o, "until", v->until);
}

/* The next word of *s, which moves behind it. */
static size_t
word(const char **s, const char *end, const char **w)
{
	while (*s < end && **s == ' ')
		(*s)++;
	*w = *s;
	while (*s < end && **s != ' ')
		(*s)++;
	return (size_t)(*s - *w);
}

/* A mark "delivery STAGE ID REASON": 0 where it is another one. */
static int
put_delivery(struct json_out *o, const char *s, size_t len)
{
	const char *end = s + len, *w, *stage;
	size_t n, stage_len;
	int64_t id;

	n = word(&s, end, &w);
	if (n != 8 || memcmp(w, "delivery", 8) ||
	    (stage_len = word(&s, end, &stage)) == 0)
		return 0;
	n = word(&s, end, &w);
	if (num_parse_n(w, n, 0, INT64_MAX, &id) == -1)
		return 0;
	json_member_str(o, "type", "delivery");
	json_member_string(o, "stage", stage, stage_len);
	json_member_int(o, "messageId", id);
	while (s < end && *s == ' ')
		s++;
	if (s < end)
		json_member_string(o, "reason", s, (size_t)(end - s));
	return 1;
}

/* One thing found.  0, or -1 as buf_append(). */
static int
replay_line(const struct replay_out *r, int explain, struct buf *b)
{
	struct json_out o;
	char time[32];
	size_t before = b->len;
	int n, told = 1;

	n = snprintf(time, sizeof time, "%.3f", (double)r->time_ms / 1000);
	jbuf_begin(&o, b);
	json_put_open(&o, '{');
	json_put_name(&o, "time", 4);
	json_put_raw(&o, time, (size_t)n);
	switch (r->kind) {
	case REPLAY_STATE:
		put_state(&o, r->view, explain);
		break;
	case REPLAY_REPLY:
		json_member_str(&o, "type", "reply");
		json_member_string(&o, "content", r->reply.text, r->reply.len);
		json_member_bool(&o, "verbatim", 0);
		json_member_bool(&o, "complete", r->reply.complete);
		if (r->reply.error[0] != '\0')
			json_member_str(&o, "error", r->reply.error);
		break;
	case REPLAY_MARK:
		told = put_delivery(&o, r->text, r->len);
		break;
	case REPLAY_TEXT:
	case REPLAY_ENTER:
		told = 0;
		break;
	}
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1 || buf_putc(b, '\n') == -1)
		return -1;
	if (!told)
		buf_truncate(b, before);
	return 0;
}

int
replay_found(struct replay *rp, int explain, struct buf *b)
{
	struct replay_out out;

	while (replay_next(rp, &out))
		if (replay_line(&out, explain, b) == -1)
			return -1;
	return 0;
}

int
replay_feed(struct replay *rp, const char *line, size_t len, int explain,
    struct buf *b)
{
	struct cast_event ev;
	char *mem;
	int st;

	if ((mem = malloc(len + 1)) == NULL)
		return -1;
	if (cast_event(line, len, mem, len, &ev) == -1) {
		free(mem);
		return 1;
	}
	replay_event(rp, &ev);
	st = replay_found(rp, explain, b);
	free(mem);
	return st;
}
