/*
 * screen_in - what the files of the part screen share, and nobody else
 * includes:
 *
 *	screen.c	making one, feeding it, printing characters
 *	screen_grid.c	lines: the ring, scrolling, erasing, anchors
 *	screen_pack.c	lines of the scrollback
 *	screen_wrap.c	resize, with reflow
 *	screen_seq.c	CSI and ESC sequences
 *	screen_sgr.c	the pen
 *	screen_mode.c	modes
 *	screen_osc.c	OSC and DCS strings, notes, answers
 *	screen_cluster.c	cells of more than one code point
 *	screen_text.c	text out, hash
 */
#ifndef SCREEN_IN_H
#define SCREEN_IN_H

#include <stddef.h>
#include <stdint.h>

#include "screen.h"
#include "vtparse.h"

#define ANSWERS_MAX	4096
#define KITTY_STACK	8
#define TITLE_STACK	4
#define MARKS		4		/* OSC 133 A to D */
#define ALT_BASE	((int64_t)1 << 48)	/* lines of the alternate */

/* cell.text: a code point, or the number of a cluster; and these flags. */
#define CELL_CLUSTER	(1U << 31)
#define CELL_WIDE	(1U << 30)	/* the left half of two */
#define CELL_RIGHT	(1U << 29)	/* the right half; no other bit set */
#define CELL_VALUE	0x1fffffU

/*
 * A line holds len cells; those from len to the right edge are blank and not
 * stored.  On the screen there is room for all columns; in the scrollback it
 * may be packed, and where memory was refused it is NULL: blank.
 */
struct line {
	uint16_t	len;
	uint16_t	n_runs;		/* packed in that many; 0: in cells */
	uint8_t		wraps;		/* goes on in the next line */
	uint8_t		marks;		/* OSC 133 */
	uint8_t		clusters;	/* some cell is a cluster */
	struct screen_cell cells[];
};

/*
 * Line number n is ring[n & mask], for n from first to top + rows - 1.  So a
 * scroll moves no cells, and the number of a line stays when it scrolls away.
 */
struct grid {
	struct line	**ring;
	int64_t		mask;		/* power of two - 1 */
	int64_t		first, top;
	int		keep;		/* lines of scrollback, at most */
};

struct cursor {
	int		x, y;		/* x == cols: a wrap is pending */
	uint32_t	attr;
	uint8_t		charset[4];	/* 0 ASCII, or the final of ESC ( */
	uint8_t		gl;		/* which of them is in use */
	uint8_t		origin;		/* ?6 */
};

struct clusters;

struct screen {
	struct screen_state st;
	struct vtparse	vt;
	struct grid	*g;		/* the one that is shown */
	struct grid	grids[2];	/* main, alternate */
	int		cols, rows;
	int		scroll_top, scroll_end;	/* rows [top, end) */

	struct cursor	c;
	struct cursor	saved[2];	/* of each grid */
	uint8_t		single;		/* SS2, SS3: for one character */
	int		join_x, join_y;	/* where a cluster may still grow */
	uint32_t	last_rune;	/* for REP; 0: none */
	uint8_t		tabs[SCREEN_COLS_MAX];

	unsigned	kitty[2][KITTY_STACK];	/* of each grid; */
	unsigned	n_kitty[2];	/* the last is in force */
	char		titles[TITLE_STACK][SCREEN_TITLE_MAX + 1];
	unsigned	n_titles;

	int64_t		anchors[SCREEN_ANCHORS];	/* -1: none */
	struct screen_note notes[SCREEN_NOTES];
	char		answers[ANSWERS_MAX];
	size_t		n_answers;
	struct clusters	*clusters;	/* NULL: none yet */
	struct screen_cell *room;	/* to unpack lines into */

	uint8_t		frame_ended;	/* since the feed began */
	uint8_t		changed;
};

/* screen_grid.c: rows are of the screen, 0 to rows - 1 */

