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
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "lib/agentdir.h"
#include "lib/buf.h"
#include "lib/cast.h"
#include "lib/door.h"
#include "lib/exits.h"
#include "lib/link.h"
#include "lib/mail.h"
#include "lib/mend.h"
#include "lib/pty.h"
#include "lib/record.h"
#include "lib/relay.h"
#include "lib/replay.h"
#include "lib/replayline.h"
#include "lib/replysock.h"
#include "lib/room.h"
#include "lib/rules.h"
#include "lib/screen.h"
#include "lib/seat.h"
#include "lib/util.h"
#include "lib/version.h"

extern char **environ;

enum {
	LOOKS_MAX = 64,		/* at pieces of the output in one round */
	JOIN_MS = 2000,		/* the gateway's time to name us at start, */
	LEAVE_MS = 1500,	/* and to take our leave at the end */
	SCROLLBACK = 10000,
	REPLAY_END_MS = 30000,	/* and what time alone would still bring */
	INTRO_MAX = 16 * 1024
};

struct options {
	char		 name[ID_MAX + 1];
	const char	*agent;		/* name or path of rules, or NULL */
	const char	*initial_prompt;
	const char	*record, *replay;	/* files */
	char		*intro;		/* NULL: not given; "": none */
	enum mail_wake	 wake;
	int		 explain;
	int		 headless;
	int		 scrollback;
	struct winsize	 size;
	struct room_given room;
};

struct sidecar {
	struct options	 opt;
	struct relay	 relay;		/* the terminals and the program */
	int		 more;		/* of its output is to be looked at */

	/* the room; the program runs without any of these as well */
	struct rules	*rules, *line_rules;
	struct screen	*screen;
	struct link	*link;
	struct replysock *sock;
	struct door	*door;
	struct seat	*seat;
	struct buf	 explained;	/* for the end, without terminal */
	int		 joined;	/* registered once */
	char		 no_room[sizeof ((struct room *)NULL)->why];
	int		 tried, refused;	/* to register, in vain */
	int		 left;
	int		 superseded;	/* the room has gone on without us */
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
	fputs("usage: csp-sidecar --name ID [--agent RULES] "
	    "[--wake mention|direct|all]\n"
	    "                   [--initial-prompt TEXT] [--intro FILE|none]\n"
	    "                   [--headless COLSxROWS] [--scrollback N] "
	    "[--explain]\n"
	    "                   [--gateway-url URL] [--auth-token T] "
	    "[--auth-token-file F]\n"
	    "                   [--room R] [--record FILE] [--cmd] PROGRAM "
	    "[ARG ...]\n"
	    "       csp-sidecar --replay FILE [--agent RULES] [--explain]\n"
	    "       csp-sidecar --help | --version\n", to);
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
	if (sc.relay.tty.raw && sc.relay.tty.out_is_tty)
		(void)!write(sc.relay.tty.out, sane, sizeof sane - 1);
	tty_restore(&sc.relay.tty);
	raise(sig);		/* SA_RESETHAND: the default now */
}

static void *
xalloc(size_t n)
{
	void *p;

	if ((p = malloc(n)) == NULL)
		err(EXIT_NOSTART, "memory");
	return p;
}

static char *
xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xalloc(n), s, n);
}

static void
at_exit(void)
{
	tty_restore(&sc.relay.tty);
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
	(void)signal(SIGXFSZ, SIG_IGN);	/* EFBIG says it, of a recording */
}

/* the person's terminal */

static void
resized(int64_t now)
{
	relay_resize(&sc.relay, now);
	if (sc.seat != NULL)
		seat_resize(sc.seat, sc.relay.size.ws_col,
		    sc.relay.size.ws_row, now);
}

/* Stop as a job does; the next line runs when we are continued. */
static void
suspend(void)
{
	struct sigaction dfl, ours;

	tty_restore(&sc.relay.tty);
	memset(&dfl, 0, sizeof dfl);
	dfl.sa_handler = SIG_DFL;
	sigemptyset(&dfl.sa_mask);
	(void)sigaction(SIGTSTP, &dfl, &ours);
	(void)raise(SIGTSTP);
	(void)sigaction(SIGTSTP, &ours, NULL);
	got_signal[SIGCONT] = 1;
}

static void
continued(int64_t now)
{
	relay_resume(&sc.relay, now);
	resized(now);
}

