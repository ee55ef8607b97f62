/*
 * json.h - a strict JSON (RFC 8259) reader and writer in one header, for C99.
 * It allocates nothing and needs nothing but libc's memory functions.
 *
 * Include it where you use it, from C or C++; one file of the program defines
 * JSON_IMPLEMENTATION before it does so, and gets the code.
 *
 * Where RFC 8259 leaves a choice: nothing stands before or behind the value but
 * white space, no byte order mark either (8.1).  Text is UTF-8, and an escape
 * that is half of a surrogate pair is refused (8.2), as I-JSON has it (RFC 7493
 * 2.1).  Names may repeat, but not those that are asked for (json_pick).
 * Numbers have any size; what is outside int64_t json_int refuses (6).
 *
 * Reading.  json_parse checks a whole text and describes it in an array of
 * nodes that the caller gives: one node for each value and each member name,
 * in the order of the text.  Nodes point into the text, which must stay as it
 * is while they are used.
 *
 *	struct json_node nodes[32];
 *	static const struct json_name want[] = {
 *		JSON_NAME("from"), JSON_NAME("id")
 *	};
 *	const struct json_node *got[2];
 *
 *	if (json_parse(text, len, nodes, 32, NULL) < 1 ||
 *	    nodes->type != JSON_OBJECT ||
 *	    json_pick(nodes, want, got, 2) == -1)
 *		... not what was asked for
 *	if (got[0] != NULL && got[0]->type == JSON_STRING)
 *		from = json_view(got[0], memory, sizeof(memory), &from_len);
 *
 * Writing.  A json_out writes into fixed memory, or into memory that its owner
 * makes grow.  It sets the commas, escapes what must be, never writes a text
 * that is no JSON, and remembers that it failed: check once, at the end.
 *
 *	struct json_out o;
 *
 *	json_out_init(&o, memory, sizeof(memory));
 *	json_put_open(&o, '{');
 *	json_put_name(&o, "id", 2);
 *	json_put_int(&o, 17);
 *	json_put_close(&o, '}');
 *	if (o.failed)
 *		... did not fit
 */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JSON_DEPTH_MAX	64	/* arrays and objects inside one another */

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_INT,		/* a number without fraction and exponent */
	JSON_REAL,		/* a number with one */
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

enum json_flag {
	JSON_ESCAPED = 1,	/* a string that has escapes */
	JSON_NUL = 2		/* a string that has a U+0000 (escaped) */
};

struct json_node {
	const char	*p;	/* the text; a string without quotes */
	uint32_t	 len;	/* bytes of text; of a container 0 < len too */
	uint32_t	 span;	/* nodes from this to past all that is in it */
	uint32_t	 n;	/* of an array its elements, of an object its
				 * members; of others nothing */
	unsigned char	 type;	/* enum json_type */
	unsigned char	 flags;	/* enum json_flag */
};

/* What json_parse returns besides the number of nodes. */
enum json_error {
	JSON_BAD = -1,		/* no JSON, whatever may follow */
	JSON_MORE = -2,		/* JSON so far, but it ends too early */
	JSON_FULL = -3,		/* too many nodes, too deep, or over 4 GB */
	JSON_TWICE = -4		/* json_get: the member is there twice */
};

/*
 * Check that text (len bytes) is exactly one JSON value, with white space
 * around it at most, and describe it in nodes, of which there are cap (a text
 * of len bytes never needs more than len / 2 + 1).  Returns the number of
 * nodes used, at least 1, or an error; then *where, if where is not NULL, is
 * the offset of the first byte that was in the way.
 */
int	json_parse(const char *text, size_t len, struct json_node *nodes,
	    size_t cap, size_t *where);

/* A member name to look for; without escapes, as it is after unescaping. */
struct json_name {
	const char	*s;
	size_t		 len;
};
#define JSON_NAME(literal)	{ (literal), sizeof(literal) - 1 }

/*
 * Find n members of an object in one pass: got[i] becomes the value of
 * names[i], or NULL where there is none.  0, or -1 where one of these members
 * is there more than once (others may be) or obj is no object.
 */
int	json_pick(const struct json_node *obj, const struct json_name *names,
	    const struct json_node **got, size_t n);

