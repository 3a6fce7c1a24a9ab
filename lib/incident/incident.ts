import type { Cause } from "./cause.ts";
import type { Extent } from "./extent.ts";
import type { Growth } from "./growth.ts";
import { isCriticalSample, type JudgedSample, type Worst } from "./judgement.ts";
import type { Acknowledgement, Label } from "./label.ts";
import type { Latest, Trend } from "./latest.ts";
import { PATTERNS_MAX, type Pattern, patternOf, patternOfRule, SILENCE } from "./pattern.ts";
import type { RuleHit } from "./rule-hit.ts";
import type { Severity } from "./severity.ts";
import type { Surroundings } from "./surroundings.ts";

/** Trouble of one host, or of many hosts of a group at once. */
export type Incident = HostIncident | FleetIncident;

/** A host has one at a time: anomalies or rule hits, or silence. */
export type HostIncident = AnomalyIncident | SilentIncident;

/** Times are in milliseconds since the epoch. */
interface IncidentBase {
  /** Six letters and digits without look-alikes; a function of host or group and `opened`. */
  readonly id: string;
  readonly group: string;
  /** Counts the changes of this incident; a message that arrives twice carries the same id and revision. */
  readonly revision: number;
  readonly opened: number;
  /** Absent while open. */
  readonly resolved?: number;
  readonly reminded?: true;
  /** Sent by SMS. */
  readonly texted?: true;
  /** When its first message was sent; absent before, and if an earlier version sent it. */
  readonly notified?: number;
  /** A sweep sent its first message, since it could not go at once. */
  readonly held?: true;
  readonly acknowledged?: Acknowledgement;
  readonly label?: Label;
  readonly dependents?: Dependents;
  /** The labels that `label` replaced, oldest first. */
  readonly earlierLabels?: readonly Label[];
}

/** Hosts of groups that depend on its own, whose messages wait until it is over: the largest number so far. */
export interface Dependents {
  /** Hosts of all groups, and how many these were when people were last notified of them. */
  readonly hosts: number;
  readonly told: number;
  /** The groups with the most, at most `DEPENDENTS_MAX`. */
  readonly groups: readonly { readonly group: string; readonly hosts: number }[];
}

export const DEPENDENTS_MAX = 3;

interface HostIncidentBase extends IncidentBase {
  readonly host: string;
  /** How it ended, if not by normal samples. */
  readonly ending?: Ending;
  /** Id of the fleet's incident that contains this one: people get that one's notices instead. */
  readonly fleet?: string;
  /** Id of the incident for which its opening waited: an incident of a group on which its own group depends. */
  readonly parent?: string;
  /** People were notified before a fleet's incident took it over, so they also get the notice of its end. */
  readonly told?: true;
}

/** A run of anomalies or rule hits. It opened with the first of the anomalous samples. */
export interface AnomalyIncident extends HostIncidentBase, Worst {
  readonly kind: "anomaly";
  readonly lastAnomaly: number;
  /** The last sample above epsilon, if samples since then only hovered below it; absent otherwise. */
  readonly exceeded?: number;
  /** Counted from `opened` to the last sample. */
  readonly samples: number;
  readonly anomalies: number;
  /** The rules that opened it or joined it, in that order, at most `RULE_HITS_MAX`; absent without any. */
  readonly rules?: readonly RuleHit[];
  /** Opened too often lately, so it is held open. */
  readonly unstable?: true;
  /** Id of the quiet pattern that holds its messages back; absent while it is open. */
  readonly quiet?: string;
  /** People were asked whether it is the new normal. */
  readonly asked?: true;
  /** When it became critical after it had opened as a warning (ms since the epoch). */
  readonly worsened?: number;
  /** The patterns of its notices so far, at most `PATTERNS_MAX`; absent if these are its causes and rules. */
  readonly patterns?: readonly Pattern[];
  /** Patterns that are about to join, if they stay. */
  readonly emerging?: readonly Emerging[];
  /** The pattern that joined last, and when it was last seen. */
  readonly also?: Also;
  readonly alsoSeen?: number;
  readonly latest?: Latest;
  readonly trend?: Trend;
  readonly growth?: Growth;
  /** At the sample of `peak`. */
  readonly surroundings?: Surroundings;
}

/** A pattern of an open incident without a notice so far, and in how many samples it was seen. */
export interface Emerging {
  readonly pattern: Pattern;
  readonly seen: number;
}

/** Other trouble that joined an open incident: its worst sample is about its own metrics. */
export interface Also extends Worst {
  readonly rules?: readonly RuleHit[];
}

