/*
 * vtdump - what a terminal of COLS by ROWS shows after the bytes on standard
 * input: its rows as text, without trailing spaces.
 *
 *	-c  first the cursor: "cursor ROW COL", from 0, and "wrap" or "hidden"
 *	-i  first the title and the modes that are on
 *	-s  the scrollback before the screen, soft-wrapped lines joined
 *	-k  feed in pieces of that many bytes
 *	-n  keep that many lines of scrollback (default 10000)
 *	-r  then resize to COLSxROWS
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/screen.h"

static void
usage(void)
{
	fprintf(stderr, "usage: vtdump [-cis] [-k bytes] [-n lines] "
	    "[-r COLSxROWS] cols rows <stream\n");
	exit(2);
}

static void
feed_input(struct screen *s, size_t piece)
{
	static char buf[65536];
	size_t n, i, k;

	while ((n = fread(buf, 1, sizeof buf, stdin)) > 0)
		for (i = 0; i < n; i += k) {
			k = piece > 0 && piece < n - i ? piece : n - i;
			screen_feed(s, buf + i, k);
		}
	if (ferror(stdin))
		err(5, "standard input");
}

static void
print_info(const struct screen *s)
{
	static const char *const names[] = {
		"cursor", "alt", "paste", "focus", "sync", "theme", "mouse",
		"mouse-sgr", "app-cursor", "app-keypad", "autowrap", "origin",
		"insert", "newline", "reverse"
	};
	const struct screen_state *st = screen_state(s);
	size_t i;

	printf("title %s\nmodes", st->title);
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (st->modes >> i & 1)
			printf(" %s", names[i]);
	printf("\nkitty %u keys %u bells %llu progress %d %d\n",
	    st->kitty_flags, st->modify_keys, (unsigned long long)st->bells,
	    st->progress, st->progress_percent);
	if (st->agent[0] != '\0')
		printf("agent %s\n", st->agent);
}

static void
print_text(const struct screen *s, int scrollback)
{
	struct screen_region r = { 0, 0, 0, 0, 0 };
	size_t len;
	char *text;

	r.from = scrollback ? screen_first(s) : screen_top(s);
	r.to = screen_top(s) + screen_state(s)->rows;
	r.flags = scrollback ? SCREEN_JOIN : 0;
	len = screen_text(s, &r, NULL, 0);
	text = malloc(len + 1);
	if (text == NULL)
		err(5, NULL);
	(void)screen_text(s, &r, text, len + 1);	/* as long as before */
	fwrite(text, 1, len, stdout);
	free(text);
}

int
main(int argc, char *argv[])
{
	int ch, cursor = 0, info = 0, scrollback = 0, keep = 10000;
	int to_cols = 0, to_rows = 0;
	size_t piece = 0;
	const struct screen_state *st;
	struct screen *s;

	while ((ch = getopt(argc, argv, "cik:n:r:s")) != -1)
		switch (ch) {
		case 'c':
			cursor = 1;
			break;
		case 'i':
			info = 1;
			break;
		case 'k':
			piece = strtoul(optarg, NULL, 10);
			break;
		case 'n':
			keep = (int)strtol(optarg, NULL, 10);
			break;
		case 'r':
			if (sscanf(optarg, "%dx%d", &to_cols, &to_rows) != 2)
				usage();
			break;
		case 's':
			scrollback = 1;
			break;
		default:
			usage();
		}
	if (argc - optind != 2)
		usage();
	s = screen_new((int)strtol(argv[optind], NULL, 10),
	    (int)strtol(argv[optind + 1], NULL, 10), keep);
	if (s == NULL)
		err(5, NULL);
	feed_input(s, piece);
	if (to_cols > 0 && screen_resize(s, to_cols, to_rows) == -1)
		err(5, NULL);
	st = screen_state(s);
	if (cursor)
		printf("cursor %d %d%s%s\n", st->cursor_row, st->cursor_col,
		    st->wrap_pending ? " wrap" : "",
		    st->modes & SCREEN_CURSOR ? "" : " hidden");
	if (info)
		print_info(s);
	print_text(s, scrollback);
	screen_free(s);
	if (fflush(stdout) == EOF)
		err(5, "standard output");
	return 0;
}
