/*
 * csp-gateway - the room: an HTTP server on a loopback address that numbers,
 * keeps and delivers messages.  One process, one thread, one poll(2) loop.
 *
 * A round of the loop (see round_of): step the ready connections, which appends
 * records to the journal and answers to g->out; wake who waits for what came;
 * write and sync the journal once; only then send the answers, receivers
 * before senders.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/api.h"
#include "lib/broker.h"
#include "lib/buf.h"
#include "lib/compact.h"
#include "lib/conn.h"
#include "lib/exits.h"
#include "lib/http.h"
#include "lib/journal.h"
#include "lib/load.h"
#include "lib/net.h"
#include "lib/room.h"
#include "lib/util.h"
#include "lib/views.h"

#define VERSION "0.1"

enum {
	MEMORY_ROOM = 32 << 20,	/* --journal none keeps so much */
	SLEEP_MS = 50,		/* a quiet connection is looked at less */
	FEW = 64,		/* so few that all are polled every round */
	SYNC_MS = 1000,		/* --sync interval */
	LATE_LOOKS = 4,		/* for who else has come, before a sync */
	STOP_MS = 3000		/* for answers to leave after SIGTERM */
};

static volatile sig_atomic_t got_signal;
static int wake_fd = -1;

static void
on_signal(int sig)
{
	int e = errno;

	got_signal = sig;
	/* a full pipe is awake already */
	if (write(wake_fd, "", 1) == -1)
		got_signal = sig;
	errno = e;
}

/* The journal did not take it: what was answered on its strength is taken
 * back.  Who only waited goes on waiting. */
static void
take_back(struct server *g)
{
	struct conn *c;
	size_t i, n = g->nlist;
	int e = errno;

	broker_rollback(&g->broker);
	/* nor do streams hear of it: they are told the states instead */
	for (c = g->waiting[LIST_STREAM]; c != NULL; c = c->next)
		c->missed = 1;
	g->lag = 1;
	for (i = 0; i < n; i++) {
		c = g->list[i];
		if (c->state == CONN_CLOSED || c->firm == c->seg_len)
			continue;
		c->seg_len = c->firm;
		if (c->woken) {
			c->woken = 0;
			c->close = c->eof;
			continue;
		}
		if (c->state == CONN_WAIT)
			conn_unpark(g, c);
		errno = e;
		conn_error(g, c, 507, "not-stored", strerror(e), 0, 0);
	}
}

/* Write and sync what the round appended. */
static void
commit(struct server *g)
{
	int64_t before;
	static int last_errno;

	if (!journal_pending(g->journal)) {
		broker_commit(&g->broker);
		return;
	}
	before = g->sync == JOURNAL_ALWAYS ? clock_us() : 0;
	if (journal_commit(g->journal) == 0) {
		if (g->sync == JOURNAL_ALWAYS)
			g->api.sync_us += clock_us() - before;
		else if (g->sync_at == 0)
			g->sync_at = g->now + SYNC_MS;
		if (last_errno != 0)
			warnx("the journal is written again");
		last_errno = 0;
		broker_commit(&g->broker);
		return;
	}
	if (errno != last_errno) {
		last_errno = errno;
		warn("journal: messages are refused%s",
		    journal_failed(g->journal) ? " until a restart" : "");
	}
	errno = last_errno;
	take_back(g);
}

/* Send what a connection was answered, in one write where it fits. */
static void
send_segment(struct server *g, struct conn *c)
{
	const char *p = g->out.p + c->seg;
	size_t len = c->seg_len;
	ssize_t n = 0;

	c->listed = 0;
	c->seg_len = 0;
	if (c->state == CONN_CLOSED)
		return;
	if (c->woken)
		conn_unpark(g, c);
	if (c->out.len == 0 && len > 0) {
		n = write(c->fd, p, len);
		if (n == -1) {
			if (errno != EAGAIN && errno != EWOULDBLOCK &&
			    errno != EINTR) {
				conn_close(g, c);
				return;
			}
			n = 0;
		}
		g->api.bytes_out += (uint64_t)n;
	}
	if ((size_t)n < len) {
		if (buf_append(&c->out, p + n, len - (size_t)n) == -1) {
			conn_close(g, c);
			return;
		}
		conn_deadline(g, c, WRITE_MS);
	} else if (c->close) {
		conn_linger(g, c);
		return;
	} else if (c->state == CONN_READ) {
		if (c->in.len == 0)
			conn_deadline(g, c, IDLE_MS);
		else
			conn_queue(g, c);
	}
}

