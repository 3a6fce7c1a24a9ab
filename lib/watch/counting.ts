import { contributionsAlone, type Memoryless, scoreAlone } from "../model/detector.ts";
import type { Schema } from "../wire/samples.ts";
import type { HostPolicy, MetricPolicy } from "./policy.ts";

/** The policy of one of a baseline's metrics. */
interface Limit {
  readonly metric: number;
  readonly policy: MetricPolicy;
}

/** The policies of a schema's metrics; most have none. */
export function limitsOf(policy: HostPolicy, { names }: Schema): readonly Limit[] {
  return names.flatMap((name, metric) => {
    const ofMetric = policy.metric(name);
    return ofMetric ? [{ metric, policy: ofMetric }] : [];
  });
}

/** The metrics of a sample whose deviations from what is expected do not count. */
export function uncounted(
  limits: readonly Limit[],
  values: Float64Array,
  expectedOf: (metric: number) => number,
): readonly number[] {
  const isMeant = ({ metric, policy }: Limit) => counts(policy, values[metric] ?? Number.NaN, expectedOf(metric));
  return limits.filter((limit) => !isMeant(limit)).map(({ metric }) => metric);
}

/** Whether a value's deviation from what is expected counts. */
export function counts({ direction, minAbsolute, minRelative }: MetricPolicy, now: number, expected: number): boolean {
  const deviation = now - expected;
  if ((direction === "up" && deviation < 0) || (direction === "down" && deviation > 0)) return false;
  const size = Math.abs(deviation);
  return !(size < minAbsolute || size < minRelative * Math.abs(expected));
}

/** The contributions of the other metrics, among which causes are searched. */
export function withoutThose(metrics: readonly number[], contributions: Float64Array): Float64Array {
  const others = contributions.slice();
  for (const metric of metrics) others[metric] = 0;
  return others;
}

/** The share of all contributions that the metrics that count have; 1 if there are no contributions. */
function shareOfOthers(metrics: readonly number[], contributions: Float64Array): number {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + Math.max(0, value), 0);
  const total = sum(contributions);
  return total > 0 ? sum(withoutThose(metrics, contributions)) / total : 1;
}

/**
 * The score of a sample when some of its metrics do not count. Sums of squares lose their share; other scores (a
 * maximum, a depth in a forest) are found anew with these metrics at their usual values.
 */
export function scoreOfOthers(model: Memoryless, values: Float64Array, metrics: readonly number[]): number {
  const score = scoreAlone(model, values, 0);
  if (metrics.length === 0) return score;
  if (model.detector === "gaussian") return score * shareOfOthers(metrics, contributionsAlone(model, values));
  const usual = values.slice();
  for (const metric of metrics) usual[metric] = model.mean[metric] ?? Number.NaN;
  return Math.min(score, scoreAlone(model, usual, 0));
}
