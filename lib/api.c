/*
 * api - routes HTTP requests to the broker and answers them.
 * Linked into csp-gateway.  Start reading at api_begin and api_run.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api_in.h"
#include "jbuf.h"
#include "net.h"

enum route {
	R_AGENT,
	R_AGENTS,
	R_CONTROL,
	R_HEALTH,
	R_HISTORY,
	R_INBOX,
	R_MCP,
	R_MESSAGE,
	R_METRICS,
	R_POST,
	R_RECEIPT,
	R_REGISTER,
	R_STREAM,
	R_UPDATE,
	R_NONE
};

enum { GET = 1, POST = 2, DELETE = 4 };

static const struct {
	const char	*path;
	unsigned char	 len;
	unsigned char	 methods;
	unsigned char	 route;
	unsigned char	 arg;		/* one more segment follows */
	unsigned char	 owner;		/* for the owner only */
} routes[] = {
	{ "/agent-output", 13, POST, R_POST, 0, 0 },
	{ "/inbox/", 7, GET, R_INBOX, 1, 0 },
	{ "/agent/", 7, DELETE, R_AGENT, 1, 0 },
	{ "/agents", 7, GET, R_AGENTS, 0, 0 },
	{ "/control", 8, POST, R_CONTROL, 0, 1 },
	{ "/health", 7, GET, R_HEALTH, 0, 0 },
	{ "/history", 8, GET, R_HISTORY, 0, 0 },
	{ "/mcp", 4, POST, R_MCP, 0, 0 },
	{ "/message", 8, POST, R_POST, 0, 0 },
	{ "/message/", 9, GET, R_MESSAGE, 1, 0 },
	{ "/metrics", 8, GET, R_METRICS, 0, 1 },
	{ "/receipt", 8, POST, R_RECEIPT, 0, 0 },
	{ "/register", 9, POST, R_REGISTER, 0, 0 },
	{ "/stream", 7, GET, R_STREAM, 0, 0 },
	{ "/stream_update", 14, POST, R_UPDATE, 0, 0 }
};
enum { NROUTES = sizeof routes / sizeof routes[0] };

void
api_init(struct api *api, struct broker *b, const char *token)
{
	/* without the nodes: what is not written to costs no memory */
	memset(api, 0, offsetof(struct api, nodes));
	api->b = b;
	api->token = token;
	api->token_len = strlen(token);
	hmac_key_init(&api->key, token, api->token_len);
	buf_init(&api->update, 16 << 20);
}

void
api_error(struct api_answer *a, struct buf *out, int status, const char *code,
    const char *text)
{
	struct json_out o;

	a->kind = API_ANSWER;
	a->status = status;
	jbuf_begin(&o, out);
	json_put_open(&o, '{');
	json_member_bool(&o, "success", 0);
	json_member_str(&o, "code", code);
	json_member_str(&o, "error", text);
	json_put_close(&o, '}');
	(void)jbuf_end(&o);	/* without memory the status alone must do */
}

void
api_fail(struct api_answer *a, struct buf *out, int status, const char *code,
    const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);	/* cut is well */
	va_end(ap);
	api_error(a, out, status, code, text);
}

void
api_fail_errno(struct api_answer *a, struct buf *out)
{
	api_fail(a, out, 507, "not-stored", "the gateway cannot keep it: %s",
	    strerror(errno));
	a->close = 1;
}

static int
listed(const struct api_list *l, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (http_equal(l->s[i], strlen(l->s[i]), s, n))
			return 1;
	return 0;
}

static int
host_allowed(struct api *api, const struct http_request *h,
    struct api_answer *a, struct buf *out)
{
	struct http_str host;
	int port;

	if (http_host_split(h->host, &host, &port) == -1 ||
	    (!net_is_loopback(host.p, host.len) &&
	    !listed(&api->hosts, host.p, host.len))) {
		api_fail(a, out, 403, "forbidden", "the host \"%.*s\" is not "
		    "served here (see --allow-host)",
		    (int)(h->host.len < 100 ? h->host.len : 100), h->host.p);
		return 0;
	}
	if (h->host.len <= sizeof api->host_ok) {
		memcpy(api->host_ok, h->host.p, h->host.len);
		api->host_len = h->host.len;
	}
	return 1;
}

/* A web page must not be able to talk to the room: neither by its origin nor
 * by a name that was made to point here. */
