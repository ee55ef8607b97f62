/*
 * turn_text - comparing a text with what is left of it on a screen, and times
 * that programs write.  Part of turn.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

/* The next character of a text; U+FFFD for what is none.  *p < end. */
uint32_t
text_next(const char **p, const char *end)
{
	struct utf8 u = { 0, 0, 0, 0 };
	enum utf8_result r;
	uint32_t cp = UTF8_REPLACEMENT;

	if ((unsigned char)**p < 0x80)
		return (unsigned char)*(*p)++;
	while (*p < end) {
		r = utf8_feed(&u, (unsigned char)**p, &cp);
		if (r == UTF8_AGAIN)
			return cp;
		(*p)++;
		if (r == UTF8_DONE)
			return cp;
	}
	return UTF8_REPLACEMENT;
}

static int
is_space(uint32_t c)
{
	return c <= ' ' || c == 0x7f || c == 0xa0 || c == 0x3000 ||
	    (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0xfeff;
}

/* What terminals and programs disagree on: emoji and their parts. */
static int
is_fragile(uint32_t c)
{
	unsigned k;

	if (c == UTF8_REPLACEMENT || (c >= 0xfe00 && c <= 0xfe0f) ||
	    c == 0x200c || c == 0x200d || c == 0x200e || c == 0x200f)
		return 1;
	if (c < 0x2190)
		return 0;
	k = utf8_class(c);
	return c >= 0x1f000 || (k & (UTF8_REGIONAL | UTF8_MODIFIER)) != 0 ||
	    ((k & (UTF8_PICT | UTF8_VS16)) != 0 && c >= 0x2300);
}

static int
is_mark(uint32_t c)
{
	return c >= 0x300 && (utf8_class(c) & UTF8_WIDTH) == 0;
}

/* What boxes of one row show for a line break. */
static int
is_break_sign(uint32_t c)
{
	return c == 0x21b5 || c == 0x23ce || c == 0x240a || c == 0x2424;
}

/* Signs that Markdown draws otherwise than they were written. */
static int
is_sign(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z'));
	return (c >= 0x2010 && c < 0x2c00) || (c >= 0x3000 && c < 0x3040);
}

/* Behind the line if it begins or ends a block of code, which may be hidden. */
static const char *
skip_fence(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && *p == ' ')
		p++;
	if (end - p < 3 || (memcmp(p, "```", 3) != 0 &&
	    memcmp(p, "~~~", 3) != 0))
		return s;
	while (p < end && *p != '\n')
		p++;
	return p;
}

/*
 * Reduce a text to what survives being drawn: no blanks nor line breaks,
 * however they are drawn, no combining marks (but that there was one is noted),
 * no emoji; loose: nothing but letters and digits. 0, or -1 if memory is short.
 */
static int
fold(struct folded *f, const char *s, size_t len, int loose)
{
	const char *end = s + len;
	struct fold_char *v;
	uint32_t c = '\n';

	f->n = 0;
	if (len > f->cap) {
		if ((v = realloc(f->v, len * sizeof *v)) == NULL)
			return -1;
		f->v = v;
		f->cap = len;
	}
	while (s < end) {
		if (loose && c == '\n' && (s = skip_fence(s, end)) == end)
			break;
		c = text_next(&s, end);
		if (is_space(c) || is_fragile(c) || is_break_sign(c) ||
		    (loose && is_sign(c)))
			continue;
		if (is_mark(c)) {
			if (f->n > 0)
				f->v[f->n - 1].marked = 1;
			continue;
		}
		f->v[f->n].cp = c;
		f->v[f->n++].marked = 0;
	}
	return 0;
}

int
fold_text(struct folded *f, const char *s, size_t len)
{
	return fold(f, s, len, 0);
}

int
fold_loose(struct folded *f, const char *s, size_t len)
{
	return fold(f, s, len, 1);
}

/* Bytes of a text up to the end of the n-th sign that folding it leaves. */
size_t
fold_bytes(const char *s, size_t len, size_t n)
{
	struct folded one = { NULL, 0, 0 };
	const char *p = s, *from;

	for (; n > 0 && p < s + len; n -= one.n < n ? one.n : n) {
		from = p;
		(void)text_next(&p, s + len);
		if (fold_text(&one, from, (size_t)(p - from)) == -1)
			break;
	}
	fold_free(&one);
	return (size_t)(p - s);
}

void
fold_free(struct folded *f)
{
	free(f->v);
	memset(f, 0, sizeof *f);
}

/* One composed character may stand for a letter and its marks (NFC). */
static int
fold_same(const struct fold_char *ours, const struct fold_char *seen)
{
	if (ours->cp == seen->cp)
		return 1;
	return (ours->marked && seen->cp >= 0x80) ||
	    (seen->marked && ours->cp >= 0x80);
}

/* How many characters of seen agree with ours from there on. */
size_t
fold_prefix(const struct folded *ours, size_t from, const struct folded *seen)
{
	size_t i;

	for (i = 0; i < seen->n && from + i < ours->n; i++)
		if (!fold_same(&ours->v[from + i], &seen->v[i]))
			break;
	return i;
}

