/*
 * csp-poll - print what is unread for an agent, or what happens in a room.
 *
 * A message is acknowledged by asking for the next one, and that only when all
 * that was printed has been written without error.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "lib/buf.h"
#include "lib/exits.h"
#include "lib/gate.h"
#include "lib/show.h"
#include "lib/util.h"
#include "lib/version.h"

enum {
	BATCH = 64,		/* messages asked for at once; */
	ROOM_BATCH = 256,	/* where nothing is acknowledged */
	WAIT_S = 50,		/* one long poll; the gateway allows 60 */
	ANSWER_MS = 60000,	/* an answer is due, beyond the wait */
	LATE_MS = 3000,		/* and where --wait has an end */
	LOOK_MS = 1000,		/* between two looks at agents or receipts */
	READER_MS = 50,		/* for a reader to go away in */
	SILENT_MS = 60000,	/* a stream that says nothing is dead */
	OUT_MAX = 1024 * 1024 * 1024
};

enum mode {
	MODE_INBOX,
	MODE_ALL,		/* the room's messages, all or the last N */
	MODE_AGENTS,
	MODE_RECEIPTS
};

static struct {
	enum mode mode;
	int64_t history;	/* -1: all */
	int64_t message;	/* whose receipts */
	int64_t wait_s, limit;	/* limit 0: none */
	int64_t after;		/* -1: from the first */
	int follow, waits, peek, stream;
} opt;

static struct gate gate;
static struct show show;	/* what is to be printed, and how */
static int printed;		/* something was */
static int to_pipe;

static const char synopsis[] =
"usage: csp-poll [--wait S] [--follow] [--peek] [--limit N]\n"
"                [--json | -0 | --null | --format F] [ID]\n"
"       csp-poll --all [--after N] | --history N [--wait S] [--follow]\n"
"                [--limit N] [--json | -0 | --null | --format F]\n"
"       csp-poll --agents | --receipts N [--follow] [--json]\n"
"       csp-poll --stream [--history N]\n"
"common: --gateway-url URL, --auth-token T, --auth-token-file F, --room R,\n"
"        --help, --version\n";

static void
usage(void)
{
	/* if nobody hears it, there is nobody to tell */
	(void)write_all(STDERR_FILENO, synopsis, sizeof(synopsis) - 1);
	exit(EXIT_USAGE);
}

/* Ends the program if this is not EXIT_OK: the gate says why. */
static void
must(int code)
{
	if (code != EXIT_OK)
		errx(code, "%s", gate.why);
}

/* Standard output is of no use any more. */
static void
output_failed(void)
{
	if (errno == EPIPE) {
		(void)signal(SIGPIPE, SIG_DFL);
		(void)raise(SIGPIPE);
	}
	err(EXIT_IO, "standard output");
}

/*
 * Writes what is to be printed.  Ends the program where that fails, also where
 * a pipe's reader goes away within grace_ms: what it did not read is not to be
 * acknowledged.
 */
static void
flush(int grace_ms)
{
	struct pollfd pfd = { STDOUT_FILENO, 0, 0 };

	if (show.failed)
		err(EXIT_IO, "memory");
	if (show.out.len == 0)
		return;
	if (write_all(STDOUT_FILENO, show.out.p, show.out.len) == -1)
		output_failed();
	printed = 1;
	buf_clear(&show.out, 1024 * 1024);
	if (to_pipe && poll(&pfd, 1, grace_ms) == 1 &&
	    (pfd.revents & (POLLERR | POLLHUP)) != 0) {
		errno = EPIPE;
		output_failed();
	}
}

/* Prints one of our own texts. */
static void
print_text(const char *text)
{
	if (write_all(STDOUT_FILENO, text, strlen(text)) == -1)
		output_failed();
}

/*
 * A GET, tried once, and its answer's JSON.  NULL: the gateway went away and it
 * is to be asked again; or it refused with a status that is allowed to it.
 */
