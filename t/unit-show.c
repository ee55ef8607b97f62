/*
 * unit-show - messages, agents and receipts as they are printed.
 */
#include <stdlib.h>
#include <time.h>

#include "lib/show.h"
#include "t/tap.h"

#define NODES 200
#define NOW 1795000000000	/* 2026-11-18T11:06:40Z */

static struct show w;
static struct json_node nodes[NODES];

static const struct json_node *
parse(const char *text)
{
	if (json_parse(text, strlen(text), nodes, NODES, NULL) < 1)
		printf("# no JSON: %s\n", text);
	return nodes;
}

/* What has been shown since the last time is this. */
static void
shown(const char *want, size_t n, const char *name)
{
	is_mem(w.failed ? "" : w.out.p, w.out.len, want, n, name);
	buf_clear(&w.out, 4096);
}
#define SHOWN(want, name)	shown(want, sizeof want - 1, name)

static const char direct[] = "{\"id\":17,\"timestamp\":\"2026-11-18T09:04:"
    "05.123Z\",\"from\":\"a\",\"to\":\"b\",\"type\":\"direct\",\"hops\":2,"
    "\"replyTo\":16,\n\"content\":\"x\\u001b[2J\\u009b\\n\xc2\x9b\"}";

static void
test_message(void)
{
	show_message(&w, parse(direct));
	SHOWN("[17] a -> b 09:04:05\nx\33[2J\xc2\x9b\n\xc2\x9b\n\n",
	    "a paragraph, its text as it is");
	w.printable = 1;
	show_message(&w, parse(direct));
	SHOWN("[17] a -> b 09:04:05\nx\\x1b[2J\\u009b\n\\u009b\n\n",
	    "printable for a terminal");
	w.json = 1;
	show_message(&w, parse("{\"id\":1,\n\"content\":\"\xc2\x9b\\u001b\"}"));
	SHOWN("{\"id\":1, \"content\":\"\\u009b\\u001b\"}\n",
	    "JSON on a terminal, one line, still JSON");
	w.printable = 0;
	show_message(&w, parse("{\"id\":1,\r\n\"content\":\"\xc2\x9b\"}"));
	SHOWN("{\"id\":1,  \"content\":\"\xc2\x9b\"}\n", "else byte for byte");
	w.json = 0;
	w.nul = 1;
	show_message(&w, parse(direct));
	SHOWN("x\33[2J\xc2\x9b\n\xc2\x9b\0", "the text alone, and a NUL");
	w.nul = 0;
	show_message(&w, parse("{\"id\":2,\"timestamp\":\"2025-01-02T03:04:05Z\","
	    "\"from\":\"s\",\"type\":\"system\",\"complete\":false,"
	    "\"content\":\"joined\\n\"}"));
	SHOWN("[2] s (notice) 2025-01-02 03:04:05 (not complete: lines of it "
	    "were lost)\njoined\n\n", "a notice of another day");
	show_message(&w, parse("{}"));
	SHOWN("[]  \n\n", "what is missing is left out");
}

static void
test_format(void)
{
	w.format = "%i %f>%t %T %d %y %h %r %c%% \\n\\t\\0\\\\|%";
	show_message(&w, parse(direct));
	SHOWN("17 a>b 09:04:05 2026-11-18T09:04:05.123Z direct 2 16 "
	    "x\33[2J\xc2\x9b\n\xc2\x9b% \n\t\0\\|%\n", "all of a format");
	w.nul = 1;
	w.format = "%c";
	show_message(&w, parse("{\"content\":\"\"}"));
	SHOWN("\0", "with a NUL behind it");
	w.nul = 0;
	w.format = NULL;
	ok(show_bad_format("%T%c%d%f%h%i%r%t%y%%\\%") == NULL, "all are known");
	ok(show_bad_format("") == NULL, "none is no error");
	is_str(show_bad_format("a%q"), "%q", "another is");
	is_str(show_bad_format("a%"), "%", "so is half of one");
}

static void
test_agent(void)
{
	show_agent(&w, parse("{\"id\":\"ann\",\"online\":true,\"state\":\"idle\","
	    "\"unread\":0,\"capabilities\":{\"human\":true}}"));
	SHOWN("ann                 person    0 unread\n", "a person");
	show_agent(&w, parse("{\"id\":\"b\",\"online\":true,\"state\":\"waiting\","
	    "\"detail\":\"1. Yes\\n2. No\",\"unread\":12}"));
	SHOWN("b                   waiting   12 unread     1. Yes\\x0a2. No\n",
	    "what it is about, in a line");
	show_agent(&w, parse("{\"id\":\"a-very-long-name-of-an-agent\","
	    "\"online\":false,\"unread\":3,\"detail\":\"\"}"));
	SHOWN("a-very-long-name-of-an-agent offline 3 unread\n",
	    "a long name moves the rest");
}

static void
test_receipt(void)
{
	const struct json_node *all;

	all = json_first(parse("{\"bob\":{\"stage\":\"held\",\"reason\":\"busy\\u001b\","
	    "\"timestamp\":\"2026-11-18T09:04:05.123Z\"}}"));
	w.printable = 1;
	show_receipt(&w, all, all + 1);
	SHOWN("09:04:05 bob held (busy\\x1b)\n", "a receipt");
	w.printable = 0;
	w.json = 1;
	show_receipt(&w, all, all + 1);
	SHOWN("{\"agent\":\"bob\",\"stage\":\"held\",\"reason\":\"busy\\u001b\","
	    "\"timestamp\":\"2026-11-18T09:04:05.123Z\"}\n", "in JSON");
	all = json_first(parse("{\"bob\":{}}"));
	show_receipt(&w, all, all + 1);
	SHOWN("{\"agent\":\"bob\"}\n", "an empty one");
	w.json = 0;
	all = json_first(parse("{\"bob\":{\"stage\":\"replied\",\"reason\":\"\","
	    "\"replyId\":26,\"timestamp\":\"2026-11-18T09:04:05.123Z\"}}"));
	show_receipt(&w, all, all + 1);
	SHOWN("09:04:05 bob replied [26]\n", "the reply's number");
}

static void
test_memory(void)
{
	static const char big[] = "{\"content\":\"0123456789012345678901234\"}";

	buf_free(&w.out);
	buf_init(&w.out, 20);
	show_message(&w, parse(big));
	ok(w.failed, "what does not fit is told");
	w.json = 1;
	show_message(&w, parse(big));
	ok(w.failed, "and stays so");
}

int
main(void)
{
	(void)setenv("TZ", "UTC0", 1);
	tzset();
	w.now_ms = NOW;
	buf_init(&w.out, 1 << 20);
	test_message();
	test_format();
	test_agent();
	test_receipt();
	test_memory();
	buf_free(&w.out);
	return tap_done();
}
