import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientConfig, invokingConfig } from "../lib/clients.ts";
import type { Quantity, Usage } from "../lib/cost/usage.ts";
import { createHandlers } from "../lib/handlers/handlers.ts";
import { metricLine } from "../lib/handlers/lambda-options.ts";
import { stackName } from "../lib/handlers/options.ts";
import { METER_PATH } from "../lib/local/endpoint.ts";
import { functionName, STREAM_NAME } from "../lib/local/names.ts";
import { startTwin } from "../lib/local/twin.ts";
import { sizeOf } from "../lib/recent.ts";
import { FUNCTIONS, MAPPING, SCHEDULES } from "../lib/resources.ts";
import { createStores } from "../lib/store/aws.ts";
import type { Stores } from "../lib/store/stores.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../lib/time.ts";
import { hostOwner } from "../lib/watch/baseline.ts";
import { YOUNG_BELOW } from "../lib/watch/history.ts";
import { newHost } from "../lib/watch/state.ts";
import { agentRecords, SAMPLES_PER_RECORD } from "./event.ts";
import {
  bandsBaseline,
  createHosts,
  createRows,
  FEATURES,
  GROUP,
  type Host,
  INTERVAL_MS,
  SCHEMA,
  START,
} from "./fleet.ts";
import { uniform } from "./random.ts";

/** Records in one request (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html). */
const PUT_MAX = 500;
/** After them every name is stored and every cache is warm. */
const WARM_UP_MINUTES = 2;

/** A record on its way: when it is sent, in milliseconds since the epoch. */
interface Sent {
  readonly at: number;
  readonly host: string;
  readonly bytes: Buffer;
}

/**
 * Meters the twin while grown, calm hosts send a record a minute each, for so many virtual minutes. `first` is the
 * minute after `START` with which the fleet begins.
 */
export async function meterFleet(count: number, minutes: number, first = 0): Promise<Usage> {
  const [begin, end] = [START + first * MINUTE_MS, START + (first + WARM_UP_MINUTES + minutes) * MINUTE_MS];
  let [before, after]: Usage[] = [{}, {}];
  await playFleet({ count, begin, end, schedules: ["sweep"] }, async (time, read) => {
    if (time === begin + WARM_UP_MINUTES * MINUTE_MS) before = await read();
    if (time === end) after = await read();
  });
  return minus(after ?? {}, before ?? {});
}

/** A made-up fleet whose hosts send from begin to end, in milliseconds since the epoch: whole minutes after `START`. */
interface Play {
  readonly count: number;
  readonly begin: number;
  readonly end: number;
  /** The functions that run by their schedules. */
  readonly schedules: readonly (keyof typeof SCHEDULES)[];
  /** Absent: everything lives in memory. */
  readonly dataDir?: string | undefined;
  /** Absent: a message ends the play with an error. */
  readonly onMessage?: ((subject: string) => void) | undefined;
}

/**
 * Grown, calm hosts send a record a minute each to the twin, in virtual time. Each host has its own second of the
 * minute, and the records reach `score` in the batches that Lambda would make of them. `onMinute` runs after each.
 */
export function playFleet(
  { begin, end, schedules, ...fleet }: Play,
  onMinute: (time: number, read: () => Promise<Usage>) => unknown,
): Promise<void> {
  return withTwin({ begin, ...fleet }, async ({ hosts, read, ...twin }) => {
    let reached = begin;
    const playUntil = async (time: number) => {
      while (reached + MINUTE_MS <= time) {
        reached += MINUTE_MS;
        for (const name of schedules) {
          if ((reached - begin) % (SCHEDULES[name] * SECOND_MS) === 0) await twin.run(name, reached);
        }
        await onMinute(reached, read);
      }
    };
    const [first, minutes] = [(begin - START) / MINUTE_MS, (end - begin) / MINUTE_MS];
    for (const batch of batchesOf(recordsOf(hosts, first, minutes))) {
      await playUntil(batch[0]!.at);
      await twin.deliver(batch);
    }
    await playUntil(end);
  });
}

/**
 * The usage of a refit of one host with so many days of history, a day after another, and what the scorer then keeps of
 * the host.
 */
