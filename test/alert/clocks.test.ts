// One message says that a clock is wrong, and no second one until it was right again.
import type { HostClock } from "../../lib/watch/clock.ts";
import { newHost } from "../../lib/watch/state.ts";
import { START } from "../factories.ts";
import { createWorld, HOUR, MINUTE } from "./support.ts";

const behind: HostClock = { corrections: [{ offset: 2 * HOUR, after: START }] };
const learning: HostClock = { corrections: [], run: { since: START, records: 3, least: HOUR, most: HOUR } };
const right: HostClock = { corrections: [{ offset: 2 * HOUR, after: START, until: START + MINUTE }] };

async function worldWith(clocks: Readonly<Record<string, HostClock>>) {
  const world = createWorld();
  for (const [host, clock] of Object.entries(clocks)) await world.stores.hosts.save({ ...newHost(host, "web"), clock });
  const messages = () => world.told.map(({ news }) => news).filter(({ kind }) => kind === "clocks-wrong");
  return { world, messages };
}

test("a message names the hosts whose clock is known to be wrong, the worst first, once", async () => {
  const { world, messages } = await worldWith({
    "web-1": behind,
    "web-2": { corrections: [{ offset: -26 * HOUR, after: START }] },
    "web-3": learning,
    "web-4": right,
  });
  await world.sweep();
  expect(messages()).toEqual([
    {
      kind: "clocks-wrong",
      at: START,
      clocks: [
        { host: "web-2", group: "web", offset: -26 * HOUR },
        { host: "web-1", group: "web", offset: 2 * HOUR },
      ],
      clocksInAll: 2,
    },
  ]);
  world.goTo(START + 2 * HOUR);
  await world.sweep();
  expect(messages()).toHaveLength(1);
});

test("the sweep holds back the message about the next hosts until an hour has passed", async () => {
  const { world, messages } = await worldWith({ "web-1": behind });
  await world.sweep();
  await world.stores.hosts.save({ ...newHost("web-2", "web"), clock: behind });
  world.goTo(START + 59 * MINUTE);
  await world.sweep();
  expect(messages()).toHaveLength(1);
  world.goTo(START + 61 * MINUTE);
  await world.sweep();
  expect(messages().slice(1)).toMatchObject([{ clocks: [{ host: "web-2" }], clocksInAll: 1 }]);
});
