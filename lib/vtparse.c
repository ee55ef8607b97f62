/*
 * vtparse - bytes of a terminal's output into text, controls and sequences.
 * The states and transitions are data: a class for each byte, and for each
 * state and class what to do and where to go.  See vtparse.h for the
 * deviations.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"
#include "vtparse.h"

#define SHORT	6	/* ASCII runs up to this go with other characters */

enum state {
	GROUND,			/* must be 0 */
	ESCAPE, ESCAPE_INTER,
	CSI_ENTRY, CSI_PARAM, CSI_INTER, CSI_IGNORE,
	DCS_ENTRY, DCS_PARAM, DCS_INTER, DCS_STRING, DCS_IGNORE,
	OSC_STRING, SKIP_STRING,
	STATES
};

enum class {
	HIGH,			/* 0x80-0xff; must be 0 */
	EXEC,			/* C0 but those below */
	BEL,
	CANCEL,			/* CAN, SUB */
	ESC,
	INTER,			/* 0x20-0x2f */
	DIGIT,
	COLON,
	SEMI,
	PREFIX,			/* < = > ? */
	FINAL,			/* 0x40-0x7e but those below */
	IN_DCS, IN_SOS, IN_CSI, IN_ST, IN_OSC, IN_PM,	/* P X [ \ ] ^_ */
	DEL,
	CLASSES
};

enum action {
	NONE,
	CLEAR,			/* ESC: forget what was gathered */
	CONTROL,		/* report a C0 control */
	COLLECT, SETPREFIX, ADDDIGIT, ADDSUB, ADDPARAM,
	REPORT_ESC, REPORT_CSI,
	START,			/* a string begins; for DCS this is the final */
	PUT, PUTHIGH,		/* of a string; U+009C may end it */
	SKIP, SKIPHIGH,		/* of one that nobody wants */
	END,			/* the string ends: report it */
	REREAD			/* this byte is text again */
};

#define X EXEC
#define F FINAL
static const unsigned char classes[256] = {
	X, X, X, X, X, X, X, BEL, X, X, X, X, X, X, X, X,
	X, X, X, X, X, X, X, X, CANCEL, X, CANCEL, ESC, X, X, X, X,
	INTER, INTER, INTER, INTER, INTER, INTER, INTER, INTER,
	INTER, INTER, INTER, INTER, INTER, INTER, INTER, INTER,
	DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
	DIGIT, DIGIT, COLON, SEMI, PREFIX, PREFIX, PREFIX, PREFIX,
	F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
	IN_DCS, F, F, F, F, F, F, F, IN_SOS, F, F, IN_CSI, IN_ST, IN_OSC,
	IN_PM, IN_PM,
	F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
	F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, DEL
};
#undef X
#undef F

struct transition {
	unsigned char	action, next;
};

/* The same in every state outside strings, but what a C0 control does. */
#define ANYWHERE(control, here) \
	[EXEC] = { control, here }, [BEL] = { control, here }, \
	[CANCEL] = { NONE, GROUND }, [ESC] = { CLEAR, ESCAPE }, \
	[DEL] = { NONE, here }, [HIGH] = { REREAD, GROUND }

/* All classes from 0x40 to 0x7e, where a sequence ends. */
#define FINALS(action, next) \
	[FINAL] = { action, next }, [IN_DCS] = { action, next }, \
	[IN_SOS] = { action, next }, [IN_CSI] = { action, next }, \
	[IN_ST] = { action, next }, [IN_OSC] = { action, next }, \
	[IN_PM] = { action, next }

/* 0x30 to 0x3f */
#define PARAMS(action, next) \
	[DIGIT] = { action, next }, [COLON] = { action, next }, \
	[SEMI] = { action, next }, [PREFIX] = { action, next }

/* Inside a string: other controls than those that end it are dropped. */
#define STRING(here, put, high, end, after, bel, bel_after) \
	[EXEC] = { NONE, here }, [BEL] = { bel, bel_after }, \
	[CANCEL] = { NONE, GROUND }, [ESC] = { end, after }, \
	[INTER] = { put, here }, PARAMS(put, here), FINALS(put, here), \
	[DEL] = { NONE, here }, [HIGH] = { high, here }
#define GATHER(here, bel, bel_after) \
	STRING(here, PUT, PUTHIGH, END, GROUND, bel, bel_after)
#define PASS(here) \
	STRING(here, SKIP, SKIPHIGH, CLEAR, ESCAPE, NONE, here)

