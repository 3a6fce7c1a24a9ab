import { DAY_MS } from "../time.ts";
import type { HistoryChunk } from "../watch/history.ts";
import { METRICS_MAX } from "../wire/limits.ts";
import type { Schema } from "../wire/samples.ts";
import { definitionOf, isSameSchema, schemaWith } from "../wire/schemas.ts";

/** A metric is usually there if this share of the samples of a day, or of a week, have it. */
const USUAL_SHARE = 0.5;

/** The last day shows new metrics, and the last week those that have vanished since. */
const SPANS_MS = [DAY_MS, 7 * DAY_MS];

/**
 * The metrics to fit: the newest chunk's metrics, and metrics that are usually there. So a sender that is late, or gone
 * for an hour, leaves no gap in the baseline. Undefined without history.
 */
export function usualSchema(chunks: readonly HistoryChunk[]): Schema | undefined {
  const newest = chunks.at(-1);
  if (!newest) return undefined;
  if (chunks.every(({ schema }) => isSameSchema(schema, newest.schema))) return newest.schema;
  const now = Math.max(...newest.times);
  const usual = SPANS_MS.flatMap((span) => usualIn(chunks, now - span));
  const found = new Map<string, Metric["definition"]>();
  // The newer one of two definitions of a name counts.
  for (const { name, definition } of [...metricsOf(newest.schema), ...usual])
    if (!found.has(name)) found.set(name, definition);
  return schemaWith([...found.keys()].slice(0, METRICS_MAX), Object.fromEntries(found));
}

interface Metric {
  readonly name: string;
  /** Undefined for a metric that is sent. */
  readonly definition: string | undefined;
}

function metricsOf(schema: Schema): readonly Metric[] {
  return schema.names.map((name) => ({ name, definition: definitionOf(schema, name) }));
}

/** The metrics with values in enough of the samples since `from` (ms). */
function usualIn(chunks: readonly HistoryChunk[], from: number): readonly Metric[] {
  const counts = new Map<string, { readonly metric: Metric; count: number }>();
  let samples = 0;
  for (const { schema, times, values } of chunks) {
    const metrics = metricsOf(schema).map((metric) => counted(counts, metric));
    for (const [row, time] of times.entries()) {
      if (time <= from) continue;
      samples++;
      for (const [i, one] of metrics.entries())
        if (!Number.isNaN(values[row * metrics.length + i] ?? Number.NaN)) one.count++;
    }
  }
  return [...counts.values()]
    .filter(({ count }) => count > 0 && count >= USUAL_SHARE * samples)
    .map(({ metric }) => metric);
}

function counted(counts: Map<string, { readonly metric: Metric; count: number }>, metric: Metric) {
  const key = `${metric.definition ?? ""} ${metric.name}`;
  const known = counts.get(key) ?? { metric, count: 0 };
  counts.set(key, known);
  return known;
}
