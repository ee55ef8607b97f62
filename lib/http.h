/*
 * http - the grammar of HTTP/1.1 (RFC 9110, RFC 9112), both ways.  Bytes in,
 * structs out; no I/O, no allocation.  Strict: what two readers could take for
 * two things is refused.
 *
 * Reading a request (a response goes likewise):
 *
 *	struct http_request r;
 *
 *	http_request_init(&r);
 *	...whenever bytes have come, with all bytes of this message so far:
 *	switch (http_request_parse(&r, in.p, in.len)) {
 *	case HTTP_MORE:		wait for more; the same r goes on
 *	case HTTP_BAD:		answer r.error (a status), then close
 *	case HTTP_DONE:		r is filled in; the body begins at
 *				in.p + r.head_len
 *	}
 *	...then, if r.chunked: http_chunked_init, http_chunked_feed;
 *	   else the body is r.content_length bytes.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum {
	HTTP_HEAD_MAX = 16384,	/* bytes of a head: N is taken, N + 1 is 431 */
	HTTP_TARGET_MAX = 8192,	/* bytes of a request target; else 414 */
	HTTP_FIELDS_MAX = 100,	/* header fields of a head; else 431 */
	HTTP_EXT_MAX = 1024	/* bytes of extensions or trailers in a body */
};

enum http_result {
	HTTP_DONE,
	HTTP_MORE,
	HTTP_BAD
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_OTHER		/* well-formed, but none of these */
};

/* A piece of the head, in the caller's buffer; p is NULL where it is absent. */
struct http_str {
	const char	*p;
	size_t		 len;
};

/*
 * The header fields that are looked at; others are checked and passed over.
 * Each may come once: a second one is refused, but for Accept and Connection,
 * of which the first is kept here and all are acted upon.
 */
enum http_field {
	HTTP_ACCEPT,
	HTTP_AUTHORIZATION,
	HTTP_CONNECTION,
	HTTP_CONTENT_LENGTH,
	HTTP_CONTENT_TYPE,
	HTTP_EXPECT,
	HTTP_HOST,
	HTTP_IDEMPOTENCY_KEY,
	HTTP_LAST_EVENT_ID,
	HTTP_MCP_METHOD,
	HTTP_MCP_NAME,
	HTTP_MCP_VERSION,
	HTTP_ORIGIN,
	HTTP_RETRY_AFTER,
	HTTP_TRANSFER_ENCODING,
	HTTP_X_AUTH_TOKEN,
	HTTP_X_INSTANCE,
	HTTP_NFIELDS
};

/* What both kinds of head have.  Views hold until the buffer changes. */
struct http_fields {
	struct http_str	 field[HTTP_NFIELDS];	/* values, no space around */
	uint64_t	 content_length;	/* 0 where there is none */
	unsigned char	 has_length;
	unsigned char	 chunked;
	unsigned char	 says_close, says_keep_alive;	/* Connection */
	unsigned char	 wants_events;	/* Accept names text/event-stream */
	unsigned char	 expect_continue;
	unsigned char	 minor;		/* 1 for HTTP/1.1 */
	/* the rest is the parser's */
	unsigned char	 bad_host;	/* Host is there, and malformed */
	unsigned char	 began;		/* the first line is done */
	unsigned char	 n;		/* fields so far */
	const char	*at;		/* the text these views point into */
	size_t		 line;		/* where the line being read begins */
	size_t		 seen;		/* no line feed before this */
};

struct http_request {
	struct http_fields f;
	enum http_method method;
	struct http_str	 path;		/* up to `?`, still percent-encoded */
	struct http_str	 query;		/* behind `?`; NULL where none is */
	/*
	 * Who is meant: the authority of an absolute-form target, else Host.
	 * They must agree.  HTTP/1.0 without Host: NULL.
	 */
	struct http_str	 host;
	unsigned char	 keep_alive;	/* wanted by the client */
	size_t		 head_len;	/* bytes up to the body */
	int		 error;		/* HTTP_BAD: status to answer */
	const char	*why;		/* HTTP_BAD: a sentence, no full stop */
};

/* Nothing has been read.  There is nothing to free. */
void	http_request_init(struct http_request *);

