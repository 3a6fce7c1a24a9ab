import { type Attribution, attribute } from "../model/attribution.ts";
import { contributionsAlone, type Memoryless, scoreAlone } from "../model/detector.ts";
import { gaussianNormalAt, normalBetween } from "../model/normal-at.ts";
import { NO_SCORES, persist, type SingleScores } from "../model/persistence.ts";
import { SIGNAL } from "../model/signals.ts";
import { scoreByBands } from "./band-scoring.ts";
import type { Baseline } from "./baseline.ts";
import { ALONE_MAX, beyond, CAUSES_MAX, type Explanation, usualOf } from "./causes.ts";
import { limitsOf, scoreOfOthers, uncounted, withoutThose } from "./counting.ts";
import { type HostMemory, isOfBands } from "./host-memory.ts";
import { type HostPolicy, NO_POLICY } from "./policy.ts";
import type { Scored, Unscored } from "./scored.ts";
import { readSigns, type Signs } from "./signs.ts";

/** Scores a part: what persists of the samples in order. A late one has no neighbours to persist with, and no score. */
export function scorePart(
  baseline: Baseline,
  memory: HostMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy = NO_POLICY,
): Scored {
  const { model } = baseline;
  return model.detector === "bands"
    ? scoreByBands(baseline, model, isOfBands(memory) ? memory : undefined, unscored, policy)
    : scoreOneByOne(baseline, model, isOfBands(memory) ? undefined : memory, unscored, policy);
}

/** The scores of single samples, in order, before anything persists. */
export function singleScores(
  baseline: Baseline,
  model: Memoryless,
  { values, times, inOrder }: Unscored,
  policy: HostPolicy,
): Float64Array {
  const width = baseline.schema.names.length;
  const others = othersBy(baseline, policy);
  return Float64Array.from(inOrder, (row) => {
    const score = scoreAlone(model, values, row * width);
    // Most samples are calm, whatever counts.
    if (!others || !(score > baseline.epsilon)) return score;
    const own = values.slice(row * width, (row + 1) * width);
    return scoreOfOthers(model, own, others(own, times[row] ?? 0));
  });
}

function scoreOneByOne(
  baseline: Baseline,
  model: Memoryless,
  known: SingleScores = NO_SCORES,
  unscored: Unscored,
  policy: HostPolicy,
): Scored {
  const { values, times, inOrder } = unscored;
  const width = baseline.schema.names.length;
  const scores = new Array<number>(times.length).fill(Number.NaN);
  const { signals } = model;
  const read = signals ? readSigns(baseline, { ...model, signals }, known.counts, unscored, policy) : undefined;
  let { last } = known;
  for (const [k, single] of singleScores(baseline, model, unscored, policy).entries()) {
    const persistent = persist(last, single);
    const row = inOrder[k] ?? 0;
    const sign = read?.signs[row]?.size ? SIGNAL * baseline.epsilon : 0;
    scores[row] = Math.max(persistent.score, sign);
    last = persistent.last;
  }
  const memory = { last, ...(read?.counts ? { counts: read.counts } : {}) };
  const othersAt = othersBy(baseline, policy) ?? (() => []);
  const explain = (row: number) => {
    const time = times[row] ?? 0;
    const own = values.slice(row * width, (row + 1) * width);
    const signs = read?.signs[row] ?? NO_SIGNS;
    const score = scores[row] ?? Number.NaN;
    return explanationOf(baseline, model, { time, own, score, signs, others: othersAt(own, time) });
  };
  return { scores, memory, explain, standing: (row) => scores[row] ?? Number.NaN, leans: () => false };
}

const NO_SIGNS: Signs = new Map();

interface Explained {
  readonly time: number;
  readonly own: Float64Array;
  readonly score: number;
  readonly signs: Signs;
  /** The metrics that do not count. */
  readonly others: readonly number[];
}

/** A sign explains a score that is no larger than its own; beyond that, deviations do. */
function explanationOf(
  baseline: Baseline,
  model: Memoryless,
  { time, own, score, signs, others }: Explained,
): Explanation {
  const { epsilon } = baseline;
  const width = own.length;
  const normalAt = (metric: number) => {
    if (signs.has(metric)) return undefined;
    if (model.detector === "gaussian" && others.length === 0) return gaussianNormalAt(model, own, 0, metric, epsilon);
    return normalBetween(usualOf(baseline, metric, time).expected, own[metric] ?? 0, epsilon, (value) =>
      scoreOfOthers(model, own.with(metric, value), others),
    );
  };
  const bySigns = own.map((_, metric) => (signs.has(metric) ? SIGNAL * epsilon : 0));
  const attributions = attribute(withoutThose(others, contributionsAlone(model, own, 0)), ALONE_MAX);
  const scoreOf = ({ metric }: Attribution) => scoreOfOthers(model, own, metricsBut(metric, width));
  const alone = attributions.map((one) => ({ ...one, contribution: scoreOf(one) }));
  const signed = attribute(bySigns, ALONE_MAX);
  const isBySign = signs.size > 0 && score <= SIGNAL * epsilon;
  return {
    time,
    values: own,
    attributions: (isBySign ? signed : attributions).slice(0, CAUSES_MAX),
    alone: beyond([...signed, ...alone.filter(({ metric }) => !signs.has(metric))], epsilon).slice(0, ALONE_MAX),
    normalAt,
    signOf: (metric) => (signs.get(metric) === "stuck" ? "stuck" : undefined),
  };
}

function metricsBut(metric: number, width: number): readonly number[] {
  return [...new Array(width).keys()].filter((other) => other !== metric);
}

/** The metrics of a sample that do not count; undefined where all do. */
function othersBy(baseline: Baseline, policy: HostPolicy) {
  const limits = limitsOf(policy, baseline.schema);
  if (limits.length === 0) return undefined;
  return (values: Float64Array, time: number): readonly number[] => uncounted(limits, baseline, values, time);
}
