/*
 * screen_pack - lines of the scrollback, in little room: UTF-8 and the runs of
 * equal attributes, instead of cells.
 *
 * A packed line holds n_runs runs where its cells would be, each with how many
 * cells it has (text) and their attribute, and behind them the characters.  A
 * blank cell is a NUL; the right half of a wide character is nothing.  A line
 * with clusters is not packed, nor is one that would not get smaller.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screen_in.h"
#include "utf8.h"

struct packing {
	struct screen_cell *runs;	/* the caller's room */
	size_t		n_runs, n_text;
	char		text[SCREEN_COLS_MAX * 4];
};

/* A cell as a number, to compare it at once. */
static uint64_t
bits(const struct screen_cell *cell)
{
	uint64_t v;

	memcpy(&v, cell, sizeof v);
	return v;
}

/*
 * One run from cell on: four at a time while they are ASCII, which only the low
 * bits of their text then tell apart.
 */
static const struct screen_cell *
pack_run(struct packing *k, const struct screen_cell *cell,
    const struct screen_cell *end)
{
	const struct screen_cell *from = cell;
	const struct screen_cell like = { 0, cell->attr }, low = { 0x7f, 0 };
	const uint64_t same = bits(&like), other = ~bits(&low);
	char *p = k->text + k->n_text;

	for (; end - cell >= 4; cell += 4, p += 4) {
		if (((bits(cell) ^ same) | (bits(cell + 1) ^ same) |
		    (bits(cell + 2) ^ same) | (bits(cell + 3) ^ same)) & other)
			break;
		p[0] = (char)cell[0].text;
		p[1] = (char)cell[1].text;
		p[2] = (char)cell[2].text;
		p[3] = (char)cell[3].text;
	}
	for (; cell < end && cell->attr == like.attr; cell++)
		if (cell->text < 0x80)
			*p++ = (char)cell->text;
		else if (!(cell->text & CELL_RIGHT))
			p += utf8_encode(cell->text & CELL_VALUE, p);
	k->n_text = (size_t)(p - k->text);
	k->runs[k->n_runs].attr = like.attr;
	k->runs[k->n_runs++].text = (uint32_t)(cell - from);
	return cell;
}

struct line *
pack_line(const struct line *l, struct screen_cell *room)
{
	const struct screen_cell *cell = l->cells, *end = cell + l->len;
	size_t size = l->len * sizeof *cell, packed = size, run_size;
	struct packing k;
	struct line *copy;

	k.runs = room;
	k.n_runs = k.n_text = 0;
	if (!l->clusters) {
		while (cell < end)
			cell = pack_run(&k, cell, end);
		packed = k.n_runs * sizeof *cell + k.n_text;
	}
	copy = malloc(sizeof *l + (packed < size ? packed : size));
	if (copy == NULL)
		return NULL;
	*copy = *l;			/* all but the cells */
	if (packed < size) {
		run_size = k.n_runs * sizeof *cell;
		copy->n_runs = (uint16_t)k.n_runs;
		memcpy(copy->cells, k.runs, run_size);
		memcpy((char *)copy->cells + run_size, k.text, k.n_text);
	} else
		memcpy(copy->cells, l->cells, size);
	return copy;
}

const struct screen_cell *
unpack_line(const struct line *l, struct screen_cell *room)
{
	const struct screen_cell *run = l->cells, *end = run + l->n_runs;
	const unsigned char *p = (const unsigned char *)end;
	struct screen_cell *cell = room, *run_end;
	uint32_t cp;

	if (l->n_runs == 0)
		return l->cells;
	for (; run < end; run++)
		for (run_end = cell + run->text; cell < run_end; cell++) {
			cell->attr = run->attr;
			if (cell > room && cell[-1].text & CELL_WIDE) {
				cell->text = CELL_RIGHT;
			} else if (*p < 0x80) {
				cell->text = *p++;
			} else {
				p += utf8_decode(p, p + 4, &cp);
				cell->text = cp;
				if ((utf8_class(cp) & UTF8_WIDTH) == 2)
					cell->text |= CELL_WIDE;
			}
		}
	return room;
}
