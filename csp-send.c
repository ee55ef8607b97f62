/*
 * csp-send - post messages to a room: from its arguments, from standard input,
 * or both; and wait for what becomes of them.
 *
 * Messages go through one connection, many at a time, each with a key by which
 * the gateway knows a repetition.  So whatever is lost on the way is sent
 * again, in order, and nothing is there twice.
 */
#include <sys/types.h>
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
#include <unistd.h>

#include "json.h"
#include "lib/buf.h"
#include "lib/exits.h"
#include "lib/gate.h"
#include "lib/jbuf.h"
#include "lib/net.h"
#include "lib/room.h"
#include "lib/util.h"
#include "lib/version.h"

enum {
	TEXT_MAX = 64 * 1024 * 1024,	/* bytes of one message, here */
	RING_BYTES = 1024 * 1024,	/* at most this and one on the way */
	NODES_MAX = 1024,	/* JSON values in a line */
	KEY_MAX = 200,		/* bytes of an idempotency key */
	PREFIX_MAX = 150,
	POLL_S = 30,		/* one long poll */
	SILENT_MS = 1000,	/* how long a socket may say nothing */
	ANSWER_MS = 120000,
	LATE_MS = 3000		/* what an answer may come late */
};

enum stage {
	STAGE_NONE,
	STAGE_HELD,
	STAGE_TYPED,
	STAGE_SUBMITTED,
	STAGE_REPLIED,
	STAGE_FAILED,
	STAGE_BAD
};

/* A message that is not known to have arrived. */
struct item {
	const char *target;
	char *body;
	size_t len;
	unsigned long number;	/* which line, from 1 */
	char *key;		/* its own, or NULL: made of the number */
};

static struct {
	const char *from, *to, *key, *field, *control, *screen;
	int64_t reply_to, wait_s;
	enum stage until;
	int lines, json, urgent, enrol, human, print_token, reply, no_input;
	int leave, print_id;
	int waits;
	char **text;
	int ntext;
} opt = { .until = STAGE_REPLIED };

static struct gate gate;
static char from[ID_MAX + 1], to[ID_MAX + 1];
static char key[KEY_MAX];
static struct buf input;	/* of standard input, not yet taken */
static int input_ended;
static unsigned long taken;	/* messages taken from the input */
static struct item ring[CLIENT_PIPE_MAX];
static int ring_first, ring_n;
static size_t ring_bytes;
static int status;		/* exit status so far */
/* where things are posted to */
static const char messages[] = "/agent-output", controls[] = "/control";
static const char reports[] = "/receipt";
static struct json_node nodes[NODES_MAX];

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

static void
usage(void)
{
	(void)fputs(synopsis, stderr);
	exit(EXIT_USAGE);
}

