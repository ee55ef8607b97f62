/*
 * replayline - what a replay finds, as the lines that csp-sidecar --replay
 * prints.
 */
#ifndef REPLAYLINE_H
#define REPLAYLINE_H

#include <stddef.h>

#include "buf.h"
#include "replay.h"

/*
 * Append what has been found so far, a JSON object a line: states, replies, and
 * marks of deliveries.  explain: with the rule's text.  0, or -1 as
 * buf_append().
 */
int	replay_found(struct replay *, int explain, struct buf *);

/*
 * Take the next line of the recording, and append what it brings about.  1
 * where it is no event, and nothing has happened.
 */
int	replay_feed(struct replay *, const char *line, size_t len, int explain,
	    struct buf *);

#endif
