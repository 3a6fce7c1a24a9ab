import type { Incident } from "../incident/incident.ts";
import type { HostState } from "../watch/state.ts";
import type { Attempts } from "./attempts.ts";
import type { Desk } from "./desk.ts";
import type { Silences } from "./held.ts";
import type { Overview } from "./overview.ts";
import type { QuietPattern } from "./quiet.ts";
import type { AlertSettings } from "./settings.ts";

/** One sweep's view of the fleet. Times are in milliseconds since the epoch. */
export interface SweepRun extends Silences {
  readonly now: number;
  /** Since when a sweep would have noticed silence. */
  readonly since: number;
  readonly settings: AlertSettings;
  readonly overview: Overview;
  /** Patterns that people called harmless. */
  readonly quiets: readonly QuietPattern[];
  /** Whether a silence or a quiet pattern holds back the open incident of the host. */
  readonly isHeldBack: (state: HostState) => boolean;
  /** By group, as they are stored; kept up to date. */
  readonly desks: Map<string, Desk>;
  /** The open incidents for which messages wait, by the group that depends on theirs; kept up to date by `detect`. */
  readonly leads: Map<string, Incident>;
  readonly attempts: Attempts;
}
