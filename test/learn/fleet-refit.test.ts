import fc from "fast-check";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { type Cursor, type FleetPorts, refitFleet, refitScheduled } from "../../lib/learn/fleet-refit.ts";
import { CROSSING_COUNTS, CROSSING_EDGES } from "../../lib/model/crossings.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { type HostState, newHost } from "../../lib/watch/state.ts";
import { keepChunk } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { DAY, HOUR, keepIncident, MINUTE, MONDAY } from "./recording.ts";

const NOW = MONDAY + 2 * HOUR;
const GAUSSIAN: FitSettings = { ...DEFAULT_SETTINGS, detector: "gaussian" };
const gaussian = () => GAUSSIAN;

/** What the refit did: `read web-07` and `write host#web-07`, in that order. */
interface World {
  readonly ports: FleetPorts & ReturnType<typeof createMemoryStores>;
  readonly log: string[];
}

function world(groups: Readonly<Record<string, number>>, changes: Partial<HostState> = {}): World {
  const stores = createMemoryStores(() => NOW);
  const log: string[] = [];
  const states = Object.entries(groups).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, i) => ({
      ...newHost(`${group}-${String(i).padStart(3, "0")}`, group),
      seen: 60,
      newest: MONDAY + HOUR,
      since: MONDAY,
      ...changes,
    })),
  );
  const ports = {
    ...stores,
    hosts: {
      ...stores.hosts,
      async *all() {
        yield* [...states].reverse(); // in no order
      },
    },
    history: {
      ...stores.history,
      read(host: string, from: number, to: number) {
        log.push(`read ${host}`);
        return stores.history.read(host, from, to);
      },
    },
    baselines: {
      ...stores.baselines,
      async write(...version: Parameters<typeof stores.baselines.write>) {
        log.push(`write ${version[0].owner}`);
        await stores.baselines.write(...version);
      },
    },
  };
  return { ports, log };
}

/** Sixty samples a host, with a fault of `by` at samples 50 to 54 where there is one. */
async function keepHour({ ports }: World, host: string, by = 0): Promise<void> {
  const strange = (i: number) => by !== 0 && i >= 50 && i < 55;
  const chunk: HistoryChunk = {
    host,
    schema: schemaOf("cpu"),
    times: Float64Array.from({ length: 70 }, (_, i) => MONDAY + i * MINUTE),
    values: Float64Array.from({ length: 70 }, (_, i) => 20 + Math.sin(i * i) + (strange(i) ? by : 0)),
    flags: Uint8Array.from({ length: 70 }, (_, i) => (strange(i) ? Flag.anomaly | Flag.incident : 0)),
  };
  await keepChunk(ports, chunk);
}

const inTime = (now = NOW) => ({ now, outOfTime: () => false });

/** Time for this many hosts. */
function timeFor({ log }: World, hosts: number, now = NOW) {
  const end = readsOf(log).length + hosts;
  return { now, outOfTime: () => readsOf(log).length >= end };
}

const readsOf = (log: readonly string[]) =>
  log.filter((entry) => entry.startsWith("read ")).map((entry) => entry.slice("read ".length));

