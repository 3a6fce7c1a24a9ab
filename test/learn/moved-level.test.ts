// A host whose level has moved for good is refitted the same day, however rare the scheduled refit is.
import { parseConfig } from "../../lib/config/config.ts";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { refitScheduled } from "../../lib/learn/fleet-refit.ts";
import { movedHosts } from "../../lib/learn/moved-level.ts";
import { RUNS_ENDED } from "../../lib/learn/refit-progress.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import { createSender } from "../../lib/replay/sender.ts";
import { virtualDeployment } from "../../lib/replay/virtual-deployment.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { judged } from "../contract/examples.ts";
import { seededRandom } from "../simulation/random.ts";
import { runEndedAt } from "./fleet.ts";
import { DAY, HOUR, keep, MINUTE, MONDAY, recorded } from "./recording.ts";

/** A version from before everything else. */
const NO_FIT: FitReport = {
  ...{ owner: "host#web-07", version: 1, at: 0, detector: "bands", covariance: "diagonal", samples: 1, excluded: 0 },
  ...{ epsilon: 1, source: "default", labels: { fault: [], false: [] }, flagRate: 0 },
};

const onDay = (day: number) => MONDAY + day * DAY;
const dayOf = (time: number) => (time - MONDAY) / DAY;

describe("with a refit each week, on the deployed functions in virtual time", () => {
  const STEP = 10 * MINUTE;
  const WEEKLY = parseConfig(JSON.stringify({ version: 1, refitEvery: "7d" }));
  /** The second Tuesday at noon; the refits of its week begin on Monday. */
  const [SHIFT, FAULT, END] = [8.5, 12.5, 12.6];

  /** A CPU around 40 that is 30 higher from the shift on, and 25 more in the hour of the fault. */
  function shifted() {
    const random = seededRandom(3);
    const times = Float64Array.from({ length: Math.round((END * DAY) / STEP) }, (_, i) => MONDAY + i * STEP);
    const values = times.map((time) => {
      const day = dayOf(time);
      const shift = (day >= SHIFT ? 30 : 0) + (day >= FAULT && day < FAULT + 1 / 24 ? 25 : 0);
      return 40 + 10 * Math.sin(2 * Math.PI * day) + 2 * (random() + random() + random() - 1.5) + shift;
    });
    return { host: "web-07", group: "web", times, metrics: [{ name: "cpu", first: 0, values }] };
  }

  test("a shift that lasts is learnt on its third day, and a fault at the new level is detected", async () => {
    const { stores, score, sweep, refit } = virtualDeployment(MONDAY, WEEKLY);
    const sender = createSender(shifted());
    for (let end = MONDAY + STEP; end <= onDay(END); end += STEP) {
      await score(sender.sendUntil(end));
      await sweep(end);
      if ((end - MONDAY) % (2 * STEP) === 0) await refit(end);
    }
    const reports = await stores.baselines.reports("host#web-07", 100);
    const fits = reports.map(({ at }) => dayOf(at)).filter((day) => day > 7.1);
    // When it was three days old, and once more for its end, half a day later.
    expect(fits).toEqual([expect.closeTo(SHIFT + 3.5, 1), expect.closeTo(SHIFT + 3, 1)]);
    const incidents = await stores.incidents.ofHost("web-07", onDay(7), onDay(END));
    expect(incidents).toMatchObject([{ ending: "settled" }, { kind: "anomaly", causes: [{ metric: "cpu" }] }]);
    const [shift, fault] = incidents.map(({ opened }) => dayOf(opened));
    expect(shift).toBeCloseTo(SHIFT, 1);
    expect(dayOf(incidents[0]?.resolved ?? 0)).toBeCloseTo(SHIFT + 3.1, 1);
    expect(fault).toBeCloseTo(FAULT, 1);
  });
});

const NOW = onDay(10);
const AGO = 13 * HOUR;
const label = (verdict: Verdict) => ({ verdict, at: NOW - AGO, by: "jo" });

