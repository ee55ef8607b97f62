/*
 * load - the clients of the gateway's benchmarks: many connections that send
 * one request after another, a sender and readers, idle long polls.
 *
 *	load rate PORT PROTO REQUEST CONNS SECONDS|-COUNT [PID]
 *	load deliver PORT PROTO REQUEST READER COUNT
 *	load fan PORT PROTO REQUEST READER READERS COUNT PID
 *	load idle PORT REQUEST READER READERS SECONDS PID
 *	load relay PORT
 *	load start GATEWAY
 *
 * PROTO is http, events (a reader of an event stream), resp (redis) or xread
 * (redis, where a reader asks for what comes behind an entry).  REQUEST and
 * READER are files with the bytes of one request; %d in READER is the reader's
 * number, or with xread the entry's, from 100000 on.  rate may have two,
 * REQUEST,OTHER: each connection takes them in turns.  Prints one line of
 * numbers, for t/bench/gateway.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IN = 1 << 16 };

struct peer {
	int	fd;
	int	turn;
	size_t	len;
	double	sent;
	char	in[IN];
};

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Seconds of processor time of a process, so far. */
static double
cpu(const char *pid)
{
	char path[64], line[1024], *p;
	unsigned long user = 0, sys = 0;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%s/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof line, f) != NULL &&
	    (p = strrchr(line, ')')) != NULL)
		(void)sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
		    "%*u %lu %lu", &user, &sys);
	(void)fclose(f);
	return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

/* KiB of memory that a process holds. */
static long
rss(const char *pid)
{
	char path[64];
	long size = 0, res = 0;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%s/statm", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%ld %ld", &size, &res) != 2)
		res = 0;
	(void)fclose(f);
	return res * (sysconf(_SC_PAGESIZE) / 1024);
}

static int
dial(int port)
{
	struct sockaddr_in a;
	int fd, on = 1, i;

	for (i = 0; i < 200; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd == -1)
			err(1, "socket");
		memset(&a, 0, sizeof a);
		a.sin_family = AF_INET;
		a.sin_port = htons((unsigned short)port);
		a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
			(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
			    sizeof on);
			return fd;
		}
		(void)close(fd);
		(void)poll(NULL, 0, 10);
	}
	err(1, "connect to port %d", port);
}

static char *
slurp(const char *path, size_t *n)
{
	char *p = malloc(IN);
	FILE *f = fopen(path, "r");

	if (p == NULL || f == NULL)
		err(1, "%s", path);
	*n = fread(p, 1, IN - 1, f);
	p[*n] = '\0';
	(void)fclose(f);
	return p;
}

static void
put(struct peer *c, const char *p, size_t n)
{
	if (write(c->fd, p, n) != (ssize_t)n)
		err(1, "write");
}

/* Sends one of two requests, the other one next time. */
static void
put_turn(struct peer *c, char *const req[2], const size_t n[2])
{
	put(c, req[c->turn], n[c->turn]);
	c->turn = !c->turn;
}

/* The length of the first whole answer in c->in, or 0. */
static size_t
whole(const struct peer *c, const char *proto)
{
	const char *end, *l;
	size_t head, body = 0;

	if (strcmp(proto, "resp") == 0 || strcmp(proto, "xread") == 0) {
		l = memchr(c->in, '\n', c->len);
		if (l == NULL)
			return 0;
		if (c->in[0] == '*') {	/* a message: read what there is */
			return c->len > 4 && c->in[c->len - 1] == '\n' ?
			    c->len : 0;
		}
		if (c->in[0] == '$') {	/* an entry's id */
			l = memchr(l + 1, '\n', c->len - (size_t)(l + 1 - c->in));
			if (l == NULL)
				return 0;
		}
		return (size_t)(l - c->in) + 1;
	}
	if (strcmp(proto, "events") == 0)
		return c->len > 2 && c->in[c->len - 1] == '\n' ? c->len : 0;
	if (strcmp(proto, "relay") == 0)
		return c->len;
	end = NULL;
	for (l = c->in; (size_t)(l - c->in) + 4 <= c->len; l++)
		if (memcmp(l, "\r\n\r\n", 4) == 0) {
			end = l + 4;
			break;
		}
	if (end == NULL)
		return 0;
	head = (size_t)(end - c->in);
	for (l = c->in; l + 16 < end; l++)
		if (strncmp(l, "\nContent-Length:", 16) == 0)
			body = (size_t)strtoul(l + 16, NULL, 10);
	if (strncmp(c->in, "HTTP/1.1 2", 10) != 0)
		errx(1, "answered %.*s", (int)c->len, c->in);
	return c->len >= head + body ? head + body : 0;
}