/* Where no terminal does, the mirror answers what the program asks. */
static void
answer_queries(void)
{
	char answers[512];
	size_t n;

	while ((n = screen_take_answers(sc.screen, answers,
	    sizeof answers)) > 0)
		if ((sc.opt.headless || !sc.relay.tty.in_is_tty) &&
		    buf_append(&sc.relay.typing, answers, n) == -1)
			return;
}

/* What the program wrote; the terminal has it already. */
static void
look_at_output(int64_t now)
{
	const char *p;
	size_t n;
	int i;

	for (i = 0; i < LOOKS_MAX; i++) {
		if ((sc.more = relay_output(&sc.relay, &p, &n, now)) == 0)
			return;
		if (sc.seat != NULL) {
			seat_output(sc.seat, p, n, now);
			answer_queries();
		}
	}
}

static void
look_after_child(int64_t now)
{
	if (sc.relay.child && relay_child(&sc.relay, now) == PTY_STOPPED &&
	    sc.relay.tty.in_is_tty)
		suspend();
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
			resized(now);
		else if (sig == SIGTSTP)
			suspend();
		else if (sig == SIGCONT)
			continued(now);
		else if (sc.relay.child && (sig == SIGTERM || sig == SIGHUP))
			relay_end(&sc.relay, sig, now);
		else if (sc.relay.child)
			pty_signal(&sc.relay.pty, sig);
	}
	if (got_signal[SIGCONT]) {
		got_signal[SIGCONT] = 0;
		continued(now);
	}
}

/* the room */

/* What the seat decided: to standard error, unless that is our terminal. */
static void
explain(int64_t now)
{
	const char *line;

	while ((line = seat_note(sc.seat)) != NULL) {
		if (sc.relay.record != NULL)
			record_event(sc.relay.record, 'm', line, strlen(line),
			    now);
		if (!sc.opt.explain)
			continue;
		if (!sc.opt.headless && isatty(STDERR_FILENO))
			(void)buf_printf(&sc.explained, "%s\n", line);
		else
			fprintf(stderr, "%s\n", line);
	}
}

/*
 * The gateway may be another one by now: the room's file tells.  That there is
 * none is no mistake, what was said wrongly is one.
 */
static void
find_gateway(int64_t now)
{
	struct room room;

	switch (room_find(&room, &sc.opt.room)) {
	case ROOM_OK:
		if (link_target(sc.link, room.url, room.token) == -1 &&
		    errno == EINVAL && !sc.relay.child)
			errx(EXIT_NOSTART, "%s: not a gateway's URL", room.url);
		sc.no_room[0] = '\0';
		break;
	case ROOM_USAGE:
	case ROOM_UNSAFE:
	case ROOM_ERROR:
		if (!sc.relay.child && !sc.joined)
			errx(EXIT_NOSTART, "%s", room.why);
		/* FALLTHROUGH */
	case ROOM_ABSENT:
		snprintf(sc.no_room, sizeof sc.no_room, "%s", room.why);
		sc.refused = 1;
		break;
	}
	link_connect(sc.link, now);
}

static void
step_link(int64_t now)
{
	struct link_news news;
	enum link_event ev;

	while ((ev = link_step(sc.link, now, &news)) != LINK_QUIET) {
		if (ev == LINK_RETRY) {
			sc.refused |= sc.tried;
			sc.tried = 1;
			find_gateway(now);
			continue;
		}
		if (ev == LINK_UP)
			sc.joined = 1;
		if (ev == LINK_SUPERSEDED)
			sc.superseded = 1;
		if (sc.seat != NULL)
			seat_link(sc.seat, ev, &news, now);
		if (ev == LINK_LEFT) {
			sc.left = 1;
			return;
		}
	}
}

/* What a program handed over at the socket. */
static void
take_reply(const struct replysock_text *t, int64_t now)
{
	struct json_node *nodes;
	const struct json_node *v;
	size_t cap = t->len / 2 + 1;
	char *mem;	/* the JSON, mended; behind it the text */
	long n = -1;

	if (t->field[0] == '\0') {
		if (sc.door != NULL)
			seat_hook(sc.seat, t->text, t->len, now);
		else
			seat_reply(sc.seat, t->text, t->len, now);
		replysock_answer(sc.sock, NULL);
		return;
	}
	nodes = malloc(cap * sizeof *nodes);
	mem = malloc(2 * t->len + 1);
	if (nodes != NULL && mem != NULL) {
		memcpy(mem, t->text, t->len);
		(void)mend_json(mem, t->len);
		if (json_parse(mem, t->len, nodes, cap, NULL) > 0 &&
		    (v = json_get(nodes, t->field)) != NULL &&
		    v->type == JSON_STRING)
			n = json_string(v, mem + t->len, t->len);
	}
	if (n >= 0)
		seat_reply(sc.seat, mem + t->len, (size_t)n, now);
	replysock_answer(sc.sock, n >= 0 ? NULL : "no such text in the JSON");
	free(nodes);
	free(mem);
}

