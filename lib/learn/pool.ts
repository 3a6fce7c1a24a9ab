import type { Covariance } from "../model/gaussian.ts";
import { project } from "../watch/baseline.ts";
import { fitTraining, type Prepared } from "./fit.ts";
import { type TrainingSet, Use } from "./training.ts";

/** Rows a group's baseline is fitted to, an equal share from each host: enough for 114 features, 15 MB at 96 bytes each. */
const ROWS_MAX = 50_000;
/** Even in a large group every host is heard. */
const ROWS_PER_HOST_MIN = 20;

/**
 * A training set for a whole group: evenly spaced normal rows of every host, so that the spread between hosts counts
 * as normal. A group of one needs none: its host has its own.
 */
export function poolGroup(owner: string, prepared: readonly Prepared[], covariance: Covariance): Prepared | undefined {
  const [first] = prepared;
  if (!first || prepared.length < 2) return undefined;
  const { schema } = first.set;
  const share = Math.max(ROWS_PER_HOST_MIN, Math.floor(ROWS_MAX / prepared.length));
  const chosen = prepared.flatMap(({ set }) => evenlySpaced(set, share).map((row) => ({ set, row })));
  const rows = new Float64Array(chosen.length * schema.names.length);
  for (const [to, { set, row }] of chosen.entries()) {
    const width = set.schema.names.length;
    rows.set(project(set.rows.subarray(row * width, (row + 1) * width), set.schema, schema), to * schema.names.length);
  }
  const times = Float64Array.from(chosen, ({ set, row }) => set.times[row] ?? 0);
  const none = new Uint8Array(chosen.length);
  const set: TrainingSet = { schema, rows, times, uses: none, refuted: none, labels: { fault: [], false: [] } };
  return { owner, set, fit: fitTraining(set, covariance) };
}

function evenlySpaced({ uses }: TrainingSet, count: number): number[] {
  const normal = [...uses.keys()].filter((i) => uses[i] === Use.normal);
  if (normal.length <= count) return normal;
  return Array.from({ length: count }, (_, i) => normal[Math.floor((i * normal.length) / count)] ?? 0);
}
