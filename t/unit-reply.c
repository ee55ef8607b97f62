/*
 * unit-reply - what of a reply is the program's own, where no rule says so, and
 * what is the reply's though it looks so: on screens drawn here.
 */
#include "drawn.h"

#define RULE40	"----------------------------------------"
#define BAR	"\342\224\202"
#define H5	"\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
#define DIM(s)	"\033[2m" s "\033[0m"
#define RED(s)	"\033[31m" s "\033[0m"
#define BOLD(s)	"\033[1m" s "\033[0m"
#define BOT	"\033[1;35mbot\033[0m"
#define HALF_1	45000		/* half past twelve, seconds of a day */

static char shown[8000];	/* above the box, turn by turn */

static void
start_as(const char *name)
{
	drawn_start(name, 40, 60);
	turn_set_wall(turn, now, HALF_1, 0);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	shown[0] = '\0';
}

static void
start(void)
{
	start_as("generic");
}

/* A TUI that nobody has heard of: box between rules, status below. */
static void
draw(const char *content)
{
	char s[9000];

	(void)snprintf(s, sizeof s, "\033[2J\033[H%s\r\n" RULE40 "\r\n> %s"
	    "\0337\r\n" RULE40 "\r\n  model x\0338", shown, content);
	out(s);
}

/* One turn: its prompt, the echo and the reply as they are drawn. */
static void
take(const char *prompt, const char *echo, const char *drawn)
{
	size_t n;

	draw("");
	wait_ms(2000);
	draw(prompt);
	(void)turn_begin(turn, scr, prompt, strlen(prompt), now);
	n = strlen(shown);
	(void)snprintf(shown + n, sizeof shown - n, "%s\r\n", echo);
	draw("");
	wait_ms(100);
	n = strlen(shown);
	(void)snprintf(shown + n, sizeof shown - n, "%s\r\n", drawn);
	draw("");
	wait_ms(6000);
}

static void
reply_is(const char *want, const char *name)
{
	struct turn_reply r;

	turn_reply(turn, scr, &r);
	is_str(r.text, want, name);
}

#define FRAME(s) "\342\224\214 " s " " H5 H5 H5 H5 H5 "\342\224\200\033[39G" \
		"\342\224\220\r\n"
#define FRAME_END "\342\224\224" H5 H5 H5 H5 H5 H5 H5 "\342\224\200\033[39G" \
		"\342\224\230"

#define TICK	"\342\234\223"
#define HEX	"\342\254\242"
#define DOT1	"\342\227\217"
#define TOP12	"\342\224\214" H5 H5 "\342\224\200\342\224\200\342\224\220"
#define END12	"\342\224\224" H5 H5 "\342\224\200\342\224\200\342\224\230"

