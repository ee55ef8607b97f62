/*
 * csp-tty - the screen of csp-chat: shows what its feeds say of a room, and
 * prints what is typed: a message as a JSON object a line, as csp-send --json
 * reads it, and a command as a plain line.  Talks to nobody itself.  Without a
 * terminal: lines in, lines out.
 */
#include <sys/types.h>
#include <sys/select.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/chat.h"
#include "lib/edit.h"
#include "lib/exits.h"
#include "lib/jbuf.h"
#include "lib/tty.h"
#include "lib/util.h"
#include "lib/view.h"

enum {
	LINE_MAX_BYTES = 8 << 20,	/* one line of a feed */
	INPUT_MAX = 1 << 20,		/* one message typed or pasted */
	OUT_MAX = 64 << 20,		/* not yet taken by the terminal */
	FEEDS = 8,
	BACK_MS = 10000,		/* for a message to come back, at eof */
	GONE = 2,			/* quit: the terminal went away */
	GLANCE_MS = 300,		/* a pager that was there for less */
	LEAVE_MS = 3000			/* for the second Ctrl-C */
};

struct feed {
	int	fd;			/* -1: it has ended */
	struct buf in;
	int	skip;			/* in a line that is too long */
};

struct ui {
	struct tty tty;
	struct chat chat;
	struct edit edit;
	struct view view;
	struct feed feeds[FEEDS];
	size_t	n_feeds;
	struct buf keys;		/* without a terminal: a line's begin */
	struct buf out;			/* to the terminal */
	const char *pager;		/* a command, or NULL */
	int	full;			/* a terminal whose cursor moves */
	int	dirty;			/* what is on it is not what is so */
	int	eof;			/* nothing more will be typed */
	int	quit;
	int64_t	leave_ms;		/* of a last Ctrl-C in an empty line */
	int64_t	heard_ms;		/* of the last thing from a feed */
	int64_t	linger_ms;		/* after eof */
	int64_t	eof_ms, began_ms;	/* began: since 1970 */
	size_t	sent, shown;		/* messages; those back or failed */
};

static volatile sig_atomic_t resized, stopped, ended;

static void
on_signal(int sig)
{
	if (sig == SIGWINCH)
		resized = 1;
	else if (sig == SIGTSTP)
		stopped = 1;
	else
		ended = sig;
}

static void
note(struct ui *u, const char *text)
{
	struct chat_item *it;

	it = chat_note(&u->chat, text, strlen(text), wall_ms());
	if (it != NULL && !u->full) {
		/* errors only from here on: the buffer has its limit */
		(void)buf_append(&u->out, it->text, it->len);
		(void)buf_putc(&u->out, '\n');
	}
	u->dirty = 1;
}

/* ---- lines, where there is no terminal to paint on ---- */

static void
print_item(struct ui *u, const struct chat_item *it)
{
	char when[6];
	size_t i, begin = 0;

	if (it->kind != CHAT_NOTE) {
		view_clock(&u->view, it->at_ms, when);
		(void)buf_printf(&u->out, "%s %s%s%s%s%s ", when, it->from,
		    it->kind == CHAT_DIRECT ? " " : "",
		    it->kind == CHAT_DIRECT ? view_arrow(&u->view) : "",
		    it->kind == CHAT_DIRECT ? it->to : "",
		    it->kind == CHAT_SYSTEM ? " *" : ":");
	}
	for (i = 0; i <= it->len; i++) {
		if (i < it->len && it->text[i] != '\n')
			continue;
		(void)buf_append(&u->out, it->text + begin, i - begin);
		(void)buf_puts(&u->out, i < it->len ? "\n      " : "\n");
		begin = i + 1;
	}
}

static void
print_news(struct ui *u, const struct chat_event *ev)
{
	const struct chat_receipt *r = ev->receipt;

	switch (ev->news) {
	case CHAT_NEW:
		print_item(u, ev->item);
		break;
	case CHAT_ASKS:
		(void)buf_printf(&u->out, "      %s asks (/answer %s ...):\n",
		    ev->agent->id, ev->agent->id);
		if (ev->agent->detail != NULL) {
			(void)buf_append(&u->out, ev->agent->detail,
			    ev->agent->detail_len);
			(void)buf_putc(&u->out, '\n');
		}
		break;
	case CHAT_RECEIPT:
		if (strcmp(ev->item->from, u->chat.me) == 0 &&
		    (strcmp(r->stage, "held") == 0 ||
		    strcmp(r->stage, "failed") == 0))
			(void)buf_printf(&u->out, "      %s %s: %s\n",
			    r->agent, r->stage, r->reason);
		break;
	case CHAT_NOTHING:
	case CHAT_CHANGED:
		break;
	}
}

