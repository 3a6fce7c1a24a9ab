import type { Cause } from "../../lib/incident/cause.ts";
import { causesOf } from "../../lib/incident/incident.ts";
import type { BandsMemory } from "../../lib/model/band-memory.ts";
import { JOINT_MEMORY } from "../../lib/model/joint-reading.ts";
import type { WindowMemory } from "../../lib/model/window-memory.ts";
import { accepted } from "../../lib/store/formats.ts";
import { hostOfItem, itemOfHost } from "../../lib/store/host-item.ts";
import { createHostStore } from "../../lib/store/host-store.ts";
import { refuse } from "../../lib/store/item-reader.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import type { FeatureMemory } from "../../lib/watch/derive.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, aSilentIncident, aState, NOON } from "../contract/examples.ts";
import { assemblyOf } from "../factories.ts";

const hostIn = (item: Item) => accepted(hostOfItem(item));

/** A write of an item costs one unit for each KB that it begins. */
const WRITE_UNIT = 1024;

const HOST = "production-web-server-07";
const baseline = { owner: `host#${HOST}`, version: 365 };

const times = Array.from({ length: 64 }, (_, i) => NOON + i * 10_000 + ((i * i * 7919) % 1999) - 999);

/** A host after a year of samples every ten seconds, of 38 metrics, whose times are never quite on time. */
const calm = aState(HOST, {
  group: "production-web-servers",
  revision: 5_259_487,
  seen: 31_556_952,
  // One in two thousand came twice, one in ten thousand late.
  ingest: { duplicates: 15_778, late: 3_155, rejected: 0 },
  since: NOON - 365 * 86_400_000,
  newest: times[63]!,
  arrived: NOON + 63 * 10_000 + 60_456,
  interval: 63_000,
  applied: times,
  schema: "a1b2c3d4",
  vector: Float64Array.from({ length: 38 }, (_, i) => Math.PI * 10 ** (i - 19)),
  verdict: { score: 4.12345678901234, epsilon: 8, baseline },
});

/** Scores of a detector that judges samples by themselves. */
const memory = { last: Float64Array.of(4.12345678901234, 0, 1e6, 41.5) };

/** The memory of calendar bands with 38 metrics, of which `out` are beyond their bands. */
function bandsMemory(out: number, young = false): BandsMemory {
  const numbers = (length: number, value = 0) => new Float64Array(length).fill(value);
  const level = numbers(38, Math.fround(1 / 3));
  return {
    recent: numbers(7 * 38).fill(Math.fround(Math.PI), 0, 7 * out),
    averages: numbers(4 * 38, -1),
    place: numbers(38, 1),
    joint: numbers(JOINT_MEMORY, Math.fround(4.2)),
    run: numbers(38).fill(29, 0, 20),
    gone: numbers(38),
    ...(young ? { young: { level, deviation: level, seen: numbers(38, 2_880) } } : {}),
  };
}

/** The memory of a reconstruction of 38 metrics. */
const windows: WindowMemory = {
  past: new Int8Array(4 * 38).fill(-127),
  level: new Float32Array(38).fill(Math.PI),
  deviation: new Float32Array(38).fill(Math.E),
  averages: Float32Array.of(1.5, 2.5),
};

