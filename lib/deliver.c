/*
 * deliver - typing a message into a program as a transaction.
 * Linked into csp-sidecar.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"

enum {
	ACTIONS_MAX = 16,	/* one step makes fewer */
	BLIND_MAX = 2000,	/* backspaces where nothing is seen: of a longer
				   text none, they would take minutes */
	UNTYPE_MORE = 64,	/* backspaces more than there were characters */
	UNTYPE_LONG = 8000,	/* of more characters, */
	UNTYPE_FAST = 8,	/* so many at once */
	STEADY_MS = 100,	/* the gate is open this long before we go in */
	STEADY_LINE_MS = 20,	/* the same for a line program */
	LOOK_MS = 50,		/* between two looks at the box */
	GONE_MS = 60,		/* after this an empty box is not half drawn */
	SEE_MS = 4000,		/* the box shows the text within, and */
	SEE_BYTES = 16,		/* another ms for each so many bytes of it */
	AGAIN_MS = 1000,	/* before a second Enter, and more each time */
	BREAK_MS = 800,		/* a line break is to be seen within */
	STASH_MS = 1500,
	OTHER_MS = 1500,	/* the box holds what is not ours, for good */
	BLIND_MS = 15000,	/* nothing tells what became of it */
	UNTYPE_SLOW_MS = 30,	/* between those, some may be lost */
	UNTYPE_MS = 100,	/* between the last backspace and a look */
	PIECE_MS = 60,		/* a piece need not be seen for longer, */
	PIECE_SLOW_MS = 400,	/* where typing it has failed before */
	SECOND_MS = 300,	/* before the second of two interrupts */
	LOST_MS = 5000,		/* a text that nobody took: not again before */
	UNREAD_MS = 1500,	/* an unread line is taken back after, */
	UNREAD_AGAIN_MS = 2000	/* and typed again so much later, or more */
};

enum state {
	EMPTY,			/* nothing to deliver */
	GATE,			/* something waits for its time */
	COMPOSE,		/* the text is asked for */
	STASH,			/* the draft is being put away */
	TRY_BREAK,		/* does a line break break the line? */
	TYPE,			/* bytes go out */
	SEE,			/* they should appear in the box */
	LEAVE,			/* Enter was pressed */
	NEXT_LINE,		/* a line was taken, there are more */
	DIALOG,			/* one opened over what we typed */
	UNTYPE,			/* taking it back out */
	UNSTASH			/* the draft comes back */
};

enum breaks {
	BREAKS_UNKNOWN,
	BREAKS_LINES,
	BREAKS_ENTER		/* it is taken for Enter, or not at all */
};

struct deliver {
	struct deliver_rules rules;
	enum breaks	breaks;
	int		box_rows;	/* before a line break, or Enter; and
					   with the break that is tried */
	int		grew;		/* times that Enter began a line */
	int		enter_breaks;	/* it does, and another key sends */
	struct deliver_key enter;	/* pressed last */
	int64_t		enter_at;	/* the first of this try */
	enum state	state;
	int64_t		since;		/* of the state */
	int64_t		due;

	char		*text;		/* the prompt; NULL: not composed */
	size_t		len;
	int		stale;		/* composed by other rules */
	size_t		off, part;	/* what the box should hold of it */
	char		*wire;		/* that as it is written */
	size_t		wire_len, wire_off;
	int64_t		wrote_at;	/* the last byte was taken */

	int		urgent;
	int		interrupts;
	int64_t		interrupt_at;
	int64_t		open_at;	/* the gate opened; -1 shut */
	int64_t		shut_at;
	const char	*held;		/* the reason told last */
	int64_t		retry_at;
	int		tries;
	size_t		left;		/* GATE: text that may stand there */
	int		lying;		/* a line lies there unread */
	int		unread;		/* times that no one read the typed */
	int64_t		unread_until;

	int		by_line;	/* each line is entered by itself */
	int		pasted;		/* typed in one piece */
	int		keys_held;
	int64_t		held_at;
	int		stashed;
	int		typed, submitted;	/* told already */
	int		taken;		/* the program said so */
	int		begun;		/* BEGIN was told */
	int		joins;		/* a turn ran when Enter was pressed */
	int		enters;
	int		was_busy;	/* when Enter was pressed */
	int64_t		seen_at;	/* the box is right since, or -1 */
	int64_t		gone_at;	/* it is empty since, or -1 */
	int64_t		other_at;	/* it is wrong since, or -1 */
	int		entered;	/* DIALOG: it came after Enter */
	int64_t		typed_at;	/* the first byte went out */
	int64_t		lost_at;	/* what went where no box was to be seen
					   was seen nowhere; -1 */
	int		over;		/* typed over what looks like a hint, */
	int		joined;		/* which has not gone for it: a draft */
	size_t		backspaces;	/* still to press, at most */
	size_t		least;		/* what was left in the box by then */
	int		blind;		/* all of them: the box looks empty */

