import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import type { HistoryChunk } from "../watch/history.ts";

/** Numbers of the features of all rows fitted to: 256 MB. A month by the minute has 5 million at 38 metrics. */
const NUMBERS_MAX = 32_000_000;
const FEATURES_PER_METRIC = 3;
/** A chunk takes about 1 KB beside its values. A month of records of one sample each 10 s has 259,200 chunks. */
const CHUNKS_MAX = 300_000;

/** With every 16th hour, each day has an hour. */
const HOURS_STEP_MAX = 16;
/** Calendar bands have a slot for each quarter of an hour, and a slot without samples has no band. */
const QUARTER_MS = 15 * MINUTE_MS;

/**
 * Gathers a history and meanwhile thins one that is too large. An incident of eleven days with 256 metrics a second
 * has 2 GB, more than the refit function. Such a host would end each run before the thinning.
 */
export async function gatherThinned(history: AsyncIterable<HistoryChunk>): Promise<readonly HistoryChunk[]> {
  let kept: HistoryChunk[] = [];
  let room = 0;
  let step = 1;
  for await (const chunk of history) {
    if (!isKept(chunk, step)) continue;
    kept.push(chunk);
    room += roomOf(chunk);
    while (room > 1) {
      step *= 2;
      kept = kept.filter((one) => isKept(one, step));
      room = kept.reduce((sum, one) => sum + roomOf(one), 0);
    }
  }
  return kept;
}

/** The share of the room for a history that a chunk takes. */
function roomOf({ values }: HistoryChunk): number {
  return Math.max((FEATURES_PER_METRIC * values.length) / NUMBERS_MAX, 1 / CHUNKS_MAX);
}

/**
 * Whether a chunk is among one in `step`, a power of two. All that a larger step keeps, a smaller one keeps too. Whole
 * hours stay, shifted each day so that all hours of the day remain. If they are still too many, only the first part of
 * each quarter of an hour stays.
 */
function isKept({ times: [time = 0] }: HistoryChunk, step: number): boolean {
  const hours = Math.min(step, HOURS_STEP_MAX);
  const place = Math.floor((time % DAY_MS) / HOUR_MS) + Math.floor(time / DAY_MS);
  return place % hours === 0 && time % QUARTER_MS < Math.floor((QUARTER_MS * hours) / step);
}
