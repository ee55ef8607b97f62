/*
 * turn_ask - whether choices without numbers are a dialog's, and where it is on
 * the screen; whether a text may be typed though no box is to be seen.  Part of
 * turn.
 *
 * ask_find() goes up the screen row by row and takes the first that asks: in a
 * frame or on a ground of its own; near the box; with no cursor in the box, by
 * itself.  What stands above the echo was answered.
 */
#include <string.h>

#include "turn_int.h"

#define GROUND_MIN	12	/* columns of a dialog on its own ground */
#define BESIDE_MAX	4	/* written rows from a question to the box */
#define CHOICE_BELOW	12	/* written rows from the last to the bottom */
#define OVER_MIN	2	/* columns left of a dialog that lies over */
#define ABOVE_MAX	6	/* written rows above one at the left edge */
#define GAP_MAX		2	/* and empty ones between them */
#define ECHO_MS		2000	/* until an echo has been found */
#define STAYS_MS	120	/* a question stays for so long */

/*
 * The row in which the frame begins that has a side at this column of row r; -1
 * if it is none's.  Those of blocks have no corners.
 */
static int
frame_top(const struct screen *scr, int r, int col)
{
	while (r >= 0 && (sign_is_side(sign_in(scr, r, col)) ||
	    sign_is_tee(sign_in(scr, r, col)))) {
		if (sign_is_rule(sign_in(scr, r, col + 1)))
			return r;
		r--;
	}
	return r >= 0 && sign_is_upper_corner(sign_in(scr, r, col)) ? r : -1;
}

/*
 * The column where a frame ends that begins at this one of row top, which words
 * may stand in.
 */
static int
frame_right(const struct screen *scr, int top, int col, int cols)
{
	int blanks = 0, end = col;
	uint32_t c = 0;

	while (++col < cols && blanks < 2 && !sign_is_side(c) &&
	    !sign_is_upper_right(c)) {
		c = sign_in(scr, top, col);
		blanks = c == 0 ? blanks + 1 : 0;
		if (sign_is_rule(c))
			end = col + 1;
	}
	return end;
}

static int
asks_in(struct cut *k, int r, int *top)
{
	const struct tline *l = cut_row(k, r);

	*top = r;
	return choice_buttons(l, 1) >= 2 || choice_yes_or_no(l->text) ||
	    choice_letters(l->text) || choice_end(k, r, top) ||
	    choice_numbers(k, r, top);
}

/* Whether a row is so near to the box that it may ask in no frame. */
static int
is_beside(const struct turn *t, int r)
{
	const struct box *b = &t->box;

	return (r < b->outer_top ? rows_written(t, r, b->outer_top) :
	    rows_written(t, b->outer_bottom + 1, r + 1)) <= BESIDE_MAX;
}

/* Whether a row is drawn on one ground, or in reverse, from edge to edge. */
static int
is_status_bar(const struct turn *t, const struct screen *scr, int r)
{
	const struct screen_cell *cells;
	int c, n = screen_line(scr, screen_top(scr) + r, &cells);

	for (c = 0; c < n; c++)
		if (SCREEN_BG(cells[c].attr) == -1 &&
		    !(cells[c].attr & SCREEN_INVERSE))
			return 0;
	return n >= t->cols;
}

/*
 * The same in a status line: below the box, or a bar right above it.  Below a
 * box at the top, which the cursor is in, only a bar is none of what was said.
 */
static int
asks_in_status(const struct turn *t, const struct screen *scr, int r, int left)
{
	const struct box *b = &t->box;
	int above = r < b->outer_top;

	if (above ? r != b->outer_top - 1 : r <= b->outer_bottom ||
	    !is_beside(t, r))
		return 0;
	return (is_status_bar(t, scr, r) || (!above && (!t->below || left))) &&
	    choice_yes_or_no(t->rows[r].line.text);
}

/* Whether something is written from one column to another; sides are not. */
static int
is_written(const struct screen *scr, int r, int from, int end)
{
	uint32_t c;

	for (; from < end; from++)
		if ((c = sign_in(scr, r, from)) != 0 && !sign_is_side(c))
			return 1;
	return 0;
}

/* Whether a line only explains keys, or is drawn. */
static int
is_foot(const struct tline *l)
{
	const char *p = l->text, *end = l->text + l->len;

	if (line_is_blank(l) || line_is_rule(l))
		return 1;
	for (; p < end; p++)
		if ((p == l->text || p[-1] == ' ') &&
		    choice_is_key_hint(p, end))
			return 1;
	return 0;
}