	struct deliver_out out[ACTIONS_MAX];
	size_t		out_first, out_n;
};

struct deliver *
deliver_new(const struct deliver_rules *rules)
{
	struct deliver *d;

	if ((d = calloc(1, sizeof *d)) == NULL)
		return NULL;
	d->rules = *rules;
	d->due = d->open_at = d->shut_at = d->lost_at = -1;
	return d;
}

void
deliver_free(struct deliver *d)
{
	if (d == NULL)
		return;
	free(d->text);
	free(d->wire);
	free(d);
}

void
deliver_set_rules(struct deliver *d, const struct deliver_rules *rules)
{
	d->rules = *rules;
	d->stale = d->text != NULL && !d->submitted;
}

/* actions */

static void
act(struct deliver *d, enum deliver_action action, const char *reason,
    const char *bytes, size_t len)
{
	struct deliver_out *o;

	assert(d->out_n < ACTIONS_MAX);
	o = &d->out[(d->out_first + d->out_n++) % ACTIONS_MAX];
	o->action = action;
	o->reason = reason;
	o->bytes = bytes;
	o->len = len;
}

static void
tell(struct deliver *d, enum deliver_action action)
{
	act(d, action, "", NULL, 0);
}

/* The turn of this prompt begins; it does not, after all. */
static void
begin(struct deliver *d)
{
	tell(d, DELIVER_BEGIN);
	d->begun = 1;
}

static void
cancel(struct deliver *d)
{
	if (d->begun)
		tell(d, DELIVER_CANCEL);
	d->begun = 0;
}

static void
press(struct deliver *d, const struct deliver_key *key)
{
	if (key->len > 0)
		act(d, DELIVER_WRITE, "", key->bytes, key->len);
}

enum deliver_action
deliver_next(struct deliver *d, struct deliver_out *o)
{
	if (d->out_n == 0) {
		memset(o, 0, sizeof *o);
		return DELIVER_NONE;
	}
	*o = d->out[d->out_first];
	d->out_first = (d->out_first + 1) % ACTIONS_MAX;
	d->out_n--;
	return o->action;
}

static void
go(struct deliver *d, enum state state, int64_t now)
{
	d->state = state;
	d->since = now;
	d->due = now + LOOK_MS;
	d->seen_at = d->gone_at = d->other_at = -1;
}

static void
hold(struct deliver *d, int64_t now)
{
	if (d->keys_held)
		return;
	d->keys_held = 1;
	d->held_at = now;
	tell(d, DELIVER_HOLD);
}

static void
release(struct deliver *d)
{
	if (d->keys_held)
		tell(d, DELIVER_RELEASE);
	d->keys_held = 0;
}

static void
forget_text(struct deliver *d)
{
	free(d->text);
	d->text = NULL;
	d->len = d->left = 0;
}

/*
 * This prompt is over.  Its text stays until the next is wanted: the caller
 * asks for it when it fetches what was told of it.
 */
static void
finish(struct deliver *d, int64_t now)
{
	release(d);
	free(d->wire);
	d->wire = NULL;
	d->off = d->part = d->wire_len = d->wire_off = 0;
	d->tries = d->urgent = d->interrupts = d->typed = d->submitted = 0;
	d->left = 0;
	d->unread = 0;
	d->unread_until = 0;
	d->stashed = d->begun = d->joins = d->taken = d->enters = 0;
	d->retry_at = 0;
	d->open_at = d->shut_at = d->lost_at = -1;
	d->held = NULL;
	go(d, EMPTY, now);
	d->due = -1;
}

/* Nothing of it stands in the box: once more later, or never. */
static void
retry(struct deliver *d, const char *why, int64_t now)
{
	if (d->stashed)
		press(d, d->rules.unstash.len > 0 ? &d->rules.unstash :
		    &d->rules.stash);
	d->stashed = 0;
	release(d);
	if (++d->tries >= DELIVER_TRIES) {
		act(d, DELIVER_FAILED, why, NULL, 0);
		finish(d, now);
		return;
	}
	d->retry_at = now + (250 << d->tries);
	d->part = 0;		/* lines that were entered are not again */
	d->enters = d->taken = 0;
	d->open_at = -1;
	d->shut_at = now;
	go(d, GATE, now);
}

/* what the owner says */

void
deliver_want(struct deliver *d, int urgent, int64_t now)
{
	if (d->state == EMPTY) {
		forget_text(d);
		go(d, GATE, now);
		d->shut_at = now;
		d->due = now;
	}
	d->urgent |= urgent;
}

