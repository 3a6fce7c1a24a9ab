import { type Cause, direction } from "../incident/cause.ts";
import type { AnomalyIncident, Incident } from "../incident/incident.ts";
import { type Pattern, patternOf } from "../incident/pattern.ts";
import { CRITICAL_RATIO } from "../incident/severity.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";

/**
 * A false alarm by a person's label: incidents with the same metrics, and not much larger, notify nobody. It does not
 * hide other trouble, and changes no score.
 */
export interface QuietPattern {
  /** Six letters and digits, as of incidents. */
  readonly id: string;
  /** Absent if several hosts of the group had the same. */
  readonly host?: string;
  readonly group: string;
  /** The main metric of the incidents, and others that may go with it. */
  readonly main: QuietCause;
  readonly others: readonly QuietCause[];
  /** The part of the day in which they occur, in milliseconds since midnight UTC; absent: at any hour. */
  readonly hours?: { readonly from: number; readonly to: number };
  /** Who labelled them last, and the note. */
  readonly by: string;
  readonly reason?: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Incidents that it has held back so far. */
  readonly incidents: number;
  /** Counts its writes; 0 = never stored. */
  readonly revision: number;
}

/** A metric on one side, and the largest distance from its usual value, in its own unit, that is quiet. */
export interface QuietCause {
  readonly pattern: Pattern;
  readonly most: number;
}

/** How far a cause is from its usual value; for a missing value, or one in its range, its part in the score. */
export function sizeOf(cause: Cause): number {
  const side = direction(cause);
  return side === "high" || side === "low" ? Math.abs(cause.now - cause.expected) : cause.contribution;
}

/** The quiet pattern that holds for an incident at a time (ms since the epoch), if one does. */
export function quietFor(quiets: readonly QuietPattern[], incident: Incident, now: number): QuietPattern | undefined {
  if (incident.kind !== "anomaly" || incident.rules) return undefined;
  return quiets.find((quiet) => isActiveQuiet(quiet, now) && isAboutHost(quiet, incident) && covers(quiet, incident));
}

export function isActiveQuiet({ until }: QuietPattern, now: number): boolean {
  return now < until;
}

function isAboutHost({ host, group }: QuietPattern, incident: AnomalyIncident): boolean {
  return host === undefined ? incident.group === group : incident.host === host;
}

/**
 * Whether the incident has the main cause, and no larger ones than those known. A metric without a label must be
 * smaller than the main one, and either no trouble by itself or less than critical. Once a refit has learnt the main
 * cause, it has a small part in the score: then the others must be less than critical.
 */
function covers({ main, others, hours }: QuietPattern, { causes, opened, peak }: AnomalyIncident): boolean {
  if (hours && !isWithin(hours, opened)) return false;
  const epsilon = peak.judgement?.epsilon ?? 0;
  const critical = CRITICAL_RATIO * epsilon;
  const learnt = causes.find((cause) => isLearnt(main, cause, epsilon));
  const first = causes.find((cause) => patternOf(cause) === main.pattern);
  if (!learnt && !first) return false;
  const largest = learnt ? critical : (first?.contribution ?? 0);
  return causes.every((cause) => {
    if (cause === learnt) return true;
    const known = [main, ...others].find(({ pattern }) => pattern === patternOf(cause));
    if (known && sizeOf(cause) <= known.most) return true;
    if (known && !learnt) return false;
    return cause.contribution < largest && (cause.normalAt === undefined || cause.contribution < critical);
  });
}

/** The main metric is about as far on its side as before, and by itself would no longer notify anybody. */
function isLearnt({ pattern, most }: QuietCause, { metric, now, expected, contribution }: Cause, epsilon: number) {
  const [, side, main] = /^(high|low) (.*)$/s.exec(pattern) ?? [];
  const distance = side === "high" ? now - expected : expected - now;
  return metric === main && contribution <= epsilon && distance >= LEARNT_SHARE * most && distance <= most;
}

/** `most` is half as large again as the labelled false alarms; a third of it is half of their size. */
const LEARNT_SHARE = 1 / 3;

/** It may begin an hour earlier or later than it did before. */
const SLACK_MS = HOUR_MS;

function isWithin({ from, to }: { readonly from: number; readonly to: number }, time: number): boolean {
  const after = (((time - from + SLACK_MS) % DAY_MS) + DAY_MS) % DAY_MS;
  const length = (((to - from) % DAY_MS) + DAY_MS) % DAY_MS;
  return after <= length + 2 * SLACK_MS;
}
