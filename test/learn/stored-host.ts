import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import type { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { newHost } from "../../lib/watch/state.ts";
import { judged, keepChunk } from "../contract/examples.ts";
import { START, schemaOf, timeOf } from "../factories.ts";

/** An open incident from sample 50 to sample 54. */
export function openIncident(host: string): AnomalyIncident {
  const about = {
    id: host.toUpperCase().slice(-6).padStart(6, "X"),
    host,
    group: "web",
    revision: 1,
    samples: 10,
    anomalies: 5,
    causes: [],
  };
  return { kind: "anomaly", ...about, peak: judged(timeOf(50), 50, 8), opened: timeOf(50), lastAnomaly: timeOf(54) };
}

export const NOW = START + 24 * 3_600_000;
export const GAUSSIAN: FitSettings = { ...DEFAULT_SETTINGS, detector: "gaussian" };
export const settings = () => GAUSSIAN;

/**
 * A host whose metric swings between `level` − 1 and `level` + 1. With a verdict it has a fault of +10 at samples 50
 * to 54.
 */
export async function hostIn(
  stores: ReturnType<typeof createMemoryStores>,
  host: string,
  level: number,
  verdict?: Verdict,
  count = 100,
) {
  await stores.hosts.save({ ...newHost(host, "web"), seen: count, newest: timeOf(count - 1) });
  const strange = (i: number) => verdict !== undefined && i >= 50 && i < 55;
  const chunk: HistoryChunk = {
    host,
    schema: schemaOf("cpu"),
    times: Float64Array.from({ length: count }, (_, i) => timeOf(i)),
    values: Float64Array.from({ length: count }, (_, i) => level + (i % 2 ? 1 : -1) + (strange(i) ? 10 : 0)),
    flags: Uint8Array.from({ length: count }, (_, i) => (strange(i) ? Flag.anomaly | Flag.incident : 0)),
  };
  await keepChunk(stores, chunk);
  if (verdict === undefined) return;
  await stores.incidents.save({ ...openIncident(host), revision: 2, resolved: timeOf(59) });
  await stores.incidents.label(host, timeOf(50), { verdict, at: NOW, by: "jo" });
}
