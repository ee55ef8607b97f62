/*
 * http - the grammar of HTTP/1.1, both ways.
 * Linked into every program but csp-tty.  No I/O, no allocation but in struct
 * buf.
 *
 * A head is taken line by line.  A line is looked at when its line feed has
 * come, so the outcome is the same however the bytes were cut, and no byte is
 * searched twice.
 */
#include <string.h>

#include "http.h"

#define ONES	0x0101010101010101U
#define HIGHS	0x8080808080808080U

/*
 * tchar of RFC 9110 5.6.2, each with its lower-case form; -1: visible ASCII
 * that is none; 0: anything else.
 */
static const signed char token[256] = {
	['!'] = '!', ['#'] = '#', ['$'] = '$', ['%'] = '%', ['&'] = '&',
	['\''] = '\'', ['*'] = '*', ['+'] = '+', ['-'] = '-', ['.'] = '.',
	['^'] = '^', ['_'] = '_', ['`'] = '`', ['|'] = '|', ['~'] = '~',
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
	['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e',
	['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j',
	['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o',
	['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
	['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
	['Z'] = 'z',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e',
	['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
	['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o',
	['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',
	['z'] = 'z',
	['"'] = -1, ['('] = -1, [')'] = -1, [','] = -1, ['/'] = -1,
	[':'] = -1, [';'] = -1, ['<'] = -1, ['='] = -1, ['>'] = -1,
	['?'] = -1, ['@'] = -1, ['['] = -1, ['\\'] = -1, [']'] = -1,
	['{'] = -1, ['}'] = -1
};

/* The fields that are looked at, in lower case, sorted as the enum is. */
static const struct {
	char name[23];
	unsigned char len;
} names[HTTP_NFIELDS] = {
	[HTTP_ACCEPT] = { "accept", 6 },
	[HTTP_AUTHORIZATION] = { "authorization", 13 },
	[HTTP_CONNECTION] = { "connection", 10 },
	[HTTP_CONTENT_LENGTH] = { "content-length", 14 },
	[HTTP_CONTENT_TYPE] = { "content-type", 12 },
	[HTTP_EXPECT] = { "expect", 6 },
	[HTTP_HOST] = { "host", 4 },
	[HTTP_IDEMPOTENCY_KEY] = { "idempotency-key", 15 },
	[HTTP_LAST_EVENT_ID] = { "last-event-id", 13 },
	[HTTP_MCP_METHOD] = { "mcp-method", 10 },
	[HTTP_MCP_NAME] = { "mcp-name", 8 },
	[HTTP_MCP_VERSION] = { "mcp-protocol-version", 20 },
	[HTTP_ORIGIN] = { "origin", 6 },
	[HTTP_RETRY_AFTER] = { "retry-after", 11 },
	[HTTP_TRANSFER_ENCODING] = { "transfer-encoding", 17 },
	[HTTP_X_AUTH_TOKEN] = { "x-auth-token", 12 },
	[HTTP_X_INSTANCE] = { "x-instance", 10 }
};

/* The first of names[] that begins with a letter, plus 1; 0: none does. */
static const unsigned char by_letter[26] = {
	['a' - 'a'] = HTTP_ACCEPT + 1,
	['c' - 'a'] = HTTP_CONNECTION + 1,
	['e' - 'a'] = HTTP_EXPECT + 1,
	['h' - 'a'] = HTTP_HOST + 1,
	['i' - 'a'] = HTTP_IDEMPOTENCY_KEY + 1,
	['l' - 'a'] = HTTP_LAST_EVENT_ID + 1,
	['m' - 'a'] = HTTP_MCP_METHOD + 1,
	['o' - 'a'] = HTTP_ORIGIN + 1,
	['r' - 'a'] = HTTP_RETRY_AFTER + 1,
	['t' - 'a'] = HTTP_TRANSFER_ENCODING + 1,
	['x' - 'a'] = HTTP_X_AUTH_TOKEN + 1
};

/* What a line of a head may be refused with. */
struct fault {
	int status;
	const char *why;
};

static inline uint32_t
load4(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 |
	    (uint32_t)u[3] << 24;
}

static inline uint64_t
load8(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 |
	    (uint64_t)u[3] << 24 | (uint64_t)u[4] << 32 |
	    (uint64_t)u[5] << 40 | (uint64_t)u[6] << 48 | (uint64_t)u[7] << 56;
}

/*
 * The bytes of a word below 0x20 or equal to 0x7f: the top bit of the first of
 * them is set, and of none before it.  Below 0x20 a subtraction borrows; 0x7f
 * is the one whose low bits carry into the top.
 */
static inline uint64_t
controls(uint64_t w)
{
	return ((w - ONES * 0x20) | ((w & ~HIGHS) + ONES)) & ~w & HIGHS;
}

/* The number of the byte that has the lowest bit in hit. */
static inline size_t
first_hit(uint64_t hit)
{
	hit = (hit & (0 - hit)) >> 7;
	return (size_t)(hit * 0x0001020304050607U >> 56);
}

static int
is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* The first control character but tab from p on, or end. */
static inline const char *
text_end(const char *p, const char *end)
{
	uint64_t hit;

	for (; end - p >= 8; p += 8) {
		if ((hit = controls(load8(p))) == 0)
			continue;
		p += first_hit(hit);
		if (*p != '\t')
			return p;
		p -= 7;		/* go on behind it */
	}
	while (p < end && (!is_control((unsigned char)*p) || *p == '\t'))
		p++;
	return p;
}

/* Whether a byte is VCHAR, obs-text, space or tab: RFC 9110 5.5. */
static int
is_text(unsigned char c)
{
	return !is_control(c) || c == '\t';
}

int
http_equal(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t i;

	if (a_len != b_len)
		return 0;
	for (i = 0; i < a_len; i++) {
		unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

		if (x != y && (token[x] <= 0 || token[x] != token[y]))
			return 0;
	}
	return 1;
}

/* As http_equal, with a literal in lower case. */
#define IS(s, literal) \
	http_equal((s).p, (s).len, literal, sizeof(literal) - 1)

/* What is from p to end, without the spaces and tabs around it. */
static inline struct http_str
trim(const char *p, const char *end)
{
	struct http_str s;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	s.p = p;
	s.len = (size_t)(end - p);
	return s;
}

/* The next element of a comma-separated list: RFC 9110 5.6.1.  0 at the end. */
static int
list_next(struct http_str *rest, struct http_str *element)
{
	const char *comma;
	size_t n;

	while (rest->len > 0) {
		comma = memchr(rest->p, ',', rest->len);
		n = comma == NULL ? rest->len : (size_t)(comma - rest->p);
		*element = trim(rest->p, rest->p + n);
		if (comma != NULL)
			n++;
		rest->p += n;
		rest->len -= n;
		if (element->len > 0)
			return 1;
	}
	return 0;
}

/* Where a head must have ended. */
static const char *
head_limit(const char *p, size_t len)
{
	return p + (len < HTTP_HEAD_MAX ? len : HTTP_HEAD_MAX);
}

/*
 * Whether a line ends at `at`, which text_end found.  A bare LF, which RFC 9112
 * 2.2 allows, ends none, since two readers may differ over it.
 */
static inline int
is_crlf(const char *at, const char *end)
{
	return end - at >= 2 && at[0] == '\r' && at[1] == '\n';
}

/* There is no line's end at `at`, which text_end found: yet, or at all. */
static enum http_result
no_line(struct http_fields *f, const char *p, size_t len, const char *at,
    struct fault *fault)
{
	const char *end = head_limit(p, len);

	if (at < end && (*at != '\r' || end - at >= 2)) {
		fault->status = 400;
		fault->why = *at == '\n' ? "a line ends without CR" :
		    "a control character";
		return HTTP_BAD;
	}
	if (len > HTTP_HEAD_MAX) {
		fault->status = f->began ? 431 : 414;
		fault->why = "the head is too long";
		return HTTP_BAD;
	}
	f->seen = (size_t)(at - p);
	return HTTP_MORE;
}

/* The whole of s as 1 to 18 decimal digits.  0, or -1 and *v as it was. */
static int
number(const char *s, size_t n, uint64_t *v)
{
	const char *end = s + n;
	unsigned int digit;
	uint64_t u = 0;

	if (n < 1 || n > 18)
		return -1;
	do {
		digit = (unsigned char)*s - (unsigned int)'0';
		if (digit > 9)
			return -1;
		u = u * 10 + digit;
	} while (++s < end);
	*v = u;
	return 0;
}

static const char *
field_length(struct http_fields *f, struct http_str v)
{
	if (number(v.p, v.len, &f->content_length) == -1)
		return "Content-Length is no number";
	f->has_length = 1;
	return NULL;
}

static void
field_connection(struct http_fields *f, struct http_str v)
{
	struct http_str option;

	while (list_next(&v, &option)) {
		if (IS(option, "close"))
			f->says_close = 1;
		else if (IS(option, "keep-alive"))
			f->says_keep_alive = 1;
	}
}

static void
field_accept(struct http_fields *f, struct http_str v)
{
	struct http_str type;
	const char *semi;

	while (list_next(&v, &type)) {
		if ((semi = memchr(type.p, ';', type.len)) != NULL)
			type = trim(type.p, semi);
		if (IS(type, "text/event-stream"))
			f->wants_events = 1;
	}
}

/*
 * Whether four, or eight, bytes are those of a known name but for the case:
 * where the name has a letter, the bit that tells the cases apart is set.
 */
static inline int
same4(const char *p, const char *name)
{
	uint32_t w = load4(name);

	return (load4(p) | (w >> 1 & 0x20202020U)) == w;
}

static inline int
same8(const char *p, const char *name)
{
	uint64_t w = load8(name);

	return (load8(p) | (w >> 1 & ONES * 0x20)) == w;
}

/*
 * Whether the line at p begins with a name of n bytes, four at least; its last
 * word may overlap the one before.
 */
static inline int
begins_with(const char *p, const char *name, size_t n)
{
	if (n < 8)
		return same4(p, name) && same4(p + n - 4, name + n - 4);
	return same8(p, name) && same8(p + n - 8, name + n - 8) &&
	    (n <= 16 || same8(p + 8, name + 8));
}

/* The known field that the line at p is of, if it is of one. */
static enum http_field
field_id(const char *p, const char *end)
{
	unsigned int letter = ((unsigned char)*p | 0x20U) - 'a', id;
	size_t n;

	id = letter < 26 ? by_letter[letter] : 0;
	if (id-- == 0)
		return HTTP_NFIELDS;
	for (; id < HTTP_NFIELDS && *names[id].name == (char)(letter + 'a');
	    id++) {
		n = names[id].len;
		if ((size_t)(end - p) > n && p[n] == ':' &&
		    begins_with(p, names[id].name, n))
			return (enum http_field)id;
	}
	return HTTP_NFIELDS;
}

/* What is said by a field that is looked at.  NULL, or what is wrong. */
static const char *
field_known(struct http_fields *f, enum http_field id, struct http_str v)
{
	struct http_str host;
	int port;

	if (f->field[id].p == NULL)
		f->field[id] = v;
	else if (id != HTTP_ACCEPT && id != HTTP_CONNECTION)
		return "a header field comes twice";
	if (id == HTTP_CONTENT_LENGTH)
		return field_length(f, v);
	if (id == HTTP_HOST)
		f->bad_host = http_host_split(v, &host, &port) == -1;
	else if (id == HTTP_CONNECTION)
		field_connection(f, v);
	else if (id == HTTP_ACCEPT && v.len >= sizeof("text/event-stream") - 1)
		field_accept(f, v);
	return NULL;
}

/* What is wrong with the name of a field that is passed over, or NULL. */
static const char *
field_other(const char *p)
{
	const char *colon = p;

	while (token[(unsigned char)*colon] > 0)
		colon++;
	if (*colon == ':' && colon > p)
		return NULL;
	return *p == ' ' || *p == '\t' ? "a header field is folded" :
	    "a header field has no proper name";
}

/*
 * The lines behind the first, up to the empty one: RFC 9112 5.  The name of a
 * known field need not be searched for control characters.
 */
static enum http_result
field_lines(struct http_fields *f, const char *p, size_t len,
    struct fault *fault)
{
	const char *end = head_limit(p, len), *line, *at, *why;
	enum http_field id;

	line = p + f->line;
	at = p + f->seen;
	for (; !is_crlf(line, end); line = at = at + 2) {
		id = line < end ? field_id(line, end) : HTTP_NFIELDS;
		if (id != HTTP_NFIELDS && at == line)
			at += names[id].len;
		at = text_end(at, end);
		if (!is_crlf(at, end)) {
			f->line = (size_t)(line - p);
			return no_line(f, p, len, at, fault);
		}
		if (f->n++ == HTTP_FIELDS_MAX) {
			fault->status = 431;
			fault->why = "too many header fields";
			return HTTP_BAD;
		}
		why = id == HTTP_NFIELDS ? field_other(line) :
		    field_known(f, id, trim(line + names[id].len + 1, at));
		if (why != NULL) {
			fault->status = 400;
			fault->why = why;
			return HTTP_BAD;
		}
	}
	f->line = (size_t)(line + 2 - p);
	return HTTP_DONE;
}

/* Transfer-Encoding: RFC 9112 6.1, 6.3.  NULL, or what is wrong. */
static const char *
body_framing(struct http_fields *f, int *status)
{
	const struct http_str *te = &f->field[HTTP_TRANSFER_ENCODING];

	*status = 400;
	if (te->p == NULL)
		return NULL;
	if (f->has_length)
		return "both Content-Length and Transfer-Encoding";
	if (f->minor == 0)
		return "Transfer-Encoding in HTTP/1.0";
	if (!IS(*te, "chunked")) {
		*status = 501;
		return "a transfer coding other than chunked";
	}
	f->chunked = 1;
	return NULL;
}

/* The version at v, 8 bytes.  0, or the status to refuse it with. */
static int
version(const char *v, unsigned char *minor)
{
	if (memcmp(v, "HTTP/", 5) != 0 || v[5] < '0' || v[5] > '9' ||
	    v[6] != '.' || v[7] < '0' || v[7] > '9')
		return 400;
	if (v[5] != '1')
		return 505;
	*minor = v[7] != '0';	/* RFC 9110 2.5: a higher minor is as 1.1 */
	return 0;
}

static enum http_method
method_of(const char *p, size_t n)
{
	static const struct {
		char name[8];
		unsigned char len;
	} methods[HTTP_OTHER] = {
		[HTTP_GET] = { "GET", 3 },
		[HTTP_HEAD] = { "HEAD", 4 },
		[HTTP_POST] = { "POST", 4 },
		[HTTP_PUT] = { "PUT", 3 },
		[HTTP_DELETE] = { "DELETE", 6 },
		[HTTP_OPTIONS] = { "OPTIONS", 7 }
	};
	size_t i;

	for (i = 0; i < HTTP_OTHER; i++)
		if (*methods[i].name == *p && methods[i].len == n &&
		    memcmp(methods[i].name, p, n) == 0)
			break;
	return (enum http_method)i;
}

/* Splits the target into host, path and query: RFC 9112 3.2. */
static const char *
target_split(struct http_request *r, struct http_str t)
{
	const char *mark;
	size_t n;

	if (t.p[0] != '/' && t.len > 7 &&
	    http_equal(t.p, 7, "http://", 7)) {
		t.p += 7;
		t.len -= 7;
		for (n = 0; n < t.len && t.p[n] != '/' && t.p[n] != '?'; n++)
			;	/* a user in it is found by http_host_split */
		r->host.p = t.p;
		r->host.len = n;
		t.p += n;
		t.len -= n;
	} else if (t.p[0] != '/' && !(t.len == 1 && t.p[0] == '*' &&
	    r->method == HTTP_OPTIONS))
		return "the request target is no path";
	mark = memchr(t.p, '?', t.len);
	r->path.p = t.p;
	r->path.len = mark == NULL ? t.len : (size_t)(mark - t.p);
	if (mark != NULL) {
		r->query.p = mark + 1;
		r->query.len = t.len - r->path.len - 1;
	}
	if (r->path.len == 0) {		/* http://host?query */
		r->path.p = "/";
		r->path.len = 1;
	}
	return NULL;
}

/*
 * The request line, from p to its CRLF at end: RFC 9112 3.  NULL, or what is
 * wrong with it, and *status.
 */
static const char *
request_line(struct http_request *r, const char *p, const char *end,
    int *status)
{
	static const char malformed[] = "the request line is malformed";
	struct http_str target;
	const char *q = p;

	*status = 400;
	while (token[(unsigned char)*q] > 0)
		q++;
	if (q == p || *q != ' ')
		return malformed;
	r->method = method_of(p, (size_t)(q - p));
	target.p = ++q;
	/* visible ASCII, and no fragment */
	while (token[(unsigned char)*q] != 0 && *q != '#')
		q++;
	target.len = (size_t)(q - target.p);
	if (target.len == 0 || end - q != 9 || *q != ' ')
		return malformed;
	if ((*status = version(q + 1, &r->f.minor)) != 0)
		return *status == 505 ? "this HTTP version is not spoken here" :
		    malformed;
	*status = 414;
	if (target.len > HTTP_TARGET_MAX)
		return "the request target is too long";
	*status = 400;
	return target_split(r, target);
}

/* What the fields say together, once all are there. */
static const char *
request_finish(struct http_request *r, int *status)
{
	struct http_fields *f = &r->f;
	struct http_str host = f->field[HTTP_HOST], name;
	const struct http_str *expect = &f->field[HTTP_EXPECT];
	const char *why;
	int port;

	if ((why = body_framing(f, status)) != NULL)
		return why;
	/* RFC 9112 3.2 */
	if (host.p == NULL && f->minor > 0)
		return "no Host";
	if (f->bad_host)
		return "Host is malformed";
	if (r->host.p != NULL) {
		if (http_host_split(r->host, &name, &port) == -1)
			return "the request target's host is malformed";
		if (host.p != NULL && !http_equal(host.p, host.len,
		    r->host.p, r->host.len))
			return "Host is not the request target's host";
	} else
		r->host = host;
	if (expect->p != NULL && f->minor > 0) {
		*status = 417;
		if (!IS(*expect, "100-continue"))
			return "an expectation other than 100-continue";
		f->expect_continue = 1;
	}
	r->keep_alive = !f->says_close && (f->minor > 0 || f->says_keep_alive);
	r->head_len = f->line;
	return NULL;
}

void
http_request_init(struct http_request *r)
{
	memset(r, 0, sizeof(*r));
}

void
http_request_resume(struct http_request *r, const struct http_request *begun,
    const char *p)
{
	*r = *begun;
	r->f.at = p;
}

enum http_result
http_request_parse(struct http_request *r, const char *p, size_t len)
{
	struct http_fields *f = &r->f;
	struct fault fault = { 400, NULL };
	enum http_result res;
	const char *at, *line, *end = head_limit(p, len);

	if (p != f->at) {	/* the text has moved: the views are void */
		if (f->at != NULL)
			http_request_init(r);
		f->at = p;
	}
	while (!f->began) {
		at = text_end(p + f->seen, end);
		if (!is_crlf(at, end)) {
			res = no_line(f, p, len, at, &fault);
			goto out;
		}
		line = p + f->line;
		f->line = f->seen = (size_t)(at + 2 - p);
		/* RFC 9112 2.2: one empty line before it is passed over */
		if (at == line && line == p)
			continue;
		fault.why = request_line(r, line, at, &fault.status);
		if (fault.why != NULL) {
			res = HTTP_BAD;
			goto out;
		}
		f->began = 1;
	}
	res = field_lines(f, p, len, &fault);
	if (res == HTTP_DONE &&
	    (fault.why = request_finish(r, &fault.status)) != NULL)
		res = HTTP_BAD;
out:
	if (res == HTTP_BAD) {
		r->error = fault.status;
		r->why = fault.why;
	}
	return res;
}

/* The status line, from p to its CRLF at end: RFC 9112 4.  NULL, or a fault. */
static const char *
status_line(struct http_response *r, const char *p, const char *end)
{
	uint64_t status;

	if (end - p < 12 || version(p, &r->f.minor) != 0 || p[8] != ' ' ||
	    number(p + 9, 3, &status) == -1 || status < 100 ||
	    (end - p > 12 && p[12] != ' '))
		return "the status line is malformed";
	r->status = (int)status;
	r->reason = trim(p + 12, end);
	return NULL;
}

void
http_response_init(struct http_response *r, enum http_method method)
{
	memset(r, 0, sizeof(*r));
	r->retry_after_s = -1;
	r->no_body = method == HTTP_HEAD;
}

static const char *
response_finish(struct http_response *r)
{
	struct http_fields *f = &r->f;
	const struct http_str *retry = &f->field[HTTP_RETRY_AFTER];
	const char *why;
	uint64_t wait;
	int status;

	if ((why = body_framing(f, &status)) != NULL)
		return why;
	if (r->status < 200 || r->status == 204 || r->status == 304)
		r->no_body = 1;
	r->until_close = !r->no_body && !f->chunked && !f->has_length;
	r->keep_alive = !f->says_close && !r->until_close &&
	    (f->minor > 0 || f->says_keep_alive);
	/* RFC 9110 10.2.3: may also be a date, which says nothing here */
	if (retry->p != NULL && number(retry->p, retry->len, &wait) == 0)
		r->retry_after_s = (int64_t)wait;
	r->head_len = f->line;
	return NULL;
}

enum http_result
http_response_parse(struct http_response *r, const char *p, size_t len)
{
	struct http_fields *f = &r->f;
	struct fault fault = { 0, NULL };
	enum http_result res;
	const char *at, *end = head_limit(p, len);
	int head;

	if (p != f->at) {
		head = r->no_body;
		if (f->at != NULL)
			http_response_init(r, head ? HTTP_HEAD : HTTP_GET);
		f->at = p;
	}
	if (!f->began) {
		at = text_end(p + f->seen, end);
		if (!is_crlf(at, end)) {
			res = no_line(f, p, len, at, &fault);
			goto out;
		}
		f->line = f->seen = (size_t)(at + 2 - p);
		if ((fault.why = status_line(r, p, at)) != NULL) {
			res = HTTP_BAD;
			goto out;
		}
		f->began = 1;
	}
	res = field_lines(f, p, len, &fault);
	if (res == HTTP_DONE && (fault.why = response_finish(r)) != NULL)
		res = HTTP_BAD;
out:
	r->why = fault.why;
	return res;
}

enum chunk_state {
	CHUNK_SIZE,		/* hex digits */
	CHUNK_SPACE,		/* space before an extension */
	CHUNK_EXT,		/* behind `;` */
	CHUNK_EXT_NAME,
	CHUNK_EXT_NAMED,	/* space behind the name */
	CHUNK_EXT_IS,		/* behind `=` */
	CHUNK_EXT_VALUE,
	CHUNK_EXT_QUOTED,
	CHUNK_EXT_ESCAPE,
	CHUNK_EXT_END,		/* behind a quoted value */
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	CHUNK_TRAILER,		/* at the beginning of a line */
	CHUNK_TRAILER_NAME,
	CHUNK_TRAILER_VALUE,
	CHUNK_TRAILER_LF,
	CHUNK_END_LF,
	CHUNK_BAD
};

void
http_chunked_init(struct http_chunked *c)
{
	memset(c, 0, sizeof(*c));
}

/* One hex digit of a size: RFC 9112 7.1.  The state it leads to. */
static enum chunk_state
chunk_digit(struct http_chunked *c, unsigned char b)
{
	unsigned int d;

	if (b >= '0' && b <= '9')
		d = b - '0';
	else if ((b | 0x20) >= 'a' && (b | 0x20) <= 'f')
		d = (b | 0x20U) - 'a' + 10;
	else if (c->digits == 0)
		return CHUNK_BAD;
	else if (b == '\r')
		return CHUNK_SIZE_LF;
	else if (b == ';')
		return CHUNK_EXT;
	else
		return b == ' ' || b == '\t' ? CHUNK_SPACE : CHUNK_BAD;
	if (c->digits == 15)	/* 60 bits hold any size */
		return CHUNK_BAD;
	c->digits++;
	c->left = c->left << 4 | d;
	return CHUNK_SIZE;
}

/* One byte of the extensions: RFC 9112 7.1.1.  The state it leads to. */
static enum chunk_state
chunk_extension(enum chunk_state state, unsigned char b)
{
	int space = b == ' ' || b == '\t', is_token = token[b] > 0;

	switch (state) {
	case CHUNK_SPACE:
		/* space may stand before `;` but not before the line's end */
		return b == ';' ? CHUNK_EXT : space ? state : CHUNK_BAD;
	case CHUNK_EXT:
		return is_token ? CHUNK_EXT_NAME : space ? state : CHUNK_BAD;
	case CHUNK_EXT_NAME:
		if (is_token)
			return state;
		/* FALLTHROUGH */
	case CHUNK_EXT_NAMED:
		if (b == '=')
			return CHUNK_EXT_IS;
		if (b == '\r' && state == CHUNK_EXT_NAME)
			return CHUNK_SIZE_LF;
		return b == ';' ? CHUNK_EXT : space ? CHUNK_EXT_NAMED :
		    CHUNK_BAD;
	case CHUNK_EXT_IS:
		if (b == '"')
			return CHUNK_EXT_QUOTED;
		return is_token ? CHUNK_EXT_VALUE : space ? state : CHUNK_BAD;
	case CHUNK_EXT_VALUE:
		if (b == '\r')
			return CHUNK_SIZE_LF;
		return is_token ? state : b == ';' ? CHUNK_EXT :
		    space ? CHUNK_SPACE : CHUNK_BAD;
	case CHUNK_EXT_END:
		return b == '\r' ? CHUNK_SIZE_LF : b == ';' ? CHUNK_EXT :
		    space ? CHUNK_SPACE : CHUNK_BAD;
	case CHUNK_EXT_QUOTED:
		if (b == '"')
			return CHUNK_EXT_END;
		if (b == '\\')
			return CHUNK_EXT_ESCAPE;
		/* FALLTHROUGH */
	case CHUNK_EXT_ESCAPE:
		return is_text(b) ? CHUNK_EXT_QUOTED :
		    CHUNK_BAD;
	case CHUNK_SIZE:
	case CHUNK_SIZE_LF:
	case CHUNK_DATA:
	case CHUNK_DATA_CR:
	case CHUNK_DATA_LF:
	case CHUNK_TRAILER:
	case CHUNK_TRAILER_NAME:
	case CHUNK_TRAILER_VALUE:
	case CHUNK_TRAILER_LF:
	case CHUNK_END_LF:
	case CHUNK_BAD:
		break;
	}
	return CHUNK_BAD;
}

/* One byte of the framing.  The state it leads to. */
static enum chunk_state
chunk_byte(struct http_chunked *c, unsigned char b)
{
	switch ((enum chunk_state)c->state) {
	case CHUNK_SIZE:
		return chunk_digit(c, b);
	case CHUNK_SPACE:
	case CHUNK_EXT:
	case CHUNK_EXT_NAME:
	case CHUNK_EXT_NAMED:
	case CHUNK_EXT_IS:
	case CHUNK_EXT_VALUE:
	case CHUNK_EXT_QUOTED:
	case CHUNK_EXT_ESCAPE:
	case CHUNK_EXT_END:
		c->extra++;
		return chunk_extension((enum chunk_state)c->state, b);
	case CHUNK_SIZE_LF:
		c->digits = 0;
		return b != '\n' ? CHUNK_BAD :
		    c->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
	case CHUNK_DATA_CR:
		return b == '\r' ? CHUNK_DATA_LF : CHUNK_BAD;
	case CHUNK_DATA_LF:
		return b == '\n' ? CHUNK_SIZE : CHUNK_BAD;
	case CHUNK_TRAILER:
		c->extra++;
		return b == '\r' ? CHUNK_END_LF :
		    token[b] > 0 ? CHUNK_TRAILER_NAME : CHUNK_BAD;
	case CHUNK_TRAILER_NAME:
		c->extra++;
		return b == ':' ? CHUNK_TRAILER_VALUE :
		    token[b] > 0 ? CHUNK_TRAILER_NAME : CHUNK_BAD;
	case CHUNK_TRAILER_VALUE:
		c->extra++;
		return b == '\r' ? CHUNK_TRAILER_LF :
		    is_text(b) ? CHUNK_TRAILER_VALUE :
		    CHUNK_BAD;
	case CHUNK_TRAILER_LF:
		return b == '\n' ? CHUNK_TRAILER : CHUNK_BAD;
	case CHUNK_DATA:	/* not byte by byte */
	case CHUNK_END_LF:	/* the caller's */
	case CHUNK_BAD:
		break;
	}
	return CHUNK_BAD;
}

enum http_result
http_chunked_feed(struct http_chunked *c, const char *src, size_t n, char *dst,
    size_t max, size_t *used, size_t *got)
{
	size_t i = 0, part;

	*got = 0;
	while (i < n && c->state != CHUNK_BAD) {
		if (c->state == CHUNK_DATA) {
			part = n - i;
			if (part > c->left)
				part = (size_t)c->left;
			if (part > max - *got)
				part = max - *got;
			if (part == 0)
				break;
			memmove(dst + *got, src + i, part);
			*got += part;
			i += part;
			if ((c->left -= part) == 0)
				c->state = CHUNK_DATA_CR;
			continue;
		}
		if (c->state == CHUNK_END_LF) {
			if (src[i] != '\n')
				c->state = CHUNK_BAD;
			else {
				*used = i + 1;
				return HTTP_DONE;
			}
			break;
		}
		c->state = (unsigned char)chunk_byte(c, (unsigned char)src[i]);
		if (c->extra > HTTP_EXT_MAX)
			c->state = CHUNK_BAD;
		i++;
	}
	*used = i;
	return c->state == CHUNK_BAD ? HTTP_BAD : HTTP_MORE;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long
http_unescape(const char *s, size_t n, char *out, size_t cap)
{
	size_t i, done = 0;
	int high, low;
	char c;

	for (i = 0; i < n; i++) {
		c = s[i];
		if (c == '%') {
			if (n - i < 3 || (high = hex_digit(s[i + 1])) == -1 ||
			    (low = hex_digit(s[i + 2])) == -1)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0' || done == cap)
			return -1;
		out[done++] = c;
	}
	return (long)done;
}

int
http_escape(struct buf *b, const char *s, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i, before = b->len;
	unsigned char c;
	char esc[3];

	for (i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		esc[0] = (char)c;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		    c == '_' || c == '~') {		/* RFC 3986 2.3 */
			if (buf_append(b, esc, 1) == -1)
				goto fail;
			continue;
		}
		esc[0] = '%';
		esc[1] = hex[c >> 4];
		esc[2] = hex[c & 15];
		if (buf_append(b, esc, 3) == -1)
			goto fail;
	}
	return 0;
fail:
	buf_truncate(b, before);
	return -1;
}

int
http_query_next(struct http_str *rest, struct http_str *name,
    struct http_str *value)
{
	const char *mark;
	size_t n;

	while (rest->len > 0) {
		mark = memchr(rest->p, '&', rest->len);
		n = mark == NULL ? rest->len : (size_t)(mark - rest->p);
		name->p = rest->p;
		name->len = n;
		if (mark != NULL)
			n++;
		rest->p += n;
		rest->len -= n;
		if (name->len == 0)
			continue;
		value->p = NULL;
		value->len = 0;
		if ((mark = memchr(name->p, '=', name->len)) != NULL) {
			value->p = mark + 1;
			value->len = name->len -
			    (size_t)(value->p - name->p);
			name->len = (size_t)(mark - name->p);
		}
		return 1;
	}
	return 0;
}

/* Whether a byte may be in a host's name: RFC 3986 3.2.2. */
static int
is_name_byte(unsigned char c)
{
	int t = token[c];	/* in lower case */

	return (t >= '-' && t <= '9') || (t >= 'a' && t <= 'z') || t == '_';
}

/* Whether a byte may be in an address between brackets. */
static int
is_address_byte(unsigned char c)
{
	int t = token[c];

	return (t >= '0' && t <= '9') || (t >= 'a' && t <= 'f') || c == ':' ||
	    c == '.';
}

int
http_host_split(struct http_str v, struct http_str *host, int *port)
{
	int literal = v.len > 0 && v.p[0] == '[';
	size_t i = (size_t)literal;
	struct http_str h;
	uint64_t n;

	if (literal)
		while (i < v.len && is_address_byte((unsigned char)v.p[i]))
			i++;
	else
		while (i < v.len && is_name_byte((unsigned char)v.p[i]))
			i++;
	h.p = v.p + literal;
	h.len = i - (size_t)literal;
	if (literal && (i == v.len || v.p[i++] != ']' || h.len == 0))
		return -1;
	if (i < v.len && v.p[i++] != ':')
		return -1;
	if (i == v.len) {
		*port = -1;
		*host = h;
		return 0;
	}
	if (number(v.p + i, v.len - i, &n) == -1 || n > 65535)
		return -1;
	*port = (int)n;
	*host = h;
	return 0;
}

const char *
http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 100, "Continue" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 417, "Expectation Failed" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" },
		{ 507, "Insufficient Storage" }
	};
	size_t i;

	if (status == 200)
		return "OK";
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

static char *
put(char *p, const char *s)
{
	size_t n = strlen(s);

	memcpy(p, s, n);
	return p + n;
}

size_t
http_put_response(char *out, int status, int minor, int keep_alive,
    const char *type, int64_t length, const char *extra)
{
	char *p = out;

	p = put(p, "HTTP/1.1 ");	/* also to 1.0: RFC 9110 6.2 */
	p = buf_decimal(p, (uint64_t)status);
	*p++ = ' ';
	p = put(p, http_reason(status));
	if (type != NULL) {
		p = put(p, "\r\nContent-Type: ");
		p = put(p, type);
	}
	if (length >= 0) {
		p = put(p, "\r\nContent-Length: ");
		p = buf_decimal(p, (uint64_t)length);
	}
	if (!keep_alive)
		p = put(p, "\r\nConnection: close");
	else if (minor == 0)
		p = put(p, "\r\nConnection: keep-alive");
	p = put(p, "\r\n");
	if (extra != NULL)
		p = put(p, extra);
	p = put(p, "\r\n");
	return (size_t)(p - out);
}

int
http_put_chunk(struct buf *b, const void *data, size_t n)
{
	if (n == 0)
		return buf_puts(b, "0\r\n\r\n");
	if (buf_reserve(b, n + 20) == -1)
		return -1;
	if (buf_printf(b, "%zx\r\n", n) == -1 ||
	    buf_append(b, data, n) == -1)
		return -1;
	return buf_puts(b, "\r\n");
}
