/*
 * door - follows what an agent CLI writes of itself and sends messages in.
 * Linked into csp-sidecar.
 */
#ifndef __GNUC__		/* glibc's <glob.h> has these for gcc alone */
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS
#endif
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "door.h"
#include "doorset.h"
#include "events.h"
#include "rules.h"
#include "util.h"

#define SOURCES_MAX	8		/* session files looked at */
#define HELD_MAX	256		/* events of one that is not ours yet */
#define STEP_MAX	(256 * 1024)	/* bytes read of one source in a step */
#define SCAN_MS		300		/* at most so often for new files */
#define ACCEPTED_MS	120000		/* to see what a command has accepted */
#define AFTER_MAX_MS	3600000
#define ALIVE_MS	3000		/* records may come before the screen */
#define SEND_MAX	(4 * 1024 * 1024)

struct held {				/* an event, copied */
	struct held	*next;
	struct event	ev;
	char		*text, *prompt;
};

struct queue {
	struct held	*first, **tail;
	size_t		n;
};

/* One that tells: the hooks and the FIFO together, or a session file. */
struct source {
	struct events	*ev;
	struct queue	q;
	char		*path;		/* of a file */
	int		fd;
	off_t		off;
	int		rejected;	/* other folder, or no person's */
	int		fits;		/* had the prompt that was typed */
	char		thread[128];
	int64_t		heard_ms;	/* the last event */
};

struct door {
	struct doorset	set;
	struct door_start start;
	char		*strings[4];	/* what start points to */
	struct events_map *map;
	int		by_owner;	/* the rules know who is the owner */
	int		fifo, fifo_keep;
	char		*pattern;	/* of session files, or NULL */
	struct source	main;
	struct source	*files[SOURCES_MAX];
	size_t		nfiles;
	struct source	*ours;		/* of files, or NULL */
	char		owner[128];
	struct held	*out;		/* the caller looks at it */

	int		busy;
	int64_t		busy_ms, idle_ms;	/* since when */
	int64_t		polled_ms, scanned_ms;
	int		scan_cost;	/* files seen by the last scan */
	struct buf	typed;		/* the last prompt that was entered */

	const char	*in_word, *in_value;	/* [in], or NULL */
	int		in_any;		/* also while busy */
	int		prompted;	/* the CLI has told of a prompt */
	int64_t		in_after_ms;	/* what cannot be typed for so long */
	size_t		in_max;
	enum door_sent	sent;
	struct buf	sending;
	int64_t		sent_by_ms;	/* must be seen by then */
	int		accepted;
	pid_t		child;
};

/* ---- events ---- */

static void
held_free(struct held *h)
{
	if (h == NULL)
		return;
	free(h->text);
	free(h->prompt);
	free(h);
}

static void
queue_init(struct queue *q)
{
	q->first = NULL;
	q->tail = &q->first;
	q->n = 0;
}

static struct held *
queue_take(struct queue *q)
{
	struct held *h = q->first;

	if (h != NULL && (q->first = h->next) == NULL)
		q->tail = &q->first;
	q->n -= h != NULL;
	return h;
}

static void
queue_put(struct queue *q, struct held *h)
{
	h->next = NULL;
	*q->tail = h;
	q->tail = &h->next;
	q->n++;
}

static char *
copy(const char *s, size_t n)
{
	char *p = malloc(n + 1);

	if (p != NULL) {
		memcpy(p, s, n);
		p[n] = '\0';
	}
	return p;
}

/* Keeps a copy of an event; without memory it is lost. */
static void
queue_event(struct queue *q, const struct event *ev)
{
	struct held *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		return;
	h->ev = *ev;
	h->text = copy(ev->text, ev->len);
	if (ev->prompt != NULL)
		h->prompt = copy(ev->prompt, ev->prompt_len);
	if (h->text == NULL || (ev->prompt != NULL && h->prompt == NULL)) {
		held_free(h);
		return;
	}
	h->ev.text = h->text;
	h->ev.prompt = h->prompt;
	queue_put(q, h);
}

/* Whether two paths are the same folder. */
static int
same_folder(const char *a, const char *b)
{
	struct stat sa, sb;

	return strcmp(a, b) == 0 || (stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino);
}

