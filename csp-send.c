/*
 * csp-send - post messages to a room: from its arguments, from standard input,
 * or both; and wait for what becomes of them.
 *
 * Messages go through one connection, many at a time, each with a key by which
 * the gateway knows a repetition.  So whatever is lost on the way is sent
 * again, in order, and nothing is there twice.
 *
 * Start reading here, with main, at the end.  One message needs no memory but
 * what stands in this file and few functions of libc: who sends one in every
 * turn of a loop should pay little more than for starting a program.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "json.h"
#include "lib/buf.h"
#include "lib/exits.h"
#include "lib/gate.h"
#include "lib/handover.h"
#include "lib/letter.h"
#include "lib/net.h"
#include "lib/receipt.h"
#include "lib/room.h"
#include "lib/util.h"
#include "lib/version.h"

enum {
	TEXT_MAX = 64 * 1024 * 1024,	/* bytes of one message, here */
	BODY_MAX = TEXT_MAX * 6 + 4096,	/* with each byte escaped */
	WAY_MAX = 1024 * 1024,	/* bytes on the way, and one message */
	PREFIX_MAX = 150,	/* bytes of a key without its number */
	KEY_MAX = LETTER_KEY_MAX,
	POLL_S = 30,		/* one long poll */
	SILENT_MS = 1000,	/* how long a socket may say nothing, */
	HINT_MS = 20000,	/* and a pipe, until that is said */
	ANSWER_MS = 120000,
	LATE_MS = 3000		/* what an answer may come late */
};

/* A message on the way. */
struct item {
	const char *target;
	unsigned long number;	/* which line, from 1 */
	char *key;		/* its own, or NULL: made of the number */
};

static struct {
	const char *from, *to, *key, *field, *control, *screen;
	int64_t reply_to, wait_s;
	enum receipt_stage until;
	int lines, json, urgent, enrol, human, print_token, reply, no_input;
	int leave, print_id;
	int waits;
	char **text;
	int ntext;
} opt = { .until = RECEIPT_REPLIED };

static struct gate gate;
static char from[ID_MAX + 1], to[ID_MAX + 1];
static struct letter letter = { from, to, 0, 0 };
static char key[PREFIX_MAX + 1];	/* what keys begin with */
static struct buf input;	/* of standard input, not yet taken */
static int input_ended;
static unsigned long taken;	/* messages taken from the input */
static struct item way[CLIENT_PIPE_MAX];	/* as the client has them */
static int way_first, way_n;
static int status;		/* exit status so far */
static volatile unsigned long acked_line, acked_n;	/* last; how many */
static volatile sig_atomic_t unfinished;	/* lines that are left */
static volatile sig_atomic_t shown;	/* progress, on the terminal */
/* where things are posted to */
static const char messages[] = "/agent-output", controls[] = "/control";
static const char reports[] = "/receipt";

static const char version[] = "csp-send " VERSION "\n";
static const char synopsis[] =
"usage: csp-send [--from ID] [--to ID] [--reply-to N] [--lines | --json]\n"
"                [--key PREFIX] [--wait S] [--until STAGE] [--urgent]\n"
"                [-n | --no-input] [--print-id] [--register [--human]]\n"
"                [TEXT ...]\n"
"       csp-send --register [--human] [--print-token] [--from ID]\n"
"       csp-send --leave [--from ID]\n"
"       csp-send --to ID --control ACTION [--screen HASH] [KEY ...]\n"
"       csp-send --reply [--field NAME] [TEXT ...]\n"
"common: --gateway-url URL, --auth-token T, --auth-token-file F, --room R,\n"
"        --help, --version\n";

/* Writes to standard error; if that fails there is nobody to tell. */
static void
tell(const char *s, size_t n)
{
	(void)write_all(STDERR_FILENO, s, n);
}

static void
usage(void)
{
	tell(synopsis, sizeof(synopsis) - 1);
	exit(EXIT_USAGE);
}

