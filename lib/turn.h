/*
 * turn - what a wrapped program is doing, read off its screen.
 *
 * From the mirror (screen) and the rules over time: is the program idle, busy,
 * asking; what stands in its input box; and, between a prompt and the next time
 * it is idle, its reply.  Pure: no I/O, no clock; times are the caller's, in
 * milliseconds, and never go back.
 *
 * How it is driven.  The caller feeds the screen and calls turn_update()
 *   - after output, but not after every read: at the end of a synchronized
 *     update, when output has paused for some 15 ms, and anyway every 50 ms
 *     while it pours.  Only lines that changed are matched again, so a call
 *     costs microseconds to a millisecond;
 *   - when turn_deadline() has come, though nothing was written: quiet is a
 *     signal too.
 * A viewport on the alternate screen is collected over these calls: what is
 * drawn and gone between two of them is lost, and the reply then says so.
 *
 * The program is taken for a *line program* (sh, python, bc: a prompt, an
 * answer below it) or for a *TUI* (a box to type in, repainted screens).  The
 * rules say which, or leave it to what the program does (kind auto).
 *
 * turn uses the screen's anchors TURN_ANCHOR and TURN_ANCHOR + 1.
 */
#ifndef TURN_H
#define TURN_H

#include <stddef.h>
#include <stdint.h>

#include "rules.h"
#include "screen.h"

#define TURN_ANCHOR		0
#define TURN_REPLY_MAX		(1024 * 1024)	/* bytes of a reply; more is cut
						   and not complete */
#define TURN_DETAIL_MAX		4096
#define TURN_MATCH_MAX		160
#define TURN_UNTIL_MAX		64
#define TURN_PROMPT_MAX		(1024 * 1024)

struct turn;				/* opaque */

/* What a call of turn_update() found; a set of bits. */
enum turn_event {
	TURN_STATE	= 1 << 0,	/* view.state is another one */
	TURN_DETAIL	= 1 << 1,	/* view.detail, until, screen differ */
	TURN_BEGAN	= 1 << 2,	/* a turn began that nobody announced:
					   the person typed a prompt */
	TURN_TEXT	= 1 << 3,	/* the reply so far differs (told at
					   most every 200 ms) */
	TURN_ENDED	= 1 << 4	/* the turn is over: turn_reply() is
					   final until the next begins */
};

struct turn_view {
	enum agent_state state;
	int64_t		since_ms;	/* of the state */
	const char	*rule;		/* the `state' line that fired, or a few
					   words; never NULL */
	char		match[TURN_MATCH_MAX];	/* the text it fired on */
	char		detail[TURN_DETAIL_MAX];/* waiting: the dialog as it
					   stands on the screen; limited: what
					   the program says; starting, unknown:
					   why; else "" */
	char		until[TURN_UNTIL_MAX];	/* limited: the end as written
					   on the screen, "6:41pm (UTC)", or
					   "" */
	int64_t		until_ms;	/* limited: end in turn's time, or 0 */
	int		until_known;	/* and it is no guess */
	char		screen[17];	/* hash, hex: of the dialog where there
					   is one, else of all text on the
					   screen */
	int		dialog;		/* a dialog takes the keys: nothing may
					   be typed, no Enter pressed; a moment
					   before the state tells of it */
	int		left;		/* the cursor has left the box */
	int		line;		/* a line program */
	int		chat;		/* one that talks, by what it says */
	int		settled;	/* line or TUI is decided */
	int		box;		/* there is an input box or a prompt */
	int		open;		/* there is none, but nothing that asks
					   either: it may take a text */
	int		in_turn;	/* a turn runs */
	int		own;		/* and was announced by turn_begin() */
	unsigned	turns;		/* turns that have begun */
	int64_t		quiet_ms;	/* time of no change outside the box */
	int64_t		changed_ms;	/* the last such change */
	const char	*rules;		/* name of the rules in force */
};

/*
 * What stands in the input box (TUI) or behind the prompt (line program), in
 * comparison with a text.  The comparison forgives what drawing does: wrapping,
 * a changed or lost blank, NFC, damaged emoji; hints (dim text behind the
 * cursor: placeholders and suggestions) do not count.
 */
enum turn_box {
	TURN_BOX_NONE,		/* no box, or a dialog in its place */
	TURN_BOX_EMPTY,
	TURN_BOX_TEXT,		/* this text and nothing else */
	TURN_BOX_PART,		/* what is to be seen is this text's: the box
				   shows a part of it, or the program has folded
				   it up */
	TURN_BOX_HINT,		/* something else that nobody has typed: a
				   placeholder.  Never told where the person's
				   keys are not known */
	TURN_BOX_OTHER		/* something else */
};

/*
 * A turn for these rules; line rules are used instead once the program proves
 * to be a line program (NULL: never).  Both must outlive it.  NULL with errno
 * ENOMEM.
 */
struct turn *turn_new(const struct rules *, const struct rules *line);
void	turn_free(struct turn *);	/* NULL is allowed */

