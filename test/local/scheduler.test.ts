import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createFunctions } from "../../lib/local/functions.ts";
import { runSchedules } from "../../lib/local/scheduler.ts";

import { withFolder } from "./support.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Runs the schedules for that long in virtual time; returns when each function ran, in minutes. */
async function run(
  durationMs: number,
  { start = 0, path = "", log = [] as string[], fails = (_name: string, _nth: number): boolean => false } = {},
) {
  const stopping = new AbortController();
  let now = start;
  const runs: string[] = [];
  const sleep = async () => {
    // Two schedules sleep in turn: each goes on by half.
    now += 500;
    if (now >= start + durationMs) stopping.abort();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const functions = {
    async start(name: string) {
      runs.push(`${name} ${Math.round((now - start) / MINUTE)}`);
      if (fails(name, runs.filter((line) => line.startsWith(name)).length)) throw new Error("no way");
    },
  };
  const options = { functions, clock: () => now, sleep, log: (line: string) => log.push(line), ...(path && { path }) };
  await runSchedules(options, stopping.signal);
  return runs;
}

test("sweep runs every minute, refit every twenty", async () => {
  expect(await run(3.5 * MINUTE)).toEqual(["sweep 1", "sweep 2", "sweep 3"]);
  // Every tick of a second may come late; no minute may be lost over the hour.
  const hour = await run(62 * MINUTE);
  expect(hour.filter((line) => line.startsWith("refit"))).toEqual(["refit 20", "refit 40", "refit 60"]);
  expect(hour.filter((line) => line.startsWith("sweep"))).toHaveLength(61);
});

test("a failed refit keeps its rhythm, as in the stack: the next run does what it left", async () => {
  const runs = await run(62 * MINUTE, { fails: (name, nth) => name === "refit" && nth < 3 });
  expect(runs.filter((line) => line.startsWith("refit"))).toEqual(["refit 20", "refit 40", "refit 60"]);
});

test("a refit that came due while the twin was off runs at once; a clock set back does not delay a run for ever", () =>
  withFolder(async (folder) => {
    const path = join(folder, "schedules.json");
    await run(MINUTE / 2, { path, start: 5 * DAY });
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ sweep: 5 * DAY, refit: 5 * DAY });
    expect(await run(MINUTE / 2, { path, start: 7 * DAY })).toEqual(["sweep 0", "refit 0"]);
    expect(await run(1.5 * MINUTE, { path, start: DAY })).toEqual(["sweep 1"]);
  }));

test("a damaged file of the last runs is set aside, and the schedules begin anew", () =>
  withFolder(async (folder) => {
    const path = join(folder, "schedules.json");
    await writeFile(path, '{"sweep":"x"}');
    const log: string[] = [];
    expect(await run(1.5 * MINUTE, { path, log })).toEqual(["sweep 1"]);
    expect(await readFile(`${path}.damaged`, "utf8")).toBe('{"sweep":"x"}');
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ sweep: MINUTE, refit: 0 });
    expect(log).toEqual([expect.stringMatching(/schedules\.json is damaged; it is kept as .*begin anew\.$/)]);
  }));

test("the scheduler goes on when the file of the last runs can be neither read nor written", () =>
  withFolder(async (path) => {
    const log: string[] = [];
    // Virtual minutes pass while the file is tried: some sweeps are skipped, and they go on.
    const sweeps = (await run(60 * MINUTE, { path, log })).filter((line) => line.startsWith("sweep"));
    expect(sweeps.length).toBeGreaterThan(1);
    expect(log[0]).toMatch(/cannot be read \(.*EISDIR/);
    expect(log[1]).toMatch(/could not be written: .*EISDIR/);
  }));

describe("functions", () => {
  const handlers = {
    score: async () => ({ batchItemFailures: [] }),
    sweep: async (_: unknown, context: { getRemainingTimeInMillis(): number }) => context.getRemainingTimeInMillis(),
    refit: () => new Promise(() => undefined),
    feedback: async () => ({ statusCode: 200, headers: {}, body: "" }),
  };

  test("see the rest of their timeout", async () => {
    const left = await createFunctions(handlers, () => undefined).start("sweep", {});
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  test("fail after their timeout, and the next run goes on", async () => {
    jest.useFakeTimers();
    const log: string[] = [];
    const functions = createFunctions(handlers, (line) => log.push(line));
    const [first, second] = [functions.start("refit", {}), functions.start("refit", {})];
    const results = Promise.allSettled([first, second]);
    await jest.advanceTimersByTimeAsync(900_000);
    expect(log).toEqual([expect.stringContaining("refit failed: Task timed out after 900 seconds")]);
    await jest.advanceTimersByTimeAsync(900_000);
    jest.useRealTimers();
    expect((await results).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(log).toHaveLength(2);
  });
});
