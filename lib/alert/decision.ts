import { type Also, type FleetIncident, type Incident, severityOf, subjectOf, wasTold } from "../incident/incident.ts";
import { isOpening, noticeAbout } from "../incident/notice.ts";
import { type Pattern, patternOf, patternOfRule } from "../incident/pattern.ts";
import type { PendingNotice } from "../watch/state.ts";
import { contains, isAbout } from "./fleet.ts";
import { type QuietPattern, quietFor } from "./quiet.ts";
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
  /** The silence, or what people called harmless, that holds notices back or drops them. */
  readonly silence?: Silence;
  readonly quiet?: QuietPattern;
}

/** What holds notices back: all silences, those that hold now, and what people called harmless. */
interface Reasons {
  readonly silences: readonly Silence[];
  readonly active: readonly Silence[];
  readonly quiets: readonly QuietPattern[];
}

/**
 * Decides about an incident's pending notices at `now` (ms since the epoch). `fleets` are the open fleet incidents of
 * its group. What a fleet incident says is dropped. In a silence, and about what is harmless, notices wait, and those
 * of an incident that ended unannounced are dropped. The end of an announced incident is sent in either case.
 */
export function decide(
  about: PendingIncident,
  reasons: Reasons,
  fleets: readonly FleetIncident[],
  now: number,
): Decision {
  const { incident } = about;
  const [said, own] = partition(about.notices, (notice) => isSaidByFleet(about, notice));
  const { send, drop, ...why } = decideSilenced(incident, own, reasons, now) ??
    decideQuiet(incident, own, reasons, now) ??
    decideJoining(incident, own, fleets, now) ?? { send: own, drop: [] };
  return { send, drop: [...said, ...drop], ...why };
}

function decideSilenced(
  incident: Incident,
  notices: readonly PendingNotice[],
  { silences, active }: Reasons,
  now: number,
): Decision | undefined {
  const end = notices.filter(({ kind }) => kind === "resolved");
  const neverAnnounced = isUnannounced(notices) && end.length > 0;
  const named = { host: subjectOf(incident), group: incident.group };
  const silence =
    active.find((one) => matches(one, named)) ??
    (neverAnnounced ? activeSilence(silences, named, incident.resolved ?? now) : undefined);
  if (!silence) return undefined;
  if (neverAnnounced) return { send: [], drop: notices, silence };
  if (end.length > 0) return { send: end, drop: notices.filter(({ kind }) => kind !== "resolved") };
  return { send: [], drop: [], silence };
}

/** Trouble that joined a harmless incident, or one that has grown, is told. */
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

function isUnannounced(notices: readonly PendingNotice[]): boolean {
  return notices.some(({ kind }) => isOpening(kind));
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
