/*
 * util - small things every program needs.
 * Linked into every program.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

/* Not snprintf(3): with glibc the first call of it costs 300 KB of memory. */
int
text_join(char *out, size_t cap, ...)
{
	const char *s;
	size_t len = 0, n;
	va_list ap;

	va_start(ap, cap);
	while ((s = va_arg(ap, const char *)) != NULL) {
		n = strlen(s);
		if (n >= cap - len)
			break;
		memcpy(out + len, s, n);
		len += n;
	}
	va_end(ap);
	out[s == NULL ? len : 0] = '\0';
	return s == NULL ? 0 : -1;
}

int
num_parse_n(const char *s, size_t n, int64_t min, int64_t max, int64_t *v)
{
	uint64_t u = 0, limit;
	int64_t r;
	size_t i = 0;
	int neg;

	neg = n > 0 && s[0] == '-';
	if (neg)
		i++;
	if (i == n)
		return -1;
	limit = neg ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	for (; i < n; i++) {
		unsigned int d = (unsigned char)s[i] - (unsigned int)'0';

		if (d > 9 || u > (limit - d) / 10)
			return -1;
		u = u * 10 + d;
	}
	if (neg)
		r = u > INT64_MAX ? INT64_MIN : -(int64_t)u;
	else
		r = (int64_t)u;
	if (r < min || r > max)
		return -1;
	*v = r;
	return 0;
}

int
num_parse(const char *s, int64_t min, int64_t max, int64_t *v)
{
	return num_parse_n(s, strlen(s), min, max, v);
}

static int64_t
clock_read(clockid_t id, int64_t per_s)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) == -1)
		return 0;
	return ts.tv_sec * per_s + ts.tv_nsec / (1000000000 / per_s);
}

int64_t
clock_ms(void)
{
	return clock_read(CLOCK_MONOTONIC, 1000);
}

int64_t
clock_us(void)
{
	return clock_read(CLOCK_MONOTONIC, 1000000);
}

int64_t
wall_ms(void)
{
	return clock_read(CLOCK_REALTIME, 1000);
}

/*
 * Days since 1970 and the civil date, both ways, by counting years from March
 * so that the leap day is the last of the year.
 */
