import { isWeekend, SLOTS, weekdayOf } from "./calendar.ts";
import { median } from "./median.ts";
import { kthLargest, kthSmallest } from "./order-statistics.ts";
import type { SlotDays } from "./slot-days.ts";

/** What is usual on one kind of day, at slot × D + metric; NaN where nothing is known. */
export interface DayBands {
  /** The range that like days have in common. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** The median of the days' medians. */
  readonly middle: Float64Array;
  /** The range of the days' medians: a level outside it for hours is news although no value is. */
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
}

/** Traits of each metric that a band depends on. */
export interface Traits {
  /** How far a metric strays within a quarter of an hour (`unitsOf`). */
  readonly unit: Float64Array;
  /** 1 where weekends lie elsewhere (`weekendsDiffer`). */
  readonly differs: Uint8Array;
  /** M: units between a band and what is strange. */
  readonly margin: number;
}

/** How many units a slot's medians are widened by for each unit that the slot is noisier than usual. */
const NOISE_OF_MEDIANS = 1.5;
/** A third of the range of most values is about one deviation. */
export const UNITS_IN_RANGE = 3;
const WEEKDAYS_NEEDED = 3;
const WEEKENDS_NEEDED = 2;

/** One bad day among seven never widens a band, nor do two: the k-th largest of that many days counts. */
function rankOf(days: number, most: number): number {
  return days < 4 ? 1 : days < 7 ? 2 : most;
}

/**
 * The bands of a day of that kind, learnt from these days (indices of `slotDays.days`). With a `weekday`, what at least
 * two days of it had in common counts too, so a weekly job is known after two weeks.
 */
export function dayBands(
  slotDays: SlotDays,
  among: readonly number[],
  kind: { readonly weekend: boolean; readonly weekday?: number },
  traits: Traits,
): DayBands {
  const { metrics, days } = slotDays;
  const like = among.filter((d) => isWeekend(weekdayOf(days[d]!)) === kind.weekend);
  const same = kind.weekday === undefined ? [] : among.filter((d) => weekdayOf(days[d]!) === kind.weekday);
  const enough = like.length >= (kind.weekend ? WEEKENDS_NEEDED : WEEKDAYS_NEEDED);
  const bands = emptyBands(SLOTS * metrics);
  const found = {
    high: new Float64Array(days.length),
    low: new Float64Array(days.length),
    middle: new Float64Array(days.length),
  };
  for (let j = 0; j < metrics; j++) {
    const isOwn = traits.differs[j] === 1 && enough;
    const most = isOwn && kind.weekend ? 2 : 3;
    for (let slot = 0; slot < SLOTS; slot++) {
      const place = slot * metrics + j;
      const count = collect(slotDays, isOwn ? like : among, place, found);
      if (count === 0) continue;
      const rank = rankOf(count, most);
      let high = kthLargest(found.high, count, rank);
      let low = kthSmallest(found.low, count, rank);
      const lower = Math.min(high, low);
      [high, low] = [Math.max(high, low), lower];
      let width = usualWidth(found, count);
      const medians = found.middle.slice(0, count);
      let [highest, lowest] = [Math.max(...medians), Math.min(...medians)];
      bands.middle[place] = median(medians);
      const twice = same.length >= 2 ? collect(slotDays, same, place, found) : 0;
      if (twice >= 2) {
        high = Math.max(high, kthLargest(found.high, twice, 2));
        low = Math.min(low, kthSmallest(found.low, twice, 2));
        width = Math.max(width, leastWidth(found, twice));
      }
      const noise = Math.max(0, width / UNITS_IN_RANGE - traits.unit[j]!);
      highest += NOISE_OF_MEDIANS * noise;
      lowest -= NOISE_OF_MEDIANS * noise;
      bands.high[place] = high + traits.margin * noise;
      bands.low[place] = low - traits.margin * noise;
      bands.highest[place] = highest;
      bands.lowest[place] = lowest;
    }
  }
  return widened(bands, metrics);
}

interface Found {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly middle: Float64Array;
}

/** Gathers what these days have at a place; returns how many have something. */
function collect(slotDays: SlotDays, among: readonly number[], place: number, found: Found): number {
  const size = SLOTS * slotDays.metrics;
  let count = 0;
  for (const d of among) {
    const high = slotDays.high[d * size + place]!;
    if (Number.isNaN(high)) continue;
    found.high[count] = high;
    found.low[count] = slotDays.low[d * size + place]!;
    found.middle[count++] = slotDays.middle[d * size + place]!;
  }
  return count;
}

/** Ranges of the same slot on different days differ: the median of a few, the sixth largest of many. */
const WIDTH_RANK_MAX = 6;

function usualWidth({ high, low }: Found, count: number): number {
  const widths = high.slice(0, count).map((x, i) => x - low[i]!);
  return kthLargest(widths, count, Math.min(WIDTH_RANK_MAX, (count + 1) >> 1));
}

function leastWidth({ high, low }: Found, count: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) least = Math.min(least, high[i]! - low[i]!);
  return least;
}

function emptyBands(size: number): DayBands {
  const nans = () => new Float64Array(size).fill(Number.NaN);
  return { high: nans(), low: nans(), middle: nans(), highest: nans(), lowest: nans() };
}

/** A job that begins five minutes later today is still in time: each slot gets the widest of itself and its neighbours. */
function widened(bands: DayBands, metrics: number): DayBands {
  const { high, low, middle, highest, lowest } = bands;
  return {
    high: extreme(high, metrics, 1),
    low: extreme(low, metrics, -1),
    middle,
    highest: extreme(highest, metrics, 1),
    lowest: extreme(lowest, metrics, -1),
  };
}

function extreme(values: Float64Array, metrics: number, sign: 1 | -1): Float64Array {
  const { length } = values;
  return values.map((own, place) => {
    const before = values[(place - metrics + length) % length]!;
    const after = values[(place + metrics) % length]!;
    let most = own;
    // A comparison with NaN is false: what is not known stays so, and does not widen.
    if (sign * before > sign * most) most = before;
    if (sign * after > sign * most) most = after;
    return most;
  });
}
