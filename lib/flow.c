/*
 * flow - bytes on their way from one descriptor to another.
 * Linked into csp-sidecar.
 */
#include <string.h>

#include "flow.h"

size_t
flow_room(const struct flow *f)
{
	return sizeof f->p - f->len;
}

char *
flow_end(struct flow *f)
{
	if (f->off > 0) {
		memmove(f->p, f->p + f->off, f->len);
		f->off = 0;
	}
	return f->p + f->len;
}

size_t
flow_add(struct flow *f, const char *p, size_t n)
{
	if (n > flow_room(f))
		n = flow_room(f);
	memcpy(flow_end(f), p, n);
	f->len += n;
	return n;
}

void
flow_take(struct flow *f, size_t n)
{
	f->off += n;
	f->len -= n;
	if (f->len == 0)
		f->off = 0;
}
