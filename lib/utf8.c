/*
 * utf8 - UTF-8 in and out, and how many terminal cells a character takes.
 * Pure; the widths come from the generated utf8_table.c.
 */
#include <stddef.h>
#include <stdint.h>

#include "utf8.h"
#include "utf8_table.h"

enum utf8_result
utf8_feed(struct utf8 *u, unsigned char byte, uint32_t *cp)
{
	if (u->need > 0) {
		if (byte < u->lo || byte > u->hi) {
			u->need = 0;
			*cp = UTF8_REPLACEMENT;
			return UTF8_AGAIN;
		}
		u->cp = u->cp << 6 | (byte & 0x3f);
		u->lo = 0x80;
		u->hi = 0xbf;
		if (--u->need > 0)
			return UTF8_MORE;
		*cp = u->cp;
		return UTF8_DONE;
	}
	if (byte < 0x80) {
		*cp = byte;
		return UTF8_DONE;
	}
	if (byte < 0xc2 || byte > 0xf4) {
		*cp = UTF8_REPLACEMENT;
		return UTF8_DONE;
	}
	/* Unicode table 3-7: what may follow narrows with the first byte */
	u->lo = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
	u->hi = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
	u->need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	u->cp = byte & (byte < 0xe0 ? 0x1f : byte < 0xf0 ? 0x0f : 0x07);
	return UTF8_MORE;
}

size_t
utf8_decode(const unsigned char *p, const unsigned char *end, uint32_t *cp)
{
	struct utf8 u = { 0, 0, 0, 0 };
	const unsigned char *start = p;

	while (p < end)
		switch (utf8_feed(&u, *p++, cp)) {
		case UTF8_MORE:
			break;
		case UTF8_DONE:
			return (size_t)(p - start);
		case UTF8_AGAIN:
			return (size_t)(p - 1 - start);
		}
	*cp = UTF8_REPLACEMENT;
	return (size_t)(p - start);
}

size_t
utf8_encode(uint32_t cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

unsigned
utf8_class(uint32_t cp)
{
	static const unsigned char of_letter[128] = {
		['0'] = 0, ['1'] = 1, ['2'] = 2,
		['k'] = 1 | UTF8_VS16,
		['m'] = 2 | UTF8_PICT | UTF8_MODIFIER,
		['p'] = 1 | UTF8_PICT, ['P'] = 2 | UTF8_PICT,
		['r'] = 2 | UTF8_REGIONAL,
		['v'] = 1 | UTF8_PICT | UTF8_VS16
	};

	if (cp < 0x20000)
		return of_letter[(unsigned char)
		    utf8_blocks[utf8_index[cp / 128]][cp % 128]];
	if (cp < 0x40000)		/* ideographs, assigned or not */
		return 2;
	return cp >= 0xe0000 && cp < 0xe1000 ? 0 : 1;	/* tags, selectors */
}

size_t
utf8_text_width(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	uint32_t cp, prev = 0;
	unsigned class, base = 0;
	size_t width = 0;
	int flag = 0;			/* half a flag stands before */

	for (; p < end; prev = cp) {
		p += utf8_decode(p, end, &cp);
		class = utf8_class(cp);
		if ((cp == 0xfe0f || class & UTF8_MODIFIER) &&
		    base & UTF8_VS16) {
			base = UTF8_PICT;
			width++;
		} else if (class & UTF8_MODIFIER && base & UTF8_PICT) {
			continue;
		} else if (prev == 0x200d && class & UTF8_PICT) {
			continue;
		} else if (class & UTF8_REGIONAL && flag) {
			flag = 0;
			continue;
		} else if ((class & UTF8_WIDTH) > 0) {
			width += class & UTF8_WIDTH;
			base = class;
			flag = (class & UTF8_REGIONAL) != 0;
		}
	}
	return width;
}
