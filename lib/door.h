/*
 * door - the ways by which an agent CLI gives its replies as it wrote them and
 * takes messages without being typed at, as its rule file describes them.
 *
 * csp-agents(5) has the sections [setup], [events], [in] and [file NAME].  This
 * part prepares the child's command line and a private folder, follows the
 * files and pipes that the CLI writes, takes the events of its hooks, hands out
 * what they mean (events.h), and sends messages in.  Nothing of the user's
 * configuration is changed.
 *
 * It never blocks and never waits: its owner's loop selects on its descriptors,
 * calls door_step() when one is readable or door_due() has come, and then
 * fetches events until there are none.  Times are steady milliseconds.
 */
#ifndef DOOR_H
#define DOOR_H

#include <sys/types.h>
#include <sys/select.h>

#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "rules.h"

#define DOOR_POLL_MS	150	/* a file is looked at, while a turn runs */
#define DOOR_AFTER_MS	4000	/* and this long after one */
#define DOOR_SEND_MS	15000	/* for a message sent in to be seen taken */

/* Copied by door_open() but for the rules and the environment, which must
   outlive the door. */
struct door_start {
	const struct rules *rules;
	const char	*dir;		/* private folder: there, mode 0700 */
	const char	*csp_send;	/* absolute path of csp-send */
	const char	*socket;	/* absolute path of the reply socket */
	const char	*cwd;		/* where the child runs */
	char *const	*env;		/* the child's, NULL-ended */
	int64_t		wall_ms;	/* now, ms since 1970 */
};

struct door;				/* opaque */

/*
 * Prepare for a child with this argument vector (NULL-ended; not changed).
 * Returns NULL with errno 0 where the rules have no door or the arguments rule
 * it out (err then says why, or is ""), NULL with errno and a line in err on
 * a failure.  In both cases the child is to be started with its own arguments.
 */
struct door *door_open(const struct door_start *, char *const argv[], char *err,
	    size_t errsize);

/* Removes its files and frees it.  NULL is allowed. */
void	door_close(struct door *);

/* What to start the child with: argument vector; "NAME=VALUE"s to add to its
   environment.  Both end in NULL and are the door's. */
char *const *door_argv(const struct door *);
char *const *door_env(const struct door *);

/* A JSON text from a hook, received at the reply socket.  Returns 1 if the
   rules know it. */
int	door_hook(struct door *, const char *json, size_t len, int64_t now_ms);

/* Adds the descriptors to be read to the set; returns the larger of max and the
   highest of them.  All are below FD_SETSIZE. */
int	door_fds(const struct door *, fd_set *, int max);

/* When door_step() or door_next() has something to do, or -1 for no time. */
int64_t	door_due(const struct door *, int64_t now_ms);

/* Reads what is there.  rd may be NULL (none was selected). */
void	door_step(struct door *, const fd_set *rd, int64_t now_ms);

/* What the screen says, at each change: 1 while the CLI works or asks, or 0. */
void	door_screen(struct door *, int busy, int64_t now_ms);

/* The turn was told to stop, and the screen is idle. */
void	door_stopped(struct door *);

/* The text that was typed and is entered as a prompt, before it is: by it the
   door knows the CLI's session among others of the same folder. */
void	door_typed(struct door *, const char *text, size_t len, int64_t now_ms);

/* The next event, as events_next(): what it points to holds until the next
   call.  CWD, OWNER and REJECT are the door's own and do not come. */
int	door_next(struct door *, int64_t now_ms, struct event *);

/* Whether a record was understood since the screen last turned busy: if not,
   the door is shut and the screen has to do. */
int	door_alive(const struct door *);

/* Whether a turn has begun whose end is still to be told: that will come. */
int	door_running(const struct door *);

/* Whether a message can go in now without typing. */
int	door_can_send(const struct door *, int idle);

/* How long typing it is tried before, in ms: some take their time. */
int64_t	door_after(const struct door *);

/*
 * Send text in.  Returns 0, and door_send_state() tells what becomes of it; or
 * -1 where it is too long or it failed at once, and nothing went in.
 */
int	door_send(struct door *, const char *text, size_t len, int64_t now_ms);

enum door_sent {
	DOOR_SENT_NONE,		/* nothing was sent */
	DOOR_SENT_WAIT,		/* on its way */
	DOOR_SENT_TAKEN,	/* the CLI told that it is its prompt */
	DOOR_SENT_FAILED,	/* it did not go in */
	DOOR_SENT_UNKNOWN	/* it was accepted but never seen as a prompt */
};

/* What became of the last door_send(); past its time it is no longer WAIT. */
enum door_sent door_send_state(const struct door *, int64_t now_ms);

#endif
