/*
 * exits - the exit status of every program in this tree; the manuals' EXIT
 * STATUS sections say the same.
 */
#ifndef EXITS_H
#define EXITS_H

enum {
	EXIT_OK = 0,		/* done */
	EXIT_NO = 1,		/* no message, no reply in time */
	EXIT_USAGE = 2,		/* called wrongly */
	EXIT_UNREACHED = 3,	/* the gateway cannot be reached */
	EXIT_REFUSED = 4,	/* the gateway said no */
	EXIT_IO = 5,		/* a file, a pipe or memory failed here */
	/* csp-sidecar alone, whose other statuses are its child's */
	EXIT_NOSTART = 125,	/* called wrongly or could not start */
	EXIT_NOEXEC = 126,	/* the program could not be executed */
	EXIT_NOTFOUND = 127	/* there is no such program */
};

#endif
