/*
 * screen_seq - what control and escape sequences do: one small function each,
 * and a table that finds them.  Counts are clamped before they are used.
 */
#include <stdint.h>
#include <string.h>

#include "screen_in.h"

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
void
screen_to_row(struct screen *s, int y)
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
	screen_to_row(s, count(s, 0) - 1);
	to_column(s, count(s, 1) - 1);
}

static void
vpa(struct screen *s)
{
	to_column(s, s->c.x);
	screen_to_row(s, count(s, 0) - 1);
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
	screen_to_row(s, 0);
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
	else if (param(s, 0) == 6) {
		screen_answer(s, "\033[%d;%dR", y + 1, column(s) + 1);
		s->st.queries--;	/* line editors ask that, too */
	}
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
	['g' - '@'] = tbc,	['h' - '@'] = screen_set_ansi_modes,
	['l' - '@'] = screen_reset_ansi_modes,
	['m' - '@'] = screen_sgr,	['n' - '@'] = dsr,
	['r' - '@'] = decstbm,
	['s' - '@'] = screen_save,	['t' - '@'] = winops,
	['u' - '@'] = screen_restore
};

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
			screen_set_mode(s, s->vt.params[i],
			    s->vt.final == 'h');
		break;
	case KEY('?', 0, 'J'):		/* DECSED, DECSEL: none is protected */
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
		screen_report_mode(s);
		break;
	case KEY(0, '$', 'p'):
		screen_report_ansi_mode(s);
		break;
	case KEY('?', 0, 'u'):
	case KEY('>', 0, 'u'):
	case KEY('<', 0, 'u'):
	case KEY('=', 0, 'u'):
		screen_kitty(s);
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
