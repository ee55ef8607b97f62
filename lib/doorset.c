/*
 * doorset - the child's command line and private files, as [setup] asks.
 * Linked into csp-sidecar.
 */
#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"

#include "buf.h"
#include "doorset.h"
#include "jbuf.h"
#include "rules.h"
#include "util.h"

#define TEXT_MAX	(4 * 1024 * 1024)	/* of one expanded template */
#define READ_MAX	(1024 * 1024)		/* of a user's file */
#define BLANKS		" \t"

/* ---- templates ---- */

/* The value of NAME in a list of "NAME=VALUE"s, or NULL. */
static const char *
env_get(char *const *env, const char *name, size_t len)
{
	for (; env != NULL && *env != NULL; env++)
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
			return *env + len + 1;
	return NULL;
}

/* Appends s as the inside of a JSON string. */
static int
put_json(struct buf *out, const char *s, size_t n)
{
	struct json_out o;
	size_t at = out->len;

	jbuf_begin(&o, out);
	json_put_string(&o, s, n);
	if (jbuf_end(&o) == -1)
		return -1;
	/* without the quotes */
	memmove(out->p + at, out->p + at + 1, out->len - at - 2);
	buf_truncate(out, out->len - 2);
	return 0;
}

/* Appends s as one word of sh(1). */
static int
put_sh(struct buf *out, const char *s, size_t n)
{
	size_t i;
	int bad = buf_putc(out, '\'');

	for (i = 0; i < n && bad == 0; i++)
		bad = s[i] == '\'' ? buf_puts(out, "'\\''") :
		    buf_putc(out, s[i]);
	return bad == 0 ? buf_putc(out, '\'') : -1;
}

/* Appends the command by which a hook hands over its event. */
static int
put_hook(const struct doorset *d, struct buf *out)
{
	const struct door_start *st = d->start;

	if (buf_puts(out, "CSP_REPLY=") == -1 ||
	    put_sh(out, st->socket, strlen(st->socket)) == -1 ||
	    buf_putc(out, ' ') == -1 ||
	    put_sh(out, st->csp_send, strlen(st->csp_send)) == -1)
		return -1;
	/* a hook that fails, as when we are gone, is shown to the person */
	return buf_puts(out, " --reply >/dev/null 2>&1 || :");
}

/* Appends the plain value of a name, given as "NAME" or "NAME|default". */
static int
put_value(const struct doorset *d, const char *name, size_t len,
    const struct doorset_vars *v, struct buf *out)
{
	const struct door_start *st = d->start;
	const char *bar = memchr(name, '|', len), *s = NULL;
	size_t n = bar != NULL ? (size_t)(bar - name) : len;

#define IS(word)	(n == sizeof(word) - 1 && memcmp(name, word, n) == 0)
	if (IS("HOOK"))
		return put_hook(d, out);
	if (IS("TEXT") && v != NULL)
		return buf_append(out, v->text, v->text_len);
	if (IS("DIR"))
		s = st->dir;
	else if (IS("CSP_SEND"))
		s = st->csp_send;
	else if (IS("CSP_REPLY"))
		s = st->socket;
	else if (IS("CWD"))
		s = st->cwd;
	else if (IS("PROG"))
		s = d->argv[0];
	else if (IS("UUID"))
		s = d->uuid;
	else if (IS("CHAIN"))
		s = d->chain;
	else if (IS("THREAD"))
		s = v != NULL ? v->thread : NULL;
	else
		s = env_get(st->env, name, n);
#undef IS
	if (s != NULL && *s != '\0')
		return buf_puts(out, s);
	if (bar == NULL)
		return 0;
	n = len - n - 1;
	if (n > 0 && bar[1] == '~' &&
	    (s = env_get(st->env, "HOME", 4)) != NULL) {
		if (buf_puts(out, s) == -1)
			return -1;
		bar++;
		n--;
	}
	return buf_append(out, bar + 1, n);
}

