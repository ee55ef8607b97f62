/*
 * agents - names to slots by an open hash, and an undo log of one round.
 * Linked into csp-gateway.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agents.h"

void
agents_init(struct agents *t)
{
	memset(t, 0, sizeof *t);
	t->round = 1;
}

static void
drop_controls(struct agent *a)
{
	struct control *c;

	while ((c = a->controls) != NULL) {
		a->controls = c->next;
		free(c);
	}
	a->ncontrols = 0;
}

static void
drop_state(struct agent *a)
{
	free(a->state);
	a->state = NULL;
	a->state_len = 0;
}

void
agents_free(struct agents *t)
{
	struct agent *a;
	size_t i;

	agents_commit(t);
	for (i = 0; i < t->n; i++) {
		a = t->slot[i];
		drop_controls(a);
		drop_state(a);
		free(a->k.caps);
		free(a->k.instance);
		free(a);
	}
	free(t->slot);
	free(t->hash);
	free(t->save);
	agents_init(t);
}

static uint32_t
hash_id(const char *id, size_t n)
{
	uint32_t h = 2166136261u;

	while (n-- > 0)
		h = (h ^ (unsigned char)*id++) * 16777619u;
	return h ^ h >> 15;
}

/* The place of a name in the hash, or the free place where it would go. */
static size_t
place(const struct agents *t, const char *id, size_t n)
{
	const struct agent *a;
	size_t i, mask = t->nhash - 1;

	for (i = hash_id(id, n) & mask; t->hash[i] != 0; i = (i + 1) & mask) {
		a = t->slot[t->hash[i] - 1];
		if (a->id_len == n && memcmp(a->id, id, n) == 0)
			break;
	}
	return i;
}

uint16_t
agents_find(const struct agents *t, const char *id, size_t n)
{
	size_t i;

	if (t->nhash == 0)
		return AGENT_NONE;
	i = place(t, id, n);
	if (t->hash[i] == 0 || !t->slot[t->hash[i] - 1]->k.used)
		return AGENT_NONE;
	return (uint16_t)(t->hash[i] - 1);
}

struct agent *
agents_at(const struct agents *t, uint16_t slot)
{
	return t->slot[slot];
}

/* All names anew into a hash of n places. */
static int
rehash(struct agents *t, size_t n)
{
	uint16_t *h;
	size_t i;

	h = calloc(n, sizeof *h);
	if (h == NULL)
		return -1;
	free(t->hash);
	t->hash = h;
	t->nhash = n;
	for (i = 0; i < t->n; i++)
		t->hash[place(t, t->slot[i]->id, t->slot[i]->id_len)] =
		    (uint16_t)(i + 1);
	return 0;
}

/* A slot whose agent has left before this round, for another name. */
static uint16_t
recycle(struct agents *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!t->slot[i]->k.used && t->slot[i]->round != t->round &&
		    t->slot[i]->conns == 0 && t->slot[i]->others == 0)
			return (uint16_t)i;
	errno = ENOSPC;
	return AGENT_NONE;
}

static uint16_t
new_slot(struct agents *t)
{
	struct agent **p;
	size_t cap;

	if (t->n == t->cap) {
		cap = t->cap > 0 ? 2 * t->cap : 16;
		p = realloc(t->slot, cap * sizeof *p);
		if (p == NULL)
			return AGENT_NONE;
		t->slot = p;
		t->cap = cap;
	}
	t->slot[t->n] = calloc(1, sizeof **t->slot);
	if (t->slot[t->n] == NULL)
		return AGENT_NONE;
	return (uint16_t)t->n++;
}

