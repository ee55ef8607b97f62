/*
 * doorset - what a [setup] section asks for before the child is started: files
 * in the private folder, and the child's arguments and environment.
 */
#ifndef DOORSET_H
#define DOORSET_H

#include <stddef.h>

#include "buf.h"
#include "door.h"

#define DOORSET_ARGS_MAX	64	/* arguments that rules may add */
#define DOORSET_FILES_MAX	16	/* files in the private folder */

struct doorset {
	const struct door_start *start;
	char	**argv;			/* of the child */
	char	**env;			/* to add, "NAME=VALUE" */
	char	*files[DOORSET_FILES_MAX];	/* paths of what was made */
	size_t	nfiles;
	char	*fifo;			/* one of them, or NULL: to be read */
	char	uuid[37];		/* "" unless an argument has it */
	char	*chain;			/* the user's own notify program:
					   strings with a comma before each, or
					   NULL */
};

/* What may stand in a template besides what is fixed. */
struct doorset_vars {
	const char	*thread;	/* NULL: none */
	const char	*text;
	size_t		text_len;
};

/*
 * Append a template to out with its %NAME% replaced; csp-agents(5) lists them.
 * v may be NULL.  Returns 0, or -1 with errno.
 */
int	doorset_expand(const struct doorset *, const char *tmpl, size_t len,
	    const struct doorset_vars *v, struct buf *out);

/* The same as a string to be freed; NULL with errno. */
char	*doorset_string(const struct doorset *, const char *tmpl, size_t len,
	    const struct doorset_vars *v);

/*
 * Do what [setup] says.  Returns 0; 1 where the arguments rule the door out
 * (err says why); -1 with errno and a line in err.  doorset_free() in any case.
 */
int	doorset_init(struct doorset *, const struct door_start *,
	    char *const argv[], char *err, size_t errsize);

/* Removes the files and frees all. */
void	doorset_free(struct doorset *);

/*
 * Merge two JSON objects: objects member by member, arrays one behind the other
 * (theirs first), of anything else theirs counts.  Appends to out; 0, or -1
 * with errno EINVAL where one is no object, or ENOMEM.
 */
int	doorset_merge(const char *ours, size_t ours_len, const char *theirs,
	    size_t theirs_len, struct buf *out);

/*
 * The strings of the array that is the value of key, in the top table of a TOML
 * text or, with key NULL, of the text itself, as JSON strings with a comma
 * before each; appended to out.  0, or -1 where there is no such array.
 */
int	doorset_toml(const char *text, size_t len, const char *key,
	    struct buf *out);

#endif
