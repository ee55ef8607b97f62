/*
 * turn - what a wrapped program is doing, read off its screen.
 * Linked into csp-sidecar.  Pure: the screen and the time are given.
 *
 * An update reads the rows that changed, finds the box, asks the rules for the
 * state, and moves the turn on: begun, running, over.  The other files of the
 * part are named in turn_int.h.
 */
#include <stdlib.h>
#include <string.h>

#include "turn_int.h"

#define END_QUIET_MS	500	/* idle for so long: the turn is over */
#define NO_BUSY_MS	3000	/* ... where it was never seen busy */
#define NOTHING_MS	8000	/* ... and nothing came at all */
#define TEXT_MS		200	/* the reply so far, at most so often */
#define KIND_MS		300	/* output rests: line program or TUI? */
#define SILENT_MS	3000	/* ... of a program that has written nothing */
#define MUTE_MS		12000	/* ... where its terminal is known */
#define TOOLBAR		3	/* rows that may stand below a line editor */
#define DRAFT_MS	5000	/* what the person typed was a prompt */
#define LOOSE_MIN	12	/* letters that are enough to know a text by */

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
	t->pane.over_ms = -1;
	t->ground = t->own_ground = -1;
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
	free(t->wiped.seen);
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

/* It is a line program, or a TUI: other rules are asked. */
static void
set_kind(struct turn *t, int is_line)
{
	int r;

	if (is_line != t->view.line)
		for (r = 0; r < t->nrows; r++)
			t->rows[r].asked = 0;
	t->view.line = is_line;
	t->rules = is_line ? t->lines : t->tui;
	t->view.rules = rules_name(t->rules);
}

/* Whether it draws frames or asked for them, and what the terminal can do: line
   editors do one of these at most. */
static int
draws_frames(const struct turn *t, const struct screen_state *st)
{
	return t->tty == TURN_TTY_RAW && st->queries > 0 &&
	    st->frames + st->frames_asked > 0;
}

/* Line program or TUI, by what it has drawn. */
static void
decide_now(struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	int below = rows_written(t, st->cursor_row + 1, t->nrows);
	int is_line, r;

	t->rules = t->tui;
	box_find(t, scr);
	if (below > 0 && below <= TOOLBAR && line_has_prompt(scr))
		below = t->box.present;
	is_line = (st->modes & SCREEN_CURSOR) && !(st->modes & SCREEN_ALT) &&
	    !draws_frames(t, st) && (t->tty == TURN_TTY_LINE ||
	    (below == 0 && t->menu_top == -1 &&
	    !(t->box.present && t->box.outer_top < t->box.top)));
	if (is_line && !t->view.line && t->view.settled && t->was_idle &&
	    !t->was_line)
		is_line = 0;	/* its hints may go while there is a draft */
	set_kind(t, is_line);
	for (r = 0; is_line && !t->view.chat && r < t->nrows; r++)
		t->view.chat = rules_match_any(t->lines, "chat",
		    t->rows[r].line.text) != -1;
	t->view.settled = 1;
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
 * Decide that when its output rests, until the first turn; or as soon as it has
 * the alternate screen, where something may move for ever.
 */
static void
decide_kind(struct turn *t, const struct screen *scr)
{
	int64_t rest = t->now_ms - t->output_ms, silent;

	t->kind_ms = -1;
	if (t->lines == NULL || t->proven || t->run.active ||
	    strcmp(rules_value(t->tui, "kind", "auto"), "auto") != 0)
		return;
	silent = rows_written(t, 0, t->nrows) > 0 ? KIND_MS :
	    silent_ms(t, scr);
	if ((silent != -1 && rest >= silent) || (t->view.line &&
	    (screen_state(scr)->modes & SCREEN_ALT)))
		decide_now(t, scr);
	else if (silent != -1)
		t->kind_ms = t->output_ms + silent;
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
	wiped_begin(t);
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
	menu_find(t);
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
	hint_taken(t);
}

void
turn_prompt(const struct turn *t, const char **text, size_t *len)
{
	int own = t->run.active && t->run.own && t->run.prompt != NULL;

	*text = own ? t->run.prompt : "";
	*len = own ? t->run.prompt_len : 0;
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
	    !(hint_entered(t, scr) && echo_is_new(t, scr))))
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
	over = t->view.state == AGENT_IDLE ||
	    (t->view.state == AGENT_LIMITED && !t->view.dialog);
	over = over && !run->in_box && t->asks_ms == -1;
	/* at rest a line that seemed to tell of work is one of the reply's */
	if (!t->view.line && (changed || run->echo == -1 || run->passed ||
	    (over && run->idle_ms == -1))) {
		echo_track(t, scr);
		run->passed = t->view.dialog;
		if (!is_viewport(t, scr))
			wiped_watch(t, scr);
		else if (!t->view.dialog)
			view_collect(t, scr);
	}
	if (over && t->view.line && run->own && t->view.turns == 1 &&
	    strcmp(rules_value(t->tui, "kind", "auto"), "auto") == 0 &&
	    line_in_place(t, scr)) {
		set_kind(t, 0);		/* it draws its screen */
		t->proven = 1;
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
	uint64_t h = text_hash(v->detail, strlen(v->detail)) * 31 +
	    text_hash(v->until, strlen(v->until));

	return v->dialog && (v->state == AGENT_WAITING ||
	    v->state == AGENT_LIMITED) ? h * 31 + text_hash(v->screen, 16) : h;
}

/* Whether the prompt that was announced stands in the box. */
int
box_has_prompt(struct turn *t, struct screen *scr)
{
	enum turn_box found;

	if (!t->run.own || t->run.prompt_len == 0)
		return 0;
	found = turn_box(t, scr, t->run.prompt, t->run.prompt_len);
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
		menu_find(t);
	}
	decide_kind(t, scr);
	if (v->line) {
		t->box.present = 0;
		line_learn(t, scr);
	} else
		box_find(t, scr);
	if (t->box.present && !t->run.active && !t->land.watched)
		t->ground = region_bar(t, scr);
	t->ask_row = -1;		/* unless a rule wants to know */
	t->over.right = 0;
	v->open = 0;
	if (t->run.active && changed && !v->line)
		echo_track(t, scr);
	t->run.in_box = t->run.active && !t->run.busy_seen && !v->line &&
	    box_has_prompt(t, scr);
	events = state_find(t, scr);
	v->box = v->line ? line_at_prompt(t, scr) : t->box.present;
	v->quiet_ms = now_ms - t->changed_ms;
	v->changed_ms = t->changed_ms;
	state_detail(t, scr);
	if (detail_hash(v) != was_detail)
		events |= TURN_DETAIL;
	events |= maybe_begin(t, scr, was);
	rest_watch(t, scr);
	events |= step_run(t, scr, changed);
	keep_draft(t, scr);
	hint_look(t, scr);
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
	menu_find(t);
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

	if (found == TURN_BOX_OTHER && !t->view.line && hint_is(t,
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
	    (memchr(text, '\n', len) != NULL || line_is_broken(t, scr)))
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
