/*
 * unit-turn - states, the input box, turns and replies on small screens that are
 * drawn here.  Recordings of real programs are t/3080-replay.t's.
 */
#include "drawn.h"

static void
begin(const char *text)
{
	(void)turn_begin(turn, scr, text, strlen(text), now);
}

static enum turn_box
box(const char *text)
{
	return turn_box(turn, scr, text, text == NULL ? 0 : strlen(text));
}

static int
state_is(enum agent_state want, const char *name)
{
	const struct turn_view *v = turn_view(turn);

	if (ok(v->state == want, name))
		return 1;
	printf("# want %s, got %s by [%s] on [%s]\n", agent_state_name(want),
	    agent_state_name(v->state), v->rule, v->match);
	return 0;
}

static void
reply_is(const char *want, int complete, const char *name)
{
	struct turn_reply r;

	ok((seen & TURN_ENDED) && !turn_view(turn)->in_turn, "the turn is over");
	turn_reply(turn, scr, &r);
	is_str(r.text, want, name);
	ok(r.complete == complete, complete ? "and it is complete" :
	    "and it says that lines are lost");
	seen = 0;
}

#define RULE5	"\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80"
#define RULE	RULE5 RULE5 RULE5 "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80"
#define RULE20	"--------------------"
#define RULE40	RULE20 RULE20

/* A TUI that nobody has heard of: box between rules, hint, status below. */
static void
draw_box(const char *above, const char *content)
{
	char s[4000];

	(void)snprintf(s, sizeof s, "\033[2J\033[H%s\r\n" RULE40 "\r\n> %s"
	    "\0337\r\n" RULE40 "\r\n  model x\0338", above, content);
	out(s);
}

static void
test_box(void)
{
	drawn_start("generic", 40, 12);
	draw_box("hello", "");
	wait_ms(2000);
	state_is(AGENT_IDLE, "a box at rest: idle");
	ok(turn_view(turn)->settled && !turn_view(turn)->line,
	    "and it is taken for a TUI");
	ok(box("x") == TURN_BOX_EMPTY, "an empty box");
	draw_box("hello", "a \033[2mghost text\033[22m\033[10D");
	screen_feed(scr, "\033[3;3H", 6);
	ok(box("x") == TURN_BOX_OTHER, "what is typed before a hint counts");
	draw_box("hello", "\033[2mAsk anything\033[22m");
	screen_feed(scr, "\033[3;3H", 6);
	ok(box("x") == TURN_BOX_EMPTY, "a placeholder does not");
	draw_box("hello", "fix the bug");
	ok(box("fix the bug") == TURN_BOX_TEXT, "this very text");
	ok(box("fix the bugs") == TURN_BOX_OTHER, "text that is longer");
	ok(box("fix the bu") == TURN_BOX_OTHER, "text that is shorter");
	ok(box(NULL) == TURN_BOX_OTHER, "a draft");
	draw_box("hello", "this is one long line that was\r\n"
	    "  wrapped by the program");
	ok(box("this is one long line that was wrapped by the program") ==
	    TURN_BOX_TEXT, "wrapped text");
	draw_box("hello", "caf\303\251 \360\237\221\215 \346\274\242");
	ok(box("cafe\314\201 \360\237\221\215\360\237\217\275 \346\274\242") ==
	    TURN_BOX_TEXT, "composed letters, emoji that lost a part");
	draw_box("hello", "[Pasted text #1 +39 lines]");
	ok(box("one\ntwo\nthree") == TURN_BOX_PART, "a paste folded up");
	draw_box("hello", "[bob] [Pasted text #1 +39 lines]");
	ok(box("[bob] one\ntwo") == TURN_BOX_PART, "... behind its beginning");
	ok(box("[eve] one\ntwo") == TURN_BOX_OTHER, "... of another text");
	draw_box("hello", "line number two of it\r\n  line number three\r\n"
	    "  and the fourth");
	ok(box("line number one\nline number two of it\nline number three\n"
	    "and the fourth") == TURN_BOX_PART, "a box that has scrolled");
	ok(box("line number one\nline number two of it\nline number three\n"
	    "and the fifth") == TURN_BOX_OTHER, "... to another text's end");
	draw_box("hello", "| a | b |\r\n  | - | - |\r\n  | a longer one | d |");
	ok(box("| a | b |\n| - | - |\n| a longer one | d |") == TURN_BOX_TEXT,
	    "bars that were typed are no frame");
	draw_box("hello", "line number two of it\033[40G\342\206\221\r\n"
	    "  line number three\r\n  and the fourth");
	ok(box("line number one\nline number two of it\nline number three\n"
	    "and the fourth") == TURN_BOX_PART, "... with an arrow that says so");
}

/* A box without a frame: a sign, and what is indented below it. */
static void
test_plain_box(void)
{
	drawn_start("generic", 60, 16);
	out("\033[2J\033[Hhello\r\n\r\n\r\n> \0337\r\n\r\n  model x\0338");
	wait_ms(2000);
	ok(!turn_view(turn)->line && box(NULL) == TURN_BOX_EMPTY,
	    "a sign with hints below it is an empty box");
	out("\033[2J\033[Hhello\r\n\r\n\r\n> first\r\n\r\n    third\r\n"
	    "  "  RULE20 "\r\n  fourth");
	ok(box("first\n\n  third\n" RULE20 "\nfourth") == TURN_BOX_TEXT,
	    "lines of a text with a blank one and a rule among them");
	out("\033[2J\033[Hhello\r\n> go\r\n\r\n\342\227\217 Run(x)\r\n  "
	    "\342\224\224 out\r\n\r\n> ");
	begin("go");
	out("\033[2J\033[Hhello\r\n> go\r\n\r\n\342\227\217 Run(x)\r\n  "
	    "\342\224\224 out\r\n\r\n\342\227\217 Yes.\r\n  \342\224\224 Tip: "
	    "try more of\r\n    this.\r\n\r\n> ");
	wait_ms(9000);
	reply_is("Yes.", 1, "tools and tips are no reply");
}

