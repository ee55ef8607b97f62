/*
 * unit-first - what looks like another thing at first: a ground like a bar's, a
 * text like a status, an earlier prompt like this one's, on screens drawn here.
 */
#include "drawn.h"

#define RULE	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
		"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
#define FIX	"please fix it, and look at all the tests,"
#define RULE40	RULE RULE RULE RULE
#define GROUND	"\033[48;5;234m"

static void
start(void)
{
	drawn_start("generic", 60, 16);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	turn_set_keys(turn, scr, -1, -1);
	out("\033[?1049h\033[?2004h");
}

static enum agent_state
state(void)
{
	return turn_view(turn)->state;
}

static void
begin(const char *prompt)
{
	(void)turn_begin(turn, scr, prompt, strlen(prompt), now);
	turn_taken(turn);
}

static void
reply_is(const char *want, const char *name)
{
	struct turn_reply r;

	turn_reply(turn, scr, &r);
	is_str(r.text, want, name);
	if (!ok(r.complete, "all of it"))
		printf("# %s\n", name);
}

/* All of the screen anew: this, above a box, with a status between. */
static void
draw(const char *ground, const char *said, const char *status)
{
	char s[8000];

	(void)snprintf(s, sizeof s, "\033[?25l%s\033[H\033[J%s\033[%d;1H%s"
	    "\033[13;1H\342\225\255" RULE RULE RULE RULE "\342\225\256\r\n"
	    "\342\224\202 \0337\033[42G\342\224\202\r\n\342\225\260" RULE RULE
	    RULE RULE "\342\225\257\033[m\0338\033[?25h", ground, said, 12,
	    status);
	out(s);
}

/* A program whose rows all are on a ground of its own, but for the prompt's. */
static void
test_ground(void)
{
	start();
	draw(GROUND, "", "");
	wait_ms(5000);
	begin("hi");
	draw(GROUND, "\033[48;5;236m> hi\033[K" GROUND "\r\n", "");
	wait_ms(500);
	draw(GROUND, "\033[48;5;236m> hi\033[K" GROUND "\r\n\r\n  Yes.", "");
	wait_ms(6000);
	reply_is("Yes.", "a ground that all rows have is no bar's");
}

/* Replies on cards, the last of which ends right above the box. */
static void
test_cards(void)
{
#define CARD	"\033[48;5;237m"
	static const char first[] = "> hi\r\n\r\n" CARD "\033[K\r\n  Yes."
	    "\033[K\r\n\033[K\033[m";
	char s[2000];

	start();
	draw("", "", "");
	wait_ms(5000);
	begin("hi");
	(void)snprintf(s, sizeof s, "\033[8;1H%s", first);
	draw("", s, "");
	wait_ms(6000);
	reply_is("Yes.", "a card right above the box");
	begin("more");
	(void)snprintf(s, sizeof s, "%s\r\n\r\n> more\r\n\r\n" CARD "\033[K"
	    "\r\n  Some.\033[K\r\n\033[K\r\n  Enough.\033[K\r\n\033[K\033[m",
	    first);
	draw("", s, "");
	wait_ms(6000);
	reply_is("Some.\n\nEnough.", "one on the same ground");
	begin("again");
	draw("", "\r\n" CARD "> again\033[K\033[m\r\n\r\nls src\r\n\r\n" CARD
	    "\033[K\r\n  Yes.\033[K\r\n\033[K\033[m", "");
	wait_ms(6000);
	reply_is("Yes.", "what a tool is told beside cards");
}

/* Append a frame as wide as the screen, with this title and so many lines. */
static size_t
frame(char *s, size_t cap, const char *title, const char *text, int lines)
{
	size_t n;
	int i;

	n = (size_t)snprintf(s, cap, "\342\225\255 %s ", title);
	for (i = (int)strlen(title); i < 56; i++)
		n += (size_t)snprintf(s + n, cap - n, "\342\224\200");
	n += (size_t)snprintf(s + n, cap - n, "\342\225\256\r\n");
	for (i = 0; i < lines; i++)
		n += (size_t)snprintf(s + n, cap - n, "\342\224\202 %s"
		    "\033[60G\342\224\202\r\n", text);
	n += (size_t)snprintf(s + n, cap - n, "\342\225\260" RULE40 RULE
	    "\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
	    "\342\224\200\342\224\200\342\224\200\342\225\257\r\n");
	return n;
}

/* Messages in frames, one right below the other. */
static void
draw_frames(const char *prompt, const char *tool, int lines)
{
	char s[6000];
	size_t n = 0;

	if (prompt != NULL)
		n += frame(s, sizeof s, "You", prompt, 1);
	if (tool != NULL)
		n += frame(s + n, sizeof s - n, "Read", tool, 1);
	(void)frame(s + n, sizeof s - n, "Bot", "Yes.", lines);
	draw("", s, "");
}