/* Send all answers: first to who waited, then to who asked. */
static void
send_all(struct server *g)
{
	size_t i;

	for (i = 0; i < g->nlist; i++)
		if (g->list[i]->woken || g->list[i]->state == CONN_STREAM) {
			conn_heat(g, g->list[i]);
			send_segment(g, g->list[i]);
		}
	for (i = 0; i < g->nlist; i++)
		if (g->list[i]->listed)
			send_segment(g, g->list[i]);
	for (i = 0; i < g->nlist; i++)
		if (g->list[i]->state != CONN_CLOSED)
			conn_update(g, g->list[i]);
	g->nlist = 0;
	buf_clear(&g->out, SERVER_OUT_KEEP);
}

/* A connection's time is over. */
static void
expire(struct server *g, struct conn *c)
{
	static const char ping[] = ":\n\n";
	size_t off;

	if (c->out.len > 0 && c->state != CONN_CLOSED) {
		conn_close(g, c);	/* it takes nothing */
		return;
	}
	switch ((enum conn_state)c->state) {
	case CONN_READ:
		if (c->began == 0) {
			conn_close(g, c);
			return;
		}
		c->began = 0;
		conn_error(g, c, 408, "too-slow", "the request did not come "
		    "in time", 0, 0);
		return;
	case CONN_WAIT:
		conn_answer_waiter(g, c, 1);
		return;
	case CONN_STREAM:
		conn_gather(g, c);
		off = g->out.len;
		if ((c->minor == 0 ? buf_append(&g->out, ping, 3) :
		    http_put_chunk(&g->out, ping, 3)) == 0)
			conn_add(g, c, off, g->out.len - off);
		conn_deadline(g, c, PING_MS);
		return;
	case CONN_LINGER:
		conn_close(g, c);
		return;
	case CONN_CLOSED:
		break;
	}
}

/* Look at all deadlines, when the nearest may have come. */
static void
sweep(struct server *g)
{
	struct conn *c;
	size_t i;

	if (g->now < g->deadline)
		return;
	g->deadline = INT64_MAX;
	for (i = 2; i < g->n; i++) {
		c = g->conn[i];
		if (c->deadline <= g->now)
			expire(g, c);
		if (c->state != CONN_CLOSED && c->deadline < g->deadline)
			g->deadline = c->deadline;
	}
	/* with many connections not for each deadline alone */
	if (g->n > 1000 && g->deadline < g->now + SLEEP_MS)
		g->deadline = g->now + SLEEP_MS;
}

/* Free what is closed, and let sleep what is quiet. */
static void
tidy(struct server *g)
{
	struct conn *c;
	size_t i, n = 0;

	server_relieve(g);
	for (i = 0; i < g->nagain; i++)
		if (g->again[i]->state != CONN_CLOSED)
			g->again[n++] = g->again[i];
	g->nagain = n;
	while ((c = g->dead) != NULL) {
		g->dead = c->next;
		conn_free(g, c);
	}
	if (g->n <= FEW)
		return;
	for (i = g->nhot; i-- > 2;) {
		c = g->conn[i];
		if (c->out.len == 0 && c->in.len == 0 &&
		    (c->state == CONN_WAIT ||
		    g->now - c->active_ms >= SLEEP_MS))
			conn_cool(g, c);
	}
}

/* How long poll(2) may wait. */
static int
timeout_ms(const struct server *g, int all)
{
	int64_t at = g->deadline;

	if (g->nagain > 0 || g->rewake || g->lag)
		return 0;
	if (g->sync_at != 0 && g->sync_at < at)
		at = g->sync_at;
	if (g->paused_until != 0 && g->paused_until < at)
		at = g->paused_until;
	if (g->gone_at < at)
		at = g->gone_at;
	if (!all && g->sleepers_at < at)
		at = g->sleepers_at;
	if (at == INT64_MAX)
		return -1;
	return at <= g->now ? 0 : at - g->now > 60000 ? 60000 :
	    (int)(at - g->now);
}

