/*
 * turn_drawn - what a line draws and does not say: a rule, the edge or a side
 * of a frame; and where a frame ends.  Part of turn.
 */
#include "turn_int.h"

/* Whether the line begins with the side of a frame. */
int
line_is_side(const struct tline *l)
{
	uint32_t c = sign_at_start(l);

	return c == 0x2502 || c == 0x2503 || c == 0x2551 || c == '|';
}

/*
 * Whether the line is a horizontal rule or the edge of a frame: for the most
 * part rule signs, at least 16 columns.  A title may stand in it, between the
 * corners of a frame one of any length.
 */
int
line_is_rule(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	int ascii = 0, at = 0, ends = 0, other = 0, rule = 0, corners = 0;
	uint32_t before = 0, c, last = 0;

	if (l->width - l->indent < 16)
		return 0;
	while (p < end) {
		c = text_next(&p, end);
		if (c == ' ' && at == 0)
			continue;
		before = last;
		last = c;
		/* a frame's edge is drawn at both of its ends */
		if (++at == 2)
			ends = sign_is_corner(before) && sign_is_rule(c);
		if (c == ' ')
			continue;
		if (sign_is_corner(c))
			corners++;
		else if (sign_is_rule(c))
			rule++;
		else if (c == '-' || c == '=' || c == '_')
			ascii++;
		else
			other++;
	}
	if (corners > 2)
		return 0;	/* a table's line, not a frame's */
	if (ends && corners == 2 && sign_is_corner(last) &&
	    sign_is_rule(before))
		return 1;
	return (rule >= 16 && rule > 2 * other) ||
	    (ascii >= 16 && other == 0 && rule == 0);
}

/* Whether a line is a rule with words in it, and no frame's edge. */
int
line_is_titled(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	int letters = 0;
	uint32_t c;

	if (!line_is_rule(l) || sign_is_corner(sign_at_start(l)) ||
	    sign_is_corner(sign_at_end(l)))
		return 0;
	while (p < end) {
		c = text_next(&p, end);
		letters += sign_is_letter(c);
	}
	return letters > 0;
}

/* Whether a line is a frame's upper edge, however narrow; not a table's. */
int
line_is_edge(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	uint32_t c;

	if (sign_below_corner(sign_at_start(l)) == 0 ||
	    !sign_is_upper_right(sign_at_end(l)))
		return 0;
	while (p < end) {
		c = text_next(&p, end);
		if ((c >= 0x251c && c <= 0x254b) || (c >= 0x255e &&
		    c <= 0x256c))
			return 0;
	}
	return 1;
}

/* Whether a line is a frame's lower edge and nothing else. */
int
line_is_lower_edge(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	uint32_t c = sign_at_start(l);

	if (c != 0x2570 && c != 0x2514 && c != 0x2517 && c != 0x255a)
		return 0;
	while (p < end)
		if ((c = text_next(&p, end)) < 0x2500 || c > 0x257f)
			return 0;
	return 1;
}

/* The line at which a frame that begins in line i ends; i if it is none. */
size_t
frame_end(const struct tlines *ls, size_t i)
{
	const struct tline *top = &ls->v[i], *l;
	uint32_t end = sign_below_corner(sign_at_start(top));
	size_t k;

	if (!line_is_edge(top))
		return i;
	for (k = i + 1; k < ls->n; k++) {
		l = &ls->v[k];
		if (l->indent != top->indent)
			return i;
		if (sign_at_start(l) == end)
			return k;
		if (!line_is_side(l))
			return i;
	}
	return i;
}

/* Whether line i is the lower edge of a frame that begins above it. */
int
line_closes(const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];
	uint32_t c = sign_at_start(l);

	if (!line_is_rule(l))
		return 0;
	while (i-- > 0 && ls->v[i].indent == l->indent) {
		if (sign_below_corner(sign_at_start(&ls->v[i])) == c)
			return 1;
		if (!line_is_side(&ls->v[i]))
			break;
	}
	return 0;
}
