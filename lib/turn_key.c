/*
 * turn_key - which key hands a text over, as the screen says.  Part of turn.
 *
 * Programs in which Enter begins a line say so near their box, and what sends
 * then: "Enter: new line   Ctrl-S: send".
 */
#include <string.h>

#include "turn_int.h"

#define ABOVE_MAX	3	/* written rows above the box */

enum key {
	KEY_NONE,
	KEY_ENTER,
	KEY_ALT_ENTER,
	KEY_CTRL,		/* and a letter */
	KEY_OTHER		/* no terminal of old has it */
};

enum use {
	USE_NONE,
	USE_SEND,
	USE_BREAK
};

static int
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the word stands at s, in capitals or not. */
static size_t
word_at(const char *s, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++)
		if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a' : s[i]) !=
		    word[i])
			return 0;
	return is_letter(word[i - 1]) && is_letter(s[i]) ? 0 : i;
}

/* The first of the words, ended by NULL, that stands at s: its length. */
static size_t
any_at(const char *s, const char *const *words)
{
	size_t n = 0;

	while (*words != NULL && n == 0)
		n = word_at(s, *words++);
	return n;
}

static size_t
enter_at(const char *s)
{
	static const char *const names[] = { "enter", "return", "<enter>",
	    "[enter]", "\342\217\216", "\342\206\265", "\342\206\251", NULL };

	return any_at(s, names);
}

/* What joins a key to the one that is held with it. */
static const char *
skip_joint(const char *s)
{
	return *s == '-' || *s == '+' || *s == ' ' ? s + 1 : s;
}

/* The key named at *s, which moves behind it; *letter is Ctrl's. */
static enum key
read_key(const char **s, char *letter)
{
	static const char *const alts[] = { "alt", "meta", "option", "opt",
	    "esc", "escape", "m-", "\342\214\245", NULL };
	static const char *const ctrls[] = { "ctrl", "control", "c-", "^",
	    NULL };
	static const char *const others[] = { "shift", "cmd", "command",
	    "\342\207\247", "\342\214\230", NULL };
	const char *p;
	size_t n;

	if ((n = enter_at(*s)) > 0) {
		*s += n;
		return KEY_ENTER;
	}
	if ((n = any_at(*s, others)) > 0) {
		p = skip_joint(*s + n);
		*s = p + enter_at(p);
		return KEY_OTHER;
	}
	if ((n = any_at(*s, alts)) > 0) {
		p = skip_joint(*s + n);
		if ((n = enter_at(p)) == 0)
			return KEY_NONE;
		*s = p + n;
		return KEY_ALT_ENTER;
	}
	if ((n = any_at(*s, ctrls)) == 0)
		return KEY_NONE;
	p = skip_joint(*s + n);
	if ((n = enter_at(p)) > 0) {
		*s = p + n;
		return KEY_OTHER;
	}
	if (!is_letter(*p) || is_letter(p[1]))
		return KEY_NONE;
	*letter = *p;
	*s = p + 1;
	return KEY_CTRL;
}

/* What the key is for, behind it. */
static enum use
read_use(const char *s)
{
	static const char *const sends[] = { "send", "sends", "submit",
	    "submits", NULL };
	static const char *const breaks[] = { "newline", "new line",
	    "new-line", "line break", "linebreak", NULL };
	size_t n;

	while (*s != '\0' && strchr(" :=-])>", *s) != NULL)
		s++;
	if ((n = word_at(s, "to")) > 0 || (n = word_at(s, "for")) > 0)
		s += n + (s[n] == ' ');
	return any_at(s, sends) > 0 ? USE_SEND : any_at(s, breaks) > 0 ?
	    USE_BREAK : USE_NONE;
}

struct told {
	int		sends, breaks;	/* Enter does */
	enum key	key;		/* another that sends, if one does */
	char		letter;
};

static void
read_row(const struct tline *l, struct told *told)
{
	const char *s = l->text, *from;
	enum key key;
	enum use use;
	char letter = '\0';

	while (*s != '\0') {
		from = s;
		if ((s != l->text && is_letter(s[-1])) ||
		    (key = read_key(&s, &letter)) == KEY_NONE) {
			s = from + 1;
			continue;
		}
		use = read_use(s);
		if (key == KEY_ENTER) {
			told->sends |= use == USE_SEND;
			told->breaks |= use == USE_BREAK;
		} else if (use == USE_SEND && key != KEY_OTHER &&
		    told->key == KEY_NONE) {
			told->key = key;
			told->letter = letter;
		}
	}
}

size_t
turn_send_key(const struct turn *t, char bytes[4], int *sure)
{
	struct told told = { 0, 0, KEY_NONE, '\0' };
	int above = 0, r;

	if (t->view.line || !t->box.present)
		return 0;
	for (r = t->box.outer_top; r >= 0 && above < ABOVE_MAX; r--)
		if (r < t->box.top && !row_is_blank(t, r)) {
			read_row(&t->rows[r].line, &told);
			above += r < t->box.outer_top;
		}
	for (r = t->box.bottom + 1; r < t->nrows; r++)
		read_row(&t->rows[r].line, &told);
	*sure = told.breaks;
	if (told.sends || told.key == KEY_NONE)
		return 0;
	if (told.key == KEY_CTRL) {
		bytes[0] = (char)(told.letter & 0x1f);
		return 1;
	}
	memcpy(bytes, "\033\r", 2);
	return 2;
}
