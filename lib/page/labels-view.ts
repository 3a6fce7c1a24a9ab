import { type Conflicts, conflictsOf, isLabelled } from "../learn/conflicts.ts";
import { labelQueue } from "../learn/label-queue.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { incidentView } from "./incident-view.ts";
import { FEED_DAYS } from "./picture.ts";

const INCIDENTS_MAX = 5_000;
/** The few whose answers teach most: nobody answers a long list. */
const QUEUE_MAX = 10;
const CONFLICTS_MAX = 50;

/** The incidents of the last `FEED_DAYS` days to label, and the labels that contradict each other. */
export async function labelsView(incidents: Pick<IncidentStore, "feed">, now: number) {
  const found = await incidents.feed(now - FEED_DAYS * DAY_MS, now + DAY_MS, INCIDENTS_MAX);
  const labelled = found.filter(isLabelled);
  const queue = labelQueue(found);
  const { people, alike } = conflictsOf(labelled);
  const conflicts: Conflicts = { people: people.slice(0, CONFLICTS_MAX), alike: alike.slice(0, CONFLICTS_MAX) };
  return {
    queue: queue.slice(0, QUEUE_MAX).map(({ incident, alike }) => ({ ...incidentView(incident), alike })),
    unlabelled: queue.reduce((sum, { alike }) => sum + alike, 0),
    labelled: labelled.length,
    conflicts,
  };
}