function incidentOf(changes: Partial<AnomalyIncident> = {}): AnomalyIncident {
  const opened = NOW - 3 * DAY - AGO;
  const about = { kind: "anomaly", id: "ABC234", host: "web-07", group: "web", revision: 1 } as const;
  const counts = { opened, lastAnomaly: NOW, samples: 100, anomalies: 90 };
  return { ...about, ...counts, peak: judged(opened, 50, 8), causes: [], ...changes };
}

/** Whether the host of the incident is to be refitted now if its last fit was at that time. */
async function isDue(incident: AnomalyIncident, fitted: number): Promise<boolean> {
  const version = { ...NO_FIT, refitted: fitted };
  const baselines = { current: async () => version, reports: async () => [version] };
  return (await movedHosts({ incidents: { feed: async () => [incident] }, baselines }, NOW)).length === 1;
}

test.each<[string, Partial<AnomalyIncident>]>([
  ["steady for three days", {}],
  ["steady for four days", { opened: NOW - 4 * DAY - AGO }],
  ["over, and settled", { resolved: NOW - AGO, ending: "settled" }],
  ["called unclear", { label: label("unknown") }],
  [
    "an hour older than its label, which calls it the new normal",
    { opened: NOW - AGO - HOUR, label: label("new-normal") },
  ],
])("an incident that is %s asks for a refit once", async (_, changes) => {
  expect(await isDue(incidentOf(changes), NOW - AGO - 1)).toBe(true);
  expect(await isDue(incidentOf(changes), NOW - AGO)).toBe(false);
});

test.each<[string, Partial<AnomalyIncident>]>([
  ["younger than three days", { opened: NOW - 3 * DAY + 1 }],
  ["calm for more than a tenth of its samples", { anomalies: 89 }],
  ["over, and the host is back to normal", { resolved: NOW - AGO }],
  ["found by a rule", { rules: [{ rule: "cpu > 95", severity: "warning", since: NOW, values: [] }] }],
  ["called a fault", { label: label("fault") }],
  ["settled, and called a fault", { resolved: NOW, ending: "settled", label: label("fault") }],
  ["called a false alarm", { label: label("false") }],
  ["settled, three days ago", { opened: NOW - 7 * DAY, resolved: NOW - 3 * DAY, ending: "settled" }],
])("an incident that is %s asks for no refit", async (_, changes) => {
  expect(await isDue(incidentOf(changes), onDay(0))).toBe(false);
});

