import type { SweepPorts } from "../../lib/alert/sweep.ts";
import { fold } from "../../lib/watch/fold.ts";
import type { Notice } from "../../lib/watch/incident.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import { setRetired } from "../../lib/watch/retire.ts";
import { parseRule } from "../../lib/watch/rule-text.ts";
import { isSilent } from "../../lib/watch/silent.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, aSilence } from "../contract/examples.ts";
import { arrived, fusedBaseline, part, START, state } from "../factories.ts";
import { createWorld, DAY, HOUR, hostsOf, MINUTE, type World } from "./support.ts";

/** A host that reports each minute, last at `START`. */
function reporting(host: string, changes: Partial<HostState> = {}): HostState {
  return state({
    host,
    seen: 600,
    since: START - DAY,
    newest: START - 2_000,
    arrived: START,
    interval: MINUTE,
    ...changes,
  });
}

describe("a host is silent", () => {
  test.each<[string, boolean, number, Partial<HostState>]>([
    ["not yet after three of its intervals", false, 3 * MINUTE, {}],
    ["when the third has passed", true, 3 * MINUTE + 1, {}],
    ["not before three minutes, however often it reports", false, 3 * MINUTE, { interval: 1_000 }],
    ["then at once", true, 3 * MINUTE + 1, { interval: 1_000 }],
    ["later if it reports rarely", false, 15 * MINUTE, { interval: 5 * MINUTE }],
    ["three of five minutes later", true, 15 * MINUTE + 1, { interval: 5 * MINUTE }],
    ["not if nobody knows how often it reports", false, HOUR, { interval: 0 }],
    ["in trouble, too", true, HOUR, { incident: anIncident("web-07") }],
    ["not again while it is silent", false, HOUR, { incident: { ...anIncident("web-07"), kind: "silent" } }],
    ["not once it is retired", false, HOUR, { retired: true }],
    ["not if its samples were from the past, like a file's", false, HOUR, { newest: START - HOUR - 1 }],
    ["for the last time before seven days", true, 7 * DAY - 1, {}],
    ["not after seven days: then it is gone", false, 7 * DAY, {}],
  ])("%s", (_, silent, quiet, changes) => {
    expect(isSilent(reporting("web-07", changes), START + quiet)).toBe(silent);
  });
});

/** A fleet in memory whose sweeps happen at given minutes after `START`. */
async function fleetOf(...states: readonly HostState[]) {
  const world: World = createWorld();
  for (const one of states) await world.ports.hosts.save(one);
  return {
    ...world,
    /** The notices told so far. */
    notices: (): readonly Notice[] => world.told.flatMap(({ news }) => ("incident" in news ? [news] : [])),
    sweepAt(minutes: number, other: Partial<SweepPorts> = {}) {
      world.goTo(START + minutes * MINUTE);
      return world.sweep(other);
    },
    /** The host's next record arrives, with a sample of a second before. */
    sends(host: string, minutes: number) {
      world.goTo(START + minutes * MINUTE);
      return world.send([{ host }], [0]);
    },
  };
}

const BUSY_RULE = { ...NO_POLICY, rules: [parseRule({ if: "cpu > 95" })] };
const busy = reporting("busy", { arrived: START + 10 * MINUTE, newest: START + 10 * MINUTE });

