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
	drawn_end();
	return tap_done();
}