/* Takes the progress away.  For signal handlers, too. */
static void
unshow(void)
{
	if (shown)
		tell("\r\033[K", 4);
	shown = 0;
}

/*
 * Shows a text on one line of a terminal, as far as it goes.  A byte takes one
 * column at most.
 */
static void
show(const char *line)
{
	size_t n = strlen(line);
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == -1 || w.ws_col == 0)
		w.ws_col = 80;
	if (n >= w.ws_col)
		n = w.ws_col - 1U;
	while (n > 0 && (line[n] & 0xc0) == 0x80)	/* no half character */
		n--;
	shown = 1;
	tell("\r", 1);
	tell(line, n);
	tell("\033[K", 3);
}

/*
 * Says how far the lines have got, where that is not to their end.  For signal
 * handlers, too.
 */
static void
say_how_far(void)
{
	static const char none[] = "csp-send: no line was acknowledged\n";
	static const char last[] = "csp-send: the last line acknowledged is ";
	static const char all[] = "; sent in all: ";
	char text[sizeof(last) + sizeof(all) + 2 * BUF_DECIMAL], *p = text;

	unshow();
	if (!unfinished)
		return;
	unfinished = 0;
	if (acked_n == 0) {
		tell(none, sizeof(none) - 1);
		return;
	}
	memcpy(p, last, sizeof(last) - 1);
	p = buf_decimal(p + sizeof(last) - 1, acked_line);
	memcpy(p, all, sizeof(all) - 1);
	p = buf_decimal(p + sizeof(all) - 1, acked_n);
	*p++ = '\n';
	tell(text, (size_t)(p - text));
}

/* Says it, and ends as the signal ends a program. */
static void
on_signal(int sig)
{
	say_how_far();
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

/* Whatever ends the program from now on, it says how far it has got. */
static void
watch_the_end(void)
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGTERM };
	size_t i;

	if (atexit(say_how_far) != 0)
		err(EXIT_IO, "memory");
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		if (signal(sigs[i], on_signal) == SIG_IGN)
			(void)signal(sigs[i], SIG_IGN);	/* as under nohup */
}

/* Writes to standard output or ends the program. */
static void
out(const void *p, size_t n)
{
	unshow();
	if (write_all(STDOUT_FILENO, p, n) == 0)
		return;
	if (errno == EPIPE) {
		say_how_far();
		(void)signal(SIGPIPE, SIG_DFL);
		(void)raise(SIGPIPE);
	}
	err(EXIT_IO, "standard output");
}

/* Writes foreign text as whole lines, made printable for a terminal. */
static void
out_text(const char *s, size_t n)
{
	char piece[1024];
	size_t used, i;

	if (!isatty(STDOUT_FILENO))
		out(s, n);
	else
		for (i = 0; i < n; i += used)
			out(piece, printable(piece, sizeof(piece), s + i,
			    n - i, PRINT_TEXT, &used));
	if (n == 0 || s[n - 1] != '\n')
		out("\n", 1);
}

/* Ends the program if this is not EXIT_OK: the gate says why. */
static void
must(int code)
{
	if (code == EXIT_OK)
		return;
	unshow();
	errx(code, "%s", gate.why);
}

/* What is wrong with a message; with its line where there are lines. */
static void
complain(unsigned long number, const char *why)
{
	unshow();
	if (opt.lines || opt.json)
		warnx("line %lu: %s", number, why);
	else
		warnx("%s", why);
}

/* A GET and its answer's JSON; NULL where it is to be tried again. */
static const struct json_node *
get(const char *target, int64_t timeout_ms)
{
	struct client_request req;
	struct client_reply answer;
	const struct json_node *root;

	memset(&req, 0, sizeof(req));
	req.method = HTTP_GET;
	req.target = target;
	req.timeout_ms = timeout_ms;
	must(gate_try(&gate, &req, &answer));
	if (answer.status == 0)
		return NULL;
	if ((root = gate_json(&gate, &answer)) == NULL)
		must(EXIT_REFUSED);
	return root;
}

