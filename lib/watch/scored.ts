import type { MemberRatio } from "../incident/judgement.ts";
import type { Before, Sequence } from "../model/sequence.ts";
import type { Explanation } from "./causes.ts";
import type { HostMemory } from "./host-memory.ts";

/** The samples of one part on their way through a detector, in the baseline's order of metrics. */
export interface Unscored {
  readonly values: Float64Array;
  readonly times: readonly number[];
  /** Rows that follow one another in time and were not seen before. Late samples are not scored. */
  readonly inOrder: readonly number[];
  /** The newest sample before these; absent for the first of a host. */
  readonly before?: Before;
}

export interface Scored<Memory = HostMemory> {
  /** One per row of the part, each of several samples that persist; NaN without a score. */
  readonly scores: readonly number[];
  /** Like scores: all metrics together, whether or not that persists; only calendar bands read it beside the score. */
  readonly together?: readonly number[];
  readonly memory: Memory;
  explain(row: number): Explanation;
  /** The score without the remainder of earlier samples: an average of minutes whose metric is back in its range. */
  standing(row: number): number;
  /** Whether a metric leans towards its threshold, on its averages; only calendar bands know. */
  leans(row: number, metric: string): boolean;
  /** How far each member of an ensemble is beyond its epsilon; absent for a detector by itself. */
  members?(row: number): readonly MemberRatio[];
}

/** The samples of D metrics that follow one another. */
export function sequenceOf({ values, times, inOrder, before }: Unscored, metrics: number): Sequence {
  const whole = inOrder.length === times.length;
  const rowOf = (row: number) => values.subarray(row * metrics, (row + 1) * metrics);
  return {
    values: whole ? values : Float64Array.from(inOrder.flatMap((row) => [...rowOf(row)])),
    times: inOrder.map((row) => times[row] ?? 0),
    ...(before ? { before } : {}),
  };
}

/** The scores of the samples in order, at the rows of all; NaN for the others. */
export function atRows({ times, inOrder }: Unscored, scores: ArrayLike<number>): number[] {
  const all = new Array<number>(times.length).fill(Number.NaN);
  for (const [k, row] of inOrder.entries()) all[row] = scores[k] ?? Number.NaN;
  return all;
}
