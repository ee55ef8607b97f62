// model - plays the language model for the agent CLIs under test: Anthropic
// Messages, OpenAI Responses and Chat Completions, Gemini generateContent, all
// streamed.  It answers what the prompt says:
//	reply:NAME	the text of that name in replies.mjs
//	random:SEED	the reply of random.mjs for it
//	tool:COMMAND	a text, a call of the CLI's shell tool, a text with its result
//	use:TOOL {...}	calls of those tools, in order (by the ends of their names),
//			then the last result as text
//	slow:MS		the reply takes that long
//	late:MS		it begins only so long after the prompt
//	stall:MS	and stands still that long in its middle
//	fail:N		the first N requests for it fail with an error that passes
//	cut:N		and are lost in the middle of the reply
//	limit:		the error of a used-up account
//	anything else	"echo: " and the prompt
// Each prompt is written to the log as one line of JSON.
import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { randomReply } from "./random.mjs";
import { replies } from "./replies.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- what was asked ----

// the texts in a message's content, whatever shape it has
const texts = (c) => c == null ? [] : typeof c === "string" ? [c] :
	(Array.isArray(c) ? c : [c]).flatMap((b) => typeof b === "string" ? [b] :
	typeof b.text === "string" && !b.thought ? [b.text] : []);

// each API's request as { users: [[text]], results: [text], tools: [{ name, schema }], schema }
const dialects = {
	anthropic(q) {
		const users = [], results = [];
		for (const m of q.messages ?? []) {
			if (m.role !== "user") continue;
			if (texts(m.content).length) { users.push(texts(m.content)); }
			for (const b of Array.isArray(m.content) ? m.content : [])
				if (b.type === "tool_result") results.push({ after: users.length, text: texts(b.content).join("\n") });
		}
		return { users, results, tools: (q.tools ?? []).map((t) => ({ name: t.name, schema: t.input_schema })),
			schema: q.output_config?.format?.schema ?? q.output_format?.schema };
	},
	responses(q) {
		const users = [], results = [];
		for (const m of Array.isArray(q.input) ? q.input : [{ role: "user", content: q.input }])
			if (/_output$/.test(m.type ?? "")) results.push({ after: users.length, text: texts(m.output).join("\n") });
			else if (m.role === "user") users.push(texts(m.content));
		return { users, results, tools: (q.tools ?? []).filter((t) => t.name)
			.flatMap((t) => t.type === "namespace" ? t.tools.map((u) => ({ ...u, namespace: t.name })) : t)
			.map((t) => ({ name: t.name, namespace: t.namespace, schema: t.parameters })),
			schema: q.text?.format?.schema };
	},
	chat(q) {
		const users = [], results = [];
		for (const m of q.messages ?? [])
			if (m.role === "user") users.push(texts(m.content));
			else if (m.role === "tool") results.push({ after: users.length, text: texts(m.content).join("\n") });
		return { users, results, tools: (q.tools ?? []).map((t) => ({ name: t.function.name, schema: t.function.parameters })),
			schema: q.response_format?.json_schema?.schema };
	},
	generate(q) {			// Command Code's own: the AI SDK's messages and parts
		const users = [], results = [];
		for (const m of q.params?.messages ?? [])
			if (m.role === "user") users.push(texts(m.content));
			else if (m.role === "tool") for (const b of m.content) results.push({ after: users.length, text: String(b.output?.value ?? "") });
		return { users, results, tools: (q.params?.tools ?? []).map((t) => ({ name: t.name, schema: t.input_schema })) };
	},
	gemini(q) {
		const users = [], results = [];
		for (const m of q.contents ?? []) {
			if ((m.role ?? "user") !== "user") continue;
			if (texts(m.parts).length) users.push(texts(m.parts));
			for (const p of m.parts ?? []) {
				const r = p.functionResponse?.response;
				if (r) results.push({ after: users.length, text: String(r.output ?? r.error ?? JSON.stringify(r)) });
			}
		}
		const g = q.generationConfig ?? {};
		return { users, results, tools: (q.tools ?? []).flatMap((t) => t.functionDeclarations ?? [])
			.map((f) => ({ name: f.name, schema: f.parametersJsonSchema ?? f.parameters })),
			schema: g.responseJsonSchema ?? g.responseSchema };
	},
};

