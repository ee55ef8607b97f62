/*
 * rules - what is known of one agent CLI, as data: a file of agents/.
 * Linked into csp-sidecar.  Knows the form of the file, not what a screen is.
 */
#include <sys/types.h>
#ifdef __TINYC__	/* takes no argument as the length of an array in a
			   prototype, which glibc's header has */
#define _REGEX_NELTS(n)
#endif
#include <errno.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

#define FILES_MAX	8	/* a file and what it includes */
#define CONDS_PER_STATE	8

/* Tried when it is read, and compiled for good when it is first asked for: that
   takes much memory, and most are of replies. */
struct rules_pattern {
	int		compiled;
	regex_t		re;
	char		expr[];
};

struct line {
	const char	*section;
	const char	*word;
	const char	*value;
	struct rules_pattern *pattern;	/* of a word that holds one */
};

struct rules {
	char		*name;
	char		*texts[FILES_MAX];
	size_t		ntexts;
	struct line	lines[RULES_LINES_MAX];
	size_t		nlines;
	struct rules_state states[RULES_LINES_MAX];
	size_t		nstates;
	struct rules_cond conds[RULES_LINES_MAX];
	size_t		nconds;
	int		npatterns;	/* of conditions */
};

/* Where a mistake is, and where to say so. */
struct where {
	const char	*file;
	int		lineno;
	char		*err;
	size_t		errsize;
};

enum word_kind { WORD_VALUE, WORD_BYTES, WORD_NUMBER, WORD_PATTERN };

/* The words of the top section; csp-agents(5) has the same list. */
static const struct word {
	const char	*name;
	enum word_kind	kind;
} words[] = {
	{ "ask",	WORD_PATTERN },
	{ "backspace",	WORD_BYTES },
	{ "box-bottom",	WORD_PATTERN },
	{ "box-hint",	WORD_PATTERN },
	{ "box-prompt",	WORD_PATTERN },
	{ "box-top",	WORD_PATTERN },
	{ "break",	WORD_VALUE },
	{ "busy",	WORD_VALUE },
	{ "chat",	WORD_PATTERN },
	{ "code-margin",	WORD_NUMBER },
	{ "code-number",	WORD_PATTERN },
	{ "drop",	WORD_PATTERN },
	{ "drop-bold",	WORD_PATTERN },
	{ "drop-dim",	WORD_PATTERN },
	{ "drop-frame",	WORD_PATTERN },
	{ "drop-with",	WORD_PATTERN },
	{ "echo",	WORD_PATTERN },
	{ "end-quiet",	WORD_NUMBER },
	{ "envelope",	WORD_VALUE },
	{ "error",	WORD_PATTERN },
	{ "escape-at",	WORD_VALUE },
	{ "fold",	WORD_PATTERN },
	{ "interrupt",	WORD_BYTES },
	{ "intro",	WORD_VALUE },
	{ "kind",	WORD_VALUE },
	{ "limit-hold",	WORD_NUMBER },
	{ "mark",	WORD_PATTERN },
	{ "more",	WORD_PATTERN },
	{ "newline",	WORD_BYTES },
	{ "newline-test", WORD_VALUE },
	{ "paste",	WORD_VALUE },
	{ "prompt",	WORD_PATTERN },
	{ "repaint",	WORD_VALUE },
	{ "reply",	WORD_PATTERN },
	{ "settle",	WORD_NUMBER },
	{ "stash",	WORD_BYTES },
	{ "status",	WORD_PATTERN },
	{ "submit",	WORD_BYTES },
	{ "unmarked",	WORD_VALUE },
	{ "unstash",	WORD_BYTES },
	{ "until",	WORD_PATTERN },
	{ "viewport",	WORD_VALUE },
	{ "wrap",	WORD_VALUE },
};

