import { subjectOf } from "../../lib/incident/incident.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, aSilence, judged, NOON } from "../contract/examples.ts";
import { START, state } from "../factories.ts";
import { CALM, createWorld, HOUR, hostsOf, MINUTE, type World } from "./support.ts";

/** Stores with hosts, each in a group of its own, whose openings have been pending for ten minutes. */
async function owing(hosts: readonly string[], world: World = createWorld()): Promise<World> {
  for (const host of hosts) {
    const incident = anIncident(host, { group: host, opened: START, lastAnomaly: START + 9 * MINUTE });
    await world.ports.incidents.save(incident);
    await world.ports.hosts.save(owingState(host, { incident }));
  }
  world.goTo(START + 10 * MINUTE);
  return world;
}

function owingState(host: string, changes: Partial<HostState>): HostState {
  const pending = [{ kind: "opened" as const, id: "ABC234", opened: START, revision: 1, since: START }];
  return state({ host, group: host, arrived: START + 9 * MINUTE, newest: START + 9 * MINUTE, pending, ...changes });
}

describe("a pending notice", () => {
  test("is sent once", async () => {
    const world = await owing(["web-07"]);
    expect(await world.sweep()).toEqual({ silent: 0, published: 1, digested: 0, dropped: 0 });
    expect(world.told).toMatchObject([{ news: { kind: "opened", incident: { host: "web-07", revision: 1 } } }]);
    expect(await world.sweep()).toMatchObject({ published: 0 });
  });

  test("is left to the scorer for 15 seconds", async () => {
    const world = await owing(["web-07"]);
    world.goTo(START + 14_999);
    expect(await world.sweep()).toMatchObject({ published: 0 });
    world.goTo(START + 15_000);
    expect(await world.sweep()).toMatchObject({ published: 1 });
  });

  test("is sent when another one fails, whose error is thrown at the end", async () => {
    const world = await owing(["web-06", "web-07", "web-08"]);
    const publisher = {
      async publish(...[news, channels]: Parameters<World["ports"]["publisher"]["publish"]>) {
        if ("incident" in news && subjectOf(news.incident) === "web-06") throw new Error("throttled");
        await world.ports.publisher.publish(news, channels);
      },
    };
    await expect(world.sweep({ publisher })).rejects.toThrow("left to the next run: Error: throttled");
    expect(world.said().sort()).toEqual(["opened web-07", "opened web-08"]);
    expect(await world.ports.hosts.withPending()).toEqual(["web-06"]);
  });

  test("is sent in the order of its incident, the end after the opening", async () => {
    const world = createWorld();
    const incident = anIncident("web-07", { opened: START, resolved: START + MINUTE, revision: 2 });
    await world.ports.incidents.save(incident);
    const { pending } = owingState("web-07", {});
    const end = { ...pending[0]!, kind: "resolved" as const, revision: 2 };
    await world.ports.hosts.save(owingState("web-07", { pending: [...pending, end] }));
    world.goTo(START + 10 * MINUTE);
    await world.sweep();
    expect(world.told.map(({ news }) => "incident" in news && [news.kind, news.incident.revision])).toEqual([
      ["opened", 1],
      ["resolved", 2],
    ]);
  });
});

test("phones get the end of an incident in the same sweep as its opening", async () => {
  const world = await owing(["web-07"]);
  await ends(world, "web-07", START + 9 * MINUTE);
  await world.sweep();
  expect(world.told.map(({ news, sms }) => [news.kind, sms])).toEqual([
    ["opened", true],
    ["resolved", true],
  ]);
});

test("the sweep sends critical incidents first, then openings, then ends, the oldest first", async () => {
  const world = await owing(["a", "b", "c", "d"]);
  for (const [host, changes] of [
    ["a", { peak: judged(NOON, 10) }],
    ["c", { opened: START - 1 }],
  ] as const) {
    const before = await world.state(host);
    const incident = { ...before.incident!, ...changes };
    await world.ports.incidents.save(incident);
    const pending = [{ ...before.pending[0]!, opened: incident.opened }];
    await world.ports.hosts.save({ ...before, incident, pending });
  }
  await world.ports.hosts.save({ ...(await world.state("b")), pending: [] });
  await ends(world, "b", START + 9 * MINUTE);
  await world.sweep();
  expect(world.said()).toEqual(["opened c", "opened d", "opened a", "resolved b"]);
});

