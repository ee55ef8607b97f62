/*
 * turn_state - which state the program is in: the rules' states are asked one
 * after the other, and the first whose conditions all hold it is; and what is
 * told beside it: what it asks, when its limit ends.  Part of turn.
 *
 * What a condition means is in cond_holds(); most ask whether a pattern matches
 * rows of some part of the screen.
 */
#include <ctype.h>
#include <string.h>

#include "turn_int.h"

#define HOLD_S		60	/* a limit that does not say when it ends */

void
copy_text(char *to, size_t cap, const char *from, size_t n)
{
	if (n >= cap) {
		n = cap - 1;
		while (n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80)
			n--;
	}
	memmove(to, from, n);
	to[n] = '\0';
}

/* Whether a row is the echo's of the turn that runs: it asks nothing. */
static int
is_echo(const struct turn *t, const struct screen *scr, int r)
{
	int64_t line = screen_top(scr) + r;

	return t->run.active && line >= t->run.echo && line < t->run.echo_end;
}

/* Whether a row that might tell of work stood there before, at rest. */
static int
is_stale(struct turn *t, int r)
{
	return t->for_busy && rest_had(t, r);
}

/* The row that matches, of those from one to another, going by step: of the
   first n written ones of them if n is not 0; -1: none does. */
static int
hit(struct turn *t, const struct rules_cond *c, int from, int to, int step)
{
	int n = c->n, r;

	for (r = from; (to - r) * step >= 0; r += step) {
		if (row_is_blank(t, r))
			continue;
		if (row_hits(t, r, c) && !is_stale(t, r))
			return r;
		if (c->n > 0 && --n == 0)
			break;
	}
	return -1;
}

/* The first row of the turn that is on the screen. */
static int
turn_top_row(const struct turn *t, const struct screen *scr)
{
	int64_t top = screen_top(scr);

	if (t->run.echo_end > top && t->run.echo_end < top + t->nrows)
		return (int)(t->run.echo_end - top);
	return 0;
}

/* Since when nothing has changed: a turn that begins does change something. */
static int64_t
quiet_since(const struct turn *t)
{
	return t->run.active && t->run.own && t->rest.began_ms > t->changed_ms ?
	    t->rest.began_ms : t->changed_ms;
}

/* The rules may be of another mind at this time. */
void
look_at(struct turn *t, int64_t due)
{
	if (t->due_ms == -1 || due < t->due_ms)
		t->due_ms = due;
}

/* Whether what stands in a row of the box is but words of the prompt, which is
   being typed there, or was. */
static int
is_prompt_row(const struct turn *t, int row)
{
	const struct tline *l = &t->rows[row].line;
	const char *end = l->text + l->len, *p = l->text, *s = t->run.prompt;
	size_t n;

	while (p < end && !isalnum((unsigned char)*p))
		p++;
	while (end > p && !isalnum((unsigned char)end[-1]))
		end--;
	n = (size_t)(end - p);
	if (!t->run.active)
		return t->land.typed;
	if (!t->run.own || s == NULL || n == 0)
		return 0;
	while ((s = strchr(s, *p)) != NULL && strncmp(s, p, n) != 0)
		s++;
	return s != NULL;
}

/*
 * Whether a condition holds but for its negation; *row is the row it found, or
 * -1, *text what it looked at where that is no row.
 */
