/*
 * receipt - what became of a message, from the receipts of its recipients.
 * Linked into csp-send.
 */
#include <stdio.h>
#include <string.h>

#include "receipt.h"

static const char *const names[RECEIPT_NONE] = {
	[RECEIPT_QUEUED] = "queued",
	[RECEIPT_HELD] = "held",
	[RECEIPT_TYPED] = "typed",
	[RECEIPT_SUBMITTED] = "submitted",
	[RECEIPT_REPLIED] = "replied",
	[RECEIPT_FAILED] = "failed"
};

const char *
receipt_name(enum receipt_stage stage)
{
	return stage == RECEIPT_NONE ? "" : names[stage];
}

enum receipt_stage
receipt_stage(const char *s, size_t n)
{
	int i;

	for (i = 0; i < RECEIPT_NONE; i++)
		if (strlen(names[i]) == n && memcmp(names[i], s, n) == 0)
			break;
	return (enum receipt_stage)i;
}

/* Takes one recipient's receipt into account. */
static void
weigh(struct verdict *v, const struct json_node *who,
    const struct json_node *receipt)
{
	char memory[32], words[128];
	const char *name, *reason;
	size_t n, len = 0;
	enum receipt_stage stage;

	name = json_view(json_get(receipt, "stage"), memory, sizeof(memory),
	    &n);
	if (name == NULL || (stage = receipt_stage(name, n)) == RECEIPT_NONE)
		return;
	if (stage == RECEIPT_FAILED)
		v->failed++;
	else
		v->others++;
	if (v->words[0] != '\0' && (stage == RECEIPT_FAILED ||
	    (v->stage != RECEIPT_FAILED && stage < v->stage)))
		return;
	v->stage = stage;
	v->reply_id = 0;
	(void)json_int(json_get(receipt, "replyId"), &v->reply_id);
	reason = json_view(json_get(receipt, "reason"), words, sizeof(words),
	    &len);
	(void)snprintf(v->words, sizeof(v->words), "%.*s: %s%s%.*s%s",
	    (int)who->len, who->p, names[stage], len > 0 ? " (" : "",
	    (int)len, reason == NULL ? "" : reason, len > 0 ? ")" : "");
}

void
receipt_judge(struct verdict *v, const struct json_node *message)
{
	const struct json_node *receipts = json_get(message, "receipts");
	const struct json_node *name;
	uint32_t left;

	memset(v, 0, sizeof(*v));
	if (receipts == NULL || receipts->type != JSON_OBJECT)
		return;
	name = json_first(receipts);
	for (left = receipts->n; left > 0; left--) {
		weigh(v, name, name + 1);
		name = json_next(name + 1);
	}
}

int
receipt_is(const struct verdict *v, enum receipt_stage stage)
{
	return v->stage != RECEIPT_FAILED && v->stage >= stage;
}

int
receipt_lost(const struct verdict *v)
{
	return v->failed > 0 && v->others == 0;
}
