import { isWeekend, SLOTS, weekdayOf } from "./calendar.ts";
import { median } from "./median.ts";
import { kthLargest, kthSmallest } from "./order-statistics.ts";
import type { SlotDays } from "./slot-days.ts";

/** The usual values of one kind of day, at slot × D + metric; NaN if unknown. */
export interface DayBands extends DayRanges, DayLevels {
  /** The median of the days' medians. */
  readonly middle: Float64Array;
}

export interface DayRanges {
  /** The range that similar days have in common. */
  readonly high: Float64Array;
  readonly low: Float64Array;
}

export interface DayLevels {
  /** The range of the days' medians: a level outside it for hours alerts although no value does. */
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
}

/** Traits of each metric that a band depends on. */
export interface Traits {
  /** How far a metric strays within a quarter of an hour (`unitsOf`). */
  readonly unit: Float64Array;
  /** 1 where weekends lie elsewhere (`weekendsDiffer`). */
  readonly differs: Uint8Array;
  /** 1 where less is never trouble (`isHarm`): the range begins at 0. */
  readonly harm: Uint8Array;
  /** M: units between a band and a strange value. */
  readonly margin: number;
}

/** The units by which a slot's medians are widened for each unit that the slot is noisier than usual. */
const NOISE_OF_MEDIANS = 1.5;
/** A third of the range of most values is about one deviation. */
export const UNITS_IN_RANGE = 3;
const WEEKDAYS_NEEDED = 3;
/** Two weekends. The first one may differ by chance: until the second, weekends may be like any day that was seen. */
const WEEKENDS_NEEDED = 4;
/** A weekday's own habits are known from its second day on: the second largest and smallest of its days count. */
const SAME_NEEDED = 2;

/** One bad day among seven never widens a band, nor do two: the k-th largest of that many days counts. */
function rankOf(days: number, most: number): number {
  return Math.min(most, days < 4 ? 1 : days < 7 ? 2 : 3);
}

/** The traits of one day. */
export interface DayKind {
  readonly weekend: boolean;
  /** 0 = Monday; absent where no weekday is meant. */
  readonly weekday?: number;
}

/**
 * The bands of a day of that kind, learnt from these days (indices of `slotDays.days`). With a `weekday`, what at least
 * two days of it had in common counts too, so a weekly job is known after two weeks.
 */
export function dayBands(slotDays: SlotDays, among: readonly number[], kind: DayKind, traits: Traits): DayBands {
  const middle = unknown(slotDays.metrics);
  eachPlace(slotDays, among, kind, traits, (place, { usual }) => {
    middle[place] = median(usual.middle, usual.count);
  });
  return { ...dayRanges(slotDays, among, kind, traits), ...dayLevels(slotDays, among, kind, traits), middle };
}

/** Only the ranges. */
export function dayRanges(slotDays: SlotDays, among: readonly number[], kind: DayKind, traits: Traits): DayRanges {
  const { metrics } = slotDays;
  const [high, low] = [unknown(metrics), unknown(metrics)];
  eachPlace(slotDays, among, kind, traits, (place, { usual, same, most, noise }) => {
    const rank = rankOf(usual.count, most);
    high[place] = kthLargest(usual.high, usual.count, rank);
    low[place] = kthSmallest(usual.low, usual.count, rank);
    if (same.count >= SAME_NEEDED) {
      high[place] = Math.max(high[place]!, kthLargest(same.high, same.count, SAME_NEEDED));
      low[place] = Math.min(low[place]!, kthSmallest(same.low, same.count, SAME_NEEDED));
    }
    high[place]! += traits.margin * noise;
    low[place] = leastOf(low[place]! - traits.margin * noise, place, traits);
  });
  return { high: widest(high, metrics, 1), low: widest(low, metrics, -1) };
}

/** Only the levels. */
export function dayLevels(slotDays: SlotDays, among: readonly number[], kind: DayKind, traits: Traits): DayLevels {
  const { metrics } = slotDays;
  const [most, least, highest, lowest] = [unknown(metrics), unknown(metrics), unknown(metrics), unknown(metrics)];
  eachPlace(slotDays, among, kind, traits, (place, { usual, noise }) => {
    most[place] = kthLargest(usual.middle, usual.count, 1);
    least[place] = kthSmallest(usual.middle, usual.count, 1);
    highest[place] = most[place] + NOISE_OF_MEDIANS * noise;
    lowest[place] = leastOf(least[place] - NOISE_OF_MEDIANS * noise, place, traits);
  });
  return {
    highest: widestLevel(highest, slopesOf(most, metrics), 1),
    lowest: widestLevel(lowest, slopesOf(least, metrics), -1),
  };
}

function leastOf(least: number, place: number, { harm }: Traits): number {
  return harm[place % harm.length] === 1 ? Math.min(0, least) : least;
}

/** The data of some days at one place, each from the start of its array. */
interface Found {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly middle: Float64Array;
  /** high − low. */
  readonly width: Float64Array;
  count: number;
}

/** One object for all places, filled anew for each: a fit visits hundreds of thousands. */
interface Place {
  /** Similar days, or all. */
  readonly usual: Found;
  /** Days of the same weekday. */
  readonly same: Found;
  /** Rank of the range's ends among many days. */
  most: number;
  /** How far the slot is noisier than is usual for the metric. */
  noise: number;
}

