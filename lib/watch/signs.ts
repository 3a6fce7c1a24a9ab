import type { Sign } from "../incident/cause.ts";
import { attribute } from "../model/attribution.ts";
import { signalsIn } from "../model/detector.ts";
import {
  countGone,
  countRun,
  isGone,
  isLossMinded,
  isStuck,
  newSignCounts,
  type SignCounts,
} from "../model/sign-counts.ts";
import { SIGNAL, type Signals } from "../model/signals.ts";
import type { Baseline } from "./baseline.ts";
import { ALONE_MAX, beyond, CAUSES_MAX, type Explanation, type Usual, usualOf } from "./causes.ts";
import { counts as isCounted } from "./counting.ts";
import { goneAfterFor, type HostPolicy } from "./policy.ts";
import type { Scored, Unscored } from "./scored.ts";

/** The metrics of a sample that are stuck or gone, by their place. */
type Signs = ReadonlyMap<number, Sign | "gone">;

const NONE: Signs = new Map();

/** The result of a detector that sees no signs by itself, with the metrics that are stuck or gone. */
export function withSigns(
  scored: Scored,
  baseline: Baseline,
  known: SignCounts | undefined,
  unscored: Unscored,
  policy: HostPolicy,
): Scored {
  const signals = signalsIn(baseline.model);
  if (!signals) return scored;
  const { signs, counts } = readSigns(baseline, signals, known, unscored, policy);
  const memory = { ...scored.memory, ...(counts ? { counts } : {}) };
  const least = SIGNAL * baseline.epsilon;
  const atLeast = (score: number, row: number) =>
    (signs[row]?.size ?? 0) === 0 || score > least || !Number.isFinite(least) ? score : least;
  const scores = scored.scores.map(atLeast);
  const explain = (row: number) => {
    const explanation = scored.explain(row);
    const own = signs[row] ?? NONE;
    return own.size > 0 ? explained(explanation, own, scores[row] ?? Number.NaN, baseline.epsilon) : explanation;
  };
  return { ...scored, scores, memory, explain, standing: (row) => atLeast(scored.standing(row), row) };
}

/** A sign explains a score that is no larger than its own; above that, deviations explain it. */
function explained(explanation: Explanation, signs: Signs, score: number, epsilon: number): Explanation {
  const parts = explanation.values.map((_, metric) => (signs.has(metric) ? SIGNAL * epsilon : 0));
  const signed = attribute(parts, ALONE_MAX);
  const others = explanation.alone.filter(({ metric }) => !signs.has(metric));
  return {
    ...explanation,
    attributions: score <= SIGNAL * epsilon ? signed.slice(0, CAUSES_MAX) : explanation.attributions,
    alone: beyond([...signed, ...others], epsilon).slice(0, ALONE_MAX),
    normalAt: (metric) => (signs.has(metric) ? undefined : explanation.normalAt(metric)),
    signOf: (metric) => (signs.get(metric) === "stuck" ? "stuck" : undefined),
  };
}

interface SignsRead {
  /** By row. */
  readonly signs: readonly Signs[];
  /** Absent while every count is 0. */
  readonly counts?: SignCounts;
}

/** Follows the metrics through samples in order. */
function readSigns(
  { schema, model }: Baseline,
  signals: Signals,
  known: SignCounts | undefined,
  { values, times, inOrder, before }: Unscored,
  policy: HostPolicy,
): SignsRead {
  const width = schema.names.length;
  const counts = copyOf(known, width);
  const policies = schema.names.map((name) => policy.metric(name));
  const watched = { ...signals, goneAfter: goneAfterFor(signals.goneAfter, schema, policy) };
  const isMinded = (j: number, { expected }: Usual) => {
    const own = policies[j];
    return own === undefined || isLossMinded((value) => isCounted(own, value, expected), expected);
  };
  const signs: Signs[] = times.map(() => NONE);
  let previous = before?.values;
  for (const row of inOrder) {
    const own = values.subarray(row * width, (row + 1) * width);
    const found = new Map<number, Sign | "gone">();
    for (let j = 0; j < width; j++) {
      const value = own[j] ?? Number.NaN;
      countRun(signals, counts, j, value, previous?.[j]);
      countGone(counts, j, value);
      const isStill = isStuck(signals, counts, j);
      const isMissing = isGone(watched, counts, j);
      if (!isStill && !isMissing) continue;
      const usual = usualOf({ model }, j, times[row] ?? 0);
      if (!isMinded(j, usual)) continue;
      // At an unusual level the model does not know how long the metric rests. There its distance alerts.
      const isUsual = value >= usual.low && value <= usual.high;
      if (isMissing) found.set(j, "gone");
      else if (isUsual) found.set(j, "stuck");
    }
    if (found.size > 0) signs[row] = found;
    previous = own;
  }
  const isCounting = counts.run.some((count) => count > 0) || counts.gone.some((count) => count > 0);
  return { signs, ...(isCounting ? { counts } : {}) };
}

/** Counts of other metrics do not apply to these. */
function copyOf(known: SignCounts | undefined, width: number): SignCounts {
  if (known?.run.length !== width) return newSignCounts(width);
  return { run: known.run.slice(), gone: known.gone.slice() };
}
