import { type Column, metricColumn, plainTime, present, type Row, timeColumn } from "./layout.ts";

/** The files of the metrics history preset: `metrics_history.csv` and `anomalies.json`. */

/** The metrics that the preset reads. One that the file lacks is written empty. */
export const HISTORY_METRICS = [
  "cpu_percent",
  "cpu_frequency",
  "memory_percent",
  "memory_available_gb",
  "disk_read_mb",
  "disk_write_mb",
  "network_sent_mb",
  "network_recv_mb",
] as const;

/** The eleven columns of `metrics_history.csv`, whichever of them the file has. */
export function historyLayout(metrics: readonly string[]): readonly Column[] {
  return [
    timeColumn("timestamp"),
    ...HISTORY_METRICS.map((title) => metricColumn(title, metrics.indexOf(title))),
    { title: "is_anomaly", kind: "number", of: ({ verdict }) => Number(verdict.isAnomaly) },
    { title: "anomaly_score", kind: "number", of: ({ verdict }) => present(historyScore(verdict.score)) },
  ];
}

/** In these files a low score is strange, as in score_samples of scikit-learn. */
function historyScore(score: number): number {
  return -score;
}

/** The object of an anomaly in `anomalies.json`; undefined for any other row. */
export function historyAnomaly(metrics: readonly string[], { time, values, verdict }: Row): object | undefined {
  if (!verdict.isAnomaly) return undefined;
  const named = verdict.reasons.map((reason) => ({ ...reason, metric: metrics[reason.metric] ?? "" }));
  return {
    timestamp: time === undefined ? null : plainTime(time),
    score: historyScore(verdict.score),
    metrics: Object.fromEntries(metrics.map((name, j) => [name, present(values[j]) ?? null])),
    reason: named.map(reasonText).join(" | "),
    severity_factors: named.map(({ metric, value, usual, deviation, share }) => ({
      metric,
      value: rounded(value),
      usual: rounded(usual),
      deviation: rounded(deviation),
      share: rounded(share),
    })),
  };
}

interface NamedReason {
  readonly metric: string;
  readonly value: number;
  readonly usual: number;
  readonly deviation: number;
}

/** `cpu_percent 97 is high: usually 41 (4.2 sd)`. */
export function reasonText({ metric, value, usual, deviation }: NamedReason): string {
  const side = deviation < 0 ? "low" : "high";
  if (Number.isNaN(value)) return `${metric} is missing`;
  return `${metric} ${short(value)} is ${side}: usually ${short(usual)} (${Math.abs(deviation).toFixed(1)} sd)`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const DIGITS = 6;

/** JSON has no NaN, so a missing number is null. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
}
