/*
 * turn_join - wrapped paragraphs joined again: whether a line goes on with the
 * one above it, what was between them, and how many columns text was wrapped
 * to.  Part of turn.
 *
 * A line goes on where its first word would not have fitted above, in a column
 * where such lines begin.  What is drawn, an item of a list and code begin
 * anew.
 */
#include <ctype.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

/* How a paragraph is being put together. */
struct joiner {
	struct buf	*out;
	int		cols;		/* columns that text was wrapped to */
	int		open;		/* a line may be joined to the last */
	int		was_full;	/* the line before the last was full */
	int		blank;		/* blank lines waiting to be written */
	const struct tline *last;
	int		width;		/* of the last with what the terminal
					   wrapped of it */
	int		first, hang;	/* indent of its first line, and of
					   those that continue it */
	const char	*breaks;	/* behind which words are broken */
	int		cut;		/* lines are cut within words */
	int		address;	/* the last line is one or ends one */
	int		quoted;		/* where text begins in a quotation */
	int		shift;		/* columns cut off at the left */
};

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

/* Where the word begins that what is put together ends with. */
static size_t
last_word(const struct buf *out)
{
	size_t i = out->len;

	while (i > 0 && out->p[i - 1] != ' ' && out->p[i - 1] != '\n')
		i--;
	return i;
}

