// plays - the cases: what is sent, and whether what came of it is right.  Each
// gives { delivered, reply, state, note }; one that is left out is not judged.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { texts, words } from "./cases.mjs";
import { differs, echoed } from "./compare.mjs";
import { randomReply, randomText } from "./random.mjs";
import { replies } from "./replies.mjs";
import { top } from "./room.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const envelope = "[checker] ";

// a CLI may change what is typed, or any prompt
const made = (room, s) => ((room.mode === "screen" && room.agent.typed) || room.agent.text || ((x) => x))(s);
const arrived = (room, text) => {
	const want = made(room, envelope + text);
	return room.taken().filter((p) => p === want || p === want + " ").length;
};

// what the model makes of a message
const echo = (room, text) => /^reply:one/.test(text) ? replies.one : "echo: " + made(room, envelope + text);

const short = (s) => { const t = JSON.stringify(s ?? null); return t.length > 300 ? `${t.slice(0, 200)}...${t.slice(-80)}` : t; };

// "" or what is wrong with a reply
function wrong(room, r, want) {
	const screen = room.mode === "screen", got = r.content;
	if (got === undefined) return `no reply: ${short(r)}`;
	if (r.verbatim === screen) return `verbatim is ${r.verbatim}`;
	if (r.complete === false) return `incomplete: ${short(got)}`;
	if (!screen) return echoed(got, (room.agent.kept ?? ((x) => x))(want)) ? "" : `reply ${short(got)} wanted ${short(want)}`;
	return differs(got, (room.agent.drawn ?? ((x) => x))(want));
}

// the same for some of them: [reply, what was wanted] each
const wrongs = (room, ...pairs) => pairs.map(([r, want]) => wrong(room, r, want)).filter(Boolean).join("; ");

const verdict = (room, { delivered, replies: pairs, state, since }) => {
	const bad = pairs && wrongs(room, ...pairs);
	return { delivered, reply: pairs && !bad, state, note: [bad, `states ${room.since(since)}`, delivered === false ? `prompts ${room.taken().slice(-4).map(short)}` : "",
		room.seen?.detail ? `detail ${short(room.seen.detail)}` : ""].filter(Boolean).join("; ") };
};

// One message and its reply.
async function exchange(room, text, want, seconds = 60) {
	const since = Date.now(), before = arrived(room, text), id = await room.send(text), r = await room.reply(id, seconds);
	// a reply may be told before the state that was before it is looked at
	await room.until(() => room.since(since).includes("busy") && room.seen?.state === "idle", 5000);
	const states = room.since(since);
	return verdict(room, { delivered: arrived(room, text) - before === 1, replies: [[r, want]], since,
		state: states.includes("busy") && states.at(-1) === "idle" && !states.includes("waiting") });
}

// the turn of a message runs, not that of the one before
const busy = async (room, id) => {
	await room.receipt(id, "submitted", 20);
	const ok = await room.until(() => room.seen?.state === "busy", 20000);
	await pause(1200);
	return ok;
};