/* A box whose rules know of no sign before the text; its edge counts rows. */
static void
test_bare_box(void)
{
#define EDGE	"\342\224\200\342\224\200\342\224\200"
#define EDGE21	EDGE EDGE EDGE EDGE EDGE EDGE EDGE
	drawn_start("pi", 40, 12);
	out("\033[?25l\033[H" EDGE " \342\206\221 2 more " EDGE21 EDGE
	    "\r\n? what is here\r\n% and there\r\nis text\033[7m "
	    "\033[0m\r\n" EDGE21 EDGE21 "\033[40G\r\n/work\r\n");
	wait_ms(1000);
	state_is(AGENT_IDLE, "a box with more in it than is shown: idle");
	ok(box("first of all\nand then\n? what is here\n% and there\nis text")
	    == TURN_BOX_PART, "signs at the left of its rows are of the text");
}

/* A hidden cursor, and a block painted in its place, as toolkits do it. */
static void
test_painted_cursor(void)
{
#define EDGES(a, b)	a EDGE21 EDGE "\342\224\200\342\224\200" b
#define PIPE	"\342\224\202"
#define TOP	EDGES("\342\225\255", "\342\225\256") "\r\n"
#define BOTTOM	EDGES("\342\225\260", "\342\225\257") "\r\n~/x"
	drawn_start("generic", 28, 12);
	out("\033[?25lhello\r\n" TOP PIPE " > \033[7mA\033[27m\033[90msk me"
	    "\033[39m                \033[28G" PIPE "\r\n" BOTTOM);
	wait_ms(2000);
	state_is(AGENT_IDLE, "a placeholder with the cursor on it: idle");
	ok(box("x") == TURN_BOX_EMPTY, "its first sign is not typed either");
	out("\033[2;1H\033[J" TOP PIPE " >one two three four five" PIPE "\r\n"
	    PIPE "  six\033[7m \033[27m\033[28G" PIPE "\r\n" BOTTOM);
	ok(box("one two three four five six") == TURN_BOX_TEXT,
	    "a text that left the sign no room");
}

static void
test_echo_end(void)
{
	drawn_start("generic", 40, 16);
	draw_box("hello", "");
	wait_ms(2000);
	begin("[me] tell me all about the files in [a]");
	turn_taken(turn);
	draw_box("hello\r\n\r\n> [me] tell me all about the files in [a"
	    "\r\n  ]\r\n\r\nThere are two.\r\n", "");
	wait_ms(9000);
	reply_is("There are two.", 1, "the prompt's last bracket is no reply");
}

static void
test_dialog(void)
{
	char hash[17];

	drawn_start("generic", 60, 16);
	draw_box("hello", "");
	wait_ms(2000);
	out("\033[2J\033[H* Shell(rm x)\r\n\r\n Run this command?\r\n"
	    " > 1. Yes\r\n   2. No\r\n\r\n esc to cancel");
	wait_ms(200);
	state_is(AGENT_WAITING, "choices in place of the box: it asks");
	ok(turn_view(turn)->dialog, "a dialog has the keys");
	is_str(turn_view(turn)->detail, " Run this command?\n > 1. Yes\n"
	    "   2. No\n\n esc to cancel", "the dialog as it stands there");
	ok(box(NULL) == TURN_BOX_NONE, "and there is no box");
	memcpy(hash, turn_view(turn)->screen, sizeof hash);
	out("\033[H+");
	is_str(turn_view(turn)->screen, hash,
	    "what moves above it leaves its hash alone");
	out("\033[4;2H \033[5;2H>");
	ok(strcmp(turn_view(turn)->screen, hash) != 0,
	    "another choice marked is another hash");
	draw_box("1. one\r\n2. two", "");
	wait_ms(2000);
	state_is(AGENT_IDLE, "a list in a reply is no dialog");
}

static void
test_tui_turn(void)
{
	int i;
	char s[400];

	drawn_start("generic", 40, 12);
	draw_box("welcome", "");
	wait_ms(2000);
	draw_box("welcome", "say hi");
	begin("say hi");
	draw_box("welcome\r\n> say hi\r\n\r\n\342\240\213 Thinking "
	    "(esc to interrupt)", "");
	state_is(AGENT_BUSY, "the hint above the box: busy");
	for (i = 0; i < 40; i++) {
		(void)snprintf(s, sizeof s, "welcome\r\n> say hi\r\n\r\n"
		    "\342\240%c Thinking (esc to interrupt)", 0x80 + i);
		wait_ms(80);
		draw_box(s, "");
	}
	ok(!(seen & TURN_ENDED), "a spinner is no end");
	draw_box("welcome\r\n> say hi\r\n\r\n  Hi there, this is a long line "
	    "that\r\n  goes on here.\r\n\r\n  - one\r\n  - two", "");
	wait_ms(4000);
	reply_is("Hi there, this is a long line that goes on here.\n\n- one\n"
	    "- two", 1, "the reply: margin off, paragraph joined");
	state_is(AGENT_IDLE, "idle again");
	ok(turn_deadline(turn) == -1, "an idle program needs no look");
}

static void
test_line(void)
{
	drawn_start("generic", 40, 10);
	out("Welcome to prog 1.0\r\n$ ");
	wait_ms(500);
	ok(turn_view(turn)->line, "a prompt at rest: a line program");
	state_is(AGENT_IDLE, "idle at its prompt");
	ok(box(NULL) == TURN_BOX_EMPTY, "nothing typed");
	begin("sleep 3; echo done");
	out("sleep 3; echo done");
	ok(box("sleep 3; echo done") == TURN_BOX_TEXT, "the echo is the box");
	out("\r\n");
	state_is(AGENT_BUSY, "it works");
	wait_ms(20000);
	ok(!(seen & TURN_ENDED), "silence is no end where there is a prompt");
	out("done\r\n$ ");
	wait_ms(500);
	reply_is("done", 1, "what stands between echo and prompt");
	begin("cat");
	out("cat\r\nno newline$ ");
	wait_ms(500);
	reply_is("no newline", 1, "an answer without a newline at its end");
	begin("true");
	out("true\r\n$ ");
	wait_ms(500);
	reply_is("", 1, "an empty answer");
	drawn_start("line", 40, 10);
	out("~/src$ ");
	wait_ms(500);
	begin("cd /tmp");
	out("cd /tmp\r\n");
	out("/tmp$ ");
	wait_ms(1000);
	reply_is("", 1, "a prompt that has changed");
}

