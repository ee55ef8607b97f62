// check - runs real agent CLIs under csp-sidecar against our model and prints a
// table.  Started by t/agents/run, which gives us a network of our own.
//	check [-v] [-k] [-r] [-s COLSxROWS] [-m door|screen|both] [-c CASE,...] [AGENT ...]
// -v tells each case, -k keeps the folder of the run, -r with a recording in it, -m screen leaves the doors
// out of the rules.  CSP_CHECK_AGENTS is a folder with more programs.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { agents } from "./agents.mjs";
import { replyNames, texts } from "./cases.mjs";
import { serve } from "./model.mjs";
import { replies } from "./replies.mjs";

const here = dirname(fileURLToPath(import.meta.url)), top = resolve(here, "../..");
const opt = { v: false, k: false, s: "80x24", m: "door", c: "" }, names = [];
for (let i = 2; i < process.argv.length; i++) {
	const a = process.argv[i];
	if (/^-[vkr]$/.test(a)) opt[a[1]] = true;
	else if (/^-[smc]$/.test(a)) opt[a[1]] = process.argv[++i];
	else names.push(a);
}
const wanted = opt.c ? opt.c.split(",") : null;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const path = [process.env.CSP_CHECK_AGENTS, process.env.PATH].filter(Boolean).join(delimiter);
const find = (prog) => path.split(delimiter).map((d) => join(d, prog)).find(existsSync);

// ---- one CLI in its room ----

class Room {
	constructor(name, mode) { Object.assign(this, { name, mode, agent: agents[name], children: [] }); }

	async start(ask) {
		this.dir = mkdtempSync(join(tmpdir(), "csp-check-"));
		const home = join(this.dir, "home"), work = join(this.dir, "work");
		mkdirSync(home); mkdirSync(work);
		writeFileSync(join(work, "README.md"), "readme\n");
		execFileSync("git", ["init", "-q", work]);
		this.log = join(this.dir, "prompts.jsonl");
		writeFileSync(this.log, "");
		const url = "http://127.0.0.1:" + await serve(this.log), { env, args } = this.agent.setup(home, work, url, ask);
		await this.gateway();
		const rules = this.mode === "screen" ? ["--agent", this.plainRules()] : [];
		const [cols, rows] = opt.s.split("x"), out = openSync(join(this.dir, "sidecar.out"), "a");
		this.sidecar = spawn(join(top, "csp-sidecar"), ["--name", this.name, ...rules, "--intro", "none", "--headless", `${cols}x${rows}`,
			...(opt.r ? ["--record", join(this.dir, "session.cast")] : []), "--explain", "--", find(this.name), ...args],
		{ cwd: work, stdio: ["ignore", out, out], env: { PATH: `${dirname(find(this.name))}${delimiter}${process.env.PATH}`, HOME: home, USER: "check", SHELL: "/bin/sh", LANG: "C.UTF-8",
			TERM: "xterm-256color", COLORTERM: process.env.COLORTERM ?? "truecolor", CSP_DIR: this.csp, ...this.env, ...env } });
		this.children.push(this.sidecar);
		this.watch();
		await this.until(() => this.seen, 10000, "registration");
	}

	// the rules as they are, without the sections of the door
	plainRules() {
		const file = join(this.dir, this.name);
		let keep = true, text = "";
		for (const l of readFileSync(join(top, "agents", this.name), "utf8").split("\n")) {
			if (l[0] === "[") keep = !/^\[(setup|events|in|file .*)\]/.test(l);
			if (keep) text += l + "\n";
		}
		writeFileSync(file, text);
		return file;
	}

	async gateway() {
		this.csp = join(this.dir, "csp");
		const out = join(this.dir, "gateway.env");
		const old = this.env?.CSP_GATEWAY_URL, port = old ? old.replace(/.*:/, "") : "0";
		const fd = openSync(out, "w");
		this.gw = spawn(join(top, "csp-gateway"), ["--port", port, "--rate", "0"], { env: { ...process.env, CSP_DIR: this.csp },
			stdio: ["ignore", fd, openSync(join(this.dir, "gateway.err"), "a")] });
		closeSync(fd);
		this.children.push(this.gw);
		await this.until(() => /CSP_AUTH_TOKEN=/.test(readFileSync(out, "utf8")), 10000, "the gateway");
		const get = (k) => new RegExp(`^(?:export )?${k}=['"]?([^'";\n]*)`, "m").exec(readFileSync(out, "utf8"))[1];
		this.env = { CSP_GATEWAY_URL: get("CSP_GATEWAY_URL"), CSP_AUTH_TOKEN: get("CSP_AUTH_TOKEN") };
		await this.http("POST", "/register", { agentId: "checker", capabilities: { human: true } });
	}

