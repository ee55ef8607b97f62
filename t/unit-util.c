/*
 * unit-util - the small parts that every program stands on: util, buf, jbuf,
 * room, and the names in net.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/jbuf.h"
#include "lib/net.h"
#include "lib/room.h"
#include "lib/util.h"
#include "t/tap.h"

#define N(table)	(sizeof(table) / sizeof((table)[0]))

static void
test_numbers(void)
{
	static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "0x1",
	    "1.0", "9223372036854775808", "-9223372036854775809",
	    "99999999999999999999", "1a", "--1" };
	int64_t v = 4711;
	size_t i;

	for (i = 0; i < N(bad); i++)
		ok(num_parse(bad[i], INT64_MIN, INT64_MAX, &v) == -1 &&
		    v == 4711, "no number, no change");
	ok(num_parse("9223372036854775807", 0, INT64_MAX, &v) == 0 &&
	    v == INT64_MAX, "the largest");
	ok(num_parse("-9223372036854775808", INT64_MIN, 0, &v) == 0 &&
	    v == INT64_MIN, "the smallest");
	ok(num_parse("007", 0, 7, &v) == 0 && v == 7, "at the bound");
	ok(num_parse("8", 0, 7, &v) == -1 && num_parse("1", 2, 7, &v) == -1,
	    "over and under it");
	ok(num_parse_n("12x", 2, 0, 99, &v) == 0 && v == 12, "by length");
}

static void
test_times(void)
{
	static const struct {
		const char *s;
		int64_t ms;	/* -1: no time */
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-22T15:04:05.123Z", 1795359845123 },
		{ "2026-11-22T17:04:05.123+02:00", 1795359845123 },
		{ "2026-11-22t14:34:05.1239999-00:30", 1795359845123 },
		{ "2024-02-29 00:00:00z", 1709164800000 },
		{ "2000-03-01T00:00:00Z", 951868800000 },
		{ "1700000000000", 1700000000000 },
		{ "2023-02-29T00:00:00Z", -1 },
		{ "2026-13-01T00:00:00Z", -1 },
		{ "2026-04-31T00:00:00Z", -1 },
		{ "2026-11-22T24:00:00Z", -1 },
		{ "2026-11-22T15:04:05", -1 },
		{ "2026-11-22T15:04:05.Z", -1 },
		{ "2026-11-22T15:04:05+2:00", -1 },
		{ "2026-11-22", -1 },
		{ "now", -1 },
		{ "", -1 }
	};
	char out[TIME_LEN + 1], http[TIME_HTTP_LEN + 1];
	int64_t ms;
	size_t i;

	for (i = 0; i < N(cases); i++) {
		ms = -1;
		if (!ok(time_parse(cases[i].s, strlen(cases[i].s), &ms) ==
		    (cases[i].ms == -1 ? -1 : 0) && ms == cases[i].ms,
		    "a time"))
			printf("# %s: %lld\n", cases[i].s, (long long)ms);
	}
	time_format(1795359845123, out);
	is_str(out, "2026-11-22T15:04:05.123Z", "written");
	time_format(-1, out);
	is_str(out, "1969-12-31T23:59:59.999Z", "before 1970");
	time_format(951782399999, out);
	is_str(out, "2000-02-28T23:59:59.999Z", "before a leap day");
	time_http(784111777000, http);
	is_str(http, "Sun, 06 Nov 1994 08:49:37 GMT", "as HTTP wants it");
	time_http(-1, http);
	is_str(http, "Wed, 31 Dec 1969 23:59:59 GMT", "before 1970");
	time_http(1709251199999, http);
	is_str(http, "Thu, 29 Feb 2024 23:59:59 GMT", "on a leap day");
}

static void
test_join(void)
{
	char out[8];

	ok(text_join(out, sizeof out, (char *)NULL) == 0, "nothing is joined");
	is_str(out, "", "to nothing");
	ok(text_join(out, sizeof out, "abc", "", "defg", (char *)NULL) == 0,
	    "what fits exactly");
	is_str(out, "abcdefg", "is joined");
	ok(text_join(out, sizeof out, "abc", "defgh", (char *)NULL) == -1,
	    "a byte more is refused");
	is_str(out, "", "and leaves nothing");
}

