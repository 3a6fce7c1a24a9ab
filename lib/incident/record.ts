import type { Extent } from "./extent.ts";
import { type AnomalyIncident, type Incident, type SilentIncident, sampleOf, subjectOf } from "./incident.ts";
import type { Judgement } from "./judgement.ts";

/**
 * The one shape in which JSON and tables show incidents of all kinds. For a silence, `peak` is the last sample and
 * `lastAnomaly` the time when a sweep noticed it. For a fleet, `host` is `group#…` and `lastAnomaly` the time when it
 * last grew. Version 0 stands for a missing baseline.
 */
export interface IncidentRecord extends Omit<AnomalyIncident, "kind" | "peak">, Omit<Judgement, "score" | "members"> {
  /** Absent for anomalies and rule hits. */
  readonly kind?: "silent" | "fleet";
  readonly peak: { readonly time: number } & Pick<Judgement, "score" | "members">;
  readonly extent?: Extent;
}

export function recordOf(incident: Incident): IncidentRecord {
  const host = subjectOf(incident);
  const { time, judgement } = sampleOf(incident);
  const judged = {
    peak: { time, score: judgement?.score ?? 0, ...(judgement?.members ? { members: judgement.members } : {}) },
    epsilon: judgement?.epsilon ?? 0,
    baseline: judgement?.baseline ?? { owner: incident.kind === "fleet" ? host : `host#${host}`, version: 0 },
  };
  switch (incident.kind) {
    case "anomaly": {
      const { kind: _, ...rest } = incident;
      return { ...rest, ...judged };
    }
    case "silent": {
      const { noticed, lastSample: _, ...rest } = incident;
      const counts = { samples: hasReturned(incident) ? 1 : 0, anomalies: 0, causes: [] };
      return { ...rest, ...judged, ...counts, lastAnomaly: noticed };
    }
    case "fleet": {
      const { grown, ...rest } = incident;
      return { ...rest, host, ...judged, lastAnomaly: grown };
    }
  }
}

/** Whether a silence ended because the host sent again. */
export function hasReturned({ resolved, ending }: SilentIncident): boolean {
  return resolved !== undefined && ending === undefined;
}
