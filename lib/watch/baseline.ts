import { choiceOf, type Model, nameOfChoice } from "../model/detector.ts";
import type { Schema } from "../wire/samples.ts";
import { isSameSchema, placeIn } from "../wire/schemas.ts";

/** The normal behaviour of a host or of the hosts of a group: fitted parameters and the threshold, versioned. */
export interface Baseline {
  /** `host#web-07` or `group#web`. */
  readonly owner: string;
  readonly version: number;
  /** The features in the order of the model's arrays. */
  readonly schema: Schema;
  readonly model: Model;
  /** A sample is an anomaly when its score is above this. */
  readonly epsilon: number;
  /** Rows the model was fitted to. */
  readonly samples: number;
  /** Milliseconds since the epoch. */
  readonly fitted: number;
}

/** A baseline as it is stored, which takes a tenth of the memory. */
export interface PackedBaseline extends Omit<Baseline, "model" | "schema" | "fitted"> {
  /** The memory that it takes. */
  readonly bytes: number;
  unpack(): Baseline;
}

/** The name of its detector, in words for an ensemble. */
export function detectorOf({ model }: Baseline): string {
  return nameOfChoice(choiceOf(model));
}

export function hostOwner(host: string): string {
  return `host#${host}`;
}

export function groupOwner(group: string): string {
  return `group#${group}`;
}

/**
 * The values of samples of one schema in the order of another; features that it lacks, or defines otherwise, are NaN.
 */
export function project(values: Float64Array, from: Schema, to: Schema): Float64Array {
  if (isSameSchema(from, to)) return values;
  const source = to.names.map((name) => placeIn(from, name, to));
  const rows = values.length / from.names.length;
  const projected = new Float64Array(rows * to.names.length);
  for (let i = 0, k = 0; i < rows; i++) {
    for (const j of source) projected[k++] = j < 0 ? Number.NaN : (values[i * from.names.length + j] ?? Number.NaN);
  }
  return projected;
}
