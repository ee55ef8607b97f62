/*
 * conn_wake - what came in a round goes to who waits for it: long polls and
 * event streams.
 * Linked into csp-gateway.  Start reading at server_wake and server_feed.
 */
#include "conn.h"

enum { STREAM_BYTES = 256 << 10 };	/* of events written at a time */

/* Who waits for one agent's inbox. */
static void
wake_slot(struct server *g, uint16_t slot)
{
	struct conn *c, *next;

	for (c = g->of_slot[slot]; c != NULL; c = next) {
		next = c->peer;
		conn_answer_waiter(g, c, 0);
	}
}

/* Who waits for an agent that was sent a control, or has left. */
static void
wake_changed(struct server *g)
{
	struct agent *a;
	size_t i;

	for (i = 0; i < g->broker.agents.n; i++) {
		a = g->broker.agents.slot[i];
		if (a->news)
			wake_slot(g, (uint16_t)i);
		a->news = 0;
	}
	g->api.agents_changed = 0;
}

/*
 * Who waits for an inbox, by what is new: what is for one wakes one, and all
 * others cost nothing.
 */
static void
wake_inboxes(struct server *g, int all)
{
	struct broker *b = &g->broker;
	struct conn *c, *next;
	const struct msg *m;
	uint64_t id, from = b->mark_next;

	if (all)		/* who was left out last time, too */
		from = 0;
	if (g->api.agents_changed)
		wake_changed(g);
	for (id = b->mark_next; id < b->msgs.next && !all; id++) {
		m = msgs_get(&b->msgs, id);
		if (m == NULL || m->flags & (MSG_ALL | MSG_SYSTEM))
			all = 1;
		else
			wake_slot(g, m->to);
	}
	if (!all)
		return;
	for (c = g->waiting[LIST_INBOX]; c != NULL; c = next) {
		next = c->next;
		if (g->out.len > SERVER_OUT_MAX / 2) {
			g->rewake = 1;	/* the rest in the next round */
			break;
		}
		if (!c->woken && broker_next_for(b, c->wait.slot,
		    from > 0 ? from : agents_at(&b->agents,
		    c->wait.slot)->k.cursor + 1) != b->msgs.next)
			conn_answer_waiter(g, c, 0);
	}
}

void
server_wake(struct server *g)
{
	int news = g->broker.msgs.next != g->broker.mark_next;
	int all = g->rewake;
	struct conn *c, *next;

	if (!all && !news && !g->api.agents_changed &&
	    !g->api.receipts_changed)
		return;
	g->rewake = 0;
	wake_inboxes(g, all);
	for (c = g->waiting[LIST_OTHER]; c != NULL; c = next) {
		next = c->next;
		if (g->out.len > SERVER_OUT_MAX / 2)
			g->rewake = 1;
		else if (all || (c->wait.kind == WAIT_HISTORY ? news :
		    g->api.receipts_changed))
			conn_answer_waiter(g, c, 0);
		g->rewake |= conn_lags(g, c);
	}
	g->api.receipts_changed = 0;
}

/* Give one stream what is new; updates only to who keeps up. */
static void
fill_stream(struct server *g, struct conn *c)
{
	struct buf *ev = &g->events;
	size_t i, off;

	if (c->out.len > 0) {
		if (g->api.update.len > 0)
			c->missed = 1;
		return;
	}
	buf_clear(ev, SERVER_OUT_KEEP);
	if (view_events(&g->broker, &c->wait, STREAM_BYTES, ev) == -1)
		goto fail;
	if (c->wait.kind == WAIT_ROOM && c->missed) {
		c->missed = 0;
		for (i = 0; i < g->broker.agents.n; i++)
			if (g->broker.agents.slot[i]->k.used &&
			    view_state_event(&g->broker, (uint16_t)i, ev) == -1)
				goto fail;
	} else if (c->wait.kind == WAIT_ROOM && g->api.update.len > 0 &&
	    buf_append(ev, g->api.update.p, g->api.update.len) == -1)
		goto fail;
	if (c->wait.after + 1 < g->broker.msgs.next)
		g->lag = 1;
	if (ev->len == 0)
		return;
	conn_gather(g, c);
	off = g->out.len;
	if (c->minor == 0 ? buf_append(&g->out, ev->p, ev->len) :
	    http_put_chunk(&g->out, ev->p, ev->len))
		goto fail;
	conn_add(g, c, off, g->out.len - off);
	conn_deadline(g, c, PING_MS);
	conn_heat(g, c);
	return;
fail:
	conn_close(g, c);
}

void
server_feed(struct server *g)
{
	static uint64_t seen;
	struct conn *c, *next;
	const struct agent *a;

	if (!g->lag && seen == g->broker.msgs.next &&
	    g->api.update.len == 0)
		return;
	g->lag = 0;
	seen = g->broker.msgs.next;
	for (c = g->waiting[LIST_STREAM]; c != NULL; c = next) {
		next = c->next;
		if (c->wait.kind == WAIT_EVENTS) {
			a = agents_at(&g->broker.agents, c->wait.slot);
			if (!a->k.used || a->k.joined != c->wait.id) {
				conn_close(g, c);
				continue;
			}
		}
		if (g->out.len > SERVER_OUT_MAX / 2) {
			g->lag = 1;	/* it is given the rest later */
			c->missed |= g->api.update.len > 0;
		} else
			fill_stream(g, c);
	}
	buf_clear(&g->api.update, SERVER_OUT_KEEP);
}
