import type { BaselineLedger } from "../learn/report.ts";
import type { BaselineStore, SchemaStore } from "../watch/ports.ts";
import { isSameList } from "../wire/schemas.ts";
import {
  ACTIVE,
  baselineKey,
  baselineReader,
  entryReader,
  headOfItem,
  itemOfSchema,
  itemsOfVersion,
  partKeysOfItem,
  partsOf,
  reportOfItem,
  schemaKey,
  schemaOfItem,
  VERSION_KEYS,
  versionKey,
  versionOfItem,
} from "./baseline-item.ts";
import { accepted, readOne } from "./formats.ts";
import { collect, getOne, type Item, type ItemTable, unchanged } from "./item-table.ts";
import { budgetKey, budgetOfItem, itemOfBudget, itemOfProgress, PROGRESS_KEY, progressOfItem } from "./ledger-item.ts";

/** Baselines, their ledger, and the feature names behind the schema ids of baselines and history. */
export function createBaselineStore(table: ItemTable): BaselineStore & SchemaStore & BaselineLedger {
  const newest = (owner: string, limit: number) =>
    collect(table.query({ partition: owner, between: VERSION_KEYS, descending: true, limit }));
  const head = (owner: string, version: number) => getOne(table, baselineKey(owner, versionKey(version)));
  // A head can be seen before its parts by a read that may miss the latest writes.
  const partsOfAll = async (heads: readonly Item[]) =>
    partsOf(await table.get(heads.map(partKeysOfItem).flatMap(accepted), { consistent: true }));
  return {
    async active(owners, known = new Map()) {
      const keys = owners.map((owner) => baselineKey(owner, ACTIVE));
      const heads = await table.get(keys, { consistent: false });
      const unchangedIn = (item: Item) => {
        const { owner, version, epsilon } = accepted(headOfItem(item));
        const baseline = known.get(owner);
        return baseline?.version === version && baseline.epsilon === epsilon ? baseline : undefined;
      };
      const read = baselineReader(await partsOfAll(heads.filter((item) => !unchangedIn(item))));
      const baselines = heads.flatMap((item) => unchangedIn(item) ?? accepted(read(item)) ?? []);
      return new Map(baselines.map((baseline) => [baseline.owner, baseline]));
    },

    async names(ids) {
      const items = await table.get(ids.map(schemaKey), { consistent: true });
      return items.map(schemaOfItem).map(accepted);
    },

    async remember(schema) {
      if (await table.put(itemOfSchema(schema), { attribute: "owner", is: "absent" })) return true;
      const stored = await readOne(table, schemaKey(schema.id), schemaOfItem);
      if (!stored) throw new Error(`the names of schema ${schema.id} were deleted meanwhile: it is safe to try again`);
      return isSameList(stored.names, schema.names);
    },

    async latest(owner) {
      const [item] = await newest(owner, 1);
      return item ? accepted(versionOfItem(item)) : 0;
    },

    async write(report, baseline) {
      const { head, parts } = itemsOfVersion(report, baseline);
      await Promise.all(parts.map((part) => table.put(part)));
      if (await table.put(head, { attribute: "owner", is: "absent" })) return;
      const { owner, version } = report;
      throw new Error(`version ${version} of ${owner} is already written: another refit was faster; refit again`);
    },

    async promote({ owner, version }, expected) {
      const item = await head(owner, version);
      if (!item?.epsilon) throw new Error(`version ${version} of ${owner} has no baseline: write it first`);
      return table.put({ ...item, ...baselineKey(owner, ACTIVE) }, unchanged("number", expected));
    },

    async reports(owner, limit) {
      return (await newest(owner, limit)).map(reportOfItem).map(accepted);
    },

    current: (owner) => readOne(table, baselineKey(owner, ACTIVE), reportOfItem),

    async version(owner, version) {
      const item = await head(owner, version);
      return item && accepted(entryReader(await partsOfAll([item]))(item));
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
