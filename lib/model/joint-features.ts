import { HOUR_MS } from "../time.ts";
import type { BandRow, Bands } from "./bands.ts";
import { stepped } from "./drift.ts";

/** The thresholds beyond the bands. */
type Thresholds = Pick<Bands, "up" | "down">;

/** The distance from the usual value to the threshold on that side, in the metric's unit; NaN if no band is known. */
function wayOf({ up, down }: Thresholds, { offset, high, low, middle }: BandRow, j: number, isAbove: boolean): number {
  const usual = middle[offset + j]!;
  return isAbove ? high[offset + j]! + up[j]! - usual : usual - low[offset + j]! + down[j]!;
}

const PLACE_HALF_LIFE_MS = 3 * HOUR_MS;

/** The share of the way that a place moves in that time (ms). */
export function placeRateOf(elapsed: number): number {
  return 1 - 0.5 ** (elapsed / PLACE_HALF_LIFE_MS);
}

/** A change over more than this many intervals is no first difference. */
const CHANGE_INTERVALS = 2;

/** The change since the sample before; NaN for a counter, whose rate has its own pace, and after a pause. */
export function changeOf(
  { counter, interval }: Pick<Bands, "counter" | "interval">,
  j: number,
  value: number,
  before: number,
  elapsed: number,
): number {
  if (counter[j] === 1 || !(elapsed > 0) || elapsed > CHANGE_INTERVALS * interval) return Number.NaN;
  return value - before;
}

/**
 * Moves a metric's place, in place: the average position of its values on the way from usual (0) to the threshold (1
 * above, −1 below).
 */
export function movePlace(
  thresholds: Thresholds,
  row: BandRow,
  place: Float64Array,
  j: number,
  value: number,
  rate: number,
): void {
  const distance = value - row.middle[row.offset + j]!;
  const share = distance / wayOf(thresholds, row, j, distance > 0);
  if (Number.isNaN(share)) return;
  place[j] = stepped(place[j]! + rate * (Math.max(-1, Math.min(1, share)) - place[j]!));
}

/**
 * Writes the features of one sample (joint.ts). A level that has lasted for hours does not alert again, nor does its
 * end. The distance is therefore measured from the range between the usual value and the metric's recent place.
 */
export function writeFeatures(
  thresholds: Thresholds,
  row: BandRow,
  place: Float64Array,
  { values, changes }: { readonly values: Float64Array; readonly changes: Float64Array },
  features: Float64Array,
): void {
  const metrics = values.length;
  for (let j = 0; j < metrics; j++) {
    const usual = row.middle[row.offset + j]!;
    const level = place[j] === 0 ? 0 : place[j]! * wayOf(thresholds, row, j, place[j]! > 0);
    const distance = beyond(values[j]! - usual, level);
    features[j] = usual + distance;
    features[metrics + j] = outward(changes[j]!, values[j]! - usual);
    features[2 * metrics + j] = distance;
  }
}

/** A change to a distance from usual, and 0 for one that leads back: the end of a burst does not alert. */
function outward(change: number, distance: number): number {
  return Math.abs(distance) < Math.abs(distance - change) ? 0 : change;
}

/** The distance from the range between 0 and a level on either side. */
function beyond(distance: number, level: number): number {
  const [lowest, highest] = [Math.min(0, level), Math.max(0, level)];
  return distance - Math.max(lowest, Math.min(highest, distance));
}
