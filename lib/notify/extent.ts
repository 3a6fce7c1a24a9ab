import type { Extent, Incident } from "../watch/incident.ts";
import { SEVERAL } from "./words.ts";

/** An incident that was stored without its extent has no numbers to tell. */
const NO_EXTENT: Extent = { affected: 0, total: 0, silent: 0, first: [] };

/** How many hosts a fleet's incident is about. */
export function extentOf({ extent = NO_EXTENT }: Incident): Extent {
  return extent;
}

/** Whether all hosts of a fleet's incident have stopped sending. */
export function isAllSilent(incident: Incident): boolean {
  const { affected, silent } = extentOf(incident);
  return incident.kind === "fleet" && silent >= affected;
}

/** Whether nothing comes from anybody: then the hosts are not what is wrong. */
export function isNothing(incident: Incident): boolean {
  return incident.group === SEVERAL && isAllSilent(incident);
}
