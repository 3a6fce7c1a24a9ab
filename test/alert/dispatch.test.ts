import { severityOf } from "../../lib/incident/incident.ts";
import { aFleetIncident, aSilence } from "../contract/examples.ts";
import { START, STEP } from "../factories.ts";
import { CALM, createWorld, HOUR, MINUTE, type World } from "./support.ts";

/** Three anomalies three times as strange as epsilon and more. */
const TROUBLE = [0, 10, 10, 10];

const web = (n: number) => ({ host: `web-${n}`, group: "web" });
const db = { host: "db-1", group: "db" };

function worldAt(seconds: number, settings = {}): World {
  const world = createWorld({ groups: ["web", "db"], settings });
  world.goTo(START + seconds * 1_000);
  return world;
}

test("the scorer notifies everybody, phones included, at once of a host in trouble, and of its end", async () => {
  const world = worldAt(60);
  await world.send([web(1)], TROUBLE);
  expect(world.told).toMatchObject([{ news: { kind: "opened", incident: { revision: 1 } }, sms: true }]);
  expect(await world.state("web-1")).toMatchObject({ pending: [], incident: { texted: true } });
  world.goTo(START + 8 * MINUTE);
  await world.send([web(1)], CALM);
  expect(world.told[1]).toMatchObject({
    news: { kind: "resolved", incident: { revision: 2, texted: true } },
    sms: true,
  });
  expect((await world.state("web-1")).pending).toEqual([]);
});

test("phones get neither a warning nor its end, unless the settings ask for it", async () => {
  for (const textSeverity of ["critical", "warning"] as const) {
    const world = worldAt(60, { textSeverity });
    await world.send([web(1)], [0, 5, 5, 5]);
    world.goTo(START + 8 * MINUTE);
    await world.send([web(1)], CALM);
    expect(world.told.map(({ sms }) => sms)).toEqual([textSeverity === "warning", textSeverity === "warning"]);
  }
});

test("a warning that becomes critical before its message goes is one critical message", async () => {
  const world = createWorld({ groups: ["web"] });
  // By the fifth sample three of the last five are critical.
  await world.send([{ host: "web-07", group: "web" }], [5, 5, 5, 10, 10, 10]);
  expect(world.said()).toEqual(["opened web-07"]);
  const [{ news, sms }] = world.told as [(typeof world.told)[number]];
  expect("incident" in news && severityOf(news.incident)).toBe("critical");
  expect(sms).toBe(true);
});

describe("the message of a warning close to critical", () => {
  /** A host that has sent 60 calm samples at this pace, and sends these values at the same pace. */
  async function living(values: readonly number[], everyMs = MINUTE) {
    const world = createWorld({ groups: ["web"] });
    const first = START + MINUTE;
    const send = async (value: number, n: number) => {
      world.goTo(first + n * everyMs);
      await world.send([web(1)], [value]);
    };
    for (let n = 0; n < 60; n++) await send(0, n);
    const said: (readonly string[])[] = [];
    for (const [i, value] of values.entries()) {
      await send(value, 60 + i);
      said.push(world.said());
    }
    return { world, said, from: first + (59 + values.length) * everyMs };
  }
  const severities = ({ told }: World) => told.map(({ news }) => "incident" in news && severityOf(news.incident));

  // x² / 2 against epsilon 8: 18 is 2.25 times, and 50 is critical. Three samples open, the third largest of them counts.
  test("waits for the next record, and is one critical message if that makes it critical", async () => {
    const { world, said } = await living([6, 10, 10, 10]);
    expect(said).toEqual([[], [], [], ["opened web-1"]]);
    expect(severities(world)).toEqual(["critical"]);
    expect((await world.state("web-1")).pending).toEqual([]);
  });

  test("goes as a warning with the next record if it is still one", async () => {
    const { world, said } = await living([6, 6, 6, 6]);
    expect(said).toEqual([[], [], [], ["opened web-1"]]);
    expect(severities(world)).toEqual(["warning"]);
  });

  test("goes with the sweep when no record comes", async () => {
    const { world, from } = await living([6, 6, 6]);
    for (const [seconds, said] of [
      [60, []],
      [89, []],
      [90, ["opened web-1"]],
    ] as const) {
      world.goTo(from + seconds * 1_000);
      await world.sweep();
      expect(world.said()).toEqual(said);
    }
  });

  test("goes at once where the next sample is minutes away", async () => {
    const { said } = await living([6, 6, 6], 5 * MINUTE);
    expect(said).toEqual([[], [], ["opened web-1"]]);
  });

  test("goes at once below half the critical score", async () => {
    const { said } = await living([4.5, 4.5, 4.5]);
    expect(said).toEqual([[], [], ["opened web-1"]]);
  });
});

test("the scorer notifies of one host of a group at once, and leaves the others to the sweep", async () => {
  const world = worldAt(60);
  await world.send([web(1)], TROUBLE);
  await world.send([web(2)], TROUBLE);
  await world.send([db], TROUBLE);
  expect(world.said()).toEqual(["opened web-1", "opened db-1"]);
  expect(await world.ports.hosts.withPending()).toEqual(["web-2"]);
});

