/*
 * utf8 - UTF-8 in and out, and how many terminal cells a character takes.
 * The widths are generated from the Unicode data files: see lib/gen-width.sh,
 * which also says which Unicode version they are.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT	0xfffdU

/* A decoder between two bytes: all zero at first; the members are its own. */
struct utf8 {
	uint32_t	cp;		/* bits gathered so far */
	uint8_t		need;		/* continuation bytes still to come */
	uint8_t		lo, hi;		/* what the next one may be */
};

enum utf8_result {
	UTF8_MORE,	/* byte taken, nothing complete yet */
	UTF8_DONE,	/* byte taken, *cp is a character (maybe U+FFFD) */
	UTF8_AGAIN	/* *cp is U+FFFD for what came before; the byte was not
			   taken: feed it again */
};

/*
 * Decode one byte.  Ill-formed input gives one U+FFFD for each maximal subpart
 * (Unicode 3.9, table 3-8), so that all decoders that do so agree; surrogates,
 * overlong forms and anything above U+10FFFF are ill-formed.
 */
enum utf8_result utf8_feed(struct utf8 *, unsigned char byte, uint32_t *cp);

/*
 * Decode one character from p, which is before end.  Returns how many bytes it
 * took, at least 1; *cp is U+FFFD for an ill-formed or unfinished one.
 */
size_t	utf8_decode(const unsigned char *p, const unsigned char *end,
	    uint32_t *cp);

/*
 * Encode cp (at most 0x10ffff) into out, which has room for 4 bytes.  Returns
 * how many were written, 1 to 4.
 */
size_t	utf8_encode(uint32_t cp, char *out);

/* What a character is to a terminal: its width in the low bits, and flags. */
#define UTF8_WIDTH	0x03	/* cells: 0, 1 or 2 */
#define UTF8_PICT	0x04	/* a pictograph: ZWJ joins it to another */
#define UTF8_VS16	0x08	/* narrow, but two cells before U+FE0F */
#define UTF8_MODIFIER	0x10	/* a skin tone: joins a pictograph before it */
#define UTF8_REGIONAL	0x20	/* a regional indicator: two make a flag */

/*
 * The flags above for cp.  Controls and anything past U+10FFFF count as one
 * cell; what East Asian Width calls ambiguous is narrow.
 */
unsigned utf8_class(uint32_t cp);

/*
 * Cells that the text takes on a line, clusters counted as a terminal with
 * emoji does: a ZWJ sequence, a flag, a pictograph with U+FE0F are two cells.
 */
size_t	utf8_text_width(const char *, size_t len);

#endif
