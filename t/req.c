/*
 * req - one HTTP request, or raw bytes, for the tests.
 *
 *	req [-i] [-n] [-t SECONDS] [-H LINE ...] METHOD TARGET [BODY]
 *	req -r [-c BYTES] [-e] [-t SECONDS]
 *	req -s [-z]
 *	req -k CONNECTIONS [-z] [METHOD TARGET [BODY]]
 *
 * Asks the gateway of CSP_GATEWAY_URL with the token of CSP_AUTH_TOKEN, and
 * prints the status, a space and the body; -i: the whole answer; -n: no token.
 * A body of `-` is standard input.  -r: sends standard input as it is (@PORT@
 * and @TOKEN@ replaced), in pieces of BYTES where -c is given, and prints what
 * comes until the server closes; -e: and says that nothing more will be sent.
 * -s: connects first, sends what comes on standard input as it comes, and
 * prints what the server says as it comes; -z: reads nothing of it.
 * -k: holds connections open, on which the request was sent if there is one,
 * says so, and ends when its standard input does; -z: by resetting them.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char in[32 << 20], out[32 << 20];
static size_t in_len, out_len;

static int
dial(int port)
{
	struct sockaddr_in a;
	int fd, on = 1;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((unsigned short)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd == -1 || connect(fd, (struct sockaddr *)&a, sizeof a) == -1)
		err(3, "port %d", port);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static void
add(const char *s, size_t n)
{
	if (n > sizeof out - out_len)
		errx(2, "the request is too long");
	memcpy(out + out_len, s, n);
	out_len += n;
}

static void
adds(const char *s)
{
	add(s, strlen(s));
}

/* A text with @PORT@ and @TOKEN@ replaced. */
static void
replaced(const char *text, size_t n, const char *port, const char *token)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (n - i >= 6 && memcmp(text + i, "@PORT@", 6) == 0) {
			adds(port);
			i += 5;
		} else if (n - i >= 7 && memcmp(text + i, "@TOKEN@", 7) == 0) {
			adds(token);
			i += 6;
		} else
			add(text + i, 1);
}

/* Standard input. */
static void
slurp(const char *port, const char *token, int replace)
{
	static char text[32 << 20];
	size_t n = fread(text, 1, sizeof text, stdin);

	if (replace)
		replaced(text, n, port, token);
	else
		add(text, n);
}

/* Send, in pieces of cut bytes; what comes meanwhile is read too. */
static void
exchange(int fd, size_t cut, int end, int timeout_s)
{
	struct pollfd p;
	size_t sent = 0;
	ssize_t n;
	int open = 1;

	p.fd = fd;
	for (;;) {
		p.events = POLLIN;
		if (open && sent < out_len)
			p.events |= POLLOUT;
		if (poll(&p, 1, timeout_s * 1000) <= 0)
			errx(4, "no end of the answer in %d s: %.*s", timeout_s,
			    (int)in_len, in);
		if (p.revents & POLLOUT) {
			size_t part = out_len - sent;

			if (cut > 0 && part > cut)
				part = cut;
			n = send(fd, out + sent, part, 0);
			if (n == -1)
				open = 0;	/* closed on us: see below */
			else
				sent += (size_t)n;
			if (cut > 0)	/* so that pieces arrive as such */
				(void)poll(NULL, 0, 1);
			if (sent == out_len && end)
				(void)shutdown(fd, SHUT_WR);
		}
		if (!(p.revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		n = recv(fd, in + in_len, sizeof in - in_len, 0);
		if (n <= 0)
			return;
		in_len += (size_t)n;
	}
}

/* As many descriptors as there may be. */
static void
more_descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);	/* else fewer */
}

static int
hold(int port, int n, int reset)
{
	struct linger hard = { 1, 0 };
	int i, fd, first = 0;
	char c;

	more_descriptors();
	for (i = 0; i < n; i++) {
		fd = dial(port);
		if (i == 0)
			first = fd;
		if (out_len > 0 && send(fd, out, out_len, 0) == -1)
			err(3, "send");
	}
	printf("held\n");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	/* descriptors were given one by one from the first on */
	for (i = 0; reset && i < n; i++)
		(void)setsockopt(first + i, SOL_SOCKET, SO_LINGER, &hard,
		    sizeof hard);
	return 0;
}

