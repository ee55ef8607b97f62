/*
 * replay - run the mirror and the rules over a recording, in its own time.
 * Linked into csp-sidecar and t/replay.
 */
#include <sys/types.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

#define PAUSE_MS	15	/* output rests for so long: look */
#define POUR_MS		50	/* look so often while it pours */
#define SYNC_MS		500	/* a frame that nobody ends */
#define TYPED_MAX	(256 * 1024)

struct replay {
	struct screen	*scr;
	struct turn	*turn;
	int64_t		now_ms;
	int64_t		fed_ms;		/* last output; -1: all was looked at */
	int64_t		first_ms;	/* first output not looked at */
	int64_t		sync_ms;	/* an open frame's begin, or -1 */
	int64_t		until_ms;	/* time to let pass before the event */
	struct cast_event event;
	size_t		off;		/* of the event's output that was fed */
	int		has_event;
	char		*typed;		/* since the last Enter */
	size_t		typed_len;
	unsigned	found;		/* events of turn not told yet */
	int		mark;
	int		marked;		/* by a sidecar: obey its marks */
	int		enter;		/* typed_len bytes were entered */
	enum turn_box	box;
	int		own;
};

struct replay *
replay_new(const struct cast_head *h, const struct rules *rules,
    const struct rules *line, int scrollback)
{
	struct replay *r;

	if ((r = calloc(1, sizeof *r)) == NULL)
		return NULL;
	r->scr = screen_new(h->cols, h->rows, scrollback);
	r->turn = turn_new(rules, line);
	r->typed = malloc(TYPED_MAX);
	if (r->scr == NULL || r->turn == NULL || r->typed == NULL) {
		replay_free(r);
		return NULL;
	}
	if (h->wall_s > 0)
		turn_set_wall(r->turn, 0, h->wall_s, 0);
	r->fed_ms = r->sync_ms = -1;
	return r;
}

void
replay_free(struct replay *r)
{
	if (r == NULL)
		return;
	turn_free(r->turn);
	screen_free(r->scr);
	free(r->typed);
	free(r);
}

struct screen *
replay_screen(struct replay *r)
{
	return r->scr;
}

struct turn *
replay_turn(struct replay *r)
{
	return r->turn;
}

static void
look(struct replay *r, int64_t at)
{
	if (at > r->now_ms)
		r->now_ms = at;
	if (r->sync_ms != -1 && r->now_ms >= r->sync_ms + SYNC_MS) {
		screen_end_sync(r->scr);
		r->sync_ms = -1;
	}
	r->fed_ms = -1;
	r->own = turn_view(r->turn)->own;
	r->found |= turn_update(r->turn, r->scr, r->now_ms);
}

/* When to look next, -1: not before output comes. */
static int64_t
next_look(const struct replay *r)
{
	int64_t due = turn_deadline(r->turn), at;

	if (r->sync_ms != -1)		/* half a frame is not looked at */
		return r->sync_ms + SYNC_MS;
	if (r->fed_ms != -1) {
		at = r->fed_ms + PAUSE_MS;
		if (r->first_ms + POUR_MS < at)
			at = r->first_ms + POUR_MS;
		if (due == -1 || at < due)
			due = at;
	}
	return due;
}

/* The bytes of the escape sequence that s begins with: a key, or an answer. */
static size_t
sequence(const char *s, size_t len)
{
	size_t n = 2;

	if (len < 2)
		return len;
	if (s[1] == '[' || s[1] == 'O') {	/* CSI ... final byte, SS3 */
		while (n < len && s[1] == '[' && s[n] >= 0x20 && s[n] < 0x40)
			n++;
		return n < len ? n + 1 : len;
	}
	if (s[1] == ']' || s[1] == 'P') {	/* OSC, DCS: to ST or BEL */
		while (n < len && s[n] != '\007' && s[n] != '\033')
			n++;
		return n < len ? n + (s[n] == '\033' ? 2 : 1) : len;
	}
	return n;
}

/* Input: text since the last Enter, without keys and the marks of a paste. */
static void
typed(struct replay *r, const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i++) {
		if (s[i] == '\033') {
			n = sequence(s + i, len - i);
			i += n < len - i ? n - 1 : len - i - 1;
			continue;
		}
		if (r->typed_len < TYPED_MAX &&
		    ((unsigned char)s[i] >= ' ' || s[i] == '\n' ||
		    s[i] == '\t'))
			r->typed[r->typed_len++] = s[i];
	}
}