/** Calls `visit` with each place that some day has a value for. */
function eachPlace(
  slotDays: SlotDays,
  among: readonly number[],
  { weekend, weekday }: DayKind,
  { unit, differs }: Traits,
  visit: (place: number, found: Place) => void,
): void {
  const { metrics, days } = slotDays;
  const like = among.filter((d) => isWeekend(weekdayOf(days[d]!)) === weekend);
  const alike = among.filter((d) => weekdayOf(days[d]!) === weekday);
  const isEnough = like.length >= (weekend ? WEEKENDS_NEEDED : WEEKDAYS_NEEDED);
  const found: Place = { usual: emptyFound(days.length), same: emptyFound(days.length), most: 0, noise: 0 };
  for (let j = 0; j < metrics; j++) {
    const isOwn = differs[j] === 1 && isEnough;
    found.most = differs[j] === 0 || !weekend ? 3 : isOwn ? 2 : 1;
    for (let slot = 0; slot < SLOTS; slot++) {
      const place = slot * metrics + j;
      collect(slotDays, isOwn ? like : among, place, found.usual);
      if (found.usual.count === 0) continue;
      collect(slotDays, alike, place, found.same);
      found.noise = Math.max(0, widthOf(found) / UNITS_IN_RANGE - unit[j]!);
      visit(place, found);
    }
  }
}

function emptyFound(days: number): Found {
  const column = () => new Float64Array(days);
  return { high: column(), low: column(), middle: column(), width: column(), count: 0 };
}

/** Gathers the data of these days at a place. */
function collect(slotDays: SlotDays, among: readonly number[], place: number, found: Found): void {
  const first = place * slotDays.days.length;
  let count = 0;
  for (let k = 0; k < among.length; k++) {
    const at = first + among[k]!;
    const high = slotDays.high[at]!;
    if (Number.isNaN(high)) continue;
    const low = slotDays.low[at]!;
    found.high[count] = high;
    found.low[count] = low;
    found.width[count] = high - low;
    found.middle[count++] = slotDays.middle[at]!;
  }
  found.count = count;
}

/** Ranges of the same slot on different days differ: the median of a few, the sixth largest of many. */
const WIDTH_RANK_MAX = 6;

/** How wide the slot's range usually is. */
function widthOf({ usual, same }: Place): number {
  const width = kthLargest(usual.width, usual.count, Math.min(WIDTH_RANK_MAX, (usual.count + 1) >> 1));
  return same.count < SAME_NEEDED ? width : Math.max(width, kthSmallest(same.width, same.count, 1));
}

function unknown(metrics: number): Float64Array {
  return new Float64Array(SLOTS * metrics).fill(Number.NaN);
}

/** A job that begins five minutes later is still in time: each slot gets the widest of itself and its neighbours. */
function widest(bound: Float64Array, metrics: number, sign: 1 | -1): Float64Array {
  const { length } = bound;
  return bound.map((own, place) =>
    furthest(sign, own, bound[(place - metrics + length) % length]!, bound[(place + metrics) % length]!),
  );
}

/** The same for levels. On a slope no work is late: at its ends a slot's level is half-way to its neighbours. */
function widestLevel(bound: Float64Array, slope: Uint8Array, sign: 1 | -1): Float64Array {
  const { length } = bound;
  const metrics = length / SLOTS;
  return bound.map((own, place) => {
    const [before, after] = [(place - metrics + length) % length, (place + metrics) % length];
    const towards = (neighbour: number, isSlope: boolean) => (isSlope ? (own + neighbour) / 2 : neighbour);
    return furthest(
      sign,
      own,
      towards(bound[before]!, slope[before] === 1),
      towards(bound[after]!, slope[place] === 1),
    );
  });
}

function furthest(sign: 1 | -1, own: number, before: number, after: number): number {
  let most = own;
  // A comparison with NaN is false: an unknown value stays so, and does not widen a band.
  if (sign * before > sign * most) most = before;
  if (sign * after > sign * most) most = after;
  return most;
}

/** A rhythm climbs or falls by similar steps; a job begins and ends in one or two. */
const SLOPE_STEPS = 3;
const STEPS_RATIO = 3;

/**
 * 1 at each place from which the step to the next slot is one of several similar ones. The medians are those of the
 * days alone: a slot that a job fills in part is noisy, so its wider level would make a slope of the job's end.
 */
function slopesOf(medians: Float64Array, metrics: number): Uint8Array {
  const slopes = new Uint8Array(medians.length);
  const placeOf = (place: number, slots: number) => (place + slots * metrics) % medians.length;
  for (let place = 0; place < medians.length; place++) {
    let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < SLOPE_STEPS; k++) {
      const step = medians[placeOf(place, k + 1)]! - medians[placeOf(place, k)]!;
      smallest = Math.min(smallest, step);
      largest = Math.max(largest, step);
    }
    const areAlike =
      smallest > 0 ? largest <= STEPS_RATIO * smallest : largest < 0 && smallest >= STEPS_RATIO * largest;
    if (areAlike) for (let k = 0; k < SLOPE_STEPS; k++) slopes[placeOf(place, k)] = 1;
  }
  return slopes;
}
