import { backoffMs, type Random, type Sleep } from "../backoff.ts";
import type { Clock } from "../time.ts";
import type { OutboundRecord, Spool } from "./spool.ts";
import type { Stream, Trouble } from "./stream.ts";
import { RETRY } from "./timing.ts";

export interface ShipperOptions {
  readonly stream: Stream;
  /** The partition key, which keeps a host's records in order. */
  readonly host: string;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly log: (line: string) => void;
}

/** How long a stop goes on sending before it leaves the rest to the next start. */
const STOP_MS = 4_000;

/**
 * Sends one host's records in order, one in flight. It retries the same record until the stream takes it, while later
 * ones wait in the spool. As long as the stream takes records, it does not touch the disk.
 */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #stopping = new AbortController();
  #stopBy = Number.POSITIVE_INFINITY;
  #busy = false;
  #running: Promise<void> = Promise.resolve();
  #failure: unknown;
  #trouble: Trouble | null = null;

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  /** Takes the first record. Throws when the stream answers that no write can ever succeed, but not when it is away. */
  async begin(record: OutboundRecord): Promise<void> {
    const { spool } = this.#options;
    if (spool.records > 0) spool.add(record);
    const oldest = spool.oldest() ?? record;
    const trouble = await this.#put(oldest);
    if (trouble?.hopeless) throw new Error(trouble.words, { cause: trouble.error });
    this.#report(trouble);
    if (trouble && oldest === record) spool.add(record);
    this.#start(null);
  }

  /** Takes the next record and returns at once. Throws when the spool cannot be written or read. */
  offer(record: OutboundRecord): void {
    if (this.#failure) throw this.#failure;
    if (this.#busy) this.#options.spool.add(record);
    else this.#start(record);
  }

  /** Sends all records, the last one included. Those that the stream does not take now stay in the spool. */
  async stop(last: OutboundRecord | null): Promise<void> {
    const { clock, spool, log } = this.#options;
    this.#stopBy = clock() + STOP_MS;
    this.#stopping.abort();
    // On disk first: the process may be killed before the record is sent.
    if (last) spool.add(last);
    if (!this.#busy) this.#start(null);
    await this.#running;
    if (this.#failure) throw this.#failure;
    spool.reportDropped();
    if (spool.records > 0) log(`${spool.records} records stay in ${spool.dir} for the next start`);
  }

  #start(record: OutboundRecord | null): void {
    this.#busy = true;
    this.#running = this.#sendAll(record).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Sends the fresh record, then those in the spool. */
  async #sendAll(fresh: OutboundRecord | null): Promise<void> {
    const { spool, clock, random, sleep } = this.#options;
    let failures = 0;
    for (let record = fresh ?? spool.oldest(); record; record = spool.oldest()) {
      const trouble = await this.#put(record);
      this.#report(trouble);
      if (trouble && record === fresh) spool.add(record);
      if (trouble && this.#stopping.signal.aborted) break;
      if (clock() > this.#stopBy) break;
      failures = trouble ? failures + 1 : 0;
      if (trouble) await sleep(backoffMs(failures, random, RETRY), this.#stopping.signal);
    }
    this.#busy = false;
  }

  async #put({ name, data }: OutboundRecord): Promise<Trouble | null> {
    const { stream, host, spool } = this.#options;
    const trouble = await stream.put({ host, data });
    if (!trouble) spool.remove(name);
    return trouble;
  }

  /** One line per change: a failure, another failure, or the end of it. */
  #report(trouble: Trouble | null): void {
    const { stream, spool, log } = this.#options;
    const before = this.#trouble;
    this.#trouble = trouble;
    if (trouble?.kind === before?.kind) return;
    log(
      trouble
        ? `${trouble.words}; records wait in ${spool.dir}`
        : `stream "${stream.name}" takes records again; ${spool.records} are waiting`,
    );
  }
}
