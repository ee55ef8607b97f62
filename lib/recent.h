/*
 * recent - the newest records of a kind, found by a number.  When there are
 * more than its limit the oldest are forgotten.  Memory grows with use.
 */
#ifndef RECENT_H
#define RECENT_H

#include <stddef.h>
#include <stdint.h>

struct recent_entry {
	uint64_t key;
	uint64_t a, b;		/* what the owner keeps */
	uint32_t c;
	uint32_t next;		/* the part's: index + 1 of an older one, 0 */
};

struct recent {
	struct recent_entry *e;	/* a ring */
	uint32_t	*bucket;	/* index + 1, 0 none; as many as cap */
	size_t		 cap;	/* a power of two, 0 at first */
	size_t		 max;	/* cap at most; a power of two */
	uint64_t	 begin, end;	/* counts; end - begin, up to cap */
};

/* None are held.  max: how many may be, a power of two. */
void	recent_init(struct recent *, size_t max);
void	recent_free(struct recent *);

/* Add one as the newest of its key.  0, or -1 with errno ENOMEM. */
int	recent_add(struct recent *, uint64_t key, uint64_t a, uint64_t b,
	    uint32_t c);

/* The newest with this key, and then the next older one; NULL at the end. */
const struct recent_entry *recent_find(const struct recent *, uint64_t key);
const struct recent_entry *recent_older(const struct recent *,
	    const struct recent_entry *);

/* How many were added ever; recent_cut takes back all behind such a count. */
uint64_t recent_mark(const struct recent *);
void	recent_cut(struct recent *, uint64_t mark);

#endif