test("a host that stops is announced once, and once more when it sends again", async () => {
  const fleet = await fleetOf(busy, reporting("web-07"));
  expect(await fleet.sweepAt(10)).toEqual({ silent: 1, published: 1, digested: 0, dropped: 0 });
  expect(await fleet.sweepAt(11)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
  const expected = {
    ...{ kind: "silent", host: "web-07", group: "default", revision: 1, samples: 0, anomalies: 0, causes: [] },
    ...{ opened: START - 1_999, lastAnomaly: START + 10 * MINUTE, epsilon: 0 },
    peak: { time: START - 2_000, score: 0 },
    baseline: { owner: "host#web-07", version: 0 },
  };
  expect(fleet.notices()).toMatchObject([{ kind: "opened", incident: expected }]);
  expect(await fleet.incidents()).toMatchObject([expected]);
  await fleet.sends("web-07", 19);
  const over = { ...expected, revision: 2, samples: 1, resolved: START + 19 * MINUTE };
  expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: over }]);
  expect(await fleet.incidents()).toMatchObject([over]);
  expect(await fleet.state("web-07")).toMatchObject({ unsent: [] });
  expect(await fleet.state("web-07")).not.toHaveProperty("incident");
});

test("it shows what the last sample was judged by", async () => {
  const verdict = { score: 4, epsilon: 8, baseline: { owner: "group#web", version: 2 } };
  const fleet = await fleetOf(busy, reporting("web-07", { verdict }));
  await fleet.sweepAt(10);
  const { score, ...by } = verdict;
  expect(fleet.notices()).toMatchObject([{ incident: { ...by, peak: { score } } }]);
});

describe("a host in trouble that falls silent", () => {
  const trouble = { ...anIncident("web-07"), group: "default", opened: START - MINUTE, lastAnomaly: START - 2_000 };
  const inTrouble = (changes = {}) => reporting("web-07", { incident: { ...trouble, ...changes } });

  test("is told of: its trouble is over at its last sample, and a silence begins", async () => {
    const fleet = await fleetOf(busy, inTrouble());
    expect(await fleet.sweepAt(10)).toEqual({ silent: 1, published: 2, digested: 0, dropped: 0 });
    const over = { id: trouble.id, revision: 2, ending: "silent", resolved: START - 2_000 };
    expect(fleet.notices()).toMatchObject([
      { kind: "opened", incident: { kind: "silent", opened: START - 1_999 } },
      { kind: "resolved", incident: over },
    ]);
    expect(await fleet.incidents()).toMatchObject([{ kind: "silent" }, over]);
    expect(await fleet.state("web-07")).toMatchObject({ unsent: [], incident: { kind: "silent" } });
    expect(await fleet.sweepAt(11)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
  });

  test("stays part of a fleet's incident, without a word", async () => {
    const web = hostsOf("web", 8).map(({ host, group }) => ({ host, group }));
    const states = web.map(({ host, group }) => {
      const incident = { ...trouble, host, group, id: `F${host.slice(-3)}Z` };
      const opening = { kind: "opened" as const, id: incident.id, opened: incident.opened, revision: 1 };
      return reporting(host, { group, incident, unsent: [opening] });
    });
    const fleet = await fleetOf(busy, ...states);
    await Promise.all(states.map(({ incident }) => fleet.stores.incidents.save(incident!)));
    await fleet.sweepAt(1);
    const said = ["opened group#web"];
    expect(fleet.said()).toEqual(said);
    const { incident: part } = await fleet.state("web-000");
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 8, published: 0 });
    expect(fleet.said()).toEqual(said);
    expect(await fleet.state("web-000")).toMatchObject({ incident: { kind: "silent", fleet: part?.fleet } });
    const [whole] = (await fleet.incidents()).filter(({ kind }) => kind === "fleet");
    expect(whole?.extent).toMatchObject({ affected: 8 });
    expect(whole).not.toHaveProperty("resolved");
  });

  test("keeps its incident when nothing arrives from anybody", async () => {
    const fleet = await fleetOf(inTrouble(), reporting("web-08"));
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 1 });
    expect((await fleet.state("web-07")).incident).toEqual(trouble);
    expect((await fleet.state("web-08")).incident).toMatchObject({ kind: "silent" });
  });

  test("and that sends just then keeps its incident: the next sample puts right what was stored too early", async () => {
    const fleet = await fleetOf(busy, inTrouble());
    const lost = { ...fleet.ports.hosts, save: async () => undefined };
    expect(await fleet.sweepAt(10, { hosts: lost })).toMatchObject({ silent: 0, published: 0 });
    expect((await fleet.state("web-07")).incident).toEqual(trouble);
    expect(await fleet.incidents()).toMatchObject([{ ending: "silent" }]);
    const { incidents } = fold(await fleet.state("web-07"), undefined, [arrived(part({ rows: [[99]] }))], BUSY_RULE);
    await fleet.stores.incidents.save(incidents[0]!);
    const [stored] = await fleet.incidents();
    expect(stored).not.toHaveProperty("ending");
    expect(stored).not.toHaveProperty("resolved");
  });
});