/* ---- what is typed ---- */

static void
send_line(struct ui *u, const char *s, size_t n)
{
	if (write_all(STDOUT_FILENO, s, n) == -1) {
		if (errno != EPIPE)
			warn("standard output");
		u->quit = 1;
	}
}

static void
send_message(struct ui *u, const char *to, int urgent, const char *text,
    size_t len)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, (size_t)INPUT_MAX * 6 + 1024);
	jbuf_begin(&o, &b);
	json_put_open(&o, '{');
	if (to != NULL)
		json_member_str(&o, "to", to);
	if (urgent)
		json_member_bool(&o, "urgent", 1);
	json_member_string(&o, "content", text, len);
	json_put_close(&o, '}');
	if (jbuf_end(&o) == -1 || buf_putc(&b, '\n') == -1)
		note(u, "too long, not sent");
	else {
		send_line(u, b.p, b.len);
		u->sent++;
	}
	buf_free(&b);
}

static const char help[] =
    "text            to everybody in the room\n"
    "@NAME text      to one agent        @all text  to everybody\n"
    "!NAME text      to one agent, at once: interrupts what it does\n"
    "//text          a message that begins with a slash\n"
    "/answer NAME 1  answers its question: a key such as y n Esc Up\n"
    "/agents         who is here         /history   older messages\n"
    "/show [N]       a long message      /screen NAME  its screen\n"
    "/pause NAME     its messages wait   /resume NAME  they go on\n"
    "/interrupt NAME stops what it does  /share /noshare NAME\n"
    "/debate [A,B] QUESTION  /consensus [A,B] QUESTION\n"
    "/autopilot [A,B] GOAL   /quit\n"
    "Page Up and Down scroll; Tab completes; Up recalls; Alt-Enter\n"
    "or Ctrl-J begins a new line; Ctrl-L paints anew; Ctrl-Z stops.";

/* ---- the terminal, taken and given ---- */

