/*
 * screen_seq - what control and escape sequences do: one small function each,
 * and tables that find them.  Counts are clamped before they are used.
 */
#include <stdint.h>
#include <string.h>

#include "screen_in.h"

#define N_ELEM(a)	(sizeof (a) / sizeof *(a))

/* Parameter i as a count: 1 where it is 0 or left out. */
static int
count(const struct screen *s, unsigned i)
{
	return (int)vtparse_param(&s->vt, i, 1);
}

static int
param(const struct screen *s, unsigned i)
{
	return (int)vtparse_param(&s->vt, i, 0);
}

/* The column, without a pending wrap. */
static int
column(const struct screen *s)
{
	return s->c.x < s->cols ? s->c.x : s->cols - 1;
}

static void
to_column(struct screen *s, int x)
{
	s->c.x = x < 0 ? 0 : x < s->cols ? x : s->cols - 1;
}

/* In origin mode the cursor does not leave the region. */
static void
to_row(struct screen *s, int y)
{
	int first = s->c.origin ? s->scroll_top : 0;
	int last = s->c.origin ? s->scroll_end - 1 : s->rows - 1;

	s->c.y = y < first ? first : y < last ? y : last;
}

/* A row as the program counts: from the region's top in origin mode. */
static void
to_program_row(struct screen *s, int y)
{
	to_row(s, s->c.origin ? s->scroll_top + y : y);
}

/* Up and down stop at the region's edge if they start inside it. */
static void
cuu(struct screen *s)
{
	int stop = s->c.y >= s->scroll_top ? s->scroll_top : 0;
	int y = s->c.y - count(s, 0);

	to_column(s, s->c.x);
	to_row(s, y > stop ? y : stop);
}

static void
cud(struct screen *s)
{
	int stop = s->c.y < s->scroll_end ? s->scroll_end - 1 : s->rows - 1;
	int y = s->c.y + count(s, 0);

	to_column(s, s->c.x);
	to_row(s, y < stop ? y : stop);
}

static void
cuf(struct screen *s)
{
	to_column(s, column(s) + count(s, 0));
}

static void
cub(struct screen *s)
{
	to_column(s, column(s) - count(s, 0));
}

static void
cnl(struct screen *s)
{
	cud(s);
	s->c.x = 0;
}

static void
cpl(struct screen *s)
{
	cuu(s);
	s->c.x = 0;
}

static void
cha(struct screen *s)
{
	to_column(s, count(s, 0) - 1);
}

static void
cup(struct screen *s)
{
	to_program_row(s, count(s, 0) - 1);
	to_column(s, count(s, 1) - 1);
}

static void
vpa(struct screen *s)
{
	to_column(s, s->c.x);
	to_program_row(s, count(s, 0) - 1);
}

static void
vpr(struct screen *s)
{
	to_column(s, s->c.x);
	to_row(s, s->c.y + count(s, 0));
}

static void
cht(struct screen *s)
{
	int n = count(s, 0), x = column(s);

	while (n > 0 && x < s->cols - 1)
		if (s->tabs[++x])
			n--;
	to_column(s, x);
}

static void
cbt(struct screen *s)
{
	int n = count(s, 0), x = column(s);

	while (n > 0 && x > 0)
		if (s->tabs[--x])
			n--;
	to_column(s, x);
}

static void
tbc(struct screen *s)
{
	if (param(s, 0) == 0)
		s->tabs[column(s)] = 0;
	else if (param(s, 0) == 3)
		memset(s->tabs, 0, sizeof s->tabs);
}

/* With a wrap pending nothing is right of the cursor: so most terminals do. */
static void
el(struct screen *s)
{
	switch (param(s, 0)) {
	case 0:
		cells_erase(s, s->c.y, s->c.x, s->cols);
		break;
	case 1:
		cells_erase(s, s->c.y, 0, column(s) + 1);
		break;
	case 2:
		cells_erase(s, s->c.y, 0, s->cols);
		break;
	}
}

