/*
 * unit-deliver - the transaction of typing, against a box made of thin air.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/deliver.h"
#include "t/tap.h"

static struct turn_view turn;
static struct deliver_view view;
static char wrote[4096], told[256], seen[256];
static size_t wrote_len;
static const char pasted[] = "\033[200~[me] hello\033[201~";
static const char *reply_text = "[me] hello";

/* Steps up to ms later; what is written goes to wrote, one letter for each other
   action to told; the prompt at SUBMITTED to seen. */
static void
run(struct deliver *d, int64_t from, int64_t ms)
{
	static const char letters[] = "-CwDHRWBJXUhtSF";
	struct deliver_out o;
	const char *p;
	size_t n;
	int64_t now;

	for (now = from; now < from + ms; now += 10) {
		deliver_step(d, &view, now);
		while (deliver_next(d, &o) != DELIVER_NONE) {
			if (o.action == DELIVER_WATCH)
				;		/* each text */
			else if (o.action != DELIVER_WRITE)
				told[strlen(told)] = letters[o.action];
			else if (wrote_len + o.len < sizeof wrote) {
				memcpy(wrote + wrote_len, o.bytes, o.len);
				wrote_len += o.len;
			}
			if (o.action == DELIVER_COMPOSE)
				(void)deliver_text(d, reply_text,
				    strlen(reply_text));
			if (o.action == DELIVER_SUBMITTED) {
				deliver_prompt(d, &p, &n);
				memcpy(seen, p, n);
				seen[n] = '\0';
			}
		}
	}
}

static struct deliver *
fresh(struct deliver_rules *r)
{
	memset(r, 0, sizeof *r);
	memcpy(r->enter.bytes, "\r", r->enter.len = 1);
	memcpy(r->backspace.bytes, "\177", r->backspace.len = 1);
	r->paste = 1;
	r->settle_ms = 250;
	memset(&turn, 0, sizeof turn);
	memset(&view, 0, sizeof view);
	memset(told, 0, sizeof told);
	wrote_len = 0;
	turn.state = AGENT_IDLE;
	view.turn = &turn;
	view.box = TURN_BOX_EMPTY;
	view.key_ms = -1;
	view.paste_on = 1;
	return deliver_new(r);
}

/* With a message that was typed within 300 ms and stands in the box. */
static struct deliver *
typed(struct deliver_rules *r)
{
	struct deliver *d = fresh(r);

	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.box = TURN_BOX_TEXT;
	return d;
}

/* The same behind a line program's prompt, within 100 ms. */
static struct deliver *
typed_line(struct deliver_rules *r)
{
	struct deliver *d = fresh(r);

	turn.line = view.canonical = 1;
	view.paste_on = 0;
	deliver_want(d, 0, 0);
	run(d, 0, 100);
	view.box = TURN_BOX_TEXT;
	return d;
}

/* The box is not what it looks like. */
static void
misread_boxes(void)
{
	struct deliver_rules r;
	struct deliver *d;

	/* the first Enter was taken, the box that still shows it is an echo */
	d = typed(&r);
	run(d, 300, 400);
	turn.in_turn = turn.own = 1;
	run(d, 700, 1500);
	ok(wrote[wrote_len - 1] == '\r' && wrote[wrote_len - 2] == '\r',
	    "a second Enter");
	is_str(told, "HCtB", "begins no second turn where one runs");
	deliver_free(d);

	/* a box that is read wrongly: our text is somewhere all the same */
	d = fresh(&r);
	deliver_want(d, 0, 0);
	turn.changed_ms = 500;
	run(d, 0, 4200);
	run(d, 4200, 300);
	ok(wrote_len == (sizeof pasted - 1) + strlen(reply_text) &&
	    strspn(wrote + (sizeof pasted - 1), "\177") >= strlen(reply_text),
	    "what is not seen is taken out before it is typed again");
	run(d, 4500, 1500);
	ok(wrote_len == 2 * (sizeof pasted - 1) + strlen(reply_text) &&
	    !memcmp(wrote + wrote_len - (sizeof pasted - 1), pasted,
	    (sizeof pasted - 1)), "and then it is typed again");
	deliver_free(d);
}

