/*
 * echo - how long a key takes to come back, one relay against another: runs each
 * COMMAND (of sh) on a terminal of its own and presses a key in one after the
 * other, so that whatever else the machine does strikes all alike.  For each a
 * line with the middle and the 99th of a hundred, in microseconds.
 *
 *	echo KEYS COMMAND [COMMAND ...]
 *
 * A command writes a '!' and then, on a raw terminal, what it is given.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/pty.h"

enum {
	KEYS_MAX = 100000,
	COMMANDS_MAX = 4,
	PAUSE_US = 1000		/* between two keys */
};

static double
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* Until c has come. */
static void
wait_for(int fd, char c)
{
	struct timeval tv;
	fd_set r;
	char b[4096];
	ssize_t n;

	for (;;) {
		FD_ZERO(&r);
		FD_SET(fd, &r);
		tv.tv_sec = 5;
		tv.tv_usec = 0;
		if (select(fd + 1, &r, NULL, NULL, &tv) <= 0)
			errx(1, "no echo");
		if ((n = read(fd, b, sizeof b)) <= 0)
			errx(1, "the program has ended");
		if (memchr(b, c, (size_t)n) != NULL)
			return;
	}
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static double took[COMMANDS_MAX][KEYS_MAX];
	char sh[] = "sh", opt[] = "-c", *cmd[] = { sh, opt, NULL, NULL };
	struct timespec pause = { 0, PAUSE_US * 1000L };
	struct winsize ws;
	struct pty p[COMMANDS_MAX];
	double begun;
	int i, j, keys, n = argc - 2;
	char c;

	keys = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0;
	if (keys < 1 || keys > KEYS_MAX || n > COMMANDS_MAX)
		errx(2, "usage: echo KEYS COMMAND [COMMAND ...]");
	memset(&ws, 0, sizeof ws);
	ws.ws_col = 120;
	ws.ws_row = 40;
	for (j = 0; j < n; j++) {
		cmd[2] = argv[2 + j];
		if (pty_spawn(&p[j], cmd, &ws, NULL) != PTY_OK)
			err(1, "sh");
		wait_for(p[j].fd, '!');
	}
	for (i = 0; i < keys * n; i++) {
		c = (char)('a' + i / n % 26);
		j = i % n;
		(void)nanosleep(&pause, NULL);
		begun = now_us();
		if (write(p[j].fd, &c, 1) != 1)
			err(1, "write");
		wait_for(p[j].fd, c);
		took[j][i / n] = now_us() - begun;
	}
	for (j = 0; j < n; j++) {
		qsort(took[j], (size_t)keys, sizeof took[j][0], by_size);
		printf("%.1f %.1f\n", took[j][keys / 2], took[j][keys * 99 / 100]);
		(void)kill(-p[j].pid, SIGHUP);
	}
	return 0;
}
