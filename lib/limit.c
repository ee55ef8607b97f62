/*
 * limit - a token bucket, kept as the time at which it will be full.
 * Linked into csp-gateway.
 */
#include "limit.h"

/*
 * In units of 1/rate ms everything is whole: a token is worth 1000 units of
 * 1/rate ms each, so nothing is lost to rounding however odd the rate.
 */
int64_t
limit_take(struct limit *l, int64_t rate, int64_t burst, int64_t now_ms)
{
	int64_t now = now_ms * rate, missing;

	if (l->full_at < now)
		l->full_at = now;
	missing = l->full_at - now + 1000;	/* with this one taken */
	if (missing > burst * 1000)
		return (missing - burst * 1000 + rate - 1) / rate;
	l->full_at += 1000;
	return 0;
}