/* A reply as drawn, perhaps behind another, and what must come of it. */
static const struct look {
	const char	*before, *drawn, *want, *name;
} looks[] = {
	/* what repaints leave behind */
	{ NULL, "One two three four five six seven\r\neight nine ten eleven "
	    "twelve\r\nthirteen\r\n\r\nOne two three four five six seven\r\n"
	    "eight nine ten eleven twelve\r\nthirteen fourteen.\r\n\r\nEnd.",
	    "One two three four five six seven eight nine ten eleven twelve "
	    "thirteen fourteen.\n\nEnd.", "a text that was drawn half" },
	{ NULL, "One two three four five six seven\r\neight nine ten eleven "
	    "twelve.\r\n\r\nOne two three four five six seven\r\n"
	    "eight nine ten eleven twelve.\r\n\r\nEnd.",
	    "One two three four five six seven eight nine ten eleven twelve.\n"
	    "\nOne two three four five six seven eight nine ten eleven twelve."
	    "\n\nEnd.", "but not one that is said twice" },
	{ NULL, "\342\234\223 Thinking \342\226\266\r\n\r\nWell.", "Well.",
	    "thoughts that are folded up" },
	{ NULL, DOT1 " I look.\r\n\r\n  " DIM("Ran 2 shell commands")
	    "\r\n\r\n" DOT1 " Ran it.", "I look.\n\nRan it.",
	    "tools summed up in dim words" },
	/* wrapped */
	{ NULL, "The first of these lines is forty broad,\r\nthe second is not."
	    "\r\n\r\n- an item, broken two columns to\r\nquickly and goes on at "
	    "the left.", "The first of these lines is forty broad, the second "
	    "is not.\n\n- an item, broken two columns to quickly and goes on "
	    "at the left.", "an item that goes on at the very left" },
	{ NULL, "The first of these lines is forty broad,\r\nthe second is not."
	    "\r\n\r\n1. one:\r\n   - an item that breaks too soon\r\n"
	    "     to go on below itself.", "The first of these lines is forty "
	    "broad, the second is not.\n\n1. one:\n   - an item that breaks "
	    "too soon to go on below itself.", "and one within another" },
	/* headings */
	{ NULL, RED("Bot") "\r\n  Hello to you.\r\n\r\n  And more.",
	    "Hello to you.\n\nAnd more.", "a name, all text indented behind it" },
	{ NULL, RED("Files") "\r\n  - main.c\r\n  - util.c",
	    "Files\n  - main.c\n  - util.c", "a title over a list stays" },
	{ NULL, "Plan\r\n  First look.\r\n\r\n  Then leap.",
	    "Plan\n  First look.\n\n  Then leap.",
	    "and a title that is drawn as the text" },
	{ NULL, "bot  12:30\r\nHello.", "Hello.",
	    "a name and the time that it is" },
	{ NULL, "Hello to you.                 12:30\r\nBye.",
	    "Hello to you.\nBye.", "the time at the right edge" },
	{ NULL, "Time: 12:30\r\nZone: UTC", "Time: 12:30\nZone: UTC",
	    "but not where it is the answer" },
	{ NULL, "It's 12:30\r\n\r\nGood day.", "It's 12:30\n\nGood day.",
	    "nor where it is drawn as the rest" },
	{ NULL, "Bob 18:30\r\nAnn 19:00", "Bob 18:30\nAnn 19:00",
	    "another time stays" },
	{ NULL, DIM("12:30") " Hello.\r\n\r\nAnd more.",
	    "Hello.\n\nAnd more.", "the time that it is before the text" },
	{ NULL, "12:30 Bob\r\n13:00 Ann", "12:30 Bob\n13:00 Ann",
	    "not without a look of its own" },
	{ NULL, "12:30", "12:30", "the time alone is an answer" },
	{ NULL, "Hello to you.\r\n" RED("Build") " m-4 (12:30 PM)\r\n\r\n"
	    "Bye.\r\n" RED("Build") " m-4 (12:30 PM)", "Hello to you.\n\nBye.",
	    "a name and the time that it is below a text" },
	{ NULL, "We meet\r\nat noon (12:30 PM)", "We meet\nat noon (12:30 PM)",
	    "but not where it is drawn as that" },
	{ NULL, "  Hello to you all who are here, and to  \r\n  all the others.",
	    "Hello to you all who are here, and to all the others.",
	    "a blank that did not fit into its line" },
	{ NULL, "Look it up in its https://example.\r\norg/one/two/three, "
	    "or ask at once the one\r\nwho wrote it at https://example.net/ab.\r\n"
	    "He wrote it after all.", "Look it up in its "
	    "https://example.org/one/two/three, or ask at once the one who "
	    "wrote it at https://example.net/ab. He wrote it after all.",
	    "an address that was broken behind a sign" },
	{ NULL, "All of it:\r\n\r\n  - one that is long enough for the edge"
	    "\r\n is wrapped to the left\r\n  - two", "All of it:\n\n  - one"
	    " that is long enough for the edge is wrapped to the left\n"
	    "  - two", "or stands before the next" },
	{ NULL, "Hello to you all, who are all so well-\r\nknown, and here.",
	    "Hello to you all, who are all so well-known, and here.",
	    "a word broken behind its hyphen" },
	{ NULL, "There are a good many of these here --\r\nmore than "
	    "there were.", "There are a good many of these here -- more than "
	    "there were.", "a dash is none" },
	{ "\342\224\200\342\224\200 bot \302\267 12:29 " H5 H5 H5 H5
	    "\r\nHi.", "\342\224\200\342\224\200 bot \302\267 12:30 " H5
	    H5 H5 H5 "\r\nHello.", "Hello.", "a name in a rule" },
	{ NULL, "Hello to you who are here and to the oth\r\ners, all of them:"
	    " each has a place, here\r\n and the time, and what there is to "
	    "know\r\n is said to all of them.\r\n\r\nEnd.", "Hello to you who "
	    "are here and to the others, all of them: each has a place, here "
	    "and the time, and what there is to know is said to all of them."
	    "\n\nEnd.",
	    "lines that were cut at the edge wherever that was" },
	{ NULL, "Hello to you who are here and to the one\r\nwho is not: there "
	    "is a place for\r\neverybody, and we wait for all", "Hello to you "
	    "who are here and to the one who is not: there is a place for "
	    "everybody, and we wait for all", "not where one was not" },
#define HAN3	"\344\270\226\347\225\214\345\245\275"
#define HAN18	HAN3 HAN3 HAN3 HAN3 HAN3 HAN3
	{ NULL, "Hello to you all who are here and to all\r\n\r\nx" HAN18
	    "\r\n\345\245\275\357\274\214" HAN3,
	    "Hello to you all who are here and to all\n\nx" HAN18
	    "\345\245\275\357\274\214" HAN3,
	    "a sign that does not part from its comma" },
	/* labels */
	{ NULL, RED("Out[1]: ") "Hello to you,\r\n        and you.",
	    "Hello to you, and you.", "a label in a colour, text behind it" },
	{ RED("Out[1]: ") "Hi.", RED("Out[2]: ") "Hello.", "Hello.",
	    "that was there in the turn before" },
	{ NULL, "Thinking...\r\n\r\n" RED("Out[1]: ") "Hello to you,\r\n"
	    "        and you.", "Hello to you, and you.",
	    "below what tells of a thought" },
	{ NULL, RED("Note: ") "this stays.", "Note: this stays.",
	    "once it is text" },
	{ NULL, "Usage: csp [-x]\r\n       csp -y",
	    "Usage: csp [-x]\n       csp -y", "as what stands above the same" },
	{ "Note: a", "Note: b", "Note: b", "twice as well" },
	/* signs */
	{ NULL, RED("\342\227\207") " Hello to you,\r\n  and you.\r\n\r\n"
	    RED("\342\227\207") " And more.", "Hello to you,\nand you.\n\n"
	    "And more.", "a sign that the text hangs behind" },
	{ NULL, RED("\342\240\266") " Hello.", "Hello.",
	    "a sign of dots before a line" },
	{ NULL, "\342\227\206\357\270\216 Hello.", "Hello.",
	    "a mark that is said to be no picture" },
	{ NULL, "\342\246\277 Hello to you,\r\n  and you.",
	    "Hello to you,\nand you.", "and one in the text's colour" },
	{ NULL, "\342\232\240 Mind the gap:\r\n  it is wide.",
	    "\342\232\240 Mind the gap:\n  it is wide.", "not a warning" },
	{ NULL, "\342\227\217 Some of it:\r\n\r\n- main.c\r\n  - util.c",
	    "Some of it:\n\n- main.c\n  - util.c",
	    "a mark that nothing stands behind" },
	{ NULL, RED("\342\227\207") " main.c\r\n" RED("\342\227\207")
	    " util.c", "\342\227\207 main.c\n\342\227\207 util.c",
	    "items of a list" },
	{ NULL, "\342\206\222 look there", "\342\206\222 look there",
	    "an arrow in a text" },
	{ RED("\342\227\207") " Let me look.\r\n\r\n" RED("\342\227\207")
	    " Two.", RED("\342\227\207") " Let me look.\r\n\r\n"
	    RED("\342\227\207") " One.", "Let me look.\n\nOne.",
	    "a sentence said again, behind a sign" },
	{ NULL, "I need:\r\n\r\n\342\200\242 One\r\n  - two", "I need:"
	    "\n\n\342\200\242 One\n  - two", "a bullet below a text" },
	{ NULL, "\342\200\242 One\r\n  - two\r\n\342\200\242 Three",
	    "\342\200\242 One\n  - two\n\342\200\242 Three",
	    "and one with another below it" },
	{ NULL, "These are all the files that are here:\r\n\r\n"
	    "\302\267 main.c, with all that is done and\r\n"
	    "  the rest of it\r\n\302\267 util.c", "These are all the files "
	    "that are here:\n\n\302\267 main.c, with all that is done and "
	    "the rest of it\n\302\267 util.c", "an item that is wrapped" },
	{ NULL, "\342\227\217 Look.\r\n\r\n\342\227\217 Run(x)\r\n  \342\216\277"
	    "  It says:\r\n    one\r\n\r\n      two\r\n    ...\r\n\r\n  Done.",
	    "Look.\n\nDone.", "text without a mark behind what a tool gave" },
	{ NULL, "\342\227\217 Look.\r\n\r\n\342\227\217 Run(x)\r\n  \342\216\277"
	    "  It says:\r\n    one\r\n\r\n    two", "Look.",
	    "and not what it gave" },
	{ NULL, "\342\227\217 Look.\r\n\r\n$ Run it?  No.\r\n  touch x\r\n\r\n"
	    "\342\227\217 Done.", "Look.\n\nDone.",
	    "a block with another sign than the reply's" },
	{ NULL, "\342\227\217 Look.\r\n\r\n" BOLD(" RUN ") " [touch x]\r\n\r\n"
	    "\342\227\217 Done.", "Look.\n\nDone.",
	    "one that begins left of the text" },
	{ NULL, "\342\227\217 Do this:\r\n\r\n$ make it\r\n  all\r\n\r\nThen that.",
	    "Do this:\n\n$ make it\n  all\n\nThen that.",
	    "not where text hangs behind none" },
	/* frames and bars */
	{ NULL, RED("Bot") "\r\n" BAR " Hello.\r\n" BAR "\r\n" BAR " Bye.",
	    "Hello.\n\nBye.", "a bar below a heading" },
	{ RED("Bot") "\r\n" BAR " Hello.\r\n" BAR " Bye.", RED("Bot") "\r\n"
	    BAR " Yes.", "Yes.", "known from the turn before" },
	{ NULL, "He said:\r\n" BAR " Hello.", "He said:\n" BAR " Hello.",
	    "a bar beside one line below another may be a quotation's" },
	{ NULL, "He said:\r\n" BAR " Hello.\r\n" BAR " Bye.\r\n\r\nNo more.",
	    "He said:\n" BAR " Hello.\n" BAR " Bye.\n\nNo more.",
	    "a quotation's bar stays" },
	{ NULL, "\342\224\214" H5 "\342\224\220\r\n" BAR " one " BAR "\r\n"
	    "\342\224\224" H5 "\342\224\230\r\n\342\224\214" H5
	    "\342\224\220\r\n" BAR " two " BAR "\r\n\342\224\224" H5
	    "\342\224\230", "one\n\ntwo", "frames one below the other" },
	{ NULL, "\342\224\214" H5 "\342\224\220\r\n" BAR "\342\226\216one "
	    BAR "\r\n" BAR "\342\226\216two " BAR "\r\n\342\224\224" H5
	    "\342\224\230", "\342\226\216one\n\342\226\216two",
	    "a quotation in a frame" },
	{ NULL, FRAME("shell") BAR " $ ls\033[39G" BAR "\r\n" FRAME_END
	    "\r\n" FRAME("bot") BAR " Hello.\033[39G" BAR "\r\n" FRAME_END,
	    "Hello.", "what stands in a frame with another title" },
	{ NULL, "\342\234\246 Look.\r\n \342\224\214" H5 H5 H5 "\342\224\220\r\n "
	    BAR " \342\234\223 Run x\033[18G" BAR "\r\n \342\224\224" H5 H5 H5
	    "\342\224\230\r\n\342\234\246 Done.", "Look.\n\nDone.",
	    "a tool's frame, no blank line around it" },
	{ NULL, "12:30 bot " BAR " Hello.\r\n          " BAR " Bye.",
	    "Hello.\nBye.", "who and when in a column" },
	{ NULL, "alpha " BAR " 12\r\n      " BAR " 34", "alpha " BAR " 12\n"
	    "      " BAR " 34", "a table is none"  },
	{ NULL, "alpha " BAR " 12\r\nbeta  " BAR " 34", "alpha " BAR
	    " 12\nbeta  " BAR " 34", "a table has columns, too" },
	/* code */
	{ NULL, "Use this:\r\n\r\n   " RED("1") " int\r\n   " RED("2")
	    " main(void)\r\n   " RED("3") "\r\n   " RED("4") "   ;\r\n\r\n"
	    "Done.", "Use this:\n\nint\nmain(void)\n\n  ;\n\nDone.",
	    "numbers before lines of code, in a colour" },
	{ NULL, "There are\r\n\r\n  " RED("1") " apple\r\n  " RED("2")
	    " pears", "There are\n\n  1 apple\n  2 pears",
	    "not those of a list" },
	{ NULL, "There are\r\n\r\n  1 apple\r\n  2 pears", "There are\n\n"
	    "  1 apple\n  2 pears", "not those of a text" },
	{ NULL, "  Let me look.\r\n\r\n\342\226\216 $ ls\r\n\342\226\216 a.c"
	    "\r\n\r\n  It is there.", "Let me look.\n\nIt is there.",
	    "a bar left of the text is beside what a tool gave" },
	{ BOT "\r\nHi.", BOT "\r\nLook.\r\n\r\nHm.\r\n\r\n" RED("\342\232\241 Ran")
	    " ls\r\n\r\n" BOT "\r\n\342\232\241 Done.", "Look.\n\nHm.\n\n"
	    "\342\232\241 Done.", "a tool's line above another heading" },
	{ BOT "\r\nHi.", BOT "\r\nLook.\r\n\r\n\342\232\241 Ran\r\n\r\n" BOT
	    "\r\nDone.", "Look.\n\n\342\232\241 Ran\n\nDone.",
	    "not one that is drawn as the text" },
	{ NULL, "  He said:\r\n\r\n  \342\226\216 Hello.\r\n\r\n  No more.",
	    "He said:\n\n\342\226\216 Hello.\n\nNo more.",
	    "one in its column beside a quotation" },
	/* tools and thoughts */
	{ NULL, "Let me look.\r\n\r\n" BOLD("Read") DIM(" src/main.c")
	    "\r\n" DIM("  40 lines") "\r\n\r\nThere is one.",
	    "Let me look.\n\nThere is one.", "a tool with dim words behind it" },
	{ NULL, "Let me look.\r\n\r\n" RED("$ ls -la") "\r\n" DIM("total 2")
	    "\r\n" DIM("main.c") "\r\n\r\nThere is one.",
	    "Let me look.\n\nThere is one.", "what a tool gave, drawn dim" },
	{ NULL, "Let me look.\r\n\r\nRan ls -la\r\n" DIM("  main.c")
	    "\r\n\r\nRead src/main.c (40 lines)\r\n\r\nThere is one.",
	    "Let me look.\n\nThere is one.", "tools told of in plain words" },
	{ NULL, "\342\224\224\342\224\200 Read a.c (40 lines)\r\n\r\nOne.", "One.",
	    "and behind a branch" },
	{ NULL, "\342\227\217 Look.\r\n\r\n\342\227\217 Run(x and\r\n y)\r\n"
	    DIM("  \342\216\277  It says:") "\r\n    one\r\n" DIM("    ...")
	    "\r\n\r\n  There is one.", "Look.\n\nThere is one.",
	    "and one whose words go on in a second line" },
	{ NULL, "Try this:\r\n" DIM("  make all") "\r\n\r\nRead it (it has "
	    "40 lines).", "Try this:\n  make all\n\nRead it (it has 40 lines).",
	    "but not what a text says" },
	{ NULL, "Two.\r\n\r\n" RED("Part one") "\r\n" DIM("--------")
	    "\r\nLook.", "Two.\n\nPart one\n--------\nLook.",
	    "a title and what is drawn below it" },
	{ NULL, "bot: Let me look.\r\n" RED("!ls") "\r\n" DIM("main.c")
	    "\r\nbot: There is one.", "bot: Let me look.\n\nbot: There is one.",
	    "with no blank line around it" },
	{ NULL, DIM("I should think.") "\r\n\r\nYes.\r\n\r\n"
	    DIM("12 tokens"), "Yes.", "thoughts and costs, drawn dim" },
	{ NULL, BOLD("Note:") " Yes.\r\n\r\n" DIM("12 tokens"), "Note: Yes.",
	    "below a text that begins bold" },
	{ NULL, DIM("All of it is dim.") "\r\n\r\n" DIM("All."),
	    "All of it is dim.\n\nAll.", "not where nothing else is there" },
	{ NULL, "He said:\r\n\r\n" DIM("> Hello.") "\r\n\r\nNo more.",
	    "He said:\n\n> Hello.\n\nNo more.", "a quotation may be dim" },
	{ NULL, "Try\r\n\r\n" DIM("```") "\r\n" DIM("int n;") "\r\n"
	    DIM("```") "\r\n\r\nthen.", "Try\n\n```\nint n;\n```\n\nthen.",
	    "and code" },
	{ NULL, "Try\r\n\r\n[a]\r\n" DIM("# one") "\r\nb = 1\r\n\r\n"
	    DIM("# two") "\r\nc = 2", "Try\n\n[a]\n# one\nb = 1\n\n"
	    "# two\nc = 2", "and comments in it" },
	{ NULL, "Try\r\n\r\n" DIM("    make all") "\r\n\r\nthen.",
	    "Try\n\n    make all\n\nthen.", "be it indented only" },
	{ NULL, "Look.\r\n\r\n   " RED(TICK) " " DIM("Edit(a.c) - +1 -1")
	    "\r\n     " DIM("12") " for\r\n     " DIM("13") " if\r\n\r\nOne.",
	    "Look.\n\nOne.", "a tick, dim behind it, and what is further in" },
	{ NULL, "Look.\r\n\r\n" RED(HEX) BOLD(" $ make") DIM(" 601ms")
	    "\r\n\r\n" RED(HEX) BOLD(" Edit a.c") DIM(" +1 -1") "\r\n\r\n" RED(HEX)
	    BOLD(" $ rm b.c") DIM(" rejected") "\r\n\r\nOne.",
	    "Look.\n\nOne.", "a sign, and how long it took" },
	{ NULL, "Look.\r\n\r\n" RED("\342\226\270") DIM(" Read(a.c)")
	    " ok\r\n" DIM("  40 lines") "\r\n\r\n\342\226\270 One.",
	    "Look.\n\n\342\226\270 One.", "a triangle, and dim below it" },
	{ NULL, "Look.\r\n\r\n\342\226\266 Bash ls -l " RED(TICK)
	    "\r\n  a.c\r\n\r\nOne.", "Look.\n\nOne.",
	    "a sign, and what became of it" },
	{ NULL, TICK " One is done.\r\n\r\n" TICK " The other, see " DIM("b.c"),
	    TICK " One is done.\n\n" TICK " The other, see b.c",
	    "but not what a text ticks off" },
	{ NULL, "Look.\r\n\r\n" RED(TICK) " Read a.c\r\n\r\n" RED(TICK)
	    " $ make\r\n\r\n    \033[44m ok 1 \033[m\r\n    \033[44m ok 2"
	    " \033[m\r\n\r\nOne.", "Look.\n\nOne.",
	    "a tick in a colour of its own, and what stands further in" },
	{ NULL, "Look.\r\n\r\n" HEX BOLD(" Read") " a.c\r\n\r\n" HEX " One is."
	    "\r\n\r\nTwo.", "Look.\n\n" HEX " One is.\n\nTwo.",
	    "a tool behind a sign, and no sentence" },
	{ NULL, "All hold:\r\n\r\n" TICK " Matrix 3 \303\227 n\r\n\r\nOne.",
	    "All hold:\n\n" TICK " Matrix 3 \303\227 n\n\nOne.",
	    "but not one of the text's, with a cross behind it" },
	{ NULL, "Look.\r\n\r\n\033[7m READ \033[m (a.c)\r\n"
	    DIM("\342\206\263 40 lines") "\r\n\r\nOne.", "Look.\n\nOne.",
	    "a name in reverse, and dim below it" },
	{ NULL, "First a plan.\r\n\r\nTo-dos 2\r\n " TICK " Read it\r\n "
	    "\342\227\220 Mend it, and then have\r\n   another look at it"
	    "\r\n\r\n# Todos\r\n[" TICK "] Read it\r\n[ ] Mend it\r\n\r\nOne.",
	    "First a plan.\n\nOne.", "a list of what is to be done" },
	{ NULL, BAR " Thinking: Is it one?\r\n" BAR " It is.\r\n\r\nOne.",
	    "One.", "thoughts behind a bar" },
	{ NULL, "So:\r\n\r\nPlan\r\n" TICK " one\r\n" TICK " two\r\n\r\n"
	    "Files\r\n" TICK " one\r\n\342\227\213 two", "So:\n\nPlan\n"
	    TICK " one\n" TICK " two\n\nFiles\n" TICK " one\n"
	    "\342\227\213 two", "but not where all is alike, or of no plan" },
	{ NULL, "Tasks\r\n\342\230\221 one\r\n\342\230\220 two",
	    "Tasks\n\342\230\221 one\n\342\230\220 two",
	    "nor a list of tasks below words" },
	{ NULL, "Look.\r\n\r\n" RED("\342\224\214\342\224\200 ls") "\r\n"
	    RED(BAR " a.c") "\r\n" RED("\342\224\224\342\224\200 exit 0")
	    "\r\n\r\nOne.", "Look.\n\nOne.", "a frame that is open at the right" },
	{ NULL, "So:\r\n\r\n\342\224\214\342\224\200 one\r\n" BAR " two\r\n"
	    "\342\224\224\342\224\200 three\r\n\r\nThen.", "So:\n\n"
	    "\342\224\214\342\224\200 one\n" BAR " two\n\342\224\224\342\224\200"
	    " three\n\nThen.", "but not in the text's colour" },
	{ NULL, "\342\227\217 Look.\r\n\r\n\342\227\217 " BOLD("Ran it")
	    DIM(" \302\267 $ make") "\r\n  \342\200\246 " DIM("60")
	    "\r\n\r\n  Approved: make\r\n\r\n\342\227\217 Done.",
	    "Look.\n\nDone.", "all that hangs below a tool's mark" },
	{ NULL, "\342\227\217 Look:\r\n\r\n  in a.c\r\n\r\n\342\227\217 "
	    BOLD("Ran it") "\r\n" DIM("  60") "\r\n\r\n  One.",
	    "Look:\n\nin a.c\n\nOne.", "but not where no mark comes behind it" },
	{ NULL, "Look.\r\n\r\n" "\342\224\214" H5 H5 H5 H5 H5 "\342\224\220\r\n" BAR
	    " $ make                  " BAR "\r\n\342\224\234" H5 " Out " H5 H5
	    H5 "\342\224\244\r\n" BAR " ok 1                    " BAR
	    "\r\n\342\224\224" H5 H5 H5 H5 H5 "\342\224\230\r\n\r\nOne.", "Look.\n\nOne.",
	    "a frame with words in the line across it" },
	{ NULL, "Look.\r\n\r\n\033[34Ga name", "Look.",
	    "what stands at the right below all" },
	{ NULL, "\342\227\217 " DIM(BAR " One two") "\r\n  " DIM(BAR " three."),
	    BAR " One two\n" BAR " three.", "a quotation alone" },
	{ NULL, "\342\227\217 " DIM(BAR " See ") "a.org" "\r\n  "
	    DIM(BAR " three."), BAR " See a.org\n" BAR " three.",
	    "words in it that are not dim" },
	{ NULL, "\342\227\217 " DIM(BAR " One two") "\r\n  " DIM(BAR " three.")
	    "\r\n\r\n  Four.", BAR " One two\n" BAR " three.\n\nFour.",
	    "a quotation behind a mark, drawn dim" },
	/* code */
	{ NULL, "Run \033[44m make \033[m now (\033[44m a b \033[m)."
	    "\r\n\r\nSo:\033[44m a \033[m \033[45m b \033[m", "Run make now"
	    " (a b).\n\nSo: a   b", "blanks around code in a text, not around buttons" },
	{ NULL, "So:\r\n\r\n" DIM(TOP12) DIM("\r\n" BAR " ") "if (a)"
	    DIM("     " BAR) DIM("\r\n" BAR " ") "    b();" DIM("   " BAR)
	    "\r\n" DIM(END12) "\r\n\r\nThen.",
	    "So:\n\nif (a)\n    b();\n\nThen.", "a frame of another colour" },
	{ NULL, "So:\r\n\r\n" TOP12 "\r\n" BAR " client     " BAR "\r\n"
	    END12 "\r\n\r\nThen.", "So:\n\n" TOP12 "\n" BAR " client     "
	    BAR "\n" END12 "\n\nThen.", "but not one of the text's own" },
	{ NULL, "So:\r\n\r\n  " DIM("1 " BAR " ") "if (a)\r\n  "
	    DIM("2 " BAR " ") "    b();\r\n  " DIM("3 " BAR) "\r\n  "
	    DIM("4 " BAR " ") "c();\r\n\r\nThen.",
	    "So:\n\nif (a)\n    b();\n\nc();\n\nThen.",
	    "numbers and a line that parts them" },
	{ NULL, "It says:\r\n\r\n```\r\n\342\227\217 Run(x)\r\n\342\216\277  ok"
	    "\r\n```\r\n\r\nThen.", "It says:\n\n```\n\342\227\217 Run(x)\n"
	    "\342\216\277  ok\n```\n\nThen.",
	    "what looks like a tool, in fences that are drawn" },
	/* lists */
	{ NULL, "Three things are there, of which two\r\nare these:\r\n\r\n "
	    DOT1 " one that is longer than it has\r\n   room for"
	    "\r\n   - of it, and that goes on and on\r\n     and on\r\n "
	    DOT1 " two", "Three things are there, of which two are these:\n\n "
	    DOT1 " one that is longer than it has room for\n   - of it, "
	    "and that goes on and on and on\n " DOT1
	    " two", "an item behind one that is further in" },
};

