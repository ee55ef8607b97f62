/*
 * cast - read asciicast v2: JSON Lines, a header object and then arrays
 * [seconds, "o", "bytes"].  No I/O: the caller gives the lines.
 */
#ifndef CAST_H
#define CAST_H

#include <stddef.h>
#include <stdint.h>

struct cast_head {
	int		cols, rows;	/* 1 and up */
	int64_t		wall_s;		/* when it was made; 0: not told */
	const char	*agent;		/* whose; points into the line; NULL */
	size_t		agent_len;
};

struct cast_event {
	int64_t		time_ms;
	char		kind;		/* o output, i input, m mark, r resize;
					   others are to be skipped */
	const char	*text;		/* unescaped */
	size_t		len;
	int		cols, rows;	/* of r with "COLSxROWS", else 0 */
};

/* The first line.  0, or -1 where it is none of asciicast version 2. */
int	cast_head(const char *line, size_t len, struct cast_head *);

/*
 * Any other line.  The text goes into mem, for which cap = len always suffices.
 * 0, or -1 where the line is not such an event.
 */
int	cast_event(const char *line, size_t len, char *mem, size_t cap,
	    struct cast_event *);

#endif
