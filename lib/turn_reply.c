/*
 * turn_reply - from the lines below the echo to the text of the reply: marks
 * and margins off, tools and notices left out, wrapped paragraphs joined.
 * Part of turn.
 */
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define TOOL_LINES	8	/* a tool's command may be wrapped */

enum kind {
	KIND_TEXT,		/* goes on with what stands before */
	KIND_REPLY,		/* a block of the reply begins */
	KIND_DROP,		/* something else begins */
	KIND_ECHO,
	KIND_ERROR
};

static enum kind
kind_of(const struct turn *t, const struct tline *l)
{
	const struct rules *r = t->rules;
	const char *s = l->text;

	if (line_is_blank(l))
		return KIND_TEXT;
	if (!(l->flags & LINE_GOES) && rules_match_any(r, "error", s) != -1)
		return KIND_ERROR;
	if (rules_match_any(r, "drop", s) != -1 ||
	    ((l->flags & LINE_BOLD) &&
	    rules_match_any(r, "drop-bold", s) != -1) ||
	    ((l->flags & LINE_DIM) &&
	    rules_match_any(r, "drop-dim", s) != -1))
		return KIND_DROP;
	if (rules_match_any(r, "echo", s) != -1)
		return KIND_ECHO;
	if (rules_match_any(r, "reply", s) != -1)
		return KIND_REPLY;
	return KIND_TEXT;
}

/* Whether the rules say of this line alone that it is none of a reply. */
int
reply_is_dropped(const struct turn *t, const struct tline *l)
{
	return kind_of(t, l) == KIND_DROP;
}

/*
 * A block that has such a line near its beginning is none of the reply: the
 * column behind which that line begins, or 0.
 */
static int
is_tool(const struct turn *t, const struct tlines *ls, size_t i)
{
	size_t end = i + TOOL_LINES;

	if (rules_pattern(t->rules, "drop-with", 0) == NULL)
		return 0;
	for (; i < ls->n && i < end && !line_is_blank(&ls->v[i]); i++)
		if (rules_match_any(t->rules, "drop-with",
		    ls->v[i].text) != -1)
			return rules_match_any(t->rules, "status",
			    ls->v[i].text) == -1 ? ls->v[i].indent + 1 : 0;
	return 0;
}

/* The line at which a frame that begins in line i ends; i if it is none. */
static size_t
begun_end(const struct tlines *ls, size_t i)
{
	uint32_t end = sign_below_corner(sign_at_start(&ls->v[i]));
	size_t k;

	if (end == 0)
		return i;
	for (k = i + 1; k < ls->n; k++)
		if (sign_at_start(&ls->v[k]) == end &&
		    ls->v[k].indent == ls->v[i].indent)
			return k;
	return ls->n - 1;	/* it is not drawn to its end */
}

/* Whether a line goes across a frame and has words in it: what a tool was asked
   stands above it, and what it gave below. */
static int
parts_tool(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	int letters = 0;

	while (p < end)
		letters += sign_is_letter(text_next(&p, end));
	return letters > 0 && sign_is_tee(sign_at_start(l)) && line_is_rule(l);
}

/* Whether line i begins a frame in which a tool is told of. */
static int
is_tool_frame(const struct turn *t, const struct tlines *ls, size_t i)
{
	size_t end = begun_end(ls, i), k;
	int last = 0;			/* below a line across */

	if (end == i || !line_is_rule(&ls->v[i]))
		return 0;
	for (k = i; k <= end; k++) {
		if ((k <= i + 1 || last) && rules_match_any(t->rules,
		    "drop-frame", ls->v[k].text) != -1)
			return 1;
		if (parts_tool(&ls->v[k]))
			return 1;
		last |= sign_at_start(&ls->v[k]) == 0x251c;
	}
	return 0;
}

/*
 * Whether line i is an item of a list: another stands below it.  A bullet is
 * one also where text stands before it.
 */
