/*
 * screen_sgr - the pen: attributes and colours (CSI m).
 */
#include <stdint.h>

#include "screen_in.h"

/* SGR numbers that switch attributes on or off. */
static const struct {
	uint16_t	on, off;
} sgr_attr[30] = {
	[1] = { SCREEN_BOLD, 0 },
	[2] = { SCREEN_DIM, 0 },
	[3] = { SCREEN_ITALIC, 0 },
	[4] = { SCREEN_UNDERLINE, 0 },
	[5] = { SCREEN_BLINK, 0 },
	[6] = { SCREEN_BLINK, 0 },
	[7] = { SCREEN_INVERSE, 0 },
	[8] = { SCREEN_HIDDEN, 0 },
	[9] = { SCREEN_STRIKE, 0 },
	[21] = { SCREEN_UNDERLINE, 0 },
	[22] = { 0, SCREEN_BOLD | SCREEN_DIM },
	[23] = { 0, SCREEN_ITALIC },
	[24] = { 0, SCREEN_UNDERLINE },
	[25] = { 0, SCREEN_BLINK },
	[27] = { 0, SCREEN_INVERSE },
	[28] = { 0, SCREEN_HIDDEN },
	[29] = { 0, SCREEN_STRIKE }
};

/* Where the colours stand in an attr; each is an index + 1. */
#define FG_SHIFT	14
#define BG_SHIFT	23

static void
set_colour(struct screen *s, int shift, unsigned index_1)
{
	s->c.attr = (s->c.attr & ~(0x1ffU << shift)) | index_1 << shift;
}

/* The nearest colour of the 6x6x6 cube (16 to 231) or greys (232 to 255). */
static unsigned
nearest(unsigned r, unsigned g, unsigned b)
{
	unsigned grey = (r + g + b) / 3;

	r = r > 255 ? 255 : r;
	g = g > 255 ? 255 : g;
	b = b > 255 ? 255 : b;
#define STEP(v)	((v) < 48 ? 0 : (v) < 115 ? 1 : ((v) - 35) / 40)
	if (STEP(r) == STEP(g) && STEP(g) == STEP(b) && grey > 3 && grey < 243)
		return 232 + (grey - 3) / 10;
	return 16 + 36 * STEP(r) + 6 * STEP(g) + STEP(b);
#undef STEP
}

/*
 * SGR 38, 48 or 58 at parameter i: 5;N or 2;R;G;B, or the same with ':', where
 * a colour space may stand before R.  Returns the last parameter that it used.
 */
static unsigned
sgr_extended(struct screen *s, unsigned i, int shift)
{
	const uint16_t *v = &s->vt.params[i];
	unsigned left = s->vt.n_params - i, n = 0, last = i, rgb = 2;

	while (n + 1 < left && s->vt.sub >> (i + 1 + n) & 1)
		n++;			/* sub-parameters behind it */
	if (n > 0) {
		last = i + n;
		rgb = n >= 5 ? 3 : 2;
		left = n + 1;
	} else if (left > 1)
		last = i + (v[1] == 5 ? 2 : v[1] == 2 ? 4 : 1);
	if (shift == 0)
		;
	else if (left > 2 && v[1] == 5)
		set_colour(s, shift, (v[2] & 0xffU) + 1);
	else if (left > rgb + 2 && v[1] == 2)
		set_colour(s, shift,
		    nearest(v[rgb], v[rgb + 1], v[rgb + 2]) + 1);
	return last;
}

static unsigned
sgr_underline(struct screen *s, unsigned i)
{
	int styled = i + 1 < s->vt.n_params && s->vt.sub >> (i + 1) & 1;

	if (styled && s->vt.params[i + 1] == 0)
		s->c.attr &= ~SCREEN_UNDERLINE;
	else
		s->c.attr |= SCREEN_UNDERLINE;
	return i + (unsigned)styled;
}

void
screen_sgr(struct screen *s)
{
	unsigned i, v;

	for (i = 0; i < s->vt.n_params; i++) {
		v = s->vt.params[i];
		if (v == 0)
			s->c.attr &= SCREEN_LINK;
		else if (v == 4)
			i = sgr_underline(s, i);
		else if (v < 30)
			s->c.attr = (s->c.attr & ~(uint32_t)sgr_attr[v].off) |
			    sgr_attr[v].on;
		else if (v < 38)
			set_colour(s, FG_SHIFT, v - 30 + 1);
		else if (v == 38)
			i = sgr_extended(s, i, FG_SHIFT);
		else if (v == 39)
			set_colour(s, FG_SHIFT, 0);
		else if (v < 48)
			set_colour(s, BG_SHIFT, v - 40 + 1);
		else if (v == 48)
			i = sgr_extended(s, i, BG_SHIFT);
		else if (v == 49)
			set_colour(s, BG_SHIFT, 0);
		else if (v == 58)
			i = sgr_extended(s, i, 0);
		else if (v >= 90 && v < 98)
			set_colour(s, FG_SHIFT, v - 90 + 8 + 1);
		else if (v >= 100 && v < 108)
			set_colour(s, BG_SHIFT, v - 100 + 8 + 1);
	}
}
