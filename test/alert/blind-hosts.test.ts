// One message names a host without judged samples, and no second one until a sample was judged again.
import { type HostState, newHost } from "../../lib/watch/state.ts";
import { START } from "../factories.ts";
import { createWorld, HOUR, MINUTE } from "./support.ts";

const verdict = { score: 0, epsilon: 8, baseline: { owner: "group#web", version: 2 } };
const sending = { verdict, newest: START };
const blind = (since: number): Partial<HostState> => ({ ...sending, unjudged: { since: START - since } });

async function worldWith(hosts: Readonly<Record<string, Partial<HostState>>>) {
  const world = createWorld();
  const save = (host: string, changes: Partial<HostState>) =>
    world.stores.hosts.save({ ...newHost(host, "web"), ...changes });
  for (const [host, changes] of Object.entries(hosts)) await save(host, changes);
  const messages = () => world.told.map(({ news }) => news).filter(({ kind }) => kind === "hosts-unjudged");
  return { world, messages, save };
}

test("a message names the hosts without a judged sample for ten minutes, the longest first, once", async () => {
  const { world, messages, save } = await worldWith({
    "web-1": blind(10 * MINUTE),
    "web-2": blind(30 * MINUTE),
    "web-3": blind(10 * MINUTE - 1),
    "web-4": sending,
    "web-5": { ...blind(HOUR), retired: true },
    "web-6": { ...blind(HOUR), unread: { since: START - HOUR, reason: "no value is a number" } },
    // It died in the middle of a sample.
    "web-8": { ...blind(HOUR), newest: START - HOUR },
  });
  await world.sweep();
  const named = (host: string, since: number) => ({ host, group: "web", baseline: "group#web", since: START - since });
  const hosts = [named("web-2", 30 * MINUTE), named("web-1", 10 * MINUTE)];
  expect(messages()).toEqual([{ kind: "hosts-unjudged", at: START, hosts, hostsInAll: 2 }]);
  await save("web-7", { ...sending, newest: START + 50 * MINUTE, unjudged: {} });
  world.goTo(START + 49 * MINUTE);
  await world.sweep();
  world.goTo(START + HOUR - 1);
  await world.sweep();
  expect(messages()).toHaveLength(1);
  world.goTo(START + HOUR + 1);
  await world.sweep();
  const others = [{ host: "web-3" }, { host: "web-7", since: START + 49 * MINUTE }];
  expect(messages().slice(1)).toMatchObject([{ hosts: others, hostsInAll: 2 }]);
});
