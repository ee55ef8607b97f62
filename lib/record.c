/*
 * record - write what passes over a terminal as an asciicast v2 file.
 * Linked into csp-sidecar.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "jbuf.h"
#include "json.h"
#include "record.h"
#include "util.h"

enum { WAITING_MAX = 4 * 1024 * 1024 };

/* The beginning of a character whose rest has not come. */
struct cut {
	char	p[4];
	size_t	n;
};

struct record {
	int		fd;
	int		failed;		/* errno of the first failure */
	int64_t		start;
	struct buf	b;
	struct cut	out, in;
};

struct record *
record_open(const char *path, int cols, int rows, const char *agent,
    int64_t wall_ms, int64_t now)
{
	struct record *r;
	struct json_out o;
	int saved;

	if ((r = calloc(1, sizeof *r)) == NULL)
		return NULL;
	r->start = now;
	buf_init(&r->b, WAITING_MAX);
	r->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (r->fd == -1)
		goto fail;
	jbuf_begin(&o, &r->b);
	json_put_open(&o, '{');
	json_member_int(&o, "version", 2);
	json_member_int(&o, "width", cols);
	json_member_int(&o, "height", rows);
	json_member_int(&o, "timestamp", wall_ms / 1000);
	json_member_str(&o, "agent", agent);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1 || buf_putc(&r->b, '\n') == -1 ||
	    record_flush(r) == -1)
		goto fail;
	return r;
fail:
	saved = errno;
	if (r->fd != -1)
		close(r->fd);
	buf_free(&r->b);
	free(r);
	errno = saved;
	return NULL;
}

/* How many bytes at the end of n are a character begun, 0 to 3. */
static size_t
begun(const char *p, size_t n)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t k, need;

	for (k = 1; k <= 3 && k <= n; k++) {
		if ((s[n - k] & 0xc0) == 0x80)
			continue;
		need = s[n - k] >= 0xf0 ? 4 : s[n - k] >= 0xe0 ? 3 :
		    s[n - k] >= 0xc0 ? 2 : 1;
		return need > k ? k : 0;
	}
	return 0;
}

static void
put(struct record *r, char kind, const char *p, size_t n, int64_t now)
{
	char time[32], name[2] = { kind, '\0' };
	struct json_out o;
	int len;

	len = snprintf(time, sizeof time, "%.3f",
	    (double)(now - r->start) / 1000);
	jbuf_begin(&o, &r->b);
	json_put_open(&o, '[');
	json_put_raw(&o, time, (size_t)len);
	json_put_str(&o, name);
	json_put_string(&o, p, n);
	json_put_close(&o, ']');
	if (jbuf_end(&o) == -1 || buf_putc(&r->b, '\n') == -1)
		r->failed = ENOMEM;
}

void
record_event(struct record *r, char kind, const char *p, size_t n, int64_t now)
{
	struct cut *c = kind == 'o' ? &r->out : kind == 'i' ? &r->in : NULL;
	char *whole;
	size_t k;

	if (r->failed || n == 0)
		return;
	if (c == NULL) {
		put(r, kind, p, n, now);
		return;
	}
	if ((whole = malloc(c->n + n)) == NULL) {
		r->failed = ENOMEM;
		return;
	}
	memcpy(whole, c->p, c->n);
	memcpy(whole + c->n, p, n);
	n += c->n;
	k = begun(whole, n);
	if (n > k)
		put(r, kind, whole, n - k, now);
	memcpy(c->p, whole + n - k, k);
	c->n = k;
	free(whole);
}

int
record_flush(struct record *r)
{
	if (r->failed == 0 && r->b.len > 0 &&
	    write_all(r->fd, r->b.p, r->b.len) == -1)
		r->failed = errno;
	buf_clear(&r->b, 64 * 1024);
	if (r->failed == 0)
		return 0;
	errno = r->failed;
	return -1;
}

int
record_close(struct record *r)
{
	int st;

	if (r == NULL)
		return 0;
	st = record_flush(r);
	if (close(r->fd) == -1)
		st = -1;
	buf_free(&r->b);
	free(r);
	return st;
}
