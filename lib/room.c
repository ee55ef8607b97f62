/*
 * room - which gateway to talk to, as whom, with what token.
 * Linked into the programs that talk.  Reads files, not the environment.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exits.h"
#include "room.h"

enum { FILE_MAX = 4096 };	/* bytes of a room's or a token's file */

int
room_exit(enum room_result result)
{
	switch (result) {
	case ROOM_OK:
		return EXIT_OK;
	case ROOM_USAGE:
		return EXIT_USAGE;
	case ROOM_ABSENT:
		return EXIT_UNREACHED;
	case ROOM_UNSAFE:
	case ROOM_ERROR:
		break;
	}
	return EXIT_IO;
}

static int
given(const char *s)
{
	return s != NULL && *s != '\0';
}

/* The first of two that is given, or NULL. */
static const char *
either(const char *a, const char *b)
{
	return given(a) ? a : given(b) ? b : NULL;
}

/* Writes why it failed and returns the result. */
static enum room_result
fail(struct room *r, enum room_result result, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return result;
}

/* Copies a text that must fit.  0, or -1. */
static int
copy(char *dst, size_t cap, const char *s, size_t n)
{
	if (n >= cap)
		return -1;
	memcpy(dst, s, n);
	dst[n] = '\0';
	return 0;
}

/* Whether a token can stand in a header field. */
static int
is_token(const char *s)
{
	size_t n = strlen(s);

	return n < ROOM_TOKEN_MAX && is_visible(s, n);
}

/*
 * Reads a small file that belongs to the user and that nobody else may read.
 * out gets a NUL.  ROOM_ABSENT where there is none, with errno; for all else
 * why says it.
 */
static enum room_result
read_private(const char *path, char out[FILE_MAX], char *why, size_t why_len)
{
	struct stat st;
	size_t len = 0;
	ssize_t n = 0;
	int fd;

	if ((fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK)) == -1) {
		if (errno == ENOENT || errno == ENOTDIR)
			return ROOM_ABSENT;
		(void)snprintf(why, why_len, "%s: %s", path, strerror(errno));
		return ROOM_ERROR;
	}
	if (fstat(fd, &st) == 0 && (st.st_mode & 077) != 0) {
		(void)snprintf(why, why_len, "%s: others may read it; "
		    "chmod 600 and change the token", path);
		(void)close(fd);	/* was only read */
		return ROOM_UNSAFE;
	}
	if (fstat(fd, &st) == 0 && st.st_uid != geteuid() && st.st_uid != 0) {
		(void)snprintf(why, why_len, "%s: belongs to another user",
		    path);
		(void)close(fd);	/* was only read */
		return ROOM_UNSAFE;
	}
	while (len < FILE_MAX - 1 &&
	    (n = read(fd, out + len, FILE_MAX - 1 - len)) > 0)
		len += (size_t)n;
	if (n == -1)
		(void)snprintf(why, why_len, "%s: %s", path, strerror(errno));
	(void)close(fd);	/* was only read */
	out[len] = '\0';
	return n == -1 ? ROOM_ERROR : ROOM_OK;
}

enum room_result
room_token_file(const char *path, char token[ROOM_TOKEN_MAX], char *why,
    size_t n)
{
	char text[FILE_MAX];
	enum room_result r;

	r = read_private(path, text, why, n);
	if (r == ROOM_ABSENT) {
		(void)snprintf(why, n, "%s: %s", path, strerror(errno));
		return ROOM_ERROR;
	}
	if (r != ROOM_OK)
		return r;
	text[strcspn(text, "\r\n")] = '\0';
	if (!is_token(text)) {
		(void)snprintf(why, n, "%s: its first line is no token", path);
		return ROOM_ERROR;
	}
	(void)copy(token, ROOM_TOKEN_MAX, text, strlen(text));
	return ROOM_OK;
}

/*
 * The value of NAME=VALUE in a line of sh, plain or in single quotes, up to the
 * semicolon; length or -1.
 */
static long
value_of(const char *line, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || line[n] != '=')
		return -1;
	line += n + 1;
	if (*line == '\'') {
		*value = ++line;
		return line[strcspn(line, "'\n")] == '\'' ?
		    (long)strcspn(line, "'") : -1;
	}
	*value = line;
	return (long)strcspn(line, "; \t\r\n'\"\\$`");
}

