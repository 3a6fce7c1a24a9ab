// The promise of docs/operating.md: a deployment and its rollback, in turns on the same tables, keep everything.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gather } from "../../lib/gather-all.ts";
import { createStores } from "../../lib/store/aws.ts";
import { aSilence } from "../contract/examples.ts";
import { openTwin } from "../local/support.ts";

/** The release before this one: its tag. Until there is one, the commit with which the promise began (ADR 039). */
const BEFORE = "edfea86";

const ROOT = join(import.meta.dirname, "../..");
const MINUTE_MS = 60_000;
const HOSTS = ["web-1", "web-2", "web-3"];
const TURN_MINUTES = 40;
/** The configuration is deployed with its release: settings unknown to the older release come and go with this one. */
const CONFIGS = {
  before: { version: 1 },
  now: {
    version: 1,
    features: [
      { name: "load_mean", rollingMean: "load", samples: 5 },
      { name: "cpu_per_load", ratio: ["cpu_percent", "load"] },
    ],
  },
};

let folder: string;
/** Tables and bucket: the sweep looks into both. */
let services: Awaited<ReturnType<typeof openTwin>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-before-"));
  const archive = execFileSync("git", ["archive", BEFORE, "lib", "package.json", "tsconfig.json"], {
    cwd: ROOT,
    maxBuffer: 2 ** 28,
  });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  services = await openTwin();
});

afterAll(async () => {
  await services?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** In a process of its own: the tables are served by this one, which must not wait. */
async function play(root: string, turn: number, begin: number, trouble: readonly [number, number]) {
  const from = begin + turn * TURN_MINUTES * MINUTE_MS;
  const script = join(ROOT, "test/slow/turn.ts");
  const env = { ...services.env, FEEDBACK_KEY_ARN: undefined };
  const config = root === ROOT ? CONFIGS.now : CONFIGS.before;
  const input = JSON.stringify({ env, from, minutes: TURN_MINUTES, hosts: HOSTS, trouble, config });
  const words = ["--import", "tsx", script, root, input];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
  return JSON.parse(stdout) as { problems: string[]; subjects: string[] };
}

test("the last release and this one take turns for four hours, and neither loses what the other wrote", async () => {
  // History expires by the clock of the store.
  const begin = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 6 * TURN_MINUTES * MINUTE_MS;
  const now = () => begin;
  const stores = createStores(services.env, now, Math.random);
  await stores.alerting.saveSilence(aSilence("ABC234", { matcher: { host: "db-*" }, from: begin, until: begin + 1e9 }));
  // The trouble begins in a turn of one release and ends in one of the other.
  const boundary = begin + 3 * TURN_MINUTES * MINUTE_MS;
  const trouble = [boundary - 10 * MINUTE_MS, boundary + 10 * MINUTE_MS] as const;
  const turns: Awaited<ReturnType<typeof play>>[] = [];
  for (const root of [folder, ROOT, folder, ROOT, folder, ROOT]) {
    turns.push(await play(root, turns.length, begin, trouble));
  }
  expect(turns.flatMap(({ problems }) => problems)).toEqual([]);
  expect(turns.map(({ subjects }) => subjects.length)).toEqual([0, 0, 1, 1, 0, 0]);
  const states = await gather(stores.hosts.all());
  expect(states.map(({ seen }) => seen)).toEqual(HOSTS.map(() => 6 * TURN_MINUTES));
  expect(states.map(({ features }) => Object.keys(features?.defined ?? {}))).toEqual(
    HOSTS.map(() => ["load_mean", "cpu_per_load"]),
  );
  expect(await stores.alerting.silences()).toHaveLength(1);
  const [incident, ...others] = await stores.incidents.ofHost("web-1", begin, Number.MAX_SAFE_INTEGER);
  expect(others).toEqual([]);
  expect(incident!.opened).toBeLessThan(boundary);
  expect(incident!.resolved).toBeGreaterThan(boundary);
  // Each turn ends with a refit of the group.
  const baselines = await stores.baselines.active(["group#web"]);
  expect(baselines.get("group#web")).toMatchObject({ version: turns.length, samples: 6 * TURN_MINUTES * HOSTS.length });
  stores.close();
}, 600_000);
