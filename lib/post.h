/*
 * post - what an agent's sidecar posts to the gateway, as JSON.
 */
#ifndef POST_H
#define POST_H

#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "turn.h"

/* What became of a message; reply_id 0: none.  All: 0, or -1 as link_post(). */
int	post_receipt(struct link *, int64_t id, const char *stage,
	    const char *reason, int64_t reply_id);

/* A notice, to the persons in the room. */
int	post_notice(struct link *, const char *text, size_t len);

/* The screen as it is now, as a notice. */
int	post_screen(struct link *, const struct screen *);

/* A message to one agent, or to the room (to NULL).  reply_to 0: to nothing. */
int	post_message(struct link *, const char *to, int64_t reply_to,
	    const char *text, size_t len, int verbatim, int complete, long tag);

/* The agent's state, when a limit ends (until_ms, wall clock; 0: as the program
   has it), and the text of its reply so far (NULL: none).  One that still waits
   is replaced; while the line is down it is dropped. */
void	post_state(struct link *, const struct turn_view *, int64_t until_ms,
	    int paused, const char *text, size_t len, int final);

#endif