/* Takes url, token and pid out of the room's file. */
static enum room_result
read_env(struct room *r)
{
	char text[FILE_MAX], *line, *next;
	enum room_result result;
	const char *value;
	int64_t pid;
	long n;

	result = read_private(r->env_path, text, r->why, sizeof(r->why));
	if (result != ROOM_OK)
		return result;
	for (line = text; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			next++;
		if ((n = value_of(line, "CSP_GATEWAY_URL", &value)) >= 0)
			(void)copy(r->url, sizeof(r->url), value, (size_t)n);
		else if ((n = value_of(line, "CSP_AUTH_TOKEN", &value)) >= 0)
			(void)copy(r->token, sizeof(r->token), value,
			    (size_t)n);
		else if ((n = value_of(line, "CSP_GATEWAY_PID", &value)) > 0 &&
		    num_parse_n(value, (size_t)n, 1, INT32_MAX, &pid) == 0)
			r->pid = (long)pid;
	}
	if (*r->url == '\0' || !is_token(r->token))
		return fail(r, ROOM_ERROR, "%s: not a room's file",
		    r->env_path);
	return ROOM_OK;
}

/* The names; the rest is empty. */
static enum room_result
set_names(struct room *r, const struct room_given *g)
{
	const char *name = either(g->opt_room, g->room);

	/* not all of it, which is 5 KB */
	r->name[0] = r->dir[0] = r->env_path[0] = r->journal_path[0] = '\0';
	r->url[0] = r->token[0] = r->agent[0] = r->why[0] = '\0';
	r->pid = 0;
	if (name == NULL)
		name = "default";
	if (id_fold(name, strlen(name), r->name) == -1)
		return fail(r, ROOM_USAGE, "%.80s: not a room's name", name);
	if (given(g->agent) &&
	    id_fold(g->agent, strlen(g->agent), r->agent) == -1)
		return fail(r, ROOM_USAGE, "CSP_AGENT_ID %.80s: not an id",
		    g->agent);
	return ROOM_OK;
}

/* Where the room's files are. */
static enum room_result
set_paths(struct room *r, const struct room_given *g)
{
	if (text_join(r->dir, sizeof(r->dir), given(g->dir) ? g->dir :
	    given(g->home) ? g->home : "", given(g->dir) ? "" : "/.csp",
	    (char *)NULL) == -1)
		return fail(r, ROOM_USAGE, "CSP_DIR is too long");
	/* where that fits, these do */
	(void)text_join(r->env_path, sizeof(r->env_path), r->dir, "/", r->name,
	    ".env", (char *)NULL);
	(void)text_join(r->journal_path, sizeof(r->journal_path), r->dir, "/",
	    r->name, ".journal", (char *)NULL);
	return ROOM_OK;
}

/* A token from the options, else from the environment; empty: neither. */
static enum room_result
given_token(struct room *r, const struct room_given *g, int environment)
{
	const char *token;

	if (!given(g->opt_token) && given(g->opt_token_file))
		return room_token_file(g->opt_token_file, r->token, r->why,
		    sizeof(r->why));
	token = either(g->opt_token, environment ? g->token : NULL);
	if (token == NULL)
		return ROOM_OK;
	if (!is_token(token))
		return fail(r, ROOM_USAGE, "the token is not one word of "
		    "ASCII");
	(void)copy(r->token, sizeof(r->token), token, strlen(token));
	return ROOM_OK;
}

/* Whether r->pid lives (a process of another user counts). */
static int
lives(const struct room *r)
{
	return r->pid > 0 && (kill((pid_t)r->pid, 0) == 0 || errno == EPERM);
}

/* Keeps the value of NAME= in *value, unless there is one. */
static void
keep(const char *s, const char *name, const char **value)
{
	for (; *name != '\0'; s++, name++)
		if (*s != *name)
			return;
	if (*value == NULL)
		*value = s;
}

void
room_environ(struct room_given *g, char *const *environment)
{
	const char *s;

	while ((s = *environment++) != NULL) {
		if (s[0] == 'H')
			keep(s, "HOME=", &g->home);
		if (s[0] != 'C' || s[1] != 'S' || s[2] != 'P' || s[3] != '_')
			continue;
		keep(s + 4, "AGENT_ID=", &g->agent);
		keep(s + 4, "AUTH_TOKEN=", &g->token);
		keep(s + 4, "DIR=", &g->dir);
		keep(s + 4, "GATEWAY_URL=", &g->url);
		keep(s + 4, "PORT=", &g->port);
		keep(s + 4, "ROOM=", &g->room);
	}
}

enum room_result
room_paths(struct room *r, const struct room_given *g)
{
	enum room_result result;
	char token[ROOM_TOKEN_MAX];

	if ((result = set_names(r, g)) != ROOM_OK ||
	    (result = set_paths(r, g)) != ROOM_OK ||
	    (result = given_token(r, g, 1)) != ROOM_OK)
		return result;
	if (strchr(r->token, '\'') != NULL)	/* it would end room_format's */
		return fail(r, ROOM_USAGE, "a quote in the token");
	(void)copy(token, sizeof(token), r->token, strlen(r->token));
	result = read_env(r);
	if (*token != '\0')
		(void)copy(r->token, sizeof(r->token), token, strlen(token));
	if (result == ROOM_ABSENT) {
		r->url[0] = '\0';
		return ROOM_OK;
	}
	return result;
}