/* Writes to standard output or ends the program. */
static void
out(const void *p, size_t n)
{
	if (write_all(STDOUT_FILENO, p, n) == 0)
		return;
	if (errno == EPIPE) {
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
	if (code != EXIT_OK)
		errx(code, "%s", gate.why);
}

/* Prints why something failed; line is 0 where there are no lines. */
static void
complain(unsigned long line, const char *why)
{
	if (line > 0)
		warnx("line %lu: %s", line, why);
	else
		warnx("%s", why);
}

/* A GET and its answer's JSON. */
static const struct json_node *
get(const char *target, int64_t timeout_ms)
{
	struct client_request req;
	struct client_reply reply;
	const struct json_node *root;

	memset(&req, 0, sizeof(req));
	req.method = HTTP_GET;
	req.target = target;
	req.timeout_ms = timeout_ms;
	must(gate_call(&gate, &req, &reply));
	if ((root = gate_json(&gate, &reply)) == NULL)
		must(EXIT_REFUSED);
	return root;
}

/* Whose messages these are; registers who has no name of his own. */
static void
find_sender(void)
{
	const char *name = opt.from != NULL ? opt.from : gate.room.agent;
	char token[ROOM_TOKEN_MAX];
	int nameless = opt.from == NULL && *name == '\0';

	if (nameless)
		gate_login(from);
	else if (id_fold(name, strlen(name), from) == -1)
		errx(EXIT_USAGE, "--from %s: not an id", name);
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
	const char *name = opt.from != NULL ? opt.from : gate.room.agent;
	struct client_request req;
	struct client_reply reply;
	char target[ID_MAX + 16];

	if (*name == '\0')
		gate_login(from);
	else if (id_fold(name, strlen(name), from) == -1)
		errx(EXIT_USAGE, "--from %s: not an id", name);
	(void)snprintf(target, sizeof(target), "/agent/%s", from);
	memset(&req, 0, sizeof(req));
	req.method = HTTP_DELETE;
	req.target = target;
	req.timeout_ms = ANSWER_MS;
	must(gate_call(&gate, &req, &reply));
}

static const char *const stages[STAGE_BAD] = {
	[STAGE_NONE] = "queued",
	[STAGE_HELD] = "held",
	[STAGE_TYPED] = "typed",
	[STAGE_SUBMITTED] = "submitted",
	[STAGE_REPLIED] = "replied",
	[STAGE_FAILED] = "failed"
};

static enum stage
stage_of(const char *s, size_t n)
{
	int i;

	for (i = 0; i < STAGE_BAD; i++)
		if (strlen(stages[i]) == n && memcmp(stages[i], s, n) == 0)
			break;
	return (enum stage)i;
}

/* What the receipts of a message say, taken together. */
struct verdict {
	enum stage stage;	/* the furthest that one recipient came */
	int64_t reply_id;	/* of that, or 0 */
	int failed, others;	/* recipients that failed, that did not */
	char last[ID_MAX + 160];	/* in words: `claude: held (busy)` */
};

/* Takes one recipient's receipt into account. */
static void
weigh(struct verdict *v, const struct json_node *who,
    const struct json_node *receipt)
{
	char memory[32], words[128];
	const char *name, *reason;
	size_t n, len = 0;
	enum stage stage;

	name = json_view(json_get(receipt, "stage"), memory, sizeof(memory),
	    &n);
	if (name == NULL || (stage = stage_of(name, n)) == STAGE_BAD)
		return;
	if (stage == STAGE_FAILED)
		v->failed++;
	else
		v->others++;
	if (v->last[0] != '\0' && (stage == STAGE_FAILED || stage < v->stage))
		return;
	v->stage = stage;
	v->reply_id = 0;
	(void)json_int(json_get(receipt, "replyId"), &v->reply_id);
	reason = json_view(json_get(receipt, "reason"), words, sizeof(words),
	    &len);
	(void)snprintf(v->last, sizeof(v->last), "%.*s: %.*s%s%.*s%s",
	    (int)who->len, who->p, (int)n, name, len > 0 ? " (" : "",
	    (int)len, reason == NULL ? "" : reason, len > 0 ? ")" : "");
}

/* Reads the receipts out of a message as the gateway shows it. */
static void
judge(struct verdict *v, const struct json_node *message)
{
	const struct json_node *receipts = json_get(message, "receipts");
	const struct json_node *name;
	uint32_t left;

	memset(v, 0, sizeof(*v));
	if (receipts == NULL || receipts->type != JSON_OBJECT)
		return;
	name = json_first(receipts);
	for (left = receipts->n; left > 0; left--) {
		weigh(v, name, name + 1);
		name = json_next(name + 1);
	}
}

/* Prints the text of a message, by its id. */
static void
print_message(int64_t id)
{
	const struct json_node *reply, *content, *complete;
	char target[64], *memory;
	const char *s;
	size_t n;

	(void)snprintf(target, sizeof(target), "/message/%lld",
	    (long long)id);
	reply = get(target, ANSWER_MS);
	content = json_get(reply, "content");
	complete = json_get(reply, "complete");
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

/* Waits for what --wait and --until ask of a message, and prints the reply. */
static void
await(int64_t id)
{
	struct verdict v;
	char target[200], *last = v.last;
	int64_t now = clock_ms(), by = now + opt.wait_s * 1000;
	int64_t left = POLL_S;
	int lost;

	if (opt.wait_s > 0)
		gate.until_ms = by + LATE_MS;
	for (;;) {
		if (opt.wait_s > 0)
			left = by > now ? (by - now + 999) / 1000 : 0;
		(void)snprintf(target, sizeof(target),
		    "/message/%lld?stage=%s&wait=%lld", (long long)id,
		    stages[opt.until],
		    (long long)(left < POLL_S ? left : POLL_S));
		judge(&v, get(target, POLL_S * 1000 + ANSWER_MS));
		if (v.stage >= opt.until && v.stage != STAGE_FAILED)
			break;
		now = clock_ms();
		lost = v.failed > 0 && v.others == 0;
		if (lost || (opt.wait_s > 0 && now >= by)) {
			if (*last != '\0')
				gate_say(&gate, last, strlen(last));
			warnx("%s%s", lost ? "" :
			    opt.until == STAGE_REPLIED ? "no reply in time: " :
			    "not in time: ", *last == '\0' ? "queued" :
			    gate.why);
			if (status == EXIT_OK)
				status = EXIT_NO;
			gate.until_ms = -1;
			return;
		}
	}
	gate.until_ms = -1;
	if (opt.until == STAGE_REPLIED && v.reply_id > 0)
		print_message(v.reply_id);
}

/* Gives the ring's item its request. */
static void
request_item(const struct item *it)
{
	struct client_request req;
	char header[KEY_MAX + 64];

	(void)snprintf(header, sizeof(header), it->key != NULL ?
	    "Idempotency-Key: %s\r\n" : "Idempotency-Key: %s-%lu\r\n",
	    it->key != NULL ? it->key : key, it->number);
	memset(&req, 0, sizeof(req));
	req.method = HTTP_POST;
	req.target = it->target;
	req.headers = header;
	req.body = it->body;
	req.len = it->len;
	req.timeout_ms = ANSWER_MS;
	if (client_request(gate.client, &req) == -1)
		err(EXIT_IO, "memory");
}

/* All that is in the ring again, in order, on a new connection. */
static void
request_again(void)
{
	int i;

	for (i = 0; i < ring_n; i++)
		request_item(&ring[(ring_first + i) % CLIENT_PIPE_MAX]);
}

/* Adds a message to the ring; own_key, which it takes, is its key, or NULL. */
static void
push(const char *target, struct buf *body, char *own_key)
{
	struct item *it = &ring[(ring_first + ring_n) % CLIENT_PIPE_MAX];

	it->target = target;
	it->len = body->len;
	it->number = taken;
	it->key = own_key;
	if ((it->body = malloc(body->len)) == NULL)
		err(EXIT_IO, "memory");
	memcpy(it->body, body->p, body->len);
	ring_n++;
	ring_bytes += it->len;
	request_item(it);
}

/* The members of every message that the options give. */
static void
put_options(struct json_out *o)
{
	json_put_open(o, '{');
	json_member_str(o, "from", from);
	if (*to != '\0')
		json_member_str(o, "to", to);
	if (opt.reply_to > 0)
		json_member_int(o, "replyTo", opt.reply_to);
	if (opt.urgent)
		json_member_bool(o, "urgent", 1);
}

/* Which line a message stands in, for people; 0 where there are no lines. */
static unsigned long
line_of(unsigned long number)
{
	return opt.lines || opt.json ? number : 0;
}

static int
is_utf8(const char *s, size_t n)
{
	size_t i;
	int len;

	for (i = 0; i < n; i += (size_t)len)
		if ((len = utf8_len(s + i, n - i)) == 0)
			return 0;
	return 1;
}

/* Adds the message with this text to the ring. */
static void
push_text(const char *s, size_t n)
{
	struct json_out o;
	struct buf body;

	if (!is_utf8(s, n))
		complain(line_of(taken), "the text is no UTF-8: what is wrong "
		    "becomes U+FFFD");
	buf_init(&body, (size_t)TEXT_MAX * 6 + 4096);
	jbuf_begin(&o, &body);
	put_options(&o);
	json_member_string(&o, "content", s, n);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1)
		err(EXIT_IO, "memory");
	push(messages, &body, NULL);
	buf_free(&body);
}

/*
 * The key that a line gives its message, in memory of its own: *key is NULL
 * where it gives none.  0, or -1 where it is no key.
 */
static int
take_key(const struct json_node *v, char **own_key)
{
	size_t i;

	*own_key = NULL;
	if (v == NULL || v->type == JSON_NULL)
		return 0;
	if (v->type != JSON_STRING || v->len < 1 || v->len > PREFIX_MAX)
		return -1;
	for (i = 0; i < v->len; i++)
		if (v->p[i] < 0x21 || v->p[i] > 0x7e || v->p[i] == '\\')
			return -1;
	if ((*own_key = malloc(v->len + 1)) == NULL)
		err(EXIT_IO, "memory");
	memcpy(*own_key, v->p, v->len);
	(*own_key)[v->len] = '\0';
	return 0;
}

/*
 * Adds what a line of JSON asks for: a message, with "action" a control, with
 * "stage" a receipt.  0, or -1 where it is no such object.
 */
static int
push_json(const char *s, size_t n)
{
	static const struct json_name all[] = {
		JSON_NAME("from"), JSON_NAME("to"), JSON_NAME("replyTo"),
		JSON_NAME("urgent"), JSON_NAME("content"),
		JSON_NAME("verbatim"), JSON_NAME("action"), JSON_NAME("keys"),
		JSON_NAME("screen"), JSON_NAME("messageId"),
		JSON_NAME("stage"), JSON_NAME("reason"), JSON_NAME("key")
	};
	enum { FROM, TO, REPLY_TO, URGENT, CONTENT, VERBATIM, ACTION,
	    STAGE = 10, KEY = 12, N };
	const struct json_node *got[N];
	char *own_key;
	struct json_out o;
	struct buf body;
	size_t i;

	if (json_parse(s, n, nodes, NODES_MAX, NULL) < 1 ||
	    json_pick(nodes, all, got, N) == -1 ||
	    take_key(got[KEY], &own_key) == -1)
		return -1;
	buf_init(&body, n + 4096);
	jbuf_begin(&o, &body);
	json_put_open(&o, '{');
	for (i = 0; i < KEY; i++) {
		if (got[i] == NULL)
			continue;
		json_put_name(&o, all[i].s, all[i].len);
		json_put_node(&o, got[i]);
	}
	if (got[FROM] == NULL)
		json_member_str(&o, "from", from);
	if (got[TO] == NULL && *to != '\0')
		json_member_str(&o, "to", to);
	if (got[REPLY_TO] == NULL && opt.reply_to > 0)
		json_member_int(&o, "replyTo", opt.reply_to);
	if (got[URGENT] == NULL && opt.urgent)
		json_member_bool(&o, "urgent", 1);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1)
		err(EXIT_IO, "memory");
	push(got[ACTION] != NULL ? controls : got[STAGE] != NULL ? reports :
	    messages, &body, own_key);
	buf_free(&body);
	return 0;
}

