import fc from "fast-check";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { refitFleet } from "../../lib/learn/fleet-refit.ts";
import type { RefitTime } from "../../lib/learn/group-refit.ts";
import type { Cursor } from "../../lib/learn/refit-progress.ts";
import { CROSSING_COUNTS, CROSSING_EDGES } from "../../lib/model/crossings.ts";
import { GAUSSIAN, gaussian, hostsOf, inTime, keepHour, NOW, readsOf, timeFor, world } from "./fleet.ts";
import { DAY, HOUR, keepIncident, MINUTE, MONDAY } from "./recording.ts";

describe("a large group", () => {
  test("is refitted in segments of 200 hosts, so that memory holds no more at once", async () => {
    const web = world({ web: 450 });
    for (const host of hostsOf("web", 450)) await keepHour(web, host);
    const { reports, next } = await refitFleet(web.ports, gaussian, inTime());
    expect(next).toBeUndefined();
    expect(reports).toHaveLength(451);
    expect(reports.filter(({ refused }) => refused !== undefined)).toEqual([]);
    expect(readsOf(web.log)).toEqual(hostsOf("web", 450));
    // Runs of reads and of writes by turns; the first segment also has the group's own baseline.
    const runs =
      web.log
        .map((entry) => entry[0])
        .join("")
        .match(/r+|w+/g) ?? [];
    expect(runs.map(({ length }) => length)).toEqual([200, 201, 200, 200, 50, 50]);
    expect(web.log.filter((entry) => entry === "write group#web")).toHaveLength(1);
  });

  test("follows its labels, in later segments too", async () => {
    const web = world({ web: 210 });
    for (const host of hostsOf("web", 210)) await keepHour(web, host, host === "web-209" ? 40 : 0);
    await keepIncident(web.ports, "web-209", { from: 50, to: 55 }, "fault", "FAULT2");
    const { reports } = await refitFleet(web.ports, gaussian, inTime());
    expect(readsOf(web.log).slice(0, 2)).toEqual(["web-209", "web-000"]);
    expect(new Set(readsOf(web.log)).size).toBe(210);
    const labels = { fault: ["FAULT2"], false: [] };
    const [own, ...others] = reports;
    expect(own).toMatchObject({ owner: "host#web-209", source: "labels", labels });
    for (const report of others) expect(report).toMatchObject({ source: "group labels", labels });
    expect(reports.map(({ owner }) => owner)).toContain("host#web-208");
  });
});

describe("a refit that runs out of time", () => {
  test("says where it stopped, and goes on from there", async () => {
    const web = world({ web: 5 });
    for (const host of hostsOf("web", 5)) await keepHour(web, host);
    const first = await refitFleet(web.ports, gaussian, timeFor(web, 3));
    expect(first.next).toEqual({ group: "web", host: "web-002", labelled: false });
    expect(first.reports.map(({ owner }) => owner)).toEqual([
      "host#web-000",
      "host#web-001",
      "host#web-002",
      "group#web",
    ]);
    const second = await refitFleet(web.ports, gaussian, timeFor(web, 3), first.next);
    expect(second.next).toBeUndefined();
    expect(second.reports.map(({ owner }) => owner)).toEqual(["host#web-003", "host#web-004"]);
  });

  test("does at least one host, so that the whole comes to an end", async () => {
    const web = world({ web: 2 });
    expect(await refitFleet(web.ports, gaussian, timeFor(web, 0))).toEqual({
      reports: [],
      failures: [],
      next: { group: "web", host: "web-000", labelled: false },
    });
  });

  test("at the end of a group goes on with the next group", async () => {
    const both = world({ db: 2, web: 2 });
    const { next } = await refitFleet(both.ports, gaussian, timeFor(both, 2));
    expect(next).toEqual({ group: "db", host: "db-001", labelled: false });
    expect(await refitFleet(both.ports, gaussian, inTime(), next)).toEqual({ reports: [], failures: [] });
    expect(readsOf(both.log)).toEqual([...hostsOf("db", 2), ...hostsOf("web", 2)]);
  });

  test("goes on behind the host where it stopped, even if that one is gone", async () => {
    const web = world({ web: 5 });
    const { reports } = await refitFleet(web.ports, gaussian, inTime(), { group: "web", host: "web-002-gone" });
    expect([readsOf(web.log), reports]).toEqual([["web-003", "web-004"], []]);
  });

  /** The hosts of two calls in whose pause people label some hosts and take the labels of others away. */
  async function readsAround(room: number, before: readonly string[], since: readonly string[]) {
    const web = world({ web: 5 });
    const callsWith = (labelled: readonly string[], time: RefitTime, after?: Cursor) => {
      const label = { verdict: "fault" as const, at: NOW, by: "jo" };
      const timeLabels = async () => labelled.map((host) => ({ id: host, about: { host }, from: 0, to: 1, label }));
      const ports = { ...web.ports, alerting: { ...web.ports.alerting, timeLabels } };
      return refitFleet(ports, gaussian, time, after);
    };
    const { next } = await callsWith(before, timeFor(web, room));
    await callsWith(since, inTime(), next);
    return readsOf(web.log).map((host) => Number(host.slice("web-".length)));
  }

  test.each([
    ["a host gets its first label", 2, [], ["web-003"], [0, 1, 2, 3, 4]],
    ["the last host loses its label", 1, ["web-003"], [], [3, 0, 1, 2, 3, 4]],
    ["a host before a labelled one gets a label", 1, ["web-003"], ["web-003", "web-001"], [3, 0, 1, 2, 3, 4]],
    ["nobody labels anything", 3, ["web-003"], ["web-003"], [3, 0, 1, 2, 3, 4]],
  ])("leaves out no host if, between two calls, %s", async (_, room, before, since, reads) => {
    expect(await readsAround(room, before, since)).toEqual(reads);
  });

  test("at any point does every host once in the end", async () => {
    const sizes = fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.constantFrom(0, 1, 205) });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.nat(120), { minLength: 1, maxLength: 5 }), async (groups, budgets) => {
        const fleet = world(groups);
        let next: Cursor | undefined;
        for (let call = 0; call === 0 || next; call++) {
          const time = timeFor(fleet, budgets[call % budgets.length]!);
          ({ next } = await refitFleet(fleet.ports, gaussian, time, next));
          expect(call).toBeLessThan(300);
        }
        expect(readsOf(fleet.log)).toEqual(Object.entries(groups).flatMap(([group, count]) => hostsOf(group, count)));
      }),
      { numRuns: 30 },
    );
  });
});

