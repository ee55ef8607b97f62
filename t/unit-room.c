/*
 * unit-room - a journal that is cut or damaged anywhere, a clock that jumps,
 * a write that fails: the room is what it was.
 */
#include <sys/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/broker.h"
#include "lib/load.h"
#include "t/tap.h"

static const char path[] = "room.journal";

static uint16_t
join(struct broker *b, const char *id, int human)
{
	struct registration r;
	uint16_t slot;

	memset(&r, 0, sizeof r);
	memcpy(r.id, id, strlen(id));
	r.caps = human ? "{\"human\":true}" : "{}";
	r.caps_len = strlen(r.caps);
	r.human = human;
	if (broker_register(b, &r, &slot) == BROKER_FAILED)
		return AGENT_NONE;
	return slot;
}

static uint64_t
say(struct broker *b, uint16_t from, uint16_t to, const char *text,
    const char *key)
{
	struct post p;
	uint64_t id = 0;

	memset(&p, 0, sizeof p);
	p.from = from;
	p.to = to;
	p.flags = to == AGENT_NONE ? MSG_ALL : 0;
	p.content = text;
	p.content_len = strlen(text);
	p.escaped = strchr(text, '\\') != NULL;
	p.verbatim = -1;
	p.key = key;
	p.key_len = key == NULL ? 0 : strlen(key);
	(void)broker_post(b, &p, &id);
	return id;
}

/* A room with a few of everything, on the disk. */
static void
make_room(void)
{
	struct broker b;
	struct journal *j;
	uint16_t x, y;
	int locked;

	(void)unlink(path);
	j = journal_open(path, JOURNAL_NEVER, &locked);
	broker_init(&b, j, 8);
	broker_time(&b, 1, 1763823845123);
	x = join(&b, "x", 0);
	y = join(&b, "y", 1);
	(void)say(&b, x, AGENT_NONE, "one", NULL);
	(void)say(&b, x, y, "t\\u00e9wo \\\"key\\\":\\\"no", "key-2");
	(void)broker_ack(&b, y, 1);
	(void)broker_receipt(&b, y, 2, STAGE_TYPED, "\"why\"", 5, 0);
	(void)say(&b, y, x, "three", NULL);
	ok(journal_commit(j) == 0, "a room is written");
	broker_commit(&b);
	broker_free(&b);
	journal_close(j);
}

static char *
slurp(size_t *n)
{
	char *p = malloc(1 << 16);
	FILE *f = fopen(path, "r");

	*n = p == NULL || f == NULL ? 0 : fread(p, 1, 1 << 16, f);
	if (f != NULL)
		(void)fclose(f);
	return p;
}

static void
spit(const char *p, size_t n)
{
	FILE *f = fopen(path, "w");

	if (f != NULL && fwrite(p, 1, n, f) == n)
		(void)fclose(f);
}

struct seen {
	uint64_t damaged, torn, next, messages;
	size_t	 agents;
};

static struct seen
load(struct broker *b, struct journal **j)
{
	struct seen s = { 0, 0, 0, 0, 0 };
	struct load l;
	enum journal_line what;
	uint64_t off;
	int locked, turns = 0;

	*j = journal_open(path, JOURNAL_NEVER, &locked);
	broker_init(b, *j, 8);
	load_init(&l, b);
	while ((what = load_next(&l, b, &off)) != JOURNAL_END && turns++ < 99) {
		s.damaged += what == JOURNAL_DAMAGED;
		if (what != JOURNAL_TORN)
			continue;
		s.torn++;
		(void)journal_cut(*j, off);
		l.scan.end = off;
	}
	s.next = b->msgs.next;
	s.messages = b->msgs.count;
	s.agents = b->agents.used;
	return s;
}

static void
done(struct broker *b, struct journal *j)
{
	broker_free(b);
	journal_close(j);
}

