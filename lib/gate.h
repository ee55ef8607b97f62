/*
 * gate - the gateway as a filter sees it: finds the room, calls it and waits
 * for the answer, comes again where it is told to, registers its user.  Blocks,
 * with the clock.
 *
 * Functions that return int return EXIT_OK (0), or the status that the program
 * is to exit with (exits.h), and then why is one printable line about it.
 */
#ifndef GATE_H
#define GATE_H

#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "json.h"
#include "room.h"
#include "util.h"

enum {
	GATE_WHY_MAX = 1200,
	GATE_PATIENCE_MS = 30000	/* of trying without success */
};

struct gate {
	struct room_given given;
	struct room	 room;
	struct client	 client;
	int64_t		 patience_ms;	/* -1: tries for ever */
	int64_t		 until_ms;	/* nor later than this; -1: no such */
	char		 why[GATE_WHY_MAX];
	/* the rest is its own */
	struct json_node *nodes;	/* of the last gate_json */
	size_t		 cap;
	int64_t		 bad_at;	/* end of the first vain try; -1 */
	int64_t		 pause_ms;	/* before the next try */
	int		 answered;	/* it has answered at all */
};

/*
 * Finds the room and makes ready to call it.  Calls nothing yet.  From then on
 * the struct may not be copied.
 */
int	gate_open(struct gate *, const struct room_given *);
void	gate_close(struct gate *);

/* A call has succeeded: patience and pauses begin anew. */
void	gate_good(struct gate *);

/*
 * After a failed try: waits for as long as is right before the next one.  r is
 * the answer that said to come again (gate_is_temporary), or NULL where there
 * was none.  Not EXIT_OK: give up.  A gateway that was never reached, or that
 * is none, is given up at once, one that says 429 never, but for until_ms.  A
 * room whose gateway has moved meanwhile is found again.  The client's requests
 * are then sent again, in order.
 */
int	gate_again(struct gate *, const struct client_reply *r);

/* Whether a status means: not now, the same again later. */
int	gate_is_temporary(int status);

/*
 * One request, tried once.  As gate_call, but reply->status is 0 where it is to
 * be tried again, now: for who has to look first whether he still asks the
 * right thing.
 */
int	gate_try(struct gate *, const struct client_request *,
	    struct client_reply *reply);

/*
 * One request and its answer, tried until that is final.  EXIT_OK: the status
 * is 2xx.  EXIT_REFUSED: *reply has another status, and why the gateway's
 * words for it.  The reply is valid until the next call.
 */
int	gate_call(struct gate *, const struct client_request *,
	    struct client_reply *reply);

/* The answer's JSON, valid until the next call, or NULL and why says so. */
const struct json_node *gate_json(struct gate *, const struct client_reply *);

/*
 * Puts the gateway's words for a refusal into why; where r is NULL, why there
 * was no answer.
 */
void	gate_refused(struct gate *, const struct client_reply *);

/*
 * Registers id, as a person or not, and puts the id that was given back into
 * it.  token (ROOM_TOKEN_MAX bytes, or NULL) gets the agent's token.
 */
int	gate_register(struct gate *, char id[ID_MAX + 1], int human,
	    char *token);

/* The login name as an id. */
void	gate_login(char id[ID_MAX + 1]);

/* Sets why to foreign text, made printable. */
void	gate_say(struct gate *, const char *s, size_t n);

#endif