/* A turn that runs is interrupted. */
static void
urgent(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = fresh(&r);
	memcpy(r.interrupt.bytes, "\033", r.interrupt.len = 1);
	deliver_free(d);
	d = deliver_new(&r);
	turn.state = AGENT_BUSY;
	turn.in_turn = 1;
	deliver_want(d, 1, 0);
	run(d, 0, 2000);
	is_mem(wrote, wrote_len, "\033", 1, "urgent: it is interrupted");
	ok(deliver_held(d) != NULL && deliver_due(d) ==
	    deliver_interrupted(d) + DELIVER_INTERRUPT_MS,
	    "and again, though nothing moves");
	strcpy(turn.match, "Working, esc esc to interrupt");
	run(d, 2000, 20);
	run(d, 2020, 900);
	is_mem(wrote, wrote_len, "\033\033", 2, "at once where it takes two");
	deliver_free(d);
}

/* A prompt that was stopped stands in the box when the next is wanted. */
static struct deliver *
back_in_box(struct deliver_rules *r)
{
	struct deliver *d = fresh(r);

	deliver_stopped(d, "[me] old", 8, 100);
	deliver_want(d, 0, 200);
	view.box = TURN_BOX_TEXT;
	return d;
}

/* It is taken out, and is never entered. */
static void
comes_back(void)
{
	struct deliver_rules r;
	struct deliver *d = back_in_box(&r);
	const char *p;
	size_t n;

	deliver_typed(d, &p, &n);
	is_mem(p, n, "[me] old", 8, "stopped: the old prompt is looked for");
	run(d, 200, 100);
	ok(wrote_len > 0 && strspn(wrote, "\177") >= wrote_len,
	    "and taken out where it is back");
	view.box = TURN_BOX_EMPTY;
	run(d, 300, 1500);
	n = strspn(wrote, "\177");
	is_mem(wrote + n, wrote_len - n, pasted, sizeof pasted - 1,
	    "before the next is typed");
	view.box = TURN_BOX_TEXT;
	run(d, 1800, 400);
	turn.changed_ms = 2100;
	view.box = TURN_BOX_EMPTY;
	run(d, 2200, 100);
	is_str(told, "HRHCtBSR", "which is submitted");
	deliver_free(d);

	d = back_in_box(&r);
	memcpy(r.stash.bytes, "\023", r.stash.len = 1);
	deliver_set_rules(d, &r);
	run(d, 200, 100);
	ok(wrote_len > 0 && memchr(wrote, '\023', wrote_len) == NULL,
	    "nor is it put away as a draft is");
	deliver_free(d);

	d = back_in_box(&r);
	view.key_ms = 150;
	run(d, 200, 5000);
	ok(wrote_len == 0, "not after the person has pressed a key");
	is_str(deliver_held(d), "typing", "for it may be theirs now");
	deliver_free(d);

	d = back_in_box(&r);
	run(d, 200, 50);
	n = wrote_len;
	turn.dialog = 1;
	view.box = TURN_BOX_NONE;
	run(d, 250, 1000);
	ok(wrote_len == n, "no key into a dialog");
	turn.dialog = 0;
	view.box = TURN_BOX_TEXT;
	deliver_taken(d);
	run(d, 1250, 1000);
	ok(wrote_len > n && strspn(wrote, "\177") >= wrote_len,
	    "nor Enter after it");
	deliver_free(d);

	d = fresh(&r);
	deliver_want(d, 1, 0);
	run(d, 0, 50);
	deliver_stopped(d, "[me] old", 8, 50);
	view.box = TURN_BOX_PART;
	turn.line = view.canonical = 1;
	view.kill_char = 'K' - '@';
	run(d, 50, 100);
	is_mem(wrote, wrote_len, "\013", 1, "behind a prompt, by its key");
	deliver_free(d);
}

