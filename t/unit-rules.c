/*
 * unit-rules - the file format of agents/: values, sections, states, mistakes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/rules.h"
#include "tap.h"

static const char file[] =
    "# a comment\n"
    "kind\ttui\n"
    "  wrap 2   \r\n"
    "submit \\r\n"
    "stash a\\x13\\s\\\\\\e\n"
    "\n"
    "drop ^one\n"
    "drop ^(two|zwei)\n"
    "until resets ([^.]*)\n"
    "state waiting !box tail:3/1\\/2: ready\\?/\n"
    "state busy title/^x/ quiet:50\n"
    "state idle box\n"
    "[door]\n"
    "kind hook\n"
    "note with several   words \n"
    "kind file\n"
    "[other]\n"
    "kind x\n";

static struct rules *
parse(const char *text, char *err)
{
	return rules_parse("test", text, strlen(text), err, 200);
}

static void
test_values(const struct rules *r)
{
	const char *w, *v;
	char b[16];

	is_str(rules_name(r), "test", "the name is kept");
	is_str(rules_value(r, "kind", "?"), "tui", "a value");
	is_str(rules_value(r, "newline", "none"), "none", "a fallback");
	ok(rules_number(r, "wrap", 7) == 2, "a number, blanks around it cut");
	ok(rules_number(r, "settle", 7) == 7, "a number's fallback");
	ok(rules_bytes(r, "submit", b, sizeof b) == 1 && b[0] == '\r',
	    "an escape is undone");
	ok(rules_bytes(r, "stash", b, sizeof b) == 5 &&
	    memcmp(b, "a\x13 \\\033", 5) == 0, "all escapes");
	ok(rules_bytes(r, "stash", b, 2) == 2, "bytes are cut to the room");
	ok(rules_bytes(r, "backspace", b, sizeof b) == 0, "no bytes");
	is_str(rules_nth(r, "door", "kind", 1), "file", "the second of a section");
	ok(rules_nth(r, "door", "kind", 2) == NULL, "there is no third");
	is_str(rules_nth(r, "door", "note", 0), "with several   words",
	    "blanks within a value stay");
	ok(rules_has_section(r, "door") && !rules_has_section(r, "doo"),
	    "sections are known by their name");
	ok(rules_line(r, "door", 1, &w, &v) == 1 && strcmp(w, "note") == 0,
	    "the lines of a section in order");
	ok(rules_line(r, "door", 3, &w, &v) == 0, "and their end");
}

static void
test_patterns(const struct rules *r)
{
	const struct rules_state *s;
	const struct rules_pattern *p = rules_pattern(r, "until", 0);
	size_t a, b, n;
	long g, h;

	ok(rules_match_any(r, "drop", "zwei") == 1, "the second pattern fires");
	ok(rules_match_any(r, "drop", "x one") == -1, "none does");
	ok(p != NULL && rules_match(p, "it resets 6 pm. Yes", &a, &b, &g, &h) &&
	    a == 3 && b == 14 && g == 10 && h == 14, "where a group stands");
	s = rules_states(r, &n);
	ok(n == 3, "three states");
	ok(s[0].state == AGENT_WAITING && s[0].nconds == 2 &&
	    s[0].conds[0].where == RULES_BOX && s[0].conds[0].negate &&
	    s[0].conds[1].where == RULES_TAIL && s[0].conds[1].n == 3,
	    "the conditions of a state");
	ok(rules_match(s[0].conds[1].pattern, "1/2: ready?", NULL, NULL, NULL,
	    NULL), "a slash may stand in a pattern");
	is_str(s[1].text, "busy title/^x/ quiet:50", "a state as written");
	ok(s[2].conds[0].pattern == NULL, "a condition without a pattern");
}

static const struct {
	const char *text, *err;
} wrong[] = {
	{ "colour red\n", "test:1: unknown word: colour" },
	{ "busy queue\n", "test:1: not a value of that word: queue" },
	{ "kind tui\nwrap\nsettle x\n", "test:3: not a number: x" },
	{ "submit \\q\n", "test:1: bad escape: \\q" },
	{ "submit \\x1\n", "test:1: bad escape: \\x1" },
	{ "echo (\n", NULL },
	{ "echo\n", "test:1: a pattern is missing" },
	{ "state sleepy box\n", "test:1: no state: sleepy box" },
	{ "state idle\n", "test:1: a state needs a condition" },
	{ "state idle sky/x/\n", "test:1: no condition: sky/x/" },
	{ "state idle title\n", "test:1: title needs a pattern" },
	{ "state idle menu/x/\n", "test:1: menu takes no pattern" },
	{ "state idle title:3/x/\n", "test:1: title: no number belongs there" },
	{ "state idle tail:0/x/\n", "test:1: tail: no number belongs there" },
	{ "state idle tail/x\n", "test:1: a pattern does not end" },
	{ "state idle tail/x/box\n", "test:1: a blank is missing before: box" },
	{ "[x\n", "test:1: no section: [x" },
	{ "include other\n", "test:1: nothing to include from" },
};

static void
test_mistakes(void)
{
	char err[200], name[80];
	size_t i;

	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct rules *r = parse(wrong[i].text, err);

		(void)snprintf(name, sizeof name, "refused: %.40s",
		    wrong[i].text);
		name[strcspn(name, "\n")] = '\0';
		if (ok(r == NULL && errno == EINVAL, name) &&
		    wrong[i].err != NULL)
			is_str(err, wrong[i].err, "and said why");
		rules_free(r);
	}
}

/* Limits: as many as allowed, and one more. */
static void
test_limits(void)
{
	static char text[RULES_LINES_MAX * 24 + 64];
	struct rules *r;
	char err[200];
	size_t n = 0;
	int i;

	for (i = 0; i < RULES_LINES_MAX; i++)
		n += (size_t)sprintf(text + n, "wrap x%d\n", i);
	ok((r = parse(text, err)) != NULL, "as many lines as may be");
	rules_free(r);
	(void)sprintf(text + n, "wrap y\n");
	ok(parse(text, err) == NULL, "one line more is refused");
	for (i = 0, n = 0; i < RULES_CONDS_MAX; i++)
		n += (size_t)sprintf(text + n, "state idle tail/x%d/\n", i);
	ok((r = parse(text, err)) != NULL, "as many patterns as may be");
	rules_free(r);
	(void)sprintf(text + n, "state idle tail/y/\n");
	ok(parse(text, err) == NULL, "one pattern more is refused");
}

/* All files of the tree load; argv names the directory. */
static void
test_files(const char *dir)
{
	static const char *const names[] = {
		"claude", "codex", "gemini", "generic", "line", "pi", "qwen"
	};
	const char *dirs[3] = { "/nowhere", NULL, NULL };
	struct rules *r;
	char err[200];
	size_t i;

	dirs[1] = dir;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		r = rules_load(dirs, names[i], err, sizeof err);
		if (!ok(r != NULL, names[i]))
			printf("# %s\n", err);
		rules_free(r);
	}
	ok(rules_load(dirs, "nobody", err, sizeof err) == NULL &&
	    errno == ENOENT, "no such file");
	ok(rules_load(dirs, "..", err, sizeof err) == NULL, "no way up");
}

int
main(int argc, char *argv[])
{
	char err[200];
	struct rules *r = parse(file, err);

	if (ok(r != NULL, "a file is read")) {
		test_values(r);
		test_patterns(r);
	}
	rules_free(r);
	rules_free(NULL);
	test_mistakes();
	test_limits();
	test_files(argc > 1 ? argv[1] : "agents");
	return tap_done();
}
