// How much of a batch is read, which list of names an id stands for, and how long a record waits for its names.
import { gzipSync } from "node:zlib";
import { withoutDomains } from "../../lib/config/host-names.ts";
import { createMemoryStores, type MemoryStores } from "../../lib/store/memory.ts";
import type { StreamRecord } from "../../lib/watch/delivery.ts";
import type { SchemaStore } from "../../lib/watch/ports.ts";
import { newScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScoreOutcome, type ScorePorts, scoreBatch } from "../../lib/watch/score.ts";
import { recordV1, START, STEP, sample } from "../factories.ts";

const MINUTE = 60_000;
const AT_START = { clock: () => START, deadline: Number.POSITIVE_INFINITY };

function record(content: Record<string, unknown>, position: number): StreamRecord {
  const data = Buffer.from(JSON.stringify(content)).toString("base64");
  return { sequenceNumber: `${position}`, partitionKey: `${content.host}`, arrival: START, data };
}

/** A process that scores batches of records that all arrived at the start. */
function process(stores: MemoryStores, ports: Partial<ScorePorts> = {}) {
  const memory = newScoreMemory();
  const all = { ...stores, schemas: stores.baselines, announce: async (state: never) => state, ...ports } as ScorePorts;
  return (records: readonly Record<string, unknown>[], now = START) =>
    scoreBatch(all, memory, records.map(record), { clock: () => now, deadline: Number.POSITIVE_INFINITY });
}

/** Delivers a batch as often as it takes; returns how many records each delivery read. */
async function deliverAll(
  records: readonly StreamRecord[],
  score: (rest: readonly StreamRecord[]) => Promise<ScoreOutcome>,
) {
  const read: number[] = [];
  const counts = { samples: 0, duplicates: 0, rejected: 0 };
  for (let rest = records; rest.length > 0; ) {
    const { retryFrom = rest.length, counts: own, rejections } = await score(rest);
    if (retryFrom === 0) throw new Error("no record was finished");
    read.push(own.records);
    counts.samples += own.samples;
    counts.duplicates += own.duplicates;
    counts.rejected += rejections.length;
    rest = rest.slice(retryFrom);
  }
  return { read, counts };
}

describe("the scorer reads as much of a batch as fits, and the rest is delivered again", () => {
  const put = (content: string, position: number): StreamRecord => ({
    sequenceNumber: `${position}`,
    partitionKey: "web-07",
    arrival: START,
    data: gzipSync(content).toString("base64"),
  });
  const ports = (stores: MemoryStores): ScorePorts => ({
    ...stores,
    schemas: stores.baselines,
    announce: async (state) => state,
  });

  test("into memory: 3 KB of gzip may hold 600 samples of 256 zeros, which take 1.5 MB", async () => {
    const stores = createMemoryStores(() => START);
    const memory = newScoreMemory();
    const names = Array.from({ length: 256 }, (_, i) => `metric_${i}`);
    const rows = Array(600).fill(Array(256).fill(0));
    const records = Array.from({ length: 25 }, (_, n) => {
      const t = Array.from({ length: 600 }, (_, i) => START - (25 - n) * 600_000 + i * 1_000);
      return put(JSON.stringify(recordV1({ host: `web-${n}`, names, schema: undefined, t, rows })), n);
    });
    const { read, counts } = await deliverAll(records, (rest) => scoreBatch(ports(stores), memory, rest, AT_START));
    // 600 × 256 values of 8 bytes, 1 KB for the part and 310 KB of text; what passes 16 MiB is the last that is read.
    expect(read).toEqual([11, 11, 3]);
    expect(counts).toEqual({ samples: 25 * 600, duplicates: 0, rejected: 0 });
  });

  test("into memory: rejected records count with their inflated bytes", async () => {
    const stores = createMemoryStores(() => START);
    const records = Array.from({ length: 12 }, (_, n) => put(`{"host":"${" ".repeat(5_000_000)}"}`, n));
    const { read, counts } = await deliverAll(records, (rest) =>
      scoreBatch(ports(stores), newScoreMemory(), rest, AT_START),
    );
    expect(read).toEqual([5, 5, 2]);
    expect(counts.rejected).toBe(12);
  });

  test("into its time, which it checks before each record", async () => {
    const stores = createMemoryStores(() => START);
    const records = Array.from({ length: 10 }, (_, n) => put(JSON.stringify(sample({ host: `web-${n}` })), n));
    let looks = 0;
    const outcome = await scoreBatch(ports(stores), newScoreMemory(), records, {
      clock: () => START + looks++,
      deadline: START + 3,
    });
    expect(outcome.counts.records).toBe(4);
    expect(outcome.retryFrom).toBe(0);
    expect(outcome.failures.map(({ what }) => what)).toContain("records from 4 on");
  });
});

