import { rulesOf, subjectOf } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import { parseRule } from "../../lib/watch/rule-text.ts";
import { newScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScorePorts, scoreBatch } from "../../lib/watch/score.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { START, sample } from "../factories.ts";

/** Notices that a batch leads to, of one sample of cpu 1 and load 2 of two hosts. */
async function noticesUnder(policyOf?: ScorePorts["policyOf"]) {
  const stores = createMemoryStores(() => START);
  const notices: Notice[] = [];
  const announce = async (state: HostState, fresh: readonly Notice[]) => {
    notices.push(...fresh);
    return state;
  };
  const ports = { ...stores, schemas: stores.baselines, announce, ...(policyOf ? { policyOf } : {}) };
  const records = [
    { host: "web-07", group: "web" },
    { host: "db-1", group: "db" },
  ].map((who, i) => ({
    sequenceNumber: `${i}`,
    partitionKey: who.host,
    arrival: START,
    data: Buffer.from(JSON.stringify(sample(who))).toString("base64"),
  }));
  const { failures } = await scoreBatch(ports, newScoreMemory(), records, {
    clock: () => START,
    deadline: START + 60_000,
  });
  expect(failures).toEqual([]);
  return notices.map(({ kind, incident }) => [kind, subjectOf(incident), rulesOf(incident).map(({ rule }) => rule)]);
}

test("each host is judged by the policy of its name and group, if there is one", async () => {
  const policy = { ...NO_POLICY, rules: [parseRule({ if: "load > 1" })] };
  const opened = ["opened", "web-07", ["load > 1"]];
  expect(await noticesUnder((_, group) => (group === "web" ? policy : NO_POLICY))).toEqual([opened]);
  expect(await noticesUnder((host) => (host === "web-07" ? policy : NO_POLICY))).toEqual([opened]);
  expect(await noticesUnder()).toEqual([]);
});