void
deliver_drop(struct deliver *d)
{
	if (d->state == GATE || d->state == COMPOSE)
		finish(d, d->since);
}

int
deliver_text(struct deliver *d, const char *text, size_t len)
{
	char *copy;

	if ((copy = malloc(len + 1)) == NULL)
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	free(d->text);
	d->text = copy;
	d->len = len;
	d->due = d->since;
	return 0;
}

void
deliver_taken(struct deliver *d)
{
	if (d->state == SEE || d->state == LEAVE || d->state == DIALOG) {
		d->taken = 1;
		d->due = d->since;
	}
}

int
deliver_idle(const struct deliver *d)
{
	return d->state == EMPTY;
}

int
deliver_typing(const struct deliver *d)
{
	return d->state > COMPOSE;
}

const char *
deliver_held(const struct deliver *d)
{
	return d->held;
}

/* What goes for a line break: a blank where that would enter the line. */
static const struct deliver_key *
newline(const struct deliver *d)
{
	static const struct deliver_key blank = { " ", 1 };

	return d->breaks == BREAKS_ENTER ? &blank : &d->rules.newline;
}

/* How much of the part is to be seen: what is written of it, once any is. */
static size_t
written(const struct deliver *d)
{
	const char *s = d->text + d->off;
	size_t i, n = 0;

	if (d->state == GATE)
		return d->left;
	if (d->state != TYPE || d->pasted || d->wire_off == 0 ||
	    d->wire_off == d->wire_len)
		return d->part;
	for (i = 0; i < d->part && n < d->wire_off; i++)
		n += s[i] == '\n' && newline(d)->len > 0 ?
		    newline(d)->len : s[i] == '\t' ? 4 : 1;
	return i;
}

void
deliver_typed(const struct deliver *d, const char **text, size_t *len)
{
	*text = d->text != NULL ? d->text + d->off : "";
	*len = d->text != NULL ? written(d) : 0;
}

void
deliver_prompt(const struct deliver *d, const char **text, size_t *len)
{
	*text = d->text != NULL ? d->text : "";
	*len = d->len;
}

int64_t
deliver_due(const struct deliver *d)
{
	return d->due;
}

int64_t
deliver_interrupt_pause(const struct turn_view *t, int pressed)
{
	static const char *const twice[] = { " again", "twice", "esc esc",
	    "Esc Esc", "ESC ESC", NULL };
	int i;

	for (i = 0; pressed % 2 == 1 && twice[i] != NULL; i++)
		if (strstr(t->match, twice[i]) != NULL)
			return SECOND_MS;
	return DELIVER_INTERRUPT_MS;
}

int64_t
deliver_interrupted(const struct deliver *d)
{
	return d->interrupt_at;
}

/* the gate */

/* Nothing is in the way of a text: the box is empty, or holds a hint, or there
   is none where a text may be taken all the same. */
static int
is_free(const struct deliver_view *v)
{
	return v->box == TURN_BOX_EMPTY || v->box == TURN_BOX_HINT ||
	    v->box == TURN_BOX_NONE;
}

/* Why nothing may be typed now, as a receipt says it, or NULL. */
static const char *
gate_shut(const struct deliver *d, const struct deliver_view *v, int64_t now)
{
	const struct turn_view *t = v->turn;
	int waits = d->rules.busy == DELIVER_WAIT || d->urgent;

	if (v->paused)
		return "paused";
	if (now < d->unread_until)
		return "busy";
	if (t->state == AGENT_LIMITED)
		return "limited";	/* also where that is told by a menu */
	if (t->dialog || t->state == AGENT_WAITING ||
	    (v->canonical && v->echo_off))
		return "dialog";
	if (t->state == AGENT_STARTING || v->starting)
		return "busy";
	if (waits && (t->state == AGENT_BUSY || t->in_turn || v->answering))
		return "busy";
	if (v->unsent > 0 ||
	    (v->key_ms != -1 && now - v->key_ms < DELIVER_PERSON_MS))
		return "typing";
	if (d->lost_at >= t->changed_ms && (v->box == TURN_BOX_NONE ||
	    now - d->lost_at < LOST_MS * d->tries))
		return "dialog";	/* one that nobody would know for it */
	if (v->box == TURN_BOX_NONE && !t->open)
		return "busy";
	if (!is_free(v) && d->rules.stash.len == 0)
		return "typing";
	return NULL;
}

/* typing */

