import type { Severity } from "../incident/severity.ts";
import type { HostAttributes, Schema } from "../wire/samples.ts";
import type { Features } from "./features.ts";

/** People's settings for judging a host, beside its baseline. */
export interface HostPolicy {
  readonly rules: readonly Rule[];
  /** Undefined: all deviations of the metric count. */
  metric(name: string): MetricPolicy | undefined;
  /** Metrics that are derived or left out; absent for a host without. */
  readonly features?: Features;
  /**
   * How people want a metric taken, whatever its sender says or its values look like; absent without such a setting.
   */
  readonly takenAs?: (name: string) => TakenAs | undefined;
  /** The unit that people give a metric, whatever its sender says; absent without such a setting. */
  readonly unitOf?: (name: string) => string | undefined;
}

/** A total that only grows is judged by its rate; a gauge as it is. */
export type TakenAs = "rate" | "gauge";

/** Deviations that do not count take their share of the score with them. */
export interface MetricPolicy {
  /** The side on which a deviation is bad. */
  readonly direction: "up" | "down" | "both";
  /** Smaller distances from the usual value do not count, in the metric's own unit. */
  readonly minAbsolute: number;
  /** The same as a share of the usual value. */
  readonly minRelative: number;
}

/** A hard limit that a person chose. */
export interface Rule {
  /** The name that alerts show: the given one, else the rule's text. */
  readonly text: string;
  readonly condition: Condition;
  /** How long the condition must hold, in milliseconds; 0 = a single sample will do. */
  readonly forMs: number;
  readonly severity: Severity;
  /** Patterns of values by name: the rule is for hosts that have attributes like these; absent: for all. */
  readonly attributes?: HostAttributes;
}

/** `cpu > 95 and (load1 > 8 or mem >= 90)`. */
export type Condition =
  | { readonly kind: "compare"; readonly metric: string; readonly operator: Operator; readonly limit: number }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] };

export type Operator = ">" | ">=" | "<" | "<=" | "==" | "!=";

/** The policy of a host in a group; the same object for the same host as long as the configuration stays. */
export type PolicyOf = (host: string, group: string) => HostPolicy;

/**
 * For each metric of a baseline's schema, the samples without it that mean trouble, 0 for never. If the configuration
 * now defines a metric otherwise, the host's samples lack it until a refit learns it anew, and that is no trouble.
 */
export function goneAfterFor(
  goneAfter: Float64Array,
  { names, defined }: Schema,
  { features }: HostPolicy,
): Float64Array {
  return goneAfter.map((known, metric) => {
    const name = names[metric] ?? "";
    return defined?.[name] === features?.defined[name] ? known : 0;
  });
}

export const NO_POLICY: HostPolicy = { rules: [], metric: () => undefined };