static void
test_frames(void)
{
	start();
	draw("", "", "");
	wait_ms(5000);
	begin("hi");
	draw_frames("hi", NULL, 1);
	wait_ms(6000);
	reply_is("Yes.", "in a frame");
	begin("more");
	draw_frames("more", NULL, 1);
	wait_ms(6000);
	draw_frames(NULL, NULL, 10);
	wait_ms(1000);
	begin("again");
	draw_frames("again", "a.c", 1);
	wait_ms(6000);
	reply_is("Yes.", "in one again, and not in a tool's");
}

/* A frame over the text, the cursor on the first of its answers. */
static void
test_buttons(void)
{
	start();
	draw("", "", "");
	wait_ms(5000);
	begin("touch it");
	out("\033[H\033[J> touch it\033[13;1H\342\225\255" RULE40
	    "\342\225\256\r\n\342\224\202 \033[42G\342\224\202\r\n"
	    "\342\225\260" RULE40 "\342\225\257\033[4;8H\342\224\214" RULE40
	    "\342\224\220\033[5;8H\342\224\202 Run touch x\033[49G"
	    "\342\224\202\033[6;8H\342\224\202< Allow >  < Deny >\033[49G"
	    "\342\224\202\033[7;8H\342\224\224" RULE40 "\342\224\230"
	    "\033[6;11H");
	wait_ms(4000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "a frame with the cursor on an answer is no box");
}

/* Frames of a spinner for two seconds, the text below it. */
static void
spin(const char *said)
{
	char s[100];
	int i;

	for (i = 0; i < 20; i++) {
		(void)snprintf(s, sizeof s, "\342\240\213 works");
		s[2] = "\213\231\271\270\274\264\246\247"[i % 8];
		draw("", said, s);
		wait_ms(80);
	}
}

static void
test_words(void)
{
	start();
	draw("", "", "");
	wait_ms(5000);
	begin("which key?");
	spin("> which key?\r\n");
	draw("", "> which key?\r\n\r\nThe line says: esc to interrupt", "");
	wait_ms(9000);
	ok(state() == AGENT_IDLE, "what says that it works is still: a text");
	reply_is("The line says: esc to interrupt", "which is the reply's");
	draw("", "> which key?\r\n\r\nThe line says: esc to interrupt", "");
	wait_ms(100);
	ok(state() == AGENT_IDLE, "and stays one when it is drawn again");

	begin("and then?");
	spin("> which key?\r\n\r\nThe line says: esc to interrupt\r\n\r\n"
	    "> and then?");
	draw("", "> and then?\r\n\r\nNothing.", "  esc to interrupt");
	wait_ms(1000);
	ok(state() == AGENT_BUSY, "in a status it does say so");
}

/* The prompt before was the beginning of this one, and stood where it goes. */
static void
test_prefix(void)
{
	start();
	draw("", "", "");
	wait_ms(5000);
	begin(FIX);
	draw("", "Hello\r\n\r\n> " FIX "\r\n\r\nIt is done.", "");
	wait_ms(6000);
	begin(FIX " all");
	draw("", "> " FIX "\r\n\r\nIt is done.\r\n\r\n"
	    "> " FIX " all", "\342\240\213 works");
	wait_ms(1000);
	draw("", "It is done.\r\n\r\n> " FIX " all\r\n\r\nFirst one.",
	    "\342\240\231 works");
	wait_ms(1000);
	draw("", "It is done.\r\n\r\n> " FIX " all\r\n\r\nFirst one.\r\n"
	    "\r\nAll is.", "");
	wait_ms(6000);
	reply_is("First one.\n\nAll is.", "behind a prompt that another begins");
}

/* What a viewport of 11 rows shows of so many lines, the last that many. */
static void
draw_end(int last, int rows, const char *status)
{
	char said[2000];
	size_t n = 0;
	int i;

	said[0] = '\0';
	if (last <= rows - 2)
		n += (size_t)snprintf(said, sizeof said, "> count\r\n\r\n");
	for (i = last <= rows - 2 ? 1 : last - rows + 1; i <= last; i++)
		n += (size_t)snprintf(said + n, sizeof said - n,
		    "%d is a number\r\n", i * i);
	draw("", said, status);
}

/* The last frame shows more than the one before, and no status. */
static void
test_scrolled(void)
{
	struct turn_reply r;
	int i;

	start();
	draw("", "", "");
	wait_ms(5000);
	begin("count");
	for (i = 1; i <= 20; i++) {
		draw_end(i, 9, i % 2 ? "* sorting it" : "+ sorting it");
		wait_ms(200);
	}
	draw_end(20, 11, "");
	wait_ms(6000);
	turn_reply(turn, scr, &r);
	ok(strncmp(r.text, "1 is a number\n4 is a number", 27) == 0 &&
	    strstr(r.text, "sorting") == NULL && r.len > 15 &&
	    !strcmp(r.text + r.len - 15, "400 is a number"),
	    "a status that went when the end was shown is none of it");
}

