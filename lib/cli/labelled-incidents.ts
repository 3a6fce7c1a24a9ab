import { incidentsIn } from "../export/incident-rows.ts";
import { isLabelled, type LabelledIncident } from "../learn/conflicts.ts";
import type { IncidentStore } from "../watch/ports.ts";

/** Incidents with a label that opened since then (ms), oldest first. */
export async function labelledSince(
  incidents: Pick<IncidentStore, "feed">,
  since: number,
  now: number,
): Promise<readonly LabelledIncident[]> {
  const found: LabelledIncident[] = [];
  for await (const incident of incidentsIn(incidents, {}, { from: since, to: now + 1 }))
    if (isLabelled(incident)) found.push(incident);
  return found;
}