/* What is still missing from the room's file, whose gateway must live. */
static enum room_result
from_file(struct room *r, const struct room_given *g)
{
	struct room file;
	enum room_result result;

	if ((result = set_paths(r, g)) != ROOM_OK)
		return result;
	file = *r;
	file.url[0] = file.token[0] = '\0';
	result = read_env(&file);
	if (result == ROOM_OK && !lives(&file))
		return fail(r, ROOM_ABSENT,
		    "the room %s is not running (its gateway, %ld, is gone)",
		    r->name, file.pid);
	if (result == ROOM_ABSENT)
		return fail(r, result, "no room %s is running (no %s) and no "
		    "token is given", r->name, r->env_path);
	if (result != ROOM_OK)
		return fail(r, result, "%s", file.why);
	r->pid = file.pid;
	if (*r->url == '\0')
		memcpy(r->url, file.url, sizeof(r->url));
	if (*r->token == '\0')
		memcpy(r->token, file.token, sizeof(r->token));
	return ROOM_OK;
}

enum room_result
room_find(struct room *r, const struct room_given *g)
{
	enum room_result result;
	const char *url;
	int64_t port = ROOM_PORT_DEFAULT;
	int environment;

	if ((result = set_names(r, g)) != ROOM_OK)
		return result;
	/* --room asks for its file, unless the file may not be read */
	environment = !given(g->opt_room) || *r->agent != '\0';
	if ((result = given_token(r, g, environment)) != ROOM_OK)
		return result;
	url = either(g->opt_url, environment ? g->url : NULL);
	if (url != NULL && copy(r->url, sizeof(r->url), url, strlen(url)) == -1)
		return fail(r, ROOM_USAGE, "the gateway's URL is too long");
	if (*r->token == '\0' && *r->agent != '\0')
		return fail(r, ROOM_ABSENT, "no token for the agent %s: "
		    "CSP_AUTH_TOKEN is not set", r->agent);
	if (*r->token == '\0' || (*r->url == '\0' && given(g->opt_room) &&
	    *r->agent == '\0'))
		return from_file(r, g);
	if (*r->url != '\0')
		return ROOM_OK;
	if (given(g->port) && num_parse(g->port, 1, 65535, &port) == -1)
		return fail(r, ROOM_USAGE, "CSP_PORT %.80s: not a port",
		    g->port);
	(void)snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%d",
	    (int)port);
	return ROOM_OK;
}

/* Appends a word that sh reads as it is; the text has no single quote. */
static int
put_word(struct buf *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/.-_+=@%,[]";
	const char *p, *quote = "";

	for (p = s; *p != '\0'; p++)
		if (strchr(plain, *p) == NULL)
			quote = "'";
	return buf_puts(b, quote) == -1 || buf_puts(b, s) == -1 ? -1 :
	    buf_puts(b, quote);
}

int
room_format(struct buf *b, const struct room *r)
{
	if (buf_puts(b, "CSP_GATEWAY_URL=") == -1 ||
	    put_word(b, r->url) == -1 ||
	    buf_puts(b, "; export CSP_GATEWAY_URL;\nCSP_AUTH_TOKEN=") == -1 ||
	    put_word(b, r->token) == -1 ||
	    buf_puts(b, "; export CSP_AUTH_TOKEN;\nCSP_GATEWAY_PID=") == -1 ||
	    buf_putnum(b, r->pid) == -1)
		return -1;
	return buf_puts(b, "; export CSP_GATEWAY_PID;\n");
}

/* Writes a new private file whole.  0, or -1 with errno. */
static int
write_file(const char *path, const struct buf *b)
{
	int fd, saved;

	(void)unlink(path);	/* left over from a crash, if at all */
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)) == -1)
		return -1;
	if (write_all(fd, b->p, b->len) == 0 && fsync(fd) == 0)
		return close(fd);
	saved = errno;
	(void)close(fd);	/* what failed before counts */
	(void)unlink(path);
	errno = saved;
	return -1;
}

int
room_write(const struct room *r)
{
	char path[ROOM_PATH_MAX + 1 + BUF_DECIMAL];
	struct buf b;
	char pid[BUF_DECIMAL + 1];
	int result = -1;

	if (mkdir(r->dir, 0700) == -1 && errno != EEXIST)
		return -1;
	buf_init(&b, FILE_MAX);
	*buf_decimal(pid, (uint64_t)getpid()) = '\0';
	(void)text_join(path, sizeof(path), r->env_path, ".", pid,
	    (char *)NULL);	/* fits */
	if (room_format(&b, r) == 0 && write_file(path, &b) == 0)
		result = rename(path, r->env_path);
	buf_free(&b);
	return result;
}
