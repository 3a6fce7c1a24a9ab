import { direction } from "../incident/cause.ts";
import {
  type Also,
  type AnomalyIncident,
  mayBeNormal,
  patternsOf,
  severityOf,
  subjectsOf,
} from "../incident/incident.ts";
import { type JudgedSample, ratioOf } from "../incident/judgement.ts";
import type { NoticeKind } from "../incident/notice.ts";
import { isOfMetric, type Pattern } from "../incident/pattern.ts";
import { RULE_HITS_MAX, type RuleHit } from "../incident/rule-hit.ts";
import { usualScore } from "../model/detector.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import type { Baseline } from "./baseline.ts";
import { isLevel } from "./course.ts";

/**
 * Trouble that comes back within an hour of its end is unstable, and over after an hour without an anomaly. Samples far
 * apart do not see it each time: for them this many samples count instead, up to six hours.
 */
export const FLAP_MIN_MS = HOUR_MS;
const FLAP_SAMPLES = 36;
const FLAP_MAX_MS = 6 * HOUR_MS;
/** Incidents that ended within that time and are remembered; the number keeps the host's item small. */
const LAPSED_MAX = 4;
const LAPSED_PATTERNS_MAX = 6;

/** A level shift is this long, this much of it anomalous, its peak in the first half, and steady: it does not grow. */
const SHIFT_AFTER_MS = 6 * HOUR_MS;
const SHIFT_SHARE = 0.9;
const SHIFT_PEAK_WITHIN = 0.5;

/** The facts of a resolved incident that matter if its trouble comes back. */
export interface Lapsed {
  /** When it resolved, in milliseconds since the epoch. */
  readonly at: number;
  readonly patterns: readonly Pattern[];
  readonly peak: JudgedSample;
  /** How long its trouble may come back, in milliseconds; absent for an hour. */
  readonly within?: number;
}

/** Those that still count at a time (ms). */
export function recentlyLapsed(lapsed: readonly Lapsed[], time: number): readonly Lapsed[] {
  return lapsed.filter(({ at, within = FLAP_MIN_MS }) => time - at < within);
}

/** Adds an incident that has resolved. One that was held open for that long anyway begins anew. */
export function withLapsed(lapsed: readonly Lapsed[], incident: AnomalyIncident): readonly Lapsed[] {
  const { resolved, ending, unstable, peak } = incident;
  if (resolved === undefined || ending || unstable) return lapsed;
  const patterns = patternsOf(incident).slice(0, LAPSED_PATTERNS_MAX);
  const within = flapMs(incident, resolved);
  const one = { at: resolved, patterns, peak, ...(within > FLAP_MIN_MS ? { within } : {}) };
  return [...lapsed, one].slice(-LAPSED_MAX);
}

/** How soon after its end trouble is the same, by the distance of its samples until `time` (ms). */
function flapMs({ opened, samples }: AnomalyIncident, time: number): number {
  const gap = (time - opened) / Math.max(samples - 1, 1);
  return Math.round(Math.max(FLAP_MIN_MS, Math.min(FLAP_SAMPLES * gap, FLAP_MAX_MS)));
}

/**
 * The incident as unstable if its trouble is back. It keeps its earlier severity, so that the change to critical is
 * said once.
 */
export function asReturned(incident: AnomalyIncident, lapsed: readonly Lapsed[]): AnomalyIncident | undefined {
  const isBack = isAbout(incident);
  const before = lapsed.findLast(({ patterns }) => patterns.some(isBack));
  if (!before) return undefined;
  const peak = ratioOf(before.peak) > ratioOf(incident.peak) ? before.peak : incident.peak;
  return { ...incident, peak, unstable: true };
}

/**
 * Whether an incident is about a pattern: one of its rules, or its first cause. If that metric by itself is no trouble,
 * all its causes count, since chance decides which comes first.
 */
function isAbout(incident: AnomalyIncident): (pattern: Pattern) => boolean {
  const subjects = subjectsOf(incident);
  const [first, ...others] = incident.causes;
  const isAlone = !first || first.normalAt !== undefined || direction(first) === "missing" || others.length === 0;
  const together = isAlone ? [] : incident.causes.map(({ metric }) => metric);
  return (pattern) => subjects.includes(pattern) || together.some((metric) => isOfMetric(pattern, metric));
}

/** A sample is part of an open incident until its score is below this share of the way from usual to epsilon. */
const CLEAR_SHARE = 0.6;

