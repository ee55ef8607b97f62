/*
 * crash - kills a gateway with SIGKILL at random moments, with senders and
 * readers at work, starts it again on the same journal, and looks whether it
 * kept its word.
 *
 *	crash GATEWAY ROUNDS [SEED]
 *
 * Kept must be: each message that was acknowledged, under its id; none twice,
 * though what was not acknowledged is sent again under its key; none that was
 * not sent; the order of each sender; ids never used for another message;
 * registrations; and what a reader acknowledged is not shown to it again.
 */
#include <sys/types.h>
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

enum { SENDERS = 6, READERS = 3, PEERS = SENDERS + READERS, IN = 1 << 20 };

struct peer {
	int	fd;
	int	waits;		/* for an answer */
	size_t	len;
	char	*in;
	long	next;		/* senders: the number being sent */
	long	cursor;		/* readers: acknowledged and confirmed */
	long	asked;		/* readers: the `after` in flight */
	long	seen;		/* readers: the newest id shown */
};

static struct peer peers[PEERS];
static long *id_of[SENDERS];	/* by number; 0: not acknowledged */
static long cap[SENDERS];
static int bad;
static pid_t gateway;
static int port;
static char token[200];
static const char *program;

static void
fault(const char *what, long a, long b)
{
	bad++;
	printf("# %s: %ld %ld\n", what, a, b);
}

/* Start it, and read its port and token from its lines. */
static void
start(void)
{
	char text[4096], *q;
	size_t n = 0;
	ssize_t got;
	int p[2];

	text[0] = '\0';
	if (pipe(p) == -1)
		err(1, "pipe");
	gateway = fork();
	if (gateway == -1)
		err(1, "fork");
	if (gateway == 0) {
		(void)dup2(p[1], STDOUT_FILENO);
		(void)close(p[0]);
		(void)close(p[1]);
		execl(program, program, "--port", "0", "--rate", "0",
		    "--journal", "crash.journal", (char *)NULL);
		err(127, "%s", program);
	}
	(void)close(p[1]);
	text[0] = '\0';
	while (n < sizeof text - 1 && strstr(text, "_PID=") == NULL) {
		got = read(p[0], text + n, sizeof text - 1 - n);
		if (got <= 0)
			errx(1, "the gateway did not start");
		n += (size_t)got;
		text[n] = '\0';
	}
	(void)close(p[0]);
	q = strstr(text, "127.0.0.1:");
	if (q == NULL)
		errx(1, "no URL");
	port = atoi(q + 10);
	q = strstr(text, "CSP_AUTH_TOKEN=");
	if (q == NULL || sscanf(q, "CSP_AUTH_TOKEN=%199[^;]", token) != 1)
		errx(1, "no token");
}

static void
dial(struct peer *c)
{
	struct sockaddr_in a;
	int on = 1;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((unsigned short)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd == -1 || connect(c->fd, (struct sockaddr *)&a, sizeof a) == -1)
		err(1, "connect");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	c->len = 0;
	c->waits = 0;
}

/* Send a request; a dead gateway shows when its answer is read. */
static void
ask(struct peer *c, const char *method, const char *target, const char *key,
    const char *body)
{
	char out[2048];
	int n;

	n = snprintf(out, sizeof out, "%s %s HTTP/1.1\r\nHost: localhost\r\n"
	    "X-Auth-Token: %s\r\n%s%s%sContent-Length: %zu\r\n\r\n%s", method,
	    target, token, key != NULL ? "Idempotency-Key: " : "",
	    key != NULL ? key : "", key != NULL ? "\r\n" : "", strlen(body),
	    body);
	if (send(c->fd, out, (size_t)n, 0) == -1 && errno != EPIPE &&
	    errno != ECONNRESET)
		err(1, "send");
	c->waits = 1;
}

/* 1: c->in holds a whole answer, whose body is returned in *body; 0: not yet;
 * -1: the gateway is gone. */
