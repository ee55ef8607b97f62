/*
 * client - HTTP requests to one gateway over one kept connection, driven by
 * its owner's loop; never blocks but in client_call and client_wait.
 *
 *	fd = client_fd(c), events = client_events(c);
 *	...wait in select or poll for them, and for client_deadline(c)
 *	switch (client_step(c, now, &reply)) {
 *	case CLIENT_AGAIN:	nothing has finished; wait again
 *	case CLIENT_DONE:	reply answers the oldest request; step again
 *	case CLIENT_PART:	reply.body is more of a streamed answer; again
 *	case CLIENT_FAIL:	no answer to what was asked: client_error(c)
 *	}
 *
 * Requests given while others wait for their answers are pipelined; answers
 * come in the order of the requests.  A request that is safe to repeat (GET,
 * HEAD, or with an Idempotency-Key) is sent again, once, where a kept
 * connection turns out to have been closed by the gateway before an answer
 * began.  Everything else is the owner's to repeat, or to drop.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "http.h"
#include "net.h"

enum {
	CLIENT_PIPE_MAX = 512,	/* requests that may wait for answers */
	CLIENT_TOKEN_MAX = 512,	/* bytes of a token */
	CLIENT_LINES_MAX = 128,	/* bytes of client_headers */
	CLIENT_ERROR_MAX = 400,
	CLIENT_CONNECT_MS = 5000	/* a connection is made in this time */
};

enum {				/* bits of client_events */
	CLIENT_READ = 1,
	CLIENT_WRITE = 2
};

enum client_result {
	CLIENT_AGAIN,
	CLIENT_DONE,
	CLIENT_PART,
	CLIENT_FAIL
};

/* An answer; valid until the next call with this client. */
struct client_reply {
	long		 serial;	/* what client_request returned */
	int		 status;
	const char	*body;
	size_t		 len;
	int64_t		 retry_after_s;	/* -1 where not given */
};

struct client_request {
	enum http_method method;	/* GET, HEAD, POST or DELETE */
	const char	*target;	/* path and query, encoded */
	const char	*headers;	/* more fields, whole lines, or NULL */
	const char	*key;		/* its Idempotency-Key, or NULL */
	const void	*body;		/* JSON, or NULL */
	size_t		 len;
	int64_t		 timeout_ms;	/* once it is the oldest; 0: none */
	unsigned char	 stream;	/* hand the body over as it comes */
	unsigned char	 once;		/* is its owner's to repeat, always */
};

enum client_state {
	CLIENT_CLOSED,
	CLIENT_CONNECTING,
	CLIENT_OPEN
};

/* A request whose answer is not whole yet. */
struct client_asked {
	long	 serial;
	size_t	 len;		/* its bytes in out; of these: */
	size_t	 line_len, common_len;	/* first line, target's fields */
	int64_t	 timeout_ms;
	enum http_method method;
	unsigned char safe;	/* may be sent again */
	unsigned char stream;
};

/*
 * Placed by its owner, and its own within.  What one short request and its
 * answer need is in it, so that nothing is allocated for them.
 */
struct client {
	struct net_url url;
	enum client_state state;
	int	 fd;
	int	 nth;		/* which of the host's addresses */
	int64_t	 connect_by;
	struct buf out;		/* requests without an answer, oldest first */
	size_t	 sent;		/* bytes of out that were written */
	struct buf in;
	int	 first, n;	/* in q, which is a ring */
	long	 serial;
	int64_t	 since;		/* when q[first] became the oldest; -1: now */
	struct http_response res;
	struct http_chunked chunked;
	int	 in_body;	/* res is whole, its head is consumed */
	size_t	 raw;		/* body bytes taken, as they were coded */
	size_t	 body_len;	/* and decoded, at the front of in */
	size_t	 consume;	/* bytes of in to drop in the next step */
	int	 answered;	/* what is in consume ended an answer */
	int	 written;	/* times, on this connection; 2: and more */
	int	 reused;	/* it has brought an answer */
	int	 replayed;	/* requests were sent again since then */
	int	 was_sent, was_alien;
	size_t	 common_len;	/* of common; 0: it is to be made */
	char	 token[CLIENT_TOKEN_MAX + 1];
	char	 lines[CLIENT_LINES_MAX + 1];	/* more header fields */
	char	 common[1024];	/* the fields of every request */
	char	 error[CLIENT_ERROR_MAX];
	struct client_asked q[CLIENT_PIPE_MAX + 1];	/* and one answered */
	char	 out_first[1024], in_first[4096 + 512];
};

/* A client without a target.  Its struct may not be copied. */
void	client_init(struct client *);

/* Closes the connection and frees; as after client_init. */
void	client_done(struct client *);

/*
 * From now on ask url (http://HOST:PORT) and present token (NULL: none).  The
 * connection is closed; requests without an answer are for the new target.  0,
 * or -1 with errno: EINVAL, no such URL, or a token that cannot be in a header,
 * and all is as it was; ENOMEM, and the requests are dropped.
 */
int	client_target(struct client *, const char *url, const char *token);

/*
 * Header fields sent with every request from now on, whole lines
 * ("X-Instance: n\r\n") or NULL.  0, or -1 with errno EINVAL: too long.
 */
int	client_headers(struct client *, const char *lines);

/* Answers longer than this fail; 64 MiB where not set. */
void	client_limit(struct client *, size_t max);

/*
 * Queue a request; all of it is copied.  A serial number from 1 up, or -1 with
 * errno: EAGAIN, CLIENT_PIPE_MAX wait already; ENOMEM, EFBIG.  Nothing is sent
 * before client_step.
 */
long	client_request(struct client *, const struct client_request *);

/* How many requests have no whole answer yet. */
int	client_pending(const struct client *);

/* What to wait for: a descriptor or -1, and CLIENT_READ | CLIENT_WRITE. */
int	client_fd(const struct client *);
int	client_events(const struct client *);

/*
 * When client_step is to be called even if nothing happened: a time as given
 * to client_step, or -1: never; 0: at once.
 */
int64_t	client_deadline(const struct client *);

/*
 * Do what can be done now: connect, write, read.  now is clock_ms().  After
 * CLIENT_FAIL the connection is closed; the next step connects anew and sends
 * the requests without an answer again, unless client_reset drops them.
 */
enum client_result client_step(struct client *, int64_t now_ms,
	    struct client_reply *);

/* Why it failed, one line: `connect to 127.0.0.1:8765: Connection refused`. */
const char *client_error(const struct client *);

/*
 * Of the requests that had no answer at the last CLIENT_FAIL, could the gateway
 * have seen any?  0 where no connection was made.
 */
int	client_was_sent(const struct client *);

/* Was that because what came is no HTTP at all?  Then no repetition helps. */
int	client_was_alien(const struct client *);

/*
 * What was handed out last is no answer: close the connection, and send that
 * request again, and those behind it, in the next step.
 */
void	client_again(struct client *);

/* Close the connection and drop all requests. */
void	client_reset(struct client *);

/*
 * Blocking, with the clock: wait until something has finished (never
 * CLIENT_AGAIN), or until a time of clock_ms() (-1: for ever), then
 * CLIENT_AGAIN.  also_fd (or -1) ends the wait as well when it is readable,
 * then CLIENT_AGAIN.
 */
enum client_result client_wait(struct client *, int64_t until_ms,
	    int also_fd, struct client_reply *);

/*
 * Blocking: one request and its answer.  0 and *reply, or -1: client_error, and
 * all requests are dropped.
 */
int	client_call(struct client *, const struct client_request *,
	    struct client_reply *);

#endif
