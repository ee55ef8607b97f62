/*
 * load - a room out of its journal: every record is done again, in order.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdint.h>

#include "broker.h"
#include "journal.h"

struct load {
	struct journal_scan scan;
	uint64_t damaged;	/* lines */
	uint64_t unknown;	/* whole records that are not understood */
	uint64_t next;		/* at least, says a compacted journal */
	uint64_t records;	/* that are no messages */
	uint64_t since;		/* damaged lines since the last message */
	char	 stamp[TIME_LEN + 1];	/* of the newest record */
};

/* At the first line of the broker's journal. */
void	load_init(struct load *, const struct broker *);

/*
 * Go on.  JOURNAL_END: the broker is as it was.  JOURNAL_DAMAGED, JOURNAL_TORN:
 * a line that is no record, at *off, number l->scan.line; call again.  Each
 * damaged line uses up an id, since it may have been a message.
 * JOURNAL_ERROR with errno.
 */
enum journal_line load_next(struct load *, struct broker *, uint64_t *off);

#endif
