// The effects of labels, people and budgets on a group's epsilons under calendar bands, whose scale is common to all
// hosts.
import { rollback, setEpsilon } from "../../lib/learn/by-hand.ts";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { refitFleet } from "../../lib/learn/fleet-refit.ts";
import { refitGroup, refitHost } from "../../lib/learn/group-refit.ts";
import { CROSSING_EDGES } from "../../lib/model/crossings.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { activeOf, DAY, inIncident, keep, keepIncident, MONDAY, recorded, scoresOf } from "./recording.ts";

const WEEK = 7 * 1_440;
const NOW = MONDAY + 7 * DAY;
const never = () => false;

function stored() {
  return createMemoryStores(() => NOW);
}

/** The whole of a group at once, whose hosts together raise this many alerts a week at each level. */
function group(hosts: readonly string[], alertsAt: (epsilon: number) => number = () => 0) {
  const alerts = { seen: 7 * DAY, counts: Float64Array.from(CROSSING_EDGES, alertsAt) };
  return { group: "web", hosts, isFirst: true, alerts };
}

describe("labels of a group", () => {
  /** Three hosts: web-01 with a labelled fault, web-02 with a false alarm, web-03 without labels. */
  async function labelled() {
    const stores = stored();
    const fault = { from: 2_000, to: 2_060, by: 40 };
    const alarm = { from: 3_000, to: 3_010, by: 12 };
    const one = recorded(WEEK, 1, [fault]);
    const other = recorded(WEEK, 2, [alarm]);
    await keep(stores, { ...inIncident(one, fault), host: "web-01" });
    await keepIncident(stores, "web-01", fault, "fault", "FAULT2");
    await keep(stores, { ...inIncident(other, alarm), host: "web-02" });
    await keepIncident(stores, "web-02", alarm, "false", "FALSE2");
    await keep(stores, { ...recorded(WEEK, 3), host: "web-03" });
    return { stores, other, alarm };
  }

  test("choose one epsilon for all its hosts and its own baseline", async () => {
    const { stores } = await labelled();
    const { reports } = await refitGroup(stores, group(["web-01", "web-02", "web-03"]), DEFAULT_SETTINGS, {
      now: NOW,
      outOfTime: never,
    });
    const of = new Map(reports.map((report) => [report.owner, report]));
    const labels = { fault: ["FAULT2"], false: ["FALSE2"] };
    for (const owner of ["host#web-01", "host#web-02", "host#web-03", "group#web"]) {
      expect(of.get(owner)).toMatchObject({ source: "group labels", labels, quality: { recall: { value: 1 } } });
      expect(of.get(owner)?.epsilon).toBe(of.get("host#web-01")?.epsilon);
    }
  });

  test("hold for a host that is refitted by itself", async () => {
    const { stores } = await labelled();
    const { reports } = await refitGroup(stores, group(["web-01", "web-02", "web-03"]), DEFAULT_SETTINGS, {
      now: NOW,
      outOfTime: never,
    });
    const report = await refitHost(stores, "web-03", "web", DEFAULT_SETTINGS, NOW);
    expect(report).toMatchObject({ version: 1, refitted: NOW, source: "group labels", epsilon: reports[0]!.epsilon });
  });

  test("do not move an epsilon that a person set, until somebody sets it back to auto", async () => {
    const { stores } = await labelled();
    const hosts = group(["web-01", "web-02", "web-03"]);
    await refitGroup(stores, hosts, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    await setEpsilon(stores.baselines, "host#web-03", 33, { by: "jo", now: NOW });
    const { reports } = await refitGroup(stores, hosts, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    const byHand = reports.find(({ owner }) => owner === "host#web-03");
    expect(byHand).toMatchObject({ version: 3, epsilon: 33, source: "by hand", by: "jo", samples: WEEK });
    expect((await activeOf(stores, "host#web-03")).epsilon).toBe(33);
    await setEpsilon(stores.baselines, "host#web-03", undefined, { by: "jo", now: NOW });
    expect(await refitHost(stores, "web-03", "web", DEFAULT_SETTINGS, NOW)).toMatchObject({ source: "group labels" });
  });

  test("and a budget give way to the epsilon or version that a person set for the group", async () => {
    const { stores } = await labelled();
    const hosts = group(["web-01", "web-02", "web-03"], (epsilon) => (epsilon < 100 ? 100 : 0));
    const first = await refitGroup(stores, hosts, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    await setEpsilon(stores.baselines, "group#web", 33, { by: "jo", now: NOW });
    await stores.baselines.setBudget("web", { alertsPerWeek: 1, by: "jo", at: NOW });
    const { reports } = await refitGroup(stores, hosts, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    const of = new Map(reports.map((report) => [report.owner, report]));
    expect(of.get("group#web")).toMatchObject({ epsilon: 33, source: "by hand", by: "jo" });
    for (const owner of ["host#web-01", "host#web-03"])
      expect(of.get(owner)).toMatchObject({ epsilon: 33, source: "group by hand", labels: { fault: [], false: [] } });
    expect(await refitHost(stores, "web-03", "web", DEFAULT_SETTINGS, NOW)).toMatchObject({ epsilon: 33 });

    await stores.baselines.setBudget("web", undefined);
    await rollback(stores.baselines, "group#web", 1, { by: "jo", now: NOW });
    const back = await refitGroup(stores, hosts, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    const before = first.reports.find(({ owner }) => owner === "group#web")?.epsilon;
    expect(back.reports[0]).toMatchObject({ epsilon: before, source: "group by hand" });

    await setEpsilon(stores.baselines, "group#web", undefined, { by: "jo", now: NOW });
    const free = await refitGroup(stores, hosts, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    expect(free.reports[0]).toMatchObject({ source: "group labels" });
  });
});

describe("an alert budget", () => {
  /** 16 alerts a week up to the level of 2.15, and 4 from the next one on. */
  const alerts = (epsilon: number) => (epsilon < 2.2 ? 16 : 4);
  /** python3 -c "print(.5 * 1.275**7)" */
  const HELD_FROM = 2.73868;

  async function budgeted(allowed: number) {
    const stores = stored();
    for (const [k, host] of ["web-01", "web-02"].entries()) await keep(stores, { ...recorded(WEEK, k + 1), host });
    await stores.baselines.setBudget("web", { alertsPerWeek: allowed, by: "jo", at: NOW });
    const { reports } = await refitGroup(stores, group(["web-01", "web-02"], alerts), DEFAULT_SETTINGS, {
      now: NOW,
      outOfTime: never,
    });
    return { stores, reports };
  }

  test("raises epsilon for the whole group as far as needed, and says what it expects", async () => {
    const { reports } = await budgeted(4);
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-01", "host#web-02", "group#web"]);
    for (const { epsilon, source, budget } of reports.slice(0, 2)) {
      expect(source).toBe("budget");
      expect(epsilon).toBeCloseTo(HELD_FROM, 6);
      expect(budget).toEqual({ allowed: 4, before: 16, after: expect.closeTo(4, 9) });
    }
  });

  test("that is met already leaves epsilon as it is", async () => {
    const { reports } = await budgeted(16);
    expect(reports[0]).toMatchObject({
      epsilon: 1,
      source: "default",
      budget: { allowed: 16, before: 16, after: 16 },
    });
  });

  test("holds for a host that is refitted by itself, and ends when somebody removes it", async () => {
    const { stores, reports } = await budgeted(4);
    const alone = await refitHost(stores, "web-01", "web", DEFAULT_SETTINGS, NOW);
    expect(alone).toMatchObject({ version: 2, source: "budget", epsilon: reports[0]!.epsilon });
    await stores.baselines.setBudget("web", undefined);
    const again = await refitGroup(stores, group(["web-01", "web-02"], alerts), DEFAULT_SETTINGS, {
      now: NOW,
      outOfTime: never,
    });
    expect(again.reports[0]).toMatchObject({ epsilon: 1, source: "default" });
  });

  test("hides no labelled fault of any host of the group, and says by how much it is missed", async () => {
    const stores = stored();
    const [strong, faint] = [
      { from: 3_000, to: 3_060, by: 200 },
      { from: 5_000, to: 5_060, by: 20 },
    ];
    await keep(stores, { ...inIncident(recorded(WEEK, 1, [strong]), strong), host: "web-01" });
    await keep(stores, { ...inIncident(recorded(WEEK, 2, [faint]), faint), host: "web-02" });
    await keepIncident(stores, "web-01", strong, "fault", "STRONG");
    await keepIncident(stores, "web-02", faint, "fault", "FAINT2");
    const hosts = ["web-01", "web-02"];
    await refitGroup(stores, group(hosts), DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    const scores = scoresOf(await activeOf(stores, "host#web-02"), recorded(WEEK, 2, [faint]), {
      from: 4_980,
      to: 5_060,
    });
    const faintest = Math.max(...scores);
    expect(faintest).toBeLessThan(20);
    await stores.baselines.setBudget("web", { alertsPerWeek: 1, by: "jo", at: NOW });
    // Held from 24 on, which only the strong one exceeds.
    const work = group(hosts, (epsilon) => (epsilon < 24 ? 5 : 1));
    const tight = await refitGroup(stores, work, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    for (const { epsilon, source, budget, quality } of tight.reports.slice(0, 2)) {
      expect(source).toBe("budget");
      expect(epsilon).toBeLessThan(faintest);
      expect(epsilon).toBeGreaterThan(0.8 * faintest);
      expect(budget).toEqual({ allowed: 1, before: 5, after: 5, ceiling: epsilon });
      expect(quality).toMatchObject({ recall: { value: 1 } });
    }
    // A later part of the group does not see the fault, and knows of the limit.
    await keep(stores, { ...recorded(WEEK, 3), host: "web-03" });
    const rest = { ...work, hosts: ["web-03"], isFirst: false };
    const { reports } = await refitGroup(stores, rest, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    expect(reports[0]).toMatchObject({ source: "budget", epsilon: expect.closeTo(tight.reports[0]!.epsilon, 9) });
  });

  test("that no epsilon can meet changes nothing", async () => {
    const stores = stored();
    await keep(stores, { ...recorded(WEEK), host: "web-01" });
    await stores.baselines.setBudget("web", { alertsPerWeek: 4, by: "jo", at: NOW });
    const work = group(["web-01"], () => 5);
    const { reports } = await refitGroup(stores, work, DEFAULT_SETTINGS, { now: NOW, outOfTime: never });
    expect(reports[0]).toMatchObject({ epsilon: 1, source: "default", budget: { allowed: 4, before: 5, after: 5 } });
  });
});

test("a fleet is refitted by each group's own settings", async () => {
  const stores = stored();
  await keep(stores, { ...recorded(WEEK), host: "web-01" });
  const settings = (name: string) => ({ ...DEFAULT_SETTINGS, epsilon: name === "web" ? 1.43 : 0.71 });
  const { reports } = await refitFleet(stores, settings, { now: NOW, outOfTime: never });
  expect(reports).toMatchObject([{ owner: "host#web-01", epsilon: 1.43 }]);
});
