/*
 * edit - the line that a person types: keys in, text and cursor out.
 * Linked into bin/csp-tty.  Knows bytes and characters, no screen.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "utf8.h"

#define CTRL(c)		((c) & 0x1f)
#define ESC		0x1b
#define DEL		0x7f
#define PASTE_END	"\033[201~"

enum { GROUND, ESCAPE, CSI, SS3, PASTE };

void
edit_init(struct edit *e, size_t max)
{
	memset(e, 0, sizeof(*e));
	e->max = max;
}

void
edit_free(struct edit *e)
{
	size_t i;

	for (i = 0; i < e->past_n; i++)
		free(e->past[i]);
	free(e->text);
	free(e->kill);
	free(e->draft);
	edit_init(e, e->max);
}

static int
reserve(struct edit *e, size_t len)
{
	size_t cap;
	char *p;

	if (len > e->max)
		return -1;
	if (len <= e->cap)
		return 0;
	for (cap = e->cap ? e->cap : 256; cap < len;)
		cap *= 2;
	if ((p = realloc(e->text, cap)) == NULL)
		return -1;
	e->text = p;
	e->cap = cap;
	return 0;
}

int
edit_replace(struct edit *e, size_t off, size_t n, const char *s, size_t len)
{
	if (reserve(e, e->len - n + len) == -1)
		return -1;
	if (e->len - off - n > 0)
		memmove(e->text + off + len, e->text + off + n,
		    e->len - off - n);
	if (len > 0)
		memcpy(e->text + off, s, len);
	e->len = e->len - n + len;
	e->pos = off + len;
	return 0;
}

static enum edit_event
insert(struct edit *e, const char *s, size_t n)
{
	return edit_replace(e, e->pos, 0, s, n) == -1 ? EDIT_FULL :
	    EDIT_CHANGED;
}

/* The character that begins at off. */
static uint32_t
char_at(const struct edit *e, size_t off)
{
	struct utf8 d = { 0, 0, 0, 0 };
	uint32_t cp = UTF8_REPLACEMENT;

	while (off < e->len &&
	    utf8_feed(&d, (unsigned char)e->text[off], &cp) == UTF8_MORE)
		off++;
	return cp;
}

static int
is_tail(const struct edit *e, size_t off)
{
	return ((unsigned char)e->text[off] & 0xc0) == 0x80;
}

/* Whether the character at off belongs to the one before it. */
static int
joins(const struct edit *e, size_t off)
{
	uint32_t cp = char_at(e, off);
	unsigned class;

	if (cp < 0x300)
		return 0;
	class = utf8_class(cp);
	if ((class & UTF8_WIDTH) == 0 || class & UTF8_MODIFIER)
		return 1;
	return off >= 3 && memcmp(e->text + off - 3, "\342\200\215", 3) == 0;
}

/* Where what the eye takes for one character, and ends at off, begins. */
static size_t
before(const struct edit *e, size_t off)
{
	while (off > 0) {
		off--;
		while (off > 0 && is_tail(e, off))
			off--;
		if (!joins(e, off))
			break;
	}
	return off;
}

static size_t
after(const struct edit *e, size_t off)
{
	while (off < e->len) {
		off++;
		while (off < e->len && is_tail(e, off))
			off++;
		if (off == e->len || !joins(e, off))
			break;
	}
	return off;
}

static int
is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static size_t
word_before(const struct edit *e, size_t off)
{
	while (off > 0 && is_space(e->text[off - 1]))
		off--;
	while (off > 0 && !is_space(e->text[off - 1]))
		off--;
	return off;
}

static size_t
word_after(const struct edit *e, size_t off)
{
	while (off < e->len && is_space(e->text[off]))
		off++;
	while (off < e->len && !is_space(e->text[off]))
		off++;
	return off;
}

/* Begin and end of the line, of maybe several, that the cursor is in. */
static size_t
line_begin(const struct edit *e, size_t off)
{
	while (off > 0 && e->text[off - 1] != '\n')
		off--;
	return off;
}

static size_t
line_end(const struct edit *e, size_t off)
{
	while (off < e->len && e->text[off] != '\n')
		off++;
	return off;
}

static enum edit_event
go(struct edit *e, size_t off)
{
	if (off == e->pos)
		return EDIT_NONE;
	e->pos = off;
	return EDIT_CHANGED;
}