static void
measure(struct ui *u)
{
	struct winsize ws;

	if (tty_size(&u->tty, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0)
		view_resize(&u->view, ws.ws_row, ws.ws_col);
	else
		view_resize(&u->view, 24, 80);
	u->dirty = 1;
}

static void
flush_out(struct ui *u)
{
	ssize_t n;

	n = tty_write(&u->tty, u->out.p, u->out.len);
	if (n == -1)
		u->quit = GONE;
	else if (n > 0)
		buf_consume(&u->out, (size_t)n);
}

/* Raw, the other screen, and pasted text marked as such.  0, or -1. */
static int
enter_screen(struct ui *u)
{
	if (tty_raw(&u->tty) == -1)
		return -1;
	(void)buf_puts(&u->out, "\033[?1049h\033[?2004h");
	measure(u);
	return 0;
}

/* The terminal as it was; what waits to be painted is not. */
static void
leave_screen(struct ui *u)
{
	struct timeval tv;
	fd_set w;

	if (u->full) {
		buf_clear(&u->out, 0);
		(void)buf_puts(&u->out,
		    "\033[m\033[?2004l\033[?1049l\033[?25h");
	}
	/* a terminal that takes nothing for a second is not waited for */
	while (u->out.len > 0 && u->quit != GONE) {
		FD_ZERO(&w);
		FD_SET(u->tty.out, &w);
		tv.tv_sec = 1;
		tv.tv_usec = 0;
		if (select(u->tty.out + 1, NULL, &w, NULL, &tv) <= 0)
			break;
		flush_out(u);
	}
	tty_restore(&u->tty);
}

/* Ctrl-Z: all of the chat stops, as the terminal itself would have it. */
static void
stop(struct ui *u)
{
	void (*old)(int);

	leave_screen(u);
	old = signal(SIGTSTP, SIG_DFL);
	(void)kill(0, SIGTSTP);		/* goes on here when it is continued */
	(void)signal(SIGTSTP, old);
	stopped = 0;
	if (u->full && enter_screen(u) == -1)
		u->quit = GONE;
}

/* In the child: a group of its own, so that its Ctrl-C is not the chat's. */
static void
run_pager(const struct ui *u, int text)
{
	const struct tty *t = &u->tty;
	int sig;

	(void)setpgid(0, 0);
	(void)tcsetpgrp(t->from_in, getpid());	/* SIGTTOU is ignored yet */
	for (sig = 1; sig < 32; sig++)
		(void)signal(sig, SIG_DFL);	/* not all can be: no matter */
	if (dup2(text, STDIN_FILENO) == -1 ||
	    dup2(t->from_out, STDOUT_FILENO) == -1 ||
	    dup2(t->from_out, STDERR_FILENO) == -1)
		_exit(127);
	(void)execl("/bin/sh", "sh", "-c", u->pager, (char *)NULL);
	_exit(127);
}

/* The text in the person's pager: 0, or -1 where nobody has seen it. */
static int
page(struct ui *u, const char *s, size_t n)
{
	void (*old)(int);
	int64_t from_ms = clock_ms();
	FILE *f;
	pid_t pid;
	int st = 0;

	if ((f = tmpfile()) == NULL)
		return -1;
	if (fwrite(s, 1, n, f) != n || fputc('\n', f) == EOF ||
	    fflush(f) == EOF || fseek(f, 0, SEEK_SET) == -1) {
		(void)fclose(f);
		return -1;
	}
	leave_screen(u);
	old = signal(SIGTTOU, SIG_IGN);
	if ((pid = fork()) == 0)
		run_pager(u, fileno(f));
	if (pid != -1) {
		(void)setpgid(pid, pid);	/* whoever is first */
		while (waitpid(pid, &st, WUNTRACED) == -1 ? errno == EINTR :
		    WIFSTOPPED(st))
			/* nobody else could continue it */
			(void)kill(-pid, ended ? SIGTERM : SIGCONT);
		(void)tcsetpgrp(u->tty.from_in, getpgrp());
	}
	(void)signal(SIGTTOU, old);
	(void)fclose(f);
	if (enter_screen(u) == -1)
		u->quit = GONE;
	return pid == -1 || (WIFEXITED(st) && (WEXITSTATUS(st) >= 126 ||
	    clock_ms() - from_ms < GLANCE_MS)) ? -1 : 0;
}

/* Show a folded message whole; 0: the newest that is folded. */
static void
show_item(struct ui *u, int64_t id)
{
	struct chat_item *it = NULL, *other;
	size_t i;

	if (id != 0)
		it = chat_item(&u->chat, id);
	else
		for (i = u->chat.n; i > 0 && it == NULL && u->full; i--) {
			other = u->chat.items[i - 1];
			if (view_folded(&u->view, other))
				it = other;
		}
	if (it == NULL)
		note(u, id == 0 ? "nothing is folded" :
		    "no such message here: try /history first");
	else if (u->full) {
		if (u->pager == NULL || page(u, it->text, it->len) == -1)
			view_open(&u->view, it);
	}
	else
		print_item(u, it);
}

/* /answer NAME KEY...: with the screen that the person saw. */
static void
answer(struct ui *u, const char *args)
{
	struct chat_agent *a;
	struct buf b;
	char id[ID_MAX + 1];
	size_t n = strcspn(args, " ");
	const char *keys = args + n + strspn(args + n, " ");

	if (n == 0 || *keys == '\0' || id_fold(args, n, id) == -1) {
		note(u, "usage: /answer NAME KEY ...");
		return;
	}
	if ((a = chat_agent(&u->chat, id)) == NULL ||
	    strcmp(a->state, "waiting") != 0) {
		note(u, "that agent asks nothing");
		return;
	}
	buf_init(&b, 65536);
	(void)buf_printf(&b, "answer %s %s %s%s\n", id,
	    a->screen[0] == '\0' ? "-" : a->screen, keys,
	    strchr(keys, ' ') == NULL && chat_asks_line(a) ?
	    " Enter" : "");
	send_line(u, b.p, b.len);
	buf_free(&b);
}

/* A command of one line, without its slash. */
static void
command(struct ui *u, char *s)
{
	static const char *const passed[] = {
		"agents", "autopilot", "consensus", "debate", "history",
		"interrupt", "noshare", "pause", "resume", "screen", "share"
	};
	size_t i, n = strcspn(s, " ");
	const char *args = s + n + strspn(s + n, " ");
	int64_t id = 0;
	struct buf b;

	if (n == 4 && memcmp(s, "quit", 4) == 0) {
		u->quit = 1;
	} else if (n == 4 && memcmp(s, "help", 4) == 0) {
		note(u, help);
	} else if (n == 4 && memcmp(s, "show", 4) == 0) {
		if (*args != '\0' &&
		    num_parse(args, 1, INT64_MAX, &id) == -1)
			note(u, "usage: /show [NUMBER]");
		else
			show_item(u, id);
	} else if (n == 6 && memcmp(s, "answer", 6) == 0) {
		answer(u, args);
	} else {
		for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
			if (strlen(passed[i]) == n &&
			    memcmp(s, passed[i], n) == 0)
				break;
		if (i == sizeof(passed) / sizeof(passed[0])) {
			note(u, "no such command (see /help; a message may "
			    "begin with //)");
			return;
		}
		buf_init(&b, INPUT_MAX + 16);
		(void)buf_printf(&b, "%s\n", s);
		send_line(u, b.p, b.len);
		buf_free(&b);
	}
}

/* Whether it is `/word` with nothing of a path in it. */
static int
is_command(const char *s, size_t len)
{
	size_t i;

	if (len < 2 || s[0] != '/' || memchr(s, '\n', len) != NULL)
		return 0;
	for (i = 1; i < len && s[i] != ' '; i++)
		if (s[i] < 'a' || s[i] > 'z')
			return 0;
	return i > 1;
}

/* `@name text` or `!name text`: the name's id, and the text; or -1. */
static int
addressed(const char *s, size_t len, char id[ID_MAX + 1], size_t *off)
{
	size_t n = 1;

	while (n < len && s[n] != ' ' && s[n] != '\n')
		n++;
	if (n == len || id_fold(s + 1, n - 1 - (s[n - 1] == ':' ||
	    s[n - 1] == ','), id) == -1)
		return -1;
	while (n < len && (s[n] == ' ' || s[n] == '\n'))
		n++;
	*off = n;
	return n < len ? 0 : -1;
}

static void
typed(struct ui *u, const char *s, size_t len)
{
	char id[ID_MAX + 1], *line;
	size_t off;

	while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == ' '))
		len--;
	if (len == 0)
		return;
	view_bottom(&u->view);
	if (is_command(s, len)) {
		if ((line = malloc(len)) == NULL)
			return;
		memcpy(line, s + 1, len - 1);
		line[len - 1] = '\0';
		command(u, line);
		free(line);
		return;
	}
	if (len > 1 && s[0] == '/' && s[1] == '/') {
		send_message(u, NULL, 0, s + 1, len - 1);
		return;
	}
	if ((s[0] == '@' || s[0] == '!') && addressed(s, len, id, &off) == 0) {
		if (strcmp(id, "all") == 0) {
			send_message(u, NULL, s[0] == '!', s, len);
			return;
		}
		if (s[0] == '@' || chat_agent(&u->chat, id) != NULL) {
			send_message(u, id, s[0] == '!', s + off, len - off);
			return;
		}
	}
	send_message(u, NULL, 0, s, len);
}

