import { severityOf } from "../../lib/incident/incident.ts";
import { aFleetIncident, aSilence } from "../contract/examples.ts";
import { START } from "../factories.ts";
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

test("a host in trouble is told of at once, to phones as well, and so is its end", async () => {
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

test("a warning does not reach phones, nor does its end, unless people want that", async () => {
  for (const textSeverity of ["critical", "warning"] as const) {
    const world = worldAt(60, { textSeverity });
    await world.send([web(1)], [0, 5, 5, 5]);
    world.goTo(START + 8 * MINUTE);
    await world.send([web(1)], CALM);
    expect(world.told.map(({ sms }) => sms)).toEqual([textSeverity === "warning", textSeverity === "warning"]);
  }
});

test("a warning that is critical before its message goes is one critical message", async () => {
  const world = createWorld({ groups: ["web"] });
  // By the fifth sample three of the last five are critical.
  await world.send([{ host: "web-07", group: "web" }], [5, 5, 5, 10, 10, 10]);
  expect(world.said()).toEqual(["opened web-07"]);
  const [{ news, sms }] = world.told as [(typeof world.told)[number]];
  expect("incident" in news && severityOf(news.incident)).toBe("critical");
  expect(sms).toBe(true);
});

describe("a warning of at least half of what is critical", () => {
  /** A host that has sent a calm sample every so often, 60 times, and sends these values in the same rhythm. */
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

  test("goes as a warning with the next record if it is one still", async () => {
    const { world, said } = await living([6, 6, 6, 6]);
    expect(said).toEqual([[], [], [], ["opened web-1"]]);
    expect(severities(world)).toEqual(["warning"]);
  });

  test("is the sweep's when no record comes", async () => {
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

  test("and a smaller one goes at once", async () => {
    const { said } = await living([4.5, 4.5, 4.5]);
    expect(said).toEqual([[], [], ["opened web-1"]]);
  });
});

test("of a group one host is told of at once, and the others are left to the sweep", async () => {
  const world = worldAt(60);
  await world.send([web(1)], TROUBLE);
  await world.send([web(2)], TROUBLE);
  await world.send([db], TROUBLE);
  expect(world.said()).toEqual(["opened web-1", "opened db-1"]);
  expect(await world.ports.hosts.withPending()).toEqual(["web-2"]);
});

test("of five that open in one batch none is announced: the sweep announces their group", async () => {
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

test("after a minute another of the group may be told of", async () => {
  const world = worldAt(60);
  await world.send([web(1)], TROUBLE);
  world.goTo(START + 2 * MINUTE);
  await world.send([web(2)], TROUBLE);
  expect(world.said()).toEqual(["opened web-1", "opened web-2"]);
});

test("what is older than ten seconds is left to the sweep", async () => {
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

test("nothing is told in a silence but the end of what was told before it", async () => {
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

test("nothing of a host is told while its group has an incident of the whole", async () => {
  const world = worldAt(60);
  const desk = await world.ports.alerting.desk("web");
  await world.send([db], TROUBLE);
  const incident = aFleetIncident("web", { grown: START });
  await world.ports.alerting.saveDesk({ ...desk, incidents: [incident] });
  await world.send([web(1)], TROUBLE);
  expect(world.said()).toEqual(["opened db-1"]);
});

test("whoever loses the race for the desk is not told of", async () => {
  const world = worldAt(60);
  const alerting = { ...world.ports.alerting, saveDesk: async () => undefined };
  await world.send([web(1)], TROUBLE, { alerting });
  expect(world.told).toEqual([]);
  expect(await world.ports.hosts.withPending()).toEqual(["web-1"]);
});

test("what went before a failure is owed no longer, the rest is", async () => {
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

test("an end follows the opening to phones though both are told in one go", async () => {
  const world = worldAt(60);
  await world.send([web(1)], [0, ...TROUBLE, ...CALM]);
  expect(world.told.map(({ news, sms }) => [news.kind, sms])).toEqual([
    ["opened", true],
    ["resolved", true],
  ]);
});
