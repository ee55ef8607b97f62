/*
 * wrap - a text cut into rows of a terminal.
 * Linked into bin/csp-tty.
 */
#include "utf8.h"
#include "wrap.h"

/* Bytes of the character at p, going by its first byte and what follows. */
static size_t
char_len(const char *p, size_t len)
{
	size_t n = 1;

	while (n < len && n < 4 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

size_t
wrap_row(const char *p, size_t len, size_t width, enum wrap_mode mode,
    size_t *row)
{
	size_t i = 0, n, cells = 0, wide, space = 0, used;
	int plain = 1, word = 0;	/* do not break an indentation */

	while (i < len && p[i] != '\n') {
		n = char_len(p + i, len - i);
		if ((unsigned char)p[i] >= 0x80)
			plain = 0;
		/* clusters: only the whole row knows its width */
		wide = plain ? cells + 1 : utf8_text_width(p, i + n);
		if (wide > width && i > 0)
			break;
		if (p[i] != ' ')
			word = 1;
		else if (word)
			space = i;
		cells = wide;
		i += n;
	}
	*row = i;
	if (i == len)
		return len;
	if (p[i] == '\n')
		return i + 1;
	if (mode == WRAP_CELLS)
		return i;
	if (p[i] == ' ' && word)
		space = i;
	if (space == 0)
		return i;
	*row = space;
	for (used = space; used < len && p[used] == ' ';)
		used++;
	return used < len && p[used] == '\n' ? used + 1 : used;
}

size_t
wrap_count(const char *p, size_t len, size_t width, enum wrap_mode mode)
{
	size_t rows = 0, row, n;

	do {
		n = wrap_row(p, len, width, mode, &row);
		p += n;
		len -= n;
		rows++;
	} while (len > 0);
	return rows;
}
