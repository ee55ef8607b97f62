/*
 * relay - a person's terminal and a program's, and the bytes between them.
 *
 * Keys go to the program, or are held back while a message is typed; what the
 * program writes goes to the person's terminal first, and stays to be looked at
 * by relay_output() until it was.  Never blocks, and loses nothing: where one
 * side takes no more, the other is not read.
 */
#ifndef RELAY_H
#define RELAY_H

#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/select.h>

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "ending.h"
#include "flow.h"
#include "keys.h"
#include "pty.h"
#include "record.h"
#include "tty.h"

enum { RELAY_OUT = 64 * 1024 };	/* of the program's output under way, at most */

struct relay {
	struct tty	 tty;		/* the person's, or its stand-in */
	struct pty	 pty;		/* the program's */
	struct winsize	 size;		/* of both */
	struct record	*record;	/* NULL: what passes is not kept */
	int		 headless;	/* there is nobody's terminal */
	int		 child;		/* the program is not reaped yet */
	int		 status;	/* as waitpid(2) told */
	int		 holds;		/* keep the person's keys back */
	int64_t		 key_at;	/* when the person typed last, or -1, */
	int64_t		 text_at;	/* what may stand in a box since, and */
	int64_t		 clear_at;	/* what enters or throws that away */
	struct buf	 typing;	/* append what is for the program */

	/* the rest is its own */
	struct flow	 keys;		/* to the program */
	struct flow	 held;		/* the person's, during a message, */
	int		 held_text;	/* with text among them */
	char		 out[RELAY_OUT]; /* what the program wrote: */
	size_t		 out_len;	/* bytes of it, */
	size_t		 sent, seen;	/* passed on; looked at */
	struct keys_scan scan;
	int		 in_open;	/* standard input may have more */
	int		 in_eof;	/* the program is to be told its end */
	char		 last_key;
	int		 out_open;	/* somebody takes our output */
	int64_t		 drain_until;	/* the last output is waited for */
	struct ending	 ending;	/* the program was asked to end */
};

/* All empty.  The owner opens the terminals: tty_open(), pty_spawn(). */
void	relay_init(struct relay *);

/* The program runs: the person's terminal is raw from now on.  0, or -1 with
   errno where it is not: it works all the same. */
int	relay_begin(struct relay *);

/* What to wait for: adds descriptors, returns the new max. */
int	relay_fds(const struct relay *, fd_set *rd, fd_set *wr, int max);
int64_t	relay_due(const struct relay *);	/* -1: no time */

/* Move what can be moved: keys first. */
void	relay_step(struct relay *, const fd_set *rd, const fd_set *wr,
	    int64_t now);

/*
 * The next piece of the program's output that was not looked at: 1, or 0 where
 * there is none.  Where there is much of it, more is read and passed on before
 * each piece, so that looking keeps nobody waiting.  Good until the next call
 * with this relay.
 */
int	relay_output(struct relay *, const char **, size_t *n, int64_t now);

/* Write keys, or what was appended to typing, as far as they are taken now. */
void	relay_write(struct relay *, int64_t now);

/* Bytes for the program that it has not taken; of the person's, held back. */
size_t	relay_unsent(const struct relay *);
size_t	relay_held(const struct relay *);

/* The size that the person's terminal has, or had; the given one without. */
void	relay_size(struct relay *, const struct winsize *fallback);

/* That, told to the program. */
void	relay_resize(struct relay *, int64_t now);

/* Continued after a stop: the terminal is ours again and was written on. */
void	relay_resume(struct relay *, int64_t now);

/* SIGCHLD came: what has become of the program. */
enum pty_life	relay_child(struct relay *, int64_t now);

/* Ask the program to end. */
void	relay_end(struct relay *, int sig, int64_t now);

/* There is nothing more to pass on, or nobody to pass it to. */
int	relay_done(struct relay *, int64_t now);

#endif
