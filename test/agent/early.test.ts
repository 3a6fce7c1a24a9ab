// Samples that go before their flush.

import { once } from "node:events";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import type { Sample } from "../../lib/agent/collect.ts";
import { createEarlySends, createUsualRanges } from "../../lib/agent/early.ts";
import { startAgent } from "../../lib/agent/run.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { kinesisInFolder, type LocalKinesis, STREAM, until, wireRecord } from "./kinesis.ts";

const CPU = ["cpu_busy_percent"];

/** Independent normal numbers (Box and Muller 1958), from a seed. */
function noise(seed: number): () => number {
  const words = seededRandom(seed);
  const uniform = () => (words() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Which of the values are strange, one after the other. */
function strangeOf(name: string, values: readonly (number | null)[]): number[] {
  const names = [name];
  const ranges = createUsualRanges();
  return values.flatMap((value, i) => (ranges.isStrange({ names, row: [value] } satisfies Sample) ? [i] : []));
}

const calm = (length: number, seed = 1) => {
  const next = noise(seed);
  return Array.from({ length }, () => 30 + 3 * next());
};

test("the first five samples of a step are strange, and then the new level is usual", () => {
  expect(strangeOf("cpu_busy_percent", [...calm(200), ...Array<number>(30).fill(95)])).toEqual([
    200, 201, 202, 203, 204,
  ]);
});

test("a fall is strange, too", () => {
  expect(strangeOf("network_in_bytes_per_second", [...Array<number>(200).fill(40e6), 0])).toEqual([200]);
});

test.each<[string, string, readonly (number | null)[]]>([
  ["a noisy series of a day", "cpu_busy_percent", calm(8_640, 7)],
  ["a small step of a metric at rest", "cpu_busy_percent", [...Array<number>(200).fill(1), 8, 9, 10]],
  [
    "a burst of a sample every ten minutes",
    "disk_write_bytes_per_second",
    Array.from({ length: 900 }, (_, i) => (i % 60 === 0 && i > 0 ? 400e6 : 1e6)).slice(420),
  ],
  ["values that are missing", "cpu_busy_percent", [...calm(200), null, null]],
  ["the values before the range is known", "cpu_busy_percent", [...calm(119), 99]],
  ["a metric of no interest", "cpu_frequency_mhz", [...Array<number>(200).fill(1_000), 4_000]],
])("nothing is strange in %s", (_, name, values) => {
  // The bursts are usual once the range has seen five of them.
  const known = name.startsWith("disk") ? strangeOf(name, values).filter((i) => i > 360) : strangeOf(name, values);
  expect(known).toEqual([]);
});

test("a mount that is full at once is strange by its own range", () => {
  expect(strangeOf("disk_used_percent:/var", [...Array<number>(200).fill(40), 47])).toEqual([200]);
});

test("in any time at most five samples go early, and one more for each five flushes", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400_000), { maxLength: 200 }), (gaps) => {
      const early = createEarlySends(60_000);
      let now = 0;
      const taken = gaps.flatMap((gap) => {
        now += gap;
        return early.take(now) ? [now] : [];
      });
      for (const [i, from] of taken.entries())
        for (const [j, to] of taken.slice(i).entries())
          expect(j + 1).toBeLessThanOrEqual(5 + (to - from) / 300_000 + 1e-9);
    }),
  );
});

describe("an agent", () => {
  let folder: string;
  let kinesis: LocalKinesis;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, kinesis, remove } = await kinesisInFolder("fleetwarden-early-"));
  });
  afterEach(() => remove());

  /** The numbers of samples of the records that the agent sends of these values, one every ten seconds. */
  async function recordsOf(values: readonly number[], early?: boolean): Promise<number[]> {
    let [now, waits] = [1_790_000_003_400, values.length];
    const sleep = async (ms: number, signal?: AbortSignal) => {
      if (signal?.aborted) return;
      waits -= 1;
      if (waits < 0) await once(signal!, "abort");
      now += ms;
      await setImmediate();
    };
    const rest = values.values();
    const agent = await startAgent({
      ...{ host: () => "web-1", group: "web", stream: STREAM, env: kinesis.env, intervalMs: 10_000, flushMs: 60_000 },
      ...{ spoolDir: join(folder, "spool"), clock: () => now, random: () => 0, sleep, log: () => {} },
      collect: async () => ({ names: CPU, row: [rest.next().value ?? 0] }),
      ...(early === undefined ? {} : { early }),
    });
    await until(() => waits < 0);
    await agent.stop();
    return (await kinesis.records()).map((data) => wireRecord(data).t.length);
  }

  test("sends each of the first samples of a step at once, and then a record per flush again", async () => {
    // The first goes at once; 33 records of six; two calm samples go with the step. The last is the goodbye.
    const counts = await recordsOf([...calm(201), ...Array<number>(17).fill(95)]);
    expect(counts).toEqual([1, ...Array<number>(33).fill(6), 3, 1, 1, 1, 1, 6, 6, 1]);
  });

  test("with early off keeps to its flush", async () => {
    const counts = await recordsOf([...calm(201), ...Array<number>(6).fill(95)], false);
    expect(counts).toEqual([1, ...Array<number>(34).fill(6), 2]);
  });
});
