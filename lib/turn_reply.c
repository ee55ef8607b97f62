/*
 * turn_reply - from the lines below the echo to the text of the reply: marks
 * and margins off, tools and notices left out, wrapped paragraphs joined.
 * Part of turn.
 */
#include <sys/types.h>
#include <ctype.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define DRAFT_BYTES	60	/* so many are not said twice by chance */
#define TOOL_LINES	8	/* a tool's command may be wrapped */
#define COPY_LINES	8	/* that stand there twice */

enum kind {
	KIND_TEXT,		/* goes on with what stands before */
	KIND_REPLY,		/* a block of the reply begins */
	KIND_DROP,		/* something else begins */
	KIND_ECHO,
	KIND_ERROR
};

/* How a paragraph is being put together. */
struct joiner {
	struct buf	*out;
	int		cols;		/* columns that text was wrapped to */
	int		open;		/* a line may be joined to the last */
	int		was_full;	/* the line before the last was full */
	int		blank;		/* blank lines waiting to be written */
	struct tline	*last;
	int		width;		/* of the last with what the terminal
					   wrapped of it */
	int		first, hang;	/* indent of its first line, and of
					   those that continue it */
	const char	*breaks;	/* behind which words are broken */
	int		address;	/* the last line is one or ends one */
	int		quoted;		/* where text begins in a quotation */
	int		shift;		/* columns cut off at the left */
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
		last |= sign_at_start(&ls->v[k]) == 0x251c;
	}
	return 0;
}

/* Signs of tables, frames and trees: such lines stay as they are drawn. */
static int
is_drawn(const char *p)
{
	const char *end = p + strlen(p);
	uint32_t c;
	int bars = 0;

	while (p < end) {
		c = text_next(&p, end);
		if (c >= 0x2500 && c <= 0x259f)
			return 1;
		if (c == '|')
			bars++;
	}
	return bars > 1;
}

/* "b. " or "iv. ", as lists within lists are counted: its columns, or 0. */
static int
letter_mark(const char *s)
{
	size_t n = strspn(s, "ivxl");

	if (n == 0 && *s >= 'a' && *s <= 'z')
		n = 1;
	return n > 0 && n < 6 && s[n] == '.' && s[n + 1] == ' ' ?
	    (int)n + 2 : 0;
}

/* Signs that items of lists have: bullets, small squares, triangles, dashes. */
static int
is_bullet(uint32_t c)
{
	return c == 0xb7 || c == 0x2013 || c == 0x2022 || c == 0x2023 ||
	    c == 0x2043 || c == 0x2219 || c == 0x25aa || c == 0x25ab ||
	    c == 0x25b8 || c == 0x25b9 || c == 0x25cb || c == 0x25e6;
}

/* The columns of a list mark with what follows it, 0 if the line has none. */
int
list_mark(const char *s)
{
	const char *p = s;
	int n = 0;

	if (*s != '\0' && is_bullet(text_next(&p, s + strlen(s))))
		return *p == ' ' ? 2 : 0;
	if (*s != '\0' && strchr("-*+>#", *s) != NULL) {
		while (s[n] == *s)
			n++;
		return s[n] == ' ' ? n + 1 : 0;
	}
	while (s[n] >= '0' && s[n] <= '9' && n < 9)
		n++;
	if (n > 0 && (s[n] == '.' || s[n] == ')') && s[n + 1] == ' ')
		return n + 2;
	return 0;
}

static int
is_wide(uint32_t c)
{
	return c >= 0x1100 && (utf8_class(c) & UTF8_WIDTH) == 2;
}

/*
 * Whether a line was broken between two signs without a blank there.  Hangul
 * has blanks between words: only who breaks lines by Unicode's rules, and then
 * behind slashes too, breaks within one.
 */
static int
is_unspaced(const struct joiner *j, uint32_t x, uint32_t y)
{
	int kana;

	if ((!is_wide(x) && !is_wide(y)) || j->breaks[0] == '\0')
		return 0;
	if ((x >= 0xac00 && x < 0xd7b0) || (y >= 0xac00 && y < 0xd7b0))
		return is_wide(x) && is_wide(y) &&
		    strchr(j->breaks, '/') != NULL;
	kana = (x >= 0x3000 && x < 0x3100) || (y >= 0x3000 && y < 0x3100);
	return kana || (is_wide(x) && is_wide(y));
}

/* Columns of what text begins with that is not parted: a sign, with those that
   open before it and close behind it. */
