/*
 * run - drives a fuzzing harness where there is no libFuzzer: on each file as
 * it is, then on N changed forms of it, the same ones every time.
 *
 *	t/fuzz/run-json N FILE ...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/fuzz/fuzz.h"

enum { SIZE_MOST = 8192 };

static uint64_t state = 88172645463325252U;

/* A number below n: Marsaglia's xorshift. */
static size_t
below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)(state % n);
}

/* Changes one thing.  Returns the new size, at most SIZE_MOST. */
static size_t
change(uint8_t *p, size_t size)
{
	static const uint8_t spice[] = "\r\n\t \0\x7f\x80\xff\"\\{}[]:,;=0-+eu";
	size_t at = size > 0 ? below(size) : 0, n;

	switch (below(5)) {
	case 0:			/* another byte */
		if (size > 0)
			p[at] = (uint8_t)below(256);
		break;
	case 1:			/* one that means something */
		if (size > 0)
			p[at] = spice[below(sizeof(spice) - 1)];
		break;
	case 2:			/* take some out */
		n = size > 0 ? below(size - at) % 16 : 0;
		memmove(p + at, p + at + n, size - at - n);
		return size - n;
	case 3:			/* put some in */
		if (size == SIZE_MOST)
			break;
		memmove(p + at + 1, p + at, size - at);
		p[at] = spice[below(sizeof(spice) - 1)];
		return size + 1;
	default:		/* say some twice */
		n = size > 0 ? below(size - at) % 32 : 0;
		if (n > SIZE_MOST - size)
			break;
		memmove(p + at + n, p + at, size - at);
		return size + n;
	}
	return size;
}

int
main(int argc, char **argv)
{
	static uint8_t seed[SIZE_MOST], p[SIZE_MOST];
	size_t size, n;
	long count = argc > 2 ? atol(argv[1]) : 0, i, runs = 0;
	int arg, steps;
	FILE *f;

	for (arg = 2; arg < argc; arg++) {
		if ((f = fopen(argv[arg], "r")) == NULL) {
			perror(argv[arg]);
			return 1;
		}
		size = fread(seed, 1, sizeof(seed), f);
		(void)fclose(f);	/* was only read */
		(void)LLVMFuzzerTestOneInput(seed, size);	/* aborts */
		for (i = 0; i < count; i++, runs++) {
			memcpy(p, seed, size);
			n = size;
			for (steps = 1 + (int)below(6); steps > 0; steps--)
				n = change(p, n);
			(void)LLVMFuzzerTestOneInput(p, n);	/* aborts */
		}
	}
	printf("%ld\n", runs);
	return runs > 0 ? 0 : 1;
}
