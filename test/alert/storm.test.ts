import type { DigestNews } from "../../lib/alert/news.ts";
import { START } from "../factories.ts";
import { CALM, createWorld, hostsOf, MINUTE } from "./support.ts";

/** No group has the least number for an incident at once: the storm cap has to help. */
const HOSTS_PER_GROUP = 4;

test("10,000 hosts in trouble at once are six messages in the first minute, and one of them counts the rest", async () => {
  const hosts = Array.from({ length: 2_500 }, (_, i) => hostsOf(`g${i}`, HOSTS_PER_GROUP)).flat();
  const world = createWorld({ groups: [...new Set(hosts.map(({ group }) => group))] });
  world.goTo(START + MINUTE);
  await world.send(hosts, [0, 10, 10, 10]);
  expect(world.told).toHaveLength(5);
  // The first sweep has a digest for the rest of the storm; the others have nothing left to send.
  for (const seconds of [20, 80, 140]) {
    world.goTo(START + MINUTE + seconds * 1_000);
    await world.sweep();
  }
  expect(world.told.filter(({ at }) => at < START + 2 * MINUTE)).toHaveLength(6);
  const digests = world.told.flatMap(({ news }) => (news.kind === "digest" ? [news] : []));
  const inDigests = digests.reduce((sum, { opened }) => sum + opened, 0);
  // Five hosts were announced at once; in each group of four the others have the same, which makes one incident.
  expect(world.said().filter((said) => said.startsWith("opened")).length + inDigests).toBe(5 + 2_500);
  const states = await world.ports.hosts.load(hosts.map(({ host }) => host));
  expect([...states.values()].filter(({ incident }) => incident?.fleet === undefined)).toEqual([]);
  expect(await world.ports.hosts.withPending()).toEqual([]);
  const [first] = digests as [DigestNews];
  expect(first).toMatchObject({ critical: 2_500, groupsInAll: 2_500 });
  expect(first.causes).toEqual([{ metric: "cpu", direction: "high", incidents: 2_500 }]);
});

test("1,000 hosts of one group that open in one batch are one message, and one when it is over", async () => {
  const hosts = hostsOf("web", 1_000);
  const world = createWorld({ groups: ["web"] });
  world.goTo(START + MINUTE);
  await world.send(hosts, [0, 10, 10, 10]);
  world.goTo(START + MINUTE + 20_000);
  await world.sweep();
  expect(world.said()).toEqual(["opened group#web"]);
  expect(world.told[0]?.news).toMatchObject({ incident: { extent: { affected: 1_000, total: 1_000, silent: 0 } } });
  world.goTo(START + 8 * MINUTE);
  await world.send(hosts, CALM);
  world.goTo(START + 9 * MINUTE);
  await world.sweep();
  world.goTo(START + 10 * MINUTE);
  await world.sweep();
  expect(world.said()).toEqual(["opened group#web", "resolved group#web"]);
  expect(await world.ports.hosts.withPending()).toEqual([]);
});