static int
sign_width(const char *s)
{
	static const char opens[] = "([{\342\200\234\342\200\230"
	    "\343\200\210\343\200\212\343\200\214\343\200\216\343\200\220"
	    "\357\274\210", closes[] = ")]},.:;!?%\"'\342\200\235\342\200\231"
	    "\342\200\246\343\200\201\343\200\202\343\200\211\343\200\213"
	    "\343\200\215\343\200\217\343\200\221\357\274\201\357\274\211"
	    "\357\274\214\357\274\216\357\274\232\357\274\233\357\274\237";
	const char *p = s, *next, *end = s + strlen(s);
	char sign[8];
	int begun = 0;

	for (; p < end; p = next) {
		next = p;
		(void)text_next(&next, end);
		memcpy(sign, p, (size_t)(next - p));
		sign[next - p] = '\0';
		if (begun && strstr(closes, sign) == NULL)
			break;
		begun |= strstr(opens, sign) == NULL;
	}
	return (int)utf8_text_width(s, (size_t)(p - s));
}

/* Columns of the word that text begins with. */
static int
word_width(const char *s)
{
	size_t n = strcspn(s, " ");

	return (int)utf8_text_width(s, n);
}

int
reply_goes_on(const struct turn *t, const struct tline *a,
    const struct tline *b)
{
	const char *text = b->text + b->indent;

	return !line_is_blank(a) && a->indent == b->indent &&
	    isalnum((unsigned char)text[0]) && a->width + 1 + word_width(text) >
	    pane_cols(t) - (int)rules_number(t->rules, "wrap", 0);
}

/* Columns of the word that what is put together ends with. */
static int
last_word_width(const struct buf *out)
{
	size_t i = out->len;

	while (i > 0 && out->p[i - 1] != ' ' && out->p[i - 1] != '\n')
		i--;
	return (int)utf8_text_width(out->p + i, out->len - i);
}

/* Bytes of the bars or signs of quotations before a line's text; 0: none. */
static size_t
quote_len(const struct tline *l)
{
	const char *p = l->text + l->indent, *end = l->text + l->len, *q = p;
	size_t len = 0;
	uint32_t c;

	while (q < end) {
		c = text_next(&q, end);
		if ((c != '>' && !sign_is_bar(c)) || (q < end && *q != ' '))
			break;
		while (q < end && *q == ' ')
			q++;
		len = (size_t)(q - l->text);
	}
	return len;
}

/* A line's text without its margin and signs of quotation. */
static const char *
body_of(const struct tline *l)
{
	size_t n = quote_len(l);

	return l->text + (n > 0 ? n : (size_t)l->indent);
}

/* The columns of the list mark of a line, 0 if it has none. */
static int
mark_of(const struct joiner *j, const struct tline *l)
{
	int n = list_mark(body_of(l));

	return n > 0 || l->indent <= j->shift ? n : letter_mark(body_of(l));
}

/* Whether text begins with an address: some put it at the very left. */
static int
is_address(const char *s)
{
	const char *p = strstr(s, "://");

	return p != NULL && p - s <= 8 && p > s &&
	    memchr(s, ' ', (size_t)(p - s)) == NULL;
}

/* Whether line b begins at the very left, or with the blank before its word. */
static int
is_at_left(const struct joiner *j, const struct tline *b)
{
	return b->indent == j->shift || b->indent == j->shift + 1;
}

/* Whether line b begins where one may that goes on with what j has open. */
static int
is_in_column(const struct joiner *j, const struct tline *b)
{
	const struct tline *a = j->last;
	size_t n = quote_len(b);

	if (b->indent == j->shift && is_address(b->text + b->indent))
		return 1;
	if (n > 0)
		return n >= quote_len(a) && n <= quote_len(a) + 1 &&
		    quote_len(a) > 0 &&
		    memcmp(a->text, b->text, quote_len(a)) == 0;
	if (j->quoted > 0)
		return (b->indent >= j->quoted &&
		    b->indent <= j->quoted + 1) || b->indent == j->first;
	return (b->indent >= j->first && b->indent <= j->hang + 1) ||
	    b->indent == a->indent || b->indent == a->indent + 1 ||
	    (j->hang > j->first && is_at_left(j, b));
}

/* A word was broken behind a hyphen, or what else the rules say. */
static int
is_broken_word(const struct joiner *j, const struct tline *a, uint32_t last)
{
	char before;

	if (last >= 0x80 || a->len < 2 || strchr(j->breaks, (int)last) == NULL)
		return 0;
	before = a->text[a->len - 2];
	return before != ' ' && (before != '-' || last != '-');
}

/*
 * Whether line b goes on with the paragraph that j has open; *glue is then put
 * between them.  It does if its first word would not have fitted.
 */