static void
test_ids(void)
{
	static const char *const bad[] = { "", ".a", "-a", "_a", "a b", "a/b",
	    "\xc3\xa9", "a\n", "%41" };
	char out[ID_MAX + 1] = "old", longest[ID_MAX + 2];
	size_t i;

	for (i = 0; i < N(bad); i++)
		ok(id_fold(bad[i], strlen(bad[i]), out) == -1 &&
		    strcmp(out, "old") == 0, "no id, no change");
	ok(id_fold("Claude-1._X", 11, out) == 0, "an id");
	is_str(out, "claude-1._x", "in lower case");
	memset(longest, 'a', sizeof(longest));
	ok(id_fold(longest, ID_MAX, out) == 0 &&
	    id_fold(longest, ID_MAX + 1, out) == -1, "its length");
}

/*
 * Whether a comparison looks at the end of a text that differs at once: there
 * it may not be read, so that who looks there dies.  What stops early takes a
 * time that tells how much was right.
 */
static int
looks_to_the_end(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p, guess[600];
	pid_t pid;
	int st;

	p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON,
	    -1, 0);
	if (p == MAP_FAILED || (pid = fork()) == -1)
		return 0;
	if (pid == 0) {
		memset(guess, 'b', n);
		memset(p, 'a', page);
		if (mprotect(p + page, page, PROT_NONE) == -1)
			_exit(42);
		(void)close(STDERR_FILENO);	/* sanitizers would tell */
		/* all but its last byte can be read */
		_exit(secret_equal(p + page - n + 1, n, guess, n) ? 43 : 42);
	}
	(void)munmap(p, 2 * page);
	return waitpid(pid, &st, 0) == pid &&
	    !(WIFEXITED(st) && WEXITSTATUS(st) >= 42);
}

static void
test_secrets(void)
{
	char arg[] = "secret", hex[65], *copy;

	ok(looks_to_the_end(1) && looks_to_the_end(8) && looks_to_the_end(15) &&
	    looks_to_the_end(64) && looks_to_the_end(511),
	    "a secret is compared to its end, wherever it differs");
	ok(secret_equal("abc", 3, "abc", 3) && !secret_equal("abd", 3, "abc", 3)
	    && !secret_equal("ab", 2, "abc", 3) &&
	    !secret_equal("abcd", 4, "abc", 3) && !secret_equal("", 0, "a", 1),
	    "secrets are compared whole");
	copy = secret_take(arg);
	is_str(arg, "******", "blanked");
	is_str(copy != NULL ? copy : "", "secret", "and kept");
	free(copy);
	ok(random_hex(hex, 32) == 0 && strlen(hex) == 64 &&
	    strspn(hex, "0123456789abcdef") == 64, "random digits");
}

