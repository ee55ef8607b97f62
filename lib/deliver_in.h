/*
 * deliver_in - what the files of the part deliver share, and nobody else sees.
 *
 *	deliver.c	what the owner says and asks, the moves that all states
 *			make, and which state takes a step
 *	deliver_gate.c	GATE: may a text be typed now, and why not
 *	deliver_type.c	COMPOSE STASH TRY_BREAK TYPE NEXT_LINE: what is typed,
 *			and in which pieces
 *	deliver_enter.c	SEE LEAVE DIALOG UNSTASH: it stands in the box, Enter,
 *			and whether that took it
 *	deliver_back.c	UNTYPE: out of the box again; what nobody has taken
 *	deliver_rules.c	what a rule file says of typing
 *
 * The way of a prompt: GATE, COMPOSE, TYPE, SEE, LEAVE, and it is over; of one
 * by lines: from LEAVE to NEXT_LINE, and TYPE again.  Aside: STASH before the
 * first TYPE where a draft stands in the box, UNSTASH at the end; TRY_BREAK
 * before the first text of more than a line; DIALOG out of TYPE, SEE, LEAVE and
 * UNTYPE; UNTYPE out of whatever did not come out as it should, back to GATE.
 */
#ifndef DELIVER_IN_H
#define DELIVER_IN_H

#include "deliver.h"

enum {
	ACTIONS_MAX = 16,	/* one step makes fewer */
	BLIND_MAX = 2000,	/* backspaces where nothing is seen: of a longer
				   text none, they would take minutes */
	STEADY_LINE_MS = 20,	/* a line program is at its prompt so long */
	LOOK_MS = 50,		/* between two looks at the box */
	LOST_MS = 5000		/* a text that nobody took: not again before */
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
	enum state	state;
	int64_t		since;		/* of the state */
	int64_t		due;

	/* the prompt */
	char		*text;		/* NULL: not composed */
	size_t		len;
	int		stale;		/* composed by other rules */
	int64_t		past_at;	/* it is no prompt to deliver, but one
					   that was stopped then; or -1 */
	size_t		off, part;	/* what the box should hold of it */
	int		urgent;
	int		tries;
	int64_t		retry_at;
	int		typed, submitted;	/* told already */
	int		begun;		/* BEGIN was told */
	int		taken;		/* the program said so */
	int		keys_held;
	int64_t		held_at;
	int		stashed;

	/* at the gate */
	int64_t		open_at;	/* it opened; -1 shut */
	int64_t		shut_at;
	const char	*held;		/* the reason told last */
	int		interrupts;
	int64_t		interrupt_at;
	size_t		left;		/* text that may stand there */
	int64_t		lost_at;	/* what went where no box was to be seen
					   was seen nowhere; -1 */
	int64_t		unread_until;	/* nobody read a line: not before */

	/* typing */
	enum breaks	breaks;
	int		by_line;	/* each line is entered by itself */
	int		pasted;		/* typed in one piece */
	char		*wire;		/* the part as it is written */
	size_t		wire_len, wire_off;
	int64_t		typed_at;	/* the first byte went out */
	int64_t		wrote_at;	/* the last byte was taken */
	int64_t		read_at;	/* some were still unread then */
	int		over;		/* typed over what looks like a hint, */
	int		joined;		/* which has not gone for it: a draft */

	/* in the box, and out of it */
	int64_t		seen_at;	/* the box is right since, or -1 */
	int64_t		gone_at;	/* it is empty since, or -1 */
	int64_t		other_at;	/* it is wrong since, or -1 */
	int		entered;	/* DIALOG: it came after Enter */
	int		enters;
	int64_t		enter_at;	/* the first of this try */
	struct deliver_key enter;	/* pressed last */
	int		enter_breaks;	/* it does, and another key sends */
	int		grew;		/* times that Enter began a line */
	int		box_rows;	/* before a line break, or Enter; and
					   with the break that is tried */
	int		joins;		/* a turn ran when Enter was pressed */
	int		was_busy;	/* when Enter was pressed */
	int		lying;		/* a line lies there unread */
	int		unread;		/* times that no one read the typed */

