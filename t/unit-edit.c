/* unit-edit - keys in, text and cursor out. */
#include <stdlib.h>

#include "lib/edit.h"
#include "t/tap.h"

struct row {
	const char *name, *keys, *text;
	size_t pos;
};

static const struct row rows[] = {
	{ "text is text", "abc", "abc", 3 },
	{ "left and insert", "ac\033[Db", "abc", 2 },
	{ "right stops at the end", "ab\033[C\033[Cc", "abc", 3 },
	{ "Ctrl-A Ctrl-E", "bc\001a\005d", "abcd", 4 },
	{ "Home and End in three spellings", "b\033[Ha\033[4~c\033OHx",
	    "xabc", 1 },
	{ "backspace", "abc\177\b", "a", 1 },
	{ "backspace at the beginning does nothing", "a\001\177", "a", 0 },
	{ "delete", "abc\001\033[3~", "bc", 0 },
	{ "Ctrl-D in a line deletes", "abc\001\004", "bc", 0 },
	{ "Ctrl-K and Ctrl-Y", "one two\001\033[1;5C\013\031\031",
	    "one two two", 11 },
	{ "Ctrl-U cuts to the beginning", "one two\033b\025", "two", 0 },
	{ "Ctrl-W cuts a word", "one two \027", "one ", 4 },
	{ "Alt-b Alt-f Alt-d", "one two three\033b\033b\033d\033f",
	    "one  three", 10 },
	{ "Ctrl-left and Ctrl-right", "one two\033[1;5D\033[1;5Dx", "xone two",
	    1 },
	{ "Ctrl-C in a line empties it", "abc\003d", "d", 1 },
	{ "a character of two bytes goes as one", "a\303\274b\033[D\177",
	    "ab", 1 },
	{ "e and its accent go as one", "xe\314\201\177", "x", 1 },
	{ "a family joined by ZWJ goes as one",
	    "x\360\237\221\251\342\200\215\360\237\221\247\177", "x", 1 },
	{ "moving left over wide characters", "\346\227\245\346\234\254\033[Dx",
	    "\346\227\245x\346\234\254", 4 },
	{ "Ctrl-J begins a line", "a\nb", "a\nb", 3 },
	{ "Alt-Enter begins a line", "a\033\rb", "a\nb", 3 },
	{ "up and down move in a text of lines", "abc\nd\nefg\033[A\033[Ax",
	    "axbc\nd\nefg", 2 },
	{ "a paste is text, line ends and all",
	    "\033[200~one\r\ntwo\rthree\033[201~!", "one\ntwo\nthree!", 14 },
	{ "a paste's controls are left out", "\033[200~a\003\033[31mb\tc\033[201~",
	    "a[31mb\tc", 8 },
	{ "what only begins like the end is text",
	    "\033[200~a\033[20x\033\033[201~b", "a[20xb", 6 },
	{ "unknown sequences are swallowed", "a\033[15~\033[38;5;1q\033Pb",
	    "ab", 2 },
	{ "a sequence broken off does not eat the next key", "a\033[\001b",
	    "ab", 2 },
	{ "escape twice", "a\033\033[Db", "ba", 1 },
};

static enum edit_event
feed(struct edit *e, const char *keys, size_t n)
{
	enum edit_event ev = EDIT_NONE;

	while (n-- > 0)
		ev = edit_byte(e, (unsigned char)*keys++);
	return ev;
}

static enum edit_event
type(struct edit *e, const char *keys)
{
	return feed(e, keys, strlen(keys));
}

static void
test_rows(void)
{
	struct edit e;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		edit_init(&e, 4096);
		(void)type(&e, rows[i].keys);
		is_mem(e.text == NULL ? "" : e.text, e.len, rows[i].text,
		    strlen(rows[i].text), rows[i].name);
		if (!ok(e.pos == rows[i].pos, rows[i].name))
			printf("# cursor at %zu, not %zu\n", e.pos,
			    rows[i].pos);
		edit_free(&e);
	}
}

