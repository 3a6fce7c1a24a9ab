import { attribute } from "../model/attribution.ts";
import { contributionsAlone, type Memoryless, scoreAlone } from "../model/detector.ts";
import {
  type Before,
  contributionsOf,
  type Fused,
  type FusedMemory,
  newMemory,
  rawAlone,
  type Sequence,
  scoreFused,
} from "../model/fused.ts";
import { gaussianNormalAt, normalBetween } from "../model/normal-at.ts";
import { withoutEcho } from "../model/smoothing.ts";
import { THINNED } from "../model/tracker.ts";
import { scoreByBands } from "./band-scoring.ts";
import type { Baseline } from "./baseline.ts";
import { CAUSES_MAX, usualOf } from "./causes.ts";
import { limitsOf, scoreOfOthers, shareOfOthers, uncounted, withoutThose } from "./counting.ts";
import { type HostMemory, isOfBands } from "./host-memory.ts";
import { type HostPolicy, NO_POLICY } from "./policy.ts";
import type { Scored, Unscored } from "./scored.ts";

/**
 * Scores a part. The fused detector judges late samples alone and does not remember them. The policy is applied only to
 * a sample that would be an anomaly.
 */
export function scorePart(
  baseline: Baseline,
  memory: HostMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy = NO_POLICY,
): Scored {
  const { model, schema } = baseline;
  if (model.detector === "bands") {
    return scoreByBands(baseline, model, isOfBands(memory) ? memory : undefined, unscored, policy);
  }
  const limits = limitsOf(policy, schema);
  const isUncounted: Uncounted = (values, time) => uncounted(limits, baseline, values, time);
  const limited = limits.length > 0 ? isUncounted : undefined;
  return model.detector === "fused"
    ? scoreWithMemory(baseline, model, isOfBands(memory) ? undefined : memory, unscored, limited)
    : scoreWithout(baseline, model, unscored, limited);
}

/** The metrics of a sample that do not count. */
type Uncounted = (values: Float64Array, time: number) => readonly number[];

const ALL_COUNT: Uncounted = () => [];

function scoreWithout(
  baseline: Baseline,
  model: Memoryless,
  { values, times, inOrder, late }: Unscored,
  policy: Uncounted | undefined,
): Scored {
  const width = baseline.schema.names.length;
  const uncountedAt = policy ?? ALL_COUNT;
  const scores = new Array<number>(times.length).fill(Number.NaN);
  const rowAt = (row: number) => values.slice(row * width, (row + 1) * width);
  const scoreAt = (row: number) => {
    const score = scoreAlone(model, values, row * width);
    if (!policy || !(score > baseline.epsilon)) return score;
    return scoreOfOthers(model, rowAt(row), policy(rowAt(row), times[row] ?? 0));
  };
  for (const row of [...inOrder, ...late]) scores[row] = scoreAt(row);
  const explain = (row: number) => {
    const time = times[row] ?? 0;
    const own = rowAt(row);
    const others = uncountedAt(own, time);
    const normalAt = (metric: number) => {
      if (model.detector === "gaussian" && others.length === 0) {
        return gaussianNormalAt(model, own, 0, metric, baseline.epsilon);
      }
      return normalBetween(usualOf(baseline, metric, time).expected, own[metric] ?? 0, baseline.epsilon, (value) =>
        scoreOfOthers(model, own.with(metric, value), others),
      );
    };
    const contributions = withoutThose(others, contributionsAlone(model, own, 0));
    return { time, values: own, attributions: attribute(contributions, CAUSES_MAX), normalAt };
  };
  const scored: Scored = { scores, recent: scores, explain, withoutEcho: () => scored };
  return scored;
}

