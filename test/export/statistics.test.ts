// Counts of incidents, by hand.
import { alertStatistics, type StatisticsBy } from "../../lib/export/statistics.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { aFleetIncident, anIncident, aSilentIncident, judged, NOON } from "../contract/examples.ts";

const DAY = 86_400_000;
const label = (verdict: Verdict) => ({ verdict, at: NOON, by: "jo" });
const rules = [{ rule: "disk > 90", severity: "critical", since: NOON, values: [] }] as const;
const [cause] = anIncident("a").causes;

const mild = judged(NOON, 41.5, 20);

const INCIDENTS: readonly Incident[] = [
  // 41.5 / 9.25 is critical; with epsilon 20 it is a warning.
  anIncident("web-1", {
    peak: mild,
    resolved: NOON + 60_000,
    label: { ...label("fault"), category: "hardware" },
    texted: true,
  }),
  anIncident("web-1", {
    ...{ peak: mild, opened: NOON + DAY, resolved: NOON + DAY + 120_000, label: label("false"), quiet: "QQQ222" },
  }),
  anIncident("web-2", { resolved: NOON + 600_000, label: label("new-normal"), acknowledged: { at: NOON, by: "jo" } }),
  anIncident("web-2", { causes: [{ ...cause!, now: 1 }], fleet: "FLEET2", reminded: true }),
  anIncident("web-3", { fleet: "FLEET2", told: true, label: label("unknown"), peak: mild }),
  anIncident("db-1", { group: "db", rules, resolved: NOON + 60_000 }),
  aSilentIncident("db-2", { group: "db" }),
  aFleetIncident("web"),
  anIncident("db-3", { group: "db", causes: [], peak: mild, label: label("expected") }),
];

async function* some<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

const statistics = (by: StatisticsBy, incidents = INCIDENTS) => alertStatistics(some(incidents), by);
const counted = async (by: StatisticsBy) => (await statistics(by)).rows.map(({ key, incidents }) => [key, incidents]);

test("the statistics count all incidents together", async () => {
  const { total } = await statistics("reason");
  expect(total).toEqual({
    ...{
      key: "all",
      incidents: 9,
      critical: 5,
      open: 5,
      absorbed: 1,
      quiet: 1,
      acknowledged: 1,
      reminded: 1,
      texted: 1,
    },
    // One fault, a false alarm and a new normal; 60, 120, 600 and 60 seconds.
    ...{ faults: 1, falseAlarms: 2, falseShare: 2 / 3, medianMs: 90_000 },
  });
});

test("the statistics count by reason: first cause and its direction, rule, silence, fleet", async () => {
  expect(await counted("reason")).toEqual([
    ["cpu high", 4],
    ["cpu low", 1],
    ["fleet", 1],
    ["no single metric", 1],
    ["rule disk > 90", 1],
    ["silent", 1],
  ]);
  const { rows } = await statistics("reason");
  expect(rows[0]).toMatchObject({ falseAlarms: 2, faults: 1, absorbed: 0, medianMs: 120_000 });
  expect(rows[1]).toMatchObject({ absorbed: 1, open: 1 });
  expect(rows[1]).not.toHaveProperty("falseShare");
  expect(rows[1]).not.toHaveProperty("medianMs");
});

test("the statistics count by host, group, day, label and kind of fault", async () => {
  expect((await counted("host")).slice(0, 3)).toEqual([
    ["web-1", 2],
    ["web-2", 2],
    ["db-1", 1],
  ]);
  expect(await counted("group")).toEqual([
    ["web", 6],
    ["db", 3],
  ]);
  expect(await counted("day")).toEqual([
    ["2026-11-22", 8],
    ["2026-11-23", 1],
  ]);
  expect(await counted("label")).toEqual([
    ["not labelled", 4],
    ["expected", 1],
    ["false", 1],
    ["fault", 1],
    ["new-normal", 1],
    ["unknown", 1],
  ]);
  expect(await counted("category")).toEqual([
    ["no fault", 4],
    ["not labelled", 4],
    ["hardware", 1],
  ]);
});

test("no incidents give no rows", async () => {
  const { total, rows } = await statistics("reason", []);
  expect(rows).toEqual([]);
  expect(total).toMatchObject({ incidents: 0, open: 0 });
  expect(total).not.toHaveProperty("medianMs");
});