static void
test_recall(void)
{
	struct edit e;
	char line[8];
	int i;

	edit_init(&e, 4096);
	ok(type(&e, "one\r") == EDIT_ENTER, "Enter hands the line over");
	is_mem(e.text, e.len, "one", 3, "and it is there to be taken");
	edit_accept(&e);
	ok(e.len == 0 && e.pos == 0, "an empty line follows");
	(void)type(&e, "two\r");
	edit_accept(&e);
	(void)type(&e, "dra\033[A");
	is_mem(e.text, e.len, "two", 3, "up recalls the last");
	(void)type(&e, "\020");
	is_mem(e.text, e.len, "one", 3, "Ctrl-P the one before");
	(void)type(&e, "\033[A");
	is_mem(e.text, e.len, "one", 3, "the oldest is the end");
	(void)type(&e, "\033[B\016");
	is_mem(e.text, e.len, "dra", 3, "down leads back to the draft");
	(void)type(&e, "\003two\r");
	edit_accept(&e);
	(void)type(&e, "\033[A\033[A");
	is_mem(e.text, e.len, "one", 3, "a line entered twice is kept once");
	for (i = 0; i < EDIT_HISTORY + 5; i++) {
		snprintf(line, sizeof(line), "\003%d\r", i);
		(void)type(&e, line);
		edit_accept(&e);
	}
	for (i = 0; i < EDIT_HISTORY + 5; i++)
		(void)type(&e, "\033[A");
	is_mem(e.text, e.len, "5", 1, "as many as EDIT_HISTORY are kept");
	edit_free(&e);
}

static void
test_events(void)
{
	struct edit e;

	edit_init(&e, 4);
	ok(type(&e, "\004") == EDIT_EOF, "Ctrl-D in an empty line");
	ok(type(&e, "\003") == EDIT_INTERRUPT, "Ctrl-C in an empty line");
	ok(type(&e, "\t") == EDIT_TAB, "Tab");
	ok(type(&e, "\033[5~") == EDIT_PAGE_UP, "Page Up");
	ok(type(&e, "\033[6~") == EDIT_PAGE_DOWN, "Page Down");
	ok(type(&e, "\033[1;5F") == EDIT_BOTTOM, "Ctrl-End");
	ok(type(&e, "\014") == EDIT_REDRAW, "Ctrl-L");
	ok(type(&e, "\033OM") == EDIT_ENTER, "Enter of the numeric pad");
	ok(type(&e, "abcd") == EDIT_CHANGED, "as many bytes as may be");
	ok(type(&e, "e") == EDIT_FULL && e.len == 4, "and not one more");
	ok(edit_replace(&e, 1, 2, "xyz", 3) == -1 && e.len == 4 &&
	    memcmp(e.text, "abcd", 4) == 0, "no room leaves all as it was");
	ok(edit_replace(&e, 1, 2, "x", 1) == 0 && e.len == 3 && e.pos == 2 &&
	    memcmp(e.text, "axd", 3) == 0, "a piece is replaced");
	edit_free(&e);
}

/* Whatever is typed, the cursor stands before a character, in the text. */
static void
test_noise(void)
{
	static const char alphabet[] =
	    "a \n\t\r\033[~;ABCDHFO0123\001\003\004\005\010\013\020\016\025\027"
	    "\031\177\303\274\342\200\215\314\201\360\237\221\251";
	struct edit e;
	unsigned seed = 1;
	long i;
	int good = 1;

	edit_init(&e, 300);
	for (i = 0; i < 300000 && good; i++) {
		seed = seed * 1103515245U + 12345U;
		if (edit_byte(&e, (unsigned char)alphabet[(seed >> 16) %
		    (sizeof(alphabet) - 1)]) == EDIT_ENTER)
			edit_accept(&e);
		good = e.pos <= e.len && e.len <= e.max;
	}
	ok(good, "noise never leads outside of the line");
	edit_free(&e);
}

int
main(void)
{
	test_rows();
	test_recall();
	test_events();
	test_noise();
	return tap_done();
}
