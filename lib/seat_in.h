/*
 * seat_in - what the files of the part seat share, and nobody else sees.
 *
 *	seat.c		when to look at the screen, and the round of a step
 *	seat_link.c	what the gateway brings: messages, controls, who is who
 *	seat_deliver.c	the next prompt, and what lib/deliver wants done for it
 *	seat_door.c	what the CLI takes and hands over itself
 *	seat_answer.c	what a turn's reply becomes: to whom, in whose words
 */
#ifndef SEAT_IN_H
#define SEAT_IN_H

#include "asked.h"
#include "deliver.h"
#include "events.h"
#include "seat.h"

enum {
	SEAT_KEEP_MAX = 64 * 1024,	/* of a buffer that is empty again */
	SEAT_INTERRUPTS = 3,		/* presses at the most */
	SEAT_TAG_AGENTS = 1,		/* of posts; others are prompts' */
	SEAT_TAG_FIRST = 2
};

/* How the turn that ended is to be told, where a door may know better. */
struct seat_ending {
	int		open;
	int		own;		/* of a prompt of ours */
	int64_t		until;
	char		*text;
	size_t		len;
	int		complete;
	char		error[256];
};

struct seat {
	struct seat_start s;
	struct turn	*turn;
	struct deliver	*deliver;
	struct mail	*mail;
	char		*intro, *initial;
	int		is_line;	/* the line rules are in force */

	int64_t		wrote_at;	/* output since the last look, or -1 */
	int64_t		first_at;
	int64_t		sync_at;	/* a frame is open since, or -1 */
	int64_t		frame_at;	/* the end of one was looked at */
	int64_t		started;	/* its first output, or -1 */

	int		paused, share;
	int		holds, takes_back;
	enum turn_tty	tty;
	int64_t		control;	/* the last one obeyed */
	int64_t		text_ms, clear_ms;	/* keys pressed for a person */
	int		interrupts;	/* that may still be pressed */
	int64_t		interrupt_at;
	int64_t		stopped_at;	/* one was, in this turn; or -1 */
	int64_t		ask_at;		/* /agents asked, or -1 */

	struct asked	*asked;
	long		tags;
	struct seat_ending end;
	int		answered;	/* this turn's reply is out already */
	int		began;		/* the turn is of a prompt of ours */
	int		joined;		/* more than one of them is in it */
	int		line_ended;	/* its last line has its answer */
	struct buf	lines;		/* the answers to its lines */
	int		sending;	/* the door has the prompt */
	int		no_door;	/* the door failed it: type it */
	int64_t		in_since;	/* it could take a message, or -1 */

	int64_t		update_at;	/* the last was sent */
	int		update_due;
	struct buf	partial;	/* the door's text so far */
	struct buf	pending;	/* bytes for the program */
	struct buf	notes;
	size_t		note_off;
};

/* seat.c */

/* A line for --explain and the recorder. */
void	seat_say(struct seat *, const char *fmt, ...);

/* What a post returned: says so where it is lost. */
void	seat_posted(struct seat *, int st, const char *what);

/* What became of a message; id 0 is our own first prompt. */
void	seat_receipt(struct seat *, int64_t id, const char *stage,
	    const char *reason, int64_t reply_id);

/* A notice to the persons in the room. */
void	seat_notice(struct seat *, const char *text, size_t len);

/* State, and the reply so far; latest wins. */
void	seat_update(struct seat *, const char *text, size_t len, int final,
	    int64_t now);

/* The rules in force: the program's, or those for line programs. */
const struct rules *seat_rules(const struct seat *);

/* seat_link.c */

/* Presses what stops a running turn, one of s->interrupts presses. */
void	seat_interrupt(struct seat *, int64_t now);

/* seat_deliver.c */

/* The text of the next prompt, at the end of b: 0, or -1 as buf_append(). */
int	seat_compose(struct seat *, struct buf *);

/* The same receipt for each message of the prompt composed last. */
void	seat_receipts(struct seat *, const char *stage, const char *reason);

/* Tells the link what is read. */
void	seat_cursor(struct seat *);

/* The prompt was never taken. */
void	seat_failed(struct seat *, const char *why);

/* The program has it: what is told of that comes before its reply. */
void	seat_taken(struct seat *, int64_t now);

/* The key that stops a running turn is pressed now. */
void	seat_stopped(struct seat *, int64_t now);

/* A step of lib/deliver, as many times as it has something to do. */
void	seat_deliver(struct seat *, const struct seat_world *, int64_t now);

/* seat_door.c */

/* What the CLI has said by itself. */
void	seat_door_events(struct seat *, int64_t now);

/* That, and the next prompt where it takes prompts so. */
void	seat_door_step(struct seat *, int64_t now);

/* seat_answer.c */

/* The prompt composed last, as it was typed, waits for its reply from now. */
void	seat_asked(struct seat *, const char *text, size_t len);

/* A turn's reply: to all open prompts up to a; a NULL: its own, to the room. */
void	seat_tell(struct seat *, struct asked *a, const char *text, size_t len,
	    int verbatim, int complete, const char *error, int64_t now);

/* No reply comes for this prompt. */
void	seat_unanswered(struct seat *, struct asked *, const char *why);

/* A reply was posted and has an id: tell the others that shared its turn. */
void	seat_reply_posted(struct seat *, const struct link_news *);

/* The screen says the turn is over: told now, or when the door has spoken. */
void	seat_turn_ended(struct seat *, int64_t now);
void	seat_end_now(struct seat *, int64_t now);

/*
 * A line program has answered a line of a prompt.  There may be more lines: the
 * turn ends when deliver has nothing more to enter.
 */
void	seat_line_ended(struct seat *);

#endif