static void
test_looks(void)
{
	const struct look *l;

	for (l = looks; l < looks + sizeof looks / sizeof *looks; l++) {
		start();
		if (l->before != NULL)
			take("one", "> one", l->before);
		take("hello", "> hello", l->drawn);
		reply_is(l->want, l->name);
	}
}

static void
test_echo(void)
{
	start();
	take("hello", "\342\224\200\342\224\200 me \302\267 12:30 " H5 H5 H5 H5
	    "\r\nhello", "\342\224\200\342\224\200 bot \302\267 12:30 " H5 H5 H5
	    H5 "\r\nHello to you.");
	reply_is("Hello to you.", "below a name in a rule, as its echo is");
	start();
	take("hello", "12:30 <me>" BAR " hello", "12:30 <it>" BAR
	    " Hello\r\n          " BAR " to you.");
	reply_is("Hello\nto you.", "behind who says it and when, as its echo");
	start();
	take("hello", "me   " BAR " hello", "bot  " BAR " Let me look.\r\n\r\n"
	    "tool " BAR " ls\r\n     " BAR " main.c\r\n\r\nbot  " BAR
	    " There is\r\n     " BAR " one.");
	reply_is("Let me look.\n\nThere is\none.", "not what a tool says there");
	start();
	take("hello", "12:30 me  " BAR " hello", DIM("12:30") " " RED("bot ")
	    " " BAR " Note: one.");
	take("hi", "12:30 me  " BAR " hi", DIM("12:30") " " RED("bot ") " " BAR
	    " Note: two.");
	reply_is("Note: two.", "the text begins as the one before it");
	start();
	take("hello", "            \342\224\214" H5 H5 "\342\224\220\r\n"
	    "12:30       " BAR " hello    " BAR "\r\n"
	    "            \342\224\224" H5 H5 "\342\224\230",
	    DIM("12:30") " Hello to you.");
	reply_is("Hello to you.", "below an echo in a frame");
	start();
	take("what is this here?\n{\n}\n", "> what is this here?\r\n  {\r\n"
	    "  }", "A block.");
	reply_is("A block.", "below an echo that ends in signs");
	start();
	take("hello", "12:30 hello", DIM("12:30") " Hello to you.");
	reply_is("Hello to you.", "below an echo with the time before it");
	start();
	take("hello", "12:30 > hello", DIM("12:30 ") RED("\342\227\217")
	    " Let me look.\r\n\r\n" DIM("12:30 ") RED("\342\232\231")
	    " ls\r\n" DIM("        a.c") "\r\n\r\n" DIM("12:30 ")
	    RED("\342\227\217") " There is\r\n        one.");
	reply_is("Let me look.\n\nThere is\none.", "and marks behind that");
	start();
	take("hello", "> hello", "12:30 is the time\r\nat home.");
	reply_is("12:30 is the time\nat home.", "but not where it is said");
	start();
	take("one\ntwo is more\nthree, too\nfour is all", "... two is more\r\n"
	    "... three, too\r\n... four is all", "Hello to you.");
	reply_is("Hello to you.", "below an echo's end, behind dots");
	start();
	take("say\nhello", "", "hello");
	reply_is("hello", "but a line alone may be the answer");
}

