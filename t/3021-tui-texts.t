# texts of all kinds, and a person's draft, with a program
# that draws its own screen; rules for any program, none of its own
. "$(dirname "$0")/tap.sh"
. "$top/t/tui.sh"

# texts
side texts
printf '%s\n' '!not a command' '/nor this' '' '    indented' '> no echo' \
	'#4 @README' >many
check 'lines of all kinds' sh -c 'csp-send --to texts --from me --wait 15 \
	<many >got'
sed '1s/^/[me] /;s/^/| /;$s/$/ /' many >want
echo . >>want
check 'arrive as they are' diff want texts.notes
text="$(printf 'a\033b\033[201~c\r\177 \302\233 d\te')"
check 'controls' ask "$text"
check 'are made visible, one for one' eval \
	'tail -n 2 texts.notes | grep -q "^| \[me\] a␛b␛\[201~c␍␡ � d	e$"'
check 'emoji, wide and combining characters' ask 'é é 漢字 👍🏽 👨‍👩‍👧 ✳'
check 'arrive as well' grep -q '^| \[me\] é é 漢字 👍🏽 👨‍👩‍👧 ✳$' texts.notes
check 'a reply of 200 lines' ask 'lines:200'
awk 'BEGIN { for (i = 1; i <= 200; i++) print "line " i }' >want
check 'is whole' diff want got
for i in 1 2 3; do csp-send --to texts --from me "number $i"; done
check 'three at once: three prompts' eventually 15 sh -c \
	'test "$(grep -c "number" texts.notes)" -eq 3'
printf '| [me] number %s\n.\n' 1 2 3 >want
check 'in order' sh -c 'tail -n 6 texts.notes | diff want -'
done_with

side folded -f
awk 'BEGIN { for (i = 1; i <= 1000; i++) print i, "sixty columns of text, so \
that all of it is some 60 KB of text" }' >many
check '60 KB, folded up in the box' sh -c 'csp-send --to folded --from me \
	--wait 30 <many >got'
sed '1s/^/[me] /;s/^/| /' many >want
echo . >>want
check 'arrive whole' diff want folded.notes
done_with

# the person's draft
side draft
printf 'my dra' >&3
eventually 5 grep -q 'my dra' draft.out
post --to draft --from me hello
check 'a draft: the message is held' eventually 5 receipt "$id" 'held.*typing'
printf 'ft\r' >&3
check 'and goes in after it' eventually 10 receipt "$id" replied
check 'nothing was joined or lost' taken '| my draft' . '| [me] hello' .
done_with

finish