/* Tab: the name or command that the word before the cursor begins. */
static void
complete(struct ui *u)
{
	static const char *const words[] = {
		"/agents", "/answer", "/autopilot", "/consensus", "/debate",
		"/help", "/history", "/interrupt", "/noshare", "/pause",
		"/quit", "/resume", "/screen", "/share", "/show"
	};
	struct edit *e = &u->edit;
	size_t begin = e->pos, n, i, same = 0, k;
	const char *hit = NULL, *w;
	int sigil;

	while (begin > 0 && e->text[begin - 1] != ' ' &&
	    e->text[begin - 1] != '\n')
		begin--;
	n = e->pos - begin;
	if (n == 0 && begin == 0)
		return;
	sigil = n > 0 && (e->text[begin] == '@' || e->text[begin] == '!');
	for (i = 0; i < u->chat.n_agents + sizeof(words) / sizeof(words[0]);
	    i++) {
		if (i < u->chat.n_agents)
			w = u->chat.agents[i].id;
		else if (begin == 0)
			w = words[i - u->chat.n_agents];
		else
			break;
		k = i < u->chat.n_agents ? (size_t)sigil : 0;
		if (strlen(w) < n - k || (n > k &&
		    memcmp(w, e->text + begin + k, n - k) != 0))
			continue;
		if (hit == NULL) {
			hit = w;
			same = strlen(w);
		} else
			for (k = 0; k < same; k++)
				if (w[k] != hit[k])
					same = k;
	}
	if (hit == NULL)
		return;
	k = sigil && hit[0] != '/' ? 1 : 0;
	if (edit_replace(e, begin + k, n - k, hit, same) == 0 &&
	    hit[same] == '\0')
		(void)edit_replace(e, e->pos, 0, " ", 1);
	u->dirty = 1;
}