static inline struct line *
grid_line(const struct grid *g, int64_t n)
{
	return g->ring[n & g->mask];
}

static inline struct line *
screen_row(const struct screen *s, int row)
{
	return grid_line(s->g, s->g->top + row);
}

int	grid_init(struct grid *, int cols, int rows, int keep, int64_t first);
void	grid_free(struct grid *, int rows);
struct line *grid_line_new(int cols);

/*
 * screen_pack.c.  The room is for SCREEN_COLS_MAX cells.  A copy for the
 * scrollback, or NULL; and the cells of any line, maybe in that room.
 */
struct line *pack_line(const struct line *, struct screen_cell *room);
const struct screen_cell *unpack_line(const struct line *,
	    struct screen_cell *room);

/* Drop the scrollback. */
void	grid_forget(struct grid *);

/*
 * Move the rows from top up to (not with) end by n; blank ones come in.
 * rows_up puts what leaves row 0 into the scrollback, rows_delete never does.
 */
void	rows_up(struct screen *, int top, int end, int n);
void	rows_delete(struct screen *, int top, int end, int n);
void	rows_down(struct screen *, int top, int end, int n);

/* Make blank, in the pen's background: columns from up to (not with) to. */
void	cells_erase(struct screen *, int row, int from, int to);
void	rows_erase(struct screen *, int from, int to);

/* Open or close a gap of n at column x of a row. */
void	cells_insert(struct screen *, int row, int x, int n);
void	cells_delete(struct screen *, int row, int x, int n);

void	cells_open_within(struct line *, int x, int n);

/*
 * The cells of a row from x to x + n are about to be written: make them exist,
 * and leave no half of a wide character beside them.
 */
static inline void
cells_open(struct line *l, int x, int n)
{
	if (x == l->len)
		l->len = (uint16_t)(x + n);
	else
		cells_open_within(l, x, n);
}

/* screen.c */
void	screen_publish(struct screen *);
void	screen_reset(struct screen *);		/* RIS */
void	screen_soft_reset(struct screen *);	/* DECSTR */
void	screen_put(struct screen *, uint32_t rune);	/* print one */
void	screen_put_ascii(struct screen *, const unsigned char *, size_t n);
void	screen_feed_line(struct screen *);	/* IND */
void	screen_switch(struct screen *, int alt);

/* screen_seq.c */
void	screen_csi(struct screen *);
void	screen_esc(struct screen *);
void	screen_save(struct screen *);		/* DECSC */
void	screen_restore(struct screen *);
void	screen_to_row(struct screen *, int y);	/* as the program counts */

/* screen_sgr.c, screen_mode.c: the parameters are those of s->vt */
void	screen_sgr(struct screen *);
void	screen_set_mode(struct screen *, unsigned mode, int on);
void	screen_set_ansi_modes(struct screen *);
void	screen_reset_ansi_modes(struct screen *);
void	screen_report_mode(struct screen *);
void	screen_report_ansi_mode(struct screen *);
void	screen_kitty(struct screen *);

/* screen_osc.c */
void	screen_osc(struct screen *);
void	screen_dcs(struct screen *);
void	screen_note_add(struct screen *, enum screen_note_kind, const char *);
void	screen_set_title(struct screen *, const char *);
void	screen_push_title(struct screen *);
void	screen_pop_title(struct screen *);
void	screen_answer(struct screen *, const char *, ...);

/* screen_cluster.c */

/* Add a code point to a cell, which stays as it was where there is no room. */
void	cluster_add(struct screen *, struct line *, struct screen_cell *,
	    uint32_t rune);

/* The first and last code point of a cell; its text, as screen_cell_text(). */
uint32_t cell_base(const struct screen *, const struct screen_cell *);
uint32_t cell_last(const struct screen *, const struct screen_cell *);
size_t	cell_text(const struct screen *, const struct screen_cell *, char *);
void	clusters_free(struct screen *);

#endif
