/*
 * views - what a room shows of itself, as JSON: inboxes, the history, agents,
 * what became of a message, and the same as event streams.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include <stddef.h>
#include <stdint.h>

#include "broker.h"
#include "buf.h"

enum {
	VIEW_BYTES_MAX = 8 << 20,	/* an answer ends when it has so many */
	VIEW_SCAN_MAX = 100000,	/* messages that one request may look at */
	HISTORY_LIMIT = 100,	/* the default */
	HISTORY_LIMIT_MAX = 10000
};

enum wait_kind {
	WAIT_NONE,
	WAIT_INBOX,
	WAIT_HISTORY,
	WAIT_MESSAGE,
	WAIT_ROOM,		/* event stream of the room */
	WAIT_EVENTS		/* event stream of an inbox */
};

/* What a history is filtered by. */
struct history_filter {
	char	 from[ID_MAX + 1], to[ID_MAX + 1];	/* empty: any */
	int64_t	 since_ms;	/* -1: any */
	uint64_t reply_to;	/* 0: any */
};

/*
 * What a request asks for, so that it can be asked again when something has
 * come.  Small: ten thousand of them wait at a time.
 */
struct waiter {
	unsigned char	 kind;		/* enum wait_kind */
	unsigned char	 takes;		/* an inbox's cursor moves */
	unsigned char	 drains;	/* no `after`: past what is given */
	unsigned char	 forward;	/* history: the first, not the last */
	unsigned char	 stage;		/* enum stage */
	unsigned char	 holder;	/* is shown controls */
	uint16_t	 slot;		/* inbox; message: agent, AGENT_NONE */
	uint32_t	 limit;		/* 0: none */
	uint32_t	 bytes;		/* of the answer; 0: VIEW_BYTES_MAX */
	uint64_t	 after;		/* nothing up to this id */
	uint64_t	 id;		/* message; inbox: its `joined` */
	struct history_filter *filter;	/* NULL: none; the waiter's */
	char	*rpc;		/* which JSON-RPC request waits, see api_mcp.c;
				 * empty: it was cancelled; NULL: it is none.
				 * The waiter's */
};

/*
 * Append an inbox's answer, `[...]`, and move its cursor where w says so.
 * Returns the number of things in it (0: `[]` was written), or -1 with errno.
 */
long	view_inbox(struct broker *, const struct waiter *w, struct buf *out);

/*
 * Append the history's answer.  The number of messages in it, or -1.  Where
 * there are none, w moves up to where the next look is to begin, which may be
 * before the newest: VIEW_SCAN_MAX.
 */
long	view_history(struct broker *, struct waiter *w, struct buf *out);

/*
 * Append a message with its receipts.  1 where the stage that is waited for is
 * reached, 0 where not yet (it is written as well), -1 with errno, where ENOENT
 * is no such message.
 */
int	view_message(struct broker *, const struct waiter *w, struct buf *out);

/* Append the list of agents.  0 or -1. */
int	view_agents(struct broker *, struct buf *out);

/*
 * Append the events of a stream from w->after on, up to about max bytes, and
 * move w->after.  0, or -1 with errno.
 */
int	view_events(struct broker *, struct waiter *w, size_t max,
	    struct buf *out);

/* Append an `update` event of one agent's state.  0 or -1. */
int	view_state_event(struct broker *, uint16_t slot, struct buf *out);

#endif
