/*
 * fault - preloaded into a gateway (Linux), makes its disk fail on demand, and
 * notes in which order it writes, syncs and answers.  The file named by
 * CSP_FAULT says what fails: `write N` (with errno N), `short N` (after N
 * bytes, with ENOSPC), `sync N`, `cut N`; no file: nothing.  CSP_FAULT_LOG is
 * appended to: pwrite, sync, cut, and answer, which is a write to a socket.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t	pwrite64(int, const void *, size_t, off_t);

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

/* The number behind a word in the file, or -1. */
static int
asked(const char *word)
{
	const char *path = getenv("CSP_FAULT");
	size_t len = strlen(word);
	char text[64];
	ssize_t n;
	int fd;

	if (path == NULL || (fd = open(path, O_RDONLY)) == -1)
		return -1;
	n = read(fd, text, sizeof text - 1);
	(void)close(fd);
	if (n < 0)
		return -1;
	text[n] = '\0';
	return strncmp(text, word, len) == 0 && text[len] == ' ' ?
	    atoi(text + len) : -1;
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

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t off)
{
	return pwrite(fd, p, n, off);
}

int
fdatasync(int fd)
{
	note("sync\n");
	return fails("sync") ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
ftruncate(int fd, off_t len)
{
	note("cut\n");
	return fails("cut") ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && n > 1)
		note("answer\n");
	return syscall(SYS_write, fd, p, n);
}