/* What a condition may look at; n says what the number behind the colon is. */
static const struct look {
	const char	*name;
	enum rules_where where;
	int		takes_n;
	int		takes_pattern;	/* 1 may, 2 must */
} looks[] = {
	{ "above",	RULES_ABOVE,	1, 2 },
	{ "agent",	RULES_AGENT,	0, 2 },
	{ "alt",	RULES_ALT,	0, 0 },
	{ "ask",	RULES_ASK,	0, 0 },
	{ "below",	RULES_BELOW,	1, 2 },
	{ "away",	RULES_AWAY,	0, 0 },
	{ "box",	RULES_BOX,	0, 1 },
	{ "choice",	RULES_CHOICE,	0, 0 },
	{ "cursor",	RULES_CURSOR,	0, 2 },
	{ "menu",	RULES_MENU,	0, 0 },
	{ "more",	RULES_MORE,	0, 0 },
	{ "open",	RULES_OPEN,	0, 0 },
	{ "progress",	RULES_PROGRESS,	0, 2 },
	{ "prompt",	RULES_PROMPT,	0, 0 },
	{ "quiet",	RULES_QUIET,	1, 0 },
	{ "ready",	RULES_READY,	0, 0 },
	{ "retitled",	RULES_RETITLED,	0, 0 },
	{ "screen",	RULES_SCREEN,	0, 2 },
	{ "secret",	RULES_SECRET,	0, 0 },
	{ "spinner",	RULES_SPINNER,	0, 0 },
	{ "still",	RULES_STILL,	0, 0 },
	{ "tail",	RULES_TAIL,	1, 2 },
	{ "title",	RULES_TITLE,	0, 2 },
	{ "turn",	RULES_TURN,	1, 1 },
	{ "works",	RULES_WORKS,	0, 0 },
};

static const char *const state_names[] = {
	"starting", "idle", "busy", "waiting", "limited", "unknown"
};

const char *
agent_state_name(enum agent_state s)
{
	return state_names[s];
}

