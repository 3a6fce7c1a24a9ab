import type { Environment } from "../clients.ts";
import type { CommandLine } from "../command-line.ts";
import type { Config } from "../config/config.ts";
import type { Topic } from "../notify/publish.ts";
import { METRICS } from "../resources.ts";
import type { Stores } from "../store/stores.ts";
import type { Clock } from "../time.ts";
import type { Folded } from "../watch/fold.ts";
import type { Rejection } from "../watch/rejections.ts";

type Count = (typeof METRICS)["score" | "sweep" | "refit" | "stores"][number];

/** Counts of one invocation, and the latency in seconds of each first message that it sent at once. */
export type Counts = Readonly<
  Partial<Record<Count, number>> & Partial<Record<(typeof METRICS)["latency"], readonly number[]>>
>;

/** Everything that the functions get from Lambda, the twin or a replay. */
export interface HandlerOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** How people who get its messages call the command; absent: as installed, for the twin. */
  readonly command?: CommandLine;
  /** Replaces the tables that the environment names. */
  readonly stores?: Stores;
  /** Replaces the topic that the environment names. */
  readonly topic?: Topic;
  /** The configuration now; absent: the defaults. */
  readonly config?: () => Config;
  /** False if baselines stay as they are, and the scorer fits none to a host without one. */
  readonly fitsYoung?: boolean;
  /** Receives the counts of each invocation. */
  readonly report: (counts: Counts) => void;
  /** Receives each error after which the work is retried. */
  readonly log: (what: string, error: unknown) => void;
  /** Receives the result of every sample, for `replay`. */
  readonly observe?: (folded: readonly Folded[]) => void;
  /** Gets the records of each batch that were rejected, whole or in part. */
  readonly onRejected?: (rejections: readonly Rejection[]) => void;
}

export function stackName(env: Environment): string {
  return env[METRICS.dimensionVariable] ?? "fleetwarden";
}
