// check - runs real agent CLIs under csp-sidecar against our model and prints a
// table.  Started by t/agents/run, which gives us a network of our own.
//	check [-v] [-k] [-r] [-s COLSxROWS] [-m door|screen|both] [-a RULES] [-c CASE,...] [-x SEED[,N]] [AGENT ...]
// -v tells each case, -k keeps the folder of the run, -r with a recording in it, -m screen leaves the doors
// out of the rules, -a has others for all of them (agents/generic), -x plays N random messages and replies as well, from that seed (or from now).
// CSP_CHECK_AGENTS is a folder with more programs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agents } from "./agents.mjs";
import { replyNames, texts } from "./cases.mjs";
import { play } from "./plays.mjs";
import { find, Room } from "./room.mjs";

const opt = { v: false, k: false, s: "80x24", m: "door", a: "", c: "", x: "" }, names = [];
for (let i = 2; i < process.argv.length; i++) {
	const a = process.argv[i];
	if (/^-[vkr]$/.test(a)) opt[a[1]] = true;
	else if (/^-[smacx]$/.test(a)) opt[a[1]] = process.argv[++i];
	else names.push(a);
}
const wanted = opt.c ? opt.c.split(",") : null;
const [seed, count] = opt.x ? opt.x.split(",") : [0, 0];
const random = Array.from({ length: opt.x ? +(count ?? 20) : 0 }, (_, i) => `random-${(+seed || Date.now() % 1000000) + i}`);

// each kind of room with its cases: ask, the CLI asks before it runs a tool; person, somebody types there;
// intro, with the introduction; own, with settings of the person's own
const kinds = [
	[{}, ["early", ...Object.keys(texts), ...replyNames.map((r) => "reply-" + r), ...random, "slow", "stream", "stall", "fail", "cut", "three", "busy", "tool", "output", "self", "urgent", "interrupt", "recall", "paused", "screen", "restart", "gone"]],
	[{ ask: true }, ["allow", "deny", "limit"]],
	[{ person: true }, ["draft", "keys", "noshare", "resize"]],
	[{ intro: true }, ["intro", "room", "mention"]],
	[{ own: true }, ["own"]],
];
const plays = (name, kind, c) => (!wanted || wanted.includes(c) || random.includes(c)) && !(agents[name].asks === false && (c === "allow" || c === "deny" || c === "tool" || c === "output" || c === "self")) &&
	!(kind.own && !agents[name].own);

const mark = (x) => x === undefined ? "-" : x ? "ok" : "NO";
const failed = (r) => [r.delivered, r.reply, r.state].includes(false);

// One room with its cases; their rows are added.
async function cases(room, todo, rows) {
	for (const c of todo) {
		const t = Date.now();
		let r;
		try { r = await play(room, c); } catch (e) { r = { delivered: false, note: String(e) }; }
		rows.push(r);
		if (opt.v) console.log(`${room.name} ${room.mode} ${room.size} ${c}: delivered ${mark(r.delivered)} reply ${mark(r.reply)} state ${mark(r.state)} (${((Date.now() - t) / 1000).toFixed(1)} s)` +
			(failed(r) ? ` ${r.note}` : ""));
		if ((room.sidecar.exitCode ?? room.sidecar.signalCode) !== null) {
			if (opt.v) console.log(`${room.name}: the sidecar has ended (${room.sidecar.exitCode ?? room.sidecar.signalCode}): ${readFileSync(join(room.dir, "sidecar.out"), "utf8").slice(-500)}`);
			break;
		}
	}
}

async function run(name, mode) {
	const rows = [];
	for (const [kind, list] of kinds) {
		const todo = list.filter((c) => plays(name, kind, c));
		if (!todo.length) continue;
		const room = new Room(name, mode, { size: opt.s, record: opt.r, rules: opt.a, kind });
		try {
			await room.start();
			await cases(room, todo, rows);
		} catch (e) { rows.push({ delivered: false }); if (opt.v) console.log(`${name}: ${e}`); }
		await room.stop(opt.k);
	}
	return rows;
}

const tally = (rows, what) => { const all = rows.filter((r) => r[what] !== undefined); return `${all.filter((r) => r[what]).length}/${all.length}`; };
const list = (names.length ? names : Object.keys(agents)).filter((n) => find(n));
if (!list.length) { console.log("no agent CLI is on the PATH or in $CSP_CHECK_AGENTS"); process.exit(0); }
const table = [["agent", "by", "size", "delivered exactly", "reply exact", "state right"]];
let bad = false;
for (const mode of opt.m === "both" ? ["door", "screen"] : [opt.m])
	for (const name of list) {
		const rows = await run(name, mode);
		bad ||= rows.some(failed);
		table.push([name, mode, opt.s, tally(rows, "delivered"), tally(rows, "reply"), tally(rows, "state")]);
	}
for (const r of table) console.log(r.map((c, i) => c.padEnd(Math.max(...table.map((x) => x[i].length)))).join("  ").trimEnd());
process.exit(bad ? 1 : 0);
