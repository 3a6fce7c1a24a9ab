import { DAY_MS, SECOND_MS } from "../time.ts";
import type { HostSamples, Schema } from "../wire/samples.ts";
import { Flag, type FoldedPart } from "./apply.ts";
import type { Judge } from "./judged.ts";
import type { HostState } from "./state.ts";

/** Samples of one host kept for refits: the new ones of one record. */
export interface HistoryChunk {
  readonly host: string;
  readonly schema: Schema;
  /** Milliseconds since the epoch; the first is the chunk's key. */
  readonly times: Float64Array;
  /** Row-major, NaN = missing. */
  readonly values: Float64Array;
  /** Bits of `Flag` for each sample. */
  readonly flags: Uint8Array;
  /** The version that judged them; absent while the host learned, and in chunks of earlier releases. */
  readonly judge?: Judge;
}

/**
 * Calm samples kept per day: enough for a covariance of 114 features in two days; all at 10 s would cost four times as
 * much.
 */
const KEPT_PER_DAY = 2_160;
/** Calm samples are kept or dropped in blocks of this many, so that history has changes between neighbours. */
const BLOCK_SAMPLES = 60;
/** A host with fewer samples than this (a day at 10 s) is young: everything is kept. */
export const YOUNG_BELOW = 8_640;

/** The thinning of a host's calm history: one block of time in `oneIn`. */
export interface Thinning {
  readonly oneIn: number;
  readonly blockMs: number;
}

/** Undefined for a young host, and for one that sends no more than the history keeps. */
export function thinningOf({
  seen,
  since,
  newest,
}: Pick<HostState, "seen" | "since" | "newest">): Thinning | undefined {
  if (seen < YOUNG_BELOW) return undefined;
  const interval = Math.max(SECOND_MS, Math.round((newest - since) / seen / SECOND_MS) * SECOND_MS);
  const oneIn = Math.floor(DAY_MS / interval / KEPT_PER_DAY);
  return oneIn > 1 ? { oneIn, blockMs: BLOCK_SAMPLES * interval } : undefined;
}

/**
 * The number of samples that each sample of a stored chunk represents. A calm one, once the host was no longer young,
 * also represents those left out. The mean sampling interval tells when that was.
 */
export function weigherOf(state: Pick<HostState, "seen" | "since" | "newest">): (chunk: HistoryChunk) => number {
  const thinning = thinningOf(state);
  if (!thinning) return () => 1;
  const { seen, since, newest } = state;
  const thinnedFrom = since + (YOUNG_BELOW * (newest - since)) / seen;
  return ({ times, flags }) => ((times[0] ?? 0) < thinnedFrom || flags.some(isStrange) ? 1 : thinning.oneIn);
}

/**
 * The chunks to keep of a batch. A copy of a record may begin with the same sample, and the store keeps the first of
 * both. That is the record itself, not the copy, some of whose samples were duplicates.
 */
export function chunksOf(parts: readonly FoldedPart[], thinning: Thinning | undefined): readonly HistoryChunk[] {
  const chunks = new Map<number, HistoryChunk>();
  for (const part of parts) {
    const chunk = chunkOf(part, thinning);
    const first = chunk?.times[0];
    if (chunk && first !== undefined && !chunks.has(first)) chunks.set(first, chunk);
  }
  return [...chunks.values()];
}

/** The part of a folded part to keep, if any: all of an anomalous one, and the calm ones that the thinning leaves. */
function chunkOf({ part, times, flags, judge }: FoldedPart, thinning: Thinning | undefined): HistoryChunk | undefined {
  const { host, schema, values } = part;
  const fresh = [...flags.keys()].filter((i) => !((flags[i] ?? 0) & Flag.duplicate));
  const [first] = fresh;
  if (first === undefined) return undefined;
  if (!flags.some(isStrange) && !isChosen(host, times[first] ?? 0, thinning)) return undefined;
  const width = schema.names.length;
  return {
    host,
    schema,
    times: Float64Array.from(fresh, (i) => times[i] ?? 0),
    values: Float64Array.from(fresh.flatMap((i) => [...values.subarray(i * width, (i + 1) * width)])),
    flags: Uint8Array.from(fresh, (i) => flags[i] ?? 0),
    ...(judge ? { judge } : {}),
  };
}

/** Whether a calm record will probably be kept: its clock may be wrong, and some of its samples may be duplicates. */
export function mayKeep({ host, times }: HostSamples, thinning: Thinning | undefined): boolean {
  return isChosen(host, times[0] ?? 0, thinning);
}

function isChosen(host: string, time: number, thinning: Thinning | undefined): boolean {
  return !thinning || isKept(host, Math.floor(time / thinning.blockMs), thinning.oneIn);
}

function isStrange(flag: number): boolean {
  return (flag & (Flag.anomaly | Flag.incident)) !== 0;
}

/**
 * A hash decides, so that a record delivered again gets the same decision: FNV-1a over the host and the block, mixed as
 * MurmurHash3 ends, since FNV's low bits are poor. It need not withstand an attacker, and a digest would cost a third
 * of the time that parsing the record takes.
 */
function isKept(host: string, block: number, oneIn: number): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < host.length; i++) hash = Math.imul(hash ^ host.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ block, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % oneIn === 0;
}
