import { type Cause, SIGNS, type Sign } from "../incident/cause.ts";
import { type Also, type AnomalyIncident, type Emerging, patternsOf } from "../incident/incident.ts";
import { type JudgedSample, ratioOf } from "../incident/judgement.ts";
import { PATTERNS_MAX, type Pattern, patternOf, patternOfRule } from "../incident/pattern.ts";
import { RULE_HITS_MAX, type RuleHit } from "../incident/rule-hit.ts";
import { MINUTE_MS } from "../time.ts";
import { CAUSES_MAX, causeOf, placeOf } from "./causes.ts";
import type { Assessment, Judged } from "./judged.ts";

/** Trouble spreads within a host: a metric that joins this soon after a message is part of that message's trouble. */
const SAME_EVENT_MS = 10 * MINUTE_MS;
/** A metric must be beyond its limit by itself in this many samples: an opening takes three as well. */
const SIGHTINGS = 3;
/** Metrics that may emerge at once; more of them are one event. */
const EMERGING_MAX = 8;

/** A metric that would notify by itself, and what makes its cause. */
interface Alone {
  readonly pattern: Pattern;
  cause(): Cause;
}

/**
 * The incident after a sample. The sample may bring trouble without a notice so far, or have the pattern that joined
 * last.
 */
export function withPatterns(before: AnomalyIncident, sample: Judged): AnomalyIncident {
  const found = aloneIn(sample);
  const incident = withAlsoSeen(before, sample, found);
  const known = patternsOf(incident);
  const isNew = (pattern: Pattern) => !known.includes(pattern) && !isAboutFirst(known, pattern);
  const alone = found.filter(({ pattern }) => isNew(pattern));
  const rules = sample.hits.filter(({ rule }) => isNew(patternOfRule(rule)));
  if (known.length >= PATTERNS_MAX) return incident;
  const last = Math.max(incident.also?.peak.time ?? incident.opened, incident.worsened ?? 0);
  if (sample.time - last < SAME_EVENT_MS) {
    const followed = told(
      incident,
      alone.map(({ pattern }) => pattern),
    );
    return withAlso(followed, sample, [], rules);
  }
  const emerging = seen(incident.emerging ?? [], alone);
  const stays = ({ pattern }: Alone) => emerging.some((one) => one.pattern === pattern && one.seen >= SIGHTINGS);
  const joining = alone.filter(stays);
  return withAlso(withEmerging(incident, emerging), sample, joining, rules);
}

/** A metric that was named first although it was in its range, such as a stuck one: leaving the range is no news. */
function isAboutFirst([first]: readonly Pattern[], pattern: Pattern): boolean {
  const metric = /^(?:high|low) (.*)$/s.exec(pattern)?.[1];
  return metric !== undefined && [...SIGNS, "in range"].some((side) => first === `${side} ${metric}`);
}

/** The incident when a notice shows its causes, as one that it has worsened does. */
export function withCausesTold(incident: AnomalyIncident): AnomalyIncident {
  return told(incident, incident.causes.map(patternOf));
}

/** Two kinds of other trouble in one notice: the patterns that fit of both, and the worse sample. */
export function bothOf(a: Also, b: Also): Also {
  const rules = [...(a.rules ?? []), ...(b.rules ?? [])].slice(0, RULE_HITS_MAX);
  return {
    peak: ratioOf(b.peak) > ratioOf(a.peak) ? b.peak : a.peak,
    causes: [...a.causes, ...b.causes].sort((x, y) => y.contribution - x.contribution).slice(0, CAUSES_MAX),
    ...(rules.length > 0 ? { rules } : {}),
  };
}

function withAlsoSeen(incident: AnomalyIncident, { time, hits }: Judged, alone: readonly Alone[]): AnomalyIncident {
  if (!incident.also) return incident;
  const { causes, rules = [] } = incident.also;
  const metrics = causes.map(patternOf);
  const isSeen =
    alone.some(({ pattern }) => metrics.includes(pattern)) ||
    hits.some(({ rule }) => rules.some((one) => one.rule === rule));
  return isSeen ? { ...incident, alsoSeen: time } : incident;
}

function aloneIn({ assessment }: Judged): readonly Alone[] {
  if (!assessment?.anomaly) return [];
  const { baseline } = assessment;
  const explanation = assessment.explain();
  return explanation.alone.map((one) => ({
    pattern: patternOf(signed(placeOf(baseline, explanation, one.metric), explanation.signOf?.(one.metric))),
    cause: () => causeOf(baseline, explanation, one),
  }));
}

function signed<T extends object>(place: T, sign: Sign | undefined): T & { readonly sign?: Sign } {
  return sign ? { ...place, sign } : place;
}

/** Counts one more sample for each pattern that it has, and one less for the others. */
function seen(emerging: readonly Emerging[], alone: readonly Alone[]): readonly Emerging[] {
  const now = new Set(alone.map(({ pattern }) => pattern));
  const kept = emerging.map(({ pattern, seen }) => ({ pattern, seen: seen + (now.has(pattern) ? 1 : -1) }));
  for (const { pattern } of kept) now.delete(pattern);
  const begun = [...now].map((pattern) => ({ pattern, seen: 1 }));
  return [...kept.filter(({ seen }) => seen > 0), ...begun].slice(0, EMERGING_MAX);
}

function withEmerging({ emerging: _, ...incident }: AnomalyIncident, emerging: readonly Emerging[]): AnomalyIncident {
  return emerging.length > 0 ? { ...incident, emerging } : incident;
}

function withAlso(
  incident: AnomalyIncident,
  { time, assessment }: Judged,
  joining: readonly Alone[],
  rules: readonly RuleHit[],
): AnomalyIncident {
  if (joining.length + rules.length === 0) return incident;
  const causes = joining.slice(0, CAUSES_MAX).map(({ cause }) => cause());
  const also: Also = {
    peak: peakOf(time, assessment, causes),
    causes,
    ...(rules.length > 0 ? { rules: rules.slice(0, RULE_HITS_MAX) } : {}),
  };
  const patterns = [...rules.map(({ rule }) => patternOfRule(rule)), ...joining.map(({ pattern }) => pattern)];
  return { ...told(incident, patterns), also, alsoSeen: time };
}

/** The sample's score without the trouble that was announced. */
function peakOf(time: number, assessment: Assessment | undefined, [first]: readonly Cause[]): JudgedSample {
  if (!assessment || !first) return { time };
  const { owner, version, epsilon } = assessment.baseline;
  return { time, judgement: { score: first.contribution, epsilon, baseline: { owner, version } } };
}

/** The incident with more announced patterns; these no longer emerge. */
function told(incident: AnomalyIncident, more: readonly Pattern[]): AnomalyIncident {
  const known = patternsOf(incident);
  const patterns = [...known, ...more.filter((one) => !known.includes(one))].slice(0, PATTERNS_MAX);
  if (patterns.length === known.length) return incident;
  const emerging = (incident.emerging ?? []).filter(({ pattern }) => !patterns.includes(pattern));
  return { ...withEmerging(incident, emerging), patterns };
}
