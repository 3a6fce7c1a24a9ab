import { aboutNotices } from "../../lib/handlers/about.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aBaseline, activate, aFleetIncident, anIncident, aReport, aState, NOON } from "../contract/examples.ts";

const LINK = "https://example.com/feedback/token";
const labels: FitReport["labels"] = { fault: ["AAAAAA", "BBBBBB"], false: ["CCCCCC"] };

const incident = anIncident("web-07");
const opened = { kind: "opened" as const, incident };

async function ledger() {
  const { alerting, baselines, hosts } = createMemoryStores(() => NOON);
  const baseline = aBaseline("host#web-07", 2);
  await activate(baselines, aReport("host#web-07", 2, { labels }), baseline);
  return { alerting, baselines, hosts };
}

const unused = () => {
  throw new Error("nothing may be logged");
};

test("a message has the incident's link and the number of labels that its baseline learnt from", async () => {
  const about = aboutNotices(async () => LINK, await ledger(), unused);
  expect(await about(opened)).toEqual({ link: LINK, labels: 3 });
});

test("a message names what somebody did within the hour before", async () => {
  const stores = await ledger();
  const deploy = { matcher: { group: "web" }, text: "deploy 4.2", by: "anna", at: incident.opened - 360_000 };
  await stores.alerting.saveEvent({ id: "E-K7Q2RT", ...deploy });
  const about = aboutNotices(async () => LINK, stores, unused);
  const { text, by, at } = deploy;
  const preceding = [{ what: "event", text, by, at, before: 360_000 }];
  expect(await about(opened)).toEqual({ link: LINK, labels: 3, preceding });
});

test("a message has the attributes of its host's machine; a group's message has none", async () => {
  const stores = await ledger();
  const attributes = { region: "eu-west-1" };
  await stores.hosts.save(aState("web-07", { attributes }));
  const about = aboutNotices(async () => LINK, stores, unused);
  expect(await about(opened)).toEqual({ link: LINK, labels: 3, attributes });
  expect(await about({ kind: "opened", incident: aFleetIncident("web") })).toEqual({ link: LINK, labels: 3 });
});

test.each([
  ["a replaced baseline", { owner: "host#web-07", version: 1 }],
  ["an unknown baseline", { owner: "host#web-08", version: 2 }],
  ["a host that was learning", undefined],
])("a message says nothing about %s", async (_, baseline) => {
  const peak = { time: NOON, ...(baseline ? { judgement: { score: 9, epsilon: 8, baseline } } : {}) };
  const about = aboutNotices(async () => undefined, await ledger(), unused);
  expect(await about({ kind: "opened", incident: anIncident("web-07", { peak }) })).toEqual({});
});

test("a message whose stores cannot be read goes out without the number, the events and the attributes", async () => {
  const logged: string[] = [];
  const down = () => Promise.reject(new Error("down"));
  const about = aboutNotices(
    async () => LINK,
    { baselines: { current: down }, alerting: { events: down, silences: down }, hosts: { load: down } },
    (what) => logged.push(what),
  );
  expect(await about(opened)).toEqual({ link: LINK });
  expect(logged.sort()).toEqual([
    "attributes of web-07, left out of an alert",
    `events and silences before incident ${incident.id}, left out of an alert`,
    "labels behind host#web-07 v2, left out of an alert",
  ]);
});
