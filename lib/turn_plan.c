/*
 * turn_plan - lists of what is to be done, which programs draw among the texts
 * of a reply: they have a heading, and signs before their items that say how
 * far each is.  Part of turn.
 *
 * A reply may have such a list, too: without a heading of these words, or where
 * all items have the same sign, it stays; and where the heading is but words
 * and no item is being done, as in a list of tasks of Markdown's.
 */
#include <string.h>

#include "turn_int.h"

static int
is_branch(uint32_t c)
{
	return c == 0x2514 || c == 0x2570 || c == 0x23bf || c == 0x21b3 ||
	    c == 0x251c || c == 0x2502;
}

/* Ticks, crosses, boxes, circles and the like. */
static int
is_state(uint32_t c)
{
	return (c >= 0x25a0 && c < 0x2600) || (c >= 0x2610 && c < 0x2613) ||
	    (c >= 0x2713 && c < 0x2719) || c == 0x2192 || c == 0x27f3 ||
	    c == 0xb7 || c == 0x2022;
}

/* The sign before an item, behind branches of a tree, or in brackets, that says
   how far it is; 0: there is none. */
static uint32_t
state_sign(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	uint32_t c = 0;

	while (p < end && ((c = text_next(&p, end)) == ' ' || is_branch(c)))
		;
	if (c == '[' && p < end) {
		c = text_next(&p, end);
		return end - p > 1 && p[0] == ']' && p[1] == ' ' ? c : 0;
	}
	return is_state(c) && p < end && *p == ' ' ? c : 0;
}

/* Whether a sign says that an item is being done. */
static int
is_under_way(uint32_t c)
{
	return c == 0x25d0 || c == 0x25d1 || c == 0x25d4 || c == 0x25ce ||
	    c == 0x25c9 || c == 0x25cf || c == 0x25b6 || c == 0x25b8 ||
	    c == 0x2192 || c == 0x27f3 || c == 0x25a3;
}

/* Whether a line is a heading that speaks of a plan. */
static int
is_head(const struct tline *l)
{
	static const char *const words[] = { "todo", "todos", "to-do",
	    "to-dos", "plan", "tasks", NULL };
	const char *p = l->text + l->indent;
	size_t k, n;
	int i;

	if (line_is_blank(l) || line_ends_sentence(l))
		return 0;
	for (; *p != '\0'; p += n + (n == 0)) {
		n = strspn(p, "-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz");
		for (i = 0; words[i] != NULL; i++) {
			for (k = 0; k < n && (p[k] | 0x20) ==
			    (words[i][k] | 0x20); k++)
				;
			if (k == n && words[i][k] == '\0')
				return 1;
		}
	}
	return 0;
}

/*
 * The line behind a plan that has its heading in line i, i if there is none.  A
 * blank line may stand behind a heading that begins with a sign.
 */
size_t
plan_end(const struct tlines *ls, size_t i)
{
	size_t k = next_written(ls, i + 1), items = 0;
	uint32_t c, first = 0;
	int differ = 0, words = sign_is_letter(sign_at_start(&ls->v[i]));

	if (!is_head(&ls->v[i]) || k == ls->n || (k > i + 1 && words))
		return i;
	for (; k < ls->n && !line_is_blank(&ls->v[k]); k++) {
		if ((c = state_sign(&ls->v[k])) == 0) {
			/* what does not fit in an item's line */
			if (items == 0 || ls->v[k].indent <=
			    ls->v[i].indent + 1)
				break;
			continue;
		}
		differ |= items > 0 && c != first;
		words &= !is_under_way(c);
		first = c;
		items++;
	}
	return items > 1 && differ && !words && (k == ls->n ||
	    line_is_blank(&ls->v[k])) ? k : i;
}
