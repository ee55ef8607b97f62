/* unit-utf8 - decoding, encoding, widths. */
#include <string.h>

#include "lib/utf8.h"
#include "tap.h"

/* Decode byte by byte into code points as text: "61 fffd 4e2d ". */
static const char *
decoded(const char *in, size_t len)
{
	static char buf[512];
	struct utf8 u = { 0, 0, 0, 0 };
	uint32_t cp;
	size_t i, n = 0;

	for (i = 0; i < len;)
		switch (utf8_feed(&u, (unsigned char)in[i], &cp)) {
		case UTF8_MORE:
			i++;
			break;
		case UTF8_DONE:
			i++;
			/* FALLTHROUGH */
		case UTF8_AGAIN:
			n += (size_t)snprintf(buf + n, sizeof buf - n, "%x ",
			    (unsigned)cp);
			break;
		}
	return n == 0 ? "" : buf;
}

/* The same by utf8_decode(), which takes an unfinished end for ill-formed. */
static const char *
decoded_whole(const char *in, size_t len)
{
	static char buf[512];
	const unsigned char *p = (const unsigned char *)in, *end = p + len;
	uint32_t cp;
	size_t n = 0;

	while (p < end) {
		p += utf8_decode(p, end, &cp);
		n += (size_t)snprintf(buf + n, sizeof buf - n, "%x ",
		    (unsigned)cp);
	}
	return n == 0 ? "" : buf;
}

static const struct {
	const char	*name, *in, *want;
} decodings[] = {
	{ "ASCII", "a~\177", "61 7e 7f " },
	{ "two bytes", "\302\200\337\277", "80 7ff " },
	{ "three bytes", "\340\240\200\355\237\277\356\200\200\357\277\277",
	    "800 d7ff e000 ffff " },
	{ "four bytes", "\360\220\200\200\364\217\277\277", "10000 10ffff " },
	{ "a lone continuation", "\200a", "fffd 61 " },
	{ "never a first byte", "\300\257\301\365\377",
	    "fffd fffd fffd fffd fffd " },
	{ "overlong three", "\340\200\257", "fffd fffd fffd " },
	{ "surrogate", "\355\240\200", "fffd fffd fffd " },
	{ "above U+10FFFF", "\364\220\200\200", "fffd fffd fffd fffd " },
	{ "a maximal subpart is one U+FFFD", "\360\221\222\101\361\200x",
	    "fffd 41 fffd 78 " },
	/* Unicode 3.9, table 3-11 */
	{ "truncated sequences",
	    "\341\200\342\360\221\222\361\277\101",
	    "fffd fffd fffd fffd 41 " },
};

static void
test_decode(void)
{
	size_t i;
	const char *in;

	for (i = 0; i < sizeof decodings / sizeof decodings[0]; i++) {
		in = decodings[i].in;
		is_str(decoded(in, strlen(in)), decodings[i].want,
		    decodings[i].name);
		is_str(decoded_whole(in, strlen(in)), decodings[i].want,
		    "the same at once");
	}
	is_str(decoded("\342\202", 2), "", "an unfinished one waits");
	is_str(decoded_whole("\342\202", 2), "fffd ", "at an end it is bad");
}

/* Every scalar value comes back as it was. */
static void
test_round_trip(void)
{
	uint32_t cp, back;
	char buf[4];
	size_t n;
	int same = 1;

	for (cp = 0; cp <= 0x10ffff && same; cp++) {
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		n = utf8_encode(cp, buf);
		same = utf8_decode((unsigned char *)buf,
		    (unsigned char *)buf + n, &back) == n && back == cp;
	}
	ok(same, "every character is encoded and decoded");
}

static const struct {
	uint32_t	cp;
	unsigned	width;
	const char	*name;
} widths[] = {
	{ 'a', 1, "a letter" },
	{ 0xa0, 1, "a no-break space" },
	{ 0xad, 1, "a soft hyphen" },
	{ 0xe9, 1, "an accented letter" },
	{ 0x0301, 0, "a combining accent" },
	{ 0x0600, 1, "a sign before digits" },
	{ 0x1100, 2, "an initial jamo" },
	{ 0x1161, 0, "a medial jamo" },
	{ 0x200b, 0, "a zero-width space" },
	{ 0x200d, 0, "a joiner" },
	{ 0x2026, 1, "an ellipsis (ambiguous)" },
	{ 0x2500, 1, "a box drawing line (ambiguous)" },
	{ 0x25cf, 1, "a black circle (ambiguous)" },
	{ 0x2733, 1, "an asterisk that can be an emoji" },
	{ 0x2764, 1, "a heart" },
	{ 0x231a, 2, "a watch" },
	{ 0x3042, 2, "hiragana" },
	{ 0x4e2d, 2, "an ideograph" },
	{ 0xac00, 2, "hangul" },
	{ 0xfe0f, 0, "a variation selector" },
	{ 0xff01, 2, "full width" },
	{ 0xff61, 1, "half width" },
	{ 0x1f1e9, 2, "a regional indicator" },
	{ 0x1f44d, 2, "an emoji" },
	{ 0x1fae8, 2, "an emoji of Unicode 15" },
	{ 0x20000, 2, "an ideograph of plane 2" },
	{ 0xe0061, 0, "a tag" },
	{ 0x10ffff, 1, "the last code point" },
	{ 0x110000, 1, "past the last" },
	{ 0xffffffff, 1, "nonsense" },
};

static const struct {
	const char	*text;
	size_t		width;
	const char	*name;
} texts[] = {
	{ "", 0, "nothing" },
	{ "abc", 3, "ASCII" },
	{ "e\314\201a", 2, "a combined letter" },
	{ "\346\227\245\346\234\254", 4, "two ideographs" },
	{ "\360\237\221\250\342\200\215\360\237\221\251", 2, "a ZWJ pair" },
	{ "\360\237\221\215\360\237\217\275", 2, "a skin tone" },
	{ "\360\237\207\251\360\237\207\252", 2, "a flag" },
	{ "\360\237\207\251\360\237\207\252\360\237\207\253", 4,
	    "a flag and a half" },
	{ "\342\235\244", 1, "a heart as text" },
	{ "\342\235\244\357\270\217", 2, "a heart as emoji" },
	{ "1\357\270\217\342\203\243", 2, "a keycap" },
	{ "a\357\270\217", 1, "a selector on a letter" },
	{ "\360\237\217\275", 2, "a lone skin tone" },
};

int
main(void)
{
	size_t i;

	test_decode();
	test_round_trip();
	for (i = 0; i < sizeof widths / sizeof widths[0]; i++)
		ok((utf8_class(widths[i].cp) & UTF8_WIDTH) == widths[i].width,
		    widths[i].name);
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ok(utf8_text_width(texts[i].text, strlen(texts[i].text)) ==
		    texts[i].width, texts[i].name);
	return tap_done();
}