static int
is_listed(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];
	size_t k;

	if (t->run.mark == 0 && list_mark(l->text + l->indent) > 0 &&
	    i > next_written(ls, 0))
		return 1;
	for (k = i + 1; k < ls->n && !line_is_blank(&ls->v[k]) &&
	    !line_is_rule(&ls->v[k]); k++)
		if (sign_at_start(&ls->v[k]) == sign_at_start(l) &&
		    ls->v[k].indent <= l->indent)
			return 1;
	return 0;
}

/*
 * A mark that blocks may have, where rules know none for certain: behind a
 * blank line, and not followed by the next item of a list; all blocks have the
 * same, in the same column.
 */
static int
is_mark(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];

	if (line_is_blank(l) || (sign_at_start(l) != t->run.sign &&
	    ((t->unmarked && !t->marked) ||
	    rules_match_any(t->rules, "mark", l->text) == -1)) ||
	    (i > 0 && !line_is_blank(&ls->v[i - 1]) &&
	    !line_is_rule(&ls->v[i - 1])) ||
	    is_listed(t, ls, i))
		return 0;
	return t->run.mark == 0 || (sign_at_start(l) == t->run.mark &&
	    l->indent == t->run.mark_column);
}

/* Whether a line behind a blank one has a sign where marks stand. */
static int
is_sign_line(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];
	const char *p = l->text + l->indent, *end = l->text + l->len;
	uint32_t c;

	if (t->run.mark == 0 || line_is_blank(l) ||
	    l->indent != t->run.mark_column || i == 0 ||
	    !line_is_blank(&ls->v[i - 1]) || list_mark(p) > 0)
		return 0;
	c = text_next(&p, end);
	return p < end && *p == ' ' && !sign_is_letter(c) && c != t->run.mark &&
	    !sign_is_bar(c) && (c >= 0x80 || c == '$' || c == '!' || c == '?');
}

/* Note the first mark that a block has, before any is taken off. */
static void
find_mark(struct turn *t, const struct tlines *ls)
{
	size_t i;

	t->run.mark = 0;
	for (i = 0; i < ls->n && t->run.mark == 0; i++)
		if (is_mark(t, ls, i)) {
			t->run.mark = sign_at_start(&ls->v[i]);
			t->run.mark_column = ls->v[i].indent;
		}
}

/* Append a line of the program's own words, its mark left out. */
static int
add_error(const struct tline *l, struct buf *error)
{
	const char *p = l->text + l->indent, *end = l->text + l->len, *q = p;

	if (line_is_blank(l))
		return 0;
	if (text_next(&q, end) >= 0x2000)
		for (p = q; *p == ' '; p++)
			;
	if (error->len > 0 && buf_putc(error, '\n') == -1)
		return -1;
	return buf_puts(error, p);
}

/*
 * Whether the text goes on in line i, without a mark: behind a blank line,
 * where text stands, and not behind the sign of what a tool gave.
 */
static int
is_behind_tool(const struct turn *t, const struct tlines *ls, size_t i,
    int tool)
{
	const struct tline *l = &ls->v[i];

	return rules_pattern(t->rules, "reply", 0) == NULL && i > 0 &&
	    line_is_blank(&ls->v[i - 1]) && !line_is_blank(l) &&
	    l->indent == t->run.mark_column + 2 && l->indent < tool;
}

/* Whether all text hangs behind marks, or other signs in their column. */
static int
all_hangs(const struct turn *t, const struct tlines *ls)
{
	size_t i;

	for (i = 0; i < ls->n; i++)
		if (!line_is_blank(&ls->v[i]) &&
		    ls->v[i].indent <= t->run.mark_column &&
		    !is_mark(t, ls, i) && !is_sign_line(t, ls, i))
			return 0;
	return t->run.mark != 0;
}

/* Whether line i begins a block of another kind, where all text hangs: behind
   a sign, or left of the text. */
