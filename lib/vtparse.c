/*
 * vtparse - bytes of a terminal's output into text, controls and sequences.
 * The states and transitions are data: a class for each byte, and for each state
 * and class what to do and where to go.  See vtparse.h for the deviations.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"
#include "vtparse.h"

enum state {
	GROUND,			/* must be 0 */
	ESCAPE, ESCAPE_INTER,
	CSI_ENTRY, CSI_PARAM, CSI_INTER, CSI_IGNORE,
	DCS_ENTRY, DCS_PARAM, DCS_INTER, DCS_STRING, DCS_IGNORE,
	OSC_STRING, SKIP_STRING,
	STATES
};

enum class {
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
	HIGH,			/* 0x80-0xff */
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
	F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, DEL,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH,
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH
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

static void
add_digit(struct vtparse *vt, unsigned char c)
{
	uint16_t *param = &vt->params[vt->n_params - 1];
	unsigned v = *param * 10U + (c - '0');

	if (!vt->params_full)
		*param = v > 65535 ? 65535 : (uint16_t)v;
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

/* A character that is not ASCII, or the next byte of one.  VT_MORE: go on. */
static enum vt_event
high(struct vtparse *vt, const unsigned char **p)
{
	switch (utf8_feed(&vt->utf8, **p, &vt->rune)) {
	case UTF8_MORE:
		++*p;
		return VT_MORE;
	case UTF8_DONE:
		++*p;
		break;
	case UTF8_AGAIN:
		break;
	}
	return vt->rune < 0xa0 ? c1(vt, vt->rune) : VT_RUNE;
}

static enum vt_event
ground(struct vtparse *vt, const unsigned char **pp, const unsigned char *end)
{
	const unsigned char *p = *pp;

	if (vt->utf8.need > 0 || *p >= 0x80)
		return high(vt, pp);
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
	vt->rune = *p;
	return VT_CONTROL;
}

/* One byte of a sequence or string. */
static enum vt_event
step(struct vtparse *vt, const unsigned char **p)
{
	unsigned char c = *(*p)++;
	int state = vt->state;
	const struct transition *t = &table[state][classes[c]];

	vt->state = t->next;
	switch ((enum action)t->action) {
	case NONE:
		break;
	case CLEAR:
		clear(vt);
		break;
	case CONTROL:
		vt->rune = c;
		return VT_CONTROL;
	case COLLECT:
		vt->inter = vt->inter == 0 ? c : 0xff;
		break;
	case SETPREFIX:
		vt->prefix = c;
		break;
	case ADDDIGIT:
		add_digit(vt, c);
		break;
	case ADDSUB:
		add_param(vt, 1);
		break;
	case ADDPARAM:
		add_param(vt, 0);
		break;
	case REPORT_ESC:
		vt->final = c;
		return VT_ESC;
	case REPORT_CSI:
		vt->final = c;
		return VT_CSI;
	case START:
		vt->final = c;
		start_string(vt);
		break;
	case PUT:
		put(vt, c);
		break;
	case PUTHIGH:
		if (is_st(vt, c)) {
			vt->state = GROUND;
			return end_string(vt, state);
		}
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
		if (c == 0x1b)		/* read it again: it begins anew */
			--*p;
		return end_string(vt, state);
	case REREAD:
		--*p;
		break;
	}
	return VT_MORE;
}

enum vt_event
vtparse_next(struct vtparse *vt, const unsigned char **p,
    const unsigned char *end)
{
	enum vt_event ev = VT_MORE;

	while (*p < end && ev == VT_MORE)
		ev = vt->state == GROUND ? ground(vt, p, end) : step(vt, p);
	return ev;
}

unsigned
vtparse_param(const struct vtparse *vt, unsigned i, unsigned def)
{
	return i < vt->n_params && vt->params[i] != 0 ? vt->params[i] : def;
}
