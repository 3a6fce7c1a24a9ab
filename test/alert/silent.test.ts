import type { HostStore } from "../../lib/watch/ports.ts";
import { isSilent } from "../../lib/watch/silent.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aFleetIncident, anIncident, aSilentIncident } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { busy, fleetOf, reporting } from "./reporting.ts";
import { createWorld, DAY, HOUR, hostsOf, MINUTE } from "./support.ts";

describe("a host is silent", () => {
  test.each<[string, boolean, number, Partial<HostState>]>([
    ["not yet after three of its intervals", false, 3 * MINUTE, {}],
    ["when the third has passed", true, 3 * MINUTE + 1, {}],
    ["not before three minutes, however often it reports", false, 3 * MINUTE, { interval: 1_000 }],
    ["at once after three minutes, if it reports every second", true, 3 * MINUTE + 1, { interval: 1_000 }],
    ["not within fifteen minutes if it reports every five", false, 15 * MINUTE, { interval: 5 * MINUTE }],
    ["after three intervals of five minutes", true, 15 * MINUTE + 1, { interval: 5 * MINUTE }],
    ["not while its interval is unknown", false, HOUR, { interval: 0 }],
    ["in trouble as well", true, HOUR, { incident: anIncident("web-07") }],
    ["not again while it is silent", false, HOUR, { incident: aSilentIncident("web-07") }],
    ["not once it is retired", false, HOUR, { retired: true }],
    ["not if its samples were from the past, like a file's", false, HOUR, { newest: START - HOUR - 1 }],
    ["for the last time before seven days", true, 7 * DAY - 1, {}],
    ["not after seven days: then it is gone", false, 7 * DAY, {}],
  ])("%s", (_, silent, quiet, changes) => {
    expect(isSilent(reporting("web-07", changes), START + quiet)).toBe(silent);
  });
});

test("a host that stops is announced once, and once more when it sends again", async () => {
  const fleet = await fleetOf(busy, reporting("web-07"));
  expect(await fleet.sweepAt(10)).toEqual({ silent: 1, published: 1, digested: 0, dropped: 0 });
  expect(await fleet.sweepAt(11)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
  const expected = {
    ...{ kind: "silent", host: "web-07", group: "default", revision: 1 },
    ...{ opened: START - 1_999, noticed: START + 10 * MINUTE, lastSample: { time: START - 2_000 } },
  };
  expect(fleet.notices()).toMatchObject([{ kind: "opened", incident: expected }]);
  expect(await fleet.incidents()).toMatchObject([expected]);
  await fleet.sends("web-07", 19);
  const over = { ...expected, revision: 2, resolved: START + 19 * MINUTE };
  expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: over }]);
  expect(await fleet.incidents()).toMatchObject([over]);
  expect(await fleet.state("web-07")).toMatchObject({ pending: [] });
  expect(await fleet.state("web-07")).not.toHaveProperty("incident");
});

test("a silent incident shows the judgement of the last sample", async () => {
  const verdict = { score: 4, epsilon: 8, baseline: { owner: "group#web", version: 2 } };
  const fleet = await fleetOf(busy, reporting("web-07", { verdict }));
  await fleet.sweepAt(10);
  expect(fleet.notices()).toMatchObject([{ incident: { lastSample: { judgement: verdict } } }]);
});

