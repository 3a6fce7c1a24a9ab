// Hosts that say goodbye, or that a person retires.
import { fold } from "../../lib/watch/fold.ts";
import { reinstateHost, retireHost } from "../../lib/watch/retire.ts";
import { isSilent } from "../../lib/watch/silent.ts";
import { newHost } from "../../lib/watch/state.ts";
import { aBaseline, activate, anIncident, aReport } from "../contract/examples.ts";
import { arrived, baseline, part, START, state } from "../factories.ts";
import { BUSY_RULE, busy, fleetOf, fleetWith, reporting } from "./reporting.ts";
import { createWorld, DAY, HOUR, MINUTE } from "./support.ts";

describe("a host that says goodbye", () => {
  const leaving = (times: readonly number[]) => ({
    ...part({ times, rows: times.map(() => [0]) }),
    bye: true as const,
  });
  /** Times of six samples. */
  const minute = (n: number) => Array.from({ length: 6 }, (_, i) => START + n * MINUTE + i * 10_000);
  const before = reporting("web-07", { applied: [START - 2_000] });

  test.each([
    ["with a new sample", [START + 8_000]],
    ["with several", [START - 2_000, START + 8_000]],
    ["with the one it sent last", [START - 2_000]],
  ])("%s is no longer waited for", (_, times) => {
    const { state } = fold(before, undefined, [arrived(leaving(times), START + 9_000)]);
    expect(state).toMatchObject({ retired: true, newest: times.at(-1) });
    expect(isSilent(state, START + HOUR)).toBe(false);
  });

  test("is back for good with its next sample, however late its goodbye is delivered again", () => {
    const goodbye = arrived(leaving([START + 8_000]), START + 9_000);
    const back = arrived(part({ times: [START + 20_000] }), START + 21_000);
    const { state } = fold(before, undefined, [goodbye, back, { ...goodbye, arrival: START + 30_000 }]);
    expect(state).toMatchObject({ retired: false, seen: 602 });
    expect(isSilent(state, START + HOUR)).toBe(true);
  });

  test("is judged as before when it is back", () => {
    const calm = part({ times: [START, START + 10_000], rows: [[1], [1]] });
    const stayed = fold(before, baseline(), [arrived(calm)]).state;
    const left = fold(before, baseline(), [arrived({ ...calm, bye: true })]).state;
    expect(left).toEqual({ ...stayed, retired: true });
  });

  test("ends its silence at the arrival of the goodbye", async () => {
    const fleet = await fleetOf(busy, before);
    await fleet.sweepAt(10);
    const folded = fold(await fleet.state("web-07"), undefined, [
      arrived(leaving([START - 2_000]), START + 19 * MINUTE),
    ]);
    expect(folded.notices).toMatchObject([{ kind: "resolved", incident: { resolved: START + 19 * MINUTE } }]);
    expect(folded.state).not.toHaveProperty("incident");
  });

  test("and comes back calm opens an incident for the samples before and resolves it", () => {
    const strange = { ...part({ times: minute(0), rows: minute(0).map(() => [40]) }), bye: true as const };
    const calm = part({ times: minute(2), rows: minute(2).map(() => [0]) });
    const { notices } = fold(state(), baseline(), [arrived(strange), arrived(calm)]);
    expect(notices).toMatchObject([{ kind: "opened" }, { kind: "resolved", incident: { ending: "gone" } }]);
  });

  test("ends its trouble, also the trouble of its last samples", () => {
    const incident = { ...anIncident("web-07"), opened: START - MINUTE };
    const goodbye = arrived(leaving([START - 2_000]), START);
    const known = fold({ ...before, incident }, undefined, [goodbye]);
    const over = { id: incident.id, revision: 2, ending: "gone", resolved: START - 2_000 };
    expect(known.notices).toMatchObject([{ kind: "resolved", incident: over }]);
    expect(known.incidents).toMatchObject([over]);
    expect(known.state).toMatchObject({ retired: true, pending: [{ kind: "resolved", id: incident.id }] });
    expect(known.state).not.toHaveProperty("incident");
    const fresh = { ...part({ rows: [[99]] }), bye: true as const };
    const opened = fold(before, undefined, [arrived(fresh)], BUSY_RULE);
    expect(opened.notices).toMatchObject([{ kind: "opened" }, { kind: "resolved", incident: { ending: "gone" } }]);
    expect(opened.state).not.toHaveProperty("incident");
  });
});

