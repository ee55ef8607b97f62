/*
 * util - numbers, clocks, descriptors, ids, secrets, and the printable form of
 * foreign bytes.
 */
#ifndef UTIL_H
#define UTIL_H

#include <stddef.h>
#include <stdint.h>

enum {
	ID_MAX = 64,		/* bytes of an agent id or a room's name */
	TIME_LEN = 24,		/* bytes of 2026-11-22T15:04:05.123Z */
	TIME_HTTP_LEN = 29	/* bytes of Sun, 22 Nov 2026 15:04:05 GMT */
};

/*
 * Write texts one behind the other, up to one that is NULL, and a NUL.  0, or
 * -1 where they do not fit into cap bytes, and out is the empty text.
 */
int	text_join(char *out, size_t cap, ...);

/*
 * The whole of s (n bytes of it) as a decimal integer from min to max, with a
 * leading `-` at most.  0 and *v, or -1 and *v as it was.
 */
int	num_parse(const char *s, int64_t min, int64_t max, int64_t *v);
int	num_parse_n(const char *s, size_t n, int64_t min, int64_t max,
	    int64_t *v);

/* Time that only goes forward, for deadlines: milliseconds, microseconds. */
int64_t	clock_ms(void);
int64_t	clock_us(void);

/* Milliseconds since 1970, for output only. */
int64_t	wall_ms(void);

/* Writes TIME_LEN bytes of RFC 3339 in UTC, and a NUL. */
void	time_format(int64_t wall_ms, char out[TIME_LEN + 1]);

/* Writes TIME_HTTP_LEN bytes as HTTP wants them (RFC 9110 5.6.7), and a NUL. */
void	time_http(int64_t wall_ms, char out[TIME_HTTP_LEN + 1]);

/*
 * Reads an RFC 3339 time with any offset and fraction, or a plain count of
 * milliseconds since 1970.  0, or -1.
 */
int	time_parse(const char *s, size_t n, int64_t *wall_ms);

/* Set the flag.  0, or -1 with errno. */
int	fd_nonblock(int fd);
int	fd_cloexec(int fd);

/*
 * Open what is closed of descriptors 0, 1 and 2, so that no other file takes
 * their place: reading finds the end, writing fails.
 */
void	fd_standard(void);

/*
 * Write all n bytes, over EINTR and short writes; waits where fd does not
 * block.  0, or -1 with errno.
 */
int	write_all(int fd, const void *, size_t n);

/*
 * The canonical form of an agent id or a room's name: letters lower-cased.
 * 0, or -1 where it is none ([a-z0-9][a-z0-9._-]{0,63}); out is then as it was.
 * Whether a name is reserved is not looked at.
 */
int	id_fold(const char *s, size_t n, char out[ID_MAX + 1]);

/*
 * Whether a text is a word of visible ASCII (0x21 to 0x7e), as tokens and keys
 * are: it can stand in a header field.
 */
int	is_visible(const char *s, size_t n);

/* Whether two secrets are equal, in a time that depends on n alone. */
int	secret_equal(const char *a, size_t a_len, const char *b, size_t n);

/*
 * A copy of a secret that stands in an argument of main, which is overwritten
 * so that ps(1) does not show it.  The caller frees it; NULL with errno ENOMEM.
 */
char	*secret_take(char *);

/*
 * A text that no other run of a program has: time and process.  For telling
 * things apart, not for secrets.
 */
enum { UNIQUE_MAX = 34 };
void	unique_text(char out[UNIQUE_MAX]);

/* n random bytes as 2 * n hex digits and a NUL.  0, or -1 with errno. */
int	random_hex(char *out, size_t n);

/*
 * The length of the well-formed UTF-8 sequence (RFC 3629) at s, 1 to 4, or 0
 * where there is none in n bytes.
 */
int	utf8_len(const char *s, size_t n);

enum print_mode {
	PRINT_LINE,		/* newline and tab are escaped as well */
	PRINT_TEXT		/* newline and tab are kept */
};

/*
 * The printable form of n foreign bytes: what could move a cursor, change a
 * terminal or reverse the reading order becomes \xNN or \uNNNN, as do bytes
 * that are no UTF-8.  Writes at most cap bytes, whole characters and no NUL,
 * and returns the bytes written; 4 * n always suffice.  *used (if not NULL) is
 * how much of s they stand for.
 */
size_t	printable(char *out, size_t cap, const char *s, size_t n,
	    enum print_mode, size_t *used);

#endif
