import fc from "fast-check";
import { newAssembly, resume } from "../../lib/watch/assembly.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { hasWaited } from "../../lib/watch/closing.ts";
import { type Arrived, type Folded, fold } from "../../lib/watch/fold.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { takeIn } from "../../lib/watch/take-in.ts";
import type { HostSamples } from "../../lib/wire/samples.ts";
import { arrived, baseline, part, START, state } from "../factories.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A record of some metrics at one time, as a sender of one record for each series has it. */
function piece(time: number, metrics: Readonly<Record<string, number>>, more: Partial<HostSamples> = {}): HostSamples {
  const names = Object.keys(metrics);
  return { ...part({ names, times: [time], rows: [Object.values(metrics)] }), isPart: true, ...more };
}

const minute = (n: number) => START + n * MINUTE;

interface Sample {
  readonly time: number;
  readonly metrics: Readonly<Record<string, number>>;
}

function foldBatches(batches: readonly (readonly Arrived[])[], judge?: Baseline, before = state()): Folded[] {
  const steps: Folded[] = [];
  for (const batch of batches) steps.push(fold(steps.at(-1)?.state ?? before, judge, batch));
  return steps;
}

/** Folds records one by one, before the host has a baseline. */
function foldEach(records: readonly HostSamples[], before = state()): Folded[] {
  return foldBatches(
    records.map((record) => [arrived(record)]),
    undefined,
    before,
  );
}

const last = (steps: readonly Folded[]): HostState => steps.at(-1)!.state;

function samplesOf(steps: readonly Folded[]): readonly Sample[] {
  return steps.flatMap(({ parts }) =>
    parts.flatMap(({ part: { schema, values }, times }) =>
      times.map((time, row) => ({
        time,
        metrics: Object.fromEntries(schema.names.map((name, i) => [name, values[row * schema.names.length + i]!])),
      })),
    ),
  );
}

