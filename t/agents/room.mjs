// room - one CLI in a room of its own: gateway, model, sidecar, and what the
// checks ask of them.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { agents } from "./agents.mjs";
import { serve } from "./model.mjs";

export const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const path = [process.env.CSP_CHECK_AGENTS, process.env.PATH].filter(Boolean).join(delimiter);
export const find = (prog) => path.split(delimiter).map((d) => join(d, prog)).find(existsSync);
const ended = (c) => c.exitCode !== null || c.signalCode !== null;

export class Room {
	// size "80x24", record: keep a recording; rules: a file of them, or the CLI's own; kind: see check.mjs
	constructor(name, mode, { size, record, rules, kind = {} }) { Object.assign(this, { name, mode, size, record, rules, kind, agent: agents[name], children: [], runs: 0 }); }

	async start() {
		this.dir = mkdtempSync(join(tmpdir(), "csp-check-"));
		const home = join(this.dir, "home"), work = join(this.dir, "work");
		mkdirSync(home); mkdirSync(work);
		writeFileSync(join(work, "README.md"), "readme\n");
		execFileSync("git", ["init", "-q", work]);
		this.log = join(this.dir, "prompts.jsonl");
		writeFileSync(this.log, "");
		this.cli = this.agent.setup(home, work, "http://127.0.0.1:" + await serve(this.log, !!this.kind.ask), !!this.kind.ask);
		if (this.kind.own) this.cli.args.push(...this.agent.own(home, join(this.dir, "own-hook")));
		await this.gateway();
		this.sidecar = this.wrap();
		this.watch();
		await this.until(() => this.seen, 10000, "registration");
	}

	// the sidecar with the CLI in it; at a terminal where a person is to type
	wrap() {
		const rules = this.rules ? ["--agent", resolve(this.rules)] : this.mode === "screen" ? ["--agent", this.plainRules()] : [], n = ++this.runs > 1 ? this.runs : "";
		const out = openSync(join(this.dir, "sidecar.out"), "a");
		let command = [join(top, "csp-sidecar"), "--name", this.name, ...rules, ...(this.kind.intro ? [] : ["--intro", "none"]),
			...(this.kind.person ? [] : ["--headless", this.size]),
			...(this.record ? ["--record", join(this.dir, `session${n}.cast`)] : []), "--explain", "--", find(this.name), ...this.cli.args];
		if (this.kind.person) command = [join(top, "t/onpty"), `${this.size},90x28`, "sh", "-c", 'log=$1; shift; exec "$@" 2>>"$log"', "sh", join(this.dir, "sidecar.out"), ...command];
		const child = spawn(command[0], command.slice(1), { cwd: join(this.dir, "work"), stdio: [this.kind.person ? "pipe" : "ignore", this.kind.person ? "ignore" : out, out],
			env: { PATH: `${dirname(find(this.name))}${delimiter}${process.env.PATH}`, HOME: join(this.dir, "home"), USER: "check", SHELL: "/bin/sh", LANG: "C.UTF-8",
				TERM: "xterm-256color", COLORTERM: process.env.COLORTERM ?? "truecolor", CSP_DIR: this.csp, ...this.env, ...this.cli.env } });
		closeSync(out);
		this.children.push(child);
		return child;
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

	// the gateway is killed and comes back
	async crash() {
		this.gw.kill("SIGKILL");
		await pause(1500);
		await this.gateway();
	}

	// the sidecar is killed, and the room has noticed
	async kill() {
		this.sidecar.kill("SIGKILL");
		await this.until(() => ended(this.sidecar) && this.seen?.online === false, 15000, "the end of the sidecar");
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

	async send(content, { to = this.name, from = "checker", urgent } = {}) { return (await this.http("POST", "/agent-output", { from, to, content, urgent })).messageId; }
	async control(action, more) { return this.http("POST", "/control", { to: this.name, action, ...more }); }
	async type(bytes) { this.sidecar.stdin.write(bytes); await pause(300); }

	async message(id) { return this.http("GET", `/message/${id}`); }
	async receipt(id, stage, seconds) { return (await this.http("GET", `/message/${id}?stage=${stage}&agent=${this.name}&wait=${seconds}`)).receipts?.[this.name] ?? {}; }
	async after(id) { return (await this.http("GET", `/history?limit=1000&after=${id}`)).messages; }
	async newest() { return (await this.http("GET", "/history?limit=1")).messages[0].id; }

	// waits for the reply to a message: { content, verbatim } or { stage }
	async reply(id, seconds) {
		const r = await this.receipt(id, "replied", Math.min(seconds, 60));
		if (r.stage !== "replied") return { stage: r.stage ?? "none", reason: r.reason };
		return (await this.after(id)).find((x) => x.id === r.replyId) ?? { stage: "replied, but no message" };
	}

	// what the room is told of us while something is done: { result, all: [update with its time] }
	async updates(what) {
		const stop = new AbortController(), all = [];
		const r = await fetch(this.env.CSP_GATEWAY_URL + "/stream", { signal: stop.signal, headers: { "x-auth-token": this.env.CSP_AUTH_TOKEN } });
		const read = (async () => {
			let text = "";
			for await (const s of r.body.pipeThrough(new TextDecoderStream())) {
				const events = (text + s).split("\n\n");
				text = events.pop();
				for (const e of events) {
					if (!/^event: update$/m.test(e)) continue;
					const u = JSON.parse(/^data: (.*)$/m.exec(e)[1]);
					if (u.from === this.name) all.push({ ...u, at: Date.now() });
				}
			}
		})().catch(() => { /* ended below */ });
		const result = await what();
		stop.abort();
		await read;
		return { result, all };
	}

	// answers a dialog; a screen that has changed meanwhile is looked at again
	// (more keys: for one that asks once more)
	async press(key, ...more) {
		for (let i = 0; i < 3 && this.seen?.state === "waiting"; i++) {
			await this.control("keys", { keys: [key], screen: this.seen.screen });
			if (await this.until(() => this.seen?.state !== "waiting", 3000)) return;
			if (more.length) return this.press(...more);
		}
	}

	async stop(keep) {
		this.done = true;
		for (const c of this.children.reverse()) if (!ended(c)) c.kill("SIGTERM");
		await this.until(() => this.children.every(ended), 4000);
		for (const c of this.children) if (!ended(c)) c.kill("SIGKILL");
		// what the CLI left running in our folder
		for (const l of execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n")) {
			const m = /^\s*(\d+) (.*)/.exec(l);
			if (m && m[2].includes(this.dir + "/")) try { process.kill(+m[1]); } catch { /* gone */ }
		}
		if (keep) console.log(`kept ${this.dir}`);
		else for (let i = 0; i < 5; i++) try { rmSync(this.dir, { recursive: true, force: true }); break; } catch { await pause(300); }
	}
}
