/*
 * link - an agent's line to the gateway: registers, long-polls the inbox, posts
 * what it is given, in order and as long as it takes, and comes back after
 * every failure, with back-off and jitter.  Never blocks; driven by its owner's
 * loop with select(2).  Times are steady milliseconds.
 */
#ifndef LINK_H
#define LINK_H

#include <sys/types.h>
#include <sys/select.h>

#include <stddef.h>
#include <stdint.h>

#define LINK_WAIT_S	50		/* a long poll */
#define LINK_RETRY_MS	250		/* the first pause, doubled each time */
#define LINK_RETRY_MAX_MS 8000
#define LINK_QUEUE_MAX	(8 * 1024 * 1024)	/* bytes waiting to be posted */

enum link_event {
	LINK_QUIET,		/* nothing more now */
	LINK_RETRY,		/* link_target() where it may be another, then
				   link_connect() */
	LINK_UP,		/* registered: link_id(), link_token() */
	LINK_DOWN,		/* the line is gone: link_error() */
	LINK_INBOX,		/* body: the array; link_cursor() before the
				   next link_step() */
	LINK_ANSWER,		/* of a post with a tag: tag, status, body */
	LINK_SUPERSEDED,	/* another run has the name: the end */
	LINK_LEFT		/* unregistered, or it cannot be done */
};

struct link_news {
	int		status;
	long		tag;
	const char	*body;		/* until the next call with this link */
	size_t		len;
};

struct link;				/* opaque */

/*
 * name: the agent's id.  caps: its capabilities, a JSON object.  instance: the
 * nonce of this run.  NULL with errno ENOMEM.  It begins with LINK_RETRY.
 */
struct link *link_new(const char *name, const char *caps, const char *instance);
void	link_free(struct link *);		/* NULL is allowed */

/* Where the gateway is.  0, or -1 with errno as client_new(). */
int	link_target(struct link *, const char *url, const char *token);

/* Try now; without a target, again later. */
void	link_connect(struct link *, int64_t now);

const char *link_id(const struct link *);	/* as registered, or as asked */
const char *link_token(const struct link *);	/* the agent's own, or "" */
const char *link_url(const struct link *);	/* of the target, or "" */
const char *link_error(const struct link *);	/* the last failure, one line */
int	link_is_up(const struct link *);

/* Messages up to after have come; those up to ack are done with; so are the
   controls up to control. */
void	link_cursor(struct link *, int64_t after, int64_t ack, int64_t control);

/*
 * Post a JSON body to a resource, once: the body is copied, waits while the
 * line is down and is repeated, with an idempotency key, until it is answered.
 * tag: if not 0, LINK_ANSWER comes.  0, or -1 with errno EAGAIN (too much
 * waits) or ENOMEM.
 */
int	link_post(struct link *, const char *path, const char *body, size_t len,
	    long tag);

/* Ask for a resource; as link_post(), with a tag. */
int	link_get(struct link *, const char *path, long tag);

/* The agent's state: replaces one that still waits; dropped while down. */
void	link_update(struct link *, const char *body, size_t len);

/*
 * Unregister when all that waits is posted; LINK_LEFT comes.  Who stays is only
 * gone: its name and its messages are for the next that comes with the name.
 */
void	link_leave(struct link *, int stay);

/* What to wait for: adds descriptors, returns the new max. */
int	link_fds(const struct link *, fd_set *rd, fd_set *wr, int max);
int64_t	link_due(const struct link *);		/* -1: no time */

/* Do what can be done; call again until LINK_QUIET. */
enum link_event link_step(struct link *, int64_t now, struct link_news *);

#endif
