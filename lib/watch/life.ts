import { type AnomalyIncident, severityOf } from "../incident/incident.ts";
import type { NoticeKind } from "../incident/notice.ts";
import { RULE_HITS_MAX, type RuleHit } from "../incident/rule-hit.ts";
import { CRITICAL_RATIO } from "../incident/severity.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** Only a score well below epsilon counts towards the end, so that one that hovers there does not end an incident and open the next. */
const CLEAR_SHARE = 0.8;
/** It is over after so much calm in a row, and not before it was open for so long: nobody can read faster. */
const CALM_TO_CLOSE = 10;
/** Of a sample with such a score, so that five of them are enough. */
export const CALM = 2;
/** Of one of which only the last minutes say so: its score may echo a strong anomaly for an hour (docs/adr/010-echo.md). */
const CALM_LATELY = 1;
const OPEN_MIN_MS = 2 * MINUTE_MS;

/** The fourth incident of a host within half an hour is unstable, and over after half an hour without an anomaly. */
export const FLAP_MS = 30 * MINUTE_MS;
export const OPENINGS_MAX = 4;

/** A level shift: so long, anomalous for so much of it, and no longer growing, since the worst lies in the first half. */
const SHIFT_AFTER_MS = 6 * HOUR_MS;
const SHIFT_SHARE = 0.9;
const SHIFT_PEAK_WITHIN = 0.5;

/** How much a sample counts towards the end of an incident, by its score and by what the last minutes say; 0: not at all. */
export function calmness(score: number, recent: number, epsilon: number): number {
  const limit = CLEAR_SHARE * epsilon;
  if (!(score > limit)) return CALM;
  return recent > limit ? 0 : CALM_LATELY;
}

/**
 * Whether one sample is enough. Only a smoothed score can be: from three times epsilon it is above epsilon for two more
 * samples, whatever they are, so that this tells sooner what would be told anyway. The score of a sample by itself is
 * often high for once (docs/architecture.md has the figures).
 */
export function isExtreme(score: number, epsilon: number, isSmoothed: boolean): boolean {
  return isSmoothed && score >= CRITICAL_RATIO * epsilon;
}

/** Those openings (ms) of a host that still count at a time (ms). */
export function recentOpenings(openings: readonly number[], time: number): readonly number[] {
  return openings.length > 0 ? openings.filter((opened) => time - opened < FLAP_MS) : openings;
}

/** Whether an incident that opens after these recent ones is held open. */
export function isUnstable(openings: readonly number[]): boolean {
  return openings.length >= OPENINGS_MAX - 1;
}

/** What people are to be told of an incident that has gone on by one sample at `time` (ms), after this much `calm` in a row; undefined: nothing. */
export function turnOf(
  before: AnomalyIncident,
  after: AnomalyIncident,
  calm: number,
  time: number,
): NoticeKind | undefined {
  if (isOver(after, calm, time)) return "resolved";
  if (severityOf(before) === "warning" && severityOf(after) === "critical") return "worsened";
  if (isShift(after, time)) return "shifted";
  return undefined;
}

function isOver({ opened, lastAnomaly, unstable }: AnomalyIncident, calm: number, time: number): boolean {
  if (calm < CALM_TO_CLOSE || time - opened < OPEN_MIN_MS) return false;
  return !unstable || time - lastAnomaly >= FLAP_MS;
}

/** A rule says itself what is not to become normal, so nobody is asked about one. */
function isShift(incident: AnomalyIncident, time: number): boolean {
  const { opened, peak, samples, anomalies, rules, unstable, asked } = incident;
  const age = time - opened;
  if (asked || unstable || rules || age < SHIFT_AFTER_MS) return false;
  return anomalies >= SHIFT_SHARE * samples && peak.time - opened <= SHIFT_PEAK_WITHIN * age;
}

/** The rules that hold so far, and those that hold now; of too many the critical ones, then the first. */
export function joinRules(rules: readonly RuleHit[], hits: readonly RuleHit[]): readonly RuleHit[] {
  const joined = [...rules, ...hits.filter(({ rule }) => !rules.some((known) => known.rule === rule))];
  if (joined.length <= RULE_HITS_MAX) return joined;
  const isCritical = ({ severity }: RuleHit) => (severity === "critical" ? 1 : 0);
  return joined.sort((a, b) => isCritical(b) - isCritical(a)).slice(0, RULE_HITS_MAX);
}
