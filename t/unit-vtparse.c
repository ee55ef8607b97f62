/*
 * unit-vtparse - bytes in, events out.  Each case is read whole, byte by byte,
 * and cut in two at every place; all must give the same events.
 */
#include <string.h>

#include "lib/vtparse.h"
#include "tap.h"

struct list {
	char	text[4096];
	size_t	len;
	int	in_text;		/* the last event was text, too */
};

static void
add(struct list *l, const char *s, size_t n)
{
	if (l->len + n < sizeof l->text) {
		memcpy(l->text + l->len, s, n);
		l->len += n;
		l->text[l->len] = '\0';
	}
}

static void
add_sequence(struct list *l, const struct vtparse *vt, const char *kind)
{
	char buf[32];
	unsigned i;

	add(l, kind, strlen(kind));
	if (vt->prefix != 0)
		add(l, (const char *)&vt->prefix, 1);
	if (strcmp(kind, "ESC") != 0)
		for (i = 0; i < vt->n_params; i++) {
			snprintf(buf, sizeof buf, "%s%u",
			    vt->sub >> i & 1 ? ":" : i > 0 ? ";" : "",
			    (unsigned)vt->params[i]);
			add(l, buf, strlen(buf));
		}
	if (vt->inter == 0xff)
		add(l, "**", 2);
	else if (vt->inter != 0)
		add(l, (const char *)&vt->inter, 1);
	add(l, (const char *)&vt->final, 1);
}

static void
add_runes(struct list *l, const struct vtparse *vt)
{
	char buf[4];
	size_t i;

	for (i = 0; i < vt->n_runes; i++)
		add(l, buf, utf8_encode(vt->runes[i], buf));
}

static void
add_event(struct list *l, const struct vtparse *vt, enum vt_event ev)
{
	char buf[16];
	int text = ev == VT_TEXT || ev == VT_RUNES;

	if (l->len > 0 && !(text && l->in_text))
		add(l, "|", 1);
	l->in_text = text;
	switch (ev) {
	case VT_MORE:
		break;
	case VT_TEXT:
		add(l, (const char *)vt->text, vt->text_len);
		break;
	case VT_RUNES:
		add_runes(l, vt);
		break;
	case VT_CONTROL:
		snprintf(buf, sizeof buf, "^%c", vt->control + '@');
		add(l, buf, strlen(buf));
		break;
	case VT_ESC:
		add_sequence(l, vt, "ESC");
		break;
	case VT_CSI:
		add_sequence(l, vt, "CSI");
		break;
	case VT_OSC:
		add(l, "OSC", 3);
		add(l, vt->str, vt->str_len);
		break;
	case VT_DCS:
		add_sequence(l, vt, "DCS");
		add(l, " ", 1);
		add(l, vt->str, vt->str_len);
		break;
	}
}

static void
feed(struct vtparse *vt, struct list *l, const char *in, size_t len)
{
	const unsigned char *p = (const unsigned char *)in, *end = p + len;
	enum vt_event ev;

	while ((ev = vtparse_next(vt, &p, end)) != VT_MORE)
		add_event(l, vt, ev);
	if (p != end)
		add(l, "(stuck)", 7);
}

