// The gate refuses fits that would flag a calm day. Hosts must not be locked out of refits by it, and people are
// notified.
import type { NewsPublisher, RefusalNews } from "../../lib/alert/news.ts";
import { announcer } from "../../lib/learn/announce.ts";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { refitFleet } from "../../lib/learn/fleet-refit.ts";
import { refitHost } from "../../lib/learn/group-refit.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { aReport } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { DAY, inIncident, keep, MONDAY, recorded } from "./recording.ts";

const DAYS = 9;
const NOW = MONDAY + DAYS * DAY;
const HOURLY = Array.from({ length: DAYS * 24 - 1 }, (_, i) => (i + 1) * 60);
const GAUSSIAN: FitSettings = { ...DEFAULT_SETTINGS, detector: "gaussian" };

/** The processor of nine days, in the last of which it is 300 higher; no baseline has judged it yet. */
function changed(last: number): HistoryChunk {
  const shift = { from: (DAYS - last) * 1_440, to: DAYS * 1_440, by: 300 };
  const chunk = recorded(DAYS * 1_440, 1, [shift]);
  return { ...chunk, schema: schemaOf("cpu"), values: chunk.values.filter((_, i) => i % 2 === 0) };
}

async function refitted(chunk: HistoryChunk, settings: FitSettings) {
  const stores = createMemoryStores(() => NOW);
  await keep(stores, chunk, HOURLY);
  const report = await refitHost(stores, "web-07", "web", settings, NOW);
  return { stores, report };
}

describe("a refit that the gate refuses", () => {
  // With a share s of the rows 300 higher, these lie √((1 − s) / s) deviations from the mean. One of the eight days
  // before the last is higher (s = 1/8, score 3.5), and two of all nine (s = 2/9, epsilon 1.75). The newer half:
  // s = 1/3.5, score 1.25, and s = 2/4.5, score .625, of which three times are epsilon, as they are few rows.
  test("is repeated on the newer half of the days, and the ledger says so", async () => {
    const { stores, report } = await refitted(changed(2), GAUSSIAN);
    expect(report?.refused).toBeUndefined();
    expect(report?.shortened?.days).toBeCloseTo(DAYS / 2, 2);
    expect(report?.shortened?.refused).toMatch(/^flags 100\.0 % of the last day's calm samples/);
    expect(Math.abs((report?.samples ?? 0) - (DAYS / 2) * 1_440)).toBeLessThanOrEqual(60);
    expect(await stores.baselines.current("host#web-07")).toEqual(report);
  });

  test("on the newest days too stays refused, and the old baseline stays active", async () => {
    const { stores, report } = await refitted(changed(1), GAUSSIAN);
    expect(report).toMatchObject({ refused: expect.stringMatching(/^flags 99\.9 %/), samples: DAYS * 1_440 });
    expect(report).not.toHaveProperty("shortened");
    expect(await stores.baselines.current("host#web-07")).toBeUndefined();
  });

  test("reads the history once", async () => {
    const stores = createMemoryStores(() => NOW);
    await keep(stores, changed(2), HOURLY);
    const read = jest.spyOn(stores.history, "read");
    await refitFleet(stores, () => GAUSSIAN, { now: NOW, outOfTime: () => false });
    expect(read).toHaveBeenCalledTimes(1);
  });
});

test("too few calm samples on a last day in trouble refuse no refit, whatever they are like", async () => {
  const [from, to] = [(DAYS - 1) * 1_440, DAYS * 1_440 - 59];
  const { report } = await refitted(inIncident(changed(1), { from, to }), GAUSSIAN);
  expect(report?.refused).toBeUndefined();
  expect(report).not.toHaveProperty("shortened");
  // One more calm sample, and they would be a reason.
  const more = await refitted(inIncident(changed(1), { from, to: to - 1 }), GAUSSIAN);
  expect([more.report?.refused, more.report?.shortened?.refused]).toContainEqual(expect.stringContaining("flags"));
});

test("the gate never refuses calendar bands for their flags on the last day", async () => {
  const { report } = await refitted(changed(1), DEFAULT_SETTINGS);
  expect(report?.refused).toBeUndefined();
  expect(report).not.toHaveProperty("shortened");
  expect(report?.flagRate).toBeGreaterThan(0.5);
});

describe("people are notified of refused refits", () => {
  const REASON = "flags 9.7 % of the last day's calm samples: at most 5 % is sensible";
  const refused = (owner: string) => aReport(owner, 2, { refused: REASON });

  function world() {
    const stores = createMemoryStores(() => NOW);
    const told: RefusalNews[] = [];
    const publisher: NewsPublisher = {
      async publish(news, channels) {
        expect(channels).toEqual({ sms: false });
        if (news.kind === "refits-refused") told.push(news);
      },
    };
    const run = (day: number, reports: readonly FitReport[], to = publisher) =>
      announcer({ ...stores, publisher: to }, NOW + day * DAY, () => {})("web", reports);
    return { stores, told, run };
  }

  test("once, on the third day in a row", async () => {
    const { told, run, stores } = world();
    for (const day of [0, 1]) await run(day, [refused("host#web-07")]);
    expect(told).toEqual([]);
    for (const day of [2, 3, 4]) await run(day, [refused("host#web-07")]);
    const refusal = { owner: "host#web-07", since: NOW, refused: REASON };
    const at = NOW + 2 * DAY;
    expect(told).toEqual([{ kind: "refits-refused", at, group: "web", refusals: [refusal], refusalsInAll: 1 }]);
    expect(await stores.alerting.refusals()).toEqual([{ ...refusal, at: NOW + 4 * DAY, told: true }]);
  });

  test("not if one passed in between, and the pass brings no message", async () => {
    const { told, run, stores } = world();
    for (const day of [0, 1]) await run(day, [refused("host#web-07")]);
    await run(2, [aReport("host#web-07", 3)]);
    expect(await stores.alerting.refusals()).toEqual([]);
    for (const day of [3, 4]) await run(day, [refused("host#web-07")]);
    expect(told).toEqual([]);
    await run(5, [refused("host#web-07")]);
    expect(told).toMatchObject([{ at: NOW + 5 * DAY, refusals: [{ since: NOW + 3 * DAY }] }]);
  });

  test("in one message for a group, which names ten", async () => {
    const { told, run } = world();
    const owners = Array.from({ length: 12 }, (_, i) => `host#web-${i}`);
    for (const day of [0, 1, 2]) await run(day, owners.map(refused));
    expect(told.map(({ refusals, refusalsInAll }) => [refusals.length, refusalsInAll])).toEqual([[10, 12]]);
    await run(3, owners.map(refused));
    expect(told).toHaveLength(1);
  });

  test("by the next refit if this one failed to send", async () => {
    const { told, run } = world();
    for (const day of [0, 1]) await run(day, [refused("host#web-07")]);
    const away = { publish: () => Promise.reject(new Error("SNS is away")) };
    expect(await run(2, [refused("host#web-07")], away)).toMatchObject([
      { what: "news of refused refits in group web" },
    ]);
    await run(3, [refused("host#web-07")]);
    expect(told).toHaveLength(1);
  });
});
