import { plainTime } from "../table/metrics-history.ts";
import type { Verdict } from "./row-scorer.ts";
import type { Sample } from "./training-rows.ts";

/** A judged row of the file. */
export interface Row extends Sample {
  readonly host?: string;
  readonly verdict: Verdict;
}

/** A column of the output. */
export interface Column {
  readonly title: string;
  /** `time`: milliseconds since the epoch. `score`: people see two decimals. `flag`: Yes or No. */
  readonly kind: "time" | "text" | "number" | "score" | "flag";
  /** Undefined: no value. */
  readonly of: (row: Row) => number | string | boolean | undefined;
}

/**
 * The file's own columns, then the score, titled `z` or `score`. Each member of an ensemble adds its ratio to its
 * threshold, titled by its detector. The last column says whether the row is an anomaly.
 */
export function plainLayout(
  { time, host, metrics }: { readonly time?: string; readonly host?: string; readonly metrics: readonly string[] },
  score: string,
  members: readonly string[] = [],
): readonly Column[] {
  return [
    ...(time === undefined ? [] : [timeColumn(time)]),
    ...(host === undefined ? [] : [{ title: host, kind: "text", of: (row: Row) => row.host } as const]),
    ...metrics.map((title, metric) => metricColumn(title, metric)),
    { title: score, kind: "score", of: ({ verdict }) => present(verdict.signed) },
    ...members.map((title, k) => ({ title, kind: "score", of: memberOf(k) }) as const),
    { title: "anomaly", kind: "flag", of: ({ verdict }) => judgement(verdict) },
  ];
}

export function timeColumn(title: string): Column {
  return { title, kind: "time", of: ({ time }) => time };
}

/** A metric by its index; -1 if the file does not have it. */
export function metricColumn(title: string, metric: number): Column {
  return { title, kind: "number", of: ({ values }) => present(values[metric]) };
}

/** Undefined if the value is missing. */
export function present(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function memberOf(k: number): Column["of"] {
  return ({ verdict }) => present(verdict.members?.[k]?.ratio);
}

function judgement({ score, isAnomaly }: Verdict): boolean | undefined {
  return Number.isNaN(score) ? undefined : isAnomaly;
}

/** A cell for people: scores and metrics with two decimals, Yes or No. */
export function shown({ kind, of }: Column, row: Row): string {
  const value = of(row);
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "string") return value;
  return kind === "time" ? plainTime(value) : value.toFixed(2);
}