/* Choices with their numbers in brackets. */
static void
test_brackets(void)
{
	start();
	draw("", "", "");
	wait_ms(5000);
	begin("touch it");
	out("\033[?25l\033[H\033[J> touch it\r\n\r\nRun touch x\r\n\r\n"
	    "\342\206\222 [1] Once\r\n  [2] For this session\r\n  [3] Not at "
	    "all\r\n");
	wait_ms(1000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "choices with their numbers in brackets");
}

/* Questions in the place of the box. */
static const struct asked {
	const char	*drawn, *name;
} asked[] = {
	{ "? Run this?\r\n  touch x\r\n\342\235\257 Yes\r\n  Yes, always\r\n"
	    "  No\033[?25l", "answers in the column of what is asked about" },
	{ "It wants to run touch x\r\nType yes to go on: ",
	    "an answer to be written behind a question" },
	{ "It wants to run touch x\r\n  Yes / No / Always \342\200\272 ",
	    "answers in a row, what they are asked for right above" },
};

/* A turn runs, and does what may have to be asked about. */
static void
at_work(void)
{
	start();
	draw("", "", "");
	wait_ms(5000);
	begin("touch it");
	draw("", "> touch it", "\342\240\213 works");
	wait_ms(500);
}

static void
test_asked(void)
{
	size_t i;

	for (i = 0; i < sizeof asked / sizeof *asked; i++) {
		at_work();
		out("\033[H\033[J> touch it\r\n\r\n");
		out(asked[i].drawn);
		wait_ms(4000);
		ok(state() == AGENT_WAITING && turn_view(turn)->dialog &&
		    strstr(turn_view(turn)->detail, "touch x") != NULL,
		    asked[i].name);
	}
}

/* The cursor has gone, and nothing else tells of a dialog. */
static void
test_away(void)
{
	at_work();
	draw("", "> touch it\r\n\r\n  That is touch x:  a run   d do not", "");
	out("\033[?25l");
	wait_ms(5000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog &&
	    strstr(turn_view(turn)->detail, "touch x") != NULL &&
	    strstr(turn_view(turn)->detail, RULE) == NULL,
	    "where the cursor has gone, what stands above the box is told");
}

/* The prompt's echo stands in the first row, and the text below it grows. */
static void
test_grows(void)
{
	static const char *const parts[] = {
		"", "A", "A single", "A single short", "A single short line."
	};
	char s[200];
	size_t i;

	start();
	draw("", "", "");
	wait_ms(5000);
	begin("go on");
	for (i = 0; i < sizeof parts / sizeof *parts; i++) {
		(void)snprintf(s, sizeof s, "> go on\r\n\r\n%s%s",
		    i > 0 ? "* " : "", parts[i]);
		draw("", s, i % 2 ? "\342\240\213 works" :
		    "\342\240\231 works");
		wait_ms(100);
	}
	draw("", s, "");
	wait_ms(6000);
	reply_is("* A single short line.", "a text that grows below the echo");
}

#define CORNER	"\342\225\260\342\224\200 "

/* What was typed stands in the box until it is taken. */
static void
test_typed(void)
{
	static const char text[] = "say Enter to confirm or Esc to cancel";

	start();
	draw("", "", "");
	wait_ms(5000);
	turn_watch(turn, scr);
	out(text);
	wait_ms(600);
	ok(state() != AGENT_WAITING, "words that are typed ask nothing");
	(void)turn_begin(turn, scr, text, sizeof text - 1, now);
	out("\0337\033[1;1H.\0338");
	wait_ms(600);
	ok(state() != AGENT_WAITING, "nor when they are entered");
}

/* A prompt of two rows, the upper of which changes, and nothing below it. */
static void
test_corner(void)
{
	drawn_start("generic", 60, 16);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("\033[c\033[?2026$pmodel > main " RULE RULE "\r\n" CORNER);
	wait_ms(3000);
	ok(!turn_view(turn)->line && state() == AGENT_IDLE,
	    "who draws frames is none, though nothing is below its prompt");
	begin("hi");
	out("\033[?2026h\033[2J\033[H hi\r\n\r\n Yes.\r\n\r\n\033[54Ga name"
	    "\r\nmodel > main ?1 12% " RULE "\r\n" CORNER "\033[?2026l");
	wait_ms(6000);
	reply_is("Yes.", "neither row of a prompt, nor what is at the right");
	ok(turn_box(turn, scr, NULL, 0) == TURN_BOX_EMPTY, "and it is empty");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		agents = argv[1];
	test_ground();
	test_cards();
	test_frames();
	test_buttons();
	test_words();
	test_prefix();
	test_scrolled();
	test_brackets();
	test_asked();
	test_away();
	test_grows();
	test_typed();
	test_corner();
	drawn_end();
	return tap_done();
}
