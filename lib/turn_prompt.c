/*
 * turn_prompt - whether lines show the prompt: its echo's first line, behind a
 * sign, a label or a time, and how far it goes on.  Part of turn.
 *
 * Both are folded before they are compared: drawing changes blanks, breaks
 * lines and may lose signs.
 */
#include <ctype.h>
#include <string.h>

#include "turn_int.h"

#define ECHO_SURE	24	/* characters that make a cut echo a match */
#define FOLD_MIN	100	/* bytes of one line that may be folded up */
#define LEFT_OUT	3	/* lines that stand for what is left out */

/* Signs that may stand before an echo where no rule says which. */
static size_t
skip_signs(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len, *q;
	uint32_t c;
	int n;

	for (n = 0, q = p; p < end && n < 3; q = p) {
		c = text_next(&p, end);
		if (c == ' ')
			continue;
		if (c < 0x80 ? strchr(">$#%*:|", (int)c) == NULL :
		    !(c == 0xbb || (c >= 0x2000 && c < 0x2c00)))
			break;
		n++;
	}
	return (size_t)(q - l->text);
}

static int
is_folded(const struct turn *t, const char *s)
{
	return (t->run.prompt_len >= FOLD_MIN ||
	    memchr(t->run.prompt, '\n', t->run.prompt_len) != NULL) &&
	    rules_match_any(t->rules, "fold", s) != -1;
}

/* The prompt and its echo are reduced alike before they are compared. */
int
fold_line(const struct turn *t, struct folded *f, const char *s, size_t len)
{
	while (len > 3 && memcmp(s + len - 3, "\xe2\x80\xa6", 3) == 0)
		len -= 3;	/* cut to one line */
	return t->run.loose ? fold_loose(f, s, len) : fold_text(f, s, len);
}

int
line_is_cut(const struct tline *l)
{
	return l->len > 3 &&
	    memcmp(l->text + l->len - 3, "\xe2\x80\xa6", 3) == 0;
}

static size_t
digits_at(const struct folded *f, size_t n)
{
	size_t i;

	for (i = n; i < f->n && f->v[i].cp >= '0' && f->v[i].cp <= '9'; i++)
		;
	return i - n;
}

/*
 * How much of the prompt, from n on, is a line of its echo, reduced to seen; 0:
 * the line is none.  Who draws it as Markdown counts the items of lists anew.
 */
size_t
echo_line(const struct turn *t, size_t n, const struct folded *seen)
{
	const struct folded *ours = &t->run.fold;
	struct folded rest = { NULL, 0, 0 };
	size_t a, b;

	if (fold_prefix(ours, n, seen) == seen->n)
		return seen->n;
	a = digits_at(ours, n);
	b = digits_at(seen, 0);
	if (!t->run.loose || a == 0 || b == 0)
		return 0;
	rest.v = seen->v + b;
	rest.n = seen->n - b;
	return fold_prefix(ours, n + a, &rest) == rest.n ? a + rest.n : 0;
}

/* Take off the time of day that some programs put at the right of an echo. */
static void
cut_time(struct tline *l)
{
	const char *s = l->text;
	size_t n = l->len;

	if (n > 3 && (s[n - 1] == 'M' || s[n - 1] == 'm') &&
	    strchr("AaPp", s[n - 2]) != NULL)
		n -= s[n - 3] == ' ' ? 3 : 2;
	if (n < 8 || strspn(s + n - 2, "0123456789") < 2 || s[n - 3] != ':')
		return;
	n -= 3;
	if (s[n - 1] < '0' || s[n - 1] > '9')
		return;
	n -= s[n - 2] >= '0' && s[n - 2] <= '9' ? 2 : 1;
	if (n < 3 || memcmp(s + n - 3, "   ", 3) != 0)
		return;
	while (n > 0 && s[n - 1] == ' ')
		n--;
	l->len = n;
	l->text[n] = '\0';
}

/* Take the fences of code out of a line that was several: fold() has none. */
static void
cut_fences(struct tline *l)
{
	char *p = l->text, *q;

	while ((p = strstr(p, "```")) != NULL) {
		q = p + strcspn(p, " ");
		l->len -= (size_t)(q - p);
		memmove(p, q, strlen(q) + 1);
	}
}

