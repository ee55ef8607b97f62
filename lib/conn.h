/*
 * conn - the gateway's connections: requests in, answers out, and what each of
 * them waits for.  Answers of a round are gathered in one buffer and leave when
 * the program has written the journal; see round_of in csp-gateway.c.
 */
#ifndef CONN_H
#define CONN_H

#include <sys/types.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "api.h"
#include "broker.h"
#include "buf.h"
#include "http.h"
#include "journal.h"

enum {
	SERVER_IN = 64 << 10,	/* the buffer that requests are read into */
	SERVER_OUT_MAX = 64 << 20,	/* all answers of a round */
	SERVER_OUT_KEEP = 256 << 10,	/* kept of it between rounds */
	SERVER_HELD_MAX = 64 << 20,	/* all that is held for connections */

	HEAD_MS = 10000,	/* from a request's first byte to its head */
	BODY_MS = 60000,	/* to its body */
	IDLE_MS = 300000,	/* a kept connection without a request */
	WRITE_MS = 60000,	/* a reader that takes nothing */
	LINGER_MS = 2000,	/* for the peer to read our last words */
	PING_MS = 15000,	/* an idle stream is sent a comment */
	PAUSE_MS = 100		/* before accept(2) is tried again */
};

enum conn_state {
	CONN_READ,		/* for a request, or the rest of one */
	CONN_WAIT,		/* the answer waits for something to come */
	CONN_STREAM,		/* an event stream */
	CONN_LINGER,		/* all is said; reads until the peer closes */
	CONN_CLOSED		/* freed by the loop, nobody else */
};

struct conn {
	int		 fd;
	unsigned char	 state;		/* enum conn_state */
	unsigned char	 close;		/* when all is written */
	unsigned char	 eof;		/* the peer sends no more */
	unsigned char	 minor;		/* of HTTP/1 */
	unsigned char	 keep_alive;	/* of the request that waits */
	unsigned char	 continued;	/* 100 was sent for this request */
	unsigned char	 began;		/* a request's first bytes are there */
	unsigned char	 woken;		/* has an answer; parked until commit */
	unsigned char	 listed;	/* is in the round's list */
	unsigned char	 queued;	/* is in the list for the next round */
	unsigned char	 holder;	/* counts as its agent's holder */
	unsigned char	 missed;	/* updates, while it was slow */
	unsigned char	 decoding;	/* a chunked body, by chunked */
	uint16_t	 slot;		/* speaks for this agent */
	size_t		 at;		/* its place in the poll array */
	size_t		 held;		/* bytes of in and out, as counted */
	int64_t		 deadline;
	int64_t		 active_ms;	/* when it last did something */
	struct buf	 in;		/* what is read and not yet done */
	struct buf	 out;		/* what could not be written at once */
	size_t		 seg, seg_len;	/* its part of the round's answers */
	size_t		 firm;		/* seg_len that needs no commit */
	struct http_chunked chunked;
	size_t		 raw, got;	/* coded bytes done, decoded ones */
	struct waiter	 wait;
	struct conn	*next, *prev;	/* in a list of waiters or the dead */
	struct conn	*peer, *before;	/* who wait for the same inbox */
};

/* All that the loop works on.  Zeroes, then server_init. */
struct server {
	struct api	 api;
	struct broker	 broker;
	struct journal	*journal;
	enum journal_sync sync;
	int64_t		 sync_at;	/* --sync interval: the next one */
	int		 listener, wake;
	int64_t		 paused_until;	/* no accept(2) before this */
	size_t		 max_body;

	struct pollfd	*pfd;		/* wake, listener, then connections: */
	struct conn	**conn;		/* the first nhot are polled always */
	size_t		 n, nhot, cap;
	size_t		 held;		/* by all connections */
	int		 lag;		/* a stream may not have all there is */
	int64_t		 deadline;	/* no deadline is before this */
	int64_t		 sleepers_at;	/* when to poll all of them again */
	int64_t		 gone_at;	/* when a holder counts as gone */
	struct conn	**list;		/* with an answer in this round */
	size_t		 nlist, list_cap;
	struct conn	**again;	/* with input left for the next round */
	size_t		 nagain, again_cap;
	struct conn	*waiting[3];	/* by enum wait_list */
	struct conn	*of_slot[AGENTS_MAX];	/* the inbox list, by agent */
	struct conn	*dead;		/* closed, to be freed */

	struct buf	 out;		/* all answers of this round */
	struct buf	 events;
	int64_t		 now;
	time_t		 date_s;
	char		 date[64];	/* a Date line */
	char		 ok[192];	/* head of the usual answer, up to its
					 * length */
	size_t		 ok_len;
	int		 stopping;
	int		 rewake;	/* not all waiters were looked at */
};

enum wait_list { LIST_INBOX, LIST_OTHER, LIST_STREAM };

/* Empty lists and buffers.  0, or -1 with errno. */
int	server_init(struct server *);

/* Ask the clocks. */
void	server_tick(struct server *);

/*
 * Take who waits at the listener.  0; or -1 with errno where descriptors or
 * memory ran out, and then nobody is taken for PAUSE_MS.
 */
int	server_accept(struct server *);

/* Answer those requests that wait for what this round brought: before it is
 * committed. */
void	server_wake(struct server *);

/* Give the event streams what was committed; whoever left has its own ended. */
void	server_feed(struct server *);

/*
 * Set what poll(2) shall look for and count what is held; after whatever
 * changes a connection.
 */
void	conn_update(struct server *, struct conn *);

/* Poll it in every round; or with the quiet ones. */
void	conn_heat(struct server *, struct conn *);
void	conn_cool(struct server *, struct conn *);

/* It has so many milliseconds from now on for what it is doing. */
void	conn_deadline(struct server *, struct conn *, int64_t ms);

/* One step of a connection that poll(2) found ready. */
void	conn_step(struct server *, struct conn *, short revents);

/* Use what was read and is not done yet: in the next round; now. */
void	conn_queue(struct server *, struct conn *);
void	conn_go_on(struct server *, struct conn *);

/*
 * Answer a parked request, if there is something or it is the last chance; it
 * stays parked, and `woken`, until the round is committed.
 */
void	conn_answer_waiter(struct server *, struct conn *, int last);

/* Whether a long poll over the room has not been shown all of it. */
int	conn_lags(const struct server *, const struct conn *);

/* The request does not wait any more. */
void	conn_unpark(struct server *, struct conn *);

/* Answer with an error of the program's own. */
void	conn_error(struct server *, struct conn *, int status,
	    const char *code, const char *text, int keep, int no_body);

/*
 * The n bytes at off in g->out, at its end, are what the connection is sent
 * next; conn_gather must have been called before they were put there.
 */
void	conn_gather(struct server *, struct conn *);
void	conn_add(struct server *, struct conn *, size_t off, size_t n);

/* All is said: close when the peer has read it. */
void	conn_linger(struct server *, struct conn *);

/* Close at once.  conn_free, later, frees it: g->dead holds it until then. */
void	conn_close(struct server *, struct conn *);

/* Tell streams whose holder has not been heard of for too long. */
void	conn_gone(struct server *);
void	conn_free(struct server *, struct conn *);

/* Where more than SERVER_HELD_MAX is held, who holds most is closed. */
void	server_relieve(struct server *);

#endif
