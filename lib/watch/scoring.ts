import { attribute } from "../model/attribution.ts";
import { contributionsAlone, type Memoryless, scoreAlone } from "../model/detector.ts";
import {
  type Before,
  contributionsOf,
  type Fused,
  type FusedMemory,
  newMemory,
  rawAlone,
  scoreFused,
} from "../model/fused.ts";
import { gaussianNormalAt, normalBetween } from "../model/normal-at.ts";
import { THINNED } from "../model/tracker.ts";
import type { Baseline } from "./baseline.ts";
import { CAUSES_MAX, type Explanation, usualOf } from "./causes.ts";

/** The samples of one part on their way through a detector, in the baseline's order of metrics. */
export interface Unscored {
  readonly values: Float64Array;
  readonly times: readonly number[];
  /** Rows that follow one another in time and were not seen before; what comes late is in `late`. */
  readonly inOrder: readonly number[];
  readonly late: readonly number[];
  /** The newest sample before these; absent for the first of a host. */
  readonly before?: Before;
}

/** What a detector said. */
export interface Scored {
  /** One per row of the part; NaN where there is nothing to say. */
  readonly scores: number[];
  readonly memory?: FusedMemory;
  explain(row: number): Explanation;
}

/** Scores a part. Under the fused detector late samples are judged by themselves and remembered by nothing. */
export function scorePart(baseline: Baseline, memory: FusedMemory | undefined, unscored: Unscored): Scored {
  const { model } = baseline;
  return model.detector === "fused"
    ? scoreWithMemory(baseline, model, memory, unscored)
    : scoreWithout(baseline, model, unscored);
}

function scoreWithout(baseline: Baseline, model: Memoryless, { values, times, inOrder, late }: Unscored): Scored {
  const width = baseline.schema.names.length;
  const scores = new Array<number>(times.length).fill(Number.NaN);
  for (const row of inOrder) scores[row] = scoreAlone(model, values, row * width);
  for (const row of late) scores[row] = scoreAlone(model, values, row * width);
  const explain = (row: number) => {
    const time = times[row] ?? 0;
    const own = values.slice(row * width, (row + 1) * width);
    const normalAt = (metric: number) => {
      if (model.detector === "gaussian") return gaussianNormalAt(model, own, 0, metric, baseline.epsilon);
      return normalBetween(usualOf(baseline, metric, time).expected, own[metric] ?? 0, baseline.epsilon, (value) =>
        scoreAlone(model, own.with(metric, value), 0),
      );
    };
    return { time, values: own, attributions: attribute(contributionsAlone(model, own, 0), CAUSES_MAX), normalAt };
  };
  return { scores, explain };
}

function scoreWithMemory(
  baseline: Baseline,
  model: Fused,
  memory: FusedMemory | undefined,
  { values, times, inOrder, late, before }: Unscored,
): Scored {
  const known = memoryFor(model, memory);
  const whole = inOrder.length === times.length;
  const rowAt = (row: number) => values.subarray(row * model.metrics, (row + 1) * model.metrics);
  const sampleAt = (row: number) => ({ values: rowAt(row), time: times[row] ?? 0 });
  const sequence = whole
    ? { values, times, ...(before ? { before } : {}) }
    : {
        values: Float64Array.from(inOrder.flatMap((row) => [...rowAt(row)])),
        times: inOrder.map((row) => times[row] ?? 0),
        ...(before ? { before } : {}),
      };
  const scored = scoreFused(model, known, sequence, THINNED);
  const scores = new Array<number>(times.length).fill(Number.NaN);
  for (let k = 0; k < inOrder.length; k++) scores[inOrder[k] ?? 0] = scored.scores[k] ?? Number.NaN;
  for (const row of late) scores[row] = rawAlone(model, known, sampleAt(row), UNKNOWN);
  /** Level and width as they were at a row, so that causes do not hang on how the samples were cut into parts. */
  const memoryBefore = (k: number) => {
    const [values, times] = [sequence.values.subarray(0, k * model.metrics), sequence.times.slice(0, k)];
    return k > 0 ? scoreFused(model, known, { ...sequence, values, times }, THINNED).memory : known;
  };
  const explain = (row: number) => {
    const k = inOrder.indexOf(row);
    const { values: own, time } = sampleAt(row);
    const previous = k > 0 ? sampleAt(inOrder[k - 1] ?? 0) : before;
    const normalAt = (metric: number) => {
      const then = memoryBefore(k);
      return normalBetween(usualOf(baseline, metric, time).expected, own[metric] ?? 0, baseline.epsilon, (value) =>
        rawAlone(model, then, { values: own.with(metric, value), time }, previous),
      );
    };
    return {
      time,
      values: own,
      attributions: attribute(contributionsOf(model, sequence, k), CAUSES_MAX),
      normalAt,
    };
  };
  return { scores, memory: scored.memory, explain };
}

/** Stands before a sample whose change cannot be told. */
const UNKNOWN: Before = { values: new Float64Array(0), time: Number.NEGATIVE_INFINITY };

/** A memory of other features is no use; one that lacks the residuals, since the profile has just joined, is kept and widened. */
function memoryFor(model: Fused, memory: FusedMemory | undefined): FusedMemory {
  const fresh = newMemory(model);
  if (!memory || memory.level.length === model.mean.length) return memory ?? fresh;
  const shared = Math.min(memory.level.length, model.mean.length);
  fresh.level.set(memory.level.subarray(0, shared));
  fresh.width.set(memory.width.subarray(0, shared));
  return { ...memory, level: fresh.level, width: fresh.width };
}