static int
continues(const struct joiner *j, const struct tline *b, const char **glue)
{
	const struct tline *a = j->last;
	const char *text = body_of(b);
	uint32_t x, y;
	int limit = j->cols - j->was_full, room;

	*glue = " ";
	if (!j->open)
		return 0;
	if (a->flags & LINE_WRAPS) {
		*glue = "";
		return 1;
	}
	if (j->cols == 0 || is_drawn(text) || strncmp(text, "```", 3) == 0 ||
	    !is_in_column(j, b))
		return 0;
	/* in plain text a dash that did not fit is no item */
	if (mark_of(j, b) > 0 && (j->hang > j->first || b->indent != a->indent))
		return 0;
	if (j->address && a->indent < b->indent && a->indent < j->hang)
		return 1;	/* back from the edge */
	x = sign_at_end(a);
	y = text[0] == '\0' ? 0 : text_next(&text, b->text + b->len);
	text = body_of(b);
	room = limit - j->width;
	if (is_at_left(j, b) && j->first > j->shift)
		room -= j->first - j->shift;	/* wrapped as if within */
	if ((room < 3 || sign_width(text) > room) && is_unspaced(j, x, y)) {
		*glue = "";
		return 1;
	}
	if (word_width(text) + 1 <= room)
		return 0;
	if (is_broken_word(j, a, x))
		*glue = "";
	else if (j->width >= j->cols - is_wide(y) && last_word_width(j->out) +
	    word_width(text) > (j->width > j->cols ? j->width : j->cols) -
	    b->indent)
		*glue = "";	/* a long word, cut at the edge */
	return 1;
}

/* Append a line, cut at the left, to what is put together. */
static int
join_line(struct joiner *j, struct tline *l)
{
	const char *glue, *text;
	int cut, i, joined, n, wrapped = j->open &&
	    (j->last->flags & LINE_WRAPS);

	if (line_is_blank(l)) {
		j->open = 0;
		j->was_full = 0;
		if (j->out->len > 0)
			j->blank++;
		return 0;
	}
	if (l->flags & LINE_MORE) {
		if ((!(j->last->flags & LINE_WRAPS) &&
		    buf_putc(j->out, ' ') == -1) ||
		    buf_puts(j->out, l->text + l->indent) == -1)
			return -1;
		j->last = l;
		return 0;
	}
	joined = !(l->flags & LINE_CODE) && continues(j, l, &glue);
	j->address = is_address(l->text + l->indent) ||
	    (joined && j->address && l->indent == j->last->indent);
	if (joined) {
		if (buf_puts(j->out, glue) == -1 ||
		    buf_puts(j->out, wrapped ? l->text : body_of(l)) == -1)
			return -1;
		if (!wrapped)
			j->was_full = j->width >= j->cols;
		j->width = l->width + (wrapped ? j->width : 0);
	} else {
		for (i = j->out->len > 0 ? -1 : j->blank; i < j->blank; i++)
			if (buf_putc(j->out, '\n') == -1)
				return -1;
		cut = j->shift < l->indent ? j->shift : l->indent;
		if (l->flags & LINE_CODE)
			cut = 0;
		text = l->text + cut;
		if (buf_puts(j->out, text) == -1)
			return -1;
		n = mark_of(j, l);
		j->first = l->indent;
		j->hang = l->indent + n;
		j->quoted = (int)utf8_text_width(l->text, quote_len(l));
		j->width = l->width;
		j->was_full = 0;
	}
	j->blank = 0;
	j->open = !(l->flags & LINE_CODE) && !is_drawn(body_of(l));
	j->last = l;
	return 0;
}

/*
 * Whether lines were wrapped to so many columns, which is less than the screen
 * has: each line that could have taken more is the last of its paragraph.
 */
static int
wraps_at(const struct tlines *ls, int columns)
{
	const struct tline *a, *b;
	int full = 0, other = 0;
	size_t i;

	for (i = 0; i + 1 < ls->n; i++) {
		a = &ls->v[i];
		b = &ls->v[i + 1];
		if (line_is_blank(a) || line_is_blank(b) ||
		    is_drawn(a->text) || is_drawn(b->text) ||
		    list_mark(body_of(b)) > 0)
			continue;
		if (a->width + 1 + word_width(body_of(b)) > columns)
			full++;
		else if (a->indent == b->indent)
			other++;
	}
	return full > 2 * other;
}

/*
 * Columns that lines were wrapped to: as the rules say, or the widest; 0: they
 * were not.  Some programs leave much of a wide screen free.
 */
