import type { RuleHit } from "../incident/rule-hit.ts";
import type { HostSamples, Schema } from "../wire/samples.ts";
import { rounded } from "./causes.ts";
import { quietMax } from "./interval.ts";
import { perSchema } from "./per-schema.ts";
import type { Condition, Rule } from "./policy.ts";
import { metricsOf } from "./rule-text.ts";

/** A rule whose condition held at the newest sample, and since when it has without interruption, in milliseconds since the epoch. */
export interface HeldRule {
  readonly text: string;
  readonly since: number;
}

/** Samples of one part that follow one another in time. */
export interface Followed {
  readonly part: HostSamples;
  /** Times as applied, for each row of the part. */
  readonly times: readonly number[];
  /** Rows that follow one another in time and were not seen before. */
  readonly inOrder: readonly number[];
  /** Time of the newest sample before these; 0 = none. */
  readonly before: number;
  /** How often records of the host arrive, in milliseconds; 0 = not known yet. */
  readonly interval: number;
}

/** What became of a host's rules over some samples. */
export interface Checked {
  /** Those whose condition holds at the last of the samples. */
  readonly held: readonly HeldRule[];
  /** The rules that have held for as long as they must, by row. */
  readonly hits: ReadonlyMap<number, readonly RuleHit[]>;
}

/**
 * Moves the rules on by samples in order of time. A comparison with a metric that is missing is false, whichever way it goes. A gap
 * as long as that of a silent host interrupts: who says nothing has not said that the condition held.
 */
export function checkRules(rules: readonly Rule[], before: readonly HeldRule[], samples: Followed): Checked {
  const { part, times, inOrder, interval } = samples;
  const hits = new Map<number, readonly RuleHit[]>();
  const compiled = compiledFor(rules, part.schema);
  let held = before;
  let newest = samples.before;
  for (const row of inOrder) {
    const time = times[row] ?? 0;
    const offset = row * part.schema.names.length;
    const known = time - newest > quietMax(interval) ? [] : held;
    const holding = compiled
      .filter(({ holds }) => holds(part.values, offset))
      .map((one) => ({ ...one, since: sinceOf(known, one.rule.text) ?? time }));
    held = holding.map(({ rule: { text }, since }) => ({ text, since }));
    const due = holding.filter(({ rule, since }) => time - since >= rule.forMs);
    if (due.length > 0)
      hits.set(
        row,
        due.map((one) => hitOf(one, one.since, part.values, offset)),
      );
    newest = time;
  }
  return { held, hits };
}

function sinceOf(held: readonly HeldRule[], text: string): number | undefined {
  return held.find((one) => one.text === text)?.since;
}

/** A rule that knows where the metrics of a schema stand. */
interface Compiled {
  readonly rule: Rule;
  holds: Holds;
  /** Its metrics, without those that the schema lacks. */
  readonly metrics: readonly { readonly metric: string; readonly place: number }[];
}

type Holds = (values: Float64Array, offset: number) => boolean;

const compiledFor = perSchema((rules: readonly Rule[], { names }: Schema): readonly Compiled[] =>
  rules.map((rule) => ({
    rule,
    holds: compile(rule.condition, names),
    metrics: metricsOf(rule.condition)
      .map((metric) => ({ metric, place: names.indexOf(metric) }))
      .filter(({ place }) => place >= 0),
  })),
);

function hitOf({ rule, metrics }: Compiled, since: number, row: Float64Array, offset: number): RuleHit {
  const values = metrics.map(({ metric, place }) => ({ metric, now: rounded(row[offset + place] ?? Number.NaN) }));
  const { text, severity } = rule;
  return { rule: text, severity, since, values: values.filter(({ now }) => !Number.isNaN(now)) };
}

function compile(condition: Condition, names: readonly string[]): Holds {
  if (condition.kind === "compare") {
    const { operator, limit } = condition;
    const place = names.indexOf(condition.metric);
    if (place < 0) return () => false;
    const compare = COMPARE[operator];
    return (values, offset) => compare(values[offset + place] ?? Number.NaN, limit);
  }
  const parts = condition.parts.map((part) => compile(part, names));
  return condition.kind === "and"
    ? (values, offset) => parts.every((holds) => holds(values, offset))
    : (values, offset) => parts.some((holds) => holds(values, offset));
}

/** All are false of NaN, so unlike JavaScript's also `!=`. */
const COMPARE = {
  ">": (value: number, limit: number) => value > limit,
  ">=": (value: number, limit: number) => value >= limit,
  "<": (value: number, limit: number) => value < limit,
  "<=": (value: number, limit: number) => value <= limit,
  "==": (value: number, limit: number) => value === limit,
  "!=": (value: number, limit: number) => value < limit || value > limit,
} as const;