/* A program that has drawn more than the screen holds begins anew. */
static void
test_copies(void)
{
#define ONE_8	"one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\nseven\r\nei"
#define ALL_8	"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n"
	int i;

	for (i = 0; i < 2; i++) {
		start();
		draw("");
		wait_ms(2000);
		draw("hello");
		(void)turn_begin(turn, scr, "hello", 5, now);
		(void)snprintf(shown, sizeof shown, "%s", "> hello\r\n\r\n" ONE_8
		    "\r\n\r\n" ONE_8 "ght\r\nnine\r\n");
		out(i == 0 ? "\033[3J" : "");
		draw("");
		wait_ms(6000);
		if (i == 0)
			reply_is(ALL_8 "nine", "what was drawn before it began "
			    "anew");
		else
			reply_is("one\ntwo\nthree\nfour\nfive\nsix\nseven\nei"
			    "\n\n" ALL_8 "nine", "but not where it has not");
	}
}

/* A prompt that stays where it was typed, with a cursor that is painted. */
/* What a tool did above the heading that all replies have. */
static void
test_above(void)
{
	start();
	take("one", "> one", RED("Bot") "\r\nHello.");
	take("two", "> two", RED("Bot") "\r\nHello again.");
	take("three", "> three", "    command\r\n\r\n    $ ls\r\n\r\n    a.c\r\n"
	    "\r\n" RED("Bot") "\r\nThere is one.");
	reply_is("There is one.", "a tool above the heading");
}

