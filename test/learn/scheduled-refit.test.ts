import { refitScheduled } from "../../lib/learn/fleet-refit.ts";
import { broken, gaussian, hostsOf, inTime, keepHour, NOW, readsOf, timeFor, world } from "./fleet.ts";
import { DAY, HOUR, MONDAY } from "./recording.ts";

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