/* Whether the next written row from r on, going by step, begins further left
   than the cut. */
static int
is_left_of(const struct turn *t, const struct cut *k, int r, int step)
{
	for (; r >= 0 && r < t->nrows; r += step)
		if (!row_is_blank(t, r) &&
		    t->rows[r].line.indent != k->first - 1)
			return t->rows[r].line.indent < k->first - 1;
	return 0;
}

/* Whether what has row r stands in the middle, where no text begins. */
static int
is_centred(const struct turn *t, const struct cut *k, int r)
{
	int right = t->cols - k->end;

	return right - k->first <= 2 && k->first - right <= 2 &&
	    (k->first >= t->cols / 8 || (k->first > 3 &&
	    (is_left_of(t, k, r, -1) || is_left_of(t, k, r, 1))));
}

/*
 * Whether the frame around row r belongs to what has been said: the echo is in
 * it, or nothing stands beside it, as where one lies over the text, and text
 * between it and the box.  One that came above the echo does not.
 */
static int
is_passed(const struct turn *t, const struct cut *k, int r)
{
	int64_t line = screen_top(k->scr) + r;
	int side = k->first - 1, up;

	if (line >= t->run.echo && line < t->run.echo_end)
		return 1;
	if (!t->box.present || r > t->box.outer_top || is_centred(t, k, r) ||
	    (t->run.active && line < t->run.echo && !rest_stood(t, r)))
		return 0;
	for (up = r; up >= 0 && (sign_is_side(sign_in(k->scr, up, side)) ||
	    sign_is_tee(sign_in(k->scr, up, side))); up--)
		if (is_written(k->scr, up, 0, side) ||
		    is_written(k->scr, up, k->end + 1, t->cols))
			return 0;
	if (t->framed > 0 && box_has_cursor(t, k->scr))
		return 1;	/* replies stand in such */
	while (r < t->box.outer_top &&
	    (sign_is_side(sign_in(k->scr, r, side)) ||
	    sign_is_tee(sign_in(k->scr, r, side))))
		r++;
	while (++r < t->box.outer_top)
		if (!is_foot(&t->rows[r].line))
			return 1;
	return 0;
}

/* Whether the frame is the conversation's, and the cursor not in it. */
static int
is_pane(const struct turn *t, const struct cut *k)
{
	return t->pane.on && k->first == t->pane.left &&
	    k->end >= t->pane.right && t->box.present &&
	    box_has_cursor(t, k->scr);
}

/* Whether there are in a frame, the cut's, and it is none of what was said. */
static int
asks_in_frame(const struct turn *t, struct cut *k, int r, int *top)
{
	int asks, floor = k->floor;

	k->floor = 0;		/* one may lie over what was said before */
	asks = k->end - k->first > 3 && asks_in(k, r, top) &&
	    !is_passed(t, k, r) && !is_pane(t, k);
	k->floor = floor;
	return asks;
}

/* Whether there are choices in a frame that row r is in, not the box's. */
static int
asks_framed(const struct turn *t, struct cut *k, int r, int *top)
{
	int c, from, left = -1;

	if (t->box.present && r >= t->box.outer_top &&
	    r <= t->box.outer_bottom)
		return 0;
	for (c = 0; c < t->rows[r].line.width; c++) {
		if (!sign_is_side(sign_in(k->scr, r, c)))
			continue;
		k->first = left + 1;
		k->end = c;
		if (left != -1 && frame_top(k->scr, r, left) != -1 &&
		    asks_in_frame(t, k, r, top))
			return 1;
		left = c;
		from = frame_top(k->scr, r, c);
		if (from == -1)
			continue;
		k->first = c + 1;
		k->end = frame_right(k->scr, from, c, t->cols);
		if (asks_in_frame(t, k, r, top))
			return 1;
	}
	return 0;
}

/* Whether a row has a ground in just the columns of the cut. */
static int
has_ground(const struct cut *k, int r, int ground)
{
	const struct screen_cell *cells;
	int n = screen_line(k->scr, screen_top(k->scr) + r, &cells);

	return k->end <= n && SCREEN_BG(cells[k->first].attr) == ground &&
	    SCREEN_BG(cells[k->end - 1].attr) == ground &&
	    (k->first == 0 ||
	    SCREEN_BG(cells[k->first - 1].attr) != ground) &&
	    (k->end == n || SCREEN_BG(cells[k->end].attr) != ground);
}

/*
 * Whether a ground around row r lies over the text, between other signs of a
 * row, or in the middle: echoes and code on a ground stand where the text
 * begins.
 */
