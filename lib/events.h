/*
 * events - what an agent CLI tells of itself, as data: the JSON that its hooks
 * hand over, or the lines of a file that it writes, turned into what a sidecar
 * wants to know: this prompt was taken, this is the reply, the turn is over.
 *
 * Which member of which record means what is written in the rule file of the
 * CLI, section [events], so that a new CLI needs no C.  csp-agents(5) has the
 * syntax:
 *
 *	stamp timestamp
 *	on type=user message.role=user: prompt message.content[type=text].text
 *	on type=assistant: text message.content|message.content[type=text].text,
 *	    id message.id
 *
 * (one line each in the file).  A record is tried against the `on' lines in
 * order; the first whose conditions all hold says what the record is.
 *
 * Conditions, between blanks:
 *	PATH=VALUE PATH!=VALUE	the text of that member is (is not) VALUE
 *	PATH^=VALUE		it begins with VALUE
 *	PATH !PATH		it is there and not null; it is not
 * Paths: members joined by dots; NAME[] every element of an array,
 * NAME[MEMBER=VALUE] those elements that have such a member, NAME[-1] the last
 * one; PATH|PATH the first that gives anything.
 * Actions, between commas:
 *	prompt PATH	the user's prompt as the CLI took it; opens a turn
 *	text PATH	a whole block of the reply; with `id' the last one of
 *			that id counts; it also takes the place of pieces
 *			without an id just before it
 *	delta PATH	a piece of a block; `id' names the block, `order' the
 *			number of the piece (from 0), `final' is true at last
 *	turn PATH	the turn that the record belongs to
 *	busy		a turn runs
 *	end, abort	the turn is over; it was cut off
 *	last PATH	with end: the turn's last block, to know that all came
 *	dialog PATH ...	the CLI asks for permission; texts joined by ": "
 *	limit PATH	usage limit, in the CLI's words; `until' its end (s)
 *	error PATH	the turn failed, the CLI's words
 *	thread PATH	the session's id
 *	cwd PATH	the session's folder
 *	owner PATH	the id of a session that is ours for certain
 *	reject		this session is none of a person's
 *	replay, live	what follows repeats old records; it does no more
 *	skip		nothing
 *
 * Pure: no I/O, time is passed in (milliseconds, any steady clock; `stamp'
 * alone is compared with the wall time of events_new()).  Feeding a text whole
 * or in pieces gives the same.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include <stddef.h>
#include <stdint.h>

#define EVENTS_RECORD_MAX	(4 * 1024 * 1024) /* longer ones are skipped */
#define EVENTS_TEXT_MAX		(1024 * 1024)	  /* of a reply; more is cut */
#define EVENTS_GRACE_MS		1500	/* what an end waits for late pieces */
#define EVENTS_QUIET_MS		700	/* idle on the screen and nothing came
					   for this long: the turn is over */
#define EVENTS_NO_END_MS	2500	/* the same where a map knows an end */
#define EVENTS_STOPPED_MS	300	/* the same where it was told to stop */
#define EVENTS_WHOLE_MS		5000	/* ... or where pieces came, and not the
					   whole text that follows them */
#define EVENTS_START_MS		15000	/* ... but a CLI may take a long prompt
					   and long show nothing of its work */
#define EVENTS_TEXT_MS		200	/* between two TEXT events */

enum event_type {
	EVENT_PROMPT,		/* text: the prompt that the CLI took */
	EVENT_BUSY,		/* a turn began; its prompt may not be known */
	EVENT_TEXT,		/* text: all of the reply so far */
	EVENT_END,		/* text: the reply; prompt: what it answers */
	EVENT_DIALOG,		/* text: what it asks */
	EVENT_LIMIT,		/* text: the CLI's words, until */
	EVENT_ERROR,		/* text: the CLI's words */
	EVENT_THREAD,		/* text: the session's id, new or changed */
	EVENT_CWD,		/* text: the session's folder */
	EVENT_OWNER,		/* text: the id of a session that is ours */
	EVENT_REJECT		/* this is no session of a person */
};

struct event {
	enum event_type type;
	const char	*text;		/* never NULL, ends in NUL, NUL-free */
	size_t		len;
	const char	*prompt;	/* TEXT, END: the turn's last prompt, or
					   NULL where none was told */
	size_t		prompt_len;
	int		has_text;	/* END: the CLI told a reply */
	int		complete;	/* END: all of it, as far as known */
	int		aborted;	/* END: cut off or denied */
	int64_t		until;		/* LIMIT: seconds since 1970, or 0 */
};

struct events_map;		/* the `on' lines, compiled; read only */
struct events;			/* opaque: what one source has told so far */

struct events_map *events_map_new(void);	/* NULL with errno ENOMEM */
void	events_map_free(struct events_map *);	/* NULL is allowed */

/*
 * Add one line of an [events] section: word "on" or "stamp" and its value.
 * Returns 0; 1 where the word is none of ours; -1 for a mistake, and says which
 * in err (cut to errsize with the NUL).
 */
int	events_map_line(struct events_map *, const char *word,
	    const char *value, char *err, size_t errsize);

/*
 * One source.  start_ms is the wall time (ms since 1970) before which records
 * are history: the `stamp' of a record is compared with it.  NULL with ENOMEM.
 * The map must outlive it.
 */
struct events *events_new(const struct events_map *, int64_t start_ms);
void	events_free(struct events *);		/* NULL is allowed */

/* One whole record, a JSON text.  What is no JSON, or no object, is ignored.
   Returns 1 if some `on' line knew it, else 0. */
int	events_record(struct events *, const char *json, size_t len,
	    int64_t now_ms);

/* The next bytes of a file of JSON lines, as they come.  A line counts when its
   newline has come. */
void	events_bytes(struct events *, const char *bytes, size_t len,
	    int64_t now_ms);

/*
 * What the screen says, whenever it changes: 1 while the CLI works or asks,
 * 0 when it is idle.  A turn that told no end (denied, or the CLI has no
 * word for it) ends when the screen was idle and nothing more came for
 * EVENTS_QUIET_MS, or EVENTS_NO_END_MS where the CLI does tell ends as a rule,
 * or EVENTS_WHOLE_MS where the whole text is to follow its pieces;
 * EVENTS_START_MS where it told nothing but the prompt and was not busy yet.
 */
void	events_screen(struct events *, int busy, int64_t now_ms);

/* The turn was told to stop, and the screen is idle: unless more comes it ends
   soon, whether the CLI has a word for that or not. */
void	events_stopped(struct events *);

/* Whether a turn was begun and its end is not told yet; it will be. */
int	events_running(const struct events *);

/* When events_next() may have more without further input: ms, or -1. */
int64_t	events_due(const struct events *);

/*
 * The next event, in order; 0 when there is none, else 1.  What it points to
 * holds until the next call of any function here.  A TEXT event comes at most
 * every EVENTS_TEXT_MS and holds all there is by then; there is one turn at a
 * time, and its END comes before the PROMPT of the next.
 */
int	events_next(struct events *, int64_t now_ms, struct event *);

/*
 * Whether the CLI's prompt is the text that was sent.  CLIs change blanks,
 * TABs, composed characters, put tags before it, and some add to the end; what
 * must be the same are the visible ASCII characters in order, or where there
 * are none, all bytes.
 */
int	events_same_prompt(const char *taken, size_t taken_len,
	    const char *sent, size_t sent_len);

const char *event_type_name(enum event_type);	/* "prompt", "end", ... */

#endif
