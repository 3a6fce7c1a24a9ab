// The messages about trouble in and after a silence, by the scorer and a sweep each minute.

import { reportUnused } from "../../lib/alert/unused-silences.ts";
import { anIncident, aSilence } from "../contract/examples.ts";
import { START, state } from "../factories.ts";
import { CALM, createWorld, hostsOf, MINUTE, type World } from "./support.ts";

const WEB = [{ host: "web-000", group: "web" }];
/** A minute of samples far beyond epsilon, and a minute of calm. */
const BUSY = Array<number>(6).fill(10);
const QUIET = Array<number>(6).fill(0);

/** Hosts send each minute, values by the minute and the host; a sweep follows. */
async function live(
  world: World,
  hosts: readonly { host: string; group: string }[],
  minutes: number,
  values: (minute: number, host: string) => readonly number[],
) {
  for (let minute = 1; minute <= minutes; minute++) {
    world.goTo(START + minute * MINUTE);
    for (const one of hosts) {
      const sent = values(minute, one.host);
      if (sent.length > 0) await world.send([one], sent);
    }
    world.goTo(START + minute * MINUTE + 20_000);
    await world.sweep();
  }
}

async function silenced(until: number, host = "web-*"): Promise<World> {
  const world = createWorld({ groups: ["web"] });
  await world.stores.alerting.saveSilence(
    aSilence("SSS222", { matcher: { host }, from: START, until: START + until * MINUTE }),
  );
  return world;
}

const isIn = (minute: number, from: number, to: number) => from <= minute && minute < to;

async function unused({ stores }: World): Promise<number> {
  return reportUnused(stores.alerting, { publish: async () => {} }, START + 24 * 60 * MINUTE);
}

test("a fault that ends minutes before its silence sends no message, though its incident ends later", async () => {
  const world = await silenced(30);
  await live(world, WEB, 60, (minute) => (isIn(minute, 20, 28) ? BUSY : QUIET));
  const [incident] = await world.incidents();
  expect((incident?.resolved ?? 0) - START).toBeGreaterThan(30 * MINUTE);
  expect(world.said()).toEqual([]);
  expect(await unused(world)).toBe(0);
});

test("a fault that outlasts its silence is announced once, within a minute of the silence's end", async () => {
  const world = await silenced(30);
  await live(world, WEB, 60, (minute) => (isIn(minute, 20, 40) ? BUSY : QUIET));
  expect(world.said()).toEqual(["opened web-000", "resolved web-000"]);
  expect((world.told[0]!.at - START) / MINUTE).toBeLessThan(32);
  expect(await unused(world)).toBe(0);
});

test("after a silence the sweep announces a host that stays away, and not one that returned", async () => {
  const world = await silenced(60);
  const hosts = hostsOf("web", 3);
  await live(world, hosts, 80, (minute, host) => {
    const isOff = host === "web-000" ? isIn(minute, 25, 45) : host === "web-001" && isIn(minute, 25, 70);
    return isOff ? [] : QUIET;
  });
  expect(world.said()).toEqual(["opened web-001", "resolved web-001"]);
  expect((world.told[0]!.at - START) / MINUTE).toBeCloseTo(60.3, 0);
});

test("trouble of many silenced hosts makes an incident of the group only if it outlasts the silence", async () => {
  const hosts = hostsOf("web", 8);
  const over = await silenced(30);
  await live(over, hosts, 60, (minute) => (isIn(minute, 20, 28) ? BUSY : QUIET));
  expect(over.said()).toEqual([]);
  const lasting = await silenced(30);
  await live(lasting, hosts, 60, (minute) => (isIn(minute, 20, 40) ? BUSY : QUIET));
  expect(lasting.said()).toEqual(["opened group#web", "resolved group#web"]);
});

test.each([
  ["goes on", 40, ["web-000"]],
  ["is over", 26, []],
])("a silenced host whose trouble %s at the silence's end: its part in the group's incident", async (_, to, joined) => {
  const world = await silenced(30, "web-000");
  const hosts = hostsOf("web", 8);
  await live(world, hosts, 31, (minute, host) => (isIn(minute, 20, host === "web-000" ? to : 40) ? BUSY : QUIET));
  const fleet = (await world.incidents()).find(({ kind }) => kind === "fleet")!;
  const state = await world.state("web-000");
  expect(state.incident?.fleet === fleet.id ? ["web-000"] : []).toEqual(joined);
  expect(world.said()).not.toContain("opened web-000");
  expect(fleet).toMatchObject({ extent: { affected: 7 + joined.length } });
});

describe("other trouble that joins an announced incident during a silence", () => {
  /** The silence ended after twelve minutes; the incident goes on. */
  async function joined(alsoSeen: number): Promise<World> {
    const world = await silenced(12);
    const also = { ...anIncident("web-000"), causes: [{ ...anIncident("web-000").causes[0]!, metric: "disk" }] };
    const incident = anIncident("web-000", {
      ...{ group: "web", opened: START - MINUTE, lastAnomaly: START + 14 * MINUTE },
      ...{ also: { peak: also.peak, causes: also.causes }, alsoSeen: START + alsoSeen * MINUTE, revision: 2 },
    });
    const pending = [{ kind: "also" as const, id: incident.id, opened: incident.opened, revision: 2, since: START }];
    await world.stores.incidents.save(incident);
    const times = { arrived: START + 14 * MINUTE, newest: START + 14 * MINUTE };
    await world.stores.hosts.save(state({ host: "web-000", group: "web", incident, pending, ...times }));
    world.goTo(START + 15 * MINUTE);
    await world.sweep();
    return world;
  }

  test("is announced at the silence's end if it is still seen then", async () => {
    expect((await joined(14)).said()).toEqual(["also web-000"]);
  });

  test("is never announced if it was over by then, not even with the incident's end", async () => {
    const world = await joined(11);
    expect(world.said()).toEqual([]);
    world.goTo(START + 25 * MINUTE);
    await world.send(WEB, CALM);
    world.goTo(START + 25 * MINUTE + 20_000);
    await world.sweep();
    expect(world.said().filter((one) => one !== "resolved web-000")).toEqual([]);
    expect(await world.state("web-000")).toMatchObject({ pending: [] });
    expect(await unused(world)).toBe(0);
  });
});
