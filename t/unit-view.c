/* unit-view - the chat's screen, row by row. */
#include <stdlib.h>

#include "lib/utf8.h"
#include "lib/view.h"
#include "lib/wrap.h"
#include "t/tap.h"

static struct chat chat;
static struct edit edit;
static struct view view;
static struct buf out;

static void
start(size_t height, size_t width)
{
	chat_init(&chat, "me");
	edit_init(&edit, 4096);
	view_init(&view, &chat, &edit);
	view_resize(&view, height, width);
	buf_init(&out, 1 << 20);
}

static void
finish(void)
{
	chat_free(&chat);
	edit_free(&edit);
	view_free(&view);
	buf_free(&out);
}

static void
feed(const char *line)
{
	(void)chat_feed(&chat, line, strlen(line), 0);
}

static void
say(int id, const char *from, const char *text)
{
	char line[2000];

	snprintf(line, sizeof(line), "{\"id\":%d,\"timestamp\":"
	    "\"2026-11-22T15:04:05Z\",\"from\":\"%s\",\"to\":\"broadcast\","
	    "\"type\":\"broadcast\",\"content\":\"%s\"}", id, from, text);
	feed(line);
}

static void
type(const char *keys)
{
	while (*keys != '\0')
		(void)edit_byte(&edit, (unsigned char)*keys++);
}

/* The screen as text: painted anew, without attributes, blanks at line ends. */
static void
screen(char *text, size_t cap)
{
	size_t i, n = 0, begin = 0;

	view.whole = 1;
	buf_clear(&out, 0);
	view_paint(&view, 5000, &out);
	for (i = 0; i < out.len && n + 2 < cap; i++) {
		if (out.p[i] != '\033') {
			text[n++] = out.p[i];
			continue;
		}
		for (i += 2; i < out.len && (unsigned char)out.p[i] < 0x40;)
			i++;
		if (out.p[i] != 'K')
			continue;
		while (n > begin && text[n - 1] == ' ')
			n--;
		text[n++] = '\n';
		begin = n;
	}
	text[n] = '\0';
}

static void
shows(const char *want, const char *name)
{
	static char got[65536];

	screen(got, sizeof(got));
	is_str(got, want, name);
}

static void
test_wrap(void)
{
	static const struct {
		const char *text;
		size_t width, row, used;
		enum wrap_mode mode;
	} rows[] = {
		{ "", 5, 0, 0, WRAP_WORDS },
		{ "abc", 5, 3, 3, WRAP_WORDS },
		{ "abcde", 5, 5, 5, WRAP_WORDS },
		{ "abcdef", 5, 5, 5, WRAP_WORDS },
		{ "ab cdef", 5, 2, 3, WRAP_WORDS },
		{ "ab cdef", 5, 5, 5, WRAP_CELLS },
		{ "abcde   fg", 5, 5, 8, WRAP_WORDS },
		{ "abcde \nfg", 5, 5, 7, WRAP_WORDS },
		{ "ab\ncd", 5, 2, 3, WRAP_WORDS },
		{ "\nab", 5, 0, 1, WRAP_WORDS },
		{ "    abcdef", 5, 5, 5, WRAP_WORDS },
		{ "\346\227\245\346\234\254", 3, 3, 3, WRAP_WORDS },
		{ "\346\227\245", 1, 3, 3, WRAP_WORDS },
		{ "ae\314\201b", 2, 4, 4, WRAP_WORDS }
	};
	size_t i, row, used;
	char name[32];

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = 99;
		snprintf(name, sizeof(name), "wrap %zu", i);
		used = wrap_row(rows[i].text, strlen(rows[i].text),
		    rows[i].width, rows[i].mode, &row);
		if (!ok(row == rows[i].row && used == rows[i].used,
		    name))
			printf("# row %zu used %zu\n", row, used);
	}
	ok(wrap_count("", 0, 5, WRAP_WORDS) == 1, "an empty text has a row");
	ok(wrap_count("a\n\nb", 4, 5, WRAP_WORDS) == 3, "empty lines count");
}

static void
test_frame(void)
{
	start(9, 40);
	say(1, "bob", "hello");
	say(2, "me", "a longer text that has to be broken");
	feed("{\"id\":3,\"from\":\"me\",\"to\":\"bob\",\"type\":\"direct\","
	    "\"content\":\"hm\",\"receipts\":{\"bob\":{\"stage\":\"held\","
	    "\"reason\":\"busy\"}}}");
	feed("{\"from\":\"bob\",\"state\":\"busy\",\"content\":\"so I\"}");
	type("dr\nft");
	shows("15:04   bob | hello\n"
	    "15:04    me | a longer text that has to\n"
	    "            | be broken\n"
	    "         me | > bob  hm\n"
	    "            | bob held: busy\n"
	    "        bob | so I\n"
	    " default | bob busy 5s            /help\n"
	    "> dr\n"
	    "  ft\n", "messages, a receipt, a reply in the making, the input");
	ok(view.cursor_row == 8 && view.cursor_col == 4, "the cursor");
	buf_clear(&out, 0);
	view_paint(&view, 5000, &out);
	is_mem(out.p, out.len, "\033[?25l\033[9;5H\033[?25h", 18,
	    "where nothing changed nothing is written");
	finish();
}