static void
step_seat(const fd_set *r, int64_t now)
{
	struct replysock_text t;
	struct seat_world world;
	struct termios tio;

	while (sc.sock != NULL && replysock_step(sc.sock, r, now, &t))
		take_reply(&t, now);
	if (sc.door != NULL)
		door_step(sc.door, r, now);
	memset(&world, 0, sizeof world);
	world.unsent = relay_unsent(&sc.relay);
	world.held = relay_held(&sc.relay);
	world.key_ms = sc.relay.key_at;
	world.text_ms = sc.relay.text_at;
	world.clear_ms = sc.relay.clear_at;
	if (pty_attr(&sc.relay.pty, &tio) == 0) {
		world.tty = !(tio.c_lflag & ICANON) ? TURN_TTY_RAW :
		    tio.c_lflag & ECHO ? TURN_TTY_LINE : TURN_TTY_SECRET;
		world.echo_off = !(tio.c_lflag & ECHO);
		world.kill_char = tio.c_cc[VKILL];
	}
	if (seat_holds_keys(sc.seat))
		world.unread = pty_unread(&sc.relay.pty);
	seat_step(sc.seat, &world, &sc.relay.typing, now);
	if (seat_takes_back(sc.seat))
		pty_take_back(&sc.relay.pty);
	sc.relay.holds = seat_holds_keys(sc.seat);
	explain(now);
	relay_write(&sc.relay, now);
}

/* the loop */

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == -1 || (b != -1 && b < a) ? b : a;
}

/* Who waits for what; returns the highest descriptor. */
static int
wanted(fd_set *r, fd_set *w)
{
	int max = wake_fd[0];

	FD_ZERO(r);
	FD_ZERO(w);
	FD_SET(wake_fd[0], r);
	max = relay_fds(&sc.relay, r, w, max);
	if (sc.link != NULL)
		max = link_fds(sc.link, r, w, max);
	if (sc.sock != NULL)
		max = replysock_fds(sc.sock, r, max);
	if (sc.door != NULL)
		max = door_fds(sc.door, r, max);
	return max;
}

/* When something is due though no descriptor is ready; -1: never. */
static int64_t
due(int64_t now)
{
	int64_t next = sc.more ? now : relay_due(&sc.relay);

	if (sc.link != NULL)
		next = earlier(next, link_due(sc.link));
	if (sc.sock != NULL)
		next = earlier(next, replysock_due(sc.sock));
	if (sc.seat != NULL)
		next = earlier(next, seat_due(sc.seat, now));
	return next;
}

/* Wait for descriptors or the time; the sets are empty where it was neither. */
static void
wait_for(int max, fd_set *r, fd_set *w, int64_t until)
{
	struct timeval tv;
	int64_t ms;

	if (until != -1) {
		ms = until - clock_ms();
		ms = ms < 0 ? 0 : ms;
		tv.tv_sec = (time_t)(ms / 1000);
		tv.tv_usec = (suseconds_t)(ms % 1000) * 1000;
	}
	if (select(max + 1, r, w, NULL, until == -1 ? NULL : &tv) <= 0) {
		FD_ZERO(r);
		FD_ZERO(w);
	}
}

static void
loop(void)
{
	fd_set r, w;
	int64_t now = clock_ms();
	int max;

	while (!relay_done(&sc.relay, now)) {
		max = wanted(&r, &w);
		wait_for(max, &r, &w, due(now));
		now = clock_ms();
		relay_step(&sc.relay, &r, &w, now);
		look_at_output(now);
		if (FD_ISSET(wake_fd[0], &r))
			handle_signals(now);
		if (sc.link != NULL)
			step_link(now);
		if (sc.seat != NULL)
			step_seat(&r, now);
		if (sc.relay.record != NULL)
			(void)record_flush(sc.relay.record); /* told later */
	}
}