/* Takes what a source tells into its queue, and what the door asks for. */
static void
source_drain(struct door *d, struct source *s, int64_t now_ms)
{
	struct event ev;

	while (events_next(s->ev, now_ms, &ev)) {
		if (s != &d->main || ev.type != EVENT_OWNER)
			s->heard_ms = now_ms;
		switch (ev.type) {
		case EVENT_CWD:
			if (!same_folder(ev.text, d->start.cwd))
				s->rejected = 1;
			continue;
		case EVENT_REJECT:
			s->rejected = 1;
			continue;
		case EVENT_OWNER:
			(void)snprintf(d->owner, sizeof(d->owner), "%s",
			    ev.text);
			d->polled_ms = d->scanned_ms = now_ms - SCAN_MS;
			continue;
		case EVENT_THREAD:
			(void)snprintf(s->thread, sizeof(s->thread), "%s",
			    ev.text);
			break;
		case EVENT_PROMPT:
			if (d->typed.len > 0 && events_same_prompt(ev.text,
			    ev.len, d->typed.p, d->typed.len))
				s->fits = 1;
			break;
		case EVENT_BUSY:
		case EVENT_TEXT:
		case EVENT_END:
		case EVENT_DIALOG:
		case EVENT_LIMIT:
		case EVENT_ERROR:
			break;
		}
		queue_event(&s->q, &ev);
		if (s != &d->main && s != d->ours && s->q.n > HELD_MAX)
			held_free(queue_take(&s->q));
	}
}

/* ---- session files ---- */

static void
source_free(struct source *s)
{
	struct held *h;

	while ((h = queue_take(&s->q)) != NULL)
		held_free(h);
	events_free(s->ev);
	if (s->fd != -1)
		(void)close(s->fd);	/* only read */
	free(s->path);
}

static int
source_init(struct source *s, const struct door *d)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	queue_init(&s->q);
	s->heard_ms = -ALIVE_MS;
	return (s->ev = events_new(d->map, d->start.wall_ms)) == NULL ? -1 : 0;
}

static void
file_drop(struct door *d, size_t i)
{
	struct source *s = d->files[i];

	if (d->ours == s)
		d->ours = NULL;
	source_free(s);
	free(s);
	d->files[i] = d->files[--d->nfiles];
}

