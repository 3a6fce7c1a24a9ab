import { rollback, setEpsilon } from "../../lib/learn/by-hand.ts";
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
  MINUTE,
  MONDAY,
  recorded,
  rowsWhere,
  scoresOf,
} from "./recording.ts";

const WEEK = 7 * 1_440;
const LABELLED = 3 * 1_440;
const NOW = MONDAY + 7 * DAY;
const never = () => false;
const FUSED = { ...DEFAULT_SETTINGS, detector: "fused" as const };

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

describe("without labels", () => {
  test("the first hours give a model without profile, and an epsilon no lower than the default", async () => {
    const stores = stored();
    await keep(stores, recorded(300));
    const report = await refitHost(stores, "web-07", "web", FUSED, MONDAY + 5 * HOUR);
    expect(report).toMatchObject({ version: 1, detector: "fused", samples: 300, labels: { fault: [], false: [] } });
    expect(report?.epsilon).toBeGreaterThanOrEqual(7);
    const { model } = await activeOf(stores);
    expect(model).toMatchObject({ detector: "fused", metrics: 2, interval: MINUTE });
    expect(model).not.toHaveProperty("profile");
  });

  test("a day brings the profile", async () => {
    const stores = stored();
    await keep(stores, recorded(1_440));
    await refitHost(stores, "web-07", "web", FUSED, MONDAY + DAY);
    const { model } = await activeOf(stores);
    if (model.detector !== "fused") throw new Error("the settings ask for the fused detector");
    // The middle of hour h is minute 60 h + 29.5; four uniforms have a variance of 1/3, so that the mean of 60 is
    // off by 2 · √(1/3 / 60) = 0.15 or so.
    for (const hour of [0, 6, 12, 18]) {
      const usual = 40 + 10 * Math.sin((2 * Math.PI * (60 * hour + 29.5)) / 1_440);
      expect(Math.abs(model.profile![2 * hour]! - usual)).toBeLessThan(0.75);
    }
  });

  test.each([
    // Two metrics are six features: 1 + 8 / 6² = 11/9 of the setting.
    [9, 11],
    [18, 22],
  ])("once there is a day's worth of samples, epsilon is the one of the settings: %d", async (epsilon, expected) => {
    const stores = stored();
    await keep(stores, recorded(WEEK));
    const report = await refitHost(stores, "web-07", "web", { ...FUSED, epsilon }, NOW);
    expect(report).toMatchObject({ epsilon: expected, source: "default", samples: WEEK, excluded: 0 });
    expect(report?.flagRate).toBeLessThan(0.05);
    expect(await activeOf(stores)).toMatchObject({ epsilon: expected, samples: WEEK, fitted: NOW });
  });

  test("only the days of the window count", async () => {
    const stores = stored();
    await keep(stores, recorded(WEEK), [5 * 1_440]);
    const report = await refitHost(stores, "web-07", "web", { ...FUSED, windowDays: 2 }, NOW);
    expect(report?.samples).toBe(2 * 1_440);
  });
});

