import type { Extent, Incident } from "../watch/incident.ts";
import { SEVERAL } from "./words.ts";

/** An incident that was stored without its extent has no numbers to tell. */
const NO_EXTENT: Extent = { affected: 0, total: 0, silent: 0, first: [] };

/** How many hosts a fleet's incident is about. */
export function extentOf({ extent = NO_EXTENT }: Incident): Extent {
  return extent;
}

/** Whether nothing comes from anybody: then the hosts are not what is wrong. */
export function isNothing(incident: Incident): boolean {
  const { affected, silent } = extentOf(incident);
  return incident.group === SEVERAL && silent >= affected;
}