/* The length of a "%NAME...%" at s, or 0 where a `%' is just that. */
static size_t
var_len(const char *s, size_t n)
{
	size_t i = 1;

	while (i < n && ((s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_' ||
	    (i > 1 && s[i] >= '0' && s[i] <= '9')))
		i++;
	if (i == 1 || i == n || strchr("%|:", s[i]) == NULL)
		return 0;
	while (i < n && s[i] != '%' && s[i] != '\n')
		i++;
	return i < n && s[i] == '%' ? i + 1 : 0;
}

/* Appends one variable; s is what stands between the `%'s. */
static int
put_var(const struct doorset *d, const char *s, size_t n,
    const struct doorset_vars *v, struct buf *out)
{
	const char *colon = memchr(s, ':', n), *mod, *end = s + n;
	struct buf a, b;
	size_t len;
	int bad;

	buf_init(&a, TEXT_MAX);
	bad = put_value(d, s, colon != NULL ? (size_t)(colon - s) : n, v, &a);
	for (; bad == 0 && colon != NULL; colon = mod + len) {
		mod = colon + 1;
		if (mod >= end)
			break;
		for (len = 0; mod + len < end && mod[len] != ':'; len++)
			;
		buf_init(&b, TEXT_MAX);
		if (len == 4 && memcmp(mod, "json", 4) == 0)
			bad = put_json(&b, a.len > 0 ? a.p : "", a.len);
		else
			bad = put_sh(&b, a.p, a.len);
		buf_free(&a);
		a = b;
		if (mod + len >= end)
			break;
	}
	if (bad == 0 && a.len > 0)
		bad = buf_append(out, a.p, a.len);
	buf_free(&a);
	return bad;
}

int
doorset_expand(const struct doorset *d, const char *tmpl, size_t len,
    const struct doorset_vars *v, struct buf *out)
{
	const char *end = tmpl + len, *p;
	size_t n;

	while (tmpl < end) {
		if ((p = memchr(tmpl, '%', (size_t)(end - tmpl))) == NULL)
			p = end;
		if (p > tmpl && buf_append(out, tmpl, (size_t)(p - tmpl)) == -1)
			return -1;
		if (p == end)
			break;
		n = var_len(p, (size_t)(end - p));
		if (n == 0 ? buf_putc(out, '%') == -1 :
		    put_var(d, p + 1, n - 2, v, out) == -1)
			return -1;
		tmpl = p + (n == 0 ? 1 : n);
	}
	return 0;
}

char *
doorset_string(const struct doorset *d, const char *tmpl, size_t len,
    const struct doorset_vars *v)
{
	struct buf b;
	char *s = NULL;

	buf_init(&b, TEXT_MAX);
	if (doorset_expand(d, tmpl, len, v, &b) == 0 &&
	    buf_putc(&b, '\0') == 0 && (s = malloc(b.len)) != NULL)
		memcpy(s, b.p, b.len);
	buf_free(&b);
	return s;
}

/* ---- JSON and TOML of the user's ---- */

static void merge(struct json_out *, const struct json_node *,
    const struct json_node *);

/* Members of a that b does not have, or merged with b's. */
static void
merge_object(struct json_out *o, const struct json_node *ours,
    const struct json_node *theirs)
{
	const struct json_node *name, *v, *w;
	uint32_t i;
	char key[256];
	long n;

	json_put_open(o, '{');
	for (i = 0, name = ours + 1; i < ours->n; i++, name = json_next(v)) {
		v = name + 1;
		n = json_string(name, key, sizeof(key) - 1);
		key[n < 0 ? 0 : n] = '\0';
		w = n < 0 ? NULL : json_get(theirs, key);
		json_put_name(o, name->p, name->len);
		if (w != NULL)
			merge(o, v, w);
		else
			json_put_node(o, v);
	}
	name = theirs + 1;
	for (i = 0; i < theirs->n; i++, name = json_next(v)) {
		v = name + 1;
		n = json_string(name, key, sizeof(key) - 1);
		key[n < 0 ? 0 : n] = '\0';
		if (n >= 0 && json_get(ours, key) != NULL)
			continue;
		json_put_name(o, name->p, name->len);
		json_put_node(o, v);
	}
	json_put_close(o, '}');
}

static void
merge(struct json_out *o, const struct json_node *ours,
    const struct json_node *theirs)
{
	const struct json_node *e;
	uint32_t i;

	if (ours->type == JSON_OBJECT && theirs->type == JSON_OBJECT)
		merge_object(o, ours, theirs);
	else if (ours->type == JSON_ARRAY && theirs->type == JSON_ARRAY) {
		json_put_open(o, '[');
		e = theirs + 1;
		for (i = 0; i < theirs->n; i++, e = json_next(e))
			json_put_node(o, e);
		e = ours + 1;
		for (i = 0; i < ours->n; i++, e = json_next(e))
			json_put_node(o, e);
		json_put_close(o, ']');
	} else
		json_put_node(o, theirs);
}

/* Parses a JSON object into nodes of its own; NULL with EINVAL or ENOMEM. */
static struct json_node *
parse_object(const char *text, size_t len)
{
	struct json_node *nodes;
	size_t cap = len / 2 + 1;

	if ((nodes = calloc(cap, sizeof(*nodes))) == NULL)
		return NULL;
	if (json_parse(text, len, nodes, cap, NULL) < 1 ||
	    nodes->type != JSON_OBJECT) {
		free(nodes);
		errno = EINVAL;
		return NULL;
	}
	return nodes;
}

int
doorset_merge(const char *ours, size_t ours_len, const char *theirs,
    size_t theirs_len, struct buf *out)
{
	struct json_node *a, *b = NULL;
	struct json_out o;
	int bad = -1;

	if ((a = parse_object(ours, ours_len)) != NULL &&
	    (b = parse_object(theirs, theirs_len)) != NULL) {
		jbuf_begin(&o, out);
		merge(&o, a, b);
		if ((bad = jbuf_end(&o)) == -1)
			errno = ENOMEM;
	}
	free(a);
	free(b);
	return bad;
}

/* Skips blanks, newlines and comments of TOML. */
static const char *
toml_space(const char *p, const char *end)
{
	while (p < end && (strchr(" \t\r\n", *p) != NULL || *p == '#')) {
		if (*p != '\0' && *p != '#')
			p++;
		else if (*p == '#')
			while (p < end && *p != '\n')
				p++;
		else
			break;
	}
	return p;
}

/*
 * A string of TOML, "basic" or 'literal', to out as a JSON string.  Returns
 * where it ends, or NULL where there is none.  The escapes of basic strings are
 * JSON's, but for \U and \e, which are refused.
 */
static const char *
toml_string(const char *p, const char *end, struct buf *out)
{
	const char quote = p < end ? *p : '\0', *from = ++p;
	struct json_out o;
	int escapes = 0;

	if (quote != '"' && quote != '\'')
		return NULL;
	while (p < end && *p != quote && *p != '\n') {
		if (*p == '\\' && quote == '"') {
			if (end - p < 2 || strchr("btnfr\"\\u", p[1]) == NULL)
				return NULL;
			escapes = 1;
			p++;
		}
		p++;
	}
	if (p >= end || *p != quote)
		return NULL;
	jbuf_begin(&o, out);
	if (escapes) {
		json_put_raw(&o, from - 1, (size_t)(p - from) + 2);
	} else
		json_put_string(&o, from, (size_t)(p - from));
	return jbuf_end(&o) == -1 ? NULL : p + 1;
}

/* Where the value of key begins in the top table, or NULL. */
static const char *
toml_find(const char *p, const char *end, const char *key)
{
	size_t n = strlen(key);
	const char *q;

	while (p < end && *(p = toml_space(p, end)) != '[' && p < end) {
		if ((size_t)(end - p) > n && memcmp(p, key, n) == 0) {
			for (q = p + n; q < end && strchr(BLANKS, *q) != NULL &&
			    *q != '\0'; q++)
				;
			if (q < end && *q == '=')
				return toml_space(q + 1, end);
		}
		while (p < end && *p != '\n')
			p++;
	}
	return NULL;
}

int
doorset_toml(const char *text, size_t len, const char *key, struct buf *out)
{
	const char *end = text + len, *p = text;
	size_t at = out->len;
	int any = 0;

	if (key != NULL)
		p = toml_find(text, end, key);
	else
		p = toml_space(p, end);
	if (p == NULL || p >= end || *p++ != '[')
		return -1;
	while ((p = toml_space(p, end)) < end && *p != ']') {
		if (any && *p == ',') {
			p = toml_space(p + 1, end);
			if (p < end && *p == ']')
				break;
		} else if (any)
			goto bad;
		if (buf_putc(out, ',') == -1 ||
		    (p = toml_string(p, end, out)) == NULL)
			goto bad;
		any = 1;
	}
	if (p < end && any)
		return 0;
bad:
	buf_truncate(out, at);
	return -1;
}

/* ---- [setup] ---- */

static int
fail(char *err, size_t errsize, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	if (errsize > 0)
		(void)vsnprintf(err, errsize, fmt, ap);	/* cut is fine */
	va_end(ap);
	errno = saved;
	return -1;
}

/* Reads a file of at most READ_MAX bytes.  0, or -1 with errno. */
static int
read_file(const char *path, struct buf *b)
{
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return -1;
	do {
		if (buf_reserve(b, 4096) == -1)
			n = -1;
		else if ((n = read(fd, b->p + b->len, 4096)) > 0)
			buf_added(b, (size_t)n);
	} while (n > 0);
	(void)close(fd);		/* only read */
	return n == -1 ? -1 : 0;
}

/* The path of a file in the private folder, noted for removal; NULL, errno. */
static const char *
own_file(struct doorset *d, const char *name)
{
	struct buf b;
	char *s = NULL;

	if (d->nfiles == DOORSET_FILES_MAX || strchr(name, '/') != NULL ||
	    *name == '\0' || *name == '.') {
		errno = EINVAL;
		return NULL;
	}
	buf_init(&b, TEXT_MAX);
	if (buf_printf(&b, "%s/%s", d->start->dir, name) == 0 &&
	    buf_putc(&b, '\0') == 0 && (s = malloc(b.len)) != NULL)
		d->files[d->nfiles++] = memcpy(s, b.p, b.len);
	buf_free(&b);
	return s;
}

static int
write_file(const char *path, const char *s, size_t n)
{
	int fd, bad;

	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    S_IRUSR | S_IWUSR)) == -1)
		return -1;
	bad = write_all(fd, s, n);
	return close(fd) == -1 ? -1 : bad;
}

