/*
 * show - messages, agents and receipts as csp-poll prints them.
 * Linked into csp-poll.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "show.h"
#include "util.h"

enum {
	STATE_COLUMN = 20,	/* of an agent's line */
	UNREAD_COLUMN = 30,
	DETAIL_COLUMN = 44
};

/* What the letters of a format stand for. */
static const struct {
	char letter;
	const char *member;
} letters[] = {
	{ 'T', NULL },		/* the time for people */
	{ 'c', "content" },
	{ 'd', "timestamp" },
	{ 'f', "from" },
	{ 'h', "hops" },
	{ 'i', "id" },
	{ 'r', "replyTo" },
	{ 't', "to" },
	{ 'y', "type" }
};
enum { NLETTERS = sizeof(letters) / sizeof(letters[0]) };

static void
put(struct show *w, const char *s, size_t n)
{
	if (buf_append(&w->out, s, n) == -1)
		w->failed = 1;
}

static void
puts_out(struct show *w, const char *s)
{
	put(w, s, strlen(s));
}

/* Foreign text: printable where it is a line, or for a terminal. */
static void
put_foreign(struct show *w, const char *s, size_t n, enum print_mode mode)
{
	if (mode == PRINT_TEXT && !w->printable)
		put(w, s, n);
	else if (buf_reserve(&w->out, n * 4) == -1)
		w->failed = 1;
	else
		buf_added(&w->out, printable(w->out.p + w->out.len, n * 4, s,
		    n, mode, NULL));
}

/* A member of an object: a string unescaped, anything else as it stands. */
static void
put_member(struct show *w, const struct json_node *object, const char *name,
    enum print_mode mode)
{
	const struct json_node *v = json_get(object, name);
	const char *s;
	char *memory;
	size_t n;

	if (v == NULL || v->type == JSON_NULL)
		return;
	if (v->type != JSON_STRING) {
		put_foreign(w, v->p, v->len, mode);
		return;
	}
	if ((memory = malloc(v->len + 1)) == NULL) {
		w->failed = 1;
		return;
	}
	if ((s = json_view(v, memory, v->len, &n)) != NULL)
		put_foreign(w, s, n, mode);
	free(memory);
}

/* A time of the gateway's for people: here, and the date if not today's. */
static void
put_time(struct show *w, const struct json_node *v)
{
	char text[64];
	int64_t ms;
	time_t then, now = (time_t)(w->now_ms / 1000);
	struct tm tm, today;

	if (v == NULL || v->type != JSON_STRING ||
	    time_parse(v->p, v->len, &ms) == -1)
		return;
	then = (time_t)(ms / 1000);
	if (localtime_r(&then, &tm) == NULL ||
	    localtime_r(&now, &today) == NULL)
		return;
	put(w, text, strftime(text, sizeof(text), tm.tm_yday ==
	    today.tm_yday && tm.tm_year == today.tm_year ? "%H:%M:%S" :
	    "%Y-%m-%d %H:%M:%S", &tm));
}

/* One message a paragraph. */
static void
put_paragraph(struct show *w, const struct json_node *m)
{
	const struct json_node *type = json_get(m, "type"), *c;

	put(w, "[", 1);
	put_member(w, m, "id", PRINT_LINE);
	put(w, "] ", 2);
	put_member(w, m, "from", PRINT_LINE);
	if (json_is(type, "direct")) {
		puts_out(w, " -> ");
		put_member(w, m, "to", PRINT_LINE);
	} else if (json_is(type, "system"))
		puts_out(w, " (notice)");
	put(w, " ", 1);
	put_time(w, json_get(m, "timestamp"));
	if ((c = json_get(m, "complete")) != NULL && c->type == JSON_FALSE)
		puts_out(w, " (not complete: lines of it were lost)");
	put(w, "\n", 1);
	put_member(w, m, "content", PRINT_TEXT);
	if (w->out.len > 0 && w->out.p[w->out.len - 1] != '\n')
		put(w, "\n", 1);
	put(w, "\n", 1);
}

/* The letter's place in the list; NLETTERS where it has none. */
static size_t
letter_of(char c)
{
	size_t i;

	for (i = 0; i < NLETTERS; i++)
		if (letters[i].letter == c)
			break;
	return i;
}

const char *
show_bad_format(const char *format)
{
	const char *p;

	for (p = format; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0') {
			p++;
			continue;
		}
		if (*p != '%')
			continue;
		if (p[1] == '\0' || (p[1] != '%' &&
		    letter_of(p[1]) == NLETTERS))
			return p;
		p++;
	}
	return NULL;
}

