/*
 * mend - JSON from programs that cut a text anywhere.
 * Linked into csp-sidecar.
 */
#include <string.h>

#include "mend.h"
#include "util.h"

/* The value of the escape \uXXXX at s, or -1 where none is there. */
static long
escape(const char *s, size_t n)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *d;
	long v = 0;
	int i;

	if (n < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	for (i = 2; i < 6; i++) {
		if ((d = memchr(digits, s[i], sizeof(digits) - 1)) == NULL)
			return -1;
		v = v * 16 + (d - digits < 16 ? d - digits : d - digits - 6);
	}
	return v;
}

size_t
mend_json(char *text, size_t len)
{
	size_t i, n, mended = 0;
	char *s;
	long c, low;

	for (i = 0; i < len; i += n) {
		s = text + i;
		if (*s != '\\') {
			if ((n = (size_t)utf8_len(s, len - i)) > 0)
				continue;
			*s = '?';
			n = 1;
			mended++;
			continue;
		}
		n = len - i < 2 ? 1 : 2;
		c = escape(s, len - i);
		if (c < 0xd800 || c > 0xdfff)
			continue;
		n = 6;
		low = escape(s + 6, len - i - 6);
		if (c < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
			n = 12;
			continue;
		}
		memcpy(s + 2, "fffd", 4);
		mended++;
	}
	return mended;
}