/* The wire form of the part: pasted, or with the program's line breaks. */
static int
make_wire(struct deliver *d, int canonical)
{
	static const char open[] = "\033[200~", close[] = "\033[201~";
	const char *s = d->text + d->off;
	const struct deliver_key *nl = newline(d);
	size_t i, n = 0, cap;
	char *w;

	cap = d->part * (nl->len > 4 ? nl->len : 4) + sizeof open +
	    sizeof close;
	free(d->wire);
	d->wire_off = d->wire_len = 0;
	if ((w = d->wire = malloc(cap)) == NULL)
		return -1;
	if (d->pasted) {
		memcpy(w, open, sizeof open - 1);
		memcpy(w + 6, s, d->part);
		memcpy(w + 6 + d->part, close, sizeof close - 1);
		d->wire_len = d->part + 12;
		return 0;
	}
	for (i = 0; i < d->part; i++)
		if (s[i] == '\n' && nl->len > 0) {
			memcpy(w + n, nl->bytes, nl->len);
			n += nl->len;
		} else if (s[i] == '\t' && !canonical) {
			/* as a key it would complete, not indent */
			memcpy(w + n, "    ", 4);
			n += 4;
		} else
			w[n++] = s[i];
	d->wire_len = n;
	return 0;
}

/* The next line from off on is the part; lines that say nothing are passed. */
static int
next_part(struct deliver *d)
{
	const char *nl;

	if (!d->by_line) {
		d->part = d->len;
		return d->off == 0;
	}
	if (d->off >= d->len)
		return 0;
	nl = memchr(d->text + d->off, '\n', d->len - d->off);
	d->part = nl != NULL ? (size_t)(nl - (d->text + d->off)) :
	    d->len - d->off;
	return 1;
}

/*
 * A line break where a text has more than one line, none can be pasted, and
 * what it does is not known: tried once, in the empty box.
 */
static int
tries_break(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (d->pasted || d->by_line || d->breaks != BREAKS_UNKNOWN ||
	    !d->rules.try_break || v->box == TURN_BOX_NONE ||
	    d->text == NULL || memchr(d->text, '\n', d->len) == NULL)
		return 0;
	d->box_rows = v->box_rows;
	press(d, &d->rules.newline);
	go(d, TRY_BREAK, now);
	return 1;
}

/* What talks by lines takes each for a message of its own. */
static void
one_line(struct deliver *d)
{
	char *p;

	for (p = d->text; (p = memchr(p, '\n', d->len - (size_t)(p - d->text)))
	    != NULL; p++)
		*p = ' ';
}

static void
begin_typing(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->pasted = d->rules.paste && v->paste_on;
	d->by_line = v->turn->line && !d->pasted;
	if (d->by_line && v->turn->chat)
		one_line(d);
	if (!d->by_line)
		d->off = 0;
	if (tries_break(d, v, now))
		return;
	if (!d->pasted && !d->by_line && d->rules.try_break &&
	    d->breaks == BREAKS_UNKNOWN && v->box == TURN_BOX_NONE)
		one_line(d);	/* no box to try it in */
	(void)next_part(d);
	if (make_wire(d, v->canonical) == -1) {
		retry(d, "out of memory", now);
		return;
	}
	d->typed_at = now;
	d->over = v->box == TURN_BOX_HINT;
	d->joined = 0;
	tell(d, DELIVER_WATCH);
	if (d->by_line)
		begin(d);
	go(d, TYPE, now);
	d->due = now;
}

static void
step_compose(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (d->text == NULL)
		return;
	if (!is_free(v)) {
		press(d, &d->rules.stash);
		go(d, STASH, now);
		return;
	}
	begin_typing(d, v, now);
}

static void
step_stash(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (v->box == TURN_BOX_EMPTY && v->unsent == 0) {
		d->stashed = 1;
		begin_typing(d, v, now);
	} else if (now - d->since > STASH_MS)
		retry(d, "the draft in the box could not be put away", now);
	else
		d->due = now + LOOK_MS;
}