static const struct transition table[STATES][CLASSES] = {
	[ESCAPE] = {
		ANYWHERE(CONTROL, ESCAPE),
		[INTER] = { COLLECT, ESCAPE_INTER },
		PARAMS(REPORT_ESC, GROUND),
		[FINAL] = { REPORT_ESC, GROUND },
		[IN_DCS] = { NONE, DCS_ENTRY },
		[IN_SOS] = { START, SKIP_STRING },
		[IN_CSI] = { NONE, CSI_ENTRY },
		[IN_ST] = { REPORT_ESC, GROUND },
		[IN_OSC] = { START, OSC_STRING },
		[IN_PM] = { START, SKIP_STRING }
	},
	[ESCAPE_INTER] = {
		ANYWHERE(CONTROL, ESCAPE_INTER),
		[INTER] = { COLLECT, ESCAPE_INTER },
		PARAMS(REPORT_ESC, GROUND),
		FINALS(REPORT_ESC, GROUND)
	},
	[CSI_ENTRY] = {
		ANYWHERE(CONTROL, CSI_ENTRY),
		[INTER] = { COLLECT, CSI_INTER },
		[DIGIT] = { ADDDIGIT, CSI_PARAM },
		[COLON] = { ADDSUB, CSI_PARAM },
		[SEMI] = { ADDPARAM, CSI_PARAM },
		[PREFIX] = { SETPREFIX, CSI_PARAM },
		FINALS(REPORT_CSI, GROUND)
	},
	[CSI_PARAM] = {
		ANYWHERE(CONTROL, CSI_PARAM),
		[INTER] = { COLLECT, CSI_INTER },
		[DIGIT] = { ADDDIGIT, CSI_PARAM },
		[COLON] = { ADDSUB, CSI_PARAM },
		[SEMI] = { ADDPARAM, CSI_PARAM },
		[PREFIX] = { NONE, CSI_IGNORE },
		FINALS(REPORT_CSI, GROUND)
	},
	[CSI_INTER] = {
		ANYWHERE(CONTROL, CSI_INTER),
		[INTER] = { COLLECT, CSI_INTER },
		PARAMS(NONE, CSI_IGNORE),
		FINALS(REPORT_CSI, GROUND)
	},
	[CSI_IGNORE] = {
		ANYWHERE(CONTROL, CSI_IGNORE),
		[INTER] = { NONE, CSI_IGNORE },
		PARAMS(NONE, CSI_IGNORE),
		FINALS(NONE, GROUND)
	},
	[DCS_ENTRY] = {
		ANYWHERE(NONE, DCS_ENTRY),
		[INTER] = { COLLECT, DCS_INTER },
		[DIGIT] = { ADDDIGIT, DCS_PARAM },
		[COLON] = { ADDSUB, DCS_PARAM },
		[SEMI] = { ADDPARAM, DCS_PARAM },
		[PREFIX] = { SETPREFIX, DCS_PARAM },
		FINALS(START, DCS_STRING)
	},
	[DCS_PARAM] = {
		ANYWHERE(NONE, DCS_PARAM),
		[INTER] = { COLLECT, DCS_INTER },
		[DIGIT] = { ADDDIGIT, DCS_PARAM },
		[COLON] = { ADDSUB, DCS_PARAM },
		[SEMI] = { ADDPARAM, DCS_PARAM },
		[PREFIX] = { NONE, DCS_IGNORE },
		FINALS(START, DCS_STRING)
	},
	[DCS_INTER] = {
		ANYWHERE(NONE, DCS_INTER),
		[INTER] = { COLLECT, DCS_INTER },
		PARAMS(NONE, DCS_IGNORE),
		FINALS(START, DCS_STRING)
	},
	[DCS_STRING] = { GATHER(DCS_STRING, NONE, DCS_STRING) },
	[DCS_IGNORE] = { PASS(DCS_IGNORE) },
	[OSC_STRING] = { GATHER(OSC_STRING, END, GROUND) },
	[SKIP_STRING] = { PASS(SKIP_STRING) }
};

/* The bytes from p on that are printable ASCII, eight at a time. */
static size_t
printable(const unsigned char *p, const unsigned char *end)
{
	const uint64_t ones = UINT64_MAX / 0xff;
	const unsigned char *start = p;
	uint64_t v;

	for (; end - p >= 8; p += 8) {
		memcpy(&v, p, 8);
		/* a top bit where a byte is below 0x20, or 0x7f, or above */
		if (((v - ones * 0x20) | v | (v + ones)) & ones * 0x80)
			break;
	}
	while (p < end && *p >= 0x20 && *p < 0x7f)
		p++;
	return (size_t)(p - start);
}

static void
clear(struct vtparse *vt)
{
	vt->prefix = vt->inter = vt->final = 0;
	vt->params[0] = 0;
	vt->n_params = 1;
	vt->sub = 0;
	vt->params_full = 0;
	vt->last = 0;
}

