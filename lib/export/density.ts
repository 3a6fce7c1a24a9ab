import { type Incident, sampleOf } from "../incident/incident.ts";
import { scoreOf } from "../model/gaussian.ts";
import { HOUR_MS } from "../time.ts";
import { type Baseline, project } from "../watch/baseline.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { BaselineStore, HistoryStore } from "../watch/ports.ts";

/** The density that a Gaussian gives one sample alone. */
interface Density {
  /** ln p(x). */
  readonly logDensity: number;
  /** p(x); null where it is too small for a double. */
  readonly density: number | null;
}

/** ln p(x) of each sample of a chunk; undefined where the baseline is no Gaussian. */
export function logDensities({ model, schema }: Baseline, chunk: HistoryChunk): Float64Array | undefined {
  if (model.detector !== "gaussian") return undefined;
  const values = project(chunk.values, chunk.schema, schema);
  return chunk.times.map((_, row) => model.logPeak - scoreOf(model, values, row * schema.names.length));
}

/** A record's samples lie within this time of its first. */
const RECORD_MS_MAX = HOUR_MS;

/**
 * The density of an incident's worst sample, by the Gaussian that judged it. Undefined if another detector judged it,
 * another version is active by now, or the history no longer has the sample.
 */
export async function densityOfPeak(
  {
    history,
    baselines,
  }: { readonly history: Pick<HistoryStore, "read">; readonly baselines: Pick<BaselineStore, "active"> },
  incident: Incident,
): Promise<Density | undefined> {
  const { time, judgement } = sampleOf(incident);
  if (incident.kind !== "anomaly" || !judgement) return undefined;
  const { owner, version } = judgement.baseline;
  const baseline = (await baselines.active([owner])).get(owner);
  if (baseline?.version !== version) return undefined;
  for await (const chunk of history.read(incident.host, time - RECORD_MS_MAX, time + 1)) {
    const logDensity = logDensities(baseline, chunk)?.[chunk.times.indexOf(time)];
    if (logDensity !== undefined) return { logDensity, density: Math.exp(logDensity) || null };
  }
  return undefined;
}

/** `log-density -18.9, p(x) = 6.08e-9`; with many metrics `log-density -912, p(x) < 4.94e-324`, the least double. */
export function densityInWords({ logDensity, density }: Density): string {
  const short = (value: number) => Number(value.toPrecision(3));
  const p = density === null ? "p(x) < 4.94e-324" : `p(x) = ${short(density)}`;
  return `log-density ${short(logDensity)}, ${p}`;
}
