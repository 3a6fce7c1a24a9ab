import fc from "fast-check";
import { type HostSample, sendSamples } from "../../lib/agent/relay.ts";
import { type PutBody, scriptedKinesis, wireRecord } from "./kinesis.ts";

let calls: PutBody[];
/** Samples taken, by host, in the order of arrival. */
let taken: Map<string, unknown[]>;
/** Whether the record at this place of this call is refused. */
let refuses: (call: number, place: number) => boolean;
let server: Awaited<ReturnType<typeof scriptedKinesis>>;

beforeEach(async () => {
  calls = [];
  taken = new Map();
  refuses = () => false;
  server = await scriptedKinesis((_, body) => {
    calls.push(body);
    const Records = body.Records.map(({ PartitionKey, Data }, place) => {
      if (refuses(calls.length, place)) {
        return { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "Rate exceeded" };
      }
      const record = wireRecord(Buffer.from(Data, "base64"));
      expect(record.host).toBe(PartitionKey);
      const samples = record.t.map((time, index) => [time, ...record.rows[index]!]);
      taken.set(PartitionKey, [...(taken.get(PartitionKey) ?? []), ...samples]);
      return { SequenceNumber: `${calls.length}${place}`, ShardId: "shardId-000000000000" };
    });
    const FailedRecordCount = Records.filter((record) => "ErrorCode" in record).length;
    return { status: 200, body: { FailedRecordCount, Records } };
  });
});

afterEach(async () => {
  await server.close();
});

const send = (samples: Iterable<HostSample>) =>
  sendSamples(
    { stream: "metrics", env: server.env, clock: () => 1_790_000_000_000, random: () => 0, sleep: async () => {} },
    (async function* () {
      yield* samples;
    })(),
  );

const sample = (host: string, time: number, more: Partial<HostSample> = {}): HostSample => ({
  host,
  group: "web",
  time,
  names: ["load_1m"],
  row: [time / 2],
  ...more,
});

const series = (host: string, count: number) => Array.from({ length: count }, (_, time) => sample(host, time));
const bodies = () => calls.flatMap(({ Records }) => Records.map(({ Data }) => wireRecord(Buffer.from(Data, "base64"))));

test("packs up to 60 samples of a host into a record and counts what the stream took", async () => {
  expect(await send(series("web-1", 130))).toEqual({ records: 3, samples: 130 });
  expect(bodies().map(({ seq, t }) => [seq, t.length])).toEqual([
    [0, 60],
    [60, 60],
    [120, 10],
  ]);
  expect(taken.get("web-1")).toEqual(series("web-1", 130).map(({ time }) => [time, time / 2]));
});

test("closes a record before its JSON passes 25 KB", async () => {
  const wide = { names: Array.from({ length: 200 }, (_, n) => `metric_${n}`), row: Array(200).fill(Math.PI) };
  await send(Array.from({ length: 20 }, (_, time) => sample("web-1", time, wide)));
  for (const body of bodies()) expect(JSON.stringify(body.rows).length).toBeLessThan(25 * 1024);
  expect(bodies().length).toBeLessThan(10);
});

test.each<[string, Partial<HostSample>]>([
  ["names", { names: ["load_5m"] }],
  ["group", { group: "db" }],
])("starts another record when the %s change", async (_, change) => {
  await send([sample("web-1", 1), sample("web-1", 2, change), sample("web-1", 3, change)]);
  expect(bodies().map(({ t }) => t)).toEqual([[1], [2, 3]]);
});

test("keeps attributes, units and goodbyes; only other attributes start another record", async () => {
  const attributes = { region: "eu-west-1" };
  const units = { load_1m: "ms" };
  await send([
    sample("web-1", 1, { attributes, units }),
    sample("web-1", 2, { attributes: { ...attributes }, units: { ...units } }),
    sample("web-1", 3, { units }),
    sample("web-1", 4, { attributes: { region: "eu-west-2" }, units }),
    sample("web-1", 5, { units, bye: true }),
    sample("web-1", 6),
  ]);
  const [first, second, third] = bodies();
  expect(first).toMatchObject({ t: [1, 2, 3], attributes, units });
  expect(second).toMatchObject({ t: [4, 5], attributes: { region: "eu-west-2" }, units, bye: true });
  expect(third?.t).toEqual([6]);
  for (const rare of ["attributes", "units", "bye"]) expect(third).not.toHaveProperty(rare);
});

test("puts records of many hosts in calls of at most 500, never two of one host", async () => {
  const hosts = Array.from({ length: 1200 }, (_, n) => `web-${n}`);
  expect(await send([...hosts, ...hosts].map((host, time) => sample(host, time)))).toMatchObject({ samples: 2400 });
  for (const { Records } of calls) {
    expect(Records.length).toBeLessThanOrEqual(500);
    expect(new Set(Records.map(({ PartitionKey }) => PartitionKey)).size).toBe(Records.length);
  }
});

test("every host's samples arrive once and in order, whichever records are refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 150 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }),
      async (hosts, refusals) => {
        calls = [];
        taken.clear();
        let next = 0;
        // At least every other put succeeds, so that the test ends.
        refuses = () => next++ % 2 === 0 && refusals[next % refusals.length]!;
        const sent = await send(hosts.map((host, time) => sample(`web-${host}`, time)));
        expect(sent.samples).toBe(hosts.length);
        for (const host of new Set(hosts)) {
          const times = hosts.flatMap((one, time) => (one === host ? [[time, time / 2]] : []));
          expect(taken.get(`web-${host}`)).toEqual(times);
        }
      },
    ),
    { numRuns: 20 },
  );
});

test("resends only the refused records", async () => {
  refuses = (call, place) => call === 1 && place === 1;
  await send(["a", "b", "c"].map((host) => sample(host, 1)));
  expect(calls.map(({ Records }) => Records.map(({ PartitionKey }) => PartitionKey))).toEqual([["a", "b", "c"], ["b"]]);
});

test("gives up after many attempts without success, and says why and how much was sent", async () => {
  refuses = (call) => call > 1;
  await expect(send(series("web-1", 120))).rejects.toThrow(
    /ProvisionedThroughputExceededException: Rate exceeded; sent before: 1 record \(60 samples\)$/,
  );
});

test("no such stream is an error at once", async () => {
  const missing = await scriptedKinesis(() => ({ status: 400, body: { __type: "ResourceNotFoundException" } }));
  const sending = sendSamples(
    { stream: "nowhere", env: missing.env, clock: Date.now, random: Math.random },
    (async function* () {
      yield sample("web-1", 1);
    })(),
  );
  await expect(sending).rejects.toThrow('cannot write to stream "nowhere"');
  await missing.close();
});
