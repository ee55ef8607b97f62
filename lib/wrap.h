/*
 * wrap - a text cut into rows of a terminal.
 */
#ifndef WRAP_H
#define WRAP_H

#include <stddef.h>

enum wrap_mode {
	WRAP_WORDS,		/* at a space where there is one */
	WRAP_CELLS		/* wherever the row is full */
};

/*
 * The first row of a text that begins at p, of at most width cells (at least
 * 1).  *row is how many bytes are on it; returns how many bytes it used up,
 * with the newline or the spaces that it ended at: more than 0 where len is.
 * The text holds no controls but newlines.  A character wider than width has a
 * row of its own.
 */
size_t	wrap_row(const char *p, size_t len, size_t width, enum wrap_mode,
	    size_t *row);

/* How many rows the whole text has; 1 for an empty one. */
size_t	wrap_count(const char *p, size_t len, size_t width, enum wrap_mode);

#endif
