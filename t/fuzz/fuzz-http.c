/*
 * fuzz-http - requests, responses and chunked bodies on any bytes: the same
 * whole and in two pieces, and views never leave the text.  The first byte says
 * which of the three, the second where to cut.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/http.h"
#include "t/fuzz/fuzz.h"

#define MUST(claim)	do { if (!(claim)) abort(); } while (0)

static void
check_fields(const struct http_fields *f, const char *s, size_t size)
{
	size_t i, j;

	for (i = 0; i < HTTP_NFIELDS; i++) {
		const struct http_str *v = &f->field[i];

		if (v->p == NULL)
			continue;
		MUST(v->p >= s && v->p + v->len <= s + size);
		for (j = 0; j < v->len; j++)
			MUST(v->p[j] != '\r' && v->p[j] != '\n' &&
			    v->p[j] != '\0');
	}
	MUST(!(f->chunked && f->has_length));
}

static void
check_request(const char *s, size_t size, size_t cut)
{
	struct http_request a, b, c;
	enum http_result ra, rb;
	struct http_str rest, name, value;
	char out[64];

	http_request_init(&a);
	http_request_init(&b);
	ra = http_request_parse(&a, s, size);
	rb = http_request_parse(&b, s, cut);
	if (rb == HTTP_MORE) {
		http_request_resume(&c, &b, s);
		rb = http_request_parse(&b, s, size);
		MUST(http_request_parse(&c, s, size) == rb &&
		    c.head_len == b.head_len && c.error == b.error);
	} else if (rb == HTTP_DONE)
		MUST(a.head_len <= cut);
	MUST(ra == rb && a.head_len == b.head_len && a.error == b.error);
	if (ra == HTTP_BAD)
		MUST(a.error >= 400 && a.why != NULL);
	if (ra != HTTP_DONE)
		return;
	MUST(a.head_len <= size && a.head_len <= HTTP_HEAD_MAX);
	MUST(a.path.len > 0 && a.path.p != NULL);
	check_fields(&a.f, s, a.head_len);
	rest = a.query;
	while (http_query_next(&rest, &name, &value))
		if (value.p != NULL)
			(void)http_unescape(value.p, value.len, out, 64);
}

static void
check_response(const char *s, size_t size, size_t cut)
{
	struct http_response a, b;
	enum http_result ra, rb;

	http_response_init(&a, HTTP_GET);
	http_response_init(&b, HTTP_GET);
	ra = http_response_parse(&a, s, size);
	rb = http_response_parse(&b, s, cut);
	if (rb == HTTP_MORE)
		rb = http_response_parse(&b, s, size);
	MUST(ra == rb && a.status == b.status && a.head_len == b.head_len);
	if (ra == HTTP_DONE)
		check_fields(&a.f, s, a.head_len);
}

static void
check_chunked(const char *s, size_t size, size_t cut)
{
	struct http_chunked a, b;
	char *da = malloc(size + 1), *db = malloc(size + 1);
	size_t ua, ga, ub, gb, u2 = 0, g2 = 0;
	enum http_result ra, rb;

	if (da == NULL || db == NULL)
		abort();
	http_chunked_init(&a);
	http_chunked_init(&b);
	ra = http_chunked_feed(&a, s, size, da, SIZE_MAX, &ua, &ga);
	/* the other in place */
	memcpy(db, s, size);
	rb = http_chunked_feed(&b, db, cut, db, SIZE_MAX, &ub, &gb);
	if (rb == HTTP_MORE) {
		MUST(ub == cut);
		rb = http_chunked_feed(&b, db + ub, size - ub, db + gb,
		    SIZE_MAX, &u2, &g2);
	}
	MUST(ra == rb && ua == ub + u2 && ga == gb + g2 && ga <= size);
	MUST(memcmp(da, db, ga) == 0);
	free(da);
	free(db);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cut;
	char *s;

	if (size < 2 || (s = malloc(size - 1)) == NULL)
		return 0;
	size -= 2;
	memcpy(s, data + 2, size);
	cut = data[1] % (size + 1);
	switch (data[0] % 3) {
	case 0:
		check_request(s, size, cut);
		break;
	case 1:
		check_response(s, size, cut);
		break;
	case 2:
		check_chunked(s, size, cut);
		break;
	}
	free(s);
	return 0;
}