static void
ed(struct screen *s)
{
	switch (param(s, 0)) {
	case 0:
		cells_erase(s, s->c.y, s->c.x, s->cols);
		rows_erase(s, s->c.y + 1, s->rows);
		break;
	case 1:
		rows_erase(s, 0, s->c.y);
		cells_erase(s, s->c.y, 0, column(s) + 1);
		break;
	case 2:
		rows_erase(s, 0, s->rows);
		break;
	case 3:
		grid_forget(&s->grids[0]);
		s->st.erased++;
		break;
	}
}

static void
ech(struct screen *s)
{
	cells_erase(s, s->c.y, column(s), column(s) + count(s, 0));
}

static void
ich(struct screen *s)
{
	to_column(s, s->c.x);
	cells_insert(s, s->c.y, s->c.x, count(s, 0));
}

static void
dch(struct screen *s)
{
	to_column(s, s->c.x);
	cells_delete(s, s->c.y, s->c.x, count(s, 0));
}

/* Lines are inserted and deleted only from within the region. */
static void
il(struct screen *s)
{
	if (s->c.y < s->scroll_top || s->c.y >= s->scroll_end)
		return;
	rows_down(s, s->c.y, s->scroll_end, count(s, 0));
	s->c.x = 0;
}

static void
dl(struct screen *s)
{
	if (s->c.y < s->scroll_top || s->c.y >= s->scroll_end)
		return;
	rows_delete(s, s->c.y, s->scroll_end, count(s, 0));
	s->c.x = 0;
}

static void
su(struct screen *s)
{
	rows_up(s, s->scroll_top, s->scroll_end, count(s, 0));
}

static void
sd(struct screen *s)
{
	if (s->vt.n_params < 2)		/* five are mouse highlighting */
		rows_down(s, s->scroll_top, s->scroll_end, count(s, 0));
}

/* What would scroll away is not printed, but for the last part of a row. */
static void
rep(struct screen *s)
{
	unsigned char text[64];
	int n = count(s, 0), max = s->cols * s->rows, k;

	if (s->last_rune == 0)
		return;
	if (n > max)
		n = max + n % s->cols;
	if (s->last_rune < 0x80)
		memset(text, (int)s->last_rune, sizeof text);
	for (; n > 0; n -= k) {
		k = s->last_rune >= 0x80 ? 1 : n < 64 ? n : 64;
		if (s->last_rune < 0x80)
			screen_put_ascii(s, text, (size_t)k);
		else
			screen_put(s, s->last_rune);
	}
}

static void
decstbm(struct screen *s)
{
	int top = count(s, 0) - 1;
	int end = (int)vtparse_param(&s->vt, 1, (unsigned)s->rows);

	if (end > s->rows)
		end = s->rows;
	if (top >= end - 1 && !(top == 0 && end == s->rows))
		return;			/* at least two rows */
	s->scroll_top = top;
	s->scroll_end = end;
	s->c.x = 0;
	to_program_row(s, 0);
}

void
screen_save(struct screen *s)
{
	s->saved[s->g - s->grids] = s->c;
}

void
screen_restore(struct screen *s)
{
	s->c = s->saved[s->g - s->grids];
	if (s->c.x > s->cols)
		s->c.x = s->cols;
	to_row(s, s->c.y);
}

static void
da(struct screen *s)
{
	if (param(s, 0) == 0)
		screen_answer(s, "\033[?62;22c");
}

static void
dsr(struct screen *s)
{
	int y = s->c.y - (s->c.origin ? s->scroll_top : 0);

	if (param(s, 0) == 5)
		screen_answer(s, "\033[0n");
	else if (param(s, 0) == 6)
		screen_answer(s, "\033[%d;%dR", y + 1, column(s) + 1);
}

