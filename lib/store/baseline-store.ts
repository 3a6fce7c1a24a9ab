import { gather } from "../gather-all.ts";
import type { BaselineLedger } from "../learn/report.ts";
import { inParallel } from "../watch/parallel.ts";
import type { BaselineStore } from "../watch/ports.ts";
import {
  ACTIVE,
  baselineKey,
  baselineReader,
  entryReader,
  headOfItem,
  holds,
  itemsOfVersion,
  packedReader,
  partKeysOfItem,
  partsOf,
  refittedAt,
  reportOfItem,
  VERSION_KEYS,
  versionKey,
  versionOf,
} from "./baseline-item.ts";
import { valuesOf } from "./formats.ts";
import { createItemReader, type OnUnreadable } from "./item-reader.ts";
import { getOne, type Item, type ItemTable, unchanged } from "./item-table.ts";
import { budgetKey, budgetOfItem, itemOfBudget, itemOfProgress, PROGRESS_KEY, progressOfItem } from "./ledger-item.ts";

/** Items of an owner deleted at once. */
const DELETES_AT_ONCE = 16;

/** Baselines and their ledger. */
export function createBaselineStore(table: ItemTable, onUnreadable: OnUnreadable): BaselineStore & BaselineLedger {
  const { values, one } = createItemReader(table, onUnreadable);
  const newest = (owner: string, limit: number) =>
    gather(table.query({ partition: owner, between: VERSION_KEYS, descending: true, limit }));
  const head = (owner: string, version: number) => getOne(table, baselineKey(owner, versionKey(version)));
  // A head can be seen before its parts by a read that may miss the latest writes.
  const partsOfAll = async (heads: readonly Item[]) =>
    partsOf(await table.get(valuesOf(heads.map(partKeysOfItem)).flat(), { consistent: true }));
  return {
    async active(owners) {
      const items = await activeItems(table, owners);
      const read = await values(items, baselineReader(await partsOfAll(items)));
      return byOwner(read.flatMap((baseline) => baseline ?? []));
    },

    async packed(owners, known = new Map()) {
      const heads = await values(await activeItems(table, owners), headOfItem);
      const unchangedOnes = heads.flatMap(({ owner, version, epsilon }) => {
        const packed = known.get(owner);
        return packed?.version === version && packed.epsilon === epsilon ? [packed] : [];
      });
      const kept = new Set(unchangedOnes.map(({ owner }) => owner));
      const others = heads.filter(({ owner }) => !kept.has(owner)).map(({ item }) => item);
      const read = await values(others, packedReader(await partsOfAll(others)));
      return byOwner([...unchangedOnes, ...read.flatMap((packed) => packed ?? [])]);
    },

    async latest(owner) {
      const [item] = await newest(owner, 1);
      return item ? versionOf(item) : 0;
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

    async confirm(baseline) {
      const active = await getOne(table, baselineKey(baseline.owner, ACTIVE));
      if (!active?.number || !holds(active, baseline)) return false;
      return table.put(refittedAt(active, baseline.fitted), unchanged("number", Number(active.number.N)));
    },

    async reports(owner, limit) {
      return values(await newest(owner, limit), reportOfItem);
    },

    current: (owner) => one(baselineKey(owner, ACTIVE), reportOfItem),

    async version(owner, version) {
      const item = await head(owner, version);
      return item && (await values([item], entryReader(await partsOfAll([item]))))[0];
    },

    async forget(owner) {
      const items = await gather(table.query({ partition: owner }));
      await inParallel(DELETES_AT_ONCE, items, async ({ version }) => {
        if (version?.S !== undefined) await table.delete(baselineKey(owner, version.S));
      });
    },

    budget: (group) => one(budgetKey(group), budgetOfItem),

    async setBudget(group, budget) {
      await table.put(itemOfBudget(group, budget));
    },

    progress: () => one(PROGRESS_KEY, progressOfItem),

    async saveProgress(progress) {
      await table.put(itemOfProgress(progress));
    },
  };
}

/** Scoring may use a baseline for a minute after its replacement, so these reads need not be consistent. */
function activeItems(table: ItemTable, owners: readonly string[]): Promise<readonly Item[]> {
  const keys = owners.map((owner) => baselineKey(owner, ACTIVE));
  return table.get(keys, { consistent: false });
}

function byOwner<T extends { readonly owner: string }>(ones: readonly T[]): ReadonlyMap<string, T> {
  return new Map(ones.map((one) => [one.owner, one]));
}
