import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createShipper } from "../../lib/agent/ship.ts";
import { openSpool, recordName } from "../../lib/agent/spool.ts";
import { Stream } from "../../lib/agent/stream.ts";
import { sleep } from "../../lib/backoff.ts";
import { LocalKinesis, STREAM, scriptedKinesis, until } from "./kinesis.ts";

let folder: string;
let lines: string[];
let kinesis: LocalKinesis;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-ship-"));
  lines = [];
  kinesis = new LocalKinesis(join(folder, "kinesis"));
  await kinesis.start();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await kinesis.stop();
  rmSync(folder, { recursive: true });
});

const spoolDir = () => join(folder, "spool");
const record = (number: number) => ({ name: recordName(number, number), data: Buffer.from(`record ${number}`) });
const numbers = async () => (await kinesis.records()).map((data) => Number(data.toString().replace("record ", "")));

function shipper(env: Record<string, string> = kinesis.env) {
  const log = (line: string) => lines.push(line);
  const stream = new Stream(STREAM, env);
  closers.push(() => stream.close());
  const spool = openSpool({ dir: spoolDir(), clock: Date.now, log });
  // Real time, made short: a backoff lasts at most 20 ms.
  const quick = (ms: number, signal?: AbortSignal) => sleep(Math.min(ms, 20), signal);
  return createShipper({ stream, host: "web-1", spool, clock: Date.now, random: Math.random, sleep: quick, log });
}

test("records arrive in order, one in flight, and a healthy stream leaves the spool empty", async () => {
  await kinesis.createStream();
  const ship = shipper();
  kinesis.openMax = 0;
  await ship.begin(record(0));
  for (let number = 1; number < 30; number++) ship.offer(record(number));
  await ship.stop(record(30));
  expect(await numbers()).toEqual(Array.from({ length: 31 }, (_, number) => number));
  expect(kinesis.openMax).toBe(1);
  expect(readdirSync(spoolDir())).toEqual([]);
  expect(lines).toEqual([]);
});

test("records sent one after the other never touch the disk", async () => {
  await kinesis.createStream();
  const ship = shipper();
  await ship.begin(record(0));
  rmSync(spoolDir(), { recursive: true });
  ship.offer(record(1));
  await until(async () => (await numbers()).length === 2);
  await ship.stop(null);
  expect(await numbers()).toEqual([0, 1]);
});

test("records wait on disk while the stream is away, then arrive in order; each change is reported once", async () => {
  await kinesis.createStream();
  const ship = shipper();
  await ship.begin(record(0));
  await kinesis.stop();
  for (let number = 1; number <= 20; number++) {
    ship.offer(record(number));
    await sleep(2);
  }
  await until(() => readdirSync(spoolDir()).length === 20);
  await kinesis.start();
  await until(() => readdirSync(spoolDir()).length === 0);
  ship.offer(record(21));
  await ship.stop(null);
  expect(await numbers()).toEqual(Array.from({ length: 22 }, (_, number) => number));
  expect(lines).toEqual([
    expect.stringMatching(/^cannot write to stream "metrics" at http:.*; records wait in .*spool$/),
    expect.stringMatching(/^stream "metrics" takes records again; \d+ are waiting$/),
  ]);
});

test("a stop while the stream is away leaves the records on disk, and the next start sends them first", async () => {
  await kinesis.createStream();
  await kinesis.stop();
  const first = shipper();
  await first.begin(record(0));
  first.offer(record(1));
  await first.stop(record(2));
  expect(readdirSync(spoolDir())).toHaveLength(3);
  expect(lines.at(-1)).toBe(`3 records stay in ${spoolDir()} for the next start`);
  await kinesis.start();
  const second = shipper();
  await second.begin(record(3));
  await second.stop(null);
  expect(await numbers()).toEqual([0, 1, 2, 3]);
});

test("a missing stream is an error at the start, with its name, its place and the fix", async () => {
  await expect(shipper().begin(record(0))).rejects.toThrow(
    `cannot write to stream "metrics" at ${kinesis.env.AWS_ENDPOINT_URL}: there is no such stream: check its name and region`,
  );
});

test.each([
  ["AccessDeniedException", "grant the action kinesis:PutRecord"],
  ["UnrecognizedClientException", "the AWS credentials are not valid"],
  ["ExpiredTokenException", "the AWS credentials are not valid"],
  ["ValidationException", "the service takes no such name"],
])("%s at the start is an error that names its fix", async (type, fix) => {
  const server = await scriptedKinesis(() => ({ status: 400, body: { __type: type, message: "said the service" } }));
  closers.push(server.close);
  await expect(shipper(server.env).begin(record(0))).rejects.toThrow(
    expect.objectContaining({ message: expect.stringContaining(fix) }),
  );
  expect(lines).toEqual([]);
});

test.each(["AccessDeniedException", "ProvisionedThroughputExceededException", "InternalFailure"])(
  "%s later: the same record is retried, and the error is reported once",
  async (type) => {
    const taken: string[] = [];
    let calls = 0;
    const server = await scriptedKinesis((_, body) => {
      calls += 1;
      if (calls > 1 && calls < 6) return { status: 400, body: { __type: type, message: "not now" } };
      taken.push(Buffer.from(body.Data, "base64").toString());
      return { status: 200, body: { ShardId: "shardId-000000000000", SequenceNumber: String(calls) } };
    });
    closers.push(server.close);
    const ship = shipper(server.env);
    for (const number of [0, 1, 2]) await (number === 0 ? ship.begin(record(0)) : ship.offer(record(number)));
    await until(() => taken.length === 3);
    await ship.stop(null);
    expect(taken).toEqual(["record 0", "record 1", "record 2"]);
    expect(calls).toBe(7);
    expect(lines.filter((line) => line.startsWith("cannot write"))).toHaveLength(1);
  },
);

test("a spool that cannot be written fails the next record instead of losing it silently", async () => {
  await kinesis.createStream();
  const ship = shipper();
  await ship.begin(record(0));
  await kinesis.stop();
  rmSync(spoolDir(), { recursive: true });
  ship.offer(record(1));
  const offerForever = until(() => {
    ship.offer(record(2));
    return false;
  });
  await expect(offerForever).rejects.toThrow("ENOENT");
  await expect(ship.stop(null)).rejects.toThrow("ENOENT");
});
