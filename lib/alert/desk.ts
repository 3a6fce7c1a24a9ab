import type { FleetIncident } from "../incident/incident.ts";
import type { PendingNotice } from "../watch/state.ts";

/** A group as a whole: when one of its hosts was announced for it, and whether its hosts are in trouble together. */
export interface Desk {
  readonly group: string;
  /** When one of its hosts was last announced by itself and at once, in milliseconds since the epoch; 0 = never. */
  readonly spoke: number;
  /** When the last fleet's incident began, in milliseconds since the epoch; 0 = there was none. */
  readonly begun: number;
  /** The fleet's incident, while it is open. */
  readonly incident?: FleetIncident;
  /** Notices of fleet incidents, oldest first. The incidents table has the incidents. */
  readonly pending: readonly PendingNotice[];
  /** Counts its writes; 0 = never stored. */
  readonly revision: number;
}

export function newDesk(group: string): Desk {
  return { group, spoke: 0, begun: 0, pending: [], revision: 0 };
}

/** How many of something may go in a sliding window of time. */
export interface Allowance {
  /** `messages`, `texts` or `digests`. */
  readonly name: string;
  /** When the last ones went, in milliseconds since the epoch, oldest first; at most as many as may go in a window. */
  readonly times: readonly number[];
  /** How many did not go since `times` was last written for one that did, by severity. */
  readonly held: { readonly critical: number; readonly warning: number };
  readonly revision: number;
}