// some value that fits a JSON schema
function sample(s) {
	const type = String(Array.isArray(s?.type) ? s.type[0] : s?.type ?? "string").toLowerCase();
	if (s?.enum) return s.enum[0];
	if (type === "object") return Object.fromEntries(Object.entries(s.properties ?? {}).map(([k, v]) => [k, sample(v)]));
	if (type === "array") return [];
	if (type === "boolean") return false;
	if (type === "number" || type === "integer") return 1;
	return "session";
}

// arguments for the shell tool: the command where a command belongs; where the
// CLI is to ask, what its sandbox would not let through
function toolCall(tools, command, ask) {
	const tool = tools.find((t) => /^(Bash|bash|exec_command|shell|shell_command|run_shell_command|run_commands|execute_command|execute_bash)$/.test(t.name));
	if (!tool) return null;
	const args = {};
	for (const [k, v] of Object.entries(tool.schema?.properties ?? {}))
		if (k === "command" || k === "cmd") args[k] = String(v.type) === "array" ? ["sh", "-c", command] : command;
		else if (k === "commands") args[k] = [v.items?.type === "object" ? { command } : command];
		else if (k === "sandbox_permissions") { if (ask) args[k] = "require_escalated"; }
		else if (k === "with_escalated_permissions") { if (ask) args[k] = true; }
		else if (k === "description" || (k === "justification" && ask)) args[k] = "May it run?";
		else if ((tool.schema.required ?? []).includes(k)) args[k] = sample(v);
	return { name: tool.name, args };
}

// the calls that a prompt asks for: [name, arguments] each
const uses = (prompt) => [...prompt.matchAll(/\buse:(\w+) (\{[^}]*\})/g)].map((m) => [m[1], JSON.parse(m[2])]);

// the parts of the answer: { text } or { call }, or { limit: true }, { fail: true }
// failed counts, for each prompt, what was no answer
function answer(asked, prompt, ask, failed) {
	if (asked.schema) return { parts: [{ text: JSON.stringify(sample(asked.schema)) }] };
	if (!asked.tools.length) return { parts: [{ text: "Session" }] };
	const slow = Number(/\bslow:(\d+)/.exec(prompt)?.[1] ?? 0);
	const seed = /\brandom:(\d+)/.exec(prompt)?.[1];
	if (seed) return { parts: [{ text: randomReply(Number(seed)) }], slow };
	const name = /\breply:(\w+)/.exec(prompt)?.[1], command = /\btool:([^\n]+)/.exec(prompt)?.[1];
	const stall = Number(/\bstall:(\d+)/.exec(prompt)?.[1] ?? 0), late = Number(/\blate:(\d+)/.exec(prompt)?.[1] ?? 0), fail = Number(/\bfail:(\d+)/.exec(prompt)?.[1] ?? 0);
	if (/\blimit:/.test(prompt)) return { limit: true };
	const cut = Number(/\bcut:(\d+)/.exec(prompt)?.[1] ?? 0) > (failed.get(prompt) ?? 0);
	if (cut) failed.set(prompt, (failed.get(prompt) ?? 0) + 1);
	if (fail > (failed.get(prompt) ?? 0)) { failed.set(prompt, (failed.get(prompt) ?? 0) + 1); return { fail: true }; }
	const steps = uses(prompt), done = asked.results.filter((r) => r.after === asked.users.length);
	if (steps.length) {
		const [end, args] = steps[done.length] ?? [], tool = end && asked.tools.find((t) => t.name.endsWith(end));
		if (end && !tool) return { parts: [{ text: `no tool ${end} among ${asked.tools.map((t) => t.name)}` }] };
		return { parts: end ? [{ call: { ...tool, args } }] : [{ text: "It says: " + done.at(-1).text }] };
	}
	if (command) {
		const done = asked.results.filter((r) => r.after === asked.users.length);
		const call = toolCall(asked.tools, command.trim(), ask);
		if (!done.length && call) return { parts: [{ text: "First I look." }, { call }], slow };
		return { parts: [{ text: call ? "Then I saw it." : "There is no shell." }], slow };
	}
	return { parts: [{ text: name ? replies[name] ?? "no reply of that name" : "echo: " + prompt }], slow, stall, cut, late };
}