static int
mistake(const struct where *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	n = snprintf(w->err, w->errsize, "%s:%d: ", w->file, w->lineno);
	if (n >= 0 && (size_t)n < w->errsize) {
		va_start(ap, fmt);
		(void)vsnprintf(w->err + n, w->errsize - n, fmt, ap);
		va_end(ap);
	}
	errno = EINVAL;
	return -1;
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char *
skip_blanks(char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static struct rules_pattern *
compile(const char *expr, const struct where *w)
{
	struct rules_pattern *p;
	char msg[128];
	int e;

	if (expr[0] == '\0') {
		(void)mistake(w, "a pattern is missing");
		return NULL;
	}
	if ((p = malloc(sizeof *p + strlen(expr) + 1)) == NULL) {
		(void)snprintf(w->err, w->errsize, "%s", strerror(errno));
		return NULL;
	}
	if ((e = regcomp(&p->re, expr, REG_EXTENDED)) != 0) {
		(void)regerror(e, &p->re, msg, sizeof msg);
		free(p);
		(void)mistake(w, "%s: %s", expr, msg);
		return NULL;
	}
	regfree(&p->re);
	memcpy(p->expr, expr, strlen(expr) + 1);
	p->compiled = 0;
	return p;
}

static void
pattern_free(const struct rules_pattern *p)
{
	struct rules_pattern *q;

	if (p != NULL) {
		q = (struct rules_pattern *)p;	/* it is ours */
		if (q->compiled)
			regfree(&q->re);
		free(q);
	}
}

/*
 * Cut `/expression/' at *s off: undoes \/ in place, ends the expression with a
 * NUL and leaves *s behind it.  NULL where it does not end.
 */
static char *
cut_pattern(char **s)
{
	char *from, *to, *start;

	start = from = to = *s + 1;
	while (*from != '\0' && *from != '/') {
		if (from[0] == '\\' && from[1] == '/')
			from++;
		else if (from[0] == '\\' && from[1] != '\0')
			*to++ = *from++;
		*to++ = *from++;
	}
	if (*from == '\0')
		return NULL;
	*s = from + 1;
	*to = '\0';
	return start;
}

static const struct look *
find_look(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof looks / sizeof looks[0]; i++)
		if (strlen(looks[i].name) == n &&
		    memcmp(looks[i].name, s, n) == 0)
			return &looks[i];
	return NULL;
}

/* One condition from *s on: [!]WHERE[:N][/EXPRESSION/]. */
static int
parse_cond(struct rules *r, char **s, const struct where *w)
{
	struct rules_cond *c;
	const struct look *look;
	char *p = *s, *expr, *end;
	size_t n;

	if (r->nconds == RULES_LINES_MAX)
		return mistake(w, "too many conditions");
	c = &r->conds[r->nconds];
	memset(c, 0, sizeof *c);
	if (*p == '!') {
		c->negate = 1;
		p++;
	}
	n = strspn(p, "abcdefghijklmnopqrstuvwxyz");
	if ((look = find_look(p, n)) == NULL)
		return mistake(w, "no condition: %s", *s);
	c->where = look->where;
	p += n;
	if (*p == ':') {
		c->n = (int)strtol(p + 1, &end, 10);
		if (!look->takes_n || end == p + 1 || c->n < 1)
			return mistake(w, "%s: no number belongs there",
			    look->name);
		p = end;
	}
	if (*p == '/') {
		if (look->takes_pattern == 0)
			return mistake(w, "%s takes no pattern", look->name);
		if ((expr = cut_pattern(&p)) == NULL)
			return mistake(w, "a pattern does not end");
		if (r->npatterns == RULES_CONDS_MAX)
			return mistake(w, "more than %d patterns in states",
			    RULES_CONDS_MAX);
		if ((c->pattern = compile(expr, w)) == NULL)
			return -1;
		c->index = r->npatterns++;
	} else if (look->takes_pattern == 2)
		return mistake(w, "%s needs a pattern", look->name);
	r->nconds++;
	if (*p != '\0' && !is_blank(*p))
		return mistake(w, "a blank is missing before: %s", p);
	*s = skip_blanks(p);
	return 0;
}

/* The value of a `state' line: STATE CONDITION ... */
static int
parse_state(struct rules *r, const char *value, const struct where *w)
{
	struct rules_state *st;
	char *text, *s;
	size_t i, n;

	if (r->nstates == RULES_LINES_MAX)
		return mistake(w, "too many states");
	st = &r->states[r->nstates];
	n = strcspn(value, " \t");
	for (i = 0; i < sizeof state_names / sizeof state_names[0]; i++)
		if (strlen(state_names[i]) == n &&
		    memcmp(state_names[i], value, n) == 0)
			break;
	if (i == sizeof state_names / sizeof state_names[0])
		return mistake(w, "no state: %s", value);
	st->state = (enum agent_state)i;
	st->text = value;
	st->conds = &r->conds[r->nconds];
	st->nconds = 0;
	/* cut in a copy: text is shown as it was written */
	if ((text = strdup(value + n)) == NULL)
		return mistake(w, "%s", strerror(errno));
	s = skip_blanks(text);
	while (*s != '\0') {
		if (st->nconds == CONDS_PER_STATE) {
			free(text);
			return mistake(w, "too many conditions");
		}
		if (parse_cond(r, &s, w) == -1) {
			free(text);
			return -1;
		}
		st->nconds++;
	}
	free(text);
	if (st->nconds == 0)
		return mistake(w, "a state needs a condition");
	r->nstates++;
	return 0;
}

/* Words whose value is one of a few; all else would pass for the first. */
static const struct {
	const char	*word;
	const char	*values[4];
} choices[] = {
	{ "busy",	{ "wait", "join", NULL } },
	{ "intro",	{ "yes", "no", NULL } },
	{ "kind",	{ "auto", "line", "tui", NULL } },
	{ "paste",	{ "auto", "never", NULL } },
	{ "repaint",	{ "no", "yes", "cuts", NULL } },
	{ "viewport",	{ "no", "yes", NULL } },
};

static int
check_choice(const struct line *l, const struct where *w)
{
	const char *const *v;
	size_t i;

	for (i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		if (strcmp(choices[i].word, l->word) != 0)
			continue;
		for (v = choices[i].values; *v != NULL; v++)
			if (strcmp(*v, l->value) == 0)
				return 0;
		return mistake(w, "not a value of that word: %s", l->value);
	}
	return 0;
}

static const struct word *
find_word(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

/* Escapes of a value; -1 where one is wrong.  out may be NULL to check only. */
static long
unescape(const char *s, char *out, size_t cap)
{
	static const char names[] = "rnte\\s";
	static const char bytes[] = "\r\n\t\033\\ ";
	const char *p;
	size_t n = 0;
	unsigned x;
	char c;

	for (; *s != '\0'; s++) {
		c = *s;
		if (c == '\\') {
			s++;
			if (*s == 'x' && sscanf(s + 1, "%2x", &x) == 1 &&
			    s[2] != '\0') {
				c = (char)x;
				s += 2;
			} else if (*s != '\0' &&
			    (p = strchr(names, *s)) != NULL)
				c = bytes[p - names];
			else
				return -1;
		}
		if (out != NULL && n < cap)
			out[n] = c;
		n++;
	}
	return n < cap || out == NULL ? (long)n : (long)cap;
}

/* A line of the top section. */
static int
check_line(struct rules *r, struct line *l, const struct where *w)
{
	const struct word *word;
	char *end;

	if (strcmp(l->word, "state") == 0)
		return parse_state(r, l->value, w);
	if ((word = find_word(l->word)) == NULL)
		return mistake(w, "unknown word: %s", l->word);
	switch (word->kind) {
	case WORD_VALUE:
		return check_choice(l, w);
	case WORD_BYTES:
		if (unescape(l->value, NULL, 0) == -1)
			return mistake(w, "bad escape: %s", l->value);
		return 0;
	case WORD_NUMBER:
		(void)strtol(l->value, &end, 10);
		if (l->value[0] == '\0' || *end != '\0')
			return mistake(w, "not a number: %s", l->value);
		return 0;
	case WORD_PATTERN:
		l->pattern = compile(l->value, w);
		return l->pattern == NULL ? -1 : 0;
	}
	return 0;
}

static int	read_file(struct rules *, const char *const *, const char *,
		    struct where *);

/* One line of a file; *section is the section that it stands in. */
static int
parse_line(struct rules *r, char *s, const char **section,
    const char *const *dirs, const struct where *w)
{
	struct line *l;
	struct where sub;
	char *end;

	s = skip_blanks(s);
	for (end = s + strlen(s); end > s && (is_blank(end[-1]) ||
	    end[-1] == '\r'); end--)
		;
	*end = '\0';
	if (*s == '\0' || *s == '#')
		return 0;
	if (*s == '[') {
		if (end[-1] != ']' || end - s < 3)
			return mistake(w, "no section: %s", s);
		end[-1] = '\0';
		*section = s + 1;
		return 0;
	}
	if (r->nlines == RULES_LINES_MAX)
		return mistake(w, "more than %d lines", RULES_LINES_MAX);
	l = &r->lines[r->nlines];
	l->section = *section;
	l->word = s;
	l->pattern = NULL;
	s += strcspn(s, " \t");
	if (*s != '\0')
		*s++ = '\0';
	l->value = skip_blanks(s);
	if (**section == '\0' && strcmp(l->word, "include") == 0) {
		if (dirs == NULL)
			return mistake(w, "nothing to include from");
		sub = *w;
		return read_file(r, dirs, l->value, &sub);
	}
	r->nlines++;
	return **section == '\0' ? check_line(r, l, w) : 0;
}

/* All lines of a text, which is kept in r and cut up. */
static int
parse_text(struct rules *r, char *text, const char *const *dirs,
    struct where *w)
{
	const char *section = "";
	char *s, *nl;

	for (s = text, w->lineno = 1; s != NULL; s = nl, w->lineno++) {
		if ((nl = strchr(s, '\n')) != NULL)
			*nl++ = '\0';
		if (parse_line(r, s, &section, dirs, w) == -1)
			return -1;
	}
	return 0;
}

static int
keep_text(struct rules *r, char *text, const struct where *w)
{
	if (r->ntexts == FILES_MAX) {
		free(text);
		return mistake(w, "more than %d files", FILES_MAX);
	}
	r->texts[r->ntexts++] = text;
	return 0;
}

/* A whole file as a string; NULL with errno. */
static char *
slurp(FILE *f)
{
	char *text;
	size_t n;

	if ((text = malloc(RULES_FILE_MAX + 2)) == NULL)
		return NULL;
	n = fread(text, 1, RULES_FILE_MAX + 1, f);
	if (ferror(f) || n > RULES_FILE_MAX || memchr(text, 0, n) != NULL) {
		if (!ferror(f))
			errno = EINVAL;
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

/* Opens the first file of that name; path says which. */
static FILE *
open_file(const char *const *dirs, const char *name, char *path, size_t size)
{
	FILE *f;

	if (strchr(name, '/') != NULL) {
		(void)snprintf(path, size, "%s", name);
		return fopen(name, "r");
	}
	(void)snprintf(path, size, "%s", name);
	errno = ENOENT;
	for (; dirs != NULL && *dirs != NULL; dirs++) {
		(void)snprintf(path, size, "%s/%s", *dirs, name);
		if ((f = fopen(path, "r")) != NULL)
			return f;
		if (errno != ENOENT && errno != ENOTDIR)
			return NULL;
	}
	return NULL;
}

static int
read_file(struct rules *r, const char *const *dirs, const char *name,
    struct where *w)
{
	char path[1024];
	char *text;
	FILE *f;
	int e;

	if (name[0] == '\0' || (name[0] == '.' && strchr(name, '/') == NULL)) {
		(void)snprintf(w->err, w->errsize, "%s: no name of rules",
		    name);
		errno = EINVAL;
		return -1;
	}
	if ((f = open_file(dirs, name, path, sizeof path)) == NULL) {
		e = errno;
		(void)snprintf(w->err, w->errsize, "%s: %s", path, strerror(e));
		errno = e;
		return -1;
	}
	text = slurp(f);
	e = errno;
	(void)fclose(f);	/* was only read */
	if (text == NULL) {
		(void)snprintf(w->err, w->errsize, "%s: %s", path, strerror(e));
		errno = e;
		return -1;
	}
	w->file = path;
	if (keep_text(r, text, w) == -1)
		return -1;
	return parse_text(r, text, dirs, w);
}

static struct rules *
new_rules(const char *name)
{
	struct rules *r;
	const char *base;

	if ((r = calloc(1, sizeof *r)) == NULL)
		return NULL;
	base = strrchr(name, '/');
	if ((r->name = strdup(base == NULL ? name : base + 1)) == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

struct rules *
rules_load(const char *const *dirs, const char *name, char *err, size_t errsize)
{
	struct where w = { name, 0, err, errsize };
	struct rules *r;
	int e;

	if ((r = new_rules(name)) == NULL) {
		(void)snprintf(err, errsize, "%s", strerror(errno));
		return NULL;
	}
	if (read_file(r, dirs, name, &w) == -1) {
		e = errno;
		rules_free(r);
		errno = e;
		return NULL;
	}
	return r;
}

struct rules *
rules_parse(const char *name, const char *text, size_t len, char *err,
    size_t errsize)
{
	struct where w = { name, 0, err, errsize };
	struct rules *r;
	char *copy;

	if (len > RULES_FILE_MAX || memchr(text, 0, len) != NULL) {
		(void)mistake(&w, "too long, or no text");
		return NULL;
	}
	if ((r = new_rules(name)) == NULL)
		return NULL;
	if ((copy = malloc(len + 1)) == NULL) {
		rules_free(r);
		return NULL;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	(void)keep_text(r, copy, &w);	/* the first: there is room */
	if (parse_text(r, copy, NULL, &w) == -1) {
		rules_free(r);
		errno = EINVAL;
		return NULL;
	}
	return r;
}

void
rules_free(struct rules *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->nlines; i++)
		pattern_free(r->lines[i].pattern);
	for (i = 0; i < r->nconds; i++)
		pattern_free(r->conds[i].pattern);
	for (i = 0; i < r->ntexts; i++)
		free(r->texts[i]);
	free(r->name);
	free(r);
}

const char *
rules_name(const struct rules *r)
{
	return r->name;
}

static const struct line *
find_line(const struct rules *r, const char *section, const char *word,
    size_t i)
{
	const struct line *l;

	if (section == NULL)
		section = "";
	for (l = r->lines; l < r->lines + r->nlines; l++)
		if (strcmp(l->section, section) == 0 &&
		    (word == NULL || strcmp(l->word, word) == 0) && i-- == 0)
			return l;
	return NULL;
}

const char *
rules_nth(const struct rules *r, const char *section, const char *word,
    size_t i)
{
	const struct line *l = find_line(r, section, word, i);

	return l == NULL ? NULL : l->value;
}

const char *
rules_value(const struct rules *r, const char *word, const char *fallback)
{
	const char *v = rules_nth(r, "", word, 0);

	return v == NULL ? fallback : v;
}

long
rules_number(const struct rules *r, const char *word, long fallback)
{
	const char *v = rules_nth(r, "", word, 0);
	char *end;
	long n;

	if (v == NULL || v[0] == '\0')
		return fallback;
	n = strtol(v, &end, 10);
	return *end == '\0' ? n : fallback;
}

size_t
rules_bytes(const struct rules *r, const char *word, char *out, size_t cap)
{
	const char *v = rules_nth(r, "", word, 0);
	long n;

	if (v == NULL || (n = unescape(v, out, cap)) == -1)
		return 0;
	return (size_t)n;
}

int
rules_has_section(const struct rules *r, const char *section)
{
	return find_line(r, section, NULL, 0) != NULL;
}

int
rules_line(const struct rules *r, const char *section, size_t i,
    const char **word, const char **value)
{
	const struct line *l = find_line(r, section, NULL, i);

	if (l == NULL)
		return 0;
	*word = l->word;
	*value = l->value;
	return 1;
}

const struct rules_state *
rules_states(const struct rules *r, size_t *n)
{
	*n = r->nstates;
	return r->states;
}

const struct rules_pattern *
rules_pattern(const struct rules *r, const char *word, size_t i)
{
	const struct line *l = find_line(r, "", word, i);

	return l == NULL ? NULL : l->pattern;
}

int
rules_match(const struct rules_pattern *p, const char *text, size_t *start,
    size_t *end, long *group, long *group_end)
{
	struct rules_pattern *q = (struct rules_pattern *)p;
	regmatch_t m[2];

	if (!q->compiled && regcomp(&q->re, q->expr, REG_EXTENDED) != 0)
		return 0;		/* no memory for it */
	q->compiled = 1;
	if (regexec(&p->re, text, 2, m, 0) != 0)
		return 0;
	if (start != NULL)
		*start = (size_t)m[0].rm_so;
	if (end != NULL)
		*end = (size_t)m[0].rm_eo;
	if (group != NULL)
		*group = (long)m[1].rm_so;
	if (group_end != NULL)
		*group_end = (long)m[1].rm_eo;
	return 1;
}

int
rules_match_any(const struct rules *r, const char *word, const char *text)
{
	const struct line *l;
	int n = 0;

	for (l = r->lines; l < r->lines + r->nlines; l++) {
		if (l->pattern == NULL || strcmp(l->word, word) != 0)
			continue;
		if (rules_match(l->pattern, text, NULL, NULL, NULL, NULL))
			return n;
		n++;
	}
	return -1;
}
