/*
 * limit - a token bucket: so many a second, and bursts of so many.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include <stdint.h>

/* All zeros is a full bucket. */
struct limit {
	int64_t	full_at;	/* when it is full again, in 1/rate ms */
};

/*
 * Take one from a bucket that refills with rate (> 0) a second and holds burst
 * (> 0).  now_ms only goes forward.  0 where there was one; else nothing was
 * taken, and returned are the milliseconds until there is one.
 */
int64_t	limit_take(struct limit *, int64_t rate, int64_t burst,
	    int64_t now_ms);

#endif