const plays = {
	async early(room) {			// before the CLI is ready; the first case
		const r = await exchange(room, "are you there reply:one", replies.one, 90);
		return { ...r, state: r.state && room.states.some((s) => s.state === "starting") };
	},
	async three(room) {			// three at once: three prompts, in order
		const since = Date.now(), all = [1, 2, 3].map((i) => `one of three ${i}`), ids = [], got = [];
		for (const s of all) ids.push(await room.send(s));
		for (const id of ids) got.push(await room.reply(id, 60));
		const at = all.map((s) => room.taken().findIndex((p) => p === envelope + s));
		return verdict(room, { delivered: at[0] >= 0 && at[1] === at[0] + 1 && at[2] === at[1] + 1, replies: got.map((g, i) => [g, echo(room, all[i])]), since });
	},
	async slow(room) {			// a reply that takes its time
		return exchange(room, "please take slow:4000 reply:prose", replies.prose);
	},
	async busy(room) {			// while a reply streams
		const a = await room.send("first slow:5000 reply:prose"), since = Date.now();
		await busy(room, a);
		const b = await room.send("second while busy"), ra = await room.reply(a, 60), rb = await room.reply(b, 60);
		return verdict(room, { delivered: arrived(room, "second while busy") === 1, replies: [[ra, replies.prose], [rb, echo(room, "second while busy")]],
			state: room.since(since).includes("busy"), since });
	},
	async tool(room) {			// while a tool runs, in silence
		const a = await room.send("please tool:sleep 4"), since = Date.now();
		await busy(room, a);
		const b = await room.send("while the tool runs"), ra = await room.reply(a, 60), rb = await room.reply(b, 60), states = room.since(since);
		return verdict(room, { delivered: arrived(room, "while the tool runs") === 1, replies: [[ra, "First I look.\n\nThen I saw it."], [rb, echo(room, "while the tool runs")]],
			state: states.join().startsWith("idle,busy,idle") || states.join().startsWith("busy,idle"), since });
	},
	async output(room) {			// what a tool writes is none of the reply, whatever it looks like
		return exchange(room, "please tool:printf '%b' '\\342\\227\\217 not this\\n\\342\\200\\242 nor this\\n\\n  or this\\n'; seq 1 60", "First I look.\n\nThen I saw it.");
	},
	async stall(room) {			// the reply stands still in its middle
		return exchange(room, "please stall:5000 reply:prose", replies.prose);
	},
	async stream(room) {			// what it is about, and how far, while a turn runs: five times a second at most
		const since = Date.now(), text = "please take slow:5000 reply:prose", seen = await room.updates(async () => wrong(room, await room.reply(await room.send(text), 60), replies.prose));
		const said = seen.all.filter((u) => u.content), fast = said.filter((u, i) => i >= 5 && u.at - said[i - 5].at < 700), most = said.at(-1)?.content ?? "";
		// of the reply, from its beginning, and nothing else; the last line may be half drawn
		const got = most.replace(/\S+\s*$/, "").trim().split(/\s+/), want = replies.prose.split(/\s+/), clean = got.length > 20 && got.every((w, i) => w === want[i]);
		return { reply: !seen.result, state: said.length >= 3 && !fast.length && clean && seen.all.some((u) => u.state === "busy"),
			note: `${seen.result}; ${said.length} updates, ${fast.length} of them too fast, clean ${clean}: ${short(most)}; states ${room.since(since)}` };
	},
	async self(room) {			// from its shell it speaks as itself, and as nobody else
		const before = await room.newest(), send = join(top, "csp-send");
		const r = await room.reply(await room.send(`please tool:${send} --to checker 'from its shell' </dev/null; ${send} --from checker --to checker 'forged' </dev/null; echo "$CSP_AGENT_ID"`), 60);
		const all = (await room.after(before)).filter((m) => /^(from its shell|forged)$/.test(m.content));
		return { reply: !wrong(room, r, "First I look.\n\nThen I saw it."), state: all.length === 1 && all[0].from === room.name, note: `${short(all)} ${short(r.content)}` };
	},
	async fail(room) {			// errors that pass
		return exchange(room, "please fail:2 reply:code", replies.code, 60);
	},
	async cut(room) {			// lost in the middle of the reply: some ask again, some leave it at that; none has it twice
		const r = await room.reply(await room.send("please cut:1 reply:prose"), 60), got = r.content ?? "";
		const next = await exchange(room, "after the loss", echo(room, "after the loss"));
		return { ...next, reply: next.reply && got.startsWith(replies.prose.slice(0, 60)) && got.split("The gateway").length === 2, note: `${next.note}; first ${short(r)}` };
	},
	async urgent(room) {			// interrupts the turn that runs
		const a = await room.send("first slow:20000 reply:prose"), since = Date.now();
		await busy(room, a);
		const b = await room.send("drop that", { urgent: true }), rb = await room.reply(b, 30), took = Date.now() - since;
		const ra = await room.receipt(a, "replied", 10);
		return verdict(room, { delivered: arrived(room, "drop that") === 1, replies: [[rb, echo(room, "drop that")]], state: took < 15000 && /replied|failed/.test(ra.stage), since });
	},
	async interrupt(room) {			// a turn is ended, the next one is a turn like all
		const a = await room.send("first slow:20000 reply:prose"), since = Date.now();
		await busy(room, a);
		await room.control("interrupt");
		const idle = await room.until(() => room.seen?.state === "idle", 8000), ra = await room.receipt(a, "replied", 10);
		const r = await exchange(room, "after the interrupt", echo(room, "after the interrupt"));
		return { ...r, state: r.state && idle && Date.now() - since < 18000 && /replied|failed/.test(ra.stage), note: `${r.note} idle ${idle} first ${short(ra)}` };
	},
	async recall(room) {			// ended before a word came: some put the prompt back into the box
		const a = await room.send("first late:20000 reply:one"), since = Date.now();
		await busy(room, a);
		await room.control("interrupt");
		const ra = await room.receipt(a, "replied", 12), idle = await room.until(() => room.seen?.state === "idle", 8000);
		const r = await exchange(room, "after the recall", echo(room, "after the recall"));
		return { ...r, state: r.state && idle && Date.now() - since < 18000 && /replied|failed/.test(ra.stage), note: `${r.note} idle ${idle} first ${short(ra)}` };
	},
	async paused(room) {			// nothing is delivered until it is resumed
		const since = Date.now();
		await room.control("pause");
		const shown = await room.until(() => room.seen?.state === "paused", 5000), id = await room.send("after the pause");
		const held = await room.receipt(id, "held", 10), still = arrived(room, "after the pause") === 0;
		await room.control("resume");
		const r = await room.reply(id, 30);
		return verdict(room, { delivered: still && held.reason === "paused" && arrived(room, "after the pause") === 1, replies: [[r, echo(room, "after the pause")]],
			state: shown && await room.until(() => room.seen?.state === "idle", 5000), since });
	},
	async screen(room) {			// its screen, asked for, is a notice to the room
		const before = await room.newest();
		await room.control("screen");
		let m;
		await room.until(async () => m = (await room.after(before)).find((x) => x.type === "system"), 5000);
		return { state: /\[checker\]/.test(m?.content), note: short(m) };
	},
	async restart(room) {			// the gateway goes and comes back
		const a = await room.send("before the restart slow:3000 reply:one"), since = Date.now();
		await busy(room, a);
		const b = await room.send("kept over the restart");
		await room.crash();
		const ra = await room.reply(a, 60), rb = await room.reply(b, 60);
		return verdict(room, { delivered: arrived(room, "kept over the restart") === 1, replies: [[ra, replies.one], [rb, echo(room, "kept over the restart")]], since });
	},
	async gone(room) {			// the sidecar is killed: its message is still unread
		const since = Date.now();
		await room.control("pause");
		await room.until(() => room.seen?.state === "paused", 5000);
		const id = await room.send("kept for the next one");
		await room.receipt(id, "held", 10);
		await room.kill();
		const unread = (await room.http("GET", `/inbox/${room.name}?after=0`)).some((m) => m.id === id);
		room.sidecar = room.wrap();
		const r = await room.reply(id, 90);
		return verdict(room, { delivered: unread && arrived(room, "kept for the next one") === 1, replies: [[r, echo(room, "kept for the next one")]], since });
	},

	// what asks
	async allow(room) {			// a dialog: nothing is typed, it is answered, the turn goes on
		const since = Date.now(), a = await room.send("please tool:touch made.txt");
		const asked = await room.until(() => room.seen?.state === "waiting", 90000);
		const b = await room.send("during the dialog"), c = await room.send("and one more"), detail = room.seen?.detail ?? "";
		const held = await room.receipt(b, "held", 10);
		await room.control("keys", { keys: ["Enter"], screen: "0123456789abcdef" });	// another screen
		await pause(2000);
		const still = room.seen?.state === "waiting" && arrived(room, "during the dialog") === 0 && held.reason === "dialog";
		if (asked) await room.press(room.agent.allow ?? "Enter");
		const ra = await room.reply(a, 40), rb = await room.reply(b, 40), rc = await room.reply(c, 40), got = room.taken();
		return verdict(room, { delivered: still && got.at(-2) === envelope + "during the dialog" && got.at(-1) === envelope + "and one more",
			replies: [[ra, "First I look.\n\nThen I saw it."], [rb, echo(room, "during the dialog")], [rc, echo(room, "and one more")]],
			state: asked && /touch/.test(detail) && existsSync(join(room.dir, "work/made.txt")), since });
	},
	async deny(room) {			// denied: the queue goes on
		const since = Date.now(), a = await room.send("please tool:touch denied.txt");
		const asked = await room.until(() => room.seen?.state === "waiting", 90000), b = await room.send("after the denial");
		await room.receipt(b, "held", 10);
		if (asked) await room.press(...(room.agent.deny ?? ["Escape"]));
		const rb = await room.reply(b, 60), ra = await room.receipt(a, "replied", 1);
		return verdict(room, { delivered: arrived(room, "after the denial") === 1, replies: [[rb, echo(room, "after the denial")]],
			state: asked && /replied|failed/.test(ra.stage) && !existsSync(join(room.dir, "work/denied.txt")) && await room.until(() => room.seen?.state === "idle", 5000), since });
	},
	async limit(room) {			// the last case: some stay in a menu
		const since = Date.now();
		await room.send("limit: reached");
		const got = await room.until(() => ["limited", "waiting"].includes(room.seen?.state), 90000);
		const b = await room.send("over the limit"), held = await room.receipt(b, "held", 10);
		await pause(1500);
		const r = verdict(room, { delivered: arrived(room, "limit: reached") >= 1 && arrived(room, "over the limit") === 0 && held.reason === "limited",
			state: got && room.seen.state === "limited", since });
		return { ...r, note: `${r.note} held ${short(held)} until ${room.seen?.until}` };
	},

	// a person sits at the terminal
	async draft(room) {			// what is half typed comes out unjoined
		const since = Date.now(), mine = "[me] half a thought, not sent yet";
		await exchange(room, "before the draft", echo(room, "before the draft"), 90);
		await room.type(mine);
		const id = await room.send("while there is a draft");
		const r = await room.reply(id, 16);		// some look for it every ten seconds
		if (r.stage !== undefined) await room.type("\r");	// held: where nothing can put the draft away it goes first
		const rr = r.stage === undefined ? r : await room.reply(id, 30);
		if (r.stage === undefined) { await pause(1000); await room.type("\r"); }
		const own = await room.until(() => room.taken().includes(mine), 20000);
		return verdict(room, { delivered: own && arrived(room, "while there is a draft") === 1, replies: [[rr, echo(room, "while there is a draft")]],
			state: r.stage === undefined || r.reason === "typing" || r.stage === "typed", since });	// typed: its own queue has it
	},
	async noshare(room) {			// what the person asks at the terminal stays there, if told so
		const rest = async () => { await room.until(() => room.seen?.state === "idle", 10000); await pause(1500); };
		await rest();
		const want = "echo: [me] for all", before = await room.newest(), said = async () => (await room.after(before)).filter((m) => m.from === room.name);
		await room.control("noshare");
		await room.type("[me] between us");
		await room.type("\r");
		const asked = await room.until(() => room.taken().includes("[me] between us"), 20000);
		await rest();
		const hidden = (await said()).length === 0;
		await room.control("share");
		await room.type("[me] for all");
		await room.type("\r");
		const told = await room.until(async () => (await said()).some((m) => m.to === "broadcast" && m.content.trim() === (room.mode === "screen" && room.agent.drawn ? room.agent.drawn(want) : want)), 20000);
		return { state: asked && hidden && told, note: `asked ${asked} hidden ${hidden} told ${told}: ${short(await said())}` };
	},
	async resize(room) {			// the terminal gets another size in mid-reply: it is exact, or said to be incomplete
		const since = Date.now(), id = await room.send("while you resize slow:5000 reply:list");
		await busy(room, id);
		room.sidecar.kill("SIGUSR1");
		const r = await room.reply(id, 60);
		room.sidecar.kill("SIGUSR1");
		return verdict(room, { delivered: arrived(room, "while you resize slow:5000 reply:list") === 1, replies: r.complete === false ? undefined : [[r, replies.list]],
			state: await room.until(() => room.seen?.state === "idle", 5000), since });
	},
	async keys(room) {			// typed while a message goes in: played after it
		const since = Date.now(), mine = "[me] typed meanwhile";
		await room.until(() => room.seen?.state === "idle", 20000);
		await pause(1500);
		const id = await room.send(`a message of some length: ${words(120)}`);
		await room.until(async () => /typed|submitted/.test((await room.receipt(id, "typed", 0)).stage), 10000);
		await room.type(mine);
		const text = (await room.message(id)).content, r = await room.reply(id, 30);
		await pause(1000);
		await room.type("\r");
		const own = await room.until(() => room.taken().includes(mine), 20000);
		return verdict(room, { delivered: own && arrived(room, text) === 1, replies: [[r, echo(room, text)]], since });
	},

	// with the introduction
	async intro(room) {			// and what was said meanwhile
		const since = Date.now();
		await room.http("POST", "/register", { agentId: "bob", capabilities: {} });
		await room.send("nobody needs to answer this", { from: "bob", to: "broadcast" });
		const id = await room.send("please reply:code"), r = await room.reply(id, 90), got = room.taken().at(-1) ?? "";
		return verdict(room, { delivered: got.startsWith("[csp] ") && got.includes("[bob to all] nobody needs to answer this\n") && got.endsWith(envelope + "please reply:code"),
			replies: [[r, replies.code]], since });
	},
	async room(room) {			// to all: answered to all, once
		const since = Date.now(), id = await room.send("hello all, please reply:marks", { to: "broadcast" }), r = await room.reply(id, 60);
		const mine = (await room.after(id)).filter((m) => m.from === room.name), got = room.taken().at(-1) ?? "";
		return verdict(room, { delivered: got === "[checker to all] hello all, please reply:marks", replies: [[r, replies.marks]], state: r.to === "broadcast" && mine.length === 1, since });
	},
	async mention(room) {			// of an agent by another: one answer, and silence
		const since = Date.now(), text = `@${room.name} what do you think? reply:one`, id = await room.send(text, { from: "bob", to: "broadcast" });
		const r = await room.reply(id, 60);
		await pause(1500);
		const mine = (await room.after(id)).filter((m) => m.from === room.name);
		return verdict(room, { delivered: (room.taken().at(-1) ?? "") === `[bob to all] ${text}`, replies: [[r, replies.one]], state: mine.length === 1, since });
	},

	// with settings of the person's own
	async own(room) {			// they hold beside ours
		const r = await exchange(room, "with settings of my own reply:table", replies.table, 90), mark = join(room.dir, "own-hook");
		return { ...r, state: r.state && await room.until(() => existsSync(mark), 5000), note: `${r.note} own hook ${existsSync(mark)}` };
	},
};

export async function play(room, name) {
	const seed = /^random-(\d+)$/.exec(name)?.[1];
	if (seed) return exchange(room, randomText(+seed), randomReply(+seed));
	if (plays[name]) return plays[name](room);
	if (texts[name] !== undefined) return exchange(room, texts[name], echo(room, texts[name]));
	return exchange(room, `please reply:${name.slice(6)}`, replies[name.slice(6)]);
}
