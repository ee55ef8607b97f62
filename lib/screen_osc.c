/*
 * screen_osc - what a program tells the terminal in strings: titles, states,
 * marks; and the answers to its queries, kept for who stands in for a terminal.
 * OSC 52 (the clipboard) is never acted on.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "screen_in.h"
#include "utf8.h"

/* Colours that OSC 10, 11 and 12 are answered: light on dark. */
#define FOREGROUND	0xd8d8d8U
#define BACKGROUND	0x181818U

static const uint32_t ansi_colours[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
	0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff
};

void
screen_answer(struct screen *s, const char *fmt, ...)
{
	size_t room = ANSWERS_MAX - s->n_answers;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(s->answers + s->n_answers, room, fmt, ap);
	va_end(ap);
	s->st.queries++;
	if (n > 0 && (size_t)n < room)	/* whole or not at all */
		s->n_answers += (size_t)n;
}

size_t
screen_take_answers(struct screen *s, char *out, size_t cap)
{
	size_t n = s->n_answers < cap ? s->n_answers : cap;

	memcpy(out, s->answers, n);
	s->n_answers -= n;
	memmove(s->answers, s->answers + n, s->n_answers);
	return n;
}

/* Copy text as printable UTF-8 into a title's room. */
static void
copy_text(char out[SCREEN_TITLE_MAX + 1], const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + strlen(text);
	size_t n = 0;
	uint32_t cp;

	while (p < end && n + 4 <= SCREEN_TITLE_MAX) {
		p += utf8_decode(p, end, &cp);
		if (cp >= 0x20 && (cp < 0x7f || cp >= 0xa0))
			n += utf8_encode(cp, out + n);
	}
	out[n] = '\0';
}

void
screen_note_add(struct screen *s, enum screen_note_kind kind, const char *text)
{
	struct screen_note *note = &s->notes[s->st.notes++ % SCREEN_NOTES];

	note->kind = kind;
	note->line = s->g->top + s->c.y;
	note->col = s->c.x < s->cols ? s->c.x : s->cols - 1;
	copy_text(note->text, text);
}

const struct screen_note *
screen_note(const struct screen *s, uint64_t n)
{
	if (n >= s->st.notes || s->st.notes - n > SCREEN_NOTES)
		return NULL;
	return &s->notes[n % SCREEN_NOTES];
}

void
screen_set_title(struct screen *s, const char *text)
{
	char title[SCREEN_TITLE_MAX + 1];

	copy_text(title, text);
	if (strcmp(title, s->st.title) == 0)
		return;
	memcpy(s->st.title, title, sizeof title);
	s->st.titles++;
	screen_note_add(s, SCREEN_NOTE_TITLE, title);
}

void
screen_push_title(struct screen *s)
{
	if (s->n_titles == TITLE_STACK)		/* the oldest is forgotten */
		memmove(s->titles[0], s->titles[1],
		    --s->n_titles * sizeof s->titles[0]);
	memcpy(s->titles[s->n_titles++], s->st.title, sizeof s->st.title);
}

void
screen_pop_title(struct screen *s)
{
	if (s->n_titles > 0)
		screen_set_title(s, s->titles[--s->n_titles]);
}

/* A number at *p, at most 65535, with the ';' behind it; -1: none. */
static int
number(const char **p)
{
	int v = 0;

	if (**p < '0' || **p > '9')
		return -1;
	for (; **p >= '0' && **p <= '9'; ++*p)
		v = v > 6552 ? 65535 : v * 10 + (**p - '0');
	if (**p == ';')
		++*p;
	else if (**p != '\0')
		return -1;
	return v;
}

static uint32_t
palette(unsigned n)
{
	static const uint8_t level[] = { 0, 95, 135, 175, 215, 255 };

	if (n < 16)
		return ansi_colours[n];
	if (n >= 232)
		return (8 + (n - 232) * 10) * 0x010101U;
	n -= 16;
	return (uint32_t)level[n / 36] << 16 |
	    (uint32_t)level[n / 6 % 6] << 8 | level[n % 6];
}