describe("more than five notices in a minute", () => {
  const seven = ["a", "b", "c", "d", "e", "f", "g"];

  test("are five messages, and one digest of the others", async () => {
    const world = await owing(seven);
    expect(await world.sweep()).toMatchObject({ published: 5, digested: 2 });
    expect(world.told.map(({ news }) => news.kind)).toEqual([...Array(5).fill("opened"), "digest"]);
    expect(world.told[5]?.news).toEqual({
      ...{ kind: "digest", at: START + 10 * MINUTE, opened: 2, resolved: 0, others: 0, critical: 2, warning: 0 },
      ended: [],
      groups: [
        { group: "f", notices: 1 },
        { group: "g", notices: 1 },
      ],
      groupsInAll: 2,
      first: [
        { host: "f", id: "ABC234" },
        { host: "g", id: "ABC234" },
      ],
      causes: [{ metric: "cpu", direction: "high", incidents: 2 }],
    });
    expect(await world.ports.hosts.withPending()).toEqual([]);
  });

  test("are six messages when they are six: a digest of one would say less", async () => {
    const world = await owing(seven.slice(0, 6));
    expect(await world.sweep()).toMatchObject({ published: 5, digested: 1 });
    expect(world.told.map(({ news }) => news.kind)).toEqual(Array(6).fill("opened"));
  });

  test("wait when there was a digest within the minute, and go after it", async () => {
    const world = await owing(seven);
    await world.sweep();
    await owing(["h", "i"], world);
    world.goTo(START + 10 * MINUTE + 59_999);
    expect(await world.sweep()).toMatchObject({ published: 0, digested: 0 });
    world.goTo(START + 11 * MINUTE);
    expect(await world.sweep()).toMatchObject({ published: 2, digested: 0 });
  });

  test("stay pending when the digest fails", async () => {
    const world = await owing(seven);
    const publisher = {
      async publish(...[news, channels]: Parameters<World["ports"]["publisher"]["publish"]>) {
        if (news.kind === "digest") throw new Error("down");
        await world.ports.publisher.publish(news, channels);
      },
    };
    await expect(world.sweep({ publisher })).rejects.toThrow("down");
    expect((await world.ports.hosts.withPending()).toSorted()).toEqual(["f", "g"]);
  });
});

describe("a silence", () => {
  const silence = aSilence("SSS222", { matcher: { host: "web-*" }, from: START, until: START + HOUR });

  test("holds back all messages of its hosts until it is over", async () => {
    const world = await owing(["web-07", "db-1"]);
    await world.ports.alerting.saveSilence(silence);
    await world.sweep();
    expect(world.said()).toEqual(["opened db-1"]);
    expect(await world.ports.alerting.silences()).toMatchObject([{ id: "SSS222", matched: START + 10 * MINUTE }]);
    world.goTo(START + HOUR);
    await world.sweep();
    expect(world.said()).toEqual(["opened db-1", "opened web-07"]);
  });

  test("notes once a day that it held something back", async () => {
    const world = await owing(["web-07"]);
    await world.ports.alerting.saveSilence({ ...silence, until: START + 30 * HOUR });
    const noted = async () => (await world.ports.alerting.silences())[0]?.matched;
    for (const minutes of [10, 11, 10 + 24 * 60]) {
      world.goTo(START + minutes * MINUTE);
      await world.sweep();
      expect(await noted()).toBe(START + (minutes === 11 ? 10 : minutes) * MINUTE);
    }
  });

  test("drops the messages of an incident that ended before it was announced", async () => {
    const world = await owing(["web-07"]);
    await world.ports.alerting.saveSilence(silence);
    await ends(world, "web-07", START + 9 * MINUTE);
    expect(await world.sweep()).toMatchObject({ published: 0, dropped: 2 });
    expect(await world.ports.hosts.withPending()).toEqual([]);
  });

  test("drops the messages of an incident that ended within it, even if the sweep comes after it", async () => {
    const world = await owing(["web-07"]);
    await world.ports.alerting.saveSilence(silence);
    await ends(world, "web-07", START + HOUR - 1_000);
    world.goTo(START + HOUR + 20_000);
    expect(await world.sweep()).toMatchObject({ published: 0, dropped: 2 });
  });

  test("lets the end of an announced incident through", async () => {
    const world = await owing(["web-07"]);
    await world.sweep();
    await world.ports.alerting.saveSilence(silence);
    await ends(world, "web-07", START + 9 * MINUTE);
    await world.sweep();
    expect(world.said()).toEqual(["opened web-07", "resolved web-07"]);
  });
});

/** The host's incident is over: its end is pending as well. */
async function ends(world: World, host: string, resolved: number): Promise<void> {
  const { incident, ...rest } = await world.state(host);
  await world.ports.incidents.save({ ...incident!, resolved, revision: 2 });
  const end = { kind: "resolved" as const, id: incident!.id, opened: incident!.opened, revision: 2, since: START };
  await world.ports.hosts.save({ ...rest, pending: [...rest.pending, end] });
}

