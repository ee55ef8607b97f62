/*
 * handover - gives the text of a turn to the sidecar around a program, at its
 * socket (replysock is the other end).  Blocks.
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include <stddef.h>

#include "buf.h"

enum { HANDOVER_WHY_MAX = 400 };

/*
 * Hand a text over at path, as the value of field in the JSON object that it
 * is, or (NULL) as it is.  0, or -1 and why, one printable line.
 */
int	handover(const char *path, const char *field, const struct buf *text,
	    char why[HANDOVER_WHY_MAX]);

#endif