describe("extra refits", () => {
  const settings = () => DEFAULT_SETTINGS;
  const WEEK = 7 * 1_440;
  const NOON = onDay(7) + 12 * HOUR;

  /** Hosts that the weekly refit fitted at midnight, and of which an incident settled at each of these times. */
  async function settled(hosts: readonly string[], at: readonly number[]) {
    const stores = createMemoryStores(() => NOON);
    for (const host of hosts) {
      await keep(stores, { ...recorded(WEEK), host });
      for (const [k, resolved] of at.entries()) {
        const opened = resolved - 3 * DAY;
        await stores.incidents.save(incidentOf({ id: `${host}-${k}`, host, opened, resolved, ending: "settled" }));
      }
    }
    const refitAt = (now: number, outOfTime = () => false) =>
      refitScheduled(stores, settings, 7 * DAY, { now, outOfTime }).then(({ reports }) =>
        reports.map(({ owner }) => owner),
      );
    expect(await refitAt(onDay(7))).toHaveLength(hosts.length + (hosts.length > 1 ? 1 : 0));
    return { stores, refitAt };
  }

  test("come once for each sign, at the earliest half a day after the last fit", async () => {
    const { refitAt } = await settled(["web-07"], [onDay(7) + 2 * HOUR, onDay(7) + 3 * HOUR]);
    expect(await refitAt(NOON - 1)).toEqual([]);
    expect(await refitAt(NOON)).toEqual(["host#web-07"]);
    expect(await refitAt(NOON + 20 * MINUTE)).toEqual([]);
    expect(await refitAt(NOON + DAY)).toEqual([]);
  });

  test("do not come for what the last fit saw", async () => {
    const { refitAt } = await settled(["web-07"], [onDay(7) - MINUTE]);
    expect(await refitAt(NOON)).toEqual([]);
  });

  test("do not come for retired hosts, nor for those without a baseline of their own", async () => {
    const { stores, refitAt } = await settled(["web-07"], [onDay(7) + HOUR]);
    const incident = { id: "NEW234", host: "new", opened: onDay(5), resolved: onDay(7) + HOUR } as const;
    await stores.incidents.save(incidentOf({ ...incident, ending: "settled" }));
    const [state] = (await stores.hosts.load(["web-07"])).values();
    await stores.hosts.save({ ...state!, retired: true });
    expect(await refitAt(NOON)).toEqual([]);
  });

  test("are twenty in one run, and one when the time is up; the next runs go on", async () => {
    const hosts = Array.from({ length: 22 }, (_, i) => `web-${10 + i}`);
    const { stores, refitAt } = await settled([hosts[0]!], [onDay(7) + HOUR]);
    // The others share the first host's fit: what counts is when each was fitted.
    const first = await stores.baselines.version("host#web-10", 1);
    for (const host of hosts.slice(1)) {
      await keep(stores, { ...recorded(180), host });
      const owner = `host#${host}`;
      await stores.baselines.write({ ...first!.report, owner }, { ...first!.baseline!, owner });
      await stores.baselines.promote({ owner, version: 1 }, 0);
      const [opened, resolved] = [onDay(4), onDay(7) + HOUR];
      await stores.incidents.save(incidentOf({ id: host, host, opened, resolved, ending: "settled" }));
    }
    expect(await refitAt(NOON, () => true)).toHaveLength(1);
    expect(await refitAt(NOON + 1)).toHaveLength(20);
    expect(await refitAt(NOON + 2)).toHaveLength(1);
    expect(await refitAt(NOON + 3)).toEqual([]);
  }, 60_000);
});

/** Two hosts that the weekly refit fitted on day 7, and whose incidents settled an hour later. */
async function twoSettled() {
  const stores = createMemoryStores(() => onDay(8));
  for (const host of ["web-07", "web-08"]) {
    await keep(stores, { ...recorded(7 * 1_440), host });
    const [opened, resolved] = [onDay(4), onDay(7) + HOUR];
    await stores.incidents.save(incidentOf({ id: host, host, opened, resolved, ending: "settled" }));
  }
  const refit = (ports: Parameters<typeof refitScheduled>[0], now: number) =>
    refitScheduled(ports, () => DEFAULT_SETTINGS, 7 * DAY, { now, outOfTime: () => false });
  await refit(stores, onDay(7));
  return { stores, refit };
}

test("an extra refit that fails delays no other host, and the next call tries it again", async () => {
  const { stores, refit } = await twoSettled();
  const read: typeof stores.history.read = (host, ...span) => {
    if (host === "web-07") throw new Error("throttled");
    return stores.history.read(host, ...span);
  };
  const { reports, failures, postponed } = await refit({ ...stores, history: { read } }, onDay(7.5));
  expect(reports.map(({ owner }) => owner)).toEqual(["host#web-08"]);
  expect(failures).toEqual([]);
  expect(postponed).toMatchObject([{ what: "host#web-07", error: { message: "throttled" } }]);
  expect((await refit(stores, onDay(7.5) + 20 * MINUTE)).reports).toMatchObject([{ owner: "host#web-07" }]);
});

test("an extra refit that ends two runs delays no other host, and no later call tries it again", async () => {
  const { stores, refit } = await twoSettled();
  const run = () => runEndedAt(stores, ["web-08"], (dying) => refit(dying, onDay(7.5)));
  expect([await run(), await run()]).toEqual([undefined, undefined]);
  const last = await run();
  expect(last?.reports).toMatchObject([{ owner: "host#web-08", refused: RUNS_ENDED }, { owner: "host#web-07" }]);
  expect(last?.postponed).toMatchObject([
    { what: "host#web-08", error: { message: expect.stringMatching(/^two runs/) } },
  ]);
  expect(await run()).toEqual({ reports: [], failures: [] });
});