static int
is_other_block(const struct turn *t, const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];

	if (i > 0 && line_is_blank(l - 1) && !line_is_blank(l) &&
	    l->indent == t->run.mark_column + 1)
		return 1;
	return is_sign_line(t, ls, i) && i + 1 < ls->n &&
	    !line_is_blank(l + 1) && l[1].indent >= t->run.mark_column + 2;
}

/*
 * Behind an error the program has begun again, or only begun: of the first n
 * lines, those of the try that failed are left out, and the error is none.
 * Returns how many stay.
 */
static size_t
cut_failed(struct tlines *ls, size_t from, size_t n, struct buf *error)
{
	const struct tline *a;
	struct tline hole;
	size_t at, k;

	for (at = from; at < n && line_is_blank(&ls->v[at]); at++)
		;
	for (k = 0; k < from && line_is_blank(&ls->v[k]); k++)
		;
	if (k == from && at < n) {
		buf_truncate(error, 0);
		return n;
	}
	for (k = from; k-- > 0 && at < n; ) {
		a = &ls->v[k];
		if (line_is_blank(a) || a->len > ls->v[at].len ||
		    (k > 0 && !line_is_blank(a - 1)) ||
		    memcmp(a->text, ls->v[at].text, a->len) != 0)
			continue;
		for (; at < n; k++, at++) {
			hole = ls->v[k];
			ls->v[k] = ls->v[at];
			ls->v[at] = hole;
		}
		buf_truncate(error, 0);
		return k;
	}
	return n;
}

/* How far the lines of a reply are selected. */
struct selection {
	int	has_marks;	/* rules know how the reply's blocks begin */
	size_t	fence;		/* up to this line all is code */
	int	hangs;		/* all text hangs behind marks */
	int	wraps;		/* the line before goes on in this one */
	int	keep;		/* the block is the reply's, */
	int	skip;		/* but not this paragraph, */
	int	bad;		/* which tells of an error */
	int	tool;		/* column behind that of a tool's, or 0 */
	int	cut;		/* a line was left out */
	int	gap;		/* a frame was: it parts what is around it */
	size_t	n;		/* lines that stay, */
	size_t	failed;		/* and those of them before an error */
};

/* The line of the fence that ends a block of code, which is drawn with its
   fences and begins in line i; else 0. */
static size_t
fence_end(const struct tlines *ls, size_t i)
{
	const struct tline *l = &ls->v[i];
	size_t k;

	if (strncmp(l->text + l->indent, "```", 3) != 0)
		return 0;
	for (k = i + 1; k < ls->n; k++)
		if (ls->v[k].indent == l->indent &&
		    strcmp(ls->v[k].text + l->indent, "```") == 0)
			return k;
	return 0;
}

/* What begins in line i; whether the reply goes on with it goes to s->keep. */
static enum kind
block_kind(struct turn *t, struct tlines *ls, size_t i, struct selection *s)
{
	int code = i < s->fence, mark = !code && is_mark(t, ls, i);
	enum kind kind = s->wraps || code ? KIND_TEXT : kind_of(t, &ls->v[i]);

	if (mark)
		ls->v[i].flags |= LINE_MARK;
	if (kind == KIND_TEXT && is_tool_frame(t, ls, i))
		kind = KIND_DROP;
	else if (s->hangs && kind == KIND_TEXT && is_other_block(t, ls, i))
		s->keep = 0;
	if ((kind == KIND_REPLY || mark) &&
	    (s->tool = is_tool(t, ls, i)) > 0) {
		s->keep = 0;
		return KIND_DROP;
	}
	if (mark || (!s->keep && kind == KIND_TEXT &&
	    is_behind_tool(t, ls, i, s->tool)))
		s->keep = 1;
	return kind;
}

