import type { Cause } from "./cause.ts";
import type { Extent } from "./extent.ts";
import { type Ending, type Incident, sampleOf, subjectOf } from "./incident.ts";
import type { BaselineReference } from "./judgement.ts";
import type { Acknowledgement, Label } from "./label.ts";
import type { RuleHit } from "./rule-hit.ts";

/**
 * An incident as JSON and tables show it, one shape for all kinds. For a silence, `peak` is the last sample and
 * `lastAnomaly` the time when it was noticed. For a fleet, `lastAnomaly` is the time when it last grew. Version 0 of a
 * baseline means that there was none.
 */
export interface IncidentRecord {
  /** Absent of a run of anomalies or rule hits. */
  readonly kind?: "silent" | "fleet";
  readonly id: string;
  /** `group#…` of a fleet. */
  readonly host: string;
  readonly group: string;
  readonly revision: number;
  readonly opened: number;
  readonly lastAnomaly: number;
  readonly resolved?: number;
  readonly ending?: Ending;
  readonly samples: number;
  readonly anomalies: number;
  readonly peak: { readonly time: number; readonly score: number };
  readonly epsilon: number;
  readonly baseline: BaselineReference;
  readonly causes: readonly Cause[];
  readonly rules?: readonly RuleHit[];
  readonly extent?: Extent;
  readonly fleet?: string;
  readonly told?: true;
  readonly unstable?: true;
  readonly asked?: true;
  readonly reminded?: true;
  readonly texted?: true;
  readonly acknowledged?: Acknowledgement;
  readonly label?: Label;
  readonly earlierLabels?: readonly Label[];
}

export function recordOf(incident: Incident): IncidentRecord {
  const host = subjectOf(incident);
  const { time, judgement } = sampleOf(incident);
  const judged = {
    peak: { time, score: judgement?.score ?? 0 },
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
export function hasReturned({ resolved, ending }: Pick<Incident & { kind: "silent" }, "resolved" | "ending">): boolean {
  return resolved !== undefined && ending === undefined;
}