describe("a fleet incident", () => {
  const web = hostsOf("web", 10);
  const trouble = async (count: number) => {
    const world = createWorld({ groups: ["web"] });
    world.goTo(START + MINUTE);
    await world.send(web.slice(count), [0, 0, 0, 0]);
    // Five of one batch would all wait for the sweep.
    await world.send(web.slice(0, 1), [0, 10, 10, 10]);
    await world.send(web.slice(1, count), [0, 10, 10, 10]);
    world.goTo(START + MINUTE + 20_000);
    await world.sweep();
    return world;
  };

  test("does not open for two hosts with the same trouble", async () => {
    expect((await trouble(2)).said().filter((said) => said.startsWith("opened web-"))).toHaveLength(2);
  });

  test("opens for five hosts, although the first was announced before", async () => {
    const world = await trouble(5);
    expect(world.said()).toEqual([expect.stringMatching("opened web-00"), "opened group#web"]);
    const extent = { affected: 5, total: 10, silent: 0, first: expect.anything() };
    const incident = { id: expect.anything(), kind: "fleet", group: "web", samples: 5, anomalies: 5, extent };
    expect(world.told[1]?.news).toMatchObject({ incident });
    const stored = (await world.incidents()).find(({ kind }) => kind === "fleet");
    expect(stored).toMatchObject(incident);
    const told = world.told[0]?.news;
    for (const { host } of web.slice(0, 5)) {
      const { pending, incident } = await world.state(host);
      expect({ pending, fleet: incident?.fleet }).toEqual({ pending: [], fleet: stored?.id });
      const isFirst = told !== undefined && "incident" in told && subjectOf(told.incident) === host;
      expect(incident?.told).toBe(isFirst ? true : undefined);
    }
  });

  test("takes in later hosts without a message", async () => {
    const world = await trouble(5);
    world.goTo(START + 3 * MINUTE);
    await world.send(web.slice(5, 7), [0, 10, 10, 10]);
    world.goTo(START + 3 * MINUTE + 20_000);
    await world.sweep();
    expect(world.said()).toHaveLength(2);
    expect(await world.ports.alerting.desk("web")).toMatchObject({ incidents: [{ extent: { affected: 7 } }] });
    expect(await world.ports.hosts.withPending()).toEqual([]);
  });

  test("resolves below half of its hosts, names the rest, and the sweep announces their ends", async () => {
    const world = await trouble(5);
    world.goTo(START + 9 * MINUTE);
    await world.send(web.slice(0, 2), CALM);
    await world.send(web.slice(2, 5), [10, 10, 10]);
    world.goTo(START + 9 * MINUTE + 20_000);
    await world.sweep();
    expect(world.said().slice(2)).toEqual(["resolved web-000"]);
    world.goTo(START + 17 * MINUTE);
    await world.send(web.slice(2, 4), CALM);
    world.goTo(START + 17 * MINUTE + 5_000);
    await world.sweep();
    const extent = { affected: 5, remaining: 1, first: [{ host: "web-004" }] };
    expect(world.told.slice(3)).toMatchObject([{ news: { kind: "resolved", incident: { revision: 2, extent } } }]);
    // The ends of the others were decided before the fleet's: they are part of it, though it is over.
    world.goTo(START + 18 * MINUTE);
    await world.sweep();
    expect(world.said()).toHaveLength(4);
    await world.send(web.slice(4, 5), CALM);
    world.goTo(START + 19 * MINUTE);
    await world.sweep();
    expect(world.said().slice(4)).toEqual(["resolved web-004"]);
    expect(await world.ports.hosts.withPending()).toEqual([]);
  });

  test("is over when its hosts have gone to other groups", async () => {
    const world = await trouble(5);
    world.goTo(START + 4 * MINUTE);
    await world.send(
      web.map(({ host }) => ({ host, group: "shop" })),
      [0],
    );
    world.goTo(START + 4 * MINUTE + 20_000);
    await world.sweep();
    expect(world.said().slice(2)).toEqual(["resolved group#web"]);
  });

  test("does not open for silenced hosts", async () => {
    const world = createWorld({ groups: ["web"] });
    await world.ports.alerting.saveSilence(aSilence("SSS222", { from: START, until: START + HOUR }));
    world.goTo(START + MINUTE);
    await world.send(web, [0, 10, 10, 10]);
    world.goTo(START + MINUTE + 20_000);
    expect(await world.sweep()).toMatchObject({ published: 0, dropped: 0 });
    expect(world.told).toEqual([]);
  });

  test("is sent by the next sweep after a crash that came when the desk was stored", async () => {
    const world = createWorld({ groups: ["web"] });
    world.goTo(START + MINUTE);
    await world.send(web, [0, 10, 10, 10]);
    world.goTo(START + MINUTE + 20_000);
    const gone = () => Promise.reject(new Error("gone"));
    const dead = { ...world.ports.incidents, save: gone };
    const alerting = { ...world.ports.alerting, allowance: gone };
    await expect(world.sweep({ incidents: dead, alerting })).rejects.toThrow("gone");
    expect(await world.incidents()).toHaveLength(10);
    world.goTo(START + MINUTE + 80_000);
    await world.sweep();
    expect(world.said()).toEqual(["opened group#web"]);
    expect(await world.incidents()).toHaveLength(11);
    expect(await world.ports.hosts.withPending()).toEqual([]);
  });
});
