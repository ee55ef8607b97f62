/*
 * unit-screen - bytes in, rows and cursor out.
 *
 * Each case is fed whole, byte by byte, and cut in two at every place: all must
 * show the same.  Wanted rows are given without trailing blanks, and blank rows
 * at the end are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/screen.h"
#include "lib/utf8.h"
#include "tap.h"

struct want {
	const char	*name, *in, *rows;
	int		row, col;
};

#define COLS	10
#define ROWS	5

static const struct want table[] = {
	/* text and wrapping */
	{ "text", "abc", "abc", 0, 3 },
	{ "CR LF", "abc\r\nd", "abc\nd", 1, 1 },
	{ "LF keeps the column", "abc\nd", "abc\n   d", 1, 4 },
	{ "VT and FF are LF", "a\vb\fc", "a\n b\n  c", 2, 3 },
	{ "newline mode", "\033[20ha\nb\033[20lc\nd", "a\nbc\n  d", 2, 3 },
	{ "backspace", "abc\b\bx", "axc", 0, 2 },
	{ "backspace stops", "a\b\b\bx", "x", 0, 1 },
	{ "a full row has not wrapped yet", "0123456789", "0123456789", 0, 9 },
	{ "the next character wraps", "0123456789a", "0123456789\na", 1, 1 },
	{ "CR after a full row", "0123456789\ra", "a123456789", 0, 1 },
	{ "LF after a full row", "0123456789\na", "0123456789\n         a", 1,
	    9 },
	{ "backspace after a full row", "0123456789\bx", "01234567x9", 0, 9 },
	{ "erasing after a full row erases nothing", "0123456789\033[K",
	    "0123456789", 0, 9 },
	{ "wrapping scrolls", "1\r\n2\r\n3\r\n4\r\n01234567890",
	    "2\n3\n4\n0123456789\n0", 4, 1 },
	{ "no autowrap", "\033[?7l0123456789abc", "012345678c", 0, 9 },
	{ "no autowrap: a wide one does not fit",
	    "\033[?7l012345678\346\227\245", "012345678", 0, 9 },
	{ "insert mode", "abc\r\033[4hxy\033[4lz", "xyzbc", 0, 3 },
	{ "insert mode at the edge", "0123456789\r\033[4hab", "ab01234567", 0,
	    2 },
	{ "bell and unknown controls", "a\a\001\005\177b", "ab", 0, 2 },
	{ "repeat", "ab\033[3b", "abbbb", 0, 5 },
	{ "repeat wraps", "a\033[11b", "aaaaaaaaaa\naa", 1, 2 },
	{ "repeat a wide one", "\346\227\245\033[b", "\346\227\245\346\227\245",
	    0, 4 },
	{ "repeat nothing", "\033[5b", "", 0, 0 },
	{ "repeat very often", "x\033[2147483648b",
	    "xxxxxxxxxx\nxxxxxxxxxx\nxxxxxxxxxx\nxxxxxxxxxx\nxxxxxx", 4, 6 },

	/* the cursor */
	{ "CUP", "\033[2;3Hx\033[Hy", "y\n  x", 0, 1 },
	{ "CUP beyond", "\033[99;99Hx", "\n\n\n\n         x", 4, 9 },
	{ "HVP", "\033[3;2fx", "\n\n x", 2, 2 },
	{ "CUU CUD CUF CUB", "\033[3;3Ha\033[Ab\033[2Bc\033[2Cd\033[5De",
	    "\n   b\n  a\n   ec  d", 3, 4 },
	{ "CUU and CUD stop", "\033[99Aa\033[99Bb", "a\n\n\n\n b", 4, 2 },
	{ "CUF and CUB stop", "\033[99Ca\033[99Db", "b        a", 0, 1 },
	{ "0 counts as 1", "\033[0C\033[0Bx", "\n x", 1, 2 },
	{ "CNL and CPL", "ab\033[Ec\033[2Ed\033[Fe", "ab\nc\ne\nd", 2, 1 },
	{ "CHA and HPA", "\033[5Ga\033[2`b", " b  a", 0, 2 },
	{ "CHA jumps leave gaps", "Hi\033[5Gall", "Hi  all", 0, 7 },
	{ "HPR", "a\033[2ab", "a  b", 0, 4 },
	{ "VPA and VPR", "\033[3da\033[eb", "\n\na\n b", 3, 2 },
	{ "tabs", "a\tb", "a       b", 0, 9 },
	{ "a tab at the edge", "\t\t\tx", "         x", 0, 9 },
	{ "a tab stop of our own", "\033[3G\033H\r\tx\033[3g\r\ty",
	    "  x      y", 0, 9 },
	{ "one tab stop cleared", "\033[9G\033[g\r\tx", "         x", 0, 9 },
	{ "CHT and CBT", "\033[Ia\033[Zb\033[9Zc", "c       b", 0, 1 },
	{ "DECSC and DECRC", "ab\0337\033[4;4Hx\0338y", "aby\n\n\n   x", 0, 3 },
	{ "SCOSC and SCORC", "ab\033[s\033[4;4Hx\033[uy", "aby\n\n\n   x", 0,
	    3 },
	{ "DECRC without DECSC", "abc\0338x", "xbc", 0, 1 },
	{ "a pending wrap is saved", "0123456789\0337\033[H\0338x",
	    "0123456789\nx", 1, 1 },
	{ "RI", "\033[2;2Ha\033Mb", "  b\n a", 0, 3 },
	{ "RI at the top scrolls", "a\033Mb", " b\na", 0, 2 },
	{ "IND and NEL", "a\033Db\033Ec", "a\n b\nc", 2, 1 },

	/* erasing */
	{ "EL to the right", "abcdef\033[3G\033[K", "ab", 0, 2 },
	{ "EL to the left", "abcdef\033[3G\033[1K", "   def", 0, 2 },
	{ "EL all", "abcdef\033[3G\033[2K", "", 0, 2 },
	{ "ED below", "ab\r\ncd\r\nef\033[2;2H\033[J", "ab\nc", 1, 1 },
	{ "ED above", "ab\r\ncd\r\nef\033[2;1H\033[1J", "\n d\nef", 1, 0 },
	{ "ED all", "ab\r\ncd\033[2J", "", 1, 2 },
	{ "ED of the scrollback", "a\033[3J", "a", 0, 1 },
	{ "ECH", "abcdef\033[2G\033[3X", "a   ef", 0, 1 },
	{ "ECH beyond", "abcdef\033[5G\033[99X", "abcd", 0, 4 },
	{ "ICH", "abcdef\033[2G\033[2@", "a  bcdef", 0, 1 },
	{ "ICH pushes out", "0123456789\033[2G\033[3@", "0   123456", 0, 1 },
	{ "ICH beyond", "0123456789\033[2G\033[99@", "0", 0, 1 },
	{ "DCH", "abcdef\033[2G\033[2P", "adef", 0, 1 },
	{ "DCH beyond", "abcdef\033[2G\033[99P", "a", 0, 1 },
	{ "IL", "a\r\nb\r\nc\033[2;2H\033[L", "a\n\nb\nc", 1, 0 },
	{ "IL beyond", "a\r\nb\r\nc\033[2H\033[99L", "a", 1, 0 },
	{ "DL", "a\r\nb\r\nc\033[2;2H\033[M", "a\nc", 1, 0 },
	{ "DL in the first row", "a\r\nb\033[H\033[M", "b", 0, 0 },
	{ "SU", "a\r\nb\r\nc\033[2S", "c", 2, 1 },
	{ "SD", "a\r\nb\033[2T", "\n\na\nb", 1, 1 },
	{ "SD by its other name", "a\033[^", "\na", 0, 1 },
	{ "SU by 2147483648", "a\033[2147483648S", "", 0, 1 },
	{ "DECALN", "\033[3;3H\033#8", "EEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE\n"
	    "EEEEEEEEEE\nEEEEEEEEEE", 0, 0 },
	{ "selective erasing erases", "abc\033[2G\033[?K", "a", 0, 1 },

	/* the scroll region */
	{ "DECSTBM homes", "abc\033[2;3r", "abc", 0, 0 },
	{ "LF in it", "1\r\n2\r\n3\r\n4\r\n5\033[2;3r\033[3H\nx",
	    "1\n3\nx\n4\n5", 2, 1 },
	{ "LF below it does not scroll", "1\033[2;3r\033[5Hx\ny",
	    "1\n\n\n\nxy", 4, 2 },
	{ "RI in it", "1\r\n2\r\n3\r\n4\033[2;3r\033[2H\033Mx", "1\nx\n2\n4",
	    1, 1 },
	{ "a region at the top", "1\r\n2\r\n3\r\n4\r\n5\033[1;3r\033[3H\nx",
	    "2\n3\nx\n4\n5", 2, 1 },
	{ "IL and DL in it", "1\r\n2\r\n3\r\n4\r\n5\033[2;4r\033[2H\033[L"
	    "\033[4H\033[M", "1\n\n2\n\n5", 3, 0 },
	{ "IL outside of it", "1\r\n2\033[2;3r\033[5H\033[L", "1\n2", 4, 0 },
	{ "CUU stops at its top", "\033[2;4r\033[3H\033[9Ax", "\nx", 1, 1 },
	{ "CUU from above it does not", "\033[2;4r\033[1H\033[9Ax", "x", 0,
	    1 },
	{ "a bad region is ignored", "1\r\n2\033[3;3r\033[4;2rx", "1\n2x", 1,
	    2 },
	{ "a region beyond is cut", "\033[2;99r\033[5Hx\ny", "\n\n\nx\n y", 4,
	    2 },
	{ "origin mode", "\033[2;4r\033[?6h\033[1;1Ha\033[9;1Hb", "\na\n\nb",
	    3, 1 },
	{ "origin mode: VPA", "\033[2;4r\033[?6h\033[2da", "\n\na", 2, 1 },
	{ "origin mode off homes", "\033[2;4r\033[?6h\033[?6la", "a", 0, 1 },
	{ "wrapping in a region", "\033[1;2r\033[2H0123456789x",
	    "0123456789\nx", 1, 1 },

	/* wide, combined and joined characters */
	{ "wide", "\346\227\245\346\234\254x", "\346\227\245\346\234\254x", 0,
	    5 },
	{ "wide at the edge wraps", "012345678\346\227\245",
	    "012345678\n\346\227\245", 1, 2 },
	{ "a wide one fills the row", "01234567\346\227\245x",
	    "01234567\346\227\245\nx", 1, 1 },
	{ "over the left half", "\346\227\245b\rx", "x b", 0, 1 },
	{ "over the right half", "\346\227\245b\033[2Gx", " xb", 0, 2 },
	{ "a wide one over two halves",
	    "\346\227\245\346\234\254\033[2G\345\255\227", " \345\255\227", 0,
	    3 },
	{ "erasing half of one", "\346\227\245b\033[2G\033[X", "  b", 0, 1 },
	{ "EL from its right half", "a\346\227\245b\033[3G\033[K", "a", 0, 2 },
	{ "DCH of its left half", "\346\227\245b\r\033[P", " b", 0, 0 },
	{ "ICH into it", "\346\227\245b\033[2G\033[@", "   b", 0, 1 },
	{ "ICH pushes half of it out", "01234567\346\227\245\r\033[@",
	    " 01234567", 0, 0 },
	{ "combining", "e\314\201a", "e\314\201a", 0, 2 },
	{ "combining in the last column", "012345678e\314\201x",
	    "012345678e\314\201\nx", 1, 1 },
	{ "combining on nothing", "\314\201a", "a", 0, 1 },
	{ "a zero-width space on a blank", "a\033[7m \342\200\213", "a", 0, 2 },
	{ "a zero-width joiner in a word", "a\342\200\215b",
	    "a\342\200\215b", 0, 2 },
	{ "combining on a wide one", "\346\227\245\314\201a",
	    "\346\227\245\314\201a", 0, 3 },
	{ "ZWJ family", "\360\237\221\250\342\200\215\360\237\221\251x",
	    "\360\237\221\250\342\200\215\360\237\221\251x", 0, 3 },
	{ "skin tone", "\360\237\221\215\360\237\217\275x",
	    "\360\237\221\215\360\237\217\275x", 0, 3 },
	{ "flags", "\360\237\207\251\360\237\207\252\360\237\207\253"
	    "\360\237\207\267x", "\360\237\207\251\360\237\207\252"
	    "\360\237\207\253\360\237\207\267x", 0, 5 },
	{ "emoji by U+FE0F", "\342\235\244\357\270\217x",
	    "\342\235\244\357\270\217x", 0, 3 },
	{ "text without it", "\342\235\244x", "\342\235\244x", 0, 2 },
	{ "keycap", "1\357\270\217\342\203\243x",
	    "1\357\270\217\342\203\243x", 0, 3 },
	{ "no joining over a jump",
	    "\360\237\221\250\342\200\215\033[4G\360\237\221\251",
	    "\360\237\221\250\342\200\215 \360\237\221\251", 0, 5 },
	{ "ill-formed UTF-8", "a\377b\342\202c", "a\357\277\275b\357\277\275c",
	    0, 5 },
	{ "ambiguous is narrow", "\342\227\217\342\224\200x",
	    "\342\227\217\342\224\200x", 0, 3 },

	/* character sets */
	{ "line drawing", "\033(0lqk\033(Bq", "\342\224\214\342\224\200"
	    "\342\224\220q", 0, 4 },
	{ "SO and SI", "\033)0a\016x\017x", "a\342\224\202x", 0, 3 },
	{ "single shift", "\033*0\033Nxx", "\342\224\202x", 0, 2 },
	{ "locking shift", "\033+0\033oxx\017x",
	    "\342\224\202\342\224\202x", 0, 3 },
	{ "saved with the cursor", "\033(0\0337\033(B\0338x", "\342\224\202",
	    0, 1 },
	{ "other sets are ASCII", "\033(Aa#\033(Kb", "a\302\243b", 0, 3 },

	/* both screens */
	{ "1049 and back", "ab\033[?1049hxy\033[?1049lc", "abc", 0, 3 },
	{ "1049 begins blank", "ab\033[?1049h", "", 0, 2 },
	{ "1049 twice", "ab\033[?1049hx\033[?1049hy\033[?1049lc", "abc", 0,
	    3 },
	{ "47 keeps what is there", "ab\033[?47hxy\033[?47l\033[?47hz",
	    "  xyz", 0, 5 },
	{ "1047 leaves it blank", "\033[?1047hxy\033[?1047l\033[?1047hz",
	    "  z", 0, 3 },
	{ "1048 is the cursor alone", "ab\033[?1048hcd\033[?1048lx", "abxd",
	    0, 3 },
	{ "scrolling there", "\033[?1049h1\r\n2\r\n3\r\n4\r\n5\r\n6",
	    "2\n3\n4\n5\n6", 4, 1 },

	/* resets */
	{ "RIS", "ab\033[2;3r\033[?6h\033(0\033[4h\033cx", "x", 0, 1 },
	{ "RIS from the alternate screen", "ab\033[?1049hcd\033cx", "x", 0,
	    1 },
	{ "DECSTR keeps text and cursor", "ab\033[2;3r\033(0\033[4h\033[!px",
	    "xb", 0, 1 },

	/* what is to be read over */
	{ "OSC", "a\033]0;title\007b\033]8;;http://x\033\\c\033]8;;\033\\d",
	    "abcd", 0, 4 },
	{ "DCS, APC, PM, SOS", "a\033Pqxx\033\\b\033_y\033\\c\033^z\033\\d"
	    "\033Xw\033\\e", "abcde", 0, 5 },
	{ "unknown sequences", "a\033[5;3w\033[=3q\033[>0t\033%Gb\033#3c\033Zd",
	    "abcd", 0, 4 },
	{ "colours", "\033[1;31ma\033[38;5;200mb\033[48;2;1;2;3mc\033[38:2::4:5"
	    ":6md\033[me", "abcde", 0, 5 },
	{ "cursor shape and keys", "\033[2 q\033[>4;2m\033[>1ua", "a", 0, 1 },
};

