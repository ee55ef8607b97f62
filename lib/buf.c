/*
 * buf - bytes that grow at the back and are consumed at the front.
 * Linked into every program.  Memory only, no I/O.
 */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

enum { CAP_FIRST = 256 };

/* Makes cap >= need (which is <= max): slides to the front, or allocates. */
static int
make_room(struct buf *b, size_t need)
{
	size_t gone, whole, want, most;
	char *base;

	gone = (size_t)(b->p - b->base);
	whole = gone + b->cap;
	/* sliding pays where it frees at least as much as it moves */
	if (need <= whole && b->len <= gone) {
		memmove(b->base, b->p, b->len);
		b->p = b->base;
		b->cap = whole;
		return 0;
	}
	most = gone == 0 || b->max > SIZE_MAX / 2 ? b->max : b->max * 2;
	want = whole < CAP_FIRST / 2 ? CAP_FIRST / 2 : whole;
	do {
		want = want > most / 2 ? most : want * 2;
	} while (want < need);
	if (gone == 0 && !b->lent) {
		if ((base = realloc(b->base, want)) == NULL)
			return -1;
	} else {
		if ((base = malloc(want)) == NULL)
			return -1;
		memcpy(base, b->p, b->len);
		if (!b->lent)
			free(b->base);
	}
	b->lent = 0;
	b->p = b->base = base;
	b->cap = want;
	return 0;
}

void
buf_init(struct buf *b, size_t max)
{
	b->p = b->base = NULL;
	b->len = b->cap = 0;
	b->max = max;
	b->lent = 0;
}

void
buf_init_at(struct buf *b, char *p, size_t cap, size_t max)
{
	b->p = b->base = p;
	b->len = 0;
	b->cap = cap;
	b->max = max;
	b->lent = 1;
}

void
buf_free(struct buf *b)
{
	if (b->base != NULL && !b->lent)
		free(b->base);
	buf_init(b, b->max);
}

int
buf_reserve(struct buf *b, size_t n)
{
	if (n > b->max - b->len) {
		errno = EFBIG;
		return -1;
	}
	if (n > b->cap - b->len)
		return make_room(b, b->len + n);
	return 0;
}

void
buf_added(struct buf *b, size_t n)
{
	assert(n <= b->cap - b->len);
	b->len += n;
}

int
buf_append(struct buf *b, const void *src, size_t n)
{
	if ((n > b->cap - b->len || n > b->max - b->len) &&
	    buf_reserve(b, n) == -1)
		return -1;
	if (n > 0)
		memcpy(b->p + b->len, src, n);
	b->len += n;
	return 0;
}

int
buf_puts(struct buf *b, const char *s)
{
	return buf_append(b, s, strlen(s));
}

int
buf_putc(struct buf *b, int byte)
{
	char c = (char)byte;

	return buf_append(b, &c, 1);
}

char *
buf_decimal(char *p, uint64_t v)
{
	char digits[2 * BUF_DECIMAL], *end = digits + BUF_DECIMAL, *d = end;

	for (; v >= 10; v /= 10)
		*--d = (char)('0' + v % 10);
	*--d = (char)('0' + v);
	/* as many in any case: that is quicker */
	memcpy(p, d, BUF_DECIMAL);
	return p + (end - d);
}

int
buf_putnum(struct buf *b, int64_t v)
{
	char text[1 + BUF_DECIMAL], *p = text;

	if (v < 0)
		*p++ = '-';
	p = buf_decimal(p, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	return buf_append(b, text, (size_t)(p - text));
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return -1;
	/* vsnprintf ends with a NUL, for which max may have no room */
	room = b->max - b->len;
	if ((size_t)n >= room) {
		errno = EFBIG;
		return -1;
	}
	if (buf_reserve(b, (size_t)n + 1) == -1)
		return -1;
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

void
buf_consume(struct buf *b, size_t n)
{
	assert(n <= b->len);
	if (n == 0)
		return;		/* p may be NULL */
	b->p += n;
	b->len -= n;
	b->cap -= n;
	if (b->len == 0) {
		b->cap += (size_t)(b->p - b->base);
		b->p = b->base;
	}
}

void
buf_truncate(struct buf *b, size_t n)
{
	assert(n <= b->len);
	b->len = n;
}

void
buf_clear(struct buf *b, size_t keep)
{
	buf_consume(b, b->len);
	if (b->cap > keep)
		buf_free(b);
}
