/*
 * unit-letter - the bodies of what is posted: texts, lines of JSON, controls.
 */
#include <errno.h>

#include "lib/letter.h"
#include "t/tap.h"

static const struct letter plain = { "me", "", 0, 0 };
static const struct letter full = { "me", "bob", 16, 1 };
static struct buf b;
static const char *key;
static size_t key_len;

/* What the buffer holds is this. */
static void
holds(const char *want, const char *name)
{
	is_mem(b.p == NULL ? "" : b.p, b.len, want, strlen(want), name);
}

/* The line becomes this body, and is of this kind. */
static void
line(const char *s, enum letter_kind kind, const char *want, const char *name)
{
	int got;

	buf_clear(&b, 0);
	got = letter_json(&b, &plain, s, strlen(s), &key, &key_len);
	if (got != (int)kind)
		printf("# kind %d\n", got);
	holds(got == (int)kind ? want : "another kind", name);
}

static void
test_text(void)
{
	ok(letter_text(&b, &plain, "a \"b\"\n", 6) == 0, "a text");
	holds("{\"from\":\"me\",\"content\":\"a \\\"b\\\"\\n\"}",
	    "is escaped");
	buf_clear(&b, 0);
	ok(letter_text(&b, &full, "x", 1) == 0, "and the options");
	holds("{\"from\":\"me\",\"to\":\"bob\",\"replyTo\":16,"
	    "\"urgent\":true,\"content\":\"x\"}", "go along");
	buf_free(&b);
	buf_init(&b, 10);
	ok(letter_text(&b, &plain, "x", 1) == -1 && b.len == 0,
	    "what does not fit changes nothing");
	buf_free(&b);
	buf_init(&b, 1 << 20);
}

static void
test_json(void)
{
	static const char message[] = "{\"id\":7,\"timestamp\":\"2026-11-22"
	    "T15:04:05.123Z\",\"from\":\"ann\",\"to\":\"broadcast\",\"type\":"
	    "\"broadcast\",\"content\":\"h\\u00e9\\n\",\"replyTo\":3,\"hops\":2,"
	    "\"verbatim\":false,\"complete\":false,\"quiet\":true,"
	    "\"urgent\":true}";

	line("{\"content\":\"x\"}", LETTER_MESSAGE,
	    "{\"content\":\"x\",\"from\":\"me\"}", "what is missing is filled in");
	line(message, LETTER_MESSAGE, "{\"from\":\"ann\",\"to\":\"broadcast\","
	    "\"replyTo\":3,\"urgent\":true,\"content\":\"h\\u00e9\\n\","
	    "\"verbatim\":false,\"complete\":false}",
	    "a message of the gateway's, but for what is the gateway's");
	ok(key == NULL, "without a key");
	line("{\"from\":\"bob\",\"messageId\":3,\"stage\":\"held\",\"reason\":"
	    "\"busy\",\"key\":\"k-1\"}", LETTER_RECEIPT, "{\"from\":\"bob\","
	    "\"messageId\":3,\"stage\":\"held\",\"reason\":\"busy\"}",
	    "a receipt");
	ok(key != NULL && key_len == 3 && memcmp(key, "k-1", 3) == 0,
	    "with a key, which is not sent");
	line("{\"to\":\"a\",\"action\":\"keys\",\"keys\":[\"1\"],\"screen\":\"f\"}",
	    LETTER_CONTROL, "{\"to\":\"a\",\"action\":\"keys\",\"keys\":[\"1\"],"
	    "\"screen\":\"f\",\"from\":\"me\"}", "a control");
	line("{\"type\":\"system\",\"from\":\"system\",\"content\":\"x\"}",
	    LETTER_NOTICE, "", "a notice is for its own room");
	line("{\"content\":\"x\",\"content\":\"y\"}", LETTER_BAD, "",
	    "nothing twice");
	line("{\"content\":\"x\",\"key\":\"a b\"}", LETTER_BAD, "", "a bad key");
	line("{\"content\":\"x\",\"key\":7}", LETTER_BAD, "", "no key");
	line("[\"content\"]", LETTER_BAD, "", "a list");
	line("{\"content\":\"x\"", LETTER_BAD, "", "half a line");
	line("", LETTER_BAD, "", "none");
}

static void
test_rest(void)
{
	char *keys[] = { "1", "Enter" };
	char long_text[100];
	size_t i;
	int good = 1;

	buf_clear(&b, 0);
	ok(letter_control(&b, "a", "keys", keys, 2, "f00") == 0, "a control");
	holds("{\"to\":\"a\",\"action\":\"keys\",\"keys\":[\"1\","
	    "\"Enter\"],\"screen\":\"f00\"}", "with keys and a screen");
	for (i = 0; i < sizeof long_text; i++) {
		memset(long_text, 'a', sizeof long_text);
		good &= letter_is_utf8(long_text, sizeof long_text);
		long_text[i] = (char)0xe9;
		good &= !letter_is_utf8(long_text, sizeof long_text);
		if (i + 1 < sizeof long_text) {
			long_text[i] = (char)0xc3;
			long_text[i + 1] = (char)0xa9;
			good &= letter_is_utf8(long_text, sizeof long_text);
			good &= !letter_is_utf8(long_text, i + 1);
		}
	}
	ok(good, "UTF-8 is told at any place");
}

int
main(void)
{
	buf_init(&b, 1 << 20);
	test_text();
	test_json();
	test_rest();
	buf_free(&b);
	return tap_done();
}
