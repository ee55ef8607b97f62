/*
 * unit-strange - boxes that nobody would know for one, hints that look typed,
 * screens that never rest, choices without numbers: on screens drawn here.
 */
#include "drawn.h"

#define RULE	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200" \
		"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
#define RULE40	RULE RULE RULE RULE
#define BAR	"\342\224\202"
#define LEFT	"\342\226\212"	/* a frame of blocks */
#define TOPS	"\342\226\224\342\226\224\342\226\224\342\226\224" \
		"\342\226\224\342\226\224\342\226\224\342\226\224"
#define RIGHT	"\342\226\216"
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

/* A box between rules with this in it, the cursor behind it, and a footer. */
static void
draw(const char *content, const char *footer)
{
	char s[2000];

	(void)snprintf(s, sizeof s, "\033[2J\033[Hhello\r\n\r\n" RULE40
	    "\r\n> \0337%s\r\n" RULE40 "\r\n%s\0338", content, footer);
	out(s);
}

static void
test_keys(void)
{
	start();
	draw("Ask me anything", "");
	wait_ms(3000);
	ok(box(NULL) == TURN_BOX_HINT, "what nobody typed is a hint");
	turn_watch(turn, scr);
	draw(ME, "");
	ok(box(ME) == TURN_BOX_TEXT, "our text in its place");
	draw("Ask me anything", "");
	turn_set_keys(turn, scr, now, -1);
	ok(box(NULL) == TURN_BOX_OTHER, "behind a key it may be a draft");
	wait_ms(3000);
	draw("Ask me anything", ".");
	ok(box(NULL) == TURN_BOX_HINT, "but not where the hint was known");
	turn_set_keys(turn, scr, now, -1);
	draw("rm -rf build", "");
	wait_ms(9000);
	ok(box(NULL) == TURN_BOX_OTHER, "what was typed then is a draft");
	turn_set_keys(turn, scr, now - 9000, now);
	draw("Another hint", "");
	wait_ms(1000);
	draw("Another hint", ".");
	ok(box(NULL) == TURN_BOX_HINT, "until Enter takes it away");

	start();
	draw("half a thought", "");
	wait_ms(3000);
	turn_watch(turn, scr);
	draw("half a thought" ME, "");
	ok(box(ME) == TURN_BOX_OTHER && turn_stood(turn, scr) ==
	    TURN_STOOD_AND_MORE, "what does not go for a text was a draft");
	draw("half a thought", "");
	ok(turn_stood(turn, scr) == TURN_STOOD_ALONE, "it stands alone again");
	turn_is_draft(turn);
	ok(box(NULL) == TURN_BOX_OTHER, "and is known for one");
	draw("", "");
	draw("Ask me anything", "");
	ok(box(NULL) == TURN_BOX_HINT, "as long as it stands there");
}

/* Screens before and after a text was typed, and what is to be seen then. */
static const struct landing {
	const char	*before, *after;
	enum turn_box	want;
	const char	*name;
} landings[] = {
	{ "\033[?25l\033[10;3H", "\033[10;3H" ME, TURN_BOX_TEXT,
	    "no frame, no sign, no cursor" },
	{ "\033[?25l\033[3;1Hfiles " BAR " \033[3;40H" BAR "  x",
	    "\033[3;10H" ME BLOCK, TURN_BOX_TEXT, "between two panes" },
	{ "\033[?25l\033[3;1Hask me> ", "\033[3;9H" ME, TURN_BOX_TEXT,
	    "behind a word that is a prompt" },
	{ "\033[?25l\033[3;1Ha " BAR " \302\273 ", "\033[3;7H" ME,
	    TURN_BOX_TEXT, "behind a sign in a pane" },
	{ "\033[?25l\033[3;1Hplease do", "\033[3;10H" ME, TURN_BOX_NONE,
	    "not behind other words" },
	{ "\033[?25l\033[3;1H  " ME, "\033[5;1H\033[K", TURN_BOX_NONE,
	    "not what stood there before" },
	{ "\033[?25l\033[3;1H  " ME, "\033[9;1H  " ME "   12/500 Send",
	    TURN_BOX_TEXT, "but where it came to, with hints behind it" },
	{ "\033[?25l", "\033[3;1H? [me] is any\033[4;1H# body here?",
	    TURN_BOX_OTHER, "not with other signs in its lines" },
	{ "\033[?25l", "\033[3;1H" BAR " [me] is any\033[4;1H" BAR
	    "   body here?", TURN_BOX_TEXT, "over two lines with a side" },
	{ "\033[9;1H" RULE40 "\r\n> \0337\r\n" RULE40 "\0338",
	    "[me] is\342\206\265 anybody\342\206\265here?", TURN_BOX_TEXT,
	    "in one row, with signs for its line breaks" },
	{ "\033[9;1H" RULE40 "\r\n> \0337\r\n" RULE40 "\0338",
	    "[[me] is any... Pasted +41 lines]", TURN_BOX_PART,
	    "folded up, its beginning within" },
	{ "\033[9;1H" RULE40 "\r\n> \0337\r\n" RULE40 "\0338",
	    "[[me] is\342\200\246 +41L]", TURN_BOX_PART,
	    "and what it leaves out in short" },
	{ "\033[9;1H" RULE40 "\r\n> \0337\r\n" RULE40 "\0338",
	    "[me] is^Ianybody here?", TURN_BOX_OTHER, "what was not typed" },
	{ "\033[9;1H", "\033[3;1H  " ME "\033[9;1H", TURN_BOX_NONE,
	    "not where the cursor is not" },
};