/* The rows of the screen, without the blank ones at the end. */
static const char *
rows_text(const struct screen *s)
{
	static char buf[65536];
	struct screen_region r = { 0, 0, 0, 0, 0 };
	size_t len;

	r.from = screen_top(s);
	r.to = r.from + screen_state(s)->rows;
	len = screen_text(s, &r, buf, sizeof buf);
	while (len > 0 && buf[len - 1] == '\n')
		buf[--len] = '\0';
	return buf;
}

static int
shows(const struct screen *s, const struct want *w)
{
	return strcmp(rows_text(s), w->rows) == 0 &&
	    screen_state(s)->cursor_row == w->row &&
	    screen_state(s)->cursor_col == w->col;
}

/* Feed in with a cut at every place, and in single bytes. */
static int
same_however_cut(const struct want *w)
{
	size_t cut, i, len = strlen(w->in);
	struct screen *s;
	int same = 1;

	for (cut = 0; cut <= len && same; cut++) {
		s = screen_new(COLS, ROWS, 10);
		if (cut == 0)
			for (i = 0; i < len; i++)
				screen_feed(s, w->in + i, 1);
		else {
			screen_feed(s, w->in, cut);
			screen_feed(s, w->in + cut, len - cut);
		}
		same = shows(s, w);
		screen_free(s);
	}
	return same;
}

