/*
 * flow - bytes on their way from one descriptor to another.
 */
#ifndef FLOW_H
#define FLOW_H

#include <stddef.h>

enum { FLOW_CAP = 64 * 1024 };	/* under way in one direction, at most */

/* The bytes are p[off] to p[off + len - 1].  All zero is empty. */
struct flow {
	size_t	off, len;
	char	p[FLOW_CAP];
};

/* How many more it takes. */
size_t	flow_room(const struct flow *);

/* Where room for them is, in one piece; what is written there: len += n. */
char	*flow_end(struct flow *);

/* Append what there is room for of n bytes; returns how many. */
size_t	flow_add(struct flow *, const char *, size_t n);

/* n of them went on. */
void	flow_take(struct flow *, size_t n);

#endif
