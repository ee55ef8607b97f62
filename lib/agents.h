/*
 * agents - the table of a room's agents: names, what is kept of each, and the
 * way back where a round's journal write fails.  An agent is known by its slot,
 * a small number that stays the same for as long as it is registered.
 */
#ifndef AGENTS_H
#define AGENTS_H

#include <stddef.h>
#include <stdint.h>

#include "hmac.h"
#include "limit.h"
#include "util.h"

enum {
	AGENTS_MAX = 10000,	/* registered at one time */
	AGENT_CAPS_MAX = 4096,	/* bytes of capabilities */
	AGENT_INSTANCE_MAX = 128,	/* bytes of an instance's nonce */
	AGENT_STATE_MAX = 65536,	/* bytes of state, detail and so on */
	AGENT_CONTROLS_MAX = 64	/* controls that wait for a holder */
};

#define AGENT_NONE	((uint16_t)0xffff)

/* What the journal keeps of an agent; agents_save before a change. */
struct agent_kept {
	unsigned char	 used;		/* registered */
	unsigned char	 human;
	int		 hops;		/* of what it was given last; -1 none */
	uint64_t	 joined;	/* the newest id when it registered */
	uint64_t	 cursor;	/* the last id that it acknowledged */
	int64_t		 taken;		/* messages for it that it has had */
	char		*caps;		/* JSON text, caps_len bytes */
	size_t		 caps_len;
	char		*instance;	/* the run that holds it, or NULL */
};

/* A control on its way to a holder: a JSON object without its braces. */
struct control {
	struct control	*next;
	uint64_t	 number;
	size_t		 len;
	char		 text[1];
};

struct agent {
	char		 id[ID_MAX + 1];
	unsigned char	 id_len;
	unsigned char	 has_mac;	/* mac is known */
	struct agent_kept k;
	uint64_t	 round;		/* in which k was saved last */
	/* messages to it, broadcasts by it, since this slot is in use */
	int64_t		 direct, own, own_notices;

	int64_t		 heard_ms;	/* when it last asked something */
	int64_t		 seen_wall_ms;	/* the same for people; 0 never */
	int		 conns;		/* connections of its holder */
	int		 others;	/* other connections speaking for it */
	int		 gone;		/* its holder is, and that was told */
	int		 news;		/* for who waits for its inbox, but no
				 * message */
	struct limit	 rate;		/* of its messages */
	struct limit	 changes;	/* of what else it changes */
	char		 mac[SHA256_HEX];	/* its token's secret part */
	char		*state;		/* members `"state":...`, or NULL */
	size_t		 state_len;
	struct control	*controls;
	int		 ncontrols;
};

struct agent_save {
	uint16_t	 slot;
	struct agent_kept k;
};

struct agents {
	struct agent	**slot;		/* n of them */
	size_t		 n, cap, used;
	uint16_t	 *hash;		/* slot + 1, or 0 */
	size_t		 nhash;		/* a power of two */
	uint64_t	 round;
	struct agent_save *save;
	size_t		 nsave, save_cap;
};

/* Nobody is registered.  agents_free() frees what is inside. */
void	agents_init(struct agents *);
void	agents_free(struct agents *);

/* The slot of a registered agent, by its folded name; AGENT_NONE. */
uint16_t agents_find(const struct agents *, const char *id, size_t n);

/* The agent in a slot. */
struct agent *agents_at(const struct agents *, uint16_t slot);

/*
 * A slot for a name that is not registered; saved, and its `used` is still 0.
 * AGENT_NONE with errno ENOMEM or ENOSPC (AGENTS_MAX).
 */
uint16_t agents_add(struct agents *, const char *id, size_t n);

/* Remember k as it is now, for agents_rollback.  0, or -1 with ENOMEM. */
int	agents_save(struct agents *, uint16_t slot);

/* Replace one of k's texts by a copy, after agents_save.  0, or -1. */
int	agent_set_caps(struct agents *, uint16_t slot, const char *, size_t n);
int	agent_set_instance(struct agents *, uint16_t slot, const char *,
	    size_t n);

/* Registered or not, after agents_save.  Leaving drops state and controls. */
void	agent_set_used(struct agents *, uint16_t slot, int used);

/* Keep or undo everything since the last of these two calls. */
void	agents_commit(struct agents *);
void	agents_rollback(struct agents *);

#endif
