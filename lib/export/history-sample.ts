import type { Cause } from "../incident/cause.ts";
import type { Cell, Row } from "../table/columns.ts";
import { type Column, columns } from "../table/columns.ts";
import {
  HISTORY_HEAD,
  HISTORY_METRICS,
  type HistoryAnomaly,
  historyScore,
  type NamedReason,
  plainTime,
  truthWord,
} from "../table/metrics-history.ts";
import { csvLine } from "../table/text-format.ts";
import { BAND_SD } from "../watch/causes.ts";

/** A scored sample of a host. */
export interface ScoredSample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly names: readonly string[];
  /** One per name; NaN = missing. */
  readonly values: ArrayLike<number>;
  /** NaN while the host has no baseline. */
  readonly score: number;
  readonly isAnomaly: boolean;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** The metrics of our agent that stand for those of the history, and how many of their units make one of its. */
const SOURCES: Readonly<Record<(typeof HISTORY_METRICS)[number], readonly [metric: string, units: number]>> = {
  cpu_percent: ["cpu_busy_percent", 1],
  cpu_frequency: ["cpu_frequency_mhz", 1],
  memory_percent: ["memory_used_percent", 1],
  memory_available_gb: ["memory_available_bytes", GIB],
  disk_read_mb: ["disk_read_bytes_per_second", MIB],
  disk_write_mb: ["disk_write_bytes_per_second", MIB],
  network_sent_mb: ["network_out_bytes_per_second", MIB],
  network_recv_mb: ["network_in_bytes_per_second", MIB],
};

export const HISTORY_COLUMNS: readonly Column[] = [
  ...columns("text", "timestamp"),
  ...columns("number", ...HISTORY_METRICS),
  ...columns("text", "is_anomaly"),
  ...columns("number", "anomaly_score"),
];

export function historyRow(sample: ScoredSample): Row {
  const metrics = metricsOf(sample);
  return [plainTime(sample.time), ...metrics, truthWord(sample.isAnomaly), historyScore(sample.score)];
}

export const HISTORY_CSV_HEAD = csvLine(HISTORY_HEAD);

export function historyCsv(sample: ScoredSample): string {
  return csvLine(historyRow(sample).map((cell) => (known(cell) ? String(cell) : "")));
}

/** A metric of the history's own name comes first, else the one of our agent. */
function metricsOf({ names, values }: ScoredSample): number[] {
  return HISTORY_METRICS.map((metric) => {
    const own = names.indexOf(metric);
    if (own >= 0) return values[own] ?? Number.NaN;
    const [source, units] = SOURCES[metric];
    return (values[names.indexOf(source)] ?? Number.NaN) / units;
  });
}

/** An anomaly with the causes of its incident. */
export function historyAnomaly(sample: ScoredSample, causes: readonly Cause[], severity: string): HistoryAnomaly {
  const metrics = metricsOf(sample).map((value, i) => [HISTORY_METRICS[i], known(value) ? value : null]);
  return {
    ...{ time: sample.time, score: sample.score, severity },
    metrics: Object.fromEntries(metrics),
    reasons: causes.map(reasonOf),
  };
}

function reasonOf({ metric, now, expected, low, high, share, predicted }: Cause): NamedReason {
  const deviation = (now - expected) / ((high - low) / (2 * BAND_SD));
  return { metric, value: now, usual: expected, ...(predicted ? { predicted } : {}), deviation, share };
}

function known(cell: Cell): boolean {
  return cell !== undefined && !Number.isNaN(cell);
}