static void
test_line_more(void)
{
	static const char lines[] = "one\ntwo\n- three of them\nfour\nfive";
	int i;

	drawn_start("line", 40, 10);
	out(">>> ");
	wait_ms(500);
	begin("for i in 1, 2:\n  print(i)\n");
	out("for i in 1, 2:\r\n... ");
	wait_ms(1000);
	state_is(AGENT_WAITING, "it waits for the rest of the input");
	ok(!(seen & TURN_ENDED), "that is no end");
	out("  print(i)\r\n... ");
	out("\r\n1\r\n2\r\n>>> ");
	wait_ms(500);
	reply_is("1\n2", 1, "continuation lines are echo too");
	begin("for i in 1, 2:\n\t\tprint(i)\n");
	out("for i in 1, 2:\r\n... \t\tprint(i)\r\n... \r\n1\r\n2\r\n>>> ");
	wait_ms(500);
	reply_is("1\n2", 1, "and those that begin with a TAB");
	for (i = 0; i < 2; i++) {
		drawn_start("line", 40, i == 0 ? 10 : 4);
		out("ask me\r\n\302\273 ");
		wait_ms(500);
		out(i == 0 ? "one\r\n" : "\033[2J\033[H");
		out("\342\200\246 two\r\n\342\200\246 - three of them\r\n"
		    "\342\200\246 four\r\n\342\200\246 five");
		ok(turn_box(turn, scr, lines, strlen(lines)) == (i == 0 ?
		    TURN_BOX_TEXT : TURN_BOX_PART), i == 0 ?
		    "a text whose lines stand behind a sign" :
		    "the end of it, over the screen");
		begin(lines);
		out("\r\n6\r\n\302\273 ");
		wait_ms(500);
		reply_is("6", 1, "is its echo");
	}
	drawn_start("line", 20, 6);
	out("$ ");
	wait_ms(500);
	begin("x");
	out("x\r\nread it by sidecar1 off the terminal here\r\n");
	out("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n$ ");
	wait_ms(500);
	reply_is("read it by sidecar1 off the terminal here\n1\n2\n3\n4\n5\n6",
	    1, "lines that the terminal wrapped at a blank");
	drawn_start("line", 40, 10);
	out("bc 1.07\r\n");
	wait_ms(1500);
	state_is(AGENT_IDLE, "no prompt: idle when at rest");
	begin("6*7");
	out("6*7\r\n");
	out("42\r\n");
	wait_ms(3000);
	reply_is("42", 1, "the answer of a program without a prompt");
	out("Password: ");
	wait_ms(500);
	state_is(AGENT_WAITING, "a password is asked for");
}

static void
collect(const char *name)
{
	char s[2000];
	int i, n;

	drawn_start("generic", 40, 10);
	out("\033[?1049h");
	draw_box("", "");
	wait_ms(2000);
	begin("go");
	for (i = 0; i < 60; i++) {
		n = i < 4 ? snprintf(s, sizeof s, "> go\r\n") : 0;
		for (int k = i < 4 ? 0 : i - 4; k <= i; k++)
			n += snprintf(s + n, sizeof s - (size_t)n,
			    "  line %d\r\n", k);
		(void)snprintf(s + n, sizeof s - (size_t)n,
		    "* esc to interrupt");
		draw_box(s, "");
		wait_ms(30);
	}
	draw_box("  line 57\r\n  line 58\r\n  line 59", "");
	wait_ms(5000);
	n = 0;
	for (i = 0; i < 60; i++)
		n += snprintf(s + n, sizeof s - (size_t)n, "%sline %d",
		    i > 0 ? "\n" : "", i);
	reply_is(s, 1, name);
}

static void
test_viewport(void)
{
	peeks = 1;
	collect("the box is asked for: nothing of the reply is lost");
	peeks = 0;
	collect("a viewport is collected over its frames");
	begin("more");
	draw_box("> more\r\n  line a\r\n  line b\r\n* esc to interrupt", "");
	wait_ms(300);
	draw_box("  line x\r\n  line y\r\n  line z\r\n* esc to interrupt", "");
	wait_ms(300);
	draw_box("  line x\r\n  line y\r\n  line z", "");
	wait_ms(5000);
	reply_is("line a\nline b\nline x\nline y\nline z", 0,
	    "frames that do not meet");
}

/* What was there is drawn anew as more comes: spread out, and a line back. */
static void
test_viewport_redraw(void)
{
	static const char *const frames[] = {
		"> go on\r\n  - one\r\n  - two\r\n  - three",
		"  - one\r\n  - two\r\n  - three\r\n  - four",
		"\r\n  - three\r\n\r\n  - four\r\n\r\n  - five",
		"  - three\r\n\r\n  - four\r\n\r\n  - five\r\n\r\n  - s",
		"  - three\r\n\r\n  - four\r\n\r\n  - five",
		"  - four\r\n\r\n  - five\r\n\r\n  - six\r\n\r\n  - seven",
	};
	char s[400];
	size_t i;

	drawn_start("generic", 40, 12);
	out("\033[?1049h");
	draw_box("", "");
	wait_ms(2000);
	begin("go on");
	for (i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		(void)snprintf(s, sizeof s, "%s\r\n* esc to interrupt",
		    frames[i]);
		draw_box(s, "");
		wait_ms(30);
	}
	draw_box(frames[i - 1], "");
	wait_ms(5000);
	reply_is("- one\n- two\n- three\n\n- four\n\n- five\n\n- six\n\n- seven",
	    1, "frames that show again, otherwise, what was there");
}

/* A table whose columns widen while it scrolls by. */
static void
test_viewport_table(void)
{
	drawn_start("generic", 40, 9);
	out("\033[?1049h");
	draw_box("", "");
	wait_ms(2000);
	begin("go on");
	draw_box("> go on\r\n\r\n a   bb\r\n cc  dd\r\n* esc to interrupt", "");
	wait_ms(30);
	draw_box("> go on\r\n\r\n a   bb\r\n cc  dd\r\n ee  f", "");
	wait_ms(30);
	draw_box(" a    bb\r\n cc   dd\r\n ee   ff\r\n ggg  h\r\n* esc", "");
	wait_ms(30);
	draw_box(" cc     dd\r\n ee     ff\r\n ggg    h\r\n iiiii  j\r\n", "");
	wait_ms(5000);
	reply_is("a    bb\ncc     dd\nee     ff\nggg    h\niiiii  j", 1,
	    "a table that becomes wider");
}

