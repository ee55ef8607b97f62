/*
 * deliver_type - what is typed of a message, and in which pieces.  Part of
 * deliver.
 */
#include <stdlib.h>
#include <string.h>

#include "deliver_in.h"

enum {
	BREAK_MS = 800,		/* a line break is to be seen within */
	STASH_MS = 1500,	/* and the box empty without its draft */
	PIECE_MS = 60,		/* a piece need not be seen for longer, */
	PIECE_SLOW_MS = 400	/* where typing it has failed before */
};

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

int
deliver_next_part(struct deliver *d)
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
	deliver_press(d, &d->rules.newline);
	deliver_go(d, TRY_BREAK, now);
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

/* How it is typed is decided; the first bytes are due. */
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
	(void)deliver_next_part(d);
	if (make_wire(d, v->canonical) == -1) {
		deliver_retry(d, "out of memory", now);
		return;
	}
	d->typed_at = now;
	d->over = v->box == TURN_BOX_HINT;
	d->joined = 0;
	deliver_tell(d, DELIVER_WATCH);
	if (d->by_line)
		deliver_begin(d);
	deliver_go(d, TYPE, now);
	d->due = now;
}

void
deliver_step_compose(struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	if (d->text == NULL)
		return;
	if (!deliver_is_free(v)) {
		deliver_press(d, &d->rules.stash);
		deliver_go(d, STASH, now);
		return;
	}
	begin_typing(d, v, now);
}

void
deliver_step_stash(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	if (v->box == TURN_BOX_EMPTY && v->unsent == 0) {
		d->stashed = 1;
		begin_typing(d, v, now);
	} else if (now - d->since > STASH_MS)
		deliver_retry(d, "the draft in the box could not be put away",
		    now);
	else
		d->due = now + LOOK_MS;
}

void
deliver_step_break(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	int grown = v->unsent == 0 && v->box_rows > d->box_rows;

	d->due = now + LOOK_MS;
	if (v->turn->dialog || v->turn->state == AGENT_BUSY) {
		d->breaks = BREAKS_ENTER;
		deliver_again(d, now);
	} else if (d->breaks == BREAKS_UNKNOWN && grown) {
		if (d->seen_at == -1)
			d->seen_at = now;
		if (now - d->seen_at < BREAK_MS / 4)
			return;		/* it may be half drawn */
		d->breaks = BREAKS_LINES;
		d->box_rows = v->box_rows;	/* with it, now */
		deliver_press(d, &d->rules.backspace);
		d->wrote_at = now;
	} else if (d->breaks == BREAKS_UNKNOWN && now - d->since < BREAK_MS)
		d->seen_at = -1;
	else if (d->breaks == BREAKS_LINES && v->box_rows >= d->box_rows) {
		/* a key was lost, as what comes fast is by some; where none
		   helps it was not the line break that made the box grow */
		if (now - d->since >= 3 * BREAK_MS)
			d->breaks = BREAKS_UNKNOWN;
		else if (v->unsent == 0 && now - d->wrote_at >= BREAK_MS / 2) {
			deliver_press(d, &d->rules.backspace);
			d->wrote_at = now;
		}
	} else if (d->breaks == BREAKS_UNKNOWN && v->box == TURN_BOX_NONE) {
		d->breaks = BREAKS_ENTER;	/* it did something unknown */
		deliver_press(d, &d->rules.backspace);
	} else {
		if (d->breaks == BREAKS_UNKNOWN)
			d->breaks = BREAKS_ENTER;
		begin_typing(d, v, now);
	}
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

void
deliver_step_type(struct deliver *d, const struct deliver_view *v, int64_t now)
{
	size_t n, left = d->wire_len - d->wire_off;

	if (deliver_stops(d, v, 0, now))
		return;
	if (v->unsent > 0) {
		d->due = now + LOOK_MS;
		return;
	}
	if (left > 0 && d->wire_off > 0 && deliver_overdue(d, v, now)) {
		deliver_untype(d, 0, now);	/* the person waits */
		return;
	}
	if (left > 0) {
		if (d->wire_off > 0 && !deliver_is_ours(d, v) &&
		    now - d->wrote_at < (d->tries == 0 ? PIECE_MS :
		    PIECE_SLOW_MS)) {
			d->due = now + DELIVER_PACE_MS;
			return;
		}
		n = piece(d, v);
		deliver_act(d, DELIVER_WRITE, "", d->wire + d->wire_off, n);
		d->wire_off += n;
		d->wrote_at = now;
		d->due = now;
		if (d->wire_off < d->wire_len)
			d->due += DELIVER_PACE_MS;
		return;
	}
	if (!d->typed)
		deliver_tell(d, DELIVER_TYPED);
	d->typed = 1;
	d->wrote_at = now;
	d->backspaces = 0;
	deliver_go(d, SEE, now);
}

/* The program stands at a prompt again, its main one or one for more. */
void
deliver_step_next_line(struct deliver *d, const struct deliver_view *v,
    int64_t now)
{
	d->due = now + LOOK_MS;
	if (d->keys_held && now - d->since > DELIVER_PERSON_MS)
		deliver_release(d);
	if (v->turn->dialog || v->unsent > 0 ||
	    (v->canonical && v->echo_off) || v->box != TURN_BOX_EMPTY ||
	    now - d->since < STEADY_LINE_MS ||
	    (v->turn->in_turn && v->turn->state != AGENT_WAITING))
		return;
	deliver_hold(d, now);
	deliver_begin(d);
	if (make_wire(d, v->canonical) == -1) {
		deliver_finish(d, now);	/* the rest is lost with the memory */
		return;
	}
	deliver_go(d, TYPE, now);
	d->due = now;
}