/*
 * Leave only what is ASCII, as it is to be seen where a program shows other
 * signs as question marks.  Returns how many were left out.
 */
size_t
fold_ascii(struct folded *f)
{
	size_t i, n = 0, other = 0;

	for (i = 0; i < f->n; i++)
		if (f->v[i].cp < 0x80 && f->v[i].cp != '?')
			f->v[n++] = f->v[i];
		else
			other++;
	f->n = n;
	return other;
}

/* How many signs stand for a TAB that is drawn as a control character. */
static size_t
tab_signs(const struct folded *f)
{
	if (f->n == 0)
		return 0;
	switch (f->v[0].cp) {
	case '^':
		return f->n > 1 && f->v[1].cp == 'I' ? 2 : 0;
	case '?': case 0x2192: case 0x21e5: case 0x2409: case 0xbb:
		return 1;
	default:
		return 0;
	}
}

/* Whether what is seen is a text whose TABs are drawn so. */
int
fold_tabs(const char *text, size_t len, const struct folded *seen)
{
	struct folded part = { NULL, 0, 0 }, rest = *seen, cut;
	const char *tab;
	size_t n;
	int same = 0;

	for (;;) {
		tab = memchr(text, '\t', len);
		n = tab == NULL ? len : (size_t)(tab - text);
		if (fold_text(&part, text, n) == -1 || part.n > rest.n)
			break;
		cut = rest;
		cut.n = part.n;
		if (fold_prefix(&part, 0, &cut) != part.n)
			break;
		rest.v += part.n;
		rest.n -= part.n;
		if (tab == NULL) {
			same = rest.n == 0;
			break;
		}
		n = tab_signs(&rest);
		rest.v += n;
		rest.n -= n;
		len -= (size_t)(tab + 1 - text);
		text = tab + 1;
	}
	fold_free(&part);
	return same;
}

int
fold_equal(const struct folded *ours, const struct folded *seen)
{
	return ours->n == seen->n && fold_prefix(ours, 0, seen) == seen->n;
}

/* Whether what is seen is the end of ours. */
int
fold_tail(const struct folded *ours, const struct folded *seen)
{
	return seen->n > 0 && seen->n <= ours->n &&
	    fold_prefix(ours, ours->n - seen->n, seen) == seen->n;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int
starts(const char *s, const char *word)
{
	for (; *word != '\0'; s++, word++)
		if (lower(*s) != *word)
			return 0;
	return 1;
}

/* "3 hours 12 minutes", "45m": seconds from now, 0 if it is no such thing. */
static int64_t
parse_span(const char *s)
{
	int64_t n, sum = 0;
	int words;

	for (words = 0; words < 6 && *s != '\0'; words++) {
		while (*s != '\0' && !digit(*s))
			s++;
		for (n = 0; digit(*s) && n < 100000; s++)
			n = n * 10 + (*s - '0');
		while (*s == ' ')
			s++;
		if (starts(s, "d"))
			sum += n * 86400;
		else if (starts(s, "h"))
			sum += n * 3600;
		else if (starts(s, "m") && !starts(s, "mo"))
			sum += n * 60;
		else if (starts(s, "s"))
			sum += n;
	}
	return sum;
}

/*
 * The end of a limit as programs write it, "6:41pm (UTC)", "6:29 PM", "18:30",
 * "3am", "in 3 hours 12 minutes": in seconds since 1970, the next such time
 * from wall_s on.  0 where it is not understood.
 */
int64_t
until_parse(const char *s, int64_t wall_s, long gmtoff_s)
{
	int64_t at, day;
	int hour, min = 0, utc, pm = -1;
	const char *p;

	while (*s == ' ')
		s++;
	if (starts(s, "in "))
		return (at = parse_span(s + 3)) > 0 ? wall_s + at : 0;
	if (starts(s, "at "))
		s += 3;
	if (!digit(*s))
		return 0;
	for (hour = 0, p = s; digit(*p) && hour < 1000; p++)
		hour = hour * 10 + (*p - '0');
	if (*p == ':' && digit(p[1]) && digit(p[2])) {
		min = (p[1] - '0') * 10 + (p[2] - '0');
		p += 3;
		if (*p == ':' && digit(p[1]) && digit(p[2]))
			p += 3;
	} else if (*p != ' ' && lower(*p) != 'a' && lower(*p) != 'p')
		return 0;
	while (*p == ' ')
		p++;
	if (starts(p, "am") || starts(p, "a.m"))
		pm = 0;
	else if (starts(p, "pm") || starts(p, "p.m"))
		pm = 1;
	else if (min == 0 && p[-1] != ':' && strchr(s, ':') == NULL)
		return parse_span(s) > 0 ? wall_s + parse_span(s) : 0;
	if (hour > 23 || min > 59 || (pm != -1 && (hour < 1 || hour > 12)))
		return 0;
	if (pm != -1)
		hour = hour % 12 + 12 * pm;
	utc = strstr(p, "UTC") != NULL || strstr(p, "GMT") != NULL;
	day = wall_s + (utc ? 0 : gmtoff_s);
	day -= day % 86400;
	at = day + hour * 3600 + min * 60 - (utc ? 0 : gmtoff_s);
	return at <= wall_s ? at + 86400 : at;
}
