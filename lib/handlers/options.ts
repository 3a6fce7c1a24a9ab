import type { Environment } from "../clients.ts";
import type { Config } from "../config/config.ts";
import type { Stores } from "../store/stores.ts";
import type { Clock } from "../time.ts";
import type { Folded } from "../watch/fold.ts";
import type { Report } from "./metric-line.ts";

/** What the functions get from the place where they run. */
export interface HandlerOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** In place of the tables that the environment names. */
  readonly stores?: Stores;
  /** What people have set, as it is now; absent: what an empty file says. */
  readonly config?: () => Config;
  /** Receives the counts of each invocation. */
  readonly report: Report;
  /** Receives each thing that went wrong and will be tried again. */
  readonly log: (what: string, error: unknown) => void;
  /** Sees what became of every sample; for `replay`. */
  readonly observe?: (folded: readonly Folded[]) => void;
  /** Whether the scorer tells everything at once and by itself; for `replay`, whose time passes in leaps. */
  readonly tellsAll?: boolean;
}
