import type { AlertPorts } from "../../lib/alert/ports.ts";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import { render } from "../../lib/notify/render.ts";
import { aFleetIncident, anIncident, aSilence, judged } from "../contract/examples.ts";
import { START, state } from "../factories.ts";
import { createWorld, HOUR, MINUTE, type World } from "./support.ts";

/** A host that reports and has had an open incident since `START`; its scores are more than four times epsilon. */
async function worldWith(changes: Partial<AnomalyIncident> = {}): Promise<World> {
  const world = createWorld();
  const incident = anIncident("web-07", { opened: START, ...changes });
  await world.ports.incidents.save(incident);
  await world.ports.hosts.save(state({ host: "web-07", group: "web", incident, arrived: START + 4 * HOUR }));
  world.goTo(START + 4 * HOUR);
  return world;
}

test("people get one reminder of a critical incident that has been open for four hours", async () => {
  const world = await worldWith();
  world.goTo(START + 4 * HOUR - 1);
  await world.sweep();
  expect(world.told).toEqual([]);
  for (const minutes of [0, 1, 60]) {
    world.goTo(START + 4 * HOUR + minutes * MINUTE);
    await world.ports.hosts.save({ ...(await world.state("web-07")), arrived: world.clock() });
    await world.sweep();
  }
  const incident = { host: "web-07", revision: 2, reminded: true };
  expect(world.told).toMatchObject([{ news: { kind: "reminder", incident }, sms: true }]);
});

test("an incident that became critical later brings its reminder four hours after that", async () => {
  const world = await worldWith({ worsened: START + HOUR });
  await world.sweep();
  expect(world.told).toEqual([]);
  world.goTo(START + 5 * HOUR);
  await world.ports.hosts.save({ ...(await world.state("web-07")), arrived: world.clock() });
  await world.sweep();
  expect(world.said()).toEqual(["reminder web-07"]);
});

test.each<[string, Partial<AnomalyIncident>]>([
  ["a warning", { peak: judged(START, 10) }],
  ["a part of a fleet's incident", { fleet: "FFF222" }],
  ["one that had its reminder", { reminded: true }],
  ["one that comes and goes", { unstable: true, samples: 100, anomalies: 89 }],
  ["one that is calm by now", { lastAnomaly: START + 3 * HOUR, latest: { time: START + 4 * HOUR, readings: [] } }],
])("people get no reminder of %s", async (_, changes) => {
  const world = await worldWith(changes);
  await world.sweep();
  expect(world.told).toEqual([]);
});

test.each(["acknowledged", "labelled"])(
  "people get no reminder of an incident that was %s, and the sweep does not look again",
  async (how) => {
    const world = await worldWith();
    const { incidents } = world.stores;
    if (how === "labelled") await incidents.label("web-07", START, { verdict: "fault", at: START, by: "ada" });
    else await incidents.acknowledge("web-07", START, { at: START, by: "ada" });
    await world.sweep();
    expect(world.told).toEqual([]);
    expect((await world.state("web-07")).incident).toMatchObject({ reminded: true, revision: 1 });
  },
);

test("people get no reminder of an incident that was not announced yet", async () => {
  const world = await worldWith();
  const before = await world.state("web-07");
  await world.ports.hosts.save({ ...before, pending: [{ kind: "opened", id: "ABC234", opened: START, revision: 1 }] });
  await world.ports.alerting.saveSilence(aSilence("SSS222", { from: START, until: START + 5 * HOUR }));
  await world.sweep();
  world.goTo(START + 5 * HOUR);
  await world.ports.hosts.save({ ...(await world.state("web-07")), arrived: world.clock() });
  await world.sweep();
  expect(world.said()).toEqual(["opened web-07"]);
});

test("people get a reminder of a fleet incident as well", async () => {
  const world = createWorld();
  const extent = { affected: 6, total: 6, silent: 0, first: [] };
  const incident = aFleetIncident("web", { opened: START, extent });
  await world.ports.alerting.saveDesk({ ...(await world.ports.alerting.desk("web")), incidents: [incident] });
  for (let i = 0; i < 6; i++) {
    const own = anIncident(`web-${i}`, { fleet: incident.id });
    await world.ports.hosts.save(state({ host: `web-${i}`, group: "web", incident: own, arrived: START + 4 * HOUR }));
  }
  world.goTo(START + 4 * HOUR);
  await world.sweep();
  await world.sweep();
  expect(world.said()).toEqual(["reminder group#web"]);
});

test("a fleet's reminder counts the hosts that still have it, and shows current values of the worst", async () => {
  const world = createWorld();
  const extent = { affected: 6, total: 6, silent: 0, first: [{ host: "web-5", id: "AAA222" }] };
  const incident = aFleetIncident("web", { opened: START, extent });
  await world.ports.alerting.saveDesk({ ...(await world.ports.alerting.desk("web")), incidents: [incident] });
  const now = START + 4 * HOUR;
  // Three of six have recovered; web-1 is the worst by now, whatever it was at its peak.
  for (const [host, score] of [
    ["web-0", 20],
    ["web-1", 40],
    ["web-2", 30],
  ] as const) {
    const reading = { metric: "cpu", now: score, expected: 1, low: 0, high: 2 };
    const own = anIncident(host, { fleet: incident.id, latest: { time: now, readings: [reading] } });
    const verdict = { score, epsilon: 8, baseline: { owner: "group#web", version: 1 } };
    await world.ports.hosts.save(state({ host, group: "web", incident: own, verdict, arrived: now, newest: now }));
  }
  world.goTo(now);
  await world.sweep();
  const hosts = ["web-1", "web-2", "web-0"];
  const [{ news }] = world.told as [(typeof world.told)[number]];
  expect(news).toMatchObject({
    kind: "reminder",
    incident: {
      extent: { affected: 6, remaining: 3, first: hosts.map((host) => ({ host })) },
      latest: { readings: [{ now: 40 }] },
    },
  });
  const { subject } = render(news, { stack: "fleetwarden", now });
  expect(subject).toContain("not over after 4 h, nobody has acknowledged it: 3 of 6 hosts still have it");
});

test("a record that comes while the sweep sends a reminder does not send the reminder again", async () => {
  const world = await worldWith();
  let isFirst = true;
  const publisher: AlertPorts["publisher"] = {
    async publish(news, channels) {
      await world.ports.publisher.publish(news, channels);
      if (isFirst) {
        isFirst = false;
        await world.send([{ host: "web-07", group: "web" }], [0]);
      }
    },
  };
  await world.sweep({ publisher });
  expect(world.said()).toEqual(["reminder web-07"]);
});
