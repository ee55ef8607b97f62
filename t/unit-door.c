/*
 * unit-door - lib/doorset and lib/door: command lines, the user's own settings,
 * and which of several session files is ours.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/door.h"
#include "lib/doorset.h"
#include "lib/rules.h"

#include "tap.h"

static char dir[256];
static char told[4096];
static char *env[] = { "HOME=/home/u", "EMPTY=", NULL, NULL };
static struct door_start start;

static struct rules *
rules(const char *text)
{
	char wrong[200];
	struct rules *r = rules_parse("test", text, strlen(text), wrong,
	    sizeof(wrong));

	if (r == NULL) {
		printf("# %s\n", wrong);
		exit(1);
	}
	start.rules = r;
	return r;
}

static struct door *
open_door(const char *text, char *const argv[])
{
	char wrong[200];
	struct door *d;

	struct door_start own;
	char cwd[64];

	/* only the rules and the environment need to stay */
	(void)rules(text);
	own = start;
	(void)snprintf(cwd, sizeof(cwd), "%s", start.cwd);
	own.cwd = cwd;
	d = door_open(&own, argv, wrong, sizeof(wrong));
	memset(cwd, 'x', sizeof(cwd) - 1);
	if (d == NULL && wrong[0] != '\0')
		printf("# %s\n", wrong);
	return d;
}

static void
close_door(struct door *d)
{
	door_close(d);
	rules_free((struct rules *)start.rules);
}

static const char *
join(char *const *v)
{
	static char s[2048];
	size_t n;

	for (s[0] = '\0'; *v != NULL; v++) {
		n = strlen(s);
		(void)snprintf(s + n, sizeof(s) - n, "%s|", *v);
	}
	return s;
}

static const char *
slurp(const char *name)
{
	static char s[4096];
	char path[300];
	size_t n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "r")) != NULL) {
		n = fread(s, 1, sizeof(s) - 1, f);
		(void)fclose(f);
	}
	s[n] = '\0';
	return s;
}

static void
append(const char *name, const char *text)
{
	char path[300];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "a")) == NULL || fputs(text, f) == EOF ||
	    fclose(f) == EOF)
		abort();
}

static void
expect(struct door *d, int64_t now, const char *want, const char *name)
{
	struct event e;
	size_t n;

	told[0] = '\0';
	door_step(d, NULL, now);
	while (door_next(d, now, &e)) {
		n = strlen(told);
		(void)snprintf(told + n, sizeof(told) - n, "%s %s;",
		    event_type_name(e.type), e.text);
	}
	is_str(told, want, name);
}

static void
test_expand(void)
{
	static const char tmpl[] =
	    "%HOME%/x %NONE|~/.c%/y %NONE|d% 5% %TEXT:json% %TEXT:sh% %EMPTY|e%"
	    " %a% %TEXT:sh:json%";
	char *argv[] = { "prog", NULL };
	struct doorset_vars v = { NULL, "a\"b'c", 5 };
	struct doorset d;
	char *s;

	memset(&d, 0, sizeof(d));
	d.start = &start;
	d.argv = argv;
	s = doorset_string(&d, tmpl, sizeof(tmpl) - 1, &v);
	is_str(s, "/home/u/x /home/u/.c/y d 5% a\\\"b'c 'a\"b'\\''c' e %a% "
	    "'a\\\"b'\\\\''c'", "templates");
	free(s);
}

static void
test_toml(void)
{
	static const char toml[] =
	    "# notify = [\"no\"]\nmodel = \"x\"\nnotify=[ \"a b\", 'c\\d', # x\n"
	    "  \"e\\\"\",\n]\n[t]\nother = [\"z\"]\n";
	struct buf b;

	buf_init(&b, 1000);
	ok(doorset_toml(toml, sizeof(toml) - 1, "notify", &b) == 0,
	    "an array of strings in TOML");
	is_mem(b.p, b.len, ",\"a b\",\"c\\\\d\",\"e\\\"\"", 19, "its strings");
	buf_clear(&b, 0);
	ok(doorset_toml(toml, sizeof(toml) - 1, "other", &b) == -1,
	    "not that of another table");
	ok(doorset_toml("notify = [\"a\", 1]", 17, "notify", &b) == -1 &&
	    b.len == 0, "nor what is no string");
	ok(doorset_toml("notify = [\"a", 12, "notify", &b) == -1 &&
	    b.len == 0, "nor half of one");
	ok(doorset_toml("[]", 2, NULL, &b) == -1, "an empty one is none");
	buf_free(&b);
}

