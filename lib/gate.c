/*
 * gate - the gateway as a filter sees it.
 * Linked into csp-send and csp-poll.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exits.h"
#include "gate.h"
#include "jbuf.h"

enum {
	NODES_FIRST = 256,
	PAUSE_FIRST_MS = 100,
	PAUSE_MAX_MS = 2000,
	RETRY_AFTER_MAX_S = 60,
	ANSWER_MAX = 1024 * 1024 * 1024,
	REGISTER_MS = 30000
};

void
gate_say(struct gate *g, const char *s, size_t n)
{
	g->why[printable(g->why, sizeof(g->why) - 1, s, n, PRINT_LINE,
	    NULL)] = '\0';
}

/* Sets why and returns the status. */
static int
fail(struct gate *g, int status, const char *why)
{
	gate_say(g, why, strlen(why));
	return status;
}

/* Finds the room and makes its client. */
static int
find_room(struct gate *g)
{
	enum room_result r;

	if ((r = room_find(&g->room, &g->given)) != ROOM_OK)
		return fail(g, room_exit(r), g->room.why);
	if (client_target(&g->client, g->room.url, g->room.token) == 0)
		return EXIT_OK;
	(void)snprintf(g->why, sizeof(g->why),
	    "%.200s: not a URL of the form http://HOST:PORT", g->room.url);
	return EXIT_USAGE;
}

int
gate_open(struct gate *g, const struct room_given *given)
{
	g->given = *given;
	g->why[0] = '\0';
	g->nodes = NULL;
	g->cap = 0;
	g->answered = 0;
	client_init(&g->client);
	client_limit(&g->client, ANSWER_MAX);
	g->patience_ms = GATE_PATIENCE_MS;
	g->until_ms = -1;
	gate_good(g);
	return find_room(g);
}

void
gate_close(struct gate *g)
{
	client_done(&g->client);
	free(g->nodes);
	g->nodes = NULL;
	g->cap = 0;
}

void
gate_good(struct gate *g)
{
	g->bad_at = -1;
	g->pause_ms = PAUSE_FIRST_MS;
}

int
gate_is_temporary(int status)
{
	return status == 429 || status == 503 || status == 507;
}

/* Waits; nothing else is to be done in the meantime. */
static void
pause_for(int64_t ms)
{
	struct timeval tv;

	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	/* ended early by a signal is early, no more */
	(void)select(0, NULL, NULL, NULL, &tv);
}

/* Whether to give up after a failed try; r as in gate_again. */
static int
is_hopeless(const struct gate *g, const struct client_reply *r, int64_t now)
{
	if (r == NULL && !g->answered && (!client_was_sent(&g->client) ||
	    client_was_alien(&g->client)))
		return 1;
	if (g->until_ms != -1 && now >= g->until_ms)
		return 1;
	return g->patience_ms != -1 && (r == NULL || r->status != 429) &&
	    now - g->bad_at > g->patience_ms;
}

int
gate_again(struct gate *g, const struct client_reply *r)
{
	int64_t now = clock_ms(), ms = g->pause_ms, s;
	struct room before = g->room;

	gate_refused(g, r);
	if (r != NULL) {
		g->answered = 1;
		s = r->retry_after_s;
		if (s > 0)
			ms = (s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S) *
			    1000;
	}
	if (g->bad_at == -1)
		g->bad_at = now;
	if (is_hopeless(g, r, now))
		return r == NULL ? EXIT_UNREACHED : EXIT_REFUSED;
	if (r != NULL)
		client_again(&g->client);
	if (g->until_ms != -1 && ms > g->until_ms - now)
		ms = g->until_ms - now;
	pause_for(ms);
	if (g->pause_ms < PAUSE_MAX_MS)
		g->pause_ms *= 2;
	/* a gateway that was started anew may be elsewhere, with a new token */
	if (r == NULL && find_room(g) != EXIT_OK)
		g->room = before;
	return EXIT_OK;
}

int
gate_try(struct gate *g, const struct client_request *req,
    struct client_reply *reply)
{
	struct client_request r = *req;
	int64_t left;
	int status;

