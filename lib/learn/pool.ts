import { type DetectorChoice, detectorsOf } from "../model/detector.ts";
import { DAY_MS } from "../time.ts";
import { project } from "../watch/baseline.ts";
import type { HostPolicy } from "../watch/policy.ts";
import { METRICS_MAX } from "../wire/limits.ts";
import type { Schema } from "../wire/samples.ts";
import { definitionOf, isSameSchema, schemaWith } from "../wire/schemas.ts";
import type { FitSettings } from "./fit-settings.ts";
import { learnsFrom } from "./model-fit.ts";
import type { FitReport } from "./report.ts";
import { type TrainingSet, Use } from "./training.ts";
import { type Fit, fitTraining } from "./training-fit.ts";

/** An owner's fit that waits for an epsilon. It is small: the history is no longer in memory. */
export interface Prepared {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  readonly schema: Schema;
  readonly fit: Fit | { readonly refused: string };
  /** Its rows for the baseline of its group. */
  readonly share: TrainingSet;
  /** Absent where it is fitted to the whole history. */
  readonly shortened?: NonNullable<FitReport["shortened"]>;
}

/** Rows for the fit of a group's baseline, an equal share per host: enough for 114 features, 15 MB at 96 bytes each. */
const ROWS_MAX = 50_000;
/** Rows taken together, so that changes from one to the next are among them: ten minutes at 10 s. */
const RUN = 60;

/** A host's place among the hosts of its group in this refit. */
export interface Place {
  readonly hosts: number;
  /** From 0 on. */
  readonly index: number;
}

export const ALONE: Place = { hosts: 1, index: 0 };

/** Days that a group's bands are learnt from, an equal number per host: the days of four weeks of one host. */
const DAYS_MAX = 28;

/**
 * Values of all shares of days together: 80 MB. Hosts with 40 metrics stay below this even if history keeps each sample
 * of a day at 10 s. Without it, shares of 28 hosts in trouble with 256 metrics a second would take 1.2 GB.
 */
const VALUES_MAX = 10_000_000;

/** A host's rows for its group's baseline. */
export function shareOf(set: TrainingSet, place: Place, detector: DetectorChoice): TrainingSet {
  return keptOf(set, detectorsOf(detector).includes("bands") ? lastDays(set, place) : runsOf(set, place.hosts));
}

/** Calm rows in evenly spaced runs, one at least. */
function runsOf(set: TrainingSet, hosts: number): readonly number[] {
  const runs = Math.max(1, Math.floor(ROWS_MAX / hosts / RUN));
  const step = Math.max(1, set.times.length / runs / RUN);
  return [...set.times.keys()].filter((i) => set.uses[i] === Use.normal && Math.floor(i / RUN) % step < 1);
}

/** The last whole days; in a group of more than 28 hosts only evenly chosen ones have a share. */
function lastDays(set: TrainingSet, { hosts, index }: Place): readonly number[] {
  if (index % Math.ceil(hosts / DAYS_MAX) !== 0) return [];
  const from = (set.times.at(-1) ?? 0) - Math.max(1, Math.floor(DAYS_MAX / hosts)) * DAY_MS;
  const learns = learnsFrom("bands");
  const rows = [...set.times.keys()].filter((i) => learns(set.uses[i]) && (set.times[i] ?? 0) > from);
  const most = VALUES_MAX / Math.min(hosts, DAYS_MAX) / set.schema.names.length;
  const step = Math.ceil(rows.length / most);
  return step > 1 ? rows.filter((_, place) => Math.floor(place / RUN) % step === 0) : rows;
}

function keptOf(set: TrainingSet, kept: readonly number[]): TrainingSet {
  const width = set.schema.names.length;
  const rows = new Float64Array(kept.length * width);
  for (const [to, from] of kept.entries()) rows.set(set.rows.subarray(from * width, (from + 1) * width), to * width);
  return setOf(
    set.schema,
    rows,
    Float64Array.from(kept, (i) => set.times[i] ?? 0),
    Uint8Array.from(kept, (i) => set.uses[i] ?? 0),
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
  policy: HostPolicy,
): Prepared | undefined {
  const shares = prepared.map(({ share }) => share).filter(({ times }) => times.length > 0);
  if (shares.length < 2) return undefined;
  const schema = commonSchema(shares.map((share) => share.schema));
  const width = schema.names.length;
  if (width === 0) return undefined;
  const count = shares.reduce((sum, { times }) => sum + times.length, 0);
  const rows = new Float64Array(count * width);
  const times = new Float64Array(count);
  const uses = new Uint8Array(count);
  let to = 0;
  for (const share of shares) {
    rows.set(project(share.rows, share.schema, schema), to * width);
    times.set(share.times, to);
    uses.set(share.uses, to);
    to += share.times.length;
  }
  const set = setOf(schema, rows, times, uses);
  return { owner, schema, share: set, fit: fitTraining(set, settings, policy) };
}

/**
 * The metrics that at least half of the hosts have, so that no odd host decides them. They come by name, unless all
 * hosts have one list. Definitions make different metrics; if two of one name have half of the hosts each, the one that
 * comes first as a text stays.
 */
function commonSchema(schemas: readonly Schema[]): Schema {
  const [first = schemaWith([])] = schemas;
  if (schemas.every((schema) => isSameSchema(schema, first))) return first;
  const hosts = new Map<string, { readonly name: string; readonly definition: string; count: number }>();
  for (const schema of schemas) {
    for (const name of schema.names) {
      const definition = definitionOf(schema, name) ?? "";
      const metric = hosts.get(`${name}\n${definition}`) ?? { name, definition, count: 0 };
      metric.count++;
      hosts.set(`${name}\n${definition}`, metric);
    }
  }
  const defined = new Map<string, string>();
  for (const [, { name, definition, count }] of [...hosts].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (2 * count >= schemas.length && !defined.has(name)) defined.set(name, definition);
  const names = [...defined.keys()].slice(0, METRICS_MAX);
  return schemaWith(names, Object.fromEntries(defined));
}

function setOf(schema: TrainingSet["schema"], rows: Float64Array, times: Float64Array, uses: Uint8Array): TrainingSet {
  return { schema, rows, times, uses, labelled: [], labelOf: new Int32Array(times.length).fill(-1) };
}