static void
test_printable(void)
{
	static const struct {
		const char *s, *line, *text;
	} cases[] = {
		{ "plain", "plain", "plain" },
		{ "a\nb\tc", "a\\x0ab\\x09c", "a\nb\tc" },
		{ "\x1b[31mred\a\r", "\\x1b[31mred\\x07\\x0d",
		    "\\x1b[31mred\\x07\\x0d" },
		{ "\x7f", "\\x7f", "\\x7f" },
		{ "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		    "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		    "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\xc2\x9b" "1m\x9b", "\\u009b1m\\x9b", "\\u009b1m\\x9b" },
		{ "\xd8\x9c\xc2\xa0", "\\u061c\xc2\xa0", "\\u061c\xc2\xa0" },
		{ "\xe2\x80\xae" "abc\xe2\x81\xa6", "\\u202eabc\\u2066",
		    "\\u202eabc\\u2066" },
		{ "\xe2\x82", "\\xe2\\x82", "\\xe2\\x82" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" }
	};
	char out[100];
	size_t i, n, used;

	for (i = 0; i < N(cases); i++) {
		n = printable(out, sizeof(out), cases[i].s,
		    strlen(cases[i].s), PRINT_LINE, NULL);
		is_mem(out, n, cases[i].line, strlen(cases[i].line),
		    "harmless on one line");
		n = printable(out, sizeof(out), cases[i].s,
		    strlen(cases[i].s), PRINT_TEXT, &used);
		is_mem(out, n, cases[i].text, strlen(cases[i].text),
		    "harmless on several");
		ok(used == strlen(cases[i].s), "all of it");
	}
	n = printable(out, 5, "ab\x1b" "c", 4, PRINT_LINE, &used);
	ok(n == 2 && used == 2, "no half escapes");
	n = printable(out, 3, "a\xe2\x82\xac", 4, PRINT_LINE, &used);
	ok(n == 1 && used == 1, "no half characters");
}

static void
test_buf(void)
{
	char lent[32];
	struct buf b;
	size_t i;
	int same = 1;

	buf_init(&b, 1000);
	ok(buf_append(&b, NULL, 0) == 0 && b.len == 0, "nothing is nothing");
	for (i = 0; i < 1000; i++)
		(void)buf_putc(&b, (int)(i % 251));	/* has room */
	ok(b.len == 1000, "as much as allowed");
	ok(buf_putc(&b, 0) == -1 && errno == EFBIG && b.len == 1000,
	    "no byte more");
	ok(buf_append(&b, "x", (size_t)-1) == -1 && b.len == 1000,
	    "not even by overflow");
	buf_consume(&b, 600);
	ok(b.len == 400 && (unsigned char)b.p[0] == 600 % 251,
	    "consumed in front");
	for (i = 1000; i < 5000; i++) {
		buf_consume(&b, 1);
		if (buf_putc(&b, (int)(i % 251)) == -1 ||
		    (unsigned char)b.p[0] != (i - 399) % 251)
			same = 0;
	}
	ok(same && b.len == 400, "a queue that goes round keeps its bytes");
	ok((size_t)(b.p - b.base) + b.cap <= 2000, "and its memory small");
	buf_truncate(&b, 3);
	ok(b.len == 3, "cut");
	buf_clear(&b, 0);
	ok(b.len == 0 && b.base == NULL, "cleared and given back");
	ok(buf_putnum(&b, INT64_MIN) == 0 && buf_printf(&b, "[%d]", 7) == 0,
	    "numbers");
	is_mem(b.p, b.len, "-9223372036854775808[7]", 23, "in decimal");
	buf_free(&b);
	buf_init(&b, 4);
	ok(buf_printf(&b, "%d", 12345) == -1 && b.len == 0,
	    "printf does not pass the limit");
	buf_free(&b);
	buf_init_at(&b, lent, sizeof(lent), 1000);
	for (i = 0; i < sizeof(lent); i++)
		(void)buf_putc(&b, (int)i);	/* has room */
	buf_consume(&b, 1);
	ok(b.base == lent && b.len == sizeof(lent) - 1,
	    "memory that is lent is used");
	ok(buf_putc(&b, 99) == 0 && b.base != lent && b.len == sizeof(lent) &&
	    b.p[0] == 1 && b.p[b.len - 1] == 99, "as far as it goes");
	buf_clear(&b, 0);
	buf_init_at(&b, lent, sizeof(lent), 1000);
	ok(buf_puts(&b, "abc") == 0 && b.base == lent, "and again");
	buf_free(&b);
	ok(b.base == NULL && lent[0] == 'a', "but not freed");
}

static void
test_jbuf(void)
{
	struct json_out o;
	struct buf b;
	int i;

	buf_init(&b, 2000);
	(void)buf_puts(&b, "head");	/* has room */
	jbuf_begin(&o, &b);
	json_put_open(&o, '[');
	for (i = 0; i < 100; i++)
		json_put_int(&o, i);
	json_put_close(&o, ']');
	ok(jbuf_end(&o) == 0 && b.len == 4 + 291 &&
	    memcmp(b.p, "head[0,1,2", 10) == 0 && b.p[b.len - 1] == ']',
	    "JSON behind what was there");
	jbuf_begin(&o, &b);
	for (i = 0; i < 1000; i++)
		json_put_str(&o, "more than fits");
	ok(jbuf_end(&o) == -1 && b.len == 4 + 291, "or as it was");
	buf_free(&b);
}

static void
test_urls(void)
{
	static const struct {
		const char *url, *host, *authority;
		int port;	/* 0: refused */
	} cases[] = {
		{ "http://127.0.0.1:8765", "127.0.0.1", "127.0.0.1:8765",
		    8765 },
		{ "HTTP://Host/", "Host", "Host", 80 },
		{ "http://[::1]:9", "::1", "[::1]:9", 9 },
		{ "http://[::1]", "::1", "[::1]", 80 },
		{ "https://a", NULL, NULL, 0 },
		{ "a:80", NULL, NULL, 0 },
		{ "http://", NULL, NULL, 0 },
		{ "http:///x", NULL, NULL, 0 },
		{ "http://a/b", NULL, NULL, 0 },
		{ "http://u@a", NULL, NULL, 0 },
		{ "http://a:", NULL, NULL, 0 },
		{ "http://a:0", NULL, NULL, 0 },
		{ "http://a:65536", NULL, NULL, 0 },
		{ "http://a:80:80", NULL, NULL, 0 },
		{ "http://[::1", NULL, NULL, 0 },
		{ "http://[::1]x", NULL, NULL, 0 },
		{ "http://a b", NULL, NULL, 0 },
		{ "http://a\r\nX: y", NULL, NULL, 0 }
	};
	static const char *const local[] = { "localhost", "LocalHost",
	    "x.localhost", "127.0.0.1", "127.9.9.9", "::1" };
	static const char *const foreign[] = { "", "example.net", "localhost.",
	    "notlocalhost", "localhost.example.net", "128.0.0.1", "127.1",
	    "0.0.0.0", "::", "127.0.0.1.example.net" };
	struct net_url u;
	size_t i;
	int r;

	for (i = 0; i < N(cases); i++) {
		r = net_url_parse(cases[i].url, &u);
		if (!ok(cases[i].port == 0 ? r == -1 : r == 0 &&
		    u.port == cases[i].port &&
		    strcmp(u.host, cases[i].host) == 0 &&
		    strcmp(u.authority, cases[i].authority) == 0, "a URL"))
			printf("# %s\n", cases[i].url);
	}
	for (i = 0; i < N(local); i++)
		ok(net_is_loopback(local[i], strlen(local[i])), "this machine");
	for (i = 0; i < N(foreign); i++)
		ok(!net_is_loopback(foreign[i], strlen(foreign[i])),
		    "not this machine");
}

/* Writes a file with this mode into the directory. */
static void
make_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF ||
	    chmod(path, mode) == -1)
		printf("# cannot make %s\n", path);
}

