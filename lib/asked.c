/*
 * asked - the prompts that were submitted to an agent and wait for its reply.
 * Linked into csp-sidecar.
 */
#include <stdlib.h>
#include <string.h>

#include "asked.h"

static void
release(struct asked *a)
{
	free(a->refs);
	free(a->text);
	free(a);
}

int
asked_add(struct asked **list, const struct mail_ref *refs, size_t n,
    const char *text, size_t len)
{
	struct asked *a;

	if ((a = calloc(1, sizeof *a)) == NULL)
		return -1;
	a->refs = calloc(n + 1, sizeof *a->refs);
	a->text = malloc(len + 1);
	if (a->refs == NULL || a->text == NULL) {
		release(a);
		return -1;
	}
	if (n > 0)
		memcpy(a->refs, refs, n * sizeof *refs);
	a->n = n;
	if (len > 0)
		memcpy(a->text, text, len);
	a->text[len] = '\0';
	a->len = len;
	while (*list != NULL)
		list = &(*list)->next;
	*list = a;
	return 0;
}

void
asked_drop(struct asked **list, struct asked *gone)
{
	for (; *list != NULL; list = &(*list)->next)
		if (*list == gone) {
			*list = gone->next;
			release(gone);
			return;
		}
}

struct asked *
asked_open(struct asked *a)
{
	while (a != NULL && a->tag != 0)
		a = a->next;
	return a;
}

struct asked *
asked_last(struct asked *list)
{
	struct asked *last = NULL;

	for (; list != NULL; list = list->next)
		if (list->tag == 0)
			last = list;
	return last;
}

const struct mail_ref *
asked_lead(const struct asked *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->refs[i].lead)
			return &a->refs[i];
	return NULL;
}
