/* unit-chat - what a viewer knows of a room, from lines. */
#include <stdlib.h>

#include "lib/chat.h"
#include "t/tap.h"

static struct chat chat;

static struct chat_event
feed(const char *line)
{
	return chat_feed(&chat, line, strlen(line), 1000);
}

static void
test_messages(void)
{
	struct chat_event ev;

	chat_init(&chat, "Me");
	ok(strcmp(chat.me, "me") == 0, "my name is folded");
	ev = feed("{\"id\":5,\"timestamp\":\"2026-11-22T15:04:05.123Z\","
	    "\"from\":\"bob\",\"to\":\"broadcast\",\"type\":\"broadcast\","
	    "\"content\":\"hello @me\\n\",\"verbatim\":true}");
	ok(ev.news == CHAT_NEW && ev.item->id == 5, "a message is new");
	is_mem(ev.item->text, ev.item->len, "hello @me", 9,
	    "its text, without the last newline");
	ok(ev.item->mentions_me == 1, "it mentions me");
	ok(ev.item->verbatim == 1, "it is verbatim");
	ok(ev.item->at_ms == 1795359845123, "its time");
	ok(feed("{\"id\":5,\"from\":\"bob\",\"content\":\"again\"}").news ==
	    CHAT_NOTHING, "the same number again is nothing new");
	ev = feed("{\"id\":3,\"from\":\"bob\",\"to\":\"me\","
	    "\"type\":\"direct\",\"content\":\"older\"}");
	ok(ev.news == CHAT_NEW && chat.items[0]->id == 3,
	    "an older one finds its place");
	ok(ev.item->kind == CHAT_DIRECT && ev.item->mentions_me,
	    "direct to me is for me");
	ev = feed("{\"id\":6,\"from\":\"me\",\"to\":\"bob\","
	    "\"type\":\"direct\",\"content\":\"@me\"}");
	ok(ev.item->mentions_me == 0, "what I say is not for me");
	ev = feed("{\"id\":7,\"from\":\"x\",\"content\":"
	    "\"a\\u001b[31mb\\tc\\u0000\"}");
	is_mem(ev.item->text, ev.item->len, "a\\x1b[31mb      c\\x00", 21,
	    "controls are shown, tabs become spaces");
	ev = feed("some program said this");
	ok(ev.news == CHAT_NEW && ev.item->kind == CHAT_NOTE,
	    "what is no JSON is a note");
	ok(feed("").news == CHAT_NOTHING, "an empty line is nothing");
	ok(feed("{\"id\":8,\"from\":\"x\"}").news == CHAT_NOTHING,
	    "a message without text is nothing");
	ev = feed("{\"id\":9,\"from\":\"x\",\"content\":\"1.\","
	    "\"complete\":false}");
	is_mem(ev.item->text, ev.item->len,
	    "1.\n[not complete: lines were lost]", 34,
	    "a reply with a gap says so");
	ok(feed("{\"foo\":1}").news == CHAT_NOTHING, "nor is what is unknown");
	ok(chat_item(&chat, 6) != NULL && chat_item(&chat, 4) == NULL,
	    "messages are found by number");
	chat_free(&chat);
}

static void
test_receipts(void)
{
	struct chat_event ev;
	struct chat_item *it;

	chat_init(&chat, "me");
	it = feed("{\"id\":1,\"from\":\"me\",\"content\":\"x\"}").item;
	ok(!chat_settled(it), "nothing is known of a new message");
	ev = feed("{\"messageId\":1,\"agent\":\"bob\",\"stage\":\"held\","
	    "\"reason\":\"busy\"}");
	ok(ev.news == CHAT_RECEIPT && ev.item == it &&
	    strcmp(ev.receipt->reason, "busy") == 0, "held, and why");
	ok(feed("{\"messageId\":1,\"agent\":\"bob\",\"stage\":\"held\","
	    "\"reason\":\"busy\"}").news == CHAT_NOTHING,
	    "the same again is nothing new");
	(void)feed("{\"messageId\":1,\"from\":\"ada\",\"stage\":\"replied\"}");
	ok(!chat_settled(it), "one of two has replied");
	(void)feed("{\"messageId\":1,\"agent\":\"bob\",\"stage\":\"replied\"}");
	ok(chat_settled(it), "both have");
	(void)feed("{\"messageId\":1,\"agent\":\"eve\",\"stage\":\"typed\"}");
	(void)feed("{\"id\":2,\"from\":\"eve\",\"content\":\"y\",\"replyTo\":1}");
	ok(chat_settled(it), "a reply is a receipt");
	ok(feed("{\"messageId\":9,\"agent\":\"bob\",\"stage\":\"held\"}").news
	    == CHAT_NOTHING, "a receipt for nothing is nothing");
	ok(feed("{\"id\":1,\"from\":\"me\",\"content\":\"x\",\"receipts\":"
	    "{\"eve\":{\"stage\":\"failed\",\"reason\":\"left\"}}}").news ==
	    CHAT_CHANGED, "receipts come along with a message, too");
	ok(!chat_settled(it), "and count");
	chat_free(&chat);
}

