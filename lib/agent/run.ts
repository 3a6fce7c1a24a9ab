import { type Random, type Sleep, sleep as sleepReally } from "../backoff.ts";
import type { Environment } from "../clients.ts";
import type { Clock } from "../time.ts";
import { encodeRecord } from "../wire/encode.ts";
import type { HostAttributes } from "../wire/samples.ts";
import { type Collector, openCollector, type Sample } from "./collect.ts";
import { createEarlySends, createUsualRanges } from "./early.ts";
import { createShipper, type Shipper } from "./ship.ts";
import { type OutboundRecord, openSpool, recordName } from "./spool.ts";
import { Stream } from "./stream.ts";
import { ticks } from "./timing.ts";

export interface AgentOptions {
  /** The name of this machine, asked again before each record: it may change while the agent runs. */
  readonly host: () => string;
  readonly group: string;
  /** Attributes that people gave this machine. */
  readonly attributes?: HostAttributes;
  readonly stream: string;
  /** Region, endpoint and credentials, with the names that AWS uses. */
  readonly env: Environment;
  readonly intervalMs: number;
  readonly flushMs: number;
  /** Sends a sample at once when a metric leaves its usual range; default true. */
  readonly early?: boolean;
  /** This agent's own folder. */
  readonly spoolDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep?: Sleep;
  readonly log: (line: string) => void;
  /** On Linux, the folder with proc and sys; default `/`. */
  readonly root?: string;
  /** Default: the metrics of this machine. */
  readonly collect?: Collector;
}

export interface Agent {
  /** Sends the last samples and a goodbye, or spools them while the stream is away, and ends. */
  stop(): Promise<void>;
  /** Resolves when stopped, rejects on an error that ends the agent. */
  readonly done: Promise<void>;
}

/** A record holds no more samples than this, even with rare flushes. */
export const SAMPLES_PER_RECORD_MAX = 60;

/** One record in this many spells out the names: one an hour with a flush each minute. */
const NAMES_EVERY = 60;

/**
 * Samples this host and ships the samples to a stream until stopped. Returns after the first attempt to send a sample.
 * Throws if the stream can never take it: no such stream, no right, no credentials.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { clock, random, log, sleep = sleepReally } = options;
  const collect =
    options.collect ?? (await openCollector({ platform: process.platform, root: options.root ?? "/", clock, log }));
  const spool = openSpool({ dir: options.spoolDir, clock, log });
  const stream = new Stream(options.stream, options.env);
  const batch = createBatch(options, options.host());
  const shipper = createShipper({ stream, host: batch.host, spool, clock, random, sleep, log });
  const stopping = new AbortController();
  const times = ticks(options.intervalMs, { clock, sleep, signal: stopping.signal });
  const isNews = options.early === false ? () => false : watchForNews(options);
  const parts = { batch, collect, times, shipper };
  try {
    await sampleInto(parts);
    await shipper.begin(batch.take());
  } catch (error) {
    stream.close();
    throw error;
  }
  const done = run(options, parts, isNews).finally(() => stream.close());
  return {
    done,
    stop() {
      stopping.abort();
      return done;
    },
  };
}

/** Says of each sample in turn whether it goes before its flush is due. */
function watchForNews({ flushMs }: AgentOptions): (taken: Taken) => boolean {
  const usual = createUsualRanges();
  const early = createEarlySends(flushMs);
  return ({ time, sample, isDue }) => usual.isStrange(sample) && !isDue && early.take(time);
}

interface Parts {
  readonly batch: Batch;
  readonly collect: Collector;
  readonly times: Ticks;
  readonly shipper: Shipper;
}

/** A sample that has joined a record. */
interface Taken {
  readonly time: number;
  readonly sample: Sample;
  /** The record is due with it. */
  readonly isDue: boolean;
}

async function run(options: AgentOptions, parts: Parts, isNews: (taken: Taken) => boolean): Promise<void> {
  const { shipper } = parts;
  let { batch } = parts;
  try {
    for (;;) {
      const taken = await sampleInto({ ...parts, batch }, shipper);
      if (!taken) break;
      if (!isNews(taken) && !taken.isDue) continue;
      const host = options.host();
      const isRenamed = host !== batch.host;
      shipper.offer(batch.take(isRenamed));
      if (!isRenamed) continue;
      options.log(`this machine is called ${host} now: it says goodbye as ${batch.host} and goes on as a new host`);
      batch = createBatch(options, host);
    }
  } catch (error) {
    // No goodbye: people must be notified that this host is no longer watched.
    await shipper.stop(batch.isEmpty() ? null : batch.take());
    throw error;
  }
  await shipper.stop(batch.takeLast());
}

/**
 * Takes one sample at the next tick; undefined when there are no more ticks. A clock that was set begins a new record:
 * the scorer judges a record's clock by its newest sample. So do other metrics: a record has one list of names.
 */
async function sampleInto(
  { batch, collect, times }: Pick<Parts, "batch" | "collect" | "times">,
  shipper?: Shipper,
): Promise<Taken | undefined> {
  const tick = await times.next();
  if (tick.done) return undefined;
  const [time, sample] = [tick.value, await collect()];
  if (!batch.isContinuedBy(time, sample)) shipper?.offer(batch.take());
  batch.add(time, sample);
  return { time, sample, isDue: batch.isDue() };
}

type Ticks = ReturnType<typeof ticks>;
type Batch = ReturnType<typeof createBatch>;

/** The samples of the next record. */
function createBatch({ group, attributes, intervalMs, flushMs, clock }: AgentOptions, host: string) {
  const boot = Math.floor(clock() / 1000);
  let names: readonly string[] = [];
  let named: readonly string[] | undefined;
  let times: number[] = [];
  let rows: Sample["row"][] = [];
  let last: { readonly time: number; readonly sample: Sample } | undefined;
  let seq = 0;
  let records = 0;

  function add(time: number, sample: Sample): void {
    names = sample.names;
    times.push(time);
    rows.push(sample.row);
    last = { time, sample };
  }

  function pack(first: number, bye: boolean): OutboundRecord {
    const withNames = records % NAMES_EVERY === 0 || names !== named;
    // Attributes go with the names: a scorer that missed them learns them within the hour.
    const about = withNames && attributes ? { attributes } : {};
    const data = encodeRecord({ host, group, boot, seq: first, names, withNames, times, rows, bye, ...about });
    // The repeated sample needs a new number: its first record may still be in the spool under the old one.
    return { name: recordName(times[0] ?? clock(), seq), data };
  }

  return {
    host,
    add,
    isEmpty: () => times.length === 0,
    /** Whether the sample may join the record: it has the same metrics, and follows without a step back or a leap. */
    isContinuedBy(time: number, sample: Sample): boolean {
      const before = times.at(-1);
      if (before === undefined) return true;
      return sample.names === names && time > before && time - before <= Math.max(flushMs, 2 * intervalMs);
    },
    isDue(): boolean {
      const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0) + intervalMs;
      return times.length > 0 && (spanMs >= flushMs || times.length >= SAMPLES_PER_RECORD_MAX);
    },
    take(bye = false): OutboundRecord {
      const record = pack(seq, bye);
      seq += times.length;
      records += 1;
      named = names;
      times = [];
      rows = [];
      return record;
    },
    /** The goodbye of a host that has sent. Without a new sample it repeats the last one, which the scorer skips. */
    takeLast(): OutboundRecord | null {
      if (times.length > 0) return pack(seq, true);
      if (!last) return null;
      add(last.time, last.sample);
      return pack(seq - 1, true);
    },
  };
}