static void
test_landing(void)
{
	const struct landing *l;

	for (l = landings; l < landings + sizeof landings / sizeof *landings;
	    l++) {
		start();
		out("\033[?1049h\033[?2004h\033[2J\033[Hhello\r\n");
		out(l->before);
		wait_ms(500);
		turn_watch(turn, scr);
		out(l->after);
		if (!ok(box(ME) == l->want, l->name))
			printf("# got %d\n", box(ME));
	}
}

/* A message that reads like a question asks nothing where it is to go in. */
static void
test_asking(void)
{
	static const char text[] = "[me] 1. Yes\n2. No\nProceed? (y/n)";

	start();
	out("\033[?25l\033[2J\033[Hhello\r\n\r\n" RULE40 "\r\n\342\235\257 " BLOCK
	    "\r\n" RULE40);
	wait_ms(2000);
	turn_watch(turn, scr);
	out("\033[2J\033[Hhello\r\n\r\n" RULE40 "\r\n\342\235\257 [me] 1. Yes\r\n"
	    "2. No\r\nProceed? (y/n)" BLOCK "\r\n" RULE40);
	wait_ms(2000);
	ok(state() == AGENT_IDLE && box(text) == TURN_BOX_TEXT,
	    "what reads like a question in the box");
}

static void
test_tabs(void)
{
	static const char text[] = "[me] a\tb\tc";

	start();
	draw("", "");
	wait_ms(500);
	turn_watch(turn, scr);
	draw("[me] a^Ib^Ic", "");
	ok(box(text) == TURN_BOX_TEXT, "TABs that are drawn as ^I");
	draw("[me] a?b?c", "");
	ok(box(text) == TURN_BOX_TEXT, "or as a sign");
	draw("[me] a?bc", "");
	ok(box(text) == TURN_BOX_TEXT, "or as blanks");
	draw("[me] ab?d", "");
	ok(box(text) == TURN_BOX_OTHER, "but not another text");
	draw("[me] a^Ib^Ix", "");
	ok(box(text) == TURN_BOX_OTHER, "what came with the text is no hint");
}

/* The text stands on the screen already, as it was said before. */
static void
test_twice(void)
{
	start();
	out("\033[?1049h\033[?25l\033[2J\033[3;1H| \033[9;1HYou: " ME);
	wait_ms(500);
	turn_watch(turn, scr);
	out("\033[3;3H" ME);
	ok(box(ME) == TURN_BOX_TEXT, "a text that stands there twice");
	out("\033[3;3H\033[K");
	ok(box(ME) != TURN_BOX_TEXT, "is the one that was typed");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	wait_ms(100);
	ok(box(ME) != TURN_BOX_TEXT, "and not the other when that has gone");
}

/* A row that shows the end of a longer text, behind its prompt. */
static void
test_scrolled(void)
{
	static const char text[] = "[me] a text that is much too long for one "
	    "row of a screen as narrow as this one is";
	char s[200];

	start();
	out("\033[?1049h\033[2J\033[Hhello\033[14;1H[#chan] ");
	wait_ms(500);
	turn_watch(turn, scr);
	(void)snprintf(s, sizeof s, "\033[14;9H%s", text + strlen(text) - 45);
	out(s);
	ok(box(text) == TURN_BOX_PART, "a long text, scrolled to its end");
	wait_ms(3000);
	ok(state() != AGENT_UNKNOWN, "while it is typed nothing else changes");
	(void)snprintf(s, sizeof s, "\033[14;1Hsay this %s",
	    text + strlen(text) - 45);
	out(s);
	ok(box(text) != TURN_BOX_PART, "but not behind other words");
}

