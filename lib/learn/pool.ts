import { project } from "../watch/baseline.ts";
import type { HostPolicy } from "../watch/policy.ts";
import type { Schema } from "../wire/samples.ts";
import type { FitSettings } from "./fit-settings.ts";
import { type TrainingSet, Use } from "./training.ts";
import { type Fit, fitTraining } from "./training-fit.ts";

/** An owner's fit, waiting for an epsilon. Small: the history that it was fitted to is gone. */
export interface Prepared {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  readonly schema: Schema;
  readonly fit: Fit | { readonly refused: string };
  /** Its rows for the baseline of its group. */
  readonly share: TrainingSet;
}

/** Rows a group's baseline is fitted to, an equal share per host: enough for 114 features, 15 MB at 96 bytes each. */
const ROWS_MAX = 50_000;
/** Rows taken together, so that changes from one to the next are among them: ten minutes at 10 s. */
const RUN = 60;

/** Normal rows of a host for its group's baseline: evenly spaced runs, one at least. */
export function shareOf(set: TrainingSet, hosts: number): TrainingSet {
  const runs = Math.max(1, Math.floor(ROWS_MAX / hosts / RUN));
  const step = Math.max(1, set.times.length / runs / RUN);
  const kept = [...set.times.keys()].filter((i) => set.uses[i] === Use.normal && Math.floor(i / RUN) % step < 1);
  const width = set.schema.names.length;
  const rows = new Float64Array(kept.length * width);
  for (const [to, from] of kept.entries()) rows.set(set.rows.subarray(from * width, (from + 1) * width), to * width);
  return setOf(
    set.schema,
    rows,
    Float64Array.from(kept, (i) => set.times[i] ?? 0),
  );
}

/**
 * A baseline for a whole group, fitted to shares of its hosts, so that the spread between hosts counts as normal. A
 * group of one needs none: its host has its own.
 */
export function poolGroup(
  owner: string,
  prepared: readonly Prepared[],
  settings: FitSettings,
  policy?: HostPolicy,
): Prepared | undefined {
  const shares = prepared.map(({ share }) => share);
  const [first] = shares;
  // Bands are a host's own: what hosts do at one hour of one day lies too far apart for one range.
  if (!first || shares.length < 2 || settings.detector === "bands") return undefined;
  const { schema } = first;
  const width = schema.names.length;
  const count = shares.reduce((sum, { times }) => sum + times.length, 0);
  const rows = new Float64Array(count * width);
  const times = new Float64Array(count);
  let to = 0;
  for (const share of shares) {
    rows.set(project(share.rows, share.schema, schema), to * width);
    times.set(share.times, to);
    to += share.times.length;
  }
  const set = setOf(schema, rows, times);
  return { owner, schema, share: set, fit: fitTraining(set, settings, policy) };
}

function setOf(schema: TrainingSet["schema"], rows: Float64Array, times: Float64Array): TrainingSet {
  const labelOf = new Int32Array(times.length).fill(-1);
  return { schema, rows, times, uses: new Uint8Array(times.length), labelled: [], labelOf };
}
