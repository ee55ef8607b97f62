/*
 * turn_int - what the files of the part turn share.  Nobody else includes it.
 *
 * An update of turn.c goes down this list, a reply from its echo on:
 *
 *	turn.c		the public functions; a turn begins, runs and is over
 *  what is on the screen
 *	turn_row.c	lines of the screen as text, read anew when they change
 *	turn_spin.c	spinners in them
 *	turn_sign.c	what kind of sign one is
 *	turn_drawn.c	rules, frames and their sides
 *	turn_pane.c	the part of the screen that the conversation has
 *  where a text is typed
 *	turn_cursor.c	the cursor, also one that is drawn by hand
 *	turn_box.c	where the input box is
 *	turn_content.c	what stands in it, compared with what was typed
 *	turn_land.c	a text that was typed proves where the box is
 *	turn_key.c	which key hands a text over, as the screen says
 *  what the program does
 *	turn_state.c	the rules' states are asked; what is told beside them
 *	turn_menu.c	choices with numbers
 *	turn_choice.c	lines that look like choices without numbers
 *	turn_ask.c	whether such are a dialog, and where it is
 *	turn_rest.c	what changes by itself, and what tells of work
 *	turn_hint.c	what a box holds that nobody has typed
 *  where a reply is
 *	turn_prompt.c	whether lines show the prompt
 *	turn_echo.c	the echo of it that is above the reply
 *	turn_tail.c	the end of an echo that has no beginning
 *	turn_region.c	rows that may be a reply's: no header, no status
 *	turn_view.c	its lines as drawn, collected over a viewport's frames
 *	turn_wiped.c	lines of it that a repaint has wiped
 *  what its text is: turn_reply.c leaves out and puts together, with
 *	turn_learn.c	headings and labels that no rule knows of
 *	turn_frame.c	frames and bars around all of it
 *	turn_tool.c	tools and thoughts among its texts
 *	turn_plan.c	lists of what is to be done
 *	turn_repeat.c	what stands there twice
 *	turn_code.c	code: numbers off, wrapped lines known
 *	turn_join.c	wrapped paragraphs joined
 *	turn_text.c	texts compared as far as drawing keeps them
 *  programs of lines, which have no box
 *	turn_line.c	their prompt
 *	turn_typed.c	what stands behind it
 *	turn_answer.c	what stands below
 */
#ifndef TURN_INT_H
#define TURN_INT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "rules.h"
#include "screen.h"
#include "turn.h"

/* What is known of a line, a set of bits. */
#define LINE_BOLD	(1U << 0)	/* the first sign is drawn bold */
#define LINE_DIM	(1U << 1)	/* every sign is drawn dim */
#define LINE_WRAPS	(1U << 2)	/* goes on in the next line */
#define LINE_FILLED	(1U << 3)	/* written up to the last column */
#define LINE_LONG	(1U << 4)	/* ... or nearly */
#define LINE_CUT	(1U << 5)	/* ends in a sign of a shell's: its
					   newline is missing */
#define LINE_CODE	(1U << 6)	/* of a block of code: stays as it is
					   drawn */
#define LINE_KEPT	(1U << 7)	/* the same, but for a margin */
#define LINE_MORE	(1U << 8)	/* code that goes on with the line
					   before: behind a blank, but for
					   LINE_WRAPS */
#define LINE_GONE	(1U << 9)	/* was left out */
#define LINE_GOES	(1U << 10)	/* goes on with the words of the line
					   before */
#define LINE_MARK	(1U << 11)	/* begins with a mark, none of it */

/* A line of the screen as text.  Trailing blanks are left out. */
struct tline {
	char		*text;
	size_t		len, cap;
	int		width;		/* columns */
	int		indent;		/* blank columns at its start */
	unsigned	flags;
	uint32_t	attr;		/* of its first sign */
	int		hued;		/* column of the first that has another
					   colour than that, -1: none has; */
	uint32_t	attr2;		/* its */
	int		dim_from;	/* column from which on all are dim */
	uint32_t	attr_end;	/* of its last sign */
	int		bar;		/* column of a scroll bar's part that
					   was cut off, or 0 */
};

