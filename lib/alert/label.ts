import { type Incident, partOf, subjectOf } from "../incident/incident.ts";
import type { Label } from "../incident/label.ts";
import { TIME_VERDICTS, type TimeLabel, timeLabelId } from "../incident/time-label.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import { AT_ONCE, inParallel } from "../watch/parallel.ts";
import type { IncidentStore } from "../watch/ports.ts";
import type { AlertingStore } from "./ports.ts";
import { type QuietPorts, quietenAll } from "./quieten.ts";

/** Characters of the note beside a label: it goes into the incident's item, and earlier labels keep theirs. */
export const NOTE_LENGTH_MAX = 500;

/** Members opened at most a minute before it; later ones may have been silent for an hour before a sweep noticed. */
const OPENED_BEFORE_MS = HOUR_MS;
const OPENED_AFTER_MS = MINUTE_MS;
/** Incidents searched for members: the number of hosts that Fleetwarden is made for. */
const INCIDENTS_MAX = 10_000;

/** A longer fault is no fault any more: refits look back no further. */
const TIME_MAX_MS = 30 * DAY_MS;
/** Refits read all of them. */
const TIME_LABELS_MAX = 10_000;

interface LabelPorts {
  readonly incidents: Pick<IncidentStore, "feed" | "label" | "ofHost">;
  readonly alerting: QuietPorts["alerting"];
}

/**
 * Labels an incident. With a fleet's incident, labels the incidents of the hosts that are part of it so far. The
 * fleet's own comes last: if something fails before it, the same answer again does the rest. Returns how many incidents
 * have the label.
 */
export async function labelIncident(ports: LabelPorts, incident: Incident, label: Label): Promise<number> {
  const { incidents } = ports;
  const members = incident.kind === "fleet" ? await membersOf(incidents, incident, label.at) : [];
  await inParallel(AT_ONCE, members, (one) => incidents.label(subjectOf(one), one.opened, label));
  await incidents.label(subjectOf(incident), incident.opened, label);
  await quietenAll(ports, incident.kind === "fleet" ? members : [incident], label.at);
  return members.length + 1;
}

async function membersOf(
  incidents: LabelPorts["incidents"],
  fleet: Incident,
  now: number,
): Promise<readonly Incident[]> {
  const from = fleet.opened - OPENED_BEFORE_MS;
  const to = (fleet.resolved ?? now) + OPENED_AFTER_MS;
  const found = await incidents.feed(from, to, INCIDENTS_MAX);
  return found.filter((one) => partOf(one) === fleet.id && one.group === fleet.group);
}

interface TimePorts {
  readonly incidents: Pick<IncidentStore, "ofHost" | "feed" | "label">;
  readonly alerting: Pick<AlertingStore, "timeLabels" | "saveTimeLabel"> & QuietPorts["alerting"];
}

/** A person's statement about a time of hosts (ms since the epoch, both ends included). */
export type Saying = Omit<TimeLabel, "id">;

/**
 * Labels a time: the incidents of the host that overlap it. Without any, it labels the time itself, as of an incident
 * that should have opened. For a group it is always the time. Throws a RangeError that says why it cannot be labelled.
 */
export async function labelTime({ incidents, alerting }: TimePorts, saying: Saying): Promise<readonly Incident[]> {
  const problem = problemOfTime(saying);
  if (problem !== undefined) throw new RangeError(problem);
  const { about, from, to, label } = saying;
  const opened = "host" in about ? await incidentsBetween(incidents, about.host, from, to) : [];
  for (const incident of opened) await labelIncident({ incidents, alerting }, incident, label);
  if (opened.length > 0) return opened;
  const [id, known] = [timeLabelId(about, from), await alerting.timeLabels()];
  if (known.length >= TIME_LABELS_MAX && !known.some((one) => one.id === id))
    throw new RangeError(`${TIME_LABELS_MAX} times have a label already: remove some by \`fleetwarden labels remove\``);
  await alerting.saveTimeLabel({ id, ...saying });
  return [];
}

/** Why a time cannot be labelled, in words; undefined if it can. */
export function problemOfTime({ from, to, label: { verdict, at } }: Saying): string | undefined {
  if (!TIME_VERDICTS.some((one) => one === verdict))
    return `no incident opened then, so ${verdict} says nothing: use ${TIME_VERDICTS.join(" or ")}`;
  if (!(from <= to)) return "it ends before it begins: swap from and to";
  if (to > at) return "it ends in the future: use a silence for what is to come";
  return to - from > TIME_MAX_MS ? "it lasts longer than 30 days: give a shorter time" : undefined;
}

/** A longer incident began before the history that refits look at. */
const LOOK_BACK_MS = 30 * DAY_MS;

/** The host's incidents that were open at any moment from `from` to `to`. */
export async function incidentsBetween(
  incidents: Pick<IncidentStore, "ofHost">,
  host: string,
  from: number,
  to: number,
): Promise<readonly Incident[]> {
  const opened = await incidents.ofHost(host, from - LOOK_BACK_MS, to + 1);
  return opened.filter(({ resolved = Number.POSITIVE_INFINITY }) => resolved >= from);
}
