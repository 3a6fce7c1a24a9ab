import type { Schema } from "../wire/samples.ts";
import { Flag, type FoldedPart } from "./fold.ts";

/** Samples of one host kept for refits: those of one record that were not known before. */
export interface HistoryChunk {
  readonly host: string;
  readonly schema: Schema;
  /** Milliseconds since the epoch; the first is the chunk's key. */
  readonly times: Float64Array;
  /** Row-major, NaN = missing. */
  readonly values: Float64Array;
  /** Bits of `Flag` for each sample. */
  readonly flags: Uint8Array;
}

/** Of calm records, one in this many is kept: a day of a host at 10 s is then 2,160 samples, enough for a covariance of 38 features. */
const CALM_SHARE = 4;
/** A host with fewer samples than this (a day at 10 s) is young: everything is kept. */
export const YOUNG_BELOW = 8_640;

/** What to keep of a folded part, if anything: all of the young, of the anomalous, and a fixed share of the calm. */
export function chunkOf({ part, times, flags }: FoldedPart, seen: number): HistoryChunk | undefined {
  const { host, schema, values } = part;
  let first: number | undefined;
  let strange = 0;
  for (let i = 0; i < times.length; i++) {
    const flag = flags[i] ?? 0;
    strange |= flag & (Flag.anomaly | Flag.incident);
    if (!(flag & Flag.duplicate)) first ??= times[i];
  }
  if (first === undefined) return undefined;
  if (!strange && seen >= YOUNG_BELOW && !isInShare(host, first)) return undefined;
  const fresh = [...flags.keys()].filter((i) => !((flags[i] ?? 0) & Flag.duplicate));
  const width = schema.names.length;
  return {
    host,
    schema,
    times: Float64Array.from(fresh, (i) => times[i] ?? 0),
    values:
      fresh.length === times.length
        ? values
        : Float64Array.from(fresh.flatMap((i) => [...values.subarray(i * width, (i + 1) * width)])),
    flags: Uint8Array.from(fresh, (i) => flags[i] ?? 0),
  };
}

/**
 * A hash decides, so that a record delivered again is decided the same: FNV-1a over the host and the time, mixed as
 * MurmurHash3 ends, since FNV's low bits are poor. It need not withstand an attacker, and a digest would cost a third
 * of what parsing the record does.
 */
function isInShare(host: string, time: number): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < host.length; i++) hash = Math.imul(hash ^ host.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (time >>> 0), 0x01000193) ^ Math.floor(time / 2 ** 32);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % CALM_SHARE === 0;
}