/* `file NAME': the lines of section "file NAME". */
static int
do_file(struct doorset *d, const char *name)
{
	const char *path, *word, *value;
	char section[128];
	struct buf b;
	size_t i;
	int bad = 0;

	if ((path = own_file(d, name)) == NULL)
		return -1;
	(void)snprintf(section, sizeof(section), "file %s", name);
	buf_init(&b, TEXT_MAX);
	for (i = 0; bad == 0 && rules_line(d->start->rules, section, i, &word,
	    &value); i++)
		if (doorset_expand(d, value, strlen(value), NULL, &b) == -1 ||
		    buf_putc(&b, '\n') == -1)
			bad = -1;
	if (bad == 0)
		bad = write_file(path, b.len > 0 ? b.p : "", b.len);
	buf_free(&b);
	return bad;
}

/* Whether an argument is this option: "--opt", or "--opt=VALUE" (*value). */
static int
is_option(const char *arg, const char *opt, size_t len, const char **value)
{
	if (strncmp(arg, opt, len) != 0 ||
	    (arg[len] != '\0' && arg[len] != '='))
		return 0;
	*value = arg[len] == '=' ? arg + len + 1 : NULL;
	return 1;
}

/* Whether one of the options of a list (between `,' or blanks) is given. */
static const char *
given(const struct doorset *d, const char *list)
{
	const char *value;
	size_t n, i;

	for (; *list != '\0'; list += n) {
		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		for (i = 1; n > 0 && d->argv[i] != NULL &&
		    strcmp(d->argv[i], "--") != 0; i++)
			if (is_option(d->argv[i], list, n, &value))
				return d->argv[i];
	}
	return NULL;
}