/* A line of this kind: does what follows it stay? */
static void
begin_line(struct selection *s, enum kind kind, const struct tline *l)
{
	if (line_is_blank(l))
		s->skip = s->bad = 0;
	else if (kind == KIND_REPLY) {
		s->keep = 1;
		s->skip = s->bad = 0;
	} else if (kind != KIND_TEXT) {
		s->skip = 1;
		s->bad = kind == KIND_ERROR;
		if (s->has_marks && l->indent == 0)
			s->keep = 0;
	}
}

/* Line i stays, unless it is a second blank one where something was cut. */
static void
keep_line(struct selection *s, struct tlines *ls, size_t i)
{
	int blank = line_is_blank(&ls->v[i]);
	struct tline hole;

	if (s->cut && blank && (s->n == 0 || line_is_blank(&ls->v[s->n - 1])))
		return;
	if (s->gap && s->n > 0 && !blank && !line_is_blank(&ls->v[s->n - 1]))
		line_drop(&ls->v[s->n++]);
	s->gap = 0;
	s->cut = s->cut && blank;
	hole = ls->v[s->n];
	ls->v[s->n++] = ls->v[i];
	ls->v[i] = hole;
}

/* Leave in ls only the lines of the reply, a blank line where one was cut. */
static int
select_lines(struct turn *t, struct tlines *ls, struct buf *error)
{
	struct selection s;
	const struct tline *l;
	enum kind kind;
	size_t end, i;

	memset(&s, 0, sizeof s);
	s.has_marks = rules_pattern(t->rules, "reply", 0) != NULL;
	s.hangs = !s.has_marks && all_hangs(t, ls);
	s.keep = !s.has_marks || !strcmp(rules_value(t->rules, "unmarked",
	    "no"), "yes");
	for (i = 0; i < ls->n; i++) {
		l = &ls->v[i];
		s.cut |= (l->flags & LINE_GONE) != 0;
		if (!s.has_marks && (i == 0 || i > s.fence))
			s.fence = fence_end(ls, i);
		kind = block_kind(t, ls, i, &s);
		s.wraps = (l->flags & LINE_WRAPS) != 0;
		if (kind == KIND_DROP && (end = begun_end(ls, i)) > i) {
			s.cut = s.gap = 1;
			i = end;	/* with the frame that begins there */
			continue;
		}
		if (kind == KIND_ERROR)
			s.failed = s.n = cut_failed(ls, s.failed, s.n, error);
		begin_line(&s, kind, l);
		if (s.bad && add_error(l, error) == -1)
			return -1;
		if (s.keep && !s.skip)
			keep_line(&s, ls, i);
		else
			s.cut = 1;
	}
	lines_cut(ls, cut_failed(ls, s.failed, s.n, error));
	return 0;
}

/* Whether what follows line i does not stand behind its mark of so many bytes:
   then the mark's columns are none of a margin. */
static int
is_flush(const struct tlines *ls, size_t i, size_t mark)
{
	int col = (int)utf8_text_width(ls->v[i].text, mark);
	size_t k = i;

	do
		k = next_written(ls, k + 1);
	while (k < ls->n && (ls->v[k - 1].flags & LINE_WRAPS));
	return k < ls->n && ls->v[k].indent < col &&
	    sign_at_start(&ls->v[k]) != sign_at_start(&ls->v[i]);
}

/* Marks off; the columns that all lines begin behind. */
static int
cut_marks(const struct turn *t, struct tlines *ls)
{
	const struct rules_pattern *p;
	const char *word;
	struct tline *l;
	size_t end, i, k;
	int margin = -1;

	for (i = 0; i < ls->n; i++) {
		l = &ls->v[i];
		word = l->flags & LINE_MARK ? "mark" : "reply";
		for (k = 0; (p = rules_pattern(t->rules, word, k)) != NULL;
		    k++)
			if (rules_match(p, l->text, NULL, &end, NULL, NULL)) {
				line_cut(l, end, *word != 'm' ||
				    !is_flush(ls, i, end));
				break;
			}
		if (p == NULL && *word == 'm')
			cut_sign(l);
	}
	for (i = 0; i < ls->n; i++)
		if (!line_is_blank(&ls->v[i]) &&
		    !(i > 0 && (ls->v[i - 1].flags & LINE_WRAPS)) &&
		    (margin == -1 || ls->v[i].indent < margin))
			margin = ls->v[i].indent;
	return margin == -1 ? 0 : margin;
}