static int
answer(struct peer *c, char **body)
{
	char *end, *l;
	size_t want;
	ssize_t n;

	n = recv(c->fd, c->in + c->len, IN - 1 - c->len, 0);
	if (n <= 0)
		return -1;
	c->len += (size_t)n;
	c->in[c->len] = '\0';
	end = strstr(c->in, "\r\n\r\n");
	if (end == NULL)
		return 0;
	l = strstr(c->in, "Content-Length: ");
	want = (size_t)(end + 4 - c->in) + strtoul(l + 16, NULL, 10);
	if (c->len < want)
		return 0;
	if (strncmp(c->in, "HTTP/1.1 20", 11) != 0)
		errx(1, "answered: %.400s", c->in);
	*body = end + 4;
	c->len = 0;
	c->waits = 0;
	return 1;
}

/* Ask and wait for the answer; only while nobody is killed. */
static char *
call(struct peer *c, const char *method, const char *target, const char *body)
{
	char *text;
	int rc;

	ask(c, method, target, NULL, body);
	while ((rc = answer(c, &text)) == 0)
		;
	if (rc == -1)
		errx(1, "the gateway went away");
	return text;
}

static void
send_next(int i)
{
	struct peer *c = &peers[i];
	char body[200], key[60];

	(void)snprintf(key, sizeof key, "s%d-%ld", i, c->next);
	(void)snprintf(body, sizeof body, "{\"from\":\"s%d\",\"content\":"
	    "\"s%d-%ld\"}", i, i, c->next);
	ask(c, "POST", "/agent-output", key, body);
}

static void
sent(int i, const char *body)
{
	struct peer *c = &peers[i];
	const char *p = strstr(body, "\"messageId\":");

	if (p == NULL)
		errx(1, "answered %s", body);
	if (c->next >= cap[i]) {
		cap[i] = cap[i] > 0 ? 2 * cap[i] : 1024;
		id_of[i] = realloc(id_of[i], (size_t)cap[i] * sizeof **id_of);
		if (id_of[i] == NULL)
			err(1, NULL);
	}
	id_of[i][c->next++] = atol(p + 12);
}

static void
read_next(struct peer *c, int i)
{
	char target[80];

	c->asked = c->seen;
	(void)snprintf(target, sizeof target, "/inbox/r%d?after=%ld&wait=5", i,
	    c->asked);
	ask(c, "GET", target, NULL, "");
}

/* What a reader was shown lies behind what it has acknowledged. */
static void
shown(struct peer *c, const char *body)
{
	const char *p = body;
	long id;

	if (c->asked > c->cursor)
		c->cursor = c->asked;
	while ((p = strstr(p, "{\"id\":")) != NULL) {
		id = atol(p + 6);
		if (id <= c->cursor)
			fault("acknowledged, and shown again", id, c->cursor);
		if (id > c->seen)
			c->seen = id;
		p += 6;
	}
}

