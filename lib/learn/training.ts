import type { Period } from "../alert/silences.ts";
import type { Incident } from "../incident/incident.ts";
import type { Verdict } from "../incident/label.ts";
import type { TimeLabel } from "../incident/time-label.ts";
import { lastingFrom } from "../model/lasting.ts";
import { Flag } from "../watch/apply.ts";
import { project } from "../watch/baseline.ts";
import { type HistoryChunk, YOUNG_BELOW } from "../watch/history.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaWith } from "../wire/schemas.ts";
import { usualSchema } from "./usual.ts";

/** The uses of a stored sample. */
export const Use = {
  /** Calm, or labelled as normal: fitted to, and a negative for epsilon. */
  normal: 0,
  /** Anomalous, in no incident, unlabelled: not fitted to, a negative for epsilon. */
  blip: 1,
  /** In an incident labelled a fault: a positive for epsilon. */
  fault: 2,
  /** Silenced, or planned work: left out of everything. */
  unknown: 3,
  /** In an incident without a label: only calendar bands learn from it, since the effect of one day is limited. */
  untold: 4,
} as const;

/** An incident, or a time without one, on whose label epsilon may depend; `false` also stands for "new-normal". */
export interface DecidingLabel {
  readonly id: string;
  readonly verdict: "fault" | "false";
}

/** The history of one host, prepared for a fit. */
export interface TrainingSet {
  readonly schema: Schema;
  /** Row-major in the order of the schema, NaN = missing. */
  readonly rows: Float64Array;
  /** Milliseconds since the epoch, one per row, ascending. */
  readonly times: Float64Array;
  /** One of `Use` per row. */
  readonly uses: Uint8Array;
  /** Those that have samples here. */
  readonly labelled: readonly DecidingLabel[];
  /** Place in `labelled` of the incident that a row lies in; −1 = none. */
  readonly labelOf: Int32Array;
  /** Faults that people report for times without stored samples. */
  readonly unseen?: readonly string[];
}

interface Joining {
  readonly incidents?: readonly Incident[];
  /** The times of the host's silences. */
  readonly quiet?: readonly Period[];
  readonly times?: readonly TimeLabel[];
  /** Whether features at rest stay. */
  readonly keepsResting?: boolean;
}

/**
 * Joins history, labels of incidents and of times, and silences. The features are the usual ones that vary in the rows
 * of the fit. Undefined when there is no history.
 */
export function trainingSet(
  chunks: readonly HistoryChunk[],
  { incidents = [], quiet = [], times = [], keepsResting = false }: Joining = {},
): TrainingSet | undefined {
  const usual = usualSchema(chunks);
  if (!usual) return undefined;
  const count = chunks.reduce((sum, { times }) => sum + times.length, 0);
  const taken = new Float64Array(count);
  const uses = new Uint8Array(count);
  const labelOf = new Int32Array(count).fill(-1);
  const judged = new Uint8Array(count);
  const wide = new Float64Array(count * usual.names.length);
  const labelled: DecidingLabel[] = [];
  // A host may sample while it is silent; that says nothing about its samples.
  const anomalous = incidents.filter((incident) => incident.kind === "anomaly");
  let row = 0;
  for (const chunk of chunks) {
    wide.set(project(chunk.values, chunk.schema, usual), row * usual.names.length);
    for (const [i, time] of chunk.times.entries()) {
      const incident = anomalous.find(({ opened, lastAnomaly }) => opened <= time && time <= lastAnomaly);
      const said = incident?.label ? incident : times.find(({ from, to }) => from <= time && time <= to);
      const verdict = said?.label?.verdict;
      const isSilenced = quiet.some(({ from, to }) => from <= time && time < to);
      taken[row] = time;
      uses[row] = useOf(chunk.flags[i] ?? 0, verdict, isSilenced);
      if (verdict || isSilenced) judged[row] = 1;
      if (said && decides(verdict)) labelOf[row] = placeOf(labelled, said.id, verdict);
      row++;
    }
  }
  const { judged: known, ...set } = inOrder({
    schema: usual,
    rows: wide,
    times: taken,
    uses,
    labelled,
    labelOf,
    judged,
  });
  acceptLasting(set.times, set.uses, known);
  const missed = times.filter(({ label, id }) => label.verdict === "fault" && !labelled.some((one) => one.id === id));
  const unseen = missed.length > 0 ? { unseen: missed.map(({ id }) => id) } : {};
  return { ...set, ...unseen, ...withoutUnknown(usual, set.rows, set.uses, keepsResting) };
}