uint16_t
agents_add(struct agents *t, const char *id, size_t n)
{
	struct agent *a;
	uint16_t slot;
	size_t i;
	int recycled;

	if (4 * (t->n + 1) > 3 * t->nhash &&
	    rehash(t, t->nhash > 0 ? 2 * t->nhash : 32) == -1)
		return AGENT_NONE;
	i = place(t, id, n);
	if (t->hash[i] != 0) {
		slot = (uint16_t)(t->hash[i] - 1);
		return agents_save(t, slot) == -1 ? AGENT_NONE : slot;
	}
	recycled = t->n >= AGENTS_MAX;
	slot = recycled ? recycle(t) : new_slot(t);
	if (slot == AGENT_NONE)
		return AGENT_NONE;
	a = t->slot[slot];
	memcpy(a->id, id, n);
	a->id[n] = '\0';
	a->id_len = (unsigned char)n;
	a->has_mac = 0;
	a->heard_ms = a->seen_wall_ms = 0;
	a->gone = 0;
	memset(&a->rate, 0, sizeof a->rate);
	memset(&a->changes, 0, sizeof a->changes);
	/* a recycled slot's old name has to go, which takes a new hash */
	if (recycled && rehash(t, t->nhash) == -1)
		return AGENT_NONE;
	t->hash[place(t, id, n)] = (uint16_t)(slot + 1);
	return agents_save(t, slot) == -1 ? AGENT_NONE : slot;
}

int
agents_save(struct agents *t, uint16_t slot)
{
	struct agent *a = t->slot[slot];
	struct agent_save *p;
	size_t cap;

	if (a->round == t->round)
		return 0;
	if (t->nsave == t->save_cap) {
		cap = t->save_cap > 0 ? 2 * t->save_cap : 16;
		p = realloc(t->save, cap * sizeof *p);
		if (p == NULL)
			return -1;
		t->save = p;
		t->save_cap = cap;
	}
	t->save[t->nsave].slot = slot;
	t->save[t->nsave].k = a->k;
	t->nsave++;
	a->round = t->round;
	return 0;
}

/* The saved form of what is being changed. */
static const struct agent_kept *
saved(const struct agents *t, uint16_t slot)
{
	size_t i = t->nsave;

	while (i-- > 0)
		if (t->save[i].slot == slot)
			return &t->save[i].k;
	return NULL;
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

int
agent_set_caps(struct agents *t, uint16_t slot, const char *s, size_t n)
{
	struct agent *a = t->slot[slot];
	const struct agent_kept *old = saved(t, slot);
	char *p = copy(s, n);

	if (p == NULL)
		return -1;
	if (old == NULL || old->caps != a->k.caps)
		free(a->k.caps);
	a->k.caps = p;
	a->k.caps_len = n;
	return 0;
}

int
agent_set_instance(struct agents *t, uint16_t slot, const char *s, size_t n)
{
	struct agent *a = t->slot[slot];
	const struct agent_kept *old = saved(t, slot);
	char *p = NULL;

	if (n > 0 && (p = copy(s, n)) == NULL)
		return -1;
	if (old == NULL || old->instance != a->k.instance)
		free(a->k.instance);
	a->k.instance = p;
	return 0;
}

void
agent_set_used(struct agents *t, uint16_t slot, int used)
{
	struct agent *a = t->slot[slot];

	if (used && !a->k.used)
		t->used++;
	if (!used && a->k.used)
		t->used--;
	a->k.used = used != 0;
	drop_controls(a);
	drop_state(a);
}

void
agents_commit(struct agents *t)
{
	const struct agent_kept *old;
	const struct agent *a;
	size_t i;

	for (i = 0; i < t->nsave; i++) {
		old = &t->save[i].k;
		a = t->slot[t->save[i].slot];
		if (old->caps != a->k.caps)
			free(old->caps);
		if (old->instance != a->k.instance)
			free(old->instance);
	}
	t->nsave = 0;
	t->round++;
}

void
agents_rollback(struct agents *t)
{
	const struct agent_kept *old;
	struct agent *a;
	size_t i;

	for (i = 0; i < t->nsave; i++) {
		old = &t->save[i].k;
		a = t->slot[t->save[i].slot];
		if (old->caps != a->k.caps)
			free(a->k.caps);
		if (old->instance != a->k.instance)
			free(a->k.instance);
		if (old->used && !a->k.used)
			t->used++;
		if (!old->used && a->k.used)
			t->used--;
		a->k = *old;
	}
	t->nsave = 0;
	t->round++;
}