/*
 * Put the reply's text together from the lines as drawn, which it changes.
 * What does not fit into out is left away: out is then at its limit.
 */
void
reply_clean(struct turn *t, struct tlines *ls, int cols, struct buf *out,
    struct buf *error)
{
	int shift;
	size_t i;

	for (i = 1; i < ls->n; i++)
		if (reply_goes_on(t, &ls->v[i - 1], &ls->v[i]))
			ls->v[i].flags |= LINE_GOES;
	find_mark(t, ls);
	if (select_lines(t, ls, error) == -1)
		return;
	if (strcmp(rules_value(t->rules, "repaint", "no"), "yes") == 0)
		cut_repeats(ls);
	if (rules_pattern(t->rules, "reply", 0) == NULL)
		cut_boxes(ls);
	shift = cut_marks(t, ls);
	cols = wrap_columns(t, ls, cols);
	code_find(t, ls, cols);
	if (join_lines(t, ls, cols, shift, out) == 0)
		cut_draft(out);
}

/* What a line program has said: cleaned as a TUI's reply if it talks. */
static void
make_line_reply(struct turn *t, struct screen *scr, int *complete)
{
	line_reply(t, scr, &t->reply, complete);
	if (!t->view.chat || line_lines(t, scr, &t->work) == -1)
		return;
	buf_clear(&t->reply, 65536);
	t->rules = t->tui;
	learn_prompt(t);
	learn_cut(t, &t->work);
	reply_clean(t, &t->work, t->cols, &t->reply, &t->error);
	t->rules = t->lines;
}

/* What a repaint after the turn has taken off the end of the reply. */
static void
keep_end(struct turn *t)
{
	if (t->reply.len > 0 && t->before.len > t->reply.len &&
	    memcmp(t->before.p, t->reply.p, t->reply.len) == 0)
		(void)buf_append(&t->reply, t->before.p + t->reply.len,
		    t->before.len - t->reply.len);	/* or cut there */
}

/* Whether all that is to be seen is older than the prompt: it is still to be
   taken, or was put back into the box as the turn was stopped. */
static int
is_older(struct turn *t, struct screen *scr)
{
	return t->run.echo == -1 && t->view.state != AGENT_BUSY &&
	    box_has_prompt(t, scr);
}

void
reply_make(struct turn *t, struct screen *scr)
{
	int complete = 1;

	buf_clear(&t->reply, 65536);
	buf_clear(&t->error, 65536);
	if (t->view.line)
		make_line_reply(t, scr, &complete);
	else {
		if (!t->run.active || t->run.idle_ms != -1)
			t->run.searched_ms = -1;
		echo_track(t, scr);
		if (is_older(t, scr))
			lines_cut(&t->work, 0);
		else if (view_lines(t, scr, &t->work, &complete) == -1 ||
		    (t->run.idle_ms != -1 && wiped_any(t, &t->work)))
			complete = 0;
		learn_cut(t, &t->work);
		reply_clean(t, &t->work, pane_cols(t), &t->reply, &t->error);
		keep_end(t);
		if (t->reply.len + 4 >= TURN_REPLY_MAX ||
		    (t->reply.len > 0 && t->error.len > 0))
			complete = 0;	/* cut here, or broken off there */
	}
	t->reply_complete = complete;
}

void
reply_stands(struct turn *t, struct screen *scr)
{
	if (t->view.line ||
	    strcmp(rules_value(t->rules, "repaint", "no"), "cuts") != 0)
		return;
	buf_clear(&t->before, 65536);
	reply_make(t, scr);
	(void)buf_append(&t->before, t->reply.p, t->reply.len);
}