/* A list that is indented anew, and so broken elsewhere, as it becomes loose. */
static void
test_viewport_reflow(void)
{
	drawn_start("generic", 40, 12);
	out("\033[?1049h");
	draw_box("", "");
	wait_ms(2000);
	begin("go on");
	draw_box("> go on\r\n - an item that has a lot to say for\r\n"
	    " the screen it is on, and goes on with\r\n it for a third\r\n"
	    " - two\r\n* esc to interrupt", "");
	wait_ms(30);
	draw_box("   the screen it is on, and goes on\r\n"
	    "   with it for a third\r\n\r\n - two\r\n\r\n - three", "");
	wait_ms(5000);
	reply_is("- an item that has a lot to say for the screen it is on, and "
	    "goes on with it for a third\n\n- two\n\n- three", 1,
	    "lines that are broken elsewhere than before");
}

/* The prompt's first line stays at the top, cut, while the reply scrolls by. */
static void
test_viewport_pinned(void)
{
	static const char *const frames[] = {
		"\342\200\272 say it\r\n  ```sh\r\n  ls\r\n  ```\r\n\r\n"
		    "\342\200\242 one\r\n  two",
		"  ls\r\n  ```\r\n\r\n\342\200\242 one\r\n  two\r\n  three",
		"\342\200\272 say it ```sh ls ``` and th\342\200\246\r\n"
		    "  two\r\n  three\r\n  four\r\n  five",
		"\342\200\272 say it ```sh ls ``` and th\342\200\246\r\n"
		    "  four\r\n  five\r\n  six\r\n  seven"
	};
	char s[600];
	size_t i;

	drawn_start("codex", 40, 12);
	out("\033[?1049h\033]7501;state=idle:app=codex\007"
	    "\033[11;1H\342\200\272 ");
	wait_ms(2000);
	begin("say it\n```sh\nls\n```");
	out("\033]7501;state=working:app=codex\007");
	for (i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		(void)snprintf(s, sizeof s, "\033[H\033[J%s\033[11;1H"
		    "\342\200\272 ", frames[i]);
		out(s);
		wait_ms(30);
	}
	out("\033]7501;state=done:app=codex\007");
	wait_ms(5000);
	reply_is("one\ntwo\nthree\nfour\nfive\nsix\nseven", 1,
	    "a prompt that stays at the top is none of the reply");
}

/* How replies are put together again from what was wrapped. */
static void
rejoins(const char *rule, const char *drawn, const char *want, const char *name)
{
	char s[1000];

	drawn_start(rule, 40, 24);
	draw_box("welcome", "");
	wait_ms(2000);
	begin("join them");
	(void)snprintf(s, sizeof s, "> join them\r\n\r\n%s", drawn);
	draw_box(s, "");
	wait_ms(5000);
	reply_is(want, 1, name);
}

/* A prompt is long, or the machine slow: it is seconds until it is busy. */
static void
test_slow_start(void)
{
	char plain[200];

	(void)snprintf(plain, sizeof plain, "%s/../t/fixtures/rules/plain",
	    agents);
	drawn_start(plain, 40, 24);
	draw_box("welcome", "");
	wait_ms(2000);
	begin("what is it?");
	draw_box("> what is it?", "");
	wait_ms(6000);
	ok(!(seen & TURN_ENDED), "an echo and nothing else: it may still come");
	draw_box("> what is it?\r\n\r\n* esc to interrupt", "");
	wait_ms(500);
	draw_box("> what is it?\r\n\r\nthis", "");
	wait_ms(5000);
	reply_is("this", 1, "a reply that is late");
	begin("and that?");
	draw_box("> what is it?\r\n\r\nthis\r\n\r\n> and that?", "");
	wait_ms(12000);
	reply_is("", 1, "and one that does not come");
}

static void
test_rejoin(void)
{
#define BAR	"\342\226\216 "
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    BAR "a quotation that goes on for some\r\n" BAR "second line",
	    "A first line, so that the width is shown\n\n"
	    BAR "a quotation that goes on for some second line",
	    "a quotation has its sign before each line");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    "10. an item\r\n   a. one within it that is far too\r\n"
	    "longish for a line\r\n   b. one more",
	    "A first line, so that the width is shown\n\n"
	    "10. an item\n   a. one within it that is far too longish for a line\n"
	    "   b. one more", "an item goes on at the left edge");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    "10. an item of which more is to be told\r\n   than fits",
	    "A first line, so that the width is shown\n\n"
	    "10. an item of which more is to be told than fits",
	    "an item goes on between its mark and its text");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    "      - an item with an address\r\n"
	    "https://example.org/some/where\r\n        behind which\r\n"
	    "      - another",
	    "A first line, so that the width is shown\n\n"
	    "      - an item with an address https://example.org/some/where "
	    "behind which\n      - another",
	    "an address is put at the left edge");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    "  - an item with an address of all the\r\n"
	    "https://example.org/some/where/and/so/on\r\n    behind it\r\n"
	    "  - an item with an address of all the\r\n"
	    "https://example.org/some/where/and/so/on\r\n-and-on/?and=more"
	    "\r\n    behind it",
	    "A first line, so that the width is shown\n\n"
	    "  - an item with an address of all the "
	    "https://example.org/some/where/and/so/on behind it\n"
	    "  - an item with an address of all the "
	    "https://example.org/some/where/and/so/on-and-on/?and=more "
	    "behind it", "one that fills its line, or more");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    "- an item\r\n    - with one in it that is long\r\n"
	    "like this one, which goes to\r\nhere",
	    "A first line, so that the width is shown\n\n- an item\n"
	    "    - with one in it that is long like this one, which goes to\n"
	    "here", "an item within one is wrapped as it is indented");
	rejoins("generic", "this is a sentence with a dash at the ed\r\n"
	    "- which is none of a list",
	    "this is a sentence with a dash at the ed - which is none of a list",
	    "a dash that did not fit is no item");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    "what is written in src/lib/\r\nsome-long-name.c",
	    "A first line, so that the width is shown\n\n"
	    "what is written in src/lib/ some-long-name.c",
	    "words are broken behind hyphens");
	rejoins("generic", "A first line, so that the width is shown\r\n\r\n"
	    BAR "one more that is quoted, and goes on\r\n" BAR
	    " behind a blank",
	    "A first line, so that the width is shown\n\n"
	    BAR "one more that is quoted, and goes on behind a blank",
	    "the second line of a quotation may begin with its blank");
#undef BAR
}

