/*
 * turn_echo - where the echo of the prompt is: what stands below it is the
 * reply.  Part of turn.
 *
 * The prompt is known; its echo is the lines that begin with it, behind a sign,
 * a label or a time, and go on with it to its end.  Of some there are, it is
 * the first that was not there before the turn.  While it stays where it was it
 * is not looked for; what moves or repaints it sets off a new search.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define SEARCH_MAX	4000	/* lines that are looked through for an echo */
#define SEARCH_MS	250	/* between two searches of the whole */
#define ECHO_SURE	24	/* characters that make a cut echo a match */
#define HEADER		3	/* written rows at the top that may be one */
#define ECHO_LINES	8	/* by which an echo is known again */
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
static size_t
behind_bar(const struct tline *l)
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
		text = l->text + behind_bar(l);
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
static long
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
		i = behind_bar(l);	/* who and when stand before it */
		return (long)(is_ours(t, l, i) ? i : start);
	}
	for (i = 0; (p = rules_pattern(t->rules, "echo", i)) != NULL; i++)
		if (rules_match(p, l->text, NULL, &end, NULL, NULL))
			return (long)end;
	return -1;
}

/* How many labels stand before the prompt in a line that may be its echo. */
static int
labels_of(const struct turn *t, const struct tline *l, long start)
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

/* An echo: its first line, the one behind its last, the whole prompt in it. */
struct echo {
	int64_t	at, end;
	int	whole;
};

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
	if (behind_bar(l) > 0 && sign_is_bar(sign_at_end(l)))
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
static int
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
	if ((labels = labels_of(t, l, start)) > 0)
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

/* Lines from which an echo may be looked for, up to (not with) the box. */
static void
search_range(const struct turn *t, const struct screen *scr, int64_t *from,
    int64_t *to)
{
	if (t->below && t->box.present) {
		*from = screen_top(scr) + t->box.outer_bottom + 1;
		*to = screen_top(scr) + t->nrows;
		return;
	}
	*to = screen_top(scr) + (t->box.present ? t->box.outer_top : t->nrows);
	*from = screen_first(scr);
	if (*to - *from > SEARCH_MAX)
		*from = *to - SEARCH_MAX;
}

/*
 * Find the echoes there are before a line: how many, and the last; the one with
 * index want (from 0) or the first behind line after is put into *hit.
 */
static size_t
find_echoes(struct turn *t, const struct screen *scr, int64_t before,
    int64_t after, size_t want, int64_t *last, struct echo *hit)
{
	struct tline l = LINE_NONE;
	struct folded seen = { NULL, 0, 0 };
	struct echo e;
	int64_t from, n, to;
	size_t count = 0;

	*last = -1;
	if (hit != NULL)
		hit->at = -1;
	search_range(t, scr, &from, &to);
	for (n = from; n < to && n < before; n++) {
		if (!echo_at(t, scr, n, &l, &seen, &e))
			continue;
		if (hit != NULL && (hit->at == -1 || t->run.prompt == NULL) &&
		    (after >= 0 ? n > after : count >= want))
			*hit = e;
		*last = n;
		count++;
		n = e.end - 1;
	}
	line_free(&l);
	fold_free(&seen);
	return count;
}

static uint64_t
hash_of(const struct tline *l)
{
	return text_hash(l->text, l->len);
}

/*
 * A number for the echo's lines from at to end, the first of them at least: one
 * line alone may be a bare frame that stands elsewhere, too.  0: not all held.
 */
static uint64_t
echo_sum(const struct turn *t, const struct screen *scr, int64_t at,
    int64_t end)
{
	struct tline l = LINE_NONE;
	uint64_t sum = 0;

	if (end > at + ECHO_LINES)
		end = at + ECHO_LINES;
	do {
		if (pane_read(t, scr, at, &l) == -1) {
			sum = 0;
			break;
		}
		sum = sum * 31 + hash_of(&l) + 1;
	} while (++at < end);
	line_free(&l);
	return sum;
}