/* What the terminal shows by itself is no proof that anybody reads. */
static void
nobody_reads(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = typed_line(&r);
	run(d, 100, 50);
	is_mem(wrote, wrote_len, "[me] hello\r", 11, "a line is entered");
	view.box = TURN_BOX_EMPTY;
	view.unread = 11;
	run(d, 150, 1000);
	is_str(told, "HCBt", "but not taken as long as nobody reads it");
	run(d, 1150, 800);
	is_str(told, "HCBtUXR", "and taken back in the end");
	view.unread = 0;
	run(d, 1950, 1000);
	ok(wrote_len == 11, "not typed again at once");
	run(d, 2950, 3000);
	view.box = TURN_BOX_TEXT;
	run(d, 5950, 50);
	view.box = TURN_BOX_EMPTY;
	run(d, 6000, 100);
	is_str(told, "HCBtUXRhHBSR", "but later, and then it is taken");
	deliver_free(d);

	d = typed_line(&r);
	run(d, 100, 50);
	view.unread = 11;
	run(d, 150, 100);
	turn.line = view.canonical = 0;
	run(d, 250, 50);
	is_str(told, "HCBtUXR", "a program that now takes keys gets no such line");
	view.echo_off = 1;
	view.unread = wrote_len = 0;
	run(d, 300, 4000);
	ok(wrote_len > 8 && strspn(wrote, "\177") >= wrote_len,
	    "what it got of it is taken out of its box");
	deliver_free(d);

	d = typed_line(&r);
	run(d, 100, 50);
	view.unread = 11;
	run(d, 150, 100);
	view.canonical = 0;
	view.unread = 0;
	view.box = TURN_BOX_OTHER;
	run(d, 250, 100);
	is_str(told, "HCBtSR", "one that reads it late, and looks for more, has it");
	deliver_free(d);
}

/* Programs that lose what comes faster than they draw. */
static void
slow_programs(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = fresh(&r);
	view.paste_on = 0;
	deliver_want(d, 0, 0);
	run(d, 0, 150);
	is_mem(wrote, wrote_len, "[me] hello", 10, "typed text goes out whole");
	view.box = TURN_BOX_OTHER;
	run(d, 150, 4400);
	ok(wrote_len > 20, "garbled, it is taken out");
	view.box = TURN_BOX_EMPTY;
	wrote_len = 0;
	run(d, 4550, 1000);
	is_mem(wrote, wrote_len, "[me] hello", 10, "and typed again");
	view.box = TURN_BOX_OTHER;
	run(d, 5550, 4600);
	view.box = TURN_BOX_EMPTY;
	wrote_len = 0;
	run(d, 10150, 1150);
	is_mem(wrote, wrote_len, "[me] hel", 8, "the third time in pieces,");
	view.box = TURN_BOX_TEXT;
	run(d, 11300, 30);
	is_mem(wrote, wrote_len, "[me] hello", 10, "each when it is seen");
	deliver_free(d);
}

/* A program that takes what comes while it works into the turn that runs. */
static void
joining(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = fresh(&r);
	r.busy = DELIVER_JOIN;
	deliver_set_rules(d, &r);
	turn.state = AGENT_BUSY;
	turn.in_turn = turn.own = 1;
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.box = TURN_BOX_TEXT;
	run(d, 300, 400);
	view.box = TURN_BOX_EMPTY;
	run(d, 700, 200);
	is_str(told, "HCtJSR", "into the turn that runs: no other is begun");
	deliver_free(d);

	d = fresh(&r);
	r.busy = DELIVER_JOIN;
	deliver_set_rules(d, &r);
	turn.in_turn = turn.own = 1;
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.box = TURN_BOX_OTHER;
	run(d, 300, 5000);
	ok(strchr(told, 'X') == NULL, "nor is it ended where that fails");
	deliver_free(d);
}

/* An Enter that begins a line: twice is enough to know. */
static void
enter_breaks(void)
{
	struct deliver_rules r;
	struct deliver *d;
	int i;

	d = typed(&r);
	for (i = 0; i < 30 && strchr(told, 'F') == NULL; i++) {
		view.box_rows = (int)wrote_len - (int)sizeof pasted + 1;
		if (memchr(wrote, '\177', wrote_len) != NULL)
			view.box = TURN_BOX_EMPTY;
		run(d, 300 + i * 200, 200);
	}
	ok(wrote_len > sizeof pasted + 1 && wrote[sizeof pasted - 1] == '\r' &&
	    wrote[sizeof pasted] == '\r' && wrote[sizeof pasted + 1] == '\177',
	    "Enter that begins a line is pressed twice, and taken back");
	ok(strchr(told, 'F') != NULL && strchr(told, 'S') == NULL,
	    "and the message has failed");
	deliver_free(d);
}

