import { backoffMs, type Random, type Sleep } from "../backoff.ts";
import type { Clock } from "../time.ts";
import { UserError } from "../user-error.ts";
import type { OutboundRecord, Spool } from "./spool.ts";
import type { Stream, Trouble } from "./stream.ts";
import { RETRY } from "./timing.ts";

interface ShipperOptions {
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

export type Shipper = ReturnType<typeof createShipper>;

/**
 * Sends one host's records in order, one in flight. It retries the same record until the stream takes it, while later
 * ones wait in the spool. As long as the stream takes records, it does not touch the disk.
 */
export function createShipper({ stream, host, spool, clock, random, sleep, log }: ShipperOptions) {
  const stopping = new AbortController();
  let stopBy = Number.POSITIVE_INFINITY;
  let busy = false;
  let running: Promise<void> = Promise.resolve();
  let failure: unknown;
  let lastKind: string | undefined;

  function start(record: OutboundRecord | null): void {
    busy = true;
    running = sendAll(record).catch((error: unknown) => {
      failure = error;
    });
  }

  /** Sends the fresh record, then those in the spool. */
  async function sendAll(fresh: OutboundRecord | null): Promise<void> {
    let failures = 0;
    for (let record = fresh ?? spool.oldest(); record; record = spool.oldest()) {
      const trouble = await put(record);
      report(trouble);
      if (trouble && record === fresh) spool.add(record);
      if (trouble && stopping.signal.aborted) break;
      if (clock() > stopBy) break;
      failures = trouble ? failures + 1 : 0;
      if (trouble) await sleep(backoffMs(failures, random, RETRY), stopping.signal);
    }
    busy = false;
  }

  async function put({ name, data }: OutboundRecord): Promise<Trouble | null> {
    const trouble = await stream.put({ host, data });
    if (!trouble) spool.remove(name);
    return trouble;
  }

  /** One line per change: a failure, another failure, or the end of it. */
  function report(trouble: Trouble | null): void {
    if (trouble?.kind === lastKind) return;
    lastKind = trouble?.kind;
    log(
      trouble
        ? `${trouble.words}; records wait in ${spool.dir}`
        : `stream "${stream.name}" takes records again; ${spool.records} are waiting`,
    );
  }

  return {
    /** Takes the first record. Throws when the stream answers that no write can succeed, but not when it is away. */
    async begin(record: OutboundRecord): Promise<void> {
      if (spool.records > 0) spool.add(record);
      const oldest = spool.oldest() ?? record;
      const trouble = await put(oldest);
      if (trouble?.hopeless) throw new UserError(trouble.words, { cause: trouble.error });
      report(trouble);
      if (trouble && oldest === record) spool.add(record);
      start(null);
    },
    /** Takes the next record and returns at once. Throws when the spool cannot be written or read. */
    offer(record: OutboundRecord): void {
      if (failure) throw failure;
      if (busy) spool.add(record);
      else start(record);
    },
    /** Sends all records, the last one included. Those that the stream does not take now stay in the spool. */
    async stop(last: OutboundRecord | null): Promise<void> {
      stopBy = clock() + STOP_MS;
      stopping.abort();
      // On disk first: the process may be killed before the record is sent.
      if (last) spool.add(last);
      if (!busy) start(null);
      await running;
      if (failure) throw failure;
      spool.reportDropped();
      if (spool.records > 0) log(`${spool.records} records stay in ${spool.dir} for the next start`);
    },
  };
}
