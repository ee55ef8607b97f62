/*
 * turn_answer - what a line program has answered: the lines below what was
 * typed, up to the prompt that stands there again.  Part of turn.
 */
#include <string.h>

#include "turn_int.h"

/* The next line of the prompt's text; *s moves behind it, NULL at its end. */
static const char *
next_typed(const char **s, const char *end, size_t *n)
{
	const char *line = *s, *nl;

	if (line == NULL)
		return NULL;
	nl = memchr(line, '\n', (size_t)(end - line));
	*n = (size_t)((nl == NULL ? end : nl) - line);
	*s = nl == NULL || nl + 1 == end ? NULL : nl + 1;
	return line;
}

/* Leave out what editors show for a TAB. */
static void
cut_tabs(struct folded *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++)
		if (i + 1 < f->n && f->v[i].cp == '^' && f->v[i + 1].cp == 'I')
			i++;
		else
			f->v[n++] = f->v[i];
	f->n = n;
}

/* Whether a line is a prompt with the typed text behind it. */
static int
is_plain_echo(struct turn *t, const char *line, size_t len, const char *typed,
    size_t n)
{
	struct folded head = { NULL, 0, 0 }, ours = { NULL, 0, 0 };
	struct folded seen = { NULL, 0, 0 };
	char before[sizeof t->prompt];
	int same = 0;

	if (fold_text(&ours, typed, n) == -1 ||
	    fold_text(&seen, line, len) == -1 ||
	    fold_text(&head, t->prompt, strlen(t->prompt)) == -1)
		goto out;
	if (memchr(typed, '\t', n) != NULL)
		cut_tabs(&seen);
	if (ours.n > 0 && !fold_tail(&seen, &ours)) {
		if (fold_ascii(&ours) == 0 || fold_ascii(&seen) == 0 ||
		    ours.n == 0 || !fold_tail(&seen, &ours))
			goto out;
		seen.n -= ours.n;
		(void)fold_ascii(&head);
		same = fold_equal(&head, &seen);
		goto out;
	}
	seen.n -= ours.n;	/* what stands before it must be a prompt */
	if (fold_equal(&head, &seen) || seen.n == 0) {
		same = 1;
		goto out;
	}
	n = fold_bytes(line, len, seen.n);
	if (n + 1 >= sizeof before)
		goto out;
	memcpy(before, line, n);	/* a TAB may be as many blanks */
	memcpy(before + n, " ", 2);
	same = prompt_is_like(before, t->prompt) ||
	    line_has_lead(before, t->more_lead) ||
	    rules_match_any(t->rules, "more", before) != -1;
out:
	fold_free(&head);
	fold_free(&ours);
	fold_free(&seen);
	return same;
}

/* The same, be there a prompt on the right. */
static int
is_echo(struct turn *t, const char *line, size_t len, const char *typed,
    size_t n)
{
	size_t end = len, gap;

	if (is_plain_echo(t, line, len, typed, n))
		return 1;
	for (; end > 0; end--) {
		for (gap = 0; gap < end && line[end - gap - 1] == ' '; gap++)
			;
		if (gap >= GAP)
			return end < len && is_plain_echo(t, line, end - gap,
			    typed, n);
	}
	return 0;
}

/*
 * One logical line from *at on, which moves behind it: soft wraps joined, and
 * if it may be an echo, those that line editors draw.  -1 if memory is short.
 */
static int
logical_line(const struct screen *scr, int64_t *at, int64_t to, int echo,
    struct buf *b)
{
	struct tline l = LINE_NONE;
	int more = 1, st = 0;

	buf_clear(b, 65536);
	while (more && *at < to && st == 0) {
		if (line_read(scr, *at, &l) == 0)
			st = buf_append(b, l.text, l.len);
		more = (l.flags & LINE_WRAPS) ||
		    (echo && line_is_full(scr, *at));
		(*at)++;
	}
	if (st == 0 && (l.flags & LINE_CUT) && *at == to) {
		/* the sign that shells put where a newline is missing */
		do
			buf_truncate(b, b->len - 1);
		while (b->len > 0 && ((unsigned char)b->p[b->len] & 0xc0) ==
		    0x80);
	}
	line_free(&l);
	return st;
}

/* Whether the logical line in scratch is a continuation prompt alone. */
static int
is_more(struct turn *t)
{
	char s[64];

	if (t->scratch.len >= sizeof s)
		return 0;
	memcpy(s, t->scratch.p, t->scratch.len);
	s[t->scratch.len] = '\0';
	return rules_match_any(t->rules, "more", s) != -1;
}

/* The line behind the last of the answer: the prompt's, or the cursor's. */
static int64_t
answer_end(struct turn *t, const struct screen *scr)
{
	int64_t end = cursor_line(scr);
	char now[512];

	(void)cursor_text(scr, now, sizeof now);
	if (t->prompt[0] != '\0' && strcmp(now, t->prompt) != 0 &&
	    prompt_ends(now, t->prompt))
		return end + 1;		/* the prompt follows: no newline */
	if (now[0] != '\0' && !line_at_prompt(t, scr))
		return end + 1;
	return end;
}

