/*
 * turn_tool - what stands among the texts of a reply and is none of it, where
 * no rule says so: what a tool gave, a thought, what the turn has cost.  Part
 * of turn.
 *
 * Programs draw these dimmer than what is said.  A paragraph of dim lines is
 * therefore left out, and so is the line above such lines that names the tool;
 * but not a quotation or code, which some draw dim, too, and not all there is.
 */
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

/* Whether a text begins as comments do: code has these drawn dim. */
static int
is_comment(const char *s)
{
	static const char *const signs[] = { "#", "//", "/*", "* ", "*/", "--",
	    "<!--", ";", "%", NULL };
	int i;

	for (i = 0; signs[i] != NULL; i++)
		if (strncmp(s, signs[i], strlen(signs[i])) == 0)
			return 1;
	return 0;
}

/* Whether a line is an item of a list; triangles stand before tools, too. */
static int
is_item(const struct tline *l)
{
	uint32_t c = sign_at_start(l);

	return list_mark(l->text + l->indent) > 0 && c != 0x25b8 && c != 0x25b9;
}

/* A sign before a line, such as a tick: no picture, nor of a list or quotation;
   the bytes up to the blank behind it, or 0. */
static size_t
sign_end(const struct tline *l)
{
	const char *p = l->text + l->indent;
	uint32_t c = sign_at_start(l);

	if ((c < 0x2190 && c != 0x2026) || c >= 0x3000 || sign_is_bar(c) ||
	    is_item(l) || line_is_rule(l))
		return 0;
	(void)text_next(&p, l->text + l->len);
	return *p == ' ' && utf8_text_width(l->text + l->indent,
	    (size_t)(p - l->text) - (size_t)l->indent) == 1 ?
	    (size_t)(p - l->text) : 0;
}

/* The bytes of the first of these that s begins with; *found: there is one. */
static size_t
begins_with(const char *s, const char *const *these, int *found)
{
	size_t n;

	for (; *these != NULL; these++)
		if (strncmp(s, *these, n = strlen(*these)) == 0) {
			*found = 1;
			return n;
		}
	*found = 0;
	return 0;
}

/* Whether a text is how long it took, how many lines, or what became of it:
   "601ms", "+1 -1", "rejected". */
static int
is_measure(const char *s)
{
	static const char *const units[] = { "ms", "s", "m", " lines", " line",
	    " files", " matches", " results", " bytes", "", NULL };
	static const char *const ends[] = { "cancelled", "canceled",
	    "declined", "denied", "done", "failed", "refused", "rejected",
	    "skipped", NULL };
	size_t n;
	int found;

	for (;;) {
		s += strspn(s, "+- (");
		n = strspn(s, "0123456789.");
		s += n;
		s += begins_with(s, n > 0 ? units : ends, &found);
		if (!found)
			return 0;
		s += *s == ')';
		if (*s != ' ')
			return *s == '\0';
	}
}

/* Whether all is dim behind a sign, or what it took at the end. */
static int
is_told(const struct tline *l)
{
	size_t n = sign_end(l), i;

	if (n == 0)
		return 0;
	for (i = n; i < l->len && (int)utf8_text_width(l->text, i) <
	    l->dim_from; i++)
		;
	return l->dim_from <= l->indent + 1 || (i < l->len &&
	    is_measure(l->text + i));
}

/*
 * Whether a tick or a cross with a colour of its own stands before a line: no
 * text has these, so that it tells what has become of something.
 */
static int
is_ticked(const struct tline *l)
{
	uint32_t c = sign_at_start(l);

	return c >= 0x2713 && c <= 0x2718 && sign_end(l) > 0 &&
	    l->hued > l->indent && l->hued <= l->indent + 3;
}

/* Whether a line begins with a name on a ground of its own, or in reverse. */
static int
is_labelled(const struct tline *l)
{
	uint32_t other = l->attr ^ l->attr_end;

	return sign_is_letter(sign_at_start(l)) &&
	    ((l->attr & other & SCREEN_INVERSE) ||
	    (SCREEN_BG(l->attr) != -1 &&
	    SCREEN_BG(l->attr) != SCREEN_BG(l->attr_end)));
}

/* A line that is drawn dim, and is no rule, fence or comment. */
static int
is_dim(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;

	if ((!(l->flags & LINE_DIM) && !is_told(l)) || is_comment(p) ||
	    strncmp(p, "```", 3) == 0)
		return 0;
	while (p < end)
		if (sign_is_letter(text_next(&p, end)))
			return 1;
	return 0;
}

/* Whether a line could name a tool: a sign stands before it, or what it works
   on is dim behind it. */