static void
test_table(void)
{
	const struct want *w;
	struct screen *s;

	for (w = table; w < table + sizeof table / sizeof *table; w++) {
		s = screen_new(COLS, ROWS, 10);
		screen_feed(s, w->in, strlen(w->in));
		if (!ok(shows(s, w) && same_however_cut(w), w->name))
			printf("# want %d,%d:\n%s\n# got %d,%d:\n%s\n",
			    w->row, w->col, w->rows,
			    screen_state(s)->cursor_row,
			    screen_state(s)->cursor_col, rows_text(s));
		screen_free(s);
	}
}


static void
feed(struct screen *s, const char *in)
{
	screen_feed(s, in, strlen(in));
}

static struct screen *
fed(int cols, int rows, int scrollback, const char *in)
{
	struct screen *s = screen_new(cols, rows, scrollback);

	screen_feed(s, in, strlen(in));
	return s;
}

/* All text, scrollback and screen, without blank lines at the end. */
static const char *
all_text(const struct screen *s, unsigned flags)
{
	static char buf[65536];
	struct screen_region r = { 0, 0, 0, 0, 0 };
	size_t len;

	r.from = screen_first(s);
	r.to = screen_top(s) + screen_state(s)->rows;
	r.flags = flags;
	len = screen_text(s, &r, buf, sizeof buf);
	while (len > 0 && buf[len - 1] == '\n')
		buf[--len] = '\0';
	return buf;
}

