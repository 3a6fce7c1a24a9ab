import { labelIncident } from "../alert/label.ts";
import type { AlertingStore } from "../alert/ports.ts";
import type { Silence } from "../alert/silence.ts";
import { incidentId } from "../incident/id.ts";
import { type Incident, subjectOf } from "../incident/incident.ts";
import {
  type Acknowledgement,
  type Category,
  EARLIER_LABELS_MAX,
  type Label,
  type Verdict,
} from "../incident/label.ts";
import { HOUR_MS } from "../time.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import { retireHost } from "../watch/retire.ts";

/** An answer that a button gives. */
export type Answer =
  | { readonly kind: "label"; readonly verdict: Verdict; readonly category?: Category }
  | { readonly kind: "acknowledge" }
  | { readonly kind: "silence"; readonly hours: number }
  | { readonly kind: "retire" };

/** The person, the link, the time and the note of an answer. */
export interface Answerer {
  readonly link: string;
  readonly name: string | undefined;
  readonly note: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The saved answer. */
export type Saved =
  | { readonly kind: "label"; readonly label: Label; readonly incidents: number }
  | { readonly kind: "acknowledge"; readonly acknowledged: Acknowledgement }
  | { readonly kind: "silence"; readonly silence: Silence }
  | { readonly kind: "retire" };

/** Why nothing was saved, and what to do instead. */
export interface Refusal {
  readonly refused: string;
}

export interface AnswerPorts {
  readonly incidents: Pick<IncidentStore, "label" | "acknowledge" | "feed" | "save" | "ofHost">;
  readonly alerting: Pick<AlertingStore, "silences" | "saveSilence" | "quiets" | "saveQuiet">;
  readonly hosts: Pick<HostStore, "load" | "save">;
}

/** In the 30 days of a link this many silences are a habit; the command line has windows for that. */
const SILENCES_PER_LINK_MAX = 20;

/** Saves an answer. Repeating it by the same link changes nothing. */
export function saveAnswer(
  ports: AnswerPorts,
  incident: Incident,
  answer: Answer,
  who: Answerer,
): Promise<Saved | Refusal> {
  switch (answer.kind) {
    case "label":
      return label(ports, incident, answer, who);
    case "acknowledge":
      return acknowledge(ports, incident, who);
    case "silence":
      return silence(ports, incident, answer.hours, who);
    case "retire":
      return retire(ports, incident, who);
  }
}

async function label(
  ports: AnswerPorts,
  incident: Incident,
  { verdict, category }: Answer & { readonly kind: "label" },
  who: Answerer,
): Promise<Saved | Refusal> {
  if ((incident.earlierLabels?.length ?? 0) >= EARLIER_LABELS_MAX) {
    return { refused: "This incident's label was changed too often by links. Use `fleetwarden label` from now on." };
  }
  const given = {
    verdict,
    ...(category ? { category } : {}),
    at: who.at,
    by: nameOf(who),
    ...(who.note === undefined ? {} : { note: who.note }),
  };
  return { kind: "label", label: given, incidents: await labelIncident(ports, incident, given) };
}

async function acknowledge({ incidents }: AnswerPorts, incident: Incident, who: Answerer): Promise<Saved> {
  const given = { at: who.at, by: nameOf(who) };
  return {
    kind: "acknowledge",
    acknowledged: await incidents.acknowledge(subjectOf(incident), incident.opened, given),
  };
}

/** Each link and length has one silence at a time, which its id ensures. After it ends there may be another. */
async function silence(
  { alerting }: AnswerPorts,
  incident: Incident,
  hours: number,
  who: Answerer,
): Promise<Saved | Refusal> {
  const matcher = incident.kind === "fleet" ? { group: incident.group } : { host: incident.host };
  // A star in a pattern would match other hosts too.
  if (Object.values(matcher).some((name) => name.includes("*"))) {
    return { refused: "The name has a star in it. Use `fleetwarden silence add`." };
  }
  const stored = new Map((await alerting.silences()).map((one) => [one.id, one]));
  for (let count = 0; count < SILENCES_PER_LINK_MAX; count++) {
    const id = incidentId(`silence ${who.link} ${incident.id} ${hours} h ${count}`, incident.opened);
    const known = stored.get(id);
    if (known && known.until <= who.at) continue;
    const reason = who.note ?? `by the link of alert ${incident.id}`;
    const given = { id, matcher, reason, by: nameOf(who), from: who.at, until: who.at + hours * HOUR_MS, revision: 0 };
    // A request that was faster pressed the same button of the same link.
    if (!known) await alerting.saveSilence(given);
    return { kind: "silence", silence: known ?? given };
  }
  return { refused: "This link has silenced it too often. Use `fleetwarden silence add`, which also knows windows." };
}

/** A host that sends again is not gone, even if the alert said so. */
async function retire(ports: AnswerPorts, incident: Incident, who: Answerer): Promise<Saved | Refusal> {
  const host = subjectOf(incident);
  if (incident.resolved === undefined) await retireHost(ports, host, who.at);
  else if (!(await ports.hosts.load([host])).get(host)?.retired) return { refused: "The host sends again." };
  return { kind: "retire" };
}

function nameOf({ link, name }: Answerer): string {
  return `link ${link}${name === undefined ? "" : ` (${name})`}`;
}
