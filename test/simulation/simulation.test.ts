// Worlds with faults (docs/simulation.md), in processes of their own: these need no sandbox, and two use both cores.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CONSEQUENCES, FAULTS } from "./faults.ts";

jest.setTimeout(300_000);

/** The output of `npm run simulate` for these worlds. Rejects with the seed and the violations when a world fails. */
async function simulate(seed: number, worlds: number, ...more: readonly string[]): Promise<string> {
  const main = ["--import", "tsx", join(import.meta.dirname, "main.ts")];
  const words = [...main, "--seed", String(seed), "--worlds", String(worlds), ...more];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 26 });
  return stdout;
}

/** Mutants that few worlds find; `npm run test:slow` plants them all. */
const EASY = [
  "hosts: a save is lost",
  "history: a chunk is lost",
  "hosts: a scan misses a host",
  "score: sends before it saves",
  "score: saves the state before history",
  "score: forgets the notices of earlier batches",
  "score: does not mark samples as applied",
  "score: a partial failure is not reported",
  "score: takes no place for its messages",
  "sweep: leaves sent notices pending",
  "sweep: takes a failed publication for a success",
  "poller: writes its checkpoint before the batch is scored",
];

test("200 worlds with faults lose nothing, do nothing twice, and meet every fault and consequence", async () => {
  const summaries = await Promise.all([simulate(1, 100), simulate(101, 100)]);
  for (const summary of summaries) expect(summary).toMatch(/^100 worlds, /);
  // A world counts what follows from these two under other names.
  const counted = [...FAULTS, ...CONSEQUENCES].filter((what) => what !== "poison" && what !== "resharding");
  const isMet = (what: string) => summaries.some((summary) => new RegExp(`[:,] ${what} [1-9]`).test(summary));
  expect(counted.filter((what) => !isMet(what))).toEqual([]);
});

test("the same seed gives the same world, step by step", async () => {
  const [trace, other] = await Promise.all([simulate(7, 1), simulate(7, 1)]);
  expect(trace.split("\n").length).toBeGreaterThan(100);
  expect(other).toBe(trace);
});

test("a fault planted in the protocol is found", async () => {
  const table = await simulate(1, 30, "--mutants", ...EASY.flatMap((name) => ["--only", name]));
  expect(table).toContain(`${EASY.length} of ${EASY.length} found`);
});