static void
step_try_break(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	int grown = v->unsent == 0 && v->box_rows > d->box_rows;

	d->due = now + LOOK_MS;
	if (v->turn->dialog || v->turn->state == AGENT_BUSY) {
		d->breaks = BREAKS_ENTER;
		d->tries--;		/* nobody's fault */
		retry(d, "", now);
	} else if (d->breaks == BREAKS_UNKNOWN && grown) {
		if (d->seen_at == -1)
			d->seen_at = now;
		if (now - d->seen_at < BREAK_MS / 4)
			return;		/* it may be half drawn */
		d->breaks = BREAKS_LINES;
		d->box_rows = v->box_rows;	/* with it, now */
		press(d, &d->rules.backspace);
		d->wrote_at = now;
	} else if (d->breaks == BREAKS_UNKNOWN && now - d->since < BREAK_MS)
		d->seen_at = -1;
	else if (d->breaks == BREAKS_LINES && v->box_rows >= d->box_rows) {
		/* a key was lost, as what comes fast is by some; where none
		   helps it was not the line break that made the box grow */
		if (now - d->since >= 3 * BREAK_MS)
			d->breaks = BREAKS_UNKNOWN;
		else if (v->unsent == 0 && now - d->wrote_at >= BREAK_MS / 2) {
			press(d, &d->rules.backspace);
			d->wrote_at = now;
		}
	} else if (d->breaks == BREAKS_UNKNOWN && v->box == TURN_BOX_NONE) {
		d->breaks = BREAKS_ENTER;	/* it did something unknown */
		press(d, &d->rules.backspace);
	} else {
		if (d->breaks == BREAKS_UNKNOWN)
			d->breaks = BREAKS_ENTER;
		begin_typing(d, v, now);
	}
}

/* The box holds our text and nothing else; an empty line is an empty box. */
static int
ours(const struct deliver *d, const struct deliver_view *v)
{
	if (v->turn->dialog)
		return 0;
	if (d->part == 0)
		return v->box == TURN_BOX_EMPTY && d->state == SEE;
	return v->box == TURN_BOX_TEXT || v->box == TURN_BOX_PART;
}

/*
 * Bytes to write next.  Typed text goes out in pieces, each when the one before
 * is to be seen: there are programs that lose or mix up what comes faster than
 * they draw.  Pieces are large, as a terminal's paste is, and smaller where
 * that failed.
 */
static size_t
piece(const struct deliver *d, const struct deliver_view *v)
{
	static const size_t sizes[] = { 1024, 64, 8, 1 };
	size_t left = d->wire_len - d->wire_off, n;
	int k = d->tries < 3 ? d->tries : 3;

	if (k > 1 && d->part > BLIND_MAX)
		k = 1;
	if (d->pasted || v->canonical || left <= sizes[k])
		return left;
	for (n = sizes[k]; n < left && ((unsigned char)
	    d->wire[d->wire_off + n] & 0xc0) == 0x80; n++)
		;			/* characters stay whole */
	return n;
}

/* The person has waited long enough for the keyboard. */
static int
overdue(const struct deliver *d, const struct deliver_view *v, int64_t now)
{
	return d->keys_held && v->held > 0 &&
	    now - d->held_at > DELIVER_KEYS_MS;
}

/*
 * Take it out again: a backspace for each character that was typed, and some
 * more while anything is left: nothing else stood there, and keys may get lost.
 *  blind: nothing of it is to be seen, but it may stand where we do not look.
 */
static void
untype(struct deliver *d, int blind, int64_t now)
{
	size_t i;

	hold(d, now);
	cancel(d);
	d->backspaces = blind || d->over ? 0 : UNTYPE_MORE;
	d->blind = blind;
	for (i = 0; i < d->part; i++)
		if (((unsigned char)d->text[d->off + i] & 0xc0) != 0x80)
			d->backspaces++;
	d->wrote_at = now;
	d->least = SIZE_MAX;
	go(d, UNTYPE, now);
	d->due = now;
}

static void
step_type(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	size_t n, left = d->wire_len - d->wire_off;

	if (v->turn->dialog) {
		d->entered = 0;
		release(d);
		go(d, DIALOG, now);
		return;
	}
	if (v->unsent > 0) {
		d->due = now + LOOK_MS;
		return;
	}
	if (left > 0 && d->wire_off > 0 && overdue(d, v, now)) {
		untype(d, 0, now);	/* the person waits */
		return;
	}
	if (left > 0) {
		if (d->wire_off > 0 && !ours(d, v) && now - d->wrote_at <
		    (d->tries == 0 ? PIECE_MS : PIECE_SLOW_MS)) {
			d->due = now + DELIVER_PACE_MS;
			return;
		}
		n = piece(d, v);
		act(d, DELIVER_WRITE, "", d->wire + d->wire_off, n);
		d->wire_off += n;
		d->wrote_at = now;
		d->due = now;
		if (d->wire_off < d->wire_len)
			d->due += DELIVER_PACE_MS;
		return;
	}
	if (!d->typed)
		tell(d, DELIVER_TYPED);
	d->typed = 1;
	d->wrote_at = now;
	d->backspaces = 0;
	go(d, SEE, now);
}