static void
test_place(void)
{
	start();
	out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[Hhello"
	    "\033[15;1H F1 help  F2 quit");
	wait_ms(500);
	ok(state() == AGENT_STARTING, "no box: starting");
	wait_ms(4000);
	ok(state() == AGENT_IDLE && turn_view(turn)->open,
	    "at rest a text may be tried");
	turn_watch(turn, scr);
	out("\033[14;2H" ME);
	ok(box(ME) == TURN_BOX_TEXT, "it is seen");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	out("\033[14;2H\033[K\033[5;1H" ME);
	ok(box(ME) == TURN_BOX_EMPTY, "and seen to leave, its echo elsewhere");
	turn_taken(turn);
	out("\033[7;1HNobody.");
	wait_ms(5000);
	ok(!turn_view(turn)->in_turn && state() == AGENT_IDLE &&
	    turn_view(turn)->box, "the place is the box from then on");
	out("\033[14;2Hmy draft");
	turn_set_keys(turn, scr, now, -1);
	ok(box(NULL) == TURN_BOX_OTHER, "with its drafts");

	start();
	out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[HSign in"
	    "\033[5;1HAPI key: ");
	wait_ms(9000);
	ok(!turn_view(turn)->open, "nothing is tried where a key is asked for");
	start();
	out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[HTrust this folder?");
	wait_ms(9000);
	ok(!turn_view(turn)->open, "nor where there is a question");
	start();
	out("\033[?1049h\033[?25l\033[2J\033[Hhello");
	wait_ms(9000);
	ok(!turn_view(turn)->open, "nor without pastes or a cursor");
}

/* A frame whose upper edge is in this row, 1 or above: up to 16 lines. */
static void
draw_frame(int row, int lines)
{
	static const char ends[] = "\342\225\255\342\225\256"
	    "\342\225\260\342\225\257";
	char s[400];
	int i;

	out("\033[?25l\033[2J");
	for (i = 0; i <= lines + 1; i++, row++) {
		if (row < 1)
			continue;
		if (i == 0 || i == lines + 1)
			(void)snprintf(s, sizeof s, "\033[%d;1H%.3s" RULE40
			    "%.3s", row, ends + (i > 0) * 6, ends + 3 +
			    (i > 0) * 6);
		else
			(void)snprintf(s, sizeof s, "\033[%d;1H" BAR " %s line"
			    " %2d of it\033[42G" BAR, row, i == 1 ? ">" : " ",
			    i);
		out(s);
	}
	out("\r\n  ready");
}

static void
test_stays(void)
{
	static const char empty[] = "\033[13;3H>\033[K\033[42G" BAR "\r\n";
	char text[600] = "line  1 of it";
	int i;

	for (i = 2; i < 17; i++)
		(void)snprintf(text + strlen(text), sizeof text - strlen(text),
		    "\nline %2d of it", i);
	start();
	out("\033[?2004h");
	draw_frame(12, 1);
	out(empty);
	wait_ms(3000);
	turn_watch(turn, scr);
	draw_frame(-2, 16);
	ok(box(text) == TURN_BOX_PART, "a box that is higher than the screen");
	(void)turn_begin(turn, scr, text, strlen(text), now);
	wait_ms(200);
	ok(box(text) == TURN_BOX_PART, "where nothing changes it stays there");
	ok(state() == AGENT_IDLE, "and nothing is done with it");
	draw_frame(12, 1);
	out(empty);
	ok(box(text) == TURN_BOX_EMPTY, "until it goes");
}

/* The alternate screen, without a box nor pastes. */
static void
test_open(void)
{
	static const struct {
		const char	*last;
		int		open;
		const char	*name;
	} screens[] = {
		{ "[#chan] ", 1, "a prompt in the last line, as chats have it" },
		{ ":", 0, "not a pager's" },
		{ "Name: ", 0, "nor one for a name" },
		{ "[#chan] \033[3;5H", 0, "nor a cursor in the text" },
	};
	size_t i;

	for (i = 0; i < sizeof screens / sizeof *screens; i++) {
		start();
		out("\033[?1049h\033[2J\033[Hhello\033[3;1Hsome text"
		    "\033[16;1H");
		out(screens[i].last);
		wait_ms(5000);
		ok(turn_view(turn)->open == screens[i].open, screens[i].name);
	}
}

/* Draws a footer n times, ms apart. */
static void
tick(const char *format, int n, int ms)
{
	char s[100];
	int i;

	for (i = 0; i < n; i++) {
		(void)snprintf(s, sizeof s, format, i);
		draw("", s);
		wait_ms(ms);
	}
}

static void
test_ambient(void)
{
	start();
	tick("12:30:%02d", 4, 1000);
	ok(state() == AGENT_IDLE, "quiet between two ticks");
	start();
	tick("up %d s", 12, 300);
	ok(state() != AGENT_IDLE, "a row that ticks fast may be work");
	tick("up %d s", 20, 300);
	ok(state() == AGENT_IDLE, "in the long run it is a clock");
	draw("", "up 9 s");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	tick("Working %d s", 20, 300);
	ok(state() == AGENT_BUSY, "another row that ticks in a turn is work");

	start();
	tick("\342\240%c Loading", 0, 0);
	draw("", "up 0 s");
	wait_ms(1000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	tick("up %d s", 30, 300);
	ok(state() == AGENT_IDLE, "what was there before the turn is none of it");
}

static const struct sending {
	const char	*above, *footer, *key;
	int		sure;
	const char	*name;
} sendings[] = {
	{ "", "Enter: new line   Ctrl-S: send   Ctrl-Q: quit", "\023", 1,
	    "a key that sends, and Enter that does not" },
	{ "", "^D submit \302\267 ^C quit", "\004", 0, "a key that sends" },
	{ "Alt+Enter to send", "Enter for newline", "\033\r", 1,
	    "Enter and another key" },
	{ "", "Enter send  Alt+Enter newline  Esc stop", "", 0,
	    "Enter that sends" },
	{ "", "\342\217\216 send  ^J newline  ^X submit", "", 0,
	    "whatever else does" },
	{ "", "Ctrl+Enter to send", "", 0, "keys that terminals do not have" },
	{ "", "centers send, esc sends", "", 0, "words that are no keys" },
};

static void
test_sending(void)
{
	const struct sending *s;
	char key[4];
	int sure;
	size_t n;

	for (s = sendings; s < sendings + sizeof sendings / sizeof *sendings;
	    s++) {
		start();
		draw("", s->footer);
		out("\0337\033[2;1H");
		out(s->above);
		out("\0338");
		wait_ms(500);
		sure = 0;
		n = turn_send_key(turn, key, &sure);
		ok(n == strlen(s->key) && memcmp(key, s->key, n) == 0 &&
		    (n == 0 || sure == s->sure), s->name);
	}
}

static const struct ask {
	const char	*screen;
	int		asks;
	const char	*name;
} asks[] = {
	{ "Run rm -rf build?\r\n\r\n [ Allow ]  [ Deny ]", 1, "two buttons" },
	{ "Run rm -rf build?\r\n  \033[7m Yes \033[27m   No  ", 1,
	    "two words, one of them marked" },
	{ "Run it?\r\n" BAR " \342\235\257 Allow once     " BAR "\r\n" BAR
	    "   Allow always   " BAR "\r\n" BAR "   Deny           " BAR, 1,
	    "lines, one with a sign" },
	{ BAR "\r\n" BAR " $ touch it\r\n" BAR "   Allow once   Allow always   "
	    "Reject  ctrl+f full", 1, "buttons, and keys behind them" },
	{ "News: a window.\r\n\r\nPress Enter to open, any other key to close",
	    1, "any key" },
	{ "Run it?\r\n  \033[7mYes\033[27m\r\n  No", 1,
	    "lines, one in reverse" },
	{ "Run it?\r\n\r\n  $ rm -rf build\r\n\r\n  \342\206\222 Run (once) (y)"
	    "\r\n    Add to the list (tab)\r\n    Reject (n)\r\n" RULE40, 1,
	    "whatever a pointer points at" },
	{ "Run it?\r\n (\342\200\242) Yes\r\n ( ) Always\r\n ( ) No", 1,
	    "one of three is set" },
	{ "Run it?\r\n" BAR "  \342\227\217 Yes / \342\227\213 No", 1,
	    "a row of rings" },
	{ "\342\224\214" RULE "\342\224\220\r\n" BAR " Sure? [y]es / [n]o "
	    BAR, 1, "keys in words, framed" },
	{ "Run it?\r\n [y] allow    [n] deny", 1, "keys for buttons" },
	{ "\342\224\214" RULE "\342\224\220\r\n" BAR " y = yes   n = no "
	    BAR, 1, "keys and signs, framed" },
	{ "No frame, no box.\r\n\r\n\033[44m Run it? [y]es [n]o [A]lways "
	    "\033[1;1H", 1, "keys in words, in the last line" },
	{ "E325: ATTENTION\r\nSwap file already exists!\r\n[O]pen Read-Only, "
	    "(E)dit anyway, (Q)uit, (A)bort: ", 1, "letters of words" },
	{ "\342\227\207  Run it?\r\n" BAR "  No\r\na\r\nb\r\nc\r\nd\r\ne\r\n"
	    "f\r\ng\r\nh\r\ni\r\nj\r\nk\r\nl", 0, "nor what was answered" },
	{ "\342\206\222 Look at the file\r\n  which is new", 0,
	    "but not a line that goes on" },
	{ BAR " Yes " BAR " No " BAR, 0, "a table is none" },
	{ "- Yes, it is done.\r\n- No more to do.", 0, "nor is a list" },
	{ "Yes   it is", 0, "nor a sentence" },
	{ "No, there is nothing.", 0, "nor an answer" },
};

/* A turn that works for a while under a line of its own, then rests in silence
   under it. */
static void
work(const char *line, const char *footer, int silence)
{
	char s[400];
	int i;

	draw("", "ready");
	wait_ms(1500);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	for (i = 0; i < 10; i++) {
		(void)snprintf(s, sizeof s, "\033[2J\033[H> " ME "\r\n\r\n"
		    "It is %d\r\n%s\r\n" RULE40 "\r\n> \0337\r\n" RULE40
		    "\r\n%s\0338", i, line, footer);
		out(s);
		wait_ms(200);
	}
	wait_ms(silence);
}

static void
rest(void)
{
	out("\033[4;1H\033[2K\033[8;1H\033[2Kready\0338");
	wait_ms(9000);
}

static void
test_works(void)
{
	start();
	work("(pondering)", "ready", 3000);
	ok(!turn_view(turn)->in_turn, "silence ends a turn");
	start();
	work("(pondering)", "ready", 0);
	rest();
	ok(!turn_view(turn)->in_turn, "a line that goes with the turn");
	work("(pondering)", "ready", 20000);
	ok(turn_view(turn)->in_turn, "tells in the next that it goes on");
	rest();
	ok(!turn_view(turn)->in_turn, "and that it is over");

	work("(pondering)", "ready", 0);
	turn_interrupted(turn, now);
	wait_ms(9000);
	ok(!turn_view(turn)->in_turn, "but not for long where it was stopped");

	start();
	draw("", "ready");
	wait_ms(9000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033]0;Hm\007");
	wait_ms(3000);
	ok(state() == AGENT_BUSY, "quiet counts from where the turn began");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "another title may mean nothing");
	out("\033]0;Hm: working\007");
	wait_ms(20000);
	ok(state() == AGENT_BUSY, "or say that it works");
	start();
	work("\033]0;Hm\007", "ready", 3500);
	ok(turn_view(turn)->in_turn, "another title: it may go on");
	rest();
	ok(!turn_view(turn)->in_turn, "not for ever");
}

/* A line that parts a list from the rest is no side of a box. */
static void
test_parted(void)
{
	char s[80];
	int r;

	start();
	out("\033[?1049h\033[?2004h\033[2J\033[H");
	for (r = 0; r < 16; r++) {
		(void)snprintf(s, sizeof s, "\033[%d;1H%-10s" BAR " %s", r + 1,
		    r == 0 ? "list" : r < 4 ? "item" : "", r == 5 ?
		    "hello there" : r == 14 ? "> \0337" : "");
		out(s);
	}
	out("\0338");
	wait_ms(3000);
	ok(box(NULL) == TURN_BOX_EMPTY, "a line that parts columns is no side");
}

/* What stands in a row, below the box, changes every second, so many times. */
static void
tell(const char *const *tips, int row, int n)
{
	char s[200];
	int i;

	for (i = 0; i < n; i++) {
		(void)snprintf(s, sizeof s, "\033[%d;1H\033[2K%s %d\0338",
		    row, tips[i % 4], i);
		out(s);
		wait_ms(1000);
	}
}

/* Tips below the box, which never rest; and what may tell of work there. */
static void
test_tips(void)
{
	static const char *const tips[] = { "Tip: use @", "Tip: press ?",
	    "Tip: /compact", "News: 1.2 is out" };
	static const char *const counts[] = { "Hm", "Hm", "Hm", "Hm" };
	static const char *const dots[] = { "Hm", "Hm.", "Hm..", "Hm..." };
	const char *const *said[] = { tips, counts, dots };
	int i;

	for (i = 0; i < 3; i++) {
		start();
		draw("", "ready");
		wait_ms(1500);
		work("", "ready", 0);
		tell(said[i], 8, 20);
		ok(turn_view(turn)->in_turn == (i > 0), i == 0 ?
		    "tips that change below the box are no work" : i == 1 ?
		    "but a counter may be" : "and dots that grow");
	}
	start();
	draw("", "ready");
	tell(tips, 6, 6);
	work("", "Tip: use @", 0);
	tell(tips, 8, 5);
	ok(!turn_view(turn)->in_turn, "tips are known once they were at rest");
}

/* A box with a list beside it, text above it, and a line right above it. */
static void
beside(const char *text, const char *last)
{
	char s[800];

	(void)snprintf(s, sizeof s, "\033[2J\033[1;45Hthe\033[3;45Hlist"
	    "\033[10;45Hbeside\033[11;45Hit\033[12;1H" RULE40 "\r\n> \0337"
	    "\r\n" RULE40 "\033[1;1H%s\033[11;1H%s\0338",
	    text, last);
	out(s);
}

static void
test_beside(void)
{
	const char *says[] = { "Bye.", "" };
	int i;

	start();
	out("\033[?1049h\033[?2004h");
	beside("hello", "ready");
	wait_ms(3000);
	for (i = 0; i < 2; i++) {
		(void)turn_begin(turn, scr, ME, strlen(ME), now);
		turn_taken(turn);
		beside("> " ME "\r\n\r\nHm", "");
		wait_ms(1200);
		beside("> " ME "\r\n\r\nIt is so.", says[i]);
		wait_ms(9000);
	}
	ok(!turn_view(turn)->in_turn, "what stands beside a line that went");
}

/* A cursor that is painted, and blinks, behind a bar. */
static void
test_blink(void)
{
	static const char bar[] = "\342\224\203";
	char s[200];
	int i;

	start();
	out("\033[?1049h\033[?25l\033[2J\033[Hhello");
	for (i = 0; i < 12; i++) {
		(void)snprintf(s, sizeof s, "\033[14;1H%s %sS\033[mend it"
		    "\r\n%s", bar, i % 2 ? "" : "\033[7m", bar);
		out(s);
		wait_ms(500);
	}
	ok(state() == AGENT_IDLE && box(NULL) == TURN_BOX_HINT,
	    "a box with a side only, and a cursor that blinks");
	out("\033[14;1H\033[2K\033[15;1H\033[2K");
	ok(box(NULL) == TURN_BOX_NONE, "when it has gone it has gone");
}

/* A box that has nothing but a ground of its own, and a sign that few know. */
static void
test_ground(void)
{
	static const char row[] = "\033[44m\033[K\033[0m\r\n";
	char s[400];

	start();
	(void)snprintf(s, sizeof s, "\033[?2004hhello\r\n\r\n%s\033[44m"
	    "\342\237\251 \0337\033[2mExplain this\033[22m\033[K\033[0m\r\n%s"
	    "  some-model\0338", row, row);
	out(s);
	wait_ms(3000);
	ok(!turn_view(turn)->line, "a ground with the cursor in it is drawn");
	ok(box(NULL) == TURN_BOX_EMPTY, "and is a box");
	out("\033[44m" ME "\033[K");
	ok(box(ME) == TURN_BOX_TEXT, "the sign is none of its text");

	start();
	out("\033[?2004hRun it?\r\n\033[44m> Yes\033[K\033[0m\r\n  No\033[2;1H");
	wait_ms(3000);
	ok(box(NULL) != TURN_BOX_EMPTY, "not so what is chosen in a menu");
}

/* A bar with a footer in it. */
/* What looks like work: a sentence, a footer that always stands there. */
static void
test_phrases(void)
{
	static const char *const said[] = { "Hm (esc to interrupt)",
	    "Hm 4s, esc to interrupt", "press esc to interrupt",
	    "it says esc to interrupt, and", "esc to interrupt is said",
	    NULL };
	char s[400];
	int i;

	start();
	draw("", "Enter send  esc stop");
	wait_ms(4000);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out("\033[2;1HNobody.\0338");
	wait_ms(5000);
	ok(state() == AGENT_IDLE, "a footer that was there is no work");
	for (i = 0; said[i] != NULL; i++) {
		start();
		draw("", "ready");
		wait_ms(1500);
		(void)turn_begin(turn, scr, ME, strlen(ME), now);
		turn_taken(turn);
		(void)snprintf(s, sizeof s, "\033[2;1H%s\0338", said[i]);
		out(s);
		wait_ms(5000);
		ok((state() == AGENT_BUSY) == (i < 3), said[i]);
	}
	for (i = 0; i < 2; i++) {
		start();
		draw("", "ready");
		wait_ms(1500);
		work("", "ready", 0);
		wait_ms(9000);
		work(i == 0 ? "" : said[0], "ready", i * 4000);
		rest();
		(void)turn_begin(turn, scr, ME, strlen(ME), now);
		turn_taken(turn);
		(void)snprintf(s, sizeof s, "\033[2;1H%s\0338", said[0]);
		out(s);
		wait_ms(9000);
		ok((state() == AGENT_BUSY) == (i == 1), i == 0 ?
		    "not where it never paused so long" :
		    "but where it does pause");
	}
}

static void
test_bar(void)
{
	static const char bar[] = "\342\224\203";
	char s[200];

	start();
	out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[Hhello");
	(void)snprintf(s, sizeof s, "\033[10;1H%s\r\n%s  " BLOCK "\r\n%s\r\n"
	    "%s  Build  some-model\r\n%s", bar, bar, bar, bar, bar);
	out(s);
	wait_ms(3000);
	ok(box(NULL) == TURN_BOX_EMPTY, "a footer within the bar is no text");
	turn_watch(turn, scr);
	out("\033[11;4H[Pasted ~40 lines]" BLOCK);
	ok(box("one\ntwo\nthree") == TURN_BOX_PART,
	    "what is folded up is known above it");
}

static void
test_ask(void)
{
	const struct ask *a;

	for (a = asks; a < asks + sizeof asks / sizeof *asks; a++) {
		start();
		out("\033[?1049h\033[?2004h\033[?25l\033[2J\033[H");
		out(a->screen);
		wait_ms(1000);
		ok((state() == AGENT_WAITING && turn_view(turn)->dialog) ==
		    a->asks, a->name);
	}
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H hi  \342\224\214 Ask " RULE "\342\224\220\r\n bot "
	    "\342\224\234" RULE "\r\n bot " BAR " [ Y ] allow  [n] deny " BAR "\0338");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "a frame of its own over the text");
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H hi \033[44m (\342\200\242) Yes       \033[0m bot\r\n he "
	    "\033[44m ( ) No        \033[0m bot\0338");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "a ground of its own over the text");
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H he " LEFT TOPS " Ask me " TOPS RIGHT "t\r\n bo " LEFT " "
	    LEFT " Allow  " RIGHT LEFT " Reject " RIGHT "   " RIGHT "t\0338");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "a frame of blocks, and buttons in some");
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H bot " LEFT TOPS TOPS RIGHT "\r\n bot " LEFT " Yes    " BAR
	    " No      " RIGHT "\0338");
	wait_ms(500);
	ok(!turn_view(turn)->dialog, "but no table of such words");
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H  " BAR "\033[44m May I overwrite it? (y/n)         "
	    "                  \033[0m\0338");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "but not an echo on a ground");
	out("\033[H\033[2K         \033[44m May I overwrite it? (y/n)"
	    "                \033[0m\0338");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "in the middle it asks");
	start();
	draw("", "[ann]");
	wait_ms(3000);
	draw("", "[ann] [approve? y/n]");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "a status line asks");
	start();
	out("\033[?1049h\033[2J\033[13;1H\033[44m [ann]\033[K\033[m\033[14;1H> ");
	wait_ms(3000);
	out("\033[13;1H\033[44m [approve? y/n]\033[K\033[m\033[14;3H");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "a bar above the box does");
	out("\033[13;1H\033[2KShall I do it (y/n)?\033[14;3H");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "but no text that stands there");
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H [ Allow ]  [ Deny ]\0338");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "a text that looks so, the cursor in the box");
	out("\033[?25l");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "but not where it has left");
}