static void
test_attributes(void)
{
	static const struct {
		const char	*in;
		uint32_t	flags;
		int		fg, bg;
	} want[] = {
		{ "", 0, -1, -1 },
		{ "\033[1;2;3;4;5;7;8;9m", 0xff, -1, -1 },
		{ "\033[1;2m\033[22m", 0, -1, -1 },
		{ "\033[7m\033[27m", 0, -1, -1 },
		{ "\033[4:3m", SCREEN_UNDERLINE, -1, -1 },
		{ "\033[4m\033[4:0m", 0, -1, -1 },
		{ "\033[31;42m", 0, 1, 2 },
		{ "\033[91;102m", 0, 9, 10 },
		{ "\033[31;42m\033[39;49m", 0, -1, -1 },
		{ "\033[38;5;200;48;5;0m", 0, 200, 0 },
		{ "\033[38;2;255;0;0;1m", SCREEN_BOLD, 196, -1 },
		{ "\033[38:2:255:0:0;1m", SCREEN_BOLD, 196, -1 },
		{ "\033[38:2::255:0:0;1m", SCREEN_BOLD, 196, -1 },
		{ "\033[38:5:7m", 0, 7, -1 },
		{ "\033[48;2;128;128;128m", 0, -1, 244 },
		{ "\033[58;2;1;2;3;1m", SCREEN_BOLD, -1, -1 },
		{ "\033[58:5:3;1m", SCREEN_BOLD, -1, -1 },
		{ "\033[1m\033[38m\033[38;5m\033[38;2;1m", SCREEN_BOLD, -1,
		    -1 },
		{ "\033[1;31m\033[m", 0, -1, -1 },
		{ "\033]8;;http://x\033\\", SCREEN_LINK, -1, -1 },
		{ "\033]8;;http://x\033\\\033[m", SCREEN_LINK, -1, -1 },
		{ "\033]8;id=1;http://x\033\\\033]8;;\033\\", 0, -1, -1 },
		{ "\033[1m\0337\033[m\0338", SCREEN_BOLD, -1, -1 },
	};
	const struct screen_cell *cells;
	struct screen *s;
	size_t i;

	for (i = 0; i < sizeof want / sizeof want[0]; i++) {
		s = fed(COLS, ROWS, 0, want[i].in);
		feed(s, "x");
		ok(screen_line(s, screen_top(s), &cells) == 1 &&
		    (cells[0].attr & 0x1ff) == want[i].flags &&
		    SCREEN_FG(cells[0].attr) == want[i].fg &&
		    SCREEN_BG(cells[0].attr) == want[i].bg,
		    want[i].in[0] == '\0' ? "plain" : want[i].in + 1);
		screen_free(s);
	}
	s = fed(COLS, ROWS, 0, "\033[44m\033[K");
	ok(screen_line(s, screen_top(s), &cells) == COLS &&
	    cells[9].text == 0 && SCREEN_BG(cells[9].attr) == 4,
	    "what is erased takes the background");
	screen_free(s);
}

