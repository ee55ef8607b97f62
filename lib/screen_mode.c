/*
 * screen_mode - modes set, reset and reported; the stack of keyboard flags.
 */
#include <stdint.h>
#include <string.h>

#include "screen_in.h"

#define N_ELEM(a)	(sizeof (a) / sizeof *(a))

/* DEC private modes that are no more than a flag for readers. */
static const struct {
	uint16_t	number, flag;
} flag_modes[] = {
	{ 1, SCREEN_APPCURSOR },
	{ 5, SCREEN_REVERSE },
	{ 7, SCREEN_AUTOWRAP },
	{ 9, SCREEN_MOUSE },
	{ 25, SCREEN_CURSOR },
	{ 66, SCREEN_APPKEYPAD },
	{ 1000, SCREEN_MOUSE },
	{ 1002, SCREEN_MOUSE },
	{ 1003, SCREEN_MOUSE },
	{ 1004, SCREEN_FOCUS },
	{ 1006, SCREEN_MOUSE_SGR },
	{ 2004, SCREEN_PASTE },
	{ 2026, SCREEN_SYNC },
	{ 2031, SCREEN_THEME }
};

/* 47 switches only, 1047 erases when it leaves, 1049 saves the cursor too. */
static void
alternate(struct screen *s, unsigned mode, int on)
{
	int is_on = s->g == &s->grids[1];

	if (mode == 1049 && on)
		screen_save(s);
	if (mode == 1047 && !on && is_on)
		rows_erase(s, 0, s->rows);
	screen_switch(s, on);
	if (mode == 1049 && on && !is_on)
		rows_erase(s, 0, s->rows);
	if (mode == 1049 && !on)
		screen_restore(s);
}

void
screen_set_mode(struct screen *s, unsigned mode, int on)
{
	size_t i;

	switch (mode) {
	case 6:
		s->c.origin = (uint8_t)on;
		s->c.x = 0;
		screen_to_row(s, 0);
		return;
	case 47:
	case 1047:
	case 1049:
		alternate(s, mode, on);
		return;
	case 1048:
		on ? screen_save(s) : screen_restore(s);
		return;
	case 2026:
		if (!on && s->st.modes & SCREEN_SYNC) {
			s->frame_ended = 1;
			s->st.frames++;
		}
		break;
	}
	for (i = 0; i < N_ELEM(flag_modes); i++)
		if (flag_modes[i].number == mode) {
			s->st.modes &= ~(unsigned)flag_modes[i].flag;
			s->st.modes |= on ? flag_modes[i].flag : 0U;
		}
}

/* DECRQM: 1 set, 2 reset, 0 not known. */
void
screen_report_mode(struct screen *s)
{
	unsigned mode = vtparse_param(&s->vt, 0, 0), answer = 0;
	int alt = s->g == &s->grids[1];
	size_t i;

	s->st.frames_asked += mode == 2026;
	for (i = 0; i < N_ELEM(flag_modes); i++)
		if (flag_modes[i].number == mode)
			answer = s->st.modes & flag_modes[i].flag ? 1 : 2;
	if (mode == 6)
		answer = s->c.origin ? 1 : 2;
	else if (mode == 47 || mode == 1047 || mode == 1049)
		answer = alt ? 1 : 2;
	screen_answer(s, "\033[?%u;%u$y", mode, answer);
}

void
screen_report_ansi_mode(struct screen *s)
{
	unsigned mode = vtparse_param(&s->vt, 0, 0);
	unsigned flag = mode == 4 ? SCREEN_INSERT :
	    mode == 20 ? SCREEN_NEWLINE : 0;

	screen_answer(s, "\033[%u;%u$y", mode,
	    flag == 0 ? 0 : s->st.modes & flag ? 1 : 2);
}

/* The kitty keyboard protocol: a stack of flags for each screen. */
void
screen_kitty(struct screen *s)
{
	int alt = s->g == &s->grids[1], n = (int)vtparse_param(&s->vt, 0, 1);
	unsigned *stack = s->kitty[alt], *depth = &s->n_kitty[alt];
	unsigned flags = vtparse_param(&s->vt, 0, 0) & 31;

	switch (s->vt.prefix) {
	case '?':
		screen_answer(s, "\033[?%uu",
		    *depth == 0 ? 0 : stack[*depth - 1]);
		break;
	case '>':
		if (*depth == KITTY_STACK)	/* the oldest is forgotten */
			memmove(stack, stack + 1,
			    --*depth * sizeof *stack);
		stack[(*depth)++] = flags;
		break;
	case '<':
		*depth -= (unsigned)n < *depth ? (unsigned)n : *depth;
		break;
	case '=':
		if (*depth == 0)
			stack[(*depth)++] = 0;
		stack += *depth - 1;
		*stack = vtparse_param(&s->vt, 1, 0) == 2 ? *stack | flags :
		    vtparse_param(&s->vt, 1, 0) == 3 ? *stack & ~flags : flags;
		break;
	}
}

static void
set_ansi_modes(struct screen *s, int on)
{
	unsigned i, mode;

	for (i = 0; i < s->vt.n_params; i++) {
		mode = s->vt.params[i] == 4 ? SCREEN_INSERT :
		    s->vt.params[i] == 20 ? SCREEN_NEWLINE : 0;
		s->st.modes = on ? s->st.modes | mode : s->st.modes & ~mode;
	}
}

void
screen_set_ansi_modes(struct screen *s)
{
	set_ansi_modes(s, 1);
}

void
screen_reset_ansi_modes(struct screen *s)
{
	set_ansi_modes(s, 0);
}
