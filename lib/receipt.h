/*
 * receipt - what became of a message, from the receipts of its recipients.
 * Pure: JSON in, a verdict out.
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "util.h"

/* How far a message came at one recipient, in order, and failed. */
enum receipt_stage {
	RECEIPT_QUEUED,
	RECEIPT_HELD,
	RECEIPT_TYPED,
	RECEIPT_SUBMITTED,
	RECEIPT_REPLIED,
	RECEIPT_FAILED,
	RECEIPT_NONE		/* no stage has this name */
};

const char *receipt_name(enum receipt_stage);
enum receipt_stage receipt_stage(const char *, size_t n);

/* All receipts of a message, taken together. */
struct verdict {
	enum receipt_stage stage;	/* the furthest that one came */
	int64_t	reply_id;		/* of that, or 0 */
	int	failed, others;		/* who failed, who did not */
	char	words[ID_MAX + 160];	/* of that: `claude: held (busy)` */
};

/*
 * The verdict over a message as the gateway shows it, with "receipts".  Without
 * any it is RECEIPT_QUEUED, and words are empty.  Words are the gateway's: not
 * made printable.
 */
void	receipt_judge(struct verdict *, const struct json_node *message);

/* Whether it came that far at a recipient. */
int	receipt_is(const struct verdict *, enum receipt_stage);

/* Whether nothing more can become of it: it failed at all that it went to. */
int	receipt_lost(const struct verdict *);

#endif
