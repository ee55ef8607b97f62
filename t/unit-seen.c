/*
 * unit-seen - screens as programs without rules of their own drew them, and
 * what anybody who looks at them sees.
 */
#include "drawn.h"

#define RULE	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
		"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
#define RULE40	RULE RULE RULE RULE
#define BAR	"\342\224\203"
#define ME	"[me] is anybody here?"

static void
start(const char *name)
{
	drawn_start(name, 80, 60);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	turn_set_keys(turn, scr, -1, -1);
}

static enum agent_state
state(void)
{
	return turn_view(turn)->state;
}

/* Where a reason for a refusal can be written: a box, and yet a dialog. */
static void
test_form(void)
{
	static const char *const names[] = { "generic", "kilo" };
	char name[80];
	int i;

	for (i = 0; i < 2; i++) {
		start(names[i]);
		out("\033[?1049h\033[?2004h\033[2J\033[14;1H  " BAR
		    "\r\n  " BAR "  \342\226\263 Reject permission\r\n  " BAR
		    "\r\n  " BAR "  Tell it what to do differently\r\n  " BAR
		    "\r\n  " BAR "\r\n  " BAR "  \0337\033[50Genter confirm  "
		    "esc cancel\r\n  " BAR "\0338");
		wait_ms(3000);
		(void)snprintf(name, sizeof name,
		    "a box to be confirmed or cancelled is a dialog, %s",
		    names[i]);
		ok(state() == AGENT_WAITING, name);
	}
	start("generic");
	out("\033[?2004h\033[2J\033[HPress enter to confirm, or esc.\r\n\r\n"
	    RULE40 "\r\n> \0337\r\n" RULE40 "\r\n\0338");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "but not a text that says so");
}

/* A dialog on a ground of its own over the text; the box stays, empty. */
static void
test_overlay(void)
{
#define KEYS	"Allow? \033[1my\033[22mes  \033[1mn\033[22mo  " \
		"\033[1ma\033[22mlways allow execute  \033[1mY\033[22molo"
	static const char *const rows[] = { "\342\232\240 Approval Required",
	    "", "Tool: execute", "command: touch x", "", KEYS };
	char s[2000];
	size_t i, n = 0;

	start("generic");
	out("\033[?2004h\033[2J\033[H> please touch x\r\n\r\n  First I look.\r\n\033[10;1H"
	    RULE40 RULE RULE RULE "\033[19;1H\342\225\255" RULE40
	    "\342\225\256\r\n\342\224\202 \0337\033[20;42H"
	    "\342\224\202\r\n\342\225\260" RULE40 "\342\225\257\0338");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "a box in a frame");
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		n += (size_t)snprintf(s + n, sizeof s - n, "\033[%d;1H"
		    "\033[12C\033[48;2;13;13;13m%50s\r\033[14C%s\033[m",
		    (int)i + 8, "", rows[i]);
	(void)snprintf(s + n, sizeof s - n, "\0338");
	out(s);
	wait_ms(3000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "a dialog over it, its answers with keys and one that is none");
}

/* A bar beside the answers, and what they are asked for above it. */
static void
test_bar(void)
{
#define BUTTON(s) "\033[7m \033[4m" s "\033[24m \033[27m "
	start("generic");
	out("\033[?25l\033[2J\033[H  First I look.\r\n\r\n? Shall I run touch x"
	    "\r\n\r\nMay it run?\r\n\r\n\342\226\214Allow it?\r\n\342\226\214"
	    BUTTON("Yes") BUTTON("Always") BUTTON("No") "\r\n\342\226\214 "
	    "Run it once\r\n");
	wait_ms(3000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog &&
	    strstr(turn_view(turn)->detail, "touch x") != NULL,
	    "answers beside a bar, and what is asked for");
}