/* OSC 10;? 11;? 12;? and 4;N;?: prefix is what stands before the colour. */
static void
answer_colour(struct screen *s, const char *prefix, uint32_t rgb)
{
	unsigned r = rgb >> 16 & 0xff, g = rgb >> 8 & 0xff, b = rgb & 0xff;

	screen_answer(s, "\033]%s;rgb:%02x%02x/%02x%02x/%02x%02x\033\\",
	    prefix, r, r, g, g, b, b);
}

static void
query_palette(struct screen *s, const char *text)
{
	char prefix[16];
	int n = number(&text);

	if (n < 0 || n > 255 || strcmp(text, "?") != 0)
		return;
	snprintf(prefix, sizeof prefix, "4;%d", n);
	answer_colour(s, prefix, palette((unsigned)n));
}

/* OSC 9: "4;STATE;PERCENT" is progress; other numbers are ConEmu's. */
static void
notification(struct screen *s, const char *text)
{
	const char *p = text;
	int state, percent;

	if (number(&p) == -1) {
		screen_note_add(s, SCREEN_NOTE_NOTIFY, text);
		return;
	}
	if (strncmp(text, "4;", 2) != 0)
		return;
	screen_note_add(s, SCREEN_NOTE_PROGRESS, p);
	state = number(&p);
	percent = number(&p);
	if (state < 0 || state > 4)
		return;
	s->st.progress = state;
	if (percent >= 0)
		s->st.progress_percent = percent < 100 ? percent : 100;
	else if (state == 0)
		s->st.progress_percent = 0;
}

/* OSC 133: where a shell's prompt, input and output begin and end. */
static void
mark(struct screen *s, const char *text)
{
	if (*text >= 'A' && *text <= 'D')
		screen_row(s, s->c.y)->marks |= (uint8_t)(1 << (*text - 'A'));
	screen_note_add(s, SCREEN_NOTE_MARK, text);
}

/* OSC 8;PARAMS;URI: a link until one with no URI. */
static void
hyperlink(struct screen *s, const char *text)
{
	const char *uri = strchr(text, ';');

	if (uri != NULL && uri[1] != '\0')
		s->c.attr |= SCREEN_LINK;
	else
		s->c.attr &= ~SCREEN_LINK;
}

void
screen_osc(struct screen *s)
{
	const char *text = s->vt.str;

	switch (number(&text)) {
	case 0:
	case 2:
		screen_set_title(s, text);
		break;
	case 4:
		query_palette(s, text);
		break;
	case 8:
		hyperlink(s, text);
		break;
	case 9:
		notification(s, text);
		break;
	case 10:
		if (strcmp(text, "?") == 0)
			answer_colour(s, "10", FOREGROUND);
		break;
	case 11:
		if (strcmp(text, "?") == 0)
			answer_colour(s, "11", BACKGROUND);
		break;
	case 12:
		if (strcmp(text, "?") == 0)
			answer_colour(s, "12", FOREGROUND);
		break;
	case 133:
		mark(s, text);
		break;
	case 777:
		if (strncmp(text, "notify;", 7) == 0)
			screen_note_add(s, SCREEN_NOTE_NOTIFY, text + 7);
		break;
	case 7501:
		if (strcmp(text, "?") == 0) {
			screen_answer(s, "\033]7501;?\033\\");	/* it is read */
			break;
		}
		copy_text(s->st.agent, text);
		screen_note_add(s, SCREEN_NOTE_AGENT, text);
		break;
	}
}

/* DECRQSS and XTGETTCAP: nothing is known, but waiting ends. */
void
screen_dcs(struct screen *s)
{
	if (s->vt.final != 'q' || s->vt.prefix != 0)
		return;
	if (s->vt.inter == '$')
		screen_answer(s, "\033P0$r\033\\");
	else if (s->vt.inter == '+')
		screen_answer(s, "\033P0+r\033\\");
}
