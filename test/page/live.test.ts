// One loop reads the stores, for any number of clients, and only while there is one.
import { type Page, startPage } from "../../lib/page/server.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { DAY_MS } from "../../lib/time.ts";
import { newHost } from "../../lib/watch/state.ts";
import { aFleetIncident, anIncident, aState } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { follow } from "./client.ts";

/** Closed after each test, whatever happened to it. */
const opened: Page[] = [];

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

async function open(everyMs: number) {
  const stores = createMemoryStores(() => START);
  const save = (seen: number, host = "web-07") =>
    stores.hosts
      .load([host])
      .then((known) => stores.hosts.save({ ...(known.get(host) ?? newHost(host, "web")), seen }));
  let looks = 0;
  let broken = false;
  const hosts = {
    ...stores.hosts,
    all() {
      looks++;
      if (broken) throw new Error("the table is gone");
      return stores.hosts.all();
    },
  };
  const log: string[] = [];
  const page = await startPage({
    port: 0,
    stores: { ...stores, hosts },
    clock: () => START,
    everyMs,
    by: "ann",
    log: (line) => log.push(line),
  });
  opened.push(page);
  const breakDown = (value: boolean) => {
    broken = value;
  };
  return { page, stores, save, log, breakDown, looks: () => looks };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("twenty followers cost the stores no more than one", async () => {
  const { page, save, looks } = await open(100);
  await save(1);
  const followers = await Promise.all(Array.from({ length: 20 }, () => follow(page.url)));
  await Promise.all(followers.map((one) => one.next("snapshot")));
  const before = looks();
  await wait(1_000);
  expect(looks() - before).toBeGreaterThan(0);
  expect(looks() - before).toBeLessThanOrEqual(11);
  for (const one of followers) one.end();
});

test("without followers nothing is read, and a follower who comes back gets everything", async () => {
  const { page, save, looks } = await open(20);
  await save(1);
  const first = await follow(page.url);
  await first.next("snapshot");
  first.end();
  await wait(200);
  const before = looks();
  await save(2);
  await wait(200);
  expect(looks()).toBe(before);
  const second = await follow(page.url);
  expect((await second.next("snapshot")).cards).toMatchObject([{ host: "web-07", seen: 2 }]);
  second.end();
});

test("only changes are sent", async () => {
  const { page, save } = await open(20);
  await save(1);
  await save(1, "web-08");
  const one = await follow(page.url);
  expect((await one.next("snapshot")).cards).toHaveLength(2);
  await save(2);
  const change = await one.next("change");
  expect(change).toMatchObject({ cards: [{ host: "web-07", seen: 2 }], gone: [], incidents: [] });
  expect(change.cards).toHaveLength(1);
  one.end();
});

test("a fleet that cannot be read is reported once, and comes back by itself", async () => {
  const { page, stores } = await open(20);
  const at = { opened: START - DAY_MS, lastAnomaly: START };
  await stores.incidents.save(aFleetIncident("web", { opened: START - 2 * DAY_MS }));
  await stores.incidents.save(anIncident("db-01", { ...at, id: "ALONE2" }));
  await stores.hosts.save(aState("web-07", { incident: anIncident("web-07", { ...at, fleet: "FLEET2" }) }));
  await stores.hosts.save(aState("db-01", { incident: anIncident("db-01", { ...at, id: "ALONE2" }) }));
  for (let i = 0; i < 250; i++)
    await stores.incidents.save(anIncident(`app-${i}`, { opened: START - i, resolved: START }));
  const one = await follow(page.url);
  const { incidents } = await one.next("snapshot");
  expect(incidents.slice(0, 2)).toMatchObject([{ id: "ALONE2" }, { id: "FLEET2", kind: "fleet" }]);
  expect(incidents).toHaveLength(200);
  one.end();
});

test("a fleet that cannot be read is said once, and is back by itself", async () => {
  const { page, save, log, breakDown } = await open(20);
  await save(1);
  const one = await follow(page.url);
  await one.next("snapshot");
  breakDown(true);
  expect(await one.next("trouble")).toEqual({ message: "the table is gone" });
  await one.next("trouble");
  breakDown(false);
  await save(2);
  await one.next("change");
  expect(log).toEqual(["The page could not read the fleet: the table is gone"]);
  one.end();
});

test("after trouble the page is live again although the fleet is as before", async () => {
  const { page, save, breakDown } = await open(20);
  await save(1);
  const one = await follow(page.url);
  await one.next("snapshot");
  breakDown(true);
  await one.next("trouble");
  breakDown(false);
  expect(await one.next("snapshot")).toMatchObject({ cards: [{ host: "web-07", seen: 1 }] });
  one.end();
});
