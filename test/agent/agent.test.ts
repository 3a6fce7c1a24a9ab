import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Collector } from "../../lib/agent/collect.ts";
import { type AgentOptions, startAgent } from "../../lib/agent/run.ts";
import { kinesisInFolder, type LocalKinesis, STREAM, until, wireRecord } from "./kinesis.ts";

let folder: string;
let kinesis: LocalKinesis;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ folder, kinesis, remove } = await kinesisInFolder("fleetwarden-agent-"));
});

afterEach(() => remove());

const LOADS = ["load_1m", "load_5m"];
const LOAD = ["load_1m"];
const START = 1_790_000_003_400;
const spool = () => readdirSync(join(folder, "spool"));

/** Time that jumps from wait to wait a given number of times, and then stands still until the agent stops. */
function jumpingTime(waits: number, start = START) {
  let now = start;
  return {
    clock: () => now,
    get over() {
      return waits < 0;
    },
    async sleep(ms: number, signal?: AbortSignal) {
      if (signal?.aborted) return;
      waits -= 1;
      if (waits < 0) await once(signal!, "abort");
      now += ms;
      await setImmediate();
    },
  };
}

function options(time: ReturnType<typeof jumpingTime>, more: Partial<AgentOptions> = {}): AgentOptions {
  let count = 0;
  return {
    host: () => "web-1",
    group: "web",
    stream: STREAM,
    env: kinesis.env,
    intervalMs: 10_000,
    flushMs: 60_000,
    spoolDir: join(folder, "spool"),
    clock: time.clock,
    random: () => 0,
    sleep: time.sleep,
    log: () => {},
    collect: async () => ({ names: LOADS, row: [count++, null] }),
    ...more,
  };
}

test("samples on multiples of the interval, sends the first sample at once and then a record per flush", async () => {
  const time = jumpingTime(14);
  const agent = await startAgent(options(time));
  await until(() => time.over && spool().length === 0);
  await agent.stop();
  const records = (await kinesis.records()).map(wireRecord);
  expect(records.map(({ host, group, boot, seq }) => ({ host, group, boot, seq }))).toEqual(
    [0, 1, 7, 13].map((seq) => ({ host: "web-1", group: "web", boot: 1_790_000_003, seq })),
  );
  const first = 1_790_000_010_000;
  expect(records.flatMap(({ t }) => t)).toEqual(Array.from({ length: 14 }, (_, index) => first + index * 10_000));
  expect(records.flatMap(({ rows }) => rows)).toEqual(Array.from({ length: 14 }, (_, index) => [index, null]));
});

test.each([
  ["back by two hours", -7_200_000],
  ["ahead by a day", 86_400_000],
])(
  "a clock that is set %s begins a new record, as the scorer judges the clock by a record's newest sample",
  async (_, step) => {
    const time = jumpingTime(9);
    let error = 0;
    const clock = () => time.clock() + error;
    let count = 0;
    const collect: Collector = async () => {
      // After the fourth sample: the third of its record.
      if (++count === 4) error = step;
      return { names: LOAD, row: [count] };
    };
    const agent = await startAgent(options(time, { clock, collect }));
    await until(() => time.over && spool().length === 0);
    await agent.stop();
    const records = (await kinesis.records()).map(wireRecord);
    expect(records.map(({ rows }) => rows.flat().join(" "))).toEqual(["1", "2 3 4", "5 6 7 8 9"]);
    for (const { t } of records) expect(t).toEqual(t.map((_, i) => t[0]! + i * 10_000));
  },
);

test("a metric that appears begins a new record, which spells the names out", async () => {
  const time = jumpingTime(9);
  let count = 0;
  const collect = async () => (++count < 5 ? { names: LOAD, row: [count] } : { names: LOADS, row: [count, 0] });
  const agent = await startAgent(options(time, { collect }));
  await until(() => time.over && spool().length === 0);
  await agent.stop();
  const records = (await kinesis.records()).map(wireRecord);
  expect(records.map(({ names, rows }) => [names, rows.map(([value]) => value)])).toEqual([
    [LOAD, [1]],
    [undefined, [2, 3, 4]],
    [LOADS, [5, 6, 7, 8, 9]],
  ]);
});

test("a machine that gets another name says goodbye under the old one with its record, and goes on as a new host", async () => {
  const time = jumpingTime(15);
  const lines: string[] = [];
  // The second record is due after the seventh sample.
  const host = () => (time.clock() < START + 60_000 ? "localhost" : "web-7");
  const agent = await startAgent(options(time, { host, log: (line) => lines.push(line) }));
  await until(() => time.over && spool().length === 0);
  await agent.stop();
  const records = (await kinesis.records()).map(wireRecord);
  const first = 1_790_000_010_000;
  expect(
    records.map(({ host, seq, t, bye, names }) => [host, seq, (t[0]! - first) / 10_000, t.length, bye, names]),
  ).toEqual([
    ["localhost", 0, 0, 1, undefined, LOADS],
    ["localhost", 1, 1, 6, true, undefined],
    ["web-7", 0, 7, 6, undefined, LOADS],
    ["web-7", 6, 13, 2, true, undefined],
  ]);
  expect(lines).toEqual(["this machine is called web-7 now: it says goodbye as localhost and goes on as a new host"]);
});

