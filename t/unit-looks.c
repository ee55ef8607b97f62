/*
 * unit-looks - boxes beside other things and in parts, dialogs that lie over the
 * text, prompts that come late or with a draft: on screens drawn here.
 */
#include "drawn.h"

#define RULE	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
		"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
#define RULE40	RULE RULE RULE RULE
#define BAR	"\342\224\202"
#define BLOCK	"\033[7m \033[27m"
#define YOU	"\033[1;32mYou\033[m\r\n"
#define BOT	"\033[1;35mBot\033[m\r\n"
#define ME	"[me] is anybody here?"

static void
start(void)
{
	drawn_start("generic", 60, 16);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	turn_set_keys(turn, scr, -1, -1);
}

static enum turn_box
box(const char *text)
{
	return turn_box(turn, scr, text, text == NULL ? 0 : strlen(text));
}

static enum agent_state
state(void)
{
	return turn_view(turn)->state;
}

/* A line that rests a while before the prompt comes is none. */
static void
test_slow(void)
{
	start();
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out("tiny 1.0\r\n");
	wait_ms(600);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("code> ");
	wait_ms(500);
	ok(state() == AGENT_IDLE, "a prompt that came late is one");
	start();
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out("tiny 1.0\r\n");
	wait_ms(600);
	turn_set_keys(turn, scr, now, -1);
	out("code> ");
	wait_ms(500);
	ok(state() != AGENT_IDLE, "but not where a person has typed");
}

/* A frame beside another, with this in it and the cursor behind that. */
static void
draw_part(const char *content)
{
	char s[2000];

	(void)snprintf(s, sizeof s, "\033[?1049h\033[2J\033[H\342\224\214"
	    " Chats " RULE "\342\224\220\033[2;1H" BAR "now\033[2;19H" BAR
	    "\033[14;1H" BAR "\033[14;19H" BAR "\033[15;1H" BAR
	    "\033[15;19H" BAR "\033[16;1H\342\224\224" RULE
	    "\033[14;20H\342\224\214 Message " RULE RULE
	    "\342\224\220\033[15;50H" BAR "12:04\033[16;20H"
	    "\342\224\224" RULE RULE
	    "\342\224\200\342\224\200\342\224\200\342\224\200"
	    "\342\224\200\342\224\200\342\224\200\342\224\200"
	    "\342\224\200\342\224\230\033[15;20H" BAR " %s", content);
	out(s);
}

static void
test_part(void)
{
	start();
	draw_part("");
	wait_ms(2000);
	ok(state() == AGENT_IDLE && box(NULL) == TURN_BOX_EMPTY,
	    "a frame that begins in the middle is a box");
	draw_part(ME);
	ok(box(ME) == TURN_BOX_TEXT, "and what stands beside it is not its");
	start();
	draw_part("Delete it?");
	wait_ms(2000);
	ok(!turn_view(turn)->box, "but not one with words, at first");
}

/* What the person types as soon as there is a prompt, or before that. */
static void
test_advance(void)
{
	start();
	out("tiny 1.0\r\n( O)> ");
	wait_ms(1500);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out(ME "\r\nyes\r\n( O)> ");
	out("rm -rf");
	turn_set_keys(turn, scr, now, -1);
	wait_ms(2500);
	ok(state() == AGENT_IDLE && box(NULL) == TURN_BOX_OTHER,
	    "a draft that comes with the prompt is none of it");
	turn_set_keys(turn, scr, now, now);
	out("\r\n( O)> ");
	wait_ms(500);
	ok(state() == AGENT_IDLE && box(NULL) == TURN_BOX_EMPTY,
	    "and the prompt is known after it");
	out("\r\n( O)> ");
	out("ls");
	wait_ms(500);
	ok(box(NULL) == TURN_BOX_OTHER, "one typed at once is a draft, too");
}

/* A prompt of two lines, the first of which counts. */
static void
test_head(void)
{
	struct turn_reply r;

	start();
	out("tiny 1.0, 4k tokens\r\nContext: 4% of 8k\r\n> ");
	wait_ms(1500);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out(ME "\r\nyes\r\n\r\nTokens: 1.2k sent, 9 received.\r\n\r\n"
	    "Context: 17% of 8k\r\n> ");
	wait_ms(1500);
	turn_reply(turn, scr, &r);
	ok(!strcmp(r.text, "yes"), "what it cost, and a head that counts, are no reply");
}

