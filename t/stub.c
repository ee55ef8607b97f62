/*
 * stub - a gateway that answers wrongly: stub ANSWER ...
 * Prints its URL, then gives each request the next ANSWER, and the last one
 * from then on:
 *	NNN[:FIELD] BODY	this status, header field and body
 *	raw TEXT	this instead of HTTP, and closes
 *	cut		half an answer, and closes
 *	close		nothing, and closes
 *	hang		nothing, for ever
 *	gone		ends the program
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads a request to its end.  0, or -1 where there is none. */
static int
take_request(int fd)
{
	static char in[1024 * 1024];
	size_t n = 0, whole = 0;
	const char *end, *length;
	ssize_t got;

	while (whole == 0 || n < whole) {
		if ((got = read(fd, in + n, sizeof(in) - 1 - n)) <= 0)
			return -1;
		n += (size_t)got;
		in[n] = '\0';
		if (whole > 0 || (end = strstr(in, "\r\n\r\n")) == NULL)
			continue;
		length = strstr(in, "Content-Length: ");
		whole = (size_t)(end + 4 - in);
		if (length != NULL && length < end)
			whole += strtoul(length + 16, NULL, 10);
	}
	return 0;
}

static void
put(int fd, const char *s)
{
	if (write(fd, s, strlen(s)) == -1)
		warn("write");
}

/* Gives an answer.  Whether the connection stays. */
static int
answer(int fd, const char *how)
{
	const char *body = strchr(how, ' ');
	char head[400];
	int field;

	body = body == NULL ? "" : body + 1;
	if (strcmp(how, "gone") == 0)
		exit(0);
	if (strcmp(how, "hang") == 0)
		for (;;)
			(void)pause();
	if (strcmp(how, "cut") == 0)
		put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"s");
	if (strncmp(how, "raw ", 4) == 0)
		put(fd, body);
	if (how[0] < '0' || how[0] > '9')
		return 0;
	field = how[3] == ':' ? (int)strcspn(how + 4, " ") : 0;
	(void)snprintf(head, sizeof(head), "HTTP/1.1 %.3s Word\r\n%.*s%s"
	    "Content-Length: %lu\r\n\r\n", how, field, how + 4,
	    field > 0 ? "\r\n" : "", (unsigned long)strlen(body));
	put(fd, head);
	put(fd, body);
	return 1;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int listener, fd, i = 1;

	if (argc < 2)
		errx(2, "usage: stub ANSWER ...");
	(void)signal(SIGPIPE, SIG_IGN);
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((listener = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    bind(listener, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(listener, 5) == -1 ||
	    getsockname(listener, (struct sockaddr *)&sin, &len) == -1)
		err(1, "listen");
	(void)printf("http://127.0.0.1:%d\n", ntohs(sin.sin_port));
	(void)fflush(stdout);
	for (;;) {
		if ((fd = accept(listener, NULL, NULL)) == -1)
			err(1, "accept");
		while (take_request(fd) == 0 &&
		    answer(fd, argv[i < argc - 1 ? i++ : argc - 1]))
			;
		(void)close(fd);
	}
}
