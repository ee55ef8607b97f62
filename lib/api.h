/*
 * api - the HTTP resources of a room: who may ask what, what is a good
 * request, and the answer.  Pure: bytes of a request in, bytes of an answer
 * out; the program owns the connections and the time.
 */
#ifndef API_H
#define API_H

#include <stddef.h>
#include <stdint.h>

#include "broker.h"
#include "buf.h"
#include "hmac.h"
#include "http.h"
#include "json.h"
#include "limit.h"
#include "views.h"

enum {
	API_NODES = 2048,	/* JSON values in a request */
	API_ORIGIN_MAX = 200,	/* bytes of an Origin that may be let in */
	API_EXTRA_MAX = 600,	/* bytes of extra header lines */
	API_WAIT_MAX_S = 60,
	API_OWNER_RATE = 100,	/* times an agent's rate */
	API_OTHER_RATE = 10	/* the same, for what is no message */
};

enum api_kind {
	API_ANSWER,		/* the answer is complete */
	API_CANCEL,		/* so it is, and who waits for the same agent
				 * and rpc as in `wait` waits no longer */
	API_WAIT,		/* nothing yet: api_retry() when more came */
	API_STREAM		/* an event stream begins */
};

/* A list of words given on the command line. */
struct api_list {
	const char	**s;
	size_t		 n;
};

struct api {
	struct broker	*b;
	const char	*token;		/* the owner's */
	size_t		 token_len;
	struct hmac_key	 key;
	int64_t		 rate;		/* messages a second, each; 0 any */
	struct limit	 owner_rate;
	struct limit	 changes;	/* by agents not registered */
	struct api_list	 hosts, origins;	/* allowed ones */
	char		 host_ok[64];	/* a Host that was let in */
	size_t		 host_len;
	int64_t		 start_ms;
	const char	*version;
	/* for /metrics; the program counts what it sees itself */
	uint64_t	 messages, deliveries, by_status[6];
	uint64_t	 connections, waiters, streams;
	uint64_t	 bytes_in, bytes_out, accepted;
	int64_t		 sync_us;
	/* what the request in hand changed */
	/* cleared by who wakes */
	unsigned char	 receipts_changed;
	unsigned char	 agents_changed;	/* some have news: agent.news */
	struct buf	 update;	/* an event for streams, if not empty */
	struct json_node nodes[API_NODES];	/* last: see api_init */
};

/* A request as far as its head tells. */
struct api_call {
	const struct http_request *h;
	int		 route;
	unsigned char	 owner;		/* the token's */
	uint16_t	 who;		/* the agent token's agent, if it is
					 * registered */
	char		 id[ID_MAX + 1];	/* the agent token's */
	char		 arg[ID_MAX + 1];	/* what the path names */
	uint64_t	 number;	/* message's */
};

struct api_answer {
	enum api_kind	 kind;
	int		 status;
	const char	*type;		/* of the body; NULL: JSON */
	char		 extra[API_EXTRA_MAX];	/* header lines, or empty */
	unsigned char	 close;		/* nothing behind it is done */
	unsigned char	 binds;		/* 1: the connection speaks for slot,
					 * 2: as its holder */
	uint16_t	 slot;
	struct waiter	 wait;		/* API_WAIT, API_STREAM */
	int		 wait_s;
};

/*
 * Nothing has been asked.  The broker and token, the owner's and a C string,
 * must outlive it.
 */
void	api_init(struct api *, struct broker *, const char *token);

/*
 * Look at a head: Host, Origin, token, path, method.  Returns 1 where the
 * request may go on (its body is wanted); 0 where it is answered already, and
 * the body is of no interest.
 */
int	api_begin(struct api *, const struct http_request *, struct api_call *,
	    struct api_answer *, struct buf *out);

/* Do what a request asks; the answer's body is appended to out. */
void	api_run(struct api *, struct api_call *, const char *body, size_t n,
	    struct api_answer *, struct buf *out);

/*
 * Ask again what API_WAIT is waiting for.  1 where there is an answer; with
 * last set there is one in any case.
 */
int	api_retry(struct api *, struct waiter *, int last, struct api_answer *,
	    struct buf *out);

/* Tell streams that the agent's holder is gone without a word, or back. */
void	api_presence(struct api *, uint16_t slot, int online);

/* An error answer in the usual form; text is one sentence. */
void	api_error(struct api_answer *, struct buf *out, int status,
	    const char *code, const char *text);

#endif
