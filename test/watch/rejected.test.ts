// The counts of a host whose records cannot be read.
import { createMemoryStores, type MemoryStores } from "../../lib/store/memory.ts";
import type { StreamRecord } from "../../lib/watch/delivery.ts";
import { newScoreMemory, type ScoreMemory } from "../../lib/watch/schema-names.ts";
import { type ScorePorts, scoreBatch } from "../../lib/watch/score.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aSilentIncident } from "../contract/examples.ts";
import { recordV1, START, sample, state } from "../factories.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A host that sent a minute ago. */
const known = (host: string, fields: Partial<HostState> = {}) =>
  state({
    host,
    group: "web",
    seen: 45,
    newest: START - MINUTE,
    applied: [START - MINUTE],
    arrived: START - MINUTE,
    ...fields,
  });

async function storesWith(...states: readonly HostState[]): Promise<MemoryStores> {
  const stores = createMemoryStores(() => START);
  for (const one of states) await stores.hosts.save(one);
  return stores;
}

function record(position: number, partitionKey: string, content: unknown): StreamRecord {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return { sequenceNumber: `${position}`, partitionKey, arrival: START, data: Buffer.from(text).toString("base64") };
}

interface Process {
  readonly memory?: ScoreMemory;
  readonly now?: number;
  readonly clock?: () => number;
  readonly deadline?: number;
}

/** Scores [partition key, content] records as one batch. */
function score(
  stores: MemoryStores,
  records: readonly (readonly [string, unknown])[],
  ports: Partial<ScorePorts> = {},
  { memory = newScoreMemory(), now = START, clock = () => now, deadline = now + MINUTE }: Process = {},
) {
  const announce = async (state: HostState) => state;
  const all = { ...stores, schemas: stores.baselines, announce, ...ports };
  const batch = records.map(([key, content], i) => record(i, key, content));
  return scoreBatch(all, memory, batch, { clock, deadline });
}

async function load(stores: MemoryStores, host: string): Promise<HostState | undefined> {
  return (await stores.hosts.load([host])).get(host);
}

async function rejectedOf(stores: MemoryStores, ...hosts: readonly string[]) {
  const states = await stores.hosts.load(hosts);
  return hosts.map((host) => states.get(host)?.ingest.rejected);
}

const BROKEN = '{"host":';

test("a record without a host is counted, with its reason, for the known host of its key", async () => {
  const incident = aSilentIncident("web-07");
  const pending = [{ kind: "opened" as const, id: incident.id, opened: incident.opened, revision: 1 }];
  const before = known("web-07", { interval: MINUTE, retired: true, incident, pending });
  const stores = await storesWith(before);
  const announced: string[] = [];
  const outcome = await score(stores, [["web-07", BROKEN]], {
    announce: async (state) => {
      announced.push(state.host);
      return state;
    },
  });
  expect(outcome).toMatchObject({ failures: [], folded: [], counts: { records: 1, samples: 0 } });
  expect(outcome).not.toHaveProperty("retryFrom");
  const ingest = { duplicates: 0, late: 0, rejected: 1 };
  const unread = { since: expect.any(Number), reason: expect.stringMatching(/^broken JSON/) };
  expect(await load(stores, "web-07")).toEqual({ ...before, revision: 2, ingest, unread });
  expect(announced).toEqual([]);
});

test("garbage creates no hosts: under an unknown key it is kept and not counted", async () => {
  const stores = await storesWith();
  const outcome = await score(stores, [
    ["web-99", BROKEN],
    ["web-98", { host: "web-98" }],
  ]);
  expect(outcome.failures).toEqual([]);
  expect(outcome.rejections).toHaveLength(2);
  expect(await stores.hosts.load(["web-98", "web-99"])).toEqual(new Map());
  expect([...stores.rejectedRecords.keys()]).toEqual(["0", "1"]);
});

test("the scorer counts a new host's unreadable records of the batch that has its first readable one", async () => {
  const stores = await storesWith();
  await score(stores, [
    ["web-07", BROKEN],
    ["web-07", sample()],
    ["web-07", ""],
  ]);
  expect(await load(stores, "web-07")).toMatchObject({ seen: 1, ingest: { duplicates: 0, late: 0, rejected: 2 } });
});

test("each unreadable sample counts for the host that it names, else for its record's key", async () => {
  const stores = await storesWith(known("web-07"), known("web-08"), known("web-09"));
  const list = [{ host: "web-08" }, sample({ host: "web-09" }), { host: "web-08", metrics: [] }, 7, { host: "" }];
  await score(stores, [["web-07", list]]);
  expect(await rejectedOf(stores, "web-07", "web-08", "web-09")).toEqual([2, 2, 0]);
});