export function meterRefit(days: number): Promise<{ readonly usage: Usage; readonly kept: Kept }> {
  return withTwin({ count: 1, begin: START }, async ({ hosts, stores, read, run, deliver }) => {
    const [host] = hosts;
    await keepHistory(stores, host!, days, START);
    await run("refit", START + MINUTE_MS);
    await keepHistory(stores, host!, 1, START + DAY_MS);
    await run("refit", START + DAY_MS + MINUTE_MS);
    // The meter has dropped the first refit, which is older than an hour.
    const usage = await read();
    const first = DAY_MS / MINUTE_MS + 1;
    for (const batch of batchesOf(recordsOf(hosts, first, SCORED_MINUTES))) await deliver(batch);
    return { usage, kept: await keptOf(stores, host!.name) };
  });
}

/** Enough records for a memory like that of any calm host. */
const SCORED_MINUTES = 10;
const UNPACKED_TIMES = 200;

/** The bytes of one host in the scorer's memory (lib/cost/expected-usage.ts). */
interface Kept {
  readonly copyBytes: number;
  readonly packedBytes: number;
  readonly modelBytes: number;
  readonly unpackSeconds: number;
}

async function keptOf({ hosts, baselines }: Stores, host: string): Promise<Kept> {
  const owner = hostOwner(host);
  const packed = (await baselines.packed([owner])).get(owner);
  const state = (await hosts.load([host])).get(host);
  if (!packed || !state) throw new Error(`${host} has a state and a baseline after its refit`);
  const before = process.cpuUsage();
  for (let i = 0; i < UNPACKED_TIMES; i++) packed.unpack();
  const { user, system } = process.cpuUsage(before);
  return {
    copyBytes: sizeOf(state),
    packedBytes: packed.bytes,
    modelBytes: sizeOf(packed.unpack()),
    unpackSeconds: (user + system) / 1e6 / UNPACKED_TIMES,
  };
}

type Fleet = Awaited<ReturnType<typeof openFleet>>;

type FleetOptions = Omit<Play, "end" | "schedules">;

async function withTwin<T>(options: FleetOptions, use: (fleet: Fleet) => Promise<T>): Promise<T> {
  const fleet = await openFleet(options);
  try {
    return await use(fleet);
  } finally {
    await fleet.close();
  }
}

async function openFleet({ count, begin, dataDir, onMessage }: FleetOptions) {
  // One profile, so that one baseline fits all: to fit takes longer than the rest of a short run.
  const profile = createHosts(1)[0]!;
  const hosts = createHosts(count).map(({ name }) => ({ ...profile, name }));
  let now = begin;
  const clock = () => now;
  const fail = (what: string, error?: unknown) => {
    throw new Error(what, { cause: error });
  };
  const alarm = (subject: string) => fail(`a calm fleet alerts: ${subject}`);
  const twin = await startTwin({
    port: 0,
    ...(dataDir !== undefined && { dataDir }),
    createHandlers: (env, _, print) =>
      createHandlers({
        env,
        clock,
        random: Math.random,
        report: (counts) => print(metricLine(counts, stackName(env), now)),
        log: fail,
      }),
    clock,
    random: Math.random,
    windowSeconds: 0,
    schedules: false,
    arrivalOf: clock,
    delivery: { onMessage: ({ subject = "" }) => (onMessage ?? alarm)(subject) },
    log: fail,
  });
  const kinesis = new KinesisClient(clientConfig(twin.env));
  const lambda = new LambdaClient(invokingConfig(twin.env, FUNCTIONS.refit.timeoutSeconds));
  const stores = createStores(twin.env, clock, Math.random);
  await raise(stores, hosts, begin);
  return {
    hosts,
    stores,
    async deliver(batch: readonly Sent[]): Promise<void> {
      now = batch.at(-1)!.at;
      for (let start = 0; start < batch.length; start += PUT_MAX) {
        const part = batch.slice(start, start + PUT_MAX);
        const Records = part.map(({ host, bytes }) => ({ PartitionKey: host, Data: bytes }));
        await kinesis.send(new PutRecordsCommand({ StreamName: STREAM_NAME, Records }));
      }
      await twin.idle();
    },
    async run(name: keyof typeof SCHEDULES, at: number): Promise<void> {
      now = at;
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: functionName(name) }));
      if (FunctionError) throw new Error(`${name}: ${Buffer.from(Payload ?? [])}`);
    },
    async read(): Promise<Usage> {
      const response = await fetch(twin.endpoint + METER_PATH);
      const { usage } = (await response.json()) as { readonly usage: Usage };
      return usage;
    },
    async close(): Promise<void> {
      stores.close();
      kinesis.destroy();
      lambda.destroy();
      await twin.close();
    },
  };
}