static const struct json_node *
try_get(const char *target, int64_t wait_s, int allowed)
{
	struct client_request req;
	struct client_reply reply;
	const struct json_node *root;
	int status;

	memset(&req, 0, sizeof(req));
	req.method = HTTP_GET;
	req.target = target;
	req.timeout_ms = wait_s * 1000 + ANSWER_MS;
	status = gate_try(&gate, &req, &reply);
	if (status == EXIT_REFUSED && reply.status == allowed)
		return NULL;
	must(status);
	if (reply.status == 0)
		return NULL;
	if ((root = gate_json(&gate, &reply)) == NULL)
		must(EXIT_REFUSED);
	if (opt.follow)		/* it was there: from now on wait for it */
		gate.patience_ms = -1;
	return root;
}

/* A GET, tried until it is answered. */
static const struct json_node *
get(const char *target)
{
	const struct json_node *root;

	do
		root = try_get(target, 0, 0);
	while (root == NULL);
	return root;
}

/* Where the reading stands. */
struct reading {
	char id[ID_MAX + 1];	/* whose inbox */
	int enrolled;		/* by us, as a person */
	int64_t last;		/* the newest id that was printed */
	int64_t left;		/* messages that may still be printed */
	int64_t until_ms;	/* --wait; -1: for ever */
};

/* How long to wait for the next message, in whole seconds; 0: not. */
static int64_t
wait_for_next(const struct reading *r)
{
	int64_t ms;

	if (r->until_ms == -1)
		return WAIT_S;
	ms = r->until_ms - clock_ms();
	if (ms <= 0)
		return 0;
	return ms > WAIT_S * 1000 ? WAIT_S : (ms + 999) / 1000;
}

/* From now on, how long may nothing come? */
static void
set_wait(struct reading *r)
{
	if (opt.waits)
		r->until_ms = opt.wait_s == 0 ? -1 :
		    clock_ms() + opt.wait_s * 1000;
	else
		r->until_ms = opt.follow ? -1 : 0;
	gate.until_ms = r->until_ms > 0 ? r->until_ms + LATE_MS : -1;
}

/* Prints the messages of an array that are new.  Returns how many. */
static int64_t
print_messages(struct reading *r, const struct json_node *list)
{
	const struct json_node *m;
	uint32_t i;
	int64_t id, n = 0;

	if (list == NULL || list->type != JSON_ARRAY)
		errx(EXIT_REFUSED, "the gateway's answer has no messages");
	show.now_ms = wall_ms();
	m = json_first(list);
	for (i = 0; i < list->n && r->left > 0; i++, m = json_next(m)) {
		if (json_int(json_get(m, "id"), &id) == -1 || id <= r->last)
			continue;	/* a control, or printed before */
		show_message(&show, m);
		r->last = id;
		r->left--;
		n++;
	}
	/* only where what is printed is acknowledged next */
	flush(n > 1 && !opt.follow && !opt.peek && !opt.stream &&
	    opt.mode == MODE_INBOX ? READER_MS : 0);
	return n;
}

/* The id of the first of the room's last n messages; 0 where there is none. */
static int64_t
id_of_last(int64_t n)
{
	const struct json_node *list;
	char target[160];
	int64_t id;

	(void)snprintf(target, sizeof(target), "/history?limit=%lld",
	    (long long)n);
	list = json_get(get(target), "messages");
	if (list == NULL || list->type != JSON_ARRAY || list->n == 0 ||
	    json_int(json_get(json_first(list), "id"), &id) == -1)
		return 0;
	return id;
}

/*
 * The gateway was away.  A room that is kept nowhere has begun anew with it:
 * then all that is there now is new, and so is its inbox.
 */
static int64_t
last_again(int64_t last)
{
	return last == 0 || id_of_last(1) < last ? 0 : last;
}

/*
 * Asks for the next messages of an inbox, which acknowledges those printed, or
 * of the room.
 */