static int
allowed(struct api *api, const struct http_request *h,
    struct api_answer *a, struct buf *out)
{
	const struct http_str *origin = &h->f.field[HTTP_ORIGIN];

	/* the one that was let in last comes again and again */
	if (h->host.p != NULL && (h->host.len != api->host_len ||
	    api->host_len == 0 ||
	    memcmp(h->host.p, api->host_ok, api->host_len) != 0)) {
		if (!host_allowed(api, h, a, out))
			return 0;
	}
	if (origin->p == NULL)
		return 1;
	if (!listed(&api->origins, origin->p, origin->len)) {
		api_fail(a, out, 403, "forbidden", "the origin \"%.*s\" is not "
		    "allowed here (see --allow-origin)",
		    (int)(origin->len < 100 ? origin->len : 100), origin->p);
		return 0;
	}
	(void)snprintf(a->extra, sizeof a->extra,	/* listed: it fits */
	    "Access-Control-Allow-Origin: %.*s\r\nVary: Origin\r\n",
	    (int)origin->len, origin->p);
	return 1;
}

/* The token that a request bears, or NULL. */
static const char *
token_of(const struct http_request *h, size_t *n)
{
	const struct http_str *x = &h->f.field[HTTP_X_AUTH_TOKEN];
	const struct http_str *b = &h->f.field[HTTP_AUTHORIZATION];
	size_t i = 7;

	if (x->p != NULL) {
		*n = x->len;
		return x->p;
	}
	if (b->p == NULL || b->len < 8 || !http_equal(b->p, 7, "Bearer ", 7))
		return NULL;
	while (i < b->len && b->p[i] == ' ')
		i++;
	*n = b->len - i;
	return b->p + i;
}

void
api_mac(struct api *api, const char *id, size_t n, struct agent *a,
    char hex[SHA256_HEX + 1])
{
	unsigned char mac[SHA256_LEN];

	if (a != NULL && a->has_mac) {
		memcpy(hex, a->mac, SHA256_HEX);
		hex[SHA256_HEX] = '\0';
		return;
	}
	hmac_sha256(&api->key, id, n, mac);
	hmac_hex(mac, hex);
	if (a != NULL) {
		memcpy(a->mac, hex, SHA256_HEX);
		a->has_mac = 1;
	}
}

/* Fill in whose token it is.  0 where it is nobody's. */
static int
authenticate(struct api *api, const struct http_request *h, struct api_call *c)
{
	const char *t;
	char hex[SHA256_HEX + 1];
	size_t n, id_len;

	t = token_of(h, &n);
	if (t == NULL)
		return 0;
	c->owner = 0;
	c->who = AGENT_NONE;
	c->id[0] = '\0';
	if (secret_equal(api->token, api->token_len, t, n)) {
		c->owner = 1;
		return 1;
	}
	if (n < SHA256_HEX + 2 || n > SHA256_HEX + 1 + ID_MAX ||
	    t[n - SHA256_HEX - 1] != '.')
		return 0;
	id_len = n - SHA256_HEX - 1;
	if (id_fold(t, id_len, c->id) == -1)
		return 0;
	c->who = agents_find(&api->b->agents, c->id, id_len);
	api_mac(api, c->id, id_len, c->who == AGENT_NONE ? NULL :
	    agents_at(&api->b->agents, c->who), hex);
	return secret_equal(hex, SHA256_HEX, t + id_len + 1, SHA256_HEX);
}

/* The entry of routes[] that a path means, or -1; its last segment. */
static int
find_route(const char *p, size_t n, const char **arg, size_t *arg_len)
{
	int i;

	for (i = 0; i < NROUTES; i++) {
		if (n < routes[i].len ||
		    memcmp(p, routes[i].path, routes[i].len) != 0)
			continue;
		*arg = p + routes[i].len;
		*arg_len = n - routes[i].len;
		if (!routes[i].arg ? *arg_len == 0 : *arg_len > 0 &&
		    memchr(*arg, '/', *arg_len) == NULL)
			return i;
	}
	return -1;
}

static int
method_bit(enum http_method m)
{
	switch (m) {
	case HTTP_GET:
	case HTTP_HEAD:
		return GET;
	case HTTP_POST:
		return POST;
	case HTTP_DELETE:
		return DELETE;
	case HTTP_PUT:
	case HTTP_OPTIONS:
	case HTTP_OTHER:
		break;
	}
	return 0;
}

