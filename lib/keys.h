/*
 * keys - the keys of a terminal, both ways.  Pure.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>

#define KEYS_MAX	16	/* bytes of the longest named key */

/*
 * The bytes that a key sends: a name (Enter, Escape, Tab, Space, Backspace, Up,
 * Down, Left, Right, Home, End, PageUp, PageDown, Insert, Delete, C-c or
 * Ctrl-C, in any case), or any other text as it is, without controls.  app:
 * cursor keys are in application mode.  Returns how many, at most cap.
 */
size_t	keys_bytes(const char *name, size_t len, int app, char *out,
	    size_t cap);

/* A terminal's input between two pieces.  All zero is its start. */
struct keys_scan {
	unsigned char	state;
	unsigned char	first;		/* of a sequence: what follows CSI */
	unsigned char	n;		/* parameter bytes */
	unsigned char	semicolon;
	unsigned short	number;		/* the first parameter */
};

enum keys_what {
	KEYS_NONE,		/* what terminals say by themselves: answers to
				   queries, focus, mouse reports */
	KEYS_COMMAND,		/* neither of: */
	KEYS_CLEAR,		/* enters a line, or throws it away */
	KEYS_TEXT		/* puts something into a line, as text does, a
				   completion, or the history */
};

/* What somebody typed at the last, in these bytes from a terminal; commands
   count only where nothing else did. */
enum keys_what	keys_typed(struct keys_scan *, const char *, size_t n);

#endif