static void
input(struct replay *r, const struct cast_event *e)
{
	const struct turn_view *v = turn_view(r->turn);
	size_t len = e->len;
	int enter;

	enter = len > 0 && e->text[len - 1] == '\r';
	if (v->dialog) {
		r->typed_len = 0;	/* an answer, no prompt */
		return;
	}
	typed(r, e->text, enter ? len - 1 : len);
	if (enter && r->typed_len > 0) {
		r->box = turn_box(r->turn, r->scr, r->typed, r->typed_len);
		(void)turn_begin(r->turn, r->scr, r->typed, r->typed_len,
		    r->now_ms);
		if (!r->marked)
			turn_taken(r->turn);
		r->enter = 1;
	}
}

void
replay_event(struct replay *r, const struct cast_event *e)
{
	r->event = *e;
	r->has_event = 1;
	r->off = 0;
	r->until_ms = e->time_ms;
}

void
replay_end(struct replay *r, int64_t ms)
{
	r->has_event = 0;
	r->until_ms = r->now_ms + ms;
}

/* Feed output up to the end of a frame; look there. */
static void
feed(struct replay *r)
{
	uint64_t frames = screen_state(r->scr)->frames;

	if (r->fed_ms == -1)
		r->first_ms = r->now_ms;
	r->off += screen_feed_frame(r->scr, r->event.text + r->off,
	    r->event.len - r->off);
	r->fed_ms = r->now_ms;
	if (r->off == r->event.len)
		r->has_event = 0;
	if (!(screen_state(r->scr)->modes & SCREEN_SYNC))
		r->sync_ms = -1;
	else if (r->sync_ms == -1)
		r->sync_ms = r->now_ms;
	if (screen_state(r->scr)->frames != frames)
		look(r, r->now_ms);
}

static int
begins(const struct cast_event *e, const char *word)
{
	size_t n = strlen(word);

	return e->len >= n && memcmp(e->text, word, n) == 0;
}

/*
 * What is not to be seen: how the program has set its terminal, "tty raw", and
 * what became of a delivery.
 */
static void
obey_mark(struct replay *r, const struct cast_event *e)
{
	enum turn_tty tty = TURN_TTY_UNKNOWN;

	if (begins(e, "delivery submitted"))
		turn_taken(r->turn);
	else if (begins(e, "delivery taken back"))
		turn_cancel(r->turn);
	if (!begins(e, "tty ") || e->len < 5)
		return;
	r->marked = 1;
	switch (e->text[4]) {
	case 'r':
		tty = TURN_TTY_RAW;
		break;
	case 'l':
		tty = TURN_TTY_LINE;
		break;
	case 's':
		tty = TURN_TTY_SECRET;
		break;
	}
	turn_set_tty(r->turn, tty, r->now_ms);
}

static void
act(struct replay *r)
{
	switch (r->event.kind) {
	case 'o':
		feed(r);
		return;
	case 'i':
		input(r, &r->event);
		break;
	case 'r':
		if (r->event.cols > 0)
			(void)screen_resize(r->scr, r->event.cols,
			    r->event.rows);
		break;
	case 'm':
		obey_mark(r, &r->event);
		look(r, r->now_ms);
		r->mark = 1;
		break;
	default:
		break;
	}
	r->has_event = 0;
}

/* Tell the next thing that was found, if there is one. */
static int
tell(struct replay *r, struct replay_out *out)
{
	memset(out, 0, sizeof *out);
	out->time_ms = r->now_ms;
	out->view = turn_view(r->turn);
	out->own = r->own;
	out->reply.text = out->reply.error = "";
	if (r->found & (TURN_STATE | TURN_DETAIL)) {
		r->found &= ~(unsigned)(TURN_STATE | TURN_DETAIL);
		out->kind = REPLAY_STATE;
		return 1;
	}
	if (r->found & TURN_ENDED) {
		r->found &= ~(unsigned)(TURN_ENDED | TURN_TEXT);
		out->kind = REPLAY_REPLY;
		turn_reply(r->turn, r->scr, &out->reply);
		return 1;
	}
	if (r->found & TURN_TEXT) {
		r->found &= ~(unsigned)TURN_TEXT;
		out->kind = REPLAY_TEXT;
		turn_reply(r->turn, r->scr, &out->reply);
		return 1;
	}
	r->found = 0;
	if (r->enter) {
		r->enter = 0;
		out->kind = REPLAY_ENTER;
		out->box = r->box;
		out->text = r->typed;
		out->len = r->typed_len;
		r->typed_len = 0;
		return 1;
	}
	if (r->mark) {
		r->mark = 0;
		out->kind = REPLAY_MARK;
		out->text = r->event.text;
		out->len = r->event.len;
		return 1;
	}
	return 0;
}

int
replay_next(struct replay *r, struct replay_out *out)
{
	int64_t at;

	for (;;) {
		if (tell(r, out))
			return 1;
		at = next_look(r);
		if (at != -1 && at < r->until_ms) {
			look(r, at);
			continue;
		}
		if (r->until_ms > r->now_ms)
			r->now_ms = r->until_ms;
		if (!r->has_event)
			return 0;
		act(r);
	}
}
