#!/bin/sh
# vtdump, and through it the emulator on longer streams
. "$(dirname "$0")/tap.sh"

# dump OPTIONS... : of the bytes in ./in
dump() { vtdump "$@" <in; }

printf 'one\r\n\033[1mtwo\033[0m  \r\nthree and a half\033]0;T\007\033[?2004h' >in
printf 'one\ntwo\nthree\nand a half\n' >want
dump 10 4 >got
printf 'one\ntwo\nthree and\na half\n' >want
check 'rows without trailing spaces' diff -u want got
printf 'one\ntwo\nthree and a half\n' >want
dump -s 10 3 >got
check '-s: with the scrollback, soft wraps joined' diff -u want got
printf 'cursor 2 5\ntwo\nthree and\na half\n' | sed 's/2 5/2 6/' >want
dump -c 10 3 >got
check '-c: with the cursor' diff -u want got
cat >want <<'EOT'
title T
modes cursor paste autowrap
kitty 0 keys 0 bells 0 progress -1 0
two
three and
a half
EOT
dump -i 10 3 >got
check '-i: with title and modes' diff -u want got
printf 'one\ntwo\nthree and a half\n\n' >want
dump -r 20x4 10 3 >got
check '-r: resized at the end' diff -u want got
check 'a wrong call is told' status 2 dump 10

for kind in plain logs unicode editor; do
	awk -v kind=$kind -f "$top/t/bench/gen-term.awk" | head -c 60000 >in
	dump -ci 120 40 >want
	dump -ci -k 1 120 40 >got
	check "$kind: byte by byte shows the same" diff -u want got
	dump -ci -k 7 120 40 >got
	check "$kind: in sevens shows the same" diff -u want got
done

# What comes in a few bytes costs no more than a screen, each time.
i=0
while test $i -lt 2000; do
	printf '\033[2147483648b\033[65535S\033[65535L\033[65535@\033[65535T'
	printf 'x\033[99999999;99999999H\033[65535M\033[65535P\033[65535I'
	i=$((i + 1))
done >in
check 'counts of 2147483648 cost bounded time' dump 120 40
{ printf 'a\033]0;'; head -c 3000000 /dev/zero | tr '\0' x
  printf '\033P'; head -c 3000000 /dev/zero | tr '\0' 1
  printf '\033['; head -c 3000000 /dev/zero | tr '\0' ';'
  printf 'mb'; } >in
printf 'ab\n' >want
dump 10 1 >got
check 'strings and parameters of megabytes are read over' diff -u want got
finish