/* Answers with signs of their own, one of them pointed at. */
static void
test_signs(void)
{
	start("generic");
	out("\033[?1049h\033[2J\033[H  First I look.\r\n\r\n\342\232\222 execute\r\n"
	    "Command: ls\r\n\r\nDo you want to execute it?\r\n\r\n\342\235\257 "
	    "\342\234\223 Yes, execute it\r\n  \342\234\227 No, cancel\r\n\r\n"
	    "Press Escape to cancel\r\n");
	wait_ms(3000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "answers with signs of their own");
}

/* A spinner that goes on below a dialog makes no other one of it. */
static void
test_spinner(void)
{
	char hash[17] = "", s[200];
	int i, same = 0;

	start("generic");
	out("\033[?1049h\033[?25l\033[2J\033[H  First I look.\r\n\r\n"
	    "Do you want to execute ls?\r\n\r\n\342\235\257 Yes\r\n  No"
	    "\r\n\r\n");
	for (i = 0; i < 20; i++) {
		(void)snprintf(s, sizeof s, "\033[9;1H\342\240%c Working\033[K",
		    (char)(0x80 + i % 8 + 1));
		out(s);
		wait_ms(100);
		same += strcmp(hash, turn_view(turn)->screen) == 0;
		memcpy(hash, turn_view(turn)->screen, sizeof hash);
	}
	ok(turn_view(turn)->dialog && same > 14, "a spinner below a dialog");
	wait_ms(3000);
	(void)turn_update(turn, scr, now);
	is_str(turn_view(turn)->screen, hash, "one that has come to rest");
	out("\033[9;1H\033[K");
	out("\033[9;1H\342\240\203 Working\033[K");
	is_str(turn_view(turn)->screen, hash, "that is drawn anew");
	out("\033[3;1HDo you want to execute rm?");
	ok(strcmp(hash, turn_view(turn)->screen) != 0,
	    "and another question there");

	start("generic");
	for (i = 0; i < 20; i++) {
		(void)snprintf(s, sizeof s, "\033[5;1H\342\240%c Working\033[K",
		    (char)(0x80 + i % 8 + 1));
		out(s);
		wait_ms(100);
	}
	out("\033[?25l\033[3;1HDo you want to execute ls?\r\n\r\n"
	    "\342\235\257 Yes\033[K\r\n  No");
	wait_ms(300);
	memcpy(hash, turn_view(turn)->screen, sizeof hash);
	wait_ms(3000);
	out("");
	ok(turn_view(turn)->dialog && !strcmp(hash, turn_view(turn)->screen),
	    "none runs in an answer that took its place");
}

/* The line that tells of work is too long for the screen, and its spinner does
   not move. */
