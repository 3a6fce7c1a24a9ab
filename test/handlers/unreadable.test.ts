// An item that no function can read affects its own host or group, and no other.
import { newDesk } from "../../lib/alert/desk.ts";
import { gather } from "../../lib/gather-all.ts";
import type { TableName } from "../../lib/resources.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { createMemoryStores, type MemoryStores } from "../../lib/store/memory.ts";
import { setAside } from "../../lib/store/set-aside.ts";
import { anIncident, aSilence } from "../contract/examples.ts";
import { createStage, MINUTE, NOON } from "./stage.ts";

const HOSTS = Array.from({ length: 8 }, (_, i) => `web-${i}`);

/** A fleet of eight hosts that the three functions have served for an hour, with one of each kind of item. */
async function aFleet() {
  const log: string[] = [];
  const copies: string[] = [];
  const failures: string[] = [];
  const { stores, now, send, wait, refit } = createStage({
    storesAt: (clock) => {
      const stores: MemoryStores = createMemoryStores(
        clock,
        setAside({
          bucket: { put: async (key) => void copies.push(key), close() {} },
          clock,
          log: (what, detail) => log.push(`${what}: ${detail}`),
          count: () => {},
          incidents: { ofHost: (...of) => stores.incidents.ofHost(...of) },
        }),
      );
      return stores;
    },
    log: (what, error) => failures.push(`${what}: ${error}`),
  });
  const minutes = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const metrics = { cpu: 20 + ((now() / MINUTE) % 7), load: 2 + ((now() / MINUTE) % 3) };
      await send(...HOSTS.map((host) => ({ host, group: "web", time: now(), metrics })));
      await wait(MINUTE);
    }
  };
  return { stores, minutes, refit: () => refit({ all: true }), log, copies, failures };
}

const isOf = (partition: string) => (item: Item) => Object.values(item).some(({ S }) => S === partition);

test.each<[string, TableName, (item: Item) => boolean]>([
  ["a host's state", "hosts", isOf("web-7")],
  ["an active baseline", "baselines", (item) => isOf("host#web-7")(item) && isOf("ACTIVE")(item)],
  ["a schema", "baselines", ({ owner }) => owner?.S?.startsWith("schema#") ?? false],
  ["a chunk of history", "history", isOf("web-7")],
  ["an incident", "incidents", isOf("web-7")],
  ["a silence", "alerting", isOf("silence")],
  ["a desk", "alerting", isOf("desk")],
  ["an allowance", "alerting", isOf("allowance")],
])("%s of another version is set aside, and every host is scored, swept and refitted", async (_, name, isIt) => {
  const { stores, minutes, refit, log, copies, failures } = await aFleet();
  await stores.alerting.saveSilence(aSilence("ABC234", { matcher: { host: "db-*" }, until: NOON + 600 * MINUTE }));
  await stores.incidents.save({ ...anIncident("web-7"), opened: NOON - MINUTE, resolved: NOON, lastAnomaly: NOON });
  await stores.alerting.saveAllowance({ name: "texts", times: [], held: { critical: 0, warning: 0 }, revision: 0 });
  await stores.alerting.saveDesk(newDesk("web"));
  await minutes(65);
  const [item] = (await gather(stores.tables[name].scan())).filter(isIt);
  await stores.tables[name].put({ ...item!, format: { N: "99" } });
  await refit();
  await minutes(2);
  await refit();
  expect(failures).toEqual([]);
  expect(log).toHaveLength(1);
  expect(copies).toHaveLength(1);
  const seen = new Map((await gather(stores.hosts.all())).map(({ host, seen }) => [host, seen]));
  expect(seen).toEqual(new Map(HOSTS.map((host) => [host, host === "web-7" && name === "hosts" ? 2 : 67])));
});