/* The one control that --control asks for. */
static void
push_control(void)
{
	struct json_out o;
	struct buf body;
	int i;

	buf_init(&body, 65536);
	jbuf_begin(&o, &body);
	json_put_open(&o, '{');
	json_member_str(&o, "to", to);
	json_member_str(&o, "action", opt.control);
	if (opt.ntext > 0) {
		json_put_name(&o, "keys", 4);
		json_put_open(&o, '[');
		for (i = 0; i < opt.ntext; i++)
			json_put_str(&o, opt.text[i]);
		json_put_close(&o, ']');
	}
	if (opt.screen != NULL)
		json_member_str(&o, "screen", opt.screen);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1)
		errx(EXIT_USAGE, "too many keys");
	push(controls, &body, NULL);
	buf_free(&body);
}

/* The oldest message is done with. */
static void
pop(void)
{
	free(ring[ring_first].body);
	free(ring[ring_first].key);
	ring_bytes -= ring[ring_first].len;
	ring_first = (ring_first + 1) % CLIENT_PIPE_MAX;
	ring_n--;
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
	char line[KEY_MAX + 64];
	int n;

	n = snprintf(line, sizeof(line), it->key != NULL ? "%lld %s\n" :
	    "%lld %s-%lu\n", (long long)id,
	    it->key != NULL ? it->key : key, it->number);
	out(line, (size_t)n);
}

