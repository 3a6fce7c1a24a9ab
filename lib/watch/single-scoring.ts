import { attribute } from "../model/attribution.ts";
import { contributionsAlone, type Memoryless, scoreAlone } from "../model/detector.ts";
import { gaussianNormalAt, normalBetween } from "../model/normal-at.ts";
import { NO_SCORES, persist, type SingleScores } from "../model/persistence.ts";
import type { Before } from "../model/sequence.ts";
import type { Baseline } from "./baseline.ts";
import { ALONE_MAX, beyond, CAUSES_MAX, type Explanation, usualOf } from "./causes.ts";
import { limitsOf, scoreOfOthers, uncounted, withoutThose } from "./counting.ts";
import type { HostPolicy } from "./policy.ts";
import { atRows, type Scored, type Unscored } from "./scored.ts";

/**
 * The scores of single samples in order, before the persistence is applied. If a sample scores at most `calm`, its
 * uncounted metrics stay in its score.
 */
export function singleScores(
  baseline: Baseline,
  model: Memoryless,
  { values, times, inOrder }: Unscored,
  policy: HostPolicy,
  calm = baseline.epsilon,
): Float64Array {
  const width = baseline.schema.names.length;
  const others = othersBy(baseline, policy);
  return Float64Array.from(inOrder, (row) => {
    const score = scoreAlone(model, values, row * width);
    // Most samples are calm under any policy.
    if (!others || !(score > calm)) return score;
    const own = values.slice(row * width, (row + 1) * width);
    return scoreOfOthers(model, own, others(own, times[row] ?? 0));
  });
}

/** Scores a part by a detector that judges each sample by itself: by what persists of its last five scores. */
export function scoreOneByOne(
  baseline: Baseline,
  model: Memoryless,
  known: SingleScores = NO_SCORES,
  unscored: Unscored,
  policy: HostPolicy,
  calm?: number,
): Scored<SingleScores> {
  const { values, times } = unscored;
  const width = baseline.schema.names.length;
  let memory = known;
  const persistent = singleScores(baseline, model, unscored, policy, calm).map((single) => {
    const { score, memory: after } = persist(memory, single);
    memory = after;
    return score;
  });
  const scores = atRows(unscored, persistent);
  const othersAt = othersBy(baseline, policy) ?? (() => []);
  const explain = (row: number) => {
    const own = values.slice(row * width, (row + 1) * width);
    const time = times[row] ?? 0;
    return explained(baseline, model, { values: own, time }, othersAt(own, time));
  };
  return { scores, memory, explain, standing: (row) => scores[row] ?? Number.NaN, leans: () => false };
}

/** `others` are the metrics that do not count. */
function explained(
  baseline: Baseline,
  model: Memoryless,
  { values, time }: Before,
  others: readonly number[],
): Explanation {
  const { epsilon } = baseline;
  const attributions = attribute(withoutThose(others, contributionsAlone(model, values)), ALONE_MAX);
  const alone = attributions.map((one) => ({
    ...one,
    contribution: scoreOfOthers(model, values, metricsBut(one.metric, values.length)),
  }));
  const normalAt = (metric: number) => {
    if (model.detector === "gaussian" && others.length === 0) return gaussianNormalAt(model, values, metric, epsilon);
    const { expected } = usualOf(baseline, metric, time);
    return normalBetween(expected, values[metric] ?? 0, epsilon, (value) =>
      scoreOfOthers(model, values.with(metric, value), others),
    );
  };
  return { time, values, attributions: attributions.slice(0, CAUSES_MAX), alone: beyond(alone, epsilon), normalAt };
}

function metricsBut(metric: number, width: number): readonly number[] {
  return [...new Array(width).keys()].filter((other) => other !== metric);
}

/** The metrics of a sample that do not count; undefined where all do. */
function othersBy(baseline: Baseline, policy: HostPolicy) {
  const limits = limitsOf(policy, baseline.schema);
  if (limits.length === 0) return undefined;
  return (values: Float64Array, time: number): readonly number[] =>
    uncounted(limits, values, (metric) => usualOf(baseline, metric, time).expected);
}
