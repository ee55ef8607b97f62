/*
 * turn - what a wrapped program is doing, read off its screen.
 * Linked into csp-sidecar.  Pure: the screen and the time are given.
 *
 * An update reads the rows that changed, finds the box, asks the rules for the
 * state, and moves the turn on: begun, running, over.  The other files of the
 * part are named in turn_int.h.
 */
#include <sys/types.h>
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"

#define END_QUIET_MS	500	/* idle for so long: the turn is over */
#define NO_BUSY_MS	3000	/* ... where it was never seen busy */
#define NOTHING_MS	8000	/* ... and nothing came at all */
#define TEXT_MS		200	/* the reply so far, at most so often */
#define UNKNOWN_MS	1500	/* no rule fires for so long */
#define KIND_MS		300	/* output rests: line program or TUI? */
#define SILENT_MS	3000	/* ... of a program that has written nothing */
#define MUTE_MS		12000	/* ... where its terminal is known */
#define TOOLBAR		3	/* rows that may stand below a line editor */
#define DRAFT_MS	5000	/* what the person typed was a prompt */
#define LOOSE_MIN	12	/* letters that are enough to know a text by */
#define HOLD_S		60	/* a limit that does not say when it ends */

struct turn *
turn_new(const struct rules *rules, const struct rules *line)
{
	struct turn *t;
	const char *kind;

	if ((t = calloc(1, sizeof *t)) == NULL)
		return NULL;
	t->tui = rules;
	t->lines = line;
	t->rules = rules;
	kind = rules_value(rules, "kind", "auto");
	t->view.line = strcmp(kind, "line") == 0;
	t->view.settled = strcmp(kind, "auto") != 0 || line == NULL;
	t->view.state = AGENT_STARTING;
	t->view.rule = "start";
	t->view.rules = rules_name(rules);
	t->prompt_line = t->more_line = -1;
	t->menu_top = t->menu_bottom = t->ask_row = -1;
	t->no_rule_ms = t->asks_ms = -1;
	t->spin_col = -1;
	t->due_ms = t->kind_ms = -1;
	t->run.echo = t->run.echo_end = -1;
	t->run.idle_ms = -1;
	t->rest.told_ms = t->rest.text_ms = t->rest.clear_ms = -1;
	t->rest.empty_ms = t->rest.idle_ms = t->rest.busy_ms = -1;
	t->reply_complete = 1;
	buf_init(&t->reply, TURN_REPLY_MAX + 1);	/* and a NUL */
	buf_init(&t->before, TURN_REPLY_MAX + 1);
	buf_init(&t->error, TURN_DETAIL_MAX + 1);
	buf_init(&t->scratch, TURN_PROMPT_MAX + 65536);
	return t;
}

void
turn_free(struct turn *t)
{
	int i;

	if (t == NULL)
		return;
	for (i = 0; i < t->nrows; i++)
		row_free(&t->rows[i]);
	free(t->rows);
	free(t->draft);
	land_free(&t->land.before);
	land_free(&t->land.now);
	free(t->land.content);
	free(t->rest.shapes);
	free(t->run.prompt);
	free(t->run.top_hash);
	fold_free(&t->run.fold);
	lines_free(&t->run.window);
	lines_free(&t->run.view);
	line_free(&t->run.above);
	line_free(&t->run.title);
	lines_free(&t->work);
	buf_free(&t->reply);
	buf_free(&t->before);
	buf_free(&t->error);
	buf_free(&t->scratch);
	free(t);
}

void
turn_set_wall(struct turn *t, int64_t now_ms, int64_t wall_s, long gmtoff_s)
{
	t->wall_ms = now_ms;
	t->wall_s = wall_s;
	t->gmtoff_s = gmtoff_s;
	t->has_wall = 1;
}

void
turn_set_tty(struct turn *t, enum turn_tty tty, int64_t now_ms)
{
	if (t->tty != tty && !t->proven)
		t->output_ms = now_ms;	/* it does something */
	t->tty = tty;
}

const struct turn_view *
turn_view(const struct turn *t)
{
	return &t->view;
}