/* Keys that answer, explained above a box in which the cursor stays. */
static void
test_keys_told(void)
{
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H  " BAR " enter \033[90maccept\033[m   a \033[90maccept always"
	    "\033[m   esc \033[90mreject\033[m     " BAR "\0338");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "keys for yes and no are told of: it asks");
	ok(strstr(turn_view(turn)->detail, "reject") != NULL &&
	    strstr(turn_view(turn)->detail, ">") == NULL,
	    "and the box below is none of what it asks");
	out("\033[H  " BAR " enter accept   a accept always   esc reject     " BAR
	    "\0338");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "not where a text does");
	out("\033[H\033[2K  enter \033[90mrun\033[m   a \033[90mallow\033[m\0338");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "nor where none refuses");
}

/* What a dialog at the left edge is about. */
static void
test_about(void)
{
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[2J\033[HLook.\r\n\r\n\r\n\r\nshell\r\nCommand: rm x\r\n\r\n"
	    "Run it?\r\n\r\n> Yes\r\n  No\r\n\r\nEsc to cancel\033[?25l");
	wait_ms(500);
	ok(turn_view(turn)->dialog, "choices at the left edge");
	is_str(turn_view(turn)->detail, "shell\nCommand: rm x\n\nRun it?\n\n"
	    "> Yes\n  No\n\nEsc to cancel", "with what they are about");
	out("\033[2J\033[HLook.\r\n" RULE40 "\r\n" BAR "Run it?\r\n" BAR "\r\n"
	    BAR " > Yes\r\n" BAR "   No\r\n" RULE40 "\r\n");
	wait_ms(500);
	ok(strstr(turn_view(turn)->detail, "Run it?") != NULL, "in a frame, too");
	start();
	draw("", "");
	wait_ms(3000);
	out("\033[H No, don't do that, stop for now.\033[?25l");
	wait_ms(500);
	ok(state() != AGENT_WAITING,
	    "a sentence is no row of buttons");
}

/* Rows of a box that has sides and a ground, but nothing above and below. */
static void
draw_sided(int row, const char *const *texts, const char *cursor)
{
	char s[2000];
	size_t n = 0;

	for (; *texts != NULL; texts++)
		n += (size_t)snprintf(s + n, sizeof s - n, "\033[%d;2H" BAR
		    "\033[48;5;236m%-56s\033[m" BAR, row++, *texts);
	(void)snprintf(s + n, sizeof s - n, "\033[%s", cursor);
	out(s);
}

static void
test_sided(void)
{
	static const char *const empty[] = { "", " >", "", NULL };
	static const char *const below[] = { "", "", "> " ME, "", NULL };

	start();
	draw_sided(12, empty, "13;6H");
	wait_ms(3000);
	ok(box(NULL) == TURN_BOX_EMPTY, "sides are none of what is in a box");
	draw_sided(12, below, "13;27H");
	ok(box(ME) == TURN_BOX_TEXT, "nor a row that was broken too early");
}

/* A box that the cursor leaves. */
static void
test_left(void)
{
	int i;

	start();
	draw("", "ready");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "the cursor stands in the box");
	out("\033[H Run it ?  [y] yes  [n] no\033[?25l");
	wait_ms(500);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "it has left it for a question");
	out("\033[2K\0338\033[?25h");
	wait_ms(500);
	ok(state() == AGENT_IDLE, "and comes back");
	out("\033[H Go on (y/n)?\033[?25l");
	ok(state() == AGENT_IDLE && turn_view(turn)->dialog,
	    "a moment after it is not told, but nothing may be typed");
	wait_ms(50);
	out("\0338\033[?25h");
	wait_ms(50);
	ok(state() == AGENT_IDLE && !turn_view(turn)->dialog,
	    "it was only being drawn");
	out("\033[H Which one?\033[?25l");
	wait_ms(1000);
	ok(state() == AGENT_BUSY, "where it has left it is not idle");
	wait_ms(3000);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "it waits, for keys of another kind");
	out("\0338" BLOCK);
	wait_ms(500);
	ok(state() == AGENT_IDLE, "a drawn one is as good");
	draw(ME "\033[?25h", "ready");
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	draw("\033[?25l3s Thinking   press Esc twice to interrupt", "ready");
	wait_ms(5000);
	ok(state() == AGENT_BUSY, "what works may say so in its place");
	draw("\033[?25h", "ready");
	wait_ms(9000);
	draw("press Esc twice to interrupt", "ready");
	wait_ms(3000);
	ok(state() == AGENT_IDLE, "but not in what somebody types");

	start();
	draw("", "ready");
	wait_ms(3000);
	draw("[me] go on (y/n)?", "ready");
	(void)turn_begin(turn, scr, "[me] go on (y/n)?", 17, now);
	out("\033[2J\033[HGo on (y/n)?\r\n> [me] go on (y/n)?\r\n" RULE40
	    "\r\n> works\r\n" RULE40 "\r\nready\033[?25l");
	wait_ms(500);
	ok(state() == AGENT_BUSY, "the echo asks nothing, nor what is above it");
	start();
	draw("", "ready");
	for (i = 0; i < 40; i++)
		out("\033[H\033[2J\r\n\r\n\r\n");
	draw("", "ready");
	wait_ms(3000);
	draw("[me] go on (y/n)?", "ready");
	(void)turn_begin(turn, scr, "[me] go on (y/n)?", 17, now);
	draw("[me] go on (y/n)?", "ready");
	out("\033[2J\033[H  user:\r\n  [me] go on (y/n)?\r\n" RULE40
	    "\r\n> works\r\n" RULE40 "\r\nready\033[?25l");
	wait_ms(500);
	ok(state() == AGENT_BUSY, "nor while it is looked for");

	start();
	out("\033[?25l");
	draw("", "ready");
	wait_ms(3000);
	out("\033[H Which one?");
	wait_ms(5000);
	ok(state() == AGENT_IDLE, "it cannot leave where it never was");
}

