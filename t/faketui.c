/*
 * faketui - an agent CLI that plays the nasty parts on purpose: a box to type in
 * at the bottom, a transcript above it, and these habits:
 *
 *	-a	draws on the alternate screen, and only the end of a reply
 *	-b MS	takes an Enter within MS of other input for a newline
 *	-c MS	begins only so long after the start: writes a line, and leaves the
 *		terminal as it is
 *	-C	the same without the line
 *	-B	has no frame nor sign, and hides the cursor
 *	-d	opens a dialog when a text has come, once; Enter or y approves
 *	-D	the same as soon as it starts
 *	-e N	loses the stream of the first N replies in the middle, and begins
 *		again on the same line, N times; then gives up with an error
 *	-f	folds up what is pasted and has more than three lines
 *	-g	offers to complete a text that ends in "@word": Enter takes the offer
 *	-H TEXT	shows this in an empty box, as if it were typed
 *	-i MS	draws its box only so long after the start
 *	-j	takes what is entered while it works into the turn that runs
 *	-k	puts its text away on ^S, and back after the next prompt
 *	-K	counts seconds below the box
 *	-l MS	takes an Enter only MS later
 *	-L TEXT	says TEXT instead of a reply
 *	-M N	shows the last N rows of a long text, and says above how many more
 *		there are
 *	-m	opens a dialog in the middle of a turn; denied, the turn is over
 *	-p	does not ask for bracketed paste
 *	-P TEXT	begins with this in the box, typed by nobody
 *	-q	asks the terminal something as it begins
 *	-r	repaints everything in the middle of a reply
 *	-R	told to stop, puts the prompt back into its box
 *	-s N	swallows the first N Enters
 *	-S	begins a line at Enter, and takes ^S for it, as it says below the box
 *	-t MS	takes MS for a reply, with a spinner
 *	-T	without the spinner
 *	-w	goes on with the spinner while a dialog waits
 *	-x	ends a turn at the second Esc only, and one that comes along with
 *		another counts as one
 *	-N	takes a line break for Enter
 *	-o FILE	writes what happens there: prompts as they were taken (each line
 *		behind "| "), "approved", "denied", "completed" and "interrupted"
 *
 * Its reply is "echo: " and the first line of the prompt; for a prompt that ends
 * in "lines:N", lines 1 to N.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = 256 * 1024 };

static struct {
	int alt, complete, dialog_at_start, dialog_in_turn, dialog_on_text;
	int bare, clock, fold, join, keep, mute, no_paste, no_spinner, one_line;
	int other_key, puts_back, queries, repaint;
	int spinner_waits, twice;
	long burst_ms, cold_ms, init_ms, late_ms, turn_ms;
	long lost, most, swallow;
	const char *hint, *instead;
} opt;

static struct termios before;
static FILE *notes;
static char text[TEXT_MAX + 1];		/* in the box */
static size_t len;
static int pasting;			/* within a bracketed paste */
static int dialog, dialog_done;
static int asked_again;			/* -x: one Esc has come */
static int cols = 80;
static int below;			/* rows from the box's top to the cursor */
static int drawn;
static char *transcript[512];		/* the last lines, for a repaint */
static int n_lines;
static long input_at, enter_at = -1, turn_at = -1, start_at;
static int frame;
static char prompt[TEXT_MAX + 1];	/* the turn's that runs */
static char kept[TEXT_MAX + 1];		/* put away */
static char word[64];			/* that is offered to complete */

static long
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000;
}

static void
restore(void)
{
	printf("\033[?2004l\033[?25h%s", opt.alt ? "\033[?1049l" : "");
	fflush(stdout);
	(void)tcsetattr(0, TCSANOW, &before);
}

static void
note(const char *what)
{
	fprintf(notes, "%s\n", what);
	fflush(notes);
}

/* drawing */

/* A line across, from that column on. */
static void
rule(int i)
{
	for (; i < cols; i++)
		fputs("\xe2\x94\x80", stdout);
	fputs("\r\n", stdout);
}

static void
erase(void)
{
	if (!drawn)
		return;
	if (below > 0)
		printf("\033[%dA", below);
	printf("\r\033[J");
	drawn = 0;
}

/* A spinner, if one is to be seen: its rows. */
static int
draw_spinner(void)
{
	static const char *const glyph[] = { "\xe2\xa0\x8b", "\xe2\xa0\x99",
	    "\xe2\xa0\xb9", "\xe2\xa0\xb8" };

	if (turn_at == -1 || opt.no_spinner)
		return 0;
	printf("%s Working... (esc to interrupt)\r\n", glyph[frame++ % 4]);
	return 1;
}