/* Cut at every byte: whole lines stay, the rest is cut off, ids go on. */
static void
cut_everywhere(const char *text, size_t n)
{
	struct broker b;
	struct journal *j;
	struct seen s;
	size_t i, lines = 0, messages, at;
	int good = 1;

	for (i = 0; i <= n; i++) {
		spit(text, i);
		s = load(&b, &j);
		messages = 0;
		for (at = 0; at < i; at++)
			if ((at == 0 || text[at - 1] == '\n') &&
			    memcmp(text + at, "{\"id\":", 6) == 0 &&
			    memchr(text + at, '\n', i - at) != NULL)
				messages++;
		lines += i > 0 && text[i - 1] == '\n';
		good &= s.damaged == 0 && s.messages == messages &&
		    s.next == messages + 1 &&
		    s.torn == (i > 0 && text[i - 1] != '\n') &&
		    (journal_end(j) == 0 || text[journal_end(j) - 1] == '\n');
		if (b.agents.used > 0)
			good &= say(&b, 0, AGENT_NONE, "next", NULL) ==
			    messages + 1;
		done(&b, j);
		if (!good) {
			printf("# cut at %zu\n", i);
			break;
		}
	}
	ok(good && lines == 7, "cut at every byte, it is whole before it");
}

/* Flip every bit of the file: never taken for good, the rest is served. */
static void
flip_everywhere(char *text, size_t n)
{
	struct broker b;
	struct journal *j;
	struct seen s;
	size_t i;
	int bit, good = 1;

	/* without its last newline a file ends in a torn line, which is cut */
	for (i = 0; i < n - 1 && good; i++)
		for (bit = 0; bit < 8 && good; bit += 3) {
			text[i] ^= (char)(1 << bit);
			spit(text, n);
			s = load(&b, &j);
			/* a newline that goes joins two lines, one that comes
			 * makes two */
			good = s.damaged + s.torn >= 1 && s.damaged <= 2 &&
			    s.messages >= 1 && s.next >= 4;
			if (!good)
				printf("# byte %zu bit %d: damaged %d, torn "
				    "%d, messages %d, next %d\n", i, bit,
				    (int)s.damaged, (int)s.torn,
				    (int)s.messages, (int)s.next);
			done(&b, j);
			text[i] ^= (char)(1 << bit);
		}
	spit(text, n);
	ok(good, "flip any bit, it is seen, and no id is free again");
}

static void
as_it_was(void)
{
	static const char content[] =
	    "\"content\":\"t\303\251wo \\\"key\\\":\\\"no\"";
	struct broker b;
	struct journal *j;
	struct seen s = load(&b, &j);
	const struct msg *m;
	struct msg_line l;
	const char *text;

	ok(s.damaged == 0 && s.torn == 0 && s.messages == 3 && s.agents == 2,
	    "what was written is read");
	ok(broker_unread(&b, agents_find(&b.agents, "y", 1)) == 1 &&
	    agents_at(&b.agents, agents_find(&b.agents, "y", 1))->k.cursor == 1,
	    "the cursor is where it was");
	ok(broker_stage(&b, 2, agents_find(&b.agents, "y", 1), NULL) ==
	    STAGE_TYPED, "a receipt is as it was");
	m = msgs_get(&b.msgs, 2);
	text = msgs_text(&b.msgs, m);
	ok(msg_parse(text, m->len, &l) == 0 && l.id == 2 &&
	    m->len > sizeof content - 1 &&
	    memcmp(text + m->len - (sizeof content - 1), content,
	    sizeof content - 1) == 0,
	    "a message is found by its id, its text without its key");
	broker_time(&b, 1, 1763823845123 + 1000);
	ok(say(&b, agents_find(&b.agents, "x", 1), AGENT_NONE, "x", "key-2") == 2,
	    "a key is known");
	ok(say(&b, agents_find(&b.agents, "x", 1), AGENT_NONE, "x", "no") == 4,
	    "text in a content is no key");
	broker_time(&b, 1, 1763823845123 + 86400000);
	ok(say(&b, agents_find(&b.agents, "x", 1), AGENT_NONE, "x", "key-2") == 5,
	    "after a day a key is forgotten");
	done(&b, j);
}