/* XTWINOPS: the size in cells, and the stack of titles. */
static void
winops(struct screen *s)
{
	switch (param(s, 0)) {
	case 18:
		screen_answer(s, "\033[8;%d;%dt", s->rows, s->cols);
		break;
	case 22:
		if (param(s, 1) != 1)
			screen_push_title(s);
		break;
	case 23:
		if (param(s, 1) != 1)
			screen_pop_title(s);
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

static void
sm(struct screen *s)
{
	set_ansi_modes(s, 1);
}

static void
rm(struct screen *s)
{
	set_ansi_modes(s, 0);
}

static void	sgr(struct screen *);

static void (*const csi_plain[64])(struct screen *) = {
	['@' - '@'] = ich,	['A' - '@'] = cuu,	['B' - '@'] = cud,
	['C' - '@'] = cuf,	['D' - '@'] = cub,	['E' - '@'] = cnl,
	['F' - '@'] = cpl,	['G' - '@'] = cha,	['H' - '@'] = cup,
	['I' - '@'] = cht,	['J' - '@'] = ed,	['K' - '@'] = el,
	['L' - '@'] = il,	['M' - '@'] = dl,	['P' - '@'] = dch,
	['S' - '@'] = su,	['T' - '@'] = sd,	['X' - '@'] = ech,
	['Z' - '@'] = cbt,	['^' - '@'] = sd,	['`' - '@'] = cha,
	['a' - '@'] = cuf,	['b' - '@'] = rep,	['c' - '@'] = da,
	['d' - '@'] = vpa,	['e' - '@'] = vpr,	['f' - '@'] = cup,
	['g' - '@'] = tbc,	['h' - '@'] = sm,	['l' - '@'] = rm,
	['m' - '@'] = sgr,	['n' - '@'] = dsr,	['r' - '@'] = decstbm,
	['s' - '@'] = screen_save,	['t' - '@'] = winops,
	['u' - '@'] = screen_restore
};

/* SGR numbers that switch attributes on or off. */
static const struct {
	uint16_t	on, off;
} sgr_attr[30] = {
	[1] = { SCREEN_BOLD, 0 },
	[2] = { SCREEN_DIM, 0 },
	[3] = { SCREEN_ITALIC, 0 },
	[4] = { SCREEN_UNDERLINE, 0 },
	[5] = { SCREEN_BLINK, 0 },
	[6] = { SCREEN_BLINK, 0 },
	[7] = { SCREEN_INVERSE, 0 },
	[8] = { SCREEN_HIDDEN, 0 },
	[9] = { SCREEN_STRIKE, 0 },
	[21] = { SCREEN_UNDERLINE, 0 },
	[22] = { 0, SCREEN_BOLD | SCREEN_DIM },
	[23] = { 0, SCREEN_ITALIC },
	[24] = { 0, SCREEN_UNDERLINE },
	[25] = { 0, SCREEN_BLINK },
	[27] = { 0, SCREEN_INVERSE },
	[28] = { 0, SCREEN_HIDDEN },
	[29] = { 0, SCREEN_STRIKE }
};

/* Where the colours stand in an attr; each is an index + 1. */
#define FG_SHIFT	14
#define BG_SHIFT	23

static void
set_colour(struct screen *s, int shift, unsigned index_1)
{
	s->c.attr = (s->c.attr & ~(0x1ffU << shift)) | index_1 << shift;
}

/* The nearest colour of the 6x6x6 cube (16 to 231) or the greys (232 to 255). */
static unsigned
nearest(unsigned r, unsigned g, unsigned b)
{
	unsigned grey = (r + g + b) / 3;

	r = r > 255 ? 255 : r;
	g = g > 255 ? 255 : g;
	b = b > 255 ? 255 : b;
#define STEP(v)	((v) < 48 ? 0 : (v) < 115 ? 1 : ((v) - 35) / 40)
	if (STEP(r) == STEP(g) && STEP(g) == STEP(b) && grey > 3 && grey < 243)
		return 232 + (grey - 3) / 10;
	return 16 + 36 * STEP(r) + 6 * STEP(g) + STEP(b);
#undef STEP
}

/*
 * SGR 38, 48 or 58 at parameter i: 5;N or 2;R;G;B, or the same with ':', where a
 * colour space may stand before R.  Returns the last parameter that it used.
 */
static unsigned
sgr_extended(struct screen *s, unsigned i, int shift)
{
	const uint16_t *v = &s->vt.params[i];
	unsigned left = s->vt.n_params - i, n = 0, last = i, rgb = 2;

	while (n + 1 < left && s->vt.sub >> (i + 1 + n) & 1)
		n++;			/* sub-parameters behind it */
	if (n > 0) {
		last = i + n;
		rgb = n >= 5 ? 3 : 2;
		left = n + 1;
	} else if (left > 1)
		last = i + (v[1] == 5 ? 2 : v[1] == 2 ? 4 : 1);
	if (shift == 0)
		;
	else if (left > 2 && v[1] == 5)
		set_colour(s, shift, (v[2] & 0xffU) + 1);
	else if (left > rgb + 2 && v[1] == 2)
		set_colour(s, shift,
		    nearest(v[rgb], v[rgb + 1], v[rgb + 2]) + 1);
	return last;
}

static unsigned
sgr_underline(struct screen *s, unsigned i)
{
	int styled = i + 1 < s->vt.n_params && s->vt.sub >> (i + 1) & 1;

	if (styled && s->vt.params[i + 1] == 0)
		s->c.attr &= ~SCREEN_UNDERLINE;
	else
		s->c.attr |= SCREEN_UNDERLINE;
	return i + (unsigned)styled;
}

static void
sgr(struct screen *s)
{
	unsigned i, v;

	for (i = 0; i < s->vt.n_params; i++) {
		v = s->vt.params[i];
		if (v == 0)
			s->c.attr &= SCREEN_LINK;
		else if (v == 4)
			i = sgr_underline(s, i);
		else if (v < 30)
			s->c.attr = (s->c.attr & ~(uint32_t)sgr_attr[v].off) |
			    sgr_attr[v].on;
		else if (v < 38)
			set_colour(s, FG_SHIFT, v - 30 + 1);
		else if (v == 38)
			i = sgr_extended(s, i, FG_SHIFT);
		else if (v == 39)
			set_colour(s, FG_SHIFT, 0);
		else if (v < 48)
			set_colour(s, BG_SHIFT, v - 40 + 1);
		else if (v == 48)
			i = sgr_extended(s, i, BG_SHIFT);
		else if (v == 49)
			set_colour(s, BG_SHIFT, 0);
		else if (v == 58)
			i = sgr_extended(s, i, 0);
		else if (v >= 90 && v < 98)
			set_colour(s, FG_SHIFT, v - 90 + 8 + 1);
		else if (v >= 100 && v < 108)
			set_colour(s, BG_SHIFT, v - 100 + 8 + 1);
	}
}

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

static void
set_mode(struct screen *s, unsigned mode, int on)
{
	size_t i;

	switch (mode) {
	case 6:
		s->c.origin = (uint8_t)on;
		s->c.x = 0;
		to_program_row(s, 0);
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
static void
report_mode(struct screen *s)
{
	unsigned mode = (unsigned)param(s, 0), answer = 0;
	int alt = s->g == &s->grids[1];
	size_t i;

	for (i = 0; i < N_ELEM(flag_modes); i++)
		if (flag_modes[i].number == mode)
			answer = s->st.modes & flag_modes[i].flag ? 1 : 2;
	if (mode == 6)
		answer = s->c.origin ? 1 : 2;
	else if (mode == 47 || mode == 1047 || mode == 1049)
		answer = alt ? 1 : 2;
	screen_answer(s, "\033[?%u;%u$y", mode, answer);
}

static void
report_ansi_mode(struct screen *s)
{
	unsigned mode = (unsigned)param(s, 0);
	unsigned flag = mode == 4 ? SCREEN_INSERT :
	    mode == 20 ? SCREEN_NEWLINE : 0;

	screen_answer(s, "\033[%u;%u$y", mode,
	    flag == 0 ? 0 : s->st.modes & flag ? 1 : 2);
}

/* The kitty keyboard protocol: a stack of flags for each screen. */
static void
kitty(struct screen *s)
{
	int alt = s->g == &s->grids[1], n = count(s, 0);
	unsigned *stack = s->kitty[alt], *depth = &s->n_kitty[alt];
	unsigned flags = (unsigned)param(s, 0) & 31;

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
		*stack = param(s, 1) == 2 ? *stack | flags :
		    param(s, 1) == 3 ? *stack & ~flags : flags;
		break;
	}
}

#define KEY(prefix, inter, final) \
	((unsigned)(prefix) << 16 | (unsigned)(inter) << 8 | (unsigned)(final))

static void
csi_other(struct screen *s)
{
	int x = s->c.x, y = s->c.y;
	unsigned i, key = KEY(s->vt.prefix, s->vt.inter, s->vt.final);

	switch (key) {
	case KEY('?', 0, 'h'):
	case KEY('?', 0, 'l'):
		for (i = 0; i < s->vt.n_params; i++)
			set_mode(s, s->vt.params[i], s->vt.final == 'h');
		break;
	case KEY('?', 0, 'J'):		/* DECSED, DECSEL: nothing is protected */
		ed(s);
		break;
	case KEY('?', 0, 'K'):
		el(s);
		break;
	case KEY('?', 0, 'n'):
		if (param(s, 0) == 6)
			screen_answer(s, "\033[?%d;%dR", y + 1,
			    (x < s->cols ? x : s->cols - 1) + 1);
		else if (param(s, 0) == 996)	/* a dark scheme, as OSC 11 */
			screen_answer(s, "\033[?997;1n");
		break;
	case KEY('?', '$', 'p'):
		report_mode(s);
		break;
	case KEY(0, '$', 'p'):
		report_ansi_mode(s);
		break;
	case KEY('?', 0, 'u'):
	case KEY('>', 0, 'u'):
	case KEY('<', 0, 'u'):
	case KEY('=', 0, 'u'):
		kitty(s);
		break;
	case KEY('>', 0, 'c'):
		screen_answer(s, "\033[>1;10;0c");
		break;
	case KEY('=', 0, 'c'):
		screen_answer(s, "\033P!|00000000\033\\");
		break;
	case KEY('>', 0, 'q'):
		screen_answer(s, "\033P>|csp\033\\");
		break;
	case KEY('>', 0, 'm'):
		if (param(s, 0) == 4)
			s->st.modify_keys = (unsigned)param(s, 1) & 3;
		break;
	case KEY(0, '!', 'p'):
		screen_soft_reset(s);
		break;
	}
}

void
screen_csi(struct screen *s)
{
	void (*f)(struct screen *);

	if (s->vt.prefix != 0 || s->vt.inter != 0) {
		csi_other(s);
		return;
	}
	f = csi_plain[s->vt.final - '@'];
	if (f != NULL)
		f(s);
}

static void
decaln(struct screen *s)
{
	struct line *l;
	int x, y;

	for (y = 0; y < s->rows; y++) {
		l = screen_row(s, y);
		cells_open(l, 0, s->cols);
		for (x = 0; x < s->cols; x++) {
			l->cells[x].text = 'E';
			l->cells[x].attr = 0;
		}
		l->wraps = l->clusters = 0;
	}
	s->scroll_top = 0;
	s->scroll_end = s->rows;
	s->c.x = s->c.y = 0;
}

static void
ri(struct screen *s)
{
	to_column(s, s->c.x);
	if (s->c.y == s->scroll_top)
		rows_down(s, s->scroll_top, s->scroll_end, 1);
	else if (s->c.y > 0)
		s->c.y--;
}

void
screen_esc(struct screen *s)
{
	unsigned char final = s->vt.final;

	switch (s->vt.inter) {
	case 0:
		break;
	case '#':
		if (final == '8')
			decaln(s);
		return;
	case '(':
	case ')':
	case '*':
	case '+':
		s->c.charset[s->vt.inter - '('] =
		    final == '0' || final == 'A' ? final : 0;
		return;
	default:
		return;
	}
	switch (final) {
	case '7':
		screen_save(s);
		break;
	case '8':
		screen_restore(s);
		break;
	case 'D':
		screen_feed_line(s);
		break;
	case 'E':
		s->c.x = 0;
		screen_feed_line(s);
		break;
	case 'H':
		s->tabs[column(s)] = 1;
		break;
	case 'M':
		ri(s);
		break;
	case 'N':
	case 'O':
		s->single = final == 'N' ? 2 : 3;
		break;
	case 'c':
		screen_reset(s);
		break;
	case 'n':
	case 'o':
		s->c.gl = final == 'n' ? 2 : 3;
		break;
	case '=':
		s->st.modes |= SCREEN_APPKEYPAD;
		break;
	case '>':
		s->st.modes &= ~(unsigned)SCREEN_APPKEYPAD;
		break;
	}
}
