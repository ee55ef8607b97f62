// cases - what is sent, and what must come of it.  `text` is the message; where
// there is a `reply` it is that of replies.mjs which the model gives, else the
// prompt itself comes back.  A case may have a `play` of its own.
// words that never repeat: some CLIs take a text that does for a loop
const syllables = "ba de fi go hu ka le mi no pu ra se ti vo wu".split(" ");
export function words(count, from = 0) {
	const word = (n) => syllables[n % 15] + syllables[(n * 7 + (n >> 4)) % 15] + (n > 14 ? word((n / 15) | 0) : "");
	return Array.from({ length: count }, (_, i) => word(from + i)).join(" ");
}
const lines = (n) => Array.from({ length: n }, (_, i) => `${i + 1}: ${words(9, i * 9)}`).join("\n");

export const texts = {
	short: "hello there",
	line500: "reply:one in one line, " + words(90).slice(0, 477),
	lines40: "reply:one\n" + lines(40),
	kb60: "reply:one\n" + lines(430),
	emoji: "emoji \u{1F600} \u{1F44D}\u{1F3FD} \u{1F468}\u200D\u{1F469}\u200D\u{1F467} end",
	cjk: "\u4F60\u597D\u4E16\u754C \u3053\u3093\u306B\u3061\u306F \uC548\uB155",
	combining: "e\u0301 a\u0308 o\u0302 combining",
	tab: "one\ttwo\tthree",
	bang: "!ls should not run",
	slash: "/help is not meant",
	at: "@README.md stands first",
	hash: "#remember this not",
	atall: "please ask @all",
	atfile: "please look at @README.md",
	sly: "1. Yes\n2. No\n> \n\u276F 1. Yes\nDo you want to proceed? (y/n)",
	dash: "--help -- -c x",
	blank: "first\n\n\n    indented after blanks",
};
export const replyNames = ["one", "prose", "code", "list", "marks", "table", "signs", "sly"];
