/*
 * turn_frame - what a program draws around a reply and not in it: frames, bars
 * down its left side, a column of names and times.  Part of turn.
 *
 * A frame, bar or column that all lines have is the program's own; one that
 * some lines have, a table's or a quotation's, is the reply's and stays.
 */

#include "turn_int.h"
#include "utf8.h"

#define GUTTER_MAX	30	/* columns left of a line that parts them */
#define OUTSIDE_MAX	50	/* of a line that is told about a text */
#define LINE_EDGE	(LINE_GONE | LINE_KEPT)	/* of a frame, taken off */

/* Take a line's first sign off, or put a blank in its place. */
void
cut_sign(struct tline *l)
{
	const char *p = l->text + l->indent;

	(void)text_next(&p, l->text + l->len);
	line_cut(l, (size_t)(p - l->text), 1);
	if (l->hued != -1 && l->indent >= l->hued)
		l->attr = l->attr2;
	if (l->width > 0 && l->indent >= l->dim_from)
		l->flags |= LINE_DIM;
}

/* A number for the words in a frame's upper edge; 0: it has none. */
static uint64_t
title_of(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	uint64_t h = 0;
	uint32_t c;

	while (p < end)
		if (sign_is_letter(c = text_next(&p, end)) &&
		    !(c >= '0' && c <= '9'))
			h = h * 31 + c;
	return h;
}

/*
 * Frames around all there is, one or one below the other, are taken off; those
 * as wide as the pane that have another title than the last, which is the
 * reply's, go with what is in them, as tools' do.  Returns whether there were
 * any.
 */
int
cut_frames(struct tlines *ls)
{
	size_t end, i, k, first = next_written(ls, 0);
	uint64_t title = 0;

	for (i = first; i < ls->n; i = next_written(ls, end + 1)) {
		if ((end = frame_end(ls, i)) == i ||
		    ls->v[i].indent != ls->v[first].indent)
			return 0;
		title = title_of(&ls->v[i]);
	}
	for (i = first; i < ls->n; i = next_written(ls, end + 1)) {
		end = frame_end(ls, i);
		for (k = i + 1; k < end; k++) {
			if (title != 0 && title_of(&ls->v[i]) != title &&
			    (ls->v[i].flags & LINE_LONG)) {
				line_drop(&ls->v[k]);
				continue;
			}
			line_cut_side(&ls->v[k]);
			cut_sign(&ls->v[k]);
		}
		line_drop(&ls->v[i]);
		line_drop(&ls->v[end]);
	}
	return first < ls->n;
}

/* Whether nothing stands in a line but bars: of a frame around something. */
static int
is_empty_bar(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	uint32_t c;

	while (p < end)
		if ((c = text_next(&p, end)) != ' ' && !sign_is_bar(c))
			return 0;
	return 1;
}

/*
 * Where prompts and the replies before stood in frames, and nothing of these
 * outside, what does so now is told about them: tools, thoughts, times.
 */
void
cut_between(struct turn *t, struct tlines *ls)
{
	size_t end, first = next_written(ls, 0), i, inside = 0, outside = 0;

	for (i = first; i < ls->n; i = next_written(ls, end + 1)) {
		end = frame_end(ls, i);
		inside += end > i;
		outside += end == i && !is_now(t, ls->v[i].text +
		    ls->v[i].indent);
	}
	t->run.framed = (inside > 0 && outside == 0) -
	    (inside == 0 && outside > 0);
	if (inside == 0 || t->framed < 1 || !sign_is_bar(t->run.echo_sign))
		return;
	for (i = first; i < ls->n; i = next_written(ls, end + 1))
		if ((end = frame_end(ls, i)) == i)
			line_drop(&ls->v[i]);
}

/* Whether a line stands on a ground that is not the program's own. */
static int
is_on_card(const struct turn *t, uint32_t attr)
{
	return SCREEN_BG(attr) != -1 && SCREEN_BG(attr) != t->own_ground;
}

/*
 * The same where prompts and all replies before, two at least, stood on cards.
 * A reply on none has said that there are no cards: code may have a ground.
 */
void
cut_off_cards(struct turn *t, struct tlines *ls)
{
	size_t i, off = 0, on = 0;

	for (i = 0; i < ls->n; i++)
		if (!line_is_blank(&ls->v[i])) {
			if (is_on_card(t, ls->v[i].attr))
				on++;
			else
				off++;
		}
	t->run.carded = on > 0 ? off == 0 : -(off > 0);
	if (on == 0 || t->carded < 2 || !is_on_card(t, t->run.echo_attr))
		return;
	for (i = 0; i < ls->n; i++)
		if (!is_on_card(t, ls->v[i].attr))
			line_drop(&ls->v[i]);
}

/*
 * Take off frames that other text is around, such as those of code, where they
 * have a colour that what is in them has not: a text's own has the same.
 */
