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
	STRING,			/* OSC, DCS, APC, PM, SOS: an answer */
	STRING_ESC,
	MOUSE			/* the three bytes after CSI M */
};

/* A whole control sequence: did a person make it? */
static int
typed_csi(const struct keys_scan *k, unsigned char final)
{
	switch (final) {
	case 'I':		/* focus */
	case 'O':
		return k->n > 0;
	case 'c':		/* device attributes */
	case 'n':
	case 't':
	case 'y':
		return 0;
	case 'R':		/* cursor; F3 with a modifier is CSI 1; */
		return !(k->semicolon && !(k->first == '1' && k->n <= 3));
	case 'u':		/* flags of the keyboard protocol: CSI ? n u */
		return k->first != '?';
	case 'M':
	case 'm':		/* mouse */
		return k->first != '<';
	default:
		return 1;
	}
}

int
keys_typed(struct keys_scan *k, const char *p, size_t n)
{
	size_t i;
	unsigned char c;
	int typed = 0;

	for (i = 0; i < n; i++) {
		c = (unsigned char)p[i];
		switch (k->state) {
		case GROUND:
			if (c == 0x1b)
				k->state = ESC;
			else
				typed = 1;
			break;
		case ESC:
			k->first = k->n = k->semicolon = 0;
			if (c == '[')
				k->state = CSI;
			else if (strchr("]P_^X", c) != NULL && c != '\0')
				k->state = STRING;
			else {
				k->state = c == 0x1b ? ESC : GROUND;
				typed = 1;
			}
			break;
		case CSI:
			if (c >= 0x40 && c <= 0x7e) {
				if (c == 'M' && k->n == 0) {
					k->state = MOUSE;
					break;
				}
				typed |= typed_csi(k, c);
				k->state = GROUND;
			} else {
				if (k->n == 0)
					k->first = c;
				if (k->n < 255)
					k->n++;
				k->semicolon |= c == ';';
			}
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
		typed = 1;
	}
	return typed;
}