static void
test_room(const char *dir)
{
	struct room_given g;
	struct room r, w;
	char path[ROOM_PATH_MAX];

	memset(&g, 0, sizeof(g));
	g.dir = dir;
	ok(room_find(&r, &g) == ROOM_ABSENT, "no room, no token");
	g.token = "env";
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.token, "env") == 0 &&
	    strcmp(r.url, "http://127.0.0.1:8765") == 0, "the default URL");
	g.port = "99";
	ok(room_find(&r, &g) == ROOM_OK &&
	    strcmp(r.url, "http://127.0.0.1:99") == 0, "with CSP_PORT");
	g.url = "http://x:1";
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.url, "http://x:1") == 0,
	    "with a URL");
	g.token = g.url = g.port = NULL;

	ok(room_paths(&w, &g) == ROOM_OK && *w.url == '\0', "a gateway's view");
	(void)strcpy(w.url, "http://127.0.0.1:5555");
	(void)strcpy(w.token, "a$b\"c;d");
	w.pid = (long)getpid();
	ok(room_write(&w) == 0, "the room's file is written");
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.url, w.url) == 0 &&
	    strcmp(r.token, w.token) == 0 && r.pid == w.pid, "and found");
	g.token = "env";
	g.url = "http://x:1";
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.token, "env") == 0,
	    "the environment goes before the file");
	g.opt_room = "Default";
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.token, w.token) == 0 &&
	    strcmp(r.url, w.url) == 0, "--room before the environment");
	g.opt_token = "opt";
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.token, "opt") == 0 &&
	    strcmp(r.url, w.url) == 0, "options before all");
	g.opt_token = g.opt_room = g.token = g.url = NULL;
	g.agent = "Claude";
	ok(room_find(&r, &g) == ROOM_ABSENT, "an agent never reads the file");
	g.token = "own";
	ok(room_find(&r, &g) == ROOM_OK && strcmp(r.agent, "claude") == 0 &&
	    strcmp(r.token, "own") == 0, "it has its own token");
	g.agent = g.token = NULL;

	w.pid = 0x7ffffff0;
	ok(room_write(&w) == 0 && room_find(&r, &g) == ROOM_ABSENT,
	    "a gateway that is gone");
	ok(room_paths(&r, &g) == ROOM_OK && strcmp(r.token, w.token) == 0,
	    "leaves its token to the next");
	(void)snprintf(path, sizeof(path), "%s/default.env", dir);
	(void)chmod(path, 0640);	/* shows in the next check */
	ok(room_find(&r, &g) == ROOM_UNSAFE, "a file that others may read");
	make_file(path, "CSP_GATEWAY_URL=$(rm -rf /)\n", 0600);
	ok(room_find(&r, &g) == ROOM_ERROR, "no room's file");
	(void)unlink(path);
	g.token = "it's";
	ok(room_paths(&r, &g) == ROOM_USAGE, "a token that sh would end at");
	g.room = "a/b";
	ok(room_find(&r, &g) == ROOM_USAGE, "no room's name");
}

