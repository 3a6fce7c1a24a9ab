// Calendar bands, the detector of hosts for which no other is set, from history to baseline.
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { refitFleet } from "../../lib/learn/fleet-refit.ts";
import { refitGroup, refitHost } from "../../lib/learn/group-refit.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import {
  activeOf,
  DAY,
  HOUR,
  inIncident,
  keep,
  keepIncident,
  MONDAY,
  recorded,
  rowsWhere,
  scoresOf,
} from "./recording.ts";

const WEEK = 7 * 1_440;
const NOW = MONDAY + 7 * DAY;

const stored = () => createMemoryStores(() => NOW);
const refitted = (stores: ReturnType<typeof stored>, settings = DEFAULT_SETTINGS) =>
  refitHost(stores, "web-07", "web", settings, NOW);
/** Two hours of a processor that is 30 points busier, on the fourth day. */
const trouble = { from: 3 * 1_440 + 600, to: 3 * 1_440 + 720, by: 30 };

test("the first hours give a model without bands, which judges by levels", async () => {
  const stores = stored();
  await keep(stores, recorded(300));
  const report = await refitHost(stores, "web-07", "web", DEFAULT_SETTINGS, MONDAY + 5 * HOUR);
  expect(report).toMatchObject({ version: 1, detector: "bands", samples: 300, epsilon: 1, source: "default" });
  expect((await activeOf(stores)).model).toMatchObject({ detector: "bands", metrics: 2, days: 0, zone: "UTC" });
});

test.each([0.5, 1, 2])("an epsilon of %d in the settings holds for every host", async (epsilon) => {
  const stores = stored();
  await keep(stores, recorded(WEEK));
  const report = await refitted(stores, { ...DEFAULT_SETTINGS, epsilon });
  expect(report).toMatchObject({ epsilon, source: "default", samples: WEEK, excluded: 0 });
});

test("the model learns from unlabelled trouble, and one day of seven changes no band", async () => {
  const stores = stored();
  await keep(stores, inIncident(recorded(WEEK, 1, [trouble]), trouble));
  await keepIncident(stores, "web-07", trouble);
  expect(await refitted(stores)).toMatchObject({ samples: WEEK, excluded: 0 });
  const calm = recorded(WEEK, 1, [trouble]);
  // 30 more are far above 1.
  const scores = scoresOf(await activeOf(stores), calm, { from: trouble.from, to: trouble.to });
  expect(Math.min(...scores.slice(2))).toBeGreaterThan(3);
});

test("the model does not learn from a labelled fault, and its group's epsilon still catches it", async () => {
  const stores = stored();
  await keep(stores, inIncident(recorded(WEEK, 1, [trouble]), trouble));
  await keepIncident(stores, "web-07", trouble, "fault");
  const report = await refitted(stores);
  const labels = { fault: ["ABC234"], false: [] };
  expect(report).toMatchObject({ samples: WEEK - 120, excluded: 120, source: "group labels", labels });
  expect(report).toMatchObject({ quality: { recall: { value: 1 }, f1: 1 } });
});

test('a label "false" moves no limit', async () => {
  const chunk = recorded(WEEK, 1, [trouble]);
  const stores = stored();
  await keep(stores, inIncident(chunk, trouble));
  await keepIncident(stores, "web-07", trouble, "false");
  const report = await refitted(stores);
  expect(report).toMatchObject({ epsilon: 1, source: "default", labels: { fault: [], false: ["ABC234"] } });
});

test("the model keeps a metric that rested in the first hours: it may move one day", async () => {
  const resting = recorded(300);
  const values = resting.values.map((value, k) => (k % 2 ? 0 : value));
  const stores = stored();
  await keep(stores, { ...resting, values });
  await refitHost(stores, "web-07", "web", DEFAULT_SETTINGS, MONDAY + 5 * HOUR);
  expect((await activeOf(stores)).schema.names).toEqual(["cpu", "load"]);
});

test("a group has bands of its own, learnt from the days of its hosts", async () => {
  const stores = stored();
  for (const [k, host] of ["web-01", "web-02"].entries()) await keep(stores, { ...recorded(WEEK, k + 1), host });
  const { reports } = await refitFleet(stores, () => DEFAULT_SETTINGS, { now: NOW, outOfTime: () => false });
  expect(reports.map(({ owner }) => owner)).toEqual(["host#web-01", "host#web-02", "group#web"]);
  expect(reports.map(({ epsilon }) => epsilon)).toEqual([1, 1, 1]);
  expect((await activeOf(stores, "group#web")).model).toMatchObject({ detector: "bands" });
});

test("an alert budget raises the epsilon of a host with bands, on the scale of its scores", async () => {
  const stores = stored();
  await keep(stores, { ...recorded(WEEK), host: "web-01" });
  await stores.baselines.setBudget("web", { alertsPerWeek: 4, by: "jo", at: NOW });
  // 16 alerts a week up to 1.68, none from 2.15 on: 4 at three quarters of the way, in logs.
  const counts = Float64Array.from({ length: 24 }, (_, k) => (k < 6 ? 16 : 0));
  const work = { group: "web", hosts: ["web-01"], isFirst: true, alerts: { seen: 7 * DAY, counts } };
  const { reports } = await refitGroup(stores, work, DEFAULT_SETTINGS, { now: NOW, outOfTime: () => false });
  // python3 -c "print(.5 * 1.275**5.75)"
  expect(reports[0]).toMatchObject({
    source: "budget",
    epsilon: expect.closeTo(2.021406, 6),
    budget: { allowed: 4, before: 16, after: expect.closeTo(4, 9) },
  });
});

test("the model does not learn from days on which the host was off", async () => {
  const stores = stored();
  const chunk = recorded(WEEK);
  await keep(
    stores,
    rowsWhere(chunk, (i) => Math.floor(i / 1_440) % 2 === 0),
  );
  await refitted(stores);
  expect((await activeOf(stores)).model).toMatchObject({ days: 4 });
});