/* With a message of two lines, where it is not known what a line break does. */
static struct deliver *
two_lines(struct deliver_rules *r)
{
	struct deliver *d = fresh(r);

	memcpy(r->newline.bytes, "\n", r->newline.len = 1);
	r->try_break = 1;
	deliver_set_rules(d, r);
	view.paste_on = view.box_rows = 0;
	reply_text = "one\ntwo";
	deliver_want(d, 0, 0);
	return d;
}

/* Two lines, and no box to try a line break in. */
static void
no_box(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = two_lines(&r);
	view.box = TURN_BOX_NONE;
	turn.open = 1;
	run(d, 0, 300);
	is_mem(wrote, wrote_len, "one two", 7,
	    "no box to try line breaks in: blanks");
	reply_text = "[me] hello";
	deliver_free(d);
}

/* A program that has not read the Enter is not given another. */
static void
enter_unread(void)
{
	struct deliver_rules r;
	struct deliver *d = typed(&r);
	size_t n;

	run(d, 300, 400);
	n = wrote_len;
	ok(n > 0 && wrote[n - 1] == '\r', "Enter is pressed");
	view.unread = 1;
	run(d, 700, 5000);
	ok(wrote_len == n, "not again while that one is unread");
	view.unread = 0;
	run(d, 5700, 100);
	ok(wrote_len == n + 1, "but when it has been, and nothing came of it");
	deliver_free(d);
}

/* One that is busy with the first part of a long text has not read the rest. */
static void
slow_reader(void)
{
	struct deliver_rules r;
	struct deliver *d = fresh(&r);

	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.unread = 5;
	run(d, 300, 20000);
	is_str(told, "HCt", "what is still unread after long is not taken back");
	view.unread = 0;
	run(d, 20300, 3000);
	is_str(told, "HCt", "and when it was read, it has its time to appear");
	view.box = TURN_BOX_TEXT;
	run(d, 23300, 400);
	ok(wrote_len == sizeof pasted && wrote[wrote_len - 1] == '\r',
	    "then Enter is pressed");
	deliver_free(d);

	d = fresh(&r);
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.unread = 5;
	run(d, 300, 40000);
	ok(strchr(told, 'U') != NULL, "but not for ever");
	deliver_free(d);

	d = typed(&r);
	view.box = TURN_BOX_OTHER;
	run(d, 300, 4300);
	view.unread = 1;
	wrote_len = 0;
	run(d, 4600, 3000);
	ok(wrote_len == 0, "no backspace while the one before is unread");
	deliver_free(d);
}

/* The break that was tried is taken back, though the first key for it is lost. */
static void
break_stays(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = two_lines(&r);
	run(d, 0, 300);
	view.box_rows = 2;
	run(d, 300, 800);
	is_mem(wrote, wrote_len, "\n\177\177", 3, "a line break stays: again");
	view.box_rows = 0;
	run(d, 1100, 100);
	is_mem(wrote, wrote_len, "\n\177\177one\ntwo", 10,
	    "it is gone, and the text is typed");
	reply_text = "[me] hello";
	deliver_free(d);
}

/* The box is redrawn as a line break is tried: that is no line break yet. */
static void
break_redrawn(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = two_lines(&r);
	run(d, 0, 300);
	view.box_rows = 2;
	run(d, 300, 100);
	view.box_rows = 0;
	run(d, 400, 1000);
	is_mem(wrote, wrote_len, "\none two", 8,
	    "a box that grows for a moment was drawn: blanks");
	deliver_free(d);

	d = two_lines(&r);
	run(d, 0, 300);
	view.box_rows = 2;
	run(d, 300, 3000);
	ok(wrote_len > 7 && !memcmp(wrote + wrote_len - 7, "one two", 7),
	    "one that stays so whatever is pressed, too");
	view.box_rows = 0;
	reply_text = "[me] hello";
	deliver_free(d);
}