static void
start_string(struct vtparse *vt)
{
	vt->str_len = 0;
	vt->cut = 0;
	vt->last = 0;
}

static void
add_param(struct vtparse *vt, int is_sub)
{
	if (vt->n_params == VT_PARAMS_MAX) {
		vt->params_full = 1;
		return;
	}
	if (is_sub)
		vt->sub |= (uint32_t)1 << vt->n_params;
	vt->params[vt->n_params++] = 0;
}

/* The digits from p on belong to the last parameter; returns where they end. */
static const unsigned char *
add_digits(struct vtparse *vt, const unsigned char *p,
    const unsigned char *end)
{
	uint16_t *param = &vt->params[vt->n_params - 1];
	unsigned v = *param;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (*p - '0');
		v = v > 65535 ? 65535 : v;
	}
	if (!vt->params_full)
		*param = (uint16_t)v;
	return p;
}

static void
put(struct vtparse *vt, unsigned char c)
{
	if (vt->str_len < VT_STRING_MAX)
		vt->str[vt->str_len++] = (char)c;
	else
		vt->cut = 1;
	vt->last = c;
}

/* Printable bytes from p on belong to the string; returns where they end. */
static const unsigned char *
put_text(struct vtparse *vt, const unsigned char *p, const unsigned char *end)
{
	size_t n = printable(p, end), room = VT_STRING_MAX - vt->str_len;

	if (n > room)
		vt->cut = 1;
	memcpy(vt->str + vt->str_len, p, n < room ? n : room);
	vt->str_len += n < room ? n : room;
	vt->last = 0;			/* no byte of a character */
	return p + n;
}

/* U+009C in a string is its end.  0xc2 cannot stand inside a character. */
static int
is_st(struct vtparse *vt, unsigned char c)
{
	if (c != 0x9c || vt->last != 0xc2)
		return 0;
	if (!vt->cut && vt->str_len > 0)
		vt->str_len--;
	return 1;
}

static enum vt_event
end_string(struct vtparse *vt, int state)
{
	vt->str[vt->str_len] = '\0';
	return state == OSC_STRING ? VT_OSC : VT_DCS;
}

/* A C1 control is ESC and its letter. */
static enum vt_event
c1(struct vtparse *vt, uint32_t cp)
{
	unsigned char c = (unsigned char)(cp - 0x40);
	const struct transition *t = &table[ESCAPE][classes[c]];

	clear(vt);
	vt->state = t->next;
	if (t->action == REPORT_ESC) {
		vt->final = c;
		return VT_ESC;
	}
	if (t->action == START)
		start_string(vt);
	return VT_MORE;
}

/*
 * The character at p, of which the first byte is 0x80 or more, if it stands
 * there whole and well-formed: its length.  0: take it byte by byte.
 */
static int
whole(const unsigned char *p, const unsigned char *end, uint32_t *cp)
{
	if (end - p < 4 || *p < 0xc2 || (p[1] & 0xc0) != 0x80)
		return 0;
	*cp = p[1] & 0x3fU;
	if (*p < 0xe0) {
		*cp |= (*p & 0x1fU) << 6;
		return 2;
	}
	if ((p[2] & 0xc0) != 0x80)
		return 0;
	*cp = *cp << 6 | (p[2] & 0x3fU);
	if (*p < 0xf0) {
		*cp |= (*p & 0x0fU) << 12;
		return *cp < 0x800 || (*cp & 0xf800) == 0xd800 ? 0 : 3;
	}
	if ((p[3] & 0xc0) != 0x80)
		return 0;
	*cp = *cp << 6 | (p[3] & 0x3fU) | (*p & 0x07U) << 18;
	return *p > 0xf4 || *cp < 0x10000 || *cp > 0x10ffff ? 0 : 4;
}

/*
 * The next character, or U+FFFD, byte by byte.  Returns how many bytes it took
 * (0: it ended before *p), or -1 where more are needed.
 */
static int
piecewise(struct vtparse *vt, unsigned char byte, uint32_t *cp)
{
	switch (utf8_feed(&vt->utf8, byte, cp)) {
	case UTF8_MORE:
		return -1;
	case UTF8_DONE:
		return 1;
	case UTF8_AGAIN:
		break;
	}
	return 0;
}

/*
 * A short run of ASCII among other characters, into runes, which have room for
 * SHORT: its length, 0 if it is long.
 */
static size_t
short_run(const unsigned char *p, const unsigned char *end, uint32_t *runes)
{
	size_t n;

	for (n = 0; p + n < end && p[n] >= 0x20 && p[n] < 0x7f; n++) {
		if (n == SHORT)
			return 0;
		runes[n] = p[n];
	}
	return n;
}