/* Whose messages these are.  Whether it is by the login name only. */
static int
name_sender(void)
{
	const char *name = opt.from != NULL ? opt.from : gate.room.agent;
	int nameless = opt.from == NULL && *name == '\0';

	if (nameless)
		gate_login(from);
	else if (id_fold(name, strlen(name), from) == -1)
		errx(EXIT_USAGE, "--from %s: not an id", name);
	return nameless;
}

/* Names the sender, and registers who has no name of his own. */
static void
find_sender(void)
{
	char token[ROOM_TOKEN_MAX];
	int nameless = name_sender();

	if (!opt.enrol && !nameless)
		return;
	must(gate_register(&gate, from, nameless || opt.human, token));
	if (opt.print_token)
		out_text(token, strlen(token));
}

/* The sender's agent is one no more. */
static void
leave(void)
{
	struct client_request req;
	struct client_reply answer;
	char target[ID_MAX + 16];

	(void)name_sender();
	(void)text_join(target, sizeof(target), "/agent/", from, (char *)NULL);
	memset(&req, 0, sizeof(req));
	req.method = HTTP_DELETE;
	req.target = target;
	req.timeout_ms = ANSWER_MS;
	must(gate_call(&gate, &req, &answer));
}

/* Prints the text of a message, by its id. */
static void
print_message(int64_t id)
{
	const struct json_node *message, *content, *complete;
	char target[64], *memory;
	const char *s;
	size_t n;

	(void)snprintf(target, sizeof(target), "/message/%lld",
	    (long long)id);
	while ((message = get(target, ANSWER_MS)) == NULL)
		;
	content = json_get(message, "content");
	complete = json_get(message, "complete");
	if (content == NULL)
		errx(EXIT_REFUSED, "the gateway's answer has no content");
	if ((memory = malloc(content->len + 1)) == NULL)
		err(EXIT_IO, "memory");
	if ((s = json_view(content, memory, content->len, &n)) != NULL)
		out_text(s, n);
	if (complete != NULL && complete->type == JSON_FALSE)
		warnx("the reply is not complete: lines of it were lost");
	free(memory);
}

/* Shows how a message stands: `12 s  claude: typed`. */
static void
show_progress(const struct verdict *v, int64_t since_ms)
{
	char line[GATE_WHY_MAX + 32];

	gate_say(&gate, v->words, strlen(v->words));
	(void)snprintf(line, sizeof(line), "%lld s  %s",
	    (long long)((clock_ms() - since_ms) / 1000),
	    v->words[0] == '\0' ? "queued" : gate.why);
	show(line);
}

/* What is not to be awaited any longer, and why. */
static void
give_up(const struct verdict *v)
{
	const char *what = receipt_lost(v) ? "" :
	    opt.until == RECEIPT_REPLIED ? "no reply in time: " :
	    "not in time: ";

	gate_say(&gate, v->words, strlen(v->words));
	warnx("%s%s", what, v->words[0] == '\0' ? "queued" : gate.why);
	if (status == EXIT_OK)
		status = EXIT_NO;
}

/* Waits for what --wait and --until ask of a message, and prints the reply. */
static void
await(int64_t id)
{
	struct verdict v = { RECEIPT_QUEUED, 0, 0, 0, "" };
	const struct json_node *message;
	enum receipt_stage next = opt.until;
	char target[200];
	int64_t since = clock_ms(), now = since, left;
	int64_t by = since + opt.wait_s * 1000;
	int visible = isatty(STDERR_FILENO);

	if (opt.wait_s > 0)
		gate.until_ms = by + LATE_MS;
	do {
		left = visible ? 1 : POLL_S;
		if (opt.wait_s > 0 && (by - now + 999) / 1000 < left)
			left = by > now ? (by - now + 999) / 1000 : 0;
		if (visible) {	/* each second, and each stage */
			show_progress(&v, since);
			if (v.stage < opt.until)
				next = (enum receipt_stage)(v.stage + 1);
		}
		(void)snprintf(target, sizeof(target),
		    "/message/%lld?stage=%s&wait=%lld", (long long)id,
		    receipt_name(next), (long long)left);
		message = get(target, POLL_S * 1000 + ANSWER_MS);
		if (message != NULL)
			receipt_judge(&v, message);
		now = clock_ms();
	} while (message == NULL || (!receipt_is(&v, opt.until) &&
	    !receipt_lost(&v) && (opt.wait_s == 0 || now < by)));
	unshow();
	gate.until_ms = -1;
	if (!receipt_is(&v, opt.until))
		give_up(&v);
	else if (opt.until == RECEIPT_REPLIED && v.reply_id > 0)
		print_message(v.reply_id);
}

