/*
 * fault - preloaded into a gateway (Linux), makes its disk fail on demand,
 * moves its clocks, and notes in which order it writes, syncs and answers.
 * The file named by CSP_FAULT says what fails, a line each: `write N` (with
 * errno N), `short N` (after N bytes, with ENOSPC), `sync N`, `cut N`,
 * `accept N`; no file: nothing.
 * The file named by CSP_CLOCK, `MONOTONIC WALL`, says by how many milliseconds
 * each clock is ahead; with a third word the first of them stands still.
 * CSP_FAULT_LOG is appended to: pwrite, sync, name (a directory's sync), cut,
 * answer, which is a write to a socket, and accept where it was to fail.
 * Compile it with the flags of what it is loaded into.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if SIZE_MAX < UINT64_MAX
#error "the system calls below are those of a system with 64 bits"
#endif

static void
note(const char *line)
{
	const char *path = getenv("CSP_FAULT_LOG");
	int fd, e = errno;

	if (path == NULL ||
	    (fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600)) == -1)
		return;
	(void)syscall(SYS_write, fd, line, strlen(line));
	(void)close(fd);
	errno = e;
}

/* What is in the file that a variable names; 0 where there is none. */
static int
told(const char *variable, char text[64])
{
	const char *path = getenv(variable);
	ssize_t n;
	int fd, e = errno;

	if (path == NULL || (fd = open(path, O_RDONLY)) == -1) {
		errno = e;
		return 0;
	}
	n = read(fd, text, 63);
	(void)close(fd);
	errno = e;
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The number behind a word that begins a line in the file, or -1. */
static int
asked(const char *word)
{
	size_t len = strlen(word);
	char text[64], *p;

	for (p = told("CSP_FAULT", text) ? text : NULL; p != NULL && *p != '\0';
	    p = strchr(p, '\n'), p += p != NULL)
		if (strncmp(p, word, len) == 0 && p[len] == ' ')
			return atoi(p + len);
	return -1;
}

/* Whether a word is asked for; errno is then what it asks for. */
static int
fails(const char *word)
{
	int e = asked(word);

	if (e > 0)
		errno = e;
	return e > 0;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t off)
{
	static int filled;
	int some;

	note("pwrite\n");
	if (fails("write"))
		return -1;
	some = asked("short");
	if (some > 0 && filled) {
		filled = 0;
		errno = ENOSPC;
		return -1;
	}
	if (some > 0 && n > (size_t)some) {
		filled = 1;
		n = (size_t)some;
	}
	return syscall(SYS_pwrite64, fd, p, n, off);
}

int
fdatasync(int fd)
{
	note("sync\n");
	return fails("sync") ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		note("name\n");
	return fails("sync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t len)
{
	note("cut\n");
	return fails("cut") ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int
accept(int fd, struct sockaddr *a, socklen_t *len)
{
	if (fails("accept")) {
		note("accept\n");
		return -1;
	}
	return (int)syscall(SYS_accept4, fd, a, len, 0);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && n > 1)
		note("answer\n");
	return syscall(SYS_write, fd, p, n);
}

static void
move(struct timespec *ts, long ms)
{
	long ns = ts->tv_nsec + ms % 1000 * 1000000;

	ts->tv_sec += ms / 1000 + (ns < 0 ? -1 : ns / 1000000000);
	ts->tv_nsec = (ns + 1000000000) % 1000000000;
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	static struct timespec held;
	static long holds = -1;		/* by how much it was ahead then */
	char text[64], word[16];
	long monotonic, wall;
	int n, rc = (int)syscall(SYS_clock_gettime, id, ts);

	if (rc == -1 || !told("CSP_CLOCK", text))
		return rc;
	n = sscanf(text, "%ld %ld %15s", &monotonic, &wall, word);
	if (id != CLOCK_MONOTONIC) {
		move(ts, n < 2 ? 0 : wall);
		return 0;
	}
	move(ts, n < 1 ? 0 : monotonic);
	if (n < 3)
		holds = -1;
	else if (holds == monotonic)
		*ts = held;
	else {
		held = *ts;
		holds = monotonic;
	}
	return 0;
}