static void
test_agents(void)
{
	struct chat_event ev;
	struct chat_agent *a;

	chat_init(&chat, "me");
	ev = feed("[{\"id\":\"bob\",\"online\":true,\"state\":\"idle\"},"
	    "{\"id\":\"eve\",\"online\":false,\"state\":\"unknown\","
	    "\"capabilities\":{\"human\":true}}]");
	ok(ev.news == CHAT_CHANGED && chat.n_agents == 2, "a list of agents");
	a = chat_agent(&chat, "eve");
	ok(a != NULL && a->human && !a->online, "a person that is away");
	(void)feed("{\"from\":\"eve\",\"state\":\"busy\"}");
	ok(a->online && strcmp(a->state, "busy") == 0,
	    "who says something is not");
	a = chat_agent(&chat, "bob");
	(void)feed("{\"from\":\"bob\",\"state\":\"busy\",\"content\":\"so\"}");
	ok(strcmp(a->state, "busy") == 0 && a->since_ms == 1000, "busy");
	is_mem(a->partial, a->partial_len, "so", 2, "a reply in the making");
	(void)feed("{\"id\":1,\"from\":\"bob\",\"content\":\"so far\"}");
	ok(a->partial == NULL, "is gone when the reply is there");
	(void)feed("{\"from\":\"bob\",\"state\":\"busy\",\"content\":\"b\"}");
	(void)feed("{\"from\":\"bob\",\"state\":\"idle\",\"content\":\"b\"}");
	ok(a->partial == NULL, "and when the agent is idle");
	ev = feed("{\"from\":\"bob\",\"state\":\"waiting\","
	    "\"detail\":\"Really?\\n1. yes\",\"screen\":\"s1\"}");
	ok(ev.news == CHAT_ASKS && ev.agent == a, "an agent asks");
	is_mem(a->detail, a->detail_len, "Really?\n1. yes", 14, "what");
	ok(feed("{\"from\":\"bob\",\"state\":\"waiting\",\"detail\":"
	    "\"Really?\",\"screen\":\"s1\"}").news == CHAT_CHANGED,
	    "the same screen is the same question");
	ok(feed("{\"from\":\"bob\",\"state\":\"waiting\",\"detail\":"
	    "\"Sure?\",\"screen\":\"s2\"}").news == CHAT_ASKS,
	    "another one is another");
	(void)feed("{\"from\":\"bob\",\"state\":\"limited\","
	    "\"until\":\"2026-11-22T18:29:00Z\"}");
	ok(a->until_ms == 1795372140000 && a->detail == NULL,
	    "a limit and its end");
	chat_free(&chat);
}

static void
test_mentions(void)
{
	static const struct {
		const char *text;
		int hit;
	} rows[] = {
		{ "@bob", 1 }, { "hi @bob.", 1 }, { "(@Bob)", 1 },
		{ "@bobby", 0 }, { "a@bob", 0 }, { "bob", 0 }, { "@all", 1 },
		{ "@bob-2", 0 }, { "@ bob", 0 }, { "", 0 }, { "@", 0 },
		{ "@bob, and @eve", 1 }, { "@@bob", 1 }
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(chat_mentions(rows[i].text, strlen(rows[i].text), "bob") ==
		    rows[i].hit, rows[i].text);
}

static void
test_limits(void)
{
	char line[128];
	int i;

	chat_init(&chat, "me");
	for (i = 1; i <= CHAT_ITEMS + 3; i++) {
		snprintf(line, sizeof(line),
		    "{\"id\":%d,\"from\":\"a\",\"content\":\"x\"}", i);
		(void)feed(line);
	}
	ok(chat.n == CHAT_ITEMS && chat.items[0]->id == 4,
	    "the oldest messages go");
	for (i = 0; i <= CHAT_AGENTS; i++) {
		snprintf(line, sizeof(line),
		    "{\"from\":\"agent-%d\",\"state\":\"idle\"}", i);
		(void)feed(line);
	}
	ok(chat.n_agents == CHAT_AGENTS, "and there is an end to agents");
	chat_free(&chat);
}

int
main(void)
{
	test_messages();
	test_receipts();
	test_agents();
	test_mentions();
	test_limits();
	return tap_done();
}