static void
test_merge(void)
{
	struct buf b;

	buf_init(&b, 1000);
	ok(doorset_merge("{\"h\":{\"S\":[1],\"T\":[2]},\"x\":1}", 29,
	    "{\"y\":null,\"h\":{\"S\":[0]},\"x\":2}", 30, &b) == 0, "merge");
	is_mem(b.p, b.len, "{\"h\":{\"S\":[0,1],\"T\":[2]},\"x\":2,\"y\":null}", 40,
	    "objects and arrays joined, theirs first");
	ok(doorset_merge("{}", 2, "[]", 2, &b) == -1 && errno == EINVAL,
	    "no object");
	buf_free(&b);
}

static void
test_setup(void)
{
	static const char text[] = "[setup]\nunless -p print\nfile s.json\n"
	    "merge --set s.json\nargs --set %DIR%/s.json\n"
	    "args unless=--id,-r --id %UUID%\nenv A=%CWD%\n"
	    "[file s.json]\n| {\"a\":[\"%HOOK:json%\"],\n| \"b\":1}\n"
	    "[events]\non a: end\n";
	char *plain[] = { "prog", "-x", NULL }, want[900];
	char *print[] = { "prog", "-p", NULL };
	char *past[] = { "prog", "--", "-p", NULL };
	char *own[] = { "prog", "--set={\"a\":[\"mine\"],\"b\":2}", "-r", NULL };
	char *wrong[] = { "prog", "--set", "/nonexistent", NULL };
	char *const *argv;
	struct door *d;

	d = open_door(text, plain);
	argv = door_argv(d);
	(void)snprintf(want, sizeof(want), "%s/s.json", dir);
	ok(strcmp(argv[0], "prog") == 0 && strcmp(argv[1], "--set") == 0 &&
	    strcmp(argv[2], want) == 0 && strcmp(argv[3], "--id") == 0 &&
	    strlen(argv[4]) == 36 && argv[4][14] == '4' &&
	    strcmp(argv[5], "-x") == 0 && argv[6] == NULL,
	    "arguments go before the user's");
	is_str(join(door_env(d)), "A=/work/dir|", "environment");
	is_str(slurp("s.json"), "{\"a\":[\"CSP_REPLY='/s' '/csp-send' --reply "
	    ">/dev/null 2>&1 || :\"],\n\"b\":1}\n", "a file");
	close_door(d);
	ok(slurp("s.json")[0] == '\0', "which goes with the door");
	ok((d = open_door(text, print)) == NULL && errno == 0,
	    "an argument that rules the door out");
	close_door(d);
	ok((d = open_door(text, past)) != NULL, "not where it is no option");
	close_door(d);
	d = open_door(text, own);
	(void)snprintf(want, sizeof(want), "prog|--set|%s/s.json|-r|", dir);
	is_str(join(door_argv(d)), want, "the user's own option is taken in");
	is_str(slurp("s.json"), "{\"a\":[\"mine\",\"CSP_REPLY='/s' '/csp-send' "
	    "--reply >/dev/null 2>&1 || :\"],\"b\":2}", "merged");
	close_door(d);
	ok((d = open_door(text, wrong)) == NULL && errno != 0,
	    "what cannot be merged is left alone");
	close_door(d);
	ok((d = open_door("[setup]\n", plain)) == NULL && errno == 0,
	    "rules without a door");
	close_door(d);
}