static void
test_answers(void)
{
	static const struct {
		const char	*in, *want;
	} answers[] = {
		{ "\033[c", "\033[?62;22c" },
		{ "\033[>c", "\033[>1;10;0c" },
		{ "\033[5n", "\033[0n" },
		{ "\033[2;3H\033[6n", "\033[2;3R" },
		{ "0123456789\033[6n", "\033[1;10R" },
		{ "\033[2;4r\033[?6h\033[2;3H\033[6n", "\033[2;3R" },
		{ "\033[>q", "\033P>|csp\033\\" },
		{ "\033[?u", "\033[?0u" },
		{ "\033[>5u\033[?u\033[<u\033[?u", "\033[?5u\033[?0u" },
		{ "\033[=3u\033[=4;2u\033[=1;3u\033[?u", "\033[?6u" },
		{ "\033[?2026$p\033[?2004h\033[?2004$p\033[?7777$p",
		    "\033[?2026;2$y\033[?2004;1$y\033[?7777;0$y" },
		{ "\033[?6$p\033[?7$p\033[?1049$p\033[4$p\033[9$p",
		    "\033[?6;2$y\033[?7;1$y\033[?1049;2$y\033[4;2$y"
		    "\033[9;0$y" },
		{ "\033]10;?\007", "\033]10;rgb:d8d8/d8d8/d8d8\033\\" },
		{ "\033]11;?\033\\", "\033]11;rgb:1818/1818/1818\033\\" },
		{ "\033]4;196;?\007", "\033]4;196;rgb:ffff/0000/0000\033\\" },
		{ "\033]4;1;?\007\033]4;256;?\007",
		    "\033]4;1;rgb:cdcd/0000/0000\033\\" },
		{ "\033]11;#000000\007", "" },
		{ "\033]52;c;?\007\033]52;c;aGk=\007", "" },
		{ "\033[18t", "\033[8;5;10t" },
		{ "\033[?996n", "\033[?997;1n" },
		{ "\033]7501;?\007", "\033]7501;?\033\\" },
		{ "\033P$qm\033\\\033P+q544e\033\\",
		    "\033P0$r\033\\\033P0+r\033\\" },
	};
	char got[256];
	struct screen *s;
	size_t i, n, sum;

	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		s = fed(COLS, ROWS, 0, answers[i].in);
		n = screen_take_answers(s, got, sizeof got);
		is_mem(got, n, answers[i].want, strlen(answers[i].want),
		    "an answer");
		screen_free(s);
	}
	s = screen_new(COLS, ROWS, 0);
	for (i = 0; i < 100000; i++)
		feed(s, "\033[5n");
	for (sum = 0; (n = screen_take_answers(s, got, 7)) > 0; sum += n)
		continue;
	ok(sum > 1000 && sum < 10000 && sum % 4 == 0,
	    "answers that nobody takes are bounded, each is whole");
	screen_free(s);
	s = fed(COLS, ROWS, 0, "\033[6n");
	ok(screen_state(s)->queries == 0, "where the cursor stands is no query");
	feed(s, "\033[c\033[?u");
	ok(screen_state(s)->queries == 2, "what the terminal is, is one");
	screen_free(s);
}

/* Titles, states, marks: told once each, in order. */
static void
test_notes(void)
{
	static const struct {
		enum screen_note_kind	kind;
		const char		*text;
	} want[] = {
		{ SCREEN_NOTE_TITLE, "a" },
		{ SCREEN_NOTE_TITLE, "b\303\244" },
		{ SCREEN_NOTE_AGENT, "state=done:app=x" },
		{ SCREEN_NOTE_AGENT, "state=idle:app=x" },
		{ SCREEN_NOTE_PROGRESS, "1;40" },
		{ SCREEN_NOTE_NOTIFY, "done; really" },
		{ SCREEN_NOTE_NOTIFY, "Title;body" },
		{ SCREEN_NOTE_MARK, "A" },
		{ SCREEN_NOTE_BELL, "" },
	};
	struct screen *s = fed(COLS, ROWS, 0, "\r\n x"
	    "\033]0;a\007\033]2;a\007\033]2;b\302\205\303\244\001\007"
	    "\033]7501;state=done:app=x\007\033]7501;state=idle:app=x\007"
	    "\033]7501;?\007\033]9;4;1;40\007\033]9;done; really\007\033]9;9;c:\\\007"
	    "\033]777;notify;Title;body\007\033]133;A\007\a\033]1;icon\007");
	const struct screen_state *st = screen_state(s);
	const struct screen_note *n;
	size_t i;
	char many[8] = "\033]2;.\007";

	ok(st->notes == sizeof want / sizeof want[0], "so many notes");
	for (i = 0; i < st->notes; i++) {
		n = screen_note(s, i);
		ok(n->kind == want[i].kind && n->line == 1 && n->col == 2,
		    "a note where the cursor stands");
		is_str(n->text, want[i].text, "its text");
	}
	ok(screen_note(s, st->notes) == NULL, "no more");
	is_str(st->title, "b\303\244", "the title");
	ok(st->titles == 2 && st->bells == 1, "changes are counted");
	is_str(st->agent, "state=idle:app=x", "the agent's state");
	ok(st->progress == 1 && st->progress_percent == 40, "progress");
	ok(screen_line_marks(s, 1) == 1 && screen_line_marks(s, 0) == 0,
	    "a mark on its line");
	for (i = 0; i < 100; i++) {
		many[4] = (char)('A' + i % 26);
		screen_feed(s, many, 6);
	}
	ok(screen_note(s, st->notes - SCREEN_NOTES) != NULL &&
	    screen_note(s, st->notes - SCREEN_NOTES - 1) == NULL,
	    "only the newest are kept");
	feed(s, "\033[22;0t\033]0;vi\007\033[23;0t");
	is_str(st->title, "V", "the title comes off its stack");
	screen_free(s);
}