/** A host's history, by the names of its metrics. */
async function historyOf(stores: MemoryStores, host: string) {
  const rows: unknown[] = [];
  for await (const { schema, times, values } of stores.history.read(host, 0, Number.MAX_SAFE_INTEGER)) {
    rows.push([schema.names.join(), [...times], [...values]]);
  }
  return rows;
}

const reasons = (stores: MemoryStores) => [...stores.rejectedRecords.values()].map(({ problems }) => problems);

const one = (host: string, fields: Record<string, unknown>) => recordV1({ host, t: [START], rows: [[1]], ...fields });
/** Without names, for a host whose names are not stored. */
const nameless = (host: string, time = START) => recordV1({ host, names: undefined, t: [time], rows: [[1, 2]] });

describe("two lists of names with one id", () => {
  /**
   * SHA-256 of ["metric_10325"] and of ["metric_49744"] begin alike:
   * for n in 10325 49744; do printf '["metric_%s"]' $n | sha256sum; done
   */
  const schema = "dbed0aef";
  const first = one("web-07", { names: ["metric_10325"], schema });
  const second = one("web-08", { names: ["metric_49744"], schema });
  const reason = `schema ${schema}: other names have this id; send an id of 16 digits, or rename a metric`;

  test.each(["in one batch", "in another batch", "in another process"])(
    "%s: the values of the first keep their names, and the second is rejected",
    async (where) => {
      const stores = createMemoryStores(() => START);
      const score = process(stores);
      if (where === "in one batch") await score([first, second]);
      else {
        await score([first]);
        await (where === "in another batch" ? score : process(stores))([second]);
      }
      expect(await historyOf(stores, "web-07")).toEqual([["metric_10325", [START], [1]]]);
      expect(await stores.hosts.load(["web-08"])).toEqual(new Map());
      expect(reasons(stores)).toEqual([[reason]]);
    },
  );

  test("a process that met only the second reads later records under the stored names", async () => {
    const stores = createMemoryStores(() => START);
    await process(stores)([first]);
    const other = process(stores);
    await other([second]);
    await other([one("web-09", { names: undefined, schema })]);
    expect(await historyOf(stores, "web-09")).toEqual([["metric_10325", [START], [1]]]);
  });

  test("each list is read under an id of 16 digits", async () => {
    const stores = createMemoryStores(() => START);
    await process(stores)([first, { ...second, schema: undefined }]);
    expect(await historyOf(stores, "web-08")).toEqual([["metric_49744", [START], [1]]]);
    expect(reasons(stores)).toEqual([]);
  });
});

test("the reader compares a list that it has forgotten again before it trusts the id", async () => {
  const stores = createMemoryStores(() => START);
  const score = process(stores);
  const schema = "dbed0aef";
  await score([one("web-07", { names: ["metric_10325"], schema })]);
  for (let i = 0; i < 1_000; i += 100) {
    const others = Array.from({ length: 100 }, (_, j) => ({ host: `db-${i}`, metrics: { [`other_${i + j}`]: 1 } }));
    await score(others);
  }
  await score([one("web-08", { names: ["metric_49744"], schema })]);
  expect(reasons(stores)).toHaveLength(1);
  expect(await stores.hosts.load(["web-08"])).toEqual(new Map());
});