/*
 * Go on where another left off: begun has taken the first bytes of a head, with
 * HTTP_MORE, and the same bytes stand at p, with more behind them.  What was
 * found in them still points to where they stood.
 */
void	http_request_resume(struct http_request *,
	    const struct http_request *begun, const char *p);

/*
 * Take the first len bytes of a request, of which more may have come since the
 * last call (never fewer, never others).  HTTP_DONE: the head is whole and
 * right.  HTTP_BAD: error is 400, 414, 417, 431, 501 (an unknown transfer
 * coding) or 505.  The result does not depend on how the bytes were cut.
 */
enum http_result http_request_parse(struct http_request *, const char *,
	    size_t len);

struct http_response {
	struct http_fields f;
	int		 status;
	struct http_str	 reason;
	unsigned char	 keep_alive;	/* the server keeps the connection */
	unsigned char	 no_body;	/* HEAD, 1xx, 204, 304 */
	unsigned char	 until_close;	/* the body ends with the connection */
	int64_t		 retry_after_s;	/* -1 where not given (in seconds) */
	size_t		 head_len;
	const char	*why;		/* HTTP_BAD */
};

/* method is that of the request which this answers. */
void	http_response_init(struct http_response *, enum http_method);
enum http_result http_response_parse(struct http_response *, const char *,
	    size_t len);

/* A chunked body (RFC 9112 7.1) as it is read. */
struct http_chunked {
	uint64_t	 left;		/* data bytes left in this chunk */
	unsigned char	 state;
	unsigned char	 digits;	/* of the size read so far */
	size_t		 extra;		/* bytes of extensions and trailers */
};

/* At the first chunk (RFC 9112 7.1).  There is nothing to free. */
void	http_chunked_init(struct http_chunked *);

/*
 * Take up to n coded bytes of src.  The data in them is moved to dst, which may
 * be src, or lie before it, so that a body can be decoded where it is.  *used
 * is how many coded bytes were taken, *got how many bytes of data went to dst.
 * HTTP_DONE: the body has ended, and what lies behind src + *used is the next
 * message.  HTTP_MORE: all n were taken.  HTTP_BAD: not chunked coding.
 * At most max bytes of data are taken in this call: then the result is
 * HTTP_MORE with *used < n.
 */
enum http_result http_chunked_feed(struct http_chunked *, const char *src,
	    size_t n, char *dst, size_t max, size_t *used, size_t *got);

/*
 * Decode percent-encoding (`+` stays).  Returns the length, or -1 where it
 * does not fit into cap, is malformed, or holds a NUL.
 */
long	http_unescape(const char *s, size_t n, char *out, size_t cap);

/* Append s percent-encoded as one path segment or query value. */
int	http_escape(struct buf *, const char *s, size_t n);

/*
 * Walk a query: the next NAME=VALUE of *rest, still encoded; value.p is NULL
 * where there is no `=`.  0 at the end.  *rest begins as the request's query.
 */
int	http_query_next(struct http_str *rest, struct http_str *name,
	    struct http_str *value);

/* Whether two texts are equal but for the case of ASCII letters. */
int	http_equal(const char *a, size_t a_len, const char *b, size_t b_len);

/*
 * The host in the value of a Host field, without port and brackets.  0, or -1
 * where it is malformed.  *port is -1 where none is given.
 */
int	http_host_split(struct http_str value, struct http_str *host,
	    int *port);

/* The usual words for a status: `Not Found`. */
const char *http_reason(int status);

enum { HTTP_RESPONSE_MAX = 256 };	/* what http_put_response may need */

/*
 * Write the head of a response into out, which has HTTP_RESPONSE_MAX bytes and
 * those of extra: status line, Content-Type (unless NULL), Content-Length
 * (unless length is -1), Connection where it says other than the version's
 * default, and extra, which is whole lines with their CRLF or NULL.  minor is
 * the request's version.  Returns the bytes written.
 */
size_t	http_put_response(char *out, int status, int minor, int keep_alive,
	    const char *type, int64_t length, const char *extra);

/* Append one chunk of n > 0 bytes, or with n = 0 the end of the body. */
int	http_put_chunk(struct buf *, const void *, size_t n);

#endif