#define LINE_NONE	{ NULL, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0 }

/* Lines in order; those from n to cap are kept for their memory. */
struct tlines {
	struct tline	*v;
	size_t		n, cap;
};

/* A row of the screen, and which patterns of states match it. */
struct trow {
	struct tline	line;
	struct tline	part;		/* what the pane has of it */
	uint64_t	hash;
	uint64_t	asked, hit;	/* a bit for each pattern */
	int		status;		/* it is one, + 1; 0: not asked yet */
	int		valid;
};

/* Where on the screen the conversation is, if it is not all above the box. */
struct pane {
	int		on;
	int		cols;		/* of the screen as it was found */
	int		left, right;	/* columns from, and up to (not with) */
	int		top, bottom;	/* rows of a frame around it, */
	int		over;		/* this far above the box; 0: none */
	int		box_left, box_right;	/* of the box that it was
						   found by; 0: not known */
	int		crossed, asked;	/* text lay over its edge; a dialog */
	int		proven;		/* a turn has been in it, and */
	int64_t		over_ms;	/* something lies over it since, -1 */
};

/* The input box: rows top to bottom hold its content. */
struct box {
	int		present;
	int		top, bottom;
	int		outer_top, outer_bottom;	/* with the frame */
	int		left;		/* column where the text begins */
	int		right;		/* column where it ends, of the frame */
	int		cursor_row, cursor_col;		/* -1: not known */
};

/* A cursor drawn by hand, where it was seen last, and the line's text then. */
struct painted {
	int		row, col;
	int64_t		seen_ms;
	uint64_t	line;
};

struct folded {			/* a text reduced to what drawing keeps */
	struct fold_char {
		uint32_t	cp;
		int		marked;	/* combining marks follow */
	} *v;
	size_t		n, cap;
};

/* A sign of the screen that is no blank, and its column. */
struct land_sign {
	uint32_t	cp;
	int		col;
	int		marked;		/* as in struct folded */
};

/* Rows of them: row[r] is where row r begins, row[rows] the end. */
struct land_rows {
	struct land_sign *v;
	size_t		n, cap;
	size_t		*row;
	int		rows;
};

/* Where a text was seen that a box was not known for. */
struct place {
	int		known;
	int		left, end;	/* columns of the text */
	int		side;		/* a frame's stands before it, */
	int		lead;		/* from so many rows above on */
	int		from;		/* behind a line beside all, or 0 */
	int		ground;		/* its rows have this one, or -1 */
	int		rule;		/* one is above it */
	uint64_t	prefix;		/* what stands before it; */
	int		bare;		/* nothing */
	uint64_t	below;		/* shape of the next line below, */
	int		gap;		/* behind so many empty ones */
	int		from_bottom;
	int		cursor;		/* the terminal's was seen there */
};

struct land {
	int		watched;	/* before holds the screen before, */
	int		typed;		/* and not taken yet */
	char		*content;	/* and this stood in the box */
	size_t		content_len;
	struct land_rows before, now;
	struct place	place;
	enum turn_box	found;		/* how, or _OTHER; */
	int		top;		/* in which row it began */
	int		stays;		/* as it did when Enter was pressed, */
	uint64_t	below;		/* if this is the same */
};

#define AMBIENT		8
#define HINTS		8
#define NEAR		16
#define SIGNS		8
#define UNDERS		2

/* A row that changes by itself. */
struct ambient {
	uint64_t	shape;
	int		row;
	int		ticks, spins;
	int		moves;		/* has no shape that stays */
	int		known;
	int64_t		first_ms, last_ms;
};

/* A row so far below the box in which one text comes after the other. */
struct under {
	int		off;
	int		ticks, fast;
	int		known;
	int64_t		last_ms;
};

#define SEEN		512	/* lines of a turn that are remembered, */
#define LETTERS		32	/* each by its first letters */

