/*
 * fuzz-turn - libFuzzer target: whatever a program draws and whenever it is
 * asked, the turn keeps within its bounds, what it says is text, and it asks to
 * be called again later, not at once for ever.
 *
 * The first three bytes choose the rules and the size.  Then come commands, a
 * letter and what it is about, each behind a byte 1; see obey().
 */
#include <stdlib.h>
#include <string.h>

#include "lib/screen.h"
#include "lib/turn.h"
#include "lib/utf8.h"
#include "t/fuzz/fuzz.h"

enum { MARK = 1, CALLS_MOST = 400 };

static struct rules *rules[3], *lines;
static struct turn *turn;
static struct screen *scr;
static int64_t now;

static void
must(int claim)
{
	if (!claim)
		abort();
}

/* Whether a text is UTF-8 without control characters but newlines. */
static int
is_text(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	uint32_t c;
	size_t n;

	for (; p < end; p += n) {
		n = utf8_decode(p, end, &c);
		if ((c == 0xfffd && n != 3) || (c != '\n' && c < 0x20) ||
		    c == 0x7f)
			return 0;
	}
	return 1;
}

static void
look(void)
{
	const struct turn_view *v;

	(void)turn_update(turn, scr, now);
	v = turn_view(turn);
	must(agent_state_name(v->state) != NULL);
	must(strlen(v->match) < sizeof v->match);
	must(strlen(v->detail) < sizeof v->detail);
}

static void
wait_ms(int64_t ms)
{
	int64_t due, end = now + ms;
	int calls = 0;

	while ((due = turn_deadline(turn)) != -1 && due < end) {
		must(++calls < CALLS_MOST);
		if (due > now)
			now = due;
		look();
	}
	now = end;
}

static void
reply(void)
{
	struct turn_reply r;

	turn_reply(turn, scr, &r);
	must(strlen(r.text) == r.len);
	must(r.len == 0 || r.text[r.len - 1] != '\n');
	must(is_text(r.text, r.len));
}

static void
box(const char *text, size_t len)
{
	char shown[200], key[4];
	int sure;

	must(turn_box(turn, scr, text, len) <= TURN_BOX_OTHER);
	(void)turn_box_rows(turn);
	(void)turn_box_text(turn, scr, shown, sizeof shown);
	must(strlen(shown) < sizeof shown);
	must(turn_send_key(turn, key, &sure) <= sizeof key);
	(void)turn_stood(turn, scr);
}

static void
obey(char word, const char *arg, size_t len)
{
	int n = len > 0 ? (unsigned char)arg[0] : 0;

	switch (word) {
	case 'o':
		screen_feed(scr, arg, len);	/* the program writes */
		break;
	case 'w':
		wait_ms(40 * n);
		break;
	case 'b':
		(void)turn_begin(turn, scr, arg, len, now);
		break;
	case 't':
		turn_taken(turn);
		break;
	case 'c':
		turn_cancel(turn);
		break;
	case 'x':
		box(arg, len);
		break;
	case 'v':
		turn_watch(turn, scr);
		break;
	case 's':
		screen_resize(scr, 2 + n % 90,
		    2 + (len > 1 ? (unsigned char)arg[1] % 30 : 10));
		break;
	case 'y':
		turn_set_tty(turn, (enum turn_tty)(n % 4), now);
		break;
	case 'k':
		turn_set_keys(turn, scr, n % 2 ? now : -1, n & 2 ? now : -1);
		break;
	case 'i':
		turn_interrupted(turn, now);
		break;
	case 'r':
		reply();
		break;
	default:
		break;
	}
}

static void
load(void)
{
	const char *dirs[2] = { "agents", NULL };
	char err[200];

	rules[0] = rules_load(dirs, "generic", err, sizeof err);
	rules[1] = rules_load(dirs, "claude", err, sizeof err);
	rules[2] = lines = rules_load(dirs, "line", err, sizeof err);
	must(rules[0] != NULL && rules[1] != NULL && lines != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	const char *p = (const char *)in + 3, *end = (const char *)in + size;
	const char *next;

	if (size < 3)
		return 0;
	if (lines == NULL)
		load();
	turn = turn_new(rules[in[0] % 3], lines);
	scr = screen_new(2 + in[1] % 90, 2 + in[2] % 30, 200);
	must(turn != NULL && scr != NULL);
	now = 1000;
	while (p < end) {
		if ((next = memchr(p + 1, MARK, (size_t)(end - p - 1))) == NULL)
			next = end;
		if (*p == MARK && p + 1 < next)
			obey(p[1], p + 2, (size_t)(next - p - 2));
		now += 20;
		look();
		p = next;
	}
	reply();
	turn_free(turn);
	screen_free(scr);
	return 0;
}