/* Do what input was left over for, before anybody reads more. */
static void
do_again(struct server *g)
{
	struct conn *c;
	size_t i, n = g->nagain;

	/* what is pushed meanwhile stays for the next round */
	for (i = 0; i < n; i++) {
		c = g->again[i];
		c->queued = 0;
		if (c->state == CONN_READ && c->out.len == 0 && !c->close)
			conn_go_on(g, c);
		if (c->state != CONN_CLOSED)
			conn_update(g, c);
	}
	g->nagain -= n;
	if (g->nagain > 0)
		memmove(g->again, g->again + n, g->nagain *
		    sizeof(struct conn *));
}

/* A step of each connection among the first n that poll(2) found ready. */
static void
step_ready(struct server *g, size_t n, int left, int again)
{
	struct conn *c;
	short ready;
	size_t i;

	/* what is heated changes places with what was looked at or not ready */
	for (i = 2; i < n && left > 0; i++) {
		c = g->conn[i];
		ready = g->pfd[i].revents;
		g->pfd[i].revents = 0;
		if (ready == 0 || c->state == CONN_CLOSED ||
		    (again && c->listed))
			continue;
		left--;
		conn_step(g, c, ready);
		if (c->state != CONN_CLOSED && !c->listed)
			conn_update(g, c);	/* else in send_all */
	}
}

/*
 * A sync of the disk costs as much as many looks: who has come while the others
 * were read is in it, too.  Who has an answer already has had his turn.
 */
static void
step_late(struct server *g)
{
	int looks, left;

	for (looks = 0; looks < LATE_LOOKS; looks++) {
		if (g->sync != JOURNAL_ALWAYS || !journal_pending(g->journal))
			return;
		left = poll(g->pfd, (nfds_t)g->nhot, 0);
		if (left <= 0)
			return;
		step_ready(g, g->nhot, left, 1);
	}
}

/*
 * One turn of the loop.  poll(2) costs by the descriptor, so those that are
 * quiet are polled only when the busy ones have nothing, or now and then.
 */
static void
round_of(struct server *g)
{
	static int busy, full;
	size_t n;
	int all, left;

	all = g->nhot == g->n || !busy || g->now >= g->sleepers_at;
	n = all ? g->n : g->nhot;
	g->pfd[0].fd = g->wake;
	g->pfd[0].events = g->pfd[1].events = POLLIN;
	g->pfd[1].fd = g->paused_until != 0 ? -1 : g->listener;
	left = poll(g->pfd, (nfds_t)n, timeout_ms(g, all));
	if (left == -1) {
		if (errno != EINTR && errno != EAGAIN && errno != ENOMEM)
			err(EXIT_IO, "poll");
		left = 0;
	}
	server_tick(g);
	if (all)
		g->sleepers_at = g->now + 5 + (int64_t)g->n / 100;
	busy = left > 0 || g->nagain > 0;
	if (g->paused_until != 0 && g->now >= g->paused_until)
		g->paused_until = 0;
	do_again(g);
	step_ready(g, n, left, 0);
	step_late(g);
	if (g->pfd[1].fd != -1 && g->pfd[1].revents != 0 &&
	    server_accept(g) == -1 && !full) {
		full = 1;
		warn("accept: new connections wait");
	}
	sweep(g);
	conn_gone(g);
	server_wake(g);
	commit(g);
	server_feed(g);
	send_all(g);
	if (g->sync_at != 0 && g->now >= g->sync_at) {
		g->sync_at = 0;
		if (journal_sync(g->journal) == -1)
			warn("journal: fdatasync: messages are refused until a "
			    "restart");
	}
	tidy(g);
}

/* The first of SIGTERM and SIGINT: who waits is answered, who asks is told. */
static void
stop(struct server *g)
{
	size_t i;

	g->stopping = 1;
	(void)close(g->listener);	/* nobody new */
	g->listener = -1;
	g->paused_until = 0;
	for (i = 2; i < g->n; i++) {
		if (g->conn[i]->state == CONN_WAIT)
			conn_answer_waiter(g, g->conn[i], 1);
		else if (g->conn[i]->state == CONN_STREAM)
			conn_close(g, g->conn[i]);
	}
	commit(g);
	send_all(g);
	tidy(g);
}

/* Whether an answer has not left yet. */
static int
unsent(const struct server *g)
{
	size_t i;

	for (i = 2; i < g->n; i++)
		if (g->conn[i]->out.len > 0)
			return 1;
	return 0;
}