/* Both ways as it comes, until the server closes; deaf: only this way. */
static int
converse(int fd, const char *port, const char *token, int deaf)
{
	struct pollfd p[2];
	ssize_t n;

	p[0].fd = STDIN_FILENO;
	p[0].events = POLLIN;
	p[1].fd = fd;
	p[1].events = deaf ? 0 : POLLIN;
	for (;;) {
		if (poll(p, 2, -1) == -1)
			err(3, "poll");
		if (p[1].revents != 0) {
			n = recv(fd, in, sizeof in, 0);
			if (n <= 0 || deaf)
				return 0;
			if (write(STDOUT_FILENO, in, (size_t)n) != n)
				err(5, "standard output");
		}
		if (p[0].revents == 0)
			continue;
		n = read(STDIN_FILENO, in, sizeof in);
		if (n <= 0 && deaf)
			return 0;
		if (n <= 0)
			p[0].fd = -1;
		out_len = 0;
		replaced(in, n > 0 ? (size_t)n : 0, port, token);
		if (send(fd, out, out_len, 0) == -1)
			p[0].fd = -1;	/* what it says is read yet */
	}
}

/* The bytes of a request, METHOD TARGET [BODY]. */
static void
build(int argc, char **argv, const char *port, const char *token,
    const char **heads, int n, int keep)
{
	size_t at, body_at;
	char len[64];

	adds(argv[0]);
	adds(" ");
	adds(argv[1]);
	adds(" HTTP/1.1\r\nHost: 127.0.0.1:");
	adds(port);
	adds(keep ? "\r\n" : "\r\nConnection: close\r\n");
	if (token != NULL) {
		adds("X-Auth-Token: ");
		adds(token);
		adds("\r\n");
	}
	for (; n > 0; n--) {
		adds(heads[n - 1]);
		adds("\r\n");
	}
	if (argc > 2) {
		/* the length goes in when it is known */
		adds("Content-Length: ");
		at = out_len;
		add("          ", 10);
		adds("\r\n\r\n");
		body_at = out_len;
		if (strcmp(argv[2], "-") == 0)
			slurp(port, token, 0);
		else
			adds(argv[2]);
		(void)snprintf(len, sizeof len, "%10zu", out_len - body_at);
		memcpy(out + at, len, 10);
	} else
		adds("\r\n");
}

int
main(int argc, char **argv)
{
	const char *url = getenv("CSP_GATEWAY_URL"), *port;
	const char *token = getenv("CSP_AUTH_TOKEN"), *head;
	int ch, raw = 0, whole = 0, end = 0, bare = 0, timeout_s = 20, fd;
	int nheads = 0, held = 0, talk = 0, hard = 0;
	const char *heads[20];
	size_t cut = 0;

	(void)signal(SIGPIPE, SIG_IGN);
	while ((ch = getopt(argc, argv, "c:eH:ik:nrst:z")) != -1)
		switch (ch) {
		case 'c':
			cut = (size_t)atoi(optarg);
			break;
		case 'e':
			end = 1;
			break;
		case 'H':
			heads[nheads++] = optarg;
			break;
		case 'i':
			whole = 1;
			break;
		case 'k':
			held = atoi(optarg);
			break;
		case 'n':
			bare = 1;
			break;
		case 'r':
			raw = 1;
			break;
		case 's':
			talk = 1;
			break;
		case 't':
			timeout_s = atoi(optarg);
			break;
		case 'z':
			hard = 1;
			break;
		default:
			return 2;
		}
	argc -= optind;
	argv += optind;
	if (url == NULL || (port = strrchr(url, ':')) == NULL || token == NULL)
		errx(2, "CSP_GATEWAY_URL and CSP_AUTH_TOKEN are needed");
	port++;
	if (held > 0) {
		if (argc >= 2)
			build(argc, argv, port, bare ? NULL : token, heads,
			    nheads, 1);
		return hold(atoi(port), held, hard);
	}
	fd = dial(atoi(port));
	if (talk)
		return converse(fd, port, token, hard);
	if (raw) {
		slurp(port, token, 1);
		exchange(fd, cut, end, timeout_s);
		fwrite(in, 1, in_len, stdout);
		return 0;
	}
	if (argc < 2)
		errx(2, "a method and a target are needed");
	build(argc, argv, port, bare ? NULL : token, heads, nheads, 0);
	exchange(fd, cut, end, timeout_s);
	if (whole) {
		fwrite(in, 1, in_len, stdout);
		return 0;
	}
	in[in_len < sizeof in ? in_len : sizeof in - 1] = '\0';
	head = strstr(in, "\r\n\r\n");
	if (head == NULL || in_len < 12)
		errx(4, "no answer: %s", in);
	printf("%.3s ", in + 9);
	fwrite(head + 4, 1, in_len - (size_t)(head + 4 - in), stdout);
	printf("\n");
	return 0;
}