static int
is_over(const struct turn *t, const struct cut *k, int r, int ground)
{
	if (is_centred(t, k, r))
		return 1;
	while (r > 0 && has_ground(k, r - 1, ground))
		r--;
	for (; r < t->nrows && has_ground(k, r, ground); r++)
		if (is_written(k->scr, r, 0, k->first) &&
		    is_written(k->scr, r, k->end, t->cols))
			return 1;
	return 0;
}

/* Whether there are choices in row r, on a ground that lies over the text. */
static int
asks_on_ground(const struct turn *t, struct cut *k, int r, int *top)
{
	const struct screen_cell *cells;
	int c, ground, n;

	if (r >= t->box.outer_top && r <= t->box.outer_bottom)
		return 0;
	n = screen_line(k->scr, screen_top(k->scr) + r, &cells);
	for (c = 0; c < n; c = k->end) {
		ground = SCREEN_BG(cells[c].attr);
		k->first = c;
		for (k->end = c; k->end < n &&
		    SCREEN_BG(cells[k->end].attr) == ground; k->end++)
			;
		if (ground != -1 && k->end - c >= GROUND_MIN &&
		    asks_in(k, r, top) && is_over(t, k, r, ground))
			return 1;
	}
	return 0;
}

/* The ground of a row at the left of the cut. */
static int
ground_of(const struct cut *k, int r)
{
	const struct screen_cell *cells;
	int n = screen_line(k->scr, screen_top(k->scr) + r, &cells);

	return k->first < n ? SCREEN_BG(cells[k->first].attr) : -1;
}

/* Whether a row is one of the dialog's, which has a frame or a ground. */
static int
is_overs(const struct cut *k, int r, int ground)
{
	uint32_t c = sign_in(k->scr, r, k->first - 1);

	return ground != -1 ? has_ground(k, r, ground) : sign_is_side(c) ||
	    sign_is_tee(c) || (c >= 0x250c && c < 0x2571);
}

/* Note where the dialog in row r is, if it lies over other things. */
static void
note_over(struct turn *t, const struct cut *k, int r, int framed)
{
	int end = r, ground = framed ? -1 : ground_of(k, r);

	if (k->first - framed < OVER_MIN)
		return;
	while (r > 0 && is_overs(k, r - 1, ground))
		r--;
	while (end + 1 < t->nrows && is_overs(k, end + 1, ground))
		end++;
	t->over.top = r;
	t->over.bottom = end;
	t->over.left = k->first - framed;
	t->over.right = k->end + framed;
}

/* A number for a row of a dialog: a spinner in it that goes on, comes to rest
   or is drawn anew makes no other dialog. */
static uint64_t
asked_hash(const struct turn *t, int r, const struct tline *l)
{
	const char *p = l->text + l->indent;

	return sign_is_dots(text_next(&p, l->text + l->len)) ||
	    spin_was_in_row(t, r) ? line_shape(l) :
	    text_hash(l->text, l->len);
}

/*
 * What is asked: rows from to (not with) end, without blanks around; of what
 * lies over other things no more than that.
 */
void
ask_detail(struct turn *t, const struct screen *scr, int from, int end)
{
	struct turn_view *v = &t->view;
	struct tline part = LINE_NONE;
	const struct tline *l;
	size_t len = 0;
	int r;

	if (t->over.right > 0) {
		from = t->over.top;
		end = t->over.bottom + 1;
	}
	while (from < end && row_is_blank(t, from))
		from++;
	while (end > from && row_is_blank(t, end - 1))
		end--;
	v->detail[0] = '\0';
	t->asked = 0;
	for (r = from; r < end; r++) {
		l = &t->rows[r].line;
		if (t->over.right > 0 && line_part(scr, screen_top(scr) + r,
		    t->over.left, t->over.right, &part) == 0)
			l = &part;
		if (len + l->len + 2 > sizeof v->detail)
			break;
		if (len > 0)
			v->detail[len++] = '\n';
		memcpy(v->detail + len, l->text, l->len + 1);
		len += l->len;
		t->asked = t->asked * 31 + asked_hash(t, r, l);
	}
	line_free(&part);
}

/* Choices at the end of what a line program has written: it hides its cursor
   for them. */
