/*
 * unit-net - sockets on this machine: listening, connecting, accepting, what
 * there is to read, and the files of UNIX sockets.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/net.h"
#include "t/tap.h"

/* Waits until a descriptor is ready; it is, within a moment. */
static void
ready(int fd, short events)
{
	struct pollfd p;

	p.fd = fd;
	p.events = events;
	(void)poll(&p, 1, 5000);
}

static int
flags_are_right(int fd)
{
	return (fcntl(fd, F_GETFD) & FD_CLOEXEC) &&
	    (fcntl(fd, F_GETFL) & O_NONBLOCK);
}

/* Whether a socket sends without delay. */
static int
is_prompt(int fd)
{
	int on = 0;
	socklen_t len = sizeof on;

	return getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len) == 0 && on;
}

/* A connection over an address: both ends, or 0. */
static int
pair(const char *host, int fds[2])
{
	int l = net_listen(host, 0), port;
	char x[1];

	if (l == -1 || (port = net_port(l)) < 1)
		return 0;
	fds[0] = net_connect(host, port, 0);
	ready(l, POLLIN);
	fds[1] = net_accept(l);
	(void)close(l);
	if (fds[0] == -1 || fds[1] == -1)
		return 0;
	ready(fds[0], POLLOUT);
	return write(fds[0], "x", 1) == 1 && read(fds[1], x, 1) == 1;
}

static void
test_tcp(void)
{
	char peer[NET_ADDR_MAX], want[NET_ADDR_MAX];
	int fds[2], l, port = 0, fd;

	ok(pair("127.0.0.1", fds), "two ends meet");
	ok(flags_are_right(fds[0]) && flags_are_right(fds[1]),
	    "neither blocks nor lasts over an exec");
	ok(is_prompt(fds[1]) && !is_prompt(fds[0]), "the accepted one is prompt");
	net_no_delay(fds[0]);
	ok(is_prompt(fds[0]), "and the other where that is asked for");
	net_peer(fds[1], peer);
	(void)snprintf(want, sizeof want, "127.0.0.1:%d", net_port(fds[0]));
	is_str(peer, want, "who is at the other end");
	net_peer(-1, peer);
	is_str(peer, "-", "and who is not known");
	(void)close(fds[0]);
	(void)close(fds[1]);

	l = net_listen("localhost", 0);
	ok(l != -1 && (port = net_port(l)) > 0, "localhost");
	errno = 0;
	ok(net_accept(l) == -1 && errno == EAGAIN, "nobody has come");
	errno = 0;
	ok(net_listen("127.0.0.1", port) == -1 && errno == EADDRINUSE,
	    "a port that is taken");
	fd = net_connect("LocalHost", port, 0);
	ready(l, POLLIN);
	ok(fd != -1 && write(fd, "x", 1) == 1, "it is 127.0.0.1");
	(void)close(fd);
	(void)close(net_accept(l));
	(void)close(l);

	fd = net_connect("127.0.0.1", port, 0);
	if (fd != -1) {
		ready(fd, POLLOUT);
		ok(write(fd, "x", 1) == -1 && net_failed(fd) &&
		    errno == ECONNREFUSED, "nobody is there");
		(void)close(fd);
	} else
		ok(errno == ECONNREFUSED, "nobody is there, at once");
	errno = 0;
	ok(net_connect("127.0.0.1", port, 1) == -1 && errno == ENOENT,
	    "an address has no second one");
	errno = 0;
	ok(net_connect("localhost", port, 2) == -1 && errno == ENOENT,
	    "localhost has no third one");
	if (pair("::1", fds)) {
		net_peer(fds[1], peer);
		(void)snprintf(want, sizeof want, "[::1]:%d",
		    net_port(fds[0]));
		is_str(peer, want, "::1");
		(void)close(fds[0]);
		(void)close(fds[1]);
	}
	ok(net_port(STDIN_FILENO) == -1, "what is no socket has no port");
}

static void
test_read(void)
{
	struct buf b;
	int fds[2], i, good = 1;
	char out[10000];

	for (i = 0; i < (int)sizeof out; i++)
		out[i] = (char)('a' + i % 26);
	ok(pair("127.0.0.1", fds), "two ends");
	buf_init(&b, sizeof out);
	errno = 0;
	ok(net_read(fds[1], &b, 100) == -1 && errno == EAGAIN, "nothing yet");
	ok(write(fds[0], out, sizeof out) == (ssize_t)sizeof out, "written");
	for (i = 0; i < (int)sizeof out && good; i += 100) {
		ready(fds[1], POLLIN);
		good = net_read(fds[1], &b, 100) == 100;
	}
	ok(good, "no more is read than there is room for");
	is_mem(b.p, b.len, out, sizeof out, "and it is what was written");
	errno = 0;
	ok(net_read(fds[1], &b, 100) == -1 && errno == EFBIG, "it is full");
	buf_clear(&b, 0);
	(void)close(fds[0]);
	ready(fds[1], POLLIN);
	ok(net_read(fds[1], &b, 100) == 0, "the end");
	(void)close(fds[1]);
	buf_free(&b);
}

static void
test_unix(void)
{
	static const char path[] = "unit-net.sock";
	char longer[300];
	struct stat st;
	int l, fd;
	FILE *f;

	(void)unlink(path);
	errno = 0;
	ok(net_unix_connect(path) == -1 && errno == ENOENT, "no such socket");
	l = net_unix_listen(path);
	ok(l != -1 && stat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    (st.st_mode & 0777) == 0600, "a socket for its owner alone");
	fd = net_unix_connect(path);
	ok(fd != -1, "who comes");
	ready(l, POLLIN);
	(void)close(net_accept(l));
	(void)close(fd);
	errno = 0;
	ok(net_unix_listen(path) == -1 && errno == EADDRINUSE,
	    "one that lives is not taken away");
	(void)close(l);
	l = net_unix_listen(path);
	ok(l != -1, "one that nobody listens at is");
	(void)close(l);
	(void)unlink(path);
	if ((f = fopen(path, "w")) != NULL)
		(void)fclose(f);
	ok(net_unix_listen(path) == -1 && stat(path, &st) == 0 &&
	    S_ISREG(st.st_mode), "a file that is none stays");
	(void)unlink(path);
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	errno = 0;
	ok(net_unix_listen(longer) == -1 && errno == ENAMETOOLONG,
	    "a path that is too long");
}

int
main(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	test_tcp();
	test_read();
	test_unix();
	return tap_done();
}
