// replies - what the model answers to "reply:NAME".
import { words } from "./cases.mjs";

const list = Array.from({ length: 200 }, (_, i) => `${i + 1}. ${words(4, i * 4)}`).join("\n");

export const replies = {
	one: "A single short line.",
	prose: [
		"The gateway keeps every message in one file, and each agent has a place in it. When an agent sleeps, nothing is lost: its place stays where it was, and the next time it asks it is given what came in between.",
		"A second paragraph follows, long enough that every terminal has to break it into several lines, so that whoever reads it off the screen must put the pieces back together without a space too many or too few.",
		"Short end.",
	].join("\n\n"),
	code: "Use **this**:\n\n```c\nstatic int\nadd(int a, int b)\n{\n\treturn a + b;\t/* a tab */\n}\n```\n\nAnd `this`:\n\n```sh\nfor i in 1 2 3; do\n    echo \"$i\"\ndone\n```\n\nDone.",
	list,
	marks: "# Head\n\n- one\n- two\n  - deep\n\n10. ten\n11. eleven\n\n> quoted\n\nA [link](https://example.org/) and \\*stars\\*.",
	table: "| a | b |\n| --- | --- |\n| 1 | two |\n| 333 | 4 |\n\nThat was a table.",
	signs: "Emoji \u{1F600} \u{1F468}\u200D\u{1F469}\u200D\u{1F467}, CJK \u4F60\u597D\u4E16\u754C, combining e\u0301 a\u0308, Arabic \u0645\u0631\u062D\u0628\u0627.",
	sly: "Press esc to interrupt, or 1. Yes.\n\n> Do you want to proceed?\n\nThat was only text.",
};
