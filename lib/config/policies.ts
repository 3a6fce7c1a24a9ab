import { type FeatureStep, featuresOf } from "../watch/features.ts";
import { fitsGlob } from "../watch/glob.ts";
import {
  type HostPolicy,
  type MetricPolicy,
  NO_POLICY,
  type PolicyOf,
  type Rule,
  type TakenAs,
} from "../watch/policy.ts";
import type { MetricEntry, RuleEntry } from "./schema.ts";

/** Patterns for the hosts that an entry applies to; absent: all. */
type Audience = Pick<RuleEntry, "group" | "host">;
type AimedRule = Audience & { readonly rule: Rule };
type AimedStep = Audience & { readonly step: FeatureStep };

/** Hosts whose policy is remembered; one more clears the memory. */
const HOSTS_MAX = 50_000;
/** Metric names whose policy is remembered, for each policy. */
const NAMES_MAX = 5_000;

/** The policy of each host. Hosts to which the same entries apply share one policy. */
export function policies(
  metrics: readonly MetricEntry[],
  rules: readonly AimedRule[],
  steps: readonly AimedStep[],
): PolicyOf {
  if (metrics.length + rules.length + steps.length === 0) return () => NO_POLICY;
  const distinct: Memory<HostPolicy> = new Map();
  const policyOf = (host: string, group: string): HostPolicy => {
    const isFor = (entry: Audience) => fitsGlob(entry.group ?? "*", group) && fitsGlob(entry.host ?? "*", host);
    const fitting = [metrics, rules, steps].map((entries) => entries.map(isFor));
    const key = fitting.map((entries) => entries.map(Number).join("")).join(" ");
    return remembered(distinct, key, HOSTS_MAX, () =>
      hostPolicy(
        metrics.filter(isFor),
        rules.filter(isFor).map(({ rule }) => rule),
        steps.filter(isFor).map(({ step }) => step),
      ),
    );
  };
  const hosts: Memory<HostPolicy> = new Map();
  // Without the length, two pairs of group and host could make the same key.
  return (host, group) => remembered(hosts, `${group.length} ${group}${host}`, HOSTS_MAX, () => policyOf(host, group));
}

function hostPolicy(
  metrics: readonly MetricEntry[],
  rules: readonly Rule[],
  steps: readonly FeatureStep[],
): HostPolicy {
  const known: Memory<MetricPolicy | undefined> = new Map();
  const taken: Memory<TakenAs | undefined> = new Map();
  const units: Memory<string | undefined> = new Map();
  const unitOf = (name: string) => metrics.findLast((entry) => entry.unit && fitsGlob(entry.metric, name))?.unit;
  const takenAs = (name: string) => metrics.findLast((entry) => entry.as && fitsGlob(entry.metric, name))?.as;
  return {
    // Alerts and states identify a rule by its text, so a later rule of the same text replaces an earlier one.
    rules: [...new Map(rules.map((rule) => [JSON.stringify([rule.text, rule.attributes]), rule])).values()],
    metric: (name) => remembered(known, name, NAMES_MAX, () => metricPolicy(metrics, name)),
    ...(steps.length > 0 ? { features: featuresOf(steps) } : {}),
    ...(metrics.some((entry) => entry.as)
      ? { takenAs: (name) => remembered(taken, name, NAMES_MAX, () => takenAs(name)) }
      : {}),
    ...(metrics.some((entry) => entry.unit)
      ? { unitOf: (name) => remembered(units, name, NAMES_MAX, () => unitOf(name)) }
      : {}),
  };
}

function metricPolicy(metrics: readonly MetricEntry[], name: string): MetricPolicy | undefined {
  return metrics
    .filter(({ metric }) => fitsGlob(metric, name))
    .reduce<MetricPolicy | undefined>(
      (before, { direction, minChange }) => ({
        direction: direction ?? before?.direction ?? "both",
        minAbsolute: minChange?.absolute ?? before?.minAbsolute ?? 0,
        minRelative: minChange?.relative ?? before?.minRelative ?? 0,
      }),
      undefined,
    );
}

/** Values in lists, because a remembered value can be undefined. */
type Memory<T> = Map<string, readonly [T]>;

/** Clears the memory when it is full: that is rare, and finding the values again is cheap. */
function remembered<T>(memory: Memory<T>, key: string, max: number, find: () => T): T {
  const known = memory.get(key);
  if (known) return known[0];
  const value = find();
  if (memory.size >= max) memory.clear();
  memory.set(key, [value]);
  return value;
}
