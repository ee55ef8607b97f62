/*
 * letter - the bodies of what csp-send posts.
 * Linked into csp-send.
 */
#include <errno.h>
#include <string.h>

#include "jbuf.h"
#include "letter.h"
#include "util.h"

/* The members that a line may have, in the order in which they are sent. */
static const struct json_name members[] = {
	JSON_NAME("from"), JSON_NAME("to"), JSON_NAME("replyTo"),
	JSON_NAME("urgent"), JSON_NAME("content"), JSON_NAME("verbatim"),
	JSON_NAME("complete"), JSON_NAME("action"), JSON_NAME("keys"),
	JSON_NAME("screen"), JSON_NAME("messageId"), JSON_NAME("stage"),
	JSON_NAME("reason"),
	/* not sent */
	JSON_NAME("key"), JSON_NAME("type")
};
enum { FROM, TO, REPLY_TO, URGENT, ACTION = 7, STAGE = 11, KEY = 13, TYPE, N };

int
letter_is_utf8(const char *s, size_t n)
{
	uint64_t eight;
	size_t i = 0;
	int len;

	while (i < n) {
		if (n - i >= 8) {	/* most of most texts is ASCII */
			memcpy(&eight, s + i, 8);
			if ((eight & 0x8080808080808080U) == 0) {
				i += 8;
				continue;
			}
		}
		if ((len = utf8_len(s + i, n - i)) == 0)
			return 0;
		i += (size_t)len;
	}
	return 1;
}

/* Writes those of the letter's members that a line has not got itself. */
static void
put_members(struct json_out *o, const struct letter *l,
    const struct json_node *const *got)
{
	if (got == NULL || got[FROM] == NULL)
		json_member_str(o, "from", l->from);
	if ((got == NULL || got[TO] == NULL) && *l->to != '\0')
		json_member_str(o, "to", l->to);
	if ((got == NULL || got[REPLY_TO] == NULL) && l->reply_to > 0)
		json_member_int(o, "replyTo", l->reply_to);
	if ((got == NULL || got[URGENT] == NULL) && l->urgent)
		json_member_bool(o, "urgent", 1);
}

int
letter_text(struct buf *b, const struct letter *l, const char *s, size_t n)
{
	struct json_out o;

	jbuf_begin(&o, b);
	json_put_open(&o, '{');
	put_members(&o, l, NULL);
	json_member_string(&o, "content", s, n);
	json_put_close(&o, '}');
	return jbuf_end(&o);
}

int
letter_json(struct buf *b, const struct letter *l, const char *s, size_t n,
    const char **key, size_t *key_len)
{
	struct json_node nodes[LETTER_NODES_MAX];
	const struct json_node *got[N], *k;
	struct json_out o;
	int i;

	*key = NULL;
	*key_len = 0;
	if (json_parse(s, n, nodes, LETTER_NODES_MAX, NULL) < 1 ||
	    json_pick(nodes, members, got, N) == -1)
		return LETTER_BAD;
	if (json_is(got[TYPE], "system"))
		return LETTER_NOTICE;
	k = got[KEY];
	if (k != NULL && k->type != JSON_NULL) {
		if (k->type != JSON_STRING || k->len > LETTER_KEY_MAX ||
		    !is_visible(k->p, k->len) ||
		    memchr(k->p, '\\', k->len) != NULL)
			return LETTER_BAD;
		*key = k->p;
		*key_len = k->len;
	}
	jbuf_begin(&o, b);
	json_put_open(&o, '{');
	for (i = 0; i < KEY; i++) {
		if (got[i] == NULL)
			continue;
		json_put_name(&o, members[i].s, members[i].len);
		json_put_node(&o, got[i]);
	}
	put_members(&o, l, got);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1)
		return -1;
	return got[ACTION] != NULL ? LETTER_CONTROL : got[STAGE] != NULL ?
	    LETTER_RECEIPT : LETTER_MESSAGE;
}

int
letter_control(struct buf *b, const char *to, const char *action,
    char *const *keys, int nkeys, const char *screen)
{
	struct json_out o;
	int i;

	jbuf_begin(&o, b);
	json_put_open(&o, '{');
	json_member_str(&o, "to", to);
	json_member_str(&o, "action", action);
	if (nkeys > 0) {
		json_put_name(&o, "keys", 4);
		json_put_open(&o, '[');
		for (i = 0; i < nkeys; i++)
			json_put_str(&o, keys[i]);
		json_put_close(&o, ']');
	}
	if (screen != NULL)
		json_member_str(&o, "screen", screen);
	json_put_close(&o, '}');
	return jbuf_end(&o);
}
