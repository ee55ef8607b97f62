/*
 * unit-receipt - the verdict over what became of a message.
 */
#include "lib/receipt.h"
#include "t/tap.h"

#define NODES 100

static struct verdict v;

static void
judge(const char *receipts)
{
	struct json_node nodes[NODES];
	char text[1000];

	(void)snprintf(text, sizeof text, "{\"id\":1,\"receipts\":%s}",
	    receipts);
	if (json_parse(text, strlen(text), nodes, NODES, NULL) < 1)
		printf("# no JSON: %s\n", text);
	receipt_judge(&v, nodes);
}

static void
test_names(void)
{
	int i, same = 1;

	for (i = 0; i < RECEIPT_NONE; i++)
		same &= receipt_stage(receipt_name((enum receipt_stage)i),
		    strlen(receipt_name((enum receipt_stage)i))) ==
		    (enum receipt_stage)i;
	ok(same, "each stage has its name");
	ok(receipt_stage("hel", 3) == RECEIPT_NONE &&
	    receipt_stage("helds", 5) == RECEIPT_NONE &&
	    receipt_stage("", 0) == RECEIPT_NONE, "and nothing else is one");
}

static void
test_one(void)
{
	judge("{}");
	ok(v.stage == RECEIPT_QUEUED && v.words[0] == '\0' &&
	    receipt_is(&v, RECEIPT_QUEUED) && !receipt_is(&v, RECEIPT_HELD) &&
	    !receipt_lost(&v), "without receipts it is queued");
	judge("[]");
	ok(v.stage == RECEIPT_QUEUED, "what is no object is none");
	judge("{\"claude\":{\"stage\":\"held\",\"reason\":\"busy\"}}");
	is_str(v.words, "claude: held (busy)", "one, with its reason");
	ok(receipt_is(&v, RECEIPT_HELD) && !receipt_is(&v, RECEIPT_TYPED),
	    "came as far as it says");
	judge("{\"claude\":{\"stage\":\"replied\",\"replyId\":26}}");
	ok(v.reply_id == 26 && receipt_is(&v, RECEIPT_REPLIED),
	    "the reply's number");
	is_str(v.words, "claude: replied", "and in words");
	judge("{\"a\":{\"stage\":\"failed\",\"reason\":\"gone\"}}");
	ok(receipt_lost(&v) && !receipt_is(&v, RECEIPT_QUEUED) &&
	    strcmp(v.words, "a: failed (gone)") == 0, "what failed is lost");
	judge("{\"a\":{\"stage\":\"dreamt\"},\"b\":7,\"c\":{}}");
	ok(v.stage == RECEIPT_QUEUED && v.failed + v.others == 0,
	    "what is no receipt is passed over");
}

static void
test_many(void)
{
	judge("{\"a\":{\"stage\":\"queued\"},\"b\":{\"stage\":\"submitted\"},"
	    "\"c\":{\"stage\":\"typed\"}}");
	is_str(v.words, "b: submitted", "the furthest counts");
	judge("{\"a\":{\"stage\":\"failed\",\"reason\":\"x\"},"
	    "\"b\":{\"stage\":\"held\",\"reason\":\"dialog\"}}");
	ok(!receipt_lost(&v) && v.failed == 1 && v.others == 1,
	    "one that failed is not all");
	is_str(v.words, "b: held (dialog)", "who is left counts");
	judge("{\"b\":{\"stage\":\"held\"},\"a\":{\"stage\":\"failed\"}}");
	ok(v.stage == RECEIPT_HELD, "in any order");
	judge("{\"a\":{\"stage\":\"failed\"},\"b\":{\"stage\":\"failed\"}}");
	ok(receipt_lost(&v) && v.failed == 2, "all that failed are");
	judge("{\"a\":{\"stage\":\"replied\",\"replyId\":3},"
	    "\"b\":{\"stage\":\"submitted\"}}");
	ok(v.reply_id == 3, "a reply is not forgotten over another");
}

int
main(void)
{
	test_names();
	test_one();
	test_many();
	return tap_done();
}
