/*
 * cast - read asciicast v2.
 * Linked into csp-sidecar and t/replay.
 */
#include <sys/types.h>
#include <string.h>

#include "cast.h"
#include "json.h"

#define HEAD_NODES	1024
#define COLS_MAX	1000

/* Seconds, perhaps with a fraction, as milliseconds.  -1 if it is none. */
static int64_t
parse_time(const struct json_node *n)
{
	int64_t ms = 0, scale = 1000;
	uint32_t i = 0;

	if (n->type != JSON_INT && n->type != JSON_REAL)
		return -1;
	for (; i < n->len && n->p[i] >= '0' && n->p[i] <= '9'; i++)
		if ((ms = ms * 10 + (n->p[i] - '0') * 1000) > INT64_MAX / 100)
			return -1;
	if (i < n->len && n->p[i] == '.')
		for (i++; i < n->len && n->p[i] >= '0' && n->p[i] <= '9' &&
		    scale > 1; i++)
			ms += (n->p[i] - '0') * (scale /= 10);
	return i > 0 ? ms : -1;
}

static int
size_member(const struct json_node *obj, const char *name, int *v)
{
	const struct json_node *n = json_get(obj, name);
	int64_t i;

	if (n == NULL || json_int(n, &i) == -1 || i < 1 || i > COLS_MAX)
		return -1;
	*v = (int)i;
	return 0;
}

int
cast_head(const char *line, size_t len, struct cast_head *h)
{
	struct json_node nodes[HEAD_NODES];
	const struct json_node *n;
	int64_t version, at;

	if (json_parse(line, len, nodes, HEAD_NODES, NULL) < 1 ||
	    nodes->type != JSON_OBJECT ||
	    (n = json_get(nodes, "version")) == NULL ||
	    json_int(n, &version) == -1 || version != 2)
		return -1;
	memset(h, 0, sizeof *h);
	if (size_member(nodes, "width", &h->cols) == -1 ||
	    size_member(nodes, "height", &h->rows) == -1)
		return -1;
	if ((n = json_get(nodes, "timestamp")) != NULL &&
	    json_int(n, &at) == 0)
		h->wall_s = at;
	n = json_get(nodes, "agent");
	if (n != NULL && n->type == JSON_STRING && n->flags == 0) {
		h->agent = n->p;
		h->agent_len = n->len;
	}
	return 0;
}

/* "80x24" */
static void
parse_size(struct cast_event *e)
{
	const char *p = e->text, *end = e->text + e->len;
	int cols = 0, rows = 0;

	for (; p < end && *p >= '0' && *p <= '9' && cols < COLS_MAX; p++)
		cols = cols * 10 + (*p - '0');
	if (p == end || *p != 'x')
		return;
	for (p++; p < end && *p >= '0' && *p <= '9' && rows < COLS_MAX; p++)
		rows = rows * 10 + (*p - '0');
	if (p == end && cols > 0 && rows > 0) {
		e->cols = cols;
		e->rows = rows;
	}
}

int
cast_event(const char *line, size_t len, char *mem, size_t cap,
    struct cast_event *e)
{
	const struct json_node *time, *kind, *text;
	struct json_node nodes[8];

	if (json_parse(line, len, nodes, 8, NULL) < 1 ||
	    nodes->type != JSON_ARRAY || nodes->n != 3)
		return -1;
	time = json_first(nodes);
	kind = json_next(time);
	text = json_next(kind);
	if (kind->type != JSON_STRING || kind->len != 1 ||
	    text->type != JSON_STRING)
		return -1;
	memset(e, 0, sizeof *e);
	e->kind = kind->p[0];
	if ((e->time_ms = parse_time(time)) == -1 ||
	    (e->text = json_view(text, mem, cap, &e->len)) == NULL)
		return -1;
	if (e->kind == 'r')
		parse_size(e);
	return 0;
}
