// agents - the CLIs that are tried: how each is made to talk to our model, in a
// home of its own where nothing asks for a login, an update or trust.
// text() is what the CLI is known to make of a prompt by itself, typed() what it
// makes of one that is typed, drawn() what it makes of a reply on its screen, kept()
// what it hands over of it; allow is the key that grants what it asks, deny are those
// that refuse it.
// own() gives it a setting of the person's own that makes a file at each reply.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const key = "sk-ant-check-key-0123456789";
const put = (dir, name, text) => {
	mkdirSync(join(dir, name, ".."), { recursive: true });
	writeFileSync(join(dir, name), typeof text === "string" ? text : JSON.stringify(text));
};

export const agents = {
	claude: {
		// normalises to NFC, and a TAB becomes four spaces
		text: (s) => s.normalize("NFC").replace(/\t/g, "    "),
		setup(home, work, url, ask) {
			put(home, ".claude.json", { hasCompletedOnboarding: true, lastOnboardingVersion: "99.0.0", theme: "dark", autoUpdates: false, hasSeenAutoDefaultNudge: true,
				customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
				projects: { [work]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true, allowedTools: [] } } });
			// its auto mode would ask a server of its own whether a tool may run
			put(home, ".claude/settings.json", { theme: "dark", permissions: { defaultMode: "default", allow: ask ? [] : ["Bash"] } });
			return { env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, DISABLE_AUTOUPDATER: "1", DISABLE_TELEMETRY: "1",
				DISABLE_ERROR_REPORTING: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", IS_SANDBOX: "1" }, args: [] };
		},
		own: (home, file) => ["--settings", JSON.stringify({ hooks: { Stop: [{ hooks: [{ type: "command", command: `touch ${file}` }] }] } })],
	},
	codex: {
		setup(home, work, url, ask) {
			put(home, ".codex/config.toml", `model = "gpt-5-codex"
model_provider = "check"
approval_policy = "${ask ? "on-request" : "never"}"
sandbox_mode = "${ask ? "workspace-write" : "danger-full-access"}"
check_for_update_on_startup = false
[model_providers.check]
name = "check"
base_url = "${url}/v1"
env_key = "CHECK_KEY"
wire_api = "responses"
[analytics]
enabled = false
[feedback]
enabled = false
[projects."${work}"]
trust_level = "trusted"
`);
			return { env: { CODEX_HOME: join(home, ".codex"), CHECK_KEY: "check" }, args: [] };
		},
		own(home, file) {
			const config = join(home, ".codex/config.toml");
			writeFileSync(config, `notify = ["sh", "-c", "touch ${file}"]\n${readFileSync(config, "utf8")}`);
			return [];
		},
	},
	gemini: {
		// what it writes down of a reply is without such signs
		kept: (s) => s.replace(/[\u200b-\u200f\ufeff]/g, "").trim(),
		setup(home, work, url, ask) {
			put(home, ".gemini/settings.json", { security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
				general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true, enableAutoUpdateNotification: false },
				privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false }, ide: { hasSeenNudge: true, enabled: false },
				model: { name: "gemini-2.5-pro" } });
			put(home, ".gemini/trustedFolders.json", { [work]: "TRUST_FOLDER" });
			return { env: { GEMINI_API_KEY: "check", GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_NO_RELAUNCH: "true" },
				args: ask ? [] : ["--approval-mode", "yolo"] };
		},
	},
	qwen: {
		text: (s) => s.replace(/\n@/g, "\n @"),
		setup(home, work, url, ask) {
			put(home, ".qwen/settings.json", { $version: 3, security: { auth: { selectedType: "openai" }, folderTrust: { enabled: false } },
				general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true }, privacy: { usageStatisticsEnabled: false },
				ide: { hasSeenNudge: true }, telemetry: { enabled: false } });
			return { env: { OPENAI_API_KEY: "check", OPENAI_BASE_URL: url + "/402/v1", OPENAI_MODEL: "qwen3-coder-plus", QWEN_CODE_NO_RELAUNCH: "true" },
				args: ["--approval-mode", ask ? "default" : "yolo"] };
		},
	},
	pi: {
		asks: false,
		typed: (s) => s.replace(/\t/g, "    "),
		setup(home, work, url) {
			put(home, ".pi/agent/models.json", { providers: { check: { baseUrl: url + "/v1", api: "openai-completions", apiKey: "check",
				models: [{ id: "stub", name: "stub", reasoning: false, input: ["text"], cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
					contextWindow: 128000, maxTokens: 8192 }] } } });
			put(home, ".pi/agent/settings.json", { defaultProvider: "check", defaultModel: "stub" });
			return { env: { PI_OFFLINE: "1", PI_SKIP_VERSION_CHECK: "1", PI_TELEMETRY: "0" }, args: [] };
		},
	},
	opencode: {
		deny: ["Escape", "Enter"],		// it asks why
		drawn: (s) => s.replace(/\[(\w+)\](?!\()/g, "$1"),	// a link without an address
		setup(home, work, url, ask) {
			put(home, ".config/opencode/opencode.json", { autoupdate: false, share: "disabled", model: "anthropic/claude-sonnet-4-5",
				small_model: "anthropic/claude-sonnet-4-5", permission: { bash: ask ? "ask" : "allow" },
				provider: { anthropic: { options: { baseURL: url + "/v1", apiKey: key } } } });
			return { env: { ANTHROPIC_API_KEY: key, OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1",
				OPENCODE_DISABLE_LSP_DOWNLOAD: "1" }, args: [] };
		},
	},
	nanocoder: {
		setup(home, work, url) {
			put(home, ".config/nanocoder/agents.config.json", { nanocoder: { providers: [{ name: "check", baseUrl: url + "/v1", apiKey: key, models: ["stub"] }] } });
			put(home, ".config/nanocoder/nanocoder-preferences.json", { lastProvider: "check", lastModel: "stub", trustedDirectories: [work],
				providerModels: { check: "stub" } });
			return { env: { NANOCODER_LOG_DISABLE_FILE: "1" }, args: [] };
		},
	},
	grok: {
		setup(home, work, url) {
			put(home, ".grok/user-settings.json", { apiKey: key, baseURL: url + "/v1", defaultModel: "stub", models: ["stub"] });
			return { env: { GROK_API_KEY: key, GROK_BASE_URL: url + "/v1", GROK_MODEL: "stub" }, args: [] };
		},
	},
	cn: {
		setup(home, work, url, ask) {
			put(home, ".continue/config.yaml", `name: check
version: 1.0.0
schema: v1
models:
  - name: stub
    provider: openai
    model: stub
    apiBase: ${url}/v1
    apiKey: ${key}
    roles: [chat]
    useResponsesApi: false
`);
			return { env: { CONTINUE_TELEMETRY_ENABLED: "0", CONTINUE_CLI_ENABLE_TELEMETRY: "0" }, args: ["--config", join(home, ".continue/config.yaml"), ...(ask ? [] : ["--auto"])] };
		},
	},
	copilot: {
		drawn: (s) => s.replace(/\[(\w+)\]\(https?:[^)]*\)/g, "$1"),	// without its address
		setup(home, work, url, ask) {
			put(home, ".copilot/config.json", { trusted_folders: [work], banner: "never", firstLaunchAt: "2026-01-01T00:00:00Z" });
			return { env: { COPILOT_PROVIDER_BASE_URL: url + "/v1", COPILOT_PROVIDER_TYPE: "openai", COPILOT_PROVIDER_API_KEY: key, COPILOT_MODEL: "gpt-5",
				COPILOT_OFFLINE: "true", COPILOT_AUTO_UPDATE: "false" }, args: ask ? [] : ["--allow-all-tools"] };
		},
	},
	cline: {
		drawn: (s) => s.replace(/\[(\w+)\](?!\()/g, "$1"),
		setup(home, work, url, ask) {
			put(home, ".cline/data/settings/providers.json", { version: 1, lastUsedProvider: "openai-compatible", modes: {}, providers: { "openai-compatible": {
				settings: { provider: "openai-compatible", apiKey: key, model: "stub", baseUrl: url + "/v1" }, updatedAt: "2026-11-01T00:00:00.000Z", tokenSource: "manual" } } });
			put(home, ".cline/data/settings/cli-notices.json", { shown: { "cline-cli-cline-pass-intro": true, "cline-cli-desktop-launch": true } });
			return { env: { CLINE_NO_AUTO_UPDATE: "1" }, args: ["--auto-approve", ask ? "false" : "true", "-i"] };
		},
	},
	kilo: {
		deny: ["Escape", "Enter"],		// it asks why
		drawn: (s) => s.replace(/\[(\w+)\](?!\()/g, "$1"),
		setup(home, work, url, ask) {
			put(home, ".config/kilo/kilo.json", { autoupdate: false, share: "disabled", model: "anthropic/claude-sonnet-4-5",
				small_model: "anthropic/claude-sonnet-4-5", permission: { bash: ask ? "ask" : "allow" },
				provider: { anthropic: { options: { baseURL: url + "/v1", apiKey: key } } } });
			return { env: { ANTHROPIC_API_KEY: key, KILO_DISABLE_AUTOUPDATE: "1", KILO_DISABLE_MODELS_FETCH: "1", KILO_TELEMETRY_LEVEL: "off",
				KILO_DISABLE_LSP_DOWNLOAD: "1" }, args: [] };
		},
	},
	letta: {
		setup(home, work, url) {
			return { env: { LMSTUDIO_BASE_URL: url + "/v1", LETTA_CODE_TELEM: "0", DISABLE_AUTOUPDATER: "1" }, args: ["--backend", "local", "--new-agent", "-m", "lmstudio/stub"] };
		},
	},
	"open-codex": {
		setup(home, work, url) {
			return { env: { OLLAMA_BASE_URL: url + "/v1" }, args: ["--provider", "ollama", "--model", "stub", "--full-auto"] };
		},
	},
	// the first Codex, which is in TypeScript; its text before a tool is never drawn
	"codex-ts": {
		deny: ["n"],		// and go on
		drawn: (s) => s.replace(/^First I look\.\n\n/, "").replace(/^10\. ten\n11\./m, "1. ten\n2."),
		setup(home, work, url, ask) {
			put(home, ".codex/config.json", { model: "stub", provider: "check", providers: { check: { name: "check", baseURL: url + "/v1", envKey: "CHECK_KEY" } } });
			put(home, ".codex/update-check.json", { lastUpdateCheck: "2099-01-01T00:00:00Z" });
			return { env: { OPENAI_API_KEY: key, CHECK_KEY: key, CODEX_UNSAFE_ALLOW_NO_SANDBOX: "1" }, args: ask ? [] : ["--approval-mode", "full-auto"] };
		},
	},
	// the first opencode, which has its screen in Go; CSP_CHECK_OPENCODE is a folder with
	// what it would load: node_modules, and a package.json that has it as "latest"
	"opencode-go": {
		deny: ["Escape"],
		drawn: (s) => s.replace(/\[(\w+)\]\((https?:[^)]*)\)/g, "$1 $2"),
		setup(home, work, url, ask) {
			put(home, ".config/opencode/opencode.json", { autoupdate: false, share: "disabled", model: "anthropic/claude-sonnet-4-20250514",
				small_model: "anthropic/claude-sonnet-4-20250514", permission: { bash: ask ? "ask" : "allow" },
				provider: { anthropic: { options: { baseURL: url + "/v1", apiKey: key } } } });
			mkdirSync(join(home, ".cache"), { recursive: true });
			if (process.env.CSP_CHECK_OPENCODE) cpSync(process.env.CSP_CHECK_OPENCODE, join(home, ".cache/opencode"), { recursive: true });
			put(home, ".cache/opencode/version", "9");
			return { env: { ANTHROPIC_API_KEY: key, OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_DEFAULT_PLUGINS: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1" }, args: [] };
		},
	},
	llmist: {
		setup(home, work, url) {
			return { env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: url + "/v1" }, args: ["agent", "-m", "openai:gpt-5-nano"] };
		},
	},
	mastracode: {
		allow: "y", deny: ["n"],
		text: (s) => s.replace(/</g, "&lt;").replace(/>/g, "&gt;"),
		typed: (s) => s.replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\t/g, "    "),
		setup(home, work, url, ask) {
			const model = "check/stub", dir = ".local/share/mastracode", now = "2026-11-01T00:00:00.000Z";
			put(home, `${dir}/settings.json`, { onboarding: { completedAt: now, skippedAt: null, version: 99, modePackId: "custom:check", omPackId: "custom:check", quietModePreferenceSelected: true },
				models: { activeModelPackId: "custom:check", modeDefaults: { build: model, plan: model, fast: model }, activeOmPackId: "custom", omModelOverride: model, observerModelOverride: model,
					reflectorModelOverride: model, subagentModels: {} }, preferences: { yolo: !ask, theme: "dark" },
				customModelPacks: [{ name: "check", models: { build: model, plan: model, fast: model }, createdAt: now }],
				customProviders: [{ name: "check", url: url + "/v1", apiKey: key, models: ["stub"] }] });
			return { env: { MASTRA_TELEMETRY_DISABLED: "1" }, args: [] };
		},
	},
};
// Claude Code of 2025; of a link it draws the address
agents["claude-1"] = { ...agents.claude, own: undefined, drawn: (s) => s.replace(/\[(\w+)\]\((https?:[^)]*)\)/g, "$2") };
// the same before there was a 1; it draws no table
agents["claude-0"] = { ...agents["claude-1"], drawn: (s) => agents["claude-1"].drawn(s).replace(/^\|[^]*\|\n\n/, ""),
	setup(home, work, url, ask) {
		const r = agents.claude.setup(home, work, url, ask);
		put(home, ".claude.json", { ...JSON.parse(readFileSync(join(home, ".claude.json"), "utf8")), primaryApiKey: key });
		return r;
	} };