/*
 * One member's value, by name (a C string).  NULL where there is none, where
 * it is there twice, and where obj is NULL or no object.
 */
const struct json_node *json_get(const struct json_node *obj,
	    const char *name);

/*
 * To walk a container: the first element of an array (the first member's name
 * of an object), or NULL where it is empty; and the node behind one and all
 * that is in it.  Take n of them (2 * n in an object: name, value, name, ...).
 */
const struct json_node *json_first(const struct json_node *);
#define json_next(node)	((node) + (node)->span)

/* Whether a string (or a member's name) is exactly this C string. */
int	json_is(const struct json_node *, const char *s);

/*
 * Unescape a string into out, of cap bytes; no NUL is added.  Returns its
 * length, or -1 where it does not fit; node->len bytes always suffice.
 */
long	json_string(const struct json_node *, char *out, size_t cap);

/*
 * A string's bytes and, in *len, how many: in the text itself where nothing is
 * escaped, else unescaped into memory (cap bytes).  NULL where the node is NULL
 * or no string, or where it does not fit.
 */
const char *json_view(const struct json_node *, char *memory, size_t cap,
	    size_t *len);

/*
 * The value of a JSON_INT.  0, or -1 where it is no such node or is outside
 * int64_t; then *out is as it was.
 */
int	json_int(const struct json_node *, int64_t *out);

struct json_out {
	char	*p;		/* what was written, len bytes; no NUL */
	size_t	 len, cap;
	/*
	 * Called to get at least n bytes of room behind p + len: sets p and
	 * cap and returns 0, or returns -1.  NULL: the memory is fixed.
	 */
	int	(*grow)(struct json_out *, size_t n);
	void	*arg;		/* for grow */
	unsigned char failed;	/* something did not fit; the rest is skipped */
	unsigned char comma;	/* the next value or name needs one */
};

/* Begin a text in fixed memory.  For growing memory set grow and arg after. */
void	json_out_init(struct json_out *, char *memory, size_t cap);

/* `{` or `[`, and `}` or `]`; the caller pairs them. */
void	json_put_open(struct json_out *, int bracket);
void	json_put_close(struct json_out *, int bracket);

/* A member's name, which must need no escapes; its value comes next. */
void	json_put_name(struct json_out *, const char *name, size_t len);

/*
 * A string.  Bytes that are no UTF-8 become U+FFFD, so that the text is JSON
 * whatever is given.
 */
void	json_put_string(struct json_out *, const char *s, size_t len);
void	json_put_str(struct json_out *, const char *s);	/* a C string */

void	json_put_int(struct json_out *, int64_t);
void	json_put_bool(struct json_out *, int);
void	json_put_null(struct json_out *);

/* A value that is JSON already, as it is: a node's text, say. */
void	json_put_raw(struct json_out *, const char *text, size_t len);

/* A parsed value, as it stood in its text. */
void	json_put_node(struct json_out *, const struct json_node *);

/* A member's name with its quotes and colon, as it is. */
void	json_put_label(struct json_out *, const char *label, size_t len);

/* Name and value in one call; name is a literal. */
#define json_label(o, name) \
	json_put_label((o), "\"" name "\":", sizeof(name) + 2)
#define json_member_string(o, name, s, len) \
	(json_label(o, name), json_put_string((o), (s), (len)))
#define json_member_str(o, name, s) \
	(json_label(o, name), json_put_str((o), (s)))
#define json_member_int(o, name, v) \
	(json_label(o, name), json_put_int((o), (v)))
#define json_member_bool(o, name, v) \
	(json_label(o, name), json_put_bool((o), (v)))

#ifdef JSON_IMPLEMENTATION
#include <string.h>

#define JSON_ONES	0x0101010101010101U	/* 1 in each byte */
#define JSON_HIGHS	0x8080808080808080U	/* the top bit of each byte */

/*
 * Eight bytes as one number, the first in the lowest byte.  Compilers make it
 * one load.
 */
static inline uint64_t
json_load(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 |
	    (uint64_t)u[3] << 24 | (uint64_t)u[4] << 32 |
	    (uint64_t)u[5] << 40 | (uint64_t)u[6] << 48 | (uint64_t)u[7] << 56;
}

