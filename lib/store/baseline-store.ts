import { gather } from "../gather-all.ts";
import { type BaselineLedger, MODEL_DAYS } from "../learn/report.ts";
import { type Clock, DAY_MS } from "../time.ts";
import { inParallel } from "../watch/parallel.ts";
import type { BaselineStore } from "../watch/ports.ts";
import { number } from "./attributes.ts";
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
import { createItemReader, type ItemReader, type OnUnreadable } from "./item-reader.ts";
import { getOne, type Item, type ItemTable, unchanged } from "./item-table.ts";
import { budgetKey, budgetOfItem, itemOfBudget, itemOfProgress, PROGRESS_KEY, progressOfItem } from "./ledger-item.ts";

/** Items of an owner deleted or changed at once. */
const CHANGES_AT_ONCE = 16;

type Baselines = BaselineStore & BaselineLedger;

/** Baselines and their ledger. */
export function createBaselineStore(table: ItemTable, onUnreadable: OnUnreadable, clock: Clock): Baselines {
  const { values, one } = createItemReader(table, onUnreadable);
  const newest = (owner: string, limit: number) =>
    gather(table.query({ partition: owner, between: VERSION_KEYS, descending: true, limit }));
  const head = (owner: string, version: number) => getOne(table, baselineKey(owner, versionKey(version)));
  const partsOfAll = async (heads: readonly Item[]) => partsOf(await partItems(table, heads));
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
      const { owner, version } = report;
      // The head goes first: by it the next promotion finds the parts of a refit that stops here.
      if (!(await table.put(head, { attribute: "owner", is: "absent" })))
        throw new Error(`version ${version} of ${owner} is already written: another refit was faster; refit again`);
      await Promise.all(parts.map((part) => table.put(part)));
    },

    async promote({ owner, version }, expected) {
      if (version <= expected) throw new Error(`version ${version} of ${owner} is not newer than ${expected}`);
      const item = await head(owner, version);
      if (!item?.epsilon) throw new Error(`version ${version} of ${owner} has no baseline: write it first`);
      if (!(await table.put({ ...item, ...baselineKey(owner, ACTIVE) }, unchanged("number", expected)))) return false;
      await expireParts(table, owner, [expected, version - 1], clock());
      return true;
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
      const [item, active] = await Promise.all([head(owner, version), getOne(table, baselineKey(owner, ACTIVE))]);
      if (!item) return undefined;
      const isActive = Number(active?.number?.N) === version;
      const parts = (await partItems(table, [item])).filter(({ expires }) => isActive || !isOver(expires?.N, clock()));
      return (await values([item], entryReader(partsOf(parts), isActive)))[0];
    },

    async forget(owner) {
      const items = await gather(table.query({ partition: owner }));
      await inParallel(CHANGES_AT_ONCE, items, async ({ version }) => {
        if (version?.S !== undefined) await table.delete(baselineKey(owner, version.S));
      });
    },

    ...besideVersions(table, one),
  };
}

/** What a refit needs beside the versions. */
function besideVersions(
  table: ItemTable,
  one: ItemReader["one"],
): Pick<BaselineLedger, "budget" | "setBudget" | "progress" | "saveProgress"> {
  return {
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

/** A head can be seen before its parts by a read that may miss the latest writes. */
function partItems(table: ItemTable, heads: readonly Item[]): Promise<readonly Item[]> {
  return table.get(allPartKeys(heads), { consistent: true });
}

function allPartKeys(heads: readonly Item[]): readonly Item[] {
  return valuesOf(heads.map(partKeysOfItem)).flat();
}

/**
 * Lets the parts of these versions expire. The first was active; the refits of the others stopped or were too slow.
 * None of them becomes active again: a promotion expects the active version to be older.
 */
async function expireParts(table: ItemTable, owner: string, versions: readonly [number, number], now: number) {
  const between = [versionKey(versions[0]), versionKey(versions[1])] as const;
  const heads = await gather(table.query({ partition: owner, between, consistent: true }));
  const expires = number(Math.ceil((now + MODEL_DAYS * DAY_MS) / 1_000));
  await inParallel(CHANGES_AT_ONCE, allPartKeys(heads), async (key) => {
    await table.update(key, { expires }, { attribute: "expires", is: "absent" });
  });
}

/** DynamoDB deletes expired items days later. */
function isOver(expires: string | undefined, now: number): boolean {
  return expires !== undefined && Number(expires) * 1_000 <= now;
}

/** Scoring may use a baseline for a minute after its replacement, so these reads need not be consistent. */
function activeItems(table: ItemTable, owners: readonly string[]): Promise<readonly Item[]> {
  const keys = owners.map((owner) => baselineKey(owner, ACTIVE));
  return table.get(keys, { consistent: false });
}

function byOwner<T extends { readonly owner: string }>(ones: readonly T[]): ReadonlyMap<string, T> {
  return new Map(ones.map((one) => [one.owner, one]));
}