/* Follows one more file, if there is room or another can go. */
static void
file_add(struct door *d, const char *path)
{
	struct source *s;
	size_t i;

	for (i = 0; i < d->nfiles && d->nfiles == SOURCES_MAX; i++)
		if (d->files[i] != d->ours && !d->files[i]->fits)
			file_drop(d, i);
	if (d->nfiles == SOURCES_MAX || (s = malloc(sizeof(*s))) == NULL)
		return;
	if (source_init(s, d) == -1 ||
	    (s->path = copy(path, strlen(path))) == NULL ||
	    (s->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1) {
		source_free(s);
		free(s);
		return;
	}
	events_screen(s->ev, d->busy, 0);
	d->files[d->nfiles++] = s;
}

static int
file_known(const struct door *d, const char *path)
{
	size_t i;

	for (i = 0; i < d->nfiles; i++)
		if (strcmp(d->files[i]->path, path) == 0)
			return 1;
	return 0;
}

/* Looks for files that were written since we began. */
static void
scan(struct door *d, int64_t now_ms)
{
	struct stat st;
	glob_t g;
	size_t i;

	d->scanned_ms = now_ms;
	if (glob(d->pattern, GLOB_NOSORT, NULL, &g) != 0)
		return;
	d->scan_cost = g.gl_pathc > 100000 ? 100000 : (int)g.gl_pathc;
	for (i = 0; i < g.gl_pathc; i++)
		if (stat(g.gl_pathv[i], &st) == 0 && S_ISREG(st.st_mode) &&
		    ((int64_t)st.st_mtime + 1) * 1000 > d->start.wall_ms &&
		    !file_known(d, g.gl_pathv[i]))
			file_add(d, g.gl_pathv[i]);
	globfree(&g);
}

/* Reads what a file or pipe has grown by. */
static void
source_read(struct door *d, struct source *s, int64_t now_ms)
{
	char bytes[16384];
	struct stat st;
	size_t all = 0;
	ssize_t n;

	if (s != &d->main && fstat(s->fd, &st) == 0 && st.st_size < s->off) {
		/* cut short: what is there now was told before */
		s->off = lseek(s->fd, 0, SEEK_END);
	}
	while (all < STEP_MAX && (n = read(s->fd, bytes, sizeof(bytes))) > 0) {
		events_bytes(s->ev, bytes, (size_t)n, now_ms);
		s->off += n;
		all += (size_t)n;
	}
}

/*
 * Which of the files is our child's: the one that a hook named, or that has
 * the id which we gave on the command line; else the only one that had our
 * prompt.  NULL: not known.
 */
static struct source *
find_ours(const struct door *d)
{
	struct source *s, *fit = NULL;
	size_t i, fits = 0;

	for (i = 0; i < d->nfiles; i++) {
		s = d->files[i];
		if (s->rejected)
			continue;
		if (d->owner[0] != '\0' && strcmp(s->thread, d->owner) == 0)
			return s;
		if (d->owner[0] == '\0' && d->set.uuid[0] != '\0' &&
		    strcmp(s->thread, d->set.uuid) == 0)
			return s;
		if (s->fits) {
			fit = s;
			fits++;
		}
	}
	if (d->ours != NULL && !d->ours->fits && fits == 1 && !d->by_owner)
		return fit;		/* the person went to another session */
	if (d->ours != NULL)
		return d->ours;
	return fits == 1 && !d->by_owner && d->set.uuid[0] == '\0' ? fit : NULL;
}

/* What the source told of its present turn is now ours. */
static void
take_over(struct door *d, struct source *s)
{
	struct held *h, *begin = NULL;
	int skip = 1;

	d->ours = s;
	for (h = s->q.first; h != NULL; h = h->next)
		if (h->ev.type == EVENT_BUSY)
			begin = h;
	while ((h = queue_take(&s->q)) != NULL) {
		skip = skip && begin != NULL && h != begin;
		if (skip && h->ev.type != EVENT_THREAD)
			held_free(h);
		else
			queue_put(&d->main.q, h);
	}
}

static void
poll_files(struct door *d, int64_t now_ms)
{
	struct source *s;
	size_t i;

	d->polled_ms = now_ms;
	if (now_ms - d->scanned_ms >= SCAN_MS + d->scan_cost)
		scan(d, now_ms);
	for (i = 0; i < d->nfiles; i++) {
		s = d->files[i];
		if (s->rejected)
			continue;
		source_read(d, s, now_ms);
		source_drain(d, s, now_ms);
	}
	if ((s = find_ours(d)) != NULL && s != d->ours)
		take_over(d, s);
	while (d->ours != NULL && d->ours->q.first != NULL)
		queue_put(&d->main.q, queue_take(&d->ours->q));
}

/* ---- opening ---- */

static int
fail(char *err, size_t errsize, const char *what, int error)
{
	if (errsize > 0)
		(void)snprintf(err, errsize, "%s%s%s", what,
		    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	errno = error;
	return -1;
}

/* The mapping and the pattern. */
static int
read_rules(struct door *d, char *err, size_t errsize)
{
	const struct rules *r = d->start.rules;
	const char *word, *value, *p;
	char what[128], line[512];
	int64_t n;
	size_t i;

	if ((d->map = events_map_new()) == NULL)
		return fail(err, errsize, "events", errno);
	for (i = 0; rules_line(r, "events", i, &word, &value); i++) {
		if (events_map_line(d->map, word, value, what,
		    sizeof(what)) == 0) {
			if (strstr(value, "owner ") != NULL)
				d->by_owner = 1;
			continue;
		}
		(void)snprintf(line, sizeof(line), "events: %s %.300s", word,
		    value);
		return fail(err, errsize, line, EINVAL);
	}
	if ((p = rules_nth(r, "setup", "follow", 0)) != NULL &&
	    (d->pattern = doorset_string(&d->set, p, strlen(p), NULL)) == NULL)
		return fail(err, errsize, "follow", errno);
	for (i = 0; rules_line(r, "in", i, &word, &value); i++)
		if (strcmp(word, "append") == 0 || strcmp(word, "run") == 0) {
			d->in_word = word;
			d->in_value = value;
		} else if (strcmp(word, "when") == 0)
			d->in_any = strcmp(value, "any") == 0;
		else if (strcmp(word, "max") == 0) {
			if (num_parse(value, 1, SEND_MAX, &n) == 0)
				d->in_max = (size_t)n;
		} else if (strcmp(word, "after") == 0) {
			if (num_parse(value, 0, AFTER_MAX_MS, &n) == 0)
				d->in_after_ms = n;
		} else
			return fail(err, errsize, word, EINVAL);
	return 0;
}

/* Copies what the caller gave but the rules and the environment. */
static int
copy_start(struct door *d, const struct door_start *start)
{
	const char *from[4];
	size_t i;

	from[0] = start->dir;
	from[1] = start->csp_send;
	from[2] = start->socket;
	from[3] = start->cwd;
	for (i = 0; i < 4; i++)
		if ((d->strings[i] = copy(from[i], strlen(from[i]))) == NULL)
			return -1;
	d->start = *start;
	d->start.dir = d->strings[0];
	d->start.csp_send = d->strings[1];
	d->start.socket = d->strings[2];
	d->start.cwd = d->strings[3];
	return 0;
}

/* Opens the FIFO without waiting for a writer, and keeps it from ending. */
static int
open_fifo(struct door *d, char *err, size_t errsize)
{
	if (d->set.fifo == NULL)
		return 0;
	if ((d->fifo = open(d->set.fifo, O_RDONLY | O_NONBLOCK |
	    O_CLOEXEC)) == -1 || d->fifo >= FD_SETSIZE ||
	    (d->fifo_keep = open(d->set.fifo, O_WRONLY | O_NONBLOCK |
	    O_CLOEXEC)) == -1)
		return fail(err, errsize, d->set.fifo, errno);
	d->main.fd = d->fifo;
	return 0;
}

struct door *
door_open(const struct door_start *start, char *const argv[], char *err,
    size_t errsize)
{
	struct door *d;
	int got, error;

	if (errsize > 0)
		err[0] = '\0';
	errno = 0;
	if (!rules_has_section(start->rules, "events"))
		return NULL;
	if ((d = calloc(1, sizeof(*d))) == NULL) {
		(void)fail(err, errsize, "door", errno);
		return NULL;
	}
	d->fifo = d->fifo_keep = d->main.fd = -1;
	queue_init(&d->main.q);
	d->in_max = SEND_MAX;
	d->child = -1;
	d->idle_ms = -DOOR_AFTER_MS;
	buf_init(&d->typed, SEND_MAX);
	buf_init(&d->sending, SEND_MAX);
	if ((got = copy_start(d, start)) == -1)
		(void)fail(err, errsize, "door", errno);
	if (got == 0)
		got = doorset_init(&d->set, &d->start, argv, err, errsize);
	if (got == 0)
		got = read_rules(d, err, errsize);
	if (got == 0 && (got = source_init(&d->main, d)) == -1)
		(void)fail(err, errsize, "events", errno);
	if (got == 0)
		got = open_fifo(d, err, errsize);
	if (got == 0)
		return d;
	error = got == 1 ? 0 : errno;
	door_close(d);
	errno = error;
	return NULL;
}

void
door_close(struct door *d)
{
	size_t i;

	if (d == NULL)
		return;
	while (d->nfiles > 0)
		file_drop(d, 0);
	source_free(&d->main);		/* and the FIFO with it */
	if (d->fifo_keep != -1)
		(void)close(d->fifo_keep);
	held_free(d->out);
	events_map_free(d->map);
	doorset_free(&d->set);
	for (i = 0; i < 4; i++)
		free(d->strings[i]);
	free(d->pattern);
	buf_free(&d->typed);
	buf_free(&d->sending);
	free(d);
}

char *const *
door_argv(const struct door *d)
{
	return d->set.argv;
}

char *const *
door_env(const struct door *d)
{
	return d->set.env;
}

/* ---- the loop's side ---- */

int
door_hook(struct door *d, const char *json, size_t len, int64_t now_ms)
{
	int known = events_record(d->main.ev, json, len, now_ms);

	source_drain(d, &d->main, now_ms);
	return known;
}

int
door_fds(const struct door *d, fd_set *set, int max)
{
	if (d->fifo == -1)
		return max;
	FD_SET(d->fifo, set);
	return d->fifo > max ? d->fifo : max;
}

/* Whether session files are to be looked at. */
static int
polls(const struct door *d, int64_t now_ms)
{
	return d->pattern != NULL && (d->busy || d->sent == DOOR_SENT_WAIT ||
	    now_ms - d->idle_ms < DOOR_AFTER_MS);
}

int64_t
door_due(const struct door *d, int64_t now_ms)
{
	int64_t due = -1, t;
	size_t i;

	if (d->main.q.first != NULL)
		return now_ms;
	if (polls(d, now_ms))
		due = d->polled_ms + DOOR_POLL_MS;
	if ((t = events_due(d->main.ev)) != -1 && (due == -1 || t < due))
		due = t;
	for (i = 0; i < d->nfiles; i++)
		if (!d->files[i]->rejected &&
		    (t = events_due(d->files[i]->ev)) != -1 &&
		    (due == -1 || t < due))
			due = t;
	if (d->sent == DOOR_SENT_WAIT && (due == -1 || d->sent_by_ms < due))
		due = d->sent_by_ms;
	return due == -1 ? -1 : due > now_ms ? due : now_ms;
}

/* A command that has ended; what it says comes too late once it was seen. */
static void
reap(struct door *d, int64_t now_ms)
{
	int status;

	if (d->child == -1 || waitpid(d->child, &status, WNOHANG) == 0)
		return;
	d->child = -1;
	if (d->sent != DOOR_SENT_WAIT)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		d->accepted = 1;
		d->sent_by_ms = now_ms + ACCEPTED_MS;
	} else
		d->sent = DOOR_SENT_FAILED;
}

void
door_step(struct door *d, const fd_set *rd, int64_t now_ms)
{
	size_t i;

	if (d->fifo != -1 && (rd == NULL || FD_ISSET(d->fifo, rd)))
		source_read(d, &d->main, now_ms);
	source_drain(d, &d->main, now_ms);
	if (polls(d, now_ms) && now_ms - d->polled_ms >= DOOR_POLL_MS)
		poll_files(d, now_ms);
	else
		for (i = 0; i < d->nfiles; i++)
			source_drain(d, d->files[i], now_ms);
	while (d->ours != NULL && d->ours->q.first != NULL)
		queue_put(&d->main.q, queue_take(&d->ours->q));
	reap(d, now_ms);
	if (d->sent == DOOR_SENT_WAIT && now_ms >= d->sent_by_ms)
		d->sent = d->accepted ? DOOR_SENT_UNKNOWN : DOOR_SENT_FAILED;
}

void
door_screen(struct door *d, int busy, int64_t now_ms)
{
	size_t i;

	busy = busy != 0;
	if (busy && !d->busy) {
		d->busy_ms = now_ms;
		d->scanned_ms = now_ms - SCAN_MS;
	} else if (!busy && d->busy)
		d->idle_ms = now_ms;
	d->busy = busy;
	events_screen(d->main.ev, busy, now_ms);
	for (i = 0; i < d->nfiles; i++)
		events_screen(d->files[i]->ev, busy, now_ms);
}

void
door_stopped(struct door *d)
{
	size_t i;

	events_stopped(d->main.ev);
	for (i = 0; i < d->nfiles; i++)
		events_stopped(d->files[i]->ev);
}

void
door_typed(struct door *d, const char *text, size_t len, int64_t now_ms)
{
	size_t i;

	buf_clear(&d->typed, 0);
	(void)buf_append(&d->typed, text, len);	/* too long: nothing fits */
	for (i = 0; i < d->nfiles; i++)
		d->files[i]->fits = 0;
	d->polled_ms = now_ms - DOOR_POLL_MS;
}

int
door_next(struct door *d, int64_t now_ms, struct event *ev)
{
	held_free(d->out);
	if (d->main.q.first == NULL)
		source_drain(d, &d->main, now_ms);
	if ((d->out = queue_take(&d->main.q)) == NULL)
		return 0;
	*ev = d->out->ev;
	d->prompted |= ev->type == EVENT_PROMPT;
	if (ev->type == EVENT_PROMPT && d->sent == DOOR_SENT_WAIT &&
	    events_same_prompt(ev->text, ev->len, d->sending.p,
	    d->sending.len))
		d->sent = DOOR_SENT_TAKEN;
	return 1;
}

int
door_alive(const struct door *d)
{
	int64_t heard = d->main.heard_ms;

	if (d->ours != NULL && d->ours->heard_ms > heard)
		heard = d->ours->heard_ms;
	return heard >= d->busy_ms - ALIVE_MS;
}

int
door_running(const struct door *d)
{
	return events_running(d->main.ev) ||
	    (d->ours != NULL && events_running(d->ours->ev));
}

/* ---- the way in ---- */

static const char *
thread(const struct door *d)
{
	const char *t = d->ours != NULL ? d->ours->thread : d->main.thread;

	return *t != '\0' ? t : NULL;
}

/*
 * The first message is typed: before it a CLI may not watch its file yet, and
 * what was appended too early would be lost.
 */
int
door_can_send(const struct door *d, int idle)
{
	return d->in_word != NULL && (idle || d->in_any) &&
	    (d->prompted || strcmp(d->in_word, "append") != 0) &&
	    d->sent != DOOR_SENT_WAIT && d->child == -1 &&
	    (thread(d) != NULL || strstr(d->in_value, "%THREAD") == NULL);
}

int64_t
door_after(const struct door *d)
{
	return d->in_after_ms;
}

/* `append NAME TEMPLATE': a line at the end of a file of the private folder. */
static int
send_append(struct door *d, const struct doorset_vars *v)
{
	size_t n = strcspn(d->in_value, " \t"), all;
	const char *tmpl = d->in_value + n + strspn(d->in_value + n, " \t");
	struct buf path, line;
	int fd = -1, bad = -1;

	buf_init(&path, SEND_MAX);
	buf_init(&line, SEND_MAX + SEND_MAX / 2);
	if (buf_printf(&path, "%s/%.*s", d->start.dir, (int)n,
	    d->in_value) == -1 || buf_putc(&path, '\0') == -1 ||
	    doorset_expand(&d->set, tmpl, strlen(tmpl), v, &line) == -1 ||
	    buf_putc(&line, '\n') == -1)
		goto out;
	all = line.len;
	if ((fd = open(path.p, O_WRONLY | O_APPEND | O_NONBLOCK |
	    O_CLOEXEC)) != -1)
		bad = write(fd, line.p, all) == (ssize_t)all ? 0 : -1;
	if (fd != -1 && close(fd) == -1)
		bad = -1;
out:
	buf_free(&path);
	buf_free(&line);
	return bad;
}

/* Starts a command with nothing of ours but the environment.  0, or -1. */
static int
start_child(struct door *d, char *const argv[])
{
	posix_spawn_file_actions_t fa;
	int fd, bad;

	if (posix_spawn_file_actions_init(&fa) != 0)
		return -1;
	for (fd = 0, bad = 0; fd < 3 && bad == 0; fd++)
		bad = posix_spawn_file_actions_addopen(&fa, fd, "/dev/null",
		    O_RDWR, 0);
	if (bad == 0)
		bad = posix_spawnp(&d->child, argv[0], &fa, NULL, argv,
		    d->start.env);
	(void)posix_spawn_file_actions_destroy(&fa);	/* cannot fail here */
	if (bad != 0)
		d->child = -1;
	return bad == 0 ? 0 : -1;
}

/* `run WORD ...': a command; that it ends with 0 says that it was accepted. */
static int
send_run(struct door *d, const struct doorset_vars *v)
{
	char *argv[DOORSET_ARGS_MAX + 1];
	const char *p = d->in_value;
	size_t n, i, argc = 0;
	int bad = -1;

	for (;; p += n) {
		p += strspn(p, " \t");
		if ((n = strcspn(p, " \t")) == 0)
			break;
		if (argc == DOORSET_ARGS_MAX ||
		    (argv[argc] = doorset_string(&d->set, p, n, v)) == NULL)
			goto out;
		argc++;
	}
	argv[argc] = NULL;
	if (argc > 0)
		bad = start_child(d, argv);
out:
	for (i = 0; i < argc; i++)
		free(argv[i]);
	return bad;
}

int
door_send(struct door *d, const char *text, size_t len, int64_t now_ms)
{
	struct doorset_vars v;
	int bad;

	if (len > d->in_max || !door_can_send(d, 1))
		return -1;
	buf_clear(&d->sending, 0);
	if (buf_append(&d->sending, text, len) == -1)
		return -1;
	v.text = text;
	v.text_len = len;
	v.thread = thread(d);
	bad = strcmp(d->in_word, "run") == 0 ? send_run(d, &v) :
	    send_append(d, &v);
	if (bad == -1)
		return -1;
	door_typed(d, text, len, now_ms);
	d->accepted = 0;
	d->sent = DOOR_SENT_WAIT;
	d->sent_by_ms = now_ms + DOOR_SEND_MS;
	return 0;
}

enum door_sent
door_send_state(const struct door *d, int64_t now_ms)
{
	if (d->sent == DOOR_SENT_WAIT && now_ms >= d->sent_by_ms)
		return d->accepted ? DOOR_SENT_UNKNOWN : DOOR_SENT_FAILED;
	return d->sent;
}