test("a sample that arrived before the host fell silent ends that silence; the next one is another", async () => {
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

test("many of a group are the incident of the group, those of groups without so many go in a digest", async () => {
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

describe("when nothing arrives from anybody", () => {
  const all = hostsOf("web", 6).map(({ host, group }) => reporting(host, { group }));

  test("it is one incident, after five minutes", async () => {
    const fleet = await fleetOf(...all);
    expect(await fleet.sweepAt(5)).toMatchObject({ silent: 0, published: 0 });
    expect(await fleet.sweepAt(6)).toEqual({ silent: 6, published: 1, digested: 0, dropped: 0 });
    expect(await fleet.sweepAt(7)).toEqual({ silent: 0, published: 0, digested: 0, dropped: 0 });
    const extent = { affected: 6, total: 6, silent: 6 };
    const incident = { kind: "fleet", host: "group#*", group: "*", revision: 1, opened: START + 1, extent };
    expect(fleet.notices()).toMatchObject([{ kind: "opened", incident }]);
    expect(await fleet.incidents()).toHaveLength(7);
    expect(await fleet.state("web-000")).toMatchObject({
      unsent: [],
      incident: { kind: "silent", fleet: expect.anything() },
    });
  });

  test("or after three intervals of most hosts, if these are longer", async () => {
    const fleet = await fleetOf(...all.map((one) => ({ ...one, interval: 10 * MINUTE })));
    expect(await fleet.sweepAt(30)).toMatchObject({ silent: 0 });
    expect(await fleet.sweepAt(31)).toMatchObject({ silent: 6 });
  });

  test("it is over when all send again, and none of them is told of by itself", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const { host } of all) await fleet.sends(host, 20);
    await fleet.sweepAt(21);
    await fleet.sweepAt(22);
    expect(fleet.said()).toEqual(["opened group#*", "resolved group#*"]);
    const over = { revision: 2, resolved: START + 21 * MINUTE, extent: { affected: 6, remaining: 0, first: [] } };
    expect(fleet.notices()[1]).toMatchObject({ incident: over });
    expect(await fleet.ports.hosts.unsent()).toEqual([]);
  });

  test("those that do not return within five minutes are named, and told of when they do", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const { host } of all.slice(1)) await fleet.sends(host, 20);
    for (let minute = 21; minute <= 26; minute++) {
      await fleet.sweepAt(minute);
      expect(fleet.said()).toHaveLength(1);
      for (const { host } of all.slice(1)) await fleet.sends(host, minute + 0.5);
    }
    await fleet.sweepAt(27);
    const extent = { affected: 6, remaining: 1, first: [{ host: "web-000" }] };
    expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: { extent } }]);
    for (const { host } of all) await fleet.sends(host, 40);
    await fleet.sweepAt(41);
    expect(fleet.said().slice(2)).toEqual(["resolved web-000"]);
  });

  test("it is over when none of them is expected any more", async () => {
    const fleet = await fleetOf(...all);
    await fleet.sweepAt(6);
    for (const { host } of all) await setRetired(fleet.ports, host, true, START + 7 * MINUTE);
    await fleet.sweepAt(8);
    await fleet.sweepAt(9);
    expect(fleet.said()).toEqual(["opened group#*", "resolved group#*"]);
    expect(await fleet.ports.hosts.unsent()).toEqual([]);
  });

  test("nobody says so of hosts that are retired, silenced, gone for a week or never reported twice", async () => {
    const none = [{ retired: true }, { host: "quiet-1" }, { arrived: START - 7 * DAY }, { interval: 0 }];
    const fleet = await fleetOf(...none.map((changes, i) => reporting(`web-${i}`, changes)));
    await fleet.ports.alerting.saveSilence(
      aSilence("ABC234", { matcher: { host: "quiet-*" }, from: START, until: START + DAY }),
    );
    expect(await fleet.sweepAt(60)).toMatchObject({ silent: 0, published: 0 });
  });

  test.each([
    ["has just begun to look", {}],
    ["did not look for more than five minutes", { since: START, last: START + HOUR - 5 * MINUTE - 1 }],
  ])("a process that %s waits as well", async (_, memory) => {
    const fleet = await fleetOf(...all);
    fleet.goTo(START + HOUR);
    expect(await fleet.sweep({}, memory)).toMatchObject({ silent: 0 });
    for (let minute = 1; minute <= 5; minute++) {
      fleet.goTo(START + HOUR + minute * MINUTE);
      expect(await fleet.sweep({}, memory)).toMatchObject({ silent: 0 });
    }
    fleet.goTo(START + HOUR + 6 * MINUTE);
    expect(await fleet.sweep({}, memory)).toMatchObject({ silent: 6 });
  });
});

