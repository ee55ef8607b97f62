/*
 * turn_view - where the echo of the prompt is, which lines below it are the
 * reply's, and viewports that only ever show a part of it, collected over the
 * frames.  Part of turn.
 */
#include <sys/types.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"
#include "utf8.h"

#define SEARCH_MAX	4000	/* lines that are looked through for an echo */
#define SEARCH_MS	250	/* between two searches of the whole */
#define ECHO_SURE	24	/* characters that make a cut echo a match */
#define VIEW_MAX	20000	/* lines collected */
#define FIT_SIGNS	16	/* first bytes that make two lines one */
#define FIT_LINE	8	/* what a line that stands in both is worth */
#define HEADER		3	/* written rows at the top that may be one */
#define ECHO_LINES	8	/* by which an echo is known again */
#define FOLD_MIN	100	/* bytes of one line that may be folded up */
#define LEFT_OUT	3	/* lines that stand for what is left out */

int64_t
last_line(const struct screen *scr)
{
	return screen_top(scr) + screen_state(scr)->rows - 1;
}

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

static int
is_cut(const struct tline *l)
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
		if (echo_rest(t, scr, &at)) {
			*end = at;
			return 1;
		}
	}
	return 0;
}

/* Whether the line at number begins an echo of the prompt; *e is then that. */
static int
echo_at(struct turn *t, const struct screen *scr, int64_t number,
    struct tline *l, struct folded *seen, struct echo *e)
{
	const struct folded *ours = &t->run.fold;
	uint32_t sign;
	size_t got, n;
	long start;
	int labels;

