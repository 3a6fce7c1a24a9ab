import type { FleetIncident } from "../incident/incident.ts";
import type { Pattern } from "../incident/pattern.ts";
import type { PendingNotice } from "../watch/state.ts";

/** A group as a whole: when one of its hosts was announced for it, and the trouble that its hosts have in common. */
export interface Desk {
  readonly group: string;
  /** When one of its hosts was last announced by itself and at once, in milliseconds since the epoch; 0 = never. */
  readonly spoke: number;
  /** When the last fleet's incident began, in milliseconds since the epoch; 0 = there was none. */
  readonly begun: number;
  /** Its fleet incidents, oldest first: the open ones, and those whose end is not sent yet. */
  readonly incidents: readonly FleetIncident[];
  /** The incidents of its hosts that began within the last hour, in the order in which a sweep saw them. */
  readonly recent: readonly Beginning[];
  /** Notices of fleet incidents, oldest first. The incidents table has the incidents. */
  readonly pending: readonly PendingNotice[];
  /** Counts its writes; 0 = never stored. */
  readonly revision: number;
}

/** The beginning of a host's incident. */
export interface Beginning {
  readonly pattern: Pattern;
  readonly host: string;
  /** Id of the incident. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export function newDesk(group: string): Desk {
  return { group, spoke: 0, begun: 0, incidents: [], recent: [], pending: [], revision: 0 };
}

export function openOf({ incidents }: Desk): readonly FleetIncident[] {
  return incidents.filter(({ resolved }) => resolved === undefined);
}

/** The desk with the incident in its new form; a new one comes last. */
export function withFleet(desk: Desk, incident: FleetIncident): Desk {
  const isKnown = desk.incidents.some(({ id }) => id === incident.id);
  const incidents = desk.incidents.map((one) => (one.id === incident.id ? incident : one));
  return { ...desk, incidents: isKnown ? incidents : [...incidents, incident] };
}

/** The places of a quota in a sliding window of time. */
export interface Allowance {
  /** `messages`, `texts`, `digests`, or the kind of a note about hosts: `clocks`, `unjudged`. */
  readonly name: string;
  /** When the last messages went, in milliseconds since the epoch, oldest first; at most as many as a window allows. */
  readonly times: readonly number[];
  /** How many messages were held, by severity, since `times` was last written for one that went. */
  readonly held: { readonly critical: number; readonly warning: number };
  readonly revision: number;
}