static void
draw_dialog(void)
{
	int rows = opt.spinner_waits ? draw_spinner() : 0;

	printf("\r\n Run the command rm -rf build?\r\n"
	    " \xe2\x9d\xaf 1. Yes\r\n   2. No\r\n\r\n"
	    " Enter to confirm \xc2\xb7 Esc to cancel");
	below = 5 + rows;
}

/* The rows of the text but the first skip, two columns before each but the very
   first.  Returns how many rows it has; *col is where it ends. */
static int
draw_text(int skip, int *col)
{
	int row = 0;
	size_t i;

	*col = 2;
	for (i = 0; i < len; i++) {
		if (text[i] == '\n' || *col == cols - 1) {
			*col = 2;
			if (++row > skip)
				fputs("\r\n", stdout);
			if (row >= skip)
				fputs("  ", stdout);
			if (text[i] == '\n')
				continue;
		}
		if (row >= skip)
			putchar(text[i]);
		*col += ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	return row + 1;
}

/* The box: a rule, the text with two columns before it, a rule; then a footer.
   The cursor goes back to the end of the text. */
static void
draw_box(void)
{
	int col = 2, rows, newlines = 0, skip = 0;
	size_t i;

	for (i = 0; i < len; i++)
		newlines += text[i] == '\n';
	rows = draw_spinner() + !opt.bare;
	if (opt.most > 0 && draw_text(INT_MAX, &col) > opt.most)
		skip = draw_text(INT_MAX, &col) - (int)opt.most;
	if (skip > 0)
		printf("\xe2\x94\x80\xe2\x94\x80 \xe2\x86\x91 %d more ", skip);
	if (!opt.bare)
		rule(skip > 0 ? 15 : 0);
	if (skip == 0)
		fputs(opt.bare ? "  " : "> ", stdout);
	if (len == 0 && opt.hint != NULL)
		fputs(opt.hint, stdout);
	if (opt.fold && newlines > 3)
		col += printf("[Pasted text #1 +%d lines]", newlines);
	else
		rows += draw_text(skip, &col) - skip - 1;
	fputs("\r\n", stdout);
	if (!opt.bare)
		rule(0);
	if (word[0] != '\0')
		printf("  @%s.md  Enter to complete", word);
	else
		fputs(opt.other_key ? "  Ctrl-S: send" : "  ready", stdout);
	if (opt.clock)
		printf("  up %ld s", (now_ms() - start_at) / 1000);
	printf("\033[%dA\r\033[%dC", opt.bare ? 1 : 2, col);
	below = rows;
}

static void
draw(void)
{
	erase();
	if (dialog)
		draw_dialog();
	else
		draw_box();
	drawn = 1;
	fflush(stdout);
}

static void
put_line(const char *s)
{
	if (n_lines == 512)
		n_lines = 0;
	free(transcript[n_lines]);
	if ((transcript[n_lines++] = strdup(s)) == NULL)
		err(1, "memory");
	printf("%s\r\n", s);
}

static void
say(const char *s)
{
	erase();
	put_line(s);
}

static void
repaint(void)
{
	int i;

	printf("\033[2J\033[3J\033[H");
	drawn = 0;
	for (i = 0; i < n_lines; i++)
		printf("%s\r\n", transcript[i]);
}

/* turns */

/* Notes what was taken, and shows it. */
static void
echo(const char *s)
{
	char line[512];
	const char *p, *nl;

	for (p = s; *p != '\0'; p = *nl == '\n' ? nl + 1 : nl) {
		nl = p + strcspn(p, "\n");
		fprintf(notes, "| %.*s\n", (int)(nl - p), p);
	}
	note(".");
	erase();
	for (p = s; *p != '\0'; p = *nl == '\n' ? nl + 1 : nl) {
		nl = p + strcspn(p, "\n");
		snprintf(line, sizeof line, "%s%.*s", p == s ? "> " : "  ",
		    (int)(nl - p), p);
		put_line(line);
	}
	put_line("");
}

static void
begin(const char *s)
{
	memmove(prompt, s, strlen(s) + 1);
	echo(prompt);
	turn_at = now_ms();
	dialog_done &= !opt.dialog_in_turn;
}

static void
submit(void)
{
	if (len == 0)
		return;
	if (turn_at == -1)
		begin(text);
	else
		echo(text);
	memcpy(text, kept, sizeof text);
	len = strlen(text);
	kept[0] = '\0';
}

static void
end_turn(void)
{
	say("");
	turn_at = -1;
	asked_again = 0;
}

/* Half a reply, as often as the stream is lost, in one line; then an error. */
static void
lose_stream(void)
{
	char line[600] = "";
	long i;

	for (i = 0; i < opt.lost; i++)
		snprintf(line + strlen(line), sizeof line - strlen(line),
		    "echo: %.*s", (int)strcspn(prompt, "\n") / 2, prompt);
	opt.lost = 0;
	say(line);
	say("! stream disconnected before completion");
}

static void
reply(void)
{
	const char *l = strstr(prompt, "lines:");
	char line[600];
	int i, n;

	n = l != NULL ? (int)strtol(l + 6, NULL, 10) : 0;
	for (i = 1; i <= n; i++) {
		snprintf(line, sizeof line, "line %d", i);
		say(line);
		if (opt.repaint && i == n / 2)
			repaint();
	}
	if (opt.instead != NULL)
		say(opt.instead);
	else if (opt.lost > 0)
		lose_stream();
	else if (n == 0) {
		snprintf(line, sizeof line, "echo: %.*s",
		    (int)strcspn(prompt, "\n"), prompt);
		say(line);
		if (opt.repaint)
			repaint();
	}
	end_turn();
}

/* keys */

static void
answer(int yes)
{
	note(yes ? "approved" : "denied");
	erase();
	dialog = 0;
	if (opt.dialog_in_turn && !yes)
		end_turn();
}

/* What a text that ends in "@word" is offered. */
static void
offer(void)
{
	size_t i = len;

	word[0] = '\0';
	while (opt.complete && i > 0 && text[i - 1] > ' ' && text[i - 1] != '@')
		i--;
	if (opt.complete && i > 0 && text[i - 1] == '@' && i < len)
		snprintf(word, sizeof word, "%s", text + i);
}

static void
take_offer(void)
{
	note("completed");
	len += (size_t)snprintf(text + len, sizeof text - len, ".md ");
	word[0] = '\0';
}

static void
add(char c)
{
	if (len < TEXT_MAX)
		text[len++] = c;
	text[len] = '\0';
}

static void
enter(long now)
{
	if (pasting || opt.other_key || (opt.burst_ms > 0 && now - input_at < opt.burst_ms))
		add('\n');
	else if (opt.swallow > 0)
		opt.swallow--;
	else if (word[0] != '\0')
		take_offer();
	else if (turn_at == -1 || opt.join)
		enter_at = now;
}

static void
key(const char *p, size_t n, size_t *i, long now)
{
	if (n - *i >= 6 && !memcmp(p + *i, "\033[200~", 6)) {
		pasting = 1;
		*i += 5;
	} else if (n - *i >= 6 && !memcmp(p + *i, "\033[201~", 6)) {
		pasting = 0;
		*i += 5;
	} else if (dialog) {
		if (pasting)
			return;		/* swallowed without a trace */
		if (p[*i] == '\r' || p[*i] == 'y' || p[*i] == '1')
			answer(1);
		else if (p[*i] == 'n' || p[*i] == '2' || p[*i] == '\033')
			answer(0);
	} else if (p[*i] == '\r' || (p[*i] == '\n' && opt.one_line &&
	    !pasting))
		enter(now);
	else if (p[*i] == '\177') {
		while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
			len--;
		len -= len > 0;
		text[len] = '\0';
	} else if (p[*i] == 3 || p[*i] == 4)
		exit(0);
	else if (p[*i] == 0x13 && opt.keep) {
		memcpy(kept, text, len + 1);
		len = 0;
		text[0] = '\0';
	} else if (p[*i] == 0x13 && opt.other_key && turn_at == -1)
		enter_at = now;
	else if (p[*i] == '\033' && turn_at != -1) {
		if (opt.twice && !asked_again) {
			asked_again = 1;
			say("(Esc again to stop)");
			*i = n;
			return;
		}
		note("interrupted");
		say("(interrupted)");
		if (opt.puts_back && len == 0) {
			memcpy(text, prompt, sizeof text);
			len = strlen(text);
		}
		end_turn();
	} else if (p[*i] != '\033')
		add(p[*i]);
	if (!dialog && !pasting && p[*i] != '\r')
		input_at = now;
}

static void
read_keys(void)
{
	static char b[65536];
	long now = now_ms();
	ssize_t n;
	size_t i;

	if ((n = read(0, b, sizeof b)) <= 0)
		exit(0);
	if (now - start_at < opt.init_ms)
		return;			/* not listening yet */
	for (i = 0; i < (size_t)n; i++)
		key(b, (size_t)n, &i, now);
	if (opt.dialog_on_text && !dialog_done && len > 0 && !pasting) {
		erase();
		dialog = dialog_done = 1;
	}
	offer();
}

static void
tick(long now)
{
	if (enter_at != -1 && now - enter_at >= opt.late_ms) {
		enter_at = -1;
		submit();
	}
	if (opt.dialog_in_turn && turn_at != -1 && !dialog_done &&
	    now - turn_at >= opt.turn_ms / 2) {
		erase();
		dialog = dialog_done = 1;
	}
	if (turn_at != -1 && !dialog && now - turn_at >= opt.turn_ms)
		reply();
}

static void
loop(void)
{
	struct timeval tv;
	fd_set r;
	int ready = 0;

	for (;;) {
		if (!ready && now_ms() - start_at >= opt.init_ms) {
			ready = 1;
			dialog = opt.dialog_at_start;
			draw();
		}
		FD_ZERO(&r);
		FD_SET(0, &r);
		tv.tv_sec = 0;
		tv.tv_usec = 50000;
		if (ready && enter_at == -1 &&
		    (dialog ? !opt.spinner_waits : turn_at == -1))
			tv.tv_sec = opt.clock ? 1 : 60;
		if (select(1, &r, NULL, NULL, &tv) > 0)
			read_keys();
		else if (opt.no_spinner && turn_at != -1 &&
		    now_ms() - turn_at < opt.turn_ms)
			continue;	/* silence while working */
		tick(now_ms());
		if (ready)
			draw();
	}
}

/* As a runtime does that takes its time: the terminal is not touched yet. */
static void
start_cold(void)
{
	struct timeval tv;

	if (opt.cold_ms == 0)
		return;
	if (!opt.mute)
		printf("starting\r\n");
	fflush(stdout);
	tv.tv_sec = opt.cold_ms / 1000;
	tv.tv_usec = opt.cold_ms % 1000 * 1000;
	(void)select(0, NULL, NULL, NULL, &tv);
}

int
main(int argc, char **argv)
{
	struct termios raw;
	struct winsize ws;
	int c;

	notes = stderr;
	while ((c = getopt(argc, argv,
	    "ab:Bc:CdDe:fgH:i:jkKl:L:mM:No:pP:qrRs:St:Twx")) != -1)
		switch (c) {
		case 'a': opt.alt = 1; break;
		case 'b': opt.burst_ms = strtol(optarg, NULL, 10); break;
		case 'B': opt.bare = 1; break;
		case 'c': opt.cold_ms = strtol(optarg, NULL, 10); break;
		case 'C': opt.mute = 1; break;
		case 'd': opt.dialog_on_text = 1; break;
		case 'D': opt.dialog_at_start = 1; break;
		case 'e': opt.lost = strtol(optarg, NULL, 10); break;
		case 'f': opt.fold = 1; break;
		case 'g': opt.complete = 1; break;
		case 'H': opt.hint = optarg; break;
		case 'i': opt.init_ms = strtol(optarg, NULL, 10); break;
		case 'j': opt.join = 1; break;
		case 'k': opt.keep = 1; break;
		case 'K': opt.clock = 1; break;
		case 'l': opt.late_ms = strtol(optarg, NULL, 10); break;
		case 'L': opt.instead = optarg; break;
		case 'm': opt.dialog_in_turn = 1; break;
		case 'M': opt.most = strtol(optarg, NULL, 10); break;
		case 'N': opt.one_line = 1; break;
		case 'o':
			if ((notes = fopen(optarg, "w")) == NULL)
				err(1, "%s", optarg);
			break;
		case 'p': opt.no_paste = 1; break;
		case 'P':
			len = (size_t)snprintf(text, sizeof text, "%s", optarg);
			break;
		case 'q': opt.queries = 1; break;
		case 'r': opt.repaint = 1; break;
		case 'R': opt.puts_back = 1; break;
		case 's': opt.swallow = strtol(optarg, NULL, 10); break;
		case 'S': opt.other_key = 1; break;
		case 't': opt.turn_ms = strtol(optarg, NULL, 10); break;
		case 'T': opt.no_spinner = 1; break;
		case 'w': opt.spinner_waits = 1; break;
		case 'x': opt.twice = 1; break;
		default: return 2;
		}
	if (tcgetattr(0, &before) == -1)
		err(1, "no terminal");
	start_cold();
	raw = before;
	cfmakeraw(&raw);
	(void)tcsetattr(0, TCSANOW, &raw);
	(void)atexit(restore);
	if (ioctl(0, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		cols = ws.ws_col;
	start_at = now_ms();
	input_at = start_at - 10000;
	printf("%s%s%s\033]0;faketui\007", opt.bare ? "\033[?25l" : "",
	    opt.alt ? "\033[?1049h\033[H" : "",
	    opt.no_paste ? "" : "\033[?2004h");
	if (opt.queries)
		printf("\033[c\033[?u\033]11;?\007");
	if (opt.mute)
		fflush(stdout);
	else
		put_line("faketui");
	loop();
	return 0;
}