static const struct json_node *
next_messages(struct reading *r, int64_t wait_s, int64_t limit)
{
	const struct json_node *answer;
	char target[ID_MAX + 160];
	int inbox = opt.mode == MODE_INBOX;

	for (;;) {
		if (inbox)
			(void)snprintf(target, sizeof(target), "/inbox/%s?"
			    "after=%lld%s&limit=%lld&wait=%lld", r->id,
			    (long long)r->last, opt.peek ? "&ack=0" : "",
			    (long long)limit, (long long)wait_s);
		else	/* with `wait`, even 0, the first, not the last */
			(void)snprintf(target, sizeof(target), "/history?"
			    "after=%lld&limit=%lld&wait=%lld",
			    (long long)r->last, (long long)limit,
			    (long long)wait_s);
		answer = try_get(target, wait_s, r->enrolled ? 404 : 0);
		if (answer != NULL)
			return inbox ? answer : json_get(answer, "messages");
		if (r->enrolled)	/* not in a room that began anew */
			must(gate_register(&gate, r->id, 1, NULL));
		r->last = last_again(r->last);
	}
}

/* The inbox or the room, as long as the options say. */
static void
read_messages(struct reading *r)
{
	const struct json_node *list;
	int64_t wait_s, limit, newest = 0;

	if (opt.mode == MODE_ALL && opt.history > 0)
		r->last = id_of_last(opt.history) - 1;
	else if (opt.mode == MODE_ALL && opt.history == 0)
		r->last = id_of_last(1);
	else if (opt.after > 0)
		r->last = opt.after;
	if (r->last == -1)	/* an empty room */
		r->last = 0;
	if (opt.history >= 0 && !opt.follow && !opt.waits &&
	    r->left > opt.history)
		r->left = opt.history;
	set_wait(r);
	while (r->left > 0) {
		/* waits only where nothing is there, or --follow */
		wait_s = opt.follow || !printed ? wait_for_next(r) : 0;
		limit = opt.mode == MODE_INBOX ? BATCH : ROOM_BATCH;
		if (r->left < limit)
			limit = r->left;
		list = next_messages(r, wait_s, limit);
		if (print_messages(r, list) == 0) {
			if (wait_for_next(r) == 0 || (printed && !opt.follow))
				return;
			continue;
		}
		set_wait(r);
		if (opt.follow)
			continue;
		/* what comes while this prints is not waited for */
		if (newest == 0)
			newest = id_of_last(1);
		if (r->last >= newest)
			break;
	}
	/* the last ones are to be acknowledged, too */
	if (opt.mode == MODE_INBOX && r->last > 0 && !opt.peek)
		(void)next_messages(r, 0, 1);
}

/* An event stream as it is read: the WHATWG's event stream format. */
struct events {
	struct buf line, data;
	int64_t id;		/* the newest of an event, 0: none */
};

/* Takes one line of an event stream; an empty one ends an event. */
static void
take_line(struct events *e, const char *s, size_t n)
{
	struct json_node probe[1];

	if (n > 0 && s[n - 1] == '\r')
		n--;
	if (n > 6 && memcmp(s, "data: ", 6) == 0) {
		if ((e->data.len > 0 && buf_putc(&e->data, ' ') == -1) ||
		    buf_append(&e->data, s + 6, n - 6) == -1)
			err(EXIT_IO, "memory");
	} else if (n > 4 && memcmp(s, "id: ", 4) == 0)
		/* one that is no number is not ours */
		(void)num_parse_n(s + 4, n - 4, 0, INT64_MAX, &e->id);
	if (n > 0 || e->data.len == 0)
		return;
	/* too few nodes is fine: it is only looked at whether it is JSON */
	if (json_parse(e->data.p, e->data.len, probe, 1, NULL) != JSON_BAD)
		show_json(&show, e->data.p, e->data.len);
	buf_clear(&e->data, 65536);
}

/* Takes what has come of an event stream and prints whole events. */
static void
take_events(struct events *e, const char *s, size_t n)
{
	const char *lf;
	size_t used = 0, len;

	if (buf_append(&e->line, s, n) == -1)
		err(EXIT_IO, "memory");
	while ((lf = memchr(e->line.p + used, '\n', e->line.len - used)) !=
	    NULL) {
		len = (size_t)(lf - e->line.p) - used;
		take_line(e, e->line.p + used, len);
		used += len + 1;
	}
	buf_consume(&e->line, used);
	flush(0);
}