/** The highest score that is clear of trouble: one that hovers near epsilon ends no incident, and opens no new one. */
export function clearBelow({ model, epsilon }: Pick<Baseline, "model" | "epsilon">): number {
  const usual = Math.min(usualScore(model), epsilon);
  return usual + CLEAR_SHARE * (epsilon - usual);
}

/** An incident is over after this much calm: a share of its length between two bounds. */
const CALM_MIN_MS = 6 * MINUTE_MS;
const CALM_MAX_MS = 2 * HOUR_MS;
const CALM_SHARE = 0.25;
/** Scores that only hover below epsilon hold an incident open for at most this time. */
export const HOVER_MAX_MS = 6 * HOUR_MS;
/** A change that stays this long, and is no longer strange, is usual now: the end does not say "back to normal". */
export const SETTLED_AFTER_MS = 3 * DAY_MS;

/** How long it must be calm after trouble of this length, in milliseconds. */
export function calmAfter(length: number): number {
  return Math.max(CALM_MIN_MS, Math.min(CALM_SHARE * length, CALM_MAX_MS));
}

/** Whether the newest samples of an open incident are calm: it waits for its end, or its trouble comes back. */
export function isCalm({ lastAnomaly, latest }: AnomalyIncident): boolean {
  return latest !== undefined && latest.time - lastAnomaly >= CALM_MIN_MS;
}

/**
 * How an incident ends at `time` (ms), if it does. It does not while one of its causes still leans towards its
 * threshold, unless that has become usual there.
 */
export function endOfCalm(incident: AnomalyIncident, time: number, leans: boolean): "resolved" | "settled" | undefined {
  const { opened, lastAnomaly, exceeded = lastAnomaly, unstable } = incident;
  const needed = unstable ? flapMs(incident, time) : calmAfter(lastAnomaly - opened);
  if (time - lastAnomaly < needed && time - exceeded < HOVER_MAX_MS) return undefined;
  if (!leans) return "resolved";
  return time - opened >= SETTLED_AFTER_MS ? "settled" : undefined;
}

/** The notices due after one more sample at `time` (ms). */
export function turnsOf(before: AnomalyIncident, after: AnomalyIncident, time: number): readonly NoticeKind[] {
  const joined = after.also !== before.also && after.also;
  if (severityOf(before) === "warning" && severityOf(after) === "critical")
    return joined && !isShown(joined, after) ? ["worsened", "also"] : ["worsened"];
  if (joined) return ["also"];
  return isShift(after, time) ? ["shifted"] : [];
}

/** Whether the notice about the incident as a whole shows what joined. */
function isShown({ causes, rules = [] }: Also, incident: AnomalyIncident): boolean {
  return (
    causes.every(({ metric }) => incident.causes.some((one) => one.metric === metric)) &&
    rules.every(({ rule }) => incident.rules?.some((one) => one.rule === rule))
  );
}

export function isSteady({ samples, anomalies }: AnomalyIncident): boolean {
  return anomalies >= SHIFT_SHARE * samples;
}

/**
 * A reminder asks the same, so an incident with a reminder, or a critical one that somebody takes care of, needs no
 * question. A day off is no new normal.
 */
function isShift(incident: AnomalyIncident, time: number): boolean {
  const { opened, peak, asked, reminded, surroundings } = incident;
  const age = time - opened;
  if (asked || reminded || surroundings?.isDayOff || !mayBeNormal(incident) || age < SHIFT_AFTER_MS) return false;
  const isOld = isSteady(incident) && peak.time - opened <= SHIFT_PEAK_WITHIN * age;
  return isOld && isLevel(incident, time);
}

/** The rules that held and those that hold now, with current values; at most RULE_HITS_MAX, critical first. */
export function joinRules(rules: readonly RuleHit[], hits: readonly RuleHit[]): readonly RuleHit[] {
  const current = rules.map((known) => hits.find(({ rule }) => rule === known.rule) ?? known);
  const joined = [...current, ...hits.filter(({ rule }) => !rules.some((known) => known.rule === rule))];
  if (joined.length <= RULE_HITS_MAX) return joined;
  const isCritical = ({ severity }: RuleHit) => (severity === "critical" ? 1 : 0);
  return joined.sort((a, b) => isCritical(b) - isCritical(a)).slice(0, RULE_HITS_MAX);
}