/* The wall clock goes back, and the stamps do not. */
static void
clock_jumps(void)
{
	struct broker b;
	struct journal *j = journal_open_memory(1 << 20);

	broker_init(&b, j, 8);
	broker_time(&b, 1, 1763823845123);
	is_str(b.stamp, "2025-11-22T15:04:05.123Z", "a time");
	broker_time(&b, 2, 1763823845456);
	is_str(b.stamp, "2025-11-22T15:04:05.456Z", "a bit later");
	broker_time(&b, 3, 1763000000000);
	is_str(b.stamp, "2025-11-22T15:04:05.456Z", "back: it stays");
	ok(b.now_ms == 3, "and time for deadlines goes on");
	broker_time(&b, 4, 1763823846000);
	is_str(b.stamp, "2025-11-22T15:04:06.000Z", "until it is passed");
	done(&b, j);
}

/* All that a round did is undone. */
static void
roll_back(void)
{
	struct broker b;
	struct journal *j = journal_open_memory(1 << 20);
	uint16_t x, y, z;
	int64_t unread;
	int i;

	broker_init(&b, j, 8);
	broker_time(&b, 1, 1763823845123);
	x = join(&b, "x", 0);
	y = join(&b, "y", 1);
	for (i = 0; i < 600; i++)
		(void)say(&b, x, i % 2 ? y : AGENT_NONE, "m", NULL);
	(void)journal_commit(j);
	broker_commit(&b);
	unread = broker_unread(&b, y);
	ok(unread == 600, "six hundred unread");
	for (i = 0; i < 600; i++)
		(void)say(&b, x, i % 2 ? y : AGENT_NONE, "m", "k");
	(void)say(&b, y, x, "re", NULL);
	(void)broker_ack(&b, y, 500);
	(void)broker_receipt(&b, y, 2, STAGE_HELD, NULL, 0, 0);
	z = join(&b, "z", 0);
	(void)broker_leave(&b, x);
	ok(b.agents.used == 2 && z != AGENT_NONE, "much happens in a round");
	journal_rollback(j);
	broker_rollback(&b);
	ok(b.msgs.next == 601 && broker_unread(&b, y) == unread &&
	    agents_at(&b.agents, y)->k.cursor == 0, "messages and cursors");
	ok(agents_find(&b.agents, "x", 1) == x &&
	    agents_find(&b.agents, "z", 1) == AGENT_NONE, "agents");
	ok(broker_stage(&b, 2, y, NULL) == STAGE_QUEUED, "receipts");
	ok(say(&b, x, y, "m", "k") == 601, "keys");
	done(&b, j);
}

/* Blocks of the index come back from the journal. */
static void
many(void)
{
	struct broker b;
	struct journal *j;
	uint64_t id, n = 0;
	uint16_t x, y;
	int i, locked, good = 1;
	long blocks = 20;

	(void)unlink(path);
	j = journal_open(path, JOURNAL_NEVER, &locked);
	broker_init(&b, j, 8);
	broker_time(&b, 1, 1763823845123);
	x = join(&b, "x", 0);
	y = join(&b, "y", 0);
	for (i = 0; i < blocks * MSG_BLOCK; i++) {
		(void)say(&b, x, i % 300 == 0 ? y : x, "m", NULL);
		(void)journal_commit(j);
		broker_commit(&b);
	}
	/* as if they had not been used for long */
	for (i = 0; i < blocks - 1; i++) {
		free(b.msgs.block[i].m);
		b.msgs.block[i].m = NULL;
		b.msgs.held--;
	}
	for (id = 1; (id = broker_next_for(&b, y, id)) != b.msgs.next; id++) {
		good &= id % 300 == 1;
		n++;
	}
	ok(good && n == (uint64_t)(blocks * MSG_BLOCK + 299) / 300,
	    "what is for one is found among much that is not");
	done(&b, j);
}

int
main(void)
{
	char *text;
	size_t n;

	make_room();
	text = slurp(&n);
	if (text == NULL)
		return 1;
	as_it_was();
	cut_everywhere(text, n);
	flip_everywhere(text, n);
	free(text);
	clock_jumps();
	roll_back();
	many();
	return tap_done();
}