test("an unreadable record v1 counts as one, for the host that it names", async () => {
  const stores = await storesWith(known("web-07"), known("collector"));
  const rows = [[1], [2]];
  const v1 = (changes: Record<string, unknown>) => recordV1({ host: "web-07", ...changes });
  const bad = [v1({ v: 2 }), v1({ rows }), v1({ t: [1] }), v1({ names: undefined, schema: "0" })];
  await score(
    stores,
    bad.map((content) => ["collector", content]),
  );
  expect(await rejectedOf(stores, "web-07", "collector")).toEqual([4, 0]);
});

test("an unreadable record that is delivered again counts again", async () => {
  const stores = await storesWith(known("web-07"));
  for (let delivery = 0; delivery < 3; delivery++) await score(stores, [["web-07", BROKEN]]);
  expect(await rejectedOf(stores, "web-07")).toEqual([3]);
  expect(stores.rejectedRecords.size).toBe(1);
});

test("a scorer that loses the race for the state counts on from the winner's state", async () => {
  const stores = await storesWith(known("web-07"));
  let races = 0;
  const hosts = {
    ...stores.hosts,
    async save(next: HostState) {
      if (races++ < 2) {
        const now = (await load(stores, "web-07"))!;
        await stores.hosts.save({ ...now, seen: now.seen + 1, ingest: { ...now.ingest, rejected: 10 } });
      }
      return stores.hosts.save(next);
    },
  };
  expect((await score(stores, [["web-07", BROKEN]], { hosts })).failures).toEqual([]);
  expect(await load(stores, "web-07")).toMatchObject({ seen: 47, ingest: { rejected: 11 } });
});

test("a count that cannot be saved is delivered again from its first record, readable or not", async () => {
  const stores = await storesWith(known("web-07"), known("web-08"));
  const failing = (host: string) => ({
    hosts: {
      ...stores.hosts,
      save: async (next: HostState) => {
        if (next.host === host) throw new Error("no room");
        return stores.hosts.save(next);
      },
    },
  });
  const records = [
    ["web-08", sample({ host: "web-08" })],
    ["web-07", BROKEN],
    ["web-08", BROKEN],
    ["web-07", sample()],
  ] as const;
  expect((await score(stores, records, failing("web-07"))).retryFrom).toBe(1);
  expect((await score(stores, records.slice(0, 3), failing("web-07"))).retryFrom).toBe(1);
  expect(await rejectedOf(stores, "web-07", "web-08")).toEqual([0, 2]);
});

test("when time is up, unreadable records are delivered again like all others", async () => {
  const stores = await storesWith(known("web-07"));
  expect((await score(stores, [["web-07", BROKEN]], {}, { deadline: START - 1 })).retryFrom).toBe(0);
  expect(await rejectedOf(stores, "web-07")).toEqual([0]);
});