static void
loop(struct server *g)
{
	char drain[16];
	int64_t begun = 0;

	while (!g->stopping || g->now < begun + PAUSE_MS ||
	    (unsent(g) && g->now < begun + STOP_MS)) {
		if (g->stopping && g->deadline > begun + PAUSE_MS)
			g->deadline = g->now + 20;
		round_of(g);
		if (g->pfd[0].revents != 0)
			while (read(g->wake, drain, sizeof drain) > 0)
				;
		if (got_signal != 0 && !g->stopping) {
			begun = g->now;
			stop(g);
		}
	}
	if (journal_failed(g->journal))
		errx(EXIT_IO, "the journal could not be synced: see above");
	if (journal_sync(g->journal) == -1)
		err(EXIT_IO, "journal: fdatasync");
}

/* What the command line says. */
struct options {
	struct room_given given;
	const char	*host, *journal;
	int64_t		 port, rate, max_body, max_hops, keep;
	enum journal_sync sync;
	const char	*allow_hosts[64], *allow_origins[64];
	size_t		 nhosts, norigins;
	int		 remote, daemon;
	const char	*check, *compact;
};

static void
usage(FILE *f)
{
	(void)fputs("usage: csp-gateway [--host H] [--port N] "
	    "[--journal FILE|none]\n"
	    "                   [--sync always|interval|never] [--rate N] "
	    "[--max-body N]\n"
	    "                   [--max-hops N] [--allow-host H] "
	    "[--allow-origin O]\n"
	    "                   [--allow-remote] [--auth-token T] "
	    "[--auth-token-file F]\n"
	    "                   [--room R] [--daemon]\n"
	    "       csp-gateway --check FILE\n"
	    "       csp-gateway --compact FILE --keep N\n"
	    "       csp-gateway --help | --version\n", f);
}

enum opt {
	OPT_ALLOW_HOST = 256,
	OPT_ALLOW_ORIGIN,
	OPT_ALLOW_REMOTE,
	OPT_AUTH_TOKEN,
	OPT_AUTH_TOKEN_FILE,
	OPT_CHECK,
	OPT_COMPACT,
	OPT_DAEMON,
	OPT_HELP,
	OPT_HOST,
	OPT_JOURNAL,
	OPT_KEEP,
	OPT_MAX_BODY,
	OPT_MAX_HOPS,
	OPT_PORT,
	OPT_RATE,
	OPT_ROOM,
	OPT_SYNC,
	OPT_VERSION
};

static const struct option longopts[] = {
	{ "allow-host", required_argument, NULL, OPT_ALLOW_HOST },
	{ "allow-origin", required_argument, NULL, OPT_ALLOW_ORIGIN },
	{ "allow-remote", no_argument, NULL, OPT_ALLOW_REMOTE },
	{ "auth-token", required_argument, NULL, OPT_AUTH_TOKEN },
	{ "auth-token-file", required_argument, NULL, OPT_AUTH_TOKEN_FILE },
	{ "check", required_argument, NULL, OPT_CHECK },
	{ "compact", required_argument, NULL, OPT_COMPACT },
	{ "daemon", no_argument, NULL, OPT_DAEMON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "host", required_argument, NULL, OPT_HOST },
	{ "journal", required_argument, NULL, OPT_JOURNAL },
	{ "keep", required_argument, NULL, OPT_KEEP },
	{ "max-body", required_argument, NULL, OPT_MAX_BODY },
	{ "max-hops", required_argument, NULL, OPT_MAX_HOPS },
	{ "port", required_argument, NULL, OPT_PORT },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "room", required_argument, NULL, OPT_ROOM },
	{ "sync", required_argument, NULL, OPT_SYNC },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 }
};

static void
number_arg(const char *name, const char *s, int64_t min, int64_t max,
    int64_t *v)
{
	if (num_parse(s, min, max, v) == -1)
		errx(EXIT_USAGE, "--%s %s: not a number from %lld to %lld",
		    name, s, (long long)min, (long long)max);
}

static void
add_word(const char **list, size_t *n, const char *name, const char *s)
{
	if (*n == 64)
		errx(EXIT_USAGE, "--%s is given more than 64 times", name);
	list[(*n)++] = s;
}

static enum journal_sync
sync_arg(const char *s)
{
	if (strcmp(s, "always") == 0)
		return JOURNAL_ALWAYS;
	if (strcmp(s, "interval") == 0)
		return JOURNAL_INTERVAL;
	if (strcmp(s, "never") == 0)
		return JOURNAL_NEVER;
	errx(EXIT_USAGE, "--sync %s: not always, interval or never", s);
	return JOURNAL_ALWAYS;	/* some compilers want it */
}