/* Work until the time is over, then kill. */
static void
work(int ms)
{
	struct pollfd p[PEERS];
	struct timespec a, b;
	char *body;
	int i;

	for (i = 0; i < PEERS; i++) {
		dial(&peers[i]);
		p[i].fd = peers[i].fd;
		p[i].events = POLLIN;
		if (i < SENDERS)
			send_next(i);
		else
			read_next(&peers[i], i - SENDERS);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	do {
		if (poll(p, PEERS, 1) == -1)
			err(1, "poll");
		for (i = 0; i < PEERS; i++) {
			if (p[i].revents == 0 || answer(&peers[i], &body) != 1)
				continue;
			if (i < SENDERS) {
				sent(i, body);
				send_next(i);
			} else {
				shown(&peers[i], body);
				read_next(&peers[i], i - SENDERS);
			}
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &b);
	} while ((b.tv_sec - a.tv_sec) * 1000 +
	    (b.tv_nsec - a.tv_nsec) / 1000000 < ms);
	(void)kill(gateway, SIGKILL);
	(void)waitpid(gateway, NULL, 0);
	/* what it had answered before it died counts */
	for (i = 0; i < PEERS; i++) {
		if (peers[i].waits && answer(&peers[i], &body) == 1) {
			if (i < SENDERS)
				sent(i, body);
			else
				shown(&peers[i], body);
		}
		(void)close(peers[i].fd);
	}
}

/*
 * Each reader's inbox begins behind what it acknowledged, or behind what it was
 * about to: everything is for everybody.
 */
static void
cursors(void)
{
	static struct peer c;
	struct peer *r;
	char target[80];
	long id, most;
	int i;

	if (c.in == NULL && (c.in = malloc(IN)) == NULL)
		err(1, NULL);
	dial(&c);
	for (i = 0; i < READERS; i++) {
		r = &peers[SENDERS + i];
		most = r->asked > r->cursor ? r->asked : r->cursor;
		(void)snprintf(target, sizeof target,
		    "/inbox/r%d?after=0&limit=1", i);
		if (sscanf(call(&c, "GET", target, ""), "[{\"id\":%ld", &id) !=
		    1)
			continue;
		if (id <= r->cursor)
			fault("acknowledged, and there again", id, r->cursor);
		if (id > most + 1)
			fault("never acknowledged, and gone", most + 1, id);
	}
	(void)close(c.fd);
}

/* Go through the history from `after` on; returns the newest id in it. */
static long
verify(long after)
{
	static long last[SENDERS];
	static struct peer c;
	char target[80], *p;
	long id, k, n = after;
	int i;

	if (c.in == NULL && (c.in = malloc(IN)) == NULL)
		err(1, NULL);
	if (after == 0)
		for (i = 0; i < SENDERS; i++)
			last[i] = -1;
	dial(&c);
	do {
		after = n;
		(void)snprintf(target, sizeof target,
		    "/history?after=%ld&limit=1000&wait=0", after);
		p = call(&c, "GET", target, "");
		while ((p = strstr(p, "{\"id\":")) != NULL) {
			id = atol(p + 6);
			if (id <= n)
				fault("ids do not increase", n, id);
			n = id;
			p = strstr(p, "\"content\":\"");
			if (p == NULL || sscanf(p, "\"content\":\"s%d-%ld\"",
			    &i, &k) != 2 || i < 0 || i >= SENDERS)
				errx(1, "not ours: %.100s", p);
			if (k != last[i] + 1)
				fault("out of order, lost or doubled", i, k);
			last[i] = k;
			if (k > peers[i].next)
				fault("invented", i, k);
			if (k < peers[i].next && id_of[i][k] != id)
				fault("under another id", id_of[i][k], id);
		}
	} while (n > after);
	for (i = 0; i < SENDERS; i++)
		if (last[i] < peers[i].next - 1)
			fault("acknowledged, and lost", i, peers[i].next - 1);
	(void)close(c.fd);
	return n;
}

int
main(int argc, char **argv)
{
	struct peer *c = &peers[0];
	char body[80];
	long rounds, r, n = 0;
	unsigned int seed;
	int i;

	if (argc < 3)
		errx(2, "crash GATEWAY ROUNDS [SEED]");
	program = argv[1];
	rounds = atol(argv[2]);
	seed = argc > 3 ? (unsigned int)atol(argv[3]) : (unsigned int)time(NULL);
	srand(seed);
	printf("# seed %u\n", seed);
	(void)signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < PEERS; i++)
		if ((peers[i].in = malloc(IN)) == NULL)
			err(1, NULL);
	start();
	dial(c);
	for (i = 0; i < PEERS; i++) {
		(void)snprintf(body, sizeof body, "{\"agentId\":\"%c%d\"}",
		    i < SENDERS ? 's' : 'r', i < SENDERS ? i : i - SENDERS);
		(void)call(c, "POST", "/register", body);
	}
	(void)close(c->fd);
	for (r = 0; r < rounds && bad == 0; r++) {
		work(1 + rand() % 40);
		start();
		cursors();
		/* all of it now and then, else what is new would never end */
		if (r % 50 == 49 || r == rounds - 1)
			n = verify(0);
	}
	dial(c);
	if (strstr(call(c, "GET", "/agents", ""), "\"id\":\"s5\"") == NULL)
		fault("a registration is lost", 0, 0);
	(void)kill(gateway, SIGTERM);
	(void)waitpid(gateway, NULL, 0);
	printf("# %ld kills, %ld messages, %d faults\n", rounds, n, bad);
	return bad != 0;
}