describe("a record whose names are not stored yet", () => {
  const reason = "schema b8c018eb0134ab12: names not seen; restart the sender, or send names with its next record";

  test("waits for them while other hosts go on, and is scored once they are stored", async () => {
    const stores = createMemoryStores(() => START);
    const score = process(stores);
    const metrics = { cpu: 1 };
    const batch = [sample({ host: "db", metrics }), nameless("web-07"), sample({ host: "web-08", metrics })];
    const waiting = await score(batch);
    expect(waiting).toMatchObject({ retryFrom: 1, rejections: [], counts: { samples: 2 } });
    expect(waiting.failures).toMatchObject([{ what: "host web-07" }]);
    await process(stores)([one("web-09", { names: ["cpu", "load"], rows: [[3, 4]] })]);
    expect(await score(batch.slice(1))).not.toHaveProperty("retryFrom");
    expect(await historyOf(stores, "web-07")).toEqual([["cpu,load", [START], [1, 2]]]);
    expect(reasons(stores)).toEqual([]);
  });

  test("is not overtaken by later records of its host", async () => {
    const stores = createMemoryStores(() => START);
    const score = process(stores);
    const later = sample({ time: START + STEP, metrics: { cpu: 1 } });
    expect((await score([sample({ host: "web-08", metrics: { cpu: 1 } }), nameless("web-07"), later])).retryFrom).toBe(
      1,
    );
    await process(stores)([one("web-09", { names: ["cpu", "load"], rows: [[3, 4]] })]);
    await score([nameless("web-07"), later]);
    const state = (await stores.hosts.load(["web-07"])).get("web-07");
    expect(state).toMatchObject({ seen: 2, ingest: { late: 0, duplicates: 0 } });
  });

  test("is rejected two minutes after its arrival, with a reason that says what to do", async () => {
    const stores = createMemoryStores(() => START);
    const score = process(stores);
    expect((await score([nameless("web-07")], START + 2 * MINUTE - 1)).retryFrom).toBe(0);
    expect(await score([nameless("web-07")], START + 2 * MINUTE)).not.toHaveProperty("retryFrom");
    expect(reasons(stores)).toEqual([[reason]]);
  });

  test("is rejected after 20 attempts, since Lambda drops the whole batch after 100", async () => {
    const stores = createMemoryStores(() => START);
    const score = process(stores);
    for (let attempt = 0; attempt < 20; attempt++) expect((await score([nameless("web-07")])).retryFrom).toBe(0);
    expect(await score([nameless("web-07")])).not.toHaveProperty("retryFrom");
    expect(reasons(stores)).toEqual([[reason]]);
  });
});

test.each<keyof SchemaStore>(["names", "remember"])(
  "names that the store fails to keep (%s) hold up the hosts that use them, and no others",
  async (call) => {
    const stores = createMemoryStores(() => START);
    await process(stores)([sample({ host: "db" })]);
    const fail = async (ids: unknown) => {
      if (JSON.stringify(ids).includes("820a13d37dfabf10")) throw new Error("throttled");
      return stores.baselines[call](ids as never) as never;
    };
    const score = process(stores, { schemas: { ...stores.baselines, [call]: fail } });
    const fields = call === "names" ? { names: undefined } : { names: ["cpu"] };
    const outcome = await score([
      sample({ host: "db", time: START + STEP }),
      one("web-07", { ...fields, schema: "820a13d37dfabf10" }),
      one("web-08", { ...fields, schema: "820a13d37dfabf10" }),
      sample({ host: "web-09" }),
    ]);
    expect(outcome).toMatchObject({ retryFrom: 1, rejections: [], counts: { samples: 2 } });
    expect(outcome.failures.map(({ what, error }) => [what, `${error}`])).toEqual([
      ["host web-07", "Error: throttled"],
      ["host web-08", "Error: throttled"],
    ]);
  },
);

