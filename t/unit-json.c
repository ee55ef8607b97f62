/*
 * unit-json - json.h against tables: what is JSON and what is not, what comes
 * out of it, and the same from every cut.
 */
#include <limits.h>
#include <stdlib.h>

#include "json.h"
#include "t/tap.h"

enum { NODES = 400 };

#define S(literal)	literal, sizeof(literal) - 1
#define N(table)	(sizeof(table) / sizeof((table)[0]))

static struct json_node nodes[NODES];

static const struct text {
	const char *s;
	size_t len;
} accepted[] = {	/* RFC 8259 2 to 7, and what json.h says of its choices */
	{ S("null") },
	{ S("true") },
	{ S("false") },
	{ S("0") },
	{ S("-0") },
	{ S("12") },
	{ S("-12") },
	{ S("0.5") },
	{ S("1e5") },
	{ S("1E+5") },
	{ S("-1.25e-7") },
	{ S("0e0") },
	{ S("123456789012345678901234567890") },
	{ S("-1e-9999") },
	{ S("1e999999999999") },
	{ S("0e+1") },
	{ S("1E22") },
	{ S("-0.0") },
	{ S("123.456e78") },
	{ S("-0e-0") },
	{ S("\"\"") },
	{ S("\"a\"") },
	{ S("\"0123456789abcdef\"") },
	{ S("\"\x7f\"") },
	{ S("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"") },
	{ S("\"\\u0000\"") },
	{ S("\"\\u0012\\u001f\\u007f\"") },
	{ S("\"\\u2028\xe2\x80\xa8\xe2\x80\xa9\"") },
	{ S("\"\\uFFFE\\uFFFF\xef\xbf\xbe\xef\xb7\x90\"") },
	{ S("\"\xef\xbb\xbf\"") },
	{ S("\"\\\\u0000\"") },
	{ S("\"\\\\ud83d\"") },
	{ S("\"/*not a comment*/\"") },
	{ S("\" \"") },
	{ S("{\"\\u0000\":[],\"\\ud83d\\ude00\":{}}") },
	{ S("[\n[\r]\t]\n\n") },
	{ S("{\"a\":{\"a\":{\"a\":null}}}") },
	{ S("\"\\u20AC\\u20ac\"") },
	{ S("\"\\ud83d\\ude00\"") },
	{ S("\"\\uDBFF\\uDFFF\"") },
	{ S("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"") },
	{ S("\"\xf4\x8f\xbf\xbf\xee\x80\x80\xed\x9f\xbf\"") },
	{ S("[]") },
	{ S("{}") },
	{ S("[[[[]]]]") },
	{ S("[1,2,[3],{\"a\":4}]") },
	{ S("{\"a\":1,\"b\":{\"c\":[]},\"d\":\"e\"}") },
	{ S("{\"\":\"\"}") },
	{ S("{\"a\":1,\"a\":2}") },
	{ S(" \t\r\n{ \"a\" : [ 1 , true ] } \n") },
	{ S("[{},{},[]]") },
	{ S("{\"id\":17,\"content\":\"line\\nline \xe2\x80\x94 and "
	    "sixteen bytes and more\",\"x\":[1.5,-2e3,null]}") }
}, refused[] = {
	{ S("nul0") },
	{ S("True") },
	{ S("nullx") },
	{ S("null null") },
	{ S("00") },
	{ S("01") },
	{ S("-a") },
	{ S("+1") },
	{ S(".5") },
	{ S("1.a") },
	{ S("1.e5") },
	{ S("-.5") },
	{ S("-01") },
	{ S("-00") },
	{ S("--1") },
	{ S("++1") },
	{ S("- 1") },
	{ S("-+1") },
	{ S("1+2") },
	{ S("1 000") },
	{ S("1,000") },
	{ S("1_000") },
	{ S("0.1.2") },
	{ S("1eE2") },
	{ S("1e+-2") },
	{ S("1e 5") },
	{ S("0.e1") },
	{ S("-2.e3") },
	{ S("0b1") },
	{ S("0o7") },
	{ S("1f") },
	{ S("0x1p3") },
	{ S("1\xc3\xa9") },
	{ S("\xd9\xa1") },
	{ S("\xef\xbc\x91") },
	{ S("-nan") },
	{ S("inf") },
	{ S("nil") },
	{ S("undefined") },
	{ S("TRUE") },
	{ S("truefalse") },
	{ S("<null>") },
	{ S("&") },
	{ S("*") },
	{ S(":") },
	{ S(",") },
	{ S("#1") },
	{ S("(1)") },
	{ S("1e5.5") },
	{ S("1ea") },
	{ S("0x10") },
	{ S("NaN") },
	{ S("Infinity") },
	{ S("-Infinity") },
	{ S("'a'") },
	{ S("\"a\nb\"") },
	{ S("\"a\tb\"") },
	{ S("\"a\0b\"") },
	{ S("\"aaaaaaa\x1f" "aaaaaaaa\"") },
	{ S("\"\\a\"") },
	{ S("\"\\x41\"") },
	{ S("\"\\U0041\"") },
	{ S("\"\\'\"") },
	{ S("\"\\0\"") },
	{ S("\"\\v\"") },
	{ S("\"\\\n\"") },
	{ S("\"\\\xc3\xa9\"") },
	{ S("\"\\u00A\"") },
	{ S("\"\\u+123\"") },
	{ S("\"\\u\"") },
	{ S("\"\\uD800\\u\"") },
	{ S("\"\\uD800\\uD8000\"") },
	{ S("\"\\uDBFF\\u0041\\uDFFF\"") },
	{ S("\"\\ud83d\\\\ude00\"") },
	{ S("\"\0\"") },
	{ S("\"\r\"") },
	{ S("\"a\"\"b\"") },
	{ S("\"a\"x") },
	{ S("`a`") },
	{ S("\xe2\x80\x9c" "a\xe2\x80\x9d") },
	{ S("a") },
	{ S("\\u0031") },
	{ S("\"\\u12g4\"") },
	{ S("\"\\u 123\"") },
	{ S("\"\\ud83d\"") },
	{ S("\"\\ud83d\\n\"") },
	{ S("\"\\ud83dx\"") },
	{ S("\"\\ud83d\\u0041\"") },
	{ S("\"\\ud83d\\ud83d\"") },
	{ S("\"\\ude00\"") },
	{ S("\"\\ude00\\ude00\"") },
	{ S("\"\x80\"") },
	{ S("\"\xbf\"") },
	{ S("\"\xc0\x80\"") },
	{ S("\"\xc1\xbf\"") },
	{ S("\"\xc3\"") },
	{ S("\"\xc3(\"") },
	{ S("\"\xe0\x80\x80\"") },
	{ S("\"\xe2\x82\"") },
	{ S("\"\xed\xa0\x80\"") },
	{ S("\"\xed\xbf\xbf\"") },
	{ S("\"\xf0\x8f\xbf\xbf\"") },
	{ S("\"\xf4\x90\x80\x80\"") },
	{ S("\"\xf5\x80\x80\x80\"") },
	{ S("\"\xff\"") },
	{ S("\xef\xbb\xbf{}") },
	{ S("{}\xef\xbb\xbf") },
	{ S("\xff\xfe[\0]\0") },
	{ S("\0[\0]") },
	{ S("\xc2\xa0" "1") },
	{ S("[1\xc2\xa0]") },
	{ S("[\xe2\x81\xa0]") },
	{ S("[\f1]") },
	{ S("[1\x1c]") },
	{ S("\x1e{}") },
	{ S("[\\n]") },
	{ S("[1,]") },
	{ S("[,1]") },
	{ S("[1 2]") },
	{ S("[1,,2]") },
	{ S("[1]]") },
	{ S("[1:2]") },
	{ S("[\"a\":1]") },
	{ S("[,]") },
	{ S("[1;2]") },
	{ S("[...]") },
	{ S("[][]") },
	{ S("[a]") },
	{ S("[(]") },
	{ S("}") },
	{ S("[{]}") },
	{ S("[1}") },
	{ S("]") },
	{ S("{\"a\"}") },
	{ S("{\"a\":}") },
	{ S("{\"a\" 1}") },
	{ S("{\"a\":1,}") },
	{ S("{,\"a\":1}") },
	{ S("{\"a\":1 \"b\":2}") },
	{ S("{a:1}") },
	{ S("{'a':1}") },
	{ S("{null:1}") },
	{ S("{[]:1}") },
	{ S("{\"a\":1,,\"b\":2}") },
	{ S("{\"a\"::1}") },
	{ S("{\"a\",1}") },
	{ S("{\"a\"=1}") },
	{ S("{\"a\":1,b:2}") },
	{ S("{:1}") },
	{ S("{,}") },
	{ S("{\"a\":1:2}") },
	{ S("{\"a\" \"b\":1}") },
	{ S("{\"a\":1}#") },
	{ S("{\"a\":1}}") },
	{ S("{\"a\":/**/1}") },
	{ S("{\"\\ud83d\":1}") },
	{ S("{1:1}") },
	{ S("{\"a\":1]") },
	{ S("{}{}") },
	{ S("{} x") },
	{ S("/**/1") },
	{ S("[1]//") },
	{ S("\v1") },
	{ S("1\0") },
	{ S("\0") }
}, unfinished[] = {
	{ S("") },
	{ S("  ") },
	{ S("n") },
	{ S("tru") },
	{ S("-") },
	{ S("1.") },
	{ S("1e") },
	{ S("1e-") },
	{ S("\"") },
	{ S("\"abcdefghijklmnop") },
	{ S("\"\\") },
	{ S("\"\\u12") },
	{ S("\"\\ud83d") },
	{ S("\"\\ud83d\\ud") },
	{ S("\"\\ud83d\\") },
	{ S("\"\\u") },
	{ S("\"\xf0\x9f\x98") },
	{ S("\"\xc3") },
	{ S("-0.") },
	{ S("0e+") },
	{ S("1E-") },
	{ S("[[[[[[[[") },
	{ S("{\"a\":{") },
	{ S("[\"a") },
	{ S("[\n") },
	{ S("{\"a\" ") },
	{ S("{\"a\":1, ") },
	{ S("\"\xe2\x82") },
	{ S("[") },
	{ S("[1") },
	{ S("[1,") },
	{ S("{") },
	{ S("{\"a") },
	{ S("{\"a\"") },
	{ S("{\"a\":") },
	{ S("{\"a\":1") },
	{ S("{\"a\":1,") }
};

/*
 * Parses from memory of exactly that size, so that a look past the end is seen
 * by the sanitizers.
 */
static int
parse(const char *s, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	int r;

	if (copy == NULL)
		return JSON_FULL;
	memcpy(copy, s, len);
	r = json_parse(copy, len, nodes, NODES, NULL);
	free(copy);
	return r;
}

static void
test_tables(void)
{
	size_t i;

	for (i = 0; i < N(accepted); i++)
		if (!ok(parse(accepted[i].s, accepted[i].len) > 0,
		    "this is JSON"))
			printf("# %s\n", accepted[i].s);
	for (i = 0; i < N(refused); i++)
		if (!ok(parse(refused[i].s, refused[i].len) == JSON_BAD,
		    "this is no JSON"))
			printf("# %s\n", refused[i].s);
	for (i = 0; i < N(unfinished); i++)
		if (!ok(parse(unfinished[i].s, unfinished[i].len) == JSON_MORE,
		    "this could become JSON"))
			printf("# %s\n", unfinished[i].s);
}

/*
 * Every beginning of JSON is unfinished or JSON itself (`1` of `12`), and once
 * a beginning is bad, so is all that begins with it.
 */
static void
test_cuts(void)
{
	size_t i, n;
	int good = 1, steady = 1, bad, r;

	for (i = 0; i < N(accepted); i++)
		for (n = 0; n < accepted[i].len; n++) {
			r = parse(accepted[i].s, n);
			if (r != JSON_MORE && r < 1) {
				printf("# %.*s\n", (int)n, accepted[i].s);
				good = 0;
			}
		}
	ok(good, "no beginning of JSON is taken for bad");
	for (i = 0; i < N(refused); i++)
		for (bad = 0, n = 0; n <= refused[i].len; n++) {
			r = parse(refused[i].s, n);
			if (bad && r != JSON_BAD) {
				printf("# %.*s\n", (int)n, refused[i].s);
				steady = 0;
			}
			bad = r == JSON_BAD;
		}
	ok(steady, "what begins badly stays bad");
}

static void
test_where(void)
{
	static const struct {
		const char *s;
		size_t where;
	} cases[] = {
		{ "{\"a\":x}", 5 },
		{ "[1,2", 4 },
		{ "[1] 2", 4 },
		{ "\"ab\x01\"", 3 },
		{ "\"a\\q\"", 3 }
	};
	size_t i, where;

	for (i = 0; i < N(cases); i++) {
		where = 999;
		(void)json_parse(cases[i].s, strlen(cases[i].s), nodes, NODES,
		    &where);
		if (!ok(where == cases[i].where, "an error says where"))
			printf("# %s: %zu\n", cases[i].s, where);
	}
}

static void
test_limits(void)
{
	char deep[2 * (JSON_DEPTH_MAX + 1)];
	size_t d = JSON_DEPTH_MAX;

	memset(deep, '[', d);
	memset(deep + d, ']', d);
	ok(parse(deep, 2 * d) == (int)d, "as deep as allowed");
	d++;
	memset(deep, '[', d);
	memset(deep + d, ']', d);
	ok(parse(deep, 2 * d) == JSON_FULL, "one deeper is refused");
	ok(json_parse("[1,2,3]", 7, nodes, 4, NULL) == 4, "nodes enough");
	ok(json_parse("[1,2,3]", 7, nodes, 3, NULL) == JSON_FULL,
	    "one node too few");
	ok(json_parse("{\"a\":1}", 7, nodes, 2, NULL) == JSON_FULL,
	    "no node for a value");
	ok(json_parse("1", 1, nodes, 0, NULL) == JSON_FULL, "no node at all");
}

static const struct json_node *
whole(const char *s)
{
	if (json_parse(s, strlen(s), nodes, NODES, NULL) < 1)
		printf("# does not parse: %s\n", s);
	return nodes;
}

static void
test_walk(void)
{
	const struct json_node *root, *v;

	root = whole("{\"a\":[1,[2,3],{\"b\":4}],\"c\":\"d\"}");
	ok(root->type == JSON_OBJECT && root->n == 2 && root->span == 12,
	    "an object counts its members and its nodes");
	v = json_get(root, "a");
	ok(v->type == JSON_ARRAY && v->n == 3 && v->len == 17,
	    "an array counts its elements and its bytes");
	v = json_first(v);
	ok(v->type == JSON_INT, "first element");
	v = json_next(v);
	ok(v->type == JSON_ARRAY && v->span == 3, "second element");
	v = json_next(v);
	ok(v->type == JSON_OBJECT && v->n == 1, "third, behind the nested one");
	ok(json_first(whole("[]")) == NULL && json_first(whole("{}")) == NULL,
	    "nothing is in an empty container");
	ok(json_get(whole("[1]"), "a") == NULL && json_get(NULL, "a") == NULL,
	    "only objects have members");
}

static void
test_pick(void)
{
	static const struct json_name names[] = {
		JSON_NAME("from"), JSON_NAME("to"), JSON_NAME("content")
	};
	const struct json_node *got[3];

	ok(json_pick(whole("{\"x\":{\"to\":1},\"to\":\"b\",\"from\":\"a\"}"),
	    names, got, 3) == 0 && json_is(got[0], "a") &&
	    json_is(got[1], "b") && got[2] == NULL, "members by name");
	ok(json_pick(whole("{\"to\":1,\"to\":2}"), names, got, 3) == -1,
	    "a member that is read may not come twice");
	ok(json_pick(whole("{\"to\":1,\"t\\u006f\":2}"), names, got, 3) == -1,
	    "not in disguise either");
	ok(json_pick(whole("{\"x\":1,\"x\":2}"), names, got, 3) == 0,
	    "others may");
	ok(json_pick(whole("{\"\\u0066rom\":1}"), names, got, 3) == 0 &&
	    got[0] != NULL, "an escaped name is found");
	ok(json_pick(whole("{\"fro\\u006d1\":1,\"fro\":2,\"From\":3}"), names,
	    got, 3) == 0 && got[0] == NULL, "others are not taken for it");
	ok(json_pick(whole("3"), names, got, 3) == -1, "a number has none");
	ok(json_get(whole("{\"a\":1,\"a\":1}"), "a") == NULL,
	    "json_get does not choose");
}

static void
test_strings(void)
{
	static const char want[] = "\"\\/\b\f\n\r\t\xe2\x82\xac\xf0\x9f\x98\x80"
	    "\xc2\x80\x7f";
	const struct json_node *v;
	const char *s;
	char out[64];
	size_t n;
	long len;

	v = whole("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20ac\\ud83d\\ude00"
	    "\\u0080\x7f\"");
	len = json_string(v, out, sizeof(out));
	is_mem(out, (size_t)len, want, sizeof(want) - 1, "escapes are undone");
	ok(json_string(v, out, sizeof(want) - 1) == len, "exactly fits");
	ok(json_string(v, out, sizeof(want) - 2) == -1, "one byte too few");
	ok((v->flags & (JSON_ESCAPED | JSON_NUL)) == JSON_ESCAPED,
	    "escapes are flagged");
	ok((whole("\"a\\u0000\"")->flags & JSON_NUL) != 0, "NUL is flagged");
	v = whole("\"plain\"");
	s = json_view(v, out, 0, &n);
	ok(s == v->p && n == 5 && v->flags == 0, "a plain string is a view");
	ok(json_view(whole("1"), out, sizeof(out), &n) == NULL &&
	    json_view(NULL, out, sizeof(out), &n) == NULL, "no string, no view");
	ok(json_view(whole("\"\\n\""), out, 0, &n) == NULL,
	    "no room, no view");
	ok(json_is(whole("\"a\\u0062c\""), "abc"), "equal when unescaped");
	ok(!json_is(whole("\"a\\u0062c\""), "ab") &&
	    !json_is(whole("\"a\\u0062\""), "abc") &&
	    !json_is(whole("1"), "1"), "and not when not");
}

static void
test_numbers(void)
{
	static const struct {
		const char *s;
		int r;
		int64_t v;
	} cases[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "17", 0, 17 },
		{ "9007199254740993", 0, 9007199254740993 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "9223372036854775808", -1, 0 },
		{ "-9223372036854775809", -1, 0 },
		{ "99999999999999999999999", -1, 0 },
		{ "1.0", -1, 0 },
		{ "1e2", -1, 0 },
		{ "\"1\"", -1, 0 },
		{ "true", -1, 0 }
	};
	int64_t v;
	size_t i;

	for (i = 0; i < N(cases); i++) {
		v = 4711;
		if (!ok(json_int(whole(cases[i].s), &v) == cases[i].r &&
		    v == (cases[i].r == 0 ? cases[i].v : 4711),
		    "integers exactly or not at all"))
			printf("# %s\n", cases[i].s);
	}
	v = 1;
	ok(json_int(NULL, &v) == -1 && v == 1, "no node, no number");
}

/* Gives memory bit by bit, moving it each time. */
static int
grow(struct json_out *o, size_t n)
{
	char *p = malloc(o->len + n);

	if (p == NULL)
		return -1;
	if (o->len > 0)
		memcpy(p, o->p, o->len);
	free(o->arg);
	o->arg = o->p = p;
	o->cap = o->len + n;
	return 0;
}

static void
put_sample(struct json_out *o)
{
	json_put_open(o, '{');
	json_member_str(o, "s", "a\"\\\b\f\n\r\t\x01\x1f\x7f");
	json_member_int(o, "min", INT64_MIN);
	json_member_int(o, "max", INT64_MAX);
	json_member_bool(o, "t", 1);
	json_member_bool(o, "f", 0);
	json_put_name(o, "n", 1);
	json_put_null(o);
	json_put_name(o, "a", 1);
	json_put_open(o, '[');
	json_put_open(o, '[');
	json_put_close(o, ']');
	json_put_open(o, '{');
	json_put_close(o, '}');
	json_put_raw(o, "1e5", 3);
	json_put_str(o, "");
	json_put_close(o, ']');
	json_member_string(o, "u", "\xe2\x82\xac \xf0\x9f\x98\x80", 8);
	json_put_close(o, '}');
}

static void
test_writer(void)
{
	static const char want[] = "{\"s\":\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001"
	    "\\u001f\x7f\",\"min\":-9223372036854775808,"
	    "\"max\":9223372036854775807,\"t\":true,\"f\":false,\"n\":null,"
	    "\"a\":[[],{},1e5,\"\"],\"u\":\"\xe2\x82\xac \xf0\x9f\x98\x80\"}";
	struct json_out o;
	char memory[300];
	size_t cap;
	int short_ok = 1;

	json_out_init(&o, memory, sizeof(memory));
	put_sample(&o);
	is_mem(o.p, o.len, want, sizeof(want) - 1, "all kinds of values");
	ok(json_parse(o.p, o.len, nodes, NODES, NULL) > 0, "it is JSON");
	for (cap = 0; cap < sizeof(want) - 1; cap++) {
		json_out_init(&o, memory, cap);
		memory[cap] = '!';
		put_sample(&o);
		if (!o.failed || o.len > cap || memory[cap] != '!')
			short_ok = 0;
	}
	ok(short_ok, "too little memory is remembered and never passed");
	json_out_init(&o, memory, cap);
	put_sample(&o);
	ok(!o.failed && o.len == cap, "exactly enough is enough");
	json_out_init(&o, NULL, 0);
	o.grow = grow;
	put_sample(&o);
	is_mem(o.p, o.len, want, sizeof(want) - 1, "in memory that moves");
	free(o.arg);
}

static void
test_foreign(void)
{
	static const struct {
		const char *s, *want;
	} cases[] = {
		{ "a\xff" "b", "\"a\xef\xbf\xbd" "b\"" },
		{ "\xc3", "\"\xef\xbf\xbd\"" },
		{ "\xc3(", "\"\xef\xbf\xbd(\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xe2\x82\xac\x80 0123456789\xc3\xa9",
		    "\"\xe2\x82\xac\xef\xbf\xbd 0123456789\xc3\xa9\"" }
	};
	struct json_out o;
	char memory[100];
	size_t i;

	for (i = 0; i < N(cases); i++) {
		json_out_init(&o, memory, sizeof(memory));
		json_put_str(&o, cases[i].s);
		is_mem(o.p, o.len, cases[i].want, strlen(cases[i].want),
		    "what is no UTF-8 becomes U+FFFD");
	}
	json_out_init(&o, memory, sizeof(memory));
	json_put_node(&o, whole("\"a\\u0041\""));
	json_put_node(&o, whole("[1, 2]"));
	is_mem(o.p, o.len, "\"a\\u0041\",[1, 2]", 16, "nodes as they stood");
}

/* Each byte in each place of a long string comes back as it went in. */
static void
test_round_trip(void)
{
	char in[40], memory[300], out[40];
	struct json_out o;
	size_t at;
	long n;
	int c, good = 1;

	for (c = 0; c < 0x80; c++)
		for (at = 0; at < sizeof(in); at++) {
			memset(in, 'x', sizeof(in));
			in[at] = (char)c;
			json_out_init(&o, memory, sizeof(memory));
			json_put_string(&o, in, sizeof(in));
			n = json_parse(o.p, o.len, nodes, NODES, NULL) == 1 ?
			    json_string(nodes, out, sizeof(out)) : -1;
			if (n != sizeof(in) || memcmp(in, out, sizeof(in)) != 0)
				good = 0;
		}
	ok(good, "every byte of ASCII at every place");
}

int
main(void)
{
	test_tables();
	test_cuts();
	test_where();
	test_limits();
	test_walk();
	test_pick();
	test_strings();
	test_numbers();
	test_writer();
	test_foreign();
	test_round_trip();
	return tap_done();
}