	/* taking it out */
	size_t		backspaces;	/* still to press, at most */
	size_t		least;		/* what was left in the box by then */
	int		blind;		/* all of them: the box looks empty */
	char		kill;		/* what takes out a line, as written */

	struct deliver_out out[ACTIONS_MAX];
	size_t		out_first, out_n;
};

/* deliver.c: the moves.  An action, one with no more to it, and a key. */
void	deliver_act(struct deliver *, enum deliver_action, const char *reason,
	    const char *bytes, size_t len);
void	deliver_tell(struct deliver *, enum deliver_action);
void	deliver_press(struct deliver *, const struct deliver_key *);

/* From now on it is in this state. */
void	deliver_go(struct deliver *, enum state, int64_t now);

/* Where a dialog has opened, DIALOG is the state, and it returns 1. */
int	deliver_stops(struct deliver *, const struct deliver_view *,
	    int entered, int64_t now);

/* DELIVER_HELD, where that reason is not told already. */
void	deliver_say_held(struct deliver *, const char *why);

/* The person's keys are kept back; they get through. */
void	deliver_hold(struct deliver *, int64_t now);
void	deliver_release(struct deliver *);

/* The person has waited long enough for the keyboard. */
int	deliver_overdue(const struct deliver *, const struct deliver_view *,
	    int64_t now);

/* The turn of this prompt begins; it does not, after all. */
void	deliver_begin(struct deliver *);
void	deliver_cancel(struct deliver *);

/* There is no text: the next is asked for. */
void	deliver_forget_text(struct deliver *);

/*
 * This prompt is over.  Its text stays until the next is wanted: the caller
 * asks for it when it fetches what was told of it.
 */
void	deliver_finish(struct deliver *, int64_t now);

/* Nothing of it stands in the box: once more later, or never, and why.  The
   same where that is nobody's fault: it does not count. */
void	deliver_retry(struct deliver *, const char *why, int64_t now);
void	deliver_again(struct deliver *, int64_t now);

/* deliver_gate.c: nothing is in the way of a text: the box is empty, or holds a
   hint, or there is none where a text may be taken all the same. */
int	deliver_is_free(const struct deliver_view *);
void	deliver_step_gate(struct deliver *, const struct deliver_view *,
	    int64_t now);

/* deliver_type.c: the next line from off on is the part; lines that say nothing
   are passed.  0: there is none. */
int	deliver_next_part(struct deliver *);
void	deliver_step_compose(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_stash(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_break(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_type(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_next_line(struct deliver *, const struct deliver_view *,
	    int64_t now);

/* deliver_enter.c: the box holds our text and nothing else; an empty line is an
   empty box. */
int	deliver_is_ours(const struct deliver *, const struct deliver_view *);
void	deliver_step_see(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_leave(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_dialog(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_unstash(struct deliver *, const struct deliver_view *,
	    int64_t now);

/*
 * deliver_back.c: take it out again: a backspace for each character that was
 * typed, and some more while anything is left: nothing else stood there, and
 * keys may get lost.  blind: nothing of it is to be seen, but it may stand
 * where we do not look.
 */
void	deliver_untype(struct deliver *, int blind, int64_t now);

/* A program that takes keys has not read all that was written since the state
   began, and may still: it is slow with what it has. */
int	deliver_unread(const struct deliver *, const struct deliver_view *,
	    int64_t now);

/* Nobody reads: not a word of this line was taken.  Later, then. */
void	deliver_take_back(struct deliver *, int64_t now);

/*
 * Typed, and not in the box in time: to be taken out, in the way that fits what
 * is to be seen.
 */
void	deliver_unseen(struct deliver *, const struct deliver_view *,
	    int64_t now);
void	deliver_step_untype(struct deliver *, const struct deliver_view *,
	    int64_t now);

#endif