test("records of one series each are joined, counters become rates, and no list of a piece is stored", async () => {
  const stores = createMemoryStores(() => START);
  const remember = jest.spyOn(stores.baselines, "remember");
  const ticks = Array.from({ length: 6 }, (_, n) => START + n * MINUTE);
  const records = ticks.flatMap((timestamp, n) => [
    { name: "cpu", tags: { host: "Web-07", cpu: "cpu-total" }, fields: { usage_user: 10 + n }, timestamp },
    { name: "prometheus", tags: { host: "web-07.", device: "eth0" }, fields: { rx_total: 6_000 * n }, timestamp },
  ]);
  const { rejections } = await process(stores)(records);
  expect(rejections).toEqual([]);
  const state = (await stores.hosts.load(["web-07"])).get("web-07");
  expect(state).toMatchObject({ ingest: { duplicates: 0, late: 0, rejected: 0 } });
  expect(state!.seen).toBeGreaterThanOrEqual(5);
  const names = ["cpu_user_percent", "prometheus_rx_per_second:eth0"];
  const rows = (await historyOf(stores, "web-07")) as [string, number[], number[]][];
  const values = rows.filter(([listed]) => listed === names.join(",")).flatMap(([, , sent]) => sent);
  // 6,000 in a minute are 100 a second, from the second value on.
  expect(values.filter((_, i) => i % 2 === 1).slice(1)).toEqual(Array(state!.seen - 1).fill(100));
  expect(remember.mock.calls.map(([schema]) => schema.names)).toEqual([names]);
});

test("a preset's unused series are judged if the settings keep all series", async () => {
  const namesOf = async (keepsAll: boolean) => {
    const stores = createMemoryStores(() => START);
    const ports: ScorePorts = {
      ...stores,
      schemas: stores.baselines,
      announce: async (state) => state,
      keepsAll: () => keepsAll,
    };
    const metric = { name: "mem", tags: { host: "web-07" }, fields: { available: 5, dirty: 3 }, timestamp: START };
    await scoreBatch(ports, newScoreMemory(), [record(metric, 0)], AT_START);
    return (await stores.hosts.load(["web-07"])).get("web-07")?.assembly?.others;
  };
  expect([await namesOf(false), await namesOf(true)]).toEqual([
    ["@memory_available"],
    ["@memory_available", "mem_dirty"],
  ]);
});

test("a left-out domain is cut from all host names, even in unreadable records", async () => {
  const stores = createMemoryStores(() => START);
  const hostOf = withoutDomains(["example.com"]);
  const ports: ScorePorts = { ...stores, schemas: stores.baselines, announce: async (state) => state, hostOf };
  const metric = { name: "nginx", tags: { host: "Web-07.Example.com" }, fields: { active: 3 }, timestamp: START };
  const records = [
    { host: "web-07", time: START, metrics: { cpu: 1 } },
    metric,
    { host: "web-07.example.com" },
    { host: "example.com", time: START, metrics: { cpu: 1 } },
    { host: "web-07.example.org", time: START, metrics: { cpu: 1 } },
  ].map(record);
  await scoreBatch(ports, newScoreMemory(), records, AT_START);
  const hosts = [];
  for await (const { host } of stores.hosts.all()) hosts.push(host);
  expect(hosts.sort()).toEqual(["example.com", "web-07", "web-07.example.org"]);
  expect((await stores.hosts.load(["web-07"])).get("web-07")).toMatchObject({ seen: 1, ingest: { rejected: 1 } });
});

test("a plain sample without a host belongs to its partition key", async () => {
  const stores = createMemoryStores(() => START);
  const ports: ScorePorts = { ...stores, schemas: stores.baselines, announce: async (state) => state };
  const keyed = { ...record({ metrics: { cpu: 1 } }, 0), partitionKey: "Web-07" };
  await scoreBatch(ports, newScoreMemory(), [keyed], AT_START);
  expect((await stores.hosts.load(["web-07"])).get("web-07")).toMatchObject({ seen: 1 });
});