/* The key of a message: its own, or made of its number. */
static const char *
key_of(const struct item *it, char memory[KEY_MAX + 1])
{
	char number[BUF_DECIMAL + 1];

	if (it->key != NULL)
		return it->key;
	*buf_decimal(number, it->number) = '\0';
	(void)text_join(memory, KEY_MAX + 1, key, "-", number, (char *)NULL);
	return memory;
}

/* Sends a body, with a key of its own (which it takes) or NULL. */
static void
push(const char *target, const struct buf *body, char *own_key)
{
	struct item *it = &way[(way_first + way_n) % CLIENT_PIPE_MAX];
	struct client_request req;
	char memory[KEY_MAX + 1];

	it->target = target;
	it->number = taken;
	it->key = own_key;
	way_n++;
	memset(&req, 0, sizeof(req));
	req.method = HTTP_POST;
	req.target = target;
	req.key = key_of(it, memory);
	req.body = body->p;
	req.len = body->len;
	req.timeout_ms = ANSWER_MS;
	if (client_request(&gate.client, &req) == -1)
		err(EXIT_IO, "memory");
}

/* Sends the message with this text. */
static void
push_text(const char *s, size_t n)
{
	struct buf body;
	char memory[1024];

	if (!letter_is_utf8(s, n))
		complain(taken, "the text is no UTF-8: what is wrong becomes "
		    "U+FFFD");
	buf_init_at(&body, memory, sizeof(memory), BODY_MAX);
	if (letter_text(&body, &letter, s, n) == -1)
		err(EXIT_IO, "memory");
	push(messages, &body, NULL);
	buf_free(&body);
}

/* Sends what a line of JSON asks for.  0, or -1 where it asks for nothing. */
static int
push_json(const char *s, size_t n)
{
	const char *target = messages, *k;
	char memory[1024], *own_key = NULL;
	struct buf body;
	size_t len;
	int kind;

	buf_init_at(&body, memory, sizeof(memory), BODY_MAX);
	switch (kind = letter_json(&body, &letter, s, n, &k, &len)) {
	case LETTER_BAD:
		return -1;
	case LETTER_NOTICE:
		return 0;
	case LETTER_CONTROL:
		target = controls;
		break;
	case LETTER_RECEIPT:
		target = reports;
		break;
	}
	if (kind == -1 || (k != NULL && (own_key = malloc(len + 1)) == NULL))
		err(EXIT_IO, "memory");
	if (k != NULL) {
		memcpy(own_key, k, len);
		own_key[len] = '\0';
	}
	push(target, &body, own_key);
	buf_free(&body);
	return 0;
}

/* Sends the one control that --control asks for. */
static void
push_control(void)
{
	struct buf body;

	buf_init(&body, 65536);
	if (letter_control(&body, to, opt.control, opt.text, opt.ntext,
	    opt.screen) == -1)
		errx(EXIT_USAGE, "too many keys");
	push(controls, &body, NULL);
	buf_free(&body);
}

/* The oldest message is done with. */
static void
pop(void)
{
	if (way[way_first].key != NULL)
		free(way[way_first].key);
	way_first = (way_first + 1) % CLIENT_PIPE_MAX;
	way_n--;
}