/* A line break is tried, and there is no box any more that anybody knows. */
static void
odd_break(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = two_lines(&r);
	run(d, 0, 300);
	is_mem(wrote, wrote_len, "\n", 1, "a line break is tried");
	view.box = TURN_BOX_NONE;
	run(d, 300, 1000);
	is_mem(wrote, wrote_len < 2 ? wrote_len : 2, "\n\177", 2,
	    "and taken back where the box is gone for it");
	view.box = TURN_BOX_EMPTY;
	run(d, 1300, 300);
	is_mem(wrote, wrote_len, "\n\177one two", 9, "blanks, then");
	reply_text = "[me] hello";
	deliver_free(d);
}

/* The same where the screen names another key. */
static void
other_key(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = fresh(&r);
	r.try_break = 1;
	deliver_set_rules(d, &r);
	memcpy(view.send.bytes, "\023", view.send.len = 1);
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.box = TURN_BOX_TEXT;
	run(d, 300, 400);
	ok(wrote_len == sizeof pasted && wrote[wrote_len - 1] == '\r',
	    "a key is named for it: Enter first");
	view.box_rows = 1;
	run(d, 700, 1500);
	ok(wrote_len > sizeof pasted && wrote[sizeof pasted] == '\177',
	    "where that begins a line the text is taken back");
	view.box = TURN_BOX_EMPTY;
	run(d, 2200, 2000);
	view.box = TURN_BOX_TEXT;
	run(d, 4200, 600);
	ok(wrote[wrote_len - 1] == '\023', "and that key pressed");
	view.box = TURN_BOX_EMPTY;
	run(d, 4800, 200);
	ok(strchr(told, 'S') != NULL, "it is taken");
	deliver_free(d);

	d = fresh(&r);
	r.try_break = 1;
	deliver_set_rules(d, &r);
	memcpy(view.send.bytes, "\023", view.send.len = 1);
	view.send_sure = 1;
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.box = TURN_BOX_TEXT;
	run(d, 300, 400);
	ok(wrote_len == sizeof pasted && wrote[wrote_len - 1] == '\023',
	    "at once where Enter is said to begin a line");
	deliver_free(d);
}

/* A dialog opened over the text, and the person typed behind it. */
static void
held_once(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = fresh(&r);
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	turn.dialog = 1;
	run(d, 300, 2000);
	turn.dialog = 0;
	view.box = TURN_BOX_OTHER;
	run(d, 2300, 5000);
	is_str(told, "HCtRhh", "why it is held is told once, and once more "
	    "where that has changed");
	deliver_free(d);
}

/* The limit that a prompt has met, told by a dialog in place of the box. */
static void
limit_met(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = typed(&r);
	run(d, 300, 1000);
	view.box = TURN_BOX_NONE;
	turn.dialog = 1;
	turn.state = AGENT_LIMITED;
	run(d, 1300, 4000);
	is_str(told, "HCtBRS", "a limit in a dialog was met by the prompt");
	deliver_free(d);
}

/* The cursor has left the box, which still shows the text. */
static void
cursor_left(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = typed(&r);
	turn.left = 1;
	run(d, 300, 2000);
	ok(wrote_len == sizeof pasted - 1, "no Enter where the cursor is not");
	turn.left = 0;
	run(d, 2300, 100);
	ok(wrote_len == sizeof pasted, "but when it has come back");
	turn.left = 1;
	run(d, 2400, 5000);
	ok(wrote_len == sizeof pasted, "nor a second one");
	deliver_free(d);
}

/* It is not known what keys do. */
static void
unknown_keys(void)
{
	limit_met();
	held_once();
	cursor_left();
	enter_breaks();
	no_box();
	enter_unread();
	slow_reader();
	break_stays();
	break_redrawn();
	odd_break();
	other_key();
}

static void
line_by_line(void)
{
	struct deliver_rules r;
	struct deliver *d;

	reply_text = "a\nb";
	d = typed_line(&r);
	run(d, 100, 100);
	is_mem(wrote, wrote_len, "a\r", 2, "a line program: the first line");
	view.box = TURN_BOX_NONE;
	turn.in_turn = 1;
	run(d, 200, 2000);
	is_mem(wrote, wrote_len, "a\r", 2, "while it runs no second one");
	view.box = TURN_BOX_EMPTY;
	turn.in_turn = 0;
	run(d, 2200, 100);
	is_mem(wrote, wrote_len, "a\rb", 3, "then that");
	deliver_free(d);
}