/* The first letters and digits of a line; n: how many it has in all. */
struct letters {
	unsigned char	s[LETTERS];
	int		n;
};

/* A line that stood between two others. */
struct seen {
	struct letters	above, line, below;
};

/* Where a line stands in a reply. */
struct stood {
	struct letters	line;
	size_t		at;
};

struct wiped {
	struct seen	*seen;		/* SEEN of them, or NULL; line.n 0: - */
	size_t		next;		/* the one that makes room */
};

/* A line near the box that came with a turn; shape 0: none. */
struct near {
	uint64_t	shape;
	int64_t		first_ms, last_ms;
};

struct rest {
	int		keys;		/* the person's are known: times of */
	int64_t		told_ms;	/* turn_set_keys() said so, */
	int64_t		text_ms;	/* what may be a draft since, */
	int64_t		clear_ms;	/* what enters or throws away */
	int64_t		empty_ms;	/* the box was known to be empty, */
	int64_t		idle_ms;	/* the program to have answered, */
	int64_t		busy_ms;	/* and to work */
	uint64_t	cleared;	/* what stood in the box at clear_ms */
	size_t		cleared_len;
	int		box_seen;	/* there was one */
	int		cursor;		/* the cursor stands in it at rest */
	int		prefilled;	/* a draft that nobody typed */
	uint64_t	hints[HINTS];	/* contents of an empty box */
	unsigned	nhints;
	struct ambient	ambient[AMBIENT];
	struct under	under[UNDERS];
	int64_t		above_ms;	/* what is not below the box changed */
	uint64_t	*shapes;	/* of the rows as the turn began */
	int		nshapes;
	int		calm;		/* it was idle then */
	int64_t		began_ms;
	struct near	near[NEAR];
	uint64_t	busy[SIGNS];	/* shapes that tell that it works */
	unsigned	nbusy;
	uint64_t	title;		/* the title's before the turn */
	int64_t		stopped_ms;	/* it was told to stop */
	int64_t		moved_ms;	/* the last change of the turn seen; */
	int64_t		gap_ms;		/* the longest time between two, */
	int64_t		pause_ms;	/* and in all turns that are over; */
	int64_t		worked_ms;	/* how long these took */
	int		still;		/* what tells of work is a text */
};

#define CUT_MAX		2048	/* bytes of one of its lines */

/* Some columns of the screen, as lines. */
struct cut {
	const struct screen *scr;
	int		first, end;
	int		floor;		/* the first row below the echo, or 0 */
	struct tline	line;
	char		text[CUT_MAX];
};

#define DRAFT_LINES	2000	/* of a text that is shown as it was pasted */
#define GAP		4	/* blanks before a prompt on the right */

#define CHROME		24	/* rows near the box that are remembered */
#define ASKED_MAX	32
#define SPINS		12	/* rows whose first sign is watched */
#define SPIN_MS		1000	/* one that stands still is none */
#define UNKNOWN_MS	1500	/* no rule fires for so long: who knows */

struct spin {
	int		row;
	int		ticks;
	int64_t		last_ms;
};

/* An echo: its first line, the one behind its last, the whole prompt in it. */
struct echo {
	int64_t	at, end;
	int	whole;
};