/* An answer to the oldest message. */
static void
settle(const struct client_reply *r)
{
	const struct item *it = &ring[ring_first];
	int64_t id = 0;

	if (gate_is_temporary(r->status)) {
		must(gate_again(&gate, r));
		request_again();
		return;
	}
	gate_good(&gate);
	gate.answered = 1;
	if (r->status / 100 != 2) {
		gate_refused(&gate, r);
		complain(line_of(it->number), gate.why);
		status = EXIT_REFUSED;
	} else if ((opt.waits || opt.print_id) && it->target == messages) {
		id = new_id(r);
		if (opt.print_id)
			print_id(it, id);
	}
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
	return ring_n < (opt.waits ? 1 : CLIENT_PIPE_MAX) &&
	    ring_bytes < RING_BYTES;
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
				warnx("line %lu: not a message in JSON",
				    taken);
				status = EXIT_IO;
			}
		} else if (n > 0)
			push_text(input.p, n);
		buf_consume(&input, whole);
	}
}

/* Sends what is in the ring and what the input brings until both are empty. */
static void
send_all(void)
{
	struct client_reply reply;
	int more = opt.lines || opt.json, listens;

	for (;;) {
		if (more)
			take_lines();
		listens = more && !input_ended && has_room();
		if (ring_n == 0 && !listens)
			return;
		switch (client_wait(gate.client, -1,
		    listens ? STDIN_FILENO : -1, &reply)) {
		case CLIENT_DONE:
			settle(&reply);
			break;
		case CLIENT_FAIL:
			if (ring_n == 0)
				break;
			must(gate_again(&gate, NULL));
			request_again();
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
 * Whether standard input is to be read.  Without TEXT always.  With TEXT it is
 * where it is a file, a pipe or a socket.  A socket is what some programs give
 * a child and never write to nor close: it must speak up soon.  A pipe may be
 * such, too, but what comes late out of one must not be lost: that is said.
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
	if (is_pipe && !input_comes(SILENT_MS))
		warnx("waiting for the end of standard input; "
		    "-n leaves it alone");
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

	buf_init(&text, TEXT_MAX);
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
hand_over(const char *path)
{
	struct buf text, header;
	struct timeval tv = { 30, 0 };
	fd_set in;
	int fd;
	long n;

	if (path == NULL || *path == '\0')
		errx(EXIT_IO, "CSP_REPLY is not set: not under csp-sidecar");
	buf_init(&text, TEXT_MAX);
	buf_init(&header, 1024);
	if (opt.ntext > 0)
		opt.no_input = 1;
	take_text(&text);
	if ((fd = net_unix_connect(path)) == -1)
		err(EXIT_IO, "%s", path);
	if (buf_printf(&header, "csp-reply 1 %s\n",
	    opt.field == NULL ? "-" : opt.field) == -1)
		errx(EXIT_USAGE, "--field: too long");
	if (write_all(fd, header.p, header.len) == -1 ||
	    write_all(fd, text.p, text.len) == -1)
		err(EXIT_IO, "%s", path);
	(void)shutdown(fd, SHUT_WR);	/* if it is gone, reading tells */
	buf_clear(&header, 1024);
	while (memchr(header.p, '\n', header.len) == NULL) {
		FD_ZERO(&in);
		FD_SET(fd, &in);
		if (select(fd + 1, &in, NULL, NULL, &tv) == 0)
			errx(EXIT_IO, "%s: no answer", path);
		n = net_read(fd, &header, SIZE_MAX);
		if (n == 0 || (n == -1 && errno != EAGAIN))
			errx(EXIT_IO, "%s: no answer", path);
	}
	if (header.len < 3 || memcmp(header.p, "ok\n", 3) != 0) {
		gate_say(&gate, header.p, strcspn(header.p, "\n"));
		errx(EXIT_IO, "%s", gate.why);
	}
	exit(EXIT_OK);
}

static void
number(const char *name, const char *s, int64_t min, int64_t max, int64_t *v)
{
	if (num_parse(s, min, max, v) == -1)
		errx(EXIT_USAGE, "--%s %s: not a number from %lld to %lld",
		    name, s, (long long)min, (long long)max);
}

/* The stage that --until names. */
static enum stage
goal_of(const char *s)
{
	enum stage stage = stage_of(s, strlen(s));

	if (stage == STAGE_BAD || stage == STAGE_FAILED)
		errx(EXIT_USAGE, "--until %s: not queued, held, typed, "
		    "submitted or replied", s);
	return stage;
}

/* What goes together and what does not. */
static void
check_options(void)
{
	size_t i;

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
	if (strcmp(to, "broadcast") == 0 || strcmp(to, "all") == 0)
		to[0] = '\0';
	if (opt.control != NULL && *to == '\0')
		errx(EXIT_USAGE, "--control needs --to");
	for (i = 0; opt.key != NULL && opt.key[i] != '\0'; i++)
		if (opt.key[i] < 0x21 || opt.key[i] > 0x7e ||
		    i == PREFIX_MAX)
			errx(EXIT_USAGE, "--key: %d visible characters of "
			    "ASCII at most", PREFIX_MAX);
	if (opt.key != NULL && i == 0)
		errx(EXIT_USAGE, "--key: empty");
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
main(int argc, char **argv)
{
	struct room_given given;

	fd_standard();
	memset(&given, 0, sizeof(given));
	parse_options(argc, argv, &given);
	check_options();
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		err(EXIT_IO, "signal");
	buf_init(&input, TEXT_MAX);
	if (opt.reply)
		hand_over(getenv("CSP_REPLY"));
	ROOM_ENVIRON(&given);
	must(gate_open(&gate, &given));
	if (opt.key != NULL)
		(void)snprintf(key, sizeof(key), "%s", opt.key);
	else if (random_hex(key, 16) == -1)
		err(EXIT_IO, "/dev/urandom");
	if (opt.leave) {
		leave();
		return EXIT_OK;
	}
	if (opt.control == NULL)
		find_sender();
	if (!opt.lines && !opt.json)
		take_one();
	send_all();
	gate_close(&gate);
	return status;
}