static int64_t
days_of(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
date_of(int64_t days, int *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp + (mp < 10 ? 3 : -9));
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

/* Writes v with n digits. */
static char *
put_digits(char *p, int v, int n)
{
	int i;

	for (i = n - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
	return p + n;
}

void
time_format(int64_t ms, char out[TIME_LEN + 1])
{
	int64_t days = ms / 86400000;
	int y, m, d, t = (int)(ms % 86400000);
	char *p = out;

	if (t < 0) {
		t += 86400000;
		days--;
	}
	date_of(days, &y, &m, &d);
	p = put_digits(p, y, 4);
	*p++ = '-';
	p = put_digits(p, m, 2);
	*p++ = '-';
	p = put_digits(p, d, 2);
	*p++ = 'T';
	p = put_digits(p, t / 3600000, 2);
	*p++ = ':';
	p = put_digits(p, t / 60000 % 60, 2);
	*p++ = ':';
	p = put_digits(p, t / 1000 % 60, 2);
	*p++ = '.';
	p = put_digits(p, t % 1000, 3);
	*p++ = 'Z';
	*p = '\0';
}

/* Two digits' value. */
static int
two(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

void
time_http(int64_t ms, char out[TIME_HTTP_LEN + 1])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[TIME_LEN + 1];
	int64_t day = ms / 86400000 - (ms % 86400000 < 0);
	int month;

	time_format(ms, iso);
	month = two(iso + 5);
	/* 1970 began on a Thursday */
	memcpy(out, days + 3 * ((day % 7 + 11) % 7), 3);
	memcpy(out + 3, ", ", 2);
	memcpy(out + 5, iso + 8, 2);
	out[7] = ' ';
	memcpy(out + 8, months + 3 * (month - 1), 3);
	out[11] = ' ';
	memcpy(out + 12, iso, 4);
	out[16] = ' ';
	memcpy(out + 17, iso + 11, 8);
	memcpy(out + 25, " GMT", 5);
}

/* Matches s against a pattern in which each 0 stands for one digit. */
static int
looks_like(const char *s, size_t n, const char *pattern)
{
	size_t i;

	for (i = 0; pattern[i] != '\0'; i++) {
		if (i >= n)
			return 0;
		if (pattern[i] == '0' ? s[i] < '0' || s[i] > '9' :
		    s[i] != pattern[i])
			return 0;
	}
	return 1;
}

/* The offset of a time zone (`Z`, `+02:00`), the whole of s, in minutes. */
static int
zone_parse(const char *s, size_t n, int *minutes)
{
	if (n == 1 && (*s == 'Z' || *s == 'z')) {
		*minutes = 0;
		return 0;
	}
	if (n != 6 || (*s != '+' && *s != '-') ||
	    !looks_like(s + 1, n - 1, "00:00") ||
	    two(s + 1) > 23 || two(s + 4) > 59)
		return -1;
	*minutes = (two(s + 1) * 60 + two(s + 4)) * (*s == '-' ? -1 : 1);
	return 0;
}

int
time_parse(const char *s, size_t n, int64_t *ms)
{
	int mo, d, h, mi, sec, zone, frac = 0, unit = 100;
	int back_y, back_m, back_d, y;
	int64_t days;
	size_t i = 19;

	if (num_parse_n(s, n, 0, INT64_MAX, ms) == 0)
		return 0;
	if (n < 20 || !looks_like(s, n, "0000-00-00") ||
	    !looks_like(s + 11, n - 11, "00:00:00") ||
	    (s[10] != 'T' && s[10] != 't' && s[10] != ' '))
		return -1;
	y = two(s) * 100 + two(s + 2);
	mo = two(s + 5);
	d = two(s + 8);
	h = two(s + 11);
	mi = two(s + 14);
	sec = two(s + 17);
	if (mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || sec > 60)
		return -1;
	days = days_of(y, mo, d);
	date_of(days, &back_y, &back_m, &back_d);
	if (back_m != mo || back_d != d)	/* 31st of a short month */
		return -1;
	if (s[i] == '.') {
		if (++i == n || s[i] < '0' || s[i] > '9')
			return -1;
		for (; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
			frac += (s[i] - '0') * unit;
			unit /= 10;
		}
	}
	if (zone_parse(s + i, n - i, &zone) == -1)
		return -1;
	*ms = ((days * 24 + h) * 60 + mi - zone) * 60000 + sec * 1000 + frac;
	return 0;
}

int
fd_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return -1;
	return fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ? -1 : 0;
}

int
fd_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags == -1)
		return -1;
	return fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == -1 ? -1 : 0;
}

void
fd_standard(void)
{
	int fd;

	/* open(2) gives the lowest that is free; if it fails, nothing helps */
	while ((fd = open("/dev/null", O_RDONLY)) != -1 && fd <= 2)
		;
	if (fd > 2)
		(void)close(fd);	/* was not needed */
}

int
write_all(int fd, const void *src, size_t n)
{
	const char *p = src;
	fd_set writable;
	ssize_t r;

	while (n > 0) {
		r = write(fd, p, n);
		if (r >= 0) {
			p += r;
			n -= (size_t)r;
		} else if (errno == EAGAIN) {
			if (fd >= FD_SETSIZE)
				return -1;
			FD_ZERO(&writable);
			FD_SET(fd, &writable);
			/* whatever it says, write tells */
			(void)select(fd + 1, NULL, &writable, NULL, NULL);
		} else if (errno != EINTR)
			return -1;
	}
	return 0;
}

int
id_fold(const char *s, size_t n, char out[ID_MAX + 1])
{
	char id[ID_MAX + 1];
	size_t i;

	if (n < 1 || n > ID_MAX)
		return -1;
	for (i = 0; i < n; i++) {
		char c = s[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (i > 0 && (c == '.' || c == '_' || c == '-'))))
			return -1;
		id[i] = c;
	}
	id[n] = '\0';
	memcpy(out, id, n + 1);
	return 0;
}

int
is_visible(const char *s, size_t n)
{
	static const uint64_t ones = 0x0101010101010101U;
	uint64_t w, odd = n == 0;
	size_t i;

	/* eight at a time: what is under 0x21, is 0x7f, or has the top bit */
	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&w, s + i, 8);
		odd |= ((w - ones * 0x21) | (w + ones) | w) & ones * 0x80;
	}
	for (; i < n; i++)
		odd |= (unsigned char)(s[i] - 0x21) > 0x7e - 0x21;
	return odd == 0;
}

