/*
 * deliver - typing a message into a program as a transaction.
 *
 * One prompt at a time: wait until the program takes one, type it, see that it
 * stands in the input box and nothing else, press Enter, see it leave.  Pure:
 * it asks nobody; what the screen shows comes in as a view, what is to be done
 * goes out as actions, in order.  Time is passed in, in milliseconds.
 *
 * How it is driven: after every change of the screen, and when deliver_due()
 * has come, the caller fills a view, calls deliver_step(), and carries out
 * deliver_next() until it gives DELIVER_NONE; if there was any action it steps
 * again with a fresh view.
 */
#ifndef DELIVER_H
#define DELIVER_H

#include <stddef.h>
#include <stdint.h>

#include "turn.h"

#define DELIVER_PERSON_MS	1000	/* the person's fingers rest so long */
#define DELIVER_HELD_MS		1500	/* the gate is shut this long: say so */
#define DELIVER_KEYS_MS		8000	/* typed keys are held back no longer */
#define DELIVER_INTERRUPT_MS	3000	/* before an interrupt is repeated */
#define DELIVER_TRIES		6	/* then it has failed */
#define DELIVER_ENTERS		10	/* presses of Enter in one try */
#define DELIVER_PACE_MS		10	/* between keys, and pieces of a text */

/* What a CLI does with a prompt that comes while it works. */
enum deliver_busy {
	DELIVER_WAIT,		/* nothing good: wait until it is idle */
	DELIVER_JOIN		/* it takes it into the running turn */
};

/* A few bytes of a key, from the rules. */
struct deliver_key {
	char		bytes[32];
	size_t		len;		/* 0: there is none */
};

struct deliver_rules {
	struct deliver_key enter, newline, stash, unstash, backspace, interrupt;
	enum deliver_busy busy;
	int		paste;		/* bracketed where it is asked for */
	int		try_break;	/* nobody knows what newline does */
	int64_t		settle_ms;	/* at least, between text and Enter */
};

/* What is to be seen at this moment. */
struct deliver_view {
	const struct turn_view *turn;
	enum turn_box	box;		/* against deliver_typed() */
	size_t		box_len;	/* bytes in it */
	int		box_rows;	/* its height, and the cursor's row */
	struct deliver_key send;	/* named for it on the screen, */
	int		send_sure;	/* where Enter begins a line */
	enum turn_stood	stood;		/* what of it stood there before */
	int64_t		key_ms;		/* of the person's last key; -1 none */
	size_t		unsent;		/* of our bytes, not yet taken */
	size_t		held;		/* of the person's, held back */
	size_t		unread;		/* the terminal has it, nobody else */
	int		paste_on;	/* the program has set mode 2004 */
	int		canonical;	/* the terminal edits lines itself */
	int		echo_off;	/* shows nothing; canonical: secret */
	int		kill_char;	/* what erases a line then */
	int		paused;
	int		starting;	/* too early to say what it is */
	int		answering;	/* the last reply is not complete yet */
};

enum deliver_action {
	DELIVER_NONE,
	DELIVER_COMPOSE,	/* call deliver_text(), or deliver_drop() */
	DELIVER_WATCH,		/* turn_watch(): it is typed now */
	DELIVER_DRAFT,		/* turn_is_draft() */
	DELIVER_HOLD,		/* keep the person's keys back */
	DELIVER_RELEASE,	/* play them, and let through what comes */
	DELIVER_WRITE,		/* bytes, len: to the program */
	DELIVER_BEGIN,		/* turn_begin() with deliver_typed() */
	DELIVER_JOINS,		/* the turn that runs has taken it up */
	DELIVER_CANCEL,		/* turn_cancel() */
	DELIVER_TAKE_BACK,	/* what the terminal holds unread is to go */
	DELIVER_HELD,		/* reason: not yet */
	DELIVER_TYPED,		/* all of it was handed over */
	DELIVER_SUBMITTED,	/* the program has taken it */
	DELIVER_FAILED		/* reason: given up */
};

struct deliver_out {
	enum deliver_action action;
	const char	*reason;	/* HELD: a receipt's; FAILED: words */
	const char	*bytes;		/* WRITE; until next deliver_step() */
	size_t		len;
};

struct deliver;				/* opaque */

/* What a rule file says of it: submit, newline, stash, unstash, backspace,
   newline-test, interrupt, busy, paste, settle. */
void	deliver_read_rules(struct deliver_rules *, const struct rules *);

/* NULL with errno ENOMEM. */
struct deliver *deliver_new(const struct deliver_rules *);
void	deliver_free(struct deliver *);		/* NULL is allowed */

/* The rules are other ones now; nothing may be being typed.  A text that was
   not taken yet is composed again. */
void	deliver_set_rules(struct deliver *, const struct deliver_rules *);

/*
 * There is something to deliver.  urgent: a running turn is interrupted for it.
 * Called again while one waits at the gate it only changes urgent.
 */
void	deliver_want(struct deliver *, int urgent, int64_t now);

/* Nothing is to be delivered any more, if nothing is typed yet. */
void	deliver_drop(struct deliver *);

/*
 * The text, safe to type (compose_safe), in answer to DELIVER_COMPOSE; copied.
 * 0, or -1 with errno ENOMEM.
 */
int	deliver_text(struct deliver *, const char *text, size_t len);

/*
 * The turn of this prompt was told to stop, now: some programs put the prompt
 * back into their box then.  Where it stands there when the next is wanted, and
 * the person has pressed no key since, it is no draft, and taken out.  Copied.
 */
void	deliver_stopped(struct deliver *, const char *text, size_t len,
	    int64_t now);

/* Whether nothing waits nor is under way; whether something is being typed. */
int	deliver_idle(const struct deliver *);
int	deliver_typing(const struct deliver *);

/* Why the gate is shut, as DELIVER_HELD told, or NULL. */
const char *deliver_held(const struct deliver *);

/* What the box should hold now: the view's box compares with it. */
void	deliver_typed(const struct deliver *, const char **text, size_t *len);

/* The whole prompt, until the next is wanted: even as SUBMITTED is fetched. */
void	deliver_prompt(const struct deliver *, const char **text, size_t *len);

/* The program itself told that it took the prompt. */
void	deliver_taken(struct deliver *);

/* See above: after every change, and when due.  now: steady milliseconds. */
void	deliver_step(struct deliver *, const struct deliver_view *,
	    int64_t now);

/* The next action; DELIVER_NONE when there are no more. */
enum deliver_action deliver_next(struct deliver *, struct deliver_out *);

/*
 * How long after an interrupt, so many having been pressed, the next is: soon
 * for the second of two, where the screen says that it takes two.
 */
int64_t	deliver_interrupt_pause(const struct turn_view *, int pressed);

/* When the interrupt key was pressed last, 0: never. */
int64_t	deliver_interrupted(const struct deliver *);

/* When to call deliver_step() though nothing changed, or -1. */
int64_t	deliver_due(const struct deliver *);

#endif
