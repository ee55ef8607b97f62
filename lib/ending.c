/*
 * ending - asks a program on a terminal to end, and is less polite each time.
 * Linked into csp-sidecar.
 */
#include <sys/types.h>
#include <signal.h>

#include "ending.h"

enum {
	NOT,
	ASKED,
	HUNG_UP			/* and killed from then on */
};

int
ending_begun(const struct ending *e)
{
	return e->stage != NOT;
}

void
ending_begin(struct ending *e, const struct pty *p, int sig, int64_t now)
{
	pty_signal(p, sig);
	(void)kill(-p->pid, sig);	/* a shell behind its job, too */
	pty_signal(p, SIGCONT);
	if (e->stage == NOT) {
		e->stage = ASKED;
		e->next = now + ENDING_ASK_MS;
	}
}

int64_t
ending_due(const struct ending *e)
{
	return e->stage == NOT ? -1 : e->next;
}

void
ending_step(struct ending *e, struct pty *p, int64_t now)
{
	if (e->stage == NOT || now < e->next)
		return;
	if (e->stage == ASKED) {
		(void)kill(-p->pid, SIGHUP);
		pty_close(p);
	} else
		(void)kill(-p->pid, SIGKILL);
	e->stage = HUNG_UP;
	e->next = now + ENDING_KILL_MS;
}
