/*
 * jbuf - JSON written at the end of a struct buf.
 */
#ifndef JBUF_H
#define JBUF_H

#include "json.h"
#include "buf.h"

/*
 * Begin a JSON text behind what the buffer holds.  Until jbuf_end the buffer
 * may not be touched otherwise; it grows as needed, up to its limit.
 */
void	jbuf_begin(struct json_out *, struct buf *);

/*
 * Make the text part of the buffer.  0, or -1 where something did not fit, and
 * the buffer's bytes are as they were before jbuf_begin.
 */
int	jbuf_end(struct json_out *);

#endif
