import { announcer } from "../../lib/learn/announce.ts";
import { type FleetPorts, type FleetRefit, refitScheduled } from "../../lib/learn/fleet-refit.ts";
import { RUNS_ENDED } from "../../lib/learn/refit-progress.ts";
import { broken, gaussian, hostsOf, inTime, keepHour, NOW, readsOf, runEndedAt, timeFor, world } from "./fleet.ts";
import { DAY, HOUR, keepIncident, MONDAY } from "./recording.ts";

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

  test("tries everything once more if everything failed, and then waits for the next period", async () => {
    const web = world({ web: 6 });
    for (const host of hostsOf("web", 6)) await keepHour(web, host);
    const call = (ports: FleetPorts, now = NOW) => refitScheduled(ports, gaussian, DAY, inTime(now));
    for (let k = 0; k < 2; k++) {
      const { failures } = await call(broken(web, hostsOf("web", 6)));
      expect(failures).toMatchObject([{ what: "group#web", error: { message: "throttled" } }]);
    }
    expect((await call(web.ports)).reports).toEqual([]);
    expect((await call(web.ports, NOW + DAY)).reports).toHaveLength(7);
    await call(broken(web, hostsOf("web", 6)), NOW + 2 * DAY);
    expect((await call(web.ports, NOW + 2 * DAY)).reports).toHaveLength(7);
  });

  test("refits the others of the only group, although none of its first five hosts can be refitted", async () => {
    const web = world({ web: 8 });
    for (const host of hostsOf("web", 8)) await keepHour(web, host);
    const { reports, failures } = await refitScheduled(broken(web, hostsOf("web", 5)), gaussian, DAY, inTime());
    expect(failures.map(({ what }) => what)).toEqual(hostsOf("web", 5).map((host) => `host#${host}`));
    expect(reports.map(({ owner }) => owner)).toEqual(["host#web-005", "host#web-006", "host#web-007", "group#web"]);
    await refitScheduled(broken(web, hostsOf("web", 5)), gaussian, DAY, inTime());
    expect(await web.ports.baselines.progress()).toEqual({ period: expect.any(Number), done: true });
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

describe("hosts that the scheduled refit failed to refit", () => {
  const call = (ports: FleetPorts, now = NOW) => refitScheduled(ports, gaussian, DAY, inTime(now));
  const ownersOf = ({ reports }: FleetRefit) => reports.map(({ owner }) => owner);

  test("are tried once more by the next call, and never again in the period", async () => {
    const web = world({ web: 12 });
    for (const host of hostsOf("web", 12)) await keepHour(web, host);
    const bad = hostsOf("web", 12).filter((_, i) => i % 2 === 1);
    expect(ownersOf(await call(broken(web, bad)))).toHaveLength(7);
    // Five fail again, one after the other, and do not hold up the sixth.
    const worse = bad.slice(0, 5);
    const again = await call(broken(web, worse));
    expect(ownersOf(again)).toEqual(["host#web-011"]);
    expect(again.failures.map(({ what }) => what)).toEqual(worse.map((host) => `host#${host}`));
    expect(await web.ports.baselines.progress()).toEqual({ period: expect.any(Number), done: true });
    expect(ownersOf(await call(web.ports))).toEqual([]);
    expect(ownersOf(await call(web.ports, NOW + DAY))).toHaveLength(13);
  });

  test("hold up none of those that still wait for their first try", async () => {
    const both = world({ db: 2, web: 2 });
    for (const host of [...hostsOf("db", 2), ...hostsOf("web", 2)]) await keepHour(both, host);
    const ports = broken(both, ["db-000"]);
    const refit = (room: number) => refitScheduled(ports, gaussian, DAY, timeFor(both, room));
    expect((await refit(1)).failures).toMatchObject([{ what: "host#db-000" }]);
    expect((await refit(1)).failures).toEqual([]);
    expect((await refit(1)).failures).toEqual([]);
    expect(readsOf(both.log)).toEqual(["db-001", "web-000", "web-001"]);
    expect((await refit(1)).failures).toMatchObject([{ what: "host#db-000" }]);
    expect((await refit(1)).failures).toEqual([]);
  });

  test("go on in further calls if they take longer than one", async () => {
    const web = world({ web: 4 });
    const bad = ["web-001", "web-003"];
    await call(broken(web, bad));
    for (let n = 0; n < 3; n++) await refitScheduled(web.ports, gaussian, DAY, timeFor(web, 1));
    expect(readsOf(web.log)).toEqual(["web-000", "web-002", ...bad]);
    expect(await web.ports.baselines.progress()).toEqual({ period: expect.any(Number), done: true });
  });

  test("are all hosts of a group that failed as a whole", async () => {
    const both = world({ db: 6, web: 1 });
    for (const host of [...hostsOf("db", 6), "web-000"]) await keepHour(both, host);
    await call(broken(both, hostsOf("db", 6)));
    expect(ownersOf(await call(both.ports))).toEqual([...hostsOf("db", 6).map((host) => `host#${host}`), "group#db"]);
  });

  test("may end two runs, and the others still get their second try", async () => {
    const web = world({ web: 3 });
    for (const host of hostsOf("web", 3)) await keepHour(web, host);
    await call(broken(web, ["web-000", "web-002"]));
    for (let k = 0; k < 2; k++) expect(await runEndedAt(web.ports, ["web-000"])).toBeUndefined();
    const last = await runEndedAt(web.ports, ["web-000"]);
    expect(last?.reports).toMatchObject([{ owner: "host#web-000", refused: RUNS_ENDED }, { owner: "host#web-002" }]);
    expect(await web.ports.baselines.progress()).toMatchObject({ done: true, ended: ["host#web-000", "host#web-000"] });
    expect(ownersOf(await call(web.ports))).toEqual([]);
  });

  test("get the baselines that a run without failures would have given them", async () => {
    const baselinesAfter = async (bad: readonly string[]) => {
      const web = world({ web: 4 });
      for (const host of hostsOf("web", 4)) await keepHour(web, host, host === "web-002" ? 40 : 0);
      await keepIncident(web.ports, "web-002", { from: 50, to: 55 }, "fault", "FAULT2");
      for (const hosts of [bad, []]) await call(broken(web, hosts));
      return web.ports.baselines.active(hostsOf("web", 4).map((host) => `host#${host}`));
    };
    const whole = await baselinesAfter([]);
    expect(whole.size).toBe(4);
    for (const bad of ["web-000", "web-003"]) {
      const found = await baselinesAfter([bad]);
      expect(found.get(`host#${bad}`)).toEqual(whole.get(`host#${bad}`));
    }
  });
});

describe("a scheduled refit that memory or time ends", () => {
  async function twoGroups() {
    const both = world({ db: 2, web: 3 });
    for (const host of [...hostsOf("db", 2), ...hostsOf("web", 3)]) await keepHour(both, host);
    return both;
  }

  test("goes on behind the groups that it finished, and tries the host again", async () => {
    const both = await twoGroups();
    expect(await runEndedAt(both.ports, ["web-001"])).toBeUndefined();
    const { reports, failures } = await refitScheduled(both.ports, gaussian, DAY, inTime());
    expect(reports.map(({ owner }) => owner)).toEqual([
      ...hostsOf("web", 3).map((host) => `host#${host}`),
      "group#web",
    ]);
    expect(failures).toEqual([]);
    expect(readsOf(both.log)).toEqual([...hostsOf("db", 2), "web-000", ...hostsOf("web", 3)]);
  });

  test("twice at a host goes on behind it, and people see why, until the next period", async () => {
    const both = await twoGroups();
    const publisher = { publish: async () => undefined };
    const ports = { ...both.ports, announce: announcer({ ...both.ports, publisher }, NOW, () => undefined) };
    for (let k = 0; k < 2; k++) expect(await runEndedAt(ports, ["web-001"])).toBeUndefined();
    const last = await runEndedAt(ports, ["web-001"]);
    expect(last?.failures).toMatchObject([
      {
        what: "host#web-001",
        error: { message: expect.stringMatching(/^two runs .* let the host send fewer metrics/) },
      },
    ]);
    expect(last?.reports.map(({ owner, refused }) => [owner, refused])).toEqual([
      ["host#web-001", RUNS_ENDED],
      ["host#web-000", undefined],
      ["host#web-002", undefined],
      ["group#web", undefined],
    ]);
    expect(await both.ports.alerting.refusals()).toMatchObject([{ owner: "host#web-001", refused: RUNS_ENDED }]);
    expect(await both.ports.baselines.progress()).toMatchObject({ done: true });
    expect(await both.ports.baselines.progress()).not.toHaveProperty("again");
    const next = await refitScheduled(both.ports, gaussian, DAY, inTime(NOW + DAY));
    expect(next.reports.find(({ owner }) => owner === "host#web-001")).not.toHaveProperty("refused");
  });

  test("at two hosts by turns goes on behind both", async () => {
    const both = await twoGroups();
    for (const host of ["web-000", "web-001", "web-000", "web-001"])
      expect(await runEndedAt(both.ports, [host])).toBeUndefined();
    const last = await runEndedAt(both.ports, ["web-000", "web-001"]);
    expect(last?.failures.map(({ what }) => what)).toEqual(["host#web-000", "host#web-001"]);
    expect(last?.reports.find(({ owner }) => owner === "host#web-002")).not.toHaveProperty("refused");
  });

  test("fifty times leaves out the group of the last host, and refits the groups behind it", async () => {
    const both = world({ db: 60, web: 2 });
    for (const host of [...hostsOf("db", 60), ...hostsOf("web", 2)]) await keepHour(both, host);
    const run = () => runEndedAt(both.ports, hostsOf("db", 60));
    for (let k = 0; k < 50; k++) expect(await run()).toBeUndefined();
    const last = await run();
    expect(last?.failures).toMatchObject([
      { what: "group#db", error: { message: expect.stringMatching(/^50 runs .* in this group/) } },
    ]);
    expect(last?.reports.map(({ owner }) => owner)).toEqual(["host#web-000", "host#web-001", "group#web"]);
    expect(await both.ports.baselines.progress()).toMatchObject({ done: true, again: ["group#db"] });
  });

  test("while it stores a group goes on behind that group, and tries the group once more at the end", async () => {
    const both = await twoGroups();
    expect(await runEndedAt(both.ports, ["host#db-001"])).toBeUndefined();
    const next = await refitScheduled(both.ports, gaussian, DAY, inTime());
    expect(next.reports.map(({ owner }) => owner)).toEqual([
      ...hostsOf("web", 3).map((host) => `host#${host}`),
      "group#web",
    ]);
    const last = await refitScheduled(both.ports, gaussian, DAY, inTime());
    expect(last.reports.map(({ owner }) => owner)).toEqual(["host#db-000", "host#db-001", "group#db"]);
  });

  test("in the fit for a whole group has stored its hosts", async () => {
    const both = await twoGroups();
    expect(await runEndedAt(both.ports, ["group#web"])).toBeUndefined();
    expect((await both.ports.baselines.active(hostsOf("web", 3).map((host) => `host#${host}`))).size).toBe(3);
  });
});