void
cut_boxes(struct tlines *ls)
{
	size_t end, i = next_written(ls, 0), k, n = 0;
	struct tline hole, *l;
	int hued;

	for (; i < ls->n; i = next_written(ls, end + 1)) {
		if ((end = frame_end(ls, i)) == i)
			continue;
		for (hued = 0, k = i + 1; k < end && hued >= 0; k++) {
			l = &ls->v[k];
			if (l->hued != -1 || ((l->attr & SCREEN_DIM) &&
			    !(l->flags & LINE_DIM)))
				hued = 1;
			else if (l->width > l->indent + 1 && !is_empty_bar(l))
				hued = -1;
		}
		for (k = i + 1; k < end && hued > 0; k++) {
			l = &ls->v[k];
			line_cut_side(l);
			cut_sign(l);
			line_shift(l, 2);
			l->flags |= LINE_KEPT;
		}
		if (hued > 0)
			ls->v[i].flags = ls->v[end].flags = LINE_EDGE;
	}
	for (i = 0; i < ls->n; i++) {
		hole = ls->v[n];
		ls->v[n] = ls->v[i];
		ls->v[i] = hole;
		n += ls->v[n].flags != LINE_EDGE;
	}
	lines_cut(ls, n);
}

/* Whether line i may stand beside bars without one: as a heading does. */
static int
is_above_bar(const struct tlines *ls, size_t i, uint32_t bar)
{
	return (i == 0 || line_is_blank(&ls->v[i - 1]) ||
	    sign_at_start(&ls->v[i - 1]) == bar) && i + 1 < ls->n &&
	    sign_at_start(&ls->v[i + 1]) == bar &&
	    ls->v[i + 1].indent == ls->v[i].indent &&
	    !(ls->v[i].flags & LINE_LONG);
}

/* Whether a line stands behind the bar that the prompt's echo has. */
static int
is_barred(const struct turn *t, const struct tline *l)
{
	return l->indent == t->run.echo_indent &&
	    sign_at_start(l) == t->run.echo_sign;
}

/*
 * The echo's frame may go on below its text, with who asked and when, to an
 * empty line; if text stands outside, that is taken away.
 */
void
cut_echo_frame(const struct turn *t, struct tlines *ls)
{
	size_t end, i = 0, k;

	if (!sign_is_bar(t->run.echo_sign) || ls->n == 0)
		return;
	if (is_barred(t, &ls->v[0]) && !is_empty_bar(&ls->v[0]) &&
	    line_is_timed(t, &ls->v[0], NULL))
		i++;
	for (end = i; end < ls->n && is_barred(t, &ls->v[end]) &&
	    is_empty_bar(&ls->v[end]); end++)
		;
	for (k = end; k < ls->n; k++)
		if (!line_is_blank(&ls->v[k]) && !is_barred(t, &ls->v[k]))
			break;
	if (end == i || k == ls->n)
		return;
	for (i = 0; i < end; i++)
		line_drop(&ls->v[i]);
}

/* Take away the lines that are behind the echo's bar, or those that are not. */
static void
cut_barred(const struct turn *t, struct tlines *ls, int barred)
{
	struct tline hole, *l;
	size_t i, n = 0;
	int blank, cut = 0;

	for (i = 0; i < ls->n; i++) {
		l = &ls->v[i];
		blank = line_is_blank(l);
		if (!blank && is_barred(t, l) == barred) {
			cut = 1;
			continue;
		}
		if (cut && blank && (n == 0 || line_is_blank(&ls->v[n - 1])))
			continue;	/* one is enough there */
		cut = cut && blank;
		hole = ls->v[n];
		ls->v[n++] = *l;
		*l = hole;
	}
	lines_cut(ls, n);
}

/*
 * Where prompts and replies both stand behind a bar, what stands outside in
 * other colours, and short, is told about them: a name, a time, what it cost.
 * Where replies have stood outside, what has the bar is a tool's.
 */
void
cut_outside(struct turn *t, struct tlines *ls)
{
	const struct tline *l;
	int barred = 0, hue = -2, others = 0, outside = 0;
	size_t i;

	t->run.outside = t->run.inside = 0;
	if (!sign_is_bar(t->run.echo_sign))
		return;
	for (i = 0; i < ls->n; i++) {
		l = &ls->v[i];
		if (line_is_blank(l))
			continue;
		if (!is_barred(t, l))
			outside++;
		else if (++barred && hue == -2 && l->width > l->indent + 1)
			hue = SCREEN_FG(l->hued == -1 ? l->attr : l->attr2);
	}
	for (i = 0; i < ls->n; i++) {
		l = &ls->v[i];
		others += !line_is_blank(l) && !is_barred(t, l) &&
		    SCREEN_FG(l->attr) != hue && l->width <= OUTSIDE_MAX;
	}
	t->run.outside = barred == 0 && outside > 0;
	if (t->outside && !t->inside && outside > 0)
		cut_barred(t, ls, 1);
	else if (hue != -2 && others == outside) {
		t->run.inside = 1;
		cut_barred(t, ls, 0);
	}
}

/* Bars that no frame has for its sides. */
static int
is_heavy_bar(uint32_t c)
{
	return c == 0x2503 || (c >= 0x2588 && c <= 0x2590) || c == 0x2595;
}

