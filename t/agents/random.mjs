// random - messages and replies that nobody thought of: made from a seed, so that
// a miss can be had again.
const generator = (seed) => () => {		// mulberry32
	seed = (seed + 0x6d2b79f5) | 0;
	let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const syllables = "an be co da el fi gra ho in ja ku lom mar no os pe qui ra sta ti un vel wo xi yo zen".split(" ");
const foreign = ["\u4F60\u597D", "\u4E16\u754C\u548C\u5E73", "\u3053\u3093\u306B\u3061\u306F", "\uC548\uB155", "na\u00EFve", "\u00FCber", "\u043F\u0440\u0438\u0432\u0435\u0442",
	"\u2260", "\u2192", "caf\u00E9", "\u{1F600}", "\u{1F680}", "\u2705", "\u03BB", "\u00BD"];
// what the CLIs draw around a reply may stand in one
const chrome = ["esc to interrupt", "(esc to cancel, 3s)", "Press Enter to confirm or Esc to cancel", "Do you want to proceed?", "? for shortcuts",
	"Working (3s \u2022 esc to interrupt)", "\u273B Brewed for 4s", "Worked for 2s \u2022 15:25", "usage limit reached", "Type your message or @path/to/file",
	"Ask Codex to do anything", "Waiting for startup", "API Error: 429", "[Pasted text #1 +3 lines]", "1. Yes", "(y/n)"];
// the same at the beginning of a line
const starts = ["\u276F ", "\u203A ", "> ", "$ ", "\u25CF ", "\u2022 ", "\u23BF ", "\u25A0 ", "\u2728 ", "\u2717 ", "\u2713 ", "% ", "? ", ": "];

class Writer {
	constructor(seed) { this.r = generator(seed); }
	n(from, to) { return from + Math.floor(this.r() * (to - from + 1)); }
	of(list) { return list[this.n(0, list.length - 1)]; }
	chance(p) { return this.r() < p; }
	word() {
		if (this.chance(0.03)) return this.of(foreign);
		if (this.chance(0.02)) return `https://example.org/${this.plain()}/${this.plain()}?${this.plain()}=${this.n(1, 999)}`;
		if (this.chance(0.02)) return `src/${this.plain()}/${this.plain()}.${this.of(["c", "ts", "py"])}`;
		if (this.chance(0.02)) return String(this.n(0, 99999));
		return this.plain();
	}
	plain() { return Array.from({ length: this.of([1, 1, 2, 2, 2, 3, 3, 4, 6]) }, () => this.of(syllables)).join(""); }
	words(from, to) { return Array.from({ length: this.n(from, to) }, () => this.word()).join(" "); }
	// words with marks among them
	inline(from, to) {
		return Array.from({ length: this.n(from, to) }, () => {
			const x = this.r();
			if (x < 0.04) return `**${this.words(1, 3)}**`;
			if (x < 0.06) return `*${this.plain()}*`;
			if (x < 0.11) return "`" + this.of([`${this.plain()}()`, `--${this.plain()}`, `${this.plain()} ${this.plain()}`, this.plain()]) + "`";
			if (x < 0.12) return `[${this.words(1, 2)}](https://example.org/${this.plain()})`;
			if (x < 0.15) return this.of(chrome);
			return this.word() + (this.chance(0.12) ? this.of([",", ".", ":", ";", "!", "?"]) : "");
		}).join(" ");
	}
	// a letter first: what begins with a sign is another block
	sentence(from, to) { const s = this.plain(); return `${s[0].toUpperCase() + s.slice(1)} ${this.inline(from, to)}`.trim() + "."; }
	list(depth = 0) {
		const ordered = this.chance(0.4), count = this.n(2, 6), from = depth ? 1 : this.of([1, 1, 1, 7, 98]);
		let out = [];
		for (let i = 0; i < count; i++) {
			const mark = ordered ? `${from + i}. ` : "- ";
			out.push(mark + this.sentence(0, this.of([2, 5, 12, 30])));
			if (depth < 2 && this.chance(0.15)) out = out.concat(this.list(depth + 1).map((l) => " ".repeat(mark.length) + l));
		}
		return out;
	}
	code() {
		const out = [];
		let depth = 0;
		for (let i = this.n(1, 14); i > 0; i--) {
			if (this.chance(0.1) && out.length && i > 1) out.push("");
			const line = this.of([`${this.plain()}(${this.plain()});`, `return ${this.plain()};`, `# ${this.words(2, 5)}`, `"${this.of(chrome)}"`, `${this.plain()} = ${this.n(0, 99)}`,
				this.of(starts) + this.plain(), `if (${this.plain()}) {`]);
			out.push("    ".repeat(depth) + line);
			depth = line.endsWith("{") ? depth + 1 : depth && this.chance(0.4) ? depth - 1 : depth;
		}
		return ["```" + this.of(["", "c", "python", "sh"]), ...out, "```"];
	}
	table() {
		const cols = this.n(2, 4), cells = () => "| " + Array.from({ length: cols }, () => this.of([this.plain(), String(this.n(0, 999)), `${this.plain().slice(0, 5)} ${this.n(1, 9)}`]).slice(0, 10)).join(" | ") + " |";
		return [cells(), "|" + " --- |".repeat(cols), ...Array.from({ length: this.n(1, 6) }, cells)];
	}
	// no list behind a list: they would be one
	block(last) {
		const x = this.r();
		if (x < 0.45 || (x < 0.62 && /^([-]|\d+\.) /.test(last))) return [this.sentence(0, this.of([3, 12, 40, 90]))];
		if (x < 0.62) return this.list();
		if (x < 0.76) return this.code();
		if (x < 0.83) return this.table();
		if (x < 0.91) return ["#".repeat(this.n(1, 3)) + " " + this.words(1, 5)];
		return ["> " + this.sentence(1, 12)];
	}
}

export const randomReply = (seed) => {
	const w = new Writer(seed), out = [];
	for (let i = w.of([1, 1, 2, 3, 5, 8, 14]); i > 0; i--) out.push(w.block(out.at(-1)).join("\n"));
	return out.join("\n\n");
};

// A message; the model answers it with the reply of the same seed.
export const randomText = (seed) => {
	const w = new Writer(seed ^ 0x5bd1e995), lines = [];
	for (let i = w.of([1, 1, 1, 2, 4, 9, 30]); i > 0; i--) {
		if (w.chance(0.1) && lines.length && i > 1) lines.push("");
		const start = w.of(["", "", "", "!", "/", "@", "#", "  ", "- ", "1. ", ...starts]);
		lines.push(start + w.words(1, w.of([2, 8, 40])) + (w.chance(0.1) ? " " + w.of(chrome) : ""));
		if (w.chance(0.1)) lines.push("", ...w.of([() => w.code(), () => w.table(), () => w.list()])(), "");
	}
	lines[w.n(0, lines.length - 1)] += ` random:${seed}`;
	if (w.chance(0.2)) lines[lines.length - 1] += " " + w.of(["@all", "@README.md", "/help", "\\", "?"]);
	return lines.join("\n").replace(/\n+$/, "");
};