static void
key(struct ui *u, unsigned char c, int64_t now_ms)
{
	switch (edit_byte(&u->edit, c)) {
	case EDIT_NONE:
		return;
	case EDIT_CHANGED:
		break;
	case EDIT_ENTER:
		typed(u, u->edit.text, u->edit.len);
		edit_accept(&u->edit);
		break;
	case EDIT_EOF:
		u->quit = 1;
		break;
	case EDIT_INTERRUPT:
		if (now_ms - u->leave_ms < LEAVE_MS)
			u->quit = 1;
		else
			note(u, "Ctrl-C again, or /quit, leaves");
		u->leave_ms = now_ms;
		break;
	case EDIT_TAB:
		complete(u);
		break;
	case EDIT_PAGE_UP:
		view_page(&u->view, 1);
		break;
	case EDIT_PAGE_DOWN:
		view_page(&u->view, 0);
		break;
	case EDIT_BOTTOM:
		view_bottom(&u->view);
		break;
	case EDIT_REDRAW:
		u->view.whole = 1;
		break;
	case EDIT_STOP:
		stopped = 1;
		break;
	case EDIT_FULL:
		(void)buf_putc(&u->out, '\a');
		break;
	}
	u->dirty = 1;
}

static void
read_keys(struct ui *u, int64_t now_ms)
{
	char b[4096], *nl;
	ssize_t n, i;

	n = read(u->tty.in, b, sizeof(b));
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		u->eof = 1;
		if (u->full)		/* the terminal is gone */
			u->quit = 1;
		else if (u->keys.len > 0)
			typed(u, u->keys.p, u->keys.len);
		u->heard_ms = u->eof_ms = now_ms;
		return;
	}
	if (u->full) {
		for (i = 0; i < n && !u->quit; i++)
			key(u, (unsigned char)b[i], now_ms);
		return;
	}
	if (buf_append(&u->keys, b, (size_t)n) == -1)
		buf_clear(&u->keys, 0);
	while (u->keys.len > 0 && !u->quit &&
	    (nl = memchr(u->keys.p, '\n', u->keys.len)) != NULL) {
		typed(u, u->keys.p, (size_t)(nl - u->keys.p));
		buf_consume(&u->keys, (size_t)(nl - u->keys.p) + 1);
	}
}

/* ---- what the feeds say ---- */

static void
news(struct ui *u, const struct chat_event *ev)
{
	if (ev->news == CHAT_NOTHING)
		return;
	u->dirty = 1;
	if (ev->news == CHAT_NEW && (ev->item->kind == CHAT_NOTE ||
	    (strcmp(ev->item->from, u->chat.me) == 0 &&
	    ev->item->at_ms >= u->began_ms)))
		u->shown++;
	if (!u->full) {
		print_news(u, ev);
		return;
	}
	if (ev->news == CHAT_ASKS ||
	    (ev->news == CHAT_NEW && ev->item->mentions_me))
		(void)buf_putc(&u->out, '\a');
	if (ev->news == CHAT_NEW)
		view_came(&u->view, ev->item);
}

static void
feed_line(struct ui *u, const char *s, size_t n, int64_t now_ms)
{
	struct chat_event ev = chat_feed(&u->chat, s, n, now_ms);

	news(u, &ev);
}