static void
options(struct options *o, int argc, char **argv)
{
	int ch;

	while ((ch = getopt_long(argc, argv, "", longopts, NULL)) != -1)
		switch (ch) {
		case OPT_ALLOW_HOST:
			add_word(o->allow_hosts, &o->nhosts, "allow-host",
			    optarg);
			break;
		case OPT_ALLOW_ORIGIN:
			if (strlen(optarg) > API_ORIGIN_MAX)
				errx(EXIT_USAGE, "--allow-origin: it is too "
				    "long");
			add_word(o->allow_origins, &o->norigins,
			    "allow-origin", optarg);
			break;
		case OPT_ALLOW_REMOTE:
			o->remote = 1;
			break;
		case OPT_AUTH_TOKEN:
			o->given.opt_token = secret_take(optarg);
			if (o->given.opt_token == NULL)
				err(EXIT_IO, "memory");
			break;
		case OPT_AUTH_TOKEN_FILE:
			o->given.opt_token_file = optarg;
			break;
		case OPT_CHECK:
			o->check = optarg;
			break;
		case OPT_COMPACT:
			o->compact = optarg;
			break;
		case OPT_DAEMON:
			o->daemon = 1;
			break;
		case OPT_HELP:
			usage(stdout);
			exit(EXIT_OK);
		case OPT_HOST:
			o->host = optarg;
			break;
		case OPT_JOURNAL:
			o->journal = optarg;
			break;
		case OPT_KEEP:
			number_arg("keep", optarg, 0, INT64_MAX, &o->keep);
			break;
		case OPT_MAX_BODY:
			number_arg("max-body", optarg, 256, 16 << 20,
			    &o->max_body);
			break;
		case OPT_MAX_HOPS:
			number_arg("max-hops", optarg, 0, 60000, &o->max_hops);
			break;
		case OPT_PORT:
			number_arg("port", optarg, 0, 65535, &o->port);
			break;
		case OPT_RATE:
			number_arg("rate", optarg, 0, 1000000, &o->rate);
			break;
		case OPT_ROOM:
			o->given.opt_room = optarg;
			break;
		case OPT_SYNC:
			o->sync = sync_arg(optarg);
			break;
		case OPT_VERSION:
			(void)puts("csp-gateway " VERSION);
			exit(EXIT_OK);
		default:
			usage(stderr);
			exit(EXIT_USAGE);
		}
	if (optind < argc) {
		warnx("there is no argument \"%s\"", argv[optind]);
		usage(stderr);
		exit(EXIT_USAGE);
	}
}

static void
journal_report(const struct load *l, enum journal_line what, uint64_t off,
    const char *path, uint64_t end)
{
	if (what == JOURNAL_DAMAGED && l->damaged <= 20)
		warnx("%s: line %llu at byte %llu is damaged: skipped and kept",
		    path, (unsigned long long)l->scan.line,
		    (unsigned long long)off);
	if (what == JOURNAL_DAMAGED && l->damaged == 21)
		warnx("%s: more lines are damaged (see --check)", path);
	if (what == JOURNAL_TORN)
		warnx("%s: the last line (%llu, at byte %llu) is torn: "
		    "%llu bytes cut off", path,
		    (unsigned long long)l->scan.line, (unsigned long long)off,
		    (unsigned long long)(end - off));
}

/* Take over what the journal holds. */
static void
replay(struct server *g, const char *path)
{
	struct load l;
	enum journal_line what;
	uint64_t off, end = journal_end(g->journal);

	load_init(&l, &g->broker);
	while ((what = load_next(&l, &g->broker, &off)) != JOURNAL_END) {
		if (what == JOURNAL_ERROR)
			err(EXIT_IO, "%s: line %llu", path,
			    (unsigned long long)l.scan.line);
		journal_report(&l, what, off, path, end);
		if (what == JOURNAL_TORN && journal_cut(g->journal, off) == -1)
			err(EXIT_IO, "%s: cannot cut the torn line off", path);
		if (what == JOURNAL_TORN)
			l.scan.end = off;
	}
	if (l.unknown > 0)
		warnx("%s: %llu records are of an unknown kind: skipped and "
		    "kept", path, (unsigned long long)l.unknown);
}

