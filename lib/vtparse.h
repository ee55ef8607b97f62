/*
 * vtparse - bytes of a terminal's output into text, controls and sequences.
 *
 * A pull parser: no callbacks, no allocation, no knowledge of what a sequence
 * means.  The caller hands it bytes and takes one event at a time:
 *
 *	while ((ev = vtparse_next(&vt, &p, end)) != VT_MORE)
 *		switch (ev) ...
 *
 * The state machine is the one that Paul Williams derived from the DEC VT500
 * series, with these deviations:
 *  - Input is UTF-8.  C1 controls count only as the characters U+0080 to
 *    U+009F, and are read as the escape sequence that they abbreviate; as lone
 *    bytes 0x80 to 0x9f they are ill-formed UTF-8.
 *  - A byte of 0x80 and up inside an escape or control sequence (not inside a
 *    string) abandons the sequence and is read again as text.
 *  - ':' separates sub-parameters (ISO 8613-6) and does not spoil a sequence.
 *  - BEL ends an OSC string as well as ST does.
 *  - Strings of OSC and DCS are gathered and reported whole; what is over
 *    VT_STRING_MAX is dropped, and cut says so.  SOS, PM and APC are skipped.
 *  - CAN and SUB abandon a string without reporting it.  A string ends where an
 *    ESC comes, whatever follows that.  Other controls in it are dropped.
 *  - Parameters stop at 65535 and at VT_PARAMS_MAX of them; more are dropped.
 */
#ifndef VTPARSE_H
#define VTPARSE_H

#include <stddef.h>
#include <stdint.h>

#include "utf8.h"

#define VT_RUNES_MAX	64		/* in one event */
#define VT_PARAMS_MAX	32
#define VT_STRING_MAX	4096

enum vt_event {
	VT_MORE,	/* the input is used up; state is kept for the next */
	VT_TEXT,	/* text, text_len: printable ASCII, a view into input */
	VT_RUNES,	/* runes, n_runes: characters from U+00A0 on, and
			   short runs of printable ASCII behind them */
	VT_CONTROL,	/* control: of C0 */
	VT_ESC,		/* inter, final */
	VT_CSI,		/* prefix, inter, final, params */
	VT_OSC,		/* str, str_len, cut */
	VT_DCS		/* prefix, inter, final, params, str, str_len, cut */
};

/* All zero is its start.  What an event filled in holds until the next call. */
struct vtparse {
	const unsigned char *text;	/* VT_TEXT */
	size_t		text_len;
	size_t		n_runes;	/* VT_RUNES: at least 1 */
	uint32_t	runes[VT_RUNES_MAX];

	unsigned char	control;	/* VT_CONTROL */
	unsigned char	prefix;		/* '<' '=' '>' '?', or 0 */
	unsigned char	inter;		/* the intermediate 0x20-0x2f, or 0;
					   0xff stands for more than one */
	unsigned char	final;
	unsigned char	cut;		/* the string was longer than str */
	unsigned	n_params;	/* VT_CSI: from 1: "CSI m" has one, 0 */
	uint32_t	sub;		/* bit i: params[i] followed a ':' */
	uint16_t	params[VT_PARAMS_MAX];	/* left out: 0 */

	size_t		str_len;
	char		str[VT_STRING_MAX + 1];	/* NUL-terminated; may hold NUL
						   never, controls never, but
						   ill-formed UTF-8 */

	/* its own */
	unsigned char	state;
	unsigned char	params_full;	/* more than fit: drop the rest */
	unsigned char	last;		/* the byte before, in a string */
	struct utf8	utf8;
};

/*
 * Take the next event from the bytes between *p and end, moving *p past what
 * was used.  Returns VT_MORE, with *p == end, where there is none.  Cutting the
 * input anywhere gives the same events, but that runs of text come in pieces.
 */
enum vt_event vtparse_next(struct vtparse *, const unsigned char **p,
	    const unsigned char *end);

/* Parameter i, or def where it is 0, left out, or there are not so many. */
unsigned vtparse_param(const struct vtparse *, unsigned i, unsigned def);

#endif
