import { type Also, type FleetIncident, type Incident, severityOf, wasTold } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import { type Pattern, patternOf, patternOfRule } from "../incident/pattern.ts";
import type { PendingNotice } from "../watch/state.ts";
import { contains, isAbout } from "./fleet.ts";
import { type Silences, silenceHolding } from "./held.ts";
import type { Silence } from "./silence.ts";

/** The pending notices about one incident, oldest first. */
export interface PendingIncident {
  readonly incident: Incident;
  readonly notices: readonly PendingNotice[];
  /** The time of the host's newest sample (ms since the epoch); 0 for a fleet. */
  readonly newest: number;
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
 * its group. What a fleet incident says is dropped; what a silence holds back waits, and is dropped when the incident
 * is over. The end of an announced incident is sent in either case.
 */
export function decide(
  about: PendingIncident,
  silences: Silences,
  fleets: readonly FleetIncident[],
  now: number,
): Decision {
  const [said, own] = partition(about.notices, (notice) => isSaidByFleet(about, notice));
  const { send, drop, ...reason } = decideOwn(about, own, silences, fleets, now);
  return { send, drop: [...said, ...drop], ...reason };
}

/** Decides about notices that the host's or fleet's own incident has to tell. */
function decideOwn(
  { incident, newest }: PendingIncident,
  notices: readonly PendingNotice[],
  silences: Silences,
  fleets: readonly FleetIncident[],
  now: number,
): Decision {
  const isUnannounced = notices.some(({ kind }) => isOpening(kind));
  const isOver = notices.some(({ kind }) => kind === "resolved");
  const holding = ({ kind }: PendingNotice) =>
    kind === "resolved" && !isUnannounced ? undefined : silenceHolding(kind, incident, newest, silences, now);
  const silence = notices.map(holding).find((one) => one !== undefined);
  if (silence) {
    if (isUnannounced) return { send: [], drop: isOver ? notices : [], silence };
    const [held, send] = partition(notices, (notice) => holding(notice) !== undefined);
    return { send, drop: isOver ? held : [], silence };
  }
  const fleet = incident.kind === "fleet" ? undefined : fleets.find((one) => contains(one, incident, now));
  if (isUnannounced && fleet) return { send: [], drop: notices, joins: fleet.id };
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