/* Its columns. */
static int
last_word_width(const struct buf *out)
{
	size_t i = last_word(out);

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

/* The columns of the list mark of a line, 0: it has none.  Further in, letters
   may be one, and any sign. */
static int
mark_of(const struct joiner *j, const struct tline *l)
{
	int n = list_mark(body_of(l));
	uint32_t c = sign_at_start(l);
	const char *p = l->text + l->indent;

	if (n > 0 || l->indent <= j->shift)
		return n;
	if (c >= 0x25a0 && c < 0x2c00 && quote_len(l) == 0) {
		(void)text_next(&p, l->text + l->len);
		return *p == ' ' ? 2 : 0;
	}
	return letter_mark(body_of(l));
}

/* Whether text begins with an address: some put it at the very left. */
static int
is_address(const char *s)
{
	const char *p = strstr(s, "://");

	return p != NULL && p - s <= 8 && p > s &&
	    memchr(s, ' ', (size_t)(p - s)) == NULL;
}

/* Whether line b begins at the very left, or with the blank before its word; no
   sign, as of an item. */
static int
is_at_left(const struct joiner *j, const struct tline *b)
{
	uint32_t c = sign_at_start(b);

	return (b->indent == j->shift || b->indent == j->shift + 1) &&
	    (c < 0x2190 || c >= 0x3000);
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

/* Whether a long word was cut at the edge, of which line b has the rest. */
static int
is_cut_word(const struct joiner *j, const struct tline *b)
{
	const char *text = body_of(b);
	const char *p = text;
	uint32_t c = *p == '\0' ? 0 : text_next(&p, b->text + b->len);
	int edge = j->width > j->cols ? j->width : j->cols;

	return j->width >= j->cols - is_wide(c) &&
	    last_word_width(j->out) + word_width(text) > edge - b->indent;
}

/* Whether an address was broken behind a sign within it. */
static int
is_cut_address(const struct joiner *j, uint32_t last, uint32_t next)
{
	size_t n;

	for (n = last_word(j->out); n + 3 <= j->out->len; n++)
		if (memcmp(j->out->p + n, "://", 3) == 0)
			return last != 0 && last < 0x80 &&
			    strchr("./?&=#%_-~+", (int)last) != NULL &&
			    next < 0x80 && isalnum((int)next) &&
			    (last != '.' || !isupper((int)next));
	return 0;
}

/*
 * What was between the paragraph that j has open and line b, which goes on with
 * it: a blank, or nothing.  NULL: it does not, as its first word would have
 * fitted.
 */
static const char *
glue_to(const struct joiner *j, const struct tline *b)
{
	const struct tline *a = j->last;
	const char *text = body_of(b), *p = text;
	int room = j->cols - j->was_full - j->width;
	uint32_t x, y;

	if (!j->open)
		return NULL;
	if (a->flags & LINE_WRAPS)
		return "";
	if (j->cols == 0 || is_drawn(text) || strncmp(text, "```", 3) == 0 ||
	    !is_in_column(j, b))
		return NULL;
	/* in plain text a dash that did not fit is no item */
	if (mark_of(j, b) > 0 && (j->hang > j->first || b->indent != a->indent))
		return NULL;
	if (j->address && a->indent < b->indent && a->indent < j->hang)
		return " ";	/* back from the edge */
	x = sign_at_end(a);
	y = *p == '\0' ? 0 : text_next(&p, b->text + b->len);
	/* what is further in may be wrapped as if it were so twice */
	if (is_at_left(j, b) ? j->hang > j->shift : j->first > j->shift &&
	    j->hang > j->first && b->indent == j->hang)
		room -= j->hang - j->shift;
	if ((room < 3 || sign_width(text) > room) && is_unspaced(j, x, y))
		return "";
	if (j->cut && j->width < j->cols - 1)
		return NULL;
	if (j->cut)
		return j->width >= j->cols && b->indent <= j->first ? "" : " ";
	if (word_width(text) + 1 <= room)
		return NULL;
	return is_broken_word(j, a, x) || is_cut_word(j, b) ||
	    is_cut_address(j, x, y) ? "" : " ";
}

/* A line that goes on with the paragraph. */
static int
put_more(struct joiner *j, const struct tline *l, const char *glue)
{
	int wrapped = (j->last->flags & LINE_WRAPS) != 0;

	if (buf_puts(j->out, glue) == -1 ||
	    buf_puts(j->out, wrapped ? l->text : body_of(l)) == -1)
		return -1;
	if (!wrapped)
		j->was_full = j->width >= j->cols;
	j->width = l->width + (wrapped ? j->width : 0);
	return 0;
}

/* A line by itself, the blank ones before it, cut at the left. */
static int
put_line(struct joiner *j, const struct tline *l)
{
	int cut = j->shift < l->indent ? j->shift : l->indent, i;

	for (i = j->out->len > 0 ? -1 : j->blank; i < j->blank; i++)
		if (buf_putc(j->out, '\n') == -1)
			return -1;
	if (buf_puts(j->out, l->flags & LINE_CODE ? l->text :
	    l->text + cut) == -1)
		return -1;
	j->first = l->indent;
	j->hang = l->indent + mark_of(j, l);
	j->quoted = (int)utf8_text_width(l->text, quote_len(l));
	j->width = l->width;
	j->was_full = 0;
	return 0;
}

/* Append a line to what is put together. */
static int
join_line(struct joiner *j, const struct tline *l)
{
	int kept = (l->flags & (LINE_CODE | LINE_KEPT)) != 0;
	const char *glue;

	if (line_is_blank(l)) {
		j->open = j->was_full = 0;
		j->blank += j->out->len > 0;
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
	glue = kept ? NULL : glue_to(j, l);
	j->address = is_address(l->text + l->indent) || (glue != NULL &&
	    j->address && l->indent == j->last->indent);
	if ((glue != NULL ? put_more(j, l, glue) : put_line(j, l)) == -1)
		return -1;
	j->blank = 0;
	j->open = !kept && !is_drawn(body_of(l));
	j->last = l;
	return 0;
}

/* Whether line i and the one below it are text, nothing drawn. */
static int
is_text(const struct tlines *ls, size_t i)
{
	const struct tline *a = &ls->v[i], *b = a + 1;

	return !line_is_blank(a) && !line_is_blank(b) && !is_drawn(a->text) &&
	    !is_drawn(b->text);
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
		if (!is_text(ls, i) || list_mark(body_of(b)) > 0)
			continue;
		if (a->width + 1 + word_width(body_of(b)) > columns)
			full++;
		else if (a->indent == b->indent)
			other++;
	}
	return full > 2 * other;
}

/*
 * Whether lines were cut at the edge, wherever in a word that is: each that
 * could not take the next word is full, many are, and one goes on with a blank.
 */
static int
are_cut(const struct tlines *ls, int columns)
{
	const struct tline *a, *b;
	int blanks = 0, full = 0;
	size_t i;

	for (i = 0; i + 1 < ls->n; i++) {
		a = &ls->v[i];
		b = &ls->v[i + 1];
		if (!is_text(ls, i) || (a->flags & (LINE_WRAPS | LINE_CODE)))
			continue;
		if (a->width < columns - 1 &&
		    a->width + 1 + word_width(body_of(b)) > columns)
			return 0;
		full += a->width >= columns - 1;
		blanks += a->width == columns && b->indent == a->indent + 1;
	}
	return full > 2 && (blanks > 0 || full > 5);
}

/*
 * Columns that lines were wrapped to: as the rules say, or the widest; 0: they
 * were not.  Some programs leave much of a wide screen free.
 */
int
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
		if (ls->v[i].width > widest && ls->v[i].indent * 2 < cols &&
		    !is_drawn(body_of(&ls->v[i])))
			widest = ls->v[i].width;
	if (widest * 5 >= cols * 4 || (widest * 2 >= cols &&
	    wraps_at(ls, widest))) {
		/* a part of a reply says little of all of it */
		if (t->run.active && t->run.idle_ms == -1)
			return widest;
		if (t->wrapped_cols != cols || widest > t->wrapped)
			t->wrapped = widest;
		t->wrapped_cols = cols;
	}
	if (t->wrapped_cols != cols || widest > t->wrapped)
		return 0;
	/* a few columns less are no other place to wrap at */
	return widest * 10 >= t->wrapped * 9 ? widest : t->wrapped;
}

int
join_lines(struct turn *t, struct tlines *ls, int cols, int shift,
    struct buf *out)
{
	struct joiner j;
	size_t i;

	memset(&j, 0, sizeof j);
	j.out = out;
	j.shift = shift;
	j.cols = cols;
	j.cut = cols > 0 && are_cut(ls, cols);
	j.breaks = rules_value(t->rules, "break", "-");
	if (strcmp(j.breaks, "none") == 0)
		j.breaks = "";
	for (i = 0; i < ls->n; i++)
		if (join_line(&j, &ls->v[i]) == -1)
			return -1;
	return 0;
}
