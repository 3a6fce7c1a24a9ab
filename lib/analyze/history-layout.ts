import type { DetectorChoice } from "../model/detector.ts";
import { anomalyObject, forestSeverity, HISTORY_METRICS, historyScore, truthWord } from "../table/metrics-history.ts";
import { type Column, metricColumn, present, type Row, timeColumn } from "./layout.ts";

/** The eleven columns of `metrics_history.csv`, whichever of them the file has. */
export function historyLayout(metrics: readonly string[]): readonly Column[] {
  return [
    timeColumn("timestamp"),
    ...HISTORY_METRICS.map((title) => metricColumn(title, metrics.indexOf(title))),
    { title: "is_anomaly", kind: "text", of: ({ verdict }) => truthWord(verdict.isAnomaly) },
    { title: "anomaly_score", kind: "number", of: ({ verdict }) => present(historyScore(verdict.score)) },
  ];
}

/** The object of an anomaly in `anomalies.json`; undefined for any other row. */
export function historyAnomaly(
  metrics: readonly string[],
  detector: DetectorChoice,
  { time, values, verdict }: Row,
): object | undefined {
  if (!verdict.isAnomaly) return undefined;
  const { score, excess, reasons } = verdict;
  return anomalyObject({
    ...{
      time,
      score,
      severity: detector === "iforest" ? forestSeverity(score) : `${excess.toFixed(1)} times the threshold`,
    },
    metrics: Object.fromEntries(metrics.map((name, j) => [name, present(values[j]) ?? null])),
    reasons: reasons.map((reason) => ({ ...reason, metric: metrics[reason.metric] ?? "" })),
  });
}
