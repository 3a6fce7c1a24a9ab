import { type Incident, sampleOf } from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { type Conflicts, conflictsOf, isLabelled } from "../learn/conflicts.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";
import { incidentView } from "./incident-view.ts";
import { FEED_DAYS } from "./picture.ts";

const INCIDENTS_MAX = 5_000;
const QUEUE_MAX = 30;
const CONFLICTS_MAX = 50;

/** The incidents of the last `FEED_DAYS` days to label, and the labels that contradict each other. */
export async function labelsView(incidents: Pick<IncidentStore, "feed">, now: number) {
  const found = await incidents.feed(now - FEED_DAYS * DAY_MS, now + DAY_MS, INCIDENTS_MAX);
  const labelled = found.filter(isLabelled);
  const open = found.filter((one) => !one.label && one.kind === "anomaly" && ratioOf(one.peak) > 0);
  const distanceOf = (incident: Incident) => Math.abs(Math.log(ratioOf(sampleOf(incident))));
  const { people, alike } = conflictsOf(labelled);
  const conflicts: Conflicts = { people: people.slice(0, CONFLICTS_MAX), alike: alike.slice(0, CONFLICTS_MAX) };
  return {
    /** Unlabelled incidents whose peak lies nearest to epsilon first: there a label moves epsilon most. */
    queue: open
      .toSorted((a, b) => distanceOf(a) - distanceOf(b))
      .slice(0, QUEUE_MAX)
      .map(incidentView),
    unlabelled: open.length,
    labelled: labelled.length,
    conflicts,
  };
}
