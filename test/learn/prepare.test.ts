import fc from "fast-check";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { refitHost } from "../../lib/learn/group-refit.ts";
import { ALONE, shareOf } from "../../lib/learn/pool.ts";
import { prepareHost } from "../../lib/learn/prepare.ts";
import { gatherThinned } from "../../lib/learn/thinned-history.ts";
import { DETECTORS } from "../../lib/model/detector.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { schemaOf } from "../factories.ts";
import { DAY, HOUR, inIncident, keep, keepIncident, MINUTE, MONDAY, recorded } from "./recording.ts";

const DAYS = 2;
const ROWS = DAYS * 1_440;
const NOW = MONDAY + DAYS * DAY;
const TROUBLE = { from: 1_400, to: 1_490, by: 20 };
const CHUNK = inIncident(recorded(ROWS, 5, [TROUBLE]), TROUBLE);

async function prepared(cuts: readonly number[], settings: FitSettings = DEFAULT_SETTINGS, labelled = true) {
  const stores = createMemoryStores(() => NOW);
  await keep(stores, CHUNK, cuts);
  await keepIncident(stores, "web-07", TROUBLE, labelled ? "fault" : undefined);
  const found = await prepareHost(stores, { host: "web-07", group: "web", ...ALONE }, settings, NOW, () => 1e6);
  if (!found || "refused" in found.fit) throw new Error("two days make a fit");
  return found.fit;
}

describe("a fit is the same to the last bit, however its history is cut into chunks", () => {
  test.each(DETECTORS)("%s", async (detector) => {
    const settings = { ...DEFAULT_SETTINGS, detector };
    const whole = await prepared([], settings);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: ROWS - 1 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const found = await prepared(
          places.sort((a, b) => a - b),
          settings,
        );
        expect(found).toEqual(whole);
      }),
      { numRuns: detector === "iforest" ? 2 : 5 },
    );
  });

  test("by the hour, and by the day", async () => {
    const whole = await prepared([]);
    const every = (rows: number) => Array.from({ length: ROWS / rows - 1 }, (_, k) => (k + 1) * rows);
    expect(await prepared(every(60))).toEqual(whole);
    expect(await prepared(every(1_440))).toEqual(whole);
  });
});

