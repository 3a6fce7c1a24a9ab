import { setImmediate } from "node:timers/promises";
import type { HistoryChunk } from "../watch/history.ts";

/** Samples scored without a pause: few enough that other requests do not wait noticeably. */
const SAMPLES_AT_ONCE = 500;

/** Lets other requests run in between. */
export async function* unhurried(chunks: AsyncIterable<HistoryChunk>): AsyncGenerator<HistoryChunk> {
  let samples = 0;
  for await (const chunk of chunks) {
    yield chunk;
    samples += chunk.times.length;
    if (samples < SAMPLES_AT_ONCE) continue;
    samples = 0;
    await setImmediate();
  }
}