/* Prints every agent as the gateway knows it. */
static void
print_agent_objects(void)
{
	const struct json_node *list = get("/agents"), *a;
	uint32_t i;

	if (list->type != JSON_ARRAY)
		errx(EXIT_REFUSED, "the gateway's answer is no list");
	a = json_first(list);
	for (i = 0; i < list->n; i++, a = json_next(a))
		show_json(&show, a->p, a->len);
	flush(0);
}

/* One connection's worth of events, until it is lost. */
static void
read_events(struct events *e)
{
	struct client_request req;
	struct client_reply reply;
	char target[64];

	memset(&req, 0, sizeof(req));
	(void)snprintf(target, sizeof(target), "/stream?after=%lld",
	    (long long)e->id);
	req.method = HTTP_GET;
	req.target = target;
	req.headers = "Accept: text/event-stream\r\n";
	req.stream = 1;
	if (client_request(&gate.client, &req) == -1)
		err(EXIT_IO, "memory");
	for (;;) {
		switch (client_wait(&gate.client, clock_ms() + SILENT_MS, -1,
		    &reply)) {
		case CLIENT_PART:
			gate_good(&gate);
			take_events(e, reply.body, reply.len);
			break;
		case CLIENT_DONE:
			if (reply.status != 200 &&
			    !gate_is_temporary(reply.status)) {
				gate_refused(&gate, &reply);
				must(EXIT_REFUSED);
			}
			return;
		case CLIENT_FAIL:
		case CLIENT_AGAIN:	/* silent for too long */
			return;
		}
	}
}

/* All that happens: history, agents, then events as they come; for ever. */
static void
print_stream(void)
{
	struct reading r;
	struct events e;

	memset(&r, 0, sizeof(r));
	r.left = INT64_MAX;
	e.id = 0;
	buf_init(&e.line, OUT_MAX);
	buf_init(&e.data, OUT_MAX);
	opt.follow = 0;
	if (opt.history == -1)
		opt.history = 0;
	read_messages(&r);
	opt.follow = 1;
	e.id = r.last;
	for (;;) {
		print_agent_objects();
		read_events(&e);
		buf_clear(&e.line, 65536);
		buf_clear(&e.data, 65536);
		client_reset(&gate.client);
		must(gate_again(&gate, NULL));
		e.id = last_again(e.id);
	}
}

/* Remembers a line by its key; whether it differs from the last of that key. */
static int
is_news(const char *name, size_t n, const char *line, size_t len)
{
	static struct seen {
		struct seen *next;
		char *line;
		size_t name_len, len;
		char name[ID_MAX + 1];
	} *all;
	struct seen *s;
	char *copy;

	if (n > ID_MAX)
		n = ID_MAX;
	for (s = all; s != NULL; s = s->next)
		if (s->name_len == n && memcmp(s->name, name, n) == 0)
			break;
	if (s != NULL && s->len == len && memcmp(s->line, line, len) == 0)
		return 0;
	if ((copy = malloc(len + 1)) == NULL ||
	    (s == NULL && (s = calloc(1, sizeof(*s))) == NULL))
		err(EXIT_IO, "memory");
	if (s->name_len == 0) {
		memcpy(s->name, name, n);
		s->name_len = n;
		s->next = all;
		all = s;
	}
	memcpy(copy, line, len);
	free(s->line);
	s->line = copy;
	s->len = len;
	return 1;
}

/* Waits before the next look. */
static void
look_pause(void)
{
	struct timeval tv = { LOOK_MS / 1000, LOOK_MS % 1000 * 1000 };

	/* ended early by a signal is early, no more */
	(void)select(0, NULL, NULL, NULL, &tv);
}

static void
print_agents(void)
{
	const struct json_node *list, *a, *id;
	size_t from;
	uint32_t i;
	int news;

	for (;;) {
		list = get("/agents");
		if (list->type != JSON_ARRAY)
			errx(EXIT_REFUSED, "the gateway's answer is no list");
		a = json_first(list);
		for (i = 0; i < list->n; i++, a = json_next(a)) {
			if ((id = json_get(a, "id")) == NULL)
				continue;
			from = show.out.len;
			show_essence(&show, a);
			news = is_news(id->p, id->len, show.out.p + from,
			    show.out.len - from);
			buf_truncate(&show.out, from);
			if (news)
				show_agent(&show, a);
		}
		flush(0);
		if (!opt.follow)
			return;
		look_pause();
	}
}