static const struct {
	const char	*name, *in, *want;
} table[] = {
	{ "text", "hello", "hello" },
	{ "long text", "The quick gateway keeps every message.",
	    "The quick gateway keeps every message." },
	{ "controls in text", "a\r\nb\177c", "a|^M|^J|bc" },
	{ "other scripts", "na\303\257ve \346\227\245x", "na\303\257ve \346\227\245x" },
	{ "ill-formed UTF-8", "a\377b\342\202c\360\237\221",
	    "a\357\277\275b\357\277\275c" },
	{ "an ESC ends a character", "\342\202\033c", "\357\277\275|ESCc" },
	{ "ESC", "\0337\033(0\033#8", "ESC7|ESC(0|ESC#8" },
	{ "two intermediates", "\033$(B", "ESC**B" },
	{ "no parameter", "\033[m", "CSI0m" },
	{ "parameters", "\033[1;22;333H", "CSI1;22;333H" },
	{ "left out", "\033[;5H\033[;H", "CSI0;5H|CSI0;0H" },
	{ "sub-parameters", "\033[38:2::1:2:3;4:3m",
	    "CSI38:2:0:1:2:3;4:3m" },
	{ "private", "\033[?25;2004h\033[>1u", "CSI?25;2004h|CSI>1u" },
	{ "intermediate", "\033[?2026$p\033[!p\033[2 q",
	    "CSI?2026$p|CSI0!p|CSI2 q" },
	{ "huge numbers stop", "\033[99999999999999999999;2147483648A",
	    "CSI65535;65535A" },
	{ "32 parameters and no more", "\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;"
	    "15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;33;34m",
	    "CSI1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;"
	    "24;25;26;27;28;29;30;31;32m" },
	{ "a prefix out of place spoils it", "\033[1?2hx", "x" },
	{ "a parameter behind an intermediate too", "\033[1$2px", "x" },
	{ "a control inside acts", "\033[1\r0C", "^M|CSI10C" },
	{ "CAN ends it", "\033[1\030x", "x" },
	{ "SUB ends it", "\033[1\032x", "x" },
	{ "ESC begins anew", "\033[1\033[2J", "CSI2J" },
	{ "a character inside abandons it", "\033[3\342\202\254x",
	    "\342\202\254x" },
	{ "OSC and BEL", "\033]0;title\007x", "OSC0;title|x" },
	{ "OSC and ST", "\033]2;\303\244\033\\x", "OSC2;\303\244|ESC\\|x" },
	{ "OSC and U+009C", "\033]2;a\302\234x", "OSC2;a|x" },
	{ "0x9c inside a character is no end", "\033]2;\342\234\234\007",
	    "OSC2;\342\234\234" },
	{ "controls in OSC are dropped", "\033]2;a\r\nb\007", "OSC2;ab" },
	{ "CAN abandons OSC", "\033]2;a\030x", "x" },
	{ "any ESC ends OSC", "\033]2;a\033[mx", "OSC2;a|CSI0m|x" },
	{ "DCS", "\033P1;2$qm\033\\x", "DCS1;2$q m|ESC\\|x" },
	{ "BEL does not end DCS", "\033Pqa\007b\033\\", "DCS0q ab|ESC\\" },
	{ "DCS gone wrong", "\033P1?2qabc\033\\x", "ESC\\|x" },
	{ "APC PM SOS", "\033_Ga=T\033\\1\033^x\0072\033\\3\033Xy\302\234"
	    "4", "ESC\\|1|ESC\\|34" },
	{ "C1 as characters", "\302\2335m\302\235" "0;t\302\234\302\205x",
	    "CSI5m|OSC0;t|ESCE|x" },
	{ "C1 behind text", "\303\251\302\2332J", "\303\251|CSI2J" },
	{ "C1 as lone bytes is no control", "\2335m", "\357\277\2755m" },
	{ "a first byte inside C1", "\302\302\2332J",
	    "\357\277\275|CSI2J" },
};

static void
test_table(void)
{
	size_t i, k, cut, len;
	struct list whole, cuts;
	struct vtparse vt;
	int same;

	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		len = strlen(table[i].in);
		memset(&vt, 0, sizeof vt);
		memset(&whole, 0, sizeof whole);
		feed(&vt, &whole, table[i].in, len);
		is_str(whole.text, table[i].want, table[i].name);
		same = 1;
		for (cut = 0; cut <= len && same; cut++) {
			memset(&vt, 0, sizeof vt);
			memset(&cuts, 0, sizeof cuts);
			feed(&vt, &cuts, table[i].in, cut);
			for (k = cut; k < len; k += cut == 0 ? 1 : len)
				feed(&vt, &cuts, table[i].in + k,
				    cut == 0 ? 1 : len - cut);
			same = strcmp(cuts.text, whole.text) == 0;
		}
		if (!ok(same, "the same however cut"))
			printf("# cut at %zu: %s\n", cut - 1, cuts.text);
	}
}

/* From whatever state, CAN and then text is read as text. */
static void
test_ground(void)
{
	struct vtparse vt;
	struct list l;
	int c, d, all = 1;
	char in[5] = "\033";

	for (c = 0; c < 256; c++)
		for (d = 0; d < 256; d++) {
			in[1] = (char)c;
			in[2] = (char)d;
			in[3] = '\030';
			in[4] = 'x';
			memset(&vt, 0, sizeof vt);
			memset(&l, 0, sizeof l);
			feed(&vt, &l, in, sizeof in);
			all &= l.len > 0 && l.text[l.len - 1] == 'x';
		}
	ok(all, "every state leads back to text");
}

static void
test_limits(void)
{
	struct vtparse vt;
	struct list l;
	char block[1000];
	int i;

	memset(&vt, 0, sizeof vt);
	memset(&l, 0, sizeof l);
	memset(block, 'a', sizeof block);
	feed(&vt, &l, "\033]0;", 4);
	for (i = 0; i < 5; i++)
		feed(&vt, &l, block, sizeof block);
	ok(l.len == 0, "a string is reported when it ends");
	feed(&vt, &l, "\007", 1);
	ok(vt.str_len == VT_STRING_MAX && vt.cut, "and is cut at its limit");
	feed(&vt, &l, "\033]0;b\007", 6);
	ok(vt.str_len == 3 && !vt.cut, "the next one is not");
	memset(&l, 0, sizeof l);
	feed(&vt, &l, "\033[", 2);
	memset(block, '7', sizeof block);
	for (i = 0; i < 1000; i++)
		feed(&vt, &l, block, sizeof block);
	feed(&vt, &l, "A", 1);
	is_str(l.text, "CSI65535A", "a parameter of a megabyte");
}

int
main(void)
{
	test_table();
	test_ground();
	test_limits();
	return tap_done();
}