/* Text in later rows stands behind a margin of signs. */
static void
test_margin(void)
{
	static const char text[] = "[me] one\ntwo\n\nthree and more\nfour";

	start();
	out("\033[?1049h\033[?25l\033[2J\033[Hhello\033[11;1H  > " BLOCK
	    "\r\n::: \r\n::: \r\n::: \r\n ^c quit");
	wait_ms(2000);
	ok(state() == AGENT_IDLE && box(NULL) == TURN_BOX_EMPTY,
	    "a margin is no content");
	out("\033[11;1H  > [me] one\033[K\r\n::: two\r\n:::\r\n::: three "
	    BLOCK);
	ok(box("[me] one\ntwo\n\nthree") == TURN_BOX_TEXT &&
	    turn_box_rows(turn) > 4, "and no part of a text");
	out("\033[11;1H::: two\033[K\r\n:::\033[K\r\n::: three and more\033[K"
	    "\r\n::: four" BLOCK "\033[K");
	ok(box(text) == TURN_BOX_PART, "the first row may have scrolled away");
}

/* A wide dialog that lies over the text, and ends above the last of it. */
static void
test_over(void)
{
	static const char frame[] = "    \342\225\255" RULE40 "\342\224\200"
	    "\342\224\200\342\224\200\342\224\200\342\224\200"
	    "\342\224\200\342\224\200\342\224\200\342\224\200"
	    "\342\225\256\033[K\r\n    " BAR " Allow   Always   Deny\033[55G"
	    BAR "\033[K\r\n    \342\225\260" RULE40 RULE
	    "\342\225\257\033[K\r\n";
	static const char old[] = "\033[?1049h\033[2J\033[H title\r\n\r\n one"
	    "\r\n two\r\n three\r\n four";
	static const char place[] = "\033[13;1H" RULE40 "\r\n> \0337\r\n"
	    RULE40 "\0338";

	start();
	out(old);
	out(place);
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[8;1H > " ME "\r\n\r\n Let me look.\r\n\r\n Run it ...");
	out("\033[3;1H");
	out(frame);
	out("\0338");
	wait_ms(1000);
	ok(turn_view(turn)->dialog, "what came above the echo is a dialog");
	start();
	out(old);
	out(place);
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[2;1H > " ME "\r\n\r\n Let me look.\r\n\r\n");
	out(frame);
	out("\r\n Run it ...\0338");
	wait_ms(1000);
	ok(turn_view(turn)->dialog, "in the middle, text begins further left");
}

/* A place of several rows with sides, known by a text in its first. */
static void
test_rows(void)
{
	start();
	out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[Hhello\033[11;1H"
	    BAR "\r\n" BAR "\r\n" BAR "\r\n" RULE);
	wait_ms(4000);
	turn_watch(turn, scr);
	out("\033[11;1H" BAR " " ME "\r\n");
	ok(box(ME) == TURN_BOX_TEXT, "a text shows where the box is");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[?25h\033[2;1H> " ME "\r\n\r\nyes\033[11;1H" BAR
	    " \033[K\033[11;3H");
	wait_ms(5000);
	turn_set_keys(turn, scr, now, -1);
	out("a draft");
	ok(box(NULL) == TURN_BOX_OTHER, "its first row is where the text was");

	start();
	out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[Hhello\033[10;1H"
	    "\342\225\255" RULE40 "\342\225\256\033[11;1H" BAR " Well"
	    "\033[42G" BAR "\r\n\342\225\260" RULE40 "\342\225\257");
	wait_ms(5000);
	turn_watch(turn, scr);
	out("\033[11;3H" ME "\033[K");
	ok(box(ME) == TURN_BOX_TEXT, "the side of a frame is not to be seen");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[2;1H> " ME "\r\n\r\nyes\033[11;3H\033[K\033[42G" BAR);
	wait_ms(5000);
	turn_set_keys(turn, scr, now, -1);
	ok(box(NULL) == TURN_BOX_EMPTY, "when it is it is no text");
}

/* A conversation in a frame, beside another and above that of the box. */
static void
test_pane(void)
{
	static const char top[] = "\342\224\214" RULE
	    "\342\224\220\342\224\214" RULE40 "\342\224\220\r\n";
	static const char mid[] = BAR "\033[12G" BAR BAR "\033[54G" BAR "\r\n";
	static const char low[] = BAR "\033[12G" BAR "\342\224\224" RULE40
	    "\342\224\230\r\n";
	int i;

	start();
	out("\033[?1049h\033[2J\033[H");
	out(top);
	for (i = 0; i < 9; i++)
		out(mid);
	out(low);
	out(BAR "\033[12G" BAR "\342\224\214" RULE40 "\342\224\220\r\n");
	out(mid);
	out(low);
	out("\033[13;15H");
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[3;15H" ME "\033[5;15Ha dialog says (y/n)\033[2;2Hnow"
	    "\033[3;2Hold\033[13;15H");
	wait_ms(6000);
	ok(state() == AGENT_IDLE, "what is said in its frame asks nothing");
}

/* Who wrote and when stands near the box until there is an answer. */
static void
test_author(void)
{
	int i;

	start();
	for (i = 0; i < 3; i++) {
		out("\033[2J\033[Hhello\033[10;1H" RULE40 "\r\n> \0337\r\n"
		    RULE40 "\0338");
		wait_ms(3000);
		(void)turn_begin(turn, scr, ME, strlen(ME), now);
		turn_taken(turn);
		out("\033[8;1HYou  12:34\r\n  " ME "\0338");
		wait_ms(2000);
		if (i == 2)
			break;
		out("\033[2;1H  one\r\n  two\r\n  three\033[8;1H\033[K  four"
		    "\r\n\033[K  five\0338");
		wait_ms(5000);
	}
	wait_ms(9000);
	ok(state() == AGENT_IDLE, "that is no work, though none comes");
}

/* A scroll bar in the last column is no part of the text. */
static void
test_scroll_bar(void)
{
	struct turn_reply r;
	char s[200];
	int i;

	start();
	out("\033[?1049h\033[2J\033[Hhello\033[13;1H" RULE40 RULE RULE
	    "\r\n> \0337\r\n" RULE40 RULE RULE);
	for (i = 1; i < 13; i++) {
		(void)snprintf(s, sizeof s, "\033[%d;60H%s\0338", i, i < 9 ?
		    BAR : "\342\226\210");
		out(s);
	}
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[3;1H> " ME "\033[5;1Hone two three four five six seven eight "
	    "nine ten eleven now\033[6;1Htwelve and no more\0338");
	wait_ms(6000);
	turn_reply(turn, scr, &r);
	ok(!strcmp(r.text, "one two three four five six seven eight nine ten "
	    "eleven now twelve and no more"), "a scroll bar is no text");
}

/* The alternate screen of 60 columns and 16 rows: these lines, the box below
   them, and a scroll bar beside them where that is wanted. */
static void
draw_pane(const char *lines, int bar)
{
	char s[2000];
	int i;

	(void)snprintf(s, sizeof s, "\033[?1049h\033[H\033[J%s\033[14;1H"
	    RULE40 RULE RULE "\r\n> \0337\r\n" RULE40 RULE RULE "\0338",
	    lines);
	for (i = 1; bar && i < 14; i++)
		(void)snprintf(s + strlen(s), sizeof s - strlen(s),
		    "\033[%d;60H%s\0338", i, i < 9 ? BAR : "\342\226\210");
	out(s);
}

static void
reply_is(const char *want, int complete, const char *name)
{
	struct turn_reply r;

	wait_ms(6000);
	turn_reply(turn, scr, &r);
	is_str(r.text, want, name);
	ok(r.complete == complete, complete ? "and it is complete" :
	    "and it says that lines may be lost");
}

/* A prompt that is longer than the screen: but its end is to be seen. */
static void
test_long_prompt(void)
{
#define END	"    line 9 of it\r\n\r\n  \342\234\246 "
	static const char prompt[] = "read\nline 1 of it\nline 2 of it\n"
	    "line 3 of it\nline 4 of it\nline 5 of it\nline 6 of it\n"
	    "line 7 of it\nline 8 of it\nline 9 of it";
	int begins;

	for (begins = 0; begins < 2; begins++) {
		drawn_start("qwen", 60, 16);
		draw_pane("hello", 0);
		wait_ms(3000);
		(void)turn_begin(turn, scr, prompt, strlen(prompt), now);
		turn_taken(turn);
		if (begins)
			draw_pane("  > read\r\n    line 1 of it\r\n"
			    "    line 2 of it", 0);
		draw_pane("    line 8 of it\r\n" END "one", 0);
		draw_pane("    line 8 of it\r\n" END "one\r\n    two", 0);
		draw_pane(END "one\r\n    two\r\n    three", 0);
		draw_pane("    two\r\n    three\r\n    four\r\n    five", 0);
		reply_is("one\ntwo\nthree\nfour\nfive", 1, begins ?
		    "the beginning of the prompt, then its end, the reply" :
		    "the end of the prompt, and the reply");
	}
}

/* The echo is drawn so that nobody knows it: what stood there before is still
   none of the reply. */
static void
test_moved_up(void)
{
	drawn_start("qwen", 60, 16);
	draw_pane("  > first\r\n\r\n  \342\234\246 an answer\r\n    of two lines",
	    0);
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	draw_pane("\r\n  \342\234\246 an answer\r\n    of two lines\r\n\r\n"
	    "  > #########\r\n\r\n  \342\234\246 another", 0);
	reply_is("another", 0, "what has moved up is none of the reply");

	/* the prompt went back into the box, and there is a scroll bar now */
	drawn_start("qwen", 60, 16);
	draw_pane("  " BAR " in a frame " BAR "\r\n  > first\r\n\r\n"
	    "  \342\234\246 an answer", 0);
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	draw_pane("  " BAR " in a frame " BAR "\r\n  > first\r\n\r\n"
	    "  \342\234\246 an answer", 1);
	reply_is("", 0, "nor what has stayed, beside a scroll bar that is new");
}

/* A turn that was stopped: its prompt stands in the box again, and what was
   above it has come back. */
static void
test_recalled(void)
{
	static const char rest[] = "\r\n  \342\234\246 an answer\r\n";
	char s[300];

	drawn_start("qwen", 60, 16);
	(void)snprintf(s, sizeof s, "  > first%s\r\n  > " ME, rest);
	draw_pane(s, 0);
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	(void)snprintf(s, sizeof s, "  so it is\r\n\r\n  > first%s"
	    "\033[15;1H> " ME "\0337", rest);
	draw_pane(s, 0);
	reply_is("", 1, "a prompt that is back in the box has no reply");
}

/* Where the rules say how a reply begins, a scroll bar narrows the text, too. */
static void
test_ruled_bar(void)
{
	drawn_start("qwen", 60, 16);
	draw_pane("hello", 1);
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	draw_pane("  > " ME "\r\n\r\n  \342\234\246 one two three four five "
	    "six seven eight nine ten x\r\n    elf and no more", 1);
	reply_is("one two three four five six seven eight nine ten x elf "
	    "and no more", 1, "text beside a scroll bar is joined");
}

/* A box in the first rows, a line that tells what it does, a rule, and these
   words below it from row 7 on. */
static void
draw_top(const char *status, const char *words)
{
	char s[3000];

	(void)snprintf(s, sizeof s, "\033[?25l\033[H\033[Jdesk\r\n\342\224\217"
	    RULE40 "\342\224\223\r\n\342\224\203 > \033[42G"
	    "\342\224\203\r\n\342\224\227" RULE40 "\342\224\233\r\n"
	    "%s\r\n" RULE40 RULE "\r\n%s\033[3;5H\033[?25h", status, words);
	out(s);
}

/* A turn in which these are to be seen below the box, one after the other. */
static const char *
answer_top(const char *prompt, const char *echo, const char *words)
{
	static struct turn_reply r;

	(void)turn_begin(turn, scr, prompt, strlen(prompt), now);
	turn_taken(turn);
	draw_top("working", echo);
	wait_ms(500);
	draw_top("working", words);
	wait_ms(1000);
	draw_top("ready", words);
	wait_ms(5000);
	turn_reply(turn, scr, &r);
	return r.text;
}

/* What was said before stands above, and goes off the screen. */
static void
test_top(void)
{
	char s[1000] = YOU ME "\r\n\r\n" BOT;
	struct turn_reply r;
	int i;

	start();
	out("\033[?1049h\033[?2004h");
	draw_top("ready", "");
	wait_ms(3000);
	ok(!strcmp(answer_top(ME, YOU ME, YOU ME "\r\n\r\n" BOT "yes"),
	    "yes"), "an answer below a box at the top");
	(void)answer_top(ME " 2", YOU ME "\r\n\r\n" BOT "yes\r\n\r\n" YOU ME
	    " 2", BOT "yes\r\n\r\n" YOU ME " 2\r\n\r\n" BOT "yes");
	ok(!strcmp(answer_top(ME " 3", YOU ME " 2\r\n\r\n" BOT
	    "yes\r\n\r\n" YOU ME " 3", BOT "yes\r\n\r\n" YOU ME
	    " 3\r\n\r\n" BOT "yes"), "yes"),
	    "the same again, behind what was said before");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	draw_top("working", YOU ME "\r\n\r\n");
	wait_ms(500);
	for (i = 1; i < 20; i++) {
		(void)snprintf(s + strlen(s), 40, "%s%d words of it",
		    i > 1 ? "\r\n" : "", i);
		if (i > 6)	/* the first has left the screen */
			memmove(s, strchr(s, '\n') + 1,
			    strlen(strchr(s, '\n')));
		draw_top(i % 2 ? "working 1s" : "working 2s", s);
		wait_ms(100);
	}
	draw_top("ready", s);
	wait_ms(5000);
	turn_reply(turn, scr, &r);
	ok(r.complete && strstr(r.text, "1 words of it\n2 words") !=
	    NULL && strstr(r.text, "19 words of it") != NULL &&
	    strstr(r.text, "working") == NULL,
	    "one that is longer than the screen");

	draw_top("ready", "(y/n) is what a dialog says\r\n");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "what was said below it asks nothing");
	draw_top("Touch it?  [y] yes  [n] no", "a\r\nb\r\nc\r\nd\r\ne\r\nf");
	out("\033[5;40H\033[?25l");
	wait_ms(3000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "the line below it does, when the cursor is gone");
}

/* A prompt in the last row, a bar that tells what it does above it. */
static void
draw_low(const char *words, const char *status, const char *prompt)
{
	char s[2000];

	(void)snprintf(s, sizeof s, "\033[H\033[J%s\033[%d;1H\033[44m"
	    " 12:34 %-53.53s\033[m\r\n%s", words, strchr(prompt, '\n') ==
	    NULL ? 15 : 14, status, prompt);
	out(s);
}

static void
test_low(void)
{
	struct turn_reply r;
	int rows;

	start();
	out("\033[?1049h");
	draw_low("hello", "ready", "[you] ");
	wait_ms(5000);
	turn_watch(turn, scr);
	draw_low("hello", "ready", "[you] " ME);
	ok(box(ME) == TURN_BOX_TEXT, "a text behind a name in the last row");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	draw_low("you " BAR " " ME, "works", "[you] ");
	wait_ms(1000);
	draw_low("you " BAR " " ME "\r\nbot " BAR " yes", "works 1s", "[you] ");
	wait_ms(6000);
	turn_reply(turn, scr, &r);
	ok(!strcmp(r.text, "yes"), "the bar above it is no reply");
	(void)box(NULL);
	rows = turn_box_rows(turn);
	draw_low("you " BAR " " ME, "ready", "[you] \r\n");
	(void)box(NULL);
	ok(turn_view(turn)->box && turn_box_rows(turn) > rows,
	    "a line that is begun there is seen");
}

/* The box, what was said, and this over it; the cursor is in the box or not. */
static void
draw_asking(const char *over, int cursor)
{
	char s[3000];

	(void)snprintf(s, sizeof s, "\033[?25l\033[H\033[J> " ME "\r\n\r\nWell, "
	    "let me see what I can do, and how, and where, and why.\033[12;1H"
	    "\342\225\255" RULE40 "\342\225\256\r\n" BAR " \0337\033[42G" BAR
	    "\r\n\342\225\260" RULE40 "\342\225\257\r\nmodel x%s\0338%s", over,
	    cursor ? "\033[?25h" : "");
	out(s);
}

static const struct asking {
	const char	*over;
	int		cursor, asks;
	const char	*name;
} askings[] = {
	{ "\033[4;1Hand when\033[5;1Hor who\033[3;12H\342\225\255" RULE RULE
	    RULE "\342\225\256\033[4;12H" BAR " \342\200\272 1. Yes\033[4;43H" BAR "\033[5;12H" BAR
	    "   2. No, and say why\033[5;43H" BAR "\033[6;12H\342\225\260" RULE
	    RULE RULE "\342\225\257", 0, 1, "numbers in a frame over the text" },
	{ "\033[2;1Hand when\033[3;1Hor who\033[8;1H> " ME "\033[1;1Hso\033[K"
	    "\033[1;12H\342\225\255" RULE RULE RULE "\342\225\256\033[2;12H" BAR
	    " \342\200\272 1. Yes\033[2;43H" BAR "\033[3;12H" BAR
	    "   2. No, and say why\033[3;43H" BAR "\033[4;12H\342\225\260" RULE
	    RULE RULE "\342\225\257", 0, 1, "above the prompt's echo, too" },
	{ "\033[3;12H\342\225\255" RULE RULE RULE "\342\225\256\033[4;12H" BAR
	    "   1. Yes\033[4;43H" BAR "\033[5;12H" BAR
	    "   2. No, and say why\033[5;43H" BAR "\033[6;12H\342\225\260" RULE
	    RULE RULE "\342\225\257", 1, 0, "but none of them marked" },
	{ "\033[7;2H\342\224\203 Run this?\033[8;2H\342\224\203  \342\206\222 "
	    "Run it (y) (enter)\033[9;2H\342\224\203    Add it to the list (tab)"
	    "\033[10;2H\342\224\203    Skip (esc or n)", 1, 1,
	    "choices with their keys above the box" },
	{ "\033[8;2H \342\206\222 Run it in the end\033[9;2H   Add it to the "
	    "list\033[10;2H   Skip the rest", 1, 0, "but not a list" },
	{ "\033[10;1H\033[J \342\235\257 Add it here\033[11;6Hbelow all"
	    "\033[12;4HAdd it there\033[13;6Habove all,\033[14;6Hif it fits",
	    0, 1, "each told of below it, further in" },
	{ "\033[10;1H\033[J \342\235\257 Add it here\033[11;6Hbelow all"
	    "\033[12;4HAdd it there", 0, 0, "but not where one alone is" },
	{ "\033[13;3H[ Allow ]  Always   Deny    \342\206\220/\342\206\222 "
	    "select", 0, 1, "buttons and keys in the place of the text" },
};

/* What is asked stands above a rule, what is told of it below. */
static void
test_question(void)
{
	start();
	out("\033[?25lTiny 1.0\r\n\r\n Do you trust this?\r\n" RULE40 RULE RULE
	    "\r\n It may run what is in it.\r\n\r\n  \342\235\257 1. Trust it"
	    "\r\n    2. Exit\r\n\r\n Enter select");
	wait_ms(3000);
	ok(state() == AGENT_WAITING && strncmp(turn_view(turn)->detail,
	    " Do you trust this?\n", 20) == 0, "a question above a rule");
}

static void
test_asking(void)
{
	const struct asking *a;

	for (a = askings; a < askings + sizeof askings / sizeof *askings;
	    a++) {
		start();
		out("\033[?1049h\033[?2004h");
		draw_asking("", 1);
		wait_ms(3000);
		(void)turn_begin(turn, scr, ME, strlen(ME), now);
		turn_taken(turn);
		draw_asking("\033[7;1H\342\240\213 works", 1);
		wait_ms(500);
		draw_asking(a->over, a->cursor);
		wait_ms(1000);
		ok((state() == AGENT_WAITING && turn_view(turn)->dialog) ==
		    a->asks, a->name);
	}
}

/* Frames around what was said, and what pops up over the edge of the pane. */
static void
draw_beside(const char *said, const char *over)
{
	char s[3000];
	int i, n;

	n = snprintf(s, sizeof s, "\033[H\033[J%s", said);
	for (i = 1; i < 16; i++)
		n += snprintf(s + n, sizeof s - (size_t)n,
		    "\033[%d;43H" BAR " file %d", i, i);
	(void)snprintf(s + n, sizeof s - (size_t)n, "\033[13;1H\342\225\255"
	    RULE RULE RULE RULE "\342\225\256\033[14;1H" BAR "\033[14;42H" BAR
	    "\033[15;1H\342\225\260" RULE40 "\342\225\257%s\033[14;3H", over);
	out(s);
}

static void
test_popup(void)
{
	static const char pops[] = "\033[10;30H\033[44m a message that pops up "
	    "\033[m";
	char me[40], s[100];
	struct turn_reply r;
	int i;

	start();
	out("\033[?1049h\033[?2004h");
	draw_beside("hello", "");
	wait_ms(3000);
	for (i = 1; i < 4; i++) {
		(void)snprintf(me, sizeof me, "%s %d", ME, i);
		(void)turn_begin(turn, scr, me, strlen(me), now);
		turn_taken(turn);
		(void)snprintf(s, sizeof s, "chat\r\n\r\n> %s", me);
		draw_beside(s, i == 2 ? pops : "");
		wait_ms(1000);
		(void)snprintf(s, sizeof s, "chat\r\n\r\n> %s\r\n\r\nyes", me);
		draw_beside(s, "");
		wait_ms(6000);
		turn_reply(turn, scr, &r);
		is_str(r.text, "yes", "beside a list of files");
		draw_beside(s, i == 2 ? pops : "");
	}
}

/* A list beside all, behind a line from top to bottom; a prompt on a ground of
   its own, and what it does below that. */
static void
draw_listed(const char *said, const char *prompt, const char *status)
{
	char s[3000];
	int i, n;

	n = snprintf(s, sizeof s, "\033[H\033[J");
	for (i = 1; i < 17; i++)
		n += snprintf(s + n, sizeof s - (size_t)n, "\033[%d;1H"
		    " session %d\033[%d;15H" BAR, i, i, i);
	(void)snprintf(s + n, sizeof s - (size_t)n, "%s\033[14;17H"
	    "\033[48;5;236m \342\226\214 %-41s\033[m\033[15;17H %s\033[14;%dH",
	    said, prompt, status, 20 + (int)strlen(prompt));
	out(s);
}

static void
test_listed(void)
{
	struct turn_reply r;

	start();
	out("\033[?1049h\033[?2004h");
	draw_listed("\033[2;18Hhello", "", "ready");
	wait_ms(5000);
	turn_watch(turn, scr);
	draw_listed("\033[2;18Hhello", ME, "ready");
	ok(box(ME) == TURN_BOX_TEXT, "a text on a ground beside a list");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	draw_listed("\033[3;18H" ME, "", "Reading 0s");
	wait_ms(500);
	draw_listed("\033[3;18H" ME "\033[5;18Hyes\033[6;18Hno", "",
	    "Writing 1s");
	wait_ms(500);
	draw_listed("\033[3;18H" ME "\033[5;18Hyes\033[6;18Hno", "", "ready");
	wait_ms(6000);
	turn_reply(turn, scr, &r);
	is_str(r.text, "yes\nno", "what is said there");
	ok(state() == AGENT_IDLE && box(NULL) == TURN_BOX_EMPTY,
	    "and the box is known");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		agents = argv[1];
	test_slow();
	test_part();
	test_advance();
	test_head();
	test_margin();
	test_over();
	test_rows();
	test_pane();
	test_author();
	test_scroll_bar();
	test_long_prompt();
	test_moved_up();
	test_recalled();
	test_ruled_bar();
	test_top();
	test_low();
	test_question();
	test_asking();
	test_popup();
	test_listed();
	drawn_end();
	return tap_done();
}
