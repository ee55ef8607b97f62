/*
 * fuzz-screen - libFuzzer target: whatever comes, the emulator keeps within its
 * bounds, and cutting the input changes nothing.
 *
 * The first four bytes choose size, scrollback, where to cut and when to resize.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/screen.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int claim)
{
	if (!claim)
		abort();
}

/* Read everything that a reader can, and check what it is promised. */
static uint64_t
look(struct screen *s)
{
	static char text[1 << 20];
	const struct screen_state *st = screen_state(s);
	const struct screen_cell *cells;
	struct screen_region r = { 0, 0, 0, 0, SCREEN_JOIN };
	char cell[SCREEN_CLUSTER_MAX];
	int64_t n, end = screen_top(s) + st->rows;
	int x, len;

	must(st->cursor_row >= 0 && st->cursor_row < st->rows);
	must(st->cursor_col >= 0 && st->cursor_col < st->cols);
	must(screen_first(s) <= screen_top(s));
	must(strlen(st->title) <= SCREEN_TITLE_MAX);
	for (n = screen_first(s); n < end; n++) {
		len = screen_line(s, n, &cells);
		must(len >= 0 && len <= st->cols);
		for (x = 0; x < len; x++) {
			must(screen_cell_text(s, &cells[x], cell) <=
			    sizeof cell);
			if (screen_cell_width(&cells[x]) == 2)
				must(x + 1 < len &&
				    screen_cell_width(&cells[x + 1]) == 0);
			else if (screen_cell_width(&cells[x]) == 0)
				must(x > 0 &&
				    screen_cell_width(&cells[x - 1]) == 2);
		}
	}
	must(screen_line(s, end, NULL) == -1);
	r.from = screen_first(s);
	r.to = end;
	must(strlen(text) < sizeof text);
	(void)screen_text(s, &r, text, sizeof text);	/* cut if it is long */
	for (n = st->notes; n-- > 0 && screen_note(s, (uint64_t)n) != NULL;)
		must(strlen(screen_note(s, (uint64_t)n)->text) <=
		    SCREEN_TITLE_MAX);
	return screen_hash(s, 0, st->rows) ^ (uint64_t)st->cursor_row << 32 ^
	    (uint64_t)st->cursor_col << 16 ^ st->modes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct screen *whole, *cut;
	char answers[64];
	size_t at;

	if (len < 4)
		return 0;
	whole = screen_new(1 + in[0] % 90, 1 + in[1] % 40, in[2] % 64);
	cut = screen_new(1 + in[0] % 90, 1 + in[1] % 40, in[2] % 64);
	must(whole != NULL && cut != NULL);
	at = (size_t)in[3] * (len - 4) / 255;
	screen_anchor_set(whole, 0, 0);
	screen_feed(whole, in + 4, len - 4);
	screen_feed(cut, in + 4, at);
	while (at < len - 4)
		at += screen_feed_frame(cut, in + 4 + at, len - 4 - at);
	must(look(whole) == look(cut));
	screen_resize(whole, 1 + in[1] % 90, 1 + in[0] % 40);
	(void)look(whole);
	screen_feed(whole, in + 4, len - 4);
	(void)look(whole);
	must(screen_anchor(whole, 0) < screen_top(whole) +
	    screen_state(whole)->rows);
	while (screen_take_answers(whole, answers, sizeof answers) > 0)
		continue;
	screen_free(whole);
	screen_free(cut);
	return 0;
}
