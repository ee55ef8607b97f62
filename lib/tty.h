/*
 * tty - the terminal that a program was started on, taken and given back.
 */
#ifndef TTY_H
#define TTY_H

#include <sys/types.h>
#include <sys/ioctl.h>
#include <termios.h>

struct tty {
	int	in, out;	/* to read, write; non-blocking if terminals */
	int	in_is_tty, out_is_tty;
	int	raw;		/* saved is to be put back */
	struct termios saved;
	int	from_in, from_out;	/* the descriptors given */
	int	flags_in, flags_out;	/* of those, to be put back; or -1 */
};

/*
 * Take standard input and output, of which either may be no terminal.  A
 * terminal is opened anew, so that it can be non-blocking for us alone: its old
 * open file is the shell's as well.  What is no terminal is used as it is, and
 * blocks.  Modes stay as they are.
 */
void	tty_open(struct tty *t, int in, int out);

/* Raw mode, if in is a terminal: 0, or -1 with errno. */
int	tty_raw(struct tty *t);

/* The modes from before.  Safe in a signal handler, and any number of times. */
void	tty_restore(struct tty *t);

/* The size of the terminal: 0, or -1 where there is none or it tells none. */
int	tty_size(const struct tty *t, struct winsize *ws);

/*
 * Write up to len bytes without blocking.  What is no terminal gets so few at
 * once that a pipe, found ready by select(2), does not block.  Returns how many
 * were taken, 0 where none could be now, or -1 with errno where none ever will.
 */
ssize_t	tty_write(const struct tty *t, const void *p, size_t len);

/* Restore, and close what tty_open opened. */
void	tty_close(struct tty *t);

#endif
