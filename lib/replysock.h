/*
 * replysock - the private socket where a wrapped program hands over its reply:
 * csp-send --reply connects, writes one line "csp-reply 1 FIELD", then bytes,
 * and reads "ok" or "no REASON".  Mode 0600 in a folder of mode 0700; both go
 * away.
 */
#ifndef REPLYSOCK_H
#define REPLYSOCK_H

#include <sys/types.h>
#include <sys/select.h>

#include <stddef.h>
#include <stdint.h>

#define REPLYSOCK_CONNS	8		/* at a time; others wait */
#define REPLYSOCK_MAX	(4 * 1024 * 1024)	/* bytes of one reply */
#define REPLYSOCK_MS	10000		/* from connecting to the end */

struct replysock;			/* opaque */

struct replysock_text {
	char		field[64];	/* the member meant, or "" */
	const char	*text;		/* until replysock_answer() */
	size_t		len;
};

/*
 * Make the folder, in the directory parent, and the socket in it.  NULL with
 * errno.
 */
struct replysock *replysock_open(const char *parent);

/* Remove both and free it.  The folder must be empty but for the socket.  NULL
   is allowed. */
void	replysock_close(struct replysock *);

/* Absolute, if parent was. */
const char *replysock_dir(const struct replysock *);
const char *replysock_path(const struct replysock *);

/*
 * Set in rd what select(2) is to wait for.  Returns the highest descriptor, or
 * max if that is higher.
 */
int	replysock_fds(const struct replysock *, fd_set *rd, int max);
int64_t	replysock_due(const struct replysock *);	/* -1: no time */

/*
 * Take what has come: 1 and *t when one is whole, and replysock_answer() is to
 * be called; 0 when there is none (any more).
 */
int	replysock_step(struct replysock *, const fd_set *rd, int64_t now,
	    struct replysock_text *t);

/* What the last one is told: NULL for "ok", or why not. */
void	replysock_answer(struct replysock *, const char *why);

#endif