/* An echo in a frame that has sides only, and more in it than the prompt. */
static void
test_framed(void)
{
	start();
	take("hello", BAR " hello            " BAR "\r\n" BAR " " RED("me")
	    " (12:30 PM)    " BAR "\r\n" BAR "                  " BAR,
	    "\r\n  Hello to you.");
	reply_is("Hello to you.", "below a frame with who asked and when");
}

/* Prompts and replies in frames, other things between these. */
static void
test_bubbles(void)
{
#define BUBBLE(s) TOP12 "\r\n" BAR " " s "\033[14G" BAR "\r\n" END12
	start();
	take("one", BUBBLE("one"), BUBBLE("Hello."));
	take("two", BUBBLE("two"), "12:30\r\n" BUBBLE("Let me see") "\r\n"
	    "12:30\r\n" TICK " ls  0.1s\r\n  a.c\r\n\r\n" BUBBLE("One."));
	reply_is("Let me see\n\nOne.", "tools between frames");
	take("three", BUBBLE("three"), BUBBLE("Say (y/n)."));
	ok(turn_view(turn)->state == AGENT_IDLE, "what is said in one asks nothing");
}

static void
test_stays(void)
{
#define DOT	"\342\227\207"
#define ASK	"\033[36m" DOT "\033[m  What now?\r\n" BAR "  "
	start();
	out("tiny\r\n\033[?25l" ASK "\033[7mD\033[27m\033[2mo it\033[m\r\n"
	    "\342\224\224\r\n");
	wait_ms(2000);
	turn_watch(turn, scr);
	out("\033[2A\033[K" BAR "  hello\342\226\210\r\033[2B");
	(void)turn_begin(turn, scr, "hello", 5, now);
	turn_taken(turn);
	out("\033[2A\033[J" BAR "  " DIM("hello") "\r\n" BAR "\r\n"
	    "\033[32m" DOT "\033[m  Done\r\n" BAR "  Hello to you.\r\n" BAR
	    "\r\n" ASK "\033[7mD\033[27m\033[2mo it\033[m\r\n"
	    "\342\224\224\r\n");
	wait_ms(9000);
	reply_is("Hello to you.", "below what was typed where it stays");
}