/* Remove from a to b; the words and lines that go are kept for Ctrl-Y. */
static enum edit_event
cut(struct edit *e, size_t a, size_t b, int keep)
{
	char *p;

	if (a == b)
		return EDIT_NONE;
	if (keep && (p = malloc(b - a)) != NULL) {
		memcpy(p, e->text + a, b - a);
		free(e->kill);
		e->kill = p;
		e->kill_len = b - a;
	}
	(void)edit_replace(e, a, b - a, NULL, 0);	/* shrinks: has room */
	return EDIT_CHANGED;
}

static char *
copy(const struct edit *e)
{
	char *p = malloc(e->len + 1);

	if (p != NULL) {
		if (e->len > 0)
			memcpy(p, e->text, e->len);
		p[e->len] = '\0';
	}
	return p;
}

/* Show the line recalled at `at`; past_n is the new one. */
static enum edit_event
recall(struct edit *e, size_t at)
{
	const char *s;

	if (e->past_at == e->past_n) {
		free(e->draft);
		if ((e->draft = copy(e)) == NULL)
			return EDIT_NONE;
	}
	s = at == e->past_n ? e->draft : e->past[at];
	if (edit_replace(e, 0, e->len, s, strlen(s)) == -1)
		return EDIT_FULL;
	e->past_at = at;
	return EDIT_CHANGED;
}

/* Up and down: a line of the text; the first and last lead to recall. */
static enum edit_event
vertical(struct edit *e, int up)
{
	size_t begin = line_begin(e, e->pos), col = e->pos - begin, to;

	if (up && begin > 0) {
		to = line_begin(e, begin - 1) + col;
		if (to > begin - 1)
			to = begin - 1;
	} else if (!up && line_end(e, e->pos) < e->len) {
		begin = line_end(e, e->pos) + 1;
		to = begin + col;
		if (to > line_end(e, begin))
			to = line_end(e, begin);
	} else if (up) {
		return e->past_at == 0 ? EDIT_NONE : recall(e, e->past_at - 1);
	} else {
		return e->past_at == e->past_n ? EDIT_NONE :
		    recall(e, e->past_at + 1);
	}
	while (to > 0 && is_tail(e, to))
		to--;
	return go(e, to);
}

void
edit_accept(struct edit *e)
{
	char *s;

	if (e->len > 0 && (s = copy(e)) != NULL) {
		if (e->past_n > 0 && strcmp(e->past[e->past_n - 1], s) == 0) {
			free(s);
		} else {
			if (e->past_n == EDIT_HISTORY) {
				free(e->past[0]);
				memmove(e->past, e->past + 1,
				    sizeof(e->past) - sizeof(e->past[0]));
				e->past_n--;
			}
			e->past[e->past_n++] = s;
		}
	}
	e->past_at = e->past_n;
	e->len = e->pos = 0;
}

static enum edit_event
control(struct edit *e, unsigned char c)
{
	switch (c) {
	case '\r':
		return EDIT_ENTER;
	case '\n':
		return insert(e, "\n", 1);
	case '\t':
		return EDIT_TAB;
	case CTRL('A'):
		return go(e, line_begin(e, e->pos));
	case CTRL('B'):
		return go(e, before(e, e->pos));
	case CTRL('C'):
		return e->len == 0 ? EDIT_INTERRUPT : cut(e, 0, e->len, 1);
	case CTRL('D'):
		return e->len == 0 ? EDIT_EOF :
		    cut(e, e->pos, after(e, e->pos), 0);
	case CTRL('E'):
		return go(e, line_end(e, e->pos));
	case CTRL('F'):
		return go(e, after(e, e->pos));
	case CTRL('H'):
	case DEL:
		return cut(e, before(e, e->pos), e->pos, 0);
	case CTRL('K'):
		return cut(e, e->pos, line_end(e, e->pos), 1);
	case CTRL('L'):
		return EDIT_REDRAW;
	case CTRL('N'):
		return vertical(e, 0);
	case CTRL('P'):
		return vertical(e, 1);
	case CTRL('U'):
		return cut(e, line_begin(e, e->pos), e->pos, 1);
	case CTRL('W'):
		return cut(e, word_before(e, e->pos), e->pos, 1);
	case CTRL('Y'):
		return e->kill_len == 0 ? EDIT_NONE :
		    insert(e, e->kill, e->kill_len);
	case CTRL('Z'):
		return EDIT_STOP;
	case ESC:
		e->state = ESCAPE;
		return EDIT_NONE;
	}
	return EDIT_NONE;
}

/* The first number of a sequence's parameters; 0 where there is none. */
static int
number(const char *s)
{
	int n = 0;

	while (*s >= '0' && *s <= '9' && n < 1000)
		n = n * 10 + (*s++ - '0');
	return n;
}

