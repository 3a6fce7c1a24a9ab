import type { News } from "../alert/news.ts";
import type { Config } from "../config/config.ts";
import type { Context, StreamEventRecord } from "../handlers/contract.ts";
import { createHandlers } from "../handlers/handlers.ts";
import type { Counts } from "../handlers/options.ts";
import type { TopicMessage } from "../notify/publish.ts";
import { FUNCTIONS, MAPPING } from "../resources.ts";
import { createMemoryStores } from "../store/memory.ts";
import { SECOND_MS } from "../time.ts";
import { Flag } from "../watch/apply.ts";
import type { Folded } from "../watch/fold.ts";

/** A message that was published. */
export interface Published {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly news: News;
  readonly message: TopicMessage;
}

export type OnFolded = (folded: readonly Folded[]) => void;

export type VirtualDeployment = ReturnType<typeof virtualDeployment>;

/**
 * The deployed functions over stores in memory, at a time that the caller sets. `onFolded` receives the scorer's result
 * for every sample. Throws the failures that they log.
 */
export function virtualDeployment(
  start: number,
  config: Config,
  { onFolded = () => {}, fitsYoung = true }: { readonly onFolded?: OnFolded; readonly fitsYoung?: boolean } = {},
) {
  let now = start;
  const clock = () => now;
  const stores = createMemoryStores(clock);
  const counts = { records: 0, samples: 0, rejected: 0, anomalies: 0 };
  const published: Published[] = [];
  const anomalies = new Map<string, Set<number>>();
  const handlers = createHandlers({
    env: {},
    stores,
    topic: {
      name: "the replay",
      async publish(message, news) {
        published.push({ at: now, news, message });
      },
      subscriptions: async () => [],
    },
    config: () => config,
    fitsYoung,
    clock,
    random: () => 0.5,
    report: ({ Records = 0, Samples = 0, Rejected = 0, Anomalies = 0 }: Counts) => {
      counts.records += Records;
      counts.samples += Samples;
      counts.rejected += Rejected;
      counts.anomalies += Anomalies;
    },
    log(what, error) {
      throw new Error(what, { cause: error });
    },
    observe(folded) {
      noteAnomalies(anomalies, folded);
      onFolded(folded);
    },
  });
  return {
    stores,
    counts,
    published,
    /** The times of the anomalous samples by host. */
    anomalies,
    clock,
    /** Scores records in the order of their arrival. */
    async score(records: readonly StreamEventRecord[]): Promise<void> {
      for (let i = 0; i < records.length; i += MAPPING.batchSize) {
        const Records = records.slice(i, i + MAPPING.batchSize);
        now = Math.max(now, ...Records.map(({ kinesis }) => kinesis.approximateArrivalTimestamp * SECOND_MS));
        const { batchItemFailures } = await handlers.score({ Records }, contextOf("score"));
        if (batchItemFailures.length > 0) throw new Error("a record could not be scored");
      }
    },
    async sweep(time: number): Promise<void> {
      now = time;
      await handlers.sweep({}, contextOf("sweep"));
    },
    /** The event is a schedule's, unless it asks for more. */
    async refit(time: number, event: unknown = {}): Promise<void> {
      now = time;
      await handlers.refit(event, contextOf("refit"));
    },
  };
}

/** Virtual time stands still while a function runs, so that no function times out. */
function contextOf(name: keyof typeof FUNCTIONS): Context {
  return { getRemainingTimeInMillis: () => FUNCTIONS[name].timeoutSeconds * SECOND_MS };
}

function noteAnomalies(anomalies: Map<string, Set<number>>, folded: readonly Folded[]): void {
  for (const { parts, state } of folded) {
    for (const { times, flags } of parts) {
      for (let i = 0; i < times.length; i++) {
        if (!((flags[i] ?? 0) & Flag.anomaly)) continue;
        const known = anomalies.get(state.host) ?? new Set<number>();
        anomalies.set(state.host, known.add(times[i] ?? 0));
      }
    }
  }
}
