/*
 * buf - bytes that grow at the back, up to a limit, and are consumed at the
 * front.  The bytes are p[0] to p[len - 1]; read them there, change them only
 * through these functions or, after buf_reserve, behind p + len.
 */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	char	*p;		/* first byte not consumed */
	size_t	 len;		/* bytes held */
	size_t	 cap;		/* bytes of room from p on */
	size_t	 max;		/* len never passes this */
	char	*base;		/* what was allocated; p - base is consumed */
	unsigned char lent;	/* base is not ours to free */
};

/* Makes an empty buffer that allocates nothing yet and holds at most max. */
void	buf_init(struct buf *, size_t max);

/*
 * The same, where what fits into cap bytes at p, which must outlive the buffer,
 * is kept there: nothing is allocated for it.  The struct may not be copied.
 */
void	buf_init_at(struct buf *, char *p, size_t cap, size_t max);

/* Frees the memory; the buffer is as after buf_init with the same limit. */
void	buf_free(struct buf *);

/*
 * Make room for n more bytes behind p + len.  0, or -1 with errno EFBIG (would
 * pass max) or ENOMEM, and the bytes are as they were.  May move p.
 */
int	buf_reserve(struct buf *, size_t n);

/* Count n bytes, which the caller wrote behind p + len after buf_reserve. */
void	buf_added(struct buf *, size_t n);

/* Append.  0, or -1 as buf_reserve and nothing was appended.  May move p. */
int	buf_append(struct buf *, const void *, size_t n);
int	buf_puts(struct buf *, const char *);
int	buf_putc(struct buf *, int byte);
int	buf_putnum(struct buf *, int64_t);	/* in decimal */

/*
 * Write a number in decimal at p, where there is room for BUF_DECIMAL bytes.
 * Returns what is behind it.
 */
enum { BUF_DECIMAL = 20 };
char	*buf_decimal(char *p, uint64_t);

/* Append as printf(3) would print.  Not for hot paths. */
int	buf_printf(struct buf *, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((__format__(__printf__, 2, 3)))
#endif
	;

/* Drop n <= len bytes at the front.  Costs no copy: p moves on. */
void	buf_consume(struct buf *, size_t n);

/* Cut to the first n <= len bytes. */
void	buf_truncate(struct buf *, size_t n);

/* Drop all bytes; the memory is kept unless it exceeds keep bytes. */
void	buf_clear(struct buf *, size_t keep);

#endif