static void
test_kind(void)
{
	int i;

	start();
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out(" ");
	wait_ms(9000);
	ok(!turn_view(turn)->line, "silence: it may be starting still");
	wait_ms(5000);
	ok(turn_view(turn)->line, "long silence: it takes lines");
	turn_set_tty(turn, TURN_TTY_RAW, now);
	for (i = 0; i < 8; i++) {
		out("\033[?1049h\033[2J\033[H" RULE40 "\r\n> \0337\r\n" RULE40
		    "\r\n");
		out(i % 2 ? "\\\0338" : "/\0338");
		wait_ms(100);
	}
	ok(!turn_view(turn)->line, "a screen that never rests: it does not");
}

/* A line editor that shows all lines of what is pasted. */
static void
test_editor(void)
{
	static const char text[] = "[me] one\ntwo\n\nthree";
	char long_text[600], row[40];
	int i;

	start();
	out("\033[?2004h\r\nIn [1]: ");
	wait_ms(1500);
	ok(turn_view(turn)->line && state() == AGENT_IDLE, "it has a prompt");
	turn_watch(turn, scr);
	out("[me] one\r\n   ...: two\r\n   ...:\r\n   ...: three");
	wait_ms(1500);
	ok(state() == AGENT_IDLE && box(text) == TURN_BOX_TEXT,
	    "and behind it what is pasted, over several lines");
	long_text[0] = '\0';
	for (i = 0; i < 30; i++) {
		(void)snprintf(long_text + strlen(long_text), 20, "%sline %d",
		    i == 0 ? "" : "\n", i);
		(void)snprintf(row, sizeof row, "\r\n   ...: line %d", i);
		out(row);
	}
	ok(box(long_text) == TURN_BOX_PART, "or the end of it");
	out("\033[2J\033[H");
	for (i = 0; i < 15; i++) {
		(void)snprintf(row, sizeof row, "line %d\r\n", i);
		out(row);
	}
	ok(box(long_text) != TURN_BOX_PART, "not its middle");
	out("line 29, with some words\033[16;8H");
	ok(box(long_text) == TURN_BOX_PART,
	    "or some lines, and the last over one that was there");
}

