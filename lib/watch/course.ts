import { type Cause, direction } from "../incident/cause.ts";
import { type Growth, grownBy, growthOf } from "../incident/growth.ts";
import type { AnomalyIncident } from "../incident/incident.ts";
import { type Reading, readingOf, type Trend } from "../incident/latest.ts";
import { HOUR_MS } from "../time.ts";
import type { Baseline } from "./baseline.ts";
import { placeOf, usualOf } from "./causes.ts";
import type { Judged } from "./judged.ts";

/** The incident with the current values of its causes, and the course of the first of them. */
export function withCourse(incident: AnomalyIncident, { time, assessment }: Judged): AnomalyIncident {
  if (!assessment || incident.causes.length === 0) return incident;
  const { baseline } = assessment;
  const explanation = assessment.explain();
  const readings = incident.causes.flatMap(({ metric }) => {
    const place = baseline.schema.names.indexOf(metric);
    return place < 0 ? [] : [placeOf(baseline, explanation, place)];
  });
  const [first] = readings;
  const trend = first && followed(incident.trend, first, time, incident.latest?.time ?? time);
  const growth = first && assessment.anomaly ? growing(incident.growth, first, time) : undefined;
  return { ...incident, latest: { time, readings }, ...(trend ? { trend } : {}), ...(growth ? { growth } : {}) };
}

/** A score may outlast the trouble, so a value within its range is no part of the growth. */
function growing(growth: Growth | undefined, reading: Reading, time: number): Growth | undefined {
  const { metric, now, expected } = reading;
  const distance = now - expected;
  if (Number.isNaN(distance) || direction(reading) === "in range") return growth;
  return growth?.metric === metric ? grownBy(growth, time, distance) : growthOf(metric, time, distance);
}

/** The half-life of "lately": a sample this old counts half. */
const RECENT_HALF_LIFE_MS = HOUR_MS;

function followed(trend: Trend | undefined, { metric, now, expected }: Reading, time: number, before: number) {
  const distance = now - expected;
  if (Number.isNaN(distance)) return trend;
  if (trend?.metric !== metric) return { metric, since: time, samples: 1, mean: distance, recent: distance };
  const samples = trend.samples + 1;
  // The first ones count the same, or the very first would weigh for hours.
  const weight = Math.max(1 - 2 ** ((before - time) / RECENT_HALF_LIFE_MS), 1 / samples);
  return {
    ...trend,
    samples,
    mean: trend.mean + (distance - trend.mean) / samples,
    recent: trend.recent + weight * (distance - trend.recent),
  };
}

/** A level is known after this time. */
const TREND_MIN_MS = 3 * HOUR_MS;
/** It is steady if it has lately been this near to its mean, as a share of its distance from usual. */
const STEADY_SHARE = 0.03;

/** Whether the first cause stays where it is. A leak does not: it is lately further out than on average. */
export function isLevel({ causes: [first], trend }: AnomalyIncident, time: number): boolean {
  if (!first) return true;
  if (direction(first) === "missing") return true;
  if (trend?.metric !== first.metric || time - trend.since < TREND_MIN_MS) return false;
  return Math.abs(trend.recent - trend.mean) <= STEADY_SHARE * Math.abs(trend.recent);
}

/**
 * Whether the trouble is over because a baseline has learnt it. Then the first cause is still beyond the range that it
 * left. The usual value for this time of the day is there as well.
 */
export function hasSettled({ causes: [first], latest, peak }: AnomalyIncident, baseline: Baseline): boolean {
  const now = first && readingOf(latest, first.metric)?.now;
  if (!first || now === undefined || !isSameSide(first, now)) return false;
  const place = baseline.schema.names.indexOf(first.metric);
  return place >= 0 && isSameSide(first, usualOf(baseline, place, peak.time).expected);
}

/** Whether a value is beyond the old range on the side on which the cause left it. */
function isSameSide(cause: Cause, now: number): boolean {
  const side = direction(cause);
  return (side === "high" || side === "low") && direction({ ...cause, now }) === side;
}
