/*
 * record - write what passes over a terminal as an asciicast v2 file: output,
 * input, sizes, and marks for what was decided.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

struct record;				/* opaque */

/*
 * Make the file (mode 0600; what it held is lost) and write its head.  agent:
 * the name of the rules.  NULL with errno.
 */
struct record *record_open(const char *path, int cols, int rows,
	    const char *agent, int64_t wall_ms, int64_t now);

/*
 * kind: 'o' output, 'i' input, 'm' a mark, 'r' a size as "COLSxROWS".  A
 * character that is cut is kept for the next of its kind.  Kept in memory until
 * record_flush().
 */
void	record_event(struct record *, char kind, const char *, size_t n,
	    int64_t now);

/*
 * Write what waits; blocks as files do.  0, or -1 with errno: it did not get
 * there, and nothing more is recorded.
 */
int	record_flush(struct record *);

/* Flush, close and free.  0, or -1 with errno.  NULL is allowed. */
int	record_close(struct record *);

#endif