	left = g->until_ms == -1 ? r.timeout_ms : g->until_ms - clock_ms();
	if (left < r.timeout_ms)
		r.timeout_ms = left > 0 ? left : 1;
	r.once = 1;		/* the caller looks first; we repeat it */
	if (client_call(&g->client, &r, reply) == -1) {
		status = gate_again(g, NULL);
		reply->status = 0;
		return status;
	}
	if (gate_is_temporary(reply->status)) {
		if ((status = gate_again(g, reply)) == EXIT_OK)
			reply->status = 0;
		client_reset(&g->client);
		return status;
	}
	g->answered = 1;
	gate_good(g);
	if (reply->status / 100 == 2)
		return EXIT_OK;
	gate_refused(g, reply);
	return EXIT_REFUSED;
}

int
gate_call(struct gate *g, const struct client_request *req,
    struct client_reply *reply)
{
	int status;

	do
		status = gate_try(g, req, reply);
	while (status == EXIT_OK && reply->status == 0);
	return status;
}

/* Parses, with as many nodes as it takes.  NULL where it is no JSON. */
static const struct json_node *
parse(struct gate *g, const char *s, size_t n)
{
	struct json_node *more;
	size_t most = n / 2 + 1, cap;
	int r;

	for (;;) {
		r = g->cap == 0 ? JSON_FULL :
		    json_parse(s, n, g->nodes, g->cap, NULL);
		if (r > 0)
			return g->nodes;
		if (r != JSON_FULL || g->cap >= most)
			return NULL;
		cap = g->cap == 0 ? NODES_FIRST : g->cap * 4;
		if ((more = realloc(g->nodes, cap * sizeof(*more))) == NULL)
			return NULL;
		g->nodes = more;
		g->cap = cap;
	}
}

const struct json_node *
gate_json(struct gate *g, const struct client_reply *r)
{
	const struct json_node *root = parse(g, r->body, r->len);

	if (root == NULL)
		(void)fail(g, 0, "the gateway's answer is no JSON");
	return root;
}

void
gate_refused(struct gate *g, const struct client_reply *r)
{
	char memory[1024];
	const char *error;
	size_t n;

	if (r == NULL) {
		(void)fail(g, 0, client_error(&g->client));
		return;
	}
	error = json_view(json_get(parse(g, r->body, r->len), "error"),
	    memory, sizeof(memory), &n);
	if (error != NULL && n > 0)
		gate_say(g, error, n);
	else
		(void)snprintf(g->why, sizeof(g->why),
		    "the gateway answers %d %s", r->status,
		    http_reason(r->status));
}

int
gate_register(struct gate *g, char id[ID_MAX + 1], int human, char *token)
{
	struct client_request req;
	struct client_reply reply;
	const struct json_node *root, *got;
	struct json_out o;
	char body[256], memory[ROOM_TOKEN_MAX];
	const char *s;
	size_t n;
	int status;

	json_out_init(&o, body, sizeof(body));
	json_put_open(&o, '{');
	json_member_str(&o, "agentId", id);
	if (human) {
		json_put_name(&o, "capabilities", 12);
		json_put_raw(&o, "{\"human\":true}", 14);
	}
	json_put_close(&o, '}');
	memset(&req, 0, sizeof(req));
	req.method = HTTP_POST;
	req.target = "/register";
	req.body = o.p;
	req.len = o.len;
	req.timeout_ms = REGISTER_MS;
	if ((status = gate_call(g, &req, &reply)) != EXIT_OK)
		return status;
	if ((root = gate_json(g, &reply)) == NULL)
		return EXIT_REFUSED;
	got = json_get(root, "agentId");
	s = json_view(got, memory, sizeof(memory), &n);
	if (s == NULL || id_fold(s, n, id) == -1)
		return fail(g, EXIT_REFUSED,
		    "the gateway's answer has no agentId");
	if (token == NULL)
		return EXIT_OK;
	s = json_view(json_get(root, "token"), memory, sizeof(memory), &n);
	if (s == NULL || n >= ROOM_TOKEN_MAX)
		return fail(g, EXIT_REFUSED,
		    "the gateway's answer has no token");
	memcpy(token, s, n);
	token[n] = '\0';
	return EXIT_OK;
}

void
gate_login(char id[ID_MAX + 1])
{
	const struct passwd *pw = getpwuid(getuid());
	const char *s = pw != NULL ? pw->pw_name : "";
	char name[ID_MAX + 1], c[ID_MAX + 1];
	size_t i;

	for (i = 0; s[i] != '\0' && i < ID_MAX; i++)
		name[i] = id_fold(s + i, 1, c) == 0 || s[i] == '.' ||
		    s[i] == '_' ? s[i] : '-';
	if (id_fold(name, i, id) == -1)
		memcpy(id, "human", sizeof("human"));
}
