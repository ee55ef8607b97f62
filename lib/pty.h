/*
 * pty - a program on a terminal of its own.
 */
#ifndef PTY_H
#define PTY_H

#include <sys/types.h>
#include <sys/ioctl.h>
#include <termios.h>

struct pty {
	int	fd;	/* the master, non-blocking; -1 when closed */
	pid_t	pid;	/* the program, which leads its session */
};

enum pty_result {
	PTY_OK,
	PTY_NO_TERMINAL,	/* errno: no terminal or no process */
	PTY_NO_EXEC		/* errno: what execvp(3) said */
};

enum pty_life {
	PTY_RUNNING,
	PTY_STOPPED,		/* and waits for SIGCONT */
	PTY_ENDED
};

/*
 * Start argv[0], found as execvp(3) finds it and with the caller's environment,
 * as leader of a new session on a new terminal, its standard three descriptors.
 * The terminal gets the size *ws and, unless tio is NULL, the modes *tio.
 * In the program all signals are at their defaults and none is blocked.
 * Returns once the program runs, or why
 * it does not; then nothing is left open and *p is untouched.
 */
enum pty_result	pty_spawn(struct pty *p, char *const argv[],
		    const struct winsize *ws, const struct termios *tio);

/* Tell the terminal its new size; its foreground group gets SIGWINCH. */
void	pty_resize(const struct pty *p, const struct winsize *ws);

/* The modes the program has set now: 0, or -1 where they cannot be had. */
int	pty_attr(const struct pty *p, struct termios *tio);

/*
 * Bytes that were typed and that the program has not read yet, of whole lines
 * where its terminal edits lines.  0 also where that cannot be told.
 */
size_t	pty_unread(const struct pty *p);

/* Take back what was typed and not read. */
void	pty_take_back(const struct pty *p);

/* Send sig to the group in the foreground there, or else to the program's. */
void	pty_signal(const struct pty *p, int sig);

/*
 * What has become of the program; never blocks.  With PTY_ENDED *status is
 * what waitpid(2) told, and the process is gone: ask no more.
 */
enum pty_life	pty_life(const struct pty *p, int *status);

/* Close the master: the terminal hangs up.  May be called twice. */
void	pty_close(struct pty *p);

#endif
