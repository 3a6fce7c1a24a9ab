import type { Bands } from "./bands.ts";
import { isWeekend, weekdayOf } from "./calendar.ts";
import { type DayLevels, dayLevels } from "./day-bands.ts";
import { AVERAGES, averageRates, distanceFrom, driftOf, HORIZONS, moveAverages } from "./drift.ts";
import { jointDriftSquare } from "./drift-reading.ts";
import type { Learnt } from "./learnt.ts";
import { kthPeak } from "./order-statistics.ts";
import { daysOfHost } from "./slot-days.ts";
import { fewOf, oftenOf, raise } from "./tails.ts";

/** Distances from a level's range are cut at this many times the least change that matters. */
const REACH = 3;
/**
 * A lasting level alerts at these multiples: of the chance deviation of an average, of the days' own deviation, and of
 * the days' peaks.
 */
const STRAYS = 6;
const DEVIATIONS = 4;
const GAIN = 1.25;
/** Rare days count up to this multiple of the least change that matters. */
const RARE_MAX = 2;
const HOST_GAIN = 1.1;
const HOST_TAIL_MAX = 4;
/** The first days know too little of each other to be peaks of the host. */
const HOST_FROM_DAY = 4;
/** All levels together alert above this multiple of the second worst day: they often stray for one harmless reason. */
const JOINT_GAIN = 1.25;
const JOINT_RANK = 2;
/** With fewer days, too few of them show how far all levels stray together, as where traffic grows. */
const JOINT_FROM_DAYS = 8;
/** Lower scores are no peaks. */
const PEAK_MIN = 0.5;
/** Lower drifts count nowhere. */
const DRIFT_MIN = 0.2;

/**
 * The thresholds of lasting levels. Each day is judged as it was met, by the days before it. So growth, which no later
 * day makes unusual, counts as usual growth.
 */
export function fitDrift(
  learnt: Learnt,
  deviations: Float64Array,
): Pick<Bands, "driftUp" | "driftDown" | "driftTail" | "jointDriftTail" | "reach"> {
  const { history, places, interval, traits, floor, days, age } = learnt;
  const { metrics, times } = history;
  const met = bandsAsMet(learnt);
  const reach = floor.map((least, j) => REACH * Math.max(least, traits.margin * traits.unit[j]!));
  const drift = { driftUp: new Float64Array(metrics * HORIZONS), driftDown: new Float64Array(metrics * HORIZONS) };
  const units = STRAYS * strayOf(interval);
  const scores = new Float32Array(times.length);
  const squares = new Float32Array(times.length);
  const drifts = new Float32Array(times.length * HORIZONS);
  for (let j = 0; j < metrics; j++) {
    const least = Math.max(floor[j]!, units * traits.unit[j]!, DEVIATIONS * deviations[j]!) / reach[j]!;
    const peaks = writeDrifts(learnt, met, j, { reach: reach[j]!, least }, drifts);
    for (let h = 0; h < HORIZONS; h++) {
      for (const [side, name] of [
        [0, "driftUp"],
        [1, "driftDown"],
      ] as const) {
        drift[name][j * HORIZONS + h] =
          Math.max(least, GAIN * usualPeak(peaks[2 * h + side]!, days[j]!, least)) * age[j]!;
      }
    }
    for (let row = 0; row < scores.length; row++) {
      const score = rowScore(drifts, row, j, drift);
      if (score > scores[row]!) scores[row] = score;
      squares[row]! += jointDriftSquare(score);
    }
  }
  const seen = daysOfHost(days);
  const peakOf = (score: (row: number) => number, rank: number) => {
    const hosts = new Map<number, number>();
    for (let row = 0; row < times.length; row++) {
      const own = score(row);
      if (places.day[row]! >= HOST_FROM_DAY && own > PEAK_MIN) raise(hosts, places.day[row]!, own);
    }
    return kthPeak(hosts.values(), rank);
  };
  const single = HOST_GAIN * peakOf((row) => scores[row]!, fewOf(seen));
  const together = JOINT_GAIN * peakOf((row) => Math.sqrt(squares[row]!), JOINT_RANK);
  return {
    ...drift,
    driftTail: Math.max(1, Math.min(HOST_TAIL_MAX, single)),
    ...(seen < JOINT_FROM_DAYS ? {} : { jointDriftTail: Math.max(1, together) }),
    reach,
  };
}

/** The furthest of a row's drifts of metric `j`, in thresholds. */
function rowScore(
  drifts: Float32Array,
  row: number,
  j: number,
  thresholds: Pick<Bands, "driftUp" | "driftDown">,
): number {
  let most = 0;
  for (let h = 0; h < HORIZONS; h++) {
    const own = drifts[row * HORIZONS + h]!;
    if (own === 0) continue;
    most = Math.max(most, Math.abs(own) / (own > 0 ? thresholds.driftUp : thresholds.driftDown)[j * HORIZONS + h]!);
  }
  return most;
}

/** How far the quickest average strays by chance, in units: r / (2 − r) is the variance of one that moves by r. */
function strayOf(interval: number): number {
  const [, rate = 1] = averageRates(interval);
  return Math.sqrt(rate / (2 - rate));
}

/** For each day its bands as the days before it know them; none for the first. */
function bandsAsMet({ slotDays, traits }: Learnt): readonly (DayLevels | undefined)[] {
  return slotDays.days.map((day, d) => {
    if (d === 0) return undefined;
    const weekday = weekdayOf(day);
    const before = Array.from({ length: d }, (_, i) => i);
    return dayLevels(slotDays, before, { weekend: isWeekend(weekday), weekday }, traits);
  });
}

/**
 * Writes each row's drift by horizon; returns the days' peaks at 2 × horizon above and at 2 × horizon + 1 below. A
 * drift of no more than `DRIFT_MIN` of the least threshold moves none, and is written as 0.
 */
function writeDrifts(
  { history, places, interval }: Learnt,
  met: readonly (DayLevels | undefined)[],
  j: number,
  { reach, least }: { readonly reach: number; readonly least: number },
  drifts: Float32Array,
): readonly ReadonlyMap<number, number>[] {
  const { metrics, values, times, excluded } = history;
  const peaks = Array.from({ length: 2 * HORIZONS }, () => new Map<number, number>());
  const averages = new Float64Array(AVERAGES);
  const rates = averageRates(interval);
  drifts.fill(0);
  for (let i = 0; i < times.length; i++) {
    const value = values[i * metrics + j]!;
    const bands = met[places.day[i]!];
    const place = places.slot[i]! * metrics + j;
    if (!bands || excluded?.[i] || Number.isNaN(value) || Number.isNaN(bands.highest[place]!)) continue;
    moveAverages(averages, 0, distanceFrom(value, bands.lowest[place]!, bands.highest[place]!, reach), rates);
    if (Math.abs(averages[0]!) <= DRIFT_MIN * least) continue;
    for (let h = 0; h < HORIZONS; h++) {
      const drift = driftOf(averages, 0, h);
      if (Math.abs(drift) <= DRIFT_MIN * least) continue;
      drifts[i * HORIZONS + h] = drift;
      raise(peaks[2 * h + (drift > 0 ? 0 : 1)]!, places.day[i]!, Math.abs(drift));
    }
  }
  return peaks;
}

function usualPeak(peaks: ReadonlyMap<number, number>, days: number, least: number): number {
  const rare = Math.min(kthPeak(peaks.values(), fewOf(days)), RARE_MAX * least);
  return Math.max(rare, kthPeak(peaks.values(), oftenOf(days)));
}
