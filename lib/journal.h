/*
 * journal - an append-only file of JSON objects, one a line, each with a
 * checksum as its last member:  {...,"sum":"0123456789abcdef"}
 * Knows lines, offsets and the disk, not what a line means.  Offsets are those
 * of the file; a journal without a file (in memory) behaves alike, but forgets
 * its oldest lines.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stddef.h>
#include <stdint.h>

enum {
	JOURNAL_SUM = 26,	/* bytes of `,"sum":"0123456789abcdef"}` */
	JOURNAL_LINE_MAX = 64 << 20	/* a longer line is taken as damaged */
};

enum journal_sync {
	JOURNAL_ALWAYS,		/* fdatasync in each commit */
	JOURNAL_INTERVAL,	/* when journal_sync is called */
	JOURNAL_NEVER		/* when the kernel likes */
};

enum journal_line {
	JOURNAL_OK,		/* a whole line whose sum is right */
	JOURNAL_DAMAGED,	/* a whole line that is not what was written */
	JOURNAL_TORN,		/* bytes without an end of line */
	JOURNAL_END,		/* no more */
	JOURNAL_ERROR		/* errno says why */
};

struct journal;

/* A place in the file, for journal_next. */
struct journal_scan {
	uint64_t off;		/* of the line that is read next */
	uint64_t end;		/* read no line that begins here or behind */
	uint64_t line;		/* how many were read */
};

/* What was done so far. */
struct journal_stats {
	uint64_t bytes;		/* committed */
	uint64_t writes;	/* commits that wrote */
	uint64_t syncs;
	uint64_t errors;	/* commits that failed */
};

/*
 * Open (and create with mode 0600) the file, locked so that nobody else opens
 * it so.  NULL with errno (EINVAL: no journal); EAGAIN or EACCES from
 * the lock is told by *locked.  With JOURNAL_ALWAYS all that it holds is on the
 * disk then, and so is its name with the first commit.
 */
struct journal *journal_open(const char *path, enum journal_sync, int *locked);

/* A new name is on the disk when its directory is synced.  0, or -1. */
int	journal_sync_dir(const char *path);

/* The same for reading only, without a lock: EINVAL where it is no file. */
struct journal *journal_open_read(const char *path);

/* One in memory that holds the last max / 2 to max bytes. */
struct journal *journal_open_memory(size_t max);

/* Close and free; what was not committed is lost. */
void	journal_close(struct journal *);

/*
 * Room for a line of at most n bytes (without sum and newline) that is to be
 * written at the returned place; NULL with errno ENOMEM or EFBIG.  Valid until
 * the next call; may be asked again for more, then the text begun is lost.
 */
char	*journal_reserve(struct journal *, size_t n);

/*
 * The n bytes at that place, an object without its closing brace, are a line:
 * adds sum and newline, and returns the line's offset.
 */
uint64_t journal_line(struct journal *, size_t n);

/* The offset behind all lines, and the offset of the oldest one held. */
uint64_t journal_end(const struct journal *);
uint64_t journal_first(const struct journal *);

/* Whether there is a file. */
int	journal_on_disk(const struct journal *);

/* Whether lines wait for journal_commit. */
int	journal_pending(const struct journal *);

/*
 * Write what was appended since the last call: one write and, with
 * JOURNAL_ALWAYS, one sync.  0, and then it is kept; or -1 with errno, and then
 * the journal is again as after the last success.  Once a sync has failed every
 * commit fails with the same errno: what the disk holds is not known any more.
 * The caller ignores SIGXFSZ.  Blocks for as long as the disk takes.
 */
int	journal_commit(struct journal *);

/* Forget the lines appended since the last commit. */
void	journal_rollback(struct journal *);

/* Sync what was committed.  0, or -1 with errno (see journal_commit). */
int	journal_sync(struct journal *);

/* Whether a sync has failed, ever. */
int	journal_failed(const struct journal *);

/*
 * The n bytes at off, committed or not; NULL with errno where they cannot be
 * read (ENOENT: not held any more).  Valid until the next call.
 */
const char *journal_read(struct journal *, uint64_t off, size_t n);

/*
 * Read the next line at or behind s->off: *line and *n are its bytes without
 * sum (an object without its closing brace) where it is JOURNAL_OK, else the
 * bytes as they are; *off its offset.  Valid until the next call.
 */
enum journal_line journal_next(struct journal *, struct journal_scan *,
	    const char **line, size_t *n, uint64_t *off);

/* Cut the file back to off, which ends a line.  0, or -1 with errno. */
int	journal_cut(struct journal *, uint64_t off);

/* The sum of n bytes; csp-journal(5) defines it. */
uint64_t journal_sum(const char *, size_t n);

/* What was done since it was opened; holds as long as the journal. */
const struct journal_stats *journal_stats(const struct journal *);

#endif
