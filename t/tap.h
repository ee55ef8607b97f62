/*
 * tap - what the unit tests in C share: each prints TAP and exits 1 where a
 * check failed.  A test includes this once and ends with `return tap_done()`.
 */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <string.h>

static int tap_n, tap_bad;

/* One check: ok is the claim, name the promise that it keeps. */
static int
tap_ok(int ok, const char *name, const char *file, int line)
{
	tap_n++;
	printf("%sok %d - %s\n", ok ? "" : "not ", tap_n, name);
	if (!ok) {
		tap_bad++;
		printf("# %s:%d\n", file, line);
	}
	return ok;
}

/* Compares two texts of given lengths and shows both where they differ. */
static int
tap_mem(const char *got, size_t got_len, const char *want, size_t want_len,
    const char *name, const char *file, int line)
{
	int ok;

	ok = got_len == want_len &&
	    (want_len == 0 || memcmp(got, want, want_len) == 0);
	if (!tap_ok(ok, name, file, line)) {
		printf("# want %zu bytes: %.*s\n", want_len,
		    want_len > 2000 ? 2000 : (int)want_len, want);
		printf("# got  %zu bytes: %.*s\n", got_len,
		    got_len > 2000 ? 2000 : (int)got_len, got);
	}
	return ok;
}

static int
tap_done(void)
{
	printf("1..%d\n", tap_n);
	(void)tap_mem;		/* not every test compares texts */
	return tap_bad != 0;
}

#define ok(claim, name)	tap_ok((claim) != 0, (name), __FILE__, __LINE__)
#define is_mem(g, gl, w, wl, name) \
	tap_mem((g), (gl), (w), (wl), (name), __FILE__, __LINE__)
#define is_str(g, w, name) \
	tap_mem((g), strlen(g), (w), strlen(w), (name), __FILE__, __LINE__)

#endif
