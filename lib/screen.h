/*
 * screen - a terminal emulator without a terminal: bytes in, cells and text
 * out.
 *
 * The mirror that csp-sidecar keeps of the wrapped program's terminal.  It does
 * no I/O, asks no clock and fails on no input: whatever the program sends costs
 * bounded time and memory.
 *
 * Coordinates.  Columns and rows count from 0.  A *line* is a line of text with
 * a number that stays its own while it scrolls up the screen and through the
 * scrollback: row r of the screen is line screen_top() + r, the oldest line
 * held is screen_first(), the last is screen_top() + rows - 1.  Numbers only
 * grow.  The alternate screen has lines too (no scrollback) in a range of its
 * own, so a remembered number is either the same line still or is not held any
 * more (screen_line() says -1) -- with these exceptions, where text changes
 * place: insert and delete line, scrolling in a region that does not start at
 * the top, and a resize, which wraps the lines anew.  An *anchor* follows those
 * too.
 *
 * What is returned as a pointer belongs to the screen and holds until the next
 * call that takes a non-const screen.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stddef.h>
#include <stdint.h>

#define SCREEN_COLS_MAX		1000
#define SCREEN_ROWS_MAX		1000
#define SCREEN_SCROLLBACK_MAX	1000000
#define SCREEN_TITLE_MAX	255	/* of a title or note, without NUL */
#define SCREEN_NOTES		32	/* how many notes are kept */
#define SCREEN_ANCHORS		8	/* slots for the caller */
#define SCREEN_CLUSTER_MAX	64	/* bytes of UTF-8 in a cell, at most */

struct screen;				/* opaque */

/* What the program has switched on. */
enum screen_mode {
	SCREEN_CURSOR	= 1 << 0,	/* ?25, cursor shown (on at start) */
	SCREEN_ALT	= 1 << 1,	/* ?47 ?1047 ?1049, alternate screen */
	SCREEN_PASTE	= 1 << 2,	/* ?2004, bracketed paste */
	SCREEN_FOCUS	= 1 << 3,	/* ?1004, wants focus reports */
	SCREEN_SYNC	= 1 << 4,	/* ?2026, a frame is being drawn */
	SCREEN_THEME	= 1 << 5,	/* ?2031, wants colour scheme reports */
	SCREEN_MOUSE	= 1 << 6,	/* ?9 ?1000 ?1002 ?1003, any of them */
	SCREEN_MOUSE_SGR = 1 << 7,	/* ?1006 */
	SCREEN_APPCURSOR = 1 << 8,	/* ?1, arrow keys send ESC O */
	SCREEN_APPKEYPAD = 1 << 9,	/* ESC = and ?66 */
	SCREEN_AUTOWRAP	= 1 << 10,	/* ?7 (on at start) */
	SCREEN_ORIGIN	= 1 << 11,	/* ?6 */
	SCREEN_INSERT	= 1 << 12,	/* 4 */
	SCREEN_NEWLINE	= 1 << 13,	/* 20, LF returns the carriage too */
	SCREEN_REVERSE	= 1 << 14	/* ?5 */
};

