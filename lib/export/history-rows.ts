import type { Incident } from "../incident/incident.ts";
import { baselineOf } from "../learn/host-baseline.ts";
import type { Row } from "../table/columns.ts";
import { anomalyObject, forestSeverity, type Severities } from "../table/metrics-history.ts";
import { DAY_MS } from "../time.ts";
import { Flag } from "../watch/apply.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { createRescorer } from "../watch/rescore.ts";
import { historyAnomaly, historyRow, type ScoredSample } from "./history-sample.ts";
import type { ScorePorts } from "./score-rows.ts";
import type { NamedHost, Span } from "./span.ts";

/** A longer incident explains no sample here. */
const INCIDENT_MS_MAX = 7 * DAY_MS;

/** Yields the stored samples of a host as rows of `metrics_history.csv`. */
export async function* storedHistory(ports: ScorePorts, host: NamedHost, span: Span): AsyncGenerator<Row> {
  for await (const { sample } of scoredSamples(ports, host, span)) yield historyRow(sample);
}

/**
 * Yields the samples that were anomalies on arrival as objects of `anomalies.json`, with the causes of their incident.
 */
export async function* storedAnomalies(
  ports: ScorePorts & {
    readonly incidents: Pick<IncidentStore, "ofHost">;
    /** Those of a forest; absent: the usual ones. */
    readonly severities?: Severities | undefined;
  },
  host: NamedHost,
  span: Span,
): AsyncGenerator<object> {
  const incidents = await ports.incidents.ofHost(host.host, span.from - INCIDENT_MS_MAX, span.to);
  for await (const { sample, baseline } of scoredSamples(ports, host, span)) {
    if (!sample.isAnomaly) continue;
    const severity = severityOf(sample, baseline, ports.severities);
    yield anomalyObject(historyAnomaly(sample, causesAt(incidents, sample.time), severity));
  }
}

async function* scoredSamples({ history, baselines, policyOf }: ScorePorts, named: NamedHost, span: Span) {
  const { host, group } = named;
  const baseline = await baselineOf(baselines, named);
  const rescore = baseline && createRescorer(baseline, policyOf?.(host, group));
  for await (const chunk of history.read(host, span.from, span.to)) {
    const scores = rescore?.(chunk).scores ?? [];
    const { names } = chunk.schema;
    for (const [i, time] of chunk.times.entries()) {
      const values = chunk.values.subarray(i * names.length, (i + 1) * names.length);
      const isAnomaly = ((chunk.flags[i] ?? 0) & Flag.anomaly) !== 0;
      const sample: ScoredSample = { time, names, values, score: scores[i] ?? Number.NaN, isAnomaly };
      yield { sample, baseline };
    }
  }
}

function causesAt(incidents: readonly Incident[], time: number) {
  const found = incidents.find((one) => one.kind === "anomaly" && one.opened <= time && time <= one.lastAnomaly);
  return found?.kind === "anomaly" ? found.causes : [];
}

function severityOf({ score }: ScoredSample, baseline: Baseline | undefined, severities?: Severities): string {
  if (!baseline) return "unknown";
  if (baseline.model.detector === "iforest") return forestSeverity(score, severities);
  return `${(score / baseline.epsilon).toFixed(1)} times epsilon`;
}