/* The id that an answer to a message gives it. */
static int64_t
new_id(const struct client_reply *r)
{
	const struct json_node *root = gate_json(&gate, r);
	int64_t id;

	if (root == NULL)
		must(EXIT_REFUSED);
	if (json_int(json_get(root, "messageId"), &id) == -1 || id < 1)
		errx(EXIT_REFUSED, "the gateway's answer has no messageId");
	return id;
}

/* Prints the id that a message was given, and its key. */
static void
print_id(const struct item *it, int64_t id)
{
	char line[BUF_DECIMAL + KEY_MAX + 3], number[BUF_DECIMAL + 1];
	char memory[KEY_MAX + 1];

	*buf_decimal(number, (uint64_t)id) = '\0';
	(void)text_join(line, sizeof(line), number, " ", key_of(it, memory),
	    "\n", (char *)NULL);
	out(line, strlen(line));
}

/* Comes again after a pause; a terminal is shown what for. */
static void
again(const struct client_reply *r)
{
	char line[GATE_WHY_MAX + 32];

	if (isatty(STDERR_FILENO)) {
		gate_refused(&gate, r);
		(void)snprintf(line, sizeof(line), "%lu sent; %s", acked_n,
		    gate.why);
		show(line);
	}
	must(gate_again(&gate, r));
}

/* An answer to the oldest message. */
static void
settle(const struct client_reply *r)
{
	const struct item *it = &way[way_first];
	int64_t id = 0;

	if (gate_is_temporary(r->status)) {
		again(r);
		return;
	}
	unshow();
	gate_good(&gate);
	gate.answered = 1;
	if (r->status / 100 != 2) {
		gate_refused(&gate, r);
		complain(it->number, gate.why);
		status = EXIT_REFUSED;
	} else {
		acked_line = it->number;
		acked_n++;
		if ((opt.waits || opt.print_id) && it->target == messages)
			id = new_id(r);
	}
	if (id > 0 && opt.print_id)
		print_id(it, id);
	pop();
	if (id > 0 && opt.waits)
		await(id);
}

/* Reads what standard input has.  Blocks where it has nothing. */
static void
read_input(void)
{
	long n = net_read(STDIN_FILENO, &input, SIZE_MAX);

	if (n == 0)
		input_ended = 1;
	if (n == -1 && errno == EFBIG)
		errx(EXIT_IO, "standard input: over %d bytes in one message",
		    TEXT_MAX);
	if (n == -1 && errno != EAGAIN)
		err(EXIT_IO, "standard input");
}

/* Whether another message may go on its way. */
static int
has_room(void)
{
	/* one that has been answered may still be in the client's memory */
	return way_n == 0 || (way_n < (opt.waits ? 1 : CLIENT_PIPE_MAX) &&
	    gate.client.out.len < WAY_MAX);
}

/* Takes whole lines from the input while there is room for messages. */
static void
take_lines(void)
{
	const char *lf;
	size_t n, whole;

	while (has_room() && input.len > 0) {
		lf = memchr(input.p, '\n', input.len);
		if (lf == NULL && !input_ended)
			break;
		n = lf == NULL ? input.len : (size_t)(lf - input.p);
		whole = lf == NULL ? n : n + 1;
		taken++;
		if (opt.json) {
			if (n > 0 && push_json(input.p, n) == -1) {
				complain(taken, "not a message in JSON");
				status = EXIT_IO;
			}
		} else if (n > 0)
			push_text(input.p, n);
		buf_consume(&input, whole);
	}
}

/* Sends what the input brings, until all of it is answered. */
static void
send_all(void)
{
	struct client_reply answer;
	int more = opt.lines || opt.json, listens;

	for (;;) {
		if (more)
			take_lines();
		listens = more && !input_ended && has_room();
		if (way_n == 0 && !listens)
			return;
		switch (client_wait(&gate.client, -1,
		    listens ? STDIN_FILENO : -1, &answer)) {
		case CLIENT_DONE:
			settle(&answer);
			break;
		case CLIENT_FAIL:
			if (way_n > 0)
				again(NULL);
			break;
		case CLIENT_AGAIN:
			if (listens)
				read_input();
			break;
		case CLIENT_PART:
			break;
		}
	}
}