/* The turn that runs, or the last one. */
struct run {
	int		active;
	int		own;
	int		busy_seen;
	int		in_box;		/* the prompt was not taken yet */
	int64_t		idle_ms;	/* when it came to look over, or -1 */
	char		*prompt;
	size_t		prompt_len;
	struct folded	fold;		/* of the prompt */
	int		loose;		/* letters and digits only */
	/* where things were when it began */
	int64_t		old_echo;	/* the last like it, -1: none, */
	int		old_whole;	/* and whether all of it was there */
	size_t		old_echoes;
	int64_t		floor;		/* line of the box then */
	uint64_t	erased, dropped, resizes;
	int		alt;
	uint64_t	*top_hash;	/* of each row, for headers that stay */
	int		top_rows;
	int		top_end;	/* the box's, where there was one */
	int		top_old;	/* the first below the box */
	int		foot;		/* rows at the bottom that stayed */
	int		ground;		/* of a bar right above the box, -1 */
	struct tline	title;		/* the first row of the pane */
	/* where they are now */
	int64_t		echo, echo_end;	/* lines; echo_end is behind it; -1 */
	uint64_t	echo_hash;
	int		echo_whole;	/* all of the prompt is in it */
	int64_t		searched_ms;	/* the echo, in all there is; -1 */
	uint64_t	search_erased;
	int		lost;		/* lines are known to be lost */
	int		passed;		/* a window was, as it seemed to ask */
	int		pinned_seen;
	struct tlines	window;		/* what is to be seen of it now */
	struct tlines	view;		/* collected */
	size_t		view_at;	/* where its last window began */
	size_t		view_skip;	/* lines of it that are the echo's */
	int		view_used;
	/* what is told by its echo, and by the reply as drawn */
	struct tline	above;		/* the line above the echo, or blank */
	int		echo_indent;
	int		echo_col;	/* where its text begins */
	uint32_t	echo_attr;
	uint32_t	echo_sign;	/* that it begins with: a bar, */
	int		outside;	/* and no text of the reply has it; */
	int		inside;		/* or just its text has */
	int		framed;		/* all of it is, 1; nothing, -1 */
	int		carded;		/* the same of grounds of their own */
	int		echo_bar;	/* column of one before its text, 0 */
	int		echo_timed;	/* a time of day before it */
	int		labels;		/* a name before it, a time; or both */
	uint32_t	label;		/* the sign that ends them */
	uint64_t	lead;		/* the reply's first line, 0 */
	uint64_t	labelled;	/* what may be a label before it, 0 */
	uint32_t	sign;		/* that was learned for a mark, 0 */
	uint32_t	bar;		/* that stood before all of it, 0 */
	uint64_t	speaker;	/* named in a column beside it, 0 */
	uint32_t	mark;		/* that its blocks have, or 0 */
	int		mark_column;
	int64_t		answer, answer_end;	/* a line program's; -1 */
	struct asked {			/* a line's first len bytes */
		int64_t	line;
		size_t	len;
		uint64_t hash;
	}		asked[ASKED_MAX];
	int		nasked;
};