/* Nothing is in the way. */
static void
plainly(void)
{
	struct deliver_rules r;
	struct deliver *d;

	d = fresh(&r);
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	is_mem(wrote, wrote_len, pasted, sizeof pasted - 1, "typed as a paste");
	is_str(told, "HCt", "keys held, then it is told typed");
	run(d, 300, 1000);
	ok(wrote_len == sizeof pasted - 1, "no Enter while it is not to be seen");
	view.box = TURN_BOX_TEXT;
	run(d, 1300, 300);
	ok(wrote_len == sizeof pasted && wrote[wrote_len - 1] == '\r',
	    "Enter when it is");
	run(d, 1600, 1400);
	ok(wrote_len == sizeof pasted + 1, "and again while it stays");
	view.box = TURN_BOX_EMPTY;
	run(d, 3000, 200);
	is_str(told, "HCtBB", "out of sight, and nothing else has moved: not taken");
	turn.changed_ms = 3000;
	run(d, 3200, 200);
	is_str(told, "HCtBBSR", "submitted when it has left, keys released");
	is_str(seen, reply_text, "the prompt is there when that is told");
	ok(deliver_idle(d), "and that was all");
	ok(wrote_len == sizeof pasted + 1, "with no other key");
	deliver_free(d);
}

/* A dialog is, or a limit, a draft, what somebody typed. */
static void
in_the_way(void)
{
	struct deliver_rules r;
	struct deliver *d;
	size_t n;

	d = fresh(&r);
	turn.dialog = 1;
	turn.state = AGENT_WAITING;
	view.box = TURN_BOX_NONE;
	deliver_want(d, 0, 0);
	run(d, 0, 5000);
	ok(wrote_len == 0, "a dialog: nothing is written");
	is_str(told, "h", "held, told once");
	is_str(deliver_held(d), "dialog", "and why");
	deliver_free(d);

	d = fresh(&r);
	turn.state = AGENT_LIMITED;
	turn.dialog = 1;
	view.box = TURN_BOX_NONE;
	deliver_want(d, 0, 0);
	run(d, 0, 5000);
	is_str(deliver_held(d), "limited", "a limit that is told by a menu");
	deliver_free(d);
	turn.state = AGENT_IDLE;
	turn.dialog = 0;

	d = fresh(&r);
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	turn.dialog = 1;
	view.box = TURN_BOX_NONE;
	run(d, 300, 9000);
	ok(wrote_len == sizeof pasted - 1,
	    "a dialog over the text: not one key more");
	is_str(told, "HCtRh", "the person has the keys to answer it");
	turn.dialog = 0;
	view.box = TURN_BOX_TEXT;
	run(d, 9300, 900);
	ok(wrote[wrote_len - 1] == '\r', "Enter when the text is back");
	deliver_free(d);

	d = fresh(&r);
	view.box = TURN_BOX_OTHER;
	deliver_want(d, 0, 0);
	run(d, 0, 5000);
	ok(wrote_len == 0, "a draft: nothing is written");
	is_str(deliver_held(d), "typing", "held for the person");
	view.box = TURN_BOX_EMPTY;
	view.key_ms = 4900;
	run(d, 5000, 800);
	ok(wrote_len == 0, "nor within a second of their last key");
	run(d, 5800, 400);
	ok(wrote_len > 0, "but then");
	deliver_free(d);

	d = fresh(&r);
	deliver_want(d, 0, 0);
	run(d, 0, 300);
	view.box = TURN_BOX_OTHER;
	run(d, 300, 6000);
	ok(memchr(wrote, '\r', wrote_len) == NULL,
	    "text that came out as another is not entered");
	n = wrote_len - (sizeof pasted - 1);
	ok(n > 10 && n < 100 && strspn(wrote + sizeof pasted - 1, "\177") == n,
	    "but taken back, with some keys more while it stays");
	deliver_free(d);
}

int
main(void)
{
	plainly();
	in_the_way();
	misread_boxes();
	nobody_reads();
	slow_programs();
	joining();
	urgent();
	comes_back();
	unknown_keys();
	line_by_line();
	return tap_done();
}
