import { direction } from "../incident/cause.ts";
import { causesOf, type Incident, subjectOf } from "../incident/incident.ts";
import type { Label, Verdict } from "../incident/label.ts";

export type LabelledIncident = Incident & { readonly label: Label };

export function isLabelled(incident: Incident): incident is LabelledIncident {
  return incident.label !== undefined;
}

/** An incident that people label differently, with the last label of each person. */
interface Dispute {
  readonly id: string;
  readonly host: string;
  readonly labels: readonly Label[];
}

/** Incidents of one host with the same first cause, some labelled faults and others normal. */
interface Opposites {
  readonly host: string;
  readonly metric: string;
  readonly direction: string;
  readonly fault: readonly string[];
  readonly normal: readonly string[];
}

/** Labels that contradict each other. */
export interface Conflicts {
  readonly people: readonly Dispute[];
  readonly alike: readonly Opposites[];
}

export function conflictsOf(labelled: readonly LabelledIncident[]): Conflicts {
  return { people: labelled.flatMap(disputeOf), alike: opposites(labelled) };
}

/** A person who says "unknown" disagrees with nobody. */
function disputeOf(incident: LabelledIncident): Dispute[] {
  const { id, label, earlierLabels = [] } = incident;
  const last = new Map([...earlierLabels, label].map((one) => [one.by, one]));
  const labels = [...last.values()].filter(({ verdict }) => verdict !== "unknown");
  return new Set(labels.map(({ verdict }) => verdict)).size > 1 ? [{ id, host: subjectOf(incident), labels }] : [];
}

function opposites(labelled: readonly LabelledIncident[]): Opposites[] {
  const alike = new Map<string, { host: string; metric: string; direction: string; incidents: LabelledIncident[] }>();
  for (const incident of labelled) {
    const cause = firstCauseOf(incident);
    if (!cause) continue;
    const host = subjectOf(incident);
    const key = JSON.stringify([host, cause]);
    const known = alike.get(key) ?? { host, ...cause, incidents: [] };
    known.incidents.push(incident);
    alike.set(key, known);
  }
  return [...alike.values()].flatMap(({ incidents, ...about }) => {
    const idsOf = (...verdicts: readonly Verdict[]) =>
      incidents.filter(({ label }) => verdicts.includes(label.verdict)).map(({ id }) => id);
    const [fault, normal] = [idsOf("fault"), idsOf("false", "new-normal")];
    return fault.length > 0 && normal.length > 0 ? [{ ...about, fault, normal }] : [];
  });
}

export function firstCauseOf(incident: Incident): { metric: string; direction: string } | undefined {
  const [first] = causesOf(incident);
  return incident.kind === "anomaly" && first ? { metric: first.metric, direction: direction(first) } : undefined;
}
