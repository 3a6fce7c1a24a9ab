import type { Bands } from "./bands.ts";
import { isWeekend, weekdayOf } from "./calendar.ts";
import { type DayRanges, dayRanges } from "./day-bands.ts";
import type { Learnt } from "./learnt.ts";
import { kthPeak } from "./order-statistics.ts";
import { daysOfHost } from "./slot-days.ts";
import { fewOf, hostPeaks, oftenOf, type Peaks, peaksOf, reachOf } from "./tails.ts";

/** Excesses alert at this multiple of those that calm days reach. */
const GAIN = 1.25;
/** With this many bursts a day, three of five samples are no persistence. */
const BURSTS_A_DAY = 1.5;
const HOST_GAIN = 1.1;
const HOST_FEW_MAX = 4;
const HOST_OFTEN_MAX = 20;
/** A host's own tail needs this many days. */
const HOST_DAYS_MIN = 4;
/** Growth is what most of the last days have beyond as many days before them, or more. */
const LAST_DAYS = 7;
const MOST_DAYS = 4;

type Tails = Pick<Bands, "up" | "down" | "upShort" | "downShort" | "tail">;

/** Each metric's own tail and the whole host's, from the excesses of each day over the bands of the others. */
export function fitTails(learnt: Learnt): Tails {
  const { history, places, slotDays, interval, traits, floor, days, age } = learnt;
  const { metrics } = history;
  const others = slotDays.days.length >= 2 ? bandsOfOthers(learnt) : [];
  const before = bandsOfDaysBefore(learnt);
  const column = () => new Float64Array(metrics);
  const tails = { up: column(), down: column(), upShort: column(), downShort: column() };
  const scores = new Float32Array(history.times.length);
  const excesses = new Float64Array(history.times.length);
  const persistent = new Float32Array(history.times.length);
  for (let j = 0; j < metrics; j++) {
    const ordinary = traits.margin * traits.unit[j]!;
    const matters = Math.max(floor[j]!, ordinary);
    const scale = { interval, matters, ordinary };
    for (const sign of [1, -1] as const) {
      const growth = growthOf(learnt, before, j, sign, scale, excesses);
      writeExcesses(learnt, others, j, sign, excesses);
      persistent.fill(0);
      const peaks = peaksOf(excesses, places.day, scale, (row, x) => {
        persistent[row] = x;
      });
      const usual = usualExcesses(peaks, days[j]!, matters);
      const limit = (reach: number) => (ordinary + GAIN * reach) * age[j]!;
      const long = Math.max(floor[j]!, limit(Math.max(usual.long, growth.long)));
      const ratio = Math.max(1, limit(Math.max(usual.short, growth.short)) / long);
      tails[sign > 0 ? "up" : "down"][j] = long;
      tails[sign > 0 ? "upShort" : "downShort"][j] = ratio;
      for (let i = 0; i < scores.length; i++) {
        if (persistent[i] === 0) continue;
        const score = persistent[i]! / (long * ratio);
        if (score > scores[i]!) scores[i] = score;
      }
    }
  }
  return { ...tails, tail: hostTail(hostPeaks(scores, places.day, interval), daysOfHost(days)) };
}

/** For each day its bands as the other days know them. */
function bandsOfOthers({ slotDays, traits }: Learnt): readonly DayRanges[] {
  const all = [...slotDays.days.keys()];
  return all.map((d) => {
    const weekday = weekdayOf(slotDays.days[d]!);
    const others = all.filter((other) => other !== d);
    return dayRanges(slotDays, others, { weekend: isWeekend(weekday), weekday }, traits);
  });
}

/** For each of the last days its bands as the days before it know them; none for a host of fewer than two weeks. */
function bandsOfDaysBefore({ slotDays, traits }: Learnt): readonly (DayRanges | undefined)[] {
  const { days } = slotDays;
  if (days.length < 2 * LAST_DAYS) return [];
  return days.map((day, d) => {
    if (d < days.length - LAST_DAYS) return undefined;
    const weekday = weekdayOf(day);
    const before = Array.from({ length: d }, (_, i) => i);
    return dayRanges(slotDays, before, { weekend: isWeekend(weekday), weekday }, traits);
  });
}

/** The excesses that most of the last days reached over the days before them: no other day shows steady growth. */
function growthOf(
  learnt: Learnt,
  before: readonly (DayRanges | undefined)[],
  j: number,
  sign: 1 | -1,
  scale: Parameters<typeof peaksOf>[2],
  excesses: Float64Array,
): UsualExcesses {
  const { day } = learnt.places;
  const from = day.findIndex((d) => before[d] !== undefined);
  if (from < 0) return { long: 0, short: 0 };
  writeExcesses(learnt, before, j, sign, excesses, from);
  const { long, short } = peaksOf(excesses.subarray(from), day.subarray(from), scale, () => {});
  return { long: kthPeak(long.values(), MOST_DAYS), short: kthPeak(short.values(), MOST_DAYS) };
}

function writeExcesses(
  { history, places }: Learnt,
  bandsByDay: readonly (DayRanges | undefined)[],
  j: number,
  sign: 1 | -1,
  excesses: Float64Array,
  from = 0,
): void {
  const { metrics, values } = history;
  for (let i = from; i < excesses.length; i++) {
    const bands = bandsByDay[places.day[i]!];
    const bound = bands ? (sign > 0 ? bands.high : bands.low)[places.slot[i]! * metrics + j]! : Number.NaN;
    const value = values[i * metrics + j]!;
    const excess = history.excluded?.[i] ? 0 : sign * (value - bound);
    excesses[i] = Number.isNaN(value) ? Number.NaN : Number.isNaN(excess) ? 0 : Math.max(0, excess);
  }
}

interface UsualExcesses {
  /** What five of seven samples reach on calm days. */
  readonly long: number;
  /** What three of five reach. */
  readonly short: number;
}

function usualExcesses({ short, long, single, bursts }: Peaks, days: number, matters: number): UsualExcesses {
  const shorter = reachOf(short, days, matters);
  const isBursty = bursts >= BURSTS_A_DAY * Math.max(1, days);
  return {
    long: reachOf(long, days, matters),
    short: isBursty ? Math.max(shorter, reachOf(single, days, matters)) : shorter,
  };
}

function hostTail(peaks: ReadonlyMap<number, number>, days: number): number {
  if (days < HOST_DAYS_MIN) return 1;
  const few = Math.min(HOST_FEW_MAX, HOST_GAIN * kthPeak(peaks.values(), fewOf(days)));
  const often = Math.min(HOST_OFTEN_MAX, HOST_GAIN * kthPeak(peaks.values(), oftenOf(days)));
  return Math.max(1, few, often);
}
