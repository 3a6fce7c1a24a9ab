import { aboutIncidents } from "../../lib/handlers/about.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aBaseline, activate, anIncident, aReport, NOON } from "../contract/examples.ts";

const LINK = "https://example.com/feedback/token";
const labels: FitReport["labels"] = { fault: ["AAAAAA", "BBBBBB"], false: ["CCCCCC"] };

async function ledger() {
  const { baselines } = createMemoryStores(() => 0);
  const baseline = aBaseline("host#web-07", 2);
  await activate(baselines, aReport("host#web-07", 2, { labels }), baseline);
  return baselines;
}

const unused = () => {
  throw new Error("nothing may be logged");
};

test("a message has the incident's link and the number of labels that its baseline learnt from", async () => {
  const about = aboutIncidents(async () => LINK, await ledger(), unused);
  expect(await about(anIncident("web-07"))).toEqual({ link: LINK, labels: 3 });
});

test.each([
  ["a replaced baseline", { owner: "host#web-07", version: 1 }],
  ["an unknown baseline", { owner: "host#web-08", version: 2 }],
  ["a host that was learning", undefined],
])("says nothing about %s", async (_, baseline) => {
  const peak = { time: NOON, ...(baseline ? { judgement: { score: 9, epsilon: 8, baseline } } : {}) };
  const about = aboutIncidents(async () => undefined, await ledger(), unused);
  expect(await about(anIncident("web-07", { peak }))).toEqual({});
});

test("without a readable ledger the message goes out without the number", async () => {
  const logged: string[] = [];
  const current = () => Promise.reject(new Error("down"));
  const about = aboutIncidents(
    async () => LINK,
    { current },
    (what) => logged.push(what),
  );
  expect(await about(anIncident("web-07"))).toEqual({ link: LINK });
  expect(logged).toEqual(["labels behind host#web-07 v2, left out of an alert"]);
});
