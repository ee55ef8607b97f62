/*
 * tty - the terminal that a program was started on, taken and given back.
 * Linked into csp-sidecar.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tty.h"

#ifndef PIPE_BUF
#define PIPE_BUF	512	/* what POSIX promises at the least */
#endif

/* fd's terminal opened once more, non-blocking; -1 where that cannot be. */
static int
reopen(int fd, int mode)
{
	struct stat a, b;
	char name[256];
	int own;

	if (ttyname_r(fd, name, sizeof name) != 0)
		return -1;
	own = open(name, mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (own == -1)
		return -1;
	if (fstat(fd, &a) == -1 || fstat(own, &b) == -1 ||
	    a.st_rdev != b.st_rdev) {
		close(own);
		return -1;
	}
	return own;
}

/*
 * fd or its own reopened self; where it is a terminal that cannot be opened
 * (after su(1)), fd is made non-blocking and *flags keeps what it was.
 */
static int
take(int fd, int mode, int is_tty, int *flags)
{
	int own;

	*flags = -1;
	if (!is_tty)
		return fd;
	if ((own = reopen(fd, mode)) != -1)
		return own;
	if ((*flags = fcntl(fd, F_GETFL)) != -1)
		(void)fcntl(fd, F_SETFL, *flags | O_NONBLOCK);
	return fd;
}

void
tty_open(struct tty *t, int in, int out)
{
	memset(t, 0, sizeof *t);
	t->from_in = in;
	t->from_out = out;
	t->in_is_tty = isatty(in);
	t->out_is_tty = isatty(out);
	t->in = take(in, O_RDONLY, t->in_is_tty, &t->flags_in);
	t->out = take(out, O_WRONLY, t->out_is_tty, &t->flags_out);
}

int
tty_raw(struct tty *t)
{
	struct termios tio;

	if (!t->in_is_tty)
		return 0;
	if (!t->raw && tcgetattr(t->in, &t->saved) == -1)
		return -1;
	if (t->flags_in != -1)
		(void)fcntl(t->from_in, F_SETFL, t->flags_in | O_NONBLOCK);
	if (t->flags_out != -1)
		(void)fcntl(t->from_out, F_SETFL, t->flags_out | O_NONBLOCK);
	tio = t->saved;
	cfmakeraw(&tio);
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
	/* set before the change: a handler in between restores what is known */
	t->raw = 1;
	while (tcsetattr(t->in, TCSANOW, &tio) == -1)
		if (errno != EINTR)
			return -1;
	return 0;
}

void
tty_restore(struct tty *t)
{
	int saved = errno;

	if (t->raw)
		(void)tcsetattr(t->in, TCSANOW, &t->saved);
	t->raw = 0;
	if (t->flags_in != -1)
		(void)fcntl(t->from_in, F_SETFL, t->flags_in);
	if (t->flags_out != -1)
		(void)fcntl(t->from_out, F_SETFL, t->flags_out);
	errno = saved;
}

int
tty_size(const struct tty *t, struct winsize *ws)
{
	struct winsize w;

	if (!(t->out_is_tty && ioctl(t->out, TIOCGWINSZ, &w) == 0) &&
	    !(t->in_is_tty && ioctl(t->in, TIOCGWINSZ, &w) == 0))
		return -1;
	if (w.ws_col == 0 || w.ws_row == 0)
		return -1;
	*ws = w;
	return 0;
}

ssize_t
tty_write(const struct tty *t, const void *p, size_t len)
{
	ssize_t n;

	if (!t->out_is_tty && len > PIPE_BUF)
		len = PIPE_BUF;
	n = write(t->out, p, len);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK ||
	    errno == EINTR))
		return 0;
	return n;
}

void
tty_close(struct tty *t)
{
	tty_restore(t);
	if (t->in != t->from_in)
		close(t->in);
	if (t->out != t->from_out)
		close(t->out);
	t->in = t->from_in;
	t->out = t->from_out;
}
