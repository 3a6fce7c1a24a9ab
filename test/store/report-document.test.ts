import { createBaselineStore } from "../../lib/store/baseline-store.ts";
import { refuse } from "../../lib/store/item-reader.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import { reportOfDocument } from "../../lib/store/report-document.ts";
import { aReport, NOON } from "../contract/examples.ts";

test.each([
  [
    "a detector of another program",
    { detector: "lstm" },
    'expected bands or gaussian or zscore or iforest or reconstruction or ensemble or fused, found "lstm"',
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
  const ledger = createBaselineStore(table, refuse, () => NOON);
  const read = name === "budget" ? ledger.budget("web") : ledger.progress();
  await expect(read).rejects.toThrow(
    `table baselines, item with owner "${item.owner.S}", version "${item.version.S}", attribute ${name}: expected`,
  );
});