describe("a retired host", () => {
  test("raises nothing until it sends again", async () => {
    const fleet = await fleetOf(busy, reporting("web-07"));
    await retireHost(fleet.ports, "web-07", START);
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 0 });
    await fleet.sends("web-07", 11);
    expect(await fleet.state("web-07")).toMatchObject({ retired: false });
  });

  test("ends its silence, which the sweep announces", async () => {
    const fleet = await fleetOf(busy, reporting("web-07"));
    await fleet.sweepAt(10);
    await retireHost(fleet.ports, "web-07", START + 20 * MINUTE);
    await fleet.sends("busy", 20);
    expect(await fleet.sweepAt(21)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
    const over = { revision: 2, resolved: START + 20 * MINUTE, ending: "gone" };
    expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: over }]);
    expect(await fleet.state("web-07")).not.toHaveProperty("incident");
  });

  test("ends its trouble, which the sweep announces", async () => {
    const incident = { ...anIncident("web-07"), opened: START - MINUTE };
    const fleet = await fleetOf(busy, reporting("web-07", { incident }));
    await retireHost(fleet.ports, "web-07", START + MINUTE);
    expect(await fleet.sweepAt(2)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
    const over = { revision: 2, ending: "gone", resolved: START + MINUTE };
    expect(fleet.notices()).toMatchObject([{ kind: "resolved", incident: over }]);
    expect(await fleet.state("web-07")).not.toHaveProperty("incident");
  });

  test("is expected again when it is reinstated, before it sends", async () => {
    const fleet = await fleetOf(busy, reporting("web-07", { retired: true }));
    await reinstateHost(fleet.ports, "web-07");
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 1 });
  });

  test("is any host that has not sent for 30 days, and none before", async () => {
    const fleet = await fleetOf(reporting("web-07"));
    await fleet.sweepAt(30 * 24 * 60);
    expect(await fleet.state("web-07")).toMatchObject({ retired: false });
    await fleet.sweepAt(30 * 24 * 60 + 1);
    expect(await fleet.state("web-07")).toMatchObject({ retired: true });
  });

  test("must be known, and retiring it fails after five lost races", async () => {
    const { ports } = await fleetOf(reporting("web-07"));
    await expect(retireHost(ports, "web-99", START)).rejects.toThrow("no host web-99: `fleetwarden hosts` lists");
    const hosts = { ...ports.hosts, save: async () => undefined };
    await expect(retireHost({ ...ports, hosts }, "web-07", START)).rejects.toThrow("lost 5 races for the state of");
  });
});

describe("a host of a group whose hosts come and go", () => {
  const settings = { comeAndGo: ["default"] };

  test("is retired without a message when it falls silent, and is back when it sends again", async () => {
    const fleet = await fleetWith(settings, busy, reporting("web-07"));
    await fleet.sweepAt(3);
    expect(await fleet.state("web-07")).toMatchObject({ retired: false });
    expect(await fleet.sweepAt(4)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
    expect(await fleet.state("web-07")).toMatchObject({ retired: true });
    expect(await fleet.incidents()).toEqual([]);
    await fleet.sends("web-07", 11);
    expect(await fleet.state("web-07")).toMatchObject({ retired: false });
  });

  test("ends its trouble as if it had said goodbye", async () => {
    const incident = { ...anIncident("web-07"), opened: START - MINUTE };
    const fleet = await fleetWith(settings, busy, reporting("web-07", { incident }));
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 0 });
    await fleet.sweepAt(11);
    const over = { kind: "resolved", incident: { id: incident.id, ending: "gone" } };
    expect(fleet.notices()).toMatchObject([over]);
  });

  test("is announced when no other host of its group sends", async () => {
    const group = "batch";
    const batch = ["batch-1", "batch-2"].map((host) => reporting(host, { group }));
    const fleet = await fleetWith({ comeAndGo: [group] }, busy, ...batch);
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 2, published: 2 });
    expect(await fleet.state("batch-1")).toMatchObject({ retired: false, incident: { kind: "silent" } });
  });

  test("is part of the outage when no host sends", async () => {
    const fleet = await fleetWith(settings, reporting("web-07"), reporting("web-08"));
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 2, published: 1 });
    expect(fleet.said()).toEqual(["opened group#*"]);
  });

  test("does not change the hosts of other groups", async () => {
    const fleet = await fleetWith({ comeAndGo: ["batch"] }, busy, reporting("web-07"));
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 1, published: 1 });
  });
});

describe("a retired host without samples", () => {
  test.each([
    ["with fewer than 60 samples, for a day", 59, DAY],
    ["with a baseline of its own, for 90 days", 60, 90 * DAY],
  ])("%s is deleted, with its baselines", async (_, seen, after) => {
    const { stores, sweep, goTo } = createWorld();
    await stores.hosts.save({ ...newHost("web-1", "web"), seen, arrived: START, newest: START, retired: true });
    await activate(stores.baselines, aReport("host#web-1", 1), aBaseline("host#web-1", 1));
    goTo(START + after);
    await sweep();
    expect((await stores.hosts.load(["web-1"])).size).toBe(1);
    goTo(START + after + 1);
    await sweep();
    expect((await stores.hosts.load(["web-1"])).size).toBe(0);
    expect(await stores.baselines.latest("host#web-1")).toBe(0);
    expect((await stores.baselines.active(["host#web-1"])).size).toBe(0);
  });

  test("stays while a message about it is pending", async () => {
    const { stores, sweep, goTo } = createWorld();
    const pending = [{ kind: "resolved" as const, id: "ABC234", opened: START, revision: 2 }];
    await stores.incidents.save({ ...anIncident("web-1"), opened: START, lastAnomaly: START });
    await stores.hosts.save({
      ...newHost("web-1", "web"),
      seen: 5,
      arrived: START,
      newest: START,
      retired: true,
      pending,
    });
    goTo(START + 2 * DAY);
    await sweep();
    expect((await stores.hosts.load(["web-1"])).size).toBe(1);
    goTo(START + 2 * DAY + MINUTE);
    await sweep();
    expect((await stores.hosts.load(["web-1"])).size).toBe(0);
  });
});
