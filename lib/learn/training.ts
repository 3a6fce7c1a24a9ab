import { project } from "../watch/baseline.ts";
import { Flag } from "../watch/fold.ts";
import { type HistoryChunk, YOUNG_BELOW } from "../watch/history.ts";
import type { Incident, Verdict } from "../watch/incident.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaId } from "../wire/schemas.ts";

/** What a stored sample is good for. */
export const Use = {
  /** Calm, or labelled as normal: fitted to, and a negative for epsilon. */
  normal: 0,
  /** Anomalous, in no incident, unlabelled: not fitted to, a negative for epsilon. */
  blip: 1,
  /** In an incident labelled a fault: a positive for epsilon. */
  fault: 2,
  /** In an incident that nobody labelled, or planned work: left out of everything. */
  unknown: 3,
} as const;

/** The history of one host, prepared for a fit. */
export interface TrainingSet {
  readonly schema: Schema;
  /** Row-major in the order of the schema, NaN = missing. */
  readonly rows: Float64Array;
  /** Milliseconds since the epoch, one per row. */
  readonly times: Float64Array;
  /** One of `Use` per row. */
  readonly uses: Uint8Array;
  /** One per row: 1 where the sample lies in an incident labelled false. */
  readonly refuted: Uint8Array;
  /** Ids of the labelled incidents that have samples here. */
  readonly labels: { readonly fault: readonly string[]; readonly false: readonly string[] };
}

/**
 * Joins history and labels. The features are those of the newest chunk of which the rows to be fitted tell something.
 * Undefined when there is no history.
 */
export function trainingSet(chunks: readonly HistoryChunk[], incidents: readonly Incident[]): TrainingSet | undefined {
  const newest = chunks.at(-1)?.schema;
  if (!newest) return undefined;
  const count = chunks.reduce((sum, { times }) => sum + times.length, 0);
  const times = new Float64Array(count);
  const uses = new Uint8Array(count);
  const refuted = new Uint8Array(count);
  const wide = new Float64Array(count * newest.names.length);
  const found = new Set<string>();
  let row = 0;
  for (const chunk of chunks) {
    wide.set(project(chunk.values, chunk.schema, newest), row * newest.names.length);
    for (const [i, time] of chunk.times.entries()) {
      const incident = incidents.find(({ opened, lastAnomaly }) => opened <= time && time <= lastAnomaly);
      const verdict = incident?.label?.verdict;
      if (incident && verdict) found.add(incident.id);
      times[row] = time;
      uses[row] = useOf(chunk.flags[i] ?? 0, verdict);
      refuted[row] = verdict === "false" || verdict === "new-normal" ? 1 : 0;
      row++;
    }
  }
  const labelled = (verdict: Verdict) =>
    incidents.filter((i) => found.has(i.id) && i.label?.verdict === verdict).map((i) => i.id);
  const labels = { fault: labelled("fault"), false: [...labelled("false"), ...labelled("new-normal")] };
  return { ...withoutUnknown(newest, wide, uses), times, uses, refuted, labels };
}

function useOf(flags: number, verdict: Verdict | undefined): number {
  if (verdict === "fault") return Use.fault;
  if (verdict === "false" || verdict === "new-normal") return Use.normal;
  if (verdict === "expected" || flags & Flag.incident) return Use.unknown;
  return flags & Flag.anomaly ? Use.blip : Use.normal;
}

/**
 * Drops what cannot be judged: features without a value in any row to be fitted, and of a short history those that never
 * moved, since a metric that had not its turn yet says nothing about how far it usually goes.
 */
function withoutUnknown(schema: Schema, rows: Float64Array, uses: Uint8Array): { schema: Schema; rows: Float64Array } {
  const width = schema.names.length;
  const normal = [...uses.keys()].filter((i) => uses[i] === Use.normal);
  const isYoung = normal.length < YOUNG_BELOW;
  const names = schema.names.filter((_, j) => {
    const values = new Set<number>();
    for (const i of normal) {
      const value = rows[i * width + j] ?? Number.NaN;
      if (!Number.isNaN(value)) values.add(value);
      if (values.size > (isYoung ? 1 : 0)) return true;
    }
    return false;
  });
  if (names.length === width || names.length === 0) return { schema, rows };
  const kept = { id: schemaId(names), names };
  return { schema: kept, rows: project(rows, schema, kept) };
}