/* Programs that work by lines and talk. */
static void
test_talk(void)
{
	start();
	out("tiny 1.0, your assistant\r\n\r\nyou> ");
	wait_ms(1000);
	ok(turn_view(turn)->line, "a line program");
	(void)turn_begin(turn, scr, "hello", 5, now);
	out("hello\r\n" RED("Bot") "\r\n  Hello to you from here, from one\r\n"
	    "  who has more to say.\r\n\r\n" DIM("  12 tokens")
	    "\r\n\r\nyou> ");
	wait_ms(1000);
	reply_is("Hello to you from here, from one who has more to say.",
	    "that talks: its reply is read as any other's");

	start();
	out("tiny 1.0, your assistant\r\n\r\n>>> ");
	wait_ms(1000);
	(void)turn_begin(turn, scr, "hello", 5, now);
	out("hello\r\n");
	turn_set_tty(turn, TURN_TTY_SECRET, now);
	wait_ms(1000);
	out("* ");
	wait_ms(1000);
	ok(turn_view(turn)->state == AGENT_BUSY, "echo off, and nothing asked");
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("\rHello to you.\r\nBye.\r\n\r\n>>> ");
	wait_ms(1000);
	reply_is("Hello to you.\nBye.", "what it says where it seemed to ask");
	(void)turn_begin(turn, scr, "more", 4, now);
	out("more\r\nSure? [y/n] ");
	wait_ms(1000);
	ok(turn_view(turn)->state == AGENT_WAITING, "and asks");
	out("y\r\nMore.\r\n\r\n>>> ");
	wait_ms(1000);
	reply_is("More.", "but not what it has asked");
	(void)turn_begin(turn, scr, "run", 3, now);
	out("run\r\nRun it ? [Y/n/a] ");
	wait_ms(1000);
	ok(turn_view(turn)->state == AGENT_WAITING, "or has more answers for");

	start();
	out("tiny 1.0, your assistant\r\n\r\nyou> ");
	wait_ms(1000);
	(void)turn_begin(turn, scr, "hello", 5, now);
	out("hello\r\n" RED("bot>") " Hello.\r\n\r\n" RED(TICK) " ls"
	    DIM("  (3 lines)") "\r\n\r\n" RED("bot>") " Bye.\r\n\r\nyou> ");
	wait_ms(1000);
	reply_is("Hello.\n\nBye.", "a name before it, as in the prompt");
	(void)turn_begin(turn, scr, "more", 4, now);
	out("more\r\n" RED("bot>") " Hello.\r\n\r\n     " RED(TICK) " ls"
	    DIM("  (3 lines)") "\r\n\r\n" RED("bot>") " Bye.\r\n\r\n     "
	    DIM("12 tokens") "\r\n\r\nyou> ");
	wait_ms(1000);
	reply_is("Hello.\n\nBye.", "its columns are a margin, or none are");
	turn_watch(turn, scr);
	out("a text that is longer than a\r\n   : row has room for");
	ok(turn_box(turn, scr, "a text that is longer than a row has room for",
	    45) == TURN_BOX_TEXT, "a long text, the editor's sign before a row");

	start();
	out(">>> ");
	wait_ms(1000);
	turn_watch(turn, scr);
	(void)turn_begin(turn, scr, "def f(n):", 9, now);
	out("def f(n):\r\n... ");
	ok(turn_box(turn, scr, "def f(n):", 9) != TURN_BOX_TEXT,
	    "but not a line that was taken");

	start();
	out("tiny 1.0, your assistant\r\n> ");
	wait_ms(1000);
	(void)turn_begin(turn, scr, "quote", 5, now);
	turn_set_tty(turn, TURN_TTY_LINE, now);
	out("quote\r\nHe wrote:\r\n> ");
	wait_ms(300);
	out("Hello.\r\n");
	wait_ms(300);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("> ");
	wait_ms(300);
	reply_is("He wrote:\n> Hello.", "a prompt that nobody reads at is none");

	start();
	out("$ ");
	wait_ms(1000);
	(void)turn_begin(turn, scr, "ls", 2, now);
	out("ls\r\n" RED("dir") "\r\n  here are some\r\n" DIM("dim")
	    "\r\n$ ");
	wait_ms(1000);
	reply_is("dir\n  here are some\ndim", "a shell's output stays as it is");
}

/* A turn begins on the alternate screen: as it is at rest, with the prompt in
   the box. */
static void
begin_screen(const char *prompt, const char *rest)
{
	start();
	turn_free(turn);
	screen_free(scr);
	scr = screen_new(40, 14, 0);
	turn = turn_new(rules, line_rules);
	turn_set_wall(turn, now, HALF_1, 0);
	turn_set_tty(turn, TURN_TTY_RAW, now);
	out("\033[?1049h\033[?2004h\033[2J\033[H");
	out(rest);
	wait_ms(2000);
	turn_watch(turn, scr);
	out(prompt);
	(void)turn_begin(turn, scr, prompt, strlen(prompt), now);
	out("\033[2J\033[H");
}

/* All of it, with what came of it. */
static void
take_screen(const char *prompt, const char *rest, const char *after)
{
	begin_screen(prompt, rest);
	out(after);
	wait_ms(9000);
}

#define H10	H5 H5
#define TOP40	"\342\224\214" H10 H10 H10 H5 H5 "\342\224\200" \
		"\342\224\200\342\224\220\r\n"
#define END40	"\342\224\224" H10 H10 H10 H5 H5 "\342\224\200" \
		"\342\224\200\342\224\230\r\n"
#define TOP38	"\342\224\214" H10 H10 H10 H5 "\342\224\200" \
		"\342\224\220\r\n"
#define END38	"\342\224\224" H10 H10 H10 H5 "\342\224\200" \
		"\342\224\230\r\n"
#define IN(s)	BAR " " s "\033[38G" BAR "\r\n"
#define TWO_TOPS "\342\224\214" H10 H10 "\342\224\220\342\224\214" H10 \
		"\342\224\220\r\n"
#define TWO_ENDS "\342\224\224" H10 H10 "\342\224\230\342\224\224" H10 \
		"\342\224\230\r\n"
#define TWO(s)	BAR s "\033[22G" BAR BAR "shell on  " BAR "\r\n"
#define TOP26	"\342\224\214" H10 H10 "\342\224\200\342\224\200" \
		"\342\224\200\342\224\200\342\224\220"
#define END26	"\342\224\224" H10 H10 "\342\224\200\342\224\200" \
		"\342\224\200\342\224\200\342\224\230"
#define TOPT	"\342\225\255\342\224\200 chat - a title of some length" \
		"\033[37G\342\224\200\342\225\256\r\n"
#define ENDT(s)	"\342\225\260\342\224\200 " s "\033[37G\342\224\200" \
		"\342\225\257\r\n"
#define TITLED(s) TOPT IN("> hello") IN("") IN(s) IN("") IN("") IN("") \
		ENDT("3 of 200k used, cost $0.01")
#define TITLED_BOX TOPT BAR " \0337\033[38G" BAR "\r\n" \
		ENDT("enter: send  ctrl+j: newline") "\0338"
#define SHIFTED	BAR " > hi\033[36G" BAR "\r\n"
#define LISTED	"\033[12;1H" "--------------------------\r\n> \0337\r\n" \
		"--------------------------\033[1;28Hsessions\033[3;28H" BAR \
		" one\033[5;28H" BAR " two"
#define SCROLL(s) " " s "\033[40G" BAR "\r\n"
#define BOX38	TOP38 BAR " > \0337\033[38G" BAR "\r\n" END38 "\0338"

static void
test_panes(void)
{
	take_screen("hello", " chat ready\r\n" TOP38 IN("") IN("") IN("") IN("") IN("")
	    IN("") END38 BOX38,
	    " chat works\r\n" TOP38 IN("> hello") IN("") IN("Hello to you,")
	    IN("") IN("and bye.") IN("") END38 BOX38);
	reply_is("Hello to you,\n\nand bye.", "within a frame");

	take_screen("hello", TOP38 IN("") IN("") IN("") IN("") SHIFTED
	    IN("") END38 BOX38, TOP38 SHIFTED
	    IN("") IN("> hello") IN("") IN("Hello to you.") IN("") END38 BOX38);
	reply_is("Hello to you.", "with a side that is shifted");

	take_screen("hello", TITLED("") TITLED_BOX, TITLED("Hello to you.")
	    TITLED_BOX);
	reply_is("Hello to you.", "in a frame with titles in its edges");
	ok(turn_view(turn)->box && turn_box(turn, scr, NULL, 0) ==
	    TURN_BOX_EMPTY, "as the box has");

	take_screen("hello", TOP38 IN("") IN("") IN("") IN("") END38 TOP38
	    BAR " > \0337\033[38G" BAR "\r\n" IN("  you") IN("  all") END38
	    "\0338", TOP38 IN("> hello") IN("") IN("") IN("Hello to you,")
	    IN("") IN("and bye.") END38 BOX38);
	reply_is("Hello to you,\n\nand bye.", "that grows where the box shrinks");

	take_screen("hello", "\033[6;7H" TOP26 "\033[7;7H" BAR " > \0337"
	    "\033[32G" BAR "\033[8;7H" END26 "\0338", "\033[3;29Hfiles"
	    "\033[5;29Hmain.c\033[6;29Hutil.c\033[11;1H" TOP26 "\033[12;1H"
	    BAR " > \0337\033[26G" BAR "\033[13;1H" END26 "\033[3;1H> hello"
	    "\033[5;1HHello to you who are\033[6;1Hthere.\0338");
	reply_is("Hello to you who are there.",
	    "beside a list that came when the box left the middle");

	take_screen("hello", "\033[5;1H" TOP26 "\r\n" BAR " one\033[26G" BAR
	    "\r\n" BAR " two\033[26G" BAR "\r\n" BAR " three\033[26G" BAR "\r\n"
	    END26 "\r\n" BOX38, "> hello\033[3;1HHello.\033[10;1H" BOX38);
	reply_is("Hello.", "where what was said has a frame");

	take_screen("hello", TWO_TOPS TWO("") TWO("") TWO("") TWO("") TWO("")
	    TWO("") TWO_ENDS BOX38, TWO_TOPS TWO("> hello") TWO("")
	    TWO("Hello to you.") TWO("") TWO("") TWO("") TWO_ENDS BOX38);
	reply_is("Hello to you.", "in the wider of two frames");
}