static void
test_modes(void)
{
	struct screen *s = screen_new(COLS, ROWS, 0);
	const struct screen_state *st = screen_state(s);
	uint64_t generation;

	ok(st->modes == (SCREEN_CURSOR | SCREEN_AUTOWRAP), "modes at start");
	feed(s, "\033[?25;7l\033[?1;1004;1006;2004;2031;1049h\033=");
	ok(st->modes == (SCREEN_ALT | SCREEN_PASTE | SCREEN_FOCUS |
	    SCREEN_THEME | SCREEN_MOUSE_SGR | SCREEN_APPCURSOR |
	    SCREEN_APPKEYPAD), "modes switched");
	feed(s, "\033[?1003h");
	ok(st->modes & SCREEN_MOUSE, "mouse");
	feed(s, "\033[>4;2m\033[>7u");
	ok(st->modify_keys == 2 && st->kitty_flags == 7, "keyboard");
	feed(s, "\033[?1049l");
	ok(st->kitty_flags == 0, "keyboard flags are each screen's own");
	generation = st->generation;
	feed(s, "");
	ok(st->generation == generation, "nothing came, nothing changed");
	feed(s, "x");
	ok(st->generation != generation, "the generation tells of a change");
	feed(s, "\033[?25l\033[4h\033[!p");
	ok(st->modes == (SCREEN_CURSOR | SCREEN_AUTOWRAP | SCREEN_PASTE |
	    SCREEN_FOCUS | SCREEN_THEME | SCREEN_MOUSE | SCREEN_MOUSE_SGR),
	    "DECSTR leaves alone what is no business of the VT220");
	feed(s, "\033c");
	ok(st->modes == (SCREEN_CURSOR | SCREEN_AUTOWRAP) &&
	    st->kitty_flags == 0 && st->modify_keys == 0, "modes after RIS");
	screen_free(s);
}

static void
test_sync(void)
{
	static const char in[] =
	    "\033[?2026h1\033[?2026l\033[?2026h2\033[?2026l3\033[?2026h4";
	struct screen *s = screen_new(COLS, ROWS, 0);
	const struct screen_state *st = screen_state(s);
	size_t n = sizeof in - 1, k;

	k = screen_feed_frame(s, in, n);
	ok(k == 17 && st->frames == 1, "stops behind a frame");
	is_str(rows_text(s), "1", "and it is whole");
	k += screen_feed_frame(s, in + k, n - k);
	is_str(rows_text(s), "12", "so is the next");
	k += screen_feed_frame(s, in + k, n - k);
	ok(k == n && st->modes & SCREEN_SYNC, "the third is not finished");
	screen_end_sync(s);
	ok(!(st->modes & SCREEN_SYNC), "unless the caller gives up waiting");
	screen_free(s);
}

static void
test_scrollback(void)
{
	struct screen *s = fed(COLS, 2, 3, "1\r\n2\r\n3\r\n4");
	char buf[64];

	ok(screen_first(s) == 0 && screen_top(s) == 2, "lines have numbers");
	is_str(all_text(s, 0), "1\n2\n3\n4", "scrollback and screen");
	feed(s, "\r\n5\r\n6\r\n7");
	is_str(all_text(s, 0), "3\n4\n5\n6\n7", "the oldest fall off");
	ok(screen_first(s) == 2 && screen_state(s)->dropped == 2,
	    "the others keep their numbers");
	ok(screen_line(s, 1, NULL) == -1 && screen_line(s, 7, NULL) == -1 &&
	    screen_line(s, 2, NULL) == 1, "only what is held is given");
	screen_line_text(s, 3, buf, sizeof buf);
	is_str(buf, "4", "a line by its number");
	feed(s, "\033[?1049hx");
	ok(screen_line(s, 3, NULL) == -1, "not while the other screen is shown");
	feed(s, "\033[?1049l");
	ok(screen_line(s, 3, NULL) == 1, "but then again");
	feed(s, "\033[3J");
	is_str(all_text(s, 0), "6\n7", "the scrollback can be erased");
	ok(screen_first(s) == 5 && screen_state(s)->erased == 1,
	    "and readers know");
	screen_free(s);

	s = fed(COLS, 3, 5, "a\r\nb\r\nc\033[1;2r\033[2H\nd\n");
	is_str(all_text(s, 0), "a\nb\nd\n\nc",
	    "a region at the top scrolls into the scrollback");
	screen_free(s);
	s = fed(COLS, 3, 0, "a\r\nb\r\nc\r\nd");
	is_str(all_text(s, 0), "b\nc\nd", "no scrollback");
	screen_free(s);
}

