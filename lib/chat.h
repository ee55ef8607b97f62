/*
 * chat - what a viewer knows of a room: its messages, what became of them, and
 * what each agent is doing, from JSON Lines as csp-poll prints them.  Pure.
 */
#ifndef CHAT_H
#define CHAT_H

#include <stddef.h>
#include <stdint.h>

#include "util.h"

enum {
	CHAT_ITEMS = 4000,		/* messages and notes kept */
	CHAT_BYTES = 32 << 20,		/* of their text */
	CHAT_AGENTS = 256,
	CHAT_PARTIAL = 64 << 10		/* of a reply in the making: its end */
};

struct chat_receipt {
	struct chat_receipt *next;
	char	agent[ID_MAX + 1];
	char	stage[16];
	char	reason[64];
};

enum chat_kind {
	CHAT_BROADCAST,
	CHAT_DIRECT,
	CHAT_SYSTEM,
	CHAT_NOTE			/* of this program, not of the room */
};

/* Texts are printable, with newlines and no tabs. */
struct chat_item {
	int64_t	 id;			/* of a note: of what is before it */
	int64_t	 at_ms;			/* since 1970; 0: not known */
	enum chat_kind kind;
	char	 from[ID_MAX + 1], to[ID_MAX + 1];
	char	*text;
	size_t	 len;
	int	 verbatim;		/* 1, 0, or -1: not said */
	int	 mentions_me;		/* direct to me, or @me, or @all */
	struct chat_receipt *receipts;	/* of each recipient, in order */
	/* the painter's */
	int	 open;			/* shown whole, however long */
	size_t	 rows, rows_width;	/* counted for that width; 0: not yet */
};

struct chat_agent {
	char	 id[ID_MAX + 1];
	int	 online, human;
	int	 gone;			/* not online, and it has not left */
	char	 state[16];		/* empty: not known */
	int64_t	 since_ms;		/* monotonic: when it took that state */
	int64_t	 until_ms;		/* since 1970, of a limit; 0: unknown */
	char	*detail;		/* a dialog, a reason; NULL: none */
	size_t	 detail_len;
	char	 screen[80];		/* opaque: the screen of the detail */
	char	*partial;		/* a reply in the making; NULL: none */
	size_t	 partial_len;
};

struct chat {
	char	 me[ID_MAX + 1];
	struct chat_item **items;	/* oldest first */
	size_t	 n, cap, bytes;
	struct chat_agent agents[CHAT_AGENTS];
	size_t	 n_agents;
};

/* What a line brought. */
enum chat_news {
	CHAT_NOTHING,			/* nothing new, or not understood */
	CHAT_CHANGED,			/* an agent or a receipt: draw again */
	CHAT_ASKS,			/* *agent now waits for an answer */
	CHAT_RECEIPT,			/* *item's receipt changed: *agent's */
	CHAT_NEW			/* *item came */
};

struct chat_event {
	enum chat_news	 news;
	struct chat_item *item;
	struct chat_agent *agent;
	struct chat_receipt *receipt;
};

/* me: the id whose messages show receipts. */
void	chat_init(struct chat *, const char *me);
void	chat_free(struct chat *);

/*
 * One line from csp-poll: a message, a receipt, an agent's update, an element
 * of /agents or an array of them.  What is no JSON object becomes a note.  A
 * message that is known already is nothing new; older ones find their place.
 * now_ms is monotonic.  Pointers in the event live until the next call.
 */
struct chat_event chat_feed(struct chat *, const char *line, size_t len,
	    int64_t now_ms);

/* A note of our own; len bytes of any kind.  NULL without memory. */
struct chat_item *chat_note(struct chat *, const char *, size_t len,
	    int64_t at_ms);

/* NULL where there is none. */
struct chat_agent *chat_agent(struct chat *, const char *id);
struct chat_item *chat_item(struct chat *, int64_t id);

/* Whether all of the item's receipts are `replied` (one at least). */
int	chat_settled(const struct chat_item *);

/*
 * Whether what the agent asks is a question on a line, such as `Sure? [y/N]`,
 * which wants Enter behind the key.
 */
int	chat_asks_line(const struct chat_agent *);

/* Whether its choices have numbers, as "1. Yes", or are not known. */
int	chat_asks_number(const struct chat_agent *);

/*
 * Whether text mentions `@id` (or @all) as a word of its own, in any case of
 * letters.
 */
int	chat_mentions(const char *text, size_t len, const char *id);

#endif