static void
step_untype(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	int empty = !d->blind && (v->box == TURN_BOX_EMPTY ||
	    v->stood == TURN_STOOD_ALONE), n;

	if (v->turn->dialog) {
		d->entered = 0;
		release(d);
		go(d, DIALOG, now);
		return;
	}
	d->due = now + (d->backspaces > UNTYPE_MORE ? DELIVER_PACE_MS :
	    UNTYPE_SLOW_MS);
	if (v->unsent > 0)
		return;
	if (v->box_len < d->least && !d->blind && !d->over) {
		d->least = v->box_len;	/* it helps: go on */
		if (d->backspaces < UNTYPE_MORE)
			d->backspaces = UNTYPE_MORE;
	}
	if (empty || d->backspaces == 0) {
		d->due = d->wrote_at + UNTYPE_MS;
		if (now >= d->due && d->joined) {
			tell(d, DELIVER_DRAFT);
			d->tries--;	/* nobody's fault */
		}
		if (now >= d->due)
			retry(d, d->blind ?
			    "the program shows nothing of what is typed" :
			    d->grew > 1 ? "Enter begins a line there" :
			    "the program does not take the text", now);
		return;
	}
	d->wrote_at = now;
	if (v->canonical) {
		/* a line: one key takes it all */
		d->wire[0] = (char)v->kill_char;
		act(d, DELIVER_WRITE, "", d->wire, 1);
		d->backspaces = 0;
		d->least = 0;
		return;
	}
	/* one at a time: read at once, several may be no key at all */
	n = d->backspaces > UNTYPE_LONG ? UNTYPE_FAST : 1;
	for (; n > 0; n--) {
		press(d, &d->rules.backspace);
		d->backspaces--;
	}
}

/* the gate again */

static void
step_gate(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	const char *why = gate_shut(d, v, now);
	int64_t steady = v->turn->line ? STEADY_LINE_MS : STEADY_MS;
	int stops = d->urgent && why != NULL && !strcmp(why, "busy") &&
	    v->turn->state == AGENT_BUSY && !v->turn->dialog;

	d->due = now + LOOK_MS;
	if (why != NULL && !strcmp(why, "typing") && v->unsent == 0 &&
	    d->left > 0 && v->box != TURN_BOX_OTHER &&
	    (v->key_ms == -1 || now - v->key_ms >= DELIVER_PERSON_MS)) {
		d->part = d->left;	/* not the person's: it is ours */
		d->left = 0;
		hold(d, now);
		untype(d, 0, now);
		return;
	}
	if (why != NULL) {
		d->open_at = -1;
		if (d->shut_at == -1)
			d->shut_at = now;
		if (stops && (d->interrupts == 0 || now - d->interrupt_at >=
		    deliver_interrupt_pause(v->turn, d->interrupts))) {
			press(d, &d->rules.interrupt);
			d->interrupts++;
			d->interrupt_at = now;
		}
		if (now - d->shut_at >= DELIVER_HELD_MS &&
		    (d->held == NULL || strcmp(d->held, why))) {
			d->held = why;
			act(d, DELIVER_HELD, why, NULL, 0);
		}
		/* shut until something changes, which makes a step of its own;
		 * what time alone changes is the person's rest */
		if (d->held == why && strcmp(why, "typing") && !v->starting)
			d->due = -1;
		else if (d->held == why)
			d->due = now + DELIVER_PERSON_MS / 4;
		if (d->due == -1 && stops)
			d->due = d->interrupt_at + deliver_interrupt_pause(
			    v->turn, d->interrupts);
		if (now < d->unread_until)
			d->due = d->unread_until;
		return;
	}
	if (d->open_at == -1)
		d->open_at = now;
	d->shut_at = -1;
	if (now < d->open_at + steady || now < d->retry_at)
		return;
	d->held = NULL;
	hold(d, now);
	if (d->stale)
		forget_text(d);
	d->stale = 0;
	if (d->text == NULL)
		tell(d, DELIVER_COMPOSE);
	go(d, COMPOSE, now);
}

/* Enter */

/* Enter, or the key that the screen names for it. */
static const struct deliver_key *
enter_key(const struct deliver *d, const struct deliver_view *v)
{
	return d->rules.try_break && v->send.len > 0 &&
	    (v->send_sure || d->enter_breaks) ? &v->send : &d->rules.enter;
}

static void
press_enter(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (v->turn->left) {
		/* half a frame, or a dialog beside the box */
		if (now - d->wrote_at > DELIVER_KEYS_MS)
			release(d);
		return;
	}
	hold(d, now);
	/* where a turn runs the Enter before was taken: what looks like the box
	 * is the echo, and what stands on the screen the reply's beginning */
	if (d->enters == 0)
		d->joins = d->rules.busy == DELIVER_JOIN && v->turn->in_turn;
	if (!d->by_line && !d->joins &&
	    !(d->enters > 0 && v->turn->in_turn && v->turn->own))
		begin(d);
	d->enter = *enter_key(d, v);
	press(d, &d->enter);
	d->box_rows = v->box_rows;
	if (d->enters == 0) {
		d->grew = 0;
		d->enter_at = now;
	}
	if (d->enters++ == 0)
		d->was_busy = v->turn->state == AGENT_BUSY;
	go(d, LEAVE, now);
}

