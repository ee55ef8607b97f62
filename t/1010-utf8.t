#!/bin/sh
# lib/utf8, and that its table is what lib/gen-width.sh makes
. "$(dirname "$0")/tap.sh"

check 'decoding, encoding, widths' unit-utf8

# The table is of one Unicode version; only that one's data can be compared.
data=${UNICODE_DATA:-/usr/share/unicode}
version=$(sed -n 's/.*from Unicode \([0-9.]*\);.*/\1/p' "$top/lib/utf8_table.c")
if grep -q "^# EastAsianWidth-$version.txt" "$data/EastAsianWidth.txt" 2>/dev/null
then
	sh "$top/lib/gen-width.sh" "$data" >table.c
	check 'the table is what its generator makes' \
	    diff -u "$top/lib/utf8_table.c" table.c
else
	skip 'the table is what its generator makes' \
	    "no data of Unicode $version in $data"
fi
finish
