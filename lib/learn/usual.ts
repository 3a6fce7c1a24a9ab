import { DAY_MS } from "../time.ts";
import type { HistoryChunk } from "../watch/history.ts";
import { METRICS_MAX } from "../wire/limits.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaId } from "../wire/schemas.ts";

/** A metric with a value in so many of the samples of a day, or of a week, is usually there. */
const USUAL_SHARE = 0.5;

/** The last day shows what is new, the last week what has vanished since. */
const SPANS_MS = [DAY_MS, 7 * DAY_MS];

/**
 * The metrics to fit: those of the newest chunk, and those that are usually there. So a sender that is late, or gone
 * since an hour, leaves no gap in the baseline. Undefined without history.
 */
export function usualSchema(chunks: readonly HistoryChunk[]): Schema | undefined {
  const newest = chunks.at(-1);
  if (!newest) return undefined;
  if (chunks.every(({ schema }) => schema.id === newest.schema.id)) return newest.schema;
  const now = Math.max(...newest.times);
  const usual = SPANS_MS.flatMap((span) => usualIn(chunks, now - span));
  const names = [...new Set([...newest.schema.names, ...usual])].slice(0, METRICS_MAX);
  return { id: schemaId(names), names };
}

/** The names with values in enough of the samples since `from` (ms). */
function usualIn(chunks: readonly HistoryChunk[], from: number): readonly string[] {
  const counts = new Map<string, number>();
  let samples = 0;
  for (const { schema, times, values } of chunks) {
    for (const [row, time] of times.entries()) {
      if (time <= from) continue;
      samples++;
      for (const [i, name] of schema.names.entries()) {
        const value = values[row * schema.names.length + i] ?? Number.NaN;
        if (!Number.isNaN(value)) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
  }
  return [...counts].filter(([, count]) => count >= USUAL_SHARE * samples).map(([name]) => name);
}