/* Other things beside it. */
static void
test_beside(void)
{
	struct turn_reply r;
	char hash[17];

	take_screen("hello", "\033[12;1H" RULE40 "\r\n> \0337\r\n" RULE40
	    "\0338", SCROLL("> hello") SCROLL("") SCROLL("A table:")
	    SCROLL("") SCROLL("\342\224\214" H5 "\342\224\220") SCROLL(BAR
	    " one " BAR) SCROLL("\342\224\224" H5 "\342\224\230") SCROLL("")
	    SCROLL("Bye.") "\033[12;1H" RULE40 "\r\n> \0337\r\n" RULE40
	    "\0338");
	reply_is("A table:\n\n\342\224\214" H5 "\342\224\220\n" BAR " one "
	    BAR "\n\342\224\224" H5 "\342\224\230\n\nBye.",
	    "beside a scroll bar, which stands behind a frame, too");

	take_screen("hello", "\033[12;1H" "--------------------------\r\n> "
	    "\r\n--------------------------\033[1;30Hsessions\033[3;30H"
	    "one\033[5;30Htwo\033[13;3H",
	    "\033[12;1H" "--------------------------\r\n> "
	    "\r\n--------------------------\033[1;30Hsessions\033[3;30H"
	    "one\033[5;30Htwo\033[1;1H> hello\033[3;1H"
	    "Hello to you who are\033[4;1Hthere.\033[5;1H\033[13;3H");
	reply_is("Hello to you who are there.", "beside a list");

	take_screen("hello", "\033[12;1H" "--------------------------\r\n> "
	    "\r\n--------------------------\033[13;3H",
	    "\033[12;1H" "--------------------------\r\n> "
	    "\r\n--------------------------\033[1;1H> hello\033[3;1H"
	    "Hello to you who are there, and not here.\033[13;3H");
	reply_is("Hello to you who are there, and not here.",
	    "wider than its box");

	begin_screen("hello", LISTED "\0338");
	out(LISTED "\033[1;1H> hello\033[3;1HLet me look.\0338");
	wait_ms(500);
	out("\033[5;10H\342\224\214" H10 H10 "\342\224\220\033[6;10H" BAR
	    " May I touch some?  " BAR "\033[7;10H" BAR
	    "  [ Yes ]   [ No ]  " BAR "\033[8;10H\342\224\224" H10 H10
	    "\342\224\230\033[?25l");
	wait_ms(1000);
	ok(turn_view(turn)->dialog, "a dialog over the edge of the pane");
	memcpy(hash, turn_view(turn)->screen, sizeof hash);
	out("\033[10;1H\342\240\213 Hm");
	out("\033[10;1H\342\240\231 Hm");
	ok(strcmp(hash, turn_view(turn)->screen) == 0,
	    "is the same while something moves beside it");
	is_str(turn_view(turn)->detail, "\342\224\214" H10 H10 "\342\224\220\n"
	    BAR " May I touch some?  " BAR "\n" BAR "  [ Yes ]   [ No ]  " BAR
	    "\n\342\224\224" H10 H10 "\342\224\230", "and told by itself");
	out("\033[2J" LISTED "\033[1;1H> hello\033[3;1HLet me look.\033[5;1H"
	    "It is there.\033[?25h\0338");
	wait_ms(9000);
	reply_is("Let me look.\n\nIt is there.", "leaves the list beside it");

	take_screen("hello", BOX38 "\033[5;1H> one\r\n\r\nBot says one.\r\nAnd"
	    " two.\033[14;1HF1 help\0338",
	    BOX38 "\033[5;1H> hello\r\n\r\nHello to you.\r\n\r\n> one\r\n"
	    "\r\nBot says one.\r\nAnd two.\033[14;1HF1 help\0338");
	reply_is("Hello to you.", "below a box at the top, the last turn first");

	take_screen("hello", BOLD("chat: ready") "\r\nwelcome\033[9;1H"
	    "[at 12:30] [me]\r\n" RULE40 "\r\n> \0337\r\n" RULE40 "\0338",
	    BOLD("chat: works") "\r\n> hello\r\n\r\nHello to you.\033[9;1H"
	    "[at 12:31] [me]\r\n" RULE40 "\r\n> \0337\r\n" RULE40 "\0338");
	reply_is("Hello to you.", "above a status line with a clock");

	take_screen("hello", "\033[10;1H" RULE40 "\r\n> \0337\r\n" RULE40
	    "\r\nF1 help\0338", "> hello\r\n\r\nHello to you.\033[13;1H"
	    "F1 help\033[?25l");
	reply_is("Hello to you.", "above a footer that the box has left");

	take_screen("hello", RED("chat") "\r\n\033[10;1H" RULE40 "\r\n> \0337"
	    "\r\n" RULE40 "\0338", RED("chat") "\r\n> hello\r\n\r\n"
	    RED("Plan") "\r\n\r\nLook.\033[10;1H" RULE40 "\r\n> \0337\r\n"
	    RULE40 "\0338");
	reply_is("Plan\n\nLook.", "a title bar above it is no heading");

	take_screen("one line\ntwo lines\nthree of them", BOLD("chat: ready")
	    "\r\nwelcome\033[10;1H" RULE40 "\r\n> \0337\r\n" RULE40
	    "\0338", BOLD("chat: works") "\r\n  two lines\r\n  three of"
	    " them\r\n\r\nHello to you.\033[10;1H" RULE40 "\r\n> \0337\r\n"
	    RULE40 "\0338");
	reply_is("Hello to you.", "below a title and the end of its echo");
	take_screen("one line\ntwo lines\nthree of them", "\033[10;1H"
	    RULE40 "\r\n> \0337\r\n" RULE40 "\0338",
	    "\r\n" BAR "# one           " BAR "\r\n\r\n" BAR
	    " two lines      " BAR "\r\n" BAR " three of them  " BAR "\r\n"
	    BAR "                " BAR "\r\nHello to you."
	    "\033[10;1H" RULE40 "\r\n> \0337\r\n" RULE40 "\0338");
	turn_reply(turn, scr, &r);
	is_str(r.text, "Hello to you.", "and below that in a frame's sides");
	ok(r.complete, "which is all of it");
}

#define LOW5	"\342\226\204\342\226\204\342\226\204\342\226\204\342\226\204"
#define HIGH5	"\342\226\200\342\226\200\342\226\200\342\226\200\342\226\200"
#define LOWBOX	"\r\n" LOW5 LOW5 "\r\n >   Type your message or @path\r\n" \
		HIGH5 HIGH5

