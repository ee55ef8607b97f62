/*
 * api_in - what the files of the part api share: api.c (who may ask what, and
 * where it goes), api_get.c (what is read), api_post.c (what is changed) and
 * api_mcp.c (both, as tools of MCP).
 */
#ifndef API_IN_H
#define API_IN_H

#include "api.h"

/*
 * Answer with an error whose sentence is made as by printf(3); a long one is
 * cut.
 */
void	api_fail(struct api_answer *, struct buf *out, int status,
	    const char *code, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((__format__(__printf__, 5, 6)))
#endif
	;

/* 507 with errno's words: the journal or memory failed, nothing was done. */
void	api_fail_errno(struct api_answer *, struct buf *out);

/* 400: a member or parameter must be something else. */
void	api_bad_field(struct api_answer *, struct buf *out, const char *name,
	    const char *what);

/* One more header line. */
void	api_add_extra(struct api_answer *, const char *name,
	    const char *value);

/*
 * The hex code that proves an id.  a is its agent, which keeps the code, or
 * NULL.
 */
void	api_mac(struct api *, const char *id, size_t n, struct agent *a,
	    char hex[SHA256_HEX + 1]);

/*
 * The request speaks for an agent: check its instance, note that it was heard.
 * 1 where it does so as the holder, or nobody holds the agent; 2 where it is
 * held, but not by this; 0 where it is answered.
 */
int	api_speaks_for(struct api *, const struct api_call *, uint16_t slot,
	    struct api_answer *, struct buf *out);

/* Over a rate, in one a second: 1, and answered. */
int	api_over_rate(struct api *, struct limit *, int64_t rate,
	    struct api_answer *, struct buf *out);

/* The agent that the path names, registered; AGENT_NONE: it is answered. */
uint16_t api_path_agent(struct api *, const struct api_call *,
	    struct api_answer *, struct buf *out);

/* One resource each.  The body's n bytes are JSON, or not. */
void	api_control(struct api *, const char *body, size_t n,
	    struct api_answer *, struct buf *out);
void	api_history(struct api *, struct api_call *, struct api_answer *,
	    struct buf *out);
void	api_inbox(struct api *, struct api_call *, struct api_answer *,
	    struct buf *out);
void	api_leave(struct api *, struct api_call *, struct api_answer *,
	    struct buf *out);
void	api_mcp(struct api *, struct api_call *, const char *body, size_t n,
	    struct api_answer *, struct buf *out);
void	api_message(struct api *, struct api_call *, struct api_answer *,
	    struct buf *out);
void	api_post(struct api *, struct api_call *, const char *body, size_t n,
	    struct api_answer *, struct buf *out);
void	api_receipt(struct api *, struct api_call *, const char *body,
	    size_t n, struct api_answer *, struct buf *out);
void	api_register(struct api *, struct api_call *, const char *body,
	    size_t n, struct api_answer *, struct buf *out);
void	api_stream(struct api *, const struct api_call *,
	    struct api_answer *, struct buf *out);
void	api_update(struct api *, struct api_call *, const char *body,
	    size_t n, struct api_answer *, struct buf *out);

/*
 * What a request to send, or to register, comes to when it has been parsed: the
 * members of a message in the order that api_post names them, each NULL where
 * it is not given; and a key, its p NULL where there is none.
 */
enum { API_SAY_N = 8 };
void	api_say(struct api *, struct api_call *,
	    const struct json_node *const members[API_SAY_N],
	    struct http_str key, struct api_answer *, struct buf *out);
void	api_enter(struct api *, const struct api_call *,
	    struct registration *, struct api_answer *, struct buf *out);

/*
 * Ask again what a call of read_inbox waits for.  The number of messages in the
 * answer, or -1, and then it says why.
 */
long	api_mcp_retry(struct api *, const struct waiter *, struct api_answer *,
	    struct buf *out);

/*
 * The agent was given a message: its receipt is `submitted`, unless it is that
 * or more already.  0, or -1 with errno.
 */
int	api_submitted(struct api *, uint16_t slot, uint64_t id);

#endif