/* Whether nothing more will become of a message at this recipient. */
static int
is_final(const struct json_node *receipt)
{
	const struct json_node *stage = json_get(receipt, "stage");

	return json_is(stage, "replied") || json_is(stage, "failed");
}

static void
print_receipts(void)
{
	const struct json_node *all, *name;
	char target[64];
	uint32_t i;
	int open;

	(void)snprintf(target, sizeof(target), "/message/%lld",
	    (long long)opt.message);
	for (;;) {
		all = json_get(get(target), "receipts");
		if (all == NULL || all->type != JSON_OBJECT)
			errx(EXIT_REFUSED,
			    "the gateway's answer has no receipts");
		show.now_ms = wall_ms();
		name = json_first(all);
		open = 0;
		for (i = 0; i < all->n; i++, name = json_next(name + 1)) {
			if (name[1].type != JSON_OBJECT)
				continue;
			open += !is_final(name + 1);
			if (is_news(name->p, name->len, name[1].p,
			    name[1].len))
				show_receipt(&show, name, name + 1);
		}
		flush(0);
		if (!opt.follow || open == 0)
			return;
		look_pause();
	}
}

static void
number(const char *name, const char *s, int64_t min, int64_t max, int64_t *v)
{
	if (num_parse(s, min, max, v) == -1)
		errx(EXIT_USAGE, "--%s %s: not a number from %lld to %lld",
		    name, s, (long long)min, (long long)max);
}

/* One of the four things that can be shown. */
static void
set_mode(enum mode mode)
{
	static int given;

	if (given++ > 0)
		errx(EXIT_USAGE, "only one of --all, --history, --agents and "
		    "--receipts");
	opt.mode = mode;
}

static void
parse_options(int argc, char **argv, struct room_given *given)
{
	enum { OPT_AFTER = 256, OPT_AGENTS, OPT_ALL, OPT_TOKEN, OPT_TOKEN_FILE,
	    OPT_FORMAT, OPT_URL, OPT_HELP, OPT_HISTORY, OPT_LIMIT,
	    OPT_RECEIPTS, OPT_ROOM, OPT_VERSION, OPT_WAIT };
	static const struct option table[] = {
		{ "after", required_argument, NULL, OPT_AFTER },
		{ "agents", no_argument, NULL, OPT_AGENTS },
		{ "all", no_argument, NULL, OPT_ALL },
		{ "auth-token", required_argument, NULL, OPT_TOKEN },
		{ "auth-token-file", required_argument, NULL, OPT_TOKEN_FILE },
		{ "follow", no_argument, &opt.follow, 1 },
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "gateway-url", required_argument, NULL, OPT_URL },
		{ "help", no_argument, NULL, OPT_HELP },
		{ "history", required_argument, NULL, OPT_HISTORY },
		{ "json", no_argument, &show.json, 1 },
		{ "limit", required_argument, NULL, OPT_LIMIT },
		{ "null", no_argument, &show.nul, 1 },
		{ "peek", no_argument, &opt.peek, 1 },
		{ "receipts", required_argument, NULL, OPT_RECEIPTS },
		{ "room", required_argument, NULL, OPT_ROOM },
		{ "stream", no_argument, &opt.stream, 1 },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ "wait", required_argument, NULL, OPT_WAIT },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	opt.history = opt.after = -1;
	while ((c = getopt_long(argc, argv, "0", table, NULL)) != -1) {
		switch (c) {
		case 0:		/* a flag, which is set */
			break;
		case '0':
			show.nul = 1;
			break;
		case OPT_AFTER:
			number("after", optarg, 0, INT64_MAX, &opt.after);
			break;
		case OPT_AGENTS:
			set_mode(MODE_AGENTS);
			break;
		case OPT_ALL:
			set_mode(MODE_ALL);
			break;
		case OPT_TOKEN:
			if ((given->opt_token = secret_take(optarg)) == NULL)
				err(EXIT_IO, "memory");
			break;
		case OPT_TOKEN_FILE:
			given->opt_token_file = optarg;
			break;
		case OPT_FORMAT:
			show.format = optarg;
			break;
		case OPT_URL:
			given->opt_url = optarg;
			break;
		case OPT_HELP:
			print_text(synopsis);
			exit(EXIT_OK);
		case OPT_HISTORY:
			set_mode(MODE_ALL);
			number("history", optarg, 0, 10000, &opt.history);
			break;
		case OPT_LIMIT:
			number("limit", optarg, 1, INT32_MAX, &opt.limit);
			break;
		case OPT_RECEIPTS:
			set_mode(MODE_RECEIPTS);
			number("receipts", optarg, 1, INT64_MAX, &opt.message);
			break;
		case OPT_ROOM:
			given->opt_room = optarg;
			break;
		case OPT_VERSION:
			print_text("csp-poll " VERSION "\n");
			exit(EXIT_OK);
		case OPT_WAIT:
			number("wait", optarg, 0, 86400, &opt.wait_s);
			opt.waits = 1;
			break;
		default:
			usage();
		}
	}
}

