/*
 * fuzz-events - libFuzzer target: whatever a CLI writes into its files and
 * hooks, the events that come of it are whole texts, each turn begins once and
 * ends once, and what is waited for comes.
 *
 * The first byte chooses the CLI.  A byte 1 lets time pass, as long as the next
 * says; an odd one finds the CLI at work.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/events.h"
#include "lib/rules.h"
#include "t/fuzz/fuzz.h"

enum { CLIS = 5, CALLS_MOST = 200 };

static struct events_map *maps[CLIS];
static struct events *e;
static int64_t now;

static void
must(int claim)
{
	if (!claim)
		abort();
}

static void
load(void)
{
	static const char *const names[CLIS] = {
		"claude", "codex", "gemini", "qwen", "pi"
	};
	const char *dirs[2] = { "agents", NULL }, *word, *value;
	struct rules *r;
	char mistake[200];
	size_t i, k;

	for (k = 0; k < CLIS; k++) {
		r = rules_load(dirs, names[k], mistake, sizeof mistake);
		must(r != NULL && (maps[k] = events_map_new()) != NULL);
		for (i = 0; rules_line(r, "events", i, &word, &value); i++)
			must(events_map_line(maps[k], word, value, mistake,
			    sizeof mistake) != -1);
		rules_free(r);
	}
}

static void
take(void)
{
	struct event ev;
	int calls = 0;

	while (events_next(e, now, &ev)) {
		must(++calls < CALLS_MOST * 100);
		must(ev.text != NULL && strlen(ev.text) == ev.len);
		must(ev.prompt == NULL ||
		    strlen(ev.prompt) == ev.prompt_len);
		must(event_type_name(ev.type) != NULL);
	}
}

/* Time passes, and what is due is asked for. */
static void
wait_ms(int64_t ms)
{
	int64_t due, end = now + ms;
	int calls = 0;

	while ((due = events_due(e)) != -1 && due < end) {
		must(++calls < CALLS_MOST);
		if (due > now)
			now = due;
		take();
	}
	now = end;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	const char *p = (const char *)in + 1, *end = (const char *)in + size;
	const char *next;

	if (size < 1)
		return 0;
	if (maps[CLIS - 1] == NULL)
		load();
	e = events_new(maps[in[0] % CLIS], 0);
	must(e != NULL);
	now = 1000;
	for (; p < end; p = next) {
		if ((next = memchr(p, 1, (size_t)(end - p))) == NULL)
			next = end;
		events_bytes(e, p, (size_t)(next - p), now);
		take();
		if (end - next >= 2) {
			events_screen(e, next[1] & 1, now);
			wait_ms(20 * (unsigned char)next[1]);
			next++;
		}
		if (next < end)
			next++;
	}
	events_screen(e, 0, now);
	wait_ms(60000);
	must(events_due(e) == -1);
	must(!events_running(e));
	events_free(e);
	return 0;
}
