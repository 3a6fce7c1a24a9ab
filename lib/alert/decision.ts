import { type Also, type FleetIncident, type Incident, severityOf, subjectOf, wasTold } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import { type Pattern, patternOf, patternOfRule } from "../incident/pattern.ts";
import type { PendingNotice } from "../watch/state.ts";
import { contains, isAbout } from "./fleet.ts";
import type { Silence } from "./silence.ts";
import { activeSilence, matches } from "./silences.ts";

/** The pending notices about one incident, oldest first. */
export interface PendingIncident {
  readonly incident: Incident;
  readonly notices: readonly PendingNotice[];
  /** The fleet's incident that it is part of. */
  readonly fleet?: FleetIncident;
}

/** Notices that are neither sent nor dropped stay pending. */
export interface Decision {
  readonly send: readonly PendingNotice[];
  readonly drop: readonly PendingNotice[];
  /** The fleet's incident that it becomes part of. */
  readonly joins?: string;
  /** The silence that holds notices back or drops them. */
  readonly silence?: Silence;
}

/**
 * Decides about an incident's pending notices at `now` (ms since the epoch). `fleets` are the open fleet incidents of
 * its group, `active` are the silences that hold now. What a fleet incident says is dropped; in a silence notices wait,
 * and those of an incident that ended unannounced are dropped. The end of an announced incident is sent in either case.
 */
export function decide(
  about: PendingIncident,
  { silences, active }: { readonly silences: readonly Silence[]; readonly active: readonly Silence[] },
  fleets: readonly FleetIncident[],
  now: number,
): Decision {
  const [said, own] = partition(about.notices, (notice) => isSaidByFleet(about, notice));
  const { send, drop, ...reason } = decideOwn(about.incident, own, silences, active, fleets, now);
  return { send, drop: [...said, ...drop], ...reason };
}

/** Decides about notices that the host's or fleet's own incident has to tell. */
function decideOwn(
  incident: Incident,
  notices: readonly PendingNotice[],
  silences: readonly Silence[],
  active: readonly Silence[],
  fleets: readonly FleetIncident[],
  now: number,
): Decision {
  const unannounced = notices.some(({ kind }) => isOpening(kind));
  const end = notices.filter(({ kind }) => kind === "resolved");
  const neverAnnounced = unannounced && end.length > 0;
  const named = { host: subjectOf(incident), group: incident.group };
  const silence =
    active.find((one) => matches(one, named)) ??
    (neverAnnounced ? activeSilence(silences, named, incident.resolved ?? now) : undefined);
  if (silence) {
    if (neverAnnounced) return { send: [], drop: notices, silence };
    if (end.length > 0) return { send: end, drop: notices.filter(({ kind }) => kind !== "resolved") };
    return { send: [], drop: [], silence };
  }
  const fleet = incident.kind === "fleet" ? undefined : fleets.find((one) => contains(one, incident, now));
  if (unannounced && fleet) return { send: [], drop: notices, joins: fleet.id };
  return { send: notices, drop: [] };
}

/**
 * Whether the messages of the fleet's incident, which was open when the notices were decided, say what a notice does.
 * They do not say the end of what people knew before, nor trouble of other metrics, nor that one host became critical.
 */
function isSaidByFleet({ incident, notices, fleet }: PendingIncident, { kind }: PendingNotice): boolean {
  if (!fleet || incident.kind === "fleet") return false;
  const last = notices.at(-1)?.since ?? incident.resolved ?? Number.POSITIVE_INFINITY;
  if (fleet.resolved !== undefined && last > fleet.resolved) return false;
  if (kind === "resolved") return !wasTold(incident);
  if (kind === "also")
    return incident.kind !== "anomaly" || !incident.also || isAbout(fleet, alsoPatterns(incident.also));
  return kind !== "worsened" || severityOf(fleet) === "critical";
}

function alsoPatterns({ causes, rules = [] }: Also): readonly Pattern[] {
  return [...rules.map(({ rule }) => patternOfRule(rule)), ...causes.map(patternOf)];
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