describe("a story whose parts are shuffled, doubled, late or cut into batches", () => {
  const names = ["cpu", "load", "memory", "network"];
  const senders = [["load", "network"], ["memory"], ["cpu"]];
  const reference = baseline({ names });
  const anyRows = fc.array(fc.tuple(...names.map(() => fc.constantFrom(0, 0, 0, 1, -2, 5, Number.NaN))), {
    minLength: 1,
    maxLength: 25,
  });
  /** For each part when it is delivered, in intervals after its tick began, and when it comes again, if it does. */
  const anyWay = fc.record({
    late: fc.double({ min: 0, max: 1.99, noNaN: true }),
    again: fc.option(fc.double({ min: 0, max: 8, noNaN: true })),
    ends: fc.boolean(),
  });

  test("has the same verdicts and incidents as its whole records", () => {
    fc.assert(
      fc.property(
        anyRows.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.array(anyWay, { minLength: 3 * rows.length, maxLength: 3 * rows.length })),
        ),
        ([rows, ways]) => {
          const expected = foldBatches(
            rows.map((row, n) => [arrived(part({ names, times: [minute(n)], rows: [row] }))]),
            reference,
          );
          const deliveries = rows.flatMap((row, n) =>
            senders.flatMap((metrics, k) => {
              const way = ways[3 * n + k]!;
              const values = Object.fromEntries(metrics.map((name) => [name, row[names.indexOf(name)]!]));
              const record = piece(minute(n) + 7 * k * SECOND, values);
              const first = { at: n + way.late, record, ends: way.ends };
              return way.again === null ? [first] : [first, { ...first, at: first.at + way.again }];
            }),
          );
          deliveries.sort((a, b) => a.at - b.at);
          const batches: Arrived[][] = [[]];
          for (const { at, record, ends } of deliveries) {
            batches.at(-1)!.push(arrived(record, START + at * MINUTE + 30 * SECOND));
            if (ends) batches.push([]);
          }
          const steps = foldBatches(batches, reference);
          steps.push(fold(last(steps), reference, [], undefined, minute(60)));
          const told = (all: readonly Folded[]) => ({
            verdicts: all.flatMap(({ parts }) =>
              parts.flatMap(({ times, scores, flags }) => times.map((time, i) => [time, scores[i], flags[i]])),
            ),
            notices: all.flatMap(({ notices }) => notices),
            memory: all.at(-1)!.state.memory,
            seen: all.at(-1)!.state.seen,
          });
          expect(told(steps)).toEqual(told(expected));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("the first minutes of a host with an unknown interval", () => {
  const senders = [["cpu"], ["load", "memory"], ["network"]];

  /** Values that say when they were measured, by three senders that begin one after the other. */
  function readings(every: number, phase: number, minutes: number) {
    return senders.flatMap((names, k) =>
      Array.from({ length: Math.floor((minutes * MINUTE) / every) }, (_, n) => {
        const time = START + Math.floor(phase * every) + n * every + Math.floor((k * every) / 5);
        return piece(time, Object.fromEntries(names.map((name) => [name, n])));
      }),
    );
  }

  test.each([1, 2, 5, 10, 15, 20, 30, 60])(
    "give the same samples in any order, batches and repetitions, for senders of every %i s",
    (seconds) => {
      const every = seconds * SECOND;
      const length = Math.max(every, 10 * SECOND);
      const way = fc.record({ late: fc.double({ min: 0, max: 1.99, noNaN: true }), ends: fc.boolean() });
      const minutes = Math.max(1.2, (5 * length) / MINUTE);
      const count = readings(every, 0, minutes).length;
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 0.99, noNaN: true }),
          fc.array(fc.tuple(way, way), { minLength: count, maxLength: count }),
          (phase, ways) => {
            const all = readings(every, phase, minutes);
            const deliveries = all.flatMap((record, i) =>
              ways[i]!.map(({ late, ends }) => {
                const tick = Math.floor(record.times[0]! / length) * length;
                return { at: tick + late * length, record, ends };
              }),
            );
            deliveries.sort((a, b) => a.at - b.at);
            const batches: Arrived[][] = [[]];
            for (const { at, record, ends } of deliveries) {
              batches.at(-1)!.push(arrived(record, at));
              if (ends) batches.push([]);
            }
            const judged = (steps: readonly Folded[]) =>
              samplesOf([...steps, fold(last(steps), undefined, [], undefined, START + DAY)]);
            const inTurn = all.toSorted((a, b) => a.times[0]! - b.times[0]!);
            expect(judged(foldBatches(batches))).toEqual(judged(foldEach(inTurn)));
          },
        ),
        { numRuns: every < length ? 15 : 100 },
      );
    },
  );

  test.each([1, 5, 10, 15])("end within a minute for senders of every %i s, and no sample is lost", (seconds) => {
    const every = seconds * SECOND;
    const records = readings(every, 0.5, 2).toSorted((a, b) => a.times[0]! - b.times[0]!);
    const steps = foldEach(records);
    const first = steps.findIndex(({ parts }) => parts.length > 0);
    expect(records[first]!.times[0]! - records[0]!.times[0]!).toBeLessThan(MINUTE);
    const ticks = records.map(({ times }) => Math.floor(times[0]! / Math.max(every, 10 * SECOND)));
    const judged = samplesOf([...steps, fold(last(steps), undefined, [], undefined, START + DAY)]);
    expect(judged).toHaveLength(new Set(ticks).size);
  });
});

test("a sample is judged as soon as all its usual metrics have come", () => {
  const records = [0, 1, 2, 3].flatMap((n) => [piece(minute(n), { cpu: n }), piece(minute(n) + SECOND, { load: -n })]);
  const steps = foldEach(records);
  // Their interval is unknown until the second minute is judged, when the fourth begins.
  expect(steps.map(({ parts }) => parts.length)).toEqual([0, 0, 0, 0, 1, 0, 2, 1]);
  expect(samplesOf(steps)).toEqual([0, 1, 2, 3].map((n) => ({ time: minute(n), metrics: { cpu: n, load: -n } })));
});

test("a sample whose last record never comes is judged when the second newer one begins, or after 90 s", () => {
  const usual = [0, 1, 2, 3].flatMap((n) => [piece(minute(n), { cpu: n }), piece(minute(n), { load: n })]);
  const before = last(foldEach(usual));
  const [missing, next, second] = foldEach(
    [4, 5, 6].map((n) => piece(minute(n), { cpu: n })),
    before,
  );
  expect([missing, next, second].map((step) => samplesOf([step!]))).toEqual([
    [],
    [],
    [{ time: minute(4), metrics: { cpu: 4, load: Number.NaN } }],
  ]);
  const arrival = minute(4) + SECOND;
  expect(hasWaited(missing!.state, arrival + 90 * SECOND)).toBe(false);
  expect(hasWaited(missing!.state, arrival + 90 * SECOND + 1)).toBe(true);
  const waited = fold(missing!.state, undefined, [], undefined, arrival + 90 * SECOND + 1);
  expect(samplesOf([waited])).toEqual([{ time: minute(4), metrics: { cpu: 4, load: Number.NaN } }]);
});

test("metrics that come every ten seconds and every minute are judged together", () => {
  const records = Array.from({ length: 19 }, (_, n) => n).flatMap((n) => {
    const time = START + 10 * n * SECOND;
    return n % 6 === 0 ? [piece(time, { cpu: n }), piece(time, { disk: n })] : [piece(time, { cpu: n })];
  });
  const samples = samplesOf(foldEach(records)).filter(({ time }) => time >= minute(2));
  expect(samples).toEqual(
    [12, 13, 14, 15, 16, 17, 18].map((n) => ({
      time: START + 10 * n * SECOND,
      metrics: { cpu: n, disk: n < 18 ? 12 : 18 },
    })),
  );
});

test("a growing total is judged by its rate, which its first value and a reset do not have", () => {
  const totals = [1_000, 1_600, 2_800, 300, 900];
  const counters = ["net_bytes_total"];
  const records = totals.map((total, n) => piece(minute(n), { net_bytes_total: total }, { counters }));
  // (1,600 − 1,000) / 60 s = 10/s, then 20/s; 300 follows a reset; then 10/s.
  expect(samplesOf(foldEach(records)).map(({ metrics }) => metrics)).toEqual(
    [Number.NaN, 10, 20, Number.NaN, 10].map((rate) => ({ net_bytes_per_second: rate })),
  );
});

test("a piece for a judged sample counts as late if it is new, and as a duplicate if not", () => {
  const records = [0, 1, 2, 3].flatMap((n) => [piece(minute(n), { cpu: n }), piece(minute(n), { load: n })]);
  const before = last(foldEach(records));
  const late = last(foldEach([piece(minute(3), { disk: 3 })], before));
  expect(late.ingest).toEqual({ duplicates: 0, late: 1, rejected: 0 });
  const again = last(foldEach(records, late));
  expect(again.ingest).toEqual({ duplicates: 8, late: 1, rejected: 0 });
  expect(again.applied).toEqual(late.applied);
});

describe("records of whole samples", () => {
  const whole = (time: number, metrics: Readonly<Record<string, number>>) => {
    const { isPart, ...record } = piece(time, metrics);
    return record;
  };
  const agent = (n: number) => whole(minute(n), { cpu: n, load: n });

  test.each([
    ["the same times", 0],
    ["times of its own", 7 * SECOND],
  ])("are put together once another sender for the host sends at %s", (_, offset) => {
    const steps = foldEach(
      [0, 1, 2, 3, 4].flatMap((n) => [agent(n), whole(minute(n) + offset, { latency: n })]),
      undefined,
    );
    expect(samplesOf(steps).filter(({ time }) => time >= minute(2))).toEqual(
      [2, 3, 4].map((n) => ({ time: minute(n), metrics: { cpu: n, latency: n, load: n } })),
    );
  });

  test("are judged at once after a change of names, also when older ones come again", () => {
    const renamed = [3, 4, 5].map((n) => whole(minute(n), { cpu: n, load_1m: n }));
    const steps = foldEach([...[0, 1, 2].map(agent), ...renamed, agent(1), agent(2), ...renamed.slice(1)]);
    expect(steps.map(({ parts }) => parts.length)).toEqual(steps.map(() => 1));
    expect(last(steps)).toMatchObject({ seen: 6, ingest: { duplicates: 4, late: 0 } });
  });

  test("are judged at once again when the other sender has been gone for a day", () => {
    const both = [0, 1, 2].flatMap((n) => [agent(n), whole(minute(n), { latency: n })]);
    const before = last(foldEach(both));
    expect(before.assembly).toBeDefined();
    const days = Array.from({ length: 4 * 24 }, (_, n) => agent(3 + 60 * n));
    const after = foldEach(days, before);
    expect(last(after)).not.toHaveProperty("assembly");
    expect(last(after).newest - minute(3)).toBeGreaterThan(3 * DAY);
  });

  test("keep the group that one of two senders names", () => {
    const grouped = { ...agent(0), group: "web" };
    const { state: after } = fold(state({ group: "web" }), undefined, [
      arrived(grouped),
      arrived(whole(minute(0), { latency: 1 }), minute(0) + 2 * SECOND),
    ]);
    expect(after.group).toBe("web");
  });
});

test("a host has room for 256 metrics, and counts those that find none", () => {
  const record = (from: number) =>
    piece(minute(0), Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`m${from + i}`, 1])));
  const later = piece(minute(5), { m0: 1 });
  const steps = foldEach([record(0), record(150), later, piece(minute(10), { m0: 1 })]);
  expect(last(steps).assembly).toMatchObject({ leftOut: 44 });
  expect(last(steps).assembly?.names).toHaveLength(256);
  expect(last(foldEach([piece(minute(15), { m0: 1 })], last(steps))).assembly).not.toHaveProperty("leftOut");
});

