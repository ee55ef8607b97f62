/*
 * unit-events - lib/events and lib/evmap: syntax, paths, turns.  What real CLIs
 * write is tested with t/fixtures/events by t/1051-events-agents.t.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/events.h"
#include "lib/mend.h"

#include "tap.h"

static struct events_map *map;
static struct events *ev;
static char told[8192];			/* events as text, oldest first */

static int
line(const char *value)
{
	char wrong[128];

	return events_map_line(map, "on", value, wrong, sizeof(wrong));
}

static void
begin(const char *const *lines)
{
	events_free(ev);
	events_map_free(map);
	map = events_map_new();
	for (; *lines != NULL; lines++)
		if (line(*lines) != 0)
			abort();
	ev = events_new(map, 0);
	told[0] = '\0';
}

/* Appends what is to be fetched at that time, one a line. */
static const char *
fetch(int64_t now)
{
	struct event e;
	size_t n;

	told[0] = '\0';
	while (events_next(ev, now, &e)) {
		n = strlen(told);
		(void)snprintf(told + n, sizeof(told) - n, "%s %s%s%s%s%s\n",
		    event_type_name(e.type), e.text,
		    e.prompt != NULL ? " < " : "",
		    e.prompt != NULL ? e.prompt : "",
		    e.complete ? "" : " INCOMPLETE", e.aborted ? " ABORTED" : "");
	}
	return told;
}

static void
expect(int64_t now, const char *want, const char *name)
{
	(void)fetch(now);
	is_str(told, want, name);
}

static void
say(const char *json, int64_t now)
{
	(void)events_record(ev, json, strlen(json), now);
}

static void
test_mend(void)
{
	static const struct {
		const char *in, *out;
		size_t n;
	} cases[] = {
		{ "\"a\"", "\"a\"", 0 },
		{ "\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\"", 0 },
		{ "\"x\\ud83d\"", "\"x\\ufffd\"", 1 },
		{ "\"\\uDE00x\"", "\"\\ufffdx\"", 1 },
		{ "\"\\ud83d\\ud83d\\ude00\"",
		    "\"\\ufffd\\ud83d\\ude00\"", 1 },
		{ "\"\\ud83d\\n\\ude00\"", "\"\\ufffd\\n\\ufffd\"", 2 },
		{ "\"\\\\ud83d\"", "\"\\\\ud83d\"", 0 },
		{ "\"\\ud83\"", "\"\\ud83\"", 0 },
		{ "\"\\ud83d", "\"\\ufffd", 1 },
		{ "\"\\", "\"\\", 0 },
		{ "\"\xe2\x82\xac \xe2\x82\"", "\"\xe2\x82\xac ??\"", 2 },
		{ "\"\xed\xa0\x80\"", "\"???\"", 3 },
		{ "", "", 0 }
	};
	char text[64];
	size_t i, len, n;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = strlen(cases[i].in);
		memcpy(text, cases[i].in, len + 1);
		n = mend_json(text, len);
		is_str(text, cases[i].out, "mended");
		ok(n == cases[i].n, "and counted");
	}
}

/* What is cut within a character is not lost. */
static void
test_cut_text(void)
{
	static const char *const lines[] = { "k=say: text m", "k=end: end", NULL };

	begin(lines);
	say("{\"k\":\"say\",\"m\":\"cut \\ud83d\"}", 10);
	say("{\"k\":\"say\",\"m\":\"byte \xf0\x9f\"}", 20);
	say("{\"k\":\"end\"}", 30);
	(void)fetch(30 + EVENTS_GRACE_MS);
	ok(strstr(told, "cut \xef\xbf\xbd") != NULL, "half a pair is U+FFFD");
	ok(strstr(told, "byte ??") != NULL, "half a character is `?`s");
}

static const char *const hooks[] = {
	"k=prompt: prompt p, turn t",
	"k=piece: delta d, id m, order i, final f, turn t",
	"k=text: text c[type=text].text|c, id m, turn t",
	"k=stop: end, last l, turn t",
	"k=cut: abort, turn t",
	"k=ask: dialog tool input.cmd|input",
	"k=limit: limit why, until when",
	"k=again: replay",
	"k=now: live",
	"k=session: thread s, cwd w",
	NULL
};

