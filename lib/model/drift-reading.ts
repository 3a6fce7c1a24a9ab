import type { Rows } from "./band-reader.ts";
import type { Bands } from "./bands.ts";
import { AVERAGES, driftOf, HORIZONS } from "./drift.ts";

/** Levels are judged once there are this many days: fewer medians say little about their range. */
const DRIFT_DAYS = 4;

/** The largest drift of a metric's averages, in thresholds and with its sign; 0 in the first days. */
export function driftIn(model: Bands, averages: Float64Array, j: number): number {
  return largestDrift(model, averages, j, 0);
}

/** The average of half an hour remembers a short fault for long. */
const HOURS_FROM = 1;

/** The same of the averages of hours alone. */
export function driftOfHours(model: Bands, averages: Float64Array, j: number): number {
  return largestDrift(model, averages, j, HOURS_FROM);
}

function largestDrift({ days, driftUp, driftDown }: Bands, averages: Float64Array, j: number, from: number): number {
  if (days < DRIFT_DAYS) return 0;
  let largest = 0;
  for (let h = from; h < HORIZONS; h++) {
    const drift = driftOf(averages, j * AVERAGES, h);
    const reading = drift / (drift > 0 ? driftUp : driftDown)[j * HORIZONS + h]!;
    if (Math.abs(reading) > Math.abs(largest)) largest = reading;
  }
  return largest;
}

/** A level that lasts is trouble, and never critical; it alerts under every sensitivity. */
const DRIFT_MAX = 1.5;

/** A metric's drift, in thresholds, on the scale on which 1 alerts; with its sign. */
export function readDrift({ driftTail }: Bands, drift: number): number {
  return Math.sign(drift) * Math.min(DRIFT_MAX, Math.abs(drift) / driftTail);
}

/** A level that is out by less than this share of its threshold is usual: hosts have many metrics. */
const TOGETHER_MIN = 0.25;

/** What one metric's drift, in thresholds, adds to the square of the joint drift of all metrics. */
export function jointDriftSquare(drift: number): number {
  return Math.abs(drift) < TOGETHER_MIN ? 0 : drift ** 2;
}

/**
 * The joint drift of all metrics, on the same scale: levels that are each a little out for hours are trouble together.
 * A metric's part in it is written where that is larger than its own.
 */
export function readDriftTogether(
  { jointDriftTail }: Bands,
  { drifts, parts, offLevel }: Pick<Rows, "drifts" | "parts" | "offLevel">,
): number {
  if (jointDriftTail === undefined) return 0;
  let [squares, furthest] = [0, 0];
  for (const drift of drifts) {
    squares += jointDriftSquare(drift);
    furthest = Math.max(furthest, Math.abs(drift));
  }
  if (squares === 0) return 0;
  const reading = Math.min(DRIFT_MAX, Math.sqrt(squares) / jointDriftTail);
  for (const [j, drift] of drifts.entries()) {
    const part = (reading * drift) / furthest;
    if (jointDriftSquare(drift) === 0 || Math.abs(part) <= Math.abs(parts[j]!)) continue;
    parts[j] = part;
    offLevel[j] = Math.sign(part);
  }
  return reading;
}