	if (pane_read(t, scr, number, l) == -1 || line_is_blank(l))
		return 0;
	cut_time(l);
	if (behind_bar(l) > 0 && sign_is_bar(sign_at_end(l)))
		line_cut_side(l);
	if ((start = echo_start(t, l)) == -1)
		return 0;
	if (is_cut(l))
		cut_fences(l);
	if ((size_t)start > l->len)
		return 0;
	e->at = number;
	e->end = number + 1;
	e->whole = 1;
	if (t->run.prompt == NULL)
		return rules_pattern(t->rules, "echo", 0) != NULL;
	if ((labels = labels_of(t, l, start)) > 0)
		start = (long)label_len(l, labels, &sign);
	if (fold_line(t, seen, l->text + start, l->len - (size_t)start) == -1)
		return 0;
	if (is_folded(t, l->text + start))
		return fold_prefix(ours, 0, seen) > 0 ||
		    l->text[start] == '[';
	n = fold_prefix(ours, 0, seen);
	if (n == seen->n && n < ours->n && n >= ECHO_SURE / 2 && is_cut(l)) {
		if (t->run.view.n == 0)
			(void)echo_rest(t, scr, &e->end);
		return 1;	/* cut to one line */
	}
	if (n < seen->n || (n == 0 && ours->n > 0 &&
	    rules_pattern(t->rules, "echo", 0) == NULL))
		return 0;
	for (number++; n < ours->n && number <= last_line(scr); number++) {
		if (pane_read(t, scr, number, l) == -1)
			break;
		if (line_is_blank(l))
			continue;
		if (fold_line(t, seen, l->text, l->len) == -1)
			return 0;
		if (seen->n == 0)
			continue;
		if ((got = echo_line(t, n, seen)) == 0)
			break;
		n += got;
		e->end = number + 1;
	}
	if (n < ours->n && n < ECHO_SURE)
		return 0;
	e->whole = n == ours->n || echo_resumes(t, scr, &e->end);
	if (e->whole && is_prompts_end(t, scr, e->end, l))
		e->end++;
	if (e->whole)
		e->end = behind_signs(t, scr, e->end, l);
	/* the lower edge of its frame, or a bar's that stands beside it */
	if (pane_read(t, scr, e->end, l) == 0 && (line_is_rule(l) ||
	    line_is_lower_edge(l) ||
	    (line_is_side(l) && l->width == l->indent + 1)))
		e->end++;
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
	run->echo_bar = 0;
	if (pane_read(t, scr, at, &l) == 0) {
		start = echo_start(t, &l);
		run->echo_indent = l.indent;
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

/* A number for a row, digits left out; 0: it is blank. */
static uint64_t
row_shape(const struct turn *t, int r)
{
	const struct tline *l = pane_row(t, r);

	return line_is_blank(l) ? 0 : line_shape(l);
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
		h[i] = row_shape(t, i);
	run->top_rows = t->nrows;
	run->top_old = t->box.outer_bottom + 1;
	(void)line_copy(&run->title, pane_row(t, pane_top(t)));
}

/* Whether a row is as it was when the turn began. */
static int
stays(const struct turn *t, int r)
{
	return r < t->run.top_rows && row_shape(t, r) == t->run.top_hash[r];
}

/*
 * Whether the first row is the title that it was when the turn began: it has a
 * look of its own, and begins with the same word; the rest may tell of a state.
 */
static int
is_title(const struct turn *t, int r)
{
	const struct tline *was = &t->run.title, *l = pane_row(t, r);
	size_t n = strcspn(was->len > 0 ? was->text + was->indent : "", " ");

	while (++r < t->nrows && line_is_blank(pane_row(t, r)))
		;
	return n > 0 && !line_is_blank(l) && l->indent == was->indent &&
	    l->attr == was->attr && strncmp(l->text + l->indent, was->text +
	    was->indent, n + 1) == 0 && r < t->nrows &&
	    pane_row(t, r)->attr != l->attr;
}

/* The first row in which what is said may stand. */
static int
region_top(const struct turn *t)
{
	return t->below && t->box.present ? t->box.outer_bottom + 1 :
	    pane_top(t);
}

/* Rows at the top that are as they were before: a header, with its clock. */
static int
header_rows(const struct turn *t)
{
	int r = region_top(t);

	if (is_title(t, r))
		r++;
	while (r < t->nrows && stays(t, r))
		r++;
	return r;
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

/* Look where the echo is; moved and repainted lines are searched anew. */
void
echo_track(struct turn *t, struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	struct tline l = LINE_NONE;
	struct folded seen = { NULL, 0, 0 };
	struct run *run = &t->run;
	struct echo hit = { -1, -1, 1 };
	int64_t after, last;
	int moved, n, r;

	pane_follow(t, scr);
	if (echo_stays(t, scr))
		return;
	/* a long scrollback is not searched at every look */
	if (run->searched_ms != -1 && !(st->modes & SCREEN_ALT) &&
	    st->erased == run->search_erased &&
	    t->now_ms - run->searched_ms < SEARCH_MS)
		return;
	run->searched_ms = t->now_ms;
	run->search_erased = st->erased;
	moved = st->erased != run->erased || st->resizes != run->resizes ||
	    (st->modes & SCREEN_ALT) != 0 || st->dropped != run->dropped;
	after = moved ? -1 : run->old_echo;
	if (find_echoes(t, scr, INT64_MAX, after, run->old_echoes, &last,
	    &hit) > 0 && hit.at == -1 && moved && run->echo == -1 &&
	    run->busy_seen && last != run->old_echo) {
		/* others of the same text have left the screen */
		(void)find_echoes(t, scr, INT64_MAX, last - 1, 0, &last, &hit);
	}
	if (hit.at == -1 && run->echo == -1 && run->view.n == 0 &&
	    (st->modes & SCREEN_ALT) && t->box.present && !t->below) {
		t->below = 1;	/* in a box at the top */
		if (find_echoes(t, scr, INT64_MAX, -1, 0, &last, &hit) == 0)
			t->below = 0;
	}
	if (hit.at != -1 && is_quoted(t, scr, hit.at))
		hit.at = -1;
	if (hit.at == -1 && run->view.n == 0 && (st->modes & SCREEN_ALT) &&
	    run->busy_seen) {
		/* its first may be off; what stands there may be a header */
		n = 0;
		for (r = region_top(t); hit.at == -1 && n < HEADER &&
		    r < region_bottom(t, scr); r++) {
			if (line_is_blank(pane_row(t, r)))
				continue;
			n++;
			hit.end = screen_top(scr) + r;
			if (echo_rest(t, scr, &hit.end))
				hit.at = screen_top(scr) + r;
			hit.whole = 0;
		}
		fold_free(&seen);
		line_free(&l);
	}
	if (hit.at == -1) {
		if (run->echo != -1 && (st->modes & SCREEN_ALT) == 0 &&
		    run->echo < screen_first(scr))
			run->lost = 1;
		run->echo = run->echo_end = -1;
		return;
	}
	echo_set(t, scr, &hit);
}

/* Before the first turn: what stands above the box will stand there later. */
void
chrome_keep(struct turn *t)
{
	uint64_t h;
	int i, k = 0, r;

	if (t->proven || t->reply_final || t->run.active || !t->box.present)
		return;
	for (r = t->box.outer_top - 1; r >= 0 && k < 6; r--) {
		if (row_is_blank(t, r))
			continue;
		k++;
		h = line_shape(&t->rows[r].line);
		for (i = 0; i < CHROME && t->chrome[i] != h; i++)
			;
		if (i == CHROME)
			t->chrome[t->nchrome++ % CHROME] = h;
	}
}

/* Whether the row stood near the box before any turn: not the reply's. */
static int
is_chrome(const struct turn *t, const struct tline *l)
{
	uint64_t h = line_shape(l);
	int i;

	for (i = 0; i < CHROME; i++)
		if (t->chrome[i] == h)
			return 1;
	return 0;
}

/* What stands between reply and box: spinner, hints, status, blank lines. */
static int
is_status(const struct turn *t, const struct tline *l)
{
	return line_is_blank(l) || line_is_rule(l) ||
	    rules_match_any(t->rules, "status", l->text) != -1 ||
	    (rules_pattern(t->rules, "reply", 0) == NULL &&
	    is_chrome(t, l));
}

static void
trim_status(struct turn *t, struct tlines *ls)
{
	while (ls->n > 0 && is_status(t, &ls->v[ls->n - 1]) &&
	    !line_closes(ls, ls->n - 1))
		ls->n--;
}

/*
 * The same below a box at the top: above a footer, or what stood there first
 * when the turn began, if the last turn is always the first to be seen.
 */
static int
below_bottom(const struct turn *t)
{
	int first = t->box.outer_bottom + 1, foot = t->nrows, i, n, r;
	int top = t->run.top_old;

	while (top < t->run.top_rows && t->run.top_hash[top] == 0)
		top++;
	while (foot > first && stays(t, foot - 1))
		foot--;
	for (r = first + 1; r < foot; r++) {
		for (i = n = 0; r + i < foot && top + i < t->run.top_rows &&
		    row_shape(t, r + i) == t->run.top_hash[top + i]; i++)
			n += t->run.top_hash[top + i] != 0;
		if (n > 1 || (n == 1 && r + i == foot))
			return r;
	}
	return foot;
}

/* The row behind the last that may belong to a reply. */
int
region_bottom(struct turn *t, const struct screen *scr)
{
	int r = t->nrows;

	if (t->below && t->box.present)
		r = below_bottom(t);
	else if (t->box.present)
		r = t->box.outer_top;
	if (r > pane_bottom(t))
		r = pane_bottom(t);
	/* a footer stays where the box has made place for something else */
	while (!t->box.present && r > 0 && (line_is_blank(pane_row(t, r - 1)) ||
	    ((screen_state(scr)->modes & SCREEN_ALT) && stays(t, r - 1))))
		r--;
	return r;
}

/* The row in which a viewport's window begins: at the echo, if it is there. */
static int
window_top(const struct turn *t, const struct screen *scr)
{
	const struct run *run = &t->run;
	if (run->echo >= screen_top(scr))
		return (int)(run->echo - screen_top(scr));
	return screen_state(scr)->modes & SCREEN_ALT ? header_rows(t) : 0;
}

/* How well n lines agree when row top is line c[k]; the last may differ. */
static long
fit(const struct tlines *c, size_t k, const struct turn *t, int top, int n)
{
	const struct tline *a, *b;
	long score = 0;
	int i;

	for (i = 0; i < n && k + (size_t)i < c->n; i++) {
		a = &c->v[k + (size_t)i];
		b = &t->run.window.v[top + i];
		if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
			score += line_is_blank(b) ? 1 : FIT_LINE;
		else if (i < 2 && !line_is_blank(b))
			return -1;
		else
			score -= 3;
	}
	return score;
}

/* The next byte of a line that is no blank and part of no drawn rule; NULL. */
static const char *
next_sign(const char *s)
{
	for (; *s != '\0'; s++) {
		if (s[0] == '\xe2' && (s[1] == '\x94' || s[1] == '\x95'))
			s += 2;
		else if (*s != ' ')
			return s;
	}
	return NULL;
}

/*
 * How many bytes two lines have in common at their beginning, blanks and rules
 * left out; *whole says that they differ in these only: a table that was
 * widened.
 */
static int
common_signs(const char *a, const char *b, int *whole)
{
	int n = 0;

	for (; (a = next_sign(a)) != NULL && (b = next_sign(b)) != NULL &&
	    *a == *b; a++, b++)
		n++;
	*whole = a == NULL && next_sign(b) == NULL;
	return n;
}

/* What it says for two places that these lines stand there; -1: nothing. */
static int
likeness(const struct tline *a, const struct tline *b)
{
	int n, whole;

	if (line_is_blank(a) || line_is_blank(b))
		return line_is_blank(a) && line_is_blank(b) ? 1 : -1;
	if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
		return a->len - (size_t)a->indent < 3 ? 3 : FIT_LINE;
	if (a->len < b->len && memcmp(a->text, b->text, a->len) == 0)
		return 4;	/* it has grown */
	n = common_signs(a->text, b->text, &whole);
	if (n > 0 && whole)
		return 6;
	return n >= FIT_SIGNS ? 3 : -1;	/* broken elsewhere */
}

/*
 * One more step of an alignment, from its end to its beginning.  score[j] says
 * how well the collected lines behind this one, c, agree with the window's from
 * j to n; it will say so of those with c.  Either may have lines that the other
 * has not, and a line may have been drawn anew.
 */
static void
align_line(const struct turn *t, const struct tline *c, int top, int n,
    int *score)
{
	int behind = score[n], best, cost = line_is_blank(c) ? 0 : 3, j, like;
	const struct tline *w;

	score[n] -= cost;
	for (j = n - 1; j >= 0; j--) {
		w = &t->run.window.v[top + j];
		best = score[j] - cost;
		if ((like = likeness(c, w)) >= 0 || (cost > 0 &&
		    !line_is_blank(w)))
			best = behind + like > best ? behind + like : best;
		like = score[j + 1] - (line_is_blank(w) ? 0 : 2);
		behind = score[j];
		score[j] = like > best ? like : best;
	}
}

/*
 * The index from which the collected lines are those of the window, which goes
 * on behind the last of them; -1: it fits nowhere.
 */
static long
best_fit(const struct turn *t, int top, int n)
{
	const struct tlines *c = &t->run.view;
	int *score, best = FIT_LINE - 1;
	size_t from, k;
	long at = -1;

	from = c->n > (size_t)t->nrows * 4 ? c->n - (size_t)t->nrows * 4 : 0;
	if ((score = calloc((size_t)n + 1, sizeof *score)) == NULL)
		return -1;
	for (k = c->n; k-- > from; ) {
		align_line(t, &c->v[k], top, n, score);
		if (score[0] > best) {
			best = score[0];
			at = (long)k;
		}
	}
	free(score);
	return at;
}

/* Put the window in place of the collected lines from index at on. */
static void
view_put(struct turn *t, size_t at, int top, int n)
{
	struct run *run = &t->run;
	struct tline *l;
	int i;

	lines_cut(&run->view, at);
	run->view_at = at;
	run->view_used = 1;
	for (i = 0; i < n; i++)
		if ((l = lines_add(&run->view)) == NULL ||
		    line_copy(l, &run->window.v[top + i]) == -1) {
			run->lost = 1;
			return;
		}
}

/* The rows there are up to the bottom, a spinner before a line left out. */
static int
window_read(struct turn *t, int bottom)
{
	struct tlines *w = &t->run.window;
	struct tline *l;
	const char *p;
	int r;

	lines_cut(w, 0);
	for (r = 0; r < bottom; r++) {
		if ((l = lines_add(w)) == NULL ||
		    line_copy(l, pane_row(t, r)) == -1)
			return -1;
		p = l->text + l->indent;
		if (l->indent != t->spin_col ||
		    !sign_is_dots(text_next(&p, l->text + l->len)) || *p != ' ')
			continue;
		line_cut(l, (size_t)(p - l->text), 1);
	}
	return 0;
}

/* The window without what only looks like the echo: a first row, pinned. */
static int
skip_pinned(struct turn *t, const struct screen *scr, int top, int bottom)
{
	struct run *run = &t->run;
	int n = bottom - top;

	if (run->echo == -1 && n > 0 && top == 0 &&
	    rules_match_any(t->rules, "echo", t->rows[0].line.text) != -1)
		return is_cut(&t->rows[0].line);
	if (run->view.n <= run->view_skip || top > 0 ||
	    run->echo != screen_top(scr) ||
	    !(screen_state(scr)->modes & SCREEN_ALT) ||
	    fit(&run->view, 0, t, top, n < 4 ? n : 4) > 8)
		return 0;
	return (int)(run->echo_end - run->echo);
}

/*
 * Take the window that is to be seen now into the collected lines, which begin
 * with the echo.  A window that fits nowhere comes after a gap, unless it
 * begins at the echo itself.
 */
void
view_collect(struct turn *t, const struct screen *scr)
{
	struct run *run = &t->run;
	int bottom = region_bottom(t, scr), n, pinned, top;
	long at;

	top = window_top(t, scr);
	while (bottom > top && is_status(t, pane_row(t, bottom - 1)))
		bottom--;
	if (window_read(t, bottom) == -1)
		return;
	pinned = skip_pinned(t, scr, top, bottom);
	top += pinned;
	while (top < bottom && line_is_blank(pane_row(t, top)))
		top++;
	if ((n = bottom - top) <= 0 || run->view.n > VIEW_MAX)
		return;
	if (run->echo >= screen_top(scr) && !pinned) {
		view_put(t, 0, top, n);	/* all of it is to be seen */
		run->view_skip = (size_t)(run->echo_end - run->echo);
		return;
	}
	if (run->view.n == 0)
		return;		/* the prompt is not to be seen yet */
	if ((at = best_fit(t, top, n)) == -1) {
		run->lost = 1;
		at = (long)run->view.n;
	} else if ((size_t)at + (size_t)n < run->view.n &&
	    (size_t)at < run->view_at &&
	    fit(&run->view, (size_t)at, t, top, n - 1) > 4 * (n - 1))
		return;		/* scrolled back by the person */
	view_put(t, (size_t)at, top, n);
}

/* A row of nothing but a blank that did not fit above it is no empty line. */
static void
cut_overhang(struct tlines *ls)
{
	struct tline *a, *b;

	if (ls->n < 2)
		return;
	a = &ls->v[ls->n - 2];
	b = &ls->v[ls->n - 1];
	if (!(a->flags & LINE_WRAPS) || !line_is_blank(b) ||
	    (b->flags & LINE_WRAPS))
		return;
	a->flags &= ~LINE_WRAPS;
	while (a->len > 0 && a->text[a->len - 1] == ' ')
		a->text[--a->len] = '\0';
	lines_cut(ls, ls->n - 1);
}

/*
 * The lines of the reply so far, as drawn.  Returns 0, or -1 if memory is
 * short; *complete says whether any are known to be lost.
 */
int
view_lines(struct turn *t, const struct screen *scr, struct tlines *out,
    int *complete)
{
	struct run *run = &t->run;
	struct tline *l;
	int64_t from, n, to;
	size_t i;

	lines_cut(out, 0);
	*complete = !run->lost;
	if (run->view_used) {
		i = run->view_skip;
		if (!run->echo_whole)
			i = rest_end(t, &run->view, i);
		for (; i < run->view.n; i++)
			if ((l = lines_add(out)) == NULL ||
			    line_copy(l, &run->view.v[i]) == -1)
				return -1;
		trim_status(t, out);
		return 0;
	}
	/* lines may come back onto a screen that grows, and be drawn over */
	if (screen_state(scr)->resizes != run->resizes)
		*complete = 0;
	to = screen_top(scr) + region_bottom(t, scr);
	from = run->echo_end;
	if (from == -1) {
		from = run->floor;
		if (screen_state(scr)->erased != run->erased ||
		    screen_state(scr)->resizes != run->resizes ||
		    from < screen_first(scr)) {
			from = screen_first(scr);
			*complete = 0;
		}
		if (screen_state(scr)->modes & SCREEN_ALT) {
			from = screen_top(scr) + header_rows(t);
			*complete = 0;	/* who knows what scrolled */
		}
	}
	for (n = from; n < to; n++) {
		if ((l = lines_add(out)) == NULL ||
		    pane_read(t, scr, n, l) == -1)
			return -1;
		cut_overhang(out);
	}
	if (run->echo_end == -1)
		cut_rest(t, out);
	if (screen_state(scr)->erased != run->erased &&
	    rules_pattern(t->rules, "reply", 0) == NULL)
		cut_copies(out);
	trim_status(t, out);
	return 0;
}