/* Whether descriptor 0 has something to read within ms (-1: for ever). */
static int
input_comes(int64_t ms)
{
	struct timeval tv;
	fd_set in;

	FD_ZERO(&in);
	FD_SET(STDIN_FILENO, &in);
	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	return select(1, &in, NULL, NULL, ms == -1 ? NULL : &tv) != 0;
}

/* Whether a socket is what ksh93 makes a pipeline of: nothing goes back. */
static int
is_one_way(int fd)
{
	return send(fd, "", 0, 0) == -1 && errno == EPIPE;
}

/*
 * Waits until a pipe says something, which it may never: on a terminal that is
 * shown, elsewhere it is said in the end, since it may be an agent's pipe that
 * takes its time.
 */
static void
await_pipe(void)
{
	static const char hint[] = "waiting for the end of standard input; "
	    "-n leaves it alone";

	if (!isatty(STDERR_FILENO)) {
		if (!input_comes(HINT_MS))
			warnx("%s", hint);
	} else if (!input_comes(SILENT_MS)) {
		show(hint);	/* once: the line is another's who shows more */
		(void)input_comes(-1);
		unshow();
	}
}

/*
 * Whether standard input is to be read.  Without TEXT always.  With TEXT it is
 * where it is a file, a pipe or a socket.  A socket is what some programs give
 * a child and never write to nor close: it must speak up soon.  A pipe may be
 * such, too, but what comes late out of one must not be lost.
 */
static int
wants_input(void)
{
	struct stat st;
	int is_pipe;

	if (opt.no_input || opt.control != NULL ||
	    fstat(STDIN_FILENO, &st) == -1)
		return 0;
	if (opt.ntext == 0)
		return !opt.print_token &&
		    !(opt.enrol && isatty(STDIN_FILENO));
	is_pipe = S_ISFIFO(st.st_mode) ||
	    (S_ISSOCK(st.st_mode) && is_one_way(STDIN_FILENO));
	if (S_ISSOCK(st.st_mode) && !is_pipe)
		return input_comes(SILENT_MS);
	if (is_pipe)
		await_pipe();
	return is_pipe || S_ISREG(st.st_mode);
}

/* Arguments, a blank line, standard input: what there is of them. */
static void
take_text(struct buf *text)
{
	int i;

	for (i = 0; i < opt.ntext; i++)
		if ((i > 0 && buf_putc(text, ' ') == -1) ||
		    buf_puts(text, opt.text[i]) == -1)
			err(EXIT_IO, "the message");
	if (!wants_input())
		return;
	while (!input_ended) {
		(void)input_comes(-1);	/* it may be one that does not block */
		read_input();
	}
	/* the end of the last line is no part of a message */
	if (!opt.reply && input.len > 0 && input.p[input.len - 1] == '\n')
		buf_truncate(&input, input.len - 1);
	if (input.len > 0 && ((text->len > 0 && buf_puts(text, "\n\n") == -1) ||
	    buf_append(text, input.p, input.len) == -1))
		err(EXIT_IO, "the message");
}

/* One message, unless there is none and only registering was asked for. */
static void
take_one(void)
{
	struct buf text;
	char memory[1024];

	buf_init_at(&text, memory, sizeof(memory), TEXT_MAX);
	taken = 1;
	if (opt.control != NULL) {
		push_control();
		return;
	}
	take_text(&text);
	if (text.len > 0)
		push_text(text.p, text.len);
	else if (!opt.enrol)
		errx(EXIT_USAGE, "nothing to send");
	buf_free(&text);
}