/*
 * Whether the program was killed, and not asked to end: then it may be started
 * again, and what it has not read waits for that.
 */
static int
killed(void)
{
	if (!WIFSIGNALED(sc.relay.status) || ending_begun(&sc.relay.ending))
		return 0;
	switch (WTERMSIG(sc.relay.status)) {
	case SIGHUP:
	case SIGINT:
	case SIGPIPE:
	case SIGQUIT:
	case SIGTERM:
		return 0;
	}
	return 1;
}

/* Wait for the line to the gateway, which is due itself, until then at most. */
static void
wait_link(int64_t until)
{
	fd_set r, w;
	int max;

	FD_ZERO(&r);
	FD_ZERO(&w);
	max = link_fds(sc.link, &r, &w, 0);
	wait_for(max, &r, &w, earlier(link_due(sc.link), until));
}

/* Say goodbye to the room; the terminal is the person's again. */
static void
leave(int stay)
{
	int64_t until = clock_ms() + LEAVE_MS;

	if (sc.seat != NULL)
		seat_end(sc.seat, clock_ms());
	link_leave(sc.link, stay);
	for (;;) {
		step_link(clock_ms());
		if (sc.left || clock_ms() >= until)
			return;
		wait_link(until);
	}
}

/* start */

/* The rules of the program: those asked for, or of its name, or generic. */
static void
load_rules(const char *own, const char *prog)
{
	struct agents_given g;
	struct room room;
	char why[512];

	g.path = getenv("CSP_AGENTS");
	g.own = own;
	g.room_dir = room_paths(&room, &sc.opt.room) == ROOM_OK ? room.dir :
	    NULL;
	sc.rules = agents_rules(&g, sc.opt.agent, prog, why, sizeof why);
	if (sc.rules != NULL)
		sc.line_rules = agents_rules(&g, "line", prog, why, sizeof why);
	if (sc.rules == NULL || sc.line_rules == NULL)
		errx(EXIT_NOSTART, "%s", why);
	if (why[0] != '\0')
		warnx("%s", why);
}

/* Register, if the gateway answers at once; else the program starts without. */
static void
join(void)
{
	char nonce[33], agent[ID_MAX + 1], caps[256];
	int64_t until = clock_ms() + JOIN_MS, now;

	if (id_fold(rules_name(sc.rules), strlen(rules_name(sc.rules)),
	    agent) == -1)
		snprintf(agent, sizeof agent, "custom");
	snprintf(caps, sizeof caps, "{\"chat\":true,\"agent\":\"%s\"}", agent);
	if (random_hex(nonce, 16) == -1 ||
	    (sc.link = link_new(sc.opt.name, caps, nonce)) == NULL)
		err(EXIT_NOSTART, "the line to the gateway");
	for (;;) {
		now = clock_ms();
		step_link(now);
		if (sc.joined || sc.refused || now >= until)
			return;
		wait_link(until);
	}
}

static void
env_set(const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		(void)unsetenv(name);
	else if (setenv(name, value, 1) == -1)
		err(EXIT_NOSTART, "environment");
}

/* What the program may know: who it is and its own token, never the owner's. */
static void
child_environment(const char *own)
{
	const char *path = getenv("PATH");
	char *const *e;
	char *more;
	size_t n;

	env_set("CSP_GATEWAY_URL", link_url(sc.link));
	env_set("CSP_AGENT_ID", link_id(sc.link));
	env_set("CSP_AUTH_TOKEN", link_token(sc.link));
	env_set("CSP_REPLY", sc.sock != NULL ? replysock_path(sc.sock) : NULL);
	if (own[0] != '\0') {
		/* csp-send and csp-poll are found, after all others */
		n = strlen(own) + (path != NULL ? strlen(path) : 0) + 2;
		if ((more = malloc(n)) == NULL)
			err(EXIT_NOSTART, "environment");
		snprintf(more, n, "%s%s%s", path != NULL ? path : "",
		    path != NULL && path[0] != '\0' ? ":" : "", own);
		if (path == NULL || strstr(path, own) == NULL)
			env_set("PATH", more);
		free(more);
	}
	for (e = sc.door != NULL ? door_env(sc.door) : NULL;
	    e != NULL && *e != NULL; e++)
		if (putenv(*e) != 0)
			err(EXIT_NOSTART, "environment");
}