static int
cond_holds(struct turn *t, const struct screen *scr, const struct rules_cond *c,
    int *row, const char **text)
{
	const struct screen_state *st = screen_state(scr);
	const struct box *b = &t->box;
	static char digits[16];

	*row = -1;
	*text = NULL;
	switch (c->where) {
	case RULES_BOX:
		if (!b->present || c->pattern == NULL)
			return b->present;
		return (*row = hit(t, c, b->bottom, b->top, -1)) != -1 &&
		    !is_prompt_row(t, *row);
	case RULES_ABOVE:
		return b->present &&
		    (*row = hit(t, c, b->outer_top - 1, 0, -1)) != -1;
	case RULES_BELOW:
		return b->present && (*row = hit(t, c,
		    b->outer_bottom + 1, t->nrows - 1, 1)) != -1;
	case RULES_TAIL:
	case RULES_SCREEN:
		return (*row = hit(t, c, t->nrows - 1, 0, -1)) != -1 &&
		    !is_echo(t, scr, *row);
	case RULES_TURN:
		if (c->pattern == NULL)
			return t->run.active && !t->run.in_box;
		return t->run.prompt_len + (size_t)t->view.turns > 0 &&
		    (*row = hit(t, c, region_bottom(t, scr) - 1,
		    turn_top_row(t, scr), -1)) != -1 && (*row == 0 ||
		    !reply_goes_on(t, &t->rows[*row - 1].line,
		    &t->rows[*row].line));
	case RULES_TITLE:
		*text = st->title;
		break;
	case RULES_AGENT:
		*text = st->agent;
		break;
	case RULES_PROGRESS:
		if (st->progress < 0)
			return 0;
		digits[0] = (char)('0' + st->progress);
		digits[1] = '\0';
		*text = digits;
		break;
	case RULES_CURSOR:
		if (!t->view.line && !(st->modes & SCREEN_CURSOR))
			return 0;
		(void)cursor_text(scr, t->view.match, sizeof t->view.match);
		*text = t->view.match;
		break;
	case RULES_MENU:
		*row = t->menu_top;
		return t->menu_top != -1;
	case RULES_SPINNER:
		return spin_find(t, row);
	case RULES_READY:
		return t->was_idle;
	case RULES_QUIET:
		return t->now_ms - quiet_since(t) >= c->n;
	case RULES_PROMPT:
		return line_at_prompt(t, scr);
	case RULES_MORE:
	case RULES_ASK:
		(void)cursor_text(scr, t->view.match, sizeof t->view.match);
		*text = t->view.match;
		return rules_match_any(t->rules, c->where == RULES_MORE ?
		    "more" : "ask", *text) != -1;
	case RULES_ALT:
		return (st->modes & SCREEN_ALT) != 0;
	case RULES_CHOICE:
		return (*row = t->ask_row = ask_find(t, scr)) != -1;
	case RULES_WORKS:
		return !rest_is_stopped(t) && rest_works(t, scr, row);
	case RULES_STILL:
		return rest_is_still(t);
	case RULES_AWAY:
		return box_is_left(t, scr);
	case RULES_RETITLED:
		return rest_is_retitled(t, scr);
	case RULES_OPEN:
		return t->view.open = ask_is_open(t, scr);
	case RULES_SECRET:
		return t->tty == TURN_TTY_SECRET;
	}
	return rules_match(c->pattern, *text, NULL, NULL, NULL, NULL);
}

/* Whether all conditions hold; what the last with a text fired on is noted. */
static int
state_fires(struct turn *t, const struct screen *scr,
    const struct rules_state *s)
{
	char match[TURN_MATCH_MAX] = "";
	const struct rules_cond *c;
	const struct tline *l;
	const char *text;
	int holds, row;

	t->for_busy = s->state == AGENT_BUSY;
	for (c = s->conds; c < s->conds + s->nconds; c++) {
		holds = cond_holds(t, scr, c, &row, &text);
		if (holds == c->negate) {
			if (c->where == RULES_QUIET && !c->negate)
				look_at(t, quiet_since(t) + c->n);
			return 0;
		}
		if (c->where == RULES_QUIET && c->negate)
			look_at(t, quiet_since(t) + c->n);
		if (row != -1) {
			l = &t->rows[row].line;
			copy_text(match, sizeof match, l->text + l->indent,
			    l->len - (size_t)l->indent);
		} else if (text != NULL)
			copy_text(match, sizeof match, text, strlen(text));
	}
	copy_text(t->view.match, sizeof t->view.match, match, strlen(match));
	return 1;
}

static void
hash_screen(struct turn *t)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t h = 0;
	int i, r;

	if (t->view.dialog)
		h = t->asked;
	else
		for (r = 0; r < t->nrows; r++)
			h = h * 1099511628211U + text_hash(
			    t->rows[r].line.text, t->rows[r].line.len);
	for (i = 15; i >= 0; i--, h >>= 4)
		t->view.screen[i] = hex[h & 15];
	t->view.screen[16] = '\0';
}

/* Whether the rules find the end of a limit in the text; it is noted then. */
static int
match_until(struct turn *t, const char *text)
{
	const struct rules_pattern *p;
	struct turn_view *v = &t->view;
	long a, b;
	size_t i;

	for (i = 0; (p = rules_pattern(t->rules, "until", i)) != NULL; i++)
		if (rules_match(p, text, NULL, NULL, &a, &b) && a >= 0 &&
		    b > a) {
			copy_text(v->until, sizeof v->until, text + a,
			    (size_t)(b - a));
			return 1;
		}
	return 0;
}

/* The paragraph that begins in row *r as one line; *r moves behind it. */
static void
paragraph(const struct turn *t, int *r, char *out, size_t cap)
{
	const struct tline *l;
	size_t len = 0;

	out[0] = '\0';
	for (; *r < t->nrows && !row_is_blank(t, *r); (*r)++) {
		l = &t->rows[*r].line;
		if (len + l->len + 2 > cap)
			continue;
		if (len > 0)
			out[len++] = ' ';
		memcpy(out + len, l->text + l->indent,
		    l->len - (size_t)l->indent + 1);
		len += l->len - (size_t)l->indent;
	}
}

