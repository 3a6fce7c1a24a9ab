// What labels, people and budgets make of the epsilons of a group under calendar bands, whose scale is common to all hosts.
import { rollback, setEpsilon } from "../../lib/learn/by-hand.ts";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { refitFleet } from "../../lib/learn/fleet-refit.ts";
import { refitGroup, refitHost } from "../../lib/learn/group-refit.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { activeOf, DAY, inIncident, keep, keepIncident, MONDAY, recorded, scoresOf } from "./recording.ts";

const WEEK = 7 * 1_440;
const NOW = MONDAY + 7 * DAY;
const never = () => false;

function stored() {
  return createMemoryStores(() => NOW);
}

/** The whole of a group at once, whose hosts raise `alertsPerWeek` together. */
function group(
  hosts: readonly string[],
  alertsPerWeek: (epsilon: number) => number = () => 0,
  epsilonWithin: (allowed: number) => number = () => 0,
) {
  return { group: "web", hosts, isFirst: true, alertsPerWeek, epsilonWithin };
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

  test("choose one epsilon for all its hosts and its own baseline, but above what a host called false", async () => {
    const { stores, other, alarm } = await labelled();
    const { reports } = await refitGroup(stores, group(["web-01", "web-02", "web-03"]), DEFAULT_SETTINGS, NOW, never);
    const of = new Map(reports.map((report) => [report.owner, report]));
    const labels = { fault: ["FAULT2"], false: ["FALSE2"] };
    for (const owner of ["host#web-01", "host#web-03", "group#web"]) {
      expect(of.get(owner)).toMatchObject({ source: "group labels", labels, quality: { recall: { value: 1 } } });
      expect(of.get(owner)?.epsilon).toBe(of.get("host#web-01")?.epsilon);
    }
    expect(of.get("host#web-02")).toMatchObject({
      source: "false labels",
      labels: { fault: [], false: ["FALSE2"] },
    });
    const refuted = scoresOf(await activeOf(stores, "host#web-02"), other, { from: 2_900, to: alarm.to });
    expect(of.get("host#web-02")!.epsilon).toBeCloseTo(1.1 * Math.max(...refuted), 6);
  });

  test("hold for a host that is refitted by itself", async () => {
    const { stores } = await labelled();
    const { reports } = await refitGroup(stores, group(["web-01", "web-02", "web-03"]), DEFAULT_SETTINGS, NOW, never);
    const report = await refitHost(stores, "web-03", "web", DEFAULT_SETTINGS, NOW);
    expect(report).toMatchObject({ version: 1, refitted: NOW, source: "group labels", epsilon: reports[0]!.epsilon });
  });

  test("do not move an epsilon that a person set, until it is set back", async () => {
    const { stores } = await labelled();
    const hosts = group(["web-01", "web-02", "web-03"]);
    await refitGroup(stores, hosts, DEFAULT_SETTINGS, NOW, never);
    await setEpsilon(stores.baselines, "host#web-03", 33, "jo", NOW);
    const { reports } = await refitGroup(stores, hosts, DEFAULT_SETTINGS, NOW, never);
    const byHand = reports.find(({ owner }) => owner === "host#web-03");
    expect(byHand).toMatchObject({ version: 3, epsilon: 33, source: "by hand", by: "jo", samples: WEEK });
    expect((await activeOf(stores, "host#web-03")).epsilon).toBe(33);
    await setEpsilon(stores.baselines, "host#web-03", undefined, "jo", NOW);
    expect(await refitHost(stores, "web-03", "web", DEFAULT_SETTINGS, NOW)).toMatchObject({ source: "group labels" });
  });

  test("give way, and a budget too, to what a person set or brought back for their group", async () => {
    const { stores } = await labelled();
    const hosts = group(
      ["web-01", "web-02", "web-03"],
      () => 100,
      () => 1_000,
    );
    const first = await refitGroup(stores, hosts, DEFAULT_SETTINGS, NOW, never);
    await setEpsilon(stores.baselines, "group#web", 33, "jo", NOW);
    await stores.baselines.setBudget("web", { alertsPerWeek: 1, by: "jo", at: NOW });
    const { reports } = await refitGroup(stores, hosts, DEFAULT_SETTINGS, NOW, never);
    const of = new Map(reports.map((report) => [report.owner, report]));
    expect(of.get("group#web")).toMatchObject({ epsilon: 33, source: "by hand", by: "jo" });
    for (const owner of ["host#web-01", "host#web-03"])
      expect(of.get(owner)).toMatchObject({ epsilon: 33, source: "group by hand", labels: { fault: [], false: [] } });
    expect(await refitHost(stores, "web-03", "web", DEFAULT_SETTINGS, NOW)).toMatchObject({ epsilon: 33 });

    await stores.baselines.setBudget("web", undefined);
    await rollback(stores.baselines, "group#web", 1, "jo", NOW);
    const back = await refitGroup(stores, hosts, DEFAULT_SETTINGS, NOW, never);
    const before = first.reports.find(({ owner }) => owner === "group#web")?.epsilon;
    expect(back.reports[0]).toMatchObject({ epsilon: before, source: "group by hand" });

    await setEpsilon(stores.baselines, "group#web", undefined, "jo", NOW);
    const free = await refitGroup(stores, hosts, DEFAULT_SETTINGS, NOW, never);
    expect(free.reports[0]).toMatchObject({ source: "group labels" });
  });
});