/* What scrolls away is kept in another form; nothing of it may be lost. */
static void
test_packed(void)
{
	static const char *const lines[] = {
		"plain text", "", "\033[1mbold\033[m and not \033[44m x ",
		"\346\227\245\346\234\254 \303\251\342\224\200", "a\033[6Gb",
		"e\314\201 \360\237\221\250\342\200\215\360\237\221\251x",
		"\033[31ma\033[32mb\033[33mc\033[34md", "\033[44m\033[K",
		"x\033[45m\346\227\245\033[mxxxxxxxxxxx",
	};
	struct screen_cell before[20];
	const struct screen_cell *cells;
	struct screen *s;
	char was[64], is[64];
	size_t i;
	int n;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		s = fed(20, 2, 5, lines[i]);
		n = screen_line(s, 0, &cells);
		memcpy(before, cells, (size_t)n * sizeof *cells);
		screen_line_text(s, 0, was, sizeof was);
		feed(s, "\033[m\r\n\r\n");
		screen_line_text(s, 0, is, sizeof is);
		is_str(is, was, "its text is kept");
		ok(screen_top(s) == 1 && screen_line(s, 0, &cells) == n &&
		    memcmp(before, cells, (size_t)n * sizeof *cells) == 0,
		    "and all its cells");
		screen_resize(s, 20, 3);
		ok(screen_top(s) == 0 && screen_line(s, 0, &cells) == n &&
		    memcmp(before, cells, (size_t)n * sizeof *cells) == 0,
		    "and come back to the screen");
		screen_free(s);
	}
}

static void
test_text(void)
{
	struct screen *s = fed(COLS, 4, 9,
	    "0123456789abc \r\n  x  \r\nend\033[1;31m \033[m");
	struct screen_region r = { 0, 4, 2, 5, 0 };
	struct screen_cell cell = { 0, 0 };
	char buf[256], small[4];

	is_str(all_text(s, SCREEN_JOIN), "0123456789abc\n  x\nend",
	    "soft-wrapped lines as one");
	ok(screen_line_wraps(s, 0) && !screen_line_wraps(s, 1),
	    "a line knows that it goes on");
	screen_text(s, &r, buf, sizeof buf);
	is_str(buf, "234\nc\nx\nd\n", "a region");
	r.left = 0;
	r.right = 0;
	r.flags = SCREEN_KEEP;
	screen_text(s, &r, buf, sizeof buf);
	is_str(buf, "0123456789\nabc \n  x  \nend \n", "with its blanks");
	ok(screen_text(s, &r, small, sizeof small) == 27 &&
	    strcmp(small, "012") == 0, "cut as by snprintf");
	ok(screen_text(s, &r, NULL, 0) == 27, "measured");
	r.from = -5;
	r.to = 99;
	r.left = -3;
	r.right = 5000;
	ok(screen_text(s, &r, buf, sizeof buf) == 27, "out of range");
	ok(screen_cell_text(s, &cell, buf) == 1 && buf[0] == ' ' &&
	    screen_cell_width(&cell) == 1, "a blank cell");
	screen_free(s);

	s = fed(4, 2, 9, "abc\346\227\245x");
	is_str(all_text(s, SCREEN_JOIN), "abc\346\227\245x",
	    "the gap before a wide character that wrapped is no text");
	screen_free(s);
	s = fed(4, 2, 9, "ab  cd");
	is_str(all_text(s, SCREEN_JOIN), "ab  cd", "blanks at a soft wrap");
	feed(s, "\033[1;1H\033[K\r\nxy");
	is_str(all_text(s, SCREEN_JOIN), "\nxy", "erasing ends a soft wrap");
	screen_free(s);
}

static void
test_hash(void)
{
	struct screen *s = fed(COLS, ROWS, 0, "ab\r\ncd");
	struct screen *t = fed(COLS, ROWS, 0, "\033[2Hcd  \033[Hab");
	uint64_t h = screen_hash(s, 0, ROWS);

	ok(h == screen_hash(t, 0, ROWS), "the same to see, the same number");
	ok(screen_hash(s, 0, 1) != screen_hash(s, 1, 2), "other rows");
	feed(t, "\033[7m\033[1;1Ha");
	ok(h != screen_hash(t, 0, ROWS), "attributes count");
	feed(s, "\033[Hax");
	ok(h != screen_hash(s, 0, ROWS), "text counts");
	screen_free(s);
	screen_free(t);
}