/* One message as the format says. */
static void
put_format(struct show *w, const struct json_node *m)
{
	const char *p;
	size_t i;

	for (p = w->format; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0') {
			p++;
			put(w, *p == 'n' ? "\n" : *p == 't' ? "\t" :
			    *p == '0' ? "\0" : p, 1);
		} else if (*p != '%' || p[1] == '\0')
			put(w, p, 1);
		else if (*++p == '%')
			put(w, "%", 1);
		else if (*p == 'T')
			put_time(w, json_get(m, "timestamp"));
		else if ((i = letter_of(*p)) < NLETTERS)
			put_member(w, m, letters[i].member, PRINT_TEXT);
	}
	put(w, w->nul ? "\0" : "\n", 1);
}

void
show_json(struct show *w, const char *s, size_t n)
{
	size_t from = w->out.len;
	char *p, *end;

	put_foreign(w, s, n, PRINT_TEXT);
	put(w, "\n", 1);
	if (w->failed)
		return;
	/* white space, not within a string */
	end = w->out.p + w->out.len - 1;
	for (p = w->out.p + from; (p = memchr(p, '\n',
	    (size_t)(end - p))) != NULL; )
		*p++ = ' ';
	for (p = w->out.p + from; (p = memchr(p, '\r',
	    (size_t)(end - p))) != NULL; )
		*p++ = ' ';
}

void
show_message(struct show *w, const struct json_node *m)
{
	if (w->json)
		show_json(w, m->p, m->len);
	else if (w->format != NULL)
		put_format(w, m);
	else if (w->nul) {
		put_member(w, m, "content", PRINT_TEXT);
		put(w, "\0", 1);
	} else
		put_paragraph(w, m);
}

/* Fills up with spaces to a column counted from an offset of the output. */
static void
pad(struct show *w, size_t from, size_t column)
{
	do {
		put(w, " ", 1);
	} while (!w->failed && w->out.len - from < column);
}

void
show_agent(struct show *w, const struct json_node *a)
{
	const struct json_node *caps = json_get(a, "capabilities");
	const struct json_node *online = json_get(a, "online");
	const struct json_node *human = json_get(caps, "human");
	size_t from = w->out.len;

	if (w->json) {
		show_json(w, a->p, a->len);
		return;
	}
	put_member(w, a, "id", PRINT_LINE);
	pad(w, from, STATE_COLUMN);
	if (human != NULL && human->type == JSON_TRUE)
		puts_out(w, "person");
	else if (online != NULL && online->type == JSON_FALSE)
		puts_out(w, "offline");
	else
		put_member(w, a, "state", PRINT_LINE);
	pad(w, from, UNREAD_COLUMN);
	put_member(w, a, "unread", PRINT_LINE);
	puts_out(w, " unread");
	if (json_get(a, "detail") != NULL) {
		pad(w, from, DETAIL_COLUMN);
		put_member(w, a, "detail", PRINT_LINE);
	}
	while (w->out.len > from && w->out.p[w->out.len - 1] == ' ')
		buf_truncate(&w->out, w->out.len - 1);
	put(w, "\n", 1);
}

void
show_essence(struct show *w, const struct json_node *a)
{
	static const char *const members[] = { "online", "state", "detail",
	    "screen", "until", "unread", "capabilities" };
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		put_member(w, a, members[i], PRINT_LINE);
		put(w, "\n", 1);
	}
}

void
show_receipt(struct show *w, const struct json_node *who,
    const struct json_node *r)
{
	const struct json_node *v;

	if (w->json) {		/* with "agent" in front */
		puts_out(w, "{\"agent\":\"");
		put_foreign(w, who->p, who->len, PRINT_LINE);
		puts_out(w, r->n > 0 ? "\"," : "\"");
		show_json(w, r->p + 1, r->len - 1);
		return;
	}
	put_time(w, json_get(r, "timestamp"));
	put(w, " ", 1);
	put_foreign(w, who->p, who->len, PRINT_LINE);
	put(w, " ", 1);
	put_member(w, r, "stage", PRINT_LINE);
	if ((v = json_get(r, "reason")) != NULL && v->type == JSON_STRING &&
	    v->len > 0) {
		puts_out(w, " (");
		put_member(w, r, "reason", PRINT_LINE);
		put(w, ")", 1);
	}
	if ((v = json_get(r, "replyId")) != NULL && v->type == JSON_INT) {
		puts_out(w, " [");
		put_member(w, r, "replyId", PRINT_LINE);
		put(w, "]", 1);
	}
	put(w, "\n", 1);
}
