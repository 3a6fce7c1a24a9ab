import type { Environment } from "../clients.ts";
import { type Config, DEFAULT_CONFIG } from "../config/config.ts";
import type { Handlers, StreamEvent } from "../handlers/contract.ts";
import { createHandlers } from "../handlers/handlers.ts";
import type { Counts } from "../handlers/options.ts";
import type { Message } from "../local/message.ts";
import type { Folded } from "../watch/fold.ts";

/** A record that the stream has taken, and when it arrives in virtual time (ms). */
export interface Put {
  readonly sequenceNumber: string;
  readonly arrival: number;
}

/** The virtual time of a replay and what it has seen. A record arrives at the time of its last row. */
export function createWorld(start: number, progress: (scored: number) => void, config: Config = DEFAULT_CONFIG) {
  let now = start;
  const arrivals = new Map<string, number>();
  const putting: Promise<void>[] = [];
  const flags = new Map<number, number>();
  const totals: Counts[] = [];
  const messages: Message[] = [];
  const observe = (folded: readonly Folded[]) => {
    for (const { parts } of folded) {
      for (const part of parts) for (const [i, time] of part.times.entries()) flags.set(time, part.flags[i] ?? 0);
    }
    progress(flags.size);
  };
  /** The stream stamps records with the real time; here they get the virtual one, once their put has been answered. */
  const inVirtualTime = ({ Records }: StreamEvent): StreamEvent => ({
    Records: Records.map((record) => {
      const arrival = arrivals.get(record.kinesis.sequenceNumber) ?? now;
      now = Math.max(now, arrival);
      return { ...record, kinesis: { ...record.kinesis, approximateArrivalTimestamp: arrival / 1000 } };
    }),
  });
  return {
    clock: () => now,
    flags,
    messages,
    counts: () => ({
      samples: sum(totals, "Samples"),
      rejected: sum(totals, "Rejected"),
      anomalies: sum(totals, "Anomalies"),
    }),
    put(records: Promise<readonly Put[]>): Promise<void> {
      const done = records.then((all) => {
        for (const { sequenceNumber, arrival } of all) arrivals.set(sequenceNumber, arrival);
      });
      putting.push(done);
      return done;
    },
    createHandlers(env: Environment): Handlers {
      const log = (what: string, error: unknown) => {
        throw new Error(what, { cause: error });
      };
      const handlers = createHandlers({
        env,
        config: () => config,
        clock: () => now,
        random: Math.random,
        report: (counts) => totals.push(counts),
        log,
        observe,
        sendsAll: true,
      });
      return {
        ...handlers,
        async score(event, context) {
          await Promise.all(putting);
          return handlers.score(inVirtualTime(event), context);
        },
      };
    },
  };
}

function sum(totals: readonly Counts[], name: keyof Counts): number {
  return totals.reduce((total, counts) => total + (counts[name] ?? 0), 0);
}
