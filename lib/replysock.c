/*
 * replysock - the private socket where a wrapped program hands over its reply.
 * Linked into csp-sidecar.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "replysock.h"
#include "util.h"

struct conn {
	int		fd;		/* -1: free */
	int		at_end;		/* all has come */
	int64_t		until;
	struct buf	in;
};

struct replysock {
	int		fd;
	char		dir[80];
	char		path[100];
	struct conn	conns[REPLYSOCK_CONNS];
	struct conn	*asked;		/* waits for replysock_answer() */
};

static int
bind_private(struct replysock *r)
{
	struct sockaddr_un sun;
	mode_t before;
	int st;

	memset(&sun, 0, sizeof sun);
	sun.sun_family = AF_UNIX;
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", r->path);
	if ((r->fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return -1;
	if (fd_cloexec(r->fd) == -1 || fd_nonblock(r->fd) == -1)
		return -1;
	before = umask(0177);
	st = bind(r->fd, (struct sockaddr *)&sun, sizeof sun);
	(void)umask(before);
	if (st == -1 || listen(r->fd, REPLYSOCK_CONNS) == -1)
		return -1;
	return r->fd < FD_SETSIZE ? 0 : (errno = EMFILE, -1);
}

struct replysock *
replysock_open(const char *parent)
{
	struct replysock *r;
	int i, saved;

	if ((r = calloc(1, sizeof *r)) == NULL)
		return NULL;
	r->fd = -1;
	for (i = 0; i < REPLYSOCK_CONNS; i++) {
		r->conns[i].fd = -1;
		buf_init(&r->conns[i].in, REPLYSOCK_MAX + 128);
	}
	if ((size_t)snprintf(r->dir, sizeof r->dir, "%s/csp-XXXXXX", parent) >=
	    sizeof r->dir) {
		free(r);
		errno = ENAMETOOLONG;
		return NULL;
	}
	if (mkdtemp(r->dir) == NULL) {
		saved = errno;
		free(r);
		errno = saved;
		return NULL;
	}
	snprintf(r->path, sizeof r->path, "%s/reply", r->dir);
	if (bind_private(r) == -1) {
		saved = errno;
		replysock_close(r);
		errno = saved;
		return NULL;
	}
	return r;
}

static void
drop(struct conn *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	buf_free(&c->in);
}

void
replysock_close(struct replysock *r)
{
	int i;

	if (r == NULL)
		return;
	for (i = 0; i < REPLYSOCK_CONNS; i++)
		drop(&r->conns[i]);
	if (r->fd != -1)
		close(r->fd);
	(void)unlink(r->path);		/* not there: good */
	(void)rmdir(r->dir);
	free(r);
}

const char *
replysock_dir(const struct replysock *r)
{
	return r->dir;
}

const char *
replysock_path(const struct replysock *r)
{
	return r->path;
}

static struct conn *
free_conn(const struct replysock *r)
{
	int i;

	for (i = 0; i < REPLYSOCK_CONNS; i++)
		if (r->conns[i].fd == -1)
			return (struct conn *)&r->conns[i];
	return NULL;
}

int
replysock_fds(const struct replysock *r, fd_set *rd, int max)
{
	int i, fd;

	if (free_conn(r) != NULL) {
		FD_SET(r->fd, rd);
		max = r->fd > max ? r->fd : max;
	}
	for (i = 0; i < REPLYSOCK_CONNS; i++)
		if ((fd = r->conns[i].fd) != -1 && !r->conns[i].at_end) {
			FD_SET(fd, rd);
			max = fd > max ? fd : max;
		}
	return max;
}

int64_t
replysock_due(const struct replysock *r)
{
	int64_t due = -1;
	int i;

	for (i = 0; i < REPLYSOCK_CONNS; i++)
		if (r->conns[i].fd != -1 &&
		    (due == -1 || r->conns[i].until < due))
			due = r->conns[i].until;
	return due;
}

static void
take(struct replysock *r, int64_t now)
{
	struct conn *c = free_conn(r);
	int fd;

	if (c == NULL || (fd = accept(r->fd, NULL, NULL)) == -1)
		return;
	if (fd >= FD_SETSIZE || fd_cloexec(fd) == -1 || fd_nonblock(fd) == -1) {
		close(fd);
		return;
	}
	c->fd = fd;
	c->at_end = 0;
	c->until = now + REPLYSOCK_MS;
}

void
replysock_answer(struct replysock *r, const char *why)
{
	char line[160];

	if (r->asked == NULL)
		return;
	snprintf(line, sizeof line, "%s%s\n", why != NULL ? "no " : "ok",
	    why != NULL ? why : "");
	/* a new socket takes a line; who has gone does not want it */
	(void)!write(r->asked->fd, line, strlen(line));
	drop(r->asked);
	r->asked = NULL;
}

/* Refuse c. */
static void
refuse(struct replysock *r, struct conn *c, const char *why)
{
	r->asked = c;
	replysock_answer(r, why);
}

/* c is whole: 1, or 0 where it is none of ours and was refused. */
static int
parse(struct replysock *r, struct conn *c, struct replysock_text *t)
{
	static const char head[] = "csp-reply 1 ";
	const char *nl;
	size_t n;

	nl = c->in.len > 0 ? memchr(c->in.p, '\n', c->in.len) : NULL;
	if (nl == NULL || (n = (size_t)(nl - c->in.p)) < sizeof head ||
	    memcmp(c->in.p, head, sizeof head - 1)) {
		refuse(r, c, "not understood");
		return 0;
	}
	n -= sizeof head - 1;
	if (n >= sizeof t->field) {
		refuse(r, c, "the field's name is too long");
		return 0;
	}
	memcpy(t->field, c->in.p + sizeof head - 1, n);
	t->field[n] = '\0';
	if (!strcmp(t->field, "-"))
		t->field[0] = '\0';
	t->text = nl + 1;
	t->len = c->in.len - (size_t)(nl + 1 - c->in.p);
	r->asked = c;
	return 1;
}

static void
read_conn(struct replysock *r, struct conn *c)
{
	ssize_t n;

	for (;;) {
		if (c->in.len >= c->in.max || buf_reserve(&c->in,
		    c->in.max - c->in.len < 16384 ? c->in.max - c->in.len :
		    16384) == -1) {
			refuse(r, c, "the reply is too long");
			return;
		}
		n = read(c->fd, c->in.p + c->in.len, c->in.cap - c->in.len <
		    c->in.max - c->in.len ? c->in.cap - c->in.len :
		    c->in.max - c->in.len);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			c->at_end = 1;
			return;
		}
		buf_added(&c->in, (size_t)n);
	}
}

int
replysock_step(struct replysock *r, const fd_set *rd, int64_t now,
    struct replysock_text *t)
{
	struct conn *c;
	int i;

	replysock_answer(r, "not answered");
	if (rd != NULL && FD_ISSET(r->fd, rd))
		take(r, now);
	for (i = 0; i < REPLYSOCK_CONNS; i++) {
		c = &r->conns[i];
		if (c->fd == -1)
			continue;
		if (!c->at_end)
			read_conn(r, c);
		if (c->fd != -1 && c->at_end && parse(r, c, t))
			return 1;
		if (c->fd != -1 && !c->at_end && now >= c->until)
			refuse(r, c, "too slow");
	}
	return 0;
}