struct turn {
	const struct rules *tui, *lines, *rules;
	struct turn_view view;
	struct trow	*rows;
	int		nrows, cols;
	struct box	box;
	struct pane	pane;
	int		below;		/* the box stands above it */
	int		ground;		/* of a bar above the box at rest, -1 */
	int		own_ground;	/* the program's, behind all, or -1 */
	int		frame_width;	/* of a box without cursor, if found */
	int		frame_indent;
	int		frame_row;	/* in which it began */
	uint32_t	frame_sign;	/* its corner, or what it begins with */
	uint32_t	box_sign;	/* that stands in an empty box, or 0 */
	int		margin;		/* text begins behind one there, or 0 */
	int		sign_left;	/* and behind a framed box's sign */
	struct painted	painted;
	struct land	land;
	struct rest	rest;
	uint64_t	generation;
	int		looked;		/* a first update has been */
	int		unseen;		/* rows changed between updates */
	int		was_idle;	/* some time or other, */
	int		was_line;	/* as a line program */
	int		proven;		/* a turn has shown what kind it is */
	enum turn_tty	tty;
	int64_t		kind_ms;	/* when it may show what it is, -1 */
	int64_t		now_ms;
	int64_t		changed_ms;	/* outside the box */
	int64_t		output_ms;	/* anything at all */
	int64_t		no_rule_ms;	/* since when no rule fires, -1 */
	int64_t		asks_ms;	/* since when one says it asks, -1 */
	int64_t		due_ms;		/* soonest a quiet rule may fire, -1 */
	int64_t		wall_ms, wall_s;	/* turn_set_wall() */
	long		gmtoff_s;
	int		has_wall;
	struct spin	spins[SPINS];
	int		spin_col;	/* where one of dots stood last, -1; */
	uint32_t	spun;		/* the mark that took its place, or 0 */
	int		menu_top;	/* row of the first choice, -1 */
	int		menu_bottom;
	int		for_busy;	/* it is asked whether it works */
	int		ask_row;	/* of choices without numbers, -1 */
	struct over {			/* the frame or ground around them, */
		int	top, bottom;	/* where that lies over other things */
		int	left, right;	/* right 0: it does not */
	}		over;
	uint64_t	asked;		/* a number for the dialog */
	char		*draft;		/* what stood in the box last */
	size_t		draft_len;
	int64_t		draft_ms;
	uint64_t	draft_hash;
	uint64_t	chrome[CHROME];	/* rows above the box before any turn */
	unsigned	nchrome;
	/* line programs */
	int64_t		prompt_line;	/* learned on this line; -1: none */
	char		prompt[256];
	int		prompt_known;
	char		head[256];	/* the line above the first prompt, */
	int		head_seen;	/* 1: it belongs to it, -1: not */
	int		prompt_col;
	enum turn_tty	prompt_tty;	/* how it was read */
	char		more_lead[16];	/* an editor's, before all its lines
					   but the first; or "" */
	int64_t		more_line;	/* of a prompt for more; -1: none */
	int		more_col;
	/* the reply */
	struct run	run;
	struct wiped	wiped;
	struct tlines	work;
	uint64_t	lead;		/* the first line of the turn before, */
	int		leads;		/* and of how many in a row */
	uint64_t	label;		/* what may have been one, 0 */
	int		outside;	/* replies had not the echo's bar, */
	int		inside;		/* or had it */
	int		framed;		/* the sum of that */
	int		carded;		/* the same, -1 once one was -1 */
	uint32_t	bar;		/* that replies before had, 0 */
	uint64_t	speaker;	/* the last that was named, 0 */
	int		marked;		/* replies' blocks have had marks */
	int		unmarked;	/* a reply before that had none */
	int		wrapped;	/* columns replies are wrapped to */
	int		wrapped_cols;	/* on a screen of so many; 0 */
	struct buf	reply;
	struct buf	before;		/* the same, when the turn was over */
	struct buf	error;
	int		reply_complete;
	int		reply_final;
	uint64_t	text_hash;
	int64_t		text_ms;
	int64_t		limit_until_ms;
	char		limit_text[TURN_DETAIL_MAX];
	struct buf	scratch;
};

/* turn.c */
int	box_has_prompt(struct turn *, struct screen *);

/* turn_state.c */
void	copy_text(char *to, size_t cap, const char *from, size_t n);
void	look_at(struct turn *, int64_t due_ms);
void	state_detail(struct turn *, const struct screen *);
unsigned state_find(struct turn *, const struct screen *);

/* turn_row.c */
int	sign_text(const struct screen *, const struct screen_cell *, char *);
uint32_t sign_in(const struct screen *, int row, int col);
int	line_part(const struct screen *, int64_t line, int left, int right,
	    struct tline *);
int	line_read(const struct screen *, int64_t line, struct tline *);
void	row_free(struct trow *);
void	line_free(struct tline *);
struct tline *lines_add(struct tlines *);	/* NULL: no memory */
int	line_copy(struct tline *, const struct tline *);
void	lines_free(struct tlines *);
void	lines_cut(struct tlines *, size_t n);
void	lines_cut_bar(struct tlines *);
void	line_cut(struct tline *, size_t bytes, int blanks);
void	line_cut_side(struct tline *);
void	line_drop(struct tline *);
void	line_shift(struct tline *, int columns);
void	line_bared(struct tline *);
int	line_is_blank(const struct tline *);
int	row_is_blank(const struct turn *, int row);
int	rows_written(const struct turn *, int from, int end);
size_t	next_written(const struct tlines *, size_t);
uint32_t sign_at_start(const struct tline *);
uint32_t sign_at_end(const struct tline *);
uint64_t text_hash(const char *, size_t);
int	rows_update(struct turn *, const struct screen *);
int	row_hits(struct turn *, int row, const struct rules_cond *);

