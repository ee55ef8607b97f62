// mcp - real agent CLIs in a room by POST /mcp alone, without a terminal: each is
// given the one line of the README, says something, and reads what is said to it.
// With -i the CLI runs as a person has it, at a terminal, which a sidecar types at.
// Started by t/agents/mcp, which gives us a network of our own.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { agents } from "./agents.mjs";
import { serve } from "./model.mjs";
import { find } from "./room.mjs";

const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// The set-up, as the README has it, and how the CLI is asked once.
const lines = {
	claude: { run: `claude --mcp-config '{"mcpServers":{"csp":{"type":"http","url":"\${CSP_GATEWAY_URL}/mcp","headers":{"Authorization":"Bearer \${CSP_AUTH_TOKEN}"}}}}' --allowedTools mcp__csp`, once: "-p" },
	codex: { run: `codex -c "mcp_servers.csp={url=\\"$CSP_GATEWAY_URL/mcp\\",bearer_token_env_var=\\"CSP_AUTH_TOKEN\\"}"`, once: "exec --skip-git-repo-check" },
	qwen: { before: `qwen mcp add -s project --trust -t http -H "Authorization: Bearer $CSP_AUTH_TOKEN" csp "$CSP_GATEWAY_URL/mcp" && `, run: "qwen", once: "-p", first: 'use:tool_search {"query":"select:mcp__csp__list_agents,mcp__csp__read_inbox,mcp__csp__send_message"} ' },
	gemini: { before: `gemini mcp add --trust -t http -H "Authorization: Bearer $CSP_AUTH_TOKEN" csp "$CSP_GATEWAY_URL/mcp" && `, run: "gemini", once: "-p" },
};
// at a terminal: the sidecar is another agent than the one that joins by MCP
function seated(name, dir) {
	const file = join(dir, "bin", name);
	mkdirSync(dirname(file));
	writeFileSync(file, `#!/bin/sh\nexport CSP_AUTH_TOKEN="$MCP_TOKEN"\n${lines[name].before ?? ""}exec ${lines[name].run} "$@"\n`, { mode: 0o755 });
	return ["csp-sidecar", ["--name", "seat", "--intro", "none", "--headless", "100x30", "--", file]];
}
const once = (name, prompt) => ["sh", ["-c", `${lines[name].before ?? ""}${lines[name].run} ${lines[name].once} '${prompt}'`]];

async function run(name, typed) {
	const dir = mkdtempSync(join(tmpdir(), "csp-mcp-")), home = join(dir, "home"), work = join(dir, "work"), log = join(dir, "prompts.jsonl"), children = [];
	const wait = async (test, ms) => { for (const end = Date.now() + ms; Date.now() < end; await pause(50)) if (await test()) return true; return false; };
	try {
		mkdirSync(home); mkdirSync(work);
		execFileSync("git", ["init", "-q", work]);
		writeFileSync(log, "");
		const cli = agents[name].setup(home, work, "http://127.0.0.1:" + await serve(log), false);
		const gw = spawn(join(top, "csp-gateway"), ["--port", "0"], { env: { ...process.env, CSP_DIR: join(dir, "csp") } });
		children.push(gw);
		let said = "", out = "";
		gw.stdout.on("data", (d) => said += d);
		await wait(() => /CSP_AUTH_TOKEN=/.test(said), 10000);
		const get = (k) => new RegExp(`${k}=['"]?([^'";\n]*)`).exec(said)[1], url = get("CSP_GATEWAY_URL"), owner = get("CSP_AUTH_TOKEN");
		const http = async (method, path, body) => (await fetch(url + path, { method, body: body && JSON.stringify(body), headers: { "x-auth-token": owner } })).json();
		await http("POST", "/register", { agentId: "person", capabilities: { human: true } });
		const { token } = await http("POST", "/register", { agentId: name });
		const { messageId } = await http("POST", "/agent-output", { from: "person", to: name, content: "what is the word?" });
		const prompt = `${lines[name].first ?? ""}use:list_agents {} use:read_inbox {} use:send_message {"to":"person","content":"the word is \\u00fcbung","reply_to":${messageId}} use:read_inbox {"after":${messageId},"wait_seconds":20}`;
		const [program, args] = typed ? seated(name, dir) : once(name, prompt);
		const child = spawn(program, args, { cwd: work, stdio: ["ignore", "pipe", "pipe"],
			env: { PATH: `${dirname(find(name))}:${top}:${process.env.PATH}`, HOME: home, USER: "check", SHELL: "/bin/sh", LANG: "C.UTF-8", TERM: "xterm-256color",
				CSP_GATEWAY_URL: url, CSP_AUTH_TOKEN: typed ? owner : token, CSP_DIR: join(dir, "csp"), MCP_TOKEN: token, ...cli.env } });
		children.push(child);
		for (const s of [child.stdout, child.stderr]) s.on("data", (d) => out += d);
		const end = new Promise((done) => child.on("exit", done));
		let asked = 0;
		if (typed) {
			await wait(async () => (await http("GET", "/agents")).some((x) => x.id === "seat"), 10000);
			asked = (await http("POST", "/agent-output", { from: "person", to: "seat", content: prompt })).messageId;
		}
		// its answer, and while it waits a last word for it
		const answered = await wait(async () => (await http("GET", `/message/${messageId}`)).receipts[name]?.stage === "replied", 60000);
		await pause(500);
		const last = await http("POST", "/agent-output", { from: "person", to: name, content: "thank you" });
		if (asked) out += JSON.stringify(await http("GET", `/message/${asked}?stage=replied&wait=40`)) + JSON.stringify(await http("GET", "/history?from=seat"));
		else await Promise.race([end, pause(40000)]);
		const reply = (await http("GET", "/history?from=" + name)).messages.find((m) => m.replyTo === messageId);
		const given = (await http("GET", `/message/${last.messageId}`)).receipts[name]?.stage;
		const rows = { answered: answered && reply?.content === "the word is \u00fcbung", waited: given === "submitted", told: /thank you/.test(out) };
		return { name, ...rows, note: Object.values(rows).every(Boolean) ? "" : out.slice(-1500) };
	} finally {
		for (const c of children.reverse()) if (c.exitCode === null && c.signalCode === null) c.kill("SIGTERM");
		await pause(500);
		for (const l of execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n")) {
			const m = /^\s*(\d+) (.*)/.exec(l);
			if (m && m[2].includes(dir + "/")) try { process.kill(+m[1]); } catch { /* gone */ }
		}
		for (let i = 0; i < 5; i++) try { rmSync(dir, { recursive: true, force: true }); break; } catch { await pause(300); }
	}
}

const typed = process.argv[2] === "-i", only = process.argv.slice(typed ? 3 : 2);
const names = Object.keys(lines).filter((n) => find(n) && (!only.length || only.includes(n)));
if (!names.length) console.log("no agent CLI is on the PATH or in $CSP_CHECK_AGENTS");
let bad = 0;
for (const name of names) {
	const r = await run(name, typed), mark = (x) => x ? "ok" : "NO";
	console.log(`${name.padEnd(8)} its answer ${mark(r.answered)}  its wait ${mark(r.waited)}  what it was told ${mark(r.told)}${r.note ? "\n" + r.note : ""}`);
	bad ||= +!!r.note;
}
process.exit(bad);