test("a stop right after a new name says goodbye only once", async () => {
  const time = jumpingTime(7);
  const host = () => (time.clock() < START + 60_000 ? "localhost" : "web-7");
  const agent = await startAgent(options(time, { host }));
  await until(() => time.over && spool().length === 0);
  await agent.stop();
  expect((await kinesis.records()).map(wireRecord).map(({ host, bye }) => [host, bye])).toEqual([
    ["localhost", undefined],
    ["localhost", true],
  ]);
});

test("spells the names out in the first record and in every 60th after it", async () => {
  const time = jumpingTime(125);
  const agent = await startAgent(options(time, { flushMs: 10_000 }));
  await until(() => time.over && spool().length === 0);
  await agent.stop();
  const named = (await kinesis.records()).map(wireRecord).flatMap(({ names, seq }) => (names ? [[seq, names]] : []));
  expect(named).toEqual([0, 60, 120].map((seq) => [seq, ["load_1m", "load_5m"]]));
});

test("a record holds at most 60 samples, however long the flush", async () => {
  const time = jumpingTime(100);
  const agent = await startAgent(options(time, { flushMs: 86_400_000 }));
  await until(() => time.over);
  await agent.stop();
  expect((await kinesis.records()).map((data) => wireRecord(data).t.length)).toEqual([1, 60, 39]);
});

test("a stop sends the samples since the last flush", async () => {
  const time = jumpingTime(4);
  const agent = await startAgent(options(time));
  await until(() => time.over);
  await agent.stop();
  expect((await kinesis.records()).map((data) => wireRecord(data).rows)).toEqual([
    [[0, null]],
    [1, 2, 3].map((value) => [value, null]),
  ]);
  await expect(agent.done).resolves.toBeUndefined();
});

test("a stop while the stream is away spools the samples, and the next agent sends them before its own", async () => {
  const time = jumpingTime(4);
  const agent = await startAgent(options(time));
  await until(() => time.over);
  await kinesis.stop();
  await agent.stop();
  expect(spool()).toHaveLength(1);
  await kinesis.start();
  const later = jumpingTime(1, START + 3_600_000);
  const next = await startAgent(options(later, { collect: async () => ({ names: LOAD, row: [99] }) }));
  await next.stop();
  const values = (await kinesis.records()).flatMap((data) => wireRecord(data).rows.map(([value]) => value));
  expect(values).toEqual([0, 1, 2, 3, 99, 99]);
  expect(spool()).toEqual([]);
});

test("starts although the stream is unreachable", async () => {
  await kinesis.stop();
  const agent = await startAgent(options(jumpingTime(1)));
  await agent.stop();
  expect(spool()).toHaveLength(2);
});

/**
 * For each record: the number and time of its first sample, in intervals after the very first one, and whether it says
 * goodbye.
 */
async function goodbyes() {
  const first = 1_790_000_010_000;
  return (await kinesis.records()).map(wireRecord).map(({ seq, t, bye }) => [seq, ((t[0] ?? 0) - first) / 10_000, bye]);
}

test("says goodbye with the samples since the last flush", async () => {
  const time = jumpingTime(4);
  const agent = await startAgent(options(time));
  await until(() => time.over);
  await agent.stop();
  expect(await goodbyes()).toEqual([
    [0, 0, undefined],
    [1, 1, true],
  ]);
});

test("without new samples the goodbye repeats the sample that was sent last", async () => {
  const time = jumpingTime(7);
  const agent = await startAgent(options(time));
  await until(() => time.over && spool().length === 0);
  await agent.stop();
  expect(await goodbyes()).toEqual([
    [0, 0, undefined],
    [1, 1, undefined],
    [6, 6, true],
  ]);
  expect(wireRecord((await kinesis.records())[2]!).rows).toEqual([[6, null]]);
});

test("a goodbye in the spool is sent before the records of the next agent", async () => {
  const time = jumpingTime(1);
  const agent = await startAgent(options(time));
  await kinesis.stop();
  await agent.stop();
  await kinesis.start();
  const next = await startAgent(options(jumpingTime(2, START + 60_000)));
  await next.stop();
  expect((await goodbyes()).map(([, at, bye]) => [at, bye])).toEqual([
    [0, undefined],
    [0, true],
    [6, undefined],
    [6, true],
  ]);
});

test("does not start on a stream that does not exist", async () => {
  await expect(startAgent(options(jumpingTime(1), { stream: "nowhere" }))).rejects.toThrow(
    'cannot write to stream "nowhere"',
  );
});

test("a failed reading ends the agent: earlier samples are sent, but no goodbye", async () => {
  const time = jumpingTime(10);
  let count = 0;
  const collect: Collector = async () => {
    if (count === 3) throw new Error("disk on fire");
    return { names: LOAD, row: [count++] };
  };
  const agent = await startAgent(options(time, { collect }));
  await expect(agent.done).rejects.toThrow("disk on fire");
  expect((await kinesis.records()).flatMap((data) => wireRecord(data).rows)).toEqual([[0], [1], [2]]);
  expect((await goodbyes()).flatMap(([, , bye]) => bye ?? [])).toEqual([]);
});