/* --host must be loopback unless it was said twice. */
static void
check_host(const struct options *o)
{
	if (o->remote || net_is_loopback(o->host, strlen(o->host)))
		return;
	errx(EXIT_USAGE, "--host %s is not this machine's loopback; whoever "
	    "reaches it and has the token may come in, in clear: "
	    "--allow-remote if you mean it", o->host);
}

/* A journal could not be opened: say why, and end. */
static void
bad_journal(const char *path)
{
	if (errno == EINVAL)
		errx(EXIT_IO, "%s: not a journal", path);
	err(EXIT_IO, "%s", path);
}

static void
open_journal(struct server *g, const struct options *o, struct room *room)
{
	const char *path = o->journal != NULL ? o->journal :
	    room->journal_path;
	int locked;

	g->sync = o->sync;
	if (strcmp(path, "none") == 0) {
		g->sync = JOURNAL_NEVER;
		g->journal = journal_open_memory(MEMORY_ROOM);
		if (g->journal == NULL)
			err(EXIT_IO, NULL);
	} else {
		if (o->journal == NULL && mkdir(room->dir, 0700) == -1 &&
		    errno != EEXIST)
			err(EXIT_IO, "%s", room->dir);
		g->journal = journal_open(path, o->sync, &locked);
		if (g->journal == NULL && locked)
			errx(EXIT_IO, "%s: another gateway has it open", path);
		if (g->journal == NULL)
			bad_journal(path);
	}
	broker_init(&g->broker, g->journal, (unsigned int)o->max_hops);
	server_tick(g);
	replay(g, path);
	server_tick(g);
}

static void
more_descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	/* some systems refuse; then the limit is what it is */
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

static void
signals(struct server *g)
{
	struct sigaction sa;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 ||
	    fd_cloexec(pair[0]) == -1 || fd_cloexec(pair[1]) == -1 ||
	    fd_nonblock(pair[0]) == -1 || fd_nonblock(pair[1]) == -1)
		err(EXIT_IO, "socketpair");
	g->wake = pair[0];
	wake_fd = pair[1];
	memset(&sa, 0, sizeof sa);
	(void)sigemptyset(&sa.sa_mask);		/* these cannot fail */
	sa.sa_handler = on_signal;
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &sa, NULL);
	(void)sigaction(SIGXFSZ, &sa, NULL);	/* EFBIG says it */
}

/* The room's address, as its file tells it. */
static void
make_url(struct room *room, const char *host, int port)
{
	char digits[BUF_DECIMAL + 1];
	int v6;

	if (strcmp(host, "0.0.0.0") == 0)
		host = "127.0.0.1";
	else if (strcmp(host, "::") == 0)
		host = "::1";
	v6 = strchr(host, ':') != NULL;
	*buf_decimal(digits, (uint64_t)port) = '\0';
	if (text_join(room->url, sizeof room->url, v6 ? "http://[" : "http://",
	    host, v6 ? "]:" : ":", digits, (char *)NULL) == -1)
		errx(EXIT_USAGE, "--host: the name is too long");
}

/* Print the lines of PROTOCOL 7 to fd, all at once. */
static void
print_room(const struct room *room, int fd)
{
	struct buf b;

	buf_init(&b, 8192);
	if (room_format(&b, room) == -1 || write_all(fd, b.p, b.len) == -1)
		err(EXIT_IO, "standard output");
	buf_free(&b);
}

/*
 * Go to the background: the parent stays until the child has its port, passes
 * on the child's lines and leaves.  Returns in the child, with the descriptor
 * for the lines.
 */
static int
background(void)
{
	char text[8192];
	size_t got = 0;
	ssize_t n;
	int p[2];

	if (pipe(p) == -1)
		err(EXIT_IO, "pipe");
	switch (fork()) {
	case -1:
		err(EXIT_IO, "fork");
	case 0:
		(void)close(p[0]);	/* the parent's */
		if (setsid() == -1)
			err(EXIT_IO, "setsid");
		return p[1];
	}
	(void)close(p[1]);		/* the child's */
	while (got < sizeof text &&
	    (n = read(p[0], text + got, sizeof text - got)) != 0) {
		if (n == -1 && errno != EINTR)
			err(EXIT_IO, "pipe");
		got += n > 0 ? (size_t)n : 0;
	}
	if (got == 0)
		_exit(EXIT_IO);		/* the child has said why */
	if (write_all(STDOUT_FILENO, text, got) == -1)
		err(EXIT_IO, "standard output");
	_exit(EXIT_OK);
	return -1;		/* some compilers want it */
}