/* Read; 1 where a whole answer was there, which is then dropped. */
static int
take(struct peer *c, const char *proto)
{
	ssize_t n;
	size_t used;

	n = read(c->fd, c->in + c->len, sizeof c->in - c->len - 1);
	if (n <= 0)
		err(1, "the server hung up");
	c->len += (size_t)n;
	c->in[c->len] = '\0';
	used = whole(c, proto);
	if (used == 0)
		return 0;
	memmove(c->in, c->in + used, c->len - used);
	c->len -= used;
	return 1;
}

static void
wait_for(struct peer *c, const char *proto)
{
	while (!take(c, proto))
		;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* a second, p50 and p99 in microseconds, CPU a request in microseconds */
static void
rate(int port, const char *proto, char *file, int conns, double limit,
    const char *pid)
{
	struct peer *c = calloc((size_t)conns, sizeof *c);
	struct pollfd *p = calloc((size_t)conns, sizeof *p);
	size_t max = 2000000, n[2];
	double *lat = malloc(max * sizeof *lat), t0, t, c0;
	long done = 0, begun = 0, want = limit < 0 ? (long)-limit : 0;
	char *req[2], *other = strchr(file, ',');
	int i;

	if (c == NULL || p == NULL || lat == NULL)
		err(1, NULL);
	if (other != NULL)
		*other++ = '\0';
	req[0] = slurp(file, &n[0]);
	req[1] = slurp(other != NULL ? other : file, &n[1]);
	for (i = 0; i < conns; i++) {
		c[i].fd = p[i].fd = dial(port);
		p[i].events = POLLIN;
	}
	c0 = pid != NULL ? cpu(pid) : 0;
	t0 = now();
	for (i = 0; i < conns && (want == 0 || begun < want); i++, begun++) {
		c[i].sent = now();
		put_turn(&c[i], req, n);
	}
	while ((want == 0 || done < want) &&
	    (want > 0 || now() - t0 < limit)) {
		if (poll(p, (nfds_t)conns, -1) == -1)
			err(1, "poll");
		for (i = 0; i < conns; i++) {
			if (p[i].revents == 0 || !take(&c[i], proto))
				continue;
			t = now();
			if ((size_t)done < max)
				lat[done] = t - c[i].sent;
			done++;
			if (want > 0 && begun >= want)
				continue;
			begun++;
			c[i].sent = t;
			put_turn(&c[i], req, n);
		}
	}
	t = now() - t0;
	if ((size_t)done < max)
		max = (size_t)done;
	qsort(lat, max, sizeof *lat, by_value);
	printf("%.0f %.1f %.1f %.2f %ld\n", (double)done / t,
	    lat[max / 2] * 1e6, lat[max * 99 / 100] * 1e6,
	    pid != NULL ? (cpu(pid) - c0) / (double)done * 1e6 : 0.0, done);
}

/* p50 and p99 in microseconds from a send to its arrival at one reader */
static void
deliver(int port, const char *proto, const char *file, const char *reader,
    long count)
{
	static struct peer s, r;
	const char *sproto = strcmp(proto, "events") == 0 ? "http" : proto;
	double *lat = malloc((size_t)count * sizeof *lat), t;
	char *req, *ask;
	size_t n, m;
	long i;

	if (lat == NULL)
		err(1, NULL);
	req = slurp(file, &n);
	ask = slurp(reader, &m);
	s.fd = dial(port);
	r.fd = dial(port);
	put(&r, ask, m);
	if (strcmp(proto, "http") != 0 && strcmp(proto, "relay") != 0)
		wait_for(&r, proto);	/* that it has begun */
	(void)poll(NULL, 0, 100);
	for (i = 0; i < count; i++) {
		t = now();
		put(&s, req, n);
		wait_for(&r, proto);
		lat[i] = now() - t;
		wait_for(&s, sproto);
		if (strcmp(proto, "http") == 0) {	/* asks again */
			put(&r, ask, m);
			(void)poll(NULL, 0, i % 100 == 0);
		}
	}
	qsort(lat, (size_t)count, sizeof *lat, by_value);
	printf("%.1f %.1f\n", lat[count / 2] * 1e6, lat[count * 99 / 100] * 1e6);
}

static struct peer *
readers(int port, const char *proto, const char *reader, int n, int wait)
{
	struct peer *r = calloc((size_t)n, sizeof *r);
	char *ask, *req = malloc(IN);
	size_t m;
	int i;

	if (r == NULL || req == NULL)
		err(1, NULL);
	ask = slurp(reader, &m);
	for (i = 0; i < n; i++) {
		r[i].fd = dial(port);
		/* the file is ours, and holds one %d */
		(void)snprintf(req, IN, ask,
		    strcmp(proto, "xread") == 0 ? 100000 : i);
		put(&r[i], req, strlen(req));
		if (wait)
			wait_for(&r[i], proto);
	}
	free(ask);
	free(req);
	return r;
}

/* CPU of the server a delivery, in microseconds; the time a broadcast takes
 * to the last reader */
static void
fan(int port, const char *proto, const char *file, const char *reader, int n,
    long count, const char *pid)
{
	static struct peer s;
	const char *sproto = strcmp(proto, "events") == 0 ? "http" : proto;
	struct pollfd *p = calloc((size_t)n, sizeof *p);
	int numbered = strcmp(proto, "xread") == 0;
	int asks = numbered || strcmp(proto, "http") == 0;
	struct peer *r = readers(port, proto, reader, n, !asks);
	char *req, *ask, *again = malloc(IN);
	size_t len, m;
	double c0, t0;
	long k, left;
	int i;

	if (p == NULL || again == NULL)
		err(1, NULL);
	req = slurp(file, &len);
	ask = slurp(reader, &m);
	s.fd = dial(port);
	(void)poll(NULL, 0, 300);
	for (i = 0; i < n; i++) {
		p[i].fd = r[i].fd;
		p[i].events = POLLIN;
	}
	c0 = cpu(pid);
	t0 = now();
	for (k = 0; k < count; k++) {
		(void)snprintf(again, IN, req, 100001 + (int)k);
		put(&s, numbered ? again : req,
		    numbered ? strlen(again) : len);
		wait_for(&s, sproto);
		for (left = n; left > 0;) {
			if (poll(p, (nfds_t)n, -1) == -1)
				err(1, "poll");
			for (i = 0; i < n; i++) {
				if (p[i].revents == 0 || !take(&r[i], proto))
					continue;
				left--;
				if (!asks)
					continue;
				(void)snprintf(again, IN, ask, numbered ?
				    100001 + (int)k : i);
				put(&r[i], again, strlen(again));
			}
		}
	}
	printf("%.2f %.0f\n", (cpu(pid) - c0) / (double)(count * n) * 1e6,
	    (now() - t0) / (double)count * 1e6);
}

/* a second with none and with n idle long polls, and the quotient; KiB a
 * connection; processor time a message without, to that with them */
static void
idle(int port, const char *file, const char *reader, int n, double secs,
    const char *pid)
{
	struct rlimit rl;
	static struct peer s;
	size_t len;
	char *req = slurp(file, &len);
	long done[2], before = rss(pid), after = 0;
	double t0, c0, used[2];
	int turn;

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
		rl.rlim_cur = rl.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &rl);
	}
	s.fd = dial(port);
	for (turn = 0; turn < 2; turn++) {
		if (turn == 1) {
			before = rss(pid);
			(void)readers(port, "http", reader, n, 0);
			(void)poll(NULL, 0, 1500);
			after = rss(pid);
		}
		done[turn] = 0;
		c0 = cpu(pid);
		t0 = now();
		while (now() - t0 < secs) {
			put(&s, req, len);
			wait_for(&s, "http");
			done[turn]++;
		}
		used[turn] = (cpu(pid) - c0) / (double)done[turn];
	}
	printf("%.0f %.0f %.2f %.2f %.2f\n", (double)done[0] / secs,
	    (double)done[1] / secs, (double)done[1] / (double)done[0],
	    (double)(after - before) / n, used[0] / used[1]);
}