void
api_add_extra(struct api_answer *a, const char *name, const char *value)
{
	size_t n = strlen(a->extra);

	(void)snprintf(a->extra + n, sizeof a->extra - n, "%s: %s\r\n", name,
	    value);		/* all that comes here is short */
}

static const char *
methods(int bits)
{
	switch (bits) {
	case GET:
		return "GET, HEAD, OPTIONS";
	case POST:
		return "POST, OPTIONS";
	case DELETE:
		return "DELETE, OPTIONS";
	}
	return "GET, HEAD, POST, DELETE, OPTIONS";
}

/* OPTIONS, for people who ask and for browsers that were let in. */
static void
options(const struct api_call *c, struct api_answer *a)
{
	int bits = c->route == -1 ? 0 : routes[c->route].methods;

	a->kind = API_ANSWER;
	a->status = 204;
	api_add_extra(a, "Allow", methods(bits));
	if (c->h->f.field[HTTP_ORIGIN].p == NULL)
		return;
	api_add_extra(a, "Access-Control-Allow-Methods", methods(bits));
	api_add_extra(a, "Access-Control-Allow-Headers", "X-Auth-Token, "
	    "Authorization, Content-Type, Idempotency-Key, "
	    "MCP-Protocol-Version, Mcp-Method, Mcp-Name, X-Instance");
}

/* What the path names behind its prefix: an id, or a message's number. */
static int
path_arg(struct api_call *c, const char *p, size_t n, struct api_answer *a,
    struct buf *out)
{
	int64_t v;

	if (routes[c->route].route == R_MESSAGE) {
		if (num_parse_n(p, n, 1, INT64_MAX, &v) == 0) {
			c->number = (uint64_t)v;
			return 1;
		}
		api_fail(a, out, 400, "bad-id", "a message's id is a number "
		    "from 1");
		return 0;
	}
	if (id_fold(p, n, c->arg) == 0)
		return 1;
	api_fail(a, out, 400, "bad-id", "\"%.*s\" is no agent id "
	    "([a-z0-9][a-z0-9._-]{0,63})", (int)(n < 100 ? n : 100), p);
	return 0;
}

/* Whether the token allows the route at all. */
static int
may(const struct api_call *c, struct api_answer *a, struct buf *out)
{
	if (c->owner)
		return 1;
	if (routes[c->route].owner) {
		api_fail(a, out, 403, "forbidden", "only the owner's token may "
		    "do this");
		return 0;
	}
	if (routes[c->route].arg && routes[c->route].route != R_MESSAGE &&
	    strcmp(c->arg, c->id) != 0) {
		api_fail(a, out, 403, "forbidden", "the token is that of "
		    "\"%s\", not of \"%s\"", c->id, c->arg);
		return 0;
	}
	return 1;
}

int
api_begin(struct api *api, const struct http_request *h, struct api_call *c,
    struct api_answer *a, struct buf *out)
{
	char path[512];
	const char *arg = NULL;
	size_t arg_len = 0;
	long n;

	c->h = h;
	c->route = -1;
	a->kind = API_ANSWER;
	a->status = 200;
	a->type = NULL;
	a->extra[0] = '\0';
	a->close = 0;
	a->binds = 0;
	a->slot = AGENT_NONE;
	if (!allowed(api, h, a, out))
		return 0;
	c->route = find_route(h->path.p, h->path.len, &arg, &arg_len);
	if ((c->route == -1 || arg_len > 0) &&
	    memchr(h->path.p, '%', h->path.len) != NULL) {
		n = http_unescape(h->path.p, h->path.len, path, sizeof path);
		c->route = n == -1 ? -1 :
		    find_route(path, (size_t)n, &arg, &arg_len);
	}
	/* a browser's question before the question bears no token */
	if (h->method == HTTP_OPTIONS && h->f.field[HTTP_ORIGIN].p != NULL) {
		options(c, a);
		return 0;
	}
	if (!authenticate(api, h, c)) {
		api_add_extra(a, "WWW-Authenticate", "Bearer");
		api_fail(a, out, 401, "unauthorized", token_of(h, &arg_len) ?
		    "the token is not this room's" :
		    "a token is needed: X-Auth-Token or Authorization: Bearer");
		return 0;
	}
	if (h->method == HTTP_OPTIONS) {
		options(c, a);
		return 0;
	}
	if (c->route == -1) {
		api_fail(a, out, 404, "not-found", "there is no resource of "
		    "this name");
		return 0;
	}
	if (!(routes[c->route].methods & method_bit(h->method))) {
		api_add_extra(a, "Allow", methods(routes[c->route].methods));
		api_fail(a, out, 405, "bad-method", "this resource takes %s",
		    methods(routes[c->route].methods));
		return 0;
	}
	if (routes[c->route].arg && !path_arg(c, arg, arg_len, a, out))
		return 0;
	return may(c, a, out);
}

