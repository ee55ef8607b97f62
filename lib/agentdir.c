/*
 * agentdir - which rules a program has, and where rule files are.
 * Linked into csp-sidecar.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agentdir.h"
#include "util.h"

enum {
	DIRS_MAX = 16,
	DIR_LEN = 1024
};

/* What holds where no file is installed. */
static const char bare_line[] = "kind line\nenvelope none\nintro no\n"
    "state idle prompt\nstate busy cursor/^/\nsettle 30\ninterrupt \\x03\n";
static const char bare_generic[] = "kind auto\nstate busy spinner\n"
    "state idle box quiet:1500\n";

void
agents_own_dir(const char *argv0, const char *path, char *out, size_t cap)
{
	const char *slash = strrchr(argv0, '/'), *end;
	char *real;

	out[0] = '\0';
	if (slash != NULL)
		snprintf(out, cap, "%.*s", slash == argv0 ? 1 :
		    (int)(slash - argv0), argv0);
	for (; slash == NULL && path != NULL && *path != '\0'; path = end) {
		end = path + strcspn(path, ":");
		snprintf(out, cap, "%.*s/%s", (int)(end - path), path, argv0);
		if (access(out, X_OK) == 0) {
			snprintf(out, cap, "%.*s", (int)(end - path), path);
			break;
		}
		out[0] = '\0';
		end += *end == ':';
	}
	if (out[0] != '\0' && (real = realpath(out, NULL)) != NULL) {
		snprintf(out, cap, "%s", real);
		free(real);
	}
}

/* Fills dirs, which end in NULL and point into mem. */
static void
list_dirs(const struct agents_given *g, char mem[DIRS_MAX][DIR_LEN],
    const char **dirs)
{
	const char *p = g->path, *end;
	int i, n = 0;

	for (; p != NULL && *p != '\0' && n < DIRS_MAX - 4; p = end) {
		end = p + strcspn(p, ":");
		snprintf(mem[n++], DIR_LEN, "%.*s", (int)(end - p), p);
		end += *end == ':';
	}
	if (g->room_dir != NULL)
		snprintf(mem[n++], DIR_LEN, "%.1000s/agents", g->room_dir);
	if (g->own[0] != '\0') {
		snprintf(mem[n++], DIR_LEN, "%.1000s/agents", g->own);
		snprintf(mem[n++], DIR_LEN, "%.990s/../share/csp/agents",
		    g->own);
	}
	for (i = 0; i < n; i++)
		dirs[i] = mem[i];
	dirs[n] = NULL;
}

/* rules_load(), with nothing in why where they were. */
static struct rules *
found(const char *const dirs[], const char *name, char *why, size_t n)
{
	struct rules *r = rules_load(dirs, name, why, n);

	if (r != NULL)
		why[0] = '\0';
	return r;
}

struct rules *
agents_rules(const struct agents_given *g, const char *name, const char *prog,
    char *why, size_t n)
{
	char mem[DIRS_MAX][DIR_LEN], id[ID_MAX + 1];
	const char *dirs[DIRS_MAX], *base = strrchr(prog, '/');
	struct rules *r;

	list_dirs(g, mem, dirs);
	base = base != NULL ? base + 1 : prog;
	if (name == NULL) {
		if (id_fold(base, strlen(base), id) == 0 &&
		    ((r = found(dirs, id, why, n)) != NULL ||
		    errno != ENOENT))
			return r;
		name = "generic";
	}
	if ((r = found(dirs, name, why, n)) != NULL || errno != ENOENT)
		return r;
	if (!strcmp(name, "generic"))
		r = rules_parse(name, bare_generic, sizeof bare_generic - 1,
		    why, n);
	else if (!strcmp(name, "line"))
		r = rules_parse(name, bare_line, sizeof bare_line - 1, why, n);
	if (r != NULL)
		snprintf(why, n, "no rules for \"%s\" were found, a "
		    "last resort is used: CSP_AGENTS names their folder",
		    name);
	else if (strchr(name, '/') == NULL)
		snprintf(why, n, "there are no rules called \"%s\"", name);
	return r;
}
