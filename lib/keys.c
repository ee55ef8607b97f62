/*
 * keys - the keys of a terminal, both ways.
 * Linked into csp-sidecar.
 */
#include <string.h>

#include "keys.h"

static const struct {
	const char *name, *bytes, *app;
} named[] = {
	{ "backspace",	"\177",		NULL },
	{ "delete",	"\033[3~",	NULL },
	{ "down",	"\033[B",	"\033OB" },
	{ "end",	"\033[F",	"\033OF" },
	{ "enter",	"\r",		NULL },
	{ "esc",	"\033",		NULL },
	{ "escape",	"\033",		NULL },
	{ "home",	"\033[H",	"\033OH" },
	{ "insert",	"\033[2~",	NULL },
	{ "left",	"\033[D",	"\033OD" },
	{ "pagedown",	"\033[6~",	NULL },
	{ "pageup",	"\033[5~",	NULL },
	{ "return",	"\r",		NULL },
	{ "right",	"\033[C",	"\033OC" },
	{ "space",	" ",		NULL },
	{ "tab",	"\t",		NULL },
	{ "up",		"\033[A",	"\033OA" },
};

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int
same(const char *s, size_t len, const char *name)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (lower((unsigned char)s[i]) != name[i])
			return 0;
	return name[len] == '\0';
}

static size_t
put(const char *bytes, size_t n, char *out, size_t cap)
{
	if (n > cap)
		n = 0;
	memcpy(out, bytes, n);
	return n;
}

/* The letter of C-x or Ctrl-x, or 0. */
static int
control_of(const char *s, size_t len)
{
	int c = len > 0 ? lower((unsigned char)s[len - 1]) : 0;

	if (c < 'a' || c > 'z')
		return 0;
	if (len == 3 && same(s, 2, "c-"))
		return c;
	return len == 6 && same(s, 5, "ctrl-") ? c : 0;
}

size_t
keys_bytes(const char *s, size_t len, int app, char *out, size_t cap)
{
	const char *b;
	char c;
	size_t i, n = 0;

	for (i = 0; i < sizeof named / sizeof *named; i++)
		if (same(s, len, named[i].name)) {
			b = app && named[i].app != NULL ? named[i].app :
			    named[i].bytes;
			return put(b, strlen(b), out, cap);
		}
	if ((c = (char)control_of(s, len)) != 0) {
		c &= 0x1f;
		return put(&c, 1, out, cap);
	}
	for (i = 0; i < len && n < cap; i++)
		if ((unsigned char)s[i] >= 0x20 && s[i] != 0x7f)
			out[n++] = s[i];
	return n;
}

enum {
	GROUND,
	ESC,
	CSI,
	SS3,
	STRING,			/* OSC, DCS, APC, PM, SOS: an answer */
	STRING_ESC,
	MOUSE			/* the three bytes after CSI M */
};

/* A key that is one byte. */
static enum keys_what
one_key(unsigned char c)
{
	switch (c) {
	case '\r':
	case 3:			/* C-c, C-d, C-u */
	case 4:
	case 0x15:
		return KEYS_CLEAR;
	case 0:
	case 1:			/* C-a, C-b, C-h, C-k, C-l, C-o, C-s, C-t, */
	case 2:			/* C-w, C-z */
	case 8:
	case 0x0b:
	case 0x0c:
	case 0x0f:
	case 0x13:
	case 0x14:
	case 0x17:
	case 0x1a:
	case 0x7f:
		return KEYS_COMMAND;
	default:
		return KEYS_TEXT;
	}
}

/* A whole control sequence: did a person make it? */
static enum keys_what
typed_csi(const struct keys_scan *k, unsigned char final)
{
	switch (final) {
	case 'I':		/* focus */
	case 'O':
		return k->n > 0 ? KEYS_COMMAND : KEYS_NONE;
	case 'c':		/* device attributes */
	case 'n':
	case 't':
	case 'y':
		return KEYS_NONE;
	case 'R':		/* cursor; F3 with a modifier is CSI 1; */
		return k->semicolon && !(k->first == '1' && k->n <= 3) ?
		    KEYS_NONE : KEYS_COMMAND;
	case 'u':		/* flags of the keyboard protocol: CSI ? n u */
		return k->first == '?' ? KEYS_NONE :
		    k->number == 27 || k->number == 127 ? KEYS_COMMAND :
		    k->number == 13 && !k->semicolon ? KEYS_CLEAR : KEYS_TEXT;
	case 'M':
	case 'm':		/* mouse */
		return k->first == '<' ? KEYS_NONE : KEYS_COMMAND;
	case 'A':		/* up, down, right, end */
	case 'B':
	case 'C':
	case 'F':
		return KEYS_TEXT;
	default:
		return KEYS_COMMAND;
	}
}

/* One more byte of a sequence. */
static void
count_csi(struct keys_scan *k, unsigned char c)
{
	if (k->n == 0)
		k->first = c;
	if (k->n < 255)
		k->n++;
	if (c >= '0' && c <= '9' && !k->semicolon && k->number < 1000)
		k->number = (unsigned short)(k->number * 10 + (c - '0'));
	k->semicolon |= c == ';';
}

static void
note_key(enum keys_what *what, enum keys_what key)
{
	if (key > KEYS_COMMAND || *what == KEYS_NONE)
		*what = key;
}

enum keys_what
keys_typed(struct keys_scan *k, const char *p, size_t n)
{
	enum keys_what what = KEYS_NONE;
	size_t i;
	unsigned char c;

	for (i = 0; i < n; i++) {
		c = (unsigned char)p[i];
		switch (k->state) {
		case GROUND:
			if (c == 0x1b)
				k->state = ESC;
			else
				note_key(&what, one_key(c));
			break;
		case ESC:
			k->first = k->n = k->semicolon = 0;
			k->number = 0;
			if (c == '[')
				k->state = CSI;
			else if (c == 'O')
				k->state = SS3;
			else if (strchr("]P_^X", c) != NULL && c != '\0')
				k->state = STRING;
			else {
				k->state = c == 0x1b ? ESC : GROUND;
				note_key(&what, c == 0x1b ? KEYS_COMMAND :
				    KEYS_TEXT);
			}
			break;
		case SS3:
			note_key(&what, typed_csi(k, c));
			k->state = GROUND;
			break;
		case CSI:
			if (c < 0x40 || c > 0x7e) {
				count_csi(k, c);
				break;
			}
			k->state = c == 'M' && k->n == 0 ? MOUSE : GROUND;
			if (k->state == GROUND)
				note_key(&what, typed_csi(k, c));
			break;
		case MOUSE:
			if (++k->n == 3)
				k->state = GROUND;
			break;
		case STRING:
			if (c == 0x1b)
				k->state = STRING_ESC;
			else if (c == 0x07)
				k->state = GROUND;
			break;
		case STRING_ESC:
			k->state = c == '\\' ? GROUND : STRING;
			break;
		}
	}
	/* a lone ESC at the end of a read is the key */
	if (k->state == ESC) {
		k->state = GROUND;
		note_key(&what, KEYS_COMMAND);
	}
	return what;
}