static void
test_code(void)
{
	char drawn[200];

	(void)snprintf(drawn, sizeof drawn, "%s/../t/fixtures/rules/drawn",
	    agents);
	rejoins(drawn, "    1 if (one) {\r\n    2     two(with, a, long,"
	    " call,\r\n      that, is, wrapped);\r\n    3\r\n"
	    "    4 1 is a number\r\n\r\n  so it is:\r\n\r\n    1 one\r\n"
	    "\r\n  2 two", "if (one) {\n    two(with, a, long, call, that, is,"
	    " wrapped);\n\n1 is a number\n\nso it is:\n\none\n\n2 two",
	    "numbers before lines of code, and no mark before it");
	rejoins(drawn, "As:\r\n```c\r\n  if (one)\r\n      two(three,"
	    " four, five, six,\r\nseven);\r\n```\r\nso.", "As:\n```c\n"
	    "if (one)\n    two(three, four, five, six, seven);\n```\nso.",
	    "code with a margin between its fences");
	rejoins(drawn, "* A line that the terminal has to wrap, too\r\n"
	    "  longtogo so it is.", "A line that the terminal has to wrap, too"
	    " longtogo so it is.", "a line that is longer than the screen");
	rejoins(drawn, "* A\r\n     - see this for more, at https://example.or"
	    "\r\n       g/some/thing/there/x.html", "A\n   - see this for more,"
	    " at https://example.org/some/thing/there/x.html",
	    "a long word that is cut behind the edge of the screen");
	rejoins(drawn, "* A line that is one letter too long too\"\r\n"
	    "  and goes on.", "A line that is one letter too long too\" and goes"
	    " on.", "what the terminal wraps begins nothing");
	rejoins(drawn, "* A line so long that its width is known\r\n\r\n"
	    "  \342\224\202 A quotation that goes on for some\r\n"
	    "     second line", "A line so long that its width is known\n\n"
	    "\342\224\202 A quotation that goes on for some"
	    " second line", "a quotation has its sign once");
}

/* A box that has a left side only, and a footer within it. */
static void
draw_bar(const char *above, const char *content)
{
	char s[2000];

	(void)snprintf(s, sizeof s, "\033[2J\033[H%s\r\n  \342\224\203\r\n"
	    "  \342\224\203  %s\0337\r\n  \342\224\203\r\n"
	    "  \342\224\203  Build  model x\r\n  help\0338", above, content);
	out(s);
}

static void
test_bar(void)
{
	char s[500];
	int i, n = 0;

	drawn_start("generic", 40, 16);
	out("\033[?1049h");
	draw_bar("welcome", "\0337\033[90mAsk anything\033[0m\0338");
	wait_ms(2000);
	state_is(AGENT_IDLE, "a box with a left side only: idle");
	ok(box(NULL) == TURN_BOX_EMPTY, "its hint and its footer do not count");
	draw_bar("welcome", "hello");
	ok(box("hello") == TURN_BOX_TEXT, "what is typed does");
	ok(box("other") == TURN_BOX_OTHER, "a draft there is somebody's");
	begin("hello");
	/* the reply has a scroll bar at the right edge */
	n += snprintf(s, sizeof s, "> hello\033[33G19:48 \342\224\203\r\n"
	    "   \342\224\202 quoted\033[40G\342\224\203\r\n\033[40G"
	    "\342\224\203\r\n");
	for (i = 1; i < 4; i++)
		n += snprintf(s + n, sizeof s - (size_t)n,
		    "  line %d\033[40G\342\226\204\r\n\033[40G"
		    "\342\224\203\r\n", i);
	draw_bar(s, "");
	wait_ms(5000);
	reply_is(" \342\224\202 quoted\n\nline 1\n\nline 2\n\nline 3", 1,
	    "a scroll bar and a time beside the echo are none of the reply");
	begin("hello");
	draw_bar("\342\224\203\r\n\342\224\203 hello\r\n\342\224\203\r\n\r\n"
	    "  well met\r\n", "");
	wait_ms(9000);
	reply_is("well met", 1, "nor is the bar of the echo");
	begin("gone");
	draw_bar("  line 7\r\n  line 8\r\n", "");
	wait_ms(9000);
	ok((seen & TURN_ENDED) != 0, "a turn whose echo is never to be seen ends");
	{
		struct turn_reply r;

		turn_reply(turn, scr, &r);
		ok(!r.complete, "and its reply is not said to be complete");
	}
}

/* An echo within bars scrolls away: another bare bar stands where it began. */
static void
test_bar_scrolls(void)
{
#define BAR	"  \342\224\203"
	static const char tail[] = BAR "\r\n" BAR "  and two sentences\r\n" BAR "\r\n\r\n"
	    "     a\r\n\r\n     b\r\n\r\n     c\r\n";
	char s[500];

	drawn_start("opencode", 40, 22);
	out("\033[?1049h");
	draw_bar("welcome", "[Pasted ~3 lines]");
	wait_ms(2000);
	begin("one sentence here\n\nanother one there\n\nand two sentences");
	(void)snprintf(s, sizeof s, "\r\n" BAR "\r\n" BAR "  one sentence here\r\n"
	    BAR "\r\n" BAR "  another one there\r\n%s", tail);
	draw_bar(s, "");
	out("\0337\033[22;3Hesc interrupt\0338");
	wait_ms(300);
	(void)snprintf(s, sizeof s, "\r\n%s\r\n     d\r\n", tail);
	draw_bar(s, "");
	wait_ms(5000);
	reply_is("a\n\nb\n\nc\n\nd", 1,
	    "an echo that scrolls by the rows of its frame");
}

/* The echo of a long prompt comes in pieces, above the box and scrolling. */
static void
test_long_echo(void)
{
	static const char box[] = "\033[J" RULE40 "\r\n> \r\n" RULE40
	    "\r\n  model x\033[2A\033[3G";
	char text[2000] = "", s[4000];
	int i, n = 0;

	drawn_start("generic", 40, 12);
	draw_box("welcome", "");
	wait_ms(2000);
	for (i = 1; i <= 30; i++)
		n += snprintf(text + n, sizeof text - (size_t)n,
		    "%sline number %d of the prompt", i > 1 ? "\n" : "", i);
	begin(text);
	out("\033[2;1H\033[J> line number 1 of the prompt\r\n");
	for (i = 2; i <= 30; i++) {
		(void)snprintf(s, sizeof s,
		    "  line number %d of the prompt\r\n", i);
		out(s);
		if (i == 12 || i == 20)
			wait_ms(300);
	}
	(void)snprintf(s, sizeof s, "\r\n\342\227\217 the answer\r\n\r\n%s", box);
	out(s);
	wait_ms(5000);
	reply_is("the answer", 1, "an echo that was drawn in pieces is no reply");
}