/*
 * The bytes of a word that may not stand as themselves in a string: control,
 * quote, backslash, or not ASCII; the top bit of each is set.  A subtraction
 * borrows into the top bit of a byte that is below the bound; flipping bit 1
 * first puts the quote next to the controls.  A borrow may also reach the next
 * byte, but only from one that is found before it.
 */
static inline uint64_t
json_special(uint64_t w)
{
	return (((w ^ JSON_ONES * 2) - JSON_ONES * ('"' - 1)) |
	    ((w ^ JSON_ONES * '\\') - JSON_ONES) | w) & JSON_HIGHS;
}

/*
 * The number of the first byte whose top bit is set in hit: a multiplication
 * moves it to the top.
 */
static inline size_t
json_first_hit(uint64_t hit)
{
	hit = (hit & (0 - hit)) >> 7;
	return (size_t)(hit * 0x0001020304050607U >> 56);
}

/* The first such byte from p on, sixteen looked at in a turn. */
static const char *
json_plain(const char *p, const char *end)
{
	uint64_t hit;

	for (; end - p >= 16; p += 16) {
		if ((hit = json_special(json_load(p))) != 0)
			goto found;
		if ((hit = json_special(json_load(p + 8))) != 0) {
			p += 8;
			goto found;
		}
	}
	if (end - p >= 8) {
		if ((hit = json_special(json_load(p))) != 0)
			goto found;
		p += 8;
	}
	while (p < end && (unsigned char)*p >= 0x20 &&
	    (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
found:
	return p + json_first_hit(hit);
}

/*
 * The length of the UTF-8 sequence at p, RFC 3629; 0 where there is none; -1
 * where it could become one but the text ends.
 */
static int
json_utf8(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned int low = 0x80, high = 0xbf;
	int i, len;

	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	len = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (u[0] == 0xe0)
		low = 0xa0;
	else if (u[0] == 0xed)
		high = 0x9f;
	else if (u[0] == 0xf0)
		low = 0x90;
	else if (u[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i < len; i++) {
		if (p + i == end)
			return -1;
		if (u[i] < low || u[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}

/* Four hex digits' value, -1 where they are none, -2 where the text ends. */
static long
json_hex4(const char *p, const char *end)
{
	long v = 0;
	int i, c;

	for (i = 0; i < 4; i++, p++) {
		if (p == end)
			return -2;
		c = *p;
		if (c >= '0' && c <= '9')
			c -= '0';
		else if (c >= 'a' && c <= 'f')
			c -= 'a' - 10;
		else if (c >= 'A' && c <= 'F')
			c -= 'A' - 10;
		else
			return -1;
		v = v << 4 | c;
	}
	return v;
}

/*
 * The escape at p, a backslash.  Its value becomes *c.  Returns its length, 0
 * where it is none, -1 where the text ends in it.  Where it is none, *bad is
 * how far into it the fault is.
 */
static int
json_escape(const char *p, const char *end, unsigned long *c, int *bad)
{
	long high, low;

	*bad = 1;
	if (end - p < 2)
		return -1;
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
		*c = (unsigned char)p[1];
		return 2;
	case 'b':
		*c = '\b';
		return 2;
	case 'f':
		*c = '\f';
		return 2;
	case 'n':
		*c = '\n';
		return 2;
	case 'r':
		*c = '\r';
		return 2;
	case 't':
		*c = '\t';
		return 2;
	case 'u':
		break;
	default:
		return 0;
	}
	*bad = 2;
	if ((high = json_hex4(p + 2, end)) < 0)
		return high == -1 ? 0 : -1;
	*c = (unsigned long)high;
	if (high < 0xd800 || high > 0xdfff)
		return 6;
	/* a pair of surrogates, or nothing: RFC 8259 7 */
	if (high > 0xdbff)
		return 0;
	*bad = 6;
	if (end - p < 7)
		return -1;
	if (p[6] != '\\')
		return 0;
	if (end - p < 8)
		return -1;
	if (p[7] != 'u')
		return 0;
	if ((low = json_hex4(p + 8, end)) == -2)
		return -1;
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*c = 0x10000UL + ((unsigned long)(high - 0xd800) << 10) +
	    (unsigned long)(low - 0xdc00);
	return 12;
}

/* Why scanning stopped, and where. */
struct json_stop {
	const char *p;
	int error;
};

/* Notes that the text is bad at p, or ends there too early; NULL. */
static const char *
json_stop_at(struct json_stop *stop, const char *p, const char *end)
{
	stop->p = p;
	stop->error = p == end ? JSON_MORE : JSON_BAD;
	return NULL;
}

/*
 * The scanners take a value's text from p on, fill in the node and return what
 * is behind it, or NULL with *stop filled in.
 */

/* A string from p on, which lies behind its quote and what is plain. */
static const char *
json_scan_string(const char *p, const char *end, struct json_node *v,
    struct json_stop *stop)
{
	unsigned long c = 1;
	int n, bad;

	for (;; p = json_plain(p, end)) {
		if (p == end)
			return json_stop_at(stop, p, end);
		if (*p == '"') {
			v->len = (uint32_t)(p - v->p);
			return p + 1;
		}
		bad = 0;
		if (*p == '\\') {
			n = json_escape(p, end, &c, &bad);
			v->flags |= JSON_ESCAPED;
			if (n > 0 && c == 0)
				v->flags |= JSON_NUL;
		} else
			n = (unsigned char)*p < 0x20 ? 0 : json_utf8(p, end);
		if (n == 0)
			return json_stop_at(stop, p + bad, NULL);
		if (n < 0)
			return json_stop_at(stop, end, end);
		p += n;
	}
}

/* Digits, at least one. */
static const char *
json_scan_digits(const char *p, const char *end, struct json_stop *stop)
{
	const char *from = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p > from ? p : json_stop_at(stop, p, end);
}

/* A number: RFC 8259 6. */
static const char *
json_scan_number(const char *p, const char *end, struct json_node *v,
    struct json_stop *stop)
{
	v->type = JSON_INT;
	if (*p == '-')
		p++;
	if (p < end && *p == '0')
		p++;
	else if ((p = json_scan_digits(p, end, stop)) == NULL)
		return NULL;
	if (p < end && *p == '.') {
		v->type = JSON_REAL;
		if ((p = json_scan_digits(p + 1, end, stop)) == NULL)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		v->type = JSON_REAL;
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if ((p = json_scan_digits(p, end, stop)) == NULL)
			return NULL;
	}
	v->len = (uint32_t)(p - v->p);
	return p;
}

/* A number or one of the three words. */
static const char *
json_scan_other(const char *p, const char *end, struct json_node *v,
    struct json_stop *stop)
{
	const char *word;

	switch (*p) {
	case 't':
		v->type = JSON_TRUE;
		word = "true";
		break;
	case 'f':
		v->type = JSON_FALSE;
		word = "false";
		break;
	case 'n':
		v->type = JSON_NULL;
		word = "null";
		break;
	default:
		if (*p != '-' && (*p < '0' || *p > '9'))
			return json_stop_at(stop, p, end);
		return json_scan_number(p, end, v, stop);
	}
	for (; *word != '\0'; word++, p++)
		if (p == end || *p != *word)
			return json_stop_at(stop, p, end);
	v->len = (uint32_t)(p - v->p);
	return p;
}

static const char *
json_skip_spaces(const char *p, const char *end)
{
	while (p < end &&
	    (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* Behind the white space at p, which mostly there is none of. */
static inline const char *
json_skip_space(const char *p, const char *end)
{
	return p < end && (unsigned char)*p <= ' ' ?
	    json_skip_spaces(p, end) : p;
}

/*
 * One value and what is in it.  Returns what is behind it, or NULL; *used is
 * how many nodes it took.
 */
static const char *
json_scan_value(const char *p, const char *end, struct json_node *nodes,
    size_t cap, size_t *used, struct json_stop *stop)
{
	struct json_node *v = nodes, *limit = nodes + cap, *up = NULL;
	uint32_t open[JSON_DEPTH_MAX];	/* the containers around */
	int depth = 0, close = 0;	/* close: the bracket that ends *up */
	int named = 0, bracket;		/* named: a name comes, no value */
	uint64_t hit;

	for (;; v++) {
		p = json_skip_space(p, end);
		if (p == end)
			return json_stop_at(stop, p, end);
		if (v == limit)
			break;
		v->p = p;
		v->span = 1;
		v->flags = 0;
		if (*p == '"') {
			v->p = ++p;
			v->type = JSON_STRING;
			/* most are short, and plain up to the quote */
			if (end - p < 8)
				p = json_plain(p, end);
			else if ((hit = json_special(json_load(p))) != 0)
				p += json_first_hit(hit);
			else
				p = json_plain(p + 8, end);
			if (p < end && *p == '"')
				v->len = (uint32_t)(p++ - v->p);
			else if ((p = json_scan_string(p, end, v, stop)) ==
			    NULL)
				return NULL;
			if (named) {
				p = json_skip_space(p, end);
				if (p == end || *p != ':')
					return json_stop_at(stop, p, end);
				p++;
				named = 0;
				continue;
			}
		} else if (named) {
			return json_stop_at(stop, p, NULL);
		} else if (*p != '{' && *p != '[') {
			if ((p = json_scan_other(p, end, v, stop)) == NULL)
				return NULL;
		} else {
			if (depth == JSON_DEPTH_MAX)
				break;
			v->type = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
			v->n = 0;
			bracket = *p == '{' ? '}' : ']';
			p = json_skip_space(p + 1, end);
			if (p == end || *p != bracket) {
				open[depth++] = (uint32_t)(v - nodes);
				up = v;
				close = bracket;
				named = close == '}';
				continue;
			}
			p++;		/* empty */
			v->len = (uint32_t)(p - v->p);
		}
		/* a value has ended; so may those around it */
		if (up == NULL) {
			*used = (size_t)(v - nodes) + 1;
			return p;
		}
		p = json_skip_space(p, end);
		while (p < end && *p == close) {
			p++;
			up->n++;
			up->len = (uint32_t)(p - up->p);
			up->span = (uint32_t)(v - up) + 1;
			if (--depth == 0) {
				*used = (size_t)(v - nodes) + 1;
				return p;
			}
			up = nodes + open[depth - 1];
			close = up->type == JSON_OBJECT ? '}' : ']';
			p = json_skip_space(p, end);
		}
		if (p == end || *p != ',')
			return json_stop_at(stop, p, end);
		p++;
		up->n++;
		named = close == '}';
	}
	stop->p = p;
	stop->error = JSON_FULL;
	return NULL;
}

int
json_parse(const char *text, size_t len, struct json_node *nodes, size_t cap,
    size_t *where)
{
	struct json_stop stop = { text, JSON_FULL };
	const char *p, *end = text + len;
	size_t used = 0;

	if (len <= UINT32_MAX && cap <= INT32_MAX &&
	    (p = json_scan_value(text, end, nodes, cap, &used, &stop)) !=
	    NULL) {
		p = json_skip_space(p, end);
		if (p == end)
			return (int)used;
		(void)json_stop_at(&stop, p, end);
	}
	if (where != NULL)
		*where = (size_t)(stop.p - text);
	return stop.error;
}

/* Writes a character in UTF-8 and returns its length, 1 to 4. */
static int
json_encode(char out[4], unsigned long c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 63));
		out[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 63));
	out[2] = (char)(0x80 | (c >> 6 & 63));
	out[3] = (char)(0x80 | (c & 63));
	return 4;
}

long
json_string(const struct json_node *v, char *out, size_t cap)
{
	const char *p = v->p, *end = p + v->len, *from;
	unsigned long c;
	size_t done = 0, n;
	char utf8[4];
	int bad;

	while (p < end) {
		from = p;
		if ((v->flags & JSON_ESCAPED) == 0 ||
		    (p = (const char *)memchr(p, '\\',
		    (size_t)(end - p))) == NULL)
			p = end;
		n = (size_t)(p - from);
		if (n > cap - done)
			return -1;
		memcpy(out + done, from, n);
		done += n;
		if (p == end)
			break;
		p += json_escape(p, end, &c, &bad);
		n = (size_t)json_encode(utf8, c);
		if (n > cap - done)
			return -1;
		memcpy(out + done, utf8, n);
		done += n;
	}
	return (long)done;
}

const char *
json_view(const struct json_node *v, char *memory, size_t cap, size_t *len)
{
	long n;

	if (v == NULL || v->type != JSON_STRING)
		return NULL;
	if ((v->flags & JSON_ESCAPED) == 0) {
		*len = v->len;
		return v->p;
	}
	if ((n = json_string(v, memory, cap)) == -1)
		return NULL;
	*len = (size_t)n;
	return memory;
}

/* Whether a string is these len bytes. */
static int
json_same(const struct json_node *v, const char *s, size_t len)
{
	const char *p = v->p, *end = p + v->len;
	unsigned long c;
	char utf8[4];
	int bad, n;

	if ((v->flags & JSON_ESCAPED) == 0)
		return v->len == len && memcmp(v->p, s, len) == 0;
	while (p < end) {
		if (*p == '\\') {
			p += json_escape(p, end, &c, &bad);
			n = json_encode(utf8, c);
		} else {
			utf8[0] = *p++;
			n = 1;
		}
		if ((size_t)n > len || memcmp(s, utf8, (size_t)n) != 0)
			return 0;
		s += n;
		len -= (size_t)n;
	}
	return len == 0;
}

int
json_is(const struct json_node *v, const char *s)
{
	return v != NULL && v->type == JSON_STRING &&
	    json_same(v, s, strlen(s));
}

int
json_pick(const struct json_node *obj, const struct json_name *names,
    const struct json_node **got, size_t n)
{
	const struct json_node *name;
	uint32_t left;
	size_t i;

	for (i = 0; i < n; i++)
		got[i] = NULL;
	if (obj->type != JSON_OBJECT)
		return -1;
	name = obj + 1;
	for (left = obj->n; left > 0; left--) {
		for (i = 0; i < n; i++)
			if (name->flags & JSON_ESCAPED ?
			    json_same(name, names[i].s, names[i].len) :
			    name->len == names[i].len &&
			    memcmp(name->p, names[i].s, name->len) == 0)
				break;
		if (i < n) {
			if (got[i] != NULL)
				return -1;
			got[i] = name + 1;
		}
		name = json_next(name + 1);
	}
	return 0;
}

const struct json_node *
json_get(const struct json_node *obj, const char *name)
{
	const struct json_node *got;
	struct json_name want;

	want.s = name;
	want.len = strlen(name);
	if (obj == NULL || json_pick(obj, &want, &got, 1) == -1)
		return NULL;
	return got;
}

const struct json_node *
json_first(const struct json_node *v)
{
	return v->type >= JSON_ARRAY && v->n > 0 ? v + 1 : NULL;
}

int
json_int(const struct json_node *v, int64_t *out)
{
	uint64_t u = 0, limit;
	uint32_t i;
	int negative;

	if (v == NULL || v->type != JSON_INT)
		return -1;
	negative = v->p[0] == '-';
	limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
	for (i = negative ? 1 : 0; i < v->len; i++) {
		unsigned int d = (unsigned int)(v->p[i] - '0');

		if (u > (limit - d) / 10)
			return -1;
		u = u * 10 + d;
	}
	if (negative)
		*out = u > INT64_MAX ? INT64_MIN : -(int64_t)u;
	else
		*out = (int64_t)u;
	return 0;
}

void
json_out_init(struct json_out *o, char *memory, size_t cap)
{
	o->p = memory;
	o->len = 0;
	o->cap = cap;
	o->grow = NULL;
	o->arg = NULL;
	o->failed = 0;
	o->comma = 0;
}

/* As json_room, where there is no room yet. */
static char *
json_make_room(struct json_out *o, size_t n)
{
	size_t need = n + o->comma;

	if (o->failed || need < n || (need > o->cap - o->len &&
	    (o->grow == NULL || o->grow(o, need) == -1))) {
		o->failed = 1;
		o->cap = o->len;	/* so that nothing fits any more */
		return NULL;
	}
	if (o->comma)
		o->p[o->len++] = ',';
	return o->p + o->len;
}

/* Makes room for n more bytes and sets the comma; NULL where that failed. */
static inline char *
json_room(struct json_out *o, size_t n)
{
	if (o->cap - o->len <= n)	/* one more than n, for the comma */
		return json_make_room(o, n);
	if (o->comma)
		o->p[o->len++] = ',';
	return o->p + o->len;
}

void
json_put_open(struct json_out *o, int bracket)
{
	char *p = json_room(o, 1);

	if (p == NULL)
		return;
	*p = (char)bracket;
	o->len++;
	o->comma = 0;
}

void
json_put_close(struct json_out *o, int bracket)
{
	char *p;

	o->comma = 0;
	if ((p = json_room(o, 1)) == NULL)
		return;
	*p = (char)bracket;
	o->len++;
	o->comma = 1;
}

void
json_put_raw(struct json_out *o, const char *text, size_t len)
{
	char *p = json_room(o, len);

	if (p == NULL)
		return;
	memcpy(p, text, len);
	o->len += len;
	o->comma = 1;
}

void
json_put_label(struct json_out *o, const char *label, size_t len)
{
	char *p = json_room(o, len);

	if (p == NULL)
		return;
	memcpy(p, label, len);
	o->len += len;
	o->comma = 0;
}

void
json_put_name(struct json_out *o, const char *name, size_t len)
{
	char *p = json_room(o, len + 3);

	if (p == NULL)
		return;
	*p++ = '"';
	memcpy(p, name, len);
	p += len;
	*p++ = '"';
	*p = ':';
	o->len += len + 3;
	o->comma = 0;
}

/* Writes the escape of a byte that needs one and returns its length. */
static size_t
json_put_escape(char *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *hit;

	out[0] = '\\';
	if (c != 0 && (hit = strchr(from, c)) != NULL) {
		out[1] = to[hit - from];
		return 2;
	}
	memcpy(out + 1, "u00", 3);
	out[4] = hex[c >> 4];
	out[5] = hex[c & 15];
	return 6;
}

void
json_put_string(struct json_out *o, const char *s, size_t len)
{
	const char *end = s + len, *from = json_plain(s, end);
	char special[6], *p;
	size_t n;
	int utf8;

	if (from == end) {		/* as most are */
		if ((p = json_room(o, len + 2)) == NULL)
			return;
		*p++ = '"';
		memcpy(p, s, len);
		p[len] = '"';
		o->len += len + 2;
		o->comma = 1;
		return;
	}
	if ((p = json_room(o, 1)) == NULL)
		return;
	*p = '"';
	o->len++;
	o->comma = 0;
	while (s < end) {
		from = s;
		s = json_plain(s, end);
		/* well-formed UTF-8 stands as it is */
		while (s < end && (unsigned char)*s >= 0x80 &&
		    (utf8 = json_utf8(s, end)) > 0)
			s = json_plain(s + utf8, end);
		n = (size_t)(s - from);
		if (n > 0) {
			if ((p = json_room(o, n)) == NULL)
				return;
			memcpy(p, from, n);
			o->len += n;
		}
		if (s == end)
			break;
		if ((unsigned char)*s >= 0x80) {
			memcpy(special, "\xef\xbf\xbd", 3);
			n = 3;
		} else
			n = json_put_escape(special, (unsigned char)*s);
		s++;
		if ((p = json_room(o, n)) == NULL)
			return;
		memcpy(p, special, n);
		o->len += n;
	}
	if ((p = json_room(o, 1)) == NULL)
		return;
	*p = '"';
	o->len++;
	o->comma = 1;
}

void
json_put_str(struct json_out *o, const char *s)
{
	json_put_string(o, s, strlen(s));
}

void
json_put_int(struct json_out *o, int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, rest = u;
	size_t n = v < 0 ? 2 : 1;
	char *p;

	while ((rest /= 10) > 0)
		n++;
	if ((p = json_room(o, n)) == NULL)
		return;
	o->len += n;
	o->comma = 1;
	if (v < 0)
		*p = '-';
	p += n;
	do {
		*--p = (char)('0' + u % 10);
	} while ((u /= 10) > 0);
}

void
json_put_bool(struct json_out *o, int v)
{
	json_put_raw(o, v ? "true" : "false", v ? 4 : 5);
}

void
json_put_null(struct json_out *o)
{
	json_put_raw(o, "null", 4);
}

void
json_put_node(struct json_out *o, const struct json_node *v)
{
	if (v->type == JSON_STRING)	/* with its quotes */
		json_put_raw(o, v->p - 1, (size_t)v->len + 2);
	else
		json_put_raw(o, v->p, v->len);
}

#endif	/* JSON_IMPLEMENTATION */

#ifdef __cplusplus
}
#endif

#endif	/* JSON_H */