static void
test_chain(void)
{
	static const char text[] = "[setup]\n"
	    "chain -c,--config notify %DIRECTORY%/c.toml\n"
	    "args -c notify=[\"sh\"%CHAIN%]\n[events]\non a: end\n";
	char *plain[] = { "prog", NULL };
	char *own[] = { "prog", "-c", "x=1", "--config", "notify=['u','v']",
	    "go", NULL };
	char var[300];
	struct door *d;

	(void)snprintf(var, sizeof(var), "DIRECTORY=%s", dir);
	env[2] = var;
	d = open_door(text, plain);
	is_str(join(door_argv(d)), "prog|-c|notify=[\"sh\"]|", "no program");
	close_door(d);
	append("c.toml", "notify = [\"mine\", \"-a\"]\n");
	d = open_door(text, plain);
	is_str(join(door_argv(d)), "prog|-c|notify=[\"sh\",\"mine\",\"-a\"]|",
	    "the one of the configuration is chained");
	close_door(d);
	d = open_door(text, own);
	is_str(join(door_argv(d)), "prog|-c|notify=[\"sh\",\"u\",\"v\"]|-c|x=1|go|",
	    "or that of the command line, which is taken off");
	close_door(d);
}

static const char follow[] = "[setup]\nfollow %DIRECTORY%/s-*.jsonl\n"
    "[events]\nstamp at\non k=own: owner s\non s: thread s, cwd w\n"
    "on p: prompt p\non t: text t\non k=end: end\n";

static void
test_follow(void)
{
	char *argv[] = { "prog", NULL };
	struct door *d;

	d = open_door(follow, argv);
	door_screen(d, 1, 1000);
	door_typed(d, "hello", 5, 1000);
	append("s-1.jsonl", "{\"s\":\"one\",\"w\":\"/work/dir\"}\n{\"p\":\"hello\"}\n"
	    "{\"t\":\"not ours\"}\n{\"k\":\"end\"}\n");
	append("s-2.jsonl", "{\"s\":\"two\",\"w\":\"/work/dir\"}\n{\"p\":\"hello\"}\n"
	    "{\"t\":\"ou");
	append("s-3.jsonl", "{\"s\":\"three\",\"w\":\"/else\"}\n{\"p\":\"hello\"}\n");
	expect(d, 2000, "", "two files with our prompt: neither is known as ours");
	ok(!door_alive(d), "so the door is shut");
	append("s-2.jsonl", "rs\"}\n{\"k\":\"end\"}\n");
	(void)door_hook(d, "{\"k\":\"own\",\"s\":\"none\"}", 22, 2100);
	expect(d, 2100, "", "a hook that names no file");
	(void)door_hook(d, "{\"k\":\"own\",\"s\":\"two\"}", 21, 2200);
	expect(d, 2200, "thread two;busy ;prompt hello;end ours;",
	    "the hook's session is ours");
	ok(door_alive(d), "and the door is open");
	append("s-1.jsonl", "{\"p\":\"x\"}\n");
	append("s-2.jsonl", "{\"p\":\"y\"}\n");
	expect(d, 3000, "busy ;prompt y;", "the other does not count");
	door_screen(d, 0, 3100);
	ok(door_due(d, 3100 + DOOR_AFTER_MS + 5000) == -1 ||
	    door_due(d, 3100 + DOOR_AFTER_MS + 5000) >= 0, "due");
	expect(d, 3100 + EVENTS_NO_END_MS, "end ;", "idle ends it");
	ok(door_due(d, 3100 + DOOR_AFTER_MS) == -1, "no polling when idle");
	close_door(d);
}

static void
test_unique(void)
{
	static const char simple[] = "[setup]\nfollow %DIRECTORY%/t-*.jsonl\n"
	    "[events]\non s: thread s\non p: prompt p\non t: text t\n";
	char *argv[] = { "prog", NULL };
	struct door *d;

	d = open_door(simple, argv);
	door_screen(d, 1, 1000);
	append("t-1.jsonl", "{\"s\":\"one\"}\n{\"p\":\"other\"}\n{\"t\":\"no\"}\n");
	append("t-2.jsonl", "{\"s\":\"two\"}\n{\"p\":\"old\"}\n{\"t\":\"no\"}\n");
	expect(d, 1500, "", "nothing typed yet");
	door_typed(d, "hello", 5, 2000);
	append("t-2.jsonl", "{\"p\":\"hello\"}\n{\"t\":\"yes\"}\n");
	expect(d, 2500, "thread two;busy ;prompt hello;text yes;",
	    "the only file with our prompt is ours, from that turn on");
	close_door(d);
}

