// An item that no function can read costs its own host or group something, and nobody else anything.
import { newDesk } from "../../lib/alert/desk.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import type { TableName } from "../../lib/resources.ts";
import { collect, type Item } from "../../lib/store/item-table.ts";
import { createMemoryStores, type MemoryStores } from "../../lib/store/memory.ts";
import { setAside } from "../../lib/store/set-aside.ts";
import { anIncident, aSilence } from "../contract/examples.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 22, 12);
const HOSTS = Array.from({ length: 8 }, (_, i) => `web-${i}`);
const context = { getRemainingTimeInMillis: () => 15 * MINUTE };

/** A fleet of eight hosts that the three functions have served for an hour, with one of each kind of item. */
async function aFleet() {
  let now = NOON;
  const log: string[] = [];
  const copies: string[] = [];
  const messages: string[] = [];
  const stores: MemoryStores = createMemoryStores(
    () => now,
    setAside({
      bucket: { put: async (key) => void copies.push(key), close() {} },
      clock: () => now,
      log: (what, detail) => log.push(`${what}: ${detail}`),
      count: () => {},
      incidents: { ofHost: (...of) => stores.incidents.ofHost(...of) },
    }),
  );
  const failures: string[] = [];
  const handlers = createHandlers({
    env: {},
    stores,
    topic: {
      name: "alerts",
      publish: async ({ subject }) => void messages.push(subject),
      subscriptions: async () => [],
    },
    clock: () => now,
    random: () => 0.5,
    report: () => {},
    log: (what, error) => failures.push(`${what}: ${error}`),
  });
  const score = () => {
    const metrics = { cpu: 20 + ((now / MINUTE) % 7), load: 2 + ((now / MINUTE) % 3) };
    const Records = HOSTS.map((host, i) => ({
      eventID: `${now}-${i}`,
      kinesis: {
        sequenceNumber: `${now}${String(i).padStart(4, "0")}`,
        partitionKey: host,
        data: Buffer.from(JSON.stringify({ host, group: "web", time: now, metrics })).toString("base64"),
        approximateArrivalTimestamp: now / 1_000,
      },
    }));
    return handlers.score({ Records }, context);
  };
  const minutes = async (count: number) => {
    for (let i = 0; i < count; i++) {
      now += MINUTE;
      expect(await score()).toEqual({ batchItemFailures: [] });
      await handlers.sweep({}, context);
    }
  };
  const refit = () => handlers.refit({ all: true }, context);
  return { stores, minutes, refit, log, copies, failures, messages, now: () => now };
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
  const [item] = (await collect(stores.tables[name].scan())).filter(isIt);
  await stores.tables[name].put({ ...item!, format: { N: "99" } });
  await refit();
  await minutes(2);
  await refit();
  expect(failures).toEqual([]);
  expect(log).toHaveLength(1);
  expect(copies).toHaveLength(1);
  const seen = new Map((await collect(stores.hosts.all())).map(({ host, seen }) => [host, seen]));
  expect(seen).toEqual(new Map(HOSTS.map((host) => [host, host === "web-7" && name === "hosts" ? 2 : 67])));
});
