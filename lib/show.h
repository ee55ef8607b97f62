/*
 * show - messages, agents and receipts as csp-poll prints them: JSON of the
 * gateway's in, text out.  No I/O; the time is the caller's.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "json.h"

/* How, and where to.  All begins as 0. */
struct show {
	struct buf out;
	int	 failed;	/* out of memory, at any time before */
	int	 printable;	/* for a terminal: nothing that changes it */
	int	 json;		/* objects as they are, one a line */
	int	 nul;		/* each message ends with a NUL */
	const char *format;	/* of a message, or NULL */
	int64_t	 now_ms;	/* the wall clock: what is of today is short */
};

/*
 * The first directive of a format that is none (`%q`, or a `%` at its end), or
 * NULL where all are.
 */
const char *show_bad_format(const char *format);

/*
 * Append a message: as JSON, as the format says, its text alone (nul), else as
 * a paragraph for people.
 */
void	show_message(struct show *, const struct json_node *);

/* Append an agent: a line. */
void	show_agent(struct show *, const struct json_node *);

/*
 * Append what of an agent makes a second look at it news: all but when it was
 * last heard.
 */
void	show_essence(struct show *, const struct json_node *);

/* Append one recipient's receipt: a line. */
void	show_receipt(struct show *, const struct json_node *who,
	    const struct json_node *receipt);

/* Append any value, on one line of its own. */
void	show_json(struct show *, const char *, size_t n);

#endif
