import { START } from "../factories.ts";
import { createWorld, DAY, MINUTE } from "./support.ts";

const SETTINGS = { textsPerHour: 2, messagesPerMinute: 100 };

/** Hosts of groups of their own, in trouble from the given minutes on. */
async function worldWith(minutes: readonly number[]) {
  const hosts = minutes.map((_, i) => ({ host: `host-${i}`, group: `g${i}` }));
  const world = createWorld({ groups: hosts.map(({ group }) => group), settings: SETTINGS });
  for (const [i, minute] of minutes.entries()) {
    world.goTo(START + minute * MINUTE);
    await world.send(hosts.slice(i, i + 1), [0, 10, 10, 10]);
  }
  return world;
}

test("phones get the number of texts held beyond two in an hour, once another text may go", async () => {
  const world = await worldWith([1, 2, 3, 4]);
  expect(world.told.map(({ sms }) => sms)).toEqual([true, true, false, false]);
  const before = world.told.length;
  world.goTo(START + 60 * MINUTE);
  await world.sweep();
  expect(world.told.slice(before).map(({ news }) => news.kind)).not.toContain("texts-held");
  world.goTo(START + 61 * MINUTE);
  await world.sweep();
  const held = { kind: "texts-held", at: START + 61 * MINUTE, critical: 2, warning: 0, perHour: 2 };
  expect(world.told.filter(({ news }) => news.kind === "texts-held")).toMatchObject([{ news: held, sms: true }]);
  world.goTo(START + DAY);
  await world.sweep();
  expect(world.told.filter(({ news }) => news.kind === "texts-held")).toHaveLength(1);
});

test("phones do not get the end of an incident whose opening they did not get", async () => {
  const world = await worldWith([1, 2, 3]);
  world.goTo(START + 70 * MINUTE);
  await world.send([{ host: "host-2", group: "g2" }], Array(100).fill(0)); // a quarter of an hour, as it had lasted an hour
  expect(world.told.at(-1)).toMatchObject({ news: { kind: "resolved", incident: { host: "host-2" } }, sms: false });
});

test("phones get one text for a digest", async () => {
  const hosts = Array.from({ length: 9 }, (_, i) => ({ host: `host-${i}`, group: `g${i}` }));
  const world = createWorld({ groups: hosts.map(({ group }) => group), settings: { textsPerHour: 6 } });
  world.goTo(START + MINUTE);
  await world.send(hosts, [0, 10, 10, 10]);
  world.goTo(START + MINUTE + 20_000);
  await world.sweep();
  expect(world.told.map(({ news, sms }) => [news.kind, sms])).toEqual([
    ...Array(5).fill(["opened", true]),
    ["digest", true],
  ]);
  expect(await world.ports.alerting.allowance("texts")).toMatchObject({ held: { critical: 0, warning: 0 } });
});
