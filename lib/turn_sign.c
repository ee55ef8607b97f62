/*
 * turn_sign - what kind of sign one is: a letter, a bar, the corner of a frame.
 * Part of turn.
 *
 * Sets that one file alone asks for stand in that file.
 */
#include "turn_int.h"

int
sign_is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c >= 0xc0 && c < 0x2000) ||
	    (c >= 0x3040 && c < 0xfe00);
}

/* Of Braille, which most spinners are made of. */
int
sign_is_dots(uint32_t c)
{
	return c > 0x2800 && c <= 0x28ff;
}

/* Bars at the left of what is quoted, or of all. */
int
sign_is_bar(uint32_t c)
{
	return c == 0x2502 || c == 0x2503 || c == 0x2506 || c == 0x250a ||
	    c == 0x2551 || (c >= 0x2588 && c <= 0x2590) || c == 0x2595;
}

/* The same, also in ASCII, but for a full block: that may be a cursor. */
int
sign_is_side(uint32_t c)
{
	return c == '|' || (sign_is_bar(c) && c != 0x2588);
}

/* Of a frame or a table. */
int
sign_is_corner(uint32_t c)
{
	return (c >= 0x250c && c <= 0x251b) || (c >= 0x2552 && c <= 0x255d) ||
	    (c >= 0x256d && c <= 0x2570);
}

int
sign_is_upper_corner(uint32_t c)
{
	return c == 0x250c || c == 0x250f || c == 0x2554 || c == 0x256d ||
	    c == 0x2552 || c == 0x2553 || c == 0x259b;
}

int
sign_is_upper_right(uint32_t c)
{
	return c == 0x256e || c == 0x2510 || c == 0x2513 || c == 0x2557;
}

/* The lower left corner of a frame whose upper one is c; 0: that is none. */
uint32_t
sign_below_corner(uint32_t c)
{
	switch (c) {
	case 0x256d:
		return 0x2570;
	case 0x250c:
		return 0x2514;
	case 0x250f:
		return 0x2517;
	case 0x2554:
		return 0x255a;
	default:
		return 0;
	}
}

/* Of a frame's left side where a line goes across. */
int
sign_is_tee(uint32_t c)
{
	return c == 0x251c || c == 0x2523 || c == 0x2560 || c == 0x255e ||
	    c == 0x255f;
}

/* Signs that horizontal rules and frames are drawn with, but for ASCII's. */
int
sign_is_rule(uint32_t c)
{
	switch (c) {
	case 0x2500: case 0x2501: case 0x2504: case 0x2505: case 0x2508:
	case 0x2509: case 0x254c: case 0x254d: case 0x2550: case 0x2574:
	case 0x2576: case 0x2580: case 0x2581: case 0x2582: case 0x2584:
	case 0x2594: case 0x23af: case 0x2015: case 0x2014:
		return 1;
	default:
		return 0;
	}
}
