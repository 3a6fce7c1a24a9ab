import type { Units } from "./unit-text.ts";

/** The samples of one host out of one stream record, in the order of time. */
export interface HostSamples {
  readonly host: string;
  /** The role the host plays; hosts of a group share a first baseline and labels. */
  readonly group: string;
  readonly schema: Schema;
  /** Milliseconds since the epoch. A plain array: most parts have one time, for which a typed array costs too much. */
  readonly times: readonly number[];
  /** One row of `schema.names.length` values per time; NaN = missing. Never infinite. */
  readonly values: Float64Array;
  /** Whether other records bring more of the same moments, as with a sender of one record for each series. */
  readonly isPart?: true;
  /** The names whose values are totals that only grow, as the sender says: they are judged by their rate. */
  readonly counters?: readonly string[];
  /** Whether the host said goodbye with these. */
  readonly bye?: true;
  /** Values that were neither a number nor null, and attributes that were left out; absent without any. */
  readonly odd?: OddValues;
  /** All attributes of the machine; absent: as they were. */
  readonly attributes?: HostAttributes;
}

/** Facts of a machine beside its metrics, such as its region and type: texts by name. */
export type HostAttributes = Readonly<Record<string, string>>;

/** How many, and the first of them, as `cpu is "n/a"`. */
export interface OddValues {
  readonly count: number;
  readonly first: string;
}

/**
 * A list of feature names. The id is a hash of the names, so that equal lists have equal ids everywhere. Two lists may
 * still have one id, so the names must be compared before an id stands for a list.
 */
export interface Schema {
  /** `UNSTORED` for names of pieces. */
  readonly id: string;
  readonly names: readonly string[];
  /** The definitions of derived names; absent if all names are sent. */
  readonly defined?: Definitions;
  /** Declared units, by name; absent without any. Schemas that differ in units alone have the same metrics. */
  readonly units?: Units;
}

/** Names of pieces are not stored, only the names of the samples made of them. */
export const UNSTORED = "";

/** Hashes of the definitions of derived metrics, by name. Values of another definition belong to another metric. */
export type Definitions = Readonly<Record<string, string>>;

/** Whether any of the values is a number. */
export function hasNumber({ values }: HostSamples): boolean {
  return values.some((value) => !Number.isNaN(value));
}

export function sumOfOdd(a: OddValues | undefined, b: OddValues | undefined): OddValues | undefined {
  return a && b ? { ...a, count: a.count + b.count } : (a ?? b);
}

/** Hosts that name no group belong to this one. */
export const DEFAULT_GROUP = "default";

/**
 * The samples by ascending time; equal times stay in the order sent. Senders nearly always have them so. This lets the
 * first fresh time of a record be the key of its history, however often and late the record comes.
 */
export function inTimeOrder(samples: HostSamples): HostSamples {
  const { schema, times, values } = samples;
  if (isAscending(times)) return samples;
  const width = schema.names.length;
  const order = [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const sorted = new Float64Array(values.length);
  for (const [to, from] of order.entries()) sorted.set(values.subarray(from * width, (from + 1) * width), to * width);
  return { ...samples, times: order.map((i) => times[i] ?? 0), values: sorted };
}

function isAscending(times: readonly number[]): boolean {
  for (let i = 1; i < times.length; i++) if ((times[i] ?? 0) < (times[i - 1] ?? 0)) return false;
  return true;
}
