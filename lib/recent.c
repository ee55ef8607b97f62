/*
 * recent - a ring of records with hash chains from new to old.
 * Linked into csp-gateway.
 */
#include <stdlib.h>
#include <string.h>

#include "recent.h"

void
recent_init(struct recent *r, size_t max)
{
	memset(r, 0, sizeof *r);
	r->max = max;
}

void
recent_free(struct recent *r)
{
	free(r->e);
	free(r->bucket);
	recent_init(r, r->max);
}

static uint32_t *
bucket(const struct recent *r, uint64_t key)
{
	return &r->bucket[(key * 0x9e3779b97f4a7c15u >> 32) & (r->cap - 1)];
}

static struct recent_entry *
entry(const struct recent *r, uint64_t i)
{
	return &r->e[i & (r->cap - 1)];
}

static void
link_new(struct recent *r, uint64_t i)
{
	struct recent_entry *e = entry(r, i);
	uint32_t *b = bucket(r, e->key);

	e->next = *b;
	*b = (uint32_t)(i & (r->cap - 1)) + 1;
}

/* The oldest is the last of its chain. */
static void
forget_oldest(struct recent *r)
{
	uint32_t me = (uint32_t)(r->begin & (r->cap - 1)) + 1;
	uint32_t *p = bucket(r, entry(r, r->begin)->key);

	while (*p != me)
		p = &r->e[*p - 1].next;
	*p = 0;
	r->begin++;
}

static int
grow(struct recent *r)
{
	struct recent_entry *e;
	uint32_t *b;
	size_t cap = r->cap > 0 ? 2 * r->cap : 64;
	uint64_t i;

	e = malloc(cap * sizeof *e);
	b = calloc(cap, sizeof *b);
	if (e == NULL || b == NULL) {
		free(e);
		free(b);
		return -1;
	}
	for (i = r->begin; i < r->end; i++)
		e[i & (cap - 1)] = *entry(r, i);
	free(r->e);
	free(r->bucket);
	r->e = e;
	r->bucket = b;
	r->cap = cap;
	for (i = r->begin; i < r->end; i++)
		link_new(r, i);
	return 0;
}

int
recent_add(struct recent *r, uint64_t key, uint64_t a, uint64_t b, uint32_t c)
{
	struct recent_entry *e;

	if (r->end - r->begin == r->cap) {
		if (r->cap < r->max) {
			if (grow(r) == -1)
				return -1;
		} else
			forget_oldest(r);
	}
	e = entry(r, r->end);
	e->key = key;
	e->a = a;
	e->b = b;
	e->c = c;
	link_new(r, r->end++);
	return 0;
}

/* The next in a chain, from place + 1, that has the key. */
static const struct recent_entry *
match(const struct recent *r, uint32_t place, uint64_t key)
{
	while (place != 0 && r->e[place - 1].key != key)
		place = r->e[place - 1].next;
	return place == 0 ? NULL : &r->e[place - 1];
}

const struct recent_entry *
recent_find(const struct recent *r, uint64_t key)
{
	return r->cap == 0 ? NULL : match(r, *bucket(r, key), key);
}

const struct recent_entry *
recent_older(const struct recent *r, const struct recent_entry *e)
{
	return match(r, e->next, e->key);
}

uint64_t
recent_mark(const struct recent *r)
{
	return r->end;
}

void
recent_cut(struct recent *r, uint64_t mark)
{
	struct recent_entry *e;

	while (r->end > mark && r->end > r->begin) {
		e = entry(r, --r->end);
		*bucket(r, e->key) = e->next;
	}
}
