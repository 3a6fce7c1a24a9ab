import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, type } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/**
 * What a new user waits for: a fresh clone is installed and started, its machine is put under load, and the commands of
 * the first minutes run. Prints the table of the README. The seconds before the load are those in which it learns.
 */

const root = join(import.meta.dirname, "..");
/** After this, nothing more is expected. */
const WAIT_MS = 15 * 60_000;
/** The load of the README, for two minutes. */
const BURN =
  "const { Worker } = require('worker_threads'); for (const _ of require('os').cpus()) new Worker('for (;;);', { eval: true }); setTimeout(process.exit, 120000)";

const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(0)} s`;

/** Ports of its own, so that a twin that runs already stays undisturbed. */
const PORT = 18_710;

async function stopwatch(folder: string): Promise<(readonly [what: string, took: string])[]> {
  const clone = join(folder, "fleetwarden");
  const begin = performance.now();
  execFileSync("git", ["clone", "--quiet", root, clone], { stdio: ["ignore", "ignore", "inherit"] });
  const twin = spawn("npm", ["start", "--", "--port", `${PORT}`, "--data-dir", join(folder, "data")], {
    cwd: clone,
    shell: process.platform === "win32",
    detached: process.platform !== "win32",
  });
  const rows: (readonly [string, string])[] = [];
  let burn: ReturnType<typeof spawn> | undefined;
  try {
    let printed = "";
    twin.stdout.on("data", (text) => {
      printed += text;
    });
    const until = async (pattern: RegExp) => {
      for (const end = performance.now() + WAIT_MS; !pattern.test(printed); ) {
        if (twin.exitCode !== null) throw new Error(`npm start ended: ${printed}`);
        if (performance.now() > end) throw new Error(`not printed within ${WAIT_MS / 1000} s: ${pattern}\n${printed}`);
        await setTimeout(200);
      }
    };
    await until(/Fleetwarden listens/);
    rows.push(["`git clone`, and `npm start` until it listens", seconds(begin)]);
    await until(/ score /);
    rows.push(["clone to first score", seconds(begin)]);
    const loaded = performance.now();
    burn = spawn(process.execPath, ["-e", BURN], { stdio: "ignore" });
    await until(/\[(?:WARN|CRIT)\]/);
    rows.push(["clone to first alert", seconds(begin)], ["load to first alert", seconds(loaded)]);
  } finally {
    burn?.kill();
    if (twin.pid !== undefined && twin.exitCode === null) {
      process.kill(process.platform === "win32" ? twin.pid : -twin.pid, "SIGINT");
      await once(twin, "close");
    }
  }

  for (const words of [
    ["analyze", "docs/samples/load.csv"],
    ["demo", "spike"],
  ]) {
    const from = performance.now();
    execFileSync(process.execPath, ["bin/fleetwarden", ...words], {
      cwd: clone,
      stdio: ["ignore", "ignore", "inherit"],
    });
    rows.push([`\`bin/fleetwarden ${words.join(" ")}\``, `${((performance.now() - from) / 1000).toFixed(1)} s`]);
  }
  return rows;
}

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-stopwatch-"));
try {
  const rows = await stopwatch(folder);
  const [cpu] = cpus();
  const table = ["| from … to | took |", "|---|---|", ...rows.map(([what, took]) => `| ${what} | ${took} |`)];
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${table.join("\n")}\n\n${date}, ${cpus().length} × ${cpu?.model}, ${type()}, Node ${process.version}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