/* Everything small that a reader asks for.  Counters only grow. */
struct screen_state {
	int		cols, rows;
	int		cursor_row;	/* 0 to rows - 1 */
	int		cursor_col;	/* 0 to cols - 1 */
	int		wrap_pending;	/* last column written, the next
					   character goes to the next row */
	unsigned	modes;		/* of enum screen_mode */
	unsigned	kitty_flags;	/* keyboard protocol, 0: legacy keys */
	unsigned	modify_keys;	/* xterm's modifyOtherKeys, 0 to 2 */
	uint64_t	generation;	/* differs when cells, cursor, modes or
					   titles may have changed */
	uint64_t	frames;		/* synchronized updates ended, */
	uint64_t	frames_asked;	/* and times that it asked for them */
	uint64_t	bells;
	uint64_t	erased;		/* times that the scrollback was erased
					   (CSI 3 J, RIS) */
	uint64_t	dropped;	/* lines off a full scrollback */
	uint64_t	resizes;	/* times that lines were wrapped anew
					   and so numbered anew */
	uint64_t	notes;		/* taken: the newest is notes - 1 */
	uint64_t	titles;		/* times that the title changed */
	uint64_t	queries;	/* about what the terminal is, not
					   where its cursor stands */
	char		title[SCREEN_TITLE_MAX + 1];	/* OSC 0 and 2 */
	char		agent[SCREEN_TITLE_MAX + 1];	/* OSC 7501, as in
						   "state=idle:app=codex" */
	int		progress;	/* OSC 9;4: -1 never seen, 0 none, 1
					   some, 2 error, 3 indeterminate, 4
					   paused */
	int		progress_percent;	/* 0 to 100 */
};

/*
 * Things the program told the terminal rather than drew, in order.  Between two
 * looks more than one may have come (working, done, idle): the caller remembers
 * up to which number it has read.
 */
enum screen_note_kind {
	SCREEN_NOTE_TITLE,		/* text: the new title */
	SCREEN_NOTE_AGENT,		/* text: OSC 7501's payload */
	SCREEN_NOTE_PROGRESS,		/* text: what follows "9;4;" */
	SCREEN_NOTE_NOTIFY,		/* text: OSC 9 or 777 notification */
	SCREEN_NOTE_MARK,		/* text: OSC 133's payload: "A" prompt,
					   "B" input, "C" output, "D;STATUS"
					   end */
	SCREEN_NOTE_BELL		/* text: empty */
};

struct screen_note {
	enum screen_note_kind kind;
	int64_t		line;		/* where the cursor stood then; */
	int		col;		/* a resize does not renumber line */
	char		text[SCREEN_TITLE_MAX + 1];	/* printable UTF-8 */
};

/* One cell of the screen: 8 bytes.  In the scrollback it takes less. */
struct screen_cell {
	uint32_t	text;		/* opaque; 0: nothing there (a blank
					   that was never written, or was
					   erased) */
	uint32_t	attr;		/* flags and colours as below */
};

#define SCREEN_BOLD		(1U << 0)
#define SCREEN_DIM		(1U << 1)
#define SCREEN_ITALIC		(1U << 2)
#define SCREEN_UNDERLINE	(1U << 3)
#define SCREEN_BLINK		(1U << 4)
#define SCREEN_INVERSE		(1U << 5)
#define SCREEN_HIDDEN		(1U << 6)
#define SCREEN_STRIKE		(1U << 7)
#define SCREEN_LINK		(1U << 8)	/* within OSC 8 */

/*
 * Colours of an attr: -1 the terminal's default, else 0 to 255 in xterm's
 * palette; a true colour is given as the nearest of its 6x6x6 cube or greys.
 */
#define SCREEN_FG(attr)		((int)((attr) >> 14 & 0x1ff) - 1)
#define SCREEN_BG(attr)		((int)((attr) >> 23) - 1)

/*
 * A new screen of 1 to SCREEN_COLS_MAX by 1 to SCREEN_ROWS_MAX cells that keeps
 * up to scrollback lines above.  Numbers out of range are brought into it.
 * Returns NULL with errno ENOMEM.  The caller frees it with screen_free().
 */
struct screen *screen_new(int cols, int rows, int scrollback);
void	screen_free(struct screen *);		/* NULL is allowed */

/* Take n bytes of the program's output; any cut of the stream does the same. */
void	screen_feed(struct screen *, const void *, size_t n);

/*
 * As screen_feed(), but stop when a synchronized update ends, so that the
 * caller can look at every whole frame though a read held several.  Returns how
 * many bytes were taken; call again with the rest.
 */
size_t	screen_feed_frame(struct screen *, const void *, size_t n);

