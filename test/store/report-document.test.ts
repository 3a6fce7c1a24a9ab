import { createBaselineStore } from "../../lib/store/baseline-store.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import { reportOfDocument } from "../../lib/store/report-document.ts";
import { aReport, NOON } from "../contract/examples.ts";

/** As written by version 0.1: one detector, plain shares, and a source with another name. */
const OLD = {
  owner: "host#web-07",
  version: 3,
  at: NOON,
  covariance: "full",
  samples: 600,
  excluded: 4,
  epsilon: 9.25,
  source: "quantile and false labels",
  labels: { fault: ["ABC234"], false: [] },
  quality: { f1: 0.8, precision: 0.9, recall: 0.72 },
  flagRate: 0.001,
};

test("a report from before there were several detectors is read; nothing is known of how sure its shares were", () => {
  expect(reportOfDocument(JSON.parse(JSON.stringify(OLD)))).toEqual({
    ...OLD,
    detector: "gaussian",
    source: "false labels",
    quality: {
      f1: 0.8,
      precision: { value: 0.9, low: 0, high: 1 },
      recall: { value: 0.72, low: 0, high: 1 },
    },
  });
});

test.each([
  [
    "a detector of another program",
    { detector: "lstm" },
    'expected fused or gaussian or zscore or iforest, found "lstm"',
  ],
  ["a source of another program", { source: "oracle" }, 'found "oracle"'],
  ["half an interval", { quality: { f1: 1, precision: { value: 1, low: 0 }, recall: 1 } }, "expected a number"],
  ["a budget without figures", { budget: { allowed: 3 } }, "expected a number"],
  ["a fractional version to go back to", { from: 1.5 }, "expected a whole number, found 1.5"],
])("%s is an error", (_, changes, message) => {
  expect(() => reportOfDocument({ ...aReport("host#web-07", 1), ...changes })).toThrow(message);
});

test.each([
  ["budget", { owner: { S: "group#web" }, version: { S: "BUDGET" }, budget: { S: '{"alertsPerWeek":"3"}' } }],
  ["progress", { owner: { S: "refit" }, version: { S: "PROGRESS" }, progress: { S: '{"day":20779,"done":1}' } }],
])("a broken %s is an error that names table, key and attribute", async (name, item) => {
  const table = new MemoryTable("baselines");
  await table.put({ ...item, format: { N: "1" } });
  const ledger = createBaselineStore(table);
  const read = name === "budget" ? ledger.budget("web") : ledger.progress();
  await expect(read).rejects.toThrow(
    `table baselines, item with owner "${item.owner.S}", version "${item.version.S}", attribute ${name}: expected`,
  );
});