describe("a week with a fault of two days", () => {
  const fault = { from: 3 * 1_440, to: 5 * 1_440, by: 30 };
  const faulty = recorded(WEEK, 1, [fault]);

  test("teaches nothing while nobody has labelled it: the baseline is that of the other days", async () => {
    const stores = stored();
    await keep(stores, inIncident(faulty, fault));
    await keepIncident(stores, "web-07", fault);
    const report = await refitHost(stores, "web-07", "web", FUSED, NOW);
    expect(report).toMatchObject({ samples: WEEK - 2_880, excluded: 2_880, epsilon: (1 + 8 / 36) * 7 });
    const baseline = await activeOf(stores);

    const others = stored();
    await keep(
      others,
      rowsWhere(faulty, (i) => i < fault.from || i >= fault.to),
      [fault.from],
    );
    await refitHost(others, "web-07", "web", FUSED, NOW);
    const { version: _, ...known } = await activeOf(others);
    expect(baseline).toMatchObject(known);

    // cpu is 30 off, which is 26 of its deviations from the profile: far beyond.
    const scores = scoresOf(baseline, faulty, { from: fault.from, to: fault.from + 60 });
    expect(Math.min(...scores.slice(20))).toBeGreaterThan(3 * baseline.epsilon);
  });

  test("labelled a fault is what epsilon is to catch", async () => {
    const stores = stored();
    await keep(stores, inIncident(faulty, fault));
    await keepIncident(stores, "web-07", fault, "fault");
    const report = await refitHost(stores, "web-07", "web", FUSED, NOW);
    // Nobody else has labels: its own count, one event shrunk to the default by 50.
    expect(report).toMatchObject({
      samples: WEEK - 2_880,
      labels: { fault: ["ABC234"], false: [] },
      quality: { f1: 1 },
    });
  });

  test.each(["false", "new-normal"] as const)("labelled %s is normal from then on", async (verdict) => {
    const stores = stored();
    await keep(stores, inIncident(faulty, fault));
    await keepIncident(stores, "web-07", fault, verdict);
    const report = await refitHost(stores, "web-07", "web", FUSED, NOW);
    expect(report).toMatchObject({ samples: WEEK, excluded: 0 });
    expect(report).not.toHaveProperty("refused");
    const baseline = await activeOf(stores);
    const scores = scoresOf(baseline, faulty, { from: 0, to: fault.to });
    expect(Math.max(...scores.slice(fault.from))).toBeLessThan(baseline.epsilon);
  });

  test("labelled normal on the last day is promoted, though a model that was not told would flag it", async () => {
    const last = { from: 6 * 1_440 + 720, to: WEEK, by: 30 };
    const stores = stored();
    await keep(stores, inIncident(recorded(WEEK, 1, [last]), last));
    await keepIncident(stores, "web-07", last, "new-normal");
    const report = await refitHost(stores, "web-07", "web", FUSED, NOW);
    expect(report).not.toHaveProperty("refused");
    expect((await activeOf(stores)).version).toBe(1);
  });
});