/*
 * Whether the line at number is but signs, the prompt's last, for which the
 * full line before it had no room: fold() has none of them.
 */
static int
is_prompts_end(const struct turn *t, const struct screen *scr, int64_t number,
    struct tline *l)
{
	const char *s = t->run.prompt;
	size_t i, n = strlen(s), tail;

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\n'))
		n--;
	if (pane_read(t, scr, number - 1, l) == -1 || !(l->flags & LINE_LONG) ||
	    pane_read(t, scr, number, l) == -1 || line_is_blank(l))
		return 0;
	for (i = 0; i < l->len && l->text[i] == ' '; i++)
		;
	tail = l->len - i;
	if (tail >= n || memcmp(l->text + i, s + n - tail, tail) != 0)
		return 0;
	for (; i < l->len; i++)
		if (!ispunct((unsigned char)l->text[i]))
			return 0;
	return 1;
}

/* Where the text of a line begins behind a bar; 0: it has none. */
size_t
line_behind_bar(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;
	uint32_t c;

	while (p < end) {
		c = text_next(&p, end);
		if (sign_is_bar(c) && *p == ' ')
			return (size_t)(p - l->text);
	}
	return 0;
}

/*
 * The line behind those from number on that are but signs, as the last lines of
 * the prompt are: "}", and the end of a fence.  fold() has none of them.
 */
static int64_t
behind_signs(const struct turn *t, const struct screen *scr, int64_t number,
    struct tline *l)
{
	const char *s = t->run.prompt, *p = s + strlen(s), *text;
	size_t n;

	while (p > s && !isalnum((unsigned char)p[-1]) &&
	    (unsigned char)p[-1] < 0x80)
		p--;
	while ((p = strchr(p, '\n')) != NULL) {
		p += 1 + strspn(p + 1, " ");
		n = strcspn(p, "\n");
		if (n == 0 || pane_read(t, scr, number, l) == -1)
			continue;
		text = l->text + line_behind_bar(l);
		text += strspn(text, " ");
		if (strncmp(text, p, n) == 0 && text[n] == '\0')
			number++;
	}
	return number;
}

/* Whether a line is the beginning of the prompt from a byte on. */
static int
is_ours(const struct turn *t, const struct tline *l, size_t start)
{
	struct folded seen = { NULL, 0, 0 };
	int ours;

	ours = start <= l->len && fold_line(t, &seen, l->text + start,
	    l->len - start) == 0 && seen.n > 0 &&
	    fold_prefix(&t->run.fold, 0, &seen) == seen.n;
	fold_free(&seen);
	return ours;
}

/* Where the text of an echo begins in its first line; -1: it is none. */
long
echo_start(const struct turn *t, const struct tline *l)
{
	const struct rules_pattern *p;
	size_t end, i, start = skip_signs(l);

	if (rules_pattern(t->rules, "echo", 0) == NULL) {
		if (is_ours(t, l, start))
			return (long)start;
		i = (size_t)l->indent + time_len(l->text + l->indent);
		if (is_ours(t, l, i))
			return (long)i;
		i = line_behind_bar(l);	/* who and when stand before it */
		return (long)(is_ours(t, l, i) ? i : start);
	}
	for (i = 0; (p = rules_pattern(t->rules, "echo", i)) != NULL; i++)
		if (rules_match(p, l->text, NULL, &end, NULL, NULL))
			return (long)end;
	return -1;
}

/* How many labels stand before the prompt in a line that may be its echo. */
int
echo_labels(const struct turn *t, const struct tline *l, long start)
{
	uint32_t sign;
	size_t n;
	int labels;

	if (rules_pattern(t->rules, "echo", 0) != NULL ||
	    label_len(l, 1, &sign) == 0 || is_ours(t, l, (size_t)start))
		return 0;
	for (labels = 1; labels <= 2; labels++)
		if ((n = label_len(l, labels, &sign)) > 0 && is_ours(t, l, n))
			return labels;
	return 0;
}

