import type { BaselineLedger } from "../learn/report.ts";
import type { BaselineStore, SchemaStore } from "../watch/ports.ts";
import {
  ACTIVE,
  baselineKey,
  baselineOfItem,
  entryOfItem,
  itemOfSchema,
  itemOfVersion,
  reportOfItem,
  schemaKey,
  schemaOfItem,
  VERSION_KEYS,
  versionKey,
  versionOfItem,
} from "./baseline-item.ts";
import { accepted, readOne } from "./formats.ts";
import { collect, type ItemTable, unchanged } from "./item-table.ts";
import { budgetKey, budgetOfItem, itemOfBudget, itemOfProgress, PROGRESS_KEY, progressOfItem } from "./ledger-item.ts";

/** Baselines, their ledger, and the feature names behind the schema ids of baselines and history. */
export function createBaselineStore(table: ItemTable): BaselineStore & SchemaStore & BaselineLedger {
  const newest = (owner: string, limit: number) =>
    collect(table.query({ partition: owner, between: VERSION_KEYS, descending: true, limit }));
  return {
    async active(owners) {
      const keys = owners.map((owner) => baselineKey(owner, ACTIVE));
      const items = await table.get(keys, { consistent: false });
      const baselines = items.map(baselineOfItem).map(accepted);
      return new Map(baselines.map((baseline) => [baseline.owner, baseline]));
    },

    async names(ids) {
      const items = await table.get(ids.map(schemaKey), { consistent: false });
      return items.map(schemaOfItem).map(accepted);
    },

    async remember(schema) {
      await table.put(itemOfSchema(schema));
    },

    async latest(owner) {
      const [item] = await newest(owner, 1);
      return item ? accepted(versionOfItem(item)) : 0;
    },

    async write(report, baseline) {
      const { owner, version } = report;
      const item = itemOfVersion(report, baseline, versionKey(version));
      if (await table.put(item, { attribute: "owner", is: "absent" })) return;
      throw new Error(`version ${version} of ${owner} is already written: another refit was faster; refit again`);
    },

    async promote(report, baseline, expected) {
      return table.put(itemOfVersion(report, baseline, ACTIVE), unchanged("number", expected));
    },

    async reports(owner, limit) {
      return (await newest(owner, limit)).map(reportOfItem).map(accepted);
    },

    current: (owner) => readOne(table, baselineKey(owner, ACTIVE), entryOfItem),

    async version(owner, version) {
      return readOne(table, baselineKey(owner, versionKey(version)), entryOfItem);
    },

    budget: (group) => readOne(table, budgetKey(group), budgetOfItem),

    async setBudget(group, budget) {
      await table.put(itemOfBudget(group, budget));
    },

    progress: () => readOne(table, PROGRESS_KEY, progressOfItem),

    async saveProgress(progress) {
      await table.put(itemOfProgress(progress));
    },
  };
}
