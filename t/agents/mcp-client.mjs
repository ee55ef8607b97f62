// mcp-client FOLDER - what the SDKs in that folder make of POST /mcp.  Prints TAP.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = resolve(dirname(fileURLToPath(import.meta.url)), "../.."), folder = join(process.argv[2], "@modelcontextprotocol");
const load = (f) => import(pathToFileURL(join(folder, f)));
const version = (name) => JSON.parse(readFileSync(join(folder, name, "package.json"))).version;
const one = { ...await load("sdk/dist/esm/client/index.js"), ...await load("sdk/dist/esm/client/streamableHttp.js") };
const two = await load("client/dist/index.mjs");
// each as it is, and the second as one of the first revisions and the newest
const kinds = [
	{ name: `sdk ${version("sdk")}`, sdk: one, old: true },
	{ name: `client ${version("client")}, with initialize`, sdk: two, options: { versionNegotiation: { mode: "legacy" } }, old: true },
	{ name: `client ${version("client")}, as it finds us`, sdk: two, options: { versionNegotiation: { mode: "auto" } } },
	{ name: `client ${version("client")}, 2026-07-28 alone`, sdk: two, options: { versionNegotiation: { mode: { pin: "2026-07-28" } } } },
];

let n = 0, failed = 0;
const check = (name, ok, why) => { n++; failed += !ok; console.log(`${ok ? "ok" : "not ok"} ${n} - ${name}`); if (!ok) console.log("# " + JSON.stringify(why)); };
const throws = async (f) => { try { await f(); return null; } catch (e) { return e; } };

const dir = mkdtempSync(join(tmpdir(), "csp-mcp-"));
const room = { port: "0" };
async function gateway() {
	const gw = spawn(join(top, "csp-gateway"), ["--port", room.port], { env: { ...process.env, CSP_DIR: dir } });
	let said = "";
	for await (const d of gw.stdout) { said += d; if (/CSP_AUTH_TOKEN=.*\n/.test(said)) break; }
	const get = (k) => new RegExp(`${k}=['"]?([^'";\n]*)`).exec(said)[1];
	Object.assign(room, { gw, url: get("CSP_GATEWAY_URL"), owner: get("CSP_AUTH_TOKEN"), port: /:(\d+)/.exec(get("CSP_GATEWAY_URL"))[1] });
}
const http = async (path, body) => (await fetch(room.url + path, { method: body ? "POST" : "GET", body: body && JSON.stringify(body), headers: { "x-auth-token": room.owner } })).json();
const heads = [];
async function client(kind, token, version) {
	const c = new kind.sdk.Client({ name: "check", version: "1" }, kind.options);
	c.onerror = (e) => kind.errors?.push(String(e));
	const seen = async (url, init) => { const r = await fetch(url, init); heads.push(`${init.method} ${r.status} ${new Headers(init.headers).get("mcp-protocol-version")}`); return r; };
	const t = new kind.sdk.StreamableHTTPClientTransport(new URL(room.url + "/mcp"), { requestInit: { headers: { Authorization: "Bearer " + token } }, fetch: seen });
	if (version) {	// an older client: what it asks for is written over
		const send = t.send.bind(t);
		t.send = (m, o) => { if (m.method === "initialize") m.params.protocolVersion = version; return send(m, o); };
	}
	await c.connect(t);
	return c;
}
const call = async (c, name, args = {}, options) => {
	const r = await (c instanceof one.Client ? c.callTool({ name, arguments: args }, undefined, options) : c.callTool({ name, arguments: args }, options));
	return { failed: r.isError, ...JSON.parse(r.content[0].text) };
};


