/**
 * One strange sample is rarely worth a person's time: the score is the mean of three exponential averages, one that
 * follows at once, one of minutes, one slow. Hysteresis limits its fall after it was high: an alert that opens above
 * epsilon stays open until the score is below 0.7 epsilon, for any epsilon.
 */
export interface Smoothed {
  /** One per half-life of `HALF_LIVES`; NaN before the first sample. */
  readonly averages: readonly number[];
  /** The score: the smoothed one, held up by hysteresis. */
  readonly held: number;
}

/** In samples; by elapsed time where samples come irregularly. */
const HALF_LIVES = [1, 5, 20];
const RELEASE = 0.7;

export const UNSMOOTHED: Smoothed = { averages: HALF_LIVES.map(() => Number.NaN), held: 0 };

/** The share of the way that each average moves towards a sample `intervals` usual intervals after the one before. */
function ratesOf(intervals: number): readonly number[] {
  return HALF_LIVES.map((halfLife) => 1 - 0.5 ** (intervals / halfLife));
}

/**
 * Moves on by samples in the order of time. Returns each one's score, and as `recent` the average of minutes.
 * `intervals` holds the usual intervals since the sample before. A raw score of NaN, from a sample without values,
 * changes nothing.
 */
export function smooth(smoothed: Smoothed, raw: Float64Array, intervals: Float64Array) {
  let { averages, held } = smoothed;
  const scores = new Float64Array(raw.length);
  const recent = new Float64Array(raw.length);
  for (const [i, x] of raw.entries()) {
    if (!Number.isNaN(x)) {
      const rates = ratesOf(intervals[i]!);
      averages = averages.map((average, k) => (Number.isNaN(average) ? x : average + rates[k]! * (x - average)));
      const mean = averages.reduce((sum, average) => sum + average, 0) / averages.length;
      held = Math.max(mean, Math.min(held, mean / RELEASE));
    }
    scores[i] = held;
    recent[i] = averages[1]!;
  }
  return { scores, recent, smoothed: { averages, held } };
}

/** A past incident does not echo: the slow average is no higher than the one of minutes, and nothing is held. */
export function withoutEcho<T extends Smoothed>(smoothed: T): T {
  const [fast = Number.NaN, middle = Number.NaN, slow = Number.NaN] = smoothed.averages;
  if (Number.isNaN(middle)) return smoothed;
  const lowered = Math.min(slow, middle);
  return { ...smoothed, averages: [fast, middle, lowered], held: (fast + middle + lowered) / 3 };
}