static void
open_doors(const char *own, char *const argv[])
{
	const char *tmp = getenv("TMPDIR");
	struct door_start d;
	char send[1100], cwd[1024], why[256];

	/* a socket's path must be short */
	if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > 60)
		tmp = "/tmp";
	if ((sc.sock = replysock_open(tmp)) == NULL &&
	    (sc.sock = replysock_open("/tmp")) == NULL) {
		warn("no reply socket");
		return;
	}
	snprintf(send, sizeof send, "%s/csp-send", own);
	if (getcwd(cwd, sizeof cwd) == NULL)
		return;
	memset(&d, 0, sizeof d);
	d.rules = sc.rules;
	d.dir = replysock_dir(sc.sock);
	d.csp_send = access(send, X_OK) == 0 ? send : "csp-send";
	d.socket = replysock_path(sc.sock);
	d.cwd = cwd;
	d.env = environ;
	d.wall_ms = wall_ms();
	sc.door = door_open(&d, argv, why, sizeof why);
	if (sc.door == NULL && why[0] != '\0')
		warnx("%s", why);
}

/* The agent's seat; without memory for it the program runs all the same. */
static void
take_seat(void)
{
	struct seat_start st;
	struct tm tm;
	time_t t;

	memset(&st, 0, sizeof st);
	st.now = clock_ms();
	st.wall_ms = wall_ms();
	t = (time_t)(st.wall_ms / 1000);
	st.gmtoff_s = localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : 0;
	sc.screen = screen_new(sc.relay.size.ws_col, sc.relay.size.ws_row,
	    sc.opt.scrollback);
	if (sc.screen == NULL) {
		warn("no mirror of the screen");
		return;
	}
	st.name = link_id(sc.link);
	st.rules = sc.rules;
	st.line = sc.line_rules;
	st.screen = sc.screen;
	st.link = sc.link;
	st.door = sc.door;
	st.wake = sc.opt.wake;
	st.intro = sc.opt.intro;
	st.initial_prompt = sc.opt.initial_prompt;
	if ((sc.seat = seat_new(&st)) == NULL)
		warn("no mirror of the screen");
}

static void
start(const char *argv0, char **argv)
{
	const struct termios *tio = NULL;
	struct relay *r = &sc.relay;
	char own[1024];

	relay_init(&sc.relay);
	buf_init(&sc.explained, 256 * 1024);
	catch_signals();
	agents_own_dir(argv0, getenv("PATH"), own, sizeof own);
	load_rules(own, argv[0]);
	join();
	open_doors(own, argv);
	child_environment(own);

	tty_open(&r->tty, STDIN_FILENO, STDOUT_FILENO);
	r->headless = sc.opt.headless;
	if (r->headless)
		r->tty.in_is_tty = r->tty.out_is_tty = 0;
	else if (r->tty.in_is_tty && tcgetattr(r->tty.in, &r->tty.saved) == 0)
		tio = &r->tty.saved;
	if (r->tty.in >= FD_SETSIZE || r->tty.out >= FD_SETSIZE)
		errx(EXIT_NOSTART, "too many open files");
	relay_size(r, &sc.opt.size);
	take_seat();
	if (sc.opt.record != NULL && (r->record = record_open(sc.opt.record,
	    r->size.ws_col, r->size.ws_row, rules_name(sc.rules), wall_ms(),
	    clock_ms())) == NULL)
		err(EXIT_NOSTART, "%s", sc.opt.record);
	(void)atexit(at_exit);
	switch (pty_spawn(&r->pty, sc.door != NULL ? door_argv(sc.door) : argv,
	    &r->size, tio)) {
	case PTY_OK:
		break;
	case PTY_NO_TERMINAL:
		warn("no terminal for %s", argv[0]);
		leave(0);
		exit(EXIT_NOSTART);
	case PTY_NO_EXEC:
		r->status = errno == ENOENT || errno == ENOTDIR ?
		    EXIT_NOTFOUND : EXIT_NOEXEC;
		warn("%s", argv[0]);
		leave(0);
		exit(r->status);
	}
	if (relay_begin(r) == -1)
		warn("terminal");	/* it works, only worse */
}

/* options */

static void
parse_size(const char *s, struct winsize *ws)
{
	const char *x = strchr(s, 'x');
	int64_t cols, rows;

	if (x == NULL ||
	    num_parse_n(s, (size_t)(x - s), 1, 1000, &cols) == -1 ||
	    num_parse(x + 1, 1, 1000, &rows) == -1)
		errx(EXIT_NOSTART, "--headless %s: not COLSxROWS, each from 1 "
		    "to 1000", s);
	ws->ws_col = (unsigned short)cols;
	ws->ws_row = (unsigned short)rows;
}

