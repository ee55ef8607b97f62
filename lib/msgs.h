/*
 * msgs - the messages of a room by their ids: an index in memory, the text in
 * the journal.  The index comes in blocks of MSG_BLOCK messages; those not used
 * for long are dropped and made again from the journal when they are needed,
 * so that a room's age costs next to no memory.
 */
#ifndef MSGS_H
#define MSGS_H

#include <stddef.h>
#include <stdint.h>

#include "agents.h"
#include "journal.h"

enum {
	MSG_BLOCK = 256,	/* messages of a block */
	MSG_BLOCKS_MAX = 2048,	/* blocks in memory, 6 KiB each */
	MSG_KEY_MAX = 128,	/* bytes of an idempotency key */
	MSG_HOPS_MAX = 65535	/* hops are counted up to this */
};

enum msg_flag {
	MSG_ALL = 1,		/* a broadcast */
	MSG_SYSTEM = 2,		/* a notice, for persons */
	MSG_QUIET = 4,
	MSG_URGENT = 8
};

/* What memory holds of a message; len 0 is an id without one. */
struct msg {
	uint64_t off;		/* of its line in the journal */
	uint32_t len;		/* of its object without the closing brace */
	uint32_t reply_back;	/* id - replyTo; 0 none; all ones: far */
	uint16_t from, to;	/* slots; AGENT_NONE: not registered now */
	uint16_t hops;
	uint8_t	 flags;		/* enum msg_flag */
	uint8_t	 spare;
};

struct msg_block {
	struct msg *m;		/* NULL: not in memory */
	uint64_t off;		/* of the first message's line */
	uint64_t mask;		/* who may find something here: see msg_bits */
	uint32_t n;		/* ids used */
	uint32_t touched;
};

struct msgs {
	struct journal	*j;
	const struct agents *agents;
	struct msg_block *block;
	size_t		 nblocks, cap;
	uint64_t	 base;		/* id of block[0].m[0] */
	uint64_t	 next;		/* id of the next message */
	size_t		 held;		/* blocks in memory */
	size_t		 hand;		/* of the clock that picks what goes */
	struct msg	*spare;		/* a block's memory for reuse */
	uint64_t	 count;		/* messages, without unused ids */
	uint64_t	 lost;		/* the oldest were given up to here */
};

/* A message's line taken apart; views into the line. */
struct msg_line {
	uint64_t id, reply_to;
	const char *from, *to, *stamp, *key;
	size_t from_len, to_len, key_len;
	size_t len;		/* the object without key and closing brace */
	unsigned int hops;
	int flags;
};

/* No messages.  The journal and the agents must outlive it. */
void	msgs_init(struct msgs *, struct journal *, const struct agents *);
void	msgs_free(struct msgs *);

/*
 * Take a line (without sum) apart.  Only the form in which csp-gateway writes
 * a message is understood.  0, or -1.
 */
int	msg_parse(const char *line, size_t n, struct msg_line *);

/* Make room for the next message, so that msgs_add cannot fail.  0, or -1. */
int	msgs_reserve(struct msgs *);

/* Append; the id is ms->next, which moves on. */
void	msgs_add(struct msgs *, const struct msg *);

/* Skip ids: the next message will have this one (>= ms->next).  0, or -1. */
int	msgs_skip(struct msgs *, uint64_t id);

/* Take back the newest message. */
void	msgs_pop(struct msgs *);

/*
 * A message by its id; NULL where there is none (any more), or where it could
 * not be read back (errno is not 0 then).  Valid until the next call.
 */
const struct msg *msgs_get(struct msgs *, uint64_t id);

/*
 * The first message from `id` on that may be for slot (AGENT_NONE: any), or
 * ms->next where there is none.
 */
uint64_t msgs_seek(struct msgs *, uint64_t id, uint16_t slot, int human);

/* The oldest id that msgs_get may find. */
uint64_t msgs_first(const struct msgs *);

/* A message's object without the closing brace; NULL with errno. */
const char *msgs_text(struct msgs *, const struct msg *);

/* Let the oldest go that the journal (in memory) does not hold any more. */
void	msgs_forget(struct msgs *);

#endif