/*
 * Wall clock for `until': now_ms is wall_s seconds after 1970, and the person's
 * clock is gmtoff_s seconds ahead of UTC.  Without it until_ms is a fixed time.
 */
void	turn_set_wall(struct turn *, int64_t now_ms, int64_t wall_s,
	    long gmtoff_s);

/* How the program has set its terminal, where that is known. */
enum turn_tty {
	TURN_TTY_UNKNOWN,
	TURN_TTY_RAW,		/* it takes single keys: ICANON off */
	TURN_TTY_LINE,		/* the terminal edits lines and shows them: as
				   every terminal begins, so this tells little
				   of a program that has just been started */
	TURN_TTY_SECRET		/* it edits lines unseen: a password */
};

/* How the program has set its terminal, whenever that was looked at. */
void	turn_set_tty(struct turn *, enum turn_tty, int64_t now_ms);

/*
 * What the person typed into the program: when last something that may stand in
 * its box since, and when what enters such text or throws it away; -1: never.
 * Without this nothing is known of it, and each text in a box may be a draft.
 */
void	turn_set_keys(struct turn *, struct screen *, int64_t text_ms,
	    int64_t clear_ms);

/* What stands in the box is a draft all the same, such as a prompt that the
   program was started with. */
void	turn_is_draft(struct turn *);

/*
 * A text is about to be typed.  From now on to turn_begin() turn_box() finds it
 * wherever it comes to stand, also where nobody would know a box, and remembers
 * that place.
 */
void	turn_watch(struct turn *, struct screen *);

/* What stood in the box at turn_watch(), a hint or a draft, and now. */
enum turn_stood {
	TURN_STOOD_GONE,	/* nothing did, or it does not any more */
	TURN_STOOD_ALONE,	/* it does, and nothing else */
	TURN_STOOD_AND_MORE	/* and what was typed since: it is a draft */
};
enum turn_stood turn_stood(struct turn *, struct screen *);

/* Look at the screen.  Returns a set of enum turn_event. */
unsigned turn_update(struct turn *, struct screen *, int64_t now_ms);

/* When to call turn_update() next if nothing is written before; -1: never. */
int64_t	turn_deadline(const struct turn *);

/* What it knows.  Holds until the next call that takes a non-const turn. */
const struct turn_view *turn_view(const struct turn *);

/*
 * Compare the box as it is on the screen now, looking afresh (no turn_update()
 * need have come between).  text NULL: as the empty text.
 */
enum turn_box turn_box(struct turn *, struct screen *, const char *text,
	    size_t len);

/* Rows of the box and the one that the cursor is in, added: more of them where
   a line was begun.  After turn_box(). */
int	turn_box_rows(const struct turn *);

/*
 * The key that hands a text over, where another than Enter is named for that
 * near the box: its bytes and how many; 0: none is.  *sure: Enter is said to
 * begin a line.
 */
size_t	turn_send_key(const struct turn *, char bytes[4], int *sure);

/* The box's text as drawn, hints left out, lines joined by newlines; as
   snprintf(3): at most cap - 1 bytes and a NUL, returns the whole length. */
size_t	turn_box_text(struct turn *, struct screen *, char *out, size_t cap);

/*
 * A prompt is about to be submitted: text as it stands in the box.  Call it
 * just before the Enter is written, and before the first byte of text is
 * written to a line program (or when the program's own door took the text):
 * where things are on the screen now is how the echo and the reply are told
 * from what was there.  If the Enter proves to have been in vain, turn_cancel()
 * it; calling again for a second Enter is the same turn begun anew.  0, or -1
 * with errno ENOMEM.
 */
int	turn_begin(struct turn *, struct screen *, const char *text, size_t len,
	    int64_t now_ms);

/* The prompt was taken, so the program is what it was held for: a line program
   or a TUI.  Until then that may change. */
void	turn_taken(struct turn *);

/*
 * The key that stops the program was pressed then: what tells that it works by
 * standing there, and not by moving, tells it for a short time only.
 */
void	turn_interrupted(struct turn *, int64_t at_ms);

/* The prompt of the turn that runs, where turn_begin() announced it; else
   empty.  Belongs to the turn until the next begins. */
void	turn_prompt(const struct turn *, const char **text, size_t *len);

/* There is no turn; no TURN_ENDED comes for it. */
void	turn_cancel(struct turn *);

struct turn_reply {
	const char	*text;		/* UTF-8, never NULL; lines joined by
					   newlines, none at the end; empty: no
					   reply text */
	size_t		len;
	int		complete;	/* no line is known to be lost */
	const char	*error;		/* an error the program showed instead
					   of or after the text, or "" */
};

/*
 * The reply of the turn that runs, so far, or of the last one.  Belongs to the
 * turn until the next call of this, turn_begin() or turn_update().
 */
void	turn_reply(struct turn *, struct screen *, struct turn_reply *);

#endif
