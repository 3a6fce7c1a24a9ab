import { type Random, type Sleep, sleep as sleepReally } from "../backoff.ts";
import type { Environment } from "../clients.ts";
import type { Clock } from "../time.ts";
import { encodeRecord } from "../wire/encode.ts";
import { type Collector, openCollector } from "./collect.ts";
import { createShipper, type Shipper } from "./ship.ts";
import { type OutboundRecord, openSpool, recordName } from "./spool.ts";
import { Stream } from "./stream.ts";
import { ticks } from "./timing.ts";

export interface AgentOptions {
  readonly host: string;
  readonly group: string;
  readonly stream: string;
  /** Region, endpoint and credentials, with the names that AWS uses. */
  readonly env: Environment;
  readonly intervalMs: number;
  readonly flushMs: number;
  /** This agent's own folder. */
  readonly spoolDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep?: Sleep;
  readonly log: (line: string) => void;
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

/** One record in so many spells out the names: one an hour with a flush each minute. */
const NAMES_EVERY = 60;

/**
 * Samples this host and ships the samples to a stream until stopped. Returns after the first attempt to send a sample.
 * Throws if the stream can never take it: no such stream, no right, no credentials.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { host, clock, random, log, sleep = sleepReally } = options;
  const collector = options.collect ?? (await openCollector(process.platform));
  const spool = openSpool({ dir: options.spoolDir, log });
  const stream = new Stream(options.stream, options.env);
  const shipper = createShipper({ stream, host, spool, clock, random, sleep, log });
  const stopping = new AbortController();
  const times = ticks(options.intervalMs, { clock, sleep, signal: stopping.signal });
  const batch = createBatch(options, collector.names);
  try {
    await sampleInto(batch, collector, times);
    await shipper.begin(batch.take());
  } catch (error) {
    stream.close();
    throw error;
  }
  const done = run(collector, batch, times, shipper).finally(() => stream.close());
  return {
    done,
    stop() {
      stopping.abort();
      return done;
    },
  };
}

async function run(collector: Collector, batch: Batch, times: Ticks, shipper: Shipper): Promise<void> {
  try {
    while (await sampleInto(batch, collector, times, shipper)) {
      if (batch.isDue()) shipper.offer(batch.take());
    }
  } catch (error) {
    // No goodbye: people must hear that nobody watches this host any more.
    await shipper.stop(batch.isEmpty() ? null : batch.take());
    throw error;
  }
  await shipper.stop(batch.takeLast());
}

/**
 * Takes one sample at the next tick; false when there are no more ticks. A clock that was set begins a new record: the
 * scorer judges a record's clock by its newest sample.
 */
async function sampleInto(batch: Batch, collector: Collector, times: Ticks, shipper?: Shipper): Promise<boolean> {
  const tick = await times.next();
  if (tick.done) return false;
  const row = await collector.sample();
  if (!batch.isContinuedBy(tick.value)) shipper?.offer(batch.take());
  batch.add(tick.value, row);
  return true;
}

type Ticks = ReturnType<typeof ticks>;
type Batch = ReturnType<typeof createBatch>;

/** The samples of the next record. */
function createBatch({ host, group, intervalMs, flushMs, clock }: AgentOptions, names: readonly string[]) {
  const boot = Math.floor(clock() / 1000);
  let times: number[] = [];
  let rows: (readonly (number | null)[])[] = [];
  let last: { readonly time: number; readonly row: readonly (number | null)[] } = { time: 0, row: [] };
  let seq = 0;
  let records = 0;

  function add(time: number, row: readonly (number | null)[]): void {
    times.push(time);
    rows.push(row);
  }

  function pack(first: number, bye: boolean): OutboundRecord {
    const withNames = records % NAMES_EVERY === 0;
    const data = encodeRecord({ host, group, boot, seq: first, names, withNames, times, rows, bye });
    // A repeated sample's own number would not do: its first record may still be in the spool under that name.
    return { name: recordName(times[0] ?? clock(), seq), data };
  }

  return {
    add,
    isEmpty: () => times.length === 0,
    /** Whether the time follows the last one of the record, without a step back or a leap. */
    isContinuedBy(time: number): boolean {
      const before = times.at(-1);
      return before === undefined || (time > before && time - before <= Math.max(flushMs, 2 * intervalMs));
    },
    isDue(): boolean {
      const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0) + intervalMs;
      return times.length > 0 && (spanMs >= flushMs || times.length >= SAMPLES_PER_RECORD_MAX);
    },
    take(): OutboundRecord {
      const record = pack(seq, false);
      seq += times.length;
      last = { time: times.at(-1) ?? 0, row: rows.at(-1) ?? [] };
      records += 1;
      times = [];
      rows = [];
      return record;
    },
    /** The record that says goodbye. Without a new sample it repeats the last one, which the scorer skips. */
    takeLast(): OutboundRecord {
      if (times.length > 0) return pack(seq, true);
      add(last.time, last.row);
      return pack(seq - 1, true);
    },
  };
}
