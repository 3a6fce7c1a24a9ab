import { hostOfItem, itemOfHost } from "../../lib/store/host-item.ts";
import { createHostStore } from "../../lib/store/hosts.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import { MemoryTable } from "../../lib/store/memory.ts";
import type { Item } from "../../lib/store/table.ts";
import type { Cause } from "../../lib/watch/incident.ts";
import { anIncident, aState, NOON } from "../contract/examples.ts";

/** The item write costs one unit up to 1 KB. */
const WRITE_UNIT = 1024;

describe("an item of 38 metrics, 64 times, an open incident of three causes and no notice", () => {
  const host = "production-web-server-07";
  const owner = `host#${host}`;
  const baseline = { owner, version: 365 };
  const cause = (metric: string): Cause => ({
    metric: metric.padEnd(24, "_"),
    now: -0.000123456789012,
    expected: 123_456.789012345,
    low: -0.0123456789012345,
    high: 987_654.321098765,
    share: 0.333333333333333,
    normalAt: 0.00123456789012345,
  });
  const state = aState(host, {
    group: "production-web-servers",
    revision: 5_259_487,
    seen: 31_556_952,
    newest: NOON + 63 * 10_000 + 123,
    arrived: NOON + 63 * 10_000 + 60_456,
    applied: Array.from({ length: 64 }, (_, i) => NOON + i * 10_000 + ((i * i * 7919) % 1999) - 999),
    schema: "a1b2c3d4",
    vector: new Float64Array(38).fill(Math.PI),
    verdict: { score: 41.12345678901234, epsilon: 29.12345678901234, baseline },
    window: 31,
    suspects: [],
    calm: 4,
    incident: anIncident(host, {
      group: "production-web-servers",
      samples: 8_640,
      anomalies: 8_123,
      peak: { time: NOON + 12_345, score: 123.4567890123456 },
      epsilon: 29.12345678901234,
      baseline,
      causes: [cause("memory_available_bytes"), cause("network_receive_errors"), cause("disk_write_operations")],
    }),
  });

  test("fits one write unit with two suspects as well, when it has no incident", () => {
    const { incident, ...calm } = state;
    if (!incident) throw new Error("the fullest state has an incident");
    const { peak, epsilon, causes } = incident;
    const suspected = {
      ...calm,
      suspects: [
        { peak, epsilon, baseline, causes },
        { peak, epsilon, baseline, causes },
      ],
    };
    expect(itemSize(itemOfHost(suspected))).toBeLessThanOrEqual(WRITE_UNIT);
  });

  test("fits one write unit", () => {
    expect(host).toHaveLength(24);
    expect(state.incident?.causes.map(({ metric }) => metric.length)).toEqual([24, 24, 24]);
    expect(itemSize(itemOfHost(state))).toBeLessThanOrEqual(WRITE_UNIT);
  });

  test("keeps the vector to single precision and everything else but causes exactly", () => {
    const read = hostOfItem(itemOfHost(state));
    expect(read.vector[0]).toBe(Math.fround(Math.PI));
    expect(read.incident?.causes[0]).toEqual({
      metric: "memory_available_bytes__",
      now: -0.000123457,
      expected: 123_457,
      low: -0.0123457,
      high: 987_654,
      share: 0.333333,
      normalAt: 0.00123457,
    });
    const { vector: _, incident: __, ...exact } = state;
    expect(read).toMatchObject(exact);
  });
});

test("values beyond single precision become its largest number, missing ones stay missing", () => {
  const read = hostOfItem(itemOfHost(aState("web", { vector: Float64Array.of(1e100, -1e100, Number.NaN) })));
  expect([...read.vector]).toEqual([3.4028234663852886e38, -3.4028234663852886e38, Number.NaN]);
});

test("only what is there has an attribute: verdict, incident, notices", () => {
  const names = Object.keys(itemOfHost(aState("web")));
  expect(names).not.toEqual(expect.arrayContaining(["v"]));
  expect(["v", "i", "q", "unsent"].filter((name) => names.includes(name))).toEqual([]);
});

test.each([
  ["verdict", { verdict: { score: Number.NaN, epsilon: 9, baseline: { owner: "host#web", version: 1 } } }],
  ["newest", { newest: Number.NaN }],
  ["applied", { applied: [1.5] }],
])("a %s that could not be read again is not stored", async (_, fields) => {
  const table = new MemoryTable("hosts");
  await expect(createHostStore(table).save(aState("web", fields))).rejects.toThrow(RangeError);
  expect(await table.get([{ host: { S: "web" } }])).toEqual([]);
});

describe("a broken item is an error that names table, key and attribute", () => {
  const good = itemOfHost(
    aState("web-07", {
      verdict: { score: 1, epsilon: 9, baseline: { owner: "host#web-07", version: 1 } },
      incident: anIncident("web-07"),
      unsent: [{ kind: "opened", id: "ABC234", opened: NOON }],
    }),
  );

  test.each<[string, Item, string]>([
    ["format of the future", { format: { N: "2" } }, "format: this program reads 1, found 2"],
    ["group of another type", { g: { N: "7" } }, 'g: expected a string (S), found "7"'],
    ["number of another type", { n: { S: "7" } }, 'n: expected a number (N), found "7"'],
    ["boolean of another type", { k: { S: "yes" } }, 'k: expected a boolean (BOOL), found "yes"'],
    ["vector of another type", { x: { S: "AAAA" } }, 'x: expected binary (B), found "AAAA"'],
    ["vector cut short", { x: { B: new Uint8Array(6) } }, "x: 6 bytes are no whole number of singles"],
    ["infinite vector", { x: { B: new Uint8Array(new Float32Array([1 / 0]).buffer) } }, "x: a number is infinite"],
    ["times cut short", { p: { B: Uint8Array.of(0x80) } }, "p: the bytes end in the middle of a time"],
    ["incident that is no JSON", { i: { S: "{" } }, "i: "],
    ["incident that is no list", { i: { S: "{}" } }, "i: expected a list, found {}"],
    ["incident cut short", { i: { S: '["ABC234","web",1]' } }, "i: expected a whole number, found undefined"],
    ["verdict without number", { v: { S: '[null,9,"host#web-07",1]' } }, "v: expected a number, found null"],
    [
      "notice of unknown kind",
      { q: { S: '[["closed","ABC234",1]]' } },
      'q: expected opened or resolved, found "closed"',
    ],
    ["fractional time", { q: { S: '[["opened","ABC234",1.5]]' } }, "q: expected a whole number, found 1.5"],
  ])("%s", async (_, broken, problem) => {
    const table = new MemoryTable("hosts");
    await table.put({ ...good, ...broken });
    await expect(createHostStore(table).load(["web-07"])).rejects.toThrow(
      `table hosts, item with host "web-07", attribute ${problem}`,
    );
  });

  test.each(["format", "g", "r", "n", "t", "a", "p", "s", "x", "w", "c", "k"])("%s missing", (name) => {
    const { [name]: _, ...rest } = good;
    expect(() => hostOfItem(rest)).toThrow(new RegExp(`item with host "web-07", attribute ${name}: .* found nothing`));
  });
});
