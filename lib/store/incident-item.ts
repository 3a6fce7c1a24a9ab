import type { Incident, Label, Verdict } from "../watch/incident.ts";
import { has, json, number, opened, readJson, readText, text, written } from "./attributes.ts";
import { anInteger, anObject, aText, oneOf } from "./documents.ts";
import { documentOfIncident, incidentOfDocument } from "./incident-document.ts";
import type { Item } from "./table.ts";

export function incidentKey(host: string, opened: number): Item {
  return { host: text(host), opened: number(opened) };
}

/** Partition of the feed: the UTC date. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Grows with every change of an incident: twice its samples, one more when resolved. */
export function formOf({ samples, resolved }: Incident): number {
  return 2 * samples + (resolved === undefined ? 0 : 1);
}

/** The attributes that belong to the fold; the label belongs to people. */
export function attributesOfIncident(incident: Incident): Item {
  return written({
    id: text(incident.id),
    day: text(dayOf(incident.opened)),
    form: number(formOf(incident)),
    body: json(documentOfIncident(incident)),
  });
}

export function attributesOfLabel(label: Label): Item {
  return { label: json(label) };
}

export function incidentOfItem(item: Item): Incident {
  const stored = opened("incidents", item);
  const host = readText(stored, "host");
  const incident = readJson(stored, "body", (document) => incidentOfDocument(document, host));
  return has(stored, "label") ? { ...incident, label: readJson(stored, "label", labelOfDocument) } : incident;
}

const VERDICTS: readonly Verdict[] = ["fault", "false", "expected", "new-normal", "unknown"];

function labelOfDocument(document: unknown): Label {
  const { verdict, at, by, note } = anObject(document);
  return {
    verdict: oneOf(VERDICTS, verdict),
    at: anInteger(at),
    by: aText(by),
    ...(note === undefined ? {} : { note: aText(note) }),
  };
}