static int
find_at_end(const struct turn *t, struct cut *k)
{
	int end, r, top;

	if (screen_state(k->scr)->modes & SCREEN_CURSOR)
		return -1;
	for (end = t->nrows - 1; end >= 0; end--)
		if (!row_is_blank(t, end))
			break;
	if (t->menu_top != -1 && end - t->menu_bottom < BESIDE_MAX)
		return t->menu_top;
	k->first = 0;
	k->end = t->cols;
	for (r = end; r >= 0 && end - r < BESIDE_MAX; r--)
		if (!row_is_blank(t, r) && choice_end(k, r, &top))
			return top;
	return -1;
}

/*
 * Whether a row is of the prompt or was there before it, as long as the echo
 * has not been looked for.
 */
static int
is_no_news(struct turn *t, int r)
{
	const struct tline *l = &t->rows[r].line;

	return t->run.active && t->run.echo == -1 && t->run.prompt != NULL &&
	    t->now_ms - t->rest.began_ms < ECHO_MS && (rest_had(t, r) ||
	    strstr(t->run.prompt, l->text + l->indent) != NULL);
}

/* Whether row r, near the box, asks: not what was answered by the echo. */
static int
asks_by_box(struct turn *t, struct cut *k, int r, int left)
{
	const char *text = t->rows[r].line.text;
	int above = r < t->box.outer_top, top;

	if (!t->box.present || (above && (r < k->floor || is_no_news(t, r))))
		return 0;
	return asks_in_status(t, k->scr, r, left) || (is_beside(t, r) &&
	    ((left && (choice_yes_or_no(text) || choice_letters(text))) ||
	    (above && (choice_keys(t, k->scr, r) || (choice_end(k, r,
	    &top) && choice_has_keys(k, top, r))))));
}

/*
 * The first row of choices, or -1.  With the cursor in the box what looks like
 * some is a text, unless it has a frame of its own; without it the box may be
 * the dialog.
 */
int
ask_find(struct turn *t, const struct screen *scr)
{
	int has_cursor = t->box.present && box_has_cursor(t, scr);
	int left = box_is_left(t, scr);
	struct cut k;
	int below = 0, r, top;

	k.scr = scr;
	k.floor = 0;
	if (t->view.line)
		return find_at_end(t, &k);
	if (t->run.active && t->run.echo_end > screen_top(scr))
		k.floor = (int)(t->run.echo_end - screen_top(scr));
	for (r = t->nrows - 1; r >= 0; r--) {
		if (row_is_blank(t, r))
			continue;
		if (asks_framed(t, &k, r, &top)) {
			note_over(t, &k, r, 1);
			return top;
		}
		if (t->box.present && asks_on_ground(t, &k, r, &top)) {
			note_over(t, &k, r, 0);
			return top;
		}
		k.first = 0;
		k.end = t->cols;
		if (asks_by_box(t, &k, r, left))
			return r;
		if (!t->box.present && r == screen_state(scr)->cursor_row &&
		    choice_letters(t->rows[r].line.text))
			return r;
		below += !t->box.present || r < t->box.outer_top ||
		    r > t->box.outer_bottom;
		if (has_cursor || r < k.floor || below > CHOICE_BELOW)
			continue;	/* one that was answered */
		if (choice_buttons(&t->rows[r].line, 0) >= 2)
			return r;
		if (choice_end(&k, r, &top))
			return top;
	}
	return -1;
}

/* A question, or something to be filled in that is no prompt of a chat. */
static int
is_question(const struct tline *l)
{
	static const char *const asked[] = { "assword", "assphrase", "API key",
	    "oken:", "sername", "mail:", "y/n", "Y/n", "y/N", NULL };
	int i;

	if (l->len > 0 && l->text[l->len - 1] == '?')
		return 1;
	for (i = 0; asked[i] != NULL; i++)
		if (strstr(l->text, asked[i]) != NULL)
			return 1;
	return 0;
}

/* Whether the cursor stands behind a prompt in the last line, in brackets or
   before a sign: as in chats, not as in pagers, nor where a name is asked. */
static int
has_last_prompt(const struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	char now[128];
	size_t n = cursor_text(scr, now, sizeof now);

	if (rows_written(t, st->cursor_row + 1, t->nrows) > 0)
		return 0;
	while (n > 0 && now[n - 1] == ' ')
		n--;
	return line_has_prompt(scr) && n > 0 && strchr("]>)}$#%", now[n - 1])
	    != NULL;
}

