/*
 * turn_menu - choices with numbers, one of them marked: where such a menu is on
 * the screen.  Part of turn.  Choices without numbers are in turn_ask.c.
 */
#include "turn_int.h"

#define MENU_ROWS	24	/* a longer list is none of choices */
#define MENU_BELOW	8	/* written rows below it: hints, a frame */

/*
 * A choice: [frame] [mark] NUMBER `.' or `)' TEXT, or `[' NUMBER `]' TEXT.
 * Returns its number or 0; *col is where the number stands, *marked whether a
 * sign stands before it.
 */
int
menu_choice(const struct tline *l, int *col, int *marked)
{
	const char *p = l->text, *end = l->text + l->len, *q;
	uint32_t c, open = 0;
	int n = 0, at = 0;

	*marked = 0;
	while (p < end) {
		q = p;
		c = text_next(&p, end);
		if (c >= '0' && c <= '9') {
			for (p = q; p < end && *p >= '0' && *p <= '9'; p++)
				if (n < 100)
					n = n * 10 + (*p - '0');
			*col = at;
			if (p + 1 < end && (open ? *p == ']' : *p == '.' ||
			    *p == ')') && p[1] == ' ' && n > 0 && n < 100)
				return n;
			return 0;
		}
		if (open)
			return 0;
		at++;	/* marks and frames take one column each */
		if (c == ' ' || c == 0x2502 || c == 0x2503 || c == '|' ||
		    (open = c == '[') != 0)
			continue;
		if (*marked || (c < 0x80 && c != '>' && c != '*'))
			return 0;
		*marked = 1;
	}
	return 0;
}

/*
 * Find numbered choices, 1. 2. ..., of which exactly one is marked, in the
 * lower part of the screen: a dialog's, most likely.  Choices may be some lines
 * apart.
 */
void
menu_find(struct turn *t)
{
	int at = 0, col, marks = 0, marked, n, next = 0, r, start = -1, c = 0;

	t->menu_top = t->menu_bottom = -1;
	for (r = t->nrows - 1; r >= 0; r--) {
		n = menu_choice(&t->rows[r].line, &col, &marked);
		if (n == 0) {
			if (next > 0 && at - r > 4)
				next = marks = 0;
			continue;
		}
		if (next == 0 || n != next || col != c) {
			marks = 0;	/* the last of a list, from below */
			start = r;
			c = col;
		}
		marks += marked;
		next = n - 1;
		at = r;
		if (n == 1 && start > r && marks == 1 &&
		    start - r < MENU_ROWS &&
		    rows_written(t, start + 1, t->nrows) <= MENU_BELOW &&
		    rules_match_any(t->rules, "reply",
		    t->rows[r].line.text) == -1 &&
		    rules_match_any(t->rules, "mark",
		    t->rows[r].line.text) == -1) {
			t->menu_top = r;
			t->menu_bottom = start;
			return;
		}
		if (n == 1)
			next = marks = 0;
	}
}

/* Whether a row is one of the menu's. */
int
menu_has(const struct turn *t, int row)
{
	return t->menu_top != -1 && row >= t->menu_top && row <= t->menu_bottom;
}