/** Makes hosts that have sent for a day and have a baseline. History keeps one block in four of their calm samples. */
async function raise(stores: Stores, hosts: readonly Host[], begin: number): Promise<void> {
  await stores.baselines.remember(SCHEMA);
  // The baseline knows a whole day: the scorer fits a host again while its baseline knows less.
  const baseline = { ...bandsBaseline(hosts[0]!), samples: YOUNG_BELOW };
  const { version, fitted: at, samples, epsilon } = baseline;
  const labels = { fault: [], false: [] };
  const report = { version, at, samples, epsilon, labels, flagRate: 0, excluded: 0 };
  for (const { name } of hosts) {
    const owner = hostOwner(name);
    const kind = { detector: "bands", covariance: "full", source: "quantile" } as const;
    await stores.baselines.write({ owner, ...report, ...kind }, { ...baseline, owner });
    await stores.baselines.promote({ owner, version }, 0);
    const newest = begin - INTERVAL_MS;
    const since = newest - YOUNG_BELOW * INTERVAL_MS;
    await stores.hosts.save({ ...newHost(name, GROUP), seen: YOUNG_BELOW, since, newest });
  }
}

/** So many days of a grown host's history: one block in four, a chunk for each of its ten records. */
const BLOCK_RECORDS = 10;
const KEPT_ONE_IN = 4;

async function keepHistory(stores: Stores, host: Host, days: number, end: number): Promise<void> {
  const recordMs = SAMPLES_PER_RECORD * INTERVAL_MS;
  const blockMs = KEPT_ONE_IN * BLOCK_RECORDS * recordMs;
  for (let block = 0; block < (days * DAY_MS) / blockMs; block++) {
    const begin = end - days * DAY_MS + block * blockMs;
    const values = createRows(host, BLOCK_RECORDS * SAMPLES_PER_RECORD, block, false);
    for (let record = 0; record < BLOCK_RECORDS; record++) {
      const from = record * SAMPLES_PER_RECORD;
      const time = (i: number) => begin + (from + i) * INTERVAL_MS;
      await stores.history.keep({
        host: host.name,
        schema: SCHEMA,
        times: Float64Array.from({ length: SAMPLES_PER_RECORD }, (_, i) => time(i)),
        values: values.subarray(from * FEATURES, (from + SAMPLES_PER_RECORD) * FEATURES),
        flags: new Uint8Array(SAMPLES_PER_RECORD),
      });
    }
  }
}

/** In the order in which they are sent. */
function* recordsOf(hosts: readonly Host[], first: number, minutes: number): Generator<Sent> {
  const random = uniform(7);
  const phases = hosts.map(() => Math.floor(random() * MINUTE_MS));
  const order = [...phases.keys()].sort((a, b) => phases[a]! - phases[b]!);
  for (let minute = first; minute < first + minutes; minute++) {
    const payloads = agentRecords(hosts, minute, false);
    for (const i of order) yield { at: START + minute * MINUTE_MS + phases[i]!, ...payloads[i]! };
  }
}

/** A batch begins with its first record and is open for the mapping's window. */
function* batchesOf(records: Iterable<Sent>): Generator<Sent[]> {
  let batch: Sent[] = [];
  for (const record of records) {
    const [first] = batch;
    if (first && record.at > first.at + MAPPING.windowSeconds * SECOND_MS) {
      yield batch;
      batch = [];
    }
    batch.push(record);
  }
  if (batch.length > 0) yield batch;
}

function minus(usage: Usage, before: Usage): Usage {
  const quantities = Object.keys(usage) as Quantity[];
  return Object.fromEntries(quantities.map((one) => [one, (usage[one] ?? 0) - (before[one] ?? 0)]));
}