function scoreWithMemory(
  baseline: Baseline,
  model: Fused,
  memory: FusedMemory | undefined,
  { values, times, inOrder, late, before }: Unscored,
  policy: Uncounted | undefined,
): Scored {
  const known = memoryFor(model, memory);
  const whole = inOrder.length === times.length;
  const rowAt = (row: number) => values.subarray(row * model.metrics, (row + 1) * model.metrics);
  const sampleAt = (row: number) => ({ values: rowAt(row), time: times[row] ?? 0 });
  const sequence = {
    values: whole ? values : Float64Array.from(inOrder.flatMap((row) => [...rowAt(row)])),
    times: inOrder.map((row) => times[row] ?? 0),
    ...(before ? { before } : {}),
  };
  const counted = countedOf(model, baseline, policy);
  const meant = policy && ((k: number, raw: number) => counted(sequence, k, raw));
  const scored = scoreFused(model, known, sequence, THINNED, meant);
  const scores = new Array<number>(times.length).fill(Number.NaN);
  const recent = new Array<number>(times.length).fill(Number.NaN);
  for (let k = 0; k < inOrder.length; k++) {
    scores[inOrder[k] ?? 0] = scored.scores[k] ?? Number.NaN;
    recent[inOrder[k] ?? 0] = scored.recent[k] ?? Number.NaN;
  }
  for (const row of late) {
    const sample = sampleAt(row);
    scores[row] = counted(alone(sample, UNKNOWN), 0, rawAlone(model, known, sample, UNKNOWN));
  }
  /** The memory before a row, so that results do not depend on how samples were split into parts. */
  const memoryBefore = (k: number) => {
    const [values, times] = [sequence.values.subarray(0, k * model.metrics), sequence.times.slice(0, k)];
    return k > 0 ? scoreFused(model, known, { ...sequence, values, times }, THINNED, meant).memory : known;
  };
  const explain = (row: number) => {
    const k = inOrder.indexOf(row);
    const { values: own, time } = sampleAt(row);
    const previous = k > 0 ? sampleAt(inOrder[k - 1] ?? 0) : before;
    const normalAt = (metric: number) => {
      const then = memoryBefore(k);
      return normalBetween(usualOf(baseline, metric, time).expected, own[metric] ?? 0, baseline.epsilon, (value) => {
        const sample = { values: own.with(metric, value), time };
        return counted(alone(sample, previous), 0, rawAlone(model, then, sample, previous));
      });
    };
    const contributions = contributionsOf(model, sequence, k);
    const others = (policy ?? ALL_COUNT)(own, time);
    return { time, values: own, attributions: attribute(withoutThose(others, contributions), CAUSES_MAX), normalAt };
  };
  const restarted = (row: number): Scored => {
    const k = inOrder.indexOf(row);
    const then = withoutEcho(memoryBefore(k + 1));
    const rest = { values, times, inOrder: inOrder.slice(k + 1), late: [], before: sampleAt(row) };
    const anew = scoreWithMemory(baseline, model, then, rest, policy);
    anew.scores[row] = then.held;
    return anew;
  };
  const said: Scored = {
    scores,
    recent,
    memory: scored.memory,
    explain,
    withoutEcho: (row) => joined(said, restarted(row)),
  };
  return said;
}

/** The first scores of a part, replaced from some row on. */
function joined(first: Scored, anew: Scored): Scored {
  const latest = (before: readonly number[], after: readonly number[]) =>
    before.map((score, row) => (Number.isNaN(after[row]) ? score : (after[row] ?? score)));
  const scores = latest(first.scores, anew.scores);
  const said: Scored = {
    ...anew,
    scores,
    recent: latest(first.recent, anew.recent),
    withoutEcho: (row) => joined(said, anew.withoutEcho(row)),
  };
  return said;
}

/** The part of a row's score before smoothing that counts. */
function countedOf(model: Fused, { epsilon }: Baseline, policy: Uncounted | undefined) {
  return (sequence: Sequence, row: number, raw: number): number => {
    if (!policy || !(raw > epsilon)) return raw;
    const values = sequence.values.subarray(row * model.metrics, (row + 1) * model.metrics);
    const others = policy(values, sequence.times[row] ?? 0);
    return others.length > 0 ? raw * shareOfOthers(others, contributionsOf(model, sequence, row)) : raw;
  };
}

function alone({ values, time }: Before, before: Before | undefined): Sequence {
  return { values, times: [time], ...(before ? { before } : {}) };
}

/** The sample before one whose change is unknown. */
const UNKNOWN: Before = { values: new Float64Array(0), time: Number.NEGATIVE_INFINITY };

/** Keeps and widens a memory that lacks a new profile's residuals. */
function memoryFor(model: Fused, memory: FusedMemory | undefined): FusedMemory {
  const fresh = newMemory(model);
  if (!memory || memory.level.length === model.mean.length) return memory ?? fresh;
  const shared = Math.min(memory.level.length, model.mean.length);
  fresh.level.set(memory.level.subarray(0, shared));
  fresh.width.set(memory.width.subarray(0, shared));
  return { ...memory, level: fresh.level, width: fresh.width };
}