void
api_bad_field(struct api_answer *a, struct buf *out, const char *name,
    const char *what)
{
	api_fail(a, out, 400, "bad-field", "\"%s\" must be %s", name, what);
}

int
api_speaks_for(struct api *api, const struct api_call *c, uint16_t slot,
    struct api_answer *a, struct buf *out)
{
	const struct http_str *inst = &c->h->f.field[HTTP_X_INSTANCE];
	const struct agent *ag = agents_at(&api->b->agents, slot);

	if (inst->p == NULL) {
		if (ag->k.instance != NULL)
			return 2;
		a->binds = 1;
	} else if (ag->k.instance != NULL && inst->len ==
	    strlen(ag->k.instance) &&
	    memcmp(inst->p, ag->k.instance, inst->len) == 0)
		a->binds = 2;
	else if (ag->k.instance != NULL ||
	    broker_replaced(api->b, inst->p, inst->len)) {
		api_fail(a, out, 409, "superseded", "another run holds \"%s\" "
		    "now", ag->id);
		return 0;
	} else
		a->binds = 1;
	a->slot = slot;
	broker_heard(api->b, slot);
	return 1;
}

uint16_t
api_path_agent(struct api *api, const struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	uint16_t slot = agents_find(&api->b->agents, c->arg, strlen(c->arg));

	if (slot == AGENT_NONE)
		api_fail(a, out, 404, "not-found", "no agent named \"%s\" is "
		    "registered", c->arg);
	return slot;
}

static void
run_health(const struct api *api, struct api_answer *a, struct buf *out)
{
	if (buf_printf(out, "{\"status\":\"%s\",\"agents\":%zu,"
	    "\"messages\":%llu,\"uptime\":%lld,\"version\":\"%s\"}",
	    journal_failed(api->b->j) ? "journal failed" : "ok",
	    api->b->agents.used, (unsigned long long)api->b->msgs.count,
	    (long long)((api->b->now_ms - api->start_ms) / 1000),
	    api->version) == -1)
		api_fail_errno(a, out);
}

/* The Prometheus text of /metrics. */
static int
metrics(const struct api *api, struct buf *out)
{
	const struct journal_stats *j = journal_stats(api->b->j);
	int i;

	if (buf_printf(out, "# TYPE csp_requests_total counter\n") == -1)
		return -1;
	for (i = 1; i < 6; i++)
		if (buf_printf(out,
		    "csp_requests_total{status=\"%dxx\"} %llu\n", i,
		    (unsigned long long)api->by_status[i]) == -1)
			return -1;
	return buf_printf(out,
	    "# TYPE csp_messages_total counter\n"
	    "csp_messages_total %llu\n"
	    "# TYPE csp_deliveries_total counter\n"
	    "csp_deliveries_total %llu\n"
	    "# TYPE csp_received_bytes_total counter\n"
	    "csp_received_bytes_total %llu\n"
	    "# TYPE csp_sent_bytes_total counter\n"
	    "csp_sent_bytes_total %llu\n"
	    "# TYPE csp_connections_total counter\n"
	    "csp_connections_total %llu\n"
	    "# TYPE csp_connections gauge\ncsp_connections %llu\n"
	    "# TYPE csp_waiters gauge\ncsp_waiters %llu\n"
	    "# TYPE csp_streams gauge\ncsp_streams %llu\n"
	    "# TYPE csp_agents gauge\ncsp_agents %zu\n"
	    "# TYPE csp_journal_bytes_total counter\n"
	    "csp_journal_bytes_total %llu\n"
	    "# TYPE csp_journal_writes_total counter\n"
	    "csp_journal_writes_total %llu\n"
	    "# TYPE csp_journal_syncs_total counter\n"
	    "csp_journal_syncs_total %llu\n"
	    "# TYPE csp_journal_sync_seconds_total counter\n"
	    "csp_journal_sync_seconds_total %.6f\n"
	    "# TYPE csp_journal_errors_total counter\n"
	    "csp_journal_errors_total %llu\n",
	    (unsigned long long)api->messages,
	    (unsigned long long)api->deliveries,
	    (unsigned long long)api->bytes_in,
	    (unsigned long long)api->bytes_out,
	    (unsigned long long)api->accepted,
	    (unsigned long long)api->connections,
	    (unsigned long long)api->waiters,
	    (unsigned long long)api->streams, api->b->agents.used,
	    (unsigned long long)j->bytes, (unsigned long long)j->writes,
	    (unsigned long long)j->syncs, (double)api->sync_us / 1e6,
	    (unsigned long long)j->errors);
}