/* Let go of the terminal; what there is to say goes to a file. */
static void
detach(const struct room *room)
{
	char path[sizeof room->env_path + 8];
	int null, log;

	(void)text_join(path, sizeof path, room->dir, "/", room->name, ".log",
	    (char *)NULL);		/* fits, as the others of its kind do */
	null = open("/dev/null", O_RDWR);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1)
		err(EXIT_IO, "/dev/null");
	if (dup2(log == -1 ? null : log, STDERR_FILENO) == -1 ||
	    chdir("/") == -1)
		err(EXIT_IO, "%s", path);
	if (null > STDERR_FILENO)
		(void)close(null);	/* it was copied */
	if (log > STDERR_FILENO)
		(void)close(log);
}

static void
serve(struct server *g, struct options *o)
{
	struct room room;
	enum room_result rr;
	const char *host = o->host;
	int port, lines = STDOUT_FILENO;

	check_host(o);
	rr = room_paths(&room, &o->given);
	if (rr != ROOM_OK)
		errx(room_exit(rr), "%s", room.why);
	if (room.token[0] == '\0' && random_hex(room.token, 24) == -1)
		err(EXIT_IO, "random numbers");
	if (o->daemon)
		lines = background();
	more_descriptors();
	signals(g);
	open_journal(g, o, &room);
	g->listener = net_listen(host, (int)o->port);
	if (g->listener == -1)
		err(EXIT_IO, "%s port %d", host, (int)o->port);
	port = net_port(g->listener);
	make_url(&room, host, port);
	room.pid = (long)getpid();
	api_init(&g->api, &g->broker, room.token);
	g->api.rate = o->rate;
	g->api.version = VERSION;
	g->api.start_ms = g->now;
	add_word(o->allow_hosts, &o->nhosts, "allow-host", host);
	g->api.hosts.s = o->allow_hosts;
	g->api.hosts.n = o->nhosts;
	g->api.origins.s = o->allow_origins;
	g->api.origins.n = o->norigins;
	if (room_write(&room) == -1)
		err(EXIT_IO, "%s", room.env_path);
	if (o->daemon)
		detach(&room);
	print_room(&room, lines);
	if (o->daemon)
		(void)close(lines);	/* the parent waits for this */
	loop(g);
}

/* Load a journal and say on standard output what is wrong with it. */
static uint64_t
check_load(struct broker *b, const char *path, struct load *l)
{
	enum journal_line what;
	uint64_t off, bad = 0;

	load_init(l, b);
	while ((what = load_next(l, b, &off)) != JOURNAL_END) {
		if (what == JOURNAL_ERROR)
			err(EXIT_IO, "%s: line %llu", path,
			    (unsigned long long)l->scan.line);
		bad++;
		if (printf("%s: line %llu at byte %llu is %s\n", path,
		    (unsigned long long)l->scan.line, (unsigned long long)off,
		    what == JOURNAL_TORN ? "torn" : "damaged") < 0)
			err(EXIT_IO, "standard output");
	}
	return bad;
}

/* --check: verify a journal, and print what it holds. */
static int
check(const struct options *o)
{
	struct broker b;
	struct journal *j;
	struct load l;
	uint64_t bad;
	size_t i;

	j = journal_open_read(o->check);
	if (j == NULL)
		bad_journal(o->check);
	broker_init(&b, j, 0);
	bad = check_load(&b, o->check, &l);
	printf("messages %llu", (unsigned long long)b.msgs.count);
	if (b.msgs.count > 0)
		printf(", ids %llu to %llu",
		    (unsigned long long)msgs_first(&b.msgs),
		    (unsigned long long)b.msgs.next - 1);
	printf("\nnext id %llu\nother records %llu, of them not understood "
	    "%llu\nagents %zu\n", (unsigned long long)b.msgs.next,
	    (unsigned long long)l.records, (unsigned long long)l.unknown,
	    b.agents.used);
	for (i = 0; i < b.agents.n; i++)
		if (b.agents.slot[i]->k.used)
			printf("    %s, cursor %llu, unread %lld\n",
			    b.agents.slot[i]->id, (unsigned long long)
			    b.agents.slot[i]->k.cursor, (long long)
			    broker_unread(&b, (uint16_t)i));
	printf("damaged lines %llu\n", (unsigned long long)bad);
	if (fflush(stdout) == EOF)
		err(EXIT_IO, "standard output");
	broker_free(&b);
	journal_close(j);
	return bad > 0 ? EXIT_NO : EXIT_OK;
}

