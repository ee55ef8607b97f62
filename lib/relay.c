/*
 * relay - a person's terminal and a program's, and the bytes between them.
 * Linked into csp-sidecar.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "relay.h"

enum {
	READS_MAX = 16,		/* of the program's output in one round */
	READ_MIN = 8 * 1024,	/* room for one of them, at least */
	READ_FULL = 1024,	/* less than this, and there is no more now */
	PIECE_MAX = 4 * 1024,	/* of it looked at, between two of them */
	DRAIN_MS = 100,		/* silence that ends the output of the dead */
	TYPING_MAX = 8 * 1024 * 1024
};

void
relay_init(struct relay *r)
{
	memset(r, 0, sizeof *r);
	r->pty.fd = -1;
	r->key_at = r->text_at = r->clear_at = -1;
	buf_init(&r->typing, TYPING_MAX);
}

int
relay_begin(struct relay *r)
{
	r->child = 1;
	r->in_open = r->out_open = !r->headless;
	return r->headless ? 0 : tty_raw(&r->tty);
}

/* the person's terminal */

void
relay_size(struct relay *r, const struct winsize *fallback)
{
	struct winsize ws;

	if (r->headless || tty_size(&r->tty, &ws) == -1) {
		if (r->size.ws_col != 0)
			return;
		ws = *fallback;
	}
	r->size = ws;
}

void
relay_resize(struct relay *r, int64_t now)
{
	char s[32];
	int n;

	relay_size(r, &r->size);
	pty_resize(&r->pty, &r->size);
	if (r->record != NULL) {
		n = snprintf(s, sizeof s, "%dx%d", r->size.ws_col,
		    r->size.ws_row);
		record_event(r->record, 'r', s, (size_t)n, now);
	}
}

void
relay_resume(struct relay *r, int64_t now)
{
	if (r->headless)
		return;
	(void)tty_raw(&r->tty);		/* gone: its end of file will tell */
	relay_resize(r, now);
	pty_signal(&r->pty, SIGCONT);
	pty_signal(&r->pty, SIGWINCH);	/* the same size: yet draw again */
}

/* Our terminal, or who reads our output, is gone: so is the program's. */
static void
hung_up(struct relay *r, int64_t now)
{
	r->in_open = r->out_open = 0;
	r->sent = r->out_len;
	if (r->child)
		ending_begin(&r->ending, &r->pty, SIGHUP, now);
}

static void
write_out(struct relay *r, int64_t now)
{
	ssize_t n;

	while (r->sent < r->out_len) {
		n = tty_write(&r->tty, r->out + r->sent, r->out_len - r->sent);
		if (n == -1)
			hung_up(r, now);
		if (n <= 0)
			return;
		r->sent += (size_t)n;
		if (!r->tty.out_is_tty)
			return;		/* a pipe: ask select(2) again */
	}
}

/* Keys go to the program, or wait while a message is being typed. */
static int
holds_keys(const struct relay *r)
{
	return r->held.len > 0 || r->holds;
}

/* What the person typed, and when: of held keys, also when they are played. */
static void
note_keys(struct relay *r, enum keys_what what, int64_t now)
{
	if (what == KEYS_NONE)
		return;
	r->key_at = now;
	if (what == KEYS_TEXT)
		r->text_at = now;
	else if (what == KEYS_CLEAR)
		r->clear_at = now;
	if (holds_keys(r))
		r->held_text |= what == KEYS_TEXT;
}

static void
read_in(struct relay *r, int64_t now)
{
	struct flow *to = holds_keys(r) ? &r->held : &r->keys;
	ssize_t n;
	char *p = flow_end(to);

	n = read(r->tty.in, p, flow_room(to));
	if (n > 0) {
		r->last_key = p[n - 1];
		to->len += (size_t)n;
		note_keys(r, keys_typed(&r->scan, p, (size_t)n), now);
		return;
	}
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	r->in_open = 0;
	if (r->tty.in_is_tty)
		hung_up(r, now);
	else
		r->in_eof = 1;
}

/* the program */

/* The end of our input, said as a terminal says it. */
static void
type_eof(struct relay *r)
{
	struct termios tio;
	char c = 4;

	r->in_eof = 0;
	if (pty_attr(&r->pty, &tio) == 0) {
		c = (char)tio.c_cc[VEOF];
		/* on a line begun the first one only hands that over */
		if ((tio.c_lflag & ICANON) && r->last_key != '\n' &&
		    r->last_key != '\r' && r->last_key != '\0')
			(void)flow_add(&r->keys, &c, 1);
	}
	(void)flow_add(&r->keys, &c, 1);
}

/* What waits for room among the keys: ours first, then what was held. */
static void
fill_keys(struct relay *r, int64_t now)
{
	size_t n;

	if (r->typing.len > 0) {
		n = flow_add(&r->keys, r->typing.p, r->typing.len);
		buf_consume(&r->typing, n);
	} else if (r->held.len > 0 && !r->holds) {
		n = flow_add(&r->keys, r->held.p + r->held.off, r->held.len);
		flow_take(&r->held, n);
		if (r->held_text)
			r->text_at = now;
		if (r->held.len == 0)
			r->held_text = 0;
	}
}