test("the refit skips retired hosts, but no hosts that are off as usual", async () => {
  const retired = world({ web: 2 }, { retired: true });
  expect(await refitFleet(retired.ports, gaussian, inTime())).toEqual({ reports: [], failures: [] });
  expect(readsOf(retired.log)).toEqual([]);
  const off = world({ web: 1 }, { arrived: MONDAY + HOUR, interval: MINUTE, backBy: NOW + HOUR });
  await refitFleet(off.ports, gaussian, inTime());
  expect(readsOf(off.log)).toEqual(["web-000"]);
});

test("the refit skips hosts that sent nothing within their group's window", async () => {
  const web = world({ db: 1, web: 1 }, { newest: NOW - 10 * DAY });
  const settings = (group: string) => ({ ...GAUSSIAN, windowDays: group === "db" ? 10 : 11 });
  await refitFleet(web.ports, settings, inTime());
  expect(readsOf(web.log)).toEqual(["web-000"]);
});

test("the refit computes a group's alert budget from the alerts that its hosts counted", async () => {
  // Each of two hosts, watched for a week, would have raised ten alerts at every level up to the 16th, and none beyond.
  const counts = new Uint8Array(CROSSING_COUNTS);
  for (let k = 0; k < 16; k++) counts[2 * k] = 10;
  const crossings = { week: Math.floor(MONDAY / (7 * DAY)), counts, open: [] };
  const web = world({ web: 2 }, { crossings, since: NOW - 7 * DAY });
  for (const host of hostsOf("web", 2)) await keepHour(web, host);
  await web.ports.baselines.setBudget("web", { alertsPerWeek: 5, by: "jo", at: NOW });
  const { reports } = await refitFleet(web.ports, () => DEFAULT_SETTINGS, inTime());
  // Between the 16th and 17th edge the count falls from 20 to 0 over ln epsilon: at three quarters 5 are left.
  const least = CROSSING_EDGES[15]! * 1.275 ** 0.75;
  for (const { epsilon, source, budget } of reports) {
    expect(source).toBe("budget");
    expect(budget).toMatchObject({ allowed: 5, before: expect.closeTo(20, 9) });
    expect(budget!.after).toBeLessThanOrEqual(5 + 1e-9);
    expect(epsilon).toBeGreaterThanOrEqual(least);
    expect(epsilon).toBeLessThan(1.05 * least);
  }
});

test("a budget changes nothing before its group has been seen for a week", async () => {
  const counts = new Uint8Array(CROSSING_COUNTS).fill(10);
  const crossings = { week: Math.floor(MONDAY / (7 * DAY)), counts, open: [] };
  const web = world({ web: 2 }, { crossings, since: NOW - 7 * DAY + 1 });
  for (const host of hostsOf("web", 2)) await keepHour(web, host);
  await web.ports.baselines.setBudget("web", { alertsPerWeek: 5, by: "jo", at: NOW });
  const { reports } = await refitFleet(web.ports, () => DEFAULT_SETTINGS, inTime());
  expect(reports.map(({ source, budget }) => ({ source, budget }))).toEqual(
    [1, 2, 3].map(() => ({ source: "default", budget: undefined })),
  );
});