static size_t
count(char *const *v)
{
	size_t n = 0;

	while (v != NULL && v[n] != NULL)
		n++;
	return n;
}

/* Puts a string, which it takes over, at place `at' of a vector. */
static int
insert(char ***v, size_t at, char *s)
{
	size_t n = count(*v);
	char **bigger;

	if (s == NULL || (bigger = realloc(*v, (n + 2) * sizeof(*bigger))) ==
	    NULL) {
		free(s);
		return -1;
	}
	memmove(bigger + at + 1, bigger + at, (n - at) * sizeof(*bigger));
	bigger[at] = s;
	bigger[n + 1] = NULL;
	*v = bigger;
	return 0;
}

/* Takes `n' strings out of a vector. */
static void
cut(char **v, size_t at, size_t n)
{
	size_t i, all = count(v);

	for (i = at; i < at + n; i++)
		free(v[i]);
	memmove(v + at, v + at + n, (all - at - n + 1) * sizeof(*v));
}

/* `args [unless=OPT,...] WORD ...': added before the user's own. */
static int
do_args(struct doorset *d, const char *value, size_t *added)
{
	char list[256];
	size_t n;

	if (strncmp(value, "unless=", 7) == 0) {
		n = strcspn(value += 7, BLANKS);
		if (n >= sizeof(list)) {
			errno = EINVAL;
			return -1;
		}
		memcpy(list, value, n);
		list[n] = '\0';
		if (given(d, list) != NULL)
			return 0;
		value += n;
	}
	if (strstr(value, "%UUID") != NULL && d->uuid[0] == '\0') {
		char hex[33];

		if (random_hex(hex, 16) == -1)
			return -1;
		hex[12] = '4';			/* RFC 9562: version 4 */
		hex[16] = "89ab"[hex[16] & 3];
		(void)snprintf(d->uuid, sizeof(d->uuid),
		    "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		    hex + 16, hex + 20);
	}
	for (;; value += n) {
		value += strspn(value, BLANKS);
		if ((n = strcspn(value, BLANKS)) == 0)
			return 0;
		if (*added == DOORSET_ARGS_MAX) {
			errno = E2BIG;
			return -1;
		}
		if (insert(&d->argv, 1 + *added,
		    doorset_string(d, value, n, NULL)) == -1)
			return -1;
		++*added;
	}
}

/* What the user gives for the option at argv[at]; *n arguments. */
static const char *
option_value(const struct doorset *d, size_t at, const char *value, size_t *n)
{
	*n = value != NULL || d->argv[at + 1] == NULL ? 1 : 2;
	return *n == 2 ? d->argv[at + 1] : value;
}

/*
 * `merge OPT FILE': the JSON that the user gives for OPT, as text or in a file,
 * is merged into our file, and the option taken off.
 */
static int
do_merge(struct doorset *d, const char *opt, size_t opt_len, const char *name)
{
	struct buf ours, theirs, both;
	const char *value = NULL, *path = NULL;
	size_t at, n, i;
	int bad = -1;

	for (at = 1; d->argv[at] != NULL && strcmp(d->argv[at], "--") != 0;
	    at++)
		if (is_option(d->argv[at], opt, opt_len, &value))
			break;
	if (d->argv[at] == NULL || strcmp(d->argv[at], "--") == 0 ||
	    (value = option_value(d, at, value, &n)) == NULL)
		return 0;
	for (i = 0; i < d->nfiles; i++)
		if (strcmp(strrchr(d->files[i], '/') + 1, name) == 0)
			path = d->files[i];
	buf_init(&ours, READ_MAX);
	buf_init(&theirs, READ_MAX);
	buf_init(&both, 2 * READ_MAX);
	errno = EINVAL;
	if (path == NULL || read_file(path, &ours) == -1)
		goto out;
	if (value[strspn(value, " \t\r\n")] == '{' ?
	    buf_puts(&theirs, value) == -1 : read_file(value, &theirs) == -1)
		goto out;
	if (doorset_merge(ours.p, ours.len, theirs.p, theirs.len, &both) == -1)
		goto out;
	if ((bad = write_file(path, both.p, both.len)) == 0)
		cut(d->argv, at, n);
out:
	buf_free(&ours);
	buf_free(&theirs);
	buf_free(&both);
	return bad;
}

/*
 * `chain OPT,OPT KEY FILE': %CHAIN% becomes the strings of the array that the
 * user has for KEY, given as OPT KEY=[...] (which is taken off) or in a TOML
 * file.  There may be none.
 */
static int
do_chain(struct doorset *d, const char *value)
{
	const char *opts = value, *key, *got;
	size_t nopts = strcspn(value, BLANKS), nkey, at, n, k;
	char list[64], name[64], *path;
	struct buf b;
	int found = -1;

	key = value + nopts + strspn(value + nopts, BLANKS);
	nkey = strcspn(key, BLANKS);
	value = key + nkey + strspn(key + nkey, BLANKS);
	if (nopts >= sizeof(list) || nkey >= sizeof(name) || nkey == 0) {
		errno = EINVAL;
		return -1;
	}
	memcpy(list, opts, nopts);
	list[nopts] = '\0';
	memcpy(name, key, nkey);
	name[nkey] = '\0';
	buf_init(&b, READ_MAX);
	for (at = 1; d->argv[at] != NULL && strcmp(d->argv[at], "--") != 0;
	    at++)
		for (opts = list; *opts != '\0'; opts += k + (opts[k] == ',')) {
			k = strcspn(opts, ",");
			if (!is_option(d->argv[at], opts, k, &got) ||
			    (got = option_value(d, at, got, &n)) == NULL ||
			    strncmp(got, name, nkey) != 0 || got[nkey] != '=')
				continue;
			buf_clear(&b, 0);
			found = doorset_toml(got + nkey + 1,
			    strlen(got + nkey + 1), NULL, &b);
			cut(d->argv, at--, n);
			break;
		}
	if (found == -1 && (path = doorset_string(d, value, strlen(value),
	    NULL)) != NULL) {
		struct buf toml;

		buf_init(&toml, READ_MAX);
		if (read_file(path, &toml) == 0 && toml.len > 0)
			found = doorset_toml(toml.p, toml.len, name, &b);
		buf_free(&toml);
		free(path);
	}
	if (found == 0 && buf_putc(&b, '\0') == 0 &&
	    (d->chain = malloc(b.len)) != NULL)
		memcpy(d->chain, b.p, b.len);
	buf_free(&b);
	return 0;
}

/* One line of [setup].  0, 1 (no door), -1. */
static int
do_line(struct doorset *d, const char *word, const char *value, size_t *added,
    char *err, size_t errsize)
{
	const char *hit, *path;
	size_t n;
	char *s;

	if (strcmp(word, "unless") == 0) {
		if ((hit = given(d, value)) == NULL)
			return 0;
		(void)fail(err, errsize, "not with %s", hit);
		return 1;
	}
	if (strcmp(word, "file") == 0)
		return do_file(d, value);
	if (strcmp(word, "empty") == 0)
		return (path = own_file(d, value)) == NULL ? -1 :
		    write_file(path, "", 0);
	if (strcmp(word, "fifo") == 0) {
		if ((path = own_file(d, value)) == NULL ||
		    mkfifo(path, S_IRUSR | S_IWUSR) == -1)
			return -1;
		d->fifo = d->files[d->nfiles - 1];
		return 0;
	}
	if (strcmp(word, "args") == 0)
		return do_args(d, value, added);
	if (strcmp(word, "env") == 0)
		return (s = doorset_string(d, value, strlen(value), NULL)) ==
		    NULL ? -1 : insert(&d->env, count(d->env), s);
	if (strcmp(word, "chain") == 0)
		return do_chain(d, value);
	if (strcmp(word, "follow") == 0)
		return 0;		/* door.c's */
	if (strcmp(word, "merge") == 0) {
		n = strcspn(value, BLANKS);
		return do_merge(d, value, n, value + n +
		    strspn(value + n, BLANKS));
	}
	errno = EINVAL;
	return -1;
}

int
doorset_init(struct doorset *d, const struct door_start *start,
    char *const argv[], char *err, size_t errsize)
{
	const char *word, *value;
	size_t i, added = 0;
	int got;

	memset(d, 0, sizeof(*d));
	d->start = start;
	if ((d->argv = calloc(1, sizeof(*d->argv))) == NULL ||
	    (d->env = calloc(1, sizeof(*d->env))) == NULL)
		return fail(err, errsize, "%s", strerror(errno));
	for (i = 0; argv[i] != NULL; i++) {
		size_t len = strlen(argv[i]) + 1;
		char *s = malloc(len);

		if (s != NULL)
			memcpy(s, argv[i], len);
		if (insert(&d->argv, i, s) == -1)
			return fail(err, errsize, "%s", strerror(errno));
	}
	for (i = 0; rules_line(start->rules, "setup", i, &word, &value); i++)
		if ((got = do_line(d, word, value, &added, err, errsize)) == 1)
			return 1;
		else if (got == -1)
			return fail(err, errsize, "setup: %s %s: %s", word,
			    value, strerror(errno));
	return 0;
}

void
doorset_free(struct doorset *d)
{
	size_t i;

	for (i = 0; i < d->nfiles; i++) {
		(void)unlink(d->files[i]);	/* it may be gone */
		free(d->files[i]);
	}
	for (i = 0; d->argv != NULL && d->argv[i] != NULL; i++)
		free(d->argv[i]);
	for (i = 0; d->env != NULL && d->env[i] != NULL; i++)
		free(d->env[i]);
	free(d->argv);
	free(d->env);
	free(d->chain);
	memset(d, 0, sizeof(*d));
}
