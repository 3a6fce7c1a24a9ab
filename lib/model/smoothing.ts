/**
 * One strange sample is rarely worth a person's time: the score is the mean of three exponential averages, one that
 * follows at once, one of minutes, one slow; and once it was high it falls by no more than hysteresis lets it, so that
 * an alert that opens above epsilon stays open until the score is below 0.7 epsilon, for any epsilon.
 */
export interface Smoothed {
  /** Of the half-lives of `HALF_LIVES`; NaN before the first sample. */
  readonly averages: readonly number[];
  /** The score: the smoothed one, held up by hysteresis. */
  readonly held: number;
}

/** In samples; by elapsed time where samples come irregularly. */
const HALF_LIVES = [1, 5, 20] as const;
const RELEASE = 0.7;

export const UNSMOOTHED: Smoothed = { averages: HALF_LIVES.map(() => Number.NaN), held: 0 };

/** What an average moves by towards a sample that comes `intervals` usual intervals after the one before. */
function ratesOf(intervals: number): readonly [number, number, number] {
  const rate = (halfLife: number) => 1 - 0.5 ** (intervals / halfLife);
  return [rate(HALF_LIVES[0]), rate(HALF_LIVES[1]), rate(HALF_LIVES[2])];
}

const USUAL_RATES = ratesOf(1);

/**
 * Moves on by samples in the order of time and writes each one's score to `scores`, as many as that holds, and to `recent` the average of
 * minutes. `intervals` holds the usual intervals since the sample before. A raw score of NaN, of a sample with nothing in it, changes nothing.
 */
export function smooth(
  smoothed: Smoothed,
  raw: Float64Array,
  intervals: Float64Array,
  scores: Float64Array,
  recent: Float64Array,
): Smoothed {
  let [fast = Number.NaN, middle = Number.NaN, slow = Number.NaN] = smoothed.averages;
  let { held } = smoothed;
  let elapsed = 1;
  let rates = USUAL_RATES;
  for (let i = 0; i < scores.length; i++) {
    const x = raw[i]!;
    if (!Number.isNaN(x)) {
      if (intervals[i] !== elapsed) {
        elapsed = intervals[i]!;
        rates = ratesOf(elapsed);
      }
      fast = Number.isNaN(fast) ? x : fast + rates[0] * (x - fast);
      middle = Number.isNaN(middle) ? x : middle + rates[1] * (x - middle);
      slow = Number.isNaN(slow) ? x : slow + rates[2] * (x - slow);
      const mean = (fast + middle + slow) / 3;
      held = Math.max(mean, Math.min(held, mean / RELEASE));
    }
    scores[i] = held;
    recent[i] = middle;
  }
  return { averages: [fast, middle, slow], held };
}

/** What is over does not echo: the slow average is no higher than the one of minutes, and nothing is held. */
export function withoutEcho<T extends Smoothed>(smoothed: T): T {
  const [fast = Number.NaN, middle = Number.NaN, slow = Number.NaN] = smoothed.averages;
  if (Number.isNaN(middle)) return smoothed;
  const lowered = Math.min(slow, middle);
  return { ...smoothed, averages: [fast, middle, lowered], held: (fast + middle + lowered) / 3 };
}