/* Nobody reads: not a word was taken.  Later, then. */
static void
take_back(struct deliver *d, int64_t now)
{
	size_t left = d->part;
	int n = d->unread++;

	d->lying = 0;
	tell(d, DELIVER_TAKE_BACK);
	cancel(d);
	d->tries--;			/* nobody's fault */
	retry(d, "", now);
	d->left = left;			/* somebody may have read it */
	d->unread_until = now + ((int64_t)UNREAD_AGAIN_MS << (n < 5 ? n : 5));
}

/*
 * A paste that has changed nothing on the screen: a dialog took it, or nobody.
 * It is not taken out, for that needs keys.  It may still appear.
 */
static void
swallowed(struct deliver *d, int64_t now)
{
	size_t left = d->part;

	d->lost_at = now;
	cancel(d);
	retry(d, "the program shows nothing of what is typed", now);
	if (d->state == GATE)
		d->left = left;
}

static void
step_see(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	int64_t settle = v->canonical ? 0 : d->rules.settle_ms;

	d->due = now + LOOK_MS;
	if (d->taken) {
		go(d, LEAVE, now);
		return;
	}
	if (v->turn->dialog) {
		d->entered = 0;
		release(d);
		go(d, DIALOG, now);
		return;
	}
	if (ours(d, v)) {
		if (d->seen_at == -1)
			d->seen_at = now;
		if (now - d->wrote_at >= settle &&
		    now - d->seen_at >= settle * 3 / 5)
			press_enter(d, v, now);
		return;
	}
	d->seen_at = -1;
	if (now - d->wrote_at < SEE_MS + (int64_t)(d->part / SEE_BYTES) &&
	    !overdue(d, v, now))
		return;
	d->joined = d->over && v->stood == TURN_STOOD_AND_MORE;
	if (v->unread > 0)
		take_back(d, now);
	else if (d->pasted && is_free(v) && v->turn->changed_ms < d->typed_at)
		swallowed(d, now);
	else if (v->box == TURN_BOX_EMPTY && d->part > BLIND_MAX) {
		cancel(d);
		retry(d, "the program shows nothing of what is typed", now);
	} else
		untype(d, v->box == TURN_BOX_EMPTY, now);
}

static void
submitted(struct deliver *d, int64_t now)
{
	d->lying = 0;
	if (!d->submitted && d->joins)
		tell(d, DELIVER_JOINS);
	if (!d->submitted)
		tell(d, DELIVER_SUBMITTED);
	d->submitted = 1;
	if (d->by_line) {
		d->off += d->part + 1;
		if (next_part(d)) {
			d->enters = 0;
			go(d, NEXT_LINE, now);
			return;
		}
	}
	d->part = 0;
	if (d->stashed && d->rules.unstash.len > 0) {
		go(d, UNSTASH, now);
		return;
	}
	finish(d, now);
}

static void
step_leave(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	int busy = v->turn->state == AGENT_BUSY, moved = 1;

	d->due = now + LOOK_MS;
	if (d->taken) {
		submitted(d, now);
		return;
	}
	if (v->turn->dialog) {
		d->entered = 1;
		release(d);
		go(d, DIALOG, now);
		return;
	}
	if (v->unsent > 0)
		return;
	if (d->by_line && v->canonical && v->unread > 0) {
		/* the terminal has shown it: that is no proof of a reader */
		d->lying = 1;
		if (now - d->since >= UNREAD_MS)
			take_back(d, now);
		return;
	}
	if (d->lying && !v->canonical && (v->unread > 0 || v->echo_off)) {
		/* it takes keys now, not this line; one that has read the line
		 * and only looks for more leaves the echo on */
		take_back(d, now);
		return;
	}
	if (ours(d, v)) {
		d->gone_at = d->other_at = -1;
		if (now - d->since < AGAIN_MS + 250 * d->enters)
			return;
		if (v->unread > 0 && !overdue(d, v, now))
			return;		/* nobody has read that Enter yet */
		d->grew += v->box_rows > d->box_rows;
		if (d->grew > 0 && d->rules.try_break && v->send.len > 0 &&
		    !d->enter_breaks) {
			d->enter_breaks = 1;
			untype(d, 0, now);
			return;
		}
		if (d->grew > 1)
			d->tries = DELIVER_TRIES - 1;
		if (d->grew > 1 || d->enters >= DELIVER_ENTERS ||
		    overdue(d, v, now))
			untype(d, 0, now);
		else
			press_enter(d, v, now);
		return;
	}
	if (d->gone_at == -1)
		d->gone_at = now;
	/* a text that more than one Enter has moved, and nothing else, has
	 * scrolled out of the box */
	if (!d->by_line && d->enters > 1 &&
	    v->turn->changed_ms < d->enter_at)
		moved = 0;
	if (d->by_line || (moved && now - d->gone_at >= GONE_MS &&
	    (v->box == TURN_BOX_EMPTY || v->stood == TURN_STOOD_ALONE ||
	    (busy && !d->was_busy && v->turn->changed_ms >= d->since))) ||
	    (moved && v->box == TURN_BOX_HINT &&
	    now - d->gone_at >= OTHER_MS)) {
		submitted(d, now);
		return;
	}
	if (v->box == TURN_BOX_OTHER && d->other_at == -1)
		d->other_at = now;
	if (v->box == TURN_BOX_OTHER && now - d->other_at > OTHER_MS)
		untype(d, 0, now);
	else if (now - d->since > BLIND_MS) {
		cancel(d);
		act(d, DELIVER_FAILED, "the input box went out of sight",
		    NULL, 0);
		finish(d, now);
	}
}