/** Metrics of seven senders' records, a third of them counters. */
const assembly = assemblyOf(
  Array.from({ length: 38 }, (_, i) => ({
    name: `${["cpu_usage_user", "mem_used", "disk_used_percent", "net_received", "diskio_reads"][i % 5]}_of_${i * i}`,
    at: NOON + (i % 7) * 1_000,
    value: Math.PI * 10 ** (i % 8),
    every: 60_000,
    ...(i % 3 === 0 ? { isCounter: true, rate: Math.E * 10 ** (i % 5) } : { isCounter: false, rate: Number.NaN }),
  })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  NOON,
);

/** Features of which some have windows. */
function featuresOf(count: number, windows: number, samples: number): FeatureMemory {
  const definition = (i: number) => (0xa1b2c3d4 - 7_919_777 * i).toString(16);
  const window = (i: number) =>
    Array.from({ length: samples }, (_, k) => Math.PI * ((7_919 * k + 104_729 * i) % 99_991));
  return {
    sent: "a1b2c3d4e5f60718",
    defined: Object.fromEntries(Array.from({ length: count }, (_, i) => [`network_received_${i}`, definition(i)])),
    every: 10_000,
    series: Object.fromEntries(Array.from({ length: windows }, (_, i) => [definition(i), window(i)])),
    unmade: [],
    leftOut: 0,
  };
}

const cause = (metric: string): Cause => ({
  metric: metric.padEnd(24, "_"),
  now: -0.000123456789012,
  expected: 123_456.789012345,
  low: -0.0123456789012345,
  high: 987_654.321098765,
  contribution: 1234.56789012345,
  share: 0.333333333333333,
  normalAt: 0.00123456789012345,
});

const incident = anIncident(HOST, {
  group: "production-web-servers",
  samples: 8_640,
  anomalies: 8_123,
  peak: { time: NOON + 12_345, judgement: { score: 123.4567890123456, epsilon: 29.12345678901234, baseline } },
  causes: [cause("memory_available_bytes"), cause("network_receive_errors"), cause("disk_write_operations")],
});

const verdict = { score: 41.12345678901234, epsilon: 29.12345678901234, baseline };
const { causes } = incident;

const LAPSED = [3_500_123, 1_700_123, 901_017, 299_511].map((ago) => ({
  at: NOON - ago,
  patterns: causes.map(({ metric }) => `high ${metric}`),
  peak: { time: NOON - ago - 600_000, judgement: { score: 123.4567890123456, epsilon: 29.12345678901234, baseline } },
}));

describe("a host with 38 metrics and 64 irregular times", () => {
  test.each<[string, number, Partial<HostState>]>([
    ["calm, with four scores", 1, { memory, verdict }],
    ["calm, with windows of five samples", 1, { memory: windows, verdict }],
    ["calm, by an ensemble of bands and windows", 2, { memory: { members: [bandsMemory(0), windows] }, verdict }],
    ["with windows and an open incident", 2, { memory: windows, verdict, incident }],
    ["calm, within an hour of four incidents", 2, { memory, verdict, lapsed: LAPSED }],
    ["with four scores and an open incident of three causes", 2, { memory, verdict, incident }],
    ["calm, with a memory of calendar bands", 1, { memory: bandsMemory(0), verdict }],
    ["calm, with a young host's memory of calendar bands", 2, { memory: bandsMemory(0, true), verdict }],
    ["with three metrics out and an open incident", 2, { memory: bandsMemory(3), verdict, incident }],
    ["with all metrics out and an open incident", 3, { memory: bandsMemory(38), verdict, incident }],
    ["with samples in pieces, calm", 2, { memory: bandsMemory(0), verdict, assembly }],
    [
      "with six features, of two windows of ten",
      2,
      { memory: bandsMemory(0), verdict, features: featuresOf(6, 2, 10) },
    ],
    [
      "with 64 features, of ten windows of sixty",
      7,
      { memory: bandsMemory(0), verdict, features: featuresOf(64, 10, 60) },
    ],
    ["without a memory, calm", 1, { verdict }],
    ["without a memory, with an open incident", 1, { verdict, incident }],
  ])("%s, takes %i write unit(s)", (_, units, fields) => {
    expect([HOST.length, ...causes.map(({ metric }) => metric.length)]).toEqual([24, 24, 24, 24]);
    expect(Math.ceil(itemSize(itemOfHost({ ...calm, ...fields })) / WRITE_UNIT)).toBe(units);
  });

  test("reads vector and memory back exactly", () => {
    const read = hostIn(itemOfHost({ ...calm, memory }));
    expect(read).toMatchObject({ memory, vector: calm.vector });
  });

  test("reads causes back to six digits, the verdict's numbers to seven, everything else exactly", () => {
    const state = { ...calm, verdict, incident };
    const read = hostIn(itemOfHost(state));
    expect(causesOf(read.incident!)[0]).toEqual({
      metric: "memory_available_bytes__",
      now: -0.000123457,
      expected: 123_457,
      low: -0.0123457,
      high: 987_654,
      contribution: 1234.57,
      share: 0.333333,
      normalAt: 0.00123457,
    });
    expect(read.verdict).toEqual({
      score: Math.fround(verdict.score),
      epsilon: Math.fround(verdict.epsilon),
      baseline,
    });
    const { incident: _, verdict: __, ...exact } = state;
    expect(read).toMatchObject(exact);
  });
});

test.each([`host#${HOST}`, "group#production-web-servers", "group#another", "host#another"])(
  "a verdict by %s keeps its owner",
  (owner) => {
    const by = { owner, version: 4_294_967_295 };
    const read = hostIn(itemOfHost({ ...calm, verdict: { score: 1.5, epsilon: 8, baseline: by } }));
    expect(read.verdict).toEqual({ score: 1.5, epsilon: 8, baseline: by });
  },
);

test("ignores an earlier version's detector memory, and a verdict whose score was part of it", () => {
  const item = itemOfHost({ ...calm, verdict });
  const v = Buffer.from(item.v!.B!);
  v[0]! |= 4;
  const old = { ...item, m: { B: new Uint8Array(468) }, w: { N: "5" }, c: { N: "4" }, u: { B: new Uint8Array(9) } };
  expect(hostIn(old)).toEqual(hostIn(item));
  const { verdict: _, ...none } = hostIn(item);
  expect(hostIn({ ...old, v: { B: v.subarray(0, 9) } })).toEqual(none);
});

test("writes a pending notice as a list of kind, incident and revision", () => {
  const item = itemOfHost(aState("web-07", { pending: [{ kind: "opened", id: "ABC234", opened: NOON, revision: 1 }] }));
  expect(item.q).toEqual({ S: `[["opened","ABC234",${NOON},1]]` });
});

test("keeps missing values missing, and values far beyond single precision exact", () => {
  const vector = Float64Array.of(1e100, -1e100, Number.NaN, 12_345_678_901.5);
  expect(hostIn(itemOfHost(aState("web", { vector }))).vector).toEqual(vector);
});

// 300 = 2 · 128 + 44, low seven bits first: ac 02.
test("the counts of duplicate, late and rejected records take a few bytes, and no attribute while all are 0", () => {
  const item = itemOfHost(aState("web-07", { ingest: { duplicates: 300, late: 0, rejected: 7 } }));
  expect(item.f).toEqual({ B: Uint8Array.of(0xac, 0x02, 0, 7) });
  const { f } = itemOfHost(aState("web-07", { ingest: { duplicates: 5, late: 0, rejected: 0 } }));
  expect(f).toEqual({ B: Uint8Array.of(5) });
  expect(hostIn(item).ingest).toEqual({ duplicates: 300, late: 0, rejected: 7 });
  const { f: _, ...clean } = item;
  expect(hostIn(clean).ingest).toEqual({ duplicates: 0, late: 0, rejected: 0 });
});

test("an incident of an unknown kind, as of a later release, is an error", () => {
  const item = itemOfHost(aState("web-07", { incident: aSilentIncident("web-07") }));
  const broken = { ...item, i: { S: item.i!.S!.replace('"s"', '"l"') } };
  expect(() => hostIn(broken)).toThrow('attribute i: expected a or s, found "l"');
});

test("absent parts of a state have no attribute", () => {
  const names = Object.keys(itemOfHost(aState("web")));
  expect(names).toContain("d");
  expect(["v", "y", "b", "i", "q", "unsent", "l", "z", "o", "f"].filter((name) => names.includes(name))).toEqual([]);
});

test.each([
  ["verdict", { verdict: { score: Number.NaN, epsilon: 9, baseline: { owner: "host#web", version: 1 } } }],
  ["newest", { newest: Number.NaN }],
  ["vector", { vector: Float64Array.of(Number.POSITIVE_INFINITY) }],
  ["applied", { applied: [1.5] }],
  ["count", { ingest: { duplicates: 0, late: -1, rejected: 0 } }],
])("does not store a %s that it could not read again", async (_, fields) => {
  const table = new MemoryTable("hosts");
  await expect(createHostStore(table, refuse).save(aState("web", fields))).rejects.toThrow(RangeError);
  expect(await table.get([{ host: { S: "web" } }])).toEqual([]);
});

describe("a broken item is an error that names table, key and attribute", () => {
  const good = itemOfHost(
    aState("web-07", {
      verdict: { score: 1, epsilon: 9, baseline: { owner: "host#web-07", version: 1 } },
      memory,
      incident: anIncident("web-07"),
      pending: [{ kind: "opened", id: "ABC234", opened: NOON, revision: 1 }],
    }),
  );

  test.each<[string, Item, string]>([
    ["format of the future", { format: { N: "2" } }, "format: this program reads 1, found 2"],
    ["group of another type", { g: { N: "7" } }, 'g: expected a string (S), found "7"'],
    ["number of another type", { n: { S: "7" } }, 'n: expected a number (N), found "7"'],
    ["boolean of another type", { z: { S: "yes" } }, 'z: expected a boolean (BOOL), found "yes"'],
    ["clock without corrections", { j: { S: "{}" } }, "j: expected a list, found undefined"],
    ["vector of another type", { d: { S: "AAAA" } }, 'd: expected binary (B), found "AAAA"'],
    ["vector cut short", { d: { B: new Uint8Array(12) } }, "d: 12 bytes are no whole number of doubles"],
    ["infinite vector", { d: { B: new Uint8Array(new Float64Array([1 / 0]).buffer) } }, "d: a number is infinite"],
    ["schema of another type", { s: { N: "7" } }, 's: expected binary (B), found "7"'],
    ["memory of another type", { y: { S: "AAAA" } }, 'y: expected binary (B), found "AAAA"'],
    ["memory of three scores", { y: { B: new Uint8Array(24) } }, "y: 3 scores instead of four"],
    [
      "memory without end",
      { y: { B: new Uint8Array(new Float64Array([1, 2, 3, 1 / 0]).buffer) } },
      "y: a number is inf",
    ],
    ["times cut short", { p: { B: Uint8Array.of(0x80) } }, "p: the bytes end in the middle of a number"],
    ["ingest of another type", { f: { S: "AAAA" } }, 'f: expected binary (B), found "AAAA"'],
    ["ingest cut short", { f: { B: Uint8Array.of(1, 0x80) } }, "f: the bytes end in the middle of a number"],
    ["ingest of four counts", { f: { B: Uint8Array.of(1, 2, 3, 4) } }, "f: 4 counts instead of 3"],
    ["ingest beyond counting", { f: { B: Uint8Array.of(...Array(8).fill(255), 1) } }, "f: expected a whole number"],
    ["incident that is no JSON", { i: { S: "{" } }, "i: "],
    ["incident that is no list", { i: { S: "{}" } }, "i: expected a list, found {}"],
    ["incident cut short", { i: { S: '["a","ABC234","web",1]' } }, "i: expected a whole number, found undefined"],
    [
      "rule that holds since nobody knows when",
      { h: { S: '[["cpu > 95",null]]' } },
      "h: expected a whole number, found null",
    ],
    ["verdict of another type", { v: { N: "7" } }, 'v: expected binary (B), found "7"'],
    ["verdict cut short", { v: { B: new Uint8Array(8) } }, "v: "],
    [
      "verdict of NaN",
      { v: { B: Uint8Array.of(1, 0, 0, 192, 127, 1, 0, 0, 0, 0, 0, 0, 0) } },
      "v: a number is not finite",
    ],
    [
      "notice of unknown kind",
      { q: { S: '[["closed","ABC234",1]]' } },
      'q: expected opened or also or grown or worsened or unstable or shifted or reminder or resolved, found "closed"',
    ],
    ["fractional time", { q: { S: '[["opened","ABC234",1.5]]' } }, "q: expected a whole number, found 1.5"],
  ])("%s", async (_, broken, problem) => {
    const table = new MemoryTable("hosts");
    await table.put({ ...good, ...broken });
    await expect(createHostStore(table, refuse).load(["web-07"])).rejects.toThrow(
      `table hosts, item with host "web-07", attribute ${problem}`,
    );
  });

  test.each(["format", "g", "r", "n", "t", "a", "p", "s", "d"])("%s missing", (name) => {
    const { [name]: _, ...rest } = good;
    expect(() => hostIn(rest)).toThrow(new RegExp(`item with host "web-07", attribute ${name}: .* found nothing`));
  });
});

test("a cause whose metric has no value is the same after writing and reading", () => {
  const { causes, ...incident } = anIncident(HOST);
  const missing = causes.map((cause) => ({ ...cause, now: Number.NaN }));
  const state = aState(HOST, { incident: { ...incident, causes: missing } });
  expect(hostIn(itemOfHost(state)).incident).toMatchObject({ causes: missing });
});

test("declared units come back: of metrics in pieces, causes, readings and values of rules, beside the count flagged", () => {
  const [first, second] = assembly.names;
  const units = { [first!]: "MB/s", [second!]: "ms" };
  const [plain, stuck] = incident.causes;
  const open = {
    ...incident,
    causes: [
      { ...plain!, unit: "MB/s" },
      { ...stuck!, sign: "stuck" as const, unit: "ms" },
      { ...stuck!, sign: "stuck" as const },
    ],
    latest: { time: NOON, readings: [{ metric: "a", unit: "ms", now: 1, expected: 2, low: 0, high: 3 }] },
    rules: [
      { rule: "a > 0", severity: "warning" as const, since: NOON, values: [{ metric: "a", unit: "ms", now: 1 }] },
    ],
  };
  const known = hostIn(itemOfHost({ ...calm, flagged: 7, assembly: { ...assembly, units }, incident: open }));
  expect([known.flagged, known.assembly?.units]).toEqual([7, units]);
  const read = known.incident?.kind === "anomaly" ? known.incident : undefined;
  expect(read?.causes.map(({ unit, sign }) => [unit, sign])).toEqual([
    ["MB/s", undefined],
    ["ms", "stuck"],
    [undefined, "stuck"],
  ]);
  expect([read?.latest?.readings[0]?.unit, read?.rules?.[0]?.values[0]?.unit]).toEqual(["ms", "ms"]);
});

test("growth and surroundings of an incident come back, and empty ones take no room", () => {
  const sums = { time: 12.5, distance: 4.25, times: 1 / 3, products: -0.1, distances: 7e-9 };
  const growth = { metric: "memory_used_percent", since: NOON, samples: 26, ...sums };
  const surroundings = {
    far: ["disk_busy_percent"],
    usual: ["network_in_bytes_per_second"],
    usualAt: NOON - 3_600_000,
  };
  const dayOff = { isDayOff: true as const };
  for (const more of [{ growth, surroundings }, { surroundings: { usualAt: NOON } }, { surroundings: dayOff }, {}]) {
    const open = { ...anIncident(HOST), ...more };
    expect(hostIn(itemOfHost(aState(HOST, { incident: open }))).incident).toEqual(open);
  }
});
