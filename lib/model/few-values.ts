import { SLOTS } from "./calendar.ts";
import { median } from "./median.ts";

/** Values in a slot with samples by the minute, for which the detector's constants were chosen. */
const SLOT_VALUES = 15;
/** One value in this many is dropped at each end: a single spike is no part of a slot's usual values. */
const TRIMMED = 8;
/**
 * By n, how many times wider 15 values usually are than n. It is the expected second largest of 15 Gaussian values over
 * that of the largest of n that is not dropped (test/model/few-values.test.ts). One value has no width.
 */
const WIDENED = [1, 1, 2.212, 1.475, 1.212, 1.073, 0.985, 0.923, 1.464, 1.339, 1.246, 1.175, 1.118, 1.072, 1.033];

/** The range of most of these values (ascending), as wide as one of `SLOT_VALUES` values would be. */
export function rangeOf(sorted: Float64Array): { readonly high: number; readonly low: number } {
  const count = sorted.length;
  const dropped = Math.floor(count / TRIMMED);
  const [high, low] = [sorted[count - 1 - dropped]!, sorted[dropped]!];
  const more = (((WIDENED[count] ?? 1) - 1) * (high - low)) / 2;
  return { high: high + more, low: low - more };
}

/** The medians of `SlotDays` (slot-days.ts). */
interface Medians {
  readonly metrics: number;
  readonly days: readonly number[];
  readonly middle: Float64Array;
}

/**
 * Makes a metric's medians as steady as medians of `SLOT_VALUES` values, in place, if slots usually have fewer. A day's
 * distance from a slot's usual value becomes the median of its distances in the slots around it. A pattern that recurs
 * in a slot each day stays.
 */
export function steady({ metrics, days, middle }: Medians, metric: number, usualCount: number): void {
  const around = Math.round((SLOT_VALUES / usualCount - 1) / 2);
  if (around < 1) return;
  const placeOf = (slot: number, d: number) => (slot * metrics + metric) * days.length + d;
  const usual = Float64Array.from({ length: SLOTS }, (_, slot) => {
    const first = placeOf(slot, 0);
    return median(middle.slice(first, first + days.length).filter(isKnown));
  });
  for (let d = 0; d < days.length; d++) {
    const distances = usual.map((level, slot) => middle[placeOf(slot, d)]! - level);
    for (const [slot, own] of distances.entries()) {
      const near = distances.slice(Math.max(0, slot - around), slot + around + 1).filter(isKnown);
      if (isKnown(own)) middle[placeOf(slot, d)] = usual[slot]! + median(near);
    }
  }
}

function isKnown(x: number): boolean {
  return !Number.isNaN(x);
}