test("when five hosts of a group open in one batch, the sweep announces the group, and nobody the hosts", async () => {
  const hosts = [1, 2, 3, 4, 5].map(web);
  const four = worldAt(60);
  await four.send(hosts.slice(1), TROUBLE);
  expect(four.said()).toHaveLength(1);
  const world = worldAt(60);
  await world.send([...hosts, db], TROUBLE);
  expect(world.said()).toEqual(["opened db-1"]);
  world.goTo(START + 76_000);
  await world.sweep();
  expect(world.said()).toEqual(["opened db-1", "opened group#web"]);
});

test("after a minute the scorer notifies of another host of the group", async () => {
  const world = worldAt(60);
  await world.send([web(1)], TROUBLE);
  world.goTo(START + 2 * MINUTE);
  await world.send([web(2)], TROUBLE);
  expect(world.said()).toEqual(["opened web-1", "opened web-2"]);
});

test("the scorer leaves notices older than ten seconds to the sweep", async () => {
  const world = worldAt(60);
  const down = { publisher: { publish: () => Promise.reject(new Error("down")) } };
  const { failures } = await world.send([db], TROUBLE, down);
  expect(failures).toMatchObject([{ what: "notices of db-1, left to the sweep" }]);
  world.goTo(START + 71_000);
  await world.send([db], [10]);
  expect(world.said()).toEqual([]);
  world.goTo(START + 75_000);
  await world.sweep();
  expect(world.said()).toEqual(["opened db-1"]);
});

test("in a silence the scorer sends only the ends of incidents that it announced before", async () => {
  const world = worldAt(60);
  await world.send([web(1)], TROUBLE);
  const matcher = { group: "w*" };
  await world.ports.alerting.saveSilence(aSilence("SSS222", { matcher, from: START, until: START + HOUR }));
  world.goTo(START + 8 * MINUTE);
  await world.send([web(1)], CALM);
  await world.send([web(2)], TROUBLE);
  await world.send([db], TROUBLE);
  expect(world.said()).toEqual(["opened web-1", "resolved web-1", "opened db-1"]);
});

test("the scorer sends nothing about a host while its group has a fleet incident", async () => {
  const world = worldAt(60);
  const desk = await world.ports.alerting.desk("web");
  await world.send([db], TROUBLE);
  const incident = aFleetIncident("web", { grown: START });
  await world.ports.alerting.saveDesk({ ...desk, incidents: [incident] });
  await world.send([web(1)], TROUBLE);
  expect(world.said()).toEqual(["opened db-1"]);
});

test("a scorer that loses the race for the desk sends nothing about the host", async () => {
  const world = worldAt(60);
  const alerting = { ...world.ports.alerting, saveDesk: async () => undefined };
  await world.send([web(1)], TROUBLE, { alerting });
  expect(world.told).toEqual([]);
  expect(await world.ports.hosts.withPending()).toEqual(["web-1"]);
});

test("after a failed send only the notices that did not go stay pending", async () => {
  const world = worldAt(60);
  await world.send([web(1)], [0, ...TROUBLE, ...CALM], {
    publisher: {
      async publish(news, channels) {
        if (news.kind === "resolved") throw new Error("down");
        await world.ports.publisher.publish(news, channels);
      },
    },
  });
  expect(world.said()).toEqual(["opened web-1"]);
  expect((await world.state("web-1")).pending).toMatchObject([{ kind: "resolved" }]);
});

test("phones get the end after the opening when both go in one batch", async () => {
  const world = worldAt(60);
  await world.send([web(1)], [0, ...TROUBLE, ...CALM]);
  expect(world.told.map(({ news, sms }) => [news.kind, sms])).toEqual([
    ["opened", true],
    ["resolved", true],
  ]);
});

test("an incident that opened, worsened and ended within one record is told as critical, also to phones", async () => {
  const world = createWorld({ groups: ["web"] });
  // From a mild beginning to three times epsilon, and then calm, in samples ten seconds apart.
  const story = [...Array<number>(12).fill(0), 5, 5, 5, ...Array<number>(20).fill(30), ...Array<number>(90).fill(0)];
  world.goTo(START + story.length * STEP + 1_000);
  await world.send([{ host: "web-1", group: "web" }], story);
  await world.sweep();
  expect(world.said()).toEqual(["opened web-1", "resolved web-1"]);
  expect(world.told.map(({ news, sms }) => ["incident" in news && severityOf(news.incident), sms])).toEqual([
    ["critical", true],
    ["critical", true],
  ]);
});

test("after a clock that was ahead is set back, the scorer looks at new silences at once", async () => {
  const world = createWorld({ groups: ["web", "db"] });
  world.goTo(START + 2 * HOUR);
  await world.send([{ host: "web-1", group: "web" }], [0, 0, 10, 10, 10, 10]);
  world.goTo(START + 3 * MINUTE);
  const until = START + 24 * HOUR;
  await world.ports.alerting.saveSilence(aSilence("ABC234", { matcher: { group: "db" }, from: START, until }));
  world.goTo(START + 5 * MINUTE);
  await world.send([{ host: "db-2", group: "db" }], [0, 0, 10, 10, 10, 10]);
  expect(world.said()).toEqual(["opened web-1"]);
});