static char *
read_intro(const char *path)
{
	char *text;
	size_t n;
	FILE *f;

	if (!strcmp(path, "none"))
		return xstrdup("");
	if ((f = fopen(path, "r")) == NULL)
		err(EXIT_NOSTART, "%s", path);
	text = xalloc(INTRO_MAX + 1);
	n = fread(text, 1, INTRO_MAX, f);
	if (ferror(f))
		err(EXIT_NOSTART, "%s", path);
	fclose(f);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	return text;
}

static void
parse_name(const char *s)
{
	if (id_fold(s, strlen(s), sc.opt.name) == -1 ||
	    !strcmp(sc.opt.name, "broadcast") || !strcmp(sc.opt.name, "all") ||
	    !strcmp(sc.opt.name, "system"))
		errx(EXIT_NOSTART, "%.80s: not a name for an agent", s);
}

enum {
	OPT_AGENT = 256,
	OPT_CMD,
	OPT_EXPLAIN,
	OPT_GATEWAY,
	OPT_HEADLESS,
	OPT_HELP,
	OPT_INITIAL,
	OPT_INTRO,
	OPT_NAME,
	OPT_RECORD,
	OPT_REPLAY,
	OPT_ROOM,
	OPT_SCROLLBACK,
	OPT_TOKEN,
	OPT_TOKEN_FILE,
	OPT_VERSION,
	OPT_WAKE
};

static const struct option longs[] = {
	{ "agent",		required_argument, NULL, OPT_AGENT },
	{ "agentId",		required_argument, NULL, OPT_NAME },
	{ "auth-token",		required_argument, NULL, OPT_TOKEN },
	{ "auth-token-file",	required_argument, NULL, OPT_TOKEN_FILE },
	{ "cmd",		no_argument, NULL, OPT_CMD },
	{ "explain",		no_argument, NULL, OPT_EXPLAIN },
	{ "gateway-url",	required_argument, NULL, OPT_GATEWAY },
	{ "headless",		required_argument, NULL, OPT_HEADLESS },
	{ "help",		no_argument, NULL, OPT_HELP },
	{ "initial-prompt",	required_argument, NULL, OPT_INITIAL },
	{ "intro",		required_argument, NULL, OPT_INTRO },
	{ "name",		required_argument, NULL, OPT_NAME },
	{ "record",		required_argument, NULL, OPT_RECORD },
	{ "replay",		required_argument, NULL, OPT_REPLAY },
	{ "room",		required_argument, NULL, OPT_ROOM },
	{ "scrollback",		required_argument, NULL, OPT_SCROLLBACK },
	{ "version",		no_argument, NULL, OPT_VERSION },
	{ "wake",		required_argument, NULL, OPT_WAKE },
	{ NULL,			0, NULL, 0 }
};

static void
take_option(int c)
{
	int64_t n;

	switch (c) {
	case OPT_AGENT:
		sc.opt.agent = optarg;
		break;
	case OPT_EXPLAIN:
		sc.opt.explain = 1;
		break;
	case OPT_GATEWAY:
		sc.opt.room.opt_url = optarg;
		break;
	case OPT_HEADLESS:
		sc.opt.headless = 1;
		parse_size(optarg, &sc.opt.size);
		break;
	case OPT_HELP:
		usage(stdout);
		exit(EXIT_OK);
	case OPT_INITIAL:
		sc.opt.initial_prompt = optarg;
		break;
	case OPT_INTRO:
		sc.opt.intro = read_intro(optarg);
		break;
	case OPT_NAME:
		parse_name(optarg);
		break;
	case OPT_RECORD:
		sc.opt.record = optarg;
		break;
	case OPT_REPLAY:
		sc.opt.replay = optarg;
		break;
	case OPT_ROOM:
		sc.opt.room.opt_room = optarg;
		break;
	case OPT_SCROLLBACK:
		if (num_parse(optarg, 0, SCREEN_SCROLLBACK_MAX, &n) == -1)
			errx(EXIT_NOSTART, "--scrollback %s: not a number "
			    "of lines", optarg);
		sc.opt.scrollback = (int)n;
		break;
	case OPT_TOKEN:
		if ((sc.opt.room.opt_token = secret_take(optarg)) == NULL)
			err(EXIT_NOSTART, "memory");
		break;
	case OPT_TOKEN_FILE:
		sc.opt.room.opt_token_file = optarg;
		break;
	case OPT_VERSION:
		puts("csp-sidecar " VERSION);
		exit(EXIT_OK);
	case OPT_WAKE:
		if (mail_wake_parse(optarg, &sc.opt.wake) == -1)
			errx(EXIT_NOSTART, "--wake %s: not mention, direct "
			    "or all", optarg);
		break;
	default:
		usage(stderr);
		exit(EXIT_NOSTART);
	}
}

