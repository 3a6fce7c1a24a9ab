import fc from "fast-check";
import { type BandsMemory, newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import type { Bands } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { historyOf, MINUTE, MONDAY, ripple } from "./band-history.ts";
import { alone } from "./fitted-bands.ts";

const METRICS = 3;
const NAMES = ["cpu_percent", "rx_packets", "load1"];
const QUARTER = 15 * MINUTE;

/** Finite values up to the limit of the wire (lib/wire/limits.ts), many of them equal or small, and missing ones. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.double({ min: -1e100, max: 1e100, noNaN: true }) },
  { weight: 2, arbitrary: fc.constant(Number.NaN) },
);
/** Steps in time: mostly one interval, none, or a gap. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.constant(QUARTER) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map((n) => n * 7 * MINUTE) },
);
const rows = (maxLength: number) =>
  fc.array(fc.tuple(step, value, value, value), { minLength: 1, maxLength }).map((list) => {
    let time = MONDAY;
    const times = Float64Array.from(list, ([passed]) => (time += passed));
    return { metrics: METRICS, times, values: Float64Array.from(list.flatMap(([, ...row]) => row)) };
  });
const zone = fc.constantFrom("UTC", "Europe/Paris", "America/St_Johns");

const allFinite = (values: ArrayLike<number>) =>
  expect(Array.from(values).filter((x) => !Number.isFinite(x))).toEqual([]);

function tablesOf({ young, own, ...memory }: BandsMemory): readonly Float64Array[] {
  return [...Object.values(memory), ...Object.values(young ?? {}), ...Object.values(own ?? {})];
}

function copyOf(memory: BandsMemory): readonly Float64Array[] {
  return tablesOf(memory).map((table) => table.slice());
}

test("no score is NaN, and no threshold is 0 or infinite, whatever the values, gaps and missing ones", () => {
  fc.assert(
    fc.property(rows(600), rows(60), zone, fc.boolean(), ({ ...history }, samples, where, excludes) => {
      const excluded = Uint8Array.from(history.times, (_, i) => (excludes && i % 7 < 2 ? 1 : 0));
      const model = fitBands({ ...history, excluded }, NAMES, where);
      const { floor, up, down, upShort, downShort, reach, driftUp, driftDown, tail, driftTail } = model;
      for (const table of [floor, up, down, upShort, downShort, reach, driftUp, driftDown, [tail, driftTail]]) {
        expect(Array.from(table).filter((x) => !(x > 0 && Number.isFinite(x)))).toEqual([]);
      }
      const start = history.times.at(-1)! - MONDAY;
      const times = samples.times.map((time) => time + start);
      const read = scoreBands(model, newBandsMemory(model), { values: samples.values, times });
      for (const table of [read.scores, read.parts, read.places, ...tablesOf(read.memory)]) allFinite(table);
    }),
    { numRuns: 300 },
  );
}, 120_000);

test("a model of four calm weeks gives finite scores for any samples", () => {
  const model = calmModel();
  fc.assert(
    fc.property(rows(100), ({ values, times }) => {
      const read = scoreBands(model, newBandsMemory(model), { values, times });
      for (const table of [read.scores, read.parts, read.places, ...tablesOf(read.memory)]) allFinite(table);
      expect(read.scores.filter((score) => score < 0)).toEqual(new Float64Array(0));
    }),
  );
});

test("scores do not depend on how samples are cut into calls", () => {
  const models = [calmModel(), fitBands(historyOf({ days: 1 / 12 }, calm, counting, calm), NAMES, "UTC")];
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.boolean(),
      rows(80),
      fc.array(fc.nat(80), { maxLength: 6 }),
      (model, isOfGroup, samples, cuts) => {
        const { values, times } = samples;
        const whole = scoreBands(model, newBandsMemory(model, isOfGroup), { values, times });
        const ends = [...cuts.filter((cut) => cut > 0 && cut < times.length).sort((a, b) => a - b), times.length];
        let [memory, from] = [newBandsMemory(model, isOfGroup), 0];
        const scores: number[] = [];
        const parts: number[] = [];
        const own: number[] = [];
        for (const end of ends) {
          const row = (k: number) => values.subarray(k * METRICS, (k + 1) * METRICS);
          const before = from > 0 ? { before: { values: row(from - 1), time: times[from - 1]! } } : {};
          const part = { values: values.subarray(from * METRICS, end * METRICS), times: times.subarray(from, end) };
          const read = scoreBands(model, memory, { ...part, ...before });
          scores.push(...read.scores);
          parts.push(...read.parts);
          own.push(...read.own);
          [memory, from] = [read.memory, end];
        }
        expect(scores).toEqual([...whole.scores]);
        expect(parts).toEqual([...whole.parts]);
        expect(own).toEqual([...whole.own]);
        expect(tablesOf(memory)).toEqual(tablesOf(whole.memory));
      },
    ),
  );
});

test("the given memory is not modified", () => {
  const models = [calmModel(), fitBands(historyOf({ days: 1 / 12 }, calm, counting, calm), NAMES, "UTC")];
  fc.assert(
    fc.property(fc.constantFrom(...models), rows(40), rows(40), (model, first, second) => {
      const { memory } = scoreBands(model, newBandsMemory(model), first);
      const before = copyOf(memory);
      scoreBands(model, memory, second);
      expect(tablesOf(memory)).toEqual(before);
    }),
  );
});

test("the score is never larger than the largest part, without its sign", () => {
  const model = calmModel();
  fc.assert(
    fc.property(rows(60), ({ values, times }) => {
      const { scores, parts } = scoreBands(model, newBandsMemory(model), { values, times });
      const largest = scores.map((_, row) =>
        Math.max(...parts.subarray(row * METRICS, (row + 1) * METRICS).map(Math.abs)),
      );
      // On a host of heavy tails it is smaller where one metric is out and all together are calm.
      for (const [row, score] of scores.entries()) expect(score).toBeLessThanOrEqual(largest[row]!);
    }),
  );
});

test("a metric further out never has a lower score by itself", () => {
  const model = alone(calmModel());
  const out = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(
      fc.array(out, { minLength: 3, maxLength: 8 }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (list, more) => {
        const scoreOf = (factor: number) => {
          const values = Float64Array.from(list.flatMap((excess) => [51 + factor * excess, Number.NaN, 50]));
          const times = list.map((_, i) => MONDAY + i * MINUTE);
          return scoreBands(model, newBandsMemory(model), { values, times }).scores.at(-1)!;
        };
        expect(scoreOf(more)).toBeGreaterThanOrEqual(scoreOf(1));
      },
    ),
  );
});

function calm(_: number, minute: number): number {
  return 50 + ripple(minute);
}

function counting(day: number, minute: number): number {
  return 10 * (1_440 * day + minute);
}

/** Four weeks by the quarter of an hour. */
function calmModel(): Bands {
  const noise = (_: number, minute: number) => 50 + ripple(minute / 15);
  return fitBands(historyOf({ days: 28, interval: QUARTER }, noise, counting, noise), NAMES, "UTC");
}