/* Lost in its middle, and asked for again by the CLI. */
static void
test_again(void)
{
	begin(hooks);
	say("{\"k\":\"prompt\",\"p\":\"hi\",\"t\":\"T\"}", 10);
	say("{\"k\":\"piece\",\"m\":\"A\",\"i\":0,\"f\":true,"
	    "\"d\":\"One two three four. \",\"t\":\"T\"}", 11);
	say("{\"k\":\"piece\",\"m\":\"B\",\"i\":0,\"f\":true,"
	    "\"d\":\"One two three four. Five.\",\"t\":\"T\"}", 12);
	say("{\"k\":\"piece\",\"m\":\"C\",\"i\":0,\"f\":true,"
	    "\"d\":\"Done.\",\"t\":\"T\"}", 13);
	say("{\"k\":\"piece\",\"m\":\"D\",\"i\":0,\"f\":true,"
	    "\"d\":\"Done. All of it.\",\"t\":\"T\"}", 14);
	say("{\"k\":\"stop\",\"l\":\"Done. All of it.\",\"t\":\"T\"}",
	    15);
	(void)fetch(15 + EVENTS_GRACE_MS);
	ok(strstr(told, "end One two three four. Five.\n\nDone.\n\n"
	    "Done. All of it.") != NULL, "what was cut off and said again "
	    "counts once, a word that comes again does not");
}

static void
test_syntax(void)
{
	char wrong[128];

	map = events_map_new();
	ok(events_map_line(map, "follow", "x", wrong, sizeof(wrong)) == 1,
	    "a word of others is left to them");
	ok(line("a=1 !b c!=2 d^=x e[k=v].f: text x.y[].z|w, id i") == 0,
	    "all kinds of conditions and paths");
	ok(line("a=1 text x") == -1, "no colon");
	ok(line("a: ") == -1, "no action");
	ok(line("a: text") == -1, "no path");
	ok(line("a: end now") == -1, "a path too many");
	ok(line("a: text x, text y") == -1, "twice");
	ok(line("a: frobnicate x") == -1, "an action that is none");
	ok(line(": text x") == -1, "no condition");
	ok(line("=a: text x") == -1, "a condition without a path");
	ok(line("a[b: text x") == -1, "a bracket that stays open");
}

static void
test_turn(void)
{
	begin(hooks);
	say("{\"k\":\"prompt\",\"p\":\"hi\",\"t\":\"1\"}", 10);
	expect(10, "busy \nprompt hi\n", "a prompt opens a turn");
	say("{\"k\":\"piece\",\"m\":\"a\",\"i\":0,\"f\":false,\"d\":\"one\\n\",\"t\":\"1\"}", 300);
	expect(300, "text one\n < hi INCOMPLETE\n", "text so far");
	say("{\"k\":\"stop\",\"l\":\"one\\ntwo\",\"t\":\"1\"}", 400);
	expect(400, "", "an end waits for the piece that is missing");
	say("{\"k\":\"piece\",\"m\":\"a\",\"i\":1,\"f\":true,\"d\":\"two\",\"t\":\"1\"}", 450);
	expect(450, "end one\ntwo < hi\n", "and comes with it");
	say("{\"k\":\"piece\",\"m\":\"a\",\"i\":2,\"f\":true,\"d\":\"x\",\"t\":\"1\"}", 460);
	expect(460, "", "a straggler of an ended turn is dropped");
	ok(events_due(ev) == -1, "nothing is due then");
}

