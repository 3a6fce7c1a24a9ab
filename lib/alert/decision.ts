import {
  type Also,
  type FleetIncident,
  type Incident,
  parentOf,
  rulesOf,
  severityOf,
  wasTold,
} from "../incident/incident.ts";
import { isOpening, noticeAbout } from "../incident/notice.ts";
import { type Pattern, patternOf, patternOfRule } from "../incident/pattern.ts";
import type { PendingNotice } from "../watch/state.ts";
import { contains, isAbout } from "./fleet.ts";
import { type IncidentNow, type Silences, silenceHolding } from "./held.ts";
import { type QuietPattern, quietFor } from "./quiet.ts";
import type { Silence } from "./silence.ts";

/** The pending notices about one incident, oldest first. */
export interface PendingIncident extends IncidentNow {
  readonly notices: readonly PendingNotice[];
  /** The fleet's incident that contains it. */
  readonly fleet?: FleetIncident;
}

/** Notices that are neither sent nor dropped stay pending. */
export interface Decision {
  readonly send: readonly PendingNotice[];
  readonly drop: readonly PendingNotice[];
  /** The fleet's incident that is to contain it. */
  readonly joins?: string;
  /** The silence, or the quiet pattern, that holds notices back or drops them. */
  readonly silence?: Silence;
  readonly quiet?: QuietPattern;
}

/** Reasons to hold notices back: silences, quiet patterns, and trouble of groups on which theirs depends. */
interface Reasons extends Silences {
  readonly quiets: readonly QuietPattern[];
  readonly isWaiting: (about: PendingIncident) => boolean;
}

/**
 * Decides about an incident's pending notices at `now` (ms since the epoch). `fleets` are the open fleet incidents of
 * its group. Notices that repeat a fleet incident's are dropped. Notices wait while a silence or a quiet pattern holds
 * them back, and are dropped when the incident is over. The end of an announced incident is sent in either case.
 */
export function decide(
  about: PendingIncident,
  reasons: Reasons,
  fleets: readonly FleetIncident[],
  now: number,
): Decision {
  const { incident } = about;
  const [said, own] = partition(about.notices, (notice) => isSaidByFleet(about, notice));
  const { send, drop, ...why } = decideSilenced(about, own, reasons, now) ??
    decideQuiet(incident, own, reasons, now) ??
    decideJoining(incident, own, fleets, now) ??
    decideWaiting(about, own, reasons) ?? { send: own, drop: [] };
  return { send, drop: [...said, ...drop], ...why };
}

function decideSilenced(
  about: PendingIncident,
  notices: readonly PendingNotice[],
  silences: Silences,
  now: number,
): Decision | undefined {
  const isOver = notices.some(({ kind }) => kind === "resolved");
  const holding = ({ kind }: PendingNotice) =>
    kind === "resolved" && !isUnannounced(notices) ? undefined : silenceHolding(kind, about, silences, now);
  const silence = notices.map(holding).find((one) => one !== undefined);
  if (!silence) return undefined;
  if (isUnannounced(notices)) return { send: [], drop: isOver ? notices : [], silence };
  const [held, send] = partition(notices, (notice) => holding(notice) !== undefined);
  return { send, drop: isOver ? held : [], silence };
}

/** Other trouble that joined a quiet incident, or a quiet incident that has grown, is announced. */
function decideQuiet(
  incident: Incident,
  notices: readonly PendingNotice[],
  { quiets }: Reasons,
  now: number,
): Decision | undefined {
  const quietAbout = ({ kind }: PendingNotice) => quietFor(quiets, noticeAbout(kind, incident).incident, now);
  const [harmless, others] = partition(notices, (one) => one.kind !== "resolved" && quietAbout(one) !== undefined);
  const quiet = harmless.map(quietAbout).find((one) => one !== undefined);
  if (!quiet) return undefined;
  const isOver = others.some(({ kind }) => kind === "resolved");
  if (others.some(({ kind }) => kind !== "resolved")) return { send: others, drop: harmless };
  if (isOver && isUnannounced(notices)) return { send: [], drop: notices, quiet };
  return isOver ? { send: others, drop: harmless } : { send: [], drop: [] };
}

function decideJoining(
  incident: Incident,
  notices: readonly PendingNotice[],
  fleets: readonly FleetIncident[],
  now: number,
): Decision | undefined {
  if (incident.kind === "fleet" || !isUnannounced(notices)) return undefined;
  const fleet = fleets.find((one) => contains(one, incident, now));
  return fleet && { send: [], drop: notices, joins: fleet.id };
}

/**
 * An incident that ended before the other group's is announced with that one only. One that no longer waits is
 * announced in one message, as it is now.
 */
function decideWaiting(
  about: PendingIncident,
  notices: readonly PendingNotice[],
  { isWaiting }: Reasons,
): Decision | undefined {
  const { incident } = about;
  if (!isUnannounced(notices)) return undefined;
  if (isWaiting(about)) return { send: [], drop: incident.resolved === undefined ? [] : notices };
  if (parentOf(incident) === undefined) return undefined;
  const [drop, send] = partition(
    notices,
    ({ kind }) => kind === "worsened" || (kind === "also" && showsAlso(incident)),
  );
  return { send, drop };
}

/** Whether the message of an opening shows the rules that joined it while it waited. */
function showsAlso(incident: Incident): boolean {
  const also = (incident.kind === "anomaly" && incident.also?.rules) || [];
  return also.length > 0 && also.every(({ rule }) => rulesOf(incident).some((one) => one.rule === rule));
}

function isUnannounced(notices: readonly PendingNotice[]): boolean {
  return notices.some(({ kind }) => isOpening(kind));
}

/**
 * Whether the messages of the fleet's incident, which was open when the notices were decided, say the same as a notice.
 * They do not say the end of an announced incident, trouble of other metrics, or that one host became critical.
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
