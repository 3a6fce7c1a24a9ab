import { gather } from "../../lib/gather-all.ts";
import { whitenedGaussian } from "../../lib/model/gaussian.ts";
import { createAlertingStore } from "../../lib/store/alerting-store.ts";
import { createBaselineStore } from "../../lib/store/baseline-store.ts";
import { createHistoryStore } from "../../lib/store/history-store.ts";
import { createIncidentStore } from "../../lib/store/incident-store.ts";
import { refuse } from "../../lib/store/item-reader.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import { createSchemaStore } from "../../lib/store/schema-store.ts";
import { schemaId } from "../../lib/wire/schemas.ts";
import {
  aBaseline,
  aChunk,
  activate,
  anIncident,
  aReport,
  aSilence,
  largeBaseline,
  NOON,
  SCHEMA,
  wholeItem,
} from "../contract/examples.ts";

/** Changes the one item of a table. */
async function tamper(table: MemoryTable, change: (item: Item) => Item): Promise<void> {
  for (const item of await gather(table.scan())) await table.put({ ...item, ...change(item) });
}

const doubles = (...numbers: number[]) => ({ B: new Uint8Array(Float64Array.from(numbers).buffer) });

describe("an active baseline", () => {
  const full = { model: whitenedGaussian(Float64Array.of(1, 2), Float64Array.of(1, 1), Float64Array.of(1, 0, 1)) };

  test.each<[string, Item, string]>([
    ["of another schema", { schema: { S: "00000000" } }, `features: names with id ${SCHEMA.id}, stored under 00000000`],
    ["with a number too few", { model: doubles(1, 2, 1, 1, 1, 0) }, "model: expected 7 numbers, found 6"],
    ["with bytes too few", { model: { B: new Uint8Array(9) } }, "model: 9 bytes are no whole number of doubles"],
    ["with NaN", { model: doubles(1, Number.NaN, 1, 1, 1, 0, 1) }, "model: a number is not finite"],
    ["without spread", { model: doubles(1, 2, 1, 0, 1, 0, 1) }, "model: a standard deviation is not positive"],
    [
      "with a flat triangle",
      { model: doubles(1, 2, 1, 1, 1, 0, -1) },
      "model: the diagonal of the triangle is not positive",
    ],
    ["of unknown covariance", { covariance: { S: "banded" } }, "covariance: expected diagonal or full"],
    [
      "of an unknown detector",
      { detector: { S: "magic" } },
      'detector: expected bands or gaussian or zscore or iforest or reconstruction, found "magic"',
    ],
    ["without epsilon", { epsilon: { S: "9" } }, 'epsilon: expected a number (N), found "9"'],
  ])("%s is an error", async (_, broken, problem) => {
    const table = new MemoryTable("baselines");
    const store = createBaselineStore(table, refuse, () => NOON);
    await table.put(wholeItem(aReport("host#web", 1), aBaseline("host#web", 1, full)));
    expect((await store.active(["host#web"])).size).toBe(1);
    await tamper(table, () => broken);
    await expect(store.active(["host#web"])).rejects.toThrow(
      `table baselines, item with owner "host#web", version "ACTIVE", attribute ${problem}`,
    );
  });

  test.each([
    [
      "a schema whose id does not belong to its names",
      { schema: { ...SCHEMA, id: "00000000" } },
      "features: names with id",
    ],
    ["an epsilon that is not finite", { epsilon: Number.POSITIVE_INFINITY }, "Infinity cannot be stored"],
  ])("with %s is never written", async (_, fields, problem) => {
    const store = createBaselineStore(new MemoryTable("baselines"), refuse, () => NOON);
    await expect(store.write(aReport("host#web", 1), aBaseline("host#web", 1, fields))).rejects.toThrow(problem);
    expect(await store.latest("host#web")).toBe(0);
  });
});

describe("a baseline in two parts", () => {
  const isPart = ({ version }: Item) => version?.S?.startsWith("part#");

  /** A store with an active baseline, of whose items `change` makes others. */
  async function storeWith(change: (items: readonly Item[]) => readonly Item[]) {
    const [before, after] = [new MemoryTable("baselines"), new MemoryTable("baselines")];
    await activate(
      createBaselineStore(before, refuse, () => NOON),
      aReport("host#web", 1),
      largeBaseline("host#web", 1),
    );
    for (const item of change(await gather(before.scan()))) await after.put(item);
    return createBaselineStore(after, refuse, () => NOON);
  }

  const withPacking = (changes: object) => (items: readonly Item[]) =>
    items.map((item) => {
      const { packing } = item;
      return packing ? { ...item, packing: { S: JSON.stringify({ ...JSON.parse(packing.S!), ...changes }) } } : item;
    });

  test.each<[string, (items: readonly Item[]) => readonly Item[], string]>([
    [
      "without its second part",
      (items) => items.filter(({ version }) => !/^part.*1$/.test(version!.S!)),
      "part 2 of 2 is missing",
    ],
    ["without any part", (items) => items.filter((item) => !isPart(item)), "part 1 of 2 is missing"],
    [
      "with other bytes",
      // python3 -c 'import hashlib; print(hashlib.sha256(bytes([1, 2, 3, 1, 2, 3])).hexdigest()[:32])'
      (items) => items.map((item) => (isPart(item) ? { ...item, bytes: { B: Uint8Array.of(1, 2, 3) } } : item)),
      "the parts have digest 3ba35ee83f218013f8b83f08ae2c06c9, expected ",
    ],
    ["with another length", withPacking({ lengths: { model: 8 } }), "expected 8 bytes, found 648001"],
    ["with 25 parts", withPacking({ parts: 25 }), "25 parts: at most 24"],
  ])("%s is an error that names the version", async (_, change, problem) => {
    const place = 'table baselines, item with owner "host#web", version';
    const active = (await storeWith(change)).active(["host#web"]);
    await expect(active).rejects.toThrow(`${place} "ACTIVE", attribute packing: ${problem}`);
    const version = (await storeWith(change)).version("host#web", 1);
    await expect(version).rejects.toThrow(`${place} "v000001", attribute packing: ${problem}`);
  });
});

