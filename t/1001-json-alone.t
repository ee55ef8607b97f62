#!/bin/sh
# json.h as somebody takes it into a program of his own
. "$(dirname "$0")/tap.sh"

cp "$top/json.h" .
cat >code.c <<'E'
#define JSON_IMPLEMENTATION
#include "json.h"
E
cat >use.c <<'E'
#include "json.h"
#include <stdio.h>
int main(void)
{
	static const char text[] = "{\"id\":17,\"to\":[\"a\"]}";
	struct json_node nodes[8];
	struct json_out o;
	char memory[64];
	int64_t id;

	if (json_parse(text, sizeof(text) - 1, nodes, 8, NULL) < 1 ||
	    json_int(json_get(nodes, "id"), &id) == -1)
		return 1;
	json_out_init(&o, memory, sizeof(memory));
	json_put_open(&o, '{');
	json_member_int(&o, "id", id + 1);
	json_put_close(&o, '}');
	printf("%.*s\n", (int)o.len, o.p);
	return o.failed;
}
E
echo '{"id":18}' >want
works() {	# COMPILER FOR-THE-CODE COMPILER FOR-ITS-USER, with options
	# shellcheck disable=SC2086
	$1 -I. -c -o code.o $2 && $3 -I. -c -o use.o $4 &&
	    $3 -o use code.o use.o && ./use >got && diff want got
}
cc=${CC:-cc}
$cc -std=c99 -I. -c -o code.o code.c 2>/dev/null || test "$cc" != false ||
    skip_all 'no compiler'
check 'json.h stands alone, in C99 and nothing more' \
    works "$cc -std=c99" code.c "$cc -std=c99" use.c
# strict NAME OPTIONS...: no word from a compiler
strict() {
	"$@" -I. -c -o strict.o code.c 2>strict.err && ! test -s strict.err ||
	    { cat strict.err; return 1; }
}
if "$cc" --version 2>/dev/null | grep -qiE 'gcc|clang|free software'; then
	check 'without a warning, not even of conversions' strict "$cc" \
	    -std=c99 -pedantic -Wall -Wextra -Wshadow -Wconversion \
	    -Wsign-conversion -Wcast-qual -Wmissing-prototypes
else skip 'without a warning' 'a compiler without such warnings'
fi
if test "$cc" = cc && command -v c++ >/dev/null; then
	cp use.c use.cc; cp code.c code.cc
	check 'code in C, its user in C++' works "$cc" code.c c++ use.cc
	check 'both in C++' works c++ code.cc c++ use.cc
else
	skip 'code in C, its user in C++' 'no c++ that goes with this compiler'
fi
undefined() {
	$cc -I. -c -o code.o code.c &&
	    nm -u code.o | sed 's/.* _*//; s/@.*//' |
	    grep -vxE 'mem(chr|cmp|cpy|move|set)|str(len|cmp|chr)|_*stack_chk_.*|GLOBAL_OFFSET_TABLE_'
	test $? -eq 1
}
if command -v nm >/dev/null
then check 'it needs memory functions only: no malloc, no stdio' undefined
else skip 'it needs memory functions only' 'no nm'
fi
finish