	async http(method, resource, body) {
		const r = await fetch(this.env.CSP_GATEWAY_URL + resource, { method, body: body && JSON.stringify(body), headers: { "x-auth-token": this.env.CSP_AUTH_TOKEN } });
		return r.json();
	}

	async until(test, ms, what) {
		for (const end = Date.now() + ms; ; await pause(50)) {
			if (await test()) return true;
			if (Date.now() > end) { if (what) throw new Error(`${what}: not in time`); return false; }
		}
	}

	// notes every change of state
	async watch() {
		this.states = [];
		while (!this.done) {
			try {
				const a = (await this.http("GET", "/agents")).find((x) => x.id === this.name);
				if (a && a.state !== this.states.at(-1)?.state) this.states.push({ state: a.state, at: Date.now() });
				this.seen = a;
			} catch { /* the gateway is away */ }
			await pause(60);
		}
	}
	since(t) { return this.states.filter((s, i) => s.at >= t || this.states[i + 1] === undefined || this.states[i + 1].at >= t).map((s) => s.state); }

	prompts() { return readFileSync(this.log, "utf8").split("\n").filter(Boolean).map(JSON.parse); }

	// the messages that reached the model, once each
	taken() { const all = this.prompts(); return all.length ? all.at(-1).users : []; }

	async send(content, to = this.name) { return (await this.http("POST", "/agent-output", { from: "checker", to, content })).messageId; }

	// waits for the reply to a message: { content, verbatim } or { stage }
	async reply(id, seconds) {
		const m = await this.http("GET", `/message/${id}?stage=replied&agent=${this.name}&wait=${Math.min(seconds, 60)}`), r = m.receipts?.[this.name] ?? {};
		if (r.stage !== "replied") return { stage: r.stage, reason: r.reason };
		const all = await this.http("GET", `/history?limit=1000&after=${id}`);
		return all.messages.find((x) => x.id === r.replyId) ?? { stage: "replied, but no message" };
	}

	// answers a dialog; a screen that has changed meanwhile is looked at again
	async press(key) {
		for (let i = 0; i < 3 && this.seen?.state === "waiting"; i++) {
			await this.http("POST", "/control", { to: this.name, action: "keys", keys: [key], screen: this.seen.screen });
			if (await this.until(() => this.seen?.state !== "waiting", 3000)) return;
		}
	}

	async stop() {
		this.done = true;
		for (const c of this.children.reverse()) if (c.exitCode === null) { c.kill("SIGTERM"); }
		await this.until(() => this.children.every((c) => c.exitCode !== null || c.signalCode !== null), 4000);
		for (const c of this.children) if (c.exitCode === null && c.signalCode === null) c.kill("SIGKILL");
		// what the CLI left running in our folder
		for (const l of execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n")) {
			const m = /^\s*(\d+) (.*)/.exec(l);
			if (m && m[2].includes(this.dir + "/")) try { process.kill(+m[1]); } catch { /* gone */ }
		}
		if (opt.k) console.log(`kept ${this.dir}`);
		else for (let i = 0; i < 5; i++) try { rmSync(this.dir, { recursive: true, force: true }); break; } catch { await pause(300); }
	}
}

// ---- what is compared ----

const envelope = "[checker] ";
// a CLI may change what is typed, or any prompt
const made = (room, s) => ((room.mode === "screen" && room.agent.typed) || room.agent.text || ((x) => x))(s);
const delivered = (room, text, list) => {
	const want = made(room, envelope + text);
	return list.filter((p) => p === want || p === want + " ").length;
};

// what may be added to a message, a blank at its end, comes back with its echo
const echoed = (got, want) => got === want || (want.startsWith("echo: ") && got === want + " ");

