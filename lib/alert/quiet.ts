import { type Cause, direction } from "../incident/cause.ts";
import type { AnomalyIncident, Incident } from "../incident/incident.ts";
import { type Pattern, patternOf } from "../incident/pattern.ts";
import { CRITICAL_RATIO } from "../incident/severity.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";

/**
 * What people called a false alarm: incidents about the same, and not much larger, notify nobody. It says nothing about
 * other trouble, and changes no score.
 */
export interface QuietPattern {
  /** Six letters and digits, as of incidents. */
  readonly id: string;
  /** Absent where several hosts of the group had the same. */
  readonly host?: string;
  readonly group: string;
  /** What the incidents are about, and what may go with it. */
  readonly main: QuietCause;
  readonly others: readonly QuietCause[];
  /** The part of the day in which they occur, in milliseconds since midnight UTC; absent: at any hour. */
  readonly hours?: { readonly from: number; readonly to: number };
  /** Who said so last, and why. */
  readonly by: string;
  readonly reason?: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Incidents about which nobody was notified so far. */
  readonly incidents: number;
  /** Counts its writes; 0 = never stored. */
  readonly revision: number;
}

/** A metric on one side, and the largest distance from what is usual, in its own unit, that is quiet. */
export interface QuietCause {
  readonly pattern: Pattern;
  readonly most: number;
}

/** How far a cause is from what is usual; a value that is missing, or in its range, by its part in the score. */
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
 * Whether the incident has the main cause, and nothing larger than what is known. A metric that nobody has called
 * harmless must be smaller than the main one, and no trouble by itself or less than critical. Once a refit has learnt
 * the main cause, that has a small part in the score: then what comes with it must be less than critical.
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

/** The main metric is about as far on its side as ever, and that alone would notify nobody any more. */
function isLearnt({ pattern, most }: QuietCause, { metric, now, expected, contribution }: Cause, epsilon: number) {
  const [, side, main] = /^(high|low) (.*)$/s.exec(pattern) ?? [];
  const distance = side === "high" ? now - expected : expected - now;
  return metric === main && contribution <= epsilon && distance >= LEARNT_SHARE * most && distance <= most;
}

/** `most` is half as large again as what people called harmless; a third of it is half of that. */
const LEARNT_SHARE = 1 / 3;

/** It may begin an hour earlier or later than it did before. */
const SLACK_MS = HOUR_MS;

function isWithin({ from, to }: { readonly from: number; readonly to: number }, time: number): boolean {
  const after = (((time - from + SLACK_MS) % DAY_MS) + DAY_MS) % DAY_MS;
  const length = (((to - from) % DAY_MS) + DAY_MS) % DAY_MS;
  return after <= length + 2 * SLACK_MS;
}