/*
 * The terminal has a new size.  Lines of the main screen and its scrollback are
 * wrapped anew; the alternate screen is cut or filled up.  Returns 0, or -1
 * with errno ENOMEM and the screen as it was.
 */
int	screen_resize(struct screen *, int cols, int rows);

/*
 * Where nobody sends the end of a synchronized update: end it.  The caller
 * decides how long it may take (terminals wait 100 ms to 1 s).
 */
void	screen_end_sync(struct screen *);

/* Cursor, modes, titles, counters. */
const struct screen_state *screen_state(const struct screen *);

/*
 * Note number n, counted from 0; NULL where it is not taken yet or is not kept
 * any more (only the last SCREEN_NOTES are).
 */
const struct screen_note *screen_note(const struct screen *, uint64_t n);

/*
 * Move up to cap bytes of what a terminal would have answered to the program's
 * queries into out; returns how many.  Only who stands in for the terminal
 * sends them; nobody else need call this (a bounded number is kept, the rest
 * dropped).
 */
size_t	screen_take_answers(struct screen *, char *out, size_t cap);

/* The oldest line held; the line in row 0.  Of the screen that is shown. */
int64_t	screen_first(const struct screen *);
int64_t	screen_top(const struct screen *);

/*
 * The cells of a line: *cells points at them, and how many there are is
 * returned, 0 to cols; those after are blank.  -1 where the line is not held.
 * The scrollback is kept packed: its cells hold only until the next call of
 * this function or of one that gives text.  cells may be NULL.
 */
int	screen_line(const struct screen *, int64_t line,
	    const struct screen_cell **cells);

/* Whether the line goes on in the next one (a soft wrap). */
int	screen_line_wraps(const struct screen *, int64_t line);

/* OSC 133 marks set on the line: bits 1 A, 2 B, 4 C, 8 D. */
unsigned screen_line_marks(const struct screen *, int64_t line);

/*
 * The text of one cell as UTF-8 in out, which has room for SCREEN_CLUSTER_MAX
 * bytes (no NUL is added).  Returns its length: a blank is one space, the right
 * half of a wide character is nothing.
 */
size_t	screen_cell_text(const struct screen *, const struct screen_cell *,
	    char *out);

/* Cells that the character takes: 1, 2, or 0: right half of a wide one. */
int	screen_cell_width(const struct screen_cell *);

/*
 * Which text: lines from up to (not with) to, of each the columns left up to
 * (not with) right; right 0 means to the end.  Lines not held are left out.
 */
struct screen_region {
	int64_t		from, to;
	int		left, right;
	unsigned	flags;
};

#define SCREEN_JOIN	1U	/* give soft-wrapped lines as one */
#define SCREEN_KEEP	2U	/* keep trailing blanks that were written */

/*
 * The text of a region as UTF-8: each line without trailing spaces, ended by a
 * newline.  Writes at most cap - 1 bytes and a NUL into out and returns the
 * length that the whole has, as snprintf(3); where that is cap or more, the
 * text was cut.  out may be NULL if cap is 0.
 */
size_t	screen_text(const struct screen *, const struct screen_region *,
	    char *out, size_t cap);

/* One line of it, as screen_text(), but without the newline. */
size_t	screen_line_text(const struct screen *, int64_t line, char *out,
	    size_t cap);

/*
 * A number for what is to be seen in the rows from up to (not with) to: equal
 * text and attributes give an equal number.  The cursor does not count.
 */
uint64_t screen_hash(const struct screen *, int from, int to);

/*
 * Anchor slot, 0 to SCREEN_ANCHORS - 1, follows the line given: through
 * scrolling, inserted and deleted lines, and a resize.  screen_anchor() says
 * where it is now, or -1: never set, fell off, deleted, or its screen is not
 * shown.  What is drawn over a line does not move its anchor.
 */
void	screen_anchor_set(struct screen *, int slot, int64_t line);
int64_t	screen_anchor(const struct screen *, int slot);

#endif
