/*
 * room - which gateway to talk to, as whom, with what token: from options, the
 * environment, and the room's file.  Reads files, not the environment: its
 * caller hands that in.
 */
#ifndef ROOM_H
#define ROOM_H

#include <stddef.h>

#include "buf.h"
#include "util.h"

enum {
	ROOM_URL_MAX = 300,
	ROOM_TOKEN_MAX = 512,
	ROOM_DIR_MAX = 900,
	ROOM_PATH_MAX = 1024,	/* DIR/NAME.journal always fits */
	ROOM_PORT_DEFAULT = 8765
};

/* What a program was given; NULL (or an empty text) is nothing. */
struct room_given {
	/* options */
	const char *opt_url, *opt_token, *opt_token_file, *opt_room;
	/* environment: CSP_GATEWAY_URL CSP_AUTH_TOKEN CSP_AGENT_ID CSP_ROOM
	 * CSP_PORT CSP_DIR HOME */
	const char *url, *token, *agent, *room, *port, *dir, *home;
};

/* Fills those of the environment that are NULL from a program's `environ`. */
void	room_environ(struct room_given *, char *const *environment);

struct room {
	char	name[ID_MAX + 1];
	char	dir[ROOM_DIR_MAX];	/* where rooms keep their files */
	char	env_path[ROOM_PATH_MAX];	/* DIR/NAME.env */
	char	journal_path[ROOM_PATH_MAX];	/* DIR/NAME.journal */
	char	url[ROOM_URL_MAX];	/* empty: not known */
	char	token[ROOM_TOKEN_MAX];	/* empty: none */
	char	agent[ID_MAX + 1];	/* CSP_AGENT_ID, folded, or empty */
	long	pid;			/* of the file's gateway; 0: unknown */
	char	why[ROOM_PATH_MAX + 128];	/* of a failure, one line */
};

/* Results, and what a program exits with (exits.h). */
enum room_result {
	ROOM_OK,
	ROOM_USAGE,		/* a bad name or URL was given: EXIT_USAGE */
	ROOM_ABSENT,		/* no room, or it is gone: EXIT_UNREACHED */
	ROOM_UNSAFE,		/* a file that others may read: EXIT_IO */
	ROOM_ERROR		/* a file could not be read: EXIT_IO */
};
int	room_exit(enum room_result);	/* that exit status */

/*
 * For the tools, which need no paths: url and token, each from its option, else
 * the environment, else the room's file, whose gateway must live.  --room beats
 * the environment.
 * With an agent id in the environment the room's file, which has the owner's
 * token, is never read.  Without anything the URL is the default with CSP_PORT.
 * A token is needed; without one it is ROOM_ABSENT.  On failure r->why says it.
 */
enum room_result room_find(struct room *r, const struct room_given *);

/*
 * For the gateway: name, dir and paths, and url, token and pid as the room's
 * file has them if there is one, whether its gateway lives or not.  An option's
 * or the environment's token goes before the file's.  A missing file is
 * ROOM_OK with an empty url.
 */
enum room_result room_paths(struct room *r, const struct room_given *);

/*
 * The lines of a room's file, which are also what a gateway prints: sh syntax,
 * url, token and pid.  0, or -1 with errno.
 */
int	room_format(struct buf *, const struct room *r);

/*
 * Write the room's file (mode 0600, replaced whole), making dir (mode 0700) if
 * need be.  0, or -1 with errno.
 */
int	room_write(const struct room *r);

/*
 * Read a token from a file: its first line, of a file that belongs to the user
 * and that nobody else may read.  On failure why (of n bytes) says it.
 */
enum room_result room_token_file(const char *path, char token[ROOM_TOKEN_MAX],
	    char *why, size_t n);

#endif
