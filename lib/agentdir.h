/*
 * agentdir - which rules a program has, and where rule files are.  Reads files,
 * not the environment: its caller hands that in.
 */
#ifndef AGENTDIR_H
#define AGENTDIR_H

#include <stddef.h>

#include "rules.h"

struct agents_given {
	const char	*path;		/* CSP_AGENTS: folders, or NULL */
	const char	*room_dir;	/* where rooms have files, or NULL */
	const char	*own;		/* the program's own folder, or "" */
};

/*
 * The folder that a program started as argv0 is in, absolute; "" where it
 * cannot be found.  path: the environment's PATH, or NULL.
 */
void	agents_own_dir(const char *argv0, const char *path, char *out,
	    size_t cap);

/*
 * The rules called name; with name NULL those of the program prog, if there are
 * any, or the generic ones.  They are looked for in the folders of path, in
 * agents/ among the room's files, beside the calling program, and where that is
 * installed; "generic" and "line" have a last resort without a file, which why
 * says in one line (else "").  NULL, and a line in why, cut to n with its NUL.
 */
struct rules *agents_rules(const struct agents_given *, const char *name,
	    const char *prog, char *why, size_t n);

#endif
