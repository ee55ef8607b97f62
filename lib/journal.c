/*
 * journal - append-only file of checked lines, written a round at a time.
 * Linked into csp-gateway.  The newest bytes stay in memory ("the tail"), so
 * that what was just written is not read back; older ones are read in windows.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"

enum {
	TAIL_MAX = 256 << 10,	/* above this, all but TAIL_KEEP is let go */
	TAIL_KEEP = 64 << 10,
	WINDOW = 64 << 10	/* bytes read from the file at a time */
};

struct journal {
	int		 fd;		/* -1: in memory only */
	enum journal_sync sync;
	int		 failed;	/* errno of the first failed sync */
	int		 tail_dirty;	/* bytes behind `size` to be cut off */
	uint64_t	 size;		/* committed */
	uint64_t	 synced;
	int		 dir;		/* to be synced, or -1: then the file's
					 * name is on the disk, too */
	size_t		 tail_max, tail_keep;

	char		*tail;		/* the bytes from tail_off on */
	uint64_t	 tail_off;
	size_t		 tail_len, tail_cap;

	char		*win;		/* a part of the file */
	uint64_t	 win_off;
	size_t		 win_len, win_cap;

	struct journal_stats stats;
};

static inline uint64_t
load8(const unsigned char *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	    (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	    (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static inline uint64_t
sum_step(uint64_t h, uint64_t w)
{
	h = (h ^ w) * 0xff51afd7ed558ccdu;
	return h << 32 | h >> 32;
}

uint64_t
journal_sum(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	uint64_t h = 0x9e3779b97f4a7c15u ^ n, w = 0;
	size_t i;

	/* each step maps h one to one for a given word, and the word for a
	 * given h: so a change within one word can never cancel out */
	for (; n >= 32; n -= 32, p += 32) {
		h = sum_step(h, load8(p));
		h = sum_step(h, load8(p + 8));
		h = sum_step(h, load8(p + 16));
		h = sum_step(h, load8(p + 24));
	}
	for (; n >= 8; n -= 8, p += 8)
		h = sum_step(h, load8(p));
	if (n > 0) {
		for (i = 0; i < n; i++)
			w |= (uint64_t)p[i] << 8 * i;
		h = sum_step(h, w);
	}
	return h ^ h >> 32;
}

/* Four bytes as eight hex digits, the highest first. */
static void
put_hex(char *p, uint32_t x)
{
	uint64_t v = x, more;

	/* a nibble to each byte */
	v = (v << 16 | v) & 0x0000ffff0000ffffu;
	v = (v << 8 | v) & 0x00ff00ff00ff00ffu;
	v = (v << 4 | v) & 0x0f0f0f0f0f0f0f0fu;
	more = (v + 0x0606060606060606u) >> 4 & 0x0101010101010101u;
	v += 0x3030303030303030u + more * ('a' - '0' - 10);
	p[0] = (char)(v >> 56);
	p[1] = (char)(v >> 48);
	p[2] = (char)(v >> 40);
	p[3] = (char)(v >> 32);
	p[4] = (char)(v >> 24);
	p[5] = (char)(v >> 16);
	p[6] = (char)(v >> 8);
	p[7] = (char)v;
}

/* Writes `,"sum":"..."}` for the n bytes in front of p. */
static void
put_sum(char *p, size_t n)
{
	uint64_t h = journal_sum(p - n, n);

	memcpy(p, ",\"sum\":\"", 8);
	put_hex(p + 8, (uint32_t)(h >> 32));
	put_hex(p + 16, (uint32_t)h);
	p[24] = '"';
	p[25] = '}';
}

/* Whether the line of n bytes (without newline) ends with its sum. */
static int
sum_matches(const char *line, size_t n)
{
	uint64_t h = 0;
	const char *p;
	int i, d;

	if (n < JOURNAL_SUM + 1 || line[0] != '{')
		return 0;
	p = line + n - JOURNAL_SUM;
	if (memcmp(p, ",\"sum\":\"", 8) != 0 || p[24] != '"' || p[25] != '}')
		return 0;
	for (i = 0; i < 16; i++) {
		d = (unsigned char)p[8 + i];
		if (d >= '0' && d <= '9')
			d -= '0';
		else if (d >= 'a' && d <= 'f')
			d -= 'a' - 10;
		else
			return 0;
		h = h << 4 | (uint64_t)d;
	}
	return h == journal_sum(line, n - JOURNAL_SUM);
}

static struct journal *
journal_new(int fd, enum journal_sync sync)
{
	struct journal *j;

	j = calloc(1, sizeof *j);
	if (j == NULL)
		return NULL;
	j->fd = fd;
	j->dir = -1;
	j->sync = sync;
	j->tail_max = TAIL_MAX;
	j->tail_keep = TAIL_KEEP;
	return j;
}

/*
 * The directory of a file, to be synced; -1 with errno, of which EACCES is that
 * it may not be read, and so cannot be synced.
 */
static int
dir_open(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd;

	if (slash == NULL)
		return open(".", O_RDONLY | O_CLOEXEC);
	dir = strdup(path);
	if (dir == NULL)
		return -1;
	dir[slash - path + (slash == path)] = '\0';
	fd = open(dir, O_RDONLY | O_CLOEXEC);
	free(dir);
	return fd;
}

/* Sync a directory and close it. */
static int
dir_sync(int fd)
{
	int rc = fsync(fd), e = errno;

	if (rc == -1 && (e == EINVAL || e == ENOTSUP))
		rc = 0;		/* directories cannot be synced */
	(void)close(fd);	/* was only read */
	errno = e;
	return rc;
}

int
journal_sync_dir(const char *path)
{
	int fd = dir_open(path);

	if (fd == -1)
		return errno == EACCES ? 0 : -1;
	return dir_sync(fd);
}

/* As fstat(2), and EINVAL where it is no regular file. */
static int
fstat_file(int fd, struct stat *st)
{
	if (fstat(fd, st) == -1)
		return -1;
	if (S_ISREG(st->st_mode))
		return 0;
	errno = S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
	return -1;
}

/*
 * Whether a file's beginning is one of a journal, if a torn or a damaged one.
 * What is given by mistake must not lose a last line that has no end.
 */
static int
is_ours(int fd)
{
	static const char sum[] = "\"sum\":\"";
	char head[8192];	/* more than the first record ever has */
	ssize_t n = pread(fd, head, sizeof head, 0), i;

	if (n == -1)
		return 0;
	if (n == 0 || (head[0] == '{' && (n == 1 || head[1] == '"')))
		return 1;
	for (i = 0; i + (ssize_t)sizeof sum - 1 <= n; i++)
		if (memcmp(head + i, sum, sizeof sum - 1) == 0)
			return 1;
	errno = EINVAL;
	return 0;
}

/* Whether the file that is open is still the one of this name. */
static int
is_named(int fd, const char *path)
{
	struct stat st, named;

	return fstat(fd, &st) == 0 && stat(path, &named) == 0 &&
	    st.st_dev == named.st_dev && st.st_ino == named.st_ino;
}

struct journal *
journal_open(const char *path, enum journal_sync sync, int *locked)
{
	struct journal *j = NULL;
	struct flock fl;
	struct stat st;
	char *real = NULL;
	int fd, e;

	*locked = 0;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return NULL;
	memset(&fl, 0, sizeof fl);
	fl.l_type = F_WRLCK;
	fl.l_whence = SEEK_SET;
	if (fcntl(fd, F_SETLK, &fl) == -1) {
		*locked = errno == EAGAIN || errno == EACCES;
		goto fail;
	}
	if (!is_named(fd, path)) {
		*locked = 1;	/* --compact has put another there just now */
		goto fail;
	}
	if (fstat_file(fd, &st) == -1 || !is_ours(fd))
		goto fail;
	j = journal_new(fd, sync);
	if (j == NULL || (real = realpath(path, NULL)) == NULL)
		goto fail;
	/* now: at the first commit there may be no descriptor for it */
	j->dir = dir_open(real);
	if (j->dir == -1 && errno != EACCES)
		goto fail;
	j->size = j->tail_off = (uint64_t)st.st_size;
	/* who wrote it may have died before it was on the disk */
	if (sync == JOURNAL_ALWAYS && journal_sync(j) == -1)
		goto fail;
	free(real);
	return j;
fail:
	e = errno;
	if (j == NULL)
		(void)close(fd);	/* nothing was written */
	journal_close(j);
	free(real);
	errno = e;
	return NULL;
}

struct journal *
journal_open_read(const char *path)
{
	struct journal *j;
	struct stat st;
	int fd, e;

	/* a FIFO is not waited for */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return NULL;
	if (fstat_file(fd, &st) == -1 ||
	    (j = journal_new(fd, JOURNAL_NEVER)) == NULL) {
		e = errno;
		(void)close(fd);	/* was only read */
		errno = e;
		return NULL;
	}
	j->size = j->synced = j->tail_off = (uint64_t)st.st_size;
	return j;
}

struct journal *
journal_open_memory(size_t max)
{
	struct journal *j;

	j = journal_new(-1, JOURNAL_NEVER);
	if (j == NULL)
		return NULL;
	j->tail_max = max;
	j->tail_keep = max / 2;
	return j;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd != -1)
		(void)close(j->fd);	/* what matters was synced */
	if (j->dir != -1)
		(void)close(j->dir);	/* was only read */
	free(j->tail);
	free(j->win);
	free(j);
}

/* Let the oldest of the tail go, at a line's end, but nothing uncommitted. */
static void
tail_shrink(struct journal *j)
{
	size_t committed = (size_t)(j->size - j->tail_off), n;
	const char *nl;

	if (j->tail_len <= j->tail_keep)
		return;
	n = j->tail_len - j->tail_keep;
	if (n < committed) {
		nl = memchr(j->tail + n, '\n', committed - n);
		n = nl == NULL ? committed : (size_t)(nl + 1 - j->tail);
	} else
		n = committed;
	memmove(j->tail, j->tail + n, j->tail_len - n);
	j->tail_off += n;
	j->tail_len -= n;
}

char *
journal_reserve(struct journal *j, size_t n)
{
	size_t need, cap;
	char *p;

	if (n > JOURNAL_LINE_MAX - JOURNAL_SUM - 1) {
		errno = EFBIG;
		return NULL;
	}
	if (j->tail_len + n > j->tail_max)
		tail_shrink(j);
	need = j->tail_len + n + JOURNAL_SUM + 1;
	if (need > j->tail_cap) {
		for (cap = j->tail_cap > 0 ? j->tail_cap : 8192; cap < need;)
			cap *= 2;
		p = realloc(j->tail, cap);
		if (p == NULL)
			return NULL;
		j->tail = p;
		j->tail_cap = cap;
	}
	return j->tail + j->tail_len;
}

uint64_t
journal_line(struct journal *j, size_t n)
{
	uint64_t off = j->tail_off + j->tail_len;
	char *p = j->tail + j->tail_len + n;

	put_sum(p, n);
	p[JOURNAL_SUM] = '\n';
	j->tail_len += n + JOURNAL_SUM + 1;
	return off;
}

uint64_t
journal_end(const struct journal *j)
{
	return j->tail_off + j->tail_len;
}

uint64_t
journal_first(const struct journal *j)
{
	return j->fd == -1 ? j->tail_off : 0;
}

int
journal_on_disk(const struct journal *j)
{
	return j->fd != -1;
}

int
journal_pending(const struct journal *j)
{
	return journal_end(j) != j->size;
}

/* Cut off what a failed write left behind the last whole line. */
static int
cut_dirty(struct journal *j)
{
	if (ftruncate(j->fd, (off_t)j->size) == -1)
		return -1;
	j->tail_dirty = 0;
	return 0;
}

static int
sync_fd(struct journal *j)
{
	int rc;

	do {
#ifdef F_FULLFSYNC
		/* fsync(2) there leaves it in the drive's cache */
		rc = fcntl(j->fd, F_FULLFSYNC);
		if (rc == -1 && errno != EINTR && errno != EIO)
			rc = fsync(j->fd);
#else
		rc = fdatasync(j->fd);
#endif
	} while (rc == -1 && errno == EINTR);
	j->stats.syncs++;
	return rc;
}

static int
sync_name(struct journal *j)
{
	int fd = j->dir;

	j->dir = -1;
	return fd == -1 ? 0 : dir_sync(fd);
}

/* Write the tail behind `size`; a file that ends early is no success. */
static int
write_tail(struct journal *j)
{
	const char *p = j->tail + (j->size - j->tail_off);
	size_t left = (size_t)(journal_end(j) - j->size);
	off_t off = (off_t)j->size;
	ssize_t n;

	while (left > 0) {
		n = pwrite(j->fd, p, left, off);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENOSPC;
			return -1;
		}
		p += n;
		off += n;
		left -= (size_t)n;
	}
	return 0;
}

int
journal_commit(struct journal *j)
{
	uint64_t end = journal_end(j), begin = j->size;
	int e;

	if (end == begin)
		return 0;
	if (j->fd == -1) {
		j->stats.bytes += end - begin;
		j->size = end;
		return 0;
	}
	if (j->failed != 0) {
		errno = j->failed;
		goto fail;
	}
	if (j->tail_dirty && cut_dirty(j) == -1)
		goto fail;
	if (write_tail(j) == -1) {
		e = errno;
		j->tail_dirty = 1;
		(void)cut_dirty(j);	/* else before the next write */
		errno = e;
		goto fail;
	}
	j->stats.writes++;
	j->size = end;
	if (j->sync == JOURNAL_ALWAYS && journal_sync(j) == -1) {
		/* not promised, so not to be found again either */
		e = errno;
		j->size = begin;
		(void)cut_dirty(j);
		errno = e;
		goto fail;
	}
	j->stats.bytes += end - begin;
	return 0;
fail:
	e = errno;
	j->stats.errors++;
	j->win_len = 0;		/* may hold what was cut off */
	journal_rollback(j);
	errno = e;
	return -1;
}

void
journal_rollback(struct journal *j)
{
	j->tail_len = (size_t)(j->size - j->tail_off);
}

int
journal_sync(struct journal *j)
{
	if (j->fd == -1 || j->synced == j->size)
		return 0;
	if (j->failed == 0 && (sync_fd(j) == -1 || sync_name(j) == -1))
		j->failed = errno;
	if (j->failed != 0) {
		errno = j->failed;
		return -1;
	}
	j->synced = j->size;
	return 0;
}

int
journal_failed(const struct journal *j)
{
	return j->failed != 0;
}

/*
 * Have [off, off + n) in the window, or as much of it as the file holds.
 * Returns the bytes there are from off on, or -1.
 */
static ssize_t
window(struct journal *j, uint64_t off, size_t n)
{
	size_t want = n > WINDOW ? n : WINDOW, got = 0;
	ssize_t r;
	char *p;

	if (off >= j->win_off && off + n <= j->win_off + j->win_len)
		return (ssize_t)(j->win_off + j->win_len - off);
	if (want > j->win_cap || (want == WINDOW && j->win_cap > 4 * WINDOW)) {
		j->win_len = 0;
		p = realloc(j->win, want);
		if (p == NULL)
			return -1;
		j->win = p;
		j->win_cap = want;
	}
	j->win_len = 0;
	j->win_off = off;
	while (got < want && off + got < j->size) {
		size_t part = want - got;

		if (part > j->size - off - got)
			part = (size_t)(j->size - off - got);
		r = pread(j->fd, j->win + got, part, (off_t)(off + got));
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	j->win_len = got;
	return (ssize_t)got;
}

const char *
journal_read(struct journal *j, uint64_t off, size_t n)
{
	ssize_t got;

	if (off >= j->tail_off && off + n <= journal_end(j))
		return j->tail + (off - j->tail_off);
	if (j->fd == -1 || off + n > j->size) {
		errno = ENOENT;
		return NULL;
	}
	got = window(j, off, n);
	if (got == -1)
		return NULL;
	if ((size_t)got < n) {
		errno = EIO;	/* somebody cut the file under us */
		return NULL;
	}
	return j->win + (off - j->win_off);
}

/* The line at s->off where the tail holds it; else 0. */
static int
next_in_tail(struct journal *j, struct journal_scan *s, const char **line,
    size_t *n)
{
	const char *p, *nl;
	size_t left;

	if (s->off < j->tail_off || s->off >= journal_end(j))
		return 0;
	p = j->tail + (s->off - j->tail_off);
	left = (size_t)(journal_end(j) - s->off);
	nl = memchr(p, '\n', left);
	*line = p;
	*n = nl == NULL ? left : (size_t)(nl - p);
	return 1;
}

enum journal_line
journal_next(struct journal *j, struct journal_scan *s, const char **line,
    size_t *n, uint64_t *off)
{
	const char *p, *nl = NULL;
	size_t want = 1, seen = 0;
	ssize_t got;

	if (j->fd == -1 && s->off < j->tail_off)
		s->off = j->tail_off;
	if (s->off >= s->end || s->off >= journal_end(j))
		return JOURNAL_END;
	*off = s->off;
	s->line++;
	if (next_in_tail(j, s, line, n)) {
		s->off += *n + 1;
		*n -= *n < JOURNAL_SUM ? *n : JOURNAL_SUM;
		return JOURNAL_OK;	/* we wrote it ourselves */
	}
	for (;;) {
		got = window(j, s->off, want);
		if (got == -1)
			return JOURNAL_ERROR;
		p = j->win + (s->off - j->win_off);
		if ((size_t)got > seen)
			nl = memchr(p + seen, '\n', (size_t)got - seen);
		if (nl != NULL || (size_t)got < want ||
		    want >= JOURNAL_LINE_MAX ||
		    s->off + (size_t)got >= j->size)
			break;
		seen = (size_t)got;
		want = 2 * (size_t)got;
	}
	*line = p;
	if (nl == NULL) {
		*n = (size_t)got;
		s->off += (size_t)got;
		return want >= JOURNAL_LINE_MAX ? JOURNAL_DAMAGED :
		    JOURNAL_TORN;
	}
	*n = (size_t)(nl - p);
	s->off += *n + 1;
	if (!sum_matches(p, *n))
		return JOURNAL_DAMAGED;
	*n -= JOURNAL_SUM;
	return JOURNAL_OK;
}

int
journal_cut(struct journal *j, uint64_t off)
{
	if (ftruncate(j->fd, (off_t)off) == -1)
		return -1;
	j->size = j->synced = j->tail_off = off;
	j->tail_len = 0;
	j->win_len = 0;
	return 0;
}

const struct journal_stats *
journal_stats(const struct journal *j)
{
	return &j->stats;
}
