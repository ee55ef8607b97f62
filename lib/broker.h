/*
 * broker - what a room does: who is registered, who gets which message, what
 * became of it.  State and rules only: it appends to the journal what must
 * last, and its caller commits; time is given to it.
 *
 * A round: broker_time, then any of the calls below, then journal_commit, then
 * broker_commit where that went well and broker_rollback where it did not,
 * which leaves everything that is journaled as it was before the round.
 */
#ifndef BROKER_H
#define BROKER_H

#include <stddef.h>
#include <stdint.h>

#include "agents.h"
#include "journal.h"
#include "msgs.h"
#include "recent.h"
#include "util.h"

enum {
	BROKER_HOLD_MS = 5000,	/* a silent holder is taken for gone then */
	BROKER_KEY_S = 86400,	/* idempotency keys last a day */
	BROKER_KEYS_MAX = 1 << 20,	/* and at most so many, 36 B each */
	BROKER_RECEIPTS_MAX = 1 << 18,	/* receipts in memory, 36 B each */
	BROKER_GONE_MAX = 1 << 10,	/* agents that left, for receipts */
	BROKER_REASON_MAX = 1000	/* bytes of a receipt's reason */
};

enum broker_result {
	BROKER_OK,
	BROKER_NEW,		/* it was not there before */
	BROKER_REPEATED,	/* this key was sent before */
	BROKER_TAKEN,		/* the name's holder lives */
	BROKER_SUPERSEDED,	/* this instance was replaced */
	BROKER_NO_MESSAGE,	/* no message of that id */
	BROKER_NOT_FOR,		/* the message is not for that agent */
	BROKER_NOT_HELD,	/* nobody holds the agent */
	BROKER_FULL,		/* a limit is reached */
	BROKER_FAILED		/* errno says why */
};

enum stage {
	STAGE_QUEUED,
	STAGE_HELD,
	STAGE_TYPED,
	STAGE_SUBMITTED,
	STAGE_REPLIED,
	STAGE_FAILED,
	STAGE_NONE
};

/* An agent that left, for the receipts of what it had not read. */
struct gone {
	char	 id[ID_MAX + 1];
	char	 stamp[TIME_LEN + 1];
	uint64_t joined, cursor, newest;
};

struct broker {
	struct journal	*j;
	struct agents	 agents;
	struct msgs	 msgs;
	struct recent	 receipts;	/* key id, a offset, b replyId, c */
	struct recent	 keys;		/* key, a hashes, b id, c seconds */
	struct gone	*gone;
	size_t		 ngone, gone_mark;
	int64_t		 now_ms, wall_ms;
	char		 stamp[TIME_LEN + 1];
	unsigned int	 max_hops;
	int64_t		 nall, nnotices;	/* since the start */
	uint64_t	 next_control;
	uint64_t	 replaced[64];	/* hashes of replaced instances */
	size_t		 nreplaced, replaced_mark;
	/* as it was at the last commit */
	uint64_t	 mark_next, mark_receipts, mark_keys;
	char		*scratch;	/* for contents written anew */
	size_t		 scratch_cap;
};

/* An empty room; load_next fills it.  The journal stays the caller's. */
void	broker_init(struct broker *, struct journal *, unsigned int max_hops);
void	broker_free(struct broker *);

/* Set the time; wall time that went back is held. */
void	broker_time(struct broker *, int64_t now_ms, int64_t wall_ms);

/*
 * All since the last of these two calls: kept, once the journal has it, or
 * undone where the journal could not be written.
 */
void	broker_commit(struct broker *);
void	broker_rollback(struct broker *);

struct registration {
	char		 id[ID_MAX + 1];	/* folded */
	const char	*caps;		/* a JSON object, or NULL: unchanged */
	size_t		 caps_len;
	int		 human;		/* what caps say */
	const char	*instance;	/* NULL: none */
	size_t		 instance_len;
	int		 exclusive;	/* this name or none */
};

/*
 * Register; the agent's slot goes to *slot.  BROKER_NEW, BROKER_OK,
 * BROKER_TAKEN, BROKER_SUPERSEDED, BROKER_FULL, BROKER_FAILED.
 */
enum broker_result broker_register(struct broker *,
	    const struct registration *, uint16_t *slot);

/* Unregister.  BROKER_OK or BROKER_FAILED. */
enum broker_result broker_leave(struct broker *, uint16_t slot);

/* Whether an instance's nonce is one that was replaced. */
int	broker_replaced(const struct broker *, const char *nonce, size_t n);