/* What the lines around the echo's beginning tell of the program's own ways. */
static void
note_ways(struct turn *t, const struct screen *scr, int64_t at)
{
	struct run *run = &t->run;
	struct tline l = LINE_NONE;
	long start;

	if (pane_read(t, scr, at - 1, &run->above) == -1)
		(void)line_copy(&run->above, &l);
	/* what stands in the first row may be a title */
	if (((screen_state(scr)->modes & SCREEN_ALT) &&
	    at - 1 <= screen_top(scr) + pane_top(t)) ||
	    (line_is_rule(&run->above) && !line_is_titled(&run->above)) ||
	    (pane_read(t, scr, at - 2, &l) == 0 && !line_is_blank(&l) &&
	    !line_is_rule(&l)))
		line_cut(&run->above, run->above.len, 0);
	run->labels = 0;
	run->echo_indent = 0;
	run->echo_attr = run->echo_sign = 0;
	run->echo_bar = run->echo_timed = 0;
	if (pane_read(t, scr, at, &l) == 0) {
		start = echo_start(t, &l);
		run->echo_indent = l.indent;
		run->echo_timed = time_len(l.text + l.indent) > 0;
		run->echo_attr = l.attr;
		run->echo_sign = sign_at_start(&l);
		run->echo_bar = (int)utf8_text_width(l.text, behind_bar(&l));
		run->echo_bar -= run->echo_bar > 0;
		run->labels = start >= 0 ? labels_of(t, &l, start) : 0;
		if (run->labels > 0)
			(void)label_len(&l, run->labels, &run->label);
	}
	line_free(&l);
}

/* An echo was found, or has grown: note where it is. */
static void
echo_set(struct turn *t, struct screen *scr, const struct echo *e)
{
	struct run *run = &t->run;

	run->echo = e->at;
	run->echo_end = e->end;
	run->echo_whole = e->whole;
	run->echo_hash = echo_sum(t, scr, e->at, e->end);
	screen_anchor_set(scr, TURN_ANCHOR, e->at);
	note_ways(t, scr, e->at);
	run->lost = 0;
}

/* A long echo comes in pieces: what was only a part may be more by now. */
static void
echo_grow(struct turn *t, struct screen *scr)
{
	struct tline l = LINE_NONE;
	struct folded seen = { NULL, 0, 0 };
	struct run *run = &t->run;
	struct echo e;

	if (run->echo_whole || (run->searched_ms != -1 &&
	    t->now_ms - run->searched_ms < SEARCH_MS))
		return;
	run->searched_ms = t->now_ms;
	if (echo_at(t, scr, run->echo, &l, &seen, &e) && e.end > run->echo_end)
		echo_set(t, scr, &e);
	line_free(&l);
	fold_free(&seen);
}

/* Whether the echo is still where it was. */
static int
echo_stays(struct turn *t, struct screen *scr)
{
	int64_t at = screen_anchor(scr, TURN_ANCHOR);
	int same;

	if (t->run.echo == -1 || at == -1)
		return 0;
	same = echo_sum(t, scr, at, at + t->run.echo_end - t->run.echo) ==
	    t->run.echo_hash;
	if (same) {
		t->run.echo_end += at - t->run.echo;
		t->run.echo = at;
		echo_grow(t, scr);
	}
	return same;
}

/*
 * Note where things are before the prompt goes in.  One that nobody announced
 * may be drawn already: what is old ends with the prompt before it.
 */
void
echo_begin(struct turn *t, struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	struct run *run = &t->run;
	int64_t before;
	uint64_t *h;
	int i;

	pane_find(t, scr);
	before = run->own ? INT64_MAX : echo_stays(t, scr) ?
	    run->echo_end : 0;
	run->echo = run->echo_end = -1;
	run->echo_hash = 0;
	run->searched_ms = -1;
	run->lost = run->view_used = run->pinned_seen = 0;
	run->view_at = run->view_skip = 0;
	run->labels = 0;
	if (run->above.len > 0)
		line_cut(&run->above, run->above.len, 0);
	lines_cut(&run->view, 0);
	run->erased = st->erased;
	run->dropped = st->dropped;
	run->resizes = st->resizes;
	run->alt = (st->modes & SCREEN_ALT) != 0;
	run->floor = screen_top(scr) +
	    (t->box.present ? t->box.outer_top : st->cursor_row);
	run->old_echoes = find_echoes(t, scr, before, -1, 0, &run->old_echo,
	    NULL);
	if (run->own && !t->box.present && run->old_echo >= screen_top(scr)) {
		run->floor = run->old_echo;	/* it is still being typed */
		run->old_echoes = find_echoes(t, scr, run->floor, -1, 0,
		    &run->old_echo, NULL);
	}
	run->top_rows = 0;
	if ((h = realloc(run->top_hash, (size_t)t->nrows * sizeof *h)) == NULL)
		return;
	run->top_hash = h;
	for (i = 0; i < t->nrows; i++)
		h[i] = region_shape(t, i);
	run->top_rows = run->foot = t->nrows;
	run->ground = row_ground(t, scr, t->box.outer_top - 1);
	if (run->ground == -1)
		run->ground = t->ground;	/* the text has moved it */
	run->top_old = t->box.outer_bottom + 1;
	(void)line_copy(&run->title, pane_row(t, pane_top(t)));
}