/* A key that came as ESC [ parameters final, or ESC O final. */
static enum edit_event
function_key(struct edit *e, unsigned char final)
{
	/* 1;5 and 1;3 are Ctrl and Alt, with any first number */
	int by_word = strstr(e->seq, ";5") != NULL ||
	    strstr(e->seq, ";3") != NULL;

	switch (final) {
	case 'A':
		return vertical(e, 1);
	case 'B':
		return vertical(e, 0);
	case 'C':
		return go(e, by_word ? word_after(e, e->pos) :
		    after(e, e->pos));
	case 'D':
		return go(e, by_word ? word_before(e, e->pos) :
		    before(e, e->pos));
	case 'H':
		return go(e, line_begin(e, e->pos));
	case 'F':
		return by_word ? EDIT_BOTTOM : go(e, line_end(e, e->pos));
	case 'M':			/* Enter of a numeric pad */
		return EDIT_ENTER;
	case '~':
		break;
	default:
		return EDIT_NONE;
	}
	switch (number(e->seq)) {
	case 1:
	case 7:
		return go(e, line_begin(e, e->pos));
	case 4:
	case 8:
		return go(e, line_end(e, e->pos));
	case 3:
		return cut(e, e->pos, after(e, e->pos), 0);
	case 5:
		return EDIT_PAGE_UP;
	case 6:
		return EDIT_PAGE_DOWN;
	case 200:
		e->state = PASTE;
		e->seq_len = 0;
		e->cr = 0;
		break;
	}
	return EDIT_NONE;
}

static enum edit_event
meta(struct edit *e, unsigned char c)
{
	switch (c) {
	case '\r':
	case '\n':
		return insert(e, "\n", 1);
	case 'b':
		return go(e, word_before(e, e->pos));
	case 'f':
		return go(e, word_after(e, e->pos));
	case 'd':
		return cut(e, e->pos, word_after(e, e->pos), 1);
	case CTRL('H'):
	case DEL:
		return cut(e, word_before(e, e->pos), e->pos, 1);
	}
	return EDIT_NONE;
}

static enum edit_event
pasted(struct edit *e, unsigned char byte)
{
	char c = (char)byte;
	int after_cr = e->cr;

	e->cr = byte == '\r';
	if (byte == '\r')
		c = '\n';
	else if (byte == '\n' && after_cr)
		return EDIT_NONE;
	else if ((byte < 0x20 && byte != '\t' && byte != '\n') || byte == DEL)
		return EDIT_NONE;
	return insert(e, &c, 1);
}

/* In a paste: everything is text but its end. */
static enum edit_event
paste(struct edit *e, unsigned char c)
{
	enum edit_event ev = EDIT_NONE;
	size_t i, held;

	if (c == (unsigned char)PASTE_END[e->seq_len]) {
		if (PASTE_END[++e->seq_len] != '\0')
			return EDIT_NONE;
		e->state = GROUND;
		return EDIT_CHANGED;
	}
	held = e->seq_len;		/* it only began like the end */
	e->seq_len = 0;
	for (i = 0; i < held; i++)
		ev = pasted(e, (unsigned char)PASTE_END[i]);
	if (c == ESC) {
		e->seq_len = 1;
		return ev;
	}
	return pasted(e, c);
}

enum edit_event
edit_byte(struct edit *e, unsigned char c)
{
	char ch = (char)c;

	switch (e->state) {
	case PASTE:
		return paste(e, c);
	case ESCAPE:
		e->seq_len = 0;
		e->seq[0] = '\0';
		if (c == ESC)
			return EDIT_NONE;
		e->state = c == '[' ? CSI : c == 'O' ? SS3 : GROUND;
		return e->state == GROUND ? meta(e, c) : EDIT_NONE;
	case CSI:
	case SS3:
		if (c == ESC) {
			e->state = ESCAPE;
			return EDIT_NONE;
		}
		if (c < 0x20 || c > 0x7e) {	/* broken off */
			e->state = GROUND;
			return EDIT_NONE;
		}
		if (c < 0x40) {
			if (e->seq_len < sizeof(e->seq) - 1)
				e->seq[e->seq_len++] = ch;
			e->seq[e->seq_len] = '\0';
			return EDIT_NONE;
		}
		e->state = GROUND;
		return function_key(e, c);
	}
	if (c < 0x20 || c == DEL)
		return control(e, c);
	return insert(e, &ch, 1);
}
