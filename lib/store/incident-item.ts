import type { Incident } from "../incident/incident.ts";
import { type Acknowledgement, CATEGORIES, type Label, VERDICTS } from "../incident/label.ts";
import { hasReturned } from "../incident/record.ts";
import { has, json, number, readJson, readNumber, readText, type Stored, text } from "./attributes.ts";
import { anInteger, aText, listOf, objectOf, oneOf } from "./documents.ts";
import { reader, written } from "./formats.ts";
import { documentOfIncident, incidentOfDocument } from "./incident-document.ts";
import type { Item } from "./item-table.ts";

export function incidentKey(subject: string, opened: number): Item {
  return { host: text(subject), opened: number(opened) };
}

/** Partition of the feed: the UTC date. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** A number that grows with every sample and every notice of an incident, and once more when it resolves. */
export function formOf(incident: Incident): number {
  const { revision, resolved } = incident;
  const samples = incident.kind === "silent" ? Number(hasReturned(incident)) : incident.samples;
  return 2 * samples + revision + (resolved === undefined ? 0 : 1);
}

/** The attributes that the fold writes; people write label and acknowledgement. */
export function attributesOfIncident(incident: Incident): Item {
  return written("incident", {
    id: text(incident.id),
    day: text(dayOf(incident.opened)),
    form: number(formOf(incident)),
    body: json(documentOfIncident(incident)),
  });
}

/** `labelled` counts the labels so far, so that two people at once cannot overwrite each other's label. */
export function attributesOfLabel(label: Label, earlier: readonly Label[], labelled: number): Item {
  return { label: json(label), earlier: json(earlier), labelled: number(labelled) };
}

export function attributesOfAcknowledgement(acknowledgement: Acknowledgement): Item {
  return { acknowledged: json(acknowledgement) };
}

export const incidentOfItem = reader("incident", readIncident);

/** An incident, and how many labels people gave to it so far. */
export interface Labelled {
  readonly incident: Incident;
  readonly labelled: number;
}

export const labelledOfItem = reader(
  "incident",
  (stored): Labelled => ({
    incident: readIncident(stored),
    labelled: has(stored, "labelled") ? readNumber(stored, "labelled") : 0,
  }),
);

function readIncident(stored: Stored): Incident {
  const host = readText(stored, "host");
  const incident = readJson(stored, "body", (document) => incidentOfDocument(document, host));
  const earlier = has(stored, "earlier") ? readJson(stored, "earlier", labelsOfDocument) : [];
  return {
    ...incident,
    ...(has(stored, "acknowledged") ? { acknowledged: readJson(stored, "acknowledged", acknowledgementOf) } : {}),
    ...(has(stored, "label") ? { label: readJson(stored, "label", labelOfDocument) } : {}),
    ...(earlier.length > 0 ? { earlierLabels: earlier } : {}),
  };
}

const acknowledgementOf = objectOf({ at: anInteger, by: aText });

export const labelOfDocument = objectOf(
  { verdict: (value) => oneOf(VERDICTS, value), at: anInteger, by: aText },
  { note: aText, category: (value: unknown) => oneOf(CATEGORIES, value) },
);

const labelsOfDocument = listOf(labelOfDocument);