describe("examples of rejected records", () => {
  const kept = (stores: MemoryStores) =>
    [...stores.rejectedRecords.values()].map(({ sequenceNumber, partitionKey, alike }) => [
      Number(sequenceNumber),
      partitionKey,
      alike,
    ]);
  const after = (label: string, calls: string[]) => ({
    async keep() {
      calls.push(label);
    },
  });

  test("are three of each reason and sender in a batch, and say how many records they stand for", async () => {
    const stores = await storesWith(known("web-07"));
    const lines = Array.from({ length: 50 }, (_, i) => ["web-07", `<cpu ${i}>`] as const);
    const others = [
      ["web-07", ""],
      ["web-08", ""],
      ["web-08", BROKEN],
      ["web-09", { host: "web-07" }],
    ] as const;
    const outcome = await score(stores, [...lines, ...others]);
    expect(kept(stores)).toEqual([
      [0, "web-07", 50],
      [50, "web-07", 1],
      [51, "web-08", 1],
      [52, "web-08", 1],
      [53, "web-09", 1],
      [1, "web-07", 50],
      [2, "web-07", 50],
    ]);
    expect(outcome.rejections).toHaveLength(54);
    expect(await rejectedOf(stores, "web-07")).toEqual([52]);
  });

  test("share one reason where the reasons differ only in numbers and quotes", async () => {
    const stores = await storesWith();
    const times = ["yesterday", "now", "at 3", 'a "quote"'].map((time) => ["web-07", sample({ time })] as const);
    const places = [5, 50, 500, 5_000].map((n) => ["web-07", `{"host":"web-07","x":"${"a".repeat(n)}"!`] as const);
    await score(stores, [...times, ...places]);
    expect(kept(stores).map(([, , alike]) => alike)).toEqual([4, 4, 4, 4, 4, 4]);
  });

  test("are 20 of each reason and sender in a day, and 1,000 in all; the next day has its own", async () => {
    const stores = await storesWith();
    const memory = newScoreMemory();
    let objects = 0;
    const rejected = {
      async keep() {
        objects++;
      },
    };
    const keptOf = async (records: readonly (readonly [string, unknown])[], day: number) => {
      const before = objects;
      const { failures, rejections } = await score(stores, records, { rejected }, { memory, now: START + day * DAY });
      expect([failures, rejections.length]).toEqual([[], records.length]);
      return objects - before;
    };
    const one = Array.from({ length: 100 }, () => ["web-07", ""] as const);
    const batches: number[] = [];
    for (let batch = 0; batch < 10; batch++) batches.push(await keptOf(one, 0));
    expect(batches).toEqual([3, 3, 3, 3, 3, 3, 2, 0, 0, 0]);
    const fleet = Array.from({ length: 1_000 }, (_, i) => ["", "\n"].map((text) => [`web-${i}`, text] as const)).flat();
    expect([await keptOf(fleet, 0), await keptOf(fleet, 0), await keptOf(fleet, 1), await keptOf(fleet, 1)]).toEqual([
      980, 0, 1_000, 0,
    ]);
  });

  test("are kept after the sound records are saved", async () => {
    const stores = await storesWith();
    const calls: string[] = [];
    const hosts = {
      ...stores.hosts,
      async save(next: HostState) {
        calls.push(`save ${next.host}`);
        return stores.hosts.save(next);
      },
    };
    const records = [
      ["x", BROKEN],
      ["web-07", sample()],
      ["y", BROKEN],
      ["web-08", sample({ host: "web-08" })],
    ] as const;
    await score(stores, records, { hosts, rejected: after("keep", calls) });
    expect(calls).toEqual(["save web-07", "save web-08", "keep", "keep"]);
  });

  test("do not hold up the scorer when the bucket is away: it counts the record and logs its reason", async () => {
    const stores = await storesWith(known("web-07"));
    const keep = async () => {
      throw new Error("no bucket");
    };
    const records = [
      ["web-07", ""],
      ["web-07", sample()],
      ["web-07", ""],
    ] as const;
    const outcome = await score(stores, records, { rejected: { keep } });
    expect(outcome).not.toHaveProperty("retryFrom");
    expect(outcome.failures.map(({ what, error }) => [what, `${error}`])).toEqual(
      [0, 2].map((i) => [
        `rejected record ${i} of web-07, not kept in the bucket: empty record (2 alike)`,
        "Error: no bucket",
      ]),
    );
    expect(await load(stores, "web-07")).toMatchObject({ seen: 46, ingest: { rejected: 2 } });
  });

  test("are not tried for ten minutes after the bucket failed: sound records need the time", async () => {
    const stores = await storesWith();
    const memory = newScoreMemory();
    let tries = 0;
    const keep = async () => {
      tries++;
      throw new Error("no bucket");
    };
    const records = Array.from({ length: 100 }, (_, i) => [`web-${i}`, BROKEN] as const);
    const triesIn = async (now: number) => {
      const before = tries;
      const { failures } = await score(stores, records, { rejected: { keep } }, { memory, now });
      expect(failures).toHaveLength(100);
      return tries - before;
    };
    // Sixteen are written at once.
    expect([await triesIn(START), await triesIn(START + 10 * MINUTE - 1), await triesIn(START + 10 * MINUTE)]).toEqual([
      16, 0, 16,
    ]);
  });

  test("are given up when time is up", async () => {
    const stores = await storesWith();
    let now = START;
    const keep = async () => {
      now += MINUTE;
    };
    const records = Array.from({ length: 40 }, (_, i) => [`web-${i}`, BROKEN] as const);
    const outcome = await score(stores, records, { rejected: { keep } }, { clock: () => now });
    expect(outcome).not.toHaveProperty("retryFrom");
    // Each takes a minute, which is all the time there is.
    expect(outcome.failures).toHaveLength(40 - 2);
  });
});

test("the scorer looks up only names of hosts, and at most 2,000 of them", async () => {
  const stores = await storesWith();
  const asked: string[] = [];
  const hosts = {
    ...stores.hosts,
    async load(names: readonly string[]) {
      asked.push(...names);
      return stores.hosts.load(names);
    },
  };
  await score(
    stores,
    ["\u0000", "\ud800", ""].map((key) => [key, BROKEN]),
    { hosts },
  );
  expect(asked).toEqual([]);
  const flood = Array.from({ length: 5 }, (_, i) => Array.from({ length: 500 }, (_, j) => ({ host: `h-${i}-${j}` })));
  const outcome = await score(stores, [...flood.map((list) => ["key", list] as const), ["web-07", sample()]], {
    hosts,
  });
  expect(outcome).toMatchObject({ failures: [], counts: { samples: 1 } });
  expect(outcome.rejections).toHaveLength(5);
  expect(asked).toHaveLength(2_000 + 1);
});
