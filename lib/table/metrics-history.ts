/**
 * The files of a metrics history: `metrics_history.csv`, `anomalies.json` and a log for people, as a monitor of one
 * machine writes them by an isolation forest.
 */

/** The metrics of the history; a missing one is written empty. */
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

export const HISTORY_HEAD = ["timestamp", ...HISTORY_METRICS, "is_anomaly", "anomaly_score"] as const;

/** The part of one metric in an anomaly. */
export interface NamedReason {
  readonly metric: string;
  /** NaN: it is missing. */
  readonly value: number;
  readonly usual: number;
  /** `usual` is what the other metrics and the rows before predict. */
  readonly predicted?: true;
  /** value − usual in standard deviations. */
  readonly deviation: number;
  /** Its share of the score, 0 to 1. */
  readonly share: number;
}

/** In these files a low score is strange, as in score_samples of scikit-learn. */
export function historyScore(score: number): number {
  return -score;
}

/** As Python prints it. */
export function truthWord(isTrue: boolean): "True" | "False" {
  return isTrue ? "True" : "False";
}

export interface HistoryAnomaly {
  /** Milliseconds since the epoch; absent: unknown. */
  readonly time: number | undefined;
  /** As the detector has it: high is strange. */
  readonly score: number;
  /** Null for missing values. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly reasons: readonly NamedReason[];
  /** In the words of the detector. */
  readonly severity: string;
}

/** The object of an anomaly in `anomalies.json`. */
export function anomalyObject({ time, score, metrics, reasons, severity }: HistoryAnomaly): object {
  return {
    timestamp: time === undefined ? null : plainTime(time),
    anomaly_score: historyScore(score),
    metrics,
    reason: reasons.map(reasonText).join(" | "),
    severity_factors: [`severity ${severity}`, ...reasons.map(factorText)],
  };
}

/** The line of the `number`-th anomaly in the log. */
export function anomalyLine(number: number, { time = 0, score, reasons, severity }: HistoryAnomaly): string {
  const parts = [
    `ANOMALY #${number} DETECTED at ${plainTime(time)}`,
    `score ${fourDigits(historyScore(score))}`,
    `severity ${severity}`,
    ...reasons.map(reasonText),
  ];
  return `${parts.join(" | ")}\n`;
}

/** Where severities begin, on the forest's scale of 0 to 1; a score at a bound has the lower severity. */
export interface Severities {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
}

export const FOREST_SEVERITIES: Severities = { critical: 0.7, high: 0.5, medium: 0.3 };

export function forestSeverity(
  score: number,
  { critical, high, medium } = FOREST_SEVERITIES,
): "critical" | "high" | "medium" | "low" {
  if (score > critical) return "critical";
  if (score > high) return "high";
  return score > medium ? "medium" : "low";
}

/** `cpu_percent 97 is high: usually 41 (4.2 sd)`, or `expected 41 from the other metrics` in its place. */
export function reasonText({ metric, value, usual, predicted, deviation }: Omit<NamedReason, "share">): string {
  const side = deviation < 0 ? "low" : "high";
  if (Number.isNaN(value)) return `${metric} is missing`;
  const compared = predicted ? `expected ${fourDigits(usual)} from the other metrics` : `usually ${fourDigits(usual)}`;
  return `${metric} ${fourDigits(value)} is ${side}: ${compared} (${Math.abs(deviation).toFixed(1)} sd)`;
}

function factorText({ metric, value, usual, deviation, share }: NamedReason): string {
  const percent = `${Math.round(100 * share)} % of the score`;
  if (Number.isNaN(value)) return `${metric}: missing, ${percent}`;
  const sign = deviation < 0 ? "" : "+";
  return `${metric}: ${fourDigits(value)} instead of ${fourDigits(usual)}, ${sign}${deviation.toFixed(1)} sd, ${percent}`;
}

export function fourDigits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `2025-03-01T20:00:00Z`, with milliseconds unless they are 0. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** `2025-03-01 20:00:00`, UTC. */
export function plainTime(ms: number): string {
  return isoTime(ms).replace("T", " ").replace("Z", "");
}