// the words of a text, without what a terminal cannot show of Markdown
const words = (s) => s.normalize("NFC").replace(/```\w*/g, "").replace(/^ *\d+(?= |$)/gm, "").replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)")
	.replace(/[`*#>|\\_\u2022\u2500-\u25ff\u200d-]|\ufe0f/g, "").replace(/\s+/g, " ").trim();
const same = (room, got, want) => room.mode === "screen" ? words(got ?? "") === words((room.agent.drawn ?? ((x) => x))(want)) : echoed(got ?? "", want);

const short = (s) => { const t = JSON.stringify(s ?? null); return t.length > 300 ? `${t.slice(0, 200)}...${t.slice(-80)}` : t; };

// One message and its reply.
async function exchange(room, text, want, seconds = 60) {
	const t = Date.now(), before = delivered(room, text, room.taken()), id = await room.send(text);
	const r = await room.reply(id, seconds), n = delivered(room, text, room.taken()) - before;
	await room.until(() => room.seen?.state === "idle", 5000);
	const states = room.since(t);
	return { delivered: n === 1, reply: same(room, r.content, want) && r.verbatim === (room.mode !== "screen"),
		state: states.includes("busy") && states.at(-1) === "idle" && !states.includes("waiting"),
		note: [n === 1 ? "" : `delivered ${n} times, last prompt ${short(room.prompts().at(-1)?.prompt)}`,
			same(room, r.content, want) ? "" : `reply ${short(r.content ?? r)} wanted ${short(want)}`,
			r.content !== undefined && r.verbatim !== (room.mode !== "screen") ? `verbatim is ${r.verbatim}` : "", `states ${states}`, room.seen?.detail ? `detail ${short(room.seen.detail)}` : ""].filter(Boolean).join("; ") };
}

// what the model makes of a message
const echo = (room, text) => /^reply:one/.test(text) ? replies.one : "echo: " + made(room, envelope + text);

const plays = {
	async early(room) {			// before the CLI is ready; the first case
		const r = await exchange(room, "are you there reply:one", replies.one, 90);
		return { ...r, state: r.state && room.states.some((s) => s.state === "starting") };
	},
	async three(room) {			// three at once: three prompts, in order
		const all = [1, 2, 3].map((i) => `one of three ${i}`), ids = [], got = [];
		for (const s of all) ids.push(await room.send(s));
		for (const id of ids) got.push(await room.reply(id, 60));
		const at = all.map((s) => room.taken().findIndex((p) => p === envelope + s));
		return { delivered: at[0] >= 0 && at[1] === at[0] + 1 && at[2] === at[1] + 1, reply: all.every((s, i) => same(room, got[i].content, echo(room, s))),
			note: `at ${at}; ${got.map((g) => short(g.content ?? g)).join(" ")}` };
	},
	async slow(room) {			// a reply that takes its time
		return exchange(room, "please take slow:4000 reply:prose", replies.prose);
	},
	async busy(room) {			// while a reply streams
		const a = await room.send("first slow:5000 reply:prose"), t = Date.now();
		await room.until(() => room.seen?.state === "busy", 10000);
		await pause(1500);
		const b = await room.send("second while busy"), ra = await room.reply(a, 60), rb = await room.reply(b, 60);
		return { delivered: delivered(room, "second while busy", room.taken()) === 1, reply: same(room, ra.content, replies.prose) &&
			same(room, rb.content, echo(room, "second while busy")), state: room.since(t).includes("busy"), note: `${short(ra.content ?? ra)} ${short(rb.content ?? rb)} ${room.since(t)}` };
	},
	async restart(room) {			// the gateway goes and comes back
		const a = await room.send("before the restart slow:3000 reply:one"), t = Date.now();
		await room.until(() => room.seen?.state === "busy", 10000);
		const b = await room.send("kept over the restart");
		room.gw.kill("SIGKILL");
		await pause(1500);
		await room.gateway();
		const ra = await room.reply(a, 60), rb = await room.reply(b, 60);
		return { delivered: delivered(room, "kept over the restart", room.taken()) === 1, reply: same(room, ra.content, replies.one) &&
			same(room, rb.content, echo(room, "kept over the restart")), note: `${short(ra.content ?? ra)} ${short(rb.content ?? rb)} ${room.since(t)}` };
	},
	async allow(room) {			// a dialog: nothing is typed, it is answered, the turn goes on
		const t = Date.now(), a = await room.send("please tool:touch made.txt");
		const asked = await room.until(() => room.seen?.state === "waiting", 30000);
		const b = await room.send("during the dialog"), detail = room.seen?.detail ?? "";
		await pause(3000);
		const still = room.seen?.state === "waiting" && delivered(room, "during the dialog", room.taken()) === 0;
		if (asked) await room.press("Enter");
		const ra = await room.reply(a, 40), rb = await room.reply(b, 40);
		return { delivered: still && delivered(room, "during the dialog", room.taken()) === 1, reply: same(room, ra.content, "First I look.\n\nThen I saw it.") &&
			same(room, rb.content, echo(room, "during the dialog")), state: asked && /touch/.test(detail) && existsSync(join(room.dir, "work/made.txt")),
		note: `asked ${asked} held ${still} detail ${short(detail)} ${short(ra.content ?? ra)} ${short(rb.content ?? rb)} ${room.since(t)}` };
	},
	async deny(room) {			// denied: the queue goes on
		const t = Date.now(), a = await room.send("please tool:touch denied.txt");
		const asked = await room.until(() => room.seen?.state === "waiting", 30000);
		if (asked) await room.press("Escape");
		const idle = await room.until(() => room.seen?.state === "idle", 15000);
		const b = await room.send("after the denial"), rb = await room.reply(b, 60), ra = await room.reply(a, 1);
		return { delivered: delivered(room, "after the denial", room.taken()) === 1, reply: same(room, rb.content, echo(room, "after the denial")),
			state: asked && idle && !existsSync(join(room.dir, "work/denied.txt")), note: `${short(ra.content ?? ra)} ${short(rb.content ?? rb)} ${room.since(t)}` };
	},
	async limit(room) {			// the last case: some stay in a menu
		const t = Date.now(), id = await room.send("limit: reached");
		const got = await room.until(() => ["limited", "waiting"].includes(room.seen?.state), 30000);
		return { delivered: delivered(room, "limit: reached", room.taken()) >= 1, state: got && room.seen.state === "limited", note: `${room.since(t)} ${short(room.seen?.detail)} until ${room.seen?.until} ${(await room.reply(id, 1)).stage}` };
	},
};

async function one(room, name) {
	if (plays[name]) return plays[name](room);
	if (texts[name] !== undefined) return exchange(room, texts[name], echo(room, texts[name]));
	return exchange(room, `please reply:${name.slice(6)}`, replies[name.slice(6)]);
}

const normal = ["early", ...Object.keys(texts), ...replyNames.map((r) => "reply-" + r), "slow", "three", "busy", "restart"];
const asking = ["allow", "deny", "limit"];

async function run(name, mode) {
	const rows = [];
	for (const [list, ask] of [[normal, false], [asking, true]]) {
		const todo = list.filter((c) => (!wanted || wanted.includes(c)) && !(agents[name].asks === false && (c === "allow" || c === "deny")));
		if (!todo.length) continue;
		const room = new Room(name, mode);
		try {
			await room.start(ask);
			for (const c of todo) {
				const t = Date.now();
				let r;
				try { r = await one(room, c); } catch (e) { r = { delivered: false, note: String(e) }; }
				rows.push({ case: c, ...r });
				const mark = (x) => x === undefined ? "-" : x ? "ok" : "NO";
				if (opt.v) console.log(`${name} ${mode} ${opt.s} ${c}: delivered ${mark(r.delivered)} reply ${mark(r.reply)} state ${mark(r.state)} (${((Date.now() - t) / 1000).toFixed(1)} s)` +
					([r.delivered, r.reply, r.state].includes(false) ? ` ${r.note}` : ""));
				if (room.sidecar.exitCode !== null) { if (opt.v) console.log(`${name}: the sidecar has ended: ${readFileSync(join(room.dir, "sidecar.out"), "utf8").slice(-500)}`); break; }
			}
		} catch (e) { rows.push({ case: "start", delivered: false, note: String(e) }); if (opt.v) console.log(`${name}: ${e}`); }
		await room.stop();
	}
	return rows;
}

const count = (rows, what) => { const all = rows.filter((r) => r[what] !== undefined); return `${all.filter((r) => r[what]).length}/${all.length}`; };
const list = (names.length ? names : Object.keys(agents)).filter((n) => find(n));
if (!list.length) { console.log("no agent CLI is on the PATH or in $CSP_CHECK_AGENTS"); process.exit(0); }
const table = [["agent", "by", "size", "delivered exactly", "reply exact", "state right"]];
let bad = false;
for (const mode of opt.m === "both" ? ["door", "screen"] : [opt.m])
	for (const name of list) {
		const rows = await run(name, mode);
		bad ||= rows.some((r) => [r.delivered, r.reply, r.state].includes(false));
		table.push([name, mode, opt.s, count(rows, "delivered"), count(rows, "reply"), count(rows, "state")]);
	}
for (const r of table) console.log(r.map((c, i) => c.padEnd(Math.max(...table.map((x) => x[i].length)))).join("  ").trimEnd());
process.exit(bad ? 1 : 0);
