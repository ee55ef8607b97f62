/*
 * seat - an agent's seat in the room: what ties the mirror of its terminal, its
 * state, its mail, the typing, the doors of its CLI and the line to the gateway
 * together.  Does no I/O of its own: bytes for the program come out of a
 * buffer, posts go to the link.
 *
 * How it is driven.  After the program wrote: seat_output(); what the link
 * brings: seat_link(); what came to the reply socket: seat_hook() or
 * seat_reply().  Then, and when seat_due() has come, seat_step().
 */
#ifndef SEAT_H
#define SEAT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "door.h"
#include "link.h"
#include "mail.h"
#include "rules.h"
#include "screen.h"
#include "turn.h"

struct seat_start {
	const char	*name;		/* this agent's id */
	const struct rules *rules;	/* outlive the seat, as does line */
	const struct rules *line;
	struct screen	*screen;	/* likewise; fed by the seat */
	struct link	*link;
	struct door	*door;		/* NULL: there is none */
	int64_t		now, wall_ms;	/* the same moment, and there */
	long		gmtoff_s;	/* the person's clock before UTC */
	enum mail_wake	wake;
	const char	*intro;		/* NULL: the rules' or ours; "" none */
	const char	*initial_prompt;	/* NULL: none */
};

/* What the owner knows of the world at a step. */
struct seat_world {
	size_t		unsent;		/* bytes the program has yet to take */
	size_t		held;		/* of the person's keys */
	int64_t		key_ms;		/* when the person typed last, or -1, */
	int64_t		text_ms;	/* what may stand in a box since, */
	int64_t		clear_ms;	/* what enters or throws that away */
	size_t		unread;		/* bytes it holds that the program has
					   not read; asked only while keys are
					   held */
	enum turn_tty	tty;		/* as the program set its terminal */
	int		echo_off;	/* it shows nothing of what comes */
	int		kill_char;	/* what erases a line there */
};

struct seat;				/* opaque */

/* NULL with errno ENOMEM. */
struct seat *seat_new(const struct seat_start *);
void	seat_free(struct seat *);		/* NULL is allowed */

/* The program wrote: feeds the mirror and, when it is time, looks at it. */
void	seat_output(struct seat *, const char *, size_t n, int64_t now);

/* Something of the link's (not LINK_RETRY). */
void	seat_link(struct seat *, enum link_event, const struct link_news *,
	    int64_t now);

/* The program handed over its reply, as text; or a hook its JSON. */
void	seat_reply(struct seat *, const char *, size_t n, int64_t now);
void	seat_hook(struct seat *, const char *json, size_t n, int64_t now);

/* Do what is due.  Bytes for the program are appended to out. */
void	seat_step(struct seat *, const struct seat_world *, struct buf *out,
	    int64_t now);

/* When to call seat_step() though nothing came, or -1. */
int64_t	seat_due(const struct seat *, int64_t now);

/* Whether the person's keys are to be held back. */
int	seat_holds_keys(const struct seat *);

/* Whether what the terminal holds unread is to be taken back, once. */
int	seat_takes_back(struct seat *);

/* The program has ended: what waits for its reply is told so. */
void	seat_end(struct seat *, int64_t now);

/* The terminal has a new size. */
void	seat_resize(struct seat *, int cols, int rows, int64_t now);

/*
 * What it decided, one line each, since the last call; for --explain and the
 * recorder.  Holds until the next call with this seat.  NULL when no more.
 */
const char *seat_note(struct seat *);

#endif