interface Joined extends TrainingSet {
  /** 1 for each row that lies in an incident or time with a label, or in a silence. */
  readonly judged: Uint8Array;
}

/**
 * By time: samples that came late are stored with the record that brought them, and a detector that remembers cannot go
 * back.
 */
function inOrder(set: Joined): Joined {
  const { schema, rows, times, uses, labelOf, judged } = set;
  if (times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0))) return set;
  const order = [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const width = schema.names.length;
  const sorted = new Float64Array(rows.length);
  for (const [to, from] of order.entries()) sorted.set(rows.subarray(from * width, (from + 1) * width), to * width);
  return {
    ...set,
    rows: sorted,
    times: times.slice().sort(),
    uses: Uint8Array.from(order, (i) => uses[i] ?? 0),
    labelOf: Int32Array.from(order, (i) => labelOf[i] ?? -1),
    judged: Uint8Array.from(order, (i) => judged[i] ?? 0),
  };
}

/**
 * If more than half of the samples of the last week, or of a shorter history, were anomalous, they count as normal. No
 * incident covers them any more. Otherwise a host that changed for good, or whose first hours were unlike the rest,
 * would stay in trouble. `judged` rows stay.
 */
function acceptLasting(times: Float64Array, uses: Uint8Array, judged: Uint8Array): void {
  const strange = (i: number) => uses[i] !== Use.normal && !judged[i];
  const first = lastingFrom(times, strange);
  if (first === undefined) return;
  for (let i = first; i < uses.length; i++) if (strange(i)) uses[i] = Use.normal;
}

function decides(verdict: Verdict | undefined): verdict is "fault" | "false" | "new-normal" {
  return verdict === "fault" || verdict === "false" || verdict === "new-normal";
}

function placeOf(labelled: DecidingLabel[], id: string, verdict: "fault" | "false" | "new-normal"): number {
  const place = labelled.findIndex((one) => one.id === id);
  return place >= 0 ? place : labelled.push({ id, verdict: verdict === "fault" ? "fault" : "false" }) - 1;
}

/** A person's verdict of a fault, false or normal holds in a silence too. */
function useOf(flags: number, verdict: Verdict | undefined, isSilenced: boolean): number {
  if (verdict === "fault") return Use.fault;
  if (verdict === "false" || verdict === "new-normal") return Use.normal;
  if (verdict === "expected" || isSilenced) return Use.unknown;
  if (flags & Flag.incident) return Use.untold;
  return flags & Flag.anomaly ? Use.blip : Use.normal;
}

/** In a short history, a metric with the same value in more than this share of the samples was at rest. */
const REST_SHARE = 0.75;

/**
 * Drops features that cannot be judged. These have no value in any row of the fit, or were mostly at rest in a short
 * history. A disk that nobody read in the first minute does not show how much reading is usual.
 */
function withoutUnknown(
  schema: Schema,
  rows: Float64Array,
  uses: Uint8Array,
  keepsResting: boolean,
): { schema: Schema; rows: Float64Array } {
  const width = schema.names.length;
  const normal = [...uses.keys()].filter((i) => uses[i] === Use.normal);
  const mostAtRest = normal.length < YOUNG_BELOW && !keepsResting ? REST_SHARE : 1;
  const names = schema.names.filter((_, j) => {
    const counts = new Map<number, number>();
    for (const i of normal) {
      const value = rows[i * width + j] ?? Number.NaN;
      if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
      if (mostAtRest === 1 && counts.size > 0) return true;
    }
    const known = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return known > 0 && [...counts.values()].every((count) => count <= mostAtRest * known);
  });
  if (names.length === width || names.length === 0) return { schema, rows };
  const kept = schemaWith(names, schema.defined);
  return { schema: kept, rows: project(rows, schema, kept) };
}
