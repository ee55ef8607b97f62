/*
 * ending - asks a program on a terminal to end, and is less polite each time.
 */
#ifndef ENDING_H
#define ENDING_H

#include <stdint.h>

#include "pty.h"

#define ENDING_ASK_MS	2000	/* from the signal to the terminal's hang-up, */
#define ENDING_KILL_MS	3000	/* and from there to SIGKILL */

/* All zero: nobody asked. */
struct ending {
	int	stage;
	int64_t	next;
};

/* Whether somebody asked the program to end. */
int	ending_begun(const struct ending *);

/* Pass on the signal that asks, and let the program run if it was stopped. */
void	ending_begin(struct ending *, const struct pty *, int sig, int64_t now);

/* When ending_step() is due, or -1. */
int64_t	ending_due(const struct ending *);

/* While the program lives: hang up, and later kill, when that is due. */
void	ending_step(struct ending *, struct pty *, int64_t now);

#endif