static void
test_asks(void)
{
	start(8, 48);
	say(1, "bob", "hello");
	feed("{\"from\":\"bob\",\"state\":\"waiting\","
	    "\"detail\":\"May I?\\n1. Yes\\n2. No\",\"screen\":\"s\"}");
	shows("15:04   bob | hello\n"
	    "        bob | May I?\n"
	    "            | 1. Yes\n"
	    "            | 2. No\n"
	    "            | it asks: /answer bob 1 (or another\n"
	    "            | key)\n"
	    " default | bob waiting                    /help\n"
	    ">\n", "a question stands with its choices");
	feed("{\"from\":\"bob\",\"state\":\"waiting\","
	    "\"detail\":\"All 10. May I?\\n> Yes\\n  No\",\"screen\":\"s\"}");
	shows("15:04   bob | hello\n"
	    "        bob | All 10. May I?\n"
	    "            | > Yes\n"
	    "            |   No\n"
	    "            | it asks: /answer bob Enter (or\n"
	    "            | Down Enter, Esc)\n"
	    " default | bob waiting                    /help\n"
	    ">\n", "one without numbers says how it is answered");
	feed("{\"from\":\"bob\",\"state\":\"limited\","
	    "\"until\":\"2026-11-22T18:29:00Z\"}");
	shows("\n\n\n\n15:04   bob | hello\n"
	    "        bob | usage limit until 18:29\n"
	    " default | bob limited                    /help\n"
	    ">\n", "a limit stands with its end");
	finish();
}

static void
test_scroll(void)
{
	char line[16];
	int i;

	start(6, 40);
	for (i = 1; i <= 10; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		say(i, "bob", line);
	}
	view_paint(&view, 0, &out);
	view_page(&view, 1);
	shows("15:04   bob | line 5\n15:04   bob | line 6\n"
	    "15:04   bob | line 7\n15:04   bob | line 8\n"
	    " default | older messages         /help\n>\n",
	    "a page up shows older ones");
	say(11, "bob", "line 11");
	view_came(&view, chat_item(&chat, 11));
	shows("15:04   bob | line 5\n15:04   bob | line 6\n"
	    "15:04   bob | line 7\n15:04   bob | line 8\n"
	    " default | 1 new below            /help\n>\n",
	    "a message that comes does not move them");
	for (i = 0; i < 9; i++)
		view_page(&view, 1);
	shows("15:04   bob | line 1\n15:04   bob | line 2\n"
	    "15:04   bob | line 3\n15:04   bob | line 4\n"
	    " default | 1 new below            /help\n>\n",
	    "the oldest is the end");
	view_bottom(&view);
	shows("15:04   bob | line 8\n15:04   bob | line 9\n"
	    "15:04   bob | line 10\n15:04   bob | line 11\n"
	    " default                          /help\n>\n",
	    "and back to the newest");
	finish();
}

static void
test_fold(void)
{
	start(14, 40);
	say(7, "bob", "1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n12");
	ok(view_folded(&view, chat_item(&chat, 7)), "a long one is folded");
	shows("\n\n\n15:04   bob | 1\n            | 2\n            | 3\n"
	    "            | 4\n            | 5\n            | 6\n"
	    "            | 7\n            | 8\n"
	    "            | ... 4 more lines: /show 7\n"
	    " default                          /help\n>\n",
	    "and says how to see it whole");
	view_open(&view, chat_item(&chat, 7));
	ok(!view_folded(&view, chat_item(&chat, 7)), "opened it is not");
	finish();
}

/* What a script tells an agent is shown in short, replies are not. */
static void
test_script(void)
{
	start(10, 50);
	feed("{\"id\":1,\"timestamp\":\"2026-11-22T15:04:05Z\",\"from\":"
	    "\"debate\",\"to\":\"bob\",\"type\":\"direct\",\"content\":"
	    "\"Round 1\\n\\nSaid so far:\\nann: tea\\nYour turn.\"}");
	feed("{\"id\":2,\"timestamp\":\"2026-11-22T15:04:05Z\",\"from\":"
	    "\"bob\",\"to\":\"debate\",\"type\":\"direct\",\"content\":"
	    "\"1. tea\\n2. milk\\n3. sugar\\n4. done\",\"verbatim\":true}");
	shows("\n15:04 debate | > bob  Round 1\n"
	    "             | ... 4 more lines: /show 1\n"
	    "15:04    bob | > debate\n"
	    "             | 1. tea\n             | 2. milk\n"
	    "             | 3. sugar\n             | 4. done\n"
	    " default                                    /help\n>\n",
	    "a script's prompt is folded; rows of a reply keep their columns");
	view_resize(&view, 5, 20);
	shows("      | 2. milk\n      | 3. sugar\n      | 4. done\n"
	    " default      /help\n>\n", "where it is narrow no time is shown");
	finish();
}

/* Any size, any text: no row is wider than the screen. */
static void
test_sizes(void)
{
	static char text[65536];
	size_t h, w, i, begin, wide = 0;

	start(24, 80);
	view.glyphs = view.colour = 1;
	say(1, "a-name-that-is-long-beyond-reason", "\346\227\245\346\234\254"
	    "\350\252\236 and e\314\201, 0123456789012345678901234567890123");
	feed("{\"from\":\"bob\",\"state\":\"waiting\",\"detail\":"
	    "\"a question that is longer than the row is wide, surely\"}");
	type("some input that is longer than twenty cells, with \346\227\245");
	for (h = 1; h < 40; h += 3)
		for (w = 1; w < 90; w++) {
			view_resize(&view, h, w);
			screen(text, sizeof(text));
			for (i = begin = 0; text[i] != '\0'; i++) {
				if (text[i] != '\n')
					continue;
				if (utf8_text_width(text + begin, i - begin) >
				    view.width) {
					wide++;
					printf("# %zux%zu: %.*s\n", h, w,
					    (int)(i - begin), text + begin);
				}
				begin = i + 1;
			}
		}
	ok(wide == 0, "no row is wider than the screen, whatever its size");
	finish();
}

int
main(void)
{
	test_wrap();
	test_frame();
	test_asks();
	test_scroll();
	test_fold();
	test_script();
	test_sizes();
	return tap_done();
}