/* What goes together and what does not. */
static void
check_options(char **args)
{
	const char *bad;

	if (*args != NULL && opt.mode == MODE_INBOX && !opt.stream)
		args++;
	if (*args != NULL)
		errx(EXIT_USAGE, "there is no argument \"%s\"; see --help",
		    *args);
	if (opt.after != -1 && (opt.mode != MODE_ALL || opt.history != -1))
		errx(EXIT_USAGE, "--after goes with --all");
	if (show.json + (show.nul || show.format != NULL) > 1)
		errx(EXIT_USAGE, "only one of --json, -0 and --format");
	if ((opt.mode == MODE_AGENTS || opt.mode == MODE_RECEIPTS) &&
	    (show.nul || show.format != NULL || opt.waits || opt.peek ||
	    opt.limit > 0))
		errx(EXIT_USAGE, "--agents and --receipts go with --follow "
		    "and --json alone");
	if (show.format != NULL &&
	    (bad = show_bad_format(show.format)) != NULL)
		errx(EXIT_USAGE, "--format: %.2s is none of %%T, %%c, %%d, "
		    "%%f, %%h, %%i, %%r, %%t, %%y and %%%%", bad);
	if (!opt.stream)
		return;
	if (opt.mode == MODE_AGENTS || opt.mode == MODE_RECEIPTS)
		errx(EXIT_USAGE, "--stream goes with --history alone");
	opt.mode = MODE_ALL;
	show.json = 1;
}

/* Whose inbox: the argument, CSP_AGENT_ID, or a person by the login name. */
static void
find_reader(struct reading *r, const char *arg)
{
	const char *name = arg != NULL ? arg : gate.room.agent;

	r->enrolled = arg == NULL && *name == '\0';
	if (r->enrolled) {
		gate_login(r->id);
		must(gate_register(&gate, r->id, 1, NULL));
	} else if (id_fold(name, strlen(name), r->id) == -1)
		errx(EXIT_USAGE, "%s: not an id", name);
}

int
main(int argc, char **argv, char **environment)
{
	struct room_given given;
	struct reading reading;
	struct stat st;

	fd_standard();
	memset(&given, 0, sizeof(given));
	memset(&reading, 0, sizeof(reading));
	buf_init(&show.out, OUT_MAX);
	parse_options(argc, argv, &given);
	check_options(argv + optind);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		err(EXIT_IO, "signal");
	show.printable = isatty(STDOUT_FILENO);
	to_pipe = fstat(STDOUT_FILENO, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	room_environ(&given, environment);
	must(gate_open(&gate, &given));
	reading.left = opt.limit > 0 ? opt.limit : INT64_MAX;
	switch (opt.mode) {
	case MODE_INBOX:
		find_reader(&reading, argv[optind]);
		read_messages(&reading);
		break;
	case MODE_ALL:
		if (opt.stream)
			print_stream();
		read_messages(&reading);
		break;
	case MODE_AGENTS:
		print_agents();
		break;
	case MODE_RECEIPTS:
		print_receipts();
		break;
	}
	gate_close(&gate);
	buf_free(&show.out);
	return printed ? EXIT_OK : EXIT_NO;
}