static int
row_blank(const struct turn *t, int r)
{
	return line_is_blank(&t->rows[r].line);
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

/* Rows first to last, the last n written ones of them if n is not 0. */
static int
hit_up(struct turn *t, const struct rules_cond *c, int first, int last)
{
	int n = c->n, r;

	for (r = last; r >= first; r--) {
		if (row_blank(t, r))
			continue;
		if (row_hits(t, r, c) && !is_stale(t, r))
			return r;
		if (c->n > 0 && --n == 0)
			break;
	}
	return -1;
}

/* The same from the first on. */
static int
hit_down(struct turn *t, const struct rules_cond *c, int first, int last)
{
	int n = c->n, r;

	for (r = first; r <= last; r++) {
		if (row_blank(t, r))
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

static int
spinner_runs(const struct turn *t, int *row)
{
	const struct spin *s;

	for (s = t->spins; s < t->spins + SPINS; s++)
		if (s->ticks >= 3 && t->now_ms - s->last_ms < SPIN_MS &&
		    s->row < t->nrows) {
			*row = s->row;
			return 1;
		}
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
		return (*row = hit_up(t, c, b->top, b->bottom)) != -1;
	case RULES_ABOVE:
		return b->present &&
		    (*row = hit_up(t, c, 0, b->outer_top - 1)) != -1;
	case RULES_BELOW:
		return b->present && (*row = hit_down(t, c,
		    b->outer_bottom + 1, t->nrows - 1)) != -1;
	case RULES_TAIL:
	case RULES_SCREEN:
		return (*row = hit_up(t, c, 0, t->nrows - 1)) != -1 &&
		    !is_echo(t, scr, *row);
	case RULES_TURN:
		if (c->pattern == NULL)
			return t->run.active && !t->run.in_box;
		return t->run.prompt_len + (size_t)t->view.turns > 0 &&
		    (*row = hit_up(t, c, turn_top_row(t, scr),
		    region_bottom(t, scr) - 1)) != -1 && (*row == 0 ||
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
		(void)cursor_text(scr, t->view.match, sizeof t->view.match);
		*text = t->view.match;
		break;
	case RULES_MENU:
		*row = t->menu_top;
		return t->menu_top != -1;
	case RULES_SPINNER:
		return spinner_runs(t, row);
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

static void
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

/* Line program or TUI, by what it has drawn. */
static void
decide_now(struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	int below = 0, is_line, r;

	for (r = st->cursor_row + 1; r < t->nrows; r++)
		below += !row_blank(t, r);
	t->rules = t->tui;
	box_find(t, scr);
	if (below > 0 && below <= TOOLBAR && line_has_prompt(scr))
		below = t->box.present;
	is_line = (st->modes & SCREEN_CURSOR) && !(st->modes & SCREEN_ALT) &&
	    (t->tty == TURN_TTY_LINE || (below == 0 && t->menu_top == -1 &&
	    !(t->box.present && t->box.outer_top < t->box.top)));
	if (is_line && !t->view.line && t->view.settled && t->was_idle &&
	    !t->was_line)
		is_line = 0;	/* its hints may go while there is a draft */
	if (is_line != t->view.line)
		for (r = 0; r < t->nrows; r++)
			t->rows[r].asked = 0;
	t->view.line = is_line;
	for (r = 0; is_line && !t->view.chat && r < t->nrows; r++)
		t->view.chat = rules_match_any(t->lines, "chat",
		    t->rows[r].line.text) != -1;
	t->view.settled = 1;
	t->rules = is_line ? t->lines : t->tui;
	t->view.rules = rules_name(t->rules);
}

/*
 * How long a program that has drawn nothing must be silent before it is taken
 * for one that has no prompt; -1: for ever.  One that takes single keys and
 * asks the terminal what it can do is about to draw; another may be a runtime
 * that still starts.
 */
static int64_t
silent_ms(const struct turn *t, const struct screen *scr)
{
	if (t->tty == TURN_TTY_RAW && screen_state(scr)->queries > 0)
		return -1;
	return t->tty == TURN_TTY_UNKNOWN ? SILENT_MS : MUTE_MS;
}

/*
 * The same when its output rests, until the first turn; or as soon as it shows
 * the alternate screen, where something may move for ever.
 */
static void
decide_kind(struct turn *t, const struct screen *scr)
{
	int64_t rest = t->now_ms - t->output_ms, silent;
	int r, written = 0;

	t->kind_ms = -1;
	if (t->lines == NULL || t->proven || t->run.active ||
	    strcmp(rules_value(t->tui, "kind", "auto"), "auto") != 0)
		return;
	for (r = 0; r < t->nrows; r++)
		written += !row_blank(t, r);
	silent = written > 0 ? KIND_MS : silent_ms(t, scr);
	if ((silent != -1 && rest >= silent) || (t->view.line &&
	    (screen_state(scr)->modes & SCREEN_ALT)))
		decide_now(t, scr);
	else if (silent != -1)
		t->kind_ms = t->output_ms + silent;
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
	for (; *r < t->nrows && !row_blank(t, *r); (*r)++) {
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
		if (row_blank(t, r))
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
static void
set_detail(struct turn *t, const struct screen *scr)
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
		if (v->line)
			ask_detail(t, scr, screen_state(scr)->cursor_row,
			    screen_state(scr)->cursor_row + 1);
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
static unsigned
find_state(struct turn *t, const struct screen *scr)
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

static void
run_reset(struct turn *t, int own)
{
	struct run *run = &t->run;

	run->active = 1;
	run->own = own;
	run->busy_seen = 0;
	run->idle_ms = -1;
	t->reply_final = 0;
	t->text_hash = 0;
	t->text_ms = t->now_ms;
	t->reply_complete = 1;
	buf_clear(&t->reply, 65536);
	buf_clear(&t->before, 65536);
	buf_clear(&t->error, 65536);
	t->view.in_turn = 1;
	t->view.own = own;
}

/* 0, or -1 if memory is short and nothing has changed. */
static int
run_begin(struct turn *t, struct screen *scr, const char *text, size_t len,
    int own)
{
	struct run *run = &t->run;
	char *copy = NULL;

	if (text != NULL) {
		if (len > TURN_PROMPT_MAX)
			len = TURN_PROMPT_MAX;
		if ((copy = malloc(len + 1)) == NULL)
			return -1;
		memcpy(copy, text, len);
		copy[len] = '\0';
		run->loose = 1;
		if (fold_loose(&run->fold, copy, len) == 0 &&
		    run->fold.n < LOOSE_MIN) {
			run->loose = 0;
			run->fold.n = 0;
		}
		if (run->fold.n == 0 &&
		    fold_text(&run->fold, copy, len) == -1) {
			free(copy);
			return -1;
		}
	}
	free(run->prompt);
	run->prompt = copy;
	run->prompt_len = copy == NULL ? 0 : len;
	run_reset(t, own);
	echo_begin(t, scr);
	rest_begin(t, scr);
	if (t->view.line)
		line_begin(t, scr);
	return 0;
}

int
turn_begin(struct turn *t, struct screen *scr, const char *text, size_t len,
    int64_t now_ms)
{
	int again = t->run.active && t->run.own && !t->run.busy_seen &&
	    t->run.prompt != NULL && t->run.prompt_len == len &&
	    memcmp(t->run.prompt, text, len) == 0;

	t->now_ms = now_ms;
	if (rows_update(t, scr) == -1)
		return -1;
	if (!t->view.line)		/* the text of one is yet to come */
		land_enter(t, scr);
	rows_find_menu(t);
	if (!t->view.settled)
		decide_now(t, scr);
	if (!t->view.line)
		box_find(t, scr);
	if (t->box.present && !t->land.stays && !box_has_cursor(t, scr))
		t->rest.cursor = 0;
	if (again && !t->view.line && t->run.echo == -1)
		return 0;
	if (run_begin(t, scr, text, len, 1) == -1)
		return -1;
	t->view.turns++;
	return 0;
}

void
turn_taken(struct turn *t)
{
	t->proven = 1;
	t->land.watched = t->land.typed = t->land.stays = 0;
	rest_taken(t);
}

void
turn_cancel(struct turn *t)
{
	t->land.typed = t->land.stays = 0;
	t->run.active = 0;
	t->view.in_turn = 0;
	t->view.own = 0;
}

/* Keep what stands in the box: if the agent turns busy it was a prompt. */
static void
keep_draft(struct turn *t, const struct screen *scr)
{
	uint64_t h = 0;
	char *copy;
	int r;

	if (t->view.line || !t->box.present || t->run.active)
		return;
	for (r = t->box.top; r <= t->box.bottom; r++)
		h = h * 31 + t->rows[r].hash;
	if (h == t->draft_hash)
		return;
	t->draft_hash = h;
	if (box_content(t, scr, &t->scratch) == -1 || t->scratch.len == 0)
		return;
	if ((copy = malloc(t->scratch.len + 1)) == NULL)
		return;
	memcpy(copy, t->scratch.p, t->scratch.len);
	copy[t->scratch.len] = '\0';	/* it may be a prompt */
	free(t->draft);
	t->draft = copy;
	t->draft_len = t->scratch.len;
	t->draft_ms = t->now_ms;
}

/* A turn that nobody announced: the person has typed a prompt. */
static unsigned
maybe_begin(struct turn *t, struct screen *scr, enum agent_state was)
{
	int busy = t->view.state == AGENT_BUSY ||
	    t->view.state == AGENT_WAITING;

	if (t->run.active || t->view.line || t->draft == NULL ||
	    was == AGENT_BUSY || was == AGENT_WAITING ||
	    t->now_ms - t->draft_ms > DRAFT_MS || (!busy &&
	    !(rest_entered(t, scr) && echo_is_new(t, scr))))
		return 0;
	if (run_begin(t, scr, t->draft, t->draft_len, 0) == -1)
		return 0;
	free(t->draft);
	t->draft = NULL;
	t->run.floor = screen_first(scr);	/* it is drawn already */
	t->view.turns++;
	return TURN_BEGAN;
}

static int
is_viewport(const struct turn *t, const struct screen *scr)
{
	return (screen_state(scr)->modes & SCREEN_ALT) != 0 ||
	    strcmp(rules_value(t->rules, "viewport", "no"), "yes") == 0;
}

/* How long it must look over before the turn is. */
static int64_t
end_quiet(const struct turn *t)
{
	const struct run *run = &t->run;
	int64_t quiet = rules_number(t->rules, "end-quiet", END_QUIET_MS);

	if (t->view.line)
		return run->busy_seen ? 0 : 60;
	if (run->busy_seen)
		return quiet;
	return run->echo != -1 ? NO_BUSY_MS : NOTHING_MS;
}

/* The reply so far is put together the more seldom the longer it is. */
static int64_t
text_pause(const struct turn *t)
{
	int64_t more = (int64_t)(t->reply.len / 64);

	return TEXT_MS + (more < 1800 ? more : 1800);
}

/* It was taken for a line program, and draws its screen. */
static void
become_tui(struct turn *t)
{
	int r;

	for (r = 0; r < t->nrows; r++)
		t->rows[r].asked = 0;
	t->view.line = 0;
	t->rules = t->tui;
	t->view.rules = rules_name(t->rules);
	t->proven = 1;
}

/* Move the turn on. */
static unsigned
step_run(struct turn *t, struct screen *scr, int changed)
{
	struct run *run = &t->run;
	unsigned events = 0;
	uint64_t h;
	int over;

	if (!run->active)
		return 0;
	if (t->view.state == AGENT_BUSY || t->view.state == AGENT_WAITING)
		run->busy_seen = 1;
	if (!t->view.line && (changed || run->echo == -1 || run->passed)) {
		echo_track(t, scr);
		run->passed = t->view.dialog;
		if (is_viewport(t, scr) && !t->view.dialog)
			view_collect(t, scr);
	}
	over = t->view.state == AGENT_IDLE ||
	    (t->view.state == AGENT_LIMITED && !t->view.dialog);
	over = over && !run->in_box && t->asks_ms == -1;
	if (over && t->view.line && run->own && t->view.turns == 1 &&
	    strcmp(rules_value(t->tui, "kind", "auto"), "auto") == 0 &&
	    line_in_place(t, scr)) {
		become_tui(t);
		return TURN_STATE;
	}
	if (!over)
		run->idle_ms = -1;
	else if (run->idle_ms == -1) {
		run->idle_ms = t->now_ms;
		reply_stands(t, scr);
	}
	if (over && t->now_ms - run->idle_ms >= end_quiet(t) &&
	    (t->view.line || t->now_ms - t->changed_ms >= 100)) {
		reply_make(t, scr);
		if (!t->view.line && t->reply.len == 0 && t->error.len == 0 &&
		    t->now_ms - run->idle_ms < (run->busy_seen ? NO_BUSY_MS :
		    NOTHING_MS))
			return 0;	/* a pause, or it is slow to begin */
		if (t->view.line)
			line_learn_head(t, scr);
		run->active = 0;
		t->view.in_turn = t->view.own = 0;
		t->reply_final = 1;
		learn_turn(t);
		rest_ended(t, scr);
		return TURN_ENDED;
	}
	if (t->now_ms - t->text_ms >= text_pause(t) &&
	    t->changed_ms >= t->text_ms) {
		reply_make(t, scr);
		t->text_ms = t->now_ms;
		h = text_hash(t->reply.p == NULL ? "" : t->reply.p,
		    t->reply.len);
		if (h != t->text_hash && t->reply.len > 0)
			events |= TURN_TEXT;
		t->text_hash = h;
	}
	return events;
}

/* A number for what is told beside the state: not that it just seems to ask. */
static uint64_t
detail_hash(const struct turn_view *v)
{
	return text_hash(v->detail, strlen(v->detail)) * 31 +
	    text_hash(v->until, strlen(v->until)) + (uint64_t)(v->dialog &&
	    (v->state == AGENT_WAITING || v->state == AGENT_LIMITED));
}

/* Whether the prompt of the turn, told to have begun, is still to be taken. */
static int
is_in_box(struct turn *t, struct screen *scr)
{
	const struct run *run = &t->run;
	enum turn_box found;

	if (!run->active || !run->own || run->busy_seen || t->view.line)
		return 0;
	found = turn_box(t, scr, run->prompt, run->prompt_len);
	return found == TURN_BOX_TEXT || found == TURN_BOX_PART;
}

unsigned
turn_update(struct turn *t, struct screen *scr, int64_t now_ms)
{
	const struct screen_state *st = screen_state(scr);
	struct turn_view *v = &t->view;
	uint64_t was_detail;
	enum agent_state was = v->state;
	unsigned events;
	int changed = 0;

	t->now_ms = now_ms;
	was_detail = detail_hash(v);
	if (!t->looked || st->generation != t->generation) {
		if ((changed = rows_update(t, scr)) == -1)
			return 0;
		changed |= t->unseen;
		t->unseen = 0;
		t->generation = st->generation;
		t->output_ms = now_ms;
		if (changed || !t->looked)
			t->changed_ms = now_ms;
		t->looked = 1;
		rows_find_menu(t);
	}
	decide_kind(t, scr);
	if (v->line) {
		t->box.present = 0;
		line_learn(t, scr);
	} else
		box_find(t, scr);
	t->ask_row = -1;		/* unless a rule wants to know */
	t->over.right = 0;
	v->open = 0;
	if (t->run.active && changed && !v->line)
		echo_track(t, scr);
	t->run.in_box = is_in_box(t, scr);
	events = find_state(t, scr);
	v->box = v->line ? line_at_prompt(t, scr) : t->box.present;
	v->quiet_ms = now_ms - t->changed_ms;
	v->changed_ms = t->changed_ms;
	set_detail(t, scr);
	if (detail_hash(v) != was_detail)
		events |= TURN_DETAIL;
	events |= maybe_begin(t, scr, was);
	rest_watch(t, scr);
	events |= step_run(t, scr, changed);
	keep_draft(t, scr);
	rest_look(t, scr);
	if (changed || !t->proven)
		chrome_keep(t);
	return events;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	if (a == -1)
		return b;
	return b == -1 || a < b ? a : b;
}

int64_t
turn_deadline(const struct turn *t)
{
	const struct run *run = &t->run;
	int64_t due = t->due_ms, rest = t->now_ms - t->output_ms;

	if (!t->looked)
		return t->now_ms;
	due = sooner(due, t->kind_ms);
	if (t->view.line)
		due = sooner(due, line_due(t, rest));
	if (t->no_rule_ms != -1 && t->view.state != AGENT_STARTING &&
	    t->view.state != AGENT_UNKNOWN && !t->land.watched)
		due = sooner(due, t->no_rule_ms + UNKNOWN_MS);
	if (t->view.state == AGENT_LIMITED && t->box.present &&
	    t->view.until_ms > t->now_ms)
		due = sooner(due, t->view.until_ms);
	if (run->active && run->idle_ms != -1) {
		due = sooner(due, run->idle_ms + end_quiet(t));
		if (due <= t->now_ms)
			due = t->changed_ms + 100;
	}
	if (run->active && t->changed_ms >= t->text_ms)
		due = sooner(due, t->text_ms + text_pause(t));
	if (t->view.state == AGENT_BUSY)
		due = sooner(due, t->changed_ms + SPIN_MS > t->now_ms ?
		    t->changed_ms + SPIN_MS : -1);
	if (due != -1 && due <= t->now_ms)
		due = t->now_ms + 10;
	return due;
}

/* Bring what a question about the box needs up to the screen as it is now. */
static void
look_again(struct turn *t, struct screen *scr)
{
	if (rows_update(t, scr) > 0) {
		t->changed_ms = t->now_ms;
		t->unseen = 1;		/* by the turn that runs */
	}
	rows_find_menu(t);
	box_find(t, scr);
}

void
turn_watch(struct turn *t, struct screen *scr)
{
	if (!t->view.line || t->tty == TURN_TTY_RAW)
		land_begin(t, scr);
}

enum turn_stood
turn_stood(struct turn *t, struct screen *scr)
{
	look_again(t, scr);
	if (t->view.line || !t->box.present ||
	    box_content(t, scr, &t->scratch) == -1)
		return TURN_STOOD_GONE;
	return land_stood(t, t->scratch.p, t->scratch.len);
}

/* What the box holds where it is not this text: a hint, or the text stands
   somewhere else. */
static enum turn_box
box_otherwise(struct turn *t, const struct screen *scr, enum turn_box found,
    const char *text, size_t len)
{
	enum turn_box landed;

	if (found == TURN_BOX_OTHER && !t->view.line && rest_is_hint(t,
	    t->scratch.p, t->scratch.len, text, len))
		found = TURN_BOX_HINT;
	if (text != NULL && len > 0 && land_stays(t, scr))
		return t->land.found;
	if (text == NULL || len == 0 || !t->land.watched ||
	    rules_pattern(t->rules, "box-top", 0) != NULL ||
	    rules_pattern(t->rules, "box-prompt", 0) != NULL)
		return found;
	landed = land_find(t, scr, text, len);
	return landed == TURN_BOX_OTHER ? found : landed;
}

enum turn_box
turn_box(struct turn *t, struct screen *scr, const char *text, size_t len)
{
	enum turn_box found;
	int filled, rows;

	if (t->view.line) {
		if (!t->prompt_known || (screen_state(scr)->modes &
		    (SCREEN_CURSOR | SCREEN_ALT)) != SCREEN_CURSOR)
			return TURN_BOX_NONE;
		if (line_draft(t, scr, &t->scratch) == -1)
			return TURN_BOX_OTHER;
		rows = 1;
		filled = (int)t->scratch.len > t->cols / 2;
	} else {
		look_again(t, scr);
		if (!t->box.present)
			return box_otherwise(t, scr, TURN_BOX_NONE, text, len);
		if (box_content(t, scr, &t->scratch) == -1)
			return TURN_BOX_OTHER;
		rows = t->box.bottom - t->box.top + 1;
		filled = t->rows[t->box.top].line.width * 10 >= t->cols * 7;
	}
	found = box_compare(t, t->scratch.p, t->scratch.len, rows, filled,
	    text, len);
	if (t->view.line && found != TURN_BOX_TEXT && text != NULL &&
	    memchr(text, '\n', len) != NULL)
		found = line_editor(t, scr, found, text, len);
	if (found == TURN_BOX_TEXT || found == TURN_BOX_PART ||
	    (t->view.line && !t->land.watched))
		return found;
	return box_otherwise(t, scr, found, text, len);
}

int
turn_box_rows(const struct turn *t)
{
	const struct box *b = &t->box;

	return b->bottom - b->top + (b->cursor_row == -1 ? 0 :
	    b->cursor_row - b->top);
}

size_t
turn_box_text(struct turn *t, struct screen *scr, char *out, size_t cap)
{
	int st;

	if (t->view.line)
		st = line_draft(t, scr, &t->scratch);
	else {
		look_again(t, scr);
		st = box_content(t, scr, &t->scratch);
	}
	if (st == -1)
		buf_clear(&t->scratch, 65536);
	if (cap > 0)
		copy_text(out, cap, t->scratch.len > 0 ? t->scratch.p : "",
		    t->scratch.len);
	return t->scratch.len;
}

void
turn_reply(struct turn *t, struct screen *scr, struct turn_reply *out)
{
	if (!t->reply_final && t->run.active)
		reply_make(t, scr);
	if (buf_putc(&t->error, '\0') == 0)
		buf_truncate(&t->error, t->error.len - 1);
	if (buf_putc(&t->reply, '\0') == 0)
		buf_truncate(&t->reply, t->reply.len - 1);
	out->text = t->reply.len > 0 ? t->reply.p : "";
	out->len = t->reply.len;
	out->complete = t->reply_complete;
	out->error = t->error.len > 0 ? t->error.p : "";
}