/*
 * Whether the prompt goes on to its end behind a line or two that say that its
 * middle is left out; *end moves there.
 */
static int
echo_resumes(const struct turn *t, const struct screen *scr, int64_t *end)
{
	int64_t at;
	int k;

	for (k = 1; k <= LEFT_OUT; k++) {
		at = *end + k;
		if (tail_find(t, scr, &at)) {
			*end = at;
			return 1;
		}
	}
	return 0;
}

/*
 * Read a line that may be an echo's first: no time of day at its right, nor the
 * side of a frame.  Where the echo's text would begin in it; -1: it is none.
 */
static long
first_line(const struct turn *t, const struct screen *scr, int64_t number,
    struct tline *l)
{
	long start;

	if (pane_read(t, scr, number, l) == -1 || line_is_blank(l))
		return -1;
	cut_time(l);
	if (line_behind_bar(l) > 0 && sign_is_bar(sign_at_end(l)))
		line_cut_side(l);
	start = echo_start(t, l);
	if (line_is_cut(l))
		cut_fences(l);
	return start != -1 && (size_t)start <= l->len ? start : -1;
}

/* Of the prompt n signs are in the echo's first line: how many are in all of
   them; e->end moves behind the last. */
static size_t
later_lines(const struct turn *t, const struct screen *scr, size_t n,
    struct tline *l, struct folded *seen, struct echo *e)
{
	int64_t number;
	size_t got;

	for (number = e->end; n < t->run.fold.n && number <= last_line(scr);
	    number++) {
		if (pane_read(t, scr, number, l) == -1)
			break;
		if (line_is_blank(l))
			continue;
		if (fold_line(t, seen, l->text, l->len) == -1)
			break;
		if (seen->n == 0)
			continue;
		if ((got = echo_line(t, n, seen)) == 0)
			break;
		n += got;
		e->end = number + 1;
	}
	return n;
}

/* Move e->end behind what is the echo's, too, and none of the prompt that
   folding leaves. */
static void
end_echo(const struct turn *t, const struct screen *scr, struct tline *l,
    struct echo *e)
{
	if (e->whole && is_prompts_end(t, scr, e->end, l))
		e->end++;
	if (e->whole)
		e->end = behind_signs(t, scr, e->end, l);
	/* the lower edge of its frame, or a bar's that stands beside it */
	if (pane_read(t, scr, e->end, l) == 0 && (line_is_rule(l) ||
	    line_is_lower_edge(l) ||
	    (line_is_side(l) && l->width == l->indent + 1)))
		e->end++;
}

/* Whether the line at number begins an echo of the prompt; *e is then that. */
int
echo_at(struct turn *t, const struct screen *scr, int64_t number,
    struct tline *l, struct folded *seen, struct echo *e)
{
	const struct folded *ours = &t->run.fold;
	int has_rule = rules_pattern(t->rules, "echo", 0) != NULL, labels;
	uint32_t sign;
	size_t n;
	long start;

	if ((start = first_line(t, scr, number, l)) == -1)
		return 0;
	e->at = number;
	e->end = number + 1;
	e->whole = 1;
	if (t->run.prompt == NULL)
		return has_rule;
	if ((labels = echo_labels(t, l, start)) > 0)
		start = (long)label_len(l, labels, &sign);
	if (fold_line(t, seen, l->text + start, l->len - (size_t)start) == -1)
		return 0;
	n = fold_prefix(ours, 0, seen);
	if (is_folded(t, l->text + start))
		return n > 0 || l->text[start] == '[';
	if (n == seen->n && n < ours->n && n >= ECHO_SURE / 2 &&
	    line_is_cut(l)) {
		if (t->run.view.n == 0)
			(void)tail_find(t, scr, &e->end);
		return 1;	/* cut to one line */
	}
	if (n < seen->n || (n == 0 && ours->n > 0 && !has_rule))
		return 0;
	n = later_lines(t, scr, n, l, seen, e);
	if (n < ours->n && n < ECHO_SURE)
		return 0;
	e->whole = n == ours->n || echo_resumes(t, scr, &e->end);
	end_echo(t, scr, l, e);
	return 1;
}
