/*
 * onpty - run a command on a terminal: standard input is its keyboard, its
 * screen goes to standard output, the exit status is the command's.
 *
 *	onpty COLSxROWS[,COLSxROWS] COMMAND [ARG ...]
 *
 * SIGUSR1 changes to the other size and back.  The tests use it as the outer
 * terminal; the benchmark as the least a relay in C can be, so it does nothing
 * that a relay need not do.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/pty.h"

static volatile sig_atomic_t resized;
static struct termios saved;
static int is_tty;

static void
on_usr1(int sig)
{
	(void)sig;
	resized = 1;
}

/* All of it, waiting where need be: 0 or -1. */
static int
put(int fd, const char *p, size_t len)
{
	fd_set w;
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, p, len)) == -1) {
			if (errno != EAGAIN && errno != EINTR)
				return -1;
			FD_ZERO(&w);
			FD_SET(fd, &w);
			(void)select(fd + 1, NULL, &w, NULL, NULL);
			continue;
		}
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Until the terminal hangs up. */
static void
relay(struct pty *p, struct winsize *sizes)
{
	static char b[65536];
	fd_set r;
	ssize_t n;
	int in_open = 1, which = 0;

	for (;;) {
		if (resized) {
			resized = 0;
			pty_resize(p, &sizes[which ^= 1]);
		}
		FD_ZERO(&r);
		FD_SET(p->fd, &r);
		if (in_open)
			FD_SET(0, &r);
		if (select(p->fd + 1, &r, NULL, NULL, NULL) == -1)
			continue;
		if (in_open && FD_ISSET(0, &r)) {
			if ((n = read(0, b, sizeof b)) <= 0)
				in_open = n == -1 && errno == EINTR;
			else if (put(p->fd, b, (size_t)n) == -1)
				in_open = 0;
		}
		if (FD_ISSET(p->fd, &r)) {
			n = read(p->fd, b, sizeof b);
			if (n == -1 && (errno == EAGAIN || errno == EINTR))
				continue;
			if (n <= 0 || put(1, b, (size_t)n) == -1)
				return;
		}
	}
}

int
main(int argc, char **argv)
{
	struct termios raw;
	struct winsize ws[2];
	struct sigaction sa;
	struct pty p;
	int status;

	memset(ws, 0, sizeof ws);
	if (argc < 3 || sscanf(argv[1], "%hux%hu,%hux%hu", &ws[0].ws_col,
	    &ws[0].ws_row, &ws[1].ws_col, &ws[1].ws_row) < 2)
		errx(125, "usage: onpty COLSxROWS[,COLSxROWS] COMMAND ...");
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_usr1;
	(void)sigaction(SIGUSR1, &sa, NULL);
	if (pty_spawn(&p, argv + 2, &ws[0], NULL) != PTY_OK)
		err(127, "%s", argv[2]);
	if ((is_tty = tcgetattr(0, &saved) == 0)) {
		raw = saved;
		cfmakeraw(&raw);
		(void)tcsetattr(0, TCSANOW, &raw);
	}
	relay(&p, ws);
	pty_close(&p);
	if (is_tty)
		(void)tcsetattr(0, TCSANOW, &saved);
	while (waitpid(p.pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}