/* A program that draws the prompt as Markdown; its beginning is out of sight. */
static void
test_drawn_echo(void)
{
	drawn_start("generic", 40, 14);
	out("\033[?1049h");
	draw_box("", "");
	wait_ms(2000);
	begin("> quoted by nobody\nand more\n1. one item\n\n1. item two\n```c\n"
	    "x = y;\n```\nthe end of it");
	draw_box("> and more\r\n  1. one item\r\n\r\n  2. item two\r\n\r\n"
	    "  x = y;\r\n\r\n  the end of it\r\n* esc to interrupt", "");
	wait_ms(300);
	draw_box("  1. one item\r\n\r\n  2. item two\r\n\r\n  x = y;\r\n\r\n"
	    "  the end of it\r\n\r\n  An answer.", "");
	wait_ms(5000);
	reply_is("An answer.", 1, "an echo that was drawn as Markdown");
}

/* The cursor is hidden and only painted, or shown nowhere at all. */
#define FRAME20	"\342\224\200\342\224\200\342\224\200\342\224\200" \
	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
	"\342\224\200"

static void
draw_frame(const char *content)
{
	char s[2000];

	(void)snprintf(s, sizeof s, "\033[?25l\033[2J\033[Hhello\r\n"
	    "\342\225\255" FRAME20 "\342\225\256\r\n"
	    "\342\224\202 %s\033[22G\342\224\202\r\n"
	    "\342\225\260" FRAME20 "\342\225\257\r\n  model\r\n",
	    content);
	out(s);
}

static void
test_blind(void)
{
	drawn_start("generic", 40, 12);
	draw_frame("Allow  Deny");
	wait_ms(4000);
	ok(turn_view(turn)->state != AGENT_IDLE,
	    "a frame without a cursor that says something: not idle");
	ok(box("x") == TURN_BOX_NONE, "and no box");
	drawn_start("generic", 40, 12);
	draw_frame("\342\227\217 \033[90m\342\226\213Ask me\033[0m");
	wait_ms(4000);
	state_is(AGENT_IDLE, "one that holds a hint only: idle");
	ok(box(NULL) == TURN_BOX_EMPTY, "and an empty box");
	draw_frame("\342\227\217 hello\342\226\213");
	ok(box("hello") == TURN_BOX_TEXT, "the painted cursor is no text");
	draw_frame("Allow  Deny");
	ok(box("hello") == TURN_BOX_NONE, "nothing is typed at a dialog there");
	/* a dialog with frames in it, where the hidden cursor happens to be */
	drawn_start("generic", 40, 12);
	draw_frame("touch x");
	out("1. Really?\033[?25h\r\n\342\235\257 1. Yes\r\n  2. No\r\n"
	    "\033[?25l\033[3;5H");
	wait_ms(4000);
	state_is(AGENT_WAITING, "choices below a frame: a dialog");
}

static void
test_limit(void)
{
	const struct turn_view *v;

	drawn_start("codex", 60, 14);
	turn_set_wall(turn, now, 1795370000 - 1795370000 % 86400 + 43200, 0);
	out("\033[?1049h\033[H\342\200\272 hi\r\n\r\n\342\226\240 You hit your "
	    "usage limit. Upgrade or try again\r\nat 1:30 PM.\r\n\r\n"
	    "\033]7501;state=error:app=codex\007\342\200\272 ");
	v = turn_view(turn);
	wait_ms(1500);
	turn_cancel(turn);
	(void)v;
	state_is(AGENT_IDLE, "a limit of no turn is only text");
	begin("hi");
	out("\033[2J\033[H\342\200\272 hi\r\n\r\n\342\226\240 You hit your "
	    "usage limit. Upgrade or try again\r\nat 1:30 PM.\r\n\r\n"
	    "\033]7501;state=error:app=codex\007\342\200\272 ");
	state_is(AGENT_LIMITED, "a limit of the turn counts");
	is_str(v->until, "at 1:30 PM", "its end as written");
	ok(v->until_ms - now > 89 * 60000 && v->until_ms - now <= 90 * 60000,
	    "and in time");
	wait_ms(91 * 60000);
	state_is(AGENT_IDLE, "it is over then");
	out("x");
	wait_ms(1000);
	state_is(AGENT_IDLE, "and stays so, though it stands there");
}

/* A sign before what is typed, and no frame, as the rules say. */
static void
test_signed(void)
{
	drawn_start("codex", 60, 14);
	out("\033[?1049h\033[3H\342\200\272 one\r\n\r\n  two\r\nmain.c\033[5;6H");
	ok(turn_box(turn, scr, "one\n\ntwo", 8) == TURN_BOX_TEXT,
	    "lines below a sign, as far as they are indented");
	out("\033[6H");
	ok(turn_box(turn, scr, "one\n\ntwo", 8) == TURN_BOX_NONE,
	    "not with the cursor somewhere else");
}

#define TOP40	"\xe2\x95\xad" BAR36 "\xe2\x95\xae"
#define END40	"\xe2\x95\xb0" BAR36 "\xe2\x95\xaf"
#define BAR6	"\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80" \
		"\xe2\x94\x80"
#define BAR36	BAR6 BAR6 BAR6 BAR6 BAR6 BAR6
#define SIDE	"\xe2\x94\x82"

/* A frame without a cursor of the terminal's, such as many draw today. */
static void
draw_rows(const char *row, const char *below)
{
	char s[1000];

	(void)snprintf(s, sizeof s, "\033[?25l\033[2J\033[H\r\n" TOP40
	    "\r\n%s\r\n" END40 "\r\n%s", row, below);
	out(s);
}