describe("a host in trouble that falls silent", () => {
  const trouble = { ...anIncident("web-07"), group: "default", opened: START - MINUTE, lastAnomaly: START - 2_000 };
  const inTrouble = (changes = {}) => reporting("web-07", { incident: { ...trouble, ...changes } });

  test("resolves its trouble at its last sample and opens a silence, and the sweep announces both", async () => {
    const fleet = await fleetOf(busy, inTrouble());
    expect(await fleet.sweepAt(10)).toEqual({ silent: 1, published: 2, digested: 0, dropped: 0 });
    const over = { id: trouble.id, revision: 2, ending: "silent", resolved: START - 2_000 };
    expect(fleet.notices()).toMatchObject([
      { kind: "opened", incident: { kind: "silent", opened: START - 1_999 } },
      { kind: "resolved", incident: over },
    ]);
    expect(await fleet.incidents()).toMatchObject([{ kind: "silent" }, over]);
    expect(await fleet.state("web-07")).toMatchObject({ pending: [], incident: { kind: "silent" } });
    expect(await fleet.sweepAt(11)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
  });

  test("with its whole group makes a second incident of the group, about silence", async () => {
    const web = hostsOf("web", 8).map(({ host, group }) => ({ host, group }));
    const states = web.map(({ host, group }) => {
      const incident = { ...trouble, host, group, id: `F${host.slice(-3)}Z` };
      const opening = { kind: "opened" as const, id: incident.id, opened: incident.opened, revision: 1 };
      return reporting(host, { group, incident, pending: [opening] });
    });
    const fleet = await fleetOf(busy, ...states);
    await Promise.all(states.map(({ incident }) => fleet.stores.incidents.save(incident!)));
    await fleet.sweepAt(1);
    const said = ["opened group#web"];
    expect(fleet.said()).toEqual(said);
    const { incident: part } = await fleet.state("web-000");
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 8 });
    expect(fleet.said()).toEqual([...said, "resolved group#web", "opened group#web"]);
    const whole = (await fleet.incidents()).filter(({ kind }) => kind === "fleet");
    expect(whole).toMatchObject([
      { patterns: ["silent"], extent: { affected: 8, silent: 8 } },
      { patterns: ["high cpu"] },
    ]);
    const { incident: silence } = await fleet.state("web-000");
    expect(silence).toMatchObject({ kind: "silent", fleet: whole[0]?.id });
    expect(silence?.fleet).not.toBe(part?.fleet);
  });

  test("keeps its incident when no host sends", async () => {
    const fleet = await fleetOf(inTrouble(), reporting("web-08"));
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 1 });
    expect((await fleet.state("web-07")).incident).toEqual(trouble);
    expect((await fleet.state("web-08")).incident).toMatchObject({ kind: "silent" });
  });

  test("but sends at that moment keeps its incident, and the sweep stores no end", async () => {
    const fleet = await fleetOf(busy, inTrouble());
    const lost = { ...fleet.ports.hosts, save: async () => undefined };
    expect(await fleet.sweepAt(10, { hosts: lost })).toMatchObject({ silent: 0, published: 0 });
    expect((await fleet.state("web-07")).incident).toEqual(trouble);
    expect(await fleet.incidents()).toEqual([]);
  });

  test("has its end stored by the next sweep after a crash", async () => {
    const fleet = await fleetOf(busy, inTrouble());
    await fleet.stores.incidents.save(trouble);
    const down = { ...fleet.ports.incidents, save: () => Promise.reject(new Error("down")) };
    await expect(fleet.sweepAt(10, { incidents: down })).rejects.toThrow("down");
    expect((await fleet.state("web-07")).incident).toMatchObject({ kind: "silent" });
    await fleet.sweepAt(12);
    expect(await fleet.incidents()).toContainEqual(expect.objectContaining({ id: trouble.id, ending: "silent" }));
  });

  test("sends no message of its own end when its group's incident ended after it, even after a crash", async () => {
    const whole = aFleetIncident("default", { resolved: START + 5 * MINUTE });
    const part = { ...trouble, fleet: whole.id };
    const fleet = await fleetOf(busy, inTrouble({ fleet: whole.id }));
    await fleet.stores.incidents.save(part);
    await fleet.stores.incidents.save(whole);
    const down = { ...fleet.ports.incidents, save: () => Promise.reject(new Error("down")) };
    await expect(fleet.sweepAt(10, { incidents: down })).rejects.toThrow("down");
    await fleet.sweepAt(12);
    expect(fleet.notices().map(({ kind, incident }) => `${kind} ${incident.kind}`)).toEqual(["opened silent"]);
    expect(await fleet.incidents()).toContainEqual(expect.objectContaining({ id: trouble.id, ending: "silent" }));
  });
});