// Codex and Gemini CLI of 2025; in the latter's code TABs are lost
agents["codex-20"] = { ...agents.codex, own: undefined };
agents["gemini-8"] = { ...agents.gemini, own: undefined, drawn: (s) => s.replace(/\t/g, "") };
agents["command-code"] = {
	drawn: (s) => s.replace(/^10\. ten\n11\./m, "1. ten\n2."),
	setup(home, work, url, ask) {
		put(home, ".commandcode/auth.json", { apiKey: key, userId: "check", userName: "check", keyName: "check", authenticatedAt: "2026-11-01T00:00:00.000Z" });
		put(home, ".commandcode/config.json", { telemetry: false, provider: "command-code" });
		return { env: { COMMANDCODE_SANDBOX: "true", COMMANDCODE_API_URL: url, COMMANDCODE_SKIP_UPDATES: "1", DO_NOT_TRACK: "1" },
			args: ["--trust", "--skip-onboarding", "--no-auto-update", ...(ask ? [] : ["--yolo"])] };
	},
};
agents.kimi = {
	typed: (s) => s.replace(/\t/g, "    "),
	setup(home, work, url, ask) {
		const root = createHash("sha256").update(work).digest("hex").slice(0, 12);
		put(home, `.kimi-code/workspace-trust/wd_work_${root}`, { root: work, trustedAt: 1 });
		return { env: { KIMI_MODEL_NAME: "stub", KIMI_MODEL_API_KEY: key, KIMI_MODEL_PROVIDER_TYPE: "openai", KIMI_MODEL_BASE_URL: url + "/v1",
			KIMI_CODE_NO_AUTO_UPDATE: "1", KIMI_DISABLE_TELEMETRY: "1" }, args: ask ? [] : ["--yolo"] };
	},
};
// made of pi, and drawn otherwise
agents.omp = {
	typed: (s) => s.replace(/\t/g, "   "),
	setup(home, work, url, ask) {
		put(home, ".omp/agent/models.yml", `providers:
  check:
    baseUrl: ${url}/v1
    api: openai-completions
    apiKey: ${key}
    models:
      - id: stub
        name: stub
        reasoning: false
        input: [text]
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
        contextWindow: 128000
        maxTokens: 8192
`);
		put(home, ".omp/agent/config.yml", `modelRoles:
  default: check/stub
  smol: check/stub
  slow: check/stub
paste:
  largeMenuThreshold: 0
tools:
  approvalMode: ${ask ? "always-ask" : "yolo"}
`);
		return { env: { OMP_SKIP_SETUP: "1" }, args: [] };
	},
};