/* Keep the old file under the first free name FILE.old, FILE.old.2, ... */
static void
keep_old(const char *path, char *old, size_t size)
{
	int i;

	for (i = 1; i < 10000; i++) {
		if ((size_t)snprintf(old, size, i == 1 ? "%s.old" :
		    "%s.old.%d", path, i) >= size)
			errx(EXIT_USAGE, "%s: the name is too long", path);
		if (link(path, old) == 0)
			return;
		if (errno != EEXIST)
			err(EXIT_IO, "%s", old);
	}
	errx(EXIT_IO, "%s: there are too many old ones", path);
}

/* --compact: the journal of a stopped room, without what nobody needs. */
static int
compact_file(const struct options *o)
{
	char tmp[ROOM_PATH_MAX], old[ROOM_PATH_MAX], *path;
	struct broker b;
	struct journal *j, *to;
	struct compact done;
	struct load l;
	int locked;

	if (o->keep < 0)
		errx(EXIT_USAGE, "--compact needs --keep N, the number of "
		    "messages to keep");
	/* where a link leads to, not the link, is written anew */
	path = realpath(o->compact, NULL);
	if (path == NULL)
		err(EXIT_IO, "%s", o->compact);
	j = journal_open(path, JOURNAL_NEVER, &locked);
	if (j == NULL && locked)
		errx(EXIT_IO, "%s: a gateway has it open", path);
	if (j == NULL)
		bad_journal(path);
	broker_init(&b, j, 0);
	broker_time(&b, clock_ms(), wall_ms());
	if (check_load(&b, path, &l) > 0)
		warnx("%s: what is damaged stays in the old file only", path);
	if (text_join(tmp, sizeof tmp, path, ".new", (char *)NULL) == -1)
		errx(EXIT_USAGE, "%s: the name is too long", path);
	if (unlink(tmp) == -1 && errno != ENOENT)
		err(EXIT_IO, "%s", tmp);
	to = journal_open(tmp, JOURNAL_NEVER, &locked);
	if (to == NULL || compact(&b, to, (uint64_t)o->keep, &done) == -1) {
		warn("%s", tmp);
		(void)unlink(tmp);	/* it was ours, and is not whole */
		exit(EXIT_IO);
	}
	keep_old(path, old, sizeof old);
	if (rename(tmp, path) == -1 || journal_sync_dir(path) == -1)
		err(EXIT_IO, "%s", path);
	printf("kept %llu messages (%llu of them unread and older), %llu "
	    "receipts, %llu keys, %zu agents; the old file is %s\n",
	    (unsigned long long)done.messages, (unsigned long long)done.unread,
	    (unsigned long long)done.receipts, (unsigned long long)done.keys,
	    b.agents.used, old);
	if (fflush(stdout) == EOF)
		err(EXIT_IO, "standard output");
	journal_close(to);
	broker_free(&b);
	journal_close(j);
	free(path);
	return EXIT_OK;
}

int
main(int argc, char **argv, char **environment)
{
	static struct server g;
	struct options o;
	const char *port;

	memset(&o, 0, sizeof o);
	room_environ(&o.given, environment);
	o.host = "127.0.0.1";
	o.port = ROOM_PORT_DEFAULT;
	o.rate = 10;
	o.max_body = 1 << 20;
	o.max_hops = 8;
	o.keep = -1;
	o.sync = JOURNAL_ALWAYS;
	port = o.given.port;
	if (port != NULL && *port != '\0' &&
	    num_parse(port, 0, 65535, &o.port) == -1)
		errx(EXIT_USAGE, "CSP_PORT=%s: not a number from 0 to 65535",
		    port);
	options(&o, argc, argv);
	if (o.compact != NULL ? o.check != NULL : o.keep >= 0)
		errx(EXIT_USAGE, "--compact and --keep go together, without "
		    "--check");
	if (o.check != NULL)
		return check(&o);
	if (o.compact != NULL)
		return compact_file(&o);
	g.max_body = (size_t)o.max_body;
	if (server_init(&g) == -1)
		err(EXIT_IO, NULL);
	serve(&g, &o);
	return EXIT_OK;
}
