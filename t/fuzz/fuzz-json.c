/*
 * fuzz-json - json.h on any bytes: what it takes it can write again, and a
 * beginning is never judged otherwise than the whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "t/fuzz/fuzz.h"

enum { NODES = 4096 };

#define MUST(claim)	do { if (!(claim)) abort(); } while (0)

/* Writes a value and all in it from its parts; returns the node behind it. */
static const struct json_node *
copy(struct json_out *o, const struct json_node *v, char *memory, size_t cap)
{
	const struct json_node *p = v + 1;
	const char *s;
	uint32_t i;
	size_t n = 0;

	switch ((enum json_type)v->type) {
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_put_open(o, v->type == JSON_ARRAY ? '[' : '{');
		for (i = 0; i < v->n; i++) {
			if (v->type == JSON_OBJECT) {
				/* as it stood: with its escapes */
				json_put_name(o, p->p, p->len);
				p++;
			}
			p = copy(o, p, memory, cap);
		}
		json_put_close(o, v->type == JSON_ARRAY ? ']' : '}');
		MUST(p == json_next(v));
		return p;
	case JSON_STRING:
		s = json_view(v, memory, cap, &n);
		MUST(s != NULL && n <= v->len);
		json_put_string(o, s, n);
		break;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_INT:
	case JSON_REAL:
		json_put_node(o, v);
		break;
	}
	return p;
}

static void
check_good(const char *s, size_t size, struct json_node *a, int n)
{
	static struct json_node b[NODES];
	struct json_out o;
	char *out = malloc(size * 6 + 16), *memory = malloc(size + 1);
	char *again = malloc(size * 6 + 16);
	int i;

	if (out == NULL || memory == NULL || again == NULL)
		abort();
	MUST((int)a->span == n);
	json_out_init(&o, out, size * 6 + 16);
	MUST(copy(&o, a, memory, size) == a + n && !o.failed);
	MUST(json_parse(o.p, o.len, b, NODES, NULL) == n);
	for (i = 0; i < n; i++)
		MUST(a[i].type == b[i].type && a[i].span == b[i].span &&
		    (a[i].type < JSON_ARRAY || a[i].n == b[i].n));
	/* what was written is written the same again */
	i = (int)o.len;
	json_out_init(&o, again, size * 6 + 16);
	(void)copy(&o, b, memory, size);
	MUST((int)o.len == i && memcmp(out, again, o.len) == 0);
	free(out);
	free(memory);
	free(again);
	(void)s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct json_node nodes[NODES], part[NODES];
	char *s = malloc(size + 1), *cut;
	size_t at, where = 0;
	int n, m;

	if (s == NULL)
		abort();
	memcpy(s, data, size);
	n = json_parse(s, size, nodes, NODES, &where);
	MUST(n > 0 || where <= size);
	/* a beginning, in memory of its own so that reading on is seen */
	at = size > 0 ? data[size - 1] % (size + 1) : 0;
	if ((cut = malloc(at + 1)) == NULL)
		abort();
	memcpy(cut, s, at);
	m = json_parse(cut, at, part, NODES, NULL);
	if (n > 0)
		MUST(m > 0 || m == JSON_MORE);
	if (m == JSON_BAD)
		MUST(n == JSON_BAD);
	if (n > 0)
		check_good(s, size, nodes, n);
	free(cut);
	free(s);
	return 0;
}
