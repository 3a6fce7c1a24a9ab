import type { AnomalyIncident, FleetIncident, Incident } from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { withoutParts } from "../incident/urgency.ts";
import { firstCauseOf } from "./conflicts.ts";

/** An incident that waits for an answer. */
export interface Question {
  readonly incident: AnomalyIncident | FleetIncident;
  /**
   * Unlabelled incidents for which one answer speaks, itself included. These are the host's incidents with the same
   * first cause, or the incidents of the hosts that are part of a group's incident.
   */
  readonly alike: number;
}

/**
 * The unlabelled incidents whose answers would teach most. One answer about a group's incident labels all its hosts, so
 * these come first, the largest before the others. Then come those whose peak lies nearest to epsilon, since there a
 * label moves epsilon most. Only one of a host's incidents with the same first cause is asked about.
 */
export function labelQueue(incidents: readonly Incident[]): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const incident of unlabelled(withoutParts(incidents))) {
    const isFleet = incident.kind === "fleet";
    const key = JSON.stringify(isFleet ? [incident.id] : [incident.host, firstCauseOf(incident) ?? incident.id]);
    const known = questions.get(key);
    const asked = known && distanceOf(known.incident) <= distanceOf(incident) ? known.incident : incident;
    questions.set(key, { incident: asked, alike: isFleet ? incident.extent.affected : (known?.alike ?? 0) + 1 });
  }
  return [...questions.values()].sort(
    (a, b) => hostsIn(b) - hostsIn(a) || distanceOf(a.incident) - distanceOf(b.incident),
  );
}

/** Incidents from whose label a fit can learn: a silence and a rule's incident without an anomaly have no score. */
function unlabelled(incidents: readonly Incident[]): readonly Question["incident"][] {
  return incidents.flatMap((one) => (one.kind !== "silent" && !one.label && ratioOf(one.peak) > 0 ? [one] : []));
}

function hostsIn({ incident, alike }: Question): number {
  return incident.kind === "fleet" ? alike : 0;
}

/** How far the peak lies from epsilon, in logs. */
function distanceOf({ peak }: Question["incident"]): number {
  return Math.abs(Math.log(ratioOf(peak)));
}