static void
test_fifo(void)
{
	static const char text[] = "[setup]\nfifo out\nempty in\n[events]\n"
	    "on p: prompt p\non t: text t\n[in]\nappend in {\"m\":\"%TEXT:json%\"}\n"
	    "max 100\n";
	char *argv[] = { "prog", NULL }, big[101];
	struct door *d;

	d = open_door(text, argv);
	expect(d, 1, "", "a pipe without a writer");
	append("out", "{\"p\":\"x\"}\n");
	expect(d, 2, "busy ;prompt x;", "and with one");
	expect(d, 3, "", "that has gone");
	ok(door_can_send(d, 1) && !door_can_send(d, 0), "sends when idle");
	memset(big, 'x', sizeof(big));
	ok(door_send(d, big, sizeof(big), 10) == -1, "not what is too long");
	ok(door_send(d, "a\"b\nc", 5, 10) == 0 &&
	    door_send_state(d, 10) == DOOR_SENT_WAIT, "sent");
	is_str(slurp("in"), "{\"m\":\"a\\\"b\\nc\"}\n", "as a line of JSON");
	ok(!door_can_send(d, 1), "one at a time");
	append("out", "{\"p\":\"z\"}\n");
	expect(d, 20, "end ;busy ;prompt z;", "another prompt");
	ok(door_send_state(d, 20) == DOOR_SENT_WAIT, "is no proof");
	append("out", "{\"p\":\"a\\\"b\\nc\"}\n");
	expect(d, 30, "end ;busy ;prompt a\"b\nc;", "its own");
	ok(door_send_state(d, 30) == DOOR_SENT_TAKEN, "is");
	ok(door_send(d, "n", 1, 40) == 0 && door_send_state(d,
	    40 + DOOR_SEND_MS) == DOOR_SENT_FAILED, "never seen: it failed");
	close_door(d);
}

static void
test_run(void)
{
	static const char text[] = "[setup]\n[events]\non s: thread s\n"
	    "on p: prompt p\n[in]\n"
	    "run sh -c %TEXT% sh %THREAD%\nwhen any\n";
	char *argv[] = { "prog", NULL };
	struct door *d;
	siginfo_t si;
	int i;

	d = open_door(text, argv);
	ok(!door_can_send(d, 1), "no session yet");
	(void)door_hook(d, "{\"s\":\"t-1\"}", 11, 1);
	expect(d, 1, "thread t-1;", "a session");
	ok(door_can_send(d, 0), "now it can, also while busy");
	for (i = 0; i < 2; i++) {
		ok(door_send(d, i == 0 ? "test $1 = t-1" : "exit 3", 13 - 7 * i,
		    10) == 0, "a command is started");
		ok(waitid(P_ALL, 0, &si, WEXITED | WNOWAIT) == 0, "it ends");
		door_step(d, NULL, 20);
		ok(door_send_state(d, 10 + DOOR_SEND_MS) == (i == 0 ?
		    DOOR_SENT_WAIT : DOOR_SENT_FAILED), i == 0 ?
		    "accepted: it has more time" : "a failure is one");
		if (i == 0) {
			(void)door_hook(d, "{\"p\":\"test $1 = t-1\"}", 21, 30);
			expect(d, 30, "busy ;prompt test $1 = t-1;", "taken");
			ok(door_send_state(d, 30) == DOOR_SENT_TAKEN, "seen");
		}
	}
	close_door(d);
}

int
main(void)
{
	char path[300], var[300];
	int i;
	static const char *const left[] = { "c.toml", "s-1.jsonl", "s-2.jsonl",
	    "s-3.jsonl", "t-1.jsonl", "t-2.jsonl" };

	(void)snprintf(dir, sizeof(dir), "%s/csp-door.XXXXXX",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	if (mkdtemp(dir) == NULL)
		return 1;
	start.dir = dir;
	start.csp_send = "/csp-send";
	start.socket = "/s";
	start.cwd = "/work/dir";
	start.env = env;
	start.wall_ms = (int64_t)time(NULL) * 1000 - 2000;
	test_expand();
	test_toml();
	test_merge();
	test_setup();
	test_chain();
	(void)snprintf(var, sizeof(var), "DIRECTORY=%s", dir);
	env[2] = var;
	test_follow();
	test_unique();
	test_fifo();
	test_run();
	for (i = 0; i < 6; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, left[i]);
		(void)unlink(path);
	}
	ok(rmdir(dir) == 0, "nothing is left behind");
	return tap_done();
}
