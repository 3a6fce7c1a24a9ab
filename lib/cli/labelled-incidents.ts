import { isLabelled, type LabelledIncident } from "../learn/conflicts.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { CliError } from "./errors.ts";

/** All with their causes are about 100 MB. */
const INCIDENTS_MAX = 50_000;

/** Incidents with a label that opened since then (ms), oldest first. */
export async function labelledSince(
  incidents: Pick<IncidentStore, "feed">,
  since: number,
  now: number,
): Promise<readonly LabelledIncident[]> {
  const found = await incidents.feed(since, now + 1, INCIDENTS_MAX);
  if (found.length === INCIDENTS_MAX)
    throw new CliError(`more than ${INCIDENTS_MAX} incidents: look back less far with --since`);
  return found.filter(isLabelled).reverse();
}
