/*
 * view - the rows of a chat's screen: the room above, a status line, the input
 * below.  Pure: what goes to the terminal is appended to a buffer, and only
 * what differs from what is there.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "chat.h"
#include "edit.h"

enum {
	VIEW_ROWS = 512,		/* a higher screen is used to there */
	VIEW_COLS_MIN = 20
};

struct view {
	struct chat *chat;
	struct edit *edit;
	const char *room;		/* its name */
	int	 colour;		/* may use colours */
	int	 glyphs;		/* may use more than ASCII */
	int64_t	 zone_ms;		/* local time less UTC */
	size_t	 height, width;
	size_t	 scroll;		/* rows of the room below the window */
	size_t	 unseen;		/* messages come while it was > 0 */
	int	 whole;			/* nothing on the screen is known */
	/* its own */
	struct buf rows[2][VIEW_ROWS];	/* what is on it, and what is to be */
	int	 now_row;		/* which of them is on it */
	size_t	 room_rows, cursor_row, cursor_col;
};

/* 80 columns and 24 rows.  What is shown and edited must outlive it. */
void	view_init(struct view *, struct chat *, struct edit *);
void	view_free(struct view *);

/* The terminal's size, cut to what can be shown; all is painted anew. */
void	view_resize(struct view *, size_t height, size_t width);

/* Append to out what makes the screen show the present state. */
void	view_paint(struct view *, int64_t now_ms, struct buf *out);

/*
 * An item came: a window that is scrolled up stays where it is, and counts it.
 */
void	view_came(struct view *, struct chat_item *);

/* Scroll by a window, up or down; and to the newest. */
void	view_page(struct view *, int up);
void	view_bottom(struct view *);

/* Whether the item is shown folded. */
int	view_folded(struct view *, struct chat_item *);

/* Show the item whole, and its first row on top. */
void	view_open(struct view *, struct chat_item *);

/* HH:MM in local time, or five spaces where at_ms is 0. */
void	view_clock(const struct view *, int64_t at_ms, char out[6]);

/* The word or sign for `to`, with a space behind it. */
const char *view_arrow(const struct view *);

#endif