int
secret_equal(const char *a, size_t a_len, const char *b, size_t n)
{
	/* a is read within its own length: compare b with itself if shorter */
	const char *x = a_len == n ? a : b;
	uint64_t u, v, bits = a_len ^ n;
	volatile uint64_t diff;
	size_t i;

	/* no branch depends on a byte; eight at a time, since every request
	 * comes by here */
	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&u, x + i, 8);
		memcpy(&v, b + i, 8);
		bits |= u ^ v;
	}
	for (; i < n; i++)
		bits |= (unsigned char)(x[i] ^ b[i]);
	diff = bits;
	return diff == 0;
}

char *
secret_take(char *s)
{
	volatile char *p = s;
	char *copy = strdup(s);

	while (*p != '\0')
		*p++ = '*';
	return copy;
}

void
unique_text(char out[UNIQUE_MAX])
{
	static const char hex[] = "0123456789abcdef";
	uint64_t v = (uint64_t)clock_read(CLOCK_REALTIME, 1000000000);
	int i;

	for (i = 0; i < 16; i++, v >>= 4)
		out[i] = hex[v & 15];
	out[i++] = '-';
	for (v = (uint64_t)getpid(); v > 0; v >>= 4)
		out[i++] = hex[v & 15];
	out[i] = '\0';
}

int
random_hex(char *out, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[32];
	size_t i, part;
	int fd;

	if ((fd = open("/dev/urandom", O_RDONLY)) == -1)
		return -1;
	for (; n > 0; n -= part) {
		part = n < sizeof(bytes) ? n : sizeof(bytes);
		if (read(fd, bytes, part) != (ssize_t)part) {
			(void)close(fd);	/* the read's errno counts */
			errno = EIO;
			return -1;
		}
		for (i = 0; i < part; i++) {
			*out++ = hex[bytes[i] >> 4];
			*out++ = hex[bytes[i] & 15];
		}
	}
	*out = '\0';
	(void)close(fd);	/* was only read */
	return 0;
}

int
utf8_len(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf;
	size_t i, len;

	if (n == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	/* RFC 3629 4: the second byte's range depends on the first */
	if (u[0] >= 0xc2 && u[0] <= 0xdf)
		len = 2;
	else if (u[0] >= 0xe0 && u[0] <= 0xef) {
		len = 3;
		low = u[0] == 0xe0 ? 0xa0 : 0x80;
		high = u[0] == 0xed ? 0x9f : 0xbf;
	} else if (u[0] >= 0xf0 && u[0] <= 0xf4) {
		len = 4;
		low = u[0] == 0xf0 ? 0x90 : 0x80;
		high = u[0] == 0xf4 ? 0x8f : 0xbf;
	} else
		return 0;
	if (n < len || u[1] < low || u[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if (u[i] < 0x80 || u[i] > 0xbf)
			return 0;
	return (int)len;
}

/* The character of two or three bytes; 0 for what has fewer or more. */
static unsigned int
char_at(const unsigned char *u, int len)
{
	if (len == 2)
		return (u[0] & 31U) << 6 | (u[1] & 63U);
	if (len == 3)
		return (u[0] & 15U) << 12 | (u[1] & 63U) << 6 | (u[2] & 63U);
	return 0;
}

/* Whether a character must not reach a terminal: C1, reading order, breaks. */
static int
is_hostile(unsigned int c)
{
	return (c >= 0x80 && c < 0xa0) || c == 0x61c || c == 0x200e ||
	    c == 0x200f || c == 0x2028 || c == 0x2029 ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0xfeff;
}

size_t
printable(char *out, size_t cap, const char *s, size_t n,
    enum print_mode mode, size_t *used)
{
	const unsigned char *u = (const unsigned char *)s;
	char esc[8];
	const char *piece;
	size_t i = 0, done = 0, piece_len;
	int len;

	while (i < n) {
		len = utf8_len(s + i, n - i);
		piece = s + i;
		piece_len = (size_t)len;
		if (len == 0 || (len == 1 && (u[i] < 0x20 || u[i] == 0x7f) &&
		    !(mode == PRINT_TEXT && (u[i] == '\n' || u[i] == '\t')))) {
			piece = esc;
			piece_len = (size_t)snprintf(esc, sizeof(esc),
			    "\\x%02x", u[i]);
			len = 1;
		} else if (is_hostile(char_at(u + i, len))) {
			piece = esc;
			piece_len = (size_t)snprintf(esc, sizeof(esc),
			    "\\u%04x", char_at(u + i, len) & 0xffff);
		}
		if (piece_len > cap - done)
			break;
		memcpy(out + done, piece, piece_len);
		done += piece_len;
		i += (size_t)len;
	}
	if (used != NULL)
		*used = i;
	return done;
}
