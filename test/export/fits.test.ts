// Incidents and missed faults by version of a baseline, counted by hand.
import { fitsIn } from "../../lib/export/fits.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aFleetIncident, anIncident, aReport, aSilentIncident, aState, judged, NOON } from "../contract/examples.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPAN = { from: NOON - 7 * DAY, to: NOON + DAY };
const [cpu] = anIncident("a").causes;
const load = { ...cpu!, metric: "load", now: 1 };

/** An incident whose worst sample this version judged. */
function judgedBy(version: number, opened: number, fields: Partial<Parameters<typeof anIncident>[1]> = {}): Incident {
  const baseline = { owner: "host#web-1", version };
  const peak = { time: opened, judgement: { score: 41.5, epsilon: 9.25, baseline } };
  return anIncident("web-1", { opened, lastAnomaly: opened + 60_000, resolved: opened + HOUR, peak, ...fields });
}

/** web-1 with versions of ten, five and two days ago, the last of which the gate refused; db-1 without any. */
async function aFleet(incidents: readonly (readonly [Incident, Verdict?])[]) {
  const stores = createMemoryStores(() => NOON);
  await stores.hosts.save(aState("web-1", { since: NOON - 20 * DAY }));
  await stores.hosts.save(aState("web-2", { since: NOON - DAY }));
  await stores.hosts.save(aState("db-1", { group: "db", since: NOON - 20 * DAY }));
  await stores.baselines.write(aReport("host#web-1", 1, { at: NOON - 10 * DAY, epsilon: 9.25 }));
  await stores.baselines.write(aReport("host#web-1", 2, { at: NOON - 5 * DAY, epsilon: 12 }));
  await stores.baselines.write(aReport("host#web-1", 3, { at: NOON - 2 * DAY, refused: "flags too much" }));
  for (const [incident, verdict] of incidents) {
    await stores.incidents.save(incident);
    if (verdict && incident.kind !== "fleet")
      await stores.incidents.label(incident.host, incident.opened, { verdict, at: NOON, by: "jo" });
  }
  return stores;
}

const missed = (id: string, about: { host: string } | { group: string }, from: number, verdict: Verdict = "fault") => ({
  ...{ id, about, from, to: from + HOUR, label: { verdict, at: NOON, by: "jo" } },
});

test("incidents count for the version that judged their worst sample, with what people called them", async () => {
  const stores = await aFleet([
    [judgedBy(1, NOON - 6 * DAY), "false"],
    [judgedBy(1, NOON - 6 * DAY + 2 * HOUR), "new-normal"],
    [judgedBy(1, NOON - 6 * DAY + 4 * HOUR, { causes: [load] }), "false"],
    [judgedBy(1, NOON - 6 * DAY + 6 * HOUR), "fault"],
    [judgedBy(2, NOON - 4 * DAY), "expected"],
    [judgedBy(2, NOON - 3 * DAY), "unknown"],
    [judgedBy(2, NOON - DAY)],
  ]);
  expect(await fitsIn(stores, {}, SPAN)).toEqual({
    fits: [
      {
        ...{ owner: "host#web-1", version: 2, from: NOON - 5 * DAY, epsilon: 12 },
        ...{ incidents: 3, faults: 0, falseAlarms: 0, expected: 1, unlabelled: 2, falseBy: [], missed: [] },
      },
      {
        ...{ owner: "host#web-1", version: 1, from: NOON - 10 * DAY, to: NOON - 5 * DAY, epsilon: 9.25 },
        ...{ incidents: 4, faults: 1, falseAlarms: 3, expected: 0, unlabelled: 0, missed: [] },
        falseBy: [
          { host: "web-1", cause: "cpu high", incidents: 2 },
          { host: "web-1", cause: "load low", incidents: 1 },
        ],
      },
    ],
    left: 0,
  });
});

test("silences, incidents of whole groups and those that only a rule opened are no verdicts of a fit", async () => {
  const stores = await aFleet([
    [aSilentIncident("web-1"), "false"],
    [aFleetIncident("web")],
    [anIncident("web-1", { opened: NOON + 1, peak: judged(NOON, 3), causes: [] }), "false"],
    [anIncident("web-1", { opened: NOON + 2, peak: { time: NOON }, causes: [] }), "false"],
  ]);
  expect(await fitsIn(stores, {}, SPAN)).toEqual({ fits: [], left: 0 });
});

test("a missed fault counts for the version in force when it began, or for none before the first", async () => {
  const stores = await aFleet([]);
  await stores.alerting.saveTimeLabel(missed("T-OLD", { host: "web-1" }, NOON - 6 * DAY));
  await stores.alerting.saveTimeLabel(missed("T-NEW", { host: "web-1" }, NOON - 5 * DAY));
  await stores.alerting.saveTimeLabel(missed("T-PLAN", { host: "web-1" }, NOON - DAY, "expected"));
  await stores.alerting.saveTimeLabel(missed("T-DB", { host: "db-1" }, NOON - DAY));
  const { fits } = await fitsIn(stores, {}, SPAN);
  expect(fits.map(({ owner, version, missed }) => [owner, version, missed])).toEqual([
    ["host#web-1", 2, ["T-NEW"]],
    ["host#web-1", 1, ["T-OLD"]],
    ["host#db-1", 0, ["T-DB"]],
  ]);
});

test("each host of a group missed the group's fault, unless it had an incident or was not known then", async () => {
  const stores = await aFleet([[anIncident("web-2", { opened: NOON - HOUR, resolved: NOON })]]);
  await stores.alerting.saveTimeLabel(missed("T-BOTH", { group: "web" }, NOON - HOUR / 2));
  await stores.alerting.saveTimeLabel(missed("T-ONE", { group: "web" }, NOON - 4 * DAY));
  const { fits } = await fitsIn(stores, {}, SPAN);
  const misses = fits.flatMap(({ owner, missed }) => (missed.length > 0 ? [[owner, [...missed].sort()]] : []));
  expect(misses).toEqual([["host#web-1", ["T-BOTH", "T-ONE"]]]);
  const ofOne = await fitsIn(stores, { host: "web-1" }, SPAN);
  expect(ofOne.fits.flatMap(({ missed }) => missed)).toHaveLength(2);
});

test("only the selected hosts count", async () => {
  const stores = await aFleet([[judgedBy(2, NOON - DAY), "false"]]);
  await stores.alerting.saveTimeLabel(missed("T-DB", { host: "db-1" }, NOON - DAY));
  const owners = async (selection: { host?: string; group?: string }) =>
    (await fitsIn(stores, selection, SPAN)).fits.map(({ owner, version }) => `${owner} v${version}`);
  expect(await owners({ group: "db" })).toEqual(["host#db-1 v0"]);
  expect(await owners({ host: "web-*" })).toEqual(["host#web-1 v2", "host#web-1 v1"]);
});

test("of more than 200 baselines the report names those with the most false alarms and misses", async () => {
  const hosts = Array.from({ length: 201 }, (_, i) => `h-${i}`);
  const stores = await aFleet(hosts.map((host) => [anIncident(host)]));
  await stores.alerting.saveTimeLabel(missed("T-DB", { host: "db-1" }, NOON - DAY));
  const { fits, left } = await fitsIn(stores, {}, SPAN);
  expect(left).toBe(2);
  expect(fits[0]).toMatchObject({ owner: "host#db-1", missed: ["T-DB"] });
  // Their reports are not known.
  expect(fits[1]).toEqual({
    ...{ owner: "host#h-0", version: 2, incidents: 1, faults: 0, falseAlarms: 0, expected: 0, unlabelled: 1 },
    ...{ falseBy: [], missed: [] },
  });
});