static void
test_frames(void)
{
	drawn_start("generic", 40, 12);
	draw_rows(SIDE " \xe2\x9d\xaf                                  " SIDE,
	    " model x");
	wait_ms(2000);
	state_is(AGENT_IDLE, "a frame with a sign in it");
	draw_rows(SIDE " \xe2\x9d\xafhello there friend of mine, " "go on" SIDE,
	    " model x");
	ok(box("hello there friend of mine, go on") == TURN_BOX_TEXT,
	    "the sign is none of the text, be there no blank behind it");
	draw_rows(SIDE " \xe2\x9d\xaf hi \xf0\x9f\x91\xa8 there\033[3;34H" SIDE
	    "   ", " model x");
	ok(box("hi \xf0\x9f\x91\xa8 there") == TURN_BOX_TEXT,
	    "nor is the frame's side where emoji have shifted it");

	drawn_start("generic", 40, 12);
	draw_rows(SIDE "  Sign in                            " SIDE,
	    " \xe2\x86\x91/\xe2\x86\x93 navigate, Enter to select");
	wait_ms(2000);
	state_is(AGENT_WAITING, "cards to choose from are no box");
}

/* Prompts that are more than a few signs at the left. */
static void
test_prompts(void)
{
	drawn_start("line", 40, 20);
	out("\r\n+--(me)-[~]\r\n+-$ ");
	wait_ms(500);
	begin("x=1");
	out("x=1\r\n+--(me)-[~]\r\n+-$ ");
	wait_ms(500);
	reply_is("", 1, "a prompt of two lines");
	begin("cd /");
	out("cd /\r\nwent\r\n+--(me)-[/]\r\n+-$ ");
	wait_ms(500);
	reply_is("went", 1, "though the first has changed");
	begin("p");
	out("p\r\nno newline+--(me)-[~]\r\n+-$ ");
	wait_ms(500);
	reply_is("no newline", 1, "and behind a text without a newline");

	drawn_start("line", 40, 20);
	out("hello\r\n$ ");
	wait_ms(500);
	begin("a");
	out("a\r\nhello there\r\n$ ");
	wait_ms(500);
	reply_is("hello there", 1, "a line above is seldom a prompt's");

	drawn_start("line", 40, 20);
	out("$ ");
	wait_ms(500);
	begin("ls");
	out("ls              [12:00 right]\r\nfile\r\n$ ");
	wait_ms(500);
	reply_is("file", 1, "a prompt on the right");
	begin("ls");
	out("ls\033[35G[12:0]\r\nfile\r\n$ ");
	wait_ms(500);
	reply_is("file", 1, "that ends in the last column");

	drawn_start("line", 40, 20);
	out("$ ");
	wait_ms(500);
	out("for i in a b; do\r\necho $i\r\ndone");
	ok(box("for i in a b; do\necho $i\ndone") == TURN_BOX_TEXT,
	    "lines that an editor shows as they were pasted");
	begin("for i in a b; do\necho $i\ndone");
	out("\r\na\r\nb\r\n$ ");
	wait_ms(500);
	reply_is("a\nb", 1, "are all echo");

	drawn_start("line", 40, 20);
	out("$ ");
	wait_ms(500);
	begin("echo \346\274\242 \360\237\221\215!");
	out("echo ? ?!");
	ok(box("echo \346\274\242 \360\237\221\215!") == TURN_BOX_TEXT,
	    "an editor that shows other signs as question marks");
	ok(box("echo x \360\237\221\215!") == TURN_BOX_OTHER, "but no letters");
	out("\r\n\346\274\242 \360\237\221\215!\r\n$ ");
	wait_ms(500);
	reply_is("\346\274\242 \360\237\221\215!", 1, "is still an echo");

	drawn_start("generic", 40, 20);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("you> \0337\r\n\r\n model: x | F1 help\0338");
	wait_ms(1000);
	ok(turn_view(turn)->line, "a toolbar below a prompt: a line program");
	state_is(AGENT_IDLE, "and idle");
}

static char shown[8000];	/* above the box, turn by turn */

/* One turn: its prompt, the echo and the reply as they are drawn. */
static void
take_turn(const char *prompt, const char *echo, const char *drawn)
{
	size_t n;

	draw_box(shown, "");
	wait_ms(2000);
	draw_box(shown, prompt);
	begin(prompt);
	seen = 0;
	n = strlen(shown);
	(void)snprintf(shown + n, sizeof shown - n, "%s\r\n", echo);
	draw_box(shown, "");
	wait_ms(100);
	n = strlen(shown);
	(void)snprintf(shown + n, sizeof shown - n, "%s\r\n", drawn);
	draw_box(shown, "");
	wait_ms(6000);
}