test("the metrics of presets have room beside 256 others, of which the first in name order are judged", () => {
  const names = Array.from({ length: 300 }, (_, i) => `m${300 + i}`);
  const scattered = names.toReversed().map((name) => piece(minute(0), { [name]: 1 }));
  const later = [5, 10].map((n) => piece(minute(n), { m0: 1 }));
  const batch = [...scattered, piece(minute(0), { "@load_1m": 2 }), ...later];
  const [sample] = samplesOf(foldBatches([batch.map((record) => arrived(record))]));
  // m300 to m554 are 255.
  expect(Object.keys(sample!.metrics)).toEqual(["load_1m", ...names.slice(0, 255)]);
});

test("a record with any number of names leaves the host's state small", () => {
  const many = (n: number) =>
    Array.from({ length: 20 }, (_, k) =>
      piece(
        minute(n),
        Object.fromEntries(
          Array.from({ length: 250 }, (_, i) => [`${k % 2 ? "@load_1m:" : ""}${"x".repeat(60)}${k}-${i}`, i]),
        ),
      ),
    );
  const steps = foldEach(Array.from({ length: 18 }, (_, n) => many(n / 6)).flat());
  expect(Math.max(...steps.map(({ state: { assembly } }) => assembly?.ticks.length ?? 0))).toBeLessThanOrEqual(14);
  const { assembly } = last(steps);
  const names = [...assembly!.names, ...assembly!.others];
  expect(names.reduce((sum, name) => sum + name.length, 0)).toBeLessThan(7 * 32_768);
});

test("the names of one record take no room in the samples of others", () => {
  const assembling = resume(newAssembly(START));
  const take = (record: HostSamples) => takeIn(assembling, record, record.times, { arrival: START, closed: 0 });
  const times = Array.from({ length: 600 }, (_, i) => minute(10 * i));
  take({ ...part({ names: ["cpu"], times, rows: times.map(() => [1]) }), isPart: true });
  for (let k = 0; k < 40; k++)
    take(piece(minute(-1), Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${k}-${i}`, i]))));
  const places = [...assembling.ticks.values()].reduce((sum, { at }) => sum + at.length, 0);
  // Each of the 600 samples has one value, and the wide one at most a place for each of 10,001 names.
  expect(places).toBeLessThanOrEqual(600 + 10_001);
});

test("a goodbye makes the fold judge all waiting samples", () => {
  const goodbye = { bye: true } as const;
  const steps = foldEach([piece(minute(0), { cpu: 1 }), piece(minute(1), { cpu: 2 }, goodbye)]);
  expect(samplesOf(steps)).toHaveLength(2);
  expect(last(steps)).toMatchObject({ retired: true, assembly: { ticks: [] } });
});