/* A program by lines that asks with a list. */
static void
test_list(void)
{
	start();
	out("tiny 1.0\r\n? You: ");
	wait_ms(1500);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	out(ME "\r\nI need a command.\r\n\r\n? Run it?\r\n\342\235\257 "
	    "Yes\r\n  Always\r\n  No\r\n\r\n");
	wait_ms(1500);
	ok(turn_view(turn)->line && state() == AGENT_BUSY,
	    "with its cursor it may be output");
	out("\033[?25l");
	wait_ms(1500);
	ok(state() == AGENT_WAITING && turn_view(turn)->dialog,
	    "without it is a list to choose from");
}

/* A program by lines that lets nobody type while it works. */
static void
test_unseen(void)
{
	start();
	out("tiny 1.0\r\n> ");
	wait_ms(1500);
	(void)turn_begin(turn, scr, ME, strlen(ME), now);
	turn_taken(turn);
	turn_set_tty(turn, TURN_TTY_SECRET, now);
	out(ME "\r\n. ");
	wait_ms(1000);
	ok(state() == AGENT_BUSY, "nothing is shown of keys: it may work");
	out("\r\033[KAPI key: ");
	wait_ms(300);
	ok(state() == AGENT_WAITING, "or take a secret, by its looks");
}

static void
test_chat(void)
{
	start();
	out("Python 3.11.2 on linux\r\nType \"help\", \"copyright\" or "
	    "\"license\" for more information.\r\n>>> ");
	wait_ms(1500);
	ok(turn_view(turn)->line && !turn_view(turn)->chat,
	    "what runs lines does not talk");
	start();
	out("tiny 1.0, your assistant\r\n>>> ");
	wait_ms(1500);
	ok(turn_view(turn)->line && turn_view(turn)->chat,
	    "what says that it is an assistant does");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		agents = argv[1];
	test_keys();
	test_landing();
	test_asking();
	test_tabs();
	test_open();
	test_twice();
	test_scrolled();
	test_place();
	test_stays();
	test_ambient();
	test_works();
	test_beside();
	test_parted();
	test_tips();
	test_blink();
	test_sending();
	test_phrases();
	test_ground();
	test_bar();
	test_ask();
	test_keys_told();
	test_about();
	test_sided();
	test_left();
	test_kind();
	test_editor();
	test_list();
	test_unseen();
	test_chat();
	drawn_end();
	return tap_done();
}