/* What of a reply is the program's own, though no rule says so. */
static void
test_learn(void)
{
	drawn_start("generic", 40, 60);
	shown[0] = '\0';
	take_turn("first of all", "\033[34mYou\033[0m\r\n  first of all\r\n",
	    "\033[32mBot\033[0m\r\n  Yes, it is.\r\n");
	reply_is("Yes, it is.", 1, "a heading like the echo's is none of it");
	take_turn("and then", "\033[34mYou\033[0m\r\n  and then\r\n",
	    "\033[32mBot\033[0m\r\n  - one\r\n  - two\r\n");
	reply_is("- one\n- two", 1, "nor the next time");

	drawn_start("generic", 40, 60);
	shown[0] = '\0';
	take_turn("one", "> one", "\xe2\x97\x87 Done in 3 s\r\n\r\nYes.\r\n");
	seen = 0;
	take_turn("two", "> two", "\xe2\x97\x87 Done in 12 s\r\n\r\nNo.\r\n");
	reply_is("No.", 1, "a line that stood there in the turn before");
	take_turn("three", "> three", "- main.c\r\n- util.c\r\n");
	reply_is("- main.c\n- util.c", 1, "a list");
	take_turn("four", "> four", "- main.c\r\n- util.h\r\n");
	reply_is("- main.c\n- util.h", 1, "that begins as the one before");
	take_turn("five", "> five", "Let me see.\r\n\r\nThere is one.\r\n");
	take_turn("six", "> six", "Let me see.\r\n\r\nThere are two.\r\n");
	take_turn("seven", "> seven", "Let me see.\r\n\r\nNo more.\r\n");
	reply_is("Let me see.\n\nNo more.", 1, "a sentence said again stays");

	drawn_start("generic", 40, 60);
	shown[0] = '\0';
	take_turn("a mark", "> a mark", "\xe2\x97\x8f Number 1\r\n");
	reply_is("Number 1", 1, "a mark before a reply");
	take_turn("again", "> again", "\xe2\x97\x8f Number 2\r\n");
	reply_is("Number 2", 1, "that is as the one before but for a number");
	take_turn("none", "> none", "Out of order.\r\n");
	take_turn("mark it", "> mark it", "\xe2\x97\x8f Number 3\r\n");
	reply_is("Number 3", 1, "marks are known though one reply had none");

	drawn_start("generic", 40, 60);
	shown[0] = '\0';
	take_turn("hello bot", "you: hello bot",
	    "bot: Hello to you, from one who has\r\nmore to say.\r\n");
	reply_is("Hello to you, from one who has more to say.", 1,
	    "a label like the echo's is none of it");
	take_turn("what time", "[12:31] ann> what time",
	    "[12:32] bot> note: it is late\r\n");
	reply_is("note: it is late", 1, "nor one with the time of day");
	take_turn("label me", "> label me", "note: this stays\r\n");
	reply_is("note: this stays", 1, "where the echo has none it is text");

	drawn_start("generic", 40, 60);
	shown[0] = '\0';
	take_turn("frame it", "> frame it",
	    "\xe2\x95\xad" RULE "\xe2\x94\x80 Bot \xe2\x95\xae\r\n"
	    "\xe2\x94\x82 One thing.             \xe2\x94\x82\r\n"
	    "\xe2\x94\x82                        \xe2\x94\x82\r\n"
	    "\xe2\x94\x82   another              \xe2\x94\x82\r\n"
	    "\xe2\x95\xb0" RULE RULE5 "\xe2\x94\x80\xe2\x95\xaf\r\n");
	reply_is("One thing.\n\n  another", 1, "a frame around all of it");
	take_turn("draw", "> draw", "A box:\r\n"
	    "\xe2\x95\xad" RULE "\xe2\x94\x80 sh. \xe2\x95\xae\r\n"
	    "\xe2\x94\x82 ls                     \xe2\x94\x82\r\n"
	    "\xe2\x95\xb0" RULE RULE5 "\xe2\x94\x80\xe2\x95\xaf\r\n");
	reply_is("A box:\n"
	    "\xe2\x95\xad" RULE "\xe2\x94\x80 sh. \xe2\x95\xae\n"
	    "\xe2\x94\x82 ls                     \xe2\x94\x82\n"
	    "\xe2\x95\xb0" RULE RULE5 "\xe2\x94\x80\xe2\x95\xaf", 1,
	    "one that is a part of it stays");
	take_turn("run it", "> run it",
	    "\xe2\x95\xad" RULE RULE5 "\xe2\x94\x80\xe2\x95\xae\r\n"
	    "\xe2\x94\x82 \xe2\x9c\x93 Shell ls             \xe2\x94\x82\r\n"
	    "\xe2\x95\xb0" RULE RULE5 "\xe2\x94\x80\xe2\x95\xaf\r\n"
	    "There it is.\r\n");
	reply_is("There it is.", 1, "a tool's does not");

	drawn_start("generic", 60, 40);
	shown[0] = '\0';
	take_turn("narrow", "> narrow",
	    "This is a text that a program has wrapped\r\n"
	    "to some forty columns, though the screen\r\n"
	    "has sixty: for reading.\r\n\r\nIt ends here.\r\n");
	reply_is("This is a text that a program has wrapped to some forty "
	    "columns, though the screen has sixty: for reading.\n\n"
	    "It ends here.", 1, "wrapped to less than the screen has");
	take_turn("short", "> short", "one two three\r\nfour five six\r\n");
	reply_is("one two three\nfour five six", 1, "lines stay lines");
}

/* What a program is, where how it set its terminal is known. */
static void
test_kind(void)
{
	drawn_start("generic", 40, 10);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("\033[?2004h\033[c\033[?u");
	wait_ms(60000);
	state_is(AGENT_STARTING, "asked the terminal and drawn nothing: starts");
	ok(!turn_view(turn)->settled, "whatever it will be");
	draw_box("hello", "");
	wait_ms(2000);
	state_is(AGENT_IDLE, "then it draws its box");
	ok(!turn_view(turn)->line, "and is a TUI");

	drawn_start("generic", 40, 10);
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out("");
	wait_ms(5000);
	state_is(AGENT_STARTING, "nothing at all: may be a runtime that starts");
	out("loading...");
	wait_ms(1000);
	state_is(AGENT_STARTING, "words are no prompt");
	out("\r\n");
	wait_ms(1500);
	state_is(AGENT_STARTING, "nor is a bare line at once");
	turn_set_tty(turn, TURN_TTY_RAW, now);
	draw_box("hello", "");
	wait_ms(2000);
	ok(!turn_view(turn)->line, "a line first, and a TUI all the same");

	drawn_start("generic", 40, 12);
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out("starting\r\n");
	wait_ms(4000);
	begin("hello there my friend");
	out("hello there my friend\r\n");
	turn_cancel(turn);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	draw_box("FREE MODE", "");
	wait_ms(2000);
	begin("hello there my friend");
	turn_taken(turn);
	draw_box("> hello there my friend\r\n\r\nwell met\r\n\r\nFREE MODE", "");
	wait_ms(9000);
	reply_is("well met", 1, "what a line was taken back from is known as well");

	drawn_start("generic", 40, 10);
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out("name: ");
	wait_ms(500);
	state_is(AGENT_IDLE, "what looks like a prompt is one at once");
	begin("bob");
	turn_taken(turn);
	turn_set_tty(turn, TURN_TTY_SECRET, now);
	out("bob\r\ncode? ");
	wait_ms(500);
	state_is(AGENT_WAITING, "a line that is not shown: a password");
	ok(turn_view(turn)->dialog, "nothing may be typed");

	drawn_start("line", 40, 10);
	out("$ ");
	wait_ms(500);
	begin("man x");
	out("man x\r\nlong\r\n--More--(50%)");
	wait_ms(500);
	state_is(AGENT_WAITING, "a pager waits for the person");
}

int
main(int argc, char *argv[])
{
	if (argc > 1)
		agents = argv[1];
	test_learn();
	test_box();
	test_plain_box();
	test_bare_box();
	test_painted_cursor();
	test_echo_end();
	test_dialog();
	test_tui_turn();
	test_line();
	test_line_more();
	test_viewport();
	test_viewport_redraw();
	test_viewport_table();
	test_viewport_pinned();
	test_viewport_reflow();
	test_slow_start();
	test_rejoin();
	test_code();
	test_bar();
	test_bar_scrolls();
	test_long_echo();
	test_drawn_echo();
	test_blind();
	test_limit();
	test_signed();
	test_kind();
	test_prompts();
	test_frames();
	drawn_end();
	return tap_done();
}
