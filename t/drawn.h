/*
 * drawn - what the unit tests share in which a program draws a small screen,
 * and a turn looks at it.  Includes stand here for them all.
 */
#ifndef DRAWN_H
#define DRAWN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/screen.h"
#include "lib/turn.h"
#include "tap.h"

static const char *agents = "agents";	/* the folder of the rules */
static struct screen *scr;
static struct turn *turn;
static struct rules *rules, *line_rules;
static int64_t now;
static unsigned seen;		/* events since they were last looked at */
static int peeks;		/* the box is asked for between updates */

static void
drawn_end(void)
{
	turn_free(turn);
	screen_free(scr);
	rules_free(rules);
	rules_free(line_rules);
}

/* An empty screen, and a program with the rules of that name. */
static void
drawn_start(const char *name, int cols, int rows)
{
	const char *dirs[2] = { NULL, NULL };
	char err[200];

	dirs[0] = agents;
	drawn_end();
	rules = rules_load(dirs, name, err, sizeof err);
	line_rules = rules_load(dirs, "line", err, sizeof err);
	scr = screen_new(cols, rows, 500);
	turn = turn_new(rules, line_rules);
	now = 1000;
	seen = 0;
}

/* The program writes. */
static void
out(const char *s)
{
	screen_feed(scr, s, strlen(s));
	if (peeks)
		(void)turn_box(turn, scr, "", 0);
	seen |= turn_update(turn, scr, now += 20);
}

/* Time passes, as the program that owns the turn would let it. */
static void
wait_ms(int ms)
{
	int64_t due, end = now + ms;

	while ((due = turn_deadline(turn)) != -1 && due < end) {
		if (due > now)
			now = due;
		seen |= turn_update(turn, scr, now);
	}
	now = end;
}

#endif
