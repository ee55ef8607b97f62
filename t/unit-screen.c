/*
 * unit-screen - bytes in, rows and cursor out.
 *
 * Each case is fed whole, byte by byte, and cut in two at every place: all must
 * show the same.  Wanted rows are given without trailing blanks, and blank rows
 * at the end are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/screen.h"
#include "tap.h"

struct want {
	const char	*name, *in, *rows;
	int		row, col;
};

#define COLS	10
#define ROWS	5

static const struct want table[] = {
	{ "text", "abc", "abc", 0, 3 },
	{ "CR LF", "abc\r\nd", "abc\nd", 1, 1 },
	{ "LF keeps the column", "abc\nd", "abc\n   d", 1, 4 },
};

/* The rows of the screen, without the blank ones at the end. */
static const char *
rows_text(const struct screen *s)
{
	static char buf[65536];
	struct screen_region r = { 0, 0, 0, 0, 0 };
	size_t len;

	r.from = screen_top(s);
	r.to = r.from + screen_state(s)->rows;
	len = screen_text(s, &r, buf, sizeof buf);
	while (len > 0 && buf[len - 1] == '\n')
		buf[--len] = '\0';
	return buf;
}

static int
shows(const struct screen *s, const struct want *w)
{
	return strcmp(rows_text(s), w->rows) == 0 &&
	    screen_state(s)->cursor_row == w->row &&
	    screen_state(s)->cursor_col == w->col;
}

/* Feed in with a cut at every place, and in single bytes. */
static int
same_however_cut(const struct want *w)
{
	size_t cut, i, len = strlen(w->in);
	struct screen *s;
	int same = 1;

	for (cut = 0; cut <= len && same; cut++) {
		s = screen_new(COLS, ROWS, 10);
		if (cut == 0)
			for (i = 0; i < len; i++)
				screen_feed(s, w->in + i, 1);
		else {
			screen_feed(s, w->in, cut);
			screen_feed(s, w->in + cut, len - cut);
		}
		same = shows(s, w);
		screen_free(s);
	}
	return same;
}

static void
test_table(void)
{
	const struct want *w;
	struct screen *s;

	for (w = table; w < table + sizeof table / sizeof *table; w++) {
		s = screen_new(COLS, ROWS, 10);
		screen_feed(s, w->in, strlen(w->in));
		if (!ok(shows(s, w) && same_however_cut(w), w->name))
			printf("# want %d,%d:\n%s\n# got %d,%d:\n%s\n",
			    w->row, w->col, w->rows,
			    screen_state(s)->cursor_row,
			    screen_state(s)->cursor_col, rows_text(s));
		screen_free(s);
	}
}

int
main(void)
{
	test_table();
	return tap_done();
}