describe("the gate", () => {
  test("refuses a last day that has drifted, with its share, and the version before stays active", async () => {
    const stores = stored();
    const drift = { from: 6 * 1_440, to: 6 * 1_440 + 720, by: 30 };
    const chunk = recorded(WEEK, 1, [drift]);
    await keep(
      stores,
      rowsWhere(chunk, (i) => i < drift.from),
    );
    expect(await refitHost(stores, "web-07", "web", FUSED, NOW)).not.toHaveProperty("refused");
    await keep(
      stores,
      rowsWhere(chunk, (i) => i >= drift.from),
    );
    const report = await refitHost(stores, "web-07", "web", FUSED, NOW);
    // Half the day is 26 deviations off, and what follows it in the hours after is held up.
    expect(report).toMatchObject({
      version: 2,
      refused: expect.stringMatching(/^flags [56789]\d\.\d % of the last day's calm samples: at most 5 % is sensible$/),
    });
    expect(report!.flagRate).toBeGreaterThanOrEqual(0.5);
    expect((await activeOf(stores)).version).toBe(1);
    expect(await stores.baselines.latest("host#web-07")).toBe(2);
  });

  test("lets a day pass that went on as before", async () => {
    const stores = stored();
    await keep(stores, recorded(WEEK));
    await refitHost(stores, "web-07", "web", FUSED, NOW);
    expect(await refitHost(stores, "web-07", "web", FUSED, NOW)).not.toHaveProperty("refused");
    expect((await activeOf(stores)).version).toBe(2);
  });
});

describe("labels of a group", () => {
  /** Three hosts: web-01 with a labelled fault, web-02 with a false alarm, web-03 without labels. */
  async function labelled() {
    const stores = stored();
    const fault = { from: 2_000, to: 2_060, by: 40 };
    const alarm = { from: 3_000, to: 3_010, by: 12 };
    const one = recorded(LABELLED, 1, [fault]);
    const other = recorded(LABELLED, 2, [alarm]);
    await keep(stores, { ...inIncident(one, fault), host: "web-01" });
    await keepIncident(stores, "web-01", fault, "fault", "FAULT2");
    await keep(stores, { ...inIncident(other, alarm), host: "web-02" });
    await keepIncident(stores, "web-02", alarm, "false", "FALSE2");
    await keep(stores, { ...recorded(LABELLED, 3), host: "web-03" });
    return { stores, other, alarm };
  }

  test("choose one epsilon for all its hosts and its own baseline, but above what a host called false", async () => {
    const { stores, other, alarm } = await labelled();
    const { reports } = await refitGroup(stores, group(["web-01", "web-02", "web-03"]), FUSED, NOW, never);
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
    // The scorer's tracker begins later than the refit's, which changes little.
    const peak = Math.max(...refuted);
    expect(Math.abs(of.get("host#web-02")!.epsilon / (1.1 * peak) - 1)).toBeLessThan(0.1);
  });

  test("hold for a host that is refitted by itself", async () => {
    const { stores } = await labelled();
    const { reports } = await refitGroup(stores, group(["web-01", "web-02", "web-03"]), FUSED, NOW, never);
    const report = await refitHost(stores, "web-03", "web", FUSED, NOW);
    expect(report).toMatchObject({ version: 2, source: "group labels", epsilon: reports[0]!.epsilon });
  });

  test("do not move an epsilon that a person set, until it is set back", async () => {
    const { stores } = await labelled();
    const hosts = group(["web-01", "web-02", "web-03"]);
    await refitGroup(stores, hosts, FUSED, NOW, never);
    await setEpsilon(stores.baselines, "host#web-03", 33, "jo", NOW);
    const { reports } = await refitGroup(stores, hosts, FUSED, NOW, never);
    const byHand = reports.find(({ owner }) => owner === "host#web-03");
    expect(byHand).toMatchObject({ version: 3, epsilon: 33, source: "by hand", by: "jo", samples: LABELLED });
    expect((await activeOf(stores, "host#web-03")).epsilon).toBe(33);
    await setEpsilon(stores.baselines, "host#web-03", undefined, "jo", NOW);
    expect(await refitHost(stores, "web-03", "web", FUSED, NOW)).toMatchObject({ source: "group labels" });
  });

  test("give way, and a budget too, to what a person set or brought back for their group", async () => {
    const { stores } = await labelled();
    const hosts = group(
      ["web-01", "web-02", "web-03"],
      () => 100,
      () => 1_000,
    );
    const first = await refitGroup(stores, hosts, FUSED, NOW, never);
    await setEpsilon(stores.baselines, "group#web", 33, "jo", NOW);
    await stores.baselines.setBudget("web", { alertsPerWeek: 1, by: "jo", at: NOW });
    const { reports } = await refitGroup(stores, hosts, FUSED, NOW, never);
    const of = new Map(reports.map((report) => [report.owner, report]));
    expect(of.get("group#web")).toMatchObject({ epsilon: 33, source: "by hand", by: "jo" });
    for (const owner of ["host#web-01", "host#web-03"])
      expect(of.get(owner)).toMatchObject({ epsilon: 33, source: "group by hand", labels: { fault: [], false: [] } });
    expect(await refitHost(stores, "web-03", "web", FUSED, NOW)).toMatchObject({ epsilon: 33 });

    await stores.baselines.setBudget("web", undefined);
    await rollback(stores.baselines, "group#web", 1, "jo", NOW);
    const back = await refitGroup(stores, hosts, FUSED, NOW, never);
    const before = first.reports.find(({ owner }) => owner === "group#web")?.epsilon;
    expect(back.reports[0]).toMatchObject({ epsilon: before, source: "group by hand" });

    await setEpsilon(stores.baselines, "group#web", undefined, "jo", NOW);
    const free = await refitGroup(stores, hosts, FUSED, NOW, never);
    expect(free.reports[0]).toMatchObject({ source: "group labels" });
  });
});

describe("an alert budget", () => {
  /** The default of two metrics. */
  const OWN = (1 + 8 / 36) * 7;
  /** 16 alerts a week at the default epsilon, falling by its square: 4 at twice that. */
  const alerts = (epsilon: number) => 16 * (OWN / epsilon) ** 2;
  const within = (allowed: number) => OWN * Math.sqrt(16 / allowed);

  async function budgeted(allowed: number) {
    const stores = stored();
    for (const [k, host] of ["web-01", "web-02"].entries()) await keep(stores, { ...recorded(WEEK, k + 1), host });
    await stores.baselines.setBudget("web", { alertsPerWeek: allowed, by: "jo", at: NOW });
    const { reports } = await refitGroup(stores, group(["web-01", "web-02"], alerts, within), FUSED, NOW, never);
    return { stores, reports };
  }

  test("raises the epsilon of all the group as far as it must, and says what it expects", async () => {
    const { reports } = await budgeted(4);
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-01", "host#web-02", "group#web"]);
    for (const { epsilon, source, budget } of reports.slice(0, 2)) {
      expect(source).toBe("budget");
      expect(epsilon).toBeCloseTo(2 * OWN, 12);
      expect(budget).toEqual({ allowed: 4, before: 16, after: 4 });
    }
  });

  test("that is held anyway leaves epsilon as it is", async () => {
    const { reports } = await budgeted(16);
    expect(reports[0]).toMatchObject({
      epsilon: OWN,
      source: "default",
      budget: { allowed: 16, before: 16, after: 16 },
    });
  });

  test("holds for a host that is refitted by itself, and goes when it is taken away", async () => {
    const { stores, reports } = await budgeted(4);
    const alone = await refitHost(stores, "web-01", "web", FUSED, NOW);
    expect(alone).toMatchObject({ version: 2, source: "budget", epsilon: reports[0]!.epsilon });
    await stores.baselines.setBudget("web", undefined);
    const again = await refitGroup(stores, group(["web-01", "web-02"], alerts, within), FUSED, NOW, never);
    expect(again.reports[0]).toMatchObject({ epsilon: OWN, source: "default" });
  });

  test("says what recall it costs on the labelled faults", async () => {
    const stores = stored();
    const [strong, faint] = [
      { from: 3_000, to: 3_060, by: 200 },
      { from: 5_000, to: 5_060, by: 10 },
    ];
    const chunk = recorded(WEEK, 1, [strong, faint]);
    await keep(stores, { ...inIncident(inIncident(chunk, strong), faint), host: "web-01" });
    await keepIncident(stores, "web-01", strong, "fault", "STRONG");
    await keepIncident(stores, "web-01", faint, "fault", "FAINT2");
    const free = await refitGroup(stores, group(["web-01"]), FUSED, NOW, never);
    expect(free.reports[0]).toMatchObject({ source: "group labels", quality: { recall: { value: 1 } } });
    await stores.baselines.setBudget("web", { alertsPerWeek: 1, by: "jo", at: NOW });
    // Held from 60 on, which the faint one does not reach and the strong one does.
    const alertsAt = (epsilon: number) => (epsilon < 60 ? 5 : 1);
    const tight = await refitGroup(
      stores,
      group(["web-01"], alertsAt, () => 60),
      FUSED,
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
  const settings = (name: string) => ({ ...FUSED, epsilon: name === "web" ? 12 : 6 });
  const { reports } = await refitFleet(stores, settings, { now: NOW, outOfTime: never });
  expect(reports).toMatchObject([{ owner: "host#web-01", epsilon: (1 + 8 / 36) * 12 }]);
});