/* Returns where the program and its arguments begin. */
static int
parse_options(int argc, char **argv)
{
	const char *base;
	int c;

	sc.opt.size.ws_col = 80;
	sc.opt.size.ws_row = 24;
	sc.opt.scrollback = SCROLLBACK;
	while ((c = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		if (c == OPT_CMD)
			break;
		take_option(c);
	}
	if ((optind == argc) != (sc.opt.replay != NULL)) {
		usage(stderr);
		exit(EXIT_NOSTART);
	}
	room_environ(&sc.opt.room, environ);
	if (sc.opt.replay != NULL)
		return optind;
	if (sc.opt.name[0] == '\0') {
		base = strrchr(argv[optind], '/');
		parse_name(base != NULL ? base + 1 : argv[optind]);
	}
	return optind;
}

/* csp-sidecar --replay: the rules over a recording, without a program. */
static int
replay(const char *argv0)
{
	char own[1024], agent[ID_MAX + 1], *line = NULL;
	struct cast_head h;
	struct replay *rp;
	struct buf b;
	size_t cap = 0;
	ssize_t n;
	int st;
	FILE *f;

	if ((f = fopen(sc.opt.replay, "r")) == NULL)
		err(EXIT_NOSTART, "%s", sc.opt.replay);
	if ((n = getline(&line, &cap, f)) == -1 ||
	    cast_head(line, (size_t)n, &h) == -1)
		errx(EXIT_NOSTART, "%s: no asciicast of version 2",
		    sc.opt.replay);
	agents_own_dir(argv0, getenv("PATH"), own, sizeof own);
	if (h.agent == NULL || id_fold(h.agent, h.agent_len, agent) == -1)
		agent[0] = '\0';
	load_rules(own, agent);
	if ((rp = replay_new(&h, sc.rules, sc.line_rules, sc.opt.scrollback))
	    == NULL)
		err(EXIT_NOSTART, "replay");
	buf_init(&b, 4 * TURN_REPLY_MAX);
	for (st = 0; st != -1 && (n = getline(&line, &cap, f)) != -1; ) {
		st = replay_feed(rp, line, (size_t)n, sc.opt.explain, &b);
		if (st == 1)
			warnx("%s: not an event: %.20s", sc.opt.replay, line);
		if (write_all(STDOUT_FILENO, b.p, b.len) == -1)
			err(EXIT_NOSTART, "standard output");
		buf_clear(&b, 64 * 1024);
	}
	replay_end(rp, REPLAY_END_MS);
	if (st == -1 || replay_found(rp, sc.opt.explain, &b) == -1 ||
	    write_all(STDOUT_FILENO, b.p, b.len) == -1)
		err(EXIT_NOSTART, "replay");
	buf_free(&b);
	replay_free(rp);
	free(line);
	fclose(f);
	return EXIT_OK;
}

int
main(int argc, char **argv)
{
	int first = parse_options(argc, argv);

	if (sc.opt.replay != NULL)
		return replay(argv[0]);
	start(argv[0], argv + first);
	loop();
	tty_close(&sc.relay.tty);
	leave(killed());
	door_close(sc.door);
	replysock_close(sc.sock);
	if (record_close(sc.relay.record) == -1)
		warn("%s", sc.opt.record);
	(void)write_all(STDERR_FILENO, sc.explained.p, sc.explained.len);
	if (!sc.joined)
		warnx("%s was in no room: %s", sc.opt.name, sc.no_room[0] !=
		    '\0' ? sc.no_room : link_error(sc.link));
	if (sc.superseded)
		warnx("another csp-sidecar has taken the name %s meanwhile",
		    link_id(sc.link));
	return WIFSIGNALED(sc.relay.status) ? 128 + WTERMSIG(sc.relay.status) :
	    WEXITSTATUS(sc.relay.status);
}