/* When the limit ends: what the last paragraph of the turn says of it. */
static void
find_until(struct turn *t, const struct screen *scr)
{
	struct turn_view *v = &t->view;
	char text[1024];
	int64_t at = 0, wall;
	int r;

	v->until[0] = '\0';
	for (r = turn_top_row(t, scr); r < t->nrows; r++) {
		if (row_is_blank(t, r))
			continue;
		paragraph(t, &r, text, sizeof text);
		(void)match_until(t, text);
	}
	if (v->until[0] != '\0' && t->has_wall) {
		wall = t->wall_s + (t->now_ms - t->wall_ms) / 1000;
		at = until_parse(v->until, wall, t->gmtoff_s);
		if (at > 0)
			at = t->now_ms + (at - wall) * 1000;
	}
	v->until_known = at > 0;
	if (!v->until_known)
		at = t->now_ms + rules_number(t->rules, "limit-hold", HOLD_S) *
		    1000;
	v->until_ms = at;
}

/* What is to be told beside the state. */
void
state_detail(struct turn *t, const struct screen *scr)
{
	struct turn_view *v = &t->view;

	v->left = !v->line && box_is_left(t, scr);
	v->dialog = (t->asks_ms != -1 || v->state == AGENT_WAITING ||
	    v->state == AGENT_LIMITED) &&
	    !v->line && (!t->box.present || t->ask_row != -1 ||
	    t->tty == TURN_TTY_SECRET || v->left);
	if (v->line && v->state == AGENT_WAITING) {
		v->dialog = !line_at_more(t, scr);
		line_asked(t, scr);
	}
	if (v->state != AGENT_LIMITED) {
		v->until[0] = '\0';
		v->until_ms = 0;
	}
	switch (v->state) {
	case AGENT_WAITING:
	case AGENT_LIMITED:
		if (v->line && t->ask_row == -1)
			ask_detail(t, scr, screen_state(scr)->cursor_row,
			    screen_state(scr)->cursor_row + 1);
		else if (v->dialog && v->left && t->ask_row == -1)
			/* nobody knows where: what stands above the box */
			ask_detail(t, scr, turn_top_row(t, scr),
			    t->box.outer_top);
		else if (v->dialog)
			ask_detail(t, scr, ask_top(t, scr), ask_bottom(t));
		else
			copy_text(v->detail, sizeof v->detail, v->match,
			    strlen(v->match));
		break;
	case AGENT_STARTING:
	case AGENT_UNKNOWN:
		copy_text(v->detail, sizeof v->detail, v->match,
		    strlen(v->match));
		break;
	case AGENT_IDLE:
	case AGENT_BUSY:
		v->detail[0] = '\0';
		break;
	}
	if (v->state == AGENT_LIMITED && v->until_ms == 0)
		find_until(t, scr);
	hash_screen(t);
}

/* A limit of the last turn is over once its time has come. */
static int
limit_is_over(struct turn *t, const struct rules_state *s)
{
	return s->state == AGENT_LIMITED && t->box.present &&
	    t->view.state != AGENT_LIMITED && t->limit_until_ms != 0 &&
	    t->now_ms >= t->limit_until_ms;
}

/* Ask the rules.  Returns the state's bit if it is another one. */
unsigned
state_find(struct turn *t, const struct screen *scr)
{
	const struct rules_state *s, *states, *fired = NULL;
	struct turn_view *v = &t->view;
	enum agent_state was = v->state;
	size_t i, n;

	t->due_ms = -1;
	states = rules_states(t->rules, &n);
	for (i = 0; i < n && fired == NULL; i++) {
		s = &states[i];
		if (!state_fires(t, scr, s) || limit_is_over(t, s))
			continue;
		if (s->state == AGENT_LIMITED && v->state == AGENT_LIMITED &&
		    t->box.present && v->until_ms != 0 &&
		    t->now_ms >= v->until_ms) {
			t->limit_until_ms = v->until_ms;
			continue;
		}
		fired = s;
	}
	if (ask_is_passing(t, fired != NULL &&
	    fired->state == AGENT_WAITING))
		t->no_rule_ms = -1;
	else if (fired != NULL) {
		v->state = fired->state;
		v->rule = fired->text;
		t->no_rule_ms = -1;
	} else {
		if (t->no_rule_ms == -1)
			t->no_rule_ms = t->now_ms;
		if (v->state != AGENT_STARTING && !t->land.watched &&
		    t->now_ms - t->no_rule_ms >= UNKNOWN_MS) {
			v->state = AGENT_UNKNOWN;
			v->rule = "no rule fires";
			v->match[0] = '\0';
		}
	}
	if (v->state == AGENT_BUSY || v->state == AGENT_WAITING)
		t->limit_until_ms = 0;
	if (v->state == AGENT_IDLE) {
		t->was_idle = 1;
		t->was_line |= v->line;
	}
	if (v->state == was)
		return 0;
	v->since_ms = t->now_ms;
	v->until_ms = 0;
	return TURN_STATE;
}
