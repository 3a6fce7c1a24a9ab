import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, type } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/**
 * Measures how long a new user waits who runs the commands of the README. It clones, installs and starts, loads the
 * machine until the first alert, and runs two more commands. Prints the table of docs/performance.md.
 */

const root = join(import.meta.dirname, "..");
/** Limits of the steps. The longest waits for the npm registry, and the others for a machine that has other work. */
const LIMIT_MS = { clone: 60_000, start: 600_000, score: 180_000, alert: 120_000, command: 120_000 };
/** As the README has it. */
const LOAD =
  "const { Worker } = require('worker_threads'); for (const _ of require('os').cpus()) new Worker('for (;;);', { eval: true }); setTimeout(process.exit, 60000)";
const LOOK_EVERY_MS = 100;
const LINES_SHOWN = 15;

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());

interface Started {
  /** Milliseconds until the pattern is printed. Throws when that takes longer than the limit or the process ends. */
  until(step: string, pattern: RegExp, limitMs: number): Promise<number>;
  /** The same until the process ends well. */
  end(step: string, limitMs: number): Promise<number>;
  printed(): string;
  /** Ends the process and those that it started. */
  kill(): void;
}

/** Starts a process in a group of its own, as npm starts others. */
function start(program: string, words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Started {
  const began = performance.now();
  const child = spawn(program, words, { cwd, env: { ...process.env, ...env }, detached: true });
  let printed = "";
  let ended: string | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      printed += text;
    });
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("close", (code, signal) => {
    ended ??= code === 0 ? "" : `ended with ${code ?? signal}`;
  });
  const wait = async (step: string, limitMs: number, isDone: () => boolean) => {
    const fail = (what: string) => new Error(`${step}: ${what}; the last lines are\n${lastLines(printed)}`);
    for (const from = performance.now(); !isDone(); ) {
      if (ended !== undefined) throw fail(ended || "ended too early");
      if (performance.now() - from > limitMs) throw fail(`not done within ${limitMs / 1000} s`);
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: interrupted.signal });
    }
    return performance.now() - began;
  };
  return {
    until: (step, pattern, limitMs) => wait(step, limitMs, () => pattern.test(printed)),
    end: (step, limitMs) => wait(step, limitMs, () => ended === ""),
    printed: () => printed,
    kill() {
      if (child.pid === undefined || ended !== undefined) return;
      process.kill(-child.pid, "SIGKILL");
    },
  };
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-LINES_SHOWN).join("\n");
}

function print(what: string, ms: number): void {
  console.log(`| ${what} | ${(ms / 1000).toFixed(1)} s |`);
}

async function run(what: string, limitMs: number, program: string, words: readonly string[], cwd: string) {
  const started = start(program, words, cwd, {});
  try {
    const took = await started.end(what, limitMs);
    print(what, took);
    return took;
  } finally {
    started.kill();
  }
}

const ALERT = /\[(?:WARN|CRIT)\]/;

async function firstAlert(folder: string, clone: string, cloneMs: number): Promise<void> {
  // npm downloads everything, as on a new machine.
  const env = { npm_config_cache: join(folder, "npm") };
  const words = ["start", "--", "--port", "0", "--data-dir", join(folder, "data")];
  const twin = start("npm", words, clone, env);
  let load: Started | undefined;
  try {
    const step = "`npm start` installs, and listens";
    print(step, await twin.until(step, /Fleetwarden listens/, LIMIT_MS.start));
    print("clone to first score", cloneMs + (await twin.until("first score", / {2}score /, LIMIT_MS.score)));
    const isEarly = ALERT.test(twin.printed());
    load = start(process.execPath, ["-e", LOAD], clone, {});
    const loaded = performance.now();
    const alerted = await twin.until("first alert", ALERT, LIMIT_MS.alert);
    if (isEarly) return print("clone to first alert, which came before the load", cloneMs + alerted);
    print("load to first alert", performance.now() - loaded);
    print("clone to first alert", cloneMs + alerted);
  } finally {
    load?.kill();
    twin.kill();
  }
}

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-stopwatch-"));
try {
  const clone = join(folder, "fleetwarden");
  console.log("| step | time |\n|---|---:|");
  const words = ["clone", "--quiet", root, clone];
  const cloneMs = await run("`git clone`, from this disk", LIMIT_MS.clone, "git", words, folder);
  await firstAlert(folder, clone, cloneMs);
  for (const command of ["analyze docs/samples/load.csv", "demo spike"]) {
    const words = ["bin/fleetwarden", ...command.split(" ")];
    await run(`\`bin/fleetwarden ${command}\``, LIMIT_MS.command, process.execPath, words, clone);
  }
  const [cpu] = cpus();
  console.log(`\n${cpus().length} × ${cpu?.model}, ${type()}, Node ${process.version}`);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