// ---- how it is told ----

const usage = { input: 100, output: 10 };
const base = (n) => ({ id: `id_${n}`, model: "stub" });

// Each writer: open(), then per part begin/piece/end, then close().
const writers = {
	anthropic(send, n) {
		const ev = (type, o) => send({ type, ...o }, type);
		return {
			open: () => ev("message_start", { message: { ...base(n), type: "message", role: "assistant", content: [], stop_reason: null,
				stop_sequence: null, usage: { input_tokens: usage.input, output_tokens: 1 } } }),
			begin: (p, i) => ev("content_block_start", { index: i, content_block: p.call ?
				{ type: "tool_use", id: `toolu_${n}_${i}`, name: p.call.name, input: {} } : { type: "text", text: "" } }),
			piece: (t, p, i) => ev("content_block_delta", { index: i, delta: { type: "text_delta", text: t } }),
			end(p, i) {
				if (p.call) ev("content_block_delta", { index: i, delta: { type: "input_json_delta", partial_json: JSON.stringify(p.call.args) } });
				ev("content_block_stop", { index: i });
			},
			close(parts) {
				ev("message_delta", { delta: { stop_reason: parts.some((p) => p.call) ? "tool_use" : "end_turn", stop_sequence: null },
					usage: { output_tokens: usage.output } });
				ev("message_stop", {});
			},
			whole: (parts) => ({ ...base(n), type: "message", role: "assistant", stop_reason: parts.some((p) => p.call) ? "tool_use" : "end_turn",
				stop_sequence: null, usage: { input_tokens: usage.input, output_tokens: usage.output },
				content: parts.map((p, i) => p.call ? { type: "tool_use", id: `toolu_${n}_${i}`, name: p.call.name, input: p.call.args } :
					{ type: "text", text: p.text }) }),
		};
	},
	responses(send, n) {
		let seq = 0;
		const ev = (type, o) => send({ type, sequence_number: seq++, ...o }, type);
		const item = (p, i, full) => p.call ? { type: "function_call", id: `fc_${n}_${i}`, call_id: `call_${n}_${i}`, name: p.call.name, namespace: p.call.namespace,
			arguments: full ? JSON.stringify(p.call.args) : "", status: full ? "completed" : "in_progress" } :
			{ type: "message", id: `msg_${n}_${i}`, role: "assistant", status: full ? "completed" : "in_progress",
				content: full ? [{ type: "output_text", text: p.text, annotations: [] }] : [] };
		const response = (status, output) => ({ ...base(n), object: "response", created_at: Math.floor(Date.now() / 1000), status, output, error: null,
			usage: status !== "completed" ? null : { input_tokens: usage.input, input_tokens_details: { cached_tokens: 0 }, output_tokens: usage.output,
				output_tokens_details: { reasoning_tokens: 0 }, total_tokens: usage.input + usage.output } });
		const all = (parts) => response("completed", parts.map((p, i) => item(p, i, true)));
		return {
			open: () => ev("response.created", { response: response("in_progress", []) }),
			begin(p, i) {
				ev("response.output_item.added", { output_index: i, item: item(p, i, false) });
				if (!p.call) ev("response.content_part.added", { item_id: `msg_${n}_${i}`, output_index: i, content_index: 0,
					part: { type: "output_text", text: "", annotations: [] } });
			},
			piece: (t, p, i) => ev("response.output_text.delta", { item_id: `msg_${n}_${i}`, output_index: i, content_index: 0, delta: t }),
			end(p, i) {
				if (p.call) ev("response.function_call_arguments.done", { item_id: `fc_${n}_${i}`, output_index: i, arguments: JSON.stringify(p.call.args) });
				else ev("response.output_text.done", { item_id: `msg_${n}_${i}`, output_index: i, content_index: 0, text: p.text });
				ev("response.output_item.done", { output_index: i, item: item(p, i, true) });
			},
			close: (parts) => ev("response.completed", { response: all(parts) }),
			whole: all,
		};
	},
	chat(send, n) {
		const chunk = (delta, finish_reason = null) => send({ ...base(n), object: "chat.completion.chunk", created: 1, choices: [{ index: 0, delta, finish_reason }] });
		const sums = { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output };
		const tool = (p, i) => ({ index: 0, id: `call_${n}_${i}`, type: "function", function: { name: p.call.name, arguments: JSON.stringify(p.call.args) } });
		const finish = (parts) => parts.some((p) => p.call) ? "tool_calls" : "stop";
		return {
			open: () => chunk({ role: "assistant", content: "" }),
			begin() {},
			piece: (t) => chunk({ content: t }),
			end(p, i) { if (p.call) chunk({ tool_calls: [tool(p, i)] }); },
			close(parts) {
				chunk({}, finish(parts));
				send({ ...base(n), object: "chat.completion.chunk", created: 1, choices: [], usage: sums });
				send("[DONE]");
			},
			whole: (parts) => ({ ...base(n), object: "chat.completion", created: 1, usage: sums, choices: [{ index: 0, finish_reason: finish(parts),
				message: { role: "assistant", content: parts.map((p) => p.text ?? "").join(""),
					tool_calls: parts.some((p) => p.call) ? parts.flatMap((p, i) => p.call ? [tool(p, i)] : []) : undefined } }] }),
		};
	},
	generate(send, n) {
		return {
			open() {},
			begin() {},
			piece: (t) => send({ type: "text-delta", text: t }),
			end(p, i) { if (p.call) send({ type: "tool-call", toolCallId: `call_${n}_${i}`, toolName: p.call.name, input: p.call.args }); },
			close: (parts) => send({ type: "finish", finishReason: parts.some((p) => p.call) ? "tool-calls" : "stop",
				totalUsage: { inputTokens: usage.input, outputTokens: usage.output } }),
		};
	},
	gemini(send, n) {
		const part = (p) => p.call ? { functionCall: { name: p.call.name, args: p.call.args } } : { text: p.text };
		const some = (parts, finishReason) => ({ responseId: `id_${n}`, modelVersion: "stub", candidates: [{ index: 0, content: { role: "model", parts }, finishReason }],
			usageMetadata: { promptTokenCount: usage.input, candidatesTokenCount: usage.output, totalTokenCount: usage.input + usage.output } });
		return {
			open() {},
			begin() {},
			piece: (t) => send(some([{ text: t }])),
			end(p) { if (p.call) send(some([part(p)])); },
			close: () => send(some([{ text: "" }], "STOP")),
			whole: (parts) => some(parts.map(part), "STOP"),
		};
	},
};