/* turn_spin.c */
int	spin_is_turn(const struct tline *was, const struct tline *is);
void	spin_note(struct turn *, int row, const struct tline *was,
	    const struct tline *is, int turned);
int	spin_find(const struct turn *, int *row);
int	spin_was_in_row(const struct turn *, int row);

/* turn_sign.c */
int	sign_is_letter(uint32_t);
int	sign_is_dots(uint32_t);
int	sign_is_bar(uint32_t);
int	sign_is_side(uint32_t);
int	sign_is_corner(uint32_t);
int	sign_is_upper_corner(uint32_t);
int	sign_is_upper_right(uint32_t);
uint32_t sign_below_corner(uint32_t);
int	sign_is_tee(uint32_t);
int	sign_is_rule(uint32_t);

/* turn_drawn.c */
int	line_is_side(const struct tline *);
int	line_is_rule(const struct tline *);
int	line_is_titled(const struct tline *);
int	line_is_edge(const struct tline *);
int	line_is_lower_edge(const struct tline *);
size_t	frame_end(const struct tlines *, size_t);
int	line_closes(const struct tlines *, size_t);

/* turn_menu.c */
int	menu_choice(const struct tline *, int *col, int *marked);
void	menu_find(struct turn *);
int	menu_has(const struct turn *, int row);

/* turn_text.c */
uint32_t text_next(const char **p, const char *end);
int	fold_text(struct folded *, const char *, size_t);
int	fold_loose(struct folded *, const char *, size_t);
size_t	fold_bytes(const char *, size_t len, size_t n);
void	fold_free(struct folded *);
size_t	fold_prefix(const struct folded *ours, size_t from,
	    const struct folded *seen);
int	fold_tabs(const char *, size_t, const struct folded *seen);
size_t	fold_ascii(struct folded *);
int	fold_equal(const struct folded *ours, const struct folded *seen);
int	fold_tail(const struct folded *ours, const struct folded *seen);
int64_t	until_parse(const char *, int64_t wall_s, long gmtoff_s);

/* turn_cursor.c */
int	cursor_inverse(const struct screen *, int top, int bottom, int *row,
	    int *col);
int	cursor_painted(struct turn *, const struct screen *, int top,
	    int bottom, int *row, int *col);
int	cursor_find(struct turn *, const struct screen *, int top, int bottom,
	    int *row, int *col);
int	cursor_seen(struct turn *, const struct screen *, int *row, int *col);
int	cell_is_cursor(const struct screen *, const struct screen_cell *);
int	box_has_cursor(const struct turn *, const struct screen *);
int	box_is_left(struct turn *, const struct screen *);

/* turn_box.c */
void	box_find(struct turn *, const struct screen *);
int	box_has_upper(const struct turn *, int row);
int	row_ground(const struct turn *, const struct screen *, int row);

/* turn_content.c */
int	attr_is_hint(uint32_t attr);
int	attr_is_dim(uint32_t attr);
int	tail_is_hint(const struct screen *, const struct screen_cell *, int n,
	    int col);
int	box_content(struct turn *, const struct screen *, struct buf *);
enum turn_box box_compare(struct turn *, const char *content, size_t n,
	    int rows, int filled, const char *text, size_t len);

/* turn_land.c */
void	land_free(struct land_rows *);
void	land_begin(struct turn *, const struct screen *);
enum turn_stood land_stood(const struct turn *, const char *, size_t);
enum turn_box land_find(struct turn *, const struct screen *, const char *,
	    size_t);
void	land_enter(struct turn *, const struct screen *);
int	land_stays(const struct turn *, const struct screen *);
int	place_find(struct turn *, const struct screen *, struct box *);

