/*
 * mkjournal - writes a journal of so many messages of 200 bytes, for the
 * benchmark of opening it.
 *
 *	mkjournal FILE COUNT
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/journal.h"

int
main(int argc, char **argv)
{
	static const char agent[] = "{\"record\":\"agent\",\"timestamp\":"
	    "\"2026-11-22T15:04:05.123Z\",\"agent\":\"a%d\",\"joined\":0,"
	    "\"capabilities\":{}";
	struct journal *j;
	char text[201], *p;
	int locked;
	long i, n;

	if (argc != 3)
		errx(2, "mkjournal FILE COUNT");
	n = atol(argv[2]);
	j = journal_open(argv[1], JOURNAL_NEVER, &locked);
	if (j == NULL)
		err(1, "%s", argv[1]);
	memset(text, 'x', sizeof text - 1);
	text[200] = '\0';
	for (i = 0; i < 2 + n; i++) {
		p = journal_reserve(j, 600);
		if (p == NULL)
			err(1, NULL);
		(void)journal_line(j, (size_t)(i < 2 ?
		    snprintf(p, 600, agent, (int)i) :
		    snprintf(p, 600, "{\"id\":%ld,\"timestamp\":"
		    "\"2026-11-22T15:04:05.123Z\",\"from\":\"a0\",\"to\":"
		    "\"broadcast\",\"type\":\"broadcast\",\"hops\":0,"
		    "\"content\":\"%s\"", i - 1, text)));
		if (i % 200 == 0 && journal_commit(j) == -1)
			err(1, "%s", argv[1]);
	}
	if (journal_commit(j) == -1)
		err(1, "%s", argv[1]);
	journal_close(j);
	return 0;
}