static void
test_visible(void)
{
	char s[20];
	size_t i, n;
	int c, good = 1;

	ok(!is_visible("", 0), "no text is no word");
	for (n = 1; n <= sizeof(s); n++)
		for (i = 0; i < n; i++)
			for (c = 0; c < 256; c++) {
				memset(s, c & 1 ? '!' : '~', sizeof(s));
				s[i] = (char)c;
				good &= is_visible(s, n) ==
				    (c >= 0x21 && c <= 0x7e);
			}
	ok(good, "every byte in every place of a word");
}

static void
test_token_file(const char *dir)
{
	char path[ROOM_PATH_MAX], token[ROOM_TOKEN_MAX], why[200];

	(void)snprintf(path, sizeof(path), "%s/token", dir);
	ok(room_token_file(path, token, why, sizeof(why)) == ROOM_ERROR,
	    "no token file");
	make_file(path, "secret\nmore\n", 0600);
	ok(room_token_file(path, token, why, sizeof(why)) == ROOM_OK &&
	    strcmp(token, "secret") == 0, "its first line");
	make_file(path, "secret\n", 0644);
	ok(room_token_file(path, token, why, sizeof(why)) == ROOM_UNSAFE,
	    "readable to others");
	make_file(path, "\n", 0600);
	ok(room_token_file(path, token, why, sizeof(why)) == ROOM_ERROR,
	    "empty");
	make_file(path, "two words\n", 0600);
	ok(room_token_file(path, token, why, sizeof(why)) == ROOM_ERROR,
	    "not one word");
	(void)unlink(path);
}

int
main(void)
{
	char dir[] = "/tmp/csp-u.XXXXXX";

	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 1;
	}
	ok(sizeof(off_t) == 8, "files may be larger than 2 GiB");
	test_numbers();
	test_times();
	test_join();
	test_ids();
	test_secrets();
	test_printable();
	test_buf();
	test_jbuf();
	test_urls();
	test_room(dir);
	test_visible();
	test_token_file(dir);
	(void)rmdir(dir);
	return tap_done();
}
