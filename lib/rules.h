/*
 * rules - what is known of one agent CLI, as data: a file of agents/.
 *
 * csp-agents(5) describes the file: one thing a line, a word and its value;
 * sections in brackets.  This part reads and checks it, hands out the values,
 * and matches its patterns on single lines of text.  What they are matched on,
 * and when, is turn's business; what a section holds is that of who asks for
 * it.
 *
 * Patterns are POSIX extended regular expressions, compiled by regcomp(3) and
 * matched byte for byte, so a character that is no ASCII is written out or in
 * an alternative, (a|b), never in brackets.
 */
#ifndef RULES_H
#define RULES_H

#include <stddef.h>
#include <stdint.h>

#define RULES_FILE_MAX		(64 * 1024)	/* bytes of one file */
#define RULES_LINES_MAX		512		/* with what it includes */
#define RULES_CONDS_MAX		64		/* patterns in `state' lines */

enum agent_state {
	AGENT_STARTING,		/* not seen ready yet */
	AGENT_IDLE,		/* takes a prompt */
	AGENT_BUSY,
	AGENT_WAITING,		/* asks the person something */
	AGENT_LIMITED,		/* usage limit */
	AGENT_UNKNOWN
};

/* "starting", "idle", ... as PROTOCOL has them. */
const char *agent_state_name(enum agent_state);

/* What a condition of a `state' line looks at. */
enum rules_where {
	RULES_BOX,		/* there is an input box; its lines */
	RULES_ABOVE,		/* the last n written lines above the box */
	RULES_BELOW,		/* the first n written lines below the box */
	RULES_TAIL,		/* the last n written lines of the screen */
	RULES_SCREEN,		/* any line of the screen */
	RULES_TURN,		/* the last n written lines of the turn that
				   runs or was the last; without a pattern: one
				   runs */
	RULES_TITLE,		/* the window's title */
	RULES_AGENT,		/* OSC 7501 */
	RULES_PROGRESS,		/* OSC 9;4: "0" to "4" */
	RULES_CURSOR,		/* the cursor's line up to the cursor */
	RULES_MENU,		/* numbered choices, one of them marked */
	RULES_SPINNER,		/* a sign outside the box that keeps changing */
	RULES_READY,		/* it has been idle before */
	RULES_QUIET,		/* n ms without a change outside the box */
	RULES_PROMPT,		/* line programs: the cursor is at the prompt */
	RULES_MORE,		/* ... at a prompt for the rest of the input */
	RULES_ASK,		/* ... at a question */
	RULES_ALT,		/* the alternate screen is shown */
	RULES_SECRET,		/* the terminal reads a line, shows nothing */
	RULES_CHOICE,		/* answers to choose from, without numbers */
	RULES_AWAY,		/* the cursor has left the box */
	RULES_RETITLED,		/* the title is not as before the turn */
	RULES_STILL,		/* no change for longer than ever in a turn */
	RULES_WORKS,		/* a line that stood there while it worked */
	RULES_OPEN		/* no box, but it may take a text */
};

struct rules_pattern;		/* opaque: one compiled expression */

struct rules_cond {
	enum rules_where where;
	int		negate;
	int		n;		/* lines or ms; 0: all there are */
	int		index;		/* the pattern's, < RULES_CONDS_MAX */
	const struct rules_pattern *pattern;	/* NULL: any text */
};

/* One `state' line: fires when all its conditions hold.  The first that fires
   in the order of the file counts. */
struct rules_state {
	enum agent_state state;
	const struct rules_cond *conds;
	size_t		nconds;
	const char	*text;		/* the line as written, for --explain */
};

struct rules;				/* opaque */

/*
 * Read the rules called name from the first of the directories (a list ended
 * by NULL) that has a file of that name; its `include' lines are looked for in
 * the same way.  name must look like an agent id or be a path (with a slash),
 * which is opened as it is.  Returns NULL with errno, ENOENT if there is none,
 * EINVAL for a mistake in the file, and says what in err (one line: file, line
 * number, what), cut to errsize with the NUL.  Free with rules_free().
 */
struct rules *rules_load(const char *const *dirs, const char *name, char *err,
	    size_t errsize);

/* The same from memory.  `include' is a mistake here. */
struct rules *rules_parse(const char *name, const char *text, size_t len,
	    char *err, size_t errsize);
void	rules_free(struct rules *);	/* NULL is allowed */

/* The name given to rules_load(), without directories. */
const char *rules_name(const struct rules *);

/*
 * The value of the i-th line (from 0) that has this word in this section, NULL
 * where there are not so many; section NULL or "" is the top of the file.
 * Values are as written, without blanks around; "" where nothing follows.
 * Included lines count after the file's own.
 */
const char *rules_nth(const struct rules *, const char *section,
	    const char *word, size_t i);

/* The first value of a word in the top section, or fallback. */
const char *rules_value(const struct rules *, const char *word,
	    const char *fallback);

/* The same as a number; fallback too where it is none. */
long	rules_number(const struct rules *, const char *word, long fallback);

/*
 * The same with escapes undone: \r \n \t \e (ESC) \\ \s (space) \xHH.  Puts the
 * bytes into out and returns how many, at most cap; 0 where the word is not
 * there.
 */
size_t	rules_bytes(const struct rules *, const char *word, char *out,
	    size_t cap);

/* Whether a section of that name is there. */
int	rules_has_section(const struct rules *, const char *section);

/* All lines of a section in order: the i-th word and value; 0 when there are no
   more, else 1. */
int	rules_line(const struct rules *, const char *section, size_t i,
	    const char **word, const char **value);

/* The `state' lines: *n of them, in order. */
const struct rules_state *rules_states(const struct rules *, size_t *n);

/* The compiled i-th pattern of a word such as `box-top'; NULL past the last. */
const struct rules_pattern *rules_pattern(const struct rules *,
	    const char *word, size_t i);

/*
 * Match a pattern on a text (a string).  Returns 1 and, if they are not NULL,
 * where the match begins and ends, and group 1 of it (both -1: it has none).
 * It is compiled when it is first asked for; without memory it matches nothing.
 */
int	rules_match(const struct rules_pattern *, const char *text,
	    size_t *start, size_t *end, long *group, long *group_end);

/* Whether any pattern of this word matches; the number of the first, or -1. */
int	rules_match_any(const struct rules *, const char *word,
	    const char *text);

#endif
