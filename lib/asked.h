/*
 * asked - the prompts that were submitted to an agent and wait for its reply.
 * Pure.
 */
#ifndef ASKED_H
#define ASKED_H

#include <stddef.h>
#include <stdint.h>

#include "mail.h"

struct asked {
	struct asked	*next;		/* submitted after this one */
	struct mail_ref	*refs;		/* the messages in it */
	size_t		n;
	char		*text;		/* as it was typed */
	size_t		len;
	long		tag;		/* 0: open; else the answering post */
	int		taken;		/* into the turn that runs */
	int64_t		reply_to;	/* and the message that it names */
};

/* Append one; refs and text are copied.  0, or -1 with errno ENOMEM. */
int	asked_add(struct asked **list, const struct mail_ref *refs, size_t n,
	    const char *text, size_t len);

/* Take one out and free it. */
void	asked_drop(struct asked **list, struct asked *);

/* The first one that is open, or the last, or NULL. */
struct asked *asked_open(struct asked *list);
struct asked *asked_last(struct asked *list);

/* The message that asked, not what stood before it; NULL where none did. */
const struct mail_ref *asked_lead(const struct asked *);

#endif
