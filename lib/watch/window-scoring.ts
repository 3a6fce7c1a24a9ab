import { attribute } from "../model/attribution.ts";
import { normalBetween } from "../model/normal-at.ts";
import {
  afterPause,
  type CountedOf,
  lookAt,
  predictionOf,
  type Reconstruction,
  readWindows,
  type Seen,
  scoreAfter,
  windowAfterFit,
} from "../model/reconstruction.ts";
import type { Before } from "../model/sequence.ts";
import type { WindowMemory } from "../model/window-memory.ts";
import type { Baseline } from "./baseline.ts";
import { ALONE_MAX, BAND_SD, beyond, CAUSES_MAX, type Explanation, type Usual } from "./causes.ts";
import { limitsOf, uncounted } from "./counting.ts";
import type { HostPolicy } from "./policy.ts";
import { atRows, type Scored, sequenceOf, type Unscored } from "./scored.ts";

/** Scores a part by reconstruction. A late sample has no window, and no score. */
export function scoreByWindows(
  baseline: Baseline,
  model: Reconstruction,
  known: WindowMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy,
): Scored<WindowMemory> {
  const metrics = model.mean.length;
  const start = known?.level.length === metrics ? known : windowAfterFit(model);
  const sequence = sequenceOf(unscored, metrics);
  const countedOf = countedBy(baseline, model, policy);
  const read = readWindows(model, start, sequence, countedOf);
  const scores = atRows(unscored, read.scores);
  const standing = atRows(unscored, read.standing);
  const explain = (row: number) => {
    const k = unscored.inOrder.indexOf(row);
    const times = Array.from(sequence.times);
    const { memory } = readWindows(model, start, { ...sequence, times: times.slice(0, k) }, countedOf);
    const time = times[k] ?? Number.NaN;
    const elapsed = time - (times[k - 1] ?? sequence.before?.time ?? Number.NaN);
    const values = sequence.values.slice(k * metrics, (k + 1) * metrics);
    return explained(baseline, model, afterPause(model, memory, elapsed), { values, time }, countedOf);
  };
  return { scores, memory: read.memory, explain, standing: (row) => standing[row] ?? Number.NaN, leans: () => false };
}

/** Leaves out the metrics whose deviations from their predictions do not count by the policy. */
function countedBy({ schema }: Baseline, model: Reconstruction, policy: HostPolicy): CountedOf | undefined {
  const limits = limitsOf(policy, schema);
  if (limits.length === 0) return undefined;
  return (seen, memory, values) => {
    const others = uncounted(limits, values, (metric) => predictionOf(model, memory, seen, metric).value);
    return others.length === 0 ? values : values.map((value, j) => (others.includes(j) ? Number.NaN : value));
  };
}

/** The value that a metric was predicted to have, and the values that are shown as normal beside the others'. */
export function predictedAt(model: Reconstruction, memory: WindowMemory, seen: Seen, metric: number): Usual {
  const { value, sd } = predictionOf(model, memory, seen, metric);
  return { expected: value, low: value - BAND_SD * sd, high: value + BAND_SD * sd };
}

function explained(
  { epsilon }: Baseline,
  model: Reconstruction,
  memory: WindowMemory,
  { values, time }: Before,
  countedOf: CountedOf | undefined,
): Explanation {
  const seen = lookAt(model, memory, values);
  const counting = countedOf?.(seen, memory, values) ?? values;
  const counted = lookAt(model, memory, counting);
  const usualAt = (metric: number) => predictedAt(model, memory, seen, metric);
  const scoreAt = (metric: number) => (value: number) =>
    scoreAfter(memory, lookAt(model, memory, counting.with(metric, value)).error);
  const score = scoreAfter(memory, counted.error);
  const attributions = attribute(
    counted.residuals.map((residual) => residual ** 2),
    ALONE_MAX,
  );
  const alone = attributions.map((one) => ({ ...one, contribution: score * one.share }));
  return {
    time,
    values,
    attributions: attributions.slice(0, CAUSES_MAX),
    alone: beyond(alone, epsilon),
    usualAt,
    isPredicted: true,
    normalAt: (metric) =>
      normalBetween(usualAt(metric).expected, values[metric] ?? Number.NaN, epsilon, scoreAt(metric)),
  };
}
