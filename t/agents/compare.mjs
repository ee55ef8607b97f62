// compare - whether a message arrived as it was, and a reply came back so.

// What a CLI's own hands over is the text itself; but what may be added to a
// message, a blank at its end, comes back with its echo.
export const echoed = (got, want) => got === want || (want.startsWith("echo: ") && got === want + " ");

// What is read off a screen has no Markdown any more: the words are compared, and
// where lines end.  A line that is written must end there; a paragraph is one
// line; rows of a table, and lines within a paragraph, may be either.  The number
// of a nested list may be drawn as a letter.
const END = "\n", MAY = "?", NONE = " ";

// a link, as some leave it and others write it out
const link = /\[([^\]]*)\]\((https?:[^)]*)\)/g;

// signs that Markdown writes and a screen draws otherwise, or not at all
const bare = (w) => w.replace(/[`*#>|\\_\u2022\u2500-\u25ff\u200d\ufe0f]/g, "").replace(/^-+$/, "");

function tokens(text, add) {
	for (const w of text.normalize("NFC").split(/[ \t]+/)) if (bare(w)) add(bare(w));
}

// [{ word, end }] of Markdown; end is what stands behind the word
function written(md) {
	const out = [];
	let code = false, quiet = true;
	for (const line of md.split("\n")) {
		if (/^ *```/.test(line)) { code = !code; if (out.length) out.at(-1).end = END; continue; }
		const table = !code && /^\|/.test(line), block = /^ *([-*+>#]|\d+[.)]) /.test(line) || /^ *#/.test(line);
		if (out.length && (line.trim() === "" || (block && !table))) out.at(-1).end = out.at(-1).table ? MAY : END;
		if (code && out.length) out.at(-1).end = END;
		const first = out.length, nested = !code && /^ +\d+\. /.test(line);
		tokens(code ? line : line.replace(link, "$1 ($2)"), (word) => out.push({ word, end: table ? MAY : NONE, table, nested: nested && out.length === first }));
		if (out.length) out.at(-1).end = code || /^ *#+ /.test(line) ? END : MAY;
	}
	return out;
}

function drawn(text) {
	const out = [];
	for (const line of text.split("\n")) {
		if (/^ *```\w*$/.test(line)) continue;		// some draw them
		tokens(line.replace(link, "$1 ($2)"), (word) => out.push({ word, end: NONE }));
		if (out.length) out.at(-1).end = END;
	}
	return out;
}

// "" or where they differ
export function differs(got, want) {
	const a = drawn(got), b = written(want);
	for (let i = 0; i < Math.max(a.length, b.length); i++) {
		const around = (l) => l.slice(Math.max(0, i - 3), i + 4).map((t) => t.word + (t.end === NONE ? " " : t.end === END ? "$ " : "? ")).join("");
		if ((a[i]?.word !== b[i]?.word && !(a[i] && b[i]?.nested && /^\w+\.$/.test(a[i].word))) || (i + 1 < b.length && b[i].end !== MAY && a[i].end !== b[i].end))
			return `word ${i}: ${JSON.stringify(around(a))} wanted ${JSON.stringify(around(b))}`;
	}
	return "";
}