test("a host that sends while it is being found silent is not", async () => {
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

test("what a crash left between state and incident, the next sweep stores and publishes", async () => {
  const fleet = await fleetOf(busy, reporting("web-07"));
  const save = () => Promise.reject(new Error("gone"));
  const incidents = { ...fleet.ports.incidents, save };
  await expect(fleet.sweepAt(10, { incidents })).rejects.toThrow("left to the next run: Error: gone, and 1 more");
  expect(await fleet.incidents()).toEqual([]);
  expect(await fleet.sweepAt(11)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
  expect(fleet.notices()).toMatchObject([{ kind: "opened", incident: { kind: "silent", host: "web-07" } }]);
  expect(await fleet.incidents()).toMatchObject([{ kind: "silent", host: "web-07" }]);
});

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
  ])("%s is waited for no longer", (_, times) => {
    const { state } = fold(before, undefined, [arrived(leaving(times), START + 9_000)]);
    expect(state).toMatchObject({ retired: true, newest: times.at(-1) });
    expect(isSilent(state, START + HOUR)).toBe(false);
  });

  test("is back with its next sample, for good, however late its goodbye comes again", () => {
    const goodbye = arrived(leaving([START + 8_000]), START + 9_000);
    const back = arrived(part({ times: [START + 20_000] }), START + 21_000);
    const { state } = fold(before, undefined, [goodbye, back, { ...goodbye, arrival: START + 30_000 }]);
    expect(state).toMatchObject({ retired: false, seen: 602 });
    expect(isSilent(state, START + HOUR)).toBe(true);
  });

  test("is judged as before when it is back, with the level that it had", () => {
    const fused = fusedBaseline({ owner: "host#web-07" });
    const calm = part({ times: [START, START + 10_000], rows: [[1], [1]] });
    const stayed = fold(before, fused, [arrived(calm)]).state;
    const left = fold(before, fused, [arrived({ ...calm, bye: true })]).state;
    expect(stayed.memory?.level.some((level) => level > 0)).toBe(true);
    expect(left).toEqual({ ...stayed, retired: true });
  });

  test("ends its silence, in which it sampled nothing", async () => {
    const fleet = await fleetOf(busy, before);
    await fleet.sweepAt(10);
    const folded = fold(await fleet.state("web-07"), undefined, [
      arrived(leaving([START - 2_000]), START + 19 * MINUTE),
    ]);
    expect(folded.notices).toMatchObject([{ kind: "resolved", incident: { resolved: START + 19 * MINUTE } }]);
    expect(folded.state).not.toHaveProperty("incident");
  });

  test("that comes back calm has no incident that only echoes the one before", () => {
    const fused = fusedBaseline({ owner: "host#web-07" });
    const strange = { ...part({ times: minute(0), rows: minute(0).map(() => [40]) }), bye: true as const };
    const calm = part({ times: minute(2), rows: minute(2).map(() => [0]) });
    const { notices } = fold(state(), fused, [arrived(strange), arrived(calm)]);
    expect(notices).toMatchObject([{ kind: "opened" }, { kind: "resolved", incident: { ending: "gone" } }]);
  });

  test("ends its trouble, that of its last samples too", () => {
    const incident = { ...anIncident("web-07"), opened: START - MINUTE };
    const goodbye = arrived(leaving([START - 2_000]), START);
    const known = fold({ ...before, incident }, undefined, [goodbye]);
    const over = { id: incident.id, revision: 2, ending: "gone", resolved: START - 2_000 };
    expect(known.notices).toMatchObject([{ kind: "resolved", incident: over }]);
    expect(known.incidents).toMatchObject([over]);
    expect(known.state).toMatchObject({ retired: true, unsent: [{ kind: "resolved", id: incident.id }] });
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
    await setRetired(fleet.ports, "web-07", true, START);
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 0 });
    await fleet.sends("web-07", 11);
    expect(await fleet.state("web-07")).toMatchObject({ retired: false });
  });

  test("ends its silence, which the sweep tells", async () => {
    const fleet = await fleetOf(busy, reporting("web-07"));
    await fleet.sweepAt(10);
    await setRetired(fleet.ports, "web-07", true, START + 20 * MINUTE);
    await fleet.sends("busy", 20);
    expect(await fleet.sweepAt(21)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
    const over = { revision: 2, samples: 0, resolved: START + 20 * MINUTE, ending: "gone" };
    expect(fleet.notices().slice(1)).toMatchObject([{ kind: "resolved", incident: over }]);
    expect(await fleet.state("web-07")).not.toHaveProperty("incident");
  });

  test("ends its trouble, which the sweep tells", async () => {
    const incident = { ...anIncident("web-07"), opened: START - MINUTE };
    const fleet = await fleetOf(busy, reporting("web-07", { incident }));
    await setRetired(fleet.ports, "web-07", true, START + MINUTE);
    expect(await fleet.sweepAt(2)).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
    const over = { revision: 2, ending: "gone", resolved: START + MINUTE };
    expect(fleet.notices()).toMatchObject([{ kind: "resolved", incident: over }]);
    expect(await fleet.state("web-07")).not.toHaveProperty("incident");
  });

  test("may return before it sends", async () => {
    const fleet = await fleetOf(busy, reporting("web-07", { retired: true }));
    await setRetired(fleet.ports, "web-07", false, START);
    expect(await fleet.sweepAt(10)).toMatchObject({ silent: 1 });
  });

  test("is every host after 30 days, and no sooner", async () => {
    const fleet = await fleetOf(reporting("web-07"));
    await fleet.sweepAt(30 * 24 * 60);
    expect(await fleet.state("web-07")).toMatchObject({ retired: false });
    await fleet.sweepAt(30 * 24 * 60 + 1);
    expect(await fleet.state("web-07")).toMatchObject({ retired: true });
  });

  test("must be one that was heard of, and not fought for", async () => {
    const { ports } = await fleetOf(reporting("web-07"));
    await expect(setRetired(ports, "web-99", true, START)).rejects.toThrow("no host web-99: `fleetwarden hosts` lists");
    const hosts = { ...ports.hosts, save: async () => undefined };
    await expect(setRetired({ ...ports, hosts }, "web-07", true, START)).rejects.toThrow(
      "lost 5 races for the state of",
    );
  });
});
