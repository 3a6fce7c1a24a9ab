import { type Incident, partOf, subjectOf } from "../incident/incident.ts";
import type { Label } from "../incident/label.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { IncidentStore } from "../watch/ports.ts";

/** Of what is said with a label, in characters: it goes into the incident's item, and earlier labels keep theirs. */
export const NOTE_LENGTH_MAX = 500;

/** Members opened at most a minute before it; later ones may have been silent for an hour before anybody noticed. */
const OPENED_BEFORE_MS = HOUR_MS;
const OPENED_AFTER_MS = MINUTE_MS;
/** Incidents looked through for members, and labelled at once: as many as hosts that Fleetwarden is made for. */
const INCIDENTS_MAX = 10_000;
const LABELS_AT_ONCE = 25;

type LabelPorts = Pick<IncidentStore, "feed" | "label">;

/**
 * Labels an incident, and with a fleet's those of the hosts that are part of it so far. The fleet's own comes last:
 * where something fails before it, the same answer again does the rest. Returns how many incidents have the label.
 */
export async function labelIncident(incidents: LabelPorts, incident: Incident, label: Label): Promise<number> {
  const members = incident.kind === "fleet" ? await membersOf(incidents, incident, label.at) : [];
  for (let i = 0; i < members.length; i += LABELS_AT_ONCE) {
    const some = members.slice(i, i + LABELS_AT_ONCE);
    await Promise.all(some.map((one) => incidents.label(subjectOf(one), one.opened, label)));
  }
  await incidents.label(subjectOf(incident), incident.opened, label);
  return members.length + 1;
}

async function membersOf(incidents: LabelPorts, fleet: Incident, now: number): Promise<readonly Incident[]> {
  const from = fleet.opened - OPENED_BEFORE_MS;
  const to = (fleet.resolved ?? now) + OPENED_AFTER_MS;
  const found = await incidents.feed(from, to, INCIDENTS_MAX);
  return found.filter((one) => partOf(one) === fleet.id && one.group === fleet.group);
}
