import { MINUTE_MS } from "../time.ts";
import { kthPeak } from "./order-statistics.ts";
import { fifthOfSeven, RECENT, thirdOfFive } from "./persistence.ts";

/**
 * The scale of an excess is the excesses of calm days. Each day is compared with the bands of the other days, and its
 * largest excess is its peak. Some peaks do not alert: a peak on a few days of a month at any hour, and a peak of any
 * size on two days in five.
 */
export interface Peaks {
  /** By day index: the largest excess that three of five samples reached. */
  readonly short: ReadonlyMap<number, number>;
  /** The same for five of seven. */
  readonly long: ReadonlyMap<number, number>;
  /** The same for bursts of at most three samples. */
  readonly single: ReadonlyMap<number, number>;
  /** Bursts of at most three samples beyond the least excess of a burst, in all days. */
  readonly bursts: number;
}

/** A longer episode is a change of level and no tail: it counts up to the ordinary excess only. */
const LONG_EPISODE_MS = 180 * MINUTE_MS;
/** Excesses this far apart belong to one episode. */
const EPISODE_GAP_MS = 10 * MINUTE_MS;
const BURST_SAMPLES = 3;

/** Days among which a recurrence at any hour is counted: three of five, four of fourteen, six of twenty-eight. */
export function fewOf(days: number): number {
  return days < 5 ? 2 : days < 14 ? 3 : 2 + Math.floor(days / 7);
}

/** Two days in five: a peak that occurs as often is usual, whatever its size. */
export function oftenOf(days: number): number {
  return days < 5 ? 2 : Math.max(3, Math.ceil(0.4 * days));
}

/**
 * The daily peaks of excesses (one per row, at least 0, NaN without a value) in the order of time. `matters` is the
 * least excess of a burst, `ordinary` caps long episodes. `each` receives the excess that three of five samples
 * reached, by row.
 */
export function peaksOf(
  excesses: Float64Array,
  day: Int32Array,
  { interval, matters, ordinary }: { readonly interval: number; readonly matters: number; readonly ordinary: number },
  each: (row: number, persistent: number) => void,
): Peaks {
  const [short, long, single] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  const longEpisode = Math.round(LONG_EPISODE_MS / interval);
  const gap = Math.max(2, Math.round(EPISODE_GAP_MS / interval));
  const recent = new Float64Array(RECENT);
  let episode = { first: -1, last: -1, short: 0, long: 0 };
  let burst = { samples: 0, last: -1, peak: 0 };
  let bursts = 0;
  const endEpisode = () => {
    if (episode.first < 0) return;
    const most = episode.last - episode.first > longEpisode ? ordinary : Number.POSITIVE_INFINITY;
    raise(short, day[episode.first]!, Math.min(most, episode.short));
    raise(long, day[episode.first]!, Math.min(most, episode.long));
    episode = { first: -1, last: -1, short: 0, long: 0 };
  };
  const endBurst = () => {
    if (burst.samples > 0 && burst.samples <= BURST_SAMPLES) {
      bursts++;
      raise(single, day[burst.last]!, burst.peak);
    }
    burst = { samples: 0, last: -1, peak: 0 };
  };
  let quiet = RECENT;
  for (let row = 0; row < excesses.length; row++) {
    const excess = excesses[row]!;
    if (Number.isNaN(excess)) continue;
    quiet = excess > 0 ? 0 : quiet + 1;
    if (quiet <= RECENT) {
      recent.copyWithin(1, 0, RECENT - 1);
      recent[0] = excess;
    }
    if (excess > matters) burst = { samples: burst.samples + 1, last: row, peak: Math.max(burst.peak, excess) };
    else if (burst.samples > 0) endBurst();
    const persistent = quiet < RECENT ? thirdOfFive(recent, 0, 1) : 0;
    if (persistent > 0) {
      each(row, persistent);
      if (episode.first < 0) episode.first = row;
      episode.last = row;
      episode.short = Math.max(episode.short, persistent);
      episode.long = Math.max(episode.long, fifthOfSeven(recent, 0, 1));
    } else if (episode.first >= 0 && row - episode.last > gap) endEpisode();
  }
  endEpisode();
  endBurst();
  return { short, long, single, bursts };
}

export function raise(peaks: Map<number, number>, day: number, peak: number): void {
  if (peak > (peaks.get(day) ?? 0)) peaks.set(day, peak);
}

/** The excess that calm days reach: a few days of rare ones, at most `matters`, and often recurring ones whole. */
export function reachOf(peaks: ReadonlyMap<number, number>, days: number, matters: number): number {
  const rare = Math.min(kthPeak(peaks.values(), fewOf(days)), matters);
  return Math.max(rare, kthPeak(peaks.values(), oftenOf(days)));
}

const HOST_EPISODE_MS = 6 * 60 * MINUTE_MS;
const HOST_GAP_MS = 30 * MINUTE_MS;
const HOST_LEVEL = 0.5;

/** The daily peaks of a score of the whole host; an episode longer than six hours is no tail. */
export function hostPeaks(scores: Float32Array, day: Int32Array, interval: number): ReadonlyMap<number, number> {
  const peaks = new Map<number, number>();
  const [longest, gap] = [Math.round(HOST_EPISODE_MS / interval), Math.round(HOST_GAP_MS / interval)];
  let episode = { first: -1, last: -1, peak: 0 };
  const end = () => {
    if (episode.first >= 0 && episode.last - episode.first <= longest) raise(peaks, day[episode.first]!, episode.peak);
    episode = { first: -1, last: -1, peak: 0 };
  };
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (score >= HOST_LEVEL) {
      if (episode.first < 0) episode.first = row;
      episode.last = row;
      episode.peak = Math.max(episode.peak, score);
    } else if (episode.first >= 0 && row - episode.last > gap) end();
  }
  end();
  return peaks;
}