/*
 * An agent changes too much besides sending messages: 1, and answered.
 * Receipts fill the disk as well.
 */
static int
floods(struct api *api, const struct api_call *c, struct api_answer *a,
    struct buf *out)
{
	if (c->owner || routes[c->route].methods == GET)
		return 0;
	return api_over_rate(api, c->who == AGENT_NONE ? &api->changes :
	    &agents_at(&api->b->agents, c->who)->changes,
	    api->rate * API_OTHER_RATE, a, out);
}

void
api_run(struct api *api, struct api_call *c, const char *body, size_t n,
    struct api_answer *a, struct buf *out)
{
	enum route route = (enum route)routes[c->route].route;

	/* messages have a rate of their own */
	if (route != R_POST && floods(api, c, a, out))
		return;
	switch (route) {
	case R_AGENT:
		api_leave(api, c, a, out);
		break;
	case R_AGENTS:
		if (view_agents(api->b, out) == -1)
			api_fail_errno(a, out);
		break;
	case R_CONTROL:
		api_control(api, body, n, a, out);
		break;
	case R_HEALTH:
		run_health(api, a, out);
		break;
	case R_HISTORY:
		api_history(api, c, a, out);
		break;
	case R_INBOX:
		api_inbox(api, c, a, out);
		break;
	case R_MCP:
		api_mcp(api, c, body, n, a, out);
		break;
	case R_MESSAGE:
		api_message(api, c, a, out);
		break;
	case R_METRICS:
		a->type = "text/plain; version=0.0.4; charset=utf-8";
		if (metrics(api, out) == -1)
			api_fail_errno(a, out);
		break;
	case R_POST:
		api_post(api, c, body, n, a, out);
		break;
	case R_RECEIPT:
		api_receipt(api, c, body, n, a, out);
		break;
	case R_REGISTER:
		api_register(api, c, body, n, a, out);
		break;
	case R_STREAM:
		api_stream(api, c, a, out);
		break;
	case R_UPDATE:
		api_update(api, c, body, n, a, out);
		break;
	case R_NONE:
		break;
	}
}

int
api_retry(struct api *api, struct waiter *w, int last, struct api_answer *a,
    struct buf *out)
{
	const struct agent *ag;
	size_t begin = out->len;
	long n = -1;

	a->kind = API_ANSWER;
	a->status = 200;
	a->type = NULL;
	a->extra[0] = '\0';
	a->close = 0;
	a->binds = 0;
	errno = 0;
	/* a run has come to hold the agent since: what is new is for it */
	if (w->kind == WAIT_INBOX && !w->holder &&
	    agents_at(&api->b->agents, w->slot)->k.instance != NULL)
		w->takes = 0;
	if (w->rpc != NULL) {
		n = api_mcp_retry(api, w, a, out);
		if (n == -1)
			return 1;
	} else if (w->kind == WAIT_INBOX) {
		ag = agents_at(&api->b->agents, w->slot);
		if (!ag->k.used || ag->k.joined != w->id) {
			api_fail(a, out, 404, "not-found", "no agent named "
			    "\"%s\" is registered", ag->id);
			return 1;
		}
		n = view_inbox(api->b, w, out);
	} else if (w->kind == WAIT_HISTORY)
		n = view_history(api->b, w, out);
	else
		n = view_message(api->b, w, out);
	if (n == -1)
		api_fail_errno(a, out);
	else if (w->kind == WAIT_INBOX)
		api->deliveries += (uint64_t)n;
	if (n != 0 || last)
		return 1;
	buf_truncate(out, begin);
	return 0;
}
