/*
 * pty - a program on a terminal of its own.
 * Linked into csp-sidecar and what measures it.  Owns what differs between
 * systems in how a terminal is made.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "pty.h"

/*
 * In POSIX, and in every libc, but glibc shows them only under a macro that
 * hides other things on the BSDs.  forkpty(3) would need a library there.
 */
int	posix_openpt(int);
int	grantpt(int);
int	unlockpt(int);
char	*ptsname(int);

/* The master in *mfd and the terminal itself in *sfd, or -1 with errno. */
static int
open_pair(int *mfd, int *sfd)
{
	const char *name;
	int m, s, saved;

	if ((m = posix_openpt(O_RDWR | O_NOCTTY)) == -1)
		return -1;
	if (fcntl(m, F_SETFD, FD_CLOEXEC) == -1 || grantpt(m) == -1 ||
	    unlockpt(m) == -1 || (name = ptsname(m)) == NULL ||
	    (s = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) == -1) {
		saved = errno;
		close(m);
		errno = saved;
		return -1;
	}
	*mfd = m;
	*sfd = s;
	return 0;
}

/*
 * Every signal at its default, also those that the caller was started with
 * ignored: the program leads a session on a terminal whose keys must work, even
 * where the caller is somebody's background job.
 */
static void
default_signals(void)
{
	struct sigaction sa;
	int sig;

	for (sig = 1; sig < NSIG; sig++) {
		if (sigaction(sig, NULL, &sa) == -1)
			continue;
		if (sa.sa_handler == SIG_DFL)
			continue;
		sa.sa_handler = SIG_DFL;
		sa.sa_flags = 0;
		sigemptyset(&sa.sa_mask);
		(void)sigaction(sig, &sa, NULL);	/* KILL, STOP: no */
	}
}

/* In the new process: never returns.  A failure goes down the pipe as errno. */
static void
become(char *const argv[], int sfd, int fail_fd)
{
	sigset_t none;
	int e;

	default_signals();
	sigemptyset(&none);
	if (setsid() == -1 || ioctl(sfd, TIOCSCTTY, 0) == -1 ||
	    dup2(sfd, 0) == -1 || dup2(sfd, 1) == -1 || dup2(sfd, 2) == -1)
		goto fail;
	if (sfd > 2)
		close(sfd);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
fail:
	e = errno;
	(void)!write(fail_fd, &e, sizeof e);	/* the exit tells as well */
	_exit(127);
}

/* Waits for the exec: 0 when it happened, else its errno. */
static int
exec_errno(int fd)
{
	ssize_t n;
	int e;

	while ((n = read(fd, &e, sizeof e)) == -1 && errno == EINTR)
		;
	return n == (ssize_t)sizeof e ? e : 0;
}

enum pty_result
pty_spawn(struct pty *p, char *const argv[], const struct winsize *ws,
    const struct termios *tio)
{
	sigset_t all, before;
	int e, mfd, sfd, fail[2];
	pid_t pid;

	if (open_pair(&mfd, &sfd) == -1)
		return PTY_NO_TERMINAL;
	if (pipe(fail) == -1) {
		e = errno;
		close(mfd);
		close(sfd);
		errno = e;
		return PTY_NO_TERMINAL;
	}
	(void)fcntl(fail[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fail[1], F_SETFD, FD_CLOEXEC);
	(void)fcntl(mfd, F_SETFL, fcntl(mfd, F_GETFL) | O_NONBLOCK);
	(void)ioctl(sfd, TIOCSWINSZ, ws);
	if (tio != NULL)
		(void)tcsetattr(sfd, TCSANOW, tio);

	/* no handler of ours may run in the child before its exec */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	e = errno;
	if (pid == 0)
		become(argv, sfd, fail[1]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fail[1]);
	if (pid != -1 && (e = exec_errno(fail[0])) != 0)
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			;
	close(fail[0]);
	/* held open until now: a master without a terminal reads as ended */
	close(sfd);
	if (pid == -1 || e != 0) {
		close(mfd);
		errno = e;
		return pid == -1 ? PTY_NO_TERMINAL : PTY_NO_EXEC;
	}
	p->fd = mfd;
	p->pid = pid;
	return PTY_OK;
}

void
pty_resize(const struct pty *p, const struct winsize *ws)
{
	if (p->fd != -1)
		(void)ioctl(p->fd, TIOCSWINSZ, ws);
}

int
pty_attr(const struct pty *p, struct termios *tio)
{
	return p->fd == -1 ? -1 : tcgetattr(p->fd, tio);
}

/* The terminal itself: open only for a moment, lest it never hangs up. */
static int
open_slave(const struct pty *p)
{
	const char *name = p->fd == -1 ? NULL : ptsname(p->fd);

	return name == NULL ? -1 :
	    open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

size_t
pty_unread(const struct pty *p)
{
	int fd = open_slave(p), n = 0;

	if (fd == -1)
		return 0;
	if (ioctl(fd, FIONREAD, &n) == -1 || n < 0)
		n = 0;
	close(fd);
	return (size_t)n;
}

void
pty_take_back(const struct pty *p)
{
	int fd = open_slave(p);

	if (fd == -1)
		return;
	(void)tcflush(fd, TCIFLUSH);	/* a terminal that is gone holds none */
	close(fd);
}

void
pty_signal(const struct pty *p, int sig)
{
	pid_t group = -1;

	if (p->fd != -1)
		group = tcgetpgrp(p->fd);
	if (group <= 1 || kill(-group, sig) == -1)
		(void)kill(-p->pid, sig);	/* gone already: good */
}

enum pty_life
pty_life(const struct pty *p, int *status)
{
	pid_t got;

	while ((got = waitpid(p->pid, status, WNOHANG | WUNTRACED)) == -1 &&
	    errno == EINTR)
		;
	if (got == 0)
		return PTY_RUNNING;
	if (got == p->pid && WIFSTOPPED(*status))
		return PTY_STOPPED;
	if (got == -1)
		*status = 0;	/* somebody else reaped it: nothing is known */
	return PTY_ENDED;
}

void
pty_close(struct pty *p)
{
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}
