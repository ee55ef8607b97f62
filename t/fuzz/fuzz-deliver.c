/*
 * fuzz-deliver - libFuzzer target: whatever a screen shows from one moment to
 * the next, and whatever the person does, the promises of a delivery are kept.
 *
 * The first byte chooses rules and text.  Then three bytes a moment: the turn,
 * the box and the terminal, and how long until then or a call in place of that.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/deliver.h"
#include "t/fuzz/fuzz.h"

enum { HELD_MOST = 60000, STEPS_MOST = 400 };

static struct deliver *d;
static struct turn_view turn;
static struct deliver_view view;
static int wanted, held, urgent, past;
static int64_t now, held_ms;

static void
must(int claim)
{
	if (!claim)
		abort();
}

/* What is to be done, against what was to be seen when it was decided. */
static void
act(const struct deliver_out *o, const char *text)
{
	int enter = o->action == DELIVER_WRITE && o->len > 0 &&
	    memchr(o->bytes, '\r', o->len) != NULL;

	switch (o->action) {
	case DELIVER_COMPOSE:
		must(wanted);
		past = 0;
		(void)deliver_text(d, text, strlen(text));
		break;
	case DELIVER_HOLD:
		must(!held);
		view.held = held = 1;
		held_ms = now;
		break;
	case DELIVER_RELEASE:
		view.held = held = 0;
		break;
	case DELIVER_WRITE:
		must(wanted);			/* nothing but a message's */
		must(!turn.dialog);		/* a dialog gets no key */
		must(held || urgent);		/* nor does the person's text */
		must(!enter || view.box == TURN_BOX_TEXT ||
		    view.box == TURN_BOX_PART);
		must(!enter || !past);		/* nor is one entered again */
		break;
	case DELIVER_SUBMITTED:
	case DELIVER_FAILED:
		must(wanted);			/* once */
		must(!past);
		wanted = urgent = 0;
		break;
	default:
		break;
	}
}

static void
moment(const uint8_t *in, const char *text)
{
	static const enum agent_state states[] = {
		AGENT_IDLE, AGENT_BUSY, AGENT_WAITING, AGENT_LIMITED
	};
	struct deliver_out o;
	int acted = 1, steps = 0;

	turn.dialog = in[0] & 1;
	turn.in_turn = (in[0] & 2) != 0;
	turn.own = (in[0] & 4) != 0;
	turn.state = states[in[0] >> 3 & 3];
	turn.open = (in[0] & 32) != 0;
	turn.left = (in[0] & 64) != 0;
	if (in[0] & 128)
		turn.changed_ms = now;
	view.box = (enum turn_box)((in[1] & 7) % 6);
	view.box_len = view.box == TURN_BOX_TEXT ? strlen(text) : in[1] >> 5;
	view.box_rows = in[1] >> 3 & 3;
	view.paused = (in[1] & 0xe0) == 0xe0;
	view.unread = (in[1] & 0xe0) == 0xc0 ? 10 : 0;
	view.unsent = (in[1] & 0xe0) == 0xa0 ? 10 : 0;
	view.answering = (in[1] & 0xe0) == 0x80;
	if ((in[1] & 0xe0) == 0x60 && !held)
		view.key_ms = now;
	while (acted || (deliver_due(d) != -1 && deliver_due(d) <= now)) {
		must(++steps < STEPS_MOST);	/* it waits in the end */
		acted = 0;
		deliver_step(d, &view, now);
		while (deliver_next(d, &o) != DELIVER_NONE) {
			act(&o, text);
			acted = 1;
		}
	}
	if (view.unsent > 0)
		held_ms = now;			/* the program reads nothing */
	must(!held || now - held_ms <= HELD_MOST);
	must(wanted || deliver_idle(d));
	must(wanted || !held);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	static const char *const texts[] = {
		"[me] hello", "one\ntwo\n\nthree", "a",
		"[me] a text that is a good deal longer than the others are"
	};
	struct deliver_rules r;
	const char *text;
	size_t i;

	if (size < 1)
		return 0;
	memset(&r, 0, sizeof r);
	memcpy(r.enter.bytes, "\r", r.enter.len = 1);
	memcpy(r.newline.bytes, "\n", r.newline.len = 1);
	memcpy(r.backspace.bytes, "\177", r.backspace.len = 1);
	memcpy(r.interrupt.bytes, "\033", r.interrupt.len = 1);
	r.busy = in[0] & 4 ? DELIVER_JOIN : DELIVER_WAIT;
	r.try_break = (in[0] & 8) != 0;
	r.paste = 1;
	r.settle_ms = 250;
	memset(&turn, 0, sizeof turn);
	memset(&view, 0, sizeof view);
	view.turn = &turn;
	view.key_ms = -1;
	view.paste_on = (in[0] & 16) != 0;
	text = texts[in[0] & 3];
	wanted = held = urgent = past = 0;
	now = 1000;
	d = deliver_new(&r);
	must(d != NULL);
	for (i = 1; i + 3 <= size; i += 3) {
		switch (in[i + 2]) {
		case 255: case 254:
			urgent |= in[i + 2] == 254;
			wanted = 1;
			deliver_want(d, urgent, now);
			break;
		case 253:
			deliver_taken(d);
			break;
		case 252:
			deliver_drop(d);
			if (deliver_idle(d))
				wanted = urgent = 0;
			break;
		case 251:
			past = deliver_idle(d);
			deliver_stopped(d, text, strlen(text), now);
			break;
		default:
			now += 10 * in[i + 2];
		}
		moment(in + i, text);
	}
	deliver_free(d);
	return 0;
}