const hostsOf = (group: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${group}-${String(i).padStart(3, "0")}`);

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
    expect(first.next).toEqual({ group: "web", host: "web-002" });
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
      next: { group: "web", host: "web-000" },
    });
  });

  test("at the end of a group goes on with the next group", async () => {
    const both = world({ db: 2, web: 2 });
    const { next } = await refitFleet(both.ports, gaussian, timeFor(both, 2));
    expect(next).toEqual({ group: "db", host: "db-001" });
    expect(await refitFleet(both.ports, gaussian, inTime(), next)).toEqual({ reports: [], failures: [] });
    expect(readsOf(both.log)).toEqual([...hostsOf("db", 2), ...hostsOf("web", 2)]);
  });

  test("goes on behind the host where it stopped, even if that one is gone", async () => {
    const web = world({ web: 5 });
    const { reports } = await refitFleet(web.ports, gaussian, inTime(), { group: "web", host: "web-002-gone" });
    expect([readsOf(web.log), reports]).toEqual([["web-003", "web-004"], []]);
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

describe("the scheduled refit", () => {
  test("does the work of each period once", async () => {
    const web = world({ web: 3 }, { newest: MONDAY + DAY });
    for (const host of hostsOf("web", 3)) await keepHour(web, host);
    const reportsAt = async (now?: number) => (await refitScheduled(web.ports, gaussian, DAY, inTime(now))).reports;
    expect(await reportsAt()).toHaveLength(4);
    expect(await reportsAt(NOW + HOUR)).toEqual([]);
    expect(await reportsAt(MONDAY + DAY - 1)).toEqual([]);
    expect(await reportsAt(MONDAY + DAY)).toHaveLength(4);
    expect(await reportsAt(MONDAY + DAY + 1)).toEqual([]);
    // Nothing came in between, so the second day's work wrote no version.
    expect(await web.ports.baselines.current("host#web-000")).toMatchObject({ version: 1, refitted: MONDAY + DAY });
  });

  test("goes on in the next call where the last one stopped", async () => {
    const both = world({ db: 3, web: 2 });
    for (let call = 0; call < 3; call++) await refitScheduled(both.ports, gaussian, DAY, timeFor(both, 2));
    expect(readsOf(both.log)).toEqual([...hostsOf("db", 3), ...hostsOf("web", 2)]);
    expect(await both.ports.baselines.progress()).toMatchObject({ done: true });
    await refitScheduled(both.ports, gaussian, DAY, inTime());
    expect(readsOf(both.log)).toHaveLength(5);
  });

  test("goes on with an earlier day's work until it is done, so that the last hosts have their turn", async () => {
    const web = world({ web: 3 });
    await refitScheduled(web.ports, gaussian, DAY, timeFor(web, 2));
    for (let call = 0; call < 2; call++) await refitScheduled(web.ports, gaussian, DAY, timeFor(web, 2, NOW + DAY));
    expect(readsOf(web.log)).toEqual(["web-000", "web-001", "web-002", "web-000", "web-001"]);
  });

  /** Ports whose history cannot be read of these hosts. */
  const broken = ({ ports }: ReturnType<typeof world>, hosts: readonly string[]) => ({
    ...ports,
    history: {
      ...ports.history,
      read: (...query: Parameters<typeof ports.history.read>) => {
        if (hosts.includes(query[0])) throw new Error("throttled");
        return ports.history.read(...query);
      },
    },
  });

  test("repeats a day's work if everything failed", async () => {
    const web = world({ web: 6 });
    await expect(refitScheduled(broken(web, hostsOf("web", 6)), gaussian, DAY, inTime())).rejects.toThrow("throttled");
    await refitScheduled(web.ports, gaussian, DAY, inTime());
    expect(readsOf(web.log)).toEqual(hostsOf("web", 6));
  });

  test("does not stop at a host that cannot be refitted, and names it", async () => {
    const web = world({ web: 6 });
    for (const host of hostsOf("web", 6)) await keepHour(web, host);
    const { reports, failures } = await refitScheduled(broken(web, hostsOf("web", 4)), gaussian, DAY, inTime());
    expect(failures.map(({ what }) => what)).toEqual(hostsOf("web", 4).map((host) => `host#${host}`));
    expect(failures[0]?.error).toMatchObject({ message: "throttled" });
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-004", "host#web-005", "group#web"]);
    expect(await web.ports.baselines.progress()).toMatchObject({ done: true });
  });

  test("does not stop at a group none of whose hosts can be refitted, and names it", async () => {
    const both = world({ db: 6, web: 1 });
    await keepHour(both, "web-000");
    const { reports, failures } = await refitScheduled(broken(both, hostsOf("db", 6)), gaussian, DAY, inTime());
    expect(failures).toMatchObject([{ what: "group#db", error: { message: "throttled" } }]);
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-000"]);
    expect(await both.ports.baselines.progress()).toMatchObject({ done: true });
  });

  test("counts a group of many segments that cannot be refitted once, and goes on behind it", async () => {
    const both = world({ db: 1_001, web: 1 });
    await keepHour(both, "web-000");
    const { reports, failures } = await refitScheduled(broken(both, hostsOf("db", 1_001)), gaussian, DAY, inTime());
    expect(failures.map(({ what }) => what)).toEqual(["group#db"]);
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-000"]);
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