describe("a history that is too large", () => {
  /** Chunks from Monday on, this far apart, with this many numbers each. */
  async function* every(ms: number, count: number, valuesOf: () => Float64Array): AsyncGenerator<HistoryChunk> {
    const schema = schemaOf("cpu");
    for (let k = 0; k < count; k++) {
      const times = Float64Array.of(MONDAY + k * ms);
      yield { host: "web-07", schema, times, values: valuesOf(), flags: new Uint8Array(1) };
    }
  }
  /** A month of hourly chunks, all of which share one array. */
  const month = (numbers: number) => {
    const values = new Float64Array(numbers);
    return gatherThinned(every(HOUR, 720, () => values));
  };
  const hourOf = ({ times }: HistoryChunk) => new Date(times[0]!).getUTCHours();

  // Three features a metric and 32,000,000 in memory: 720 hours of 14,814 values are 31,998,240.
  test.each([[1], [14_814]])("is not thinned at 720 hours of %i numbers each", async (numbers) => {
    expect(await month(numbers)).toHaveLength(720);
  });

  // A month at 10 s has 259,200 samples, and 259,200 × 40 × 3 = 31,104,000 numbers, below 32,000,000.
  test("is not thinned at a month of 40 metrics each 10 s, whatever its records hold", async () => {
    const values = new Float64Array(40);
    expect(await gatherThinned(every(10_000, 259_200, () => values))).toHaveLength(259_200);
  });

  test.each([2, 4, 8, 16])("is read at one hour in %i, and at every hour of the day", async (step) => {
    const kept = await month(14_814 * step);
    expect(Math.abs(kept.length - 720 / step)).toBeLessThan(24);
    expect(new Set(kept.map(hourOf)).size).toBe(24);
    const perHour = Array.from({ length: 24 }, (_, hour) => kept.filter((chunk) => hourOf(chunk) === hour).length);
    expect(Math.max(...perHour) - Math.min(...perHour)).toBeLessThanOrEqual(1);
  });

  // A month of 256 metrics a second has 2,592,000 × 256 × 3 numbers, 62 times the limit: one in 64, of one hour in 16
  // the first quarter of each slot. Days have one or two such hours, 44 to 46 a month, with four slots each.
  test("is read at each slot of the hours that remain, if even these are too many", async () => {
    const values = new Float64Array(60 * 256);
    const kept = await gatherThinned(every(MINUTE, 43_200, () => values));
    const slots = new Set(kept.map(({ times }) => Math.floor(times[0]! / (15 * MINUTE))));
    expect(Math.abs(slots.size - 4 * 45)).toBeLessThanOrEqual(4);
    expect(kept.map(({ times }) => (times[0]! / MINUTE) % 15).every((minute) => minute < 15 / 4)).toBe(true);
    expect(kept.length * values.length * 3).toBeLessThanOrEqual(32_000_000);
  });

  // Eleven days of 256 metrics a second are 950,400 × 256 × 8 bytes: 1,946 MB. The function has 1,769 MiB.
  test("never takes the memory of the whole", async () => {
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    const valuesOf = () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return new Float64Array(600 * 256);
    };
    expect((await gatherThinned(every(10 * MINUTE, 1_584, valuesOf))).length).toBeGreaterThan(0);
    expect(most).toBeLessThan(700e6);
  });

  test("by the number of its records still chooses epsilon by its labels", async () => {
    const stores = createMemoryStores(() => NOW);
    // A record of one sample each second is strange on the second day. Four days have 345,600; the limit is 300,000.
    const fault = { from: 1_440, to: 2_880 };
    await keepIncident(stores, "web-07", fault, "fault", "FAULT2");
    const read = async function* () {
      let second = 0;
      for await (const chunk of every(1_000, 4 * 86_400, () => new Float64Array(1))) {
        const isStrange = Math.floor(second / 86_400) === 1;
        chunk.values[0] = Math.sin(second * second) + (isStrange ? 50 : 0);
        second++;
        yield { ...chunk, flags: Uint8Array.of(isStrange ? Flag.anomaly | Flag.incident : 0) };
      }
    };
    const settings: FitSettings = { ...DEFAULT_SETTINGS, detector: "gaussian" };
    const report = await refitHost({ ...stores, history: { read } }, "web-07", "web", settings, MONDAY + 4 * DAY);
    expect(report).toMatchObject({
      source: "labels",
      labels: { fault: ["FAULT2"] },
      quality: { recall: { value: 1 } },
    });
    // One hour in two: half of 86,400, and of three times as many.
    expect([report?.excluded, report?.samples]).toEqual([43_200, 129_600]);
  });
});

test("the shares of days for a group's baseline have a limit together", () => {
  // A day of 256 metrics a second has 22 million values. 28 hosts may have 10 million together, so one run in 62 stays.
  const count = 86_400;
  const names = Array.from({ length: 256 }, (_, j) => `m${j}`);
  const set = { rows: new Float64Array(count * 256), times: Float64Array.from({ length: count }, (_, i) => i * 1_000) };
  const about = { uses: new Uint8Array(count), labelled: [], labelOf: new Int32Array(count).fill(-1) };
  const share = shareOf({ schema: schemaOf(...names), ...set, ...about }, { hosts: 200, index: 0 }, "bands");
  // 1,440 runs of 60 samples: 24 of them.
  expect(share.times).toHaveLength(24 * 60);
  const hourly = { schema: schemaOf("cpu"), ...set, rows: new Float64Array(count), ...about };
  expect(shareOf(hourly, { hosts: 200, index: 0 }, "bands").times).toHaveLength(count);
});
