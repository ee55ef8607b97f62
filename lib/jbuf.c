/*
 * jbuf - JSON written at the end of a struct buf.
 * Linked into every program.
 */
#include "jbuf.h"

static int
jbuf_grow(struct json_out *o, size_t n)
{
	struct buf *b = o->arg;
	size_t old = b->len;
	int r;

	/* count what is written so far, so that it is kept when p moves */
	b->len += o->len;
	r = buf_reserve(b, n);
	b->len = old;
	if (r == 0) {
		o->p = b->p + old;
		o->cap = b->cap - old;
	}
	return r;
}

void
jbuf_begin(struct json_out *o, struct buf *b)
{
	size_t room = b->cap - b->len, most = b->max - b->len;

	json_out_init(o, b->p == NULL ? NULL : b->p + b->len,
	    room < most ? room : most);
	o->grow = jbuf_grow;
	o->arg = b;
}

int
jbuf_end(struct json_out *o)
{
	struct buf *b = o->arg;

	if (o->failed)
		return -1;
	buf_added(b, o->len);
	return 0;
}
