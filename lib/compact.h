/*
 * compact - a room's journal written anew, without what nobody needs.
 */
#ifndef COMPACT_H
#define COMPACT_H

#include <stdint.h>

#include "broker.h"
#include "journal.h"

struct compact {
	uint64_t messages;	/* written */
	uint64_t unread;	/* of them, older than the last ones kept */
	uint64_t keys, receipts;
};

/*
 * Write into `to`, which is empty, what b (loaded from its journal) stands for:
 * the next id, agents, cursors and keys, messages that somebody has not read
 * and the last `keep`, and their receipts.  Commits and syncs.  0, or -1 with
 * errno.
 */
int	compact(struct broker *b, struct journal *to, uint64_t keep,
	    struct compact *done);

#endif