void
relay_write(struct relay *r, int64_t now)
{
	ssize_t n;

	fill_keys(r, now);
	while (r->keys.len > 0 && r->pty.fd != -1) {
		n = write(r->pty.fd, r->keys.p + r->keys.off, r->keys.len);
		if (n > 0 && r->record != NULL)
			record_event(r->record, 'i', r->keys.p + r->keys.off,
			    (size_t)n, now);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			n = (ssize_t)r->keys.len;	/* nobody to read it */
		if (n <= 0)
			return;
		flow_take(&r->keys, (size_t)n);
	}
	if (r->in_eof && r->keys.len == 0 && r->held.len == 0) {
		type_eof(r);
		relay_write(r, now);
	}
}

/* How many bytes of the output are both sent and seen. */
static size_t
done(const struct relay *r)
{
	return r->sent < r->seen ? r->sent : r->seen;
}

/* Room for more output, behind what is still to be sent or seen. */
static size_t
out_room(struct relay *r)
{
	size_t n = done(r);

	if (n == r->out_len || sizeof r->out - r->out_len < READ_MIN) {
		memmove(r->out, r->out + n, r->out_len - n);
		r->out_len -= n;
		r->sent -= n;
		r->seen -= n;
	}
	return sizeof r->out - r->out_len;
}

/* What the program wrote, to the terminal: 1, or 0 where no more is there. */
static int
read_pty(struct relay *r, int64_t now)
{
	size_t room = out_room(r);
	ssize_t n;
	char *p = r->out + r->out_len;

	if (r->pty.fd == -1 || room == 0)
		return 0;
	n = read(r->pty.fd, p, room);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {				/* 0 or EIO: the end */
		pty_close(&r->pty);
		return 0;
	}
	if (r->drain_until != 0)
		r->drain_until = now + DRAIN_MS;
	r->out_len += (size_t)n;
	if (r->headless || !r->out_open)
		r->sent = r->out_len;
	else
		write_out(r, now);
	if (r->record != NULL)
		record_event(r->record, 'o', p, (size_t)n, now);
	return n >= READ_FULL;
}

int
relay_output(struct relay *r, const char **p, size_t *n, int64_t now)
{
	if (r->out_len - r->seen > PIECE_MAX)
		(void)read_pty(r, now);
	*p = r->out + r->seen;
	*n = r->out_len - r->seen;
	if (*n > PIECE_MAX)
		*n = PIECE_MAX;
	r->seen += *n;
	return *n > 0;
}

enum pty_life
relay_child(struct relay *r, int64_t now)
{
	enum pty_life life = pty_life(&r->pty, &r->status);

	if (life == PTY_ENDED) {
		r->child = 0;
		/* its last words may still be under way in the kernel */
		r->drain_until = now + DRAIN_MS;
	}
	return life;
}

void
relay_end(struct relay *r, int sig, int64_t now)
{
	ending_begin(&r->ending, &r->pty, sig, now);
}

/* the loop */

size_t
relay_unsent(const struct relay *r)
{
	return r->typing.len + r->keys.len;
}

size_t
relay_held(const struct relay *r)
{
	return r->held.len;
}

int
relay_done(struct relay *r, int64_t now)
{
	if (r->child)
		return 0;
	if (r->pty.fd != -1 && now >= r->drain_until)
		pty_close(&r->pty);
	return r->pty.fd == -1 && (r->sent == r->out_len || !r->out_open ||
	    ending_begun(&r->ending));
}

static int
want(int fd, fd_set *set, int max)
{
	FD_SET(fd, set);
	return fd > max ? fd : max;
}

int
relay_fds(const struct relay *r, fd_set *rd, fd_set *wr, int max)
{
	if (r->in_open && flow_room(holds_keys(r) ? &r->held : &r->keys) > 0)
		max = want(r->tty.in, rd, max);
	if (r->sent < r->out_len)
		max = want(r->tty.out, wr, max);
	if (r->pty.fd == -1)
		return max;
	if (r->out_len - done(r) < sizeof r->out)
		max = want(r->pty.fd, rd, max);
	if (relay_unsent(r) > 0 || r->in_eof || (r->held.len > 0 && !r->holds))
		max = want(r->pty.fd, wr, max);
	return max;
}

int64_t
relay_due(const struct relay *r)
{
	if (r->child)
		return ending_due(&r->ending);
	return r->pty.fd != -1 ? r->drain_until : -1;
}

void
relay_step(struct relay *r, const fd_set *rd, const fd_set *wr, int64_t now)
{
	int i;

	if (r->child)
		ending_step(&r->ending, &r->pty, now);
	if (r->in_open && FD_ISSET(r->tty.in, rd)) {
		read_in(r, now);
		relay_write(r, now);
	}
	if (r->pty.fd != -1 && FD_ISSET(r->pty.fd, wr))
		relay_write(r, now);
	if (r->sent < r->out_len && FD_ISSET(r->tty.out, wr))
		write_out(r, now);
	if (r->pty.fd != -1 && FD_ISSET(r->pty.fd, rd))
		for (i = 0; i < READS_MAX && read_pty(r, now); i++)
			;
}