describe("an alert budget", () => {
  /** 16 alerts a week at the default epsilon, 1, falling by its square: 4 at twice that. */
  const alerts = (epsilon: number) => 16 / epsilon ** 2;
  const within = (allowed: number) => Math.sqrt(16 / allowed);

  async function budgeted(allowed: number) {
    const stores = stored();
    for (const [k, host] of ["web-01", "web-02"].entries()) await keep(stores, { ...recorded(WEEK, k + 1), host });
    await stores.baselines.setBudget("web", { alertsPerWeek: allowed, by: "jo", at: NOW });
    const { reports } = await refitGroup(
      stores,
      group(["web-01", "web-02"], alerts, within),
      DEFAULT_SETTINGS,
      NOW,
      never,
    );
    return { stores, reports };
  }

  test("raises the epsilon of all the group as far as it must, and says what it expects", async () => {
    const { reports } = await budgeted(4);
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-01", "host#web-02", "group#web"]);
    for (const { epsilon, source, budget } of reports.slice(0, 2)) {
      expect(source).toBe("budget");
      expect(epsilon).toBeCloseTo(2, 12);
      expect(budget).toEqual({ allowed: 4, before: 16, after: 4 });
    }
  });

  test("that is held anyway leaves epsilon as it is", async () => {
    const { reports } = await budgeted(16);
    expect(reports[0]).toMatchObject({
      epsilon: 1,
      source: "default",
      budget: { allowed: 16, before: 16, after: 16 },
    });
  });

  test("holds for a host that is refitted by itself, and goes when it is taken away", async () => {
    const { stores, reports } = await budgeted(4);
    const alone = await refitHost(stores, "web-01", "web", DEFAULT_SETTINGS, NOW);
    expect(alone).toMatchObject({ version: 2, source: "budget", epsilon: reports[0]!.epsilon });
    await stores.baselines.setBudget("web", undefined);
    const again = await refitGroup(stores, group(["web-01", "web-02"], alerts, within), DEFAULT_SETTINGS, NOW, never);
    expect(again.reports[0]).toMatchObject({ epsilon: 1, source: "default" });
  });

  test("says what recall it costs on the labelled faults", async () => {
    const stores = stored();
    const [strong, faint] = [
      { from: 3_000, to: 3_060, by: 200 },
      { from: 5_000, to: 5_060, by: 20 },
    ];
    const chunk = recorded(WEEK, 1, [strong, faint]);
    await keep(stores, { ...inIncident(inIncident(chunk, strong), faint), host: "web-01" });
    await keepIncident(stores, "web-01", strong, "fault", "STRONG");
    await keepIncident(stores, "web-01", faint, "fault", "FAINT2");
    const free = await refitGroup(stores, group(["web-01"]), DEFAULT_SETTINGS, NOW, never);
    expect(free.reports[0]).toMatchObject({ source: "group labels", quality: { recall: { value: 1 } } });
    await stores.baselines.setBudget("web", { alertsPerWeek: 1, by: "jo", at: NOW });
    // Held from 10 on, which the faint one does not reach and the strong one does.
    const alertsAt = (epsilon: number) => (epsilon < 10 ? 5 : 1);
    const tight = await refitGroup(
      stores,
      group(["web-01"], alertsAt, () => 10),
      DEFAULT_SETTINGS,
      NOW,
      never,
    );
    expect(tight.reports[0]).toMatchObject({
      source: "budget",
      budget: { allowed: 1, before: 5, after: 1, recallLost: 0.5 },
      quality: { recall: { value: 0.5 } },
    });
  });
});

test("a fleet is refitted by each group's own settings", async () => {
  const stores = stored();
  await keep(stores, { ...recorded(WEEK), host: "web-01" });
  const settings = (name: string) => ({ ...DEFAULT_SETTINGS, epsilon: name === "web" ? 1.43 : 0.71 });
  const { reports } = await refitFleet(stores, settings, { now: NOW, outOfTime: never });
  expect(reports).toMatchObject([{ owner: "host#web-01", epsilon: 1.43 }]);
});
