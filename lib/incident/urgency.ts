import { type Incident, partOf, severityOf, subjectOf } from "./incident.ts";

/** Open incidents first, then the critical ones, then incidents of groups, then the newest. */
export function byUrgency(a: Incident, b: Incident): number {
  const byOpening = b.opened - a.opened;
  return urgencyOf(b) - urgencyOf(a) || byOpening || (subjectOf(a) < subjectOf(b) ? -1 : 1);
}

function urgencyOf(incident: Incident): number {
  if (incident.resolved !== undefined) return 0;
  return 1 + (severityOf(incident) === "critical" ? 2 : 0) + (incident.kind === "fleet" ? 1 : 0);
}

/** Leaves out the incidents of hosts whose group's incident is in the list: that one stands for all of these. */
export function withoutParts(incidents: readonly Incident[]): readonly Incident[] {
  const fleets = new Set(incidents.flatMap((one) => (one.kind === "fleet" ? [one.id] : [])));
  return incidents.filter((one) => !fleets.has(partOf(one) ?? ""));
}