static void
read_feed(struct ui *u, struct feed *f, int64_t now_ms)
{
	char *nl;
	ssize_t n;

	if (buf_reserve(&f->in, 65536) == -1) {
		buf_clear(&f->in, 0);	/* a line that long is none of ours */
		f->skip = 1;
		return;
	}
	n = read(f->fd, f->in.p + f->in.len, 65536);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	u->heard_ms = now_ms;
	if (n <= 0) {
		close(f->fd);
		f->fd = -1;
		return;
	}
	buf_added(&f->in, (size_t)n);
	while (f->in.len > 0 &&
	    (nl = memchr(f->in.p, '\n', f->in.len)) != NULL) {
		if (!f->skip)
			feed_line(u, f->in.p, (size_t)(nl - f->in.p), now_ms);
		f->skip = 0;
		buf_consume(&f->in, (size_t)(nl - f->in.p) + 1);
	}
}

/* ---- the loop ---- */

static int
someone_busy(const struct ui *u)
{
	size_t i;

	for (i = 0; i < u->chat.n_agents; i++)
		if (u->chat.agents[i].online &&
		    strcmp(u->chat.agents[i].state, "busy") == 0)
			return 1;
	return 0;
}

/* Wait for what each thing waits for; -1 where select(2) failed. */
static int
wait_for(struct ui *u, fd_set *r, fd_set *w)
{
	struct timeval tv = { 1, 0 };
	int max = -1, any_feed = 0;
	size_t i;

	FD_ZERO(r);
	FD_ZERO(w);
	if (!u->eof) {
		FD_SET(u->tty.in, r);
		max = u->tty.in;
	}
	for (i = 0; i < u->n_feeds; i++)
		if (u->feeds[i].fd != -1) {
			FD_SET(u->feeds[i].fd, r);
			max = u->feeds[i].fd > max ? u->feeds[i].fd : max;
			any_feed = 1;
		}
	if (u->out.len > 0) {
		FD_SET(u->tty.out, w);
		max = u->tty.out > max ? u->tty.out : max;
	}
	if (u->eof && !any_feed && u->out.len == 0) {
		u->quit = 1;
		tv.tv_sec = 0;
	}
	if (u->eof)
		tv.tv_usec = 100000, tv.tv_sec = 0;
	return select(max + 1, r, w, NULL,
	    someone_busy(u) || u->eof ? &tv : NULL);
}

static void
run(struct ui *u)
{
	fd_set r, w;
	int64_t now_ms;
	size_t i;

	while (!u->quit && !ended) {
		if (stopped)
			stop(u);
		if (resized) {
			resized = 0;
			measure(u);
		}
		if (u->full && u->dirty && u->out.len == 0) {
			view_paint(&u->view, clock_ms(), &u->out);
			u->dirty = 0;
		}
		if (wait_for(u, &r, &w) == -1) {
			if (errno == EINTR)
				continue;
			warn("select");
			return;
		}
		now_ms = clock_ms();
		if (!u->eof && FD_ISSET(u->tty.in, &r))
			read_keys(u, now_ms);
		for (i = 0; i < u->n_feeds; i++)
			if (u->feeds[i].fd != -1 &&
			    FD_ISSET(u->feeds[i].fd, &r))
				read_feed(u, &u->feeds[i], now_ms);
		if (u->out.len > 0 && FD_ISSET(u->tty.out, &w))
			flush_out(u);
		if (someone_busy(u))
			u->dirty = 1;	/* its seconds */
		else if (u->eof && u->out.len == 0 &&
		    now_ms - u->heard_ms >= u->linger_ms &&
		    (u->shown >= u->sent || now_ms - u->eof_ms >= BACK_MS))
			u->quit = 1;
	}
}

/* ---- start and end ---- */

static void
usage(FILE *to)
{
	fputs("usage: csp-tty [--name ID] [--room NAME] [--screen FD] "
	    "[--linger SECONDS] FEED ...\n"
	    "       csp-tty --help | --version\n", to);
}

/* Local time less UTC, now. */
static int64_t
zone_ms(void)
{
	time_t now = time(NULL), utc;
	struct tm *tm = gmtime(&now), copy;

	if (tm == NULL)
		return 0;
	copy = *tm;
	copy.tm_isdst = -1;
	utc = mktime(&copy);
	return utc == (time_t)-1 ? 0 : (int64_t)(now - utc) * 1000;
}

