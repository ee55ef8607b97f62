/*
 * net - stream sockets.
 * Linked into the programs that talk: gateway, sidecar, send, poll.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net.h"
#include "util.h"

enum {
	BACKLOG = 1024,
	READ_MIN = 4096		/* room made for one read */
};

static const struct in6_addr loopback6 = IN6ADDR_LOOPBACK_INIT;

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage any;
};

/* Whether n bytes are this word, whatever the case of its letters. */
static int
is_word(const char *s, size_t n, const char *word)
{
	size_t i;

	if (n != strlen(word))
		return 0;
	for (i = 0; i < n; i++)
		if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 0x20 : s[i]) !=
		    word[i])
			return 0;
	return 1;
}

/* Whether a byte cannot be in the host of a URL. */
static int
is_odd(char c)
{
	switch (c) {
	case '/': case '?': case '#': case '@': case '\\': case ' ':
	case '\t': case '\r': case '\n': case '[': case ']': case '%':
	case '"': case '<': case '>':
		return 1;
	}
	return 0;
}

int
net_url_parse(const char *url, struct net_url *u)
{
	const char *p = url, *end, *host;
	size_t n = strlen(url), host_len;
	int64_t port = 80;
	char stop = ':';

	if (n < 7 || !is_word(url, 7, "http://"))
		return -1;
	p += 7;
	n -= 7;
	if (n > 0 && p[n - 1] == '/')
		n--;
	if (n == 0 || n >= sizeof(u->authority))
		return -1;
	end = p + n;
	if (*p == '[')
		stop = ']';
	host = p += *p == '[';
	while (p < end && *p != stop)
		if (is_odd(*p++))
			return -1;
	host_len = (size_t)(p - host);
	if (host_len == 0 || host_len > NET_HOST_MAX)
		return -1;
	if (stop == ']' && p++ == end)
		return -1;
	if (p < end && (*p++ != ':' || num_parse_n(p, (size_t)(end - p), 1,
	    65535, &port) == -1))
		return -1;
	memcpy(u->authority, url + 7, n);
	u->authority[n] = '\0';
	memcpy(u->host, host, host_len);
	u->host[host_len] = '\0';
	u->port = (int)port;
	return 0;
}

/* A numeric address or localhost, as its nth address.  0, or -1. */
static int
numeric(const char *host, int port, int nth, union address *a, socklen_t *len)
{
	size_t n = strlen(host);
	/* known without inet_pton(3), a part of libc that nothing else uses */
	int usual = is_word(host, n, "127.0.0.1");
	int local = !usual && is_word(host, n, "localhost");

	memset(a, 0, sizeof(*a));
	if (usual || (local && nth == 0) ||
	    inet_pton(AF_INET, host, &a->in.sin_addr) == 1) {
		if (usual || local)
			a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		a->in.sin_family = AF_INET;
		a->in.sin_port = htons((unsigned short)port);
		*len = sizeof(a->in);
		return 0;
	}
	if ((local && nth == 1) ||
	    inet_pton(AF_INET6, host, &a->in6.sin6_addr) == 1) {
		if (local)
			a->in6.sin6_addr = loopback6;
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons((unsigned short)port);
		*len = sizeof(a->in6);
		return 0;
	}
	return -1;
}

/* The nth address of a host.  0, or -1 with errno (ENOENT: no such). */
static int
resolve(const char *host, int port, int nth, union address *a, socklen_t *len)
{
	struct addrinfo hints, *list, *ai;
	char service[8];
	int r = -1;

	if (numeric(host, port, nth, a, len) == 0) {
		if (nth == 0 || is_word(host, strlen(host), "localhost"))
			return 0;
		errno = ENOENT;
		return -1;
	}
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	(void)snprintf(service, sizeof(service), "%d", port);
	errno = ENOENT;
	if (is_word(host, strlen(host), "localhost") ||
	    getaddrinfo(host, service, &hints, &list) != 0)
		return -1;
	for (ai = list; ai != NULL && nth > 0; ai = ai->ai_next)
		nth--;
	if (ai != NULL && ai->ai_addrlen <= sizeof(*a)) {
		memcpy(a, ai->ai_addr, ai->ai_addrlen);
		*len = ai->ai_addrlen;
		r = 0;
	}
	freeaddrinfo(list);
	if (r == -1)
		errno = ENOENT;
	return r;
}

/* Closes and keeps errno. */
static int
close_failed(int fd)
{
	int saved = errno;

	(void)close(fd);	/* what failed before counts */
	errno = saved;
	return -1;
}

void
net_no_delay(int fd)
{
	int on = 1;

	/* a matter of speed only: whatever it says */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* A new descriptor has no other flags that would be lost. */
static int
set_flags(int fd)
{
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		return close_failed(fd);
	return fd;
}

static int
new_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0), up;

	if (fd == -1)
		return -1;
	if (fd <= STDERR_FILENO) {
		up = fcntl(fd, F_DUPFD, STDERR_FILENO + 1);
		(void)close_failed(fd);
		if ((fd = up) == -1)
			return -1;
	}
	return set_flags(fd);
}

int
net_connect(const char *host, int port, int nth)
{
	union address a;
	socklen_t len;
	int fd;

	if (resolve(host, port, nth, &a, &len) == -1)
		return -1;
	if ((fd = new_socket(a.sa.sa_family)) == -1)
		return -1;
	if (connect(fd, &a.sa, len) == -1 && errno != EINPROGRESS &&
	    errno != EINTR)
		return close_failed(fd);
	return fd;
}

