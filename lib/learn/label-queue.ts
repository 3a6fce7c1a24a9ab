import type { AnomalyIncident, Incident } from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { firstCauseOf } from "./conflicts.ts";

/** An incident that waits for an answer. */
export interface Question {
  readonly incident: AnomalyIncident;
  /** Unlabelled incidents of the host with the same first cause, itself included: one answer speaks for them. */
  readonly alike: number;
}

/**
 * The unlabelled incidents whose answers would teach most: those whose peak lies nearest to epsilon first, since there
 * a label moves epsilon most. Only one of a host's incidents with the same first cause is asked about.
 */
export function labelQueue(incidents: readonly Incident[]): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const incident of unlabelled(incidents)) {
    const key = JSON.stringify([incident.host, firstCauseOf(incident) ?? incident.id]);
    const known = questions.get(key);
    const asked = known && distanceOf(known.incident) <= distanceOf(incident) ? known.incident : incident;
    questions.set(key, { incident: asked, alike: (known?.alike ?? 0) + 1 });
  }
  return [...questions.values()].sort((a, b) => distanceOf(a.incident) - distanceOf(b.incident));
}

/** Those that a label can teach something: a silence and a rule's incident without an anomaly have no score. */
function unlabelled(incidents: readonly Incident[]): readonly AnomalyIncident[] {
  return incidents.flatMap((one) => (one.kind === "anomaly" && !one.label && ratioOf(one.peak) > 0 ? [one] : []));
}

/** How far the peak lies from epsilon, in logs. */
function distanceOf({ peak }: AnomalyIncident): number {
  return Math.abs(Math.log(ratioOf(peak)));
}
