/*
 * csp-sidecar - makes an interactive program a participant of a room.
 *
 * The program runs on a terminal of its own, and one loop passes bytes between
 * that and the person's terminal.  Order of duty: the person's terminal first,
 * in both directions; the mirror of the screen second; the gateway last.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/exits.h"
#include "lib/pty.h"
#include "lib/tty.h"
#include "lib/util.h"

enum {
	FLOW_CAP = 64 * 1024,	/* bytes under way in one direction */
	READS_MAX = 16,		/* of the program's output in one round */
	DRAIN_MS = 100,		/* silence that ends the output of the dead */
	TERM_MS = 2000,		/* from SIGTERM to the terminal's hang-up, */
	KILL_MS = 3000		/* and from there to SIGKILL */
};

/* Bytes on their way: p[off] to p[off + len - 1]. */
struct flow {
	size_t	off, len;
	char	p[FLOW_CAP];
};

/* How far the end has come. */
enum ending {
	END_NOT,
	END_ASKED,		/* SIGTERM or SIGHUP passed on */
	END_HUNG_UP,		/* the program's terminal closed */
	END_KILLED
};

struct options {
	const char	*name;
	const char	*agent;
	int		 headless;
	struct winsize	 size;
};

struct sidecar {
	struct options	 opt;
	struct tty	 tty;
	struct pty	 pty;
	struct flow	 keys;		/* to the program */
	struct flow	 out;		/* to the person's terminal */
	struct winsize	 size;
	int		 in_open;	/* there may be more from standard input */
	int		 in_eof;	/* its end is to be told to the program */
	char		 last_key;
	int		 out_open;	/* somebody takes our output */
	int		 child;		/* the program is not reaped yet */
	int		 status;	/* as waitpid(2) told */
	int64_t		 drain_until;	/* its last output is waited for */
	enum ending	 ending;
	int64_t		 end_next;	/* when to be less polite */
};

static struct sidecar sc;
static int wake_fd[2] = { -1, -1 };
static volatile sig_atomic_t got_signal[NSIG];

static const int caught[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP,
	SIGCONT, SIGCHLD, SIGWINCH, SIGUSR1, SIGUSR2 };
static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

/* What a program may have left switched on, in case it or we die over it. */
static const char sane[] = "\033[?1000l\033[?1002l\033[?1003l\033[?1006l"
    "\033[?1004l\033[?2004l\033[?2026l\033[?1049l\033[?25h\033[0m\r\n";

static void
usage(FILE *to)
{
	fputs("usage: csp-sidecar --name ID [--headless COLSxROWS] "
	    "[--cmd] PROGRAM [ARG ...]\n", to);
}

/* signals */

static void
on_signal(int sig)
{
	int saved = errno;

	got_signal[sig] = 1;
	(void)!write(wake_fd[1], "", 1);	/* full: awake already */
	errno = saved;
}

/* We crash: the terminal goes back first. */
static void
on_crash(int sig)
{
	if (sc.tty.raw && sc.tty.out_is_tty)
		(void)!write(sc.tty.out, sane, sizeof sane - 1);
	tty_restore(&sc.tty);
	raise(sig);		/* SA_RESETHAND: the default now */
}

static void
at_exit(void)
{
	tty_restore(&sc.tty);
}

