import { fleet } from "./store.js";

/** Whether a group's incident stands for it. */
export function isPart({ fleet: of }) {
  return of !== undefined;
}

export function isOpen(incident) {
  return !isPart(incident) && incident.resolved === undefined;
}

/** Open incidents first, then the critical ones, then those of groups, then the newest. */
export function byUrgency(a, b) {
  return urgencyOf(b) - urgencyOf(a) || b.opened - a.opened || (a.key < b.key ? -1 : 1);
}

function urgencyOf({ resolved, severity, kind }) {
  if (resolved !== undefined) return 0;
  return 1 + (severity === "critical" ? 2 : 0) + (kind === "fleet" ? 1 : 0);
}

/** The open incidents of groups and of single hosts, the most urgent first. */
export function openIncidents() {
  return [...fleet.incidents.values()].filter(isOpen).sort(byUrgency);
}

/** The open incident of a group with this id, if the page knows it. */
export function fleetIncident(id) {
  return openIncidents().find((incident) => incident.kind === "fleet" && incident.id === id);
}