/* Gives the text of a turn to the sidecar around this program. */
static void
reply(const char *path)
{
	char why[HANDOVER_WHY_MAX];
	struct buf text;

	if (path == NULL || *path == '\0')
		errx(EXIT_IO, "CSP_REPLY is not set: not under csp-sidecar");
	buf_init(&text, TEXT_MAX);
	if (opt.ntext > 0)
		opt.no_input = 1;
	take_text(&text);
	if (handover(path, opt.field, &text, why) == -1)
		errx(EXIT_IO, "%s", why);
	buf_free(&text);
}

static void
number(const char *name, const char *s, int64_t min, int64_t max, int64_t *v)
{
	if (num_parse(s, min, max, v) == -1)
		errx(EXIT_USAGE, "--%s %s: not a number from %lld to %lld",
		    name, s, (long long)min, (long long)max);
}

/* The stage that --until names. */
static enum receipt_stage
goal_of(const char *s)
{
	enum receipt_stage stage = receipt_stage(s, strlen(s));

	if (stage >= RECEIPT_FAILED)
		errx(EXIT_USAGE, "--until %s: not queued, held, typed, "
		    "submitted or replied", s);
	return stage;
}

/* What goes together and what does not. */
static void
check_options(void)
{
	if (opt.lines + opt.json + opt.reply + (opt.control != NULL) > 1)
		errx(EXIT_USAGE,
		    "only one of --lines, --json, --reply and --control");
	if ((opt.lines || opt.json) && opt.ntext > 0)
		errx(EXIT_USAGE, "--lines and --json take no text");
	if (opt.field != NULL && (!opt.reply || *opt.field == '\0' ||
	    strcspn(opt.field, " \n") != strlen(opt.field)))
		errx(EXIT_USAGE, "--field: one word, with --reply");
	if ((opt.print_token || opt.human) && !opt.enrol)
		errx(EXIT_USAGE,
		    "--print-token and --human go with --register");
	if (opt.leave && (opt.enrol || opt.control != NULL || opt.lines ||
	    opt.json || opt.reply || opt.ntext > 0))
		errx(EXIT_USAGE, "--leave goes with --from alone");
	if (opt.waits && (opt.reply || opt.control != NULL))
		errx(EXIT_USAGE, "--wait and --until go with messages");
	if (opt.screen != NULL && opt.control == NULL)
		errx(EXIT_USAGE, "--screen goes with --control");
	if (opt.to != NULL && id_fold(opt.to, strlen(opt.to), to) == -1)
		errx(EXIT_USAGE, "--to %s: not an id", opt.to);
	if (*to != '\0' &&
	    (strcmp(to, "broadcast") == 0 || strcmp(to, "all") == 0))
		to[0] = '\0';
	if (opt.control != NULL && *to == '\0')
		errx(EXIT_USAGE, "--control needs --to");
	if (opt.key != NULL && (strlen(opt.key) > PREFIX_MAX ||
	    !is_visible(opt.key, strlen(opt.key))))
		errx(EXIT_USAGE, "--key: 1 to %d visible characters of ASCII",
		    (int)PREFIX_MAX);
}

