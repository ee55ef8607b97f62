/*
 * letter - the bodies of what csp-send posts: of a text, of a line of JSON, of
 * a control.  Pure: memory in, memory out.
 */
#ifndef LETTER_H
#define LETTER_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum {
	LETTER_NODES_MAX = 1024,	/* JSON values in a line */
	LETTER_KEY_MAX = 200		/* bytes of a key that a line gives */
};

/* What every message says, a line of JSON where it does not say it itself. */
struct letter {
	const char *from;
	const char *to;			/* empty: to everybody */
	int64_t	 reply_to;		/* 0: to nothing */
	int	 urgent;
};

/* What a line of JSON is. */
enum letter_kind {
	LETTER_BAD,			/* none of these */
	LETTER_MESSAGE,
	LETTER_CONTROL,			/* it has "action" */
	LETTER_RECEIPT,			/* it has "stage" */
	LETTER_NOTICE			/* of a room, which makes its own */
};

/* Append the message with this text.  0, or -1 with errno (EFBIG, ENOMEM). */
int	letter_text(struct buf *, const struct letter *, const char *s,
	    size_t n);

/*
 * Append what a line of JSON asks for; members that are not for sending are
 * left out.  A message as the gateway gives it is a line.  *key is the key that
 * it gives, in the line, of *key_len bytes, else NULL.  LETTER_BAD and
 * LETTER_NOTICE append nothing.  -1 with errno as above.
 */
int	letter_json(struct buf *, const struct letter *, const char *s,
	    size_t n, const char **key, size_t *key_len);

/* Append a control; screen may be NULL.  0, or -1 with errno. */
int	letter_control(struct buf *, const char *to, const char *action,
	    char *const *keys, int nkeys, const char *screen);

/* Whether a text is well-formed UTF-8. */
int	letter_is_utf8(const char *s, size_t n);

#endif
