import type { RuleHit } from "../incident/rule-hit.ts";
import type { HostAttributes, HostSamples, Schema } from "../wire/samples.ts";
import { unitOf } from "../wire/unit-text.ts";
import { rounded } from "./causes.ts";
import { fitsGlob } from "./glob.ts";
import { quietMax } from "./interval.ts";
import type { Condition, Rule } from "./policy.ts";
import { metricsOf } from "./rule-text.ts";

/** A rule whose condition held at the newest sample. */
export interface HeldRule {
  readonly text: string;
  /** When it began to hold without interruption (ms since the epoch). */
  readonly since: number;
}

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

export interface Checked {
  /** Those whose condition holds at the last of the samples. */
  readonly held: readonly HeldRule[];
  /** The rules that have held for as long as they must, by row. */
  readonly hits: ReadonlyMap<number, readonly RuleHit[]>;
}

/** The rules for a host with these attributes; of two with one text the later counts. */
export function rulesFor(rules: readonly Rule[], attributes: HostAttributes = {}): readonly Rule[] {
  if (!rules.some((rule) => rule.attributes)) return rules;
  const isFor = ({ attributes: wanted = {} }: Rule) =>
    Object.entries(wanted).every(
      ([name, pattern]) => Object.hasOwn(attributes, name) && fitsGlob(pattern, attributes[name] ?? ""),
    );
  return [...new Map(rules.filter(isFor).map((rule) => [rule.text, rule])).values()];
}

/**
 * Checks the rules at samples in order of time. Every comparison with a missing metric is false. A gap in which a host
 * counts as silent interrupts: nobody knows whether the condition held meanwhile.
 */
export function checkRules(rules: readonly Rule[], before: readonly HeldRule[], samples: Followed): Checked {
  const { part, times, inOrder, interval } = samples;
  const hits = new Map<number, readonly RuleHit[]>();
  const all = rules.map((rule) => compiled(rule, part.schema));
  let held = before;
  let newest = samples.before;
  for (const row of inOrder) {
    const time = times[row] ?? 0;
    const offset = row * part.schema.names.length;
    const known = time - newest > quietMax(interval) ? [] : held;
    const holding = all
      .filter(({ holds }) => holds(part.values, offset))
      .map((one) => ({ ...one, since: known.find(({ text }) => text === one.rule.text)?.since ?? time }));
    held = holding.map(({ rule: { text }, since }) => ({ text, since }));
    const due = holding.filter(({ rule, since }) => time - since >= rule.forMs);
    const found = due.map((one) => hitOf(one, one.since, part.values, offset));
    if (found.length > 0) hits.set(row, found);
    newest = time;
  }
  return { held, hits };
}

/** A rule with the places of its metrics in a schema. */
interface Compiled {
  readonly rule: Rule;
  readonly holds: Holds;
  /** Its metrics, without those that the schema lacks. */
  readonly metrics: readonly { readonly metric: string; readonly unit?: string; readonly place: number }[];
}

type Holds = (values: Float64Array, offset: number) => boolean;

function compiled(rule: Rule, { names, units }: Schema): Compiled {
  const metrics = metricsOf(rule.condition).map((metric) => {
    const unit = unitOf(units, metric);
    return { metric, place: names.indexOf(metric), ...(unit === undefined ? {} : { unit }) };
  });
  return { rule, holds: compile(rule.condition, names), metrics: metrics.filter(({ place }) => place >= 0) };
}

function hitOf({ rule, metrics }: Compiled, since: number, row: Float64Array, offset: number): RuleHit {
  const values = metrics.map(({ place, ...one }) => ({ ...one, now: rounded(row[offset + place] ?? Number.NaN) }));
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

/** All are false for NaN, unlike JavaScript also `!=`. */
const COMPARE = {
  ">": (value: number, limit: number) => value > limit,
  ">=": (value: number, limit: number) => value >= limit,
  "<": (value: number, limit: number) => value < limit,
  "<=": (value: number, limit: number) => value <= limit,
  "==": (value: number, limit: number) => value === limit,
  "!=": (value: number, limit: number) => value < limit || value > limit,
} as const;
