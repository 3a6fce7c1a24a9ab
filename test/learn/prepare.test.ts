import fc from "fast-check";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { ALONE } from "../../lib/learn/pool.ts";
import { prepareHost } from "../../lib/learn/prepare.ts";
import { thinned } from "../../lib/learn/training.ts";
import { DETECTORS } from "../../lib/model/detector.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
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
  /** A month of hourly chunks with this many numbers each; all share one array. */
  function month(numbers: number): HistoryChunk[] {
    const values = new Float64Array(numbers);
    const schema = schemaOf("cpu");
    return Array.from({ length: 720 }, (_, k) => {
      const times = Float64Array.of(MONDAY + k * HOUR + 7 * MINUTE);
      return { host: "web-07", schema, times, values, flags: new Uint8Array(1) };
    });
  }
  const hourOf = ({ times }: HistoryChunk) => new Date(times[0]!).getUTCHours();

  // Three features a metric and 32,000,000 in memory: 720 hours of 14,814 values are 31,998,240.
  test.each([[1], [14_814]])("is not thinned at 720 hours of %i numbers each", (numbers) => {
    expect(thinned(month(numbers))).toHaveLength(720);
  });

  test.each([2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 24, 25])(
    "is read at one hour in %i, and at every hour of the day",
    (step) => {
      const kept = thinned(month(14_814 * step));
      expect(Math.abs(kept.length - 720 / step)).toBeLessThan(24);
      expect(new Set(kept.map(hourOf)).size).toBe(24);
      const perHour = Array.from({ length: 24 }, (_, hour) => kept.filter((chunk) => hourOf(chunk) === hour).length);
      expect(Math.max(...perHour) - Math.min(...perHour)).toBeLessThanOrEqual(1);
    },
  );
});
