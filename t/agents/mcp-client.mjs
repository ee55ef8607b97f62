// mcp-client FOLDER - what the SDK in that folder makes of POST /mcp.  Prints TAP.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = resolve(dirname(fileURLToPath(import.meta.url)), "../.."), sdk = process.argv[2];
const load = (f) => import(pathToFileURL(join(sdk, "dist/esm", f)));
const { Client } = await load("client/index.js");
const { StreamableHTTPClientTransport } = await load("client/streamableHttp.js");
const { LATEST_PROTOCOL_VERSION } = await load("types.js");
console.log(`# SDK ${JSON.parse(readFileSync(join(sdk, "package.json"))).version}, revision ${LATEST_PROTOCOL_VERSION}`);

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
async function client(token, version) {
	const c = new Client({ name: "check", version: "1" });
	const t = new StreamableHTTPClientTransport(new URL(room.url + "/mcp"), { requestInit: { headers: { Authorization: "Bearer " + token } } });
	if (version) {	// an older client: what it asks for is written over
		const send = t.send.bind(t);
		t.send = (m, o) => { if (m.method === "initialize") m.params.protocolVersion = version; return send(m, o); };
	}
	await c.connect(t);
	return c;
}
const call = async (c, name, args = {}, options) => {
	const r = await c.callTool({ name, arguments: args }, undefined, options);
	return { failed: r.isError, ...JSON.parse(r.content[0].text) };
};

try {
	await gateway();
	const token = async (id) => (await http("/register", { agentId: id })).token;
	const ta = await token("a"), tb = await token("b");
	const a = await client(ta), b = await client(tb);
	check("it connects", a.getServerVersion().name === "csp-gateway" && !!a.getServerCapabilities().tools, a.getServerVersion());
	check("and is told who it is", /"a"/.test(a.getInstructions()), a.getInstructions());
	await a.ping();
	const { tools } = await a.listTools();
	check("four tools, whose schemas the SDK takes", tools.length === 4 && tools.every((t) => t.inputSchema.type === "object" && t.description), tools);
	const sent = await call(a, "send_message", { to: "b", content: "hello \u{1f600} \"b\"\n" });
	const got = await call(b, "read_inbox");
	check("a message goes from one to the other", got.messages?.[0]?.content === "hello \u{1f600} \"b\"\n" && got.messages[0].id === sent.messageId, got);
	await call(b, "send_message", { to: "a", content: "yes", reply_to: sent.messageId });
	check("its answer is one", (await http("/message/" + sent.messageId)).receipts.b.stage === "replied");
	const answer = await call(a, "read_inbox", {});
	check("which comes back", answer.messages?.[0]?.replyTo === sent.messageId, answer);
	const waiting = call(a, "read_inbox", { after: answer.after, wait_seconds: 30 });
	await call(b, "send_message", { content: "to all" });
	check("a wait ends with a message", (await waiting).messages?.[0]?.content === "to all");
	check("who is here", (await a.callTool({ name: "list_agents" })).content[0].text.includes('"id":"b"'));
	check("what was said", (await call(a, "room_history", { limit: 2 })).count === 2);
	check("an error of a tool is its result", (await call(a, "send_message", { to: "nobody", content: "x" })).failed === true);
	check("an unknown tool is refused", (await throws(() => a.callTool({ name: "shell", arguments: {} })))?.code === -32602);
	check("what is not offered is refused", (await throws(() => a.listResources())) !== null);
	check("the owner's token names nobody", /403|agent's own/.test(String(await throws(() => client(room.owner)))));
	check("nor does a wrong one get in", (await throws(() => client("a.0"))) !== null);
	const stop = new AbortController(), aborted = throws(() => call(a, "read_inbox", { after: 99, wait_seconds: 30 }, { signal: stop.signal }));
	setTimeout(() => stop.abort(), 300);
	check("a call that is given up", (await aborted) !== null);
	await call(b, "send_message", { to: "a", content: "after that" });
	check("loses nothing", (await call(a, "read_inbox", { after: 0 })).messages.some((m) => m.content === "after that"));
	for (const v of ["2025-06-18", "2025-03-26", "2024-11-05"])
		check(`a client of ${v}`, await client(ta, v).then(async (c) => { await c.ping(); await c.close(); return true; }, String) === true);
	room.gw.kill("SIGKILL");
	await new Promise((done) => room.gw.on("exit", done));
	await gateway();
	check("over kill -9 of the gateway the same client goes on", (await call(b, "send_message", { to: "a", content: "again" })).success === true);
	check("and nothing is lost", (await call(a, "read_inbox", {})).messages.at(-1)?.content === "again");
	await Promise.all([a.close(), b.close()]);
} catch (e) { check("no exception", false, String(e?.stack ?? e)); }
room.gw?.kill("SIGTERM");
rmSync(dir, { recursive: true, force: true });
console.log(`1..${n}\n${n - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