static int
wrap_columns(struct turn *t, const struct tlines *ls, int cols)
{
	const char *v = rules_value(t->rules, "wrap", "auto");
	int widest = 0;
	size_t i;

	if (strcmp(v, "none") == 0)
		return 0;
	if (strcmp(v, "auto") != 0)
		return cols - (int)rules_number(t->rules, "wrap", 0);
	for (i = 0; i < ls->n; i++)
		if (ls->v[i].width > widest && !is_drawn(body_of(&ls->v[i])))
			widest = ls->v[i].width;
	if (widest * 5 >= cols * 4 || (widest * 2 >= cols &&
	    wraps_at(ls, widest))) {
		if (t->wrapped_cols != cols || widest > t->wrapped)
			t->wrapped = widest;
		t->wrapped_cols = cols;
	}
	if (t->wrapped_cols != cols || widest > t->wrapped)
		return 0;
	/* a few columns less are no other place to wrap at */
	return widest * 10 >= t->wrapped * 9 ? widest : t->wrapped;
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
	for (k = i + 1; k < ls->n && !line_is_blank(&ls->v[k]); k++)
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

/* Whether line i begins a block of another kind, where all text hangs. */
static int
is_other_block(const struct turn *t, const struct tlines *ls, size_t i)
{
	return is_sign_line(t, ls, i) && i + 1 < ls->n &&
	    !line_is_blank(&ls->v[i + 1]) &&
	    ls->v[i + 1].indent == t->run.mark_column + 2;
}

/*
 * Behind an error the program has begun again: of the first n lines, those of
 * the try that failed are left out, and the error is none.  Returns how many
 * stay.
 */
static size_t
cut_failed(struct tlines *ls, size_t from, size_t n, struct buf *error)
{
	const struct tline *a;
	struct tline hole;
	size_t at, k;

	for (at = from; at < n && line_is_blank(&ls->v[at]); at++)
		;
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

/* Leave in ls only the lines of the reply, a blank line where one was cut. */
static int
select_lines(struct turn *t, struct tlines *ls, struct buf *error)
{
	int has_marks = rules_pattern(t->rules, "reply", 0) != NULL;
	int keep = !has_marks || !strcmp(rules_value(t->rules, "unmarked",
	    "no"), "yes");
	int cut = 0, wraps = 0, mark, para = 0, bad = 0, tool = 0;
	int hangs = !has_marks && all_hangs(t, ls);
	struct tline *l, hole;
	enum kind kind;
	size_t end, failed = 0, i, n = 0;

	for (i = 0; i < ls->n; i++) {
		l = &ls->v[i];
		if (l->flags & LINE_GONE)
			cut = 1;
		kind = wraps ? KIND_TEXT : kind_of(t, l);
		if (kind == KIND_TEXT && is_tool_frame(t, ls, i))
			kind = KIND_DROP;
		else if (hangs && kind == KIND_TEXT && is_other_block(t, ls, i))
			keep = 0;
		wraps = (l->flags & LINE_WRAPS) != 0;
		mark = is_mark(t, ls, i);
		if ((kind == KIND_REPLY || mark) &&
		    (tool = is_tool(t, ls, i)) > 0) {
			kind = KIND_DROP;
			keep = 0;
		} else if (mark || (!keep && kind == KIND_TEXT &&
		    is_behind_tool(t, ls, i, tool)))
			keep = 1;
		if (line_is_blank(l))
			para = 0;
		if (kind == KIND_REPLY) {
			keep = 1;
			para = bad = 0;
		} else if (kind == KIND_DROP || kind == KIND_ECHO ||
		    kind == KIND_ERROR) {
			end = kind == KIND_DROP ? begun_end(ls, i) : i;
			if (end > i) {
				i = end;
				cut = 1;
				continue;
			}
			bad = kind == KIND_ERROR;
			if (bad)
				failed = n = cut_failed(ls, failed, n, error);
			para = 1;
			if (has_marks && l->indent == 0)
				keep = 0;
		}
		if (bad && add_error(l, error) == -1)
			return -1;
		if (bad && line_is_blank(l))
			bad = 0;
		if (!keep || para)
			cut = 1;
		else if (cut && line_is_blank(l) && (n == 0 ||
		    line_is_blank(&ls->v[n - 1])))
			;	/* one is enough where something was cut */
		else {
			cut = cut && line_is_blank(l);
			hole = ls->v[n];
			ls->v[n++] = *l;
			*l = hole;
		}
	}
	lines_cut(ls, cut_failed(ls, failed, n, error));
	return 0;
}

static int
same_line(const struct tline *a, const struct tline *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Whether n lines from i on come again right behind them, or grown by then. */
static int
is_repeat(const struct tlines *ls, size_t i, size_t n)
{
	const struct tline *a = &ls->v[i], *b;
	size_t k, off_a = (size_t)a->indent, off_b;

	if (i + 2 * n > ls->n || line_is_blank(a))
		return 0;
	b = &ls->v[i + n];
	off_b = (size_t)b->indent;
	if (strchr(a->text + off_a, ' ') == NULL && (a->flags & LINE_LONG))
		return 0;	/* a long word that was cut */
	if (n == 1)
		return b->indent - a->indent <= 1 && a->indent <= b->indent &&
		    b->len - off_b >= a->len - off_a &&
		    memcmp(a->text + off_a, b->text + off_b,
		    a->len - off_a) == 0;
	for (k = 0; k < n; k++)
		if (!same_line(&ls->v[i + k], &ls->v[i + n + k]))
			return 0;
	return 1;
}

/* Leave out what repaints have left behind: the same lines again and again. */
static void
cut_repeats(struct tlines *ls)
{
	struct tline hole;
	size_t i, n = 0, run;

	for (i = 0; i < ls->n; i++) {
		for (run = 1; run <= 3; run++)
			if (is_repeat(ls, i, run))
				break;
		if (run <= 3) {
			i += run - 1;
			continue;
		}
		hole = ls->v[n];
		ls->v[n++] = ls->v[i];
		ls->v[i] = hole;
	}
	lines_cut(ls, n);
}

/*
 * Whether the lines from one up to line m are what m and those behind it begin
 * with: of the last of them only a part may have been there, and blank lines
 * may follow.
 */
static int
is_copy(const struct tlines *ls, size_t from, size_t m)
{
	const struct tline *a, *b;
	int part, written = 0;
	size_t i;

	for (i = from; i < m && i + m - from < ls->n; i++) {
		a = &ls->v[i];
		b = &ls->v[i + m - from];
		part = a->len < b->len && memcmp(a->text, b->text, a->len) == 0;
		if (!same_line(a, b) && !part)
			break;
		written += !line_is_blank(a);
		if (part) {
			i++;
			break;
		}
	}
	while (i < m && line_is_blank(&ls->v[i]))
		i++;
	return i == m && written >= COPY_LINES;
}

/*
 * Leave out what stands there a second time below: who draws more than the
 * screen holds erases the scrollback, begins anew, and loses it then.
 */
void
cut_copies(struct tlines *ls)
{
	size_t first = next_written(ls, 0), m;

	for (m = ls->n; m-- > first + COPY_LINES; )
		if (same_line(&ls->v[first], &ls->v[m]) &&
		    is_copy(ls, first, m)) {
			for (; first < m; first++)
				line_cut(&ls->v[first], ls->v[first].len, 0);
			return;
		}
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
		word = is_mark(t, ls, i) ? "mark" : "reply";
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
 * Cut off at the beginning what repaints of a growing text have left behind:
 * paragraphs with which the rest begins, and goes on.
 */
static void
cut_draft(struct buf *b)
{
	size_t at = 0;

	for (; at + 2 < b->len; at++) {
		if (b->p[at] != '\n' || b->p[at + 1] != '\n' ||
		    at < DRAFT_BYTES || b->len - at - 2 <= at ||
		    memcmp(b->p, b->p + at + 2, at) != 0 ||
		    b->p[at + 2 + at] == '\n')
			continue;
		buf_consume(b, at + 2);
		at = 0;
	}
}

/*
 * Put the reply's text together from the lines as drawn, which it changes.
 * What does not fit into out is left away: out is then at its limit.
 */
void
reply_clean(struct turn *t, struct tlines *ls, int cols, struct buf *out,
    struct buf *error)
{
	struct joiner j;
	size_t i;

	memset(&j, 0, sizeof j);
	j.out = out;
	for (i = 1; i < ls->n; i++)
		if (reply_goes_on(t, &ls->v[i - 1], &ls->v[i]))
			ls->v[i].flags |= LINE_GOES;
	find_mark(t, ls);
	if (select_lines(t, ls, error) == -1)
		return;
	if (strcmp(rules_value(t->rules, "repaint", "no"), "yes") == 0)
		cut_repeats(ls);
	j.breaks = rules_value(t->rules, "break", "-");
	if (strcmp(j.breaks, "none") == 0)
		j.breaks = "";
	j.shift = cut_marks(t, ls);
	j.cols = wrap_columns(t, ls, cols);
	code_find(t, ls, j.cols);
	for (i = 0; i < ls->n; i++)
		if (join_line(&j, &ls->v[i]) == -1)
			return;
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
		if (view_lines(t, scr, &t->work, &complete) == -1)
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
