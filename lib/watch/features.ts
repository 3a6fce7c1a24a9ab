import { createHash } from "node:crypto";
import { METRICS_MAX } from "../wire/limits.ts";
import type { Definitions, Schema } from "../wire/samples.ts";
import { isSameList, schemaWith } from "../wire/schemas.ts";
import { fitsGlob } from "./glob.ts";

/**
 * One entry of the list of features, which is read from the top: it sees the metrics that the entries above it leave.
 */
export type FeatureStep = Selection | Derivation;

/** Leaves out the metrics that match these patterns, or all others. */
interface Selection {
  readonly kind: "drop" | "only";
  readonly of: readonly string[];
}

/** A metric made of others. It replaces a metric that is sent under its name. */
interface Derivation {
  readonly name: string;
  readonly kind: DerivedKind;
  /** Names of the metrics that it is made of, in the order of its kind; patterns for a sum or a maximum. */
  readonly of: readonly string[];
  /** How many samples the window of a rolling mean or deviation has; otherwise 0. */
  readonly samples: number;
}

/** The operations that derive a metric from others (derive.ts). */
export const DERIVED_KINDS = [
  "ratio",
  "difference",
  "sum",
  "maximum",
  "log",
  "rate",
  "rollingMean",
  "rollingDeviation",
] as const;
type DerivedKind = (typeof DERIVED_KINDS)[number];

/** The features of a host. */
export interface Features {
  /** The definition of every derived metric of the list. */
  readonly defined: Definitions;
  /** How samples with these names are made; the same object for the same names. */
  planFor(schema: Schema): Plan;
}

/** How samples of one schema become samples with features. */
export interface Plan {
  readonly operations: readonly Operation[];
  /** Sent values, and values of the operations. */
  readonly width: number;
  /** The schema of the samples with features. */
  readonly schema: Schema;
  /** Places, among all values, of those that stay. */
  readonly kept: readonly number[];
  /** Features of which these samples lack a metric; one that is sent by its own name stays. */
  readonly unmade: readonly string[];
  /** Metrics for which there is no room beside the features. */
  readonly leftOut: number;
}

export interface Operation extends Pick<Derivation, "kind" | "samples"> {
  readonly definition: string;
  /** Places among all values. */
  readonly inputs: readonly number[];
  /** The place of the result. */
  readonly output: number;
}

/** Lists of names whose plans are remembered; one more clears the memory. */
const PLANS_MAX = 500;

/** The features of this list. */
export function featuresOf(steps: readonly FeatureStep[]): Features {
  const definitions = definitionsOf(steps);
  const defined = Object.fromEntries(
    steps.flatMap((step, i) => (isSelection(step) ? [] : [[step.name, definitions[i] ?? ""]])),
  );
  const plans = new Map<string, { readonly names: readonly string[]; readonly plan: Plan }>();
  return {
    defined,
    planFor({ id, names }) {
      const known = plans.get(id);
      if (known && isSameList(known.names, names)) return known.plan;
      if (plans.size >= PLANS_MAX) plans.clear();
      const plan = planOf(steps, definitions, defined, names);
      plans.set(id, { names, plan });
      return plan;
    },
  };
}

function isSelection(step: FeatureStep): step is Selection {
  return step.kind === "drop" || step.kind === "only";
}

const DEFINITION_DIGITS = 8;

/**
 * A hash for each derived metric over everything that determines its values. That is its own entry, the entries of the
 * features that it is made of, and any exclusion before a sum or maximum. A name or a place in the list changes
 * nothing.
 */
function definitionsOf(steps: readonly FeatureStep[]): readonly string[] {
  const definitions: string[] = [];
  for (const [i, step] of steps.entries()) {
    const { kind, of } = step;
    const before = steps.slice(0, i).flatMap((earlier, j): readonly unknown[] => {
      if (isSelection(earlier)) return takesAny(kind) ? [[earlier.kind, earlier.of]] : [];
      return fitsAny(of, earlier.name) ? [definitions[j]] : [];
    });
    const samples = isSelection(step) ? 0 : step.samples;
    const content = JSON.stringify([kind, of, samples, before]);
    definitions.push(createHash("sha256").update(content).digest("hex").slice(0, DEFINITION_DIGITS));
  }
  return definitions;
}

function planOf(
  steps: readonly FeatureStep[],
  definitions: readonly string[],
  defined: Definitions,
  sent: readonly string[],
): Plan {
  const places = new Map(sent.map((name, place) => [name, place]));
  const operations: Operation[] = [];
  const unmade = new Set(Object.keys(defined));
  for (const [i, step] of steps.entries()) {
    if (isSelection(step)) {
      for (const name of places.keys()) if (fitsAny(step.of, name) === (step.kind === "drop")) places.delete(name);
      continue;
    }
    const { name, kind, samples } = step;
    const inputs = inputsOf(step, places);
    if (inputs.length === 0) continue;
    const output = sent.length + operations.length;
    operations.push({ kind, samples, definition: definitions[i] ?? "", inputs, output });
    // Features come last.
    places.delete(name);
    places.set(name, output);
    unmade.delete(name);
  }
  const about = { operations, width: sent.length + operations.length, unmade: [...unmade] };
  // A list that would leave no metric leaves the samples as they are: they are judged rather than lost.
  if (places.size === 0)
    return { ...about, schema: schemaWith(sent), kept: [...sent.keys()], unmade: Object.keys(defined), leftOut: 0 };
  const isMade = (name: string) => (places.get(name) ?? -1) >= sent.length;
  const leftOut = Math.max(0, places.size - METRICS_MAX);
  const plain = [...places.keys()].filter((name) => !isMade(name));
  const made = [...places.keys()].filter(isMade);
  const names = [...plain.slice(0, plain.length - leftOut), ...made];
  const definitionOf = (name: string) => operations[(places.get(name) ?? 0) - sent.length]?.definition;
  const schema = schemaWith(names, Object.fromEntries(made.map((name) => [name, definitionOf(name)])));
  return { ...about, schema, kept: names.map((name) => places.get(name) ?? 0), leftOut };
}

/** Empty unless all needed metrics are there: for a pattern one metric, else each that it names. */
function inputsOf({ kind, of }: Derivation, places: ReadonlyMap<string, number>): readonly number[] {
  if (takesAny(kind)) return [...places].flatMap(([name, place]) => (fitsAny(of, name) ? [place] : []));
  const inputs = of.flatMap((name) => places.get(name) ?? []);
  return inputs.length === of.length ? inputs : [];
}

/** Whether it is made of all metrics that fit its patterns. */
export function takesAny(kind: FeatureStep["kind"]): boolean {
  return kind === "sum" || kind === "maximum";
}

function fitsAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => fitsGlob(pattern, name));
}