/* Whether a held agent's holder lives. */
int	broker_holder_lives(const struct broker *, uint16_t slot);

struct post {
	uint16_t	 from;		/* AGENT_NONE: the gateway itself */
	uint16_t	 to;		/* but with MSG_ALL, MSG_SYSTEM */
	int		 flags;		/* MSG_ALL, MSG_SYSTEM, MSG_URGENT */
	const char	*content;	/* as in JSON, without the quotes */
	size_t		 content_len;
	int		 escaped;	/* it has escapes */
	uint64_t	 reply_to;	/* 0: none */
	int		 verbatim;	/* -1: not said */
	int		 incomplete;	/* lines of it are known to be lost */
	const char	*key;		/* printable, no quote or backslash */
	size_t		 key_len;
};

/*
 * Send.  BROKER_OK and the id; BROKER_REPEATED and the id of the first;
 * BROKER_NO_MESSAGE (replyTo), BROKER_FAILED.
 */
enum broker_result broker_post(struct broker *, const struct post *,
	    uint64_t *id);

/* The first message from id on that is for this agent, or msgs.next. */
uint64_t broker_next_for(struct broker *, uint16_t slot, uint64_t id);

/* How many messages an agent has not acknowledged. */
int64_t	broker_unread(const struct broker *, uint16_t slot);

/*
 * Move a cursor up to id (never back).  BROKER_OK or BROKER_FAILED.
 */
enum broker_result broker_ack(struct broker *, uint16_t slot, uint64_t id);

/*
 * What became of a message at an agent.  reason is JSON text in quotes or
 * empty.  BROKER_OK; BROKER_REPEATED where more is known already, and nothing
 * changes; BROKER_NO_MESSAGE, BROKER_NOT_FOR, BROKER_FAILED.
 */
enum broker_result broker_receipt(struct broker *, uint16_t slot, uint64_t id,
	    enum stage, const char *reason, size_t reason_len,
	    uint64_t reply_id);

/* The stage of a message at an agent; *e is its record, NULL: queued. */
enum stage broker_stage(struct broker *, uint64_t id, uint16_t slot,
	    const struct recent_entry **e);

/* Whether a message is, or was, for an agent. */
int	broker_is_for(const struct broker *, uint16_t slot, const struct msg *,
	    uint64_t id);

/* Names of the stages; STAGE_NONE for an unknown one. */
const char *stage_name(enum stage);
enum stage stage_find(const char *, size_t n);

/*
 * Queue a control (members after its number, without braces) for the holder.
 * BROKER_OK, BROKER_NOT_HELD, BROKER_FULL, BROKER_FAILED.
 */
enum broker_result broker_control(struct broker *, uint16_t slot,
	    const char *members, size_t n, uint64_t *number);

/* The holder has the controls up to this number. */
void	broker_control_done(struct broker *, uint16_t slot, uint64_t number);

/* Replace an agent's state: JSON members without braces.  0 or -1. */
int	broker_state(struct broker *, uint16_t slot, const char *, size_t n);

/* The agent (or its holder) was heard. */
void	broker_heard(struct broker *, uint16_t slot);

/*
 * What load uses to build the state up from the journal's records: count a
 * message as the room's newest (after msgs_reserve); a receipt, and that `from`
 * answered a message, with a line at off; that an agent left; a key; that an
 * instance holds an agent no more if now (n bytes) is another; who is a person.
 */
void	broker_count(struct broker *, const struct msg *);
int	broker_note_receipt(struct broker *, uint16_t slot, uint64_t id,
	    enum stage, uint64_t reply_id, uint64_t off);
int	broker_note_reply(struct broker *, uint16_t from, uint64_t asked,
	    uint64_t reply, uint64_t off);
int	broker_note_gone(struct broker *, const struct gone *);
int	broker_note_key(struct broker *, const char *from, size_t from_len,
	    const char *key, size_t n, uint64_t id, int64_t wall_s);
void	broker_note_instance(struct broker *, const char *old,
	    const char *now, size_t n);
void	broker_set_human(struct broker *, uint16_t slot, int human);

/* Append one record to a journal, which need not be the room's.  0 or -1. */
int	broker_write_agent(struct journal *, const struct agent *,
	    const char *stamp);
int	broker_write_cursor(struct journal *, const struct agent *,
	    int64_t unread);
int	broker_write_gone(struct journal *, const struct gone *);

#endif