/* turn_choice.c */
int	choice_is_key_hint(const char *, const char *end);
int	choice_buttons(const struct tline *, int framed);
const struct tline *cut_row(struct cut *, int row);
int	choice_end(struct cut *, int row, int *top);
int	choice_numbers(struct cut *, int row, int *top);
int	choice_has_keys(struct cut *, int from, int to);
int	choice_yes_or_no(const char *);
int	choice_letters(const char *);
int	choice_keys(const struct turn *, const struct screen *, int row);

/* turn_ask.c */
void	ask_detail(struct turn *, const struct screen *, int from, int end);
int	ask_find(struct turn *, const struct screen *);
int	ask_is_open(const struct turn *, const struct screen *);
int	ask_top(struct turn *, const struct screen *);
int	ask_bottom(const struct turn *);
int	ask_is_passing(struct turn *, int asks);

/* turn_rest.c */
uint64_t line_shape(const struct tline *);
int	rest_ticks(struct turn *, int row, const struct tline *was,
	    const struct tline *is, int spins);
void	rest_redrawn(struct turn *, int rows);
int	shape_among(const uint64_t *, int n, uint64_t shape);
int	rest_stood(const struct turn *, int row);
int	rest_was_near(const struct turn *, const struct tline *);
int	rest_had(struct turn *, int row);
void	rest_begin(struct turn *, const struct screen *);
void	rest_watch(struct turn *, const struct screen *);
void	rest_ended(struct turn *, const struct screen *);
int	rest_is_stopped(struct turn *);
int	rest_is_still(struct turn *);
int	rest_works(const struct turn *, const struct screen *, int *row);
int	rest_is_retitled(const struct turn *, const struct screen *);

/* turn_hint.c */
int	hint_untouched(const struct turn *);
int	hint_is(struct turn *, const char *content, size_t n,
	    const char *text, size_t len);
void	hint_taken(struct turn *);
int	hint_entered(struct turn *, const struct screen *);
void	hint_look(struct turn *, const struct screen *);

/* turn_pane.c */
void	pane_find(struct turn *, const struct screen *);
void	pane_follow(struct turn *, const struct screen *);
void	pane_update(struct turn *, const struct screen *, int row);
const struct tline *pane_row(const struct turn *, int row);
int	pane_read(const struct turn *, const struct screen *, int64_t line,
	    struct tline *);
int	pane_cols(const struct turn *);
int	pane_top(const struct turn *);
int	pane_bottom(const struct turn *);

/* turn_region.c */
uint64_t region_shape(const struct turn *, int row);
int	region_top(const struct turn *);
int	region_header(const struct turn *);
int	region_moved(const struct turn *);
int	region_bottom(struct turn *, const struct screen *);
int	region_bar(struct turn *, const struct screen *);
int	region_is_status(const struct turn *, const struct tline *);
void	region_trim(struct turn *, struct tlines *);
void	chrome_keep(struct turn *);

/* turn_prompt.c */
int	fold_line(const struct turn *, struct folded *, const char *, size_t);
size_t	echo_line(const struct turn *, size_t n, const struct folded *);
int	line_is_cut(const struct tline *);
size_t	line_behind_bar(const struct tline *);
long	echo_start(const struct turn *, const struct tline *);
int	echo_labels(const struct turn *, const struct tline *, long start);
int	echo_at(struct turn *, const struct screen *, int64_t number,
	    struct tline *, struct folded *seen, struct echo *);

/* turn_echo.c */
void	echo_begin(struct turn *, struct screen *);
int	echo_is_new(struct turn *, struct screen *);
void	echo_track(struct turn *, struct screen *);

/* turn_tail.c */
size_t	tail_end(const struct turn *, const struct tlines *, size_t i);
size_t	tail_find(const struct turn *, const struct screen *,
	    int64_t *number);
void	tail_cut(const struct turn *, struct tlines *);

/* turn_view.c */
int64_t	last_line(const struct screen *);
void	view_collect(struct turn *, const struct screen *);
int	view_lines(struct turn *, const struct screen *, struct tlines *,
	    int *complete);

