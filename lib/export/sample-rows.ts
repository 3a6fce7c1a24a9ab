import { type Column, columns, type Row } from "../table/columns.ts";
import type { HistoryStore } from "../watch/ports.ts";
import type { NamedHost, Span } from "./span.ts";

type History = Pick<HistoryStore, "read">;

/** A sample as `fleetwarden send` reads it (docs/wire-format.md). */
export interface PlainSample {
  readonly host: string;
  readonly group: string;
  /** ISO 8601. */
  readonly time: string;
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Names all metrics of these hosts in the span, because a table needs them before its first row. */
export async function metricNames(history: History, hosts: readonly NamedHost[], span: Span): Promise<string[]> {
  const names = new Set<string>();
  for (const { host } of hosts) {
    for await (const { schema } of history.read(host, span.from, span.to))
      for (const name of schema.names) names.add(name);
  }
  return [...names];
}

/** The columns of `sampleRows`, as `fleetwarden send` and `fit` read them. */
export function sampleColumns(names: readonly string[]): Column[] {
  return [...columns("text", "host", "group"), ...columns("time", "time"), ...columns("number", ...names)];
}

/** Yields the stored samples host by host, with one record in memory. */
export async function* sampleRows(
  history: History,
  hosts: readonly NamedHost[],
  names: readonly string[],
  span: Span,
): AsyncGenerator<Row> {
  for (const { host, group } of hosts) {
    for await (const { schema, times, values } of history.read(host, span.from, span.to)) {
      const width = schema.names.length;
      const places = names.map((name) => schema.names.indexOf(name));
      if (schema.names.some((name) => !names.includes(name)))
        throw new Error(`host ${host} has sent a new metric since the export began: export again`);
      for (const [i, time] of times.entries())
        yield [host, group, time, ...places.map((at) => (at < 0 ? undefined : values[i * width + at]))];
    }
  }
}

/** Yields the same samples as documents, which need no common columns. */
export async function* plainSamples(
  history: History,
  hosts: readonly NamedHost[],
  span: Span,
): AsyncGenerator<PlainSample> {
  for (const { host, group } of hosts) {
    for await (const { schema, times, values } of history.read(host, span.from, span.to)) {
      const width = schema.names.length;
      for (const [i, time] of times.entries()) {
        const metrics = schema.names.map((name, j) => [name, finite(values[i * width + j])] as const);
        yield { host, group, time: new Date(time).toISOString(), metrics: Object.fromEntries(metrics) };
      }
    }
  }
}

function finite(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