static int
is_tool_head(const struct tline *l)
{
	uint32_t c = sign_at_start(l);

	if (line_is_blank(l) || line_is_rule(l) || line_is_side(l) ||
	    is_item(l))
		return 0;
	if ((l->dim_from > l->indent && l->dim_from < l->width) ||
	    is_labelled(l))
		return 1;
	return c < 0x80 ? strchr("!$[-<", (int)c) != NULL : !sign_is_letter(c);
}

/* Whether a sign stands before a line that no text is known to begin with. */
static int
is_other_head(const struct turn *t, const struct tline *l)
{
	uint32_t c = sign_at_start(l);

	return c >= 0x2190 && !sign_is_letter(c) && !line_is_side(l) &&
	    !is_item(l) &&
	    rules_match_any(t->rules, "mark", l->text + l->indent) == -1;
}

/* Whether a line is no sentence, and the dim one below it is indented. */
static int
is_above(const struct tline *l, const struct tline *dim)
{
	return dim->indent > l->indent && !line_ends_sentence(l) &&
	    list_mark(l->text + l->indent) == 0 && !line_is_side(l) &&
	    !line_is_rule(l);
}

/* The line behind the paragraph that begins in line i; code is one. */
static size_t
paragraph_end(const struct tlines *ls, size_t i)
{
	size_t end = frame_end(ls, i);

	if (end > i)
		return end + 1;
	if (strncmp(ls->v[i].text + ls->v[i].indent, "```", 3) == 0) {
		for (i++; i < ls->n; i++)
			if (strncmp(ls->v[i].text + ls->v[i].indent, "```",
			    3) == 0)
				return i + 1;
		return i;
	}
	while (i < ls->n && !line_is_blank(&ls->v[i]) &&
	    frame_end(ls, i) == i)
		i++;
	return i;
}

static int
is_quotes(uint32_t c)
{
	return sign_is_bar(c) || c == '>' || c == '|';
}

/* Whether all of the lines have a bar or sign of quotation before them, the
   first of them maybe behind a mark. */
static int
is_quoted(const struct tlines *ls, size_t from, size_t to)
{
	const char *p = ls->v[from].text + sign_end(&ls->v[from]);

	if (*p == ' ')
		p++;
	if (!is_quotes(text_next(&p, ls->v[from].text + ls->v[from].len)) &&
	    !is_quotes(sign_at_start(&ls->v[from])))
		return 0;
	while (++from < to)
		if (!is_quotes(sign_at_start(&ls->v[from])))
			return 0;
	return 1;
}

/*
 * Whether a paragraph, all of it dim, is none of the reply.  Code is indented,
 * but not where a reply begins, nor right behind what a tool gave.
 */
static int
is_aside(const struct tlines *ls, size_t from, size_t to, int margin,
    int was_cut)
{
	return !is_quoted(ls, from, to) && (was_cut ||
	    is_told(&ls->v[from]) ||
	    ls->v[from].indent <= margin + 1 ||
	    from == next_written(ls, 0));
}

/* Leave out the lines from one to (not with) another. */
static void
drop_lines(struct tlines *ls, size_t from, size_t to)
{
	for (; from < to; from++)
		line_drop(&ls->v[from]);
}

/*
 * Leave out of a paragraph what a tool gave, dim lines below one that names it,
 * or all of it.  Returns whether its end was left out.
 */
static int
cut_paragraph(const struct turn *t, struct tlines *ls, size_t from, size_t to,
    int margin, int was_cut)
{
	size_t a, b = from, i;
	int cut = 0;

	while (b < to) {
		for (a = b; a < to && !is_dim(&ls->v[a]); a++)
			;
		for (b = a; b < to && is_dim(&ls->v[b]); b++)
			;
		cut = 0;
		if (a == from && b == to)
			cut = is_aside(ls, from, to, margin, was_cut);
		else if (a == from && is_told(&ls->v[a]) &&
		    ls->v[b].indent > ls->v[a].indent)
			cut = is_aside(ls, a, b, margin, was_cut);
		else if (a > from && a < b && !is_quoted(ls, a - 1, b) &&
		    ls->v[a].indent +
		    is_labelled(&ls->v[a - 1]) >= ls->v[a - 1].indent &&
		    ls->v[a - 1].indent <= margin + 2 &&
		    (is_tool_head(&ls->v[a - 1]) || (a - 1 == from &&
		    is_above(&ls->v[from], &ls->v[a]))))
			cut = 1;
		if (!cut)
			continue;
		a -= a > from;
		/* and what it has done, further in */
		for (i = a; b < to && is_other_head(t, &ls->v[i]) &&
		    ls->v[b].indent > ls->v[i].indent; b++)
			;
		drop_lines(ls, a, b);
	}
	return cut;
}

