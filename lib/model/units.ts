import { isWeekend, SLOTS, weekdayOf } from "./calendar.ts";
import { UNITS_IN_RANGE } from "./day-bands.ts";
import { median } from "./median.ts";
import { kthLargest, kthSmallest } from "./order-statistics.ts";
import { columnOf, known, type SlotDays } from "./slot-days.ts";

/** How far each metric strays within a quarter of an hour: the median over slots and days of a third of their range. */
export function unitsOf(slotDays: SlotDays): Float64Array {
  return Float64Array.from({ length: slotDays.metrics }, (_, j) => {
    const low = columnOf(slotDays, slotDays.low, j);
    const ranges = columnOf(slotDays, slotDays.high, j).map((high, i) => high - low[i]!);
    return median(known(ranges)) / UNITS_IN_RANGE || 0;
  });
}

/** The least change that matters, by a metric's unit as its name and values suggest it. */
const FLOORS = { percent: 4, bytes: 16e6, bytesPerSecond: 1e5, count: 3 } as const;
/**
 * The same for events a second, the first that fits the name. TCP sends one segment in a thousand again on a good line,
 * and a busy host sends thousands a second. 25 pages of 4 kB are the floor of bytes a second. Seconds a second are a
 * share, as a percentage is. One event in ten seconds, the shortest tick, is the least that a rate can show.
 */
const FLOORS_OF_RATES: readonly (readonly [name: RegExp, floor: number])[] = [
  [/retrans|(net|packet).*(err|drop)/i, 1],
  [/(pages|faults|operations)_per_second/, FLOORS.bytesPerSecond / 4_000],
  [/seconds_per_second/, FLOORS.percent / 100],
  [/./, 0.1],
];
/** Each of these events matters: half of one. */
const KILL = 0.5;
const SHARE_OF_TYPICAL = 0.03;
const SHARE_OF_RANGE = 0.02;
const FLOOR_OF_NOTHING = 0.01;
/** A smaller unit could not be used: parts of it may round to 0. */
const FLOOR_MIN = 1e-30;

/** The least change of each metric that is worth a person's time, in the metric's own unit; always positive. */
export function floorsOf(
  slotDays: SlotDays,
  names: readonly string[],
  isWhole: (metric: number) => boolean,
): Float64Array {
  const { high, low, middle } = slotDays;
  return Float64Array.from(names, (name, j) => {
    const typical = median(known(columnOf(slotDays, middle, j)).map(Math.abs)) || 0;
    const floor = floorOf(name, typical, () => isWhole(j));
    const isRare = isRate(name) && typical === 0;
    if (floor > FLOOR_MIN && !isRare) return floor;
    const range = largest(columnOf(slotDays, high, j)) + largest(columnOf(slotDays, low, j).map((x) => -x));
    const ofRange = SHARE_OF_RANGE * range > FLOOR_MIN ? SHARE_OF_RANGE * range : FLOOR_OF_NOTHING;
    return Math.max(floor, ofRange);
  });
}

/** The floor of a metric that usually has this value. A percentage is a share of a whole, however small it is now. */
function floorOf(name: string, typical: number, isWhole: () => boolean): number {
  const share = SHARE_OF_TYPICAL * Math.abs(typical);
  if (isPercent(name)) return FLOORS.percent;
  if (/bytes_(per_second|s)(:|$)|bytes_per_second/.test(name)) return Math.max(share, FLOORS.bytesPerSecond);
  if (/bytes(:|$)/.test(name)) return Math.max(share, FLOORS.bytes);
  if (isRate(name)) return Math.max(share, FLOORS_OF_RATES.find(([of]) => of.test(name))?.[1] ?? 0);
  if (/oom_kill/.test(name)) return KILL;
  return isWhole() ? Math.max(share, FLOORS.count) : share;
}

function isRate(name: string): boolean {
  return /_per_second(:|$)/.test(name);
}

export function isPercent(name: string): boolean {
  return /percent/.test(name);
}

const HARM =
  /(^|[_.:])(errors?|drops?|dropped|discards?|retrans[a-z]*|oom_kills?|pressure|steal|zombies?|blocked|failures?|failed|timeouts?)([_.:]|$)/i;
/** An error budget, or ports without errors: less of these is bad. */
const NO_HARM = /budget|free|remaining|available|without/i;

/** Whether a metric counts unwanted events: less of it is never trouble. */
export function isHarm(name: string): boolean {
  return HARM.test(name) && !NO_HARM.test(name);
}

/**
 * A slot lies elsewhere at weekends when enough weekend days do, on one side: one bad Sunday does not decide. Weekends
 * get bands of their own if more than this share of the slots lie elsewhere.
 */
const WEEKEND_DAYS_SHARE = 0.75;
const ELSEWHERE_SHARE = 0.15;
const WEEKEND_DAYS_MIN = 2;
const WEEKDAYS_MIN = 3;

/** For each metric 1 if weekends lie elsewhere than weekdays. */
export function weekendsDiffer(slotDays: SlotDays, unit: Float64Array): Uint8Array {
  const { metrics, days } = slotDays;
  const indices = [...days.keys()];
  const weekends = indices.filter((d) => isWeekend(weekdayOf(days[d]!)));
  const weekdays = indices.filter((d) => !isWeekend(weekdayOf(days[d]!)));
  const differs = new Uint8Array(metrics);
  if (weekends.length < WEEKEND_DAYS_MIN || weekdays.length < WEEKDAYS_MIN) return differs;
  for (let j = 0; j < metrics; j++) {
    const middle = columnOf(slotDays, slotDays.middle, j);
    let [elsewhere, all] = [0, 0];
    for (let slot = 0; slot < SLOTS; slot++) {
      const mediansOf = (among: readonly number[]) =>
        known(Float64Array.from(among, (d) => middle[slot * days.length + d]!));
      const [ordinary, other] = [mediansOf(weekdays), mediansOf(weekends)];
      if (other.length < WEEKEND_DAYS_MIN || ordinary.length < WEEKDAYS_MIN) continue;
      all++;
      const most = Math.ceil(WEEKEND_DAYS_SHARE * other.length);
      const isAbove = kthLargest(other, other.length, most) > Math.max(...ordinary) + unit[j]!;
      if (isAbove || kthSmallest(other, other.length, most) < Math.min(...ordinary) - unit[j]!) elsewhere++;
    }
    if (elsewhere > ELSEWHERE_SHARE * all) differs[j] = 1;
  }
  return differs;
}

/** How much the medians of one slot differ from day to day: the median over slots, as a deviation. */
export function dailyDeviations(slotDays: SlotDays): Float64Array {
  const days = slotDays.days.length;
  return Float64Array.from({ length: slotDays.metrics }, (_, j) => {
    const middle = columnOf(slotDays, slotDays.middle, j);
    const deviations: number[] = [];
    for (let slot = 0; slot < SLOTS; slot += 2) {
      const medians = known(middle.subarray(slot * days, (slot + 1) * days));
      if (medians.length < 2) continue;
      const typical = median(medians.slice());
      deviations.push(DEVIATIONS_IN_MAD * median(medians.map((x) => Math.abs(x - typical))));
    }
    return median(Float64Array.from(deviations)) || 0;
  });
}

/** The median absolute deviation of a Gaussian is 1 / 1.4826 of its standard deviation. */
const DEVIATIONS_IN_MAD = 1.4826;

function largest(values: Float64Array): number {
  return known(values).reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
}
