import type { FleetIncident, Incident } from "../incident/incident.ts";
import { SEVERAL } from "./words.ts";

/** Whether all hosts of a fleet's incident have stopped sending. */
export function isAllSilent(incident: Incident): boolean {
  return incident.kind === "fleet" && incident.extent.silent >= incident.extent.affected;
}

/** Whether nothing comes from anybody: then the hosts are not what is wrong. */
export function isNothing(incident: FleetIncident): boolean {
  return incident.group === SEVERAL && isAllSilent(incident);
}