/* Remember what the person was asked, and on which line. */
void
line_asked(struct turn *t, const struct screen *scr)
{
	struct run *run = &t->run;
	struct asked *a = &run->asked[run->nasked];
	char now[512];
	size_t n = cursor_text(scr, now, sizeof now);

	while (n > 0 && now[n - 1] == ' ')
		n--;
	if (n == 0 || !run->active || run->nasked == ASKED_MAX ||
	    (run->nasked > 0 && a[-1].line == cursor_line(scr)))
		return;
	a->line = cursor_line(scr);
	a->len = n;
	a->hash = text_hash(now, n);
	run->nasked++;
}

/* Whether a question still stands in one of these lines. */
static int
was_asked(const struct run *run, const struct screen *scr, int64_t from,
    int64_t to)
{
	struct tline l = LINE_NONE;
	const struct asked *a;
	int found = 0;

	for (a = run->asked; a < run->asked + run->nasked && !found; a++)
		found = a->line >= from && a->line < to &&
		    line_read(scr, a->line, &l) == 0 && l.len >= a->len &&
		    text_hash(l.text, a->len) == a->hash;
	line_free(&l);
	return found;
}

/*
 * If nothing but the end of a long echo stands at *at, as where the editor has
 * scrolled it, move that behind it and return 1.  A single line may as well be
 * an answer.
 */
static int
behind_rest(struct turn *t, const struct screen *scr, int64_t *at, int64_t to)
{
	struct tline l = LINE_NONE;
	int64_t n = *at;

	while (n < to && line_read(scr, n, &l) == 0 && line_is_blank(&l))
		n++;
	line_free(&l);
	if (t->run.prompt_len < (size_t)t->cols &&
	    memchr(t->run.prompt, '\n', t->run.prompt_len) == NULL)
		return 0;	/* all of it stands on one */
	if (tail_find(t, scr, &n) < 2 || n > to)
		return 0;
	*at = n;
	return 1;
}

/* The answer: what stands between the echo and the prompt. */
void
line_reply(struct turn *t, struct screen *scr, struct buf *out, int *complete)
{
	struct run *run = &t->run;
	const char *end = run->prompt + run->prompt_len, *next = run->prompt;
	const char *last = NULL, *save, *typed;
	int64_t at = screen_anchor(scr, TURN_ANCHOR), from, to;
	size_t keep, last_n = 0, m, n = 0;

	*complete = 1;
	to = answer_end(t, scr);
	if (to > at && to == cursor_line(scr) && line_is_head(t, scr, to - 1))
		to--;
	if (at == -1 || at > to) {
		*complete = screen_state(scr)->dropped == run->dropped;
		at = at == -1 ? screen_first(scr) : screen_top(scr);
		next = NULL;
	}
	if (behind_rest(t, scr, &at, to))
		next = NULL;
	keep = out->len;
	run->answer = -1;
	run->answer_end = to;
	while (at < to) {
		from = at;
		save = next;
		typed = next_typed(&next, end, &n);
		/* a full line may also be one with a prompt on the right */
		if (logical_line(scr, &at, to, typed != NULL &&
		    n + strlen(t->prompt) >= (size_t)t->cols,
		    &t->scratch) == -1)
			break;
		if (typed != NULL && is_echo(t, t->scratch.p == NULL ? "" :
		    t->scratch.p, t->scratch.len, typed, n)) {
			last = typed;
			last_n = n;
			continue;
		}
		if (out->len == 0 && last != NULL && t->scratch.len > last_n &&
		    is_echo(t, t->scratch.p, t->scratch.len, last, last_n))
			continue;	/* an editor has drawn it again */
		if (typed == NULL && out->len == 0 && t->scratch.len > 0 &&
		    is_more(t))
			continue;	/* an empty line ended the input */
		next = save;
		if (t->view.state != AGENT_WAITING &&
		    was_asked(run, scr, from, at))
			continue;
		m = t->scratch.len;
		if (at == to && to == cursor_line(scr) + 1 &&
		    m >= strlen(t->prompt) && t->prompt[0] != '\0') {
			/* cut the prompt off that follows without a newline */
			n = strlen(t->prompt);
			while (n > 0 && t->prompt[n - 1] == ' ')
				n--;
			if (m >= n && memcmp(t->scratch.p + m - n, t->prompt,
			    n) == 0)
				m -= n;
		}
		if (run->answer == -1)
			run->answer = from;
		if (out->len > 0 && buf_putc(out, '\n') == -1)
			break;
		if (buf_append(out, t->scratch.p, m) == -1)
			break;
		if (m > 0)
			keep = out->len;
	}
	if (at < to)
		*complete = 0;
	n = strlen(t->head);
	if (t->head_seen == 1 && keep > n && n > 0 &&
	    memcmp(out->p + keep - n, t->head, n) == 0)
		keep -= n;	/* the prompt follows without a newline */
	while (keep > 0 && out->p[keep - 1] == '\n')
		keep--;
	buf_truncate(out, keep);
}

/*
 * The lines of the answer that line_reply() has found, as drawn.  Returns 0, or
 * -1 if there are none or the prompt stands in the last.
 */
int
line_lines(const struct turn *t, const struct screen *scr, struct tlines *out)
{
	const struct run *run = &t->run;
	struct tline *l;
	int64_t n;

	lines_cut(out, 0);
	if (run->answer == -1 || run->answer_end > cursor_line(scr))
		return -1;
	for (n = run->answer; n < run->answer_end; n++)
		if (!was_asked(run, scr, n, n + 1) &&
		    ((l = lines_add(out)) == NULL ||
		    line_read(scr, n, l) == -1))
			return -1;
	return 0;
}