async function play(kind) {
	console.log(`# ${kind.name}`);
	kind.errors = [];
	const n = kinds.indexOf(kind), [na, nb] = [`a${n}`, `b${n}`];
	const token = async (id) => (await http("/register", { agentId: id })).token;
	const ta = await token(na), tb = await token(nb);
	heads.length = 0;
	const a = await client(kind, ta), b = await client(kind, tb);
	check("it connects", a.getServerVersion().name === "csp-gateway" && !!a.getServerCapabilities().tools, a.getServerVersion());
	check("and is told who it is", a.getInstructions().includes(`"${na}"`), a.getInstructions());
	const { tools } = await a.listTools();
	check("four tools, whose schemas the SDK takes", tools.length === 4 && tools.every((t) => t.inputSchema.type === "object" && t.description), tools);
	check("in its revision", heads.at(-1) === `POST 200 ${kind.old ? "2025-11-25" : "2026-07-28"}`, heads);
	const sent = await call(a, "send_message", { to: nb, content: "hello \u{1f600} \"b\"\n", key: "1" });
	check("a call with the same key is the same", (await call(a, "send_message", { to: nb, content: "hello \u{1f600} \"b\"\n", key: "1" })).messageId === sent.messageId);
	const got = await call(b, "read_inbox");
	check("a message goes from one to the other", got.messages?.[0]?.content === "hello \u{1f600} \"b\"\n" && got.messages.length === 1 && got.messages[0].id === sent.messageId, got);
	await call(b, "send_message", { to: na, content: "yes", reply_to: sent.messageId });
	check("its answer is one", (await http("/message/" + sent.messageId)).receipts[nb].stage === "replied");
	const answer = await call(a, "read_inbox", {});
	check("which comes back", answer.messages?.[0]?.replyTo === sent.messageId, answer);
	const waiting = call(a, "read_inbox", { after: answer.after, wait_seconds: 30 });
	await call(b, "send_message", { content: "to all" });
	const all = await waiting;
	check("a wait ends with a message", all.messages?.[0]?.content === "to all", all);
	check("who is here", (await a.callTool({ name: "list_agents" })).content[0].text.includes(`"id":"${nb}"`));
	check("what was said", (await call(a, "room_history", { limit: 2 })).count === 2);
	check("an error of a tool is its result", (await call(a, "send_message", { to: "nobody", content: "x" })).failed === true);
	for (const name of ["shell", "\u00fcbung"])
		check(`an unknown tool is refused: ${name}`, (await throws(() => a.callTool({ name, arguments: {} })))?.code === -32602);
	check("the owner's token names nobody", /403|agent's own/.test(String(await throws(() => client(kind, room.owner)))));
	check("nor does a wrong one get in", (await throws(() => client(kind, "a.0"))) !== null);
	const stop = new AbortController(), aborted = throws(() => call(a, "read_inbox", { after: all.after, wait_seconds: 50 }, { signal: stop.signal }));
	setTimeout(() => stop.abort(), 300);
	check("a call that is given up", (await aborted) !== null);
	let waits = 0;
	for (let i = 0; i < 100 && (waits = +/csp_waiters (\d+)/.exec(await (await fetch(room.url + "/metrics", { headers: { "x-auth-token": room.owner } })).text())[1]); i++) await new Promise((done) => setTimeout(done, 50));
	check("is given up here, too", waits === 0, waits);
	const later = await call(b, "send_message", { to: na, content: "after that" });
	check("what comes then is not taken for given", (await http("/message/" + later.messageId)).receipts[na].stage === "queued");
	check("and not lost", (await call(a, "read_inbox", { after: 0 })).messages.some((m) => m.content === "after that"));
	for (const v of kind.old ? ["2025-06-18", "2025-03-26", "2024-11-05"] : [])
		check(`a client of ${v}`, await client(kind, ta, v).then(async (c) => { await c.ping(); await c.close(); return true; }, String) === true);
	const errors = kind.errors.filter((e) => !/403|401|agent's own|token is not/.test(e));
	check("it complains of nothing else", errors.length === 0, errors);
	room.gw.kill("SIGKILL");
	await new Promise((done) => room.gw.on("exit", done));
	await gateway();
	check("over kill -9 of the gateway the same client goes on", (await call(b, "send_message", { to: na, content: "again" })).success === true);
	check("and nothing is lost", (await call(a, "read_inbox", {})).messages.at(-1)?.content === "again");
	await Promise.all([a.close(), b.close()]);
}

try {
	await gateway();
	for (const kind of kinds) await play(kind);
} catch (e) { check("no exception", false, String(e?.stack ?? e)); }
room.gw?.kill("SIGTERM");
rmSync(dir, { recursive: true, force: true });
console.log(`1..${n}\n${n - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