/*
 * Bars that stand left of where the text begins, before it and behind it, are
 * beside what tools gave: those of a quotation stand in the text's column.
 */
void
cut_aside(struct tlines *ls)
{
	size_t first = next_written(ls, 0), i, last = first;
	int bar = -1, margin = -1;
	const struct tline *l;

	for (i = first; i < ls->n; i++) {
		l = &ls->v[i];
		if (line_is_blank(l))
			continue;
		last = i;
		if (is_heavy_bar(sign_at_start(l)))
			bar = l->indent > bar ? l->indent : bar;
		else if (margin == -1 || l->indent < margin)
			margin = l->indent;
	}
	if (bar == -1 || bar >= margin ||
	    is_heavy_bar(sign_at_start(&ls->v[first])) ||
	    is_heavy_bar(sign_at_start(&ls->v[last])))
		return;
	for (i = first; i < ls->n; i++)
		if (is_heavy_bar(sign_at_start(&ls->v[i])))
			line_drop(&ls->v[i]);
}

/*
 * A bar down the left side of all lines is a margin; headings that stand above
 * it need have none.  One line below a heading may be quoted, if no reply
 * before had that bar.
 */
void
cut_bars(struct turn *t, struct tlines *ls)
{
	uint32_t bar = 0;
	struct tline *l;
	size_t i, barred = 0, heads = 0;

	for (i = 0; i < ls->n && bar == 0; i++)
		if (sign_is_bar(sign_at_start(&ls->v[i])))
			bar = sign_at_start(&ls->v[i]);
	for (i = 0; i < ls->n && bar != 0; i++) {
		l = &ls->v[i];
		if (line_is_blank(l))
			continue;
		if (sign_at_start(l) == bar)
			barred++;
		else if (is_above_bar(ls, i, bar))
			heads++;
		else
			return;
	}
	if (bar == 0 || barred < heads || (barred == heads && bar != t->bar))
		return;
	t->run.bar = bar;
	for (i = 0; i < ls->n; i++)
		if (sign_at_start(&ls->v[i]) == bar)
			cut_sign(&ls->v[i]);
}

/* The byte behind a line that parts columns, in column *col or any; 0: none. */
static size_t
gutter_end(const struct tline *l, int *col)
{
	const char *p = l->text, *end = l->text + l->len, *q;
	uint32_t c;
	int at;

	while (p < end) {
		q = p;
		c = text_next(&p, end);
		at = (int)utf8_text_width(l->text, (size_t)(q - l->text));
		if (at > GUTTER_MAX)
			break;
		if (!sign_is_bar(c) || (p < end && *p != ' '))
			continue;
		if (*col == -1)
			*col = at;
		if (at == *col)
			return (size_t)(p - l->text);
	}
	return 0;
}

/* A number for what stands before column col, digits left out; 0: nothing. */
static uint64_t
left_of(const struct tline *l, int col)
{
	const char *p = l->text + l->indent, *end = l->text + l->len;
	int at = l->indent;
	uint64_t h = 0;
	uint32_t c;

	for (; p < end && at < col; at++) {
		c = text_next(&p, end);
		if (c != ' ' && !(c >= '0' && c <= '9'))
			h = h * 31 + c;
	}
	return h;
}

/* Whose words the lines are that stand beside such a column: the last's, or
   whose the turn before had. */
static uint64_t
find_speaker(const struct turn *t, const struct tlines *ls, int col)
{
	uint64_t left, last = 0;
	size_t i;

	for (i = 0; i < ls->n; i++) {
		left = left_of(&ls->v[i], col);
		if (left != 0 && left == t->speaker)
			return left;
		if (left != 0)
			last = left;
	}
	return last;
}

/*
 * Who says it and when, in a column of its own that a line parts from the text:
 * all lines have that line, and nothing left of it where they only go on.  The
 * time tells it from a table, or that the prompt's echo has such a line.  What
 * others say there, as tools, goes.
 */
void
cut_gutter(struct turn *t, struct tlines *ls)
{
	size_t i, first = next_written(ls, 0);
	int col = -1, others = 0;
	struct tline *l;
	uint64_t left, speaker;

	if (first == ls->n || gutter_end(&ls->v[first], &col) == 0 ||
	    left_of(&ls->v[first], col) == 0 || (col != t->run.echo_bar &&
	    !is_now(t, ls->v[first].text + ls->v[first].indent)))
		return;
	for (i = first; i < ls->n; i++) {
		l = &ls->v[i];
		left = left_of(l, col);
		if (!line_is_blank(l) && (gutter_end(l, &col) == 0 ||
		    (left != 0 && left != left_of(&ls->v[first], col) &&
		    col != t->run.echo_bar)))
			return;
	}
	speaker = t->run.speaker = find_speaker(t, ls, col);
	for (i = first; i < ls->n; i++) {
		l = &ls->v[i];
		if (line_is_blank(l))
			continue;
		if ((left = left_of(l, col)) != 0)
			others = left != speaker;
		if (others)
			line_drop(l);
		else {
			line_cut(l, gutter_end(l, &col), 1);
			line_bared(l);
		}
	}
}