test("a sweep ends an incident for good, even while the scorer handles the host's next record", async () => {
  const [host, other] = [
    { host: "web-07", group: "web" },
    { host: "web-08", group: "web" },
  ];
  const world = createWorld({ groups: ["web"] });
  await world.send([host], [10, 10, 10, 10]);
  await world.ports.hosts.save({ ...(await world.state("web-07")), interval: MINUTE });
  const [trouble] = await world.incidents();
  world.goTo(START + 10 * MINUTE);
  await world.send([other], [0]);
  let isFirst = true;
  const hosts: HostStore = {
    ...world.ports.hosts,
    async save(state) {
      if (isFirst) {
        isFirst = false;
        await world.sweep();
      }
      return world.ports.hosts.save(state);
    },
  };
  const { failures } = await world.send([host], [10, 10, 10, 10], { hosts });
  expect(failures).toEqual([]);
  const incidents = await world.incidents();
  expect(incidents.find(({ id }) => id === trouble?.id)).toMatchObject({ ending: "silent", resolved: START - 1_000 });
  const open = incidents.filter(({ resolved }) => resolved === undefined).map(({ id }) => id);
  expect(open).toEqual([(await world.state("web-07")).incident?.id]);
});

test("a sample that arrived before the silence was found ends it; the next silence is a new incident", async () => {
  const fleet = await fleetOf(busy, reporting("web-07"));
  await fleet.sweepAt(10);
  await fleet.sends("web-07", 0);
  await fleet.sweepAt(11);
  const told = fleet.notices().map(({ kind, incident: { opened } }) => [kind, opened - START]);
  expect(told).toEqual([
    ["opened", -1_999],
    ["resolved", -1_999],
    ["opened", -999],
  ]);
  expect(new Set(fleet.notices().map(({ incident: { id } }) => id)).size).toBe(2);
  expect(await fleet.incidents()).toHaveLength(2);
});

test("many silent hosts of one group are one incident; silent hosts of small groups share a digest", async () => {
  const web = hostsOf("web", 8).map(({ host, group }, i) => reporting(host, { group, arrived: START - i }));
  const others = Array.from({ length: 30 }, (_, i) => reporting(`other-${i}`, { group: `g${i}` }));
  const fleet = await fleetOf(busy, ...web, ...others);
  // One message for the group, four for single hosts, and one for the 26 that are left.
  expect(await fleet.sweepAt(10)).toEqual({ silent: 38, published: 5, digested: 26, dropped: 0 });
  expect(fleet.said()).toEqual([
    "opened group#web",
    ...Array(4).fill(expect.stringMatching(/^opened other-/)),
    "digest",
  ]);
  expect(fleet.told[0]?.news).toMatchObject({ incident: { extent: { affected: 8, total: 8, silent: 8 } } });
  expect(fleet.told[5]?.news).toMatchObject({ opened: 26, critical: 26, groupsInAll: 26 });
});

test("a host that sends while the sweep finds it silent is not silent", async () => {
  const fleet = await fleetOf(busy, reporting("web-07"));
  const hosts = {
    ...fleet.ports.hosts,
    async save(found: HostState) {
      if (found.incident) await fleet.sends("web-07", 9);
      return fleet.ports.hosts.save(found);
    },
  };
  expect(await fleet.sweepAt(10, { hosts })).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
  expect({ incidents: await fleet.incidents(), notices: fleet.notices() }).toEqual({ incidents: [], notices: [] });
});

test("after a crash between state and incident the next sweep stores and publishes the incident", async () => {
  const fleet = await fleetOf(busy, reporting("web-07"));
  const save = () => Promise.reject(new Error("gone"));
  const incidents = { ...fleet.ports.incidents, save };
  await expect(fleet.sweepAt(10, { incidents })).rejects.toThrow("left to the next run: Error: gone, and 1 more");
  expect(await fleet.incidents()).toEqual([]);
  expect(await fleet.sweepAt(11)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
  expect(fleet.notices()).toMatchObject([{ kind: "opened", incident: { kind: "silent", host: "web-07" } }]);
  expect(await fleet.incidents()).toMatchObject([{ kind: "silent", host: "web-07" }]);
});
