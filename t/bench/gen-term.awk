# gen-term.awk - terminal output to measure with: awk -v kind=KIND -f gen-term.awk
# KIND: plain, logs, unicode or editor.  The same bytes on every machine, for a
# screen of 120 by 40.
function rnd(n) {				# 0 to n - 1
	seed = (seed * 16807) % 2147483647
	return int(seed / 2147483647 * n)
}
function words(len,   s) {
	s = ""
	while (length(s) < len)
		s = s word[rnd(n_words) + 1] " "
	return substr(s, 1, len)
}
function plain(   i) {
	for (i = 0; i < 4000; i++)
		printf "%s\r\n", words(20 + rnd(90))
}
function logs(   i, level) {
	split("32mINFO 33mWARN 31mERROR 36mDEBUG", level, " ")
	for (i = 0; i < 4000; i++)
		printf "%s[2m2026-11-22T15:%02d:%02d.%03dZ%s[0m %s[%s%s[0m " \
		    "%s[1m%s%s[0m: %s%s[38;5;%dmid=%d%s[0m\r\n",
		    E, i / 60 % 60, i % 60, i % 1000, E, E, level[rnd(4) + 1],
		    E, E, word[rnd(n_words) + 1], E, words(20 + rnd(40)),
		    E, 16 + rnd(216), i, E
}
function unicode(   i, j, n, c) {
	n = split("日 本 語 文 字 列 漢 字 混 在 한 국 어 中 文 é è ü ö ñ ç å ø " \
	    "α β γ δ ε ж з и й к ─ │ → ● ✳ 😀 👍 👍🏽 👨‍👩‍👧 🇩🇪 ❤️ é", c, " ")
	for (i = 0; i < 3000; i++) {
		for (j = 0; j < 40; j++)
			printf "%s", rnd(10) < 7 ? c[rnd(n) + 1] : words(6)
		printf "\r\n"
	}
}
function repaint(at,   y, j) {
	for (y = 1; y < 39; y++) {
		printf "%s[%d;1H%s[38;5;130m%4d %s[m", E, y, E, at + y, E
		for (j = rnd(10); j > 0; j--)
			if (rnd(3) == 0)
				printf "%s[38;5;%dm%s%s[m ", E, rnd(256),
				    word[rnd(n_words) + 1], E
			else
				printf "%s ", word[rnd(n_words) + 1]
		printf "%s[K", E
	}
}
function editor(   i, j, x, y, what) {
	printf "%s[?1049h%s[?25l%s[2J", E, E, E
	for (i = 0; i < 400; i++) {
		what = rnd(20)
		if (what < 3)
			repaint(i)
		else if (what < 10)
			printf "%s[1;38r%s[38;1H\n%s[1;40r%s[38;1H" \
			    "%s[38;5;130m%4d %s[m%s%s[K",
			    E, E, E, E, E, i, E, words(60), E
		else {
			y = 1 + rnd(38)
			x = 6 + rnd(74)
			for (j = rnd(25); j > 0; j--)
				printf "%s[?25l%s%s[%d;%dH%s[K%s%s[%d;%dH%s[?25h",
				    E, substr("abcdef", 1 + rnd(6), 1), E, y,
				    x, E, words(20), E, y, ++x, E
		}
		printf "%s[39;1H%s[7m %-60s %5d,%-3d %3d%% %s[m", E, E,
		    "notes.txt [+]", i, i % 80, i % 100, E
	}
	printf "%s[?25h%s[?1049l", E, E
}
BEGIN {
	E = "\033"
	seed = 7
	n_words = split("the quick gateway keeps every message until each " \
	    "reader has acknowledged it and nothing is lost over a crash",
	    word, " ")
	if (kind == "plain") plain()
	else if (kind == "logs") logs()
	else if (kind == "unicode") unicode()
	else if (kind == "editor") editor()
	else exit 2
}
