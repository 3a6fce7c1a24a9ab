/**
 * One strange sample is rarely worth a person's time. The persistent part of the last samples is the third largest of
 * five, and for a metric with bursts the fifth largest of seven. Unlike an average, it ends three samples after the
 * trouble, however large that was.
 */
export const RECENT = 7;

/** The third largest of the newest five, of which negative ones count as none. The newest is at `offset`. */
export function thirdOfFive(recent: ArrayLike<number>, offset: number, sign: 1 | -1): number {
  let [first, second, third] = [0, 0, 0];
  for (let i = 0; i < 5; i++) {
    const value = sign * recent[offset + i]!;
    if (value > first) [first, second, third] = [value, first, second];
    else if (value > second) [second, third] = [value, second];
    else if (value > third) third = value;
  }
  return third;
}

/** The memory of a detector that judges each sample by itself: its last four scores, newest first. */
export interface SingleScores {
  readonly last: Float64Array;
}

/** The memory before the first sample: a host has no history of trouble. */
export const NO_SCORES: SingleScores = { last: new Float64Array(4) };

/** The persistent part of one more score, which is never negative, and the memory that has it. */
export function persist({ last }: SingleScores, score: number): { score: number; memory: SingleScores } {
  const recent = Float64Array.of(score, ...last);
  return { score: thirdOfFive(recent, 0, 1), memory: { last: recent.subarray(0, 4) } };
}

/** The fifth largest of all seven, the third smallest, of which negative ones count as none. */
export function fifthOfSeven(recent: ArrayLike<number>, offset: number, sign: 1 | -1): number {
  let [lowest, second, third] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < RECENT; i++) {
    const value = Math.max(0, sign * recent[offset + i]!);
    if (value < lowest) [lowest, second, third] = [value, lowest, second];
    else if (value < second) [second, third] = [value, second];
    else if (value < third) third = value;
  }
  return third;
}