static void
test_order(void)
{
	begin(hooks);
	say("{\"k\":\"prompt\",\"p\":\"hi\",\"t\":\"1\"}", 10);
	say("{\"k\":\"piece\",\"m\":\"a\",\"i\":2,\"f\":true,\"d\":\"c\",\"t\":\"1\"}", 20);
	say("{\"k\":\"piece\",\"m\":\"a\",\"i\":1,\"f\":false,\"d\":\"b\",\"t\":\"1\"}", 30);
	say("{\"k\":\"stop\",\"t\":\"1\"}", 40);
	say("{\"k\":\"piece\",\"m\":\"a\",\"i\":0,\"f\":false,\"d\":\"a\",\"t\":\"1\"}", 50);
	expect(50, "busy \nprompt hi\nend abc < hi\n",
	    "pieces that come in the wrong order");
	say("{\"k\":\"prompt\",\"p\":\"ho\",\"t\":\"2\"}", 100);
	say("{\"k\":\"piece\",\"m\":\"b\",\"i\":0,\"f\":false,\"d\":\"x\",\"t\":\"2\"}", 110);
	say("{\"k\":\"stop\",\"l\":\"xyz\",\"t\":\"2\"}", 120);
	(void)fetch(120);
	ok(events_due(ev) == 120 + EVENTS_GRACE_MS, "it does not wait for ever");
	expect(120 + EVENTS_GRACE_MS, "end xyz < ho\n",
	    "what the CLI said last mends a piece that never came");
	say("{\"k\":\"prompt\",\"p\":\"he\",\"t\":\"3\"}", 9000);
	say("{\"k\":\"stop\",\"l\":\"all\",\"t\":\"3\"}", 9001);
	(void)fetch(9001);
	expect(9001 + EVENTS_GRACE_MS, "end all < he\n",
	    "or stands for all of it");
}

static void
test_blocks(void)
{
	begin(hooks);
	say("{\"k\":\"prompt\",\"p\":\"hi\"}", 10);
	say("{\"k\":\"text\",\"c\":\"half\",\"m\":\"1\"}", 20);
	say("{\"k\":\"text\",\"c\":[{\"type\":\"text\",\"text\":\"whole\"},"
	    "{\"type\":\"tool\",\"text\":\"no\"},"
	    "{\"type\":\"text\",\"text\":\"more\"}],\"m\":\"1\"}", 30);
	say("{\"k\":\"text\",\"c\":\"second\",\"m\":\"2\"}", 40);
	say("{\"k\":\"text\",\"c\":[{\"type\":\"tool\"}],\"m\":\"3\"}", 45);
	say("{\"k\":\"stop\"}", 50);
	expect(50, "busy \nprompt hi\nend whole\n\nmore\n\nsecond < hi\n",
	    "the last record of an id counts; blocks are joined");
	say("{\"k\":\"prompt\",\"p\":\"hi\"}", 60);
	say("{\"k\":\"piece\",\"d\":\"wh\"}", 61);
	say("{\"k\":\"piece\",\"d\":\"at\"}", 62);
	say("{\"k\":\"text\",\"c\":\"What\",\"m\":\"9\"}", 63);
	say("{\"k\":\"piece\",\"d\":\"end\",\"f\":true}", 64);
	say("{\"k\":\"stop\"}", 65);
	expect(65, "busy \nprompt hi\nend What\n\nend < hi\n",
	    "a whole block takes the place of its pieces");
}

