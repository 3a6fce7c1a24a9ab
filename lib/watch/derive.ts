import { VALUE_MAX } from "../wire/limits.ts";
import type { Definitions, HostSamples, Schema } from "../wire/samples.ts";
import { definitionOf, schemaWith, withUnits } from "../wire/schemas.ts";
import { unitOf, unitsOf } from "../wire/unit-text.ts";
import type { Features, Operation, Plan } from "./features.ts";
import { rateOf } from "./rate.ts";
import { intervalAfter } from "./tick-length.ts";

/** The memory that features need of a host's samples; it is part of the state. */
export interface FeatureMemory {
  /** Id of the names that were sent with the newest sample. */
  readonly sent: string;
  /** The features that made it. */
  readonly defined: Definitions;
  /** How often samples come, in milliseconds; 0 after the first. */
  readonly every: number;
  /** By definition: the values of a window, oldest first, NaN where missing; or a total's value, time and interval. */
  readonly series: Series;
  /** Features of which the newest sample lacks a metric. */
  readonly unmade: readonly string[];
  /** Metrics for which the newest sample has no room. */
  readonly leftOut: number;
}

/** The metrics of a host's newest sample, whose names are these. */
export function schemaOfNewest(names: readonly string[], features: FeatureMemory | undefined): Schema {
  const { defined = {}, unmade = [] } = features ?? {};
  return schemaWith(names, Object.fromEntries(Object.entries(defined).filter(([name]) => !unmade.includes(name))));
}

type Series = Readonly<Record<string, readonly number[]>>;

interface Placed {
  readonly times: readonly number[];
  /** Rows that follow one another in time and were not seen before. */
  readonly inOrder: readonly number[];
  /** Time of the newest sample before these; 0 = none. */
  readonly before: number;
}

/** After a gap of more than this many intervals, earlier samples no longer count as neighbours. */
const GAP_INTERVALS = 3;

/**
 * The samples with their features, and their memory after them. A late sample has no neighbours: its rates and rolling
 * values are missing. Values that are no number, or too large for one, are missing too.
 */
export function derive(
  features: Features,
  known: FeatureMemory | undefined,
  part: HostSamples,
  { times, inOrder, before }: Placed,
): { readonly part: HostSamples; readonly memory: FeatureMemory } {
  const plan = features.planFor(part.schema);
  const sent = part.schema.names.length;
  const width = plan.schema.names.length;
  const values = new Float64Array(times.length * width);
  const all = new Float64Array(plan.width);
  const following = new Set(inOrder);
  let { every = 0, series = {} } = known ?? {};
  let newest = known ? before : 0;
  for (const [row, time] of times.entries()) {
    all.set(part.values.subarray(row * sent, (row + 1) * sent));
    if (following.has(row)) {
      const elapsed = time - newest;
      const isGap = newest === 0 || (every > 0 && elapsed > GAP_INTERVALS * every);
      if (newest > 0) every = Math.round(intervalAfter(every, elapsed));
      series = operate(plan, all, { time, series, isGap });
      newest = time;
    } else operate(plan, all);
    for (const [j, place] of plan.kept.entries()) values[row * width + j] = all[place] ?? Number.NaN;
  }
  const { unmade, leftOut } = plan;
  const schema = carryUnits(plan.schema, part.schema);
  const memory = { sent: part.schema.id, defined: features.defined, every, series, unmade, leftOut };
  return { part: { ...part, schema, values }, memory };
}

/** A derived metric has no unit of its own, even if it takes the place of a metric that has one. */
function carryUnits(schema: Schema, { units }: Schema): Schema {
  return withUnits(
    schema,
    units && unitsOf(schema.names, (name) => (definitionOf(schema, name) ? undefined : unitOf(units, name))),
  );
}

interface Moment {
  readonly time: number;
  readonly series: Series;
  /** Whether the samples before are too far away. */
  readonly isGap: boolean;
}

/** Computes the features of one sample in place, and returns their memory. */
function operate({ operations }: Plan, all: Float64Array, moment?: Moment): Series {
  const series: Record<string, readonly number[]> = {};
  for (const operation of operations) {
    const inputs = operation.inputs.map((place) => all[place] ?? Number.NaN);
    const before = moment && (moment.isGap && operation.samples > 0 ? [] : (moment.series[operation.definition] ?? []));
    const { value, after } = resultOf(operation, inputs, before, moment?.time);
    all[operation.output] = Math.abs(value) <= VALUE_MAX ? value : Number.NaN;
    if (after) series[operation.definition] = after;
  }
  return series;
}

interface Result {
  readonly value: number;
  /** The feature's memory; absent for one that only needs the sample itself. */
  readonly after?: readonly number[];
}

/** `before` and `time` are absent for a sample without neighbours. */
function resultOf(
  { kind, samples }: Operation,
  inputs: readonly number[],
  before: readonly number[] | undefined,
  time = 0,
): Result {
  const [first = Number.NaN, second = Number.NaN] = inputs;
  switch (kind) {
    case "ratio":
      return { value: first / second };
    case "difference":
      return { value: first - second };
    case "sum":
      return { value: reduced(inputs, (a, b) => a + b) };
    case "maximum":
      return { value: reduced(inputs, Math.max) };
    case "log":
      // The logarithm of 1 + the value: an empty queue has one as well.
      return { value: first >= 0 ? Math.log1p(first) : Number.NaN };
    case "rate":
      return before ? ofTotal(before, first, time) : MISSING;
    case "rollingMean":
      return before ? ofWindow(before, first, samples, meanOf) : MISSING;
    case "rollingDeviation":
      return before ? ofWindow(before, first, samples, deviationOf) : MISSING;
  }
}

const MISSING: Result = { value: Number.NaN };

/** Joins the present values. */
function reduced(values: readonly number[], join: (a: number, b: number) => number): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce((a, b) => join(a, b));
}

function ofTotal(before: readonly number[], value: number, at: number): Result {
  if (Number.isNaN(value)) return { value, after: before };
  const [known, since, every = 0] = before;
  if (known === undefined || since === undefined) return { value: Number.NaN, after: [value, at, 0] };
  const next = Math.round(intervalAfter(every, at - since));
  return { value: rateOf({ value: known, at: since }, { value, at }, next), after: [value, at, next] };
}

/** A window has a value once half of it is there. */
const WINDOW_SHARE_MIN = 0.5;
const WINDOW_SAMPLES_MIN = 2;

function ofWindow(
  before: readonly number[],
  value: number,
  samples: number,
  summary: (values: readonly number[]) => number,
): Result {
  const after = [...before, value].slice(-samples);
  const known = after.filter((one) => !Number.isNaN(one));
  const isKnown = !Number.isNaN(value) && known.length >= Math.max(WINDOW_SAMPLES_MIN, WINDOW_SHARE_MIN * samples);
  return { value: isKnown ? summary(known) : Number.NaN, after };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The square root of the sum of squares over one less than their number. */
function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