/* Text that begins with a byte of 0x80 or more.  VT_MORE: go on. */
static enum vt_event
high(struct vtparse *vt, const unsigned char **pp, const unsigned char *end)
{
	const unsigned char *p = *pp;
	uint32_t cp;
	size_t n = 0, ascii;
	int len;

	while (p < end && n < VT_RUNES_MAX - SHORT) {
		len = vt->utf8.need > 0 ? 0 : whole(p, end, &cp);
		if (len > 0 && cp >= 0xa0) {
			vt->runes[n++] = cp;
			p += len;
			continue;
		}
		if (*p < 0x80 && vt->utf8.need == 0) {
			ascii = short_run(p, end, vt->runes + n);
			if (ascii == 0)
				break;
			n += ascii;
			p += ascii;
			continue;
		}
		if (len == 0)
			len = piecewise(vt, *p, &cp);
		if (len == -1) {
			p++;
			continue;
		}
		if (cp >= 0xa0) {
			vt->runes[n++] = cp;
			p += len;
			continue;
		}
		if (n == 0) {
			*pp = p + len;
			return c1(vt, cp);
		}
		if (len == 1)		/* C1 is for the next event: both its */
			p--;		/* bytes are in this piece of input */
		break;
	}
	*pp = p;
	vt->n_runes = n;
	return n > 0 ? VT_RUNES : VT_MORE;
}

static enum vt_event
ground(struct vtparse *vt, const unsigned char **pp, const unsigned char *end)
{
	const unsigned char *p = *pp;

	if (vt->utf8.need > 0 || *p >= 0x80)
		return high(vt, pp, end);
	if (*p >= 0x20 && *p < 0x7f) {
		vt->text = p;
		vt->text_len = printable(p, end);
		*pp = p + vt->text_len;
		return VT_TEXT;
	}
	*pp = p + 1;
	if (*p == 0x1b) {
		clear(vt);
		vt->state = ESCAPE;
		return VT_MORE;
	}
	if (*p == 0x7f || *p == 0x18 || *p == 0x1a)
		return VT_MORE;
	vt->control = *p;
	return VT_CONTROL;
}

/* The rest of a sequence or string, as far as the input goes. */
static enum vt_event
sequence(struct vtparse *vt, const unsigned char **pp, const unsigned char *end)
{
	const unsigned char *p = *pp;
	enum vt_event ev = VT_MORE;
	const struct transition *t;
	unsigned char c, state;

	while (p < end && ev == VT_MORE && vt->state != GROUND) {
		c = *p++;
		state = vt->state;
		t = &table[state][classes[c]];
		vt->state = t->next;
		switch ((enum action)t->action) {
		case NONE:
			break;
		case CLEAR:
			clear(vt);
			break;
		case CONTROL:
			vt->control = c;
			ev = VT_CONTROL;
			break;
		case COLLECT:
			vt->inter = vt->inter == 0 ? c : 0xff;
			break;
		case SETPREFIX:
			vt->prefix = c;
			break;
		case ADDDIGIT:
			p = add_digits(vt, p - 1, end);
			break;
		case ADDSUB:
		case ADDPARAM:
			add_param(vt, t->action == ADDSUB);
			p = add_digits(vt, p, end);
			break;
		case REPORT_ESC:
			vt->final = c;
			ev = VT_ESC;
			break;
		case REPORT_CSI:
			vt->final = c;
			ev = VT_CSI;
			break;
		case START:
			vt->final = c;
			start_string(vt);
			break;
		case PUT:
			p = put_text(vt, p - 1, end);
			break;
		case PUTHIGH:
			if (is_st(vt, c)) {
				vt->state = GROUND;
				ev = end_string(vt, state);
			} else
				put(vt, c);
			break;
		case SKIP:
			vt->last = c;
			break;
		case SKIPHIGH:
			if (is_st(vt, c))
				vt->state = GROUND;
			vt->last = c;
			break;
		case END:
			if (c == 0x1b)	/* read it again: it begins anew */
				p--;
			ev = end_string(vt, state);
			break;
		case REREAD:
			p--;
			break;
		}
	}
	*pp = p;
	return ev;
}

enum vt_event
vtparse_next(struct vtparse *vt, const unsigned char **p,
    const unsigned char *end)
{
	enum vt_event ev = VT_MORE;

	while (*p < end && ev == VT_MORE)
		ev = vt->state == GROUND ? ground(vt, p, end) :
		    sequence(vt, p, end);
	return ev;
}

unsigned
vtparse_param(const struct vtparse *vt, unsigned i, unsigned def)
{
	return i < vt->n_params && vt->params[i] != 0 ? vt->params[i] : def;
}