static void
catch_signals(void)
{
	struct sigaction sa, old;
	size_t i;

	if (pipe(wake_fd) == -1)
		err(EXIT_NOSTART, "pipe");
	for (i = 0; i < 2; i++)
		if (fd_cloexec(wake_fd[i]) == -1 ||
		    fd_nonblock(wake_fd[i]) == -1)
			err(EXIT_NOSTART, "pipe");
	memset(&sa, 0, sizeof sa);
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < N_OF(caught); i++) {
		sa.sa_handler = on_signal;
		sa.sa_flags = SA_RESTART;
		/* what nohup(1) or a shell's & switched off stays off */
		if (sigaction(caught[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN && caught[i] != SIGCHLD)
			continue;
		(void)sigaction(caught[i], &sa, NULL);
	}
	for (i = 0; i < N_OF(deadly); i++) {
		sa.sa_handler = on_crash;
		sa.sa_flags = SA_RESETHAND | SA_NODEFER;
		(void)sigaction(deadly[i], &sa, NULL);
	}
	(void)signal(SIGPIPE, SIG_IGN);
}

/* flows */

static size_t
flow_room(const struct flow *f)
{
	return sizeof f->p - f->len;
}

/* Where room for more is, all of it in one piece. */
static char *
flow_end(struct flow *f)
{
	if (f->off > 0) {
		memmove(f->p, f->p + f->off, f->len);
		f->off = 0;
	}
	return f->p + f->len;
}

static void
flow_take(struct flow *f, size_t n)
{
	f->off += n;
	f->len -= n;
	if (f->len == 0)
		f->off = 0;
}

/* the end */

/*
 * Ask the program to end; where it does not its terminal hangs up, and where
 * that does not help either it is killed.
 */
static void
end_begin(int sig, int64_t now)
{
	if (!sc.child)
		return;
	pty_signal(&sc.pty, sig);
	(void)kill(-sc.pty.pid, sig);	/* a shell behind its job, too */
	pty_signal(&sc.pty, SIGCONT);
	if (sc.ending == END_NOT) {
		sc.ending = END_ASKED;
		sc.end_next = now + TERM_MS;
	}
}

static void
end_step(int64_t now)
{
	if (sc.ending == END_NOT || !sc.child || now < sc.end_next)
		return;
	switch (sc.ending) {
	case END_ASKED:
		(void)kill(-sc.pty.pid, SIGHUP);
		pty_close(&sc.pty);
		sc.ending = END_HUNG_UP;
		break;
	case END_HUNG_UP:
	case END_KILLED:
		(void)kill(-sc.pty.pid, SIGKILL);
		sc.ending = END_KILLED;
		break;
	case END_NOT:
		break;
	}
	sc.end_next = now + KILL_MS;
}

/* the person's terminal */

/* The terminal has the size that the person's has, or had; 80x24 without. */
static void
take_size(void)
{
	struct winsize ws;

	if (sc.opt.headless || tty_size(&sc.tty, &ws) == -1) {
		if (sc.size.ws_col != 0)
			return;
		ws = sc.opt.size;
	}
	sc.size = ws;
}

static void
resized(void)
{
	take_size();
	pty_resize(&sc.pty, &sc.size);
}

/* Our terminal, or who reads our output, is gone: so is the program's. */
static void
hung_up(int64_t now)
{
	sc.in_open = sc.out_open = 0;
	sc.out.off = sc.out.len = 0;
	end_begin(SIGHUP, now);
}

/* Stop as a job does; the next line runs when we are continued. */
static void
suspend(void)
{
	struct sigaction dfl, ours;

	tty_restore(&sc.tty);
	memset(&dfl, 0, sizeof dfl);
	dfl.sa_handler = SIG_DFL;
	sigemptyset(&dfl.sa_mask);
	(void)sigaction(SIGTSTP, &dfl, &ours);
	(void)raise(SIGTSTP);
	(void)sigaction(SIGTSTP, &ours, NULL);
	got_signal[SIGCONT] = 1;
}

/* Continued: the terminal is ours again and was written on meanwhile. */
static void
resume(void)
{
	if (sc.opt.headless)
		return;
	(void)tty_raw(&sc.tty);		/* gone: its end of file will tell */
	resized();
	pty_signal(&sc.pty, SIGCONT);
	pty_signal(&sc.pty, SIGWINCH);	/* the same size: yet draw again */
}

static void
write_out(int64_t now)
{
	ssize_t n;

	while (sc.out.len > 0) {
		n = tty_write(&sc.tty, sc.out.p + sc.out.off, sc.out.len);
		if (n == -1)
			hung_up(now);
		if (n <= 0)
			return;
		flow_take(&sc.out, (size_t)n);
		if (!sc.tty.out_is_tty)
			return;		/* a pipe: ask select(2) again */
	}
}

static void
read_in(int64_t now)
{
	ssize_t n;
	char *p = flow_end(&sc.keys);

	n = read(sc.tty.in, p, flow_room(&sc.keys));
	if (n > 0) {
		sc.last_key = p[n - 1];
		sc.keys.len += (size_t)n;
		return;
	}
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	sc.in_open = 0;
	if (sc.tty.in_is_tty)
		hung_up(now);
	else
		sc.in_eof = 1;
}

/* the program */

/* The end of our input, said as a terminal says it. */
static void
type_eof(void)
{
	struct termios tio;
	char c = 4;

	sc.in_eof = 0;
	if (pty_attr(&sc.pty, &tio) == 0) {
		c = (char)tio.c_cc[VEOF];
		/* on a line begun the first one only hands that over */
		if ((tio.c_lflag & ICANON) && sc.last_key != '\n' &&
		    sc.last_key != '\r' && sc.last_key != '\0')
			sc.keys.p[sc.keys.len++] = c;
	}
	sc.keys.p[sc.keys.len++] = c;
}

static void
write_keys(void)
{
	ssize_t n;

	while (sc.keys.len > 0 && sc.pty.fd != -1) {
		n = write(sc.pty.fd, sc.keys.p + sc.keys.off, sc.keys.len);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			n = (ssize_t)sc.keys.len;	/* nobody to read it */
		if (n <= 0)
			return;
		flow_take(&sc.keys, (size_t)n);
	}
	if (sc.in_eof && sc.keys.len == 0) {
		type_eof();
		write_keys();
	}
}

/* What the program wrote: to the terminal first. */
static void
read_pty(int64_t now)
{
	ssize_t n;
	char *p;
	int i;

	for (i = 0; i < READS_MAX && flow_room(&sc.out) > 0; i++) {
		p = flow_end(&sc.out);
		n = read(sc.pty.fd, p, flow_room(&sc.out));
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {			/* 0 or EIO: the end */
			pty_close(&sc.pty);
			return;
		}
		if (sc.drain_until != 0)
			sc.drain_until = now + DRAIN_MS;
		if (sc.opt.headless || !sc.out_open)
			continue;
		sc.out.len += (size_t)n;
		write_out(now);
	}
}

static void
look_after_child(int64_t now)
{
	if (!sc.child)
		return;
	switch (pty_life(&sc.pty, &sc.status)) {
	case PTY_RUNNING:
		break;
	case PTY_STOPPED:
		if (sc.tty.in_is_tty && !sc.opt.headless)
			suspend();
		break;
	case PTY_ENDED:
		sc.child = 0;
		/* its last words may still be under way in the kernel */
		sc.drain_until = now + DRAIN_MS;
		break;
	}
}

static void
handle_signals(int64_t now)
{
	char junk[64];
	size_t i;
	int sig;

	while (read(wake_fd[0], junk, sizeof junk) > 0)
		;
	for (i = 0; i < N_OF(caught); i++) {
		sig = caught[i];
		if (!got_signal[sig])
			continue;
		got_signal[sig] = 0;
		if (sig == SIGCHLD)
			look_after_child(now);
		else if (sig == SIGWINCH)
			resized();
		else if (sig == SIGTSTP)
			suspend();
		else if (sig == SIGCONT)
			resume();
		else if (sig == SIGTERM || sig == SIGHUP)
			end_begin(sig, now);
		else if (sc.child)
			pty_signal(&sc.pty, sig);
	}
	if (got_signal[SIGCONT]) {
		got_signal[SIGCONT] = 0;
		resume();
	}
}

/* the loop */

/* There is nothing more to pass on, or nobody to pass it to. */
static int
all_done(int64_t now)
{
	if (sc.child)
		return 0;
	if (sc.pty.fd != -1 && now >= sc.drain_until)
		pty_close(&sc.pty);
	return sc.pty.fd == -1 &&
	    (sc.out.len == 0 || !sc.out_open || sc.ending != END_NOT);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == -1 || (b != -1 && b < a) ? b : a;
}

static void
loop(void)
{
	struct timeval tv;
	fd_set r, w;
	int64_t next, now;
	int max;

	for (;;) {
		now = clock_ms();
		if (all_done(now))
			return;
		end_step(now);
		next = -1;
		if (sc.ending != END_NOT && sc.child)
			next = sc.end_next;
		if (!sc.child && sc.pty.fd != -1)
			next = earlier(next, sc.drain_until);

		FD_ZERO(&r);
		FD_ZERO(&w);
		FD_SET(wake_fd[0], &r);
		max = wake_fd[0];
#define WAIT(fd, set)	(FD_SET((fd), (set)), max = (fd) > max ? (fd) : max)
		if (sc.in_open && flow_room(&sc.keys) > 0)
			WAIT(sc.tty.in, &r);
		if (sc.out.len > 0)
			WAIT(sc.tty.out, &w);
		if (sc.pty.fd != -1 && flow_room(&sc.out) > 0)
			WAIT(sc.pty.fd, &r);
		if (sc.pty.fd != -1 && (sc.keys.len > 0 || sc.in_eof))
			WAIT(sc.pty.fd, &w);
		if (next != -1) {
			next = next > now ? next - now : 0;
			tv.tv_sec = next / 1000;
			tv.tv_usec = (suseconds_t)(next % 1000) * 1000;
		}
		if (select(max + 1, &r, &w, NULL, next == -1 ? NULL : &tv) == -1) {
			FD_ZERO(&r);
			FD_ZERO(&w);
		}
		now = clock_ms();
		if (sc.in_open && FD_ISSET(sc.tty.in, &r)) {
			read_in(now);
			write_keys();
		}
		if (sc.pty.fd != -1 && FD_ISSET(sc.pty.fd, &w))
			write_keys();
		if (sc.out.len > 0 && FD_ISSET(sc.tty.out, &w))
			write_out(now);
		if (sc.pty.fd != -1 && FD_ISSET(sc.pty.fd, &r))
			read_pty(now);
		if (FD_ISSET(wake_fd[0], &r))
			handle_signals(now);
	}
}

static void
start(char **argv)
{
	const struct termios *tio = NULL;

	catch_signals();
	tty_open(&sc.tty, STDIN_FILENO, STDOUT_FILENO);
	if (sc.opt.headless)
		sc.tty.in_is_tty = sc.tty.out_is_tty = 0;
	else if (sc.tty.in_is_tty && tcgetattr(sc.tty.in, &sc.tty.saved) == 0)
		tio = &sc.tty.saved;
	if (sc.tty.in >= FD_SETSIZE || sc.tty.out >= FD_SETSIZE)
		errx(EXIT_NOSTART, "too many open files");
	take_size();
	sc.pty.fd = -1;
	switch (pty_spawn(&sc.pty, argv, &sc.size, tio)) {
	case PTY_OK:
		break;
	case PTY_NO_TERMINAL:
		err(EXIT_NOSTART, "no terminal for %s", argv[0]);
	case PTY_NO_EXEC:
		err(errno == ENOENT || errno == ENOTDIR ? EXIT_NOTFOUND :
		    EXIT_NOEXEC, "%s", argv[0]);
	}
	sc.child = 1;
	sc.in_open = sc.out_open = !sc.opt.headless;
	(void)atexit(at_exit);
	if (!sc.opt.headless && tty_raw(&sc.tty) == -1)
		warn("terminal");	/* it works, only worse */
}

static void
parse_size(const char *s, struct winsize *ws)
{
	const char *x = strchr(s, 'x');
	int64_t cols, rows;

	if (x == NULL || num_parse_n(s, (size_t)(x - s), 1, 1000, &cols) == -1 ||
	    num_parse(x + 1, 1, 1000, &rows) == -1)
		errx(EXIT_NOSTART, "--headless %s: not COLSxROWS, each from 1 "
		    "to 1000", s);
	ws->ws_col = (unsigned short)cols;
	ws->ws_row = (unsigned short)rows;
}

static int
parse_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "agent",	required_argument, NULL, 'a' },
		{ "agentId",	required_argument, NULL, 'n' },
		{ "cmd",	no_argument, NULL, 'c' },
		{ "headless",	required_argument, NULL, 'H' },
		{ "help",	no_argument, NULL, 'h' },
		{ "name",	required_argument, NULL, 'n' },
		{ "version",	no_argument, NULL, 'V' },
		{ NULL,		0, NULL, 0 }
	};
	int c, cmd = 0;

	sc.opt.size.ws_col = 80;
	sc.opt.size.ws_row = 24;
	while (!cmd && (c = getopt_long(argc, argv, "+", longs, NULL)) != -1)
		switch (c) {
		case 'a':
			sc.opt.agent = optarg;
			break;
		case 'c':
			cmd = 1;
			break;
		case 'H':
			sc.opt.headless = 1;
			parse_size(optarg, &sc.opt.size);
			break;
		case 'h':
			usage(stdout);
			exit(EXIT_OK);
		case 'n':
			sc.opt.name = optarg;
			break;
		case 'V':
			puts("csp-sidecar 0.1");
			exit(EXIT_OK);
		default:
			usage(stderr);
			exit(EXIT_NOSTART);
		}
	if (optind == argc) {
		usage(stderr);
		exit(EXIT_NOSTART);
	}
	return optind;
}

int
main(int argc, char **argv)
{
	int first = parse_options(argc, argv);

	start(argv + first);
	loop();
	tty_close(&sc.tty);
	return WIFSIGNALED(sc.status) ? 128 + WTERMSIG(sc.status) :
	    WEXITSTATUS(sc.status);
}