/* Passes on from the one connection to the other, and answers the first: what
 * any broker does at least. */
static void
relay(int port)
{
	struct sockaddr_in a;
	struct pollfd p[2];
	char in[IN];
	int l, fd[2], on = 1, i;
	ssize_t n;

	l = socket(AF_INET, SOCK_STREAM, 0);
	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((unsigned short)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (l == -1 || bind(l, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(l, 5) == -1)
		err(1, "listen");
	for (i = 0; i < 2; i++) {
		fd[i] = accept(l, NULL, NULL);
		p[i].fd = fd[i];
		p[i].events = POLLIN;
		(void)setsockopt(fd[i], IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof on);
	}
	for (;;) {
		if (poll(p, 2, -1) == -1)
			err(1, "poll");
		if (p[1].revents != 0 && read(fd[1], in, sizeof in) <= 0)
			return;
		if (p[0].revents == 0)
			continue;
		n = read(fd[0], in, sizeof in);
		if (n <= 0)
			return;
		if (write(fd[1], in, (size_t)n) != n ||
		    write(fd[0], "ok\n", 3) != 3)
			err(1, "write");
	}
}

/* The median time from fork(2) to the first answer, in milliseconds. */
static void
start(const char *gateway)
{
	static struct peer c;
	char text[4096], req[1024], token[200], *q;
	double lat[21], t0;
	ssize_t got;
	size_t n;
	pid_t pid;
	int i, p[2];

	for (i = 0; i < 21; i++) {
		if (pipe(p) == -1)
			err(1, "pipe");
		t0 = now();
		if ((pid = fork()) == 0) {
			(void)dup2(p[1], STDOUT_FILENO);
			(void)close(p[0]);
			execl(gateway, gateway, "--port", "0", (char *)NULL);
			err(127, "%s", gateway);
		}
		(void)close(p[1]);
		for (n = 0, text[0] = '\0'; strstr(text, "_PID=") == NULL;) {
			got = read(p[0], text + n, sizeof text - 1 - n);
			if (got <= 0)
				errx(1, "it did not start");
			n += (size_t)got;
			text[n] = '\0';
		}
		q = strstr(text, "TOKEN=");
		if (q == NULL || sscanf(q, "TOKEN=%199[^;]", token) != 1 ||
		    (q = strstr(text, "127.0.0.1:")) == NULL)
			errx(1, "no URL or token");
		c.fd = dial(atoi(q + 10));
		n = (size_t)snprintf(req, sizeof req, "GET /health HTTP/1.1\r\n"
		    "Host: localhost\r\nX-Auth-Token: %s\r\n\r\n", token);
		put(&c, req, n);
		wait_for(&c, "http");
		lat[i] = now() - t0;
		(void)close(c.fd);
		(void)close(p[0]);
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	qsort(lat, 21, sizeof *lat, by_value);
	printf("%.2f\n", lat[10] * 1e3);
}

int
main(int argc, char **argv)
{
	int port;

	if (argc < 3)
		errx(2, "see the head of load.c");
	if (strcmp(argv[1], "start") == 0) {
		start(argv[2]);
		return 0;
	}
	port = atoi(argv[2]);
	if (strcmp(argv[1], "relay") == 0)
		relay(port);
	else if (strcmp(argv[1], "rate") == 0 && argc >= 7)
		rate(port, argv[3], argv[4], atoi(argv[5]), atof(argv[6]),
		    argc > 7 ? argv[7] : NULL);
	else if (strcmp(argv[1], "deliver") == 0 && argc == 7)
		deliver(port, argv[3], argv[4], argv[5], atol(argv[6]));
	else if (strcmp(argv[1], "fan") == 0 && argc == 9)
		fan(port, argv[3], argv[4], argv[5], atoi(argv[6]),
		    atol(argv[7]), argv[8]);
	else if (strcmp(argv[1], "idle") == 0 && argc == 8)
		idle(port, argv[3], argv[4], atoi(argv[5]), atof(argv[6]),
		    argv[7]);
	else
		errx(2, "see the head of load.c");
	return 0;
}
