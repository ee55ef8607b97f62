/*
 * edit - the line that a person types: keys in, text and cursor out.  Pure: it
 * knows no terminal; its owner draws text and reads the keys.
 */
#ifndef EDIT_H
#define EDIT_H

#include <stddef.h>

enum edit_event {
	EDIT_NONE,		/* nothing to be seen happened */
	EDIT_CHANGED,		/* text or cursor moved: draw them again */
	EDIT_ENTER,		/* the text is whole: use it, edit_accept() */
	EDIT_EOF,		/* Ctrl-D in an empty line */
	EDIT_INTERRUPT,		/* Ctrl-C in an empty line */
	EDIT_TAB,		/* complete, if there is something to */
	EDIT_PAGE_UP,
	EDIT_PAGE_DOWN,
	EDIT_BOTTOM,		/* Ctrl-End: to the newest */
	EDIT_REDRAW,		/* Ctrl-L */
	EDIT_STOP,		/* Ctrl-Z */
	EDIT_FULL		/* the key found no room: nothing changed */
};

#define EDIT_HISTORY	200	/* lines that can be recalled */

struct edit {
	char	*text;		/* len bytes as typed; newlines may be in it */
	size_t	 len, cap, max;
	size_t	 pos;		/* the cursor: 0 to len, before a character */
	/* its own */
	char	*kill;		/* what was cut last, for Ctrl-Y */
	size_t	 kill_len;
	char	*past[EDIT_HISTORY];	/* NUL-terminated, newest last */
	size_t	 past_n, past_at;	/* past_at == past_n: the new line */
	char	*draft;		/* the new line while an old one is shown */
	int	 state;		/* of the key parser */
	char	 seq[16];	/* parameters of a sequence, NUL-terminated */
	size_t	 seq_len;
	int	 cr;		/* in a paste, a CR was the last byte */
};

/* An empty line of at most max bytes. */
void	edit_init(struct edit *, size_t max);
void	edit_free(struct edit *);

/*
 * One byte from the keyboard, as an xterm sends it in raw mode, bracketed
 * paste (mode 2004) included: a pasted text is inserted as it is, its line ends
 * as newlines, its other controls left out.  After EDIT_ENTER the caller reads
 * text and calls edit_accept.
 */
enum edit_event edit_byte(struct edit *, unsigned char);

/* Keep the line for recall, and begin an empty one. */
void	edit_accept(struct edit *);

/*
 * Replace the n bytes from off on, and put the cursor behind what is new.  0,
 * or -1 where there is no room, and the line is as it was.
 */
int	edit_replace(struct edit *, size_t off, size_t n, const char *s,
	    size_t len);

#endif
