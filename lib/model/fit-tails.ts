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
/** A metric grows if most of its last days exceed the days before them. These are at least as many days. */
const LAST_DAYS = 7;
const MOST_DAYS = 4;

type Tails = Pick<Bands, "up" | "down" | "upShort" | "downShort" | "tail">;

/**
 * Each metric's own tail and the whole host's, from the excesses of each day over the bands of the others. Later days
 * hide steady growth, so the last days are also compared with those before them.
 */
export function fitTails(learnt: Learnt): Tails {
  const { history, places, slotDays, interval, traits, floor, days, age } = learnt;
  const { metrics } = history;
  const others = slotDays.days.length >= 2 ? bandsOfOthers(learnt) : [];
  const before = bandsOfDaysBefore(learnt);
  const firstOfLast = places.day.findIndex((day) => before[day] !== undefined);
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
      const peaksOver = (bandsByDay: BandsByDay, from: number, each: (row: number, x: number) => void) => {
        writeExcesses(learnt, bandsByDay, { j, sign, from }, excesses);
        return peaksOf(excesses.subarray(from), places.day.subarray(from), scale, each);
      };
      const growth = firstOfLast < 0 ? NONE : growthOf(peaksOver(before, firstOfLast, () => {}));
      persistent.fill(0);
      const peaks = peaksOver(others, 0, (row, x) => {
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

/** By day index; absent for a day that is not compared. */
type BandsByDay = readonly (DayRanges | undefined)[];

/** For each day its bands as the other days know them. */
function bandsOfOthers(learnt: Learnt): BandsByDay {
  const all = [...learnt.slotDays.days.keys()];
  return all.map((day) =>
    bandsOn(
      learnt,
      day,
      all.filter((other) => other !== day),
    ),
  );
}

/** For each of the last days its bands as the days before it know them; none for a host of fewer than two weeks. */
function bandsOfDaysBefore(learnt: Learnt): BandsByDay {
  const all = [...learnt.slotDays.days.keys()];
  if (all.length < 2 * LAST_DAYS) return [];
  return all.map((day) => (day < all.length - LAST_DAYS ? undefined : bandsOn(learnt, day, all.slice(0, day))));
}

function bandsOn({ slotDays, traits }: Learnt, day: number, among: readonly number[]): DayRanges {
  const weekday = weekdayOf(slotDays.days[day]!);
  return dayRanges(slotDays, among, { weekend: isWeekend(weekday), weekday }, traits);
}

/** Writes one metric's excesses on one side from a row on. */
function writeExcesses(
  { history, places }: Learnt,
  bandsByDay: BandsByDay,
  { j, sign, from }: { readonly j: number; readonly sign: 1 | -1; readonly from: number },
  excesses: Float64Array,
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

const NONE: UsualExcesses = { long: 0, short: 0 };

/** What most of the last days reached over the days before them. */
function growthOf({ long, short }: Peaks): UsualExcesses {
  return { long: kthPeak(long.values(), MOST_DAYS), short: kthPeak(short.values(), MOST_DAYS) };
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