/* Whether the draft stands above the box as an echo, below the one before. */
int
echo_is_new(struct turn *t, struct screen *scr)
{
	struct run *run = &t->run;
	struct folded fold = run->fold;
	struct echo hit = { -1, -1, 1 };
	char *prompt = run->prompt;
	size_t len = run->prompt_len;
	int64_t after, last;
	int loose = run->loose;

	if (t->view.turns > 0 && !echo_stays(t, scr))
		return 0;		/* nobody knows what is new */
	after = t->view.turns > 0 ? run->echo : -1;
	memset(&run->fold, 0, sizeof run->fold);
	run->prompt = t->draft;
	run->prompt_len = t->draft_len;
	run->loose = 0;
	if (fold_text(&run->fold, t->draft, t->draft_len) == 0)
		(void)find_echoes(t, scr, INT64_MAX, after, 0, &last, &hit);
	fold_free(&run->fold);
	run->fold = fold;
	run->prompt = prompt;
	run->prompt_len = len;
	run->loose = loose;
	return hit.at != -1;
}

/*
 * Whether what looks like the echo is the reply's, which quotes the prompt: it
 * was seen below the echo before, or has a label where the echo had none.
 */
static int
is_quoted(struct turn *t, const struct screen *scr, int64_t at)
{
	const struct run *run = &t->run;
	struct tline l = LINE_NONE;
	int quoted = 0;
	long start;
	size_t i;

	if (run->view.n > run->view_skip && pane_read(t, scr, at, &l) == 0) {
		start = echo_start(t, &l);
		quoted = run->labels == 0 && start >= 0 &&
		    labels_of(t, &l, start) > 0;
		for (i = run->view_skip; i < run->view.n && !quoted; i++)
			quoted = l.len == run->view.v[i].len && memcmp(l.text,
			    run->view.v[i].text, l.len) == 0;
	}
	line_free(&l);
	return quoted;
}

/* The end of an echo in the first rows, whose beginning may be off; what stands
   above it may be a header. */
static void
find_tail(struct turn *t, const struct screen *scr, struct echo *hit)
{
	int n = 0, r;

	for (r = region_top(t); hit->at == -1 && n < HEADER &&
	    r < region_bottom(t, scr); r++) {
		if (line_is_blank(pane_row(t, r)))
			continue;
		n++;
		hit->end = screen_top(scr) + r;
		if (tail_find(t, scr, &hit->end))
			hit->at = screen_top(scr) + r;
		hit->whole = 0;
	}
}

/* Search the echo in all there is; hit->at is -1 where there is none. */
static void
echo_search(struct turn *t, const struct screen *scr, struct echo *hit)
{
	const struct screen_state *st = screen_state(scr);
	const struct run *run = &t->run;
	int alt = (st->modes & SCREEN_ALT) != 0, moved;
	int64_t last;

	moved = st->erased != run->erased || st->resizes != run->resizes ||
	    alt || st->dropped != run->dropped;
	if (find_echoes(t, scr, INT64_MAX, moved ? -1 : run->old_echo,
	    run->old_echoes, &last, hit) > 0 && hit->at == -1 && moved &&
	    run->echo == -1 && run->busy_seen && last != run->old_echo) {
		/* others of the same text have left the screen */
		(void)find_echoes(t, scr, INT64_MAX, last - 1, 0, &last, hit);
	}
	if (hit->at == -1 && run->echo == -1 && run->view.n == 0 && alt &&
	    t->box.present && !t->below) {
		t->below = 1;	/* in a box at the top */
		if (find_echoes(t, scr, INT64_MAX, -1, 0, &last, hit) == 0)
			t->below = 0;
	}
	if (hit->at != -1 && is_quoted(t, scr, hit->at))
		hit->at = -1;
	if (hit->at == -1 && run->view.n == 0 && alt && run->busy_seen)
		find_tail(t, scr, hit);
}

/* Look where the echo is; moved and repainted lines are searched anew. */
void
echo_track(struct turn *t, struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	struct run *run = &t->run;
	struct echo hit = { -1, -1, 1 };
	int alt = (st->modes & SCREEN_ALT) != 0;

	pane_follow(t, scr);
	if (echo_stays(t, scr))
		return;
	/* a long scrollback is not searched at every look */
	if (run->searched_ms != -1 && !alt &&
	    st->erased == run->search_erased &&
	    t->now_ms - run->searched_ms < SEARCH_MS)
		return;
	run->searched_ms = t->now_ms;
	run->search_erased = st->erased;
	echo_search(t, scr, &hit);
	if (hit.at != -1)
		echo_set(t, scr, &hit);
	else {
		if (run->echo != -1 && !alt && run->echo < screen_first(scr))
			run->lost = 1;
		run->echo = run->echo_end = -1;
	}
}