/* The program stands at a prompt again, its main one or one for more. */
static void
step_next_line(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->due = now + LOOK_MS;
	if (d->keys_held && now - d->since > DELIVER_PERSON_MS)
		release(d);
	if (v->turn->dialog || v->unsent > 0 ||
	    (v->canonical && v->echo_off) || v->box != TURN_BOX_EMPTY ||
	    now - d->since < STEADY_LINE_MS ||
	    (v->turn->in_turn && v->turn->state != AGENT_WAITING))
		return;
	hold(d, now);
	begin(d);
	if (make_wire(d, v->canonical) == -1) {
		finish(d, now);		/* the rest is lost with the memory */
		return;
	}
	go(d, TYPE, now);
	d->due = now;
}

/*
 * A dialog has the keyboard: not a key until it is answered, by the person.
 * What we typed is swallowed, or stands in the box again afterwards.
 */
static void
step_dialog(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->due = -1;
	if (d->taken || (d->entered && v->turn->state == AGENT_LIMITED)) {
		submitted(d, now);
		return;
	}
	if (v->turn->dialog || v->box == TURN_BOX_NONE) {
		if (d->held == NULL && now - d->since >= DELIVER_HELD_MS)
			act(d, DELIVER_HELD, d->held = "dialog", NULL, 0);
		else if (d->held == NULL)
			d->due = now + LOOK_MS;
		d->seen_at = -1;
		return;
	}
	d->due = now + LOOK_MS;
	if (d->seen_at == -1)
		d->seen_at = now;
	if (now - d->seen_at < d->rules.settle_ms)
		return;
	if (ours(d, v) || is_free(v))
		d->held = NULL;
	if (ours(d, v)) {
		hold(d, now);
		d->wrote_at = now;
		go(d, SEE, now);
	} else if (d->entered && is_free(v))
		submitted(d, now);
	else if (is_free(v)) {
		cancel(d);
		d->tries--;		/* nobody's fault */
		retry(d, "a dialog took the text", now);
	} else if ((d->held == NULL || strcmp(d->held, "typing")) &&
	    now - d->since >= DELIVER_HELD_MS)
		/* mixed with the person's own: theirs to sort out */
		act(d, DELIVER_HELD, d->held = "typing", NULL, 0);
}

static void
step_unstash(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	d->due = now + LOOK_MS;
	if (v->turn->dialog || v->box != TURN_BOX_EMPTY ||
	    now - d->since < d->rules.settle_ms)
		return;
	press(d, &d->rules.unstash);
	finish(d, now);
}

void
deliver_step(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (d->out_n > 0)
		return;			/* first those */
	switch (d->state) {
	case EMPTY:
		d->due = -1;
		break;
	case GATE:
		step_gate(d, v, now);
		break;
	case COMPOSE:
		step_compose(d, v, now);
		break;
	case STASH:
		step_stash(d, v, now);
		break;
	case TRY_BREAK:
		step_try_break(d, v, now);
		break;
	case TYPE:
		step_type(d, v, now);
		break;
	case SEE:
		step_see(d, v, now);
		break;
	case LEAVE:
		step_leave(d, v, now);
		break;
	case NEXT_LINE:
		step_next_line(d, v, now);
		break;
	case DIALOG:
		step_dialog(d, v, now);
		break;
	case UNTYPE:
		step_untype(d, v, now);
		break;
	case UNSTASH:
		step_unstash(d, v, now);
		break;
	}
}