// errors of an account whose quota is used up
const limits = {
	anthropic: [429, { type: "error", error: { type: "rate_limit_error", message: "This request would exceed your account's rate limit. Please try again later." } },
		{ "x-should-retry": "false" }],
	responses: [429, { error: { type: "usage_limit_reached", code: "usage_limit_reached", message: "The usage limit has been reached", plan_type: "plus",
		resets_at: Math.floor(Date.now() / 1000) + 7200, resets_in_seconds: 7200 } }],
	// 429 is tried again for minutes by some: they ask at another address (402/)
	chat: [429, { error: { type: "insufficient_quota", code: "insufficient_quota", message: "You exceeded your current quota, please check your plan and billing details." } }],
	generate: [429, { error: { message: "You exceeded your current quota, please check your plan and billing details.", code: "insufficient_quota" } }],
	gemini: [429, { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "You exceeded your current quota, please check your plan and billing details.",
		details: [{ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaMetric: "generativelanguage.googleapis.com/generate_content_requests",
			quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier", quotaValue: "100" }] }] } }],
};

function dialectOf(path) {
	if (/\/messages$/.test(path)) return "anthropic";
	if (/\/responses$/.test(path)) return "responses";
	if (/\/chat\/completions$/.test(path)) return "chat";
	if (/\/generate$/.test(path)) return "generate";
	return /generateContent$/i.test(path) ? "gemini" : null;
}

const json = (res, status, o, headers = {}) => { res.writeHead(status, { "content-type": "application/json", ...headers }); res.end(JSON.stringify(o)); };

// cuts at code points, so that a piece is always a text
const pieces = (text, n) => Array.from(text).reduce((all, c, i) => { if (i % n) all[all.length - 1] += c; else all.push(c); return all; }, []);

async function stream(res, w, got, n) {
	res.writeHead(200, { "content-type": "text/event-stream" });
	const count = got.parts.reduce((sum, p) => sum + Math.ceil((p.text ?? "").length / 12), 1);
	const gap = got.slow ? got.slow / count : Math.min(10, 3000 / count);
	w.open();
	await pause(got.late || (got.slow ? 0 : 300));
	for (const [i, p] of got.parts.entries()) {
		w.begin(p, i);
		const all = p.call ? [] : pieces(p.text, 12);
		for (const [k, t] of all.entries()) {
			w.piece(t, p, i);
			await pause(gap + (got.stall && k === (all.length >> 1) ? got.stall : 0));
			if (res.destroyed) return;
			if (got.cut && k === (all.length >> 1)) { await pause(300); return res.destroy(); }
		}
		w.end(p, i);
	}
	w.close(got.parts);
	res.end();
}

// Starts the model; resolves to its port.  Prompts are appended to the file log.
// ask: the CLI is to ask before it runs a tool.
export function serve(log, ask) {
	let n = 0;
	const failed = new Map(), server = createServer(async (req, res) => {
		let body = "";
		req.setEncoding("utf8");
		for await (const s of req) body += s;
		const path = new URL(req.url, "http://x").pathname, dialect = dialectOf(path.replace(/:.*/, (m) => "/" + m.slice(1)));
		const id = ++n;
		if (/count_?tokens/i.test(path)) return json(res, 200, { input_tokens: 100, totalTokens: 100 });
		if (req.method !== "POST" || !dialect)
			return json(res, /models/.test(path) ? 200 : 404, { object: "list", data: [{ id: "stub", object: "model", display_name: "stub", type: "model" }], models: [], has_more: false });
		const q = JSON.parse(body), asked = dialects[dialect](q);
		// what the check sends begins with its sender; all else is the CLI's own
		// (some put a block of their own before it, or their tags around it)
		const all = asked.users.flat().map((t) => t.replace(/^(<(\w+)>[^]*?<\/\2>\s*)+(?=\[[a-z])/, "").replace(/^\s*<(user|pasted_content)\b[^>]*>\n?([^]*?)\n?<\/\1\b[^>]*>\s*$/, "$2")), prompt = [...all].reverse().find((t) => /^\[[a-z]/.test(t)) ?? all.at(-1) ?? "";
		const got = answer(asked, prompt, ask, failed);
		if (asked.tools.length && !asked.schema && existsSync(log)) appendFileSync(log, JSON.stringify({ n: id, prompt, users: all.filter((t) => /^\[[a-z]/.test(t)) }) + "\n");
		if (got.limit) { const [status, error, head] = limits[dialect]; return json(res, /^\/402\//.test(path) ? 402 : status, error, head); }
		if (got.fail) return json(res, 500, { type: "error", error: { type: "api_error", code: 500, status: "INTERNAL", message: "Internal server error" } });
		const streamed = dialect === "gemini" ? /stream/i.test(path) : q.stream || dialect === "generate";
		const w = writers[dialect]((o, event) => res.write(dialect === "generate" ? JSON.stringify(o) + "\n" : (event ? `event: ${event}\n` : "") + `data: ${typeof o === "string" ? o : JSON.stringify(o)}\n\n`), id);
		if (streamed) await stream(res, w, got, id);
		else json(res, 200, w.whole(got.parts));
	});
	return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));
}