static void
parse_options(int argc, char **argv, struct room_given *given)
{
	enum { OPT_TOKEN = 256, OPT_TOKEN_FILE, OPT_CONTROL, OPT_FIELD,
	    OPT_FROM, OPT_URL, OPT_HELP, OPT_KEY, OPT_REPLY_TO, OPT_ROOM,
	    OPT_SCREEN, OPT_TO, OPT_UNTIL, OPT_VERSION, OPT_WAIT };
	static const struct option table[] = {
		{ "auth-token", required_argument, NULL, OPT_TOKEN },
		{ "auth-token-file", required_argument, NULL, OPT_TOKEN_FILE },
		{ "control", required_argument, NULL, OPT_CONTROL },
		{ "field", required_argument, NULL, OPT_FIELD },
		{ "from", required_argument, NULL, OPT_FROM },
		{ "gateway-url", required_argument, NULL, OPT_URL },
		{ "help", no_argument, NULL, OPT_HELP },
		{ "human", no_argument, &opt.human, 1 },
		{ "json", no_argument, &opt.json, 1 },
		{ "key", required_argument, NULL, OPT_KEY },
		{ "leave", no_argument, &opt.leave, 1 },
		{ "lines", no_argument, &opt.lines, 1 },
		{ "no-input", no_argument, &opt.no_input, 1 },
		{ "print-id", no_argument, &opt.print_id, 1 },
		{ "print-token", no_argument, &opt.print_token, 1 },
		{ "register", no_argument, &opt.enrol, 1 },
		{ "reply", no_argument, &opt.reply, 1 },
		{ "reply-to", required_argument, NULL, OPT_REPLY_TO },
		{ "room", required_argument, NULL, OPT_ROOM },
		{ "screen", required_argument, NULL, OPT_SCREEN },
		{ "to", required_argument, NULL, OPT_TO },
		{ "until", required_argument, NULL, OPT_UNTIL },
		{ "urgent", no_argument, &opt.urgent, 1 },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ "wait", required_argument, NULL, OPT_WAIT },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "n", table, NULL)) != -1) {
		switch (c) {
		case 0:		/* a flag, which is set */
			break;
		case 'n':
			opt.no_input = 1;
			break;
		case OPT_TOKEN:
			if ((given->opt_token = secret_take(optarg)) == NULL)
				err(EXIT_IO, "memory");
			break;
		case OPT_TOKEN_FILE:
			given->opt_token_file = optarg;
			break;
		case OPT_CONTROL:
			opt.control = optarg;
			break;
		case OPT_FIELD:
			opt.field = optarg;
			break;
		case OPT_FROM:
			opt.from = optarg;
			break;
		case OPT_URL:
			given->opt_url = optarg;
			break;
		case OPT_HELP:
			out(synopsis, sizeof(synopsis) - 1);
			exit(EXIT_OK);
		case OPT_KEY:
			opt.key = optarg;
			break;
		case OPT_REPLY_TO:
			number("reply-to", optarg, 1, INT64_MAX,
			    &opt.reply_to);
			break;
		case OPT_ROOM:
			given->opt_room = optarg;
			break;
		case OPT_SCREEN:
			opt.screen = optarg;
			break;
		case OPT_TO:
			opt.to = optarg;
			break;
		case OPT_UNTIL:
			opt.until = goal_of(optarg);
			opt.waits = 1;
			break;
		case OPT_VERSION:
			out(version, sizeof(version) - 1);
			exit(EXIT_OK);
		case OPT_WAIT:
			number("wait", optarg, 0, 86400, &opt.wait_s);
			opt.waits = 1;
			break;
		default:
			usage();
		}
	}
	opt.text = argv + optind;
	opt.ntext = argc - optind;
}

int
main(int argc, char **argv, char **environment)
{
	static char memory[65536];
	struct room_given given;

	memset(&given, 0, sizeof(given));
	parse_options(argc, argv, &given);
	check_options();
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		err(EXIT_IO, "signal");
	buf_init_at(&input, memory, sizeof(memory), TEXT_MAX);
	if (opt.reply) {
		reply(getenv("CSP_REPLY"));
		return EXIT_OK;
	}
	room_environ(&given, environment);
	must(gate_open(&gate, &given));
	if (opt.leave) {
		leave();
		return EXIT_OK;
	}
	if (opt.control == NULL)
		find_sender();
	letter.reply_to = opt.reply_to;
	letter.urgent = opt.urgent;
	if (opt.key != NULL)
		(void)text_join(key, sizeof(key), opt.key, (char *)NULL);
	else
		unique_text(key);
	unfinished = opt.lines || opt.json;
	if (unfinished || opt.waits)
		watch_the_end();
	if (unfinished)
		fd_standard();	/* a closed input is an empty one */
	else
		take_one();
	send_all();
	if (status == EXIT_OK)
		unfinished = 0;
	return status;
}