/* Whether a text may be typed though no box is to be seen. */
int
ask_is_open(const struct turn *t, const struct screen *scr)
{
	const struct screen_state *st = screen_state(scr);
	const struct screen_cell *cells;
	char text[SCREEN_CLUSTER_MAX];
	int c, n, r, written = 0;

	if (t->view.line || t->box.present || t->ask_row != -1 ||
	    t->menu_top != -1 || t->tty != TURN_TTY_RAW || !hint_untouched(t))
		return 0;
	for (r = 0; r < t->nrows; r++) {
		written += !row_is_blank(t, r);
		if (is_question(&t->rows[r].line))
			return 0;
	}
	if (written == 0)
		return 0;
	if (st->modes & SCREEN_PASTE)
		return 1;
	/* pagers, editors and the like take letters for commands */
	if (!(st->modes & SCREEN_CURSOR) ||
	    ((st->modes & SCREEN_ALT) && !has_last_prompt(t, scr)))
		return 0;
	n = screen_line(scr, screen_top(scr) + st->cursor_row, &cells);
	for (c = st->cursor_col; c < n; c++)
		if (sign_text(scr, &cells[c], text) > 0 && text[0] != ' ')
			return 0;
	return 1;
}

/*
 * Whether it asks since a moment only: a question stays, while a screen that is
 * half drawn, or whose cursor is not back yet, just looks so.
 */
int
ask_is_passing(struct turn *t, int asks)
{
	if (!asks || t->view.line)
		t->asks_ms = -1;
	else if (t->asks_ms == -1)
		t->asks_ms = t->now_ms;
	if (t->asks_ms == -1 || t->view.state == AGENT_WAITING ||
	    t->now_ms - t->asks_ms >= STAYS_MS)
		return 0;
	look_at(t, t->asks_ms + STAYS_MS);
	return 1;
}

/* The row in which a dialog begins that stands at the left edge, with what it
   is about. */
static int
top_at_left(const struct turn *t, int start)
{
	const struct tline *l;
	int blanks = 0, n = 0, r;

	for (r = start; r > 0; r--) {
		l = &t->rows[r - 1].line;
		blanks = line_is_blank(l) ? blanks + 1 : 0;
		n += !line_is_blank(l);
		if (line_is_rule(l) || line_is_side(l) || blanks > GAP_MAX ||
		    spin_was_in_row(t, r - 1) || n > ABOVE_MAX)
			break;
	}
	return r;
}

/* A line across of dashes: it parts what stands within a dialog. */
static int
is_dashed(const struct tline *l)
{
	switch (sign_at_start(l)) {
	case 0x2504: case 0x2505: case 0x2508: case 0x2509: case 0x254c:
	case 0x254d:
		return 1;
	default:
		return 0;
	}
}

/* The row of a question that a dialog has right above a rule, else the rule. */
static int
question_above(const struct turn *t, int rule)
{
	return rule > 0 && sign_at_end(&t->rows[rule - 1].line) == '?' ?
	    rule - 1 : rule;
}

/*
 * The row in which a dialog begins: below a rule or the top of its frame, or
 * below the last line that stands at the left edge, as the turn's lines do.
 */
int
ask_top(struct turn *t, const struct screen *scr)
{
	int dashed = -1, r, start;
	const struct tline *l;
	uint32_t c;

	start = t->menu_top != -1 ? t->menu_top :
	    t->ask_row != -1 ? t->ask_row : region_bottom(t, scr) - 1;
	if (start < 0)
		return 0;	/* there is nothing on the screen */
	if ((start == t->ask_row || (t->menu_top == -1 && !t->box.present)) &&
	    t->rows[start].line.indent == 0 && t->rows[start].line.len > 0 &&
	    !sign_is_side(sign_at_start(&t->rows[start].line)))
		return top_at_left(t, start);
	for (r = start; r > 0 && start - r < t->nrows - 1; r--) {
		l = &t->rows[r - 1].line;
		if (line_is_rule(l) && l->indent <= 1 && !line_is_side(l)) {
			if (!is_dashed(l))
				return question_above(t, r - 1);
			dashed = r - 1;
		} else if (!line_is_blank(l) && l->indent == 0 &&
		    !(l->flags & LINE_FILLED) &&
		    !sign_is_side(sign_at_start(l)))
			break;
	}
	if (dashed != -1)
		return dashed;
	/* a bar alone, or a row, has no upper edge: what it asks for stands
	   above */
	c = sign_at_start(&t->rows[start].line);
	return (c >= 0x2588 && c <= 0x2590) || (r == start && r > 0 &&
	    !row_is_blank(t, r - 1)) ? top_at_left(t, r) : r;
}

/* The row behind it: a box below it, and what moves there, is none of it. */
int
ask_bottom(const struct turn *t)
{
	return t->box.present && t->ask_row != -1 &&
	    t->ask_row < t->box.outer_top ? t->box.outer_top : t->nrows;
}