int
net_failed(int fd)
{
	int error = 0, now = errno;
	socklen_t len = sizeof(error);

	/* it may have said so already, in Linux; or may not yet, elsewhere */
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
	    error != 0)
		now = error;
	errno = now;
	return now != EAGAIN && now != EWOULDBLOCK && now != EINPROGRESS &&
	    now != ENOTCONN;
}

int
net_listen(const char *host, int port)
{
	union address a;
	socklen_t len;
	int fd, on = 1;

	if (resolve(host, port, 0, &a, &len) == -1)
		return -1;
	if ((fd = new_socket(a.sa.sa_family)) == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, &a.sa, len) == -1 || listen(fd, BACKLOG) == -1)
		return close_failed(fd);
	return fd;
}

int
net_port(int fd)
{
	union address a;
	socklen_t len = sizeof(a);

	if (getsockname(fd, &a.sa, &len) == -1)
		return -1;
	if (a.sa.sa_family == AF_INET)
		return ntohs(a.in.sin_port);
	if (a.sa.sa_family == AF_INET6)
		return ntohs(a.in6.sin6_port);
	errno = EAFNOSUPPORT;
	return -1;
}

int
net_accept(int listener)
{
	union address a;
	socklen_t len = sizeof(a);
	int fd;

	do {
		fd = accept(listener, &a.sa, &len);
		/* ECONNABORTED: that one is gone, the next may be there */
	} while (fd == -1 && (errno == EINTR || errno == ECONNABORTED));
	if (fd == -1)
		return -1;
	if (set_flags(fd) == -1)
		return -1;
	if (a.sa.sa_family == AF_INET || a.sa.sa_family == AF_INET6)
		net_no_delay(fd);
	return fd;
}

void
net_peer(int fd, char out[NET_ADDR_MAX])
{
	char host[INET6_ADDRSTRLEN];
	union address a;
	socklen_t len = sizeof(a);

	(void)snprintf(out, NET_ADDR_MAX, "-");
	if (getpeername(fd, &a.sa, &len) == -1)
		return;
	if (a.sa.sa_family == AF_INET && inet_ntop(AF_INET, &a.in.sin_addr,
	    host, sizeof(host)) != NULL)
		(void)snprintf(out, NET_ADDR_MAX, "%s:%d", host,
		    ntohs(a.in.sin_port));
	else if (a.sa.sa_family == AF_INET6 && inet_ntop(AF_INET6,
	    &a.in6.sin6_addr, host, sizeof(host)) != NULL)
		(void)snprintf(out, NET_ADDR_MAX, "[%s]:%d", host,
		    ntohs(a.in6.sin6_port));
}

int
net_is_loopback(const char *host, size_t len)
{
	static const char tail[] = ".localhost";
	char text[INET6_ADDRSTRLEN];
	struct in_addr in;
	struct in6_addr in6;
	size_t n = sizeof(tail) - 1;

	if (is_word(host, len, "localhost") ||
	    is_word(host, len, "127.0.0.1") ||
	    (len > n && is_word(host + len - n, n, tail)))
		return 1;
	if (len >= sizeof(text))
		return 0;
	memcpy(text, host, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, &in) == 1)
		return ntohl(in.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, text, &in6) == 1 &&
	    memcmp(&in6, &loopback6, sizeof(in6)) == 0;
}

static int
unix_address(const char *path, struct sockaddr_un *un)
{
	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(un->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un->sun_path, path, strlen(path) + 1);
	return 0;
}

int
net_unix_connect(const char *path)
{
	struct sockaddr_un un;
	int fd;

	if (unix_address(path, &un) == -1)
		return -1;
	if ((fd = new_socket(AF_UNIX)) == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) == -1 &&
	    errno != EINPROGRESS)
		return close_failed(fd);
	return fd;
}

int
net_unix_listen(const char *path)
{
	struct sockaddr_un un;
	struct stat st;
	mode_t mask;
	int fd, r;

	if (unix_address(path, &un) == -1)
		return -1;
	if ((fd = net_unix_connect(path)) != -1) {
		(void)close(fd);	/* only asked whether it lives */
		errno = EADDRINUSE;
		return -1;
	}
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    unlink(path) == -1)
		return -1;
	if ((fd = new_socket(AF_UNIX)) == -1)
		return -1;
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&un, sizeof(un));
	(void)umask(mask);	/* cannot fail */
	if (r == -1 || listen(fd, BACKLOG) == -1)
		return close_failed(fd);
	return fd;
}

long
net_read(int fd, struct buf *b, size_t room)
{
	size_t most = b->max - b->len;
	ssize_t n;

	if (most == 0) {
		errno = EFBIG;
		return -1;
	}
	if (b->cap - b->len < READ_MIN && b->cap - b->len < most &&
	    buf_reserve(b, most < READ_MIN ? most : READ_MIN) == -1)
		return -1;
	if (most > b->cap - b->len)
		most = b->cap - b->len;
	if (most > room)
		most = room;
	do {
		n = read(fd, b->p + b->len, most);
	} while (n == -1 && errno == EINTR);
	if (n > 0)
		buf_added(b, (size_t)n);
	return (long)n;
}