/* turn_learn.c */
size_t	label_len(const struct tline *, int labels, uint32_t *sign);
size_t	time_len(const char *);
int	is_now(const struct turn *, const char *);
int	line_is_timed(const struct turn *, const struct tline *,
	    const struct tline *next);
int	line_ends_sentence(const struct tline *);
void	learn_prompt(struct turn *);
void	learn_cut(struct turn *, struct tlines *);
void	learn_turn(struct turn *);

/* turn_frame.c */
void	cut_sign(struct tline *);
int	cut_frames(struct tlines *);
void	cut_between(struct turn *, struct tlines *);
void	cut_off_cards(struct turn *, struct tlines *);
void	cut_boxes(struct tlines *);
void	cut_echo_frame(const struct turn *, struct tlines *);
void	cut_outside(struct turn *, struct tlines *);
void	cut_aside(struct tlines *);
void	cut_bars(struct turn *, struct tlines *);
void	cut_gutter(struct turn *, struct tlines *);

/* turn_tool.c */
void	tool_cut(const struct turn *, struct tlines *);

/* turn_plan.c */
size_t	plan_end(const struct tlines *, size_t);

/* turn_code.c */
void	code_find(const struct turn *, struct tlines *, int cols);

/* turn_join.c */
int	list_mark(const char *);

/* Whether b goes on with the words of a, the line above it. */
int	reply_goes_on(const struct turn *, const struct tline *a,
	    const struct tline *b);

/* Columns that lines were wrapped to; 0: they were not. */
int	wrap_columns(struct turn *, const struct tlines *, int cols);

/* The text of lines that were wrapped to so many columns, shift of them cut off
   at the left; 0, or -1 where it does not fit. */
int	join_lines(struct turn *, struct tlines *, int cols, int shift,
	    struct buf *out);

/* turn_wiped.c: a turn begins; its screen has changed; lines are missing. */
void	wiped_begin(struct turn *);
void	wiped_watch(struct turn *, const struct screen *);
int	wiped_any(struct turn *, const struct tlines *);

/* turn_repeat.c */
void	cut_repeats(struct tlines *);
void	cut_copies(struct tlines *);
void	cut_draft(struct buf *);

/* turn_reply.c */
int	reply_is_dropped(const struct turn *, const struct tline *);
void	reply_clean(struct turn *, struct tlines *, int cols, struct buf *out,
	    struct buf *error);

/* Puts the reply so far together. */
void	reply_make(struct turn *, struct screen *);

/* It looks over: what now stands there is the reply, even if a repaint takes
   some of it away, where the rules say that such may come. */
void	reply_stands(struct turn *, struct screen *);

/* turn_line.c */
size_t	cursor_text(const struct screen *, char *, size_t);
int64_t	cursor_line(const struct screen *);
int	line_is_full(const struct screen *, int64_t line);
int	line_has_prompt(const struct screen *);
int	line_is_prompts(const struct turn *, const struct screen *,
	    int64_t line);
int	line_is_head(struct turn *, const struct screen *, int64_t line);
int	prompt_is_like(const char *text, const char *prompt);
int	prompt_ends(const char *text, const char *end);
int64_t	line_due(const struct turn *, int64_t rest);
void	line_learn(struct turn *, const struct screen *);
void	line_learn_head(struct turn *, const struct screen *);
int	line_in_place(const struct turn *, const struct screen *);
int	line_at_prompt(struct turn *, const struct screen *);
int	line_at_more(struct turn *, const struct screen *);
void	line_begin(struct turn *, struct screen *);

/* turn_typed.c */
int	line_has_lead(const char *text, const char *lead);
int	line_draft(struct turn *, const struct screen *, struct buf *);
int	line_is_broken(const struct turn *, const struct screen *);
enum turn_box line_editor(struct turn *, const struct screen *,
	    enum turn_box found, const char *, size_t);

/* turn_answer.c */
void	line_asked(struct turn *, const struct screen *);
void	line_reply(struct turn *, struct screen *, struct buf *out,
	    int *complete);
int	line_lines(const struct turn *, const struct screen *,
	    struct tlines *);

#endif
