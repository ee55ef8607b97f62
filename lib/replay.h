/*
 * replay - run the mirror and the rules over a recording, in its own time.
 *
 * What csp-sidecar does live is done here from the events of an asciicast file:
 * output goes to the screen, turn_update() is called as often as there, and an
 * Enter in the input begins a turn with the text typed before it.  No I/O.
 *
 * Usage: replay_event() for each event in order, then replay_end(); after each,
 * replay_next() until it returns 0.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "cast.h"
#include "rules.h"
#include "screen.h"
#include "turn.h"

struct replay;				/* opaque */

enum replay_kind {
	REPLAY_STATE,		/* view: another state */
	REPLAY_TEXT,		/* reply: so far */
	REPLAY_REPLY,		/* reply: final */
	REPLAY_ENTER,		/* text: what was typed; box: is it there */
	REPLAY_MARK		/* text: a mark of the recording */
};

struct replay_out {
	enum replay_kind kind;
	int64_t		time_ms;
	const struct turn_view *view;	/* always there */
	struct turn_reply reply;
	const char	*text;		/* not a string, len bytes */
	size_t		len;
	enum turn_box	box;
	int		own;		/* reply: an Enter began the turn */
};

/*
 * For a recording that begins so.  scrollback as screen_new().  Rules as
 * turn_new(), and like the head's text must outlive it.  NULL with errno.
 */
struct replay *replay_new(const struct cast_head *, const struct rules *,
	    const struct rules *line, int scrollback);
void	replay_free(struct replay *);		/* NULL is allowed */

/*
 * The next event; its text must stay until replay_next() has returned 0.  What
 * it brings about, and what time brings about before it, is then to be had.
 */
void	replay_event(struct replay *, const struct cast_event *);

/* Nothing more comes: let so many milliseconds pass. */
void	replay_end(struct replay *, int64_t ms);

/* One thing that was found: 1, or 0 where there is no more for now. */
int	replay_next(struct replay *, struct replay_out *);

/* The mirror, and the turn. */
struct screen *replay_screen(struct replay *);
struct turn *replay_turn(struct replay *);

#endif