/* A program that wipes the end of its reply when the turn is over. */
static void
test_cut(void)
{
	start_as("gemini");
	out("\033]0;\342\227\207 Ready\007\033[H" LOWBOX "\033[3;4H");
	wait_ms(2000);
	(void)turn_begin(turn, scr, "hello", 5, now);
	out("\033]0;\342\234\246 Working\007\033[H\033[J > hello\r\n\r\n"
	    "\342\234\246 Hello to\033[0K" LOWBOX "\033[5;4H");
	wait_ms(1000);
	out("\033[3;1H\033[J\342\234\246 Hello to you who are here, and all\r\n"
	    "  others.\r\n\r\n  Bye." LOWBOX "\033[8;4H");
	out("\033]0;\342\227\207 Ready\007");
	out("\033[4;1H\033[J" LOWBOX "\033[6;4H");
	wait_ms(3000);
	reply_is("Hello to you who are here, and all others.\n\nBye.",
	    "what was wiped after it is of it");

	(void)turn_begin(turn, scr, "bye", 3, now);
	out("\033]0;\342\234\246 Working\007\033[4;1H\033[J > bye\r\n\r\n"
	    "\342\234\246 Hello to you who\r\n  are away" LOWBOX "\033[9;4H");
	wait_ms(1000);
	out("\033]0;\342\227\207 Ready\007");
	out("\033[6;1H\033[J\342\234\246 Hello." LOWBOX "\033[8;4H");
	wait_ms(3000);
	reply_is("Hello.", "but not what another text has taken the place of");
}

/* A program that asks again where its stream broke off. */
static void
test_again(void)
{
#define SAYS	"\342\200\242 Hello to you who are here, and all\r\n  others.\r\n\r\n"
#define BROKE	"\342\226\240 the stream was lost\r\n\r\n"
#define SIGN	"\342\200\272 "
#define SAID(s)	"\033]7501;state=" s ":app=codex\007"
	static const char *const drawn[] = {
		SAYS "  And th\r\n\r\n" BROKE SAYS "  And then bye.\r\n\r\n",
		"\342\200\242 Hel\r\n\r\n" BROKE SAYS BROKE SAYS
		    "  And then bye.\r\n\r\n",
		SAYS BROKE "\342\200\242 And then bye.\r\n\r\n",
	};
	size_t i;

	for (i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
		start_as("codex");
		out(SAID("idle") "\033[H" SIGN);
		wait_ms(2000);
		(void)turn_begin(turn, scr, "hello", 5, now);
		out(SAID("working") "\033[H" SIGN "hello\r\n\r\n");
		out(drawn[i]);
		out(SIGN);
		wait_ms(1000);
		out(SAID("idle"));
		wait_ms(3000);
		reply_is("Hello to you who are here, and all others.\n\n"
		    "And then bye.", i < 2 ? "a try that failed is left out" :
		    "but not one that went on");
	}
}

/* What reads like a limit in the middle of a sentence is none. */
static void
test_amid(void)
{
#define LINE40	H5 H5 H5 H5 H5 H5 H5 H5 "\r\n"
	start_as("pi");
	out("\r\n" LINE40 "\r\n" LINE40 "\033[3;1H");
	wait_ms(2000);
	(void)turn_begin(turn, scr, "hello", 5, now);
	out("\033[H\033[J hello\r\n\r\n" LINE40 "\r\n" LINE40 "\033[4;1H");
	out("\033[H\033[J hello\r\n\r\n The log has of yesterday once an API\r\n"
	    " Error: 429 from there.\r\n\r\n" LINE40 "\r\n" LINE40
	    "\033[7;1H");
	wait_ms(6000);
	ok(turn_view(turn)->state == AGENT_IDLE, "no limit in a sentence");
	reply_is("The log has of yesterday once an API Error: 429 from there.",
	    "nor an error");
}

/* The last that is drawn looks like a question until the cursor is back. */
static void
test_passing(void)
{
	take_screen("hello", "\033[10;1H" RULE40 "\r\n> \0337\r\n" RULE40
	    "\0338", "> hello\r\n\r\nSay\r\n\033[10;1H" RULE40 "\r\n> \0337"
	    "\r\n" RULE40 "\0338");
	turn_set_keys(turn, scr, -1, -1);
	wait_ms(2000);
	out("\033[?25h");
	wait_ms(2000);
	turn_watch(turn, scr);
	out("again");
	(void)turn_begin(turn, scr, "again", 5, now);
	out("\033[2J\033[H> again\r\n\r\nSay\r\n\033[10;1H" RULE40 "\r\n> \0337"
	    "\r\n" RULE40 "\0338");
	wait_ms(300);
	out("\033[4;1Hyes or no (y/n)\0338\033[?25l");
	out("\033[?25h");
	wait_ms(9000);
	reply_is("Say\nyes or no (y/n)", "what seemed to ask for a moment");
}

/* A viewport in which the echo scrolls away, and the reply quotes the prompt. */
static void
test_quoting(void)
{
#define BELOW	"\033[K\033[11;1H\033[J" RULE40 "\r\n> \0337\r\n" RULE40 "\0338"
	static const char ask[] = "what is in this file?";

	begin_screen(ask, "chat\r\n" BELOW);
	out("\033[H> what is in this file?\r\n\r\nYou said: what is in this"
	    " file?\r\n\r\nIt is\r\n\r\na list.\r\n\r\nDone." BELOW);
	out("\033[H\033[K\r\nYou said: what is in this file?\033[K\r\n"
	    "\033[K\r\nIt is\033[K\r\n\033[K\r\na list.\033[K\r\n\033[K\r\n"
	    "Done.\033[K\r\n\033[K\r\nBye." BELOW);
	wait_ms(9000);
	reply_is("You said: what is in this file?\n\nIt is\n\na list.\n\nDone."
	    "\n\nBye.", "a reply that quotes the prompt");

	begin_screen(ask, "chat\r\n" BELOW);
	out("\033[H> what is in this file?" BELOW);
	out("\033[H> what is in this file?\r\n\r\nA list." BELOW);
	out("\033[HYou said: what is in this file?\r\n\r\nDone." BELOW);
	wait_ms(9000);
	reply_is("A list.\nYou said: what is in this file?\n\nDone.",
	    "behind a label that its echo has not");
}

/* A reply is drawn, and then drawn anew: is all of it there? */
static int
whole(const char *drawn, const char *anew)
{
	struct turn_reply r;
	size_t n;

	start();
	take("a", "> a", "Hello.");
	draw("b");
	(void)turn_begin(turn, scr, "b", 1, now);
	n = strlen(shown);
	(void)snprintf(shown + n, sizeof shown - n, "> b\r\n%s\r\n", drawn);
	draw("");
	wait_ms(300);
	shown[n] = '\0';
	(void)snprintf(shown + n, sizeof shown - n, "> b\r\n%s\r\n", anew);
	draw("");
	wait_ms(6000);
	turn_reply(turn, scr, &r);
	return r.complete;
}

/* Lines between two others that a repaint has wiped. */
static void
test_wiped(void)
{
	ok(!whole("The first of four lines\r\n- is this\r\n"
	    "- and the third of them here\r\nNow comes the fourth",
	    "The first of four lines\r\nNow comes the fourth and last."),
	    "lines that were wiped are missed");
	ok(whole("The first of four lines\r\n- is this\r\n"
	    "- and the third of them here\r\nNow comes the fourth",
	    "The first of four lines\r\n- is this\r\n- and the **third** of "
	    "them\r\n  here\r\nNow comes the fourth and last."),
	    "not those that are drawn otherwise");
	ok(whole("Use this one here:\r\n```c\r\nstatic int number = 1;\r\n```",
	    "Use this one here:\r\nstatic int number = 1;"),
	    "nor signs of Markdown");
	ok(whole("The first of four lines\r\nNow it thinks for a while",
	    "The first of four lines\r\nNow comes the second and last."),
	    "nor what stood at the end");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		agents = argv[1];
	test_looks();
	test_echo();
	test_above();
	test_framed();
	test_copies();
	test_bubbles();
	test_stays();
	test_talk();
	test_panes();
	test_cut();
	test_again();
	test_amid();
	test_passing();
	test_beside();
	test_quoting();
	test_wiped();
	drawn_end();
	return tap_done();
}