static void
test_resize(void)
{
	struct screen *s = fed(10, 3, 20,
	    "The quick brown fox\r\njumps over\r\n$ ls");
	const struct screen_state *st = screen_state(s);

	screen_anchor_set(s, 0, screen_top(s) + 2);
	ok(screen_resize(s, 6, 3) == 0 && st->cols == 6, "narrower");
	is_str(all_text(s, 0), "The qu\nick br\nown fo\nx\njumps\nover\n$ ls",
	    "lines are wrapped anew");
	ok(st->cursor_row == 2 && st->cursor_col == 4, "the cursor went along");
	ok(screen_anchor(s, 0) == screen_top(s) + 2, "so did an anchor");
	ok(screen_resize(s, 30, 3) == 0, "wider");
	is_str(all_text(s, 0), "The quick brown fox\njumps over\n$ ls",
	    "lines are joined again");
	ok(st->cursor_row == 2 && st->cursor_col == 4, "the cursor too");
	ok(st->resizes == 2, "it is counted");
	screen_resize(s, 30, 2);
	is_str(rows_text(s), "jumps over\n$ ls", "lower: into the scrollback");
	screen_resize(s, 30, 6);
	is_str(rows_text(s), "The quick brown fox\njumps over\n$ ls",
	    "higher: out of it");
	ok(st->resizes == 2, "with the width lines keep their numbers");
	screen_resize(s, 30, 3);
	is_str(all_text(s, 0), "The quick brown fox\njumps over\n$ ls",
	    "blank rows below the cursor go first");
	feed(s, "\033[?1049h\033[Habc\r\ndef");
	screen_resize(s, 2, 2);
	is_str(rows_text(s), "ab\nde", "the alternate screen is cut");
	feed(s, "\033[?1049l");
	screen_resize(s, 30, 3);
	is_str(all_text(s, 0), "The quick brown fox\njumps over\n$ ls",
	    "the main screen was not");
	feed(s, "x");
	is_str(rows_text(s), "The quick brown fox\njumps over\n$ lsx",
	    "and its cursor came back");
	screen_free(s);

	s = fed(4, 3, 20, "\346\227\245\346\234\254\345\255\227e\314\201");
	screen_resize(s, 1, 3);
	is_str(all_text(s, SCREEN_JOIN), "\357\277\275\357\277\275\357\277\275"
	    "e\314\201", "one column has no room for wide characters");
	screen_resize(s, -5, 1 << 30);
	ok(screen_state(s)->cols == 1 && screen_state(s)->rows ==
	    SCREEN_ROWS_MAX, "sizes are brought into range");
	screen_free(s);
}

static void
test_anchors(void)
{
	struct screen *s = fed(COLS, 4, 2, "1\r\n2\r\n3\r\n4\033[3H");
	char buf[16];

	ok(screen_anchor(s, 0) == -1, "none at start");
	screen_anchor_set(s, 0, 2);
	feed(s, "\033[2H\033[L");
	ok(screen_anchor(s, 0) == 3, "an inserted line moves it");
	feed(s, "\033[M");
	ok(screen_anchor(s, 0) == 2, "a deleted one too");
	feed(s, "\033[4;1H\n\n");
	ok(screen_anchor(s, 0) == 2 && screen_top(s) == 2,
	    "scrolling does not: its line has its number");
	screen_line_text(s, screen_anchor(s, 0), buf, sizeof buf);
	is_str(buf, "3", "and its text");
	feed(s, "\n\n\n");
	ok(screen_anchor(s, 0) == -1, "until it falls off");
	screen_anchor_set(s, 1, screen_top(s) + 1);
	feed(s, "\033[2H\033[M");
	ok(screen_anchor(s, 1) == -1, "or is deleted");
	screen_anchor_set(s, 2, screen_top(s) + 3);
	feed(s, "\033[1;2r\033[2H\n");
	ok(screen_anchor(s, 2) == screen_top(s) + 3,
	    "below a region that scrolls it stays on its row");
	screen_free(s);
}

/* Clusters beyond the table's limit: all that is shown stays right. */
static void
test_clusters(void)
{
	struct screen *s = screen_new(COLS, ROWS, 2);
	char in[16], buf[64];
	const struct screen_cell *cells;
	size_t n, len;
	unsigned i;

	for (i = 0; i < 60000; i++) {
		n = utf8_encode(0x4e00 + i % 20000, in);
		n += utf8_encode(0x300 + i / 20000, in + n);
		screen_feed(s, in, n);
	}
	feed(s, "\r\ne");
	for (i = 0; i < 100; i++)
		feed(s, "\314\201");
	screen_line(s, screen_top(s) + 4, &cells);
	len = screen_cell_text(s, &cells[0], buf);
	ok(len > 10 && len <= SCREEN_CLUSTER_MAX, "one cell's text is bounded");
	for (i = 0; i < 100000; i++)	/* as long as sweeps are refused */
		feed(s, "\ra\314\200\033[K");
	is_str(rows_text(s) + strlen(rows_text(s)) - 3, "a\314\200",
	    "when the table was full, new ones are taken again");
	screen_free(s);
}

static void
test_limits(void)
{
	struct screen *s = screen_new(SCREEN_COLS_MAX + 1, SCREEN_ROWS_MAX + 1,
	    -1);
	char block[4096];
	int i;

	ok(screen_state(s)->cols == SCREEN_COLS_MAX &&
	    screen_state(s)->rows == SCREEN_ROWS_MAX, "sizes are limited");
	memset(block, 'x', sizeof block);
	feed(s, "\033]0;");
	for (i = 0; i < 256; i++)
		screen_feed(s, block, sizeof block);
	feed(s, "\007ok");
	ok(strlen(screen_state(s)->title) <= SCREEN_TITLE_MAX,
	    "a title of a megabyte is cut");
	is_str(rows_text(s), "ok", "and then text is text");
	screen_free(s);
	screen_free(NULL);
}

int
main(void)
{
	test_table();
	test_attributes();
	test_answers();
	test_notes();
	test_modes();
	test_sync();
	test_scrollback();
	test_packed();
	test_text();
	test_hash();
	test_resize();
	test_anchors();
	test_clusters();
	test_limits();
	return tap_done();
}