static void
options(struct ui *u, int argc, char **argv, const char **me, int *screen)
{
	static const struct option table[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "linger", required_argument, NULL, 'l' },
		{ "name", required_argument, NULL, 'n' },
		{ "room", required_argument, NULL, 'r' },
		{ "screen", required_argument, NULL, 's' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int64_t v;
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (c) {
		case 'h':
			usage(stdout);
			exit(EXIT_OK);
		case 'l':
			if (num_parse(optarg, 0, 86400, &v) == -1)
				errx(EXIT_USAGE, "--linger %s: not a number "
				    "from 0 to 86400", optarg);
			u->linger_ms = v * 1000;
			break;
		case 'n':
			*me = optarg;
			break;
		case 'r':
			u->view.room = optarg;
			break;
		case 's':
			if (num_parse(optarg, 0, 255, &v) == -1)
				errx(EXIT_USAGE, "--screen %s: not a "
				    "descriptor", optarg);
			if (fcntl((int)v, F_GETFD) == -1)
				err(EXIT_USAGE, "--screen %s", optarg);
			*screen = (int)v;
			break;
		case 'V':
			puts("csp-tty 0.1");
			exit(EXIT_OK);
		default:
			usage(stderr);
			exit(EXIT_USAGE);
		}
	}
	if (argc == optind || argc - optind > FEEDS) {
		usage(stderr);
		exit(EXIT_USAGE);
	}
}

static void
take_terminal(struct ui *u, int screen)
{
	const char *term = getenv("TERM"), *lang;

	tty_open(&u->tty, STDIN_FILENO, screen);
	u->full = u->tty.in_is_tty && u->tty.out_is_tty && term != NULL &&
	    *term != '\0' && strcmp(term, "dumb") != 0;
	u->view.colour = getenv("NO_COLOR") == NULL ||
	    *getenv("NO_COLOR") == '\0';
	if ((lang = getenv("LC_ALL")) == NULL || *lang == '\0')
		if ((lang = getenv("LC_CTYPE")) == NULL || *lang == '\0')
			lang = getenv("LANG");
	u->view.glyphs = lang == NULL || *lang == '\0' ||
	    strstr(lang, "UTF") != NULL || strstr(lang, "utf") != NULL;
	if (!u->full)
		return;
	if (enter_screen(u) == -1)
		err(EXIT_IO, "terminal");
	u->pager = getenv("PAGER");
	if (u->pager != NULL && *u->pager == '\0')
		u->pager = NULL;
}

static void
open_feeds(struct ui *u, char **paths)
{
	struct feed *f;

	for (; *paths != NULL; paths++) {
		f = &u->feeds[u->n_feeds++];
		f->fd = open(*paths, O_RDONLY | O_CLOEXEC);
		if (f->fd == -1 || fd_nonblock(f->fd) == -1)
			err(EXIT_IO, "%s", *paths);
		if (f->fd >= FD_SETSIZE)
			errx(EXIT_IO, "too many open files");
		buf_init(&f->in, LINE_MAX_BYTES);
	}
}

static void
catch_signals(void)
{
	static const int signals[] = {
		SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGWINCH
	};
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_signal;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &sa, NULL);	/* known signals */
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &sa, NULL);
}

int
main(int argc, char **argv)
{
	static struct ui u;
	const char *me = "";
	int screen = STDERR_FILENO;

	view_init(&u.view, &u.chat, &u.edit);
	u.view.zone_ms = zone_ms();
	u.began_ms = wall_ms();
	u.linger_ms = 2000;
	u.leave_ms = -LEAVE_MS;
	options(&u, argc, argv, &me, &screen);
	buf_init(&u.out, OUT_MAX);
	buf_init(&u.keys, INPUT_MAX);
	edit_init(&u.edit, INPUT_MAX);
	chat_init(&u.chat, me);
	open_feeds(&u, argv + optind);
	catch_signals();
	take_terminal(&u, screen);
	run(&u);
	leave_screen(&u);
	tty_close(&u.tty);
	if (ended) {
		(void)signal(ended, SIG_DFL);
		(void)raise(ended);
	}
	return EXIT_OK;
}
