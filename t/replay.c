/*
 * replay - run the rules over a recording (asciicast v2) on standard input and
 * print what is found, as csp-sidecar --replay does, and more for developers:
 *
 *	-a NAME	rules; default: the agent that the recording names, or generic
 *	-d DIR	where the rules are; default: agents
 *	-e	explain: rule and text of every state
 *	-m	marks of the recording, with the state at that moment, and at each
 *		Enter whether the box held what was typed
 *	-s	replies so far as well
 *	-S MS	print the screen with what is known of it at that time, and end
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "lib/cast.h"
#include "lib/replay.h"

static int explain, marks, so_far;
static int64_t shot_ms = -1;

static void
usage(void)
{
	fprintf(stderr, "usage: replay [-ems] [-a rules] [-d dir] [-S ms] "
	    "<recording\n");
	exit(2);
}

static void
put_state(struct json_out *o, const struct replay_out *out)
{
	const struct turn_view *v = out->view;

	json_member_str(o, "state", agent_state_name(v->state));
	if (explain) {
		json_member_str(o, "rule", v->rule);
		json_member_str(o, "match", v->match);
		json_member_str(o, "rules", v->rules);
	}
	if (v->detail[0] != '\0')
		json_member_str(o, "detail", v->detail);
	if (v->until[0] != '\0')
		json_member_str(o, "until", v->until);
	if (explain || out->kind == REPLAY_MARK) {
		json_member_bool(o, "box", v->box);
		json_member_bool(o, "dialog", v->dialog);
		json_member_bool(o, "inTurn", v->in_turn);
	}
}

static void
print_out(const struct replay_out *out)
{
	static const char *const boxes[] = {
		"none", "empty", "text", "part", "hint", "other"
	};
	static char mem[4 * 1024 * 1024];
	char time[32];
	struct json_out o;
	int n;

	if (((out->kind == REPLAY_MARK || out->kind == REPLAY_ENTER) &&
	    !marks) ||
	    (out->kind == REPLAY_TEXT && !so_far))
		return;
	n = snprintf(time, sizeof time, "%.3f", (double)out->time_ms / 1000);
	json_out_init(&o, mem, sizeof mem);
	json_put_open(&o, '{');
	json_put_name(&o, "time", 4);
	json_put_raw(&o, time, (size_t)n);
	switch (out->kind) {
	case REPLAY_STATE:
		json_member_str(&o, "type", "state");
		put_state(&o, out);
		break;
	case REPLAY_TEXT:
	case REPLAY_REPLY:
		json_member_str(&o, "type",
		    out->kind == REPLAY_TEXT ? "text" : "reply");
		json_member_string(&o, "content", out->reply.text,
		    out->reply.len);
		json_member_bool(&o, "verbatim", 0);
		json_member_bool(&o, "complete", out->reply.complete);
		if (out->reply.error[0] != '\0')
			json_member_str(&o, "error", out->reply.error);
		break;
	case REPLAY_ENTER:
		json_member_str(&o, "type", "enter");
		json_member_str(&o, "box", boxes[out->box]);
		json_member_string(&o, "text", out->text, out->len);
		break;
	case REPLAY_MARK:
		json_member_str(&o, "type", "mark");
		json_member_string(&o, "mark", out->text, out->len);
		put_state(&o, out);
		break;
	}
	json_put_close(&o, '}');
	if (o.failed)
		errx(5, "a line is too long");
	printf("%.*s\n", (int)o.len, o.p);
}

static void
print_screen(struct replay *r)
{
	static char text[65536];
	const struct screen_state *st = screen_state(replay_screen(r));
	const struct turn_view *v = turn_view(replay_turn(r));
	int i;

	for (i = 0; i < st->rows; i++) {
		(void)screen_line_text(replay_screen(r),
		    screen_top(replay_screen(r)) + i, text, sizeof text);
		printf("%3d%c|%s\n", i, i == st->cursor_row ? '*' : ' ', text);
	}
	(void)turn_box_text(replay_turn(r), replay_screen(r), text,
	    sizeof text);
	printf("cursor %d,%d %s; title [%s] agent [%s]\n", st->cursor_row,
	    st->cursor_col, st->modes & SCREEN_CURSOR ? "shown" : "hidden",
	    st->title, st->agent);
	printf("%s by [%s] on [%s]; box %d [%s] dialog %d in turn %d line %d "
	    "rules %s\n", agent_state_name(v->state), v->rule, v->match,
	    v->box, text, v->dialog, v->in_turn, v->line, v->rules);
	if (v->detail[0] != '\0')
		printf("detail:\n%s\n", v->detail);
}

static void
drain(struct replay *r)
{
	struct replay_out out;

	while (replay_next(r, &out))
		print_out(&out);
}

static struct rules *
load(const char *const *dirs, const char *name)
{
	char msg[512];
	struct rules *r;

	if ((r = rules_load(dirs, name, msg, sizeof msg)) == NULL)
		errx(5, "%s", msg);
	return r;
}

static void
run(const char *agent, const char *dir)
{
	const char *dirs[2] = { dir, NULL };
	struct rules *rules, *line_rules;
	struct cast_event e;
	struct cast_head h;
	struct replay *r;
	char *line = NULL, *mem = NULL, name[64];
	size_t cap = 0;
	ssize_t n;

	if ((n = getline(&line, &cap, stdin)) == -1 ||
	    cast_head(line, (size_t)n, &h) == -1)
		errx(5, "no recording");
	if (agent == NULL && h.agent != NULL &&
	    h.agent_len < sizeof name) {
		memcpy(name, h.agent, h.agent_len);
		name[h.agent_len] = '\0';
		agent = name;
	}
	rules = load(dirs, agent == NULL ? "generic" : agent);
	line_rules = load(dirs, "line");
	if ((r = replay_new(&h, rules, line_rules, 2000)) == NULL)
		err(5, "replay");
	while ((n = getline(&line, &cap, stdin)) != -1) {
		if ((mem = realloc(mem, (size_t)n + 1)) == NULL)
			err(5, "memory");
		if (cast_event(line, (size_t)n, mem, (size_t)n, &e) == -1)
			errx(5, "no event: %.40s", line);
		if (shot_ms != -1 && e.time_ms > shot_ms)
			break;
		replay_event(r, &e);
		drain(r);
	}
	if (shot_ms != -1)
		print_screen(r);
	else {
		replay_end(r, 30000);
		drain(r);
	}
	replay_free(r);
	rules_free(rules);
	rules_free(line_rules);
	free(line);
	free(mem);
}

int
main(int argc, char *argv[])
{
	const char *agent = NULL, *dir = "agents";
	int c;

	while ((c = getopt(argc, argv, "a:d:emsS:")) != -1)
		switch (c) {
		case 'a':
			agent = optarg;
			break;
		case 'd':
			dir = optarg;
			break;
		case 'e':
			explain = 1;
			break;
		case 'm':
			marks = 1;
			break;
		case 's':
			so_far = 1;
			break;
		case 'S':
			shot_ms = strtol(optarg, NULL, 10);
			break;
		default:
			usage();
		}
	if (optind != argc)
		usage();
	run(agent, dir);
	return fflush(stdout) == 0 ? 0 : 5;
}