test.each([
  [
    "source",
    { source: "guess" },
    'expected default or quantile or false labels or labels or group labels or budget or by hand or group by hand, found "guess"',
  ],
  ["labels", { labels: { fault: "ABC234", false: [] } }, 'expected a list, found "ABC234"'],
  ["quality", { quality: { f1: 1 } }, "expected an object, found undefined"],
  [
    "detector",
    { detector: "magic" },
    'expected bands or gaussian or zscore or iforest or reconstruction or ensemble or fused, found "magic"',
  ],
])("a report with another %s is an error", async (_, fields, problem) => {
  const table = new MemoryTable("baselines");
  const store = createBaselineStore(table, refuse, () => NOON);
  await store.write(aReport("host#web", 1));
  await tamper(table, () => ({ report: { S: JSON.stringify({ ...aReport("host#web", 1), ...fields }) } }));
  await expect(store.reports("host#web", 1)).rejects.toThrow(`version "v000001", attribute report: ${problem}`);
});

test.each([0.5, -1, 1_000_000])("rejects version %d", async (version) => {
  const store = createBaselineStore(new MemoryTable("baselines"), refuse, () => NOON);
  await expect(store.write(aReport("host#web", version))).rejects.toThrow(`${version} is no version`);
});

test("names under another id are an error", async () => {
  const table = new MemoryTable("baselines");
  const store = createSchemaStore(table, refuse, () => NOON);
  await store.remember(SCHEMA);
  await tamper(table, () => ({ features: { S: '["cpu"]' } }));
  await expect(store.names([SCHEMA.id])).rejects.toThrow(
    `owner "schema#${SCHEMA.id}", version "NAMES", attribute features`,
  );
});

describe("a chunk of history", () => {
  test.each<[string, Item, string]>([
    ["with a flag too many", { flags: { B: Uint8Array.of(0, 0, 0) } }, "flags: 3 for 2 times"],
    ["that begins at another time", { times: { B: Uint8Array.of(2, 2) } }, "times: begin with 1"],
    ["with values that do not inflate", { columns: { B: Uint8Array.of(7, 7) } }, "columns: "],
    ["with values too few", { columns: { B: Uint8Array.of(3, 0) } }, "columns: no exponents of 2 columns"],
  ])("%s is an error", async (_, broken, problem) => {
    const table = new MemoryTable("history");
    const schemas = createSchemaStore(new MemoryTable("baselines"), refuse, () => NOON);
    const store = createHistoryStore(table, refuse, schemas, () => NOON);
    await schemas.remember(SCHEMA);
    await store.keep(aChunk("web"));
    await tamper(table, () => broken);
    await expect(gather(store.read("web", 0, Infinity))).rejects.toThrow(
      `table history, item with host "web", time "${NOON}", attribute ${problem}`,
    );
  });

  test("whose names are lost is left out until they are stored again", async () => {
    const table = new MemoryTable("history");
    const schemas = createSchemaStore(new MemoryTable("baselines"), refuse, () => NOON);
    const store = createHistoryStore(table, refuse, schemas, () => NOON);
    await schemas.remember(SCHEMA);
    await store.keep(aChunk("web"));
    const other = { id: schemaId(["disk", "load"]), names: ["disk", "load"] };
    await tamper(table, () => ({ schema: { S: other.id } }));
    expect(await gather(store.read("web", 0, Infinity))).toEqual([]);
    await schemas.remember(other);
    expect(await gather(store.read("web", 0, Infinity))).toHaveLength(1);
  });
});

test("an unknown label is an error", async () => {
  const table = new MemoryTable("incidents");
  const store = createIncidentStore(table, refuse);
  await store.save(anIncident("web"));
  await tamper(table, () => ({ label: { S: '{"verdict":"maybe","at":1,"by":"ada"}' } }));
  await expect(store.get("web", NOON)).rejects.toThrow(
    `table incidents, item with host "web", opened "${NOON}", attribute label: expected fault or`,
  );
});

test.each([
  ["without a pattern", { matcher: {} }, "expected a pattern of host or group, found none"],
  ["without an end", { until: null }, "expected a whole number, found null"],
  ["in a window of no zone", { recurrence: { days: [], start: 0, durationMs: 1 } }, "expected a text, found undefined"],
])("a silence %s is an error", async (_, fields, problem) => {
  const table = new MemoryTable("alerting");
  const store = createAlertingStore(table, refuse, () => NOON);
  await store.saveSilence(aSilence("ABC234"));
  await tamper(table, () => ({ body: { S: JSON.stringify({ ...aSilence("ABC234"), ...fields }) } }));
  await expect(store.silences()).rejects.toThrow(
    `table alerting, item with kind "silence", id "ABC234", attribute body: ${problem}`,
  );
});
