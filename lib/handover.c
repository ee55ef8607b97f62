/*
 * handover - gives the text of a turn to the sidecar around a program.
 * Linked into csp-send.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "handover.h"
#include "net.h"
#include "util.h"

enum {
	ANSWER_S = 30,
	ANSWER_MAX = 1024
};

/* Whether a descriptor is readable in time. */
static int
answers(int fd)
{
	struct timeval tv = { ANSWER_S, 0 };
	fd_set in;

	if (fd >= FD_SETSIZE)
		return 0;
	FD_ZERO(&in);
	FD_SET(fd, &in);
	return select(fd + 1, &in, NULL, NULL, &tv) != 0;
}

/* Reads the line that answers.  0, or -1. */
static int
read_answer(int fd, struct buf *line)
{
	long n;

	while (memchr(line->p, '\n', line->len) == NULL) {
		if (!answers(fd))
			return -1;
		n = net_read(fd, line, SIZE_MAX);
		if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
			return -1;
	}
	return 0;
}

int
handover(const char *path, const char *field, const struct buf *text,
    char why[HANDOVER_WHY_MAX])
{
	char memory[ANSWER_MAX];
	struct buf line;
	int fd, result = -1;

	buf_init_at(&line, memory, sizeof(memory), sizeof(memory));
	if ((fd = net_unix_connect(path)) == -1 ||
	    buf_puts(&line, "csp-reply 1 ") == -1 ||
	    buf_puts(&line, field == NULL ? "-" : field) == -1 ||
	    buf_putc(&line, '\n') == -1 ||
	    write_all(fd, line.p, line.len) == -1 ||
	    write_all(fd, text->p, text->len) == -1) {
		(void)snprintf(why, HANDOVER_WHY_MAX, "%s: %s", path,
		    strerror(errno));
		goto out;
	}
	(void)shutdown(fd, SHUT_WR);	/* if it is gone, reading tells */
	buf_clear(&line, sizeof(memory));
	if (read_answer(fd, &line) == -1)
		(void)snprintf(why, HANDOVER_WHY_MAX, "%s: no answer", path);
	else if (line.len >= 3 && memcmp(line.p, "ok\n", 3) == 0)
		result = 0;
	else
		why[printable(why, HANDOVER_WHY_MAX - 1, line.p,
		    strcspn(line.p, "\n"), PRINT_LINE, NULL)] = '\0';
out:
	if (fd != -1)
		(void)close(fd);	/* all that matters was answered */
	return result;
}
