/*
 * evmap - the `on' lines of an [events] section, compiled, and paths into JSON.
 * events.h has the syntax; this is the half of it that knows no turns.
 */
#ifndef EVMAP_H
#define EVMAP_H

#include <stddef.h>

#include "json.h"

#include "buf.h"

enum act {
	ACT_PROMPT, ACT_TEXT, ACT_DELTA, ACT_ID, ACT_ORDER, ACT_FINAL, ACT_TURN,
	ACT_BUSY, ACT_END, ACT_ABORT, ACT_LAST, ACT_DIALOG, ACT_LIMIT,
	ACT_UNTIL, ACT_ERROR, ACT_THREAD, ACT_CWD, ACT_OWNER, ACT_REJECT,
	ACT_REPLAY, ACT_LIVE, ACT_SKIP, ACT_COUNT
};

struct events_map;			/* opaque; made through events.h */

/* What a record is: the path of each action, NULL where it is not said, ""
   where the action takes none. */
struct evmap_line {
	const char	*path[ACT_COUNT];
};

/* The first line whose conditions all hold for a record, or NULL. */
const struct evmap_line *evmap_find(const struct events_map *,
	    const struct json_node *record);

/* Whether some line has this action. */
int	evmap_knows(const struct events_map *, enum act);

/* The path of `stamp', or NULL. */
const char *evmap_stamp(const struct events_map *);

/*
 * Append what is at path (up to a blank or its end) to out: strings without
 * escapes and without U+0000, numbers and truth values as they stand, with raw
 * also objects and arrays; between them where there are several.  Returns how
 * many there were.  What does not fit is cut off.
 */
int	evmap_texts(const struct json_node *record, const char *path,
	    const char *between, int raw, struct buf *out);

/* The same, raw, into a string of at most size - 1 bytes. */
int	evmap_string(const struct json_node *record, const char *path,
	    char *out, size_t size);

/* Append what fits of n bytes, whole characters.  0, or -1 if it was cut. */
int	evmap_append(struct buf *, const char *, size_t n);

#endif