static void
test_no_end(void)
{
	static const char *const plain[] = {
		"k=p: prompt p", "k=t: text t", NULL
	}, *const pieces[] = {
		"k=p: prompt p", "k=d: delta d", "k=t: text t", NULL
	};

	begin(plain);
	events_screen(ev, 1, 0);
	say("{\"k\":\"p\",\"p\":\"a\"}", 10);
	say("{\"k\":\"t\",\"t\":\"A\"}", 20);
	say("{\"k\":\"p\",\"p\":\"b\"}", 30);
	expect(30, "busy \nprompt a\nend A < a\nbusy \nprompt b\n",
	    "the next prompt ends a turn, and comes after its end");
	ok(events_due(ev) == -1, "a busy screen: nothing is due");
	events_screen(ev, 0, 500);
	say("{\"k\":\"t\",\"t\":\"B\"}", 600);
	(void)fetch(600);
	ok(events_due(ev) == 600 + EVENTS_QUIET_MS,
	    "an idle screen ends it, after a while of silence");
	expect(600 + EVENTS_QUIET_MS, "end B < b\n", "with its text");

	begin(plain);
	say("{\"k\":\"p\",\"p\":\"a\"}", 10);
	(void)fetch(10);
	ok(events_due(ev) == 10 + EVENTS_START_MS,
	    "a prompt, and a screen that is not busy yet: it is waited for");
	events_screen(ev, 1, 9000);
	events_screen(ev, 0, 9500);
	ok(events_due(ev) == 9500 + EVENTS_QUIET_MS, "until it was");

	begin(pieces);
	events_screen(ev, 1, 0);
	say("{\"k\":\"p\",\"p\":\"a\"}", 10);
	say("{\"k\":\"d\",\"d\":\"A\"}", 20);
	(void)fetch(300);
	events_screen(ev, 0, 500);
	ok(events_due(ev) == 500 + EVENTS_WHOLE_MS,
	    "a whole text is waited for behind its pieces");
	expect(500 + EVENTS_WHOLE_MS, "end A < a\n", "but not for ever");
	say("{\"k\":\"t\",\"t\":\"AB\"}", 9000);
	say("{\"k\":\"p\",\"p\":\"b\"}", 9010);
	expect(9010, "busy \nend AB < a\nbusy \nprompt b\n",
	    "what comes late is of the prompt before");

	begin(pieces);
	events_screen(ev, 1, 0);
	say("{\"k\":\"p\",\"p\":\"a\"}", 10);
	(void)fetch(10);
	events_screen(ev, 0, 500);
	ok(events_due(ev) == 500 + EVENTS_WHOLE_MS, "so are the pieces");

	events_stopped(ev);
	ok(events_due(ev) == 500 + EVENTS_GRACE_MS,
	    "but not for long where it was told to stop");
	say("{\"k\":\"d\",\"d\":\"A\"}", 600);
	(void)fetch(800);
	ok(events_due(ev) == 600 + EVENTS_WHOLE_MS, "unless it goes on");
	events_stopped(ev);
	expect(600 + EVENTS_GRACE_MS, "end A < a\n", "then that was all");

	begin(plain);
	events_screen(ev, 1, 0);
	say("{\"k\":\"p\",\"p\":\"a\"}", 10);
	events_screen(ev, 0, 500);
	events_stopped(ev);
	expect(500 + EVENTS_STOPPED_MS, "busy \nprompt a\nend  < a\n",
	    "at once where nothing is awaited");

	begin(hooks);
	events_screen(ev, 1, 0);
	say("{\"k\":\"prompt\",\"p\":\"a\",\"t\":\"1\"}", 10);
	say("{\"k\":\"ask\",\"tool\":\"Shell\",\"input\":{\"x\":[1]}}", 20);
	(void)fetch(20);
	events_screen(ev, 0, 100);
	ok(events_due(ev) == 100 + EVENTS_NO_END_MS,
	    "a CLI that tells ends is given longer");
	expect(100 + EVENTS_NO_END_MS, "end  < a\n",
	    "a denied turn ends without a word");
	say("{\"k\":\"prompt\",\"p\":\"b\",\"t\":\"2\"}", 9000);
	say("{\"k\":\"cut\",\"t\":\"2\"}", 9001);
	expect(9001, "busy \nprompt b\nend  < b ABORTED\n", "cut off");
}

static void
test_rest(void)
{
	begin(hooks);
	say("{\"k\":\"ask\",\"tool\":\"Shell\",\"input\":{\"cmd\":\"ls\"}}", 1);
	say("{\"k\":\"ask\",\"tool\":\"Edit\",\"input\":{\"x\":[1]}}", 1);
	expect(1, "dialog Shell: ls\ndialog Edit: {\"x\":[1]}\n",
	    "a dialog's text");
	say("{\"k\":\"session\",\"s\":\"i\",\"w\":\"/w\"}", 2);
	say("{\"k\":\"session\",\"s\":\"i\"}", 2);
	expect(2, "cwd /w\nthread i\n", "a session is told once");
	say("{\"k\":\"again\"}", 3);
	say("{\"k\":\"prompt\",\"p\":\"old\"}", 3);
	say("{\"k\":\"now\"}", 3);
	expect(3, "", "what is repeated is no news");
	say("[1]", 4);
	say("{\"k\":\"prompt\"", 4);
	say("{\"k\":\"prompt\",\"p\":\"a\\u0000b\"}", 4);
	expect(4, "busy \nprompt ab\n", "no JSON, and a NUL");
	ok(events_same_prompt("[h] a\xcc\x81  b", 10, "[h] \xc3\xa1 b", 8),
	    "composed characters and blanks do not count in a prompt");
	ok(events_same_prompt("do it\n--- more", 14, "do it", 5),
	    "nor what the CLI adds");
	ok(events_same_prompt("\n\n<paste id=\"0b\">\n[h] do\n</paste>", 33,
	    "[h] do", 6), "nor its tags around it");
	ok(events_same_prompt("<p>\n<b>do</b>\n</p>", 18, "<b>do</b>", 9) &&
	    !events_same_prompt("<b>do</b>", 9, "<p>do</p>", 9) &&
	    !events_same_prompt("a <b>do</b>", 11, "do", 2),
	    "but those that are sent, and what stands before tags");
	ok(!events_same_prompt("do i", 4, "do it", 5), "what is missing does");
	ok(!events_same_prompt("\xc3\xa1", 2, "\xc3\xa9", 2),
	    "without any ASCII all bytes count");
}

