import { gather } from "../../lib/gather-all.ts";
import { cacheBaselines } from "../../lib/store/baseline-cache.ts";
import { createBaselineStore } from "../../lib/store/baseline-store.ts";
import { refuse } from "../../lib/store/item-reader.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import { createSchemaStore } from "../../lib/store/schema-store.ts";
import { DAY_MS, MINUTE_MS } from "../../lib/time.ts";
import { activate, aReport, largeBaseline, NOON, SCHEMA } from "../contract/examples.ts";

const OWNER = "host#web";

/** A table that records the sort keys of what is read, and whose writes fail after as many as are allowed. */
class Watched extends MemoryTable {
  readonly reads: string[] = [];
  /** Whether the last read saw every write that ended before. */
  isConsistent = false;
  writesLeft = Number.POSITIVE_INFINITY;

  override async get(keys: readonly Item[], { consistent } = { consistent: false }) {
    this.isConsistent = consistent;
    this.reads.push(...keys.map(({ version }) => (version?.S ?? "").replace(/#.*#/, "#")));
    return super.get(keys);
  }

  override async put(...args: Parameters<MemoryTable["put"]>) {
    if (this.writesLeft-- <= 0) throw new Error("throttled");
    return super.put(...args);
  }
}

function setUp() {
  const table = new Watched("baselines");
  return { table, store: createBaselineStore(table, refuse, () => NOON) };
}

test("a warm scorer reads the active version each minute, and the parts only when it changed", async () => {
  const { table, store } = setUp();
  let now = NOON;
  const cache = cacheBaselines(store, () => now);
  const readIn = async (minutes: number) => {
    now += minutes * MINUTE_MS;
    table.reads.length = 0;
    const version = (await cache.active([OWNER])).get(OWNER)?.version;
    return [version, ...table.reads];
  };
  await activate(store, aReport(OWNER, 1), largeBaseline(OWNER, 1));
  expect(await readIn(0)).toEqual([1, "ACTIVE", "part#0", "part#1"]);
  expect(await readIn(0)).toEqual([1]);
  expect(await readIn(1)).toEqual([1, "ACTIVE"]);
  expect(await readIn(60)).toEqual([1, "ACTIVE"]);
  await activate(store, aReport(OWNER, 2), largeBaseline(OWNER, 2, 2), 1);
  expect(await readIn(1)).toEqual([2, "ACTIVE", "part#0", "part#1"]);
  expect(await readIn(1)).toEqual([2, "ACTIVE"]);
});

// The version's head, two parts, ACTIVE.
test.each([0, 1, 2, 3])(
  "a refit that stops after %d writes leaves the old version active, and can be repeated",
  async (writes) => {
    const { table, store } = setUp();
    await activate(store, aReport(OWNER, 1), largeBaseline(OWNER, 1));
    table.writesLeft = writes;
    await expect(activate(store, aReport(OWNER, 2), largeBaseline(OWNER, 2, 2), 1)).rejects.toThrow("throttled");
    table.writesLeft = Number.POSITIVE_INFINITY;
    expect((await store.active([OWNER])).get(OWNER)).toEqual(largeBaseline(OWNER, 1));
    const next = (await store.latest(OWNER)) + 1;
    expect(next).toBe(writes < 1 ? 2 : 3);
    expect(await activate(store, aReport(OWNER, next), largeBaseline(OWNER, next, 3), 1)).toBe(true);
    expect((await store.active([OWNER])).get(OWNER)).toEqual(largeBaseline(OWNER, next, 3));
    // The two parts of the active version stay.
    const stay = (await gather(table.scan())).filter(({ version, expires }) => /^part/.test(version!.S!) && !expires);
    expect(stay).toHaveLength(2);
  },
);

test("the parts of a replaced version have an expiry of 14 days, and nothing else has one", async () => {
  const { table, store } = setUp();
  await activate(store, aReport(OWNER, 1), largeBaseline(OWNER, 1));
  const old = new Set(
    (await gather(table.scan())).map(({ version }) => version!.S!).filter((key) => /^part/.test(key)),
  );
  await activate(store, aReport(OWNER, 2), largeBaseline(OWNER, 2), 1);
  for (const { version, expires } of await gather(table.scan()))
    expect([version!.S, Number(expires?.N) * 1_000]).toEqual([
      version!.S,
      old.has(version!.S!) ? NOON + 14 * DAY_MS : Number.NaN,
    ]);
  expect(old.size).toBe(2);
});

test("the store reads names again after every write that ended before: a miss would reject a record", async () => {
  const table = new Watched("baselines");
  await createSchemaStore(table, refuse, () => NOON).names(["dbed0aef"]);
  expect(table.isConsistent).toBe(true);
});

test("reports and version numbers are read without any part", async () => {
  const { table, store } = setUp();
  await activate(store, aReport(OWNER, 1), largeBaseline(OWNER, 1));
  table.reads.length = 0;
  await store.current(OWNER);
  await store.reports(OWNER, 5);
  await store.latest(OWNER);
  expect(table.reads).toEqual(["ACTIVE"]);
});

test("the store keeps names of metrics for two months after their last use, which a scorer reports daily", async () => {
  const table = new MemoryTable("baselines");
  let now = NOON;
  const store = createSchemaStore(table, refuse, () => now);
  const days = async () => {
    const [item] = await gather(table.scan());
    return (Number(item!.expires!.N) * 1_000 - now) / DAY_MS;
  };
  expect(await store.remember(SCHEMA)).toBe("created");
  expect(await days()).toBe(60);
  now += 15 * DAY_MS;
  expect(await store.remember(SCHEMA)).toBe("known");
  expect(await days()).toBe(45);
  now += DAY_MS;
  expect(await store.remember(SCHEMA)).toBe("known");
  expect(await days()).toBe(60);
});