static void
test_broken(void)
{
	struct turn_reply r;

	start("generic");
	out("\033[?2004h\033[2J\033[Hhello\r\n\r\n" RULE40 "\r\n> \0337\r\n" RULE40
	    "\0338");
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[H\033[Jhello\r\n\r\n> " ME "\r\n\r\n\342\240\217 I have seen more "
	    "things than you (esc to\r\n                          cancel, 3s)"
	    "\r\n\r\n" RULE40 "\r\n> \0337\r\n" RULE40 "\0338");
	wait_ms(9000);
	ok(state() == AGENT_BUSY, "work is told of in two lines");
	turn_reply(turn, scr, &r);
	ok(r.len == 0, "which are none of the reply");
}

/* What was asked is drawn in a frame; it asks nothing. */
static void
test_framed(void)
{
	static const char frame[] = "\342\225\255" RULE40 "\342\225\256\r\n"
	    "\342\224\202 May I? (y/n)\033[42G\342\224\202\r\n"
	    "\342\225\260" RULE40 "\342\225\257\r\n\r\n";
	char s[2000];
	int i;

	for (i = 0; i < 3; i++) {
		start("generic");
		(void)snprintf(s, sizeof s, "\033[?2004h\033[2J\033[H%s%s\r\n"
		    RULE40 "\r\n> \0337\r\n" RULE40 "\r\n\0338", frame,
		    i == 0 ? "  You may.\r\n" : i == 1 ? "" :
		    "Esc to cancel\r\n");
		out(s);
		wait_ms(4000);
		ok(state() == (i == 0 ? AGENT_IDLE : AGENT_WAITING),
		    i == 0 ? "a frame with an answer below it" : i == 1 ?
		    "the last asks" : "with keys below it, too");
	}
	start("generic");
	out("\033[?2004h\033[2J\033[15;1H" RULE40 "\r\n> \0337\r\n" RULE40
	    "\0338");
	wait_ms(3000);
	(void)turn_begin(turn, scr, "May I? (y/n)", 12, now);
	turn_taken(turn);
	(void)snprintf(s, sizeof s, "\033[H%s* Hm (esc to cancel)\0338", frame);
	out(s);
	wait_ms(3000);
	ok(state() == AGENT_BUSY, "the echo of a prompt does not");
	out("\033[2J\033[H> May I? (y/n)\r\n\r\n  Hm\033[?25l");
	wait_ms(500);
	ok(state() != AGENT_WAITING, "nor where there is no box meanwhile");
	out("\r\n  Sure? (y/n)");
	wait_ms(500);
	ok(state() == AGENT_WAITING, "but what stands below it");
}

static void
type(const char *text)
{
	out("\0338");
	out(text);
	wait_ms(300);
}

/* Write above the box, over so many lines there, and a spinner below it. */
static void
above(int lines, const char *s, const char *spinner)
{
	char all[4000];

	(void)snprintf(all, sizeof all, "\0338\r\033[%dA\033[J%s\r\n%s\r\n"
	    RULE40 "\r\n> \0337\r\n" RULE40 "\r\n\0338", lines + 1, s,
	    spinner);
	out(all);
}

static const char *
reply(void)
{
	static struct turn_reply r;

	turn_reply(turn, scr, &r);
	return r.text;
}

/* The person asks, and is answered. */
static void
ask(const char *typed, const char *echo, const char *answer)
{
	char s[1000];

	type(typed);
	(void)snprintf(s, sizeof s, "> %s\r\n", echo);
	above(0, s, "Hm (esc to interrupt)");
	wait_ms(300);
	above(1, answer, "");
	wait_ms(9000);
}

/* Turns that nobody has announced. */
static void
test_own(void)
{
	start("generic");
	out("\033[?2004h\033[2J\033[Hhello\r\n\r\n\r\n" RULE40
	    "\r\n> \0337\r\n" RULE40 "\r\n\0338");
	wait_ms(3000);
	ask("[Pasted text #1 +9 lines]", "[Pasted text #1 +9 lines]",
	    "All of it is good.\r\n");
	ok(strcmp(reply(), "All of it is good.") == 0, "a paste, folded up");
	ask("go on", "go on", "One.\r\n");
	ok(strcmp(reply(), "One.") == 0, "is no other prompt's echo");
	ask("go on", "go on", "Two.\r\n");
	ok(strcmp(reply(), "Two.") == 0, "the same again is another prompt");
}

/* Nothing tells that it works but that what was typed has been entered. */
static void
test_entered(void)
{
	static const char *const echoes[] = { "> what is new?\r\n", "",
	    "> /help\r\n" };
	static const char *const typed[] = { "what is new?", "what is new?",
	    "/help" };
	int i;

	for (i = 0; i < 3; i++) {
		start("generic");
		out("\033[?2004h\033[2J\033[Hhello\r\n\r\n\r\n" RULE40
		    "\r\n> \0337\r\n" RULE40 "\r\n\0338");
		wait_ms(3000);
		turn_set_keys(turn, scr, now, -1);
		type(typed[i]);
		turn_set_keys(turn, scr, now, now + 1);
		above(0, echoes[i], "");
		wait_ms(1000);
		ok(turn_view(turn)->in_turn == (i == 0), i == 0 ?
		    "a prompt that is entered begins a turn" : i == 1 ?
		    "one that is thrown away does not" : "nor does a command");
	}
}

/* One turn: the prompt's echo, then the reply, each drawn so. */
static void
turn_of(const char *prompt, const char *echo, const char *answer)
{
	(void)turn_begin(turn, scr, prompt, strlen(prompt), now);
	turn_taken(turn);
	above(0, echo, "Hm (esc to interrupt)");
	wait_ms(300);
	above(1, answer, "");
	wait_ms(9000);
}

static void
open_box(void)
{
	start("generic");
	out("\033[?2004h\033[2J\033[Hhello\r\n\r\n\r\n" RULE40
	    "\r\n> \0337\r\n" RULE40 "\r\n\0338");
	wait_ms(3000);
}

#define GREY	"\033[38;2;80;90;140m"
#define BLUE	"\033[38;2;40;170;220m"

/* What is said stands behind bars, what is told about it outside. */
static void
test_outside(void)
{
	static const char echo[] = BLUE "You:\033[m\r\n\r\n" GREY BAR
	    "\033[m " ME "\r\n";
	char s[1000];

	open_box();
	(void)snprintf(s, sizeof s, "%s", BLUE "stub:\033[m\r\n\r\n" GREY
	    BAR "\r\n" BAR "\033[m One line.\r\n" GREY BAR
	    "\033[m\r\n\r\n" GREY "~5 tokens\033[m\r\n\r\n" BLUE
	    "Worked for a crisp 0s.\033[m\r\n");
	turn_of(ME, echo, s);
	ok(strcmp(reply(), "One line.") == 0, "what stands outside is not said");
	turn_of(ME, echo, "Let me look.\r\n\r\n" GREY BAR
	    "\033[m $ ls\r\n\r\nThere it is.\r\n");
	ok(strstr(reply(), "Let me look.") != NULL &&
	    strstr(reply(), "There it is.") != NULL,
	    "but it is in the colour of what is said");
	open_box();
	turn_of(ME, echo, s);
	turn_of(ME, echo, "Interrupted.\r\n");
	turn_of(ME, echo, s);
	ok(strcmp(reply(), "One line.") == 0, "an error outside says nothing");
	open_box();
	turn_of(ME, echo, "Plain.\r\n");
	turn_of(ME, echo, "Let me look.\r\n\r\n" GREY BAR
	    "\033[m $ ls\r\n\r\nThere it is.\r\n");
	ok(strcmp(reply(), "Let me look.\n\nThere it is.") == 0,
	    "where replies have no bar it is a tool's");
}

#define SIDE	"\342\224\202"
#define EDGE	"\033[42G\342\224\202\r\n"

/* Text in a light grey is text. */
static void
test_grey(void)
{
	open_box();
	turn_of(ME, "> " ME "\r\n",
	    "\342\227\217 \033[38;2;192;192;192mLet me look at it,\r\n"
	    "  and say what there is.\r\n\r\n  There is nothing.\033[m\r\n\r\nWell.\r\n");
	ok(strstr(reply(), "nothing") != NULL, "a light grey is no dim text");
}

/* The echo of a long prompt, its middle left out. */
static void
test_middle(void)
{
	char prompt[4000], echo[4000];
	int i, m, n;

	n = snprintf(prompt, sizeof prompt, "[me] please read");
	m = snprintf(echo, sizeof echo, "> [me] please read\r\n");
	for (i = 0; i < 60; i++) {
		n += snprintf(prompt + n, sizeof prompt - (size_t)n,
		    "\nline %d of what is to be read", i);
		if (i == 10)
			m += snprintf(echo + m, sizeof echo - (size_t)m,
			    "  ---- (40 lines hidden) ----\r\n");
		if (i < 10 || i >= 50)
			m += snprintf(echo + m, sizeof echo - (size_t)m,
			    "  line %d of what is to be read\r\n", i);
	}
	open_box();
	turn_of(prompt, echo, "* I have read it.\r\n");
	ok(strcmp(reply(), "* I have read it.") == 0 || strcmp(reply(),
	    "I have read it.") == 0, "the end of a long echo is no reply");
}

/* A text that is followed by a tool, as in the turn before, is no heading. */
static void
test_tool(void)
{
	static const char answer[] = "  First I look.\r\n\r\n  " BLUE BAR
	    "\033[m $ ls\r\n\r\n  Then I saw it.\r\n";
	int i;

	open_box();
	for (i = 0; i < 3; i++)
		turn_of(ME, "> " ME "\r\n", answer);
	ok(strncmp(reply(), "First I look.", 13) == 0,
	    "a sentence before a tool is no heading");
	open_box();
	turn_of(ME, "> " ME "\r\n", "  First I look.\r\n\r\n"
	    "\342\225\255" RULE40 "\342\225\256\r\n"
	    SIDE " (no output)" EDGE "\342\224\234" RULE40 "\342\224\244\r\n"
	    SIDE " $ sleep 4; sleep" EDGE
	    SIDE "   4 4.2s \342\234\223" EDGE
	    "\342\225\260" RULE40 "\342\225\257\r\n\r\n  Then I saw it.\r\n");
	ok(strcmp(reply(), "First I look.\n\nThen I saw it.") == 0,
	    "a frame that ends with a command is a tool's");
}

/* A sign that takes the place of a spinner before a text marks it. */
static void
test_spun(void)
{
	open_box();
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	above(0, "> " ME "\r\n\r\n \342\240\213 Hi", "");
	wait_ms(100);
	above(1, "\033[A\033[K \342\240\231 Hi there.", "");
	wait_ms(100);
	above(1, "\033[A\033[K \342\240\271 Hi there.", "");
	wait_ms(100);
	above(1, "\033[A\033[K * Hi there.", "");
	wait_ms(9000);
	ok(strcmp(reply(), "Hi there.") == 0, "where a spinner was is a mark");
	turn_of(ME, "> " ME "\r\n", " * Let me look.\r\n\r\n * run(ls)\r\n   "
	    "\342\216\277 x\r\n\r\n * One:\r\n   * two\r\n   * three\r\n");
	ok(strcmp(reply(), "Let me look.\n\nOne:\n* two\n* three") == 0,
	    "in the next turn, too, and lists are lists");
}

/* A word in a colour behind what could be a label. */
static void
test_word(void)
{
	int i;

	open_box();
	for (i = 0; i < 3; i++)
		turn_of(ME, "> " ME "\r\n", "Answer: " BLUE "parse.c\033[m is where "
		    "to look.\r\n");
	ok(strcmp(reply(), "Answer: parse.c is where to look.") == 0,
	    "a word in a colour does not make a label");
}

/* What a key would do is told below the reply. */
static void
test_keys(void)
{
	open_box();
	turn_of(ME, "> " ME "\r\n", "One line.\r\n\r\n Press Ctrl+O to expand "
	    "pasted text\r\n");
	ok(strcmp(reply(), "One line.") == 0, "what a key would do is not said");
}

/* What providers say of an account that is used up. */
static void
test_limit(void)
{
	open_box();
	turn_of(ME, "> " ME "\r\n", "* API error: 429 You exceeded your current "
	    "quota, please\r\n  check your plan.\r\n");
	ok(state() == AGENT_LIMITED, "a quota that is used up");
	open_box();
	turn_of(ME, "> " ME "\r\n", "* API Error: Request rejected (429). This "
	    "request would exceed your\r\n  account's rate limit. Please try "
	    "again later.\r\n");
	ok(state() == AGENT_LIMITED, "so where a line ends within the words");
	open_box();
	turn_of(ME, "> " ME "\r\n", "* Request failed: Rate limit exceeded.\r\n");
	ok(state() == AGENT_LIMITED, "one of how often");
	open_box();
	turn_of(ME, "> " ME "\r\n", "It then says usage limit reached.\r\n\r\n"
	    "  \"usage limit reached\"\r\n");
	ok(state() == AGENT_IDLE, "not what is said of one");
}

/* A spinner stands before what is to be seen first of a reply that grows. */
static void
test_dots(void)
{
	static const char *const dots[] = { "\342\240\213", "\342\240\231",
	    "\342\240\271", "\342\240\270", "\342\240\274" };
	static struct turn_reply r;
	char s[4000], want[4000];
	int frame, i, line, n, w = 0;

	start("generic");
	out("\033[?1049h\033[?2004h\033[2J\033[20;1H" RULE40
	    "\r\n> \0337\r\n" RULE40 "\0338");
	wait_ms(3000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[1;1H\033[2K > " ME "\0338");
	for (frame = 0; frame < 40; frame++) {
		/* of 2 * frame lines the last 16 */
		line = frame < 9 ? 0 : 13 * (frame / 5) - 6;
		if (frame == 39)
			line = 86;
		n = snprintf(s, sizeof s, "\033[1;1H");
		if (line == 0)
			n += snprintf(s + n, sizeof s - (size_t)n,
			    "\033[2K > " ME "\r\n\033[2K\r\n");
		for (i = line; i < line + 16 && i < 100; i++)
			n += snprintf(s + n, sizeof s - (size_t)n,
			    "\033[2K %s This is line %d\r\n", i > line ||
			    frame == 39 ? " " : dots[frame % 5], i);
		(void)snprintf(s + n, sizeof s - (size_t)n,
		    "\033[2K\r\n\033[2K\r\n\033[2K\0338");
		out(s);
		wait_ms(80);
	}
	for (i = 0; i < 100; i++)
		w += snprintf(want + w, sizeof want - (size_t)w,
		    "%sThis is line %d", i > 0 ? "\n" : "", i);
	wait_ms(9000);
	turn_reply(turn, scr, &r);
	ok(strcmp(r.text, want) == 0 && r.complete,
	    "a spinner before the lines is none of them");
	if (strcmp(r.text, want) != 0)
		printf("# %s\n", r.text);
}

/* A box that says how much of a text it holds. */
static void
test_count(void)
{
	static const struct {
		const char *box;
		enum turn_box is;
	} cases[] = {
		{ "[Paste #1: 2000 chars]", TURN_BOX_PART },
		{ "[Paste #1: 1024 chars]", TURN_BOX_OTHER },
		{ "[Paste #1: 1950 chars]", TURN_BOX_OTHER },
		{ "[Pasted 1,990 characters]", TURN_BOX_PART },
		{ "[Pasted 1,024 characters]", TURN_BOX_OTHER },
		{ "[Paste #1: 1024 chars] [Paste #2: 976 chars]", TURN_BOX_PART },
		{ "[Pasted text #1 +40 lines]", TURN_BOX_PART },
		{ "\360\237\223\204 #1", TURN_BOX_PART },
		{ "[Pasted 2k chars]", TURN_BOX_PART }
	};
	char text[2001], s[400];
	size_t i;

	memset(text, 'x', sizeof text);
	for (i = 50; i < sizeof text; i += 50)
		text[i - 1] = '\n';
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		start("generic");
		(void)snprintf(s, sizeof s, "\033[2J\033[HHi\r\n\r\n" RULE40
		    "\r\n> %s\0337\r\n" RULE40 "\r\n\0338", cases[i].box);
		out(s);
		wait_ms(1000);
		ok(turn_box(turn, scr, text, 2000) == cases[i].is,
		    cases[i].box);
	}
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		agents = argv[1];
	test_form();
	test_overlay();
	test_bar();
	test_signs();
	test_spinner();
	test_broken();
	test_framed();
	test_own();
	test_entered();
	test_outside();
	test_middle();
	test_tool();
	test_grey();
	test_spun();
	test_keys();
	test_word();
	test_limit();
	test_dots();
	test_count();
	drawn_end();
	return tap_done();
}
