/*
 * evdump - what lib/events makes of a file of records, by the rules of an agent.
 *	evdump DIR AGENT [-c BYTES] [-i] <FILE
 * Prints one event a line; with -c the file is fed in pieces of that size; with
 * -i the screen is idle at the end, and time goes on until nothing is due.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/events.h"
#include "lib/rules.h"

static void
print_text(const char *s, size_t n)
{
	size_t i;

	putchar('"');
	for (i = 0; i < n; i++)
		if (s[i] == '\n')
			printf("\\n");
		else if (s[i] == '\t')
			printf("\\t");
		else
			putchar(s[i]);
	putchar('"');
}

static void
show(struct events *e, int64_t now)
{
	struct event ev;

	while (events_next(e, now, &ev)) {
		if (ev.type == EVENT_TEXT)
			continue;	/* how many depends on the pieces */
		printf("%s ", event_type_name(ev.type));
		print_text(ev.text, ev.len);
		if (ev.type == EVENT_END) {
			printf(" text=%d complete=%d aborted=%d prompt=",
			    ev.has_text, ev.complete, ev.aborted);
			if (ev.prompt != NULL)
				print_text(ev.prompt, ev.prompt_len);
		}
		if (ev.type == EVENT_LIMIT)
			printf(" until=%lld", (long long)ev.until);
		putchar('\n');
	}
}

int
main(int argc, char *argv[])
{
	const char *dirs[2] = { NULL, NULL }, *word, *value;
	struct events_map *map;
	struct events *e;
	struct rules *r;
	char mistake[256], *data = NULL;
	size_t len = 0, cap = 0, n, piece = 0, i;
	int64_t now = 1000, due;
	int idle = 0, k;

	if (argc < 3)
		errx(2, "usage: evdump dir agent [-c bytes] [-i]");
	dirs[0] = argv[1];
	for (k = 3; k < argc; k++)
		if (strcmp(argv[k], "-i") == 0)
			idle = 1;
		else if (strcmp(argv[k], "-c") == 0 && k + 1 < argc)
			piece = (size_t)strtoul(argv[++k], NULL, 10);
	if ((r = rules_load(dirs, argv[2], mistake, sizeof(mistake))) == NULL)
		errx(1, "%s", mistake);
	if ((map = events_map_new()) == NULL)
		err(1, NULL);
	for (i = 0; rules_line(r, "events", i, &word, &value); i++)
		if (events_map_line(map, word, value, mistake,
		    sizeof(mistake)) == -1)
			errx(1, "%s: %s", value, mistake);
	do {
		if (cap - len < 65536 &&
		    (data = realloc(data, cap += 65536)) == NULL)
			err(1, NULL);
		n = fread(data + len, 1, cap - len, stdin);
		len += n;
	} while (n > 0);
	if ((e = events_new(map, 0)) == NULL)
		err(1, NULL);
	events_screen(e, 1, now);
	if (piece == 0)
		piece = len;
	for (i = 0; i < len; i += n) {
		n = len - i < piece ? len - i : piece;
		events_bytes(e, data + i, n, now);
		show(e, now);
	}
	if (idle)
		events_screen(e, 0, now);
	for (k = 0; k < 100 && (due = events_due(e)) != -1; k++) {
		if (due > now)
			now = due;
		show(e, now);
	}
	events_free(e);
	events_map_free(map);
	rules_free(r);
	free(data);
	return 0;
}
