/*
 * unit-limit - the token bucket gives its burst, then its rate, and no more.
 */
#include "lib/limit.h"
#include "t/tap.h"

static void
flow(int64_t rate, int64_t burst)
{
	struct limit l = { 0 };
	int64_t now = 123456789, got = 0, i, wait;

	while (limit_take(&l, rate, burst, now) == 0)
		got++;
	ok(got == burst, "the burst at once");
	wait = limit_take(&l, rate, burst, now);
	ok(wait == (1000 + rate - 1) / rate, "then it says how long");
	ok(limit_take(&l, rate, burst, now + wait - 1) > 0, "not sooner");
	got = 0;
	for (i = 0; i < 10000; i++)
		while (limit_take(&l, rate, burst, now + i) == 0)
			got++;
	ok(got >= rate * 9999 / 1000 - 1 && got <= rate * 10,
	    "ten seconds of rate");
	now += 100000000;
	for (got = 0; limit_take(&l, rate, burst, now) == 0; got++)
		;
	ok(got == burst, "a rest fills it, and not over the brim");
}

int
main(void)
{
	flow(10, 100);
	flow(1000, 10000);
	flow(3, 1);
	flow(7, 5);
	return tap_done();
}