/** Records of a host stopped. It opened a millisecond after the last sample, or after `backBy`. */
export interface SilentIncident extends HostIncidentBase {
  readonly kind: "silent";
  /** When a sweep detected it. */
  readonly noticed: number;
  readonly lastSample: JudgedSample;
  /** Its records arrive, but cannot be read, or none of their values is a number. */
  readonly unread?: Unread;
  /** The host stopped when it is usually off, and is usually back by this time (ms since the epoch). */
  readonly backBy?: number;
}

/** When the first record arrived that could not be used (ms since the epoch), and why. */
export interface Unread {
  readonly since: number;
  readonly reason: string;
}

/** Many hosts of a group in trouble at once. Its worst host gives peak, causes and rules. */
export interface FleetIncident extends IncidentBase, Worst {
  readonly kind: "fleet";
  readonly extent: Extent;
  /** When it last grew. */
  readonly grown: number;
  /** Sums over the hosts that opened it. */
  readonly samples: number;
  readonly anomalies: number;
  readonly rules?: readonly RuleHit[];
  /** The patterns of its hosts; a host's incident with another pattern is not part of it. */
  readonly patterns?: readonly Pattern[];
  /** The hosts had the same one after the other, and not at once. */
  readonly spread?: true;
  /** The causes at the newest sample of the host that was the worst at the time of the reminder. */
  readonly latest?: Latest;
  /** Its size in hosts when people were last notified of it, and when that was; absent if that was the opening. */
  readonly announced?: { readonly affected: number; readonly at: number };
}

/**
 * The host stopped sending, as usual or not. It left the fleet: it said goodbye, or somebody retired it. Or the change
 * stayed and has become usual.
 */
export const ENDINGS = ["silent", "gone", "settled"] as const;

export type Ending = (typeof ENDINGS)[number];

/** Whether it could be the new normal of its host: an incident with a rule cannot, nor one that comes and goes. */
export function mayBeNormal(incident: Incident): boolean {
  return incident.kind === "anomaly" && !incident.rules && !incident.unstable;
}

/** The worst sample, or the last before a silence. */
export function sampleOf(incident: Incident): JudgedSample {
  return incident.kind === "silent" ? incident.lastSample : incident.peak;
}

/** The metrics behind it, largest first; none behind a silence. */
export function causesOf(incident: Incident): readonly Cause[] {
  return incident.kind === "silent" ? [] : incident.causes;
}

/** The main pattern of a host's incident: its rules and its first cause, or silence. */
export function subjectsOf(incident: HostIncident): readonly Pattern[] {
  if (incident.kind === "silent") return [SILENCE];
  const rules = rulesOf(incident).map(({ rule }) => patternOfRule(rule));
  return [...rules, ...incident.causes.slice(0, 1).map(patternOf)];
}

/** The patterns of its notices. */
export function patternsOf(incident: Incident): readonly Pattern[] {
  if (incident.kind === "silent") return [SILENCE];
  if (incident.patterns) return incident.patterns;
  const { causes } = incident;
  const rules = rulesOf(incident).map(({ rule }) => patternOfRule(rule));
  return [...rules, ...causes.map(patternOf)].slice(0, PATTERNS_MAX);
}

export function rulesOf(incident: Incident): readonly RuleHit[] {
  return (incident.kind !== "silent" && incident.rules) || [];
}

/** Id of the fleet's incident that contains it. */
export function partOf(incident: Incident): string | undefined {
  return incident.kind === "fleet" ? undefined : incident.fleet;
}

/** Id of the incident of another group for which its opening waited. */
export function parentOf(incident: Incident): string | undefined {
  return incident.kind === "fleet" ? undefined : incident.parent;
}

export function endingOf(incident: Incident): Ending | undefined {
  return incident.kind === "fleet" ? undefined : incident.ending;
}

/** Whether people got a notice before it became part of a fleet's incident. */
export function wasTold(incident: Incident): boolean {
  return incident.kind !== "fleet" && incident.told === true;
}

/**
 * A silent host is critical, since nobody knows its state, and so are many hosts in trouble at once. Hosts that had the
 * same one after the other are as critical as the worst of them. A rule brings its own severity. A host that is judged
 * by its group's baseline only warns.
 */
export function severityOf(incident: Incident): Severity {
  if (incident.kind === "silent" || rulesOf(incident).some(({ severity }) => severity === "critical"))
    return "critical";
  if (incident.kind === "fleet" && (!incident.spread || incident.extent.silent > 0)) return "critical";
  return isCriticalSample(incident.peak) ? "critical" : "warning";
}

/** The host's name, or `group#web` for a fleet: the key of incidents in stores, links and exports. */
export function subjectOf(incident: Incident): string {
  return incident.kind === "fleet" ? fleetSubject(incident.group) : incident.host;
}

export function fleetSubject(group: string): string {
  return `group#${group}`;
}