static void
test_stamp(void)
{
	char wrong[128];

	begin(hooks);
	events_free(ev);
	(void)events_map_line(map, "stamp", "at", wrong, sizeof(wrong));
	ev = events_new(map, 1000);
	say("{\"k\":\"session\",\"s\":\"i\",\"at\":\"1970-01-01T00:00:00Z\"}", 1);
	say("{\"k\":\"prompt\",\"p\":\"old\",\"at\":\"1970-01-01T00:00:00Z\"}", 1);
	say("{\"k\":\"prompt\",\"p\":\"new\",\"at\":\"1970-01-01T00:00:02Z\"}", 1);
	expect(1, "thread i\nbusy \nprompt new\n",
	    "a session resumed: its history is no news, its name is");
}

/* The same bytes in pieces of n. */
static void
test_bytes(void)
{
	static const char text[] =
	    "{\"k\":\"prompt\",\"p\":\"hi\"}\n\nnot json\n"
	    "{\"k\":\"text\",\"c\":\"\\u00e9\",\"m\":\"1\"}\r\n{\"k\":\"stop\"}\n"
	    "{\"k\":\"prompt\",\"p\":\"half";
	size_t n, i, len = sizeof(text) - 1, good = 0;

	for (n = 1; n <= len; n++) {
		begin(hooks);
		for (i = 0; i < len; i += n)
			events_bytes(ev, text + i, len - i < n ? len - i : n, 7);
		good += strcmp(fetch(7), "busy \nprompt hi\nend \xc3\xa9 < hi\n")
		    == 0;
	}
	ok(good == len, "bytes in pieces of any size");
}

static void
test_long(void)
{
	size_t n = EVENTS_TEXT_MAX + 10, head;
	char *s = malloc(n + 100);
	struct event e;

	begin(hooks);
	head = (size_t)sprintf(s, "{\"k\":\"text\",\"c\":\"");
	memset(s + head, 'x', n);
	memcpy(s + head + n, "\"}\n{\"k\":\"stop\"}\n", 17);
	events_bytes(ev, s, strlen(s), 1);
	while (events_next(ev, 1, &e) && e.type != EVENT_END)
		;
	ok(e.type == EVENT_END && e.len == EVENTS_TEXT_MAX && !e.complete &&
	    e.text[e.len] == '\0', "a reply that is too long is cut, and said so");
	free(s);
	s = malloc(EVENTS_RECORD_MAX + 100);
	begin(hooks);
	memset(s, ' ', EVENTS_RECORD_MAX + 1);
	events_bytes(ev, s, EVENTS_RECORD_MAX + 1, 1);
	strcpy(s, "\n{\"k\":\"prompt\",\"p\":\"hi\"}\n");
	events_bytes(ev, s, strlen(s), 1);
	expect(1, "busy \nprompt hi\n", "a line without end is skipped");
	free(s);
}

int
main(void)
{
	test_syntax();
	test_turn();
	test_order();
	test_blocks();
	test_no_end();
	test_rest();
	test_stamp();
	test_bytes();
	test_long();
	test_mend();
	test_cut_text();
	test_again();
	events_free(ev);
	events_map_free(map);
	return tap_done();
}
