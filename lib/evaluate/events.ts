import { median } from "../model/median.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";

/** Labelled events and the alerts about them, as runs of rows. */

export interface Run {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/** Rows one minute apart separate two incidents sooner than rows five minutes apart. */
const COARSE_INTERVAL_MS = 5 * MINUTE_MS;
const ALERT_GAP_MS = 10 * MINUTE_MS;
const COARSE_ALERT_GAP_MS = 15 * MINUTE_MS;

/** Flagged samples at most this many rows apart are one alert: 10 at one minute, 3 at five. */
export function alertGap(intervalMs: number): number {
  const gapMs = intervalMs < COARSE_INTERVAL_MS ? ALERT_GAP_MS : COARSE_ALERT_GAP_MS;
  return Math.max(1, Math.floor(gapMs / intervalMs));
}

/** Maximal runs of label 1. */
export function eventsOf(labels: Uint8Array): Run[] {
  return runsOf(labels.length, (row) => labels[row] === 1, 1);
}

/** Samples above the threshold, merged across gaps. */
export function alertsOf(scores: Float64Array, threshold: number, gap: number): Run[] {
  return runsOf(scores.length, (row) => (scores[row] ?? 0) > threshold, gap);
}

/** Runs of rows that hold; runs at most `gap` rows apart are merged. */
function runsOf(rows: number, holds: (row: number) => boolean, gap: number): Run[] {
  const runs: { first: number; last: number }[] = [];
  for (let row = 0; row < rows; row++) {
    if (!holds(row)) continue;
    const run = runs.at(-1);
    if (run && row - run.last <= gap) run.last = row;
    else runs.push({ first: row, last: row });
  }
  return runs;
}

/** The first row of the event above the threshold; undefined if the detector missed the event. */
export function detectionIn(event: Run, scores: Float64Array, threshold: number): number | undefined {
  for (let row = event.first; row <= event.last; row++) if ((scores[row] ?? 0) > threshold) return row;
  return undefined;
}

/** A false alert contains no labelled row. */
export function isFalse({ first, last }: Run, labels: Uint8Array): boolean {
  return !labels.subarray(first, last + 1).includes(1);
}

export interface EventQuality {
  /** Share of the events with at least one flagged sample inside. */
  readonly eventRecall: number;
  /** From the first row of a detected event to its first flagged row; null if no event was detected. */
  readonly delayMedianMinutes: number | null;
  /** Per day of normal samples. */
  readonly falseAlertsPerDay: number;
}

export function eventQuality(
  scores: Float64Array,
  labels: Uint8Array,
  threshold: number,
  intervalMs: number,
): EventQuality {
  const events = eventsOf(labels);
  const delays = events.flatMap((event) => {
    const detected = detectionIn(event, scores, threshold);
    return detected === undefined ? [] : [detected - event.first];
  });
  const alerts = alertsOf(scores, threshold, alertGap(intervalMs));
  const normal = labels.reduce((sum, label) => sum + 1 - label, 0);
  const falseAlerts = alerts.filter((alert) => isFalse(alert, labels)).length;
  return {
    eventRecall: events.length > 0 ? delays.length / events.length : 0,
    delayMedianMinutes: delays.length > 0 ? (median(Float64Array.from(delays)) * intervalMs) / MINUTE_MS : null,
    falseAlertsPerDay: normal > 0 ? falseAlerts / ((normal * intervalMs) / DAY_MS) : 0,
  };
}
