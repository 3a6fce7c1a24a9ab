import { isActiveQuiet, type QuietPattern } from "../alert/quiet.ts";
import { type Conflicts, conflictsOf, isLabelled } from "../learn/conflicts.ts";
import { labelQueue } from "../learn/label-queue.ts";
import { patternText } from "../notify/explanation.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS } from "../time.ts";
import { incidentView } from "./incident-view.ts";
import { FEED_DAYS } from "./picture.ts";

const INCIDENTS_MAX = 5_000;
/** The few whose answers teach most: nobody answers a long list. */
const QUEUE_MAX = 10;
const CONFLICTS_MAX = 50;
/** The newest; `labels quiet` lists all. */
const QUIETS_MAX = 200;

/**
 * The incidents of the last `FEED_DAYS` days to label, labels that contradict each other, and the patterns that they
 * made quiet.
 */
export async function labelsView({ incidents, alerting }: Pick<Stores, "incidents" | "alerting">, now: number) {
  const [found, quiets] = await Promise.all([
    incidents.feed(now - FEED_DAYS * DAY_MS, now + DAY_MS, INCIDENTS_MAX),
    alerting.quiets(),
  ]);
  const labelled = found.filter(isLabelled);
  const queue = labelQueue(found);
  const { people, alike } = conflictsOf(labelled);
  const conflicts: Conflicts = { people: people.slice(0, CONFLICTS_MAX), alike: alike.slice(0, CONFLICTS_MAX) };
  return {
    queue: queue.slice(0, QUEUE_MAX).map(({ incident, alike }) => ({ ...incidentView(incident), alike })),
    unlabelled: queue.reduce((sum, { alike }) => sum + alike, 0),
    labelled: labelled.length,
    conflicts,
    quiets: quiets
      .filter((quiet) => isActiveQuiet(quiet, now))
      .sort((a, b) => b.since - a.since)
      .slice(0, QUIETS_MAX)
      .map(quietView),
  };
}

function quietView({ id, host, group, main, by, reason, since, until, incidents }: QuietPattern) {
  const what = patternText(main.pattern, { redact: false, name: (metric) => metric });
  return { id, host, group, what, by, reason, since, until, incidents };
}
