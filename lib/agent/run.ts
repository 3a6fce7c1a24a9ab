import { type Random, type Sleep, sleep as sleepReally } from "../backoff.ts";
import type { Environment } from "../clients.ts";
import type { Clock } from "../time.ts";
import { encodeRecord } from "../wire/encode.ts";
import { type Collector, openCollector } from "./collect.ts";
import { Shipper } from "./ship.ts";
import { type OutboundRecord, recordName, Spool } from "./spool.ts";
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
  const spool = new Spool({ dir: options.spoolDir, log });
  const stream = new Stream(options.stream, options.env);
  const shipper = new Shipper({ stream, host, spool, clock, random, sleep, log });
  const stopping = new AbortController();
  const times = ticks(options.intervalMs, { clock, sleep, signal: stopping.signal });
  const batch = new Batch(options, collector.names);
  try {
    await sampleInto(batch, collector, times);
    await shipper.begin(batch.take());
  } catch (error) {
    stream.close();
    throw error;
  }
  const done = run({ collector, batch, times, shipper }).finally(() => stream.close());
  return {
    done,
    stop() {
      stopping.abort();
      return done;
    },
  };
}

interface Parts {
  readonly collector: Collector;
  readonly batch: Batch;
  readonly times: AsyncGenerator<number, void>;
  readonly shipper: Shipper;
}

async function run({ collector, batch, times, shipper }: Parts): Promise<void> {
  try {
    while (await sampleInto(batch, collector, times)) {
      if (batch.isDue) shipper.offer(batch.take());
    }
  } catch (error) {
    // No goodbye: people must hear that nobody watches this host any more.
    await shipper.stop(batch.isEmpty ? null : batch.take());
    throw error;
  }
  await shipper.stop(batch.takeLast());
}

/** Takes one sample at the next tick; false when there are no more ticks. */
async function sampleInto(batch: Batch, collector: Collector, times: AsyncGenerator<number, void>): Promise<boolean> {
  const tick = await times.next();
  if (tick.done) return false;
  batch.add(tick.value, await collector.sample());
  return true;
}

type BatchOptions = Pick<AgentOptions, "host" | "group" | "intervalMs" | "flushMs" | "clock">;

/** The samples of the next record. */
class Batch {
  readonly #options: BatchOptions;
  readonly #names: readonly string[];
  readonly #boot: number;
  #times: number[] = [];
  #rows: (readonly (number | null)[])[] = [];
  #last: { readonly time: number; readonly row: readonly (number | null)[] } = { time: 0, row: [] };
  #seq = 0;
  #records = 0;

  constructor(options: BatchOptions, names: readonly string[]) {
    this.#options = options;
    this.#names = names;
    this.#boot = Math.floor(options.clock() / 1000);
  }

  add(time: number, row: readonly (number | null)[]): void {
    this.#times.push(time);
    this.#rows.push(row);
  }

  get isEmpty(): boolean {
    return this.#times.length === 0;
  }

  get isDue(): boolean {
    const [first] = this.#times;
    const last = this.#times.at(-1);
    if (first === undefined || last === undefined) return false;
    const spanMs = last - first + this.#options.intervalMs;
    return spanMs >= this.#options.flushMs || this.#times.length >= SAMPLES_PER_RECORD_MAX;
  }

  take(): OutboundRecord {
    const record = this.#pack(this.#seq, false);
    this.#seq += this.#times.length;
    this.#last = { time: this.#times.at(-1) ?? 0, row: this.#rows.at(-1) ?? [] };
    this.#records += 1;
    this.#times = [];
    this.#rows = [];
    return record;
  }

  /** The record that says goodbye. Without a new sample it repeats the last one, which the scorer skips. */
  takeLast(): OutboundRecord {
    if (!this.isEmpty) return this.#pack(this.#seq, true);
    this.add(this.#last.time, this.#last.row);
    return this.#pack(this.#seq - 1, true);
  }

  #pack(seq: number, bye: boolean): OutboundRecord {
    const { host, group } = this.#options;
    const data = encodeRecord({
      host,
      group,
      boot: this.#boot,
      seq,
      names: this.#names,
      withNames: this.#records % NAMES_EVERY === 0,
      times: this.#times,
      rows: this.#rows,
      bye,
    });
    // A repeated sample's own number would not do: its first record may still be in the spool under that name.
    return { name: recordName(this.#times[0] ?? this.#options.clock(), this.#seq), data };
  }
}
