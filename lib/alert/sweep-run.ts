import type { Attempts } from "./attempts.ts";
import type { Desk } from "./desk.ts";
import type { Silences } from "./held.ts";
import type { Overview } from "./overview.ts";
import type { AlertSettings } from "./settings.ts";

/** What one sweep knows. Times are in milliseconds since the epoch. */
export interface SweepRun extends Silences {
  readonly now: number;
  /** Since when a sweep would have noticed silence. */
  readonly since: number;
  readonly settings: AlertSettings;
  readonly overview: Overview;
  /** By group, as they are stored; kept up to date. */
  readonly desks: Map<string, Desk>;
  readonly attempts: Attempts;
}