static int
least_indent(const struct tlines *ls)
{
	int margin = -1;
	size_t i;

	for (i = 0; i < ls->n; i++)
		if (!line_is_blank(&ls->v[i]) && (margin == -1 ||
		    ls->v[i].indent < margin))
			margin = ls->v[i].indent;
	return margin;
}

/* Whether there is text that is not dim, more than a heading at least. */
static int
has_text(const struct tlines *ls)
{
	size_t i, n;

	for (i = 0; i < ls->n; i = n) {
		n = i + 1;
		if (line_is_blank(&ls->v[i]))
			continue;
		n = paragraph_end(ls, i);
		for (; i < n; i++)
			if (!is_dim(&ls->v[i]) && !is_ticked(&ls->v[i]) &&
			    !line_is_rule(&ls->v[i]) &&
			    (!(ls->v[i].flags & LINE_BOLD) ||
			    line_ends_sentence(&ls->v[i])))
				return 1;
	}
	return 0;
}

/*
 * Whether a paragraph is a frame that is open at the right, with words in its
 * edges, in another colour than the last line of all has.
 */
static int
is_open_frame(const struct tlines *ls, size_t from, size_t to)
{
	const struct tline *top = &ls->v[from], *last;
	uint32_t low = sign_below_corner(sign_at_start(top));
	size_t end = ls->n;

	if (low == 0 || to < from + 2 || line_is_edge(top) ||
	    sign_at_start(&ls->v[to - 1]) != low)
		return 0;
	while (line_is_blank(&ls->v[end - 1]))
		end--;
	last = &ls->v[end - 1];
	for (; from < to; from++)
		if (ls->v[from].indent != top->indent || (from + 1 < to &&
		    &ls->v[from] != top && !line_is_side(&ls->v[from])))
			return 0;
	return end > to && SCREEN_FG(top->attr) != SCREEN_FG(last->attr);
}

/*
 * The line behind what is told of a tool, in a paragraph that begins with a
 * tick, and what it gave in the next, further in and on a ground of its own; i:
 * that in line i is no such.
 */
static size_t
ticked_end(const struct tlines *ls, size_t i, size_t end)
{
	const struct tline *l = &ls->v[i];
	size_t k;

	if (!is_ticked(l))
		return i;
	for (k = i + 1; k < end; k++)
		if (ls->v[k].indent <= l->indent && !is_ticked(&ls->v[k]))
			return i;
	k = next_written(ls, end);
	if (k < ls->n && ls->v[k].indent > l->indent + 2 &&
	    SCREEN_BG(ls->v[k].attr) != SCREEN_BG(l->attr_end))
		end = paragraph_end(ls, k);
	return end;
}

/* A tool whose first line had a mark, and what hangs below it. */
struct hanging {
	uint32_t	mark;		/* 0: there is none */
	int		column;
	size_t		from;		/* the line behind the tool */
};

/*
 * A paragraph that begins in line i and stays: all that hangs between a tool's
 * mark and it is the tool's, too, if it has that mark itself.
 */
static void
cut_hanging(struct hanging *h, struct tlines *ls, size_t i)
{
	if (h->mark == 0 || ls->v[i].indent > h->column)
		return;
	if (ls->v[i].indent == h->column && sign_at_start(&ls->v[i]) == h->mark)
		drop_lines(ls, h->from, i);
	h->mark = 0;
}

/* Leave out a paragraph of a tool's or a thought's, or that part of it; returns
   the line behind it. */
static size_t
cut_next(const struct turn *t, struct tlines *ls, size_t i, int margin,
    int *cut)
{
	size_t end, k;

	if ((end = plan_end(ls, i)) > i) {
		drop_lines(ls, i, end);
		return end;
	}
	end = paragraph_end(ls, i);
	k = ticked_end(ls, i, end);
	if (k > i || is_open_frame(ls, i, end)) {
		if (k > i)
			end = k;
		drop_lines(ls, i, end);
		*cut = 1;
	} else
		*cut = cut_paragraph(t, ls, i, end, margin, *cut);
	return end;
}

/* Leave out what a reply, as drawn, has of tools and thoughts. */
void
tool_cut(const struct turn *t, struct tlines *ls)
{
	struct hanging tool = { 0, 0, 0 }, head;
	int cut = 0, margin = least_indent(ls);
	size_t end, i;

	if (!has_text(ls))
		return;
	for (i = next_written(ls, 0); i < ls->n; i = next_written(ls, end)) {
		head.mark = rules_match_any(t->rules, "mark", ls->v[i].text) ==
		    -1 ? 0 : sign_at_start(&ls->v[i]);
		head.column = ls->v[i].indent;
		head.from = end = cut_next(t, ls, i, margin, &cut);
		if (!line_is_blank(&ls->v[i]))
			cut_hanging(&tool, ls, i);
		else if (tool.mark == 0)
			tool = head;
	}
}
